"""The quick witness: the `formualizer` engine, in this process, about 3 s for 60,000 formulas.

Its in-memory workbook starts without any value in the formula cells, so a cached value cannot leak into an
answer, and it has no limit on the number of formulas. (`formualizer recalc` and `recalculate_xlsx_*` refuse
beyond about 70,000 and leave a cached number alone that differs by one unit in the 15th digit only.)
"""

from pathlib import Path

import formualizer
from openpyxl.utils.cell import coordinate_to_tuple

from tests.witness import Value, Values, formula_cells, plain

_ERROR_TEXTS = {
    "Div": "#DIV/0!",
    "Na": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
}


def recalculate(path: Path) -> Values:
    """Every formula cell of the workbook with the value that formualizer computes for it.

    Raises KeyError: an error of the engine itself, such as a circular reference.
    """
    book = formualizer.load_workbook(str(path))
    book.set_temporal_egress("serial")
    book.evaluate_all()
    return {
        (sheet, cell): _value(book.get_value(sheet, *coordinate_to_tuple(cell))) for sheet, cell in formula_cells(path)
    }


def _value(value: object) -> Value:
    match value:
        case {"type": "Error", "kind": str(kind)}:
            return _ERROR_TEXTS[kind]
    return plain(value)
