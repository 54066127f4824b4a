"""Rasters in declared units: opened and checked once, read tile by tile as numbers in the unit of their quantity."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from numpy.typing import NDArray
from pyproj import CRS
from rasterio.enums import Resampling
from rasterio.errors import RasterioError, RasterioIOError
from rasterio.vrt import WarpedVRT
from rasterio.windows import Window

from qhgep.data import regular_file
from qhgep.errors import InputError, Problems, UnitError, problem
from qhgep.raster.grid import TILE, PixelGrid, crs_of, datum_of, same_datum
from qhgep.raster.pixel_area import Floats, PixelWindow
from qhgep.units import Unit, converted

RESAMPLING = ("nearest", "bilinear", "cubic", "average", "mode")
"""The ways of resampling that a description may state."""
_OFF = 1e-3
"""Parts of a pixel by which the corners of two grids may differ and still be the same grid."""
_CACHE = 64 * 1024 * 1024
"""Bytes of decoded blocks that GDAL keeps; its own default is a twentieth of the memory."""
_DRIVER = "GTiff"
"""What is read whatever a file is called: a virtual raster or the description of a service leads to other files and addresses."""
MOST_RASTER = 2**50
_FINEST = np.finfo(np.float64).max


@dataclass(frozen=True)
class Layer:
    """One band: where it is, and what its numbers times `factor`, after its own scale and offset, are in the quantity's unit."""

    name: str
    path: Path
    band: int
    factor: Fraction
    scale: float
    offset: float
    nodata: float | None
    resampling: str
    crs: str
    """Declared, where the file has none."""
    sha256: str = ""

    @property
    def facts(self) -> str:
        """Scale and offset as provenance states them."""
        return f"{self.name}: x{self.scale!r} + {self.offset!r}, unit x{self.factor}"


@dataclass(frozen=True, slots=True)
class LayerAsked:
    """What a description says of a raster; `of` is the unit it is wanted in (None: classes), `where` its line."""

    name: str
    path: Path
    band: int
    unit: str
    of: Unit | None
    zh: str
    nodata: float | None
    file_scale: str
    resampling: str
    crs: str
    where: str


@contextmanager
def gdal() -> Iterator[None]:
    """What GDAL may do while rasters are read."""
    with rasterio.Env(GDAL_CACHEMAX=_CACHE, GDAL_NUM_THREADS="1", GDAL_PAM_ENABLED="NO", CPL_LOG_ERRORS="OFF"):
        yield


def open_layer(asked: LayerAsked, problems: Problems) -> Layer | None:
    """The layer, checked against what is declared; None where something is wrong with it, which is noted."""
    before = len(problems.items)
    try:
        regular_file(asked.path, most=MOST_RASTER)
        with rasterio.open(asked.path, driver=_DRIVER) as source:
            if not 1 <= asked.band <= source.count:
                problems.add("map_band", asked.where, file=asked.path.name, band=asked.band, count=source.count)
                return None
            scale, offset = _scale(asked, source, problems)
            nodata = source.nodatavals[asked.band - 1] if asked.nodata is None else asked.nodata
            if asked.of is not None:
                _check_unit(asked, source.units[asked.band - 1] or "", problems)
    except (RasterioError, OSError) as error:
        problems.add("map_raster_open", asked.where, file=asked.path.name, detail=str(error).splitlines()[0])
        return None
    times = Fraction(1)
    try:
        if asked.of is not None:
            times = converted(asked.unit, asked.of, quantity=asked.zh, where=asked.where)
    except UnitError as error:
        problems.take(error)
    if asked.resampling and asked.resampling not in RESAMPLING:
        problems.add("map_resampling", asked.where, found=asked.resampling, known="、".join(RESAMPLING))
    if len(problems.items) > before:
        return None
    return Layer(asked.name, asked.path, asked.band, times, scale, offset, nodata, asked.resampling, asked.crs)


def _scale(asked: LayerAsked, source: Any, problems: Problems) -> tuple[float, float]:  # noqa: ANN401 - a rasterio dataset
    """Scale and offset that count; those in a file count only where the description says so."""
    scale, offset = float(source.scales[asked.band - 1]), float(source.offsets[asked.band - 1])
    if (scale, offset) == (1, 0) or asked.file_scale == "ignore":
        return 1.0, 0.0
    if asked.file_scale != "apply":
        problems.add("map_scale", asked.where, file=asked.path.name, scale=scale, offset=offset)
    return scale, offset


def _check_unit(asked: LayerAsked, stated: str, problems: Problems) -> None:
    """Note a unit in the file that means another thing than the declared one; what cannot be read is no statement."""
    if not stated or asked.of is None:
        return
    try:
        own = converted(stated, asked.of, quantity=asked.zh, where=asked.where)
        said = converted(asked.unit, asked.of, quantity=asked.zh, where=asked.where)
    except UnitError:
        return
    if own != said:
        problems.add("map_unit_differs", asked.where, file=asked.path.name, stated=stated, declared=asked.unit)


def grid_of(layer: Layer) -> PixelGrid:
    """The grid of a layer. Raises InputError for a CRS of no use and for a grid that is turned."""
    with rasterio.open(layer.path, driver=_DRIVER) as source:
        transform = source.transform
        if transform.b or transform.d or transform.a <= 0 or transform.e >= 0:
            raise InputError(problem("map_turned", layer.path.name))
        crs = crs_of(source.crs.to_wkt() if source.crs else "", layer.crs, layer.path.name)
        rows, columns = source.block_shapes[layer.band - 1]
        tile = (TILE, TILE) if columns < source.width else (_strip(rows, source.width), source.width)
        edges = (transform.c, transform.a, transform.f, -transform.e)
        return PixelGrid(crs.to_wkt(), edges, source.height, source.width, tile)


def _strip(rows: int, width: int) -> int:
    """Rows of a tile of a file that is stored in strips: as many pixels as another tile has, in whole strips."""
    return max(1, TILE * TILE // width // rows) * rows


@dataclass
class LayerReader:
    """A layer, open, on a grid: as it is where the cells are the same, resampled where the description says how."""

    layer: Layer
    grid: PixelGrid

    @cached_property
    def _source(self) -> Any:  # noqa: ANN401 - a rasterio dataset
        source = rasterio.open(self.layer.path, driver=_DRIVER)
        if not self.layer.resampling:
            return source
        return WarpedVRT(
            source, crs=self.grid.wkt, transform=self.grid.affine(PixelWindow(0, 0, 1, 1)), height=self.grid.height, width=self.grid.width,
            resampling=Resampling[self.layer.resampling], src_crs=source.crs or self.layer.crs, src_nodata=self.layer.nodata,
            nodata=self.layer.nodata,
        )  # fmt: skip

    @cached_property
    def _shift(self) -> tuple[int, int]:
        """Rows and columns of the grid before the first of the file."""
        if self.layer.resampling:
            return 0, 0
        left, width, upper, height = self.grid.transform
        transform = self._source.transform
        return round((upper - transform.f) / height), round((transform.c - left) / width)

    def raw(self, span: PixelWindow) -> NDArray[Any]:
        """The numbers of a tile as they are stored. Raises InputError where the file cannot be read there."""
        down, right = self._shift
        window = Window(span.column - right, span.row - down, span.width, span.height)
        try:
            return np.asarray(self._source.read(self.layer.band, window=window))
        except (RasterioIOError, MemoryError) as error:
            facts = {"file": self.layer.path.name, "row": span.row, "column": span.column, "detail": _cause(error)}
            raise InputError(problem("map_raster_read", "", **facts)) from error

    def numbers(self, span: PixelWindow) -> Floats:
        """The values of a tile in the unit of the quantity; NaN where there are none."""
        stored = self.raw(span)
        values = stored.astype(np.float64)
        if self.layer.nodata is not None:
            values[stored == np.asarray(self.layer.nodata).astype(stored.dtype)] = np.nan
        if not np.issubdtype(stored.dtype, np.integer):
            values[~np.isfinite(values)] = np.nan
        if (self.layer.scale, self.layer.offset) != (1, 0):
            values = values * self.layer.scale + self.layer.offset
        if self.layer.factor.numerator != 1:
            values *= self.layer.factor.numerator
        if self.layer.factor.denominator != 1:
            values /= self.layer.factor.denominator
        return values


def _cause(error: BaseException) -> str:
    """What GDAL says, which rasterio hides behind a general word."""
    found = str(error.__cause__ or error)
    return found.splitlines()[0]


def check_grid(layer: Layer, grid: PixelGrid, where: str, problems: Problems) -> bool:
    """Whether a layer lies on a grid, or is resampled to it as stated; what is neither is noted."""
    try:
        mine = grid_of(layer)
    except InputError as error:
        problems.take(error)
        return False
    if not same_datum(datum_of(mine.crs), datum_of(grid.crs)):
        problems.add("map_datum_rasters", where, file=layer.path.name, one=datum_of(mine.crs), other=datum_of(grid.crs))
        return False
    if layer.resampling:
        return True
    if not (mine.crs.equals(grid.crs, ignore_axis_order=True) and _congruent(mine, grid)):
        facts = {
            "file": layer.path.name,
            "mine": _described(mine),
            "grid": _described(grid),
            "known": "、".join(RESAMPLING),
        }
        problems.add("map_grids", where, **facts)
        return False
    return True


def _congruent(mine: PixelGrid, grid: PixelGrid) -> bool:
    """Whether a file has the cells of the grid, all of them or more. A smaller one is told by the counties it misses."""
    left, width, upper, height = grid.transform
    own_left, own_width, own_upper, own_height = mine.transform
    shifts = (own_left - left) / width, (upper - own_upper) / height
    drift = max(abs(own_width - width) / width * grid.width, abs(own_height - height) / height * grid.height)
    return drift < _OFF and all(abs(shift - round(shift)) < _OFF for shift in shifts) and _holds(mine, grid)


def _holds(mine: PixelGrid, grid: PixelGrid) -> bool:
    own, other = mine.bounds, grid.bounds
    slack = _OFF * grid.transform[1]
    return (
        own[0] <= other[0] + slack
        and own[1] <= other[1] + slack
        and own[2] >= other[2] - slack
        and own[3] >= other[3] - slack
    )


def _described(grid: PixelGrid) -> str:
    left, width, upper, height = grid.transform
    return f"{grid.crs.name}, {grid.height}x{grid.width}, ({left:g}, {upper:g}), {width:g}x{height:g}"


def raster_hash(path: Path) -> str:
    """The SHA-256 of a raster of any size."""
    with regular_file(path, most=MOST_RASTER).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def named(crs: CRS) -> str:
    """The name of a CRS for provenance: its code where it has one."""
    code = crs.to_authority()
    return (
        ":".join(code)
        if code
        else crs.name
        if crs.name != "unknown"
        else f"{crs.coordinate_operation.method_name}, {datum_of(crs)}"
    )
