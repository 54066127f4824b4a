"""草地状况: coefficients by degradation from the published values of Sanjiangyuan, and the area that they weigh."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from qhgep.account.read import read_account
from qhgep.decisions.effects import effects
from qhgep.engine import compute
from qhgep.engine.result import Result
from qhgep.errors import UnitError
from qhgep.packs.library import coefficients
from tests.support.accounts import Coefficient, Line, pack, write_account
from tests.support.books import Made, compared
from tests.witness import formualizer

EXAMPLE = Path(__file__).parents[1] / "examples" / "sanjiangyuan-grassland" / "account.toml"
CLASSES = {"undegraded": 1, "lightly_degraded": 0.8, "moderately_degraded": 0.5, "severely_degraded": 0.2}
AREAS = {"undegraded": 100, "lightly_degraded": 200, "moderately_degraded": 300, "severely_degraded": 400}
ROWS = ["LAI-未退化", "LAI-轻度退化", "LAI-中度退化", "LAI-重度及以上退化"]
RULES = """schema = 1
zh = "草地状况"
show = ["condition_adjusted_area_total"]
[bind]
condition_coefficient = "value_ratio"
condition_adjusted_area = "area_by_condition"
condition_adjusted_area_total = "sum"
[[indicator]]
id = "water_conservation"
category = "regulating"
quantity = "water_retained_total"
value = "water_value_total"
"""


def adopts(rows: list[str], target: str = "grassland_value") -> str:
    return "".join(
        f'[[adopt]]\nrow = "{row}"\nfor = "{target}"\nreason = "三江源"\ndecided_by = "测试"\n' for row in rows
    )


def condition(folder: Path, *, decided: str, packs: tuple[Path, ...] = ()) -> Result:
    lines = [
        *(Line("area", str(size), "km2", ecosystem=f"grassland.{kind}", first="2010") for kind, size in AREAS.items()),
        Line("area", "50", "km2", ecosystem="ice", first="2010"),
        Line("water_retained_total", "1", "m3/a", first="2010"),
        Line("water_value_total", "1", "元/a", first="2010"),
    ]
    changes = {"period": "2010", "price_year": "2010"}
    path = write_account(folder, lines, changes=changes, tables=decided, rules=RULES)
    return compute(read_account(path, coefficients=packs))


DECIDED = adopts(ROWS) + adopts(["LAI-基准"], "undegraded_grassland_value")


def test_the_condition_of_grassland_weighs_its_area(tmp_path: Path) -> None:
    """The values are of 2005, the account is of 2010: a ratio of one year's money is the same in all prices."""
    found = condition(tmp_path, decided=DECIDED)
    for kind, share in CLASSES.items():
        value = found.value("condition_coefficient", county="632621", ecosystem=f"grassland.{kind}")
        assert (value.value, value.evidence) == (pytest.approx(share, rel=1e-12), "assumed")
    total = found.value("condition_adjusted_area_total", county="632621")
    assert total.value == pytest.approx(100 * (100 * 1 + 200 * 0.8 + 300 * 0.5 + 400 * 0.2), rel=1e-12)
    assert total.partial is not None
    assert total.partial.missing == ("ice",)


def test_money_of_two_years_gives_no_ratio(tmp_path: Path) -> None:
    other = Coefficient("T-0", "undegraded_grassland_value", first="2010-01-01", last="2010-12-31", region="632621",
                        price_year="2010", value="7470", unit="CNY/hm2", source="law")  # fmt: skip
    with pytest.raises(UnitError) as caught:
        condition(tmp_path, decided=adopts(ROWS), packs=(pack(tmp_path / "pack", [other]),))
    assert [problem.code for problem in caught.value.problems] == ["price_years"]
    assert "2005" in caught.value.text()


def test_without_a_decision_the_values_of_sanjiangyuan_serve_no_county(tmp_path: Path) -> None:
    """What is only shown cannot be declared not covered: a review runs on too, with the gap told and no value."""
    draft = condition(tmp_path, decided="")
    for found in (draft, compute(replace(draft.account, state="review"))):
        assert ("covers_nothing", "warning") in {(item.code, item.severity) for item in found.checks}
        value = found.value("condition_adjusted_area_total", county=found.account.counties[0].code, period="2010")
        assert value.value is None


def test_the_value_that_the_classes_are_compared_with_is_the_printed_one_of_undegraded_grassland() -> None:
    reference, printed = coefficients().row("LAI-基准"), coefficients().row("LAI-未退化")
    assert reference is not None
    assert printed is not None
    assert (reference.exact, reference.unit, reference.parents) == (printed.exact, printed.unit, printed.row)
    assert {coefficients().row(row).evidence for row in ROWS} == {"secondary"}  # type: ignore[union-attr]


def test_the_rows_of_sanjiangyuan_keep_the_printed_values() -> None:
    values = [float(row.value) / 10**4 for row in coefficients().of("grassland_value")]
    assert values == [74.70, 59.76, 37.35, 14.94]


@cache
def example() -> Made:
    return Made("sanjiangyuan", compute(read_account(EXAMPLE)), None)


def test_the_example_counts_490_of_1000_square_kilometres() -> None:
    """100·1 + 200·0.8 + 300·0.5 + 400·0.2 = 490 km²; the meadow row adds up to 11.43."""
    adjusted = example().result.value("condition_adjusted_area_total", county="SJY-grass")
    assert adjusted.value == pytest.approx(490 * 100, rel=1e-12)
    total = example().result.value("accounted_total", county="SJY-grass")
    assert total.value == pytest.approx(490 * 100 * 11.43 * 3406.5, rel=1e-12)
    assert total.evidence == "assumed"


def test_another_program_finds_the_same_in_the_workbook_of_the_example(tmp_path: Path) -> None:
    path = tmp_path / "made.xlsx"
    path.write_bytes(example().data)
    found = compared(example(), formualizer.recalculate(path))
    assert found.differing == []
    assert found.cells > 500
    assert found.worst < 1e-9


def test_a_decision_about_one_service_weighs_that_service_alone() -> None:
    """Sixteen decisions of two rows each: the five of condition touch every service, the factor of 水资源供给 one."""
    made = example().result
    weights = {number: item.over(made.only_period()).amount for number, item in enumerate(effects(made), start=1)}
    assert len(weights) == 16
    whole = 490 * 100 * 11.43 * 3406.5
    assert [weights[number] for number in range(1, 6)] == [pytest.approx(whole, rel=1e-12)] * 5
    assert weights[8] == pytest.approx(490 * 100 * 0.18 * 3406.5, rel=1e-12)
    assert sum(weights[number] for number in range(6, 17)) == pytest.approx(whole, rel=1e-12)
