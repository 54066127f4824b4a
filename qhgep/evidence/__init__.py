"""Origin and evidence of a value: the words, their order, their Chinese names. The weakest part decides for the whole."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from qhgep.evidence.document_names import cites_informally, names_unit, numbers_document, of_another_year, opens, plain

Evidence = Literal["primary", "declared", "published", "secondary", "unconfirmed", "assumed"]
Origin = Literal["stated", "computed", "transferred", "chosen"]
PresenceName = Literal["value", "zero", "missing", "not_applicable"]

EVIDENCE: Mapping[str, str] = {
    "primary": "原文", "declared": "申报", "published": "文献", "secondary": "转引", "unconfirmed": "待证实", "assumed": "假定",
}  # fmt: skip
"""The levels with their Chinese names, strongest first."""
ORIGIN: Mapping[str, str] = {"stated": "载明", "computed": "计算", "transferred": "移用", "chosen": "选定"}
"""How a value came about, with the Chinese names."""
PRESENCE: Mapping[str, str] = {"value": "有数据", "zero": "确为零", "missing": "缺", "not_applicable": "不适用"}
"""The four states of an input cell, with the words that tables print."""
RANK: Mapping[str, int] = {level: rank for rank, level in enumerate(EVIDENCE)}
"""level -> 0 for the strongest; a larger rank is weaker."""
LEVELS = tuple(EVIDENCE)


_NUMERAL = "[0-9一二三四五六七八九十百〇零]"
_LOCATOR = re.compile(
    rf"第?{_NUMERAL}+(?:[-—–.]{_NUMERAL}+)*\s*[卷期页章节条款集辑册版]|[表图卷期页章节附录]+\s*{_NUMERAL}"
    rf"|(?<![A-Za-z])(?:pp?|vol|no|v|Tab(?:le)?|Fig(?:ure)?|chap(?:ter)?|sec(?:tion)?)[.\s]*[0-9]"
    rf"|[0-9]\s*\(\s*[0-9]|[0-9]\)?\s*[:，,]\s*[0-9]|[一二三四五六七八九十]、",
    re.IGNORECASE,
)
"""A place in what was published: a volume with its issue, a page, a table, a chapter, a version."""


def undeclared(unit: str, number: str, date: object) -> tuple[str, ...]:
    """What a figure lacks to be declared: the named unit that returned it, and number and date of its document."""
    lacks = {
        "unit": not names_unit(unit),
        "number": not numbers_document(number),
        "date": not date or of_another_year(number, date),
    }
    return tuple(name for name, missing in lacks.items() if missing)


_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_DAY = re.compile(r"(?<=[0-9])[-年./][0-9]{1,2}(?:[-月./][0-9]{1,2}日?)?(?![0-9])")
"""What follows the year of a date, and is no number of a volume or page."""


def citable(text: str) -> bool:
    """Whether a text says where a published figure can be looked up: an address that opens, or a year and a place beside it.

    The place is a volume, a page or a table with its number, or the number of a document.
    >>> citable("生态学报，2017，37（5）：1234"), citable("统计年鉴2024"), citable("附件1（2024）"), citable("a.xlsx")
    (True, False, False, False)
    """
    text = plain(text)
    year = _YEAR.search(text)
    rest = _YEAR.sub("", _DAY.sub("", text)) if year else ""
    located = bool(_LOCATOR.search(rest)) or (year is not None and numbers_document(text))
    return not cites_informally(text) and (opens(text) or located)


def lacking(level: str, unit: str, number: str, date: object, *, text: str = "") -> tuple[str, ...]:
    """What a figure that a document is named for lacks to be of a level.

    The issuer of an official text stands in it. A published figure has unit, number and date as a declared one has, or its
    document (`text`, with the place in it) can be looked up.
    """
    if level not in {"primary", "declared", "published"}:
        return ()
    missing = undeclared(unit, number, date)
    if level == "published":
        return () if not missing or citable(f"{text}，{number}，{date or ''}") else ("number", "date")
    return tuple(name for name in missing if level == "declared" or name != "unit")


_KIND = r"(?:(?:蒙古|藏|回|土|撒拉|哈萨克)族)*(?:自治)?[县市区州省]"
_PLACE = re.compile(rf"(?P<stem>.+?)(?P<kind>{_KIND}|行委)?$")
_OURS = re.compile(r"[本我](?:局|单位|委|办|厅)|[本我]?(?P<kind>[县市区州])")


def own_bureau(unit: str, place: str) -> bool:
    """Whether a unit that returned figures is a bureau of a place: 祁连县发展和改革局 of 祁连县, not one of 海北州.

    A unit that names no place but says 县 or 本县 is taken for the place's own. Names of places as the county table has them.
    """
    found = _PLACE.match(place.strip())
    unit = unit.strip()
    if found is None or not unit:
        return False
    kind = (found["kind"] or "")[-1:]
    if (ours := _OURS.match(unit)) is not None:
        return ours["kind"] in {None, kind}
    named = re.search(rf"{re.escape(found['stem'])}(?P<kind>{_KIND}|行委)?", unit)
    return named is not None and (not named["kind"] or named["kind"][-1] == kind)


def weakest(levels: Iterable[str]) -> str:
    """The weakest of some levels. Raises ValueError where there is none."""
    return LEVELS[max(RANK[level] for level in levels)]


def used_elsewhere(origin: str) -> bool:
    """Whether a value stands for a place, period or ecosystem it was not found for, or was chosen: always `assumed`."""
    return origin in {"transferred", "chosen"}
