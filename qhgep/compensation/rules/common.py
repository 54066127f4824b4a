"""What rules of divisions share: payable units, results, and scores that become larger numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from qhgep.compensation.columns.column import Built, Column, Context, computed, must_be_zero
from qhgep.compensation.columns.common import amount_column, total_column, units_of
from qhgep.compensation.columns.long_division import Quotient, base_for, digits_for, divide
from qhgep.compensation.columns.running_state import FineDivision, LongDivision, RunningState
from qhgep.compensation.columns.whole_numbers import setting
from qhgep.compensation.rules.parameters import number
from qhgep.errors import PlanError, Problem, problem
from qhgep.expr import Expr, less, where
from qhgep.money import FEN_PER_YUAN, LARGEST, Fen, fen, yuan
from qhgep.readings.exact import Exact

NONE = Fraction(0)


def division_before(context: Context) -> RunningState:
    """The division that a step goes on from. Raises TypeError where none goes before: the order of steps is checked earlier."""
    before = context.running
    if not isinstance(before, RunningState):
        message = "this step follows a division"
        raise TypeError(message)
    return before


def running_state_of(context: Context) -> RunningState:
    """The division that a step goes on from by its scores. Raises TypeError where scores are no longer divided by."""
    before = division_before(context)
    if not before.divisible:
        message = "this step follows one that divides by scores"
        raise TypeError(message)
    return before


def units_so_far(at: str, zh: str, running: RunningState) -> tuple[Quotient, Column]:
    """What a division would give if it ended here: the quotient, and the whole units with those that are held."""
    part = divide(at, zh, running)
    whole = running.held_units + part.whole
    return part, computed(f"{at}.share", f"{zh}前单位数", "1", whole, "定额加各段商合成的整数")


def beside_pool(context: Context, units: int, pool: int) -> dict[str, str]:
    """What a message says of units that are more or fewer than those of the pool, in yuan."""
    facts = {"found": units, "pool": pool, "change": abs(units - pool)}
    return {name: yuan_of_units(context, amount) for name, amount in facts.items()}


def by_code(context: Context, table: Mapping[str, str], name: str) -> dict[str, Fraction]:
    """A parameter of every recipient. Raises PlanError naming the one that is missing."""
    return {code: number(table.get(code, ""), f"{name}.{code}") for code in context.codes}


def all_or_by_code(context: Context, written: str | Mapping[str, str], name: str) -> Exact:
    """A parameter that is one number for all, or one of every recipient."""
    return number(written, name) if isinstance(written, str) else by_code(context, written, name)


def units_by_code(context: Context, table: Mapping[str, str], name: str) -> dict[str, int]:
    """Yuan texts as payable units; a recipient without one has none, for tables that name some only."""
    for code in context.codes:
        if code in table:
            number(table[code], f"{name}.{code}")
    return {code: fen(table[code]) // context.payable if code in table else 0 for code in context.codes}


def yuan_of(context: Context, units: Mapping[str, int]) -> dict[str, Fraction]:
    """Payable units as exact yuan."""
    return {code: Fraction(amount * context.payable, FEN_PER_YUAN) for code, amount in units.items()}


def yuan_of_units(context: Context, units: int | Fraction) -> str:
    """Whole payable units as yuan text, for messages."""
    return yuan(Fen(int(units) * context.payable))


def rescored(
    context: Context, at: str, running: RunningState, score: Expr, *, times: int
) -> tuple[tuple[Column, ...], RunningState]:
    """Scores that are `times` as large at most: their sum, and a base of the long division that suffices.

    Measured scores have no base. Raises PlanError where scores are longer than a sheet keeps.
    """
    column = computed(f"{at}.score", "调整后得分", "1", score, "原得分×系数（整数）")
    total = total_column(f"{at}.score_total", "调整后得分合计", column.quantity)
    after = replace(running, score=column.quantity, score_total=total.quantity)
    if isinstance(running.by, FineDivision):
        return (column, total), after
    bound = running.by.bound * times
    base_value = safe_base(at, bound)
    base, most = (
        setting(f"{at}.{name}", zh, value, "1", note)
        for name, zh, value, note in (
            ("base", "分段进制", base_value, "长除法每段的进制"),
            ("bound", "得分合计的上界", bound, "进制按此选定"),
        )
    )
    over = must_be_zero(
        f"{at}.beyond", "得分合计超出上界", where(less(most.quantity, total.quantity), 1, 0),
        "不为零说明手工改动后须重新生成", says="得分合计不超过上界",
    )  # fmt: skip
    by = LongDivision(base.quantity, digits_for(units_of(context), base_value), bound)
    return (column, total, base, most, over), replace(after, by=by)


def safe_base(at: str, bound: int) -> int:
    """The base of the long division for scores up to `bound`. Raises PlanError where they are too long."""
    if (2 * 10 + 1) * bound > LARGEST:
        raise PlanError(_too_long(at, "得分合计", bound))
    return base_for(bound)


def short_sums(context: Context, at: str, running: RunningState) -> None:
    """Sums of remainders over recipients stay exact too. Raises PlanError where scores are too long for that."""
    if isinstance(running.by, FineDivision):
        return  # parts of a unit are few
    if (len(context.codes) + 1) * running.by.bound > LARGEST:
        raise PlanError(_too_long(at, "余数合计", len(context.codes) * running.by.bound))


def _too_long(at: str, zh: str, found: int) -> Problem:
    """What shares with so many decimals come to; `allocate` names the decimals that do."""
    return problem("sheet_digits", at, zh=zh, found=found, fewer=1)


def with_held(at: str, running: RunningState, extra: Expr, zh: str) -> tuple[tuple[Column, ...], RunningState]:
    """Units on top of what is held; so many fewer are available for the shares."""
    added = computed(f"{at}.on_top", f"{zh}单位数", "1", extra, "在按得分分配之外的整支付单位")
    total = total_column(f"{at}.on_top_total", f"{zh}合计", added.quantity)
    held = added
    columns: tuple[Column, ...] = (added, total)
    if running.held is not None:
        held = computed(f"{at}.held", "至本步定额单位数", "1", running.held + added.quantity, "前步定额加本步")
        columns += (held,)
    left = computed(
        f"{at}.available", "其余可分单位数", "1", running.available - total.quantity, "前步可分减去本步合计"
    )
    columns += (left, _enough(at, left))
    return columns, replace(running, held=held.quantity, available=left.quantity)


def _enough(at: str, left: Column) -> Column:
    return must_be_zero(
        f"{at}.short", "可分单位数不足", where(less(left.quantity, 0), 1, 0), "不为零说明定额合计超过可分资金",
        says="定额合计不超过可分资金",
    )  # fmt: skip


def put_on_top(
    context: Context, at: str, head: tuple[Column, ...], extra: Expr, zh: str, note: Callable[[str], str]
) -> Built:
    """The division with units on top; the note says what they come to. Raises PlanError where the rest is below zero."""
    before = running_state_of(context)
    columns, running = with_held(at, before, extra, zh)
    columns = (*head, *columns)
    reading = context.then(columns).reading
    there, left = reading.one(before.available), reading.one(running.available)
    if left < 0:
        facts = {"found": yuan_of_units(context, there - left), "there": yuan_of_units(context, there)}
        raise PlanError(problem("plan_on_top", at, step=at, **facts))
    amount = amount_column(context, at, "本步后测算额", running)
    return Built((*columns, amount), running, (note(yuan_of_units(context, there - left)),), below_zero=True)
