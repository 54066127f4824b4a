"""Slips in computing, where every figure is printed rightly: a factor or a member too few, too many or upside down.

A misstep changes the equation, not a figure: what is printed is what the other equation gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, partial
from itertools import combinations
from math import comb

from qhgep.auditing.edits import COSTS, Slip
from qhgep.auditing.figure import Cell, Figure, trailing_zeros
from qhgep.auditing.outcomes import Outcomes
from qhgep.auditing.printed_table import Known, TableAsPrinted
from qhgep.auditing.relation import Product, Relation, RelationOutcome, Sum, extent_of, into
from qhgep.auditing.sized import Sized
from qhgep.interval import Interval, point
from qhgep.units import Spelling, dimension

_PAIRS = 12
"""Two members left out are looked for among so many at most."""
_COMBINED = 500
"""Factors left out together are looked for in so many combinations at most."""

Parts = tuple[tuple[Cell, int], ...]


@dataclass(frozen=True, slots=True)
class Misstep:
    """What was done instead of what is stated: `part` is the factor or row that it is about, `mends` the equations that then hold."""

    slip: Slip
    column: str
    part: str
    texts: Callable[[], tuple[str, str]]
    """What is stated, and what was done instead; it may name every row of a table."""
    cost: int
    mends: frozenset[Relation]


@dataclass(slots=True)
class Tries:
    """The missteps that reconcile an equation that fails, how many were tried, and how many were not any more."""

    found: list[Misstep] = field(default_factory=list)
    ways: int = 0
    untried: int = 0


class Missteps:
    """Looks for the missteps that explain the failing equations of one table."""

    def __init__(self, table: TableAsPrinted, outcomes: Outcomes, failing: Sequence[Relation]) -> None:
        """`outcomes` are those of its figures as printed."""
        self.table, self.outcomes, self.failing = table, outcomes, failing
        self.known = outcomes.known
        self._columns: dict[tuple[str, Spelling], Sized[Cell]] = {}
        self._addends: dict[tuple[Parts, Spelling], Sized[Cell]] = {}
        self._wholes: dict[Cell, Tries] = {}

    def of(self, relation: Relation) -> Tries:
        """The missteps that reconcile an equation that fails."""
        if isinstance(relation, Product) and relation.kind == "line":
            return self._of_line(relation)
        if isinstance(relation, Sum):
            return self._of_sum(relation)
        if isinstance(relation, Product) and relation.kind == "share":
            return self._denominators(relation)
        return Tries()

    def _of_line(self, line: Product) -> Tries:
        """Factors (and a price that is a pure ratio) left out, applied twice, or inverted; as numbers, or with 万 or %."""
        known, tries = self.known, Tries()
        parts = tuple(
            part for part in line.parts
            if part[0][1].startswith("factor") or (part[0][1] == "price" and not dimension(known[part[0]].unit))
        )  # fmt: skip
        reach, by = line.reach(known), self.outcomes.of(line).by
        for misstep, extent in (
            _other_dimension(known, line, parts) if by is None else self._of_factors(line, by, parts, tries)
        ):
            tries.ways += 1
            if extent is not None and extent.meets(reach):
                tries.found.append(misstep)
        return tries

    def _of_factors(self, line: Product, by: Fraction, parts: Parts, tries: Tries) -> Tried:
        known = self.known
        together = 0
        for size in range(1, len(parts) + 1):
            together += comb(len(parts), size)
            if together > _COMBINED and size > 1:
                tries.untried += len(parts)
                break
            for some in combinations(parts, size):
                yield from _instead(known, line, by, "omitted", some, 0)
        for part in parts:
            yield from _instead(known, line, by, "twice", (part,), 2)
            yield from _instead(known, line, by, "inverted", (part,), -1)
        yield from self._of_other_rows(line, tries)
        yield from _derived(known, line, self.outcomes.of(line))

    def _of_other_rows(self, line: Product, tries: Tries) -> Tried:
        """The factors of other rows, applied as well: by their numbers, each once, up and down."""
        extent, own = self.outcomes.of(line).extent, {self.known[cell].value for cell, _ in line.parts}
        stated, fits = self._factors, self.known[line.target].loose
        others = len(stated) - len(own & stated.keys())
        tries.ways += 2 * others
        if extent is None:
            return
        up = extent.inverse()
        wanted = None if up is None else fits * up
        down, tried = None if wanted is None else wanted.inverse(), 0
        near = {one for sought in (wanted, down) for one in (stated if sought is None else self._sized.meeting(sought))}
        for value in (one for one in stated if one in near and one not in own) if near else ():
            for power in (1, -1):
                cell, tried = stated[value], tried + 1
                step = _factor_misstep(self.known, line, "foreign", ((cell, power),), (*line.parts, (cell, power)))
                yield step, extent.scaled(value**power)
        tries.ways -= tried  # they are counted where they are tried

    @cached_property
    def _factors(self) -> Mapping[Fraction, Cell]:
        """The factors of the table that change anything, by their numbers."""
        return {
            figure.value: cell
            for cell, figure in self.table.figures.items()
            if cell[1].startswith("factor") and figure.value and abs(figure.value) != 1
        }

    @cached_property
    def _sized(self) -> Sized[Fraction]:
        return Sized((point(value), value) for value in self._factors)

    def _of_sum(self, total: Sum) -> Tries:
        """Members left out or counted twice, and another row of the table counted in."""
        target, extent = self.known[total.target], self.outcomes.of(total).extent
        if extent is None:
            return Tries()
        signs, reach = dict(total.members), total.reach(self.known)
        addends = self._sized_addends(total, target)
        more = Interval(reach.low - extent.high, reach.high - extent.low)
        omitted = dict.fromkeys(addends.within(-more.high, -more.low))
        twice = dict.fromkeys(addends.meeting(more))
        found = []
        for cell in sorted({*omitted, *twice}, key=list(signs).index):
            found += [_members(total, "omitted", (cell,))] if cell in omitted else []
            found += [_members(total, "twice", (cell,))] if cell in twice else []
        ways = 2 * len(addends)
        for one, two in combinations(signs, 2) if len(signs) <= _PAIRS else ():
            ways += 1
            less = extent
            for cell in (one, two):
                addend = _addend(self.known[cell], signs[cell], target)
                less = less if addend is None else _less(less, addend)
            found += [_members(total, "omitted", (one, two))] if less.meets(reach) else []
        column = total.target[1]
        own = {*signs, total.target, *((row, column) for row in self._adding.get(total.row, ()))}
        others = self._sized_column(column, target)
        found += [_members(total, "foreign", (cell,)) for cell in others.meeting(more) if cell not in own]
        in_column = self._known_in(column)
        return Tries(found, ways + len(in_column) - len(in_column & own))

    def _sized_addends(self, total: Sum, target: Figure) -> Sized[Cell]:
        """The members of a total by the size of what they add, in the unit of a figure."""
        key = (total.members, target.meaning)
        if key not in self._addends:
            own = [(_addend(self.known[cell], sign, target), cell) for cell, sign in dict(total.members).items()]
            self._addends[key] = Sized((addend, cell) for addend, cell in own if addend is not None)
        return self._addends[key]

    def _sized_column(self, column: str, target: Figure) -> Sized[Cell]:
        """The figures of a column by their size in the unit of a figure; without those of another dimension."""
        key = (column, target.meaning)
        if key not in self._columns:
            cells = [(row, column) for row in self.table.rows if (row, column) in self.known]
            own = [(_addend(self.known[cell], 1, target), cell) for cell in cells]
            self._columns[key] = Sized((addend, cell) for addend, cell in own if addend is not None)
        return self._columns[key]

    def _known_in(self, column: str) -> AbstractSet[Cell]:
        if column not in self._cells:
            self._cells[column] = {(row, column) for row in self.table.rows if (row, column) in self.known}
        return self._cells[column]

    @cached_property
    def _cells(self) -> dict[str, AbstractSet[Cell]]:
        return {}

    @cached_property
    def _adding(self) -> Mapping[str, set[str]]:
        """Total -> the rows that add it."""
        found: dict[str, set[str]] = {}
        for row in self.table.rows.values():
            for name in {name for way in row.totals for _, name in way if self.table.rows[name].totals}:
                found.setdefault(name, set()).add(row.row)
        return found

    def _denominators(self, share: Product) -> Tries:
        """The one other denominator that all failing shares of one row may have: a row of the table, else what it must be.

        For a single share only rows are tried, since some number always fits.
        """
        whole = share.parts[-1][0]
        if whole not in self._wholes:
            self._wholes[whole] = self._other_totals(whole)
        return self._wholes[whole]

    def _other_totals(self, whole: Cell) -> Tries:
        alike = [
            one for one in self.failing
            if isinstance(one, Product) and one.kind == "share" and one.parts[-1][0] == whole
        ]  # fmt: skip
        wanted = [one.allows(whole, self.known, self.outcomes.of(one)) for one in alike]
        bounded = [interval for interval in wanted if interval is not None]
        if len(bounded) < len(alike):
            return Tries()
        common = Interval(max(one.low for one in bounded), min(one.high for one in bounded))
        if common.low > common.high:
            return Tries(ways=1)
        mends, target = frozenset(alike), self.known[whole]
        named = [cell[0] for cell in self._sized_column("value", target).meeting(common) if cell != whole]
        found = [_denominator(whole, row, 0, mends) for row in named]
        if len(alike) > 1:
            found.append(_denominator(whole, f"{shortest(common)} {target.spelling}", 2, mends))
        return Tries(found, len(self.table.rows))


def _denominator(whole: Cell, part: str, more: int, mends: frozenset[Relation]) -> Misstep:
    return Misstep("denominator", "share_of", part, lambda: (whole[0], part), COSTS["denominator"] + more, mends)


Tried = Iterator[tuple[Misstep, Interval | None]]


def _other_dimension(known: Known, line: Product, parts: Parts) -> Tried:
    """Factors left out or inverted where the units do not fit as stated."""
    for part in parts:
        cell, power = part
        others = tuple(one for one in line.parts if one != part)
        omitted, inverted = replace(line, parts=others), replace(line, parts=(*others, (cell, -power)))
        yield _factor_misstep(known, line, "omitted", (part,), omitted.parts), omitted.outcome(known).extent
        yield _factor_misstep(known, line, "inverted", (part,), inverted.parts), inverted.outcome(known).extent


def _derived(known: Known, line: Product, found: RelationOutcome) -> Tried:
    """A price that is taken as exact and is value over quantity, rounded to its last digit, or to the last that is no zero."""
    cell = (line.row, "price")
    price = known.get(cell)
    if price is None or price.stated or not price.exact or cell not in dict(line.parts):
        return
    wanted = line.allows(cell, known, found)
    for zeros in dict.fromkeys((0, trailing_zeros(price))):
        rounded = replace(price, exact=False, half=price.half * 10**zeros)
        text = shortest(wanted) if wanted else price.text
        texts = (price.text, text)
        step = Misstep("derived", "price", text, partial(_same, texts), COSTS["derived"] + zeros, frozenset({line}))
        yield step, line.outcome(known.but(cell, rounded)).extent


def _instead(known: Known, line: Product, by: Fraction, slip: Slip, some: Parts, times: int) -> Tried:
    """The line with some parts applied `times` instead of once; their scale (万, %) as their number, and by itself."""
    rest = tuple(part for part in line.parts if part not in some)
    again = tuple((cell, power if times > 0 else -power) for cell, power in some for _ in range(abs(times)))
    extent, scale = extent_of((*rest, *again), known), Fraction(1)
    for cell, power in some:
        scale *= known[cell].meaning.scale ** (power * (times - 1))
    misstep = _factor_misstep(known, line, slip, some, (*rest, *again))
    for of in dict.fromkeys((by, by * scale)):
        yield misstep, None if extent is None else extent.scaled(of)


def _factor_misstep(known: Known, line: Product, slip: Slip, some: Parts, done: Parts) -> Misstep:
    part, stated, instead = (_product_text(known, parts) for parts in (some, line.parts, done))
    return Misstep(
        slip, "factor", part, partial(_same, (stated, instead)), COSTS[slip] + 2 * (len(some) - 1), frozenset({line})
    )


def _product_text(known: Mapping[Cell, Figure], parts: Iterable[tuple[Cell, int]]) -> str:
    """Factors as they are stated: `0.24; / 0.93 t/m3`."""
    stated = [
        (known[cell], power) for cell, power in parts if cell[1].startswith("factor") or not dimension(known[cell].unit)
    ]
    texts = [f"{one.text} {one.spelling}" if one.spelling != "1" else one.text for one, _ in stated]
    return "; ".join(f"/ {text}" if power < 0 else text for text, (_, power) in zip(texts, stated, strict=True))


def _addend(one: Figure, sign: int, target: Figure) -> Interval | None:
    by = into(one, target)
    return None if by is None else one.interval.scaled(by * sign)


def _less(whole: Interval, part: Interval) -> Interval:
    """What is left of a sum of intervals when one of its addends is taken out again."""
    return Interval(whole.low - part.low, whole.high - part.high)


def _members(total: Sum, slip: Slip, cells: tuple[Cell, ...]) -> Misstep:
    """The sum with members left out (`omitted`), or added once more (`twice`, `foreign`)."""
    named = [cell[0] for cell in cells]

    def texts() -> tuple[str, str]:
        stated = [f"{'-' if sign < 0 else ''}{cell[0]}" for cell, sign in total.members]
        done = [name for name in stated if name.lstrip("-") not in named] if slip == "omitted" else [*stated, *named]
        return " ".join(stated), " ".join(done)

    return Misstep(slip, "total_of", " ".join(named), texts, COSTS[slip] + 3 * (len(cells) - 1), frozenset({total}))


def _same(texts: tuple[str, str]) -> tuple[str, str]:
    return texts


def shortest(of: Interval) -> str:
    """The decimal number with the fewest digits in an interval.

    >>> shortest(Interval(Fraction(29305, 10), Fraction(29307, 10)))
    '2930.6'
    """
    for decimals in range(-12, 13):
        unit = Fraction(10) ** -decimals
        middle = round((of.low + of.high) / 2 / unit) * unit
        if middle in of:
            return f"{float(middle):.{max(0, decimals)}f}"
    return f"{float((of.low + of.high) / 2):g}"
