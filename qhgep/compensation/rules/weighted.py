"""Dividing a pool by weighted shares of factors."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from qhgep.compensation.columns.column import Built, Context
from qhgep.compensation.columns.common import amount_column, units_of
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.rule import PlanFacts, StepRule, last_of
from qhgep.compensation.rules.schema import STRICT, ShareDecimals, Weights
from qhgep.compensation.rules.weighing import check_weights, scored, share_note


class WeightedStep(BaseModel):
    """Divide the pool by weighted shares of factors. Shares are rounded only where the plan states `decimals`.

    `decimals_basis` is the document that says to how many places.
    """

    model_config = STRICT
    id: str
    rule: Literal["weighted"]
    weights: Weights
    decimals: ShareDecimals | None = None
    decimals_basis: str = ""
    basis: str = ""


def weighted(context: Context, step: WeightedStep) -> Built:
    """The pool divided by weighted shares: a recipient's share of a factor is its value over the sum of all.

    Shares are not rounded, unless the plan says to how many `decimals` (half up); everything after that is exact. The
    amounts before do not matter: this rule begins a division.
    """
    columns, running = scored(context, step, units_of(context))
    amount = amount_column(context, step.id, "因素法测算额", running)
    return Built((*columns, amount), running, (share_note(step.decimals),))


def _check(plan: PlanFacts, step: WeightedStep, source: PlanText, at: Key) -> None:
    check_weights(plan, step, source, at)


RULE = StepRule(
    name="weighted", zh="因素法加权分配", kind="division", terms=WeightedStep, build=weighted, check=_check,
    role="shares", begins=True, misplaced="plan_after_start",
    units=last_of(weights="1"),
    needs=frozenset({"step", "factor"}),
)  # fmt: skip
