"""Posts by wages, the rest of them after an assessment."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from pydantic import BaseModel

from qhgep.compensation.columns.column import Built, Context
from qhgep.compensation.columns.entitlement import EntitlementProduct, Measured, added_to_before, product_columns
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.common import by_code
from qhgep.compensation.rules.parameter_check import COUNT, POSITIVE, SHARE, Limits, check_number, check_table
from qhgep.compensation.rules.parameters import number
from qhgep.compensation.rules.rule import PlanFacts, StepRule, last_of
from qhgep.compensation.rules.schema import STRICT, ByRecipient
from qhgep.money import shown


class PostsWageStep(BaseModel):
    """Posts x monthly wage x months; the rest of `base_share` is paid for posts that passed their assessment.

    Without `passed` the assessment is still to come and only the base is due.
    """

    model_config = STRICT
    id: str
    rule: Literal["posts_wage"]
    posts: ByRecipient
    wage: str
    months: str
    base_share: str
    passed: ByRecipient | None = None
    basis: str = ""


def posts_wage(context: Context, step: PostsWageStep) -> Built:
    """Posts x wage x months: the base share for every post, the rest for those that passed their assessment."""
    year = number(step.wage, "wage") * number(step.months, "months")
    share = number(step.base_share, "base_share")
    wage = ("wage", "months", "base_share")
    lines = [
        EntitlementProduct(
            "base", "基础部分", by_code(context, step.posts, "posts"), year * share, step.basis, ("posts",), wage
        )
    ]
    if step.passed is None:
        held = year * (1 - share) * sum(lines[0].amounts.values())
        note = f"绩效部分待考核后发放，最多 {shown(held)} 元，未计入"
    else:
        passed = by_code(context, step.passed, "passed")
        lines.append(
            EntitlementProduct("performance", "绩效部分", passed, year * (1 - share), step.basis, ("passed",), wage)
        )
        failed = sum(lines[0].amounts.values()) - sum(passed.values())
        note = f"考核未通过 {failed} 人，不发绩效部分"
    measured = Measured("人数", "每人每年", "person")
    terms = f"每人每月 {step.wage} 元，{step.months} 个月，其中基础部分 {step.base_share}"
    made = product_columns(context, step.id, lines, measured)
    return added_to_before(context, step.id, made, terms, "基础部分按季发放，绩效部分考核后发放", note)


_MONTHS = Limits(high=Fraction(12), whole=True)
"""The months of a year: a plan is of one year."""


def _check(plan: PlanFacts, step: PostsWageStep, source: PlanText, at: Key) -> None:
    check_number(step.wage, POSITIVE, source, (*at, "wage"))
    check_number(step.months, _MONTHS, source, (*at, "months"))
    check_number(step.base_share, SHARE, source, (*at, "base_share"))
    posts = check_table(plan, step.posts, COUNT, source, (*at, "posts"))
    if step.passed is None:
        return
    for code, passed in check_table(plan, step.passed, COUNT, source, (*at, "passed")).items():
        if code in posts and passed > posts[code]:
            source.add("plan_part_more", *at, "passed", code, recipient=code, found=passed, whole=posts[code])


RULE = StepRule(
    name="posts_wage", zh="岗位×工资", kind="entitlement", terms=PostsWageStep, build=posts_wage, check=_check,
    role="due", follows=frozenset({"due"}), begins=True, misplaced="plan_after_due",
    units=last_of(
        posts="person", passed="person", wage="CNY/month/person", months="1", base_share="1"
    ),
    needs_basis=True,
)  # fmt: skip
