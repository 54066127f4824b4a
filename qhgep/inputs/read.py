"""The one reader of input tables: the long table as csv or sheet, wide sheets, and the data-entry template.

All of them give the same rows (`qhgep.inputs.table.Input`), checked by `check_row`, each with the cell that it came from.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qhgep.errors import Problems
from qhgep.inputs.file_defaults import SheetContext
from qhgep.inputs.files.cells import RawBook, RawSheet
from qhgep.inputs.files.open import own_book, read_book
from qhgep.inputs.form.read import form_schema, is_form, read_form
from qhgep.inputs.headed_table import HeadedTable, headed_table, read_headed_table, text_table
from qhgep.inputs.personal import refuse_personal
from qhgep.inputs.preliminary import tell_preliminary
from qhgep.inputs.row_evidence import held_to_sources
from qhgep.inputs.table import COLUMNS, Input, Vocabulary, long_rows, unique_rows
from qhgep.inputs.wide.header import find_frames
from qhgep.inputs.wide.read import read_wide

Kind = Literal["long", "wide", "left", "hidden", "form", "decisions"]
_NO_TABLES = frozenset({"填报说明", "说明", "封面", "来源", "选项", "自检", "清单", "目录"})
"""Sheets of a data-entry workbook that hold no inputs."""
_DEEPEST_HEAD = 30


@dataclass(frozen=True, slots=True)
class SheetRead:
    """What was found in a sheet: its kind and how many inputs it gave."""

    name: str
    kind: Kind
    rows: int


@dataclass(frozen=True)
class FileReading:
    """The inputs of a file, and how it was read."""

    file: str
    rows: tuple[Input, ...]
    sheets: tuple[SheetRead, ...]
    encoding: str = ""
    asked: tuple[str, ...] = ()
    """The county codes that a form asks; of any other table none."""
    classes: tuple[str, ...] = ()
    """The ecosystems that a form of a land survey adds up to: a county's whole land by itself; of any other table none."""


def read_inputs(path: Path, reader: SheetContext, problems: Problems) -> FileReading:
    """The inputs of an xlsx, csv or txt; every fault is noted with its cell, faulty cells are left out.

    A file that holds personal data is not read at all. A hidden sheet is told and not read. Two cells that say something of
    the same county, period, ecosystem, item and quantity are an error that names both.
    """
    book = read_book(path, problems)
    if book is None or refuse_personal(book, problems):
        return FileReading(path.name, (), ())
    if is_form(book):
        filled = read_form(book, reader.vocabulary, problems, ruleset=reader.defaults.ruleset)
        form = _held(filled, reader.vocabulary, problems)
        schema = form_schema(book, Problems())  # what is wrong with it was noted above
        codes, lands = ((), ()) if schema is None else (schema.asked, schema.lands)
        return FileReading(path.name, tuple(form), (SheetRead("", "form", len(form)),), book.encoding, codes, lands)
    if (told := own_book([sheet.name for sheet in book.sheets])) is not None:
        problems.add(told, path.name)
        return FileReading(path.name, (), ())
    rows: list[Input] = []
    sheets: list[SheetRead] = []
    for sheet in book.sheets:
        kind, found = _sheet(sheet, book, reader, problems)
        rows += found
        sheets.append(SheetRead(sheet.name, kind, len(found)))
    if not any(sheet.kind in {"long", "wide"} for sheet in sheets):
        problems.add("book_no_table", path.name)
    rows = _held(rows, reader.vocabulary, problems)
    return FileReading(path.name, tuple(rows), tuple(sheets), book.encoding)


def read_table(path: Path, vocabulary: Vocabulary, problems: Problems) -> list[Input]:
    """The rows of a long input table, a csv or a workbook; every fault is noted, faulty rows are left out."""
    return _long_table(read_headed_table(path, problems), vocabulary, problems)


def read_rows(text: str, name: str, vocabulary: Vocabulary, problems: Problems) -> list[Input]:
    """The rows of a long input table given as csv text; see `read_table`."""
    return _long_table(text_table(text, name, problems), vocabulary, problems)


def _long_table(table: HeadedTable | None, vocabulary: Vocabulary, problems: Problems) -> list[Input]:
    return _held(long_rows(table, vocabulary, problems), vocabulary, problems)


def _held(rows: Iterable[Input], vocabulary: Vocabulary, problems: Problems) -> list[Input]:
    """The rows that any table gave: each once, held to its source, and told where it says that it is not final."""
    held = held_to_sources(unique_rows(rows, problems), vocabulary, problems)
    tell_preliminary(held, problems)
    return held


def _sheet(sheet: RawSheet, book: RawBook, reader: SheetContext, problems: Problems) -> tuple[Kind, list[Input]]:
    place = f"{book.file} › {sheet.name}" if sheet.name else book.file
    if sheet.hidden:
        (problems.add if reader.strict else problems.warn)("worksheet_hidden", place)
        return "hidden", []
    if (header := _long_header(sheet)) is not None:
        table = headed_table(book, sheet, problems, top=header, strict=reader.strict)
        return "long", list(long_rows(table, reader.vocabulary, problems, reader.places.counties.by_code))
    frames = [
        frame for frame in find_frames(sheet, book.file, reader.headings, reader.places) if frame.columns or frame.left
    ]
    if not frames:
        if sheet.cells and sheet.name not in _NO_TABLES:
            problems.warn("worksheet_left", place)
        return "left", []
    return "wide", read_wide(frames, reader, problems)


# --- the long table ---------------------------------------------------------------------------------


def _long_header(sheet: RawSheet) -> int | None:
    """The row of a sheet that names the columns of the long table, or most of them."""
    rows: dict[int, set[str]] = {}
    for (row, _), cell in sheet.cells.items():
        if row < _DEEPEST_HEAD and cell.text.strip() in COLUMNS:
            rows.setdefault(row, set()).add(cell.text.strip())
    most = max(rows, key=lambda row: (len(rows[row]), -row), default=None)
    return most if most is not None and 2 * len(rows[most]) > len(COLUMNS) else None
