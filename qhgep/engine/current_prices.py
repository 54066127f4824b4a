"""Current prices: the values of an account, which are in the prices of one year, in those of each period's own year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from qhgep.catalogue import checked
from qhgep.catalogue.prices import carrying, price_index_from, price_index_to, price_stated
from qhgep.engine.price_years import no_current
from qhgep.errors import Problem
from qhgep.evidence import weakest
from qhgep.readings.evaluate import evaluate

if TYPE_CHECKING:
    from qhgep.engine.grid import Value
    from qhgep.engine.result import Result

TOTALS = ("accounted_total", "gep_total")


def without_current(result: Result, period: str) -> Problem | None:
    """Why a period of an account with [deflate] has no current prices; None where it has them."""
    return no_current(result.account, _year(result, period), period)


def current(result: Result, quantity: str, *, county: str, period: str, item: str = "") -> Value:
    """The value of an indicator, or a total, of a county (or `*`) in the prices of the period's own year.

    The constant value times index of the period over index of the price year. Missing where an index row or the value
    is, not applicable for a mean period; the weakest evidence of value and index rows.
    """
    constant = result.value(quantity, county=county, period=period, item=item)
    year, base = _year(result, period), result.account.price_year
    if year is None:
        return replace(constant, value=None, presence="not_applicable", evidence="", record=None)
    if not {year, base} <= set(result.indices):
        return replace(constant, value=None, presence="missing", evidence="", record=None)
    if constant.value is None:
        return replace(constant, record=None)
    own, other = result.indices[base], result.indices[year]
    (found,) = in_current_prices(result, [constant.value], period)
    evidence = weakest([level for level in (constant.evidence, own.evidence, other.evidence) if level])
    if found is None:
        return replace(constant, value=None, presence="missing", evidence="", record=None)
    return replace(constant, value=found, evidence=evidence, origin="computed", record=None)


def in_current_prices(result: Result, amounts: Sequence[float | None], period: str) -> list[float | None]:
    """Amounts of a period, in the prices of the account, in those of the period's own year; it must have current prices.

    Raises KeyError where it has none, see `without_current`.
    """
    year, base = _year(result, period), result.account.price_year
    if year is None:
        raise KeyError(period)
    tree = checked(carrying(result.values[result.account.ruleset.indicators[0].value].quantity, base, year)).expr
    indices = {price_index_from.name: result.indices[base].value, price_index_to.name: result.indices[year].value}
    given = {name: np.array([float(value)]) for name, value in indices.items()}
    stated = np.array([np.nan if amount is None else amount for amount in amounts])
    found = evaluate(tree, {price_stated.name: stated, **given})
    return [None if np.isnan(value) else float(value) for value in found]


def current_price_rows(result: Result) -> list[dict[str, Any]]:
    """The constant and current values of indicators and totals by county and period; `why` says why one is missing."""
    account = result.account
    names = [*TOTALS, *(line.value for line in account.ruleset.indicators)]
    codes = [*(county.code for county in account.counties), "*"]
    why = {period.name: without_current(result, period.name) for period in account.periods}
    return [
        _row(result, name, code, period.name, why[period.name])
        for name in sorted(dict.fromkeys(names))
        for code in sorted(codes)
        for period in account.periods
    ]


def _row(result: Result, name: str, code: str, period: str, why: Problem | None) -> dict[str, Any]:
    constant = result.value(name, county=code, period=period)
    found, year = current(result, name, county=code, period=period), _year(result, period)
    return {
        "county_code": code,
        "period": period,
        "quantity": name,
        "unit": str(constant.unit),
        "constant": constant.value,
        "current": found.value,
        "current_price_year": year,
        "presence": found.presence,
        "evidence": found.evidence,
        "why": why.part("found") if why else "",
    }


def _year(result: Result, period: str) -> int | None:
    return next(item.year for item in result.account.periods if item.name == period)
