"""The factors of a plan, from account results: a value for every recipient, or an error naming the county.

Shares are of totals: a coefficient or a price is a number of a document, not of a recipient; as a share it would pay all
alike whatever they have, and is refused. A depth, a yield or a temperature is the recipient's own but grows with nothing:
a warning names it. A pure number may be a score, which documents do share by.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Protocol, cast, runtime_checkable

from qhgep.catalogue import shipped
from qhgep.compensation.columns.column import Factor, FactorFigure, Recipient
from qhgep.compensation.plan.schema import FactorTerms, Plan
from qhgep.compensation.plan.stated_factors import IN_PLAN, StatedFactors, place_of
from qhgep.data import data_folder
from qhgep.engine.common import common_figures
from qhgep.engine.result import Result
from qhgep.errors import PlanError, Problem, Problems, UnknownName, grouped
from qhgep.evidence import EVIDENCE, PRESENCE, RANK, Origin
from qhgep.expr import Quantity
from qhgep.readings.exact import float_sum
from qhgep.ruleset_store.ruleset import Ruleset
from qhgep.units import PURE, Unit, dimension, grows_with_area, is_money


class _Partial(Protocol):
    @property
    def covered(self) -> tuple[str, ...]: ...
    @property
    def missing(self) -> tuple[str, ...]: ...
    @property
    def area_share(self) -> float | None: ...


class FactorValue(Protocol):
    """What a plan reads of one value of an account."""

    @property
    def value(self) -> float | None:
        """The number in `unit`; None where there is none."""
        ...

    @property
    def unit(self) -> Unit:
        """The unit of the quantity."""
        ...

    @property
    def presence(self) -> str:
        """Value, zero, missing, not_applicable or absent."""
        ...

    @property
    def origin(self) -> str:
        """How it came about."""
        ...

    @property
    def evidence(self) -> str:
        """The level that it rests on."""
        ...

    @property
    def partial(self) -> _Partial | None:
        """What it covers and lacks, where it is partial."""
        ...


@runtime_checkable
class Results(Protocol):
    """What a plan asks of an account's result; KeyError for what the account does not have."""

    def value(self, quantity: str, *, county: str, period: str | None = None) -> FactorValue:
        """One value of a quantity."""
        ...


class CommonFactor(Protocol):
    """A quantity of some counties over what they have in common."""

    @property
    def values(self) -> Mapping[str, FactorValue]:
        """The values by county; without a number where they have nothing in common."""
        ...

    @property
    def left_out(self) -> tuple[str, ...]:
        """The names of what that leaves out."""
        ...


@runtime_checkable
class HasCommon(Protocol):
    """Results that also know what counties have in common; figures that are given in memory may not."""

    def common(self, quantity: str, *, counties: Sequence[str], period: str | None = None) -> CommonFactor:
        """A quantity of some counties over what they all have."""
        ...


def figures_in_common(plan: Plan, name: str, results: Mapping[str, Results]) -> CommonFactor | None:
    """What the recipients have in common of a factor that is read from an account; None where nobody can say."""
    terms = plan.factor[name]
    account, quantity = place_of(name, terms)
    found = results.get(account)
    if not terms.of or not isinstance(found, Result | HasCommon):
        return None
    counties, period = [item.id for item in plan.named_recipients], str(plan.period)
    try:
        if isinstance(found, Result):
            return common_figures(found, quantity, counties=counties, period=period)
        return found.common(quantity, counties=counties, period=period)
    except (KeyError, ValueError):  # a recipient or a quantity that the account does not have: told where it is read
        return None


def is_open(terms: FactorTerms) -> bool:
    """Whether a factor may count unlike coverage, or was cut to the common one: both amounts are then printed."""
    return bool(terms.of) and (terms.partial == "accept" or terms.coverage == "common")


def read_factors(
    plan: Plan, results: Mapping[str, Results], *, require: str, other_coverage: bool = False
) -> Mapping[str, Factor]:
    """Every factor of a plan, by name.

    With `other_coverage` the factors that are open about it (`is_open`) are read over the common coverage where the plan
    takes each recipient's own, and the other way round.
    Raises PlanError naming each recipient with a missing, partial or negative value (where the factor does
    not allow it) or with evidence weaker than `require`, and each factor whose sum is not above zero.
    """
    problems = Problems()
    found: dict[str, Factor] = {}
    known: Mapping[str, Results] = {**results, IN_PLAN: StatedFactors(plan)}
    for name, terms in plan.factor.items():
        account, quantity = place_of(name, terms)
        common = figures_in_common(plan, name, results)
        reader = _FactorReader(plan, name, terms, require, problems, common, swapped=other_coverage)
        factor = reader.read(known[account], quantity)
        if factor is not None:
            found[name] = factor
    _one_system(plan, problems)
    problems.items = grouped(problems.items, {"factor_evidence": ("names",)})
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


class _FactorReader:
    """Reads one factor; faults are noted, and None stands for what cannot be used."""

    def __init__(
        self,
        plan: Plan,
        name: str,
        terms: FactorTerms,
        require: str,
        problems: Problems,
        common: CommonFactor | None,
        *,
        swapped: bool,
    ) -> None:
        self.plan, self.name, self.terms, self.require, self.problems = plan, name, terms, require, problems
        self.common = common
        self.over_common = (terms.coverage == "common") != (swapped and is_open(terms))

    def read(self, results: Results, quantity: str) -> Factor | None:
        if self.over_common and self.common is not None and self.nothing_common(self.common):
            return None
        values = {item: self.value(results, quantity, item) for item in self.plan.named_recipients}
        figures = {item.id: self.figure(item, value) for item, value in values.items() if value is not None}
        known = {code: figure for code, figure in figures.items() if figure is not None}
        if len(known) != len(values):
            return None
        unit = next(value.unit for value in values.values() if value is not None)
        zh = self.terms.zh or _zh(quantity, self.name)
        column = Quantity(self.name, unit, ("recipient",), zh, rf"\text{{{self.name}}}")
        self.methods(values)
        at_least_zero, accepts_partial = self.terms.negative == "zero", self.terms.partial == "accept"
        basis = "；".join(part for part in (self.terms.document, self.terms.basis) if part)
        factor = Factor(self.name, column, self.terms.of, known, at_least_zero, basis, accepts_partial)
        self.total(factor)
        return factor

    def note(self, code: str, recipient: Recipient, **facts: object) -> None:
        where = self.plan.where("factor", self.name)
        named = {"zh": recipient.zh, "recipient": recipient.id, "factor": self.terms.of or self.name} | facts
        self.problems.add(code, where, **named)

    def nothing_common(self, common: CommonFactor) -> bool:
        """Whether the recipients have no part of the factor in common; noted, once for all of them."""
        named = [item.id for item in self.plan.named_recipients]
        if any(code not in common.values or common.values[code].value is not None for code in named):
            return False
        left = "、".join(covered_name(item) for item in common.left_out) or "-"
        where = self.plan.where("factor", self.name)
        self.problems.add("factor_nothing_common", where, factor=self.terms.of or self.name, left=left)
        return True

    def methods(self, values: Mapping[Recipient, FactorValue | None]) -> None:
        """Shares compare totals by one method only: refuse a factor that some recipients state and others compute."""
        if self.common is None or is_open(self.terms) or self.terms.use != "share":
            return
        whole = all(value is not None and value.partial is None for value in values.values())
        other = [item for item in values if self.common.values[item.id].value is None]
        if whole and other:
            facts = {"factor": self.terms.of, "counties": "、".join(f"{item.zh}（{item.id}）" for item in other)}
            self.problems.add("factor_methods", self.plan.where("factor", self.name), **facts)

    def value(self, results: Results, quantity: str, recipient: Recipient) -> FactorValue | None:
        if self.over_common:
            return self.of_common(recipient)
        try:
            return results.value(quantity, county=recipient.id, period=str(self.plan.period))
        except KeyError as error:
            if not self.terms.of:
                self.note("factor_missing", recipient, presence=PRESENCE["missing"])
                return None
            self.note("factor_unknown", recipient, period=self.plan.period, missing=_absent(error))
            return None

    def of_common(self, recipient: Recipient) -> FactorValue | None:
        if self.common is None or recipient.id not in self.common.values:
            self.note("factor_unknown", recipient, period=self.plan.period, missing=self.terms.of)
            return None
        return self.common.values[recipient.id]

    def figure(self, recipient: Recipient, value: FactorValue) -> FactorFigure | None:
        before = len(self.problems.items)
        number = Fraction(0) if value.presence == "zero" else _fraction(value.value)
        if number is None:
            presence = PRESENCE.get(value.presence, PRESENCE["missing"])
            self.note("factor_missing", recipient, presence=presence)
            return None
        if value.partial is not None and self.terms.partial == "refuse" and not is_open(self.terms):
            self.note("factor_partial", recipient, partial=_partial(value.partial))
        if number < 0 and self.terms.negative == "refuse":
            self.note("factor_negative", recipient, found=float(number))
        if RANK[value.evidence] > RANK[self.require]:
            facts = {"factor": self.terms.of or self.name, "names": f"{recipient.zh}（{recipient.id}）"}
            facts |= {"found": EVIDENCE[value.evidence], "expected": EVIDENCE[self.require]}
            self.problems.add("factor_evidence", self.plan.where("factor", self.name), **facts)
        if len(self.problems.items) > before:
            return None
        note = "" if value.partial is None else _partial(value.partial)
        return FactorFigure(number, value.evidence, cast("Origin", value.origin), note)

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
    """What a partial value covers, in words; of a sum of indicators the indicators are counted, as in its account."""
    share = "" if partial.area_share is None else f"，面积占 {partial.area_share:.1%}"
    services = shipped().indicators.keys() & set(partial.covered)
    counted = [item for item in partial.missing if item in shipped().indicators] if services else partial.missing
    whole = len(partial.covered) + len(counted)
    missing = "、".join(covered_name(item) for item in partial.missing) or "无"
    return f"已核算 {len(partial.covered)}/{whole} 项{share}；未核算：{missing}"


def covered_name(item: str) -> str:
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


ANALYTIC = "analytic"


def read_accounts(plan: Plan) -> set[str]:
    """The accounts, by the names that the plan gives them, that its factors are read from."""
    return {terms.of.partition(".")[0] for terms in plan.factor.values() if terms.of}


def verify_layer(plan: Plan, results: Mapping[str, Results]) -> None:
    """Refuse factors that a statutory or contract plan takes from an account with scenario rules of papers.

    `results` are those by account name that the factors are read from. Raises PlanError naming each such factor and the
    account's ruleset.
    """
    if plan.layer == ANALYTIC:
        return
    problems = Problems()
    for name, terms in ((name, terms) for name, terms in plan.factor.items() if terms.of):
        ruleset = _ruleset(results[terms.of.partition(".")[0]])
        if ruleset is not None and ruleset.layer == ANALYTIC:
            facts = {"factor": terms.of, "ruleset": ruleset.name, "layer": plan.layer}
            problems.add("plan_analytic_factor", plan.where("factor", name, "of"), **facts)
    problems.raise_if_any(PlanError)


def _ruleset(results: Results) -> Ruleset | None:
    """The ruleset of an account's result; None for results that were rebuilt from recorded figures."""
    found = getattr(getattr(results, "account", None), "ruleset", None)
    return found if isinstance(found, Ruleset) else None


def _absent(error: KeyError) -> object:
    """What an account does not have: the name that was looked for, also where the error carries it in a problem."""
    return dict(error.problems[0].facts).get("found") if isinstance(error, UnknownName) else error.args[0]


def check_shared(plan: Plan, factors: Mapping[str, Factor]) -> tuple[Problem, ...]:
    """Warnings of factors shared by that are no totals. Raises PlanError for coefficients and prices."""
    problems = Problems()
    for name, terms in plan.factor.items():
        if terms.use != "share":
            continue
        quantity = terms.of.partition(".")[2]
        known, of = shipped().vocabulary.get(quantity), factors[name].quantity
        facts = {"factor": terms.of or name, "zh": of.zh, "unit": of.unit.printed or "1"}
        where = plan.where("factor", name)
        if (known is not None and known.is_coefficient) or _is_price(of.unit):
            problems.add("factor_price", where, **facts)
        elif dimension(of.unit) != dimension(PURE) and not grows_with_area(of.unit):
            problems.warn("factor_no_total", where, **facts)
    problems.raise_if_any(PlanError)
    return problems.warnings


def _is_price(of: Unit) -> bool:
    """Money per something: not money, and not money per year."""
    return is_money(of) and not grows_with_area(of)
