"""--map: which zone of the source is which county, and where it is declared the zone's own area."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

from qhgep.errors import Problems, UnitError
from qhgep.importers.columns import code_text, number
from qhgep.importers.rows import Job, Zone
from qhgep.inputs import read_counties
from qhgep.inputs.headed_table import TableRow, read_headed_table
from qhgep.inputs.names import code_in
from qhgep.units import converted, unit

_AREA = "面积"

_COLUMNS: Mapping[str, frozenset[str]] = {
    "id": frozenset({"id", "编号", "区域编号", "流域编号"}),
    "county_code": frozenset({"county_code", "县代码", "区划代码", "行政区代码", "行政区划代码"}),
    "area": frozenset({"area", "面积"}),
    "area_unit": frozenset({"area_unit", "面积单位"}),
}
"""Column of a map -> its headings."""


def read_zones(path: Path, problems: Problems) -> Mapping[str, Zone]:
    """Zones by id from a table `id, county_code` with or without `area, area_unit`. A county or id twice is an error."""
    source = read_headed_table(path, problems)
    if source is None:
        return {}
    columns = {column: heading for heading in source.columns for column in _COLUMNS if heading in _COLUMNS[column]}
    with_area = "area" in columns or "area_unit" in columns
    if set(columns) != {"id", "county_code", *(("area", "area_unit") if with_area else ())} or len(columns) != len(
        source.columns
    ):
        found = "、".join(source.columns)
        problems.add("import_map_header", source.place, found=found)
        return {}
    if not source.rows:
        problems.add("import_empty", source.file)
    zones: dict[str, Zone] = {}
    counties: dict[str, Zone] = {}
    for line in source.sound(problems):
        code = line.text(columns["county_code"])
        area = _area(line, columns, problems) if with_area else None
        zone = Zone(code_text(line.text(columns["id"])), code_in(code) or code, area, line.place)
        for what, key, known in (("id", zone.id, zones), ("county_code", zone.county, counties)):
            if (first := known.setdefault(key, zone)) is not zone:
                problems.add("import_map_twice", zone.place, what=what, found=key, first=first.place)
            if not key:
                problems.add("import_map_blank", zone.place, what=what)
    return zones


def _area(line: TableRow, columns: Mapping[str, str], problems: Problems) -> Fraction | None:
    area, unit_column = columns["area"], columns["area_unit"]
    if not (line.text(area) or line.text(unit_column)):
        return None
    found = number(line, area, problems)
    if found is not None and found <= 0:
        problems.add("import_number", line.where(area), column=area, value=line.text(area))
    size = hectares(line.text(unit_column), line.where(unit_column), problems)
    return None if found is None or size is None or found <= 0 else found * size


def hectares(spelling: str, where: str, problems: Problems) -> Fraction | None:
    """How many hectares one unit of a printed spelling is; None, with the reason noted, where it is no unit of area."""
    try:
        return converted(spelling, unit("ha"), quantity=_AREA, where=where)
    except UnitError as error:
        problems.take(error)
        return None


def check_county(zone: Zone, years: tuple[str, str], problems: Problems) -> None:
    """Note a code that is none of the county table, or did not hold through the years."""
    county = read_counties().by_code.get(zone.county)
    if county is None:
        problems.warn("import_county", zone.place, code=zone.county)
        return
    first, last = date(int(years[0]), 1, 1), date(int(years[1]), 12, 31)
    if not county.valid(first, last):
        facts = {"code": county.code, "name": county.zh, "year": "-".join(sorted(set(years))), "span": county.span}
        problems.add("import_county_dates", zone.place, **facts)


def zone_lines(job: Job, *, once: bool = True) -> Iterator[tuple[TableRow, Zone]]:
    """Each row with its zone. An id that the map does not have is noted, and so is one that stands twice."""
    seen: dict[str, TableRow] = {}
    known = "、".join(job.zones)
    for line in job.source.rows:
        key = code_text(line.text(job.id_column))
        zone = job.zones.get(key)
        if zone is None:
            job.problems.add("import_zone", line.where(job.id_column), id=key, known=known)
            continue
        first = seen.setdefault(key, line)
        if once and first is not line:
            job.problems.add("import_zone_twice", line.where(job.id_column), id=key, first=first.place)
            continue
        yield line, zone
    file = f"{job.source.file}（{job.declared.year}）" if job.declared.year_column else job.source.file
    for key in sorted(set(job.zones) - set(seen)):
        job.problems.warn("import_zone_absent", job.zones[key].place, id=key, file=file)
