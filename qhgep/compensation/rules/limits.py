"""Floors and caps of a division together: what bounds and a cap whose excess is shared have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from qhgep.compensation.columns.column import Built, Column, Context
from qhgep.compensation.columns.common import amount_column, money_columns, units_of
from qhgep.compensation.columns.water_filling import FillLimits, fill_columns
from qhgep.compensation.rules.common import beside_pool, running_state_of, short_sums, yuan_of, yuan_of_units
from qhgep.errors import PlanError, Problems
from qhgep.money import LARGEST


@dataclass(frozen=True, slots=True)
class FloorsAndCaps:
    """Floors and caps in payable units; a cap of None is none."""

    least: Mapping[str, int]
    most: Mapping[str, int | None]


def filled(context: Context, at: str, limits: FloorsAndCaps, basis: str) -> Built:
    """The division within floors and caps, none of which is below what is held. Raises PlanError where it cannot be."""
    before = running_state_of(context)
    short_sums(context, at, before)
    if before.held is not None:
        on_top = context.reading.by_code(before.held)
        limits = replace(limits, least={code: max(least, int(on_top[code])) for code, least in limits.least.items()})
    scores = context.reading.by_code(before.score)
    _feasible(context, at, scores, limits)
    head = limit_columns(context, at, limits, basis)
    found = fill_columns(
        context.then(head), at, before, FillLimits(head[2].quantity, head[5].quantity, before.held_units)
    )
    amount = amount_column(context, at, "上下限调整后测算额", found.running)
    return Built((*head, *found.columns, amount), found.running, (f"上下限{found.note}",), zeros=before.score)


def limit_columns(context: Context, at: str, limits: FloorsAndCaps, basis: str) -> tuple[Column, ...]:
    """Floors and caps in yuan, fen and units; who has no cap has the largest number that can be typed."""
    most = {code: LARGEST // context.payable - 1 if limit is None else limit for code, limit in limits.most.items()}
    low, high = (
        context.given(yuan_of(context, units), at, basis, *names)
        for units, names in ((limits.least, ("least", "amounts")), (most, ("most", "amounts")))
    )
    return (
        *money_columns(context, at, "floor", "下限", low, note="最低额，不低于本步前的定额；零为没有下限"),
        *money_columns(context, at, "most", "上限", high, note="最高额；没有上限的填表中能填的最大数"),
    )


def _feasible(context: Context, at: str, scores: Mapping[str, Fraction], limits: FloorsAndCaps) -> None:
    """Floors at most the pool, caps at least the pool, no floor above its cap; else the smallest change that helps."""
    problems, pool = Problems(), units_of(context)
    for code in context.codes:
        high = limits.most[code]
        if high is not None and limits.least[code] > high:
            facts = {"least": yuan_of_units(context, limits.least[code]), "most": yuan_of_units(context, high)}
            problems.add("plan_bounds_crossed", at, recipient=code, **facts)
    low = sum(limits.least.values())
    if low > pool:
        problems.add("plan_bounds_low", at, **beside_pool(context, low, pool))
    highs = [limits.most[code] if scores[code] else limits.least[code] for code in context.codes]
    known = [high for high in highs if high is not None]
    if len(known) == len(highs) and sum(known) < pool:
        problems.add("plan_bounds_high", at, **beside_pool(context, sum(known), pool))
    problems.raise_if_any(PlanError)
