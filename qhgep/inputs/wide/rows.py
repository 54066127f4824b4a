"""The rows of a wide sheet below its headings: of which county and period each is, which are totals, which are notes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from qhgep.errors import Problems
from qhgep.inputs.counties import County
from qhgep.inputs.files.cells import RawCell
from qhgep.inputs.files.read_xlsx import MOST_PROBLEMS, quoted
from qhgep.inputs.names import CountyLookup, bare, is_wider, normal
from qhgep.inputs.periods import period_of, without_preliminary
from qhgep.inputs.preliminary import note_preliminary
from qhgep.inputs.wide.header import Frame, is_note, is_total
from qhgep.inputs.wide.keys import COUNTY_LIKE, Owners
from qhgep.inputs.wide.totals import WideRow

_SENTENCE = re.compile(r"[:;,。，；：!?]|.{25}")
"""What a note has and a name has not."""


class _Name(NamedTuple):
    """What a row may be called: the text without a number before it, and what such a text says of the row."""

    text: str
    is_total: bool
    is_note: bool


@lru_cache(maxsize=1 << 12)  # a table has the same few counties on many rows
def _name(text: str) -> _Name:
    name = bare(text)
    return _Name(name, is_total(name), is_note(name))


class Rows:
    """Reads the rows of one table of a sheet; what is wrong with a key cell is noted, and its row is left out."""

    def __init__(self, frame: Frame, places: CountyLookup, period: str, number: int, problems: Problems) -> None:
        """Take the layout, the period of rows that do not state theirs, and the number of the table on its sheet."""
        self.frame, self.places, self.period, self.number, self.problems = frame, places, period, number, problems
        rows = sorted(row for row in frame.rows if row >= frame.start)
        self.names = [cell.text for row in rows if (cell := frame.cell(row, "name"))]
        self.owners = Owners(places, problems, self.names)
        self.years = sorted({span.text for column in frame.columns for span in column.spans}) or [""]
        """The periods that headings of columns state."""
        self.values = {column.index for column in (*frame.columns, *frame.left)}

    @property
    def key_column(self) -> int:
        """The first column of keys, where a row without one is marked."""
        return min(self.frame.roles[role] for role in ("name", "code") if role in self.frame.roles)

    def lines(self) -> Iterator[WideRow]:
        """The rows of counties and of totals; notes are left out, anything else is noted."""
        for row in sorted(row for row in self.frame.rows if row >= self.frame.start):
            if len(self.problems.items) > MOST_PROBLEMS:
                return
            if (line := self._line(row, self.frame.rows[row])) is not None:
                yield line

    def _line(self, row: int, cells: Mapping[int, RawCell]) -> WideRow | None:
        key = [found for role in ("name", "code") if (found := self.frame.cell(row, role))]
        above = self.frame.cells(row, self.frame.keys.above)
        first = _name(cells[min(cells)].text)
        if words := [name.text for name in (first, *(_name(cell.text) for cell in (*key, *above))) if name.is_total]:
            return self._total(row, words[0], above)
        filled = bool(self.values & cells.keys())
        if first.is_note or (key and is_note(normal(key[0].text))):
            return None
        if not key:
            return self._without_key(row, above) if filled else None
        if not filled and self._is_note(key[0]):
            return None
        return self._of_county(row, key)

    def _is_note(self, cell: RawCell) -> bool:
        """Whether a row without any number is a note: its text is no name, of a county or of anything like one. It is told."""
        text = bare(cell.text)
        if self.places.level(text) or self.places.by_code(text) or COUNTY_LIKE.fullmatch(text) or text.isdecimal():
            return False
        if not _SENTENCE.search(text):
            self.problems.warn("row_left", cell.place, text=quoted(cell.text))
        return True

    def _of_county(self, row: int, key: list[RawCell]) -> WideRow | None:
        period = self._period(row)
        cells = (self.frame.cell(row, "name"), self.frame.cell(row, "code"))
        above, beside = (self.frame.cells(row, columns) for columns in (self.frame.keys.above, self.frame.keys.beside))
        above = [cell for cell in above if cell not in key]
        county = self.owners.county(*cells, above, beside, period or self.years[-1])
        if county is None:
            return None
        line = WideRow(row, county, period, table=self.number)
        for year in (year for year in self.years if year and not period):
            own = Problems()
            then = Owners(self.places, own, self.names).county(*cells, above, beside, year)
            if then is None:
                self.problems.items += (item for item in own.items if item.severity == "error")
                return None
            line.then[year] = then
        return line

    # --- totals -------------------------------------------------------------------------------------

    def _total(self, row: int, word: str, above: list[RawCell]) -> WideRow:
        """A row of a total: of the prefecture that stands beside the word or in it, else of what the rows around it are."""
        found = [county for cell in above if (county := self._wider(cell.text)) is not None]
        inside = self._wider(re.sub(r"(?:合计|总计|小计|共计)$", "", word))
        of = next(
            (county.code for county in (*found[::-1], inside) if county is not None and county.kind == "prefecture"), ""
        )
        year = self.frame.cell(row, "year")
        span = period_of(year.text) if year else None
        return WideRow(row, None, span.text if span else "", word=word, of=of, table=self.number)

    def _without_key(self, row: int, above: list[RawCell]) -> WideRow | None:
        """A row with numbers and without a county: the total of the prefecture beside it, else a fault."""
        county = self._wider(above[-1].text) if above else None
        if county is None:
            self.problems.add("row_unnamed", self.frame.at(row, self.key_column))
            return None
        return WideRow(row, county, self._period(row), table=self.number)

    def _wider(self, text: str) -> County | None:
        coded = self.places.by_code(text)
        found = [coded] if coded else self.places.named(text, self.period[:4], self.period[-4:])
        return next((county for county in found if is_wider(county)), None)

    # --- periods ------------------------------------------------------------------------------------

    def _period(self, row: int) -> str:
        """The period of a row; empty, with the reason noted, where nothing says it."""
        cell = self.frame.cell(row, "year")
        if cell is None:
            if "year" in self.frame.roles and not self.period:
                self.problems.add("row_year", self.frame.at(row, self.frame.roles["year"]), text="")
            return self.period
        span = period_of(without_preliminary(cell.text)) if cell.kind in {"number", "text"} else None
        note_preliminary(cell.place, cell.text, self.problems)
        if span is None:
            self.problems.add("row_year", cell.place, text=quoted(cell.text))
        elif span.doubt:
            self.problems.add("row_year_doubt", cell.place, text=quoted(cell.text), doubt=span.doubt)
        return span.text if span and not span.doubt else ""


def prefectures_beside(lines: list[WideRow], frame_at: Mapping[int, Rows], problems: Problems) -> list[WideRow]:
    """The same rows without prefectures that stand beside counties and have none of their own here: noted."""
    counties = any(line.county is not None and not is_wider(line.county) for line in lines)
    kept = []
    for line in lines:
        if counties and line.county is not None and is_wider(line.county):
            rows = frame_at[line.table]
            facts = {"code": line.county.code, "zh": line.county.zh}
            problems.add("row_prefecture", rows.frame.at(line.row, rows.key_column), **facts)
        else:
            kept.append(line)
    return kept
