"""The cells of one sheet of an xlsx, streamed: type, stored text, formula and error, nothing interpreted away."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from qhgep.errors import InputError, Problems, problem
from qhgep.inputs.files.address import area, position, shown
from qhgep.inputs.files.cells import Kind, RawCell, RawSheet
from qhgep.inputs.files.preflight import MOST_CELLS, MOST_COLUMNS, MOST_ROWS, without_far_blanks
from qhgep.inputs.files.xlsx_package import MOST_TEXT, Package, SheetPart, feed, local, plain_index, says_yes, unescaped

MOST_MERGED = 20_000
MOST_PROBLEMS = 1_000
"""Problems of a sheet after which it is not read on: a person mends the first of them."""
_WHOLE_DAY, _LEAP_BUG = 1.0, 60
_LAST_SERIAL = 2_958_466
_LOGICAL = {"1": "TRUE", "true": "TRUE", "0": "FALSE", "false": "FALSE"}
_UNSAID = "…"
"""Stands for the text of a formula that the file does not hold."""
_LITERAL = re.compile(r'=?\s*(?:"(?P<text>(?:[^"]|"")*)"|(?P<number>[-+]?[0-9]+(?:\.[0-9]+)?))\s*')
"""A formula that is one text or number, such as ="632621": it means itself, also where no program has computed it."""


@dataclass
class _Cell:
    """The cell that is being read."""

    row: int
    column: int
    type: str
    style: str | None
    value: list[str] = field(default_factory=list)
    formula: list[str] = field(default_factory=list)
    has_value: bool = False
    has_formula: bool = False
    shared: str = ""
    length: int = 0


class SheetTarget:
    """Takes the events of a worksheet part and keeps its filled cells."""

    def __init__(self, place: str, package: Package, problems: Problems, room: int) -> None:
        self.place, self.package, self.problems, self.room = place, package, problems, room
        self.cells: dict[tuple[int, int], RawCell] = {}
        self.merged: list[tuple[int, int, int, int]] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.dimension: tuple[int, int, int, int] | None = None
        self._row = self._column = -1
        self._rows: set[int] = set()
        self._columns: set[int] = set()
        self._cell: _Cell | None = None
        self._into: list[str] | None = None
        self._reading = False
        self._shared: dict[str, str] = {}

    # --- events -------------------------------------------------------------------------------------

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        name = local(tag)
        if self._cell is not None:
            self._inside(name, attributes, self._cell)
        elif name == "c":
            self._open(attributes)
        elif name == "row":
            self._open_row(attributes)
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif name == "col" and _is_hidden(attributes) and len(self.hidden_columns) < MOST_COLUMNS:
            first, last = (plain_index(attributes.get(end)) for end in ("min", "max"))
            if first and last:
                self.hidden_columns |= set(range(first - 1, min(last, MOST_COLUMNS)))
        elif name == "dimension":
            self.dimension = area(attributes.get("ref", ""))

    def end(self, tag: str) -> None:
        """An element ends."""
        name = local(tag)
        if name == "c" and self._cell is not None:
            self._close(self._cell)
            self._cell = None
        elif name == "rPh":
            self._reading = False
        if name in {"v", "f", "t"}:
            self._into = None

    def data(self, text: str) -> None:
        """A piece of text, kept only inside a value, a formula or an inline string."""
        if self._into is None or self._cell is None:
            return
        self._cell.length += len(text)
        if self._cell.length > MOST_TEXT:
            raise InputError(problem("workbook_token", self._at(self._cell), most=MOST_TEXT // 1024))
        self._into.append(text)

    # --- rows and cells -----------------------------------------------------------------------------

    def _open_row(self, attributes: Mapping[str, str]) -> None:
        number = attributes.get("r", "")
        row = plain_index(number)
        if number and row is None:
            raise InputError(problem("worksheet_address", self.place, address=quoted(number, 20)))
        self._row = self._row + 1 if row is None else row - 1
        self._column = -1
        self._columns = set()
        if self._row < 0:
            raise InputError(problem("workbook_rows", self.place, row=self._row + 1, most=MOST_ROWS))
        if self._row >= MOST_ROWS:
            return  # blank rows to the end of the sheet; a cell with anything in it is refused
        if self._row in self._rows:
            self._count()
            self.problems.add("sheet_row_twice", self.place, row=self._row + 1)
        self._rows.add(self._row)
        if says_yes(attributes.get("hidden")) or attributes.get("ht") in {"0", "0.0"}:
            self.hidden_rows.add(self._row)

    def _open(self, attributes: Mapping[str, str]) -> None:
        address, place = attributes.get("r"), (self._row, self._column + 1)
        if address is not None and address != shown(*place):  # mostly the cell behind the last
            place = position(address) or (-1, -1)
        if place[0] != self._row:
            raise InputError(problem("worksheet_address", self.place, address=(address or "")[:20]))
        self._column = place[1]
        self._cell = _Cell(*place, attributes.get("t", "n"), attributes.get("s"))
        if self._column in self._columns:
            self._count()
            self.problems.add("cell_twice", self._at(self._cell))
        self._columns.add(self._column)

    def _inside(self, name: str, attributes: Mapping[str, str], cell: _Cell) -> None:
        if name in {"v", "is"}:
            self._once(cell, there=cell.has_value)
            cell.has_value = True
            self._into = cell.value if name == "v" else None
        elif name == "f":
            self._once(cell, there=cell.has_formula)
            cell.has_formula, self._into = True, cell.formula
            cell.shared = attributes.get("si", "") if attributes.get("t") == "shared" else ""
        elif name == "rPh":
            self._reading = True
        elif name == "t" and cell.type == "inlineStr" and not self._reading:
            self._into = cell.value

    def _once(self, cell: _Cell, *, there: bool) -> None:
        """Note a second value or formula of a cell: joined they would be a number that nobody typed."""
        if there:
            self._count()
            self.problems.add("cell_twice", self._at(cell))

    def _at(self, cell: _Cell) -> str:
        return f"{self.place} › {shown(cell.row, cell.column)}"

    def _close(self, cell: _Cell) -> None:
        formula = ""
        if cell.has_formula:
            formula = "".join(cell.formula) or self._shared.get(cell.shared, "") or _UNSAID
            if cell.shared and cell.formula:
                self._shared[cell.shared] = formula
        text = "".join(cell.value)
        if not formula and not text:
            return
        self._within(cell)
        kind, text, percent = self._meaning(cell, text)
        if not formula and not text:
            return
        if not text and (literal := _LITERAL.fullmatch(formula)):
            kind = "text" if literal["text"] is not None else "number"
            text = literal["number"] or literal["text"].replace('""', '"')
        self._count()
        if len(self.cells) >= self.room:
            raise InputError(problem("workbook_cells", self.place, most=MOST_CELLS))
        decimals = self.package.style(cell.style).decimals if kind == "number" else None
        self.cells[cell.row, cell.column] = RawCell(kind, text, self._at(cell), formula, percent, decimals)

    def _within(self, cell: _Cell) -> None:
        """Refuse a filled cell beyond the extent that is read."""
        if cell.row >= MOST_ROWS:
            raise InputError(problem("workbook_rows", self.place, row=cell.row + 1, most=MOST_ROWS))
        if cell.column >= MOST_COLUMNS:
            raise InputError(problem("workbook_columns", self.place, column=cell.column + 1, most=MOST_COLUMNS))

    def _count(self) -> None:
        if len(self.problems.items) > MOST_PROBLEMS:
            raise InputError(problem("worksheet_many", self.place, most=MOST_PROBLEMS))

    def _meaning(self, cell: _Cell, text: str) -> tuple[Kind, str, bool]:
        """Kind and text of a cell by its type, and whether it shows percent; what means nothing is noted and an error."""
        kind: Kind = "text"
        percent = False
        match cell.type:
            case "s" if self._is_string(text):
                text = self.package.strings[int(text)]
            case "str" | "inlineStr":
                text = unescaped(text)
            case "b" if text.strip() in _LOGICAL:
                kind, text = "bool", _LOGICAL[text.strip()]
            case "e":
                kind = "error"
            case "d":
                kind = "date"
            case "n":
                style = self.package.style(cell.style)
                kind, text, percent = ("date" if style.date and text else "number"), text.strip(), style.percent
                text = _day(text, since_1904=self.package.since_1904) if kind == "date" else text
            case _ if text:
                self.problems.add("cell_broken", self._at(cell), type=cell.type[:20], text=quoted(text))
                kind = "error"
        if not text and cell.type not in {"str", "inlineStr"}:
            kind = "number"  # a formula that no program has computed: its text, if it is one, is not known
        return kind, text, percent

    def _is_string(self, text: str) -> bool:
        index = plain_index(text.strip())
        return index is not None and index < len(self.package.strings)

    def _merge(self, reference: str) -> None:
        found = area(reference)
        if found is None or len(self.merged) >= MOST_MERGED:
            raise InputError(problem("worksheet_merged", self.place, range=quoted(reference), most=MOST_MERGED))
        self.merged.append((*found[:3], min(found[3], MOST_COLUMNS - 1)))


def _is_hidden(column: Mapping[str, str]) -> bool:
    return says_yes(column.get("hidden")) or column.get("width") in {"0", "0.0"}


def quoted(text: str, most: int = 40) -> str:
    """A text of the file for a message: on one line, without control characters, cut where it is long."""
    shown_text = "".join(char if char.isprintable() else " " for char in text)
    return shown_text if len(shown_text) <= most else f"{shown_text[: most - 1]}…"


def _day(text: str, *, since_1904: bool) -> str:
    """A serial day as ISO text; the text itself where it is no day. Excel counts a 29 February 1900."""
    try:
        serial = float(text)
    except ValueError:
        return text
    if not 0 <= serial < _LAST_SERIAL:
        return text
    first = datetime(1899, 12, 31 if serial < _LEAP_BUG else 30)  # noqa: DTZ001 - a spreadsheet has no zones
    start = datetime(1904, 1, 1) if since_1904 else first  # noqa: DTZ001 - likewise
    try:
        moment = start + timedelta(days=serial)
    except OverflowError:
        return text
    if serial % _WHOLE_DAY:
        return moment.replace(microsecond=0).isoformat(sep=" ")
    return moment.date().isoformat()


def read_sheet(
    archive: zipfile.ZipFile, sheet: SheetPart, file: str, package: Package, problems: Problems, room: int
) -> RawSheet:
    """The cells of a sheet. Raises InputError where it is too large, else what `feed` raises."""
    name = quoted(sheet.name)
    target = SheetTarget(f"{file} › {name}", package, problems, room)
    feed(archive, sheet.part, target, without=without_far_blanks)
    found = RawSheet(
        name, target.cells, tuple(target.merged), sheet.hidden, frozenset(target.hidden_rows),
        frozenset(target.hidden_columns),
    )  # fmt: skip
    declared, (rows, columns) = target.dimension, found.extent
    if declared is not None and (rows > declared[2] + 1 or columns > declared[3] + 1):
        facts = {"declared": shown(declared[2], declared[3]), "true": shown(rows - 1, columns - 1)}
        problems.warn("worksheet_dimension", target.place, **facts)
    return found
