"""verify: rebuild a workbook from its own record, name every cell that differs, and tell causes from consequences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from qhgep.catalogue import Catalogue
from qhgep.workbook.against import Against, against_files, against_store
from qhgep.workbook.causes import Consequence, told_apart
from qhgep.workbook.cells import Formula, Sheet
from qhgep.workbook.context import MANIFEST
from qhgep.workbook.control_sheets import content_hashes
from qhgep.workbook.difference import Change, as_found, differences
from qhgep.workbook.identity import Mismatch, identity_of, mismatches
from qhgep.workbook.labels import labelled
from qhgep.workbook.layout import a1
from qhgep.workbook.reading import Found, FoundBook, read_book
from qhgep.workbook.rebuild import rebuild
from qhgep.workbook.recorded import holds_together, read_record

NOTES: Mapping[str, tuple[str, str]] = {
    "record": (
        "记录被改，无法据以重算；其余单元格没有核验",
        "the record was changed and nothing can be rebuilt from it; the other cells were not verified",
    ),
    "no_values": (
        "公式没有改动，也没有数值：请用 Excel、WPS 或 LibreOffice 打开并保存（重算）后再核验",
        "the formulas are unchanged and have no values: open and save with Excel, WPS or LibreOffice (recalculate), then verify again",
    ),
    "no_values_changed": (
        "公式没有数值：请用 Excel、WPS 或 LibreOffice 打开并保存（重算）后再核验",
        "the formulas have no values: open and save with Excel, WPS or LibreOffice (recalculate), then verify again",
    ),
}
"""What a verification has to say besides changes, in Chinese and English."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What verify found. `same` only where every cell has the formula and the value that the record gives.

    `store`: recorded coefficient rows that today's store has otherwise; `files`: what is recorded otherwise than the files
    of an account or plan say (None where none were given). Neither is a difference of the workbook.
    """

    file: str
    causes: tuple[Change, ...]
    consequences: tuple[Consequence, ...]
    cells: int
    formulas: int
    note: str = ""
    store: tuple[Against, ...] = field(default=())
    files: tuple[Against, ...] | None = None

    @property
    def changes(self) -> tuple[Change, ...]:
        """Everything that differs, causes first."""
        return (*self.causes, *(item.change for item in self.consequences))

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left unverified, in Chinese."""
        return (NOTES[self.note][0],) if self.note else ()

    @property
    def same(self) -> bool:
        """Whether nothing differs and nothing was left unverified."""
        return not self.changes and not self.note

    def as_json(self) -> dict[str, Any]:
        """For machines."""
        causes = [asdict(change) | {"role": "cause"} for change in self.causes]
        consequences = [
            asdict(item.change)
            | {
                "role": "consequence",
                "follows_from": [list(place) for place in item.follows_from],
                "causes": item.causes,
            }
            for item in self.consequences
        ]
        return {
            "schema": 1,
            "kind": "verification",
            "file": self.file,
            "same": self.same,
            "cells": self.cells,
            "formulas": self.formulas,
            "changes": causes + consequences,
            "notes": list(self.notes),
            "store": [asdict(item) for item in self.store],
            "files": None if self.files is None else [asdict(item) for item in self.files],
        }


def verify_workbook(
    path: str | Path, *, catalogue: Catalogue | None = None, account: str | Path | None = None
) -> Verification:
    """Compare a workbook with what its record gives, cell by cell: formula text and value.

    With `account` (an account.toml, for a plan's workbook its plan.toml) the record is also compared with those files.
    Raises InputError or WorkbookError where the file cannot be read, or holds no record.
    """
    path = Path(path)
    found = read_book(path)
    record, broken = _record(found.cells.get(MANIFEST, {}), path.name)
    if broken:
        return Verification(path.name, tuple(broken), (), 0, 0, "record")
    sheets = _rebuilt(record, catalogue, path.name)
    changes, note = _changes(sheets, found)
    causes, consequences = told_apart(changes, sheets, found.cells)
    return Verification(
        path.name,
        causes,
        consequences,
        sum(len(sheet.cells) for sheet in sheets),
        sum(isinstance(content, Formula) for sheet in sheets for content in sheet.cells.values()),
        note,
        against_store(record),
        None if account is None else against_files(record, Path(account), catalogue),
    )


def _changes(sheets: Sequence[Sheet], found: FoundBook) -> tuple[list[Change], str]:
    """Everything that differs, with what it is, and the code of a note.

    Another processor may compute another last digit: hashes that fit the file's own values, where these agree with the
    engine's within the tolerance, are no change.
    """
    changes = labelled(list(differences(sheets, found.cells)), sheets)
    identity = identity_of(sheets)
    wrong = list(mismatches(identity, found))
    if wrong or any(change.sheet == MANIFEST for change in changes):
        content, hashes = content_hashes(as_found(sheets, found.cells))
        own = {content, *(value for _, value in hashes)}
        changes = [item for item in changes if item.sheet != MANIFEST or item.kind != "text" or item.found not in own]
        wrong = min(wrong, list(mismatches(replace(identity, content_hash=content), found)), key=len)
    changes += [_change(item) for item in wrong]
    live = [cell for page in found.cells.values() for cell in page.values() if cell.formula is not None]
    if not live or any(cell.value is not None for cell in live):
        return changes, ""
    changes = [change for change in changes if change.kind != "value"]
    return changes, "no_values_changed" if any(item.kind == "formula" for item in changes) else "no_values"


def _change(item: Mismatch) -> Change:
    if not item.sheet:
        return Change("文件属性", item.place, "identity", item.expected, item.found)
    return Change(item.sheet, item.place, "identity", item.expected, item.found, f"{item.pages} 张表的页脚")


def _rebuilt(record: Mapping[str, Any], catalogue: Catalogue | None, name: str) -> list[Sheet]:
    """The sheets that a record gives. Raises WorkbookError for one that was forged and does not hold together."""
    with holds_together(name):
        return rebuild(record, catalogue)


def _record(manifest: Mapping[str, Found], name: str) -> tuple[dict[str, Any], list[Change]]:
    """The record of the manifest, or the cells of it that were changed."""
    record, broken = read_record(manifest, name)
    return record, [
        Change(
            MANIFEST, a1(line.row - 1, 1), "record", "与指纹相符的文字", f"{len(line.body)} 字", f"清单 {line.label}"
        )
        for line in broken
    ]
