"""What a data-entry form is: its sheets, columns and rows, and the words in it. `qhgep.workbook.forms` writes forms, `form` reads them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from qhgep.evidence import undeclared
from qhgep.inputs.landcover.crosswalk import class_area
from qhgep.inputs.source_text import document_text

VERSION = 1
"""The version of the layout; a form of another version is not read."""
TITLE, PERIOD, IDS, HEADS, UNITS, SOURCES, FIRST = range(7)
"""Rows of a table sheet from zero: title, period line, field ids, headings, units, source numbers, first row of data."""
SOURCE_SHEET, MANIFEST, OPTIONS = "来源", "清单", "选项"
UPRIGHT = "填报表"
"""The one table sheet of an upright form: of one county, indicators down."""
VALUE_AT, UNIT_AT, STATE_AT, SOURCE_AT, NOTE_AT, CHECK_AT, KEY_AT, SIZE_AT, LOW_AT, HIGH_AT, UPRIGHT_WIDTH = range(
    1, 12
)
"""Columns of an upright form from zero, after the name of the indicator; the reader goes by the key, which is not printed.

Right of it stand the size of the unit that is chosen and the limits in it, and from `UPRIGHT_WIDTH` on nothing.
"""
COUNTY_AT, YEAR_AT = (1, 4), (1, 6)
"""Cells of an upright form with the code of its county and with its year."""
UPRIGHT_FIRST = 4
"""The first row of an upright form below its headings."""
SECTION = "#"
"""Begins the key of the heading of a section, which holds the source and the mark of all its rows."""
FIRST_SOURCE = 5
"""The first row of data of 来源; it has field ids and headings in the rows of every table, and a row of hints."""
SOURCE_COLUMNS = ("source_id", "title", "number", "date", "unit", "contact_role", "remark")
CODE, NAME, ITEM, ITEM_NAME, STATE, NOTE = "county_code", "county", "item", "item_name", "state", "note"
STATES: Mapping[str, str] = {"有数据": "value", "确为零": "zero", "缺失": "missing", "不适用": "not_applicable"}
"""The words of a state cell, with the presence that each means."""
STATED, NIL, LACKING, NONE = "有数据", "确为零", "缺失", "不适用"
MARKS = (NIL, LACKING)
"""Above the states of a column, or beside the heading of a section: what all that is blank there is."""


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
class UprightRow:
    """One row of an upright form: a field, of one item where its sheet has items; `several` where the sheet has more fields."""

    field: FormField
    item: str
    item_zh: str
    several: bool

    @property
    def key(self) -> str:
        """The machine key of the row: `precipitation`, `water_used@domestic`."""
        return f"{self.field.id}@{self.item}" if self.item else self.field.id

    @property
    def name(self) -> str:
        """What the row is called in the form."""
        if not self.item:
            return self.field.zh
        return f"{self.field.zh}：{self.item_zh}" if self.several else self.item_zh


@dataclass(frozen=True, slots=True)
class FormSchema:
    """What a form asks: for which ruleset, year and counties (pairs of code and name), on which sheets."""

    version: int
    ruleset: str
    region: str
    year: int
    counties: tuple[tuple[str, str], ...]
    sheets: tuple[FormSheet, ...]
    layout: Literal["across", "upright"] = "across"
    together: tuple[tuple[str, str], ...] = ()
    """All units that were asked at once, each in an upright form of its own: who did not return is known from any of them."""
    survey: str = ""
    """The land survey whose classes the form asks instead of areas of ecosystems: `TDT1055@2019`."""
    lands: tuple[str, ...] = ()
    """The ecosystems that areas of its classes are added up to."""

    @property
    def text(self) -> str:
        """Its one JSON form; what an upright form or one of a survey alone has stands only there."""
        left = ({"layout", "together"} if self.layout == "across" else set()) | (
            set() if self.survey else {"survey", "lands"}
        )
        parts = {key: part for key, part in asdict(self).items() if key not in left}
        return json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @property
    def asked(self) -> tuple[str, ...]:
        """The codes of the units that were asked, by this form or together with it."""
        return tuple(code for code, _ in self.together or self.counties)

    @property
    def hash(self) -> str:
        """SHA-256 of that text: equal exactly where two forms ask the same."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def id(self) -> str:
        """The id of the template, for people."""
        return f"qhgep-form-{self.ruleset}-{self.region}-{self.year}"

    def item(self, field: FormField, code: str) -> str:
        """The item of a row that the form calls by this code: a class of a survey has the survey before it."""
        return f"{self.survey}:{code}" if self.survey and field.quantity == class_area.name else code

    def rows(self, sheet: FormSheet) -> tuple[tuple[str, ...], ...]:
        """The key cells of each row of a sheet, in its order."""
        return tuple((*county, *item) for county in self.counties for item in (sheet.items or ((),)))

    def entries(self, sheet: FormSheet) -> tuple[UprightRow, ...]:
        """The rows of a section of an upright form, in the order in which the columns of other forms are read."""
        return tuple(
            UprightRow(field, *item, several=len(sheet.fields) > 1)
            for field in sheet.fields
            for item in (sheet.items or (("", ""),))
        )


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
    row: int = 0
    """Of 来源, from zero."""

    @property
    def lacks(self) -> tuple[str, ...]:
        """What it lacks to be declared, by column of 来源, as for a pack."""
        return undeclared(self.unit, self.number, self.date)

    @property
    def evidence(self) -> str:
        """Declared where document number, date and a named unit are all there; else secondary."""
        return "secondary" if self.lacks else "declared"

    @property
    def text(self) -> str:
        """The document in one line, which stays true away from the form."""
        return document_text(self.title, self.number, self.date, self.unit)
