"""The columns of scores: factors, weights, shares of them, and the score of each recipient.

Where the plan says how many decimals shares have, shares and scores are whole numbers, and exact after that. Where it
does not, nothing is rounded: shares and scores are measured, and units are divided in fine parts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from qhgep.compensation.columns.column import (
    Column,
    Context,
    Factor,
    PartsOfFen,
    Reading,
    computed,
    measured,
    must_be_zero,
    put_in,
)  # fmt: skip
from qhgep.compensation.columns.common import total_column, units_of
from qhgep.compensation.columns.formula_value import formula_value
from qhgep.compensation.columns.long_division import base_for, digits_for
from qhgep.compensation.columns.parameter import GivenParameter
from qhgep.compensation.columns.running_state import FineDivision, LongDivision, RunningState, Shares
from qhgep.compensation.columns.whole_numbers import setting
from qhgep.compensation.rules.schema import Weighing
from qhgep.compensation.shares.fineness import SPAN, unit_parts
from qhgep.errors import PlanError, problem
from qhgep.expr import Expr, Quantity, Round, call
from qhgep.readings.check import unit_of

_HUNDRED = 100
"""Scores are hundredths: as many as weights in percent add up to."""


@dataclass(frozen=True, slots=True)
class Scales:
    """By how much shares and weights are multiplied to become whole numbers, for so many recipients."""

    share: int
    weight: int
    recipients: int

    @property
    def bound(self) -> int:
        """What scores add up to at most: rounding up adds at most one half to each recipient's share."""
        return self.weight * (self.share + self.recipients)

    @property
    def base(self) -> int:
        """The base of the long division."""
        return base_for(self.bound)


@dataclass(frozen=True, slots=True)
class _Factor:
    """The columns of one factor, its weight as a whole number, and its value over the sum of all."""

    columns: tuple[Column, ...]
    weight: Quantity
    ratio: Expr


def rounded_scores(context: Context, step: Weighing, scales: Scales) -> tuple[tuple[Column, ...], RunningState]:
    """Factor, sum, weight and share per factor, and the score, in whole numbers; all units are available."""
    at = step.id
    rows = (
        ("share_scale", "占比倍数", scales.share, "占比保留的小数位，化为整数以便精确计算"),
        ("weight_scale", "权重倍数", scales.weight, "权重化为整数所乘的倍数"),
        ("base", "分段进制", scales.base, "长除法每段的进制，使中间数不超过表格软件能精确表示的位数"),
    )
    given = tuple(setting(f"{at}.{name}", zh, value, "1", note) for name, zh, value, note in rows)
    share_scale, weight_scale, base = (column.quantity for column in given)
    columns: list[Column] = [*given]
    parts, terms = _factors(context, step, weight_scale), []
    for name, part in zip(step.weights, parts, strict=True):
        zh = f"{context.factors[name].quantity.zh}占比（整数）"
        whole = Round(part.ratio * share_scale)
        share = computed(f"{at}.share.{name}", zh, "1", whole, "本单位数值÷合计×占比倍数，四舍五入")
        columns += (*part.columns, share)
        terms.append(part.weight * share.quantity)
    score = computed(f"{at}.score", "综合得分", "1", _sum(terms), "各因素的权重×占比之和（整数）")
    total = total_column(f"{at}.score_total", "综合得分合计", score.quantity)
    by = LongDivision(base, digits_for(units_of(context), scales.base), scales.bound)
    running = RunningState(score.quantity, total.quantity, context.quantity("pool.units"), by)
    scored = (*columns, _weight_gap(at, weight_scale, parts), score, total)
    refuse_zero_shares(context.then(scored), step, total.quantity)
    return scored, running


def refuse_zero_shares(context: Context, step: Weighing, total: Quantity) -> None:
    """Raise PlanError where the decimals of the plan make every share 0, so that nothing can be divided by their sum."""
    if not context.reading.one(total):
        raise PlanError(problem("share_all_zero", step.id, decimals=step.decimals, count=len(context.codes)))


def unrounded_scores(
    context: Context, step: Weighing, weight_scale: int, available: int
) -> tuple[tuple[Column, ...], RunningState]:
    """Factor, sum, weight and share per factor, and the score, in floats; weights are whole, and so is what scores add up to.

    In how many parts a unit is taken follows from the exact scores and the units that are `available`.
    """
    at = step.id
    scale = setting(f"{at}.weight_scale", "权重倍数", weight_scale, "1", "权重化为整数所乘的倍数，也是综合得分的合计")
    columns: list[Column] = []
    parts, terms = _factors(context, step, scale.quantity), []
    for name, part in zip(step.weights, parts, strict=True):
        zh = f"{context.factors[name].quantity.zh}占比"
        share = measured(f"{at}.share.{name}", zh, "1", part.ratio, "本单位数值÷合计，不取整")
        columns += (*part.columns, share)
        terms.append(part.weight * share.quantity)
    score = measured(f"{at}.score", "综合得分", "1", _sum(terms), "各因素的权重（整数）×占比之和，不取整")
    columns += (_weight_gap(at, scale.quantity, parts), score)
    exactly = context.then((scale, *columns), exactly=True).reading.by_code(score.quantity)
    fine, by = fine_columns(at, unit_parts(exactly.values(), available))
    running = RunningState(score.quantity, scale.quantity, context.quantity("pool.units"), by)
    return (scale, *fine, *columns), running


def formula_scores(
    context: Context, at: str, tree: Expr, factors: Sequence[Factor], parameters: Sequence[Column], zh: str
) -> tuple[tuple[Column, ...], RunningState]:
    """What a formula over factors and parameters comes to for each recipient, its sum, and the share of it, in floats.

    The score is the share in hundredths, so that scores add up to a whole number as those of weights do. Raises PlanError
    where a recipient comes to less than zero, or all come to nothing.
    """
    scale = setting(f"{at}.scale", "得分合计", _HUNDRED, "1", "得分是占比的百倍，合计为整数")
    columns = [*(column for factor in factors for column in factor_columns(factor)), *parameters]
    made = formula_value(at, zh, str(unit_of(tree, at, plan=True)), tree)
    value = made[-1]
    total = total_column(f"{at}.total", f"{zh}（各单位合计）", value.quantity)
    columns += [*made, total]
    values = context.then(columns, exactly=True).reading.by_code(value.quantity)
    below = [code for code, number in values.items() if number < 0]
    if below:
        raise PlanError(problem("plan_formula_negative", at, recipients="、".join(below)))
    if not any(values.values()):
        raise PlanError(problem("plan_formula_zero", at))
    share = measured(f"{at}.share", f"{zh}占比", "1", value.quantity / total.quantity, "本单位数值÷合计，不取整")
    score = measured(f"{at}.score", "综合得分", "1", scale.quantity * share.quantity, "占比×得分合计，不取整")
    columns += [share, score]
    exactly = context.then((scale, *columns), exactly=True).reading.by_code(score.quantity)
    fine, by = fine_columns(at, unit_parts(exactly.values(), units_of(context)))
    running = RunningState(score.quantity, scale.quantity, context.quantity("pool.units"), by)
    return (scale, *fine, *columns), running


def shares_after(reading: Reading, running: RunningState | PartsOfFen | None) -> Shares | None:
    """How a division stands in exact numbers, read from its columns; None where no step can go on from scores.

    Scores are whole numbers in the proportion of those on the sheet.
    """
    if not isinstance(running, RunningState) or not running.divisible:
        return None
    held = dict.fromkeys(reading.reader.rows, 0) if running.held is None else reading.by_code(running.held)
    available = int(reading.one(running.available))
    scores = whole_numbers(reading.by_code(running.score))
    return Shares(scores, available, {code: int(units) for code, units in held.items()})


def whole_numbers(scores: Mapping[str, Fraction]) -> dict[str, int]:
    """Whole numbers without a common divisor, in the proportion of exact ones; whole ones as they are."""
    parts = math.lcm(*(score.denominator for score in scores.values()))
    if parts == 1:
        return {code: int(score) for code, score in scores.items()}
    whole = {code: score.numerator * (parts // score.denominator) for code, score in scores.items()}
    common = math.gcd(*whole.values()) or 1
    return {code: number // common for code, number in whole.items()}


def fine_columns(at: str, parts_of_unit: int) -> tuple[tuple[Column, ...], FineDivision]:
    """In how many parts a unit is taken, and how many units make a span."""
    parts = setting(
        f"{at}.unit_parts",
        "每个单位的份数",
        parts_of_unit,
        "1",
        "占比不取整，余数以份计；份数按金额大小选定，不影响精确额",
    )
    span = setting(f"{at}.span", "每段单位数", SPAN, "1", "先分出整段，使份数不超过表格软件能精确表示的位数")
    return (parts, span), FineDivision(parts.quantity, span.quantity)


def _factors(context: Context, step: Weighing, weight_scale: Quantity) -> list[_Factor]:
    """The columns of each factor and of its weight, in the order of the weights."""
    found = []
    for name, written in step.weights.items():
        factor, at = context.factors[name], f"{step.id}.weight.{name}"
        used, zh = factor_columns(factor), f"{factor.quantity.zh}权重"
        chosen = put_in(at, zh, "1", _weight(context, step, name, written), "方案选定的权重，各权重之和为 1")
        units = computed(f"{at}.units", f"{zh}（整数）", "1", Round(chosen.quantity * weight_scale), "权重×权重倍数")
        found.append(_Factor((*used, chosen, units), units.quantity, used[-2].quantity / used[-1].quantity))
    return found


def _weight(context: Context, step: Weighing, name: str, weight: str) -> GivenParameter:
    """A weight is chosen by the plan, unless it cites a row."""
    given = context.given(Fraction(weight), step.id, step.basis, f"weights.{name}")
    return given if given.rows else replace(given, basis=step.basis, origin="chosen")


def _weight_gap(at: str, scale: Quantity, parts: Sequence[_Factor]) -> Column:
    gap = scale - _sum([part.weight for part in parts])
    note = "权重倍数减去各权重（整数）之和"
    return must_be_zero(f"{at}.weight_gap", "权重之和与 1 之差（整数）", gap, note, says="权重之和为 1")


def factor_columns(factor: Factor) -> tuple[Column, ...]:
    """The factor as the account gives it, as it is used where negative values count as zero, and its sum."""
    figures = {code: figure.value for code, figure in factor.figures.items()}
    zh, unit = factor.quantity.zh, str(factor.quantity.unit)
    origins = {figure.origin for figure in factor.figures.values()}
    origin = origins.pop() if len(origins) == 1 else "computed"
    given = GivenParameter(figures, factor.basis or factor.of, origin, factor=factor.id)
    columns = [put_in(f"factor.{factor.id}", zh, unit, given, factor.origin_text, measured=True)]
    if factor.at_least_zero:
        used = call("max", 0, columns[0].quantity)
        columns.append(computed(f"factor.{factor.id}.used", f"{zh}（负值按零）", unit, used, factor.basis))
    return (*columns, total_column(f"factor.{factor.id}.total", f"{zh}（各单位合计）", columns[-1].quantity))


def _sum(terms: Sequence[Expr]) -> Expr:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total
