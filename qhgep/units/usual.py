"""The usual spellings of a unit, made from its words: what forms offer, audits try and messages propose. More is read than these."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from qhgep.units.grammar import read
from qhgep.units.lexicon import ONE, Atom, Spelling, atoms, lexicon
from qhgep.units.registry import Unit, dimension

_LARGE = ("t", "ha")
"""The units in which figures of a county are given: a mass per area in small units is usual in these two as well."""
_ORDER = ("money", "mass", "percent", "substance")
"""Kinds of words that come first: 元, then 吨 before its substance."""
_NUMBERS = ("比值", "%", "‰")


@dataclass(frozen=True, slots=True)
class Usual:
    """A unit with its scale, and how it is written: in Chinese (or as qhgep prints it), then in Latin letters."""

    meaning: Spelling
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    """A word of a unit, above (1) or below (-1) the line, with a power where the word has none in itself (s²)."""

    atom: Atom
    sign: int
    power: int = 1

    @property
    def rank(self) -> int:
        """Its place among the words of its side; the period is the last."""
        kind = self.atom.kind
        return _ORDER.index(kind) if kind in _ORDER else len(_ORDER) + (kind == "period")

    def word(self, *, chinese: bool) -> str:
        """How it is written, with its power."""
        word = self.atom.chinese if chinese else self.atom.latin or self.atom.chinese
        return f"{word}{self.power}" if self.power > 1 else word


@cache
def usual(of: Unit) -> tuple[Usual, ...]:
    """The usual spellings of the dimension of a unit, its own first, each meaning once."""
    if not of.items:
        return tuple(Usual(read(text), (text,)) for text in _NUMBERS)
    parts = sorted((part for item in of.items if (part := _part(*item))), key=lambda part: part.rank)
    if len(parts) < len(of.items):
        return (Usual(Spelling(of, Fraction(1)), (of.printed, str(of))),)
    found: dict[Spelling, Usual] = {}
    for chosen in _choices(parts):
        for scale in _scales(chosen):
            entry = _written(chosen, scale, of)
            found.setdefault(entry.meaning, entry)
    return tuple(found.values())


def _part(name: str, power: Fraction) -> _Part | None:
    """The word of a factor: 立方米 for m³, else the word of its name with the power; None where it has no word."""
    for wanted, times in ((Unit(((name, abs(power)),)), 1), (Unit(((name, Fraction(1)),)), int(abs(power)))):
        for atom in atoms():
            if atom.offered and atom.meaning == Spelling(wanted, Fraction(1)):
                return _Part(atom, 1 if power > 0 else -1, times)
    return None


def _choices(own: Sequence[_Part]) -> Iterator[Sequence[_Part]]:
    """The unit's own words; one of them exchanged for another of its kind; all at the size of a county's figures."""
    yield own
    masses = [part for part in own if part.atom.kind == "mass"]
    if sorted(part.sign for part in masses) == [-1, 1]:  # a mass in a mass is also given in per cent
        yield [_Part(_of_kind("percent"), 1), *(part for part in own if part not in masses)]
    large = list(own)
    for place, part in enumerate(own):
        for other in _others(part):
            yield [*own[:place], other, *own[place + 1 :]]
            if str(other.atom.meaning.unit) in _LARGE:
                large[place] = other
    yield large


def _others(part: _Part) -> Iterator[_Part]:
    """The offered words of the same kind and dimension."""
    for atom in atoms() if part.power == 1 else ():
        same = atom.kind == part.atom.kind and dimension(atom.meaning.unit) == dimension(part.atom.meaning.unit)
        if atom.offered not in {(), ("own",)} and same and atom != part.atom:
            yield _Part(atom, part.sign)


def _of_kind(kind: str) -> Atom:
    return next(atom for atom in atoms() if atom.kind == kind)


def _scales(parts: Sequence[_Part]) -> Sequence[str]:
    """万 and 亿 where amounts are counted in them, and 万 where money is per an area that is counted in 万 itself."""
    above = [part for part in parts if part.sign > 0 and part.atom.kind != "substance"]
    below = [part for part in parts if part.sign < 0 and part.atom.kind != "period"]
    if len(above) != 1 or above[0].power > 1 or above[0].atom.offered == ("own",):
        return ("1",)
    if not below:
        return above[0].atom.offered
    money_per_area = above[0].atom.kind == "money" and [part.atom.kind for part in below] == ["area"]
    return ("1", "万") if money_per_area and "万" in below[0].atom.offered else ("1",)


def _written(parts: Sequence[_Part], scale: str, own: Unit) -> Usual:
    meaning = ONE if scale == "1" else lexicon()[scale].meaning
    for part in parts:
        meaning *= part.atom.meaning ** (part.sign * part.power)
    power_of_ten = "" if scale == "1" else f"10^{len(str(meaning.scale)) - 1} "
    lines = [_line(parts, chinese=False), _line(parts, chinese=False, close=True)]
    texts = [power_of_ten + line for line in lines] + [power_of_ten + line.replace("CNY", "元", 1) for line in lines]
    if scale != "1":
        texts += [scale + line.replace("CNY", "元", 1) for line in lines]
    if all(part.atom.chinese for part in parts) and all(part.power == 1 for part in parts):
        texts.insert(0, ("" if scale == "1" else scale) + _line(parts, chinese=True))
    elif meaning == Spelling(own, Fraction(1)):
        texts.insert(0, own.printed)
    return Usual(meaning, tuple(dict.fromkeys(texts)))


def _line(parts: Sequence[_Part], *, chinese: bool, close: bool = False) -> str:
    """`t CO2/(hm2·a)`, 吨二氧化碳/公顷/年; `close` without a blank before the substance: tCO2."""
    joint = "" if chinese or close else " "
    sides = ([part for part in parts if part.sign == sign] for sign in (1, -1))
    above, below = (_side(side, joint, chinese=chinese) for side in sides)
    head = "·".join(above) or "1"
    if chinese or len(below) == 1:
        return "/".join([head, *below])
    return f"{head}/({'·'.join(below)})" if below else head


def _side(parts: Sequence[_Part], joint: str, *, chinese: bool) -> list[str]:
    """The words of one side; a substance stands right behind its mass, one of several words after a blank."""
    found: list[str] = []
    for part in parts:
        word = part.word(chinese=chinese)
        if part.atom.kind == "substance" and found:
            found[-1] += f" {word}" if " " in word else f"{joint}{word}"
        else:
            found.append(word)
    return found
