"""Habits of printing that explain many equations at once: padded zeros, prices derived from values, typed products.

A reading of the digits is weighed in bits: how unlikely it makes what is printed. Where an equation holds, the figure
printed is one of those that the others allow, and the wider they are read the more these are: what explains
everything explains nothing. Where it fails the figure may be any, and RARE says that one in a hundred is wrong. A habit
is told only where it saves more bits than it costs itself, and mends two equations or more: one alone is rather a slip.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import product
from math import log2
from typing import Literal

from qhgep.auditing.figure import Cell, Figure, trailing_zeros
from qhgep.auditing.outcomes import Outcomes
from qhgep.auditing.printed_table import TableAsPrinted
from qhgep.auditing.relation import Product, Relation, Sum
from qhgep.auditing.slack import loosened
from qhgep.auditing.statements import is_count
from qhgep.errors import Problems

SHOWN = 3
"""Rows that a message names."""
Habit = Literal["derived", "padded", "typed"]
RARE, WAYS = 7.0, 8.0
COSTS: Mapping[Habit, float] = {"derived": 10.0, "padded": 4.0, "typed": 10.0}
"""Bits of a habit; zeros at the end of every figure of a column speak for themselves."""
MENDED = 2
MENDED_BY_ZEROS = 3
"""Round figures are common: fewer equations that fail are slips beside them."""
MOST_READINGS = 200
"""How many totals are read with members that are typed products, each against the whole table."""
LEAST_SURPLUS = 6
"""Zeros that the figures of a column must have together behind as many digits as the longest of them has, to be read by digits alone."""
SPEAKING = 4
"""Unlike figures of a column whose decimals are all zeros: these are padded for certain, whatever fails."""
ONE_PRICE = 8.0
"""Bits that prices lack which are all the same: derived ones seldom are."""
ALIKE = 3
"""How many figures must be alike before a habit is looked for."""


@dataclass(frozen=True)
class Pattern:
    """A habit, the column and rows that show it, and the figures as they are read then.

    `failed` equations of these figures do not hold as printed; `left` of them still fail.
    """

    habit: Habit
    column: str
    figures: Mapping[Cell, Figure]
    zeros: int = 0
    digits: int = 0
    """How many digits every figure has before its zeros, where that and not one place is where they are rounded."""
    evidence: float = 0.0
    """Bits that the digits themselves save."""
    failed: int = 0
    left: int = 0

    @property
    def speaks(self) -> bool:
        """Whether the decimals of all its figures are zeros, which nobody prints who knows them; not so of prices."""
        told = [one for one in self.figures.values() if one.value]
        unlike = len({one.value for one in told}) >= SPEAKING
        return unlike and self.column != "price" and all("." in one.text and one.value.denominator == 1 for one in told)

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows that show it, in the order of the table."""
        return tuple(dict.fromkeys(row for row, _ in self.figures))

    @property
    def habits(self) -> set[Habit]:
        """What it costs: a derived price may be padded too."""
        return {self.habit, "padded"} if self.zeros or self.digits else {self.habit}


Reading = tuple[Pattern, ...]
Options = Mapping[str, Sequence[Reading]]
"""Column -> the ways in which its figures may be read."""


def digit_patterns(
    table: TableAsPrinted, relations: Collection[Relation]
) -> tuple[TableAsPrinted, Reading, frozenset[Relation]]:
    """The table read with the habits that explain what fails as printed, and these habits; itself where there are none.

    The third: failing totals of which it was not tried any more whether their members are typed products.
    """
    weighed, told, left, untried = _Weighing(table, relations), list[Pattern](), MOST_READINGS, set[Relation]()
    while weighed.failing:
        readings = list[tuple[float, int, Reading]]()
        for place, (reading, total) in enumerate(_readings(weighed)):
            left -= total is not None
            if left < 0 and total is not None:
                untried.add(total)
            else:
                readings.append((weighed.gain(reading), -place, reading))
        gain, _, best = max(readings, default=(0.0, 0, ()))
        if gain <= 0:
            break
        before, weighed = weighed, weighed.read(best)
        for one in _joined(best):
            failed = before.failing_of(one.figures)
            if failed:
                told.append(replace(one, failed=len(failed), left=len(failed & weighed.failing)))
    return weighed.table, tuple(told), frozenset(untried & weighed.failing)


def _joined(reading: Reading) -> Iterator[Pattern]:
    """The habits of a reading, those of several blocks of rows that are alike as one."""
    alike: dict[tuple[Habit, str, int, int], dict[Cell, Figure]] = {}
    for one in reading:
        alike.setdefault((one.habit, one.column, one.zeros, one.digits), {}).update(one.figures)
    for (habit, column, zeros, digits), figures in alike.items():
        yield Pattern(habit, column, figures, zeros, digits)


class _Weighing:
    """A table with its equations, and what each reading of its digits saves."""

    def __init__(self, table: TableAsPrinted, relations: Collection[Relation]) -> None:
        self.table, self.relations = table, relations
        self.touching: dict[Cell, list[Relation]] = {}
        for relation in relations:
            for cell in table.printed_under(relation.cells):
                self.touching.setdefault(cell, []).append(relation)
        self.outcomes = Outcomes(table.known)
        self.lines = {one.target: one for one in relations if isinstance(one, Product) and one.kind == "line"}
        weights = {relation: _bits(relation, self.outcomes) for relation in relations}
        self.failing = {relation for relation, (holds, _) in weights.items() if not holds}
        self.bits = {relation: bits for relation, (_, bits) in weights.items()}

    def read(self, reading: Reading) -> _Weighing:
        """The same with the figures of a reading."""
        return _Weighing(self._table(reading), self.relations)

    def _table(self, reading: Reading) -> TableAsPrinted:
        changed = {cell: figure for pattern in reading for cell, figure in pattern.figures.items()}
        return loosened(replace(self.table, figures={**self.table.figures, **changed}))

    def failing_of(self, cells: Iterable[Cell]) -> set[Relation]:
        """The equations of some figures that fail."""
        return {one for cell in cells for one in self.touching.get(cell, ()) if one in self.failing}

    def gain(self, reading: Reading) -> float:
        """The bits that a reading saves; below zero where it costs more."""
        table = self._table(reading)
        changed = [cell for cell, figure in table.figures.items() if figure != self.table.figures[cell]]
        affected = dict.fromkeys(one for cell in changed for one in self.touching.get(cell, ()))
        failing = self.failing & affected.keys()
        habits = set[Habit]().union(*(pattern.habits for pattern in reading))
        outcomes, mended = Outcomes(table.known), 0
        gain = sum(pattern.evidence for pattern in reading) - sum(COSTS[habit] for habit in habits)
        for relation in affected if failing else ():
            holds, bits = _bits(relation, outcomes)
            gain += self.bits[relation] - bits
            mended += holds and relation in failing
        padded = [pattern for pattern in reading if "padded" in pattern.habits]
        speaking = bool(padded) and all(pattern.speaks for pattern in padded)
        enough = 1 if speaking else MENDED_BY_ZEROS if padded else MENDED
        return gain if mended >= enough or (mended and "typed" in habits) else float("-inf")


def _bits(relation: Relation, outcomes: Outcomes) -> tuple[bool, float]:
    """Whether an equation holds, and how many bits its printed figure has beside the others.

    One that cannot be computed is no fault of digits.
    """
    known = outcomes.known
    found, target = outcomes.of(relation), known[relation.target]
    if found.extent is None or not target.half:
        return True, 0.0
    if found.extent.meets(relation.reach(known)):
        return True, log2(1 + (found.extent.high - found.extent.low) / (2 * target.half))
    return False, RARE + max(WAYS, log2(1 + abs(target.value) / (2 * target.half)))


def _readings(weighed: _Weighing) -> Iterator[tuple[Reading, Sum | None]]:
    """Every reading that may explain something that fails: of one block of rows, of all of them, of the total named."""
    blocks = [(cells, _options(weighed.table, cells)) for cells in _blocks(weighed.table)]
    for cells, options in blocks:
        if weighed.failing_of(cells):
            yield from ((reading, None) for reading in _combined(options))
    if len(blocks) > 1:
        merged = _merged(weighed, [options for _, options in blocks])
        yield from ((reading, None) for reading in _combined(merged))
        yield from ((reading, None) for reading in _combined(_options(weighed.table, _of_lines(weighed.table))))
    for relation in weighed.relations:
        if relation in weighed.failing and isinstance(relation, Sum):
            yield from ((reading, relation) for reading in _typed(weighed, relation))


def _blocks(table: TableAsPrinted) -> Iterator[tuple[Cell, ...]]:
    """The figures of rows that are printed alike: lines in the same units, totals in one unit, shares of one row."""
    blocks: dict[tuple[str, ...], list[Cell]] = {}
    for row in table.rows.values():
        own = {column: table.figures.get((row.row, column)) for column in ("quantity", "price", "value")}
        units = ["" if one is None else one.spelling for one in own.values()]
        cells = [(row.row, column) for column, one in own.items() if one is not None and not one.stated]
        blocks.setdefault((*units, "total" if row.totals else ""), []).extend(cells)
        share = table.figures.get((row.row, "share"))
        if share is not None and not share.stated:
            blocks.setdefault(("share", row.share_of), []).append((row.row, "share"))
    yield from (tuple(cells) for cells in blocks.values() if cells)


def _of_lines(table: TableAsPrinted) -> Iterator[Cell]:
    """The quantities, prices and values of all lines, in whatever units: one office pads a column of several units alike."""
    for row in table.rows.values():
        columns = () if row.totals else ("quantity", "price", "value")
        known = ((column, table.figures.get((row.row, column))) for column in columns)
        yield from ((row.row, column) for column, one in known if one is not None and not one.stated)


def _options(table: TableAsPrinted, cells: Iterable[Cell]) -> Options:
    """How the figures of a block may be read: as they are, with padded zeros, and prices as rounded numbers."""
    columns: dict[str, dict[Cell, Figure]] = {}
    for cell in cells:
        columns.setdefault(cell[1], {})[cell] = table.figures[cell]
    return {column: _readings_of(column, figures) for column, figures in columns.items()}


def _readings_of(column: str, figures: Mapping[Cell, Figure]) -> list[Reading]:
    zeros, found = _padding(figures.values()), list[Reading]()
    price = column == "price"
    evidence = -ONE_PRICE if price and len({one.value for one in figures.values()}) == 1 else 0.0
    if price and any(one.exact for one in figures.values()):
        found.append((Pattern("derived", column, _rounded(figures, 0), evidence=evidence),))
    habit: Habit = "derived" if price else "padded"
    if zeros:
        found.append((Pattern(habit, column, _rounded(figures, zeros), zeros, evidence=evidence),))
    if digits := _significant(figures.values()):
        found.append((Pattern(habit, column, _known_to(figures, digits), digits=digits, evidence=evidence),))
    return found


def _padding(figures: Iterable[Figure]) -> int:
    """How many zeros end every figure that is not zero; 0 where too few unlike figures do, or they count things."""
    told = [one for one in figures if one.value]
    counts, unlike = any(is_count(one) for one in told), len({one.value for one in told})
    return 0 if counts or unlike < ALIKE else min(trailing_zeros(one) for one in told)


def _significant(figures: Iterable[Figure]) -> int:
    """How many digits stand before the zeros of the figure that has most; 0 where all have as many zeros, or few have more digits."""
    told = [one for one in figures if one.value]
    if any(is_count(one) for one in told) or len({one.value for one in told}) < ALIKE:
        return 0
    if len({trailing_zeros(one) for one in told}) == 1:
        return 0
    digits = max(len(_digits(one).rstrip("0")) for one in told)
    surplus = sum(max(0, len(_digits(one)) - digits) for one in told)
    return digits if surplus >= LEAST_SURPLUS else 0


def _digits(one: Figure) -> str:
    """The digits of a figure as printed, from the first that is no zero."""
    return str(abs(one.value / (2 * one.half)).numerator) if one.half else ""


def _known_to(figures: Mapping[Cell, Figure], digits: int) -> dict[Cell, Figure]:
    """The figures, each known to so many digits and followed by zeros that say nothing."""
    return {
        cell: replace(one, exact=False, half=one.half * 10 ** max(0, len(_digits(one)) - digits), stated=True)
        for cell, one in figures.items()
    }


def _rounded(figures: Mapping[Cell, Figure], zeros: int) -> dict[Cell, Figure]:
    ten = Fraction(10) ** zeros
    return {cell: replace(one, exact=False, half=one.half * ten, stated=True) for cell, one in figures.items()}


def _merged(weighed: _Weighing, options: Sequence[Options]) -> Options:
    """The habits of all blocks as one habit of the table, by column; zeros count where something fails."""
    merged: dict[str, dict[tuple[bool, bool], list[Pattern]]] = {}
    for block in options:
        for column, ways in block.items():
            for (pattern,) in ways:
                if pattern.habit == "derived" or weighed.failing_of(pattern.figures):
                    merged.setdefault(column, {}).setdefault((bool(pattern.zeros), bool(pattern.digits)), []).append(
                        pattern
                    )
    return {column: [tuple(patterns) for patterns in ways.values()] for column, ways in merged.items()}


def _combined(options: Options) -> Iterator[Reading]:
    """Every choice of one way of reading for each column, but for that which reads all as printed."""
    for choice in product(*((None, *ways) for ways in options.values())):
        reading = tuple(pattern for way in choice if way for pattern in way)
        derived = sum(len(pattern.figures) for pattern in reading if pattern.habit == "derived")
        if reading and (not derived or derived >= ALIKE):
            yield reading


def _typed(weighed: _Weighing, total: Sum) -> Iterator[Reading]:
    """Members of a total that are exactly the product of their printed digits, though quantities are rounded more.

    Such values were computed from the printed quantities, and tell no more than these.
    """
    lines = weighed.lines
    found, bits = dict[Cell, Figure](), 0.0
    for cell, _ in total.members:
        line, printed = lines.get(cell), weighed.table.figures.get(cell)
        outcome = None if line is None else weighed.outcomes.of(line)
        if printed is None or outcome is None or outcome.exact is None or outcome.extent is None:
            continue
        room = (outcome.extent.high - outcome.extent.low) / 2
        if abs(outcome.exact - printed.value) > printed.half or room <= printed.half:
            return
        found[cell], bits = replace(printed, extent=outcome.extent, stated=True), bits + log2(room / printed.half)
    if found:
        yield (Pattern("typed", "value", found, evidence=bits),)


def warn_of_patterns(table: TableAsPrinted, patterns: Iterable[Pattern], problems: Problems) -> None:
    """Note the habits of printing that were found, and what is to be stated if they are true."""
    for one in patterns:
        place = table.rows[one.rows[0]].place
        step = _decimal(max(2 * figure.half for figure in one.figures.values()))
        alike = {"rows": "、".join(one.rows[:SHOWN]), "count": len(one.rows), "failed": one.failed, "left": one.left}
        if one.habit == "typed":
            problems.warn("audit_typed", place, **alike)
        elif one.digits:
            problems.warn("audit_known_digits", place, column=one.column, digits=one.digits, **alike)
        elif one.habit == "padded":
            problems.warn("audit_padded", place, column=one.column, zeros=one.zeros, step=step, **alike)
        elif one.zeros:
            problems.warn("audit_derived_padded", place, column=one.column, zeros=one.zeros, step=step, **alike)
        else:
            problems.warn("audit_derived", place, **alike)


def _decimal(number: Fraction) -> str:
    return f"{Decimal(number.numerator) / Decimal(number.denominator):f}"
