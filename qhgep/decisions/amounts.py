"""The amounts of an account by county and period: what decisions are compared by."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from qhgep.account.account import Account
from qhgep.engine.gaps import GAPS
from qhgep.engine.grid import VALUE, Grid, Values
from qhgep.engine.pipeline import solve
from qhgep.errors import AccountError, Problems
from qhgep.expr import AXES, Cell, Quantity

Place = tuple[str, str]
"""A county code and the name of a period."""
_NO_VALUE = GAPS | {"adopt_unused"}
"""Errors that do not keep an account from being computed without one of its decisions."""


@dataclass(frozen=True, slots=True)
class Amounts:
    """The indicator values of an account, by county and period."""

    account: Account
    grid: Grid
    values: Mapping[str, Values]

    def at(self, place: Place) -> dict[str, float | None]:
        """Indicator -> its value, None where there is none."""
        return {
            name: float(held.value[index]) if held.presence[index] == VALUE else None
            for name, held, index in self._lines(place)
        }

    def partial(self, place: Place) -> frozenset[str]:
        """The indicators of whose value a part lacks."""
        return frozenset(
            name for name, held, index in self._lines(place) if held.short is not None and held.short[index]
        )

    def _lines(self, place: Place) -> Iterator[tuple[str, Values, tuple[int, ...]]]:
        """Each indicator with the values of its amount and where that of the place stands among them."""
        for line in self.account.ruleset.indicators:
            held = self.values[line.value]
            lists = tuple((axis, line.item) for axis in lists_of(held.quantity))
            yield line.id, held, self.grid.index(Cell((*place_cell(place).members, *lists)).on(held.quantity.axes))

    def total(self, place: Place) -> float | None:
        """The accounted total: the sum of what there is."""
        return sum_of_known(self.at(place).values())


def place_cell(place: Place) -> Cell:
    """The cell of a county and period."""
    return Cell((("county", place[0]), ("year", place[1])))


def lists_of(of: Quantity) -> tuple[str, ...]:
    """The item lists among the axes of a quantity."""
    return tuple(axis for axis in of.axes if axis not in AXES)


def sum_of_known(values: Iterable[float | None]) -> float | None:
    """The sum of what there is; None where there is nothing."""
    there = [value for value in values if value is not None]
    return math.fsum(there) if there else None


def solved(account: Account) -> Amounts | None:
    """The amounts of an account; None where it cannot be computed. Where only a coefficient lacks, what needs it lacks."""
    problems = Problems()
    try:
        leaves, values = solve(account, problems)
    except AccountError:
        return None
    if any(item.severity == "error" and item.code not in _NO_VALUE for item in problems.items):
        return None
    return Amounts(account, leaves.grid, values)
