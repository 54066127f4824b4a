"""决定: the open decisions of an account as a sheet to be filled in; `qhgep.account.decision_book` reads it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from qhgep.account.decision_book import (
    CHOICE,
    CODE,
    DAY,
    HEADINGS,
    LAND,
    OPTIONS,
    REASON,
    SHEET,
    TITLE,
    TOP,
    WHO,
    DecisionLine,
    choice_texts,
)
from qhgep.account.schema import OPEN
from qhgep.workbook.core.cells import Sheet, Style, Text, Validation
from qhgep.workbook.core.layout import column_block, on_sheet
from qhgep.workbook.core.pagination import paged, units
from qhgep.workbook.core.table_sheet import INPUTS, STORE, Head, plain_sheet
from qhgep.workbook.core.write import to_bytes

_FIRST = TOP + 1
_WIDTHS = (9, 24, 70, 26, 24, 16, 12, 20, 14)
_STYLES: tuple[Style, ...] = ("text", "wrap", "wrap", "choice", "fill", "fill", "day", "key", "key")
_NOTICE = (
    "每行一项判断：在黄格里从列表中选定，写明理由、决定人和日期；不选就是没有决定，该项照缺。"
    "已在 account.toml 里写明的不要在这里再填。不改列的次序，不改代码。"
)
_LONG = 6
"""So many choices are printed once where several lines have them."""
_LINE = 14.5
"""Points of a line of text."""
_FIRST_DAY, _LAST_DAY = date(1949, 10, 1), date(2099, 12, 31)


def decision_book(lines: Sequence[DecisionLine], title: str, on: date) -> bytes:
    """The book as an xlsx file; the same decisions give the same bytes."""
    sheets = [_sheet(lines, title), paged(_options(lines))]
    return to_bytes(sheets, title=f"{title} {SHEET}", created=on, footer=SHEET)


def _sheet(lines: Sequence[DecisionLine], title: str) -> Sheet:
    heads = [Head(name, width=width) for name, width in zip(HEADINGS, _WIDTHS, strict=True)]
    chosen = [line for line in lines if line.choice]
    proposed = sum(line.decided_by == OPEN for line in chosen)
    left = f"共 {len(lines)} 项，已决定 {len(chosen) - proposed} 项，有建议待认可 {proposed} 项"
    sheet = plain_sheet(SHEET, f"{title}{TITLE}", heads, color=INPUTS, notice=_NOTICE, left=left)
    listed, shown = _FIRST, dict[tuple[tuple[str, str], ...], int]()
    for row, line in enumerate(lines, start=_FIRST):
        first = shown.setdefault(line.choices, row) if len(line.choices) >= _LONG else row
        for column, (text, style) in enumerate(
            zip(_texts(line, None if first == row else first), _STYLES, strict=True)
        ):
            sheet.put(row, column, Text(text, style))
        if line.choices:
            _choices(sheet, row, listed, listed + len(line.choices) - 1)
        listed += len(line.choices)
    last = max(_FIRST, _FIRST + len(lines) - 1)
    _prompt(sheet, REASON, last, "为什么这样决定。")
    _prompt(sheet, WHO, last, "单位和姓名；待定 是还没有人决定。")
    column, error = HEADINGS.index(DAY), "请输入日期，如 2026-11-28。"
    sheet.validations.append(
        Validation((_FIRST, column), (last, column), "date", "日期", "作出决定的日期，如 2026-11-28。", error, _FIRST_DAY, _LAST_DAY)
    )  # fmt: skip
    _lay_out(sheet)
    return sheet


def _texts(line: DecisionLine, same: int | None) -> tuple[str, ...]:
    """The cells of a line, in the order of HEADINGS; blank are those to be filled in.

    A long list is printed once: the row that has the `same` one is named.
    """
    listed = [*choice_texts(line)]
    if same is not None:
        listed = [f"备选 {len(listed)} 项，与第 {same + 1} 行相同，从选择格的列表里选。"]
    seen = "\n".join((*listed, *filter(None, (line.note,))))
    offered = zip(line.choices, choice_texts(line), strict=True)
    choice = next((said for (code, _), said in offered if code == line.choice), "")
    return line.kind, line.what, seen, choice, line.reason, line.decided_by, line.day, line.code, line.land


def _choices(sheet: Sheet, row: int, first: int, last: int) -> None:
    """The list of a line: the rows of OPTIONS from `first` to `last`."""
    at, block = HEADINGS.index(CHOICE), on_sheet(OPTIONS, column_block(1, first, last))
    sheet.validations.append(
        Validation((row, at), (row, at), "list", "选择", "从列表中选；全文见左边的备选。", "请从列表中选。", block)
    )


def _prompt(sheet: Sheet, heading: str, last: int, prompt: str) -> None:
    column = HEADINGS.index(heading)
    sheet.validations.append(Validation((_FIRST, column), (last, column), "any", heading.partition("【")[0], prompt))


def _lay_out(sheet: Sheet) -> None:
    """What is filled in lies on the page, the codes beside it; rows are as high as their texts."""
    sheet.marked = ""
    for row in range(TOP):
        content = sheet.cells.pop((row, 0))
        sheet.put(row, 1, content)
        sheet.merges.append((row, 1, row, HEADINGS.index(DAY)))
    sheet.heights |= {0: 26.0, 1: 2 * _LINE}
    sheet.breaks, sheet.scale = (HEADINGS.index(CODE),), 60
    for (row, column), content in sheet.cells.items():
        if row >= _FIRST and isinstance(content, Text) and column < HEADINGS.index(LAND):
            lines = sum(-(-units(text) // (sheet.widths[column] - 1)) for text in content.text.split("\n"))
            sheet.heights[row] = max(sheet.heights.get(row, _LINE), _LINE * lines + 2)


def _options(lines: Sequence[DecisionLine]) -> Sheet:
    """选项: the lists behind the drop-downs, one below the other."""
    heads = [Head("要决定什么", width=40), Head("备选", width=90), Head("编号（程序用）", width=26)]
    sheet = plain_sheet(OPTIONS, "选项", heads, color=STORE, notice="下拉列表取自本表；本表不用填。")
    listed = (
        (line.what, said, "" if said.startswith(code) else code)
        for line in lines
        for (code, _), said in zip(line.choices, choice_texts(line), strict=True)
    )
    for row, texts in enumerate(listed, start=_FIRST):
        for column, text in enumerate(texts):
            sheet.text(row, column, text)
    return sheet
