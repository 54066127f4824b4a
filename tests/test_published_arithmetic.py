"""Numbers that documents print must follow from each other, through the formulas and the shipped coefficient rows.

The hand arithmetic of a relation types every coefficient again and holds to 1e-12, so one wrong digit or unit of a row
fails; the printed result holds within the roundings of what it was computed from.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from qhgep.catalogue import sand_fixation, shipped
from qhgep.errors import UnitError
from qhgep.readings.check import check
from tests.support import published
from tests.support.published import Count, Printed, Row, Span, Step, outcome, rows, span
from tests.support.published_relations import LAKE, RELATIONS, SAME_BASIS, Relation
from tests.test_golden import exactly

EVERY = pytest.mark.parametrize("item", RELATIONS, ids=lambda item: item.name)
USED = sorted(frozenset().union(*(rows(item.step) for item in RELATIONS)))


def printed(step: Step, text: str) -> Span:
    return span(Printed(text), shipped().vocabulary[step.quantity])


def by_hand_agrees(item: Relation) -> bool:
    return outcome(item.step).mid == pytest.approx(float(exactly(item.by_hand)), rel=item.within)


@EVERY
def test_the_hand_arithmetic_is_what_formulas_and_shipped_rows_give(item: Relation) -> None:
    assert by_hand_agrees(item), (outcome(item.step).mid, float(exactly(item.by_hand)))


@EVERY
def test_the_printed_result_follows_from_what_the_document_prints(item: Relation) -> None:
    found = outcome(item.step)
    assert found.meets(printed(item.step, item.printed.text)), (found, item.printed.text)


def test_relations_have_a_name_of_their_own() -> None:
    assert len({item.name for item in RELATIONS}) == len(RELATIONS)


@pytest.mark.parametrize("row_id", USED)
def test_a_wrong_digit_or_unit_of_a_row_is_found(row_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    row = published.STORE.row(row_id)
    assert row is not None
    assert row.measure is not None
    one_more = row.value + Decimal(10) ** int(row.value.as_tuple().exponent)
    for value in (one_more, row.value * 10, row.value / 1000):
        wrong = row.model_copy(update={"value": value}).measured(row.measure, constant=row.constant)
        others = tuple(wrong if item.row == row_id else item for item in published.STORE.rows)
        with monkeypatch.context() as changed:
            changed.setattr(published, "STORE", replace(published.STORE, rows=others))
            assert not all(by_hand_agrees(item) for item in RELATIONS if row_id in rows(item.step))


def test_every_row_of_the_garze_account_is_in_a_relation() -> None:
    account = {row.row for row in published.STORE.rows if row.source == "baima-2017"}
    assert len(account) >= 29
    assert account - set(USED) == set()


@pytest.mark.parametrize(
    ("step", "misread"),
    [
        pytest.param(
            Step("carbon_value", "carbon_dioxide_price", {"carbon_dioxide_fixed": Printed("6.10e4 t CO2/a"), "carbon_price": Row("CB-7")}),
            "0.80 10^8 CNY/yr", id="每吨碳的价格乘了二氧化碳的吨数",
        ),
        pytest.param(
            Step("marsh_storage", "water_depth",
                 {"marsh_area": Printed("2.00e3 km2"), "marsh_water_depth": Row("GZ-20"), "storage_fillings": Count("1 1/a")}),
            "6.00e8 10^4 m3/a", id="沼泽调蓄的单位照论文印作万立方米",
        ),
        pytest.param(
            Step("air_unit_charge", "rate_per_equivalent", {"air_charge_rate": Row("FEE-air"), "air_pollution_equivalent": Row("EQ-NOx")}),
            "630 CNY/t", id="0.6/0.95 元每千克不是恰好 630 元每吨",
        ),
        pytest.param(
            Step("air_unit_charge", "rate_per_equivalent",
                 {"air_charge_rate": Count("3.5 CNY/equivalent"), "air_pollution_equivalent": Row("EQ-SO2")}),
            "3500 CNY/t", id="每当量 3.5 元没有除以当量值",
        ),
        pytest.param(
            Step("nutrient_retained", "soil_content", {"soil_retained_total": Printed("38.86 10^8 t/a"), "soil_nutrient_content": Row("GZ-11")}),
            "143794 10^4 t/a", id="百分数当作小数",
        ),
        pytest.param(
            Step("oxygen_released_total", "sum", {"oxygen_released": replace(SAME_BASIS, given={
                **SAME_BASIS.given, "carbon_dioxide_fixed": Printed("0.31e8 tCO2/yr")})}),
            "2.51e8 tO2/yr", id="甘孜州的释氧量与固碳量不在同一基础上",
        ),
        pytest.param(
            Step("water_cooling", "evaporation",
                 {"water_evaporated": Count("1 m3/a"), "water_density": Row("PHYS-1"), "latent_heat": Row("YY-10"),
                  "humidifier_electricity": Row("YY-11")}),
            "120.68 kWh/a", id="一立方米水的汽化热少算一千倍",
        ),
    ],
)  # fmt: skip
def test_a_misreading_is_told_from_the_rule(step: Step, misread: str) -> None:
    assert not outcome(step).meets(printed(step, misread))


def test_a_price_per_area_cannot_be_put_on_a_mass_of_sand() -> None:
    with pytest.raises(UnitError):
        check(sand_fixation.sand_fixed_total * sand_fixation.sand_control_cost, sand_fixation.sand_fixation_value)


def test_lakes_taken_one_by_one_store_more_than_their_total_area() -> None:
    half = replace(LAKE, given={**LAKE.given, "lake_area": Count("82.45 km2")})
    both = Step("lake_storage", "sum_of_zones", {"lake_zone_storage": [half, half]})
    assert outcome(both).low > outcome(LAKE).high


def test_oxygen_and_carbon_dioxide_of_different_bases_lie_outside_the_limits_of_their_ratio() -> None:
    limits = shipped().vocabulary["oxygen_to_carbon_dioxide"].bounds
    assert limits is not None
    assert limits.low is not None
    assert limits.high is not None
    assert limits.low < exactly("32/44") < limits.high < exactly("2.51/0.31")
