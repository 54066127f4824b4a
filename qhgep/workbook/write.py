"""Writing sheets to a file: XlsxWriter, always the same bytes, and the file appears only when it is complete."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from qhgep.errors import WorkbookError, problem
from qhgep.workbook.cells import NO_VALUE, Content, Formula, Number, Sheet
from qhgep.workbook.frozen import refuse_frozen
from qhgep.workbook.layout import fixed, on_sheet

_FONT, _HEAVY = "宋体", "黑体"
_BASE: Mapping[str, object] = {"font_name": _FONT, "font_size": 10, "valign": "vcenter"}
_PAGE_WIDTH = 170
_FOOTER = 255
"""The characters that a footer holds."""
_VALUE = "#,##0.00####;[Red]-#,##0.00####;0.00"
_STYLES: Mapping[str, Mapping[str, object]] = {
    "title": {"font_name": _HEAVY, "font_size": 16, "bold": True},
    "notice": {"font_color": "C00000", "bold": True},
    "note": {"font_size": 9, "font_color": "595959"},
    "section": {"font_name": _HEAVY, "bold": True},
    "head": {"font_name": _HEAVY, "bg_color": "D9E1F2", "border": 1, "text_wrap": True, "align": "center"},
    "unit": {"font_size": 9, "bg_color": "F2F2F2", "border": 1, "text_wrap": True, "align": "center"},
    "text": {"border": 1, "border_color": "BFBFBF"},
    "wrap": {"border": 1, "border_color": "BFBFBF", "text_wrap": True, "valign": "top"},
    "code": {"num_format": "@", "border": 1, "border_color": "BFBFBF"},
    "input": {"font_color": "0000FF", "bg_color": "FFF2CC", "num_format": _VALUE, "border": 1, "locked": False},
    "coefficient": {
        "font_color": "7030A0",
        "bg_color": "E2EFDA",
        "num_format": "0.0#######",
        "border": 1,
        "locked": False,
    },
    "parameter": {
        "font_color": "0000FF",
        "bg_color": "FCE4D6",
        "num_format": "#,##0.########",
        "border": 1,
        "locked": False,
    },
    "formula": {"num_format": _VALUE, "border": 1, "border_color": "BFBFBF"},
    "import": {"font_color": "006100", "num_format": _VALUE, "border": 1, "border_color": "BFBFBF"},
    "total": {"bold": True, "bg_color": "F2F2F2", "num_format": "#,##0.00;[Red]-#,##0.00;0.00", "border": 1},
    "share": {"num_format": "0.00%", "border": 1, "border_color": "BFBFBF"},
    "money": {"num_format": "#,##0.00;[Red]-#,##0.00;0.00", "border": 1, "border_color": "BFBFBF"},
    "fen": {"num_format": "#,##0;[Red]-#,##0;0", "border": 1, "border_color": "BFBFBF"},
    "integer": {"num_format": "0", "border": 1, "border_color": "BFBFBF"},
    "verdict": {"bold": True, "align": "center", "border": 1},
    "missing": {"font_color": "7F7F7F", "italic": True, "align": "center", "border": 1, "border_color": "BFBFBF"},
}


def to_bytes(sheets: Sequence[Sheet], *, title: str, created: date, footer: str) -> bytes:
    """The xlsx file of some sheets. `created` is stamped instead of the clock, so the same sheets give the same bytes."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": title, "created": datetime(created.year, created.month, created.day)})  # noqa: DTZ001 - a day, no zone
    book.set_calc_mode("auto")
    formats = {name: book.add_format({**_BASE, **style}) for name, style in _STYLES.items()}
    for sheet in sheets:
        _write_sheet(book, sheet, formats, footer)
    book.close()
    return out.getvalue()


def _write_sheet(book: Workbook, sheet: Sheet, formats: Mapping[str, Format], footer: str) -> None:
    page = book.add_worksheet(sheet.name)
    page.set_tab_color(f"#{sheet.color}")
    page.set_landscape() if sheet.landscape else page.set_portrait()
    page.set_paper(9)
    wide = _pages_wide(sheet)
    page.fit_to_pages(wide, 0)
    if wide > 1:
        page.repeat_columns(0, 1)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer(_footer(footer, sheet.name))
    if any(sheet.freeze):
        page.freeze_panes(*sheet.freeze)
    if sheet.repeat:
        page.repeat_rows(*sheet.repeat)
    for column, width in sheet.widths.items():
        page.set_column(column, column, width)
    for row, height in sheet.heights.items():
        page.set_row(row, height)
    for (row, column), content in sorted(sheet.cells.items()):
        _write_cell(page, row, column, content, formats)
    for name, place in sheet.names.items():
        book.define_name(name, f"={on_sheet(sheet.name, fixed(*place))}")
    page.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})


def _footer(text: str, sheet: str) -> str:
    """The footer of a page. A blank ends the font size, `&&` is an ampersand, and no more than 255 characters are kept."""
    rest = f"&C&8 {sheet}&R&8 第 &P 页 共 &N 页"
    room = _FOOTER - len(rest) - len("&L&8 ")
    whole = text.replace("&", "&&")
    return f"&L&8 {whole if len(whole) <= room else whole[: room - 1].rstrip('&') + '…'}{rest}"


def _pages_wide(sheet: Sheet) -> int:
    """How many A4 pages a sheet is wide: about 170 characters of 10 points fit across one without becoming too small."""
    return max(1, round(sum(sheet.widths.values()) / _PAGE_WIDTH))


def _write_cell(page: Worksheet, row: int, column: int, content: Content, formats: Mapping[str, Any]) -> None:
    style = formats[content.style]
    if isinstance(content, Formula):
        value = NO_VALUE if content.value is None else content.value
        page.write_formula(row, column, f"={content.formula}", style, value)
    elif isinstance(content, Number):
        page.write_number(row, column, content.value, style)
    elif content.link:
        sheet, _, address = content.link.partition("!")
        page.write_url(row, column, f"internal:'{sheet}'!{address}", style, content.text)
    else:
        page.write_string(row, column, content.text, style)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all; an existing file is replaced only then.

    Raises WorkbookError where the folder cannot be written, the file is held open by another program, or a final workbook
    of this name is there.
    """
    refuse_frozen(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise WorkbookError(problem("output_unwritable", str(path), detail=error.strerror or error)) from error
