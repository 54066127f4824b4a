"""The factors of a plan, from account results: a value for every recipient, or an error naming the county."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from typing import Protocol, cast

from qhgep.catalogue import shipped
from qhgep.compensation.stated import IN_PLAN, StatedFactors, place_of
from qhgep.compensation.steps import Factor, Figure, Recipient
from qhgep.compensation.terms import FactorTerms, Plan
from qhgep.data import data_folder
from qhgep.errors import PlanError, Problems
from qhgep.evidence import EVIDENCE, PRESENCE, RANK, Origin
from qhgep.expr import Quantity
from qhgep.readings.exact import float_sum
from qhgep.units import Unit, is_money


class _Partial(Protocol):
    @property
    def covered(self) -> tuple[str, ...]: ...
    @property
    def missing(self) -> tuple[str, ...]: ...
    @property
    def area_share(self) -> float | None: ...


class _Value(Protocol):
    @property
    def value(self) -> float | None: ...
    @property
    def unit(self) -> Unit: ...
    @property
    def presence(self) -> str: ...
    @property
    def origin(self) -> str: ...
    @property
    def evidence(self) -> str: ...
    @property
    def partial(self) -> _Partial | None: ...


class Results(Protocol):
    """What a plan asks of an account's result; KeyError for what the account does not have."""

    def value(self, quantity: str, *, county: str, period: str | None = None) -> _Value:
        """One value of a quantity."""
        ...


def read_factors(plan: Plan, results: Mapping[str, Results], *, require: str) -> Mapping[str, Factor]:
    """Every factor of a plan, by name.

    Raises PlanError naming each recipient with a missing, partial or negative value (where the factor does
    not allow it) or with evidence weaker than `require`, and each factor whose sum is not above zero.
    """
    problems = Problems()
    found: dict[str, Factor] = {}
    known: Mapping[str, Results] = {**results, IN_PLAN: StatedFactors(plan)}
    for name, terms in plan.factor.items():
        account, quantity = place_of(name, terms)
        reader = _Reader(plan, name, terms, require, problems)
        factor = reader.read(known[account], quantity)
        if factor is not None:
            found[name] = factor
    _one_system(plan, problems)
    problems.raise_if_any(PlanError)
    return found


def _one_system(plan: Plan, problems: Problems) -> None:
    """Values of two systems of accounting stand for the same services: no plan weighs both."""
    first: dict[str, str] = {}
    for name, terms in plan.factor.items():
        quantity = terms.of.partition(".")[2]
        known = shipped().vocabulary.get(quantity)
        if known is not None and is_money(known.unit):
            first.setdefault(shipped().system_of(quantity), name)
    if len(first) > 1:
        problems.add("plan_systems", plan.where("factor", list(first.values())[-1]), factors="、".join(first.values()))


class _Reader:
    """Reads one factor; faults are noted, and None stands for what cannot be used."""

    def __init__(self, plan: Plan, name: str, terms: FactorTerms, require: str, problems: Problems) -> None:
        self.plan, self.name, self.terms, self.require, self.problems = plan, name, terms, require, problems

    def read(self, results: Results, quantity: str) -> Factor | None:
        values = {item: self.value(results, quantity, item) for item in self.plan.named_recipients}
        figures = {item.id: self.figure(item, value) for item, value in values.items() if value is not None}
        known = {code: figure for code, figure in figures.items() if figure is not None}
        if len(known) != len(values):
            return None
        unit = next(value.unit for value in values.values() if value is not None)
        zh = self.terms.zh or _zh(quantity, self.name)
        column = Quantity(self.name, unit, ("recipient",), zh, rf"\text{{{self.name}}}")
        at_least_zero, accepts_partial = self.terms.negative == "zero", self.terms.partial == "accept"
        basis = "；".join(part for part in (self.terms.document, self.terms.basis) if part)
        factor = Factor(self.name, column, self.terms.of, known, at_least_zero, basis, accepts_partial)
        self.total(factor)
        return factor

    def note(self, code: str, recipient: Recipient, **facts: object) -> None:
        where = self.plan.where("factor", self.name)
        named = {"zh": recipient.zh, "recipient": recipient.id, "factor": self.terms.of or self.name} | facts
        self.problems.add(code, where, **named)

    def value(self, results: Results, quantity: str, recipient: Recipient) -> _Value | None:
        try:
            return results.value(quantity, county=recipient.id, period=str(self.plan.period))
        except KeyError as error:
            if not self.terms.of:
                self.note("factor_missing", recipient, presence=PRESENCE["missing"])
                return None
            self.note("factor_unknown", recipient, period=self.plan.period, missing=error.args[0])
            return None

    def figure(self, recipient: Recipient, value: _Value) -> Figure | None:
        before = len(self.problems.items)
        number = Fraction(0) if value.presence == "zero" else _fraction(value.value)
        if number is None:
            presence = PRESENCE.get(value.presence, PRESENCE["missing"])
            self.note("factor_missing", recipient, presence=presence)
            return None
        if value.partial is not None and self.terms.partial == "refuse":
            self.note("factor_partial", recipient, partial=_partial(value.partial))
        if number < 0 and self.terms.negative == "refuse":
            self.note("factor_negative", recipient, found=float(number))
        if RANK[value.evidence] > RANK[self.require]:
            words = {"found": EVIDENCE[value.evidence], "expected": EVIDENCE[self.require]}
            self.note("factor_evidence", recipient, **words)
        if len(self.problems.items) > before:
            return None
        note = "" if value.partial is None else _partial(value.partial)
        return Figure(number, value.evidence, cast("Origin", value.origin), note)

    def total(self, factor: Factor) -> None:
        """Shares need a sum above zero."""
        total = float_sum(list(factor.used.values()))
        if self.terms.use == "share" and total <= 0:
            counties = "、".join(f"{item.zh}（{item.id}）" for item in self.plan.named_recipients)
            where = self.plan.where("factor", self.name)
            self.problems.add("factor_sum", where, factor=self.terms.of or self.name, counties=counties, found=total)


def _fraction(number: float | None) -> Fraction | None:
    """The float itself, as a Fraction: it is what a cell of the workbook holds."""
    return None if number is None else Fraction(float(number))


def _partial(partial: _Partial) -> str:
    """What a partial value covers, in words."""
    share = "" if partial.area_share is None else f"，面积占 {partial.area_share:.1%}"
    whole = len(partial.covered) + len(partial.missing)
    missing = "、".join(_name(item) for item in partial.missing) or "无"
    return f"已核算 {len(partial.covered)}/{whole} 项{share}；未核算：{missing}"


def _name(item: str) -> str:
    """The Chinese name of an ecosystem, an indicator, a part (its quantity) or an item (`list/member`)."""
    axis, _, member = item.partition("/")
    if member and axis in shipped().lists:
        return shipped().lists[axis].members.get(member, item)
    return _names().get(item) or _zh(item, item)


@cache
def _names() -> Mapping[str, str]:
    """The Chinese names of ecosystems and indicators, which partial values cover."""
    ecosystems = tomllib.loads((data_folder("coefficients") / "ecosystems.toml").read_text(encoding="utf-8"))
    named = {key: entry["zh"] for key, entry in ecosystems.items() if isinstance(entry, dict)}
    return named | {key: indicator.zh for key, indicator in shipped().indicators.items()}


def _zh(quantity: str, otherwise: str) -> str:
    """The Chinese name of a quantity of the vocabulary."""
    known = shipped().vocabulary.get(quantity)
    return otherwise if known is None else known.zh
