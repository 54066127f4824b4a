"""diff(): what changed between two accounts or plans, from files, workbooks or results; and what a result corrects in a final workbook."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from qhgep.catalogue import Catalogue
from qhgep.coefficient_store import PackPaths
from qhgep.compensation.allocation import Allocation
from qhgep.difference import AccountSide, Difference, PlanSide, account_difference, plan_difference
from qhgep.difference.causes import PeriodSide, period_causes
from qhgep.difference.correction import Correction, correction
from qhgep.engine.result import Result
from qhgep.errors import AccountError, Problems, WorkbookError, problem
from qhgep.evidence import Evidence
from qhgep.states import STATES, Corrects
from qhgep.workbook.account.context import MANIFEST
from qhgep.workbook.account.front_and_manifest import STATE
from qhgep.workbook.verify.manifest import fact
from qhgep.workbook.verify.read import read_cells_of
from qhgep.workbook.verify.sides import Side, side_of, workbook_side


def corrected(made: Result | Allocation, period: str = "") -> Correction | None:
    """The correction that a result or an allocation makes (`corrects`) in one period; None where it corrects nothing.

    Raises WorkbookError where the corrected workbook is not there, is not final, is of another kind, or its record was
    changed; AccountError or PlanError where the two cannot be compared.
    """
    terms = made.source.corrects if isinstance(made, Allocation) else made.account.corrects
    if terms is None:
        return None
    catalogue = made.account.ruleset.catalogue if isinstance(made, Result) else None
    manifest = read_cells_of(_corrected_file(terms), MANIFEST)
    state = fact(manifest, STATE)
    if state != STATES["final"]:
        raise WorkbookError(problem("corrects_not_final", terms.file.name, state=state or "-"))
    old, new = workbook_side(terms.file, manifest, catalogue), side_of(made)
    day = made.source.day if isinstance(made, Allocation) else made.account.date
    return correction(compared(old, new), terms.reason, day, period)


def compared(old: Side, new: Side) -> Difference:
    """What changed between two sides. Raises WorkbookError for an account and a plan."""
    if isinstance(old, AccountSide) and isinstance(new, AccountSide):
        return account_difference(old, new)
    if isinstance(old, PlanSide) and isinstance(new, PlanSide):
        return plan_difference(old, new)
    raise WorkbookError(problem("diff_kinds", f"{old.name} ↔ {new.name}"))


def _corrected_file(terms: Corrects) -> Path:
    problems = Problems()
    terms.check_exists(terms.file.name, problems)
    problems.raise_if_any(WorkbookError)
    return terms.file


Given = str | Path | Result | Allocation


def diff(
    a: Given,
    b: Given | None = None,
    *,
    periods: tuple[str, str] | None = None,
    coefficients: PackPaths = (),
    known_on: date | None = None,
    catalogue: Catalogue | None = None,
    require: Evidence | None = None,
    inside: str | Path | None = None,
) -> Difference:
    """What changed from `a` to `b`: each an account.toml, a plan.toml, a folder of one, a workbook of qhgep, or a result.

    With `periods` from the first of them in `a` to the second in `b`, or in `a` itself where there is no `b`.
    `.lines` are the changes row by row; `.bridge` leads from the old amounts to the new ones, one line per kind of change
    in the order of `ACCOUNT_ORDER` and `PLAN_ORDER`, each by replacing that part of `a` by that of `b` and computing anew:
    for every county the lines add up to the difference exactly. With `periods` the lines are causes: area, weather, other
    physical figures, prices (see `qhgep.difference.causes`). `coefficients` and `known_on` serve what is read from
    toml; files that it names must lie inside `inside`, by default in its own folder.
    Raises QhgepError for a file that cannot be read or computed, and where the two are not comparable (another kind, layer
    or system of indicators, other price years without [deflate], nothing in common): then there is no number, but the
    coverage of both.
    """
    options = {
        "coefficients": coefficients,
        "known_on": known_on,
        "catalogue": catalogue,
        "require": require,
        "inside": inside,
    }
    if b is None and periods is None:
        raise AccountError(problem("diff_one_file", str(a)))
    old = side_of(a, **options)  # type: ignore[arg-type] # each as side_of names it
    new = old if b is None else side_of(b, **options)  # type: ignore[arg-type] # the same
    if periods is None:
        return compared(old, new)
    sides = []
    for side, period in zip((old, new), periods, strict=True):
        if not isinstance(side, AccountSide):
            raise AccountError(problem("diff_periods_kind", side.name))
        sides.append(PeriodSide(side.result, period, side.name, side.id))
    return period_causes(*sides)
