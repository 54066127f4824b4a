"""水质净化: pollutants that ecosystems take out of water, at the cost of treating them or at the charge for discharging them."""

from qhgep.catalogue.formulas import Clause, formula, indicator, total_of
from qhgep.expr import Total, call
from qhgep.quantities import ItemList, area, bounds, coefficient, constant, quantity

SERVICE = "水质净化"

water_pollutant = ItemList(
    "water_pollutant", "水污染物",
    {"cod": "化学需氧量", "nh3n": "氨氮", "tn": "总氮", "tp": "总磷", "ss": "悬浮物", "bod5": "五日生化需氧量"},
)  # fmt: skip

water_pollutant_discharged = quantity(
    "water_pollutant_discharged", "t/year", axes="county year water_pollutant", zh="水污染物排放量", tex="E_{q}",
    limits=bounds("0", None, "排放量不为负"),
)  # fmt: skip
water_pollutant_removed = quantity(
    "water_pollutant_removed", "t/year", axes="county year water_pollutant", zh="水污染物净化量", tex="Q_{q}"
)
water_absorption = coefficient(
    "water_absorption", "kg/ha/year", axes="county year ecosystem water_pollutant", zh="单位面积水污染物净化量", tex="q_{q}",
    fallback="confirm", limits=bounds("0", "100000", "湿地对化学需氧量的净化量每公顷在数吨以内"),
)  # fmt: skip
water_capacity_by_ecosystem = quantity(
    "water_capacity_by_ecosystem", "t/year", axes="county year ecosystem water_pollutant", zh="生态系统水质净化能力", tex="Q_{qe}",
)  # fmt: skip
water_capacity = quantity(
    "water_capacity", "t/year", axes="county year water_pollutant", zh="水质净化能力", tex="Q_{qc}"
)
water_treatment_cost = coefficient(
    "water_treatment_cost", "CNY/t", axes="county year water_pollutant", zh="水污染物治理成本", tex="p_{q}", fallback="confirm",
    limits=bounds("10", "1000000", "已见 700 至 2800 元/t（按排污费）与 35700 至 750700 元/t（按工程）"),
)  # fmt: skip
water_charge_rate = coefficient(
    "water_charge_rate", "CNY/pollution_equivalent", axes="county year", zh="水污染物收费标准或税额", tex="r_{q}", fallback="allowed",
    limits=bounds("0.1", "20", "环境保护税法的幅度为每污染当量 1.4 至 14 元（未见原文）；排污费曾为 0.7 元"),
)  # fmt: skip
water_pollution_equivalent = constant(
    "water_pollution_equivalent", "kg/pollution_equivalent", axes="water_pollutant", zh="水污染当量值", tex="e_{q}",
    limits=bounds("0.0001", "20", "常见污染物的当量值在 0.25 与 4 kg 之间"),
)  # fmt: skip
water_unit_charge = quantity(
    "water_unit_charge", "CNY/t", axes="county year water_pollutant", zh="水污染物收费折算单价", tex="u_{q}"
)
water_quality_value = quantity(
    "water_quality_value", "CNY/year", axes="county year water_pollutant", zh="水质净化价值", tex="V_{q}"
)
water_pollutant_removed_total = total_of(water_pollutant_removed, "water_pollutant")
water_quality_value_total = total_of(water_quality_value, "water_pollutant")

_OWN, _PAPER = "qhgep", "baima-2017"

all_discharged = formula(
    water_pollutant_removed, method="emission", equals=water_pollutant_discharged, source=Clause(_PAPER, at="§2.4：按排放量"),
    note="论文称之为最低估计；净化的不会多于排放的，没有净化能力可比时是上限",
)  # fmt: skip
capacity = formula(
    water_capacity_by_ecosystem, method="per_area", equals=area * water_absorption, covers=[water_absorption],
    source=Clause(_OWN, at="单位面积净化量 × 面积，与空气净化同（规范条文未见）"),
)  # fmt: skip
capacity_sum = formula(
    water_capacity, method="sum", equals=Total("ecosystem", water_capacity_by_ecosystem),
    source=Clause(_OWN, at="各生态系统之和"),
)  # fmt: skip
lesser = formula(
    water_pollutant_removed, method="lesser_of_discharge_and_capacity",
    equals=call("min", water_pollutant_discharged, water_capacity),
    source=Clause(_OWN, at="两种情形：排放量小于净化能力时取排放量，否则取净化能力（规范条文未见）"),
)  # fmt: skip
charge = formula(
    water_unit_charge, method="rate_per_equivalent", equals=water_charge_rate / water_pollution_equivalent,
    source=Clause("fee-2003", at="（一）至（五）：收费额 = 污染当量数 × 标准，污染当量数 = 排放量 ÷ 当量值"),
)  # fmt: skip
treatment = formula(
    water_quality_value, method="treatment_cost", equals=water_pollutant_removed * water_treatment_cost,
    source=Clause(_PAPER, at="§2.4；表 3"),
)  # fmt: skip
charged = formula(
    water_quality_value, method="unit_charge", equals=water_pollutant_removed * water_unit_charge,
    source=Clause(_OWN, at="以收费折算单价代替治理成本"),
)  # fmt: skip
removed_sum = formula(
    water_pollutant_removed_total, method="sum", equals=Total("water_pollutant", water_pollutant_removed),
    source=Clause(_OWN, at="各污染物之和"),
)  # fmt: skip
value_sum = formula(
    water_quality_value_total,
    method="sum",
    equals=Total("water_pollutant", water_quality_value),
    source=Clause(_OWN, at="各污染物之和"),
)

water_purification = indicator(
    "water_purification", zh="水质净化", quantity=water_pollutant_removed_total, value=water_quality_value_total
)
