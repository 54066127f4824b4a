"""A check of a plan form as one line of 自检, and what stands in the cells that checks read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qhgep.compensation.plan_form.places import KEY_AT, TABLE_KEY
from qhgep.workbook.core.cells import Sheet, Text, TypedNumber

DASH = "—"
"""What stands for a number that cannot be known."""


@dataclass(frozen=True, slots=True)
class PlanCheck:
    """One line: what is counted or added, the value now (None: cannot be known), and what it should be: 0, 1, or no more."""

    title: str
    formula: str
    value: float | None
    should: str
    advice: str
    most: str = ""
    most_value: float = 0.0

    def passes(self, at: str) -> str:
        """The condition on the cell of the number."""
        if self.most:
            return f"{at}<={self.most}"
        return f"ROUND({at},9)={self.should}"

    @property
    def verdict(self) -> str:
        """What it says now."""
        if self.value is None:
            return "无法核验"
        holds = self.value <= self.most_value if self.most else round(self.value, 9) == float(self.should)
        return verdict(holds=holds)


class FormSheets:
    """The sheets of a form by name, with what stands in their cells."""

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        self.sheets = {sheet.name: sheet for sheet in sheets}

    def text(self, sheet: str, row: int, column: int) -> str:
        """What a cell says, as text."""
        cell = self.sheets[sheet].cells.get((row, column))
        return cell.text if isinstance(cell, Text) else f"{cell.value:.15g}" if isinstance(cell, TypedNumber) else ""

    def last(self, sheet: str) -> int:
        """The last row with a cell."""
        return max(row for row, _ in self.sheets[sheet].cells)

    def row(self, sheet: str, key: str) -> int:
        """The row of a key of an upright sheet."""
        return self.rows(sheet, key)[0]

    def rows(self, sheet: str, key: str) -> list[int]:
        """The rows of a key of an upright sheet, one below the other."""
        return [row for row in range(self.last(sheet) + 1) if self.text(sheet, row, KEY_AT) == key]

    def column(self, sheet: str, key: str) -> int:
        """The column of a key of a sheet of entries."""
        width = max(column for _, column in self.sheets[sheet].cells) + 1
        return next(column for column in range(width) if self.text(sheet, TABLE_KEY, column) == key)

    def texts(self, sheet: str, column: int, first: int, last: int) -> list[str]:
        """What the cells of a column say."""
        return [self.text(sheet, row, column) for row in range(first, last + 1)]

    def number(self, sheet: str, row: int, column: int) -> float:
        """The number of a cell; 0 where it is none."""
        cell = self.sheets[sheet].cells.get((row, column))
        return float(cell.value) if isinstance(cell, TypedNumber) else 0.0

    def is_number(self, sheet: str, row: int, column: int) -> bool:
        """Whether a cell is a number, blank, or names a row that has one."""
        cell = self.sheets[sheet].cells.get((row, column))
        return not isinstance(cell, Text) or not cell.text or cell.text.startswith(("row:", "-row:", "key:"))


def verdict(*, holds: bool) -> str:
    """通过 or 不通过."""
    return "通过" if holds else "不通过"
