"""签批 of a plan's workbook: who made, checked and approved it, to be filled in by hand; and the versions that are known.

A file of its own, as each sheet of the plan's workbook has one.
"""

from __future__ import annotations

from qhgep.difference.correction import Correction
from qhgep.workbook.core.cells import Sheet
from qhgep.workbook.core.layout import HEAD
from qhgep.workbook.core.table_sheet import CONTROL, Head, plain_sheet, row_of_texts
from qhgep.workbook.plan.places import PlanPlaces

SHEET = "签批"
_HEADS = (
    Head("环节", width=16),
    Head("姓名", width=18),
    Head("意见", width=60),
    Head("签字", width=20),
    Head("日期", width=18),
)
_STAGES = ("编制", "复核", "单位负责人", "审批")
_ROOM, _LINES = "　", "\n　\n　"
"""Blanks that keep a cell as wide and as high as a hand needs it."""


def signing_sheet(places: PlanPlaces, correction: Correction | None) -> Sheet:
    """One row a stage, empty to be written on; below, this version and what it corrects."""
    made = places.allocation
    sheet = plain_sheet(SHEET, f"{made.title}：签批", _HEADS, color=CONTROL, notice=places.notice, left=places.left)
    for place, stage in enumerate(_STAGES, start=HEAD + 1):
        sheet.text(place, 0, stage, "label")
        for column, head in enumerate(_HEADS[1:], start=1):
            sheet.text(place, column, _ROOM * int(head.width // 2) + _LINES, "text")
    row = HEAD + len(_STAGES) + 2
    row_of_texts(sheet, row, ("版本", "状态", "说明", "", "编制日期"), "head")
    what = "" if correction is None else correction.heading
    row_of_texts(sheet, row + 1, ("本版", made.heading.state, what, "", made.source.day_text))
    return sheet
