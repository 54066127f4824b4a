"""Skeletons of plans: what a bureau must still fill in is written `"missing: what, and where it stands"`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qhgep.compensation.plan.plan_text import Key, PlanText

MISSING = "missing"
"""What a text begins with that stands for something to be filled in."""


def note_missing(raw: dict[str, Any], source: PlanText) -> frozenset[str]:
    """Note everything that is still to be filled in, each with its line; the top-level keys in which something is."""
    found = list(_missing(raw, ()))
    for key, what in found:
        source.add("plan_input_missing", *key, what=what)
    return frozenset(str(key[0]) for key, _ in found)


def _missing(value: Any, key: Key) -> Iterator[tuple[Key, str]]:  # noqa: ANN401 - a parsed TOML value
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _missing(item, (*key, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _missing(item, (*key, number))
    elif isinstance(value, str) and (value == MISSING or value.startswith(f"{MISSING}:")):
        yield key, value.removeprefix(MISSING).removeprefix(":").strip() or "—"
