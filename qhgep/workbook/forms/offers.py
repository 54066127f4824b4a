"""The units that a form offers for a quantity: spellings that convert exactly, one for each size, in Chinese where there is one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from qhgep.units import PURE, Unit, dimension, factor, spellings

_USUAL = {"CNY/year": "万元/年", "1": "比值"}
"""The unit that yearbooks print where it is not the quantity's own."""
_LETTERS, _TYPED = re.compile("[A-Za-z]"), re.compile(r"[*^0-9]")
_LARGEST = 10**8
"""亿; a unit that differs by more than that is another trade's."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A spelling, and how many of the quantity's own unit one of it is."""

    spelling: str
    factor: Fraction


@cache
def offers(of: Unit) -> tuple[Offer, ...]:
    """The offers for a quantity of this unit, smallest first. Every registered spelling is read all the same."""
    sizes: dict[Fraction, list[str]] = {}
    for text, meaning in spellings().items():
        if meaning is None or dimension(meaning.unit) != dimension(of) or (of == PURE and meaning.unit != PURE):
            continue
        size = meaning.scale * factor(meaning.unit, of)
        if 1 <= max(size, 1 / size) <= _LARGEST:
            sizes.setdefault(size, []).append(text)
    usual = _USUAL.get(str(of), "")
    return tuple(
        Offer(min(texts, key=lambda text: (text != usual, _plainness(text, of), len(text), text)), size)
        for size, texts in sorted(sizes.items())
    )


def preset(of: Unit) -> Offer:
    """The offer that a form begins with: the usual one, else the quantity's own unit."""
    found = offers(of)
    usual = next((offer for offer in found if offer.spelling == _USUAL.get(str(of))), None)
    return usual or next((offer for offer in found if offer.factor == 1), found[0])


def _plainness(text: str, of: Unit) -> int:
    """Chinese first, then as qhgep prints it, then without signs of typing such as ^ and *."""
    if not _LETTERS.search(text) and not _TYPED.search(text):
        return 0
    return 1 if text == of.printed else 3 if _TYPED.search(text) else 2
