"""A second reading of a tree as a number, in plain Python floats, that knows how far it may be off.

It shares no line with `qhgep.readings.evaluate`. Each outcome carries a first-order bound on its rounding
error, and the reasons for which two honest engines may give different answers.
"""

import math
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from qhgep.expr import Call, Compare, Convert, Expr, In, Measure, Number, Op, Quantity, Where

SAFETY = 8
"""How many times the bound engines may differ: each rounds for itself, libraries differ in the last digit."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A value (None: missing), a bound on its error, and the doubts met on the way to it."""

    value: float | None
    error: float = 0.0
    doubts: frozenset[str] = frozenset()

    def agrees(self, other: float | None) -> bool:
        """Whether another engine's value is the same within the tolerance; missing only with missing."""
        if self.value is None or other is None:
            return self.value is other
        return abs(self.value - other) <= max(1e-12 * abs(self.value), SAFETY * self.error)


# Everyone may differ:
EDGE = "within its error of the border where a value ceases to exist, or too wide for a first-order bound"
TIE = "a comparison closer than the errors of its sides"
# Spreadsheets differ from IEEE arithmetic, and among each other:
NEAR = "a comparison closer than 2^-44: spreadsheets call the last digits of two numbers equal"
ANGLE = "an angle beyond 10^6: LibreOffice refuses large ones, Excel refuses beyond 2^27"
ZERO_TO_ZERO = "0^0: Excel says #NUM!, LibreOffice and formualizer say 1; we say there is no value"
ODD_ROOT = "(-8)^(1/3): LibreOffice says -2; Excel, formualizer and we say there is no value"
UNDERFLOW = "a power too small for a double: LibreOffice says #NUM!; formualizer and we say 0"
EVERYONE = frozenset({EDGE, TIE})
SPREADSHEETS = EVERYONE | {NEAR, ANGLE, ZERO_TO_ZERO, ODD_ROOT, UNDERFLOW}

_NEARNESS = 2.0**-44
_WIDE = 0.01
_SMALLEST = sys.float_info.min
_LARGE_ANGLE = 1e6


def reference(node: Expr, given: Mapping[str, float | None], *, slack: float = 0.0) -> Outcome:
    """The outcome of a tree for one value of each quantity, each known up to a share `slack` of itself."""
    leaves = {name: Outcome(value, slack * abs(value or 0.0)) for name, value in given.items()}
    return _reference(node, leaves)


def _reference(node: Expr, given: Mapping[str, Outcome]) -> Outcome:  # noqa: PLR0911 - one per kind of node
    match node:
        case Quantity(name):
            return given[name]
        case Number(number):
            return Outcome(float(number))
        case Measure(of) | In(of):
            return _reference(of, given)
        case Convert(of, factor):
            inner = _reference(of, given)
            return _node(lambda a, _: a * (factor.numerator / factor.denominator), _product, inner, Outcome(1.0))
        case Op("^", left, right) if not isinstance(right, Number):
            return _node(_raised_by_quantity, _power_by_quantity, _reference(left, given), _reference(right, given))
        case Op(symbol, left, right):
            return _node(*_OPERATORS[symbol], _reference(left, given), _reference(right, given))
        case Call("min" | "max" as name, arguments):
            return _extreme(min if name == "min" else max, [_reference(item, given) for item in arguments])
        case Call(name, (argument,)):
            return _node(*_FUNCTIONS[name], _reference(argument, given), Outcome(0.0))
        case Where(condition, yes, no):
            return _where(condition, yes, no, given)
    raise TypeError(node)


_Exact = Callable[[float, float], float]
_Bound = Callable[[Outcome, Outcome, float | None], tuple[float, set[str]]]


def _node(exact: _Exact, bound: _Bound, left: Outcome, right: Outcome) -> Outcome:
    doubts = left.doubts | right.doubts
    if left.value is None or right.value is None:
        return Outcome(None, 0.0, doubts)
    try:
        value: float | None = exact(left.value, right.value)
    except (ArithmeticError, ValueError):
        value = None
    if value is not None and not math.isfinite(value):
        value = None
    error, more = bound(left, right, value)
    if value is None:
        return Outcome(None, 0.0, doubts | more)
    wide = {EDGE} if not math.isfinite(error) or abs(value) + error > 1e308 else set()
    return Outcome(value, error + math.ulp(value) / 2, doubts | more | wide)


def _edge(condition: bool) -> set[str]:  # noqa: FBT001
    return {EDGE} if condition else set()


def _sum(left: Outcome, right: Outcome, value: float | None) -> tuple[float, set[str]]:
    error = left.error + right.error
    if value is not None and abs(value) <= _NEARNESS * max(abs(left.value), abs(right.value)):
        error = max(error, abs(value))  # spreadsheets call what is left of such a difference 0
    return error, set()


def _product(left: Outcome, right: Outcome, value: float | None) -> tuple[float, set[str]]:
    del value
    return abs(left.value) * right.error + abs(right.value) * left.error + left.error * right.error, set()


def _quotient(left: Outcome, right: Outcome, value: float | None) -> tuple[float, set[str]]:
    if right.error and SAFETY * right.error >= abs(right.value):
        return 0.0, {EDGE}
    if value is None:
        return 0.0, set()
    return left.error / abs(right.value) + abs(value / right.value) * right.error, set()


def _power(base: Outcome, exponent: Outcome, value: float | None) -> tuple[float, set[str]]:
    a, b = base.value, exponent.value
    if a == 0 == b:
        return 0.0, {ZERO_TO_ZERO} | _edge(base.error + exponent.error > 0)
    unsure = SAFETY * base.error >= abs(a) > 0 or (a == 0 and base.error > 0)
    if unsure or (a <= 0 and exponent.error > 0):
        return 0.0, {EDGE}
    if a != 0 and value is not None and abs(value) < _SMALLEST:
        return 0.0, {UNDERFLOW}
    if value is None or value == 0:
        return 0.0, {ODD_ROOT} if a < 0 and not float(b).is_integer() else set()
    relative = (abs(b / a) * base.error if a else 0.0) + (abs(math.log(abs(a))) * exponent.error if a else 0.0)
    return abs(value) * relative + math.ulp(value), _edge(relative > _WIDE)


def _power_by_quantity(base: Outcome, exponent: Outcome, value: float | None) -> tuple[float, set[str]]:
    """A base below zero has no power by a quantity, and nor has 0^0: no program is asked."""
    if base.value < 0 or (base.value == 0 and exponent.value <= 0):
        near = SAFETY * base.error >= abs(base.value) > 0
        return 0.0, _edge(near or (base.value == 0 and base.error + exponent.error > 0))
    return _power(base, exponent, value)


def _exp(x: Outcome, _: Outcome, value: float | None) -> tuple[float, set[str]]:
    return ((value or 0.0) * x.error + math.ulp(value or 0.0), _edge(x.error > _WIDE))


def _logarithm(x: Outcome, _: Outcome, value: float | None) -> tuple[float, set[str]]:
    if x.error and SAFETY * x.error >= abs(x.value):
        return 0.0, {EDGE}
    return (x.error / x.value + math.ulp(value) if value is not None else 0.0), set()


def _root(x: Outcome, _: Outcome, value: float | None) -> tuple[float, set[str]]:
    if x.error and SAFETY * x.error >= abs(x.value):
        return 0.0, {EDGE}
    return (x.error / (2 * value) if value else 0.0), set()


def _wave(x: Outcome, _: Outcome, value: float | None) -> tuple[float, set[str]]:
    return min(x.error, 2.0) + math.ulp(value or 0.0), {ANGLE} if abs(x.value) > _LARGE_ANGLE else set()


def _tangent(x: Outcome, _: Outcome, value: float | None) -> tuple[float, set[str]]:
    slope = 1 + (value or 0.0) ** 2
    doubts = {ANGLE} if abs(x.value) > _LARGE_ANGLE else set()
    return slope * x.error + math.ulp(value or 0.0), doubts | _edge(slope * x.error > _WIDE * (1 + abs(value or 0.0)))


def _same(x: Outcome, _: Outcome, value: float | None) -> tuple[float, set[str]]:
    del value
    return x.error, set()


def _raised(base: float, exponent: float) -> float:
    return math.nan if base == 0 == exponent else math.pow(base, exponent)


def _raised_by_quantity(base: float, exponent: float) -> float:
    return math.nan if base < 0 or (base == 0 and exponent <= 0) else math.pow(base, exponent)


_OPERATORS: dict[str, tuple[_Exact, _Bound]] = {
    "+": (lambda a, b: a + b, _sum),
    "-": (lambda a, b: a - b, _sum),
    "*": (lambda a, b: a * b, _product),
    "/": (lambda a, b: a / b, _quotient),
    "^": (_raised, _power),
}
_FUNCTIONS: dict[str, tuple[_Exact, _Bound]] = {
    "exp": (lambda x, _: math.exp(x), _exp),
    "ln": (lambda x, _: math.log(x), _logarithm),
    "log10": (lambda x, _: math.log10(x), _logarithm),
    "sqrt": (lambda x, _: math.sqrt(x), _root),
    "sin": (lambda x, _: math.sin(x), _wave),
    "cos": (lambda x, _: math.cos(x), _wave),
    "tan": (lambda x, _: math.tan(x), _tangent),
    "abs": (lambda x, _: abs(x), _same),
}


def _extreme(choose: Callable[[list[float]], float], parts: list[Outcome]) -> Outcome:
    doubts = frozenset().union(*(part.doubts for part in parts))
    found = [part.value for part in parts if part.value is not None]
    if len(found) < len(parts):
        return Outcome(None, 0.0, doubts)
    return Outcome(choose(found), max(part.error for part in parts), doubts)


def _where(condition: Compare, yes: Expr, no: Expr, given: Mapping[str, Outcome]) -> Outcome:
    left, right = _reference(condition.left, given), _reference(condition.right, given)
    doubts = left.doubts | right.doubts
    a, b = left.value, right.value
    if a is None or b is None:
        return Outcome(None, 0.0, doubts)
    if left.error + right.error and abs(a - b) <= SAFETY * (left.error + right.error):
        doubts |= {TIE}
    if a != b and abs(a - b) <= _NEARNESS * max(abs(a), abs(b)):
        doubts |= {NEAR}
    holds = {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[condition.relation]
    chosen = _reference(yes if holds else no, given)
    return replace(chosen, doubts=chosen.doubts | doubts)
