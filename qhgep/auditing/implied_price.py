"""Implied prices: value over quantity where a table prints no price. What is added up as one thing has one price in all its classes."""

from __future__ import annotations

from fractions import Fraction

from qhgep.auditing.figure import Figure
from qhgep.auditing.printed_table import TableAsPrinted
from qhgep.errors import Problems
from qhgep.interval import Interval
from qhgep.units import Unit, dimension, factor

_PRICED = ("quantity", "value")


def warn_of_implied_prices(table: TableAsPrinted, problems: Problems) -> None:
    """Note every total of quantities and values whose classes imply different prices, beyond what their roundings leave open.

    A look is asked for and no fault found: grades of one product may have prices of their own.
    """
    for row in table.rows.values():
        for terms in row.totals:
            names = [name for _, name in terms]
            implied = {name: _price(table, name) for name in names if _alike(table, row.row, name)}
            prices = {name: price for name, price in implied.items() if price is not None}
            if len(prices) < len(names) or len(names) < len(_PRICED):
                continue
            dear = max(prices, key=lambda name: prices[name].low)
            cheap = min(prices, key=lambda name: prices[name].high)
            if prices[dear].low > prices[cheap].high:
                times = f"{float(prices[dear].low / prices[cheap].high):.4g}"
                problems.warn("audit_implied_price", row.place, row=row.row, dear=dear, cheap=cheap, times=times)


def _alike(table: TableAsPrinted, total: str, name: str) -> bool:
    """Whether a class prints quantity and value of the total's dimensions, and no price or other factor."""
    figures = [(table.figures.get((name, column)), table.figures.get((total, column))) for column in _PRICED]
    printed = all(own and whole and dimension(own.unit) == dimension(whole.unit) for own, whole in figures)
    return printed and set(table.rows[name].factors) <= {"quantity"} and (name, "price") not in table.figures


def _price(table: TableAsPrinted, name: str) -> Interval | None:
    """The prices that the digits of a class leave open; None where it has nothing or loses."""
    quantity, value = (_size(table.figures[name, column]) for column in _PRICED)
    positive = quantity.low > 0 and value.low > 0
    return Interval(value.low / quantity.high, value.high / quantity.low) if positive else None


def _size(figure: Figure) -> Interval:
    """The numbers that a figure may stand for, in the base units of its dimension."""
    times = figure.meaning.scale * factor(figure.unit, Unit(dimension(figure.unit)))
    low, high = (Fraction(end) * times for end in (figure.interval.low, figure.interval.high))
    return Interval(low, high)
