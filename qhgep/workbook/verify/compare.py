"""A workbook file against the workbook that its record gives: contents first, cell by cell, then what the pages show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from qhgep.errors import Language
from qhgep.phrases import phrase
from qhgep.workbook.account.context import COVER, MANIFEST
from qhgep.workbook.account.front_and_manifest import with_hash
from qhgep.workbook.book_content import BookContent
from qhgep.workbook.content_hash import content_hashes, written_cells
from qhgep.workbook.core.cells import Sheet, Text
from qhgep.workbook.core.layout import a1
from qhgep.workbook.verify.appearance.by_display import display_changes
from qhgep.workbook.verify.appearance.by_parts import STRINGS, part_changes
from qhgep.workbook.verify.appearance.programs import saved_by
from qhgep.workbook.verify.book_parts import BookParts, inflated, refuse_much_more
from qhgep.workbook.verify.causes import Consequence, causes_and_consequences
from qhgep.workbook.verify.changes import CellChange, differences, with_file_numbers
from qhgep.workbook.verify.identity import FILE, Mismatch, identity_of, mismatches, wrong_footers
from qhgep.workbook.verify.labels import labelled
from qhgep.workbook.verify.manifest import without_line_breaks
from qhgep.workbook.verify.read import FoundBook, footer, properties


@dataclass(frozen=True, slots=True)
class Appearance:
    """How the pages of a workbook were compared beside the contents of its cells.

    `parts`: every part of the file; `display`: what the pages show, since `by`, an office program, saved the file; `not`: not
    at all, since `by`, another version of qhgep, wrote it.
    """

    compared: Literal["parts", "display", "not"]
    by: str = ""

    def text(self, language: Language = "zh") -> str:
        """One line that says so; empty where every part was compared."""
        if self.compared == "parts":
            return ""
        return phrase(f"verify.appearance_{self.compared}", language, by=self.by)


@dataclass(frozen=True, slots=True)
class Compared:
    """Causes, consequences, the code of a note, and how the pages were compared."""

    causes: tuple[CellChange, ...]
    consequences: tuple[Consequence, ...]
    note: str
    appearance: Appearance


def compare(content: BookContent, file: BookParts) -> Compared:
    """What a file has otherwise than the workbook that its record gives. Raises InputError: very many elements more."""
    expected = BookParts(inflated(content.data()))
    if file.parts == expected.parts:
        return Compared((), (), "", Appearance("parts"))
    refuse_much_more(file, expected)
    found = _read_again(content, expected, file)
    changes, note = changes_of(content.sheets, found)
    causes, consequences = causes_and_consequences(changes, content.sheets, found.cells)
    own = _with_own_digits(content, found)
    footers = [sheet for sheet, _ in wrong_footers(identity_of(own.sheets), found)]
    program = saved_by(file, expected)
    if program:
        shown = display_changes(expected, file, changes, footers, program)
        return Compared((*causes, *shown), consequences, note, Appearance("display", program))
    if own is not content:
        expected = BookParts(inflated(own.data()))
    parts = part_changes(expected, file, changes, footers)
    return Compared((*causes, *parts), consequences, note, Appearance("parts"))


def _read_again(content: BookContent, expected: BookParts, file: BookParts) -> FoundBook:
    """The cells and footers of a file; a sheet that is the expected one byte by byte is not read."""
    sheets = {sheet.name: sheet for sheet in content.sheets}
    identity = identity_of(content.sheets)
    cells, footers = {}, {}
    same_strings = file.parts.get(STRINGS) == expected.parts.get(STRINGS)
    for name in (entry.name for entry in file.sheets):
        parts = expected.part_of(name), file.part_of(name)
        if same_strings and all(parts) and expected.parts[parts[0]] == file.parts[parts[1]]:
            cells[name], footers[name] = written_cells(sheets[name]), identity.printed
        else:
            found = file.page(name).cells
            cells[name] = without_line_breaks(found) if name == MANIFEST else found
            footers[name] = footer(file, name)
    return FoundBook(cells, footers, properties(file))


def _with_own_digits(content: BookContent, found: FoundBook) -> BookContent:
    """The workbook with the file's own numbers where another processor computed another last digit, and their hashes."""
    body = with_file_numbers(content.sheets, found.cells)
    manifest = next(sheet for sheet in content.sheets if sheet.name == MANIFEST)
    if all(
        new.cells == old.cells for new, old in zip(body, (s for s in content.sheets if s is not manifest), strict=True)
    ):
        return content
    whole, hashes = content_hashes(body)
    own = {whole, *(value for _, value in hashes)}
    cells = {
        place: replace(item, text=text) if isinstance(item, Text) and (text := _text_of(found, place)) in own else item
        for place, item in manifest.cells.items()
    }
    return content.with_sheets(with_hash([*body, replace(manifest, cells=cells)]))


def _text_of(found: FoundBook, place: tuple[int, int]) -> str:
    cell = found.cells.get(MANIFEST, {}).get(a1(*place))
    return cell.value if cell is not None and isinstance(cell.value, str) else ""


def changes_of(sheets: Sequence[Sheet], found: FoundBook) -> tuple[list[CellChange], str]:
    """Everything that differs, with what it is, and the code of a note.

    Another processor may compute another last digit: hashes that fit the file's own values, where these agree with the
    engine's within the tolerance, are no change.
    """
    changes = labelled(list(differences(sheets, found.cells)), sheets)
    identity = identity_of(sheets)
    wrong = list(mismatches(identity, found))
    if wrong or any(change.sheet == MANIFEST for change in changes):
        content, hashes = content_hashes(with_file_numbers(sheets, found.cells))
        own = {content, *(value for _, value in hashes)}
        changes = [item for item in changes if not (_shows_hash(item, identity.content_hash) and item.found in own)]
        wrong = min(wrong, list(mismatches(replace(identity, content_hash=content), found)), key=len)
    changes += [identity_change(item) for item in wrong]
    live = [cell for page in found.cells.values() for cell in page.values() if cell.formula is not None]
    if not live or any(cell.value is not None for cell in live):
        return changes, ""
    changes = [change for change in changes if change.kind != "value"]
    return changes, "no_values_changed" if any(item.kind == "formula" for item in changes) else "no_values"


def _shows_hash(change: CellChange, content_hash: str) -> bool:
    """Whether a change is of a text of 清单, or of the hash on the cover."""
    if change.sheet == COVER:
        return change.kind == "value" and change.expected == content_hash
    return change.sheet == MANIFEST and change.kind == "text"


def identity_change(item: Mismatch) -> CellChange:
    """A place that does not carry the identity, as a change."""
    if not item.sheet:
        return CellChange(FILE, item.place, "identity", item.expected, item.found)
    return CellChange(item.sheet, item.place, "identity", item.expected, item.found, f"{item.pages} 张表的页脚")
