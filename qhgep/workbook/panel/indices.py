"""价格指数: the rows of the index series by which constant prices become those of each year."""

from __future__ import annotations

from qhgep.evidence import EVIDENCE
from qhgep.workbook.core.cells import Sheet, TypedNumber
from qhgep.workbook.core.layout import FIRST, Address
from qhgep.workbook.core.table_sheet import STORE, Head, table_sheet
from qhgep.workbook.panel.context import Panel

INDICES = "价格指数"
_VALUE = 1


def index_sheet(panel: Panel) -> Sheet:
    """价格指数: one row a year with its source; empty, with the reason, where the account has no [deflate]."""
    deflation = panel.result.account.deflation
    left = panel.no_current[panel.periods[0]] if deflation is None else (
        f"折算依据：{deflation.series}；{deflation.reason}（{deflation.decided_by}，{deflation.place}）"
    )  # fmt: skip
    heads = (
        Head("年", width=8), Head("价格指数", "—", "来源所载", 14), Head("系数行", width=18), Head("来源", width=24),
        Head("位置", width=30), Head("证据", width=10),
    )  # fmt: skip
    sheet = table_sheet(INDICES, "价格指数", heads, color=STORE, notice=panel.notice, left=left)
    sheet.keys = 1
    for row, (year, index) in enumerate(panel.result.indices.items(), start=FIRST):
        sheet.text(row, 0, str(year), "code")
        sheet.put(row, _VALUE, TypedNumber(float(index.value), "coefficient"))
        for column, words in enumerate(
            (index.row.row, index.row.source, index.row.at, EVIDENCE[index.evidence]), start=2
        ):
            sheet.text(row, column, words)
    return sheet


def index_address(panel: Panel, year: int) -> Address:
    """Where the price index of a year stands."""
    return Address(INDICES, FIRST + list(panel.result.indices).index(year), _VALUE)
