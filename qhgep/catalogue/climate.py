"""气候调节: heat that plants and water take up, as the electricity that would have cooled as much."""

from qhgep.catalogue.carbon import dry_matter_produced
from qhgep.catalogue.formulas import Clause, formula, indicator, total_of
from qhgep.catalogue.provision import electricity_price
from qhgep.expr import In, Number, Total, at_most, parts, where
from qhgep.quantities import area, bounds, coefficient, constant, precipitation, quantity
from qhgep.units import unit

SERVICE = "气候调节"

transpiration_heat = constant(
    "transpiration_heat", "kJ/(m**2*day)", axes="ecosystem", zh="单位面积蒸腾消耗热量", tex="H",
    limits=bounds("0", "20000", "一天的净辐射不过 20 MJ/m²"),
)  # fmt: skip
cooling_days = quantity(
    "cooling_days", "day/year", axes="county year", zh="降温天数", tex="d",
    limits=bounds("0", "366", "一年的天数；海拔 3000 m 以上几乎没有日均温高于 26 ℃ 的日子"),
)  # fmt: skip
cooling_performance = coefficient(
    "cooling_performance", "1", axes="county year", zh="空调能效比", tex="R_{ac}", fallback="confirm",
    limits=bounds("1", "10", "空调能效比在 2 与 6 之间"),
)  # fmt: skip
transpiration_cooling = quantity(
    "transpiration_cooling",
    "kWh/year",
    axes="county year ecosystem",
    zh="植被蒸腾耗电当量（由蒸腾热推算）",
    tex="E_{te}",
)
transpiration_cooling_total = total_of(transpiration_cooling)
vegetation_cooling = quantity(
    "vegetation_cooling", "kWh/year", axes="county year", zh="植被蒸腾耗电当量", tex="E_{v}", limits=bounds("0", None, "降温量不为负"),
)  # fmt: skip

water_evaporated = quantity(
    "water_evaporated", "m**3/year", axes="county year", zh="水面蒸发量", tex="E_{ev}", limits=bounds("0", None, "蒸发量不为负"),
)  # fmt: skip
water_density = constant(
    "water_density", "t/m**3", zh="水的密度", tex=r"\rho_{w0}", limits=bounds("0.95", "1", "4 ℃ 时最大，为 1 t/m³")
)
latent_heat = coefficient(
    "latent_heat", "J/g", axes="county year", zh="水的汽化潜热", tex="q_{v}", fallback="confirm",
    limits=bounds("2200", "2600", "0 ℃ 约 2500 J/g，100 ℃ 约 2257 J/g"),
)  # fmt: skip
humidifier_electricity = coefficient(
    "humidifier_electricity", "kWh/m**3", axes="county year", zh="加湿器转化单位水量耗电", tex=r"\gamma", fallback="confirm",
    limits=bounds("50", "1000", "已见 120 与 125 kWh/m³"),
)  # fmt: skip
water_cooling = quantity(
    "water_cooling", "kWh/year", axes="county year", zh="水面蒸发耗电当量", tex="E_{w0}", limits=bounds("0", None, "降温量不为负"),
)  # fmt: skip

hot_day_evapotranspiration = quantity(
    "hot_day_evapotranspiration", "mm/year", axes="county year ecosystem", zh="高于温度阈值日的蒸散量", tex="ET_{h}",
    limits=bounds("0", "600", "只计日均温高于阈值的日子：每天一般不到 6 mm，至多百来天；不是全年蒸散量"),
)  # fmt: skip
hot_day_evapotranspiration_rate = quantity(
    "hot_day_evapotranspiration_rate", "mm/day", axes="county year ecosystem", zh="高于温度阈值日的日均蒸散量", tex="ET_{d}",
    limits=bounds("0", "10", "一天的净辐射蒸发不了 10 mm；更大多半是以全年蒸散量填报"),
)  # fmt: skip
evapotranspiration_cooling = quantity(
    "evapotranspiration_cooling", "kWh/year", axes="county year ecosystem", zh="蒸散降温耗电当量", tex="E_{et}"
)
evapotranspiration_cooling_total = total_of(evapotranspiration_cooling)

transpiration_ratio = coefficient(
    "transpiration_ratio", "kg/(t*dry_matter)", axes="county year ecosystem", zh="蒸腾系数", tex="k_{tr}", fallback="confirm",
    limits=bounds("100000", "2000000", "每吨干物质蒸腾的水：已见乔木 750、灌木 400 t"),
)  # fmt: skip
ground_evaporation_share = coefficient(
    "ground_evaporation_share", "1", axes="county year", zh="林地地面蒸发占降水量之比", tex="k_{ev}", fallback="confirm",
    limits=bounds("0", "1", "比例在 0 与 1 之间；已见 0.4 至 0.8"),
)  # fmt: skip
vapour_price = coefficient(
    "vapour_price", "CNY/m**3", axes="county year", zh="单位水汽的气候调节价值", tex="p_{vp}", fallback="confirm",
    limits=bounds("0.001", "10", "已见 0.129 元/m³"),
)  # fmt: skip
water_transpired = quantity(
    "water_transpired", "m**3/year", axes="county year ecosystem", zh="植被蒸腾水量", tex="W_{t}", limits=bounds("0", None, "水量不为负"),
)  # fmt: skip
ground_evaporation = quantity(
    "ground_evaporation", "m**3/year", axes="county year ecosystem", zh="地面蒸发水量", tex="W_{g}", limits=bounds("0", None, "水量不为负"),
)  # fmt: skip
water_transpired_total = total_of(water_transpired)
ground_evaporation_total = total_of(ground_evaporation)
vapour = quantity("vapour", "m**3/year", axes="county year", zh="进入大气的水汽量", tex="W_{vp}")

cooling = quantity("cooling", "kWh/year", axes="county year", zh="气候调节耗电当量", tex="E_{cl}")
vegetation_cooling_value = quantity(
    "vegetation_cooling_value", "CNY/year", axes="county year", zh="植被蒸腾降温价值", tex="V_{v}"
)
water_cooling_value = quantity(
    "water_cooling_value", "CNY/year", axes="county year", zh="水面蒸发降温增湿价值", tex="V_{w0}"
)
climate_value = quantity("climate_value", "CNY/year", axes="county year", zh="气候调节价值", tex="V_{cl}")

_OWN, _PAPER = "qhgep", "baima-2017"

transpiration = formula(
    transpiration_cooling, method="transpiration_heat",
    equals=area * transpiration_heat * cooling_days / cooling_performance, covers=[transpiration_heat],
    source=Clause(_PAPER, at="§2.4：Σ(H·A·d)/(3600·R)"),
    note="论文以 GPP 为蒸腾热的符号；蒸腾热的数值未见原文",
)  # fmt: skip
transpiration_sum = formula(
    transpiration_cooling_total,
    method="sum",
    equals=Total("ecosystem", transpiration_cooling),
    source=Clause(_OWN, at="各生态系统之和"),
)
vegetation = formula(
    vegetation_cooling,
    method="transpiration_heat",
    equals=transpiration_cooling_total,
    source=Clause(_PAPER, at="§2.4"),
)
evaporation = formula(
    water_cooling, method="evaporation",
    equals=water_evaporated * (water_density * latent_heat + humidifier_electricity),
    source=Clause(_PAPER, at="§2.4：E·ρ·q/3600 + E·γ"),
    note="水面蒸发一项没有除以空调能效比",
)  # fmt: skip
hot_days = formula(
    evapotranspiration_cooling, method="evapotranspiration", covers=[hot_day_evapotranspiration], empirical=True,
    equals=where(
        at_most(cooling_days, 0),
        In(Number(0), unit("kWh/year")),
        area * hot_day_evapotranspiration * water_density * latent_heat / cooling_performance,
    ),
    source=Clause("gbt46869-2025", at="A.11（转引）：蒸散发能量"),
    note="只计日均温高于阈值的日子的蒸散；没有这样的日子（青藏高原多如此）结果是 0；全年蒸散量不能代替",
)  # fmt: skip
hot_day_sum = formula(
    hot_day_evapotranspiration, method="daily_mean", empirical=True,
    equals=where(at_most(cooling_days, 0), In(Number(0), unit("mm/year")), hot_day_evapotranspiration_rate * cooling_days),
    source=Clause(_OWN, at="日均蒸散量 × 高于阈值的天数"), note="填日均值，则全年蒸散量填不进来；没有高于阈值的日子，不问日均值",
)  # fmt: skip
hot_day_rate = formula(
    hot_day_evapotranspiration_rate, method="per_day", equals=hot_day_evapotranspiration / cooling_days,
    source=Clause(_OWN, at="核对：日均蒸散量超过物理上限，即以全年蒸散量填报"),
)  # fmt: skip
evapotranspiration_sum = formula(
    evapotranspiration_cooling_total, method="sum", equals=Total("ecosystem", evapotranspiration_cooling),
    source=Clause(_OWN, at="各生态系统之和"),
)  # fmt: skip
vegetation_by_evapotranspiration = formula(
    vegetation_cooling, method="evapotranspiration", equals=evapotranspiration_cooling_total,
    source=Clause("gbt46869-2025", at="A.11（转引）：蒸散发能量"),
    note="蒸散量若含水面，水面蒸发不再另计",
)  # fmt: skip
whole_land = formula(
    cooling, method="evapotranspiration", equals=evapotranspiration_cooling_total,
    source=Clause("gbt46869-2025", at="A.11（转引）：蒸散发能量"), note="全部土地（含水面）的蒸散；水面蒸发不再另计",
)  # fmt: skip
cooling_price = formula(
    climate_value,
    method="electricity_price",
    equals=cooling * electricity_price,
    source=Clause(_PAPER, at="§2.4；表 3"),
)
humidified = formula(
    water_cooling, method="humidifier", equals=water_evaporated * humidifier_electricity,
    source=Clause("shang-2018-jiaozhou", at="§2.3.4"), note="只计加湿，不计汽化吸热",
)  # fmt: skip
transpired = formula(
    water_transpired, method="dry_matter", equals=dry_matter_produced * transpiration_ratio / water_density,
    covers=[dry_matter_produced], source=Clause("miao-2017-gaotianyan", at="表 1 式(6)"),
)  # fmt: skip
evaporated_from_ground = formula(
    ground_evaporation, method="share_of_rain", equals=area * precipitation * ground_evaporation_share,
    source=Clause("miao-2017-gaotianyan", at="§4.4", printed_factor=10),
)  # fmt: skip
transpired_sum = formula(
    water_transpired_total,
    method="sum",
    equals=Total("ecosystem", water_transpired),
    source=Clause(_OWN, at="各生态系统之和"),
)
ground_sum = formula(
    ground_evaporation_total,
    method="sum",
    equals=Total("ecosystem", ground_evaporation),
    source=Clause(_OWN, at="各生态系统之和"),
)
vapour_sum = formula(
    vapour, method="sum", equals=parts(water_transpired_total, ground_evaporation_total),
    source=Clause("miao-2017-gaotianyan", at="表 1 式(5)"),
)  # fmt: skip
vapour_value = formula(
    climate_value, method="vapour_price", equals=vapour * vapour_price,
    source=Clause("miao-2017-gaotianyan", at="表 1 式(5)"),
    note="按全年水汽计价，不问气温：不是交换价值，也不是规范的口径", exchange_value=False
)  # fmt: skip
whole = formula(
    cooling, method="sum", equals=parts(vegetation_cooling, water_cooling), source=Clause(_PAPER, at="§2.4")
)
vegetation_price = formula(
    vegetation_cooling_value,
    method="electricity_price",
    equals=vegetation_cooling * electricity_price,
    source=Clause(_PAPER, at="§2.4；表 3"),
)
water_price_of_cooling = formula(
    water_cooling_value,
    method="electricity_price",
    equals=water_cooling * electricity_price,
    source=Clause(_PAPER, at="§2.4；表 3"),
)
climate_sum = formula(
    climate_value,
    method="sum",
    equals=parts(vegetation_cooling_value, water_cooling_value),
    source=Clause(_PAPER, at="§2.4"),
)

climate_regulation = indicator("climate_regulation", zh="气候调节", quantity=cooling, value=climate_value)
