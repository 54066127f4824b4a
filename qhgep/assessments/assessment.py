"""The file of an assessment of co-growth: which account, which years against which, products and zones with their rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from qhgep.account.account import Account
from qhgep.account.inputs import vocabulary_of
from qhgep.account.read import read_account
from qhgep.assessments.criteria import ZONE, Criteria, read_criteria, zone_share
from qhgep.catalogue import Catalogue, shipped
from qhgep.catalogue.growth import real_product_index
from qhgep.coefficient_store import PackPaths
from qhgep.data import MOST_TEXT, confined, file_hash, is_folder, path_exists, regular_file
from qhgep.engine import compute
from qhgep.engine.result import Result
from qhgep.errors import AccountError, Problem, Problems, QhgepError, problem
from qhgep.inputs import Input, read_table
from qhgep.inputs.table import Vocabulary
from qhgep.quantities import gross_domestic_product
from qhgep.toml_lines import TomlText, toml_model

Growth = Literal["mean_of_years", "less_weather"]
"""How growth is judged: between means of several years, or between two years without what weather did."""
_MODEL = ConfigDict(strict=True, frozen=True, extra="forbid")
_TOLERANCE = 0.001
"""By how much shares that are printed with a digit less may exceed a whole county."""


class Common(BaseModel):
    """The decision to take of each county only the indicators that cover the same in all its years."""

    model_config = _MODEL
    reason: str = Field(min_length=1)
    decided_by: str = Field(min_length=1)


class AssessmentFile(BaseModel):
    """The file of an assessment of co-growth.

    `before` and `after` are periods of the account: at least as many on each side as the criteria ask for, or, with
    growth "less_weather", one. `products` are long tables of the gross domestic product of `product_year` and the real
    index of every other year up to the last (the year before = 1); `zones` long tables of the shares of main function
    zones, each in force from a year to a year.
    """

    model_config = _MODEL
    schema_: Literal[1] = Field(alias="schema")
    title: str
    date: date
    account: str
    criteria: str
    growth: Growth
    before: list[int] = Field(min_length=1)
    after: list[int] = Field(min_length=1)
    product_year: int
    products: list[str] = Field(min_length=1)
    zones: list[str] = []
    common: Common | None = None


@dataclass(frozen=True)
class Assessment:
    """An assessment, read and checked: the result of its account, its criteria, and the rows by county and year."""

    file: AssessmentFile
    result: Result
    criteria: Criteria
    products: Mapping[str, Input]
    """County -> the row of its product in `product_year`."""
    indices: Mapping[tuple[str, int], Input]
    """County and year -> the row of the real index."""
    zones: Mapping[str, Mapping[str, Input]]
    """County -> class -> the row of the share that is in force in the last year."""
    name: str = ""
    warnings: tuple[Problem, ...] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)
    """File -> SHA-256, of the assessment and of what it names beside its account."""

    @property
    def rows(self) -> Sequence[Input]:
        """Every row that is read, in the order of what it speaks of."""
        zones = (row for rows in self.zones.values() for row in rows.values())
        return sorted([*self.products.values(), *self.indices.values(), *zones], key=lambda row: row.key)

    @property
    def years(self) -> list[int]:
        """Every year that is judged, in order."""
        return sorted({*self.file.before, *self.file.after})

    @property
    def chain(self) -> range:
        """The years over which the product is carried: from the first that is read to the last."""
        years = [*self.years, self.file.product_year]
        return range(min(years), max(years) + 1)


def read_assessment(
    path: str | Path,
    *,
    coefficients: PackPaths = (),
    catalogue: Catalogue | None = None,
    inside: str | Path | None = None,
) -> Assessment:
    """The assessment in a file, its account computed, with `coefficients` and `catalogue` as `read_account` takes them.

    The files that it names must lie inside `inside`, by default its own folder. Raises AccountError with every fault, each
    with file and line.
    """
    path = Path(path)
    path = path / "co-growth.toml" if is_folder(path) else path
    problems = Problems()
    if not path_exists(path):
        raise AccountError(problem("growth_missing", path.name))
    content = regular_file(path, most=MOST_TEXT).read_bytes()
    file, text = toml_model(content, path.name, AssessmentFile, problems)
    problems.raise_if_any(AccountError)
    assert file is not None  # noqa: S101 - without a fault there is a file
    around = path.parent if inside is None else Path(inside)
    for key in ("products", "zones"):
        for number, name in enumerate(getattr(file, key)):
            confined(path.parent, name, around, text.where(key, number))
    account = confined(path.parent, file.account, around, text.where("account"))
    confined(path.parent, file.criteria, around, text.where("criteria"))
    criteria = read_criteria(file.criteria, path.parent, problems)
    result = _result(
        partial(read_account, account, coefficients=coefficients, catalogue=catalogue, inside=around), problems
    )
    if criteria is None or result is None:
        problems.raise_if_any(AccountError)
        raise AssertionError(path)  # pragma: no cover - what is None was noted
    _check_years(file, result, criteria, text, problems)
    rows = _rows(path.parent, file, result, criteria, problems)
    found = Assessment(file, result, criteria, *by_county(file, rows, result, problems), path.name)
    _check_zones(found, problems)
    problems.raise_if_any(AccountError)
    named = [path.name, *file.products, *file.zones, *([file.criteria] if file.criteria.endswith(".toml") else [])]
    hashes = {name: file_hash(path.parent / name) for name in sorted(named)}
    return replace(found, warnings=(*result.account.warnings, *problems.warnings), hashes=hashes)


def _result(read: Callable[[], Account], problems: Problems) -> Result | None:
    try:
        return compute(read())
    except QhgepError as error:
        problems.take(error)
        return None


def _check_years(file: AssessmentFile, result: Result, criteria: Criteria, text: TomlText, problems: Problems) -> None:
    known = [period.year for period in result.account.periods if period.year is not None]
    least = criteria.least_years if file.growth == "mean_of_years" else 1
    for key in ("before", "after"):
        years = getattr(file, key)
        for number, year in enumerate(years):
            if year not in known:
                there = "、".join(map(str, known)) or "-"
                problems.add("growth_year", text.where(key, number), year=year, known=there)
        if len(set(years)) < len(years):
            problems.add("growth_year_twice", text.where(key), key=key)
        if file.growth == "less_weather" and len(years) != 1:
            problems.add("growth_one_year", text.where(key), key=key, count=len(years))
        elif len(years) < least:
            problems.add("growth_few_years", text.where(key), key=key, count=len(years), least=least)
    if file.before and file.after and max(file.before) >= min(file.after):
        problems.add("growth_order", text.where("after"), before=max(file.before), after=min(file.after))


def _rows(folder: Path, file: AssessmentFile, result: Result, criteria: Criteria, problems: Problems) -> list[Input]:
    """The rows of all tables; a county that is none of the account is told and left out."""
    store = result.account.coefficients
    words = vocabulary_of(shipped(), store)
    speak = {item.name: item for item in (gross_domestic_product, real_product_index, zone_share)}
    vocabulary = Vocabulary(speak, {ZONE: criteria.members}, (), words.sources)
    codes = {county.code for county in result.account.counties}
    found: dict[tuple[str, ...], Input] = {}
    for name in (*file.products, *file.zones):
        for row in read_table(folder / name, vocabulary, problems):
            if row.county_code not in codes:
                problems.warn("account_row_outside", row.place, code=row.county_code)
            elif (first := found.setdefault(row.key, row)) is not row:
                problems.add("table_twice", row.place, first=first.place)
    return list(found.values())


_ByCounty = tuple[dict[str, Input], dict[tuple[str, int], Input], dict[str, dict[str, Input]]]


def by_county(file: AssessmentFile, rows: Sequence[Input], result: Result, problems: Problems) -> _ByCounty:
    """The rows by what they speak of: products of the base year, indices by year, shares in force in the last year."""
    products: dict[str, Input] = {}
    indices: dict[tuple[str, int], Input] = {}
    zones: dict[str, dict[str, Input]] = {county.code: {} for county in result.account.counties}
    last = max(file.after)
    for row in rows:
        first, end = (int(text[:4]) if text[:4].isdigit() else None for text in (row.period_from, row.period_to))
        if row.quantity == zone_share.name:
            if first is not None and end is not None and first <= last <= end:
                held = zones[row.county_code].setdefault(row.item, row)
                if held is not row:
                    problems.add("growth_zone_share_twice", row.place, year=last, first=held.place)
        elif first is None or first != end:
            problems.add("growth_one_period", row.place, period=row.period)
        elif row.quantity == real_product_index.name:
            indices[row.county_code, first] = row
        elif first == file.product_year:
            products[row.county_code] = row
        else:
            problems.warn("growth_product_unused", row.place, period=row.period, year=file.product_year)
    return products, indices, zones


def _check_zones(found: Assessment, problems: Problems) -> None:
    """Classes in force, and shares that fit into a county."""
    last = max(found.file.after)
    for code, rows in sorted(found.zones.items()):
        for row in rows.values():
            zone = found.criteria.classes[row.item]
            if not zone.in_force(last):
                span = f"{zone.from_} 至 {zone.to or '今'}"
                problems.add("growth_zone_dates", row.place, zone=zone.zh, year=last, span=span)
        parts = [row for row in rows.values() if not found.criteria.classes[row.item].inside]
        total = sum(float(row.exact) for row in parts if row.exact is not None)
        if total > 1 + _TOLERANCE:
            problems.add("growth_zone_sum", parts[0].place, code=code, sum=f"{total:.2%}", year=last)
        elif parts and total < 1 - _TOLERANCE:
            problems.warn("growth_zone_short", parts[0].place, code=code, sum=f"{total:.2%}", year=last)


__all__ = ["Assessment", "AssessmentFile", "by_county", "read_assessment"]
