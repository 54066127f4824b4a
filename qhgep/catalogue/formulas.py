"""What the catalogue is made of: formulas with their clause, indicators, and the catalogue as one closed object."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache, cached_property
from types import ModuleType
from typing import Any, Literal, TypeVar

from qhgep.errors import FormulaError, problem
from qhgep.expr import Expr, Number, Parts, Quantity, Total, quantities, substitute, walk
from qhgep.quantities import ItemList, Words
from qhgep.readings.check import Checked, check
from qhgep.units import Unit

Category = Literal["provisioning", "regulating", "cultural"]
_LITERALS = frozenset({0, 1, 2})
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Clause:
    """Where a formula stands: a source id and the place in it.

    `printed_factor` is the conversion factor that the document prints, for its own `printed_units` (quantity name ->
    unit) where they differ from ours. It is compared with the derived factor and never used.
    """

    source: str
    at: str
    printed_factor: Fraction | int | None = None
    printed_units: tuple[tuple[str, Unit], ...] = ()


@dataclass(frozen=True)
class Formula:
    """One way to obtain a quantity; its id is (quantity, method).

    `covers` names the quantities that bound its reach: the method holds for the ecosystems for which these have a
    value, the others are listed as not covered. Everything else it reads must be there.
    """

    quantity: Quantity
    method: str
    equals: Expr
    source: Clause
    covers: tuple[Quantity, ...] = ()
    empirical: bool = False
    note: str = ""
    exchange_value: bool = True
    """For a value: whether it is what the service would be exchanged at, in the sense of SEEA EA. Our judgement: its text was not
    seen. False where consumer surplus, a willingness to pay, the capital cost of a stock on a yearly flow, or an index stands in it."""
    of_class: str = ""
    """The ecosystem that the method is for, with its classes; empty where it is for whatever `covers` bounds."""

    @property
    def id(self) -> tuple[str, str]:
        """The quantity's name and the method."""
        return self.quantity.name, self.method

    @cached_property
    def inputs(self) -> tuple[Quantity, ...]:
        """The quantities it reads, in the order of the text."""
        return quantities(self.equals)

    def holds_for(self, ecosystem: str) -> bool:
        """Whether an ecosystem is of the class that the method is for."""
        return f"{ecosystem}.".startswith(f"{self.of_class}.") if self.of_class else True


@dataclass(frozen=True, slots=True)
class Indicator:
    """A line of the account: a physical quantity (实物量) and its value (价值量), with the Chinese name.

    `system` names an accounting of its own by its module (the equivalent factors): no ruleset counts indicators of two.
    """

    id: str
    zh: str
    quantity: Quantity
    value: Quantity
    system: str = ""
    final: bool = True
    """Whether people use the service itself; False where it serves another service or no use. Our judgement: SEEA EA was not seen."""
    counted: bool = True
    """Whether a general ruleset adds it to the total unless somebody decides otherwise. Our judgement too; a ruleset has the word."""


def formula(  # noqa: PLR0913 - all that a formula may say of itself
    of: Quantity,
    *,
    method: str,
    equals: Expr,
    source: Clause,
    covers: Iterable[Quantity] = (),
    empirical: bool = False,
    note: str = "",
    exchange_value: bool = True,
    of_class: str = "",
) -> Formula:
    """A formula, checked for form: literals 0, 1, 2 only, and a Total or Parts only at the root. Units are checked by `checked`.

    Raises FormulaError naming the quantity and the method.
    """
    where = f"{of.name}/{method}"
    for node in walk(equals):
        if isinstance(node, Number) and node.value not in _LITERALS:
            raise FormulaError(problem("formula_literal", where, found=node.value))
        if isinstance(node, Total | Parts) and node is not equals:
            raise FormulaError(problem("formula_total", where))
    return Formula(of, method, equals, source, tuple(covers), empirical, note, exchange_value, of_class)


def indicator(
    id: str,  # noqa: A002 - its id
    *,
    zh: str,
    quantity: Quantity,
    value: Quantity,
    system: str = "",
    final: bool = True,
    counted: bool = True,
) -> Indicator:
    """An indicator of the catalogue; a ruleset decides whether it counts."""
    return Indicator(id, zh, quantity, value, system, final, counted)


def no_exchange_value(value: Quantity, bound: Mapping[str, Formula]) -> tuple[Formula, ...]:
    """The formulas below a value, as they are bound, that make it no exchange value; none where it is one."""
    found: dict[str, Formula] = {}
    waiting = [value.name]
    while waiting:
        item = bound.get(waiting.pop())
        if item is not None and item.quantity.name not in found:
            found[item.quantity.name] = item
            waiting += [quantity.name for quantity in item.inputs]
    return tuple(item for _, item in sorted(found.items()) if not item.exchange_value)


def total_of(quantity: Quantity, axis: str = "ecosystem") -> Quantity:
    """The quantity that is this one summed over an axis: `X_total`."""
    axes = tuple(item for item in quantity.axes if item != axis)
    return Quantity(
        f"{quantity.name}_total", quantity.unit, axes, f"{quantity.zh}合计", rf"\textstyle\sum {quantity.tex}"
    )


@cache
def checked(item: Formula) -> Checked:
    """The formula with its conversions, after the unit check and the comparison with the printed factor.

    Raises UnitError or FormulaError naming the quantity.
    """
    result = check(item.equals, item.quantity, empirical=item.empirical)
    if item.source.printed_factor is not None:
        derived = derived_factor(item)
        if derived != item.source.printed_factor:
            facts = {
                "source": item.source.source,
                "at": item.source.at,
                "printed": item.source.printed_factor,
                "derived": derived,
            }
            raise FormulaError(problem("formula_printed_factor", "/".join(item.id), **facts))
    return result


def derived_factor(item: Formula) -> Fraction:
    """The product of the conversions that the formula needs in the units its document prints."""
    printed = dict(item.source.printed_units)

    def in_print(quantity: Quantity) -> Quantity:
        unit = printed.get(quantity.name, quantity.unit)
        return Quantity(quantity.name, unit, quantity.axes, quantity.zh, quantity.tex)

    found = check(substitute(item.equals, in_print), in_print(item.quantity), empirical=item.empirical)
    product = Fraction(1)
    for node in found.conversions:
        product *= node.factor
    return product


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All quantities, item lists, formulas and indicators that rulesets choose from; closed and without duplicates."""

    vocabulary: Mapping[str, Quantity]
    lists: Mapping[str, ItemList]
    formulas: Mapping[tuple[str, str], Formula]
    indicators: Mapping[str, Indicator]
    services: Mapping[str, tuple[str, str]]
    """quantity name -> (module name, the Chinese head of that module), for grouping in workbooks."""
    analytic: frozenset[tuple[str, str]] = frozenset()
    """The formulas of modules whose LAYER is analytic: only a ruleset that bears the same mark binds them."""
    _methods: dict[str, list[str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def words(self) -> Words:
        """The vocabulary and its item lists, as the coefficient store reads rows by them."""
        return Words(self.vocabulary, self.lists)

    def with_modules(self, *modules: ModuleType) -> Catalogue:
        """The catalogue with the quantities, formulas and indicators of modules from outside the package.

        Of a module what `catalogue_of` takes. Raises FormulaError where a name means one thing here and another there.
        """
        own = catalogue_of(modules)
        merged: dict[str, dict[Any, Any]] = {}
        for part in ("vocabulary", "lists", "formulas", "indicators", "services"):
            merged[part] = dict(getattr(self, part))
            for key, value in getattr(own, part).items():
                if part == "services":
                    merged[part].setdefault(key, value)
                else:
                    _once(merged[part], key, value)
        return Catalogue(**merged, analytic=self.analytic | own.analytic)

    def system_of(self, quantity: str) -> str:
        """The accounting of its own that a quantity belongs to: the module of its name; empty for all others."""
        module = self.services.get(quantity, ("", ""))[0]
        return module if any(item.system == module for item in self.indicators.values()) else ""

    def methods(self, quantity: str) -> tuple[str, ...]:
        """The methods by which a quantity can be obtained."""
        if not self._methods:
            for name, method in sorted(self.formulas):
                self._methods.setdefault(name, []).append(method)
        return tuple(self._methods.get(quantity, ()))


def catalogue_of(modules: Iterable[ModuleType]) -> Catalogue:
    """The catalogue of these modules; a module's SERVICE is the Chinese name of what its formulas are about.

    Raises FormulaError where a name, a formula id or an indicator stands twice.
    """
    vocabulary: dict[str, Quantity] = {}
    lists: dict[str, ItemList] = {}
    formulas: dict[tuple[str, str], Formula] = {}
    indicators: dict[str, Indicator] = {}
    services: dict[str, tuple[str, str]] = {}
    analytic: set[tuple[str, str]] = set()
    for module in modules:
        name = module.__name__.rpartition(".")[2]
        head = (name, getattr(module, "SERVICE", name))
        for value in vars(module).values():
            if isinstance(value, Quantity):
                _once(vocabulary, value.name, value)
                services.setdefault(value.name, head)
            elif isinstance(value, ItemList):
                _once(lists, value.name, value)
            elif isinstance(value, Formula):
                _once(formulas, value.id, value)
                checked(value)
                if getattr(module, "LAYER", "") == "analytic":
                    analytic.add(value.id)
            elif isinstance(value, Indicator):
                _once(indicators, value.id, value)
    return Catalogue(vocabulary, lists, formulas, indicators, services, frozenset(analytic))


def _once(known: dict[_Key, _Value], key: _Key, value: _Value) -> None:
    if known.setdefault(key, value) != value:
        raise FormulaError(problem("catalogue_twice", "", key=key))
