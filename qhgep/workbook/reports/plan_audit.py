"""The workbook of a plan's audit: for each file of printed payments the sheets of an audit."""

from __future__ import annotations

from pathlib import Path

from qhgep.compensation.published import PlanAudit
from qhgep.compensation.published_report import summary
from qhgep.workbook.core.cells import Sheet
from qhgep.workbook.core.pagination import paged
from qhgep.workbook.core.table_sheet import row_of_texts
from qhgep.workbook.core.write import to_bytes, write_whole
from qhgep.workbook.reports.table_audit import UNDATED, audit_sheets


def write_plan_audit(audit: PlanAudit, path: str | Path) -> Path:
    """Write the audit of a plan as a workbook. Raises WorkbookError where the file cannot be written."""
    path, title, terms = Path(path), audit.allocation.title, audit.allocation.terms
    created = terms.date if terms is not None and terms.date else UNDATED
    sheets = [paged(sheet) for sheet in plan_audit_sheets(audit)]
    write_whole(path, to_bytes(sheets, title=f"审核 {title}", created=created, footer=title))
    return path


def plan_audit_sheets(audit: PlanAudit) -> list[Sheet]:
    """The sheets of every file, numbered where there are several; what else must be known stands under the first."""
    found = []
    for number, one in enumerate(audit.audits, start=1):
        suffix = str(number) if len(audit.audits) > 1 else ""
        found += audit_sheets(one, suffix=suffix, notice=summary(audit, "zh"))
    last = max(row for row, _ in found[0].cells)
    for at, warning in enumerate(audit.warnings, start=last + 2):
        row_of_texts(found[0], at, ("提示", warning.text("zh")))
    return found
