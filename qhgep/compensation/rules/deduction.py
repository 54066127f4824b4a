"""Deductions: a share of an amount is taken and carried to next year's pool, not divided again."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel

from qhgep.compensation.columns.column import Built, Column, Context, computed, in_parts, put_in
from qhgep.compensation.columns.common import amount_column
from qhgep.compensation.columns.running_state import FineDivision, RunningState
from qhgep.compensation.columns.whole_numbers import fit_columns, setting
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.common import division_before, rescored, short_sums
from qhgep.compensation.rules.parameter_check import SHARE, check_table
from qhgep.compensation.rules.parameters import decimals, number
from qhgep.compensation.rules.rule import DIVISION, PlanFacts, StepRule, last_of
from qhgep.compensation.rules.schema import STRICT, ByRecipient
from qhgep.expr import Expr, Floor, Quantity, Round
from qhgep.money import shown


class DeductionStep(BaseModel):
    """A share of some recipients' amounts is taken and carried to the next pool, not divided again."""

    model_config = STRICT
    id: str
    rule: Literal["deduction"]
    shares: ByRecipient
    basis: str = ""


def deduction(context: Context, step: DeductionStep) -> Built:
    """x_i = gross_i x (1 − e_i); what is taken is carried: the sum of x_i and carried are the pool.

    A recipient without an entry has no deduction. Raises PlanError where scores become longer than a sheet keeps.
    """
    running = division_before(context)
    taken = {
        code: number(step.shares[code], f"shares.{code}") if code in step.shares else Fraction(0)
        for code in context.codes
    }
    columns, after = _columns(context, step, taken, running)
    short_sums(context, step.id, after)
    amount = amount_column(context, step.id, "扣减后测算额", after)
    gross = context.amounts
    notes = tuple(
        f"{code} 扣减 {float(share):g}：{shown(gross[code] * share)} 元（取整前），结转下期，不再分配"
        for code, share in taken.items()
        if share
    )
    return Built((*columns, amount), after, notes)


def _columns(
    context: Context, step: DeductionStep, taken: dict[str, Fraction], before: RunningState
) -> tuple[tuple[Column, ...], RunningState]:
    at, scale = step.id, 10 ** decimals(list(taken.values()))
    given = context.given(taken, at, step.basis, "shares")
    share = put_in(f"{at}.share", "扣减比例", "1", given, "扣减的部分结转下期")
    whole = setting(f"{at}.scale", "扣减倍数", scale, "1", "比例化为整数所乘的倍数")
    units = computed(f"{at}.taken", "扣减比例（整数）", "1", Round(share.quantity * whole.quantity), "比例×倍数")
    kept = computed(f"{at}.kept", "保留比例（整数）", "1", whole.quantity - units.quantity, "倍数减去扣减")
    fits = fit_columns(at, [(share.quantity, whole.quantity, units.quantity)])
    columns, after = rescored(context, at, before, before.score * kept.quantity, times=scale)
    total = computed(
        f"{at}.whole_score", "扣减前得分合计", "1", before.score_total * whole.quantity, "得分合计×倍数，作除数"
    )
    after = replace(after, score_total=total.quantity, least=None, most=None, carries=True, divisible=False)
    columns = (share, whole, units, kept, *fits, *columns, total)
    if before.held is None:
        return columns, after
    added, held, part = _held(at, before, before.held, (kept.quantity, whole.quantity))
    return (*columns, *added), replace(after, held=held, part=part)


def _held(
    at: str, before: RunningState, held: Quantity, scales: tuple[Quantity, Quantity]
) -> tuple[tuple[Column, ...], Quantity, Quantity]:
    """What remains of held units, whole and in parts: held = tens x scale + ones, so no product is too long."""
    kept, scale = scales
    tens = computed(f"{at}.held_tens", "定额除以倍数", "1", Floor(held / scale), "取整")
    ones = computed(f"{at}.held_ones", "定额除以倍数的余数", "1", held - tens.quantity * scale, "小于倍数")
    more = computed(
        f"{at}.held_more", "余数保留的整数", "1", Floor(ones.quantity * kept / scale), "余数×保留÷倍数，取整"
    )
    whole = computed(f"{at}.held", "扣减后定额", "1", tens.quantity * kept + more.quantity, "整数部分")
    part = _part(at, before, ones.quantity * kept - more.quantity * scale, scale)
    return (tens, ones, more, whole, part), whole.quantity, part.quantity


def _part(at: str, before: RunningState, rest: Expr, scale: Quantity) -> Column:
    """The part of a held unit that remains, in the parts of remainders."""
    if isinstance(before.by, FineDivision):
        parts = Round(rest * before.by.parts / scale)
        return in_parts(f"{at}.held_part", "扣减后定额零头", "1", parts, "不足一个单位的份数，四舍五入")
    return computed(f"{at}.held_part", "扣减后定额零头", "1", rest * before.score_total, "以扣减前得分合计为一个单位")


def _check(plan: PlanFacts, step: DeductionStep, source: PlanText, at: Key) -> None:
    check_table(plan, step.shares, SHARE, source, (*at, "shares"), complete=False)


RULE = StepRule(
    name="deduction", zh="扣减结转", kind="division", terms=DeductionStep, build=deduction, check=_check,
    role="deduction", follows=DIVISION | {"limits"}, misplaced="plan_after_deduction",
    units=last_of(shares="1"),
    needs_basis=True,
)  # fmt: skip
