"""Money: whole fen inside, yuan text outside. The only module that rounds."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import NewType

from qhgep.errors import PlanError, Problems, problem

Fen = NewType("Fen", int)
"""An amount of money in 分, one hundredth of a yuan."""
FEN_PER_YUAN = 100
PAYABLE: Mapping[str, Fen] = {
    "fen": Fen(1),
    "yuan": Fen(100),
    "100yuan": Fen(10_000),
    "wan": Fen(1_000_000),
}
"""The units in which money is paid out, in fen."""
LARGEST = Fen(10**14)
"""Amounts stay below this, a million million yuan, so that INT is right: `qhgep.compensation.columns.long_division`."""
_WIDE = Context(prec=330)
"""Digits of the largest float."""
_PLAIN = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?")


def fen(amount: str | Decimal | int, *, where: str = "") -> Fen:
    """An amount of yuan in fen, exactly. Text is digits with at most a sign and a point: no commas, no 万.

    Raises PlanError for a float, for other text, and for anything finer than a fen.
    >>> fen("1234.05")
    123405
    """
    if isinstance(amount, bool | float) or not isinstance(amount, str | Decimal | int):
        raise PlanError(problem("money_text", where, found=repr(amount)))
    if isinstance(amount, str) and not _PLAIN.fullmatch(amount):
        raise PlanError(problem("money_text", where, found=amount))
    if isinstance(amount, Decimal) and not amount.is_finite():
        raise PlanError(problem("money_text", where, found=amount))
    exact = Fraction(amount) * FEN_PER_YUAN
    if exact.denominator != 1:
        raise PlanError(problem("money_finer", where, found=amount))
    return Fen(exact.numerator)


def yuan(amount: Fen) -> str:
    """An amount of fen as yuan text with two decimals.

    >>> yuan(Fen(123405))
    '1234.05'
    """
    whole, rest = divmod(abs(amount), FEN_PER_YUAN)
    return f"{'-' if amount < 0 else ''}{whole}.{rest:02d}"


def apportion(pool: Fen, weights: Mapping[str, Fraction]) -> dict[str, Fen]:
    """A pool divided in proportion to weights, to the fen: largest remainder (舍位平衡), ties by code.

    Raises PlanError naming the counties: a negative weight or pool, or weights whose sum is not above zero.
    >>> apportion(Fen(100), {"632621": Fraction(1), "632222": Fraction(1), "632701": Fraction(1)})
    {'632222': 34, '632621': 33, '632701': 33}
    """
    problems = Problems()
    for code in sorted(code for code, weight in weights.items() if weight < 0):
        problems.add("money_weight_negative", code, found=weights[code])
    whole = sum(weights.values(), Fraction(0))
    if whole <= 0:
        problems.add("money_weight_sum", "、".join(sorted(weights)), found=whole)
    if pool < 0:
        problems.add("money_pool_negative", found=yuan(pool))
    problems.raise_if_any(PlanError)
    shares = {code: pool * weight / whole for code, weight in weights.items()}
    return {code: Fen(share) for code, share in largest_remainder(shares, pool).items()}


def largest_remainder(exact: Mapping[str, Fraction], total: int) -> dict[str, int]:
    """Whole numbers below exact ones, raised by one where most is missing until they add up; ties by code.

    `exact` adds up to `total`, or to less than one more. The result is sorted by code.
    """
    codes = sorted(exact)
    parts = math.lcm(*(exact[code].denominator for code in codes))
    whole, left = {}, {}
    for code in codes:
        amount = exact[code]
        whole[code], rest = divmod(amount.numerator, amount.denominator)
        left[code] = rest * (parts // amount.denominator)
    neediest = sorted(codes, key=left.__getitem__, reverse=True)  # a stable order: equal ones by code
    for code in neediest[: total - sum(whole.values())]:
        whole[code] += 1
    return whole


def exact_sum(amounts: Iterable[Fraction]) -> Fraction:
    """The sum of many exact amounts, over one divisor: in a division all divisors are parts of one number."""
    listed = list(amounts)
    parts = math.lcm(*(amount.denominator for amount in listed))
    return Fraction(sum(amount.numerator * (parts // amount.denominator) for amount in listed), parts)


def settled(exact: Mapping[str, Fraction]) -> dict[str, int]:
    """Whole numbers, signed, that add up to zero, for exact ones that do: each less than one away, none past zero.

    What is received and what is paid come to the same exact total. It is rounded half up, and each side is brought to
    it by largest remainder on absolute amounts, ties by code; so the mirror image of a settlement is its mirror image.
    """
    received = {code: max(amount, Fraction(0)) for code, amount in exact.items()}
    paid = {code: max(-amount, Fraction(0)) for code, amount in exact.items()}
    goal = nearest(sum(received.values(), Fraction(0)))
    got, given = largest_remainder(received, goal), largest_remainder(paid, goal)
    return {code: got[code] - given[code] for code in got}


def nearest(amount: Fraction) -> int:
    """The nearest whole number of an exact amount, half away from zero."""
    whole = math.floor(abs(amount) + Fraction(1, 2))
    return whole if amount >= 0 else -whole


def shown(amount: Fraction) -> str:
    """An exact amount of yuan as text with four decimals, for reading only.

    >>> shown(Fraction(2, 3))
    '0.6667'
    """
    parts = nearest(amount * 10_000)
    whole, rest = divmod(abs(parts), 10_000)
    return f"{'-' if parts < 0 else ''}{whole}.{rest:04d}"


def cents_text(number: float) -> str:
    """A number with two decimals for reading, half away from zero of its first fifteen digits: as a cell of a sheet shows it.

    >>> cents_text(17458.155), cents_text(-2.675), cents_text(-0.0)
    ('17,458.16', '-2.68', '0.00')
    """
    rounded = Decimal(format(number, ".15g")).quantize(Decimal("0.01"), ROUND_HALF_UP, _WIDE)
    return f"{rounded + 0:,.2f}"


def excel_round(number: float) -> int:
    """What ROUND(x,0) gives in a spreadsheet: half away from zero of the first fifteen digits of a float.

    >>> excel_round(2.5), excel_round(-2.5), excel_round(0.49999999999999994)
    (3, -3, 1)
    """
    return int(Decimal(format(number, ".15g")).to_integral_value(ROUND_HALF_UP))
