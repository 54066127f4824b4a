"""The cells of a file: formula and value of each, by openpyxl in full mode, after the pre-flight."""

from __future__ import annotations

import warnings
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.formula import ArrayFormula

from qhgep.errors import WorkbookError, problem
from qhgep.inputs.preflight import preflight

BROKEN = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError, TypeError, ValueError,
    InvalidFileException, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What openpyxl raises over parts that are not as it expects them."""


@dataclass(frozen=True, slots=True)
class Found:
    """A cell as it is in a file: its formula without `=` (None where it is a constant) and its value."""

    formula: str | None
    value: Any


@dataclass(frozen=True, slots=True)
class FoundBook:
    """A file as it is: its cells, the text at the left of each sheet's footer, its custom text properties."""

    cells: Mapping[str, Mapping[str, Found]]
    footers: Mapping[str, str]
    properties: Mapping[str, str]


def read_book(path: Path) -> FoundBook:
    """The cells of a file with what stands outside them. Raises InputError or WorkbookError: unreadable."""
    preflight(path, bounded=False)
    formulas, values = _load(path, values=False), _load(path, values=True)
    footers = {sheet.title: str(sheet.oddFooter.left.text or "") for sheet in formulas.worksheets}
    properties = {item.name: str(item.value) for item in formulas.custom_doc_props.props}
    return FoundBook(_cells(formulas, values), footers, properties)


def read_cells(path: Path) -> Mapping[str, Mapping[str, Found]]:
    """Sheet -> address -> cell, for every cell that is not empty. Raises InputError or WorkbookError: unreadable."""
    return read_book(path).cells


def _cells(formulas: Any, values: Any) -> Mapping[str, Mapping[str, Found]]:  # noqa: ANN401 - two openpyxl Workbooks
    found: dict[str, dict[str, Found]] = {}
    for sheet in formulas.worksheets:
        cells = found.setdefault(sheet.title, {})
        other = values[sheet.title]
        for _, cell in sorted(sheet._cells.items()):  # noqa: SLF001 - iter_rows makes every cell up to the farthest
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
            with path.open("rb") as file:  # by its content, whatever its name ends in
                return openpyxl.load_workbook(file, data_only=values)
    except BROKEN as error:
        raise WorkbookError(problem("workbook_not_zip", path.name)) from error
