"""Factors that a plan states itself: scores and figures that a bureau holds and no account computes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.plan.schema import FactorTerms, Plan
from qhgep.compensation.rules.parameters import number
from qhgep.errors import PlanError, UnitError
from qhgep.units import PURE, Spelling, Unit, spelled

IN_PLAN = ""
"""The account name of factors that the plan states."""


@dataclass(frozen=True, slots=True)
class StatedValue:
    """One stated value; it is never partial, and what it rests on is what the plan says."""

    value: float
    unit: Unit
    presence: str
    evidence: str
    origin: str = "stated"
    partial: None = None


@dataclass(frozen=True, slots=True)
class StatedFactors:
    """Stands for an account's result: the factors of a plan that have `values`."""

    plan: Plan

    def value(self, quantity: str, *, county: str, period: str | None = None) -> StatedValue:
        """The value of a factor for a recipient. Raises KeyError where the plan states none: it stays missing."""
        del period
        terms = self.plan.factor[quantity]
        if county not in terms.values:
            raise KeyError(county)
        exact = number(terms.values[county], f"factor.{quantity}.values.{county}")
        presence = "value" if exact else "zero"
        spelling = _spelling(terms)
        return StatedValue(float(exact * spelling.scale), spelling.unit, presence, terms.rated)


def place_of(name: str, terms: FactorTerms) -> tuple[str, str]:
    """The account (IN_PLAN for the plan itself) and the quantity that a factor is read from."""
    if terms.values:
        return IN_PLAN, name
    account, _, quantity = terms.of.partition(".")
    return account, quantity


def named(plan: Plan) -> Mapping[str, str]:
    """The Chinese names of the factors that the plan states."""
    return {name: terms.zh or name for name, terms in plan.factor.items() if terms.values}


def check_stated(plan: Plan, source: PlanText) -> None:
    """A factor is read from an account or stated; what is stated has a unit, its evidence and its document."""
    for name, terms in plan.factor.items():
        at: Key = ("factor", name)
        if bool(terms.of) == bool(terms.values):
            source.add("plan_factor_source", *at, name=name)
        if terms.values:
            _check_values(plan, name, terms, source)
        elif terms.unit or terms.evidence or terms.document or terms.zh:
            source.add("plan_factor_own", *at, name=name)


def _check_values(plan: Plan, name: str, terms: FactorTerms, source: PlanText) -> None:
    at: Key = ("factor", name)
    codes = {recipient.id for recipient in plan.named_recipients}
    if not terms.document.strip() or not terms.evidence:
        source.add("plan_factor_document", *at, name=name)
    try:
        _spelling(terms)
    except UnitError as error:
        source.add(error.problems[0].code, *at, "unit", **dict(error.problems[0].facts))
    for code, text in terms.values.items():
        if code not in codes:
            source.add("plan_recipient_unknown", *at, "values", code, recipient=code)
        try:
            number(text, f"factor.{name}.values.{code}")
        except PlanError as error:
            source.add(error.problems[0].code, *at, "values", code, **dict(error.problems[0].facts))


def _spelling(terms: FactorTerms) -> Spelling:
    """The unit of the stated values, with the scale of 万 and 亿; a score has none."""
    return spelled(terms.unit) if terms.unit else Spelling(PURE, Fraction(1))
