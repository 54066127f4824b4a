"""The sheet of a plan: other engines compute the same columns, and say so when typed values no longer fit."""

from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random

import pytest

from qhgep.compensation.allocation import Allocation
from tests.support.plans import UNEVEN, Case, address, equal, random_case, write_sheets
from tests.witness import Values, formualizer, libreoffice

SEEDS = tuple(range(34))
TIES = (
    equal(50_000_000_000, 3), equal(50_000_000_000, 7), equal(50_000_000_001, 9, {"632601": 20_000_000_000}),
    equal(10**14 - 1, 9, {"632603": 10**13, "632605": 2 * 10**13}), replace(UNEVEN, payable=10_000),
)  # fmt: skip


@cache
def drawn() -> tuple[Allocation, ...]:
    randoms = [Random(seed) for seed in SEEDS]
    return tuple(case.allocate() for case in (*TIES, *map(random_case, randoms)))


def differences(found: Values, allocations: tuple[Allocation, ...]) -> list[str]:
    """Cells that are not the cached value: whole numbers exactly, measured ones to 14 digits."""
    wrong = []
    for number, allocation in enumerate(allocations):
        for column in allocation.columns:
            if column.expr is None:
                continue
            value = allocation.table[column.name]
            cells = {"": value} if isinstance(value, Fraction) else value
            for code, exactly in cells.items():
                cell = found[f"方案{number}", address(allocation, column.name, code)]
                whole = exactly.denominator == 1 and not column.name.endswith((".in_fen", ".amount"))
                tolerance = 0 if whole else 1e-14 * abs(exactly)
                if not isinstance(cell, float) or abs(cell - float(exactly)) > tolerance:
                    wrong.append(f"方案{number} {column.name} {code}: {cell} != {float(exactly)}")
    return wrong


def test_formualizer_computes_every_column(tmp_path: Path) -> None:
    path = write_sheets(tmp_path / "plans.xlsx", drawn())
    assert differences(formualizer.recalculate(path), drawn()) == []


@pytest.mark.libreoffice
def test_libreoffice_computes_every_column(tmp_path: Path) -> None:
    path = write_sheets(tmp_path / "plans.xlsx", drawn())
    assert differences(libreoffice.recalculate(path), drawn()) == []


def test_a_sheet_with_other_values_typed_in_is_the_other_plan(tmp_path: Path) -> None:
    other = replace(
        UNEVEN,
        pool=1_999_999_999,
        factors={
            name: {code: 3.5 * value + 1 for code, value in values.items()} for name, values in UNEVEN.factors.items()
        },
        weights={"water": "0.35", "area": "0.65"},
        floors={"632323": 400_000_000},
    )
    written, typed = UNEVEN.allocate(), other.allocate()
    assert [column.name for column in written.columns] == [column.name for column in typed.columns]
    path = write_sheets(tmp_path / "typed.xlsx", [written], [typed])
    found = formualizer.recalculate(path)
    assert {code: found["方案0", address(written, "finish.fen", code)] for code in typed.fen} == typed.fen


def test_a_sheet_that_needs_more_passes_says_so(tmp_path: Path) -> None:
    """Floors typed in by hand beyond the passes of the sheet: the check column is no longer zero."""
    values = {"632222": 10.0, "632323": 30.0, "632621": 60.0}
    one = Case(100_000, {"area": values}, {"area": "1"}, {"632222": 30_000})
    two = replace(one, floors={"632222": 30_000, "632323": 29_000})
    path = write_sheets(tmp_path / "typed.xlsx", [one.allocate()], [two.allocate()])
    found = formualizer.recalculate(path)
    assert found["方案0", address(one.allocate(), "finish.unmet")] == 1
    assert found["方案0", address(one.allocate(), "finish.unassigned")] == 0


def test_weights_typed_in_that_are_not_one_say_so(tmp_path: Path) -> None:
    written = UNEVEN.allocate()
    table = dict(written.table) | {"divide.weight.area": Fraction("0.3")}
    path = write_sheets(tmp_path / "typed.xlsx", [written], [replace(written, table=table)])
    assert formualizer.recalculate(path)["方案0", address(written, "divide.weight_gap")] == 10
