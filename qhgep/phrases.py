"""The texts of screens and reports in both languages, each written once in `messages/phrases/ROOM.toml`.

A key is `room.name`. An entry has `zh` and `en`: texts with the same facts in braces, or lists of the heads of a table.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from qhgep.errors import Language

FOLDER = Path(__file__).parent / "messages" / "phrases"
_T = TypeVar("_T")
_K = TypeVar("_K", bound=str)


@cache
def room(name: str) -> Mapping[str, Mapping[Language, Any]]:
    """The entries of a room by name: only the rooms that are asked for are read."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def phrase(key: str, language: Language, /, **facts: object) -> str:
    """A text with its facts put in."""
    place, _, name = key.partition(".")
    text: str = room(place)[name][language]
    return text.format_map(facts) if facts else text


def heads(key: str, language: Language, /) -> list[str]:
    """The heads of a table."""
    place, _, name = key.partition(".")
    return list(room(place)[name][language])


def in_language(language: Language, /, zh: _T, en: _T) -> _T:
    """Of two things that have both names, the one of the language: the Chinese name of a row, and its English one or its id."""
    return zh if language == "zh" else en


def word(words: Mapping[_K, str], name: _K, language: Language, /) -> str:
    """The Chinese word for an id of the vocabulary; in English the id is the word."""
    return in_language(language, words[name], str(name))


def listed(items: Iterable[str], language: Language, /, mark: str = "comma") -> str:
    """Texts one after the other: `comma` between the parts of a sentence, `semicolon` between sentences, `pause` in lists."""
    return phrase(f"common.{mark}", language).join(items)
