"""Caps, and floors and caps together, by water-filling; and deductions that are carried over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from qhgep.compensation.columns.column import Amounts, Column, Context, StepResult, computed
from qhgep.compensation.columns.common import amount_column, money_columns, units_of
from qhgep.compensation.columns.long_division import divide
from qhgep.compensation.columns.running_state import RunningState, Shares
from qhgep.compensation.columns.water_filling import Bounds, fill_columns
from qhgep.compensation.rules.common import NONE, short_sums, standing_of, told, units_by_code, yuan_of
from qhgep.compensation.rules.schema import BoundsStep, CapStep
from qhgep.errors import PlanError, Problems
from qhgep.expr import Number, less, where
from qhgep.money import FEN_PER_YUAN, LARGEST

_FEWEST_PASSES = 3
"""Passes that a workbook has: room for changes made by hand."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Floors and caps in payable units; a cap of None is none."""

    least: Mapping[str, int]
    most: Mapping[str, int | None]


def bounds(context: Context, amounts: Amounts, step: BoundsStep) -> StepResult:
    """Floors and caps: held_i + level x score_i within them, with the level at which all add up to the pool.

    Raises PlanError with the smallest change that helps where floors are above the pool or caps below it.
    """
    del amounts
    caps = units_by_code(context, step.most, "most")
    limits = Limits(
        units_by_code(context, step.least, "least"),
        {code: caps[code] if code in step.most else None for code in context.codes},
    )
    return _filled(context, step.id, limits, step.basis)


def cap(context: Context, amounts: Amounts, step: CapStep) -> StepResult:
    """Recipients above their cap get it. The excess is shared by the others, or carried over, as the step says."""
    caps = units_by_code(context, step.amounts, "amounts")
    limits = Limits(
        dict.fromkeys(context.codes, 0),
        {code: caps[code] if code in step.amounts else None for code in context.codes},
    )
    if step.excess == "share":
        return _filled(context, step.id, limits, step.basis)
    return _cut(context, amounts, step, limits)


def _filled(context: Context, at: str, limits: Limits, basis: str) -> StepResult:
    before, shares = standing_of(context)
    short_sums(context, at, before)
    least = {code: max(limits.least[code], shares.held[code]) for code in context.codes}
    limits = replace(limits, least=least)
    _feasible(context, at, shares, limits)
    units, needed = fill(shares, limits)
    passes = max(needed + 1, _FEWEST_PASSES)
    head = _limit_columns(context, at, limits, basis)
    held = Number(0) if before.held is None else before.held
    columns, standing = fill_columns(context, at, before, Bounds(head[2].quantity, head[5].quantity, held), passes)
    amount = amount_column(context, at, "上下限调整后测算额", standing)
    note = f"上下限用到 {needed} 轮，表中列 {passes} 轮"
    unrounded = None if shares.unrounded is None else _yuan(context, fill(shares.unrounded, limits)[0])
    paid, made = _yuan(context, units), (*head, *columns, amount)
    return StepResult("division", paid, NONE, NONE, NONE, made, (note,), standing, unrounded)


def _yuan(context: Context, units: Mapping[str, Fraction]) -> dict[str, Fraction]:
    return {code: amount * context.payable / FEN_PER_YUAN for code, amount in units.items()}


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


def _feasible(context: Context, at: str, shares: Shares, limits: Limits) -> None:
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
    highs = [limits.most[code] if shares.scores[code] else limits.least[code] for code in context.codes]
    known = [high for high in highs if high is not None]
    if len(known) == len(highs) and sum(known) < pool:
        facts = {"found": told(context, sum(known)), "pool": told(context, pool)}
        problems.add("plan_bounds_high", at, change=told(context, pool - sum(known)), **facts)
    problems.raise_if_any(PlanError)


def fill(shares: Shares, limits: Limits) -> tuple[dict[str, Fraction], int]:
    """The amounts in payable units, and in how many passes somebody settled; the limits are feasible."""
    pool = shares.available + sum(shares.held.values())
    settled = {code: Fraction(limits.least[code]) for code, score in shares.scores.items() if not score}
    passes = 0
    while True:
        free = {code: score for code, score in shares.scores.items() if code not in settled}
        left = Fraction(pool - sum(settled.values(), NONE) - sum(shares.held[code] for code in free))
        whole = sum(free.values())
        units = {code: shares.held[code] + left * score / whole for code, score in free.items()}
        low = {code: Fraction(limits.least[code]) for code in free if units[code] < limits.least[code]}
        high = {code: Fraction(most) for code in free if (most := limits.most[code]) is not None and most < units[code]}
        if not low and not high:
            found = settled | units
            return {code: found[code] for code in shares.scores}, passes
        beyond = low | high
        excess = sum((limit - units[code] for code, limit in beyond.items()), NONE)
        settled |= (low if excess >= 0 else {}) | (high if excess <= 0 else {})
        passes += 1


def _cut(context: Context, amounts: Amounts, step: CapStep, limits: Limits) -> StepResult:
    """Amounts above a cap are cut to it; the money cut is carried over."""
    before, _ = standing_of(context)
    short_sums(context, step.id, before)
    most = {
        code: Fraction(units * context.payable, FEN_PER_YUAN)
        for code, units in limits.most.items()
        if units is not None
    }

    def cut(full: Amounts) -> Amounts:
        return {code: min(amount, most.get(code, amount)) for code, amount in full.items()}

    paid = cut(amounts)
    carried = context.pool - sum(paid.values(), NONE)
    columns, standing = _cut_columns(context, step, limits, before)
    amount = amount_column(context, step.id, "封顶后测算额", standing)
    note = "超过上限的部分结转下期，不再分配"
    unrounded = context.also(cut)
    return StepResult("division", paid, carried, NONE, NONE, (*columns, amount), (note,), standing, unrounded)


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
    after = replace(before, held=kept.quantity, score=score.quantity, most=most, carries=True, shares=None)
    return (*head, *part.columns, share, over, kept, score), after
