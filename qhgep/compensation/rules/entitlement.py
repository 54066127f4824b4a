"""Entitlements: what each recipient is due from below. Surplus or gap against the pool is reported, never spread."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from qhgep.compensation.columns.column import Built, Context
from qhgep.compensation.columns.entitlement import Measured, Product, added_to_before, product_columns, rounded_columns
from qhgep.compensation.rules.areas import area_lines
from qhgep.compensation.rules.common import by_code
from qhgep.compensation.rules.entitlement_schema import AreaRateStep, InstalmentsStep, PooledSumStep, PostsWageStep
from qhgep.compensation.rules.parameters import number
from qhgep.money import PAYABLE, shown

_NONE = Fraction(0)
_MEASURED: Mapping[str, Measured] = {
    "mu": Measured("面积", "标准", "mu"),
    "ha": Measured("面积", "标准", "ha"),
    "person": Measured("人数", "标准", "person"),
    "household": Measured("户数", "标准", "household"),
}
"""What amounts of `area_rate` are measured in, by the unit that the plan declares."""
_AREA = _MEASURED["mu"]


def area_rate(context: Context, step: AreaRateStep) -> Built:
    """Areas (or persons, households) of each category x its rate, for all or by recipient, added to the amounts before.

    Half up to the unit that `rounded` names, per recipient and over all categories, only where the rule says so.
    """
    lines = area_lines(context, step)
    columns, parts = product_columns(context, step.id, lines, _MEASURED[step.unit], least=step.decimals or 0)
    if step.rounded != "exact":
        added, parts = rounded_columns(step.id, parts, PAYABLE[step.rounded])
        columns += added
    unchecked = ("没有给出总面积，各类面积是否重叠未核对",) if len(lines) > 1 and not step.total else ()
    return added_to_before(context, step.id, (columns, parts), *unchecked)


def posts_wage(context: Context, step: PostsWageStep) -> Built:
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
    terms = f"每人每月 {step.wage} 元，{step.months} 个月，其中基础部分 {step.base_share}"
    made = product_columns(context, step.id, lines, measured)
    return added_to_before(context, step.id, made, terms, "基础部分按季发放，绩效部分考核后发放", note)


def instalments(context: Context, step: InstalmentsStep) -> Built:
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
    return added_to_before(context, step.id, product_columns(context, step.id, lines, _AREA), *notes)


def _plan_year(context: Context) -> int:
    if context.year is None:
        message = "instalments are counted from a year: the period of the plan is none"
        raise TypeError(message)
    return context.year


def pooled_sum(context: Context, step: PooledSumStep) -> Built:
    """The funds of each recipient side by side; every fund keeps its earmark, nothing is divided again.

    Recipients whose deductions are more than their funds are refused.
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
    made = added_to_before(
        context, step.id, product_columns(context, step.id, lines, measured), *notes, "统筹只汇总，各项资金用途不变"
    )
    return replace(made, below_zero=True)


def _fund_note(step: PooledSumStep, name: str, line: Product) -> str:
    fund = step.funds[name]
    total = shown(sum(line.amounts.values(), _NONE))
    return f"{name}（{fund.earmark or '未指定用途'}）{'扣减' if fund.deducted else '合计'} {total} 元"
