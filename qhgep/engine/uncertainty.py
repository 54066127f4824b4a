"""How sure an account is: its declared distributions drawn through its own trees, in blocks whose bits follow from the seed.

One draw where the world is one: all cells of a stream (a row, a group) move together (`drawn_leaves`).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qhgep.account.uncertain import Uncertain
from qhgep.engine.drawn_leaves import HIGH, LOW, MIDDLE, DrawnLeaves, Leaf
from qhgep.engine.draws import DrawnAccount, cells_of_row, drawn, rows_read
from qhgep.engine.grid import VALUE, Values
from qhgep.engine.names import ALL
from qhgep.engine.result import Result
from qhgep.errors import AccountError, Problems
from qhgep.readings.evaluate import Array
from qhgep.text_tables import in_one_line

BLOCK: Final = 500
"""So many draws are computed at once."""
FROZEN_BLOCKS: Final = 4
"""So many blocks serve for what each stream contributes."""
_AT_ONCE: Final = 64
"""Of so many cells the quantiles are taken together."""


@dataclass(frozen=True)
class Band:
    """A number with the values that 5, 50 and 95 % of the draws do not exceed."""

    county: str
    period: str
    quantity: str
    item: str
    value: float
    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class Uncertainty:
    """The bands of indicators and totals, by county and (county `*`) over all; a P95 of a total is no sum of P95s.

    `outside`: draws in which a drawn number lies outside the limits of its quantity, `broken`: in which something had no
    number; both are in the bands as they are, except what has no number. `contributions` are groups with the part of the
    variance of the total over all counties that is gone when they are frozen. `fixed` are the rows without a distribution,
    `fixed_share` the part of the total that no stream reaches.
    """

    result: Result
    seed: int
    draws: int
    bands: tuple[Band, ...]
    outside: int
    broken: int
    contributions: tuple[tuple[str, float], ...]
    fixed: tuple[str, ...]
    fixed_share: float
    __repr__ = in_one_line


def uncertainty(
    result: Result, *, draws: int = 10_000, seed: int = 1, workers: int = 1, contributions: bool = True
) -> Uncertainty:
    """The bands that the distributions declared in the account give, by so many draws; without `contributions` bands alone.

    Raises AccountError where none is declared, or one reaches no number, a zero, a number of another one, or does not lie
    around its value.
    """
    leaves = uncertain_leaves(result)
    cells = _cells(result)
    sizes = [min(BLOCK, draws - start) for start in range(0, draws, BLOCK)]
    reading = _Reading(result, cells)
    with ThreadPoolExecutor(workers) as pool:
        blocks = list(pool.map(lambda at: _block(reading, leaves, seed, at, sizes[at]), range(len(sizes))))
    numbers = np.concatenate([block.numbers for block in blocks], axis=1)
    bands = [Band(*cell, _value(result, cell), *three) for cell, three in zip(cells, _quantiles(numbers), strict=True)]
    parts = _contributions(reading, leaves, seed, sizes[:FROZEN_BLOCKS]) if contributions else ()
    share = _fixed_share(result, leaves)
    streams = {item.row for item in result.account.uncertain if item.row}
    fixed = tuple(row for row in rows_read(result) if row not in streams)
    return Uncertainty(
        result, seed, draws, tuple(bands), sum(block.outside for block in blocks), sum(block.broken for block in blocks),
        parts, fixed, share,
    )  # fmt: skip


def drawn_block(
    result: Result, leaves: DrawnLeaves, seed: int, block: int, size: int, *, frozen: Collection[str] = ()
) -> tuple[DrawnAccount, NDArray[np.bool_]]:
    """A block of draws of an account, and in which of them a drawn number is outside the limits of its quantity.

    The groups that are `frozen` stay at their values.
    """
    arrays, outside = leaves.arrays(result, leaves.normals(seed, block, size), frozen=frozen)
    return drawn(result, arrays), outside


def uncertain_leaves(result: Result) -> DrawnLeaves:
    """The cells of the declared distributions, each with its stream. Raises AccountError (see `uncertainty`)."""
    account, problems = result.account, Problems()
    if not account.uncertain:
        problems.add("uncertain_none", account.file or "account.toml")
    taken: dict[tuple[str, tuple[int, ...]], str] = {}
    found: list[Leaf] = []
    for entry in account.uncertain:
        reached = list(_reached(result, entry))
        if not reached:
            problems.add("uncertain_reaches", entry.place, what=entry.row or entry.stream(""))
        for name, index in reached:
            first = taken.setdefault((name, index), entry.place)
            if first != entry.place:
                problems.add("uncertain_twice", entry.place, what=_what(result, name, index), first=first)
            elif (leaf := _leaf(result, entry, name, index, problems)) is not None:
                found.append(leaf)
    problems.items = list(dict.fromkeys(problems.items))
    account.text.raise_located(problems, AccountError)
    return DrawnLeaves(tuple(found))


def _reached(result: Result, entry: Uncertain) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The cells of an entry: those that a row gives the value of, or the stated ones of a quantity."""
    if entry.row:
        for name, mask in cells_of_row(result, entry.row).items():
            for index in zip(*mask.nonzero(), strict=True):
                yield name, tuple(map(int, index))
        return
    held = result.values.get(entry.quantity)
    if held is None or held.source is None:
        return
    for cell in result.grid.cells(held.quantity.axes):
        index = result.grid.index(cell)
        stated = held.presence[index] == VALUE and held.source[index] >= 0
        item = "/".join(member for axis, member in cell.members if axis not in {"county", "year", "ecosystem"})
        if (
            stated
            and (not entry.counties or cell.get("county") in entry.counties)
            and (not entry.ecosystem or cell.get("ecosystem") == entry.ecosystem)
            and (not entry.item or item == entry.item)
        ):
            yield entry.quantity, index


def _leaf(result: Result, entry: Uncertain, name: str, index: tuple[int, ...], problems: Problems) -> Leaf | None:
    held = result.values[name]
    value, stated = float(held.value[index]), _stated(result, held, index)
    if not value or not stated:
        problems.add("uncertain_zero", entry.place, what=_what(result, name, index))
        return None
    if entry.error is not None:
        error = float(entry.error.number) if entry.error.relative else float(entry.error.number / stated)
        return Leaf(name, index, *_streams(entry, result, held, index), entry.kind, 0.0, abs(error))
    if entry.low is None or entry.high is None:
        return None
    ends = sorted((entry.low.times(stated), entry.high.times(stated)))
    if not ends[0] <= 1 <= ends[1]:
        facts = {"value": f"{float(stated):g}", "low": f"{ends[0]:g}", "high": f"{ends[1]:g}"}
        problems.add("uncertain_around", entry.place, what=_what(result, name, index), **facts)
        return None
    return Leaf(name, index, *_streams(entry, result, held, index), entry.kind, *ends)


def _streams(entry: Uncertain, result: Result, held: Values, index: tuple[int, ...]) -> tuple[str, str]:
    """The stream that moves a cell, and its group."""
    return entry.stream(_county(result, held, index)), entry.name


def _stated(result: Result, held: Values, index: tuple[int, ...]) -> Fraction:
    """The number of a cell as its row prints it, in the row's own unit."""
    record = result.records[int(held.source[index])] if held.source is not None else None
    if record is None:
        return Fraction(0)
    if record.resolved is not None:
        return Fraction(record.resolved.row.value)
    return Fraction(record.input.value) if record.input is not None and record.input.value else Fraction(0)


def _county(result: Result, held: Values, index: tuple[int, ...]) -> str:
    axis = result.grid.axes["county"]
    return result.grid.members["county"][index[axis]] if "county" in held.quantity.axes else ALL


def _what(result: Result, name: str, index: tuple[int, ...]) -> str:
    members = [result.grid.members[axis][index[place]] for axis, place in result.grid.axes.items()
               if axis in result.values[name].quantity.axes]  # fmt: skip
    return "，".join((result.values[name].quantity.zh, *members))


_Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class _Drawn:
    numbers: Array
    """By cell and draw."""
    outside: int
    broken: int


def _cells(result: Result) -> list[_Key]:
    """County, period, quantity and item of every indicator and total that has a number."""
    lines = [(line.value, line.item) for line in result.account.ruleset.indicators]
    lines += [("accounted_total", ""), ("gep_total", "")]
    counties = (*(county.code for county in result.account.counties), ALL)
    every = [(c, p.name, name, item) for c in counties for p in result.account.periods for name, item in lines]
    return [cell for cell in every if not math.isnan(_value(result, cell))]


def _value(result: Result, cell: _Key) -> float:
    county, period, name, item = cell
    value = result.value(name, county=county, period=period, item=item).value
    return math.nan if value is None else value


def _quantiles(numbers: Array) -> Iterator[tuple[float, float, float]]:
    """The three quantiles of each row; what has no number does not count."""
    for start in range(0, len(numbers), _AT_ONCE):
        part = numbers[start : start + _AT_ONCE]
        of = np.nanquantile if np.isnan(part).any() else np.quantile
        yield from map(tuple, of(part, (LOW, MIDDLE, HIGH), axis=1).T.tolist())


def _block(reading: _Reading, leaves: DrawnLeaves, seed: int, block: int, size: int) -> _Drawn:
    account, outside = drawn_block(reading.result, leaves, seed, block, size)
    known: dict[_Key, Array] = {}
    numbers = np.stack([reading.numbers(account, cell, known) for cell in reading.cells])
    return _Drawn(numbers, int(outside.sum()), int(account.broken.sum()))


@dataclass(frozen=True)
class _Reading:
    """How the numbers of cells are read from a block: those of a county as they are, sums from what has a number in the result."""

    result: Result
    cells: Sequence[_Key]

    @cached_property
    def known(self) -> Collection[_Key]:
        """The cells that have a number in the result."""
        return frozenset(_cells(self.result))

    @cached_property
    def parts(self) -> Mapping[_Key, Sequence[_Key]]:
        """A sum -> the cells that have a number and are added."""
        account = self.result.account
        found: dict[_Key, Sequence[_Key]] = {}
        for county, period, quantity, item in self.known:
            if county == ALL:
                every = [(other.code, period, quantity, item) for other in account.counties]
            elif quantity == "accounted_total":
                every = [(county, period, line.value, line.item) for line in account.ruleset.indicators]
            else:
                continue
            found[county, period, quantity, item] = [cell for cell in every if cell in self.known]
        return found

    def numbers(self, account: DrawnAccount, cell: _Key, known: dict[_Key, Array]) -> Array:
        """A number of the result by draw; `known` are those of this block that were read."""
        if cell not in known:
            known[cell] = self._made(account, cell, known)
        return known[cell]

    def _made(self, account: DrawnAccount, cell: _Key, known: dict[_Key, Array]) -> Array:
        county, period, quantity, item = cell
        if cell in self.parts:
            there = [self.numbers(account, part, known) for part in self.parts[cell]]
            return np.sum(there, axis=0) if there else np.zeros(account.draws)
        if quantity == "gep_total":
            inflow = account.county("inflow_from_outside", county, period)
            return self.numbers(account, (county, period, "accounted_total", ""), known) - inflow
        return account.county(quantity, county, period, item)


def _contributions(
    reading: _Reading, leaves: DrawnLeaves, seed: int, sizes: Sequence[int]
) -> tuple[tuple[str, float], ...]:
    """The groups with the part of the variance of the total that is gone without them, the largest first."""
    total = next((cell for cell in reading.cells if cell[0] == ALL and cell[2] == "accounted_total"), None)
    if total is None:
        return ()
    found: dict[str, list[Array]] = {name: [] for name in ("", *leaves.groups)}
    for block, size in enumerate(sizes):
        normals = leaves.normals(seed, block, size)
        known: dict[_Key, Array] = {}
        account = drawn(reading.result, leaves.arrays(reading.result, normals)[0])
        found[""].append(reading.numbers(account, total, known))
        for group in leaves.groups:
            reached = leaves.reached(group)
            arrays, _ = leaves.arrays(reading.result, normals, frozen=(group,), only=reached)
            without = drawn(reading.result, arrays, beside=account)
            same = {cell: held for cell, held in known.items() if _unmoved(cell, account, without)}
            found[group].append(reading.numbers(without, total, same))
    variances = {name: float(np.nanvar(np.concatenate(parts))) for name, parts in found.items()}
    whole = variances.pop("")
    parts = [(name, 1 - left / whole if whole else 0.0) for name, left in variances.items()]
    return tuple(sorted(parts, key=lambda part: (-part[1], part[0])))


def _unmoved(cell: _Key, account: DrawnAccount, other: DrawnAccount) -> bool:
    """Whether two blocks hold the same numbers of a cell, since what they draw otherwise does not reach it; sums are added anew."""
    return cell[2] in account.values and other.values.get(cell[2]) is account.values[cell[2]]


def _fixed_share(result: Result, leaves: DrawnLeaves) -> float:
    """The part of the indicators' sum, each by its size, that no stream reaches."""
    moved = drawn_block(result, leaves, 1, 0, 2)[0].values
    sums = {True: 0.0, False: 0.0}
    for line in result.account.ruleset.indicators:
        for county in result.account.counties:
            for period in result.account.periods:
                value = result.value(line.value, county=county.code, period=period.name, item=line.item).value
                sums[line.value in moved] += abs(value or 0.0)
    return sums[False] / (sums[True] + sums[False]) if any(sums.values()) else 0.0
