"""Dividing a pool by weighted shares, and floors: exact amounts, and the columns that compute the same on a sheet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from qhgep.compensation.columns import Scales, floor_columns, units_of, weighted_columns
from qhgep.compensation.step_terms import BaseIncrementStep, FloorStep, WeightedStep
from qhgep.compensation.steps import Amounts, Context, Shares, StepResult
from qhgep.errors import PlanError, problem
from qhgep.money import FEN_PER_YUAN, Fen, excel_round, fen, yuan
from qhgep.readings.exact import float_sum

_NONE = Fraction(0)
_FEWEST_PASSES = 3
"""Passes that a workbook has where there are as many floors: room for changes made by hand."""


def weighted(context: Context, amounts: Amounts, step: WeightedStep) -> StepResult:
    """The pool divided by weighted shares: a recipient's share of a factor is its value over the sum of all.

    Shares are rounded half up to `decimals` places; everything after that is exact. The amounts before do not
    matter: this rule begins a division.
    """
    del amounts
    scales, scores = weighted_scores(context, step)
    whole = sum(scores.values())
    columns, standing = weighted_columns(context, step, scales)
    shares = Shares(scores, units_of(context), dict.fromkeys(scores, 0))
    return StepResult(
        kind="division",
        amounts={code: context.pool * score / whole for code, score in scores.items()},
        carried=_NONE,
        retained=_NONE,
        gap=_NONE,
        columns=columns,
        notes=(f"占比四舍五入到 {step.decimals} 位小数，其后各步精确",),
        standing=replace(standing, shares=shares),
    )


def weighted_scores(context: Context, step: WeightedStep | BaseIncrementStep) -> tuple[Scales, dict[str, int]]:
    """The scales of a step and the whole score of every recipient: weights x shares, added up."""
    scales = Scales(10**step.decimals, 10 ** _weight_decimals(step.weights), len(context.codes))
    scores = dict.fromkeys(context.codes, 0)
    for name, weight in step.weights.items():
        parts = int(Fraction(weight) * scales.weight)
        for code, share in share_units(context.factors[name].used, scales.share).items():
            scores[code] += parts * share
    return scales, scores


def _weight_decimals(weights: Mapping[str, str]) -> int:
    """The decimals that all weights need, at least two: percent read better than tenths."""
    places = 2
    while any((Fraction(weight) * 10**places).denominator != 1 for weight in weights.values()):
        places += 1
    return places


def share_units(values: Mapping[str, Fraction], scale: int) -> dict[str, int]:
    """Shares in units of 1/scale, rounded as the sheet rounds them: float division, half up."""
    codes = sorted(values)
    total = float_sum([values[code] for code in codes])
    return {code: excel_round(float(values[code]) / total * scale) for code in codes}


def floor(context: Context, amounts: Amounts, step: FloorStep) -> StepResult:
    """Recipients below their floor get it; the others share what remains as before, until nobody is below.

    Raises PlanError where the floors add up to more than there is.
    """
    least = {code: Fraction(fen(step.amounts.get(code, "0")), FEN_PER_YUAN) for code in context.codes}
    raised, needed = raise_to_floors(amounts, least)
    positive = sum(amount > 0 for amount in least.values())
    passes = min(positive, max(needed + 1, _FEWEST_PASSES))
    columns, standing = floor_columns(context, step, least, passes)
    return StepResult(
        kind="division",
        amounts=raised,
        carried=_NONE,
        retained=_NONE,
        gap=_NONE,
        columns=columns,
        notes=(f"下限用到 {needed} 轮，表中列 {passes} 轮",),
        standing=standing,
    )


def raise_to_floors(amounts: Amounts, least: Amounts) -> tuple[Amounts, int]:
    """The amounts with floors, and how many passes raised somebody. The sum stays the same."""
    pool = sum(amounts.values(), _NONE)
    if (floors := sum(least.values(), _NONE)) > pool:
        told = (yuan(Fen(int(amount * FEN_PER_YUAN))) for amount in (floors, pool, floors - pool))
        facts = dict(zip(("found", "pool", "change"), told, strict=True))
        raise PlanError(problem("plan_floors_pool", "、".join(sorted(least)), **facts))
    held: dict[str, Fraction] = {}
    shared, passes = dict(amounts), 0
    while below := [code for code, amount in shared.items() if amount < least[code]]:
        held |= {code: least[code] for code in below}
        free = [code for code in amounts if code not in held]
        available = pool - sum(held.values())
        whole = sum((amounts[code] for code in free), _NONE)
        shared = {code: available * amounts[code] / whole for code in free}
        passes += 1
    return {code: held.get(code, shared.get(code, _NONE)) for code in amounts}, passes
