"""What `qhgep units` answers: everything that units are written with, or what one text was read as."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from qhgep.errors import Language
from qhgep.phrases import heads, phrase
from qhgep.text_tables import columns, html_table, in_one_line
from qhgep.units.counted import counted
from qhgep.units.lexicon import Atom, Spelling, atoms, oddities
from qhgep.units.registry import PURE, Unit, dimension, factor
from qhgep.units.usual import usual

_MOST = 8
"""Usual spellings that are shown beside a unit."""


@dataclass(frozen=True, slots=True)
class UnitReading:
    """What a text was read as: `scale` times `unit`, `size` times `base` (base units), and how many of each usual spelling."""

    text: str
    unit: Unit
    scale: Fraction
    base: Unit
    size: Fraction
    usual: tuple[tuple[str, Fraction], ...]
    __repr__ = in_one_line

    def report(self, language: Language = "zh") -> str:
        """The reading as lines for a person."""
        read_as, which_is, also = heads("units.heads", language)
        pure = phrase("units.pure", language)
        own = self.unit.printed if self.unit.items else pure
        lines = [(read_as, f"{_number(self.scale)} × {own}" + (f"  [{self.unit}]" if self.unit.items else ""))]
        if self.base != self.unit or self.size != self.scale:
            lines.append((which_is, f"{_number(self.size)} {self.base.printed if self.base.items else pure}"))
        lines += [
            (also if not place else "", f"{_number(number)} {text}") for place, (text, number) in enumerate(self.usual)
        ]
        return f"{self.text}\n" + columns(lines)


def read_unit(text: str) -> UnitReading:
    """What a printed unit means, things that are counted too. Raises UnitError, which names the nearest spelling.

    >>> read_unit("万亩").size
    Fraction(20000000, 3)
    """
    found = counted(text)
    base = Unit(dimension(found.unit))
    near = [
        (entry.texts[0], found.scale * factor(found.unit, entry.meaning.unit) / entry.meaning.scale)
        for entry in usual(found.unit)
        if found.unit != PURE or entry.meaning.unit == PURE
    ]
    size = found.scale * factor(found.unit, base)
    return UnitReading(text.strip(), found.unit, found.scale, base, size, tuple(near[:_MOST]))


@dataclass(frozen=True, slots=True)
class KnownUnits:
    """The words of units by kind, the whole texts that no grammar can know, and what is refused."""

    words: tuple[Atom, ...]
    oddities: tuple[tuple[str, Spelling, str], ...]
    __repr__ = in_one_line

    def report(self, language: Language = "zh") -> str:
        """The words as lines for a person: kind, spellings, meaning, prefixes."""
        return f"{phrase('units.grammar', language)}\n\n" + columns(self._table(language))

    def _repr_html_(self) -> str:
        first, *rows = self._table("zh")
        return html_table(phrase("units.grammar", "zh"), [], first, rows)

    def _table(self, language: Language) -> list[Sequence[str]]:
        lines: list[Sequence[str]] = [heads("units.word_heads", language)]
        lines += [
            (
                phrase(f"units.kind_{atom.kind}", language),
                "、".join(atom.words),
                _meaning(atom),
                " ".join(atom.prefixes),
            )
            for atom in self.words
        ]
        odd = phrase("units.whole", language)
        whole = [(odd, text, _spelling(found), "") for text, found, _ in self.oddities]
        return [*lines, *whole]


def known_units() -> KnownUnits:
    """Everything that units are written with, in the order of its table."""
    whole = [(odd.text, odd.meaning, odd.note) for odd in oddities().values() if odd.meaning is not None]
    return KnownUnits(atoms(), tuple(whole))


def _meaning(atom: Atom) -> str:
    if atom.kind == "refused":
        return "—"
    if atom.kind == "hectare_side":
        return f"{atom.latin}2 = {(atom.meaning**2).unit.printed}"
    return f"{_number(atom.meaning.scale)}" if atom.kind in {"scale", "prefix"} else _spelling(atom.meaning)


def _spelling(found: Spelling) -> str:
    own = found.unit.printed
    return (
        own if found.scale == 1 else _number(found.scale) if not found.unit.items else f"{_number(found.scale)} {own}"
    )


def _number(number: Fraction) -> str:
    """A number exactly, and about where it has no short decimal text."""
    if number.denominator == 1:
        return f"{number.numerator:,}"
    about = format(Decimal(f"{float(number):.6g}"), "f")
    return about if Fraction(about) == number else f"{number} ≈ {about}"
