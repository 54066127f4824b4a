"""Decimal texts as whole numbers on a sheet, and the check that typed ones still are.

A clerk may type 100.5 where the plan said 100, which was taken times 1. Rounding would lose the half in silence: so
each step counts what does not fit, and the workbook's verdict fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from qhgep.compensation.columns.column import Column, computed, must_be_zero, put_in
from qhgep.compensation.columns.parameter import GivenParameter
from qhgep.expr import Convert, Expr, Quantity, Total, call, less, where
from qhgep.phrases import phrase
from qhgep.readings.text import conversion

SETTING = phrase("derivation.setting", "zh")
_FINE = 1000
"""A thousandth of a whole number is told from the last digits of a float, for whole numbers of eleven digits."""

Taken = tuple[Quantity, Quantity, Quantity]
"""What was put in, by how much it is multiplied, and the whole number it is taken as."""


def setting(name: str, zh: str, value: int, unit: str, note: str) -> Column:
    """A number that only says how exactly a sheet computes."""
    return put_in(name, zh, unit, GivenParameter(Fraction(value), SETTING, "chosen"), note)


def unit_change(name: str, change: Convert) -> Column:
    """The factor of a change of unit as a cell: what is multiplied by it, or divided by it where it is one part of a number."""
    part = change.factor.numerator == 1
    value, unit = (
        (1 / change.factor, change.source / change.target) if part else (change.factor, change.target / change.source)
    )
    return put_in(name, "单位换算", str(unit), GivenParameter(value, SETTING, "chosen"), conversion(change))


def fit_columns(at: str, taken: Sequence[Taken]) -> tuple[Column, ...]:
    """How many values of a step are not whole numbers after multiplying: none, unless a workbook was changed by hand."""
    fine = setting(f"{at}.fine", "核对精细度", _FINE, "1", "判断是否为整数用")
    says = "填报数的小数位数在整数倍数之内"
    note = "不为零说明手工填报的小数位多于倍数，须重新生成"
    single = [item for item in taken if not item[0].axes]
    several = [item for item in taken if item[0].axes]
    columns = [fine]
    if single:
        columns.append(must_be_zero(f"{at}.misfit", "不合倍数的参数个数", _count(single, fine), note, says=says))
    if several:
        each = computed(f"{at}.misfits", "不合倍数的填报数", "1", _count(several, fine), "个数；应为零")
        total = Total("recipient", each.quantity)
        columns += (each, must_be_zero(f"{at}.misfits_total", "不合倍数的填报数合计", total, note, says=says))
    return tuple(columns)


def _count(taken: Sequence[Taken], fine: Column) -> Expr:
    flags = [
        where(less(1, call("abs", value * scale - whole) * fine.quantity * 2), 1, 0) for value, scale, whole in taken
    ]
    total: Expr = flags[0]
    for flag in flags[1:]:
        total = total + flag
    return total
