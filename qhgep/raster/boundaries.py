"""The boundaries that the user brings: polygons by county code, checked, with their areas on the ellipsoid."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.errors
import shapely
from pyproj import CRS, Geod, Transformer

from qhgep.data import confined, regular_file
from qhgep.errors import InputError, Problems, problem
from qhgep.importers.columns import code_text
from qhgep.importers.declared import DATUMS
from qhgep.inputs.names import code_in
from qhgep.raster.grid import crs_of, datum_of, same_datum
from qhgep.units import factor, unit

_DRIVERS = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".json": "GeoJSON", ".shp": "ESRI Shapefile", ".parquet": "Parquet"}
_BEGINS = {".gpkg": b"SQLite format 3", ".geojson": b"{", ".json": b"{", ".shp": b"\0\0\x27\x0a", ".parquet": b"PAR1"}
"""The first bytes of each."""
_DEGREES, _METRES = 0.01, 1000.0
"""Edges are cut to pieces of this length before they are projected or measured, so that a straight edge stays straight."""
_BLOCK = 1 << 20
_SLIVER = 1e-6
"""The part of a polygon up to which an overlap with its neighbour is rounding of coordinates."""
_PARTS = (".shp", ".dbf", ".shx", ".prj", ".cpg")


@dataclass(frozen=True)
class CountyPolygon:
    """A county: its code, its polygon in the CRS of the file, its area there on the ellipsoid, and its place in the file."""

    code: str
    polygon: Any
    square_metres: float
    number: int


@dataclass(frozen=True)
class Boundaries:
    """The counties in the order of their codes."""

    file: str
    sha256: str
    wkt: str
    datum: str
    zones: tuple[CountyPolygon, ...]

    @property
    def crs(self) -> CRS:
        """The coordinate system of the file."""
        return CRS.from_wkt(self.wkt)

    def on(self, crs: CRS) -> tuple[Any, ...]:
        """The polygons in another CRS of the same datum."""
        if crs.equals(self.crs, ignore_axis_order=True):
            return tuple(zone.polygon for zone in self.zones)
        move = Transformer.from_crs(self.crs, crs, always_xy=True)

        def moved(points: Any) -> Any:  # noqa: ANN401 - shapely hands over an array of coordinates
            return np.column_stack(move.transform(points[:, 0], points[:, 1]))

        return tuple(shapely.transform(_cut(zone.polygon, self.crs), moved) for zone in self.zones)


def hectares(square_metres: float) -> Fraction:
    """An area as hectares of whole square centimetres, so that it prints as a finite decimal."""
    whole = round(square_metres * float(factor(unit("m**2"), unit("cm**2"))))
    return whole * factor(unit("cm**2"), unit("ha"))


@dataclass(frozen=True, slots=True)
class BoundariesAsked:
    """What a description says of the boundaries: file, layer, column of codes, datum, and a CRS where the file has none."""

    path: Path
    layer: str
    column: str
    datum: str
    crs: str
    where: str


def read_boundaries(asked: BoundariesAsked) -> Boundaries:
    """The polygons of a file. Raises InputError with every fault: format, datum, codes, polygons that are invalid or overlap."""
    path, problems = asked.path, Problems()
    regular_file(path)
    driver = _DRIVERS.get(path.suffix.lower())
    if driver is None or driver not in pyogrio.list_drivers():
        known = "、".join(f"*{end}" for end, name in _DRIVERS.items() if name in pyogrio.list_drivers())
        problems.add("map_boundary_format", path.name, known=known)
    if asked.datum not in DATUMS:
        problems.add("map_datum", asked.where, found=asked.datum, known="、".join(DATUMS))
    problems.raise_if_any(InputError)
    meta, shapes, codes = read_shapes(asked)
    crs = crs_of(meta["crs"] or "", asked.crs, path.name)
    own = datum_of(crs)
    if asked.datum != "GCJ-02" and not same_datum(own, asked.datum):
        problems.add("map_datum_differs", asked.where, declared=asked.datum, file=own)
    zones = tuple(
        _zone(number, code, shape, crs) for number, (code, shape) in enumerate(zip(codes, shapes, strict=True), 1)
    )
    _check(zones, path.name, asked.column, problems)
    problems.raise_if_any(InputError)
    return Boundaries(path.name, _hash(path), crs.to_wkt(), own, tuple(sorted(zones, key=lambda zone: zone.code)))


def read_shapes(asked: BoundariesAsked) -> tuple[dict[str, Any], list[Any], list[str]]:
    """The metadata, the shapes and the codes of a file, as they are. Raises InputError where it cannot be read."""
    path, problems = asked.path, Problems()
    _refuse_other(path)
    try:
        layers = [str(name) for name, _ in pyogrio.list_layers(path)]
        if len(layers) > 1 and not asked.layer:
            problems.add("map_layer", path.name, layers="、".join(layers))
            problems.raise_if_any(InputError)
        columns = [str(name) for name in pyogrio.read_info(path, layer=asked.layer or None)["fields"]]
        if asked.column not in columns:
            problems.add("map_code_column", path.name, column=asked.column, columns="、".join(columns))
            problems.raise_if_any(InputError)
        meta, _, shapes, fields = pyogrio.raw.read(path, layer=asked.layer or None, columns=[asked.column])
        polygons = list(shapely.from_wkb(shapes, on_invalid="ignore"))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, shapely.errors.ShapelyError) as error:
        problems.add("map_boundary_read", path.name, detail=str(error).splitlines()[0])
        raise InputError(problems.items) from error
    return meta, polygons, [code_text(str(value)) for value in fields[0]]


def _refuse_other(path: Path) -> None:
    """Refuse a file that is not what its ending says, and parts of a Shapefile that lie elsewhere. Raises InputError.

    GDAL goes by the content: a list of other files or the address of a service would be followed, whatever its name.
    """
    begin = _BEGINS.get(path.suffix.lower())
    with path.open("rb") as file:
        head = file.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
    if begin is not None and not head.startswith(begin):
        raise InputError(problem("map_boundary_read", path.name, detail=f"no {_DRIVERS[path.suffix.lower()]}"))
    if path.suffix.lower() == ".shp":
        for part in (path.with_suffix(end) for end in _PARTS):
            confined(path.parent, part.name, None, part.name)


def _zone(number: int, code: str, polygon: Any, crs: CRS) -> CountyPolygon:  # noqa: ANN401 - a polygon of shapely
    usable = polygon is not None and polygon.geom_type in {"Polygon", "MultiPolygon"} and shapely.is_valid(polygon)
    return CountyPolygon(code_in(code) or code, polygon, _area(polygon, crs) if usable else 0.0, number)


def _area(polygon: Any, crs: CRS) -> float:  # noqa: ANN401 - as above
    """Square metres on the ellipsoid."""
    to_degrees = Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)

    def moved(points: Any) -> Any:  # noqa: ANN401 - as above
        return np.column_stack(to_degrees.transform(points[:, 0], points[:, 1]))

    shape = _cut(polygon, crs)
    shape = shape if crs.is_geographic else shapely.transform(shape, moved)
    ellipsoid = crs.ellipsoid
    measure = Geod(a=ellipsoid.semi_major_metre, rf=ellipsoid.inverse_flattening)
    return abs(float(measure.geometry_area_perimeter(shapely.orient_polygons(shape))[0]))


def _cut(polygon: Any, crs: CRS) -> Any:  # noqa: ANN401 - as above
    return shapely.segmentize(polygon, _DEGREES if crs.is_geographic else _METRES)


def _check(zones: tuple[CountyPolygon, ...], file: str, column: str, problems: Problems) -> None:
    """Note what is no county, what is no polygon, what is invalid, and what overlaps."""
    if not zones:
        problems.add("map_boundary_empty", file)
    first: dict[str, CountyPolygon] = {}
    for zone in zones:
        where = f"{file} #{zone.number}"
        if not zone.code or not code_in(zone.code):
            problems.add("map_code", where, column=column, found=zone.code)
        elif (before := first.setdefault(zone.code, zone)) is not zone:
            problems.add("map_code_twice", where, code=zone.code, first=f"#{before.number}")
        if zone.polygon is None or zone.polygon.geom_type not in {"Polygon", "MultiPolygon"}:
            problems.add("map_polygon", where, code=zone.code, found=getattr(zone.polygon, "geom_type", "-"))
        elif not shapely.is_valid(zone.polygon):
            problems.add("map_polygon_invalid", where, code=zone.code, detail=shapely.is_valid_reason(zone.polygon))
    if not problems.items:
        _check_overlaps(zones, file, problems)


def _check_overlaps(zones: tuple[CountyPolygon, ...], file: str, problems: Problems) -> None:
    polygons = [zone.polygon for zone in zones]
    tree = shapely.STRtree(polygons)
    pairs = sorted(
        (int(one), int(other)) for one, other in zip(*tree.query(polygons, "intersects"), strict=True) if one < other
    )
    for one, other in pairs:
        common = shapely.intersection(polygons[one], polygons[other]).area
        share = common / min(polygons[one].area, polygons[other].area)
        if share > _SLIVER:
            both = sorted((zones[one].code, zones[other].code))
            problems.add("map_overlap", file, one=both[0], other=both[1], share=f"{share:.4%}")


def _hash(path: Path) -> str:
    """The SHA-256 of the file; of a shapefile that of its parts one after the other."""
    parts = [path.with_suffix(end) for end in _PARTS] if path.suffix.lower() == ".shp" else [path]
    digest = hashlib.sha256()
    for part in parts:
        if part.is_file():
            with part.open("rb") as content:
                while block := content.read(_BLOCK):
                    digest.update(block)
    return digest.hexdigest()


def of_codes(found: Boundaries, codes: tuple[str, ...]) -> Boundaries:
    """The boundaries of some counties only."""
    return replace(found, zones=tuple(zone for zone in found.zones if zone.code in codes)) if codes else found
