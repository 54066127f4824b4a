"""What changed between two plans, key by key, and the figures that their factors read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from qhgep.compensation.plan.provenance import Figure, PlanSource
from qhgep.compensation.plan.schema import Plan
from qhgep.difference.result import Change
from qhgep.states import STATES

_NOTHING = "-"
_KEYS: Mapping[str, str] = {
    "title": "title", "basis": "basis", "budget": "basis", "event": "basis", "carry_in": "basis", "period": "figures",
    "recipients": "recipients", "recipient": "recipients", "factor": "factors", "accounts": "basis", "step": "steps", "pool": "pool",
    "round_to": "rounding", "corrects": "basis", "correction_reason": "basis",
}  # fmt: skip
"""Key of plan.toml -> the kind of a change to it, in the order in which changes are told."""
_BY_NAME = frozenset({"recipients", "recipient", "step"})
"""Lists whose entries have a name of their own."""


def plan_changes(a: Plan, b: Plan, old: PlanSource, new: PlanSource) -> tuple[Change, ...]:
    """Every key that is written differently, then every figure of an account that differs where both plans read it."""
    found = [Change("state", "state", STATES[a.state], STATES[b.state])] if a.state != b.state else []
    if old.require != new.require:
        found.append(Change("basis", "require", old.require, new.require))
    for key, kind in _KEYS.items():
        found += _of(kind, key, getattr(a, key), getattr(b, key))
    return (*found, *_figures(old, new))


def _of(kind: str, key: str, old: object, new: object) -> Iterator[Change]:
    sides = [dict(_leaves(key, value)) for value in (old, new)]
    for name in dict.fromkeys([*sides[0], *sides[1]]):
        one, other = (side.get(name, _NOTHING) for side in sides)
        if one != other:
            yield Change(kind, name, one, other)


def _leaves(key: str, value: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - a value of a plan
    """Each single value below a key, named by its path; entries of lists by their id."""
    if isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _leaves(f"{key}.{name}", getattr(value, name))
    elif isinstance(value, Mapping):
        for name in sorted(value):
            yield from _leaves(f"{key}.{name}", value[name])
    elif isinstance(value, tuple):
        for number, entry in enumerate(value):
            yield from _leaves(f"{key}.{_entry(key, number, entry)}", entry)
    else:
        yield key, _NOTHING if value is None or value == "" else str(value)


def _entry(key: str, number: int, entry: object) -> str:
    if key in _BY_NAME:
        return str(getattr(entry, "id", entry))
    return str(number)


def _figures(old: PlanSource, new: PlanSource) -> Iterator[Change]:
    for name in [name for name in sorted(old.figures) if name in new.figures]:
        one, other = old.figures[name], new.figures[name]
        if one != other:
            yield Change("figures", " ".join(name), *_value_texts(one, other))


def _value_texts(one: Figure, other: Figure) -> tuple[str, str]:
    """Value and unit of both; where these are the same, evidence and coverage too."""
    told = [f"{figure[0] or figure[2]} {figure[1]}" for figure in (one, other)]
    if told[0] == told[1]:
        told = [
            f"{text}（{figure[3]}，{figure[4]}{_covered(figure)}）"
            for text, figure in zip(told, (one, other), strict=True)
        ]
    return told[0], told[1]


def _covered(figure: Figure) -> str:
    return "" if figure[5] is None else f"，{len(figure[5][0])}/{len(figure[5][0]) + len(figure[5][1])}"
