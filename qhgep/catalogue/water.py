"""水源涵养: how much water an ecosystem keeps, and what keeping it is worth."""

from qhgep.catalogue.formulas import Clause, formula, indicator, total_of
from qhgep.expr import Measure, Total
from qhgep.quantities import (
    area,
    bounds,
    coefficient,
    county_area,
    days_in_period,
    evapotranspiration,
    precipitation,
    quantity,
    specific_discharge,
)  # fmt: skip
from qhgep.units import unit

SERVICE = "水源涵养"

runoff_coefficient = coefficient(
    "runoff_coefficient", "1", axes="county year ecosystem", zh="地表径流系数", tex=r"\alpha",
    limits=bounds("0", "1", "径流不超过降水；大于 1 多半是以百分数填报"),
)  # fmt: skip
reservoir_cost = coefficient(
    "reservoir_cost", "CNY/m**3", axes="county year", zh="水库单位库容造价", tex="p_{r}", fallback="confirm",
    limits=bounds("0.1", "200", "已见 0.67 至 82.18 元/m³"),
)  # fmt: skip

water_yield = quantity(
    "water_yield", "mm/year", axes="county year", zh="产水深", tex="Y",
    limits=bounds("0", "5000", "产水深不为负，也不超过降水量的上限"),
)  # fmt: skip
runoff_volume = quantity(
    "runoff_volume", "m**3/year", axes="county year", zh="地表水资源量", tex="W_{s}",
    limits=bounds("100000", "100000000000", "青海全省约 600 亿 m³；不到 10 万 m³ 多半是以亿 m³ 或万 m³ 填报", or_zero=True),
)  # fmt: skip
surface_runoff = quantity("surface_runoff", "mm/year", axes="county year ecosystem", zh="地表径流深", tex="R")
water_retained = quantity(
    "water_retained", "m**3/year", axes="county year ecosystem", zh="水源涵养量", tex="Q_{wr}",
    limits=bounds("0", None, "负值表示该处蒸散与径流大于降水：保留并提示，不截断为零"),
)  # fmt: skip
water_value = quantity("water_value", "CNY/year", axes="county year ecosystem", zh="水源涵养价值", tex="V_{wr}")
water_retained_total = total_of(water_retained)
water_value_total = total_of(water_value)

implied_evapotranspiration = quantity(
    "implied_evapotranspiration", "mm/year", axes="county year", zh="隐含蒸散量（降水量减产水深）", tex=r"ET^{*}",
    limits=bounds("0", "1500", "高原草地实际蒸散远小于 1500 mm；为负则产水深大于降水量"),
)  # fmt: skip
yield_to_precipitation = quantity(
    "yield_to_precipitation", "1", axes="county year", zh="产水系数（产水深比降水量）", tex="Y/P",
    limits=bounds("0", "1", "产水深不大于降水量（冰川融水补给的流域除外）"),
)  # fmt: skip
yield_elasticity = quantity(
    "yield_elasticity", "1", axes="county year ecosystem", zh="涵养量对产水深的弹性", tex=r"\varepsilon_{Y}",
    limits=bounds("0", "5", "产水深变 1 % 时涵养量变百分之几；很大说明涵养量是两个相近数之差"),
)  # fmt: skip

discount_rate = coefficient(
    "discount_rate", "1", axes="county year", zh="社会折现率", tex="r_{d}", fallback="confirm",
    limits=bounds("0.001", "0.2", "已见 8 %；大于 0.2 多半是以百分数填报"),
)  # fmt: skip
reservoir_life = coefficient(
    "reservoir_life", "year", axes="county year", zh="水库使用年限", tex="n_{r}", fallback="confirm",
    limits=bounds("5", "200", "水工建筑的设计年限在 30 与 150 年之间"),
)  # fmt: skip
reservoir_annual_cost = quantity(
    "reservoir_annual_cost", "CNY/m**3", axes="county year", zh="水库单位库容造价的年金", tex="p_{ra}"
)
water_cleaning_cost = coefficient(
    "water_cleaning_cost", "CNY/m**3", axes="county year", zh="单位水量净化费用", tex="p_{wc}", fallback="confirm",
    limits=bounds("0.05", "20", "已见污水处理费 1 元/m³"),
)  # fmt: skip
retained_water_cleaning_value = quantity(
    "retained_water_cleaning_value", "CNY/year", axes="county year", zh="涵养水量的净化价值", tex="V_{wc}"
)

_OWN = "qhgep"

yield_from_discharge = formula(
    water_yield, method="specific_discharge", equals=specific_discharge * days_in_period,
    source=Clause(_OWN, at="径流模数的定义：单位面积单位时间的水量，乘以核算期天数即为水深"),
)  # fmt: skip
yield_from_volume = formula(
    water_yield, method="volume_over_area", equals=runoff_volume / county_area,
    source=Clause(_OWN, at="水深的定义：县域的地表水资源量除以县域面积；量须是本县产的水，不含过境水"),
)  # fmt: skip
runoff_share = formula(
    surface_runoff, method="runoff_coefficient", equals=precipitation * runoff_coefficient, covers=[runoff_coefficient],
    source=Clause("gong-2017", at="表 2：地表径流 = 降水量 × 径流系数"),
)  # fmt: skip
water_balance = formula(
    water_retained, method="water_balance", equals=area * (precipitation - surface_runoff - evapotranspiration),
    source=Clause("gong-2017", at="水量平衡式", printed_factor=10),
    note="论文未印 mm 与 m² 之间的换算；此处核对 hm²·mm → m³ 的 10 倍",
)  # fmt: skip
water_retention_from_yield = formula(
    water_retained, method="water_retention_from_yield", equals=area * (water_yield - surface_runoff),
    source=Clause(_OWN, at="由水量平衡式以 蒸散量 = 降水量 − 产水深 代入"),
    note="产水深是县域或流域平均，不区分生态系统：只列县合计，分生态系统矩阵记为未分摊",
)  # fmt: skip
evapotranspiration_from_yield = formula(
    evapotranspiration, method="from_yield", equals=precipitation - water_yield,
    source=Clause(_OWN, at="水量平衡：多年平均时蓄变量为零"),
)  # fmt: skip
retained_sum = formula(
    water_retained_total,
    method="sum",
    equals=Total("ecosystem", water_retained),
    source=Clause(_OWN, at="各生态系统之和"),
)
reservoir = formula(
    water_value, method="reservoir_cost", equals=water_retained * reservoir_cost,
    source=Clause("baima-2017", at="§2.4；表 3"), exchange_value=False
)  # fmt: skip
value_sum = formula(
    water_value_total, method="sum", equals=Total("ecosystem", water_value), source=Clause(_OWN, at="各生态系统之和")
)
value_of_total = formula(
    water_value_total, method="reservoir_cost", equals=water_retained_total * reservoir_cost,
    source=Clause("baima-2017", at="§2.4；表 3"),
    note="按县合计计价，不分摊到生态系统", exchange_value=False
)  # fmt: skip
_growth = (1 + discount_rate) ** Measure(reservoir_life, unit("year"))
annuity = formula(
    reservoir_annual_cost, method="annuity", equals=reservoir_cost * discount_rate * _growth / (_growth - 1), empirical=True,
    source=Clause(_OWN, at="年金的定义：r(1+r)ⁿ/((1+r)ⁿ−1)；每年蓄满一次"),
    note="造价是存量的价格，涵养量是一年的流量：直接相乘等于每年重建水库；7.06 元/m³ 按 8 %、50 年折成年金是 0.58 元/m³",
)  # fmt: skip
annual_cost_of_ecosystem = formula(
    water_value, method="annual_cost", equals=water_retained * reservoir_annual_cost,
    source=Clause(_OWN, at="以造价的年金代替造价"),
)  # fmt: skip
annual_cost_of_total = formula(
    water_value_total, method="annual_cost", equals=water_retained_total * reservoir_annual_cost,
    source=Clause(_OWN, at="以造价的年金代替造价"), note="按县合计计价，不分摊到生态系统",
)  # fmt: skip
cleaning = formula(
    retained_water_cleaning_value, method="cleaning_cost", equals=water_retained_total * water_cleaning_cost,
    source=Clause("chen-2017-lancang", at="§1.2.2(3)(iii)"),
    note="与水源涵养是同一份水：只计其一，另一项列在合计之外；单价按体积，印作元/t 的不能直接用",
)  # fmt: skip
implied = formula(
    implied_evapotranspiration, method="difference", equals=precipitation - water_yield,
    source=Clause(_OWN, at="水量平衡：多年平均时蓄变量为零"),
)  # fmt: skip
ratio = formula(
    yield_to_precipitation, method="ratio", equals=water_yield / precipitation, source=Clause(_OWN, at="产水系数的定义")
)
elasticity = formula(
    yield_elasticity, method="derivative", equals=water_yield / (water_yield - surface_runoff),
    source=Clause(_OWN, at="Q = A(Y − R) 时 dlnQ/dlnY = Y/(Y − R)"),
)  # fmt: skip

water_conservation = indicator("water_conservation", zh="水源涵养", quantity=water_retained, value=water_value)
