"""Numbers as a plan writes them, rounding half up, and the largest remainder."""

from collections.abc import Mapping
from fractions import Fraction

Amounts = dict[str, Fraction]
UNITS = {"fen": 1, "yuan": 100, "100yuan": 10_000, "wan": 1_000_000}
"""The units of payment, in fen."""


class CannotBe(Exception):
    """A plan whose numbers cannot be followed: floors above the pool, someone below zero."""


def whole(text: str) -> int:
    """A text of whole digits."""
    return int(text)


def half_up(amount: Fraction) -> int:
    """The nearest whole number; a half goes away from zero."""
    below, rest = divmod(abs(amount), 1)
    nearest = int(below) + (rest >= Fraction(1, 2))
    return nearest if amount >= 0 else -nearest


def fifteen(number: float) -> Fraction:
    """A measured figure has the fifteen digits that a spreadsheet shows."""
    return Fraction(format(number, ".15g"))


def table(given: Mapping[str, str], codes: list[str]) -> Amounts:
    """A number for every recipient; who is not named has none."""
    return {code: Fraction(given.get(code, "0")) for code in codes}


def largest_remainders(amounts: Mapping[str, Fraction], together: int) -> dict[str, int]:
    """Everyone's whole part, and one more for as many as are lacking, the largest remainders first, equal ones by code."""
    paid = {code: amount.numerator // amount.denominator for code, amount in amounts.items()}
    waiting = sorted((paid[code] - amount, code) for code, amount in amounts.items())
    for _, code in waiting[: together - sum(paid.values())]:
        paid[code] += 1
    return paid
