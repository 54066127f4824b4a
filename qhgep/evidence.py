"""Origin and evidence of a value: the words, their order, their Chinese names. The weakest part decides for the whole."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

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


def weakest(levels: Iterable[str]) -> str:
    """The weakest of some levels. Raises ValueError where there is none."""
    return LEVELS[max(RANK[level] for level in levels)]


def used_elsewhere(origin: str) -> bool:
    """Whether a value stands for a place, period or ecosystem it was not found for, or was chosen: always `assumed`."""
    return origin in {"transferred", "chosen"}
