"""A workbook that another version of qhgep wrote: is it as it was written, and does this version come to the same numbers?

Where cells stand and what the pages look like may have changed since, so neither is compared. What is compared: the hashes that
the file carries with each other and with its own cells, and the numbers of its sheets with those of the record computed again,
by sheet, row and heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from qhgep.catalogue import Catalogue
from qhgep.errors import QhgepError
from qhgep.inputs.files.address import position
from qhgep.workbook.account.context import COVER, MANIFEST
from qhgep.workbook.account.front_and_manifest import RECORD_LABEL
from qhgep.workbook.account.record import text_hash
from qhgep.workbook.content_hash import HASH_SHOWN, LABEL, hash_of_sheets, sheet_text_in_file, written_cells
from qhgep.workbook.core.layout import FIRST, HEAD, UNITS
from qhgep.workbook.verify.appearance.programs import program_of
from qhgep.workbook.verify.book_parts import BookParts
from qhgep.workbook.verify.changes import CellChange, near
from qhgep.workbook.verify.compare import Appearance, Compared, identity_change
from qhgep.workbook.verify.identity import CONTENT_HASH, RECORD_HASH, RUN_ID, Identity, mismatches
from qhgep.workbook.verify.manifest import fact, reading_record, record_text
from qhgep.workbook.verify.read import FileCell, FoundBook, all_cells, footers, properties
from qhgep.workbook.verify.rebuild import rebuild

_OF_VERSION = re.compile(rf"软件|{RUN_ID}|{CONTENT_HASH}|{RECORD_HASH}|{LABEL}.*|{RECORD_LABEL} \d+/\d+")
"""Lines of 清单 that are another version's own."""
_KEYS = 4
"""The columns that can name a row."""
Key = tuple[str, tuple[str, ...], str]


def compare_other(record: Mapping[str, Any], file: BookParts, catalogue: Catalogue | None) -> tuple[Compared, int]:
    """What can be said of a file of another version; and how many numbers were compared by what they are."""
    found = FoundBook(all_cells(file), footers(file), properties(file))
    manifest = found.cells.get(MANIFEST, {})
    listed = _listed(manifest)
    as_hashed = {
        name
        for name, value in listed.items()
        if text_hash(sheet_text_in_file(name, found.cells.get(name, {}))) == value
    }
    changes = [*_identity(manifest, listed, found), *_sheets(listed, found)]
    program = program_of(file)
    now = _again(record, catalogue, file.name)
    unlike = list(_unlike(now, found.cells))
    changes += [change for change in unlike if change.sheet not in as_hashed]
    if not program:
        named = {change.sheet for change in changes}
        for name in listed.keys() & found.cells.keys() - as_hashed - named:
            own = text_hash(sheet_text_in_file(name, found.cells[name]))
            changes.append(
                CellChange(name, "A1", "identity", listed[name][:16], own[:16], "表的内容与清单里它的指纹不符")
            )
    others = [change for change in unlike if change.sheet in as_hashed]
    note = "not_recomputed" if now is None else "other_numbers" if others else ""
    if program and not changes and not note and as_hashed != listed.keys():
        note = "resaved_other"
    counted = sum(len(_numbers(name, cells)) for name, cells in (now or {}).items() if name in found.cells)
    return Compared(tuple(changes), (), note, Appearance("not", str(record.get("qhgep", "-")))), counted


def _listed(manifest: Mapping[str, FileCell]) -> dict[str, str]:
    """Sheet -> its hash, as 清单 has it."""
    rows = _pairs(manifest)
    return {label.removeprefix(LABEL): value for label, (_, value) in rows.items() if label.startswith(LABEL)}


def _pairs(manifest: Mapping[str, FileCell]) -> dict[str, tuple[str, str]]:
    """Label -> the address and the text beside it."""
    rows: dict[int, dict[int, tuple[str, object]]] = {}
    for address, cell in manifest.items():
        row, column = position(address) or (0, 0)
        rows.setdefault(row, {})[column] = address, cell.value
    found: dict[str, tuple[str, str]] = {}
    for _, cells in sorted(rows.items()):
        if 0 in cells and 1 in cells and isinstance(cells[1][1], str):
            found.setdefault(str(cells[0][1]), (cells[1][0], str(cells[1][1])))
    return found


def _identity(manifest: Mapping[str, FileCell], listed: Mapping[str, str], found: FoundBook) -> Iterator[CellChange]:
    """The hashes of the file that do not fit each other: on 清单, in the properties, at the foot of the pages."""
    identity = Identity(*(fact(manifest, label) for label in (RUN_ID, CONTENT_HASH, RECORD_HASH)))
    yield from (identity_change(item) for item in mismatches(identity, found))
    whole, _ = hash_of_sheets(list(listed.items()))
    places = {label: place for label, (place, _) in _pairs(manifest).items()}
    for label, expected in ((CONTENT_HASH, whole), (RECORD_HASH, text_hash(record_text(manifest)))):
        if fact(manifest, label) != expected:
            yield CellChange(MANIFEST, places.get(label, "B1"), "identity", expected, fact(manifest, label), label)
    for place, cell in found.cells.get(COVER, {}).items():
        if cell.formula == HASH_SHOWN and cell.value not in {None, identity.content_hash}:
            yield CellChange(COVER, place, "identity", identity.content_hash, str(cell.value), CONTENT_HASH)


def _sheets(listed: Mapping[str, str], found: FoundBook) -> Iterator[CellChange]:
    for name in found.cells:
        if name not in listed and name != MANIFEST:
            yield CellChange(name, "A1", "sheet", "没有这张表", "多出一张表")
    for name in listed:
        if name not in found.cells:
            yield CellChange(name, "A1", "sheet", "有这张表", "表不在了")


def _again(
    record: Mapping[str, Any], catalogue: Catalogue | None, name: str
) -> dict[str, Mapping[str, FileCell]] | None:
    """The cells of the workbook that this version makes of the record; None where it can make none of it."""
    try:
        with reading_record(name):
            return {sheet.name: written_cells(sheet) for sheet in rebuild(record, catalogue).sheets}
    except QhgepError:
        return None


def _unlike(
    now: Mapping[str, Mapping[str, FileCell]] | None, cells: Mapping[str, Mapping[str, FileCell]]
) -> Iterator[CellChange]:
    """Numbers, and lines of 清单, that this version comes to otherwise."""
    for name, mine in (now or {}).items():
        theirs = cells.get(name, {})
        expected, found = _numbers(name, mine), _numbers(name, theirs)
        for key in expected.keys() & found.keys():
            (_, one), (address, other) = expected[key], found[key]
            if not near(one, other):
                words = " ".join(part for part in (*key[1], key[2]) if part)
                yield CellChange(name, address, "value", f"{one:.15g}", f"{other:.15g}", words)
    mine_lines, their_lines = (_pairs(book.get(MANIFEST, {})) for book in (now or {}, cells))
    for label in mine_lines.keys() & their_lines.keys():
        if not _OF_VERSION.fullmatch(label) and mine_lines[label][1] != their_lines[label][1]:
            yield CellChange(
                MANIFEST, their_lines[label][0], "text", mine_lines[label][1], their_lines[label][1], label
            )


def _numbers(name: str, cells: Mapping[str, FileCell]) -> dict[Key, tuple[str, float]]:
    """The numbers of a sheet by sheet, names of the row and heading of the column; what two cells share is left out."""
    at = {position(address): (address, cell.value) for address, cell in cells.items()}
    places = {place: item for place, item in at.items() if place is not None}
    found: dict[Key, tuple[str, float]] = {}
    twice: set[Key] = set()
    for (row, column), (address, value) in places.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        heads = [(HEAD, column)] * (row > HEAD) + [(UNITS, column)] * (row >= FIRST)
        names, heading = (
            tuple(text for at in beside if isinstance(text := places.get(at, ("", None))[1], str))
            for beside in ([(row, left) for left in range(min(column, _KEYS))], heads)
        )
        key = name, names, "，".join(heading)
        twice |= {key} if key in found else set()
        found[key] = address, float(value)
    return {key: item for key, item in found.items() if key not in twice}
