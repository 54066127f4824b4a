"""The number formats that qhgep writes, a closed list, and the text that a cell shows through one of them.

A number is rounded as spreadsheets round: half up, at fifteen digits. Checked against LibreOffice; Excel was not at hand. Known
difference: Excel leaves the point of `#,##0.########` after a whole number, LibreOffice does not, and neither does this. A
number in General is shown as far as its column is wide, here to fifteen digits.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache, lru_cache
from typing import Final

from qhgep.workbook.core.cells import NO_VALUE, Content, Style, Text

GENERAL: Final = "General"
TEXT: Final = "@"
VALUE: Final = "[>=100000]#,##0.00;[Red][<0]-#,##0.00####;#,##0.00####"
COEFFICIENT: Final = "0.0#######"
PARAMETER: Final = "#,##0.########"
MONEY: Final = "#,##0.00;[Red]-#,##0.00;0.00"
NIL: Final = "#,##0.00;[Red]-#,##0.00;"
NIL_WHOLE: Final = "#,##0;[Red]-#,##0;"
NIL_FOUR: Final = "#,##0.0000;[Red]-#,##0.0000;"
FEN: Final = "#,##0;[Red]-#,##0;0"
SHARE: Final = "0.00%"
INTEGER: Final = "0"
DAY: Final = "yyyy-mm-dd"
TWO_PLACES: Final = "#,##0.00"
WHOLE: Final = "#,##0"
FORMATS = (
    GENERAL,
    TEXT,
    VALUE,
    COEFFICIENT,
    PARAMETER,
    MONEY,
    NIL,
    NIL_WHOLE,
    NIL_FOUR,
    FEN,
    SHARE,
    INTEGER,
    DAY,
    TWO_PLACES,
    WHOLE,
)
"""Every number format of a cell or a chart that qhgep writes. A cell that has another one was changed."""
OF_STYLE: Mapping[Style, str] = {
    "code": TEXT, "input": VALUE, "coefficient": COEFFICIENT, "parameter": PARAMETER, "formula": VALUE, "import": VALUE, "total": MONEY,
    "share": SHARE, "money": MONEY, "nil": NIL, "fen": FEN, "integer": INTEGER, "key": TEXT, "fixed": TEXT, "plain": GENERAL,
    "choice": TEXT, "fill": TEXT, "day": DAY, "amount": MONEY, "figure": GENERAL, "nil_whole": NIL_WHOLE, "nil_four": NIL_FOUR,
    "sum": NIL, "sum_whole": NIL_WHOLE, "sum_four": NIL_FOUR,
}  # fmt: skip
"""The format of the styles that have one; the others are in General."""
_BLANK_NIL = (NIL, NIL_WHOLE, NIL_FOUR)
_BUILT_IN = {0: GENERAL, 1: INTEGER, 3: WHOLE, 4: TWO_PLACES, 10: SHARE, 49: TEXT}
"""The numbers under which spreadsheets know some of them without a code (ECMA-376, 18.8.30)."""
_SECTION = re.compile(
    r"(?:\[(?P<test><|>=)(?P<limit>\d+)\])?(?P<red>\[Red\])?(?P<minus>-?)"
    r"(?P<mask>(?P<groups>#,##)?0(?:\.(?P<needed>0*)(?P<more>#*))?(?P<percent>%?))?"
)
_DIGITS, _PLAIN = Context(prec=15), (1e-9, 1e15)
_DAY_ONE, _LAST_DAY = datetime(1899, 12, 30), 2_958_466  # noqa: DTZ001 - a spreadsheet has no zones


@dataclass(frozen=True, slots=True)
class Shown:
    """What a cell shows: its text, and whether its format makes it red."""

    text: str
    red: bool = False


@dataclass(frozen=True, slots=True)
class _Section:
    """One of the parts of a format between semicolons; `decimals` needed and at most, None where it shows nothing."""

    test: str
    limit: float
    red: bool
    minus: bool
    groups: bool
    percent: bool
    decimals: tuple[int, int] | None

    def serves(self, value: float) -> bool:
        return value < self.limit if self.test == "<" else value >= self.limit


def shown(content: Content) -> str:
    """The text that a cell of a sheet shows."""
    if isinstance(content, Text):
        return content.text
    if content.value is None:
        return NO_VALUE
    return displayed(content.value, OF_STYLE.get(content.style, GENERAL)).text


def known(code: str) -> str | None:
    """The format of the closed list that a code is, however a program spells it; None for any other format.

    LibreOffice writes `[RED]` for `[Red]`, escapes the minus, and puts a condition before the colour.
    """
    return _spellings().get(_spelt(code))


def built_in(number: int) -> str | None:
    """The format of the closed list that a program knows by a number; None for any other number."""
    return _BUILT_IN.get(number)


def displayed(value: object, code: str) -> Shown:
    """The text that a cell with a value shows through a format of the closed list.

    Raises KeyError for a format that is not of the list.
    """
    if code not in FORMATS:
        raise KeyError(code)
    if isinstance(value, bool):
        return Shown("TRUE" if value else "FALSE")
    if not isinstance(value, int | float) or not math.isfinite(value):
        return Shown("" if value is None else str(value))
    if code in {GENERAL, TEXT}:
        return Shown(_general(float(value)))
    if code == DAY:
        return Shown(_day(float(value)))
    return _number(float(value), code)


@lru_cache(maxsize=32768)
def _number(value: float, code: str) -> Shown:
    """A number as it shows; one of a book stands on several sheets."""
    sections = _sections(code)
    if sections[0].test:
        section = next((item for item in sections if not item.test or item.serves(value)), sections[-1])
    elif len(sections) == 1:
        section = sections[0]
    else:
        section = sections[0] if value > 0 else sections[1] if value < 0 else sections[2]
    if section.decimals is None:
        return Shown("", section.red)
    text = _rounded(abs(value), section)
    sign = "-" if section.minus or (value < 0 and len(sections) == 1 and text.strip("0.,%")) else ""
    return Shown(f"{sign}{text}", section.red)


def _rounded(value: float, section: _Section) -> str:
    needed, most = section.decimals or (0, 0)
    number = Decimal(format(value, ".15g")).scaleb(2 if section.percent else 0)
    fixed = number.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP, Context(prec=330))
    text = format(fixed, f"{',' if section.groups else ''}.{most}f")
    if most > needed:
        whole, _, part = text.partition(".")
        part = part[:needed] + part[needed:].rstrip("0")
        text = f"{whole}.{part}" if part else whole
    return f"{text}%" if section.percent else text


def _general(value: float) -> str:
    if not value:
        return "0"
    low, high = _PLAIN
    if low <= abs(value) < high * 10:
        return format(Decimal(format(value, ".15g")).normalize(_DIGITS), "f")
    digits, _, exponent = format(value, ".14E").partition("E")
    return f"{digits.rstrip('0').rstrip('.')}E{int(exponent):+03d}"


def _day(value: float) -> str:
    if not 0 <= value < _LAST_DAY:
        return _general(value)
    return (_DAY_ONE + timedelta(days=value)).date().isoformat()


@cache
def _sections(code: str) -> tuple[_Section, ...]:
    """The sections of a format of the closed list that shows numbers."""
    found = []
    for text in _spelt(code).split(";"):
        part = _SECTION.fullmatch(text)
        if part is None:
            raise KeyError(code)
        needed, more = len(part["needed"] or ""), len(part["more"] or "")
        decimals = None if part["mask"] is None else (needed, needed + more)
        red, minus, groups, percent = (bool(part[name]) for name in ("red", "minus", "groups", "percent"))
        test, limit = part["test"] or "", float(part["limit"] or 0)
        found.append(_Section(test, limit, red, minus, groups, percent, decimals))
    return tuple(found)


def _spelt(code: str) -> str:
    """A code in one spelling: colour as `[Red]`, after the condition, no escaped minus."""
    plain = re.sub(r"\[red\]", "[Red]", code.replace("\\-", "-"), flags=re.IGNORECASE)
    return re.sub(r"\[Red\](\[[<>=]+\d+\])", r"\1[Red]", plain)


@cache
def _spellings() -> dict[str, str]:
    return {
        **{_spelt(code): code for code in FORMATS},
        **{f"{code};": code for code in _BLANK_NIL},
    }  # LibreOffice ends an empty section with `;`
