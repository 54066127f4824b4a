"""Which equations a table states: for each priced line, way to a total, and share; and what they lack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qhgep.auditing.figure import Cell
from qhgep.auditing.printed_table import PrintedRow, TableAsPrinted
from qhgep.auditing.relation import Computed, Kind, Product, Relation
from qhgep.auditing.result import Finding
from qhgep.auditing.unprinted import SUMS, Way, line_of, sum_of


@dataclass(frozen=True, slots=True)
class Unchecked:
    """An equation that cannot be checked, and the figures that are missing for it."""

    kind: Kind
    row: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Implied:
    """A figure that a row does not print and that others give."""

    cell: Cell
    rule: Computed


Stated = Relation | Unchecked | Implied | Finding


def stated(table: TableAsPrinted) -> Iterator[Stated]:
    """Every equation of a table, and every figure that follows without being printed, row by row."""
    rows = table.rows.values()
    entered = {name for row in rows for way in row.totals for _, name in way} | {row.share_of for row in rows}
    for row in rows:
        inferred = [Implied((row.row, column), rule) for column in SUMS if (rule := _inferred(table, row, column))]
        found = [*inferred, *printed_sums(table, row)]
        if _priced(table, row) or not (
            found or (row.row in entered and table.at(row.row, "quantity") not in table.known)
        ):
            yield _line(table, row)
        yield from found


def printed_sums(table: TableAsPrinted, row: PrintedRow) -> Iterator[Stated]:
    """What a row says of other printed rows: that it is their sum, or a share of one."""
    yield from _sums(table, row)
    yield from _share(table, row)


def _inferred(table: TableAsPrinted, row: PrintedRow, column: str) -> Computed | None:
    """What a total leaves for a figure of the row; None where there is no such thing."""
    rule = table.computed.get((row.row, column))
    return rule if rule and rule.total else None


def _priced(table: TableAsPrinted, row: PrintedRow) -> bool:
    return table.at(row.row, "price") in table.known or "price" in row.units_missing or bool(row.factors)


def _line(table: TableAsPrinted, row: PrintedRow) -> Stated:
    """The line: value = quantity x price x factors; with factors the price may be absent."""
    parts, missing = line_of(table, row, table.known)
    target = (row.row, "value")
    if missing or target not in table.figures:
        rule = table.computed.get(target)
        if not missing and rule and isinstance(rule.relation, Product):
            return Implied(target, rule)
        if not missing and "value" not in row.units_missing and (mismatch := _mismatch(table, row, parts)):
            return mismatch
        value = "value_unit" if "value" in row.units_missing else "value"
        return Unchecked("line", row.row, (*missing, *(() if target in table.figures else (value,))))
    return Product("line", row.row, target, parts)


def _mismatch(table: TableAsPrinted, row: PrintedRow, parts: tuple[tuple[Cell, int], ...]) -> Finding | None:
    """That the unit which a row gives for the value that it does not print is another than that of its product."""
    target = (row.row, "value")
    if target not in table.units:
        return None
    spelling, meaning = table.units[target]
    unit = Product("line", row.row, target, parts).reckoned(table.known, meaning).unit
    return Finding("line", row.row, "dimension", unit=spelling, found_unit=unit.printed) if unit else None


def _sums(table: TableAsPrinted, row: PrintedRow) -> Iterator[Stated]:
    for way in row.totals:
        yield _sum(table, row, "value", way)
        if table.at(row.row, "quantity") in table.known:
            yield _sum(table, row, "quantity", way)


def _sum(table: TableAsPrinted, row: PrintedRow, column: str, way: Way) -> Stated:
    """A total; what it is computed by, or what it infers of a member, is no check of it."""
    total = sum_of(table, row, column, way)
    rules = [(cell, table.computed.get(cell)) for cell in dict.fromkeys(total.cells)]
    inferred = [cell for cell, rule in rules if rule and rule.total == total]
    missing = [cell for cell, _ in rules if cell not in table.known] + inferred
    if missing or not way:
        order = [cell for cell in (*total.cells[1:], total.target) if cell in missing]
        return Unchecked(
            total.kind, row.row, tuple(_named(table, cell) for cell in dict.fromkeys(order)) or ("total_of",)
        )
    own = dict(rules)[total.target]
    return Implied(total.target, own) if own and own.relation == total else total


def _share(table: TableAsPrinted, row: PrintedRow) -> Iterator[Stated]:
    if (row.row, "share") not in table.figures:
        return
    parts = (((row.row, "value"), 1), ((row.share_of, "value"), -1))
    missing = [_named(table, cell) for cell, _ in parts if cell not in table.known] if row.share_of else ["share_of"]
    yield (
        Unchecked("share", row.row, tuple(missing)) if missing else Product("share", row.row, (row.row, "share"), parts)
    )


def _named(table: TableAsPrinted, cell: Cell) -> str:
    row, column = cell
    return f"{row}.{column}{'_unit' if column in table.rows[row].units_missing else ''}"
