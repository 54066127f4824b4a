"""The audit of an account as the table that the command line prints, as markdown for a README, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qhgep.auditing.account import AccountAudit, AuditedTable
from qhgep.auditing.published import ACCOUNTED
from qhgep.auditing.relation import Recomputed
from qhgep.auditing.remarks import WORDS, plain, remark, word
from qhgep.auditing.report import counted
from qhgep.auditing.result import Finding
from qhgep.engine.names import ALL
from qhgep.errors import Language
from qhgep.expr import AXES, Quantity
from qhgep.phrases import heads, in_language, listed, phrase
from qhgep.text_tables import columns

ACCOUNT_WORDS: Mapping[str, tuple[str, str]] = {
    **WORDS,
    "sum": ("印刷合计", "sum of printed"),
    "share": ("印刷占比", "share of printed"),
    "value": ("印刷值", "printed value"),
}
"""What a comparison is called here: with the engine's value, or with other printed rows."""
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
    yield heads("audit.account_heads", language)
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
    everyone = row.county_code == ALL
    county = phrase("audit.all_counties", language) if everyone else names.get(row.county_code, "")
    known = account.coefficients.ecosystems.get(row.ecosystem)
    item = "、".join(_item(audit, row.terms[0][0], row.item.split("/"))) if row.item else ""
    total = phrase("audit.all_indicators", language)
    chinese = (
        total if row.quantity == ACCOUNTED else row.terms[0][0].zh,
        county,
        known.zh if known else row.ecosystem,
        item,
    )
    english = (row.quantity, "" if everyone else row.county_code, row.ecosystem, row.item)
    return listed((part for part in in_language(language, chinese, english) if part), language)


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
    names = [in_language(language, audit.result.coverage.zh(name), name) for name in finding.relation.partial]
    partial = phrase("audit.partial", language, names=listed(names, language, "pause"))
    return listed((part for part in (told, partial) if part), language, "semicolon")


def summary(audit: AccountAudit, language: Language) -> str:
    """How many rows have each verdict, how coefficients were taken, and the run that was compared."""
    rows = sum(audit.counts.values())
    counts = counted(audit.counts, language)
    taken = phrase(f"audit.coefficients_{audit.prices}", language)
    run = phrase("audit.run", language, run_id=audit.result.run_id)
    return phrase("audit.account_summary", language, rows=rows, counts=counts, taken=taken, run=run)


_NAMED = ("quantity", "county_code", "period", "ecosystem", "item", "source", "at", "note")
