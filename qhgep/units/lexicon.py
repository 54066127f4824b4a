"""The words that units are written with: `atoms.csv` (units, substances, scales, prefixes) and `oddities.csv` (whole texts)."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path

from qhgep.units.registry import PURE, Unit, dimension, factor, names, unit

_HERE = Path(__file__).parent
_POWERS = {"平方": 2, "立方": 3}
"""Chinese words for powers stand before the unit of length."""


@dataclass(frozen=True, slots=True)
class Spelling:
    """What a printed spelling means: values times `scale` are in `unit`. 万 and 亿 are scales, never units."""

    unit: Unit
    scale: Fraction

    def __mul__(self, other: Spelling) -> Spelling:
        """The product of two spellings."""
        return Spelling(self.unit * other.unit, self.scale * other.scale)

    def __pow__(self, power: int) -> Spelling:
        """A whole power."""
        return Spelling(self.unit**power, Fraction(self.scale**power))


ONE = Spelling(PURE, Fraction(1))


@dataclass(frozen=True, slots=True)
class Atom:
    """A word of units. `words` are its spellings, the first of each script the preferred one.

    `offered` are the scales with which it is proposed; `own`: only where it is the unit's own word.
    """

    kind: str
    words: tuple[str, ...]
    meaning: Spelling
    prefixes: tuple[str, ...]
    offered: tuple[str, ...]
    note: str

    @property
    def chinese(self) -> str:
        """The preferred word that is not in Latin letters; empty where there is none."""
        return next((word for word in self.words if not word.isascii()), "")

    @property
    def latin(self) -> str:
        """The preferred word in Latin letters; empty where there is none."""
        return next((word for word in self.words if word.isascii()), "")


@cache
def atoms() -> tuple[Atom, ...]:
    """The rows of `atoms.csv` in their order. Refused words mean nothing; a side of a hectare is its square root."""
    return tuple(
        Atom(
            row["kind"], tuple(row["spellings"].split("|")), _meaning(row),
            tuple(row["prefixes"].split()), tuple(row["offered"].split()), row["note"],
        )
        for row in rows_of("atoms.csv")
    )  # fmt: skip


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """The rows of a file of words beside this module."""
    with (_HERE / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _meaning(row: Mapping[str, str]) -> Spelling:
    if row["unit"] == "none":
        return ONE
    of = unit(row["unit"])
    return Spelling(of ** Fraction(1, 2) if row["kind"] == "hectare_side" else of, Fraction(row["times"]))


@dataclass(frozen=True, slots=True)
class Oddity:
    """A whole text that no grammar can know. `meaning` is None where it is no unit at all."""

    text: str
    meaning: Spelling | None
    note: str


@cache
def oddities() -> Mapping[str, Oddity]:
    """The rows of `oddities.csv` by their tidy text."""
    return {
        tidy(row["spelling"]): Oddity(
            row["spelling"],
            None if row["unit"] == "none" else Spelling(unit(row["unit"]), Fraction(row["scale"])),
            row["note"],
        )
        for row in rows_of("oddities.csv")
    }


_RAISED = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+")
_LEVEL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SIGNS = (
    dict.fromkeys(map(ord, "−‐‑–—"), "-") | dict.fromkeys(map(ord, "⋅•∙・×*"), "·")
    | dict.fromkeys(map(ord, "∕⁄÷"), "/") | dict.fromkeys(map(ord, "【〔[{"), "(") | dict.fromkeys(map(ord, "】〕]}"), ")")
    | dict.fromkeys(map(ord, "\u200b\ufeff"), " ")
)  # fmt: skip
_TIMES = re.compile(
    r"(?<=\d)[ ]?[xX][ ]?(?=10)|^[xX][ ]?(?=10)|(?<= )[xX](?= )|(?<=[A-Za-z0-9)\u2e80-\u9fff])\.(?=[A-Za-z(\u2e80-\u9fff])"
)
_PER = re.compile(r"/?\s*每(?=.)| per ")
_NO_BLANK = re.compile(r" ?([/·()^]) ?|(?<=[\u2e80-\u9fff]) (?=[\u2e80-\u9fff])")


@lru_cache(maxsize=1 << 14)
def tidy(text: str) -> str:
    """A unit as it is compared: forms folded, one sign each for power, product, solidus and brackets, no blanks that mean nothing.

    Superscripts become `^2`, so that folding does not make 10⁴ a 104.
    """
    raised = _RAISED.sub(lambda found: "^" + found[0].translate(_LEVEL), text)
    folded = unicodedata.normalize("NFKC", raised).replace("**", "^").translate(_SIGNS)
    folded = re.sub(r"\s+", " ", folded).strip()
    folded = _PER.sub("/", _TIMES.sub("·", folded))
    return _NO_BLANK.sub(lambda found: found[1] or "", folded)


def as_typed(text: str) -> str:
    """A unit as a table keeps it: full-width signs folded, single blanks, powers and brackets as they were typed."""
    return re.sub(r"\s+", " ", text.translate(_FULL_WIDTH)).strip()


_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(
    map(ord, "\u3000\u200b\ufeff"), " "
)
"""Full-width forms and the blanks of Chinese text."""


def is_chinese(word: str) -> bool:
    """Whether a word is written in Chinese characters."""
    return any("\u2e80" <= sign <= "\u9fff" for sign in word)


@dataclass(frozen=True, slots=True)
class Word:
    """A word with what it means, as the grammar meets it."""

    text: str
    kind: str
    meaning: Spelling


@cache
def lexicon() -> Mapping[str, Word]:
    """Every word: the atoms, those with prefixes, and the Chinese squares and cubes of lengths. Prefixes are none by themselves."""
    found: dict[str, Word] = {}
    for atom in atoms():
        for word in atom.words if atom.kind != "prefix" else ():
            found[tidy(word)] = Word(word, atom.kind, atom.meaning)
    for atom in atoms():
        for text, meaning in _prefixed(atom):
            found.setdefault(tidy(text), Word(text, atom.kind, meaning))
    for side in [*found.values()]:
        if is_chinese(side.text) and side.kind == "length":
            for name, power in _POWERS.items():
                found.setdefault(name + side.text, Word(name + side.text, "area", side.meaning**power))
    return found


def _prefixed(atom: Atom) -> Iterator[tuple[str, Spelling]]:
    """The words of an atom with its prefixes, Chinese before Chinese: `GWh`, 千焦."""
    for prefix in atom.prefixes:
        size = next(other.meaning.scale for other in atoms() if other.kind == "prefix" and prefix in other.words)
        for word in atom.words:
            if is_chinese(prefix) == is_chinese(word):
                yield prefix + word, _named(Spelling(atom.meaning.unit, atom.meaning.scale * size))


def _named(meaning: Spelling) -> Spelling:
    """The same as a unit of the registry without a scale, where there is one: a thousand grams are one kilogram."""
    for name in sorted(names()) if len(meaning.unit.items) == 1 else ():
        of = Unit(((name, Fraction(1)),))
        if dimension(of) == dimension(meaning.unit) and factor(of, meaning.unit) == meaning.scale:
            return Spelling(of, Fraction(1))
    return meaning
