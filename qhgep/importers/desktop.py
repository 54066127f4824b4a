"""ArcGIS and QGIS: zonal statistics, Tabulate Area, zonal histogram.

ArcGIS tables hold areas in squared units of the CRS; zones are rasterised to the cells of the value raster. QGIS counts
pixels whose centre lies in the zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from qhgep.importers.areas import area_rows, patch
from qhgep.importers.declared import known_crs
from qhgep.importers.rows import Job, Made, figure
from qhgep.importers.source import check_columns, number
from qhgep.importers.zones import zone_lines
from qhgep.inputs.headed_table import TableRow
from qhgep.units import factor, unit

_ROW_IDS = ("OBJECTID", "OBJECTID_1", "Rowid", "OID", "OID_", "FID", "fid")
_ARCGIS = (
    "ZONE_CODE", "COUNT", "COUNT_", "AREA", "ZONE_AREA", "MIN", "MIN_", "MAX", "MAX_", "RANGE", "MEAN", "STD", "SUM",
    "VARIETY", "MAJORITY", "MAJORITY_COUNT", "MAJORITY_PERCENT", "MINORITY", "MINORITY_COUNT", "MINORITY_PERCENT", "MEDIAN",
    "PCT90",
)  # fmt: skip
_ZONE_AREAS = ("AREA", "ZONE_AREA")
_QGIS = (
    "count", "sum", "mean", "median", "stdev", "min", "max", "range", "minority", "majority", "variety", "variance",
)  # fmt: skip
_TABULATED = "VALUE_"
_NO_DATA = "NODATA"


def arcgis_zonal(job: Job) -> list[Made]:
    """MEAN or SUM per zone; AREA over the declared area is the coverage."""
    declared = job.declared
    column = declared.statistic.upper()
    known = (*_ROW_IDS, *_ARCGIS, *declared.ignore)
    if not check_columns(job.source, (declared.id_column, column), known, job.problems):
        return []
    areas = [name for name in _ZONE_AREAS if name in job.source.columns]
    found = []
    for line, zone in zone_lines(job.source, declared.id_column, job.zones, job.problems):
        seen = number(line, areas[0], job.problems) if areas and line.text(areas[0]) else None
        share = None if seen is None or zone.area is None else seen * _square(job) / zone.area
        found += figure(job, line, zone, column, share)
    return found


def qgis_zonal(job: Job) -> list[Made]:
    """<prefix>mean or <prefix>sum per zone; count times pixel area over the declared area is the coverage."""
    declared = job.declared
    prefix = declared.prefix or "_"
    column, count = prefix + declared.statistic, f"{prefix}count"
    known = (*_ROW_IDS, *(prefix + name for name in _QGIS), *declared.ignore)
    if not check_columns(job.source, (declared.id_column, column), known, job.problems):
        return []
    found = []
    for line, zone in zone_lines(job.source, declared.id_column, job.zones, job.problems):
        pixels = number(line, count, job.problems) if line.text(count) else None
        share = None if pixels is None or zone.area is None else pixels * _pixel(job) / zone.area
        found += figure(job, line, zone, column, share)
    return found


def arcgis_tabulate(job: Job) -> list[Made]:
    """VALUE_<class> in squared map units, per zone."""
    return _by_class(job, _TABULATED, _square(job))


def qgis_histogram(job: Job) -> list[Made]:
    """HISTO_<class> in pixels, per zone; HISTO_NODATA is the part without data."""
    return _by_class(job, job.declared.prefix or "HISTO_", _pixel(job))


def _by_class(job: Job, prefix: str, size: Fraction) -> list[Made]:
    declared = job.declared
    columns = [name for name in job.source.columns if name.startswith(prefix)]
    if not columns:
        job.problems.add("import_wanting", job.source.place, column=f"{prefix}…", header="、".join(job.source.columns))
    known = (*_ROW_IDS, *columns, *declared.ignore)
    if not check_columns(job.source, (declared.id_column,), known, job.problems) or not columns:
        return []
    found = []
    for line, zone in zone_lines(job.source, declared.id_column, job.zones, job.problems):
        areas = list(_cells(job, line, columns, size))
        nodata = sum((amount or Fraction(0) for column, amount in areas if column == prefix + _NO_DATA), Fraction(0))
        patches = [
            patch(job, column.removeprefix(prefix), amount, line, column)
            for column, amount in areas
            if column != prefix + _NO_DATA
        ]
        found += area_rows(job, zone, line, [item for item in patches if item], nodata=nodata, pixel=_pixel(job))
    return found


def _cells(job: Job, line: TableRow, columns: Iterable[str], size: Fraction) -> Iterable[tuple[str, Fraction | None]]:
    for column in sorted(columns):
        if not line.text(column):
            yield column, None
            continue
        amount = number(line, column, job.problems)
        if amount is not None and amount < 0:
            job.problems.add("import_number", line.where(column), column=column, value=line.text(column))
        elif amount is not None:
            yield column, amount * size


def _pixel(job: Job) -> Fraction:
    return job.declared.pixel * factor(unit("m**2"), unit("ha"))


def _square(job: Job) -> Fraction:
    """How many hectares a squared unit of the declared CRS is."""
    return factor(unit(f"{known_crs()[job.declared.crs].unit}**2"), unit("ha"))
