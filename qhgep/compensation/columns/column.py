"""What the steps of a plan are made of: columns, factors, results, and the identity of each kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Literal

from qhgep.compensation.columns.parameter import Cited, GivenParameter
from qhgep.compensation.columns.running_state import FineDivision, PartsOfFen, RunningState, Shares
from qhgep.errors import PlanError, problem
from qhgep.evidence import Origin
from qhgep.expr import Expr, Quantity, quantities
from qhgep.money import Fen, exact_sum
from qhgep.readings.check import check
from qhgep.readings.exact import Exact, Numbers, Reader, axes_of
from qhgep.units import unit as parse_unit

Kind = Literal["division", "entitlement", "settlement"]
Amounts = Mapping[str, Fraction]
"""Yuan by recipient, exactly."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One that receives money: its code (or id), its name, and what it is."""

    id: str
    zh: str
    kind: str = "county"


@dataclass(frozen=True, slots=True)
class Column:
    """One named quantity of a plan: a column of the workbook, per recipient or one cell for all.

    Either `expr` says how it is computed (checked, with its conversions), or `given` what was put in. `check`
    is the sentence that holds where its value is zero: a workbook changed by hand shows what no longer holds.
    A column that is `measured` is no whole number and is read in floats, as a sheet has it. One that is `rounded_for_sheet`
    is a whole number of parts because a sheet needs one: read exactly it is not rounded.
    """

    quantity: Quantity
    expr: Expr | None
    note: str
    given: GivenParameter | None = None
    check: str = ""
    measured: bool = False
    rounded_for_sheet: bool = False

    @property
    def name(self) -> str:
        """The stable id, such as `floor.pass1.quotient2`."""
        return self.quantity.name

    @property
    def zh(self) -> str:
        """The head of the column."""
        return self.quantity.zh

    @property
    def unit(self) -> str:
        """The unit of its values, canonical."""
        return str(self.quantity.unit)


def computed(name: str, zh: str, unit: str, equals: Expr, note: str) -> Column:
    """A column that a tree computes, checked: its unit fits and its conversions are put in."""
    quantity = Quantity(name, parse_unit(unit), axes_of(equals), zh, rf"\text{{{zh}}}")
    return Column(quantity, check(equals, quantity, plan=True).expr, note)


def measured(name: str, zh: str, unit: str, equals: Expr, note: str) -> Column:
    """A computed column that is no whole number, such as a share that is not rounded: read in floats."""
    return replace(computed(name, zh, unit, equals, note), measured=True)


def in_parts(name: str, zh: str, unit: str, equals: Expr, note: str) -> Column:
    """A computed column that rounds what is measured to whole parts: for the sheet alone."""
    return replace(computed(name, zh, unit, equals, note), rounded_for_sheet=True)


def must_be_zero(name: str, zh: str, equals: Expr, note: str, *, says: str) -> Column:
    """A column of whole numbers whose value is zero as long as the sentence `says` holds."""
    return replace(computed(name, zh, "1", equals, note), check=says)


def put_in(name: str, zh: str, unit: str, given: GivenParameter, note: str, *, measured: bool = False) -> Column:
    """A column whose values are given: a parameter of the plan, or a factor from an account, which is measured."""
    axes = () if isinstance(given.value, Fraction) else ("recipient",)
    return Column(Quantity(name, parse_unit(unit), axes, zh, rf"\text{{{zh}}}"), None, note, given, measured=measured)


@dataclass(frozen=True, slots=True)
class Reading:
    """The columns of a plan, each read exactly when it is asked for: what its steps come to.

    Where a plan rounds shares, and where amounts come from below, columns are whole numbers that a sheet reads exactly too.
    Where shares are not rounded, the sheet reads floats and rounds them to parts; read exactly, the same columns do not.
    """

    reader: Reader
    columns: Mapping[str, Column] = field(default_factory=dict)

    def then(self, columns: Iterable[Column], *, exactly: bool = False) -> Reading:
        """The same with more columns; once shares are not rounded all is read exactly, what was read before it too."""
        more = {**self.columns, **{column.name: column for column in columns}}
        if exactly and not self.reader.exactly:
            return Reading(Reader(self.reader.rows, exactly=True), more)
        return replace(self, columns=more)

    def __getitem__(self, quantity: Quantity) -> Exact:
        """The exact value of a column, one for all or by recipient."""
        return self.reader.exact(self._numbers(quantity.name))

    def by_code(self, quantity: Quantity) -> dict[str, Fraction]:
        """The exact value of a column for every recipient."""
        found = self[quantity]
        return dict.fromkeys(self.reader.rows, found) if isinstance(found, Fraction) else dict(found)

    def one(self, quantity: Quantity) -> Fraction:
        """The exact value of a column that is one for all. Raises TypeError for one by recipient."""
        found = self[quantity]
        if not isinstance(found, Fraction):
            message = f"{quantity.name} is by recipient"
            raise TypeError(message)
        return found

    def _numbers(self, name: str) -> Numbers:
        """The numbers of a column, after those that it needs: a column comes after what it names."""
        known = self.reader.columns
        if name not in known:
            needed = {name}
            for column in reversed(tuple(self.columns.values())):
                if column.name in needed and column.name not in known and column.expr is not None:
                    needed |= {of.name for of in quantities(column.expr)}
            for column in self.columns.values():
                if column.name in needed and column.name not in known:
                    read_column(self.reader, column)
        return known[name]


def read_column(reader: Reader, column: Column) -> Numbers:
    """Take a column in: as it is given, or computed from those before it."""
    if column.given is not None:
        reader.put(column.name, column.given.value, measured=column.measured)
    elif column.expr is not None:
        reader.columns[column.name] = reader.compute(
            column.expr, measured=column.measured, for_sheet=column.rounded_for_sheet
        )
    else:
        message = f"{column.name} is neither given nor computed"
        raise ValueError(message)
    return reader.columns[column.name]


@dataclass(frozen=True, slots=True)
class FactorFigure:
    """The value of a factor for one recipient, with its evidence; `partial` says what is not covered."""

    value: Fraction
    evidence: str
    origin: Origin
    partial: str = ""


@dataclass(frozen=True, slots=True)
class Factor:
    """A quantity of an account by recipient.

    `at_least_zero` takes negative values as zero, `accepts_partial` takes values that do not cover all; see `basis`.
    """

    id: str
    quantity: Quantity
    of: str
    figures: Mapping[str, FactorFigure]
    at_least_zero: bool = False
    basis: str = ""
    accepts_partial: bool = False

    @property
    def origin_text(self) -> str:
        """Where its values come from, in words."""
        return f"取自核算结果 {self.of}" if self.of else "由方案填报"

    @property
    def used(self) -> Mapping[str, Fraction]:
        """The values that steps divide by."""
        if not self.at_least_zero:
            return {code: figure.value for code, figure in self.figures.items()}
        return {code: max(figure.value, Fraction(0)) for code, figure in self.figures.items()}


@dataclass(frozen=True, slots=True)
class Context:
    """What a step may look at: recipients in code order, the yuan to divide, factors, the columns before it.

    `pool` is what can be paid out in whole payable units. `basis` is the document of the plan, `origin` how
    its amounts came about: stated in the document, or chosen for a scenario. `year` is that of the plan, None where
    its period is no year. `cited` are the rows that parameters cite, by step and parameter name. `reading` reads the
    columns exactly, `amount` is the one that says what the step before came to. In what is only `compared` nobody is refused.
    """

    recipients: tuple[Recipient, ...]
    pool: Fraction
    payable: Fen
    factors: Mapping[str, Factor]
    columns: tuple[Column, ...]
    basis: str = ""
    origin: Origin = "chosen"
    running: RunningState | PartsOfFen | None = None
    year: int | None = None
    cited: Mapping[tuple[str, str], Cited] = field(default_factory=dict)
    reading: Reading = field(default_factory=lambda: Reading(Reader(())))
    amount: Quantity | None = None
    compared: bool = False

    def then(self, columns: Sequence[Column], *, exactly: bool = False) -> Context:
        """The same with more columns; `exactly` where they divide by shares that are not rounded."""
        return replace(self, columns=(*self.columns, *columns), reading=self.reading.then(columns, exactly=exactly))

    def unread(self) -> Context:
        """The same with nothing read: a plan that is run again, with other terms, has other columns of the same names."""
        return replace(self, reading=Reading(Reader(self.codes)).then(self.columns))

    @property
    def amounts(self) -> Amounts:
        """Exact yuan after the step before; nothing for anybody before the first."""
        return dict.fromkeys(self.codes, Fraction(0)) if self.amount is None else self.reading.by_code(self.amount)

    def given(self, value: Exact, at: str, basis: str, *names: str) -> GivenParameter:
        """A value of a step that comes from these parameters: stated by the plan, or with the rows that they cite."""
        reached = tuple(f"{name}." for name in names)
        found = [
            (name, row) for (step, name), row in self.cited.items() if step == at and f"{name}.".startswith(reached)
        ]
        rows, typed = [row for _, row in found], tuple(f"{at}.{name}" for name in names)
        if not rows:
            return GivenParameter(value, basis or self.basis, self.origin, typed=typed)
        told = "；".join(dict.fromkeys((*(row.named_text for row in rows), *([basis] if basis else []))))
        origins = {row.origin for row in rows}
        origin: Origin = origins.pop() if len(origins) == 1 else "computed"
        own = tuple((code, row) for name, row in found if (code := name.rpartition(".")[2]) in self.codes)
        return GivenParameter(value, told, origin, tuple(dict.fromkeys(rows)), own, basis, typed=typed)

    @property
    def codes(self) -> tuple[str, ...]:
        """The recipients' codes, in row order."""
        return tuple(recipient.id for recipient in self.recipients)

    def quantity(self, name: str) -> Quantity:
        """The quantity of an earlier column."""
        return next(column.quantity for column in self.columns if column.name == name)


@dataclass(frozen=True, slots=True)
class StepResult:
    """What a step gives: yuan by recipient; what is carried over, kept back or lacking; and its columns.

    Its amounts may come `below_zero` with other values, and then it is refused. Its limits can be met as long as the same
    recipients have no score in the column `zeros`. A step that `fixes_factors` was tested with the values of factors in a
    way that its columns do not repeat.
    """

    kind: Kind
    amounts: Amounts
    carried: Fraction
    retained: Fraction
    gap: Fraction
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()
    running: RunningState | PartsOfFen | None = None
    below_zero: bool = False
    zeros: Quantity | None = None
    fixes_factors: bool = False


@dataclass(frozen=True, slots=True)
class Built:
    """What a rule makes of the terms of a step: columns, the last of them its amount, and how the plan stands after them.

    Where amounts may come `below_zero` they are refused when they do. `zeros`, `fixes_factors`: see `StepResult`.
    """

    columns: tuple[Column, ...]
    running: RunningState | PartsOfFen
    notes: tuple[str, ...] = ()
    below_zero: bool = False
    zeros: Quantity | None = None
    fixes_factors: bool = False

    @property
    def exactly(self) -> bool:
        """Whether shares are not rounded, so that amounts are read otherwise than on the sheet."""
        return isinstance(self.running, RunningState) and isinstance(self.running.by, FineDivision)


Rule = Callable[[Context, Any], StepResult]
"""A rule as it is run: context, and the terms of the step in the plan."""


def step_result(context: Context, at: str, kind: Kind, built: Built) -> StepResult:
    """What the columns of a step come to, read exactly: amounts, and by the kind of the step what is not paid.

    Raises PlanError for amounts below zero where they may come to that.
    """
    amounts = context.then(built.columns, exactly=built.exactly).reading.by_code(built.columns[-1].quantity)
    below = [code for code, amount in amounts.items() if amount < 0] if built.below_zero else []
    if below and not context.compared:
        raise PlanError(problem("plan_award_negative", at, recipients="、".join(below)))
    none, left = Fraction(0), Fraction(0)
    if kind != "settlement":
        left = context.pool - exact_sum(amounts.values())
    retained, gap = (max(left, none), max(-left, none)) if kind == "entitlement" else (none, none)
    carried = none
    if isinstance(built.running, RunningState) and built.running.carries:
        carried, retained = (none, left) if built.running.keeps else (left, none)
    return StepResult(
        kind, amounts, carried, retained, gap, built.columns, built.notes, built.running,
        built.below_zero, built.zeros, built.fixes_factors,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class TestedEquation:
    """An equation that was tested: its two sides as text, and the column that shows it where there is one."""

    id: str
    zh: str
    holds: bool
    found: str
    expected: str
    column: str = ""


def check_identity(
    step: str, result: StepResult, *, pool: Fraction, recipients: tuple[Recipient, ...]
) -> TestedEquation:
    """The identity of the step's kind, as a check that holds.

    division: shares + carried + retained = pool. entitlement: bottom-up, amounts + surplus − gap = pool,
    surplus (`retained`) or gap reported and never spread. settlement: signed amounts of named payers and
    receivers that add up to zero.
    Raises PlanError where it does not hold, or where amounts are not exactly those of the named recipients.
    """
    named = {recipient.id for recipient in recipients if recipient.zh}
    if set(result.amounts) != named:
        found, expected = "、".join(sorted(result.amounts)) or "-", "、".join(sorted(named))
        raise PlanError(problem("plan_unnamed", step, step=step, found=found, expected=expected))
    total = exact_sum(result.amounts.values())
    lines = (result.carried, result.retained, result.gap)
    negative = min((*lines, *result.amounts.values())) < 0
    match result.kind:
        case "division":
            zh = "各单位之和＋结转＋留存＝资金总额"
            left, right = total + result.carried + result.retained, pool
            holds = left == right and not negative and result.gap == 0
        case "entitlement":
            zh = "各单位之和＋结余－缺口＝资金总额"
            left, right = total + result.retained - result.gap, pool
            holds = left == right and not negative and result.carried == 0 and 0 in (result.retained, result.gap)
        case _:
            zh = "收付相抵为零"
            left, right = total, Fraction(0)
            holds = left == right and not any(lines)
    if not holds:
        found = f"{left}（{', '.join(map(str, lines))}）"
        raise PlanError(problem("plan_identity", step, step=step, found=found, expected=f"{zh} {right}"))
    return TestedEquation(f"{step}.identity", zh, holds, str(left), str(right))


__all__ = [
    "Amounts",
    "Built",
    "Column",
    "Context",
    "Factor",
    "FactorFigure",
    "Kind",
    "PartsOfFen",
    "Reading",
    "Recipient",
    "Rule",
    "RunningState",
    "Shares",
    "StepResult",
    "TestedEquation",
    "check_identity",
    "computed",
    "in_parts",
    "measured",
    "must_be_zero",
    "put_in",
    "read_column",
]  # fmt: skip
