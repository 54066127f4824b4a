"""Rows of text as a table: aligned columns for the command line, a small HTML table for notebooks."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from html import escape


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
