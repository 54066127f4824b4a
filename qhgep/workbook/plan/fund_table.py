"""发放表, the attached table of money that several funds pay together: what each recipient gets of each, in 元."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from qhgep.compensation.allocation import RecipientRow
from qhgep.compensation.rules.pooled_sum import Fund, PooledSumStep
from qhgep.workbook.core.cells import LiveFormula, Sheet
from qhgep.workbook.core.layout import HEAD, a1, block, imported
from qhgep.workbook.plan.issue_table import attached_sheet, put_items
from qhgep.workbook.plan.places import FINAL, PlanPlaces
from qhgep.workbook.plan.printed_unit import YUAN

SHEET = "发放表"
_EARLIER, _REST, _ALL = "按标准计发（含取整）", "取整尾数", "应发"
_CENTS = 2


@dataclass(frozen=True, slots=True)
class PaidFund:
    """A column: its name, the column of 测算过程 that it imports, yuan by recipient, and whether it is taken off."""

    zh: str
    column: str
    yuan: dict[str, float]
    deducted: bool = False

    def share(self, code: str) -> float:
        """What it adds to the sum."""
        return -self.yuan[code] if self.deducted else self.yuan[code]


def paid_funds(places: PlanPlaces) -> tuple[PaidFund, ...]:
    """The funds that the last step takes together; none where it takes none."""
    last = _last(places)
    if last is None:
        return ()
    names = [_called(key, fund, place) for place, (key, fund) in enumerate(last.funds.items(), start=1)]
    return tuple(
        _paid(
            places,
            name if names.count(name) == 1 else f"{name}（{place}）",
            f"{last.id}.{key}.amount",
            deducted=fund.deducted,
        )
        for place, (name, (key, fund)) in enumerate(zip(names, last.funds.items(), strict=True), start=1)
    )


def fund_table(places: PlanPlaces, funds: Sequence[PaidFund]) -> Sheet:
    """One row a recipient, the sums first.

    Funds are whole fen. What is paid beside them (by the steps before, with what rounding to the unit of payment moved) is the
    rest of the amount: so every row and column adds up as printed.
    """
    rows, earlier = (
        places.allocation.rows,
        places.allocation.terms is not None and len(places.allocation.terms.step) > 1,
    )
    rests = [round(row.fen / 100 - sum(item.share(row.recipient.id) for item in funds), _CENTS) for row in rows]
    beside = [_EARLIER if earlier else _REST] if earlier or any(rests) else []
    sheet = attached_sheet(places, SHEET, [*beside, *(item.zh for item in funds), _ALL])
    sheet.number = f"单位：{YUAN}"
    for at, (row, rest) in enumerate(zip(rows, rests, strict=True), start=HEAD + 2):
        sheet.text(at, 0, row.recipient.zh)
        _put_row(sheet, places, funds, at, (row, rest if beside else None))
    totals = [sum(rests)] * len(beside) + [sum(item.yuan.values()) for item in funds]
    _put_sums(sheet, [*totals, sum(row.fen for row in rows) / 100], len(rows))
    terms = [*(f" ＋ {zh}" for zh in beside), *(f" {'−' if item.deducted else '＋'} {item.zh}" for item in funds)]
    sheet.relations = [f"{_ALL} ＝{''.join(terms).removeprefix(' ＋')}", "合计 ＝ 各单位之和"]
    return sheet


def _put_row(
    sheet: Sheet, places: PlanPlaces, funds: Sequence[PaidFund], at: int, paid: tuple[RecipientRow, float | None]
) -> None:
    """The funds of a recipient and what it is paid; before them what is paid beside them, where there is a column for it."""
    (row, rest), code = paid, paid[0].recipient.id
    first = 1 if rest is None else 2
    last = first + len(funds)
    for place, item in enumerate(funds, start=first):
        sheet.put(at, place, LiveFormula(imported(places.step(item.column, code)), item.yuan[code], "import", "nil"))
    sheet.put(at, last, LiveFormula(imported(places.step(FINAL, code)), row.fen / 100, "import", "nil"))
    put_items(sheet, places, at, code, last + 1)
    if rest is not None:
        parts = "".join(
            f"{'+' if item.deducted else '-'}{a1(at, place)}" for place, item in enumerate(funds, start=first)
        )
        sheet.put(at, 1, LiveFormula(f"ROUND({a1(at, last)}{parts},2)", rest, "step", "nil", row.fen / 100))


def _put_sums(sheet: Sheet, totals: Sequence[float], count: int) -> None:
    sheet.text(HEAD + 1, 0, "合计", "total")
    for column, total in enumerate(totals, start=1):
        area = block((HEAD + 2, column), (HEAD + 1 + count, column))
        sheet.put(HEAD + 1, column, LiveFormula(f"SUM({area})", total, "total", "sum"))


def _last(places: PlanPlaces) -> PooledSumStep | None:
    terms = places.allocation.terms
    last = None if terms is None or not terms.step else terms.step[-1]
    return last if isinstance(last, PooledSumStep) else None


def _paid(places: PlanPlaces, zh: str, column: str, *, deducted: bool = False) -> PaidFund:
    values = places.allocation.table[column]
    codes = places.allocation.fen
    return PaidFund(
        zh, column, {code: float(values if isinstance(values, Fraction) else values[code]) for code in codes}, deducted
    )


def _called(key: str, fund: Fund, place: int) -> str:
    """A fund by its Chinese name in the plan, else by what it is for, never by an English key."""
    name = "" if key.isascii() else key
    name = name or fund.earmark.partition("：")[0] or f"第 {place} 项资金"
    return f"扣减：{name}" if fund.deducted else name
