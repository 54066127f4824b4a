"""结算表, the attached table of a settlement: what each side pays, receives, and the difference of the two."""

from __future__ import annotations

from qhgep.money import Fen
from qhgep.workbook.core.cells import LiveFormula, Sheet
from qhgep.workbook.core.layout import FIRST, HEAD, a1, block
from qhgep.workbook.plan.issue_table import attached_sheet, printed, put_amount, put_items
from qhgep.workbook.plan.places import PlanPlaces
from qhgep.workbook.plan.table import DUE

SHEET = "结算表"
_PAYS, _GETS, _NET = 1, 2, 3


def settlement_table(places: PlanPlaces) -> Sheet:
    """One row a side, the sums first: what all pay is what all receive."""
    sheet = attached_sheet(places, SHEET, ("应付", "应收", "净额"))
    rows, first = places.allocation.rows, HEAD + 2
    sheet.text(HEAD + 1, 0, "合计", "total")
    for at, row in enumerate(rows, start=first):
        sheet.text(at, 0, row.recipient.zh)
        put_items(sheet, places, at, row.recipient.id, _NET + 1)
        put_amount(sheet, places, (at, _NET), (places.rows[row.recipient.id], DUE), row.fen)
        net, value = a1(at, _NET), printed(places, row.fen) or 0.0
        sheet.put(at, _PAYS, LiveFormula(f"MAX(0-{net},0)", max(-value, 0.0), "step", places.unit.amount))
        sheet.put(at, _GETS, LiveFormula(f"MAX({net},0)", max(value, 0.0), "step", places.unit.amount))
    for column, sign in ((_PAYS, -1), (_GETS, 1)):
        area = block((first, column), (HEAD + 1 + len(rows), column))
        values = [max(sign * (printed(places, row.fen) or 0.0), 0.0) for row in rows]
        sheet.put(HEAD + 1, column, LiveFormula(f"SUM({area})", sum(values), "total", places.unit.total))
    put_amount(sheet, places, (HEAD + 1, _NET), (FIRST, DUE), Fen(0))
    sheet.relations = ["净额 ＝ 应收 − 应付", "应付合计 ＝ 应收合计"]
    return sheet
