"""A tree as a spreadsheet formula. Every power, sign and operand is bracketed: `-2^2` is 4 and `2^3^2` is 64 there."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from qhgep.expr import (
    Call,
    Compare,
    Convert,
    Expr,
    Floor,
    In,
    Measure,
    Number,
    Op,
    Parts,
    Quantity,
    Rank,
    Round,
    Total,
    Where,
)  # fmt: skip

_NAMES = {
    "sqrt": "SQRT",
    "exp": "EXP",
    "ln": "LN",
    "log10": "LOG10",
    "sin": "SIN",
    "cos": "COS",
    "tan": "TAN",
    "abs": "ABS",
}
_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 3}
_ATOM = 9


def excel(
    expr: Expr,
    cell: Callable[[Quantity], str],
    *,
    factor: Callable[[Fraction], str],
    extent: Callable[[Quantity], str] | None = None,
) -> str:
    """The formula of a cell, without its `=`. Only functions that Excel 2010, WPS and LibreOffice share are used.

    `cell` gives the address of a quantity in the row of the formula, `factor` the text of a conversion factor (a power
    of ten, or the address of a factor cell), `extent` the range that a Total or Rank runs over.
    """
    return _Excel(cell, factor, extent).write(expr)[0]


def power_of_ten(value: Fraction) -> bool:
    """Whether a factor is 10 to a whole power, and may therefore stand in a cell as a number."""
    high, low = max(value.numerator, value.denominator), min(value.numerator, value.denominator)
    return low == 1 and str(high).strip("0") == "1"


class _Excel:
    def __init__(
        self,
        cell: Callable[[Quantity], str],
        factor: Callable[[Fraction], str],
        extent: Callable[[Quantity], str] | None,
    ) -> None:
        self.cell, self.factor, self.extent = cell, factor, extent

    def write(self, node: Expr) -> tuple[str, int]:
        match node:
            case Quantity():
                return self.cell(node), _ATOM
            case Number(value):
                return (str(value), _ATOM) if value >= 0 else (f"({value})", _ATOM)
            case Op("^", left, right) if not isinstance(right, Number):
                return self.power(left, right), _ATOM
            case Op(symbol, left, right):
                strength = _STRENGTH[symbol]
                first = self.bracketed(left, strength if symbol != "^" else _ATOM)
                return f"{first}{symbol}{self.bracketed(right, strength + 1 if symbol != '^' else _ATOM)}", strength
            case Call("min" | "max" as function, arguments):
                return self.extreme(function, arguments), _ATOM
            case Call(function, arguments):
                return f"{_NAMES[function]}({self.write(arguments[0])[0]})", _ATOM
            case Compare(relation, left, right):
                return f"{self.bracketed(left, 1)}{relation}{self.bracketed(right, 1)}", 0
            case Where(condition, yes, no):
                return f"IF({self.write(condition)[0]},{self.write(yes)[0]},{self.write(no)[0]})", _ATOM
            case Convert(of, factor):
                return f"{self.bracketed(of, 2)}{self.factor(factor)}", 2
            case Measure(of) | In(of):
                return self.write(of)
            case Parts(of):
                return self.parts([self.cell(part) for part in of]), _ATOM
            case Rank():
                return self.plan(node), _STRENGTH["+"]
            case _:
                return self.plan(node), _ATOM

    def power(self, base: Expr, exponent: Expr) -> str:
        """A power by a quantity, guarded: programs differ on negative bases ((-8)^(1/3)) and on 0^0."""
        first, second = self.bracketed(base, _ATOM), self.bracketed(exponent, _ATOM)
        return f"IF({first}>0,{first}^{second},IF(AND({first}=0,{second}>0),0,NA()))"

    @staticmethod
    def parts(cells: list[str]) -> str:
        """The sum of the cells that hold a number; no number where none does."""
        known = "+".join(f"IF(ISNUMBER({cell}),{cell},0)" for cell in cells)
        return f"IF(COUNT({','.join(cells)})>0,{known},NA())"

    def extreme(self, function: str, arguments: tuple[Expr, ...]) -> str:
        return f"{function.upper()}({','.join(self.write(item)[0] for item in arguments)})"

    def plan(self, node: Expr) -> str:
        match node:
            case Total(_, of):
                return f"SUM({self.range_of(of)})"
            case Floor(of):
                return f"INT({self.write(of)[0]})"
            case Round(of):
                return f"ROUND({self.write(of)[0]},0)"
            case Rank(of):
                cell, extent = self.cell(of), self.range_of(of)
                first = extent.split(":")[0]
                return f"SUMPRODUCT(--({extent}>{cell}))+COUNTIF({first}:{cell},{cell})"
            case _:
                message = f"{type(node).__name__} has no cell formula"
                raise TypeError(message)

    def range_of(self, of: Quantity) -> str:
        if self.extent is None:
            message = f"{of.name}: no range is laid out for a total"
            raise TypeError(message)
        return self.extent(of)

    def bracketed(self, node: Expr, strength: int) -> str:
        written, own = self.write(node)
        return written if own >= strength else f"({written})"
