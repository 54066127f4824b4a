"""A printed figure: its digits, the numbers it may stand for, its unit, and the slips it may have had."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from qhgep.interval import Interval, about
from qhgep.printed import printed_number
from qhgep.units import Spelling, Unit

Cell = tuple[str, str]
"""Row and column of a figure; the columns of factors are `factor 1`, `factor 2` ..."""
_RATIO = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as printed. `half` is half a unit of its last digit, `meaning` that of its spelling."""

    text: str
    value: Fraction
    half: Fraction
    spelling: str
    meaning: Spelling
    exact: bool = False
    slack: Fraction = Fraction(0)
    """How far a total may stray besides, having been added from rounded rows."""
    extent: Interval | None = None
    """The numbers it may stand for where its digits do not tell: it was computed from other figures."""
    stated: bool = False
    """Whether it is known how it is rounded: the table says so, or a habit of printing shows it."""

    @property
    def interval(self) -> Interval:
        """The numbers it may stand for, in its printed unit."""
        return self.extent or about(self.value, Fraction(0) if self.exact else self.half)

    @property
    def loose(self) -> Interval:
        """The numbers it may stand for where it is a total added from rounded rows."""
        if self.exact or not self.slack:
            return self.interval
        own = self.interval
        return Interval(own.low - self.slack, own.high + self.slack)

    @property
    def spread(self) -> Fraction:
        """Half the width of the numbers it may stand for."""
        return (self.interval.high - self.interval.low) / 2

    @property
    def unit(self) -> Unit:
        """The unit of its number times its scale (万, 亿, %)."""
        return self.meaning.unit

    def with_unit(self, spelling: str, meaning: Spelling) -> Figure:
        """The same digits in another unit."""
        return replace(self, spelling=spelling, meaning=meaning)


def figure(text: str, spelling: str, meaning: Spelling, *, exact: bool = False) -> Figure | None:
    """A printed number such as `1437.94`, `0.0380`, `3.08e4`, `7,000` or `-71.537`; None for any other text.

    All digits count, trailing zeros too: `0.0380` is 0.0380 ± 0.00005 and `7000` is 7000 ± 0.5.
    """
    found = printed_number(text)
    return None if found is None else Figure(text.strip(), found.value, found.half, spelling, meaning, exact)


def ratio(text: str, spelling: str, meaning: Spelling) -> Figure | None:
    """An exact ratio of whole numbers such as `44/12`; None for any other text."""
    found = _RATIO.fullmatch(text.replace(" ", ""))
    if found is None or not int(found[2]):
        return None
    return Figure(text.strip(), Fraction(int(found[1]), int(found[2])), Fraction(0), spelling, meaning, exact=True)


def digits_changed(printed: Figure) -> Iterator[Figure]:
    """Every figure that differs in one digit."""
    for place, weight in _digits(printed.text):
        old = int(printed.text[place])
        for digit in range(10):
            if digit != old:
                text = f"{printed.text[:place]}{digit}{printed.text[place + 1 :]}"
                yield from _with_digits(printed, text, (digit - old) * weight)


def digits_swapped(printed: Figure) -> Iterator[Figure]:
    """Every figure with two neighbouring digits in the other order."""
    for (one, high), (two, low) in pairwise(_digits(printed.text)):
        first, second = printed.text[one], printed.text[two]
        if first != second:
            letters = list(printed.text)
            letters[one], letters[two] = second, first
            yield from _with_digits(printed, "".join(letters), (int(second) - int(first)) * (high - low))


def _digits(text: str) -> list[tuple[int, Fraction]]:
    """The places of the digits before an exponent, each with what one of it is worth, below zero in a negative number."""
    found = printed_number(text)
    if found is None:
        return []
    places = [place for place in range(len(text) - len(found.power)) if text[place] in "0123456789"]
    weight, ten = 2 * found.half * (-1 if found.sign else 1), Fraction(10)
    return [(place, weight * ten**above) for above, place in enumerate(reversed(places))][::-1]


def _with_digits(printed: Figure, text: str, more: Fraction) -> Iterator[Figure]:
    """The figure with other digits, worth so much more, unless it would begin with a zero that nobody prints."""
    mantissa = text.lstrip("-−–")
    if len(mantissa) == 1 or mantissa[0] != "0" or not mantissa[1].isdigit():
        one = printed
        yield Figure(
            text, one.value + more, one.half, one.spelling, one.meaning, one.exact, one.slack, stated=one.stated
        )


def last_digit_off(printed: Figure) -> Iterator[Figure]:
    """The figure one more and one less in its last digit: rounded the wrong way, or cut off."""
    found = printed_number(printed.text)
    if found is None:
        return
    mantissa, unit = Decimal(found.mantissa.replace(",", "")), 2 * printed.half / Fraction(10) ** found.exponent
    for step in (unit, -unit):
        moved = mantissa + Decimal(step.numerator) / Decimal(step.denominator)
        if moved >= 0:
            more = step * Fraction(10) ** found.exponent * (-1 if found.sign else 1)
            yield from _with_digits(printed, f"{found.sign}{moved:f}{found.power}", more)


def point_moved(printed: Figure, places: int) -> Figure | None:
    """The same digits with the decimal point moved to the right (left where negative); None for a zero."""
    found = printed_number(printed.text)
    if found is None or not printed.value:
        return None
    ten, plain = Fraction(10) ** places, found.mantissa.replace(",", "")
    moved = f"{found.mantissa}e{found.exponent + places}" if found.power else _moved(plain, places)
    return replace(printed, text=found.sign + moved, value=printed.value * ten, half=_half_moved(printed, places))


def sign_turned(printed: Figure) -> Figure | None:
    """The same digits with a minus sign where there is none, and without the one that there is; None for a zero."""
    found = printed_number(printed.text)
    if found is None or not printed.value:
        return None
    text = printed.text.removeprefix(found.sign) if found.sign else f"-{printed.text}"
    return replace(printed, text=text, value=-printed.value)


def with_value(printed: Figure, low: Fraction, high: Fraction) -> Figure | None:
    """A figure with as many decimals that lies between two numbers, about in their middle; None where there is none."""
    found = printed_number(printed.text)
    if found is None or found.power or low > high:
        return None
    decimals = len(found.mantissa.partition(".")[2])
    units = round((low + high) / 2 * 10**decimals)
    value = Fraction(units, 10**decimals)
    if not low <= value <= high:
        return None
    return replace(printed, text=f"{Decimal(units).scaleb(-decimals):f}", value=value)


def _moved(mantissa: str, places: int) -> str:
    whole, _, decimals = mantissa.partition(".")
    digits, point = whole + decimals, len(whole) + places
    if point <= 0:
        digits, point = "0" * (1 - point) + digits, 1
    digits = digits.ljust(point, "0")
    whole, rest = digits[:point].lstrip("0") or "0", digits[point:]
    if not decimals:
        rest = rest.rstrip("0")
    return f"{whole}.{rest}" if rest else whole


def _half_moved(printed: Figure, places: int) -> Fraction:
    """Half a unit of the last digit; zeros of a whole number that a point to the left drops are no digits."""
    if "." in printed.text or places > 0:
        return printed.half * Fraction(10) ** places
    zeros = len(printed.text) - len(printed.text.rstrip("0"))
    return printed.half * Fraction(10) ** min(0, places + zeros)


def trailing_zeros(printed: Figure) -> int:
    """How many zeros end the digits of a figure: 2 of `700`, 3 of `12.000` and of `0.0500` two."""
    found = printed_number(printed.text)
    digits = "" if found is None else found.mantissa.replace(",", "").replace(".", "")
    return len(digits) - len(digits.rstrip("0"))
