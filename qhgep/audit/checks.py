"""Which equations a table states: for each priced line, way to a total, and share; and what they lack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from qhgep.audit.figure import Figure
from qhgep.audit.relation import Kind, Product, Relation, Sum, into
from qhgep.audit.table import Cell, Row, Table


@dataclass(frozen=True, slots=True)
class Unchecked:
    """An equation that cannot be checked, and the figures that are missing for it."""

    kind: Kind
    row: str
    missing: tuple[str, ...]


def loosened(table: Table) -> Table:
    """The table with the slack of its totals: a total may have been added from rounded rows, or exact ones.

    So what a total's own price or share gives may differ from it by the roundings of those rows too.
    """
    figures = dict(table.figures)
    for row in table.rows.values():
        for column in ("value", "quantity"):
            total = table.figures.get((row.row, column))
            slacks = [slack for way in row.totals if total and (slack := _slack(table, total, column, way)) is not None]
            if total and slacks:
                figures[row.row, column] = replace(total, slack=max(slacks))
    return replace(table, figures=figures)


def _slack(table: Table, total: Figure, column: str, way: tuple[tuple[int, str], ...]) -> Fraction | None:
    """The roundings of the rows of a total, in its unit; None where one prints no such figure."""
    members = [table.figures.get((name, column)) for _, name in way]
    halves = [None if one is None or (by := into(one, total)) is None else one.half * by for one in members]
    return None if None in halves else sum((half for half in halves if half is not None), Fraction(0))


def stated(table: Table) -> Iterator[Relation | Unchecked]:
    """Every equation of a table, row by row."""
    rows = table.rows.values()
    entered = {name for row in rows for way in row.totals for _, name in way} | {row.share_of for row in rows}
    for row in rows:
        found = list(printed_sums(table, row))
        if _priced(table, row) or not (found or (row.row in entered and (row.row, "quantity") not in table.figures)):
            yield _line(table, row)
        yield from found


def printed_sums(table: Table, row: Row) -> Iterator[Relation | Unchecked]:
    """What a row says of other printed rows: that it is their sum, or a share of one."""
    yield from _sums(table, row)
    yield from _share(table, row)


def _priced(table: Table, row: Row) -> bool:
    return (row.row, "price") in table.figures or "price" in row.units_missing or bool(row.factors)


def _line(table: Table, row: Row) -> Relation | Unchecked:
    """The line: value = quantity x price x factors; with factors the price may be absent."""
    wanted = ["quantity", "value"] + ([] if row.factors else ["price"])
    missing = [
        f"{column}_unit" if column in row.units_missing else column
        for column in wanted
        if (row.row, column) not in table.figures
    ]
    if "price" in row.units_missing and "price_unit" not in missing:
        missing.append("price_unit")
    if missing:
        return Unchecked("line", row.row, tuple(missing))
    price: tuple[tuple[Cell, int], ...] = (((row.row, "price"), 1),) if (row.row, "price") in table.figures else ()
    factors = tuple(((row.row, column), power) for column, power in row.factors.items())
    return Product("line", row.row, (row.row, "value"), (((row.row, "quantity"), 1), *price, *factors))


def _sums(table: Table, row: Row) -> Iterator[Relation | Unchecked]:
    for way in row.totals:
        yield _sum(table, "sum", row, "value", way)
        if (row.row, "quantity") in table.figures:
            yield _sum(table, "quantity_sum", row, "quantity", way)


def _sum(table: Table, kind: Kind, row: Row, column: str, way: tuple[tuple[int, str], ...]) -> Relation | Unchecked:
    members = tuple(((name, column), sign) for sign, name in way)
    missing = [cell for cell in (*(cell for cell, _ in members), (row.row, column)) if cell not in table.figures]
    if missing or not members:
        return Unchecked(kind, row.row, tuple(_named(table, cell) for cell in missing) or ("total_of",))
    return Sum(kind, row.row, (row.row, column), members)


def _share(table: Table, row: Row) -> Iterator[Relation | Unchecked]:
    if (row.row, "share") not in table.figures:
        return
    parts = (((row.row, "value"), 1), ((row.share_of, "value"), -1))
    missing = [_named(table, cell) for cell, _ in parts if cell not in table.figures] if row.share_of else ["share_of"]
    yield (
        Unchecked("share", row.row, tuple(missing)) if missing else Product("share", row.row, (row.row, "share"), parts)
    )


def _named(table: Table, cell: Cell) -> str:
    row, column = cell
    return f"{row}.{column}{'_unit' if column in table.rows[row].units_missing else ''}"
