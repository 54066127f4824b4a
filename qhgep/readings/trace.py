"""The trace of one value: which cells of which quantities a tree reads for it, and the line with numbers put in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from qhgep.errors import Language
from qhgep.expr import Cell, Expr, Quantity, Total, quantities, walk
from qhgep.readings.text import text


def reads(
    expr: Expr, at: Cell, members: Callable[[Quantity, str, Cell], Iterable[str]]
) -> Iterator[tuple[Quantity, Cell]]:
    """Every cell that the value of `expr` at a cell depends on directly.

    `members` lists the members of an axis that a total takes there. The trace is complete: what this does not name,
    the evaluation of the tree cannot reach.
    """
    for node in walk(expr):
        if isinstance(node, Total):
            for member in members(node.of, node.axis, at):
                yield node.of, at.at(node.axis, member).on(node.of.axes)
            return
    for quantity in quantities(expr):
        yield quantity, at.on(quantity.axes)


def substituted(expr: Expr, number: Callable[[Quantity], str], language: Language = "zh") -> str:
    """The formula text with numbers in the place of names: `1327860 ×（163.9872 − 44.3292）`."""
    return text(expr, number, language=language)
