"""The recipients as a ministry lists them: each prefecture with a sum, what it has itself, then its counties."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qhgep.compensation.columns.column import Recipient
from qhgep.inputs.counties import read_counties


@dataclass(frozen=True, slots=True)
class Prefecture:
    """A prefecture with its recipients in order, itself first; an empty name for those that belong to none."""

    zh: str
    recipients: tuple[Recipient, ...]
    own: str = ""
    """The id of the recipient that is the prefecture itself."""

    def label(self, recipient: Recipient) -> str:
        """How a recipient is called below the name of the prefecture: 州本级 or the county."""
        if not self.zh:
            return recipient.zh
        level = "地区" if self.zh.endswith("地区") else self.zh[-1]
        return f"　{level}本级" if recipient.id == self.own else f"　{recipient.zh}"


def by_prefecture(recipients: Sequence[Recipient]) -> tuple[Prefecture, ...]:
    """By prefecture where they lie in several places, those without one last; else all of them without a heading."""
    by: dict[str, list[Recipient]] = {}
    for recipient in recipients:
        by.setdefault(_prefecture(recipient.id), []).append(recipient)
    alone = by.pop("", [])
    if (not alone and len(by) == 1) or not by:
        return (Prefecture("", tuple(recipients)),)
    known = read_counties().by_code
    found = [Prefecture(known[code].zh, tuple(mine), code) for code, mine in sorted(by.items())]
    return (*found, Prefecture("", tuple(alone))) if alone else tuple(found)


def _prefecture(code: str) -> str:
    """The code of the prefecture that a county or the prefecture itself belongs to; empty where there is none."""
    known = read_counties().by_code
    unit = known.get(code)
    if unit is None or unit.kind == "prefecture":
        return "" if unit is None else code
    above = known.get(unit.parent)
    return unit.parent if above is not None and above.kind == "prefecture" else ""
