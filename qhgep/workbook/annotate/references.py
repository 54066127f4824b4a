"""What a formula reads: its references, direct, on another sheet, and ranges. The layout makes them, so the grammar is small."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from qhgep.workbook.core.layout import a1

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
