"""What must hold between printed figures: one is the product, or the sum, of others, in exact units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from qhgep.auditing.dimensions import conversion, product_unit, untold
from qhgep.auditing.figure import Cell, Figure
from qhgep.interval import Interval, point
from qhgep.printed import added
from qhgep.units import PURE, Spelling, Unit

Kind = Literal["line", "sum", "quantity_sum", "share", "recomputed", "recomputed_sum", "recomputed_share"]
Figures = Mapping[Cell, Figure]


@dataclass(frozen=True, slots=True)
class Product:
    """target = the product of the parts, each to its power (1 or -1)."""

    kind: Kind
    row: str
    target: Cell
    parts: tuple[tuple[Cell, int], ...]

    def __hash__(self) -> int:  # it is looked up far more often than its parts are read
        return hash((self.kind, self.row, self.target))

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every figure it rests on, the target first."""
        return (self.target, *(cell for cell, _ in self.parts))

    def reach(self, figures: Figures) -> Interval:
        """The numbers that the printed target may stand for."""
        return figures[self.target].loose

    def terms(self, figures: Figures) -> tuple[tuple[Unit, int], ...]:
        """The units of the parts with their powers."""
        return tuple((figures[cell].unit, power) for cell, power in self.parts)

    def outcome(self, figures: Figures) -> RelationOutcome:
        """The product in the printed unit of the target."""
        return self.reckoned(figures, figures[self.target].meaning)

    def reckoned(self, figures: Figures, meaning: Spelling) -> RelationOutcome:
        """The product in a unit; without numbers where a part that is not printed has none."""
        if any(cell not in figures for cell, _ in self.parts):
            return NOTHING
        by = conversion(meaning.unit, self.terms(figures))
        if by is None:
            return RelationOutcome(None, None, None, product_unit(self.terms(figures)))
        exact, extent = Fraction(1), extent_of(self.parts, figures)
        if extent is None:
            return NOTHING
        for cell, power in self.parts:
            by *= figures[cell].meaning.scale ** power
            exact *= figures[cell].value ** power
        by /= meaning.scale
        return RelationOutcome(exact * by, extent.scaled(by), by, None)

    def allows(
        self, cell: Cell, figures: Figures, found: RelationOutcome, reach: Interval | None = None
    ) -> Interval | None:
        """Which numbers of a figure keep the equation with this outcome; None: only a trial can tell.

        `reach`: the numbers that the target may be; as printed where it is not given.
        """
        if cell == self.target or found.by is None:
            return found.extent
        powers = [power for part, power in self.parts if part == cell]
        if len(powers) != 1:
            return None
        power = powers[0]
        others = extent_of((part for part in self.parts if part[0] != cell), figures)
        rest = None if others is None else others.scaled(found.by).inverse()
        needed = None if rest is None else (reach or figures[self.target].loose) * rest
        return needed if power > 0 or needed is None else needed.inverse()


@dataclass(frozen=True, slots=True)
class Sum:
    """target = the sum of the members, each with its sign (1 or -1)."""

    kind: Kind
    row: str
    target: Cell
    members: tuple[tuple[Cell, int], ...]

    def __hash__(self) -> int:  # a total may have thousands of members; its place tells it well enough
        return hash((self.kind, self.row, self.target))

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every figure it rests on, the target first."""
        return (self.target, *(cell for cell, _ in self.members))

    def reach(self, figures: Figures) -> Interval:
        """The numbers that the printed target may stand for."""
        return figures[self.target].interval

    def unlikely(self, figures: Figures, found: RelationOutcome) -> bool:
        """Whether printed and recomputed sum differ by over three standard deviations of the roundings.

        The rounding of a figure has the variance half² / 3. The worst case of rounding may still explain it.
        """
        target = figures[self.target]
        if found.exact is None:
            return False
        halves = [one.spread * (into(one, target) or 0) for one in (figures[cell] for cell in self.cells)]
        return (target.value - found.exact) ** 2 > 3 * sum(half**2 for half in halves)

    def outcome(self, figures: Figures) -> RelationOutcome:
        """The sum in the printed unit of the target."""
        return self.reckoned(figures, figures[self.target].meaning)

    def reckoned(self, figures: Figures, meaning: Spelling) -> RelationOutcome:
        """The sum in a unit; without numbers where a member that is not printed has none."""
        exact, addends, signs = Fraction(0), list[Interval](), dict[Cell, tuple[int, ...]]()
        for cell, sign in self.members:
            one = figures.get(cell)
            if one is None:
                return NOTHING
            by = times(one, meaning)
            if by is None:
                return RelationOutcome(None, None, None, one.unit)
            exact += one.value * by * sign
            addends.append(one.interval.scaled(by * sign))
            signs[cell] = (*signs.get(cell, ()), sign)
        return RelationOutcome(exact, added(addends), Fraction(1), None, signs)

    def allows(self, cell: Cell, figures: Figures, found: RelationOutcome) -> Interval | None:
        """Which numbers of a figure keep the equation with this outcome; None: only a trial can tell."""
        target = figures[self.target]
        if found.extent is None:
            return None
        if cell == self.target:
            return found.extent
        signs = found.signs.get(cell, ())
        by = into(figures[cell], target)
        if by is None or len(signs) != 1:
            return None
        own = figures[cell].interval.scaled(by * signs[0])
        rest = Interval(found.extent.low - own.low, found.extent.high - own.high)
        return (target.interval - rest).scaled(1 / (by * signs[0]))


@dataclass(frozen=True, slots=True)
class Recomputed:
    """target = a value that the engine has: `exact` and `extent` are in `unit`; `partial` is what that value leaves out."""

    kind: Kind
    row: str
    target: Cell
    exact: Fraction
    extent: Interval
    unit: Unit
    partial: tuple[str, ...] = ()

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The only printed figure that it rests on."""
        return (self.target,)

    def reach(self, figures: Figures) -> Interval:
        """The numbers that the printed target may stand for."""
        return figures[self.target].loose

    def terms(self, figures: Figures) -> tuple[tuple[Unit, int], ...]:
        """The unit of the engine's value."""
        del figures
        return ((self.unit, 1),)

    def outcome(self, figures: Figures) -> RelationOutcome:
        """The engine's value in the printed unit of the target."""
        target = figures[self.target]
        by = conversion(target.unit, self.terms(figures))
        if by is None:
            return RelationOutcome(None, None, None, self.unit)
        by /= target.meaning.scale
        return RelationOutcome(self.exact * by, self.extent.scaled(by), by, None)

    def allows(self, cell: Cell, figures: Figures, found: RelationOutcome) -> Interval | None:
        """Which numbers of the target agree with it."""
        del cell, figures
        return found.extent


Relation = Product | Sum | Recomputed


@dataclass(frozen=True, slots=True)
class RelationOutcome:
    """A recomputed figure: `exact` from the printed figures, `extent` what roundings allow, `by` the factor.

    Without them: `unit` is a unit that does not fit the target; where that is None, a divisor may be zero.
    """

    exact: Fraction | None
    extent: Interval | None
    by: Fraction | None
    unit: Unit | None
    signs: Mapping[Cell, tuple[int, ...]] = field(default_factory=dict)
    """The members of a sum, each with its sign as often as it is added."""

    def holds(self, target: Interval) -> bool:
        """Whether the printed target is one of the numbers that are allowed."""
        return self.extent is not None and self.extent.meets(target)


NOTHING = RelationOutcome(None, None, None, None)


@dataclass(frozen=True, slots=True)
class Computed:
    """A figure that is not printed: what its relation gives, in a unit."""

    relation: Product | Sum
    spelling: str
    meaning: Spelling
    total: Sum | None = None
    """The printed total that leaves this for the one of its members that is unknown."""

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The figures that it rests on."""
        return self.relation.cells[1:]

    def figure(self, known: Figures) -> Figure | None:
        """The figure; None where the units do not fit or a divisor may be zero."""
        found = self.relation.reckoned(known, self.meaning)
        if found.exact is None or found.extent is None:
            return None
        half = (found.extent.high - found.extent.low) / 2
        return Figure("", found.exact, half, self.spelling, self.meaning, extent=found.extent)


def extent_of(parts: Iterable[tuple[Cell, int]], figures: Figures) -> Interval | None:
    """The range of a product of numbers, units aside; None where a divisor may be zero."""
    extent = point(1)
    for cell, power in parts:
        one = figures[cell].loose if power > 0 else figures[cell].loose.inverse()
        if one is None:
            return None
        extent *= one
    return extent


def into(one: Figure, target: Figure) -> Fraction | None:
    """What a figure is multiplied by to be in the printed unit of another; None: another dimension."""
    return times(one, target.meaning)


def times(one: Figure, meaning: Spelling) -> Fraction | None:
    """What a figure is multiplied by to be in a unit; None: another dimension."""
    if one.meaning is meaning:
        return Fraction(1)
    by = conversion(meaning.unit, ((one.unit, 1),))
    return None if by is None else by * one.meaning.scale / meaning.scale


def untold_substance(relation: Relation, figures: Figures) -> str:
    """The substance that one figure of a product names and another leaves out; empty where there is none."""
    if isinstance(relation, Sum):
        return ""
    tag = untold(figures[relation.target].unit, relation.terms(figures))
    return "" if tag is None or tag == PURE else (tag**-1 if tag.items[0][1] < 0 else tag).printed
