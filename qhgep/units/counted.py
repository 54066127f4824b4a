"""What is counted one by one (`counted.csv`): its whole numbers are exact, 3 户 as 3 人; those of 万户 are rounded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import Final

from qhgep.errors import UnitError
from qhgep.units.lexicon import Spelling, rows_of, tidy
from qhgep.units.reading import spelled
from qhgep.units.registry import Unit, dimension

_OF_THINGS: Final = "个"
_PURE, _PERIOD = "1", "year"
_PIECE = re.compile(r"([十百千万亿]*)([^/·]+)")


@cache
def counted_words() -> Mapping[str, str]:
    """Word -> the word of `atoms.csv` that means the same unit: 座 -> 个, 名 -> 人."""
    rows = [(tidy(row["word"]), row["unit"]) for row in rows_of("counted.csv")]
    first = {of: word for word, of in reversed(rows)}
    return {word: first[of] for word, of in rows}


@cache
def counted_units() -> frozenset[str]:
    """The units that count and are more than a pure number: person, household, head, visit."""
    return frozenset(row["unit"] for row in rows_of("counted.csv") if row["unit"] != _PURE)


def counted_thing(of: Unit) -> str | None:
    """The first word of `counted.csv` for a unit that is one thing counted, in a year or at a time; None for any other.

    >>> [counted_thing(spelled(text).unit) for text in ("户", "人/年", "人次", "公顷")]
    ['户', '人', '人次', None]
    """
    parts = [(name, power) for name, power in dimension(of) if name != _PERIOD]
    if len(parts) != 1 or parts[0][1] != 1:
        return None
    return next(
        (row["word"] for row in rows_of("counted.csv") if row["unit"] == parts[0][0] and row["unit"] != _PURE), None
    )


def thing_named(name: str) -> str | None:
    """The word for things of no unit of their own that a name counts, the longest there; None where it names none.

    >>> [thing_named(name) for name in ("竹材产量（根）", "景观客房间夜数", "森林面积")]
    ['根', '间夜', None]
    """
    things = [row["word"] for row in rows_of("counted.csv") if row["unit"] == _PURE and row["word"] in name]
    return max(things, key=len, default=None)


def counts(text: str, meaning: Spelling) -> bool:
    """Whether a unit counts one by one, in a year or at a time.

    >>> [counts(text, counted(text)) for text in ("座", "个乡镇", "人次/年", "万户", "元/户")]
    [True, True, True, False, False]
    """
    parts = [(name, power) for name, power in dimension(meaning.unit) if name != _PERIOD]
    if meaning.scale != 1 or parts:
        return meaning.scale == 1 and len(parts) == 1 and parts[0][1] == 1 and parts[0][0] in counted_units()
    return _thing(tidy(text).removesuffix("/年").removesuffix("/a")) is not None


def counted(text: str, *, where: str = "") -> Spelling:
    """What a unit means in which things are counted: 元/座 is 元/个, 万株 is 万个. Raises UnitError.

    Only where a table says itself what its rows are may a count be a pure number: elsewhere 元/县 is no sum of money.
    """
    try:
        return spelled(text, where=where)
    except UnitError:
        with suppress(UnitError):
            return spelled(_PIECE.sub(_as_known, tidy(text)))
        raise


def _as_known(piece: re.Match[str]) -> str:
    known = _thing(piece[2])
    return piece[0] if known is None else piece[1] + known


def _thing(word: str) -> str | None:
    """The word of `atoms.csv` for a thing that is counted, 个 before it or not; None for any other text."""
    return counted_words().get(word) or counted_words().get(word.removeprefix(_OF_THINGS))
