"""How a plan stands between two steps: in exact numbers, and in the columns of the sheet that the next step goes on from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qhgep.expr import Expr, Number, Quantity


@dataclass(frozen=True, slots=True)
class Shares:
    """How a division stands in exact numbers: `held` payable units each, and `available` ones shared by `scores`."""

    scores: Mapping[str, int]
    available: int
    held: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class LongDivision:
    """Whole scores are divided digit by digit: the base, how many digits units have, and what scores add up to at most.

    They are chosen so that no number is longer than spreadsheets keep.
    """

    base: Quantity
    digits: int
    bound: int


@dataclass(frozen=True, slots=True)
class FineDivision:
    """Shares are not rounded: units are taken in so many `parts` of one, and in spans of so many, so that they stay short."""

    parts: Quantity
    span: Quantity


@dataclass(frozen=True, slots=True)
class RunningState:
    """How a division stands on the sheet after a step, in whole payable units: the next step goes on from it.

    A recipient has its `held` units (none where there is no such column) and its share by `score` of the `available`
    ones. The scores add up to `score_total`; where a step `carries` money over they add up to less. Where it `keeps` that
    money it is kept back, not carried over.
    `least` and `most` are floors and caps. `by` is how units are divided on the sheet. `part` are parts of a held unit,
    of which `unit_parts` make one.
    Steps may go on from scores as long as it is `divisible`.
    """

    score: Quantity
    score_total: Quantity
    available: Quantity
    by: LongDivision | FineDivision
    held: Quantity | None = None
    least: Quantity | None = None
    most: Quantity | None = None
    part: Quantity | None = None
    carries: bool = False
    keeps: bool = False
    divisible: bool = True

    @property
    def held_units(self) -> Expr:
        """The units that a recipient holds, zero where there is no such column."""
        return Number(0) if self.held is None else self.held

    @property
    def unit_parts(self) -> Quantity:
        """How many parts of a remainder make a unit."""
        return self.by.parts if isinstance(self.by, FineDivision) else self.score_total


@dataclass(frozen=True, slots=True)
class PartsOfFen:
    """How amounts that are not shares of a pool stand on the sheet after a step: whole parts of a fen, signed.

    A recipient's exact amount is `quantity` / `per_fen`, the parts of a fen; `parts` is their number as written.
    """

    quantity: Quantity
    per_fen: Quantity
    parts: int
