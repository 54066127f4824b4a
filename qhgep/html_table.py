"""A small HTML table for notebooks: a caption, notices that must not be lost, headings, rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape


def html_table(caption: str, notices: Iterable[str], heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The table; every text is escaped, the notices stand in bold under the caption.

    >>> html_table("A < B", ["draft"], ["x"], [["1"]])
    '<table><caption>A &lt; B<br><b>draft</b></caption><tr><th>x</th></tr><tr><td>1</td></tr></table>'
    """
    told = "".join(f"<br><b>{escape(notice)}</b>" for notice in notices)
    lines = ["".join(f"<th>{escape(head)}</th>" for head in heads)]
    lines += ["".join(f"<td>{escape(text)}</td>" for text in row) for row in rows]
    return (
        f"<table><caption>{escape(caption)}{told}</caption>"
        + "".join(f"<tr>{line}</tr>" for line in lines)
        + "</table>"
    )
