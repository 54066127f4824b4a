"""Where the links of a workbook lead: from a result to its step, from a step to its rule, from a row to its source."""

from __future__ import annotations

from qhgep.expr import Quantity
from qhgep.workbook.account.context import COEFFICIENTS, Book
from qhgep.workbook.core.layout import HEAD, Address, Table

RULES, SOURCES = "规则", "来源"


def rule_link(book: Book, quantity: str) -> str:
    """The row of 规则 with the formula of a quantity; nothing for a leaf."""
    for place, formula in enumerate(book.formulas):
        if formula.quantity.name == quantity:
            return Address(RULES, HEAD + 1 + place, 0).full
    return ""


def step_link(book: Book, quantity: str) -> str:
    """The heading of the column in which a quantity is computed or stated."""
    table = book.layout.home.get(quantity)
    return "" if table is None else Address(table.sheet, HEAD, table.columns[quantity]).full


def origin_link(book: Book, table: Table, quantity: Quantity) -> str:
    """Where an imported column comes from: the first row of 系数 of its quantity, or the column in which it stands."""
    if not quantity.is_coefficient:
        home = book.layout.home.get(quantity.name)
        return "" if home is None or home is table else step_link(book, quantity.name)
    found = next((resolved for name, resolved, _ in book.resolved if name == quantity.name), None)
    return Address(COEFFICIENTS, 0, 0).full if found is None else book.coefficient(quantity.name, found).full


def source_link(book: Book, source: str) -> str:
    """The row of 来源 of a document."""
    row = book.source_rows.get(source)
    return "" if row is None else Address(SOURCES, row, 0).full
