"""The land of a county: the areas of its ecosystems, each piece of land once, against the area of the county itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from qhgep.catalogue.comparisons import area_allowed, area_gap, area_tolerance, land
from qhgep.engine.figures import Figures, beside, cells_where
from qhgep.engine.grid import ABSENT, MISSING, NOT_APPLICABLE, VALUE, Values, empty
from qhgep.engine.unit_guess import unit_typed
from qhgep.errors import Problems
from qhgep.expr import Cell
from qhgep.quantities import AREA_TOLERANCE, AREA_TOLERANCE_TEXT, area, county_area, number_text
from qhgep.readings.evaluate import evaluate

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
_NO_LAND, _EVERYTHING = "none", "all"
_TOO_LITTLE = 0.02
"""A part of a county below which its ecosystems are looked at for a unit that was mistaken."""
_KNOWN = 0.25
"""The least part of a county that they must then come to in that unit: some of its classes may not be stated."""
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


def tell_areas(figures: Figures, problems: Problems, *, account: bool, classes: Collection[str] = ()) -> None:
    """Note each county whose ecosystems are larger than itself (an error), or leave a part of it out.

    `classes` are those that make up a county together, for a table of an office: where each is known and they fall short,
    that is an error too, as 自检_面积 of a form has it; else a warning. A class beside its parts may be their sum or the
    rest of the class: it is told unless the areas close as the rest, and is an error where all classes exceed the county
    together, as each is land of its own. In an account what is left out is told although a gap is declared.
    """
    if area.name not in figures.values:
        return
    once, every = land_of(figures).value, _added(figures, list(_sizes(figures).values()))
    whole = _county_areas(figures, once)
    over, (more, short) = _gaps(once, whole)[0], _gaps(every, whole)
    closed = ~np.isnan(whole) & ~more & ~short
    complete = _complete(figures, classes)
    if not account:
        declared = figures.values[area.name].presence == MISSING
        short = short & ~declared.any(axis=figures.grid.axes["ecosystem"], keepdims=True)
    doubled = _doubled(figures) & ~over & ~closed
    for cell in cells_where(over | doubled | short, land.axes, figures.grid):
        index = figures.grid.index(cell)
        sums = (float(every[index]), float(once[index]))
        if short[index]:
            _tell_short(figures, cell, sums[0], problems, complete=bool(complete[index]))
        if over[index]:
            _tell_over(figures, cell, sums[1], problems)
        elif doubled[index]:
            _tell_twice(figures, cell, sums, problems, beside_only=not more[index])


def _county_areas(figures: Figures, like: Floats) -> Floats:
    """The stated areas of the counties; no number where there is none."""
    if county_area.name not in figures.values:
        return np.full_like(like, np.nan)
    counties = figures.values[county_area.name]
    return np.where(counties.present & (counties.value > 0), counties.value, np.nan)


def _complete(figures: Figures, classes: Collection[str]) -> Mask:
    """Where each of these classes, or a part of it, is stated: a size, none, or that it does not apply; nowhere for none."""
    stated = np.isin(figures.values[area.name].presence, (VALUE, NOT_APPLICABLE))
    dimension, members = figures.grid.axes["ecosystem"], figures.grid.members["ecosystem"]
    found: Mask = np.full_like(stated.any(axis=dimension, keepdims=True), bool(classes))
    for name in classes:
        mine = [at for at, member in enumerate(members) if member == name or member.startswith(f"{name}.")]
        found = found & stated.take(mine, dimension).any(axis=dimension, keepdims=True)
    return found


def _doubled(figures: Figures) -> Mask:
    """Where a class is no smaller than its parts beside it, so that it may be their sum."""
    sizes = _sizes(figures)
    parts = {name: [sizes[part] for part in sizes if outer_of(part, sizes) == name] for name in sizes}
    least = 1 - float(AREA_TOLERANCE)
    sums = ((sizes[name], sum(own[1:], own[0])) for name, own in parts.items() if own)
    none: Mask = np.zeros_like(land_of(figures).value, dtype=np.bool_)
    return sum(((within > 0) & (outer >= within * least) for outer, within in sums), none)


def _gaps(land_: Floats, whole: Floats) -> tuple[Mask, Mask]:
    """Where the classes exceed the county by more than is allowed, and where they fall short of it by more."""
    known = {land.name: land_, county_area.name: whole, area_tolerance.name: np.full_like(whole, float(AREA_TOLERANCE))}
    gap, allowed = evaluate(area_gap, known), evaluate(area_allowed, known) * (1 + _NOISE)
    return gap > allowed, gap < -allowed


def _tell_short(figures: Figures, cell: Cell, land_: float, problems: Problems, *, complete: bool) -> None:
    sizes = _of_county(figures, cell)
    largest, place = max(sizes, key=sizes.__getitem__, default=""), "，".join(member for _, member in cell.members)
    where = _where(figures, cell, largest) if largest else place
    typed = _unit_typed(figures, cell, land_, largest) if largest else {}
    facts = _facts(figures, cell, land_, where if complete or typed else "") | typed
    if complete:
        problems.add("area_short_unit" if typed else "area_short", where, **facts)
    elif typed:
        problems.warn("area_difference_unit", where, **facts)
    else:
        problems.warn("area_difference", place, **facts)


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
    several = len(_of_county(figures, cell)) > 1
    known = 1 / _KNOWN if several and times < _TOO_LITTLE else 1.0
    for quantity, at, by, most in (
        (county_area, cell, times, 1.0),
        (area, cell.at("ecosystem", largest), 1 / times, known),
    ):
        record = figures.record(quantity, at)
        stated = record.input.unit if record is not None and record.input is not None else ""
        if stated and (typed := unit_typed(stated, by, within=within, most=most)):
            return {"what": quantity.zh, "typed": typed, "unit": stated}
    return {}


def _tell_twice(
    figures: Figures, cell: Cell, sums: tuple[float, float], problems: Problems, *, beside_only: bool
) -> None:
    """Name the first class that stands beside a part of it: an error where the two exceed the county together."""
    sizes = _of_county(figures, cell)
    part = next(name for name in sizes if outer_of(name, sizes))
    facts = {"outer": outer_of(part, sizes), "part": part, "once": number_text(sums[1])}
    where = _where(figures, cell, facts["outer"])
    facts |= _facts(figures, cell, sums[0], where)
    if beside_only:
        problems.warn("area_beside", where, **facts)
    else:
        problems.add("area_twice", where, **facts)


def _of_county(figures: Figures, cell: Cell) -> dict[str, float]:
    """The classes of a county that have land, with their areas."""
    sizes = {name: float(size[figures.grid.index(cell)]) for name, size in _sizes(figures).items()}
    return {name: size for name, size in sizes.items() if size}


def _where(figures: Figures, cell: Cell, ecosystem: str) -> str:
    return figures.where([area], cell.at("ecosystem", ecosystem))


def _facts(figures: Figures, cell: Cell, land_: float, where: str = "") -> dict[str, str]:
    facts = {
        "county": figures.names.get(cell["county"], cell["county"]),
        "period": cell["year"],
        "sum": f"{number_text(land_)} hm²",
        "tolerance": AREA_TOLERANCE_TEXT,
    }
    if county_area.name not in figures.values:
        return facts
    place = beside(figures.where([county_area], cell), where)
    whole = float(figures.values[county_area.name].value[figures.grid.index(cell)])
    return facts | {
        "stated": f"{number_text(whole)} hm²",
        "share": f"{(land_ - whole) / whole:.2%}",
        "times": f"{land_ / whole:.3g}",
        "place": place,
    }
