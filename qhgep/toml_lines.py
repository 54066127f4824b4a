"""A TOML text with the line of each of its keys, and the faults of its fields told by key and line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from qhgep.data import toml_of
from qhgep.errors import Problems, QhgepError, within

Key = tuple[str | int, ...]
_ENTRY = re.compile(r"(?P<name>.+) \[\[(?P<table>\w+)\]\] (?P<number>\d+)")
_Model = TypeVar("_Model", bound=BaseModel)
_TOKEN = re.compile(
    r"""(?P<space>[ \t\r]+|\#[^\n]*)
    |(?P<line>\n)
    |(?P<text>\"{3}(?:[^\"\\]++|\\.|\"{1,2}+(?!\"))*+\"{3,5}(?!\")|'{3}.*?'{3,5}(?!')|\"[^\"\\\n]*+(?:\\.[^\"\\\n]*+)*+\"|'[^'\n]*')
    |(?P<mark>[\[\]{}=,])
    |(?P<dot>\.)
    |(?P<bare>[^\s\[\]{}=,.\#"']+)
    |(?P<other>.)""",
    re.DOTALL | re.VERBOSE,
)
"""Possessive where a text may be long: what Python keeps to go back in one of 4 MB takes half a gigabyte."""
_MOST_ENTRIES = 10_000
"""Entries of a list whose lines are kept; those after them are told by the line of the list."""


class TomlText:
    """A TOML text and the name of its file; `where` gives the line of a key.

    Entries of `[[x]]` and of lists are counted from 0: ("x", 0), ("x", 1) ... The scan believes that the text is TOML;
    where it is none it gives the lines up to what it does not understand. `elsewhere` is the place of entries, counted
    from 1, that another file adds to those of the text.
    """

    def __init__(self, name: str, text: str, elsewhere: Mapping[tuple[str, int], str] | None = None) -> None:
        self.name, self.text, self.elsewhere = name, text, elsewhere or {}

    @cached_property
    def lines(self) -> Mapping[Key, int]:
        r"""The line of every key, table head and entry of a list.

        >>> TomlText("x.toml", "a = [\n1,\n2]\n[[step]]\nid = 'x'").lines[("a", 1)]
        3
        """
        return dict(_Scan(self.text).found)

    def with_values(self, values: Mapping[Key, str]) -> str:
        r"""The text with other values of keys that it has, in the order of the file; all else stays as it was written.

        >>> TomlText("x.toml", "a = 1 # one\nb = { c = '2' }").with_values({("b", "c"): '"3"'})
        'a = 1 # one\nb = { c = "3" }'
        """
        spans = _Scan(self.text).spans
        text = self.text
        for start, end, value in sorted(((*spans[key], value) for key, value in values.items()), reverse=True):
            text = text[:start] + value + text[end:]
        return text

    def where(self, *key: str | int) -> str:
        """`plan.toml:12` for a key or the nearest one around it; the file alone where neither is known."""
        line = next((self.lines[key[:end]] for end in range(len(key), 0, -1) if key[:end] in self.lines), None)
        return self.name if line is None else f"{self.name}:{line}"

    def entry(self, table: str, number: int) -> str:
        """The place of the entry of a list of tables as results and pages keep it: `plan.toml [[adopt]] 2`, from 1."""
        return self.elsewhere.get((table, number)) or f"{self.name} [[{table}]] {number}"

    def table(self, name: str) -> str:
        """The place of a table that stands once."""
        return self.elsewhere.get((name, 1)) or f"{self.name} [{name}]"

    def raise_located(self, problems: Problems, kind: type[QhgepError]) -> None:
        """Raise the errors among the problems, if any; those at an `entry` get its line: `plan.toml:12 [[adopt]] 2`.

        The line of a decision is none of its content: a comment above it moves it and changes no result. So results,
        and the warnings in them, keep the place without the line.
        """
        if all(item.severity != "error" for item in problems.items):
            return
        for at, item in enumerate(problems.items):
            if (found := _ENTRY.fullmatch(item.where)) and found["name"] == self.name:
                line = self.where(found["table"], int(found["number"]) - 1)
                problems.items[at] = replace(item, where=item.where.replace(self.name, line, 1))
        problems.raise_if_any(kind)


class _Scan:
    """One walk over the tokens of a text; `found` holds the lines met, `spans` where the values of keys begin and end."""

    def __init__(self, text: str) -> None:
        self.found: dict[Key, int] = {}
        self.spans: dict[Key, tuple[int, int]] = {}
        self.end = self._before = 0
        self._lists: dict[Key, int] = {}
        self._tokens = _tokens(text)
        self._steps = 0
        self._step()
        table: Key = ()
        while self.kind != "end":
            if self.kind == "line":
                self._step()
            elif self.word == "[":
                table = self._head()
            elif not self._pair(table):
                return

    def _step(self) -> None:
        self._steps += 1
        self._before = self.end
        self.kind, self.word, self.line, self.end = next(self._tokens)

    def _skip_lines(self) -> None:
        while self.kind == "line":
            self._step()

    def _head(self) -> Key:
        """`[a.b]` or `[[a.b]]`: the key of the table that begins, each list in it at its last entry."""
        line = self.line
        self._step()
        many = self.word == "["
        if many:
            self._step()
        parts = self._name()
        while self.kind not in {"line", "end"}:
            self._step()
        table: Key = ()
        for part in parts[:-1]:
            table = (*table, part)
            table = (*table, self._lists[table]) if table in self._lists else table
        table = (*table, *parts[-1:])
        if many:
            self._lists[table] = self._lists.get(table, -1) + 1
            self.found.setdefault(table, line)
            table = (*table, self._lists[table])
        self.found.setdefault(table, line)
        return table

    def _name(self) -> tuple[str, ...]:
        """The parts of a dotted key."""
        parts = []
        while self.kind in {"bare", "text", "dot"}:
            if self.kind != "dot":
                parts.append(self.word[1:-1] if self.kind == "text" else self.word)
            self._step()
        return tuple(parts)

    def _pair(self, table: Key) -> bool:
        """`key = value`; whether it was one."""
        line, key = self.line, (*table, *self._name())
        if self.word != "=" or key == table:
            return False
        self.found.setdefault(key, line)
        self._step()
        begin = self.end - len(self.word)
        self._value(key)
        self.spans.setdefault(key, (begin, self._before))
        return True

    def _value(self, key: Key) -> None:
        if self.word == "[":
            self._entries(key)
        elif self.word == "{":
            self._fields(key)
        else:  # a number, date or text: 1.5 and 07:32 are several tokens
            while self.kind in {"bare", "text", "dot", "other"}:
                self._step()

    def _entries(self, key: Key) -> None:
        """A list: its entries with the lines they begin on."""
        number = 0
        self._step()
        self._skip_lines()
        while self.word != "]" and self.kind != "end":
            before = self._steps
            if number < _MOST_ENTRIES:
                self.found.setdefault((*key, number), self.line)
            self._value((*key, number))
            self._skip_lines()
            if self.word == ",":
                number += 1
                self._step()
            self._skip_lines()
            if self._steps == before:
                return
        self._step_if("]")

    def _fields(self, key: Key) -> None:
        """An inline table."""
        self._step()
        while self.word != "}" and self.kind != "end":
            if self.word == "," or self.kind == "line":
                self._step()
            elif not self._pair(key):
                return
        self._step_if("}")

    def _step_if(self, word: str) -> None:
        if self.word == word:
            self._step()


def _tokens(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Kind, text, line and end of each token but blanks and comments; at the end ("end", "", last line, length) for ever."""
    line = 1
    for found in _TOKEN.finditer(text):
        kind = str(found.lastgroup)
        if kind != "space":
            yield kind, found[0], line, found.end()
        line += found[0].count("\n")
    while True:
        yield "end", "", line, len(text)


def toml_model(content: bytes, name: str, model: type[_Model], problems: Problems) -> tuple[_Model | None, TomlText]:
    """What a TOML file holds, as a model, and its text for the places of later problems.

    None, with every reason noted at its line, where the text is no TOML or does not fit the model.
    """
    found = toml_of(content, name, problems)
    text = TomlText(name, "" if found is None else content.decode("utf-8-sig"))
    try:
        return (None if found is None else model.model_validate(found)), text
    except ValidationError as error:
        note_fields(error, found, text.where, problems)
    return None, text


_SHOWN = 80
_CODES = {
    "extra_forbidden": "field_unknown", "missing": "field_missing", "string_type": "field_text",
    "int_type": "field_whole", "bool_type": "field_bool", "date_type": "field_date", "dict_type": "field_table",
    "model_type": "field_table", "model_attributes_type": "field_table", "tuple_type": "field_list",
    "list_type": "field_list", "share_decimals": "field_decimals",
}  # fmt: skip
"""The message for each kind of fault of pydantic; `field_value` for any other."""


def note_fields(
    error: ValidationError,
    content: Any,  # noqa: ANN401 - parsed TOML
    where: Callable[..., str],
    problems: Problems,
    *,
    table: Key = (),
) -> None:
    """Note every fault of the fields of a file, or of the one table that was read, each once, at `where(*key)`.

    `content` is what the model was made from: a place of pydantic names members of unions too, which no file has.
    """
    noted: set[Key] = set()
    for item in error.errors():
        key = (*table, *key_of(content, item))
        if key not in noted:
            noted.add(key)
            code, facts = field_fault(item)
            problems.add(code, where(*key), key=".".join(map(str, key)), **facts)


def field_fault(item: Any) -> tuple[str, dict[str, object]]:  # noqa: ANN401 - pydantic's error details
    """The message of one fault of a field and its facts, but for the key."""
    context, value = item.get("ctx", {}), item["input"]
    found = repr(value) if not isinstance(value, Mapping | list) else "…"
    found = found if len(found) <= _SHOWN else f"{found[:_SHOWN]}…"
    if isinstance(value, Mapping) and value:
        found = f"{{ {', '.join(f'{name} = …' for name in value)} }}"
    match item["type"]:
        case "literal_error":
            return "field_choice", {"found": found, "expected": context["expected"]}
        case "greater_than_equal" | "less_than_equal":
            expected = within(*(str(context[side]) if side in context else None for side in ("ge", "le")))
            return "field_range", {"found": found, "expected": expected}
        case kind:
            return _CODES.get(kind, "field_value"), {"found": found, "detail": item["msg"]}


def key_of(content: Any, item: Any) -> Key:  # noqa: ANN401 - a parsed TOML value; pydantic's error details
    """The key in the file that one fault means: its place without the names of union members in between and at the end.

    The last part of a key that lacks or should not be there is its name all the same.
    """
    absent = item["type"] in {"missing", "extra_forbidden"}
    found: list[str | int] = []
    for number, part in enumerate(loc := item["loc"]):
        inside = isinstance(content, Mapping) and part in content
        if inside or (isinstance(content, list) and isinstance(part, int)):
            found.append(part)
            content = content[part]
        elif absent and number == len(loc) - 1 and isinstance(content, Mapping):
            found.append(part)
    return tuple(found)


def toml_string(words: str) -> str:
    """A text as a basic string of TOML: JSON writes all but the delete character the same way."""
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007F")
