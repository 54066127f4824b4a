"""Phases of payment: 提前下达, 本次下达, 清算. What the phases pay is the final amount, to the fen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from qhgep.compensation.columns.column import Column, Context, TestedEquation, computed, must_be_zero, put_in
from qhgep.compensation.columns.common import total_column
from qhgep.compensation.columns.parameter import GivenParameter
from qhgep.compensation.columns.whole_numbers import fit_columns, setting
from qhgep.compensation.plan.payments_schema import Phase
from qhgep.compensation.rules.parameters import decimals, number
from qhgep.expr import Expr, Floor, Quantity, Round
from qhgep.money import FEN_PER_YUAN, Fen, fen, yuan


@dataclass(frozen=True, slots=True)
class Paid:
    """What one phase pays to each recipient; negative in the last one where earlier phases paid too much."""

    id: str
    zh: str
    fen: Mapping[str, Fen]


def paid_in_phases(context: Context, final: Mapping[str, Fen], phases: Sequence[Phase]) -> tuple[Paid, ...]:
    """The phases of final amounts: a share rounded down to payable units, a stated amount, and at last the rest."""
    left = dict(final)
    found = []
    for phase in phases:
        paid = {code: _phase_fen(context, phase, code, final[code], left[code]) for code in context.codes}
        left = {code: Fen(left[code] - paid[code]) for code in context.codes}
        found.append(Paid(phase.id, phase.zh, paid))
    return tuple(found)


def _phase_fen(context: Context, phase: Phase, code: str, final: Fen, left: Fen) -> Fen:
    if phase.share:
        units = final // context.payable
        share = number(phase.share, f"phase.{phase.id}.share")
        return Fen(int(units * share) * context.payable)
    if phase.amounts:
        return fen(phase.amounts.get(code, ""))
    return left


def phase_checks(final: Mapping[str, Fen], paid: Sequence[Paid]) -> tuple[TestedEquation, ...]:
    """That the phases add up to the final amounts; and who must give money back when it is settled."""
    if not paid:
        return ()
    whole = Fen(sum(final.values()))
    together = Fen(sum(amount for phase in paid for amount in phase.fen.values()))
    return (TestedEquation("phases", "各期之和＝最终金额（元）", together == whole, yuan(together), yuan(whole)),)


def phase_notes(paid: Sequence[Paid]) -> tuple[str, ...]:
    """Who was paid too much before the last phase."""
    if not paid:
        return ()
    back = [f"{code} {yuan(Fen(-amount))} 元" for code, amount in paid[-1].fen.items() if amount < 0]
    return (f"{paid[-1].zh}应收回：{'、'.join(back)}",) if back else ()


def phase_columns(context: Context, columns: Sequence[Column], phases: Sequence[Phase]) -> tuple[Column, ...]:
    """The phases on the sheet, each in fen and yuan, and the check that they are the final amount."""
    named = {column.name: column.quantity for column in columns}
    final, units = named["finish.fen"], named["finish.units"]
    made: list[Column] = []
    paid: list[Quantity] = []
    for phase in phases:
        at = f"phase.{phase.id}"
        if phase.share:
            made += _shared(context, at, phase, units)
        elif phase.amounts:
            made += _stated(context, at, phase)
        else:
            made.append(computed(f"{at}.fen", f"{phase.zh}（分）", "fen", _less(final, paid), "最终金额减去以前各期"))
        paid.append(made[-1].quantity)
        made.append(computed(f"{at}.yuan", phase.zh, "CNY", paid[-1], "由分换算为元"))
    gap = computed("phase.gap_of", "各期之和与最终金额之差（分）", "fen", _less(final, paid), "应为零")
    total = total_column("phase.gap_total", "差额合计（分）", gap.quantity)
    check = must_be_zero(
        "phase.gap", "各期之和与最终金额之差", total.quantity / context.quantity("payable"), "支付单位数", says="各期之和等于最终金额"
    )  # fmt: skip
    return (*made, gap, total, check)


def _less(final: Quantity, paid: Sequence[Quantity]) -> Expr:
    left: Expr = final
    for quantity in paid:
        left = left - quantity
    return left


def _shared(context: Context, at: str, phase: Phase, units: Quantity) -> list[Column]:
    """INT(units x share) without a long product: units = tens x scale + ones."""
    share = number(phase.share, f"phase.{phase.id}.share")
    scale = 10 ** decimals([share])
    basis = phase.basis or context.basis
    given = put_in(
        f"{at}.share", f"{phase.zh}比例", "1", GivenParameter(share, basis, context.origin), "占最终金额的比例"
    )
    times = setting(f"{at}.scale", f"{phase.zh}比例倍数", scale, "1", "化为整数所乘的倍数")
    whole = computed(
        f"{at}.share_units", f"{phase.zh}比例（整数）", "1", Round(given.quantity * times.quantity), "比例×倍数"
    )
    tens = computed(f"{at}.tens", f"{phase.zh}：单位数除以倍数", "1", Floor(units / times.quantity), "取整")
    ones = units - tens.quantity * times.quantity
    ones_column = computed(f"{at}.ones", f"{phase.zh}：余数", "1", ones, "小于倍数")
    paid = tens.quantity * whole.quantity + Floor(ones_column.quantity * whole.quantity / times.quantity)
    payable = context.quantity("payable")
    units_paid = computed(f"{at}.units", f"{phase.zh}单位数", "1", paid, "单位数×比例，舍去不足一个单位的")
    fen_paid = computed(f"{at}.fen", f"{phase.zh}（分）", "fen", units_paid.quantity * payable, "单位数×支付单位")
    fits = fit_columns(at, [(given.quantity, times.quantity, whole.quantity)])
    return [given, times, whole, *fits, tens, ones_column, units_paid, fen_paid]


def _stated(context: Context, at: str, phase: Phase) -> list[Column]:
    amounts = {code: Fraction(fen(phase.amounts.get(code, "")), FEN_PER_YUAN) for code in context.codes}
    given = GivenParameter(amounts, phase.basis or context.basis, "stated")
    one = setting(f"{at}.one", "一分", 1, "fen", "取整到分")
    money = put_in(f"{at}.amount", f"{phase.zh}已定金额", "CNY", given, "写明的金额")
    in_fen = computed(f"{at}.in_fen", f"{phase.zh}折合分", "fen", money.quantity, "由元换算为分")
    whole = Round(in_fen.quantity / one.quantity) * one.quantity
    return [one, money, in_fen, computed(f"{at}.fen", f"{phase.zh}（分）", "fen", whole, "取整数分")]
