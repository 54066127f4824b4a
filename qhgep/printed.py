"""A number as printed: the numbers that its digits may stand for, and what rounding explains of a printed sum.

The one rule: half a unit of the last printed digit, up and down, trailing zeros counted. `0.0380` is
0.0380 ± 0.00005, `7000` is 7000 ± 0.5 and `3.08e4` is 30800 ± 50. A printed total agrees with printed addends
where half a unit of its own last digit and half a unit of that of each addend explain the gap.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from qhgep.interval import Interval, about, point

_TEXT = re.compile(
    r"(?P<sign>[-−–]?)(?P<mantissa>(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.[0-9]+)?)"
    r"(?P<power>(?:[eE]|\s?[x×*]\s?10\^)(?P<exponent>[-+−]?[0-9]{1,2}))?"
)
_HALF = Fraction(1, 2)
_TEN = Fraction(10)


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A printed number: `value`, and `half` a unit of its last digit. The texts are its parts as printed."""

    value: Fraction
    half: Fraction
    sign: str
    mantissa: str
    power: str
    """`e4`, `×10^8`; empty where it has no power of ten."""
    exponent: int

    @property
    def interval(self) -> Interval:
        """The numbers that it may stand for."""
        return about(self.value, self.half)


def printed_number(text: str) -> PrintedNumber | None:
    """The number of a text such as `1437.94`, `0.0380`, `3.08e4`, `7,000` or `-71.537`; None for any other text.

    >>> printed_number("0.0380").half
    Fraction(1, 20000)
    """
    found = _TEXT.fullmatch(text.strip())
    if found is None:
        return None
    mantissa, exponent = found["mantissa"], int((found["exponent"] or "0").replace("−", "-"))
    number, power = Decimal(mantissa.replace(",", "")), _TEN**exponent
    value, half = Fraction(number) * power * (-1 if found["sign"] else 1), half_digit(number) * power
    return PrintedNumber(value, half, found["sign"], mantissa, found["power"] or "", exponent)


def half_digit(number: Decimal) -> Fraction:
    """Half a unit of the last digit of a number, trailing zeros counted."""
    return _HALF * _TEN ** int(number.as_tuple().exponent)


def printed(number: Decimal) -> Interval:
    """What a printed number may stand for.

    >>> printed(Decimal("3.08e4")) == Interval(Fraction(30750), Fraction(30850))
    True
    """
    return about(Fraction(number), half_digit(number))


def added(addends: Iterable[Interval]) -> Interval:
    """What a sum may be whose addends may be any of the numbers given."""
    return sum(addends, point(0))


def beyond_rounding(total: Interval, addends: Iterable[Interval]) -> Fraction:
    """How far a printed total and the sum of its printed addends stay apart whatever was rounded; 0 where they agree.

    1.0 + 1.0 + 1.0 may be printed 3.2, since each may be 1.05 and the total 3.15:
    >>> addends = [printed(Decimal("1.0"))] * 3
    >>> beyond_rounding(printed(Decimal("3.2")), addends), beyond_rounding(printed(Decimal("3.3")), addends)
    (Fraction(0, 1), Fraction(1, 10))
    """
    return added(addends).gap(total)
