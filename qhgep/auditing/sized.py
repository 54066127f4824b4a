"""Things in the order of their size, to find those of about a size without looking at each."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from fractions import Fraction
from typing import Generic, TypeVar

from qhgep.interval import Interval

Named = TypeVar("Named")


class Sized(Generic[Named]):
    """Things, each with the interval of its size. What is found comes in the order in which they were given."""

    def __init__(self, things: Iterable[tuple[Interval, Named]]) -> None:
        """Take the things in."""
        given = [(interval.low, place, interval.high, thing) for place, (interval, thing) in enumerate(things)]
        self._sorted = sorted(given, key=lambda one: one[:2])
        self._lows = [one[0] for one in self._sorted]
        self._widest = max((high - low for low, _, high, _ in given), default=Fraction(0))

    def __len__(self) -> int:
        return len(self._sorted)

    def meeting(self, wanted: Interval) -> list[Named]:
        """The things whose interval meets another."""
        near = self._between(wanted.low - self._widest, wanted.high)
        return [thing for _, high, thing in sorted(near, key=lambda one: one[0]) if high >= wanted.low]

    def within(self, low: Fraction, high: Fraction) -> list[Named]:
        """The things whose interval lies between two numbers."""
        near = self._between(low, high)
        return [thing for _, top, thing in sorted(near, key=lambda one: one[0]) if top <= high]

    def _between(self, low: Fraction, high: Fraction) -> list[tuple[int, Fraction, Named]]:
        """Those whose lower end lies between two numbers: place, upper end, thing."""
        found = self._sorted[bisect_left(self._lows, low) : bisect_right(self._lows, high)]
        return [(place, top, thing) for _, place, top, thing in found]
