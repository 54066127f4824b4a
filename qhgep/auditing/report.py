"""An audit as the table that the command line prints, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from qhgep.auditing.remarks import plain, remark, word
from qhgep.auditing.result import Audit, Verdict
from qhgep.errors import Language
from qhgep.phrases import heads, listed, phrase
from qhgep.text_tables import columns


def rows(audit: Audit, language: Language) -> list[list[str]]:
    """The head and one line of texts per equation, the gravest first."""
    table = [heads("audit.heads", language)]
    for one in audit.by_severity:
        figures = [one.printed, one.unit, plain(one.recomputed), plain(one.difference), plain(one.allowed)]
        table.append([one.row, word(one.kind, language), *figures, word(one.verdict, language), remark(one, language)])
    return table


def summary(audit: Audit, language: Language) -> str:
    """How many rows have each verdict, and how prices were taken."""
    counts = counted(audit.counts, language)
    taken = phrase(f"audit.prices_{audit.prices}", language)
    more = sum(one.verdict == "unchecked" for one in audit.findings) - audit.counts["unchecked"]
    if more > 0:  # in rows that have another equation, which could be checked
        counts += phrase("audit.unchecked_more", language, more=more)
    return phrase("audit.summary", language, count=len(audit.lines), counts=counts, taken=taken)


def counted(counts: Mapping[Verdict, int], language: Language) -> str:
    """How many rows have each verdict, the rarer ones only where there are any."""
    told = [(verdict, count) for verdict, count in counts.items() if count or verdict not in {"explained", "implied"}]
    return listed((f"{word(verdict, language)} {count}" for verdict, count in told), language)


def audit_text(audit: Audit, language: Language) -> str:
    """The whole audit as aligned columns, with the summary below."""
    return f"{columns(rows(audit, language), right=(2, 4, 5, 6))}\n{summary(audit, language)}"
