"""The units of products: with substances that only one figure names, and without the accounting period."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache

from qhgep.units import PURE, Unit, dimension, factor

SUBSTANCES = frozenset({
    "carbon", "CO2", "oxygen", "dry_matter", "organic_matter", "nitrogen", "phosphorus", "COD", "NH3N",
    "SO2", "NOx", "dust",
})  # fmt: skip
"""The tags of `units.txt` that tell one tonne from another."""
_PERIOD = "year"


def product_unit(terms: tuple[tuple[Unit, int], ...]) -> Unit:
    """The unit of a product, without the accounting period."""
    whole = PURE
    for unit, power in terms:
        whole *= without_period(unit) ** power
    return whole


@cache
def without_period(of: Unit) -> Unit:
    """A unit without the accounting period: a table of one year prints `m3` and `m3/a` for the same thing."""
    return Unit(tuple((name, power) for name, power in of.items if name != _PERIOD))


@cache
def conversion(target: Unit, terms: tuple[tuple[Unit, int], ...]) -> Fraction | None:
    """What the number of a product is multiplied by to be in `target`; None where the dimensions differ."""
    tag = untold(target, terms)
    if tag is None:
        return None
    return factor(product_unit(terms) * tag, without_period(target))


@cache
def untold(target: Unit, terms: tuple[tuple[Unit, int], ...]) -> Unit | None:
    """The substance that only one figure names (t x 元/t CO2), as a unit to multiply by; None: no such thing.

    The empty unit where the dimensions agree as they are.
    """
    whole, wanted = product_unit(terms), dimension(without_period(target))
    if dimension(whole) == wanted:
        return PURE
    return next((tag for tag in _tags(terms) if dimension(whole * tag) == wanted), None)


def _tags(terms: tuple[tuple[Unit, int], ...]) -> Iterator[Unit]:
    named = [(name, power * exponent) for unit, exponent in terms for name, power in unit.items if name in SUBSTANCES]
    if len(named) == 1:
        name, power = named[0]
        yield Unit(((name, -power),))
