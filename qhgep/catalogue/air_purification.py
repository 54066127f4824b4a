"""空气净化: pollutants that ecosystems take out of the air, at the cost of treating them or at the charge for emitting them."""

from qhgep.catalogue.formulas import Clause, formula, indicator, total_of
from qhgep.expr import Total, call
from qhgep.quantities import ItemList, area, bounds, coefficient, constant, quantity

SERVICE = "空气净化"

air_pollutant = ItemList(
    "air_pollutant", "大气污染物", {"so2": "二氧化硫", "nox": "氮氧化物", "dust": "工业粉尘", "soot": "烟尘"}
)

_NONE_NEGATIVE = bounds("0", None, "排放量与净化量不为负")

air_pollutant_emitted = quantity(
    "air_pollutant_emitted", "t/year", axes="county year air_pollutant", zh="大气污染物排放量", tex="E_{a}", limits=_NONE_NEGATIVE,
)  # fmt: skip
air_absorption = coefficient(
    "air_absorption", "kg/ha/year", axes="county year ecosystem air_pollutant", zh="单位面积大气污染物净化量", tex="q_{a}", fallback="confirm",
    limits=bounds("0", "100000", "已见针叶林滞尘 33.2 t/(hm²·a)"),
)  # fmt: skip
air_capacity_by_ecosystem = quantity(
    "air_capacity_by_ecosystem", "t/year", axes="county year ecosystem air_pollutant", zh="生态系统大气净化能力", tex="Q_{ae}",
)  # fmt: skip
air_capacity = quantity("air_capacity", "t/year", axes="county year air_pollutant", zh="大气净化能力", tex="Q_{ac}")
air_pollutant_removed = quantity(
    "air_pollutant_removed", "t/year", axes="county year air_pollutant", zh="大气污染物净化量", tex="Q_{a}"
)
air_treatment_cost = coefficient(
    "air_treatment_cost", "CNY/t", axes="county year air_pollutant", zh="大气污染物治理成本", tex="p_{a}", fallback="confirm",
    limits=bounds("10", "50000", "已见 150 至 1263 元/t"),
)  # fmt: skip
air_charge_rate = coefficient(
    "air_charge_rate", "CNY/pollution_equivalent", axes="county year", zh="大气污染物收费标准或税额", tex="r_{a}", fallback="allowed",
    limits=bounds("0.1", "20", "环境保护税法的幅度为每污染当量 1.2 至 12 元（未见原文）；排污费曾为 0.6 元"),
)  # fmt: skip
air_pollution_equivalent = constant(
    "air_pollution_equivalent", "kg/pollution_equivalent", axes="air_pollutant", zh="大气污染当量值", tex="e_{a}",
    limits=bounds("0.01", "20", "常见污染物的当量值在 0.95 与 4 kg 之间"),
)  # fmt: skip
air_unit_charge = quantity(
    "air_unit_charge", "CNY/t", axes="county year air_pollutant", zh="大气污染物收费折算单价", tex="u_{a}"
)
air_value = quantity("air_value", "CNY/year", axes="county year air_pollutant", zh="空气净化价值", tex="V_{a}")
air_pollutant_removed_total = total_of(air_pollutant_removed, "air_pollutant")
air_value_total = total_of(air_value, "air_pollutant")

_OWN, _PAPER = "qhgep", "baima-2017"

capacity = formula(
    air_capacity_by_ecosystem, method="per_area", equals=area * air_absorption, covers=[air_absorption],
    source=Clause("miao-2017-gaotianyan", at="表 1：单位面积净化量"),
)  # fmt: skip
capacity_sum = formula(
    air_capacity,
    method="sum",
    equals=Total("ecosystem", air_capacity_by_ecosystem),
    source=Clause(_OWN, at="各生态系统之和"),
)
all_emitted = formula(
    air_pollutant_removed, method="emission", equals=air_pollutant_emitted, source=Clause(_PAPER, at="§2.4：按排放量"),
    note="论文称之为最低估计；净化的不会多于排放的，没有净化能力可比时是上限",
)  # fmt: skip
all_capacity = formula(
    air_pollutant_removed, method="capacity", equals=air_capacity, source=Clause("miao-2017-gaotianyan", at="表 1；表 2"),
    note="以净化能力为净化量，是最高估计：须排放量大于净化能力",
)  # fmt: skip
lesser = formula(
    air_pollutant_removed, method="lesser_of_emission_and_capacity",
    equals=call("min", air_pollutant_emitted, air_capacity),
    source=Clause(_OWN, at="两种情形：排放量小于净化能力时取排放量，否则取净化能力（规范条文未见）"),
)  # fmt: skip
charge = formula(
    air_unit_charge, method="rate_per_equivalent", equals=air_charge_rate / air_pollution_equivalent,
    source=Clause("fee-2003", at="（一）至（五）：收费额 = 污染当量数 × 标准，污染当量数 = 排放量 ÷ 当量值"),
)  # fmt: skip
treatment = formula(
    air_value,
    method="treatment_cost",
    equals=air_pollutant_removed * air_treatment_cost,
    source=Clause(_PAPER, at="§2.4；表 3"),
)
charged = formula(
    air_value,
    method="unit_charge",
    equals=air_pollutant_removed * air_unit_charge,
    source=Clause(_OWN, at="以收费折算单价代替治理成本"),
)
removed_sum = formula(
    air_pollutant_removed_total,
    method="sum",
    equals=Total("air_pollutant", air_pollutant_removed),
    source=Clause(_OWN, at="各污染物之和"),
)
value_sum = formula(
    air_value_total, method="sum", equals=Total("air_pollutant", air_value), source=Clause(_OWN, at="各污染物之和")
)

air_purification = indicator(
    "air_purification", zh="空气净化", quantity=air_pollutant_removed_total, value=air_value_total
)
