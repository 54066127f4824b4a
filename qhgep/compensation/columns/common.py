"""The columns of the rules: the same algorithm as in `rules`, one named step after the other, for a sheet."""

from __future__ import annotations

from dataclasses import replace

from qhgep.compensation.columns.column import Amounts, Column, Context, computed, put_in
from qhgep.compensation.columns.long_division import divide
from qhgep.compensation.columns.parameter import GivenParameter
from qhgep.compensation.columns.running_state import RunningState
from qhgep.compensation.rules.schema import FloorStep
from qhgep.expr import Floor, Quantity, Round, Total, less, where
from qhgep.money import FEN_PER_YUAN


def head_columns(pool: GivenParameter, payable: GivenParameter) -> tuple[Column, ...]:
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


def units_of(context: Context) -> int:
    """The payable units of the pool."""
    return int(context.pool * FEN_PER_YUAN / context.payable)


def total_column(name: str, zh: str, of: Quantity) -> Column:
    """The sum of a column over the recipients."""
    return computed(name, zh, str(of.unit), Total("recipient", of), "各单位之和")


def amount_column(context: Context, at: str, zh: str, standing: RunningState) -> Column:
    """The exact amount after a step, in yuan: for reading, nothing is computed from it."""
    share = standing.available * standing.score / standing.score_total
    if standing.part is not None:
        share = share + standing.part / standing.unit_parts
    units = share if standing.held is None else standing.held + share
    equals = units * context.quantity("payable")
    return computed(f"{at}.amount", zh, "CNY", equals, "未取整，供查看，后续列不引用")


def money_columns(
    context: Context, at: str, name: str, zh: str, given: GivenParameter, *, note: str
) -> tuple[Column, ...]:
    """Yuan by recipient as put in, in fen, and in payable units."""
    start = at if name == "least" else f"{at}.{name}"
    money = put_in(f"{at}.{name}", zh, "CNY", given, note)
    in_fen = computed(f"{start}.in_fen", f"{zh}折合分", "fen", money.quantity, "由元换算为分")
    whole = Round(in_fen.quantity / context.quantity("payable"))
    units = computed(f"{start}.units", f"{zh}单位数", "1", whole, "折合多少支付单位")
    return money, in_fen, units


def floor_columns(
    context: Context, step: FloorStep, least: Amounts, passes: int
) -> tuple[tuple[Column, ...], RunningState]:
    """The floors in units, and as many passes as are listed: who is below its floor gets it and leaves."""
    before = context.standing
    if not isinstance(before, RunningState) or before.held is not None:
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
    context: Context, at: str, zh: str, standing: RunningState, fixed: tuple[Quantity, Quantity]
) -> tuple[tuple[Column, ...], RunningState]:
    """One pass: shares by long division, floors where a share is below, and what is left for the others.

    `fixed` are the scores and the floors that the step began with. One held in an earlier pass has score 0,
    so share 0, and is held again.
    """
    scores, least = fixed
    part = divide(at, zh, standing)
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
