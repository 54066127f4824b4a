"""The schema of coefficient files: a row is a line is a place in a document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from qhgep.errors import Language
from qhgep.evidence import Evidence, Origin
from qhgep.inputs.periods import day_of
from qhgep.phrases import phrase
from qhgep.units import Unit, converted, spelled

_DIGITS = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]{1,2})?")


def _decimal(value: Any) -> Any:  # noqa: ANN401 - pydantic hands over whatever the file holds
    """Accept digits as text and whole numbers; refuse floats and bools: digits printed are digits kept."""
    if isinstance(value, bool | float):
        message = "write the number as text or as a whole number"
        raise ValueError(message)  # noqa: TRY004 - pydantic collects ValueError
    if isinstance(value, str) and not _DIGITS.fullmatch(value):
        message = f"{value!r} is not a number"
        raise ValueError(message)
    return Decimal(value) if isinstance(value, str | int) else value


def _blank(value: Any) -> Any:  # noqa: ANN401 - as above
    return None if value == "" else value


def _date(value: Any) -> Any:  # noqa: ANN401 - as above
    """A day however people write it: 2024-06-30, 2024/6/30, 2024.6.30, 2024年6月30日. A month or a year is no day."""
    if not isinstance(value, str):
        return value
    day = day_of(value)
    if day is None or len(day) < len("2024-06-30"):
        message = "“{found}” 没有写到日，或不是日期，如 2024-06-30 (no full date)"
        raise PydanticCustomError("day", message, {"found": value})
    return date.fromisoformat(day)


Dec = Annotated[Decimal, BeforeValidator(_decimal)]
OptionalDec = Annotated[Decimal | None, BeforeValidator(lambda value: None if value == "" else _decimal(value))]
Day = Annotated[date, BeforeValidator(_date)]
OptionalDay = Annotated[date | None, BeforeValidator(lambda value: None if value == "" else _date(value))]
OptionalYear = Annotated[
    int | None, BeforeValidator(lambda value: int(value) if isinstance(value, str) and value else _blank(value))
]

STRICT = ConfigDict(strict=True, frozen=True, extra="forbid", populate_by_name=True)


class Source(BaseModel):
    """A document, dataset or text that values are taken from; `address` is where to look, and no evidence.

    `unit` returned the figures (none: the `publisher`), `number` and `date` are those of its document: what is declared
    needs all three (store.support). `checked` is the day on which somebody held it against the original; a file of sources
    must say it, the document of a line of a price book has none.
    """

    model_config = STRICT
    id: str
    title: str
    authors: str = ""
    year: int | None = None
    number: str = ""
    publisher: str = ""
    unit: str = ""
    date: OptionalDay = None
    kind: Literal["law", "standard", "paper", "dataset", "news", "own"]
    address: str
    checked: Day | None

    @property
    def returned_by(self) -> str:
        """The unit that returned the figures."""
        return self.unit or self.publisher


class Ecosystem(BaseModel):
    """An accounting ecosystem: id, Chinese name, parent and the other spellings that mean it."""

    model_config = STRICT
    id: str
    zh: str
    parent: str = ""
    aliases: list[str] = []


class Row(BaseModel):
    """One coefficient row as printed. `line` and `file` say where it stands.

    `measure` is the unit of its quantity, None until the row is checked against one: when its file is read, or, for a row
    that a caller made or changed, when it is computed with. `constant`: the quantity has no year axis, so the number is
    the same on every day. An `exact` among the fields is not read: it follows from value and unit.
    """

    model_config = STRICT
    row: str
    key: str
    region_code: str = ""
    ecosystem: str = ""
    item: str = ""
    start: OptionalDay = Field(alias="from")
    end: OptionalDay = Field(alias="to")
    known_since: OptionalDay = None
    price_year: OptionalYear = None
    value: Dec
    low: OptionalDec = None
    high: OptionalDec = None
    unit: str
    source: str
    at: str
    origin: Origin
    evidence: Evidence
    parents: str = ""
    note: str = ""
    file: str = ""
    line: int = 0
    constant: bool = False
    _measure: Unit | None = PrivateAttr(None)
    _exact: Fraction | None = PrivateAttr(None)

    @model_validator(mode="before")
    @classmethod
    def _without_exact(cls, fields: Any) -> Any:  # noqa: ANN401 - pydantic hands over whatever it is given
        return (
            {name: value for name, value in fields.items() if name != "exact"} if isinstance(fields, dict) else fields
        )

    @property
    def value_printed(self) -> str:
        """Its value with the unit as pages print it: none of a pure number, and as it stands where it is of another size."""
        read = spelled(self.unit)
        unit = self.unit if read.scale != 1 else read.unit.printed if read.unit.items else ""
        price = "" if self.price_year is None else f"（{self.price_year} 年价）"
        return f"{self.value} {unit}".rstrip() + price

    @property
    def measure(self) -> Unit | None:
        """The unit of its quantity; None before the row is checked."""
        return self._measure

    @property
    def exact(self) -> Fraction:
        """The value in the unit of its quantity; it follows from value and unit. Raises ValueError before it is checked."""
        if self._exact is None:
            message = f"{self.row} was not checked against its quantity"
            raise ValueError(message)
        return self._exact

    def measured(self, unit: Unit, *, constant: bool) -> Self:
        """The row in the unit of its quantity. Raises UnitError where its own unit is unknown or of another dimension."""
        exact = Fraction(self.value) * converted(self.unit, unit, quantity=self.key, where=self.place)
        found = super().model_copy(update={"constant": constant})
        found._measure, found._exact = unit, exact  # noqa: SLF001 - of this class
        return found

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """The row with other fields, validated as those of a file are, and to be checked anew.

        Raises ValueError for `exact`, which follows from value and unit, for a field that is none or of another type.
        """
        if not update:
            return super().model_copy(deep=deep)
        if "exact" in update:
            message = "exact follows from value and unit: change these"
            raise ValueError(message)
        return type(self).model_validate({**self.__dict__, **update})

    @property
    def place(self) -> str:
        """File and line, for messages; what was given in memory has no line."""
        return f"{self.file}:{self.line}" if self.line else self.file

    @property
    def cell(self) -> tuple[str, str, str, str, date | None, str]:
        """What must be unique: key, region, ecosystem, item, first day, source."""
        return self.key, self.region_code, self.ecosystem, self.item, self.start, self.source

    @property
    def undated(self) -> bool:
        """Whether no date is stated: a constant of a formula, or a value whose source names no period."""
        return self.start is None and self.end is None

    def holds(self, first: date, last: date) -> bool:
        """Whether the row is in force through all of a span of days; without any date it is a constant, or never in force."""
        if self.undated:
            return self.constant
        return (self.start is None or self.start <= first) and (self.end is None or last <= self.end)

    @property
    def span(self) -> str:
        """Its dates as people write them."""
        return self.dates("zh")

    def dates(self, language: Language) -> str:
        """Its dates in the words of a language."""
        if self.undated:
            return phrase("dates.constant" if self.constant else "dates.unstated", language)
        return phrase("dates.span", language, start=self.start or "…", end=self.end or phrase("dates.open", language))


def reaches(written: str, ecosystem: str) -> bool:
    """Whether what is written for an ecosystem serves one: the same id, or `X.*` for X and all below it."""
    return written == ecosystem or (written.endswith(".*") and (ecosystem + ".").startswith(written[:-1]))


_INDEX = "price_index"


def index_series(key: str) -> str:
    """The series of a key `price_index.<series>`; empty for any other key."""
    head, _, series = key.partition(".")
    return series if head == _INDEX else ""


def quantity_key(key: str) -> str:
    """The quantity that a row's key is checked against: one for all price index series, else the key itself."""
    return _INDEX if index_series(key) else "" if key == _INDEX else key


def index_year(row: Row) -> int | None:
    """The one calendar year that an index row is for, None where its dates are not those of one."""
    year = row.start.year if row.start else 0
    return year if year and (row.start, row.end) == (date(year, 1, 1), date(year, 12, 31)) else None


COLUMNS = (
    "row", "key", "region_code", "ecosystem", "item", "from", "to", "known_since", "price_year", "value", "low", "high",
    "unit", "source", "at", "origin", "evidence", "parents", "note",
)  # fmt: skip
"""The header of a coefficient file, in its order."""
