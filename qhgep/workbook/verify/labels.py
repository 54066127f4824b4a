"""What a cell is, in the words that its own sheet has for it: `系数 GZ-05 水库单位库容造价`, `输入 祁连县 年降水量（mm/a）`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qhgep.workbook.account.context import MANIFEST
from qhgep.workbook.core.cells import Content, LiveFormula, Sheet, Text, TypedNumber
from qhgep.workbook.core.layout import FIRST, HEAD, UNITS, a1
from qhgep.workbook.verify.changes import CellChange

_WORDS = {"input": "输入", "coefficient": "系数", "parameter": "参数"}
_HEADS = {"head", "section"}
_FILL, _BLANK_HEADS, _BLANK_UNITS = "【填】", {"值"}, {"—", "甲", "乙", "见说明", "见左", "见右"}
_KEYS, _NAMED = 4, 2
"""The columns that can name a row; how many texts of them a name takes."""


def labelled(changes: Sequence[CellChange], sheets: Sequence[Sheet]) -> list[CellChange]:
    """The changes with what their cells are."""
    found = {sheet.name: Labels(sheet) for sheet in sheets}
    return [
        replace(change, what=found[change.sheet].label(change.cell)) if change.sheet in found else change
        for change in changes
    ]


class Labels:
    """The names of a sheet's cells."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.place_of = {a1(*place): place for place in sheet.cells}

    def label(self, address: str) -> str:
        """What stands in a cell: its sort, the name of its row, the heading of its column with the unit; empty if unknown."""
        place = self.place_of.get(address)
        if place is None:
            return ""
        parts = (_sort(self.sheet, self.sheet.cells[place]), self.row(*place), self.heading(*place))
        return " ".join(part for part in parts if part)

    def row(self, row: int, column: int) -> str:
        """The name of a row: the texts of its first columns left of the cell; a county's name without its code.

        Where another table begins beside the first, under a heading of its own, the columns before it name nothing of it.
        """
        texts = [self.sheet.cells.get((row, place)) for place in range(self._start(column), min(column, _KEYS))]
        named = [item for item in texts if isinstance(item, Text) and item.style not in _HEADS and item.style != "unit"]
        plain = [item.text for item in named if item.style != "code" and not item.text.isdigit()]
        return " ".join((plain or [item.text for item in named])[:_NAMED])

    def _start(self, column: int) -> int:
        """The first column of the table that a column is of."""
        heads = ((place, self.sheet.cells.get((HEAD, place))) for place in range(min(column, _KEYS)))
        return max((place for place, head in heads if head is not None and head.style == "section"), default=0)

    def heading(self, row: int, column: int) -> str:
        """The heading of a column with its unit."""
        head = self.sheet.cells.get((HEAD, column)) if row > HEAD else None
        if not isinstance(head, Text) or head.style != "head":
            return ""
        name = head.text.replace(_FILL, "")
        unit = self.unit(row, column)
        return "" if name in _BLANK_HEADS else f"{name}（{unit}）" if unit else name

    def unit(self, row: int, column: int) -> str:
        """The unit of a column, from its unit row; empty where it has none."""
        unit = self.sheet.cells.get((UNITS, column)) if row >= FIRST else None
        if not isinstance(unit, Text) or unit.style != "unit" or unit.text in _BLANK_UNITS:
            return ""
        return unit.text


def _sort(sheet: Sheet, content: Content) -> str:
    if sheet.name == MANIFEST:
        return "清单记录"
    if isinstance(content, LiveFormula):
        return ""
    if isinstance(content, TypedNumber):
        return _WORDS.get(content.style, "数值")
    return "文字"
