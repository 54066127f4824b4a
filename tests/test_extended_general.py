"""A bureau's own ruleset over county-general: its own indicator beside chosen methods, hydropower that water supply deducts."""

from pathlib import Path

import pytest

from qhgep import compute, read_account, verify_workbook, write_workbook
from qhgep.engine.result import Result
from qhgep.errors import AccountError
from tests.support.accounts import Coefficient, Line, pack, refused, write_account

COUNTY = "632222"
HEAD = {"period": "2022", "price_year": "2022", "counties": f'["{COUNTY}"]'}
EXTENDS = 'schema = 1\nzh = "本县自拟规则"\nextends = "county-general"\n'
FUNGUS = """
[bind]
fungus_value = "local"
[[quantity]]
name = "fungus_mass"
unit = "kg/year"
axes = ["county", "year"]
zh = "虫草产量"
[[quantity]]
name = "fungus_price"
unit = "CNY/kg"
axes = ["county", "year"]
zh = "虫草单价"
[[quantity]]
name = "fungus_value"
unit = "CNY/year"
axes = ["county", "year"]
zh = "虫草价值"
[[formula]]
quantity = "fungus_value"
method = "local"
equals = "虫草产量 × 虫草单价"
source = "qhgep"
at = "数量乘单价"
[[indicator]]
id = "fungus"
zh = "冬虫夏草"
category = "provisioning"
quantity = "fungus_mass"
value = "fungus_value"
"""
HYDROPOWER = """
[[indicator]]
id = "ecological_energy"
category = "provisioning"
quantity = "electricity_generated"
value = "hydropower_value"
"""
YEAR = {"region": COUNTY, "first": "2022-01-01", "last": "2022-12-31", "price_year": "2022"}
WATER = [
    ("water_used", "domestic", "1000000"), ("water_used", "industrial", "5000000"), ("water_used", "agricultural", "2000000"),
    ("turbine_water", "domestic", "0"), ("turbine_water", "industrial", "4000000"), ("turbine_water", "agricultural", "0"),
]  # fmt: skip
PRICES = [
    Coefficient("W-1", "water_price", item="domestic", value="2", unit="CNY/m3", **YEAR),
    Coefficient("W-2", "water_price", item="industrial", value="3", unit="CNY/m3", **YEAR),
    Coefficient("W-3", "water_price", item="agricultural", value="0.1", unit="CNY/m3", **YEAR),
    Coefficient("E-1", "electricity_price", value="0.5", unit="CNY/kWh", **YEAR),
    Coefficient("E-2", "electricity_running_cost", value="0.1", unit="CNY/kWh", **YEAR),
]


def line(quantity: str, value: str, unit: str, item: str = "") -> Line:
    return Line(quantity, value, unit, county=COUNTY, first="2022", item=item)


def method(quantity: str, name: str) -> str:
    return f'[[method]]\nquantity = "{quantity}"\nmethod = "{name}"\nreason = "测试"\ndecided_by = "甲"\n'


def value(found: Result, quantity: str, item: str = "") -> float | None:
    return found.value(quantity, county=COUNTY, period="2022", item=item).value


def test_an_indicator_of_one_s_own_stands_beside_the_methods_that_the_account_chooses(tmp_path: Path) -> None:
    """300 kg x 120,000 yuan = 36,000,000; 100 visits x (200 + 50) = 25,000: the total of the two is 36,025,000."""
    lines = [
        line("fungus_mass", "300", "kg/a"), line("fungus_price", "120000", "元/kg"),
        line("visits", "100", "人次/a"), line("travel_spending", "200", "元/人次"), line("time_cost", "50", "元/人次"),
    ]  # fmt: skip
    choice = method("carbon_dioxide_fixed", "nep")
    path = write_account(tmp_path, lines, changes=HEAD, tables=choice, rules=EXTENDS + FUNGUS)
    found = compute(read_account(path))
    assert [item.method for item in found.account.methods] == ["nep"]
    assert found.account.ruleset.bind["carbon_dioxide_fixed"].method == "nep"
    assert value(found, "fungus_value") == 300 * 120_000
    assert value(found, "accounted_total") == 300 * 120_000 + 100 * (200 + 50)
    assert verify_workbook(write_workbook(found, tmp_path / "x.xlsx")).same


def water_account(folder: Path, chosen: str) -> Path:
    lines = [line(name, amount, "m3/a", item) for name, item, amount in WATER]
    lines.append(line("electricity_generated", "1000000", "kWh/a"))
    tables = method("water_use_value", chosen) if chosen else ""
    return write_account(folder, lines, changes=HEAD, tables=tables, rules=EXTENDS + HYDROPOWER)


def test_where_hydropower_counts_turbine_water_leaves_industrial_use_and_no_other(tmp_path: Path) -> None:
    """1,000,000 m³ at 2, (5,000,000 - 4,000,000) at 3, 2,000,000 at 0.1 yuan; 1,000,000 kWh at 0.5 - 0.1 yuan."""
    prices = [pack(tmp_path / "prices", PRICES)]
    path = water_account(tmp_path / "account", "market_price_less_turbines")
    found = compute(read_account(path, coefficients=prices))
    each = {name: value(found, "water_use_value", name) for name in ("domestic", "industrial", "agricultural")}
    assert each == pytest.approx({"domestic": 2e6, "industrial": (5e6 - 4e6) * 3, "agricultural": 2e6 * 0.1})
    assert value(found, "hydropower_value") == pytest.approx(1e6 * (0.5 - 0.1))
    assert value(found, "accounted_total") == pytest.approx(2e6 + 3e6 + 2e5 + 4e5)


def test_hydropower_beside_undiminished_water_use_is_refused_and_nothing_else_is_told(tmp_path: Path) -> None:
    """The other decisions are not held against a ruleset without its methods: they would all seem unused."""
    path = water_account(tmp_path, "market_price")
    text = path.read_text(encoding="utf-8")
    other = (
        '[[not_applicable]]\nquantity = "crop_gross_output"\nitems = ["beans"]\nreason = "没有"\ndecided_by = "甲"\n'
    )
    path.write_text(text + method("crop_value", "gross") + other, encoding="utf-8")
    with (tmp_path / "inputs.csv").open("a", encoding="utf-8") as file:
        file.write(f"{COUNTY},2022,2022,,beans,crop_gross_output,,,not_applicable,,,测试（2020，表 1）,没有\n")
    (only,) = refused(path)
    assert only == (
        "rules.toml:5  水资源供给价值合计（water_use_value_total） 与 水电价值（hydropower_value） 同时计入，"
        "水资源供给价值合计（water_use_value_total） 没有扣除 用水量中的水电过机水量（turbine_water）；逐项扣除，同一份只计一次；"
        "换用扣除 用水量中的水电过机水量（turbine_water） 的方法，或把其一列入 [[beside]]。"
    )


def test_hydropower_waits_for_the_method_of_water_use(tmp_path: Path) -> None:
    """A draft without that choice runs on: water supply is 缺, hydropower has its value."""
    prices = [pack(tmp_path / "prices", PRICES)]
    found = compute(read_account(water_account(tmp_path / "account", ""), coefficients=prices))
    assert value(found, "water_use_value_total") is None
    assert value(found, "hydropower_value") == pytest.approx(1e6 * (0.5 - 0.1))
    path = water_account(tmp_path / "review", "")
    path.write_text('state = "review"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(AccountError) as caught:
        compute(read_account(path, coefficients=prices))
    assert "method_undecided" in {item.code for item in caught.value.problems}


def test_species_by_index_are_those_of_forests_whatever_a_pack_has_a_price_for(tmp_path: Path) -> None:
    """200 hm² x 10,000 x (1 + 0.1·3 + 0.1·2 + 0.1·1) = 3,200,000 yuan of needleleaf forest; grass has a price here, and none there.

    It stands beside the total, where nothing of it is added: 100 visits x (200 + 50) = 25,000 yuan are all.
    """
    year = {"first": "2022-01-01", "last": "2022-12-31"}
    rows = [
        Coefficient(f"S-{eco}", "species_price", region=COUNTY, ecosystem=eco, value="10000", unit="元/(hm2*a)", price_year="2022", **year)
        for eco in ("forest.needleleaf", "grassland")
    ]  # fmt: skip
    indices = {"endangered_index": "3", "endemic_index": "2", "old_tree_index": "1"}
    lines = [
        *(Line(name, "200", "hm2", county=COUNTY, first="2022", ecosystem=eco) for eco in ("forest.needleleaf", "grassland")
          for name in ("area", "habitat_area")),
        *(line(name, value_, "1") for name, value_ in indices.items()),
        line("visits", "100", "人次/a"), line("travel_spending", "200", "元/人次"), line("time_cost", "50", "元/人次"),
    ]  # fmt: skip
    tables = method("habitat_value_by_ecosystem", "index_of_species")
    path = write_account(tmp_path / "a", lines, changes={**HEAD, "ruleset": '"county-general"'}, tables=tables)
    found = compute(read_account(path, coefficients=[pack(tmp_path / "pack", rows)]))
    assert value(found, "habitat_value") == pytest.approx(200 * 10_000 * (1 + 0.3 + 0.2 + 0.1))
    of = {
        eco: found.value("habitat_value_by_ecosystem", county=COUNTY, period="2022", ecosystem=eco)
        for eco in ("forest.needleleaf", "grassland")
    }
    assert (of["forest.needleleaf"].value, of["grassland"].value) == (pytest.approx(3_200_000), None)
    assert value(found, "accounted_total") == 100 * (200 + 50)
    assert verify_workbook(write_workbook(found, tmp_path / "x.xlsx")).same


@pytest.mark.parametrize("whole", ["equivalent_value_total", "soil_both"])
def test_equivalents_are_added_to_nothing_else_under_whatever_name(tmp_path: Path, whole: str) -> None:
    """A line called soil retention whose value is, or holds, the value by equivalents counts every service twice."""
    rules = """
[bind]
equivalents = "factor_by_area"
equivalent_value = "standard_equivalent"
equivalent_value_by_ecosystem = "sum"
equivalent_value_total = "sum"
soil_both = "both"
[[quantity]]
name = "soil_both"
unit = "CNY/year"
axes = ["county", "year"]
zh = "土壤两项"
[[formula]]
quantity = "soil_both"
method = "both"
equals = "减少泥沙淤积价值 + 当量价值合计"
source = "qhgep"
at = "测试"
[[indicator]]
id = "soil_retention"
category = "regulating"
quantity = "soil_retained_total"
value = "WHOLE"
""".replace("WHOLE", whole)
    (only,) = refused(write_account(tmp_path, [], changes=HEAD, rules=EXTENDS + rules))
    assert only == (
        "rules.toml  指标 crops、soil_retention 出自不同的核算体系，不能相加；"
        "一个规则集只用一种体系的指标：当量因子法的价值与各规范指标的价值重复计算同样的服务；分成两个规则集，分别核算。"
    )


NIGHTS = """
[[indicator]]
id = "rooms"
zh = "景观客房"
category = "cultural"
quantity = "view_nights"
value = "VALUE"
"""


@pytest.mark.parametrize("value_", ["landscape_value", "night_premium_value"])
def test_the_premium_of_a_view_under_another_name_is_still_a_part_of_what_visitors_spend(
    tmp_path: Path, value_: str
) -> None:
    (only,) = refused(write_account(tmp_path, [], changes=HEAD, rules=EXTENDS + NIGHTS.replace("VALUE", value_)))
    assert "旅游康养（tourism）、景观价值（landscape） 计算同一样东西" in only


PART = """
[[quantity]]
name = "timber_other"
unit = "CNY/year"
axes = ["county", "year"]
zh = "木材以外的林产值"
[[formula]]
quantity = "timber_other"
method = "less"
equals = "林业产值 − 木材产值"
source = "qhgep"
at = "扣除"
[bind]
timber_other = "less"
[[indicator]]
id = "own_timber"
zh = "木材"
category = "provisioning"
quantity = "timber_output"
value = "timber_value"
"""


def test_timber_beside_the_forestry_that_holds_it_is_refused_and_beside_the_rest_it_stands(tmp_path: Path) -> None:
    """5,000 m³ of timber are in the gross output of forestry; what is left when they are taken off may stand beside them."""
    told = refused(
        write_account(tmp_path / "a", [], changes=HEAD, tables=method("forestry_value", "gross"), rules=EXTENDS + PART)
    )
    assert [
        one
        for one in told
        if "指标 own_timber 的价值（木材产值（timber_value））已在指标 forestry_products 的价值之内" in one
    ]
    rest = '[[indicator]]\nid = "forestry_products"\ncategory = "provisioning"\nquantity = "forestry_output"\nvalue = "timber_other"\n'
    assert refused(write_account(tmp_path / "b", [], changes=HEAD, rules=EXTENDS + PART + rest)) == []
