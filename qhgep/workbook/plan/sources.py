"""来源 of a plan's workbook: the rows of the store that its parameters cite, each with value, dates, document and place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qhgep.coefficient_store import evidence_text, region_text
from qhgep.evidence import ORIGIN
from qhgep.workbook.core.cells import Sheet
from qhgep.workbook.core.layout import HEAD, Address
from qhgep.workbook.core.table_sheet import STORE, Head, plain_sheet, row_of_texts
from qhgep.workbook.plan.checks import STEPS
from qhgep.workbook.plan.places import PlanPlaces

SHEET = "来源"
_HEADS = (
    Head("行号", width=10), Head("地区", width=12), Head("印刷值", width=12), Head("印刷单位", width=14), Head("有效期", width=24),
    Head("文件", width=44), Head("出处", width=22), Head("地址", width=36), Head("核对日期", width=12), Head("来历／证据", width=14),
    Head("用于", width=26), Head("文件与行", width=26),
)  # fmt: skip
_USED = 10


def sources_sheet(places: PlanPlaces) -> Sheet | None:
    """One line a cited row, with a link to the first column on 测算过程 that rests on it; None where nothing is cited."""
    terms = places.allocation.terms
    record: Mapping[str, Any] = {} if terms is None else terms.parameters
    if not record:
        return None
    title = "来源：参数所引用的行及其文件"
    sheet = plain_sheet(SHEET, title, _HEADS, color=STORE, notice=places.notice, left=places.left)
    own = set() if terms is None else {item.row for item in terms.cited.values() if item.own}
    for at, row in enumerate(record["rows"], start=HEAD + 1):
        source = record["sources"].get(row["source"], {})
        document = "　".join(
            part for part in (source.get("title"), source.get("number"), source.get("publisher")) if part
        )
        texts = (
            row["row"], region_text(row["region_code"]), row["value"], row["unit"],
            f"{row['from'] or '未写'} 至 {row['to'] or '今'}", document or "未见文件", row["at"] or "—",
            source.get("address") or "没有地址", source.get("checked") or "—",
            f"{ORIGIN[row['origin']]}／{evidence_text(row['evidence'], own=row['row'] in own)}",
        )  # fmt: skip
        row_of_texts(sheet, at, texts, "wrap")
        if (used := _used(places, row["row"])) is not None:
            sheet.text(at, _USED, used.full, link=used.full)
        sheet.text(at, _USED + 1, f"{row['file']}:{row['line']}", "wrap")
    return sheet


def _used(places: PlanPlaces, row: str) -> Address | None:
    """The heading on 测算过程 of the first column whose values come from a row."""
    for column in places.allocation.parameters:
        if column.given is not None and any(item.row == row for item in column.given.rows):
            return Address(STEPS, HEAD, places.place[column.name])
    return None
