"""How far a printed total may stray, having been added from rounded rows or from exact ones."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from qhgep.auditing.figure import Figure
from qhgep.auditing.printed_table import TableAsPrinted
from qhgep.auditing.relation import into
from qhgep.auditing.unprinted import SUMS, Way
from qhgep.units import Spelling


def loosened(table: TableAsPrinted) -> TableAsPrinted:
    """The table with the slack of its totals: a total may have been added from rounded rows, or exact ones.

    So what a total's own price or share gives may differ from it by the roundings of those rows too.
    """
    figures, found = dict(table.figures), dict[tuple[str, Way, Spelling], Fraction | None]()
    for row in table.rows.values():
        for column in SUMS:
            total = table.figures.get((row.row, column))
            if total is None:
                continue
            keys = [(column, way, total.meaning) for way in row.totals]
            for key in keys:
                if key not in found:
                    found[key] = _slack(table, total, column, key[1])
            slacks = [slack for key in keys if (slack := found[key]) is not None]
            if slacks:
                figures[row.row, column] = replace(total, slack=max(slacks))
    return replace(table, figures=figures)


def _slack(table: TableAsPrinted, total: Figure, column: str, way: Way) -> Fraction | None:
    """The roundings of the rows of a total, in its unit; None where one has no such figure."""
    known = table.known
    members = [known.get(table.at(name, column)) for _, name in way]
    spreads = [None if one is None or (by := into(one, total)) is None else one.spread * by for one in members]
    return None if None in spreads else sum((spread for spread in spreads if spread is not None), Fraction(0))
