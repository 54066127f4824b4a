"""How far each weight may move, the others rescaled in proportion so that the sum stays 1: exact ends.

With the weight of factor j at t, the score of i is t x p_ij + (1 − t) x q_i, where p_ij is its share of j and q_i that
of the other factors by their present proportions. So an amount is held_i + available x score_i / (sum of scores), a
quotient of two lines in t, and "not less than n_i" and "not less than the next one" are linear inequalities in t.
Floors make pieces: while the same recipients are held at their floors, the others share what remains, again a quotient
of two lines; a piece reaches to where one more is held or one is free.
They speak of amounts before rounding. Where n_i are whole payable units, an amount that is not less exactly is not less
when it is paid out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Any

from qhgep.compensation.allocation import Allocation
from qhgep.compensation.columns.column import Reading, Shares
from qhgep.compensation.rules.registry import RULES_ZH
from qhgep.compensation.what_if.previous import LastYear
from qhgep.compensation.what_if.trial import Trial
from qhgep.errors import PlanError, Problem, problem
from qhgep.money import FEN_PER_YUAN, fen
from qhgep.readings.exact import Exact, Reader

_WEIGHTED = frozenset({"weighted", "base_increment"})
_NONE, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Affine:
    """A line in t: at + by x t."""

    at: Fraction
    by: Fraction

    def __sub__(self, other: Affine) -> Affine:
        """The difference of two lines."""
        return Affine(self.at - other.at, self.by - other.by)

    def __add__(self, other: Affine) -> Affine:
        """The sum of two lines."""
        return Affine(self.at + other.at, self.by + other.by)

    def times(self, number: Fraction | int) -> Affine:
        """The line times a number."""
        return Affine(self.at * number, self.by * number)

    def value(self, t: Fraction) -> Fraction:
        """The value at t."""
        return self.at + self.by * t


Condition = tuple[Affine, tuple[str, ...]]
"""A line that must be at least zero, and the recipients that it is about."""


@dataclass(frozen=True, slots=True)
class End:
    """An end of a range, and who decides it: recipients by code, none where it is the end of what a weight may be."""

    at: Fraction
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Range:
    """Where something holds, both ends with it."""

    low: End
    high: End


Ranges = tuple[Range, ...]
"""Where something holds: no range, one, or several apart from each other."""


@dataclass(frozen=True, slots=True)
class WeightRanges:
    """A weight, and where it may lie: without a loss against the present amounts, against last year, with this ranking.

    Each is one range, or several where floors part it, or none where no weight will do.
    """

    factor: str
    zh: str
    weight: Fraction
    present: Ranges
    last_year: Ranges
    ranking: Ranges
    has_last_year: bool


def weight_ranges(trial: Trial, before: LastYear | None) -> tuple[tuple[WeightRanges, ...], tuple[Problem, ...]]:
    """The ranges of every weight of the plan, and what is not answered for single weights.

    Raises PlanError for plans that are no division by weights, and where a step after it has floors, caps or deductions.
    """
    allocation = trial.at(trial.units)
    step, shares, floors = _weighted_step(trial, allocation)
    now = {row.recipient.id: row.steps[-1][1] * FEN_PER_YUAN / trial.plan.payable for row in allocation.rows}
    needs = None
    if before is not None:
        needs = {code: Fraction(-(-money // trial.plan.payable)) for code, money in before.fen.items()}
    found, problems = [], []
    for factor, text in step.weights.items():
        zh = allocation.factors[factor].quantity.zh
        if Fraction(text) == 1:
            problems.append(problem("whatif_weights_one", trial.plan.where("step", 0, "weights"), found=zh))
            continue
        pieces = list(pieces_of(scores_by(allocation, step, factor), shares, floors))
        ranges = _ranges(pieces, now, needs)
        found.append(WeightRanges(factor, zh, Fraction(text), *ranges, has_last_year=needs is not None))
    return tuple(found), tuple(problems)


def _ranges(
    pieces: Sequence[Piece], now: Mapping[str, Fraction], needs: Mapping[str, Fraction] | None
) -> tuple[Ranges, Ranges, Ranges]:
    """Where nobody loses against now, where against last year, and where the ranking holds."""
    return (
        _joined(pieces, lambda piece: piece.above(now)),
        () if needs is None else _joined(pieces, lambda piece: piece.above(needs)),
        _joined(pieces, lambda piece: piece.in_order(now)),
    )


def _weighted_step(trial: Trial, allocation: Allocation) -> tuple[Any, Shares, Mapping[str, int]]:
    """The step with weights, how the division stands after it (before floors), and the floors in payable units."""
    where = trial.plan.file.name
    if trial.plan.step[0].rule not in _WEIGHTED:
        rule = RULES_ZH[trial.plan.step[0].rule]
        raise PlanError(problem("whatif_weights_plan", where, detail=f"方案的第一步是“{rule}”，没有权重"))
    last: Any = trial.plan.step[-1]
    floors = dict.fromkeys(allocation.fen, 0)
    shares = allocation.outcomes[-1].shares
    if last.rule == "floor":
        shares = allocation.outcomes[-2].shares
        floors |= {code: fen(amount) // trial.plan.payable for code, amount in last.amounts.items()}
        if sum(floors.values()) == trial.units:
            shares = None
    if shares is None:
        after = "、".join(f"{step.id}（{RULES_ZH[step.rule]}）" for step in trial.plan.step[1:])
        raise PlanError(problem("whatif_weights_plan", where, detail=f"其后的步骤 {after}使金额不再是得分的一次式之比"))
    if getattr(trial.plan.step[0], "cuts", "") == "by_base" and f"{trial.plan.step[0].id}.cut" not in allocation.table:
        raise PlanError(problem("whatif_weights_plan", where, detail="资金少于基数，按基数压减，权重不起作用"))
    return trial.plan.step[0], shares, floors


def scores_by(allocation: Allocation, step: Any, factor: str) -> dict[str, Affine]:  # noqa: ANN401 - a step with weights
    """The score of each recipient as a line in the weight of a factor."""
    weights = {name: Fraction(text) for name, text in step.weights.items()}
    parts = {name: _shares(allocation, step, name) for name in weights}
    rest = _ONE - weights[factor]
    score = {}
    for code, times in _tilts(allocation).items():
        own = parts[factor][code] * times
        others = sum((weights[name] * parts[name][code] for name in weights if name != factor), _NONE)
        score[code] = Affine(others / rest * times, own - others / rest * times)
    return score


def _shares(allocation: Allocation, step: Any, name: str) -> dict[str, Fraction]:  # noqa: ANN401 - a step with weights
    """The shares of a factor: exact, or as the plan rounds them, in whole numbers of one scale."""
    shares = f"{step.id}.share.{name}"
    if step.decimals is None:
        reading = Reading(Reader(tuple(allocation.fen), exactly=True)).then(allocation.columns)
        return reading.by_code(reading.columns[shares].quantity)
    return {code: _of(allocation.table[shares], code) for code in allocation.fen}


@dataclass(frozen=True, slots=True)
class Piece:
    """Where each amount is the quotient of two lines: `amounts` over `divisor`, in payable units, within `valid`."""

    amounts: Mapping[str, Affine]
    divisor: Affine
    valid: Range

    def above(self, needs: Mapping[str, Fraction]) -> Iterator[Condition]:
        """That everyone has at least so many payable units, and none below zero."""
        yield self.divisor, ()
        for code, need in needs.items():
            yield self.amounts[code] - self.divisor.times(max(need, _NONE)), (code,)

    def in_order(self, now: Mapping[str, Fraction]) -> Iterator[Condition]:
        """That nobody comes before one who has more now; those who are equal now may part."""
        yield from self.above(dict.fromkeys(now, _NONE))
        ordered = sorted(now, key=lambda code: (-now[code], code))
        groups = [tuple(group) for _, group in groupby(ordered, key=now.__getitem__)]
        for higher, lower in pairwise(groups):
            for first in higher:
                for second in lower:
                    yield self.amounts[first] - self.amounts[second], (first, second)


def pieces_of(score: Mapping[str, Affine], shares: Shares, floors: Mapping[str, int]) -> Iterator[Piece]:
    """The pieces of all weights from 0 to 1: one without floors."""
    if not any(floors.values()):
        whole = added(score.values())
        amounts = {code: whole.times(shares.held[code]) + line.times(shares.available) for code, line in score.items()}
        yield Piece(amounts, whole, Range(End(_NONE), End(_ONE)))
        return
    waiting = [(_NONE, _ONE)]
    while waiting:
        low, high = waiting.pop()
        piece = _piece(score, shares.available, floors, (low + high) / 2)
        yield piece
        if low < piece.valid.low.at:
            waiting.append((low, piece.valid.low.at))
        if piece.valid.high.at < high:
            waiting.append((piece.valid.high.at, high))


def _piece(score: Mapping[str, Affine], units: int, floors: Mapping[str, int], at: Fraction) -> Piece:
    """The piece around a weight: who is held at the floor there, and up to where they are the same."""
    here = {code: line.value(at) for code, line in score.items()}
    whole = sum(here.values(), _NONE)
    free = _above_floors({code: units * value / whole for code, value in here.items()}, floors)
    left = units - sum(floors[code] for code in score if code not in free)
    divisor = added(score[code] for code in free)
    amounts = {code: score[code].times(left) if code in free else divisor.times(floors[code]) for code in score}
    same = [(divisor.times(floors[code]) - score[code].times(left)).times(-1 if code in free else 1) for code in score]
    valid = _inside(iter([(line, (code,)) for line, code in zip(same, score, strict=True)]))
    return Piece(amounts, divisor, valid or Range(End(at), End(at)))


def _above_floors(amounts: Mapping[str, Fraction], floors: Mapping[str, int]) -> list[str]:
    """Who is above its floor where the others are held at theirs, and all amounts together stay the same."""
    free, pool = list(amounts), sum(amounts.values(), _NONE)
    while True:
        left = pool - sum(floors[code] for code in amounts if code not in free)
        whole = sum((amounts[code] for code in free), _NONE)
        below = [code for code in free if left * amounts[code] < floors[code] * whole]
        if not below:
            return [code for code in free if left * amounts[code] > floors[code] * whole]
        free = [code for code in free if code not in below]


def added(lines: Iterable[Affine]) -> Affine:
    """The sum of lines."""
    return sum(lines, Affine(_NONE, _NONE))


def _tilts(allocation: Allocation) -> dict[str, Fraction]:
    """By how much scores are multiplied after the weights: whole numbers, as the sheet has them."""
    times = {row.recipient.id: _ONE for row in allocation.rows}
    for step in allocation.outcomes:
        if step.rule == "tilt":
            units = allocation.table[f"{step.id}.multiplier_units"]
            times = {code: value * _of(units, code) for code, value in times.items()}
    return times


def _of(value: Exact, code: str) -> Fraction:
    return value if isinstance(value, Fraction) else value[code]


def _joined(pieces: Sequence[Piece], conditions: Callable[[Piece], Iterator[Condition]]) -> tuple[Range, ...]:
    """Where the conditions hold, over all pieces; ranges that touch are one."""
    found: list[Range] = []
    inside = [_inside(conditions(piece), piece.valid) for piece in pieces]
    for one in sorted((one for one in inside if one is not None), key=lambda one: (one.low.at, one.high.at)):
        if found and one.low.at <= found[-1].high.at:
            last = found[-1]
            found[-1] = Range(last.low, max(last.high, one.high, key=lambda end: end.at))
        else:
            found.append(one)
    return tuple(found)


def _inside(conditions: Iterator[Condition], within: Range | None = None) -> Range | None:
    """Where all lines are at least zero, between 0 and 1 or within a range."""
    low, high = (End(_NONE), End(_ONE)) if within is None else (within.low, within.high)
    for line, who in conditions:
        if line.by == 0:
            if line.at < 0:
                return None
            continue
        zero = -line.at / line.by
        if line.by > 0:
            low = _tighter(low, End(zero, who), zero > low.at)
        else:
            high = _tighter(high, End(zero, who), zero < high.at)
    return Range(low, high) if low.at <= high.at else None


def _tighter(old: End, new: End, strictly: bool) -> End:  # noqa: FBT001 - which of two ends is further in
    if strictly:
        return new
    return End(old.at, tuple(dict.fromkeys((*old.by, *new.by)))) if old.at == new.at and old.by else old
