"""Which layer an account belongs to, and that none of the analytic layer informs money by law or contract."""

from __future__ import annotations

from collections.abc import Mapping

from qhgep.compensation.factors import Results
from qhgep.compensation.terms import Plan
from qhgep.errors import PlanError, Problems

ANALYTIC = "analytic"


def verify_layer(plan: Plan, results: Mapping[str, Results]) -> None:
    """Refuse factors that a statutory or contract plan takes from an account with scenario rules of papers.

    `results` are those by account name that the factors are read from. Raises PlanError naming each such factor, the
    account's ruleset and its Chinese name.
    """
    if plan.layer == ANALYTIC:
        return
    problems = Problems()
    for name, terms in plan.factor.items():
        account = terms.of.partition(".")[0]
        ruleset = getattr(getattr(results[account], "account", None), "ruleset", None)
        if getattr(ruleset, "layer", "") == ANALYTIC:
            facts = {"factor": terms.of, "ruleset": ruleset.name, "zh": ruleset.zh, "layer": plan.layer}
            problems.add("plan_analytic_factor", plan.where("factor", name, "of"), **facts)
    problems.raise_if_any(PlanError)
