"""A workbook that an office program saved again, compared with what its record gives by what its pages show.

Such a program writes fonts, themes, the spelling of formats, digits beyond the fifteenth and more anew (docs/verify.md lists it);
what a reader sees of numbers, texts, rows, columns, charts, headers and footers it keeps, and that is compared.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from qhgep.inputs.files.address import position
from qhgep.workbook.account.context import MANIFEST
from qhgep.workbook.verify.appearance.colours import WHITE
from qhgep.workbook.verify.appearance.drawn import drawing_facts, drawing_sizes
from qhgep.workbook.verify.appearance.facts import (
    USUAL_HEIGHT,
    USUAL_WIDTH,
    Fact,
    Size,
    columns,
    filled_lines,
    rows,
    sheet_facts,
)
from qhgep.workbook.verify.appearance.listed import listed_facts
from qhgep.workbook.verify.appearance.seen import SEEN, Eye
from qhgep.workbook.verify.appearance.words import BOOK, appearance
from qhgep.workbook.verify.appearance.workbook_facts import book_facts
from qhgep.workbook.verify.book_parts import BookParts
from qhgep.workbook.verify.changes import CellChange
from qhgep.workbook.verify.identity import FOOTER
from qhgep.workbook.verify.manifest import record_rows
from qhgep.workbook.verify.sheet_part import Page

_COLUMN, _ROW = (0.93, 3.0), (0.85, 8.0)
"""A column or a row that is less than the first of what it was shows less; of more than the second it moves others away.
LibreOffice keeps widths within 2 % and heights; a row of 15 points is 13.5 points in Chinese Excel."""
_DRAWN_CELLS, _DRAWN_PART = 2, 0.3
"""What is drawn may become larger or smaller by so many columns or rows, or by this part of what it was."""
_CLOSE = 1e-9
"""Programs differ in the digits of a number that a chart keeps."""


def display_changes(
    expected: BookParts, found: BookParts, told: Sequence[CellChange], footers: Sequence[str], program: str = ""
) -> list[CellChange]:
    """Every change of what the pages show; arguments as those of `part_changes`, and the program that saved the file.

    Elements and attributes that are on no list of what this program writes are changes too.
    """
    found_changes = list(_Display(expected, found, told, footers).changes())
    unlisted = [
        appearance(sheet, fact.place, "", fact.value, fact.what) for sheet, fact in listed_facts(found, program)
    ]
    return [*found_changes, *unlisted]


class _Display:
    def __init__(
        self, expected: BookParts, found: BookParts, told: Sequence[CellChange], footers: Sequence[str]
    ) -> None:
        self.expected, self.found, self.footers = expected, found, frozenset(footers)
        self.told = {change.place for change in told}
        self.sheets_told = {change.sheet for change in told if change.kind == "sheet"}
        self.eyes = tuple(_eye(book) for book in (expected, found))

    def changes(self) -> Iterator[CellChange]:
        sides = [list(book_facts(book, self.sheets_told)) for book in (self.expected, self.found)]
        for sheet in dict.fromkeys(sheet for side in sides for sheet, _ in side):
            facts = ([fact for of, fact in side if of == sheet] for side in sides)
            yield from _unlike(sheet, *facts)
        for sheet in (entry.name for entry in self.expected.sheets):
            if sheet not in self.sheets_told and self.found.part_of(sheet):
                yield from self.on_sheet(sheet)

    def on_sheet(self, sheet: str) -> Iterator[CellChange]:
        pages = self.expected.page(sheet), self.found.page(sheet)
        facts = []
        for book, page, eye in zip((self.expected, self.found), pages, self.eyes, strict=True):
            facts.append([*sheet_facts(page, eye), *drawing_facts(book, sheet)])
        for change in _unlike(sheet, *facts):
            if not (change.cell == FOOTER and sheet in self.footers):
                yield change
        last = max((place[1] for page in pages for at in page.styles if (place := position(at))), default=0)
        yield from _sizes(sheet, "列", _COLUMN, USUAL_WIDTH, *(columns(page, last) for page in pages))
        yield from _sizes(sheet, "行", _ROW, USUAL_HEIGHT, *(rows(page) for page in pages))
        yield from _drawn_sizes(sheet, *(drawing_sizes(book, sheet) for book in (self.expected, self.found)))
        yield from self.fills(sheet, *pages)
        yield from self.cells(sheet, *pages)

    def fills(self, sheet: str, one: Page, other: Page) -> Iterator[CellChange]:
        """Fills of whole rows and columns, which lie under what runs over from the cells beside."""
        sides = [
            {place: eye.see(style).fill for place, style in filled_lines(page).items()}
            for eye, page in zip(self.eyes, (one, other), strict=True)
        ]
        for place, fill in sides[1].items():
            before = sides[0].get(place, "")
            if fill not in {"", WHITE, before}:
                yield appearance(sheet, place, before, fill, SEEN["fill"])

    def cells(self, sheet: str, one: Page, other: Page) -> Iterator[CellChange]:
        """How cells are seen, those that differ alike together; and what a cell carries beside its content."""
        alike: dict[tuple[str, str, str], list[str]] = {}
        of_record = {row - 1 for row in record_rows(one.cells)} if sheet == MANIFEST else set()
        for address in (*one.styles, *(at for at in other.styles if at not in one.styles)):
            if (sheet, address) in self.told:
                continue
            before, after = (
                eye.see(page.styles.get(address, 0)) for eye, page in zip(self.eyes, (one, other), strict=True)
            )
            filled = address in one.cells or address in other.cells
            for difference in before.unlike(after, filled=filled) if before != after else ():
                wrapped = difference == ("place", "", "wrapText") and (position(address) or (-1, 0))[0] in of_record
                if not wrapped:  # LibreOffice wraps a text into which it put a line break
                    alike.setdefault(difference, []).append(address)
        for (name, before_text, after_text), addresses in alike.items():
            more = f"（{len(addresses)} 格）" if len(addresses) > 1 else ""
            yield appearance(sheet, addresses[0], before_text, after_text, f"{SEEN[name]}{more}")
        for address, cell in other.cells.items():
            marks = self.eyes[1].runs(other.styles.get(address, 0), cell.marks) if cell.marks else []
            if marks and (sheet, address) not in self.told:
                yield appearance(sheet, address, "", "；".join(marks), "单元格另有内容")


def _eye(book: BookParts) -> Eye:
    return Eye(book.tree("styles"), book.tree("theme"))


def _unlike(sheet: str, one: Sequence[Fact], other: Sequence[Fact]) -> Iterator[CellChange]:
    """The facts in which two sides differ, by place and sort; several of one sort together."""
    before, after = _joined_by_place(one), _joined_by_place(other)
    for key in (*before, *(key for key in after if key not in before)):
        sides = before.get(key, ""), after.get(key, "")
        if not _same(*sides):
            yield appearance(sheet, key[0], *sides, key[1])


def _same(one: str, other: str) -> bool:
    if one == other:
        return True
    try:
        return math.isclose(float(one), float(other), rel_tol=_CLOSE)
    except ValueError:
        return False


def _joined_by_place(facts: Sequence[Fact]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for fact in facts:
        key = fact.place, fact.what
        found[key] = f"{found[key]}；{fact.value}" if key in found else fact.value
    return found


def _sizes(
    sheet: str,
    what: str,
    bounds: tuple[float, float],
    usual: float,
    before: Mapping[str, Size],
    after: Mapping[str, Size],
) -> Iterator[CellChange]:
    """Rows or columns that are hidden or shown otherwise, too small for what stands in them, or very large."""
    plain = Size(hidden=False, size=usual)
    for key in (*before, *(key for key in after if key not in before)):
        one, other = before.get(key, plain), after.get(key, plain)
        place = f"{key} {what}" if what == "列" else f"第 {key} 行"
        if one.hidden != other.hidden:
            yield appearance(sheet, place, *("隐藏" if side.hidden else "可见" for side in (one, other)))
        elif not one.size * bounds[0] <= other.size <= max(one.size, usual) * bounds[1]:
            yield appearance(sheet, place, f"{one.size:g}", f"{other.size:g}", "列宽" if what == "列" else "行高")


def _drawn_sizes(
    sheet: str, before: Mapping[str, Sequence[int]], after: Mapping[str, Sequence[int]]
) -> Iterator[CellChange]:
    """What is drawn over other cells than before; what is on one side only is told elsewhere."""
    for place in before.keys() & after.keys():
        pairs = zip(before[place], after[place], strict=True)
        if any(abs(now - was) > max(_DRAWN_CELLS, was * _DRAWN_PART) for was, now in pairs):
            one, other = (" × ".join(map(str, side[place])) for side in (before, after))
            yield appearance(sheet, place, one, other, "大小（列 × 行）")


__all__ = ["BOOK", "display_changes"]
