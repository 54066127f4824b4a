"""needed.xlsx: the coefficient values that a ruleset needs, for the person who looks them up; and the pack's skeleton."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

from qhgep.coefficient_store import Row, region_text
from qhgep.data import is_folder, path_exists
from qhgep.errors import WorkbookError, problem
from qhgep.evidence import EVIDENCE
from qhgep.packs.needs import Need, Needs, item_names
from qhgep.packs.skeleton import row_id, skeleton, unit_text
from qhgep.readings.text import text
from qhgep.workbook.core.cells import Sheet, TypedNumber
from qhgep.workbook.core.layout import HEAD
from qhgep.workbook.core.pagination import paged
from qhgep.workbook.core.table_sheet import STORE, Head, plain_sheet, row_of_texts
from qhgep.workbook.core.write import to_bytes, write_together

NEEDED = "needed.xlsx"
SHEET = "待填系数"
_STAMP = date(2000, 1, 1)
"""Stamped instead of the clock: a list of needs has no date of its own, and the same ruleset gives the same bytes."""
_HEADS = (
    ("序号", 6), ("行号（csv 的 row）", 34), ("系数", 22), ("代码名（key）", 24), ("生态系统", 16), ("生态系统编号", 24), ("项目", 16),
    ("项目编号", 16), ("地区", 10), ("单位", 16), ("下限", 10), ("上限", 10),
    ("合理范围的理由", 34), ("地区回退", 26), ("应出自（规则集所列文件）", 44),
    ("读取它的公式", 50), ("库中别处所见（值｜地区｜期间｜证据｜来源与位置｜文件与行）", 90),
)  # fmt: skip
_FALLBACK = {
    "none": "只用本地区自己的行；借用须 [[adopt]]", "confirm": "上级地区的行须经 [[adopt]] 确认", "allowed": "可用上级地区或全国的行",
}  # fmt: skip
_NOTICE = (
    "值填在同一文件夹的 csv 里：填 value、source、at、origin、evidence，日期写作 2019-01-01；用不到的行删去。"
    "下限、上限以所列单位计；改用印刷的单位时同时改 unit。"
)


def write_skeleton(needs: Needs, target: Path) -> tuple[Path, ...]:
    """Write the skeleton of a pack and its list of needs into a new or empty folder; the files that were written.

    Raises WorkbookError where the folder holds anything, or cannot be written: nothing is overwritten.
    """
    if path_exists(target) and not (is_folder(target) and not any(target.iterdir())):
        raise WorkbookError(problem("template_exists", str(target)))
    files = {name: content.encode() for name, content in skeleton(needs).items()}
    files[NEEDED] = needed_book(needs)
    return write_together({target / name: data for name, data in files.items()})


def needed_book(needs: Needs) -> bytes:
    """The list of needs as an xlsx file; the same needs give the same bytes."""
    name = f"{needs.ruleset.name} 待填系数"
    return to_bytes(
        [paged(needed_sheet(needs))], title=name, created=_STAMP, footer=f"{name} {needs.ruleset.hash[:16]}"
    )


def needed_sheet(needs: Needs) -> Sheet:
    """One row per needed value: what it is, its bounds, where it should stand, what reads it, what was seen elsewhere."""
    scope = needs.scope
    left = f"规则集：{needs.ruleset.zh}　地区：{scope.region or '全国'}　年份：{scope.year or '未定'}　共 {len(needs.lines)} 个值"
    heads = [Head(name, width=width) for name, width in _HEADS]
    sheet = plain_sheet(SHEET, "核算所需的系数", heads, color=STORE, notice=_NOTICE, left=left)
    documents = "\n".join(_documents(needs)) or "（规则集没有列出文件）"
    for number, line in enumerate(needs.lines, start=1):
        row = HEAD + number
        sheet.put(row, 0, TypedNumber(number, "integer"))
        row_of_texts(sheet, row, ("", *_what(needs, line)), "wrap")
        _limits(sheet, row, line)
        formulas = "\n".join(f"{f.quantity.zh} = {text(f.equals)}（{f.method}）" for f in line.readers)
        seen = "\n".join(_seen(item) for item in line.seen) or "（库中没有）"
        words = (_FALLBACK[line.quantity.fallback or "none"], documents, formulas, seen)
        row_of_texts(sheet, row, ("",) * 13 + words, "wrap")
    return sheet


def _what(needs: Needs, line: Need) -> tuple[str, ...]:
    lists = {name: item.members for name, item in needs.ruleset.catalogue.lists.items()}
    ecosystem = line.ecosystem.removesuffix(".*")
    below = "及其下各类" if line.ecosystem.endswith(".*") else ""
    quantity = line.quantity
    place = line.region or ("全国" if "county" in quantity.axes else "不分地区")
    named = (needs.ecosystems.get(ecosystem, "") + below, line.ecosystem, item_names(line, lists), line.item, place)
    return (row_id(needs, line), quantity.zh, quantity.name, *named, unit_text(quantity))


def _limits(sheet: Sheet, row: int, line: Need) -> None:
    bounds = line.quantity.bounds
    if bounds is None:
        row_of_texts(sheet, row, ("",) * 12 + ("（没有规定）",), "wrap")
        return
    for column, limit in ((10, bounds.low), (11, bounds.high)):
        if isinstance(limit, Fraction):
            sheet.put(row, column, TypedNumber(float(limit), "formula"))
    sheet.text(row, 12, bounds.reason, "wrap")


def _documents(needs: Needs) -> Iterator[str]:
    for name, source in needs.documents.items():
        number = f"，{source.number}" if source is not None and source.number else ""
        yield name if source is None else f"{source.title}（{name}{number}）"


def _seen(row: Row) -> str:
    """A row as one line; it is shown to compare with, not to be taken over."""
    price = "" if row.price_year is None else f"（{row.price_year} 年价）"
    kind = f"{row.ecosystem} " if row.ecosystem else ""
    evidence, where = EVIDENCE[row.evidence], f"{row.source} {row.at}".strip()
    return f"{kind}{row.value} {row.unit}{price}｜{region_text(row.region_code)}｜{row.span}｜{evidence}｜{where}｜{row.place}"
