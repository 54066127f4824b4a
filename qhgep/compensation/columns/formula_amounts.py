"""The columns of amounts that a formula of the plan gives: its value in yuan, and that in whole units of a rule."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from qhgep.compensation.columns.column import Column, Context, Factor, PartsOfFen, computed, measured, put_in
from qhgep.compensation.columns.formula_value import formula_value
from qhgep.compensation.columns.parameter import GivenParameter
from qhgep.compensation.columns.scores import factor_columns
from qhgep.compensation.columns.whole_numbers import setting
from qhgep.errors import PlanError, problem
from qhgep.expr import Expr, Round


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
