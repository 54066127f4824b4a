"""Personal data do not belong into an account: where a file holds them it is not read, and the message repeats none of them."""

from __future__ import annotations

import re
from datetime import date

from qhgep.errors import Problems
from qhgep.inputs.files.cells import RawBook, RawSheet
from qhgep.inputs.names import folded, normal

_HEADING = re.compile(
    r".{0,4}姓名|.{0,4}身份证(?:件)?(?:号码?)?|公民身份号码|.{0,4}手机(?:号码?)?|(?:个人|本人)?(?:联系)?电话号码"
)
_NUMBER = re.compile(r"(?<!\d)[1-8]\d{5}(?:18|19|20)\d{9}[\dXx](?!\d)")
_SUSPECT = re.compile(r"姓名|身份|手机|电话|[1-8]\d{5}(?:18|19|20)\d{9}[\dXx]")
"""What every personal heading and every id number has."""
_LENGTH = 18
_MOST = 50
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
"""GB 11643-1999: the check digit by the weighted sum of the seventeen before it, modulo 11."""


def refuse_personal(book: RawBook, problems: Problems) -> bool:
    """Note every id number and every column of names, ids or mobile numbers by its cell; whether there is any."""
    before = len(problems.items)
    for sheet in book.sheets:
        if not _is_suspect(sheet):
            continue
        for row, column in sorted(sheet.cells):
            cell = sheet.cells[row, column]
            if len(problems.items) > before + _MOST:
                return True
            if cell.kind not in {"text", "number"}:
                continue
            if has_id_number(cell.text):
                problems.add("personal_id", cell.place)
            elif cell.kind == "text" and _HEADING.fullmatch(normal(cell.text)) and _people_below(sheet, row, column):
                problems.add("personal_column", cell.place, heading=normal(cell.text))
    return len(problems.items) > before


def _is_suspect(sheet: RawSheet) -> bool:
    """Whether any of its texts may be personal, asked of all together: a table of half a million cells mostly has none."""
    together = folded("|".join(cell.text for cell in sheet.cells.values()))
    return bool(_SUSPECT.search(together.replace("-", "")))


def _people_below(sheet: RawSheet, row: int, column: int) -> bool:
    below = sheet.cells.get((row + 1, column))
    return below is not None and bool(below.text.strip())


def has_id_number(text: str) -> bool:
    """Whether a text holds a resident id number: eighteen places, a day of birth, the right check digit."""
    if len(text) < _LENGTH:
        return False
    return any(_is_id(found[0]) for found in _NUMBER.finditer(normal(text).replace("-", "")))


def _is_id(number: str) -> bool:
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return _CHECK[total % len(_CHECK)] == number[-1].upper()
