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
    """The same rows, where a prefecture or province among its own counties is their total."""
    parents = {line.county.parent for line in lines if line.county is not None}
    made = []
    for line in lines:
        county = line.county
        if county is not None and county.kind in {"prefecture", "province"} and county.code in parents:
            made.append(Line(line.row, None, line.period, county.zh, county.code))
        else:
            made.append(line)
    return made


def check_totals(
    frame: Frame, columns: Mapping[tuple[int, str], Quantity], lines: Sequence[Line], problems: Problems
) -> None:
    """Compare every filled cell of a total with its counties: all of them, or those of its block for a 小计.

    The gap that rounding explains (half a unit of the last digit of the total) is allowed; another is an error with both sums.
    """
    for place, line in enumerate(lines):
        if line.county is not None:
            continue
        spans = _spans(lines, place)
        for (index, heading), quantity in columns.items():
            cell = frame.sheet.cells.get((line.row, index))
            if cell is None or is_blank(cell) or not adds_up(quantity.unit):
                continue
            total = figure(cell, problems, quantity=quantity.zh)
            sums = [_sum(span, index) for span in spans]
            if total is None or not sums or None in sums:
                continue
            if not any(found is not None and _close(total, found) for found in sums):
                gap = Fraction(total) - (sums[0] or 0)
                facts = {"word": line.word, "heading": heading, "total": total, "sum": _plain(sums[0] or Fraction(0))}
                problems.add("total_differs", cell.place, gap=_plain(gap), **facts)


def _spans(lines: Sequence[Line], place: int) -> list[list[Line]]:
    """The counties that a total may be of: for 小计 its block, else all; a block where a sheet has a total for each."""
    total = lines[place]
    if total.of or total.period:
        mine = [line for line in lines if line.county is not None and line.period in {total.period or line.period}]
        return [[line for line in mine if line.county and total.of in {"", line.county.parent}]]
    before, after = [], []
    for line in reversed(lines[:place]):
        if line.county is None:
            break
        before.append(line)
    for line in lines[place + 1 :]:
        if line.county is None:
            break
        after.append(line)
    everyone = [line for line in lines if line.county is not None]
    blocks = [block for block in (before, after) if block]
    return blocks if "小计" in lines[place].word else [everyone, *blocks]


def _sum(lines: Sequence[Line], index: int) -> Fraction | None:
    """The sum of a column; None where a county has no number, so that the total cannot be checked."""
    if any(index not in line.values for line in lines):
        return None
    return sum((Fraction(line.values[index]) for line in lines), Fraction(0))


def _close(total: str, found: Fraction) -> bool:
    mantissa, _, power = total.lower().partition("e")
    last = Fraction(10) ** (int(power or 0) - len(mantissa.partition(".")[2]))
    gap = abs(Fraction(total) - found)
    return gap <= last / 2 or gap <= _NOISE * abs(found)


def _plain(number: Fraction) -> str:
    return f"{float(number):.15g}"
