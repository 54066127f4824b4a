"""Maps once more, by plain numpy in float64 over whole arrays: zones by the centres of boxes, sums by boolean masks.

It shares nothing with qhgep.raster: no tiles, no rasterising, no trees. Boxes are (row, column, height, width) in pixels.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]
Boxes = Mapping[str, tuple[float, float, float, float]]


def masks(boxes: Boxes, shape: tuple[int, int]) -> Iterator[tuple[str, np.ndarray[Any, np.dtype[np.bool_]]]]:
    """The pixels whose centre lies in each box."""
    row, column = np.mgrid[0 : shape[0], 0 : shape[1]] + 0.5
    for code, (top, left, height, width) in boxes.items():
        yield code, (row > top) & (row < top + height) & (column > left) & (column < left + width)


def annual_yield(
    rain: Array, demand: Array, soil: Array, content: Array, table: Mapping[str, Array], season: float
) -> Array:
    """Yield of InVEST's annual model in mm (reference/gep-methods.md, 7.2); `table` has Kc, root, vegetated by pixel.

    A pixel of which anything is unknown is unknown, also where the formula would not look at it.
    """
    pet = table["Kc"] * demand
    water = np.minimum(soil, table["root"]) * content
    with np.errstate(all="ignore"):
        shape = np.minimum(season * water / rain + 1.25, 5)
        dry = pet / rain
        used = rain * np.minimum(dry, 1 + dry - (1 + dry**shape) ** (1 / shape))
    aet = np.where(table["vegetated"] > 0, used, np.minimum(pet, rain))
    known = np.isfinite(rain) & np.isfinite(demand) & np.isfinite(soil) & np.isfinite(content)
    return np.where(known, np.where(rain == 0, 0.0, rain - aet), np.nan)


def means(values: Array, lands: np.ndarray[Any, Any], boxes: Boxes) -> dict[tuple[str, int], float]:
    """The mean of the known values of each class in each box, all pixels being of one size."""
    found = {}
    for code, inside in masks(boxes, values.shape):
        for land in np.unique(lands[inside]).tolist():
            chosen = values[inside & (lands == land) & np.isfinite(values)]
            if chosen.size:
                found[code, int(land)] = float(np.sum(chosen.astype(np.longdouble)) / chosen.size)
    return found


def cell_areas(upper: float, pixel: float, rows: int, *, major: float, flattening: float) -> Array:
    """Square metres of the cells of a longitude/latitude grid, by integrating the area element in 64 steps a row."""
    squared = flattening * (2 - flattening)
    edges = np.radians(upper - pixel * np.arange(rows + 1))
    found = np.empty(rows)
    for row in range(rows):
        steps = np.linspace(edges[row + 1], edges[row], 129)
        element = major**2 * (1 - squared) * np.cos(steps) / (1 - squared * np.sin(steps) ** 2) ** 2
        weights = np.ones(129)
        weights[1:-1:2], weights[2:-1:2] = 4, 2
        found[row] = np.sum(element * weights) * (steps[1] - steps[0]) / 3
    return found * np.radians(pixel)
