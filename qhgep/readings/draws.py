"""Plan columns read in many draws at once: whole numbers as 64-bit integers, measured ones as floats.

The tree of a column is walked once for all draws and all recipients. The numbers are those of `readings.exact` for each
draw by itself: whole numbers stay exact as long as they are below 2^53, and a draw in which one is not, or in which a
divisor is zero, is marked instead of being read. A column that no draw changes is read exactly, and once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from qhgep.expr import Call, Convert, Expr, Floor, Number, Op, Quantity, Rank, Round, Total, Where, quantities
from qhgep.money import excel_round
from qhgep.readings.exact import Exact, Reader

Numbers = NDArray[Any]
"""By draw and recipient; of length 1 in a direction in which it is the same."""
LARGEST_EXACT: Final = 2**53
"""Whole numbers below this are exact as floats and as integers alike."""
_SURE = 1e-13
"""A float farther from a half than this part of itself rounds to the same whole number in fifteen digits and in all."""


class NotWhole(TypeError):
    """A column that should be whole numbers has parts: it cannot be read in draws."""


class DrawReader:
    """Columns of a plan for `draws` draws and the recipients `rows`, one column read at a time.

    `unread` marks the draws that must be read by themselves: a number was too long, or a divisor zero.
    """

    def __init__(self, rows: tuple[str, ...], draws: int) -> None:
        """Nothing is read yet."""
        self.draws = draws
        self.unread: NDArray[np.bool_] = np.zeros(draws, dtype=bool)
        self.steady = Reader(rows)
        self.columns: dict[str, Numbers] = {}

    def put(self, name: str, value: Exact, *, measured: bool = False) -> None:
        """Take in a column that is given and the same in every draw."""
        self.steady.put(name, value, measured=measured)

    def draw(self, name: str, values: Numbers) -> None:
        """Take in a measured column by draw and recipient. Raises ValueError for values of another shape."""
        if values.shape != (self.draws, len(self.steady.rows)):
            message = f"{name} is by {self.draws} draws and {len(self.steady.rows)} recipients, not {values.shape}"
            raise ValueError(message)
        self.columns[name] = np.asarray(values, dtype=np.float64)

    def compute(self, name: str, expr: Expr, *, measured: bool = False) -> None:
        """Read a column from those before it. Raises NotWhole where whole numbers have parts."""
        if not any(of.name in self.columns for of in quantities(expr)):
            self.steady.columns[name] = self.steady.compute(expr, measured=measured)
            return
        self.columns[name] = self._settled(self._node(expr, floats=measured))

    def numbers(self, name: str) -> Numbers:
        """The numbers of a column that was read. Raises NotWhole for exact numbers that have parts."""
        if name in self.columns:
            return self.columns[name]
        held = self.steady.columns[name]
        listed = held if isinstance(held, list) else [held]
        if any(isinstance(item, Fraction) for item in listed):
            return np.array([[float(item) for item in listed]])
        return np.array([listed], dtype=np.int64 if all(isinstance(item, int) for item in listed) else np.float64)

    def spread(self, name: str) -> Numbers:
        """The numbers of a column, by draw and recipient; not to be written into."""
        return np.broadcast_to(self.numbers(name), (self.draws, len(self.steady.rows)))

    def mark(self, draws: NDArray[np.bool_]) -> None:
        """Mark draws, each marked where any of its recipients is."""
        self.unread |= np.broadcast_to(draws.any(axis=-1), (self.draws,))

    def _settled(self, numbers: Numbers) -> Numbers:
        """The numbers of a column, those of marked draws made zero where they are no numbers."""
        if numbers.dtype != np.float64:
            return numbers
        return np.where(np.isfinite(numbers), numbers, 0.0)

    def _node(self, node: Expr, *, floats: bool) -> Numbers:
        match node:
            case Number(value):
                return np.array([[float(value) if floats else value]])
            case Quantity(name):
                return self._taken(name, floats=floats)
            case Op(symbol, left, right):
                return self._op(symbol, self._node(left, floats=floats), self._node(right, floats=floats))
            case Convert(of, factor):
                return self._converted(self._node(of, floats=floats), factor)
            case Call(function, arguments):
                found: Numbers = _FUNCTIONS[function](*(self._node(item, floats=floats) for item in arguments))
                return found
            case Where(condition, yes, no):
                sides = (self._node(side, floats=floats) for side in (condition.left, condition.right))
                holds: NDArray[np.bool_] = _RELATIONS[condition.relation](*sides)
                return np.where(holds, *self._branches(holds, yes, no, floats=floats))
            case Floor(Op("/", left, right)) if not floats:
                return self._floor_divided(self._node(left, floats=False), self._node(right, floats=False))
            case Floor(of):
                return self._as_integers(np.floor(self._node(of, floats=floats)), floats=floats)
            case Round(of):
                return self._as_integers(_rounded(self._finite(self._node(of, floats=True))), floats=floats)
            case Total(_, of):
                return self._total(self.numbers(of.name), floats=floats)
            case Rank(of):
                return self._places(of.name)
            case _:
                message = f"{type(node).__name__} is no node of a plan column"
                raise TypeError(message)

    def _taken(self, name: str, *, floats: bool) -> Numbers:
        held = self.numbers(name)
        if floats:
            return held.astype(np.float64)
        if held.dtype == np.float64 and name not in self.columns and self._has_parts(name):
            raise NotWhole(name)
        return held

    def _has_parts(self, name: str) -> bool:
        held = self.steady.columns[name]
        return any(isinstance(item, Fraction) for item in (held if isinstance(held, list) else [held]))

    def _branches(self, holds: NDArray[np.bool_], yes: Expr, no: Expr, *, floats: bool) -> tuple[Numbers, Numbers]:
        """Both branches in every row; what a row that does not take a branch would mark is not marked."""
        found = []
        for branch, taken in ((yes, holds), (no, ~holds)):
            before = self.unread.copy()
            found.append(self._node(branch, floats=floats))
            everywhere = np.broadcast_to(taken, (self.draws, taken.shape[-1])).any(axis=-1)
            self.unread = before | (self.unread & everywhere)
        return found[0], found[1]

    def _op(self, symbol: str, left: Numbers, right: Numbers) -> Numbers:
        floats = np.float64 in (left.dtype, right.dtype)
        match symbol:
            case "+" | "-":
                return self._short(left + right if symbol == "+" else left - right)
            case "*":
                if not floats:
                    self._mark_long(left.astype(np.float64) * right.astype(np.float64))
                return self._short(left * right)
            case "/" if floats:
                self.mark(np.broadcast_to(right == 0, np.broadcast_shapes(left.shape, right.shape)))
                return left / np.where(right == 0, 1, right)
            case "/":
                whole = self._floor_divided(left, right)
                if np.any((whole * right != left) & (right != 0)):
                    raise NotWhole(symbol)
                return whole
            case _:
                message = f"{symbol} has no exact value in a plan column"
                raise TypeError(message)

    def _converted(self, inner: Numbers, factor: Fraction) -> Numbers:
        """Times the factor; divided where it is one part of a number, as a sheet does."""
        if factor.numerator == 1:
            return self._op("/", inner, np.array([[factor.denominator]]))
        if inner.dtype == np.float64 or factor.denominator == 1:
            return self._op("*", inner, np.array([[int(factor) if factor.denominator == 1 else float(factor)]]))
        return self._op("/", self._op("*", inner, np.array([[factor.numerator]])), np.array([[factor.denominator]]))

    def _floor_divided(self, left: Numbers, right: Numbers) -> Numbers:
        zero = right == 0
        self.mark(np.broadcast_to(zero, np.broadcast_shapes(left.shape, right.shape)))
        return np.floor_divide(left, np.where(zero, 1, right))

    def _short(self, numbers: Numbers) -> Numbers:
        if numbers.dtype != np.float64:
            self._mark_long(numbers)
        return numbers

    def _mark_long(self, numbers: Numbers) -> None:
        long = np.abs(numbers) >= LARGEST_EXACT
        if long.any():
            self.mark(long)

    def _finite(self, numbers: Numbers) -> Numbers:
        odd = ~np.isfinite(numbers)
        if odd.any():
            self.mark(odd)
        return np.where(odd, 0.0, numbers)

    def _as_integers(self, numbers: Numbers, *, floats: bool) -> Numbers:
        """Floats that are whole numbers as integers, unless floats are read."""
        self._mark_long(numbers)
        if floats:
            return numbers
        return np.where(np.abs(numbers) < LARGEST_EXACT, numbers, 0.0).astype(np.int64)

    def _total(self, members: Numbers, *, floats: bool) -> Numbers:
        """The sum over the recipients; of floats in their order, rounded after each addition as a sheet does."""
        rows = len(self.steady.rows)
        spread = np.broadcast_to(members, (members.shape[0], rows))
        if spread.dtype == np.float64:
            return np.add.accumulate(spread, axis=-1)[:, -1:]
        self._mark_long(np.abs(spread).astype(np.float64).sum(axis=-1, keepdims=True))
        total: Numbers = spread.sum(axis=-1, keepdims=True)
        return total.astype(np.float64) if floats else total

    def _places(self, name: str) -> Numbers:
        """The place of each recipient by falling value; equal ones in row order."""
        held = np.broadcast_to(self.numbers(name), (self.draws, len(self.steady.rows)))
        order = np.argsort(-held, axis=-1, kind="stable")
        places: Numbers = np.empty(order.shape, dtype=np.int64)
        np.put_along_axis(places, order, np.arange(1, order.shape[-1] + 1)[None, :], axis=-1)
        return places


def by_recipient(columns: Sequence[Numbers]) -> Numbers:
    """One array by draw and recipient of an array by draw for each recipient."""
    return np.stack(columns, axis=-1)


def _rounded(numbers: Numbers) -> Numbers:
    """Half away from zero of the first fifteen digits, as a spreadsheet rounds; those near a half one by one."""
    found = np.copysign(np.floor(np.abs(numbers) + 0.5), numbers)
    away = np.abs(np.abs(numbers) % 1 - 0.5)
    near = away <= np.abs(numbers) * _SURE
    if near.any():
        found[near] = [float(excel_round(number)) for number in numbers[near].tolist()]
    return found


def _least(first: Numbers, *others: Numbers) -> Numbers:
    for other in others:
        first = np.minimum(first, other)
    return first


def _most(first: Numbers, *others: Numbers) -> Numbers:
    for other in others:
        first = np.maximum(first, other)
    return first


_FUNCTIONS: Mapping[str, Any] = {"min": _least, "max": _most, "abs": np.abs}
_RELATIONS: Mapping[str, Any] = {"<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal}
