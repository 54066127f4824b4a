"""Household limits (GRASS-CAP): min(cap, max(floor, sum of parcels)); what a cap cuts stays in the county's pot."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qhgep import allocate, verify_workbook, write_workbook
from qhgep.compensation.allocation import Allocation
from qhgep.errors import PlanError
from tests.support.step_plans import differences, exact_amounts, rated, recalculated, run_text, sheet_fen, table
from tests.test_parameters import pack

HEAD = """\
schema = 1
title = "封顶保底"
layer = "statutory"
state = "draft"
period = 2018
pool = "{pool}"
round_to = "fen"
[basis]
document = "某县实施方案"
number = "1号"
article = "第五条"
date = 2016-10-21
"""


def plan(areas: dict[str, str], least: str, most: str, *, rate: str = "12.3", pool: str = "100000.00") -> str:
    """A county's pot and its households under anonymous keys."""
    named = "".join(f'[[recipient]]\nid = "{key}"\nzh = "第{key[-2:]}户"\nkind = "household_group"\n' for key in areas)
    return rated(
        HEAD.format(pool=pool)
        + f'[[step]]\nid = "parcels"\nrule = "area_rate"\nrates.ban = "{rate}"\nareas.ban = {table(areas)}\nbasis = "标准"\n'
        + f'[[step]]\nid = "households"\nrule = "household_limits"\nleast = {least}\nmost = {most}\nbasis = "第六条"\n'
        + named
    )


AREAS = {"632222-h01": "100", "632222-h02": "2000", "632222-h03": "5000"}


def test_the_cut_of_a_cap_stays_in_the_pot_and_is_told() -> None:
    """Parcels 1,230, 24,600 and 61,500 yuan; floor 2,000, cap 40,000: 770 raised, 21,500 cut; 100,000 − 66,600 are left."""
    found = run_text(plan(AREAS, '"2000"', '"40000"'))
    assert exact_amounts(found) == {"632222-h01": 2000, "632222-h02": 24_600, "632222-h03": 40_000}
    assert (found.retained, found.gap) == (3_340_000, 0)
    assert "封顶减下 21500.0000 元，留在县里，不在各户间再分；保底补足 770.0000 元" in found.notes


def test_a_county_s_own_rows_set_the_limits(tmp_path: Path) -> None:
    rows = [
        f"P035{part},household_{name},632222,,,2018-01-01,2018-12-31,,,{value},,,CNY/household,own-plan,第五条,stated,primary,,,GRASS-CAP"
        for part, name, value in (("a", "least", 2000), ("b", "most", 40000))
    ]
    (tmp_path / "plan.toml").write_text(plan(AREAS, '"row:P035a"', '"row:P035b"'), encoding="utf-8")
    found = allocate(tmp_path / "plan.toml", coefficients=[pack(tmp_path, *rows)])
    assert exact_amounts(found) == {"632222-h01": 2000, "632222-h02": 24_600, "632222-h03": 40_000}


def test_limits_may_differ_between_households() -> None:
    most = table({"632222-h01": "1000", "632222-h02": "30000", "632222-h03": "61500"})
    found = run_text(plan(AREAS, '"0"', most))
    assert exact_amounts(found) == {"632222-h01": 1000, "632222-h02": 24_600, "632222-h03": 61_500}


@pytest.mark.parametrize(
    ("least", "most", "code", "says"),
    [
        (
            '"50000"',
            '"40000"',
            "plan_bounds_crossed",
            "plan.toml:19  632222-h01 的下限（或已定额）50000.0000 元高于上限 40000.0000 元；下限不高于上限；改正下限或上限。",
        ),
        (
            '"row:P035a"',
            '"40000"',
            "plan_row_missing",
            (
                "plan.toml:22  参数 least 引用的 P035a（户均保底标准）没有值；载于：县（或省）草原补奖实施方案中的封顶保底规定；"
                "查到后用 --coefficients 加入该行；没有依据不得代以零或相邻的数值。"
            ),
        ),
        (
            '{ "632222-h01" = "1" }',
            '"40000"',
            "plan_parameter_missing",
            "\n".join(
                f"plan.toml:22  参数 least.632222-h0{number} 没有给出；数字文字，或系数行（row:行号）；补上；"
                "没有依据不得代以零或相邻的数值。"
                for number in (2, 3)
            ),
        ),
    ],
)
def test_limits_that_cannot_be_used_are_told(least: str, most: str, code: str, says: str) -> None:
    with pytest.raises(PlanError) as caught:
        run_text(plan(AREAS, least, most))
    assert {item.code for item in caught.value.problems} == {code}
    assert str(caught.value) == says


AMOUNT = st.integers(0, 10**7).map(lambda number: f"{number // 100}.{number % 100:02d}")


@given(st.lists(AMOUNT, min_size=1, max_size=6), st.tuples(AMOUNT, AMOUNT))
@settings(max_examples=30, deadline=None)
def test_everybody_lies_between_floor_and_cap_and_the_pot_is_whole(areas: list[str], limits: tuple[str, str]) -> None:
    least, most = sorted(limits, key=Fraction)
    found = run_text(plan({f"h{number:02d}": area for number, area in enumerate(areas)}, f'"{least}"', f'"{most}"'))
    for row in found.rows:
        before, after = row.steps[0][1], row.steps[1][1]
        assert Fraction(least) <= after <= Fraction(most)
        assert after == before or after in {Fraction(least), Fraction(most)}
    assert sum(found.fen.values()) + found.retained - found.gap == found.pool


@pytest.fixture(scope="module")
def capped() -> Allocation:
    return run_text(plan(AREAS, '"2000"', '"40000"'))


def test_the_sheet_recalculated_gives_the_same_fen(tmp_path: Path, capped: Allocation) -> None:
    found = recalculated(tmp_path, capped)
    assert differences(found, capped) == []
    assert sheet_fen(found, capped) == {code: float(fen) for code, fen in capped.fen.items()}


def test_its_workbook_is_verified(tmp_path: Path, capped: Allocation) -> None:
    assert verify_workbook(write_workbook(capped, tmp_path / "plan.xlsx")).same
