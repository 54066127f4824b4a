"""A csv or txt file as a book of one sheet: its encoding found and told, its cells as they stand."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path

from qhgep.errors import Problems
from qhgep.inputs.files.address import letters
from qhgep.inputs.files.cells import Kind, RawBook, RawCell, RawSheet
from qhgep.inputs.files.preflight import MOST_COLUMNS, MOST_ROWS

MOST_CSV = 30 * 1024 * 1024
"""The size of a csv that is still read."""
MOST_CSV_CELLS = 600_000
"""Filled cells of a csv that are still read: 2,844 counties by some 20 rows of the long table; about 240 MB."""
_MOST_FIELDS = 10 * MOST_CSV_CELLS
"""Fields and lines of a csv, empty ones among them: thirty million commas are read through for ten seconds."""
_NUMBER = re.compile(r"[-+]?(\d{1,30}(\.\d{0,30})?|\.\d{1,30})([eE][-+]?\d{1,3})?", re.ASCII)
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_TOP = 20_000
_DELIMITERS = (",", "\t", ";", "，")


def read_csv_book(path: Path, problems: Problems) -> RawBook | None:
    """The one sheet of a csv; None, with the reason noted, where it is too large, undecodable or torn."""
    name = path.name
    if path.stat().st_size > MOST_CSV:
        problems.add("file_large", name, most=MOST_CSV // 1024 // 1024)
        return None
    found = decoded(path.read_bytes(), name, problems)
    if found is None:
        return None
    sheet = csv_sheet(found[0], name, problems)
    return None if sheet is None else RawBook(name, (sheet,), found[1])


def csv_sheet(text: str, name: str, problems: Problems) -> RawSheet | None:
    """The cells of a text, `name` before their places; None, with the reason noted, where it is too long or torn."""
    cells: dict[tuple[int, int], RawCell] = {}
    lines: dict[int, tuple[int, int]] = {}
    delimiter = _delimiter(text)
    line = 1
    try:
        if (beyond := _beyond(text, delimiter)) is not None:
            facts = {"rows": MOST_ROWS, "columns": MOST_COLUMNS, "cells": MOST_CSV_CELLS}
            problems.add("file_long", f"{name}:{beyond}", **facts)
            return None
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        for row, fields in enumerate(reader):
            filled = [column for column, content in enumerate(fields) if content]
            if filled:
                lines[row] = line, len(fields)
            for column in filled:
                bare = fields[column].strip(" ")
                kind: Kind = "number" if _NUMBER.fullmatch(bare) else "text"
                content = bare if kind == "number" else fields[column]
                cells[row, column] = RawCell(kind, content, f"{name}:{line} › {letters(column)}")
            line = reader.line_num + 1
    except csv.Error as error:
        problems.add("file_csv", f"{name}:{line}", detail=error)
        return None
    return RawSheet("", cells, lines=lines)


def _beyond(text: str, delimiter: str) -> int | None:
    """The line where a text has more rows, columns or filled cells than are read, found before a cell is made of it."""
    if (crowded := _crowded(text, delimiter)) is not None:
        return crowded
    cells, every, line = 0, 0, 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row, fields in enumerate(reader):
            cells += sum(map(bool, fields))
            every += len(fields) + 1
            if every > _MOST_FIELDS:
                return line
            if any(fields) and (row >= MOST_ROWS or any(fields[MOST_COLUMNS:]) or cells > MOST_CSV_CELLS):
                return line
            line = reader.line_num + 1
    except csv.Error:  # told with its line where the cells are made
        return None
    return None


def _crowded(text: str, delimiter: str) -> int | None:
    """The line up to which separators alone are too many: the fields of one such line are half a gigabyte."""
    if text.count(delimiter) <= _MOST_FIELDS:
        return None
    seen = 0
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        seen += line.count(delimiter)
        if seen > _MOST_FIELDS:
            return number
    return None


def decoded(content: bytes, name: str, problems: Problems) -> tuple[str, str] | None:
    """The text of a file and its encoding: by its mark, else UTF-8, GB18030, UTF-16 in that order; never latin-1.

    An encoding other than UTF-8 is told. A text with a NUL in it is none. None, with the first bytes that cannot be read
    noted, where nothing fits.
    """
    marked = next((encoding for mark, encoding in _MARKS if content.startswith(mark)), "")
    stops: dict[str, int] = {}
    for encoding in (marked,) if marked else ("utf-8", "gb18030", "utf-16-le", "utf-16-be"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            stops[encoding] = error.start
            continue
        if "\0" not in text and (not encoding.startswith("utf-16-") or _is_text(text)):
            if encoding not in {"utf-8", "utf-8-sig"}:
                problems.warn("file_read_as", name, encoding=encoding.upper())
            return text, encoding
        stops[encoding] = max(content.find(b"\0"), 0)
    stops = {encoding: stop for encoding, stop in stops.items() if marked or not encoding.startswith("utf-16")}
    told = "、".join(f"{encoding.upper()} {stop}" for encoding, stop in stops.items())
    problems.add("file_undecodable", name, bytes=told)
    return None


def _is_text(text: str) -> bool:
    """Whether a guess of UTF-16 without a mark holds: it has the delimiters and line ends of a table, and no unknown signs."""
    return any(sign in text for sign in ",\t;\n") and all(char.isprintable() or char in "\t\r\n" for char in text)


def _delimiter(text: str) -> str:
    """The separator by which most lines near the top have as many fields: a title has none, a quoted text may have many."""
    return max(_DELIMITERS, key=lambda sign: (*_alike(text[:_TOP], sign), -_DELIMITERS.index(sign)))


def _alike(top: str, sign: str) -> tuple[int, int]:
    """How many lines a separator parts into the same number of fields, more than one, and that number."""
    try:
        sizes = Counter(
            len(fields) for fields in csv.reader(io.StringIO(top, newline=""), delimiter=sign) if any(fields)
        )
    except csv.Error:
        return 0, 0
    return max(((times, size) for size, times in sizes.items() if size > 1), default=(0, 0))
