"""系数填报表: the coefficient values that a ruleset needs as one workbook to be filled in; `price_book` of the store reads it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from qhgep.coefficient_store import Row
from qhgep.coefficient_store.price_book import (
    AT,
    DAY,
    HEADINGS,
    ISSUER,
    KIND,
    KINDS,
    NUMBER,
    PRICE_YEAR,
    SEEN,
    SHEET,
    TITLE,
    TOP,
    UNFIT,
    UNIT,
    VALUE,
    YEARS,
)
from qhgep.coefficient_store.regions import region_in_words
from qhgep.data import path_exists
from qhgep.errors import WorkbookError, problem
from qhgep.evidence import EVIDENCE
from qhgep.packs.needs import Need, Needs, item_names
from qhgep.packs.skeleton import row_id
from qhgep.quantities import range_text
from qhgep.units import Unit, is_money
from qhgep.workbook.core.cells import Sheet, Style, Text, Validation
from qhgep.workbook.core.layout import column_block, on_sheet
from qhgep.workbook.core.pagination import paged, units
from qhgep.workbook.core.table_sheet import INPUTS, STORE, Head, plain_sheet
from qhgep.workbook.core.write import to_bytes, write_whole
from qhgep.workbook.forms.offers import offers

OPTIONS = "选项"
_STAMP = date(2000, 1, 1)
"""Stamped instead of the clock: a list of needs has no date of its own, and the same ruleset gives the same bytes."""
_FIRST = TOP + 1
_WIDTHS = (16, 28, 8, 9, 10, 9, 10, 10, 14, 14, 11, 13, 10, 12, 62, 32, 22, 14, 12, 9)
_SCALE, _BREAK = 60, HEADINGS.index(SEEN)
"""Per cent at which it is printed: what is filled in lies on one page, what was seen elsewhere and the codes on the next."""
_LINE = 14.5
"""Points of a line of text."""
_STYLES: tuple[Style, ...] = (
    "text", "wrap", "text", "text", "choice", "input", "fill", "fill", "fill", "fill", "day", "fill", "choice", "fill",
    "wrap", "key", "key", "key", "key", "key",
)  # fmt: skip
_NOTICE = (
    "只填黄格，用不到的行不填值。文号、文件日期、发文单位三项齐全，证据记为 申报；缺一项记为 转引；没有写文件内位置的记为 待证实。"
    "网址不算证据。不改列的次序，不改编号。"
)
_PROMPTS = (
    (VALUE, "照文件填数，不写单位和文字；单位在左边选。"), (YEARS, "值适用的年份，如 2023 或 2020-2023。"),
    (PRICE_YEAR, "价格是哪一年的价，如 2023。"), (NUMBER, "如 青发改价格〔2023〕1 号。"), (ISSUER, "对数字负责的单位，写全称。"),
    (AT, "页码、表号、行，如 第 3 页表 2。"), (TITLE, "文件、年鉴或数据集的全名。"),
)  # fmt: skip
_FIRST_DAY, _LAST_DAY = date(1949, 10, 1), date(2099, 12, 31)
_MOST_SEEN = 5
"""Rows of the store that are shown beside a line; the others are counted."""


def write_price_book(needs: Needs, target: Path) -> tuple[Path, ...]:
    """Write the book where no file is. Raises WorkbookError where one is: it may be filled in."""
    if path_exists(target):
        raise WorkbookError(problem("book_exists", str(target)))
    write_whole(target, price_book(needs))
    return (target,)


def price_book(needs: Needs) -> bytes:
    """The book as an xlsx file; the same needs give the same bytes."""
    name = f"{needs.ruleset.name} {SHEET}"
    asked = tuple(dict.fromkeys(line.quantity.unit for line in needs.lines))
    sheets = [_sheet(needs, asked), paged(_options(asked))]
    return to_bytes(sheets, title=name, created=_STAMP, footer=f"{name} {needs.ruleset.hash[:16]}")


def _sheet(needs: Needs, asked: Sequence[Unit]) -> Sheet:
    scope = needs.scope
    left = f"规则集：{needs.ruleset.zh}　地区：{scope.region or '全国'}　年份：{scope.year or '未定'}　共 {len(needs.lines)} 个值"
    heads = [Head(name, width=width) for name, width in zip(HEADINGS, _WIDTHS, strict=True)]
    sheet = plain_sheet(SHEET, "核算所需系数填报表", heads, color=INPUTS, notice=_NOTICE, left=left)
    lists = {name: item.members for name, item in needs.ruleset.catalogue.lists.items()}
    for row, line in enumerate(needs.lines, start=_FIRST):
        for column, (text, style) in enumerate(zip(_texts(needs, line, item_names(line, lists)), _STYLES, strict=True)):
            sheet.put(row, column, Text(text, "fixed" if text == UNFIT else style))
        choices = _choices(asked.index(line.quantity.unit) + 1, len(offers(line.quantity.unit)))
        _validate(sheet, UNIT, (row, row), "从列表中选文件所用的单位，不必自己换算。", choices)
    _lay_out(sheet)
    last = _FIRST + len(needs.lines) - 1
    _validate(sheet, KIND, (_FIRST, last), "从列表中选。", _choices(0, len(KINDS)))
    for heading, prompt in _PROMPTS:
        _validate(sheet, heading, (_FIRST, last), prompt)
    column = HEADINGS.index(DAY)
    error = "请输入日期，如 2024-03-01。"
    sheet.validations.append(
        Validation((_FIRST, column), (last, column), "date", "日期", "文件的日期，如 2024-03-01。", error, _FIRST_DAY, _LAST_DAY)
    )  # fmt: skip
    return sheet


def _lay_out(sheet: Sheet) -> None:
    """Pages, and rows as high as their texts: a form, whose blank cells need room to be written in."""
    sheet.marked, sheet.breaks, sheet.scale = "", (_BREAK,), _SCALE
    for row in range(TOP):
        content = sheet.cells.pop((row, 0))
        for first, last in ((1, _BREAK - 1), (_BREAK, len(HEADINGS) - 1)):
            sheet.put(row, first, content)
            sheet.merges.append((row, first, row, last))
    sheet.heights |= {0: 26.0, 1: 2 * _LINE, TOP: 2 * _LINE}
    for (row, column), content in sheet.cells.items():
        if row >= _FIRST and isinstance(content, Text):
            lines = sum(-(-units(text) // (sheet.widths[column] - 1)) for text in content.text.split("\n"))
            sheet.heights[row] = max(sheet.heights.get(row, _LINE), _LINE * lines + 2)


def _choices(column: int, count: int) -> str:
    return on_sheet(OPTIONS, column_block(column, _FIRST, _FIRST + count - 1))


def _validate(sheet: Sheet, heading: str, rows: tuple[int, int], prompt: str, choices: str = "") -> None:
    column, title = HEADINGS.index(heading), heading.partition("【")[0]
    first, last = (rows[0], column), (rows[1], column)
    kind, error = ("list", "请从列表中选。") if choices else ("any", "")
    sheet.validations.append(Validation(first, last, kind, title, prompt, error, choices or None))  # type: ignore[arg-type] # two of its kinds


def _texts(needs: Needs, line: Need, items: str) -> tuple[str, ...]:
    """The cells of a line, in the order of HEADINGS; blank are those to be filled in."""
    quantity, year = line.quantity, str(needs.scope.year or "")
    below = "及其下各类" if line.ecosystem.endswith(".*") else ""
    land = needs.ecosystems.get(line.ecosystem.removesuffix(".*"), "") + below
    return (
        quantity.zh, _meaning(needs, line), land, items, _own(quantity.unit), "", year if line.dated else UNFIT,
        year if is_money(quantity.unit) else UNFIT, "", "", "", "", next(iter(KINDS)), "", _seen(needs, line), row_id(needs, line),
        quantity.name, line.ecosystem, line.item, line.region,
    )  # fmt: skip


def _meaning(needs: Needs, line: Need) -> str:
    """What it serves to compute, in which service, and its plausible range."""
    services = needs.ruleset.catalogue.services
    heads = dict.fromkeys(services[reader.quantity.name][1] for reader in line.readers)
    computed = dict.fromkeys(reader.quantity.zh for reader in line.readers)
    texts = [f"【{'、'.join(heads)}】用于算 {'、'.join(computed)}。"]
    if (bounds := line.quantity.bounds) is not None:
        texts.append(f"合理范围 {range_text(bounds)}（{_own(line.quantity.unit)}）：{bounds.reason}。")
    return "".join(texts)


def _own(unit: Unit) -> str:
    """The spelling on offer for the unit of a quantity itself: its bounds are in it, and a line begins with it."""
    return next(offer.spelling for offer in offers(unit) if offer.factor == 1)


def _seen(needs: Needs, line: Need) -> str:
    """The first rows of the store for the line, each with its year and source; not to be taken over."""
    texts = [_seen_row(needs, row) for row in line.seen[:_MOST_SEEN]]
    if (more := len(line.seen) - _MOST_SEEN) > 0:
        texts.append(f"另有 {more} 行：qhgep coefficients list {line.quantity.name}")
    return "\n".join(texts) or "（库中没有）"


def _seen_row(needs: Needs, row: Row) -> str:
    source = needs.sources.get(row.source)
    title = row.source if source is None else f"{source.title}{f'（{source.year}）' if source.year else ''}"
    land = f"{needs.ecosystems.get(row.ecosystem.removesuffix('.*'), row.ecosystem)} " if row.ecosystem else ""
    place = region_in_words(row.region_code)
    return f"{land}{row.value_printed}｜{place}｜{row.span}｜{EVIDENCE[row.evidence]}｜{title} {row.at}".strip()


def _options(asked: Sequence[Unit]) -> Sheet:
    """选项: the lists behind the drop-downs, in sight."""
    heads = [Head("文件类别", width=14), *(Head(f"单位（{_own(unit)}）", width=18) for unit in asked)]
    sheet = plain_sheet(OPTIONS, "选项", heads, color=STORE, notice="下拉列表取自本表；本表不用填。")
    for column, texts in enumerate((tuple(KINDS), *(tuple(item.spelling for item in offers(unit)) for unit in asked))):
        for row, text in enumerate(texts, start=_FIRST):
            sheet.text(row, column, text)
    return sheet
