"""历年图: a line chart for the sum and one for each kind of service, of the lines that cover the same in every period."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from qhgep.engine.comparable import same_reach
from qhgep.workbook.account.summary import CATEGORIES
from qhgep.workbook.core.cells import Lines, Sheet
from qhgep.workbook.core.layout import HEAD
from qhgep.workbook.core.table_sheet import PRESENTATION
from qhgep.workbook.panel.context import TOTAL, Panel, PanelLine
from qhgep.workbook.panel.summary import SUMMARY, PanelSummary

CHARTS = "历年图"
_FIRST = 4


def chart_sheet(panel: Panel, summary: PanelSummary) -> Sheet:
    """历年图: the charts below each other, and which indicators are in none of them."""
    sheet = Sheet(CHARTS, CHARTS, PRESENTATION, widths=dict.fromkeys(range(8), 14.0), marked=panel.notice, keys=0)
    for row, (words, style) in enumerate(((CHARTS, "title"), (panel.notice, "notice"), (panel.left, "note"))):
        sheet.text(row, 0, words, style)  # type: ignore[arg-type] # styles by name
    row = _FIRST
    for zh, lines in _groups(summary):
        drawn = [line for line in lines if _is_drawable(panel, line)]
        if drawn:
            chart = _chart(panel, summary, row, zh, drawn)
            sheet.charts.append(chart)
            row += chart.rows
        else:
            sheet.text(row, 0, f"{zh}：没有一项在各期都有数且覆盖相同，不画图", "note")
            row += 2
    sheet.notes.append(f"数值见{SUMMARY}万元各栏；只画各期都有数且覆盖相同的项。")
    left_out = [line.zh for line in panel.lines if line.indicator is not None and not _is_drawable(panel, line)]
    if left_out:
        sheet.notes.append(f"没有画进图的指标：{'、'.join(left_out)}。")
    return sheet


def _groups(summary: PanelSummary) -> Iterator[tuple[str, list[PanelLine]]]:
    yield "合计", [line for line in summary.panel.lines if line.id == TOTAL]
    for kind, lines in summary.kinds.items():
        yield CATEGORIES[kind], lines


def _is_drawable(panel: Panel, line: PanelLine) -> bool:
    """Whether a line has a number in every period and covers the same in all of them: only then is it one line."""
    whole = panel.areas[0]
    if any(panel.amount(line, whole, period) is None for period in panel.periods):
        return False
    reaches = [panel.reach(line, whole, period) for period in panel.periods]
    return all(same_reach(one, other) for one, other in pairwise(reaches))


def _chart(panel: Panel, summary: PanelSummary, row: int, zh: str, lines: list[PanelLine]) -> Lines:
    left, right = summary.wan[panel.periods[0]], summary.wan[panel.periods[-1]]
    title = f"{zh}：历年价值量（{panel.result.account.price_year} 年价）"
    series = tuple(
        ((summary.rows[line.id], summary.name), (summary.rows[line.id], left, summary.rows[line.id], right))
        for line in lines
    )
    alt = f"折线图：{title}，一项一条线，横轴为核算期，数值见{SUMMARY}万元各栏。"
    whole, amount = panel.areas[0], panel.amount
    largest = max(abs(amount(line, whole, period) or 0.0) for line in lines for period in panel.periods) / 1e4
    return Lines(row, title, "万元/a", SUMMARY, (HEAD, left, HEAD, right), series, alt, largest=largest)
