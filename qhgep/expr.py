"""The formula tree: nodes and operators. It knows nothing of ecosystems, files or money.

Leaves are whole numbers and quantities. Everything that qhgep says about a formula - its numbers, units, Chinese
text, LaTeX, trace, spreadsheet cell - is a reading of such a tree, in `qhgep.readings`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache
from typing import ClassVar, Literal, NoReturn

from qhgep.units import PURE, Unit

AXES = ("recipient", "county", "year", "ecosystem")
"""The axes every account has, in their order; named item lists (pollutant, crop, month ...) come after them."""

Fallback = Literal["none", "confirm", "allowed"]
Operator = Literal["+", "-", "*", "/", "^"]
Relation = Literal["<", "<=", ">", ">="]
FUNCTIONS = {
    "min": (2, 9), "max": (2, 9), "exp": (1, 1), "ln": (1, 1), "log10": (1, 1), "sqrt": (1, 1),
    "sin": (1, 1), "cos": (1, 1), "tan": (1, 1), "abs": (1, 1),
}  # fmt: skip
"""The callable functions with the fewest and most arguments they take."""


class Expr:
    """A node. Arithmetic on nodes builds trees; a node has no truth value, so comparisons are functions."""

    __slots__ = ()
    __match_args__: ClassVar[tuple[str, ...]] = ()

    def __add__(self, other: Expr | int) -> Op:
        """The sum."""
        return Op("+", self, as_expr(other))

    def __radd__(self, other: int) -> Op:
        """The sum with a number first."""
        return Op("+", as_expr(other), self)

    def __sub__(self, other: Expr | int) -> Op:
        """The difference."""
        return Op("-", self, as_expr(other))

    def __rsub__(self, other: int) -> Op:
        """The difference from a number."""
        return Op("-", as_expr(other), self)

    def __mul__(self, other: Expr | int) -> Op:
        """The product."""
        return Op("*", self, as_expr(other))

    def __rmul__(self, other: int) -> Op:
        """The product with a number first."""
        return Op("*", as_expr(other), self)

    def __truediv__(self, other: Expr | int) -> Op:
        """The quotient."""
        return Op("/", self, as_expr(other))

    def __rtruediv__(self, other: int) -> Op:
        """The quotient of a number."""
        return Op("/", as_expr(other), self)

    def __pow__(self, other: Expr | int) -> Op:
        """The power."""
        return Op("^", self, as_expr(other))

    def __rpow__(self, other: int) -> Op:
        """The power of a number."""
        return Op("^", as_expr(other), self)

    def __bool__(self) -> NoReturn:
        """Refuse: `a < b` or `if x` on trees would silently be a Python truth value."""
        message = "a formula has no truth value; write where(less(a, b), x, y)"
        raise TypeError(message)


@dataclass(frozen=True, slots=True)
class Number(Expr):
    """A whole number. In formulas only 0, 1 and 2: every other number is a quantity with a source."""

    value: int

    __bool__ = Expr.__bool__


@dataclass(frozen=True, slots=True)
class Bounds:
    """Plausibility limits in the quantity's unit, with the reason in one line; a value outside is a Problem.

    `whole`: whole numbers only, such as a flag of 0 or 1. `or_zero`: a true zero lies outside the limits and is plausible.
    """

    low: Fraction | None
    high: Fraction | None
    reason: str
    whole: bool = False
    or_zero: bool = False

    def holds(self, value: Fraction) -> bool:
        """Whether an exact value is plausible."""
        if self.or_zero and not value:
            return True
        above, below = self.low is None or value >= self.low, self.high is None or value <= self.high
        return above and below and not (self.whole and value.denominator != 1)


@dataclass(frozen=True, slots=True)
class Quantity(Expr):
    """A named thing with a unit and axes; the leaf of every formula. `zh` and `tex` are its printed names.

    `fallback` is None unless the value comes from the coefficient store; then it says whether a row for a wider
    region may serve a county: never, only with an [[adopt]] entry that confirms it, or freely.
    """

    name: str
    unit: Unit
    axes: tuple[str, ...]
    zh: str
    tex: str
    bounds: Bounds | None = None
    fallback: Fallback | None = None

    @property
    def is_coefficient(self) -> bool:
        """Whether its value comes from the coefficient store."""
        return self.fallback is not None


@dataclass(frozen=True, slots=True)
class Op(Expr):
    """Arithmetic on two nodes."""

    symbol: Operator
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Call(Expr):
    """A function of FUNCTIONS."""

    function: str
    arguments: tuple[Expr, ...]

    def __post_init__(self) -> None:
        """Refuse a name that is not listed, or a wrong number of arguments."""
        fewest, most = FUNCTIONS.get(self.function, (1, 0))
        if not fewest <= len(self.arguments) <= most:
            message = f"{self.function} with {len(self.arguments)} arguments is not a function of formulas"
            raise TypeError(message)


@dataclass(frozen=True, slots=True)
class Compare(Expr):
    """An order between two nodes; only as the condition of Where. Equality of floats is not offered."""

    relation: Relation
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Where(Expr):
    """One of two values by a condition."""

    condition: Compare
    yes: Expr
    no: Expr


@dataclass(frozen=True, slots=True)
class Total(Expr):
    """The sum over one axis. It stands alone at the root of a formula, over one named quantity."""

    axis: str
    of: Quantity


@dataclass(frozen=True, slots=True)
class Parts(Expr):
    """The sum of the named parts of one thing (lakes, reservoirs, marshes): of those that are known, as a Total adds.

    It stands alone at the root of a formula, over named quantities of one unit. What is added there by `+` is missing as
    soon as one of the addends is.
    """

    of: tuple[Quantity, ...]

    def __post_init__(self) -> None:
        """Refuse what is no list of parts."""
        if len(self.of) < 2 or len({part.name for part in self.of}) < len(self.of):  # noqa: PLR2004 - one part is no sum
            message = "parts are two named quantities or more, each once"
            raise TypeError(message)


@dataclass(frozen=True, slots=True)
class Measure(Expr):
    """The number of `of` in a unit (printed `P 以 mm 计`): only in formulas marked empirical."""

    of: Expr
    unit: Unit


@dataclass(frozen=True, slots=True)
class In(Expr):
    """A pure number read as so many of a unit: only in formulas marked empirical."""

    of: Expr
    unit: Unit


@dataclass(frozen=True, slots=True)
class Convert(Expr):
    """A change of unit by an exact factor. Only the unit check makes these; nobody types one."""

    of: Expr
    factor: Fraction
    source: Unit
    target: Unit


@dataclass(frozen=True, slots=True)
class Floor(Expr):
    """The whole number below; plan columns only."""

    of: Expr


@dataclass(frozen=True, slots=True)
class Round(Expr):
    """Half up to whole numbers, as spreadsheets round; plan columns only."""

    of: Expr


@dataclass(frozen=True, slots=True)
class Rank(Expr):
    """The place of each recipient by falling value, ties by row order, 1 first; plan columns only."""

    of: Quantity


def as_expr(value: Expr | int) -> Expr:
    """A node for a whole number; nodes pass through. Raises TypeError for floats: they have no place in a formula."""
    if isinstance(value, Expr):
        return value
    if isinstance(value, bool) or not isinstance(value, int):
        message = f"{value!r} is no part of a formula: use a quantity with a source"
        raise TypeError(message)
    return Number(value)


def parts(*of: Quantity) -> Parts:
    """The sum of the parts of one thing, of those that are known: `parts(lake_storage, marsh_storage)`."""
    return Parts(of)


def less(left: Expr | int, right: Expr | int) -> Compare:
    """The condition left < right."""
    return Compare("<", as_expr(left), as_expr(right))


def at_most(left: Expr | int, right: Expr | int) -> Compare:
    """The condition left <= right."""
    return Compare("<=", as_expr(left), as_expr(right))


def where(condition: Compare, yes: Expr | int, no: Expr | int) -> Where:
    """`yes` where the condition holds, else `no`."""
    return Where(condition, as_expr(yes), as_expr(no))


def call(function: str, *arguments: Expr | int) -> Call:
    """A function call: `call("max", 0, x)`."""
    return Call(function, tuple(as_expr(argument) for argument in arguments))


def children(node: Expr) -> tuple[Expr, ...]:
    """The nodes directly below."""
    match node:
        case Op(_, left, right) | Compare(_, left, right):
            return left, right
        case Call(_, arguments):
            return arguments
        case Parts(of):
            return of
        case Where(condition, yes, no):
            return condition, yes, no
        case Total(_, of) | Measure(of) | In(of) | Convert(of) | Floor(of) | Round(of) | Rank(of):
            return (of,)
        case _:
            return ()


def walk(node: Expr) -> Iterator[Expr]:
    """The node and all below it, parents first, left to right."""
    yield node
    for child in children(node):
        yield from walk(child)


def quantities(node: Expr) -> tuple[Quantity, ...]:
    """The quantities a tree names, each once, in the order they appear."""
    return tuple({item.name: item for item in walk(node) if isinstance(item, Quantity)}.values())


def substitute(node: Expr, change: Callable[[Quantity], Expr]) -> Expr:
    """The same tree with every quantity replaced by what `change` gives for it."""
    if isinstance(node, Quantity):
        return change(node)
    if isinstance(node, Call):
        return replace(node, arguments=tuple(substitute(item, change) for item in node.arguments))
    if isinstance(node, Parts):
        changed = tuple(change(part) for part in node.of)
        return Parts(tuple(part for part in changed if isinstance(part, Quantity)))
    parts = {name: getattr(node, name) for name in node.__match_args__ if name != "arguments"}
    below = {name: substitute(value, change) for name, value in parts.items() if isinstance(value, Expr)}
    return replace(node, **below) if below else node  # type: ignore[type-var] # every node but Expr is a dataclass


def rebuilt(node: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The same tree with every node, those below it first, replaced by what `change` gives for it."""
    if isinstance(node, Call):
        return change(replace(node, arguments=tuple(rebuilt(item, change) for item in node.arguments)))
    parts = {name: getattr(node, name) for name in node.__match_args__ if name != "arguments"}
    below = {name: rebuilt(value, change) for name, value in parts.items() if isinstance(value, Expr)}
    return change(replace(node, **below) if below else node)  # type: ignore[type-var] # every node but Expr is a dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """One place of a quantity: a member for each of its axes, by axis name."""

    members: tuple[tuple[str, str], ...] = field(default=())

    def __getitem__(self, axis: str) -> str:
        """The member on an axis."""
        return dict(self.members)[axis]

    def on(self, axes: tuple[str, ...]) -> Cell:
        """The cell of a quantity that has only some of these axes."""
        mine = dict(self.members)
        return Cell(tuple((axis, mine[axis]) for axis in axes))

    def at(self, axis: str, member: str) -> Cell:
        """The cell one axis further in (or moved along an axis it has)."""
        mine = dict(self.members)
        mine[axis] = member
        return Cell(tuple((name, mine[name]) for name in _in_order(tuple(mine))))

    def get(self, axis: str) -> str:
        """The member on an axis, or an empty text where the quantity does not vary over it."""
        return dict(self.members).get(axis, "")


def order_axes(axes: frozenset[str] | set[str]) -> tuple[str, ...]:
    """Axes in their fixed order: those of AXES first, item lists after them by name."""
    return tuple(axis for axis in AXES if axis in axes) + tuple(sorted(axes - set(AXES)))


@cache
def _in_order(axes: tuple[str, ...]) -> tuple[str, ...]:
    """Axes in their fixed order; of the few sets that cells have, each is sorted once."""
    return order_axes(set(axes))


__all__ = [
    "AXES", "FUNCTIONS", "PURE", "Bounds", "Call", "Cell", "Compare", "Convert", "Expr", "Fallback", "Floor", "In",
    "Measure", "Number", "Op", "Parts", "Quantity", "Rank", "Relation", "Round", "Total", "Where", "as_expr", "at_most", "call",
    "children", "less", "order_axes", "parts", "quantities", "substitute", "walk", "where",
]  # fmt: skip
