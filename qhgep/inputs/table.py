"""The long input table: one row is one statement about one place, period, ecosystem and item."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import InitVar, dataclass, field, replace
from datetime import date
from fractions import Fraction

from qhgep.errors import Problems, UnitError
from qhgep.evidence import EVIDENCE, ORIGIN, PRESENCE, used_elsewhere
from qhgep.expr import Quantity
from qhgep.inputs.figures import Scale
from qhgep.inputs.files.cells import RawCell
from qhgep.inputs.files.read_xlsx import quoted
from qhgep.inputs.headed_table import HeadedTable, TableRow
from qhgep.inputs.names import code_in, normal
from qhgep.inputs.periods import YearSpan, day_of, period_of
from qhgep.quantities import ItemList, range_text
from qhgep.units import converted

COLUMNS = (
    "county_code", "period_from", "period_to", "ecosystem", "item", "quantity", "value", "unit", "presence", "origin",
    "evidence", "source", "note",
)  # fmt: skip
"""The header of a long input table, in its order."""
_FROM = COLUMNS.index("period_from")
UNSTATED = "unstated"
_LONG = 60
"""A list of more members is not printed whole in a message."""
NUMBER = re.compile(r"[-+]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][-+]?\d{1,3})?", re.ASCII)
"""A number as tables print it: no grouping, no unit."""
_PERIOD = re.compile(r"(19|20)\d\d(-\d\d-\d\d)?", re.ASCII)
_MARKS = re.compile(r"[\W_]+")
_NO_REASON = frozenset({
    "", "无", "空", "空白", "无备注", "无说明", "没有说明", "无原因", "没有原因", "略", "同上", "同前", "同左",
    "如上", "见上", "见备注", "见说明", "备注", "说明", "na", "none", "ditto",
})  # fmt: skip
_VOID = frozenset({"不适用", "本项不适用", "该项不适用", "此项不适用", "本县不适用", "不涉及", "notapplicable"})
"""What a note says that gives no reason, without blanks and marks; the second of 不适用 alone."""
Where = Callable[[str], str]
"""The place of the cell of a row in a column of COLUMNS."""


@dataclass(frozen=True, slots=True)
class Input:
    """One row: what it says as printed, and `exact`, the value in the unit of its quantity (None without a value).

    `exact` follows from value and unit; what is given for it counts for nothing. It is known once the row is `checked`
    against the quantity `of`; a row that a caller makes or changes is checked when it is computed with (`engine.given`).
    """

    county_code: str
    period_from: str
    period_to: str
    ecosystem: str
    item: str
    quantity: str
    value: str
    unit: str
    presence: str
    origin: str
    evidence: str
    source: str
    note: str
    file: str = ""
    line: int = 0
    exact: Fraction | None = field(default=None, compare=False)
    checked: bool = field(default=False, init=False, repr=False, compare=False)
    of: InitVar[Quantity | None] = None

    def __post_init__(self, of: Quantity | None) -> None:
        """Give the row its exact form, where its quantity is told; `dataclasses.replace` never carries the old one over."""
        object.__setattr__(self, "checked", of is not None)
        object.__setattr__(self, "exact", None if of is None else self._exact(of))

    def _exact(self, of: Quantity) -> Fraction | None:
        if self.presence != "value":
            return Fraction(0) if self.presence == "zero" else None
        return Fraction(self.value) * converted(self.unit, of.unit, quantity=of.zh, where=self.place)

    @property
    def place(self) -> str:
        """File and line of a csv, or the cell of a sheet (`file › sheet › D7`, which has no line), for messages."""
        return f"{self.file}:{self.line}" if self.line else self.file

    @property
    def period(self) -> str:
        """The source period as adopt entries write it: `2019`, `2001-2019`, `unstated`."""
        return self.period_from if self.period_from == self.period_to else f"{self.period_from}-{self.period_to}"

    @property
    def key(self) -> tuple[str, ...]:
        """What must be unique in a table."""
        return self.county_code, self.period_from, self.period_to, self.ecosystem, self.item, self.quantity

    @property
    def fields(self) -> tuple[str, ...]:
        """The row as the table holds it."""
        return tuple(getattr(self, column) for column in COLUMNS)


def input_of(fields: Sequence[str], *, file: str, line: int, of: Quantity | None = None) -> Input:
    """The row with these fields, in the order of COLUMNS; with its quantity where they are known to be right."""
    return Input(**dict(zip(COLUMNS, fields, strict=True)), file=file, line=line, exact=None, of=of)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What a table may speak of: quantities, item lists, ecosystem ids; and source ids, each with what it supports.

    A row may name any source; `sources` says which of them support 原文 and 申报 (`row_evidence`).
    """

    quantities: Mapping[str, Quantity]
    lists: Mapping[str, ItemList]
    ecosystems: Collection[str]
    sources: Mapping[str, Collection[str]]


def unique_rows(rows: Iterable[Input], problems: Problems) -> list[Input]:
    """The rows without those that say something of what an earlier one speaks of, which are noted."""
    found: dict[tuple[str, ...], Input] = {}
    for row in rows:
        if (first := found.setdefault(row.key, row)) is not row and first.place != row.place:
            problems.add("table_twice", row.place, first=first.place)
    return list(found.values())


def long_rows(
    table: HeadedTable | None, vocabulary: Vocabulary, problems: Problems, codes: Collection[str] | None = None
) -> Iterator[Input]:
    """The rows of a headed table whose headings are those of the long table, in any order.

    A heading that is wanting is an error, one that is none of the long table is told and left out. Where `codes` of areas
    are given, another one is an error.
    """
    if table is None:
        return
    if set(COLUMNS) - set(table.columns):
        problems.add("file_header", table.place, found=",".join(table.columns), expected=",".join(COLUMNS))
        return
    if others := [column for column in table.columns if column not in COLUMNS]:
        problems.warn("headed_left", table.place, columns="、".join(map(quoted, others)))
    for row in table.sound(problems):
        fields = [_field(column, row, problems) for column in COLUMNS]
        if None in fields:
            continue
        texts = [field for field in fields if field is not None]
        texts[_FROM : _FROM + 2] = _period_texts(row, *texts[_FROM : _FROM + 2])
        if codes is not None and texts[0] not in codes:
            problems.add("row_code", row.where("county_code"), code=quoted(texts[0]))
            continue
        cell = row.cells.get("value") or next(iter(row.cells.values()))
        place, line = (row.file, row.number) if row.is_csv else (cell.place, 0)
        made = input_of(texts, file=place, line=line)
        if (checked := check_row(made, vocabulary, problems, None if row.is_csv else row.where)) is not None:
            yield checked


def _field(column: str, row: TableRow, problems: Problems) -> str | None:
    """A field as text: numbers that are numbers, years that are years, words as they stand; None, noted, for no value.

    A value that is a text stays one: `check_row` says of which quantity it should be a number.
    """
    if column not in row.cells:
        return ""
    text = row.text(column)
    if column == "value":
        scale: Scale = "percent" if normal(row.text("unit")) == "%" else "other"
        told = Problems()
        digits = row.digits(column, told, scale=scale)
        if digits is None and {item.code for item in told.items} == {"headed_number"}:
            return text
        problems.items += told.items
        return digits
    return code_in(text) or text if column == "county_code" else text


def _period_texts(row: TableRow, first: str, last: str) -> tuple[str, str]:
    """First and last year or day as the table writes them, however the cells do; what is none stays as it stands.

    A span is of all its years, in one of the two cells or in both; a year with a doubt (2025年预计) is no period.
    """
    spans = [_span(row.cells.get(column)) for column in COLUMNS[_FROM : _FROM + 2]]
    wide = [span for span in spans if span is not None and span.first != span.last]
    if wide and all(
        text == "" or span in (wide[0], YearSpan(wide[0].last, wide[0].last))
        for text, span in zip((first, last), spans, strict=True)
    ):
        return wide[0].first, wide[0].last
    single = [
        span.first if span and span not in wide else _day_text(text)
        for span, text in zip(spans, (first, last), strict=True)
    ]
    return single[0], single[1]


def _day_text(text: str) -> str:
    """A day as ISO text; what names no day, a month too, as it stands."""
    day = day_of(text)
    return text if day is None or len(day) < len("2024-06-30") else day


def _span(cell: RawCell | None) -> YearSpan | None:
    """The year or span that a cell states without a doubt; a number that is a day is none."""
    if cell is None or cell.kind not in {"number", "text"}:
        return None
    span = period_of(cell.text)
    return None if span is None or span.doubt else span


def check_row(row: Input, vocabulary: Vocabulary, problems: Problems, where: Where | None = None) -> Input | None:
    """The row, `checked`, with its exact value, or None where something is wrong with it (noted in `problems`).

    `where` gives the cell of a column, so that a fault stands at the cell that is to be changed; without it every fault
    stands at the place of the row.
    """
    before = len(problems.items)
    at = where or (lambda _: row.place)
    quantity = vocabulary.quantities.get(row.quantity)
    if quantity is None or quantity.is_coefficient:
        code = "table_quantity" if quantity is None else "table_coefficient"
        problems.add(code, at("quantity"), quantity=row.quantity)
        return None
    _check_period(row, at, problems)
    _check_axes(row, quantity, vocabulary, at, problems)
    _check_words(row, at, problems)
    complete = _with_exact(row, quantity, at, problems)
    if len(problems.items) > before and any(item.severity == "error" for item in problems.items[before:]):
        return None
    return complete


def _check_period(row: Input, at: Where, problems: Problems) -> None:
    for column in ("period_from", "period_to"):
        text = getattr(row, column)
        if text != UNSTATED and not (_PERIOD.fullmatch(text) and _is_day(text)):
            problems.add("table_period", at(column), period=text)
            return
    if (row.period_from == UNSTATED) != (row.period_to == UNSTATED) or _first(row.period_from) > _last(row.period_to):
        problems.add("table_period", at("period_from"), period=f"{row.period_from} … {row.period_to}")
    if row.period_from == UNSTATED and row.presence in {"value", "zero"} and row.evidence != "assumed":
        problems.add("table_unstated", at("period_from"), evidence=row.evidence)


def _first(text: str) -> str:
    return f"{text}-01-01" if len(text) == len("2019") else text


def _last(text: str) -> str:
    return f"{text}-12-31" if len(text) == len("2019") else text


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(_first(text))
    except ValueError:
        return False
    return True


def _check_axes(row: Input, quantity: Quantity, vocabulary: Vocabulary, at: Where, problems: Problems) -> None:
    if bool(row.ecosystem) != ("ecosystem" in quantity.axes) or (
        row.ecosystem and row.ecosystem not in vocabulary.ecosystems
    ):
        problems.add("table_ecosystem", at("ecosystem"), quantity=quantity.zh, ecosystem=row.ecosystem)
    lists = [vocabulary.lists[axis] for axis in quantity.axes if axis in vocabulary.lists]
    parts = row.item.split("/") if row.item else []
    if len(parts) != len(lists) or any(part not in items.members for part, items in zip(parts, lists, strict=False)):
        known = "；".join(_listed(items) for items in lists) or "-"
        problems.add("table_item", at("item"), quantity=quantity.zh, item=row.item, known=known)


def _listed(items: ItemList) -> str:
    """The members of a list; the first few where they would fill a page."""
    members = list(items.members)
    if len(members) <= _LONG:
        return "、".join(members)
    return f"{'、'.join(members[:3])} …（共 {len(members)} 项）"


def _check_words(row: Input, at: Where, problems: Problems) -> None:
    if row.presence not in PRESENCE:
        problems.add("table_word", at("presence"), field="presence", found=row.presence, expected="、".join(PRESENCE))
        return
    stated = row.presence in {"value", "zero"}  # a zero is a statement as much as any other number
    for name, known in (("origin", ORIGIN), ("evidence", EVIDENCE)):
        if (found := getattr(row, name)) not in known and (stated or found):
            problems.add("table_word", at(name), field=name, found=found, expected="、".join(known))
    if stated and used_elsewhere(row.origin) and row.evidence != "assumed":
        problems.add("row_origin", at("evidence"), origin=row.origin, evidence=row.evidence)
    if row.presence != "value" and not row.note:
        problems.add("table_note", at("note"), presence=row.presence)
    elif says_nothing(row.presence, row.note):
        problems.add("reason_hollow", at("note"), presence=row.presence, note=row.note)


def says_nothing(presence: str, note: str) -> bool:
    """Whether a note gives no reason for a presence that needs one: it leads elsewhere, is a stroke, or repeats 不适用.

    The note of a group that is marked as a whole is the word of its mark, which is reason enough for 缺失 and 确为零.
    """
    words = _NO_REASON | (_VOID if presence == "not_applicable" else frozenset())
    return presence in PRESENCE and presence != "value" and bool(note) and _MARKS.sub("", note).lower() in words


def _with_exact(row: Input, quantity: Quantity, at: Where, problems: Problems) -> Input | None:
    """The row with its exact value; None where it has none though it should, or what it is is not known."""
    if row.presence != "value":
        if row.presence in PRESENCE and (row.value or row.unit):
            filled = f"{row.value} {row.unit}".strip()
            problems.add("table_filled", at("value" if row.value else "unit"), presence=row.presence, value=filled)
        if row.presence == "zero":  # a zero is a number as much as any other: no county has no rain
            _check_bounds(row, quantity, Fraction(0), at, problems)
        return replace(row, of=quantity)
    if not NUMBER.fullmatch(row.value):
        problems.add("table_number", at("value"), quantity=quantity.zh, value=row.value)
        return None
    try:
        complete = replace(row, of=quantity)
    except UnitError as error:
        problems.items += (replace(item, where=at("unit")) for item in error.problems)
        return None
    exact = complete.exact or Fraction(0)
    if abs(exact) > sys.float_info.max:
        problems.add("table_number", at("value"), quantity=quantity.zh, value=row.value)
        return None
    _check_bounds(row, quantity, exact, at, problems)
    return complete


def _check_bounds(row: Input, quantity: Quantity, exact: Fraction, at: Where, problems: Problems) -> None:
    limits = quantity.bounds
    if limits is not None and not limits.holds(exact):
        facts = {
            "quantity": quantity.zh,
            "value": f"{row.value or 0} {row.unit}".rstrip(),
            "range": range_text(limits, quantity.unit),
        }
        problems.add("table_bounds", at("value"), reason=limits.reason, **facts)
