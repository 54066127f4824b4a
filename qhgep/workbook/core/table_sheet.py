"""The common frame of a table sheet: title, notice, unit line, headings, units, how each column comes about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qhgep.workbook.core.cells import Sheet, Style
from qhgep.workbook.core.layout import FIRST, HEAD, METHODS, UNITS

CONTROL, PRESENTATION, WORKINGS, INPUTS, STORE, CHECKS = "000000", "1F4E78", "7F7F7F", "BF9000", "548235", "C00000"


_KEYS = {0: "甲", 1: "乙", 2: "丙"}
"""What stands in the unit row over the key columns, as in statutory tables."""


@dataclass(frozen=True, slots=True)
class Head:
    """A column's heading: name, unit, how it comes about, width, where its name leads."""

    name: str
    unit: str = ""
    method: str = ""
    width: float = 16
    link: str = ""


def table_sheet(
    name: str, title: str, heads: Sequence[Head], *, color: str, notice: str, left: str = "", units: bool = True,
    numbered: bool = False,
) -> Sheet:  # fmt: skip
    """A sheet with its head rows; data begin at row FIRST. `left` says whose and what period, `notice` what to beware of.

    A link stands on the row of units, since a linked cell does not wrap everywhere. The columns of a printed table are
    `numbered`: 甲 乙 for those that name its rows, 1 2 3 for the others.
    """
    sheet = Sheet(name, title, color, freeze=(FIRST, 2), repeat=(0, FIRST - 1))
    sheet.text(0, 0, title, "title")
    sheet.text(1, 0, notice, "notice")
    sheet.text(2, 0, f"填报单位：　　　　　　{left}" if numbered else left, "note")
    sheet.marked, sheet.keys = notice, 2
    keys = sum(not head.unit and not head.method for head in heads[:3]) if numbered else 0
    for column, head in enumerate(heads):
        sheet.text(HEAD, column, head.name, "head", "" if units else head.link)
        if units:
            sheet.text(
                UNITS, column, head.unit or ("—" if column < keys else _KEYS.get(column, "—")), "unit", head.link
            )
            method = head.method or "—"
            own = _KEYS[column] if column < keys else f"{column - keys + 1}"
            sheet.text(
                METHODS,
                column,
                own if numbered and method == "—" else f"{own}：{method}" if numbered else method,
                "unit",
            )
        sheet.widths[column] = head.width
    return sheet


def plain_sheet(name: str, title: str, heads: Sequence[Head], *, color: str, notice: str, left: str = "") -> Sheet:
    """A sheet of text rows: the same frame without units and methods; data begin at row HEAD + 1."""
    sheet = table_sheet(name, title, heads, color=color, notice=notice, left=left, units=False)
    sheet.freeze = (HEAD + 1, 1)
    sheet.repeat = (0, HEAD)
    sheet.keys = 1
    return sheet


def row_of_texts(sheet: Sheet, row: int, texts: Sequence[str], style: Style = "text") -> None:
    """One row of text cells."""
    for column, text in enumerate(texts):
        sheet.text(row, column, text, style)
