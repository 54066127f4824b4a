"""What must hold in steps that change a division, besides their types, each fault with its line."""

from __future__ import annotations

from qhgep.compensation.plan.schema import Plan
from qhgep.compensation.plan.toml_lines import Key, Source
from qhgep.compensation.rules.parameter_check import ANY, POSITIVE, SHARE, Limits, check_number, check_table
from qhgep.compensation.rules.schema import (
    AwardPenaltyStep,
    BaseIncrementStep,
    BoundsStep,
    CapStep,
    DeductionStep,
    PhaseInStep,
    TiltStep,
    TopUpStep,
)  # fmt: skip

_NEW = (TiltStep, PhaseInStep, TopUpStep, AwardPenaltyStep, CapStep, BoundsStep, DeductionStep)


def check_divisions(plan: Plan, source: Source) -> None:
    """Note every fault of the parameters of the plan's divisions; weights and floors are checked elsewhere."""
    for number, step in enumerate(plan.step):
        at: Key = ("step", number)
        if isinstance(step, _NEW) and not step.basis.strip():
            source.add("plan_step_basis", *at, step=step.id)
        match step:
            case BaseIncrementStep():
                check_table(plan, step.base, Limits(unit=plan.payable), source, (*at, "base"))
                if step.cuts != "refuse" and not step.cuts_basis.strip():
                    source.add("plan_cuts_basis", *at, "cuts", step=step.id)
            case PhaseInStep():
                _phase_in(plan, step, source, at)
            case AwardPenaltyStep():
                _award_penalty(plan, step, source, at)
            case TiltStep() | TopUpStep() | CapStep() | BoundsStep() | DeductionStep():
                _tables(plan, step, source, at)


def _tables(
    plan: Plan, step: TiltStep | TopUpStep | CapStep | BoundsStep | DeductionStep, source: Source, at: Key
) -> None:
    """Steps that are made of tables by recipient; a multiplier is needed for everyone."""
    units = Limits(unit=plan.payable)
    match step:
        case TiltStep():
            check_table(plan, step.multipliers, POSITIVE, source, (*at, "multipliers"))
        case TopUpStep() | CapStep():
            check_table(plan, step.amounts, units, source, (*at, "amounts"), complete=False)
        case BoundsStep():
            for name, table in (("least", step.least), ("most", step.most)):
                check_table(plan, table, units, source, (*at, name), complete=False)
        case _:
            check_table(plan, step.shares, SHARE, source, (*at, "shares"), complete=False)


def _phase_in(plan: Plan, step: PhaseInStep, source: Source, at: Key) -> None:
    """A share for the year of the plan, and an amount of the old formula for everyone."""
    year = str(plan.period)
    for name in sorted({*step.shares, year}):
        check_number(step.shares.get(name, ""), SHARE, source, (*at, "shares", name))
    check_table(plan, step.old, Limits(unit=plan.payable), source, (*at, "old"))


def _award_penalty(plan: Plan, step: AwardPenaltyStep, source: Source, at: Key) -> None:
    """A line of the table for the class of everyone; yuan in payable units, or any share of the amounts `of`."""
    limits = ANY if step.of else Limits(low=None, unit=plan.payable)
    for name, text in step.table.items():
        check_number(text, limits, source, (*at, "table", name))
    if step.of:
        check_table(plan, step.of, Limits(unit=plan.payable), source, (*at, "of"))
    codes = [recipient.id for recipient in plan.named_recipients]
    for code in sorted(set(step.classes) - set(codes)):
        source.add("plan_recipient_unknown", *at, "classes", code, recipient=code)
    for code in codes:
        found = step.classes.get(code, "")
        if found not in step.table:
            known = "、".join(step.table)
            source.add("plan_class_unknown", *at, "classes", code, who=code, found=found, known=known)
