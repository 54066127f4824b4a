"""A printed figure: its digits, the numbers it may stand for, its unit, and the slips it may have had."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from qhgep.interval import Interval, about
from qhgep.printed import printed_number
from qhgep.units import Spelling, Unit


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

    @property
    def interval(self) -> Interval:
        """The numbers it may stand for, in its printed unit."""
        return about(self.value, Fraction(0) if self.exact else self.half)

    @property
    def loose(self) -> Interval:
        """The numbers it may stand for where it is a total added from rounded rows."""
        return about(self.value, Fraction(0) if self.exact else self.half + self.slack)

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


def digits_changed(printed: Figure) -> Iterator[Figure]:
    """Every figure that differs in one digit."""
    for place in _digit_places(printed.text):
        for digit in "0123456789":
            if digit != printed.text[place]:
                yield from _reread(printed, printed.text[:place] + digit + printed.text[place + 1 :])


def digits_swapped(printed: Figure) -> Iterator[Figure]:
    """Every figure with two neighbouring digits in the other order."""
    places = list(_digit_places(printed.text))
    for one, two in pairwise(places):
        if printed.text[one] != printed.text[two]:
            letters = list(printed.text)
            letters[one], letters[two] = letters[two], letters[one]
            yield from _reread(printed, "".join(letters))


def _digit_places(text: str) -> Iterator[int]:
    """The places of the digits before an exponent."""
    found = printed_number(text)
    end = len(text) - (len(found.power) if found else 0)
    yield from (place for place in range(end) if text[place] in "0123456789")


def _reread(printed: Figure, text: str) -> Iterator[Figure]:
    """The figure with other digits, unless it would begin with a zero that nobody prints."""
    mantissa = text.lstrip("-−–")
    if len(mantissa) > 1 and mantissa[0] == "0" and mantissa[1].isdigit():
        return
    changed = figure(text, printed.spelling, printed.meaning, exact=printed.exact)
    if changed is not None:
        yield replace(changed, slack=printed.slack)


def last_digit_off(printed: Figure) -> Iterator[Figure]:
    """The figure one more and one less in its last digit: rounded the wrong way, or cut off."""
    found = printed_number(printed.text)
    if found is None:
        return
    mantissa = Decimal(found.mantissa.replace(",", ""))
    for step in (Decimal(1), Decimal(-1)):
        moved = mantissa + step.scaleb(int(mantissa.as_tuple().exponent))
        if moved >= 0:
            yield from _reread(printed, f"{found.sign}{moved:f}{found.power}")


def point_moved(printed: Figure, places: int) -> Figure | None:
    """The same digits with the decimal point moved to the right (left where negative); None for a zero."""
    found = printed_number(printed.text)
    if found is None or not printed.value:
        return None
    ten, plain = Fraction(10) ** places, found.mantissa.replace(",", "")
    moved = f"{found.mantissa}e{found.exponent + places}" if found.power else _moved(plain, places)
    return replace(printed, text=found.sign + moved, value=printed.value * ten, half=_half_moved(printed, places))


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
