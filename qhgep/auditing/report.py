"""An audit as the table that the command line prints, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping

from qhgep.aligned_text import columns
from qhgep.auditing.remarks import plain, remark, word
from qhgep.auditing.result import Audit, Verdict
from qhgep.errors import Language

_HEAD = (
    "行 核对 印刷值 单位 重算值 差 允许差 结论 说明",
    "row check printed unit recomputed difference allowed verdict remark",
)


def rows(audit: Audit, language: Language) -> list[list[str]]:
    """The head and one line of texts per equation, the gravest first."""
    table = [_HEAD[language == "en"].split()]
    for one in audit.by_severity:
        figures = [one.printed, one.unit, plain(one.recomputed), plain(one.difference), plain(one.allowed)]
        table.append([one.row, word(one.kind, language), *figures, word(one.verdict, language), remark(one, language)])
    return table


def summary(audit: Audit, language: Language) -> str:
    """How many rows have each verdict, and how prices were taken."""
    zh = language == "zh"
    counts = counted(audit.counts, language)
    taken = {
        "exact": ("价格按印刷值", "prices exact as printed"),
        "rounded": ("价格也有舍入", "prices rounded too"),
    }[audit.prices][not zh]
    more = sum(one.verdict == "unchecked" for one in audit.findings) - audit.counts["unchecked"]
    if more > 0:  # in rows that have another equation, which could be checked
        counts += f"，另有 {more} 处核对缺数" if zh else f", and {more} equations more that cannot be checked"
    return f"{len(audit.lines)} 行：{counts}；{taken}。" if zh else f"{len(audit.lines)} rows: {counts}; {taken}."


def counted(counts: Mapping[Verdict, int], language: Language) -> str:
    """How many rows have each verdict, the rarer ones only where there are any."""
    told = [(verdict, count) for verdict, count in counts.items() if count or verdict not in {"explained", "implied"}]
    return ("，" if language == "zh" else ", ").join(f"{word(verdict, language)} {count}" for verdict, count in told)


def audit_text(audit: Audit, language: Language) -> str:
    """The whole audit as aligned columns, with the summary below."""
    return f"{columns(rows(audit, language), right=(2, 4, 5, 6))}\n{summary(audit, language)}"
