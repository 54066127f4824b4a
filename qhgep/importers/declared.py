"""What a table of another tool does not say and its importer must be told: year, scheme, CRS, datum, scale and the rest."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from qhgep.data import data_folder
from qhgep.errors import InputError, Problems
from qhgep.evidence import EVIDENCE
from qhgep.inputs.landcover.crosswalk import classes
from qhgep.inputs.source_text import states_declaration
from qhgep.inputs.table import NUMBER

DATUMS = ("WGS84", "CGCS2000", "Xian80", "Beijing54", "GCJ-02")
_YEAR = re.compile(r"(19|20)\d\d", re.ASCII)
UNSTATED = "unstated"
"""The word of --accept-coverage for a table that does not say which part of a zone has data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """The options of one import, as typed; empty where not given. Each kind says which it needs."""

    year: str = ""
    year_column: str = ""
    from_year: str = ""
    map: Path | None = None
    scheme: str = ""
    version: str = ""
    crs: str = ""
    datum: str = ""
    scale: str = ""
    boundary: str = ""
    source: str = ""
    evidence: str = "unconfirmed"
    quantity: str = ""
    unit: str = ""
    statistic: str = ""
    id_column: str = ""
    class_column: str = ""
    area_column: str = ""
    prefix: str = ""
    ignore: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    confirmed_by: str = ""
    accept_coverage: str = ""
    accept_zero: bool = False
    reason: str = ""
    decided_by: str = ""

    @property
    def pixel(self) -> Fraction:
        """The area of one pixel in square metres, from the scale (in metres) that was checked."""
        return Fraction(self.scale) ** 2


@dataclass(frozen=True, slots=True)
class Crs:
    """A coordinate system: unit of its axes, and whether planar areas in it serve (equal, conformal, none, refused)."""

    crs: str
    name: str
    datum: str
    unit: str
    areas: str


@cache
def known_crs() -> Mapping[str, Crs]:
    """The coordinate systems whose unit is known, by name."""
    with (data_folder("coefficients") / "landcover" / "crs.csv").open(encoding="utf-8", newline="") as file:
        return {row["crs"]: Crs(**row) for row in csv.DictReader(file)}


def options_of(declared: Declared) -> dict[str, object]:
    """What was typed, by the name of the option without dashes."""
    given = {name.replace("_", "-"): getattr(declared, name) for name in Declared.__dataclass_fields__}
    return {name: value for name, value in given.items() if value}


def check_declared(
    kind: str, declared: Declared, needs: Mapping[str, str], allows: frozenset[str], problems: Problems
) -> None:
    """Note each option that the kind needs and lacks (with the reason), does not use, or that cannot be read."""
    given = options_of(declared)
    if "year-column" in given and "year-column" in allows:
        needs = {option: why for option, why in needs.items() if option != "year"}
        if given.pop("year", None):
            problems.add("import_two_years", "--year")
    for option, why in needs.items():
        if option not in given:
            problems.add("import_needs", "", kind=kind, option=option, zh=why)
    for option in sorted(set(given) - set(needs) - allows - {"evidence"}):
        problems.add("import_not_used", "", kind=kind, option=option)
    _check_words(declared, problems)
    if declared.scheme and declared.version:
        _check_classes(declared, problems)
    if declared.crs:
        check_crs(declared, problems)
    if declared.confirmed_by and not states_declaration(declared.confirmed_by):
        problems.warn("import_confirmed", "--confirmed-by", found=declared.confirmed_by)
    if declared.datum == "GCJ-02":
        problems.warn("import_gcj", "--datum")


def _check_words(declared: Declared, problems: Problems) -> None:
    first, _, last = declared.year.partition("-")
    years = [year for year in (first, last, declared.from_year) if year]
    if any(not _YEAR.fullmatch(year) for year in years) or (
        declared.year and (last or declared.year.endswith("-")) and not first < last
    ):
        found = declared.year if not declared.from_year else f"{declared.from_year} {declared.year}"
        problems.add("import_option", "--year", found=found, expected="2020 或 2001-2019")
    if declared.scale and not (NUMBER.fullmatch(declared.scale) and Fraction(declared.scale) > 0):
        problems.add("import_option", "--scale", found=declared.scale, expected="像元边长，以米计的正数，如 30")
    for option, found, known in (
        ("--datum", declared.datum, DATUMS), ("--evidence", declared.evidence, tuple(EVIDENCE)),
    ):  # fmt: skip
        if found and found not in known:
            problems.add("import_option", option, found=found, expected="、".join(known))
    accepted = declared.accept_coverage
    if accepted and accepted != UNSTATED and not (NUMBER.fullmatch(accepted) and 0 < Fraction(accepted) <= 1):
        problems.add("import_option", "--accept-coverage", found=accepted, expected=f"0 与 1 之间的数，或 {UNSTATED}")
    if bool(accepted or declared.accept_zero) != bool(declared.reason and declared.decided_by):
        problems.add("import_accept", "--accept-zero" if declared.accept_zero else "--accept-coverage")


def _check_classes(declared: Declared, problems: Problems) -> None:
    try:
        known = classes(declared.scheme, declared.version, where="--scheme")
    except InputError as error:
        problems.take(error)
        return
    for code in declared.open:
        if code not in known:
            facts = {"scheme": declared.scheme, "version": declared.version, "code": code, "known": "、".join(known)}
            problems.add("landcover_class", "--open", **facts)


def check_crs(declared: Declared, problems: Problems) -> None:
    """Note a CRS that is unknown, in degrees, or whose planar areas are wrong by half; and a datum that is not its own."""
    found = known_crs().get(declared.crs)
    if found is None:
        problems.add("import_crs", "--crs", crs=declared.crs, known="、".join(_usable()))
    elif found.areas in {"none", "refused"}:
        problems.add("import_crs_area", "--crs", crs=found.crs, name=found.name, unit=found.unit)


def _usable() -> list[str]:
    """The systems whose planar areas serve, runs of EPSG numbers as ranges: `EPSG:4491–4554`."""
    names = [found.crs for found in known_crs().values() if found.areas not in {"none", "refused"}]
    numbers = sorted(int(name.removeprefix("EPSG:")) for name in names if name.startswith("EPSG:"))
    runs = [number for number in numbers if number - 1 not in numbers]
    ends = [number for number in numbers if number + 1 not in numbers]
    ranges = [
        f"EPSG:{first}" if first == last else f"EPSG:{first}–{last}" for first, last in zip(runs, ends, strict=True)
    ]
    return ranges + [name for name in names if not name.startswith("EPSG:")]
