"""Small invented maps, made when a test needs them: rasters of arrays, boundaries of boxes, descriptions of a few lines."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import rasterio
import shapely
from rasterio.transform import Affine

ALBERS = "+proj=aea +lat_1=25 +lat_2=47 +lat_0=0 +lon_0=105 +datum=WGS84 +units=m +no_defs"
LEFT, UPPER = -500_000.0, 3_900_000.0
"""The upper left corner of rasters in Albers: in Qinghai."""


def raster(
    path: Path,
    values: np.ndarray[Any, Any],
    *,
    pixel: float = 30.0,
    left: float = LEFT,
    upper: float = UPPER,
    crs: str | None = ALBERS,
    nodata: float | None = None,
    **options: Any,  # noqa: ANN401 - options of GDAL
) -> Path:
    """A GeoTIFF of one band."""
    height, width = values.shape
    profile = {
        "driver": "GTiff",
        "height": height,
        "width": width,
        "count": 1,
        "dtype": values.dtype,
        "crs": crs,
        "nodata": nodata,
    }
    with rasterio.open(
        path, "w", transform=Affine(pixel, 0, left, 0, -pixel, upper), **profile, compress="deflate", **options
    ) as file:
        file.write(values, 1)
    return path


def boundaries(path: Path, polygons: Mapping[str, Any], *, crs: str | None = ALBERS, column: str = "code") -> Path:
    """Polygons by code."""
    driver = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".shp": "ESRI Shapefile"}[path.suffix]
    shapes = shapely.to_wkb(np.array(list(polygons.values()), dtype=object))
    pyogrio.raw.write(
        path,
        shapes,
        [np.array(list(polygons), dtype=object)],
        [column],
        geometry_type="Unknown",
        crs=crs,
        driver=driver,
    )
    return path


def box(
    row: float,
    column: float,
    height: float,
    width: float,
    *,
    pixel: float = 30.0,
    left: float = LEFT,
    upper: float = UPPER,
) -> Any:  # noqa: ANN401 - a polygon
    """The polygon of a block of pixels."""
    return shapely.box(
        left + column * pixel, upper - (row + height) * pixel, left + (column + width) * pixel, upper - row * pixel
    )


def description(folder: Path, text: str, *, period: str = "2020", datum: str = "WGS84", file: str = "b.gpkg") -> Path:
    """maps.toml: the head that every description has, and `text` below it."""
    head = (
        f'schema = 1\ntitle = "虚构"\nperiod = "{period}"\ntable = "inputs.csv"\n'
        f'[boundaries]\nfile = "{file}"\ncode = "code"\ndatum = "{datum}"\nsource = "虚构边界"\nvintage = "2020"\n'
    )
    path = folder / "maps.toml"
    path.write_text(head + text, encoding="utf-8")
    return path


COVER = (
    '[land_cover]\nfile = "lc.tif"\nscheme = "CLCD"\nversion = "annual-30m"\nsource = "虚构"\nevidence = "assumed"\n'
)


def given(name: str, unit: str, file: str = "") -> str:
    """A [raster.<name>] table."""
    return (
        f'[raster.{name}]\nfile = "{file or name + ".tif"}"\nunit = "{unit}"\nsource = "虚构"\nevidence = "assumed"\n'
    )


def outputs(*names: str) -> str:
    """[[output]] tables: `quantity` or `quantity/method`."""
    parts = [name.partition("/") for name in names]
    return "".join(
        f'[[output]]\nquantity = "{name}"\n' + (f'method = "{way}"\n' if way else "") for name, _, way in parts
    )


LOOKUP_HEAD = "row,key,item,value,unit,source,at,origin,evidence\n"


def lookup(folder: Path, values: Mapping[str, Mapping[int, str]], *, units: Mapping[str, str] | None = None) -> Path:
    """A lookup table: quantity -> class -> value as printed."""
    units = units or {}
    lines = [
        f"T{number},{key},CLCD@annual-30m:{code},{value},{units.get(key, '1')},虚构,表 1,stated,assumed\n"
        for number, (key, code, value) in enumerate(
            (key, code, value) for key, found in values.items() for code, value in found.items()
        )
    ]
    path = folder / "lookup.csv"
    path.write_text(LOOKUP_HEAD + "".join(lines), encoding="utf-8")
    return path
