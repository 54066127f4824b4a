"""A comparison: a ratio, or one quantity alone, that is looked at and never used, with the limits of every county."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from qhgep.expr import Bounds, Expr, Quantity, quantities
from qhgep.quantities import quantity
from qhgep.readings.check import check

YEARLY = "county year"


@dataclass(frozen=True)
class Comparison:
    """A ratio that is looked at and never used: `quantity` names it and holds its limits, `equals` says how it is made.

    It is not looked at where one of `unless` has a value, which says the same better, or where the ratio is itself a
    value of the account, whose limits are checked there.
    """

    quantity: Quantity
    equals: Expr
    unless: tuple[Quantity, ...] = ()
    refused: bool = False
    """Whether a ratio outside stops the account: one of the numbers is then surely another quantity than the one it is typed as."""

    @property
    def limits(self) -> Bounds:
        """The plausibility limits, in the unit of the ratio."""
        assert self.quantity.bounds is not None  # noqa: S101 - `_compared` and the ratios of formulas have them
        return self.quantity.bounds

    @cached_property
    def inputs(self) -> tuple[Quantity, ...]:
        """The quantities it reads."""
        return quantities(self.equals)

    @cached_property
    def checked(self) -> Expr:
        """The tree with its conversions. Raises UnitError or FormulaError where it does not fit the ratio."""
        return check(self.equals, self.quantity, empirical=True).expr


def compared(
    name: str,
    unit_: str,
    zh: str,
    equals: Expr,
    limits: Bounds,
    *,
    axes: str = YEARLY,
    unless: tuple[Quantity, ...] = (),
    refused: bool = False,
) -> Comparison:
    """A ratio by the name it is told under, its unit, its Chinese name, how it is made, and its limits."""
    return Comparison(quantity(name, unit_, axes=axes, zh=zh, tex="", limits=limits), equals, unless, refused)
