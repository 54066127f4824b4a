"""One sheet of a workbook, read whole: its cells with all that they carry, its rows, and every other element."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from qhgep.errors import Problems, WorkbookError, problem
from qhgep.inputs.files.address import position
from qhgep.inputs.files.xlsx_package import feed_bytes, local, plain_index, unescaped
from qhgep.workbook.core.layout import a1
from qhgep.workbook.core.nodes import Tree, XmlNode

_MAIN = frozenset(
    {
        "",
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    }
)
"""The namespaces of the elements of a sheet (ECMA-376, transitional and strict); an element of another is none of them."""
_PLAIN_CELL = frozenset({"r", "s", "t"})
_WHOLE = re.compile(r"[+-]?[0-9]{1,300}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
MOST_SHARED = 5_000_000
"""Letters of the formulas that cells of a sheet share with another one, moved to each: a million take a second."""
MOST_PROBLEMS = 100
"""Problems of a sheet after which it is not read on."""


@cache
def _own(tag: str) -> str:
    """The name of an element of a sheet; of one of another namespace all of its tag, which is no name of a cell or row."""
    namespace, _, name = tag.rpartition("}")
    return name if namespace in _MAIN else tag


Marks = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileCell:
    """A cell as it is in a file: its formula without `=` (None where it is a constant) and its value.

    `marks`: what the cell carries besides, such as letters of several looks or an array of cells for one formula.
    """

    formula: str | None
    value: Any
    marks: Marks = ()


@dataclass(frozen=True, slots=True)
class String:
    """A shared string: its text, and what it carries besides."""

    text: str
    marks: Marks = ()


@dataclass
class Page:
    """A sheet of a file: cells that are filled, the style number of every cell, rows by number, and all other elements."""

    cells: dict[str, FileCell] = field(default_factory=dict)
    styles: dict[str, int] = field(default_factory=dict)
    rows: dict[int, Mapping[str, str]] = field(default_factory=dict)
    rest: XmlNode = field(default_factory=lambda: XmlNode("", {}))


@dataclass(slots=True)
class _OpenCell:
    """The cell that is being read."""

    address: str
    type: str
    formula: list[str] | None = None
    value: list[str] | None = None
    text: list[str] | None = None
    shared: str = ""
    marks: list[str] = field(default_factory=list)


class PageTarget(Tree):
    """Takes the events of a worksheet part. A cell with two values, or one that stands twice, is noted in `problems`."""

    def __init__(self, place: str, strings: Sequence[String], problems: Problems) -> None:
        super().__init__()
        self.page = Page()
        self._place, self._strings, self._problems = place, strings, problems
        self._inside = False
        self._cell: _OpenCell | None = None
        self._into: list[str] | None = None
        self._reading = 0
        self._row, self._column = -1, -1
        self._shared: dict[str, tuple[str, str]] = {}
        self._translators: dict[str, Any] = {}
        self._letters = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if not self._inside:
            self._inside = _own(tag) == "sheetData"
            super().start(tag, attributes)
        elif self._cell is not None:
            self._part(_own(tag), attributes, self._cell)
        elif _own(tag) == "c":
            self._begin(attributes)
        elif _own(tag) == "row":
            self._begin_row(attributes)
        else:
            self._open[-1].children.append(XmlNode(tag, attributes))

    def end(self, tag: str) -> None:
        """An element ends."""
        if not self._inside:
            super().end(tag)
            return
        name = _own(tag)
        if name == "sheetData":
            self._inside = False
            super().end(tag)
        elif self._cell is not None:
            self._into = None
            if name == "c":
                self._close(self._cell)
                self._cell = None
            elif name == "rPh":
                self._reading -= 1

    def data(self, text: str) -> None:
        """A piece of text."""
        if not self._inside:
            super().data(text)
        elif self._into is not None:
            self._into.append(text)

    # --- rows and cells -----------------------------------------------------------------------------

    def _begin_row(self, attributes: Mapping[str, str]) -> None:
        number = attributes.get("r", "")
        row = plain_index(number)
        if number and row is None:
            self._count()
            self._problems.add("worksheet_address", self._place, address=number[:20])
        self._row = self._row + 1 if row is None else row - 1
        self._column = -1
        if self._row in self.page.rows:
            self._count()
            self._problems.add("sheet_row_twice", self._place, row=self._row + 1)
        self.page.rows[self._row] = attributes

    def _begin(self, attributes: Mapping[str, str]) -> None:
        place = position(attributes["r"]) if "r" in attributes else (self._row, self._column + 1)
        if place is None or place[0] != self._row:
            self._count()
            self._problems.add("worksheet_address", self._place, address=attributes.get("r", "")[:20])
            place = (self._row, self._column + 1)
        self._column = place[1]
        address = a1(*place)
        if address in self.page.styles:
            self._count()
            self._problems.add("cell_twice", f"{self._place} › {address}")
        style = plain_index(attributes.get("s", "0"))
        self.page.styles[address] = -1 if style is None else style
        self._cell = _OpenCell(address, attributes.get("t", "n"))
        if not attributes.keys() <= _PLAIN_CELL:
            self._cell.marks += _shown("c", {name: attributes[name] for name in attributes.keys() - _PLAIN_CELL})

    def _part(self, name: str, attributes: Mapping[str, str], cell: _OpenCell) -> None:
        """An element inside a cell: value, formula, text; anything else is a mark."""
        if name == "v":
            self._into = cell.value = self._once(cell, cell.value)
        elif name == "f":
            self._into = cell.formula = self._once(cell, cell.formula)
            cell.shared = attributes.get("si", "") if attributes.get("t") == "shared" else ""
            cell.marks += _shown("f", attributes) if attributes else ()
        elif name == "is":
            cell.text = self._once(cell, cell.text)
        elif name == "t" and cell.text is not None:
            self._into = None if self._reading else cell.text
        else:
            self._reading += name == "rPh"
            cell.marks += _shown(name, attributes)

    def _once(self, cell: _OpenCell, known: list[str] | None) -> list[str]:
        if known is not None:
            self._count()
            self._problems.add("cell_twice", f"{self._place} › {cell.address}")
        return []

    def _count(self) -> None:
        if len(self._problems.items) > MOST_PROBLEMS:
            self._problems.raise_if_any(WorkbookError)

    def _close(self, cell: _OpenCell) -> None:
        formula = None if cell.formula is None else self._formula(cell, "".join(cell.formula))
        value, marks = self._value(cell)
        if formula is not None or value is not None or cell.marks:
            self.page.cells[cell.address] = FileCell(formula, value, (*cell.marks, *marks))

    def _formula(self, cell: _OpenCell, text: str) -> str:
        """The text of a formula; one that is shared is that of its first cell, moved."""
        if not cell.shared:
            return text
        if text:
            self._shared[cell.shared] = (cell.address, text)
            self._translators.pop(cell.shared, None)
            return text
        if cell.shared not in self._shared:
            return ""
        first, master = self._shared[cell.shared]
        self._letters += len(master)
        if self._letters > MOST_SHARED:
            raise WorkbookError(problem("workbook_shared", f"{self._place} › {cell.address}", most=MOST_SHARED))
        if cell.shared not in self._translators:
            from openpyxl.formula.translate import Translator  # slow to load, and only Excel writes such formulas

            self._translators[cell.shared] = Translator(f"={master}", first)
        return str(self._translators[cell.shared].translate_formula(cell.address)).removeprefix("=")

    def _value(self, cell: _OpenCell) -> tuple[Any, Marks]:
        """The value of a cell by its type; a type that does not fit is a mark."""
        kept = cell.text if cell.type == "inlineStr" else cell.value
        if kept is None:
            return None, ()
        text = "".join(kept)
        value: Any = text
        match cell.type:
            case "s" if (index := plain_index(text)) is not None and index < len(self._strings):
                return self._strings[index].text, self._strings[index].marks
            case "n":
                value = _number(text)
            case "b" if text in {"0", "1"}:
                value = text == "1"
            case "str" | "inlineStr":
                value = unescaped(text)
            case "e":
                pass
            case _:
                return value, (f"c t={cell.type}",)
        return value, ()


def _number(text: str) -> int | float | str | None:
    """A stored number; a text that is none stays a text, and is then no number that anybody wrote."""
    plain = text.strip()
    if _WHOLE.fullmatch(plain):
        return int(plain)
    if _NUMBER.fullmatch(plain):
        return float(plain)
    return text if plain else None


def _shown(name: str, attributes: Mapping[str, str]) -> list[str]:
    return [" ".join([name, *(f"{local(key)}={value}" for key, value in sorted(attributes.items()))])]


def read_page(data: bytes, place: str, strings: Sequence[String], problems: Problems) -> Page:
    """A worksheet part. Raises MALFORMED of `qhgep.inputs.files.xlsx_package`, ValueError where it is nested too deep."""
    target = PageTarget(place, strings, problems)
    feed_bytes(data, target)
    target.page.rest = target.root.children[0]
    return target.page


class _StringsTarget:
    """Takes the events of the shared strings."""

    def __init__(self) -> None:
        self.found: list[String] = []
        self._pieces: list[str] = []
        self._marks: list[str] = []
        self._reading = self._inside = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = _own(tag)
        if name == "si":
            self._pieces, self._marks = [], []
        elif name == "t":
            self._inside = not self._reading
        elif name != "sst":
            self._reading += name == "rPh"
            self._marks += _shown(name, attributes)

    def end(self, tag: str) -> None:
        name = _own(tag)
        self._inside = 0
        self._reading -= name == "rPh"
        if name == "si":
            self.found.append(String(unescaped("".join(self._pieces)), tuple(self._marks)))

    def data(self, text: str) -> None:
        if self._inside:
            self._pieces.append(text)


def read_strings(data: bytes) -> list[String]:
    """The shared strings of a workbook, in order; rich text is joined. Raises MALFORMED of `qhgep.inputs.files.xlsx_package`."""
    target = _StringsTarget()
    feed_bytes(data, target)
    return target.found
