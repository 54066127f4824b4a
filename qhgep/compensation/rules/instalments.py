"""Certified areas by the rate of their instalment year."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from qhgep.compensation.columns.column import Built, Context
from qhgep.compensation.columns.entitlement import EntitlementProduct, Measured, added_to_before, product_columns
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.common import NONE, by_code
from qhgep.compensation.rules.parameter_check import POSITIVE, check_number, check_table
from qhgep.compensation.rules.parameters import number
from qhgep.compensation.rules.rule import PlanFacts, StepRule, last_of
from qhgep.compensation.rules.schema import STRICT, ByCode, ByRecipient


class InstalmentsStep(BaseModel):
    """Rates (CNY/mu) by instalment year, counted from the task year, paid for certified areas only.

    `tasks` and `certified` are areas (mu) by task year and recipient.
    """

    model_config = STRICT
    id: str
    rule: Literal["instalments"]
    rates: ByCode
    tasks: dict[str, ByRecipient]
    certified: dict[str, ByRecipient]
    basis: str = ""


def instalments(context: Context, step: InstalmentsStep) -> Built:
    """Certified areas x the rate of the instalment year, which counts from the task year; no rate, nothing due."""
    year = _plan_year(context)
    lines, notes = [], []
    for task in sorted(step.certified):
        count = year - int(task) + 1
        certified = by_code(context, step.certified[task], f"certified.{task}")
        due = str(count) in step.rates
        rate = number(step.rates[str(count)], f"rates.{count}") if due else NONE
        names = (f"certified.{task}",), (f"rates.{count}",)
        lines.append(EntitlementProduct(f"task{task}", f"{task}年任务", certified, rate, step.basis, *names))
        waiting = sum(by_code(context, step.tasks.get(task, {}), f"tasks.{task}").values()) - sum(certified.values())
        notes.append(
            f"{task}年任务：第{count}年，{'每亩' + str(rate) + '元' if due else '本年无补助'}；未验收{waiting}亩不付"
        )
    return added_to_before(
        context, step.id, product_columns(context, step.id, lines, Measured("面积", "标准", "mu")), *notes
    )


def _plan_year(context: Context) -> int:
    if context.year is None:
        message = "instalments are counted from a year: the period of the plan is none"
        raise TypeError(message)
    return context.year


def _check(plan: PlanFacts, step: InstalmentsStep, source: PlanText, at: Key) -> None:
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


def _year(text: str, source: PlanText, key: Key, *, first: int = 1) -> None:
    """A year that heads a table is a whole number: of instalments from 1 on, of tasks with four digits."""
    if not (text.isascii() and text.isdecimal()) or str(int(text)) != text or not first <= int(text) < _BEYOND:
        source.add("plan_year", *key, found=text, first=first)


RULE = StepRule(
    name="instalments", zh="分年度按验收面积", kind="entitlement", terms=InstalmentsStep, build=instalments, check=_check,
    role="due", follows=frozenset({"due"}), begins=True, misplaced="plan_after_due",
    units=last_of(rates="CNY/mu", tasks="mu", certified="mu"),
    needs=frozenset({"recipients", "recipient", "step", "period"}),
    needs_basis=True,
)  # fmt: skip
