"""法规校验: every legal check of a plan with its article, its result, and what would be needed to decide it."""

from __future__ import annotations

from qhgep.compensation.legal.finding import LegalReview
from qhgep.compensation.legal.law import law_hash
from qhgep.evidence import EVIDENCE
from qhgep.workbook.core.cells import LiveFormula, Sheet
from qhgep.workbook.core.layout import HEAD, fixed, on_sheet
from qhgep.workbook.core.table_sheet import CHECKS, Head, plain_sheet

LEGAL = "法规校验"
_HEADS = (
    Head("编号", width=8), Head("校验项", width=40), Head("结论", width=12), Head("条文", width=40),
    Head("条文大意", width=50), Head("条文证据", width=12),
    Head("查到", width=50), Head("需要补充", width=60),
)  # fmt: skip
_RESULT = 2


def legal_sheet(review: LegalReview, *, notice: str, left: str) -> Sheet:
    """One row a check, in the order of the checks, and the count below the title."""
    sheet = plain_sheet(LEGAL, "法规校验", _HEADS, color=CHECKS, notice=notice, left=f"{left}　{review.counted()}")
    for row, item in enumerate(review.findings, start=HEAD + 1):
        rests_on = [item.article, item.text, EVIDENCE[item.evidence]]
        texts = [item.id, item.zh, item.result, *rests_on, item.answer.found, item.answer.needed]
        for column, text in enumerate(texts):
            sheet.text(row, column, text, "verdict" if column == _RESULT else "wrap")
    for fact in review.facts:
        sheet.note(fact)
    sheet.note(f"条文数据 coefficients/compensation/legal.toml，SHA-256 {law_hash()}")
    sheet.note("无法核验：方案没有写明，或条文没有见到；有一项无法核验，总体结论就不是通过。")
    return sheet


def result_of(review: LegalReview, place: int) -> LiveFormula:
    """The result of the check at a place of the order, imported from 法规校验."""
    cell = on_sheet(LEGAL, fixed(HEAD + 1 + place, _RESULT))
    return LiveFormula(cell, review.findings[place].result, "import", "verdict")
