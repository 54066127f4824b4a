"""The decisions of a plan about its factors: negative values that count as zero, and partial values that are accepted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from qhgep.compensation.columns.column import Factor, Recipient
from qhgep.money import Fen, yuan

if TYPE_CHECKING:
    from qhgep.compensation.allocation import Allocation

Kind = Literal["negative_zero", "partial_accept"]
RULES: Mapping[Kind, str] = {"negative_zero": "负值按零计", "partial_accept": "部分核算仍采用"}
"""What each kind does, in words."""
WRITTEN: Mapping[Kind, str] = {"negative_zero": 'negative = "zero"', "partial_accept": 'partial = "accept"'}
"""How each kind is written in plan.toml."""


@dataclass(frozen=True, slots=True)
class Touched:
    """A recipient that a decision touches: its value and the value that is used, both in the unit of the factor.

    `partial` says what the value does not cover (empty: nothing), `fen` what the recipient gets under the plan.
    """

    recipient: Recipient
    value: Fraction
    used: Fraction
    partial: str
    fen: Fen

    def as_json(self) -> dict[str, Any]:
        """One entry of `recipients` of a decision; values are floats in the unit of the factor."""
        return {
            "recipient": self.recipient.id, "value": float(self.value), "used": float(self.used),
            "partial": self.partial, "yuan": yuan(self.fen),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlanDecision:
    """One decision about a factor, with its basis and the recipients it touches, in code order."""

    kind: Kind
    factor: Factor
    touched: tuple[Touched, ...]

    @property
    def place(self) -> str:
        """Where it is written in plan.toml."""
        return f"[factor.{self.factor.id}] {WRITTEN[self.kind]}"

    def as_json(self) -> dict[str, Any]:
        """One entry of `decisions` of an allocation."""
        return {
            "kind": self.kind, "place": self.place, "factor": self.factor.id, "of": self.factor.of,
            "unit": str(self.factor.quantity.unit), "basis": self.factor.basis,
            "recipients": [item.as_json() for item in self.touched],
        }  # fmt: skip


def decisions(allocation: Allocation) -> tuple[PlanDecision, ...]:
    """Every decision of a plan about its factors, in the order of the factors; those that touch nobody too."""
    return tuple(item for factor in allocation.factors.values() for item in _of(factor, allocation))


def _of(factor: Factor, allocation: Allocation) -> Iterator[PlanDecision]:
    figures = factor.figures
    everyone = {
        row.recipient.id: Touched(
            row.recipient, figures[row.recipient.id].value, factor.used[row.recipient.id],
            figures[row.recipient.id].partial, row.fen,
        )
        for row in allocation.rows
    }  # fmt: skip
    if factor.at_least_zero:
        yield PlanDecision("negative_zero", factor, tuple(item for item in everyone.values() if item.value < 0))
    if factor.accepts_partial:
        yield PlanDecision("partial_accept", factor, tuple(item for item in everyone.values() if item.partial))
