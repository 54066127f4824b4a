"""What a workbook is before it is a file: sheets of typed cells. Text can never become a formula here."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Kind = Literal["import", "step", "total"]
Style = Literal[
    "title", "heading", "notice", "note", "section", "head", "unit", "text", "code", "wrap", "input", "coefficient", "parameter", "formula", "import",
    "total", "share", "money", "fen", "verdict", "missing", "integer", "raw", "foot", "right", "label",
    "key", "fixed", "plain", "choice", "fill", "day", "nil", "amount", "figure",
    "nil_whole", "nil_four", "sum", "sum_whole", "sum_four",
]  # fmt: skip
NO_VALUE = "#N/A"
"""What a cell shows where a formula has no value."""
WORDS: Mapping[str, str] = {"missing": "缺", "not_applicable": "不适用", "absent": "未核算"}
"""What is printed for a cell without a number; a total passes over these words, a step does not meet them."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text cell; `link` is an address inside the workbook to jump to. An empty text is a blank cell that has a style."""

    text: str
    style: Style = "text"
    link: str = ""


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """A number typed into a cell: an input, a coefficient, a parameter."""

    value: float
    style: Style = "input"


@dataclass(frozen=True, slots=True)
class LiveFormula:
    """A live formula (without `=`) with the value that the engine has for it; None is shown as #N/A.

    `scale` is the size of what a difference is taken of: it says how near to zero is zero.
    """

    formula: str
    value: float | str | None
    kind: Kind
    style: Style = "formula"
    scale: float = 0.0


Content = Text | TypedNumber | LiveFormula
_FEW_BARS = 6
"""The bars for which a chart has room at least: a lower one leaves labels out."""


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar chart of cells of a sheet: one bar for each cell of two ranges of one column or row, from top to bottom.

    `rows` are left free below `row` for it; `alt` says in words what it shows.
    """

    row: int
    title: str
    unit: str
    sheet: str
    names: tuple[int, int, int, int]
    values: tuple[int, int, int, int]
    alt: str
    width: int = 760
    """Of the drawing, in pixels."""
    largest: float = math.inf
    """The length of its longest bar: the axis of short ones has decimals."""

    @property
    def count(self) -> int:
        """How many bars it has."""
        first, left, last, right = self.values
        return (last - first + 1) * (right - left + 1)

    @property
    def rows(self) -> int:
        """The rows it stands over: four for three bars, and those of title and axis."""
        return max(self.count, _FEW_BARS) + self.count // 3 + 7


@dataclass(frozen=True, slots=True)
class Lines:
    """A line chart of cells of a sheet: one line for each row, its name in one cell, its points in a range; `names` are below them.

    `rows` are left free below `row` for it; `alt` says in words what it shows.
    """

    row: int
    title: str
    unit: str
    sheet: str
    names: tuple[int, int, int, int]
    series: tuple[tuple[tuple[int, int], tuple[int, int, int, int]], ...]
    alt: str
    width: int = 760
    """Of the drawing, in pixels."""
    largest: float = math.inf
    """Its highest point: the axis of low ones has decimals."""

    @property
    def rows(self) -> int:
        """The rows it stands over."""
        return 18 + len(self.series)


@dataclass(frozen=True, slots=True)
class Columns:
    """A waterfall chart: columns that stand on unseen ones. `names` below them; each part is a name, its cells and its colour.

    The first part is the one that is not seen. `rows` are left free below `row` for it; `alt` says in words what it shows.
    """

    row: int
    title: str
    unit: str
    sheet: str
    names: tuple[int, int, int, int]
    parts: tuple[tuple[str, tuple[int, int, int, int], str], ...]
    alt: str
    width: int = 760
    """Of the drawing, in pixels."""

    @property
    def rows(self) -> int:
        """The rows it stands over."""
        return 20


@dataclass(frozen=True, slots=True)
class Points:
    """A chart of points: one for each row of two ranges of one column (across, up); `labels` name them, `units` the axes.

    `rows` are left free below `row` for it; `alt` says in words what it shows.
    """

    row: int
    title: str
    units: tuple[str, str]
    sheet: str
    labels: tuple[str, ...]
    across: tuple[int, int, int, int]
    up: tuple[int, int, int, int]
    alt: str
    width: int = 760
    """Of the drawing, in pixels."""

    @property
    def rows(self) -> int:
        """The rows it stands over."""
        return 26


Chart = Bars | Lines | Columns | Points


@dataclass(frozen=True, slots=True)
class Validation:
    """What may be typed into a block of cells, and what the program says about it.

    `kind` list: `low` is the block of the choices; decimal and date: limits as numbers, dates or addresses (None: open);
    any: nothing is refused, the prompt alone is shown.
    """

    first: tuple[int, int]
    last: tuple[int, int]
    kind: Literal["list", "decimal", "date", "any"]
    title: str
    prompt: str
    error: str = ""
    low: str | date | None = None
    high: str | date | None = None


@dataclass
class Sheet:
    """One sheet: its cells by (row, column) from zero, and how it is looked at."""

    name: str
    title: str
    color: str
    cells: dict[tuple[int, int], Content] = field(default_factory=dict)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    freeze: tuple[int, int] = (0, 0)
    repeat: tuple[int, int] | None = None
    landscape: bool = True
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    names: dict[str, tuple[int, int]] = field(default_factory=dict)
    links: dict[tuple[int, int], str] = field(default_factory=dict)
    """Where a cell with a number leads: an address inside the workbook. A text cell has its own link."""
    marked: str = ""
    """What the header of every page says: partial, and what the figures rest on."""
    number: str = ""
    """The number and unit of a statutory table, at the right above the headings."""
    relations: list[str] = field(default_factory=list)
    """What must hold between the columns and rows of the table, printed below it."""
    notes: list[str] = field(default_factory=list)
    """Notes to rows of the table, each once, printed below it."""
    _noted: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    signed: bool = False
    """Whether the line for signatures stands below the table."""
    filled: bool = False
    """Whether the columns share the whole width of its one page."""
    charts: list[Chart] = field(default_factory=list)
    groups: list[int] = field(default_factory=list)
    """Columns that begin a page."""
    pages: list[int] = field(default_factory=list)
    """The first column of every page after its keys, once the sheet is laid on paper (`qhgep.workbook.core.pagination`)."""
    row_breaks: list[int] = field(default_factory=list)
    """Rows that begin a page."""
    validations: list[Validation] = field(default_factory=list)
    pending: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Blocks whose cells are coloured while they say 待填."""
    verdicts: list[tuple[int, int, int, int]] = field(default_factory=list)
    """Blocks whose words 通过 and 不通过 are coloured too."""
    keys: int = 2
    """The columns that every page repeats."""
    breaks: tuple[int, ...] = ()
    """The columns at which a new page begins; with them `scale` (percent) holds instead of fitting the width."""
    scale: int = 100
    printed: int = 0
    """How many columns are printed where it is not all of them; the others are for programs."""

    def put(self, row: int, column: int, content: Content) -> None:
        """Put a cell; a place is written once."""
        if (row, column) in self.cells:
            message = f"{self.name}: cell {row},{column} is written twice"
            raise AssertionError(message)
        self.cells[row, column] = content

    def note(self, text: str) -> str:
        """The number under which a note stands below the table; the same text has one number."""
        if not text:
            return ""
        if text not in self._noted:
            self.notes.append(f"注{len(self.notes) + 1}：{text}")
            self._noted[text] = f"注{len(self.notes)}"
        return self._noted[text]

    def text(self, row: int, column: int, text: str, style: Style = "text", link: str = "") -> None:
        """Put a text cell; an empty text leaves the cell empty. What a cell cannot hold is replaced or cut."""
        if text:
            self.put(row, column, Text(_holdable(text), style, link))


_MOST = 32000
"""Characters of a text cell; a cell holds 32,767."""
_NOT_HELD = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def _holdable(text: str) -> str:
    """A text as a cell of an xlsx holds it: lines end in a line feed, other control characters are shown as �."""
    lines = _NOT_HELD.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))
    return lines if len(lines) <= _MOST else f"{lines[:_MOST]}……（过长，全文见原文件）"
