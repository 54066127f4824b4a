"""Funds of several sources side by side, each with its earmark."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, Field

from qhgep.compensation.columns.column import Built, Context
from qhgep.compensation.columns.entitlement import EntitlementProduct, Measured, added_to_before, product_columns
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.common import NONE, by_code
from qhgep.compensation.rules.parameter_check import FEN, check_table
from qhgep.compensation.rules.rule import PlanFacts, StepRule, last_of
from qhgep.compensation.rules.schema import STRICT, ByRecipient
from qhgep.money import shown


class Fund(BaseModel):
    """Money of one source: its earmark (empty: none) and yuan by recipient; `deducted` takes it off the sum."""

    model_config = STRICT
    earmark: str = ""
    amounts: ByRecipient
    deducted: bool = False
    basis: str = ""


class PooledSumStep(BaseModel):
    """The sum of funds by recipient; each keeps its earmark, nothing is divided again."""

    model_config = STRICT
    id: str
    rule: Literal["pooled_sum"]
    funds: dict[str, Fund] = Field(min_length=1)
    basis: str = ""


def pooled_sum(context: Context, step: PooledSumStep) -> Built:
    """The funds of each recipient side by side; every fund keeps its earmark, nothing is divided again.

    Recipients whose deductions are more than their funds are refused.
    """
    lines = [
        EntitlementProduct(
            name, name, by_code(context, fund.amounts, f"funds.{name}"), Fraction(-1 if fund.deducted else 1), fund.basis or step.basis,
            (f"funds.{name}",),
        )
        for name, fund in step.funds.items()
    ]  # fmt: skip
    notes = [_fund_note(step, name, line) for name, line in zip(step.funds, lines, strict=True)]
    measured = Measured("金额（元）", "计入系数", "1")
    made = added_to_before(
        context, step.id, product_columns(context, step.id, lines, measured), *notes, "统筹只汇总，各项资金用途不变"
    )
    return replace(made, below_zero=True)


def _fund_note(step: PooledSumStep, name: str, line: EntitlementProduct) -> str:
    fund = step.funds[name]
    total = shown(sum(line.amounts.values(), NONE))
    return f"{name}（{fund.earmark or '未指定用途'}）{'扣减' if fund.deducted else '合计'} {total} 元"


def _check(plan: PlanFacts, step: PooledSumStep, source: PlanText, at: Key) -> None:
    for name, fund in step.funds.items():
        check_table(plan, fund.amounts, FEN, source, (*at, "funds", name))


RULE = StepRule(
    name="pooled_sum", zh="各类资金汇总", kind="entitlement", terms=PooledSumStep, build=pooled_sum, check=_check,
    role="due", follows=frozenset({"due"}), begins=True, misplaced="plan_after_due",
    units=last_of(funds="CNY"),
    needs_basis=True,
)  # fmt: skip
