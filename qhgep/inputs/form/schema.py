"""What a data-entry form is: its sheets, columns and rows, and the words in it. `qhgep.workbook.forms` writes forms, `form` reads them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from pydantic import TypeAdapter, ValidationError

from qhgep.evidence import undeclared
from qhgep.inputs.source_text import document_text

VERSION = 1
"""The version of the layout; a form of another version is not read."""
TITLE, PERIOD, IDS, HEADS, UNITS, SOURCES, FIRST = range(7)
"""Rows of a table sheet from zero: title, period line, field ids, headings, units, source numbers, first row of data."""
SOURCE_SHEET, MANIFEST, OPTIONS = "来源", "清单", "选项"
FIRST_SOURCE = 5
"""The first row of data of 来源; it has field ids and headings in the rows of every table, and a row of hints."""
SOURCE_COLUMNS = ("source_id", "title", "number", "date", "unit", "contact_role", "remark")
CODE, NAME, ITEM, ITEM_NAME, STATE, NOTE = "county_code", "county", "item", "item_name", "state", "note"
STATES: Mapping[str, str] = {"有数据": "value", "确为零": "zero", "缺失": "missing", "不适用": "not_applicable"}
"""The words of a state cell, with the presence that each means."""
STATED, NIL = "有数据", "确为零"


@dataclass(frozen=True, slots=True)
class FormField:
    """One value column: a quantity, of one ecosystem where it is by ecosystem; `unit` is the canonical unit of the quantity."""

    quantity: str
    ecosystem: str
    zh: str
    unit: str

    @property
    def id(self) -> str:
        """The machine key of the column: `precipitation`, `area.grassland.alpine_meadow`."""
        return f"{self.quantity}.{self.ecosystem}" if self.ecosystem else self.quantity


@dataclass(frozen=True, slots=True)
class FormSheet:
    """One table sheet: a row per county, or per county and item; `items` are pairs of id and Chinese name."""

    name: str
    zh: str
    items: tuple[tuple[str, str], ...]
    fields: tuple[FormField, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """The machine keys of the key columns."""
        return (CODE, NAME, ITEM, ITEM_NAME) if self.items else (CODE, NAME)

    @property
    def columns(self) -> tuple[str, ...]:
        """The machine keys of all columns: keys, each value with its state to the right of it, the note last."""
        pairs = (key for field in self.fields for key in (field.id, STATE))
        return (*self.keys, *pairs, NOTE)


@dataclass(frozen=True, slots=True)
class FormSchema:
    """What a form asks: for which ruleset, year and counties (pairs of code and name), on which sheets."""

    version: int
    ruleset: str
    region: str
    year: int
    counties: tuple[tuple[str, str], ...]
    sheets: tuple[FormSheet, ...]

    @property
    def text(self) -> str:
        """Its one JSON form."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def hash(self) -> str:
        """SHA-256 of that text: equal exactly where two forms ask the same."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def id(self) -> str:
        """The id of the template, for people."""
        return f"qhgep-form-{self.ruleset}-{self.region}-{self.year}"

    def rows(self, sheet: FormSheet) -> tuple[tuple[str, ...], ...]:
        """The key cells of each row of a sheet, in its order."""
        return tuple((*county, *item) for county in self.counties for item in (sheet.items or ((),)))


_READER = TypeAdapter(FormSchema)


def schema_of(text: str) -> FormSchema | None:
    """The schema that a text holds, or None where it holds none."""
    try:
        return _READER.validate_json(text)
    except ValidationError:
        return None


@dataclass(frozen=True, slots=True)
class FormSource:
    """One document as the form names it; the date is ISO text, `2024-06` where the form names a month."""

    id: str
    title: str
    number: str
    date: str
    unit: str

    @property
    def evidence(self) -> str:
        """Declared where document number, date and a named unit are all there, as in a pack; else secondary."""
        return "secondary" if undeclared(self.unit, self.number, self.date) else "declared"

    @property
    def text(self) -> str:
        """The document in one line, which stays true away from the form."""
        return document_text(self.title, self.number, self.date, self.unit)
