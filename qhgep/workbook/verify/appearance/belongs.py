"""Whether the parts of a saved workbook belong to it: each reached by a relation of a known kind, at its place, of its content type."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Mapping

from qhgep.workbook.verify.appearance.facts import Fact
from qhgep.workbook.verify.appearance.words import BOOK, kind_of_part
from qhgep.workbook.verify.book_parts import BookParts

TYPES = "[Content_Types].xml"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml."
_KINDS: Mapping[str, tuple[str, str]] = {
    f"{_OFFICE}officeDocument": (r"xl/workbook\.xml", f"{_SHEETS}sheet.main+xml"),
    f"{_OFFICE}extended-properties": (r"docProps/app\.xml", "application/vnd.openxmlformats-officedocument.extended-properties+xml"),
    f"{_OFFICE}custom-properties": (r"docProps/custom\.xml", "application/vnd.openxmlformats-officedocument.custom-properties+xml"),
    "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties": (
        r"docProps/core\.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
    f"{_OFFICE}worksheet": (r"xl/worksheets/sheet\d+\.xml", f"{_SHEETS}worksheet+xml"),
    f"{_OFFICE}styles": (r"xl/styles\.xml", f"{_SHEETS}styles+xml"),
    f"{_OFFICE}theme": (r"xl/theme/theme\d+\.xml", "application/vnd.openxmlformats-officedocument.theme+xml"),
    f"{_OFFICE}sharedStrings": (r"xl/sharedStrings\.xml", f"{_SHEETS}sharedStrings+xml"),
    f"{_OFFICE}calcChain": (r"xl/calcChain\.xml", f"{_SHEETS}calcChain+xml"),
    f"{_OFFICE}drawing": (r"xl/drawings/drawing\d+\.xml", "application/vnd.openxmlformats-officedocument.drawing+xml"),
    f"{_OFFICE}chart": (r"xl/charts/chart\d+\.xml", "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"),
    f"{_OFFICE}printerSettings": (r"xl/printerSettings/printerSettings\d+\.bin", f"{_SHEETS}printerSettings"),
}  # fmt: skip
"""Type of a relation -> where its part stands, and of what content type it is."""


def part_facts(book: BookParts) -> Iterator[tuple[str, Fact]]:
    """Relations that no saved workbook of qhgep has, parts that nothing refers to, and what is declared twice."""
    homes = ["", *book.reached]
    folders = {_relations_of(home) for home in homes}
    types = _content_types(book)
    for home in homes:
        sheet = book.owners.get(home, BOOK)
        for item in book.relations(home):
            if item.outside:
                yield sheet, Fact("部件关系", f"外部 {item.kind}", item.target)
            elif not _fits(item.type, item.target, types.get(item.target, "")):
                yield sheet, Fact(kind_of_part(item.target), item.target, f"{item.kind} {types.get(item.target, '')}")
            elif item.target not in book.parts:
                yield sheet, Fact("部件关系", item.kind, f"没有 {item.target}")
        twice = [key for key, count in Counter(item.id for item in book.relations(home)).items() if count > 1]
        yield from ((sheet, Fact("部件关系", "重复的 Id", key)) for key in twice)
    for part in sorted(book.parts):
        if part != TYPES and part not in book.reached and part not in folders:
            yield book.owners.get(part, BOOK), Fact(kind_of_part(part), part, "有")
    listed = {entry.part for entry in book.sheets}
    for part, kind in book.reached.items():
        if kind == "worksheet" and part not in listed:
            yield BOOK, Fact("工作表", part, "没有列在工作簿里")
    counts = Counter(entry.part for entry in book.sheets)
    yield from ((BOOK, Fact("工作表", part, "两张表同用")) for part, count in counts.items() if count > 1 and part)
    yield from ((BOOK, fact) for fact in _declared_twice(book))


def _fits(kind: str, target: str, content: str) -> bool:
    if kind not in _KINDS:
        return False
    place, needed = _KINDS[kind]
    return re.fullmatch(place, target, re.ASCII) is not None and content == needed


def _relations_of(part: str) -> str:
    folder, _, file = part.rpartition("/")
    return posixpath.join(folder, "_rels", f"{file}.rels")


def _content_types(book: BookParts) -> Mapping[str, str]:
    """Part -> content type, its own or that of its ending."""
    if TYPES not in book.parts:
        return {}
    own, endings = {}, {}
    for item in book.node(TYPES).children:
        if item.name == "Override":
            own[item.get("PartName").lstrip("/")] = item.get("ContentType")
        else:
            endings[item.get("Extension").lower()] = item.get("ContentType")
    return {part: own.get(part, endings.get(part.rpartition(".")[2].lower(), "")) for part in book.parts}


def _declared_twice(book: BookParts) -> Iterator[Fact]:
    items = book.node(TYPES).children if TYPES in book.parts else []
    keys = Counter((item.get("PartName") or item.get("Extension")).lower() for item in items)
    yield from (Fact("部件类型", "重复", key) for key, count in keys.items() if count > 1)
    names = Counter(part.lower() for part in book.parts)
    yield from (Fact("部件", "重复", name) for name, count in names.items() if count > 1)
