"""Last year's amounts as a guarantee, and the growth by weights."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pydantic import BaseModel

from qhgep.compensation.columns.column import Built, Column, Context, computed, must_be_zero
from qhgep.compensation.columns.common import amount_column, money_columns, total_column, units_of
from qhgep.compensation.columns.long_division import digits_for
from qhgep.compensation.columns.running_state import LongDivision, RunningState
from qhgep.compensation.columns.scores import Scales, fine_columns, refuse_zero_shares
from qhgep.compensation.columns.whole_numbers import setting
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.common import safe_base, units_by_code, yuan_of, yuan_of_units
from qhgep.compensation.rules.parameter_check import Limits, check_table
from qhgep.compensation.rules.rule import PlanFacts, StepRule, last_of
from qhgep.compensation.rules.schema import STRICT, ByRecipient, ShareDecimals, Weights
from qhgep.compensation.rules.weighing import check_weights, scored, share_note
from qhgep.compensation.shares.fineness import unit_parts
from qhgep.errors import PlanError, problem
from qhgep.expr import Quantity, Round, less, where


class BaseIncrementStep(BaseModel):
    """Last year's amounts (yuan) as a guarantee, and the growth divided by weighted shares of factors.

    Where the pool is less than the guarantees, `cuts` says how: `refuse` stops, `by_base` shares the pool by the
    guarantees, with `cuts_basis`. Shares are rounded as in `weighted`.
    """

    model_config = STRICT
    id: str
    rule: Literal["base_increment"]
    base: ByRecipient
    weights: Weights
    decimals: ShareDecimals | None = None
    decimals_basis: str = ""
    cuts: Literal["refuse", "by_base"] = "refuse"
    cuts_basis: str = ""
    basis: str = ""


def base_increment(context: Context, step: BaseIncrementStep) -> Built:
    """Base + growth x share: x_i = base_i + (pool − sum of bases) x weighted share of i.

    Raises PlanError where the pool is less than the guarantees, unless the step says `cuts = "by_base"`: then the
    pool is shared in proportion to the guarantees, and the factors do not matter.
    """
    base = units_by_code(context, step.base, "base")
    given = context.given(yuan_of(context, base), step.id, step.basis, "base")
    columns = money_columns(context, step.id, "guarantee", "上年基数", given, note="上年下达额，作为本年保底")
    total = total_column(f"{step.id}.guarantee_total", "上年基数合计", columns[-1].quantity)
    left = context.quantity("pool.units") - total.quantity
    grown = computed(f"{step.id}.growth", "增量单位数", "1", left, "总单位数减去基数合计")
    head = (*columns, total, grown)
    growth = units_of(context) - sum(base.values())
    if growth >= 0:
        return _grow(context, step, growth, head)
    if step.cuts == "refuse":
        facts = {"found": yuan_of_units(context, sum(base.values())), "pool": yuan_of_units(context, units_of(context))}
        raise PlanError(problem("plan_growth_negative", step.id, short=yuan_of_units(context, -growth), **facts))
    return _cut(context, step, -growth, head)


def _grow(context: Context, step: BaseIncrementStep, growth: int, head: tuple[Column, ...]) -> Built:
    units, grown = head[2].quantity, head[-1].quantity
    kept = must_be_zero(
        f"{step.id}.cut", "增量为负", where(less(grown, 0), 1, 0), "不为零说明资金少于基数，须写明如何压减",
        says="增量不为负",
    )  # fmt: skip
    columns, running = scored(context, step, growth)
    running = replace(running, available=grown, held=units)
    amount = amount_column(context, step.id, "基数加增量", running)
    notes = (f"增量 {yuan_of_units(context, growth)} 元按因素分配", share_note(step.decimals))
    return Built((*head, kept, *columns, amount), running, notes)


def _cut(context: Context, step: BaseIncrementStep, short: int, head: tuple[Column, ...]) -> Built:
    """The pool in proportion to the guarantees; their shares are rounded where the plan says to how many decimals."""
    at, grown = step.id, head[-1].quantity
    kept = must_be_zero(
        f"{at}.grown", "增量不为负", where(less(grown, 0), 0, 1), "不为零说明资金不少于基数，须重新生成",
        says="资金少于基数，按基数比例压减",
    )  # fmt: skip
    columns, running = _by_base(context.then(head), step, (head[2].quantity, head[3].quantity))
    amount = amount_column(context, at, "按基数压减后", running)
    note = f"资金少于基数 {yuan_of_units(context, short)} 元，按基数比例压减：{step.cuts_basis}"
    return Built((*head, kept, *columns, amount), running, (note,))


def _by_base(
    context: Context, step: BaseIncrementStep, base: tuple[Quantity, Quantity]
) -> tuple[tuple[Column, ...], RunningState]:
    """The bases in payable units and their sum, as scores; or their shares, rounded to the decimals of the plan."""
    at, pool = step.id, context.quantity("pool.units")
    if step.decimals is None:
        fine, by = fine_columns(at, unit_parts(context.reading.by_code(base[0]).values(), units_of(context)))
        return fine, RunningState(*base, pool, by)
    scales = Scales(10**step.decimals, 1, len(context.codes))
    scale, divide = (
        setting(f"{at}.{name}", zh, value, "1", note)
        for name, zh, value, note in (
            ("share_scale", "占比倍数", scales.share, "占比保留的小数位"),
            ("base", "分段进制", safe_base(at, scales.bound), "长除法每段的进制"),
        )
    )
    share = Round(base[0] / base[1] * scale.quantity)
    score = computed(f"{at}.score", "基数占比（整数）", "1", share, "基数÷合计×占比倍数，四舍五入")
    whole = total_column(f"{at}.score_total", "基数占比合计", score.quantity)
    by_digits = LongDivision(divide.quantity, digits_for(units_of(context), scales.base), scales.bound)
    running = RunningState(score.quantity, whole.quantity, pool, by_digits)
    refuse_zero_shares(context.then((scale, divide, score, whole)), step, whole.quantity)
    return (scale, divide, score, whole), running


def _check(plan: PlanFacts, step: BaseIncrementStep, source: PlanText, at: Key) -> None:
    check_weights(plan, step, source, at)
    check_table(plan, step.base, Limits(unit=plan.payable), source, (*at, "base"))
    if step.cuts != "refuse" and not step.cuts_basis.strip():
        source.add("plan_cuts_basis", *at, "cuts", step=step.id)


RULE = StepRule(
    name="base_increment", zh="基数加增量", kind="division", terms=BaseIncrementStep, build=base_increment, check=_check,
    role="guarantee", begins=True, misplaced="plan_after_start",
    units=last_of(weights="1", base="CNY"),
    needs=frozenset({"step", "factor", "recipients", "recipient", "round_to"}),
)  # fmt: skip
