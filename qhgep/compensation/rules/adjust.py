"""Steps that change a division before its bounds: tilt, phase-in, top-ups, awards and penalties."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from qhgep.compensation.columns.column import Built, Column, Context, computed, must_be_zero, put_in
from qhgep.compensation.columns.common import amount_column, money_columns, total_column, units_of
from qhgep.compensation.columns.whole_numbers import fit_columns, setting
from qhgep.compensation.rules.common import (
    by_code,
    rescored,
    standing_of,
    told,
    units_by_code,
    with_held,
    yuan_of,
)
from qhgep.compensation.rules.parameters import decimals, number
from qhgep.compensation.rules.schema import AwardPenaltyStep, PhaseInStep, TiltStep, TopUpStep
from qhgep.errors import PlanError, problem
from qhgep.expr import Expr, Round
from qhgep.money import FEN_PER_YUAN


def tilt(context: Context, step: TiltStep) -> Built:
    """Shares x multiplier, renormalised: score_i x u_i over their sum; what is held stays.

    Raises PlanError where nothing is left to share by, or scores become longer than a sheet keeps.
    """
    before = standing_of(context)
    factors = by_code(context, step.multipliers, "multipliers")
    scale = 10 ** decimals(list(factors.values()))
    given = context.given(factors, step.id, step.basis, "multipliers")
    times = put_in(f"{step.id}.multiplier", "调整系数", "1", given, "乘在占比上，乘后重新归一")
    whole = setting(f"{step.id}.scale", "系数倍数", scale, "1", "系数化为整数所乘的倍数")
    units = computed(
        f"{step.id}.multiplier_units", "调整系数（整数）", "1", Round(times.quantity * whole.quantity), "系数×倍数"
    )
    fits = fit_columns(step.id, [(times.quantity, whole.quantity, units.quantity)])
    largest = math.ceil(max(factors.values()))
    columns, standing = rescored(context, step.id, before, before.score * units.quantity, times=scale * max(largest, 1))
    columns = (times, whole, units, *fits, *columns)
    if not context.then(columns).reading.one(standing.score_total):
        raise PlanError(problem("plan_tilt_zero", step.id, step=step.id))
    amount = amount_column(context, step.id, "系数调整后测算额", standing)
    return Built((*columns, amount), standing, ("占比乘系数后重新归一",))


def phase_in(context: Context, step: PhaseInStep) -> Built:
    """old_i x (1 − s), half up to payable units, and the rest of the pool by the new formula.

    `s` is the share of the new formula in the plan's year. Raises PlanError where the year has none, or the amounts
    of the old formula do not add up to the pool.
    """
    share = number(step.shares.get(str(context.year), ""), f"shares.{context.year}")
    old = units_by_code(context, step.old, "old")
    if sum(old.values()) != units_of(context):
        facts = {"found": told(context, sum(old.values())), "pool": told(context, units_of(context))}
        raise PlanError(problem("plan_old_sum", step.id, **facts))
    head, rest = _old_and_new(context, step, old, share)
    kept = Round(head[-1].quantity * (1 - rest[0].quantity))
    note = f"新办法占 {float(share):g}；旧办法部分四舍五入到支付单位，其余资金按新办法"
    return _on_top(context, step.id, (*head, *rest), kept, "旧办法保留", lambda _: note)


def _old_and_new(
    context: Context, step: PhaseInStep, old: dict[str, int], share: Fraction
) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """The columns of the old amounts, in units at last; the share of the new formula, and the check of the old sum."""
    given = context.given(yuan_of(context, old), step.id, step.basis, "old")
    head = money_columns(context, step.id, "old", "旧办法金额", given, note="同一资金总额按旧办法的分配")
    part = context.given(share, step.id, step.basis, "shares")
    new = put_in(f"{step.id}.new_share", "新办法比例", "1", part, "本年新办法所占比例")
    total = total_column(f"{step.id}.old_total", "旧办法合计", head[-1].quantity)
    gap = must_be_zero(
        f"{step.id}.old_gap", "旧办法合计与总额之差", total.quantity - context.quantity("pool.units"),
        "须是同一资金总额", says="旧办法合计等于资金总额",
    )  # fmt: skip
    return tuple(head), (new, total, gap)


def top_up(context: Context, step: TopUpStep) -> Built:
    """Fixed amounts on top; the rest of the pool is shared as before. Raises PlanError where there is not so much."""
    extra = units_by_code(context, step.amounts, "amounts")
    given = context.given(yuan_of(context, extra), step.id, step.basis, "amounts")
    head = money_columns(context, step.id, "extra", "定额补助", given, note="在按因素分配之外；零为没有")
    return _on_top(
        context,
        step.id,
        head,
        head[-1].quantity,
        "定额补助",
        lambda total: f"定额补助合计 {total} 元，先从资金总额中列支",
    )


def award_penalty(context: Context, step: AwardPenaltyStep) -> Built:
    """Yuan by class, signed, or a share by class of the amounts `of`, half up; the rest is shared as before.

    Awards and penalties are settled inside the pool. Raises PlanError for a class that the table does not have, and
    for a recipient that would come below zero.
    """
    rates = {code: _of_class(step, code) for code in context.codes}
    head, extra = _by_share(context, step, rates) if step.of else _by_yuan(context, step, rates)
    classes = "、".join(f"{code} {step.classes[code]}" for code in context.codes)
    return _on_top(
        context,
        step.id,
        head,
        extra,
        "奖惩",
        lambda total: f"考核等级：{classes}；奖惩净额 {total} 元，在资金总额内调剂",
    )


def _by_share(context: Context, step: AwardPenaltyStep, rates: dict[str, Fraction]) -> tuple[tuple[Column, ...], Expr]:
    given = context.given(yuan_of(context, units_by_code(context, step.of, "of")), step.id, step.basis, "of")
    head = money_columns(context, step.id, "of", "奖惩基数", given, note="考核奖惩按此计算")
    share = context.given(rates, step.id, step.basis, "table")
    rate = put_in(f"{step.id}.rate", "奖惩比例", "1", share, "按考核等级查表；负为扣减")
    return (*head, rate), Round(head[-1].quantity * rate.quantity)


def _by_yuan(context: Context, step: AwardPenaltyStep, rates: dict[str, Fraction]) -> tuple[tuple[Column, ...], Expr]:
    units = {code: int(rate * FEN_PER_YUAN) // context.payable for code, rate in rates.items()}
    given = context.given(yuan_of(context, units), step.id, step.basis, "table")
    head = money_columns(context, step.id, "award", "奖惩额", given, note="按考核等级查表；负为扣减")
    return head, head[-1].quantity


def _of_class(step: AwardPenaltyStep, code: str) -> Fraction:
    """What the table has for the class of a recipient. Raises PlanError where there is no class or no line."""
    name = step.classes.get(code, "")
    if name not in step.table:
        known = "、".join(step.table)
        raise PlanError(problem("plan_class_unknown", step.id, who=code, found=name, known=known))
    return number(step.table[name], f"table.{name}")


def _on_top(
    context: Context, at: str, head: tuple[Column, ...], extra: Expr, zh: str, note: Callable[[str], str]
) -> Built:
    """The division with units on top; the note says what they come to. Raises PlanError where the rest is below zero."""
    before = standing_of(context)
    columns, standing = with_held(at, before, extra, zh)
    columns = (*head, *columns)
    reading = context.then(columns).reading
    there, left = reading.one(before.available), reading.one(standing.available)
    if left < 0:
        facts = {"found": told(context, there - left), "there": told(context, there)}
        raise PlanError(problem("plan_on_top", at, step=at, **facts))
    amount = amount_column(context, at, "本步后测算额", standing)
    return Built((*columns, amount), standing, (note(told(context, there - left)),), below_zero=True)
