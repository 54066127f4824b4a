"""下达表, the table that is attached to a document as a ministry prints it: one unit, the sum first, prefectures, counties.

Every amount is imported from the plan's table in 元 behind it; only the sums of prefectures are made here.
A settlement has 结算表 in its place: what each side pays and receives.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qhgep.compensation.columns.column import Recipient
from qhgep.compensation.legal.law import law
from qhgep.compensation.over_issued import amount_name, issued_notes
from qhgep.compensation.plan.schema import BUDGET_ITEMS
from qhgep.evidence import EVIDENCE
from qhgep.inputs.counties import read_counties
from qhgep.money import Fen
from qhgep.workbook.account.places import or_missing
from qhgep.workbook.core.cells import WORDS, LiveFormula, Sheet
from qhgep.workbook.core.layout import FIRST, HEAD, Address, a1, block, shown
from qhgep.workbook.core.table_sheet import PRESENTATION, Head, plain_sheet
from qhgep.workbook.plan.places import ISSUED, TABLE_NAMES, PlanPlaces
from qhgep.workbook.plan.printed_unit import WAN, YUAN
from qhgep.workbook.plan.table import DUE, MORE, THIS_TIME, in_unit, lacking_note


@dataclass(frozen=True, slots=True)
class Prefecture:
    """A prefecture with its recipients in order, itself first; an empty name for those that belong to none."""

    zh: str
    recipients: tuple[Recipient, ...]
    own: str = ""
    """The id of the recipient that is the prefecture itself."""

    def label(self, recipient: Recipient) -> str:
        """How a recipient is called below the name of the prefecture: 州本级 or the county."""
        if not self.zh:
            return recipient.zh
        level = "地区" if self.zh.endswith("地区") else self.zh[-1]
        return f"　{level}本级" if recipient.id == self.own else f"　{recipient.zh}"


def by_prefecture(recipients: Sequence[Recipient]) -> tuple[Prefecture, ...]:
    """By prefecture where they lie in several places, those without one last; else all of them without a heading."""
    by: dict[str, list[Recipient]] = {}
    for recipient in recipients:
        by.setdefault(_prefecture(recipient.id), []).append(recipient)
    alone = by.pop("", [])
    if (not alone and len(by) == 1) or not by:
        return (Prefecture("", tuple(recipients)),)
    known = read_counties().by_code
    found = [Prefecture(known[code].zh, tuple(mine), code) for code, mine in sorted(by.items())]
    return (*found, Prefecture("", tuple(alone))) if alone else tuple(found)


def _prefecture(code: str) -> str:
    """The code of the prefecture that a county or the prefecture itself belongs to; empty where there is none."""
    known = read_counties().by_code
    unit = known.get(code)
    if unit is None or unit.kind == "prefecture":
        return "" if unit is None else code
    above = known.get(unit.parent)
    return unit.parent if above is not None and above.kind == "prefecture" else ""


SHEET = "下达表"
_MISSING = WORDS["missing"]
_UPRIGHT = 4
"""A table of so many columns lies on A4 upright."""


@dataclass(frozen=True, slots=True)
class AttachedColumn:
    """A column of an attached table: its heading, where the plan's table has it in 元, the fen by recipient (None: missing)."""

    zh: str
    column: int
    fen: dict[str, Fen | None]

    def total(self, codes: Sequence[str]) -> Fen | None:
        """The sum over recipients; missing where one of them is."""
        known = [amount for code in codes if (amount := self.fen[code]) is not None]
        return Fen(sum(known)) if len(known) == len(codes) else None


def attached_sheet(places: PlanPlaces, name: str, heads: Sequence[str]) -> Sheet:
    """An attached table without its rows: its unit once, upright where it is narrow.

    Subject and project codes stand once above it; those that differ by recipient are columns after `heads`.
    """
    title = f"{places.allocation.title}：{name}"
    columns = [Head("地区", width=22), *(Head(zh, width=20) for zh in (*heads, *_own_items(places).values()))]
    left = f"期间：{places.allocation.heading.period}　{_codes(places)}".strip("　")
    sheet = plain_sheet(name, title, columns, color=PRESENTATION, notice=places.notice, left=left)
    sheet.number, sheet.signed, sheet.filled = f"单位：{places.unit.zh}", True, True
    sheet.landscape = len(columns) > _UPRIGHT
    return sheet


def put_items(sheet: Sheet, places: PlanPlaces, row: int, recipient: str, column: int) -> None:
    """The subject and project codes of a recipient that differ by recipient, from a column on."""
    terms = places.allocation.terms
    for place, name in enumerate(_own_items(places), start=column):
        if terms is not None:
            sheet.text(row, place, terms.budget.item_of(name, recipient), "code")


def _own_items(places: PlanPlaces) -> dict[str, str]:
    """The budget items of the plan that differ by recipient, with their names."""
    terms = places.allocation.terms
    return {} if terms is None else {name: zh for name, zh in BUDGET_ITEMS.items() if terms.budget.differs(name)}


def issue_table(places: PlanPlaces) -> Sheet:
    """资金总额, 已经下达 and 此次下达, or the phases of payment, by prefecture and county."""
    columns = _columns(places)
    sheet = attached_sheet(places, SHEET, [item.zh for item in columns])
    codes = [row.recipient.id for row in places.allocation.rows]
    _put_imports(sheet, places, columns, (HEAD + 1, FIRST), codes, "合计")
    row = HEAD + 2
    for group in by_prefecture(places.allocation.recipients):
        row = _put_group(sheet, places, columns, group, row)
    _put_rest(sheet, places, row + 1)
    _say(sheet, places)
    return sheet


def put_amount(
    sheet: Sheet, places: PlanPlaces, at: tuple[int, int], source: tuple[int, int], amount: Fen | None
) -> None:
    """An amount of the plan's table (`source`: row, column in 元), in the unit of this table; the first row is the sum."""
    cell = Address(TABLE_NAMES[places.allocation.layer], source[0], in_unit(places, source[1])).full
    style = places.unit.total if source[0] == FIRST else places.unit.amount
    sheet.put(*at, LiveFormula(shown(cell), or_missing(printed(places, amount)), "import", style))


def printed(places: PlanPlaces, amount: Fen | None) -> float | None:
    """An amount in the unit of the attached table."""
    if amount is None:
        return None
    return amount / 100 / 10000 if places.unit.zh == WAN else amount / 100


def _columns(places: PlanPlaces) -> tuple[AttachedColumn, ...]:
    made = places.allocation
    due: dict[str, Fen | None] = dict(made.fen)
    found = [AttachedColumn(amount_name(made), DUE, due)]
    if places.issues:
        before = {code: places.stated_at(ISSUED, code)[1] for code in due}
        now = {code: None if told is None else Fen(made.fen[code] - told) for code, told in before.items()}
        found += [AttachedColumn(ISSUED, MORE, before), AttachedColumn(THIS_TIME, MORE + 1, now)]
    found += [AttachedColumn(phase.zh, MORE + place, dict(phase.fen)) for place, phase in enumerate(made.phases)]
    return tuple(found)


def _put_imports(
    sheet: Sheet, places: PlanPlaces, columns: Sequence[AttachedColumn], rows: tuple[int, int], codes: Sequence[str], label: str
) -> None:  # fmt: skip
    """One row: `rows` are its own and that of the plan's table; `codes` whom it is the sum of."""
    sheet.text(rows[0], 0, label, "total" if rows[1] == FIRST else "text")
    for place, item in enumerate(columns, start=1):
        put_amount(sheet, places, (rows[0], place), (rows[1], item.column), item.total(codes))


def _put_group(sheet: Sheet, places: PlanPlaces, columns: Sequence[AttachedColumn], group: Prefecture, row: int) -> int:
    """A prefecture and its recipients from a row on; the row after the last."""
    first = row + bool(group.zh)
    last = first + len(group.recipients) - 1
    if group.zh:
        sheet.text(row, 0, group.zh, "label")
        codes = [recipient.id for recipient in group.recipients]
        for place, item in enumerate(columns, start=1):
            area, value = block((first, place), (last, place)), or_missing(printed(places, item.total(codes)))
            written = f'IF(COUNTIF({area},"{_MISSING}")>0,"{_MISSING}",SUM({area}))'
            sheet.put(row, place, LiveFormula(written, value, "total", places.unit.total))
    for at, recipient in enumerate(group.recipients, start=first):
        rows = at, places.rows[recipient.id]
        _put_imports(sheet, places, columns, rows, [recipient.id], group.label(recipient))
        put_items(sheet, places, at, recipient.id, len(columns) + 1)
    return last + 1


def _put_rest(sheet: Sheet, places: PlanPlaces, row: int) -> None:
    """What of the pool nobody gets, where there is any: in the unit of the table, or in 元 where that would round it."""
    source = places.last + 3
    for place, (name, (_, _, amount)) in enumerate(places.rest.items()):
        if amount:
            sheet.text(row, 0, f"{name}（{places.unit.zh if places.unit.holds(amount) else YUAN}）")
            if places.unit.holds(amount):
                put_amount(sheet, places, (row, 1), (source + place, DUE), amount)
            else:
                cell = Address(TABLE_NAMES[places.allocation.layer], source + place, DUE).full
                sheet.put(row, 1, LiveFormula(shown(cell), amount / 100, "import", "money"))
            row += 1


def _codes(places: PlanPlaces) -> str:
    """Subject and project codes of the plan, once for the table."""
    terms = places.allocation.terms
    if terms is None:
        return ""
    given = {name: value for name in BUDGET_ITEMS if (value := terms.budget.item(name))}
    own = _own_items(places)
    listed = {} if given or own or terms.layer != "contract" else _listed_accounts(places)
    found = [f"{BUDGET_ITEMS[name]}：{value}" for name, value in (given or listed).items()]
    return "　".join(found) or ("" if own else "收支科目、项目代码：方案未写明")


def _listed_accounts(places: PlanPlaces) -> dict[str, str]:
    """The accounts of horizontal compensation in the list of the plan's year, with their evidence; none for other years."""
    terms, held = places.allocation.terms, law()
    day = terms.basis.date if terms is not None and terms.basis.date else places.allocation.source.day
    rows = {name: held.parameter_on(f"{name}.horizontal", day) for name in ("revenue_account", "function_account")}
    return {
        name: f"{row.value}（{EVIDENCE[row.evidence]}，方案未写明）" for name, row in rows.items() if row is not None
    }


def _say(sheet: Sheet, places: PlanPlaces) -> None:
    whole = "各州（市）小计与直列单位之和" if len(by_prefecture(places.allocation.recipients)) > 1 else "各单位之和"
    name = amount_name(places.allocation)
    sheet.relations = [f"合计 ＝ {whole}"]
    if places.issues:
        sheet.note(lacking_note(places).partition("：")[0])
        sheet.relations.append(f"此次下达 ＝ {name} − 已经下达")
    if places.allocation.phases:
        sheet.relations.append(f"{name} ＝ 各期之和")
    terms = places.allocation.terms
    for note in () if terms is None else issued_notes(terms, places.allocation):
        sheet.note(note)


SETTLEMENT = "结算表"
_PAYS, _GETS, _NET = 1, 2, 3


def settlement_table(places: PlanPlaces) -> Sheet:
    """One row a side, the sums first: what all pay is what all receive."""
    sheet = attached_sheet(places, SETTLEMENT, ("应付", "应收", "净额"))
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
