"""Awards and penalties by class, settled inside the pool."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel

from qhgep.compensation.columns.column import Built, Column, Context, put_in
from qhgep.compensation.columns.common import money_columns
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.common import put_on_top, units_by_code, yuan_of
from qhgep.compensation.rules.parameter_check import ANY, Limits, check_number, check_table
from qhgep.compensation.rules.parameters import number
from qhgep.compensation.rules.rule import DIVISION, PlanFacts, StepRule
from qhgep.compensation.rules.schema import STRICT, ByCode, ByRecipient
from qhgep.errors import PlanError, problem
from qhgep.expr import Expr, Round
from qhgep.money import FEN_PER_YUAN


class AwardPenaltyStep(BaseModel):
    """Awards and penalties by class: yuan, or with `of` a share of these amounts (yuan); the rest is shared as before."""

    model_config = STRICT
    id: str
    rule: Literal["award_penalty"]
    table: ByCode
    classes: ByRecipient
    of: ByRecipient = {}
    basis: str = ""


def award_penalty(context: Context, step: AwardPenaltyStep) -> Built:
    """Yuan by class, signed, or a share by class of the amounts `of`, half up; the rest is shared as before.

    Awards and penalties are settled inside the pool. Raises PlanError for a class that the table does not have, and
    for a recipient that would come below zero.
    """
    rates = {code: _of_class(step, code) for code in context.codes}
    head, extra = _by_share(context, step, rates) if step.of else _by_yuan(context, step, rates)
    classes = "、".join(f"{code} {step.classes[code]}" for code in context.codes)
    return put_on_top(
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


def _check(plan: PlanFacts, step: AwardPenaltyStep, source: PlanText, at: Key) -> None:
    """A line of the table for the class of everyone; yuan in payable units, or any share of the amounts `of`."""
    limits = ANY if step.of else Limits(low=None, unit=plan.payable)
    for name, text in step.table.items():
        check_number(text, limits, source, (*at, "table", name))
    if step.of:
        check_table(plan, step.of, Limits(unit=plan.payable), source, (*at, "of"))
    codes = [recipient.id for recipient in plan.named_recipients]
    for code in sorted(set(step.classes) - set(codes)):
        source.add("plan_recipient_unknown", *at, "classes", code, recipient=code)
    for code in codes:
        found = step.classes.get(code, "")
        if found not in step.table:
            known = "、".join(step.table)
            source.add("plan_class_unknown", *at, "classes", code, who=code, found=found, known=known)


def _units(step: AwardPenaltyStep, names: Sequence[str]) -> str:
    """Shares of the amounts `of` where there are such, else yuan."""
    return {"table": "1" if step.of else "CNY", "of": "CNY"}.get(names[0], "")


RULE = StepRule(
    name="award_penalty", zh="考核奖惩", kind="division", terms=AwardPenaltyStep, build=award_penalty, check=_check,
    role="on_top", follows=DIVISION, misplaced="plan_after_on_top",
    units=_units,
    needs=frozenset({"recipients", "recipient", "step", "round_to"}),
    needs_basis=True,
)  # fmt: skip
