"""A part beside its whole in one county and year: total nitrogen with ammonia nitrogen, water not split beside its sectors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qhgep.catalogue.held_items import HELD_ITEMS, HeldItem
from qhgep.engine.figures import Figures, cells_where
from qhgep.engine.grid import VALUE, Values
from qhgep.errors import Problems
from qhgep.expr import Cell, Quantity
from qhgep.units import unit

_MONEY = unit("CNY/year")
_NOISE = 1e-9
"""What floats alone bring about is no difference."""


def tell_held_items(figures: Figures, problems: Problems) -> None:
    """Where an item and what it holds are both positive in what is summed over their list: an error; told once for a cell.

    A warning where the whole may be the rest beside the parts, where lists of indicators name both, or where only what people
    reported is known: an account may count one of the two.
    """
    for held in HELD_ITEMS:
        told: set[Cell] = set()
        money = (
            item.quantity for name, item in figures.values.items() if item.quantity.unit == _MONEY and "!" not in name
        )
        summed = [item for item in (held.of, *money) if item.name in figures.values and held.items.name in item.axes]
        asked = () if held.of.name in figures.values else held.reported
        for quantity in (*summed, *asked):
            if quantity.name in figures.values:
                _tell(held, figures, quantity, told, problems)


def _tell(held: HeldItem, figures: Figures, quantity: Quantity, told: set[Cell], problems: Problems) -> None:
    values, axis = figures.values[quantity.name], held.items.name
    for cell in cells_where(_positive(values), quantity.axes, figures.grid):
        here = cell.on(tuple(name for name in quantity.axes if name != axis))
        parts = [
            cell.at(axis, name) for name in held.parts if _positive(values)[figures.grid.index(cell.at(axis, name))]
        ]
        place = cell.on(("county", "year"))
        if cell[axis] != held.whole or not parts or place in told:
            continue
        told.add(place)
        amounts = [float(values.value[figures.grid.index(one)]) for one in (cell, *parts)]
        rest = held.or_rest and amounts[0] < sum(amounts[1:]) * (1 - _NOISE)
        typed = [item for item in (*held.reported, quantity) if item.name in figures.values]
        where = figures.where(typed, cell)
        facts = {
            "here": "，".join(name for _, name in here.members),
            "whole": _shown(held, figures, typed, cell, where),
            "parts": "，".join(_shown(held, figures, typed, part, where) for part in parts),
            "item": held.items.members[held.whole],
            "reason": held.reason,
        }
        if rest:
            problems.warn("item_rest", where, **facts)
        elif quantity in held.reported:
            problems.warn("item_reported", where, **facts)
        elif held.listed_both:
            problems.warn("item_listed", where, **facts)
        else:
            problems.add("item_twice", where, **facts)


def _positive(values: Values) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = (values.presence == VALUE) & (values.value > 0)
    return found


def _shown(held: HeldItem, figures: Figures, typed: Sequence[Quantity], cell: Cell, where: str) -> str:
    """An item with its value, as it was typed where it was: of what it was computed from, else of itself."""
    of = next((item for item in typed if figures.record(item, cell) is not None), typed[-1])
    return f"{held.items.members[cell[held.items.name]]}的{figures.shown(of, cell, where)}"
