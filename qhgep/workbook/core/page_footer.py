"""What stands at the foot of every page: identity, text, sheet and page number, in the codes of spreadsheets.

A file of its own because `pagination` decides where pages break, and knows no codes.
"""

from __future__ import annotations

MOST_LETTERS = 255
"""The characters that a header or footer holds."""


def footer_text(identity: str, text: str, sheet: str) -> str:
    """The footer of a page: identity above the text, sheet, page number.

    A blank ends the font size, `&&` is an ampersand, and no more than 255 characters are kept: the text is cut.
    """
    start = f"&L&8 {identity}\n" if identity else "&L&8 "
    rest = f"&C&8 {cut_to(sheet, MOST_LETTERS)}&R&8 第 &P 页 共 &N 页"
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
