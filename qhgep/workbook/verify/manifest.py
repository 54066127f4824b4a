"""The manifest of a file, read: its facts, the sheets for everyone, and the record that a workbook is rebuilt from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qhgep.data import json_of
from qhgep.errors import QhgepError, WorkbookError, problem
from qhgep.workbook.account.context import MANIFEST
from qhgep.workbook.account.front_and_manifest import PRINTED, RECORD_LABEL
from qhgep.workbook.account.record import text_hash
from qhgep.workbook.core.layout import a1
from qhgep.workbook.verify.identity import RECORD_HASH
from qhgep.workbook.verify.read import FileCell, read_cells_of

_HASH = re.compile(r"[0-9a-f]{64}")
_LABEL = re.compile(rf"{RECORD_LABEL} \d+/\d+")


@contextmanager
def reading_record(name: str) -> Iterator[None]:
    """WorkbookError: with the faults of what a record holds, where it reads and is refused; else it was forged."""
    try:
        yield
    except WorkbookError:
        raise
    except QhgepError as error:
        inside = [replace(item, where=f"{name} › {MANIFEST} › {item.where}") for item in error.problems]
        raise WorkbookError([problem("verify_record_refused", name), *inside]) from error
    except (ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError) as error:
        raise WorkbookError(problem("verify_no_record", name)) from error


def fact(manifest: Mapping[str, FileCell], label: str) -> str:
    """What a manifest says under a label; empty where it does not."""
    return next(
        (_text(manifest, a1(row - 1, 1)) for row in _rows(manifest) if _text(manifest, a1(row - 1, 0)) == label), ""
    )


@dataclass(frozen=True, slots=True)
class RecordLine:
    """A line of the manifest that may hold a chunk of the record; `row` from one."""

    row: int
    label: str
    body: str
    hash: str

    @property
    def fits_hash(self) -> bool:
        """Whether the text fits its hash."""
        return text_hash(self.body) == self.hash


def read_record(manifest: Mapping[str, FileCell], name: str) -> tuple[dict[str, Any], list[RecordLine]]:
    """The record of the manifest, or the lines of it that were changed.

    The text of the record has a hash as a whole and one per chunk, so that a changed chunk can be told from a changed hash.
    Raises WorkbookError where there is no record.
    """
    chunks = _chunks(manifest)
    text = "".join(line.body for line in chunks)
    wrong = [line for line in chunks if not line.fits_hash]
    if not chunks:
        raise WorkbookError(problem("verify_no_record", name))
    if wrong and text_hash(text) != fact(manifest, RECORD_HASH):
        return {}, wrong
    try:
        found = json_of(text)
    except ValueError as error:
        raise WorkbookError(problem("verify_no_record", name)) from error
    if not isinstance(found, dict):
        raise WorkbookError(problem("verify_no_record", name))
    return found, []


def record_rows(manifest: Mapping[str, FileCell]) -> list[int]:
    """The rows of a manifest, from one, that hold the record by their label."""
    return [row for row in _rows(manifest) if _LABEL.fullmatch(_text(manifest, a1(row - 1, 0)))]


def without_line_breaks(manifest: Mapping[str, FileCell]) -> Mapping[str, FileCell]:
    """A manifest whose lines of the record have no line breaks: none is written, and programs put some into long texts."""
    places = [a1(row - 1, 1) for row in record_rows(manifest)]
    lines = {address: manifest[address] for address in places if address in manifest}
    return {
        **manifest,
        **{
            address: replace(cell, value=re.sub(r"[\r\n]", "", cell.value))
            for address, cell in lines.items()
            if isinstance(cell.value, str)
        },
    }


def record_text(manifest: Mapping[str, FileCell]) -> str:
    """The text of the record on a manifest."""
    return "".join(line.body for line in _chunks(manifest))


def _chunks(manifest: Mapping[str, FileCell]) -> list[RecordLine]:
    """The lines that hold the record: by their label, or by a hash that fits."""
    manifest = without_line_breaks(manifest)
    lines = [RecordLine(row, *(_text(manifest, a1(row - 1, column)) for column in range(3))) for row in _rows(manifest)]
    return [line for line in lines if _LABEL.fullmatch(line.label) or (_HASH.fullmatch(line.hash) and line.fits_hash)]


def _rows(manifest: Mapping[str, FileCell]) -> list[int]:
    return sorted({int(re.sub(r"\D", "", address)) for address in manifest})


def _text(cells: Mapping[str, FileCell], address: str) -> str:
    found = cells.get(address)
    return found.value if found is not None and isinstance(found.value, str) else ""


def printed_sheets(path: Path) -> tuple[str, ...]:
    """The main sheets of the workbook of an account; none named, so all, of any other file."""
    try:
        named = fact(read_cells_of(path, MANIFEST), PRINTED)
    except QhgepError:
        return ()
    return tuple(named.split("、")) if named else ()
