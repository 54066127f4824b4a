"""Rows of totals: recognised, left out of the inputs, and their sums compared with the rows that they are of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from qhgep.errors import Problems
from qhgep.inputs.counties import County
from qhgep.inputs.files.cells import RawCell
from qhgep.interval import Interval, about
from qhgep.printed import beyond_rounding, half_digit
from qhgep.units import Unit, dimension

_NOISE = Fraction(1, 10**9)
Place = tuple[str, str]
"""The field of a column and the period that its heading names (empty: that of the row)."""


@dataclass(frozen=True, slots=True)
class Summand:
    """A number of a county or a total as a sheet shows it: its digits, and the cell with its number format."""

    digits: str
    cell: RawCell
    counted: bool = False
    """Whether its unit counts people or things: a whole number of them is exact."""

    @property
    def exact(self) -> bool:
        """Whether it is a whole number of things."""
        return (
            self.counted and not self.cell.decimals and Decimal(self.digits) == Decimal(self.digits).to_integral_value()
        )

    @property
    def printed(self) -> Interval:
        """The numbers that it may stand for: half a unit of the last digit that is shown, up and down."""
        number = Decimal(self.digits)
        return about(Fraction(number), half_digit(_as_shown(number, self.cell)))


def _as_shown(number: Decimal, cell: RawCell) -> Decimal:
    """A number with as many decimals as the number format of its cell shows; as stored where the format does not fix them."""
    return number if cell.decimals is None else Decimal((0, (1,), -cell.decimals))


@dataclass
class WideRow:
    """A row of a county, or of a total (no county). `values` are the numbers of its columns as read.

    `of` is the prefecture of which it is the total, where it bears that name; `table` the number of its table on the sheet;
    `then` is the county in the years that headings of columns state, where its code was another in them.
    """

    row: int
    county: County | None
    period: str = ""
    word: str = ""
    of: str = ""
    table: int = 0
    then: dict[str, County] = field(default_factory=dict)
    values: dict[Place, Summand] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Summed:
    """A column whose numbers may be summed: its heading in the tables that have it, by the number of the table."""

    place: Place
    headings: Mapping[int, str]


def adds_up(unit: Unit) -> bool:
    """Whether the values of several counties may be summed: amounts, not depths, prices, densities or shares.

    An amount has nothing below the line but the period (energy is kg·m²/s²), and above it more than a depth or days.
    """
    parts = dict(dimension(unit))
    above = {name: power for name, power in parts.items() if power > 0}
    below = {name for name, power in parts.items() if power < 0} - {"year"} - ({"s"} if "kg" in above else set())
    only_depth = set(above) <= {"m", "s", "K", "degC", "year"} and above.get("m", Fraction(0)) <= 1
    return not below and not only_depth


def block_totals(lines: Sequence[WideRow]) -> list[WideRow]:
    """The same rows, where a prefecture among its own counties is their total, and a province that of all rows."""
    parents = {line.county.parent for line in lines if line.county is not None}
    made = []
    for line in lines:
        county = line.county
        if county is not None and county.code in parents and county.kind == "prefecture":
            made.append(WideRow(line.row, None, line.period, county.zh, county.code, line.table))
        elif county is not None and county.kind == "province" and len(lines) > 1:
            made.append(WideRow(line.row, None, line.period, county.zh, table=line.table))
        else:
            made.append(line)
    return made


def check_totals(columns: Sequence[Summed], lines: Sequence[WideRow], problems: Problems) -> None:
    """Compare every filled cell of a total with its counties: all of them, or those of its block for a 小计.

    The gap that rounding of the total and of its addends explains is allowed; another is an error with both sums.
    """
    if all(line.county is not None for line in lines):
        return
    spans = _TotalledCounties(lines)
    for number, line in enumerate(lines):
        if line.county is not None:
            continue
        for column in columns:
            total = line.values.get(column.place)
            sums = [] if total is None else [spans.addends(span, column) for span in spans.of(number)]
            if total is None or not sums or None in sums:
                continue
            known = [addends for addends in sums if addends is not None]
            if all(_differs(total, addends) for addends in known):
                whole = sum((Fraction(item.digits) for item in known[0]), Fraction(0))
                facts = {
                    "word": line.word,
                    "heading": column.headings[line.table],
                    "total": total.digits,
                    "sum": _plain(whole),
                }
                problems.add("total_differs", total.cell.place, gap=_plain(Fraction(total.digits) - whole), **facts)


_Key = tuple[str, str, int, int]
"""The prefecture, the period, the block and the table of the counties that a total is of; empty and -1: all of them."""


class _TotalledCounties:
    """The counties that totals may be of, and their numbers, each made once however many totals a sheet has."""

    def __init__(self, lines: Sequence[WideRow]) -> None:
        self.lines = lines
        self.members: dict[_Key, list[WideRow]] = {}
        self.blocks: list[int] = []
        self._addends: dict[tuple[_Key, Place], list[Summand] | None] = {}
        block = 0
        for line in lines:
            block += line.county is None
            self.blocks.append(block)
            if line.county is not None:
                for key in sorted(set(self._keys(line, line.county.parent, block))):
                    self.members.setdefault(key, []).append(line)

    @staticmethod
    def _keys(line: WideRow, parent: str, block: int) -> list[_Key]:
        of = [(prefecture, period, -1, -1) for prefecture in ("", parent) for period in ("", line.period)]
        return [*of, ("", "", block, -1), ("", "", -1, line.table), ("", line.period, -1, line.table)]

    def of(self, place: int) -> list[_Key]:
        """For 小计 the block before it or behind it, else all; a block or its own table too where a sheet has a total for each."""
        total, block = self.lines[place], self.blocks[place]
        if total.of or total.period:
            return [key for key in [(total.of, total.period, -1, -1)] if key in self.members]
        own: list[_Key] = [("", "", block - 1, -1), ("", "", block, -1), ("", "", -1, total.table)]
        keys = own if "小计" in total.word else [("", "", -1, -1), *own]
        return [key for key in dict.fromkeys(keys) if key in self.members]

    def addends(self, key: _Key, column: Summed) -> list[Summand] | None:
        """The numbers of a column; None where a county has none, so that the total cannot be checked."""
        at = (key, column.place)
        if at not in self._addends:
            found = [line.values.get(column.place) for line in self.members[key] if line.table in column.headings]
            self._addends[at] = None if not found or None in found else [item for item in found if item is not None]
        return self._addends[at]


def _differs(total: Summand, addends: Sequence[Summand]) -> bool:
    """Whether more than rounding, and the noise of a computed sum, lies between a total and its addends."""
    if all(item.exact for item in (total, *addends)):
        return Fraction(total.digits) != sum((Fraction(item.digits) for item in addends), Fraction(0))
    gap = beyond_rounding(total.printed, [item.printed for item in addends])
    return gap > _NOISE * abs(sum((Fraction(item.digits) for item in addends), Fraction(0)))


def _plain(number: Fraction) -> str:
    return f"{float(number):.15g}"
