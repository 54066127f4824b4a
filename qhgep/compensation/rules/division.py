"""Dividing a pool by weighted shares, and floors: exact amounts, and the columns that compute the same on a sheet."""

from __future__ import annotations

from fractions import Fraction

from qhgep.compensation.columns.column import Amounts, Context, StepResult
from qhgep.compensation.columns.common import amount_column, floor_columns, units_of
from qhgep.compensation.columns.running_state import Shares
from qhgep.compensation.rules.common import division_result, scored, share_note
from qhgep.compensation.rules.schema import FloorStep, WeightedStep
from qhgep.errors import PlanError, problem
from qhgep.money import FEN_PER_YUAN, Fen, fen, yuan

_NONE = Fraction(0)
_FEWEST_PASSES = 3
"""Passes that a workbook has where there are as many floors: room for changes made by hand."""


def weighted(context: Context, amounts: Amounts, step: WeightedStep) -> StepResult:
    """The pool divided by weighted shares: a recipient's share of a factor is its value over the sum of all.

    Shares are not rounded, unless the plan says to how many `decimals` (half up); everything after that is exact. The
    amounts before do not matter: this rule begins a division.
    """
    del amounts
    nothing = dict.fromkeys(context.codes, 0)
    columns, standing, shares = scored(context, step, Shares(nothing, units_of(context), nothing))
    amount = amount_column(context, step.id, "因素法测算额", standing)
    return division_result(context, shares, ((*columns, amount), standing), share_note(step.decimals))


def floor(context: Context, amounts: Amounts, step: FloorStep) -> StepResult:
    """Recipients below their floor get it; the others share what remains as before, until nobody is below.

    Raises PlanError where the floors add up to more than there is.
    """
    least = {code: Fraction(fen(step.amounts.get(code, "0")), FEN_PER_YUAN) for code in context.codes}
    raised, needed = raise_to_floors(amounts, least)
    positive = sum(amount > 0 for amount in least.values())
    passes = min(positive, max(needed + 1, _FEWEST_PASSES))
    columns, standing = floor_columns(context, step, least, passes)
    return StepResult(
        kind="division",
        amounts=raised,
        carried=_NONE,
        retained=_NONE,
        gap=_NONE,
        columns=columns,
        notes=(f"下限用到 {needed} 轮，表中列 {passes} 轮",),
        standing=standing,
        unrounded=context.also(lambda before: raise_to_floors(before, least)[0]),
    )


def raise_to_floors(amounts: Amounts, least: Amounts) -> tuple[Amounts, int]:
    """The amounts with floors, and how many passes raised somebody. The sum stays the same."""
    pool = sum(amounts.values(), _NONE)
    if (floors := sum(least.values(), _NONE)) > pool:
        told = (yuan(Fen(int(amount * FEN_PER_YUAN))) for amount in (floors, pool, floors - pool))
        facts = dict(zip(("found", "pool", "change"), told, strict=True))
        raise PlanError(problem("plan_floors_pool", "、".join(sorted(least)), **facts))
    held: dict[str, Fraction] = {}
    shared, passes = dict(amounts), 0
    while below := [code for code, amount in shared.items() if amount < least[code]]:
        held |= {code: least[code] for code in below}
        free = [code for code in amounts if code not in held]
        available = pool - sum(held.values())
        whole = sum((amounts[code] for code in free), _NONE)
        shared = {code: available * amounts[code] / whole for code in free}
        passes += 1
    return {code: held.get(code, shared.get(code, _NONE)) for code in amounts}, passes
