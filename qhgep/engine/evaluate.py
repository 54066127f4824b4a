"""Running the formulas in order over arrays: numbers, what is missing, and the weakest evidence, together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial, reduce
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from qhgep.catalogue import Formula, checked
from qhgep.engine.branches import rested_on
from qhgep.engine.expected import Expected, lacking
from qhgep.engine.grid import ABSENT, MISSING, NOT_APPLICABLE, UNRESOLVED, VALUE, Grid, Values
from qhgep.expr import Parts, Quantity, Total
from qhgep.readings.additive import additive
from qhgep.readings.evaluate import evaluate
from qhgep.units import is_money

Unresolved = Callable[[Formula, Quantity, NDArray[np.bool_]], None]


class Cut(Protocol):
    """Which members a sum keeps, and which values are kept at all (`qhgep.engine.common`)."""

    def one_method(self, values: Values) -> Values:
        """The values that are kept."""
        ...

    def members(self, of: Values, axis: str) -> NDArray[np.bool_]:
        """The cells of a summed quantity that are kept."""
        ...


def run(
    formulas: Sequence[Formula],
    values: dict[str, Values],
    grid: Grid,
    *,
    unresolved: Unresolved | None = None,
    cut: Cut | None = None,
) -> dict[str, Values]:
    """All quantities: the leaves given and everything computed from them.

    `values` may hold cells for a computed quantity too: they stand in for the formula, cell by cell, and the formula's
    own values are kept under `name!formula` for comparison. `unresolved` is told of cells where a coefficient is needed
    and has no value.

    A sum over an axis or over named parts adds what is known, however a gap came about, and is `short` where a member
    that is expected lacks. What adds up, prices or scales such a sum is short too; a formula that would take it for
    the whole (by dividing by it, taking it off ...: `qhgep.readings.additive`) has no value. With `cut` every sum takes
    only the members that it keeps, and is whole over these.
    """
    found = dict(values)
    expected = Expected(values, grid)
    waiting: set[str] = set()
    later: list[tuple[Unresolved, Formula, Quantity, NDArray[np.bool_]]] = []
    for formula in formulas:
        name = formula.quantity.name
        stated = values.get(name)
        ask = _unless_stated(unresolved, stated)
        if ask is not None and all(quantity.is_coefficient for quantity in formula.inputs):
            ask = partial(_later, later, ask)  # what it is applied to is known when all is computed
        match formula.equals:
            case Total():
                computed = _total(formula, formula.equals, found, expected, ask, cut, waiting)
            case Parts():
                computed = _parts(formula, found, grid, cut)
            case _:
                computed = _step(formula, found, grid, ask, waiting)
        if stated is not None:
            found[f"{name}!formula"] = computed
            computed = _stand_in(stated, computed)
        found[name] = computed if cut is None else cut.one_method(computed)
        if any(_waits(found[quantity.name], waiting) for quantity in formula.inputs):
            waiting.add(name)
    for tell, formula, coefficient, needed in later:
        if (left := needed & _applied(formula.quantity, formulas, found, waiting)).any():
            tell(formula, coefficient, left)
    return found


def _later(
    later: list[tuple[Unresolved, Formula, Quantity, NDArray[np.bool_]]],
    tell: Unresolved,
    formula: Formula,
    coefficient: Quantity,
    needed: NDArray[np.bool_],
) -> None:
    later.append((tell, formula, coefficient, needed))


def _applied(
    quantity: Quantity, formulas: Sequence[Formula], found: Mapping[str, Values], waiting: Collection[str]
) -> NDArray[np.bool_]:
    """Where some formula that reads a quantity has the rest of what it reads; everywhere where none reads it."""
    readers = [formula for formula in formulas if quantity in formula.inputs]
    everywhere: NDArray[np.bool_] = np.ones((1,) * found[quantity.name].presence.ndim, bool)
    masks = []
    for formula in readers:
        others = [found[item.name] for item in formula.inputs if item != quantity and not item.is_coefficient]
        masks.append(reduce(np.logical_and, (_has_value(item, waiting) for item in others), everywhere))
    return reduce(np.logical_or, masks) if masks else everywhere


def _has_value(operand: Values, waiting: Collection[str]) -> NDArray[np.bool_]:
    """Where a quantity has a value, or lacks it only for want of a coefficient."""
    gap = not operand.quantity.is_coefficient and operand.quantity.name not in waiting
    nothing = (ABSENT, NOT_APPLICABLE, MISSING) if gap else (ABSENT, NOT_APPLICABLE)
    return ~np.isin(operand.presence, nothing)


def _waits(operand: Values, waiting: Collection[str]) -> bool:
    """Whether some of it lacks for want of a coefficient: of this one, or of one that it is computed with."""
    name = operand.quantity.name
    return name in waiting or (operand.quantity.is_coefficient and bool((operand.presence == UNRESOLVED).any()))


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


def _step(
    formula: Formula, found: dict[str, Values], grid: Grid, unresolved: Unresolved | None, waiting: Collection[str]
) -> Values:
    operands = [found[quantity.name] for quantity in formula.inputs]
    outside = _outside(formula, found, grid)
    asked = rested_on(formula, found)
    if asked:
        operands = [_where_asked(operand, asked[operand.quantity.name]) for operand in operands]
    for operand in operands:
        if operand.quantity.is_coefficient:
            _look_up(formula, operand, operands, outside, unresolved, waiting)
    value = evaluate(checked(formula).expr, {item.quantity.name: item.value for item in operands}, axes=grid.axes)
    shape = grid.shape(formula.quantity.axes)
    if value.shape != shape:
        value = np.ascontiguousarray(np.broadcast_to(value, shape))
    presence = _presence(value, operands, outside, shape)
    short, broken = _short_of(formula, operands)
    if broken is not None:
        presence = _without(broken, _all_values(shape) if presence is None else presence)
    if presence is not None and (broken is not None or (presence >= NOT_APPLICABLE).any()):
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
        short,
        broken,
    )


def _where_asked(operand: Values, asked: NDArray[np.bool_]) -> Values:
    """What a formula reads, without the gaps in cells where it takes the other branch."""
    if operand.whole or asked.all():
        return operand
    presence = np.where(asked, operand.presence, np.uint8(VALUE))
    value, evidence = np.broadcast_to(operand.value, presence.shape), np.broadcast_to(operand.evidence, presence.shape)
    source = None if operand.source is None else np.broadcast_to(operand.source, presence.shape)
    return replace(operand, value=value, presence=presence, evidence=evidence, source=source)


def _short_of(
    formula: Formula, operands: Sequence[Values]
) -> tuple[NDArray[np.bool_] | None, NDArray[np.bool_] | None]:
    """Where the result is a partial sum, and where there is none because a partial sum is read as if it were whole."""
    marked = [(item.quantity.name, item.short) for item in operands if item.short is not None and item.short.any()]
    if not marked:
        return None, None
    adds = additive(formula.equals)
    short = [mask for name, mask in marked if name in adds]
    broken = [mask for name, mask in marked if name not in adds]
    return reduce(np.logical_or, short) if short else None, reduce(np.logical_or, broken) if broken else None


def _without(broken: NDArray[np.bool_], presence: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Missing where a value would rest on a partial sum taken for the whole."""
    return np.where(broken & (presence == VALUE), np.uint8(MISSING), presence)


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
    """The ecosystems the method does not reach: those for which a quantity of `covers` is stated nowhere, and those of other classes."""
    if not formula.covers or "ecosystem" not in grid.members:
        return None
    place = grid.axes["ecosystem"]
    reach = np.ones(grid.shape(("ecosystem",)), bool)
    for quantity in formula.covers:
        stated = found[quantity.name]
        known = stated.present | (stated.presence == NOT_APPLICABLE)
        if stated.source is not None:
            known = known | (stated.source >= 0)
        others = tuple(axis for axis in range(known.ndim) if axis != place)
        reach &= known.any(axis=others, keepdims=True)
    if formula.of_class:
        inside = [formula.holds_for(name) for name in grid.members["ecosystem"]]
        reach &= np.array(inside, bool).reshape(reach.shape)
    outside: NDArray[np.bool_] = ~reach
    return outside


def _look_up(
    formula: Formula,
    coefficient: Values,
    operands: Sequence[Values],
    outside: NDArray[np.bool_] | None,
    unresolved: Unresolved | None,
    waiting: Collection[str],
) -> None:
    """Tell of the cells in reach of the formula that the coefficient has no value for.

    What is missing needs none, unless it is missing only for want of another coefficient (`waiting`).
    """
    needed = coefficient.presence == UNRESOLVED
    if not needed.any() or any(not item.present.any() for item in operands if not item.quantity.is_coefficient):
        return  # what it would be applied to is known nowhere: that is what lacks
    for operand in operands:
        if operand is not coefficient:
            needed = needed & _has_value(operand, waiting)
    if outside is not None:
        needed = needed & ~outside
    if needed.any() and unresolved is not None:
        unresolved(formula, coefficient.quantity, needed)


def _total(
    formula: Formula,
    total: Total,
    found: dict[str, Values],
    expected: Expected,
    unresolved: Unresolved | None,
    cut: Cut | None,
    waiting: Collection[str],
) -> Values:
    """The sum over an axis of the members that have a value."""
    grid = expected.grid
    of, place = found[total.of.name], grid.axes[total.axis]
    if of.quantity.is_coefficient:
        _look_up(formula, of, [of], None, unresolved, waiting)
    shape = grid.shape(formula.quantity.axes)
    short = expected.short(of, total.axis) if cut is None else None
    if cut is not None:
        of = _cut_to(of, cut.members(of, total.axis))
    years = of.price_years
    if of.whole and of.level is not None:
        value = evaluate(total, {total.of.name: of.value}, axes=grid.axes)
        evidence = np.broadcast_to(np.uint8(of.level), shape)
        return Values(formula.quantity, formula.method, value, _all_values(shape), evidence, None, years, True, short)  # noqa: FBT003 - `whole`
    value = evaluate(total, {total.of.name: of.value}, axes=grid.axes, counted={total.of.name: of.present})
    presence, evidence = _of_members(of.presence, of.evidence, value, place)
    value = np.where(presence == VALUE, value, np.nan)
    return Values(formula.quantity, formula.method, value, presence, evidence, None, years, False, short)  # noqa: FBT003 - `whole`


def _cut_to(of: Values, kept: NDArray[np.bool_]) -> Values:
    """The values without the cells that are not kept: of these nothing is said."""
    if kept.all():
        return of
    presence = np.where(kept | (of.presence != VALUE), of.presence, np.uint8(MISSING))
    return replace(of, value=np.where(presence == VALUE, of.value, np.nan), presence=presence, whole=False)


def _parts(formula: Formula, found: dict[str, Values], grid: Grid, cut: Cut | None) -> Values:
    """The sum of the named parts that are known; where none is, what a total would say of its members."""
    operands = [found[quantity.name] for quantity in formula.inputs]
    if cut is not None:
        operands = [_cut_to(item, cut.members(item, "")) for item in operands]
    shape = grid.shape(formula.quantity.axes)
    numbers = {item.quantity.name: item.value for item in operands}
    counted = {item.quantity.name: item.present for item in operands}
    value = evaluate(checked(formula).expr, numbers, axes=grid.axes, counted=counted)
    presences = np.stack([np.broadcast_to(item.presence, shape) for item in operands])
    evidences = np.stack([np.broadcast_to(item.evidence, shape) for item in operands])
    presence, evidence = _of_members(presences, evidences, value[np.newaxis], 0)
    short: NDArray[np.bool_] | None = None
    if cut is None:
        parts_short = [item.short & item.present for item in operands if item.short is not None]
        short = reduce(np.logical_or, parts_short, np.any(lacking(presences), axis=0))
    years = frozenset[int]().union(*(item.price_years for item in operands if is_money(formula.quantity.unit)))
    value = np.where(presence[0] == VALUE, value, np.nan)
    return Values(formula.quantity, formula.method, value, presence[0], evidence[0], None, years, False, short)  # noqa: FBT003 - `whole`


def _of_members(
    presences: NDArray[np.uint8], evidences: NDArray[np.uint8], value: NDArray[np.float64], place: int
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Presence and evidence of a sum of what is known: a value where a member has one.

    Else missing where a member lacks that is there, not applicable or absent where all are.
    """
    known = presences == VALUE
    gone = np.isin(presences, (MISSING, UNRESOLVED)).any(axis=place, keepdims=True)
    left_out = np.where((presences == NOT_APPLICABLE).any(axis=place, keepdims=True), NOT_APPLICABLE, ABSENT)
    nothing = np.where(gone, MISSING, left_out)
    presence = np.where(known.any(axis=place, keepdims=True), np.isnan(value), nothing).astype(np.uint8)
    evidence = np.where(known, evidences, np.uint8(0)).max(axis=place, keepdims=True)
    return presence, evidence


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
        short=None if computed.short is None else computed.short & ~here,
        broken=None if computed.broken is None else computed.broken & ~here,
    )
