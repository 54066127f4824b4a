"""What the steps of a plan are made of: columns, factors, results, and the identity of each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Literal

from qhgep.compensation.columns.parameter import Cited, GivenParameter
from qhgep.compensation.columns.running_state import PartsOfFen, RunningState, Shares
from qhgep.errors import PlanError, problem
from qhgep.evidence import Origin
from qhgep.expr import Expr, Quantity
from qhgep.money import Fen, exact_sum
from qhgep.readings.check import check
from qhgep.readings.exact import Exact, axes_of
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
    A column that is `measured` is no whole number and is read in floats, as a sheet has it.
    """

    quantity: Quantity
    expr: Expr | None
    note: str
    given: GivenParameter | None = None
    check: str = ""
    measured: bool = False

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


def must_be_zero(name: str, zh: str, equals: Expr, note: str, *, says: str) -> Column:
    """A column of whole numbers whose value is zero as long as the sentence `says` holds."""
    return replace(computed(name, zh, "1", equals, note), check=says)


def put_in(name: str, zh: str, unit: str, given: GivenParameter, note: str, *, measured: bool = False) -> Column:
    """A column whose values are given: a parameter of the plan, or a factor from an account, which is measured."""
    axes = () if isinstance(given.value, Fraction) else ("recipient",)
    return Column(Quantity(name, parse_unit(unit), axes, zh, rf"\text{{{zh}}}"), None, note, given, measured=measured)


@dataclass(frozen=True, slots=True)
class Figure:
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
    figures: Mapping[str, Figure]
    at_least_zero: bool = False
    basis: str = ""
    accepts_partial: bool = False

    @property
    def told(self) -> str:
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
    its period is no year. `cited` are the rows that parameters cite, by step and parameter name. `unrounded` are the
    amounts before the step where shares are not rounded, in a plan that rounds them.
    """

    recipients: tuple[Recipient, ...]
    pool: Fraction
    payable: Fen
    factors: Mapping[str, Factor]
    columns: tuple[Column, ...]
    basis: str = ""
    origin: Origin = "chosen"
    standing: RunningState | PartsOfFen | None = None
    year: int | None = None
    cited: Mapping[tuple[str, str], Cited] = field(default_factory=dict)
    unrounded: Amounts | None = None

    def also(self, rule: Callable[[Amounts], Amounts]) -> Amounts | None:
        """What a rule makes of the unrounded amounts before the step, where there are such."""
        return None if self.unrounded is None else rule(self.unrounded)

    def given(self, value: Exact, at: str, basis: str, *names: str) -> GivenParameter:
        """A value of a step that comes from these parameters: stated by the plan, or with the rows that they cite."""
        reached = tuple(f"{name}." for name in names)
        found = [
            (name, row) for (step, name), row in self.cited.items() if step == at and f"{name}.".startswith(reached)
        ]
        rows = [row for _, row in found]
        if not rows:
            return GivenParameter(value, basis or self.basis, self.origin)
        told = "；".join(dict.fromkeys((*(row.told for row in rows), *([basis] if basis else []))))
        origins = {row.origin for row in rows}
        own = tuple((code, row) for name, row in found if (code := name.rpartition(".")[2]) in self.codes)
        return GivenParameter(
            value, told, origins.pop() if len(origins) == 1 else "computed", tuple(dict.fromkeys(rows)), own, basis
        )

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

    `unrounded` are the yuan without the rounding of shares, in a plan that rounds them.
    """

    kind: Kind
    amounts: Amounts
    carried: Fraction
    retained: Fraction
    gap: Fraction
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()
    standing: RunningState | PartsOfFen | None = None
    unrounded: Amounts | None = None


Rule = Callable[[Context, Amounts, Any], StepResult]
"""A rule: context, the amounts before the step, and the terms of the step in the plan."""


@dataclass(frozen=True, slots=True)
class Check:
    """An equation that was tested: its two sides as text, and the column that shows it where there is one."""

    id: str
    zh: str
    holds: bool
    found: str
    expected: str
    column: str = ""


def check_identity(step: str, result: StepResult, *, pool: Fraction, recipients: tuple[Recipient, ...]) -> Check:
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
    return Check(f"{step}.identity", zh, holds, str(left), str(right))


__all__ = [
    "Amounts",
    "Check",
    "Column",
    "Context",
    "Factor",
    "Figure",
    "Kind",
    "PartsOfFen",
    "Recipient",
    "Rule",
    "RunningState",
    "Shares",
    "StepResult",
    "check_identity",
    "computed",
    "measured",
    "must_be_zero",
    "put_in",
]  # fmt: skip
