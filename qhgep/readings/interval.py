"""The interval of a tree: which numbers its value may be, when each quantity is only known to lie in an interval.

Sums, products, whole powers and conversions are exact; what only floats can compute is rounded outward. Every
occurrence of a quantity counts for itself, so the result may be wider than the truth and never narrower. Where some
of the numbers have no value (a divisor that may be zero, the logarithm of what may be negative), nor has the interval.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction

from qhgep.expr import Call, Cell, Compare, Convert, Expr, In, Measure, Number, Op, Parts, Quantity, Total, Where
from qhgep.interval import Interval, hull, point

Cells = Callable[[Quantity, Cell], Interval | None]
Members = Callable[[Quantity, str, Cell], Iterable[str]]
_ULPS = 4
"""How far a function of the C library may be off, in units of the last place; it is far less."""
_LARGEST, _SMALLEST = Fraction(sys.float_info.max), Fraction(sys.float_info.min)
_TIE = Fraction(1, 2**40)
"""Two sides of a condition nearer than this part of their size are no decision: floats may fall on either side."""
_WHOLE = 64
"""Whole powers up to this are taken exactly."""
_LONG = 4096
"""Bits of a denominator that are kept."""
_ANGLE = 1e8
"""Beyond this angle the pieces of a wave are not told apart."""
_TOPS = {"sin": math.pi / 2, "cos": 0.0}
"""An angle at which each wave is 1."""


def interval(expr: Expr, at: Cell, cells: Cells, members: Members) -> Interval | None:
    """The interval of a checked tree at a cell; None where there is none, or where it has no bounds.

    `cells` gives the interval of a quantity at a cell of its own axes, `members` the members of an axis that a total
    takes there, as for `qhgep.readings.trace.reads`. Raises TypeError for a node of plan columns.
    """
    return _Interval(at, cells, members).node(expr)


class _Interval:
    def __init__(self, at: Cell, cells: Cells, members: Members) -> None:
        self.at, self.cells, self.members = at, cells, members

    def node(self, node: Expr) -> Interval | None:
        return _held(self._node(node))

    def _node(self, node: Expr) -> Interval | None:
        match node:
            case Number(value):
                return point(value)
            case Quantity():
                return self.cells(node, self.at.on(node.axes))
            case Measure(of) | In(of):
                return self.node(of)
            case Convert(of, factor):
                inner = self.node(of)
                return None if inner is None else inner.scaled(factor)
            case Op("^", left, right):
                return _power(self.node(left), self.node(right), literal=isinstance(right, Number))
            case Op(symbol, left, right):
                return _operate(symbol, self.node(left), self.node(right))
            case Call(function, arguments):
                return _call(function, [self.node(argument) for argument in arguments])
            case Where(condition, yes, no):
                return self._where(condition, yes, no)
            case Total(axis, of):
                return self._total(axis, of)
            case Parts(of):
                return self._parts(of)
            case _:
                message = f"{type(node).__name__} is no node of an account's formula"
                raise TypeError(message)

    def _where(self, condition: Compare, yes: Expr, no: Expr) -> Interval | None:
        left, right = self.node(condition.left), self.node(condition.right)
        if left is None or right is None:
            return None
        decided = _decided(condition.relation, left, right)
        if decided is not None:
            return self.node(yes if decided else no)
        both = self.node(yes), self.node(no)
        return None if both[0] is None or both[1] is None else hull((both[0], both[1]))

    def _total(self, axis: str, of: Quantity) -> Interval | None:
        whole = point(0)
        for member in self.members(of, axis, self.at):
            part = self.cells(of, self.at.at(axis, member).on(of.axes))
            if part is None:
                return None
            whole += part
        return whole

    def _parts(self, of: tuple[Quantity, ...]) -> Interval | None:
        """The sum over all parts: who leaves out those that are not known asks for the others (`Parts` of these)."""
        whole = point(0)
        for part in of:
            found = self.cells(part, self.at.on(part.axes))
            if found is None:
                return None
            whole += found
        return whole


def _held(found: Interval | None) -> Interval | None:
    """An interval that floats can hold: none beyond the largest, and reaching to zero where they would give zero.

    Fractions that powers have made very long are rounded outward.
    """
    if found is None or found.low < -_LARGEST or found.high > _LARGEST:
        return None
    low = Fraction(0) if 0 < found.low < _SMALLEST else found.low
    high = Fraction(0) if -_SMALLEST < found.high < 0 else found.high
    if max(low.denominator, high.denominator).bit_length() > _LONG:
        ends = _down(low), _up(high)
        return Interval(Fraction(ends[0]), Fraction(ends[1])) if all(map(math.isfinite, ends)) else None
    return found if (low, high) == (found.low, found.high) else Interval(low, high)


def _operate(symbol: str, left: Interval | None, right: Interval | None) -> Interval | None:
    if left is None or right is None:
        return None
    match symbol:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            below = right.inverse()
            return None if below is None else left * below


def _decided(relation: str, left: Interval, right: Interval) -> bool | None:
    """Whether a condition holds for all numbers of both sides, or for none; None where it depends, or nearly so."""
    if relation in {">", ">="}:
        return _decided({">": "<", ">=": "<="}[relation], right, left)
    margin = _TIE * max(abs(left).high, abs(right).high)
    if left.is_point and right.is_point and not margin:
        return relation == "<="
    if left.high + margin < right.low:
        return True
    return False if right.high + margin < left.low else None


def _power(base: Interval | None, exponent: Interval | None, *, literal: bool) -> Interval | None:
    """Powers as `evaluate` defines them: an exponent that is a quantity needs a base of at least zero, and 0^0 is none."""
    if base is None or exponent is None:
        return None
    if not literal and (base.low < 0 or (base.low == 0 and exponent.low <= 0)):
        return None
    if exponent.is_point and exponent.low.denominator == 1 and abs(exponent.low) <= _WHOLE:
        return base.raised(int(exponent.low))
    if base.low < 0 or (base.low == 0 and exponent.low <= 0):
        return None
    ends = [(_down(base.low), _down(exponent.low)), (_up(base.high), _up(exponent.high))]
    corners = [(max(0.0, one[0]), two[1]) for one in ends for two in ends]
    return _outward([_safe(lambda pair: math.pow(*pair), corner) for corner in corners], least=0.0)


def _call(function: str, arguments: Sequence[Interval | None]) -> Interval | None:
    found = [argument for argument in arguments if argument is not None]
    if len(found) < len(arguments):
        return None
    first = found[0]
    match function:
        case "min" | "max":
            choose = min if function == "min" else max
            return Interval(choose(part.low for part in found), choose(part.high for part in found))
        case "abs":
            return abs(first)
        case "exp":
            return _rising(math.exp, first, least=0.0)
        case "ln" | "log10":
            return None if first.low <= 0 else _rising(math.log if function == "ln" else math.log10, first)
        case "sqrt":
            return None if first.low < 0 else _rising(math.sqrt, first, least=0.0)
        case "tan":
            return _tangent(first)
        case _:
            return _wave(math.sin if function == "sin" else math.cos, first, first_top=_TOPS[function])


def _rising(function: Callable[[float], float], of: Interval, *, least: float = -math.inf) -> Interval | None:
    """The interval of a function that rises wherever it has a value."""
    low, high = max(_down(of.low), 0.0 if of.low >= 0 else -math.inf), _up(of.high)
    return _outward([_safe(function, low), _safe(function, high)], least=least)


def _wave(function: Callable[[float], float], of: Interval, *, first_top: float) -> Interval | None:
    """Sin or cos: from end to end, and to 1 or -1 where a top or a trough may lie between."""
    low, high = _down(of.low), _up(of.high)
    if max(abs(low), abs(high)) > _ANGLE or high - low >= math.tau:
        return Interval(Fraction(-1), Fraction(1))
    reached = [1.0] if _between(first_top, math.tau, low, high) else []
    reached += [-1.0] if _between(first_top + math.pi, math.tau, low, high) else []
    return _outward([function(low), function(high), *reached], least=-1.0, most=1.0)


def _tangent(of: Interval) -> Interval | None:
    """Tan rises between its poles; None where one may lie inside."""
    low, high = _down(of.low), _up(of.high)
    if max(abs(low), abs(high)) > _ANGLE or _between(math.pi / 2, math.pi, low, high):
        return None
    return _outward([math.tan(low), math.tan(high)])


def _between(first: float, period: float, low: float, high: float) -> bool:
    """Whether one of first + k·period may lie between two angles; a near miss counts."""
    near = 1e-12 * (1 + max(abs(low), abs(high)))
    return math.floor((high + near - first) / period) >= math.ceil((low - near - first) / period)


def _safe(function: Callable[..., float], argument: object) -> float | None:
    """The value of a function; None where it has none, or none that a float can hold."""
    try:
        return function(argument)
    except (ValueError, OverflowError, ZeroDivisionError):
        return None


def _outward(values: Sequence[float | None], *, least: float = -math.inf, most: float = math.inf) -> Interval | None:
    """The hull of computed values, wider by what their computation may be off; None where one is missing."""
    found = [value for value in values if value is not None and math.isfinite(value)]
    if len(found) < len(values):
        return None
    low, high = min(found), max(found)
    low, high = max(least, low - _ULPS * math.ulp(low)), min(most, high + _ULPS * math.ulp(high))
    return Interval(Fraction(low), Fraction(high)) if math.isfinite(low) and math.isfinite(high) else None


def _down(number: Fraction) -> float:
    """The largest float that is not above an exact number."""
    near = float(number)
    return near if Fraction(near) <= number else math.nextafter(near, -math.inf)


def _up(number: Fraction) -> float:
    """The smallest float that is not below an exact number."""
    near = float(number)
    return near if Fraction(near) >= number else math.nextafter(near, math.inf)
