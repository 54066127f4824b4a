"""Whose row it is: which columns hold the county, which hold what it lies in, and the county of a row.

The county's column is the one whose cells name areas of the lowest level. The others tell namesakes apart (城中区 of 西宁,
of 柳州) and must not contradict it; a prefecture never stands for a county beside names of counties.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from qhgep.errors import Problems
from qhgep.inputs.counties import County
from qhgep.inputs.files.cells import RawCell
from qhgep.inputs.files.read_xlsx import quoted
from qhgep.inputs.names import CountyLookup, bare, code_in, is_rounded, normal, rounded_code, stands

_LOWEST = 3
_ADMINISTRATIVE = re.compile(r".+(?:省|自治区|市|州|盟|地区|行署)")
"""What a text that stands for something wider than a county ends with."""
COUNTY_LIKE = re.compile(r".{1,12}(?:县|市|区|旗|州|行委|管委会|委员会)")
"""What may be a name of a county, misspelt or not in the table."""


@dataclass(frozen=True, slots=True)
class Keys:
    """Columns: of names and of codes of the counties (at least one), of what they lie in, and others that name counties too."""

    name: int | None
    code: int | None
    above: tuple[int, ...] = ()
    beside: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Levels:
    """How many cells of a column name counties, prefectures, provinces, and nothing that is known."""

    column: int
    found: Counter[int]

    @property
    def lowest(self) -> int:
        """The lowest level that its cells name; where they name nothing that is known, they may be misspelt counties."""
        return max((level for level in self.found if level), default=_LOWEST if self.found else 0)


def key_columns(
    named: Mapping[int, Sequence[str]],
    coded: Mapping[int, Sequence[str]],
    unheaded: Mapping[int, Sequence[str]],
    places: CountyLookup,
) -> Keys:
    """The key columns of a table, from the texts below headings of names, of codes, and below headings that say neither.

    A column without such a heading counts where most of its texts name areas; where no other names counties, also where most
    look like names of counties.
    """
    names = [_levels(column, texts, places) for column, texts in named.items()]
    codes = [_levels(column, texts, places) for column, texts in coded.items()]
    others = [(_levels(column, texts, places), texts) for column, texts in unheaded.items()]
    certain = any(item.found[_LOWEST] for item in (*names, *codes))
    names += [item for item, texts in others if (_mostly_areas(item) if certain else _may_be_counties(item, texts))]
    name, code = _lowest(names), _lowest(codes)
    if name and code and name.lowest != code.lowest:
        name, code = (name, None) if name.lowest > code.lowest else (None, code)
    own = {item.column for item in (name, code) if item is not None}
    rest = [item for item in (*names, *codes) if item.column not in own]
    level = max((item.lowest for item in (name, code) if item is not None), default=0)
    beside = [item.column for item in rest if item.lowest == level == _LOWEST and item.found[_LOWEST]]
    above = tuple(item.column for item in rest if item.column not in beside)
    return Keys(name.column if name else None, code.column if code else None, above, tuple(beside))


def _levels(column: int, texts: Iterable[str], places: CountyLookup) -> _Levels:
    found: Counter[int] = Counter()
    for text, times in Counter(texts).items():  # a column repeats its counties year by year
        found[places.level(text)] += times
    return _Levels(column, found)


def _mostly_areas(item: _Levels) -> bool:
    return 2 * item.found[0] < sum(item.found.values())


def _may_be_counties(item: _Levels, texts: Sequence[str]) -> bool:
    like = sum(bool(COUNTY_LIKE.fullmatch(bare(text))) for text in texts)
    return _mostly_areas(item) or item.found[_LOWEST] > 0 or 2 * like > len(texts)


def _lowest(columns: Sequence[_Levels]) -> _Levels | None:
    """The column of the lowest level: where several are, the one with the most such cells, then the first."""
    return max(columns, key=lambda item: (item.lowest, item.found[_LOWEST], item.found[item.lowest]), default=None)


class Owners:
    """Finds the county of a row from its key cells; what is wrong is noted once, at the cell that is to be mended."""

    def __init__(self, places: CountyLookup, problems: Problems, names: Sequence[str] = ()) -> None:
        """Take the table of areas, and the texts of the column of names: what is certain of them tells namesakes apart."""
        self.places, self.problems, self.names = places, problems, names
        self._sound: dict[tuple[str, tuple[str | None, ...]], County] = {}
        """The counties of key cells of which there was nothing to note: a table has the same few on many rows."""

    def county(
        self,
        name: RawCell | None,
        code: RawCell | None,
        above: Sequence[RawCell],
        beside: Sequence[RawCell],
        period: str,
    ) -> County | None:
        """The county that name and code mean in a period, lies in what the cells `above` name, and is what those `beside` name."""
        texts = tuple(cell and cell.text for cell in (name, code, *above, None, *beside))
        if (known := self._sound.get((period, texts))) is not None:
            return known
        before = len(self.problems.items)
        found = self._found(name, code, above, beside, period)
        if found is not None and len(self.problems.items) == before:
            self._sound[period, texts] = found
        return found

    def _found(
        self,
        name: RawCell | None,
        code: RawCell | None,
        above: Sequence[RawCell],
        beside: Sequence[RawCell],
        period: str,
    ) -> County | None:
        before = len(self.problems.items)
        found = self._of_code(name, code, period) if code is not None else None
        if found is None and name is not None and len(self.problems.items) == before:
            found = self._of_name(name, above, period)
        if found is None:
            return None
        key = name or code
        if key is None or not all(self._lies_in(found, cell, key) for cell in above):
            return None
        for cell in beside:
            if self.places.level(cell.text) == _LOWEST and not self._means(cell, found):
                self.problems.add("row_county_other", cell.place, name=quoted(cell.text), code=found.code, zh=found.zh)
                return None
        return found

    # --- by code ------------------------------------------------------------------------------------

    def _of_code(self, name: RawCell | None, code: RawCell, period: str) -> County | None:
        found = self.places.by_code(code.text)
        if found is None:
            return self._of_other_code(name, code, period)
        if name is not None and not self._means(name, found):
            self.problems.add("row_code_name", name.place, code=found.code, zh=found.zh, name=quoted(name.text))
            return None
        return found if self._in_force(found, code, period) else None

    def _of_other_code(self, name: RawCell | None, code: RawCell, period: str) -> County | None:
        """The county of what is no code of the table: a rounded one with a name beside it, a name in the column of codes."""
        shown = rounded_code(code.text)
        if shown is not None:
            return self._of_rounded(name, code, shown, period)
        if name is None and not code_in(code.text) and not normal(code.text).isdecimal():
            return self._of_name(code, (), period)
        self.problems.add("row_code", code.place, code=quoted(code.text))
        return None

    def _of_rounded(self, name: RawCell | None, code: RawCell, shown: tuple[str, int], period: str) -> County | None:
        if name is None:
            self.problems.add("row_code_rounded", code.place, code=quoted(code.text))
            return None
        found = self._of_name(name, (), period)
        if found is None:
            return None
        facts = {"code": quoted(code.text), "name": quoted(name.text), "found": found.code, "zh": found.zh}
        if not is_rounded(found.code, shown):
            self.problems.add("row_code_differs", code.place, **facts)
            return None
        self.problems.warn("row_code_shown", code.place, **facts)
        return found

    def _means(self, cell: RawCell, county: County) -> bool:
        coded = self.places.by_code(cell.text)
        return county.code in {found.code for found in (*self.places.bearing(cell.text), coded) if found is not None}

    def _in_force(self, county: County, cell: RawCell, period: str) -> bool:
        """Whether a code holds in the year of a row, or in the last of its years."""
        last = period[-4:]
        if not last.isdecimal() or stands(county, last, last):
            return True
        self._note_dates(cell, [county], period)
        return False

    # --- by name ------------------------------------------------------------------------------------

    def _of_name(self, cell: RawCell, above: Sequence[RawCell], period: str) -> County | None:
        """The one area of a name in a period. Blanks and forms are folded; what was folded is told."""
        if (coded := self.places.by_code(cell.text)) is not None:
            return coded if self._in_force(coded, cell, period) else None  # a code in the column of names
        found = self._inside(self.places.named(cell.text, period[:4], period[-4:]), above)
        if len(found) > 1 and len(home := [county for county in found if county.code[:2] == self._province]) == 1:
            self._note_home(cell, found, home[0])
            return home[0]
        if len(found) == 1:
            if cell.text != found[0].zh:
                self.problems.warn("row_name", cell.place, name=quoted(cell.text), code=found[0].code, zh=found[0].zh)
            return found[0]
        bearing = self.places.bearing(cell.text)
        in_years = period[-4:].isdecimal() and (len(period) == len("2020") or len(bearing) == 1)
        if not found and bearing and in_years:
            self._note_dates(cell, bearing, period)
        elif torn := self.places.torn(cell.text):
            self._note_parent(cell.place, torn[0], torn[1], torn[2])
        else:
            codes = "、".join(f"{county.code} {county.span}" for county in bearing)
            code = "row_county_unclear" if codes else "row_county"
            self.problems.add(code, cell.place, name=quoted(cell.text), codes=codes)
        return None

    @cached_property
    def _province(self) -> str:
        """The first two digits of all areas of the table whose name one province alone has; empty where they are of several."""
        certain = set()
        for text in self.names:
            found = {county.code[:2] for county in self.places.bearing(text) if county.code.isdecimal()}
            certain |= found if len(found) == 1 else set()
        return next(iter(certain)) if len(certain) == 1 else ""

    def _note_home(self, cell: RawCell, found: Sequence[County], county: County) -> None:
        """Note a namesake that is taken since all others of the table lie in its province."""
        wider = self.places.counties.by_code.get(f"{county.code[:2]}0000")
        codes = "、".join(f"{item.code} {item.zh}" for item in found)
        facts = {"name": quoted(cell.text), "codes": codes, "code": county.code, "province": wider.zh if wider else "-"}
        self.problems.warn("row_county_home", cell.place, **facts)

    def _inside(self, found: list[County], above: Sequence[RawCell]) -> list[County]:
        """Of namesakes those that lie in what the cells name, else those that may; all, where none does: that is told later."""
        lies = {county.code: [self.places.lies_in(county, cell.text) for cell in above] for county in found}
        certain = [county for county in found if all(lies[county.code])]
        return certain or [county for county in found if False not in lies[county.code]] or found

    def _note_dates(self, cell: RawCell, bearing: Sequence[County], period: str) -> None:
        """Note a name or code that was given up before the period, or came after it, with what stands in its place."""
        spans = "、".join(f"{county.code} {county.zh}（{county.span}）" for county in bearing)
        line = (self.places.then(county, period[-4:]) for county in bearing)
        then = "、".join(dict.fromkeys(f"{county.code} {county.zh}" for county in line if county is not None)) or "-"
        self.problems.add("row_county_dates", cell.place, name=quoted(cell.text), spans=spans, period=period, then=then)

    def _lies_in(self, county: County, cell: RawCell, key: RawCell) -> bool:
        """Whether a county lies in what a cell names; what names nothing known is a fault where it looks like a wider area."""
        inside = self.places.lies_in(county, cell.text)
        if inside is None:
            inside = not _ADMINISTRATIVE.fullmatch(bare(cell.text)) and not code_in(cell.text)
        if not inside:
            self._note_parent(cell.place, cell.text, key.text, county)
        return inside

    def _note_parent(self, place: str, above: str, name: str, county: County) -> None:
        """Note a county that does not lie in what stands beside it, or before its name."""
        wider = self.places.counties.by_code.get(county.parent)
        of = f"{wider.code} {wider.zh}" if wider else county.parent or "-"
        facts = {"above": quoted(above), "name": quoted(name), "code": county.code, "zh": county.zh, "of": of}
        self.problems.add("row_parent", place, **facts)
