"""What a result says it corrects, read from the final workbook and compared with the result."""

from __future__ import annotations

from pathlib import Path

from qhgep.compensation.allocation import Allocation
from qhgep.difference import AccountSide, Difference, PlanSide, account_difference, plan_difference
from qhgep.difference.correction import Correction, correction
from qhgep.engine.result import Result
from qhgep.errors import Problems, WorkbookError, problem
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
    manifest = read_cells_of(_there(terms), MANIFEST)
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


def _there(terms: Corrects) -> Path:
    problems = Problems()
    terms.there(terms.file.name, problems)
    problems.raise_if_any(WorkbookError)
    return terms.file
