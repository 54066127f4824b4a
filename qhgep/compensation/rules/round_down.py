"""Rounding down: everyone gets whole units of a larger size, and what that leaves is carried to next year's pool."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel

from qhgep.compensation.columns.column import Built, Context, computed, put_in
from qhgep.compensation.columns.common import amount_column
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.common import division_before, short_sums, units_so_far
from qhgep.compensation.rules.rule import DIVISION, PlanFacts, StepRule, last_of
from qhgep.compensation.rules.schema import STRICT
from qhgep.expr import Floor
from qhgep.money import PAYABLE, yuan


class RoundDownStep(BaseModel):
    """Amounts cut to whole multiples of `unit`, which is larger than the unit of payment; what is cut is carried over."""

    model_config = STRICT
    id: str
    rule: Literal["round_down"]
    unit: Literal["yuan", "100yuan", "wan"]
    basis: str = ""


def round_down(context: Context, step: RoundDownStep) -> Built:
    """x_i = u x INT(x_i / u), with u the unit; the sum of x_i and what is carried are the pool. Nothing is divided again.

    It comes after floors, so amounts may be below them: a note says so.
    """
    at, before = step.id, division_before(context)
    short_sums(context, at, before)
    size = context.given(Fraction(PAYABLE[step.unit]), at, step.basis, "unit")
    unit = put_in(f"{at}.unit", "取整到（分）", "fen", size, "规定的取整单位，是支付单位的整倍数")
    times = computed(
        f"{at}.unit_units", "取整到的单位数", "1", unit.quantity / context.quantity("payable"), "折合多少支付单位"
    )
    part, share = units_so_far(at, "舍零", before)
    whole = Floor(share.quantity / times.quantity) * times.quantity
    kept = computed(f"{at}.held", "舍零后定额", "1", whole, "向下取整到整倍数")
    score = computed(f"{at}.score", "舍零后得分", "1", before.score * 0, "零头结转，不再分配；除数不变")
    after = replace(
        before, held=kept.quantity, score=score.quantity, least=None, most=None, carries=True, divisible=False
    )
    amount = amount_column(context, at, "舍零后金额", after)
    note = f"向下取整到 {yuan(PAYABLE[step.unit])} 元的整倍数，零头结转下期，不再分配"
    note += "" if before.least is None else "；舍零在下限之后，实得可低于下限"
    return Built((unit, times, *part.columns, share, kept, score, amount), after, (note,))


def _check(plan: PlanFacts, step: RoundDownStep, source: PlanText, at: Key) -> None:
    if PAYABLE[step.unit] <= plan.payable:
        source.add("plan_round_down", *at, "unit", step=step.id, found=step.unit, least=yuan(plan.payable))


RULE = StepRule(
    name="round_down", zh="舍零结转", kind="division", terms=RoundDownStep, build=round_down, check=_check,
    role="deduction",
    follows=DIVISION | {"limits"}, misplaced="plan_after_deduction",
    units=last_of(), needs=frozenset({"step", "round_to"}), needs_basis=True,
)  # fmt: skip
