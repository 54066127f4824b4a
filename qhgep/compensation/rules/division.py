"""Dividing a pool by weighted shares, and floors."""

from __future__ import annotations

from dataclasses import replace

from qhgep.compensation.columns.column import Built, Column, Context, Reading, computed
from qhgep.compensation.columns.common import amount_column, money_columns, total_column, units_of
from qhgep.compensation.columns.long_division import divide
from qhgep.compensation.columns.passes import passes_until_settled
from qhgep.compensation.columns.running_state import RunningState
from qhgep.compensation.rules.common import scored, share_note, told, units_by_code, yuan_of
from qhgep.compensation.rules.schema import FloorStep, WeightedStep
from qhgep.errors import PlanError, problem
from qhgep.expr import Quantity, less, where


def weighted(context: Context, step: WeightedStep) -> Built:
    """The pool divided by weighted shares: a recipient's share of a factor is its value over the sum of all.

    Shares are not rounded, unless the plan says to how many `decimals` (half up); everything after that is exact. The
    amounts before do not matter: this rule begins a division.
    """
    columns, standing = scored(context, step, units_of(context))
    amount = amount_column(context, step.id, "因素法测算额", standing)
    return Built((*columns, amount), standing, (share_note(step.decimals),))


def floor(context: Context, step: FloorStep) -> Built:
    """Recipients below their floor get it; the others share what remains as before, until nobody is below.

    Raises PlanError where the floors add up to more than there is.
    """
    before = context.standing
    if not isinstance(before, RunningState) or before.held is not None:
        message = "a floor follows a step that divides by scores"
        raise TypeError(message)
    least = units_by_code(context, step.amounts, "amounts")
    if (floors := sum(least.values())) > (pool := units_of(context)):
        facts = {"found": told(context, floors), "pool": told(context, pool), "change": told(context, floors - pool)}
        raise PlanError(problem("plan_floors_pool", "、".join(sorted(least)), **facts))
    given = context.given(yuan_of(context, least), step.id, step.basis, "amounts")
    head = money_columns(context, step.id, "least", "下限", given, note="方案规定的最低额；零为没有下限")
    positive = sum(units > 0 for units in least.values())
    context, fixed = context.then(head), (before.score, head[-1].quantity)
    start = replace(before, least=head[-1].quantity, divisible=False)
    found = passes_until_settled(
        context, start, lambda number, standing: _pass(context, f"{step.id}.pass{number}", number, standing, fixed),
        _at_floor, most=positive,
    )  # fmt: skip
    amount = amount_column(context, step.id, "下限调整后测算额", found.standing)
    return Built((*head, *found.columns, amount), found.standing, (f"下限{found.note}",))


def _at_floor(reading: Reading, standing: RunningState) -> frozenset[str]:
    """Who has its floor."""
    if standing.held is None:
        return frozenset()
    return frozenset(code for code, units in reading.by_code(standing.held).items() if units)


def _pass(
    context: Context, at: str, number: int, standing: RunningState, fixed: tuple[Quantity, Quantity]
) -> tuple[tuple[Column, ...], RunningState]:
    """One pass: shares by long division, floors where a share is below, and what is left for the others.

    `fixed` are the scores and the floors that the step began with. One held in an earlier pass has score 0,
    so share 0, and is held again.
    """
    zh = f"下限第{number}轮"
    scores, least = fixed
    part = divide(at, zh, standing)
    share = computed(f"{at}.share", f"{zh}应得单位数", "1", part.whole, "各段商合成的整数")
    below = where(less(share.quantity, least), least, 0)
    held = computed(f"{at}.held", f"{zh}定额单位数", "1", below, "应得低于下限的取下限，其余为零")
    total = total_column(f"{at}.held_total", f"{zh}定额合计", held.quantity)
    left = context.quantity("pool.units") - total.quantity
    available = computed(f"{at}.available", f"{zh}后可分单位数", "1", left, "总单位数减去定额合计")
    free = where(less(0, held.quantity), 0, scores)
    score = computed(f"{at}.score", f"{zh}后得分", "1", free, "已定额的不再参与，得分记零")
    whole = total_column(f"{at}.score_total", f"{zh}后得分合计", score.quantity)
    columns = (*part.columns, share, held, total, available, score, whole)
    after = replace(
        standing,
        score=score.quantity,
        score_total=whole.quantity,
        available=available.quantity,
        held=held.quantity,
    )
    return columns, after
