"""What speaks for or against a figure beside the equations: plausible limits, and the other rows."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from qhgep.auditing.dimensions import without_period
from qhgep.auditing.figure import Cell, Figure
from qhgep.auditing.printed_table import TableAsPrinted
from qhgep.errors import Problem, Problems, within
from qhgep.units import Unit, dimension, factor, unit

MARGIN = 10
"""A price is implausible above this many times the highest published one, or as far below the lowest."""
PriceKey = tuple[Fraction, Unit]


@dataclass(frozen=True, slots=True)
class PriceRange:
    """The lowest and highest price of a unit in published accounts, and where they stand (`bounds.csv`)."""

    unit: Unit
    lowest: Fraction
    highest: Fraction
    lowest_in: str
    highest_in: str


@cache
def seen_prices() -> Mapping[tuple[tuple[str, Fraction], ...], PriceRange]:
    """Dimension -> the range of published prices."""
    with (Path(__file__).parent / "bounds.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            PriceRange(
                unit(row["unit"]),
                Fraction(row["lowest"]),
                Fraction(row["highest"]),
                row["lowest_in"],
                row["highest_in"],
            )
            for row in csv.DictReader(file)
        ]
    return {dimension(row.unit): row for row in rows}


def price_range(price: Figure) -> tuple[PriceRange, Fraction] | None:
    """The published range for the unit of a price, and the price in the unit of that range; None: none."""
    plain = without_period(price.unit)
    seen = seen_prices().get(dimension(plain))
    return None if seen is None else (seen, price.value * price.meaning.scale * factor(plain, seen.unit))


def plausible(table: TableAsPrinted, cell: Cell, printed: Figure) -> bool:
    """Whether a figure keeps the limits of its row and of its unit; a figure without limits does."""
    row, column = cell
    if column == "price" and price_range(printed) is not None:
        return _usual(printed)
    if column == "quantity" and dimension(printed.unit) == dimension(table.figures[cell].unit):
        low, high = table.limits.get((row, "low")), table.limits.get((row, "high"))
        size = _size(printed)
        return (low is None or size >= _size(low)) and (high is None or size <= _size(high))
    return True


def _usual(price: Figure) -> bool:
    """Whether a price keeps near the published ones of its unit; one without such does."""
    found = price_range(price)
    return found is None or found[0].lowest / MARGIN <= found[1] <= found[0].highest * MARGIN


def warn_of_price(row: str, where: str, price: Figure, problems: Problems) -> None:
    """Note a price that is far from all published ones of its unit."""
    found = price_range(price)
    if found is None or _usual(price):
        return
    seen = found[0]
    limits = f"{float(seen.lowest):g}–{float(seen.highest):g} {seen.unit.printed}"
    source = "; ".join(dict.fromkeys((seen.lowest_in, seen.highest_in)))
    facts = {"row": row, "found": f"{price.text} {price.spelling}", "seen": limits, "margin": MARGIN, "source": source}
    problems.warn("audit_price_bounds", where, **facts)


def plausible_row(table: TableAsPrinted, cell: Cell, new: Figure) -> bool:
    """Whether price and quantity of a row keep their limits when one of its figures is replaced."""
    cells = {(cell[0], "quantity"), (cell[0], "price")} & table.figures.keys()
    return all(plausible(table, one, new if one == cell else table.figures[one]) for one in sorted(cells))


def _size(one: Figure) -> Fraction:
    return one.value * one.meaning.scale * factor(one.unit, _base(one.unit))


@cache
def _base(of: Unit) -> Unit:
    return Unit(dimension(of))


def implausible(table: TableAsPrinted) -> tuple[Problem, ...]:
    """A warning for every printed price and quantity beyond its limits."""
    problems = Problems()
    for cell, printed in table.figures.items():
        if plausible(table, cell, printed):
            continue
        where, text = table.rows[cell[0]].place, f"{printed.text} {printed.spelling}"
        if cell[1] == "price" and price_range(printed) is not None:
            warn_of_price(cell[0], where, printed, problems)
        else:
            ends = (table.limits.get((cell[0], "low")), table.limits.get((cell[0], "high")))
            limits = within(*(None if limit is None else limit.text for limit in ends))
            reason = table.rows[cell[0]].reason or "—"
            problems.warn(
                "audit_quantity_bounds",
                where,
                row=cell[0],
                found=text,
                limits=limits,
                reason=reason,
            )
    return tuple(problems.items)


@dataclass(frozen=True)
class Habits:
    """What the table prints elsewhere: prices of the lines that hold, and the units of its values."""

    prices: Counter[PriceKey]
    own: Mapping[str, PriceKey]
    value_units: Counter[str]

    def bits(self, table: TableAsPrinted, cell: Cell, new: Figure) -> int:
        """How many bits the other rows add to the cost of an edit: what many rows share is not the fault."""
        row, column = cell
        old = table.figures[cell]
        if column == "price":
            return 2 * bool(self._others(row, price_key(old))) - 2 * bool(self._others(row, price_key(new)))
        if column == "value" and new.spelling != old.spelling:
            most = self.value_units.most_common(1)[0][0]
            return 4 * (old.spelling == most and self.value_units[most] > 1) - (new.spelling == most)
        return 0

    def _others(self, row: str, key: PriceKey) -> int:
        return self.prices[key] - (self.own.get(row) == key)


def price_key(price: Figure) -> PriceKey:
    """A price whatever it is printed like: 7.06 元/m3 and 7.060 CNY/m3 are one."""
    return _size(price), _base(price.unit)


def habits(table: TableAsPrinted, holding: Collection[str]) -> Habits:
    """The habits of a table, whose lines `holding` agree with their figures."""
    own = {
        row: price_key(table.figures[row, "price"])
        for row in table.rows
        if row in holding and (row, "price") in table.figures
    }
    units = Counter(one.spelling for (_, column), one in table.figures.items() if column == "value")
    return Habits(Counter(own.values()), own, units)
