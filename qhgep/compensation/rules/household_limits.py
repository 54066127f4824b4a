"""Household limits: what a household gets lies between a floor and a cap; what a cap cuts stays in the county's pot."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import BaseModel

from qhgep.compensation.columns.column import Built, Column, Context, computed, put_in
from qhgep.compensation.columns.running_state import PartsOfFen
from qhgep.compensation.columns.whole_numbers import fit_columns, setting
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.common import NONE, all_or_by_code
from qhgep.compensation.rules.parameter_check import FEN, check_all_or_table
from qhgep.compensation.rules.rule import PlanFacts, StepRule, last_of
from qhgep.compensation.rules.schema import STRICT, ByRecipient
from qhgep.errors import PlanError, problem
from qhgep.expr import Round, call
from qhgep.money import FEN_PER_YUAN, shown
from qhgep.readings.exact import Exact

_HOUSEHOLD = "household_group"
_NAMED = 3
"""Recipients that a message about many of them names."""


class HouseholdLimitsStep(BaseModel):
    """The least and the most yuan of a household (an anonymous key), one for all or by household.

    It limits what the steps before it come to; what a cap cuts stays in the pot of the county.
    """

    model_config = STRICT
    id: str
    rule: Literal["household_limits"]
    least: str | ByRecipient
    most: str | ByRecipient
    basis: str = ""


def household_limits(context: Context, step: HouseholdLimitsStep) -> Built:
    """min(most, max(least, amount so far)) of every household; the pool is that of the county and is not divided again.

    Raises PlanError for a household whose floor is above its cap.
    """
    least, most = all_or_by_code(context, step.least, "least"), all_or_by_code(context, step.most, "most")
    crossed = [code for code in context.codes if _of(least, code) > _of(most, code)]
    if crossed:
        facts = {"recipient": crossed[0], "least": shown(_of(least, crossed[0])), "most": shown(_of(most, crossed[0]))}
        raise PlanError(problem("plan_bounds_crossed", step.id, **facts))
    columns, running = _columns(context, step, (least, most))
    gross, due = context.amounts, context.then(columns).reading.by_code(columns[-1].quantity)
    cut = sum((max(gross[code] - due[code], NONE) for code in context.codes), NONE)
    raised = sum((max(due[code] - gross[code], NONE) for code in context.codes), NONE)
    note = f"封顶减下 {shown(cut)} 元，留在县里，不在各户间再分；保底补足 {shown(raised)} 元"
    return Built(columns, running, (note,))


def _of(limit: Exact, code: str) -> Fraction:
    return limit if isinstance(limit, Fraction) else limit[code]


def _columns(
    context: Context, step: HouseholdLimitsStep, limits: tuple[Exact, Exact]
) -> tuple[tuple[Column, ...], PartsOfFen]:
    """Floor and cap in fen and in the parts of the amounts, and the parts between them."""
    before, at = context.running, step.id
    if not isinstance(before, PartsOfFen):
        message = "household limits follow a step that says what is due"
        raise TypeError(message)
    scale = setting(f"{at}.scale", "限额倍数", FEN_PER_YUAN, "1/CNY", "元化为整数分")
    columns, parts, taken = [scale], [], []
    for name, zh, limit in (("least", "保底额", limits[0]), ("most", "封顶额", limits[1])):
        given = context.given(limit, at, step.basis, name)
        yuan = put_in(f"{at}.{name}", zh, "CNY", given, "每户最少（最多）的金额")
        fen = computed(f"{at}.{name}_fen", f"{zh}（整数分）", "1", Round(yuan.quantity * scale.quantity), "元×倍数")
        columns += (yuan, fen)
        taken.append((yuan.quantity, scale.quantity, fen.quantity))
        parts.append(fen.quantity)
    one = setting(f"{at}.one", "一分", 1, "fen", "去掉单位")
    low, high = (part * before.per_fen * one.quantity for part in parts)
    inside = call("min", high, call("max", low, before.quantity))
    held = computed(f"{at}.total", "限额后（整数份）", "1", inside, "不低于保底，不高于封顶")
    shown_as = computed(
        f"{at}.amount", "限额后金额", "CNY", held.quantity / before.per_fen, "未取整，供查看，后续列不引用"
    )
    columns += (one, *fit_columns(at, taken), held, shown_as)
    return tuple(columns), PartsOfFen(held.quantity, before.per_fen, before.parts)


def _check(plan: PlanFacts, step: HouseholdLimitsStep, source: PlanText, at: Key) -> None:
    for name, limit in (("least", step.least), ("most", step.most)):
        check_all_or_table(plan, limit, FEN, source, (*at, name))
    others = [f"{recipient.id} {recipient.zh}" for recipient in plan.named_recipients if recipient.kind != _HOUSEHOLD]
    if others:
        source.add("plan_household_kind", *at, step=step.id, found="、".join(others[:_NAMED]), count=len(others))


RULE = StepRule(
    name="household_limits", zh="按户封顶保底", kind="entitlement", terms=HouseholdLimitsStep, build=household_limits, check=_check,
    role="limits_of_due", follows=frozenset({"due"}), misplaced="plan_after_household_limits",
    units=last_of(least="CNY/household", most="CNY/household"),
    needs_basis=True,
)  # fmt: skip
