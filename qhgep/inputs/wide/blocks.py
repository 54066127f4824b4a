"""The tables of a sheet: one, several side by side (the county names begin again), or one below the other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from qhgep.inputs.figures import is_typed
from qhgep.inputs.files.cells import RawSheet
from qhgep.inputs.names import normal
from qhgep.inputs.view import View, codes_areas, names_areas, numbers_rows

_DEEPEST_HEAD = 30
"""Rows from the top of a table within which its heading is looked for."""


def blocks(sheet: RawSheet) -> Iterator[tuple[View, int]]:
    """Each table of a sheet, with the row of its heading; the title above several side by side belongs to each of them.

    A table below another begins behind the last number of that one, so that its title and notes between them are its own.
    """
    view = View(sheet)
    first = view.top
    while (header := _header(view, first, first + _DEEPEST_HEAD)) is not None:
        below = _below(view, header)
        last = view.rows if below is None else _behind(view, header, below)
        for columns in _side_by_side(view, header):
            yield view.within((first, last), columns, header), header
        if below is None:
            return
        first = last


def _header(view: View, first: int, last: int) -> int | None:
    return next((row for row in range(first, min(last, view.rows)) if view.is_header(row)), None)


def _below(view: View, header: int) -> int | None:
    """The row of the next heading below the data: in a column of names or codes stands such a heading again."""
    keys = [column for column, text in view.texts(header) if names_areas(text) or codes_areas(text)]
    seen = False
    for row in range(header + 1, view.rows):
        texts = [text for column in keys if (text := view.spread(row, column))]
        if seen and any(map(_is_head, texts)) and view.is_header(row):
            return row
        seen = seen or (bool(texts) and _has_number(view, row) and not any(map(_is_head, texts)))
    return None


@lru_cache(maxsize=1 << 12)  # a column repeats its counties year by year
def _is_head(text: str) -> bool:
    heading = normal(text)
    return names_areas(heading) or codes_areas(heading)


def _behind(view: View, header: int, below: int) -> int:
    """The row behind the last one with a number between two headings."""
    return max((row + 1 for row in range(header + 1, below) if _has_number(view, row)), default=below)


def _has_number(view: View, row: int) -> bool:
    return any(cell.kind == "number" or is_typed(cell.text) for cell in view.by_row.get(row, {}).values())


def _side_by_side(view: View, header: int) -> Iterator[tuple[int, int]]:
    """First column of each table and the one behind its last: a heading of keys that comes again behind other columns."""
    keys: set[str] = set()
    first, others = 0, False
    for column in range(view.width):
        text = view.heading(header, column)
        is_key = names_areas(text) or codes_areas(text) or numbers_rows(text)
        if is_key and others and text in keys and _others(view, header, column):
            yield first, column
            first, others = column, False
        elif is_key:
            keys |= {text} if first == 0 else set()
        others = others or bool(text and not is_key)
    yield first, view.width


def _others(view: View, header: int, column: int) -> bool:
    """Whether a column that is no key follows: a name repeated at the right edge begins no table."""
    texts = (view.heading(header, index) for index in range(column + 1, view.width))
    return any(text and not (names_areas(text) or codes_areas(text) or numbers_rows(text)) for text in texts)
