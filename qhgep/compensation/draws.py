"""What a plan pays for many drawn values of its factors: the columns are built once and read for all draws together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from qhgep.compensation.columns.column import Column, Factor
from qhgep.compensation.plan.schema import Plan
from qhgep.compensation.run import Program, build, paid_out, within_pool
from qhgep.engine.draws import DrawnAccount
from qhgep.errors import PlanError, Problem, Problems, problem
from qhgep.expr import quantities
from qhgep.money import Fen
from qhgep.readings.draws import DrawReader, Numbers, by_recipient

_PAID: Final = "finish.fen"
_NEAR_ZERO: Final = 1e-6
"""An amount this near to zero may be below it: the draw is read exactly."""


@dataclass(frozen=True, slots=True)
class PaidDraws:
    """Fen by draw and recipient, whole numbers; of a draw that the plan refuses there are none and its problems stand here.

    `alone` are the draws for which the plan was built anew: more passes, or a number too long for those it was built with.
    """

    fen: Numbers
    refused: Mapping[int, Sequence[Problem]]
    alone: tuple[int, ...]


def pay_draws(program: Program, values: Mapping[str, Numbers], *, pool: Fen) -> PaidDraws:
    """What the plan pays in each draw; `values` are those of factors, by draw and recipient, in the factor's unit.

    Where the plan rounds shares, and for entitlements and settlements, a draw pays to the fen what the plan pays that is
    computed with its values. Where shares are not rounded a payment may differ by one payable unit from the exact one, as
    the sheet's may; every draw gives out the pool in whole units all the same.
    Raises KeyError for a factor that the plan does not have, ValueError for arrays of another shape.
    """
    unknown = sorted(set(values) - set(program.begun.factors))
    if unknown:
        raise KeyError(", ".join(unknown))
    draws = next(iter(values.values())).shape[0]
    reader = DrawReader(program.begun.codes, draws)
    _read_columns(reader, program, values)
    fen = reader.spread(_PAID).copy()
    _mark_broken(reader, program, fen, pool)
    refused = _not_shared(program, values)
    fixed = any(result.fixes_factors for _, result in program.results)
    alone = range(draws) if fixed else [int(draw) for draw in reader.unread.nonzero()[0]]
    for draw in sorted({*alone} - {*refused}):
        try:
            fen[draw] = _built_anew(program, {name: table[draw].tolist() for name, table in values.items()}, pool)
        except PlanError as error:
            refused[draw] = error.problems
    fen[sorted(refused)] = 0
    return PaidDraws(fen, refused, tuple(alone))


def _not_shared(program: Program, values: Mapping[str, Numbers]) -> dict[int, Sequence[Problem]]:
    """The draws that are refused before anything is shared: a factor below zero where it may not be, or without a sum."""
    found: dict[int, list[Problem]] = {}
    shared = {column.name.removesuffix(".total") for column in program.columns if column.name.startswith("factor.")}
    for name, table in values.items():
        factor = program.begun.factors[name]
        used = table * (table > 0) if factor.at_least_zero else table
        for draw, row in zip(*(found_at.tolist() for found_at in (used < 0).nonzero()), strict=True):
            recipient = program.begun.recipients[row]
            facts = {"factor": factor.of or name, "zh": recipient.zh, "recipient": recipient.id}
            found.setdefault(draw, []).append(problem("factor_negative", name, found=used[draw, row].item(), **facts))
        for draw in (used.sum(axis=-1) <= 0).nonzero()[0].tolist() if f"factor.{name}" in shared else ():
            counties = "、".join(f"{item.zh}（{item.id}）" for item in program.begun.recipients)
            facts = {"factor": factor.of or name, "counties": counties, "found": used[draw].sum().item()}
            found.setdefault(draw, []).append(problem("factor_sum", name, **facts))
    return dict(found)


def _read_columns(reader: DrawReader, program: Program, values: Mapping[str, Numbers]) -> None:
    """Read what the payment, a column that must be zero, or a test of a step is computed from."""
    signed = {result.columns[-1].name for _, result in program.results if result.below_zero}
    scores = {result.zeros.name for _, result in program.results if result.zeros is not None}
    needed = {_PAID, *signed, *scores, *(column.name for column in program.columns if column.check)}
    for column in reversed(program.columns):
        if column.name in needed and column.expr is not None:
            needed |= {of.name for of in quantities(column.expr)}
    for column in program.columns:
        if column.name in needed:
            _read_column(reader, replace(column, measured=True) if column.name in signed else column, values)


def _read_column(reader: DrawReader, column: Column, values: Mapping[str, Numbers]) -> None:
    if column.given is None and column.expr is not None:
        reader.compute(column.name, column.expr, measured=column.measured)
    elif column.given is not None and column.given.factor in values:
        reader.draw(column.name, values[column.given.factor])
    elif column.given is not None:
        reader.put(column.name, column.given.value, measured=column.measured)


def _mark_broken(reader: DrawReader, program: Program, fen: Numbers, pool: Fen) -> None:
    """Mark the draws that the columns alone do not decide: they are built anew.

    A column that must be zero is not, somebody pays who should receive, the pool is exceeded, an amount may be below zero,
    or others have no score than when limits were tested.
    """
    for column in program.columns:
        if column.check:
            reader.mark(reader.numbers(column.name) != 0)
    for _, result in program.results:
        if result.below_zero:
            amounts = reader.numbers(result.columns[-1].name)
            reader.mark((amounts < _NEAR_ZERO) & (amounts != 0))
        if result.zeros is not None:
            before = program.context.reading.by_code(result.zeros)
            for row, code in enumerate(program.begun.codes):
                reader.mark((reader.spread(result.zeros.name)[:, row : row + 1] == 0) != (before[code] == 0))
    if program.last.kind == "settlement":
        reader.mark((fen * (fen > 0)).sum(axis=-1, keepdims=True) > pool)
        return
    reader.mark(fen < 0)
    if program.last.kind == "division":
        reader.mark(fen.sum(axis=-1, keepdims=True) > pool)


def _built_anew(program: Program, values: Mapping[str, Sequence[float]], pool: Fen) -> list[int]:
    """What the same steps pay with these values, in a program of their own."""
    factors = {name: _with_values(program.begun.factors[name], table) for name, table in values.items()}
    begun = replace(program.begun, factors={**program.begun.factors, **factors})
    again = build(begun, program.steps)
    within_pool(again.last, pool)
    due = paid_out(again.context, again.last.kind, again.last.amounts)
    return [due[code] for code in begun.codes]


def _with_values(factor: Factor, values: Sequence[float]) -> Factor:
    figures = zip(factor.figures.items(), values, strict=True)
    return replace(factor, figures={code: replace(figure, value=Fraction(value)) for (code, figure), value in figures})


def drawn_factors(plan: Plan, accounts: Mapping[str, DrawnAccount]) -> dict[str, Numbers]:
    """The factors of a plan that are read from accounts, by draw and recipient in code order.

    Raises PlanError for a factor over the common coverage: what counties have in common is not drawn.
    """
    problems, found = Problems(), {}
    for name, terms in plan.factor.items():
        account, _, quantity = terms.of.partition(".")
        if not terms.of:
            continue
        if terms.coverage == "common":
            problems.add("draws_common", plan.where("factor", name), factor=terms.of)
            continue
        columns = [accounts[account].county(quantity, item.id, str(plan.period)) for item in plan.named_recipients]
        found[name] = by_recipient(columns)
    problems.raise_if_any(PlanError)
    return found
