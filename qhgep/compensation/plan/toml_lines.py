"""The text of a plan file, the lines of its keys, and the problems found in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from qhgep.errors import Problems

Key = tuple[str | int, ...]
_PART = r"""(?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+)"""
_NAME = rf"{_PART}(?:\s*\.\s*{_PART})*"
_TABLE = re.compile(rf"\s*(\[\[?)\s*({_NAME})\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(rf"\s*({_NAME})\s*=")
_EACH = re.compile(_PART)
_TEXT = re.compile(
    r"""(?P<lines>"{3}(?:\\.|[^\\])*?"{3,5}(?!")|'{3}.*?'{3,5}(?!'))|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|\#[^\n]*""",
    re.DOTALL,
)
"""Texts, those over several lines told apart, and comments."""


def key_lines(text: str) -> Mapping[Key, int]:
    r"""The line of every key and table head of a TOML text; entries of `[[x]]` are ("x", 0), ("x", 1) ...

    A scan of line beginnings, without the lines of texts over several: keys inside inline tables are not listed;
    `line_of` gives the line around them.
    >>> key_lines("a = 1\n[[step]]\nid = 'x'")[("step", 0, "id")]
    3
    """
    found: dict[Key, int] = {}
    counts: dict[Key, int] = {}
    table: Key = ()
    for number, line in enumerate(_TEXT.sub(_blanked, text).splitlines(), 1):
        if head := _TABLE.match(line):
            table = _parts(head[2])
            if head[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                found.setdefault(table, number)
                table = (*table, counts[table])
            found.setdefault(table, number)
        elif key := _KEY.match(line):
            found.setdefault(table + _parts(key[1]), number)
    return found


def _blanked(found: re.Match[str]) -> str:
    """A text over several lines as blank ones; any other as it is."""
    return re.sub(r"\S", " ", found[0]) if found["lines"] else found[0]


def line_of(lines: Mapping[Key, int], key: Key) -> int | None:
    """The line of a key, or of the nearest table around it; None where neither is listed."""
    return next((lines[key[:end]] for end in range(len(key), 0, -1) if key[:end] in lines), None)


def _parts(name: str) -> Key:
    return tuple(part.strip("\"'") for part in _EACH.findall(name))


class Source:
    """The text of a plan with the lines of its keys, and the problems found in it."""

    def __init__(self, path: Path, text: str) -> None:
        self.path, self.text, self.lines = path, text, key_lines(text)
        self.problems = Problems()

    def where(self, *key: str | int) -> str:
        """`plan.toml:12` for a key, or the file alone where the line is not known."""
        line = line_of(self.lines, key)
        return self.path.name if line is None else f"{self.path.name}:{line}"

    def add(self, code: str, *key: str | int, **facts: object) -> None:
        """Note a problem at a key; the key is one of its facts."""
        named = {"key": ".".join(map(str, key))} | facts
        self.problems.add(code, self.where(*key), **named)
