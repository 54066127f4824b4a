"""Settlements on a sheet: what each receives and pays in whole parts of a fen, and how it becomes fen that add up to zero."""

from __future__ import annotations

from qhgep.compensation.columns.column import Column, Context, PartsOfFen, computed, must_be_zero
from qhgep.compensation.columns.common import total_column
from qhgep.compensation.columns.whole_numbers import setting
from qhgep.expr import Expr, Floor, Quantity, Rank, Round, at_most, call, where

CENTS = 2
"""Yuan have so many decimals at least."""


def scale_column(at: str, name: str, zh: str, value: int, unit: str = "1") -> Column:
    """By how much amounts are multiplied to become whole numbers."""
    return setting(f"{at}.{name}", zh, value, unit, "化为整数所乘的倍数")


def integer_column(name: str, zh: str, of: Quantity, scale: Quantity) -> Column:
    """An amount as a whole number."""
    return computed(name, f"{zh}（整数）", "1", Round(of * scale), "数值×倍数")


def finish_settlement(context: Context, parts: PartsOfFen) -> tuple[Column, ...]:
    """Receipts and payments each rounded to the same whole total, largest remainder, ties by code: they add up to zero."""
    payable = context.quantity("payable")
    size = computed("finish.part_unit", "一个支付单位折合份数", "1", parts.per_fen * payable, "份数换算")
    got = _apportioned("received", "应收", call("max", 0, parts.quantity), size.quantity)
    paid = _apportioned("paid", "应付", call("max", 0, 0 - parts.quantity), size.quantity)
    even = must_be_zero(
        "finish.uneven",
        "应收与应付之差（整数份）",
        got[1].quantity - paid[1].quantity,
        "未取整",
        says="应收合计等于应付合计",
    )
    units = computed("finish.units", "收付单位数", "1", got[-1].quantity - paid[-1].quantity, "收为正，付为负")
    fen = computed("finish.fen", "收付额（分）", "fen", units.quantity * payable, "单位数×支付单位")
    yuan = computed("finish.yuan", "收付额", "CNY", fen.quantity, "由分换算为元")
    total = total_column("finish.balance_of", "收付合计（单位数）", units.quantity)
    zero = must_be_zero("finish.balance", "收付相抵后余额", total.quantity, "应为零", says="收付相抵为零")
    return (size, *got, *paid, even, units, fen, yuan, total, zero)


def _apportioned(name: str, zh: str, of: Expr, size: Quantity) -> tuple[Column, ...]:
    at = f"finish.{name}"
    side = computed(at, f"{zh}（整数份）", "1", of, "另一方向的记零")
    total = total_column(f"{at}_total", f"{zh}合计（整数份）", side.quantity)
    twice = computed(f"{at}_doubled", f"{zh}两倍合计加一个单位", "1", total.quantity * 2 + size, "四舍五入的整数算法")
    goal = computed(f"{at}_goal", f"{zh}合计单位数", "1", Floor(twice.quantity / (size * 2)), "合计四舍五入到支付单位")
    whole = computed(f"{at}_whole", f"{zh}整单位数", "1", Floor(side.quantity / size), "取整")
    rest = computed(f"{at}_rest", f"{zh}余数", "1", side.quantity - whole.quantity * size, "不足一个单位的份数")
    given = total_column(f"{at}_whole_total", f"{zh}整单位合计", whole.quantity)
    left = computed(f"{at}_left", f"{zh}待分尾数", "1", goal.quantity - given.quantity, "合计减去整单位合计")
    rank = computed(f"{at}_rank", f"{zh}余数位次", "1", Rank(rest.quantity), "由大到小，相同的按代码先后")
    extra = where(at_most(rank.quantity, left.quantity), 1, 0)
    units = computed(f"{at}_units", f"{zh}单位数", "1", whole.quantity + extra, "位次不超过待分尾数的加一个单位")
    return side, total, twice, goal, whole, rest, given, left, rank, units
