"""Elements and attributes of a saved workbook that are on no list, and those that stand twice where one belongs: never passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from qhgep.inputs.files.xlsx_package import feed_bytes, plain_index
from qhgep.workbook.verify.appearance import office_parts
from qhgep.workbook.verify.appearance.facts import Fact
from qhgep.workbook.verify.appearance.words import BOOK, kind_of_part
from qhgep.workbook.verify.book_parts import BookParts, readable

_OF_MICROSOFT = frozenset({"Excel", "WPS"})
_MODELS: Mapping[str, str] = {
    "officeDocument": office_parts.WORKBOOK, "styles": office_parts.STYLES, "worksheet": office_parts.SHEET,
    "chart": office_parts.CHART, "drawing": office_parts.DRAWING, "sharedStrings": office_parts.STRINGS,
}  # fmt: skip
"""Kind of a part -> what may stand in it."""
_PARTS_OF_MICROSOFT = frozenset({"calcChain", "printerSettings"})
"""Kinds of parts that only Excel and WPS write."""
_FIRST_OWN = 164
"""The first number of a format that a workbook gives itself; those below are of the program (ECMA-376, 18.8.30)."""
_MOST = 20
"""Findings of one part after which it is not read on."""


@dataclass(frozen=True, slots=True)
class _Element:
    """What an element may have: attributes and children by their full names; children that may stand several times."""

    attributes: frozenset[str]
    children: frozenset[str]
    several: frozenset[str]


def listed_facts(book: BookParts, program: str) -> Iterator[tuple[str, Fact]]:
    """Each element, attribute or value of a part that is on no list, with the sheet that it belongs to."""
    if program not in _OF_MICROSOFT:
        for part, kind in book.reached.items():
            if kind in _PARTS_OF_MICROSOFT:
                yield book.owners.get(part, BOOK), Fact(kind_of_part(part), part, "有")
    yield from ((BOOK, fact) for fact in _formats(book))
    for part, kind in book.reached.items():
        if kind in _MODELS and part in book.parts:
            target = _Listed(_model(kind, microsoft=program in _OF_MICROSOFT))
            with readable(book.name):
                feed_bytes(book.parts[part], target)
            sheet = book.owners.get(part, BOOK)
            yield from ((sheet, Fact(part, what, value)) for what, value in target.found)


def _formats(book: BookParts) -> Iterator[Fact]:
    """Number formats with a number that another one has, or that a program knows as another format."""
    styles = book.tree("styles")
    numbers = [item.get("numFmtId") for block in (styles.all("numFmts") if styles else ()) for item in block.children]
    for number, count in Counter(numbers).items():
        index = plain_index(number)
        if count > 1 or index is None or index < _FIRST_OWN:
            yield Fact("数字格式", f"第 {number} 号", f"{count} 种")


class _Listed:
    """Takes the events of a part and notes what is on no list."""

    def __init__(self, model: Mapping[str, _Element]) -> None:
        self.found: dict[tuple[str, str], None] = {}
        self._model = model
        self._open: list[tuple[_Element | None, set[str]]] = []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        known = self._model.get(tag)
        if not self._open and known is None:
            self._note("不在名单上的元素", tag)
        if self._open:
            parent, seen = self._open[-1]
            if parent is not None and tag not in parent.children:
                self._note("不在名单上的元素", tag)
                known = None
            elif parent is not None and tag in seen and tag not in parent.several:
                self._note("重复的元素", tag)
            seen.add(tag)
        if known is not None:
            for name in attributes:
                if name not in known.attributes:
                    self._note("不在名单上的属性", f"{_short(tag)} {name}")
                elif (allowed := _values().get((tag, name))) is not None and attributes[name] not in allowed:
                    self._note("不在名单上的值", f"{_short(tag)} {name}={attributes[name][:40]}")
        self._open.append((known, set()))

    def end(self, _tag: str) -> None:
        """An element ends."""
        self._open.pop()

    def data(self, text: str) -> None:
        """Texts are compared elsewhere."""

    def _note(self, what: str, value: str) -> None:
        if len(self.found) < _MOST:
            self.found[what, value] = None


def _short(tag: str) -> str:
    return tag.rpartition("}")[2]


def _full(name: str) -> str:
    """A name with its prefix as `namespace}name`, as the parser tells it."""
    prefix, _, plain = name.rpartition(":")
    return f"{office_parts.PREFIXES[prefix]}}}{plain}"


def _attribute(name: str) -> str:
    return _full(name) if ":" in name else name


@cache
def _values() -> Mapping[tuple[str, str], frozenset[str]]:
    return {(_full(tag), _attribute(name)): values for (tag, name), values in office_parts.VALUES.items()}


@cache
def _model(kind: str, *, microsoft: bool) -> Mapping[str, _Element]:
    """The elements of a kind of part by their full names."""
    found = {}
    for line in _MODELS[kind].replace("\n ", " ").strip().splitlines():
        head, _, children = line.partition(" > ")
        tag, _, attributes = head.partition(" @ ")
        inside = [name for name in children.split() if microsoft or not name.rstrip("*").endswith("~")]
        own = [name for name in attributes.split() if microsoft or not name.endswith("~")]
        found[_full(tag)] = _Element(
            frozenset(_attribute(name.rstrip("~")) for name in own),
            frozenset(_full(name.rstrip("*~")) for name in inside),
            frozenset(_full(name.rstrip("*~")) for name in inside if name.endswith("*")),
        )
    return found
