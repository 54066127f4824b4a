"""Random formula trees over a few pure numbers, and random values for them.

One generator serves two masters: hypothesis, which shrinks what it finds, and a seeded `Random`, which makes
thousands at once for a workbook. It asks for every decision through `choose(options)`, plainest first.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import strategies as st

from qhgep.expr import FUNCTIONS, Call, Compare, Expr, In, Measure, Number, Op, Quantity, Where
from qhgep.units import PURE, unit

Choose = Callable[[Sequence[Any]], Any]
Values = dict[str, float | None]
"""quantity name -> value, None where it is missing."""

# The names try the parser: one the beginning of another, digits first, brackets, words of the language.
QUANTITIES = tuple(
    Quantity(name, PURE, (), zh, tex)
    for name, zh, tex in (
        ("x", "甲", "x"),
        ("x2", "甲乙", "x_{2}"),
        ("total_area", "合计面积", "A"),
        ("min_share", "最小比例", "s_{min}"),
        ("co2", "CO₂量", r"\mathrm{CO_2}"),
        ("days", "10℃以上天数", "d"),
        ("marsh", "湿地 （含沼泽） 面积", "A_{m}"),
    )
)
_LEAVES = ("quantity", "quantity", "number")
_KINDS = (*_LEAVES, "operator", "operator", "operator", "function", "extreme", "where", "measure", "in")
_SINGLE = tuple(name for name, (_, most) in FUNCTIONS.items() if most == 1)
_UNITS = (PURE, unit("mm/year"), unit("CNY/(t*CO2)"))
_SPECIAL = (1.0, 0.0, 2.0, -1.0, 0.5, -2.5, 3.0, 1e-300, 1e300, None)


def grow(choose: Choose, depth: int) -> Expr:  # noqa: PLR0911 - one per kind of node
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
    random = Random(seed)
    for number in range(count):
        yield grow(random.choice, 1 + number % 6), values(random.choice)


_UNITS_OF = {
    "length": ("m", "mm", "km"),
    "area": ("m**2", "ha", "km**2", "mu"),
    "volume": ("m**3", "ha*mm", "mu*dm", "dm**3"),
    "ratio": ("1", "ha/km**2", "m/mm"),
}
"""Kind of quantity -> units of one dimension, the base unit first."""
KINDS = tuple(_UNITS_OF)
_PRODUCTS = {
    "length": (("/", "volume", "area"), ("/", "area", "length")),
    "area": (("*", "length", "length"), ("/", "volume", "length")),
    "volume": (("*", "area", "length"), ("*", "length", "area")),
    "ratio": tuple(("/", kind, kind) for kind in KINDS),
}
_SAME = ("sum", "extreme", "where", "abs", "scaled", "zero")
Vocabulary = dict[str, Quantity]


def measured_vocabulary(choose: Choose) -> Vocabulary:
    """Two quantities of each kind, each in some unit of it."""
    names = [(f"{kind}_{number}", kind) for kind in KINDS for number in (1, 2)]
    return {name: measured(name, choose(_UNITS_OF[kind])) for name, kind in names}


def in_base_units() -> Vocabulary:
    """The same quantities, all in metres and their powers."""
    return measured_vocabulary(lambda options: options[0])


def measured(name: str, written: str, axes: tuple[str, ...] = ()) -> Quantity:
    """A quantity of a unit, with a made-up Chinese name and symbol."""
    return Quantity(name, unit(written), axes, f"“{name}”", name)


def grow_measured(  # noqa: C901, PLR0911 - one case per form
    choose: Choose, known: Vocabulary, kind: str, depth: int
) -> Expr:
    """A tree of a kind in which every unit fits; values far from overflow stay far from it."""

    def of(kind: str) -> Expr:
        return grow_measured(choose, known, kind, depth - 1)

    def compare() -> Compare:
        other = choose(KINDS)
        return Compare(choose(("<", ">=")), of(other), of(other))

    if not depth:
        return known[f"{kind}_{choose((1, 2))}"]
    match choose((*_SAME, "product", "product", "power", "function")):
        case "sum":
            return Op(choose("+-"), of(kind), of(kind))
        case "extreme":
            return Call(choose(("min", "max")), (of(kind), of(kind)))
        case "where":
            return Where(compare(), of(kind), of(kind))
        case "abs":
            return Call("abs", (of(kind),))
        case "scaled":
            return Op(choose("*/"), of(kind), of("ratio"))
        case "zero":
            zero = Number(0)
            forms = (
                lambda: Op("-", zero, of(kind)),
                lambda: Call("max", (zero, of(kind))),
                lambda: Where(Compare("<", zero, of(kind)), of(kind), zero),
            )
            return choose(forms)()
        case "power" if kind == "area":
            return Op("^", of("length"), Number(2))
        case "power" if kind == "ratio":
            return Op("^", of("ratio"), Call("sin", (of("ratio"),)))
        case "function" if kind == "ratio":
            return choose(
                (lambda: Call("exp", (Op("-", Number(0), Call("abs", (of(kind),))),)), lambda: 1 - of(kind))
            )()
        case _:
            symbol, left, right = choose(_PRODUCTS[kind])
            return Op(symbol, of(left), of(right))


def plain_value(choose: Choose) -> float | None:
    """A value of ordinary size: overflow depends on the unit, and is not what these trees are to show."""
    return choose((None, 0.0, *[float(f"{choose(range(-9999, 10000))}e{choose(range(-6, 3))}")] * 6))


@dataclass(frozen=True, slots=True)
class Measured:
    """A tree whose units fit, with the quantities it may name, the quantity it gives and a value for each."""

    tree: Expr
    kind: str
    known: Vocabulary
    target: Quantity
    given: Values


def measured_case(choose: Choose, depth: int) -> Measured:
    """One such case."""
    kind, known = choose(KINDS), measured_vocabulary(choose)
    target = measured("target", choose(_UNITS_OF[kind]))
    given = {name: plain_value(choose) for name in known}
    return Measured(grow_measured(choose, known, kind, depth), kind, known, target, given)


@st.composite
def measured_cases(draw: st.DrawFn, max_depth: int = 4) -> Measured:
    """Such cases for hypothesis."""
    return measured_case(lambda options: draw(st.sampled_from(options)), draw(st.integers(0, max_depth)))


@st.composite
def vocabularies(draw: st.DrawFn) -> Vocabulary:
    """The quantities of these trees in any units."""
    return measured_vocabulary(lambda options: draw(st.sampled_from(options)))


def many_measured(seed: int, count: int) -> Iterable[Measured]:
    """The same cases on every machine."""
    random = Random(seed)
    for number in range(count):
        yield measured_case(random.choice, 1 + number % 4)
