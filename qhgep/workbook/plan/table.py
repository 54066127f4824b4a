"""The table of a plan in 元: total first, then the recipients. That of a scenario is its front; others have a page to attach before it."""

from __future__ import annotations

from qhgep.money import Fen
from qhgep.workbook.account.places import or_missing
from qhgep.workbook.core.cells import WORDS, Bars, LiveFormula, Sheet
from qhgep.workbook.core.layout import FIRST, Address, a1, block, imported, in_row, shown
from qhgep.workbook.core.table_sheet import PRESENTATION, Head, table_sheet
from qhgep.workbook.plan.checks import STEPS
from qhgep.workbook.plan.places import FINAL, ISSUED, PARAMETERS, TABLE_NAMES, PlanPlaces
from qhgep.workbook.plan.printed_unit import WAN, YUAN

_MISSING = WORDS["missing"]
DUE, _WAN, _SHARE, MORE = 2, 3, 4, 5
"""The columns of the amount in 元 and 万元, of its share, and the first that says what is issued or paid."""
AMOUNT_IN = {YUAN: DUE, WAN: _WAN}
"""The column of the amount in each unit."""
THIS_TIME = "此次下达"


def plan_table(places: PlanPlaces) -> Sheet:
    """The table: every amount imported from 测算过程; 已经下达 and 此次下达 where money is issued; nothing of it is typed."""
    made, name = places.allocation, TABLE_NAMES[places.allocation.layer]
    issued = [Head(ISSUED, "元", "导入", 18), Head(THIS_TIME, "元", "测算金额 − 已经下达", 18)] if places.issues else []
    heads = (
        Head("代码", width=10), Head("单位", width=16), Head("测算金额", "元", "导入", 20),
        Head("测算金额", "万元", "元 ÷ 10000", 18), Head("占比", "%", "本行 ÷ 合计", 10), *issued,
        *(Head(phase.zh, "元", "导入", 20) for phase in made.phases), *_wan_heads(places), Head("说明", "—", "见表下注", 16),
    )  # fmt: skip
    sheet = table_sheet(
        name, made.title, heads, color=PRESENTATION, notice=places.notice, left=places.left, numbered=True
    )
    sheet.number = "表号：补01表　单位：元、万元"
    _put_amounts(sheet, places)
    if places.issues:
        _put_issued(sheet, places)
    _put_phases(sheet, places)
    _put_wan(sheet, places)
    _put_notes(sheet, places, len(heads) - 1)
    _put_rest(sheet, places)
    return sheet


def amounts_chart(places: PlanPlaces, row: int) -> Bars:
    """A bar for each recipient, for the cover: the page that is attached to a document has no picture."""
    title, name = "各单位测算金额（万元）", TABLE_NAMES[places.allocation.layer]
    return Bars(
        row, title, "万元", name, (places.first, 1, places.last, 1), (places.first, _WAN, places.last, _WAN),
        f"条形图：{title}，一个单位一条，数值见{name}第 2 栏。", width=410,
        largest=max(abs(row.fen) for row in places.allocation.rows) / 1_000_000,
    )  # fmt: skip


def _put_amounts(sheet: Sheet, places: PlanPlaces) -> None:
    rows = places.allocation.rows
    total = sum(row.fen for row in rows) / 100
    sheet.text(FIRST, 1, "合计", "total")
    area = block((places.first, DUE), (places.last, DUE))
    sheet.put(FIRST, DUE, LiveFormula(f"SUM({area})", total, "total", "total"))
    _put_shares(sheet, places, FIRST, total, total)
    for row in rows:
        at = places.rows[row.recipient.id]
        sheet.text(at, 0, row.recipient.id, "code")
        sheet.text(at, 1, row.recipient.zh)
        amount = imported(places.step(FINAL, row.recipient.id))
        sheet.put(at, DUE, LiveFormula(amount, row.fen / 100, "import", "money"))
        _put_shares(sheet, places, at, row.fen / 100, total)


def _put_shares(sheet: Sheet, places: PlanPlaces, row: int, value: float, total: float) -> None:
    sheet.put(row, _WAN, LiveFormula(f"{a1(row, DUE)}/10000", value / 10000, "step", "money"))
    if places.allocation.kind == "settlement":
        return  # the shares of a sum of zero are no numbers
    share = f"{a1(row, DUE)}/{in_row(FIRST, DUE)}"
    sheet.put(row, _SHARE, LiveFormula(share, value / total if total else None, "step", "share"))


def _put_issued(sheet: Sheet, places: PlanPlaces) -> None:
    """What was issued already, and what is left to issue now; nil prints blank, missing prints the word for it."""
    before, now = MORE, MORE + 1
    found: list[tuple[Fen | None, Fen | None]] = []
    for row in places.allocation.rows:
        at = places.rows[row.recipient.id]
        reference, issued = places.stated_at(ISSUED, row.recipient.id)
        rest = None if issued is None else Fen(row.fen - issued)
        found.append((issued, rest))
        sheet.put(at, before, LiveFormula(shown(reference), or_missing(_yuan(issued)), "import", "nil"))
        written = f'IF(ISNUMBER({a1(at, before)}),{a1(at, DUE)}-{a1(at, before)},"{_MISSING}")'
        sheet.put(at, now, LiveFormula(written, or_missing(_yuan(rest)), "step", "nil", row.fen / 100))
    for column, amounts in ((before, [item[0] for item in found]), (now, [item[1] for item in found])):
        area = block((places.first, column), (places.last, column))
        whole = None if None in amounts else sum(item for item in amounts if item is not None) / 100
        written = f'IF(COUNTIF({area},"{_MISSING}")>0,"{_MISSING}",SUM({area}))'
        sheet.put(FIRST, column, LiveFormula(written, or_missing(whole), "total", "total"))
    sheet.note(lacking_note(places))


def lacking_note(places: PlanPlaces) -> str:
    """Who is named with no amount of 已经下达, and where to fill it in; empty where nobody is."""
    recipients = [row.recipient for row in places.allocation.rows]
    lacking = [item.zh for item in recipients if places.stated_at(ISSUED, item.id)[1] is None]
    names = "各单位都" if len(lacking) == len(recipients) > 1 else "、".join(lacking)
    return names and f"{names}没有填已经下达数，首次下达的填 0：在方案的 [budget] already_issued 填写"


def _put_phases(sheet: Sheet, places: PlanPlaces) -> None:
    """One column a phase of payment: the sum first, then the recipients."""
    for column, phase in enumerate(places.allocation.phases, start=MORE):
        total = sum(phase.fen.values()) / 100
        area = block((places.first, column), (places.last, column))
        sheet.put(FIRST, column, LiveFormula(f"SUM({area})", total, "total", "total"))
        for code, row in places.rows.items():
            amount = imported(places.step(f"phase.{phase.id}.yuan", code))
            sheet.put(row, column, LiveFormula(amount, phase.fen[code] / 100, "import", "money"))


def in_unit(places: PlanPlaces, column: int) -> int:
    """The column that has in the unit of the attached table what `column` has in 元."""
    if places.unit.zh != WAN:
        return column
    return _WAN if column == DUE else column + places.paid_columns


def _wan_heads(places: PlanPlaces) -> list[Head]:
    """What is issued or paid once more in 万元, where the attached table is in 万元."""
    if places.unit.zh != WAN or places.allocation.layer == "analytic":
        return []
    names = [ISSUED, THIS_TIME] if places.issues else [phase.zh for phase in places.allocation.phases]
    return [Head(name, "万元", "元 ÷ 10000", 18) for name in names]


def _put_wan(sheet: Sheet, places: PlanPlaces) -> None:
    for place in range(len(_wan_heads(places))):
        column = MORE + place
        for row in (FIRST, *places.rows.values()):
            content = sheet.cells[row, column]
            value = content.value if isinstance(content, LiveFormula) else None
            written = f'IF(ISNUMBER({a1(row, column)}),{a1(row, column)}/10000,"{_MISSING}")'
            shown_value = value / 10000 if isinstance(value, float) else _MISSING
            sheet.put(row, in_unit(places, column), LiveFormula(written, shown_value, "step", "money"))


def _put_notes(sheet: Sheet, places: PlanPlaces, column: int) -> None:
    made = places.allocation
    for row in made.rows:
        partial = [
            f"{factor.quantity.zh}：{note}"
            for factor in made.factors.values()
            if (note := factor.figures[row.recipient.id].partial)
        ]
        at = places.rows[row.recipient.id]
        sheet.text(at, column, "、".join(dict.fromkeys(sheet.note(note) for note in partial)))
    for note in made.notes:
        sheet.note(note)


def _put_rest(sheet: Sheet, places: PlanPlaces) -> None:
    made = places.allocation
    pool = imported(Address(PARAMETERS, places.parameter_row["pool"], 2).full)
    lines = [("资金总额", pool, made.pool)]
    for name, (column, _, amount) in places.rest.items():
        lines.append((name, imported(Address(STEPS, FIRST, column).full), amount))
    for place, (label, written, amount) in enumerate(lines, start=places.last + 2):
        sheet.text(place, 1, f"{label}（元）")
        sheet.put(place, DUE, LiveFormula(written, amount / 100, "import", "money"))
        if places.unit.zh == WAN and places.unit.holds(amount):
            wan = LiveFormula(f"{a1(place, DUE)}/10000", amount / 100 / 10000, "step", "money")
            sheet.put(place, _WAN, wan)
    sheet.relations = ["合计 ＝ 各单位之和", "2 栏 ＝ 1 栏 ÷ 10000"]
    if made.kind == "settlement":
        sheet.relations.append("收付相抵，合计为零")
        return
    closing = {"division": "合计 ＋ 结转 ＋ 留存 ＝ 资金总额", "entitlement": "合计 ＋ 结余 − 缺口 ＝ 资金总额"}
    sheet.relations += ["3 栏 ＝ 1 栏 ÷ 首行 1 栏", closing[made.kind]]
    if places.issues:
        sheet.relations.append("5 栏 ＝ 1 栏 − 4 栏")


def _yuan(amount: Fen | None) -> float | None:
    return None if amount is None else amount / 100
