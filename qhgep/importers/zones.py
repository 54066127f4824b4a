"""--map: which zone of the source is which county, and where it is declared the zone's own area."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

from qhgep.errors import Problems, UnitError
from qhgep.importers.source import Line, Source, number, read_source
from qhgep.inputs import read_counties
from qhgep.units import converted, unit

_AREA = "面积"


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone: its id in the source, its county, and its declared area in hectares (None: not declared)."""

    id: str
    county: str
    area: Fraction | None
    place: str


def read_zones(path: Path, years: tuple[str, str], problems: Problems) -> Mapping[str, Zone]:
    """Zones by id from a table `id, county_code` with or without `area, area_unit`. A county or id twice is an error."""
    source = read_source(path, problems)
    if source is None:
        return {}
    with_area = "area" in source.header or "area_unit" in source.header
    columns = ("id", "county_code", *(("area", "area_unit") if with_area else ()))
    if set(source.header) != set(columns):
        found = "、".join(source.header)
        problems.add("import_map_header", f"{source.file}:1", found=found)
        return {}
    zones: dict[str, Zone] = {}
    counties: dict[str, Zone] = {}
    for line in source.lines:
        zone = Zone(line.text("id"), line.text("county_code"), _area(line, problems, there=with_area), line.where())
        for what, key, known in (("id", zone.id, zones), ("county_code", zone.county, counties)):
            if (first := known.setdefault(key, zone)) is not zone:
                problems.add("import_map_twice", zone.place, what=what, found=key, first=first.place)
            if not key:
                problems.add("import_map_blank", zone.place, what=what)
        _check_county(zone, years, problems)
    return zones


def _area(line: Line, problems: Problems, *, there: bool) -> Fraction | None:
    if not there or not (line.text("area") or line.text("area_unit")):
        return None
    found = number(line, "area", problems)
    if found is not None and found <= 0:
        problems.add("import_number", line.where("area"), column="area", value=line.text("area"))
    size = hectares(line.text("area_unit"), line.where("area_unit"), problems)
    return None if found is None or size is None or found <= 0 else found * size


def hectares(spelling: str, where: str, problems: Problems) -> Fraction | None:
    """How many hectares one unit of a printed spelling is; None, with the reason noted, where it is no unit of area."""
    try:
        return converted(spelling, unit("ha"), quantity=_AREA, where=where)
    except UnitError as error:
        problems.take(error)
        return None


def _check_county(zone: Zone, years: tuple[str, str], problems: Problems) -> None:
    county = read_counties().by_code.get(zone.county)
    if county is None:
        problems.warn("import_county", zone.place, code=zone.county)
        return
    first, last = date(int(years[0]), 1, 1), date(int(years[1]), 12, 31)
    if not county.valid(first, last):
        facts = {"code": county.code, "name": county.zh, "year": "-".join(sorted(set(years))), "span": county.span}
        problems.add("import_county_dates", zone.place, **facts)


def zone_lines(
    source: Source, column: str, zones: Mapping[str, Zone], problems: Problems, *, once: bool = True
) -> Iterator[tuple[Line, Zone]]:
    """Each row with its zone. An id that the map does not have is noted, and so is one that stands twice."""
    seen: dict[str, Line] = {}
    for line in source.lines:
        key = line.text(column)
        zone = zones.get(key)
        if zone is None:
            problems.add("import_zone", line.where(column), id=key, known="、".join(zones))
            continue
        first = seen.setdefault(key, line)
        if once and first is not line:
            problems.add("import_zone_twice", line.where(column), id=key, first=first.where())
            continue
        yield line, zone
    for key in sorted(set(zones) - set(seen)):
        problems.warn("import_zone_absent", zones[key].place, id=key, file=source.file)
