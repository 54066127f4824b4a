"""What a written sheet says of its paper: size, margins, breaks, and what stands at the head and foot of every page."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from qhgep.workbook.core.cells import Sheet
from qhgep.workbook.core.pagination import SCALE

MOST_LETTERS = 255
"""The characters that a header or footer holds."""
_PAGE_WIDTH = 170


def _width(page: Worksheet, sheet: Sheet) -> None:
    wide = len(sheet.breaks) + 1 if sheet.breaks else _pages_wide(sheet)
    if sheet.breaks:  # a page that is fitted to a width heeds no break
        page.set_print_scale(sheet.scale)
        page.set_v_pagebreaks(list(sheet.breaks))
    else:
        page.fit_to_pages(wide, 0)
    if wide > 1:
        page.repeat_columns(0, sheet.keys - 1)


def set_pages(page: Worksheet, sheet: Sheet, identity: str, footer: str) -> None:
    """A4 with header and footer: as `paged` has laid the sheet, or (a form) as its writer has."""
    page.set_landscape() if sheet.landscape else page.set_portrait()
    page.set_paper(9)
    page.set_margins(left=0.4, right=0.4, top=0.65 if sheet.pages else 0.5, bottom=0.6)
    if sheet.marked:
        page.set_header("", {"scale_with_doc": False})
        page.header = f"&L&8 {cut_to(sheet.marked, MOST_LETTERS - len('&L&8 '))}"
    page.set_footer("", {"scale_with_doc": False})
    page.footer = footer_text(identity, footer, sheet.name)  # set_footer() takes an escaped && before a G for a picture
    if not sheet.pages:
        if sheet.printed:
            last = max(row for row, column in sheet.cells if column < sheet.printed)
            page.print_area(0, 0, last, sheet.printed - 1)
        _width(page, sheet)
        return
    page.set_print_scale(SCALE)
    if sheet.pages[1:]:
        page.repeat_columns(0, sheet.keys - 1)
    page.set_v_pagebreaks(sheet.pages[1:])
    page.set_h_pagebreaks(sheet.row_breaks)


def _pages_wide(sheet: Sheet) -> int:
    """How many A4 pages a sheet is wide: about 170 characters of 10 points fit across one without becoming too small."""
    widths = [width for column, width in sheet.widths.items() if not sheet.printed or column < sheet.printed]
    return max(1, round(sum(widths) / _PAGE_WIDTH))


def footer_text(identity: str, text: str, sheet: str) -> str:
    """The footer of a page: identity above the text; at the right sheet and page number.

    Nothing stands in the middle: on an upright page the identity reaches it.
    A blank ends the font size, `&&` is an ampersand, and no more than 255 characters are kept: the text is cut.
    """
    start = f"&L&8 {identity}\n" if identity else "&L&8 "
    rest = f"&R&8 {cut_to(sheet, MOST_LETTERS)}　第 &P 页 共 &N 页"
    return f"{start}{cut_to(text, MOST_LETTERS - _length(rest) - _length(start))}{rest}"


def cut_to(text: str, room: int) -> str:
    """A text with its ampersands doubled, cut where it is too long; a pair is never parted."""
    signs = [sign.replace("&", "&&") for sign in text]
    if _length("".join(signs)) <= room:
        return "".join(signs)
    while signs and _length("".join(signs)) > room - 1:
        signs.pop()
    return "".join(signs) + "…"


def _length(text: str) -> int:
    """The characters of a text as spreadsheets count them: one beyond the first plane of Unicode is two."""
    return len(text.encode("utf-16-le")) // 2
