"""情景测算: a workbook of what other coefficients would pay. It stands apart: no page of it is part of a plan's book."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from qhgep.compensation.allocation import Allocation
from qhgep.compensation.plan.factors import covered_name
from qhgep.compensation.what_if.rows import AllRows
from qhgep.workbook.core.cells import Bars, LiveFormula, Sheet, TypedNumber
from qhgep.workbook.core.layout import FIRST, block
from qhgep.workbook.core.pagination import paged
from qhgep.workbook.core.table_sheet import PRESENTATION, Head, table_sheet
from qhgep.workbook.core.write import to_bytes, write_whole

NOTICE = "情景测算，不作为资金分配依据"
_ROWS, _STAMP = "系数影响", date(2000, 1, 1)
_KEYS = (
    Head("系数行", width=22), Head("系数", width=28), Head("生态系统", width=16), Head("现值", "见右", width=14),
    Head("计量单位", width=18), Head("变动最大的单位", "元", "右各栏绝对值的最大者", 18),
)  # fmt: skip
_MOST_BARS = 30


def write_all_rows(found: AllRows, path: str | Path) -> Path:
    """Write what each coefficient row moves per percent. Raises WorkbookError where the file cannot be written."""
    path = Path(path)
    title = f"情景测算 {found.before.title}"
    data = to_bytes([paged(all_rows_sheet(found))], title=title, created=day_of(found.before), footer=title)
    write_whole(path, data)
    return path


def day_of(allocation: Allocation) -> date:
    """The day of the plan, stamped instead of the clock."""
    terms = allocation.terms
    return terms.date if terms is not None and terms.date else _STAMP


def all_rows_sheet(found: AllRows) -> Sheet:
    """One line for each row that moves somebody, those that move most first, yuan by recipient; a chart of the largest moves."""
    recipients = found.before.recipients
    heads = (*_KEYS, *(Head(item.zh, "元", item.id, 16) for item in recipients))
    title = f"各系数提高 1% 时各单位金额的变化：{found.before.title}"
    sheet = table_sheet(
        _ROWS, title, heads, color=PRESENTATION, notice=NOTICE, left=f"方案期间：{found.before.heading.period}"
    )
    for at, (row, moved) in enumerate(found.rows, start=FIRST):
        for column, text in enumerate((row.row, covered_name(row.key), covered_name(row.ecosystem))):
            sheet.text(at, column, text)
        sheet.put(at, 3, TypedNumber(float(row.value), "raw"))
        sheet.text(at, 4, row.unit)
        area = block((at, len(_KEYS)), (at, len(heads) - 1))
        largest = max(abs(fen) for fen in moved.values()) / 100
        sheet.put(at, 5, LiveFormula(f"MAX(MAX({area}),-MIN({area}))", largest, "total", "money"))
        for column, item in enumerate(recipients, start=len(_KEYS)):
            sheet.put(at, column, TypedNumber(moved[item.id] / 100, "money"))
    end = FIRST + len(found.rows)
    still = "、".join(row.row for row in found.still) or "无"
    sheet.notes.append(f"提高 1% 不改变任何单位金额的系数行：{still}")
    sheet.notes += [f"无法试算：{name}　{reason}" for name, reason in found.refused.items()]
    if found.rows:
        last = min(end - 1, FIRST + _MOST_BARS - 1)
        title = "系数提高 1% 时变动最大的单位变动多少（元）"
        alt = f"条形图：{title}，一行系数一条，由大到小，数值见本表第 6 栏。"
        bars = Bars(end + 2 + len(sheet.notes), title, "元", _ROWS, (FIRST, 0, last, 0), (FIRST, 5, last, 5), alt)
        sheet.charts.append(bars)
    return sheet
