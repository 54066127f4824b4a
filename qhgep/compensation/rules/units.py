"""The unit of every parameter of a step that a row can stand for. Parameters are plain numbers in these units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_MONEY, _SHARE, _AREA, _POSTS = "CNY", "1", "mu", "person"

_UNITS: Mapping[str, Mapping[str, str]] = {
    "weighted": {"weights": _SHARE},
    "base_increment": {"weights": _SHARE, "base": _MONEY},
    "tilt": {"multipliers": _SHARE},
    "phase_in": {"shares": _SHARE, "old": _MONEY},
    "top_up": {"amounts": _MONEY},
    "floor": {"amounts": _MONEY},
    "cap": {"amounts": _MONEY},
    "bounds": {"least": _MONEY, "most": _MONEY},
    "deduction": {"shares": _SHARE},
    "posts_wage": {
        "posts": _POSTS, "passed": _POSTS, "wage": "CNY/month/person", "months": _SHARE, "base_share": _SHARE,
    },
    "instalments": {"rates": "CNY/mu", "tasks": _AREA, "certified": _AREA},
    "pooled_sum": {"funds": _MONEY},
    "household_limits": {"least": "CNY/household", "most": "CNY/household"},
    "class_index": {"classes": _MONEY, "rate": "CNY/pp", "low": _MONEY, "high": _MONEY, "found": "pp"},
    "fixed_split": {"fund": _MONEY, "pay": _SHARE, "receive": _SHARE, "moved": _SHARE, "to": _SHARE, "loser": _SHARE},
}  # fmt: skip
"""Rule -> name of a parameter -> printed spelling of its unit."""


def unit_of(step: Any, names: Sequence[str]) -> str:  # noqa: ANN401 - the terms of any rule
    """The printed spelling of the unit of a parameter of a step; empty where no row can stand.

    A rule whose amounts are measured in a unit that the plan declares takes rates per that unit.
    """
    if step.rule == "area_rate":
        measured: str = step.unit
        return {"areas": measured, "total": measured, "rates": f"CNY/{measured}"}.get(names[0], "")
    if step.rule == "award_penalty":
        return {"table": _SHARE if step.of else _MONEY, "of": _MONEY}.get(names[0], "")
    known = _UNITS.get(step.rule, {})
    return next((known[name] for name in reversed(names) if name in known), "")
