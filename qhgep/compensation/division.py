"""Dividing whole units on a sheet without losing one: long division in columns, and the largest remainder.

A product such as 5·10^12 fen x 10^12 score does not fit the fifteen digits of a spreadsheet. So the units are
taken apart into digits to a base B, and each recipient's share is a long division digit by digit:

    dividend = remainder before x B + digit x score;  quotient = INT(dividend / score total);
    remainder = dividend - quotient x score total.

With digit < B, score <= score total and remainder < score total, a dividend is below 2·B·S, where S bounds
the score total. Doubles would allow 2^53 for it, but spreadsheets round the argument of INT first: Excel to
15 digits, INT(123456789-0.0000004) is 123456789 there
(https://office-forums.com/threads/int-defect-please-try-this-on-2007-for-me.1184458), LibreOffice 7.4 to 14
below a power of ten, INT(99999999999.9999) is 100000000000. A quotient misses the next whole number by at
least 1/S, so (quotient + 1)·S <= 10^14 keeps the two apart: (2B + 1)·S <= 10^14, and a pool below 10^14 fen.
"""

from __future__ import annotations

from dataclasses import dataclass

from qhgep.compensation.steps import Column, Context, Standing, computed, must_be_zero
from qhgep.expr import Expr, Floor, Quantity, Rank, Total, at_most, less, where
from qhgep.money import LARGEST


def base_for(bound: int) -> int:
    """The largest power of ten that keeps every dividend safe where scores add up to at most `bound`.

    Raises ValueError where none does.
    >>> base_for(10**10)
    1000
    """
    if (2 * 10 + 1) * bound > LARGEST:
        message = f"scores that add up to {bound} cannot be divided in fifteen digits"
        raise ValueError(message)
    base = 10
    while (2 * base * 10 + 1) * bound <= LARGEST:
        base *= 10
    return base


def digits_for(units: int, base: int) -> int:
    """How many digits a number of units has to a base."""
    digits = 1
    while units >= base**digits:
        digits += 1
    return digits


@dataclass(frozen=True, slots=True)
class Quotient:
    """The columns of a long division, the whole quotient, and what remains in the end."""

    columns: tuple[Column, ...]
    whole: Expr
    remainder: Quantity


def long_division(at: str, zh: str, standing: Standing) -> Quotient:
    """Available units x score / score total for every recipient; `at` begins the names, `zh` the heads."""
    columns, (first, *others) = _digits(at, zh, standing)
    pair = _digit(at, zh, 1, first * standing.score, standing)
    whole: Expr = pair[0].quantity
    for number, digit in enumerate(others, 2):
        columns += pair
        dividend = pair[1].quantity * standing.base + digit * standing.score
        pair = _digit(at, zh, number, dividend, standing)
        whole = whole * standing.base + pair[0].quantity
    return Quotient((*columns, *pair), whole, pair[1].quantity)


def _digit(at: str, zh: str, number: int, dividend: Expr, standing: Standing) -> tuple[Column, Column]:
    """One digit of the long division: quotient and remainder."""
    quotient = computed(
        f"{at}.quotient{number}", f"{zh}第{number}段商", "1", Floor(dividend / standing.score_total),
        "（上段余数×进制＋本段数×得分）÷得分合计，取整",
    )  # fmt: skip
    remainder = computed(
        f"{at}.remainder{number}", f"{zh}第{number}段余数", "1",
        dividend - quotient.quantity * standing.score_total, "被除数减去商×得分合计，小于得分合计",
    )  # fmt: skip
    return quotient, remainder


def _digits(at: str, zh: str, standing: Standing) -> tuple[tuple[Column, ...], tuple[Quantity, ...]]:
    """The available units taken apart, highest digit first; the last digit is split off first."""
    columns: list[Column] = []
    digits: list[Quantity] = []
    rest = standing.available
    for number in range(standing.digits, 1, -1):
        above = computed(
            f"{at}.above{number}", f"{zh}可分单位数去掉第{number}段", "1", Floor(rest / standing.base),
            "除以进制，取整",
        )  # fmt: skip
        digit = computed(
            f"{at}.digit{number}", f"{zh}可分单位数第{number}段", "1",
            rest - above.quantity * standing.base, "除以进制的余数",
        )  # fmt: skip
        columns += (above, digit)
        digits.append(digit.quantity)
        rest = above.quantity
    return tuple(columns), (rest, *reversed(digits))


def finish(context: Context, standing: Standing) -> tuple[Column, ...]:
    """The last columns: whole units by largest remainder, and the money they are.

    A recipient at its floor has score 0, so quotient and remainder 0. It never gets a left-over unit: the
    remainders add up to left-over x score total, so more recipients than left-over units have one above 0.
    """
    part = long_division("finish", "尾差处理", standing)
    base = part.whole if standing.held is None else standing.held + part.whole
    columns, remainder = part.columns, part.remainder
    if standing.part is not None:
        added, over, remainder = _join_parts(remainder, standing.part, standing.score_total)
        columns, base = columns + added, base + over
    whole = computed("finish.whole", "取整后单位数", "1", base, "已定额的单位数，加各段商合成的整数")
    columns = (*columns, whole, *_bounds_test(whole.quantity, remainder, standing))
    pool = context.quantity("pool.units")
    columns += _hand_out(pool, whole.quantity, remainder, standing)
    return columns + _money(columns[-1].quantity, pool, context.quantity("payable"), standing)


def _join_parts(remainder: Quantity, part: Quantity, total: Quantity) -> tuple[tuple[Column, ...], Quantity, Quantity]:
    """Parts of held units and remainders of the division together: a whole unit more, or none, and what remains."""
    both = computed("finish.parts", "余数与定额零头之和", "1", remainder + part, "以得分合计为一个单位")
    over = computed("finish.over", "凑成的单位数", "1", Floor(both.quantity / total), "零或一")
    rest = computed("finish.rest", "合并后余数", "1", both.quantity - over.quantity * total, "小于得分合计")
    return (both, over, rest), over.quantity, rest.quantity


def _money(units: Quantity, pool: Quantity, payable: Quantity, standing: Standing) -> tuple[Column, ...]:
    fen = computed("finish.fen", "分配额（分）", "fen", units * payable, "单位数×支付单位")
    yuan = computed("finish.yuan", "分配额", "CNY", fen.quantity, "由分换算为元")
    if standing.carries:
        paid = computed("finish.paid_total", "分配单位数合计", "1", Total("recipient", units), "各单位之和")
        carried = computed("finish.carried", "结转单位数", "1", pool - paid.quantity, "结转下期，不在本期再分配")
        return paid, carried, fen, yuan
    given = computed("finish.units_total", "分配单位数合计", "1", Total("recipient", units), "各单位之和")
    left = pool - given.quantity
    over = must_be_zero("finish.unassigned", "未分配单位数", left, "总单位数减去已分配", says="资金全部分配到单位")
    return given, over, fen, yuan


def _bounds_test(whole: Quantity, remainder: Quantity, standing: Standing) -> tuple[Column, ...]:
    """How many are still below their floor or above their cap: none, unless a workbook was changed by hand."""
    columns: tuple[Column, ...] = ()
    if standing.least is not None:
        still = where(less(whole, standing.least), 1, 0)
        columns += _count("finish.below_floor", "仍低于下限", still, "finish.unmet", "没有低于下限的单位")
    if standing.most is not None:
        above = where(less(standing.most, whole + where(less(0, remainder), 1, 0)), 1, 0)
        columns += _count("finish.above_cap", "仍高于上限", above, "finish.exceeded", "没有高于上限的单位")
    return columns


def _count(name: str, zh: str, still: Expr, total: str, says: str) -> tuple[Column, Column]:
    flag = computed(name, zh, "1", still, "1 表示还需再轮一次；应全为零")
    unmet = must_be_zero(
        total, f"{zh}的个数", Total("recipient", flag.quantity), "不为零说明手工改动后轮次不够，须重新生成", says=says
    )
    return flag, unmet


def _hand_out(pool: Quantity, whole: Quantity, remainder: Quantity, standing: Standing) -> tuple[Column, ...]:
    """Left-over units go to the largest remainders, one each; equal ones in row order, that is by code."""
    columns: tuple[Column, ...] = (
        computed("finish.whole_total", "取整后合计", "1", Total("recipient", whole), "各单位之和"),
    )
    left: Expr = pool - columns[0].quantity
    note = "总单位数减去取整后合计，少于单位个数"
    if standing.carries:
        total = computed("finish.remainder_total", "余数合计", "1", Total("recipient", remainder), "各单位之和")
        columns += (total,)
        left, note = Floor(total.quantity / standing.score_total), "余数合计含多少个整单位；不足一个的结转"
    leftover = computed("finish.leftover", "待分尾数", "1", left, note)
    rank = computed("finish.rank", "余数位次", "1", Rank(remainder), "余数由大到小排位，相同的按区划代码先后")
    extra = where(at_most(rank.quantity, leftover.quantity), 1, 0)
    units = computed("finish.units", "分配单位数", "1", whole + extra, "位次不超过待分尾数的加一个单位（舍位平衡）")
    return (*columns, leftover, rank, units)
