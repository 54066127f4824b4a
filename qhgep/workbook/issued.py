"""Which workbooks that were written read a row or a figure of a county: what a correction of it touches.

Only the records of the workbooks are read; nothing is computed again. A plan reads what its accounts read: these are known
by their run numbers where their workbooks lie in the same folders, and named where they do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qhgep.data import is_folder
from qhgep.errors import InputError, QhgepError, problem
from qhgep.inputs.table import COLUMNS
from qhgep.text_tables import in_one_line
from qhgep.workbook.account.context import MANIFEST
from qhgep.workbook.account.front_and_manifest import STATE
from qhgep.workbook.account.record import account_part
from qhgep.workbook.verify.identity import RUN_ID
from qhgep.workbook.verify.manifest import fact, read_record, reading_record
from qhgep.workbook.verify.read import read_cells_of


@dataclass(frozen=True, slots=True)
class IssuedQuery:
    """What is looked for: a coefficient row or a row of policy, or the figures of a county (of one quantity ...)."""

    row: str = ""
    county: str = ""
    quantity: str = ""
    ecosystem: str = ""
    item: str = ""
    period: str = ""

    def matches(self, fields: Mapping[str, Any]) -> bool:
        """Whether a recorded row is one that is looked for."""
        given = {
            "row": self.row, "county_code": self.county, "quantity": self.quantity,
            "ecosystem": self.ecosystem, "item": self.item, "period_from": self.period,
        }  # fmt: skip
        return all(str(fields.get(name, "")) == text for name, text in given.items() if text)


@dataclass(frozen=True, slots=True)
class IssuedBook:
    """A workbook: what it is, its state and run number, which rows of what is looked for it reads, and through which accounts.

    `unseen` are run numbers of accounts whose workbooks were not found: what they read is not known.
    """

    file: Path
    kind: str
    title: str
    state: str
    run_id: str
    reads: tuple[str, ...] = ()
    through: tuple[str, ...] = ()
    unseen: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    __repr__ = in_one_line


def issued_reading(
    folders: str | Path | Iterable[str | Path], *, row: str = "", county: str = "", quantity: str = "",
    ecosystem: str = "", item: str = "", period: str = "",
) -> tuple[IssuedBook, ...]:  # fmt: skip
    """The workbooks of some folders, and of those in them, that read what is named; all of them where nothing is.

    In the order of their paths. Also plans that rest on accounts that were not found, with their run numbers. Files that
    are no workbooks of qhgep are passed over. Raises InputError for a folder that is not there, and for a workbook whose
    record was changed.
    """
    return issued_books(folders, IssuedQuery(row, county, quantity, ecosystem, item, period))


def issued_books(folders: str | Path | Iterable[str | Path], asked: IssuedQuery) -> tuple[IssuedBook, ...]:
    """The same for a query."""
    places = [folders] if isinstance(folders, str | Path) else folders
    books = [book for place in places for book in _books(Path(place), asked)]
    accounts = {book.run_id: book for book in books if book.kind == "account"}
    found = []
    for book in books:
        through = tuple(accounts[run].file.name for run in book.runs if run in accounts and accounts[run].reads)
        unseen = tuple(run for run in book.runs if run not in accounts)
        found.append(replace(book, through=through, unseen=unseen))
    if asked == IssuedQuery():
        return tuple(found)
    return tuple(book for book in found if book.reads or book.through or book.unseen)


def _books(folder: Path, asked: IssuedQuery) -> Iterator[IssuedBook]:
    if not is_folder(folder):
        raise InputError(problem("issued_folder", str(folder)))
    for path in sorted(folder.rglob("*.xlsx")):
        if not path.name.startswith((".", "~")):
            yield from _book(path, asked)


def _book(path: Path, asked: IssuedQuery) -> Iterator[IssuedBook]:
    """The workbook of a file; nothing where it is none of qhgep."""
    try:
        manifest = read_cells_of(path, MANIFEST)
        record, broken = read_record(manifest, path.name)
    except QhgepError:
        return
    if broken:
        raise InputError(problem("record_changed", path.name))
    with reading_record(path.name):
        kind = str(record["kind"])
        title = str(record.get("title", "")) or _title(record.get("plan", ""))
        reads = tuple(dict.fromkeys(_reads(record, asked))) if asked != IssuedQuery() else ()
        runs = tuple(map(str, dict(record.get("run_ids", {})).values()))
        yield IssuedBook(path, kind, title, fact(manifest, STATE), fact(manifest, RUN_ID), reads, runs=runs)


def _title(plan: str) -> str:
    """The title of a plan's text."""
    return next(
        (line.partition("=")[2].strip().strip('"') for line in plan.splitlines() if line.startswith("title")), ""
    )


def _reads(record: Mapping[str, Any], asked: IssuedQuery) -> Iterator[str]:
    """The rows of a record that are looked for: coefficients by id, inputs by place."""
    part = account_part(record)
    rows: Sequence[Mapping[str, Any]] = (*part.get("rows", ()), *dict(record.get("parameters", {})).get("rows", ()))
    if not (asked.county or asked.quantity or asked.ecosystem or asked.item or asked.period):
        yield from (str(fields["row"]) for fields in rows if asked.matches(fields))
    if asked.row:
        return
    for line in (*part.get("inputs", ()), *record.get("stated", ())):
        fields = dict(zip(COLUMNS, line, strict=False))
        if asked.matches(fields):
            file, number = line[len(COLUMNS)], line[len(COLUMNS) + 1]
            yield f"{file}:{number}" if number else str(file)


__all__ = ["IssuedBook", "IssuedQuery", "issued_books", "issued_reading"]
