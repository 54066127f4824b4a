"""Who was issued more already than the plan comes to: an error, unless the basis allows to take it back."""

from __future__ import annotations

from qhgep.compensation.allocation import Allocation
from qhgep.compensation.plan.schema import Plan
from qhgep.errors import PlanError, problem
from qhgep.money import Fen, fen, yuan


def amount_name(allocation: Allocation) -> str:
    """What the amount of a recipient is called: by entitlement it is what is due, also where the pool is less than that."""
    return "应发金额" if allocation.kind == "entitlement" else "资金总额"


def over_issued(plan: Plan, allocation: Allocation) -> dict[str, Fen]:
    """What each recipient was issued beyond its amount, by name and code; nothing in a scenario or a settlement."""
    if plan.layer == "analytic" or allocation.kind == "settlement" or allocation.phases:
        return {}
    issued = {code: fen(amount) for code, amount in plan.budget.already_issued.items()}
    return {
        f"{row.recipient.zh}（{row.recipient.id}）": Fen(more)
        for row in allocation.rows
        if (more := issued.get(row.recipient.id, row.fen) - row.fen) > 0
    }


def check_over_issued(plan: Plan, allocation: Allocation) -> None:
    """Raises PlanError, with the names, where somebody was issued too much and [budget] recover gives no ground."""
    found = over_issued(plan, allocation)
    if found and not plan.budget.recover.strip():
        place = "issued_from" if plan.budget.issued_from else "already_issued"
        raise PlanError(problem("plan_over_issued", plan.where("budget", place), who=_who(found)))


def issued_notes(plan: Plan, allocation: Allocation) -> tuple[str, ...]:
    """What is printed of 已经下达: the final plan that it was read from, and who gives money back on what ground."""
    budget, found = plan.budget, over_issued(plan, allocation)
    read = f"已经下达数取自定稿 {budget.issued_file}（SHA-256 前 12 位 {budget.issued_from[:12]}）各单位的{amount_name(allocation)}"
    back = f"此次下达为负的是扣回：{_who(found)}（依据：{budget.recover}）"
    return (*([read] if budget.issued_from else []), *([back] if found else []))


def _who(found: dict[str, Fen]) -> str:
    return "、".join(f"{name} {yuan(amount)} 元" for name, amount in found.items())
