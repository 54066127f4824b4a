"""洪水调蓄: flood water that lakes, reservoirs and marshes take up, at the cost of reservoir capacity."""

from qhgep.catalogue.formulas import Clause, formula, indicator
from qhgep.catalogue.water import reservoir_cost
from qhgep.expr import In, Measure, Total, call, parts
from qhgep.quantities import ItemList, bounds, coefficient, constant, quantity
from qhgep.units import unit

SERVICE = "洪水调蓄"

lake_zone = ItemList(
    "lake_zone", "湖区",
    {"plateau": "青藏高原", "east": "东部平原", "mongolia_xinjiang": "蒙新高原", "yunnan_guizhou": "云贵高原", "northeast": "东北平原与山区"},
)  # fmt: skip

lake_area = quantity(
    "lake_area", "km**2", axes="county year lake_zone", zh="湖泊总面积", tex="A_{l}", limits=bounds("0", "10000", "青海湖约 4500 km²"),
)  # fmt: skip
lake_intercept = constant("lake_intercept", "1", axes="lake_zone", zh="湖泊调蓄模型截距", tex="a_{l}")
lake_exponent = constant("lake_exponent", "1", axes="lake_zone", zh="湖泊调蓄模型指数", tex="b_{l}")
lake_exchange = constant("lake_exchange", "1/year", axes="lake_zone", zh="湖泊换水次数", tex="T_{l}")
lake_zone_storage = quantity(
    "lake_zone_storage", "m**3/year", axes="county year lake_zone", zh="分湖区湖泊调蓄量", tex="C_{lz}"
)
lake_storage = quantity("lake_storage", "m**3/year", axes="county year", zh="湖泊调蓄量", tex="C_{l}")

reservoir_capacity = quantity(
    "reservoir_capacity", "m**3", axes="county year", zh="水库总库容", tex="C_{t}",
    limits=bounds("100000", None, "10 万 m³ 以上才是水库；更小多半是以万或亿 m³ 填报", or_zero=True),
)  # fmt: skip
reservoir_flood_fraction = coefficient(
    "reservoir_flood_fraction", "1", axes="county year", zh="水库防洪库容系数", tex="k_{r}", fallback="confirm",
    limits=bounds("0", "1", "防洪库容不超过总库容"),
)  # fmt: skip
marsh_area = quantity(
    "marsh_area", "ha", axes="county year", zh="沼泽面积", tex="A_{m}", limits=bounds("0", "25000000", "不超过最大的县"),
)  # fmt: skip
marsh_water_depth = coefficient(
    "marsh_water_depth", "m", axes="county year", zh="沼泽地表滞水深", tex="h_{m}", fallback="confirm",
    limits=bounds("0.01", "3", "已见 0.3 m"),
)  # fmt: skip
storage_fillings = quantity(
    "storage_fillings", "1/year", axes="county year", zh="水库与沼泽每年蓄满次数", tex="n_{f}",
    limits=bounds("0", "20", "文献以蓄满一次计而不写明"),
)  # fmt: skip
reservoir_storage = quantity("reservoir_storage", "m**3/year", axes="county year", zh="水库调蓄量", tex="C_{r}")
marsh_storage = quantity("marsh_storage", "m**3/year", axes="county year", zh="沼泽调蓄量", tex="C_{m}")

flood_storage = quantity("flood_storage", "m**3/year", axes="county year", zh="洪水调蓄量", tex="C_{f}")
lake_storage_value = quantity("lake_storage_value", "CNY/year", axes="county year", zh="湖泊调蓄价值", tex="V_{l}")
reservoir_storage_value = quantity(
    "reservoir_storage_value", "CNY/year", axes="county year", zh="水库调蓄价值", tex="V_{r}"
)
marsh_storage_value = quantity("marsh_storage_value", "CNY/year", axes="county year", zh="沼泽调蓄价值", tex="V_{m}")
flood_value = quantity("flood_value", "CNY/year", axes="county year", zh="洪水调蓄价值", tex="V_{fl}")

_PAPER = "baima-2017"
_PRICE = Clause(_PAPER, at="§2.4；表 3")

lake_model = formula(
    lake_zone_storage, method="area_power",
    equals=In(call("exp", lake_intercept) * Measure(lake_area, unit("km**2")) ** lake_exponent, unit("ha*m")) * lake_exchange,
    source=Clause(_PAPER, at="§2.4：e^a·A^b·T"), empirical=True,
    note="面积以 km² 计，结果以万 m³（即 hm²·m）计；论文用湖泊总面积，逐湖相加会更大",
)  # fmt: skip
lake_sum = formula(
    lake_storage,
    method="sum_of_zones",
    equals=Total("lake_zone", lake_zone_storage),
    source=Clause("qhgep", at="各湖区之和"),
)
reservoir_model = formula(
    reservoir_storage, method="flood_fraction", equals=reservoir_capacity * reservoir_flood_fraction * storage_fillings,
    source=Clause(_PAPER, at="§2.4：C_r = 0.35·C_t"), note="论文以每年蓄满一次计而不写明；此处次数须填报",
)  # fmt: skip
marsh_model = formula(
    marsh_storage, method="water_depth", equals=marsh_area * marsh_water_depth * storage_fillings,
    source=Clause(_PAPER, at="§2.4：C_m = 0.3·S·10⁶", printed_factor=1000000, printed_units=(("marsh_area", unit("km**2")),)),
    note="论文把沼泽调蓄量的单位印作 万m³，按量纲与表 3 的数应为 m³；以每年蓄满一次计而不写明，此处次数须填报",
)  # fmt: skip
storage_sum = formula(
    flood_storage,
    method="sum",
    equals=parts(lake_storage, reservoir_storage, marsh_storage),
    source=Clause(_PAPER, at="§2.4"),
)
lake_price = formula(lake_storage_value, method="reservoir_cost", equals=lake_storage * reservoir_cost, source=_PRICE)
reservoir_price = formula(
    reservoir_storage_value, method="reservoir_cost", equals=reservoir_storage * reservoir_cost, source=_PRICE
)
marsh_price = formula(
    marsh_storage_value, method="reservoir_cost", equals=marsh_storage * reservoir_cost, source=_PRICE
)
flood_sum = formula(
    flood_value, method="sum", equals=parts(lake_storage_value, reservoir_storage_value, marsh_storage_value),
    source=Clause(_PAPER, at="§2.4"),
)  # fmt: skip
whole_price = formula(
    flood_value, method="reservoir_cost", equals=flood_storage * reservoir_cost,
    source=Clause("jiang-2017-baiyangdian", at="§2.2"),
)  # fmt: skip

flood_mitigation = indicator("flood_mitigation", zh="洪水调蓄", quantity=flood_storage, value=flood_value)
