"""Where the numbers of an account's workbook lead: front page to 计算, 计算 to the document, input to 溯源, that to the document."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from qhgep.workbook.account.context import COEFFICIENTS, COVER, Book
from qhgep.workbook.account.links import SOURCES
from qhgep.workbook.core.cells import Sheet, Text
from qhgep.workbook.core.layout import HEAD, Address
from qhgep.workbook.core.number_links import Links
from qhgep.workbook.core.table_sheet import INPUTS, PRESENTATION, WORKINGS

TRACE = "溯源"


def link_numbers(book: Book, sheets: Sequence[Sheet]) -> None:
    """Put the links on the numbers of all sheets."""
    links, rows = Links(sheets), _traced(sheets)
    colors = {sheet.name: sheet.color for sheet in sheets}
    documents = _Documents(book, links, rows)

    def home(address: Address) -> Address | None:
        """The cell that a printed number is computed in; of an input the row that says where it is from."""
        if colors[address.sheet] == INPUTS:
            return rows.get(address, address)
        return address if colors[address.sheet] == WORKINGS or address.sheet == COEFFICIENTS else None

    for address in links.numbers([name for name, color in colors.items() if color == PRESENTATION or name == COVER]):
        target = links.followed(address, home)
        links.lead(address, target)
        if target is not None and target.sheet != TRACE:
            links.lead(target, documents.of(target))
    for address in links.numbers([name for name, color in colors.items() if color == INPUTS]):
        links.lead(address, rows.get(address))


def _traced(sheets: Sequence[Sheet]) -> dict[Address, Address]:
    """Input cell -> its row on 溯源."""
    trace = next(sheet for sheet in sheets if sheet.name == TRACE)
    at = {
        content.link: row
        for (row, column), content in trace.cells.items()
        if column == 0 and row > HEAD and isinstance(content, Text)
    }
    inputs = [Address(sheet.name, *place) for sheet in sheets if sheet.color == INPUTS for place in sheet.cells]
    return {address: Address(TRACE, at[address.full], 0) for address in inputs if address.full in at}


class _Documents:
    """The row of 来源 that a cell rests on first: of its formula, its coefficient row or its input, else of what it reads.

    A sum or a rearrangement rests on this program's own definitions: there the document is that of what it adds up.
    """

    def __init__(self, book: Book, links: Links, rows: dict[Address, Address]) -> None:
        self.book, self.links, self.rows = book, links, rows
        self.of = cache(self._of)
        known = book.result.account.coefficients.sources
        self.own = {name for name, source in known.items() if source.kind == "own"}
        self.of_rows = {
            row: content.text for (row, _), content in links.sheets[COEFFICIENTS].cells.items()
            if isinstance(content, Text) and content.link.startswith(f"{SOURCES}!")
        }  # fmt: skip
        bound = book.result.account.ruleset.bind
        self.formulas = {
            (table.sheet, column): bound[name].source.source
            for table in book.layout.steps.values() for name, column in table.columns.items() if name in bound
        }  # fmt: skip

    def _of(self, address: Address) -> Address | None:
        return self.links.followed(address, self._document) or self.links.followed(address, self._own)

    def _document(self, address: Address) -> Address | None:
        source = self._source(address)
        return None if source in self.own else self._row(source)

    def _own(self, address: Address) -> Address | None:
        return self._row(self._source(address))

    def _row(self, source: str) -> Address | None:
        row = self.book.source_rows.get(source)
        return None if row is None else Address(SOURCES, row, 0)

    def _source(self, address: Address) -> str:
        if address in self.rows:
            found = self.links.sheets[TRACE].cells.get((self.rows[address].row, _SOURCE))
            return found.text if isinstance(found, Text) else ""
        if address.sheet == COEFFICIENTS:
            return self.of_rows.get(address.row, "")
        return self.formulas.get((address.sheet, address.column), "")


_SOURCE = 12
"""The column of 溯源 with the document."""
