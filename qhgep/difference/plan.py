"""Two plans compared: the amounts of the recipients that both have, with the bridge between them, exact to the fen."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from qhgep.compensation.allocate import REQUIRED, allocate
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.plan.check import check_plan
from qhgep.compensation.plan.factors import Results
from qhgep.compensation.plan.schema import Plan
from qhgep.difference.bridge import Move, State, bridge
from qhgep.difference.coverage import covered, words
from qhgep.difference.plan_changes import plan_changes
from qhgep.difference.result import (
    PLAN_ORDER,
    RESTS,
    BridgeStep,
    Change,
    ComparedLine,
    ComparedPlace,
    Covered,
    Difference,
    OneSided,
    Rest,
)
from qhgep.errors import PlanError, QhgepError, problem
from qhgep.evidence import RANK, Evidence

_PARTS: Mapping[str, tuple[str, ...]] = {
    "figures": ("period",), "recipients": ("recipients", "recipient"), "factors": ("factor", "accounts"), "steps": ("step",),
    "pool": ("pool",), "rounding": ("round_to",),
}  # fmt: skip
"""Kind of change -> the keys of a plan that are replaced; with the figures also the results of its accounts."""
_LINE = "amount"


@dataclass(frozen=True)
class PlanSide:
    """One side: the plan, the results that its factors read, what it comes to, how it is called, and its fingerprint."""

    plan: Plan
    results: Mapping[str, Results]
    allocation: Allocation
    name: str
    id: str = ""


@dataclass(frozen=True)
class _Either:
    """The results of one account: of the first side where it has a value, else of the other."""

    first: Results
    second: Results | None

    def value(self, quantity: str, *, county: str, period: str | None = None) -> Any:  # noqa: ANN401 - what the side gives
        """One value of a quantity. Raises KeyError where neither side has it."""
        try:
            return self.first.value(quantity, county=county, period=period)
        except KeyError:
            if self.second is None:
                raise
            return self.second.value(quantity, county=county, period=period)


def plan_difference(old: PlanSide, new: PlanSide) -> Difference:
    """What changed from one plan to another, and the bridge between the amounts of their common recipients.

    Raises PlanError, with the recipients of both, for plans of two layers (these are never mixed) and where no recipient
    is common.
    """
    coverage = _coverage(old.plan, new.plan)
    where = f"{old.name} ↔ {new.name}"
    if old.plan.layer != new.plan.layer:
        facts = {"old": old.plan.layer, "new": new.plan.layer, "coverage": words(coverage)}
        raise PlanError(problem("diff_layers", where, **facts))
    first, last = _amounts(old.allocation), _amounts(new.allocation)
    common = [place for place in first if place in last]
    if not common:
        raise PlanError(problem("diff_nothing", where, coverage=words(coverage)))
    changes = plan_changes(old.plan, new.plan, old.allocation.source, new.allocation.source)
    zh = {row.recipient.id: row.recipient.zh for side in (old, new) for row in side.allocation.rows}
    rests = [_rest(side.allocation) for side in (old, new)]
    begin, end = ({place: amounts[place] for place in common} for amounts in (first, last))
    steps = bridge(begin | rests[0], _moves(old, new, changes, common), end | rests[1])
    rest = tuple(
        Rest(place.code, *(side[place] for side in rests))
        for place in rests[0]
        if any((*(side[place] for side in rests), *(step.amounts[place] for step in steps)))
    )
    compared = tuple(ComparedLine(place, _LINE, "测算金额", begin[place], end[place]) for place in common)
    beside = [OneSided("a", place, "", "", first[place]) for place in first if place not in last]
    beside += [OneSided("b", place, "", "", last[place]) for place in last if place not in first]
    return Difference(
        "allocation", (old.name, new.name), (old.id, new.id), zh, changes, begin, end,
        tuple(_apart(step, common) for step in steps), compared, tuple(beside), coverage, rest=rest,
    )  # fmt: skip


def _apart(step: BridgeStep, common: Collection[ComparedPlace]) -> BridgeStep:
    """A step with the amounts of recipients, and beside them those that are not paid out."""
    rest = {place.code: amount for place, amount in step.amounts.items() if place not in common}
    return replace(step, amounts={place: step.amounts[place] for place in common}, rest=rest)


def _coverage(a: Plan, b: Plan) -> tuple[Covered, ...]:
    return (
        *covered("layer", {a.layer: a.layer}, {b.layer: b.layer}),
        *covered("period", {str(a.period): str(a.period)}, {str(b.period): str(b.period)}),
        *covered("recipient", *({item.id: item.zh for item in plan.named_recipients} for plan in (a, b))),
    )


def _amounts(allocation: Allocation) -> dict[ComparedPlace, Fraction]:
    return {ComparedPlace(code): Fraction(fen, 100) for code, fen in allocation.fen.items()}


def _rest(allocation: Allocation) -> dict[ComparedPlace, Fraction]:
    """What is carried over, kept back and lacking, in yuan, as if each were a place."""
    return {ComparedPlace(name): Fraction(getattr(allocation, name), 100) for name in RESTS}


def _moves(old: PlanSide, new: PlanSide, changes: Collection[Change], common: Collection[ComparedPlace]) -> list[Move]:
    """Every kind in its order, with the plan in which it and all kinds before it are those of the new side."""
    kinds = {change.kind for change in changes}
    given: dict[str, Any] = {"evidence": (*old.plan.evidence, *new.plan.evidence)}
    results = {name: _Either(first, old.results.get(name)) for name, first in new.results.items()}
    results |= {name: _Either(first, None) for name, first in old.results.items() if name not in results}
    level = _weaker(old, new)
    moves = []
    for kind in PLAN_ORDER:
        given = given | {key: getattr(new.plan, key) for key in _PARTS[kind]}
        plan = old.plan.model_copy(update=given)
        moves.append(Move(kind, kind in kinds, lambda plan=plan: _state(plan, results, level, common)))  # type: ignore[misc] # the plan of this turn
    return moves


def _weaker(old: PlanSide, new: PlanSide) -> Evidence:
    """The level of evidence that a state between two plans needs: the weaker of theirs."""
    levels: list[Evidence] = [REQUIRED[old.plan.layer], REQUIRED[new.plan.layer]]
    levels += [level for side in (old, new) for level in RANK if level == side.allocation.source.require]  # type: ignore[misc] # a level
    return max(levels, key=RANK.__getitem__)


def _state(plan: Plan, results: Mapping[str, Results], require: Evidence, common: Collection[ComparedPlace]) -> State:
    """The amounts that a plan between two comes to, or why it comes to none."""
    source = plan.source
    check_plan(plan, source, frozenset())
    found = source.problems.items
    if not found:
        try:
            made = allocate(plan, results=results, require=require)
            return {place: _amounts(made)[place] for place in common} | _rest(made)
        except QhgepError as error:
            found = list(error.problems)
    return "不能单独复算：" + "；".join(item.part("found") for item in found[:2])
