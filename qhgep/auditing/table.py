"""Reading a published table (its columns: `qhgep.auditing`). All problems of a file are collected."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from qhgep.auditing.dimensions import without_period
from qhgep.auditing.figure import Cell, Figure, figure, ratio
from qhgep.auditing.headings import WORDS, PrintedHeadings, read_printed
from qhgep.auditing.printed_table import Prices, PrintedRow, TableAsPrinted
from qhgep.auditing.statements import COLUMNS, EVERY, Statements, is_count, is_unit_change
from qhgep.auditing.unprinted import Way
from qhgep.auditing.unsaid_units import with_unsaid_units
from qhgep.errors import InputError, Problems, UnitError
from qhgep.inputs.figures import half_width
from qhgep.inputs.names import normal
from qhgep.inputs.wide.header import is_note
from qhgep.units import Spelling, counted, dimension, is_no_unit, spelled

REQUIRED = ("row",)
NUMBERS = ("quantity", "price", "value")
"""Columns of numbers, each with a column of its units."""
OPTIONAL = (
    *(name for number in NUMBERS for name in (number, f"{number}_unit")), "factor", "total_of", "share", "share_of",
    "exact", "rounded", "low", "high", "reason", "name", "note",
)  # fmt: skip
_LIMITS = ("low", "high")
_OF_EVERY = frozenset({"row", "exact", "rounded", "name", "note"})
"""What the row `*` may fill: statements on whole columns."""
_WORDS = frozenset({"row", "name", "note", "reason"})
"""Columns of words, which stay as they are printed."""
_BETWEEN = re.compile(r"[、,+]")
"""What stands between the rows of a total where there are no blanks, after `half_width`."""
_LINK = re.compile(r"\[(\S+)(?:\s+(\S+))?\]")


def read_table(path: Path, *, prices: Prices = "exact") -> TableAsPrinted:
    """Read a table. Raises InputError with every problem: columns, numbers, unit spellings, names of rows."""
    problems = Problems()
    reader = TableReader(path.name, problems, exact=prices == "exact")
    printed = read_printed(path, REQUIRED + OPTIONAL, problems)
    if printed is not None and _has_columns(printed, problems):
        reader.heading_units = printed.units
        for row, cells in printed.rows(problems):
            if not _is_note(cells):
                reader.read(row.place, cells)
        if printed.table.is_sound and not reader.rows and not problems.items:
            problems.add("audit_empty", path.name)
        if not printed.table.is_sound:
            problems.raise_if_any(InputError)  # a row that was left out is not wanting by name besides
    problems.raise_if_any(InputError)
    return with_unsaid_units(reader.table())


def _is_note(cells: Mapping[str, str]) -> bool:
    """Whether a line is a note below the table: it begins as one, and none of its cells states anything of a row."""
    text = normal(cells["row"])
    return (is_note(text) or text in WORDS["note"]) and not any(
        text for column, text in cells.items() if column not in _WORDS
    )


def _has_columns(printed: PrintedHeadings, problems: Problems) -> bool:
    """Whether no column is wanting, unknown or there twice; what is amiss is noted."""
    amiss = _amiss(printed.header)
    if amiss:
        named = {
            "amiss": "、".join(dict.fromkeys(amiss)),
            "required": ",".join(REQUIRED),
            "optional": ",".join(OPTIONAL),
        }
        problems.add("audit_header", printed.table.place, **named)
    return not amiss


def _amiss(header: Sequence[str]) -> list[str]:
    """The columns that a header lacks, does not have, or has twice; a column of numbers needs that of its units."""
    wanted = (*REQUIRED, *(f"{number}_unit" for number in NUMBERS if number in header))
    amiss = [column for column in wanted if column not in header]
    return amiss + [column for column in header if column not in REQUIRED + OPTIONAL or header.count(column) > 1]


class TableReader:
    """Takes in the lines of a table, given as cells by column, noting every problem."""

    def __init__(self, name: str, problems: Problems, *, exact: bool, counts: bool = True) -> None:
        """`exact`: prices and factors are exact as printed; `counts`: so are whole numbers of people and things."""
        self.name, self.problems, self.exact, self.counts = name, problems, exact, counts
        self.rows: dict[str, PrintedRow] = {}
        self.figures: dict[Cell, Figure] = {}
        self.limits: dict[Cell, Figure] = {}
        self.units: dict[Cell, tuple[str, Spelling]] = {}
        self.links: dict[Cell, Cell] = {}
        self.statements = Statements(problems)
        self.heading_units: Mapping[str, str] = {}
        """Column of units -> the unit that the heading names for every row."""

    def read(self, place: str, cells: Mapping[str, str]) -> None:
        """Take in one line; digits and signs may be full-width ones, as in the tables of inputs."""
        cells = {column: text if column in _WORDS else half_width(text) for column, text in cells.items()}
        row = cells["row"]
        if row == EVERY and not any(text for column, text in cells.items() if column not in _OF_EVERY):
            self.statements.read(place, row, cells)
            return
        if not row or row in self.rows or row.startswith("-") or row in {EVERY, "|"} or len(row.split()) != 1:
            self.problems.add("audit_row", place, found=row)
            return
        missing = [column for column in NUMBERS if not self._figure(place, row, column, cells)]
        self._percent(place, row, cells)
        for column in _LIMITS:
            self._limit(place, row, column, cells)
        self.statements.read(place, row, cells)
        self.rows[row] = PrintedRow(
            row, place, cells.get("name", ""), tuple(missing),
            self._factors(place, row, cells.get("factor", "")), _sums_named(cells.get("total_of", "")),
            cells.get("share_of", ""), cells.get("reason", ""),
        )  # fmt: skip

    def _figure(self, place: str, row: str, column: str, cells: Mapping[str, str]) -> bool:
        """Note a figure; False where it is printed without a unit."""
        text, units = cells.get(column, ""), f"{column}_unit"
        spelling = cells.get(units, "") or self.heading_units.get(units, "")
        meaning = self._unit(place, spelling)
        if meaning is not None:
            self.units[row, column] = (spelling, meaning)
        if not text or (column != "value" and self._link(place, row, column, text)):
            return True
        if meaning is None:
            self._number(place, column, text, ("", spelled("1")))
            return False
        read = self._number(place, column, text, (spelling, meaning), exact=self.exact and column == "price")
        if read is not None:
            self.figures[row, column] = read
        return True

    def _link(self, place: str, row: str, column: str, text: str) -> bool:
        """Note a cell that names another row: `[X]` is the value of X, `[X quantity]` its quantity."""
        found = _LINK.fullmatch(text)
        if found is None:
            return False
        named = COLUMNS.get(found[2] or "value", "")
        if named not in NUMBERS:
            self.problems.add("audit_link", place, column=column, found=text)
        else:
            self.links[row, column] = (found[1], named)
        return True

    def _number(
        self, place: str, column: str, text: str, unit: tuple[str, Spelling], *, exact: bool = False
    ) -> Figure | None:
        read = figure(text, *unit, exact=exact)
        if read is None and column.partition(" ")[0] in {"price", "factor"}:
            read = ratio(text, *unit)
        if read is None:
            self.problems.add("audit_number", place, column=column, found=text)
        return read

    def _unit(self, place: str, text: str) -> Spelling | None:
        """What a unit cell means; None where it is empty or no unit. A spelling that is not known is a problem."""
        try:
            return None if is_no_unit(text) else counted(text, where=place)
        except UnitError as error:
            self.problems.take(error)
        return None

    def _percent(self, place: str, row: str, cells: Mapping[str, str]) -> None:
        text = cells.get("share", "").rstrip("%％").strip()
        if text:
            read = self._number(place, "share", text, ("%", spelled("%")))
            if read is not None:
                self.figures[row, "share"] = read

    def _limit(self, place: str, row: str, column: str, cells: Mapping[str, str]) -> None:
        text, printed = cells.get(column, ""), self.figures.get((row, "quantity"))
        if text and printed is None:
            self.problems.add("audit_limit", place, column=column)
        elif text and printed is not None:
            read = self._number(place, column, text, (printed.spelling, printed.meaning), exact=True)
            if read is not None:
                self.limits[row, column] = read

    def _factors(self, place: str, row: str, text: str) -> dict[str, int]:
        """`0.24; / 0.93 t/m3` as figures of the columns `factor 1`, `factor 2`, with their powers."""
        powers: dict[str, int] = {}
        for number, part in enumerate((part.strip() for part in text.split(";") if part.strip()), start=1):
            column, power = f"factor {number}", -1 if part.startswith("/") else 1
            if self._factor(place, row, column, part.lstrip("/").strip(), power):
                powers[column] = power
            else:
                self.problems.add("audit_factor", place, found=part)
        return powers

    def _factor(self, place: str, row: str, column: str, text: str, power: int) -> bool:
        """Note a factor, with a unit or without; False where it cannot be read, or divides by zero."""
        if self._link(place, row, column, text):
            return True
        digits, _, unit = text.partition(" ")
        meaning = self._unit(place, unit.strip() or "1")
        if meaning is None:
            return False
        read = self._number(place, column, digits, (unit.strip() or "1", meaning), exact=self.exact)
        if read is None or (power < 0 and not read.value):
            return False
        self.figures[row, column] = replace(read, exact=read.exact or is_unit_change(read))
        return True

    def table(self) -> TableAsPrinted:
        """The table, with every name of a row resolved and every figure as exact as it is stated."""
        single = tuple((1, row.row) for row in self.rows.values() if not row.totals)
        rows = {name: self._resolved(row, single) for name, row in self.rows.items()}
        self.links = {cell: (self._named(row), column) for cell, (row, column) in self.links.items()}
        links = {cell: self._linked(cell) for cell in self.links}
        self._check_links(links)
        self.problems.raise_if_any(InputError)
        counted = {cell: replace(one, exact=one.exact or self._counts(cell, one)) for cell, one in self.figures.items()}
        figures = dict(self.statements.applied(counted))
        return TableAsPrinted(self.name, rows, figures, self.limits, links=links, units=self.units)

    def _counts(self, cell: Cell, one: Figure) -> bool:
        """Whether a figure is an exact count: a quantity, or the value of a row that is no product."""
        row, column = cell
        product = any((row, other) in {*self.figures, *self.links} for other in ("quantity", "price"))
        return self.counts and is_count(one) and (column == "quantity" or (column == "value" and not product))

    def _linked(self, cell: Cell) -> Cell:
        """The printed figure that a cell is by way of the rows that it names."""
        seen, at = [cell], self.links[cell]
        while at in self.links and at not in seen:
            seen.append(at)
            at = self.links[at]
        place = self.rows[cell[0]].place
        if at[0] not in self.rows:
            self.problems.add("audit_unknown", place, found=at[0])
        elif at in seen:
            self.problems.add("audit_itself", place, found=cell[0])
        return at

    def _check_links(self, links: Mapping[Cell, Cell]) -> None:
        """Note every cell that names another row and gives another kind of unit than that figure has."""
        for cell, at in links.items():
            own, linked = self.units.get(cell), self.figures.get(at)
            if own and linked and dimension(without_period(own[1].unit)) != dimension(without_period(linked.unit)):
                facts = {"found": " ".join(at), "unit": own[0], "linked": linked.spelling}
                self.problems.add("audit_link_unit", self.rows[cell[0]].place, column=cell[1], **facts)

    def _resolved(self, row: PrintedRow, single: tuple[tuple[int, str], ...]) -> PrintedRow:
        totals = tuple(
            single if way == ((1, EVERY),) else
            tuple(member for sign, word in way for member in (single if word == EVERY else self._members(sign, word)))
            for way in row.totals
        )  # fmt: skip
        row = replace(row, share_of=self._named(row.share_of))
        named = [name for way in totals for _, name in way] + ([row.share_of] if row.share_of else [])
        for name in dict.fromkeys(named):
            if name not in self.rows:
                self.problems.add("audit_unknown", row.place, found=name)
        if row.row in [name for way in totals for _, name in way]:
            self.problems.add("audit_itself", row.place, found=row.row)
        return replace(row, totals=totals)

    def _members(self, sign: int, word: str) -> Way:
        """The rows that a word of a total means: one, or several with 、 or + between them."""
        name = self._named(word)
        parts = [part for part in _BETWEEN.split(word) if part]
        if name in self.rows or len(parts) < 2:  # noqa: PLR2004 - a list has two
            return ((sign, name),)
        return tuple((sign, self._named(part)) for part in parts)

    def _named(self, name: str) -> str:
        """The row that a name means, whose signs may have another width; the name itself where there is none, or are two."""
        alike = [name] if name in self.rows else self._folded.get(normal(name), ())
        return alike[0] if len(alike) == 1 else name

    @cached_property
    def _folded(self) -> Mapping[str, Sequence[str]]:
        """Name without the width of its signs -> the rows of that name."""
        found: dict[str, list[str]] = {}
        for row in self.rows:
            found.setdefault(normal(row), []).append(row)
        return found


def _sums_named(text: str) -> tuple[Way, ...]:
    """The ways to a total, each the rows that it adds with their signs."""
    ways = [way.split() for way in text.split("|") if way.strip()]
    return tuple(tuple((-1, word[1:]) if word.startswith("-") else (1, word) for word in way) for way in ways)
