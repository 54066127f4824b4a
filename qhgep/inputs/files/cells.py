"""A spreadsheet or csv as its cells, before anything is believed of them: raw text, kind, formula, and where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

Kind = Literal["text", "number", "bool", "date", "error"]


class RawCell(NamedTuple):
    """One filled cell. `text` is what is stored: digits as in the file, never through a float; an error is its code (#N/A).

    `formula` is the formula without `=` where there is one; then `text` is the cached value, empty where none is cached.
    A date has its ISO text. A blank cell is no RawCell. A tuple, since a table has half a million of them.
    """

    kind: Kind
    text: str
    place: str
    """`file › sheet › D7`, for messages; in csv `file:line` and the column."""
    formula: str = ""
    percent: bool = False
    """Whether the number format shows the number as percent."""
    decimals: int | None = None
    """How many decimals the number format shows; None where it says nothing of them."""

    def at(self, place: str) -> RawCell:
        """The cell with another place."""
        return RawCell(self.kind, self.text, place, self.formula, self.percent, self.decimals)


@dataclass(frozen=True)
class RawSheet:
    """The cells of a sheet by (row, column) from zero, and what a reader must know about them."""

    name: str
    cells: Mapping[tuple[int, int], RawCell]
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """Merged ranges: first row, first column, last row, last column."""
    hidden: bool = False
    hidden_rows: frozenset[int] = field(default_factory=frozenset)
    hidden_columns: frozenset[int] = field(default_factory=frozenset)
    lines: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """Of a csv: filled row -> the number of its line as an editor counts it, and how many fields it has."""

    @property
    def extent(self) -> tuple[int, int]:
        """One past the last filled row and column; (0, 0) for an empty sheet."""
        rows = [row for row, _ in self.cells]
        columns = [column for _, column in self.cells]
        return (max(rows) + 1, max(columns) + 1) if rows else (0, 0)


@dataclass(frozen=True)
class RawBook:
    """The sheets of a file in their order; a csv is a book of one sheet. `encoding` is that of a csv."""

    file: str
    sheets: tuple[RawSheet, ...]
    encoding: str = ""
