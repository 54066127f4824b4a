"""verify tells the cause of a change from what follows from it, by name and completely."""

from collections import Counter
from functools import cache
from pathlib import Path
from random import Random

import pytest

from qhgep.workbook.difference import KINDS as CHANGE_KINDS
from qhgep.workbook.references import references
from tests.books import NAMES, book
from tests.package import Edit, write
from tests.tampered import judged, moved, package, recalculated


def test_the_kinds_are_ranked_from_the_record_down_to_texts() -> None:
    assert list(CHANGE_KINDS) == [
        "identity", "record", "input", "formula", "constant", "value", "sheet", "deleted", "added", "text",
    ]  # fmt: skip


@pytest.mark.parametrize(("name", "edits"), [("pilot", 40), ("plan", 80), ("prices", 24), ("equivalents", 8)])
def test_after_a_recalculation_the_edit_is_the_only_cause_and_every_moved_value_its_consequence(
    name: str, edits: int, tmp_path: Path
) -> None:
    """What moved is found by formualizer alone: values of the edited workbook against those of the fresh one.

    A value that moved by more than 1e-8 must be listed, one that did not move at all must not; verify's own tolerance
    decides between. The edits are drawn among cells that a formula may read, so that something follows.
    """
    random, missed, followed, drawn = Random(5), [], 0, 0
    while drawn < edits:
        edit = lively_edit(name, random)
        path = write(tmp_path / "edited.xlsx", package(name).edited(edit))
        try:
            found, values = recalculated(path)
        except KeyError:  # a reference moved onto a cell below: no value can be computed
            continue
        drawn += 1
        causes, consequences = judged(name, found)
        listed = {item.change.place for item in consequences}
        own = {(edit.sheet, edit.cell)}
        wanting = moved(name, values, by=1e-8) - listed - own
        beyond = listed - moved(name, values, by=0.0)
        told = [change.place for change in causes]
        expected = [] if edit.edit == "value" else [(edit.sheet, edit.cell)]
        loose = [item for item in consequences if item.follows_from != tuple(expected) or item.causes != 1]
        if told != expected or wanting or beyond or loose:
            missed.append((edit, told, sorted(wanting)[:3], sorted(beyond)[:3], loose[:3]))
        followed += bool(listed)
    assert [(edit.sheet, edit.cell, edit.edit, *rest) for edit, *rest in missed] == []
    assert followed > edits / 3


def lively_edit(name: str, random: Random) -> Edit:
    """One in four is any edit at all; the others change a cell that a formula reads, so that values follow."""
    pack = package(name)
    if random.random() < 1 / 4:
        return pack.random_edit(random)
    kind = random.choice(("number", "formula", "constant"))
    sheets = {
        sheet: sorted(read_cells_of(name) & {(sheet, cell) for cell in cells})
        for sheet, cells in pack.candidates[kind].items()
    }
    sheet, cell = random.choice(random.choice([cells for _, cells in sorted(sheets.items()) if cells]))
    if kind != "constant":
        return pack.make(kind, sheet, cell, random)
    other = f"{float(pack.cells[sheet][cell].value) * 1.5 + 1!r}"  # another number than the one that was computed
    xml = pack.replaced(sheet, cell, f'<c r="{cell}"{pack.cells[sheet][cell].style}><v>{other}</v></c>')
    return Edit(sheet, cell, kind, frozenset({"constant"}), xml)


@cache
def read_cells_of(name: str) -> frozenset[tuple[str, str]]:
    """The cells that some formula of a book reads."""
    return frozenset(
        place for sheet, _, formula in book(name).formulas() for place in references(formula.formula, sheet.name)
    )


def test_every_formula_of_every_book_is_parsed_into_cells_that_are_there() -> None:
    """The grammar of references is small; each one that the layout makes points into a sheet of the book."""
    counts = Counter[str]()
    for name in NAMES:
        names = {sheet.name for sheet in book(name).sheets}
        for sheet, _, formula in book(name).formulas():
            found = list(references(formula.formula, sheet.name))
            counts[name] += len(found)
            assert found
            assert {place[0] for place in found} <= names
    assert min(counts.values()) >= 200
