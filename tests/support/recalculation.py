"""Formulas in a workbook, recalculated by a witness: the excel reading of many trees at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import xlsxwriter
from xlsxwriter.utility import xl_cell_to_rowcol, xl_col_to_name

from qhgep.expr import Expr, Quantity
from qhgep.readings.excel import excel, power_of_ten
from tests.support.strategies import Values

Recalculate = Callable[[Path], dict[tuple[str, str], float | str | bool]]


@dataclass(frozen=True, slots=True)
class Row:
    """Trees over the same quantities, with one value of each quantity."""

    trees: tuple[Expr, ...]
    quantities: tuple[Quantity, ...]
    values: Values


def recalculated(rows: Sequence[Row], recalculate: Recalculate, path: Path) -> list[list[float | None]]:
    """The value of every tree, row by row; None where the witness shows an error.

    Inputs stand on one sheet, a missing one as a blank. The other sheet imports them, guarded.
    A factor that is no power of ten is a cell of a third sheet.
    """
    factors: dict[Fraction, str] = {}
    with xlsxwriter.Workbook(path) as book:
        inputs, steps = book.add_worksheet("inputs"), book.add_worksheet("steps")
        places = [_write(inputs, steps, number, row, factors) for number, row in enumerate(rows)]
        converted = book.add_worksheet("factors")
        for value, cell in factors.items():
            converted.write_number(*xl_cell_to_rowcol(cell), float(value))
    found = recalculate(path)
    return [[_number(found["steps", place]) for place in row] for row in places]


def _write(
    inputs: xlsxwriter.worksheet.Worksheet,
    steps: xlsxwriter.worksheet.Worksheet,
    number: int,
    row: Row,
    factors: dict[Fraction, str],
) -> list[str]:
    cells = {item.name: f"{xl_col_to_name(column)}{number + 1}" for column, item in enumerate(row.quantities)}
    for name, cell in cells.items():
        value = row.values[name]
        if value is not None:
            inputs.write_number(cell, value)
        steps.write_formula(cell, f"=IF(ISNUMBER(inputs!{cell}),inputs!{cell},NA())")

    def factor(value: Fraction) -> str:
        if power_of_ten(value):
            return f"*{value}" if value > 1 else f"/{1 / value}"
        return f"*factors!$A${factors.setdefault(value, f'A{len(factors) + 1}')[1:]}"

    places: list[str] = []
    for column, tree in enumerate(row.trees, start=len(cells)):
        place = f"{xl_col_to_name(column)}{number + 1}"
        steps.write_formula(place, "=" + excel(tree, lambda item: cells[item.name], factor=factor))
        places.append(place)
    return places


def _number(value: float | str | bool) -> float | None:  # noqa: FBT001 - what a witness gives
    return None if isinstance(value, str) else float(value)
