"""The columns of the rules: the same algorithm as in `rules`, one named step after the other, for a sheet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from qhgep.compensation.division import base_for, digits_for, long_division
from qhgep.compensation.given import Given
from qhgep.compensation.step_terms import BaseIncrementStep, FloorStep, WeightedStep
from qhgep.compensation.steps import Amounts, Column, Context, Factor, Standing, computed, must_be_zero, put_in
from qhgep.compensation.whole_numbers import SETTING
from qhgep.expr import Expr, Floor, Quantity, Round, Total, call, less, where
from qhgep.money import FEN_PER_YUAN


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


def head_columns(pool: Given, payable: Given) -> tuple[Column, ...]:
    """The pool in yuan, in fen, in payable units, and the residue that is less than one unit.

    Fen are rounded because yuan with two decimals are no exact floats: 1.15 x 100 is 114.99999999999999.
    """
    amount = put_in("pool", "资金总额", "CNY", pool, "方案确定的待分配资金")
    unit = put_in("payable", "支付单位（分）", "fen", payable, "支付到分、元、百元或万元，折合多少分")
    in_fen = computed("pool.in_fen", "资金总额折合分", "fen", amount.quantity, "由元换算为分")
    whole = computed("pool.fen", "资金总额（分）", "fen", Round(in_fen.quantity), "取整数分，消除浮点误差")
    units = computed(
        "pool.units", "可分配单位数", "1", Floor(whole.quantity / unit.quantity), "资金总额含多少个整支付单位"
    )
    left = whole.quantity - units.quantity * unit.quantity
    residue = computed("residue", "不足一个支付单位的尾款（分）", "fen", left, "留存，不分配，单列")
    return amount, unit, in_fen, whole, units, residue


def weighted_columns(context: Context, step: WeightedStep, scales: Scales) -> tuple[tuple[Column, ...], Standing]:
    """The columns of scores, and the amount that follows from them, for reading."""
    columns, standing = score_columns(context, step, scales)
    return (*columns, amount_column(context, step.id, "因素法测算额", standing)), standing


def score_columns(
    context: Context, step: WeightedStep | BaseIncrementStep, scales: Scales
) -> tuple[tuple[Column, ...], Standing]:
    """Factor, sum, weight and share per factor, and the score; all units are available."""
    at = step.id
    given = _scale_columns(at, scales)
    share_scale, weight_scale, base = (column.quantity for column in given)
    parts = [
        _share(
            at,
            context.factors[name],
            _weight(context, step, name, weight),
            (share_scale, weight_scale),
        )
        for name, weight in step.weights.items()
    ]
    gap = must_be_zero(
        f"{at}.weight_gap", "权重之和与 1 之差（整数）", weight_scale - _sum([part.weight for part in parts]),
        "权重倍数减去各权重（整数）之和", says="权重之和为 1",
    )  # fmt: skip
    terms = _sum([part.weight * part.share for part in parts])
    score = computed(f"{at}.score", "综合得分", "1", terms, "各因素的权重×占比之和（整数）")
    total = total_column(f"{at}.score_total", "综合得分合计", score.quantity)
    digits = digits_for(units_of(context), scales.base)
    standing = Standing(score.quantity, total.quantity, context.quantity("pool.units"), base, digits, scales.bound)
    shares = [column for part in parts for column in part.columns]
    return (*given, *shares, gap, score, total), standing


def _weight(context: Context, step: WeightedStep | BaseIncrementStep, name: str, weight: str) -> Given:
    """A weight is chosen by the plan, unless it cites a row."""
    given = context.given(Fraction(weight), step.id, step.basis, f"weights.{name}")
    return given if given.rows else replace(given, basis=step.basis, origin="chosen")


def units_of(context: Context) -> int:
    """The payable units of the pool."""
    return int(context.pool * FEN_PER_YUAN / context.payable)


@dataclass(frozen=True, slots=True)
class _Share:
    """The columns of one factor; its weight and the shares in it, as whole numbers."""

    columns: tuple[Column, ...]
    weight: Quantity
    share: Quantity


def _share(at: str, factor: Factor, weight: Given, scales: tuple[Quantity, Quantity]) -> _Share:
    share_scale, weight_scale = scales
    zh = factor.quantity.zh
    used = _factor_columns(factor)
    chosen = put_in(f"{at}.weight.{factor.id}", f"{zh}权重", "1", weight, "方案选定的权重，各权重之和为 1")
    parts = computed(
        f"{at}.weight.{factor.id}.units", f"{zh}权重（整数）", "1", Round(chosen.quantity * weight_scale),
        "权重×权重倍数",
    )  # fmt: skip
    share = computed(
        f"{at}.share.{factor.id}", f"{zh}占比（整数）", "1",
        Round(used[-2].quantity / used[-1].quantity * share_scale), "本单位数值÷合计×占比倍数，四舍五入",
    )  # fmt: skip
    return _Share((*used, chosen, parts, share), parts.quantity, share.quantity)


def total_column(name: str, zh: str, of: Quantity) -> Column:
    """The sum of a column over the recipients."""
    return computed(name, zh, str(of.unit), Total("recipient", of), "各单位之和")


def _sum(terms: list[Expr]) -> Expr:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _scale_columns(at: str, scales: Scales) -> tuple[Column, ...]:
    rows = (
        ("share_scale", "占比倍数", scales.share, "占比保留的小数位，化为整数以便精确计算"),
        ("weight_scale", "权重倍数", scales.weight, "权重化为整数所乘的倍数"),
        ("base", "分段进制", scales.base, "长除法每段的进制，使中间数不超过表格软件能精确表示的位数"),
    )
    return tuple(
        put_in(f"{at}.{name}", zh, "1", Given(Fraction(value), SETTING, "chosen"), note)
        for name, zh, value, note in rows
    )


def _factor_columns(factor: Factor) -> tuple[Column, ...]:
    """The factor as the account gives it, as it is used where negative values count as zero, and its sum."""
    figures = {code: figure.value for code, figure in factor.figures.items()}
    zh, unit = factor.quantity.zh, str(factor.quantity.unit)
    origins = {figure.origin for figure in factor.figures.values()}
    given = Given(figures, factor.basis or factor.of, origins.pop() if len(origins) == 1 else "computed")
    columns = [put_in(f"factor.{factor.id}", zh, unit, given, factor.told)]
    if factor.at_least_zero:
        used = call("max", 0, columns[0].quantity)
        columns.append(computed(f"factor.{factor.id}.used", f"{zh}（负值按零）", unit, used, factor.basis))
    return (*columns, total_column(f"factor.{factor.id}.total", f"{zh}（各单位合计）", columns[-1].quantity))


def amount_column(context: Context, at: str, zh: str, standing: Standing) -> Column:
    """The exact amount after a step, in yuan: for reading, nothing is computed from it."""
    share = standing.available * standing.score / standing.score_total
    if standing.part is not None:
        share = share + standing.part / standing.score_total
    units = share if standing.held is None else standing.held + share
    equals = units * context.quantity("payable")
    return computed(f"{at}.amount", zh, "CNY", equals, "未取整，供查看，后续列不引用")


def money_columns(context: Context, at: str, name: str, zh: str, given: Given, *, note: str) -> tuple[Column, ...]:
    """Yuan by recipient as put in, in fen, and in payable units."""
    start = at if name == "least" else f"{at}.{name}"
    money = put_in(f"{at}.{name}", zh, "CNY", given, note)
    in_fen = computed(f"{start}.in_fen", f"{zh}折合分", "fen", money.quantity, "由元换算为分")
    whole = Round(in_fen.quantity / context.quantity("payable"))
    units = computed(f"{start}.units", f"{zh}单位数", "1", whole, "折合多少支付单位")
    return money, in_fen, units


def floor_columns(
    context: Context, step: FloorStep, least: Amounts, passes: int
) -> tuple[tuple[Column, ...], Standing]:
    """The floors in units, and as many passes as are listed: who is below its floor gets it and leaves."""
    before = context.standing
    if not isinstance(before, Standing) or before.held is not None:
        message = "a floor follows a step that divides by scores"
        raise TypeError(message)
    at = step.id
    given = context.given(dict(least), at, step.basis, "amounts")
    columns = list(money_columns(context, at, "least", "下限", given, note="方案规定的最低额；零为没有下限"))
    units = columns[-1]
    standing = replace(before, least=units.quantity, shares=None)
    for number in range(1, passes + 1):
        added, standing = _pass(
            context, f"{at}.pass{number}", f"下限第{number}轮", standing, (before.score, units.quantity)
        )
        columns += added
    return (*columns, amount_column(context, at, "下限调整后测算额", standing)), standing


def _pass(
    context: Context, at: str, zh: str, standing: Standing, fixed: tuple[Quantity, Quantity]
) -> tuple[tuple[Column, ...], Standing]:
    """One pass: shares by long division, floors where a share is below, and what is left for the others.

    `fixed` are the scores and the floors that the step began with. One held in an earlier pass has score 0,
    so share 0, and is held again.
    """
    scores, least = fixed
    part = long_division(at, zh, standing)
    share = computed(f"{at}.share", f"{zh}应得单位数", "1", part.whole, "各段商合成的整数")
    below = where(less(share.quantity, least), least, 0)
    held = computed(f"{at}.held", f"{zh}定额单位数", "1", below, "应得低于下限的取下限，其余为零")
    total = total_column(f"{at}.held_total", f"{zh}定额合计", held.quantity)
    left = context.quantity("pool.units") - total.quantity
    available = computed(f"{at}.available", f"{zh}后可分单位数", "1", left, "总单位数减去定额合计")
    free = where(less(0, held.quantity), 0, scores)
    score = computed(f"{at}.score", f"{zh}后得分", "1", free, "已定额的不再参与，得分记零")
    whole = total_column(f"{at}.score_total", f"{zh}后得分合计", score.quantity)
    columns = (*part.columns, share, held, total, available, score, whole)
    after = replace(
        standing,
        score=score.quantity,
        score_total=whole.quantity,
        available=available.quantity,
        held=held.quantity,
    )
    return columns, after
