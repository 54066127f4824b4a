"""Caps, and floors and caps together, by water-filling."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from qhgep.compensation.columns.column import Built, Column, Context, computed
from qhgep.compensation.columns.common import amount_column, money_columns, units_of
from qhgep.compensation.columns.long_division import divide
from qhgep.compensation.columns.running_state import RunningState
from qhgep.compensation.columns.water_filling import Bounds, fill_columns
from qhgep.compensation.rules.common import short_sums, standing_of, told, units_by_code, yuan_of
from qhgep.compensation.rules.schema import BoundsStep, CapStep
from qhgep.errors import PlanError, Problems
from qhgep.expr import Number, less, where
from qhgep.money import LARGEST


@dataclass(frozen=True, slots=True)
class Limits:
    """Floors and caps in payable units; a cap of None is none."""

    least: Mapping[str, int]
    most: Mapping[str, int | None]


def bounds(context: Context, step: BoundsStep) -> Built:
    """Floors and caps: held_i + level x score_i within them, with the level at which all add up to the pool.

    Raises PlanError with the smallest change that helps where floors are above the pool or caps below it.
    """
    caps = units_by_code(context, step.most, "most")
    limits = Limits(
        units_by_code(context, step.least, "least"),
        {code: caps[code] if code in step.most else None for code in context.codes},
    )
    return _filled(context, step.id, limits, step.basis)


def cap(context: Context, step: CapStep) -> Built:
    """Recipients above their cap get it. The excess is shared by the others, or carried over, as the step says."""
    caps = units_by_code(context, step.amounts, "amounts")
    limits = Limits(
        dict.fromkeys(context.codes, 0),
        {code: caps[code] if code in step.amounts else None for code in context.codes},
    )
    if step.excess == "share":
        return _filled(context, step.id, limits, step.basis)
    return _cut(context, step, limits)


def _filled(context: Context, at: str, limits: Limits, basis: str) -> Built:
    before = standing_of(context)
    short_sums(context, at, before)
    if before.held is not None:
        on_top = context.reading.by_code(before.held)
        limits = replace(limits, least={code: max(least, int(on_top[code])) for code, least in limits.least.items()})
    scores = context.reading.by_code(before.score)
    _feasible(context, at, scores, limits)
    head = _limit_columns(context, at, limits, basis)
    held = Number(0) if before.held is None else before.held
    found = fill_columns(context.then(head), at, before, Bounds(head[2].quantity, head[5].quantity, held))
    amount = amount_column(context, at, "上下限调整后测算额", found.standing)
    return Built((*head, *found.columns, amount), found.standing, (f"上下限{found.note}",))


def _limit_columns(context: Context, at: str, limits: Limits, basis: str) -> tuple[Column, ...]:
    most = {code: LARGEST // context.payable - 1 if limit is None else limit for code, limit in limits.most.items()}
    low, high = (
        context.given(yuan_of(context, units), at, basis, *names)
        for units, names in ((limits.least, ("least", "amounts")), (most, ("most", "amounts")))
    )
    return (
        *money_columns(context, at, "floor", "下限", low, note="最低额，不低于本步前的定额；零为没有下限"),
        *money_columns(context, at, "most", "上限", high, note="最高额；没有上限的填表中能填的最大数"),
    )


def _feasible(context: Context, at: str, scores: Mapping[str, Fraction], limits: Limits) -> None:
    """Floors at most the pool, caps at least the pool, no floor above its cap; else the smallest change that helps."""
    problems, pool = Problems(), units_of(context)
    for code in context.codes:
        high = limits.most[code]
        if high is not None and limits.least[code] > high:
            facts = {"least": told(context, limits.least[code]), "most": told(context, high)}
            problems.add("plan_bounds_crossed", at, recipient=code, **facts)
    low = sum(limits.least.values())
    if low > pool:
        facts = {"found": told(context, low), "pool": told(context, pool), "change": told(context, low - pool)}
        problems.add("plan_bounds_low", at, **facts)
    highs = [limits.most[code] if scores[code] else limits.least[code] for code in context.codes]
    known = [high for high in highs if high is not None]
    if len(known) == len(highs) and sum(known) < pool:
        facts = {"found": told(context, sum(known)), "pool": told(context, pool)}
        problems.add("plan_bounds_high", at, change=told(context, pool - sum(known)), **facts)
    problems.raise_if_any(PlanError)


def _cut(context: Context, step: CapStep, limits: Limits) -> Built:
    """Amounts above a cap are cut to it; the money cut is carried over."""
    before = standing_of(context)
    short_sums(context, step.id, before)
    columns, standing = _cut_columns(context, step, limits, before)
    amount = amount_column(context, step.id, "封顶后测算额", standing)
    return Built((*columns, amount), standing, ("超过上限的部分结转下期，不再分配",))


def _cut_columns(
    context: Context, step: CapStep, limits: Limits, before: RunningState
) -> tuple[tuple[Column, ...], RunningState]:
    at, head = step.id, _limit_columns(context, step.id, limits, step.basis)[3:]
    most = head[-1].quantity
    part = divide(at, "封顶", before)
    held = Number(0) if before.held is None else before.held
    share = computed(f"{at}.share", "封顶前单位数", "1", held + part.whole, "定额加各段商合成的整数")
    up = share.quantity + where(less(0, part.remainder), 1, 0)
    over = computed(f"{at}.over", "高于上限", "1", where(less(most, up), 1, 0), "1 为是")
    kept = computed(
        f"{at}.held", "封顶后定额", "1", over.quantity * most + (1 - over.quantity) * held, "高于上限的取上限"
    )
    score = computed(f"{at}.score", "封顶后得分", "1", before.score * (1 - over.quantity), "已封顶的得分记零，除数不变")
    after = replace(before, held=kept.quantity, score=score.quantity, most=most, carries=True, divisible=False)
    return (*head, *part.columns, share, over, kept, score), after
