"""The workbook that a record gives: the same code that wrote it, from the recorded values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from qhgep._version import __version__
from qhgep.account.account import Account
from qhgep.catalogue import Catalogue
from qhgep.engine import compute
from qhgep.engine.identity import run_id
from qhgep.errors import WorkbookError, problem
from qhgep.workbook.account.record import account_from
from qhgep.workbook.book_content import BookContent, account_content, plan_content
from qhgep.workbook.correction.sheet import correction_from
from qhgep.workbook.plan.record import allocation_from
from qhgep.workbook.reports.co_growth_book import CO_GROWTH, co_growth_content, co_growth_from

KINDS = frozenset({"account", "allocation", CO_GROWTH})
"""The kinds of a record."""


def rebuild(
    record: Mapping[str, Any], catalogue: Catalogue | None = None, *, account: Account | None = None
) -> BookContent:
    """The workbook of a record of one of KINDS, with the version that it records.

    `account` is the one of the record, or the one that its assessment rests on, where it is at hand.
    Raises WorkbookError for another kind.
    """
    correction, version = correction_from(record), str(record.get("qhgep", __version__))
    if record.get("kind") == "account":
        result = compute(account or account_from(record, catalogue))
        if version != __version__:
            result = replace(result, run_id=run_id(result.account, result.records, result.checks, version))
        return account_content(result, record["sheet_period"], correction, version)
    if record.get("kind") == "allocation":
        return plan_content(allocation_from(record), correction, version)
    if record.get("kind") == CO_GROWTH:
        return co_growth_content(co_growth_from(record, catalogue, account=account), version)
    raise WorkbookError(problem("verify_kind", "清单", kind=record.get("kind", "-")))
