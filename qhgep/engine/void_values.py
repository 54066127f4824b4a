"""What is said not to apply where there is something: values of a positive quantity, properties of land that is there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from qhgep.account.account import Account
from qhgep.catalogue import Formula
from qhgep.engine.figures import Figures, cells_where
from qhgep.engine.grid import NOT_APPLICABLE, Grid, Values
from qhgep.errors import Problem, Problems, problem
from qhgep.expr import AXES, Quantity
from qhgep.inputs.not_applicable import admitting
from qhgep.quantities import number_text
from qhgep.units import is_amount


def tell_void_values(account: Account, values: Mapping[str, Values], grid: Grid, problems: Problems) -> None:
    """Indicators whose value is said not to apply where their quantity is positive: the total lacks them and is not partial."""
    for line in account.ruleset.indicators:
        value, size = values.get(line.value), values.get(line.quantity)
        if value is None or size is None or line.item or value.presence.shape != size.presence.shape:
            continue
        void = (value.presence == NOT_APPLICABLE) & size.present & (size.value > 0)
        for cell in cells_where(void, value.quantity.axes, grid):
            amount = f"{number_text(float(size.value[grid.index(cell)]))} {size.quantity.unit.printed}"
            problems.warn(
                "value_not_applicable", "，".join(member for _, member in cell.members),
                value=value.quantity.zh, quantity=size.quantity.zh, amount=amount,
            )  # fmt: skip


def tell_properties(account: Account, figures: Figures, problems: Problems) -> None:
    """Refuse decisions that a property does not apply, a depth, a factor, a price, beside an amount that is there.

    Land has a slope and rain falls on it: what may not apply is what is counted, an area, an output, a service. By such a
    decision a line would leave the total, and the total would be called whole. What the ruleset says is another matter.
    """
    for held in figures.values.values():
        if held.source is not None and not held.quantity.is_coefficient and not is_amount(held.quantity.unit):
            problems.items += next(([found] for found in _refused(account, figures, held)), [])


def _there(amounts: Sequence[Values], like: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where there is some of each amount, on the axes of another array."""
    there = reduce(np.logical_and, (item.present & (item.value > 0) for item in amounts))
    return np.asarray(
        there.any(axis=tuple(axis for axis, length in enumerate(like.shape) if length == 1), keepdims=True)
    )


def _counting(account: Account, name: str) -> Iterator[Formula]:
    """The formulas in which a property meets an amount: those that read it, else those that read what they give."""
    for formula in account.ruleset.order:
        if any(item.name == name for item in formula.inputs):
            if any(_is_of_place(item) for item in formula.inputs):
                yield formula
            elif not is_amount(formula.quantity.unit):
                yield from _counting(account, formula.quantity.name)


def _is_of_place(quantity: Quantity) -> bool:
    """Whether it is an amount of a county; what is divided among counties is there whether or not one has a share."""
    return is_amount(quantity.unit) and not quantity.is_coefficient and "county" in quantity.axes


def _refused(account: Account, figures: Figures, held: Values) -> Iterator[Problem]:
    """The faults of a property, cell by cell: what the ruleset does not say and a decision of the account does."""
    said = held.presence == NOT_APPLICABLE
    for formula in _counting(account, held.quantity.name) if said.any() else ():
        amounts = [figures.values[item.name] for item in formula.inputs if _is_of_place(item)]
        if not set(held.quantity.axes) <= {*AXES, *(axis for item in amounts for axis in item.quantity.axes)}:
            continue  # one of a list that is added up on the way: a year without a 366th day has no rain on it
        for cell in cells_where(said & _there(amounts, said), held.quantity.axes, figures.grid):
            record = figures.record(held.quantity, cell)
            row = None if record is None else record.input
            decision = None if row is None else admitting(account.not_applicable, row)
            if row is None or decision is None or admitting(account.ruleset.not_applicable, row):
                continue
            where = "，".join(member for _, member in cell.members)
            facts = {"quantity": held.quantity.zh, "cell": where, "row": row.place, "amount": amounts[0].quantity.zh}
            facts |= {"service": formula.quantity.zh, "name": formula.quantity.name}
            yield problem("not_applicable_property", decision.place, **facts)
