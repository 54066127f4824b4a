"""What a table does not print and its other figures give: products, totals, and the unknown member of a total."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from qhgep.auditing.dimensions import product_unit
from qhgep.auditing.figure import Cell
from qhgep.auditing.printed_table import Row, Table
from qhgep.auditing.relation import Computed, Kind, Product, Sum
from qhgep.units import Spelling

Way = tuple[tuple[int, str], ...]
SUMS: Mapping[str, Kind] = {"value": "sum", "quantity": "quantity_sum"}
"""Columns that add up."""


def completed(table: Table) -> Table:
    """The table with a rule for every value that it does not print and that its figures give.

    First products of quantity, price and factors, then totals whose members are all known, then the one unknown
    member of a total that is known; again until nothing more follows.
    """
    while True:
        found = next((rules for rules in (dict(_found(table, how)) for how in (_line, _total, _member)) if rules), None)
        if not found:
            return table
        table = replace(table, computed={**table.computed, **found})


def _found(
    table: Table, how: Callable[[Table, Row], Iterator[tuple[Cell, Computed]]]
) -> Iterator[tuple[Cell, Computed]]:
    """The rules of one kind that have a value; the first of those for one cell."""
    known, seen = table.known, set[Cell]()
    for row in table.rows.values():
        for cell, rule in how(table, row):
            if cell not in known and cell not in seen and rule.figure(known) is not None:
                seen.add(cell)
                yield cell, rule


def line_of(table: Table, row: Row) -> tuple[tuple[tuple[Cell, int], ...], tuple[str, ...]]:
    """The parts of a line with their powers, and the columns that are missing for it; a factor may stand for the price."""
    known = table.known
    powers = {"quantity": 1, "price": 1, **row.factors}
    there = {column: table.at(row.row, column) in known for column in powers}
    missing = [column for column in powers if not there[column] and (column != "price" or not row.factors)]
    if "price" in row.units_missing and row.factors:
        missing.append("price")
    parts = ((table.at(row.row, column), power) for column, power in powers.items() if there[column])
    return tuple(parts), tuple(f"{column}_unit" if column in row.units_missing else column for column in missing)


def _line(table: Table, row: Row) -> Iterator[tuple[Cell, Computed]]:
    parts, missing = line_of(table, row)
    if missing or "value" in row.units_missing:
        return
    relation, known = Product("line", row.row, (row.row, "value"), parts), table.known
    plain = product_unit(relation.terms(known))
    yield (
        relation.target,
        Computed(relation, *table.units.get(relation.target, (plain.printed, Spelling(plain, Fraction(1))))),
    )


def _total(table: Table, row: Row) -> Iterator[tuple[Cell, Computed]]:
    target, known = (row.row, "value"), table.known
    for way in row.totals if "value" not in row.units_missing else ():
        relation = sum_of(table, row, "value", way)
        if way and all(cell in known for cell, _ in relation.members):
            first = known[relation.members[0][0]]
            yield target, Computed(relation, *table.units.get(target, (first.spelling, first.meaning)))


def _member(table: Table, row: Row) -> Iterator[tuple[Cell, Computed]]:
    """The one member of a known total that is not known, where it prints no figure of that column."""
    known = table.known
    for column in SUMS:
        for way in row.totals if (row.row, column) in known else ():
            total = sum_of(table, row, column, way)
            unknown = [(cell, sign) for cell, sign in total.members if cell not in known]
            if len(unknown) == 1 and column not in table.rows[unknown[0][0][0]].units_missing:
                (cell, sign), whole = unknown[0], known[total.target]
                rest = tuple((other, -sign * its) for other, its in total.members if other != cell)
                relation = Sum(total.kind, cell[0], cell, ((total.target, sign), *rest))
                yield cell, Computed(relation, *table.units.get(cell, (whole.spelling, whole.meaning)), total=total)


def sum_of(table: Table, row: Row, column: str, way: Way) -> Sum:
    """A way to a total of one column as an equation."""
    members = tuple((table.at(name, column), sign) for sign, name in way)
    return Sum(SUMS[column], row.row, table.at(row.row, column), members)
