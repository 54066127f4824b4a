"""A headed table: one row of headings, below it one statement a row; from a csv or from the one sheet of a workbook.

Every file of this shape is read here, whichever verb asks for it: long input tables, coefficient packs, printed tables,
tables of other tools and the map of their zones, published tables. So each of them may come as the files that bureaus
have, and each passes the guards of `qhgep.inputs.files.open`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from qhgep.data import regular_file
from qhgep.errors import InputError, Problem, Problems
from qhgep.inputs.figures import Scale, figure, is_blank, is_external, shortest
from qhgep.inputs.files.address import letters, shown
from qhgep.inputs.files.cells import RawBook, RawCell, RawSheet
from qhgep.inputs.files.hidden_lines import tell_hidden
from qhgep.inputs.files.open import read_book
from qhgep.inputs.files.read_csv import csv_sheet
from qhgep.inputs.files.read_xlsx import MOST_PROBLEMS, quoted
from qhgep.inputs.personal import refuse_personal

_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row below the headings: its filled cells by heading, and what makes it no statement of anybody."""

    file: str
    """The file; of a workbook `file › sheet`."""
    number: int
    """The line as an editor counts it, or the row of the sheet."""
    cells: Mapping[str, RawCell]
    columns: Mapping[str, int]
    is_csv: bool
    faults: tuple[Problem, ...] = ()

    @property
    def place(self) -> str:
        """File and line, for messages."""
        return f"{self.file}:{self.number}"

    def text(self, column: str) -> str:
        """What a cell says, as printed; of a number in a workbook the digits that were typed. Empty where it is blank."""
        found = self.cells.get(column)
        if found is None:
            return ""
        return shortest(found.text) if found.kind == "number" and not self.is_csv else found.text.strip()

    def where(self, column: str) -> str:
        """The place of a cell, a blank one too: `file:2 › heading`, of a workbook `file › sheet › B2`."""
        if self.is_csv:
            return f"{self.place} › {column}"
        return f"{self.file} › {shown(self.number - 1, self.columns[column])}" if column in self.columns else self.place

    def digits(self, column: str, problems: Problems, *, scale: Scale = "other", as_shown: bool = False) -> str | None:
        """The number of a cell as its digits, by the rules of `figure`; None where it is blank or, noted, no number.

        With `as_shown` those that the cell shows, which say how many of them count: 0.038 in the format 0.0000 is 0.0380.
        """
        found = self.cells.get(column)
        if found is None:
            return None
        if self.is_csv and found.kind == "number":
            return found.text.strip()
        digits = figure(found, problems, quantity=column, scale=scale, amiss="headed_number")
        return digits if digits is None or not as_shown else _padded(digits, found.decimals or 0)


def _padded(digits: str, decimals: int) -> str:
    """The digits with zeros up to so many decimals."""
    lacking = decimals - len(digits.partition(".")[2])
    if lacking <= 0 or "e" in digits.lower():
        return digits
    return (digits if "." in digits else f"{digits}.") + "0" * lacking


@dataclass(frozen=True)
class HeadedTable:
    """The headings of a table in their order, and its filled rows."""

    file: str
    place: str
    """Of the row of headings, for messages."""
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]

    @property
    def is_sound(self) -> bool:
        """Whether none of its rows has a fault."""
        return not any(row.faults for row in self.rows)

    def sound(self, problems: Problems) -> Iterator[TableRow]:
        """The rows without a fault, the faults of the others noted where they are met; not on and on beyond very many."""
        for row in self.rows:
            if len(problems.items) > MOST_PROBLEMS:
                problems.add("worksheet_many", row.place, most=MOST_PROBLEMS)
                return
            problems.items += row.faults
            if not row.faults:
                yield row


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What a table may have: columns whose cells nobody reads, headings that stand more than once, a blank corner, titles.

    Of a repeated heading the second is `单位#2`. `corner` is the name of the first column where its heading is blank.
    `titles` are rows above the headings with one text each; nothing of them is read.
    """

    ignored: Collection[str] = ()
    repeated: Collection[str] = ()
    corner: str = ""
    titles: bool = False


def read_headed_table(
    path: Path, problems: Problems, *, name: str = "", allowed: Allowed | None = None
) -> HeadedTable | None:
    """The one table of a file; None, with the reasons noted, where it cannot be read or its headings are no headings.

    `name` stands for the file in messages. A row has a fault where a csv gives it more or fewer fields than headings, or
    where a cell is an error or a formula without value, unless in a column that `allowed` ignores. Which of several sheets
    is meant is not guessed; a hidden one is told and not read.
    """
    told, name = Problems(), name or path.name
    book = read_book(path, told)
    sheet = None if book is None or refuse_personal(book, told) else _only_sheet(book, told)
    problems.items += (replace(item, where=name + item.where.removeprefix(path.name)) for item in told.items)
    return None if book is None or sheet is None else headed_table(book, sheet, problems, name=name, allowed=allowed)


def text_table(text: str, name: str, problems: Problems) -> HeadedTable | None:
    """The table of a csv given as text; see `read_headed_table`."""
    sheet = csv_sheet(text, name, problems)
    return None if sheet is None else headed_table(RawBook(name, (sheet,), "utf-8"), sheet, problems)


def book_of_form(path: Path, problems: Problems) -> RawBook | None:
    """The book of a sheet that qhgep wrote and a person filled in; None, with the reasons noted, where it cannot be read."""
    try:
        regular_file(path)
        return read_book(path, problems)
    except InputError as error:
        problems.items += (replace(item, where=path.name) for item in error.problems)
    except OSError:
        problems.add("file_missing", path.name)
    return None


def heading_moved(
    sheet: RawSheet, top: int, headings: Iterable[str], name: str, problems: Problems, *, code: str
) -> bool:
    """Whether a heading stands elsewhere than where the sheet was written with it; the first such cell is noted by `code`."""
    for column, expected in enumerate(headings):
        cell = sheet.cells.get((top, column))
        text = cell.text.strip() if cell else ""
        if text != expected:
            where = f"{name} › {sheet.name} › {shown(top, column)}"
            problems.add(code, where, found=text or "（空）", expected=expected)
            return True
    return False


def _only_sheet(book: RawBook, problems: Problems) -> RawSheet | None:
    """The one sheet with anything in it that can be seen."""
    filled = [sheet for sheet in book.sheets if sheet.cells]
    for sheet in filled:
        if sheet.hidden:
            problems.warn("worksheet_hidden", f"{book.file} › {sheet.name}")
    seen = [sheet for sheet in filled if not sheet.hidden]
    if len(seen) > 1:
        problems.add("headed_sheets", book.file, sheets="、".join(sheet.name for sheet in seen))
    elif not seen:
        problems.add("headed_empty", book.file)
    return seen[0] if len(seen) == 1 else None


def headed_table(
    book: RawBook, sheet: RawSheet, problems: Problems, *, name: str = "", top: int | None = None,
    allowed: Allowed | None = None, strict: bool = False,
) -> HeadedTable | None:  # fmt: skip
    """The table of a sheet whose headings stand in row `top`, or in the first that is filled; see `read_headed_table`.

    With `strict` hidden rows and columns are errors.
    """
    return _TableMaker(book, sheet, problems, name or book.file, allowed or Allowed()).table(top, strict=strict)


class _TableMaker:
    """Makes the table of one sheet, noting every fault."""

    def __init__(self, book: RawBook, sheet: RawSheet, problems: Problems, name: str, allowed: Allowed) -> None:
        self.sheet, self.problems, self.name, self.allowed = sheet, problems, name, allowed
        self.is_csv = bool(book.encoding)
        self.file = name if self.is_csv else f"{name} › {sheet.name}"
        self.lines: dict[int, dict[int, RawCell]] = {}
        for row, column in sorted(sheet.cells):
            if not is_blank(cell := sheet.cells[row, column]):
                self.lines.setdefault(row, {})[column] = cell

    def table(self, top: int | None, *, strict: bool) -> HeadedTable | None:
        if top is None:
            top = self._top()
        if top is None:
            self.problems.add("headed_empty", self.name)
            return None
        columns = self._headings(top)
        below = [row for row in self.lines if row > top]
        if not self._are_headings(columns, top, below):
            return None
        tell_hidden(self.sheet, self.file, list(columns), below, self.problems, strict=strict)
        rows = tuple(self._rows(columns, below, self._width(top)))
        place = f"{self.file}:{self._number(top)}"
        return HeadedTable(self.name, place, tuple(columns.values()), rows)

    def _top(self) -> int | None:
        """The first row that is filled, or the first of several cells where titles may stand above it."""
        rows = sorted(self.lines)
        several = next((row for row in rows if len(self.lines[row]) > 1), None) if self.allowed.titles else None
        above = [cell for row in rows if several is not None and row < several for cell in self.lines[row].values()]
        return several if all(cell.kind == "text" for cell in above) and several is not None else next(iter(rows), None)

    def _headings(self, top: int) -> Mapping[int, str]:
        corner = self.allowed.corner
        found: dict[int, str] = {0: corner} if corner and 0 not in self.lines[top] else {}
        for column, cell in self.lines[top].items():
            text = cell.text.strip()
            before = sum(known.partition("#")[0] == text for known in found.values())
            found[column] = f"{text}#{before + 1}" if before and text in self.allowed.repeated else text
        return found

    def _are_headings(self, columns: Mapping[int, str], top: int, below: Iterable[int]) -> bool:
        before = len(self.problems.items)
        texts = list(columns.values())
        for text in sorted(text for text, times in Counter(texts).items() if times > 1):
            self.problems.add("headed_twice", f"{self.file}:{self._number(top)}", column=quoted(text))
        if not self.is_csv:  # in a csv the number of fields tells it
            nameless = {column: row for row in reversed(list(below)) for column in self.lines[row]}
            for column, row in sorted(nameless.items()):
                if column not in columns:
                    self.problems.add("headed_nameless", self._at(row, column), column=letters(column))
        self._merged(columns, top)
        return len(self.problems.items) == before

    def _merged(self, columns: Mapping[int, str], top: int) -> None:
        """A merge hides all cells but its first: whose the number is, nobody can say."""
        for first, left, last, right in sorted(set(self.sheet.merged)):
            if last < top or (first, left) == (last, right) or not any(left <= column <= right for column in columns):
                continue
            covered = ((row, column) for row in range(first, last + 1) for column in range(left, right + 1))
            named = [shown(*cell) for cell, _ in zip(covered, range(_MOST_NAMED + 1), strict=False)][1:]
            facts = {"range": f"{shown(first, left)}:{shown(last, right)}", "cells": "、".join(named)}
            self.problems.add("cells_merged", self._at(first, left), **facts)

    def _rows(self, columns: Mapping[int, str], below: Iterable[int], width: int) -> Iterator[TableRow]:
        places = {text: column for column, text in columns.items()}
        for row in below:
            cells = {
                columns[column]: cell.at(self._at(row, column, columns[column]))
                for column, cell in self.lines[row].items()
                if column in columns
            }
            faults = Problems()
            if self.is_csv and (fields := self._width(row)) != width:
                faults.add("file_columns", f"{self.file}:{self._number(row)}", found=fields, expected=width)
            for text, cell in cells.items():
                if text not in self.allowed.ignored:
                    _check(text, cell, faults)
            yield TableRow(self.file, self._number(row), cells, places, self.is_csv, tuple(faults.items))

    def _number(self, row: int) -> int:
        return self.sheet.lines[row][0] if row in self.sheet.lines else row + 1

    def _width(self, row: int) -> int:
        return self.sheet.lines[row][1] if row in self.sheet.lines else 0

    def _at(self, row: int, column: int, heading: str = "") -> str:
        if self.is_csv:
            return f"{self.file}:{self._number(row)} › {heading or letters(column)}"
        return f"{self.file} › {shown(row, column)}"


def _check(heading: str, cell: RawCell, faults: Problems) -> None:
    """Note what is no statement of anybody: an error, a formula without its value, a value of another workbook."""
    if cell.kind == "error":
        faults.add("cell_error", cell.place, quantity=quoted(heading), text=quoted(cell.text))
    elif cell.formula and is_external(cell.formula):
        faults.add("cell_external", cell.place, quantity=quoted(heading), formula=quoted(cell.formula))
    elif cell.formula and not cell.text:
        faults.add("cell_uncached", cell.place, quantity=quoted(heading), formula=quoted(cell.formula))
