"""Caps: the excess is shared by the others, or carried over."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pydantic import BaseModel

from qhgep.compensation.columns.column import Built, Column, Context, computed
from qhgep.compensation.columns.common import amount_column
from qhgep.compensation.columns.running_state import RunningState
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.common import running_state_of, short_sums, units_by_code, units_so_far
from qhgep.compensation.rules.limits import FloorsAndCaps, filled, limit_columns
from qhgep.compensation.rules.parameter_check import Limits, check_table
from qhgep.compensation.rules.rule import DIVISION, PlanFacts, StepRule, last_of
from qhgep.compensation.rules.schema import STRICT, ByRecipient
from qhgep.expr import less, where


class CapStep(BaseModel):
    """Most amounts (yuan) of some recipients; the excess is shared by the others, or carried over."""

    model_config = STRICT
    id: str
    rule: Literal["cap"]
    amounts: ByRecipient
    excess: Literal["share", "carry"]
    basis: str = ""


def cap(context: Context, step: CapStep) -> Built:
    """Recipients above their cap get it. The excess is shared by the others, or carried over, as the step says."""
    caps = units_by_code(context, step.amounts, "amounts")
    limits = FloorsAndCaps(
        dict.fromkeys(context.codes, 0),
        {code: caps[code] if code in step.amounts else None for code in context.codes},
    )
    if step.excess == "share":
        return filled(context, step.id, limits, step.basis)
    return _cut(context, step, limits)


def _cut(context: Context, step: CapStep, limits: FloorsAndCaps) -> Built:
    """Amounts above a cap are cut to it; the money cut is carried over."""
    before = running_state_of(context)
    short_sums(context, step.id, before)
    columns, running = _cut_columns(context, step, limits, before)
    amount = amount_column(context, step.id, "封顶后测算额", running)
    return Built((*columns, amount), running, ("超过上限的部分结转下期，不再分配",))


def _cut_columns(
    context: Context, step: CapStep, limits: FloorsAndCaps, before: RunningState
) -> tuple[tuple[Column, ...], RunningState]:
    at, head = step.id, limit_columns(context, step.id, limits, step.basis)[3:]
    most = head[-1].quantity
    part, share = units_so_far(at, "封顶", before)
    up = share.quantity + where(less(0, part.remainder), 1, 0)
    over = computed(f"{at}.over", "高于上限", "1", where(less(most, up), 1, 0), "1 为是")
    kept = computed(
        f"{at}.held",
        "封顶后定额",
        "1",
        over.quantity * most + (1 - over.quantity) * before.held_units,
        "高于上限的取上限",
    )
    score = computed(f"{at}.score", "封顶后得分", "1", before.score * (1 - over.quantity), "已封顶的得分记零，除数不变")
    after = replace(before, held=kept.quantity, score=score.quantity, most=most, carries=True, divisible=False)
    return (*head, *part.columns, share, over, kept, score), after


def _check(plan: PlanFacts, step: CapStep, source: PlanText, at: Key) -> None:
    check_table(plan, step.amounts, Limits(unit=plan.payable), source, (*at, "amounts"), complete=False)


RULE = StepRule(
    name="cap", zh="上限", kind="division", terms=CapStep, build=cap, check=_check,
    role="limits", follows=DIVISION, misplaced="plan_after_limits",
    units=last_of(amounts="CNY"),
    needs=frozenset({"recipients", "recipient", "step", "round_to"}),
    needs_basis=True,
)  # fmt: skip
