"""Floors and caps together on a sheet, pass by pass (water-filling).

The amounts sought are held_i + level x score_i, raised to floors and cut to caps, with a level at which they add up
to the pool. A pass shares what is available among those who are free. Let V be what floors would add less what caps
would take. Where V >= 0 the level can only fall, so those below their floor stay there for good; where V <= 0 it can
only rise, so those above their cap do. At least one settles in a pass, and where nobody is beyond, it is done.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from qhgep.compensation.columns.column import Column, Context, Reading, computed
from qhgep.compensation.columns.common import total_column
from qhgep.compensation.columns.long_division import Quotient, divide
from qhgep.compensation.columns.passes import Passes, passes_until_settled
from qhgep.compensation.columns.running_state import FineDivision, RunningState
from qhgep.expr import Expr, Floor, Number, Quantity, call, less, where


@dataclass(frozen=True, slots=True)
class FillLimits:
    """Floors, caps and what is held before, in payable units."""

    least: Quantity
    most: Quantity
    held: Expr


def fill_columns(context: Context, at: str, running: RunningState, bounds: FillLimits) -> Passes:
    """Passes until everyone within the limits is free and nobody else; those without a score have their floor from the start."""
    settled = computed(
        f"{at}.settled", "无得分单位定额", "1", where(less(0, running.score), 0, bounds.least), "得分为零的取下限"
    )
    first, start = _after(context, f"{at}.pass0", running, bounds, (settled.quantity, running.score))
    fixed = {0: settled.quantity}

    def build(number: int, before: RunningState) -> tuple[tuple[Column, ...], RunningState]:
        added, after, fixed[number] = _pass(context, f"{at}.pass{number}", before, bounds, fixed[number - 1])
        return added, after

    found = passes_until_settled(context.then((settled, *first)), start, build, _settled)
    after = replace(found.running, least=bounds.least, most=bounds.most, divisible=False)
    return replace(found, columns=(settled, *first, *found.columns), running=after)


def _settled(reading: Reading, running: RunningState) -> frozenset[str]:
    """Who has a floor or a cap for good: the score is zero then."""
    return frozenset(code for code, score in reading.by_code(running.score).items() if not score)


def _pass(
    context: Context, at: str, running: RunningState, bounds: FillLimits, settled: Quantity
) -> tuple[tuple[Column, ...], RunningState, Quantity]:
    """Shares of the free, who is beyond, and which side settles."""
    zh = f"第{at.rsplit('pass', 1)[1]}轮"
    part = divide(at, zh, running)
    columns, low, high = _beyond(at, zh, running, bounds, part)
    balance, lows, highs = _balance(at, zh, running, (columns[-2].quantity, columns[-1].quantity))
    fixed = settled + low * lows * bounds.least + high * highs * bounds.most
    now = computed(f"{at}.settled", f"{zh}后已定单位数", "1", fixed, "前轮已定，加本轮定在下限或上限的")
    score = running.score * (1 - (low * lows + high * highs))
    rest = computed(f"{at}.free", f"{zh}后得分", "1", score, "已定的得分记零")
    more, after = _after(context, at, running, bounds, (now.quantity, rest.quantity))
    return (*part.columns, *columns, *balance, now, rest, *more), after, now.quantity


def _beyond(
    at: str, zh: str, running: RunningState, bounds: FillLimits, part: Quotient
) -> tuple[tuple[Column, ...], Quantity, Quantity]:
    """1 for those below their floor, 1 for those above their cap; how far, in whole units and in remainders."""
    free = where(less(0, running.score), 1, 0)
    share = computed(f"{at}.share", f"{zh}应得单位数", "1", bounds.held + part.whole, "定额加各段商合成的整数")
    up = share.quantity + where(less(0, part.remainder), 1, 0)
    low = computed(f"{at}.low", f"{zh}低于下限", "1", free * where(less(share.quantity, bounds.least), 1, 0), "1 为是")
    high = computed(f"{at}.high", f"{zh}高于上限", "1", free * where(less(bounds.most, up), 1, 0), "1 为是")
    far = low.quantity * (bounds.least - share.quantity) + high.quantity * (bounds.most - share.quantity)
    units = computed(f"{at}.far", f"{zh}距界限单位数", "1", far, "界限减去应得的整数部分")
    rest = computed(
        f"{at}.far_part", f"{zh}距界限零头", "1", (low.quantity + high.quantity) * part.remainder, "应得的余数部分"
    )
    return (share, low, high, units, rest), low.quantity, high.quantity


def _balance(
    at: str, zh: str, running: RunningState, far: tuple[Quantity, Quantity]
) -> tuple[tuple[Column, ...], Quantity, Quantity]:
    """Whether floors settle in this pass, and whether caps do: the sign of V = whole − part / score total."""
    units = total_column(f"{at}.far_total", f"{zh}距界限合计", far[0])
    rest = total_column(f"{at}.far_part_total", f"{zh}零头合计", far[1])
    carry = computed(f"{at}.far_carry", f"{zh}零头合成单位数", "1", Floor(rest.quantity / running.unit_parts), "取整")
    whole = computed(f"{at}.excess", f"{zh}超出单位数", "1", units.quantity - carry.quantity, "合计减去零头合成的")
    left = computed(
        f"{at}.excess_part", f"{zh}超出零头", "1", rest.quantity - carry.quantity * running.unit_parts, "余下零头"
    )
    below = whole.quantity - where(less(0, left.quantity), 1, 0)
    lows = computed(f"{at}.lows", f"{zh}定下限", "1", where(less(below, 0), 0, 1), "超出不为负时，低于下限的定在下限")
    highs = computed(
        f"{at}.highs", f"{zh}定上限", "1", where(less(0, whole.quantity), 0, 1), "超出不为正时，高于上限的定在上限"
    )
    return (units, rest, carry, whole, left, lows, highs), lows.quantity, highs.quantity


def _after(
    context: Context, at: str, running: RunningState, bounds: FillLimits, found: tuple[Quantity, Quantity]
) -> tuple[tuple[Column, ...], RunningState]:
    """What is taken, and what is left for the free; where nobody is free, 1 stands for the score total."""
    settled, score = found
    zh = f"第{at.rsplit('pass', 1)[1]}轮"
    held = settled if bounds.held == Number(0) else settled + where(less(0, score), bounds.held, 0)
    taken = computed(f"{at}.taken", f"{zh}后占用单位数", "1", held, "已定的，加未定单位的定额")
    total = total_column(f"{at}.taken_total", f"{zh}后占用合计", taken.quantity)
    left = computed(
        f"{at}.available", f"{zh}后可分单位数", "1", context.quantity("pool.units") - total.quantity, "总单位数减去占用"
    )
    whole = total_column(f"{at}.score_sum", f"{zh}后得分合计", score)
    is_measured = isinstance(running.by, FineDivision)
    safe = where(less(0, whole.quantity), whole.quantity, 1) if is_measured else call("max", 1, whole.quantity)
    divisor = computed(f"{at}.score_total", f"{zh}后除数", "1", safe, "得分合计；全部已定时为 1")
    after = replace(running, score=score, score_total=divisor.quantity, available=left.quantity, held=taken.quantity)
    return (taken, total, left, whole, divisor), after
