"""verify: rebuild a workbook from its own record, name every cell that differs, and tell causes from consequences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qhgep._version import __version__
from qhgep.account.account import Account
from qhgep.catalogue import Catalogue
from qhgep.text_tables import in_one_line
from qhgep.workbook.account.context import MANIFEST
from qhgep.workbook.account.record import account_from, account_part
from qhgep.workbook.core.cells import LiveFormula
from qhgep.workbook.core.layout import a1
from qhgep.workbook.verify.against_files import Against, against_files, against_store
from qhgep.workbook.verify.book_parts import open_book
from qhgep.workbook.verify.causes import Consequence
from qhgep.workbook.verify.changes import CellChange
from qhgep.workbook.verify.compare import Appearance, compare
from qhgep.workbook.verify.manifest import read_record, reading_record
from qhgep.workbook.verify.other_version import compare_other
from qhgep.workbook.verify.read import FileCell
from qhgep.workbook.verify.rebuild import KINDS, rebuild

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
    "not_recomputed": (
        "由别的版本生成，本版不能按它的记录重算；表与它们自己的指纹相符与否已核对，请用写出它的版本核验",
        (
            "written by another version, whose record this version cannot compute; its sheets were held against their own hashes: "
            "verify with the version that wrote it"
        ),
    ),
    "other_numbers": (
        "由别的版本生成；表与它们自己的指纹相符，而本版按记录重算的数与之不同：请用写出它的版本核验",
        (
            "written by another version; its sheets fit their own hashes, but this version computes other numbers from its record: "
            "verify with the version that wrote it"
        ),
    ),
    "resaved_other": (
        "由别的版本生成并经另存：能对上的数都相同，文字与公式没有核对；请核验没有另存过的原件",
        (
            "written by another version and saved again: the numbers that can be matched agree, texts and formulas were not compared; "
            "verify the original"
        ),
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
    causes: tuple[CellChange, ...]
    consequences: tuple[Consequence, ...]
    cells: int
    formulas: int
    note: str = ""
    store: tuple[Against, ...] = field(default=())
    files: tuple[Against, ...] | None = None
    appearance: Appearance = field(default=Appearance("parts"))
    __repr__ = in_one_line

    @property
    def changes(self) -> tuple[CellChange, ...]:
        """Everything that differs, causes first."""
        return (*self.causes, *(item.change for item in self.consequences))

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left unverified, in Chinese."""
        return (NOTES[self.note][0],) if self.note else ()

    @property
    def same(self) -> bool:
        """Whether nothing differs and nothing was left unverified.

        A record of this version whose coefficients are not those of its store is another version's or forged.
        """
        return not self.changes and not self.note and not (self.store and self.appearance.compared != "not")


def verify_workbook(
    path: str | Path,
    *,
    catalogue: Catalogue | None = None,
    account: str | Path | None = None,
    inside: str | Path | None = None,
) -> Verification:
    """Compare a workbook with what its record gives, cell by cell: formula text and value.

    With `account` (an account.toml, for a plan's workbook its plan.toml, for one of co-growth its co-growth.toml) the
    record is also compared with those files; what they name must lie inside `inside`, by default in their own folder.
    Raises InputError or WorkbookError where the file cannot be read, or holds no record.
    """
    path = Path(path)
    file = open_book(path)
    record, broken = _record(file.page(MANIFEST).cells, path.name)
    if broken:
        return Verification(path.name, tuple(broken), (), 0, 0, "record")
    computed: Account | None = None
    if record.get("qhgep") != __version__ and record.get("kind") in KINDS:
        found, cells = compare_other(record, file, catalogue)
        formulas = 0
    else:
        with reading_record(path.name):
            part = account_part(record)
            computed = account_from(part, catalogue) if part.get("kind") == "account" else None
            content = rebuild(record, catalogue, account=computed)
        found = compare(content, file)
        cells = sum(len(sheet.cells) for sheet in content.sheets)
        formulas = sum(isinstance(cell, LiveFormula) for sheet in content.sheets for cell in sheet.cells.values())
    with reading_record(path.name):
        store = against_store(
            account_part(record), account=None if catalogue else computed
        )  # another vocabulary has its own store
    limit = None if inside is None else Path(inside)
    files = None if account is None else against_files(record, Path(account), catalogue, inside=limit)
    return Verification(
        path.name, found.causes, found.consequences, cells, formulas, found.note, store, files, found.appearance
    )


def _record(manifest: Mapping[str, FileCell], name: str) -> tuple[dict[str, Any], list[CellChange]]:
    """The record of the manifest, or the cells of it that were changed."""
    record, broken = read_record(manifest, name)
    return record, [
        CellChange(
            MANIFEST, a1(line.row - 1, 1), "record", "与指纹相符的文字", f"{len(line.body)} 字", f"清单 {line.label}"
        )
        for line in broken
    ]
