"""A file of a bureau as its cells: xlsx, csv or txt, after its signature and its package have been looked at."""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Mapping
from pathlib import Path

from qhgep.data import regular_file
from qhgep.errors import InputError, Problems
from qhgep.inputs.files.cells import RawBook
from qhgep.inputs.files.file_type import sniff
from qhgep.inputs.files.preflight import BROKEN, MOST_CELLS, preflight
from qhgep.inputs.files.read_csv import read_csv_book
from qhgep.inputs.files.read_xlsx import read_sheet
from qhgep.inputs.files.xlsx_package import LISTING, MALFORMED, read_package, read_sheets

_OWN: Mapping[str, frozenset[str]] = {
    "book_of_plan": frozenset({"封面", "测算过程", "清单"}),
    "book_of_account": frozenset({"封面", "清单"}),
    "book_of_brief": frozenset({"封面", "汇总", "简报"}),
    "book_of_prices": frozenset({"系数填报"}),
}
"""What is told of a workbook that was written here and holds no inputs, and the sheets by which it is known."""


def own_book(names: Collection[str]) -> str | None:
    """What is told of a workbook with sheets of these names where it is none of a bureau but a result of ours; else None."""
    return next((told for told, sheets in _OWN.items() if sheets <= set(names)), None)


def sheet_names(path: Path) -> frozenset[str]:
    """The names of the sheets of a workbook; none of a file that is no workbook or cannot be read."""
    try:
        preflight(regular_file(path), only=LISTING)
        with zipfile.ZipFile(path) as archive:
            return frozenset(sheet.name for sheet in read_sheets(archive, path.name))
    except (InputError, OSError, *BROKEN, *MALFORMED):
        return frozenset()


def read_book(path: Path, problems: Problems) -> RawBook | None:
    """The sheets of a file with every filled cell; None, with the reasons noted in `problems`, where it is not read.

    Nothing is believed here: an error, a formula without a value, a date or a number as text stays what it is in the file,
    and `qhgep.inputs.figures` says what may count as a number. Warned of: macros, a used extent that is larger than the
    declared one, a csv that is not in UTF-8. The file is never run, and its cells are the only thing taken from it.
    """
    kind = sniff(path, problems)
    if kind == "text":
        return read_csv_book(path, problems)
    if kind is None:
        return None
    try:
        preflight(path)
        return _read_xlsx(path, problems)
    except InputError as error:
        problems.take(error)
    except (*BROKEN, OSError, *MALFORMED):
        problems.add("workbook_damaged", path.name)
    return None


def _read_xlsx(path: Path, problems: Problems) -> RawBook:
    with zipfile.ZipFile(path) as archive:
        if any(part.lower().endswith("vbaproject.bin") for part in archive.namelist()):
            problems.warn("workbook_macros", path.name)
        package = read_package(archive, path.name)
        sheets = []
        room = MOST_CELLS
        for sheet in package.sheets:
            found = read_sheet(archive, sheet, path.name, package, problems, room)
            room -= len(found.cells)
            sheets.append(found)
    return RawBook(path.name, tuple(sheets))
