"""The parts of an xlsx that its cells lean on: the list of sheets, shared strings, number formats, the date system."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import IO, Protocol
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

from defusedxml.ElementTree import DefusedXMLParser

from qhgep.errors import InputError, problem

_BLOCK = 1 << 16
MALFORMED = (ParseError, ExpatError)
"""What is raised over a part that is no XML, and over one that ends too early."""
MOST_TEXT = 1 << 17
"""The longest text of a cell in characters (Excel: 32,767)."""
MOST_STRINGS = 400_000
_DIGITS = 9
"""The longest index or number of a row that is read; a longer one leads nowhere."""
_NO = frozenset({"", "0", "false", "f", "off"})
_NAME_SHOWN = 40
"""Letters of the name of an element that a message shows."""
_QUOTED = re.compile(r'"[^"]*"|\\.|[_*].|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_DATE_WORD = re.compile(r"[ymdhs]", re.IGNORECASE)
_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Built-in formats of dates and times, those of Chinese Excel among them."""
_PERCENT = frozenset({9, 10})
_DECIMALS: Mapping[int, int] = {1: 0, 2: 2, 3: 0, 4: 2, 9: 0, 10: 2, 37: 0, 38: 0, 39: 2, 40: 2}
"""Built-in formats of numbers -> the decimals that they show."""
_PLAIN = re.compile(r"[#,]*0(?:\.(0+))?%?")


_RELATION_IDS = tuple(
    f"{namespace}}}id"
    for namespace in (
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    )
)
"""The `id` of relations, as the parser tells it; an `id` of any other namespace names no sheet."""


class Target(Protocol):
    """What is told of a part while it streams by."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, tag: str) -> None:
        """An element ends."""

    def data(self, text: str) -> None:
        """A piece of text."""


@dataclass(frozen=True, slots=True)
class Style:
    """What the number format of a cell says of its number."""

    date: bool = False
    percent: bool = False
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet as the workbook lists it."""

    name: str
    part: str
    hidden: bool


@dataclass(frozen=True)
class Package:
    """What the sheets of a workbook share."""

    sheets: tuple[SheetPart, ...]
    strings: tuple[str, ...]
    styles: tuple[Style, ...]
    since_1904: bool

    def style(self, number: str | None) -> Style:
        """The style of a cell by its index; a plain one where it names none that is there."""
        index = plain_index(number) or 0
        return self.styles[index] if index < len(self.styles) else Style()


def plain_index(text: str | None) -> int | None:
    """The whole number that an attribute or a shared string is; None where it is none.

    Digits of other scripts are none: programs read `１２` as 0.
    """
    return int(text) if text and len(text) <= _DIGITS and text.isascii() and text.isdecimal() else None


def says_yes(text: str | None) -> bool:
    """Whether an attribute says yes; all that is no plain no is taken for it: LibreOffice reads `on`, `t`, `2` and ` 1` so."""
    return text is not None and text.strip().lower() not in _NO


@lru_cache(maxsize=1024)
def local(tag: str) -> str:
    """The name of an element or attribute without its namespace: transitional and strict files are read alike."""
    return tag.rpartition("}")[2]


def feed(
    archive: zipfile.ZipFile,
    part: str,
    target: Target,
    *,
    without: Callable[[IO[bytes]], Iterable[bytes]] | None = None,
) -> None:
    """Stream a part into a target; no tree is built. Raises MALFORMED or what BROKEN of the pre-flight lists.

    `without` makes the pieces of the part that are parsed, where some are left out.
    """
    with archive.open(part) as file:
        _stream(iter(lambda: file.read(_BLOCK), b"") if without is None else without(file), target)


def feed_bytes(data: bytes, target: Target) -> None:
    """The same for a part that was inflated before. Raises MALFORMED."""
    _stream((data,), target)


def _stream(blocks: Iterable[bytes], target: Target) -> None:
    parser = DefusedXMLParser(target=target, forbid_dtd=True)
    expat = parser.parser  # straight from expat to the target: half the time, the guards against entities stay in place
    expat.ordered_attributes = False
    expat.StartElementHandler, expat.EndElementHandler = target.start, target.end
    expat.CharacterDataHandler = target.data
    for block in blocks:
        parser.feed(block)
    parser.feed(b"")
    _finish(parser)


def _finish(parser: DefusedXMLParser) -> None:
    """Tell the parser that the part ends, so that a truncated one is an error."""
    parser.parser.Parse(b"", True)  # noqa: FBT003 - expat's own signature; close() would ask the target for a tree


class _Elements:
    """Every element of a small part as (parent, name, attributes), in order."""

    def __init__(self, place: str) -> None:
        self.found: list[tuple[str, str, Mapping[str, str]]] = []
        self._place = place
        self._open: list[str] = [""]

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = local(tag)
        if len(self.found) > MOST_STRINGS:
            raise InputError(problem("workbook_elements", self._place, element=name[:_NAME_SHOWN], most=MOST_STRINGS))
        self.found.append((self._open[-1], name, attributes))
        self._open.append(name)

    def end(self, _tag: str) -> None:
        self._open.pop()

    def data(self, text: str) -> None:
        pass


class _Strings:
    """The shared strings; rich text is joined, its phonetic readings are left out."""

    def __init__(self, place: str) -> None:
        self.found: list[str] = []
        self._place = place
        self._pieces: list[str] = []
        self._reading = self._in_text = False
        self._length = 0

    def start(self, tag: str, _attributes: Mapping[str, str]) -> None:
        name = local(tag)
        if name == "si":
            self._pieces, self._length = [], 0
        elif name == "rPh":
            self._reading = True
        self._in_text = name == "t" and not self._reading

    def end(self, tag: str) -> None:
        name = local(tag)
        self._in_text = False
        if name == "rPh":
            self._reading = False
        elif name == "si":
            if len(self.found) >= MOST_STRINGS:
                raise InputError(problem("workbook_cells", self._place, most=MOST_STRINGS))
            self.found.append(unescaped("".join(self._pieces)))

    def data(self, text: str) -> None:
        if self._in_text:
            self._length += len(text)
            if self._length > MOST_TEXT:
                raise InputError(problem("workbook_token", self._place, most=MOST_TEXT // 1024))
            self._pieces.append(text)


_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """A stored text with its `_x000D_` escapes resolved."""
    return (
        _ESCAPE.sub(lambda found: bytes.fromhex(found[1]).decode("utf-16-be", "replace"), text)
        if "_x" in text
        else text
    )


def read_package(archive: zipfile.ZipFile, file: str) -> Package:
    """The list of sheets, the strings and the styles of a workbook; `file` is its name in messages.

    Raises InputError where there are too many of them, what `feed` raises, KeyError for a lost part.
    """
    names = set(archive.namelist())
    book = _elements(archive, LISTING[0], file)
    related = _related(archive, names, file)
    since_1904 = any(name == "workbookPr" and says_yes(item.get("date1904")) for _, name, item in book)
    part = related[1].get("sharedStrings", "")
    strings = _Strings(f"{file} › {part}")
    if part in names:
        feed(archive, part, strings)
    styles = _styles(_elements(archive, related[1]["styles"], file)) if related[1].get("styles", "") in names else ()
    return Package(_sheets(book, related[0]), tuple(strings.found), styles, since_1904)


LISTING = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
"""The parts that list the sheets."""


def read_sheets(archive: zipfile.ZipFile, file: str) -> tuple[SheetPart, ...]:
    """The list of sheets alone, read from LISTING. Raises what `read_package` raises."""
    related = _related(archive, set(archive.namelist()), file)
    return _sheets(_elements(archive, LISTING[0], file), related[0])


def _sheets(book: list[tuple[str, str, Mapping[str, str]]], parts: Mapping[str, str]) -> tuple[SheetPart, ...]:
    return tuple(
        SheetPart(item.get("name", ""), parts[_id(item)], item.get("state", "visible") != "visible")
        for parent, name, item in book
        if (parent, name) == ("sheets", "sheet") and _id(item) in parts
    )


def _id(item: Mapping[str, str]) -> str:
    return next((item[name] for name in _RELATION_IDS if name in item), "")


def _elements(archive: zipfile.ZipFile, part: str, file: str) -> list[tuple[str, str, Mapping[str, str]]]:
    target = _Elements(f"{file} › {part}")
    feed(archive, part, target)
    return target.found


def _related(archive: zipfile.ZipFile, names: set[str], file: str) -> tuple[dict[str, str], dict[str, str]]:
    """Relation id -> part for worksheets, and kind -> part for the others; parts by their path in the archive."""
    sheets: dict[str, str] = {}
    others = {"sharedStrings": "xl/sharedStrings.xml", "styles": "xl/styles.xml"}
    if "xl/_rels/workbook.xml.rels" in names:
        for _, name, item in _elements(archive, "xl/_rels/workbook.xml.rels", file):
            if name == "Relationship" and item.get("TargetMode") != "External":
                part = posixpath.normpath(posixpath.join("/xl", item.get("Target", ""))).lstrip("/")
                kind = item.get("Type", "").rpartition("/")[2]
                if kind == "worksheet":
                    sheets[item.get("Id", "")] = part
                else:
                    others[kind] = part
    return sheets, others


def _styles(elements: list[tuple[str, str, Mapping[str, str]]]) -> tuple[Style, ...]:
    formats = {
        item.get("numFmtId", ""): item.get("formatCode", "") for parent, name, item in elements if name == "numFmt"
    }
    return tuple(
        _style(item.get("numFmtId", "0"), formats)
        for parent, name, item in elements
        if (parent, name) == ("cellXfs", "xf")
    )


def _style(number: str, formats: Mapping[str, str]) -> Style:
    if number in formats:
        bare = _QUOTED.sub("", formats[number])
        plain = _PLAIN.fullmatch(bare.partition(";")[0].strip())
        decimals = len(plain[1] or "") if plain else None
        return Style(bool(_DATE_WORD.search(bare)) and "standard" not in bare.lower(), "%" in bare, decimals)
    index = plain_index(number) or 0
    return Style(index in _DATES, index in _PERCENT, _DECIMALS.get(index))
