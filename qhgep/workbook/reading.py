"""The cells of a file: formula and value of each, by openpyxl in full mode, after the pre-flight."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.formula import ArrayFormula

from qhgep.errors import WorkbookError, problem
from qhgep.inputs.preflight import preflight


@dataclass(frozen=True, slots=True)
class Found:
    """A cell as it is in a file: its formula without `=` (None where it is a constant) and its value."""

    formula: str | None
    value: Any


def read_cells(path: Path) -> Mapping[str, Mapping[str, Found]]:
    """Sheet -> address -> cell, for every cell that is not empty. Raises InputError or WorkbookError: unreadable."""
    preflight(path)
    formulas, values = _load(path, values=False), _load(path, values=True)
    found: dict[str, dict[str, Found]] = {}
    for sheet in formulas.worksheets:
        cells = found.setdefault(sheet.title, {})
        other = values[sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                content = cell.value
                if isinstance(content, ArrayFormula):
                    content = content.text
                if content is None:
                    continue
                is_formula = cell.data_type == "f"
                value = other[cell.coordinate].value if is_formula else content
                cells[cell.coordinate] = Found(str(content).lstrip("=") if is_formula else None, value)
    return found


def _load(path: Path, *, values: bool) -> Any:  # noqa: ANN401 - an openpyxl Workbook
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what openpyxl cannot keep does not matter to a reader
            return openpyxl.load_workbook(path, data_only=values)
    except (ValueError, KeyError, TypeError, OSError, AttributeError, IndexError, SyntaxError) as error:
        raise WorkbookError(problem("workbook_not_zip", path.name)) from error
