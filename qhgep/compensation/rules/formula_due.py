"""What each recipient is due by a formula that the plan writes itself, over its factors and parameters, in money."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from pydantic import BaseModel, Field

from qhgep.compensation.columns.column import Built, Column, Context, Factor, PartsOfFen, computed, measured, put_in
from qhgep.compensation.columns.entitlement import added_to_before
from qhgep.compensation.columns.formula_value import formula_value
from qhgep.compensation.columns.parameter import GivenParameter
from qhgep.compensation.columns.scores import factor_columns
from qhgep.compensation.columns.whole_numbers import setting
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.own_formula import check_formula, not_a_formula, parameter_unit, placed
from qhgep.compensation.rules.rule import PlanFacts, StepRule
from qhgep.compensation.rules.schema import STRICT, ByCode
from qhgep.errors import FormulaError, PlanError, UnitError, problem
from qhgep.expr import Expr, Round
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


def formula_amounts(
    context: Context,
    at: str,
    tree: Expr,
    factors: Sequence[Factor],
    parameters: Sequence[Column],
    named: tuple[str, int],
) -> tuple[tuple[Column, ...], PartsOfFen]:
    """What a formula over factors and parameters comes to for each recipient in yuan, rounded half up to so many fen.

    `named` is what the amount is called, and the fen. Raises UnitError where it comes to no money, PlanError where a
    recipient comes to less than zero.
    """
    zh, unit = named
    columns = [*(column for factor in factors for column in factor_columns(factor)), *parameters]
    made = formula_value(at, zh, "CNY", tree)
    columns += made
    value = made[-1]
    below = [code for code, yuan in context.then(columns).reading.by_code(value.quantity).items() if yuan < 0]
    if below:
        raise PlanError(problem("plan_formula_negative", at, recipients="、".join(below)))
    given = GivenParameter(Fraction(unit), "本步骤规定的取整单位", "stated")
    fen = put_in(f"{at}.round_unit", "取整单位（分）", "fen", given, "按公式计的金额四舍五入到的单位")
    per_fen = setting(f"{at}.per_fen", "一分折合份数", 1, "1/fen", "整数份与分的换算")
    in_fen = measured(f"{at}.in_fen", f"{zh}（分，未取整）", "fen", value.quantity, "由元换算为分")
    whole = computed(
        f"{at}.units", f"{zh}（取整单位数）", "1", Round(in_fen.quantity / fen.quantity), "金额÷取整单位，四舍五入"
    )
    parts = computed(
        f"{at}.parts", "本步金额（整数份）", "1", whole.quantity * fen.quantity * per_fen.quantity, "单位数×单位"
    )
    return (*columns, fen, per_fen, in_fen, whole, parts), PartsOfFen(parts.quantity, per_fen.quantity, 1)
