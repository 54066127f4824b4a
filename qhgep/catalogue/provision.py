"""物质供给: products of ecosystems, water that is used and electricity that is generated, at what they are sold for."""

from qhgep.catalogue.formulas import Clause, formula, indicator, total_of
from qhgep.expr import Total
from qhgep.quantities import ItemList, bounds, coefficient, quantity

SERVICE = "物质供给"

water_use = ItemList(
    "water_use",
    "用水行业",
    {"domestic": "生活用水", "industrial": "工业用水", "agricultural": "农业用水", "unspecified": "未分行业"},
)
reed_grade = ItemList("reed_grade", "芦苇等级", {"first": "一等", "second": "二等", "third": "三等"})

_NO_LOSS = bounds("0", None, "产出不为负")

crop_output = quantity("crop_output", "t/year", axes="county year", zh="农业产品产量", tex="E_{ag}", limits=_NO_LOSS)
crop_value = quantity("crop_value", "CNY/year", axes="county year", zh="农业产品价值", tex="V_{ag}")
forestry_output = quantity(
    "forestry_output", "t/year", axes="county year", zh="林业产品产量", tex="E_{fo}", limits=_NO_LOSS
)
forestry_value = quantity("forestry_value", "CNY/year", axes="county year", zh="林业产品价值", tex="V_{fo}")
livestock_output = quantity(
    "livestock_output", "t/year", axes="county year", zh="畜牧业产品产量", tex="E_{li}", limits=_NO_LOSS
)
livestock_value = quantity("livestock_value", "CNY/year", axes="county year", zh="畜牧业产品价值", tex="V_{li}")
fishery_output = quantity(
    "fishery_output", "t/year", axes="county year", zh="渔业产品产量", tex="E_{fi}", limits=_NO_LOSS
)
fishery_value = quantity("fishery_value", "CNY/year", axes="county year", zh="渔业产品价值", tex="V_{fi}")

reed_output = quantity("reed_output", "t/year", axes="county year", zh="芦苇产量", tex="E_{re}", limits=_NO_LOSS)
reed_grade_share = quantity(
    "reed_grade_share", "1", axes="county year reed_grade", zh="芦苇等级占比", tex="s_{g}", limits=bounds("0", "1", "占比在 0 与 1 之间"),
)  # fmt: skip
reed_grade_price = quantity(
    "reed_grade_price", "CNY/t", axes="county year reed_grade", zh="芦苇分等级价格", tex="p_{g}",
    limits=bounds("0", None, "价格不为负"),
)  # fmt: skip
reed_graded_price = quantity(
    "reed_graded_price", "CNY/t", axes="county year reed_grade", zh="芦苇分等级价格乘占比", tex="s_{g}p_{g}"
)
reed_price = quantity("reed_price", "CNY/t", axes="county year", zh="芦苇平均价格", tex="p_{re}")
reed_value = quantity("reed_value", "CNY/year", axes="county year", zh="芦苇价值", tex="V_{re}")

water_used = quantity(
    "water_used", "m**3/year", axes="county year water_use", zh="用水量", tex="E_{w}",
    limits=bounds("0", None, "用水量不为负"),
)  # fmt: skip
water_price = coefficient(
    "water_price", "CNY/m**3", axes="county year water_use", zh="水价", tex="p_{w}", fallback="confirm",
    limits=bounds("0", "50", "已见 0.07 至 3.6 元/m³"),
)  # fmt: skip
water_use_value = quantity(
    "water_use_value", "CNY/year", axes="county year water_use", zh="水资源供给价值", tex="V_{w}"
)
water_used_total = total_of(water_used, "water_use")
water_use_value_total = total_of(water_use_value, "water_use")

electricity_generated = quantity(
    "electricity_generated", "kWh/year", axes="county year", zh="水力发电量", tex="E_{h}",
    limits=bounds("10000", None, "10 kW 的机组一年也发上万 kWh；更小多半是以亿 kWh 填报", or_zero=True),
)  # fmt: skip
electricity_price = coefficient(
    "electricity_price", "CNY/kWh", axes="county year", zh="电价", tex="p_{e}", fallback="confirm",
    limits=bounds("0.05", "5", "已见 0.52 与 0.53 元/kWh"),
)  # fmt: skip
electricity_running_cost = coefficient(
    "electricity_running_cost", "CNY/kWh", axes="county year", zh="发电运行成本", tex="c_{e}", fallback="confirm",
    limits=bounds("0.001", "2", "已见水电 0.065 元/kWh"),
)  # fmt: skip
turbine_water = quantity(
    "turbine_water", "m**3/year", axes="county year water_use", zh="用水量中的水电过机水量", tex="E_{tu}",
    limits=bounds("0", None, "过机水量不为负；与发电无关的行业填 0"),
)  # fmt: skip
hydropower_value = quantity("hydropower_value", "CNY/year", axes="county year", zh="水电价值", tex="V_{h}")

_OWN = "qhgep"

graded_price = formula(
    reed_graded_price, method="share_of_grade", equals=reed_grade_share * reed_grade_price,
    source=Clause("jiang-2017-baiyangdian", at="§2.1"),
)  # fmt: skip
mean_price = formula(
    reed_price, method="weighted_by_grade", equals=Total("reed_grade", reed_graded_price),
    source=Clause("jiang-2017-baiyangdian", at="§2.1"),
)  # fmt: skip
reed_market = formula(
    reed_value, method="market_price", equals=reed_output * reed_price,
    source=Clause("jiang-2017-baiyangdian", at="§2.1"),
)  # fmt: skip
water_market = formula(
    water_use_value, method="market_price", equals=water_used * water_price,
    source=Clause("baima-2017", at="§2.3；表 3"),
    note="水资源供给与水电用的是同一份水，两者并列会重复计算；所列用水量须核对量级",
)  # fmt: skip
water_market_less_turbines = formula(
    water_use_value, method="market_price_less_turbines", equals=(water_used - turbine_water) * water_price,
    source=Clause(_OWN, at="水电过机水量不是工业用水：逐行业扣除，生活与灌溉用水不受影响"),
)  # fmt: skip
used_sum = formula(
    water_used_total, method="sum", equals=Total("water_use", water_used), source=Clause(_OWN, at="各行业之和")
)
water_value_sum = formula(
    water_use_value_total,
    method="sum",
    equals=Total("water_use", water_use_value),
    source=Clause(_OWN, at="各行业之和"),
)
hydropower = formula(
    hydropower_value, method="market_price", equals=electricity_generated * electricity_price,
    source=Clause("baima-2017", at="§2.3；表 3"),
    note="水电是否计为生态产出，各规范不一",
)  # fmt: skip
hydropower_rent = formula(
    hydropower_value, method="price_less_running_cost",
    equals=electricity_generated * (electricity_price - electricity_running_cost),
    source=Clause("chen-2017-lancang", at="§1.2.2(1)"),
    note="扣除运行成本仍不是地租（资本成本在内）；日照与风是非生物资源：生态能源缺省不计入合计",
)  # fmt: skip

crops = indicator("crops", zh="农业产品", quantity=crop_output, value=crop_value)
forestry_products = indicator("forestry_products", zh="林业产品", quantity=forestry_output, value=forestry_value)
livestock = indicator("livestock", zh="畜牧业产品", quantity=livestock_output, value=livestock_value)
fishery = indicator("fishery", zh="渔业产品", quantity=fishery_output, value=fishery_value)
reed = indicator("reed", zh="芦苇", quantity=reed_output, value=reed_value)
water_supply = indicator("water_supply", zh="水资源供给", quantity=water_used_total, value=water_use_value_total)
hydropower_supply = indicator(
    "ecological_energy", zh="生态能源", quantity=electricity_generated, value=hydropower_value, counted=False
)
