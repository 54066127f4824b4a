"""What a legal check found: one of four results, on which article, and what would be needed to decide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from qhgep.compensation.legal.schema import PerformanceTarget
from qhgep.compensation.plan.schema import BUDGET_ITEMS, Plan
from qhgep.errors import Language, Problem, problem
from qhgep.phrases import in_language, listed, phrase

Result = Literal["通过", "不通过", "不适用", "无法核验"]
PASSED: Result = "通过"
FAILED: Result = "不通过"
INAPPLICABLE: Result = "不适用"
UNKNOWN: Result = "无法核验"
UNDATED = "没有写测算日期"
COMPUTED_ON = "填写测算日期（date）"
"""What lacks where no day of the computation is written, and what to do; nobody asks a clock, and the day of the basis is another."""
_HOLDS = {PASSED: True, FAILED: False}
_ENGLISH = {PASSED: "passed", FAILED: "failed", INAPPLICABLE: "does not apply", UNKNOWN: "cannot be decided"}


def result_word(result: Result, language: Language) -> str:
    """A result in a language."""
    return in_language(language, result, _ENGLISH[result])


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer of one check: its result, what was found, and the plan keys that would decide it."""

    result: Result
    found: str
    needed: str = ""


def passes(found: str) -> Answer:
    """What the article asks is there."""
    return Answer(PASSED, found)


def fails(found: str, needed: str) -> Answer:
    """The plan says that the article was not kept; `needed` is what to do."""
    return Answer(FAILED, found, needed)


def inapplicable(found: str) -> Answer:
    """The article does not speak of such a plan."""
    return Answer(INAPPLICABLE, found)


def unknown(found: str, needed: str) -> Answer:
    """The plan does not say enough; `needed` names the keys to fill in."""
    return Answer(UNKNOWN, found, needed)


@dataclass(frozen=True, slots=True)
class LegalFinding:
    """An answer with the article that it rests on; `evidence` is the weakest of the texts that were used."""

    id: str
    zh: str
    article: str
    text: str
    evidence: str
    answer: Answer

    @property
    def result(self) -> Result:
        """通过, 不通过, 不适用 or 无法核验."""
        return self.answer.result

    @property
    def holds(self) -> bool | None:
        """Whether it passed; None where it does not apply or cannot be decided."""
        return _HOLDS.get(self.result)


@dataclass(frozen=True, slots=True)
class LegalReview:
    """All legal checks of a plan in order, its performance targets, and the facts it gives of budget and events."""

    findings: tuple[LegalFinding, ...] = ()
    targets: tuple[PerformanceTarget, ...] = ()
    where: str = ""
    layer: str = "analytic"
    facts: tuple[str, ...] = ()

    def count(self, result: Result) -> int:
        """How many checks have this result."""
        return sum(item.result == result for item in self.findings)

    @property
    def overall(self) -> Result:
        """不通过 where one fails; 无法核验 where one cannot be decided; 通过 only where neither is so."""
        results = [item.result for item in self.findings]
        if not results:
            return INAPPLICABLE
        return FAILED if FAILED in results else UNKNOWN if UNKNOWN in results else PASSED

    def counted(self, language: Language = "zh") -> str:
        """The results in one line, with the ids of the checks that fail."""
        told = []
        for result in (PASSED, FAILED, INAPPLICABLE, UNKNOWN):
            ids = [item.id for item in self.findings if item.result == result]
            named = (
                phrase("legal.named", language, ids=listed(ids, language, "pause")) if ids and result == FAILED else ""
            )
            told.append(f"{result_word(result, language)} {len(ids)}{named}")
        return listed(told, language)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """A warning for each check that a plan fails."""
        return tuple(_warning(self.where, item) for item in self.findings if item.result == FAILED)


def _warning(where: str, item: LegalFinding) -> Problem:
    facts = {"id": item.id, "zh": item.zh, "found": item.answer.found, "article": item.article}
    return replace(problem("legal_fails", where, needed=item.answer.needed, **facts), severity="warning")


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
    for name, zh in BUDGET_ITEMS.items():
        if plan.budget.differs(name):
            yield f"{zh}：按单位，见附表"
        elif value := plan.budget.item(name):
            yield f"{zh}：{value}"
    if plan.budget.direct is not None:
        yield f"直达标识：{'是' if plan.budget.direct else '否'}"
    for event in sorted(plan.event, key=lambda item: item.date):
        amount = f"{event.amount} 元" if event.amount else ""
        yield " ".join(part for part in (f"{event.date} {_EVENTS[event.kind]}", event.document, amount) if part)
