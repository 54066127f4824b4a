"""Indicators with the leaves of some groups as they are in one period and those of the others as they are in another.

Every coalition of groups is a year of a grid of its own, so all are computed at once, by the same trees.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qhgep.account.account import Account
from qhgep.engine.evaluate import run
from qhgep.engine.grid import ABSENT, VALUE, Grid, Values
from qhgep.engine.select_inputs import Leaves
from qhgep.errors import Problems
from qhgep.expr import AXES, Cell, Quantity
from qhgep.quantities import area
from qhgep.ruleset_store.ruleset import IndicatorLine


@dataclass(frozen=True)
class Coalitions:
    """The indicators of each county for every coalition: a bit of the coalition says that its group is that of the new period.

    `changed` holds for each group the leaves that differ, with the counties in which they do; `classes` the ecosystems
    that a county has in one period only: (county, ecosystem, whether it appeared).
    """

    groups: tuple[str, ...]
    grid: Grid
    values: Mapping[str, Values]
    changed: Mapping[str, Mapping[str, tuple[str, ...]]]
    classes: tuple[tuple[str, str, bool], ...]

    def amounts(self, line: IndicatorLine, county: str) -> list[float] | None:
        """The value of an indicator for every coalition, in the order of their bits; None where one has none."""
        held, found = self.values[line.value], []
        lists = [axis for axis in held.quantity.axes if axis not in AXES]
        members = {"county": county, **dict(zip(lists, line.item.split("/"), strict=False))}
        for year in self.grid.members["year"]:
            members["year"] = year
            index = self.grid.index(Cell(tuple((axis, members[axis]) for axis in held.quantity.axes)))
            if held.presence[index] != VALUE:
                return None
            found.append(float(held.value[index]))
        return found


@dataclass(frozen=True)
class _Slice:
    """A leaf in one period, over the common members; the dimension of the year has length 1."""

    value: NDArray[np.float64]
    presence: NDArray[np.uint8]
    source: NDArray[np.int32]

    def same(self, other: _Slice) -> NDArray[np.bool_]:
        """Where both say the same."""
        there = (self.presence == VALUE) & (other.presence == VALUE)
        equal: NDArray[np.bool_] = (self.presence == other.presence) & (~there | (self.value == other.value))
        return equal

    def where(self, mask: NDArray[np.bool_], other: _Slice) -> _Slice:
        """The other where a mask holds."""
        return _Slice(
            *(np.where(mask, getattr(other, part), getattr(self, part)) for part in ("value", "presence", "source"))
        )


def coalitions(
    old: tuple[Account, str], new: tuple[Account, str], groups: Sequence[str], group_of: Callable[[Quantity], str]
) -> Coalitions:
    """All coalitions between two periods, each of an account; both accounts have the same ruleset and price year.

    A class that a county has in one period only is one of area zero in the other, and all else of it is as where it is
    there: whatever it brings or takes is an effect of its area.
    """
    leaves = [Leaves(account, Problems()) for account, _ in (old, new)]
    stated = [one.values() for one in leaves]
    members = _common([one.grid for one in leaves], 2 ** len(groups))
    grid = Grid(members)
    quantities = {name: held.quantity for side in reversed(stated) for name, held in side.items()}
    pairs = {
        name: tuple(
            _slice(side.get(name), quantity, one.grid, grid, period)
            for side, one, (_, period) in zip(stated, leaves, (old, new), strict=True)
        )
        for name, quantity in quantities.items()
    }
    classes = _fill(pairs, quantities, grid)
    read = _read(old[0])
    changed = {group: dict[str, tuple[str, ...]]() for group in groups}
    values = {}
    for name, quantity in quantities.items():
        before, after = pairs[name]
        bit = groups.index(group_of(quantity))
        if name in read and (counties := _differing(~before.same(after), grid)):
            changed[groups[bit]][name] = counties
        values[name] = _stacked(quantity, before, after, bit, grid, stated[1].get(name) or stated[0][name])
    return Coalitions(tuple(groups), grid, run(old[0].ruleset.order, values, grid), changed, classes)


def _read(account: Account) -> set[str]:
    """What the indicators of an account are computed from."""
    needs = {formula.quantity.name: [item.name for item in formula.inputs] for formula in account.ruleset.order}
    found: set[str] = set()
    waiting = [line.value for line in account.ruleset.indicators]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += needs.get(name, [])
    return found


def _common(grids: Sequence[Grid], coalition_count: int) -> dict[str, tuple[str, ...]]:
    """The common counties, the coalitions as years, every ecosystem of either side."""
    first, second = grids
    members = dict(first.members)
    members["county"] = tuple(code for code in first.members["county"] if code in second.members["county"])
    members["year"] = tuple(str(number) for number in range(coalition_count))
    if "ecosystem" in members:
        members["ecosystem"] = tuple(sorted({*first.members["ecosystem"], *second.members["ecosystem"]}))
    return members


def _slice(held: Values | None, quantity: Quantity, own: Grid, grid: Grid, period: str) -> _Slice:
    """A leaf of one side in its period, over the members of the common grid; absent where the side has no such member."""
    shape = tuple(
        1 if axis == "year" else length for axis, length in zip(grid.members, grid.shape(quantity.axes), strict=True)
    )
    if held is None:
        return _Slice(np.full(shape, np.nan), np.full(shape, ABSENT, np.uint8), np.full(shape, -1, np.int32))
    source = np.full(held.value.shape, -1, np.int32) if held.source is None else held.source
    parts: list[NDArray[Any]] = [held.value, held.presence, source]
    for axis, names in grid.members.items():
        place = own.axes[axis]
        if axis not in quantity.axes:
            continue
        wanted = (period,) if axis == "year" else names
        there = {member: number for number, member in enumerate(own.members[axis])}
        index = np.array([there.get(member, -1) for member in wanted])
        gone = (index < 0).reshape([-1 if at == place else 1 for at in range(len(own.members))])
        fills = (np.nan, ABSENT, -1)
        parts = [
            np.where(gone, np.asarray(fill, part.dtype), part.take(np.maximum(index, 0), place))
            for part, fill in zip(parts, fills, strict=True)
        ]
    return _Slice(parts[0], parts[1], parts[2])


def _fill(
    pairs: dict[str, tuple[_Slice, ...]], quantities: Mapping[str, Quantity], grid: Grid
) -> tuple[tuple[str, str, bool], ...]:
    """Put what a class lacks in the period in which a county has none of it; the classes that appeared or vanished."""
    if area.name not in pairs:
        return ()
    before, after = pairs[area.name]
    here = [(one.presence == VALUE) & (one.value > 0) for one in (before, after)]
    appeared, vanished = here[1] & ~here[0], here[0] & ~here[1]
    for name, quantity in quantities.items():
        if name == area.name or "ecosystem" not in quantity.axes:
            continue
        if "county" not in quantity.axes and len(grid.members["county"]) > 1:
            continue
        one, other = pairs[name]
        pairs[name] = (one.where(_fitting(appeared, one), other), other.where(_fitting(vanished, other), one))
    none = _Slice(np.zeros_like(before.value), np.full_like(before.presence, VALUE), before.source)
    pairs[area.name] = (before.where(appeared, none), after.where(vanished, none))
    found = []
    for mask, came in ((appeared, True), (vanished, False)):
        for index in np.argwhere(mask):
            at = dict(zip(grid.members, index.tolist(), strict=True))
            found.append((grid.members["county"][at["county"]], grid.members["ecosystem"][at["ecosystem"]], came))
    return tuple(sorted(found))


def _fitting(mask: NDArray[np.bool_], one: _Slice) -> NDArray[np.bool_]:
    """A mask over county and ecosystem for an array that may lack either dimension."""
    for place, length in enumerate(one.value.shape):
        if length == 1 and mask.shape[place] > 1:
            mask = np.asarray(mask.any(axis=place, keepdims=True))
    return mask


def _differing(mask: NDArray[np.bool_], grid: Grid) -> tuple[str, ...]:
    """The counties in which a leaf differs; all where it is the same for all counties."""
    place = grid.axes["county"]
    found = np.asarray(mask.any(axis=tuple(at for at in range(mask.ndim) if at != place)))
    counties = grid.members["county"]
    if len(found) < len(counties):
        return counties if found.any() else ()
    return tuple(code for code, out in zip(counties, found.tolist(), strict=True) if out)


def _stacked(quantity: Quantity, before: _Slice, after: _Slice, bit: int, grid: Grid, held: Values) -> Values:
    """A leaf over all coalitions: as it was, or as it is where the bit of its group is set."""
    place = grid.axes["year"]
    numbers = range(len(grid.members["year"])) if "year" in quantity.axes else (0,)
    chosen = [after if number >> bit & 1 else before for number in numbers]
    value, presence, source = (
        np.concatenate([getattr(one, part) for one in chosen], axis=place) for part in ("value", "presence", "source")
    )
    evidence = np.zeros(value.shape, np.uint8)
    whole = bool((presence == VALUE).all())
    return replace(
        held, value=value, presence=presence, source=source, evidence=evidence, whole=whole, short=None, broken=None
    )
