"""Random formula trees over a few pure numbers, and random values for them.

One generator serves two masters: hypothesis, which shrinks what it finds, and a seeded `Random`, which makes thousands at
once for a workbook. It asks for every decision through `choose(options)`, with the plainest option first.
"""

from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any

from hypothesis import strategies as st

from qhgep.expr import FUNCTIONS, Call, Compare, Expr, In, Measure, Number, Op, Quantity, Where
from qhgep.units import PURE, unit

Choose = Callable[[Sequence[Any]], Any]
Values = dict[str, float | None]
"""quantity name -> value, None where it is missing."""

# The names try the parser: one the beginning of another, digits, a digit first, words of the language inside a name.
QUANTITIES = tuple(
    Quantity(name, PURE, (), zh, tex)
    for name, zh, tex in (
        ("x", "甲", "x"),
        ("x2", "甲乙", "x_{2}"),
        ("total_area", "合计面积", "A"),
        ("min_share", "最小比例", "s_{min}"),
        ("co2", "CO₂量", r"\mathrm{CO_2}"),
        ("days", "10℃以上天数", "d"),
    )
)
_LEAVES = ("quantity", "quantity", "number")
_KINDS = (*_LEAVES, "operator", "operator", "operator", "function", "extreme", "where", "measure", "in")
_SINGLE = tuple(name for name, (_, most) in FUNCTIONS.items() if most == 1)
_UNITS = (PURE, unit("mm/year"), unit("CNY/(t*CO2)"))
_SPECIAL = (1.0, 0.0, 2.0, -1.0, 0.5, -2.5, 3.0, 1e-300, 1e300, None)


def grow(choose: Choose, depth: int) -> Expr:
    """A tree at most `depth` nodes deep."""
    match choose(_KINDS if depth else _LEAVES):
        case "quantity":
            return choose(QUANTITIES)
        case "number":
            return Number(choose((0, 1, 2)))
        case "operator":
            return Op(choose("+-*/^"), grow(choose, depth - 1), grow(choose, depth - 1))
        case "function":
            return Call(choose(_SINGLE), (grow(choose, depth - 1),))
        case "extreme":
            arguments = tuple(grow(choose, depth - 1) for _ in range(choose((2, 3, 4))))
            return Call(choose(("min", "max")), arguments)
        case "where":
            condition = Compare(choose(("<", "<=", ">", ">=")), grow(choose, depth - 1), grow(choose, depth - 1))
            return Where(condition, grow(choose, depth - 1), grow(choose, depth - 1))
        case kind:
            return {"measure": Measure, "in": In}[kind](grow(choose, depth - 1), choose(_UNITS))


def value(choose: Choose) -> float | None:
    """A value with at most 15 significant digits: XlsxWriter writes 16 and a double may need 17."""
    special = choose((*_SPECIAL, *["plain"] * len(_SPECIAL)))
    return special if special != "plain" else float(f"{choose(range(-9999, 10000))}e{choose(range(-6, 4))}")


def values(choose: Choose) -> Values:
    """A value, or none, for each of QUANTITIES."""
    return {quantity.name: value(choose) for quantity in QUANTITIES}


@st.composite
def trees(draw: st.DrawFn, max_depth: int = 5) -> Expr:
    """Trees for hypothesis."""
    return grow(lambda options: draw(st.sampled_from(options)), draw(st.integers(0, max_depth)))


@st.composite
def given_values(draw: st.DrawFn) -> Values:
    """Values for hypothesis."""
    return values(lambda options: draw(st.sampled_from(options)))


def many(seed: int, count: int) -> Iterable[tuple[Expr, Values]]:
    """The same trees and values on every machine, from shallow to deep."""
    random = Random(seed)  # noqa: S311 - reproducible, not secret
    for number in range(count):
        yield grow(random.choice, 1 + number % 6), values(random.choice)
