"""What a table leaves unsaid of its units: a factor that is a change of unit, and a price that is per thing counted.

`44/12` beside t C and 元/t CO2 turns carbon into carbon dioxide, which the units do already: it is t CO2 per t C and counts
once. 3.5 万元 beside 120 户 is 3.5 万元/户. Both are read so that a product has the unit of its value, or of money.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from qhgep.auditing.dimensions import SUBSTANCES, product_unit, without_period
from qhgep.auditing.figure import Cell, Figure
from qhgep.auditing.printed_table import PrintedRow, TableAsPrinted
from qhgep.errors import Problems
from qhgep.units import PURE, Unit, counted_thing, dimension, factor, spelled

SHOWN = 3
"""Rows that a message names."""
_MONEY = dimension(spelled("元").unit)


def with_unsaid_units(table: TableAsPrinted) -> TableAsPrinted:
    """The table with the units that its factors and prices have, though they are not printed."""
    rows = table.rows.values()
    said = {cell: one for row in rows for cell, one in (*_changes(table, row), *_per_thing(table, row))}
    return replace(table, figures={**table.figures, **said})


def warn_of_counted_prices(table: TableAsPrinted, problems: Problems) -> None:
    """Note the prices that were read as prices of one thing, and how they are to be printed."""
    read: dict[tuple[str, str], list[str]] = {}
    for (row, column), (printed, _) in table.units.items():
        one = table.figures.get((row, column))
        if column == "price" and one is not None and one.spelling != printed:
            read.setdefault((printed, one.spelling), []).append(row)
    for (printed, said), rows in read.items():
        facts = {"rows": "、".join(rows[:SHOWN]), "count": len(rows), "printed": printed, "read": said}
        problems.warn("audit_price_per", table.rows[rows[0]].place, **facts)


def _terms(table: TableAsPrinted, row: PrintedRow) -> list[tuple[Cell, Figure, int]]:
    """The figures of a priced line with their powers."""
    columns = {"quantity": 1, "price": 1, **row.factors}
    found = ((table.at(row.row, column), power) for column, power in columns.items())
    return [(cell, table.figures[cell], power) for cell, power in found if cell in table.figures]


def _product(table: TableAsPrinted, row: PrintedRow) -> Unit:
    return product_unit(tuple((one.unit, power) for _, one, power in _terms(table, row)))


def _changes(table: TableAsPrinted, row: PrintedRow) -> Iterator[tuple[Cell, Figure]]:
    """The factor that is the change from one substance to another that the units of the line make already."""
    printed = table.units.get(table.at(row.row, "value"))
    whole = _product(table, row) / (without_period(printed[1].unit) if printed else PURE)
    change = Unit(tuple((name, power) for name, power in whole.items if name in SUBSTANCES))
    if change == PURE or dimension(change):
        return
    by = factor(change, PURE)
    for cell, one, power in _terms(table, row):
        typed = one.value if power > 0 or not one.value else 1 / one.value
        room = one.half / one.value * typed if one.value else one.half
        if cell[1] in row.factors and one.unit == PURE and one.meaning.scale == 1 and abs(typed - by) <= room:
            inverse = (PURE / change) ** power
            yield cell, one.with_unit(inverse.printed, replace(one.meaning, unit=inverse))
            return


def _per_thing(table: TableAsPrinted, row: PrintedRow) -> Iterator[tuple[Cell, Figure]]:
    """The price in money alone beside a count, as a price of one of what is counted."""
    price = table.figures.get((row.row, "price"))
    if price is None or dimension(without_period(price.unit)) != _MONEY:
        return
    thing = counted_thing(_product(table, row) / without_period(price.unit))
    if thing is not None:
        meaning = replace(price.meaning, unit=price.unit / spelled(thing).unit)
        yield (row.row, "price"), price.with_unit(f"{price.spelling}/{thing}", meaning)
