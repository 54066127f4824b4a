"""What a corrected row or a late return comes to for results that were issued: the difference per county in fen.

The workbooks are computed again from their own records, in which the row has its corrected value: the accounts first, then
the final plans that rest on them. Nothing but that row differs, so the difference is what the correction does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from qhgep.compensation.allocate import allocate
from qhgep.difference import PlanSide
from qhgep.engine import compute
from qhgep.engine.result import Result
from qhgep.errors import InputError, problem
from qhgep.inputs.table import COLUMNS, NUMBER
from qhgep.states import STATES
from qhgep.text_tables import in_one_line
from qhgep.workbook.account.context import MANIFEST
from qhgep.workbook.account.record import account_from
from qhgep.workbook.correction.back_payment import BackPayment, payments_of
from qhgep.workbook.issued import IssuedBook, IssuedQuery, issued_books
from qhgep.workbook.plan.record import recorded_plan, recorded_results
from qhgep.workbook.verify.manifest import read_record, reading_record
from qhgep.workbook.verify.read import read_cells_of

_VALUE, _PRESENCE = COLUMNS.index("value"), COLUMNS.index("presence")


@dataclass(frozen=True)
class IssuedCorrection:
    """A workbook that read what is corrected; of a final plan all of whose accounts were found, what is owed after it."""

    book: IssuedBook
    back: BackPayment | None = None
    __repr__ = in_one_line


def corrected_issues(
    folders: str | Path | Iterable[str | Path], to: str, *, row: str = "", county: str = "", quantity: str = "",
    ecosystem: str = "", item: str = "", period: str = "",
) -> tuple[IssuedCorrection, ...]:  # fmt: skip
    """The workbooks of some folders that read a row or an input, which should have been `to` in the unit that it stands in.

    Named is a coefficient or policy `row`, or the input of a county and quantity, with as much more as tells one row. Raises
    InputError where `to` is no number, several input rows are meant, a folder is not there or a record was changed; the
    errors of computing where the corrected value is not possible.
    """
    return corrections_of(folders, IssuedQuery(row, county, quantity, ecosystem, item, period), to)


def corrections_of(
    folders: str | Path | Iterable[str | Path], asked: IssuedQuery, to: str
) -> tuple[IssuedCorrection, ...]:
    """The same for a query."""
    if not NUMBER.fullmatch(to):
        raise InputError(problem("issued_number", "--to", found=to))
    if not asked.row and not (asked.county and asked.quantity):
        raise InputError(problem("issued_which", "--to"))
    books = issued_books(folders, asked)
    corrected: dict[str, Result] = {}
    for book in books:
        if book.kind == "account" and book.reads and book.run_id not in corrected:
            corrected[book.run_id] = _account(book, asked, to)
    return tuple(IssuedCorrection(book, _plan(book, asked, to, corrected)) for book in books)


def _record(book: IssuedBook) -> dict[str, Any]:
    return read_record(read_cells_of(book.file, MANIFEST), book.file.name)[0]


def _account(book: IssuedBook, asked: IssuedQuery, to: str) -> Result:
    """The result of an account with the corrected value."""
    record = _record(book)
    if not asked.row and len(book.reads) > 1:
        raise InputError(problem("issued_several", book.file.name, places="、".join(book.reads)))
    rows = [_with(fields, to) if asked.row and asked.matches(fields) else fields for fields in record["rows"]]
    inputs = record["inputs"] if asked.row else [_stated(line, asked, to) for line in record["inputs"]]
    with reading_record(book.file.name):
        account = account_from(record | {"rows": rows, "inputs": inputs})
    return compute(account)


def _with(fields: Mapping[str, Any], to: str) -> dict[str, Any]:
    return {**fields, "value": to}


def _stated(line: Sequence[Any], asked: IssuedQuery, to: str) -> list[Any]:
    """A recorded input row; the one that is asked for has the value, also where nothing had been returned."""
    found = list(line)
    if asked.matches(dict(zip(COLUMNS, line, strict=False))):
        found[_VALUE], found[_PRESENCE] = to, "value"
    return found


def _plan(book: IssuedBook, asked: IssuedQuery, to: str, corrected: Mapping[str, Result]) -> BackPayment | None:
    """What a final plan owes; None for another workbook, and where an account of it was not found."""
    if book.kind != "allocation" or book.state != STATES["final"] or book.unseen:
        return None
    record = _record(book)
    with reading_record(book.file.name):
        old = _side(record, book, recorded_results(record))
        results = recorded_results(record) | {
            name: corrected[run] for name, run in record["run_ids"].items() if run in corrected
        }
    held = record.get("parameters", {})
    rows = [_with(fields, to) if asked.row and asked.matches(fields) else fields for fields in held.get("rows", ())]
    changed = record | ({"parameters": {**held, "rows": rows}} if held else {})
    return payments_of(old, _side(changed, book, results))


def _side(record: Mapping[str, Any], book: IssuedBook, results: Mapping[str, Any]) -> PlanSide:
    with TemporaryDirectory() as place:
        plan = recorded_plan(record, Path(place))
        return PlanSide(
            plan, results, allocate(plan, results=results, require=record["require"]), book.file.name, book.run_id
        )


__all__ = ["IssuedCorrection", "corrected_issues", "corrections_of"]
