"""The signs and words of a printed unit, in their order: what the grammar reads."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from qhgep.units.lexicon import Word, lexicon

_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?(?:[eE][-+]?\d{1,2})?")
_TEN = re.compile(r"10\^\(?([-+]?\d{1,2})\)?|10([2-9]|1[0-2])(?!\d)|10 ?(-[1-9])(?!\d)|10 ([2-9]|1[0-2])(?![\d.,])")
"""A power of ten as typed, with a lost superscript (104, 10-3), or with one that slid away (10 4)."""
_POWER = re.compile(r"\^\(([-+]?\d)\)|\^([-+]?\d)(?!\d)|([2-4]|-[1-4])(?![\d.])| ([2-4]|-[1-4])(?![\dA-Za-z.])")
"""The power of a unit as typed, with a lost superscript (m3, hm-2), or with one that slid away (m 3)."""
WEIGHED = frozenset({"mass", "percent"})
"""Kinds of words behind which a substance may stand: t CO₂, % C."""


Look = Callable[[str], Word | None]
"""The word that a piece of text is."""


class UnreadError(Exception):
    """A text that is no unit: the `part` that is not understood, and why (unknown, ambiguous, refused, none)."""

    def __init__(self, part: str, reason: str = "unknown") -> None:
        """Take the part as it was typed."""
        self.part, self.reason = part, reason
        super().__init__(part)


@dataclass(frozen=True, slots=True)
class Token:
    """A sign of `/·( )`, or a word, a number (a power of ten), or the power of what stands before it."""

    sign: str
    word: Word | None = None
    number: Fraction = Fraction(1)


def tokens(text: str, look: Look) -> list[Token]:
    """The tokens of a tidy text. Raises UnreadError where a part is no word and no power of ten."""
    found: list[Token] = []
    at = 0
    while at < len(text):
        token, end = _token(text, at, look, found[-1] if found else None)
        found.append(token)
        at = end
    return found


def _token(text: str, at: int, look: Look, before: Token | None) -> tuple[Token, int]:
    if before is not None and (before.sign == ")" or (before.word is not None and before.word.kind != "scale")):
        power = None if text[at - 1].isdigit() else _POWER.match(text, at)
        if power is not None:
            return Token("power", number=Fraction(next(filter(None, power.groups())))), power.end()
        if before.word is not None and text[at] not in "/·() ":
            return _substance(text, at, look, before.word)
    if text[at] in "/·() ":
        return Token(text[at]), at + 1
    if (number := _number(text, at)) is not None:
        return number
    word = longest(text, at, look)
    if word is None or word[0].kind == "refused":
        raise UnreadError(_part(text, at)) if word is None else UnreadError(word[0].text, "refused")
    return Token("word", word[0]), word[1]


def _substance(text: str, at: int, look: Look, before: Word) -> tuple[Token, int]:
    """Directly behind a word only the substance of a mass may stand: tCO2, 吨碳."""
    found = longest(text, at, look)
    if found is not None and found[0].kind == "refused":
        raise UnreadError(found[0].text, "refused")
    if before.kind not in WEIGHED or found is None or found[0].kind != "substance":
        raise UnreadError(_part(text, at - len(before.text)))
    return Token("word", found[0]), found[1]


def _number(text: str, at: int) -> tuple[Token, int] | None:
    """A power of ten. Any other number is no scale of a unit; 10E4 is 10⁵ to a computer and 10⁴ to its writer."""
    plain, ten = _NUMBER.match(text, at), _TEN.match(text, at)
    if plain is None:
        return None
    if ten is not None and ten.end() >= plain.end():
        number, end = Fraction(10) ** int(next(filter(None, ten.groups()))), ten.end()
    else:
        number, end = Fraction(plain[0].replace(",", "")), plain.end()
    if re.match("10[eE]", plain[0]):
        raise UnreadError(plain[0], "ambiguous")
    if not all(re.fullmatch(r"10{0,15}", str(part)) for part in (number.numerator, number.denominator)):
        raise UnreadError(plain[0])
    return Token("number", number=number), end + text.startswith(" ", end)


def longest(text: str, at: int, look: Look) -> tuple[Word, int] | None:
    """The longest word that begins at a place, and where it ends; a Latin word does not end before another letter.

    The letter may begin a substance: tC, gN.
    """
    for end in range(min(at + _longest(), len(text)), at, -1):
        word = look(text[at:end])
        if word is None:
            continue
        letters = text[end - 1].isascii() and text[end - 1].isalpha() and text[end:][:1].isascii()
        if not (letters and text[end:][:1].isalpha()):
            return word, end
        behind = longest(text, end, look) if word.kind in WEIGHED else None
        if behind is not None and behind[0].kind in {"substance", "refused"}:
            return word, end
    return None


@cache
def _longest() -> int:
    return max(map(len, lexicon()))


def _part(text: str, at: int) -> str:
    """What stands from a place up to the next sign."""
    found = re.match(r"[^/·()^ ]*", text[max(at, 0) :])
    return (found[0] if found else "") or text
