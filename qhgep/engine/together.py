"""Problems that many counties share, told once: a person mends them once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qhgep.errors import Problem

_NAMED = 3
"""How many counties are named before they are only counted."""


def grouped_by_county(problems: Sequence[Problem]) -> list[Problem]:
    """The problems, those that are the same but for the county made one that names the first counties and counts them."""
    groups: dict[tuple[object, ...], list[tuple[str, Problem]]] = {}
    for item in problems:
        county, _, rest = dict(item.facts).get("cell", "").partition("，")
        others = tuple((name, rest if name == "cell" else fact) for name, fact in item.facts)
        key = (item.code, item.where, others, "" if county.isdigit() else county)
        groups.setdefault(key, []).append((county, item))
    return [_one(group) for group in groups.values()]


def _one(group: Sequence[tuple[str, Problem]]) -> Problem:
    county, first = group[0]
    if len(group) == 1:
        return first
    names = "、".join(name for name, _ in group[:_NAMED]) + ("…" if len(group) > _NAMED else "")
    facts = tuple(
        (key, value.replace(county, f"{names}（{len(group)}）", 1) if key == "cell" else value)
        for key, value in first.facts
    )
    return replace(first, facts=facts)
