"""The exact numbers of a plan column: a Fraction per recipient, or one for all, as a spreadsheet shows them.

Spreadsheets compute in floats. Whole numbers below 10^15 are the same in both worlds, so only `Round`, which
turns measured values into whole numbers, and a `Total` of measured values are read in floats, step by step.
A column that is measured is read in floats as a whole, and so is what goes on from it until it is rounded.

A reader can also read the same columns `exactly`: nothing is a float then, figures have the fifteen digits that a sheet
shows of them, and what is rounded only for the sheet is not. So one set of columns says what a sheet shows and what is due.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import repeat
from typing import Any

from qhgep.expr import (
    Call,
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
    walk,
)
from qhgep.money import exact_sum, excel_round

Exact = Fraction | Mapping[str, Fraction]
"""The value of a column: one for all, or one per recipient in row order."""
Numbers = Any
"""Inside a reading: one number for all, or a list of them in row order. Whole ones are int, others Fraction or float."""
_Rows = Sequence[int] | None
"""The places of the rows that are read; None for all of them."""


def exact(expr: Expr, values: Mapping[str, Exact], rows: Sequence[str]) -> Exact:
    """The value of a checked column; `values` holds the columns it names, `rows` the recipients in order.

    Raises TypeError for a node that plan columns do not have, ZeroDivisionError where a sheet says #DIV/0!.
    """
    reader = Reader(tuple(rows))
    for node in walk(expr):
        if isinstance(node, Quantity):
            reader.put(node.name, values[node.name])
    return reader.exact(reader.compute(expr))


def axes_of(expr: Expr) -> tuple[str, ...]:
    """("recipient",) where a column has a value per recipient, () where it has one for all."""
    match expr:
        case Quantity():
            return expr.axes
        case Total():
            return ()
        case _:
            return next((axes for child in children(expr) if (axes := axes_of(child))), ())


def float_sum(numbers: Sequence[int | float | Fraction]) -> float:
    """The sum in the order given, rounded after each addition as SUM does (the built-in one compensates)."""
    total = 0.0
    for number in numbers:
        total += float(number)
    return total


@dataclass(frozen=True, slots=True)
class Reader:
    """Columns as lists of numbers, one column read at a time: a tree is walked once for all rows.

    A row's value is computed only where a condition chooses it, as on a sheet. A reader that reads `exactly` has no floats.
    """

    rows: tuple[str, ...]
    columns: dict[str, Numbers] = field(default_factory=dict)
    exactly: bool = False
    _made: dict[int, Fraction] = field(default_factory=dict)

    def put(self, name: str, value: Exact, *, measured: bool = False) -> None:
        """Take in a column that is given; a measured one in floats, but for its whole numbers."""
        taken = _short if not measured else _fifteen_digits if self.exactly else _nearest
        self.columns[name] = taken(value) if isinstance(value, Fraction) else [taken(value[row]) for row in self.rows]

    def compute(self, expr: Expr, *, measured: bool = False, for_sheet: bool = False) -> Numbers:
        """The numbers of a column, in floats where it is measured; those it names were put in before.

        Where a column is rounded `for_sheet` only, an exact reader does not round it.
        """
        exactly = _UNROUNDED if for_sheet and self.exactly else _EXACTLY
        found = self._node(expr, None, _IN_FLOATS if measured and not self.exactly else exactly)
        return [found] * len(self.rows) if axes_of(expr) and not isinstance(found, list) else found

    def exact(self, numbers: Numbers) -> Exact:
        """Numbers as Fractions, by recipient."""
        if not isinstance(numbers, list):
            return Fraction(numbers)
        return dict(zip(self.rows, map(self._fraction, numbers), strict=True))

    def _fraction(self, number: float | Fraction) -> Fraction:
        """The same Fraction for the same whole number: many columns hold few different ones."""
        if isinstance(number, Fraction):
            return number
        if isinstance(number, float):
            return Fraction(number)
        found = self._made.get(number)
        if found is None:
            found = self._made[number] = Fraction(number)
        return found

    def _node(self, node: Expr, at: _Rows, kind: _Kind) -> Numbers:
        match node:
            case Number(value):
                return kind.cast(value)
            case Quantity(name):
                return _each(kind.cast, _rows(self.columns[name], at))
            case Op(symbol, left, right):
                if symbol not in kind.operators:
                    message = f"{symbol} has no exact value in a plan column"
                    raise TypeError(message)
                return _each(kind.operators[symbol], self._node(left, at, kind), self._node(right, at, kind))
            case Convert(of, factor):
                return self._converted(self._node(of, at, kind), factor, kind)
            case Call(function, arguments):
                if function not in _FUNCTIONS:
                    message = f"{function} is no function of plan columns"
                    raise TypeError(message)
                return _each(_FUNCTIONS[function], *(self._node(argument, at, kind) for argument in arguments))
            case Where():
                return self._chosen(node, at, kind)
            case Floor(Op("/", left, right)) if kind is _EXACTLY:
                return _each(operator.floordiv, self._node(left, at, kind), self._node(right, at, kind))
            case Floor(of):
                return _each(kind.cast, _each(math.floor, self._node(of, at, kind)))
            case Round(of) if kind is _UNROUNDED:
                return self._node(of, at, kind)
            case Round(of):
                return _each(kind.cast, _each(excel_round, self._node(of, at, _IN_FLOATS)))
            case Total(_, of):
                return kind.cast(self._total(of.name))
            case Rank(of):
                return _each(kind.cast, _rows(self._places(of.name), at))
            case _:
                message = f"{type(node).__name__} is no node of a plan column"
                raise TypeError(message)

    def _converted(self, inner: Numbers, factor: Fraction, kind: _Kind) -> Numbers:
        """Times the factor; divided where it is one part of a number, as a sheet does."""
        if factor.numerator == 1:
            return _each(kind.operators["/"], inner, kind.cast(factor.denominator))
        return _each(kind.operators["*"], inner, kind.cast(_short(factor)))

    def _chosen(self, node: Where, at: _Rows, kind: _Kind) -> Numbers:
        """Each row by its branch; a branch is read in the rows that take it only."""
        sides = (self._node(node.condition.left, at, kind), self._node(node.condition.right, at, kind))
        holds = _each(_RELATIONS[node.condition.relation], *sides)
        if not isinstance(holds, list):
            return self._node(node.yes if holds else node.no, at, kind)
        places = range(len(self.rows)) if at is None else at
        branches = []
        for branch, taken in ((node.yes, True), (node.no, False)):
            mine = [place for place, yes in zip(places, holds, strict=True) if yes is taken]
            found = self._node(branch, mine, kind) if mine else []
            branches.append(iter(found) if isinstance(found, list) else repeat(found))
        yes, no = branches
        return [next(yes) if holding else next(no) for holding in holds]

    def _total(self, name: str) -> int | float | Fraction:
        held = self.columns[name]
        members = held if isinstance(held, list) else [held] * len(self.rows)
        if self.exactly:
            return _short(exact_sum(members))
        if any(isinstance(member, float) for member in members):
            return float_sum(members)
        if all(member.denominator == 1 for member in members):
            return sum(members)
        return Fraction(float_sum(members))

    def _places(self, name: str) -> list[int]:
        """The place of each row by falling value; equal ones in row order."""
        held = self.columns[name]
        members = held if isinstance(held, list) else [held] * len(self.rows)
        order = sorted(range(len(members)), key=lambda row: -members[row])
        places = [0] * len(members)
        for place, row in enumerate(order, 1):
            places[row] = place
        return places


class ExactTable(Mapping[str, Exact]):
    """The columns of a reader by name; a column becomes Fractions when it is asked for, and only then."""

    def __init__(self, reader: Reader) -> None:
        """The columns that the reader holds, in their order."""
        self._reader, self._asked = reader, dict[str, Exact]()

    def __getitem__(self, name: str) -> Exact:
        """The exact value of a column."""
        if name not in self._asked:
            self._asked[name] = self._reader.exact(self._reader.columns[name])
        return self._asked[name]

    def __iter__(self) -> Iterator[str]:
        """The names of the columns."""
        return iter(self._reader.columns)

    def __len__(self) -> int:
        """How many columns there are."""
        return len(self._reader.columns)

    def __contains__(self, name: object) -> bool:
        """Whether there is such a column; none is computed for it."""
        return name in self._reader.columns


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of numbers: how one is made, and what the signs do."""

    cast: Callable[[Any], Any]
    operators: Mapping[str, Callable[[Any, Any], Any]]


def _same(number: int | Fraction) -> int | Fraction:
    return number


def _over(left: float | Fraction, right: float | Fraction) -> int | float | Fraction:
    """A quotient: int where it is whole, so that it stays short; a float of a float."""
    if isinstance(left, int) and isinstance(right, int):
        whole, rest = divmod(left, right)
        return Fraction(left, right) if rest else whole
    if isinstance(left, float) or isinstance(right, float):
        return float(left) / float(right)
    return Fraction(left) / right


def _times(left: float | Fraction, right: float | Fraction) -> int | float | Fraction:
    """A product: int where it is whole, without a Fraction in between; a float of a float."""
    if isinstance(left, int) and isinstance(right, int):
        return left * right
    if isinstance(left, float) or isinstance(right, float):
        return float(left) * float(right)
    if isinstance(left, int):
        whole, rest = divmod(left * right.numerator, right.denominator)
    elif isinstance(right, int):
        whole, rest = divmod(left.numerator * right, left.denominator)
    else:
        return left * right
    return left * right if rest else whole


_SIGNS = {"+": operator.add, "-": operator.sub}
_EXACTLY = _Kind(_same, {**_SIGNS, "*": _times, "/": _over})
_UNROUNDED = _Kind(_same, _EXACTLY.operators)
_IN_FLOATS = _Kind(float, {**_SIGNS, "*": operator.mul, "/": operator.truediv})
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {"min": min, "max": max, "abs": abs}
_RELATIONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def _short(number: Fraction) -> int | Fraction:
    """A whole number as int: many times faster than a Fraction."""
    return number.numerator if number.denominator == 1 else number


def _nearest(number: Fraction) -> float:
    """A whole number as int, another as the float that it is."""
    return number.numerator if number.denominator == 1 else float(number)


def _fifteen_digits(number: Fraction) -> int | Fraction:
    """A figure with the digits that a spreadsheet shows of it."""
    return _short(Fraction(format(float(number), ".15g")))


def _rows(numbers: Numbers, at: _Rows) -> Numbers:
    return numbers if at is None or not isinstance(numbers, list) else [numbers[place] for place in at]


def _each(action: Callable[..., Any], *sides: Numbers) -> Numbers:
    """An action on numbers row by row; one number for all stands in every row."""
    if not any(isinstance(side, list) for side in sides):
        return action(*sides)
    if action is _same:
        return sides[0]
    columns: Iterable[Iterable[Any]] = (side if isinstance(side, list) else repeat(side) for side in sides)
    return list(map(action, *columns))
