"""Settlements between governments: signed amounts of named payers and receivers that add up to zero."""

from __future__ import annotations

from fractions import Fraction

from qhgep.compensation.columns.column import Built, Column, Context, PartsOfFen
from qhgep.compensation.columns.entitlement import added_to_before
from qhgep.compensation.columns.settlement import Clamp, Move, class_columns, split_columns
from qhgep.compensation.rules.entitlement_schema import Change, ClassIndexStep, FixedSplitStep
from qhgep.compensation.rules.parameters import number
from qhgep.errors import PlanError, problem
from qhgep.money import FEN_PER_YUAN, shown

_NONE = Fraction(0)


def class_index(context: Context, step: ClassIndexStep) -> Built:
    """table[class] + clamp(change x rate, low, high); positive, the payer pays the receiver, else the other way.

    Raises PlanError for a class that the table does not have.
    """
    if step.section_class not in step.classes:
        facts = {"who": step.id, "found": step.section_class, "known": "、".join(step.classes)}
        raise PlanError(problem("plan_class_unknown", step.id, **facts))
    base = number(step.classes[step.section_class], f"classes.{step.section_class}")
    clamp = None if step.change is None else _clamp(step.change)
    roles = {code: int(code == step.receiver) - int(code == step.payer) for code in context.codes}
    basis, name = f"{step.basis or context.basis}：类别 {step.section_class}", f"classes.{step.section_class}"
    made = class_columns(context, step.id, context.given(base, step.id, basis, name), clamp, roles)
    net = _paid_to(context, made, step.receiver)
    payer, receiver = (step.payer, step.receiver) if net >= 0 else (step.receiver, step.payer)
    note = f"类别 {step.section_class}：{payer} 付给 {receiver} {shown(abs(net))} 元"
    return added_to_before(context, step.id, made, note)


def _paid_to(context: Context, made: tuple[tuple[Column, ...], PartsOfFen], receiver: str) -> Fraction:
    """What a step comes to for its receiver, in yuan: negative where it pays."""
    columns, parts = made
    reading = context.then(columns).reading
    return reading.by_code(parts.quantity)[receiver] / reading.one(parts.per_fen) / FEN_PER_YUAN


def _clamp(change: Change) -> Clamp:
    return Clamp(
        number(change.found, "change.found"),
        number(change.rate, "change.rate"),
        number(change.low, "change.low"),
        number(change.high, "change.high"),
    )


def fixed_split(context: Context, step: FixedSplitStep) -> Built:
    """Fund x (receipt share − payment share); a failed section moves part of what its losers receive to others.

    Sections move shares of what was agreed, so their order does not matter.
    """
    fund = number(step.fund, "fund")
    pay, receive = (
        {code: number(table[code], f"{name}.{code}") if code in table else _NONE for code in context.codes}
        for name, table in (("pay", step.pay), ("receive", step.receive))
    )
    moves = _moves(step)
    given = [context.given(value, step.id, step.basis, name) for value, name in ((pay, "pay"), (receive, "receive"))]
    money = context.given(fund, step.id, step.basis, "fund")
    made = split_columns(context, step.id, money, (given[0], given[1]), moves)
    failed = "、".join(move.id for move in moves if move.failed)
    note = f"未达标断面：{failed}，分配份额已转移" if failed else "断面全部达标，按约定份额"
    return added_to_before(context, step.id, made, note)


def _moves(step: FixedSplitStep) -> list[Move]:
    """The sections of a contract, and whether each failed."""
    return [
        Move(
            name, name in step.failed,
            {code: number(text, f"sections.{name}.loser.{code}") for code, text in section.losers.items()},
            number(section.moved, f"sections.{name}.moved"),
            {code: number(text, f"sections.{name}.to.{code}") for code, text in section.to.items()},
        )
        for name, section in step.sections.items()
    ]  # fmt: skip
