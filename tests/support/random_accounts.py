"""Toy accounts made at random, what they would print, and a printing fault put into one.

Which printed figures rounding of the inputs explains is asked of the engine at the ends of all inputs, not of the
interval reading: every quantity here rises with every input.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

from benchmarks.published import rounded
from qhgep.engine import compute
from qhgep.engine.result import Result
from qhgep.units import Unit, dimension, spelled
from tests.support import toy
from tests.support.accounts import with_lines
from tests.support.printed import FILE, Printed, write_printed
from tests.support.toy import BARE, COD, FOREST, GRASS, MARSH, NH3N, Line

KINDS = ("digit", "point", "unit")
UNITS = {
    "t": ("t", "t/a", "1e4 t", "万吨/年"),
    "CNY": ("CNY", "1e4 CNY", "亿元", "万元", "1e8 CNY/yr"),
    "t*CO2": ("tCO2", "10^8 tCO2"),
    "1": ("1", "%"),
}
BY_COUNTY = ("toy_useful_total", "toy_cleaning_value_total", "toy_season", "toy_fixed_total", "toy_fixed_value_total")
TIGHT = frozenset({
    "toy_removed", "toy_by_pollutant", "toy_by_ecosystem", "toy_season", "toy_fixed", "toy_fixed_total",
    "toy_fixed_value", "toy_fixed_value_total",
})  # fmt: skip
"""Quantities whose trees read every input once: their interval is the range itself, and no wider."""


@dataclass
class Case:
    """An account with what it prints, and for each printed row the least and greatest value that inputs allow."""

    path: Path
    printed: list[Printed]
    ranges: Mapping[str, tuple[Fraction, Fraction]]


def make(draw: Random, folder: Path) -> Case:
    """A random account whose printed figures are its own results, rounded to some digits."""
    counties = (toy.A, toy.B, toy.D)[: draw.randint(1, 3)]
    lines = [line for county in counties for line in _lines(draw, county)]
    account = toy.ACCOUNT + f'published = ["{FILE}"]\n'
    path = toy.write_account(folder, lines, account=account, counties=counties)
    read = toy.read(path)
    middle, least, most = (
        compute(with_lines(read, [_moved(line, side) for line in lines])) for side in (0, -1, 1)
    )  # fmt: skip
    wanted = [cell for county in (*counties, "*") for cell in _cells(county)]
    chosen = draw.sample(wanted, k=min(len(wanted), draw.randint(6, 14)))
    printed = [_printed(draw, f"r{place}", cell, middle) for place, cell in enumerate(chosen)]
    totals = [_total(draw, county, middle) for county in counties]
    ranges = {row.row: (_value(least, row), _value(most, row)) for row in printed}
    for total, parts in totals:
        printed += [*parts, total]
        ranges |= {row.row: (_value(least, row), _value(most, row)) for row in (*parts, total)}
    write_printed(folder, printed)
    return Case(path, printed, ranges)


def _lines(draw: Random, county: str) -> Iterator[Line]:
    kinds = [GRASS, *draw.sample((FOREST, MARSH, BARE), k=draw.randint(0, 3))]
    for kind in sorted(kinds):
        unit = draw.choice(("km2", "hm2", "亩"))
        yield Line(county, "area", _digits(draw), unit, kind)
        if kind != BARE:
            yield Line(county, "toy_growth", _digits(draw), "g/m2/year (carbon)", kind)
    for item in (COD, NH3N):
        yield (
            Line(county, "toy_load", item=item, presence="zero")
            if draw.random() < 0.2
            else Line(county, "toy_load", _digits(draw), "t/a", item=item)
        )
    yield Line(county, "toy_wetness", draw.choice(("1.3", "0.7", "2.25", "0.50", "1.5e0")), "1")
    yield Line(county, "county_area", "49999", "km2")  # four classes of 10,000 km² at most
    yield Line(county, "inflow_from_outside", presence="zero")
    if draw.random() < 0.2:
        yield Line(county, "toy_fixed_total", _digits(draw), "t CO2/a")


def _digits(draw: Random) -> str:
    """A number above zero as an account would print it."""
    number = Fraction(draw.randrange(10**5, 10**6), 10**5) * Fraction(10) ** draw.randint(0, 3)
    return rounded(number, draw.randint(1, 4)) if draw.random() < 0.9 else f"{float(number):.3e}"


def _moved(line: Line, side: int) -> Line:
    """The line at the upper or lower end of what its digits may stand for."""
    if line.presence != "value":
        return line
    number = Decimal(line.value)
    half = Decimal(5).scaleb(int(number.as_tuple().exponent) - 1)
    return replace(line, value=f"{number + side * half:f}")


def _cells(county: str) -> Iterator[tuple[str, str, str, str]]:
    yield from ((name, county, "", "") for name in (*BY_COUNTY, "accounted_total"))
    for item in (COD, NH3N):
        yield from ((name, county, "", item) for name in ("toy_by_pollutant", "toy_useful", "toy_cleaning_value"))
        yield from (("toy_removed", county, kind, item) for kind in (GRASS, FOREST))
    yield from (
        (name, county, kind, "") for name in ("toy_by_ecosystem", "toy_fixed", "toy_fixed_value") for kind in (GRASS,)
    )


def _printed(draw: Random, row: str, cell: tuple[str, str, str, str], result: Result) -> Printed:
    """A value of the account as it would print it; one that there is not prints nothing."""
    name, county, ecosystem, item = cell
    line = Printed(row, name, county, "2020", ecosystem, item)
    if ecosystem and ecosystem not in result.grid.members["ecosystem"]:
        line = replace(line, ecosystem=result.grid.members["ecosystem"][0])
    if any(cell is None for cell in _numbers(result, line)):
        return line
    unit = draw.choice(UNITS[_dimension(result, name)])
    return replace(line, value=number_text(draw, _value(result, line) / spelled(unit).scale), unit=unit)


def _dimension(result: Result, name: str) -> str:
    unit = result.account.ruleset.indicators[0].value if name == "accounted_total" else name
    plain = {part for part, _ in result.values[unit].quantity.unit.items} - {"year"}
    return "*".join(sorted(plain, key=lambda part: part != "t")) or "1"


def _numbers(result: Result, line: Printed) -> list[float | None]:
    lines = [one.value for one in result.account.ruleset.indicators]
    names = lines if line.quantity == "accounted_total" else [line.quantity]
    codes = result.grid.members["county"] if line.county_code == "*" else (line.county_code,)
    found = [
        result.value(name, county=code, ecosystem=line.ecosystem, item=line.item) for name in names for code in codes
    ]
    there = [value.value for value in found if value.presence not in {"absent", "not_applicable"}]
    return there or [None]


def _value(result: Result, line: Printed) -> Fraction:
    return sum((Fraction(number or 0) for number in _numbers(result, line)), Fraction(0))


def number_text(draw: Random, value: Fraction) -> str:
    """A number rounded to some decimals or some digits."""
    if draw.random() < 0.5:
        return rounded(value, draw.randint(0, 9))
    digits = draw.randint(0, 11)
    return f"{Decimal(value.numerator) / Decimal(value.denominator):.{digits}e}"


def _total(draw: Random, county: str, result: Result) -> tuple[Printed, list[Printed]]:
    """The accounted total of a county, printed as the sum of its two indicators with the share of one."""
    names = ("toy_cleaning_value_total", "toy_fixed_value_total")
    parts = [_printed(draw, f"{county}-{place}", (name, county, "", ""), result) for place, name in enumerate(names)]
    total = _printed(draw, f"T-{county}", ("accounted_total", county, "", ""), result)
    total = replace(total, total_of=" ".join(part.row for part in parts))
    whole = _value(result, total)
    if whole:
        share = rounded(100 * _value(result, parts[0]) / whole, draw.randint(0, 4))
        parts[0] = replace(parts[0], share=share, share_of=total.row)
    return total, parts


def inject(draw: Random, case: Case, kind: str, *, names: frozenset[str] | None = None) -> Printed | None:
    """Put one fault into a printed value that the inputs then no longer allow; None where none was found.

    `names` are the quantities that may suffer it.
    """
    places = [
        place for place, row in enumerate(case.printed) if row.value and (names is None or row.quantity in names)
    ]  # fmt: skip
    for _ in range(60 if places else 0):
        place = draw.choice(places)
        row = case.printed[place]
        faulty = _faulty(draw, row, kind)
        if faulty is not None and leaves(faulty, case.ranges[row.row], row):
            case.printed[place] = faulty
            write_printed(case.path.parent, case.printed)
            return faulty
    return None


def _faulty(draw: Random, row: Printed, kind: str) -> Printed | None:
    mantissa, _, power = row.value.partition("e")
    if kind == "unit":
        others = [unit for units in UNITS.values() for unit in units if unit != row.unit]
        return replace(row, unit=draw.choice(others))
    if kind == "point":
        return replace(row, value=f"{mantissa}e{int(power or 0) + draw.choice((-4, -3, -2, -1, 1, 2, 3, 4))}")
    place = draw.choice([place for place, sign in enumerate(mantissa) if sign.isdigit()])
    digit = draw.choice([digit for digit in "0123456789" if digit != mantissa[place]])
    changed = mantissa[:place] + digit + mantissa[place + 1 :]
    return (
        None
        if changed[:2].isdigit() and changed[0] == "0"
        else replace(row, value=row.value.replace(mantissa, changed, 1))
    )


def leaves(row: Printed, allowed: Sequence[Fraction], sound: Printed) -> bool:
    """Whether no rounding of the inputs gives what is printed, or its unit is of another kind than the sound one."""
    unit, true = spelled(row.unit), spelled(sound.unit)
    plain, wanted = _without(unit.unit, "year"), _without(true.unit, "year")
    if plain != wanted and plain != _without(true.unit, "year", "carbon"):  # a tonne of CO₂ printed as `t` is read so
        return True
    number = Decimal(row.value)
    half = Fraction(5) * Fraction(10) ** (int(number.as_tuple().exponent) - 1)
    ends = sorted(end * (1 + slack) for end in allowed for slack in (Fraction(-1, 10**9), Fraction(1, 10**9)))
    low, high = ((Fraction(number) + side * half) * unit.scale for side in (-1, 1))
    return low > ends[-1] or high < ends[0]


def _without(unit: Unit, *names: str) -> tuple[tuple[str, Fraction], ...]:
    """The dimension of a unit without some base units; that of CO₂ is carbon."""
    return tuple((name, power) for name, power in dimension(unit) if name not in names)
