"""compute(): from an account to its result."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
from numpy.typing import NDArray

from qhgep._version import __version__
from qhgep.account import Account
from qhgep.catalogue import Formula
from qhgep.engine.coverage import find_coverage
from qhgep.engine.deflate import check_price_years, kind_of, no_current, used_rows
from qhgep.engine.grid import NOT_APPLICABLE, VALUE, Grid, Record, Values
from qhgep.engine.leaves import Leaves
from qhgep.engine.require import weak_rows
from qhgep.engine.run import run
from qhgep.engine.together import together
from qhgep.errors import AccountError, EvidenceError, Problems, problem
from qhgep.expr import Cell, Quantity
from qhgep.quantities import AREA_TOLERANCE, AREA_TOLERANCE_TEXT
from qhgep.result import Result
from qhgep.store import series_rows

GAPS = frozenset({"no_value", "no_value_then", "covers_nothing", "input_nowhere"})
"""Problems that mean, cell by cell, no more than that there is no value: a draft runs on, and says what is missing."""


def compute(account: Account) -> Result:
    """The values of every quantity of an account, with presence, origin, evidence and coverage.

    Raises AccountError with every problem at once: rows that contend, decisions that reach nothing, and unless the
    account is a draft also what has no value at all (GAPS; in a draft these are warnings). UnitError where the only
    fault is that price years are mixed (or that the index of [deflate] lacks a year), EvidenceError where something
    rests on weaker evidence than required.
    """
    problems = Problems()
    leaves, values = solve(account, problems)
    if account.state == "draft":
        problems.items = [replace(item, severity="warning") if item.code in GAPS else item for item in problems.items]
    problems.raise_if_any(kind_of(problems))
    _tell_no_current(account, problems)
    _check_bounds(values, leaves.grid, problems)
    _check_stand_ins(values, leaves.grid, problems)
    _check_areas(values, leaves.grid, problems)
    coverage = find_coverage(account, leaves.grid, values)
    checks = account.warnings + tuple(problems.items)
    records = tuple(leaves.records)
    indices = used_rows(account, records)
    result = Result(account, leaves.grid, values, records, coverage, checks, run_id(account, records), indices)
    if weak := weak_rows(result, account.require):
        raise EvidenceError(weak)
    return result


def solve(account: Account, problems: Problems) -> tuple[Leaves, dict[str, Values]]:
    """The values alone: the leaves chosen and everything computed from them; what is wrong is noted in `problems`.

    Where a coefficient has no value, what needs it has none either, beside the problem. Raises AccountError where no
    ecosystem is named: there is nothing to compute on.
    """
    leaves = Leaves(account, problems)
    stated = leaves.values()
    _nowhere(account, leaves, stated, problems)
    if not all(leaves.grid.members.values()):
        problems.raise_if_any(kind_of(problems))
        raise AccountError(problem("ecosystem_nowhere", "account.toml", ruleset=account.ruleset.name))
    values = run(account.ruleset.order, stated, leaves.grid, unresolved=lambda *what: _unresolved(leaves, *what))
    _check_reach(account, values, leaves.grid, problems)
    check_price_years(leaves.deflator, values, problems)
    return leaves, values


def run_id(account: Account, records: Sequence[Record]) -> str:
    """Sixteen hex digits that follow from inputs, coefficients in use, rules and version: the same inputs, the same id."""
    rows = {
        r.resolved.row.model_dump_json(exclude={"file", "line", "exact", "constant"}) for r in records if r.resolved
    }
    content = {
        "qhgep": __version__,
        "ruleset": [account.ruleset.name, account.ruleset.hash],
        "periods": [[period.name, str(period.days)] for period in account.periods],
        "price_year": account.price_year,
        "counties": [county.code for county in account.counties],
        "inputs": sorted(row.fields for row in account.inputs),
        "rows": sorted(rows),
        "adoptions": [asdict(replace(adoption, place="")) for adoption in account.adoptions],
        "require": account.require,
        "date": account.date.isoformat(),
        "title": account.title,
    }
    if account.not_applicable:
        content["not_applicable"] = [asdict(replace(item, place="")) for item in account.not_applicable]
    if account.coefficients.known_on is not None:
        content["known_on"] = account.coefficients.known_on.isoformat()
    if account.deflation is not None:
        series = series_rows(account.coefficients, account.deflation.series)
        content["deflate"] = asdict(replace(account.deflation, place=""))
        content["index"] = [row.model_dump_json(exclude={"file", "line", "exact", "constant"}) for row in series]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _unresolved(leaves: Leaves, formula: Formula, quantity: Quantity, needed: NDArray[np.bool_]) -> None:
    """Note the coefficient cells that a formula needs and that have no value, each once; counties that lack the same together."""
    del formula
    shape = leaves.grid.shape(quantity.axes)
    axes = tuple(place for place, length in enumerate(shape) if length == 1)
    indices = zip(*np.nonzero(needed.any(axis=axes, keepdims=True)), strict=True)
    found = [leaves.unresolved.get((quantity.name, tuple(int(place) for place in index))) for index in indices]
    told = set(leaves.problems.items)
    for item in together([item for item in dict.fromkeys(found) if item is not None]):
        if item not in told:
            leaves.problems.items.append(item)


def _nowhere(account: Account, leaves: Leaves, values: dict[str, Values], problems: Problems) -> None:
    """A quantity that a formula reads and that nobody states anywhere is an open end, not a gap."""
    read = {quantity.name: formula for formula in account.ruleset.order for quantity in formula.inputs}
    for quantity in account.ruleset.leaves:
        if quantity.is_coefficient or quantity.name not in read or leaves.records_of(values[quantity.name]):
            continue
        chain = " ← ".join([quantity.name, *read[quantity.name].id[:1]])
        problems.add("input_nowhere", "account.toml", quantity=quantity.zh, name=quantity.name, chain=chain)


def _tell_no_current(account: Account, problems: Problems) -> None:
    """Periods that the index has no row for: their current prices are missing, which stops nothing."""
    for period in account.periods if account.deflation is not None else ():
        if period.year is not None and (found := no_current(account, period.year, period.name)):
            problems.items.append(replace(found, severity="warning"))


def _check_reach(account: Account, values: dict[str, Values], grid: Grid, problems: Problems) -> None:
    for formula in account.ruleset.order:
        if not formula.covers or "ecosystem" not in grid.members:
            continue
        presence = values[formula.quantity.name].presence
        if (presence > NOT_APPLICABLE).all():
            needs = "、".join(quantity.zh for quantity in formula.covers)
            problems.add("covers_nothing", "account.toml", formula=formula.quantity.zh, needs=needs)


def _check_bounds(values: dict[str, Values], grid: Grid, problems: Problems) -> None:
    """Computed values outside their plausible range: they stay, and a warning says so, once where an input stands in."""
    for name, held in values.items():
        limits = held.quantity.bounds
        if limits is None or "!" in name or held.method in {"input", "coefficient"}:
            continue
        for cell in grid.cells(held.quantity.axes):
            index = grid.index(cell)
            if held.presence[index] == VALUE and not limits.hold(float(held.value[index])):
                where = "，".join(member for _, member in cell.members)
                shown = f"{held.value[index]:.6g} {held.quantity.unit.printed}"
                facts = {"quantity": held.quantity.zh, "value": shown, "range": limits.range, "reason": limits.reason}
                problems.warn("value_bounds", where, **facts)


def _check_stand_ins(values: dict[str, Values], grid: Grid, problems: Problems) -> None:
    """Where a stated value stands for a formula that has a value too, the difference is told."""
    for name in [name for name in values if name.endswith("!formula")]:
        computed, stated = values[name], values[name.removesuffix("!formula")]
        for cell in grid.cells(computed.quantity.axes):
            index = grid.index(cell)
            first, second = float(stated.value[index]), float(computed.value[index])
            is_stated = stated.source is not None and stated.source[index] >= 0
            both = math.isfinite(first) and math.isfinite(second)
            if is_stated and both and not math.isclose(first, second, rel_tol=1e-9):
                share = f"{(first - second) / second:.2%}" if second else "-"
                where = "，".join(member for _, member in cell.members)
                facts = {
                    "quantity": computed.quantity.zh,
                    "stated": f"{first:.6g}",
                    "computed": f"{second:.6g}",
                    "share": share,
                }
                problems.warn("standin_differs", where, **facts)


def _check_areas(values: dict[str, Values], grid: Grid, problems: Problems) -> None:
    area, whole = values.get("area"), values.get("county_area")
    if area is None or whole is None:
        return
    for cell in grid.cells(("county", "year")):
        index = grid.index(cell)
        classes = [float(area.value[grid.index(cell.at("ecosystem", item))]) for item in grid.members["ecosystem"]]
        total = math.fsum(size for size in classes if math.isfinite(size))
        stated = float(whole.value[index])
        if math.isfinite(stated) and stated and abs(total - stated) / stated > AREA_TOLERANCE:
            where = "，".join(member for _, member in Cell(cell.members).members)
            share = f"{(total - stated) / stated:.2%}"
            facts = {
                "sum": f"{total:.6g} hm²",
                "stated": f"{stated:.6g} hm²",
                "share": share,
                "tolerance": AREA_TOLERANCE_TEXT,
            }
            problems.warn("area_difference", where, **facts)
