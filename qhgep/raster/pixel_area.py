"""The area of pixels on the ellipsoid, in whole square centimetres, so that sums of pixels are exact in any order.

Rows of a longitude/latitude grid: the closed integral of the area element (Snyder 1987, Map Projections, p. 16, eq. 3-12).
Cells of a projection: the planar cell divided by its areal scale, which an equal-area projection has at 1 everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Proj, Transformer

from qhgep.units import factor, unit

Floats = NDArray[np.float64]
_CM2 = float(factor(unit("m**2"), unit("cm**2")))
_EVERY = 64
"""Pixels between two points at which the scale of a projection is taken; it is smooth, and linear between them to 1e-7."""
_EQUAL = 1e-9
"""By how much the areal scale of an equal-area projection may differ from 1 in floating point."""


@dataclass(frozen=True, slots=True)
class PixelWindow:
    """A rectangle of pixels: first row and column, rows and columns."""

    row: int
    column: int
    height: int
    width: int


def row_area(crs: CRS, top: Floats, bottom: Floats, width: float) -> Floats:
    """Square metres of a cell of `width` degrees between two latitudes in degrees, on the ellipsoid of the CRS."""
    ellipsoid = crs.ellipsoid
    major, minor = ellipsoid.semi_major_metre, ellipsoid.semi_minor_metre
    squared = 1 - (minor / major) ** 2
    eccentricity = np.sqrt(squared)

    def zone(latitude: Floats) -> Floats:
        sine: Floats = np.sin(np.radians(latitude))
        if squared == 0:
            return 2 * sine
        found: Floats = sine / (1 - squared * sine**2) + np.arctanh(eccentricity * sine) / eccentricity
        return found

    found: Floats = np.radians(width) * minor**2 / 2 * (zone(top) - zone(bottom))
    return found


def cell_area(crs: CRS, transform: tuple[float, ...], span: PixelWindow) -> Floats:
    """The area of each cell of a span in whole cm2, as an array that broadcasts to rows x columns.

    `transform` is (x of the left edge, pixel width, y of the upper edge, pixel height); north is up.
    """
    left, width, upper, height = transform
    if crs.is_geographic:
        edges = upper - height * np.arange(span.row, span.row + span.height + 1, dtype=np.float64)
        rows_of: Floats = np.rint(row_area(crs, edges[:-1], edges[1:], width) * _CM2)
        return rows_of[:, np.newaxis]
    rows, columns = _nodes(span.row, span.height), _nodes(span.column, span.width)
    metres = crs.axis_info[0].unit_conversion_factor
    x, y = np.meshgrid(left + width * columns, upper - height * rows)
    scale = _areal_scale(crs, x, y)
    planar = width * metres * height * metres * _CM2
    if np.all(np.abs(scale - 1) < _EQUAL):
        return np.full((1, 1), np.rint(planar))
    cells: Floats = np.rint(planar * _between(1 / scale, rows, columns, span))
    return cells


def _nodes(first: int, count: int) -> Floats:
    """Places around a run of pixels, counted in pixels of the grid: the same for a pixel whatever the run it lies in."""
    low, high = first // _EVERY, (first + count) // _EVERY + 1
    return np.arange(low, high + 1, dtype=np.float64) * _EVERY


def _areal_scale(crs: CRS, x: Floats, y: Floats) -> Floats:
    to_degrees = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
    longitude, latitude = to_degrees.transform(x, y)
    found = Proj(crs).get_factors(longitude.ravel(), latitude.ravel()).areal_scale
    return np.asarray(found, dtype=np.float64).reshape(x.shape)


def _between(nodes: Floats, rows: Floats, columns: Floats, span: PixelWindow) -> Floats:
    """Linear between four nodes, at the centres of the pixels of a span."""
    down = (np.arange(span.row, span.row + span.height) + 1 / 2 - rows[0]) / _EVERY
    across = (np.arange(span.column, span.column + span.width) + 1 / 2 - columns[0]) / _EVERY
    row, column = down.astype(np.intp), across.astype(np.intp)
    low, right = (down - row)[:, np.newaxis], (across - column)[np.newaxis, :]
    upper = nodes[row][:, column] * (1 - right) + nodes[row][:, column + 1] * right
    lower = nodes[row + 1][:, column] * (1 - right) + nodes[row + 1][:, column + 1] * right
    found: Floats = upper * (1 - low) + lower * low
    return found
