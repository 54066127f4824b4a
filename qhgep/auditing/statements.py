"""What a table states of its digits: which figures are exact, and to what the others are rounded."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from qhgep.auditing.figure import Cell, Figure
from qhgep.auditing.headings import WORDS
from qhgep.errors import Problems
from qhgep.printed import printed_number
from qhgep.units import PURE, counts, dimension, factor

EVERY = "*"
"""The row whose statements hold for every row that has none of its own."""
COLUMNS: Mapping[str, str] = {
    word: column for column in ("quantity", "price", "value", "factor", "share") for word in (column, *WORDS[column])
}
"""What a column is called -> the column."""
_WHOLE = re.compile(r"[0-9]+|[0-9]{1,3}(,[0-9]{3})+")
_PARTED = re.compile(r"[\s、，,;；]+")


@dataclass(frozen=True, slots=True)
class RoundingStatement:
    """How the figures of a column are rounded: not at all, to their last digit, or to a multiple of `step`."""

    exact: bool
    step: Fraction | None = None

    def of(self, printed: Figure) -> Figure:
        """The figure with the numbers that it then stands for."""
        half = printed.half if self.step is None else self.step / 2
        return replace(printed, half=half, exact=self.exact, stated=True)


class Statements:
    """The statements of the rows of a table, those of the row `*` for all."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._of: dict[str, dict[str, RoundingStatement]] = {}

    def read(self, place: str, row: str, cells: Mapping[str, str]) -> None:
        """Take in `exact` and `rounded` of a line, noting what names no column."""
        found = {}
        for column in ("exact", "rounded"):
            for word in _PARTED.split(cells.get(column, "").replace("：", ":").strip()):
                name, colon, step = word.partition(":")
                size = printed_number(step) if colon else None
                wrong = name not in COLUMNS or COLUMNS.get(name) in found
                if word and (wrong or (colon and (column == "exact" or size is None or size.value <= 0))):
                    self._problems.add("audit_digits", place, column=column, found=word)
                elif word:
                    found[COLUMNS[name]] = RoundingStatement(column == "exact", size.value if size else None)
        self._of[row] = found

    def of(self, cell: Cell) -> RoundingStatement | None:
        """What is stated of a figure."""
        row, column = cell[0], cell[1].partition(" ")[0]
        return self._of.get(row, {}).get(column) or self._of.get(EVERY, {}).get(column)

    def applied(self, figures: Mapping[Cell, Figure]) -> Iterator[tuple[Cell, Figure]]:
        """The figures as stated."""
        for cell, one in figures.items():
            told = self.of(cell)
            yield cell, told.of(one) if told else one


def is_count(printed: Figure) -> bool:
    """Whether a figure counts things (3 个, 1,204 户): a whole number of them, which nobody has rounded."""
    return counts(printed.spelling, printed.meaning) and bool(_WHOLE.fullmatch(printed.text))


def is_unit_change(printed: Figure) -> bool:
    """Whether a factor is 1 in other units, such as `10000 m2/hm2`: nothing is rounded in it."""
    return not dimension(printed.unit) and printed.value * printed.meaning.scale * factor(printed.unit, PURE) == 1
