"""How sure payments are: the distributions that accounts declare, drawn through the plan, which pays the pool out in each draw."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from qhgep.account.uncertain import Uncertain
from qhgep.coefficient_store import PackPaths, load_parameters
from qhgep.compensation.allocate import REQUIRED, account_results, allocate, program_of
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.draws import drawn_factors, pay_draws
from qhgep.compensation.plan.factors import read_factors
from qhgep.compensation.plan.read import read_plan
from qhgep.compensation.plan.schema import Plan
from qhgep.compensation.run import Program
from qhgep.compensation.what_if.previous import LastYear, last_year
from qhgep.engine.drawn_leaves import HIGH, LOW, MIDDLE, DrawnLeaves
from qhgep.engine.result import Result
from qhgep.engine.uncertainty import BLOCK, FROZEN_BLOCKS, drawn_block, uncertain_leaves
from qhgep.errors import PlanError, problem
from qhgep.evidence import Evidence
from qhgep.money import Fen
from qhgep.readings.draws import Numbers
from qhgep.text_tables import in_one_line

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class PaymentBand:
    """What a recipient gets, in fen: by the plan, and what 5, 50 and 95 % of the payable draws do not exceed.

    `same_rank` is the part of them in which its place by amount is that of the plan; `below` the part in which it gets less
    than last year, None where that is not known; `moved_by` the group without which its payments vary least, empty where
    they do not vary.
    """

    recipient: str
    fen: Fen
    low: Fen
    middle: Fen
    high: Fen
    same_rank: float
    below: float | None
    moved_by: str


@dataclass(frozen=True)
class PaymentBands:
    """The bands of a plan. `unpayable` draws are counted and in no band: `refused` by the plan, `outside` limits of a quantity.

    `same_order`: the part of the payable draws in which all recipients stand in the order of the plan.
    """

    allocation: Allocation
    seed: int
    draws: int
    bands: tuple[PaymentBand, ...]
    refused: int
    outside: int
    unpayable: int
    same_order: float
    declared: tuple[Uncertain, ...]
    last_year: LastYear | None = None
    __repr__ = in_one_line


@dataclass(frozen=True)
class _Drawing:
    """A plan with what its draws are made from."""

    plan: Plan
    program: Program
    results: Mapping[str, Result]
    leaves: Mapping[str, DrawnLeaves]
    seed: int

    def block(
        self, number: int, size: int, frozen: Collection[str] = ()
    ) -> tuple[Numbers, NDArray[np.bool_], NDArray[np.bool_]]:
        """Fen by draw and recipient of a block, the draws that the plan refuses, and those outside the limits."""
        accounts, outside = {}, np.zeros(size, bool)
        for name, result in self.results.items():
            account, beyond = drawn_block(result, self.leaves[name], self.seed, number, size, frozen=frozen)
            accounts[name] = account
            outside |= beyond | account.broken
        values = {
            name: np.broadcast_to(table, (size, table.shape[1]))
            for name, table in drawn_factors(self.plan, accounts).items()
        }
        usable = {
            name: np.where(outside[:, np.newaxis], table[_usual(outside)], table) for name, table in values.items()
        }
        found = pay_draws(self.program, usable, pool=self.plan.pool_fen)
        refused = np.zeros(size, bool)
        refused[sorted(found.refused)] = True
        return found.fen, refused & ~outside, outside


def _usual(outside: NDArray[np.bool_]) -> int:
    """A draw whose numbers stand for those that are not read: the payments of these are never used."""
    return int(np.argmin(outside))


def payment_bands(
    plan: Path | str, *, draws: int = 10_000, seed: int = 1, require: Evidence | None = None,
    coefficients: PackPaths = (), known_on: date | None = None, inside: Path | str | None = None,
    previous: Path | str | None = None,
) -> PaymentBands:  # fmt: skip
    """The bands of payments under the distributions that the accounts of a plan declare; each draw pays out the pool in fen.

    A stream of one name (a row, a group) is one draw for all accounts. Last year's amounts are those of `previous` (a result,
    a plan, a table), else those that the plan states. Raises PlanError where the plan cannot be followed, or
    all draws are unpayable; AccountError where no account declares a distribution.
    """
    terms = read_plan(plan, parameters=load_parameters(coefficients, known_on=known_on), inside=inside)
    former = last_year(
        terms, None if previous is None else Path(previous), packs=coefficients, require=require, inside=inside
    )
    computed = account_results(terms, coefficients, known_on)
    results = {name: result for name, result in computed.items() if isinstance(result, Result)}
    allocation = allocate(terms, results=results, require=require)
    declaring = [name for name, result in results.items() if result.account.uncertain]
    asked = declaring or list(results)
    leaves: dict[str, DrawnLeaves] = {
        name: uncertain_leaves(results[name]) if name in asked else DrawnLeaves() for name in results
    }
    factors = read_factors(terms, results, require=require or REQUIRED[terms.layer])
    drawing = _Drawing(terms, program_of(terms, factors), results, leaves, seed)
    if not any(item.of for item in terms.factor.values()):
        raise PlanError(problem("draws_no_factor", terms.file.name))
    sizes = [min(BLOCK, draws - start) for start in range(0, draws, BLOCK)]
    blocks = [drawing.block(number, size) for number, size in enumerate(sizes)]
    fen, refused, outside = (np.concatenate(parts) for parts in zip(*blocks, strict=True))
    payable = fen[~(refused | outside)]
    if not len(payable):
        raise PlanError(
            problem(
                "draws_unpayable", terms.file.name, draws=draws, refused=int(refused.sum()), outside=int(outside.sum())
            )
        )
    codes = drawing.program.begun.codes
    now = np.array([allocation.fen[code] for code in codes])
    ranks, own = _ranks(payable), _ranks(now[np.newaxis])
    movers = _movers(drawing, sizes[:FROZEN_BLOCKS])
    low, middle, high = np.quantile(payable, (LOW, MIDDLE, HIGH), axis=0, method="inverted_cdf")
    bands = tuple(
        PaymentBand(code, Fen(int(now[at])), Fen(int(low[at])), Fen(int(middle[at])), Fen(int(high[at])),
                    float((ranks[:, at] == own[0, at]).mean()), _below(payable[:, at], former, code), movers[at])
        for at, code in enumerate(codes)
    )  # fmt: skip
    order = float((ranks == own).all(axis=1).mean())
    return PaymentBands(
        allocation, seed, draws, bands, int(refused.sum()), int(outside.sum()), draws - len(payable), order,
        tuple(entry for name in results for entry in results[name].account.uncertain), former,
    )  # fmt: skip


def _below(paid: Numbers, former: LastYear | None, code: str) -> float | None:
    """The part of the draws in which a recipient gets less than last year."""
    return None if former is None else float((paid < former.fen[code]).mean())


def _ranks(fen: Numbers) -> Numbers:
    """By draw and recipient how many get more."""
    more: Numbers = (fen[:, np.newaxis, :] > fen[:, :, np.newaxis]).sum(axis=2)
    return more


def _movers(drawing: _Drawing, sizes: Sequence[int]) -> list[str]:
    """For each recipient the group whose freezing takes most of the variance of its payments; empty where nothing varies."""

    def variance(frozen: Collection[str]) -> Numbers:
        blocks = [drawing.block(at, size, frozen) for at, size in enumerate(sizes)]
        paid = np.concatenate([fen[~(refused | outside)] for fen, refused, outside in blocks])
        spread: Numbers = paid.var(axis=0) if len(paid) else np.zeros(paid.shape[1])
        return spread

    whole = variance(())
    groups = sorted({group for leaves in drawing.leaves.values() for group in leaves.groups})
    left = [variance({group}) for group in groups]
    best = [int(np.argmin([each[at] for each in left])) for at in range(len(whole))]
    return [groups[best[at]] if whole[at] > left[best[at]][at] else "" for at in range(len(whole))]
