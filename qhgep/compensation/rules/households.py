"""Household limits: what a household gets lies between a floor and a cap; what a cap cuts stays in the county's pot."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from qhgep.compensation.columns.column import Built, Column, Context, PartsOfFen, computed, put_in
from qhgep.compensation.columns.whole_numbers import fit_columns, setting
from qhgep.compensation.rules.entitlement_schema import HouseholdLimitsStep
from qhgep.compensation.rules.parameters import number
from qhgep.errors import PlanError, problem
from qhgep.expr import Round, call
from qhgep.money import FEN_PER_YUAN, shown
from qhgep.readings.exact import Exact

_NONE = Fraction(0)


def household_limits(context: Context, step: HouseholdLimitsStep) -> Built:
    """min(most, max(least, amount so far)) of every household; the pool is that of the county and is not divided again.

    Raises PlanError for a household whose floor is above its cap.
    """
    least, most = _limits(context, step.least, "least"), _limits(context, step.most, "most")
    crossed = [code for code in context.codes if _of(least, code) > _of(most, code)]
    if crossed:
        facts = {"recipient": crossed[0], "least": shown(_of(least, crossed[0])), "most": shown(_of(most, crossed[0]))}
        raise PlanError(problem("plan_bounds_crossed", step.id, **facts))
    columns, standing = _columns(context, step, (least, most))
    gross, due = context.amounts, context.then(columns).reading.by_code(columns[-1].quantity)
    cut = sum((max(gross[code] - due[code], _NONE) for code in context.codes), _NONE)
    raised = sum((max(due[code] - gross[code], _NONE) for code in context.codes), _NONE)
    note = f"封顶减下 {shown(cut)} 元，留在县里，不在各户间再分；保底补足 {shown(raised)} 元"
    return Built(columns, standing, (note,))


def _limits(context: Context, written: str | Mapping[str, str], name: str) -> Exact:
    if isinstance(written, str):
        return number(written, name)
    return {code: number(written.get(code, ""), f"{name}.{code}") for code in context.codes}


def _of(limit: Exact, code: str) -> Fraction:
    return limit if isinstance(limit, Fraction) else limit[code]


def _columns(
    context: Context, step: HouseholdLimitsStep, limits: tuple[Exact, Exact]
) -> tuple[tuple[Column, ...], PartsOfFen]:
    """Floor and cap in fen and in the parts of the amounts, and the parts between them."""
    before, at = context.standing, step.id
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
