"""Parameters of steps: numbers written as text. What cites a row of the store is a number by then (citations)."""

from __future__ import annotations

import re
from fractions import Fraction

from qhgep.errors import PlanError, problem

ROW = "row:"
"""What a reference to a row of the store begins with."""
KEY = "key:"
"""What a reference to a key begins with: the row of each recipient and year."""
NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")
"""What a number is as text."""


def number(text: str, name: str, *, where: str = "") -> Fraction:
    """The number that a parameter stands for, exactly.

    Raises PlanError naming the parameter: empty (nobody may take zero or a neighbour's value for it), no plain
    decimal text, or a row of the store in a place where none can be cited.
    >>> number("12.3", "rates.ban")
    Fraction(123, 10)
    """
    if not text.strip():
        raise PlanError(problem("plan_parameter_missing", where, name=name))
    if text.startswith((ROW, KEY)):
        raise PlanError(problem("plan_parameter_row", where, name=name, found=text))
    if not NUMBER.fullmatch(text):
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


def decimal_text(value: Fraction) -> str | None:
    """A number as decimal text with all its digits; None where they do not end.

    >>> decimal_text(Fraction(123, 10)), decimal_text(Fraction(-10, 1)), decimal_text(Fraction(1, 3))
    ('12.3', '-10', None)
    """
    if 10 ** value.denominator.bit_length() % value.denominator:
        return None
    places = decimals([value])
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    sign = "-" if value < 0 else ""
    return f"{sign}{digits}" if not places else f"{sign}{digits[:-places]}.{digits[-places:]}"
