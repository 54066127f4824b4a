"""From a plan file to an allocation: the accounts it names are computed, its factors read, its steps run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import cast

from qhgep.catalogue import Catalogue
from qhgep.coefficient_store import PackPaths, load_parameters
from qhgep.compensation.allocation import Allocation, Heading
from qhgep.compensation.columns.column import Context, Factor
from qhgep.compensation.legal.review import review
from qhgep.compensation.over_issued import check_over_issued, issued_notes
from qhgep.compensation.plan.citations import adoption_notes, strong_enough
from qhgep.compensation.plan.coverage import compare_coverage
from qhgep.compensation.plan.factors import Results, check_shared, read_accounts, read_factors, verify_layer
from qhgep.compensation.plan.issued_earlier import with_issued_earlier
from qhgep.compensation.plan.payments_check import verify_carry_in
from qhgep.compensation.plan.provenance import own_rows, plan_source
from qhgep.compensation.plan.read import read_plan
from qhgep.compensation.plan.schema import Plan
from qhgep.compensation.plan.typed_numbers import typed_notes, typed_numbers, typed_strong_enough
from qhgep.compensation.rules.registry import RULES
from qhgep.compensation.rules.sequence import kind_of
from qhgep.compensation.run import Appropriation, Program, Steps, begin, build, run
from qhgep.compensation.shares.decimals import with_largest_decimals
from qhgep.compensation.shares.report import share_report
from qhgep.errors import PlanError, Problem, Problems, QhgepError, problem
from qhgep.evidence import EVIDENCE, LEVELS, RANK, Evidence, Origin
from qhgep.money import Fen, yuan
from qhgep.states import STATES

REQUIRED: Mapping[str, Evidence] = {"statutory": "declared", "contract": "assumed", "analytic": "assumed"}
"""The weakest evidence of factors that each layer accepts where the caller does not say otherwise."""


def allocate(
    plan: Plan | Path | str,
    *,
    results: Mapping[str, Results] | None = None,
    require: Evidence | None = None,
    coefficients: PackPaths = (),
    known_on: date | None = None,
    inside: Path | str | None = None,
    catalogue: Catalogue | None = None,
) -> Allocation:
    """The allocation that a plan comes to.

    `coefficients` are packs for the accounts and for the rows that parameters cite, `known_on` the day as of which these take their coefficients (see
    `read_account`). `results` by account name stand for the accounts that the plan names; without it these are computed.
    The files that the plan and its accounts name must lie inside `inside`, by default in their own folders; `catalogue` is
    for accounts with quantities of one's own.
    A statutory plan accepts factors with evidence primary or declared only, unless `require` lowers that.
    Raises PlanError for a plan that cannot be followed, naming the county where a factor cannot be used.
    """
    return allocated(
        plan, results=results, require=require, coefficients=coefficients, known_on=known_on, inside=inside,
        catalogue=catalogue,
    )[0]  # fmt: skip


def plan_hints(plan: Plan) -> tuple[Problem, ...]:
    """What `allocate` would refuse of a plan without another `require`, and what its pool lacks, as warnings.

    Of a plan that reads accounts the gap is not known before they are computed.
    """
    found: list[Problem] = []
    for strong in (strong_enough, typed_strong_enough):
        try:
            strong(plan, REQUIRED[plan.layer])
        except PlanError as error:
            found += (replace(item, severity="warning") for item in error.problems)
    if kind_of([step.rule for step in plan.step]) != "entitlement" or read_accounts(plan):
        return tuple(found)
    try:
        made = allocate(plan, require="assumed")
    except QhgepError:  # `allocate` says it
        return tuple(found)
    if made.gap:
        facts = {"due": yuan(Fen(sum(made.fen.values()))), "pool": yuan(made.pool), "gap": yuan(made.gap)}
        found.append(replace(problem("plan_gap", plan.where("pool"), **facts), severity="warning"))
    return tuple(found)


def allocated(
    plan: Plan | Path | str, *, results: Mapping[str, Results] | None = None, require: Evidence | None = None,
    coefficients: PackPaths = (), known_on: date | None = None, inside: Path | str | None = None,
    catalogue: Catalogue | None = None,
) -> tuple[Allocation, Mapping[str, Results]]:  # fmt: skip
    """The same as `allocate`, and beside it the results that its factors were read from."""
    if require is not None and require not in LEVELS:
        raise PlanError(problem("account_require", "", level=require, known="、".join(LEVELS)))
    told: tuple[Problem, ...] = ()
    if not isinstance(plan, Plan):
        parameters = load_parameters(coefficients, known_on=known_on)
        plan, told = read_plan(plan, parameters=parameters, inside=inside), parameters.warnings
    terms = with_issued_earlier(plan)
    needed = require or REQUIRED[terms.layer]
    strong_enough(terms, needed)
    if results is None:
        verify_carry_in(terms)
    typed_strong_enough(terms, needed)
    if results is not None and (lacking := sorted(read_accounts(terms) - set(results))):
        raise PlanError(problem("plan_results", "results", accounts="、".join(lacking)))
    found = account_results(terms, coefficients, known_on, catalogue) if results is None else results
    verify_layer(terms, found)
    factors = read_factors(terms, found, require=needed)
    no_totals = check_shared(terms, factors)
    context = _first_context(terms, factors)
    heading = _heading(terms, _weakest(terms, factors), own_rows(terms, found))
    try:
        allocation = _run(context, terms, heading)
    except PlanError as error:
        problems = with_largest_decimals(terms, error.problems, lambda plan: _run(context, plan, heading))
        raise PlanError([_at_line(terms, item) for item in problems]) from error
    coverage = compare_coverage(
        terms, found, allocation.fen, require=needed,
        pay=lambda others: _run(replace(context, factors=others), terms, heading).fen,
    )  # fmt: skip
    allocation = _with_shares(allocation, terms)
    check_over_issued(terms, allocation)
    notes = (
        *_carried_in(terms),
        *issued_notes(terms, allocation),
        *adoption_notes(terms),
        *typed_notes(terms),
        *allocation.notes,
    )
    source = plan_source(terms, found, needed)
    source = replace(source, warnings=(*told, *source.warnings))
    warnings = (*no_totals, *allocation.warnings, *unpaid_warnings(terms, allocation))
    allocation = replace(allocation, notes=notes, coverage=coverage, source=source, terms=terms, warnings=warnings)
    return replace(allocation, legal=review(terms, allocation)), found


def program_of(plan: Plan, factors: Mapping[str, Factor]) -> Program:
    """The steps of a plan as they are built with these factors: one program for many values (`pay_draws`).

    Raises PlanError where a step cannot be followed with them.
    """
    return build(_first_context(plan, factors), _steps(plan))


def _first_context(plan: Plan, factors: Mapping[str, Factor]) -> Context:
    origin: Origin = "chosen" if plan.layer == "analytic" else "stated"
    purse = Appropriation(plan.pool_fen, plan.payable, plan.basis_text() or plan.title, origin)
    return replace(begin(purse, plan.named_recipients, factors, period=plan.period), cited=plan.cited)


def _steps(plan: Plan) -> Steps:
    return [(step.id, RULES[step.rule], step) for step in plan.step]


def _run(context: Context, plan: Plan, heading: Heading) -> Allocation:
    return run(context, _steps(plan), pool=plan.pool_fen, heading=heading, phases=plan.phase)


def _with_shares(allocation: Allocation, plan: Plan) -> Allocation:
    """What the rounding of shares moves: in the notes, for machines, and as warnings."""
    found = share_report(
        plan,
        allocation.share_rounding,
        recipients=allocation.recipients,
        factors=allocation.factors,
        table=allocation.table,
    )
    if found is None:
        return allocation
    told = found if found.decimals is not None or found.rounding.moved else None
    notes = (*allocation.notes, *found.notes())
    return replace(allocation, notes=notes, shares=told, warnings=found.warnings(plan))


def _carried_in(plan: Plan) -> tuple[str, ...]:
    """What of the pool comes from an earlier plan, by fund and year of origin."""
    carry = plan.carry_in
    if not carry.source:
        return ()
    lines = "；".join(f"{line.fund} {line.origin_year} 年 {line.amount} 元" for line in carry.line)
    return (f"资金总额中上期结转 {carry.amount} 元（{carry.source[:12]}）" + (f"：{lines}" if lines else ""),)


def _at_line(plan: Plan, fault: Problem) -> Problem:
    """A problem that names a step names its file and line too."""
    places = [number for number, step in enumerate(plan.step) if step.id == fault.where]
    return replace(fault, where=plan.where("step", places[0])) if places else fault


def account_results(
    plan: Plan, packs: PackPaths, known_on: date | None, catalogue: Catalogue | None = None
) -> Mapping[str, Results]:
    """The results of the accounts that factors name; paths are relative to the plan's folder."""
    from qhgep.account.read import read_account
    from qhgep.engine import compute

    used = sorted({terms.of.partition(".")[0] for terms in plan.factor.values() if terms.of})
    files = {name: plan.file.parent / plan.accounts[name] for name in used}
    return {
        name: compute(
            read_account(file, coefficients=packs, known_on=known_on, inside=plan.inside, catalogue=catalogue)
        )
        for name, file in files.items()
    }


def _weakest(plan: Plan, factors: Mapping[str, Factor]) -> Evidence | None:
    """The weakest evidence of the factors, the rows that parameters cite and the numbers typed; None where there is none."""
    levels = {figure.evidence for factor in factors.values() for figure in factor.figures.values()}
    levels |= {row.evidence for row in plan.cited.values()} | {item.evidence for item in typed_numbers(plan)}
    return cast("Evidence", max(levels, key=lambda level: RANK[level])) if levels else None


def _heading(plan: Plan, weakest: Evidence | None, own: Mapping[str, tuple[str, ...]]) -> Heading:
    """What is printed on every page; evidence weaker than a declared figure is told there too.

    It follows the data and not what the run would have accepted. Raises PlanError for a final statutory plan on weak data.
    """
    weak = weakest is not None and RANK[weakest] > RANK[REQUIRED["statutory"]]
    if weak and weakest is not None and plan.state == "final" and plan.layer == "statutory":
        raise PlanError(problem("plan_final_weak", plan.where("state"), level=EVIDENCE[weakest]))
    marks: list[tuple[str, str]] = []
    if plan.layer == "analytic":
        marks += [("scenario", ""), ("no_basis", "")]
    if weak and (plan.layer == "statutory" or plan.state == "final"):
        marks.append(("draft", ""))
    if weak and weakest is not None:
        marks.append(("weakest", weakest))
    if own or any(row.own for row in plan.cited.values()) or any(item.own for item in typed_numbers(plan)):
        marks.append(("own", ""))
    state = STATES[plan.state]
    return Heading(plan.title, plan.layer, state, str(plan.period), plan.basis_text(), tuple(marks))


_MANY = 12
"""So many recipients are named in a sentence."""


def unpaid_warnings(plan: Plan, allocation: Allocation) -> tuple[Problem, ...]:
    """One warning that names every recipient whose exact amount is above zero and whose payment is 0.00."""
    unpaid = [row.recipient for row in allocation.rows if not row.fen and row.steps and row.steps[-1][1] > 0]
    if not unpaid or allocation.kind == "settlement":
        return ()
    more = f" 等 {len(unpaid)} 个" if len(unpaid) > _MANY else ""
    who = "、".join(f"{item.zh}（{item.id}）" for item in unpaid[:_MANY]) + more
    found = Problems()
    found.warn(
        "paid_nothing", plan.where("round_to"), count=len(unpaid), unit=yuan(plan.payable), who=who,
        pool=yuan(allocation.pool),
    )  # fmt: skip
    return found.warnings
