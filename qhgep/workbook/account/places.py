"""Where values and quantities by indicator and county stand, and the formulas of printed cells, which may hold a word."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from qhgep.ruleset_store.ruleset import INFLOW, IndicatorLine
from qhgep.workbook.account.context import COUNTY_VALUES, Book
from qhgep.workbook.core.cells import WORDS
from qhgep.workbook.core.county_table import Cross
from qhgep.workbook.core.layout import Address

QUANTITIES = "分县实物量"
WAN, YUAN = 0, 1
"""The groups of 分县价值量: what is printed first, and what it follows from."""
TOTAL, COUNT, GEP = "total", "count", "gep"
"""The lines of 分县价值量 besides the indicators and the inflow."""
_ANY = '">-1E+300"'
_MISSING = WORDS["missing"]


def partial_sum(area: str) -> str:
    """The sum of the cells that hold a number; the word for missing where no cell holds one."""
    return f'IF(COUNT({area})>0,{sum_of_numbers(area)},"{_MISSING}")'


def known_sum(area: str) -> str:
    """The sum of the cells of a working sheet that hold a number; no number where none does."""
    return f"IF(COUNT({area})>0,{sum_of_numbers(area)},NA())"


def sum_or_missing(area: str) -> str:
    """The sum of a range that holds the word for missing in none of its cells; else that word."""
    return f'IF(COUNTIF({area},"{_MISSING}")>0,"{_MISSING}",SUM({area}))'


def sum_of_numbers(area: str) -> str:
    """The sum of the cells that hold a number; zero where none does."""
    return f"SUMIF({area},{_ANY})"


def quotient(over: str, under: str) -> str:
    """A ratio of two cells that may hold the word for missing; a dash where the lower one is zero."""
    divided = f'IF({under}=0,"—",{over}/{under})'
    return f'IF(ISNUMBER({over}),IF(ISNUMBER({under}),{divided},"{_MISSING}"),"{_MISSING}")'


def ratio(over: float | None, under: float | None) -> float | str:
    """What such a cell shows."""
    if over is None or under is None:
        return _MISSING
    return over / under if under else "—"


def ten_thousandth(cell: str) -> str:
    """元 as 万元, 万元 as 亿元, of a cell that may hold the word for missing."""
    return f'IF(ISNUMBER({cell}),{cell}/10000,"{_MISSING}")'


def or_missing(value: float | None) -> float | str:
    """What a cell of a printed table shows: the value, or the word for missing."""
    return _MISSING if value is None else value


class CountyValues:
    """The places of 分县价值量 and 分县实物量."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.lines: Sequence[IndicatorLine] = book.result.account.ruleset.indicators
        ids = tuple(line.id for line in self.lines)
        codes = tuple(county.code for county in book.result.account.counties)
        rest = (INFLOW, GEP) if self.is_gep else ()
        self.values = Cross(COUNTY_VALUES, (TOTAL, *ids, *rest, COUNT), codes, groups=2)
        self.quantities = Cross(QUANTITIES, ids, codes, units=True)

    @cached_property
    def is_gep(self) -> bool:
        """Whether the indicators are all there is to GEP, all of it is accounted and the inflow is a line: then there is a GEP."""
        complete = bool(self.book.result.account.ruleset.complete)
        return complete and not self.book.partial and INFLOW in self.book.layout.home

    def value(self, line: str, county: str) -> Address:
        """Where a value in yuan stands: of an indicator, TOTAL, the inflow, or GEP."""
        return self.values.at(line, county, YUAN)

    def quantity(self, line: str, county: str) -> Address:
        """Where the quantity of an indicator stands."""
        return self.quantities.at(line, county)

    def over_lines(self, county: str, group: int) -> str:
        """The range of all indicators of one county."""
        return self.values.over_lines(self.lines[0].id, self.lines[-1].id, county, group)
