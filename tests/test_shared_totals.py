"""Shares are of totals, and nobody who is due something is paid 0.00 in silence."""

from pathlib import Path

import pytest

from qhgep import allocate
from qhgep.compensation.allocation import Allocation
from qhgep.errors import PlanError
from qhgep.units import grows_with_area, unit
from tests.test_factors import Results, Value

PLAN = """schema = 1
title = "测试"
layer = "analytic"
state = "draft"
period = 2023
pool = "{pool}"
round_to = "{round_to}"
recipients = ["632222", "632323"]
[accounts]
gep = "account.toml"
[factor.f]
of = "gep.{quantity}"
as = "{use}"
[[step]]
id = "divide"
rule = "weighted"
weights = {{ f = "1" }}
basis = "测试"
"""


def divided(
    folder: Path, quantity: str, of: str, values: tuple[float, float] = (3.0, 1.0), **changes: str
) -> Allocation:
    text = PLAN.format(**{"pool": "100.00", "round_to": "fen", "use": "share", "quantity": quantity, **changes})
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    figures = [Value(value, unit=unit(of)) for value in values]
    given = {quantity: dict(zip(("632222", "632323"), figures, strict=True))}
    return allocate(folder / "plan.toml", results={"gep": Results(given)})


@pytest.mark.parametrize(
    ("of", "grows"),
    [
        ("ha", True), ("m**3/year", True), ("t/year", True), ("CO2*t/year", True), ("CNY/year", True), ("CNY", True),
        ("person", True), ("visit/year", True), ("kWh/year", True), ("m**3/s", True), ("ha/year", True),
        ("CNY/CO2/t", False), ("CNY/t", False), ("CNY/kg", False), ("CNY/ha/year", False), ("CNY/person/year", False),
        ("CNY/m**3", False), ("mm/year", False), ("mm", False), ("m", False), ("kg/ha/year", False), ("kg/m**3", False),
        ("K", False), ("day/year", False), ("m/s", False), ("1", False), ("oxygen/CO2", False), ("m**3/s**3", False),
        ("deg", False), ("carbon*g/kg", False), ("organic_matter*g/kg", False), ("carbon*t/ha", False),
    ],
)  # fmt: skip
def test_a_total_is_told_by_its_unit(of: str, *, grows: bool) -> None:
    assert grows_with_area(unit(of)) is grows


def test_a_unit_price_is_no_share(tmp_path: Path) -> None:
    with pytest.raises(PlanError) as caught:
        divided(tmp_path, "carbon_price", "CNY/CO2/t", (50.0, 50.0))
    (found,) = caught.value.problems
    assert found.text() == (
        "plan.toml:11  因素 gep.carbon_price（二氧化碳价格，元/(t CO₂)）是系数或单价，不是各单位的量：按占比使用，等于不论多少各单位一样分；"
        "合计量：面积、体积、质量、金额、人数；改用它所计的量或价值（如 gep.carbon_value_total）。"
    )
    with pytest.raises(PlanError) as caught:
        divided(tmp_path, "crop_price", "CNY/kg")  # a bureau's input and no coefficient: a price all the same
    assert [item.code for item in caught.value.problems] == ["factor_price"]


def test_a_depth_is_told_and_a_total_is_not(tmp_path: Path) -> None:
    rain = divided(tmp_path, "precipitation", "mm/year")
    assert [(item.code, item.severity) for item in rain.warnings] == [("factor_no_total", "warning")]
    assert rain.fen == {"632222": 7500, "632323": 2500}
    assert rain.warnings[0].text("en").startswith("plan.toml:11  the factor gep.precipitation (年降水量, ")
    assert divided(tmp_path, "county_area", "ha").warnings == ()
    assert divided(tmp_path, "compensation_priority", "1").warnings == ()


# 0.01 yuan over 2 : 1 is 0.00667 and 0.00333: one fen, to the first. 0.02: 0.01333 and 0.00667: one each.
# 0.03 over 9 : 1 is 0.027 and 0.003: three fen and none. 10000 yuan in 万元 over 3 : 1 is 7500 and 2500: 1 万 and none.
@pytest.mark.parametrize(
    ("pool", "round_to", "values", "paid", "unpaid"),
    [
        ("0.01", "fen", (2.0, 1.0), (1, 0), True), ("0.02", "fen", (2.0, 1.0), (1, 1), False),
        ("0.03", "fen", (9.0, 1.0), (3, 0), True), ("10000.00", "wan", (3.0, 1.0), (1_000_000, 0), True),
        ("0.01", "fen", (1.0, 0.0), (1, 0), False), ("100.00", "fen", (3.0, 1.0), (7500, 2500), False),
    ],
)  # fmt: skip
def test_whoever_is_due_something_and_is_paid_nothing_is_named(
    tmp_path: Path, pool: str, round_to: str, values: tuple[float, float], paid: tuple[int, int], *, unpaid: bool
) -> None:
    found = divided(tmp_path, "county_area", "ha", values, pool=pool, round_to=round_to)
    assert tuple(found.fen.values()) == paid
    assert [item.code for item in found.warnings] == (["paid_nothing"] if unpaid else [])


def test_the_warning_gives_name_unit_and_pool(tmp_path: Path) -> None:
    (told,) = divided(tmp_path, "county_area", "ha", (9.0, 1.0), pool="0.03").warnings
    assert told.text() == (
        "plan.toml:7  应得大于 0 而付 0.00 元的单位 1 个：泽库县（632323）；最小支付单位是 0.01 元，资金总额 0.03 元；"
        "应得大于 0 的单位至少得一个支付单位；round_to 写更小的单位，或加大资金总额；确属如此的，在 basis 里写明。"
    )
