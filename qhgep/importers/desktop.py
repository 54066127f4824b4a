"""ArcGIS and QGIS: zonal statistics, Tabulate Area, zonal histogram.

ArcGIS tables hold areas in squared units of the CRS; zones are rasterised to the cells of the value raster. QGIS counts
pixels whose centre lies in the zone. The DBF of a shapefile cuts names to ten characters: HISTO_NODATA is HISTO_NODA.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction

from qhgep.importers.areas import Patch, area_rows, patch
from qhgep.importers.columns import DBF, ROW_IDS, amount, check_columns, code_text, column_of, cut, number
from qhgep.importers.declared import known_crs
from qhgep.importers.rows import Job, Made, figure
from qhgep.importers.zones import zone_lines
from qhgep.inputs.headed_table import TableRow
from qhgep.inputs.landcover.crosswalk import classes
from qhgep.units import factor, unit

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
_COUNTED = "HISTO_"
_NO_DATA = "NODATA"


def arcgis_zonal(job: Job) -> list[Made]:
    """MEAN or SUM per zone; AREA over the declared area is the coverage."""
    column = job.declared.statistic.upper()
    if not check_columns(job, (job.id_column, column), (*ROW_IDS, *_ARCGIS, *map(cut, _ARCGIS))):
        return []
    areas = [name for name in _ZONE_AREAS if name in job.source.columns]
    found = []
    for line, zone in zone_lines(job):
        seen = number(line, areas[0], job.problems) if areas and line.text(areas[0]) else None
        share = None if seen is None or zone.area is None else seen * _square(job) / zone.area
        found += figure(job, line, zone, column, share)
    return found


def qgis_zonal(job: Job) -> list[Made]:
    """<prefix>mean or <prefix>sum per zone; count times pixel area over the declared area is the coverage."""
    names = [(job.declared.prefix or "_") + name for name in _QGIS]
    column, count = (
        column_of(job, (job.declared.prefix or "_") + name, names) for name in (job.declared.statistic, "count")
    )
    if not check_columns(job, (job.id_column, column), (*ROW_IDS, *names, *map(cut, names))):
        return []
    found = []
    for line, zone in zone_lines(job):
        pixels = number(line, count, job.problems) if line.text(count) else None
        share = None if pixels is None or zone.area is None else pixels * _pixel(job) / zone.area
        found += figure(job, line, zone, column, share)
    return found


def arcgis_tabulate(job: Job) -> list[Made]:
    """VALUE_<class> in squared map units, per zone."""
    return _by_class(job, job.declared.prefix or _TABULATED, _square(job))


def qgis_histogram(job: Job) -> list[Made]:
    """HISTO_<class> in pixels, per zone; HISTO_NODATA is the part without data."""
    return _by_class(job, job.declared.prefix or _COUNTED, _pixel(job))


def _by_class(job: Job, prefix: str, size: Fraction) -> list[Made]:
    columns = [name for name in job.source.columns if name.startswith(prefix)]
    if not columns:
        job.problems.add("import_wanting", job.source.place, column=f"{prefix}…", header="、".join(job.source.columns))
    no_data = column_of(job, prefix + _NO_DATA, columns)
    codes = {name: code_text(name.removeprefix(prefix)) for name in columns if name != no_data}
    if not check_columns(job, (job.id_column, *columns), ROW_IDS) or not columns or _may_be_cut(job, codes):
        return []
    found = []
    for line, zone in zone_lines(job):
        patches = list(_patches(job, line, codes, size))
        rest = (amount(line, no_data, job.problems) if no_data in columns else None) or Fraction(0)
        found += area_rows(job, zone, line, patches, nodata=rest * size, pixel=_pixel(job))
    return found


def _patches(job: Job, line: TableRow, codes: dict[str, str], size: Fraction) -> Iterator[Patch]:
    for column, code in sorted(codes.items()):
        before = len(job.problems.items)
        seen = amount(line, column, job.problems)
        if len(job.problems.items) > before and seen is None:
            continue
        found = patch(job, code, None if seen is None else seen * size, line, column)
        if found is not None:
            yield found


def _may_be_cut(job: Job, codes: dict[str, str]) -> bool:
    """Note names of ten characters that DBF may have cut in the middle of a code: HISTO_2020_1 of 10, 11 and 12."""
    known = [code for code in classes(job.declared.scheme, job.declared.version) if code.isdecimal()]
    doubtful = [name for name, code in codes.items() if len(name) == DBF and _begins(code, known)]
    for name in doubtful:
        longer = "、".join(code for code in known if code.startswith(codes[name]) and code != codes[name])
        job.problems.add("import_cut", job.source.place, column=name, longer=longer)
    return bool(doubtful)


def _begins(code: str, known: Iterable[str]) -> bool:
    return any(other.startswith(code) and other != code for other in known)


def _pixel(job: Job) -> Fraction:
    return job.declared.pixel * factor(unit("m**2"), unit("ha"))


def _square(job: Job) -> Fraction:
    """How many hectares a squared unit of the declared CRS is."""
    return factor(unit(f"{known_crs()[job.declared.crs].unit}**2"), unit("ha"))
