"""The price index series that an account may choose from, each with what it makes of the years of the prices at hand.

A file of its own because `open_decisions`, which asks it, lists what is open and computes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from qhgep.coefficient_store import Coefficients, all_series, index_year, series_rows
from qhgep.quantities import number_text

_DIGITS = 6
"""Significant digits of a yuan carried: enough to tell two series apart."""


def index_choices(store: Coefficients, years: Iterable[int], to: int) -> tuple[tuple[str, str], ...]:
    """Every series with what a yuan of each year comes to in the prices of `to`; none is before another but by its name."""
    found = []
    for name in all_series(store):
        of = {index_year(row): row.value for row in series_rows(store, name)}
        carried = [
            f"{year} 年 1 元合 {to} 年 {number_text(float(format(of[to] / of[year], f'.{_DIGITS}g')))} 元"
            for year in sorted(set(years))
            if to in of and of.get(year)
        ]
        found.append((name, "、".join(carried) or f"没有这些年份与 {to} 年的指数"))
    return tuple(found)
