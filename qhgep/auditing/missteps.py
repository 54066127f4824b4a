"""Slips in computing, where every figure is printed rightly: a factor or a member too few, too many or upside down.

A misstep changes the equation, not a figure: what is printed is what the other equation gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations

from qhgep.auditing.edits import COSTS, Slip
from qhgep.auditing.figure import Cell, Figure, trailing_zeros
from qhgep.auditing.printed_table import Known, Table
from qhgep.auditing.relation import Product, Relation, Sum, extent_of, into
from qhgep.interval import Interval
from qhgep.units import dimension

_PAIRS = 12
"""Two members left out are looked for among so many at most."""


@dataclass(frozen=True, slots=True)
class Misstep:
    """What was done instead of what is stated: `part` is the factor or row that it is about, `mends` the equations that then hold."""

    slip: Slip
    column: str
    part: str
    stated: str
    done: str
    cost: int
    mends: frozenset[Relation]


def missteps(table: Table, relation: Relation, failing: Iterable[Relation]) -> tuple[list[Misstep], int]:
    """The missteps that reconcile an equation that fails, and how many were tried."""
    if isinstance(relation, Product) and relation.kind == "line":
        tried = list(_of_line(table, relation))
    elif isinstance(relation, Sum):
        tried = list(_of_sum(table, relation))
    elif isinstance(relation, Product) and relation.kind == "share":
        return _denominators(table, relation, failing)
    else:
        return [], 0
    reach = relation.reach(table.known)
    return [misstep for misstep, extent in tried if extent is not None and extent.meets(reach)], len(tried)


Parts = tuple[tuple[Cell, int], ...]
Tried = Iterator[tuple[Misstep, Interval | None]]


def _of_line(table: Table, line: Product) -> Tried:
    """Factors (and a price that is a pure ratio) left out, applied twice, or inverted; as numbers, or with 万 or %."""
    known, by = table.known, line.outcome(table.known).by
    parts = tuple(
        part for part in line.parts
        if part[0][1].startswith("factor") or (part[0][1] == "price" and not dimension(known[part[0]].unit))
    )  # fmt: skip
    if by is None:
        yield from _other_dimension(known, line, parts)
        return
    for size in range(1, len(parts) + 1):
        for some in combinations(parts, size):
            yield from _instead(known, line, by, "omitted", some, 0)
    for part in parts:
        yield from _instead(known, line, by, "twice", (part,), 2)
        yield from _instead(known, line, by, "inverted", (part,), -1)
    yield from _of_other_rows(table, line)
    yield from _derived(known, line)


def _of_other_rows(table: Table, line: Product) -> Tried:
    """The factors of other rows, applied as well: by their numbers, each once, up and down."""
    extent, own = line.outcome(table.known).extent, {table.known[cell].value for cell, _ in line.parts}
    others = {
        figure.value: cell for cell, figure in table.figures.items() if cell[1].startswith("factor") and figure.value
    }
    for value, cell in others.items():
        for power in (1, -1) if value not in own and abs(value) != 1 else ():
            step = _factor_misstep(table.known, line, "foreign", ((cell, power),), (*line.parts, (cell, power)))
            yield step, None if extent is None else extent.scaled(value**power)


def _other_dimension(known: Known, line: Product, parts: Parts) -> Tried:
    """Factors left out or inverted where the units do not fit as stated."""
    for part in parts:
        cell, power = part
        others = tuple(one for one in line.parts if one != part)
        omitted, inverted = replace(line, parts=others), replace(line, parts=(*others, (cell, -power)))
        yield _factor_misstep(known, line, "omitted", (part,), omitted.parts), omitted.outcome(known).extent
        yield _factor_misstep(known, line, "inverted", (part,), inverted.parts), inverted.outcome(known).extent


def _derived(known: Known, line: Product) -> Tried:
    """A price that is taken as exact and is value over quantity, rounded to its last digit, or to the last that is no zero."""
    cell = (line.row, "price")
    price = known.get(cell)
    if price is None or price.stated or not price.exact or cell not in dict(line.parts):
        return
    wanted = line.allows(cell, known, line.outcome(known))
    for zeros in dict.fromkeys((0, trailing_zeros(price))):
        rounded = replace(price, exact=False, half=price.half * 10**zeros)
        text = shortest(wanted) if wanted else price.text
        step = Misstep("derived", "price", text, price.text, text, COSTS["derived"] + zeros, frozenset({line}))
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
    return Misstep(slip, "factor", part, stated, instead, COSTS[slip] + 2 * (len(some) - 1), frozenset({line}))


def _product_text(known: Mapping[Cell, Figure], parts: Iterable[tuple[Cell, int]]) -> str:
    """Factors as they are stated: `0.24; / 0.93 t/m3`."""
    stated = [
        (known[cell], power) for cell, power in parts if cell[1].startswith("factor") or not dimension(known[cell].unit)
    ]
    texts = [f"{one.text} {one.spelling}" if one.spelling != "1" else one.text for one, _ in stated]
    return "; ".join(f"/ {text}" if power < 0 else text for text, (_, power) in zip(texts, stated, strict=True))


def _of_sum(table: Table, total: Sum) -> Tried:
    """Members left out or counted twice, and another row of the table counted in."""
    known, target = table.known, table.known[total.target]
    extent = total.outcome(known).extent
    own = {cell: _addend(known[cell], sign, target) for cell, sign in total.members}
    if extent is None or None in own.values():
        return
    addends = {cell: interval for cell, interval in own.items() if interval is not None}
    for cell, addend in addends.items():
        yield _members(total, "omitted", (cell,)), _less(extent, addend)
        yield _members(total, "twice", (cell,)), extent + addend
    for one, two in combinations(addends, 2) if len(addends) <= _PAIRS else ():
        yield _members(total, "omitted", (one, two)), _less(_less(extent, addends[one]), addends[two])
    for cell in _foreign(table, total):
        other = _addend(known[cell], 1, target)
        yield _members(total, "foreign", (cell,)), None if other is None else extent + other


def _addend(one: Figure, sign: int, target: Figure) -> Interval | None:
    by = into(one, target)
    return None if by is None else one.interval.scaled(by * sign)


def _less(whole: Interval, part: Interval) -> Interval:
    """What is left of a sum of intervals when one of its addends is taken out again."""
    return Interval(whole.low - part.low, whole.high - part.high)


def _members(total: Sum, slip: Slip, cells: tuple[Cell, ...]) -> Misstep:
    """The sum with members left out (`omitted`), or added once more (`twice`, `foreign`)."""
    stated = [f"{'-' if sign < 0 else ''}{cell[0]}" for cell, sign in total.members]
    named = [cell[0] for cell in cells]
    done = [name for name in stated if name.lstrip("-") not in named] if slip == "omitted" else [*stated, *named]
    cost = COSTS[slip] + 3 * (len(cells) - 1)
    return Misstep(slip, "total_of", " ".join(named), " ".join(stated), " ".join(done), cost, frozenset({total}))


def _foreign(table: Table, total: Sum) -> Iterator[Cell]:
    """Figures of the same column that the total does not add, and that do not add the total."""
    column, known = total.target[1], table.known
    members = {cell for cell, _ in total.members}
    for row in table.rows.values():
        cell = (row.row, column)
        adds = {name for way in row.totals for _, name in way}
        if cell in known and cell not in members and cell != total.target and total.row not in adds:
            yield cell


def _denominators(table: Table, share: Product, failing: Iterable[Relation]) -> tuple[list[Misstep], int]:
    """The one other denominator that all failing shares of one row may have: a row of the table, else what it must be.

    For a single share only rows are tried, since some number always fits.
    """
    known, whole = table.known, share.parts[-1][0]
    alike = [one for one in failing if isinstance(one, Product) and one.kind == "share" and one.parts[-1][0] == whole]
    wanted = [one.allows(whole, known, one.outcome(known)) for one in alike]
    bounded = [interval for interval in wanted if interval is not None]
    if len(bounded) < len(alike):
        return [], 0
    common = Interval(max(one.low for one in bounded), min(one.high for one in bounded))
    if common.low > common.high:
        return [], 1
    mends, target = frozenset(alike), known[whole]
    named = [row for row in table.rows if _may_be(known, (row, "value"), whole, common)]
    found = [Misstep("denominator", "share_of", row, whole[0], row, COSTS["denominator"], mends) for row in named]
    text = f"{shortest(common)} {target.spelling}"
    unnamed = Misstep("denominator", "share_of", text, whole[0], text, COSTS["denominator"] + 2, mends)
    return [*found, *([unnamed] if len(alike) > 1 else [])], len(table.rows)


def _may_be(known: Known, cell: Cell, whole: Cell, wanted: Interval) -> bool:
    """Whether a figure of the table may be the whole that is wanted."""
    value = _addend(known[cell], 1, known[whole]) if cell in known and cell != whole else None
    return value is not None and value.meets(wanted)


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
