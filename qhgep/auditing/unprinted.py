"""What a table does not print and its other figures give: products, totals, and the unknown member of a total."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from qhgep.auditing.dimensions import product_unit
from qhgep.auditing.figure import Cell, Figure
from qhgep.auditing.printed_table import PrintedRow, TableAsPrinted
from qhgep.auditing.relation import Computed, Figures, Kind, Product, Sum
from qhgep.units import Spelling

Way = tuple[tuple[int, str], ...]
SUMS: Mapping[str, Kind] = {"value": "sum", "quantity": "quantity_sum"}
"""Columns that add up."""


def completed(table: TableAsPrinted) -> TableAsPrinted:
    """The table with a rule for every value that it does not print and that its figures give.

    First products of quantity, price and factors, then totals whose members are all known, then the one unknown
    member of a total that is known; again until nothing more follows. Each time only the rows are looked at again
    that name a figure which was found since.
    """
    order = {row: place for place, row in enumerate(table.rows)}
    due = {how: set(table.rows) for how in (_line, _total, _member)}
    figures, computed, naming = dict(table.figures), dict[Cell, Computed](), dict[str, set[str]]()
    while True:
        for how, rows in due.items():
            found = dict(_computed_cells(table, figures, how, sorted(rows, key=order.__getitem__)))
            rows.clear()
            if found:
                break
        else:
            return replace(table, computed={**table.computed, **computed})
        naming = naming or _naming(table)
        figures |= {cell: figure for cell, (_, figure) in found.items()}
        computed |= {cell: rule for cell, (rule, _) in found.items()}
        for rows in due.values():
            rows.update(*(naming[row] for row, _ in found))


def _naming(table: TableAsPrinted) -> dict[str, set[str]]:
    """Row -> itself and the rows that name it: in a total, in a cell, or in a total by way of a cell of another row."""
    naming = {row: {row} for row in table.rows}
    for row in table.rows.values():
        for way in row.totals:
            for _, name in way:
                naming[name].add(row.row)
    for (linking, _), (linked, _) in table.links.items():
        naming[linked] |= naming[linking]
    return naming


How = Callable[[TableAsPrinted, PrintedRow, Figures], Iterator[tuple[Cell, Computed]]]


def _computed_cells(
    table: TableAsPrinted, known: Figures, how: How, rows: Iterable[str]
) -> Iterator[tuple[Cell, tuple[Computed, Figure]]]:
    """The rules of one kind that have a value, with it; the first of those for one cell."""
    seen = set[Cell]()
    for row in rows:
        for cell, rule in how(table, table.rows[row], known):
            figure = rule.figure(known) if cell not in known and cell not in seen else None
            if figure is not None:
                seen.add(cell)
                yield cell, (rule, figure)


def line_of(
    table: TableAsPrinted, row: PrintedRow, known: Figures
) -> tuple[tuple[tuple[Cell, int], ...], tuple[str, ...]]:
    """The parts of a line with their powers, and the columns that are missing for it; a factor may stand for the price."""
    powers = {"quantity": 1, "price": 1, **row.factors}
    there = {column: table.at(row.row, column) in known for column in powers}
    missing = [column for column in powers if not there[column] and (column != "price" or not row.factors)]
    if "price" in row.units_missing and row.factors:
        missing.append("price")
    parts = ((table.at(row.row, column), power) for column, power in powers.items() if there[column])
    return tuple(parts), tuple(f"{column}_unit" if column in row.units_missing else column for column in missing)


def _line(table: TableAsPrinted, row: PrintedRow, known: Figures) -> Iterator[tuple[Cell, Computed]]:
    parts, missing = line_of(table, row, known)
    if missing or "value" in row.units_missing:
        return
    relation = Product("line", row.row, (row.row, "value"), parts)
    plain = product_unit(relation.terms(known))
    yield (
        relation.target,
        Computed(relation, *table.units.get(relation.target, (plain.printed, Spelling(plain, Fraction(1))))),
    )


def _total(table: TableAsPrinted, row: PrintedRow, known: Figures) -> Iterator[tuple[Cell, Computed]]:
    target = (row.row, "value")
    for way in row.totals if "value" not in row.units_missing else ():
        relation = sum_of(table, row, "value", way)
        if way and all(cell in known for cell, _ in relation.members):
            first = known[relation.members[0][0]]
            yield target, Computed(relation, *table.units.get(target, (first.spelling, first.meaning)))


def _member(table: TableAsPrinted, row: PrintedRow, known: Figures) -> Iterator[tuple[Cell, Computed]]:
    """The one member of a known total that is not known, where it prints no figure of that column."""
    for column in SUMS:
        for way in row.totals if (row.row, column) in known else ():
            total = sum_of(table, row, column, way)
            unknown = [(cell, sign) for cell, sign in total.members if cell not in known]
            if len(unknown) == 1 and column not in table.rows[unknown[0][0][0]].units_missing:
                (cell, sign), whole = unknown[0], known[total.target]
                rest = tuple((other, -sign * its) for other, its in total.members if other != cell)
                relation = Sum(total.kind, cell[0], cell, ((total.target, sign), *rest))
                yield cell, Computed(relation, *table.units.get(cell, (whole.spelling, whole.meaning)), total=total)


def sum_of(table: TableAsPrinted, row: PrintedRow, column: str, way: Way) -> Sum:
    """A way to a total of one column as an equation."""
    if (column, way) not in table.members:
        table.members[column, way] = tuple((table.at(name, column), sign) for sign, name in way)
    return Sum(SUMS[column], row.row, table.at(row.row, column), table.members[column, way])
