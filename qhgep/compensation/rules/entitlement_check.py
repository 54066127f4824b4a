"""What must hold in steps of entitlements besides their types, each fault with its line."""

from __future__ import annotations

from fractions import Fraction

from qhgep.compensation.plan.schema import Entitlement, Plan
from qhgep.compensation.plan.toml_lines import Key, Source
from qhgep.compensation.rules.entitlement_schema import (
    AreaRateStep,
    HouseholdLimitsStep,
    InstalmentsStep,
    PooledSumStep,
    PostsWageStep,
)
from qhgep.compensation.rules.parameter_check import COUNT, POSITIVE, SHARE, Limits, check_number, check_table

_FEN = Limits(unit=1)


def check_entitlements(plan: Plan, source: Source) -> None:
    """Note every fault of the plan's entitlement steps."""
    for number, step in enumerate(plan.step):
        at: Key = ("step", number)
        match step:
            case AreaRateStep():
                _area_rate(plan, step, source, at)
            case PostsWageStep():
                _posts_wage(plan, step, source, at)
            case InstalmentsStep():
                _instalments(plan, step, source, at)
            case HouseholdLimitsStep():
                _household_limits(plan, step, source, at)
            case PooledSumStep():
                _pooled_sum(plan, step, source, at)
        if isinstance(step, Entitlement) and not step.basis.strip():
            source.add("plan_step_basis", *at, step=step.id)


def _household_limits(plan: Plan, step: HouseholdLimitsStep, source: Source, at: Key) -> None:
    for name, limit in (("least", step.least), ("most", step.most)):
        if isinstance(limit, str):
            check_number(limit, _FEN, source, (*at, name))
        else:
            check_table(plan, limit, _FEN, source, (*at, name))


def _pooled_sum(plan: Plan, step: PooledSumStep, source: Source, at: Key) -> None:
    for name, fund in step.funds.items():
        check_table(plan, fund.amounts, _FEN, source, (*at, "funds", name))


def _area_rate(plan: Plan, step: AreaRateStep, source: Source, at: Key) -> None:
    for name in sorted({*step.rates, *step.areas}):
        rate = step.rates.get(name, "")
        if isinstance(rate, str):
            check_number(rate, POSITIVE, source, (*at, "rates", name))
        else:
            check_table(plan, rate, POSITIVE, source, (*at, "rates", name))
    tables = [
        check_table(plan, areas, POSITIVE, source, (*at, "areas", name))
        for name in sorted({*step.rates, *step.areas})
        if not isinstance(areas := step.areas.get(name, {}), str)
    ]
    _area_factors(plan, step, source, at)
    if not step.total:
        return
    for code, total in check_table(plan, step.total, POSITIVE, source, (*at, "total")).items():
        together = sum(table[code] for table in tables if code in table)
        if together > total:
            facts = {"found": f"{float(together):.12g}", "total": f"{float(total):.12g}"}
            source.add("plan_areas_overlap", *at, "total", code, recipient=code, **facts)


def _area_factors(plan: Plan, step: AreaRateStep, source: Source, at: Key) -> None:
    """Areas of an account name a factor that gives values, and the decimals they are rounded to."""
    for name, written in step.areas.items():
        if not isinstance(written, str):
            continue
        if written not in plan.factor or plan.factor[written].use != "value":
            source.add("plan_area_factor", *at, "areas", name, name=name, found=written)
        if step.decimals is None:
            source.add("plan_area_places", *at, "areas", name, name=name)


_MONTHS = Limits(high=Fraction(12), whole=True)
"""The months of a year: a plan is of one year."""


def _posts_wage(plan: Plan, step: PostsWageStep, source: Source, at: Key) -> None:
    check_number(step.wage, POSITIVE, source, (*at, "wage"))
    check_number(step.months, _MONTHS, source, (*at, "months"))
    check_number(step.base_share, SHARE, source, (*at, "base_share"))
    posts = check_table(plan, step.posts, COUNT, source, (*at, "posts"))
    if step.passed is None:
        return
    for code, passed in check_table(plan, step.passed, COUNT, source, (*at, "passed")).items():
        if code in posts and passed > posts[code]:
            source.add("plan_part_more", *at, "passed", code, recipient=code, found=passed, whole=posts[code])


def _instalments(plan: Plan, step: InstalmentsStep, source: Source, at: Key) -> None:
    if not isinstance(plan.period, int):
        source.add("plan_period", "period", found=repr(plan.period))
    for year, rate in step.rates.items():
        _year(year, source, (*at, "rates", year))
        check_number(rate, POSITIVE, source, (*at, "rates", year))
    for task in sorted({*step.tasks, *step.certified}):
        _year(task, source, (*at, "certified", task), first=1000)
        if task.isdecimal() and isinstance(plan.period, int) and int(task) > plan.period:
            source.add("plan_task_later", *at, "certified", task, found=task, period=plan.period)
        areas = check_table(plan, step.tasks.get(task, {}), POSITIVE, source, (*at, "tasks", task))
        certified = check_table(plan, step.certified.get(task, {}), POSITIVE, source, (*at, "certified", task))
        for code in sorted({*areas} & {*certified}):
            if certified[code] > areas[code]:
                facts = {"found": f"{float(certified[code]):g}", "whole": f"{float(areas[code]):g}"}
                source.add("plan_part_more", *at, "certified", task, code, recipient=code, **facts)


_BEYOND = 3000
"""No year of a plan reaches so far: a longer number is a slip."""


def _year(text: str, source: Source, key: Key, *, first: int = 1) -> None:
    """A year that heads a table is a whole number: of instalments from 1 on, of tasks with four digits."""
    if not (text.isascii() and text.isdecimal()) or str(int(text)) != text or not first <= int(text) < _BEYOND:
        source.add("plan_year", *key, found=text, first=first)
