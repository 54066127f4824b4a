"""The land of a county: the areas of its ecosystems, each piece of land once, against the area of the county itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from qhgep.catalogue.comparisons import area_allowed, area_gap, area_tolerance, land
from qhgep.engine.figures import Figures, beside, cells_where
from qhgep.engine.grid import ABSENT, MISSING, VALUE, Values, empty
from qhgep.engine.unit_guess import unit_typed
from qhgep.errors import Problems
from qhgep.expr import Cell
from qhgep.quantities import AREA_TOLERANCE, AREA_TOLERANCE_TEXT, area, county_area, number_text
from qhgep.readings.evaluate import evaluate

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
_NO_LAND, _EVERYTHING = "none", "all"
_NOISE = 1e-9
"""By how much of itself the allowed gap may be passed: what floats alone carry over it is no gap."""


def land_of(figures: Figures) -> Values:
    """The land of each county: the known areas of its ecosystems, of a class and its parts the larger."""
    sizes = _sizes(figures)
    total = _added(figures, [_larger(name, sizes) for name in sizes if not outer_of(name, sizes)])
    made = empty(land, figures.grid, "input", ABSENT)
    return replace(made, value=total, presence=np.where(np.isnan(total), made.presence, np.uint8(VALUE)))


def _sizes(figures: Figures) -> dict[str, Floats]:
    """The areas of each ecosystem that is land of an account, 0 where none is known."""
    areas, dimension = figures.values[area.name], figures.grid.axes["ecosystem"]
    known = np.where(areas.present, areas.value, 0.0)
    members = enumerate(figures.grid.members["ecosystem"])
    return {name: known.take([place], dimension) for place, name in members if name != _NO_LAND}


def _added(figures: Figures, sizes: Sequence[Floats]) -> Floats:
    """Their sum; no number where no area is known at all."""
    known = figures.values[area.name].present.any(axis=figures.grid.axes["ecosystem"], keepdims=True)
    return np.where(known, sum(sizes, np.zeros(1)), np.nan)


def _larger(name: str, sizes: Mapping[str, Floats]) -> Floats:
    parts = [_larger(part, sizes) for part in sizes if outer_of(part, sizes) == name]
    return np.maximum(sizes[name], sum(parts[1:], parts[0])) if parts else sizes[name]


def outer_of(name: str, names: Mapping[str, object]) -> str:
    """The narrowest of these ecosystems that a class is a part of; empty where it is a part of none of them."""
    outer = name.rpartition(".")[0]
    while outer and outer not in names:
        outer = outer.rpartition(".")[0]
    return outer or (_EVERYTHING if _EVERYTHING in names and name != _EVERYTHING else "")


def tell_areas(figures: Figures, problems: Problems, *, account: bool) -> None:
    """Note each county whose ecosystems are larger than itself (an error), or leave a part of it out (a warning).

    An account takes every class for land of its own: there a class beside its parts that exceed the county together is an
    error too, and what is left out is told although a gap is declared. In a table of an office the first is a hint.
    """
    if area.name not in figures.values or county_area.name not in figures.values:
        return
    areas, counties, dimension = (
        figures.values[area.name],
        figures.values[county_area.name],
        figures.grid.axes["ecosystem"],
    )
    whole = np.where(counties.present & (counties.value > 0), counties.value, np.nan)
    once, every = land_of(figures).value, _added(figures, list(_sizes(figures).values()))
    over, (more, short) = _gaps(once, whole)[0], _gaps(every, whole)
    twice = more & ~over
    if not account:
        short = short & ~(areas.presence == MISSING).any(axis=dimension, keepdims=True)
    for cell in cells_where(over | twice | short, land.axes, figures.grid):
        index = figures.grid.index(cell)
        if short[index]:
            _tell_short(figures, cell, float(every[index]), problems)
        elif over[index]:
            _tell_over(figures, cell, float(once[index]), problems)
        else:
            _tell_twice(figures, cell, (float(every[index]), float(once[index])), problems, account=account)


def _gaps(land_: Floats, whole: Floats) -> tuple[Mask, Mask]:
    """Where the classes exceed the county by more than is allowed, and where they fall short of it by more."""
    known = {land.name: land_, county_area.name: whole, area_tolerance.name: np.full_like(whole, float(AREA_TOLERANCE))}
    gap, allowed = evaluate(area_gap, known), evaluate(area_allowed, known) * (1 + _NOISE)
    return gap > allowed, gap < -allowed


def _tell_short(figures: Figures, cell: Cell, land_: float, problems: Problems) -> None:
    facts = _facts(figures, cell, land_)
    problems.warn("area_difference", "，".join(member for _, member in cell.members), **facts)


def _tell_over(figures: Figures, cell: Cell, land_: float, problems: Problems) -> None:
    largest = max(_of_county(figures, cell).items(), key=lambda item: item[1])[0]
    where = _where(figures, cell, largest)
    typed = _unit_typed(figures, cell, land_, largest)
    problems.add(
        "area_exceeds_unit" if typed else "area_exceeds", where, **_facts(figures, cell, land_, where), **typed
    )


def _unit_typed(figures: Figures, cell: Cell, land_: float, largest: str) -> dict[str, str]:
    """Which of the two areas was probably typed in which unit, where a unit explains the gap between them; else empty."""
    whole = float(figures.values[county_area.name].value[figures.grid.index(cell)])
    within, times = float(AREA_TOLERANCE), land_ / whole
    for quantity, at, by in (
        (county_area, cell, times),
        (area, cell.at("ecosystem", largest), 1 / times),
    ):
        record = figures.record(quantity, at)
        stated = record.input.unit if record is not None and record.input is not None else ""
        if stated and (typed := unit_typed(stated, by, within=within)):
            return {"what": quantity.zh, "typed": typed, "unit": stated}
    return {}


def _tell_twice(figures: Figures, cell: Cell, sums: tuple[float, float], problems: Problems, *, account: bool) -> None:
    """Name the first class that stands beside a part of it."""
    sizes = _of_county(figures, cell)
    part = next(name for name in sizes if outer_of(name, sizes))
    facts = {"outer": outer_of(part, sizes), "part": part, "once": number_text(sums[1])}
    note, where = problems.add if account else problems.warn, _where(figures, cell, facts["outer"])
    note("area_twice", where, **facts, **_facts(figures, cell, sums[0], where))


def _of_county(figures: Figures, cell: Cell) -> dict[str, float]:
    """The classes of a county that have land, with their areas."""
    sizes = {name: float(size[figures.grid.index(cell)]) for name, size in _sizes(figures).items()}
    return {name: size for name, size in sizes.items() if size}


def _where(figures: Figures, cell: Cell, ecosystem: str) -> str:
    return figures.where([area], cell.at("ecosystem", ecosystem))


def _facts(figures: Figures, cell: Cell, land_: float, where: str = "") -> dict[str, str]:
    place = beside(figures.where([county_area], cell), where)
    whole = float(figures.values[county_area.name].value[figures.grid.index(cell)])
    return {
        "county": figures.names.get(cell["county"], cell["county"]),
        "period": cell["year"],
        "sum": f"{number_text(land_)} hm²",
        "stated": f"{number_text(whole)} hm²",
        "share": f"{(land_ - whole) / whole:.2%}",
        "times": f"{land_ / whole:.3g}",
        "place": place,
        "tolerance": AREA_TOLERANCE_TEXT,
    }
