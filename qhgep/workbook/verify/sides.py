"""A side of a comparison from what a person has at hand: account.toml, plan.toml, a folder, a workbook, or a result.

A workbook is computed anew from its own record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qhgep.account.read import read_account
from qhgep.catalogue import Catalogue
from qhgep.coefficient_store import PackPaths, load_parameters
from qhgep.compensation.allocate import account_results, allocate
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.plan.read import is_plan, read_plan
from qhgep.data import is_folder, path_exists
from qhgep.difference import AccountSide, PlanSide
from qhgep.engine import compute
from qhgep.engine.result import Result
from qhgep.errors import QhgepError, WorkbookError, problem
from qhgep.evidence import Evidence
from qhgep.workbook.account.context import COVER, MANIFEST
from qhgep.workbook.account.record import account_from, canonical, text_hash
from qhgep.workbook.plan.record import allocation_from, plan_record, recorded_plan, recorded_results
from qhgep.workbook.verify.book_parts import open_book
from qhgep.workbook.verify.identity import RECORD_HASH, RUN_ID
from qhgep.workbook.verify.manifest import fact, read_record, reading_record
from qhgep.workbook.verify.read import FileCell, read_cells_of
from qhgep.workbook.verify.verify import verify_workbook

Side = AccountSide | PlanSide
ID_DIGITS = 16
"""Digits of the record's hash that name a plan's workbook."""


def side_of(
    given: str | Path | Result | Allocation,
    *,
    coefficients: PackPaths = (),
    known_on: date | None = None,
    catalogue: Catalogue | None = None,
    require: Evidence | None = None,
    inside: str | Path | None = None,
) -> Side:
    """One side of a comparison. `coefficients` and `known_on` are for accounts that are read from files (see `read_account`).

    A folder stands for its account.toml, or its plan.toml where it has no account.toml. A workbook is computed again from
    its record, and refused where its cells are not those of the record. `require` is the weakest evidence that is accepted.
    Files that account.toml or plan.toml names must lie inside `inside`, by default in its own folder.
    Raises QhgepError with everything that is wrong with the file.
    """
    if isinstance(given, Result):
        return AccountSide(given, given.account.title)
    if isinstance(given, Allocation):
        return _plan_side(plan_record(given), given.title, _record_id(plan_record(given)))
    path = Path(given)
    if path.suffix.lower() == ".xlsx" and not is_plan(path):
        side = workbook_side(path, read_cells_of(path, MANIFEST), catalogue)
        if changed := verify_workbook(path, catalogue=catalogue).causes:
            places = "、".join(f"{item.sheet}!{item.cell}" for item in changed[:5])
            raise WorkbookError(problem("diff_edited", path.name, count=len(changed), places=places))
        return side
    if is_folder(path) and not path_exists(path / "account.toml") and path_exists(path / "plan.toml"):
        path = path / "plan.toml"
    if not is_plan(path):
        account = read_account(
            path, coefficients=coefficients, require=require, known_on=known_on, catalogue=catalogue, inside=inside
        )
        return AccountSide(compute(account), _called(path / "account.toml" if is_folder(path) else path))
    plan = read_plan(path, parameters=load_parameters(coefficients, known_on=known_on), inside=inside)
    results = account_results(plan, coefficients, known_on, catalogue)
    allocation = allocate(plan, results=results, require=require)
    return PlanSide(plan, results, allocation, _called(path), _record_id(plan_record(allocation)))


def workbook_side(path: Path, manifest: Mapping[str, FileCell], catalogue: Catalogue | None = None) -> Side:
    """The side that a workbook's manifest records. Raises WorkbookError for a record that was changed or is of another kind."""
    record, broken = read_record(manifest, path.name)
    if broken:
        raise WorkbookError(problem("record_changed", path.name))
    with reading_record(path.name):
        if record.get("kind") == "account":
            return AccountSide(
                compute(account_from(record, catalogue)), path.name, recorded=True, written_id=fact(manifest, RUN_ID)
            )
        if record.get("kind") == "allocation":
            return _plan_side(record, path.name, fact(manifest, RECORD_HASH)[:ID_DIGITS])
    raise WorkbookError(problem("verify_kind", path.name, kind=record.get("kind", "-")))


def _plan_side(record: Mapping[str, Any], name: str, identity: str) -> PlanSide:
    """The plan of a record, with the figures that it read standing for its accounts."""
    results = recorded_results(record)
    with TemporaryDirectory() as place:
        plan = recorded_plan(record, Path(place))
        return PlanSide(plan, results, allocate(plan, results=results, require=record["require"]), name, identity)


def _called(path: Path) -> str:
    """A file of a common name with the folder that tells it from others."""
    return f"{path.resolve().parent.name}/{path.name}"


def _record_id(record: Mapping[str, Any]) -> str:
    return text_hash(canonical(record))[:ID_DIGITS]


def is_result_book(path: Path) -> bool:
    """Whether a file is a workbook with the cover and the manifest of an account or a plan. One that cannot be read is none."""
    try:
        names = {sheet.name for sheet in open_book(path).sheets}
    except (QhgepError, OSError):
        return False
    return {COVER, MANIFEST} <= names


def recorded_result(path: Path, catalogue: Catalogue | None = None) -> Result | Allocation:
    """The result that the record of a workbook gives. Raises WorkbookError where it has none, or one that was changed."""
    record, broken = read_record(open_book(path).page(MANIFEST).cells, path.name)
    if broken:
        raise WorkbookError(problem("verify_no_record", path.name))
    with reading_record(path.name):
        if record.get("kind") == "account":
            return compute(account_from(record, catalogue))
        if record.get("kind") == "allocation":
            return allocation_from(record)
    raise WorkbookError(problem("verify_kind", path.name, kind=record.get("kind", "-")))
