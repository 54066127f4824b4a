"""Fixed amounts on top for some."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from qhgep.compensation.columns.column import Built, Context
from qhgep.compensation.columns.common import money_columns
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.common import put_on_top, units_by_code, yuan_of
from qhgep.compensation.rules.parameter_check import Limits, check_table
from qhgep.compensation.rules.rule import DIVISION, PlanFacts, StepRule, last_of
from qhgep.compensation.rules.schema import STRICT, ByRecipient


class TopUpStep(BaseModel):
    """Fixed amounts (yuan) on top for some recipients; what remains of the pool is shared as before."""

    model_config = STRICT
    id: str
    rule: Literal["top_up"]
    amounts: ByRecipient
    basis: str = ""


def top_up(context: Context, step: TopUpStep) -> Built:
    """Fixed amounts on top; the rest of the pool is shared as before. Raises PlanError where there is not so much."""
    extra = units_by_code(context, step.amounts, "amounts")
    given = context.given(yuan_of(context, extra), step.id, step.basis, "amounts")
    head = money_columns(context, step.id, "extra", "定额补助", given, note="在按因素分配之外；零为没有")
    return put_on_top(
        context,
        step.id,
        head,
        head[-1].quantity,
        "定额补助",
        lambda total: f"定额补助合计 {total} 元，先从资金总额中列支",
    )


def _check(plan: PlanFacts, step: TopUpStep, source: PlanText, at: Key) -> None:
    check_table(plan, step.amounts, Limits(unit=plan.payable), source, (*at, "amounts"), complete=False)


RULE = StepRule(
    name="top_up", zh="定额补助", kind="division", terms=TopUpStep, build=top_up, check=_check,
    role="on_top", follows=DIVISION, misplaced="plan_after_on_top",
    units=last_of(amounts="CNY"),
    needs=frozenset({"recipients", "recipient", "step", "round_to"}),
    needs_basis=True,
)  # fmt: skip
