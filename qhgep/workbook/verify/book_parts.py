"""A workbook file as its parts, each inflated once: which sheets there are, what belongs to which, and every part as a tree."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from pathlib import Path

from qhgep.errors import InputError, Problems, WorkbookError, problem
from qhgep.inputs.files.preflight import commonest, preflight
from qhgep.inputs.files.xlsx_package import MALFORMED
from qhgep.workbook.core.nodes import XmlNode, parse
from qhgep.workbook.verify.sheet_part import Page, String, read_page, read_strings

WORKBOOK = "xl/workbook.xml"
_RELATION_IDS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
"""The `id` of relations, as the parser tells it, of both forms of the format (ECMA-376, transitional and strict)."""
_XML = (".xml", ".rels", ".vml")
BROKEN = (
    *MALFORMED,
    ArithmeticError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
)
"""What is raised over parts that are not as a spreadsheet has them."""


@dataclass(frozen=True, slots=True)
class Relation:
    """What a part refers to: the kind as the last word of its type; the part, or an address outside the file."""

    id: str
    kind: str
    target: str
    outside: bool
    type: str = ""


def related_id(node: XmlNode) -> str:
    """The relation that an element names; an `id` of any other namespace names none."""
    return next((node.attributes[name] for name in _RELATION_IDS if name in node.attributes), "")


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet as the workbook lists it; `state` is visible, hidden or veryHidden, `kind` that of its relation."""

    name: str
    part: str
    state: str
    kind: str


class BookParts:
    """The parts of one workbook file. What they hold is read when it is asked for; each part at most once."""

    def __init__(self, parts: Mapping[str, bytes], name: str = "") -> None:
        self.parts, self.name = parts, name
        self._pages: dict[str, Page] = {}
        self._nodes: dict[str, XmlNode] = {}

    def node(self, part: str) -> XmlNode:
        """A part as a tree. Raises WorkbookError where it is no XML."""
        if part not in self._nodes:
            with readable(self.name):
                self._nodes[part] = parse(self.parts[part])
        return self._nodes[part]

    def relations(self, part: str) -> list[Relation]:
        """What a part refers to; the file itself is the part with an empty name."""
        folder, _, file = part.rpartition("/")
        rels = posixpath.join(folder, "_rels", f"{file}.rels")
        if rels not in self.parts:
            return []
        found = []
        for item in self.node(rels).children:
            outside, target = item.get("TargetMode") == "External", item.get("Target")
            if not outside:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found.append(
                Relation(item.get("Id"), item.get("Type").rpartition("/")[2], target, outside, item.get("Type"))
            )
        return found

    @cached_property
    def reached(self) -> Mapping[str, str]:
        """Part -> the kind of the relation by which it is first reached from the file; all other parts belong to nothing."""
        found: dict[str, str] = {}
        todo = [""]
        while todo:
            for item in self.relations(todo.pop()):
                if not item.outside and item.target in self.parts and item.target not in found:
                    found[item.target] = item.kind
                    todo.append(item.target)
        return found

    @cached_property
    def sheets(self) -> tuple[SheetEntry, ...]:
        """The sheets in their order; a second one of the same name is told apart by its place."""
        related = {item.id: item for item in self.relations(WORKBOOK)}
        found: dict[str, SheetEntry] = {}
        listed = self.node(WORKBOOK).child("sheets")
        for place, item in enumerate(listed.children if listed else (), start=1):
            key = related_id(item)
            name, relation = item.get("name"), related.get(key)
            name = f"{name}（第 {place} 张）" if name in found else name
            part, kind = ("", "") if relation is None else (relation.target, relation.kind)
            found[name] = SheetEntry(name, part, item.get("state", "visible"), kind)
        return tuple(found.values())

    @cached_property
    def strings(self) -> list[String]:
        """The shared strings."""
        part = self.shared("sharedStrings")
        if not part:
            return []
        with readable(self.name):
            return read_strings(self.parts[part])

    def shared(self, kind: str) -> str:
        """The part of a kind that all sheets share; empty where there is none."""
        targets = [item.target for item in self.relations(WORKBOOK) if item.kind == kind]
        return next((part for part in targets if part in self.parts), "")

    def tree(self, kind: str) -> XmlNode | None:
        """The part of a kind that all sheets share, as a tree: styles, theme."""
        part = self.shared(kind)
        return self.node(part) if part else None

    def part_of(self, sheet: str) -> str:
        """The part of a sheet; empty where there is none."""
        part = next((item.part for item in self.sheets if item.name == sheet and item.kind == "worksheet"), "")
        return part if part in self.parts else ""

    def page(self, sheet: str) -> Page:
        """A sheet, read; an empty page where it is no worksheet.

        Raises WorkbookError where it is no XML, or a cell stands twice or has two values.
        """
        if sheet not in self._pages:
            part, problems = self.part_of(sheet), Problems()
            with readable(self.name):
                page = read_page(self.parts[part], f"{self.name} › {sheet}", self.strings, problems) if part else Page()
            problems.raise_if_any(WorkbookError)
            self._pages[sheet] = page
        return self._pages[sheet]

    @cached_property
    def owners(self) -> Mapping[str, str]:
        """Part -> the sheet that it belongs to, for sheets and all that they refer to."""
        found: dict[str, str] = {}
        for sheet in self.sheets:
            todo = [sheet.part]
            while todo:
                part = todo.pop()
                if part in self.parts and part not in found and part != WORKBOOK:
                    found[part] = sheet.name
                    folder, _, file = part.rpartition("/")
                    found[posixpath.join(folder, "_rels", f"{file}.rels")] = sheet.name
                    todo += [item.target for item in self.relations(part) if not item.outside]
        return found


MOST_TIMES, MOST_MORE = 3, 50_000
"""How many tags a file may have, as times those of the book that is rebuilt, and besides. LibreOffice makes of 27,694 tags 38,774."""


def refuse_much_more(file: BookParts, expected: BookParts) -> None:
    """Refuse a file of very many more elements than its record gives before any part is parsed: each would be one finding.

    Raises InputError naming the part with most of them, and the element that it has most of.
    """
    counts = {part: data.count(b"<") for part, data in file.parts.items() if part.endswith(_XML)}
    most = MOST_TIMES * sum(data.count(b"<") for data in expected.parts.values()) + MOST_MORE
    if sum(counts.values()) > most:
        part = max(counts, key=lambda name: (counts[name], name))
        element = commonest(file.parts[part])
        raise InputError(problem("workbook_tags", f"{file.name} › {part}", element=element, most=most))


@contextmanager
def readable(name: str) -> Iterator[None]:
    """Whatever fails over a part is a file that is damaged: WorkbookError."""
    try:
        yield
    except WorkbookError:
        raise
    except BROKEN as error:
        raise WorkbookError(problem("workbook_not_zip", name)) from error


def open_book(path: Path) -> BookParts:
    """The parts of a file after the pre-flight. Raises InputError or WorkbookError: unreadable."""
    preflight(path, bounded=False)
    with readable(path.name):
        return BookParts(inflated(path.read_bytes()), path.name)


def inflated(data: bytes) -> dict[str, bytes]:
    """Every part of a file that is trusted or was looked at before."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {item.filename: archive.read(item) for item in archive.infolist() if not item.is_dir()}
