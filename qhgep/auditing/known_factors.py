"""Factors of a table against the limits that the catalogue has for coefficients of their unit: 1.91 t O₂ to a tonne of dry matter."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from qhgep.auditing.figure import Figure
from qhgep.auditing.printed_table import TableAsPrinted
from qhgep.catalogue import shipped
from qhgep.errors import Problems
from qhgep.expr import Quantity
from qhgep.quantities import range_text
from qhgep.units import dimension, factor, is_money

Dimension = tuple[tuple[str, object], ...]


def warn_of_factors(table: TableAsPrinted, problems: Problems) -> None:
    """Note every factor that no coefficient of its unit can be; a look is asked for, the number is used as it is.

    A pure number has no unit to be known by, and prices are looked at beside published ones.
    """
    for (row, column), printed in table.figures.items():
        if not column.startswith("factor"):
            continue
        known = _coefficients().get(dimension(printed.unit), ())
        if known and not any(_holds(quantity, printed) for quantity in known):
            facts = {
                "row": row,
                "found": f"{printed.text} {printed.spelling}".strip(),
                "known": "；".join(f"{item.zh} {range_text(item.bounds, item.unit)}" for item in known if item.bounds),
                "reason": "；".join(dict.fromkeys(item.bounds.reason for item in known if item.bounds)),
            }
            problems.warn("audit_factor_bounds", table.rows[row].place, **facts)


@cache
def _coefficients() -> Mapping[Dimension, tuple[Quantity, ...]]:
    """Dimension -> the coefficients with limits that are of it; those of money and pure numbers left out."""
    found: dict[Dimension, list[Quantity]] = {}
    for item in shipped().vocabulary.values():
        if item.is_coefficient and item.bounds is not None and dimension(item.unit) and not is_money(item.unit):
            found.setdefault(dimension(item.unit), []).append(item)
    return {of: tuple(items) for of, items in found.items()}


def _holds(quantity: Quantity, printed: Figure) -> bool:
    """Whether the number lies within the limits of a coefficient, in its unit."""
    value = printed.value * printed.meaning.scale * factor(printed.unit, quantity.unit)
    return quantity.bounds is None or quantity.bounds.holds(value)
