"""Growth of amounts by the trees of `qhgep.catalogue.growth`: numbers for those who have no arrays."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from qhgep.catalogue import Formula, checked
from qhgep.catalogue.growth import amount_after, amount_before, compound_rate, relative_change, years_between
from qhgep.readings.evaluate import evaluate


def growth_of(before: float, after: float) -> float | None:
    """How much an amount grew, as a share of what it was; None where there is no such share (the base is zero)."""
    return number_of(relative_change, {amount_before.name: before, amount_after.name: after})


def mean_growth_of(before: float, after: float, years: int) -> float | None:
    """The growth of each year that over some years leads from one amount to the other; None where there is none."""
    given = {amount_before.name: before, amount_after.name: after, years_between.name: float(years)}
    return number_of(compound_rate, given)


def number_of(formula: Formula, given: Mapping[str, float | None]) -> float | None:
    """The value of a formula for one number of each quantity; None where one is unknown, or there is no such value."""
    arrays = {name: np.array([value]) for name, value in given.items() if value is not None}
    if len(arrays) < len(given):
        return None
    found = float(evaluate(checked(formula).expr, arrays)[0])
    return found if math.isfinite(found) else None
