"""The hash of what the cells of a sheet hold: the same for the sheet as it is made and for its cells as a file has them.

Formulas as written and values at fifteen digits are in it, looks are not. The cover shows the hash of all sheets: the value
of that one cell is left out, since no hash can hold itself.

A file of another version cannot be made again cell by cell; that its sheets fit their own hashes says that they are as written.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from qhgep.inputs.files.address import position
from qhgep.workbook.account.context import COVER, MANIFEST
from qhgep.workbook.account.record import text_hash
from qhgep.workbook.core.cells import NO_VALUE, Content, LiveFormula, Sheet, Text, TypedNumber
from qhgep.workbook.core.layout import a1, fixed, on_sheet
from qhgep.workbook.verify.sheet_part import FileCell


def content_hashes(sheets: Sequence[Sheet]) -> tuple[str, list[tuple[str, str]]]:
    """The hash of all sheets, and each sheet's own under the label that it has on 清单."""
    return hash_of_sheets([(item.name, text_hash(content_text(item))) for item in sheets])


def hash_of_sheets(hashes: Sequence[tuple[str, str]]) -> tuple[str, list[tuple[str, str]]]:
    """The hash of the hashes of all sheets by name, and those under their labels."""
    whole = text_hash("\n".join(f"{name} {value}" for name, value in hashes))
    return whole, [(f"{LABEL}{name}", value) for name, value in hashes]


HASH_PLACE = (3, 1)
"""Where 清单 has the hash of all sheets."""
HASH_SHOWN = on_sheet(MANIFEST, fixed(*HASH_PLACE))
"""The formula by which the cover shows it."""
LABEL = "表 "
"""Before the name of a sheet, where 清单 has its hash."""


def content_text(sheet: Sheet) -> str:
    """A sheet's content in one canonical text: every filled cell with its formula and its value at 15 digits."""
    return _text(sheet.name, ((a1(*place), *_written(sheet.cells[place])) for place in sorted(sheet.cells)))


def sheet_text_in_file(name: str, cells: Mapping[str, FileCell]) -> str:
    """The same of a sheet as a file has it."""
    places = sorted((position(address) or (0, 0), address) for address in cells)
    return _text(name, ((address, cells[address].formula, cells[address].value) for _, address in places))


def written_cells(sheet: Sheet) -> Mapping[str, FileCell]:
    """The cells of a sheet as a file has them that was written from it."""
    return {a1(*place): as_written(content) for place, content in sheet.cells.items() if _filled(content)}


def as_written(content: Content) -> FileCell:
    """A cell as a file has it; a number has the sixteen digits that are written."""
    return FileCell(*_written(content))


def _written(content: Content) -> tuple[str | None, float | str]:
    if isinstance(content, LiveFormula):
        return content.formula, NO_VALUE if content.value is None else content.value
    if isinstance(content, TypedNumber):
        return None, float(f"{content.value:.16G}")
    return None, content.text


def _filled(content: Content) -> bool:
    return not isinstance(content, Text) or bool(content.text)


def _text(name: str, cells: Iterable[tuple[str, str | None, object]]) -> str:
    """One line for each filled cell: sheet, address, formula, value."""
    left_out = HASH_SHOWN if name == COVER else ""
    lines = [
        [name, at, formula or "", "" if formula and formula == left_out else _shown(value)]
        for at, formula, value in cells
        if formula or (value is not None and value != "")
    ]
    return json.dumps(lines, ensure_ascii=False, separators=(",", ":"))


def _shown(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "" if value is None else str(value)
    try:
        return f"{float(value):.15g}"
    except OverflowError:
        return str(value)
