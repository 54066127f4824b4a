"""Factors of unlike coverage: the amounts over each county's own coverage and over the common one, side by side."""

from pathlib import Path

import pytest

from qhgep import allocate, verify_workbook, write_workbook
from qhgep.compensation.allocation import Allocation
from qhgep.engine.result import Result
from qhgep.errors import PlanError
from tests.support import toy
from tests.support.result_bodies import body
from tests.support.toy import FOREST, GRASS, A, B, Line
from tests.witness import formualizer

ROOT = 1.1**0.5 * 44 / 12 * 57.3
"""Both counties: a season of the root of 1.1, t C to t CO₂, 57.3 yuan a tonne; growth is 40.5 g/m² throughout."""
GRASSLAND = {A: 1234.5 * 40.5 * ROOT, B: 800 * 40.5 * ROOT}
FORESTS = {A: 200.125 * 40.5 * ROOT, B: 0.5 * 40.5 * ROOT}
PLAN = """schema = 1
title = "试"
layer = "{layer}"
state = "draft"
period = 2020
pool = "1000000.00"
round_to = "fen"
recipients = ["{A}", "{B}"]
[basis]
document = "试行办法"
number = "1号"
article = "第一条"
date = 2020-01-01
[accounts]
gep = "account.toml"
[factor.carbon]
of = "gep.{of}"
as = "share"
{how}
[[step]]
id = "divide"
rule = "weighted"
weights = {{ carbon = "1" }}
basis = "试"
"""
ACCEPT = 'partial = "accept"\nbasis = "试"'
COMMON = 'coverage = "common"\nbasis = "试"'


def without_forest_in_b() -> list[Line]:
    """B says that the growth of its forest is missing."""
    kept = [line for line in toy.whole() if (line.county, line.quantity, line.ecosystem) != (B, "toy_growth", FOREST)]
    return [*kept, Line(B, "toy_growth", ecosystem=FOREST, presence="missing")]


def plan_of(folder: Path, how: str, *, of: str = "toy_fixed_value_total", layer: str = "analytic") -> Path:
    path = folder / "plan.toml"
    path.write_text(PLAN.format(A=A, B=B, how=how, of=of, layer=layer), encoding="utf-8")
    return path


def allocated(folder: Path, lines: list[Line], how: str, **options: str) -> Allocation:
    result = toy.result(folder, lines, counties=(A, B))
    return allocate(plan_of(folder, how, **options), results={"gep": result})


def fen(values: dict[str, float]) -> dict[str, int]:
    """Shares of 100,000,000 fen, to the nearest."""
    return {code: round(100_000_000 * value / sum(values.values())) for code, value in values.items()}


def test_what_is_paid_on_unlike_coverage_is_printed_beside_the_common_one(tmp_path: Path) -> None:
    """A counts grassland and forest, B its grassland: by common coverage the forest of A is left out."""
    found = allocated(tmp_path, without_forest_in_b(), ACCEPT)
    assert found.coverage is not None
    own, common = fen({A: GRASSLAND[A] + FORESTS[A], B: GRASSLAND[B]}), fen(GRASSLAND)
    assert found.fen == pytest.approx(own, abs=1)
    assert found.coverage.side == "own"
    assert found.coverage.other == pytest.approx(common, abs=1)
    assert own[B] < common[B]  # the county with fewer data is paid less
    (factor,) = found.coverage.factors
    assert factor.left_out == ("森林",)
    assert factor.common == pytest.approx(GRASSLAND)
    rows = {row["recipient"]: row for row in body(found)["coverage"]["rows"]}
    assert float(rows[B]["difference_yuan"]) == pytest.approx((own[B] - common[B]) / 100, abs=0.02)


def test_the_common_coverage_is_a_decision_that_prints_what_it_left_out(tmp_path: Path) -> None:
    found = allocated(tmp_path, without_forest_in_b(), COMMON)
    assert found.coverage is not None
    assert (found.coverage.side, found.coverage.factors[0].left_out) == ("common", ("森林",))
    assert found.fen == pytest.approx(fen(GRASSLAND), abs=1)
    assert found.coverage.other == pytest.approx(fen({A: GRASSLAND[A] + FORESTS[A], B: GRASSLAND[B]}), abs=1)


def test_both_amounts_stand_in_the_workbook_and_are_rebuilt_from_its_record(tmp_path: Path) -> None:
    found = allocated(tmp_path, without_forest_in_b(), ACCEPT)
    write_workbook(found, tmp_path / "plan.xlsx")
    cells = {
        cell: value
        for (sheet, cell), value in formualizer.recalculate(tmp_path / "plan.xlsx").items()
        if sheet == "覆盖口径"
    }
    assert found.coverage is not None
    assert found.coverage.other is not None
    gaps = [(found.fen[code] - found.coverage.other[code]) / 100 for code in (A, B)]
    assert sorted(value for cell, value in cells.items() if cell.startswith("E") and value) == pytest.approx(
        sorted(gaps)
    )
    assert verify_workbook(tmp_path / "plan.xlsx").same


def test_equal_coverage_gives_equal_amounts(tmp_path: Path) -> None:
    found = allocated(tmp_path, toy.whole(), ACCEPT)
    assert found.coverage is not None
    assert found.coverage.other == found.fen
    assert found.coverage.factors[0].left_out == ()


def test_where_nothing_is_in_common_there_is_no_other_amount_and_the_reason_is_told(tmp_path: Path) -> None:
    """A has growth in its grassland only, B in its forest only."""
    gone = {(A, FOREST), (B, GRASS)}
    lines = [line for line in toy.whole() if line.quantity != "toy_growth" or (line.county, line.ecosystem) not in gone]
    found = allocated(tmp_path, lines, ACCEPT)
    assert found.coverage is not None
    assert found.coverage.other is None
    assert "缺" in found.coverage.reason
    with pytest.raises(PlanError) as caught:
        allocated(tmp_path, lines, COMMON)
    says = (
        "plan.toml:16  各领款单位的因素 gep.toy_fixed_value_total 没有共同的部分，按共同覆盖没有数可比（至少一家缺：森林、草地）；"
        '每个领款单位都有的一部分；补齐这些数据；或改用 partial = "accept" 并写明依据，或调整领款单位。'
    )
    assert [(item.code, item.text()) for item in caught.value.problems] == [("factor_nothing_common", says)]


def test_a_stated_total_beside_a_computed_one_is_another_method(tmp_path: Path) -> None:
    """A states its sum, B's is computed: shares of the two are refused, and a scenario may say what it does."""
    lines = [*toy.whole(), Line(A, "toy_fixed_value_total", "5", "亿元/a")]
    with pytest.raises(PlanError) as caught:
        allocated(tmp_path, lines, "")
    (problem,) = caught.value.problems
    assert problem.code == "factor_methods"
    assert f"（{A}）" in problem.text()
    found = allocated(tmp_path, lines, ACCEPT)
    assert found.coverage is not None
    assert found.coverage.other is None


def test_an_indicator_that_one_county_lacks_is_not_in_the_common_total(tmp_path: Path) -> None:
    """B has no load: by common coverage the total of A loses its cleaning, 50 t x 1400 + 2.5 t x 1750.5 yuan."""
    lines = [line for line in toy.whole() if (line.county, line.quantity) != (B, "toy_load")]
    found = allocated(tmp_path, lines, ACCEPT, of="accounted_total")
    assert found.coverage is not None
    (factor,) = found.coverage.factors
    assert factor.left_out == ("toy_cleaning",)
    assert factor.own[A] is not None
    assert factor.common[A] is not None
    assert factor.own[A] - factor.common[A] == pytest.approx(50 * 1400 + 2.5 * 1750.5)
    assert factor.own[B] == factor.common[B]


@pytest.mark.parametrize(
    ("how", "layer", "code"),
    [
        ('coverage = "common"', "analytic", "plan_factor_basis"),
        (COMMON, "statutory", "plan_common_layer"),
        ('partial = "accept"\n' + COMMON, "analytic", "plan_common_partial"),
    ],
)
def test_the_common_coverage_needs_a_basis_and_a_scenario(tmp_path: Path, how: str, layer: str, code: str) -> None:
    result: Result = toy.result(tmp_path, toy.whole(), counties=(A, B))
    with pytest.raises(PlanError) as caught:
        allocate(plan_of(tmp_path, how, layer=layer), results={"gep": result})
    assert code in {item.code for item in caught.value.problems}
