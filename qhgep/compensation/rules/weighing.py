"""What rules that weigh factors have in common: scores by weighted shares, and the checks of weights."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction

from qhgep.compensation.columns import scores as score_columns
from qhgep.compensation.columns.column import Column, Context
from qhgep.compensation.columns.running_state import RunningState
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.rule import PlanFacts
from qhgep.compensation.rules.schema import Weighing

_WEIGHT = re.compile(r"[0-9]{1,30}(\.[0-9]{1,30})?")


WEIGHT_DECIMALS = 4
"""The most decimals a weight may have: more would not fit the digits of a spreadsheet."""


def scored(context: Context, step: Weighing, available: int) -> tuple[tuple[Column, ...], RunningState]:
    """The scores of weighed factors, by which so many units are shared: their columns, and how the division stands.

    Without decimals in the plan the sheet divides in fine parts, and read exactly the scores are not rounded.
    """
    scale = weight_scale(step.weights)
    if step.decimals is None:
        return score_columns.unrounded_scores(context, step, scale, available)
    scales = score_columns.Scales(10**step.decimals, scale, len(context.codes))
    return score_columns.rounded_scores(context, step, scales)


def share_note(decimals: int | None) -> str:
    """How shares are taken, in words."""
    return "占比不取整" if decimals is None else f"占比四舍五入到 {decimals} 位小数，其后各步精确"


def weight_scale(weights: Mapping[str, str]) -> int:
    """By how much weights are multiplied to be whole: their decimals, at least two (percent read better than tenths)."""
    places = 2
    while any((Fraction(weight) * 10**places).denominator != 1 for weight in weights.values()):
        places += 1
    return int(10**places)


def check_weights(plan: PlanFacts, step: Weighing, source: PlanText, at: Key) -> None:
    """Note every fault of the weights of a step: factors that shares can be taken of, decimals, a sum of 1."""
    if not step.basis.strip():
        source.add("plan_weights_basis", *at, "weights")
    if step.decimals is None and step.decimals_basis.strip():
        source.add("plan_decimals_basis", *at, "decimals_basis", step=step.id)
    readable = True
    for name, weight in step.weights.items():
        key = (*at, "weights", name)
        if name not in plan.factor:
            source.add("plan_weight_factor", *key, name=name, known="、".join(plan.factor) or "-")
        elif plan.factor[name].use != "share":
            source.add("plan_weight_value", *key, name=name)
        if not _WEIGHT.fullmatch(weight):
            source.add("plan_weight_text", *key, found=weight)
            readable = False
        elif (Fraction(weight) * 10**WEIGHT_DECIMALS).denominator != 1:
            source.add("plan_weight_decimals", *key, found=weight)
    if readable and (whole := sum(map(Fraction, step.weights.values()))) != 1:
        source.add("plan_weights_sum", *at, "weights", found=_decimal(whole))


def _decimal(number: Fraction | int) -> str:
    """A sum of decimal texts as a decimal text."""
    return f"{float(number):.12g}"
