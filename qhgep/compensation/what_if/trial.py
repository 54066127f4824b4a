"""A plan tried with other pools: its exact amounts and its payments, by recomputation or along a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from qhgep.compensation.allocate import allocate
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.columns.column import Shares
from qhgep.compensation.plan.check import check_plan
from qhgep.compensation.plan.factors import Results
from qhgep.compensation.plan.schema import Plan
from qhgep.errors import PlanError
from qhgep.evidence import Evidence
from qhgep.money import FEN_PER_YUAN, Fen, largest_remainder, yuan


@dataclass(frozen=True, slots=True)
class Tried:
    """What a pool comes to, in payable units: exact amounts, and what is paid."""

    exact: Mapping[str, Fraction]
    paid: Mapping[str, int]


@dataclass(frozen=True)
class Trial:
    """A plan with the results that its factors read; `at` computes it anew with another pool, once for each."""

    plan: Plan
    results: Mapping[str, Results]
    require: Evidence | None = None
    _known: dict[int, Allocation | PlanError] = field(default_factory=dict)

    readings = 400
    """So many pools may be tried one by one."""

    @property
    def units(self) -> int:
        """The present pool in whole payable units."""
        return self.plan.pool_fen // self.plan.payable

    def pool(self, units: int) -> Fen:
        """So many payable units as fen."""
        return Fen(units * self.plan.payable)

    def at(self, units: int) -> Allocation:
        """The allocation with a pool of so many payable units. Raises PlanError where the plan comes to nothing there."""
        return self.with_pool(self.pool(units))

    def with_pool(self, pool: Fen) -> Allocation:
        """The same with a pool in fen, which need not be whole payable units."""
        if pool not in self._known:
            self._known[pool] = self._computed(pool)
        found = self._known[pool]
        if isinstance(found, PlanError):
            raise found
        return found

    def _computed(self, pool: Fen) -> Allocation | PlanError:
        changed = self.plan.model_copy(update={"pool": yuan(pool)})
        source = self.plan.source
        try:
            check_plan(changed, source, frozenset())
            source.problems.raise_if_any(PlanError)
            return allocate(changed, results=self.results, require=self.require)
        except PlanError as error:
            return error

    def tried(self, units: int) -> Tried | None:
        """Amounts and payments at a pool; None where the plan comes to nothing there."""
        try:
            found = self.at(units)
        except PlanError:
            return None
        unit = self.plan.payable
        exact = {row.recipient.id: row.steps[-1][1] * FEN_PER_YUAN / unit for row in found.rows}
        return Tried(exact, {code: fen // unit for code, fen in found.fen.items()})


@dataclass(frozen=True, slots=True)
class DivisionLine:
    """A division whose held units do not move with the pool: held_i + (pool − held) x score_i / scores."""

    shares: Shares

    @property
    def readings(self) -> int:
        """So many pools may be tried one by one: each costs as much as there are recipients."""
        return 200_000 // len(self.shares.scores)

    def tried(self, units: int) -> Tried | None:
        """Amounts and payments at a pool; None where somebody would be below zero."""
        held, scores = self.shares.held, self.shares.scores
        available, whole = units - sum(held.values()), sum(scores.values())
        if available < 0:
            return None
        exact = {code: held[code] + Fraction(available * score, whole) for code, score in scores.items()}
        if min(exact.values()) < 0:
            return None
        return Tried(exact, largest_remainder(exact, units))
