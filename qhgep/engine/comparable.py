"""Which values of an account may be compared: what each covers, and whether two cover the same.

An amount may grow because more of a county is accounted. So a change or a rank is given only where both sides cover the
same: the same indicators, ecosystems, items and counties, the same share of the area, and the same cells stated in the
place of a formula (a stated value is a method of its own).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from qhgep.engine.grid import NOT_APPLICABLE, VALUE
from qhgep.engine.result import Result
from qhgep.ruleset_store.ruleset import IndicatorLine

State = Literal["whole", "partial", "missing"]


@dataclass(frozen=True, slots=True)
class Reach:
    """What the value of an indicator in a county and period covers; equal where two values cover the same.

    `missing` and `share` are those of `Partial`; `stated` the quantities for whose formula a value stands, with the
    cells. What does not apply is whole: nothing is expected of it.
    """

    state: State
    missing: tuple[str, ...] = ()
    share: float | None = None
    stated: tuple[tuple[str, bytes], ...] = ()

    @property
    def known(self) -> bool:
        """Whether it can be said what it covers: not of a part of a county whose area nobody knows."""
        return self.state != "partial" or self.share is not None


def same_reach(one: Sequence[Reach], other: Sequence[Reach]) -> bool:
    """Whether two sums, each given by the reach of its parts in the same order, cover the same, and something."""
    if any(a != b or not a.known for a, b in zip(one, other, strict=True)):
        return False
    return any(part.state != "missing" for part in one)


def rankable(parts: Sequence[Sequence[Reach]]) -> bool:
    """Whether counties may be put in order: each given by the reach of its parts, the same parts whole in every one.

    A part that is missing in all of them is missing for all alike.
    """
    if not parts or any(part.state == "partial" for county in parts for part in county):
        return False
    first = [(part.state, tuple(name for name, _ in part.stated)) for part in parts[0]]
    for county in parts:
        if [(part.state, tuple(name for name, _ in part.stated)) for part in county] != first:
            return False
    return any(state != "missing" for state, _ in first)


class Reaches:
    """The reach of every indicator of a result, by county and period; each looked up once."""

    def __init__(self, result: Result) -> None:
        self.result = result
        self._found: dict[tuple[str, str, str], Reach] = {}

    def of(self, line: IndicatorLine, county: str, period: str) -> Reach:
        """What the value of an indicator covers in a county and period."""
        key = (line.id, county, period)
        if key not in self._found:
            self._found[key] = self._reach(line, county, period)
        return self._found[key]

    def of_total(self, county: str, period: str) -> tuple[Reach, ...]:
        """What the total of a county covers: the reach of every indicator, in the order of the ruleset."""
        return tuple(self.of(line, county, period) for line in self.result.account.ruleset.indicators)

    def _reach(self, line: IndicatorLine, county: str, period: str) -> Reach:
        value = self.result.value(line.value, county=county, period=period, item=line.item)
        if value.presence == "not_applicable":
            return Reach("whole")
        if value.value is None:
            return Reach("missing")
        stated = tuple(self._stated(line, county, period))
        if value.partial is None:
            return Reach("whole", stated=stated)
        return Reach("partial", tuple(sorted(value.partial.missing)), value.partial.area_share, stated)

    def _stated(self, line: IndicatorLine, county: str, period: str) -> Iterator[tuple[str, bytes]]:
        grid = self.result.grid
        for name in self._with_statements[line.value]:
            held = self.result.values[name]
            if held.source is None:
                continue
            stands = (held.source >= 0) & np.isin(held.presence, (VALUE, NOT_APPLICABLE))
            for axis, member in (("county", county), ("year", period)):
                if stands.shape[grid.axes[axis]] > 1:
                    stands = stands.take([grid.members[axis].index(member)], grid.axes[axis])
            if stands.any():
                yield name, np.packbits(stands).tobytes()

    @cached_property
    def _with_statements(self) -> Mapping[str, tuple[str, ...]]:
        """Value of an indicator -> what it is computed from, itself included, and may be stated in the place of its formula."""
        order = self.result.account.ruleset.order
        needs = {formula.quantity.name: {item.name for item in formula.inputs} for formula in order}
        below: dict[str, set[str]] = {}
        for formula in order:
            name = formula.quantity.name
            below[name] = {name}.union(*(below.get(item, set()) for item in needs[name]))
        values = {line.value for line in self.result.account.ruleset.indicators}
        return {
            value: tuple(sorted(name for name in below.get(value, ()) if f"{name}!formula" in self.result.values))
            for value in values
        }
