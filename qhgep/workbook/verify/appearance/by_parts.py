"""A workbook that no program has saved since it was written, compared part by part with what its record gives.

Everything that differs is told: a part, an element or an attribute that nobody thought of too. Left out is what shows nothing:
how XML is spelt, the spans of rows, the extent that a sheet claims, and whether a text is shared or stands in its cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from qhgep.inputs.files.xlsx_package import plain_index
from qhgep.workbook.core.nodes import XmlNode
from qhgep.workbook.verify.appearance.looks import LOOKS, Looks
from qhgep.workbook.verify.appearance.trees import PathElement, TreeDifference, differences
from qhgep.workbook.verify.appearance.words import BOOK, appearance, in_words, kind_of_part
from qhgep.workbook.verify.book_parts import WORKBOOK, BookParts
from qhgep.workbook.verify.changes import CellChange
from qhgep.workbook.verify.identity import FILE, FOOTER, WRITER
from qhgep.workbook.verify.read import properties
from qhgep.workbook.verify.sheet_part import Page

STYLES, STRINGS, CUSTOM, TYPES = "xl/styles.xml", "xl/sharedStrings.xml", "docProps/custom.xml", "[Content_Types].xml"
_LOOKED_AT = frozenset({"numFmts", "fonts", "fills", "borders", "cellXfs", "cellStyleXfs", "dxfs"})
"""Lists of styles that cells and conditional formats lead to."""
_NOTHING = frozenset({"r", "spans"})
"""Attributes of a row that show nothing."""
_NONE = Page()


def part_changes(
    expected: BookParts, found: BookParts, told: Sequence[CellChange], footers: Sequence[str]
) -> list[CellChange]:
    """Every change of appearance.

    `told` are changes of contents and of the identity; what they say is not said again. `footers`: sheets whose footer does
    not carry the identity, which is told too.
    """
    return list(_Parts(expected, found, told, footers).changes())


class _Parts:
    def __init__(
        self, expected: BookParts, found: BookParts, told: Sequence[CellChange], footers: Sequence[str]
    ) -> None:
        self.expected, self.found, self.footers = expected, found, frozenset(footers)
        self.told = {change.place for change in told}
        self.sheets_told = {change.sheet for change in told if change.kind == "sheet"}
        self.looks = tuple(Looks(book.tree("styles")) for book in (expected, found))
        self.owners = {**expected.owners, **found.owners}
        self.added = found.parts.keys() - expected.parts.keys()

    @cached_property
    def pages(self) -> dict[str, tuple[str, str]]:
        """Sheet -> its part on both sides, for the sheets of both."""
        both = {
            entry.name: (self.expected.part_of(entry.name), self.found.part_of(entry.name))
            for entry in self.expected.sheets
        }
        return {name: parts for name, parts in both.items() if all(parts) and name not in self.sheets_told}

    def changes(self) -> Iterator[CellChange]:
        yield from self.listed()
        on_sheets = list(self.on_sheets())
        yield from on_sheets
        looks = set(LOOKS.values())
        explained = any(change.what.partition("（")[0] in looks for change in on_sheets)
        compared = {part for parts in self.pages.values() for part in parts}
        for part in sorted((self.expected.parts.keys() & self.found.parts.keys()) - compared):
            if self.expected.parts[part] == self.found.parts[part]:
                continue
            if part == STYLES:
                yield from self.in_tree(part, _LOOKED_AT if explained else frozenset())
            elif part == STRINGS:
                yield from self.strings()
            else:
                yield from self.in_tree(part)

    def listed(self) -> Iterator[CellChange]:
        """Parts that are on one side only; sheets are told by name."""
        for part in sorted(self.expected.parts.keys() ^ self.found.parts.keys()):
            sheet = self.owners.get(part, BOOK)
            if sheet in self.sheets_told or self.only_relates(part):
                continue
            sides = ("", part) if part in self.added else (part, "")
            yield appearance(sheet, kind_of_part(part), *sides)

    def only_relates(self, part: str) -> bool:
        """Whether a part is new and does nothing but refer to parts that are told."""
        if not part.endswith(".rels") or part not in self.added:
            return False
        home = part.replace("_rels/", "").removesuffix(".rels")
        return all(item.target in self.added and not item.outside for item in self.found.relations(home))

    def in_tree(self, part: str, without: frozenset[str] = frozenset()) -> Iterator[CellChange]:
        """The differences of a part as elements; of one that is no XML, that it differs."""
        if not part.endswith((".xml", ".rels", ".vml")):
            one, other = (f"{len(book.parts[part])} 字节" for book in (self.expected, self.found))
            yield appearance(self.owners.get(part, BOOK), kind_of_part(part), one, other, part)
            return
        trees = self.expected.node(part), self.found.node(part)
        for item in differences(*trees, lambda path: path[0].name in without or self.said_before(part, path)):
            yield in_words(item, self.sheet_of(part, item), part)

    def said_before(self, part: str, path: Sequence[PathElement]) -> bool:
        """Whether an element only follows from what is told: a sheet or part that is one too many or too few, a hash."""
        last = path[-1]
        if part == WORKBOOK:
            return last.name == "sheet" and last.key in self.sheets_told
        if part == CUSTOM:
            return last.name == "property" and ((FILE, last.key) in self.told or self.other_release(last.key))
        if part == TYPES:
            parts = {f"/{name}" for name in self.added}
            return last.key in parts or last.key in {name.rpartition(".")[2] for name in parts}
        if last.name == "Relationship":
            home = part.replace("_rels/", "").removesuffix(".rels")
            return any(item.target in self.added for item in self.found.relations(home) if item.id == last.key)
        return False

    def other_release(self, name: str) -> bool:
        """Whether a property names another release of the library that wrote the file, which is no change."""
        theirs = properties(self.found).get(name, "")
        return name == WRITER and re.fullmatch(r"XlsxWriter \d+(?:\.\d+)+", theirs, re.ASCII) is not None

    def sheet_of(self, part: str, item: TreeDifference) -> str:
        """The sheet that a difference of a part is about."""
        for step in item.path if part == WORKBOOK else ():
            if step.name == "sheet":
                return step.key
            local = step.key.partition(" ")[2]
            if (
                step.name == "definedName"
                and (place := plain_index(local)) is not None
                and place < len(self.expected.sheets)
            ):
                return self.expected.sheets[place].name
        return self.owners.get(part, BOOK)

    def strings(self) -> Iterator[CellChange]:
        """Shared strings that no cell shows; those that a cell shows are told as its text."""
        extra = len(self.found.strings) - len(self.expected.strings)
        if extra > 0:
            yield appearance(BOOK, "共享文字", "", f"多出 {extra} 条")
        nodes = self.expected.node(STRINGS), self.found.node(STRINGS)
        for item in differences(*nodes, lambda path: path[0].name == "si"):
            if item.attribute not in {"count", "uniqueCount"} and item.path:
                yield in_words(item, BOOK, STRINGS)

    # --- sheets -------------------------------------------------------------------------------------

    def on_sheets(self) -> Iterator[CellChange]:
        same_shared = all(self.expected.parts.get(part) == self.found.parts.get(part) for part in (STYLES, STRINGS))
        for sheet, (one, other) in self.pages.items():
            if same_shared and self.expected.parts[one] == self.found.parts[other]:
                continue
            pages = self.expected.page(sheet), self.found.page(sheet)
            yield from self.rest(sheet, *pages)
            yield from self.rows(sheet, *pages)
            yield from self.cells(sheet, *pages)
            yield from self.conditional(sheet, *pages)

    def rest(self, sheet: str, one: Page, other: Page) -> Iterator[CellChange]:
        """Everything on a sheet but rows and cells."""
        footers = {FOOTER} if sheet in self.footers else set()
        for item in differences(one.rest, other.rest, lambda path: path[-1].name == "dimension"):
            change = in_words(item, sheet, "xl/worksheets")
            if change.cell not in footers:
                yield change

    def rows(self, sheet: str, one: Page, other: Page) -> Iterator[CellChange]:
        for row in sorted(one.rows.keys() | other.rows.keys()):
            before, after = one.rows.get(row, {}), other.rows.get(row, {})
            for name in sorted((before.keys() | after.keys()) - _NOTHING):
                if before.get(name) != after.get(name):
                    path = (PathElement("row", str(row + 1)),)
                    yield in_words(TreeDifference(path, name, before.get(name, ""), after.get(name, "")), sheet, "")

    def cells(self, sheet: str, one: Page, other: Page) -> Iterator[CellChange]:
        """How cells look, those that differ alike together; and what a cell carries beside its content."""
        alike: dict[tuple[str, str, str], list[str]] = {}
        for address in (*one.styles, *(at for at in other.styles if at not in one.styles)):
            if (sheet, address) in self.told:
                continue
            before, after = (
                looks.look(page.styles.get(address, 0)) for looks, page in zip(self.looks, (one, other), strict=True)
            )
            for difference in before.unlike(after) if before != after else ():
                alike.setdefault(difference, []).append(address)
        for (name, before_text, after_text), addresses in alike.items():
            more = f"（{len(addresses)} 格）" if len(addresses) > 1 else ""
            yield appearance(sheet, addresses[0], before_text, after_text, f"{LOOKS[name]}{more}")
        for address, cell in other.cells.items():
            before_cell = one.cells.get(address)
            marks = () if before_cell is None else before_cell.marks
            if cell.marks != marks and (sheet, address) not in self.told:
                yield appearance(sheet, address, "；".join(marks), "；".join(cell.marks), "单元格另有内容")

    def conditional(self, sheet: str, one: Page, other: Page) -> Iterator[CellChange]:
        """How what a conditional format applies to looks."""
        sides = [list(_rules(page.rest)) for page in (one, other)]
        for (area, before), (_, after) in zip(*sides, strict=False):
            texts = [
                looks.conditional(rule.get("dxfId")) for looks, rule in zip(self.looks, (before, after), strict=True)
            ]
            if texts[0] != texts[1]:
                yield appearance(sheet, area, texts[0], texts[1], "条件格式的样子")


def _rules(page: XmlNode) -> Iterator[tuple[str, XmlNode]]:
    for block in page.all("conditionalFormatting"):
        yield from ((block.get("sqref"), rule) for rule in block.all("cfRule"))
