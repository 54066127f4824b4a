"""An account computed for many drawn values of its leaves at once: the same trees, with one dimension more in front.

What is known does not change with a draw: a cell without a value has none in any draw, and stated values stand for
formulas where they did. So presence, evidence and coverage are those of the result, and only numbers are computed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from qhgep.catalogue import Formula, checked
from qhgep.engine.grid import VALUE, Record, Values
from qhgep.engine.result import Result
from qhgep.expr import Total
from qhgep.readings.evaluate import Array, evaluate

_PER_CENT = Fraction(1, 100)
Cells = Mapping[str, NDArray[np.bool_]]
"""Which cells of which quantity: masks by name, in the shape of its array."""


@dataclass(frozen=True)
class DrawnAccount:
    """The quantities of a result that the drawn leaves reach: by name an array by draw and by the cells of the quantity.

    `broken` marks the draws in which something has no number that has one in the result (a division by zero ...).
    """

    result: Result
    draws: int
    values: dict[str, Array] = field(default_factory=dict)
    broken: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, bool))

    def array(self, name: str) -> Array:
        """A quantity by draw and cell; of length 1 in front where no draw changes it."""
        return self.values[name] if name in self.values else self.result.values[name].value[np.newaxis]

    def county(self, name: str, county: str, period: str, item: str = "") -> Array:
        """A quantity of a county by draw: one with the axes county and year, or an indicator's item, or a grand total.

        NaN where there is no value. Raises KeyError for what the account does not have.
        """
        if name in {"accounted_total", "gep_total"}:
            return self._total(name, county, period)
        held = self.result.values[name]
        members = {"county": county, "year": period} | dict(
            zip(
                [axis for axis in held.quantity.axes if axis not in {"county", "year", "ecosystem"}],
                item.split("/"),
                strict=False,
            )
        )
        index = tuple(
            self.result.grid.members[axis].index(members[axis]) if axis in held.quantity.axes else 0
            for axis in self.result.grid.members
        )
        cells = self.array(name).reshape(-1, *held.value.shape)
        place: tuple[slice | int, ...] = (slice(None), *index)
        return np.broadcast_to(cells[place], (self.draws,))

    def _total(self, name: str, county: str, period: str) -> Array:
        """The sum of the indicators that have a value, less the inflow from outside where it is GEP."""
        lines = self.result.account.ruleset.indicators
        parts = [self.county(line.value, county, period, line.item) for line in lines]
        there = [part for part in parts if not np.isnan(part).all()]
        total = np.array([math.fsum(draw) for draw in zip(*there, strict=True)]) if there else np.zeros(self.draws)
        if self.result.value(name, county=county, period=period).value is None:
            return np.full(self.draws, math.nan)
        return total if name == "accounted_total" else total - self.county("inflow_from_outside", county, period)


def drawn(result: Result, leaves: Mapping[str, Array], *, beside: DrawnAccount | None = None) -> DrawnAccount:
    """Everything that follows from drawn leaves; each array is by draw and by the cells of its quantity.

    Cells in which the result has no value stay without one. What these leaves do not reach is as in `beside`.
    """
    draws = next((array.shape[0] for array in leaves.values()), 1)
    mine = {name: _where_present(result.values[name], array) for name, array in leaves.items()}
    others = {} if beside is None else beside.values
    found = DrawnAccount(result, draws, {**others, **mine}, np.zeros(draws, bool))
    axes = {axis: place + 1 for axis, place in result.grid.axes.items()}
    moved = set(mine)
    for formula in result.account.ruleset.order:
        if any(quantity.name in moved for quantity in formula.inputs):
            moved.add(formula.quantity.name)
            _compute(found, formula, axes)
    return found


def _compute(found: DrawnAccount, formula: Formula, axes: Mapping[str, int]) -> None:
    name, held = formula.quantity.name, found.result.values[formula.quantity.name]
    tree = formula.equals if isinstance(formula.equals, Total) else checked(formula).expr
    numbers = {quantity.name: found.array(quantity.name) for quantity in formula.inputs}
    counted = {quantity.name: found.result.values[quantity.name].present[np.newaxis] for quantity in formula.inputs}
    value = evaluate(tree, numbers, axes=axes, counted=counted)
    value = np.broadcast_to(value, (value.shape[0], *held.value.shape))
    if held.source is not None and (stated := held.source >= 0).any():
        own = found.values.get(name, held.value[np.newaxis])
        value = np.where(stated, own, value)
    value = _where_present(held, value)
    lost = (np.isnan(value) & held.present).any(axis=tuple(range(1, value.ndim)))
    np.logical_or(found.broken, lost, out=found.broken)
    found.values[name] = value


def _where_present(held: Values, value: Array) -> Array:
    """The numbers where the result has one, none elsewhere."""
    return np.where(held.presence == VALUE, value, math.nan)


def cells_of_row(result: Result, row: str) -> Cells:
    """The cells that a coefficient row gives the value of; nothing for a row that the account does not read."""
    return _cells(result, {number for number, record in enumerate(result.records) if _row(record) == row})


def rows_read(result: Result) -> tuple[str, ...]:
    """The ids of the coefficient rows that give a value of some cell, sorted."""
    used = {number for held in _leaves(result) if held.source is not None for number in np.unique(held.source).tolist()}
    return tuple(sorted({row for number in used if number >= 0 and (row := _row(result.records[number]))}))


def _row(record: Record) -> str:
    return record.resolved.row.row if record.resolved is not None else ""


def _leaves(result: Result) -> Iterator[Values]:
    return (held for name, held in result.values.items() if "!" not in name)


def _cells(result: Result, numbers: set[int]) -> Cells:
    found = {}
    for held in _leaves(result):
        if held.source is not None:
            mask = np.isin(held.source, sorted(numbers)) & held.present
            if mask.any():
                found[held.quantity.name] = mask
    return found


def scaled_cells(result: Result, draws: Sequence[Mapping[str, tuple[NDArray[np.bool_], float]]]) -> dict[str, Array]:
    """Leaves by draw: in each the masked cells of some quantities times a number, the others as they are."""
    names = sorted({name for draw in draws for name in draw})
    found = {name: np.repeat(result.values[name].value[np.newaxis], len(draws), axis=0) for name in names}
    for place, draw in enumerate(draws):
        for name, (mask, times) in draw.items():
            found[name][place][mask] *= times
    return found


def a_percent_higher(result: Result, rows: Sequence[str]) -> DrawnAccount:
    """The account once for each row, with that row a percent higher."""
    times = float(1 + _PER_CENT)
    return drawn(
        result,
        scaled_cells(
            result, [{name: (mask, times) for name, mask in cells_of_row(result, row).items()} for row in rows]
        ),
    )
