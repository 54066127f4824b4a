"""How a sheet lies on A4: widths and heights from what is written, whole columns on every page, its title on each."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from qhgep.workbook.core.cells import Content, LiveFormula, Sheet, Style, Text, TypedNumber
from qhgep.workbook.core.layout import FIRST, HEAD
from qhgep.workbook.core.number_formats import shown

SCALE = 80
"""Per cent at which every sheet is printed: its smallest letters have 10 points and so 8 on paper."""
PAGE = 135.0
"""Widths that fit beside each other on A4 landscape at this scale, where a digit of the default font has 9.3 pixels.

That is LibreOffice without the fonts of Office. With them a digit has 7 pixels, and a page is a quarter narrower.
"""
_UPRIGHT, _UPRIGHT_TALL = 88.0, 930.0
"""Widths that fit beside each other on A4 upright, and the points that it is high."""
_LOW_ROW, _FREE_ROW = 13.0, 6.0
"""The height of a line of 10 points, and of a row without a cell, where that saves a page."""
_NARROW_PAGE = 115.0
"""A page narrower than this has no room for the line above its headings."""
MOST_NUMBERS = 9
"""Columns of numbers on one page."""
_TALL = 620.0
"""Points that a page is high at this scale."""
_WIDE, _NARROW, _GAP = 1.9, 0.95, 1.7
"""Widths of a Chinese character and of a digit of 10 points, and what a cell needs besides, in widths of a column."""
_LINE, _ROW, _TALLEST = 14.5, 15.0, 405.0
_APART: frozenset[Style] = frozenset({"title", "notice", "note", "section", "foot", "right", "raw"})
"""Styles of texts that no column makes room for."""
_POINTS = {"title": 24.0}
_SIGNATURE = ("单位负责人：", "审核人：", "编制人：", "联系电话：", "报出日期：　　年　　月　　日")
_TRIES = (1.0, 0.85, 0.7, 0.55, 0.45, 0.35)
"""How far columns of texts may be narrowed."""
_MANY = 20_000
"""Cells of a sheet for which only its first widths are tried."""
_WORD = 10.0
"""A column of texts is narrowed to this, or to its texts where they are shorter."""
_LEAST = 5.0
"""The width of a column at least."""
_FIELD = 28.0
"""The width that one field of the line for signatures needs at least."""


def paged(sheet: Sheet) -> Sheet:
    """The sheet laid on paper, once: widths, pages, title and notice on each page, foot, heights, breaks between pages.

    Columns of texts are narrowed, and their rows made higher, where that saves pages.
    """
    if sheet.pages:
        return sheet
    wants = _wants(sheet)
    tries = _TRIES if len(sheet.cells) < _MANY else _TRIES[:1]
    seen = _seen(sheet)
    _, _, sheet.widths = min((_tried(sheet, seen, wants, factor) for factor in tries), key=lambda found: found[:2])
    sheet.pages = _starts(sheet, seen)
    _widen(sheet)
    _fill(sheet)
    _titles(sheet)
    _foot(sheet)
    seen = _with_titles_and_foot(sheet, seen)
    sheet.heights = _heights(sheet, seen)
    sheet.row_breaks = list(_breaks(sheet, seen))
    _on_one_page(sheet, seen)
    return sheet


@dataclass(frozen=True, slots=True)
class _Seen:
    """What of the cells decides pages and heights whatever the widths: looked up once for all widths that are tried.

    A text is its row, its first and last column, how much larger and how high its letters are, and the width of each line.
    """

    last: tuple[int, int]
    numeric: frozenset[int]
    starts: tuple[int, ...]
    texts: tuple[tuple[int, int, int, float, float, tuple[float, ...]], ...]


def _seen(sheet: Sheet) -> _Seen:
    merged = {(row, left): right for row, left, _, right in sheet.merges}
    # the frame of a chart lies on the line above its first row
    numeric, starts, texts = set(), {max(chart.row - 1, 0) for chart in sheet.charts}, []
    last = widest = 0
    for (row, column), content in sheet.cells.items():
        style = content.style
        last, widest = (max(last, row)), (max(widest, column))
        if row >= FIRST and column not in numeric and _is_number(content):
            numeric.add(column)
        if style == "foot" or (style == "section" and row > FIRST):
            starts.add(row)
        if style not in {"raw", "section"} and (isinstance(content, Text) or style == "text"):
            scale = 1.65 if style == "title" else 1.0
            right = merged.get((row, column), column) if merged else column
            texts.append((row, column, right, scale, _POINTS.get(style, _LINE), _line_widths(shown(content))))
    return _Seen((last, widest), frozenset(numeric), tuple(sorted(starts)), tuple(texts))


def _with_titles_and_foot(sheet: Sheet, before: _Seen) -> _Seen:
    """What decides heights once titles and foot are placed: the rows between them are as they were."""
    last = before.last[0]
    placed = {place: content for place, content in sheet.cells.items() if place[0] < HEAD or place[0] > last}
    now = _seen(replace(sheet, cells=placed))
    texts = (*(text for text in before.texts if HEAD <= text[0] <= last), *now.texts)
    ends = max(last, now.last[0]), max(before.last[1], now.last[1])
    return _Seen(ends, before.numeric | now.numeric, tuple(sorted({*before.starts, *now.starts})), texts)


def _tried(
    sheet: Sheet, seen: _Seen, wants: Mapping[int, tuple[float, float]], factor: float
) -> tuple[int, float, dict[int, float]]:
    """How many pages a sheet has with its texts narrowed by a factor; the loss; the widths."""
    asked = dict(sheet.widths)
    widths = {column: round(max(floor, want * factor), 2) for column, (floor, want) in wants.items()}
    sheet.widths, sheet.heights = widths, {}
    sheet.heights = _heights(sheet, seen, HEAD)
    pages = len(_starts(sheet, seen)) * (1 + len(list(_breaks(sheet, seen))))
    sheet.widths, sheet.heights = asked, {}
    return pages, 1 - factor, widths


@lru_cache(maxsize=32768)
def units(text: str) -> float:
    """The width of a text of 10 points."""
    return sum(_WIDE if unicodedata.east_asian_width(letter) in "WFA" else _NARROW for letter in text)


@lru_cache(maxsize=32768)
def _line_widths(text: str) -> tuple[float, ...]:
    """The width of each line of a text of 10 points."""
    return tuple(units(line) for line in text.split("\n"))


def _is_number(content: Content | None) -> bool:
    return isinstance(content, TypedNumber) or (isinstance(content, LiveFormula) and not isinstance(content.value, str))


def _wants(sheet: Sheet) -> dict[int, tuple[float, float]]:
    """The least and the wanted width of each column."""
    found: dict[int, list[Content]] = {}
    merged = {(row, left) for row, left, _, _ in sheet.merges}
    for place, content in sheet.cells.items():
        mine = found.setdefault(place[1], [])
        if content.style not in _APART and place not in merged:
            mine.append(content)
    return {column: _wanted(found[column], sheet.widths.get(column, 16.0)) for column in sorted(found)}


def _wanted(contents: Iterable[Content], most: float) -> tuple[float, float]:
    """The least and the wanted width: its widest number; its widest text up to what is asked for, headings in three lines."""
    numbers, texts, heads = _LEAST, 0.0, 0.0
    for content in contents:
        need = max(_line_widths(shown(content))) + _GAP
        if isinstance(content, Text) and content.style in {"head", "unit"}:
            heads = max(heads, need / 3 + _WIDE)
        elif isinstance(content, Text) or content.style in {"verdict", "text"}:
            texts = max(texts, need)
        else:
            numbers = max(numbers, need)
    if not texts + heads and numbers == _LEAST:
        return most, most
    want = min(max(numbers, min(max(texts, heads), most)), 100.0)
    return max(min(numbers, 100.0), min(want, _WORD)), want


def _starts(sheet: Sheet, seen: _Seen) -> list[int]:
    """The first column of each page: no more than a page is wide, no more than nine columns of numbers."""
    last, numeric = seen.last[1], seen.numeric
    keys = sum(_wide(sheet, column) for column in range(sheet.keys))
    found: list[int] = []
    room, numbers = 0.0, 0
    for column in range(sheet.keys, last + 1):
        full = room + _wide(sheet, column) > _room(sheet) or numbers + (column in numeric) > MOST_NUMBERS
        if not found or full or column in sheet.groups:
            found.append(column)
            room, numbers = keys, 0
        room += _wide(sheet, column)
        numbers += column in numeric
    return found or [0]


def _widen(sheet: Sheet) -> None:
    """A page that others follow, and that is narrow, takes wider columns: its title stands over no other page's."""
    keys = sum(_wide(sheet, column) for column in range(sheet.keys))
    for start, end in pairwise(sheet.pages):
        mine = sum(_wide(sheet, column) for column in range(start, end))
        if keys + mine < _NARROW_PAGE:
            for column in range(start, end):
                sheet.widths[column] = round(sheet.widths[column] * (_NARROW_PAGE - keys) / mine, 2)


def _fill(sheet: Sheet) -> None:
    """A table that is attached to a document takes the whole width of its page."""
    if not sheet.filled or len(sheet.pages) > 1:
        return
    used = sum(_wide(sheet, column) for column in sheet.widths)
    more = max(_room(sheet) - 1.0 - used, 0.0) / len(sheet.widths)
    sheet.widths = {column: round(width + more, 2) for column, width in sheet.widths.items()}


def _room(sheet: Sheet) -> float:
    """Widths that fit beside each other on a page of a sheet."""
    return PAGE if sheet.landscape else _UPRIGHT


def _wide(sheet: Sheet, column: int) -> float:
    return sheet.widths.get(column, 8.43) + 0.7


def _ends(sheet: Sheet) -> Iterator[tuple[int, int]]:
    """First and last column of the titles of each page; with one page they begin at its left edge.

    A narrow page borrows empty columns, so that its title has room.
    """
    last = max((column for _, column in sheet.cells), default=0)
    pages = sheet.pages
    for number, start in enumerate(pages):
        end = pages[number + 1] - 1 if number + 1 < len(pages) else last
        first = 0 if len(pages) == 1 else start
        if number + 1 == len(pages):
            keys = 0.0 if first == 0 else sum(_wide(sheet, column) for column in range(sheet.keys))
            while keys + sum(_wide(sheet, column) for column in range(first, end + 2)) < _room(sheet):
                end += 1
        yield first, end


def _titles(sheet: Sheet) -> None:
    """Title, notice and line of each page over the whole page; of further pages with their number."""
    rows = [row for row in range(HEAD) if {column for at, column in sheet.cells if at == row} == {0}]
    texts = {row: sheet.cells[row, 0] for row in rows}
    ends = list(_ends(sheet))
    for number, (first, end) in enumerate(ends, start=1):
        for row, content in texts.items():
            if not isinstance(content, Text):
                continue
            if len(ends) > 1:
                if number == 1:
                    del sheet.cells[row, 0]
                more = f"（{number}/{len(ends)}）" if content.style == "title" else ""
                sheet.cells[row, first] = Text(content.text + more, content.style, content.link)
            edge = _number(sheet, row, first, end) if row == HEAD - 1 else end
            _merge(sheet, row, first, edge)
    if not sheet.pages[1:] and (0, 0) in sheet.cells and 0 not in rows:
        _merge(sheet, 0, 0, ends[0][1])


def _number(sheet: Sheet, row: int, first: int, end: int) -> int:
    """Number and unit of the table at the right end of the line above the headings; the column where the rest ends."""
    if not sheet.number or end <= first:
        return end
    start, need = end, units(sheet.number) + _GAP
    while start > first + 1 and sum(_wide(sheet, column) for column in range(start, end + 1)) < need:
        start -= 1
    sheet.text(row, start, sheet.number, "right")
    _merge(sheet, row, start, end)
    return start - 1


def _merge(sheet: Sheet, row: int, first: int, last: int) -> None:
    if last > first:
        sheet.merges.append((row, first, row, last))


def _foot(sheet: Sheet) -> None:
    """What must hold between rows and columns, and the line for signatures, below the table on its first page."""
    row = max((row for row, _ in sheet.cells), default=0) + 1
    row = max([row, *(chart.row + chart.rows for chart in sheet.charts)]) + (not sheet.charts)
    first, end = next(_ends(sheet))
    if sheet.relations:
        sheet.text(row, first, "本表主要公式及表间关系：" + "；".join(sheet.relations) + "。", "foot")
        _merge(sheet, row, first, end)
        row += 2
    for note in sheet.notes:
        left = max(first, 1) if sheet.keys == 1 and not sheet.filled else first
        sheet.text(row, left, note, "foot")
        _merge(sheet, row, left, end)
        row += 1
    if sheet.signed and sheet.filled:
        for place, fields in enumerate((_SIGNATURE[:3], _SIGNATURE[3:])):
            sheet.text(row + place, first, "　　　　　".join(fields), "foot")
            _merge(sheet, row + place, first, end)
    elif sheet.signed:
        places = list(_fields(sheet, first, end))
        share = math.ceil(len(_SIGNATURE) / len(places))
        for place, (left, right) in enumerate(places[: math.ceil(len(_SIGNATURE) / share)]):
            sheet.text(row, left, "　　　　　".join(_SIGNATURE[place * share : place * share + share]), "foot")
            _merge(sheet, row, left, right)


def _fields(sheet: Sheet, first: int, end: int) -> Iterator[tuple[int, int]]:
    """Up to five runs of columns, each wide enough for a name."""
    whole = sum(_wide(sheet, column) for column in range(first, end + 1))
    aim = max(_FIELD, whole / len(_SIGNATURE) - 1.0)
    start, room, found = first, 0.0, 0
    for column in range(first, end + 1):
        room += _wide(sheet, column)
        whole -= _wide(sheet, column)
        if column == end or (room >= aim and whole >= _FIELD and found < len(_SIGNATURE) - 1):
            yield start, column
            start, room, found = column + 1, 0.0, found + 1


def _heights(sheet: Sheet, seen: _Seen, first: int = 0) -> dict[int, float]:
    """From a row on, every row as high as its highest text needs, broken at the width of its cell or of the cells merged with it."""
    found: dict[int, float] = {}
    rooms: dict[tuple[int, int], float] = {}
    for row, left, right, scale, points, lines in seen.texts:
        if row < first:
            continue
        room = rooms.get((left, right))
        if room is None:
            room = rooms[left, right] = sum(_wide(sheet, at) for at in range(left, right + 1)) - _GAP
        if len(lines) == 1 and points == _LINE and lines[0] * scale <= room:
            continue  # one line of 10 points makes no row higher
        count = 0
        for wide in lines:
            count += max(1, math.ceil(wide * scale / room))
        high = min(count * points + 2.0, _TALLEST)
        if high > found.get(row, 0.0):
            found[row] = high
    return {row: height for row, height in sorted(found.items()) if height > _ROW + 2}


def _on_one_page(sheet: Sheet, seen: _Seen) -> None:
    """A sheet of one page's width that is a little too high for it gets lower lines, not a second page; charts are not pressed."""
    if not sheet.row_breaks or len(sheet.pages) > 1 or sheet.charts:
        return
    below, taken = range(HEAD, _last_row(sheet, seen) + 1), {row for row, _ in sheet.cells}
    heights = {row: _LOW_ROW if row in taken else _FREE_ROW for row in below} | sheet.heights
    if sum(heights.get(row, _ROW) for row in range(below.stop)) <= _page_height(sheet):
        sheet.heights, sheet.row_breaks = heights, []


def _page_height(sheet: Sheet) -> float:
    return _TALL if sheet.landscape else _UPRIGHT_TALL


def _last_row(sheet: Sheet, seen: _Seen) -> int:
    return max([seen.last[0], *(chart.row + chart.rows for chart in sheet.charts)])


def _breaks(sheet: Sheet, seen: _Seen) -> Iterator[int]:
    """A section or a chart begins a page where the rest of the page has no room for it and a page has."""
    last = _last_row(sheet, seen)
    starts = seen.starts
    tall = _page_height(sheet)
    repeated = sum(sheet.heights.get(row, _ROW) for row in range(sheet.repeat[1] + 1)) if sheet.repeat else 0.0
    ends = dict(pairwise([*starts, last + 1]))
    used = 0.0
    for row in range(last + 1):
        block = sum(sheet.heights.get(at, _ROW) for at in range(row, ends.get(row, row + 1)))
        if used + min(block, tall - repeated) > tall and used > repeated and (row in ends or used + block > tall):
            yield row
            used = repeated
        used += sheet.heights.get(row, _ROW)


__all__ = ["MOST_NUMBERS", "PAGE", "SCALE", "paged", "units"]
