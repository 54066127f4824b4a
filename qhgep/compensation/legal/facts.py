"""What a plan says of its budget and of what happened, as lines to be printed where they are given."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qhgep.compensation.plan.schema import Plan

_BUDGET = {
    "revenue_account": "收入科目", "function_account": "支出功能科目", "economic_account": "支出经济科目", "project_code": "项目代码",
}  # fmt: skip
_EVENTS = {
    "received": "收到", "approved": "预算批准", "passed_on": "下达", "published": "公开", "advance_notice": "提前下达",
    "input_approved": "数据审定", "paid": "支付", "reported_back": "报送", "posted": "公示",
}  # fmt: skip


def facts_of(plan: Plan) -> tuple[str, ...]:
    """文号, budget accounts, 项目代码, 直达标识 and events by date; what is not given is left out."""
    return tuple(_lines(plan))


def _lines(plan: Plan) -> Iterator[str]:
    if plan.basis.number:
        yield f"文号：{plan.basis.number}"
    for name, zh in _BUDGET.items():
        if value := getattr(plan.budget, name):
            yield f"{zh}：{value}"
    if plan.budget.direct is not None:
        yield f"直达标识：{'是' if plan.budget.direct else '否'}"
    for event in sorted(plan.event, key=lambda item: item.date):
        amount = f"{event.amount} 元" if event.amount else ""
        yield " ".join(part for part in (f"{event.date} {_EVENTS[event.kind]}", event.document, amount) if part)
