"""The scores of steps that weigh factors, as whole numbers: exact, or of shares rounded to the decimals of the plan."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from qhgep.compensation.columns.column import Context
from qhgep.compensation.columns.scores import Scales, Weighing
from qhgep.money import excel_round
from qhgep.readings.exact import float_sum

_DIGITS = 15
"""A spreadsheet shows so many digits of a number, and a figure is taken to have no more."""


def weight_scale(weights: Mapping[str, str]) -> int:
    """By how much weights are multiplied to be whole: their decimals, at least two (percent read better than tenths)."""
    places = 2
    while any((Fraction(weight) * 10**places).denominator != 1 for weight in weights.values()):
        places += 1
    return int(10**places)


def whole_weights(step: Weighing) -> tuple[int, dict[str, int]]:
    """The scale of the weights, and each as a whole number of it."""
    scale = weight_scale(step.weights)
    return scale, {name: int(Fraction(weight) * scale) for name, weight in step.weights.items()}


def exact_scores(context: Context, step: Weighing) -> dict[str, int]:
    """Whole numbers in the proportion of weights x unrounded shares, added up: exact, however long they become."""
    _, weights = whole_weights(step)
    figures = {name: whole_figures(context.factors[name].used) for name in weights}
    totals = {name: sum(figures[name].values()) for name in weights}
    every = math.prod(totals.values())
    scores = dict.fromkeys(context.codes, 0)
    for name, weight in weights.items():
        times = weight * (every // totals[name])
        for code, figure in figures[name].items():
            scores[code] += times * figure
    return _reduced(scores)


def whole_figures(values: Mapping[str, Fraction]) -> dict[str, int]:
    """Figures as whole numbers of their last digit, in their proportion; of each, fifteen digits count."""
    texts = [format(float(value), f".{_DIGITS - 1}e").split("e") for value in values.values()]
    numbers = [(int(mantissa.replace(".", "")), int(places)) for mantissa, places in texts]
    last = min((places for number, places in numbers if number), default=0)
    whole = [number * 10 ** (places - last) if number else 0 for number, places in numbers]
    return _reduced(dict(zip(values, whole, strict=True)))


def _reduced(numbers: Mapping[str, int]) -> dict[str, int]:
    common = math.gcd(*numbers.values()) or 1
    return {code: number // common for code, number in numbers.items()}


def rounded_scores(context: Context, step: Weighing, decimals: int) -> tuple[Scales, dict[str, int]]:
    """The scales of a step and the whole score of every recipient: weights x shares rounded to `decimals`, added up."""
    scale, weights = whole_weights(step)
    scales = Scales(10**decimals, scale, len(context.codes))
    scores = dict.fromkeys(context.codes, 0)
    for name, weight in weights.items():
        for code, share in share_units(context.factors[name].used, scales.share).items():
            scores[code] += weight * share
    return scales, scores


def share_units(values: Mapping[str, Fraction], scale: int) -> dict[str, int]:
    """Shares in units of 1/scale, rounded as the sheet rounds them: float division, half up."""
    codes: Sequence[str] = sorted(values)
    total = float_sum([values[code] for code in codes])
    return {code: excel_round(float(values[code]) / total * scale) for code in codes}
