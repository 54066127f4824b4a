"""What must hold in a plan besides its types: references, sums, whole fen, what each layer allows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping

from qhgep.compensation.legal.plan_check import check_legal
from qhgep.compensation.plan.citations import is_reference
from qhgep.compensation.plan.payments_check import check_carry_in, check_phases
from qhgep.compensation.plan.plan_text import PlanText
from qhgep.compensation.plan.schema import BUDGET_ITEMS, Plan
from qhgep.compensation.plan.stated_factors import check_stated
from qhgep.compensation.rules.parameter_check import check_money
from qhgep.compensation.rules.registry import STEP_RULES
from qhgep.compensation.rules.sequence import check_sequence, kind_of, layers_of
from qhgep.inputs.counties import read_counties
from qhgep.inputs.names import places_of
from qhgep.money import LARGEST, yuan
from qhgep.states import corrects

_ID = re.compile(r"[a-z][a-z0-9_]*")
_HASH = re.compile(r"[0-9a-f]{64}")
_FIRST_YEAR, _LAST_YEAR = 1900, 2999
"""What a spreadsheet can hold as a day, and no plan reaches beyond."""
_OF_ONE_NUMBER = frozenset({"plan_parameter_missing", "plan_parameter_range", "plan_parameter_text"})
"""Faults that a number has by itself."""
_AREAS = frozenset({"county", "prefecture", "province"})
"""Kinds of recipients that the county table names; a park or a group of households may have a code of its place."""
_RESERVED = frozenset({"pool", "payable", "residue", "factor", "finish"})
"""Names that columns of the runner begin with."""


def check_plan(plan: Plan, source: PlanText, unreadable: frozenset[str]) -> None:
    """Note every fault of a plan; checks that need a key which could not be read are left out."""
    for check, needs in _CHECKS.items():
        if not needs & unreadable:
            check(plan, source)
    for number, step in enumerate(plan.step):
        rule, at = STEP_RULES[step.rule], ("step", number)
        if not rule.needs & unreadable:
            if rule.needs_basis and not step.basis.strip():
                source.add("plan_step_basis", *at, step=step.id)
            rule.check(plan, step, source, at)


def check_numbers(plan: Plan, source: PlanText, unreadable: frozenset[str]) -> None:
    """Note the faults of single numbers of the steps of a plan that cites rows in vain.

    What several numbers come to is not known while some are lacking, so nothing else of the steps is told.
    """
    for number, step in enumerate(plan.step):
        rule, trial = STEP_RULES[step.rule], source.with_text(source.text)
        if rule.needs & unreadable:
            continue
        rule.check(plan, step, trial, ("step", number))
        source.problems.items += [
            item
            for item in trial.problems.items
            if item.code in _OF_ONE_NUMBER and not is_reference(dict(item.facts).get("found", ""))
        ]


def _basis(plan: Plan, source: PlanText) -> None:
    if plan.layer == "analytic":
        return
    for name in ("document", "number", "article", "date"):
        if not getattr(plan.basis, name):
            source.add("plan_basis", "basis", name, layer=plan.layer)


def _day(plan: Plan, source: PlanText) -> None:
    """A workbook is made on a day, and nobody asks a clock: the plan's, its accounts' or its basis' is needed."""
    if isinstance(plan.period, int) and not _FIRST_YEAR <= plan.period <= _LAST_YEAR:
        source.add("plan_period", "period", found=plan.period)
    for key, day in (("date",), plan.date), (("basis", "date"), plan.basis.date):
        if day is not None and not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            source.add("field_date", *key, found=day)
    read = any(terms.of for terms in plan.factor.values())
    if plan.date is None and not read and plan.basis.date is None:
        source.add("plan_day", "date")


def _corrects(plan: Plan, source: PlanText) -> None:
    corrects(plan.corrects, plan.correction_reason, source.path.parent, source.where("corrects"), source.problems)


def _recipients(plan: Plan, source: PlanText) -> None:
    if bool(plan.recipients) == bool(plan.recipient):
        source.add("plan_recipients", "recipients")
    at = "recipients" if plan.recipients else "recipient"
    seen: set[str] = set()
    for recipient in plan.named_recipients:
        if recipient.id in seen:
            source.add("plan_recipient_twice", at, recipient=recipient.id)
        elif not recipient.zh.strip():
            source.add("plan_recipient_unnamed", at, recipient=recipient.id)
        seen.add(recipient.id)


def _names_of_codes(plan: Plan, source: PlanText) -> None:
    """The code of an area and the name written beside it are of one area: money goes by the one, and people read the other."""
    places = places_of(read_counties())
    years = [year for year in plan.years or () if _FIRST_YEAR <= year <= _LAST_YEAR]
    spans = [(dt.date(year, 1, 1), dt.date(year, 12, 31)) for year in years]
    for number, item in enumerate(plan.recipient):
        known = places.counties.under(item.id, spans) if item.kind in _AREAS else None
        if known is not None and item.zh.strip() and not places.bears(known, item.zh):
            source.add("plan_recipient_name", "recipient", number, "zh", recipient=item.id, zh=known.zh, found=item.zh)


def _pool(plan: Plan, source: PlanText) -> None:
    pool = check_money(plan.pool, source, "pool")
    if pool is not None and not plan.payable <= pool < LARGEST:
        source.add("plan_pool", "pool", found=plan.pool, least=yuan(plan.payable), most=yuan(LARGEST))


def _budget(plan: Plan, source: PlanText) -> None:
    _issued_from(plan, source)
    codes = {recipient.id for recipient in plan.named_recipients}
    listed = [("budget", "already_issued", code, amount) for code, amount in plan.budget.already_issued.items()]
    listed += [("previous", "amounts", code, amount) for code, amount in plan.previous.amounts.items()]
    for table, name, code, amount in listed:
        known = check_money(amount, source, table, name, code)
        if (
            known is not None
            and known < 0
            and (table == "budget" or kind_of([step.rule for step in plan.step]) != "settlement")
        ):
            source.add("plan_money_negative", table, name, code, found=amount)
        if code not in codes:
            source.add("plan_recipient_unknown", table, name, code, recipient=code)
    _budget_items(plan, codes, source)
    if plan.previous.amounts and not (plan.previous.period.strip() and plan.previous.document.strip()):
        source.add("plan_previous", "previous")
    for number, event in enumerate(plan.event):
        if event.amount:
            check_money(event.amount, source, "event", number, "amount")


def _budget_items(plan: Plan, codes: set[str], source: PlanText) -> None:
    """Accounts and project codes by recipient are those of recipients of the plan, and each has one."""
    for name in BUDGET_ITEMS:
        if not plan.budget.differs(name):
            continue
        given = {code for code in codes if plan.budget.item_of(name, code).strip()}
        for code in sorted(set(getattr(plan.budget, name)) - codes):
            source.add("plan_recipient_unknown", "budget", name, code, recipient=code)
        if lacking := sorted(codes - given):
            source.add("plan_budget_item", "budget", name, name=BUDGET_ITEMS[name], recipients="、".join(lacking))


def _issued_from(plan: Plan, source: PlanText) -> None:
    """An earlier plan is named by file and hash, and then nothing is typed of what it issued."""
    budget = plan.budget
    file, known = bool(budget.issued_file.strip()), bool(_HASH.fullmatch(budget.issued_from))
    if (file or budget.issued_from) and not (file and known and not budget.already_issued):
        source.add("plan_issued_from", "budget", "issued_from" if budget.issued_from else "issued_file")


def _factors(plan: Plan, source: PlanText) -> None:
    for name, terms in plan.factor.items():
        account, point, quantity = terms.of.partition(".")
        if not _ID.fullmatch(name):
            source.add("plan_id", "factor", name, found=name)
        if terms.of and not (account and point and quantity):
            source.add("plan_factor_of", "factor", name, "of", found=terms.of)
        elif terms.of and account not in plan.accounts:
            source.add("plan_account_unknown", "factor", name, "of", found=account)
        decided = (terms.partial, terms.negative, terms.coverage) != ("refuse", "refuse", "own")
        if decided and not terms.basis.strip():
            source.add("plan_factor_basis", "factor", name, name=name)
        if terms.partial == "accept" and plan.layer != "analytic":
            source.add("plan_partial_layer", "factor", name, "partial", name=name, layer=plan.layer)
        if terms.coverage == "common" and plan.layer != "analytic":
            source.add("plan_common_layer", "factor", name, "coverage", name=name, layer=plan.layer)
        if terms.coverage == "common" and (terms.partial == "accept" or not terms.of):
            source.add("plan_common_partial", "factor", name, "coverage", name=name)


def _steps(plan: Plan, source: PlanText) -> None:
    """The order of rules, the layers that their kind may belong to, and the ids of steps."""
    check_sequence(plan.step, source)
    rules = [step.rule for step in plan.step]
    kind = kind_of(rules)
    if kind is not None and plan.layer not in (allowed := layers_of(rules)):
        source.add("plan_kind_layer", "layer", layer=plan.layer, kind=kind, allowed=" | ".join(allowed))
    seen: set[str] = set()
    for number, step in enumerate(plan.step):
        if not _ID.fullmatch(step.id) or step.id in _RESERVED:
            source.add("plan_id", "step", number, "id", found=step.id)
        if step.id in seen:
            source.add("plan_step_twice", "step", number, "id", found=step.id)
        seen.add(step.id)


_CHECKS: Mapping[Callable[[Plan, PlanText], None], frozenset[str]] = {
    _basis: frozenset({"layer", "basis"}),
    _day: frozenset({"date", "factor", "basis", "period"}),
    _corrects: frozenset({"corrects", "correction_reason"}),
    _recipients: frozenset({"recipients", "recipient"}),
    _names_of_codes: frozenset({"recipient", "period"}),
    _pool: frozenset({"pool", "round_to"}),
    _budget: frozenset({"recipients", "recipient", "budget", "event", "previous"}),
    check_carry_in: frozenset({"carry_in", "pool", "period"}),
    check_phases: frozenset({"phase", "step", "layer", "recipients", "recipient"}),
    check_legal: frozenset({"recipients", "recipient", "layer", "state", "transfer", "contract"}),
    _factors: frozenset({"layer", "accounts", "factor"}),
    _steps: frozenset({"step", "layer"}),
    check_stated: frozenset({"factor", "recipients", "recipient"}),
}
"""Each check with the keys it needs to have been read."""
