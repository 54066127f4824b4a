"""How a printed unit is read: `[scale] word[power]`, products, solidus chains, brackets. What has two readings is refused.

What stands behind a solidus stands below the line up to the next solidus, as tables mean it: 元/亩·年 is 元/(亩·年). A digit
behind a unit is a power that lost its place (m3, hm-2), and a 104 before one is 10⁴: no unit is counted in hundreds and four.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache, lru_cache

from qhgep.units.lexicon import ONE, Spelling, Word, lexicon, oddities, tidy
from qhgep.units.tokens import WEIGHED, Look, Token, UnreadError, tokens

_MOST = 80
"""Signs of the longest text that is read; longer ones are remarks."""
MOST_TYPED = 200
"""Signs of the longest text that is looked at; folding and likeness of a longer one would take long."""
_BASE_YEAR = re.compile(r"(?:19|20)\d\d年?=100")
_COUNTED_AS = re.compile(r"\((?:以|按)([^()]+?)计\)")


@lru_cache(maxsize=4096)
def read(text: str) -> Spelling:
    """What a text means. Raises UnreadError.

    >>> str(read("10⁴ hm2/a").unit), read("10⁴ hm2/a").scale
    ('ha/year', Fraction(10000, 1))
    """
    if len(text) > MOST_TYPED:
        raise UnreadError("", "long")
    neat = _COUNTED_AS.sub(r"(\1)", tidy(text))
    if (oddity := oddities().get(neat)) is not None:
        if oddity.meaning is None:
            raise UnreadError(neat, "none")
        return oddity.meaning
    if not neat or len(neat) > _MOST:
        raise UnreadError(neat)
    if _BASE_YEAR.fullmatch(neat):
        return lexicon()["百分点"].meaning
    try:
        return _meaning(neat, lexicon().get)
    except UnreadError as error:
        if error.reason != "unknown":
            raise
        for typed, look in ((neat.replace(" ", ""), lexicon().get), (neat, _whatever_capitals)):
            with suppress(UnreadError):
                return _meaning(typed, look)
        raise


def _whatever_capitals(piece: str) -> Word | None:
    return lexicon().get(piece) or _small().get(piece.casefold())


@cache
def _small() -> Mapping[str, Word]:
    """Words by their small letters, where they are one thing: KM2, Kwh. The prefixes m and M are told apart."""
    found: dict[str, Word | None] = {}
    for text, word in lexicon().items():
        known = found.setdefault(text.casefold(), word)
        if known is None or known.meaning != word.meaning or (text[0] in "mM" and len(text) > 1):
            found[text.casefold()] = None
    return {text: word for text, word in found.items() if word is not None}


def _meaning(text: str, look: Look) -> Spelling:
    reader = _UnitReader(text, tokens(text, look))
    found = reader.chain()
    if reader.at < len(reader.tokens):
        raise UnreadError(text)
    return reader.sound(found)


class _UnitReader:
    """Reads the tokens of one text from left to right, and keeps what was met on which side of the line."""

    def __init__(self, text: str, found: Sequence[Token]) -> None:
        self.text, self.tokens, self.at, self.side = text, found, 0, 1
        self.masses: Counter[int] = Counter()
        self.kinds: set[str] = set()
        self.bracketed: list[tuple[Spelling, int]] = []

    def _is(self, *signs: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at].sign in signs

    def _next(self) -> Token:
        if self.at >= len(self.tokens):
            raise UnreadError(self.text)
        self.at += 1
        return self.tokens[self.at - 1]

    def chain(self) -> Spelling:
        """Products parted by solidus: the first stands above the line, the others below it."""
        if self._is("·"):
            self.at += 1  # ×10^4 t
        above = ONE if self._is("/") else self.product(below=False)
        while self._is("/"):
            self.at += 1
            self.side = -self.side
            above *= self.product(below=True)
            self.side = -self.side
        return above

    def product(self, *, below: bool) -> Spelling:
        """Factors side by side, as they count above the line.

        Below it a negative power stands for itself (t/hm2·a-1); the first one does not: t/hm-2 has two readings.
        """
        found, first = ONE, True
        while True:
            value, power = self.factor()
            if below and first and power < 0:
                raise UnreadError(self.text, "ambiguous")
            found *= value ** (-power if below and power > 0 else power)
            first = False
            if self._is("·", " "):
                self.at += 1
            elif self.at >= len(self.tokens) or self._is("/", ")"):
                return found

    def factor(self) -> tuple[Spelling, int]:
        """A number, a scale, a word or a bracket, and its power."""
        token = self._next()
        if token.sign == "number":
            return Spelling(ONE.unit, token.number), 1
        if token.sign == "(":
            value = self._bracket()
        elif token.word is not None:
            value = token.word.meaning
            self.kinds.add(token.word.kind)
        else:
            raise UnreadError(self.text)
        power = int(self._next().number) if self._is("power") else 1
        if not power:
            raise UnreadError(self.text)
        if token.word is not None and token.word.kind in WEIGHED:
            self.masses[self.side if power > 0 else -self.side] += 1
        return value, power

    def _bracket(self) -> Spelling:
        word = self.tokens[self.at].word if self.at < len(self.tokens) else None
        before = self.tokens[self.at - 2] if self.at > 1 else Token("(")
        if word and word.kind == "substance" and self.tokens[self.at + 1 : self.at + 2] == [Token(")")]:
            self.bracketed.append((word.meaning, self.side if before.word and before.word.kind in WEIGHED else 0))
            self.kinds.add("substance")
            self.at += 2
            return ONE
        if before.sign in {")", "power"} or (before.word is not None and before.word.kind != "scale"):
            raise UnreadError(self.text)
        found = self.chain()
        if self._next().sign != ")":
            raise UnreadError(self.text)
        return found

    def sound(self, found: Spelling) -> Spelling:
        """The whole, if it is a unit: substances have their mass, months their wages, and something is named."""
        for substance, beside in self.bracketed:
            found *= substance ** self._side_of(beside)
        powers = dict(found.unit.items)
        ratio = self.kinds == {"substance"} and not sum(powers.values())
        amiss = (
            not self.kinds - {"scale"}
            or any(power.denominator != 1 for power in powers.values())
            or ("month" in self.kinds and "money" not in self.kinds)
            or ("substance" in self.kinds and not self.kinds & WEIGHED and not ratio)
        )
        if amiss:
            raise UnreadError(self.text)
        if powers.get("percent") == 1 and "substance" not in self.kinds:
            return found * lexicon()["percent"].meaning ** -1 * lexicon()["百分点"].meaning
        return found

    def _side_of(self, beside: int) -> int:
        """Where a substance in brackets belongs: to the one mass of the unit, before it or anywhere."""
        if sum(self.masses.values()) != 1:
            raise UnreadError(self.text, "ambiguous" if self.masses else "unknown")
        return beside or next(iter(self.masses))
