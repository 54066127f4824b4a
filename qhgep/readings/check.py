"""The unit check: does a tree fit its quantity, and which conversions does it need? Nobody types a factor."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from qhgep.errors import FormulaError, UnitError, problem
from qhgep.expr import (
    PURE,
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
    order_axes,
    walk,
)  # fmt: skip
from qhgep.units import Unit, factor

_SAME = frozenset({"min", "max", "abs"})


@dataclass(frozen=True, slots=True)
class Checked:
    """A tree that fits its quantity: the same tree with its Converts, its unit and its axes."""

    expr: Expr
    unit: Unit
    axes: tuple[str, ...]

    @property
    def conversions(self) -> tuple[Convert, ...]:
        """The conversions the check put in, outermost first."""
        return tuple(node for node in walk(self.expr) if isinstance(node, Convert))


def check(expr: Expr, quantity: Quantity, *, empirical: bool = False, plan: bool = False) -> Checked:
    """Fit a tree to the quantity it is to give: units by exact conversion, axes exactly.

    `empirical` allows Measure and In, `plan` allows Floor, Round and Rank.
    Raises UnitError where dimensions differ, FormulaError where axes differ or a node is not allowed here; both name
    the quantity and the part of the tree.
    """
    found = _Check(quantity.name, empirical=empirical, plan=plan).read(expr)
    if order_axes(set(found.axes)) != quantity.axes:
        raise FormulaError(
            problem(
                "formula_axes",
                quantity.name,
                found=", ".join(found.axes) or "-",
                expected=", ".join(quantity.axes) or "-",
            )
        )
    return _to(found, quantity.unit, quantity.name)


def unit_of(expr: Expr, where: str, *, plan: bool = False) -> Unit:
    """The unit that a tree comes to. Raises as `check` does, naming `where`."""
    return _Check(where, empirical=False, plan=plan).read(expr).unit


def _to(found: Checked, target: Unit, where: str) -> Checked:
    """The tree in another unit of the same dimension; a literal zero is zero in every unit."""
    if found.unit == target or found.expr == Number(0):
        return Checked(found.expr, target, found.axes)
    try:
        times = factor(found.unit, target)
    except UnitError as error:
        facts = {"part": describe(found.expr), "found": found.unit.printed, "expected": target.printed}
        raise UnitError(problem("formula_unit", where, **facts)) from error
    expr = found.expr if times == 1 else Convert(found.expr, times, found.unit, target)
    return Checked(expr, target, found.axes)


def describe(expr: Expr) -> str:
    """A short name of a part of a tree for messages: the Chinese names of its quantities."""
    named = list(dict.fromkeys(node.zh for node in walk(expr) if isinstance(node, Quantity)))
    return "、".join(named) or "数"


@dataclass(frozen=True, slots=True)
class _Check:
    where: str
    empirical: bool
    plan: bool

    def read(self, node: Expr) -> Checked:
        match node:
            case Number():
                return Checked(node, PURE, ())
            case Quantity(_, unit, axes):
                return Checked(node, unit, axes)
            case Op("+" | "-"):
                left, right = self._alike(self.read(node.left), self.read(node.right))
                return self._join(Op(node.symbol, left.expr, right.expr), left.unit, left, right)
            case Op("*" | "/"):
                left, right = self.read(node.left), self.read(node.right)
                unit = left.unit * right.unit if node.symbol == "*" else left.unit / right.unit
                return self._join(Op(node.symbol, left.expr, right.expr), unit, left, right)
            case Op():
                return self._power(self.read(node.left), self.read(node.right))
            case Call():
                return self._call(node)
            case Where(Compare(relation, first, second)):  # a Compare anywhere else is a number for no reading
                left, right = self._alike(self.read(first), self.read(second))
                yes, no = self._alike(self.read(node.yes), self.read(node.no))
                condition = Compare(relation, left.expr, right.expr)
                return self._join(Where(condition, yes.expr, no.expr), yes.unit, left, right, yes, no)
            case Total():
                return self._total(node)
            case Parts(of):
                return self._parts(of)
            case _:
                return self._marked(node)

    def _join(self, expr: Expr, unit: Unit, *parts: Checked) -> Checked:
        return Checked(expr, unit, order_axes({axis for part in parts for axis in part.axes}))

    def _alike(self, left: Checked, right: Checked) -> tuple[Checked, Checked]:
        if left.expr == Number(0):
            return Checked(left.expr, right.unit, left.axes), right
        return left, _to(right, left.unit, self.where)

    def _power(self, base: Checked, exponent: Checked) -> Checked:
        exponent = _to(exponent, PURE, self.where)
        if not base.unit.items:
            return self._join(Op("^", base.expr, exponent.expr), PURE, base, exponent)
        if not isinstance(exponent.expr, Number):
            base = _to(base, PURE, self.where)  # a ratio such as km/m may be raised to anything; a length may not
            return self._join(Op("^", base.expr, exponent.expr), PURE, base, exponent)
        return self._join(Op("^", base.expr, exponent.expr), base.unit**exponent.expr.value, base, exponent)

    def _call(self, node: Call) -> Checked:
        arguments = [self.read(argument) for argument in node.arguments]
        if node.function in _SAME:
            unit = next((item.unit for item in arguments if item.expr != Number(0)), PURE)
            arguments = [_to(item, unit, self.where) for item in arguments]
        elif node.function == "sqrt" and all((power / 2).denominator == 1 for _, power in arguments[0].unit.items):
            unit = arguments[0].unit ** Fraction(1, 2)
        else:
            unit = PURE
            arguments = [_to(item, PURE, self.where) for item in arguments]
        return self._join(Call(node.function, tuple(item.expr for item in arguments)), unit, *arguments)

    def _total(self, node: Total) -> Checked:
        if node.axis not in node.of.axes:
            facts = {"found": ", ".join(node.of.axes), "expected": node.axis}
            raise FormulaError(problem("formula_axes", self.where, **facts))
        return Checked(node, node.of.unit, tuple(axis for axis in node.of.axes if axis != node.axis))

    def _parts(self, of: tuple[Quantity, ...]) -> Checked:
        """Parts are of one unit and vary over the same axes: a part that is missing leaves the others comparable."""
        first = of[0]
        for part in of[1:]:
            if part.unit != first.unit:
                facts = {"part": part.zh, "found": part.unit.printed, "expected": first.unit.printed}
                raise UnitError(problem("formula_unit", self.where, **facts))
            if part.axes != first.axes:
                axes = {"found": ", ".join(part.axes) or "-", "expected": ", ".join(first.axes) or "-"}
                raise FormulaError(problem("formula_axes", self.where, **axes))
        return Checked(Parts(of), first.unit, first.axes)

    def _marked(self, node: Expr) -> Checked:
        match node:
            case Measure(of, unit) if self.empirical:
                inner = _to(self.read(of), unit, self.where)
                return Checked(Measure(inner.expr, unit), PURE, inner.axes)
            case In(of, unit) if self.empirical:
                inner = _to(self.read(of), PURE, self.where)
                return Checked(In(inner.expr, unit), unit, inner.axes)
            case Floor(of) | Round(of) if self.plan:
                inner = self.read(of)
                return Checked(type(node)(inner.expr), inner.unit, inner.axes)
            case Rank(of) if self.plan:
                return Checked(node, PURE, of.axes)
            case _:
                raise FormulaError(problem("formula_node", self.where, node=type(node).__name__))
