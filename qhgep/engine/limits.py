"""Values against limits: the bounds of each, and what they say of each other. Nothing here changes a value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from qhgep.catalogue.comparison import Comparison
from qhgep.catalogue.comparisons import COMPARISONS, land
from qhgep.catalogue.registers import registered_area, registered_population, station_precipitation, wettest_station
from qhgep.engine.figures import Figures, cells_where
from qhgep.engine.grid import ABSENT, NOT_APPLICABLE, VALUE, Grid, Record, Values, empty
from qhgep.engine.land import land_of
from qhgep.engine.unit_guess import unit_typed
from qhgep.errors import Problems
from qhgep.expr import Bounds, Cell, Quantity, Total, walk
from qhgep.inputs import counties
from qhgep.quantities import area, county_area, days_in_period, number_text, range_text
from qhgep.readings.evaluate import evaluate

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
_NOISE = 1e-9
"""By how much of itself a limit may be passed, or two values differ: what floats alone bring about is not told."""
_ALIKE = 0.05
"""How far the areas of two sources may be apart for a unit to explain what is left between them."""
_SEEN = 0.00005
"""A share that shows in percent with two decimals."""


def outside(value: Floats, limits: Bounds) -> Mask:
    """Where a number lies below or above its limits, or is not whole where it must be; what is no number lies nowhere."""
    found: Mask = np.zeros(value.shape, bool)
    for limit, sign in ((limits.low, -1.0), (limits.high, 1.0)):
        if limit is not None:
            found |= sign * value > sign * float(limit) + _NOISE * abs(float(limit))
    if limits.whole:
        found |= np.abs(value - np.round(value)) > _NOISE
    return found & (value != 0) if limits.or_zero else found


def tell_bounds(figures: Figures, problems: Problems) -> None:
    """Computed values outside their plausible range: they stay, and a warning says so, once where an input stands in."""
    for name, held in figures.values.items():
        limits = held.quantity.bounds
        if limits is None or "!" in name or held.method in {"input", "coefficient"}:
            continue
        for cell in cells_where(outside(held.value, limits) & held.present, held.quantity.axes, figures.grid):
            facts = {
                "quantity": held.quantity.zh,
                "value": _number(held.value, held.quantity, cell, figures.grid),
                "range": range_text(limits),
                "reason": limits.reason,
            }
            problems.warn("value_bounds", "，".join(member for _, member in cell.members), **facts)


def tell_stand_ins(figures: Figures, problems: Problems) -> None:
    """Where a stated value stands for a formula that has a value too, the difference is told."""
    for name in [name for name in figures.values if name.endswith("!formula")]:
        computed, stated = figures.values[name], figures.values[name.removesuffix("!formula")]
        if stated.source is None:
            continue
        both = (stated.source >= 0) & np.isfinite(stated.value) & np.isfinite(computed.value)
        differ = both & ~np.isclose(stated.value, computed.value, rtol=_NOISE, atol=0.0)
        for cell in cells_where(differ, computed.quantity.axes, figures.grid):
            first, second = (float(held.value[figures.grid.index(cell)]) for held in (stated, computed))
            digits = next((number for number in (6, 12) if f"{first:.{number}g}" != f"{second:.{number}g}"), 17)
            gap = (first - second) / second if second else None
            share = "-" if gap is None else f"{gap:.2%}" if abs(gap) >= _SEEN else f"{gap:.7%}"
            facts = {"stated": f"{first:.{digits}g}", "computed": f"{second:.{digits}g}", "share": share}
            where = "，".join(member for _, member in cell.members)
            problems.warn("standin_differs", where, quantity=computed.quantity.zh, **facts)


def tell_comparisons(figures: Figures, problems: Problems) -> None:
    """Ratios outside their limits, wherever all that they read is known (`qhgep.catalogue.comparisons`)."""
    whole = _with_calendar_and_tables(figures)
    for comparison in COMPARISONS:
        if not all(item.name in whole.values for item in comparison.inputs):
            continue
        ratio = _ratio(comparison, whole)
        for cell in cells_where(_looked_at(comparison, whole, ratio), comparison.quantity.axes, figures.grid):
            where = whole.where([item for item in comparison.inputs if item.name in figures.values], cell)
            facts = {
                "comparison": comparison.quantity.zh,
                "value": _number(ratio, comparison.quantity, cell, figures.grid),
                "range": range_text(comparison.limits),
                "reason": comparison.limits.reason,
                "parts": "，".join(_part(comparison, item, whole, cell, where) for item in comparison.inputs),
            }
            if typed := _unit_typed(comparison, whole, cell, float(ratio[figures.grid.index(cell)])):
                problems.warn("comparison_unit", where, **facts, **typed)
            elif comparison.refused:
                problems.add("comparison_refused", where, **facts)
            else:
                problems.warn("comparison_outside", where, **facts)


def _unit_typed(comparison: Comparison, figures: Figures, cell: Cell, ratio: float) -> dict[str, str]:
    """The unit that explains an area of a county which is far from that in the table of counties; empty where none does."""
    if comparison.inputs[-1] is not registered_area or not ratio:
        return {}
    record = figures.record(county_area, cell) if comparison.inputs[0] is county_area else None
    if record is None or record.input is None or not record.input.unit:
        return {}
    typed = unit_typed(record.input.unit, 1 / ratio, within=_ALIKE)
    return {"typed": typed, "unit": record.input.unit} if typed else {}


def _ratio(comparison: Comparison, figures: Figures) -> Floats:
    values = [figures.values[item.name] for item in comparison.inputs]
    arrays = {held.quantity.name: held.value for held in values}
    counted = {held.quantity.name: held.present for held in values}
    found = evaluate(comparison.checked, arrays, axes=figures.grid.axes, counted=counted)
    return np.broadcast_to(found, figures.grid.shape(comparison.quantity.axes))


def _looked_at(comparison: Comparison, figures: Figures, ratio: Floats) -> Mask:
    """Where a ratio is outside and says something: a sum with a gap is never too small, and one of nothing is no sum."""
    low, high = (
        outside(ratio, replace(comparison.limits, high=None)),
        outside(ratio, replace(comparison.limits, low=None)),
    )
    for total in (node for node in walk(comparison.equals) if isinstance(node, Total)):
        held, dimension = figures.values[total.of.name], figures.grid.axes[total.axis]
        settled = held.present | (held.presence == NOT_APPLICABLE)
        low = low & settled.all(axis=dimension, keepdims=True)
        high = high & held.present.any(axis=dimension, keepdims=True)
    if isinstance(comparison.equals, Quantity):
        low, high = low & _stated(figures, comparison.equals), high & _stated(figures, comparison.equals)
    if land in comparison.inputs:
        low = low & _several_classes(figures)
    found = low | high
    for better in (item for item in (comparison.quantity, *comparison.unless) if item.name in figures.values):
        found = found & ~figures.values[better.name].present
    return found


def _stated(figures: Figures, quantity: Quantity) -> Mask:
    """Where a value was typed in: what is computed of such values is not told once more."""
    held = figures.values[quantity.name]
    if held.source is None:
        return np.zeros(held.value.shape, bool)
    typed = np.array([record.input is not None for record in figures.records] or [False])
    found: Mask = (held.source >= 0) & typed[held.source]
    return found


def _several_classes(figures: Figures) -> Mask:
    """Where more than one class of land has an area: one alone may well be a small part of a county."""
    held, dimension = figures.values[area.name], figures.grid.axes["ecosystem"]
    found: Mask = (held.present & (held.value > 0)).sum(axis=dimension, keepdims=True) > 1
    return found


def _part(comparison: Comparison, quantity: Quantity, figures: Figures, cell: Cell, where: str) -> str:
    """What a comparison reads, as a message prints it: a total as its sum."""
    for total in (node for node in walk(comparison.equals) if isinstance(node, Total)):
        if total.of.name == quantity.name:
            held = figures.values[quantity.name]
            counted = {quantity.name: held.present}
            value = evaluate(total, {quantity.name: held.value}, axes=figures.grid.axes, counted=counted)
            return f"{quantity.zh}合计 {_number(value, quantity, cell, figures.grid)}"
    return figures.shown(quantity, cell, where)


def _number(values: Floats, quantity: Quantity, cell: Cell, grid: Grid) -> str:
    """A value with its unit; the place of the cell on axes that the values vary over."""
    unit = quantity.unit.printed if quantity.unit.items else ""
    return f"{number_text(float(values[grid.index(cell)]))} {unit}".rstrip()


def _with_calendar_and_tables(figures: Figures) -> Figures:
    """The figures with what comparisons read and nobody fills in: days of a year, the land of a county, tables of counties."""
    grid, records = figures.grid, list(figures.records)
    days = empty(days_in_period, grid, "input", ABSENT)
    for period in (name for name in grid.members["year"] if name.isdecimal()):
        length = date(int(period) + 1, 1, 1) - date(int(period), 1, 1)
        _put(days, grid.index(Cell((("year", period),))), length.days)
    found = {days_in_period.name: days}
    for quantity, table in (
        (registered_area, counties.registered_areas()),
        (registered_population, counties.registered_population()),
        (station_precipitation, counties.station_rain(counties.STATION)),
        (wettest_station, counties.station_rain(counties.WETTEST)),
    ):
        found[quantity.name] = _of_counties(quantity, table, grid, records)
    if area.name in figures.values:
        found[land.name] = land_of(figures)
    return replace(figures, values={**found, **figures.values}, records=records)


def _of_counties(
    quantity: Quantity, table: Mapping[str, tuple[Fraction, str]], grid: Grid, records: list[Record]
) -> Values:
    """What a table of counties holds for those of the grid; its places are added to `records`."""
    known = empty(quantity, grid, "input", ABSENT)
    for code in (name for name in grid.members["county"] if name in table):
        (exact, place), index = table[code], grid.index(Cell((("county", code),)))
        _put(known, index, float(exact))
        known.source[index] = len(records)  # type: ignore[index] # `empty` gives one
        records.append(Record("value", "computed", "secondary", exact, place))
    return known


def _put(values: Values, index: tuple[int, ...], value: float) -> None:
    values.value[index], values.presence[index] = value, VALUE
