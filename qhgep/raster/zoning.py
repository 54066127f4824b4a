"""Which pixels of a tile belong to which zone: by their centres, or by the exact part of each that lies inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

import exactextract
import numpy as np
import shapely
from exactextract.feature import JSONFeatureSource
from exactextract.raster import NumPyRasterSource
from numpy.typing import NDArray
from rasterio.features import rasterize

from qhgep.raster.grid import PixelGrid
from qhgep.raster.pixel_area import Floats, PixelWindow

Method = Literal["pixel_center", "exact"]
Whole = NDArray[np.signedinteger[Any]]


@dataclass(frozen=True)
class Members:
    """Pixels of a tile and the zones they belong to, counted from 1; 0 is outside every zone.

    `pixel` are places in the tile, row by row (None: all of them once). `area` is the part in the zone in cm2.
    """

    zone: Whole
    area: Floats
    pixel: Whole | None = None

    def take(self, layer: NDArray[Any]) -> NDArray[Any]:
        """The values of a layer of the tile, for each member."""
        return layer.ravel() if self.pixel is None else layer.ravel()[self.pixel]

    def areas(self) -> Floats:
        """The area of each member."""
        return np.broadcast_to(self.area, self.zone.shape)


@dataclass(frozen=True)
class Zoning:
    """The polygons of the zones on a grid, and how pixels are given to them."""

    grid: PixelGrid
    polygons: tuple[Any, ...]
    method: Method
    _kept: dict[int, tuple[Whole, Whole, Floats]] = field(default_factory=dict, compare=False)

    @cached_property
    def _tree(self) -> Any:  # noqa: ANN401 - a tree of shapely
        return shapely.STRtree(list(self.polygons))

    def zones_of(self, span: PixelWindow) -> list[int]:
        """The zones, from 0, whose polygons may reach a tile."""
        left, width, upper, height = self.grid.transform
        box = shapely.box(
            left + width * span.column, upper - height * (span.row + span.height),
            left + width * (span.column + span.width), upper - height * span.row,
        )  # fmt: skip
        return sorted(int(found) for found in self._tree.query(box, "intersects"))

    def members(self, span: PixelWindow) -> Members | None:
        """The members of a tile; None where no zone reaches it."""
        reached = self.zones_of(span)
        if not reached:
            return None
        return self._centres(span, reached) if self.method == "pixel_center" else self._parts(span, reached)

    def _centres(self, span: PixelWindow, reached: Sequence[int]) -> Members | None:
        shapes = [(self.polygons[zone], zone + 1) for zone in reached]
        shape = (span.height, span.width)
        zone = rasterize(shapes, out_shape=shape, transform=self.grid.affine(span), fill=0, dtype="int32")
        if not zone.any():
            return None
        area = self.grid.area(span)
        flat = area.ravel() if area.size == 1 else np.broadcast_to(area, shape).ravel()
        return Members(zone.ravel(), flat)

    def _parts(self, span: PixelWindow, reached: Sequence[int]) -> Members | None:
        pixels, zones, parts = [], [], []
        for zone in reached:
            row, column, part = self._cells(zone)
            inside = (
                (row >= span.row)
                & (row < span.row + span.height)
                & (column >= span.column)
                & (column < span.column + span.width)
            )
            pixels.append((row[inside] - span.row) * span.width + column[inside] - span.column)
            parts.append(part[inside])
            zones.append(np.full(pixels[-1].size, zone + 1, dtype=np.intp))
        pixel = np.concatenate(pixels)
        if not pixel.size:
            return None
        area = np.broadcast_to(self.grid.area(span), (span.height, span.width)).ravel()[pixel]
        return Members(np.concatenate(zones), area * np.concatenate(parts), pixel)

    def _cells(self, zone: int) -> tuple[Whole, Whole, Floats]:
        """Rows, columns and covered parts of the cells of a zone, kept while its tiles are walked over."""
        if zone not in self._kept:
            self._kept[zone] = _covered(self.grid, self.polygons[zone])
        return self._kept[zone]


def _covered(grid: PixelGrid, polygon: Any) -> tuple[Whole, Whole, Floats]:  # noqa: ANN401 - a polygon of shapely
    """The cells that a polygon reaches, with the part of each that it covers (exactextract)."""
    left, width, upper, height = grid.transform
    west, south, east, north = polygon.bounds
    first = max(0, int((west - left) // width)), max(0, int((upper - north) // height))
    last = min(grid.width, int((east - left) // width) + 1), min(grid.height, int((upper - south) // height) + 1)
    columns, rows = last[0] - first[0], last[1] - first[1]
    if columns <= 0 or rows <= 0:
        return np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0)
    edges = {
        "xmin": left + width * first[0], "xmax": left + width * last[0],
        "ymin": upper - height * last[1], "ymax": upper - height * first[1],
    }  # fmt: skip
    source = NumPyRasterSource(np.zeros((rows, columns), dtype=np.uint8), **edges)
    feature = {"type": "Feature", "geometry": shapely.geometry.mapping(polygon), "properties": {}}
    found = exactextract.exact_extract(source, JSONFeatureSource([feature]), ["cell_id", "coverage"])[0]["properties"]
    cell, part = np.asarray(found["cell_id"], dtype=np.intp), np.asarray(found["coverage"], dtype=np.float64)
    return cell // columns + first[1], cell % columns + first[0], part
