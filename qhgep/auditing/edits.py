"""The slips that a figure may have suffered, and what each costs: the fewer alternatives, the cheaper.

Costs are in bits, about the logarithm of the number of ways in which one figure can suffer that slip.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from fractions import Fraction
from functools import cache
from math import inf, isfinite
from typing import Literal

from qhgep.auditing.dimensions import conversion, product_unit, without_period
from qhgep.auditing.figure import Cell, Figure, digits_changed, digits_swapped, last_digit_off, point_moved, sign_turned
from qhgep.auditing.relation import Product, Recomputed, Relation
from qhgep.interval import Interval
from qhgep.units import Spelling, Unit, dimension, usual

Slip = Literal[
    "scale",
    "unit",
    "point",
    "last",
    "swap",
    "sign",
    "digit",
    "other",
    "omitted",
    "twice",
    "inverted",
    "foreign",
    "denominator",
    "derived",
]
COSTS: Mapping[Slip, int] = {
    "scale": 2, "unit": 3, "point": 2, "last": 2, "swap": 3, "sign": 3, "digit": 5,
    "other": 7,
    "omitted": 3, "twice": 4, "inverted": 4, "foreign": 5, "denominator": 4, "derived": 8,
}  # fmt: skip
"""scale: 万 or 亿 left out or put in; unit: another unit; point: the point moved, plus one bit a place;
last: one more or less in the last digit; swap: two neighbouring digits; sign: a minus lost or put in; digit: one digit;
other: another figure altogether, which several equations ask for. omitted, twice, inverted: a factor or a member of a
total; foreign: another row in a total; denominator: shares of another whole;
derived: a price that is itself rounded, value over quantity."""
MOVES = (1, -1, 2, -2, 3, -3, 4, -4, 8, -8)


@dataclass(frozen=True, slots=True)
class Edit:
    """One slip undone: the figure that stood there instead, if it was that."""

    slip: Slip
    figure: Figure
    cost: int


def digit_edits(printed: Figure) -> Iterator[Edit]:
    """Every single slip of the digits."""
    for places in MOVES:
        moved = point_moved(printed, places)
        if moved is not None:
            yield Edit("point", moved, COSTS["point"] + abs(places))
    yield from (Edit("last", off, COSTS["last"]) for off in last_digit_off(printed))
    turned = sign_turned(printed)
    if turned is not None:
        yield Edit("sign", turned, COSTS["sign"])
    yield from (Edit("swap", swapped, COSTS["swap"]) for swapped in digits_swapped(printed))
    yield from (Edit("digit", changed, COSTS["digit"]) for changed in digits_changed(printed))


@dataclass(frozen=True, slots=True)
class SlipReach:
    """How far the single slips of the digits of a figure reach.

    `counts`: how many there are of each sort and cost; `ends`: between which numbers each figure lies that may have
    stood there instead. Floats: they only tell where to look closer.
    """

    counts: Mapping[tuple[Slip, int], int]
    ends: Sequence[tuple[float, float]]

    @classmethod
    def of(cls, printed: Figure) -> SlipReach:
        """The reach of a printed figure."""
        edits, ends = list(digit_edits(printed)), list[tuple[float, float]]()
        for one in edits:
            value, spread = (
                _rough(one.figure.value),
                0.0 if one.figure.exact else _rough(one.figure.half + one.figure.slack),
            )
            spread += _NEARLY * (abs(value) + spread)
            ends.append((value - spread, value + spread))
        return cls(Counter((one.slip, one.cost) for one in edits), ends)

    def may_meet(self, wanted: Interval) -> bool:
        """Whether one of the figures may lie in an interval."""
        low, high = _rough(wanted.low), _rough(wanted.high)
        margin = _NEARLY * (abs(low) + abs(high))
        low, high = low - margin, high + margin
        return not isfinite(margin) or any(one <= high and low <= two for one, two in self.ends)


_NEARLY = 1e-9
"""What the roundings of floats stay below, as a part of the number."""


def _rough(number: Fraction) -> float:
    try:
        return float(number)
    except OverflowError:
        return inf if number > 0 else -inf


def unit_edits(relation: Relation, cell: Cell, figures: Mapping[Cell, Figure]) -> Iterator[Edit]:
    """Every other usual unit with which the dimensions of an equation agree; `m3` and `m3/a` are one unit here."""
    printed = figures[cell]
    if cell[1] == "share":
        return
    own = Spelling(without_period(printed.unit), printed.meaning.scale)
    for entry in usual(_wanted(relation, cell, figures)):
        if entry.meaning != own:
            slip: Slip = "scale" if entry.meaning.unit == own.unit else "unit"
            yield Edit(slip, printed.with_unit(_nearest(printed.spelling, entry.texts), entry.meaning), COSTS[slip])


def _wanted(relation: Relation, cell: Cell, figures: Mapping[Cell, Figure]) -> Unit:
    """A unit of the dimension that the equation asks of a figure."""
    own, target = without_period(figures[cell].unit), without_period(figures[relation.target].unit)
    if cell not in relation.cells:  # a figure under a value that is not printed
        return own
    if isinstance(relation, Recomputed):
        return own if conversion(own, relation.terms(figures)) is not None else without_period(relation.unit)
    if not isinstance(relation, Product):
        others = (without_period(figures[member].unit) for member, _ in relation.members)
        other = (one for one in others if dimension(one) != dimension(own))
        return target if cell != relation.target else next(other, own)
    terms = relation.terms(figures)
    if conversion(figures[relation.target].unit, terms) is not None:
        return own
    if cell == relation.target:
        return product_unit(terms)
    power = next(power for part, power in relation.parts if part == cell)
    return own * (target / product_unit(terms)) ** power


@cache
def _nearest(printed: str, spelled: tuple[str, ...]) -> str:
    """The spelling most like the printed one: a Chinese table gets a Chinese unit."""
    return max(
        spelled,
        key=lambda text: (text.isascii() == printed.isascii(), SequenceMatcher(None, printed, text).ratio()),
    )
