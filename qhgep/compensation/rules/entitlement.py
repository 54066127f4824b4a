"""Entitlements: what each recipient is due from below. Surplus or gap against the pool is reported, never spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from qhgep.compensation.columns.column import Amounts, Column, Context, PartsOfFen, StepResult
from qhgep.compensation.columns.entitlement import Measured, Product, add_parts, product_columns, rounded_columns
from qhgep.compensation.rules.areas import area_lines
from qhgep.compensation.rules.common import by_code
from qhgep.compensation.rules.entitlement_schema import AreaRateStep, InstalmentsStep, PooledSumStep, PostsWageStep
from qhgep.compensation.rules.parameters import number
from qhgep.errors import PlanError, problem
from qhgep.money import FEN_PER_YUAN, PAYABLE, nearest, shown

_NONE = Fraction(0)
_MEASURED: Mapping[str, Measured] = {
    "mu": Measured("面积", "标准", "mu"),
    "ha": Measured("面积", "标准", "ha"),
    "person": Measured("人数", "标准", "person"),
    "household": Measured("户数", "标准", "household"),
}
"""What amounts of `area_rate` are measured in, by the unit that the plan declares."""
_AREA = _MEASURED["mu"]


def area_rate(context: Context, amounts: Amounts, step: AreaRateStep) -> StepResult:
    """Areas (or persons, households) of each category x its rate, for all or by recipient, added to the amounts before.

    Half up to the unit that `rounded` names, per recipient and over all categories, only where the rule says so.
    """
    lines = area_lines(context, step)
    columns, parts = product_columns(context, step.id, lines, _MEASURED[step.unit], least=step.decimals or 0)
    own = _sum(context, lines)
    if step.rounded != "exact":
        unit = PAYABLE[step.rounded]
        added, parts = rounded_columns(step.id, parts, unit)
        columns += added
        own = {code: Fraction(nearest(yuan * FEN_PER_YUAN / unit) * unit, FEN_PER_YUAN) for code, yuan in own.items()}
    unchecked = ("没有给出总面积，各类面积是否重叠未核对",) if len(lines) > 1 and not step.total else ()
    result = _result(context, amounts, own, step.id, (columns, parts))
    return replace(result, notes=(*result.notes, *unchecked))


def posts_wage(context: Context, amounts: Amounts, step: PostsWageStep) -> StepResult:
    """Posts x wage x months: the base share for every post, the rest for those that passed their assessment."""
    year = number(step.wage, "wage") * number(step.months, "months")
    share = number(step.base_share, "base_share")
    wage = ("wage", "months", "base_share")
    lines = [
        Product("base", "基础部分", by_code(context, step.posts, "posts"), year * share, step.basis, ("posts",), wage)
    ]
    if step.passed is None:
        held = year * (1 - share) * sum(lines[0].amounts.values())
        note = f"绩效部分待考核后发放，最多 {shown(held)} 元，未计入"
    else:
        passed = by_code(context, step.passed, "passed")
        lines.append(Product("performance", "绩效部分", passed, year * (1 - share), step.basis, ("passed",), wage))
        failed = sum(lines[0].amounts.values()) - sum(passed.values())
        note = f"考核未通过 {failed} 人，不发绩效部分"
    measured = Measured("人数", "每人每年", "person")
    result = _result(
        context, amounts, _sum(context, lines), step.id, product_columns(context, step.id, lines, measured)
    )
    terms = f"每人每月 {step.wage} 元，{step.months} 个月，其中基础部分 {step.base_share}"
    return replace(result, notes=(terms, "基础部分按季发放，绩效部分考核后发放", note, *result.notes))


def instalments(context: Context, amounts: Amounts, step: InstalmentsStep) -> StepResult:
    """Certified areas x the rate of the instalment year, which counts from the task year; no rate, nothing due."""
    year = _plan_year(context)
    lines, notes = [], []
    for task in sorted(step.certified):
        count = year - int(task) + 1
        certified = by_code(context, step.certified[task], f"certified.{task}")
        due = str(count) in step.rates
        rate = number(step.rates[str(count)], f"rates.{count}") if due else _NONE
        names = (f"certified.{task}",), (f"rates.{count}",)
        lines.append(Product(f"task{task}", f"{task}年任务", certified, rate, step.basis, *names))
        waiting = sum(by_code(context, step.tasks.get(task, {}), f"tasks.{task}").values()) - sum(certified.values())
        notes.append(
            f"{task}年任务：第{count}年，{'每亩' + str(rate) + '元' if due else '本年无补助'}；未验收{waiting}亩不付"
        )
    result = _result(context, amounts, _sum(context, lines), step.id, product_columns(context, step.id, lines, _AREA))
    return replace(result, notes=(*notes, *result.notes))


def _plan_year(context: Context) -> int:
    if context.year is None:
        message = "instalments are counted from a year: the period of the plan is none"
        raise TypeError(message)
    return context.year


def pooled_sum(context: Context, amounts: Amounts, step: PooledSumStep) -> StepResult:
    """The funds of each recipient side by side; every fund keeps its earmark, nothing is divided again.

    Raises PlanError for recipients whose deductions are more than their funds.
    """
    lines = [
        Product(
            name, name, by_code(context, fund.amounts, f"funds.{name}"), Fraction(-1 if fund.deducted else 1), fund.basis or step.basis,
            (f"funds.{name}",),
        )
        for name, fund in step.funds.items()
    ]  # fmt: skip
    notes = [_fund_note(step, name, line) for name, line in zip(step.funds, lines, strict=True)]
    measured = Measured("金额（元）", "计入系数", "1")
    below = [code for code, own in _sum(context, lines).items() if amounts.get(code, _NONE) + own < 0]
    if below:
        raise PlanError(problem("plan_award_negative", step.id, recipients="、".join(below)))
    result = _result(
        context, amounts, _sum(context, lines), step.id, product_columns(context, step.id, lines, measured)
    )
    return replace(result, notes=(*notes, "统筹只汇总，各项资金用途不变", *result.notes))


def _fund_note(step: PooledSumStep, name: str, line: Product) -> str:
    fund = step.funds[name]
    total = shown(sum(line.amounts.values(), _NONE))
    return f"{name}（{fund.earmark or '未指定用途'}）{'扣减' if fund.deducted else '合计'} {total} 元"


def _sum(context: Context, lines: Sequence[Product]) -> dict[str, Fraction]:
    return {code: sum((line.times(code) for line in lines), _NONE) for code in context.codes}


def _result(
    context: Context, amounts: Amounts, own: Amounts, at: str, made: tuple[tuple[Column, ...], PartsOfFen]
) -> StepResult:
    """The amounts before and those of this step, against the pool."""
    columns, parts = made
    added, standing = add_parts(context, at, parts)
    due = {code: amounts.get(code, _NONE) + own[code] for code in context.codes}
    left = context.pool - sum(due.values(), _NONE)
    return StepResult(
        kind="entitlement",
        amounts=due,
        carried=_NONE,
        retained=max(left, _NONE),
        gap=max(-left, _NONE),
        columns=(*columns, *added),
        standing=standing,
    )
