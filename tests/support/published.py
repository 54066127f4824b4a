"""Printed numbers and what follows from them: a formula's value between the roundings of the numbers it is given.

A printed number stands for all numbers that print so: 38.86 for 38.855 to 38.865. A count (one tonne, fifteen days) and
a coefficient row stand for themselves; a price that a document has adjusted by an index and then rounded is printed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import product

import numpy as np

from qhgep.catalogue import checked, shipped
from qhgep.expr import Quantity, Total
from qhgep.packs.library import coefficients
from qhgep.readings.evaluate import evaluate
from qhgep.units import factor, spelled

STORE = coefficients()


@dataclass(frozen=True, slots=True)
class Printed:
    """A number with its unit as a document prints it; half a unit of its last digit is open on both sides."""

    text: str


@dataclass(frozen=True, slots=True)
class Count:
    """A number that is not rounded: a count, or one unit of something."""

    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """The number of a shipped coefficient row; `adjusted` where it was itself rounded when it was printed."""

    id: str
    adjusted: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What a formula of the catalogue gives; several members of one quantity are what a total adds."""

    quantity: str
    method: str
    given: Mapping[str, Term | Sequence[Term]]


Term = Printed | Count | Row | Step


@dataclass(frozen=True, slots=True)
class Span:
    """The least value, the value at the numbers as written, and the greatest value."""

    low: float
    mid: float
    high: float

    def meets(self, other: Span) -> bool:
        """Whether one number can be both; the ends count, up to the rounding of floats."""
        slack = 1e-12 * max(abs(self.mid), abs(other.mid))
        return self.low <= other.high + slack and other.low <= self.high + slack


def span(term: Term, quantity: Quantity) -> Span:
    """The numbers that a term stands for, in the declared unit of a quantity."""
    match term:
        case Step():
            return outcome(term)
        case Row(row_id, adjusted):
            row = STORE.row(row_id)
            assert row is not None, row_id
            assert row.key == quantity.name, (row_id, row.key, quantity.name)
            return _around(row.exact, row.exact / Fraction(row.value) if adjusted else Fraction(0), row.value)
        case Printed(text) | Count(text):
            number, _, written = text.partition(" ")
            spelling = spelled(written)
            scale = spelling.scale * factor(spelling.unit, quantity.unit)
            return _around(
                Fraction(number) * scale, scale if isinstance(term, Printed) else Fraction(0), Decimal(number)
            )


def outcome(step: Step) -> Span:
    """What a formula gives at the numbers as written, and between which values it can lie.

    The formulas used here are monotone in each thing they read, so the extremes lie at the corners.
    """
    formula = shipped().formulas[step.quantity, step.method]
    assert set(step.given) == {quantity.name for quantity in formula.inputs}, (step.quantity, sorted(step.given))
    axes = {formula.equals.axis: 0} if isinstance(formula.equals, Total) else {}
    spans = {quantity.name: _spans(step.given[quantity.name], quantity) for quantity in formula.inputs}

    def at(ends: Sequence[str]) -> float:
        values = {
            name: np.array([getattr(member, end) for member in members])
            for end, (name, members) in zip(ends, spans.items(), strict=True)
        }
        return float(evaluate(checked(formula).expr, values, axes=axes)[0])

    corners = [at(ends) for ends in product(("low", "high"), repeat=len(spans))]
    return Span(min(corners), at(["mid"] * len(spans)), max(corners))


def rows(term: Term) -> frozenset[str]:
    """The coefficient rows that a term rests on."""
    match term:
        case Row(row_id):
            return frozenset({row_id})
        case Step(_, _, given):
            members = [member for terms in given.values() for member in _members(terms)]
            return frozenset().union(*map(rows, members))
        case _:
            return frozenset()


def _members(terms: Term | Sequence[Term]) -> Sequence[Term]:
    return terms if isinstance(terms, Sequence) else [terms]


def _spans(terms: Term | Sequence[Term], quantity: Quantity) -> list[Span]:
    return [span(term, quantity) for term in _members(terms)]


def _around(mid: Fraction, scale: Fraction, number: Decimal) -> Span:
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    half = abs(scale) * Fraction(10) ** exponent / 2
    return Span(float(mid - half), float(mid), float(mid + half))
