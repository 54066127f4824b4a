"""The units that a form offers for a quantity: spellings that convert exactly, one for each size, in Chinese where there is one."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from qhgep.expr import Quantity
from qhgep.units import Unit, factor, thing_named, usual

_PRESET = {"CNY/year": "万元/年", "1": "比值"}
"""The unit that yearbooks print where it is not the quantity's own."""
_PRINTED = {"dm**3/km**2/s": "L/(s·km²)"}
"""The quantity's own unit as hydrological yearbooks print it, where the words of the unit do not give that."""
_COUNT_IN_A_YEAR = "1/year"
_LARGEST = 10**8
"""亿; a unit that differs by more than that is another trade's."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A spelling, and how many of the quantity's own unit one of it is."""

    spelling: str
    factor: Fraction


@cache
def offers(of: Unit) -> tuple[Offer, ...]:
    """The usual spellings of a unit, smallest first, one for each size. Every other known spelling is read all the same."""
    sizes: dict[Fraction, str] = {}
    for entry in usual(of):
        size = entry.meaning.scale * factor(entry.meaning.unit, of)
        if 1 <= max(size, 1 / size) <= _LARGEST:
            sizes.setdefault(size, _PRINTED.get(str(of), entry.texts[0]) if size == 1 else entry.texts[0])
    return tuple(Offer(text, size) for size, text in sorted(sizes.items()))


@cache
def offers_for(quantity: Quantity) -> tuple[Offer, ...]:
    """The spellings for a quantity: those of its unit, or, of things that its name counts in a year, their own word."""
    own = offers(quantity.unit)
    thing = thing_named(quantity.zh) if str(quantity.unit) == _COUNT_IN_A_YEAR else None
    return own if thing is None else (Offer(f"{thing}/年", Fraction(1)),)


def preset(quantity: Quantity) -> Offer:
    """The offer that a form begins with: the usual one, else the quantity's own unit."""
    found = offers_for(quantity)
    own = next(offer for offer in found if offer.factor == 1)
    return next((offer for offer in found if offer.spelling == _PRESET.get(str(quantity.unit))), own)
