"""what_if(): all questions about one plan, with what was not answered and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from qhgep.coefficient_store import PackPaths, load_parameters
from qhgep.compensation.allocate import account_results
from qhgep.compensation.plan.payments_check import verify_carry_in
from qhgep.compensation.plan.read import read_plan
from qhgep.compensation.plan.schema import Plan
from qhgep.compensation.what_if.effect import PaymentEffect, effect_of_more
from qhgep.compensation.what_if.pool import SmallestPool, smallest_pool
from qhgep.compensation.what_if.previous import LastYear, last_year
from qhgep.compensation.what_if.trial import Trial
from qhgep.compensation.what_if.weights import WeightRanges, weight_ranges
from qhgep.errors import PlanError, Problem, problem
from qhgep.evidence import Evidence
from qhgep.money import fen
from qhgep.text_tables import in_one_line


@dataclass(frozen=True)
class Answers:
    """What was found; `unanswered` says for each question without an answer why there is none."""

    trial: Trial
    before: LastYear | None
    pool: SmallestPool | None
    effect: PaymentEffect | None
    weights: tuple[WeightRanges, ...]
    unanswered: tuple[Problem, ...]
    __repr__ = in_one_line

    @property
    def plan(self) -> Plan:
        """The plan that was asked about."""
        return self.trial.plan


def what_if(
    plan: Plan | Path | str,
    *,
    previous: Path | str | None = None,
    more: str | None = None,
    require: Evidence | None = None,
    coefficients: PackPaths = (),
    known_on: date | None = None,
    inside: Path | str | None = None,
) -> Answers:
    """The smallest pool so that nobody falls below last year, what `more` yuan mean, and how far weights may move.

    `previous` is a result, a plan or a table of last year; without it the amounts under [previous] of the plan count.
    A question that does not fit the plan is left unanswered, with its reason; without `more` it is not asked.
    The files that the plan and its accounts name must lie inside `inside`, by default in their own folders.
    Raises PlanError for a plan that cannot be followed, for amounts of last year that cannot be used, and for a `more`
    that is no amount, zero, or leads to a pool that cannot be divided.
    """
    if not isinstance(plan, Plan):
        plan = read_plan(plan, parameters=load_parameters(coefficients, known_on=known_on), inside=inside)
    terms = plan
    verify_carry_in(terms)
    results = account_results(terms, coefficients, known_on)
    trial = Trial(terms, results, require)
    trial.with_pool(terms.pool_fen)
    before = last_year(
        terms, None if previous is None else Path(previous), packs=coefficients, require=require, inside=inside
    )
    return answered(trial, before, more)


def answered(trial: Trial, before: LastYear | None, more: str | None) -> Answers:
    """The answers about a plan whose accounts are computed; see `what_if`."""
    unanswered: list[Problem] = []
    pool: SmallestPool | None = None
    effect: PaymentEffect | None = None
    weights: tuple[WeightRanges, ...] = ()
    if before is None:
        unanswered.append(problem("whatif_needs_previous", trial.plan.file.name))
    else:
        try:
            pool = smallest_pool(trial, before)
        except PlanError as error:
            unanswered += error.problems
    if more is not None:
        try:
            effect = effect_of_more(trial, fen(more, where="--more"))
        except PlanError as error:
            if any(item.code != "whatif_pool_kind" for item in error.problems):
                raise
            unanswered += error.problems
    try:
        weights, problems = weight_ranges(trial, before)
        unanswered += problems
    except PlanError as error:
        unanswered += error.problems
    return Answers(trial, before, pool, effect, weights, tuple(unanswered))
