"""A tree as a Chinese formula text, which `parse` reads back to the same tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from qhgep.errors import Language
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
from qhgep.phrases import in_language, listed, phrase, word

STRENGTH: Mapping[str, int] = {"+": 1, "-": 1, "*": 2, "/": 2, "^": 3}
"""How tightly each operator binds; the parser uses the same table."""
SIGNS: Mapping[str, str] = {"+": "+", "-": "−", "*": "×", "/": "÷", "^": "^"}
RELATIONS: Mapping[str, str] = {"<": "<", "<=": "≤", ">": ">", ">=": "≥"}
FUNCTIONS_ZH: Mapping[str, str] = {
    "min": "最小", "max": "最大", "exp": "指数", "ln": "自然对数", "log10": "常用对数", "sqrt": "平方根",
    "sin": "正弦", "cos": "余弦", "tan": "正切", "abs": "绝对值",
}  # fmt: skip
AXES_ZH: Mapping[str, str] = {"recipient": "单位", "county": "县", "year": "年", "ecosystem": "生态系统"}
PARTS_ZH = "各项合计"
"""The word for a sum of named parts, of those that are known."""
_WORDS_ZH: Mapping[str, str] = {
    **FUNCTIONS_ZH, "if": "若", "sum": "合计", "sum_of_parts": PARTS_ZH, "floor": "取整", "round": "四舍五入", "rank": "位次",
}  # fmt: skip
_ATOM = 9


def text(
    expr: Expr,
    name: Callable[[Quantity], str] = lambda quantity: quantity.zh,
    *,
    axes: Mapping[str, str] = MappingProxyType({}),
    language: Language = "zh",
) -> str:
    """The formula in words: `面积 ×（产水深 − 地表径流）`. `name` says how a quantity is written (its Chinese name).

    In English, `area × (water_yield − surface_runoff)`, functions go by their names; only the Chinese text is read back.

    `axes` are the Chinese names of the item lists that it may total over, which `parse` reads back. A Convert is not
    written: the units of the two sides say it (see `conversion`).
    """
    return _write(expr, _Names(name, in_language(language, {**AXES_ZH, **axes}, {}), language))[0]


@dataclass(frozen=True, slots=True)
class _Names:
    """How quantities, axes and functions are written."""

    of: Callable[[Quantity], str]
    axes: Mapping[str, str]
    language: Language = "zh"

    def call(self, function: str, *arguments: str) -> str:
        """A function of some texts."""
        named = word(_WORDS_ZH, function, self.language)
        return phrase("formula.call", self.language, function=named, arguments=listed(arguments, self.language))

    def bracketed(self, written: str) -> str:
        """A text in brackets."""
        return phrase("formula.bracketed", self.language, written=written)


def conversion(node: Convert) -> str:
    """A conversion as a note: `hm²·mm/a → m³/a ×10`."""
    times = str(node.factor) if node.factor.denominator != 1 else f"{node.factor.numerator}"
    return f"{node.source.printed} → {node.target.printed} ×{times}"


def _write(expr: Expr, name: _Names) -> tuple[str, int]:
    def of(node: Expr) -> str:
        return _write(node, name)[0]

    match expr:
        case Quantity():
            return name.of(expr), _ATOM
        case Number(value):
            return str(value), _ATOM
        case Op(symbol, left, right):
            strength = STRENGTH[symbol]
            # Left-associative, and a power always brackets a power: 2^3^2 means two things in two programs.
            first = _bracketed(left, name, strength + (symbol == "^"))
            second = _bracketed(right, name, strength + 1)
            if symbol == "^":
                return f"{first}^{second}", strength
            return _infix(first, SIGNS[symbol], second), strength
        case Call(function, arguments):
            return name.call(function, *map(of, arguments)), _ATOM
        case Compare(relation, left, right):
            return _infix(of(left), RELATIONS[relation], of(right)), 0
        case Where(condition, yes, no):
            return name.call("if", of(condition), of(yes), of(no)), _ATOM
        case Total(axis, inner):
            return name.call("sum", name.axes.get(axis, axis), of(inner)), _ATOM
        case Parts(parts):
            return name.call("sum_of_parts", *map(of, parts)), _ATOM
        case Measure(inner, unit):
            return phrase("formula.measure", name.language, inner=of(inner), unit=unit), _ATOM
        case In(inner, unit):
            return phrase("formula.taken_as", name.language, inner=of(inner), unit=unit), _ATOM
        case Convert(inner):
            return _write(inner, name)
        case Floor(inner):
            return name.call("floor", of(inner)), _ATOM
        case Round(inner):
            return name.call("round", of(inner)), _ATOM
        case Rank(inner):
            return name.call("rank", of(inner)), _ATOM
        case _:
            message = f"{type(expr).__name__} has no text"
            raise TypeError(message)


def _bracketed(node: Expr, name: _Names, strength: int) -> str:
    written, own = _write(node, name)
    return written if own >= strength else name.bracketed(written)


def _infix(first: str, sign: str, second: str) -> str:
    """A sign between two texts; a full-width bracket brings its own space."""
    before, after = "" if first.endswith("）") else " ", "" if second.startswith("（") else " "
    return f"{first}{before}{sign}{after}{second}"
