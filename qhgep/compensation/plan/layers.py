"""Which layer an account belongs to, and that none of the analytic layer informs money by law or contract."""

from __future__ import annotations

from collections.abc import Mapping

from qhgep.compensation.plan.factors import Results
from qhgep.compensation.plan.schema import Plan
from qhgep.errors import PlanError, Problems
from qhgep.ruleset_store.ruleset import Ruleset

ANALYTIC = "analytic"


def verify_layer(plan: Plan, results: Mapping[str, Results]) -> None:
    """Refuse factors that a statutory or contract plan takes from an account with scenario rules of papers.

    `results` are those by account name that the factors are read from. Raises PlanError naming each such factor and the
    account's ruleset.
    """
    if plan.layer == ANALYTIC:
        return
    problems = Problems()
    for name, terms in ((name, terms) for name, terms in plan.factor.items() if terms.of):
        ruleset = _ruleset(results[terms.of.partition(".")[0]])
        if ruleset is not None and ruleset.layer == ANALYTIC:
            facts = {"factor": terms.of, "ruleset": ruleset.name, "layer": plan.layer}
            problems.add("plan_analytic_factor", plan.where("factor", name, "of"), **facts)
    problems.raise_if_any(PlanError)


def _ruleset(results: Results) -> Ruleset | None:
    """The ruleset of an account's result; None for results that were rebuilt from recorded figures."""
    found = getattr(getattr(results, "account", None), "ruleset", None)
    return found if isinstance(found, Ruleset) else None
