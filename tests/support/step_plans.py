"""Plans of any steps, written as a file and run without accounts; the sheet of each recalculated."""

import tomllib
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from qhgep import allocate
from qhgep.compensation.allocation import Allocation
from qhgep.errors import PlanError
from qhgep.units import unit
from qhgep.workbook.plan.record import Recorded, RecordedValue
from tests.support.plans import address, write_sheets
from tests.witness import Values, formualizer

CODES = ("632222", "632323", "632621")
HEAD = """\
schema = 1
title = "试"
layer = "{layer}"
state = "draft"
period = {period}
pool = "{pool}"
round_to = "{round_to}"
recipients = [{codes}]
[basis]
document = "某办法"
number = "1号"
article = "第五条"
date = 2023-03-01
"""
RATED = """\
[[evidence]]
for = {names}
evidence = "declared"
document = "测算数据"
number = "青财函〔2023〕9号"
date = 2023-02-01
unit = "青海省财政厅"
"""
Texts = Mapping[str, str]


def table(values: Texts | Mapping[str, int]) -> str:
    """An inline table of quoted texts."""
    inside = ", ".join(f'"{code}" = "{value}"' for code, value in values.items())
    return f"{{ {inside} }}"


def plan_text(
    steps: str,
    *,
    pool: str = "1000.00",
    layer: str = "analytic",
    period: int = 2023,
    round_to: str = "fen",
    codes: tuple[str, ...] = CODES,
) -> str:
    """A plan with these steps, and recipients if none are among those; the pool of a contract lets all of a test pass."""
    pool = "9999999999.99" if layer == "contract" and pool == "1000.00" else pool
    named = "" if "[[recipient]]" in steps else ", ".join(f'"{code}"' for code in codes)
    text = HEAD.format(layer=layer, period=period, pool=pool, round_to=round_to, codes=named) + steps
    return rated(text) if layer == "statutory" else text


def rated(text: str) -> str:
    """A plan that says, at its end, what the numbers rest on that it types: its steps, its phases, what was issued."""
    terms = tomllib.loads(text)
    names = [step["id"] for step in terms.get("step", ())]
    names += [f"phase.{phase['id']}" for phase in terms.get("phase", ()) if {"share", "amounts"} & phase.keys()]
    names += ["budget.already_issued"] if terms.get("budget", {}).get("already_issued") else []
    return f"{text}{RATED.format(names=names)}" if names else text


AREA = """\
[accounts]
gep = "account.toml"
[factor.area]
of = "gep.county_area"
as = "share"
[[step]]
id = "divide"
rule = "weighted"
weights = { area = "1" }
basis = "试"
"""
"""A first step that divides by area: 19 to 27 of the file."""


def recorded(area: Mapping[str, float]) -> Recorded:
    """An account's result that has these areas."""
    figures = {
        ("county_area", code): RecordedValue(value, unit("ha"), "value", "computed", "declared", None)
        for code, value in area.items()
    }
    return Recorded(figures, "0123456789abcdef", date(2026, 11, 22))


def run_text(text: str, area: Mapping[str, float] | None = None) -> Allocation:
    """What a plan comes to, with these areas in its account (7, 1 and 2 where none are given)."""
    given = dict(zip(CODES, (7.0, 1.0, 2.0), strict=True)) if area is None else area
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plan.toml"
        path.write_text(text, encoding="utf-8")
        return allocate(path, results={"gep": recorded(given)})


def told(text: str, area: Mapping[str, float] | None = None) -> PlanError:
    """The error that a plan stops with."""
    with pytest.raises(PlanError) as caught:
        run_text(text, area)
    return caught.value


def exact_amounts(allocation: Allocation) -> dict[str, Fraction]:
    """The exact yuan after the last step."""
    return {row.recipient.id: row.steps[-1][1] for row in allocation.rows}


def recalculated(path: Path, *allocations: Allocation, typed: tuple[Allocation, ...] | None = None) -> Values:
    """The sheets of allocations (with other values typed in) as formualizer computes them."""
    return formualizer.recalculate(write_sheets(path / "sheets.xlsx", allocations, typed))


def sheet_fen(found: Values, allocation: Allocation, number: int = 0, name: str = "finish.fen") -> dict[str, object]:
    """What each recipient gets according to a recalculated sheet."""
    return {code: found[f"方案{number}", address(allocation, name, code)] for code in allocation.fen}


def differences(found: Values, *allocations: Allocation) -> list[str]:
    """Computed cells that are not the exact value: whole numbers exactly, measured ones to 14 digits."""
    wrong = []
    for number, allocation in enumerate(allocations):
        for column in allocation.columns:
            if column.expr is None:
                continue
            value = allocation.table[column.name]
            for code, exactly in ({"": value} if isinstance(value, Fraction) else value).items():
                cell = found[f"方案{number}", address(allocation, column.name, code)]
                whole = exactly.denominator == 1 and not column.name.endswith((".in_fen", ".amount"))
                tolerance = 0 if whole else 1e-14 * abs(exactly)
                if not isinstance(cell, float) or abs(cell - float(exactly)) > tolerance:
                    wrong.append(f"{number} {column.name} {code}: {cell} != {float(exactly)}")
    return wrong
