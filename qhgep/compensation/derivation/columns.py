"""The way of one recipient's amount in parts: the pool, every step, the rounding, the phases; the forms only print it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from qhgep.compensation.allocation import Allocation
from qhgep.compensation.columns.column import Column, TestedEquation
from qhgep.compensation.columns.outcome import Outcome
from qhgep.compensation.derivation.rounding import exactly
from qhgep.compensation.rules.registry import RULES_ZH
from qhgep.compensation.rules.sequence import KINDS_ZH
from qhgep.expr import Expr, Quantity, Total, quantities, substitute, walk
from qhgep.readings.latex import latex
from qhgep.readings.text import text
from qhgep.readings.trace import substituted

_LONGEST_SUM = 12
"""Sums over more recipients are told by their number, not term by term."""
_DIGITS = 12
_SHORT = 10**6
"""Numbers with so many parts of one are written out."""


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
        return self.column.quantity.unit.printed if self.column.quantity.unit.items else ""

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
    """A part of the way: `outcome` and `identity` are those of a step, `amount` is the recipient's yuan after it."""

    id: str
    zh: str
    lines: tuple[DerivationLine, ...]
    outcome: Outcome | None = None
    identity: TestedEquation | None = None
    amount: Fraction | None = None

    def result(self) -> tuple[str, ...]:
        """What the step came to, in words: the amount, what is not paid out, the identity, the notes."""
        if self.outcome is None or self.identity is None or self.amount is None:
            return ()
        step, check = self.outcome, self.identity
        rest = (("结转", step.carried), ("留存（结余）", step.retained), ("缺口", step.gap))
        other = "；".join(f"{zh} {exactly(amount)}" for zh, amount in rest if amount) or "无结转、留存、缺口"
        holds = "成立" if check.holds else "不成立"
        sides = f"{exactly(Fraction(check.found))} = {exactly(Fraction(check.expected))}"
        return (
            f"本步后 {exactly(self.amount)}；全部单位：{other}",
            f"恒等式：{check.zh}：{sides}，{holds}",
            *(f"说明：{note}" for note in step.notes),
        )


def derivation(allocation: Allocation, recipient: str) -> tuple[DerivationPart, ...]:
    """The parts of a recipient's way in the order they are computed; every column of the plan is in exactly one."""
    of_step = {name: step.id for step in allocation.outcomes for name in step.columns}
    lines = [(column, _line(allocation, column, recipient)) for column in allocation.columns]

    def those(at: str) -> tuple[DerivationLine, ...]:
        return tuple(line for column, line in lines if _part_of(column, of_step) == at)

    row = next(row for row in allocation.rows if row.recipient.id == recipient)
    amounts = dict(row.steps)
    checks = {check.id: check for check in allocation.checks}
    steps = [
        DerivationPart(
            step.id,
            _title(number, step),
            those(f"step {step.id}"),
            step,
            checks[f"{step.id}.identity"],
            amounts[step.id],
        )
        for number, step in enumerate(allocation.outcomes, 1)
    ]
    parts = [
        DerivationPart("pool", "资金总额", those("pool")),
        *steps,
        DerivationPart("finish", "取整到支付单位", those("finish")),
    ]
    if allocation.phases:
        parts.append(DerivationPart("phases", "分期支付", those("phases")))
    return tuple(parts)


def _title(number: int, step: Outcome) -> str:
    rule = f"{RULES_ZH.get(step.rule, step.rule)}（{step.rule}）"
    return f"步骤 {number} {step.id}：{rule}，类型：{KINDS_ZH[step.kind]}（{step.kind}）"


def _part_of(column: Column, of_step: dict[str, str]) -> str:
    if column.name in of_step:
        return f"step {of_step[column.name]}"
    head = column.name.partition(".")[0]
    return {"finish": "finish", "phase": "phases"}.get(head, "pool")


def _line(allocation: Allocation, column: Column, recipient: str) -> DerivationLine:
    value = _number(allocation, column.quantity, recipient)
    if column.expr is None:
        given = column.given
        basis, origin = (given.basis_for(recipient), given.origin) if given else ("", "")
        return DerivationLine(column, value, "", "", "", basis, origin)
    if any(isinstance(node, Total) for node in walk(column.expr)):
        numbers = _terms(allocation, column.expr)
        return DerivationLine(column, value, text(column.expr), numbers, numbers, "", "computed")
    put = {of.name: _bracketed(_number(allocation, of, recipient)) for of in quantities(column.expr)}
    numbers = substituted(column.expr, lambda of: put[of.name])
    tex = latex(substitute(column.expr, lambda of: replace(of, tex=put[of.name])))
    return DerivationLine(column, value, text(column.expr), numbers, tex, "", "computed")


def _terms(allocation: Allocation, expr: Expr) -> str:
    """A sum over the recipients, term by term where they are few."""
    (of,) = quantities(expr)
    codes = [item.id for item in allocation.recipients]
    if len(codes) > _LONGEST_SUM:
        return f"{len(codes)} 个单位之和"
    return " + ".join(_bracketed(_number(allocation, of, code)) for code in codes)


def _number(allocation: Allocation, quantity: Quantity, recipient: str) -> str:
    found = allocation.table[quantity.name]
    return plain_number(found if isinstance(found, Fraction) else found[recipient])


def _bracketed(number: str) -> str:
    return f"（{number}）" if number.startswith("-") else number


def plain_number(value: Fraction) -> str:
    """A number as it is where it has no more than six decimals, else at twelve digits; without an exponent."""
    if (value * _SHORT).denominator == 1:
        return f"{Decimal(value.numerator) / value.denominator:f}"
    return f"{Decimal(f'{float(value):.{_DIGITS}g}'):f}"


def places(parts: Sequence[DerivationPart]) -> dict[str, str]:
    """Column name -> id of its part."""
    return {line.column.name: part.id for part in parts for line in part.lines}
