"""A least payment: whose amount is below it is paid nothing, and where that money goes is written in the plan."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel

from qhgep.compensation.columns.column import Built, Column, Context, computed
from qhgep.compensation.columns.common import amount_column, money_columns, total_column
from qhgep.compensation.columns.running_state import RunningState
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.common import running_state_of, short_sums, units_so_far
from qhgep.compensation.rules.parameter_check import Limits, check_number
from qhgep.compensation.rules.parameters import number
from qhgep.compensation.rules.rule import DIVISION, PlanFacts, StepRule, last_of
from qhgep.compensation.rules.schema import STRICT
from qhgep.errors import PlanError, problem
from qhgep.expr import Quantity, less, where

_GOES = {"carried": "结转下期", "retained": "留存", "redivided": "由其余单位按原办法再分"}
"""Where the money goes that is not paid, in words."""


class LeastPaymentStep(BaseModel):
    """Amounts below `amount` (yuan) are not paid; what is `withheld` is carried over, kept back, or divided again."""

    model_config = STRICT
    id: str
    rule: Literal["least_payment"]
    amount: str
    withheld: Literal["carried", "retained", "redivided"]
    basis: str = ""


def least_payment(context: Context, step: LeastPaymentStep) -> Built:
    """x_i = 0 where x_i < least, else x_i; or, redivided, the pool by the same shares among those others.

    Those who remain only get more by that, so nobody else falls below. Raises PlanError where nobody remains.
    """
    at = step.id
    columns, below, after = _cut(context, step)
    if step.withheld == "redivided":
        added, after = _redivided(context, at, after)
        columns += added
    reading = context.then(columns).reading
    if step.withheld == "redivided" and not reading.one(after.score_total):
        raise PlanError(problem("plan_least_payment", at, step=at, found=step.amount))
    none = [code for code, flag in reading.by_code(below).items() if flag]
    note = f"低于 {step.amount} 元的不付，{_GOES[step.withheld]}：{'、'.join(none) or '没有这样的单位'}"
    return Built((*columns, amount_column(context, at, "起付后金额", after)), after, (note,))


def _cut(context: Context, step: LeastPaymentStep) -> tuple[tuple[Column, ...], Quantity, RunningState]:
    """Who is below the least payment has neither held units nor a score; the divisor stays, so its money is left."""
    at, before = step.id, running_state_of(context)
    short_sums(context, at, before)
    given = context.given(number(step.amount, "amount"), at, step.basis, "amount")
    head = money_columns(context, at, "minimum", "起付额", given, note="低于此额的不付")
    part, share = units_so_far(at, "起付", before)
    below = computed(f"{at}.below", "低于起付额", "1", where(less(share.quantity, head[-1].quantity), 1, 0), "1 为不付")
    kept = computed(f"{at}.held", "起付后定额", "1", before.held_units * (1 - below.quantity), "不付的没有定额")
    score = computed(f"{at}.score", "起付后得分", "1", before.score * (1 - below.quantity), "不付的得分记零")
    keeps = step.withheld == "retained"
    after = replace(before, held=kept.quantity, score=score.quantity, carries=True, keeps=keeps, divisible=False)
    return (*head, *part.columns, share, below, kept, score), below.quantity, after


def _redivided(context: Context, at: str, state: RunningState) -> tuple[tuple[Column, ...], RunningState]:
    """All of the pool for those who remain: what they hold, and the rest by their scores."""
    if state.held is None:
        message = "what remains is held in a column"
        raise TypeError(message)
    taken = total_column(f"{at}.held_total", "起付后定额合计", state.held)
    left = computed(
        f"{at}.available", "起付后可分单位数", "1", context.quantity("pool.units") - taken.quantity, "总单位数减去定额"
    )
    total = total_column(f"{at}.score_total", "起付后得分合计", state.score)
    after = replace(state, available=left.quantity, score_total=total.quantity, carries=False)
    return (taken, left, total), after


def _check(plan: PlanFacts, step: LeastPaymentStep, source: PlanText, at: Key) -> None:
    check_number(step.amount, Limits(low=Fraction(0), unit=plan.payable), source, (*at, "amount"))


RULE = StepRule(
    name="least_payment", zh="起付额", kind="division", terms=LeastPaymentStep, build=least_payment, check=_check,
    role="least", follows=DIVISION,
    misplaced="plan_after_least_payment", units=last_of(amount="CNY"), needs=frozenset({"step", "round_to"}),
    needs_basis=True,
)  # fmt: skip
