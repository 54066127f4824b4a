"""The grid that pixels are counted on: its CRS, its cells, and the fixed tiles that it is walked over in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from pyproj import CRS
from pyproj.exceptions import CRSError
from rasterio.transform import Affine

from qhgep.errors import InputError, problem
from qhgep.raster.pixel_area import Floats, PixelWindow, cell_area

TILE = 1024
"""Rows and columns of a tile. The last bits of sums of floats depend on it, so it is recorded beside every row."""
FINE = 100
"""Metres: up to this size a pixel belongs to the zone of its centre, above it to each by the part that lies there."""
_PSEUDO_MERCATOR = "Popular Visualisation Pseudo Mercator"
_DATUMS = (
    ("World Geodetic System 1984", "WGS84"), ("WGS_1984", "WGS84"), ("WGS84", "WGS84"), ("China 2000", "CGCS2000"), ("China_2000", "CGCS2000"),
    ("Xian 1980", "Xian80"), ("Xian_1980", "Xian80"), ("Beijing 1954", "Beijing54"), ("Beijing_1954", "Beijing54"),
)  # fmt: skip
"""Parts of the names that datums have in files -> the words of `importers.declared.DATUMS`."""


@dataclass(frozen=True)
class PixelGrid:
    """Rows and columns of cells with north up. `transform`: left edge, pixel width, upper edge, pixel height."""

    wkt: str
    transform: tuple[float, float, float, float]
    height: int
    width: int
    tile: tuple[int, int] = (TILE, TILE)

    @cached_property
    def crs(self) -> CRS:
        """The coordinate system."""
        return CRS.from_wkt(self.wkt)

    @cached_property
    def tiles(self) -> tuple[PixelWindow, ...]:
        """The tiles, row by row."""
        rows, columns = self.tile
        return tuple(
            PixelWindow(row, column, min(rows, self.height - row), min(columns, self.width - column))
            for row in range(0, self.height, rows)
            for column in range(0, self.width, columns)
        )

    @cached_property
    def pixel_metres(self) -> float:
        """The side of a square of the area of the cell in the middle."""
        middle = PixelWindow(self.height // 2, self.width // 2, 1, 1)
        return float(np.sqrt(cell_area(self.crs, self.transform, middle)[0, 0])) / 100

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """Left, lower, right and upper edge."""
        left, width, upper, height = self.transform
        return left, upper - height * self.height, left + width * self.width, upper

    def affine(self, span: PixelWindow) -> Affine:
        """The transform of a span as rasterio writes it."""
        left, width, upper, height = self.transform
        return Affine(width, 0, left + width * span.column, 0, -height, upper - height * span.row)

    def area(self, span: PixelWindow) -> Floats:
        """The area of the cells of a span in cm2; broadcasts to its rows and columns."""
        return self._equal if self._equal.size == 1 else cell_area(self.crs, self.transform, span)

    @cached_property
    def _equal(self) -> Floats:
        """The one area of all cells of a grid in an equal-area projection; several numbers in any other."""
        if self.crs.is_geographic:
            return np.zeros(2)
        step = max(1, self.height // 2), max(1, self.width // 2)
        spots = [
            PixelWindow(row, column, 1, 1)
            for row in range(0, self.height, step[0])
            for column in range(0, self.width, step[1])
        ]
        return np.unique([cell_area(self.crs, self.transform, spot)[0, 0] for spot in spots])


def crs_of(written: str, declared: str, where: str) -> CRS:
    """The coordinate system of a file (its own, else the declared one). Raises InputError where there is none of use.

    What is refused: none at all, two that differ, Web Mercator, and one whose datum is not known.
    """
    try:
        own = CRS.from_user_input(written) if written else None
        said = CRS.from_user_input(declared) if declared else None
    except CRSError as error:
        raise InputError(problem("map_crs_unknown", where, found=declared or written)) from error
    if own is not None and said is not None and not own.equals(said, ignore_axis_order=True):
        raise InputError(problem("map_crs_differs", where, file=own.name, declared=said.name))
    crs = own or said
    if crs is None:
        raise InputError(problem("map_crs_none", where))
    if crs.is_projected and crs.coordinate_operation.method_name == _PSEUDO_MERCATOR:
        raise InputError(problem("map_web_mercator", where, crs=crs.name))
    if not datum_of(crs) or not (crs.is_geographic or crs.is_projected):
        raise InputError(problem("map_datum_none", where, crs=crs.name, datum=getattr(crs.datum, "name", "?")))
    return crs


def datum_of(crs: CRS) -> str:
    """The datum by the word that descriptions use; empty where it is none of those that are known."""
    names = f"{getattr(crs.datum, 'name', '')} {getattr(crs.geodetic_crs, 'name', '')}"
    return next((word for part, word in _DATUMS if part in names), "")


def same_datum(one: str, other: str) -> bool:
    """Whether coordinates of two datums agree to a few centimetres: CGCS2000 and WGS84 do, the older ones with neither."""
    return one == other or {one, other} <= {"WGS84", "CGCS2000"}
