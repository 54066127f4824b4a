"""Which quantities a tree reads so that a partial sum may stand in it: where the result grows by what is added.

A sum of what is known may be added up further, priced, scaled, or taken the lesser of. It may not be divided by, taken
off, raised to a power, looked at by a condition or put into any other function: of these the result would be another
number, neither whole nor a part of the whole. A file of its own, as each reading of a tree has one.
"""

from __future__ import annotations

from collections.abc import Iterator

from qhgep.expr import Call, Convert, Expr, In, Measure, Op, Parts, Quantity, Total, children, quantities

_GROWING = frozenset({"min", "max"})


def additive(expr: Expr) -> frozenset[str]:
    """The names of the quantities of a tree that it reads as sums of parts only, wherever it reads them."""
    refused = {name for name, grows in _read(expr, grows=True) if not grows}
    return frozenset(item.name for item in quantities(expr)) - refused


def _read(node: Expr, *, grows: bool) -> Iterator[tuple[str, bool]]:
    match node:
        case Quantity(name):
            yield name, grows
        case Op("+" | "*", left, right):
            yield from (*_read(left, grows=grows), *_read(right, grows=grows))
        case Op("/", left, right):
            yield from (*_read(left, grows=grows), *_read(right, grows=False))
        case Call(function, arguments) if function in _GROWING:
            for argument in arguments:
                yield from _read(argument, grows=grows)
        case Total() | Parts() | Measure() | In() | Convert():
            for child in children(node):
                yield from _read(child, grows=grows)
        case _:
            for child in children(node):
                yield from _read(child, grows=False)
