"""更正对照: old and new of every line, county by county, with what the differences come from; sums are live."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from qhgep.difference.correction import CorrectedLine, Correction, correction_of_record
from qhgep.workbook.core.cells import WORDS, LiveFormula, Sheet, TypedNumber
from qhgep.workbook.core.layout import FIRST, a1, block
from qhgep.workbook.core.table_sheet import CHECKS, Head, row_of_texts, table_sheet

NAME = "更正对照"
_OLD, _NEW, _GAP = 3, 4, 5


def correction_record(correction: Correction | None) -> dict[str, Any]:
    """What a record keeps of a correction; nothing without one."""
    return {} if correction is None else {"correction": correction.as_record()}


def correction_from(record: Mapping[str, Any]) -> Correction | None:
    """The correction that a record keeps."""
    return correction_of_record(record["correction"]) if "correction" in record else None


def correction_facts(correction: Correction | None) -> list[tuple[str, str]]:
    """What a manifest says of a correction."""
    return [] if correction is None else [("更正", correction.heading)]


def correction_sheet(correction: Correction, *, notice: str, left: str) -> Sheet:
    """One block a county: its lines, their sums, the causes of the difference, and that these add up to it."""
    title = f"更正对照：{correction.file}（{correction.id}）"
    sheet = table_sheet(NAME, title, _heads(correction.unit), color=CHECKS, notice=notice, left=left)
    row = FIRST
    for code in dict.fromkeys(line.code for line in correction.lines):
        row = _county(sheet, row, correction, code)
    if correction.beside:
        sheet.text(row, 0, "只在一边有值，不计入合计", "section")
        row += 1
    for line in correction.beside:
        _line(sheet, row, line)
        row_of_texts(sheet, row, ("",) * 6 + ("只在一边有值", correction.day.isoformat()))
        row += 1
    for place, note in enumerate(correction.notes, start=row + 1):
        sheet.text(place, 0, note, "note")
    return sheet


def _heads(unit: str) -> tuple[Head, ...]:
    return (
        Head("代码", width=10), Head("县或单位", width=16), Head("项", width=44), Head("原值", unit, "记录", 22), Head("更正后", unit, "记录", 22),
        Head("差额", unit, "更正后 − 原值；原因各行为复算所得", 22), Head("原因", width=40), Head("日期", width=12),
    )  # fmt: skip


def _county(sheet: Sheet, row: int, correction: Correction, code: str) -> int:
    """The block of one county; the row after it."""
    lines = [line for line in correction.lines if line.code == code]
    causes = [cause for cause in correction.causes if cause.code == code]
    why = (correction.reason, correction.day.isoformat())
    for place, line in enumerate(lines, start=row):
        _line(sheet, place, line)
        row_of_texts(sheet, place, ("",) * 6 + why)
    total, zh = row + len(lines), lines[0].zh
    row_of_texts(sheet, total, (code, zh, "合计", "", "", "", *why))
    sums = [math.fsum(value for line in lines for value in [side(line)] if value is not None) for side in (_old, _new)]
    for column, value in zip((_OLD, _NEW), sums, strict=True):
        area = block((row, column), (total - 1, column))
        sheet.put(total, column, LiveFormula(f"SUM({area})", value, "total", "total"))
    gap = LiveFormula(f"{a1(total, _NEW)}-{a1(total, _OLD)}", sums[1] - sums[0], "step", "money", scale=_size(sums))
    sheet.put(total, _GAP, gap)
    for place, cause in enumerate(causes, start=total + 1):
        row_of_texts(sheet, place, (code, zh, f"其中：{cause.kinds}"))
        sheet.put(place, _GAP, TypedNumber(cause.amount, "money"))
    after = total + 1 + len(causes)
    if causes:
        amounts = math.fsum(cause.amount for cause in causes)
        row_of_texts(sheet, after, (code, zh, "原因之和"))
        area = block((total + 1, _GAP), (after - 1, _GAP))
        sheet.put(after, _GAP, LiveFormula(f"SUM({area})", amounts, "total", "total", scale=_size(sums)))
        row_of_texts(sheet, after + 1, (code, zh, "合计的差额 − 原因之和"))
        rest = LiveFormula(
            f"{a1(total, _GAP)}-{a1(after, _GAP)}", sums[1] - sums[0] - amounts, "step", "money", scale=_size(sums)
        )
        sheet.put(after + 1, _GAP, rest)
        after += 2
    return after


def _line(sheet: Sheet, row: int, line: CorrectedLine) -> None:
    row_of_texts(sheet, row, (line.code, line.zh, line.line))
    for column, value in ((_OLD, line.old), (_NEW, line.new)):
        if value is None:
            sheet.text(row, column, WORDS["missing"], "missing")
        else:
            sheet.put(row, column, TypedNumber(value, "money"))
    if line.old is not None and line.new is not None:
        scale = _size((line.old, line.new))
        sheet.put(
            row,
            _GAP,
            LiveFormula(f"{a1(row, _NEW)}-{a1(row, _OLD)}", line.new - line.old, "step", "money", scale=scale),
        )


def _old(line: CorrectedLine) -> float | None:
    return line.old


def _new(line: CorrectedLine) -> float | None:
    return line.new


def _size(values: Sequence[float]) -> float:
    return math.fsum(abs(value) for value in values)
