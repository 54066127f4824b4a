"""How far each weight may move, the others rescaled in proportion so that the sum stays 1: exact ends.

With the weight of factor j at t, the score of i is t x p_ij + (1 − t) x q_i, where p_ij is its share of j and q_i that
of the other factors by their present proportions. So an amount is held_i + available x score_i / (sum of scores), a
quotient of two lines in t, and "not less than n_i" and "not less than the next one" are linear inequalities in t.
They speak of amounts before rounding. Where n_i are whole payable units, an amount that is not less exactly is not less
when it is paid out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby, pairwise
from typing import Any

from qhgep.compensation.allocation import Allocation
from qhgep.compensation.order import RULES_ZH
from qhgep.compensation.steps import Shares
from qhgep.compensation.what_if.previous import LastYear
from qhgep.compensation.what_if.trial import Trial
from qhgep.errors import PlanError, Problem, problem
from qhgep.money import FEN_PER_YUAN
from qhgep.readings.exact import Exact

_WEIGHTED = frozenset({"weighted", "base_increment"})
_NONE, _ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Straight:
    """A line in t: at + by x t."""

    at: Fraction
    by: Fraction

    def __sub__(self, other: Straight) -> Straight:
        """The difference of two lines."""
        return Straight(self.at - other.at, self.by - other.by)


@dataclass(frozen=True, slots=True)
class End:
    """An end of a range, and who decides it: recipients by code, none where it is the end of what a weight may be."""

    at: Fraction
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Range:
    """Where something holds, both ends with it; None where it holds nowhere."""

    low: End
    high: End

    def as_json(self) -> dict[str, Any]:
        """Ends as fractions, with who decides them."""
        return {
            side: {"exact": str(end.at), "number": float(end.at), "recipients": list(end.by)}
            for side, end in (("low", self.low), ("high", self.high))
        }


@dataclass(frozen=True, slots=True)
class WeightRanges:
    """A weight, and where it may lie: without a loss against the present amounts, against last year, with this ranking.

    `last_year` is None where there are no amounts of last year, or where no such weight exists (`answers` tells).
    """

    factor: str
    zh: str
    weight: Fraction
    present: Range | None
    last_year: Range | None
    ranking: Range | None
    has_last_year: bool

    def as_json(self) -> dict[str, Any]:
        """The answer for machines."""
        ranges = {"no_loss_present": self.present, "ranking": self.ranking}
        if self.has_last_year:
            ranges["no_loss_last_year"] = self.last_year
        found = {name: None if one is None else one.as_json() for name, one in ranges.items()}
        return {"factor": self.factor, "zh": self.zh, "weight": str(self.weight), **found}


def weight_ranges(trial: Trial, before: LastYear | None) -> tuple[tuple[WeightRanges, ...], tuple[Problem, ...]]:
    """The ranges of every weight of the plan, and what is not answered for single weights.

    Raises PlanError for plans that are no division by weights, and where a step after it has floors, caps or deductions.
    """
    allocation = trial.at(trial.units)
    step, shares = _weighted_step(trial, allocation)
    found, problems = [], []
    for factor, text in step.weights.items():
        weight = Fraction(text)
        zh = allocation.factors[factor].quantity.zh
        if weight == 1:
            problems.append(problem("whatif_weights_one", trial.plan.where("step", 0, "weights"), found=zh))
            continue
        lines = _Lines.of(allocation, step, shares, factor)
        now = {row.recipient.id: row.steps[-1][1] * FEN_PER_YUAN / trial.plan.payable for row in allocation.rows}
        last = None if before is None else {code: -(-fen // trial.plan.payable) for code, fen in before.fen.items()}
        no_loss = None if last is None else _inside(lines.above({code: Fraction(need) for code, need in last.items()}))
        ranges = (_inside(lines.above(now)), no_loss, _inside(lines.in_order(now)))
        found.append(WeightRanges(factor, zh, weight, *ranges, has_last_year=last is not None))
    return tuple(found), tuple(problems)


def _weighted_step(trial: Trial, allocation: Allocation) -> tuple[Any, Shares]:
    """The step with weights, and how the division stands in the end."""
    where = trial.plan.file.name
    if trial.plan.step[0].rule not in _WEIGHTED:
        rule = RULES_ZH[trial.plan.step[0].rule]
        raise PlanError(problem("whatif_weights_plan", where, detail=f"方案的第一步是“{rule}”，没有权重"))
    shares = allocation.outcomes[-1].shares
    if shares is None:
        after = "、".join(f"{step.id}（{RULES_ZH[step.rule]}）" for step in trial.plan.step[1:])
        raise PlanError(problem("whatif_weights_plan", where, detail=f"其后的步骤 {after}使金额不再是得分的一次式之比"))
    if getattr(trial.plan.step[0], "cuts", "") == "by_base" and f"{trial.plan.step[0].id}.cut" not in allocation.table:
        raise PlanError(problem("whatif_weights_plan", where, detail="资金少于基数，按基数压减，权重不起作用"))
    return trial.plan.step[0], shares


@dataclass(frozen=True, slots=True)
class _Lines:
    """The score of each recipient and their sum as lines in one weight; held units and what is available."""

    score: Mapping[str, Straight]
    whole: Straight
    shares: Shares

    @classmethod
    def of(cls, allocation: Allocation, step: Any, shares: Shares, factor: str) -> _Lines:  # noqa: ANN401 - a step with weights
        weights = {name: Fraction(text) for name, text in step.weights.items()}
        parts = {name: allocation.table[f"{step.id}.share.{name}"] for name in weights}
        times = _tilts(allocation)
        rest = _ONE - weights[factor]
        score = {}
        for code in shares.scores:
            own = _of(parts[factor], code) * times[code]
            others = sum((weights[name] * _of(parts[name], code) for name in weights if name != factor), _NONE)
            score[code] = Straight(others / rest * times[code], own - others / rest * times[code])
        lines = score.values()
        whole = Straight(sum((one.at for one in lines), _NONE), sum((one.by for one in lines), _NONE))
        return cls(score, whole, shares)

    def excess(self, code: str, need: Fraction) -> Straight:
        """(amount − need) x sum of scores, in payable units: above zero where the amount is."""
        more, score = self.shares.held[code] - need, self.score[code]
        return Straight(
            more * self.whole.at + self.shares.available * score.at,
            more * self.whole.by + self.shares.available * score.by,
        )

    def above(self, needs: Mapping[str, Fraction]) -> Iterator[tuple[Straight, tuple[str, ...]]]:
        """That everyone has at least so many payable units, and none below zero."""
        yield self.whole, ()
        for code, need in needs.items():
            yield self.excess(code, max(need, _NONE)), (code,)

    def in_order(self, now: Mapping[str, Fraction]) -> Iterator[tuple[Straight, tuple[str, ...]]]:
        """That nobody comes before one who has more now; those who are equal now may part."""
        yield from self.above(dict.fromkeys(now, _NONE))
        ordered = sorted(now, key=lambda code: (-now[code], code))
        groups = [tuple(group) for _, group in groupby(ordered, key=now.__getitem__)]
        for higher, lower in pairwise(groups):
            for first in higher:
                for second in lower:
                    yield self.excess(first, _NONE) - self.excess(second, _NONE), (first, second)


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


def _inside(conditions: Iterator[tuple[Straight, tuple[str, ...]]]) -> Range | None:
    """Where all lines are at least zero, between 0 and 1."""
    low, high = End(_NONE), End(_ONE)
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
