"""Edits of workbooks looked at by verify: quickly by one sheet, or as a whole after a true recalculation."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qhgep.workbook.account.context import MANIFEST
from qhgep.workbook.core.cells import Sheet
from qhgep.workbook.core.layout import a1
from qhgep.workbook.verify.causes import Consequence, causes_and_consequences
from qhgep.workbook.verify.changes import CellChange, differences
from qhgep.workbook.verify.compare import changes_of
from qhgep.workbook.verify.read import FileCell, FoundBook, read_book, read_cells
from qhgep.workbook.verify.rebuild import rebuild
from qhgep.workbook.verify.verify import _record
from tests.support.books import book
from tests.support.package import Edit, Package, write
from tests.witness import Value, Values, formualizer


@cache
def package(name: str) -> Package:
    return Package(book(name).data)


@cache
def parsed(name: str) -> tuple[Mapping[str, Mapping[str, FileCell]], list[Sheet]]:
    """The cells of a fresh workbook, and the sheets that its own record gives."""
    with TemporaryDirectory() as folder:
        cells = read_cells(write(Path(folder) / "x.xlsx", book(name).data))
    return cells, list(rebuild(_whole_record(cells), book(name).catalogue).sheets)


def recorded(name: str) -> dict[str, Any]:
    """The record of a fresh workbook."""
    return _whole_record(parsed(name)[0])


def _whole_record(cells: Mapping[str, Mapping[str, FileCell]]) -> dict[str, Any]:
    record, broken = _record(cells[MANIFEST], "x.xlsx")
    assert broken == []
    return record


def named(name: str, edit: Edit, path: Path) -> list[tuple[str, str, str]]:
    """What verify says of an edited workbook, looking again only at the edited sheet: the others are as they were."""
    cells, sheets = parsed(name)
    read = read_cells(write(path, package(name).edited_sheet(edit)))
    _, broken = _record(read.get(MANIFEST, cells[MANIFEST]), path.name)
    mine = [sheet for sheet in sheets if sheet.name == edit.sheet]
    return [(change.sheet, change.cell, change.kind) for change in broken or differences(mine, read)]


@cache
def computed(name: str) -> Values:
    """Every formula cell of the fresh workbook, as formualizer computes it."""
    with TemporaryDirectory() as folder:
        return formualizer.recalculate(write(Path(folder) / "x.xlsx", book(name).data))


def recalculated(path: Path) -> tuple[FoundBook, Values]:
    """A workbook as it would be read after another program computed every formula anew, and the computed values."""
    values, read = formualizer.recalculate(path), read_book(path)
    cells = {
        sheet: {
            cell: replace(item, value=values[sheet, cell]) if item.formula is not None else item
            for cell, item in page.items()
        }
        for sheet, page in read.cells.items()
    }
    return replace(read, cells=cells), values


def judged(name: str, found: FoundBook) -> tuple[Sequence[CellChange], Sequence[Consequence]]:
    """The causes and consequences that verify finds in a workbook; a record that cannot be read is a cause."""
    _, broken = _record(found.cells[MANIFEST], "x.xlsx")
    if broken:
        return broken, ()
    sheets = parsed(name)[1]
    changes, _ = changes_of(sheets, found)
    return causes_and_consequences(changes, sheets, found.cells)


def moved(name: str, now: Values, *, by: float) -> set[tuple[str, str]]:
    """Formula cells whose recalculated value is another one by more than `by`, relative to the value or its scale."""
    before, scales = computed(name), scale_of(name)
    return {place for place in before if place in now and _gap(before[place], now[place], scales[place]) > by}


@cache
def scale_of(name: str) -> Mapping[tuple[str, str], float]:
    """The scale of every formula cell: the size of what a difference is taken of."""
    return {(sheet.name, a1(*place)): formula.scale for sheet, place, formula in book(name).formulas()}


def _gap(before: Value, now: Value, scale: float) -> float:
    if isinstance(before, float) and isinstance(now, float):
        size = max(abs(before), scale)
        return abs(now - before) / size if size else abs(now - before)
    same = before == now or (str(before)[:1] == "#" and str(now)[:1] == "#")
    return 0.0 if same else float("inf")
