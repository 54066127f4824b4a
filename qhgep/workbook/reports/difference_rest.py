"""结转留存缺口 of a comparison of plans: the bridge of what both carry over, keep back or lack."""

from __future__ import annotations

from qhgep.difference import Difference
from qhgep.difference.result import RESTS
from qhgep.workbook.core.cells import Formula, Number, Sheet
from qhgep.workbook.core.layout import FIRST, a1, block
from qhgep.workbook.core.table_sheet import PRESENTATION, Head, table_sheet

SHEET = "结转留存缺口"
_OLD = 1


def rest_sheet(found: Difference) -> Sheet:
    """One row a line: the old amount, one column a step, their sum, the new amount, and the rest, which is zero."""
    steps = [Head(step.zh, "元", "换入后 − 换入前", 22) for step in found.bridge]
    heads = (
        Head("项", width=26), Head("旧", "元", "记录", 22), *steps, Head("各项之和", "元", "求和", 22),
        Head("新", "元", "记录", 22), Head("差额", "元", "新 − 旧", 22), Head("余额", "元", "差额 − 各项之和", 16),
    )  # fmt: skip
    title = f"结转、留存、缺口：{found.names[0]} → {found.names[1]}"
    sheet = table_sheet(SHEET, title, heads, color=PRESENTATION, notice="不在各单位金额之内", left="")
    whole = _OLD + 1 + len(found.bridge)
    for row, one in enumerate(found.rest, start=FIRST):
        sheet.text(row, 0, RESTS[one.name][0])
        sheet.put(row, _OLD, Number(float(one.old), "input"))
        moved = [float(step.rest[one.name]) for step in found.bridge]
        for place, amount in enumerate(moved, start=_OLD + 1):
            sheet.put(row, place, Number(amount, "input"))
        area = block((row, _OLD + 1), (row, whole - 1))
        sheet.put(row, whole, Formula(f"SUM({area})", sum(moved), "total", "total") if moved else Number(0.0, "input"))
        sheet.put(row, whole + 1, Number(float(one.new), "input"))
        gap, size = float(one.new - one.old), abs(float(one.new)) + abs(float(one.old))
        sheet.put(row, whole + 2, Formula(f"{a1(row, whole + 1)}-{a1(row, _OLD)}", gap, "step", "money", size))
        rest = Formula(f"{a1(row, whole + 2)}-{a1(row, whole)}", gap - sum(moved), "step", "money", size)
        sheet.put(row, whole + 3, rest)
    return sheet
