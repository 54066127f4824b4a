"""How sure an account is: its declared distributions drawn through its own trees, in blocks whose bits follow from the seed.

One draw where the world is one: all cells of a stream (a row, a group) move together. A block of draws is a function of the
seed, its number and the stream's name alone, so that neither the order of the blocks nor who computes them changes a bit.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from statistics import NormalDist
from typing import Final

import numpy as np
from numpy.typing import NDArray

from qhgep.account.uncertain import Uncertain
from qhgep.engine.draws import DrawnAccount, cells_of_row, drawn, rows_read
from qhgep.engine.grid import VALUE, Values
from qhgep.engine.names import ALL
from qhgep.engine.result import Result
from qhgep.errors import AccountError, Problems
from qhgep.readings.evaluate import Array

BLOCK: Final = 500
"""So many draws are computed at once."""
FROZEN_BLOCKS: Final = 4
"""So many blocks serve for what each stream contributes."""
LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
_EDGE = NormalDist().inv_cdf(HIGH)
_phi = np.frompyfunc(lambda z: (1 + math.erf(z / math.sqrt(2))) / 2, 1, 1)


@dataclass(frozen=True)
class Leaf:
    """Cells that one stream moves: which of a quantity, and what its entry says as multiples of their values."""

    quantity: str
    index: tuple[int, ...]
    stream: str
    kind: str
    low: float
    high: float
    """Of a standard error `high` is the error itself, as a multiple of the value."""

    def times(self, normal: Array) -> Array:
        """By how much a value is multiplied in each draw; `normal` are standard normal numbers of the stream."""
        if self.kind == "range":
            return np.asarray(self.low + _phi(normal).astype(float) * (self.high - self.low))
        if self.kind == "standard_error":
            return 1 + normal * self.high
        return np.where(normal > 0, 1 + normal * (self.high - 1) / _EDGE, 1 - normal * (self.low - 1) / _EDGE)


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
    number; both are in the bands as they are, except what has no number. `contributions` are streams with the part of the
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


def uncertainty(result: Result, *, draws: int = 10_000, seed: int = 1, workers: int = 1) -> Uncertainty:
    """The bands that the distributions declared in the account give, by so many draws.

    Raises AccountError where none is declared, or one reaches no number, a zero, a number of another one, or does not lie
    around its value.
    """
    leaves = uncertain_leaves(result)
    cells = _cells(result)
    sizes = [min(BLOCK, draws - start) for start in range(0, draws, BLOCK)]
    with ThreadPoolExecutor(workers) as pool:
        blocks = list(
            pool.map(lambda number: _block(result, leaves, cells, seed, number, sizes[number]), range(len(sizes)))
        )
    bands = []
    for cell in cells:
        numbers = np.concatenate([block.numbers[cell] for block in blocks])
        low, middle, high = np.nanquantile(numbers, (LOW, MIDDLE, HIGH)).tolist()
        bands.append(Band(*cell, _value(result, cell), low, middle, high))
    total = [cell for cell in cells if cell[0] == ALL and cell[2] == "accounted_total"]
    contributions = _contributions(result, leaves, total, seed, sizes[:FROZEN_BLOCKS])
    share = _fixed_share(result, leaves)
    streams = {item.row for item in result.account.uncertain if item.row}
    fixed = tuple(row for row in rows_read(result) if row not in streams)
    return Uncertainty(
        result, seed, draws, tuple(bands), sum(block.outside for block in blocks), sum(block.broken for block in blocks),
        contributions, fixed, share,
    )  # fmt: skip


def stream_normals(name: str, seed: int, block: int, size: int) -> Array:
    """Standard normal numbers of a stream in a block: of its name, the seed and the number of the block alone."""
    words = np.frombuffer(hashlib.sha256(name.encode()).digest()[:16], dtype="<u4").tolist()
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, block, *words]))).standard_normal(size)


def drawn_block(
    result: Result, leaves: Sequence[Leaf], seed: int, block: int, size: int, *, frozen: Collection[str] = ()
) -> tuple[DrawnAccount, NDArray[np.bool_]]:
    """A block of draws of an account, and in which of them a drawn number is outside the limits of its quantity.

    The streams that are `frozen` stay at their values.
    """
    normals = {
        leaf.stream: stream_normals(leaf.stream, seed, block, size) for leaf in leaves if leaf.stream not in frozen
    }
    arrays: dict[str, Array] = {}
    outside = np.zeros(size, bool)
    for leaf in leaves:
        held = result.values[leaf.quantity]
        if leaf.quantity not in arrays:
            arrays[leaf.quantity] = np.repeat(held.value[np.newaxis], size, axis=0)
        if leaf.stream in frozen:
            continue
        numbers = held.value[leaf.index] * leaf.times(normals[leaf.stream])
        place: tuple[slice | int, ...] = (slice(None), *leaf.index)
        arrays[leaf.quantity][place] = numbers
        outside |= _beyond(held, numbers)
    return drawn(result, arrays), outside


def uncertain_leaves(result: Result) -> tuple[Leaf, ...]:
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
    return tuple(found)


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
        return Leaf(name, index, entry.stream(_county(result, held, index)), entry.kind, 0.0, abs(error))
    if entry.low is None or entry.high is None:
        return None
    ends = sorted((entry.low.times(stated), entry.high.times(stated)))
    if not ends[0] <= 1 <= ends[1]:
        facts = {"value": f"{float(stated):g}", "low": f"{ends[0]:g}", "high": f"{ends[1]:g}"}
        problems.add("uncertain_around", entry.place, what=_what(result, name, index), **facts)
        return None
    return Leaf(name, index, entry.stream(_county(result, held, index)), entry.kind, *ends)


def _stated(result: Result, held: Values, index: tuple[int, ...]) -> Fraction:
    """The number of a cell as its row prints it, in the row's own unit."""
    record = result.records[int(held.source[index])] if held.source is not None else None
    if record is None:
        return Fraction(0)
    if record.resolved is not None:
        return Fraction(record.resolved.row.value)
    return Fraction(record.input.value) if record.input is not None and record.input.value else Fraction(0)


def _beyond(held: Values, numbers: Array) -> NDArray[np.bool_]:
    limits = held.quantity.bounds
    low = -math.inf if limits is None or limits.low is None else float(limits.low)
    high = math.inf if limits is None or limits.high is None else float(limits.high)
    return (numbers < low) | (numbers > high)


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
    numbers: Mapping[_Key, Array]
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


def _block(
    result: Result, leaves: Sequence[Leaf], cells: Sequence[_Key], seed: int, block: int, size: int, *, frozen: Collection[str] = ()
) -> _Drawn:  # fmt: skip
    account, outside = drawn_block(result, leaves, seed, block, size, frozen=frozen)
    reader = _BlockReader(account)
    return _Drawn({cell: reader.numbers(*cell) for cell in cells}, int(outside.sum()), int(account.broken.sum()))


@dataclass
class _BlockReader:
    """The numbers of a block by cell; sums add what has a number, as those of the result do."""

    account: DrawnAccount
    known: dict[_Key, Array] = field(default_factory=dict)

    def numbers(self, county: str, period: str, quantity: str, item: str) -> Array:
        """A number of the result by draw."""
        key = county, period, quantity, item
        if key not in self.known:
            self.known[key] = self._made(*key)
        return self.known[key]

    def _made(self, county: str, period: str, quantity: str, item: str) -> Array:
        result = self.account.result
        if county == ALL:
            cells = [(other.code, period, quantity, item) for other in result.account.counties]
        elif quantity == "accounted_total":
            cells = [(county, period, line.value, line.item) for line in result.account.ruleset.indicators]
        elif quantity == "gep_total":
            inflow = self.account.county("inflow_from_outside", county, period)
            return self.numbers(county, period, "accounted_total", "") - inflow
        else:
            return self.account.county(quantity, county, period, item)
        there = [self.numbers(*cell) for cell in cells if not math.isnan(_value(result, cell))]
        return np.sum(there, axis=0) if there else np.zeros(self.account.draws)


def _contributions(
    result: Result, leaves: Sequence[Leaf], cells: Sequence[_Key], seed: int, sizes: Sequence[int]
) -> tuple[tuple[str, float], ...]:
    """The streams with the part of the variance of the total that is gone without them, the largest first."""
    if not cells:
        return ()

    def variance(frozen: Collection[str]) -> float:
        blocks = [_block(result, leaves, cells[:1], seed, at, size, frozen=frozen) for at, size in enumerate(sizes)]
        return float(np.nanvar(np.concatenate([block.numbers[cells[0]] for block in blocks])))

    whole = variance(())
    streams = sorted({leaf.stream for leaf in leaves})
    parts = [(stream, 1 - variance({stream}) / whole if whole else 0.0) for stream in streams]
    return tuple(sorted(parts, key=lambda part: (-part[1], part[0])))


def _fixed_share(result: Result, leaves: Sequence[Leaf]) -> float:
    """The part of the indicators' sum, each by its size, that no stream reaches."""
    moved = drawn_block(result, leaves, 1, 0, 2)[0].values
    sums = {True: 0.0, False: 0.0}
    for line in result.account.ruleset.indicators:
        for county in result.account.counties:
            for period in result.account.periods:
                value = result.value(line.value, county=county.code, period=period.name, item=line.item).value
                sums[line.value in moved] += abs(value or 0.0)
    return sums[False] / (sums[True] + sums[False]) if any(sums.values()) else 0.0
