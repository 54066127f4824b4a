"""What an account covers: which indicators, which share of the area, and what is missing. A partial total says so."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, reduce

import numpy as np

from qhgep.account.account import Account
from qhgep.catalogue import Formula
from qhgep.engine.expected import Mask, lacking
from qhgep.engine.grid import NOT_APPLICABLE, UNCLASSIFIED, VALUE, Fixed, Grid, Partial, Value, Values, read_only
from qhgep.expr import AXES, Cell, Parts, Total
from qhgep.quantities import AREA_TOLERANCE
from qhgep.ruleset_store.ruleset import IndicatorLine


@dataclass(frozen=True, slots=True)
class Pair:
    """One county and ecosystem in a period: its area in the unit of `area` (None: unknown) and the quantities that reach it."""

    county: str
    period: str
    ecosystem: str
    area: float | None
    presence: str
    reached_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Parted:
    """The items, parts and counties of a quantity: where each is added up, and where it lacks though there is a value."""

    known: Mapping[str, Mask]
    lacking: Mapping[str, Mask]


@dataclass(frozen=True, eq=False)
class Coverage:
    """Coverage of an account; `reach` says per quantity without ecosystem axis which ecosystems it stands for.

    `void` says for which of them it does not apply: these are neither covered nor missing.
    """

    account: Account
    grid: Grid
    reach: Mapping[str, Mask]
    void: Mapping[str, Mask]
    area: Values | None
    whole: Values | None
    stated: Mapping[str, Mask]
    parts: Mapping[str, Parted]

    def partial(self, quantity: str, cell: Cell) -> Partial | None:
        """Why a county total is partial; None where it is whole, or where ecosystems do not matter."""
        if quantity not in self.reach and quantity not in self.parts:
            return None
        key = (quantity, cell)
        if key not in self._known:
            self._known[key] = self._partial(quantity, cell)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[str, Cell], Partial | None]:
        return {}

    def _partial(self, quantity: str, cell: Cell) -> Partial | None:
        covered, missing, share = self._of_ecosystems(quantity, cell)
        if (parted := self.parts.get(quantity)) is not None:
            index = self.grid.index(cell)
            missing += [name for name, mask in parted.lacking.items() if _holds(mask, index)]
            covered += [name for name, mask in parted.known.items() if _holds(mask, index) and name not in missing]
        return Partial(tuple(covered), tuple(missing), share) if missing else None

    def _of_ecosystems(self, quantity: str, cell: Cell) -> tuple[list[str], list[str], float | None]:
        """The ecosystems that are covered and that lack, and the share of the county's area that the first make up.

        What does not vary over ecosystems stands for the whole county.
        """
        covered: list[str] = []
        missing: list[str] = []
        area: list[float] = []
        county, year = cell.get("county"), cell.get("year")
        areas = self.area
        if quantity not in self.reach or areas is None or not county:
            return covered, missing, self.full_share(county, year)
        for ecosystem in self.grid.members["ecosystem"]:
            inside = cell.at("ecosystem", ecosystem)
            index = self.grid.index(inside.on(("county", "year", "ecosystem")))
            size = float(areas.value[index]) if areas.presence[index] == VALUE else math.nan
            if _holds(self.reach[quantity], self.grid.index(inside)):
                covered.append(ecosystem)
                area.append(size)
            elif (
                size != 0
                and areas.presence[index] != NOT_APPLICABLE
                and not _holds(self.void[quantity], self.grid.index(inside))
            ):
                missing.append(ecosystem)
        if not missing and self._unclassified(quantity, cell, areas):
            missing.append(UNCLASSIFIED)
        if not missing:
            return covered, missing, self.full_share(county, year)
        return covered, missing, self._share(area, county, year)

    def full_share(self, county: str, year: str) -> float | None:
        """1 where the area of the county is known; a share of what nobody knows is not known."""
        return None if self.county_area(county, year) is None else 1.0

    def county_area(self, county: str, year: str) -> float | None:
        """The area of a county in the unit of `county_area`; None where it is not known."""
        if self.whole is None or not county:
            return None
        whole = float(self.whole.value[self.grid.index(Cell((("county", county), ("year", year))))])
        return None if math.isnan(whole) or whole == 0 else whole

    def _unclassified(self, quantity: str, cell: Cell, areas: Values) -> bool:
        """Whether the classes leave more of the county out than rounding does; a stated county figure leaves nothing out."""
        if self.whole is None or _holds(self.stated[quantity], self.grid.index(cell)):
            return False
        at = [
            self.grid.index(cell.at("ecosystem", item).on(areas.quantity.axes))
            for item in self.grid.members["ecosystem"]
        ]
        known = math.fsum(float(areas.value[place]) for place in at if areas.presence[place] == VALUE)
        whole = float(self.whole.value[self.grid.index(cell.on(("county", "year")))])
        return known < whole * (1 - AREA_TOLERANCE)

    def _share(self, areas: list[float], county: str, year: str) -> float | None:
        whole = self.county_area(county, year)
        return None if whole is None or any(math.isnan(area) for area in areas) else math.fsum(areas) / whole

    def grand(self, total: Value, county: str, period: str) -> Value:
        """The accounted total with the services that the ruleset does not cover added to what is missing."""
        ruleset = self.account.ruleset
        gone = tuple(line.id for line in ruleset.not_covered)
        if total.partial is None and not gone:
            return total
        lines = tuple(line.id for line in ruleset.indicators)
        named = total.partial or Partial(lines, (), self.full_share(county, period))
        return replace(total, partial=replace(named, missing=named.missing + gone))

    def zh(self, name: str) -> str:
        """The Chinese name of what a total covers or lacks."""
        ruleset = self.account.ruleset
        axis, _, member = name.partition("/")
        if member and axis in ruleset.catalogue.lists:
            return ruleset.catalogue.lists[axis].members.get(member, name)
        if (ecosystem := self.account.coefficients.ecosystems.get(name)) is not None:
            return ecosystem.zh
        if (part := ruleset.catalogue.vocabulary.get(name)) is not None:
            return part.zh
        return next((item.zh for item in self.account.counties if item.code == name), ruleset.zh_of(name))

    def pairs(self) -> tuple[Pair, ...]:
        """Every pair of county and ecosystem with its area and what reaches it."""
        return self._pairs

    @cached_property
    def _pairs(self) -> tuple[Pair, ...]:
        if self.area is None:
            return ()
        found = []
        masks = {
            line.counts: self._counted(line) for line in self.account.ruleset.indicators if line.value in self.reach
        }
        for cell in self.grid.cells(("county", "year", "ecosystem")):
            index = self.grid.index(cell)
            there = self.area.presence[index] == VALUE
            reached = tuple(name for name, mask in masks.items() if mask[index])
            size = float(self.area.value[index]) if there else None
            none = "not_applicable" if self.area.presence[index] == NOT_APPLICABLE else "missing"
            presence = ("zero" if size == 0 else "value") if there else none
            found.append(Pair(cell["county"], cell["year"], cell["ecosystem"], size, presence, reached))
        return tuple(found)

    def _counted(self, line: IndicatorLine) -> Mask:
        """The ecosystems that an indicator stands for: of its item, where it counts one."""
        mask = self.reach[line.value]
        for axis, members in self.grid.members.items():
            if axis not in AXES and line.item in members and mask.shape[self.grid.axes[axis]] > 1:
                mask = mask.take([members.index(line.item)], self.grid.axes[axis])
        return mask


def find_coverage(account: Account, grid: Grid, values: Mapping[str, Values]) -> Coverage:
    """Which ecosystems each county total stands for, from the totals through everything computed from them."""
    reach: dict[str, Mask] = {}
    void: dict[str, Mask] = {}
    stated: dict[str, Mask] = {}
    parts: dict[str, Parted] = {}
    for formula in account.ruleset.order:
        name = formula.quantity.name
        if (found := _parted(formula, values, parts, grid)) is not None:
            parts[name] = found
        if "ecosystem" in grid.members and (masks := _masks(formula, values, reach, void, grid)) is not None:
            reach[name], void[name] = _with_stated(masks[0], values[name]), masks[1]
            stated[name] = _stated(formula, values, stated, grid)
    sealed = Fixed({name: Parted(_sealed(item.known), _sealed(item.lacking)) for name, item in parts.items()})
    areas = (values.get("area"), values.get("county_area"))
    return Coverage(account, grid, _sealed(reach), _sealed(void), *areas, _sealed(stated), sealed)


def _sealed(masks: Mapping[str, Mask]) -> Mapping[str, Mask]:
    return Fixed({name: read_only(mask) for name, mask in masks.items()})


def _masks(
    formula: Formula, values: Mapping[str, Values], reach: Mapping[str, Mask], void: Mapping[str, Mask], grid: Grid
) -> tuple[Mask, Mask] | None:
    """Which ecosystems the quantity stands for, and for which it does not apply."""
    if "ecosystem" in formula.quantity.axes:
        return None
    if isinstance(formula.equals, Total) and formula.equals.axis == "ecosystem":
        of = values[formula.equals.of.name]
        presence = np.broadcast_to(
            of.presence, np.broadcast_shapes(of.presence.shape, grid.shape(("county", "year", "ecosystem")))
        )
        return np.equal(presence, VALUE), np.equal(presence, NOT_APPLICABLE)
    read = [quantity.name for quantity in formula.inputs if quantity.name in reach]
    if not read:
        return None
    if isinstance(formula.equals, Total):  # over items: an ecosystem is covered if no item that is known lacks it
        place = grid.axes[formula.equals.axis]
        both, none = reach[read[0]], void[read[0]]
        gone = lacking(values[read[0]].presence)
        whole: Mask = np.all(both | none | gone, axis=place, keepdims=True)
        return whole & np.any(both, axis=place, keepdims=True), np.all(none | gone, axis=place, keepdims=True) & np.any(
            none, axis=place, keepdims=True
        )
    if isinstance(formula.equals, Parts):  # what is lacking altogether is named as a part
        known = [(reach[name] | lacking(values[name].presence), void[name]) for name in read]
        any_reach = reduce(np.logical_or, (reach[name] for name in read))
        return reduce(np.logical_and, (one for one, _ in known)) & any_reach, reduce(
            np.logical_and, (none for _, none in known)
        )
    both, none = reach[read[0]], void[read[0]]
    for name in read[1:]:
        both, none = both & reach[name], none | void[name]
    return both, none


def _parted(formula: Formula, values: Mapping[str, Values], parts: Mapping[str, Parted], grid: Grid) -> Parted | None:
    """Which items, parts and counties a value adds up and which it lacks, from its own sum and from what it reads."""
    known: dict[str, Mask] = {}
    gone: dict[str, Mask] = {}
    held = values[formula.quantity.name]
    here = held.present
    if isinstance(formula.equals, Total) and formula.equals.axis != "ecosystem":
        axis, of = formula.equals.axis, values[formula.equals.of.name]
        for place, member in enumerate(grid.members[axis]):
            name = member if axis == "county" else f"{axis}/{member}"
            one = of.presence.take([place], grid.axes[axis])
            known[name], gone[name] = one == VALUE, lacking(one)
    elif isinstance(formula.equals, Parts):
        for quantity in formula.inputs:
            presence = values[quantity.name].presence
            known[quantity.name], gone[quantity.name] = presence == VALUE, lacking(presence)
    for quantity in formula.inputs:
        if (below := parts.get(quantity.name)) is not None:
            _take_over(below, values[quantity.name].present, formula, grid, known, gone)
    stated = held.source >= 0 if held.source is not None else np.zeros((1,) * len(grid.members), bool)
    gone = {name: kept for name, mask in gone.items() if (kept := mask & here & ~stated).any()}
    return Parted({name: mask & here & ~stated for name, mask in known.items()}, gone) if gone else None


def _take_over(
    below: Parted, present: Mask, formula: Formula, grid: Grid, known: dict[str, Mask], gone: dict[str, Mask]
) -> None:
    """What a quantity lacks, where it has a value, lacks in what is computed from it."""
    axis = formula.equals.axis if isinstance(formula.equals, Total) else ""
    for mine, theirs in ((known, below.known), (gone, below.lacking)):
        for name, mask in theirs.items():
            found: Mask = mask & present
            if axis:
                found = np.any(found, axis=grid.axes[axis], keepdims=True)
            mine[name] = mine[name] | found if name in mine else found


def _holds(mask: Mask, index: tuple[int, ...]) -> bool:
    return bool(mask[tuple(min(place, length - 1) for place, length in zip(index, mask.shape, strict=True))])


def _stated(formula: Formula, values: Mapping[str, Values], stated: Mapping[str, Mask], grid: Grid) -> Mask:
    """Where a county figure is stated, or computed from stated county figures alone."""
    source = values[formula.quantity.name].source
    own: Mask = np.zeros((1,) * len(grid.members), bool) if source is None else source >= 0
    parents = [stated[quantity.name] for quantity in formula.inputs if quantity.name in stated]
    return own | reduce(np.logical_and, parents) if parents else own


def _with_stated(mask: Mask, values: Values) -> Mask:
    """A county figure that is stated stands for the whole county."""
    if values.source is None:
        return mask
    stated = values.source >= 0
    return mask | stated
