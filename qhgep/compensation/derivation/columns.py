"""The way of one recipient's amount in parts: the pool, every step, the rounding, the phases; the forms only print it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from qhgep.compensation.allocation import Allocation
from qhgep.compensation.columns.column import Column, TestedEquation
from qhgep.compensation.columns.outcome import Outcome
from qhgep.compensation.columns.parameter import GivenParameter
from qhgep.compensation.derivation.rounding import exact_text
from qhgep.compensation.plan.typed_numbers import Typed, typed_numbers
from qhgep.compensation.rules.registry import RULES_ZH
from qhgep.compensation.rules.sequence import KINDS_ZH
from qhgep.errors import Language
from qhgep.expr import Expr, Quantity, Total, quantities, substitute, walk
from qhgep.phrases import in_language, listed, phrase
from qhgep.readings.latex import latex
from qhgep.readings.text import text
from qhgep.readings.trace import substituted

_LONGEST_SUM = 12
"""Sums over more recipients are told by their number, not term by term."""
_DIGITS = 12
_SHORT = 10**6
"""Numbers with so many parts of one are written out."""
_Id = TypeVar("_Id", bound=str)


@dataclass(frozen=True, slots=True)
class DerivationLine:
    """One column in one recipient's row: its value, and how it came about.

    `numbers` is the formula with numbers put in, `tex` the same for a formula editor; all three are empty where
    the value was put in: `basis` and `origin` say then what it rests on.
    """

    column: Column
    value: str
    formula: str
    numbers: str
    tex: str
    basis: str
    origin: str

    @property
    def unit(self) -> str:
        """The unit as printed, empty for numbers."""
        return self.unit_in("zh")

    def unit_in(self, language: Language) -> str:
        """The unit as printed in a language, empty for numbers."""
        unit = self.column.quantity.unit
        return in_language(language, unit.printed, str(unit)) if unit.items else ""

    def latex(self) -> str:
        """The line as an equation: formula, the numbers put in, the value."""
        unit = rf"\ \text{{{self.unit}}}" if self.unit else ""
        sides = [self.column.quantity.tex]
        if self.column.expr is not None:
            sides.append(latex(self.column.expr))
            sides += [self.tex] if self.tex != self.value else []
        return " = ".join([f"{sides[0]} &", *sides[1:], f"{self.value}{unit}"]).replace("& = ", "&= ")


@dataclass(frozen=True, slots=True)
class DerivationPart:
    """A part of the way: `outcome` and `identity` are those of a step, `amount` is the recipient's yuan after it.

    `number` is the place of a step among the steps, from 1.
    """

    id: str
    lines: tuple[DerivationLine, ...]
    outcome: Outcome | None = None
    identity: TestedEquation | None = None
    amount: Fraction | None = None
    number: int = 0

    def title(self, language: Language = "zh") -> str:
        """What the part is called; of a step its number, rule and kind."""
        if self.outcome is None:
            return phrase(f"derivation.{self.id}", language)
        rule = _named(RULES_ZH, self.outcome.rule, language)
        kind = _named(KINDS_ZH, self.outcome.kind, language)
        return phrase("derivation.step", language, number=self.number, id=self.id, rule=rule, kind=kind)

    def result(self, language: Language = "zh") -> tuple[str, ...]:
        """What the step came to, in words: the amount, what is not paid out, the identity, the notes."""
        if self.outcome is None or self.identity is None or self.amount is None:
            return ()
        step, check = self.outcome, self.identity
        amounts = {"carried": step.carried, "retained": step.retained, "gap": step.gap}
        rest = [
            phrase(
                "derivation.rest",
                language,
                name=phrase(f"derivation.{name}", language),
                amount=exact_text(amount, language),
            )
            for name, amount in amounts.items()
            if amount
        ]
        other = listed(rest, language, "semicolon") or phrase("derivation.nothing_left", language)
        sides = {
            "name": in_language(language, check.zh, check.id),
            "found": exact_text(Fraction(check.found), language),
            "expected": exact_text(Fraction(check.expected), language),
            "holds": phrase("derivation.holds" if check.holds else "derivation.fails", language),
        }
        return (
            phrase("derivation.after", language, amount=exact_text(self.amount, language), rest=other),
            phrase("derivation.identity", language, **sides),
            *(phrase("derivation.step_note", language, note=note) for note in step.notes),
        )


def derivation(allocation: Allocation, recipient: str, language: Language = "zh") -> tuple[DerivationPart, ...]:
    """The parts of a recipient's way in the order they are computed; every column of the plan is in exactly one.

    Formulas and numbers put in are written in the language; in English a column goes by its name in the plan.
    """
    of_step = {name: step.id for step in allocation.outcomes for name in step.columns}
    typed = () if allocation.terms is None else typed_numbers(allocation.terms)
    lines = [(column, _line(allocation, column, recipient, typed, language)) for column in allocation.columns]

    def those(at: str) -> tuple[DerivationLine, ...]:
        return tuple(line for column, line in lines if _part_of(column, of_step) == at)

    row = next(row for row in allocation.rows if row.recipient.id == recipient)
    amounts = dict(row.steps)
    checks = {check.id: check for check in allocation.checks}
    steps = [
        DerivationPart(step.id, those(f"step {step.id}"), step, checks[f"{step.id}.identity"], amounts[step.id], number)
        for number, step in enumerate(allocation.outcomes, 1)
    ]
    parts = [
        DerivationPart("pool", those("pool")),
        *steps,
        DerivationPart("finish", those("finish")),
    ]
    if allocation.phases:
        parts.append(DerivationPart("phases", those("phases")))
    return tuple(parts)


def _named(words: Mapping[_Id, str], name: _Id, language: Language) -> str:
    """An id with its Chinese word before it; in English the id alone."""
    return in_language(language, f"{words.get(name, name)}（{name}）", str(name))


def _part_of(column: Column, of_step: dict[str, str]) -> str:
    if column.name in of_step:
        return f"step {of_step[column.name]}"
    head = column.name.partition(".")[0]
    return {"finish": "finish", "phase": "phases"}.get(head, "pool")


def _line(
    allocation: Allocation, column: Column, recipient: str, typed: Sequence[Typed], language: Language
) -> DerivationLine:
    value = _number(allocation, column.quantity, recipient)
    if column.expr is None:
        basis = "" if column.given is None else _rests_on(column, column.given, recipient, typed)
        return DerivationLine(column, value, "", "", "", basis, column.given.origin if column.given else "")
    words = text(column.expr, lambda of: in_language(language, of.zh, of.name), language=language)
    if any(isinstance(node, Total) for node in walk(column.expr)):
        numbers = _terms(allocation, column.expr, language)
        return DerivationLine(column, value, words, numbers, numbers, "", "computed")
    put = {of.name: _bracketed(_number(allocation, of, recipient), language) for of in quantities(column.expr)}
    numbers = substituted(column.expr, lambda of: put[of.name], language)
    tex = latex(substitute(column.expr, lambda of: replace(of, tex=put[of.name])))
    return DerivationLine(column, value, words, numbers, tex, "", "computed")


def _rests_on(column: Column, given: GivenParameter, recipient: str, typed: Sequence[Typed]) -> str:
    """What a value rests on that was put in: the documents of the numbers that the plan types, then the rows and the basis."""
    names = given.typed or (column.name,)
    told = [item.told for item in typed if f"{item.name}.".startswith(tuple(f"{name}." for name in names))]
    return "；".join(dict.fromkeys(filter(None, (*told, given.basis_for(recipient)))))


def _terms(allocation: Allocation, expr: Expr, language: Language) -> str:
    """A sum over the recipients, term by term where they are few."""
    (of,) = quantities(expr)
    codes = [item.id for item in allocation.recipients]
    if len(codes) > _LONGEST_SUM:
        return phrase("derivation.of_recipients", language, count=len(codes))
    return " + ".join(_bracketed(_number(allocation, of, code), language) for code in codes)


def _number(allocation: Allocation, quantity: Quantity, recipient: str) -> str:
    found = allocation.table[quantity.name]
    return plain_number(found if isinstance(found, Fraction) else found[recipient])


def _bracketed(number: str, language: Language) -> str:
    return phrase("formula.bracketed", language, written=number) if number.startswith("-") else number


def plain_number(value: Fraction) -> str:
    """A number as it is where it has no more than six decimals, else at twelve digits; without an exponent."""
    if (value * _SHORT).denominator == 1:
        return f"{Decimal(value.numerator) / value.denominator:f}"
    return f"{Decimal(f'{float(value):.{_DIGITS}g}'):f}"


def places(parts: Sequence[DerivationPart]) -> dict[str, str]:
    """Column name -> id of its part."""
    return {line.column.name: part.id for part in parts for line in part.lines}
