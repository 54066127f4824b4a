"""What `qhgep audit` says of a file: a printed table by its own figures, an account by what the engine computes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qhgep.compensation.plan.read import is_plan
from qhgep.data import is_folder, path_exists
from qhgep.envelope import Envelope
from qhgep.errors import Language, Problem, problem

if TYPE_CHECKING:
    from qhgep.auditing.printed_table import Prices
    from qhgep.auditing.result import Audit


@dataclass(frozen=True)
class AuditOutput:
    """An audit in words: the table, the JSON, what else a reader must know, and how it becomes a workbook."""

    consistent: bool
    nothing: Problem | None
    """Why nothing could be checked; None where something was."""
    text: str
    json: Envelope[Any]
    warnings: tuple[Problem, ...]
    write: Callable[[Path], Path]


def audited(
    file: Path, *, prices: Prices, packs: Sequence[Path], language: Language, inside: Path | None = None
) -> AuditOutput:
    """The audit of a printed table, or of an account or plan given by its toml or its folder.

    Files that these name must lie inside `inside`, by default in their own folder. Raises QhgepError.
    """
    if is_plan(plan_of(file)):
        return _of_plan(file, packs, language, inside)
    if is_folder(file) or file.suffix.lower() == ".toml":
        from qhgep.auditing.account import audit_account
        from qhgep.auditing.account_report import audit_account_text
        from qhgep.result_files.audit import account_audit_file
        from qhgep.workbook.reports.account_audit import write_account_audit

        found = audit_account(file, prices=prices, coefficients=packs, inside=inside)
        text, content = audit_account_text(found, language), account_audit_file(found, language)
        nothing = nothing_checked(file, [one.audit for one in found.tables])
        return AuditOutput(
            found.consistent, nothing, text, content, found.warnings, partial(write_account_audit, found)
        )
    from qhgep.auditing import audit_table
    from qhgep.auditing.report import audit_text
    from qhgep.result_files.audit import table_audit_file
    from qhgep.workbook.reports.table_audit import write_audit

    audit = audit_table(file, prices=prices)
    table = table_audit_file(audit, language)
    nothing, text = nothing_checked(file, [audit]), audit_text(audit, language)
    return AuditOutput(audit.consistent, nothing, text, table, audit.warnings, partial(write_audit, audit))


def nothing_checked(file: Path, audits: Sequence[Audit]) -> Problem | None:
    """The error that an audit read nothing it could check, naming what its rows lack; None where it checked something."""
    if any(audit.checked for audit in audits):
        return None
    lacking = dict.fromkeys(column for audit in audits for column in audit.lacking)
    rows = sum(len(audit.lines) for audit in audits)
    return problem("audit_nothing", file.name, rows=rows, lacking="、".join(lacking))


def plan_of(file: Path) -> Path:
    """The plan that a path may mean: in a folder the plan.toml where there is no account.toml."""
    return file / "plan.toml" if is_folder(file) and not path_exists(file / "account.toml") else file


def _of_plan(file: Path, packs: Sequence[Path], language: Language, inside: Path | None) -> AuditOutput:
    from qhgep.compensation.published import audit_plan
    from qhgep.compensation.published_report import audit_plan_text
    from qhgep.result_files.audit import plan_audit_file
    from qhgep.workbook.reports.table_audit import write_plan_audit

    found = audit_plan(file, coefficients=packs, inside=inside)
    text, content = audit_plan_text(found, language), plan_audit_file(found, language)
    nothing = nothing_checked(file, found.audits)
    return AuditOutput(found.consistent, nothing, text, content, found.warnings, partial(write_plan_audit, found))
