"""The audit of a plan as the table that the command line prints, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from qhgep.auditing.account_report import ACCOUNT_WORDS
from qhgep.auditing.remarks import plain, remark, word
from qhgep.auditing.report import counted
from qhgep.auditing.result import Audit
from qhgep.compensation.published import TOTAL, PlanAudit
from qhgep.errors import Language
from qhgep.phrases import heads, phrase
from qhgep.text_tables import columns

_NUMBERS = (2, 4, 5, 6)


def audit_plan_text(audit: PlanAudit, language: Language) -> str:
    """The payments of every file as aligned columns, the gravest difference first, with the summary below."""
    parts = [audit.allocation.title]
    for one in audit.audits:
        parts += [one.table.name, columns(payment_rows(one, language), right=_NUMBERS)]
    return "\n".join([*parts, summary(audit, language)])


def payment_rows(audit: Audit, language: Language) -> Iterator[list[str]]:
    """The head and one line of texts per printed payment."""
    yield heads("audit.plan_heads", language)
    for one in audit.by_severity:
        row, name = (word("total", language), "") if one.row == TOTAL else (one.row, audit.table.rows[one.row].name)
        figures = [one.printed, one.unit, plain(one.recomputed), plain(one.difference), plain(one.allowed)]
        yield [row, name, *figures, word(one.verdict, language), remark(one, language, ACCOUNT_WORDS)]


def summary(audit: PlanAudit, language: Language) -> str:
    """How many payments have each verdict."""
    rows, counts = sum(audit.counts.values()), counted(audit.counts, language)
    return phrase("audit.plan_summary", language, rows=rows, counts=counts)
