"""From an old formula to a new one, year by year."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import BaseModel

from qhgep.compensation.columns.column import Built, Column, Context, must_be_zero, put_in
from qhgep.compensation.columns.common import money_columns, total_column, units_of
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.common import put_on_top, units_by_code, yuan_of, yuan_of_units
from qhgep.compensation.rules.parameter_check import SHARE, Limits, check_number, check_table
from qhgep.compensation.rules.parameters import number
from qhgep.compensation.rules.rule import PlanFacts, StepRule, last_of
from qhgep.compensation.rules.schema import STRICT, ByCode, ByRecipient
from qhgep.errors import PlanError, problem
from qhgep.expr import Round


class PhaseInStep(BaseModel):
    """The amounts so far with the share of the plan's year, those of the `old` formula (yuan) with the rest."""

    model_config = STRICT
    id: str
    rule: Literal["phase_in"]
    shares: ByCode
    old: ByRecipient
    basis: str = ""


def phase_in(context: Context, step: PhaseInStep) -> Built:
    """old_i x (1 − s), half up to payable units, and the rest of the pool by the new formula.

    `s` is the share of the new formula in the plan's year. Raises PlanError where the year has none, or the amounts
    of the old formula do not add up to the pool.
    """
    share = number(step.shares.get(str(context.year), ""), f"shares.{context.year}")
    old = units_by_code(context, step.old, "old")
    if sum(old.values()) != units_of(context):
        facts = {"found": yuan_of_units(context, sum(old.values())), "pool": yuan_of_units(context, units_of(context))}
        raise PlanError(problem("plan_old_sum", step.id, **facts))
    head, rest = _old_and_new(context, step, old, share)
    kept = Round(head[-1].quantity * (1 - rest[0].quantity))
    note = f"新办法占 {float(share):g}；旧办法部分四舍五入到支付单位，其余资金按新办法"
    return put_on_top(context, step.id, (*head, *rest), kept, "旧办法保留", lambda _: note)


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


def _check(plan: PlanFacts, step: PhaseInStep, source: PlanText, at: Key) -> None:
    """A share for the year of the plan, and an amount of the old formula for everyone."""
    year = str(plan.period)
    for name in sorted({*step.shares, year}):
        check_number(step.shares.get(name, ""), SHARE, source, (*at, "shares", name))
    check_table(plan, step.old, Limits(unit=plan.payable), source, (*at, "old"))


RULE = StepRule(
    name="phase_in", zh="新旧办法过渡", kind="division", terms=PhaseInStep, build=phase_in, check=_check,
    role="old", follows=frozenset({"shares", "tilt"}), never_after=frozenset({"guarantee"}), misplaced="plan_after_phase_in",
    units=last_of(shares="1", old="CNY"),
    needs=frozenset({"recipients", "recipient", "step", "round_to", "period"}),
    needs_basis=True,
)  # fmt: skip
