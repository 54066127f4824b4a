"""Floors and caps together."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from qhgep.compensation.columns.column import Built, Context
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.common import units_by_code
from qhgep.compensation.rules.limits import FloorsAndCaps, filled
from qhgep.compensation.rules.parameter_check import Limits, check_table
from qhgep.compensation.rules.rule import DIVISION, PlanFacts, StepRule, last_of
from qhgep.compensation.rules.schema import STRICT, ByRecipient


class BoundsStep(BaseModel):
    """Floors and caps (yuan) together: the others share what remains until nobody is beyond."""

    model_config = STRICT
    id: str
    rule: Literal["bounds"]
    least: ByRecipient
    most: ByRecipient
    basis: str = ""


def bounds(context: Context, step: BoundsStep) -> Built:
    """Floors and caps: held_i + level x score_i within them, with the level at which all add up to the pool.

    Raises PlanError with the smallest change that helps where floors are above the pool or caps below it.
    """
    caps = units_by_code(context, step.most, "most")
    limits = FloorsAndCaps(
        units_by_code(context, step.least, "least"),
        {code: caps[code] if code in step.most else None for code in context.codes},
    )
    return filled(context, step.id, limits, step.basis)


def _check(plan: PlanFacts, step: BoundsStep, source: PlanText, at: Key) -> None:
    for name, table in (("least", step.least), ("most", step.most)):
        check_table(plan, table, Limits(unit=plan.payable), source, (*at, name), complete=False)


RULE = StepRule(
    name="bounds", zh="上下限", kind="division", terms=BoundsStep, build=bounds, check=_check,
    role="limits", follows=DIVISION, misplaced="plan_after_limits",
    units=last_of(least="CNY", most="CNY"),
    needs=frozenset({"recipients", "recipient", "step", "round_to"}),
    needs_basis=True,
)  # fmt: skip
