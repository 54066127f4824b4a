"""An allocation as JSON: what each recipient gets, in fen, with every check, decision and line of the carry-over."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from qhgep.compensation.allocation import Allocation, PlanDecision, RecipientRow, decisions
from qhgep.compensation.columns.column import TestedEquation
from qhgep.compensation.legal.finding import LegalFinding
from qhgep.compensation.plan.coverage import CoverageComparison
from qhgep.compensation.shares.report import ShareReport
from qhgep.difference.result import Difference
from qhgep.envelope import CreatedFrom, Envelope, Header, JsonModel, Place, enveloped
from qhgep.money import Fen, shown, yuan
from qhgep.result_files.difference import DifferenceBody, difference_body
from qhgep.workbook.account.record import canonical, text_hash
from qhgep.workbook.plan.record import plan_record

KIND = "allocation"
_RUN_ID = 16


class StepJson(JsonModel):
    """What a recipient has after a step, in yuan with four decimals."""

    id: str
    yuan: str


class PaymentJson(JsonModel):
    """What a recipient gets."""

    county_code: str
    fen: int
    yuan: str
    steps: tuple[StepJson, ...] = ()


class CheckJson(JsonModel):
    """A check that was made; `holds` is null where a legal check does not apply or cannot be decided.

    `result`, `article`, `text`, `evidence` and `needed` are those of a legal check.
    """

    id: str
    zh: str
    holds: bool | None
    found: str
    expected: str
    result: str | None = None
    article: str | None = None
    text: str | None = None
    evidence: str | None = None
    needed: str | None = None


class AffectedJson(JsonModel):
    """A recipient that a decision touches: its value and the value used, in the unit of the factor, and what it gets."""

    recipient: str
    value: float
    used: float
    partial: str
    yuan: str


class PlanDecisionJson(JsonModel):
    """A decision about a factor: negative_zero or partial_accept."""

    kind: str
    place: str
    factor: str
    of: str
    unit: str
    basis: str
    recipients: tuple[AffectedJson, ...]


class OtherCoverageJson(JsonModel):
    """What a recipient gets, and would get over the other coverage."""

    recipient: str
    yuan: str
    other_yuan: str | None
    difference_yuan: str | None


class FactorCoverageJson(JsonModel):
    """A factor over each recipient's own coverage and over what all have."""

    factor: str
    of: str
    unit: str
    own: Mapping[str, float | None]
    common: Mapping[str, float | None]
    left_out: tuple[str, ...]


class PlanCoverageJson(JsonModel):
    """The amounts over each recipient's own coverage and over the common one; `reason` says why there are no others."""

    side: str
    other: str
    reason: str
    rows: tuple[OtherCoverageJson, ...]
    factors: tuple[FactorCoverageJson, ...]


class MovedJson(JsonModel):
    """A recipient whose payment is another than by unrounded shares."""

    county_code: str
    fen: int
    unrounded_fen: int


class VanishedJson(JsonModel):
    """A factor above zero whose share became zero."""

    county_code: str
    factor: str


class ShareRoundingJson(JsonModel):
    """What the rounding of shares moves."""

    decimals: int | None
    decimals_basis: str
    largest_fen: int
    total_fen: int
    rows: tuple[MovedJson, ...]
    vanished: tuple[VanishedJson, ...]


class PhaseJson(JsonModel):
    """A payment in part: fen by recipient."""

    id: str
    zh: str
    fen: Mapping[str, int]


class CarryOutJson(JsonModel):
    """Money that is carried over, with the year that it is of."""

    fund: str
    origin_year: str
    fen: int
    oldest_origin_year: int | None = None


class AllocationBody(JsonModel):
    """A division: fen + carried + retained = pool; an entitlement: fen + retained − gap = pool; a settlement: zero."""

    pool_fen: int
    rows: tuple[PaymentJson, ...]
    carried_fen: int
    retained_fen: int
    gap_fen: int
    residue_fen: int = 0
    checks: tuple[CheckJson, ...] = ()
    decisions: tuple[PlanDecisionJson, ...] = ()
    coverage: PlanCoverageJson | None = None
    share_rounding: ShareRoundingJson | None = None
    phases: tuple[PhaseJson, ...] = ()
    carry_out: tuple[CarryOutJson, ...] = ()
    compared: DifferenceBody | None = None


def allocation_file(allocation: Allocation, beside: Difference | None = None) -> Envelope[AllocationBody]:
    """The allocation with what it was made from; `beside` is the bridge from another plan."""
    body = AllocationBody(
        pool_fen=allocation.pool,
        rows=tuple(map(_payment, allocation.rows)),
        carried_fen=allocation.carried,
        retained_fen=allocation.retained,
        gap_fen=allocation.gap,
        residue_fen=allocation.residue,
        checks=(*map(_check, allocation.checks), *map(legal_json, allocation.legal.findings)),
        decisions=plan_decisions_json(allocation),
        coverage=None if allocation.coverage is None else _coverage(allocation.coverage),
        share_rounding=None if allocation.shares is None else _shares(allocation.shares),
        phases=tuple(PhaseJson(id=phase.id, zh=phase.zh, fen=dict(phase.fen)) for phase in allocation.phases),
        carry_out=_carry_out(allocation),
        compared=None if beside is None else difference_body(beside),
    )
    return enveloped(KIND, body, allocation_header(allocation))


def allocation_header(allocation: Allocation) -> Header:
    """What an allocation is, and what it was made from; of steps that were run without a plan there are no hashes."""
    source, terms, heading = allocation.source, allocation.terms, allocation.heading
    files = {} if terms is None else {terms.file.name: sha256(source.text.encode()).hexdigest(), **source.files}
    days = sorted(set(source.known_on.values()))
    made_from = CreatedFrom(
        files=files,
        known_on=days[-1] if days else None,
        require=source.require,
        run_ids=dict(sorted(source.run_ids.items())),
    )
    return Header(
        run_id=None if terms is None else plan_run_id(allocation), title=heading.title, layer=heading.layer, state=source.state,
        periods=(heading.period,), counties=tuple(Place(code=item.id, zh=item.zh) for item in allocation.recipients),
        created_from=made_from,
    )  # fmt: skip


def plan_run_id(allocation: Allocation) -> str:
    """Sixteen hex digits that follow from all that the allocation follows from: the same content, the same id."""
    return text_hash(canonical(plan_record(allocation)))[:_RUN_ID]


def plan_decisions_json(allocation: Allocation) -> tuple[PlanDecisionJson, ...]:
    """Every decision of the plan about its factors."""
    return tuple(map(_decision, decisions(allocation)))


def legal_json(item: LegalFinding) -> CheckJson:
    """A legal check."""
    return CheckJson(
        id=item.id, zh=item.zh, holds=item.holds, found=item.answer.found, expected=item.article, result=item.result,
        article=item.article, text=item.text, evidence=item.evidence, needed=item.answer.needed,
    )  # fmt: skip


def _check(item: TestedEquation) -> CheckJson:
    return CheckJson(id=item.id, zh=item.zh, holds=item.holds, found=item.found, expected=item.expected)


def _payment(row: RecipientRow) -> PaymentJson:
    steps = tuple(StepJson(id=step, yuan=shown(amount)) for step, amount in row.steps)
    return PaymentJson(county_code=row.recipient.id, fen=row.fen, yuan=row.yuan, steps=steps)


def _decision(item: PlanDecision) -> PlanDecisionJson:
    factor = item.factor
    touched = tuple(
        AffectedJson(recipient=one.recipient.id, value=float(one.value), used=float(one.used), partial=one.partial, yuan=yuan(one.fen))
        for one in item.touched
    )  # fmt: skip
    return PlanDecisionJson(
        kind=item.kind, place=item.place, factor=factor.id, of=factor.of, unit=str(factor.quantity.unit), basis=factor.basis,
        recipients=touched,
    )  # fmt: skip


def _coverage(found: CoverageComparison) -> PlanCoverageJson:
    other = found.other
    rows = tuple(
        OtherCoverageJson(
            recipient=code, yuan=yuan(fen), other_yuan=None if other is None else yuan(other[code]),
            difference_yuan=None if other is None else yuan(Fen(fen - other[code])),
        )
        for code, fen in found.paid.items()
    )  # fmt: skip
    factors = tuple(
        FactorCoverageJson(factor=item.id, of=item.of, unit=item.unit, own=item.own, common=item.common, left_out=item.left_out)
        for item in found.factors
    )  # fmt: skip
    return PlanCoverageJson(side=found.side, other=found.other_side, reason=found.reason, rows=rows, factors=factors)


def _shares(found: ShareReport) -> ShareRoundingJson:
    rounding = found.rounding
    rows = tuple(
        MovedJson(county_code=code, fen=rounding.paid[code], unrounded_fen=rounding.unrounded[code])
        for code in rounding.moved
    )
    return ShareRoundingJson(
        decimals=found.decimals, decimals_basis=found.basis, largest_fen=rounding.largest, total_fen=rounding.total, rows=rows,
        vanished=tuple(VanishedJson(county_code=item.recipient, factor=item.factor) for item in found.vanished),
    )  # fmt: skip


def _carry_out(allocation: Allocation) -> tuple[CarryOutJson, ...]:
    """The line that a later plan names where it takes the money over; none where nothing is carried."""
    if not allocation.carried:
        return ()
    incoming = [item.origin_year for item in allocation.terms.carry_in.line] if allocation.terms is not None else []
    return (
        CarryOutJson(
            fund=allocation.title, origin_year=allocation.heading.period, fen=allocation.carried,
            oldest_origin_year=min(incoming, default=None),
        ),
    )  # fmt: skip
