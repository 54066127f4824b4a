"""A table of another tool: its header, and the text of each cell with its place. Columns are known or it is an error."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from qhgep.data import csv_lines, csv_text
from qhgep.errors import Problems
from qhgep.inputs.cells import RawBook, RawCell, RawSheet
from qhgep.inputs.table import NUMBER


@dataclass(frozen=True)
class Line:
    """One row: number as an editor counts it, the filled cells by column. In csv a place names the column by its header."""

    file: str
    number: int
    cells: Mapping[str, RawCell]
    csv: bool = True

    def text(self, column: str) -> str:
        """The text of a cell, empty where it is blank; of a formula that no program has computed, the formula."""
        found = self.cells.get(column)
        if found is None:
            return ""
        return found.text.strip() or (f"={found.formula}" if found.formula else "")

    def where(self, column: str = "") -> str:
        """The place of a cell, or of the row."""
        found = self.cells.get(column)
        here = f"{self.file}:{self.number}"
        return found.place if found and not self.csv else f"{here} › {column}" if column else here


@dataclass(frozen=True)
class Source:
    """The table: file name, header in its order, rows that have anything in them."""

    file: str
    header: tuple[str, ...]
    lines: tuple[Line, ...]


def raw_book(path: Path, problems: Problems) -> RawBook | None:
    """The file as cells. Csv in UTF-8 only; `qhgep.inputs.book.read_book` takes its place where that is merged."""
    if not path.is_file():
        problems.add("import_missing", str(path))
        return None
    text = csv_text(path, path.name, problems)
    if text is None:
        return None
    try:
        header = next(csv.reader(io.StringIO(text, newline="")), [])
    except csv.Error:
        header = []  # csv_lines meets the same and notes it
    lines = [(1, header), *csv_lines(text, path.name, header, problems)]
    cells = {
        (number - 1, column): RawCell("text", cell, f"{path.name}:{number} › {header[column]}")
        for number, row in lines
        for column, cell in enumerate(row)
        if cell.strip()
    }
    return RawBook(path.name, (RawSheet("", cells),), "utf-8")


def read_source(path: Path, problems: Problems) -> Source | None:
    """The one table of a file; None, with the reasons noted, where it cannot be read or a column stands twice."""
    before = len(problems.items)
    book = raw_book(path, problems)
    if book is None or len(problems.items) > before:
        return None
    sheet = _only_sheet(book, problems)
    if sheet is None:
        return None
    rows, columns = sheet.extent
    header = tuple(found.text.strip() if (found := sheet.cells.get((0, at))) else "" for at in range(columns))
    for name in sorted({name for name in header if header.count(name) > 1}):
        problems.add("import_column_twice", f"{path.name}:1", column=name)
    lines = tuple(line for row in range(1, rows) if (line := _line(book, sheet, row, header)) is not None)
    if not lines:
        problems.add("import_empty", path.name)
    return None if len(problems.items) > before else Source(book.file, header, lines)


def _only_sheet(book: RawBook, problems: Problems) -> RawSheet | None:
    """The one sheet with anything in it, none of its cells merged or hidden: which of several is meant is not guessed."""
    filled = [sheet for sheet in book.sheets if sheet.cells]
    sheet = filled[0] if filled else None
    if len(filled) > 1:
        problems.add("import_sheets", book.file, sheets="、".join(sheet.name for sheet in filled))
        return None
    if sheet and (sheet.merged or sheet.hidden or sheet.hidden_rows or sheet.hidden_columns):
        problems.add("import_sheet_shape", f"{book.file} › {sheet.name}")
        return None
    if sheet is None:
        problems.add("import_empty", book.file)
    return sheet


def _line(book: RawBook, sheet: RawSheet, row: int, header: tuple[str, ...]) -> Line | None:
    cells = {header[at]: found for at in range(len(header)) if (found := sheet.cells.get((row, at)))}
    if not cells:
        return None
    is_csv = bool(book.encoding)
    printed = next(iter(cells.values())).place.partition(" › ")[0].rpartition(":")[2]
    return Line(book.file, int(printed) if is_csv and printed.isdigit() else row + 1, cells, is_csv)


def check_columns(source: Source, needed: Iterable[str], known: Collection[str], problems: Problems) -> bool:
    """Whether every needed column is there and every other one is known; what is not is noted."""
    needed = list(needed)
    place = f"{source.file}:1"
    wanting = [name for name in needed if name not in source.header]
    unknown = [name for name in source.header if name not in needed and name not in known]
    for name in wanting:
        problems.add("import_wanting", place, column=name, header="、".join(source.header))
    for name in unknown:
        problems.add("import_column", place, column=name, known="、".join([*needed, *sorted(set(known) - set(needed))]))
    return not wanting and not unknown


def number(line: Line, column: str, problems: Problems) -> Fraction | None:
    """The number of a cell, exactly as printed; anything else is noted."""
    text, cell = line.text(column), line.cells.get(column)
    if cell is not None and cell.kind in {"text", "number"} and not cell.percent and NUMBER.fullmatch(text):
        return Fraction(text)
    problems.add("import_number", line.where(column), column=column, value=text)
    return None
