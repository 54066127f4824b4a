"""Recalculation witnesses: other people's spreadsheet engines, asked what a workbook's formulas are worth.

`formualizer.recalculate(path)` and `libreoffice.recalculate(path)` both answer `Values`. Cached values in the
file are never believed: a forged one must not survive, and `test_witness.py` proves that.
"""

from datetime import date, datetime, time, timedelta
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.utils.datetime import to_excel

Value = float | str | bool
Values = dict[tuple[str, str], Value]
"""(sheet, "A1") -> value of every formula cell. An error is its text ("#N/A"), a date its serial number."""


def formula_cells(path: Path) -> list[tuple[str, str]]:
    """Every (sheet, "A1") that holds a formula, in the order of the file."""
    book = load_workbook(path)
    cells = [(sheet.title, cell) for sheet in book.worksheets for row in sheet.iter_rows() for cell in row]
    return [(sheet, cell.coordinate) for sheet, cell in cells if cell.data_type == "f"]


def plain(value: object) -> Value:
    """What an engine or a reader gave, as one of the three types of `Value`.

    Raises TypeError: neither number, text, truth value, date nor nothing (an array, a rich text).
    """
    match value:
        case None:
            return ""
        case bool() | str():
            return value
        case int() | float():
            return float(value)
        case datetime() | date() | time() | timedelta():
            return float(to_excel(value))  # type: ignore[no-untyped-call]
    raise TypeError(f"a witness gave {value!r}")
