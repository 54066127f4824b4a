"""Audits as JSON: of a printed table, of an account and of a plan; recomputed figures are decimal texts in the printed unit."""

from __future__ import annotations

from collections.abc import Mapping

from qhgep.auditing.account import AccountAudit, AuditedTable
from qhgep.auditing.patterns import Pattern
from qhgep.auditing.relation import Recomputed
from qhgep.auditing.remarks import plain
from qhgep.auditing.result import Audit, Finding, Repair, Verdict
from qhgep.compensation.published import PlanAudit
from qhgep.envelope import CreatedFrom, Envelope, Header, JsonModel, enveloped
from qhgep.errors import Language
from qhgep.result_files.account import account_header
from qhgep.result_files.allocation import allocation_header
from qhgep.result_files.common import ProblemJson, problems_json

TABLE, ACCOUNT, PLAN = "audit", "account_audit", "plan_audit"
_EXACT = ("recomputed", "difference", "allowed", "beyond", "percent", "times")
_NAMED = ("quantity", "county_code", "period", "ecosystem", "item", "source", "at", "note")


class RepairJson(JsonModel):
    """A slip that would explain an equation (`qhgep.auditing.result.Repair`)."""

    slip: str
    row: str
    column: str
    printed: str
    proposed: str
    cost: int
    left: int
    broken: int
    plausible: bool
    weak: bool
    part: str


class NeededJson(JsonModel):
    """A figure that would by itself make the equation hold."""

    column: str
    value: str


class EquationJson(JsonModel):
    """One equation: printed and recomputed figure, and the gap that rounding allows."""

    kind: str
    verdict: str
    printed: str
    unit: str
    missing: tuple[str, ...]
    recomputed: str | None
    difference: str | None
    allowed: str | None
    beyond: str | None
    percent: str | None
    times: str | None
    found_unit: str
    untold_substance: str
    unlikely: bool
    repairs: tuple[RepairJson, ...]
    needed: tuple[NeededJson, ...]
    untried: int


class ComparisonJson(EquationJson):
    """A printed figure of an account beside the engine's; `partial` is what the engine's value leaves out."""

    reason: str
    partial: tuple[str, ...]


class PrintedRowJson(JsonModel):
    """A printed row with its equations."""

    row: str
    name: str
    where: str
    verdict: str
    equations: tuple[EquationJson, ...]


class PublishedRowJson(JsonModel):
    """A printed row of an account: what it is of, and its comparisons."""

    row: str
    where: str
    verdict: str
    quantity: str
    county_code: str
    period: str
    ecosystem: str
    item: str
    source: str
    at: str
    note: str
    comparisons: tuple[ComparisonJson, ...]


class PatternJson(JsonModel):
    """A habit of printing that explains several equations."""

    habit: str
    column: str
    zeros: int
    rows: tuple[str, ...]
    failed: int
    left: int


class AuditBody(JsonModel):
    """The audit of a printed table."""

    table: str
    prices: str
    consistent: bool
    counts: Mapping[Verdict, int]
    rows: tuple[PrintedRowJson, ...]
    patterns: tuple[PatternJson, ...]
    checks: tuple[ProblemJson, ...]


class PublishedTableJson(JsonModel):
    """One file of printed figures of an account."""

    file: str
    rows: tuple[PublishedRowJson, ...]


class AccountAuditBody(JsonModel):
    """The audit of an account."""

    prices: str
    consistent: bool
    counts: Mapping[Verdict, int]
    tables: tuple[PublishedTableJson, ...]
    checks: tuple[ProblemJson, ...]


class PaymentTableJson(JsonModel):
    """One file of printed payments."""

    file: str
    rows: tuple[PrintedRowJson, ...]


class PlanAuditBody(JsonModel):
    """The audit of a plan."""

    consistent: bool
    counts: Mapping[Verdict, int]
    tables: tuple[PaymentTableJson, ...]
    checks: tuple[ProblemJson, ...]


def table_audit_file(audit: Audit, language: Language = "zh") -> Envelope[AuditBody]:
    """The audit of a printed table."""
    body = AuditBody(
        table=audit.table.name, prices=audit.prices, consistent=audit.consistent, counts=dict(audit.counts),
        rows=_rows(audit), patterns=tuple(map(_pattern, audit.patterns)), checks=problems_json(audit.warnings, language),
    )  # fmt: skip
    made_from = CreatedFrom(files={audit.table.name: audit.sha256})
    return enveloped(TABLE, body, Header(title=audit.table.name, created_from=made_from))


def account_audit_file(audit: AccountAudit, language: Language = "zh") -> Envelope[AccountAuditBody]:
    """The audit of an account, with the account and the printed files."""
    body = AccountAuditBody(
        prices=audit.prices, consistent=audit.consistent, counts=dict(audit.counts),
        tables=tuple(
            PublishedTableJson(file=table.audit.table.name, rows=_published(table, language)) for table in audit.tables
        ),
        checks=problems_json(audit.warnings, language),
    )  # fmt: skip
    return enveloped(ACCOUNT, body, _with(account_header(audit.result), [table.audit for table in audit.tables]))


def plan_audit_file(audit: PlanAudit, language: Language = "zh") -> Envelope[PlanAuditBody]:
    """The audit of a plan, with the plan and the printed files."""
    body = PlanAuditBody(
        consistent=audit.consistent, counts=dict(audit.counts),
        tables=tuple(PaymentTableJson(file=one.table.name, rows=_rows(one)) for one in audit.audits),
        checks=problems_json(audit.warnings, language),
    )  # fmt: skip
    return enveloped(PLAN, body, _with(allocation_header(audit.allocation), list(audit.audits)))


def _with(header: Header, audits: list[Audit]) -> Header:
    """The header with the printed files too."""
    files = {**header.created_from.files, **{one.table.name: one.sha256 for one in audits}}
    return header.model_copy(update={"created_from": header.created_from.model_copy(update={"files": files})})


def _rows(audit: Audit) -> tuple[PrintedRowJson, ...]:
    return tuple(
        PrintedRowJson(
            row=line.row, name=line.name, where=line.place, verdict=line.verdict, equations=tuple(map(_equation, line.findings))
        )
        for line in audit.lines
    )  # fmt: skip


def _published(table: AuditedTable, language: Language) -> tuple[PublishedRowJson, ...]:
    return tuple(
        PublishedRowJson(
            row=line.row, where=line.place, verdict=line.verdict,
            **{name: getattr(table.published[line.row], name) for name in _NAMED},
            comparisons=tuple(_comparison(one, language) for one in line.findings),
        )
        for line in table.audit.lines
    )  # fmt: skip


def _comparison(one: Finding, language: Language) -> ComparisonJson:
    partial = one.relation.partial if isinstance(one.relation, Recomputed) else ()
    reason = one.reason.part("found", language) if one.reason else ""
    return ComparisonJson(**dict(_equation(one)), reason=reason, partial=tuple(partial))


def _equation(one: Finding) -> EquationJson:
    exact = {name: plain(getattr(one, name)) or None for name in _EXACT}
    return EquationJson(
        kind=one.kind, verdict=one.verdict, printed=one.printed, unit=one.unit, missing=one.missing, **exact,
        found_unit=one.found_unit, untold_substance=one.untold, unlikely=one.unlikely,
        repairs=tuple(map(_repair, one.repairs)),
        needed=tuple(NeededJson(column=column, value=text) for column, text in one.needed), untried=one.untried,
    )  # fmt: skip


def _repair(repair: Repair) -> RepairJson:
    return RepairJson(**{name: getattr(repair, name) for name in RepairJson.model_fields})


def _pattern(one: Pattern) -> PatternJson:
    return PatternJson(
        habit=one.habit, column=one.column, zeros=one.zeros, rows=tuple(one.rows), failed=one.failed, left=one.left
    )
