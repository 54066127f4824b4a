"""Columns that many rules have: the head of a plan, sums, amounts put in as money, the amount after a step."""

from __future__ import annotations

from qhgep.compensation.columns.column import Column, Context, computed, put_in
from qhgep.compensation.columns.parameter import GivenParameter
from qhgep.compensation.columns.running_state import RunningState
from qhgep.expr import Floor, Quantity, Round, Total
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


def amount_column(context: Context, at: str, zh: str, running: RunningState) -> Column:
    """The exact amount after a step, in yuan: for reading, nothing is computed from it."""
    share = running.available * running.score / running.score_total
    if running.part is not None:
        share = share + running.part / running.unit_parts
    units = share if running.held is None else running.held + share
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
