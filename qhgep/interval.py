"""Closed intervals of exact numbers: what a printed figure may stand for, and what follows from several."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import product


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from `low` to `high`, both included. Operations give exactly the range of results."""

    low: Fraction
    high: Fraction

    def __contains__(self, number: Fraction | int) -> bool:
        return self.low <= number <= self.high

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Interval) -> Interval:
        if other.low == other.high:
            return self.scaled(other.low)
        ends = [one * two for one, two in product((self.low, self.high), (other.low, other.high))]
        return Interval(min(ends), max(ends))

    def __abs__(self) -> Interval:
        low, high = sorted((abs(self.low), abs(self.high)))
        return Interval(Fraction(0) if 0 in self else low, high)

    def raised(self, power: int) -> Interval | None:
        """Every number to a whole power; None where zero would be raised to zero or to a negative power."""
        if power <= 0 and 0 in self:
            return None
        if power < 0:
            positive = self.raised(-power)
            return None if positive is None else positive.inverse()
        base = abs(self) if power % 2 == 0 else self
        return Interval(base.low**power, base.high**power)

    def inverse(self) -> Interval | None:
        """1/x; None where x may be zero."""
        return None if 0 in self else Interval(1 / self.high, 1 / self.low)

    def scaled(self, by: Fraction) -> Interval:
        """Every number times an exact one."""
        low, high = self.low * by, self.high * by
        return Interval(min(low, high), max(low, high))

    def meets(self, other: Interval) -> bool:
        """Whether some number lies in both."""
        return self.low <= other.high and other.low <= self.high

    def gap(self, other: Interval) -> Fraction:
        """How far apart the two are; 0 where they meet."""
        return max(self.low - other.high, other.low - self.high, Fraction(0))

    @property
    def is_point(self) -> bool:
        """Whether it holds one number only."""
        return self.low == self.high


def about(value: Fraction, half: Fraction) -> Interval:
    """From value - half to value + half.

    >>> 3 in about(Fraction(5, 2), Fraction(1, 2))
    True
    """
    return Interval(value - half, value + half)


def point(value: Fraction | int) -> Interval:
    """The interval of one number."""
    return Interval(Fraction(value), Fraction(value))


def hull(parts: Iterable[Interval]) -> Interval:
    """The smallest interval that holds all of at least one."""
    found = list(parts)
    return Interval(min(part.low for part in found), max(part.high for part in found))
