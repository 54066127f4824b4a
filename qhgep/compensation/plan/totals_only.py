"""Shares are of totals: what is the same per tonne, hectare or head wherever it is measured is no amount to share by.

A coefficient or a price is a number of a document, not of a recipient: as a share it would pay all alike whatever they
have, and is refused. A depth, a yield or a temperature is the recipient's own but grows with nothing: it is told. A pure
number may be a score, which documents do share by.
"""

from __future__ import annotations

from collections.abc import Mapping

from qhgep.catalogue import shipped
from qhgep.compensation.columns.column import Factor
from qhgep.compensation.plan.schema import Plan
from qhgep.errors import PlanError, Problem, Problems
from qhgep.units import PURE, Unit, dimension, grows_with_area, is_money


def check_shared(plan: Plan, factors: Mapping[str, Factor]) -> tuple[Problem, ...]:
    """Warnings of factors shared by that are no totals. Raises PlanError for coefficients and prices."""
    problems = Problems()
    for name, terms in plan.factor.items():
        if terms.use != "share":
            continue
        quantity = terms.of.partition(".")[2]
        known, of = shipped().vocabulary.get(quantity), factors[name].quantity
        facts = {"factor": terms.of or name, "zh": of.zh, "unit": of.unit.printed or "1"}
        where = plan.where("factor", name)
        if (known is not None and known.is_coefficient) or _is_price(of.unit):
            problems.add("factor_price", where, **facts)
        elif dimension(of.unit) != dimension(PURE) and not grows_with_area(of.unit):
            problems.warn("factor_no_total", where, **facts)
    problems.raise_if_any(PlanError)
    return problems.warnings


def _is_price(of: Unit) -> bool:
    """Money per something: not money, and not money per year."""
    return is_money(of) and not grows_with_area(of)
