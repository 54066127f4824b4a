"""Rows of totals: recognised, left out of the inputs, and their sums compared with the rows above them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from qhgep.errors import Problems
from qhgep.expr import Quantity
from qhgep.inputs.counties import County
from qhgep.inputs.figures import figure, is_blank
from qhgep.inputs.frame import Frame
from qhgep.units import Unit, dimension

_NOISE = Fraction(1, 10**9)


@dataclass
class Line:
    """A row of a county, or of a total (no county). `values` are the numbers of its columns as read.

    `of` is the prefecture of which it is the total, where it bears that name.
    """

    row: int
    county: County | None
    period: str = ""
    word: str = ""
    of: str = ""
    values: dict[int, str] = field(default_factory=dict)


def adds_up(unit: Unit) -> bool:
    """Whether the values of several counties may be summed: amounts, not depths, prices, densities or shares.

    An amount has nothing below the line but the period (energy is kg·m²/s²), and above it more than a depth or days.
    """
    parts = dict(dimension(unit))
    above = {name: power for name, power in parts.items() if power > 0}
    below = {name for name, power in parts.items() if power < 0} - {"year"} - ({"s"} if "kg" in above else set())
    only_depth = set(above) <= {"m", "s", "K", "degC", "year"} and above.get("m", Fraction(0)) <= 1
    return not below and not only_depth


def block_totals(lines: Sequence[Line]) -> list[Line]:
    """The same rows, where a prefecture among its own counties is their total, and a province that of all rows."""
    parents = {line.county.parent for line in lines if line.county is not None}
    made = []
    for line in lines:
        county = line.county
        if county is not None and county.code in parents and county.kind == "prefecture":
            made.append(Line(line.row, None, line.period, county.zh, county.code))
        elif county is not None and county.kind == "province" and len(lines) > 1:
            made.append(Line(line.row, None, line.period, county.zh))
        else:
            made.append(line)
    return made


def check_totals(
    frame: Frame, columns: Mapping[tuple[int, str], Quantity], lines: Sequence[Line], problems: Problems
) -> None:
    """Compare every filled cell of a total with its counties: all of them, or those of its block for a 小计.

    The gap that rounding explains (half a unit of the last digit of the total) is allowed; another is an error with both sums.
    """
    spans = _Spans(lines)
    for place, line in enumerate(lines):
        if line.county is not None:
            continue
        for (index, heading), quantity in columns.items():
            cell = frame.sheet.cells.get((line.row, index))
            if cell is None or is_blank(cell) or not adds_up(quantity.unit):
                continue
            total = figure(cell, Problems(), quantity=quantity.zh)  # no input: what is no number is not compared
            sums = [spans.total(span, index) for span in spans.of(place)]
            if total is None or not sums or None in sums:
                continue
            if not any(found is not None and _close(total, found) for found in sums):
                gap = Fraction(total) - (sums[0] or 0)
                facts = {"word": line.word, "heading": heading, "total": total, "sum": _plain(sums[0] or Fraction(0))}
                problems.add("total_differs", cell.place, gap=_plain(gap), **facts)


_Key = tuple[str, str, int]
"""The prefecture, the period and the block of the counties that a total is of; empty and -1: all of them."""


class _Spans:
    """The counties that totals may be of, and their sums, each made once however many totals a sheet has."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.members: dict[_Key, list[Line]] = {}
        self.blocks: list[int] = []
        self._sums: dict[tuple[_Key, int], Fraction | None] = {}
        block = 0
        for line in lines:
            block += line.county is None
            self.blocks.append(block)
            if line.county is not None:
                parent = line.county.parent
                keys = {
                    ("", "", -1),
                    ("", line.period, -1),
                    (parent, "", -1),
                    (parent, line.period, -1),
                    ("", "", block),
                }
                for key in sorted(keys):
                    self.members.setdefault(key, []).append(line)

    def of(self, place: int) -> list[_Key]:
        """For 小计 the block before it or behind it, else all; a block too where a sheet has a total for each."""
        total, block = self.lines[place], self.blocks[place]
        if total.of or total.period:
            return [key for key in [(total.of, total.period, -1)] if key in self.members]
        blocks: list[_Key] = [("", "", block - 1), ("", "", block)]
        keys = blocks if "小计" in total.word else [("", "", -1), *blocks]
        return [key for key in keys if key in self.members]

    def total(self, key: _Key, index: int) -> Fraction | None:
        """The sum of a column; None where a county has no number, so that the total cannot be checked."""
        if (key, index) not in self._sums:
            lines = self.members[key]
            complete = all(index in line.values for line in lines)
            numbers = [Fraction(line.values[index]) for line in lines] if complete else []
            self._sums[key, index] = sum(numbers, Fraction(0)) if complete else None
        return self._sums[key, index]


def _close(total: str, found: Fraction) -> bool:
    mantissa, _, power = total.lower().partition("e")
    last = Fraction(10) ** (int(power or 0) - len(mantissa.partition(".")[2]))
    gap = abs(Fraction(total) - found)
    return gap <= last / 2 or gap <= _NOISE * abs(found)


def _plain(number: Fraction) -> str:
    return f"{float(number):.15g}"
