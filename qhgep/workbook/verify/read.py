"""The cells of a file: formula and value of each, with what stands outside them that says whose the file is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from qhgep.workbook.verify.appearance.header_codes import printed
from qhgep.workbook.verify.book_parts import BookParts, open_book
from qhgep.workbook.verify.sheet_part import FileCell

_PROPERTIES = "docProps/custom.xml"


@dataclass(frozen=True, slots=True)
class FoundBook:
    """A file as it is: its cells, the text at the left of each sheet's footer, its custom text properties."""

    cells: Mapping[str, Mapping[str, FileCell]]
    footers: Mapping[str, str]
    properties: Mapping[str, str]


def read_book(path: Path) -> FoundBook:
    """The cells of a file with what stands outside them. Raises InputError or WorkbookError: unreadable."""
    book = open_book(path)
    return FoundBook(all_cells(book), footers(book), properties(book))


def read_cells(path: Path) -> Mapping[str, Mapping[str, FileCell]]:
    """Sheet -> address -> cell, for every cell that is not empty. Raises InputError or WorkbookError: unreadable."""
    return all_cells(open_book(path))


def read_cells_of(path: Path, sheet: str) -> Mapping[str, FileCell]:
    """The same for one sheet; nothing where it is not there."""
    return open_book(path).page(sheet).cells


def all_cells(book: BookParts) -> Mapping[str, Mapping[str, FileCell]]:
    """The filled cells of every sheet."""
    return {sheet.name: book.page(sheet.name).cells for sheet in book.sheets}


def footers(book: BookParts) -> Mapping[str, str]:
    """Sheet -> what stands at the left of the footer of its pages."""
    return {sheet.name: footer(book, sheet.name) for sheet in book.sheets}


def footer(book: BookParts, sheet: str) -> str:
    """What stands at the left of the footer of the pages of a sheet; where nothing does, what stands in its other parts."""
    found = printed(next((node.text for node in book.page(sheet).rest.all("oddFooter")), ""))
    return found.left or found.text


def properties(book: BookParts) -> Mapping[str, str]:
    """The custom properties of a file that are texts."""
    if _PROPERTIES not in book.parts:
        return {}
    return {
        item.get("name"): item.children[0].text for item in book.node(_PROPERTIES).children if len(item.children) == 1
    }


__all__ = [
    "FileCell",
    "FoundBook",
    "all_cells",
    "footer",
    "footers",
    "properties",
    "read_book",
    "read_cells",
    "read_cells_of",
]
