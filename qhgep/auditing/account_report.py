"""The audit of an account as the table that the command line prints, as markdown for a README, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qhgep.aligned_text import columns
from qhgep.auditing.account import AccountAudit, AuditedTable
from qhgep.auditing.published import ACCOUNTED
from qhgep.auditing.relation import Recomputed
from qhgep.auditing.remarks import WORDS, plain, remark, word
from qhgep.auditing.report import counted
from qhgep.auditing.result import Finding
from qhgep.engine.result import ALL
from qhgep.errors import Language
from qhgep.expr import AXES, Quantity

ACCOUNT_WORDS: Mapping[str, tuple[str, str]] = {
    **WORDS,
    "sum": ("印刷合计", "sum of printed"),
    "share": ("印刷占比", "share of printed"),
    "value": ("印刷值", "printed value"),
}
"""What a comparison is called here: with the engine's value, or with other printed rows."""
_HEAD = {
    "zh": "行 内容 核对 印刷值 单位 重算值 差 允许差 结论 说明",
    "en": "row content check printed unit recomputed difference allowed verdict remark",
}
_NUMBERS = (3, 5, 6, 7)
_ALIGNED = "| --- | --- | --- | ---: | --- | ---: | ---: | ---: | --- |"
_REMARK = 9


def audit_account_text(audit: AccountAudit, language: Language) -> str:
    """The comparisons of every file as aligned columns, with the summary below."""
    parts = [f"{audit.result.account.title}"]
    for table in audit.tables:
        parts += [table.audit.table.name, columns(comparison_rows(audit, table, language), right=_NUMBERS)]
    return "\n".join([*parts, summary(audit, language)])


def comparison_markdown(audit: AccountAudit, language: Language = "zh") -> str:
    """The comparisons as a markdown table, one per file, with the summary below: for the README of an example."""
    parts = []
    for table in audit.tables:
        head, *rows = comparison_rows(audit, table, language)
        lines = [f"| {' | '.join(_cell(cell) for cell in row[:_REMARK])} |" for row in rows]
        parts.append("\n".join([f"| {' | '.join(head[:_REMARK])} |", _ALIGNED, *lines]))
    return "\n\n".join([*parts, summary(audit, language)]) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def comparison_rows(audit: AccountAudit, table: AuditedTable, language: Language) -> Iterator[list[str]]:
    """The head and one line of texts per comparison of a file."""
    yield _HEAD[language].split()
    for one in table.audit.findings:
        figures = [one.printed, one.unit, plain(one.recomputed), plain(one.difference), plain(one.allowed)]
        yield [
            one.row, content(audit, table, one, language), word(one.kind, language, ACCOUNT_WORDS), *figures,
            word(one.verdict, language), account_remark(audit, one, language),
        ]  # fmt: skip


def content(audit: AccountAudit, table: AuditedTable, finding: Finding, language: Language) -> str:
    """What a row is of: quantity and cell, in words; empty for a row that is no quantity of the account."""
    row, account = table.published[finding.row], audit.result.account
    if not row.quantity:
        return ""
    names = {county.code: county.zh for county in account.counties}
    if language == "en":
        county = "" if row.county_code == ALL else row.county_code
        return ", ".join(part for part in (row.quantity, county, row.ecosystem, row.item) if part)
    quantity = "各项指标合计" if row.quantity == ACCOUNTED else row.terms[0][0].zh
    county = "各县合计" if row.county_code == ALL else names.get(row.county_code, "")
    known = account.coefficients.ecosystems.get(row.ecosystem)
    item = "、".join(_item(audit, row.terms[0][0], row.item.split("/"))) if row.item else ""
    return "，".join(part for part in (quantity, county, known.zh if known else row.ecosystem, item) if part)


def _item(audit: AccountAudit, quantity: Quantity, members: Sequence[str]) -> Iterator[str]:
    """The Chinese names of the members of the item lists that a quantity varies over."""
    lists = audit.result.account.ruleset.catalogue.lists
    for axis, member in zip((axis for axis in quantity.axes if axis not in AXES), members, strict=True):
        yield lists[axis].members[member]


def account_remark(audit: AccountAudit, finding: Finding, language: Language) -> str:
    """What is wrong or missing, the best proposal, and what a partial value leaves out."""
    told = remark(finding, language, ACCOUNT_WORDS)
    if not isinstance(finding.relation, Recomputed) or not finding.relation.partial:
        return told
    if language == "en":
        return "; ".join(part for part in (told, f"partial, without {', '.join(finding.relation.partial)}") if part)
    names = [audit.result.coverage.zh(name) for name in finding.relation.partial]
    return "；".join(part for part in (told, f"部分核算，未计入 {'、'.join(names)}") if part)


def summary(audit: AccountAudit, language: Language) -> str:
    """How many rows have each verdict, how coefficients were taken, and the run that was compared."""
    zh, rows = language == "zh", sum(audit.counts.values())
    counts = counted(audit.counts, language)
    taken = {
        "exact": ("系数按印刷值", "coefficients exact as printed"),
        "rounded": ("系数也有舍入", "coefficients rounded too"),
    }[audit.prices][not zh]
    run = f"运行号 {audit.result.run_id}" if zh else f"run {audit.result.run_id}"
    return f"{rows} 行：{counts}；{taken}；{run}。" if zh else f"{rows} rows: {counts}; {taken}; {run}."


_NAMED = ("quantity", "county_code", "period", "ecosystem", "item", "source", "at", "note")
