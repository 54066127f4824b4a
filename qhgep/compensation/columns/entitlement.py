"""Amounts from below on a sheet: products in whole parts of a fen, added up, rounded to payable units at the end.

Decimal texts are no exact floats. So an amount such as 653.44 and a rate such as 14.67 are taken as whole numbers of
their last decimals, 65344 x 1467, whose product is exact as long as it has no more than fourteen digits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from qhgep.compensation.columns.column import Built, Column, Context, Factor, Kind, PartsOfFen, computed, put_in
from qhgep.compensation.columns.parameter import GivenParameter
from qhgep.compensation.columns.settlement import finish_settlement
from qhgep.compensation.columns.whole_numbers import SETTING, Taken, fit_columns, setting
from qhgep.compensation.rules.parameters import decimals
from qhgep.expr import Expr, Floor, Quantity, Round, Total, call
from qhgep.readings.exact import Exact
from qhgep.units import Unit, factor, unit

_CENTS = 2
"""Parts are at least fen: yuan have two decimals."""


@dataclass(frozen=True, slots=True)
class EntitlementProduct:
    """One product of a step: amounts by recipient in a unit, and a rate in CNY per unit, for all or by recipient.

    `amount_from` and `rate_from` name the parameters of the step that they come from; with a `factor` the amounts are
    its figures, rounded.
    """

    id: str
    zh: str
    amounts: Mapping[str, Fraction]
    rate: Exact
    basis: str = ""
    amount_from: tuple[str, ...] = ()
    rate_from: tuple[str, ...] = ()
    factor: Factor | None = None

    @property
    def rates(self) -> list[Fraction]:
        """The rate, or all of them."""
        return [self.rate] if isinstance(self.rate, Fraction) else list(self.rate.values())


@dataclass(frozen=True, slots=True)
class Measured:
    """What a step multiplies, for the heads of its columns: `amount` in `unit` (Chinese and registry)."""

    amount: str
    rate: str
    unit: str

    @property
    def rate_unit(self) -> str:
        """The unit of rates: CNY per unit."""
        return f"CNY/{self.unit}" if self.unit != "1" else "CNY"


def product_columns(
    context: Context, at: str, lines: Sequence[EntitlementProduct], measured: Measured, *, least: int = 0
) -> tuple[tuple[Column, ...], PartsOfFen]:
    """Amount, rate and product of every line in whole parts, and their sum; the parts of this step alone.

    Amounts have at least so many decimals.
    """
    amount_places = decimals([value for line in lines for value in line.amounts.values()], least=least)
    rate_places = decimals([value for line in lines for value in line.rates], least=max(0, _CENTS - amount_places))
    scales = _scales(at, measured, amount_places, rate_places)
    columns: list[Column] = list(scales)
    products: list[Expr] = []
    taken: list[Taken] = []
    for line in lines:
        added = _line(context, at, line, measured, (scales[0].quantity, scales[1].quantity), amount_places)
        columns += added
        amount, rate, units, rates = (column.quantity for column in (*added[:2], *added[-2:]))
        products.append(units * rates)
        taken += [] if line.factor else [(amount, scales[0].quantity, units)]
        taken.append((rate, scales[1].quantity, rates))
    total = products[0]
    for product in products[1:]:
        total = total + product
    own = computed(f"{at}.parts", "本步金额（整数份）", "1", total, "各项数量×标准（整数）之和")
    columns += fit_columns(at, taken)
    return (*columns, own), PartsOfFen(own.quantity, scales[2].quantity, 10 ** (amount_places + rate_places - _CENTS))


def _scales(at: str, measured: Measured, amount_places: int, rate_places: int) -> tuple[Column, ...]:
    unit = measured.unit
    inverse, per_yuan = (f"1/{unit}", f"{unit}/CNY") if unit != "1" else ("1", "1/CNY")
    rows = (
        ("amount_scale", f"{measured.amount}倍数", inverse, amount_places, "数量化为整数所乘的倍数，保留全部小数"),
        ("rate_scale", f"{measured.rate}倍数", per_yuan, rate_places, "标准化为整数所乘的倍数，保留全部小数"),
        ("per_fen", "一分折合份数", "1/fen", amount_places + rate_places - _CENTS, "整数份与分的换算"),
    )
    return tuple(setting(f"{at}.{name}", zh, 10**places, unit, note) for name, zh, unit, places, note in rows)


def _line(
    context: Context,
    at: str,
    line: EntitlementProduct,
    measured: Measured,
    scales: tuple[Quantity, Quantity],
    places: int,
) -> tuple[Column, ...]:
    """Amount and rate as put in, and both as whole numbers; amounts of an account have a scale of their own."""
    name = f"{at}.{line.id}"
    rate = line.rate if isinstance(line.rate, Fraction) else dict(line.rate)
    amount = _amount(context, at, line, measured)
    own = () if line.factor is None else (factor_scale(f"{name}.amount", line.factor, measured.unit, places),)
    scale = own[0].quantity if own else scales[0]
    price = put_in(
        f"{name}.rate", f"{line.zh}{measured.rate}", measured.rate_unit, context.given(rate, at, line.basis, *line.rate_from),
        "本步骤写明的标准",
    )  # fmt: skip
    whole = computed(
        f"{name}.amount_units", f"{line.zh}{measured.amount}（整数）", "1", Round(amount.quantity * scale), "数量×倍数"
    )
    rates = computed(
        f"{name}.rate_units", f"{line.zh}{measured.rate}（整数）", "1", Round(price.quantity * scales[1]),
        "标准×倍数",
    )  # fmt: skip
    return (amount, price, *own, whole, rates)


def _amount(context: Context, at: str, line: EntitlementProduct, measured: Measured) -> Column:
    """The amounts as the step states them, or as the account gives them, in its unit."""
    name, zh = f"{at}.{line.id}.amount", f"{line.zh}{measured.amount}"
    if line.factor is None:
        given = context.given(dict(line.amounts), at, line.basis, *line.amount_from)
        return put_in(name, zh, measured.unit, given, "本步骤写明的数量")
    origins = {figure.origin for figure in line.factor.figures.values()}
    origin = origins.pop() if len(origins) == 1 else "computed"
    given = GivenParameter(dict(line.factor.used), line.factor.basis or line.factor.of, origin, factor=line.factor.id)
    return put_in(name, zh, str(line.factor.quantity.unit), given, f"取自核算结果 {line.factor.of}")


def factor_scale(at: str, taken: Factor, measured: str, places: int) -> Column:
    """By how much figures of an account are multiplied to become whole parts of the unit of the step.

    The conversion between units is in it: rounding comes after it, and both numbers keep their units.
    """
    value = factor(taken.quantity.unit, unit(measured)) * 10**places
    given = GivenParameter(value, SETTING, "chosen")
    note = "单位换算（精确）×倍数，四舍五入到保留的小数位"
    return put_in(f"{at}.scale", "核算数倍数", str(Unit() / taken.quantity.unit), given, note)


def amount_units(taken: Factor, measured: str, places: int) -> tuple[Expr, dict[str, Exact]]:
    """How many whole parts of a unit an account's figures are, as the tree of the sheet, with its values."""
    figures = put_in("amount", "数量", str(taken.quantity.unit), GivenParameter(dict(taken.used), "", "stated"), "")
    scale = factor_scale("amount", taken, measured, places)
    whole = computed("units", "整数", "1", Round(figures.quantity * scale.quantity), "")
    if whole.expr is None or scale.given is None:
        message = "a computed column has its tree"
        raise TypeError(message)
    return whole.expr, {"amount": dict(taken.used), scale.name: scale.given.value}


def rounded_columns(at: str, parts: PartsOfFen, unit: int) -> tuple[tuple[Column, ...], PartsOfFen]:
    """The parts rounded half up to so many fen, where the rule says so."""
    given = GivenParameter(Fraction(unit), "本步骤规定的取整单位", "stated")
    fen = put_in(f"{at}.round_unit", "取整单位（分）", "fen", given, "规则规定逐项四舍五入到的单位")
    whole, columns = _half_up(at, "取整单位", parts, fen.quantity)
    back = computed(f"{at}.rounded", "取整后金额（整数份）", "1", whole * fen.quantity * parts.per_fen, "单位数×单位")
    return (fen, *columns, back), PartsOfFen(back.quantity, parts.per_fen, parts.parts)


def _half_up(at: str, zh: str, parts: PartsOfFen, unit: Quantity) -> tuple[Quantity, tuple[Column, ...]]:
    """How many units there are, half up: INT of (2 x parts + unit) / (2 x unit), in whole numbers."""
    size = computed(f"{at}.part_unit", f"一个{zh}折合份数", "1", parts.per_fen * unit, "份数换算")
    twice = computed(
        f"{at}.doubled", "两倍份数加一个单位", "1", parts.quantity * 2 + size.quantity, "四舍五入的整数算法"
    )
    whole = computed(
        f"{at}.units", f"{zh}数", "1", Floor(twice.quantity / (size.quantity * 2)), "除以两倍单位，取整，即四舍五入"
    )
    return whole.quantity, (size, twice, whole)


def added_to_before(context: Context, at: str, made: tuple[tuple[Column, ...], PartsOfFen], *notes: str) -> Built:
    """The parts of this step added to those of the steps before, in a common part of a fen; the sum is the amount."""
    columns, own = made
    before = context.running
    total = own
    if isinstance(before, PartsOfFen):
        added, total = _common(at, before, own)
        columns += added
    amount = computed(
        f"{at}.amount", "至本步累计金额", "CNY", total.quantity / total.per_fen, "未取整，供查看，后续列不引用"
    )
    return Built((*columns, amount), total, notes)


def _common(at: str, before: PartsOfFen, own: PartsOfFen) -> tuple[tuple[Column, ...], PartsOfFen]:
    parts = math.lcm(before.parts, own.parts)
    rows = (
        ("times_before", "前步份数倍数", "1", parts // before.parts),
        ("times_own", "本步份数倍数", "1", parts // own.parts),
        ("common", "一分折合份数（累计）", "1/fen", parts),
    )
    given = [setting(f"{at}.{name}", zh, value, unit, "化为同一份数") for name, zh, unit, value in rows]
    total = before.quantity * given[0].quantity + own.quantity * given[1].quantity
    column = computed(f"{at}.total", "至本步累计（整数份）", "1", total, "前步累计加本步")
    return (*given, column), PartsOfFen(column.quantity, given[2].quantity, parts)


def finish_parts(context: Context, parts: PartsOfFen, kind: Kind) -> tuple[Column, ...]:
    """The last columns: of entitlements each rounded by itself, with surplus or gap; of settlements to a sum of zero."""
    if kind == "settlement":
        return finish_settlement(context, parts)
    payable, pool = context.quantity("payable"), context.quantity("pool.fen")
    units, columns = _half_up("finish", "支付单位", parts, payable)
    fen = computed("finish.fen", "应付额（分）", "fen", units * payable, "单位数×支付单位")
    yuan = computed("finish.yuan", "应付额", "CNY", fen.quantity, "由分换算为元")
    total = computed("finish.sum", "应付合计（分）", "fen", Total("recipient", fen.quantity), "各单位之和")
    surplus = computed(
        "finish.surplus",
        "结余（分）",
        "fen",
        call("max", 0, pool - total.quantity),
        "资金总额多于应付合计的部分，不再分配",
    )
    gap = computed(
        "finish.gap", "缺口（分）", "fen", call("max", 0, total.quantity - pool), "应付合计多于资金总额的部分，不摊减"
    )
    return (*columns, fen, yuan, total, surplus, gap)
