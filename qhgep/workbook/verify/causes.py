"""Causes and consequences: which changes of a workbook were made, and which values merely follow from them.

A cause is whatever a formula cannot bring about: a number, a formula, a text, a cell, a sheet, the record. A consequence is
a value that differs and that a cause reaches through the formulas, from changed cell to changed cell. A value that
differs while nothing that its formula reads does is a cause too: a forged or stale number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from qhgep.workbook.core.cells import LiveFormula, Sheet
from qhgep.workbook.core.layout import a1
from qhgep.workbook.verify.changes import KINDS, CellChange, Cells, recalculated

Place = tuple[str, str]
"""A sheet and an address on it."""
_REFERENCE = re.compile(
    r"(?<![\w.!$])(?:(?P<sheet>\w+)!)?\$?(?P<left>[A-Z]{1,3})\$?(?P<top>\d+)"
    r"(?::\$?(?P<right>[A-Z]{1,3})\$?(?P<bottom>\d+))?(?![\w(!.])"
)
_MOST = 200_000
"""The cells of a range that are followed; no range of ours is near it."""


def references(formula: str, sheet: str) -> Iterator[Place]:
    """Every cell that a formula on a sheet reads, also the empty ones of a range. Quotes round sheet names are passed over."""
    unquoted = "".join(part for place, part in enumerate(formula.split('"')) if place % 2 == 0).replace("'", "")
    for found in _REFERENCE.finditer(unquoted):
        top, left = int(found["top"]), column(found["left"])
        bottom, right = (int(found["bottom"]), column(found["right"])) if found["bottom"] else (top, left)
        rows, columns = sorted((top, bottom)), sorted((left, right))
        if (rows[1] - rows[0] + 1) * (columns[1] - columns[0] + 1) > _MOST:
            continue
        for row in range(rows[0], rows[1] + 1):
            for place in range(columns[0], columns[1] + 1):
                yield found["sheet"] or sheet, a1(row - 1, place)


def column(letters: str) -> int:
    """The column of its letters, from zero: A -> 0, AA -> 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def readers(formulas: Mapping[Place, str]) -> Mapping[Place, list[Place]]:
    """Cell -> the formula cells that read it, in the order of the formulas."""
    found: dict[Place, list[Place]] = {}
    for place, formula in formulas.items():
        for read in dict.fromkeys(references(formula, place[0])):
            found.setdefault(read, []).append(place)
    return found


NAMED = 3
"""How many causes a consequence names."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """A value that follows from causes: the first few of them, and how many there are."""

    change: CellChange
    follows_from: tuple[Place, ...]
    causes: int


def causes_and_consequences(
    changes: Sequence[CellChange], sheets: Sequence[Sheet], cells: Cells
) -> tuple[tuple[CellChange, ...], tuple[Consequence, ...]]:
    """The causes among some changes, the gravest kind first, and the consequences in their order."""
    values = {change.place: change for change in changes if change.kind == "value"}
    causes = [change for change in changes if change.kind != "value"]
    if not values:
        return _ranked(causes), ()
    graph = _Graph(changes, sheets, cells)
    reached = graph.follow(causes)
    loose = {place: change for place, change in values.items() if not reached.get(place)}
    if loose:
        first = graph.first(loose)
        causes += [change for place, change in loose.items() if place in first]
    causes = list(_ranked(causes))
    reached = graph.follow(causes)
    roots = {cause.place for cause in causes}
    found = [_consequence(change, reached[place], causes) for place, change in values.items() if place not in roots]
    return tuple(causes), tuple(found)


def _ranked(causes: Iterable[CellChange]) -> tuple[CellChange, ...]:
    order = {kind: place for place, kind in enumerate(KINDS)}
    return tuple(sorted(causes, key=lambda change: order[change.kind]))


def _consequence(change: CellChange, bits: int, causes: Sequence[CellChange]) -> Consequence:
    named: list[Place] = []
    rest = bits
    while rest and len(named) < NAMED:
        lowest = rest & -rest
        named.append(causes[lowest.bit_length() - 1].place)
        rest ^= lowest
    return Consequence(change, tuple(named), bits.bit_count())


class _Graph:
    """The formulas of the file, who reads whom, and the cells whose value is not the engine's to the last digit."""

    def __init__(self, changes: Sequence[CellChange], sheets: Sequence[Sheet], cells: Cells) -> None:
        contents = {(sheet.name, a1(*at)): item for sheet in sheets for at, item in sheet.cells.items()}
        formulas = {place: item for place, item in contents.items() if isinstance(item, LiveFormula)}
        texts = {place: item.formula for place, item in formulas.items()}
        for change in changes:
            found = cells.get(change.sheet, {}).get(change.cell)
            if found is not None and found.formula is not None:
                texts[change.place] = found.formula
            elif change.kind != "value":
                texts.pop(change.place, None)
        self.readers: Mapping[Place, list[Place]] = readers(texts)
        self.moved = {
            place for place, item in formulas.items() if recalculated(item, cells.get(place[0], {}).get(place[1]))
        }
        self.moved |= {change.place for change in changes}
        self.by_sheet: dict[str, list[Place]] = {}
        for place in self.readers:
            self.by_sheet.setdefault(place[0], []).append(place)

    def follow(self, causes: Sequence[CellChange]) -> Mapping[Place, int]:
        """Place -> the causes that reach it through moved cells, one bit each."""
        starts = [list(self._starts(cause)) for cause in causes]
        found: dict[Place, int] = {}
        for number, places in enumerate(starts):
            for place in places:
                found[place] = found.get(place, 0) | 1 << number
        for place in self._downstream(found):
            bits = found.get(place, 0)
            for reader in self.readers.get(place, ()):
                if reader in self.moved:
                    found[reader] = found.get(reader, 0) | bits
        return found

    def first(self, places: Iterable[Place]) -> set[Place]:
        """Those of some places that no other of them reaches."""
        wanted, reached, found = set(places), set[Place](), set[Place]()
        for place in self._downstream(places):
            if place not in reached and place in wanted:
                found.add(place)
            if place in reached or place in wanted:
                reached.update(reader for reader in self.readers.get(place, ()) if reader in self.moved)
        return found

    def _starts(self, cause: CellChange) -> Iterator[Place]:
        if cause.kind == "sheet":
            yield from self.by_sheet.get(cause.sheet, ())
        yield cause.place

    def _downstream(self, starts: Iterable[Place]) -> list[Place]:
        """The starts and every moved cell below them, each before its readers (where there is no circle)."""
        order: list[Place] = []
        seen: set[Place] = set()
        for start in starts:
            if start in seen:
                continue
            seen.add(start)
            stack = [(start, iter(self.readers.get(start, ())))]
            while stack:
                place, rest = stack[-1]
                following = next((item for item in rest if item in self.moved and item not in seen), None)
                if following is None:
                    order.append(place)
                    stack.pop()
                else:
                    seen.add(following)
                    stack.append((following, iter(self.readers.get(following, ()))))
        return order[::-1]
