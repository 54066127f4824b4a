"""In how many parts a unit is taken where shares are not rounded: chosen from the amounts, and proved on them.

What is paid must be what the exact amounts come to, in every program that computes the sheet. Programs add up floats
in different ways, so an amount is known up to the noise of the sums that it follows from: no rounding to parts may
hang on that. Where the first number of parts does not do, others are tried. Where none does, the sheet pays, and the
difference of a payable unit is told (`qhgep.compensation.shares.rounding`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from qhgep.compensation.columns.column import Column
from qhgep.expr import Quantity, Total, quantities
from qhgep.money import Fen, exact_sum
from qhgep.readings.exact import Reader, float_sum

SPAN = 2**15
"""Measured units are taken in spans of so many: a power of two, by which a float is divided without a new rounding."""
_FEWEST, _MOST = 10, 10**5
_FLOAT = 10**14
"""Units x parts stay below this: a float keeps fifteen digits, and a spreadsheet takes a difference in the sixteenth for none."""
_OTHERS = tuple(
    map(
        Fraction,
        (
            *("0.7", "0.3", "0.1", "10", "0.5", "0.9", "0.6", "0.4", "2", "3", "7", "0.07", "0.03", "0.01"),
            *("0.8", "0.2", "1.1", "1.3", "1.7", "1.9", "2.3", "0.77", "0.37", "0.13", "4", "5", "6", "9"),
        ),
    )
)
"""What the first number of parts is multiplied by, one after the other, where it does not do.

With sevens and threes an amount whose decimals end is not half of a part, as it may be with a power of ten.
"""
_SUMS = 3
"""So many sums of floats an amount may follow from, each with its noise: of a factor, of tilted scores, of those that are free."""
_HALF_DIGIT = 5e-15
"""Half of the fifteenth digit, relative: spreadsheets round on fifteen digits, other programs on all of them."""


def unit_parts(scores: Iterable[Fraction], available: int) -> int:
    """The power of ten that the largest amount bears where so many units are shared by these scores; at least ten."""
    listed = list(scores)
    whole = exact_sum(listed)
    largest = available * max(listed) // whole if whole else 0
    parts = _MOST
    while parts > _FEWEST and largest * parts > _FLOAT:
        parts //= 10
    return parts


@dataclass(frozen=True, slots=True)
class Fitted:
    """Columns with the number of parts that was chosen, as they are read, and how many differ from what is due."""

    columns: tuple[Column, ...]
    reader: Reader
    steady: bool
    differing: int


def is_fine(columns: Sequence[Column]) -> bool:
    """Whether a plan's units are divided in parts."""
    return any(column.name.endswith(_PARTS) for column in columns)


_PARTS, _PIECES, _EXACTLY, _SPANS = ".unit_parts", ".pieces", ".exactly", ".spans"
"""What the names of the columns end in: `qhgep.compensation.columns.long_division`."""
_SLACK = "finish.slack"


def fitted(columns: Sequence[Column], reader: Reader, due: Mapping[str, Fen]) -> Fitted:
    """The columns with so many parts that they pay what is `due` and do so in every program; else those that come nearest."""
    first = _fit(columns, reader, due)
    tried = [first]
    for others in _other_settings(columns) if not _fits(first) else ():
        tried.append(_fit(*_with_settings(columns, reader, others), due))
        if _fits(tried[-1]):
            break
    return min(tried, key=lambda one: (not one.steady, one.differing))


def _fits(found: Fitted) -> bool:
    return found.steady and not found.differing


def _other_settings(columns: Sequence[Column]) -> Iterator[Mapping[str, int]]:
    """Other numbers of parts, each with and without the slack of a sum that is carried; the first number without it too.

    The slack is for amounts that are whole units together. Where they lack less than it of one, it would make a whole one.
    """
    slack = [{column.name: 0} for column in columns if column.name == _SLACK]
    setting = next(column for column in columns if column.name.endswith(_PARTS))
    first = setting.given.value if setting.given is not None else None
    yield from slack
    if isinstance(first, Fraction):
        for parts in (int(first * times) for times in _OTHERS if first * times >= 2):  # noqa: PLR2004 - halves at least
            yield from ({setting.name: parts} | own for own in ({}, *slack))


def _fit(columns: Sequence[Column], reader: Reader, due: Mapping[str, Fen]) -> Fitted:
    paid = reader.columns["finish.fen"]
    differing = sum(reader.columns[column.name] != 0 for column in columns if column.check) * len(due)
    differing += sum(one != other for one, other in zip(paid, due.values(), strict=True))
    return Fitted(tuple(columns), reader, _steady(columns, reader), differing)


def _with_settings(
    columns: Sequence[Column], reader: Reader, others: Mapping[str, int]
) -> tuple[tuple[Column, ...], Reader]:
    """The columns with other settings; what depends on them is read anew."""
    again = Reader(reader.rows, dict(reader.columns))
    made: list[Column] = []
    changed = set(others)
    for column in columns:
        if column.name in others and column.given is not None:
            value = Fraction(others[column.name])
            column = replace(column, given=replace(column.given, value=value))  # noqa: PLW2901 - the same column
            again.put(column.name, value)
        elif column.expr is not None and not changed.isdisjoint(of.name for of in quantities(column.expr)):
            changed.add(column.name)
            again.columns[column.name] = again.compute(column.expr, measured=column.measured)
        made.append(column)
    return tuple(made), again


def _steady(columns: Sequence[Column], reader: Reader) -> bool:
    """Whether every rounding to spans and parts is the same in all programs."""
    noise = _noise(columns, reader)
    parts = next(reader.columns[column.name] for column in columns if column.name.endswith(_PARTS))
    for column in columns:
        if column.name.endswith(_PIECES):
            at = column.name.removesuffix(_PIECES)
            amounts, spans = reader.columns[at + _EXACTLY], reader.columns[at + _SPANS]
            if not all(_sure(amount, whole, parts, noise) for amount, whole in zip(amounts, spans, strict=True)):
                return False
    return True


def _sure(amount: float, spans: int, parts: int, noise: float) -> bool:
    """Whether an amount is away from where its spans, and its parts, are rounded to another number."""
    rest = (amount - spans * SPAN) * parts
    for value, unsure in ((amount / SPAN, amount / SPAN * noise), (rest, amount * parts * noise)):
        away = abs(value - math.floor(value) - 0.5)
        if away < max(unsure, abs(value) * _HALF_DIGIT) and (away or unsure):
            return False
    return True


def _noise(columns: Sequence[Column], reader: Reader) -> float:
    """By what part of itself an amount may differ between programs: sums of floats, added in order or with more digits."""
    worst = 0.0
    for column in columns:
        if isinstance(column.expr, Total) and isinstance(column.expr.of, Quantity):
            members = reader.columns[column.expr.of.name]
            if isinstance(members, list) and any(not isinstance(member, int) for member in members):
                exactly = math.fsum(members)
                worst = max(worst, abs(float_sum(members) - exactly) / exactly if exactly else 0.0)
    return worst * _SUMS
