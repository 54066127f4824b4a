"""Formulas written out as sums of products, down to what nothing computes: what is the same there is the same under any name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from qhgep.catalogue import Catalogue, Formula
from qhgep.expr import Expr, Number, Op, Parts, Quantity, Total, children

Product = frozenset[tuple["Factor", int]]
Factor = str | tuple[str, frozenset[str], Product]
"""A quantity by its name, what is no sum or product by a number (`#1`), or the sum of a product over axes."""
Sum = dict[Product, Fraction]
_PLACE = frozenset({"county", "year"})
_MOST = 40
"""Products of a value that is written out; one of more stays the name that it has."""


def has_factors(product: Product, other: Product) -> bool:
    """Whether a product has every factor of another."""
    mine = dict(product)
    return bool(other) and all(mine.get(factor, 0) * power >= power * power for factor, power in other)


class Written:
    """Values as sums of products of what nothing computes."""

    def __init__(self, bound: Mapping[str, Formula], catalogue: Catalogue) -> None:
        """Nothing written out yet."""
        self.bound, self.catalogue = bound, catalogue
        self.known: dict[str, Sum] = {}
        self.axes: dict[Factor, frozenset[str]] = {}
        self.others: dict[object, str] = {}

    def bound_as(self, formula: Formula) -> Written:
        """The same with a quantity bound to a formula; what it writes out can be held against what this one does."""
        found = Written({**self.bound, formula.quantity.name: formula}, self.catalogue)
        found.axes, found.others = self.axes, self.others
        return found

    def total(self, quantity: Quantity) -> Sum:
        """A quantity summed over all that it varies over besides county and year."""
        found = self.out(quantity)
        for axis in (name for name in quantity.axes if name not in _PLACE):
            found = _added([({self._summed(axis, product): times}, 1) for product, times in found.items()])
        return found

    def out(self, node: Expr) -> Sum:
        """A tree as a sum of products, down to what nothing computes."""
        found: Sum
        match node:
            case Number(value):
                found = {frozenset(): Fraction(value)} if value else {}
            case Quantity():
                found = self._quantity(node)
            case Parts(of):
                found = _added([(self.out(part), 1) for part in of])
            case Op("+" | "-" as sign, left, right):
                found = _added([(self.out(left), 1), (self.out(right), 1 if sign == "+" else -1)])
            case Op("*", left, right):
                found = _times(self.out(left), self.out(right))
            case Op("/", left, right) if len(below := self.out(right)) == 1:
                found = _times(self.out(left), _inverse(below))
            case Total(axis, of):
                found = _added([({self._summed(axis, product): times}, 1) for product, times in self.out(of).items()])
            case _:
                found = self._as_it_is(node)
        return found

    def _quantity(self, quantity: Quantity) -> Sum:
        name = quantity.name
        if name not in self.known:
            self.axes[name] = frozenset(quantity.axes)
            itself: Sum = {frozenset({(name, 1)}): Fraction(1)}
            self.known[name] = itself  # a chain that comes back to itself is told elsewhere
            if name in self.bound:
                written = self.out(self.bound[name].equals)
                self.known[name] = written if 0 < len(written) <= _MOST else itself
        return self.known[name]

    def _summed(self, axis: str, product: Product) -> Product:
        """A product summed over an axis: what does not vary over it stands before the sum."""
        inside = frozenset((factor, power) for factor, power in product if axis in self.axes[factor])
        over = frozenset({axis})
        if (
            len(inside) == 1
            and isinstance(one := next(iter(inside)), tuple)
            and isinstance(one[0], tuple)
            and one[1] == 1
        ):
            over, inside = over | one[0][1], one[0][2]
        factor: Factor = ("sum", over, inside)
        self.axes[factor] = frozenset().union(*(self.axes[item] for item, _ in inside)) - over
        return frozenset(item for item in product if axis not in self.axes[item[0]]) | {(factor, 1)}

    def _as_it_is(self, node: Expr) -> Sum:
        """A function, a condition, a power: one factor, the same where what stands in it is the same."""
        parts = [self.out(child) for child in children(node)]
        heads = tuple(str(getattr(node, name, "")) for name in ("function", "relation", "symbol", "unit"))
        key = (type(node).__name__, heads, tuple(frozenset(part.items()) for part in parts))
        text = self.others.setdefault(key, f"#{len(self.others)}")
        factors = [factor for part in parts for product in part for factor, _ in product]
        self.axes[text] = frozenset().union(*(self.axes[factor] for factor in factors))
        return {frozenset({(text, 1)}): Fraction(1)}

    def zh(self, product: Product) -> str:
        """A product as a message prints it."""
        above = sorted(self._zh(factor) for factor, power in product if power > 0)
        below = sorted(self._zh(factor) for factor, power in product if power < 0)
        return " × ".join(above or ["1"]) + "".join(f" ÷ {factor}" for factor in below)

    def _zh(self, factor: Factor) -> str:
        if isinstance(factor, tuple):
            return f"Σ（{self.zh(factor[2])}）"
        known = self.catalogue.vocabulary.get(factor)
        return "…" if known is None else known.zh


def _added(sums: Sequence[tuple[Sum, int]]) -> Sum:
    found: Sum = {}
    for one, sign in sums:
        for product, times in one.items():
            found[product] = found.get(product, Fraction(0)) + sign * times
    return {product: times for product, times in found.items() if times}


def _times(left: Sum, right: Sum) -> Sum:
    return _added(
        [({_product(one, other): first * second}, 1) for one, first in left.items() for other, second in right.items()]
    )


def _product(left: Product, right: Product) -> Product:
    powers = dict(left)
    for factor, power in right:
        powers[factor] = powers.get(factor, 0) + power
    return frozenset((factor, power) for factor, power in powers.items() if power)


def _inverse(one: Sum) -> Sum:
    (product, times), *_ = one.items()
    return {frozenset((factor, -power) for factor, power in product): 1 / times}
