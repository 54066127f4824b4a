"""import_table(): a table of another tool as rows of the long input table with their provenance, or every reason why not."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from qhgep.catalogue import shipped
from qhgep.coefficient_store import supported
from qhgep.data import file_hash, path_exists
from qhgep.errors import InputError, Problem, Problems, problem
from qhgep.importers import desktop, gee, invest, survey
from qhgep.importers.columns import code_text, year_in
from qhgep.importers.declared import Declared, check_declared
from qhgep.importers.rows import PROVENANCE, Job, Made
from qhgep.importers.zones import check_county, read_zones
from qhgep.inputs.headed_table import Allowed, TableRow, read_headed_table
from qhgep.inputs.landcover.crosswalk import with_classes
from qhgep.inputs.periods import period_of
from qhgep.inputs.preliminary import tell_preliminary
from qhgep.inputs.row_evidence import held_to_sources
from qhgep.inputs.same_fault import tell_once
from qhgep.inputs.table import COLUMNS, Vocabulary, check_row
from qhgep.packs.library import coefficients
from qhgep.text_tables import in_one_line
from qhgep.units import grows_with_area
from qhgep.workbook.core.write import write_together

_YEAR = "表里没有年份"
_MAP = "区域编号不是县代码"
_DATUM = "县界的坐标基准会移动边界"
_CRS = "面积按坐标系的单位计"
_SCALE = "像元大小表里没有"
_SCHEME = "同一编码在各体系、各版本含义不同"
_ID = "哪一栏是区域编号"
_WHAT = "表里没有写是什么量、什么单位"
_ZONES: Mapping[str, str] = {"year": _YEAR, "map": _MAP, "datum": _DATUM}
_CLASSES: Mapping[str, str] = {"scheme": _SCHEME, "version": _SCHEME}
_FIGURE: Mapping[str, str] = {"id-column": _ID, "statistic": _WHAT, "quantity": _WHAT, "unit": _WHAT}
_ANY = frozenset({"boundary", "source", "ignore"})
_COVERAGE = frozenset({"accept-coverage", "reason", "decided-by"})
_OPEN = frozenset({"open", "confirmed-by", "accept-zero", "reason", "decided-by"})
_YEARS = frozenset({"year-column"})
_PREFIX = frozenset({"prefix"})


@dataclass(frozen=True)
class Kind:
    """One kind of table: its reader, how the tool made it, what it must be told and why, what it may be told."""

    read: Callable[[Job], list[Made]]
    method: str
    needs: Mapping[str, str]
    allows: frozenset[str] = frozenset()
    by_statistic: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


KINDS: Mapping[str, Kind] = {
    "invest-water-yield": Kind(
        invest.water, "InVEST：流域内有效像元平均；体积 = 平均 × 多边形平面面积", {**_ZONES, "crs": _CRS},
        _COVERAGE | _YEARS | {"id-column"},
    ),
    "invest-sdr": Kind(
        invest.sediment, "InVEST：流域内有效像元之和；避免的侵蚀量", _ZONES, _COVERAGE | _YEARS | {"id-column"},
    ),
    "invest-carbon": Kind(
        invest.carbon, "InVEST：全部有效像元之和",
        {"year": _YEAR, "map": _MAP, "from-year": "储量之差须除以年数"}, _COVERAGE,
    ),
    "gee": Kind(
        gee.regions, "GEE reduceRegions：按覆盖比例加权的像元", {**_ZONES, "id-column": _ID, "statistic": _WHAT}, _YEARS,
        {
            "mean": _FIGURE, "sum": _FIGURE, "histogram": {**_CLASSES, "crs": _CRS, "scale": _SCALE},
            "groups": {**_CLASSES, "scale": _SCALE, "unit": "像元面积之和的单位"},
        },
    ),
    "arcgis-zonal": Kind(
        desktop.arcgis_zonal, "ArcGIS：区域栅格化到值栅格的像元", {**_ZONES, "crs": _CRS, **_FIGURE}, _COVERAGE | _YEARS,
    ),
    "arcgis-tabulate": Kind(
        desktop.arcgis_tabulate, "ArcGIS：区域栅格化后按类合计面积",
        {**_ZONES, "crs": _CRS, "scale": _SCALE, **_CLASSES, "id-column": _ID}, _OPEN | _YEARS | _PREFIX,
    ),
    "qgis-zonal": Kind(
        desktop.qgis_zonal, "QGIS：像元中心在区域内",
        {**_ZONES, "crs": _CRS, "scale": _SCALE, **_FIGURE}, _COVERAGE | _YEARS | _PREFIX,
    ),
    "qgis-histogram": Kind(
        desktop.qgis_histogram, "QGIS：像元中心在区域内，按类计数",
        {**_ZONES, "crs": _CRS, "scale": _SCALE, **_CLASSES, "id-column": _ID}, _OPEN | _YEARS | _PREFIX,
    ),
    "land-survey": Kind(
        survey.land_survey, "国土调查：图斑面积汇总",
        {
            "year": _YEAR, "map": _MAP, **_CLASSES, "id-column": _ID, "class-column": "哪一栏是地类编码",
            "area-column": "哪一栏是面积",
        },
        frozenset({"open", "confirmed-by", "datum"}) | _YEARS,
    ),
}  # fmt: skip
"""The kinds of table that can be imported, by name."""
_BY_STATISTIC = {
    "mean": _COVERAGE | {"scale", "crs"}, "sum": _COVERAGE | {"scale", "crs"}, "histogram": _OPEN, "groups": _OPEN | {"crs"},
}  # fmt: skip


@dataclass(frozen=True)
class Imported:
    """The two texts of an import, and what a reader must know."""

    table: str
    provenance: str
    rows: int
    warnings: tuple[Problem, ...]
    __repr__ = in_one_line


def import_table(kind: str, path: str | Path, declared: Declared) -> Imported:
    """A table of another tool as the text of a long input table, with its provenance.

    `kind` is one of KINDS. Raises InputError with every fault of options, map and table: what a kind needs and lacks,
    columns, codes and units that are not known, ids that the map does not have.
    """
    path, problems = Path(path), Problems()
    declared, how = replace(declared, year=_year(declared.year), from_year=_year(declared.from_year)), KINDS[kind]
    statistics = _statistics(how)
    if declared.statistic and statistics and declared.statistic not in statistics:
        facts = {"found": declared.statistic, "expected": "、".join(statistics)}
        raise InputError(problem("import_option", "--statistic", **facts))
    needs = {**how.needs, **how.by_statistic.get(declared.statistic, {})}
    more = _BY_STATISTIC.get(declared.statistic, frozenset()) if how.by_statistic else frozenset()
    check_declared(kind, declared, needs, how.allows | _ANY | more, problems)
    _check_quantity(declared, problems)
    problems.raise_if_any(InputError)
    made = _read(kind, how, path, declared, problems)
    tell_once(problems)
    problems.raise_if_any(InputError)
    return Imported(_table(made), _provenance(made), len(made), problems.warnings)


def _year(typed: str) -> str:
    """A year or span of an option in digits and without the word: 二〇二〇年 is 2020."""
    found = period_of(typed)
    return typed if found is None or found.doubt else found.text


def _statistics(how: Kind) -> tuple[str, ...]:
    return tuple(how.by_statistic) or (("mean", "sum") if "statistic" in how.needs else ())


def _read(kind: str, how: Kind, path: Path, declared: Declared, problems: Problems) -> list[Made]:
    source = read_headed_table(path, problems, allowed=Allowed(ignored=declared.ignore))
    zones = read_zones(declared.map, problems) if declared.map else {}
    if source is not None and not source.rows:
        problems.add("import_empty", source.file)
    if source is None or not source.rows or not zones:
        return []
    source = replace(source, rows=tuple(source.sound(problems)))
    whole = Job(kind, how.method, source, declared, zones, file_hash(path), problems)
    vocabulary, made = _vocabulary(), []
    for job in _by_year(whole) if declared.year_column else (whole,):
        used = {code_text(row.text(job.id_column)) for row in job.source.rows} if declared.year_column else set(zones)
        for name, zone in zones.items():
            if name in used:
                check_county(zone, job.period, problems)
        made += how.read(job)
    problems.items = list(dict.fromkeys(problems.items))  # what each year's part of a table tells anew
    for item in made:
        check_row(item.row, vocabulary, problems)
    held = held_to_sources([item.row for item in made], vocabulary, problems)
    tell_preliminary(held, problems)
    made = [item if row is item.row else replace(item, row=row) for item, row in zip(made, held, strict=True)]
    return sorted(made, key=lambda item: item.row.key)


def _by_year(job: Job) -> Iterator[Job]:
    """The job parted by the years that a column names; a cell that names none is noted."""
    column, rows = job.declared.year_column, dict[str, list[TableRow]]()
    if column not in job.source.columns:
        job.problems.add("import_wanting", job.source.place, column=column, header="、".join(job.source.columns))
        return
    for row in job.source.rows:
        if (year := year_in(row.cells.get(column))) is None:
            job.problems.add("import_year", row.where(column), found=row.text(column))
        else:
            rows.setdefault(year, []).append(row)
    for year, mine in sorted(rows.items()):
        source = replace(job.source, rows=tuple(mine))
        yield replace(job, source=source, declared=replace(job.declared, year=year))


def _vocabulary() -> Vocabulary:
    catalogue = shipped()
    store = coefficients()
    sources = supported(store.sources)
    return with_classes(Vocabulary(catalogue.vocabulary, catalogue.lists, store.ecosystems, sources))


def _check_quantity(declared: Declared, problems: Problems) -> None:
    """A zonal figure is a county figure: its quantity has the axes county and year, and is no coefficient.

    The mean of pixels is a figure of the county only for what does not grow with area (a depth, a ratio), their sum only
    for what does (a volume, a mass, money).
    """
    if not declared.quantity:
        return
    found = shipped().vocabulary.get(declared.quantity)
    if found is None or found.is_coefficient or set(found.axes) != {"county", "year"}:
        problems.add("import_quantity", "--quantity", quantity=declared.quantity)
    elif grows_with_area(found.unit) != (declared.statistic == "sum"):
        facts = {"statistic": declared.statistic, "zh": found.zh, "quantity": found.name, "unit": found.unit.printed}
        problems.add("import_statistic", "--statistic", **facts)


def _text(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([header, *rows])
    return out.getvalue()


def _table(made: list[Made]) -> str:
    return _text(COLUMNS, [item.row.fields for item in made])


def _provenance(made: list[Made]) -> str:
    rest = PROVENANCE[len(COLUMNS[:6]) :]
    return _text(PROVENANCE, [(*item.row.key, *(item.facts.get(name, "") for name in rest)) for item in made])


def provenance_path(output: Path) -> Path:
    """Where the provenance of an input table stands: `inputs.csv` -> `inputs.provenance.csv`."""
    return output.with_name(f"{output.stem}.provenance.csv")


def write_import(found: Imported, output: Path) -> tuple[Path, Path]:
    """Write table and provenance, both or neither. A file that is there with other content is never written over."""
    beside = provenance_path(output)
    problems = Problems()
    if output.suffix.lower() != ".csv":
        problems.add("import_suffix", str(output))
    texts = {output: found.table.encode(), beside: found.provenance.encode()}
    for path, data in texts.items():
        if path_exists(path) and (not path.is_file() or path.stat().st_size != len(data) or path.read_bytes() != data):
            problems.add("import_exists", str(path))
    problems.raise_if_any(InputError)
    write_together(texts)
    return output, beside
