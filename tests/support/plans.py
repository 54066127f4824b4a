"""Small plans made by hand or at random, run without files; any allocation as a sheet of live formulas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from random import Random

import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from qhgep.compensation.allocation import Allocation, Heading
from qhgep.compensation.columns.column import Factor, FactorFigure, Recipient
from qhgep.compensation.rules.floor import FloorStep
from qhgep.compensation.rules.registry import RULES
from qhgep.compensation.rules.weighted import WeightedStep
from qhgep.compensation.run import Appropriation, begin, run
from qhgep.expr import Quantity
from qhgep.money import Fen, yuan
from qhgep.readings.excel import excel
from qhgep.units import PURE

HEADING = Heading("测试方案", "analytic", "测算稿", "2019")


@dataclass(frozen=True)
class Case:
    """A plan in plain values: fen, factor -> code -> value, factor -> weight text, code -> floor in fen."""

    pool: int
    factors: Mapping[str, Mapping[str, float]]
    weights: Mapping[str, str]
    floors: Mapping[str, int] = field(default_factory=dict)
    payable: int = 1
    decimals: int | None = 8

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(next(iter(self.factors.values())))

    def allocate(self) -> Allocation:
        """Runs weighted, and floor where there are floors."""
        recipients = [Recipient(code, f"单位{code}") for code in self.codes]
        purse = Appropriation(Fen(self.pool), Fen(self.payable), "测试", "chosen")
        context = begin(purse, recipients, {name: factor(name, self.factors[name]) for name in self.factors})
        weights = {"id": "divide", "rule": "weighted", "weights": dict(self.weights), "basis": "测试"}
        steps = [("divide", RULES["weighted"], WeightedStep.model_validate(weights | {"decimals": self.decimals}))]
        if self.floors:
            amounts = {code: yuan(Fen(floor)) for code, floor in self.floors.items()}
            terms = FloorStep.model_validate({"id": "floor", "rule": "floor", "amounts": amounts})
            steps.append(("floor", RULES["floor"], terms))
        return run(context, steps, pool=Fen(self.pool), heading=HEADING)


UNEVEN = Case(
    1_000_000_000,
    {
        "water": {"632222": 7.0, "632323": 1.0, "632621": 5.0},
        "area": {"632222": 1.0, "632323": 1.0, "632621": 2.0},
    },
    {"water": "0.6", "area": "0.4"},
    {"632323": 250_000_000},
)
"""Three recipients, two factors, and a floor that raises one."""


def factor(name: str, values: Mapping[str, float]) -> Factor:
    """A factor with these values, all computed and published."""
    figures = {code: FactorFigure(Fraction(value), "published", "computed") for code, value in values.items()}
    return Factor(name, Quantity(name, PURE, ("recipient",), f"因素{name}", name), f"gep.{name}", figures)


def equal(pool: int, count: int, floors: Mapping[str, int] | None = None) -> Case:
    """A pool shared equally by so many recipients: every remainder is a tie."""
    values = {str(632601 + number): 1.0 for number in range(count)}
    return Case(pool, {"area": values}, {"area": "1"}, floors or {})


def random_case(random: Random) -> Case:
    """A plan of any shape the schema allows, often with ties, zeros, floors and the largest pools."""
    codes = [str(632201 + number) for number in range(random.randint(1, 9))]
    names = ["water", "carbon", "area"][: random.randint(1, 3)]
    factors = {name: _values(random, codes) for name in names}
    payable = random.choice((1, 1, 1, 100, 10_000, 1_000_000))
    pool = random.choice((50_000_000_000, 50_000_000_001, 10**14 - 1, random.randint(1_000_000, 10**13)))
    units = pool // payable
    floors = {}
    if random.random() < 0.6:
        most = units // len(codes)
        chosen = random.sample(codes, random.randint(1, len(codes)))
        floors = {code: random.choice((most, random.randint(0, most), most // 2)) * payable for code in chosen}
    return Case(pool, factors, _weights(random, names), floors, payable, random.choice((4, 6, 8, 8)))


def _values(random: Random, codes: Sequence[str]) -> dict[str, float]:
    draw = random.choice(
        (
            lambda: 1.0,
            lambda: float(random.randint(0, 3)),
            lambda: random.uniform(0, 1e10),
            lambda: random.random() ** 9,
        )
    )
    values = {code: draw() for code in codes}
    return values if sum(values.values()) > 0 else dict.fromkeys(codes, 1.0)


def _weights(random: Random, names: Sequence[str]) -> dict[str, str]:
    scale = random.choice((100, 10_000))
    cuts = sorted(random.randint(0, scale) for _ in names[1:])
    parts = [high - low for low, high in zip([0, *cuts], [*cuts, scale], strict=True)]
    digits = len(str(scale)) - 1
    return {name: f"{part // scale}.{part % scale:0{digits}d}" for name, part in zip(names, parts, strict=True)}


def write_sheets(path: Path, allocations: Sequence[Allocation], given: Sequence[Allocation] | None = None) -> Path:
    """One sheet per allocation: its columns left to right, scalars in row 1, recipients below, formulas live.

    `given` lends the values that are put in, as a person would who types other ones over them.
    """
    with xlsxwriter.Workbook(path) as book:
        for number, allocation in enumerate(allocations):
            source = allocation if given is None else given[number]
            _write(book.add_worksheet(f"方案{number}"), allocation, source)
    return path


def address(allocation: Allocation, name: str, code: str = "") -> str:
    """The cell of a column, in the row of a recipient or in row 1."""
    letter = xl_col_to_name([column.name for column in allocation.columns].index(name))
    return f"{letter}{_rows(allocation)[code] if code else 1}"


def _rows(allocation: Allocation) -> dict[str, int]:
    return {recipient.id: row for row, recipient in enumerate(allocation.recipients, 2)}


def _write(sheet: xlsxwriter.worksheet.Worksheet, allocation: Allocation, source: Allocation) -> None:
    letters = {column.name: xl_col_to_name(place) for place, column in enumerate(allocation.columns)}
    rows = _rows(allocation)
    last = len(rows) + 1

    for column in allocation.columns:
        for code, row in rows.items() if column.quantity.axes else [("", 1)]:
            at = f"{letters[column.name]}{row}"
            if column.expr is None:
                value = source.table[column.name]
                sheet.write_number(at, float(value if isinstance(value, Fraction) else value[code]))
                continue

            def cell(of: Quantity, row: int = row) -> str:
                return f"{letters[of.name]}{row}" if of.axes else f"${letters[of.name]}$1"

            def extent(of: Quantity) -> str:
                return f"{letters[of.name]}$2:{letters[of.name]}${last}"

            sheet.write_formula(at, "=" + excel(column.expr, cell, factor=_times, extent=extent))


def _times(times: Fraction) -> str:
    return f"*{times}" if times.denominator == 1 else f"/{times.denominator}"
