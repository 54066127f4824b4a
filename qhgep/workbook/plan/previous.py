"""测算对比表 of a plan's workbook: what each recipient got last time, gets now, and the difference."""

from __future__ import annotations

from qhgep.workbook.account.places import or_missing
from qhgep.workbook.core.cells import WORDS, LiveFormula, Sheet
from qhgep.workbook.core.layout import FIRST, Address, a1, block, imported, shown
from qhgep.workbook.core.table_sheet import PRESENTATION, Head, table_sheet
from qhgep.workbook.plan.places import PREVIOUS, TABLE_NAMES, PlanPlaces

SHEET = "测算对比表"
_MISSING, _NONE = WORDS["missing"], "—"
_BEFORE, _NOW, _CHANGE, _SHARE = 2, 3, 4, 5


def previous_sheet(places: PlanPlaces) -> Sheet:
    """One row a recipient, the total first; a recipient that had no amount is missing, and so is then the total."""
    made = places.allocation
    terms = None if made.terms is None else made.terms.previous
    period, document = ("", "") if terms is None else (terms.period, terms.document)
    heads = (
        Head("代码", width=10), Head("单位", width=16), Head(period or "上年", "元", "导入", 20), Head(made.heading.period, "元", "导入", 20),
        Head("增减", "元", "本年 − 上年", 20), Head("增减", "%", "增减 ÷ 上年", 12),
    )  # fmt: skip
    title = f"{made.title}：测算对比表"
    sheet = table_sheet(SHEET, title, heads, color=PRESENTATION, notice=places.notice, left=places.left, numbered=True)
    sheet.number, sheet.filled = "表号：补04表　单位：元", True
    sheet.text(FIRST, 1, "合计", "total")
    before: list[float | None] = []
    name = TABLE_NAMES[made.layer]
    for row in made.rows:
        at = places.rows[row.recipient.id]
        reference, amount = places.stated_at(PREVIOUS, row.recipient.id)
        before.append(None if amount is None else amount / 100)
        sheet.text(at, 0, row.recipient.id, "code")
        sheet.text(at, 1, row.recipient.zh)
        sheet.put(at, _BEFORE, LiveFormula(shown(reference), or_missing(before[-1]), "import", "money"))
        now = imported(Address(name, at, 2).full)
        sheet.put(at, _NOW, LiveFormula(now, row.fen / 100, "import", "money"))
        _put_change(sheet, at, before[-1], row.fen / 100)
    whole = None if None in before else sum(item for item in before if item is not None)
    area = block((places.first, _BEFORE), (places.last, _BEFORE))
    written = f'IF(COUNTIF({area},"{_MISSING}")>0,"{_MISSING}",SUM({area}))'
    sheet.put(FIRST, _BEFORE, LiveFormula(written, or_missing(whole), "total", "total"))
    total = sum(row.fen for row in made.rows) / 100
    area = block((places.first, _NOW), (places.last, _NOW))
    sheet.put(FIRST, _NOW, LiveFormula(f"SUM({area})", total, "total", "total"))
    _put_change(sheet, FIRST, whole, total)
    sheet.note(f"上年数的出处：{document}")
    sheet.relations = ["3 栏 ＝ 2 栏 − 1 栏", "4 栏 ＝ 3 栏 ÷ 1 栏", "差额的分解见 qhgep diff"]
    return sheet


def _put_change(sheet: Sheet, row: int, before: float | None, now: float) -> None:
    old, new, gap = (a1(row, column) for column in (_BEFORE, _NOW, _CHANGE))
    change = None if before is None else now - before
    written = f'IF(ISNUMBER({old}),{new}-{old},"{_MISSING}")'
    sheet.put(row, _CHANGE, LiveFormula(written, or_missing(change), "step", "money", abs(now)))
    share: float | str = _MISSING if change is None or before is None else change / before if before else _NONE
    written = f'IF(ISNUMBER({gap}),IF({old}=0,"{_NONE}",{gap}/{old}),"{_MISSING}")'
    sheet.put(row, _SHARE, LiveFormula(written, share, "step", "share", 1.0))
