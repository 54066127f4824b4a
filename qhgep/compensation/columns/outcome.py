"""What one step of a run came to, beside its amounts: for explanations and for questions that go on from it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from qhgep.compensation.columns.column import Kind, Shares, StepResult


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one step of a run came to, beside its amounts: by which rule, on what basis, and with which columns.

    `shares` are the exact scores after it, None where no step can go on from them (floors, caps, sums from below).
    """

    id: str
    rule: str
    basis: str
    kind: Kind
    carried: Fraction
    retained: Fraction
    gap: Fraction
    columns: tuple[str, ...]
    notes: tuple[str, ...]
    shares: Shares | None = None


def outcome(step: str, terms: Any, result: StepResult, shares: Shares | None) -> Outcome:  # noqa: ANN401 - the terms of any rule, or none
    """The outcome of a step; its rule and basis as the plan writes them, and by which scores it divides."""
    rule, basis = getattr(terms, "rule", ""), getattr(terms, "basis", "")
    names = tuple(column.name for column in result.columns)
    rest = (result.carried, result.retained, result.gap)
    return Outcome(step, rule, basis, result.kind, *rest, names, result.notes, shares)
