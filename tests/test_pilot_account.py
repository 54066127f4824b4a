"""The pilot account: its numbers by hand arithmetic, what it leaves out, and what it rests on."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from qhgep.account.account import Account
from qhgep.engine import compute
from qhgep.engine.grid import Value
from qhgep.engine.names import ALL
from qhgep.engine.result import Result
from qhgep.errors import EvidenceError
from tests.support.books import book

FOLDER = Path(__file__).parents[1] / "examples" / "pilot"
# facts/pilot-inputs.csv, per county: grassland km², precipitation mm, runoff modulus dm³/(km²·s), NEP g C/m²,
# and the county polygon in km². α of alpine meadow is 8.2 %, water costs 7.06 元/m³, CO₂ 380 元/t.
# 1 dm³/(km²·s) is 31.536 mm.
FACTS = {
    "632222": (13223.7, 420, 5.0, 32.904, 13908.9),
    "632323": (6566.9, 525.2, 5.2, 38.591, 6567.8),
    "632621": (13278.6, 540.6, 5.2, 38.591, 13487.7),
    "632701": (15343.7, 488.7, 3.0, 35.742, 15395.7),
    "632823": (22606.6, 344, 1.7, 32.904, 25613.8),
}
WATER = {
    "632222": 13223.7 * (5.0 * 31.536 - 0.082 * 420) * 1000,
    "632323": 6566.9 * (5.2 * 31.536 - 0.082 * 525.2) * 1000,
    "632621": 13278.6 * (5.2 * 31.536 - 0.082 * 540.6) * 1000,
    "632701": 15343.7 * (3.0 * 31.536 - 0.082 * 488.7) * 1000,
    "632823": 22606.6 * (1.7 * 31.536 - 0.082 * 344) * 1000,
}
CARBON = {
    "632222": 13223.7 * 32.904 * 44 / 12,
    "632323": 6566.9 * 38.591 * 44 / 12,
    "632621": 13278.6 * 38.591 * 44 / 12,
    "632701": 15343.7 * 35.742 * 44 / 12,
    "632823": 22606.6 * 32.904 * 44 / 12,
}
COUNTIES = sorted(FACTS)
NOT_STATED = {"bare_land", "forest", "ice", "shrub", "wetland", "wetland.open_water"}


def number(value: Value) -> float:
    assert value.value is not None
    return value.value


@pytest.mark.parametrize("county", COUNTIES)
def test_the_numbers_of_a_county_are_those_of_hand_arithmetic(result: Result, county: str) -> None:
    grass, rain, modulus, _, whole = FACTS[county]
    water, carbon = WATER[county], CARBON[county]
    by_hand = {
        "county_area": whole * 100,
        "water_yield": modulus * 31.536,
        "implied_evapotranspiration": rain - modulus * 31.536,
        "yield_to_precipitation": modulus * 31.536 / rain,
        "water_retained_total": water,
        "water_value_total": water * 7.06,
        "carbon_dioxide_fixed_total": carbon,
        "carbon_value_total": carbon * 380,
        "accounted_total": water * 7.06 + carbon * 380,
    }
    found = {name: number(result.value(name, county=county)) for name in by_hand}
    assert found == {name: pytest.approx(value, rel=1e-12) for name, value in by_hand.items()}
    by_ecosystem = {
        "area": grass * 100,
        "surface_runoff": 0.082 * rain,
        "carbon_value": carbon * 380,
        "yield_elasticity": modulus * 31.536 / (modulus * 31.536 - 0.082 * rain),
    }
    found = {name: number(result.value(name, county=county, ecosystem="grassland")) for name in by_ecosystem}
    assert found == {name: pytest.approx(value, rel=1e-12) for name, value in by_ecosystem.items()}


def test_the_five_counties_together_are_their_sum(result: Result) -> None:
    sums = {"water_retained_total": sum(WATER.values()), "carbon_dioxide_fixed_total": sum(CARBON.values())}
    for name, total in sums.items():
        assert number(result.value(name, county=ALL)) == pytest.approx(total, rel=1e-12)
    whole = 7.06 * sums["water_retained_total"] + 380 * sums["carbon_dioxide_fixed_total"]
    assert number(result.value("accounted_total", county=ALL)) == pytest.approx(whole, rel=1e-12)
    assert whole == pytest.approx(41_765_203_450.67, abs=0.01)


@pytest.mark.parametrize("county", COUNTIES)
def test_every_total_is_partial_and_names_the_ecosystems_it_lacks(result: Result, county: str) -> None:
    """Forest, shrub and wetland are missing, not zero; bare land, ice and open water have no coefficient."""
    for name in (
        "water_retained_total",
        "water_value_total",
        "carbon_dioxide_fixed_total",
        "carbon_value_total",
    ):
        partial = result.value(name, county=county).partial
        assert partial is not None
        assert partial.covered == ("grassland",)
        assert set(partial.missing) == NOT_STATED
        assert partial.area_share == pytest.approx(FACTS[county][0] / FACTS[county][4], rel=1e-12)


@pytest.mark.parametrize("county", [*COUNTIES, ALL])
def test_there_is_no_gep_only_an_accounted_total_of_two_indicators_of_twenty(result: Result, county: str) -> None:
    assert result.value("gep_total", county=county).value is None
    assert result.counted([result.account.periods[0].name]) == (2, 20)
    partial = result.value("accounted_total", county=county).partial
    assert partial is not None
    assert {"soil_retention", "habitat", "tourism", "crops"} <= set(partial.missing)


def test_the_share_of_area_that_is_covered_stands_beside_each_pair(result: Result) -> None:
    reached = {(pair.county, pair.ecosystem) for pair in result.coverage.pairs() if pair.reached_by}
    assert reached == {(county, "grassland") for county in COUNTIES}
    missing = {
        pair.ecosystem for pair in result.coverage.pairs() if pair.county == "632222" and pair.presence == "missing"
    }
    assert missing == {"forest", "shrub", "wetland", "ice", "wetland.open_water"}


def test_all_of_the_value_is_assumed_and_the_result_says_so(result: Result) -> None:
    assert result.evidence_shares["assumed"] == 1.0
    assert sum(result.evidence_shares.values()) == 1.0
    for county in COUNTIES:
        value = result.value("accounted_total", county=county)
        assert (value.evidence, value.origin) == ("assumed", "computed")


def test_a_run_that_requires_more_is_refused_with_every_weak_leaf_by_name(account: Account) -> None:
    with pytest.raises(EvidenceError) as caught:
        compute(replace(account, require="unconfirmed"))
    told = caught.value.text().splitlines()
    names = {line.split("  ")[1].split(" 的证据是 ")[0] for line in told}
    assert {"reservoir_cost GZ-05", "carbon_price GZ-26", "核算期天数"} <= names
    for quantity in ("年降水量", "径流模数", "净生态系统生产力"):  # one message for the rows of five counties
        (one,) = [name for name in names if name.startswith(f"{quantity}，")]
        assert all(f"{quantity}，{county}" in one for county in sorted(COUNTIES)[:3])
        assert one.endswith("…（5）")
    (one,) = [name for name in names if name.startswith("runoff_coefficient ")]
    assert len(names) == len({name.split("，")[0].split()[0] for name in names}) == len(told)
    assert all(line.endswith("的证据是 假定；待证实 或更强；换用更强的依据，或放宽 --require。") for line in told)


def test_every_value_comes_in_by_a_decision_because_the_period_is_a_mean(result: Result) -> None:
    decided = [record for record in result.records if record.presence in {"value", "zero"} and record.input]
    assert decided
    assert all(record.adoption for record in decided)
    assert {record.evidence for record in result.records if record.resolved} == {"assumed"}


def test_nothing_is_out_of_bounds_and_the_areas_close(result: Result) -> None:
    assert result.checks == ()


def test_gdp_stays_empty_where_none_was_found_and_credits_are_missing_not_zero(result: Result) -> None:
    presence = {county: result.value("gross_domestic_product", county=county).presence for county in COUNTIES}
    assert [county for county in COUNTIES if presence[county] == "missing"] == ["632323", "632621", "632701"]
    for name in ("carbon_credits_issued", "inflow_from_outside"):
        found = {(value.value, value.presence) for value in (result.value(name, county=code) for code in COUNTIES)}
        assert found == {(None, "missing")}


def test_the_title_says_that_no_money_may_be_divided_by_it(result: Result) -> None:
    assert "演示数据，不得用于资金分配" in result.account.title
    assert "不是净生物群区生产力" in result.account.ruleset.bind["carbon_dioxide_fixed"].note
    assert "碳信用" in result.account.ruleset.bind["carbon_dioxide_fixed"].note


def test_a_negative_retention_stays_and_warns(account: Account) -> None:
    """A runoff modulus of 0.5 dm³/(km²·s) is 15.8 mm, less than the 28.2 mm that run off at 344 mm."""
    dry = {("specific_discharge", "632823"): "0.5"}
    rows = tuple(
        replace(row, value=dry[key]) if (key := (row.quantity, row.county_code)) in dry else row
        for row in account.inputs
    )
    found = compute(replace(account, inputs=rows))
    retained = number(found.value("water_retained_total", county="632823"))
    assert retained == pytest.approx(22606.6 * (0.5 * 31.536 - 0.082 * 344) * 1000, rel=1e-12)
    assert retained < 0
    shown = f"{22606.6 * (0.5 * 31.536 - 0.082 * 344) * 1000:,.0f} m³/a"
    told = [item.text() for item in found.checks if item.code == "value_bounds"]
    assert told[0] == (
        f"632823，多年平均（基期不一，见清单），grassland  水源涵养量 = {shown}，在合理范围（不小于 0）之外；"
        "负值表示该处蒸散与径流大于降水：保留并提示，不截断为零；请核对输入；数值照算不改。"
    )


def test_the_summary_weights_the_share_over_counties_by_area_and_says_so() -> None:
    """0.9473 of the area of the five counties: test_trace has the sum."""
    front = openpyxl.load_workbook(BytesIO(book("pilot").data))["汇总"]
    texts = [str(cell.value) for row in front.iter_rows() for cell in row if cell.value is not None]
    assert "已核算指标合计（2/20 项，面积 94.7%）" in texts
    assert any("各县按面积加权" in text for text in texts)


def test_what_a_total_lacks_has_its_own_name(result: Result) -> None:
    """A county, a class of land and a service are each called what they are, not what another is."""
    assert [result.coverage.zh(name) for name in ("632323", "grassland")] == ["泽库县", "草地"]
