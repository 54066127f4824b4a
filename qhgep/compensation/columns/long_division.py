"""Dividing whole units on a sheet without losing one: division in columns, and the largest remainder.

Where a plan rounds shares, scores are whole numbers and divided exactly, digit by digit (long division). Where it does
not, a recipient's units are measured: a float, taken apart into whole spans, whole units and parts of a unit.

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

Measured units have the fifteen digits of a float. Less a whole number of spans they are short, and rounded to parts
of a unit: what would be a whole unit but for the noise of a float is one, and equal remainders are equal. How many
parts there are is chosen from the amounts: `qhgep.compensation.shares.fineness`.
"""

from __future__ import annotations

from dataclasses import dataclass

from qhgep.compensation.columns.column import Column, Context, computed, in_parts, measured, must_be_zero
from qhgep.compensation.columns.running_state import FineDivision, LongDivision, RunningState
from qhgep.compensation.columns.whole_numbers import setting
from qhgep.expr import Expr, Floor, Quantity, Rank, Round, Total, at_most, less, where
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
    """The columns of a division, the whole quotient, and what remains in the end, in parts of a unit."""

    columns: tuple[Column, ...]
    whole: Expr
    remainder: Quantity


def divide(at: str, zh: str, running: RunningState) -> Quotient:
    """Available units x score / score total for every recipient; `at` begins the names, `zh` the heads."""
    if isinstance(running.by, FineDivision):
        return _fine_division(at, zh, running, running.by)
    return _long_division(at, zh, running, running.by)


def _fine_division(at: str, zh: str, running: RunningState, by: FineDivision) -> Quotient:
    """Measured units, the whole spans in them, and the rest in parts, which may make a whole unit or lack one."""
    exactly = measured(
        f"{at}.exactly", f"{zh}应得单位数（未取整）", "1", running.available * running.score / running.score_total,
        "可分单位数×得分÷得分合计",
    )  # fmt: skip
    spans = in_parts(
        f"{at}.spans", f"{zh}整段数", "1", Round(exactly.quantity / by.span), "应得单位数÷每段单位数，四舍五入"
    )
    rest = (exactly.quantity - spans.quantity * by.span) * by.parts
    pieces = in_parts(f"{at}.pieces", f"{zh}其余份数", "1", Round(rest), "整段以外的单位数×份数，四舍五入；可为负")
    more = computed(
        f"{at}.more", f"{zh}其余整单位数", "1", Floor(pieces.quantity / by.parts), "份数合成的整单位，向下取整"
    )
    left = computed(
        f"{at}.remainder", f"{zh}余下份数", "1", pieces.quantity - more.quantity * by.parts, "不足一个单位的份数"
    )
    return Quotient((exactly, spans, pieces, more, left), spans.quantity * by.span + more.quantity, left.quantity)


def _long_division(at: str, zh: str, running: RunningState, by: LongDivision) -> Quotient:
    """Whole scores: digit by digit, exactly."""
    columns, (first, *others) = _digits(at, zh, running.available, by)
    pair = _digit(at, zh, 1, first * running.score, running)
    whole: Expr = pair[0].quantity
    for number, digit in enumerate(others, 2):
        columns += pair
        dividend = pair[1].quantity * by.base + digit * running.score
        pair = _digit(at, zh, number, dividend, running)
        whole = whole * by.base + pair[0].quantity
    return Quotient((*columns, *pair), whole, pair[1].quantity)


def _digit(at: str, zh: str, number: int, dividend: Expr, running: RunningState) -> tuple[Column, Column]:
    """One digit of the long division: quotient and remainder."""
    quotient = computed(
        f"{at}.quotient{number}", f"{zh}第{number}段商", "1", Floor(dividend / running.score_total),
        "（上段余数×进制＋本段数×得分）÷得分合计，取整",
    )  # fmt: skip
    remainder = computed(
        f"{at}.remainder{number}", f"{zh}第{number}段余数", "1",
        dividend - quotient.quantity * running.score_total, "被除数减去商×得分合计，小于得分合计",
    )  # fmt: skip
    return quotient, remainder


def _digits(at: str, zh: str, rest: Quantity, by: LongDivision) -> tuple[tuple[Column, ...], tuple[Quantity, ...]]:
    """Units taken apart, highest digit first; the last digit is split off first."""
    columns: list[Column] = []
    digits: list[Quantity] = []
    for number in range(by.digits, 1, -1):
        above = computed(
            f"{at}.above{number}", f"{zh}可分单位数去掉第{number}段", "1", Floor(rest / by.base), "除以进制，取整"
        )
        digit = computed(
            f"{at}.digit{number}", f"{zh}可分单位数第{number}段", "1", rest - above.quantity * by.base, "除以进制的余数"
        )
        columns += (above, digit)
        digits.append(digit.quantity)
        rest = above.quantity
    return tuple(columns), (rest, *reversed(digits))


def finish(context: Context, running: RunningState) -> tuple[Column, ...]:
    """The last columns: whole units by largest remainder, and the money they are.

    A recipient at its floor has score 0, so quotient and remainder 0. It never gets a left-over unit: the
    remainders add up to left-over x score total, so more recipients than left-over units have one above 0.
    """
    part = divide("finish", "尾差处理", running)
    base = part.whole if running.held is None else running.held + part.whole
    columns, remainder = part.columns, part.remainder
    if running.part is not None:
        added, over, remainder = _join_parts(remainder, running.part, running.unit_parts)
        columns, base = columns + added, base + over
    whole = computed("finish.whole", "取整后单位数", "1", base, "已定额的单位数，加各段商合成的整数")
    columns = (*columns, whole, *_bounds_test(whole.quantity, remainder, running))
    pool = context.quantity("pool.units")
    columns += _hand_out(context, whole.quantity, remainder, running)
    return columns + _money(columns[-1].quantity, pool, context.quantity("payable"), running)


def _join_parts(remainder: Quantity, part: Quantity, total: Quantity) -> tuple[tuple[Column, ...], Quantity, Quantity]:
    """Parts of held units and remainders of the division together: a whole unit more, or none, and what remains."""
    both = computed("finish.parts", "余数与定额零头之和", "1", remainder + part, "不足一个单位的两部分之和")
    over = computed("finish.over", "凑成的单位数", "1", Floor(both.quantity / total), "零或一")
    rest = computed("finish.rest", "合并后余数", "1", both.quantity - over.quantity * total, "不足一个单位")
    return (both, over, rest), over.quantity, rest.quantity


def _money(units: Quantity, pool: Quantity, payable: Quantity, running: RunningState) -> tuple[Column, ...]:
    fen = computed("finish.fen", "分配额（分）", "fen", units * payable, "单位数×支付单位")
    yuan = computed("finish.yuan", "分配额", "CNY", fen.quantity, "由分换算为元")
    if running.carries:
        paid = computed("finish.paid_total", "分配单位数合计", "1", Total("recipient", units), "各单位之和")
        rest = pool - paid.quantity
        if running.keeps:
            return paid, computed("finish.kept_back", "留存单位数", "1", rest, "留存，不分配"), fen, yuan
        return paid, computed("finish.carried", "结转单位数", "1", rest, "结转下期，不在本期再分配"), fen, yuan
    given = computed("finish.units_total", "分配单位数合计", "1", Total("recipient", units), "各单位之和")
    left = pool - given.quantity
    over = must_be_zero("finish.unassigned", "未分配单位数", left, "总单位数减去已分配", says="资金全部分配到单位")
    return given, over, fen, yuan


def _bounds_test(whole: Quantity, remainder: Quantity, running: RunningState) -> tuple[Column, ...]:
    """How many are still below their floor or above their cap: none, unless a workbook was changed by hand."""
    columns: tuple[Column, ...] = ()
    if running.least is not None:
        still = where(less(whole, running.least), 1, 0)
        columns += _count("finish.below_floor", "仍低于下限", still, "finish.unmet", "没有低于下限的单位")
    if running.most is not None:
        above = where(less(running.most, whole + where(less(0, remainder), 1, 0)), 1, 0)
        columns += _count("finish.above_cap", "仍高于上限", above, "finish.exceeded", "没有高于上限的单位")
    return columns


def _count(name: str, zh: str, still: Expr, total: str, says: str) -> tuple[Column, Column]:
    flag = computed(name, zh, "1", still, "1 表示还需再轮一次；应全为零")
    unmet = must_be_zero(
        total, f"{zh}的个数", Total("recipient", flag.quantity), "不为零说明手工改动后轮次不够，须重新生成", says=says
    )
    return flag, unmet


def _hand_out(context: Context, whole: Quantity, remainder: Quantity, running: RunningState) -> tuple[Column, ...]:
    """Left-over units go to the largest remainders, one each; equal ones in row order, that is by code."""
    columns: tuple[Column, ...] = (
        computed("finish.whole_total", "取整后合计", "1", Total("recipient", whole), "各单位之和"),
    )
    left: Expr = context.quantity("pool.units") - columns[0].quantity
    note = "总单位数减去取整后合计，少于单位个数"
    if running.carries:
        added, left = _units_of_remainders(context, remainder, running)
        columns += added
        note = "余数合计含多少个整单位；不足一个的结转"
    leftover = computed("finish.leftover", "待分尾数", "1", left, note)
    rank = computed("finish.rank", "余数位次", "1", Rank(remainder), "余数由大到小排位，相同的按区划代码先后")
    extra = where(at_most(rank.quantity, leftover.quantity), 1, 0)
    units = computed("finish.units", "分配单位数", "1", whole + extra, "位次不超过待分尾数的加一个单位（舍位平衡）")
    return (*columns, leftover, rank, units)


def _units_of_remainders(
    context: Context, remainder: Quantity, running: RunningState
) -> tuple[tuple[Column, ...], Expr]:
    """How many whole units all remainders make; parts that were rounded may lack half of one each for a unit that is whole."""
    total = computed("finish.remainder_total", "余数合计", "1", Total("recipient", remainder), "各单位之和")
    if not isinstance(running.by, FineDivision):
        return (total,), Floor(total.quantity / running.unit_parts)
    most = (len(context.codes) + 1) // 2
    slack = setting("finish.slack", "份数误差", most, "1", "合计凑整时容许的份数误差，至多每个单位半份")
    return (total, slack), Floor((total.quantity + slack.quantity) / running.unit_parts)
