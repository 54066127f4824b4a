"""A sheet as a person sees it: its texts row by row, merged headings spread over their range, merged cells filled down."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from qhgep.inputs.figures import is_blank
from qhgep.inputs.files.cells import RawCell, RawSheet
from qhgep.inputs.names import normal

_OF = r"(?:各|所属|所在|隶属|上级|所辖)?"
_AREA = (
    "省|省份|自治区|市|州|盟|市州|州市|地市|市地|地州市?|州地市|地级市|地级单位|地级行政区|县|县市|区县|市县|县区|区|旗|县市区|区县市|县级市|县域"
    "|州县|县级单位|县级行政区|县级行政单位|县级行政单元|地区|区域|辖区|行政区|行政区域|行政区划|行政单[元位]"
)
_NAME = re.compile(
    rf"{_OF}(?:{_AREA})(?:（[^）]*）)?(?:名称?)?(?:（.*）)?|名称|county|name|prefecture|city|province", re.IGNORECASE
)
_CODE = re.compile(
    rf"{_OF}(?:行政)?(?:区划|地区|省级?|市级?|州|市州|地市|地级|县级?|区县|县区|父级)?(?:行政)?(?:区划)?(?:代码|编码)|county_code|code|adcode",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"序号|编号|行次|no\.?", re.IGNORECASE)
_DEEPEST_MERGE = 40
"""Rows from the top of a table in which merged cells may be headings."""


def names_areas(heading: str) -> bool:
    """Whether a column with this heading holds names of counties, or of what they lie in."""
    return bool(_NAME.fullmatch(heading))


def codes_areas(heading: str) -> bool:
    """Whether a column with this heading holds codes of counties, or of what they lie in."""
    return bool(_CODE.fullmatch(heading))


def numbers_rows(heading: str) -> bool:
    """Whether a column with this heading numbers the rows."""
    return bool(_NUMBER.fullmatch(heading))


class View:
    """The filled cells of a sheet or of a part of it, by row."""

    def __init__(self, sheet: RawSheet) -> None:
        """Take the cells that are not blank; `top` is the first row that holds any."""
        self.sheet = sheet
        self.rows, self.width = sheet.extent
        by_row: dict[int, dict[int, RawCell]] = {}
        for (row, column), cell in sheet.cells.items():
            if not is_blank(cell):
                by_row.setdefault(row, {})[column] = cell
        self.by_row: Mapping[int, Mapping[int, RawCell]] = by_row
        self.top = min(by_row, default=0)
        self._is_filled = sum(map(len, by_row.values())) == len(sheet.cells)
        self.merged: dict[tuple[int, int], str] = {}
        for top, left, _, right in sorted(set(sheet.merged)):
            if top < self.top + _DEEPEST_MERGE and (found := by_row.get(top, {}).get(left)) is not None:
                self.merged |= dict.fromkeys(((top, column) for column in range(left, right + 1)), found.text)

    def texts(self, row: int) -> Iterator[tuple[int, str]]:
        """The normal texts of the filled cells of a row."""
        for column, cell in sorted(self.by_row.get(row, {}).items()):
            yield column, normal(cell.text)

    def spread(self, row: int, column: int) -> str:
        """The text of a head cell as typed, or that of the merged range around it."""
        if (cell := self.by_row.get(row, {}).get(column)) is not None:
            return cell.text
        return self.merged.get((row, column), "")

    def heading(self, row: int, column: int) -> str:
        """The same in the form in which headings are compared."""
        return normal(self.spread(row, column))

    def is_header(self, row: int) -> bool:
        """Whether a row has a heading for codes or names, and another heading beside it."""
        texts = list(self.texts(row))
        return len(texts) > 1 and any(codes_areas(text) or names_areas(text) for _, text in texts)

    def within(self, rows: tuple[int, int], columns: tuple[int, int], header: int) -> View:
        """The part in some rows and columns; what stands above the heading belongs to every part.

        One that is the whole of a sheet without blank cells is the view itself: a large table is not copied.
        """
        if rows[0] <= self.top and rows[1] >= self.rows and columns == (0, self.width) and self._is_filled:
            return self
        kept = {
            (row, column): cell
            for row, line in self.by_row.items()
            if rows[0] <= row < rows[1]
            for column, cell in line.items()
            if row < header or columns[0] <= column < columns[1]
        }
        return View(replace(self.sheet, cells=kept))


class Filled:
    """Cells of some columns, where a merge covers them those of its first cell: a county merged over its years."""

    def __init__(self, sheet: RawSheet, columns: Collection[int]) -> None:
        """Index the merges over the columns; merges do not overlap in a sheet that a spreadsheet wrote."""
        self.sheet = sheet
        self._merges: dict[int, list[tuple[int, int, int]]] = {}
        for top, left, bottom, right in sorted(set(sheet.merged)):
            for column in columns:
                if left <= column <= right:
                    self._merges.setdefault(column, []).append((top, bottom, left))

    def cell(self, row: int, column: int) -> RawCell | None:
        """The cell of a place, or the one that is merged over it; None where it is blank."""
        found = self.sheet.cells.get((row, column))
        if found is not None and found.text.isalnum():  # at once, as nearly all are
            return found
        if is_blank(found):
            merges = self._merges.get(column, ())
            at = bisect_right(merges, row, key=lambda merge: merge[0]) - 1
            if at < 0 or merges[at][1] < row:
                return None
            found = self.sheet.cells.get((merges[at][0], merges[at][2]))
        return None if is_blank(found) else found
