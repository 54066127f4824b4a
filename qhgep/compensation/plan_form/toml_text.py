"""The text of a TOML file from its tables: keys first, then tables, in their order; the same tables give the same text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from typing import Any

from qhgep.toml_lines import toml_string

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SHORT = 100
"""Letters of a table that still stands on one line."""


def toml_text(tables: Mapping[str, Any]) -> str:
    """The text that `tomllib.loads` reads as these tables; no value is None.

    >>> print(toml_text({"a": "x", "b": [{"c": 1}], "d": {"e": {"f": True}}}), end="")
    a = "x"
    <BLANKLINE>
    [[b]]
    c = 1
    <BLANKLINE>
    [d]
    e = { f = true }
    """
    return "\n".join(_lines(tables, ())).lstrip("\n") + "\n"


def _lines(table: Mapping[str, Any], at: tuple[str, ...]) -> Iterator[str]:
    inner: dict[str, Any] = {}
    apart = any(isinstance(value, dict) and not _is_line(name, value, top=not at) for name, value in table.items())
    for name, value in table.items():
        if not (apart and isinstance(value, dict)) and _is_line(name, value, top=not at):
            yield f"{_key(name)} = {_value(value)}"
        else:
            inner[name] = value
    for name, value in inner.items():
        head = ".".join(map(_key, (*at, name)))
        for entry in value if isinstance(value, list) else [value]:
            yield from ("", f"[[{head}]]" if isinstance(value, list) else f"[{head}]")
            yield from _lines(entry, (*at, name))


def _is_line(name: str, value: Any, *, top: bool) -> bool:  # noqa: ANN401 - a TOML value
    """Whether a value stands on the line of its key: no list of tables, and inside of tables no long table."""
    if isinstance(value, list):
        return not any(isinstance(item, dict) for item in value)
    if not isinstance(value, dict):
        return True
    if top:
        return not value
    plain = not any(isinstance(item, dict | list) for item in value.values())
    return plain and len(name) + len(_value(value)) <= _SHORT


def _value(value: Any) -> str:  # noqa: ANN401 - a TOML value
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case dt.date():
            return value.isoformat()
        case list():
            return f"[{', '.join(map(_value, value))}]"
        case dict():
            pairs = ", ".join(f"{_key(name)} = {_value(item)}" for name, item in value.items())
            return f"{{ {pairs} }}" if pairs else "{}"
    return toml_string(str(value))


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else toml_string(name)
