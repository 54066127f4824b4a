"""A printed copy of a quantity."""

from __future__ import annotations

from qhgep.engine.grid import Value
from qhgep.expr import Cell
from qhgep.workbook.account.context import Book
from qhgep.workbook.account.places import or_missing
from qhgep.workbook.core.cells import WORDS, LiveFormula, Text
from qhgep.workbook.core.layout import shown


def import_of(book: Book, quantity: str, cell: Cell, value: Value) -> LiveFormula | Text:
    """A printed copy of a quantity: a live import, or the word for why there is none."""
    address = book.layout.cell(quantity, cell)
    if address is None or value.presence in {"absent", "not_applicable"}:
        return Text(WORDS[value.presence if value.presence in WORDS else "missing"], "missing")
    return LiveFormula(shown(address.full), or_missing(value.value), "import", "import")
