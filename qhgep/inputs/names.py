"""Names of counties as people write them, to codes; and texts of a sheet in the form in which they are compared."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from qhgep.inputs.counties import Counties, County

_PEOPLES = "(?:回族|土族|撒拉族|蒙古族|藏族|哈萨克族)"
_AUTONOMOUS = re.compile(rf"(.+?){_PEOPLES}+自治([县州])")
_CODE = re.compile(r"(\d{6})(?:0{3}|0{6})?", re.ASCII)
_BLANK = re.compile(r"[\s\u200b\ufeff]+")
_FOLDED = str.maketrans("()[]【】〔〕：，", "（）（）（）（）:,")


def normal(text: str) -> str:
    """A text without blanks, its forms folded (NFKC), brackets of one kind: how headings and names are compared."""
    return _BLANK.sub("", unicodedata.normalize("NFKC", text)).translate(_FOLDED)


def code_in(text: str) -> str:
    """The six digits of a code as tables print it (632621, 632621000, 632621000000); empty where it is none."""
    found = _CODE.fullmatch(normal(text))
    return found[1] if found else ""


def spellings(county: County) -> Iterator[str]:
    """The name of an area and its short form: 大通回族土族自治县 is 大通县 in every table, 果洛藏族自治州 果洛州."""
    name = normal(county.zh)
    yield name
    if short := _AUTONOMOUS.fullmatch(name):
        yield f"{short[1]}{short[2]}"
    if name.endswith("行政委员会"):
        yield name.replace("行政委员会", "行委")


class Places:
    """Looks up areas by code or by name in one table of counties."""

    def __init__(self, counties: Counties) -> None:
        """Index the names of a table; several areas may bear one name at different times."""
        self.counties = counties
        self._named: dict[str, list[County]] = {}
        for _, county in sorted(counties.by_code.items()):
            for name in dict.fromkeys(spellings(county)):
                self._named.setdefault(name, []).append(county)

    def by_code(self, text: str) -> County | None:
        """The area of a code."""
        return self.counties.by_code.get(code_in(text)) or self.counties.by_code.get(normal(text))

    def named(self, text: str, first: str = "", last: str = "") -> list[County]:
        """The areas that bear a name, in the order of their codes; of several those that held through the years given."""
        found = self._named.get(normal(text), [])
        if len(found) < len("ab") or not (first.isdecimal() and last.isdecimal()):
            return found
        span = date(int(first), 1, 1), date(int(last), 12, 31)
        return [county for county in found if county.valid(*span)]
