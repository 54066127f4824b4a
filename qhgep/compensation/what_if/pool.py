"""The smallest pool at which nobody falls below last year.

Exact amounts never fall when the pool rises, in every rule that divides; payments may: of the units that are left over
the largest remainders get one each, and with a larger pool another may be first (the Alabama paradox). So there are two
answers. From the pool where every exact amount, cut to whole units, reaches last year, nobody is below at any larger
pool. Below the pool where some amount, raised to whole units, does not, somebody always is. Between the two each pool
is tried.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from qhgep.compensation.rules.sequence import KINDS_ZH
from qhgep.compensation.what_if.previous import LastYear
from qhgep.compensation.what_if.trial import DivisionLine, Trial, Tried
from qhgep.errors import PlanError, problem
from qhgep.money import LARGEST, Fen, yuan

_QUESTION = "谁也不低于上年的最小资金总额"


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Who is below last year at some pool: fen now and then."""

    recipient: str
    fen: Fen
    before: Fen


@dataclass(frozen=True, slots=True)
class SmallestPool:
    """`smallest`: the smallest pool at which nobody is below last year; `safe`: the one from which on nobody ever is.

    `smallest` is None where the pools between were too many to be tried; then `safe` is an upper bound where
    `safe_exact` is false. `largest` is the largest pool that the plan can divide, None where there is no such limit.
    `now`, `below_smallest` and `below_safe` are who is below last year at the present pool and one unit below each.
    """

    present: Fen
    smallest: Fen | None
    safe: Fen
    safe_exact: bool
    largest: Fen | None
    now: tuple[Shortfall, ...]
    below_smallest: tuple[Shortfall, ...]
    below_safe: tuple[Shortfall, ...]


def smallest_pool(trial: Trial, before: LastYear) -> SmallestPool:
    """The smallest pool with which nobody gets less than last year, to the payable unit.

    Raises PlanError where the pool does not decide, where a step is tied to the present pool, and where no pool does.
    """
    refuse_tied(trial, _QUESTION)
    needs = {code: -(-amount // trial.plan.payable) for code, amount in before.fen.items()}
    line = trial.at(trial.units).outcomes[-1].shares
    if line is not None:
        found = _search(DivisionLine(line), needs, trial, before)
        if found is not None and _proved(trial, before, found):
            return found
    found = _search(trial, needs, trial, before)
    if found is None:
        raise PlanError(_none(trial, before))
    return found


def refuse_tied(trial: Trial, question: str) -> None:
    """Raises PlanError for plans whose pool cannot be changed by itself."""
    kind = trial.at(trial.units).kind
    if kind != "division":
        raise PlanError(problem("whatif_pool_kind", trial.plan.file.name, kind=KINDS_ZH[kind], question=question))
    for number, step in enumerate(trial.plan.step):
        if step.rule == "phase_in" or (step.rule == "base_increment" and getattr(step, "cuts", "") == "by_base"):
            facts = {"step": step.id, "rule": step.rule, "question": question}
            raise PlanError(problem("whatif_pool_rule", trial.plan.where("step", number), **facts))


def shortfalls(trial: Trial, before: LastYear, units: int) -> tuple[Shortfall, ...]:
    """Who is below last year with so many payable units; everybody where the plan comes to nothing there."""
    try:
        paid: Mapping[str, Fen] = trial.at(units).fen
    except PlanError:
        paid = dict.fromkeys(before.fen, Fen(0))
    return tuple(Shortfall(code, paid[code], need) for code, need in sorted(before.fen.items()) if paid[code] < need)


def _proved(trial: Trial, before: LastYear, found: SmallestPool) -> bool:
    """Whether the plan, computed anew, has nobody below at the answer, and somebody one unit below it."""
    pool = found.safe if found.smallest is None else found.smallest
    enough = not shortfalls(trial, before, pool // trial.plan.payable)
    return enough and (found.smallest is None or bool(found.below_smallest))


def _search(
    model: Trial | DivisionLine, needs: Mapping[str, int], trial: Trial, before: LastYear
) -> SmallestPool | None:
    """The two answers by a model of the plan; None where no pool is enough."""
    low, top = _bracket(lambda units: _reached(model.tried(units), needs, math.floor), model, trial.units)
    if top is None:
        return None
    safe = _first(lambda units: _reached(model.tried(units), needs, math.floor), low, top)
    needed = _first(lambda units: _reached(model.tried(units), needs, math.ceil), -1, safe)
    window = safe - needed
    smallest = _lowest(model, needs, needed, safe) if window <= model.readings else None
    from_on, exactly = _from_on(model, needs, needed, safe)
    at = None if smallest is None else shortfalls(trial, before, smallest - 1)
    return SmallestPool(
        present=trial.plan.pool_fen,
        smallest=None if smallest is None else trial.pool(smallest),
        safe=trial.pool(from_on), safe_exact=exactly, largest=_largest(trial, safe),
        now=shortfalls(trial, before, trial.units), below_smallest=at or (),
        below_safe=shortfalls(trial, before, from_on - 1) if exactly else (),
    )  # fmt: skip


def _reached(found: Tried | None, needs: Mapping[str, int], whole: Callable[[Fraction], int]) -> bool:
    return found is not None and all(whole(found.exact[code]) >= need for code, need in needs.items())


def _paid(found: Tried | None, needs: Mapping[str, int]) -> bool:
    return found is not None and all(found.paid[code] >= need for code, need in needs.items())


def _bracket(holds: Callable[[int], bool], model: Trial | DivisionLine, start: int) -> tuple[int, int | None]:
    """A pool that is not enough and one that is; None for the latter where there is none that can be divided."""
    low, step = -1, max(start, 1)
    while not holds(step):
        if model.tried(step) is not None:
            low = step
        elif low >= 0:
            last = _first(lambda units: model.tried(units) is None, low, step) - 1
            return low, last if holds(last) else None
        step *= 2
        if step >= LARGEST:
            return low, None
    return low, step


def _first(holds: Callable[[int], bool], low: int, high: int) -> int:
    """The first number above `low` for which something holds that holds at `high` and ever after it first does."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _lowest(model: Trial | DivisionLine, needs: Mapping[str, int], needed: int, safe: int) -> int:
    return next((units for units in range(needed, safe) if _paid(model.tried(units), needs)), safe)


def _from_on(model: Trial | DivisionLine, needs: Mapping[str, int], needed: int, safe: int) -> tuple[int, bool]:
    """The pool from which on nobody is below, going down from one that is sure; whether it was found."""
    last = max(needed, safe - model.readings)
    below = next((units for units in range(safe - 1, last - 1, -1) if not _paid(model.tried(units), needs)), None)
    if below is not None:
        return below + 1, True
    return last, last == needed


def _largest(trial: Trial, units: int) -> Fen | None:
    """The largest pool that the plan can divide, where caps limit it."""
    if not any(step.rule in {"cap", "bounds"} for step in trial.plan.step):
        return None
    high = max(units, 1)
    while trial.tried(high) is not None:
        if high * 2 * trial.plan.payable >= LARGEST:
            return None
        high *= 2
    return trial.pool(_first(lambda tried: trial.tried(tried) is None, units, high) - 1)


def _none(trial: Trial, before: LastYear) -> Any:  # noqa: ANN401 - a Problem
    """Who stays below at the largest pool that can be divided."""
    last = trial.units
    while trial.tried(last * 2) is not None and last * 2 * trial.plan.payable < LARGEST:
        last *= 2
    last = _first(lambda units: trial.tried(units) is None, last, last * 2) - 1
    who = "、".join(f"{one.recipient} {yuan(one.fen)} < {yuan(one.before)}" for one in shortfalls(trial, before, last))
    return problem("whatif_pool_none", trial.plan.file.name, most=yuan(trial.pool(last)), found=who)
