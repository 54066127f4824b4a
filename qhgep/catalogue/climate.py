"""气候调节: heat that plants and water take up, as the electricity that would have cooled as much."""

from qhgep.catalogue.formulas import Clause, formula, indicator, total_of
from qhgep.catalogue.provision import electricity_price
from qhgep.expr import Total, parts
from qhgep.quantities import area, bounds, coefficient, constant, quantity

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
