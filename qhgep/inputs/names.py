"""Names and codes of areas as people write them, to areas; and texts of a sheet in the form in which they are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache

from qhgep.inputs.counties import Counties, County

_PEOPLES = (
    "(?:(?:蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|"
    "达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|塔吉克|怒|鄂温克|德昂|保安|裕固|独龙|各)族?)"
)
"""The peoples that autonomous areas are named for, and 各族; some areas leave out 族 (博尔塔拉蒙古自治州)."""
_AUTONOMOUS = re.compile(rf"(..+?){_PEOPLES}+自治([县州旗])")
_CODE = re.compile(r"([0-9]{6})(?:0{3}|0{6})?(?:\.0+)?")
_GUARDS = "=\"'`‘’“”"
"""What keeps a spreadsheet from making a number of a code: ="632621", '632621."""
_ROUNDED = re.compile(r"([1-9](?:\.[0-9]+)?)[Ee]\+?([0-9]{1,2})")
_LENGTHS = (6, 9, 12)
_BLANK = re.compile(r"[\s\u200b\ufeff]+")
_FOLDED = str.maketrans("()[]【】〔〕：，", "（）（）（）（）:,")
_LEAD = re.compile(r"(?:其中:|（[一二三四五六七八九十]+）|[一二三四五六七八九十]+、|[0-9]{1,2}[、.](?![0-9]))")
_WIDER = frozenset({"prefecture", "province"})
_ANYWHERE = re.compile(r"[城郊市矿东南西北中]区|市[中郊]区")
"""Names of districts that are as well words for a part of any city."""
_LEAST = 2
"""The letters of a name that must be there for a beginning of it to be told."""


@lru_cache(maxsize=1 << 15)
def normal(text: str) -> str:
    """A text without blanks, its forms folded (NFKC), brackets of one kind: how headings and names are compared."""
    return folded(text)


def folded(text: str) -> str:
    """The same for a text that is asked for once and need not be kept."""
    composed = unicodedata.normalize("NFKC", text)
    return composed if composed.isalnum() else _BLANK.sub("", composed).translate(_FOLDED)


def code_in(text: str) -> str:
    """The six digits of a code as tables hold it (632621, 632621000000, 632621.0, ="632621"); empty where it is none."""
    return _code(normal(text))


def _code(name: str) -> str:
    if name[:1].isalpha():
        return ""
    found = _CODE.fullmatch(name.strip(_GUARDS))
    return found[1] if found else ""


def rounded_code(text: str) -> tuple[str, int] | None:
    """The first digits of a code that a spreadsheet shows as 6.32621E+11, and how many the code has; None for other texts.

    The digits that are not shown are lost where there are more of them: only with a name beside it is such a code a county's.
    """
    found = _ROUNDED.fullmatch(normal(text).strip(_GUARDS))
    if found is None or int(found[2]) + 1 not in _LENGTHS:
        return None
    return found[1].replace(".", ""), int(found[2]) + 1


def spellings(county: County) -> Iterator[str]:
    """The name of an area and its short form: 大通回族土族自治县 is 大通县 in every table, 果洛藏族自治州 果洛州."""
    name = normal(county.zh)
    yield name
    if short := _AUTONOMOUS.fullmatch(name):
        yield f"{short[1]}{short[2]}"
    if name.endswith("行政委员会"):
        yield name.replace("行政委员会", "行委")


class CountyLookup:
    """Looks up areas by code or by name in one table of counties."""

    def __init__(self, counties: Counties) -> None:
        """Index the names of a table; several areas may bear one name, at one time or at different times."""
        self.counties = counties
        self._above: dict[str, frozenset[str]] = {}

    @cached_property
    def _own(self) -> dict[str, list[County]]:
        """Name -> the areas that bear or bore it. Made when the first name is looked up: many tables hold codes only."""
        found: dict[str, list[County]] = {}
        for county in self.counties:
            for name in dict.fromkeys(spellings(county)):
                found.setdefault(name, []).append(county)
        return found

    @cached_property
    def _later(self) -> dict[str, list[County]]:
        """Name -> areas whose successors bear it: revised series give 2010 under the names of today."""
        found: dict[str, list[County]] = {}
        for county in (county for county in self.counties if county.succeeded_by):
            names = {name for after in self._successors(county) for name in spellings(after)}
            for name in names - set(spellings(county)):
                found.setdefault(name, []).append(county)
        return found

    @cached_property
    def _wider(self) -> dict[str, list[str]]:
        """The first two letters of names of prefectures and provinces -> the names, the longest first."""
        found: dict[str, list[str]] = {}
        for name in sorted((name for name, own in self._own.items() if is_wider(own[0])), key=len, reverse=True):
            found.setdefault(name[:_LEAST], []).append(name)
        return found

    def by_code(self, text: str) -> County | None:
        """The area of a code, under its name of today."""
        name = normal(text)
        return self.counties.by_code.get(_code(name)) or self.counties.by_code.get(name)

    def bearing(self, text: str) -> list[County]:
        """Every area that bears or bore a name, then those whose successors bear it, each in the order of their codes."""
        name = bare(text)
        return [*self._own.get(name, ()), *self._later.get(name, ())] or self._under(name)

    def named(self, text: str, first: str = "", last: str = "") -> list[County]:
        """The areas that a name means in the years given, in the order of their codes.

        In one year: those that bear it then, else those whose successors do. Over several years: the one that bears it
        where it stands at their end, of several those that stood through all of them. Without years: those that stand today.
        """
        later = self._later.get(bare(text), [])
        own = [county for county in self.bearing(text) if county not in later]
        if not (first.isdecimal() and last.isdecimal()):
            return [county for county in own if county.valid_to is None] or own
        if first != last:
            return [c for c in own if stands(c, last if len(own) == 1 else first, last)]
        return [c for c in own if stands(c, first, last)] or [c for c in later if stands(c, first, last)]

    def then(self, county: County, year: str) -> County | None:
        """What an area was, or has become, in a year."""
        return next((item for item in self.line(county) if stands(item, year, year)), None)

    def line(self, county: County) -> tuple[County, ...]:
        """An area, what it became, nearest first, and what it was."""
        return county, *self._successors(county), *self._predecessors(county)

    def bears(self, county: County, text: str) -> bool:
        """Whether a text is a name that an area, what it was or became, bears or bore, in short too, or the beginning of one.

        The area itself beside those in it is its 本级: 海北州本级 is 海北州.
        """
        line = self.line(county)
        codes, name = {item.code for item in line}, bare(text).removesuffix("本级")
        borne = (*line, *(item for item in self.counties.former if item.code in codes))
        if any(spelled.startswith(name) for item in borne for spelled in spellings(item)):
            return True
        return any(item.code in codes for item in self.bearing(name))

    def level(self, text: str) -> int:
        """How far down an area lies that a text names: 1 province, 2 prefecture, 3 county or a declared area; else 0.

        A name of today is not what bore it before: 百色市 is a prefecture, a county till 2002. A name that says no more than
        where in a city something lies (城区, 郊区, 矿区) names none by itself.
        """
        if (coded := self.by_code(text)) is not None:
            found = [coded]
        elif not (found := self.bearing(text)) or _ANYWHERE.fullmatch(bare(text)):
            return 0
        found = [county for county in found if county.valid_to is None] or found
        return max(({"province": 1, "prefecture": 2}.get(county.kind, 3) for county in found), default=0)

    def above(self, county: County) -> frozenset[str]:
        """The codes of all areas that an area, its predecessors and its successors lie or lay in."""
        if county.code not in self._above:
            codes = {code for item in self.line(county) for code in self._parents(item)}
            self._above[county.code] = frozenset(codes)
        return self._above[county.code]

    def lies_in(self, county: County, text: str) -> bool | None:
        """Whether an area lies in the one that a text names (its name, the beginning of it, its code); None: it names none known."""
        if (coded := self.by_code(text)) is not None:
            return coded.code in self.above(county) or coded == county
        name = bare(text)
        above = [known for code in self.above(county) if (known := self.counties.by_code.get(code)) is not None]
        if any(spelled.startswith(name) for known in above for spelled in spellings(known)) and len(name) >= _LEAST:
            return True
        return False if self.bearing(text) and not _ANYWHERE.fullmatch(name) else None

    def torn(self, text: str) -> tuple[str, str, County] | None:
        """A name that begins with what its area does not lie in: the two names and the area, 海西州玛沁县."""
        wider, rest = self._parted(bare(text))
        inside = self.bearing(rest) if wider else []
        return (wider, rest, inside[0]) if inside else None

    def without_wider(self, text: str) -> str:
        """A text without the prefecture or province that it begins with."""
        return self._parted(text)[1]

    def _under(self, name: str) -> list[County]:
        """The areas of a name that follows those of what they lie in: 青海省果洛州玛沁县."""
        wider, rest = self._parted(name)
        return [county for county in self.bearing(rest) if self.lies_in(county, wider)] if wider else []

    def _parted(self, name: str) -> tuple[str, str]:
        """The prefecture or province that a text begins with (empty: none), and what follows it."""
        for wider in self._wider.get(name[:_LEAST], ()):
            if name.startswith(wider) and name != wider:
                return wider, name.removeprefix(wider)
        return "", name

    def _parents(self, county: County) -> Iterator[str]:
        """Codes of what an area lies in, nearest first: as the table says, and by the digits of its code."""
        if county.code.isdecimal() and len(county.code) == _LENGTHS[0]:
            yield from {f"{county.code[:4]}00", f"{county.code[:2]}0000"} - {county.code}
        seen: set[str] = set()
        while (parent := county.parent) and parent not in seen:
            yield parent
            seen.add(parent)
            if (known := self.counties.by_code.get(parent)) is None:
                return
            county = known

    def _successors(self, county: County) -> Iterator[County]:
        seen = {county}
        while (after := self.counties.by_code.get(county.succeeded_by)) is not None and after not in seen:
            yield after
            seen.add(after)
            county = after

    def _predecessors(self, county: County) -> Iterator[County]:
        seen = {county}
        while (before := self.counties.predecessor(county.code)) is not None and before not in seen:
            yield before
            seen.add(before)
            county = before


@lru_cache(maxsize=4)
def places_of(counties: Counties) -> CountyLookup:
    """The names of a table, indexed once for all files that are read with it."""
    return CountyLookup(counties)


def bare(text: str) -> str:
    """A name without what counts its row or says that it is a part: 一、玛沁县, 其中：玛沁县."""
    name = normal(text)
    while found := _LEAD.match(name):
        name = name[found.end() :]
    return name


def stands(county: County, first: str, last: str) -> bool:
    """Whether a code holds from the first day of one year to the last day of another."""
    return county.valid(date(int(first), 1, 1), date(int(last), 12, 31))


def is_wider(county: County) -> bool:
    """Whether an area is a prefecture or a province."""
    return county.kind in _WIDER


def is_rounded(code: str, shown: tuple[str, int]) -> bool:
    """Whether a six-digit code, filled up with zeros, is shown by these first digits when it is rounded to as many."""
    digits, length = shown
    whole = Decimal(code.ljust(length, "0"))
    return abs(whole - Decimal(digits.ljust(length, "0"))) * 2 <= Decimal(10) ** (length - len(digits))
