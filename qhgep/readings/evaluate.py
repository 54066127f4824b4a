"""The numbers of a tree: numpy arrays that broadcast over the axes of an account, NaN where there is no value.

A result that is not finite is no value: spreadsheets say #DIV/0! or #NUM! there, numpy would go on with inf.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qhgep.expr import Call, Compare, Convert, Expr, In, Measure, Number, Op, Parts, Quantity, Total, Where

Array = NDArray[np.float64]
_OPERATORS: Mapping[str, Callable[[Array, Array], Array]] = {
    "+": np.add, "-": np.subtract, "*": np.multiply, "/": np.divide,
}  # fmt: skip
_RELATIONS: Mapping[str, Callable[[Array, Array], NDArray[np.bool_]]] = {
    "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
}  # fmt: skip
_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "exp": np.exp, "ln": np.log, "log10": np.log10, "sqrt": np.sqrt, "sin": np.sin, "cos": np.cos, "tan": np.tan,
    "abs": np.abs, "min": np.minimum, "max": np.maximum,
}  # fmt: skip


def evaluate(
    expr: Expr,
    values: Mapping[str, Array],
    *,
    axes: Mapping[str, int] | None = None,
    counted: Mapping[str, NDArray[np.bool_]] | None = None,
) -> Array:
    """The value of a checked tree for every cell at once.

    `values` gives one array per quantity name, all with the same number of dimensions (length 1 where constant);
    `axes` says which dimension an axis is, `counted` which cells of a quantity its totals take (all by default).
    A total over a counted NaN is NaN, and so is a sum of parts. Cells without a value are NaN in the result.
    """
    read = _Evaluate(values, axes or {}, counted or {})
    try:
        # Overflow and division by zero are rare: try without looking, and look at every node only if one occurs.
        with np.errstate(over="raise", divide="raise", invalid="ignore", under="ignore"):
            return read.node(expr)
    except FloatingPointError:
        with np.errstate(all="ignore"):
            return _Careful(values, axes or {}, counted or {}).node(expr)


class _Evaluate:
    def __init__(
        self, values: Mapping[str, Array], axes: Mapping[str, int], counted: Mapping[str, NDArray[np.bool_]]
    ) -> None:
        self.values, self.axes, self.counted = values, axes, counted

    def node(self, node: Expr) -> Array:
        match node:
            case Quantity(name):
                return self.values[name]
            case Number(value):
                return np.float64(value)  # type: ignore[return-value] # a scalar broadcasts as an array does
            case Op("^", left, right):
                return _power(self.node(left), self.node(right), literal=isinstance(right, Number))
            case Op(symbol, left, right):
                return _OPERATORS[symbol](self.node(left), self.node(right))
            case Convert(of, factor):
                inner = self.node(of)
                return inner * float(factor) if factor.numerator != 1 else inner / float(factor.denominator)
            case Call(function, arguments):
                first, *rest = [self.node(argument) for argument in arguments]
                result = _FUNCTIONS[function](first) if not rest else first
                for item in rest:
                    result = _FUNCTIONS[function](result, item)
                return result
            case Where(condition, yes, no):
                return self._where(condition, yes, no)
            case Total(axis, of):
                return self._total(self.axes[axis], of.name)
            case Parts(of):
                return self._parts([part.name for part in of])
            case Measure(of) | In(of):
                return self.node(of)
            case _:
                message = f"{type(node).__name__} is no node of an account's formula"
                raise TypeError(message)

    def _where(self, condition: Compare, yes: Expr, no: Expr) -> Array:
        left, right = self.node(condition.left), self.node(condition.right)
        chosen = np.where(_RELATIONS[condition.relation](left, right), self.node(yes), self.node(no))
        unknown = np.isnan(left) | np.isnan(right)
        return np.where(unknown, np.nan, chosen) if np.any(unknown) else chosen

    def _total(self, dimension: int, name: str) -> Array:
        """Members are added one after the other, as a spreadsheet's SUM does: the same bits on every machine."""
        value = self._counted(name)
        members = [
            value[(slice(None),) * dimension + (slice(place, place + 1),)] for place in range(value.shape[dimension])
        ]
        total = members[0].copy()
        for member in members[1:]:
            total += member
        return total

    def _parts(self, names: Sequence[str]) -> Array:
        """Parts are added in their order, as a row of a sheet does."""
        total = self._counted(names[0])
        for name in names[1:]:
            total = total + self._counted(name)
        return total

    def _counted(self, name: str) -> Array:
        """The cells of a quantity that a sum takes; zero in the place of the others."""
        counted = self.counted.get(name)
        return self.values[name] if counted is None else np.where(counted, self.values[name], 0.0)


class _Careful(_Evaluate):
    """The same, and after each node what is not finite becomes NaN."""

    def node(self, node: Expr) -> Array:
        result = super().node(node)
        return np.where(np.isfinite(result), result, np.nan)


def _power(base: Array, exponent: Array, *, literal: bool) -> Array:
    """Powers where every program agrees on them.

    0^0 is no number, and what is missing stays missing (C says 1 for NaN^0 and 1^NaN). An exponent that is a quantity
    needs a base above zero (or zero, where the exponent is above zero): LibreOffice takes (-8)^(1/3) for -2.
    """
    result = np.power(base, exponent)
    undefined = ((base == 0) & (exponent == 0)) | np.isnan(base) | np.isnan(exponent)
    if not literal:
        undefined |= base < 0
    return np.where(undefined, np.nan, result) if np.any(undefined) else result
