"""A value of an account, or an amount of a plan, followed back to its sources, as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from qhgep.catalogue import checked
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.columns.column import TestedEquation
from qhgep.compensation.derivation.columns import DerivationLine, DerivationPart, derivation
from qhgep.compensation.derivation.report import check_recipient, plan_notes
from qhgep.compensation.derivation.rounding import Rounding, rounding
from qhgep.engine.explain import Step, source_of
from qhgep.engine.result import Result
from qhgep.envelope import Envelope, JsonModel, enveloped
from qhgep.readings.text import conversion
from qhgep.result_files.account import account_header
from qhgep.result_files.allocation import (
    CheckJson,
    PlanDecisionJson,
    allocation_header,
    legal_json,
    plan_decisions_json,
)

EXPLANATION, AMOUNT = "explanation", "amount"


class StepJson(JsonModel):
    """One value of a trace, with the steps that it was made of."""

    quantity: str
    cell: Mapping[str, str]
    value: float | None
    unit: str
    presence: str
    origin: str
    evidence: str
    method: str
    formula: str
    numbers: str
    conversions: tuple[str, ...]
    source: str
    at: str
    place: str
    adopted: str
    steps: tuple[StepJson, ...]


class ExplanationBody(JsonModel):
    """The traces that were asked for."""

    steps: tuple[StepJson, ...]


class IdentityJson(JsonModel):
    """The equation of a step's kind, with both sides."""

    zh: str
    holds: bool
    found: str
    expected: str


class PartJson(JsonModel):
    """A part of the way to an amount; what a step came to stands where it is one. Amounts are exact yuan."""

    id: str
    zh: str
    columns: tuple[str, ...]
    rule: str | None = None
    kind: str | None = None
    basis: str | None = None
    amount: Fraction | None = None
    carried: Fraction | None = None
    retained: Fraction | None = None
    gap: Fraction | None = None
    notes: tuple[str, ...] = ()
    identity: IdentityJson | None = None


class ColumnJson(JsonModel):
    """A column in the recipient's row."""

    name: str
    part: str
    zh: str
    unit: str
    value: str
    formula: str
    numbers: str
    basis: str
    origin: str
    note: str


class RoundingJson(JsonModel):
    """How the exact amount became payable units."""

    exact_yuan: Fraction
    unit_fen: int
    whole_units: int
    remainder: Fraction
    rank: int | None
    left_units: int
    paid_units: int
    raised: tuple[str, ...]


class AmountBody(JsonModel):
    """The way of one recipient's amount from the pool to the fen."""

    recipient: str
    fen: int
    basis: str
    pool_fen: int
    paid_fen: int
    carried_fen: int
    retained_fen: int
    residue_fen: int
    gap_fen: int
    decisions: tuple[PlanDecisionJson, ...]
    parts: tuple[PartJson, ...]
    columns: tuple[ColumnJson, ...]
    rounding: RoundingJson
    notes: tuple[str, ...]
    legal: tuple[CheckJson, ...]


def explanation_file(steps: Sequence[Step], result: Result) -> Envelope[ExplanationBody]:
    """Traces of values of an account."""
    return enveloped(EXPLANATION, ExplanationBody(steps=tuple(map(_step, steps))), account_header(result))


def _step(step: Step) -> StepJson:
    value, formula, record = step.value, step.formula, step.value.record
    source, at = source_of(step)
    return StepJson(
        quantity=step.quantity.name, cell=dict(step.cell.members), value=value.value, unit=str(step.quantity.unit),
        presence=value.presence, origin=value.origin, evidence=value.evidence,
        method=formula.method if formula else value.method, formula=step.words, numbers=step.numbers,
        conversions=tuple(conversion(node) for node in checked(formula).conversions) if formula else (),
        source=source, at=at, place=record.place if record else "",
        adopted=record.adoption.place if record and record.adoption else "",
        steps=tuple(map(_step, step.steps)),
    )  # fmt: skip


def amount_file(allocation: Allocation, recipient: str) -> Envelope[AmountBody]:
    """The way to a recipient's amount. Raises PlanError for a recipient that the plan does not have."""
    check_recipient(allocation, recipient)
    parts = derivation(allocation, recipient)
    body = AmountBody(
        recipient=recipient, fen=allocation.fen[recipient], basis=allocation.heading.basis, pool_fen=allocation.pool,
        paid_fen=sum(allocation.fen.values()), carried_fen=allocation.carried, retained_fen=allocation.retained,
        residue_fen=allocation.residue, gap_fen=allocation.gap, decisions=plan_decisions_json(allocation),
        parts=tuple(map(_part, parts)), columns=tuple(_column(part, line) for part in parts for line in part.lines),
        rounding=_rounding(rounding(allocation, recipient)), notes=tuple(plan_notes(allocation)),
        legal=tuple(map(legal_json, allocation.legal.findings)),
    )  # fmt: skip
    return enveloped(AMOUNT, body, allocation_header(allocation))


def _part(part: DerivationPart) -> PartJson:
    named = tuple(line.column.name for line in part.lines)
    step = part.outcome
    if step is None or part.identity is None:
        return PartJson(id=part.id, zh=part.title(), columns=named)
    return PartJson(
        id=part.id, zh=part.title(), columns=named, rule=step.rule, kind=step.kind, basis=step.basis, amount=part.amount,
        carried=step.carried, retained=step.retained, gap=step.gap, notes=step.notes, identity=_identity(part.identity),
    )  # fmt: skip


def _identity(check: TestedEquation) -> IdentityJson:
    return IdentityJson(zh=check.zh, holds=check.holds, found=check.found, expected=check.expected)


def _column(part: DerivationPart, line: DerivationLine) -> ColumnJson:
    return ColumnJson(
        name=line.column.name, part=part.id, zh=line.column.zh, unit=line.unit, value=line.value, formula=line.formula,
        numbers=line.numbers, basis=line.basis, origin=line.origin, note=line.column.note,
    )  # fmt: skip


def _rounding(found: Rounding) -> RoundingJson:
    return RoundingJson(
        exact_yuan=found.exact, unit_fen=found.unit, whole_units=found.whole, remainder=found.remainder, rank=found.rank,
        left_units=found.left, paid_units=found.paid, raised=found.raised,
    )  # fmt: skip
