"""Running the formulas in order over arrays: numbers, what is missing, and the weakest evidence, together."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from qhgep.catalogue import Formula, checked
from qhgep.engine.grid import ABSENT, MISSING, NOT_APPLICABLE, UNRESOLVED, VALUE, Grid, Values
from qhgep.expr import Quantity, Total
from qhgep.readings.evaluate import evaluate
from qhgep.units import is_money

Unresolved = Callable[[Formula, Quantity, NDArray[np.bool_]], None]


def run(
    formulas: Sequence[Formula], values: dict[str, Values], grid: Grid, *, unresolved: Unresolved | None = None
) -> dict[str, Values]:
    """All quantities: the leaves given and everything computed from them.

    `values` may hold cells for a computed quantity too: they stand in for the formula, cell by cell, and the formula's
    own values are kept under `name!formula` for comparison. `unresolved` is told of cells where a coefficient is needed
    and has no value.
    """
    found = dict(values)
    for formula in formulas:
        name = formula.quantity.name
        stated = values.get(name)
        ask = _unless_stated(unresolved, stated)
        computed = (
            _total(formula, found, grid, ask) if isinstance(formula.equals, Total) else _step(formula, found, grid, ask)
        )
        if stated is not None:
            found[f"{name}!formula"] = computed
            computed = _stand_in(stated, computed)
        found[name] = computed
    return found


def _unless_stated(unresolved: Unresolved | None, stated: Values | None) -> Unresolved | None:
    """Where a value is stated, or stated not to apply, the formula is not asked, and its coefficients are not needed."""
    if unresolved is None or stated is None:
        return unresolved
    tell, open_ = unresolved, ~_stands(stated)

    def ask(formula: Formula, quantity: Quantity, needed: NDArray[np.bool_]) -> None:
        if (left := needed & open_).any():
            tell(formula, quantity, left)

    return ask


def _stands(stated: Values) -> NDArray[np.bool_]:
    """Where a stated value stands for a formula: a number, or the statement that there is none to give (不适用)."""
    here: NDArray[np.bool_] = stated.present | (stated.presence == NOT_APPLICABLE)
    return here


def _step(formula: Formula, found: dict[str, Values], grid: Grid, unresolved: Unresolved | None) -> Values:
    operands = [found[quantity.name] for quantity in formula.inputs]
    outside = _outside(formula, found, grid)
    for operand in operands:
        if operand.quantity.is_coefficient:
            _look_up(formula, operand, operands, outside, unresolved)
    value = evaluate(checked(formula).expr, {item.quantity.name: item.value for item in operands}, axes=grid.axes)
    shape = grid.shape(formula.quantity.axes)
    if value.shape != shape:
        value = np.ascontiguousarray(np.broadcast_to(value, shape))
    presence = _presence(value, operands, outside, shape)
    if presence is not None and (presence >= NOT_APPLICABLE).any():
        value = np.where(presence == VALUE, value, np.nan)
    years = frozenset[int]().union(*(item.price_years for item in operands if is_money(formula.quantity.unit)))
    evidence = _evidence(operands, shape)
    whole = presence is None
    return Values(
        formula.quantity,
        formula.method,
        value,
        _all_values(shape) if presence is None else presence,
        evidence,
        None,
        years,
        whole,
    )


def _all_values(shape: tuple[int, ...]) -> NDArray[np.uint8]:
    return np.broadcast_to(np.uint8(VALUE), shape)


def _evidence(operands: Sequence[Values], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """The weakest of what was read; where every operand has one level throughout, no array is made."""
    levels = [item.level for item in operands]
    if any(level is None for level in levels):
        return _worst([item.evidence for item in operands], shape)
    return np.broadcast_to(np.uint8(max((level for level in levels if level is not None), default=0)), shape)


def _presence(
    value: NDArray[np.float64], operands: Sequence[Values], outside: NDArray[np.bool_] | None, shape: tuple[int, ...]
) -> NDArray[np.uint8] | None:
    """VALUE where there is a number; else the greatest of what was read, at least MISSING. None: a number everywhere."""
    if all(item.whole for item in operands) and (outside is None or not outside.any()) and _no_gap(value):
        return None
    worst = _worst([_read(item) for item in operands], shape)
    presence = np.where(worst >= NOT_APPLICABLE, worst, np.isnan(value).astype(np.uint8))
    return presence if outside is None else np.where(np.broadcast_to(outside, shape), np.uint8(ABSENT), presence)


def _read(operand: Values) -> NDArray[np.uint8]:
    """Its presence; a coefficient without a value is missing, and gives way to what does not apply or is not there."""
    if operand.whole or not operand.quantity.is_coefficient:
        return operand.presence
    return np.where(operand.presence == UNRESOLVED, np.uint8(MISSING), operand.presence)


def _no_gap(value: NDArray[np.float64]) -> bool:
    """Whether no cell is NaN: one pass over the numbers, since a sum with a NaN is NaN."""
    with np.errstate(all="ignore"):
        return not np.isnan(value.sum())


def _worst(arrays: Sequence[NDArray[np.uint8]], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    result = arrays[0] if arrays else np.zeros((1,) * len(shape), np.uint8)
    for array in arrays[1:]:
        result = np.maximum(result, array)
    return np.broadcast_to(result, shape)


def _outside(formula: Formula, found: dict[str, Values], grid: Grid) -> NDArray[np.bool_] | None:
    """The ecosystems the method does not reach: those for which a quantity of `covers` is stated nowhere."""
    if not formula.covers or "ecosystem" not in grid.members:
        return None
    place = grid.axes["ecosystem"]
    reach = np.ones(grid.shape(("ecosystem",)), bool)
    for quantity in formula.covers:
        stated = found[quantity.name]
        known = (stated.source >= 0) if stated.source is not None else stated.present
        others = tuple(axis for axis in range(known.ndim) if axis != place)
        reach &= known.any(axis=others, keepdims=True)
    outside: NDArray[np.bool_] = ~reach
    return outside


def _look_up(
    formula: Formula,
    coefficient: Values,
    operands: Sequence[Values],
    outside: NDArray[np.bool_] | None,
    unresolved: Unresolved | None,
) -> None:
    """Tell of the cells in reach of the formula that the coefficient has no value for."""
    needed = coefficient.presence == UNRESOLVED
    if not needed.any():
        return
    for operand in operands:
        if operand is not coefficient:
            needed = needed & ~np.isin(operand.presence, (ABSENT, NOT_APPLICABLE))
    if outside is not None:
        needed = needed & ~outside
    if needed.any() and unresolved is not None:
        unresolved(formula, coefficient.quantity, needed)


def _total(formula: Formula, found: dict[str, Values], grid: Grid, unresolved: Unresolved | None) -> Values:
    total = formula.equals
    assert isinstance(total, Total)  # noqa: S101 - run() asks before calling
    of, place = found[total.of.name], grid.axes[total.axis]
    if of.quantity.is_coefficient:  # every member is needed: a sum without one of them is another number
        _look_up(formula, of, [of], None, unresolved)
    shape = grid.shape(formula.quantity.axes)
    if of.whole and of.level is not None:
        value = evaluate(total, {total.of.name: of.value}, axes=grid.axes)
        evidence = np.broadcast_to(np.uint8(of.level), shape)
        return Values(
            formula.quantity, formula.method, value, _all_values(shape), evidence, None, of.price_years, whole=True
        )
    counted = of.presence < NOT_APPLICABLE
    value = evaluate(total, {total.of.name: of.value}, axes=grid.axes, counted={total.of.name: counted})
    none = ~counted.any(axis=place, keepdims=True)
    left_out = np.where((of.presence == NOT_APPLICABLE).any(axis=place, keepdims=True), NOT_APPLICABLE, ABSENT)
    presence = np.where(none, left_out, np.isnan(value)).astype(np.uint8)
    value = np.where(none, np.nan, value)
    evidence = np.where(counted, of.evidence, np.uint8(0)).max(axis=place, keepdims=True)
    return Values(formula.quantity, formula.method, value, presence, evidence, None, of.price_years)


def _stand_in(stated: Values, computed: Values) -> Values:
    """Stated cells win over computed ones."""
    here = _stands(stated)
    return Values(
        computed.quantity,
        computed.method,
        np.where(here, stated.value, computed.value),
        np.where(here, stated.presence, computed.presence),
        np.where(here, stated.evidence, computed.evidence),
        np.where(here, stated.source, -1) if stated.source is not None else None,
        computed.price_years | stated.price_years,
    )
