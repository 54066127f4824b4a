"""What a sheet shows besides its cells: charts, and verdicts and gaps by colour."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from qhgep.workbook.core.cells import Bars, Columns, Lines, LiveFormula, Points, Sheet, Validation
from qhgep.workbook.core.layout import HEAD
from qhgep.workbook.core.number_formats import TWO_PLACES, WHOLE

if TYPE_CHECKING:
    from xlsxwriter.chart import Chart
    from xlsxwriter.chart_bar import ChartBar
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

GAPS_LEAVE_OPEN = "无法核验：有的项缺数，见校验的说明"
"""The overall verdict of an account with a check of which a side lacks, with its reason."""

_STEPS = 5
"""Steps of an axis up to the largest value: with more of them numbers of nine digits run into each other."""


def dress(book: Workbook, page: Worksheet, sheet: Sheet, *, font: str, heavy: str) -> None:
    """The charts and colours of a sheet; `font` is that of the labels, `heavy` that of titles."""
    for chart in sheet.charts:
        match chart:
            case Bars():
                _draw(book, page, chart, font=font, heavy=heavy)
            case Lines():
                _draw_lines(book, page, chart, font=font, heavy=heavy)
            case Columns():
                _draw_columns(book, page, chart, font=font, heavy=heavy)
            case Points():
                _draw_points(book, page, chart, font=font, heavy=heavy)
    _colour(book, page, sheet)


def _colour(book: Workbook, page: Worksheet, sheet: Sheet) -> None:
    """Verdicts by colour besides their words; a cell without a value in grey."""
    last = max((row for row, _ in sheet.cells), default=0)
    wide = max((column for _, column in sheet.cells), default=0)
    colours = (
        ("通过", "006100", "C6EFCE"), ("不通过", "9C0006", "FFC7CE"), ("无法核验", "7F6000", "FFEB9C"),
        (GAPS_LEAVE_OPEN, "7F6000", "FFEB9C"),
    )  # fmt: skip
    if not sheet.verdicts and any(content.style == "verdict" for content in sheet.cells.values()):
        for word, letters, ground in colours:
            look = book.add_format({"font_color": f"#{letters}", "bg_color": f"#{ground}"})
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": look}
            page.conditional_format(0, 0, last, wide, rule)
    if any(isinstance(content, LiveFormula) and content.value is None for content in sheet.cells.values()):
        look = book.add_format({"font_color": "#7F7F7F"})
        page.conditional_format(HEAD, 0, last, wide, {"type": "errors", "format": look})


def _ticks(largest: float) -> dict[str, object]:
    """The step of an axis, 1, 2 or 5 times a power of ten, and its numbers: whole ones wherever the step is whole."""
    if not 0 < largest < math.inf:
        return {"num_format": WHOLE}
    least = largest / _STEPS
    power = 10.0 ** math.floor(math.log10(least))
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= least)
    return {"num_format": WHOLE if step >= 1 else TWO_PLACES, "major_unit": step}


def _draw(book: Workbook, page: Worksheet, chart: Bars, *, font: str, heavy: str) -> None:
    """A bar chart with a label for every bar, the first on top, and what it shows in words for who cannot see it."""
    drawn = cast("ChartBar", book.add_chart({"type": "bar"}))
    letters = {"size": 10, "name": font}
    drawn.add_series({
        "categories": [chart.sheet, *chart.names], "values": [chart.sheet, *chart.values], "fill": {"color": "#1F4E78"},
        "data_labels": {"value": True, "num_format": "#,##0.00", "font": letters}, "gap": 40,
    })  # fmt: skip
    drawn.set_title({"name": chart.title, "name_font": {"size": 11, "name": heavy}, "overlay": False})
    drawn.set_y_axis(
        {
            "reverse": True,
            "interval_unit": 1,
            "crossing": "max",
            "num_font": letters,
            "major_gridlines": {"visible": False},
        }
    )
    drawn.set_x_axis({
        "name": chart.unit, "name_font": letters, "num_font": letters, **_ticks(chart.largest),
        "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
    })  # fmt: skip
    drawn.set_legend({"none": True})
    drawn.set_size({"width": chart.width, "height": 20 * (chart.rows - 1)})
    page.insert_chart(chart.row, 1, drawn, {"description": chart.alt, "object_position": 2})


_LINE_COLOURS = ("1F4E78", "C00000", "548235", "BF9000", "7030A0", "00808A", "7F6000", "833C0B", "595959", "2E75B6")
_MARKS = ("circle", "square", "triangle", "diamond", "x")
"""Lines differ in mark and colour, so that a print without colour can be read."""


def _draw_lines(book: Workbook, page: Worksheet, chart: Lines, *, font: str, heavy: str) -> None:
    """A line chart with a mark at every point and the names of the lines below."""
    drawn = cast("Chart", book.add_chart({"type": "line"}))
    for number, (name, values) in enumerate(chart.series):
        colour = {"color": f"#{_LINE_COLOURS[number % len(_LINE_COLOURS)]}"}
        drawn.add_series({
            "name": [chart.sheet, *name], "categories": [chart.sheet, *chart.names], "values": [chart.sheet, *values],
            "line": {**colour, "width": 1.75},
            "marker": {"type": _MARKS[number % len(_MARKS)], "size": 6, "fill": colour, "border": colour},
        })  # fmt: skip
    _frame(page, drawn, chart, font=font, heavy=heavy, legend={"position": "bottom"}, ticks=_ticks(chart.largest))


def _draw_columns(book: Workbook, page: Worksheet, chart: Columns, *, font: str, heavy: str) -> None:
    """A waterfall: columns on columns that are not seen."""
    drawn = cast("Chart", book.add_chart({"type": "column", "subtype": "stacked"}))
    for name, values, colour in chart.parts:
        fill = {"color": f"#{colour}"} if colour else {"none": True}
        drawn.add_series({
            "name": name, "categories": [chart.sheet, *chart.names], "values": [chart.sheet, *values], "fill": fill, "gap": 40,
        })  # fmt: skip
    _frame(page, drawn, chart, font=font, heavy=heavy, legend={"position": "bottom", "delete_series": [0]})


def _draw_points(book: Workbook, page: Worksheet, chart: Points, *, font: str, heavy: str) -> None:
    """Points with their names beside them, on axes that cross at zero."""
    drawn = cast("Chart", book.add_chart({"type": "scatter"}))
    letters, colour = {"size": 10, "name": font}, {"color": "#1F4E78"}
    named = [{"value": label} for label in chart.labels]
    drawn.add_series({
        "categories": [chart.sheet, *chart.across], "values": [chart.sheet, *chart.up],
        "marker": {"type": "circle", "size": 7, "fill": colour, "border": colour},
        "data_labels": {"value": True, "custom": named, "position": "right", "font": letters},
    })  # fmt: skip
    drawn.set_title({"name": chart.title, "name_font": {"size": 11, "name": heavy}, "overlay": False})
    line = {"visible": True, "line": {"color": "#D9D9D9"}}
    for axis, unit in ((drawn.set_x_axis, chart.units[0]), (drawn.set_y_axis, chart.units[1])):
        axis({
            "name": unit, "name_font": letters, "num_font": letters, "num_format": "0.0%", "label_position": "low",
            "major_gridlines": line,
        })  # fmt: skip
    drawn.set_legend({"none": True})
    drawn.set_size({"width": chart.width, "height": 20 * (chart.rows - 1)})
    page.insert_chart(chart.row, 1, drawn, {"description": chart.alt, "object_position": 2})


def _frame(
    page: Worksheet,
    drawn: Chart,
    chart: Lines | Columns,
    *,
    font: str,
    heavy: str,
    legend: Mapping[str, object],
    ticks: Mapping[str, object] = MappingProxyType({"num_format": WHOLE}),
) -> None:
    """Title, axes, names of the series, size and words of a chart, and its place on the sheet."""
    letters = {"size": 10, "name": font}
    drawn.set_title({"name": chart.title, "name_font": {"size": 11, "name": heavy}, "overlay": False})
    drawn.set_x_axis({"num_font": letters, "label_position": "low"})
    drawn.set_y_axis({
        "name": chart.unit, "name_font": letters, "num_font": letters, **ticks,
        "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}},
    })  # fmt: skip
    drawn.set_legend({**legend, "font": letters})
    drawn.set_size({"width": chart.width, "height": 20 * (chart.rows - 1)})
    page.insert_chart(chart.row, 1, drawn, {"description": chart.alt, "object_position": 2})


_WAITS = "待填"
"""What a cell begins with that is still to be filled in."""
_MOST = {"input_title": 32, "input_message": 255, "error_title": 32, "error_message": 255}
"""The characters that a program shows; a longer text would be left out whole."""


def write_rules(page: Worksheet, sheet: Sheet, words: Mapping[str, Format]) -> None:
    """Write the validations of a sheet, and the colours of its verdicts (each has its word too) and of what waits."""
    for asked in sheet.validations:
        page.data_validation(*asked.first, *asked.last, _options(asked))
    for block in sheet.verdicts:
        for word in ("通过", "不通过"):
            rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": words[word]}
            page.conditional_format(*block, rule)
    for block in sheet.pending:
        rule = {"type": "text", "criteria": "begins with", "value": _WAITS, "format": words[_WAITS]}
        page.conditional_format(*block, rule)


def _options(rule: Validation) -> dict[str, object]:
    texts = {
        "input_title": rule.title, "input_message": rule.prompt, "error_title": rule.title, "error_message": rule.error,
    }  # fmt: skip
    shown = {name: text if len(text) <= _MOST[name] else f"{text[: _MOST[name] - 1]}…" for name, text in texts.items()}
    return {"validate": rule.kind, "error_type": "stop", **shown, **_limits(rule)}


def _limits(rule: Validation) -> dict[str, object]:
    if rule.kind == "list":
        return {"source": f"={rule.low}"}
    if rule.kind == "any":
        return {}
    low, high = _limit(rule.low), _limit(rule.high)
    if low is not None and high is not None:
        return {"criteria": "between", "minimum": low, "maximum": high}
    if high is not None:
        return {"criteria": "<=", "value": high}
    return {"criteria": ">=", "value": low if low is not None else _LOWEST}


_LOWEST = -1e300
"""A number is asked, whatever it is."""


def _limit(limit: str | date | None) -> object:
    if isinstance(limit, date):
        return datetime(limit.year, limit.month, limit.day)  # noqa: DTZ001 - a day, no zone
    return None if limit is None else f"={limit}"
