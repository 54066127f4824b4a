"""Decimals of shares that a sheet cannot bear: the refusal names the most that it can."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from qhgep.compensation.plan.schema import Plan
from qhgep.compensation.rules.registry import weighing
from qhgep.compensation.rules.schema import FEWEST_DECIMALS
from qhgep.errors import PlanError, Problem, problem


def with_largest_decimals(
    plan: Plan, problems: Sequence[Problem], run: Callable[[Plan], object]
) -> tuple[Problem, ...]:
    """The problems; a number that is too long because of decimals of shares names the most decimals with which `run` succeeds."""
    step = plan.step[0]
    if not weighing(step) or step.decimals is None:
        return tuple(problems)
    if all(item.code != "sheet_digits" for item in problems):
        return tuple(problems)
    largest = next(
        (
            fewer
            for fewer in range(step.decimals - 1, FEWEST_DECIMALS - 1, -1)
            if _runs(run, with_decimals(plan, fewer))
        ),
        None,
    )
    return tuple(
        _as_share_decimals(item, step.decimals, largest) if item.code == "sheet_digits" else item for item in problems
    )


def with_decimals(plan: Plan, decimals: int | None, *, only_where_none: bool = False) -> Plan:
    """The plan with other decimals of shares in the step that weighs factors, where it has one."""
    step = plan.step[0] if plan.step else None
    if not weighing(step) or (only_where_none and step.decimals is not None):
        return plan
    return plan.model_copy(update={"step": (step.model_copy(update={"decimals": decimals}), *plan.step[1:])})


def _runs(run: Callable[[Plan], object], plan: Plan) -> bool:
    try:
        run(plan)
    except PlanError:
        return False
    return True


def _as_share_decimals(item: Problem, decimals: int, largest: int | None) -> Problem:
    facts = {name: value for name, value in item.facts if name in {"zh", "found"}}
    if largest is None:
        return problem("share_decimals_none", item.where, decimals=decimals, **facts)
    return problem("share_decimals", item.where, decimals=decimals, largest=largest, **facts)
