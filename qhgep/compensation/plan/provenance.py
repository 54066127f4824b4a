"""What an allocation follows from: the plan as written and the account figures it read. Enough to compute it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from qhgep.account.hashes import file_hashes
from qhgep.coefficient_store import LEFT_OUT
from qhgep.compensation.legal.finding import UNDATED
from qhgep.compensation.plan.factors import FactorValue, Results, figures_in_common
from qhgep.compensation.plan.schema import Plan
from qhgep.engine.result import Result
from qhgep.errors import Problem
from qhgep.states import Corrects, State

Figure = tuple[str | None, str, str, str, str, tuple[tuple[str, ...], tuple[str, ...], float | None] | None]
"""Value as exact text, unit, presence, origin, evidence, and (covered, missing, area share) where it is partial."""


@dataclass(frozen=True, slots=True)
class PlanSource:
    """The text of the plan, the figures by (account, quantity, recipient), the run of each account, and the day.

    `known_on` is the day as of which an account took its coefficients, where it took them as of a day; `warnings` are
    what the accounts said of that. `parameters` are the rows that the plan cites (record_of).
    """

    text: str = ""
    figures: Mapping[tuple[str, str, str], Figure] = field(default_factory=dict)
    run_ids: Mapping[str, str] = field(default_factory=dict)
    day: date = date.min
    require: str = "assumed"
    known_on: Mapping[str, date] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()
    state: State = "draft"
    corrects: Corrects | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    common: Mapping[str, tuple[Mapping[str, Figure], tuple[str, ...]]] = field(default_factory=dict)
    """factor -> figures by recipient over what all recipients have, and what that leaves out"""
    own: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """account -> the coefficient rows in it that one of its counties returned itself; none is listed without any"""
    undated: bool = False
    """Whether neither the plan nor an account says the day of the computation: `day` is then that of the basis."""
    files: Mapping[str, str] = field(default_factory=dict, compare=False)
    """`account/file` -> the hash of each file that an account was read from; of accounts from a record there is none"""

    @property
    def day_text(self) -> str:
        """The day of the computation as a cover prints it; the day of the basis is none."""
        return UNDATED if self.undated else self.day.isoformat()


def plan_source(plan: Plan, results: Mapping[str, Results], require: str) -> PlanSource:
    """The source of a plan's allocation; `results` are those that its factors were read from.

    The day is that of the plan where it names one, else the latest of the accounts', else that of its basis.
    """
    of_accounts = [terms for terms in plan.factor.values() if terms.of]
    used = {terms.of.partition(".")[0] for terms in of_accounts}
    results = {name: result for name, result in results.items() if name in used}
    figures = {}
    for terms in of_accounts:
        account, _, quantity = terms.of.partition(".")
        for recipient in plan.named_recipients:
            value = results[account].value(quantity, county=recipient.id, period=str(plan.period))
            figures[account, quantity, recipient.id] = _figure(value)
    common = {}
    for name, terms in plan.factor.items():
        if terms.of and (shared := figures_in_common(plan, name, results)) is not None:
            common[terms.of] = ({code: _figure(value) for code, value in shared.values.items()}, shared.left_out)
    days = [] if plan.date is None else [plan.date]
    days = days or [day for result in results.values() if (day := getattr(result, "day", None)) is not None]
    run_ids = {name: getattr(result, "run_id", "") for name, result in results.items()}
    known = {name: on for name, result in results.items() if (on := getattr(result, "known_on", None)) is not None}
    told = [item for name in sorted(known) for item in getattr(results[name], "checks", ()) if item.code in LEFT_OUT]
    corrected = Corrects(plan.file.parent / plan.corrects, plan.correction_reason) if plan.corrects.strip() else None
    return PlanSource(
        plan.text, figures, run_ids, max(days, default=plan.basis.date or date.min), require, known,
        tuple(dict.fromkeys(told)), plan.state, corrected, plan.parameters, common, own_rows(plan, results),
        plan.date is None and not of_accounts, _files(results),
    )  # fmt: skip


def _files(results: Mapping[str, Results]) -> Mapping[str, str]:
    accounts = {name: result.account for name, result in results.items() if isinstance(result, Result)}
    return {f"{name}/{file}": text for name, account in accounts.items() for file, text in file_hashes(account).items()}


def own_rows(plan: Plan, results: Mapping[str, Results]) -> Mapping[str, tuple[str, ...]]:
    """The rows that counties of an account returned themselves, of each account that a factor is read from."""
    used = sorted({terms.of.partition(".")[0] for terms in plan.factor.values() if terms.of} & set(results))
    found = {name: tuple(getattr(results[name], "self_reported", ())) for name in used}
    return {name: rows for name, rows in found.items() if rows}


def _figure(value: FactorValue) -> Figure:
    partial = value.partial
    whole = None if partial is None else (partial.covered, partial.missing, partial.area_share)
    number = None if value.value is None else repr(float(value.value))
    return number, str(value.unit), value.presence, value.origin, value.evidence, whole
