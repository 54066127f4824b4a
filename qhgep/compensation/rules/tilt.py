"""A tilt: shares multiplied, and divided again by what comes out."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import BaseModel

from qhgep.compensation.columns.column import Built, Context, computed, put_in
from qhgep.compensation.columns.common import amount_column
from qhgep.compensation.columns.whole_numbers import fit_columns, setting
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.common import by_code, rescored, running_state_of
from qhgep.compensation.rules.parameter_check import POSITIVE, check_table
from qhgep.compensation.rules.parameters import decimals
from qhgep.compensation.rules.rule import PlanFacts, StepRule, last_of
from qhgep.compensation.rules.schema import STRICT, ByRecipient
from qhgep.errors import PlanError, problem
from qhgep.expr import Round


class TiltStep(BaseModel):
    """Multiply the share of each recipient, and divide again by what comes out."""

    model_config = STRICT
    id: str
    rule: Literal["tilt"]
    multipliers: ByRecipient
    basis: str = ""


def tilt(context: Context, step: TiltStep) -> Built:
    """Shares x multiplier, renormalised: score_i x u_i over their sum; what is held stays.

    Raises PlanError where nothing is left to share by, or scores become longer than a sheet keeps.
    """
    before = running_state_of(context)
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
    columns, running = rescored(context, step.id, before, before.score * units.quantity, times=scale * max(largest, 1))
    columns = (times, whole, units, *fits, *columns)
    if not context.then(columns).reading.one(running.score_total):
        raise PlanError(problem("plan_tilt_zero", step.id, step=step.id))
    amount = amount_column(context, step.id, "系数调整后测算额", running)
    return Built((*columns, amount), running, ("占比乘系数后重新归一",))


def _check(plan: PlanFacts, step: TiltStep, source: PlanText, at: Key) -> None:
    check_table(plan, step.multipliers, POSITIVE, source, (*at, "multipliers"))


RULE = StepRule(
    name="tilt", zh="系数倾斜", kind="division", terms=TiltStep, build=tilt, check=_check,
    role="tilt", follows=frozenset({"guarantee", "shares"}), misplaced="plan_after_tilt",
    units=last_of(multipliers="1"),
    needs_basis=True,
)  # fmt: skip
