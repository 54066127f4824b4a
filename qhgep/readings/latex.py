"""A tree as LaTeX, with the symbols of its quantities."""

from __future__ import annotations

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
)

_RELATIONS = {"<": "<", "<=": r"\le", ">": ">", ">=": r"\ge"}
_SIGNS = {"+": "+", "-": "-", "*": r"\cdot", "/": "/", "^": "^"}
_STRENGTH = {"+": 1, "-": 1, "*": 2}
_NAMES = {"log10": r"\log_{10}", "abs": r"\operatorname{abs}"}
_ATOM = 9
_FRACTION = 8  # bracketed only as the base of a power


def latex(expr: Expr) -> str:
    """The formula for a formula editor. A conversion is written as its exact factor."""
    return _write(expr)[0]


def _write(expr: Expr) -> tuple[str, int]:
    match expr:
        case Quantity():
            return expr.tex, _ATOM
        case Number(value):
            return str(value), _ATOM
        case Op("/", left, right):
            return rf"\frac{{{latex(left)}}}{{{latex(right)}}}", _FRACTION
        case Op("^", left, right):
            return rf"{{{_bracketed(left, _ATOM)}}}^{{{latex(right)}}}", 3
        case Op(symbol, left, right):
            strength = _STRENGTH[symbol]
            return f"{_bracketed(left, strength)} {_SIGNS[symbol]} {_bracketed(right, strength + 1)}", strength
        case Call(function, arguments):
            name = _NAMES.get(function, rf"\{function}")
            return rf"{name}\left({', '.join(latex(item) for item in arguments)}\right)", _ATOM
        case Compare(relation, left, right):
            return f"{latex(left)} {_RELATIONS[relation]} {latex(right)}", 0
        case Where(condition, yes, no):
            rows = rf"{latex(yes)} & {latex(condition)} \\ {latex(no)} & \text{{否则}}"
            return rf"\begin{{cases}} {rows} \end{{cases}}", _ATOM
        case Total(axis, of):
            return rf"\sum_{{\mathrm{{{axis}}}}} {latex(of)}", 2
        case Parts(of):
            return " + ".join(part.tex for part in of), 1
        case Convert(of, factor):
            return rf"{_bracketed(of, 2)} \cdot {_fraction(factor.numerator, factor.denominator)}", 2
        case Measure(of, unit) | In(of, unit):
            return rf"\left\{{{latex(of)}\right\}}_{{\mathrm{{{unit}}}}}", _ATOM
        case Floor(of):
            return rf"\left\lfloor {latex(of)} \right\rfloor", _ATOM
        case Round(of) | Rank(of):
            return rf"\operatorname{{{type(expr).__name__.lower()}}}\left({latex(of)}\right)", _ATOM
        case _:
            message = f"{type(expr).__name__} has no LaTeX"
            raise TypeError(message)


def _fraction(numerator: int, denominator: int) -> str:
    return str(numerator) if denominator == 1 else rf"\frac{{{numerator}}}{{{denominator}}}"


def _bracketed(node: Expr, strength: int) -> str:
    written, own = _write(node)
    return written if own >= strength else rf"\left({written}\right)"
