"""The meaning of a printed unit, or the reason why it has none and the nearest spelling that has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from fractions import Fraction
from functools import cache, lru_cache

from qhgep.errors import Problem, UnitError, problem
from qhgep.units.grammar import MOST_TYPED, read
from qhgep.units.lexicon import Spelling, atoms, is_chinese, lexicon, tidy
from qhgep.units.registry import Unit, dimension, factor
from qhgep.units.tokens import UnreadError
from qhgep.units.usual import usual

_EXAMPLES = ("km2", "hm²", "万亩", "mm/a", "10^8 m3")
_FEW, _MANY = 4, 20
_QUOTED = 40
"""Signs of a text of many more that a message quotes."""
_CLOSE = 0.5
"""Likeness below which a word is no slip for another."""


def spelled(text: str, *, where: str = "", like: Unit | None = None, quantity: str = "") -> Spelling:
    """The unit and scale of a printed spelling (`万亩`, `10^8 m3`, `tCO2`, `%`).

    Raises UnitError for what is no unit, has two readings or is not known; it names the nearest spelling, one of the
    dimension of `like` where that is given, and the `quantity` whose unit it is. Nothing is guessed.
    >>> spelled("%").scale
    Fraction(1, 100)
    """
    try:
        return read(text)
    except UnreadError as error:
        if error.reason == "long":
            found = problem("unit_long", where, unit=f"{text.strip()[:_QUOTED]}…", count=len(text), most=MOST_TYPED)
            raise UnitError(found) from error
        raise UnitError(_problem(text, error, where, (like, quantity))) from error


def converted(text: str, target: Unit, *, quantity: str, where: str = "") -> Fraction:
    """How many units of a quantity one of a printed spelling is, exactly. `quantity` is its name for the messages.

    Raises UnitError where the spelling is not read, naming the nearest of the dimension, and where it is of another.
    >>> converted("万亩", spelled("hm2").unit, quantity="森林面积")
    Fraction(2000, 3)
    """
    known = _rate(text, target)
    if known is not None:
        return known
    spelled(text, where=where, like=target, quantity=quantity)
    facts = {"unit": text.strip(), "expected": _shown(target), "usual": _usual(target)}
    raise UnitError(problem("unit_of_other", where, quantity=quantity, **facts))


@lru_cache(maxsize=4096)
def _rate(text: str, target: Unit) -> Fraction | None:
    """See `converted`; None where there is none. Kept: a table has one spelling in all its rows."""
    try:
        found = read(text)
    except UnreadError:
        return None
    return found.scale * factor(found.unit, target) if dimension(found.unit) == dimension(target) else None


def _shown(target: Unit) -> str:
    return target.printed if target.items else "1"


def _usual(target: Unit) -> str:
    return "、".join(entry.texts[0] for entry in usual(target)[:_FEW])


def reads(text: str) -> bool:
    """Whether a text is a unit."""
    return not _reason(text)


def like_a_unit(text: str) -> bool:
    """Whether a text that is no unit was meant as one: it has signs of units, ends in a word of them, or nearly is one."""
    if len(text) > MOST_TYPED:
        return False
    neat = tidy(text)
    if not neat or reads(text) or _YEARS.search(neat):
        return False
    if _SIGNS.search(neat) or _reason(neat) == "refused":
        return True
    words = [word.text for word in lexicon().values() if word.kind not in _NO_ENDING and is_chinese(word.text)]
    return any(neat.endswith(word) or _is_slip(neat, word) for word in words)


def _is_slip(text: str, word: str) -> bool:
    return len(text) == len(word) and _likeness(text, word) >= _CLOSE


def _reason(text: str) -> str:
    try:
        read(text)
    except UnreadError as error:
        return error.reason
    return ""


_SIGNS = re.compile(r"[/^%‰°]|^(?:[十百千万亿]|10\d)|[A-Za-z][23](?![A-Za-z0-9])|-[12]$")
_YEARS = re.compile(r"(?:19|20)\d\d|年$")
_NO_ENDING = frozenset({"period", "time", "month", "substance", "count", "scale"})


def is_no_unit(text: str) -> bool:
    """Whether a text is known to be no unit: blank, a remark of a list (text, none), a word with no exact conversion."""
    return not text.strip() or _reason(text) in {"none", "refused"}


@lru_cache(maxsize=1 << 12)
def nearest(text: str, *, like: Unit | None = None) -> str:
    """The known spelling most like a text, of the dimension of a unit where one is given; examples where nothing is like it."""
    text = text[:MOST_TYPED]
    found = max(_candidates(tidy(text), like), key=lambda known: _likeness(text, known), default="")
    if _likeness(text, found) >= _CLOSE:
        return found
    return "、".join(_EXAMPLES) if like is None else usual(like)[0].texts[0]


def _problem(text: str, error: UnreadError, where: str, asked: tuple[Unit | None, str]) -> Problem:
    shown, (like, quantity) = text.strip(), asked
    if not shown:
        return problem("unit_blank", where, nearest=usual(like)[0].texts[0] if like is not None else nearest(""))
    if error.reason == "ambiguous":
        return problem("unit_ambiguous", where, unit=shown)
    if error.reason == "refused":
        return problem("unit_refused", where, unit=shown, part=error.part)
    if like is not None and quantity:
        facts = {"unit": shown, "expected": _shown(like), "nearest": nearest(shown, like=like)}
        return problem("unit_of_unknown", where, quantity=quantity, **facts)
    return _unread(shown, error.part if error.part != tidy(shown) else "", where, like)


def _unread(shown: str, part: str, where: str, like: Unit | None) -> Problem:
    """A text that is not known, or the part of it that is not, with the nearest, or with examples where nothing is near."""
    near = nearest(shown, like=like)
    far = like is None and near == "、".join(_EXAMPLES)
    if part:
        return problem("unit_part_unlike" if far else "unit_part", where, unit=shown, part=part, **_near(near, far=far))
    return problem("unit_unlike" if far else "unit_spelling", where, unit=shown, **_near(near, far=far))


def _near(text: str, *, far: bool) -> dict[str, str]:
    return {"examples" if far else "nearest": text}


def _candidates(text: str, like: Unit | None) -> Iterator[str]:
    """The text with its unknown part exchanged for each word, where that is read; and the usual spellings of a unit."""
    try:
        read(text)
    except UnreadError as error:
        part = error.part
    else:
        part = text
    for word in _words(part):
        whole = text.replace(part, word, 1) if part else word
        if reads(whole) and (like is None or dimension(read(whole).unit) == dimension(like)):
            yield whole
    if like is not None:
        for entry in usual(like):
            yield from entry.texts


def _words(part: str) -> Iterator[str]:
    """The words most like a part, the best first."""
    yield from sorted(_all_words(), key=lambda word: -_likeness(part, word))[:_MANY]


@cache
def _all_words() -> tuple[str, ...]:
    """Every word that may stand in a unit, those that are proposed first."""
    proposed = [word for atom in atoms() if atom.offered not in {(), ("own",)} for word in atom.words]
    others = [word.text for word in lexicon().values() if word.kind not in {"refused", "scale", "hectare_side"}]
    return tuple(dict.fromkeys(proposed + others))


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, tidy(one).casefold(), tidy(other).casefold()).ratio()
