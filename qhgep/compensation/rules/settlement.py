"""Settlements between governments: signed amounts of named payers and receivers that add up to zero."""

from __future__ import annotations

from fractions import Fraction

from qhgep.compensation.columns.column import Amounts, Column, Context, PartsOfFen, StepResult
from qhgep.compensation.columns.entitlement import add_parts
from qhgep.compensation.columns.settlement import Clamp, Move, class_columns, split_columns
from qhgep.compensation.rules.entitlement_schema import Change, ClassIndexStep, FixedSplitStep
from qhgep.compensation.rules.parameters import number
from qhgep.errors import PlanError, problem
from qhgep.money import shown

_NONE = Fraction(0)


def class_index(context: Context, amounts: Amounts, step: ClassIndexStep) -> StepResult:
    """table[class] + clamp(change x rate, low, high); positive, the payer pays the receiver, else the other way.

    Raises PlanError for a class that the table does not have.
    """
    if step.section_class not in step.classes:
        facts = {"who": step.id, "found": step.section_class, "known": "、".join(step.classes)}
        raise PlanError(problem("plan_class_unknown", step.id, **facts))
    base = number(step.classes[step.section_class], f"classes.{step.section_class}")
    clamp = None if step.change is None else _clamp(step.change)
    net = base + (_NONE if clamp is None else clamp.yuan())
    roles = {code: int(code == step.receiver) - int(code == step.payer) for code in context.codes}
    basis, name = f"{step.basis or context.basis}：类别 {step.section_class}", f"classes.{step.section_class}"
    made = class_columns(context, step.id, context.given(base, step.id, basis, name), clamp, roles)
    own = {code: sign * net for code, sign in roles.items()}
    payer, receiver = (step.payer, step.receiver) if net >= 0 else (step.receiver, step.payer)
    note = f"类别 {step.section_class}：{payer} 付给 {receiver} {shown(abs(net))} 元"
    return _result(context, amounts, own, step.id, made, note)


def _clamp(change: Change) -> Clamp:
    return Clamp(
        number(change.found, "change.found"),
        number(change.rate, "change.rate"),
        number(change.low, "change.low"),
        number(change.high, "change.high"),
    )


def fixed_split(context: Context, amounts: Amounts, step: FixedSplitStep) -> StepResult:
    """Fund x (receipt share − payment share); a failed section moves part of what its losers receive to others.

    Sections move shares of what was agreed, so their order does not matter.
    """
    fund = number(step.fund, "fund")
    pay, receive = (
        {code: number(table[code], f"{name}.{code}") if code in table else _NONE for code in context.codes}
        for name, table in (("pay", step.pay), ("receive", step.receive))
    )
    moves = _moves(step)
    got = _after_sections(receive, moves)
    all_paid, all_got = sum(pay.values(), _NONE), sum(receive.values(), _NONE)
    own = {code: fund * (got[code] / all_got - pay[code] / all_paid) for code in context.codes}
    given = [context.given(value, step.id, step.basis, name) for value, name in ((pay, "pay"), (receive, "receive"))]
    money = context.given(fund, step.id, step.basis, "fund")
    made = split_columns(context, step.id, money, (given[0], given[1]), moves)
    failed = "、".join(move.id for move in moves if move.failed)
    note = f"未达标断面：{failed}，分配份额已转移" if failed else "断面全部达标，按约定份额"
    return _result(context, amounts, own, step.id, made, note)


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


def _after_sections(receive: dict[str, Fraction], moves: list[Move]) -> dict[str, Fraction]:
    """Receipts after the sections that failed. Who bears no part of a cut is no loser, so what it receives is not counted."""
    got = dict(receive)
    for move in moves:
        losers = [code for code, share in move.losers.items() if share]
        lost = sum((receive[code] for code in losers), _NONE) * move.moved if move.failed else _NONE
        for code, share in move.losers.items():
            got[code] -= lost * share
        for code, share in move.to.items():
            got[code] += lost * share
    return got


def _result(
    context: Context, amounts: Amounts, own: Amounts, at: str, made: tuple[tuple[Column, ...], PartsOfFen], note: str
) -> StepResult:
    """The amounts before and those of this step: nothing is carried, kept back or lacking."""
    columns, parts = made
    added, standing = add_parts(context, at, parts)
    due = {code: amounts.get(code, _NONE) + own[code] for code in context.codes}
    return StepResult("settlement", due, _NONE, _NONE, _NONE, (*columns, *added), (note,), standing)
