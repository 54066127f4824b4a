"""What other coefficient rows would pay: one row with another value, or every row a percent higher."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path

from qhgep.account.account import Account
from qhgep.coefficient_store import PackPaths, Row, load_parameters
from qhgep.compensation.allocate import REQUIRED, account_results, allocate, program_of
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.draws import drawn_factors, pay_draws
from qhgep.compensation.plan.factors import read_factors
from qhgep.compensation.plan.read import read_plan
from qhgep.compensation.plan.schema import Plan
from qhgep.engine import compute
from qhgep.engine.draws import a_percent_higher, cells_of_row, rows_read
from qhgep.engine.result import Result
from qhgep.errors import PlanError, Problems, problem
from qhgep.evidence import Evidence
from qhgep.money import Fen
from qhgep.text_tables import in_one_line

_CHANGE = re.compile(r"(?P<row>.+?)=(?P<sign>[-+]?)(?P<number>[0-9]{1,15}(\.[0-9]{1,15})?)(?P<percent>%?)")
_PER_CENT = Fraction(1, 100)
_BLOCK = 40
"""So many rows are tried at once."""


@dataclass(frozen=True, slots=True)
class RowChange:
    """Another value for a coefficient row: `times` the present one, or the `value` itself in the unit of the row."""

    row: str
    times: Fraction | None
    value: Decimal | None
    text: str

    def applied(self, present: Decimal) -> Decimal:
        """The value in place of the present one, exactly."""
        if self.value is not None:
            return self.value
        times = Fraction(1) if self.times is None else self.times
        exact = Fraction(present) * times
        places = 0
        while (exact * 10**places).denominator != 1:
            places += 1
        return Decimal(int(exact * 10**places)).scaleb(-places)


def row_change(text: str) -> RowChange:
    """A change as it is typed: `GZ-26=418` (a value), `GZ-26=+10%`, `GZ-26=-5%` (by so much). Raises PlanError."""
    match = _CHANGE.fullmatch(text.strip())
    if match is None or (match["percent"] and not match["sign"]):
        raise PlanError(problem("whatif_row_text", "--row", found=text))
    number = Decimal(match["sign"] + match["number"])
    if match["percent"]:
        return RowChange(match["row"], 1 + Fraction(number) * _PER_CENT, None, text)
    return RowChange(match["row"], None, number, text)


@dataclass(frozen=True)
class RowEffect:
    """What a plan pays now and with other values of some coefficient rows; `rows` are these as they are and as they would be.

    `unread` are those that no account of the plan reads: they move nobody.
    """

    before: Allocation
    after: Allocation
    rows: tuple[tuple[Row, Row], ...]
    unread: tuple[str, ...]
    __repr__ = in_one_line

    def change(self, code: str) -> Fen:
        """By how many fen what a recipient gets changes."""
        return Fen(self.after.fen[code] - self.before.fen[code])


@dataclass(frozen=True)
class AllRows:
    """What every coefficient row that the accounts of a plan read would move if it were a percent higher, by recipient, in fen.

    `rows` are in the order of what they move; `still` move nobody, as a price that all factors share. A row whose
    accounts or plan could not follow is in `refused` with the reason.
    """

    before: Allocation
    rows: tuple[tuple[Row, Mapping[str, Fen]], ...]
    still: tuple[Row, ...]
    refused: Mapping[str, str]
    __repr__ = in_one_line


@dataclass(frozen=True)
class _Asked:
    """A plan, its results and what it pays now."""

    plan: Plan
    results: Mapping[str, Result]
    before: Allocation
    require: Evidence | None


def what_if_rows(
    plan: Path | str,
    changes: Sequence[str],
    *,
    require: Evidence | None = None,
    coefficients: PackPaths = (),
    known_on: date | None = None,
    inside: Path | str | None = None,
) -> RowEffect:
    """What a plan would pay with other values of coefficient rows, computed anew from the accounts to the fen.

    `changes` as they are typed: `RC-高寒草甸=+10%`, `GZ-26=418`. Raises PlanError for a text that is none, a row that does
    not exist (naming the nearest), or twice; and where plan or accounts cannot be followed with these values.
    """
    wanted = [row_change(text) for text in changes]
    asked = _asked(plan, require, coefficients, known_on, inside)
    _verify(asked, wanted)
    by_row = {change.row: change for change in wanted}
    results, rows = {}, dict[str, tuple[Row, Row]]()
    for name, result in asked.results.items():
        account, changed = _changed(result.account, by_row)
        rows |= {old.row: (old, new) for old, new in changed if cells_of_row(result, old.row)}
        results[name] = compute(account)
    after = allocate(asked.plan, results=results, require=require)
    unread = tuple(change.row for change in wanted if change.row not in rows)
    return RowEffect(asked.before, after, tuple(rows.values()), unread)


def what_if_all_rows(
    plan: Path | str,
    *,
    require: Evidence | None = None,
    coefficients: PackPaths = (),
    known_on: date | None = None,
    inside: Path | str | None = None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> AllRows:
    """What each coefficient row moves per percent: the accounts and the plan are read for all rows together.

    Where shares are not rounded an amount may be a payable unit off what the plan alone would pay.
    Raises PlanError where the plan cannot be followed, or takes a factor over the common coverage.
    """
    asked = _asked(plan, require, coefficients, known_on, inside)
    level = require or REQUIRED[asked.plan.layer]
    return all_rows(asked.plan, asked.results, asked.before, require=level, progress=progress)


def all_rows(
    plan: Plan,
    results: Mapping[str, Result],
    before: Allocation,
    *,
    require: Evidence,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> AllRows:
    """The same of a plan whose accounts are computed and that is paid; see `what_if_all_rows`."""
    program = program_of(plan, read_factors(plan, results, require=require))
    names = sorted({row for result in results.values() for row in rows_read(result)})
    moved, refused = dict[str, Mapping[str, Fen]](), dict[str, str]()
    for start in range(0, len(names), _BLOCK):
        block = names[start : start + _BLOCK]
        accounts = {name: a_percent_higher(result, block) for name, result in results.items()}
        found = pay_draws(program, drawn_factors(plan, accounts), pool=plan.pool_fen)
        for place, row in enumerate(block):
            if place in found.refused or any(account.broken[place] for account in accounts.values()):
                refused[row] = "；".join(item.text() for item in found.refused.get(place, ())) or "-"
            else:
                paid = dict(zip(program.begun.codes, found.fen[place].tolist(), strict=True))
                moved[row] = {code: Fen(paid[code] - before.fen[code]) for code in paid}
        progress(min(start + _BLOCK, len(names)), len(names))
    stored = {row.row: row for result in results.values() for row in result.account.coefficients.rows}
    order = sorted(moved, key=lambda row: (-max(map(abs, moved[row].values())), row))
    return AllRows(
        before,
        tuple((stored[row], moved[row]) for row in order if any(moved[row].values())),
        tuple(stored[row] for row in order if not any(moved[row].values())),
        refused,
    )


def _asked(
    plan: Path | str,
    require: Evidence | None,
    packs: PackPaths,
    known_on: date | None,
    inside: Path | str | None,
) -> _Asked:
    terms = read_plan(plan, parameters=load_parameters(packs, known_on=known_on), inside=inside)
    results = {
        name: result for name, result in account_results(terms, packs, known_on).items() if isinstance(result, Result)
    }
    return _Asked(terms, results, allocate(terms, results=results, require=require), require)


def _verify(asked: _Asked, wanted: Sequence[RowChange]) -> None:
    problems = Problems()
    known = {row.row: row for result in asked.results.values() for row in result.account.coefficients.rows}
    seen, cited = set[str](), {row.row for row in asked.plan.cited.values()}
    for change in wanted:
        if change.row in cited:
            problems.add("whatif_row_cited", "--row", found=change.row)
        elif change.row not in known:
            near = "、".join(get_close_matches(change.row, known, n=3, cutoff=0.5)) or "-"
            problems.add("whatif_row_unknown", "--row", found=change.row, near=near)
        if change.row in seen:
            problems.add("whatif_row_twice", "--row", found=change.row)
        seen.add(change.row)
    problems.raise_if_any(PlanError)


def _changed(account: Account, changes: Mapping[str, RowChange]) -> tuple[Account, list[tuple[Row, Row]]]:
    """The account with other values in rows of its store: what somebody tries is chosen, and assumed."""
    changed, found = account, list[tuple[Row, Row]]()
    for name, change in changes.items():
        if (row := account.coefficients.row(name)) is None:
            continue
        changed = changed.with_coefficient(
            name, value=change.applied(row.value), reason=change.text, decided_by="what-if"
        )
        if (new := changed.coefficients.row(name)) is not None:
            found.append((row, new))
    return changed, found
