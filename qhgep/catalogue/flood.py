"""洪水调蓄: flood water that lakes, reservoirs and marshes take up, at the cost of reservoir capacity."""

from qhgep.catalogue.climate import water_density
from qhgep.catalogue.formulas import Clause, formula, indicator, total_of
from qhgep.catalogue.water import reservoir_annual_cost, reservoir_cost
from qhgep.expr import In, Measure, Total, call, parts
from qhgep.quantities import ItemList, area, bounds, coefficient, constant, precipitation, quantity
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

marsh_soil_depth = coefficient(
    "marsh_soil_depth", "m", axes="county year", zh="沼泽土壤蓄水深度", tex="h_{ms}", fallback="confirm",
    limits=bounds("0.05", "5", "沼泽泥炭层一般不到数米"),
)  # fmt: skip
marsh_soil_density = coefficient(
    "marsh_soil_density", "t/m**3", axes="county year", zh="沼泽土壤容重", tex=r"\rho_{ms}", fallback="confirm",
    limits=bounds("0.05", "2", "泥炭约 0.1 至 0.5 t/m³，矿质沼泽土约 1 t/m³"),
)  # fmt: skip
_WET = bounds("0", "20", "土壤含水量以水与干土的质量比计，泥炭可达数倍")
marsh_water_saturated = coefficient(
    "marsh_water_saturated",
    "1",
    axes="county year",
    zh="沼泽土壤饱和含水量",
    tex="F_{ms}",
    fallback="confirm",
    limits=_WET,
)
marsh_water_natural = coefficient(
    "marsh_water_natural",
    "1",
    axes="county year",
    zh="沼泽土壤自然含水量",
    tex="E_{ms}",
    fallback="confirm",
    limits=_WET,
)

storm_precipitation = quantity(
    "storm_precipitation", "mm/year", axes="county year", zh="暴雨日降水量", tex="P_{st}",
    limits=bounds("0", "2000", "只计产流的暴雨日；不是全年降水量"),
)  # fmt: skip
storm_runoff = quantity(
    "storm_runoff", "mm/year", axes="county year ecosystem", zh="暴雨日地表径流深", tex="R_{st}",
    limits=bounds("0", "2000", "不超过暴雨日降水量"),
)  # fmt: skip
runoff_rain_share = coefficient(
    "runoff_rain_share", "1", axes="county year", zh="产流降雨占降水量之比", tex="k_{rs}", fallback="confirm",
    limits=bounds("0", "1", "比例在 0 与 1 之间；已见 0.6"),
)  # fmt: skip
runoff_rain = quantity(
    "runoff_rain",
    "mm/year",
    axes="county year",
    zh="年产流降雨量",
    tex="J_{st}",
    limits=bounds("0", "5000", "不超过年降水量"),
)
runoff_reduction = coefficient(
    "runoff_reduction", "1", axes="county year ecosystem", zh="与裸地相比减少径流的系数", tex="k_{rr}", fallback="confirm",
    limits=bounds("0", "1", "比例在 0 与 1 之间；已见 0.14 至 0.39"),
)  # fmt: skip
vegetation_storage = quantity(
    "vegetation_storage", "m**3/year", axes="county year ecosystem", zh="植被调蓄量", tex="C_{vg}"
)
vegetation_storage_total = total_of(vegetation_storage)
vegetation_storage_value = quantity(
    "vegetation_storage_value", "CNY/year", axes="county year", zh="植被调蓄价值", tex="V_{vg}"
)

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
marsh_and_soil = formula(
    marsh_storage, method="water_and_soil",
    equals=marsh_area
    * (marsh_soil_depth * marsh_soil_density * (marsh_water_saturated - marsh_water_natural) / water_density + marsh_water_depth)
    * storage_fillings,
    source=Clause("qhgep", at="土壤由自然含水量蓄到饱和，加地表滞水（规范条文未见，凭转述）"),
)  # fmt: skip
storm = formula(
    vegetation_storage, method="storm_rain_less_runoff", equals=area * (storm_precipitation - storm_runoff), covers=[storm_runoff],
    source=Clause("qhgep", at="暴雨日降水量减暴雨日径流量（规范条文未见，凭转述）"),
    note="与水源涵养是同一份雨水：只计其一",
)  # fmt: skip
rain_that_runs = formula(
    runoff_rain, method="share_of_rain", equals=precipitation * runoff_rain_share,
    source=Clause("miao-2017-gaotianyan", at="表 1 式(8)"),
)  # fmt: skip
reduction = formula(
    vegetation_storage, method="runoff_reduction", equals=area * runoff_rain * runoff_reduction, covers=[runoff_reduction],
    source=Clause("miao-2017-gaotianyan", at="表 1 式(7)(9)", printed_factor=10),
    note="系数只有森林与灌丛；与水源涵养是同一份雨水：只计其一",
)  # fmt: skip
vegetation_sum = formula(
    vegetation_storage_total, method="sum", equals=Total("ecosystem", vegetation_storage),
    source=Clause("qhgep", at="各生态系统之和"),
)  # fmt: skip
storage_sum_with_vegetation = formula(
    flood_storage, method="sum_with_vegetation",
    equals=parts(vegetation_storage_total, lake_storage, reservoir_storage, marsh_storage),
    source=Clause("qhgep", at="植被、湖泊、水库、沼泽之和（规范条文未见）"),
)  # fmt: skip
storage_sum = formula(
    flood_storage,
    method="sum",
    equals=parts(lake_storage, reservoir_storage, marsh_storage),
    source=Clause(_PAPER, at="§2.4"),
)
lake_price = formula(
    lake_storage_value,
    method="reservoir_cost",
    equals=lake_storage * reservoir_cost,
    source=_PRICE,
    exchange_value=False,
)
reservoir_price = formula(
    reservoir_storage_value,
    method="reservoir_cost",
    equals=reservoir_storage * reservoir_cost,
    source=_PRICE,
    exchange_value=False,
)
marsh_price = formula(
    marsh_storage_value,
    method="reservoir_cost",
    equals=marsh_storage * reservoir_cost,
    source=_PRICE,
    exchange_value=False,
)
vegetation_price = formula(
    vegetation_storage_value, method="reservoir_cost", equals=vegetation_storage_total * reservoir_cost,
    source=Clause("miao-2017-gaotianyan", at="表 1 式(7)"), exchange_value=False
)  # fmt: skip
flood_sum_with_vegetation = formula(
    flood_value, method="sum_with_vegetation",
    equals=parts(vegetation_storage_value, lake_storage_value, reservoir_storage_value, marsh_storage_value),
    source=Clause("qhgep", at="植被、湖泊、水库、沼泽之和（规范条文未见）"),
)  # fmt: skip
annual_price = formula(
    flood_value, method="annual_cost", equals=flood_storage * reservoir_annual_cost,
    source=Clause("qhgep", at="以造价的年金代替造价"),
)  # fmt: skip
flood_sum = formula(
    flood_value, method="sum", equals=parts(lake_storage_value, reservoir_storage_value, marsh_storage_value),
    source=Clause(_PAPER, at="§2.4"),
)  # fmt: skip
whole_price = formula(
    flood_value, method="reservoir_cost", equals=flood_storage * reservoir_cost,
    source=Clause("jiang-2017-baiyangdian", at="§2.2"), exchange_value=False
)  # fmt: skip

flood_mitigation = indicator("flood_mitigation", zh="洪水调蓄", quantity=flood_storage, value=flood_value)
