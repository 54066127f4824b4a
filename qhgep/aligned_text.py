"""Rows of text as aligned columns, for the command line."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence


def columns(rows: Iterable[Sequence[str]], *, right: Iterable[int] = ()) -> str:
    """Rows of text as aligned columns; a Chinese character is two places wide."""
    table = [list(row) for row in rows]
    widths = [max(_width(row[place]) for row in table) for place in range(len(table[0]))]
    numbers = set(right)
    lines = []
    for row in table:
        cells = [_pad(cell, widths[place], right=place in numbers) for place, cell in enumerate(row)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _pad(text: str, width: int, *, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space
