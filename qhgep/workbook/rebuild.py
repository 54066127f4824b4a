"""The sheets that a record gives: the same code that wrote the workbook, from the recorded values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from qhgep.catalogue import Catalogue
from qhgep.engine import compute
from qhgep.errors import WorkbookError, problem
from qhgep.workbook.account_book import account_sheets
from qhgep.workbook.cells import Sheet
from qhgep.workbook.correction_sheet import correction_from
from qhgep.workbook.plan_book import allocation_sheets
from qhgep.workbook.plan_record import allocation_from
from qhgep.workbook.record import account_from


def rebuild(record: Mapping[str, Any], catalogue: Catalogue | None = None) -> list[Sheet]:
    """The sheets of a record of kind account or allocation. Raises WorkbookError for another kind."""
    correction = correction_from(record)
    if record.get("kind") == "account":
        return account_sheets(compute(account_from(record, catalogue)), record["sheet_period"], correction)
    if record.get("kind") == "allocation":
        return allocation_sheets(allocation_from(record), correction)
    raise WorkbookError(problem("verify_kind", "清单", kind=record.get("kind", "-")))
