"""Two accounts compared: over what both cover, in the prices of the new one, with the bridge between their totals."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from qhgep.account.account import Account
from qhgep.coefficient_store import Coefficients, Deflation, series_rows
from qhgep.difference.account_changes import account_changes
from qhgep.difference.bridge import Move, State, bridge
from qhgep.difference.coverage import account_coverage, comparable, line_key, words
from qhgep.difference.result import ACCOUNT_ORDER, Change, ComparedLine, ComparedPlace, Covered, Difference, OneSided
from qhgep.engine.grid import VALUE, Grid, Values
from qhgep.engine.pipeline import solve
from qhgep.engine.result import Result
from qhgep.errors import AccountError, Problem, Problems, QhgepError, problem
from qhgep.expr import AXES, Cell
from qhgep.ruleset_store.ruleset import IndicatorLine

_HARMLESS = frozenset({"adopt_unused"})
"""An error of an account that is none of a state between two: a decision there may reach nothing."""
_PARTS: Mapping[str, tuple[str, ...]] = {
    "ruleset": ("ruleset",), "deflation": ("deflation",), "coefficients": ("coefficients",), "inputs": ("inputs",),
    "adoptions": ("adoptions",), "period": ("periods",),
}  # fmt: skip
"""Kind of change -> the parts of an account that are replaced."""
Cells = Mapping[ComparedPlace, tuple[IndicatorLine, ...]]
"""The indicators that are compared in each county and period."""


@dataclass(frozen=True)
class AccountSide:
    """One side: its result, and how it is called. `recorded`: its store holds the rows in use only, as a workbook does."""

    result: Result
    name: str
    recorded: bool = False
    written_id: str = ""

    @property
    def id(self) -> str:
        """The run id: of a workbook the one that stands in it, whichever version of the software wrote it."""
        return self.written_id or self.result.run_id


def account_difference(old: AccountSide, new: AccountSide) -> Difference:
    """What changed from one account to another, and the bridge between their totals.

    Compared are the counties, periods and indicators that have a value on both sides; what one side only has stands
    beside. An account in the prices of another year is carried to those of the new one by the series of [deflate].
    Raises AccountError, with the coverage of both, where nothing is comparable: other systems of indicators, other price
    years without [deflate], no county, period or indicator in common.
    """
    coverage = account_coverage(old.result, new.result)
    comparable(old.result.account, new.result.account, coverage, (old.name, new.name))
    _one_price_year(old, new, coverage)
    stores = _stores(old, new)
    changes = account_changes(old.result, new.result, stores)
    a, b = (
        replace(side.result.account, coefficients=store) for side, store in zip((old, new), stores, strict=True)
    )  # fmt: skip
    begin = _begin(a, b, old, coverage)
    cells, compared, beside = _cells(begin, _Held(new.result.account, new.result.grid, new.result.values))
    if not cells:
        raise AccountError(problem("diff_nothing", f"{old.name} ↔ {new.name}", coverage=words(coverage)))
    first, last = _totals(compared, 0), _totals(compared, 1)
    moves = _moves(_priced(a, b), b, changes, cells)
    notes = (f"旧账户按 {a.price_year} 年价，折算为 {b.price_year} 年价后比较",) if a.price_year != b.price_year else ()
    return Difference(
        "account", (old.name, new.name), (old.id, new.id), _names(old.result, new.result),
        changes, first, last, bridge(first, moves, last), compared, beside, coverage, b.price_year, notes,
    )  # fmt: skip


def _names(old: Result, new: Result) -> dict[str, str]:
    return {county.code: county.zh for result in (old, new) for county in result.account.counties}


def _one_price_year(old: AccountSide, new: AccountSide, coverage: tuple[Covered, ...]) -> None:
    a, b = old.result.account, new.result.account
    if a.price_year != b.price_year and a.deflation is None and b.deflation is None:
        facts = {"old": a.price_year, "new": b.price_year, "coverage": words(coverage)}
        raise AccountError(problem("diff_price_year", f"{old.name} ↔ {new.name}", **facts))


def _priced(a: Account, b: Account) -> Account:
    """The old account in the prices of the new one; as it is where they are the same.

    The index rows of the new account serve where the old one knows nothing of the series.
    """
    if a.price_year == b.price_year:
        return a
    store, deflation = a.coefficients, b.deflation or a.deflation
    if deflation is not None and not series_rows(store, deflation.series):
        store = replace(store, rows=store.rows + series_rows(b.coefficients, deflation.series), _index={})
    return replace(a, price_year=b.price_year, deflation=deflation, coefficients=store)


def _begin(a: Account, b: Account, old: AccountSide, coverage: tuple[Covered, ...]) -> _Held:
    """The old amounts, in the prices of the new account."""
    if a.price_year == b.price_year:
        return _Held(old.result.account, old.result.grid, old.result.values)
    found = _solved(_priced(a, b))
    if isinstance(found, _Held):
        return found
    facts = {"old": a.price_year, "new": b.price_year, "coverage": words(coverage)}
    raise AccountError((problem("diff_carry", old.name, **facts), *found))


# --- the rows that each side may draw from ----------------------------------------------------------


def _stores(old: AccountSide, new: AccountSide) -> tuple[Coefficients, Coefficients]:
    """The store of each side. That of a workbook holds what was used; what it knows nothing of is taken from the other."""
    return _widened(old, new.result.account.coefficients), _widened(new, old.result.account.coefficients)


def _widened(side: AccountSide, other: Coefficients) -> Coefficients:
    own = side.result.account.coefficients
    if not side.recorded:
        return own
    known = {(row.key, row.ecosystem, row.item) for row in own.rows}
    ids = {row.row for row in own.rows}
    more = tuple(row for row in other.rows if (row.key, row.ecosystem, row.item) not in known and row.row not in ids)
    wider = replace(own, rows=own.rows + more, ecosystems={**other.ecosystems, **own.ecosystems}, _index={})
    same = _solved(replace(side.result.account, coefficients=wider))
    return wider if isinstance(same, _Held) and _alike(same, side.result) else own


def _alike(held: _Held, result: Result) -> bool:
    """Whether an account gives the same indicators with the wider store."""
    own = _Held(result.account, result.grid, result.values)
    places = [ComparedPlace(c.code, p.name) for c in result.account.counties for p in result.account.periods]
    lines = result.account.ruleset.indicators
    return all(held.at(place, line) == own.at(place, line) for place in places for line in lines)


# --- states -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Held:
    """The values of an account, finished or between two."""

    account: Account
    grid: Grid
    values: Mapping[str, Values]

    def at(self, place: ComparedPlace, line: IndicatorLine) -> float | None:
        """The value of an indicator in a county and period; None where there is none, or no such place."""
        held = self.values.get(line.value)
        members = {"county": place.code, "year": place.period}
        if held is None or any(code not in self.grid.members[axis] for axis, code in members.items()):
            return None
        lists = tuple((axis, line.item) for axis in held.quantity.axes if axis not in AXES)
        index = self.grid.index(Cell((*members.items(), *lists)).on(held.quantity.axes))
        return float(held.value[index]) if held.presence[index] == VALUE else None


def _solved(account: Account) -> _Held | tuple[Problem, ...]:
    """The values of an account, or what keeps it from being computed."""
    problems = Problems()
    try:
        leaves, values = solve(account, problems)
    except QhgepError as error:
        return error.problems
    faults = [item for item in problems.items if item.severity == "error" and item.code not in _HARMLESS]
    return tuple(faults) if faults else _Held(account, leaves.grid, values)


def _cells(old: _Held, new: _Held) -> tuple[Cells, tuple[ComparedLine, ...], tuple[OneSided, ...]]:
    """What is compared in each place, with both values, and what only one side has."""
    cells: dict[ComparedPlace, tuple[IndicatorLine, ...]] = {}
    compared, beside = [], []
    listed = [{line_key(line): line for line in held.account.ruleset.indicators} for held in (old, new)]
    for place in _places(old.account, new.account):
        both = []
        for key, line in (listed[0] | listed[1]).items():
            one = old.at(place, line) if key in listed[0] else None
            other = new.at(place, line) if key in listed[1] else None
            zh = (old if key in listed[0] else new).account.ruleset.zh_of(line.id)
            if one is not None and other is not None:
                both.append(line)
                compared.append(ComparedLine(place, line.id, zh, Fraction(one), Fraction(other)))
            elif one is not None:
                beside.append(OneSided("a", place, line.id, zh, Fraction(one)))
            elif other is not None:
                beside.append(OneSided("b", place, line.id, zh, Fraction(other)))
        if both:
            cells[place] = tuple(both)
    return cells, tuple(compared), tuple(beside)


def _places(a: Account, b: Account) -> list[ComparedPlace]:
    codes = sorted({county.code for side in (a, b) for county in side.counties})
    periods = dict.fromkeys(period.name for side in (a, b) for period in side.periods)
    return [ComparedPlace(code, period) for period in periods for code in codes]


def _totals(compared: tuple[ComparedLine, ...], side: int) -> dict[ComparedPlace, Fraction]:
    found: dict[ComparedPlace, list[float]] = {}
    for line in compared:
        if (
            value := (line.old, line.new)[side]
        ) is not None:  # what is compared has both: nothing stands in for a value
            found.setdefault(line.place, []).append(float(value))
    return {place: Fraction(math.fsum(values)) for place, values in found.items()}


def _amounts(held: _Held, cells: Cells) -> State:
    """The total of each place over the indicators that are compared, or what has no value."""
    found = {}
    for place, lines in cells.items():
        values = [held.at(place, line) for line in lines]
        there = [value for value in values if value is not None]
        if len(there) < len(values):
            gone = held.account.ruleset.zh_of(lines[values.index(None)].id)
            return f"{place.code} {place.period} 的{gone}在两者之间没有值"
        found[place] = Fraction(math.fsum(there))
    return found


def _moves(a: Account, b: Account, changes: Collection[Change], cells: Cells) -> list[Move]:
    """Every kind in its order, with the account in which it and all kinds before it are those of the new side."""
    kinds = {change.kind for change in changes}
    if _choice(a.deflation) == _choice(b.deflation):
        kinds.discard("deflation")
    common = _common(a, b)
    state, moves = _narrowed(a, common), []
    for kind in ACCOUNT_ORDER:
        if kind in _PARTS:
            state = replace(state, **{part: getattr(_narrowed(b, common), part) for part in _PARTS[kind]})
        changed = {"coverage_a": _narrowed(a, common) is not a, "coverage_b": _narrowed(b, common) is not b}.get(
            kind, kind in kinds
        )
        moves.append(Move(kind, changed, lambda state=state: _state(state, cells)))  # type: ignore[misc] # the state of this turn
    return moves


def _choice(deflation: Deflation | None) -> Deflation | None:
    """The decision without the line where it is written."""
    return None if deflation is None else replace(deflation, place="")


def _state(account: Account, cells: Cells) -> State:
    held = _solved(account)
    if isinstance(held, _Held):
        return _amounts(held, cells)
    return "不能单独复算：" + "；".join(item.part("found") for item in held[:2])


def _common(a: Account, b: Account) -> tuple[frozenset[str], frozenset[str]]:
    """The codes of the common counties and the names of the common periods."""
    codes = [frozenset(county.code for county in side.counties) for side in (a, b)]
    names = [frozenset(period.name for period in side.periods) for side in (a, b)]
    return codes[0] & codes[1], names[0] & names[1]


def _narrowed(account: Account, common: tuple[frozenset[str], frozenset[str]]) -> Account:
    """The account over the common counties and periods; itself where it has no others."""
    codes, names = common
    if all(c.code in codes for c in account.counties) and all(p.name in names for p in account.periods):
        return account
    return replace(
        account, counties=tuple(c for c in account.counties if c.code in codes),
        periods=tuple(p for p in account.periods if p.name in names),
        inputs=tuple(row for row in account.inputs if row.county_code in codes),
    )  # fmt: skip
