"""The rules of steps, one function each: the columns of a step, of which its amounts are exact readings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from qhgep.compensation.columns.column import Built, Context, Kind, Rule, StepResult, step_result
from qhgep.compensation.rules.adjust import award_penalty, phase_in, tilt, top_up
from qhgep.compensation.rules.bounds import bounds, cap
from qhgep.compensation.rules.deduction import deduction
from qhgep.compensation.rules.division import floor, weighted
from qhgep.compensation.rules.entitlement import area_rate, instalments, pooled_sum, posts_wage
from qhgep.compensation.rules.growth import base_increment
from qhgep.compensation.rules.households import household_limits
from qhgep.compensation.rules.settlement import class_index, fixed_split


def _read(kind: Kind, build: Callable[[Context, Any], Built]) -> Rule:
    """A rule as it is run: the columns that it builds, read."""

    def rule(context: Context, terms: Any) -> StepResult:  # noqa: ANN401 - the terms of this rule
        return step_result(context, terms.id, kind, build(context, terms))

    return rule


_BUILDERS: Sequence[tuple[Kind, tuple[Callable[[Context, Any], Built], ...]]] = (
    ("division", (weighted, base_increment, tilt, phase_in, top_up, award_penalty, floor, cap, bounds, deduction)),
    ("entitlement", (area_rate, posts_wage, instalments, pooled_sum, household_limits)),
    ("settlement", (class_index, fixed_split)),
)
RULES: Mapping[str, Rule] = {build.__name__: _read(kind, build) for kind, builds in _BUILDERS for build in builds}
"""The rules that a plan can name."""

__all__ = ["RULES"]
