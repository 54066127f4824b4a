"""write_workbook(): a result or an allocation as an xlsx file; finalise(): a workbook as the final one."""

from __future__ import annotations

import re
from pathlib import Path

from qhgep.catalogue import Catalogue
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.plan.read import with_state
from qhgep.data import is_folder
from qhgep.difference.correction import Correction
from qhgep.engine import compute
from qhgep.engine.result import Result
from qhgep.errors import WorkbookError, problem
from qhgep.states import STATES
from qhgep.workbook.account.checks import FAIL, VERDICT
from qhgep.workbook.account.context import CHECKS, MANIFEST
from qhgep.workbook.account.front_and_manifest import STATE
from qhgep.workbook.account.record import account_from
from qhgep.workbook.book_content import account_content, plan_content
from qhgep.workbook.core.layout import a1
from qhgep.workbook.core.write import write_whole
from qhgep.workbook.correction.compare import corrected
from qhgep.workbook.correction.sheet import correction_from
from qhgep.workbook.plan.record import allocation_from
from qhgep.workbook.verify.manifest import fact, read_record
from qhgep.workbook.verify.read import read_cells_of
from qhgep.workbook.verify.verify import verify_workbook

_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\\/:*?"<>|]+')
_LONGEST = 60
"""Characters of a title in a file name: a name of 255 bytes holds 85 Chinese characters."""


def write_workbook(result: Result | Allocation, path: str | Path, *, period: str | None = None) -> Path:
    """Write the workbook of a result or of an allocation; the file appears only when it is complete.

    An account of several periods gives the workbook of all of them, or with `period` that of one.

    Live formulas with the engine's values, and the record that `verify_workbook` rebuilds it from. The same inputs give
    the same bytes. What corrects a final workbook (`corrects`) gets the sheet 更正对照.
    Raises WorkbookError where the account has no such period, the file cannot be written, or would replace a final
    workbook, and for a correction (`corrects`) of several periods at once.
    """
    path = Path(path)
    named = None if isinstance(result, Allocation) else _one_or_all(result, period, path)
    if isinstance(result, Result) and named is None and result.account.corrects is not None:
        raise WorkbookError(problem("workbook_corrects_all", str(path), periods=_listed(result)))
    return _write(result, path, named, corrected(result, named or ""))


def suggested_name(result: Result | Allocation, period: str | None = None) -> str:
    """The name of a workbook: title, period and state; signs that a file name may not hold are left out."""
    if isinstance(result, Allocation):
        parts = (result.title, result.heading.period, result.heading.state)
    else:
        names = [item.name for item in result.account.periods]
        whole = names[0] if len(names) == 1 else f"{names[0]}—{names[-1]}"
        parts = (result.account.title, period or whole, STATES[result.account.state])
    clean = [_NOT_IN_NAMES.sub(" ", part).strip(" .")[:_LONGEST] for part in parts]
    return f"{'-'.join(clean)}.xlsx"


def finalise(path: str | Path, output: str | Path | None = None, *, catalogue: Catalogue | None = None) -> Path:
    """The final workbook of one that was reviewed: the same account or plan, from its record, in the state 定稿.

    `output` is a file or a folder; by default the file is named by title, period and state and lies beside the reviewed
    one, which stays as it is. Raises WorkbookError where the workbook is final already, or a cell of it was changed.
    """
    path = Path(path)
    manifest = read_cells_of(path, MANIFEST)
    if fact(manifest, STATE) == STATES["final"]:
        raise WorkbookError(problem("finalise_again", path.name))
    if (state := fact(manifest, STATE)) != STATES["review"]:
        raise WorkbookError(problem("finalise_draft", path.name, state=state or "-"))
    found = verify_workbook(path, catalogue=catalogue)
    if not found.same:
        told = [f"{change.sheet}!{change.cell}" for change in found.changes] or [item.item for item in found.store]
        places = "、".join(told[:5]) or "；".join(found.notes)
        raise WorkbookError(problem("finalise_changed", path.name, count=len(found.changes), places=places))
    verdict = read_cells_of(path, CHECKS).get(a1(*VERDICT))
    if verdict is not None and verdict.value == FAIL:
        raise WorkbookError(problem("finalise_failed", path.name))
    record, _ = read_record(manifest, path.name)
    made: Result | Allocation
    if record["kind"] == "account":
        made = compute(account_from(record | {"state": "final"}, catalogue))
    else:
        made = allocation_from(record | {"plan": with_state(record["plan"], "final")})
    period = record.get("sheet_period")
    target = path.parent if output is None else Path(output)
    target = target / suggested_name(made, period) if is_folder(target) else target
    return _write(made, target, period, correction_from(record))


def only_period(result: Result, period: str | None, path: Path) -> str:
    """The period of a brief: the one named, or the only one of the account. Raises WorkbookError where it has no such."""
    found = _one_or_all(result, period, path)
    if found is None:
        raise WorkbookError(problem("workbook_period", str(path), periods=_listed(result)))
    return found


def _one_or_all(result: Result, period: str | None, path: Path) -> str | None:
    """The period named, or the only one; None where there are several and none is named."""
    periods = [item.name for item in result.account.periods]
    if period is not None and period not in periods:
        raise WorkbookError(problem("workbook_no_period", str(path), period=period, periods="、".join(periods)))
    return period or (periods[0] if len(periods) == 1 else None)


def _listed(result: Result) -> str:
    return "、".join(item.name for item in result.account.periods)


def _write(made: Result | Allocation, path: Path, period: str | None, correction: Correction | None) -> Path:
    content = (
        plan_content(made, correction) if isinstance(made, Allocation) else account_content(made, period, correction)
    )
    write_whole(path, content.data())
    return path
