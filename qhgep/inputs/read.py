"""The one reader of input tables: the long table as csv or sheet, wide sheets, and the data-entry template.

All of them give the same rows (`qhgep.inputs.table.Input`), checked by `check_row`, each with the cell that it came from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qhgep.errors import Problems
from qhgep.inputs.book import read_book
from qhgep.inputs.cells import RawBook, RawCell, RawSheet
from qhgep.inputs.figures import figure, is_blank, year_of
from qhgep.inputs.form import is_form, read_form
from qhgep.inputs.frame import find_frame
from qhgep.inputs.names import code_in, normal
from qhgep.inputs.personal import refuse_personal
from qhgep.inputs.sheet import MOST_PROBLEMS, quoted
from qhgep.inputs.table import COLUMNS, Input, check_row, input_of
from qhgep.inputs.told import Reader
from qhgep.inputs.wide import read_wide

Kind = Literal["long", "wide", "left", "hidden", "form"]
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
class Reading:
    """The inputs of a file, and how it was read."""

    file: str
    rows: tuple[Input, ...]
    sheets: tuple[SheetRead, ...]
    encoding: str = ""


def read_inputs(path: Path, reader: Reader, problems: Problems) -> Reading:
    """The inputs of an xlsx, csv or txt; every fault is noted with its cell, faulty cells are left out.

    A file that holds personal data is not read at all. A hidden sheet is told and not read. Two cells that say something of
    the same county, period, ecosystem, item and quantity are an error that names both.
    """
    book = read_book(path, problems)
    if book is None or refuse_personal(book, problems):
        return Reading(path.name, (), ())
    if is_form(book):
        form = list(_unique(read_form(book, reader.vocabulary, problems, ruleset=reader.told.ruleset), problems))
        return Reading(path.name, tuple(form), (SheetRead("", "form", len(form)),), book.encoding)
    rows: list[Input] = []
    sheets: list[SheetRead] = []
    for sheet in book.sheets:
        kind, found = _sheet(sheet, book, reader, problems)
        rows += found
        sheets.append(SheetRead(sheet.name, kind, len(found)))
    if not any(sheet.kind in {"long", "wide"} for sheet in sheets):
        problems.add("book_no_table", path.name)
    return Reading(path.name, tuple(_unique(rows, problems)), tuple(sheets), book.encoding)


def _sheet(sheet: RawSheet, book: RawBook, reader: Reader, problems: Problems) -> tuple[Kind, list[Input]]:
    place = f"{book.file} › {sheet.name}" if sheet.name else book.file
    if sheet.hidden:
        (problems.add if reader.strict else problems.warn)("worksheet_hidden", place)
        return "hidden", []
    if (header := _long_header(sheet)) is not None:
        return "long", list(_long(sheet, header, reader, problems))
    frame = find_frame(sheet, book.file, reader.headings)
    if frame is None or not (frame.columns or frame.left):
        if sheet.cells and sheet.name not in _NO_TABLES:
            problems.warn("worksheet_left", place)
        return "left", []
    return "wide", read_wide(frame, reader, problems)


def _unique(rows: list[Input], problems: Problems) -> Iterator[Input]:
    first: dict[tuple[str, ...], Input] = {}
    for row in rows:
        if (known := first.setdefault(row.key, row)) is row:
            yield row
        elif known.place != row.place:
            problems.add("table_twice", row.place, first=known.place)


# --- the long table ---------------------------------------------------------------------------------


def _long_header(sheet: RawSheet) -> tuple[int, Mapping[str, int]] | None:
    """The row of a sheet that names the columns of the long table, and where each of them is."""
    rows: dict[int, dict[str, int]] = {}
    for (row, column), cell in sheet.cells.items():
        if row < _DEEPEST_HEAD and cell.text.strip() in COLUMNS:
            rows.setdefault(row, {}).setdefault(cell.text.strip(), column)
    return next(((row, found) for row, found in sorted(rows.items()) if set(found) == set(COLUMNS)), None)


def _long(
    sheet: RawSheet, header: tuple[int, Mapping[str, int]], reader: Reader, problems: Problems
) -> Iterator[Input]:
    top, columns = header
    names = {column: name for name, column in columns.items()}
    lines: dict[int, dict[str, RawCell]] = {}
    for (row, column), cell in sorted(sheet.cells.items()):
        if row > top and column in names and not is_blank(cell):
            lines.setdefault(row, {})[names[column]] = cell
    for cells in lines.values():
        if len(problems.items) > MOST_PROBLEMS:
            problems.add("worksheet_many", next(iter(cells.values())).place, most=MOST_PROBLEMS)
            return
        before = len(problems.items)
        fields = tuple(_field(name, cells[name], cells, problems) if name in cells else "" for name in COLUMNS)
        if any(item.severity == "error" for item in problems.items[before:]):
            continue
        place = (cells.get("value") or next(iter(cells.values()))).place
        made = input_of(fields, file=place, line=0)
        if made.county_code not in reader.places.counties.by_code:
            code = cells.get("county_code")
            problems.add("row_code", code.place if code else place, code=quoted(made.county_code))
        elif (checked := check_row(made, reader.vocabulary, problems)) is not None:
            yield checked


def _field(name: str, cell: RawCell, cells: Mapping[str, RawCell], problems: Problems) -> str:
    """A field of a row as text: numbers that are numbers, years that are years, words as they stand."""
    if name == "value":
        quantity = cells["quantity"].text if "quantity" in cells else name
        scale: Literal["percent", "other"] = (
            "percent" if "unit" in cells and normal(cells["unit"].text) == "%" else "other"
        )
        return figure(cell, problems, quantity=quoted(quantity), scale=scale) or ""
    if cell.kind == "error":
        problems.add("cell_error", cell.place, quantity=name, text=quoted(cell.text))
        return ""
    if cell.formula and not cell.text:
        problems.add("cell_uncached", cell.place, quantity=name, formula=quoted(cell.formula))
        return ""
    if name == "county_code":
        return code_in(cell.text) or cell.text.strip()
    if name.startswith("period"):
        return year_of(cell) or cell.text.strip()
    return cell.text.strip()
