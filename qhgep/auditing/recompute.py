"""What the engine has for the cells of an account, and the interval that the printed digits of its inputs allow."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from qhgep.auditing.printed_table import Prices
from qhgep.catalogue import checked
from qhgep.catalogue.prices import price_index, price_index_from, price_index_to, price_stated
from qhgep.coefficient_store import Resolved
from qhgep.engine.grid import Carried, Record
from qhgep.engine.result import Result
from qhgep.expr import Cell, Parts, Quantity
from qhgep.interval import Interval, hull, point
from qhgep.printed import added, printed
from qhgep.readings.interval import interval
from qhgep.units import Unit, factor, spelled

_LEFT_OUT = ("absent", "not_applicable")
"""What a sum passes over."""


@dataclass(frozen=True, slots=True)
class RecomputedFigure:
    """A value of the engine in `unit`: `exact` is its number at 15 digits, `extent` what roundings of inputs allow.

    `exact` is None where there is no value, `extent` where it has no bounds; `missing` names cells without a value,
    `partial` what the value leaves out.
    """

    unit: Unit
    exact: Fraction | None
    extent: Interval | None
    missing: tuple[tuple[Quantity, Cell], ...] = ()
    partial: tuple[str, ...] = ()


class Recomputation:
    """Values and intervals of the cells of one result, each found once."""

    def __init__(self, result: Result, *, prices: Prices) -> None:
        self.result, self.prices = result, prices
        self._known: dict[tuple[str, Cell], Interval | None] = {}

    def sum_of(self, terms: Sequence[tuple[Quantity, Cell]]) -> RecomputedFigure:
        """The sum of one cell or several, over those that apply, as the engine adds them."""
        unit = terms[0][0].unit
        values = [(term, self.result.at(*term)) for term in terms]
        there = [(term, value) for term, value in values if value.presence not in _LEFT_OUT]
        missing = tuple(term for term, value in there if value.value is None)
        partial = tuple(dict.fromkeys(name for _, value in there if value.partial for name in value.partial.missing))
        numbers = [value.value for _, value in there if value.value is not None]
        if missing or not there:
            return RecomputedFigure(unit, None, None, missing or tuple(terms), partial)
        number, extent = math.fsum(numbers), _sum(self.interval(*term) for term, _ in there)
        if extent is not None:  # what floats add to an exact value is no disagreement
            extent = hull((extent, point(Fraction(number)), point(_shown(number))))
        return RecomputedFigure(unit, _shown(number), extent, (), partial)

    def interval(self, quantity: Quantity, cell: Cell) -> Interval | None:
        """The numbers that a cell may be: of what is stated its printed digits, of the rest what its formula gives."""
        key = (quantity.name, cell)
        if key not in self._known:
            self._known[key] = self._interval(quantity, cell)
        return self._known[key]

    def _interval(self, quantity: Quantity, cell: Cell) -> Interval | None:
        value = self.result.at(quantity, cell)
        if value.value is None:
            return None
        if value.record is not None:
            return leaf(value.record, quantity, prices=self.prices)
        formula = self.result.account.ruleset.bind[quantity.name]
        expr = checked(formula).expr
        if isinstance(expr, Parts):  # as the engine adds them: those that are known
            known = tuple(part for part in expr.of if self.result.at(part, cell.on(part.axes)).value is not None)
            expr = Parts(known) if len(known) > 1 else known[0]
        return interval(expr, cell, self.interval, self._members)

    def _members(self, of: Quantity, axis: str, at: Cell) -> Iterator[str]:
        for member in self.result.grid.members[axis]:
            if self.result.at(of, at.at(axis, member).on(of.axes)).value is not None:
                yield member


def leaf(record: Record, quantity: Quantity, *, prices: Prices) -> Interval | None:
    """The interval of a stated value in the unit of its quantity.

    What was carried from the prices of another year is the interval of the stated amount after the same tree.
    A printed input may be off by half a unit of its last digit. A coefficient is exact as printed unless prices are
    `rounded`; a stated zero and the days of a period are exact.
    """
    if record.exact is None:
        return None
    stated = record.carried.stated if record.carried else record.exact
    extent = point(stated)
    if record.input is not None and record.presence == "value":
        extent = printed(Decimal(record.input.value)).scaled(_times(record.input.unit, quantity))
    elif record.resolved is not None and prices == "rounded":
        extent = printed(record.resolved.row.value).scaled(_times(record.resolved.row.unit, quantity))
    return _carried(record.carried, extent, prices) if record.carried else extent


def _carried(how: Carried, stated: Interval, prices: Prices) -> Interval | None:
    """The interval of a stated amount after the tree that carried it to the prices of the account."""
    given = {
        price_stated.name: stated,
        price_index_from.name: _index(how.index_from, prices),
        price_index_to.name: _index(how.index_to, prices),
    }
    return interval(checked(how.formula).expr, Cell(()), lambda quantity, _: given[quantity.name], _no_members)


def _index(found: Resolved, prices: Prices) -> Interval:
    if prices != "rounded":
        return point(found.value)
    return printed(found.row.value).scaled(_times(found.row.unit, price_index))


def _no_members(of: Quantity, axis: str, at: Cell) -> Iterator[str]:
    raise AssertionError(of, axis, at)  # pragma: no cover - the tree of an index has no sums


def _times(unit: str, quantity: Quantity) -> Fraction:
    meaning = spelled(unit)
    return meaning.scale * factor(meaning.unit, quantity.unit)


def _shown(number: float) -> Fraction:
    """A float at the 15 digits that a spreadsheet shows of it."""
    return Fraction(format(number, ".15g"))


def _sum(parts: Iterable[Interval | None]) -> Interval | None:
    found = list(parts)
    bounded = [part for part in found if part is not None]
    return added(bounded) if len(bounded) == len(found) else None
