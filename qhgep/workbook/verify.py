"""verify: rebuild a workbook from its own record and name every cell that differs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from qhgep.catalogue import Catalogue
from qhgep.errors import Language
from qhgep.workbook.cells import NO_VALUE, Content, Formula, Number, Sheet
from qhgep.workbook.context import MANIFEST
from qhgep.workbook.layout import a1
from qhgep.workbook.reading import Found, read_cells
from qhgep.workbook.rebuild import rebuild
from qhgep.workbook.recorded import holds_together, read_record

ChangeKind = Literal["input", "formula", "constant", "value", "text", "added", "deleted", "record", "sheet"]
KINDS: Mapping[str, tuple[str, str]] = {
    "input": ("数值改动", "number changed"), "formula": ("公式改动", "formula changed"),
    "constant": ("公式被改为常数", "formula replaced by a constant"), "value": ("公式的值不符", "value differs from its formula"),
    "text": ("文字改动", "text changed"), "added": ("多出", "added"), "deleted": ("被删", "deleted"),
    "record": ("记录被改", "record changed"), "sheet": ("表的增删", "sheet added or removed"),
}  # fmt: skip
_TOLERANCE, _FINEST, _TENTH_OF_A_FEN = 1e-9, 1e-12, 1e-3


@dataclass(frozen=True, slots=True)
class Change:
    """One cell that differs: where, how, what the record gives and what the file has."""

    sheet: str
    cell: str
    kind: ChangeKind
    expected: str
    found: str

    def text(self, language: Language = "zh") -> str:
        """The change on one line."""
        zh, en = KINDS[self.kind]
        if language == "en":
            return f"{self.sheet}!{self.cell}  {en}: expected {self.expected or '(empty)'}, found {self.found or '(empty)'}"
        return f"{self.sheet}!{self.cell}  {zh}：应为 {self.expected or '（空）'}，实为 {self.found or '（空）'}"


@dataclass(frozen=True, slots=True)
class Verification:
    """What verify found. `same` only where every cell has the formula and the value that the record gives."""

    file: str
    changes: tuple[Change, ...]
    cells: int
    formulas: int
    notes: tuple[str, ...] = field(default=())

    @property
    def same(self) -> bool:
        """Whether nothing differs and nothing was left unverified."""
        return not self.changes and not self.notes

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        return {
            "schema": 1,
            "kind": "verification",
            "file": self.file,
            "same": self.same,
            "cells": self.cells,
            "formulas": self.formulas,
            "changes": [asdict(change) for change in self.changes],
            "notes": list(self.notes),
        }


def verify_workbook(path: str | Path, *, catalogue: Catalogue | None = None) -> Verification:
    """Compare a workbook with what its record gives, cell by cell: formula text and value.

    Raises InputError or WorkbookError where the file cannot be read, or holds no record.
    """
    path = Path(path)
    cells = read_cells(path)
    record, broken = _record(cells.get(MANIFEST, {}), path.name)
    if broken:
        return Verification(path.name, tuple(broken), 0, 0, ("记录被改，无法据以重算；其余单元格没有核验",))
    sheets = _rebuilt(record, catalogue, path.name)
    changes = list(_compare(sheets, cells))
    formulas = sum(isinstance(content, Formula) for sheet in sheets for content in sheet.cells.values())
    whole = sum(len(sheet.cells) for sheet in sheets)
    found = [cell for page in cells.values() for cell in page.values() if cell.formula is not None]
    if found and all(cell.value is None for cell in found):
        changes = [change for change in changes if change.kind != "value"]
        notes = ("公式没有数值：请用 Excel、WPS 或 LibreOffice 打开并保存后再核验",)
        return Verification(path.name, tuple(changes), whole, formulas, notes)
    return Verification(path.name, tuple(changes), whole, formulas)


def _record(manifest: Mapping[str, Found], name: str) -> tuple[dict[str, Any], list[Change]]:
    """The record of the manifest, or the cells of it that were changed."""
    record, broken = read_record(manifest, name)
    return record, [
        Change(MANIFEST, a1(row, 1), "record", "与指纹相符的文字", f"{length} 字") for row, length in broken
    ]


def _rebuilt(record: Mapping[str, Any], catalogue: Catalogue | None, name: str) -> list[Sheet]:
    """The sheets that a record gives. Raises WorkbookError for one that was forged and does not hold together."""
    with holds_together(name):
        return rebuild(record, catalogue)


def _compare(sheets: Sequence[Sheet], cells: Mapping[str, Mapping[str, Found]]) -> Iterator[Change]:
    expected = {sheet.name: {a1(*place): content for place, content in sheet.cells.items()} for sheet in sheets}
    for name in sorted(set(cells) - set(expected)):
        yield Change(name, "A1", "sheet", "没有这张表", "多出一张表")
    for sheet in sheets:
        if sheet.name not in cells:
            yield Change(sheet.name, "A1", "sheet", "有这张表", "表不在了")
            continue
        found = cells[sheet.name]
        for address, content in expected[sheet.name].items():
            change = _cell(sheet.name, address, content, found.get(address))
            if change is not None:
                yield change
        for address in sorted(set(found) - set(expected[sheet.name])):
            if found[address].value not in {None, ""} or found[address].formula:
                yield Change(sheet.name, address, "added", "", _shown(found[address]))


def _cell(sheet: str, address: str, expected: Content, found: Found | None) -> Change | None:
    wanted = _wanted(expected)
    if found is None:
        return Change(sheet, address, "deleted", wanted, "")
    if isinstance(expected, Formula):
        return _formula(sheet, address, expected, found)
    if found.formula is not None:
        return Change(sheet, address, "formula", wanted, f"={found.formula}")
    if isinstance(expected, Number):
        return None if _close(found.value, expected.value) else Change(sheet, address, "input", wanted, _shown(found))
    return None if found.value == expected.text else Change(sheet, address, "text", wanted, _shown(found))


def _formula(sheet: str, address: str, expected: Formula, found: Found) -> Change | None:
    if found.formula is None:
        return Change(sheet, address, "constant", _wanted(expected), _shown(found))
    if _plain(found.formula) != _plain(expected.formula):
        return Change(sheet, address, "formula", _wanted(expected), f"={found.formula}")
    if not _same_value(expected, found.value):
        value = NO_VALUE if expected.value is None else str(expected.value)
        return Change(sheet, address, "value", value, str(found.value))
    return None


def _wanted(content: Content) -> str:
    if isinstance(content, Formula):
        return f"={content.formula}"
    return f"{content.value:.15g}" if isinstance(content, Number) else content.text


def _shown(found: Found) -> str:
    return f"={found.formula}" if found.formula is not None else str(found.value)


def _plain(formula: str) -> str:
    """A formula without what programs add when they save: blanks, quotes round sheet names, `_xlfn.`; texts in it stay."""
    parts = formula.replace("_xlfn.", "").split('"')
    return '"'.join(part if place % 2 else part.replace(" ", "").replace("'", "") for place, part in enumerate(parts))


def _same_value(expected: Formula, value: object) -> bool:
    """Whether a cached value is what the formula gives: to nine digits, and money to the fen below 10,000,000,000 yuan."""
    if expected.value is None:
        return isinstance(value, str) and value.startswith("#")
    if isinstance(expected.value, str):
        return value == expected.value
    number, size = _number(value), abs(expected.value)
    near = max(_FINEST * max(size, expected.scale), min(_TOLERANCE * size, _TENTH_OF_A_FEN))
    return number is not None and abs(number - expected.value) <= near


def _close(value: object, expected: float) -> bool:
    number = _number(value)
    return number is not None and math.isclose(number, expected, rel_tol=_FINEST, abs_tol=0.0)


def _number(value: object) -> float | None:
    """A cell's number; a whole number beyond all floats is infinite."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return float(value)
    except OverflowError:
        return math.inf
