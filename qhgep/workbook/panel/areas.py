"""The rows of a panel: all counties together, then provinces and prefectures of which there are several, then each county."""

from __future__ import annotations

from dataclasses import dataclass

from qhgep.account.account import Account
from qhgep.inputs import County, read_counties

ALL = "*"
"""The code of all counties together."""
_LEVELS = ("province", "prefecture")


@dataclass(frozen=True, slots=True)
class Area:
    """A row: a county, or several that stand below each other. `members` are their codes."""

    code: str
    zh: str
    members: tuple[str, ...]

    @property
    def single(self) -> bool:
        """Whether it is one county."""
        return self.members == (self.code,)


def areas_of(account: Account) -> tuple[Area, ...]:
    """All counties, the provinces and prefectures that hold some of them and not all, and the counties in their order.

    A province or prefecture is no more than its counties of the account: its name says how many these are.
    Counties of one prefecture stand together, and so do those of one province.
    """
    known = dict(read_counties().with_declared(account.declared).by_code)
    above = {county.code: _above(county, known) for county in account.counties}
    counties = sorted(account.counties, key=lambda county: (*above[county.code], county.code))
    codes = [county.code for county in counties]
    groups = [
        Area(code, f"{known[code].zh}（本核算 {len(members)} 县）", members)
        for level in range(len(_LEVELS))
        for code in dict.fromkeys(above[county][level] for county in codes)
        if code and len(members := tuple(one for one in codes if above[one][level] == code)) < len(codes)
    ]
    whole = [Area(ALL, "合计", tuple(codes))] if len(codes) > 1 else []
    return (*whole, *groups, *(Area(county.code, county.zh, (county.code,)) for county in counties))


def _above(county: County, known: dict[str, County]) -> tuple[str, ...]:
    """The codes of the province and the prefecture of a county; empty for one that the table does not know."""
    found = dict.fromkeys(_LEVELS, "")
    seen = county
    for _ in _LEVELS:
        parent = known.get(seen.parent)
        if parent is None:
            break
        if parent.kind in found:
            found[parent.kind] = parent.code
        seen = parent
    return tuple(found.values())
