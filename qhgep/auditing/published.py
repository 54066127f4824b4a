"""Reading the printed figures of an account: each names the value of the account that it is compared with.

A file (UTF-8 csv, listed in `published` of account.toml) has the columns of `COLUMNS`, in that order:

- `row`: the name of the row, unique in the file, without blanks.
- `quantity`, `county_code`, `period`, `ecosystem`, `item`: a quantity of the account (or `accounted_total`) and the
  cell of it. `county_code` `*` is the total over the counties; `period` may be empty where the account has one.
- `value`, `unit`: **as printed**: `0.0380` is 0.0380 ± 0.00005, `3.08e4` is 30800 ± 50. Empty: not printed.
- `total_of`: the rows of this file that the row adds, parted by blanks; `-row` is taken off, `*` is every row that
  is no total, a second way follows after `|`. Then `quantity` may be empty.
- `share`, `share_of`: a printed percentage, and the row of whose value it is the share.
- `source`, `at`, `note`: where it is printed, and remarks.

A printed total may have been added from rounded rows: half a unit of the last digit of each counts for it too.
A row that only enters totals of the file, and that the account does not compute, leaves `quantity` empty.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from qhgep.auditing.headings import read_printed
from qhgep.auditing.printed_table import TableAsPrinted
from qhgep.auditing.slack import loosened
from qhgep.auditing.table import TableReader
from qhgep.engine.names import ALL
from qhgep.engine.result import Result
from qhgep.errors import InputError, Problems
from qhgep.expr import AXES, Cell, Quantity
from qhgep.units import is_no_unit

COLUMNS = (
    "row", "quantity", "county_code", "period", "ecosystem", "item", "value", "unit", "total_of", "share", "share_of",
    "source", "at", "note",
)  # fmt: skip
"""The header of a file of printed figures, in its order."""
ACCOUNTED = "accounted_total"


@dataclass(frozen=True, slots=True)
class Published:
    """One printed row: where it is printed, and the cells of the account whose sum it is (none: not ours)."""

    quantity: str
    county_code: str
    period: str
    ecosystem: str
    item: str
    source: str
    at: str
    note: str
    terms: tuple[tuple[Quantity, Cell], ...] = ()


@dataclass(frozen=True)
class PublishedTable:
    """A file of printed figures: as a table of the audit, and what each row stands for."""

    table: TableAsPrinted
    rows: Mapping[str, Published]


def read_published(path: Path, result: Result) -> PublishedTable:
    """The printed figures of a file, matched with an account.

    Raises InputError with every problem: header, numbers, units, rows, and cells that the account does not have.
    """
    problems = Problems()
    reader, rows = TableReader(path.name, problems, exact=True, counts=False), dict[str, Published]()
    printed = read_printed(path, COLUMNS, problems)
    if printed is not None and sorted(printed.header) != sorted(COLUMNS):
        problems.add("file_header", printed.table.place, found=",".join(printed.header), expected=",".join(COLUMNS))
        printed = None
    for line, known in printed.rows(problems) if printed is not None else ():
        place = line.place
        reader.read(place, {**dict.fromkeys(_PRICED, ""), **known, "quantity": "", "value_unit": known["unit"]})
        if bool(known["value"]) != bool(known["unit"]) or (known["unit"] and is_no_unit(known["unit"])):
            problems.add("published_value", place, value=known["value"], unit=known["unit"])
        rows.setdefault(known["row"], _row(known, place, result, problems))
    if printed is not None and printed.table.is_sound and not rows and not problems.items:
        problems.add("audit_empty", path.name)
    if printed is not None and not printed.table.is_sound:
        problems.raise_if_any(InputError)  # a row that was left out is not wanting by name besides
    table = reader.table()  # raises with every problem so far, and names that no row has
    _check_totals(table, rows, problems)
    problems.raise_if_any(InputError)
    return PublishedTable(loosened(table), rows)


_PRICED = ("quantity_unit", "price", "price_unit", "value_unit")
"""Columns of a priced table that a file of printed figures does not have."""


def _row(known: Mapping[str, str], place: str, result: Result, problems: Problems) -> Published:
    row = Published(
        known["quantity"], known["county_code"], known["period"], known["ecosystem"], known["item"],
        known["source"], known["at"], known["note"],
    )  # fmt: skip
    if not row.quantity:
        return row
    held = result.values.get(row.quantity) if "!" not in row.quantity else None
    lines = [line.value for line in result.account.ruleset.indicators]
    if held is None and row.quantity != ACCOUNTED:
        facts = {"quantity": row.quantity, "ruleset": result.account.ruleset.name}
        problems.add("published_quantity", place, **facts)
        return row
    quantities = [result.values[name].quantity for name in lines] if held is None else [held.quantity]
    return _Matcher(row, place, result, problems).matched(quantities)


class _Matcher:
    """Finds the cells of one row, noting what does not fit the account."""

    def __init__(self, row: Published, place: str, result: Result, problems: Problems) -> None:
        self.row, self.place, self.result, self.problems = row, place, result, problems
        self.before = len(problems.items)

    def matched(self, quantities: list[Quantity]) -> Published:
        """The row with its cells: those of each quantity, in each county that it speaks of."""
        members = [self._members(quantity) for quantity in quantities]
        if len(self.problems.items) > self.before:
            return self.row
        terms = tuple(
            (quantity, Cell(tuple(zip(quantity.axes, (known[axis] for axis in quantity.axes), strict=True))))
            for quantity, member in zip(quantities, members, strict=True)
            for known in self._counties(quantity, member)
        )
        row = self.row
        place = (row.quantity, row.county_code, self._period(), row.ecosystem, row.item)
        return Published(*place, row.source, row.at, row.note, terms)

    def _counties(self, quantity: Quantity, member: Mapping[str, str]) -> Iterator[Mapping[str, str]]:
        every = self.row.county_code == ALL and "county" in quantity.axes
        for code in self.result.grid.members["county"] if every else (self.row.county_code,):
            yield {**member, "county": code}

    def _period(self) -> str:
        periods = self.result.grid.members["year"]
        return periods[0] if not self.row.period and len(periods) == 1 else self.row.period

    def _members(self, quantity: Quantity) -> Mapping[str, str]:
        """Axis -> member; every member that the account does not have is a problem, and so is one too many."""
        row, lists = self.row, [axis for axis in quantity.axes if axis not in AXES]
        items = row.item.split("/") if row.item else []
        if len(items) != len(lists):
            self._amiss(quantity, "item", row.item, lists)
            return {}
        found = {"county": row.county_code, "year": self._period(), "ecosystem": row.ecosystem}
        for axis, column in (("county", "county_code"), ("year", "period"), ("ecosystem", "ecosystem")):
            every = axis == "county" and row.county_code == ALL and not quantity.is_coefficient
            if axis not in quantity.axes:
                wrong = bool(found[axis]) and axis != "year"
            else:
                wrong = not every and found[axis] not in self.result.grid.members[axis]
            if wrong:
                self._amiss(quantity, column, getattr(row, column), [axis])
        for axis, member in zip(lists, items, strict=True):
            if member not in self.result.grid.members[axis]:
                self._amiss(quantity, "item", row.item, lists)
        return found | dict(zip(lists, items, strict=True))

    def _amiss(self, quantity: Quantity, column: str, found: str, axes: list[str]) -> None:
        known = ["/".join(("、".join(self.result.grid.members[axis])) for axis in axes if axis in quantity.axes)]
        facts = {"quantity": quantity.zh, "name": quantity.name, "column": column, "found": found, "known": known[0]}
        self.problems.add("published_cell", self.place, **facts)


def _check_totals(table: TableAsPrinted, rows: Mapping[str, Published], problems: Problems) -> None:
    """No total adds itself by way of others; a row without a quantity is a total, a share, or enters one."""
    entered = {name for row in table.rows.values() for way in row.totals for _, name in way}
    entered |= {row.share_of for row in table.rows.values()}
    for row in table.rows.values():
        below = {name for way in row.totals for _, name in way}
        while more := {part for name in below for way in table.rows[name].totals for _, part in way} - below:
            below |= more
        if row.row in below:
            problems.add("audit_itself", row.place, found=row.row)
        if not (rows[row.row].quantity or row.totals or row.share_of or row.row in entered):
            problems.add("published_empty", row.place, row=row.row)
