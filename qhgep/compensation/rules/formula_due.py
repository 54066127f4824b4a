"""What each recipient is due by a formula that the plan writes itself, over its factors and parameters, in money."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from qhgep.compensation.columns.column import Built, Context
from qhgep.compensation.columns.entitlement import added_to_before
from qhgep.compensation.columns.formula_amounts import formula_amounts
from qhgep.compensation.plan.toml_lines import Key, PlanText
from qhgep.compensation.rules.own_formula import check_formula, not_a_formula, parameter_unit, placed
from qhgep.compensation.rules.rule import PlanFacts, StepRule
from qhgep.compensation.rules.schema import STRICT, ByCode
from qhgep.errors import FormulaError, UnitError
from qhgep.money import PAYABLE


class FormulaDueStep(BaseModel):
    """What each is due by `due`, a formula over factors (by id or Chinese name) and `parameters` that comes to money.

    Amounts are rounded half up to `rounded`, each by itself, and added to those of the steps before. A parameter is a number,
    or a row of the store, in the unit that `units` names. Numbers other than 0, 1 and 2 are parameters, so that each has its basis.
    """

    model_config = STRICT
    id: str
    rule: Literal["formula_due"]
    due: str = Field(min_length=1, max_length=1000)
    zh: str = "按公式应得额"
    parameters: ByCode = {}
    units: dict[str, str] = {}
    rounded: Literal["fen", "yuan", "100yuan", "wan"] = "fen"
    basis: str = ""


def formula_due(context: Context, step: FormulaDueStep) -> Built:
    """The formula of the plan in yuan for each recipient, rounded half up to the unit of the rule, added to the amounts before."""
    try:
        tree, named, given = placed(context, step, step.due)
        made = formula_amounts(context, step.id, tree, named, given, (step.zh, PAYABLE[step.rounded]))
    except (FormulaError, UnitError) as error:
        raise not_a_formula(step, step.due, error) from error
    return added_to_before(context, step.id, made, f"{step.zh} = {step.due}")


def _check(plan: PlanFacts, step: FormulaDueStep, source: PlanText, at: Key) -> None:
    check_formula(plan, step, ("due", step.due), source, at)


RULE = StepRule(
    name="formula_due", zh="按公式应得", kind="entitlement", terms=FormulaDueStep, build=formula_due, check=_check,
    role="due", follows=frozenset({"due"}), begins=True, misplaced="plan_after_due",
    units=parameter_unit,
    needs=frozenset({"step", "factor"}),
)  # fmt: skip
