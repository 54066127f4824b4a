"""What a workbook records, computed anew: the result of its account, or its allocation."""

from __future__ import annotations

from pathlib import Path

from qhgep.compensation.allocation import Allocation
from qhgep.engine import compute
from qhgep.engine.result import Result
from qhgep.errors import WorkbookError, problem
from qhgep.workbook.account.context import MANIFEST
from qhgep.workbook.account.record import account_from
from qhgep.workbook.plan.record import allocation_from
from qhgep.workbook.verify.book_parts import open_book
from qhgep.workbook.verify.manifest import read_record, reading_record


def recorded_result(path: Path) -> Result | Allocation:
    """The result that the record of a workbook gives. Raises WorkbookError where it has none, or one that was changed."""
    record, broken = read_record(open_book(path).page(MANIFEST).cells, path.name)
    if broken:
        raise WorkbookError(problem("verify_no_record", path.name))
    with reading_record(path.name):
        if record.get("kind") == "account":
            return compute(account_from(record))
        if record.get("kind") == "allocation":
            return allocation_from(record)
    raise WorkbookError(problem("verify_kind", path.name, kind=record.get("kind", "-")))
