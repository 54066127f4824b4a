"""All legal checks of a plan in their order, each with its article and the weakest evidence that it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from qhgep.compensation.legal.agreement import contract_complete
from qhgep.compensation.legal.case import LegalCase
from qhgep.compensation.legal.channel import issuer, no_fund_matches_another, no_matching, reported_back
from qhgep.compensation.legal.dates import (
    carried_not_too_long,
    expires_and_evaluated,
    inputs_approved,
    issued_in_time,
    published,
)
from qhgep.compensation.legal.finding import (
    COMPUTED_ON,
    INAPPLICABLE,
    UNDATED,
    Answer,
    LegalFinding,
    LegalReview,
    facts_of,
    inapplicable,
    unknown,
)
from qhgep.compensation.legal.law import Law, law
from qhgep.compensation.legal.money import accounts, adds_up, advance_share, not_below_last_year
from qhgep.compensation.legal.performance import has_targets
from qhgep.compensation.legal.use import (
    earmark,
    misuse_dealt_with,
    not_paid_twice,
    posted,
    use_unchanged,
    used_and_paid,
)
from qhgep.evidence import weakest

if TYPE_CHECKING:
    from qhgep.compensation.allocation import Allocation
    from qhgep.compensation.plan.schema import Plan

CHECKS: Mapping[str, Callable[[LegalCase], Answer]] = {
    "K1": adds_up, "K2": no_matching, "K3": issued_in_time, "K4": advance_share, "K5": published, "K6": issuer,
    "K7": use_unchanged, "K8": used_and_paid, "K9": misuse_dealt_with, "K10": contract_complete, "K11": earmark,
    "K12": not_below_last_year, "K13": not_paid_twice, "K14": reported_back, "K15": accounts, "K16": posted,
    "K17": carried_not_too_long, "K18": expires_and_evaluated, "K19": no_fund_matches_another, "K20": inputs_approved,
    "PERF": has_targets,
}  # fmt: skip
"""The checks by id, in the order in which they are told."""
_ALWAYS = "K1"
"""The identity holds for every plan, also for a scenario."""


def review(plan: Plan, outcome: Allocation, text: Law | None = None) -> LegalReview:
    """The legal checks of a plan; `text` stands for the law that ships with qhgep.

    A scenario answers 不适用 to all but the identity. A check whose article nobody has seen answers 无法核验, whatever
    the plan says, as does one whose law was not in force on the day and whose earlier text is not held.
    """
    found = tuple(_finding(name, LegalCase(plan, outcome, text or law())) for name in CHECKS)
    return LegalReview(found, plan.target, plan.where("layer"), plan.layer, facts_of(plan))


def _finding(name: str, case: LegalCase) -> LegalFinding:
    article = case.law.check[name]
    answer = _not_in_question(name, case) or CHECKS[name](case)
    if article.evidence == "unconfirmed" and answer.result != INAPPLICABLE:
        answer = unknown(f"条文没有见到；{answer.found}", "、".join(filter(None, ("条文原文", answer.needed))))
    evidence = weakest([article.evidence, *(item.evidence for item in case.used)])
    return LegalFinding(name, article.zh, case.law.cited(name), article.text, evidence, answer)


def _not_in_question(name: str, case: LegalCase) -> Answer | None:
    """The answer where the article need not be looked at: a scenario, or a day on which it was not in force."""
    if case.plan.layer == "analytic" and name != _ALWAYS:
        return inapplicable("情景测算，不是资金分配")
    article = case.law.check[name]
    document = case.law.document[article.document]
    by_act = article.judged == "act"
    day = case.computed_on or case.day if by_act else case.day
    if document.begins is None or day >= document.begins:
        return None
    undated = by_act and case.computed_on is None
    found = f"{document.zh}自 {document.begins} 起，{'核对日期' if by_act and not undated else '方案依据日期'} {day}"
    if undated:
        return unknown(f"{UNDATED}；{found}", COMPUTED_ON)
    if document.before == "none":
        return inapplicable(found)
    return unknown(f"{found}；此前的规定没有收录", "补充当日有效的条文")
