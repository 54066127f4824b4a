"""Figures that are looked at: values on a grid with the statement behind each, from an account or from the rows of a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from qhgep.engine.grid import ABSENT, MISSING, NOT_APPLICABLE, VALUE, Grid, Record, Values, empty
from qhgep.expr import AXES, Cell, Quantity, order_axes
from qhgep.inputs import Input
from qhgep.quantities import Words, number_text

_PRESENCE = {"value": VALUE, "zero": VALUE, "missing": MISSING, "not_applicable": NOT_APPLICABLE}
_STEP = " › "


@dataclass(frozen=True)
class Figures:
    """Values on a grid, the records that their stated cells point to, and the names of the counties by code."""

    values: Mapping[str, Values]
    grid: Grid
    records: Sequence[Record]
    names: Mapping[str, str] = field(default_factory=dict)

    def record(self, quantity: Quantity, cell: Cell) -> Record | None:
        """The statement behind a cell; None where it is computed."""
        held = self.values[quantity.name]
        place = -1 if held.source is None else int(held.source[self.grid.index(cell.on(quantity.axes))])
        return None if place < 0 else self.records[place]

    def shown(self, quantity: Quantity, cell: Cell, where: str = "") -> str:
        """A value as a message at a place prints it: as it was typed, with its own place, else as it was computed."""
        record = self.record(quantity, cell)
        place = "" if record is None else f"（{beside(record.place, where)}）"
        if record is not None and record.input is not None:
            return f"{quantity.zh} {record.input.value or 0} {record.input.unit}".rstrip() + place
        value = self.values[quantity.name].value[self.grid.index(cell.on(quantity.axes))]
        return f"{quantity.zh} {number_text(float(value))} {quantity.unit.printed}{place}"

    def where(self, quantities: Iterable[Quantity], cell: Cell) -> str:
        """The place of the first of these that is stated in a file; else the members of the cell."""
        here = (item for item in quantities if set(item.axes) <= {axis for axis, _ in cell.members})
        records = (self.record(item, cell) for item in here)
        found = next((record.place for record in records if record is not None and record.input is not None), "")
        return found or "，".join(member for _, member in cell.members)


def beside(place: str, where: str) -> str:
    """A place as one finds it from another: the cell alone on the same sheet, the sheet too in the same file."""
    parts, mine = place.split(_STEP), where.split(_STEP)
    while len(parts) > 1 and mine and parts[0] == mine[0]:
        parts, mine = parts[1:], mine[1:]
    return _STEP.join(parts)


def cells_where(found: NDArray[np.bool_], axes: Sequence[str], grid: Grid) -> list[Cell]:
    """The cells over some axes where a mask holds, in the order of the grid."""
    places = (zip(grid.members.items(), index, strict=True) for index in np.argwhere(found))
    return [Cell(tuple((axis, names[place]) for (axis, names), place in at if axis in axes)) for at in places]


def figures_of(rows: Iterable[Input], words: Words, names: Mapping[str, str]) -> Figures:
    """The rows of a file as figures; a cell that no row speaks of is absent. `names` are those of the counties."""
    rows = [row for row in rows if row.quantity in words.quantities]
    used = {axis for row in rows for axis in words.quantities[row.quantity].axes} | {"county", "year"}
    members = {
        "county": tuple(sorted({row.county_code for row in rows})),
        "year": tuple(sorted({row.period for row in rows})),
        "ecosystem": tuple(sorted({row.ecosystem for row in rows if row.ecosystem})),
    }
    members |= {axis: tuple(words.lists[axis].members) for axis in used - set(AXES)}
    grid = Grid({axis: members[axis] for axis in order_axes(used)})
    values: dict[str, Values] = {}
    records: list[Record] = []
    for row in rows:
        quantity = words.quantities[row.quantity]
        held = values.setdefault(row.quantity, empty(quantity, grid, "input", ABSENT))
        index = grid.index(_cell(row, quantity))
        held.presence[index] = _PRESENCE[row.presence]
        if row.exact is not None and held.source is not None:
            held.value[index], held.source[index] = float(row.exact), len(records)
            records.append(Record(row.presence, row.origin, row.evidence, row.exact, row.place, row))
    return Figures(values, grid, records, names)


def _cell(row: Input, quantity: Quantity) -> Cell:
    lists = [axis for axis in quantity.axes if axis not in AXES]
    known = {"county": row.county_code, "year": row.period, "ecosystem": row.ecosystem}
    known |= dict(zip(lists, row.item.split("/"), strict=False))
    return Cell(tuple((axis, known[axis]) for axis in quantity.axes))
