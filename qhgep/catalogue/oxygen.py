"""氧气提供: oxygen that plants release, at what industrial oxygen costs."""

from qhgep.catalogue.carbon import carbon_dioxide_fixed, carbon_dioxide_fixed_total, dry_matter_produced
from qhgep.catalogue.formulas import Clause, formula, indicator, total_of
from qhgep.expr import Total
from qhgep.quantities import bounds, coefficient, constant, quantity

SERVICE = "氧气提供"

oxygen_per_dry_matter = coefficient(
    "oxygen_per_dry_matter", "oxygen/dry_matter", axes="county year", zh="单位干物质释氧量", tex="k_{o}", fallback="confirm",
    limits=bounds("1", "1.4", "光合作用方程给出 192/162 = 1.185；文献用 1.19 或 1.2"),
)  # fmt: skip
oxygen_molar_mass = constant("oxygen_molar_mass", "t*oxygen", zh="氧气的摩尔质量", tex="M_{o}")
carbon_dioxide_molar_mass = constant("carbon_dioxide_molar_mass", "t*CO2", zh="二氧化碳的摩尔质量", tex="M_{c}")
oxygen_price = coefficient(
    "oxygen_price", "CNY/(t*oxygen)", axes="county year", zh="工业制氧价格", tex="p_{o}", fallback="confirm",
    limits=bounds("100", "5000", "已见 727 至 1160.70 元/t"),
)  # fmt: skip
oxygen_released = quantity("oxygen_released", "t*oxygen/year", axes="county year ecosystem", zh="释氧量", tex="Q_{o}")
oxygen_value = quantity("oxygen_value", "CNY/year", axes="county year ecosystem", zh="释氧价值", tex="V_{o}")
oxygen_released_total = total_of(oxygen_released)
oxygen_value_total = total_of(oxygen_value)
oxygen_to_carbon_dioxide = quantity(
    "oxygen_to_carbon_dioxide", "oxygen/CO2", axes="county year", zh="释氧量与固定二氧化碳量之比", tex="Q_{o}/Q_{c}",
    limits=bounds("0.6", "0.9", "同一基础上应为 32/44 = 0.727；差得多说明一个用总初级生产力、一个用净生产力"),
)  # fmt: skip

_OWN = "qhgep"

from_dry_matter = formula(
    oxygen_released, method="dry_matter", equals=dry_matter_produced * oxygen_per_dry_matter, covers=[dry_matter_produced],
    source=Clause("miao-2017-gaotianyan", at="表 1"),
)  # fmt: skip
from_carbon_dioxide = formula(
    oxygen_released, method="molar_mass", equals=carbon_dioxide_fixed * oxygen_molar_mass / carbon_dioxide_molar_mass,
    source=Clause(_OWN, at="光合作用方程：每固定 44 份 CO₂ 释放 32 份 O₂（规范条文未见）"),
)  # fmt: skip
released_sum = formula(
    oxygen_released_total,
    method="sum",
    equals=Total("ecosystem", oxygen_released),
    source=Clause(_OWN, at="各生态系统之和"),
)
priced = formula(
    oxygen_value,
    method="oxygen_price",
    equals=oxygen_released * oxygen_price,
    source=Clause("miao-2017-gaotianyan", at="表 1"),
    exchange_value=False,
)
value_sum = formula(
    oxygen_value_total, method="sum", equals=Total("ecosystem", oxygen_value), source=Clause(_OWN, at="各生态系统之和")
)
value_of_total = formula(
    oxygen_value_total, method="oxygen_price", equals=oxygen_released_total * oxygen_price,
    source=Clause("baima-2017", at="§2.4；表 3"), note="按县合计计价，不分摊到生态系统", exchange_value=False
)  # fmt: skip

same_basis = formula(
    oxygen_to_carbon_dioxide, method="ratio", equals=oxygen_released_total / carbon_dioxide_fixed_total,
    source=Clause(_OWN, at="核对两者是否用同一基础"),
)  # fmt: skip

oxygen = indicator("oxygen", zh="氧气提供", quantity=oxygen_released, value=oxygen_value)
