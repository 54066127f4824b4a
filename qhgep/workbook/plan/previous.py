"""测算对比表 of a plan's workbook: what each recipient got last time, gets now, and the difference."""

from __future__ import annotations

from qhgep.workbook.account.places import or_missing
from qhgep.workbook.core.cells import WORDS, LiveFormula, Sheet, Style
from qhgep.workbook.core.layout import FIRST, Address, a1, block, imported, shown
from qhgep.workbook.core.table_sheet import PRESENTATION, Head, table_sheet
from qhgep.workbook.plan.places import PREVIOUS, TABLE_NAMES, PlanPlaces
from qhgep.workbook.plan.printed_unit import WAN
from qhgep.workbook.plan.table import AMOUNT_IN

SHEET = "测算对比表"
_MISSING, _NONE = WORDS["missing"], "—"
_BEFORE, _NOW, _CHANGE, _SHARE = 2, 3, 4, 5
_YUAN_IN_WAN = 10000


def put_previous_in_wan(sheet: Sheet, places: PlanPlaces) -> None:
    """What each recipient got last time once more in 万元, beside the amounts in 元 on 因素数据, where this table needs it."""
    column = places.previous_in_wan
    if column is None:
        return
    for row in places.allocation.rows:
        at, (_, amount) = places.rows[row.recipient.id], places.stated_at(PREVIOUS, row.recipient.id)
        cell = a1(at, places.stated[PREVIOUS][0])
        written = f'IF(ISNUMBER({cell}),{cell}/{_YUAN_IN_WAN},"{_MISSING}")'
        value = None if amount is None else amount / 100 / _YUAN_IN_WAN
        sheet.put(at, column, LiveFormula(written, or_missing(value), "step", "money"))


def previous_sheet(places: PlanPlaces) -> Sheet:
    """One row a recipient, the total first; a recipient that had no amount is missing, and so is then the total.

    It is in the unit that holds the amounts of both years, as the attached table is in that of what it holds.
    """
    made, unit = places.allocation, places.compared_unit
    terms = None if made.terms is None else made.terms.previous
    period, document = ("", "") if terms is None else (terms.period, terms.document)
    heads = (
        Head("代码", width=10), Head("单位", width=16), Head(period or "上年", unit.zh, "导入", 20),
        Head(made.heading.period, unit.zh, "导入", 20), Head("增减", unit.zh, "本年 − 上年", 20), Head("增减", "%", "增减 ÷ 上年", 12),
    )  # fmt: skip
    title = f"{made.title}：测算对比表"
    sheet = table_sheet(SHEET, title, heads, color=PRESENTATION, notice=places.notice, left=places.left, numbered=True)
    sheet.number, sheet.filled = f"表号：补04表　单位：{unit.zh}", True
    sheet.landscape = False
    sheet.text(FIRST, 1, "合计", "total")
    hundredths = 100 * (_YUAN_IN_WAN if unit.zh == WAN else 1)
    before: list[float | None] = []
    for row in made.rows:
        code, at = row.recipient.id, places.rows[row.recipient.id]
        reference, amount = places.stated_at(PREVIOUS, code)
        if places.previous_in_wan is not None:
            reference = places.factor_cell(code, places.previous_in_wan)
        before.append(None if amount is None else amount / hundredths)
        sheet.text(at, 0, code, "code")
        sheet.text(at, 1, row.recipient.zh)
        sheet.put(at, _BEFORE, LiveFormula(shown(reference), or_missing(before[-1]), "import", unit.amount))
        now = imported(Address(TABLE_NAMES[made.layer], at, AMOUNT_IN[unit.zh]).full)
        sheet.put(at, _NOW, LiveFormula(now, row.fen / hundredths, "import", unit.amount))
        _put_change(sheet, at, before[-1], row.fen / hundredths, unit.amount)
    whole = None if None in before else sum(item for item in before if item is not None)
    total = sum(row.fen for row in made.rows) / hundredths
    for column, value in ((_BEFORE, whole), (_NOW, total)):
        area = block((places.first, column), (places.last, column))
        written = f'IF(COUNTIF({area},"{_MISSING}")>0,"{_MISSING}",SUM({area}))'
        sheet.put(FIRST, column, LiveFormula(written, or_missing(value), "total", unit.total))
    _put_change(sheet, FIRST, whole, total, unit.total)
    sheet.note(f"上年数的出处：{document}")
    sheet.relations = ["3 栏 ＝ 2 栏 − 1 栏", "4 栏 ＝ 3 栏 ÷ 1 栏", "差额的分解见 qhgep diff"]
    return sheet


def _put_change(sheet: Sheet, row: int, before: float | None, now: float, style: Style) -> None:
    old, new, gap = (a1(row, column) for column in (_BEFORE, _NOW, _CHANGE))
    change = None if before is None else now - before
    written = f'IF(ISNUMBER({old}),{new}-{old},"{_MISSING}")'
    sheet.put(row, _CHANGE, LiveFormula(written, or_missing(change), "step", style, abs(now)))
    share: float | str = _MISSING if change is None or before is None else change / before if before else _NONE
    written = f'IF(ISNUMBER({gap}),IF({old}=0,"{_NONE}",{gap}/{old}),"{_MISSING}")'
    sheet.put(row, _SHARE, LiveFormula(written, share, "step", "share", 1.0))
