"""What belongs to a workbook as a whole, as facts: its sheets, names, settings of calculation, and parts that it should not have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator

from qhgep.inputs.files.xlsx_package import plain_index, says_yes
from qhgep.workbook.core.nodes import XmlNode
from qhgep.workbook.verify.appearance.belongs import part_facts
from qhgep.workbook.verify.appearance.facts import Fact, number, settings
from qhgep.workbook.verify.appearance.trees import said
from qhgep.workbook.verify.appearance.words import BOOK
from qhgep.workbook.verify.book_parts import WORKBOOK, BookParts

_READ = frozenset({
    "fileVersion", "workbookPr", "bookViews", "sheets", "definedNames", "calcPr", "workbookProtection", "fileRecoveryPr",
    "revisionPtr", "AlternateContent", "extLst", "functionGroups", "oleSize", "webPublishing",
})  # fmt: skip
"""The elements of a workbook that are looked at, or that office programs add and that show nothing."""
_CALCULATION = {"calcMode": "auto", "iterate": "0", "fullPrecision": "1", "refMode": "A1"}
_WINDOW = {
    "showSheetTabs": "1",
    "visibility": "visible",
    "minimized": "0",
    "showVerticalScroll": "1",
    "showHorizontalScroll": "1",
}
_LEAST_WINDOW = {"tabRatio": 100.0, "windowWidth": 3000.0, "windowHeight": 2000.0}
"""A window of less, in twentieths of a point (the tabs in thousandths of its width), shows next to nothing."""
_PROPERTIES = ("title", "subject", "description", "keywords", "category", "contentStatus", "identifier", "version")
_KNOWN = frozenset({
    "qhgep.run_id", "qhgep.content_hash", "qhgep.record_hash", "qhgep.writer", "KSOProductBuildVer", "ICV", "KSOReadingLayout",
})  # fmt: skip
"""The properties of the file that qhgep or WPS writes."""
_NONE = XmlNode("", {})


def book_facts(book: BookParts, passed: Collection[str]) -> Iterator[tuple[str, Fact]]:
    """The facts of a workbook, each with the sheet that it belongs to; sheets in `passed` are told elsewhere."""
    root = book.node(WORKBOOK)
    names = [entry.name for entry in book.sheets if entry.name not in passed]
    yield BOOK, Fact("工作表次序", "", "、".join(names))
    for entry in book.sheets:
        if entry.name not in passed and entry.state != "visible":
            yield entry.name, Fact("工作表", "state", entry.state)
    yield from _names(book, root)
    for item in root.children:
        if item.name not in _READ:
            yield BOOK, Fact(item.name, "其他内容", said(item))
    yield from ((BOOK, fact) for fact in _settings(root))
    yield from part_facts(book)
    yield from ((BOOK, fact) for fact in (*_relations(book), *_properties(book)))


def _relations(book: BookParts) -> Iterator[Fact]:
    """Which part is the workbook, and parts that there should be one of."""
    for relation in book.relations(""):
        if relation.kind == "officeDocument" and relation.target != WORKBOOK:
            yield Fact("部件关系", "officeDocument", relation.target)
    kinds = Counter(relation.kind for relation in book.relations(WORKBOOK))
    for kind in ("styles", "theme", "sharedStrings"):
        if kinds[kind] > 1:
            yield Fact("部件关系", kind, str(kinds[kind]))


def _names(book: BookParts, root: XmlNode) -> Iterator[tuple[str, Fact]]:
    block = root.child("definedNames") or _NONE
    for item in block.children:
        local = item.get("localSheetId")
        sheet = (
            book.sheets[place].name if (place := plain_index(local)) is not None and place < len(book.sheets) else BOOK
        )
        hidden = "（隐藏）" if says_yes(item.get("hidden")) else ""
        areas = ",".join(sorted(item.text.replace("'", "").split(",")))
        yield sheet, Fact(item.get("name"), "名称", f"{areas}{hidden}")


def _settings(root: XmlNode) -> Iterator[Fact]:
    if says_yes((root.child("workbookPr") or _NONE).get("date1904")):
        yield Fact("工作簿设置", "date1904", "1")
    yield from (Fact("计算设置", name, value) for name, value in settings(root.child("calcPr"), _CALCULATION))
    for view in (root.child("bookViews") or _NONE).children:
        yield from (Fact("窗口", name, value) for name, value in settings(view, _WINDOW))
        small = [name for name, least in _LEAST_WINDOW.items() if number(view.get(name, str(least))) < least]
        yield from (Fact("窗口", name, view.get(name)) for name in small)
    locks = root.child("workbookProtection") or _NONE
    yield from (Fact("工作簿保护", name, "1") for name, value in sorted(locks.attributes.items()) if says_yes(value))


def _properties(book: BookParts) -> Iterator[Fact]:
    core, custom = "docProps/core.xml", "docProps/custom.xml"
    if core in book.parts:
        for item in book.node(core).children:
            if item.name in _PROPERTIES and item.text.strip():
                yield Fact("文件属性", item.name, item.text.strip())
    for item in book.node(custom).children if custom in book.parts else ():
        if item.get("name") not in _KNOWN or len(item.children) != 1:
            yield Fact("文件属性", item.get("name"), " ".join(child.text for child in item.children))
