"""One tile: pixels and areas by zone and class, sums of values, and what is implausible. Whole numbers and fixed order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qhgep.expr import Bounds, Quantity
from qhgep.raster.layers import LayerReader
from qhgep.raster.model import Model, evaluate_steps
from qhgep.raster.pixel_area import Floats, PixelWindow
from qhgep.raster.zoning import Members, Whole, Zoning
from qhgep.units import factor, grows_with_area, unit

NO_CLASS = 256
"""The place of pixels without a land-cover class; classes are 0 to 255."""
CLASSES = NO_CLASS + 1
_AT_ONCE = 65536
"""Pixels that are evaluated together: their arrays stay in the cache of a core."""
_HECTARE = float(factor(unit("ha"), unit("cm**2")))

Places = Whole | slice
"""Some pixels of a tile: their places, or a run of them, of which numpy makes no copy."""
EVERYWHERE = slice(None)
Key = tuple[str, int, int]
"""What is counted, the zone (from 0), the class."""


@dataclass(frozen=True)
class TileCounts:
    """What one tile gives. `tallies` are added by fsum over tiles; `strange` is layer -> (pixels, least, greatest) out of bounds."""

    tile: int
    pixels: int
    tallies: Mapping[Key, float]
    strange: Mapping[str, tuple[int, float, float]]
    classes: Mapping[int, int] = field(default_factory=dict)
    """Numbers of a class raster outside 0 to 255, with their pixels."""


@dataclass(frozen=True)
class Work:
    """Everything that a tile needs, the same for all tiles."""

    zoning: Zoning
    cover: LayerReader | None
    rasters: Mapping[str, LayerReader]
    quantities: Mapping[str, Quantity]
    scalars: Mapping[str, float]
    by_class: Mapping[str, Floats]
    """Lookups: an array of CLASSES values, NaN where a class has none."""
    model: Model
    joint: tuple[str, ...]
    """Outputs by ecosystem: a pixel counts for them where all of them are known."""
    alone: tuple[str, ...]
    """Outputs by county: each over the pixels where it is known."""


def count_tile(work: Work, number: int) -> TileCounts:
    """The part of one tile."""
    span = work.zoning.grid.tiles[number]
    members = work.zoning.members(span)
    if members is None:
        return TileCounts(number, 0, {}, {})
    other: dict[int, int] = {}
    classes = (
        np.zeros(members.zone.shape, dtype=np.intp)
        if work.cover is None
        else classes_of(work.cover, span, members, other)
    )
    tally = _Tally(members, len(work.zoning.polygons), classes)
    tally.take("pixels", "area", tally.by_class, EVERYWHERE)
    strange: dict[str, tuple[int, float, float]] = {}
    if work.model.leaves or work.alone:
        _figures(work, span, members, classes, tally, strange)
    return TileCounts(number, int(np.count_nonzero(members.zone)), tally.found, strange, other)


class _Tally:
    """Sums by zone and class of the members of one tile."""

    def __init__(self, members: Members, zones: int, classes: Whole) -> None:
        self.area = members.area
        self.here = np.flatnonzero(np.bincount(members.zone, minlength=zones + 1))
        first = np.zeros(zones + 1, dtype=np.int32)
        first[self.here] = np.arange(self.here.size) * CLASSES
        self.whole_zone = first[members.zone]
        """Which of the sums each member adds to where classes do not count, and where they do."""
        self.by_class = self.whole_zone + classes
        self.found: dict[Key, float] = {}

    def take(self, pixels: str, area: str, sums: Whole, of: Places) -> Whole:
        """Count pixels and their areas, all of them or those at some places, in the sums that they add to; the counts."""
        counts = self._counted(sums[of])
        covered = counts * self.area[0] if self.area.size == 1 else self._added(sums[of], self.area[of])
        self._keep(area, covered, covered)
        self._keep(pixels, counts, counts)
        return counts

    def add(self, name: str, sums: Whole, of: Places, values: Floats, counts: Whole) -> None:
        """Sums of values at some places, whose pixels are counted already."""
        self._keep(name, self._added(sums[of], values), counts)

    def _counted(self, sums: Whole) -> Whole:
        """Members of each sum, a run of them after the other: whole numbers, so that the runs change nothing."""
        counts = np.zeros(self.here.size * CLASSES, dtype=np.intp)
        for at in pieces(sums.size):
            counts += np.bincount(sums[at], minlength=counts.size)
        return counts

    def _added(self, sums: Whole, values: Floats) -> Floats:
        added = np.bincount(sums, weights=values, minlength=self.here.size * CLASSES)
        return added.astype(np.float64, copy=False)

    def _keep(self, name: str, sums: NDArray[Any], counted: NDArray[Any]) -> None:
        """Sums where something was counted: one of zero too."""
        for place in np.flatnonzero(counted).tolist():
            zone = int(self.here[place // CLASSES])
            if zone:
                self.found[name, zone - 1, place % CLASSES] = float(sums[place])


def classes_of(cover: LayerReader, span: PixelWindow, members: Members, other: dict[int, int]) -> Whole:
    """The class of each member; what has none is NO_CLASS, what cannot be one is counted in `other`."""
    stored = members.take(cover.raw(span))
    found: Whole = stored.astype(np.int16 if stored.dtype == np.uint8 else np.intp)
    if stored.dtype == np.uint8:
        if cover.layer.nodata is not None and 0 <= cover.layer.nodata < NO_CLASS:
            found[stored == np.uint8(cover.layer.nodata)] = NO_CLASS
        return found
    inside = members.zone > 0
    if cover.layer.nodata is not None and np.isfinite(cover.layer.nodata):
        found[stored == np.asarray(cover.layer.nodata).astype(stored.dtype)] = NO_CLASS
    beyond = (found < 0) | (found > NO_CLASS) | (found != stored) & (found != NO_CLASS)
    if np.any(beyond):
        numbers, counts = np.unique(found[beyond & inside], return_counts=True)
        other.update(zip(numbers.tolist(), counts.tolist(), strict=True))
        found[beyond] = NO_CLASS
    return found


def _figures(
    work: Work,
    span: PixelWindow,
    members: Members,
    classes: Whole,
    tally: _Tally,
    strange: dict[str, tuple[int, float, float]],
) -> None:
    """Sums of the outputs: by ecosystem over the pixels where all are known, by county over those where each is."""
    inside = members.zone > 0
    layers: dict[str, Floats] = {}
    for name, reader in work.rasters.items():
        layers[name] = members.take(reader.numbers(span))
        _check(name, layers[name], inside, work.quantities[name].bounds, strange)
    areas = members.areas()
    for name in work.alone:
        if name in layers:
            of = run_of(np.flatnonzero(inside & np.isfinite(layers[name])))
            counts = tally.take(f"pixels of {name}", f"area of {name}", tally.whole_zone, of)
            tally.add(f"sum of {name}", tally.whole_zone, of, _weighed(work, name, layers[name][of], areas[of]), counts)
    if work.joint:
        known = np.flatnonzero(known_of(work, layers, classes, inside))
        _model(work, layers, classes, areas, known, tally)


def known_of(work: Work, layers: Mapping[str, Floats], classes: Whole, inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The pixels of some in which every leaf of the model has a value."""
    tables = [np.isfinite(work.by_class[name]) for name in work.model.leaves if name in work.by_class]
    known = inside & np.logical_and.reduce(tables)[classes] if tables else inside.copy()
    for name in work.model.leaves:
        if name in layers:
            known &= np.isfinite(layers[name])
    return known


def _model(
    work: Work, layers: Mapping[str, Floats], classes: Whole, areas: Floats, places: Whole, tally: _Tally
) -> None:
    values = {name: np.empty(places.size) for name in work.joint}
    gone = {name: np.zeros(places.size, dtype=np.bool_) for name in work.joint}
    for piece in pieces(places.size):
        found = evaluate_steps(work.model, leaves_at(work, layers, classes, areas, run_of(places[piece])))
        for name in work.joint:
            values[name][piece] = found.values[name]
            if name in found.left_out:
                gone[name][piece] = found.left_out[name]
    whole = run_of(np.flatnonzero(np.logical_and.reduce([np.isfinite(values[name]) for name in work.joint])))
    places = places[whole]
    of = run_of(places)
    counts = tally.take("pixels known", "area known", tally.by_class, of)
    for name in work.joint:
        tally.add(f"sum of {name}", tally.by_class, of, _weighed(work, name, values[name][whole], areas[of]), counts)
        out = places[gone[name][whole]]
        if out.size:
            tally.take(f"pixels left out of {name}", f"area left out of {name}", tally.by_class, out)


def _weighed(work: Work, name: str, values: Floats, areas: Floats) -> Floats:
    """What does not grow with area is weighed by it, in cm2."""
    return values if grows_with_area(work.quantities[name].unit) else values * areas


def run_of(places: Whole) -> Places:
    """Places in rising order as a run where none is left out between them."""
    first, last = (int(places[0]), int(places[-1]) + 1) if places.size else (0, 0)
    return slice(first, last) if last - first == places.size else places


def leaves_at(work: Work, layers: Mapping[str, Floats], classes: Whole, areas: Floats, at: Places) -> dict[str, Floats]:
    """The leaves of the model at some pixels."""
    found: dict[str, Floats] = {}
    land = classes[at].astype(np.intp)
    for name in work.model.leaves:
        if name in layers:
            found[name] = layers[name][at]
        elif name in work.by_class:
            found[name] = work.by_class[name][land]
        elif name in work.scalars:
            found[name] = np.full(1, work.scalars[name])
        else:
            found[name] = areas[at] / _HECTARE
    return found


def pieces(size: int) -> Iterator[slice]:
    """Runs of pixels that are evaluated together."""
    return (slice(first, min(first + _AT_ONCE, size)) for first in range(0, size, _AT_ONCE))


def _check(
    name: str,
    values: Floats,
    inside: NDArray[np.bool_],
    limits: Bounds | None,
    strange: dict[str, tuple[int, float, float]],
) -> None:
    """Count what is out of the bounds of a quantity. Exactly zero is no slip of a unit: a pixel may have no rain."""
    if limits is None:
        return
    low = -np.inf if limits.low is None else float(limits.low)
    high = np.inf if limits.high is None else float(limits.high)
    with np.errstate(invalid="ignore"):
        amiss = inside & ((values < low) | (values > high)) & (values != 0)
    if np.any(amiss):
        beyond = values[amiss]
        strange[name] = int(beyond.size), float(beyond.min()), float(beyond.max())
