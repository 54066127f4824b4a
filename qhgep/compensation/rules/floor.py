"""Floors: nobody gets less than a least amount."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from pydantic import BaseModel

from qhgep.compensation.columns.column import Built, Column, Context, Reading, computed
from qhgep.compensation.columns.common import amount_column, money_columns, total_column, units_of
from qhgep.compensation.columns.long_division import divide
from qhgep.compensation.columns.passes import passes_until_settled
from qhgep.compensation.columns.running_state import RunningState
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.common import beside_pool, division_before, units_by_code, yuan_of
from qhgep.compensation.rules.parameter_check import check_money
from qhgep.compensation.rules.rule import PlanFacts, StepRule, last_of
from qhgep.compensation.rules.schema import STRICT, ByRecipient
from qhgep.errors import PlanError, problem
from qhgep.expr import Quantity, less, where
from qhgep.money import Fen, yuan


class FloorStep(BaseModel):
    """Raise recipients to a least amount (yuan text); the others share what remains as before."""

    model_config = STRICT
    id: str
    rule: Literal["floor"]
    amounts: ByRecipient
    basis: str = ""


def floor(context: Context, step: FloorStep) -> Built:
    """Recipients below their floor get it; the others share what remains as before, until nobody is below.

    Raises PlanError where the floors add up to more than there is.
    """
    before = division_before(context)
    if before.held is not None:
        message = "a floor follows a step that divides by scores"
        raise TypeError(message)
    least = units_by_code(context, step.amounts, "amounts")
    if (floors := sum(least.values())) > (pool := units_of(context)):
        raise PlanError(problem("plan_floors_pool", "、".join(sorted(least)), **beside_pool(context, floors, pool)))
    given = context.given(yuan_of(context, least), step.id, step.basis, "amounts")
    head = money_columns(context, step.id, "least", "下限", given, note="方案规定的最低额；零为没有下限")
    positive = sum(units > 0 for units in least.values())
    context, fixed = context.then(head), (before.score, head[-1].quantity)
    start = replace(before, least=head[-1].quantity, divisible=False)
    found = passes_until_settled(
        context, start, lambda number, running: _pass(context, f"{step.id}.pass{number}", number, running, fixed),
        _at_floor, most=positive,
    )  # fmt: skip
    amount = amount_column(context, step.id, "下限调整后测算额", found.running)
    return Built((*head, *found.columns, amount), found.running, (f"下限{found.note}",))


def _at_floor(reading: Reading, running: RunningState) -> frozenset[str]:
    """Who has its floor."""
    if running.held is None:
        return frozenset()
    return frozenset(code for code, units in reading.by_code(running.held).items() if units)


def _pass(
    context: Context, at: str, number: int, running: RunningState, fixed: tuple[Quantity, Quantity]
) -> tuple[tuple[Column, ...], RunningState]:
    """One pass: shares by long division, floors where a share is below, and what is left for the others.

    `fixed` are the scores and the floors that the step began with. One held in an earlier pass has score 0,
    so share 0, and is held again.
    """
    zh = f"下限第{number}轮"
    scores, least = fixed
    part = divide(at, zh, running)
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
        running,
        score=score.quantity,
        score_total=whole.quantity,
        available=available.quantity,
        held=held.quantity,
    )
    return columns, after


def _check(plan: PlanFacts, step: FloorStep, source: PlanText, at: Key) -> None:
    codes = {recipient.id for recipient in plan.named_recipients}
    key = (*at, "amounts")
    floors = [_floor(plan, code, text, source, (*key, code)) for code, text in step.amounts.items()]
    for code in step.amounts:
        if code not in codes:
            source.add("plan_recipient_unknown", *key, code, recipient=code)
    _below_pool(plan, floors, source, key)


def _floor(plan: PlanFacts, code: str, amount: str, source: PlanText, key: Key) -> Fen | None:
    floor = check_money(amount, source, *key)
    if floor is None:
        return None
    if floor < 0 or floor % plan.payable:
        source.add("plan_floor_unit", *key, recipient=code, found=amount, unit=yuan(plan.payable))
    return floor


def _below_pool(plan: PlanFacts, floors: Iterable[Fen | None], source: PlanText, at: Key) -> None:
    known = [floor for floor in floors if floor is not None]
    try:
        pool = plan.pool_fen - plan.pool_fen % plan.payable
    except PlanError:
        return  # noted where the pool is checked
    if sum(known) > pool:
        facts = {"found": yuan(Fen(sum(known))), "pool": yuan(Fen(pool)), "change": yuan(Fen(sum(known) - pool))}
        source.add("plan_floors_pool", *at, **facts)


RULE = StepRule(
    name="floor", zh="下限", kind="division", terms=FloorStep, build=floor, check=_check,
    role="limits", follows=frozenset({"shares", "tilt"}), never_after=frozenset({"guarantee"}), misplaced="plan_after_floor",
    units=last_of(amounts="CNY"),
    needs=frozenset({"recipients", "recipient", "step", "pool", "round_to"}),
)  # fmt: skip
