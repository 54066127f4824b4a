"""绩效目标表: the rows of the form with the targets of the plan, blank where there is none, and the grades below."""

from __future__ import annotations

from qhgep.compensation.legal.finding import LegalReview
from qhgep.compensation.legal.performance import blank_rows, performance
from qhgep.evidence import EVIDENCE
from qhgep.workbook.core.cells import Sheet
from qhgep.workbook.core.layout import HEAD
from qhgep.workbook.core.table_sheet import PRESENTATION, Head, plain_sheet, row_of_texts

TARGETS = "绩效目标表"
_HEADS = (
    Head("一级指标", width=14), Head("二级指标", width=16), Head("三级指标", width=36), Head("目标值", width=18),
    Head("计量单位", width=12), Head("依据", width=44),
)  # fmt: skip


def wants_targets(review: LegalReview) -> bool:
    """A scenario has the sheet only where it names targets; every other plan has it, blank or not."""
    return bool(review.targets) or (bool(review.findings) and review.layer != "analytic")


def target_sheet(review: LegalReview, *, notice: str, left: str) -> Sheet:
    """The nine rows of the form, each with its targets in the order of the plan, then the grades with their source."""
    sheet = plain_sheet(TARGETS, TARGETS, _HEADS, color=PRESENTATION, notice=notice, left=left)
    row = HEAD + 1
    for kind in performance().table.row:
        found = [item for item in review.targets if item.kind == kind.kind]
        for item in found:
            texts = (kind.group_zh, kind.zh, item.zh, item.value, item.unit, item.basis)
            row_of_texts(sheet, row, texts, "wrap")
            row += 1
        if not found:
            row_of_texts(sheet, row, (kind.group_zh, kind.zh, "", "", "", ""), "wrap")
            row += 1
    _notes(sheet, review)
    return sheet


def _notes(sheet: Sheet, review: LegalReview) -> None:
    grades, form = performance().grades, performance().table
    blank = blank_rows(review.targets)
    if blank:
        sheet.note(f"没有填报：{'、'.join(blank)}")
    bands = "，".join(f"{band.zh} ≥ {band.at_least}" for band in grades.band)
    sheet.note(f"{grades.zh}（分）：{bands}。来源：{grades.source}（证据：{EVIDENCE[grades.evidence]}）。{grades.note}")
    sheet.note(f"表式：{form.source}（证据：{EVIDENCE[form.evidence]}）。")
