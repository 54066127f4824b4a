"""Invented maps of two invented counties: no place on earth looks like this. `python examples/maps/make_maps.py` writes them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import rasterio
import shapely
from numpy.typing import NDArray
from pyproj import Transformer
from rasterio.transform import Affine

HERE = Path(__file__).parent
ALBERS = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +datum=WGS84 +units=m +no_defs"
LEFT, UPPER, PIXEL, ROWS, COLUMNS = -500_000.0, 3_900_000.0, 90.0, 200, 300


def fields() -> dict[str, NDArray[np.generic]]:
    """The rasters by the name of their file: smooth waves, in the steps that such products have."""
    row, column = np.mgrid[0:ROWS, 0:COLUMNS]
    north, east = row / ROWS, column / COLUMNS
    height = np.sin(3 * east) + np.cos(5 * north) + np.sin(7 * east * north)
    rain = np.rint((420 + 180 * north - 60 * np.sin(4 * east)) * 10).astype(np.int16)
    rain[:, :6] = -1  # no data at the western edge, beyond the counties
    cover = np.select([height > 1.6, height > 1.2, height < -0.4, height < -0.2], [6, 7, 5, 9], 4).astype(np.uint8)
    cover[(height > 0.8) & (height <= 1.0)] = 3
    return {
        "landcover": cover,
        "precipitation": rain,
        "reference_evapotranspiration": np.rint(780 + 90 * east).astype(np.int16),
        "soil_depth": np.rint(70 - 25 * north + 8 * np.cos(6 * east)).astype(np.int16),
        "available_water": np.rint(14 + 3 * np.sin(5 * east)).astype(np.uint8),
        "net_ecosystem_productivity": np.rint((60 + 40 * north) * (cover != 6) * (cover != 5)).astype(np.int16),
    }


def counties() -> dict[str, shapely.Polygon]:
    """Two polygons that share a line."""

    def at(*points: tuple[float, float]) -> shapely.Polygon:
        return shapely.Polygon([(LEFT + PIXEL * column, UPPER - PIXEL * row) for column, row in points])

    return {
        "990001": at((20, 15), (150, 10), (160, 90), (140, 180), (30, 170)),
        "990002": at((150, 10), (280, 25), (270, 185), (140, 180), (160, 90)),
    }


def main() -> None:
    """Write the files beside this one."""
    transform = Affine(PIXEL, 0, LEFT, 0, -PIXEL, UPPER)
    for name, values in fields().items():
        profile = {
            "driver": "GTiff",
            "height": ROWS,
            "width": COLUMNS,
            "count": 1,
            "dtype": values.dtype,
            "crs": ALBERS,
        }
        nodata = -1 if name == "precipitation" else None
        with rasterio.open(
            HERE / f"{name}.tif", "w", transform=transform, nodata=nodata, compress="deflate", predictor=2, **profile
        ) as file:
            file.write(values, 1)
            file.update_tags(TIFFTAG_IMAGEDESCRIPTION="invented by examples/maps/make_maps.py")
    found = counties()
    shapes = shapely.to_wkb(np.array(list(found.values()), dtype=object))
    (HERE / "counties.geojson").unlink(missing_ok=True)
    codes = np.array(list(found), dtype=object)
    names = np.array(["虚构甲县", "虚构乙县"], dtype=object)
    to_degrees = Transformer.from_crs(ALBERS, "EPSG:4326", always_xy=True)
    moved = shapely.transform(
        shapely.segmentize(shapely.from_wkb(shapes), 1000),
        lambda xy: np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1])),
    )
    pyogrio.raw.write(
        HERE / "counties.geojson",
        shapely.to_wkb(moved),
        [codes, names],
        ["county_code", "name"],
        geometry_type="Polygon",
        crs="EPSG:4326",
    )


if __name__ == "__main__":
    main()
