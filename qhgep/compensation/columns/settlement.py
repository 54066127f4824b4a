"""Settlements on a sheet: what each receives and pays in whole parts of a fen, and how it becomes fen that add up to zero."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from qhgep.compensation.columns.column import Column, Context, PartsOfFen, computed, must_be_zero, put_in
from qhgep.compensation.columns.common import total_column
from qhgep.compensation.columns.parameter import GivenParameter
from qhgep.compensation.columns.whole_numbers import Taken, fit_columns, setting
from qhgep.compensation.rules.parameters import decimals
from qhgep.expr import Expr, Floor, Quantity, Rank, Round, at_most, call, less, where

_CENTS = 2


@dataclass(frozen=True, slots=True)
class Clamp:
    """A change and its rate, and between what their product lies."""

    found: Fraction
    rate: Fraction
    low: Fraction
    high: Fraction


def _scale(at: str, name: str, zh: str, value: int, unit: str = "1") -> Column:
    return setting(f"{at}.{name}", zh, value, unit, "化为整数所乘的倍数")


def _whole(name: str, zh: str, of: Quantity, scale: Quantity) -> Column:
    return computed(name, f"{zh}（整数）", "1", Round(of * scale), "数值×倍数")


def class_columns(
    context: Context, at: str, base: GivenParameter, clamp: Clamp | None, roles: Mapping[str, int]
) -> tuple[tuple[Column, ...], PartsOfFen]:
    """The amount by class, the clamped product, and their sum with the sign of each role."""
    if not isinstance(base.value, Fraction):
        message = "an amount by class is one for all"
        raise TypeError(message)
    change_places = 0 if clamp is None else decimals([clamp.found])
    product = 0 if clamp is None else change_places + decimals([clamp.rate])
    bounds = [] if clamp is None else [clamp.low, clamp.high]
    places = max(_CENTS, product, decimals([base.value, *bounds]))
    scale = _scale(at, "scale", "金额倍数", 10**places, "1/CNY")
    per_fen = _scale(at, "per_fen", "一分折合份数", 10 ** (places - _CENTS), "1/fen")
    amount = put_in(f"{at}.by_class", "按水质类别的金额", "CNY", base, "查类别表；正数由付方付给收方")
    whole = _whole(f"{at}.by_class_units", "按水质类别的金额", amount.quantity, scale.quantity)
    columns: list[Column] = [scale, per_fen, amount, whole]
    net: Expr = whole.quantity
    taken: list[Taken] = [(amount.quantity, scale.quantity, whole.quantity)]
    if clamp is not None:
        added, more = _clamped(context, at, clamp, scale.quantity, (change_places, places))
        columns += added
        taken += more
        net = net + added[-1].quantity
    columns += fit_columns(at, taken)
    role = put_in(
        f"{at}.role", "收付方", "1", GivenParameter({code: Fraction(sign) for code, sign in roles.items()}, base.basis, base.origin),
        "1 收方，-1 付方，0 无关",
    )  # fmt: skip
    total = computed(f"{at}.net", "协议金额（整数份）", "1", net, "类别金额加变化金额")
    parts = computed(f"{at}.parts", "本步收付（整数份）", "1", role.quantity * total.quantity, "收为正，付为负")
    return (*columns, role, total, parts), PartsOfFen(parts.quantity, per_fen.quantity, 10 ** (places - _CENTS))


_CHANGE = {"change": "change.found", "rate": "change.rate", "low": "change.low", "high": "change.high"}
"""Column -> the parameter it shows."""


def _clamped(
    context: Context, at: str, clamp: Clamp, scale: Quantity, places: tuple[int, int]
) -> tuple[tuple[Column, ...], list[Taken]]:
    """Change x rate in whole parts, between its limits; and what was taken as whole numbers."""
    change_places, all_places = places
    change_scale = _scale(at, "change_scale", "变化倍数", 10**change_places)
    rate_scale = _scale(at, "rate_scale", "标准倍数", 10 ** (all_places - change_places), "1/CNY")
    rows = (
        ("change", "指数变化（百分点）", "1", clamp.found, change_scale.quantity),
        ("rate", "每百分点金额", "CNY", clamp.rate, rate_scale.quantity),
        ("low", "变化金额下限", "CNY", clamp.low, scale),
        ("high", "变化金额上限", "CNY", clamp.high, scale),
    )
    columns: list[Column] = [change_scale, rate_scale]
    taken: list[Taken] = []
    for name, zh, unit, value, times in rows:
        given = put_in(f"{at}.{name}", zh, unit, context.given(value, at, "", _CHANGE[name]), "协议约定或监测结果")
        whole = _whole(f"{at}.{name}_units", zh, given.quantity, times)
        columns += (given, whole)
        taken.append((given.quantity, times, whole.quantity))
    change, rate, low, high = (units for _, _, units in taken)
    product = computed(f"{at}.product", "变化×标准（整数份）", "1", change * rate, "未限幅")
    inside = call("max", low, call("min", high, product.quantity))
    clamped = computed(f"{at}.clamped", "变化金额（整数份）", "1", inside, "限于上下限之间")
    return (*columns, product, clamped), taken


@dataclass(frozen=True, slots=True)
class Move:
    """A section: whether it failed, who loses (with the share of the cut each bears), what share of it, and to whom."""

    id: str
    failed: bool
    losers: Mapping[str, Fraction]
    moved: Fraction
    to: Mapping[str, Fraction]


def split_columns(
    context: Context, at: str, fund: GivenParameter, sides: tuple[GivenParameter, GivenParameter], moves: list[Move]
) -> tuple[tuple[Column, ...], PartsOfFen]:
    """Fund x (receipt x sum of payments − payment x sum of receipts), in parts of which both sums make a fen."""
    pay, receive = (_side(at, name, zh, given) for name, zh, given in zip(_SIDES, _HEADS, sides, strict=True))
    moved_columns, received, times = _moved(context, at, receive[-1].quantity, moves)
    paid = pay[-1].quantity
    paid_total = total_column(f"{at}.pay_total", "出资份数合计", paid)
    got_total = total_column(f"{at}.receive_total", "分配份数合计", received)
    money = _fund(at, fund)
    one, units = money[1], money[3]
    share = computed(
        f"{at}.share", "收付份数", "1", received * paid_total.quantity - paid * got_total.quantity, "分配减出资，通分"
    )
    parts = computed(f"{at}.parts", "本步收付（整数份）", "1", units.quantity * share.quantity, "收为正，付为负")
    per_fen = computed(
        f"{at}.per_fen", "一分折合份数", "1/fen", one.quantity * paid_total.quantity * got_total.quantity, "两合计之积"
    )
    total = [_numerators(side)[0] for side in sides]
    fits = fit_columns(at, [(side[0].quantity, side[1].quantity, side[2].quantity) for side in (pay, receive)])
    columns = (*pay, *receive, *fits, *moved_columns, paid_total, got_total, *money, share, parts, per_fen)
    return columns, PartsOfFen(parts.quantity, per_fen.quantity, total[0] * total[1] * times)


def _fund(at: str, fund: GivenParameter) -> tuple[Column, Column, Column, Column]:
    """The fund as put in, one fen, and the fund in fen and as a whole number of them."""
    money = put_in(f"{at}.fund", "基金总额", "CNY", fund, "协议约定的资金规模")
    one = setting(f"{at}.one", "一分", 1, "1/fen", "去掉单位")
    in_fen = computed(f"{at}.fund_fen", "基金总额（分）", "fen", money.quantity, "由元换算为分")
    return money, one, in_fen, _whole(f"{at}.fund_units", "基金总额", in_fen.quantity, one.quantity)


_SIDES, _HEADS = ("pay", "receive"), ("出资", "分配")


def _numerators(given: GivenParameter) -> tuple[int, int]:
    """The sum of ratios as whole numbers, and by how much they were multiplied."""
    values = list(given.value.values()) if not isinstance(given.value, Fraction) else [given.value]
    scale = 10 ** decimals(values)
    return int(sum(values, Fraction(0)) * scale), scale


def _side(at: str, name: str, zh: str, given: GivenParameter) -> tuple[Column, Column, Column]:
    ratio = put_in(f"{at}.{name}", f"{zh}比例", "1", given, "协议约定的比例")
    scale = _scale(at, f"{name}_scale", f"{zh}比例倍数", _numerators(given)[1])
    return ratio, scale, _whole(f"{at}.{name}_units", f"{zh}比例", ratio.quantity, scale.quantity)


def _moved(context: Context, at: str, receive: Quantity, moves: list[Move]) -> tuple[tuple[Column, ...], Quantity, int]:
    """Receipts after the sections that failed, and by how much they were multiplied to stay whole."""
    if not moves:
        return (), receive, 1
    share_scale = math.lcm(*(move.moved.denominator for move in moves))
    parts = [part for move in moves for part in (*move.to.values(), *move.losers.values())]
    to_scale = math.lcm(*(part.denominator for part in parts))
    scales = (
        _scale(at, "moved_scale", "转移比例倍数", share_scale),
        _scale(at, "to_scale", "转入比例倍数", to_scale),
    )
    columns: list[Column] = [*scales]
    total: Expr = receive * scales[0].quantity * scales[1].quantity
    for move in moves:
        added, change = _move(context, f"{at}.{move.id}", move, receive, (scales[0].quantity, scales[1].quantity))
        columns += added
        total = total + change
    after = computed(f"{at}.received", "断面考核后分配份数", "1", total, "原份数加转入减转出")
    return (*columns, after), after.quantity, share_scale * to_scale


def _move(
    context: Context, at: str, move: Move, receive: Quantity, scales: tuple[Quantity, Quantity]
) -> tuple[tuple[Column, ...], Expr]:
    """The columns of a section, and what it changes in receipts (multiplied by both scales)."""
    zh = f"{move.id}断面"
    failed, *shares = _terms(context, at, move)
    moved, loser, to = (column.quantity for column in shares)
    heads = (
        ("moved", "转移比例", moved, scales[0]),
        ("loser", _BEARS, loser, scales[1]),
        ("to", "转入比例", to, scales[1]),
    )
    units = tuple(_whole(f"{at}.{name}_units", zh + head, of, scale) for name, head, of, scale in heads)
    moved_units, lost, got = (column.quantity for column in units)
    fits = fit_columns(at, [(of, scale, whole.quantity) for (_, _, of, scale), whole in zip(heads, units, strict=True)])
    sums = (
        *_sums_to_one(at, "loser", zh + _BEARS, lost, scales[1]),
        *_sums_to_one(at, "to", f"{zh}转入比例", got, scales[1]),
    )
    held = computed(f"{at}.held", f"{zh}转出方份数", "1", where(less(0, loser), receive, 0), "只有转出方有")
    base = total_column(f"{at}.held_total", f"{zh}可转份数", held.quantity)
    change = failed.quantity * moved_units * base.quantity * (got - lost)
    return (failed, *shares, *units, *fits, *sums, held, base), change


_BEARS = "转出方承担比例"


def _terms(context: Context, at: str, move: Move) -> tuple[Column, ...]:
    """What is agreed or was found for a section: failed or not, share moved, who bears it, who gets it."""
    step = at.removesuffix(f".{move.id}")
    rows: tuple[tuple[str, str, Fraction | dict[str, Fraction]], ...] = (
        ("failed", "未达标", Fraction(int(move.failed))),
        ("moved", "转移比例", move.moved),
        ("loser", _BEARS, {code: move.losers.get(code, Fraction(0)) for code in context.codes}),
        ("to", "转入比例", {code: move.to.get(code, Fraction(0)) for code in context.codes}),
    )
    return tuple(
        put_in(
            f"{at}.{name}", f"{move.id}断面{head}", "1", context.given(value, step, "", f"sections.{move.id}.{name}"),
            "协议约定或监测结果",
        )
        for name, head, value in rows
    )  # fmt: skip


def _sums_to_one(at: str, name: str, zh: str, units: Quantity, scale: Quantity) -> tuple[Column, Column]:
    total = total_column(f"{at}.{name}_total", f"{zh}合计", units)
    gap = must_be_zero(
        f"{at}.{name}_gap", f"{zh}之和与 1 之差", scale - total.quantity, "倍数减去合计", says=f"{zh}之和为 1"
    )
    return total, gap


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
