"""Rows of text as a table: aligned columns for the command line, a small HTML table for notebooks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence, Sized
from datetime import date
from html import escape
from numbers import Number
from pathlib import Path


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


_LINE, _WORDS = 300, 60
"""Signs of a line that stands for a result where it is printed, and of a text in it."""


def in_one_line(found: object) -> str:
    """What stands for a result where it is printed: its short fields and how many there are of the others; the rest fills pages."""
    names = getattr(found, "__match_args__", None) or tuple(getattr(type(found), "model_fields", ()))
    parts = [part for name in names if (part := _in_words(name, getattr(found, name)))]
    line = f"<{' '.join([type(found).__name__, ', '.join(parts)]).rstrip()}>"
    return line if len(line) <= _LINE else f"{line[: _LINE - 2]}…>"


def _in_words(name: str, value: object) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, str | Number | date | Path):
        text = " ".join(str(value).split())
        if len(text) > _WORDS:  # of a path the end tells which
            text = f"…{text[-_WORDS:]}" if isinstance(value, Path) else f"{text[:_WORDS]}…"
        return f"{name} {text}"
    if isinstance(value, Mapping | Sized) and not hasattr(type(value), "model_fields"):
        return f"{len(value)} {name}"
    inside = repr(value)
    return inside if inside.startswith("<") and len(inside) <= 2 * _WORDS and " object at 0x" not in inside else ""


def html_table(caption: str, notices: Iterable[str], heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table for notebooks: a caption, notices that must not be lost in bold under it, heads, rows; every text is escaped.

    >>> html_table("A < B", ["draft"], ["x"], [["1"]])
    '<table><caption>A &lt; B<br><b>draft</b></caption><tr><th>x</th></tr><tr><td>1</td></tr></table>'
    """
    bold = "".join(f"<br><b>{escape(notice)}</b>" for notice in notices)
    lines = ["".join(f"<th>{escape(head)}</th>" for head in heads)]
    lines += ["".join(f"<td>{escape(text)}</td>" for text in row) for row in rows]
    return (
        f"<table><caption>{escape(caption)}{bold}</caption>"
        + "".join(f"<tr>{line}</tr>" for line in lines)
        + "</table>"
    )
