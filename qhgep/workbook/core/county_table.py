"""A table of lines by counties: few counties stand across and the lines down, many counties down and the lines across."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qhgep.workbook.core.layout import FIRST, Address, block
from qhgep.workbook.core.pagination import MOST_NUMBERS
from qhgep.workbook.core.table_sheet import Head

ALL = "*"
"""The place of all counties together, before the single ones."""


@dataclass(frozen=True)
class Cross:
    """The places of such a table: for each group (a unit) one cell for each line and county, the sum of counties first."""

    sheet: str
    lines: tuple[str, ...]
    counties: tuple[str, ...]
    groups: int = 1
    units: bool = False
    """Whether the lines have units of their own, which take a column where the lines stand down."""

    @property
    def across(self) -> bool:
        """Whether the counties stand across: all of them and their sum fit on one page."""
        return len(self.counties) < MOST_NUMBERS

    @property
    def keys(self) -> int:
        """The columns that name the rows."""
        return 3 if self.across and self.units else 2

    @property
    def columns(self) -> Sequence[str]:
        """What stands across in one group: codes of counties or ids of lines."""
        return (ALL, *self.counties) if self.across else self.lines

    @property
    def rows(self) -> Sequence[str]:
        """What stands down."""
        return self.lines if self.across else (ALL, *self.counties)

    def at(self, line: str, county: str, group: int = 0) -> Address:
        """The cell of a line and a county."""
        down, over = (line, county) if self.across else (county, line)
        column = self.keys + group * len(self.columns) + self.columns.index(over)
        return Address(self.sheet, FIRST + self.rows.index(down), column)

    def over_counties(self, line: str, group: int = 0) -> str:
        """The range of a line over all single counties."""
        return self._block(self.at(line, self.counties[0], group), self.at(line, self.counties[-1], group))

    def over_lines(self, first: str, last: str, county: str, group: int = 0) -> str:
        """The range of lines of one county."""
        return self._block(self.at(first, county, group), self.at(last, county, group))

    @staticmethod
    def _block(first: Address, last: Address) -> str:
        return block((first.row, first.column), (last.row, last.column))

    def key_heads(self) -> list[Head]:
        """The headings of the columns that name the rows."""
        if not self.across:
            return [Head("区划代码", width=10), Head("县", width=22)]
        return [Head("行次", width=8), Head("指标", width=30), *([Head("单位", width=14)] if self.units else [])]
