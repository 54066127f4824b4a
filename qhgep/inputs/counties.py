"""The county table: six-digit codes with the dates they hold, and what they became."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache, cached_property
from typing import NamedTuple

from qhgep.data import data_folder
from qhgep.units import factor, spelled, unit

_AREAS, _CLIMATE, _PEOPLE = "county_areas.csv", "county_climate.csv", "county_population.csv"
STATION, WETTEST = "station_precipitation", "wettest_station"
"""What county_climate.csv holds: means of the station of a county, and the largest of them in a province."""
_COLUMNS = 7
"""The columns of counties.csv that say what a unit is; the others say where that stands."""


class County(NamedTuple):
    """An accounting area: a county-level unit of the table, or one that the account declares."""

    code: str
    zh: str
    kind: str
    parent: str
    valid_from: date | None = None
    valid_to: date | None = None
    succeeded_by: str = ""

    def valid(self, first: date, last: date) -> bool:
        """Whether the code held through all of a span of days."""
        return (self.valid_from is None or self.valid_from <= first) and (
            self.valid_to is None or last <= self.valid_to
        )

    @property
    def span(self) -> str:
        """Its dates as people write them."""
        return f"{self.valid_from or '…'} 至 {self.valid_to or '今'}"


@dataclass(frozen=True, eq=False)
class Counties:
    """Codes to areas. Identity is a code with its dates: 玉树 is 632701 since 2013, before it 632721.

    A code under two names in turn (420607: 襄阳区 to 2009, then 襄州区) stands in `by_code` under its last one, with the
    dates of all of them where they are one unit, and under the former in `former`.
    """

    by_code: Mapping[str, County]
    former: tuple[County, ...] = ()

    def with_declared(self, declared: Iterable[County]) -> Counties:
        """The same table with areas that an account declares (a prefecture, a reserve)."""
        own = {county.code: county for county in declared}
        return Counties({**self.by_code, **own}, self.former) if own else self

    def __iter__(self) -> Iterator[County]:
        """Every area under each of its names, in the order of the codes and of the years."""
        return iter(sorted((*self.former, *self.by_code.values()), key=lambda county: county.code))

    def at(self, code: str, first: date, last: date) -> County | None:
        """The area of a code under the name that it bore through a span of days; None: the code did not hold."""
        then = [county for county in self.former if county.code == code and county.valid(first, last)]
        now = self.by_code.get(code)
        return next(iter(then), now if now is not None and now.valid(first, last) else None)

    def under(self, code: str, spans: Sequence[tuple[date, date]]) -> County | None:
        """The area of a code under the name that it bore through all of some spans of days, else of today."""
        whole = (min(first for first, _ in spans), max(last for _, last in spans)) if spans else None
        return (self.at(code, *whole) if whole else None) or self.by_code.get(code)

    def predecessor(self, code: str) -> County | None:
        """The unit that became this code, if the table knows one."""
        return self._before.get(code)

    @cached_property
    def _before(self) -> Mapping[str, County]:
        """Code -> the unit of another code that became it."""
        return {
            county.succeeded_by: county
            for county in reversed((*self.by_code.values(), *self.former))
            if county.succeeded_by and county.succeeded_by != county.code
        }


@cache
def read_counties() -> Counties:
    """The shipped table: the units of the nation since 2000, of Qinghai since before.

    The table is read at every start, so its first seven columns hold neither commas nor quotes and are split, not parsed.
    """
    lines = (data_folder("coefficients") / "counties.csv").read_text(encoding="utf-8").splitlines()[1:]
    day = cache(_day)
    rows = (line.split(",", _COLUMNS)[:_COLUMNS] for line in lines)
    by_code: dict[str, County] = {}
    former: list[County] = []
    for code, zh, kind, parent, first, last, after in rows:
        if code in by_code:
            former.append(by_code[code])
        by_code[code] = County(code, zh, kind, parent, day(first), day(last), after)
    for county in reversed(former):
        if county.succeeded_by == county.code:
            by_code[county.code] = by_code[county.code]._replace(valid_from=county.valid_from)
    return Counties(by_code, tuple(former))


@cache
def registered_areas() -> Mapping[str, tuple[Fraction, str]]:
    """Code -> the area in county_areas.csv in hectares, and its place there with its source.

    Computed from polygons, to see a wrong unit or a wrong county by. It is never a value of an account: nobody declared it.
    """
    return _one_a_county(_AREAS, "ha")


@cache
def registered_population() -> Mapping[str, tuple[Fraction, str]]:
    """Code -> the people of the census in county_population.csv, and their place there; there for the same as the areas."""
    return _one_a_county(_PEOPLE, "person")


def _one_a_county(name: str, wanted: str) -> Mapping[str, tuple[Fraction, str]]:
    with (data_folder("coefficients") / name).open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: (_number(row, wanted), f"{name}:{line}，{row['source']}")
            for line, row in enumerate(csv.DictReader(file), start=2)
        }


@cache
def station_rain(what: str) -> Mapping[str, tuple[Fraction, str]]:
    """Code -> the mean precipitation in county_climate.csv in mm a year (of several periods the last), and its place there.

    Of STATION a county has its own; of WETTEST each county of the table's provinces that of its province. Like registered
    areas they are there to see a wrong unit by: 4,123.5 mm in 祁连, where the station has about 420.
    """
    with (data_folder("coefficients") / _CLIMATE).open(encoding="utf-8", newline="") as file:
        rows = {
            row["code"]: (_number(row, "mm/year"), f"{_CLIMATE}:{line}，{row['source']}")
            for line, row in enumerate(csv.DictReader(file), start=2)
            if row["quantity"] == what
        }
    inside = {code: rows[code[:2] + "0000"] for code in read_counties().by_code if code[:2] + "0000" in rows}
    return rows if what == STATION else inside


def _number(row: Mapping[str, str], wanted: str) -> Fraction:
    spelling = spelled(row["unit"])
    return Fraction(row["value"]) * spelling.scale * factor(spelling.unit, unit(wanted))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
