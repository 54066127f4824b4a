"""Which cells of what a formula reads its value rests on: of a choice by a condition, the branch that is not taken is not asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from qhgep.catalogue import Formula, checked
from qhgep.engine.grid import Values
from qhgep.expr import Expr, Number, Where, quantities
from qhgep.readings.evaluate import evaluate

Mask = NDArray[np.bool_]


def rested_on(formula: Formula, found: Mapping[str, Values]) -> Mapping[str, Mask]:
    """Quantity -> the cells in which the value of the formula rests on it; empty for a formula without a choice at its root.

    A condition that has no value takes neither branch and asks for both; so does one whose quantities are not yet known.
    """
    if not isinstance(formula.equals, Where):
        return {}
    masks: dict[str, Mask] = {}
    for name, mask in _asked(checked(formula).expr, found, np.array(True)):  # noqa: FBT003 - the value of an array
        masks[name] = masks[name] | mask if name in masks else mask
    return masks


def _asked(expr: Expr, found: Mapping[str, Values], here: Mask) -> Iterator[tuple[str, Mask]]:
    if not isinstance(expr, Where):
        yield from ((quantity.name, here) for quantity in quantities(expr))
        return
    read = (*quantities(expr.condition.left), *quantities(expr.condition.right))
    yield from ((quantity.name, here) for quantity in read)
    known = all(quantity.name in found for quantity in read)
    values = {quantity.name: found[quantity.name].value for quantity in read} if known else {}
    taken = evaluate(Where(expr.condition, Number(1), Number(0)), values) if known else np.array(np.nan)
    yield from _asked(expr.yes, found, here & (taken != 0))
    yield from _asked(expr.no, found, here & (taken != 1))
