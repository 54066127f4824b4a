"""Parameters of steps: a number written as text, or a row of coefficients. One function resolves both."""

from __future__ import annotations

import re
from fractions import Fraction

from qhgep.errors import PlanError, problem

ROW = "row:"
"""What a reference to a coefficient row begins with."""
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")


def number(text: str, name: str, *, where: str = "") -> Fraction:
    """The number that a parameter stands for, exactly.

    Raises PlanError naming the parameter: empty (nobody may take zero or a neighbour's value for it), no plain
    decimal text, or a coefficient row, which this version does not resolve.
    >>> number("12.3", "rates.ban")
    Fraction(123, 10)
    """
    if not text.strip():
        raise PlanError(problem("plan_parameter_missing", where, name=name))
    if text.startswith(ROW):
        raise PlanError(problem("plan_parameter_row", where, name=name, found=text))
    if not _NUMBER.fullmatch(text):
        raise PlanError(problem("plan_parameter_text", where, name=name, found=text))
    whole, _, places = text.partition(".")
    return Fraction(int(whole + places), 10 ** len(places))


def decimals(numbers: list[Fraction], *, least: int = 0) -> int:
    """The decimals that all numbers need, at least so many; numbers are those of decimal texts."""
    places = least
    denominators = {item.denominator for item in numbers}
    while any(10**places % denominator for denominator in denominators):
        places += 1
    return places
