"""Reading a published table (its columns: `qhgep.audit`). All problems of a file are collected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from qhgep.audit.figure import Figure, figure
from qhgep.audit.headings import PrintedHeadings, read_printed
from qhgep.errors import InputError, Problems, UnitError
from qhgep.units import Spelling, is_no_unit, spelled

Prices = Literal["exact", "rounded"]
Cell = tuple[str, str]
"""Row and column of a printed figure; the columns of factors are `factor 1`, `factor 2` ..."""
REQUIRED = ("row", "quantity", "quantity_unit", "price", "price_unit", "value", "value_unit")
OPTIONAL = ("factor", "total_of", "share", "share_of", "low", "high", "reason", "name", "note")
_LIMITS = ("low", "high")


@dataclass(frozen=True, slots=True)
class Row:
    """One printed row. `factors` maps the column of a factor to its power, 1 or -1."""

    row: str
    place: str
    name: str
    units_missing: tuple[str, ...]
    factors: Mapping[str, int]
    totals: tuple[tuple[tuple[int, str], ...], ...]
    share_of: str
    reason: str


@dataclass(frozen=True)
class Table:
    """A published table: its rows, and every printed figure that has a unit."""

    name: str
    rows: Mapping[str, Row]
    figures: Mapping[Cell, Figure]
    limits: Mapping[Cell, Figure] = field(default_factory=dict)
    """(row, low|high) -> a limit of the quantity."""


def read_table(path: Path, *, prices: Prices = "exact") -> Table:
    """Read a table. Raises InputError with every problem: columns, numbers, unit spellings, names of rows."""
    problems = Problems()
    reader = TableReader(path.name, problems, exact=prices == "exact")
    printed = read_printed(path, REQUIRED + OPTIONAL, problems)
    if printed is not None and _has_columns(printed, problems):
        for row, cells in printed.rows(problems):
            reader.read(row.place, cells)
        if printed.table.whole and not reader.rows and not problems.items:
            problems.add("audit_empty", path.name)
        if not printed.table.whole:
            problems.raise_if_any(InputError)  # a row that was left out is not wanting by name besides
    problems.raise_if_any(InputError)
    return reader.table()


def _has_columns(printed: PrintedHeadings, problems: Problems) -> bool:
    """Whether no column is wanting, unknown or there twice; what is amiss is noted."""
    found = printed.header
    amiss = [column for column in REQUIRED if column not in found]
    amiss += [column for column in found if column not in REQUIRED + OPTIONAL or found.count(column) > 1]
    if amiss:
        named = {
            "amiss": "、".join(dict.fromkeys(amiss)),
            "required": ",".join(REQUIRED),
            "optional": ",".join(OPTIONAL),
        }
        problems.add("audit_header", printed.table.place, **named)
    return not amiss


class TableReader:
    """Takes in the lines of a table, given as cells by column, noting every problem."""

    def __init__(self, name: str, problems: Problems, *, exact: bool) -> None:
        self.name, self.problems, self.exact = name, problems, exact
        self.rows: dict[str, Row] = {}
        self.wildcard: list[str] = []
        self.figures: dict[Cell, Figure] = {}
        self.limits: dict[Cell, Figure] = {}

    def read(self, place: str, cells: Mapping[str, str]) -> None:
        """Take in one line."""
        row = cells["row"]
        if not row or row in self.rows or row.startswith("-") or row in {"*", "|"} or len(row.split()) != 1:
            self.problems.add("audit_row", place, found=row)
            return
        missing = [column for column in ("quantity", "price", "value") if not self._figure(place, row, column, cells)]
        self._percent(place, row, cells)
        for column in _LIMITS:
            self._limit(place, row, column, cells)
        self.rows[row] = Row(
            row, place, cells.get("name", ""), tuple(missing),
            self._factors(place, row, cells.get("factor", "")), self._totals(row, cells.get("total_of", "")),
            cells.get("share_of", ""), cells.get("reason", ""),
        )  # fmt: skip

    def _figure(self, place: str, row: str, column: str, cells: Mapping[str, str]) -> bool:
        """Note a figure; False where it is printed without a unit."""
        text = cells[column]
        meaning = self._unit(place, cells[f"{column}_unit"])
        if not text:
            return True
        if meaning is None:
            self._number(place, column, text, ("", spelled("1")))
            return False
        read = self._number(
            place, column, text, (cells[f"{column}_unit"], meaning), exact=self.exact and column == "price"
        )
        if read is not None:
            self.figures[row, column] = read
        return True

    def _number(
        self, place: str, column: str, text: str, unit: tuple[str, Spelling], *, exact: bool = False
    ) -> Figure | None:
        read = figure(text, *unit, exact=exact)
        if read is None:
            self.problems.add("audit_number", place, column=column, found=text)
        return read

    def _unit(self, place: str, text: str) -> Spelling | None:
        """What a unit cell means; None where it is empty or no unit. A spelling that is not known is a problem."""
        try:
            return None if is_no_unit(text) else spelled(text, where=place)
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
            column = f"factor {number}"
            digits, _, unit = part.lstrip("/").strip().partition(" ")
            spelling = unit.strip() or "1"
            meaning = self._unit(place, spelling)
            read = (
                None if meaning is None else self._number(place, column, digits, (spelling, meaning), exact=self.exact)
            )
            if read is not None and not (part.startswith("/") and not read.value):
                self.figures[row, column] = read
                powers[column] = -1 if part.startswith("/") else 1
            else:
                self.problems.add("audit_factor", place, found=part)
        return powers

    def _totals(self, row: str, text: str) -> tuple[tuple[tuple[int, str], ...], ...]:
        if "*" in text.split():
            self.wildcard.append(row)
        ways = [way.split() for way in text.split("|") if way.strip()]
        return tuple(tuple((-1, word[1:]) if word.startswith("-") else (1, word) for word in way) for way in ways)

    def table(self) -> Table:
        """The table, with every name of a row resolved."""
        single = tuple((1, row.row) for row in self.rows.values() if not row.totals)
        rows = {name: self._resolved(row, single) for name, row in self.rows.items()}
        self.problems.raise_if_any(InputError)
        return Table(self.name, rows, self.figures, self.limits)

    def _resolved(self, row: Row, single: tuple[tuple[int, str], ...]) -> Row:
        totals = tuple(
            tuple(member for sign, name in way for member in (single if name == "*" else ((sign, name),)))
            for way in row.totals
        )
        named = [name for way in totals for _, name in way] + ([row.share_of] if row.share_of else [])
        for name in dict.fromkeys(named):
            if name not in self.rows:
                self.problems.add("audit_unknown", row.place, found=name)
        if row.row in [name for way in totals for _, name in way]:
            self.problems.add("audit_itself", row.place, found=row.row)
        return Row(row.row, row.place, row.name, row.units_missing, row.factors, totals, row.share_of, row.reason)
