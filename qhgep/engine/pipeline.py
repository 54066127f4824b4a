"""compute(): from an account to its result."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from qhgep.account.account import Account
from qhgep.catalogue import Formula
from qhgep.engine.branches import rested_on
from qhgep.engine.coverage import find_coverage
from qhgep.engine.evaluate import run
from qhgep.engine.figures import Figures, cells_where
from qhgep.engine.fixed_multiples import tell_fixed_multiples
from qhgep.engine.gaps import tell_nowhere, weighed
from qhgep.engine.grid import ABSENT, NOT_APPLICABLE, VALUE, Fixed, Grid, Record, Values
from qhgep.engine.held_items import tell_held_items
from qhgep.engine.identity import run_id
from qhgep.engine.in_memory import checked_account
from qhgep.engine.land import tell_areas
from qhgep.engine.limits import tell_bounds, tell_comparisons, tell_stand_ins
from qhgep.engine.price_years import check_price_years, kind_of, no_current, used_rows
from qhgep.engine.result import Result
from qhgep.engine.select_inputs import Leaves
from qhgep.engine.void_values import tell_properties, tell_void_values
from qhgep.errors import EvidenceError, Problem, Problems, grouped, problem
from qhgep.evidence import EVIDENCE, LEVELS
from qhgep.expr import AXES, Parts, Quantity, Total
from qhgep.quantities import area
from qhgep.ruleset_store.overlaps import zh_of_member


def compute(account: Account) -> Result:
    """The values of every quantity of an account, with presence, origin, evidence and coverage.

    Raises AccountError with every problem at once: input rows that contend, decisions that reach nothing, and unless the
    account is a draft also what has no value, or several and none chosen, and is not declared (GAPS; else a warning). UnitError where the only
    fault is that price years are mixed (or that the index of [deflate] lacks a year), EvidenceError where something
    rests on weaker evidence than required.
    """
    problems = Problems()
    account = checked_account(account)
    leaves, values = solve(account, problems)
    weighed(account, problems)
    figures = Figures(values, leaves.grid, leaves.records, {county.code: county.zh for county in account.counties})
    areas, comparisons = Problems(), Problems()
    tell_areas(figures, areas, account=True)
    tell_comparisons(figures, comparisons)
    tell_fixed_multiples(figures, comparisons)
    tell_held_items(figures, comparisons)
    tell_properties(account, figures, problems)
    problems.items += [item for item in (*areas.items, *comparisons.items) if item.severity == "error"]
    problems.items = grouped(problems.items, _MANY, beyond=_ONE_BY_ONE)
    account.text.raise_located(problems, kind_of(problems))
    _tell_no_current(account, problems)
    tell_bounds(figures, problems)
    tell_stand_ins(figures, problems)
    problems.items += (*areas.warnings, *comparisons.warnings)
    _tell_overlaps(account, values, problems)
    tell_void_values(account, values, leaves.grid, problems)
    values = {name: held.sealed() for name, held in values.items()}
    coverage = find_coverage(account, leaves.grid, values)
    checks = account.warnings + tuple(problems.items)
    records = tuple(leaves.records)
    run, indices = run_id(account, records, checks), used_rows(account, records)
    result = Result(account, leaves.grid, Fixed(values), records, coverage, checks, run, indices)
    if weak := weak_rows(result, account.require):
        raise EvidenceError(weak)
    return result


def _tell_overlaps(account: Account, values: Mapping[str, Values], problems: Problems) -> None:
    """Counted lines that may count the same thing, where two have a value: no rule can tell, a person looks."""
    lines = {line.id: line.value for line in account.ruleset.indicators}
    for group in account.ruleset.overlaps:
        members = (lines.get(member, member.partition("/")[0]) for member in group.of)
        if sum(name in values and bool(values[name].present.any()) for name in members) < len(group.of):
            continue
        named = "、".join(zh_of_member(member, account.ruleset.catalogue) for member in group.of)
        problems.warn("overlap_look", account.ruleset.file, members=named, reason=group.reason)


def solve(account: Account, problems: Problems) -> tuple[Leaves, dict[str, Values]]:
    """The values alone: the leaves chosen and everything computed from them; what is wrong is noted in `problems`.

    Where a coefficient has no value, what needs it has none either, beside the problem. Raises AccountError where no
    ecosystem is named: there is nothing to compute on.
    """
    leaves = Leaves(account, problems)
    stated = leaves.values()
    tell_nowhere(account, leaves, stated, problems)
    if leaves.no_ecosystem:  # nothing then holds for any ecosystem, which need not be told formula by formula
        problems.add("ecosystem_nowhere", account.file or "account.toml", ruleset=account.ruleset.name, name=area.name)
    values = run(account.ruleset.order, stated, leaves.grid, unresolved=lambda *what: _unresolved(leaves, *what))
    if not leaves.no_ecosystem:
        _check_reach(account, values, leaves.grid, problems)
    check_price_years(leaves.deflator, values, problems)
    return leaves, values


def lacking_coefficients(account: Account) -> dict[str, tuple[tuple[str, str], ...]]:
    """The coefficients without a value that something known waits for, each with the ecosystems and items that lack it.

    What is known but for other coefficients waits as well: all that is lacking is asked for in one round. Ecosystem and item are
    empty where the coefficient is not by them.
    """
    found: dict[str, dict[tuple[str, str], None]] = {}
    leaves, values = solve(account, Problems())
    known_then = _known_with_coefficients(account.ruleset.order, values, leaves.grid)
    for formula in account.ruleset.order:
        held = [values[quantity.name] for quantity in formula.inputs]
        known = [known_then.get(item.quantity.name, item.present) for item in held if not item.quantity.is_coefficient]
        asked, made = rested_on(formula, values), values[formula.quantity.name]
        open_ = ~made.present & (made.presence != NOT_APPLICABLE)  # elsewhere the value is stated, and asks for nothing
        for item in held:
            waits = ~item.present & asked.get(item.quantity.name, True) & open_
            for present in known:
                waits = waits & present
            if "ecosystem" in item.quantity.axes and area.name in values:
                land = values[area.name]  # of land that nobody states, or that is not there, nothing is computed
                waits = waits & land.present & (land.value != 0)
            if item.quantity.is_coefficient and waits.any():
                found.setdefault(item.quantity.name, dict.fromkeys(_cells(waits, item.quantity, leaves.grid)))
    return {name: tuple(cells) for name, cells in found.items()}


def _known_with_coefficients(
    order: Sequence[Formula], values: Mapping[str, Values], grid: Grid
) -> dict[str, NDArray[np.bool_]]:
    """Where each computed quantity has a value, or would have one if no coefficient were lacking."""
    found: dict[str, NDArray[np.bool_]] = {}
    for formula in order:
        made = values[formula.quantity.name]
        inputs = [item for item in formula.inputs if not item.is_coefficient]
        read = [found.get(item.name, values[item.name].present) for item in inputs]
        if isinstance(formula.equals, Total):
            would = read[0].any(axis=grid.axes[formula.equals.axis], keepdims=True) if read else made.present
        elif isinstance(formula.equals, Parts):
            would = reduce(np.logical_or, read, made.present)
        else:
            would = reduce(np.logical_and, read, np.ones_like(made.present))
        possible = made.present | (would & ~np.isin(made.presence, (ABSENT, NOT_APPLICABLE)))
        found[formula.quantity.name] = possible
    return found


def _cells(waits: NDArray[np.bool_], quantity: Quantity, grid: Grid) -> Iterator[tuple[str, str]]:
    """Ecosystem and item of the cells of a quantity where a mask holds."""
    lists = [axis for axis in quantity.axes if axis not in AXES]
    for cell in cells_where(waits, quantity.axes, grid):
        yield cell.get("ecosystem"), "/".join(map(cell.get, lists))


def _unresolved(leaves: Leaves, formula: Formula, quantity: Quantity, needed: NDArray[np.bool_]) -> None:
    """Note the coefficient cells that a formula needs and that have no value, each once; counties that lack the same together."""
    del formula
    shape = leaves.grid.shape(quantity.axes)
    axes = tuple(place for place, length in enumerate(shape) if length == 1)
    indices = zip(*np.nonzero(needed.any(axis=axes, keepdims=True)), strict=True)
    found = [leaves.unresolved.get((quantity.name, tuple(int(place) for place in index))) for index in indices]
    told = set(leaves.problems.items)
    for item in grouped_by_county([item for item in dict.fromkeys(found) if item is not None]):
        if item not in told:
            leaves.problems.items.append(item)


def _tell_no_current(account: Account, problems: Problems) -> None:
    """Periods that the index has no row for: their current prices are missing, which stops nothing."""
    for period in account.periods if account.deflation is not None else ():
        if period.year is not None and (found := no_current(account, period.year, period.name)):
            problems.items.append(replace(found, severity="warning"))


def _check_reach(account: Account, values: dict[str, Values], grid: Grid, problems: Problems) -> None:
    """Formulas that hold for no ecosystem, and those that do not reach land that others of the account reach."""
    if "ecosystem" not in grid.members:
        return
    partly = []
    for formula in account.ruleset.order:
        presence = values[formula.quantity.name].presence
        if formula.covers and (presence > NOT_APPLICABLE).all():
            if not any(_is_reported_as_bound(quantity, account, values) for quantity in formula.covers):
                continue
            needs = "、".join(quantity.zh for quantity in formula.covers)
            problems.add(
                "covers_nothing",
                account.file or "account.toml",
                formula=formula.quantity.zh,
                name=formula.quantity.name,
                needs=needs,
            )
        elif formula.covers and "ecosystem" in formula.quantity.axes:
            partly.append((formula, _over_land(presence == ABSENT, grid), _over_land(presence == VALUE, grid)))
    reached = np.any([there for _, _, there in partly], axis=0)
    for formula, absent, _ in partly:
        found = (absent & reached).any(axis=(0, 1))
        _tell_unreached(
            account,
            formula,
            [
                name
                for name, out in zip(grid.members["ecosystem"], found, strict=True)
                if out and formula.holds_for(name)
            ],
            problems,
        )


def _is_reported_as_bound(quantity: Quantity, account: Account, values: dict[str, Values]) -> bool:
    """Whether that a quantity has no value is told by the formula that it bounds: not what nobody states, nor what is computed."""
    held = values[quantity.name]
    stated = held.source is not None and bool((held.source >= 0).any())
    return quantity.is_coefficient or (stated and quantity.name not in account.ruleset.bind)


def _over_land(there: NDArray[np.bool_], grid: Grid) -> NDArray[np.bool_]:
    """Where something holds, by county, year and ecosystem: for one item at least."""
    mine = [grid.axes[axis] for axis in ("county", "year", "ecosystem")]
    found = there.any(axis=tuple(axis for axis in range(there.ndim) if axis not in mine))
    return np.broadcast_to(found, tuple(len(grid.members[axis]) for axis in ("county", "year", "ecosystem")))


def _tell_unreached(account: Account, formula: Formula, ecosystems: Sequence[str], problems: Problems) -> None:
    if not ecosystems:
        return
    known = account.coefficients.ecosystems
    zh = "、".join(known[name].zh if name in known else name for name in ecosystems)
    needs = "、".join(quantity.zh for quantity in formula.covers)
    problems.warn(
        "covers_part", account.file or "account.toml", formula=formula.quantity.zh, needs=needs, ecosystems=zh
    )


_NAMED = 3
"""How many counties are named before they are only counted."""
_ONE_BY_ONE = 20
_MANY = {"index_year": ("quantity", "row")}
"""Faults of so many inputs that one sentence says of the year and the series what is wrong with all of them."""


def grouped_by_county(problems: Sequence[Problem]) -> list[Problem]:
    """The problems, those that are the same but for the county made one that names the first counties and counts them."""
    groups: dict[tuple[object, ...], list[tuple[str, Problem]]] = {}
    for item in problems:
        county, _, rest = dict(item.facts).get("cell", "").partition("，")
        others = tuple((name, rest if name == "cell" else fact) for name, fact in item.facts)
        key = (item.code, item.where, others, "" if county.isdigit() else county)
        groups.setdefault(key, []).append((county, item))
    return [_one(group) for group in groups.values()]


def _one(group: Sequence[tuple[str, Problem]]) -> Problem:
    county, first = group[0]
    if len(group) == 1:
        return first
    names = "、".join(name for name, _ in group[:_NAMED]) + ("…" if len(group) > _NAMED else "")
    facts = tuple(
        (key, value.replace(county, f"{names}（{len(group)}）", 1) if key == "cell" else value)
        for key, value in first.facts
    )
    return replace(first, facts=facts)


def weak_rows(result: Result, require: str) -> list[Problem]:
    """Leaf values and index rows that rest on weaker evidence than required: a problem for each quantity and level."""
    floor = LEVELS.index(require)
    found = {}
    for what, place, evidence in _statements(result):
        if evidence and LEVELS.index(evidence) > floor:
            levels = {"evidence": EVIDENCE[evidence], "require": EVIDENCE[require]}
            found[what] = problem("evidence_weak", place, of=re.split("[，\\s]", what)[0], what=what, **levels)
    return grouped((found[what] for what in sorted(found)), {"evidence_weak": ("what",)})


def _statements(result: Result) -> Iterator[tuple[str, str, str]]:
    """Name, place and evidence; an amount that was carried has its own evidence here, and the index rows have theirs."""
    for record in result.records:
        yield _named(record, result), record.place, record.carried.evidence if record.carried else record.evidence
    for index in result.indices.values():
        yield f"{index.row.key} {index.row.row}", index.row.place, index.evidence


def _named(record: Record, result: Result) -> str:
    if record.input:
        quantity = result.values[record.input.quantity].quantity
        return "，".join(
            part for part in (quantity.zh, record.input.county_code, record.input.ecosystem, record.input.item) if part
        )
    if record.resolved:
        return f"{record.resolved.row.key} {record.resolved.row.row}"
    return "核算期天数"
