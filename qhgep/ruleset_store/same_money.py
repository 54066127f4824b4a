"""The same money under another name: a formula of a ruleset's own that computes once more what a counted line computes.

Values are written out down to what nothing computes, as sums of products. Where every product of one line has all the factors
of a product of another, it is that product again, or a share of it, whatever the quantities between are called.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import permutations

from qhgep.catalogue import Catalogue, Formula
from qhgep.errors import Problems
from qhgep.expr import Expr, Number, Op, Parts, Quantity, Total, children
from qhgep.ruleset_store.overlaps import Counted
from qhgep.ruleset_store.schema import IndicatorLine, LocalFormula, RulesetFile

Product = frozenset[tuple["Factor", int]]
Factor = str | tuple[str, frozenset[str], Product]
"""A quantity by its name, what is no sum or product by a number (`#1`), or the sum of a product over axes."""
Sum = dict[Product, Fraction]
_MOST = 40
"""Products of a value that is written out; one of more stays the name that it has."""


def check_same_money(counted: Counted, file: RulesetFile, problems: Problems) -> None:
    """No counted line computes again what another computes: by a formula of the file's own, or of a file that it extends."""
    if not file.formula:
        return
    written = _Written(counted.bound, counted.catalogue)
    values = {line.value: line for line in counted.lines if line.value in counted.catalogue.vocabulary}
    sums = {name: written.out(counted.catalogue.vocabulary[name]) for name in values}
    local = {formula.quantity for formula in file.formula if _is_bound(formula, counted)}
    told: set[frozenset[str]] = set()
    for part, whole in permutations(sorted(sums, key=lambda name: not local & counted.rests_on(name)), 2):
        by = next((name for name in (part, whole) if local & counted.rests_on(name)), None)
        if (
            by is None
            or frozenset({part, whole}) in told
            or part in counted.adds_up(whole)
            or whole in counted.adds_up(part)
        ):
            continue  # by name it is told already
        if (again := _again(sums[part], sums[whole])) is not None:
            told.add(frozenset({part, whole}))
            facts = {"part": values[part].id, "whole": values[whole].id, "product": written.zh(again)}
            problems.add("ruleset_same_money", _place(by, values, counted, file), **facts)


def _is_bound(formula: LocalFormula, counted: Counted) -> bool:
    bound = counted.bound.get(formula.quantity)
    return bound is not None and bound.method == formula.method


def _place(value: str, values: Mapping[str, IndicatorLine], counted: Counted, file: RulesetFile) -> str:
    """The formula by which it is computed again; the line of the indicator where that stands in another file."""
    below = counted.rests_on(value)
    places = [file.where("formula", formula) for formula in file.formula if formula.quantity in below]
    return next((place for place in places if place != file.name), file.where("indicator", values[value]))


def _again(part: Sum, whole: Sum) -> Product | None:
    """A product of the whole that the part computes again, with all else of the part; None where it does not.

    A whole that takes something off may have taken off just this: then only the same product is the same money.
    """
    found = None
    for product in (product for product, times in part.items() if times > 0):
        less = any(times < 0 for times in whole.values())
        found = next(
            (one for one, times in whole.items() if times > 0 and (product == one if less else _holds(product, one))),
            None,
        )
        if found is None:
            return None
    return found


def _holds(product: Product, other: Product) -> bool:
    """Whether a product has every factor of another."""
    mine = dict(product)
    return bool(other) and all(mine.get(factor, 0) * power >= power * power for factor, power in other)


class _Written:
    """Values as sums of products of what nothing computes."""

    def __init__(self, bound: Mapping[str, Formula], catalogue: Catalogue) -> None:
        self.bound, self.catalogue = bound, catalogue
        self.known: dict[str, Sum] = {}
        self.axes: dict[Factor, frozenset[str]] = {}
        self.others: dict[object, str] = {}

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
        return " × ".join(sorted(self._zh(factor) for factor, _ in product))

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
