"""Running a plan: its steps one after the other, the identity of each, and fen once, at the end."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from qhgep.compensation.allocation import Allocation, Heading, RecipientRow
from qhgep.compensation.columns.column import (
    Amounts,
    Column,
    Context,
    Factor,
    Kind,
    PartsOfFen,
    Recipient,
    Rule,
    RunningState,
    StepResult,
    TestedEquation,
    check_identity,
    read_column,
)
from qhgep.compensation.columns.common import head_columns
from qhgep.compensation.columns.entitlement import finish_parts
from qhgep.compensation.columns.long_division import finish
from qhgep.compensation.columns.outcome import outcome
from qhgep.compensation.columns.parameter import GivenParameter
from qhgep.compensation.columns.running_state import FineDivision
from qhgep.compensation.columns.scores import shares_after
from qhgep.compensation.payments import paid_in_phases, phase_checks, phase_columns, phase_notes
from qhgep.compensation.plan.payments_schema import Phase
from qhgep.compensation.shares.fineness import fitted, is_fine
from qhgep.compensation.shares.rounding import ShareRounding
from qhgep.errors import PlanError, problem
from qhgep.evidence import Origin
from qhgep.money import FEN_PER_YUAN, LARGEST, Fen, exact_sum, largest_remainder, nearest, settled, yuan
from qhgep.readings.exact import Exact, ExactTable, Reader

Steps = Sequence[tuple[str, Rule, Any]]
"""(step id, rule, terms of the step), in order."""


@dataclass(frozen=True, slots=True)
class Appropriation:
    """What a plan divides: the pool, the unit of payment, the basis of both, and how they came about."""

    pool: Fen
    payable: Fen
    basis: str
    origin: Origin


def begin(
    purse: Appropriation, recipients: Sequence[Recipient], factors: Mapping[str, Factor], *, period: int | str = ""
) -> Context:
    """The context of the first step: what can be paid out in whole units, and the columns that say so."""
    ordered = tuple(sorted(recipients, key=lambda recipient: recipient.id))
    pool, payable = purse.pool, purse.payable
    columns = head_columns(
        GivenParameter(Fraction(pool, FEN_PER_YUAN), purse.basis, purse.origin, typed=("pool",)),
        GivenParameter(Fraction(payable), purse.basis, purse.origin),
    )
    whole = Fraction(pool - pool % payable, FEN_PER_YUAN)
    year = period if isinstance(period, int) else None
    return Context(ordered, whole, payable, factors, columns, purse.basis, purse.origin, year=year).unread()


@dataclass(frozen=True, slots=True)
class Program:
    """A plan as it is built: its columns, which serve other values of its factors too.

    `begun` is the context of the first step, `context` that after the last, `results` what each step comes to with the
    values that it was built with. Columns that must be zero say where other values need a program of their own.
    """

    begun: Context
    context: Context
    steps: Steps
    phases: Sequence[Phase]
    results: tuple[tuple[str, StepResult], ...]
    checks: tuple[TestedEquation, ...]
    columns: tuple[Column, ...]

    @property
    def last(self) -> StepResult:
        """What the last step comes to."""
        return self.results[-1][1]


def build(context: Context, steps: Steps, *, phases: Sequence[Phase] = ()) -> Program:
    """The columns of the steps of a plan, and those that make fen of their last amounts.

    Raises PlanError where a step breaks the identity of its kind.
    """
    begun = context
    context, results, checks = _step_by_step(begun.unread(), steps)
    made = [*context.columns, *_finish(context, results[-1][1])]
    made += phase_columns(context, made, phases) if phases else ()
    return Program(begun, context, steps, phases, tuple(results), tuple(checks), tuple(made))


def run(context: Context, steps: Steps, *, pool: Fen, heading: Heading, phases: Sequence[Phase] = ()) -> Allocation:
    """The allocation that the steps come to, and its payment in phases.

    Raises PlanError where a step breaks the identity of its kind, or where columns and exact amounts differ.
    """
    return read(build(context, steps, phases=phases), pool=pool, heading=heading)


def read(program: Program, *, pool: Fen, heading: Heading) -> Allocation:
    """The allocation that a plan comes to with the values that it was built with.

    Raises PlanError where columns and exact amounts differ.
    """
    context, last, made = program.context, program.last, program.columns
    within_pool(last, pool)
    unrounded = _unrounded(program.begun, program.steps)
    due = paid_out(context, last.kind, last.amounts)
    columns, table, paid = _read(made, context, due)
    close_to_exact(context, last, paid)
    rows = tuple(
        RecipientRow(
            recipient,
            paid[recipient.id],
            tuple((step, result.amounts[recipient.id]) for step, result in program.results),
        )
        for recipient in context.recipients
    )
    issued = paid_in_phases(context, paid, program.phases)
    for phase in issued:
        _same_as_columns(f"phase.{phase.id}.fen", phase.fen, table)
    rest = _rest(last, paid, pool, context.payable)
    return Allocation(
        heading=heading, kind=last.kind, pool=pool, rows=rows,
        carried=rest.carried, retained=rest.retained, gap=rest.gap, residue=rest.residue,
        columns=columns, factors=context.factors, table=table,
        checks=(
            *program.checks,
            _sum_check(last, paid, rest, pool),
            *phase_checks(paid, issued),
            *_column_checks(columns, table),
        ),
        notes=(*(note for _, result in program.results for note in result.notes), *phase_notes(issued)),
        phases=issued,
        share_rounding=_share_rounding(context, last, unrounded, due, paid),
        outcomes=tuple(
            outcome(step, terms, result, shares_after(context.reading, result.running))
            for (step, _, terms), (_, result) in zip(program.steps, program.results, strict=True)
        ),
    )  # fmt: skip


def within_pool(last: StepResult, pool: Fen) -> None:
    """Raises PlanError where a settlement moves more than the pool that its agreement names."""
    moved = sum((amount for amount in last.amounts.values() if amount > 0), Fraction(0))
    if last.kind == "settlement" and moved * FEN_PER_YUAN > pool:
        facts = {"found": yuan(Fen(nearest(moved * FEN_PER_YUAN))), "pool": yuan(pool)}
        raise PlanError(problem("plan_settlement_pool", "pool", **facts))


def _finish(context: Context, last: StepResult) -> tuple[Column, ...]:
    """The last columns of a plan: whole units, and the fen they are."""
    if isinstance(last.running, PartsOfFen):
        return finish_parts(context, last.running, last.kind)
    return () if last.running is None else finish(context, last.running)


def _step_by_step(context: Context, steps: Steps) -> tuple[Context, list[tuple[str, StepResult]], list[TestedEquation]]:
    results: list[tuple[str, StepResult]] = []
    checks: list[TestedEquation] = []
    for step, rule, terms in steps:
        result = rule(context, terms)
        checks.append(check_identity(step, result, pool=context.pool, recipients=context.recipients))
        context = _after(context, result)
        results.append((step, result))
    return context, results, checks


def _after(context: Context, result: StepResult) -> Context:
    """The context of the next step."""
    exactly = isinstance(result.running, RunningState) and isinstance(result.running.by, FineDivision)
    amount = result.columns[-1].quantity if result.columns else None
    return replace(context.then(result.columns, exactly=exactly), running=result.running, amount=amount)


def _unrounded(context: Context, steps: Steps) -> Amounts | None:
    """What the same steps come to where shares are not rounded; None for a plan that does not round them."""
    first = steps[0][2]
    if not getattr(first, "weights", None) or first.decimals is None:
        return None
    terms = [first.model_copy(update={"decimals": None}), *(item for _, _, item in steps[1:])]
    context = replace(context.unread(), compared=True)
    for (_, rule, _), item in zip(steps, terms, strict=True):
        context = _after(context, rule(context, item))
    return context.amounts


def _read(
    columns: Sequence[Column], context: Context, due: Mapping[str, Fen]
) -> tuple[tuple[Column, ...], ExactTable, Mapping[str, Fen]]:
    """The columns as they are read, and what they pay: what is `due`, that is what the exact amounts come to.

    Where shares are not rounded, the sheet may be a payable unit off for some; then it pays what it says.
    """
    reader = _reader(columns, context)
    if not is_fine(columns):
        table = ExactTable(reader)
        _same_as_columns("finish.fen", due, table)
        return tuple(columns), table, due
    found = fitted(columns, reader, due)
    paid = dict(zip(context.codes, map(Fen, found.reader.columns["finish.fen"]), strict=True))
    return found.columns, ExactTable(found.reader), paid


def close_to_exact(context: Context, last: StepResult, paid: Mapping[str, Fen]) -> None:
    """Every payment is less than a payable unit from its exact amount; an entitlement, rounded by itself, half at most.

    Raises PlanError where one is not: what rounds is no part of any rule.
    """
    apart = {code: abs(paid[code] - last.amounts[code] * FEN_PER_YUAN) for code in context.codes}
    most = Fraction(context.payable, 2) if last.kind == "entitlement" else context.payable
    if any(gap > most or (gap == most and last.kind != "entitlement") for gap in apart.values()):
        exact = {code: str(last.amounts[code] * FEN_PER_YUAN) for code in context.codes}
        raise PlanError(problem("plan_columns", "finish.fen", found=dict(paid), expected=exact))


def _share_rounding(
    context: Context, last: StepResult, unrounded: Amounts | None, due: Mapping[str, Fen], paid: Mapping[str, Fen]
) -> ShareRounding | None:
    if last.kind != "division":
        return None
    return ShareRounding(context.payable, due if unrounded is None else paid_out(context, last.kind, unrounded), paid)


def _reader(columns: Sequence[Column], context: Context) -> Reader:
    """The value of every column. Raises PlanError for a whole number that a spreadsheet would not keep."""
    known = {} if context.reading.reader.exactly else context.reading.reader.columns
    reader = Reader(context.codes)
    for column in columns:
        if column.name in reader.columns:
            message = f"two columns are named {column.name}"
            raise ValueError(message)
        if column.name in known:
            reader.columns[column.name] = known[column.name]
        else:
            read_column(reader, column)
        if column.given is None:
            numbers = reader.columns[column.name]
            _short_enough(column, numbers if isinstance(numbers, list) else [numbers])
    return reader


def _short_enough(column: Column, numbers: Sequence[float | Fraction]) -> None:
    if column.unit not in {"1", "fen"}:
        return
    whole = (number for number in numbers if not isinstance(number, float) and number.denominator == 1)
    largest = max((abs(number.numerator) for number in whole), default=0)
    if largest >= LARGEST:
        fewer = len(str(largest)) - len(str(LARGEST)) + 1
        raise PlanError(problem("sheet_digits", column.name, zh=column.zh, found=largest, fewer=fewer))


def paid_out(context: Context, kind: Kind, amounts: Amounts) -> Mapping[str, Fen]:
    """Whole payable units, as fen: an entitlement each by itself, half up; a settlement so that it adds up to zero."""
    unit = Fraction(context.payable, FEN_PER_YUAN)
    exact_units = {code: amounts[code] / unit for code in context.codes}
    if kind == "entitlement":
        units = {code: nearest(amount) for code, amount in exact_units.items()}
    elif kind == "settlement":
        units = settled(exact_units)
    else:
        units = largest_remainder(exact_units, math.floor(exact_sum(exact_units.values())))
    return {code: Fen(units[code] * context.payable) for code in context.codes}


def _same_as_columns(name: str, paid: Mapping[str, Fen], table: Mapping[str, Exact]) -> None:
    """What the last columns round to fen, and what `money` rounds the exact amounts to, may not differ."""
    if name in table and table[name] != paid:
        shown = table[name]
        found = {code: int(amount) for code, amount in shown.items()} if isinstance(shown, Mapping) else shown
        raise PlanError(problem("plan_columns", name, found=found, expected=dict(paid)))


@dataclass(frozen=True, slots=True)
class _Rest:
    carried: Fen
    retained: Fen
    gap: Fen
    residue: Fen


def _rest(last: StepResult, paid: Mapping[str, Fen], pool: Fen, payable: Fen) -> _Rest:
    """What is not paid out: carried over, kept back (the residue of rounding with it), or lacking.

    Where a step carries money over and keeps none back, what rounding leaves of it is carried too.
    """
    total = sum(paid.values())
    if last.kind == "settlement":
        return _Rest(Fen(0), Fen(0), Fen(0), Fen(0))
    if last.kind == "entitlement":
        return _Rest(Fen(0), Fen(max(pool - total, 0)), Fen(max(total - pool, 0)), Fen(0))
    carried = math.floor(last.carried * FEN_PER_YUAN)
    if last.carried and not last.retained:
        carried = pool - pool % payable - total
    retained = pool - total - carried
    residue = retained - math.floor(last.retained * FEN_PER_YUAN)
    if last.retained and not last.carried:
        residue = pool % payable
    return _Rest(Fen(carried), Fen(retained), Fen(0), Fen(residue))


def _sum_check(last: StepResult, paid: Mapping[str, Fen], rest: _Rest, pool: Fen) -> TestedEquation:
    total = sum(paid.values())
    if last.kind == "settlement":
        return TestedEquation("total", "收付相抵为零", total == 0, yuan(Fen(total)), yuan(Fen(0)))
    left = Fen(total + rest.carried + rest.retained - rest.gap)
    return TestedEquation("total", "分配额＋结转＋留存－缺口＝资金总额（元）", left == pool, yuan(left), yuan(pool))


def _column_checks(columns: Sequence[Column], table: Mapping[str, Exact]) -> tuple[TestedEquation, ...]:
    """The columns that must be zero, also in a workbook that was changed by hand."""
    return tuple(
        TestedEquation(item.name, item.check, table[item.name] == 0, str(table[item.name]), "0", item.name)
        for item in columns
        if item.check
    )
