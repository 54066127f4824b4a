"""Writing sheets to a file: XlsxWriter, always the same bytes, and the file appears only when it is complete."""

from __future__ import annotations

import errno
import glob
import io
import os
import re
import stat
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, cast

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from qhgep.errors import Problem, WorkbookError, problem
from qhgep.workbook.core.cells import NO_VALUE, Content, LiveFormula, Sheet, Style, TypedNumber
from qhgep.workbook.core.formatting import dress, write_rules
from qhgep.workbook.core.layout import a1, fixed, on_sheet
from qhgep.workbook.core.number_formats import OF_STYLE
from qhgep.workbook.core.page_setup import set_pages
from qhgep.workbook.frozen import refuse_frozen
from qhgep.workbook.verify.identity import WRITER, Identity

_CALLED = re.compile(r"[A-Z][A-Z0-9.]*(?=\()")
"""A function that a formula calls."""
_FONT, _HEAVY = "宋体", "黑体"
_BASE: Mapping[str, object] = {"font_name": _FONT, "font_size": 10, "valign": "vcenter"}
_ENTRY: Mapping[str, object] = {"font_color": "0000FF", "bg_color": "FFF2CC", "border": 1, "locked": False}
_STYLES: Mapping[Style, Mapping[str, object]] = {
    "title": {"font_name": _HEAVY, "font_size": 16, "bold": True, "text_wrap": True},
    "heading": {"font_name": _HEAVY, "font_size": 12, "bold": True},
    "notice": {"font_color": "C00000", "bold": True, "text_wrap": True},
    "note": {"font_color": "595959", "text_wrap": True},
    "section": {"font_name": _HEAVY, "bold": True},
    "head": {"font_name": _HEAVY, "bg_color": "D9E1F2", "border": 1, "text_wrap": True, "align": "center"},
    "unit": {"bg_color": "F2F2F2", "border": 1, "text_wrap": True, "align": "center"},
    "text": {"border": 1, "border_color": "BFBFBF", "text_wrap": True},
    "raw": {"border": 1, "border_color": "BFBFBF"},
    "foot": {"text_wrap": True, "valign": "top"},
    "right": {"align": "right"},
    "wrap": {"border": 1, "border_color": "BFBFBF", "text_wrap": True, "valign": "top"},
    "code": {"border": 1, "border_color": "BFBFBF", "text_wrap": True},
    "input": _ENTRY,
    "coefficient": {"font_color": "7030A0", "bg_color": "E2EFDA", "border": 1, "locked": False},
    "parameter": {"font_color": "0000FF", "bg_color": "FCE4D6", "border": 1, "locked": False},
    "formula": {"align": "right", "border": 1, "border_color": "BFBFBF"},
    "import": {"font_color": "006100", "align": "right", "border": 1, "border_color": "BFBFBF"},
    "total": {"bold": True, "bg_color": "F2F2F2", "border": 1},
    "label": {"bold": True, "bg_color": "F2F2F2", "border": 1, "text_wrap": True},
    "share": {"align": "right", "border": 1, "border_color": "BFBFBF"},
    "money": {"align": "right", "border": 1, "border_color": "BFBFBF"},
    **{key: {"align": "right", "border": 1, "border_color": "BFBFBF"} for key in ("nil", "nil_whole", "nil_four")},
    **{
        key: {"bold": True, "align": "right", "bg_color": "F2F2F2", "border": 1}
        for key in ("sum", "sum_whole", "sum_four")
    },
    "fen": {"border": 1, "border_color": "BFBFBF"},
    "integer": {"border": 1, "border_color": "BFBFBF"},
    "verdict": {"bold": True, "align": "center", "border": 1},
    "key": {"font_color": "595959", "bg_color": "F2F2F2", "border": 1, "text_wrap": True},
    "fixed": {"bg_color": "F2F2F2", "border": 1, "border_color": "BFBFBF", "text_wrap": True},
    "plain": {"border": 1, "border_color": "BFBFBF"},
    "choice": {**_ENTRY, "align": "center", "text_wrap": True},
    "fill": {**_ENTRY, "text_wrap": True},
    "day": {**_ENTRY, "text_wrap": True},
    "amount": {**_ENTRY, "text_wrap": True},
    "figure": {**_ENTRY, "text_wrap": True},
    "missing": {"font_color": "7F7F7F", "italic": True, "align": "center", "border": 1, "border_color": "BFBFBF"},
}
"""How each style looks; the number format of a style is in `number_formats.OF_STYLE`."""
_WORDS: Mapping[str, Mapping[str, object]] = {
    "通过": {"font_color": "006100", "bg_color": "C6EFCE"}, "不通过": {"font_color": "9C0006", "bg_color": "FFC7CE"},
    "待填": {"font_color": "C00000", "italic": True},
}  # fmt: skip


_MOST_LINKS = 50_000
"""Links on numbers of a sheet: Excel opens 65,530 on one, those of texts among them. The rows further down have none."""


class _Page(Worksheet):
    """A sheet that is quick to write: XlsxWriter asks of every cell what is known here of all.

    It looks each formula through for some thirty functions that Excel wants under other names; here it is asked once for
    each function, and only formulas with one that it would rename go its way.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:  # noqa: FBT001, FBT002 - as XlsxWriter has it
        if "{" in formula or "}" in formula or not all(map(_keeps_its_name, set(_CALLED.findall(formula)))):
            return str(super()._prepare_formula(formula, expand_future_functions))  # type: ignore[no-untyped-call] # XlsxWriter has no types
        return formula.removeprefix("=")

    def put(self, row: int, column: int, content: Content, style: Format) -> None:
        """A cell of a sheet."""
        if isinstance(content, LiveFormula):
            value = NO_VALUE if content.value is None else content.value
            self._write_formula(row, column, f"={content.formula}", style, value)
        elif isinstance(content, TypedNumber):
            self._write_number(row, column, content.value, style)
        elif not content.text:
            self.write_blank(row, column, None, style)
        elif content.link:
            sheet, _, address = content.link.partition("!")
            self.write_url(row, column, f"internal:'{sheet}'!{address}", style, content.text)
        else:
            self._write_string(row, column, content.text, style)

    def lead(self, row: int, column: int, link: str) -> None:
        """A link on a cell that is there, which keeps its number, formula and look."""
        sheet, _, address = link.partition("!")
        self.ignore_write_string = True
        self.write_url(row, column, f"internal:'{sheet}'!{address}", None, link)
        self.ignore_write_string = False

    def _write_cell(self, row: int, col: int, cell: Any) -> None:  # noqa: ANN401 - one of several tuples of XlsxWriter
        """The element of a cell, as XlsxWriter writes it, in one piece; of the sorts that a sheet here has seldom, by it."""
        sort, inside = type(cell).__name__, ""
        if sort == "String":
            inside = f' t="s"><v>{cell.string}</v>'
        elif sort == "Number":
            inside = f"><v>{cell.number:.16G}</v>"
        elif sort == "Formula" and type(cell.value) is float:
            inside = f"><f>{self._escape_data(cell.formula)}</f><v>{cell.value}</v>"  # type: ignore[no-untyped-call] # as above
        if not inside or cell.format is None:
            super()._write_cell(row, col, cell)
        else:
            at = f'<c r="{a1(row, col)}" s="{cell.format._get_xf_index()}"'  # noqa: SLF001 - as XlsxWriter does
            self.fh.write(f"{at}{inside}</c>")  # type: ignore[attr-defined] # a file while a sheet is written


@cache
def _keeps_its_name(function: str) -> bool:
    call = f"{function}("
    return bool(Worksheet()._prepare_formula(call) == call)  # type: ignore[no-untyped-call] # noqa: SLF001 - as above


def to_bytes(
    sheets: Sequence[Sheet], *, title: str, created: date, footer: str, identity: Identity | None = None
) -> bytes:
    """The xlsx file of some sheets. `created` is stamped instead of the clock, so the same sheets give the same bytes.

    An identity becomes custom properties of the file and the first line of every footer.
    """
    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    )
    book.set_properties({"title": title, "created": datetime(created.year, created.month, created.day)})  # noqa: DTZ001 - a day, no zone
    book.set_calc_mode("auto")
    for name, value in identity.properties.items() if identity else ():
        book.set_custom_property(name, value, "text")
    if identity:
        book.set_custom_property(WRITER, f"XlsxWriter {xlsxwriter.__version__}", "text")
    printed = identity.printed if identity else ""
    formats = {name: book.add_format({**_BASE, **style, **_number_format(name)}) for name, style in _STYLES.items()}
    words = {word: book.add_format(style) for word, style in _WORDS.items()}
    for sheet in sheets:
        page = _write_sheet(book, sheet, formats, (printed, footer))
        write_rules(page, sheet, words)
    book.close()
    return out.getvalue()


def _number_format(style: Style) -> Mapping[str, str]:
    return {"num_format": OF_STYLE[style]} if style in OF_STYLE else {}


def _write_sheet(book: Workbook, sheet: Sheet, formats: Mapping[Style, Format], footer: tuple[str, str]) -> Worksheet:
    page = cast("_Page", book.add_worksheet(sheet.name, worksheet_class=_Page))
    page.set_tab_color(f"#{sheet.color}")
    set_pages(page, sheet, *footer)
    if any(sheet.freeze):
        page.freeze_panes(*sheet.freeze)
    if sheet.repeat:
        page.repeat_rows(*sheet.repeat)
    for column, width in sheet.widths.items():
        page.set_column(column, column, width)
    for row, height in sheet.heights.items():
        page.set_row(row, height)
    for block in sheet.merges:
        first = sheet.cells.get(block[:2])
        page.merge_range(*block, "", formats["wrap" if first is None else first.style])
    for place in sorted(sheet.cells):
        content = sheet.cells[place]
        page.put(*place, content, formats[content.style])
    for place in sorted(sheet.links)[:_MOST_LINKS]:
        page.lead(*place, sheet.links[place])
    dress(book, page, sheet, font=_FONT, heavy=_HEAVY)
    for name, place in sheet.names.items():
        book.define_name(name, f"={on_sheet(sheet.name, fixed(*place))}")
    page.protect("", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True})
    return page


def write_whole(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Write a file, or its parts as they are made, so that it is there whole or not at all; one that is there is replaced then.

    A device or a pipe is written into and never replaced. A link is followed to its target inside the same folder. What
    a killed write of this file left behind is swept.
    Raises WorkbookError where the folder cannot be written, the file is held open by another program, a link leads out of
    the folder, or a final workbook of this name is there.
    """
    parts = [data] if isinstance(data, bytes) else data
    try:
        if _is_special(path):
            with path.open("wb") as device:
                device.writelines(parts)
            return
        path = _followed(path)
    except (OSError, RuntimeError, ValueError) as error:
        detail = getattr(error, "strerror", None) or error
        raise WorkbookError(problem("output_unwritable", str(path).replace("\0", "␀"), detail=detail)) from error
    refuse_frozen(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=_prefix(path))
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(parts)
            Path(name).chmod(0o644)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise WorkbookError(_unwritable(path, error)) from error


def write_together(files: Mapping[Path, bytes | Iterable[bytes]]) -> tuple[Path, ...]:
    """Write files that belong together: where one cannot be written, those that this call made are taken away again.

    Also a folder that was made for them. Raises WorkbookError as `write_whole`.
    """
    new = [path for path in files if not path.exists()]
    made = [folder for folder in dict.fromkeys(path.parent for path in files) if not folder.exists()]
    try:
        for path, data in files.items():
            write_whole(path, data)
    except BaseException:
        for path in new:
            path.unlink(missing_ok=True)
        for folder in made:
            with suppress(OSError):  # somebody else's file is in it
                folder.rmdir()
        raise
    return tuple(files)


def _unwritable(path: Path, error: OSError) -> Problem:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return problem("output_no_space", str(path))
    return problem("output_unwritable", str(path), detail=error.strerror or error)


_LEFT_FOR = 3600
"""Seconds after which what a write left behind is nobody's any more."""


def _is_special(path: Path) -> bool:
    """Whether a device, a pipe or a socket is there, itself or by a link."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _followed(path: Path) -> Path:
    """The file that a link leads to, if it lies in the folder of the link; a path that is no link as it is."""
    if not path.is_symlink():
        return path
    target = path.resolve()
    if not target.is_relative_to(path.parent.resolve()):
        raise WorkbookError(problem("output_link", str(path), target=target.name))
    return target


def _prefix(path: Path) -> str:
    return f".{path.name[:40]}.qhgep-"


def _sweep(path: Path) -> None:
    """Remove what killed writes of this file left in its folder an hour ago or earlier."""
    old = time.time() - _LEFT_FOR
    for left in path.parent.glob(f"{glob.escape(_prefix(path))}*"):
        if left.is_file() and not left.is_symlink() and left.stat().st_mtime < old:
            left.unlink(missing_ok=True)
