"""The exact numbers of a plan column: a Fraction per recipient, or one for all, as a spreadsheet shows them.

Spreadsheets compute in floats. Whole numbers below 10^15 are the same in both worlds, so only `Round`, which
turns measured values into whole numbers, and a `Total` of measured values are read in floats, step by step.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Generic, TypeVar

from qhgep.expr import (
    Call,
    Compare,
    Convert,
    Expr,
    Floor,
    Number,
    Op,
    Quantity,
    Rank,
    Round,
    Total,
    Where,
    children,
)
from qhgep.money import excel_round

Exact = Fraction | Mapping[str, Fraction]
"""The value of a column: one for all, or one per recipient in row order."""
_T = TypeVar("_T", Fraction, float)


def exact(expr: Expr, values: Mapping[str, Exact], rows: Sequence[str]) -> Exact:
    """The value of a checked column; `values` holds the columns it names, `rows` the recipients in order.

    Raises TypeError for a node that plan columns do not have, ZeroDivisionError where a sheet says #DIV/0!.
    """
    read = _Reading(values, tuple(rows), Fraction)
    if not axes_of(expr):
        return read.node(expr, "")
    return {row: read.node(expr, row) for row in rows}


def axes_of(expr: Expr) -> tuple[str, ...]:
    """("recipient",) where a column has a value per recipient, () where it has one for all."""
    match expr:
        case Quantity():
            return expr.axes
        case Total():
            return ()
        case _:
            return next((axes for child in children(expr) if (axes := axes_of(child))), ())


def float_sum(numbers: Sequence[Fraction]) -> float:
    """The sum in the order given, rounded after each addition as SUM does (the built-in one compensates)."""
    total = 0.0
    for number in numbers:
        total += float(number)
    return total


@dataclass(frozen=True, slots=True)
class _Reading(Generic[_T]):
    """One way of reading: `cast` makes its kind of number, a Fraction or a float."""

    values: Mapping[str, Exact]
    rows: tuple[str, ...]
    cast: Callable[[Fraction], _T]

    def node(self, node: Expr, row: str) -> _T:
        match node:
            case Number(value):
                return self.cast(Fraction(value))
            case Quantity(name):
                return self.cast(self.at(name, row))
            case Op(symbol, left, right):
                return _operate(symbol, self.node(left, row), self.node(right, row))
            case Convert(of, factor):
                inner = self.node(of, row)
                if factor.numerator == 1:
                    return inner / self.cast(Fraction(factor.denominator))
                return inner * self.cast(factor)
            case Call(function, arguments):
                return _function(function, [self.node(argument, row) for argument in arguments])
            case Where(condition, yes, no):
                return self.node(yes if self.holds(condition, row) else no, row)
            case Total(_, of):
                return self.cast(self.total(of.name))
            case Floor(of):
                return self.cast(Fraction(math.floor(self.node(of, row))))
            case Round(of):
                in_floats = _Reading(self.values, self.rows, float)
                return self.cast(Fraction(excel_round(in_floats.node(of, row))))
            case Rank(of):
                return self.cast(Fraction(self.place(of.name, row)))
            case _:
                message = f"{type(node).__name__} is no node of a plan column"
                raise TypeError(message)

    def at(self, name: str, row: str) -> Fraction:
        value = self.values[name]
        return value if isinstance(value, Fraction) else value[row]

    def holds(self, condition: Compare, row: str) -> bool:
        left, right = self.node(condition.left, row), self.node(condition.right, row)
        match condition.relation:
            case "<":
                return left < right
            case "<=":
                return left <= right
            case ">":
                return left > right
            case _:
                return left >= right

    def total(self, name: str) -> Fraction:
        members = [self.at(name, row) for row in self.rows]
        if all(member.denominator == 1 for member in members):
            return sum(members, Fraction(0))
        return Fraction(float_sum(members))

    def place(self, name: str, row: str) -> int:
        mine = self.at(name, row)
        above = sum(self.at(name, other) > mine for other in self.rows)
        alike = self.rows[: self.rows.index(row) + 1]
        return above + sum(self.at(name, other) == mine for other in alike)


def _operate(symbol: str, left: _T, right: _T) -> _T:
    match symbol:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case "/":
            return left / right
        case _:
            message = f"{symbol} has no exact value in a plan column"
            raise TypeError(message)


def _function(function: str, arguments: Sequence[_T]) -> _T:
    match function:
        case "min":
            return min(arguments)
        case "max":
            return max(arguments)
        case "abs":
            return abs(arguments[0])
        case _:
            message = f"{function} is no function of plan columns"
            raise TypeError(message)
