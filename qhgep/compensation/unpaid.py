"""Who is due something and is paid nothing, because the payable unit is larger than the amount: told by name."""

from __future__ import annotations

from qhgep.compensation.allocation import Allocation
from qhgep.compensation.plan.schema import Plan
from qhgep.errors import Problem, Problems
from qhgep.money import yuan

_MANY = 12
"""So many recipients are named in a sentence."""


def unpaid_warnings(plan: Plan, allocation: Allocation) -> tuple[Problem, ...]:
    """One warning that names every recipient whose exact amount is above zero and whose payment is 0.00."""
    unpaid = [row.recipient for row in allocation.rows if not row.fen and row.steps and row.steps[-1][1] > 0]
    if not unpaid or allocation.kind == "settlement":
        return ()
    more = f" 等 {len(unpaid)} 个" if len(unpaid) > _MANY else ""
    who = "、".join(f"{item.zh}（{item.id}）" for item in unpaid[:_MANY]) + more
    found = Problems()
    found.warn(
        "paid_nothing", plan.where("round_to"), count=len(unpaid), unit=yuan(plan.payable), who=who,
        pool=yuan(allocation.pool),
    )  # fmt: skip
    return found.warnings
