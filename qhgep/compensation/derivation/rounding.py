"""How an exact amount became payable units: what was cut off, in which place of the order, and who got one more."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from qhgep.compensation.allocation import Allocation
from qhgep.compensation.columns.column import Kind
from qhgep.errors import Language
from qhgep.money import FEN_PER_YUAN, Fen, shown, yuan
from qhgep.phrases import listed, phrase
from qhgep.readings.exact import Exact


@dataclass(frozen=True, slots=True)
class Rounding:
    """One recipient's rounding. Units are payable units, signed in settlements.

    `whole` are those below its exact amount (towards zero), `paid` those it gets; `rank` is its place by remainder among
    all (of its side), None where each is rounded by itself. `left` units went to `raised`, one each.
    """

    kind: Kind
    unit: Fen
    exact: Fraction
    whole: int
    paid: int
    rank: int | None
    left: int
    raised: tuple[str, ...]

    @property
    def remainder(self) -> Fraction:
        """The part of a unit that was cut off, 0 or more and less than 1."""
        return abs(self.exact * FEN_PER_YUAN / self.unit) - abs(self.whole)

    def text(self, names: dict[str, str], language: Language = "zh") -> tuple[str, ...]:
        """The rounding in words."""
        facts = {"whole": self.whole, "unit": yuan(self.unit), "parts": _parts(self.remainder)}
        lines = [
            phrase("derivation.unrounded", language, amount=exact_text(self.exact, language), **facts),
            phrase(f"derivation.way_{self.kind}", language),
        ]
        if self.kind != "entitlement":
            place = "" if self.rank is None else phrase("derivation.rank", language, rank=self.rank)
            raised = [phrase("derivation.recipient", language, name=names[code], code=code) for code in self.raised]
            told = listed(raised, language, "pause") or phrase("derivation.nobody", language)
            lines.append(phrase("derivation.raised", language, left=self.left, place=place, raised=told))
        amount = yuan(Fen(self.paid * self.unit))
        return (*lines, phrase("derivation.rounded", language, paid=self.paid, yuan=amount))


def rounding(allocation: Allocation, recipient: str) -> Rounding:
    """How a recipient's amount after the last step was rounded to payable units."""
    unit = _payable(allocation)
    exact = {row.recipient.id: row.steps[-1][1] for row in allocation.rows}
    whole = {code: math.trunc(amount * FEN_PER_YUAN / unit) for code, amount in exact.items()}
    paid = {code: fen // unit for code, fen in allocation.fen.items()}
    mine = _side(allocation, exact[recipient])
    raised = tuple(
        code for code in exact if abs(paid[code]) > abs(whole[code]) and _side(allocation, exact[code]) == mine
    )
    place = allocation.table.get(f"finish.{mine}rank")
    rank = None if place is None else int(_of(place, recipient))
    left = 0 if allocation.kind == "entitlement" else len(raised)
    return Rounding(allocation.kind, unit, exact[recipient], whole[recipient], paid[recipient], rank, left, raised)


def exact_text(amount: Fraction, language: Language = "zh") -> str:
    """An exact amount as text with its unit: as it is where it has at most four decimals, else also as a fraction."""
    told = shown(amount)
    if Fraction(told) == amount:
        return phrase("derivation.exactly", language, amount=told)
    fraction = f"{amount.numerator}/{amount.denominator}"
    return phrase("derivation.exactly_fraction", language, amount=told, fraction=fraction)


def _parts(part: Fraction) -> str:
    return str(part) if part.denominator != 1 else str(part.numerator)


def _payable(allocation: Allocation) -> Fen:
    return Fen(int(_of(allocation.table["payable"], "")))


def _of(value: Exact, code: str) -> Fraction:
    return value if isinstance(value, Fraction) else value[code]


def _side(allocation: Allocation, amount: Fraction) -> str:
    """Of a settlement the side, as its columns are named; else nothing."""
    if allocation.kind != "settlement":
        return ""
    return "paid_" if amount < 0 else "received_"
