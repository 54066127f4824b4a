"""What a plan pays over each recipient's own coverage and over the common one: a county with fewer data is paid less."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from qhgep.compensation.columns.column import Factor
from qhgep.compensation.plan.factors import Results, covered_name, figures_in_common, is_open, read_factors
from qhgep.compensation.plan.schema import Plan
from qhgep.errors import PlanError
from qhgep.money import Fen

Side = Literal["own", "common"]
SIDES: Mapping[Side, str] = {"own": "各按本县已核算部分", "common": "只按各县共有部分"}
"""The two ways to read a factor whose coverage differs between recipients, in words."""


@dataclass(frozen=True, slots=True)
class FactorCoverage:
    """A factor read both ways: values by recipient in its unit (None: there is none), and what the common one leaves out."""

    id: str
    of: str
    unit: str
    own: Mapping[str, float | None]
    common: Mapping[str, float | None]
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CoverageComparison:
    """The amounts by the plan, which reads factors on `side`, and those on the other side (None where that cannot be paid).

    `reason` says why it cannot.
    """

    side: Side
    paid: Mapping[str, Fen]
    other: Mapping[str, Fen] | None
    factors: tuple[FactorCoverage, ...]
    reason: str = ""

    @property
    def other_side(self) -> Side:
        """The side that the plan does not take."""
        return "common" if self.side == "own" else "own"


def compare_coverage(
    plan: Plan,
    results: Mapping[str, Results],
    paid: Mapping[str, Fen],
    *,
    require: str,
    pay: Callable[[Mapping[str, Factor]], Mapping[str, Fen]],
) -> CoverageComparison | None:
    """Both amounts of a plan with factors of unlike coverage; None for a plan without such a factor.

    `pay` gives the amounts for other factors. Where the other side has no value for a recipient, or its sum is not above
    zero, there are no amounts and the reason is told.
    """
    names = [name for name, terms in plan.factor.items() if is_open(terms)]
    if not names:
        return None
    side: Side = "common" if any(plan.factor[name].coverage == "common" for name in names) else "own"
    factors = tuple(_both(plan, name, results) for name in names)
    try:
        other = pay(read_factors(plan, results, require=require, other_coverage=True))
    except PlanError as error:
        return CoverageComparison(side, paid, None, factors, error.problems[0].text())
    return CoverageComparison(side, paid, other, factors)


def _both(plan: Plan, name: str, results: Mapping[str, Results]) -> FactorCoverage:
    terms = plan.factor[name]
    account, _, quantity = terms.of.partition(".")
    codes = [item.id for item in plan.named_recipients]
    own = {code: results[account].value(quantity, county=code, period=str(plan.period)) for code in codes}
    common = figures_in_common(plan, name, results)
    shared = {code: None if common is None else common.values[code].value for code in codes}
    left_out = () if common is None else tuple(covered_name(item) for item in common.left_out)
    unit = str(next(iter(own.values())).unit) if own else ""
    return FactorCoverage(name, terms.of, unit, {code: value.value for code, value in own.items()}, shared, left_out)
