"""The county table: six-digit codes with the dates they hold, and what they became."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

from qhgep.data import data_folder
from qhgep.units import factor, spelled, unit

_AREAS, _CLIMATE = "county_areas.csv", "county_climate.csv"
STATION, WETTEST = "station_precipitation", "wettest_station"
"""What county_climate.csv holds: means of the station of a county, and the largest of them in a province."""


@dataclass(frozen=True, slots=True)
class County:
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


@dataclass(frozen=True, slots=True)
class Counties:
    """Codes to areas. Identity is a code with its dates: 玉树 is 632701 since 2013, before it 632721."""

    by_code: Mapping[str, County]

    def with_declared(self, declared: Iterable[County]) -> Counties:
        """The same table with areas that an account declares (a prefecture, a reserve)."""
        return Counties({**self.by_code, **{county.code: county for county in declared}})

    def predecessor(self, code: str) -> County | None:
        """The unit that became this code, if the table knows one."""
        return next((county for county in self.by_code.values() if county.succeeded_by == code), None)


@cache
def read_counties() -> Counties:
    """The shipped table of Qinghai's units."""
    with (data_folder("coefficients") / "counties.csv").open(encoding="utf-8", newline="") as file:
        found = [
            County(
                row["code"],
                row["zh"],
                row["kind"],
                row["parent"],
                _day(row["valid_from"]),
                _day(row["valid_to"]),
                row["succeeded_by"],
            )
            for row in csv.DictReader(file)
        ]
    return Counties({county.code: county for county in found})


@cache
def registered_areas() -> Mapping[str, tuple[Fraction, str]]:
    """Code -> the area in county_areas.csv in hectares, and its place there with its source.

    Computed from polygons, to see a wrong unit or a wrong county by. It is never a value of an account: nobody declared it.
    """
    with (data_folder("coefficients") / _AREAS).open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: (_number(row, "ha"), f"{_AREAS}:{line}，{row['source']}")
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
