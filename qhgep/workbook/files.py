"""write_workbook(): a result or an allocation as an xlsx file."""

from __future__ import annotations

from pathlib import Path

from qhgep.compensation.allocation import Allocation
from qhgep.errors import WorkbookError, problem
from qhgep.result import Result
from qhgep.workbook.account_book import account_sheets
from qhgep.workbook.identity import identity_of
from qhgep.workbook.paper import paged
from qhgep.workbook.plan_book import allocation_sheets
from qhgep.workbook.write import to_bytes, write_whole


def write_workbook(result: Result | Allocation, path: str | Path, *, period: str | None = None) -> Path:
    """Write the workbook of one period of a result, or of an allocation; the file appears only when it is complete.

    Live formulas with the engine's values, and the record that `verify_workbook` rebuilds it from. The same inputs give
    the same bytes. Raises WorkbookError where the account has several periods and none is named, or the file cannot be
    written.
    """
    path = Path(path)
    if isinstance(result, Allocation):
        source, title = result.source, result.title
        sheets = allocation_sheets(result)
        footer = f"{'　'.join(result.heading.notices)}　{result.heading.state}　{title}"
        pages = [paged(sheet) for sheet in sheets]
        data = to_bytes(pages, title=title, created=source.day, footer=footer, identity=identity_of(sheets))
        write_whole(path, data)
        return path
    periods = [item.name for item in result.account.periods]
    if period is None and len(periods) > 1:
        raise WorkbookError(problem("workbook_period", str(path), periods="、".join(periods)))
    if period is not None and period not in periods:
        raise WorkbookError(problem("workbook_no_period", str(path), period=period, periods="、".join(periods)))
    sheets = account_sheets(result, period or periods[0])
    title, pages = result.account.title, [paged(sheet) for sheet in sheets]
    data = to_bytes(pages, title=title, created=result.account.date, footer=title, identity=identity_of(sheets))
    write_whole(path, data)
    return path
