"""Dividing a pool in proportion to a formula that the plan writes itself, over its factors and parameters."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from qhgep.compensation.columns.column import Built, Context
from qhgep.compensation.columns.common import amount_column
from qhgep.compensation.columns.scores import formula_scores
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.own_formula import check_formula, not_a_formula, parameter_unit, placed
from qhgep.compensation.rules.rule import PlanFacts, StepRule
from qhgep.compensation.rules.schema import STRICT, ByCode
from qhgep.errors import FormulaError, UnitError


class FormulaStep(BaseModel):
    """Divide the pool in proportion to `score`, a formula over factors (by id or Chinese name) and `parameters`; nothing is rounded.

    A parameter is a number, or a row of the store, in the unit that `units` names. Numbers other than 0, 1 and 2 are
    parameters, so that each has its basis.
    """

    model_config = STRICT
    id: str
    rule: Literal["formula"]
    score: str = Field(min_length=1, max_length=1000)
    zh: str = "按公式计的数"
    parameters: ByCode = {}
    units: dict[str, str] = {}
    basis: str = ""


def formula(context: Context, step: FormulaStep) -> Built:
    """The pool divided in proportion to the formula of the plan: a recipient's share is its value over the sum of all.

    The amounts before do not matter: this rule begins a division.
    """
    try:
        tree, named, given = placed(context, step, step.score)
        made, running = formula_scores(context, step.id, tree, named, given, step.zh)
    except (FormulaError, UnitError) as error:
        raise not_a_formula(step, step.score, error) from error
    amount = amount_column(context, step.id, "按公式测算额", running)
    return Built((*made, amount), running, (f"{step.zh} = {step.score}；占比不取整",))


def _check(plan: PlanFacts, step: FormulaStep, source: PlanText, at: Key) -> None:
    check_formula(plan, step, ("score", step.score), source, at)


RULE = StepRule(
    name="formula", zh="按公式分配", kind="division", terms=FormulaStep, build=formula, check=_check,
    role="shares", begins=True, misplaced="plan_after_start",
    units=parameter_unit,
    needs=frozenset({"step", "factor"}),
)  # fmt: skip
