"""Which steps may follow which in a plan, and which layers the kind of a plan may belong to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from qhgep.compensation.columns.column import Kind
from qhgep.compensation.plan.plan_text import PlanText
from qhgep.compensation.rules.registry import STEP_RULES
from qhgep.compensation.rules.rule import StepRule
from qhgep.compensation.rules.schema import StepTerms
from qhgep.errors import PlanError, Problems

LAYERS_OF: Mapping[Kind, tuple[str, ...]] = {
    "division": ("statutory", "contract", "analytic"),
    "entitlement": ("statutory", "analytic"),
    "settlement": ("contract", "analytic"),
}
"""A settlement is agreed or a scenario, an entitlement rests on law or is a scenario."""
LAYERS = LAYERS_OF["division"]
"""Every layer that a plan may belong to."""
KINDS_ZH: Mapping[Kind, str] = {"division": "分配", "entitlement": "据实计发", "settlement": "结算"}
"""What each kind of step is called."""


def kind_of(rules: Sequence[str]) -> Kind | None:
    """The kind of a plan with these rules in this order, or None where no plan has them so."""
    steps = [STEP_RULES[name] for name in rules]
    if not steps or not steps[0].begins or any(_misplaced(steps)):
        return None
    return steps[0].kind


def layers_of(rules: Sequence[str]) -> tuple[str, ...]:
    """The layers that a plan with these rules may belong to."""
    steps = [STEP_RULES[name] for name in rules]
    return tuple(layer for layer in LAYERS if all(layer in (step.layers or LAYERS_OF[step.kind]) for step in steps))


def check_sequence(steps: Sequence[StepTerms], source: PlanText) -> None:
    """Note the first step if it cannot begin a plan, and every step that may not come after one before it, and why."""
    rules = [STEP_RULES[step.rule] for step in steps]
    if not rules:
        source.add("plan_step_none", "step", begin=_begin())
    elif not rules[0].begins:
        source.add("plan_step_first", "step", 0, step=_step(steps[0], rules[0]), begin=_begin())
    for before, place in _misplaced(rules):
        labels = _step(steps[place], rules[place]), _step(steps[before], rules[before])
        source.add(rules[place].misplaced, "step", place, **_misplacement(rules[place], *labels))


def refuse_misplaced(rules: Sequence[str], where: str) -> None:
    """Refuse an order of rules that no plan can have, told as of a plan's steps. Raises PlanError."""
    steps = [STEP_RULES[name] for name in rules]
    problems = Problems()
    for before, place in _misplaced(steps):
        facts = _misplacement(steps[place], steps[place].label, steps[before].label)
        problems.add(steps[place].misplaced, where, **facts)
    problems.raise_if_any(PlanError)


def _step(step: StepTerms, rule: StepRule) -> str:
    return f"{step.id}（{rule.zh}，{rule.name}）"


def _misplacement(rule: StepRule, step: str, before: str) -> dict[str, str]:
    """What is told of a step that may not come after another one, both by what they are called there."""
    return {"step": step, "rule": rule.label, "before": before, "after": _listed(may_precede(rule))}


def may_precede(rule: StepRule) -> tuple[StepRule, ...]:
    """The rules that one may come right after."""
    return tuple(other for other in STEP_RULES.values() if other.role in rule.follows)


def _misplaced(rules: Sequence[StepRule]) -> Iterator[tuple[int, int]]:
    """The places of a step and of one after it that may not come after it."""
    for after, (one, other) in enumerate(pairwise(rules), 1):
        never = [place for place, rule in enumerate(rules[:after]) if rule.role in other.never_after]
        if one.role not in other.follows:
            yield after - 1, after
        elif never:
            yield never[0], after


def _begin() -> str:
    return _listed(tuple(rule for rule in STEP_RULES.values() if rule.begins))


def _listed(rules: Sequence[StepRule]) -> str:
    return "、".join(rule.label for rule in rules)
