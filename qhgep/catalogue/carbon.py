"""固定二氧化碳: how much carbon dioxide an ecosystem binds, and what binding it is worth."""

from qhgep.catalogue.formulas import Clause, formula, indicator, total_of
from qhgep.expr import Total
from qhgep.quantities import area, bounds, coefficient, constant, quantity

SERVICE = "固定二氧化碳"

net_ecosystem_productivity = quantity(
    "net_ecosystem_productivity", "g*carbon/m**2/year", axes="county year ecosystem", zh="净生态系统生产力", tex="NEP",
    limits=bounds("-1000", "2000", "陆地生态系统净固碳在 −1000 与 2000 g C/(m²·a) 之间"),
)  # fmt: skip
carbon_price = coefficient(
    "carbon_price", "CNY/(t*CO2)", axes="county year", zh="二氧化碳价格", tex="p_{c}", fallback="confirm",
    limits=bounds("1", "2000", "已见 42.85 至 380 元/t CO₂"),
)  # fmt: skip
carbon_credits_issued = quantity(
    "carbon_credits_issued", "t*CO2/year", axes="county year", zh="已签发的碳信用", tex="C_{s}",
    limits=bounds("0", None, "已签发或已售出的碳信用须申报，以免重复计算"),
)  # fmt: skip
dry_matter_produced = quantity(
    "dry_matter_produced", "t*dry_matter/year", axes="county year ecosystem", zh="净初级生产的干物质", tex="NPP_{d}",
    limits=bounds("0", None, "生产量不为负"),
)  # fmt: skip
net_primary_productivity = quantity(
    "net_primary_productivity", "g*carbon/m**2/year", axes="county year ecosystem", zh="净初级生产力", tex="NPP_{c}",
    limits=bounds("0", "3000", "陆地生态系统的净初级生产力在 3000 g C/(m²·a) 以内；以干物质填报的约大一倍"),
)  # fmt: skip
carbon_dioxide_per_dry_matter = coefficient(
    "carbon_dioxide_per_dry_matter", "CO2/dry_matter", axes="county year", zh="单位干物质固定二氧化碳量", tex="k_{c}", fallback="confirm",
    limits=bounds("1.5", "1.8", "光合作用方程给出 264/162 = 1.6296"),
)  # fmt: skip
carbon_per_dry_matter = constant(
    "carbon_per_dry_matter", "carbon/dry_matter", zh="干物质含碳率", tex="k_{cd}",
    limits=bounds("0.4", "0.55", "碳水化合物 72/162 = 0.444；森林清查用 0.5"),
)  # fmt: skip
carbon_sequestration_rate = coefficient(
    "carbon_sequestration_rate", "t*carbon/ha/year", axes="county year ecosystem", zh="固碳速率", tex="r_{c}", fallback="confirm",
    limits=bounds("-20", "20", "含土壤；陆地生态系统每公顷每年一般在 10 t C 以内"),
)  # fmt: skip
soil_carbon_rate = coefficient(
    "soil_carbon_rate", "t*carbon/ha/year", axes="county year ecosystem", zh="土壤固碳速率", tex="F_{c}", fallback="confirm",
    limits=bounds("-5", "5", "土壤固碳每公顷每年一般在 1 t C 以内；不能以净初级生产力的固定倍数代替"),
)  # fmt: skip
carbon_stock = quantity(
    "carbon_stock", "t*carbon", axes="county year ecosystem", zh="期末碳储量", tex="S_{c,1}", limits=bounds("0", None, "储量不为负"),
)  # fmt: skip
carbon_stock_before = quantity(
    "carbon_stock_before", "t*carbon", axes="county year ecosystem", zh="期初碳储量", tex="S_{c,0}",
    limits=bounds("0", None, "储量不为负"),
)  # fmt: skip
carbon_stock_interval = quantity(
    "carbon_stock_interval", "year", axes="county year", zh="两次碳储量清查相隔的年数", tex="n_{c}",
    limits=bounds("1", "30", "森林清查五年一次"),
)  # fmt: skip
afforestation_cost = coefficient(
    "afforestation_cost", "CNY/(t*CO2)", axes="county year", zh="造林成本（按二氧化碳）", tex="p_{af}", fallback="confirm",
    limits=bounds("1", "2000", "已见 260.9 元/t C，即 71 元/t CO₂；按碳与按二氧化碳相差 44/12"),
)  # fmt: skip
carbon_market_turnover = coefficient(
    "carbon_market_turnover", "CNY", axes="county year", zh="碳市场成交额", tex="T_{m}", fallback="allowed",
    limits=bounds("0", None, "成交额不为负"),
)  # fmt: skip
carbon_market_volume = coefficient(
    "carbon_market_volume", "t*CO2", axes="county year", zh="碳市场成交量", tex="N_{m}", fallback="allowed",
    limits=bounds("0", None, "成交量不为负"),
)  # fmt: skip
carbon_market_price = quantity(
    "carbon_market_price", "CNY/(t*CO2)", axes="county year", zh="碳市场成交均价", tex="p_{m}"
)
carbon_dioxide_fixed = quantity(
    "carbon_dioxide_fixed", "t*CO2/year", axes="county year ecosystem", zh="固定二氧化碳量", tex="Q_{c}"
)
carbon_value = quantity("carbon_value", "CNY/year", axes="county year ecosystem", zh="固定二氧化碳价值", tex="V_{c}")
carbon_dioxide_fixed_total = total_of(carbon_dioxide_fixed)
carbon_value_total = total_of(carbon_value)

_OWN = "qhgep"

dry_matter_of_carbon = formula(
    dry_matter_produced, method="primary_productivity", equals=area * net_primary_productivity / carbon_per_dry_matter,
    covers=[net_primary_productivity], source=Clause(_OWN, at="干物质含碳率的定义：碳不是干物质，须除以含碳率"),
)  # fmt: skip
nep = formula(
    carbon_dioxide_fixed, method="nep", equals=area * net_ecosystem_productivity, covers=[net_ecosystem_productivity],
    source=Clause("gbt46869-2025", at="A.7（转引）：净生态系统生产力法"),
    note="净生态系统生产力不是净生物群区生产力：放牧、火烧、采伐带走的碳没有扣除；已出售的碳信用须另行申报",
)  # fmt: skip
dry_matter = formula(
    carbon_dioxide_fixed, method="dry_matter", equals=dry_matter_produced * carbon_dioxide_per_dry_matter,
    covers=[dry_matter_produced], source=Clause("miao-2017-gaotianyan", at="表 1"),
)  # fmt: skip
dry_matter_carbon = formula(
    carbon_dioxide_fixed, method="dry_matter_carbon", equals=dry_matter_produced * carbon_per_dry_matter,
    covers=[dry_matter_produced], source=Clause(_OWN, at="干物质的碳换算为二氧化碳，44/12 由单位推得"),
)  # fmt: skip
sequestration_rate = formula(
    carbon_dioxide_fixed, method="sequestration_rate", equals=area * carbon_sequestration_rate, covers=[carbon_sequestration_rate],
    source=Clause("gbt46869-2025", at="A.7（转引）：固碳速率法"),
)  # fmt: skip
stock_change = formula(
    carbon_dioxide_fixed, method="stock_change", equals=(carbon_stock - carbon_stock_before) / carbon_stock_interval,
    covers=[carbon_stock], source=Clause("gbt46869-2025", at="A.7（转引）：生物量法"),
    note="储量的变化已含采伐与火烧的损失；与净生态系统生产力、干物质加土壤项是同一份碳的不同算法，只用一种",
)  # fmt: skip
dry_matter_and_soil = formula(
    carbon_dioxide_fixed, method="dry_matter_and_soil",
    equals=dry_matter_produced * carbon_dioxide_per_dry_matter + area * soil_carbon_rate, covers=[dry_matter_produced],
    source=Clause("zhang-2018-shandong", at="§1.3.2：S·(1.63·R·B + F)，转引 LY/T 1721-2008"),
)  # fmt: skip
fixed_sum = formula(
    carbon_dioxide_fixed_total, method="sum", equals=Total("ecosystem", carbon_dioxide_fixed),
    source=Clause(_OWN, at="各生态系统之和"),
)  # fmt: skip
carbon_dioxide_price = formula(
    carbon_value, method="carbon_dioxide_price", equals=carbon_dioxide_fixed * carbon_price,
    source=Clause("baima-2017", at="§2.4；表 3"),
)  # fmt: skip
value_sum = formula(
    carbon_value_total, method="sum", equals=Total("ecosystem", carbon_value), source=Clause(_OWN, at="各生态系统之和")
)

value_of_total = formula(
    carbon_value_total, method="carbon_dioxide_price", equals=carbon_dioxide_fixed_total * carbon_price,
    source=Clause("baima-2017", at="§2.4；表 3"), note="按县合计计价，不分摊到生态系统",
)  # fmt: skip
market_by_ecosystem = formula(
    carbon_value, method="market_price", equals=carbon_dioxide_fixed * carbon_market_price,
    source=Clause(_OWN, at="以碳市场成交均价计价"), note="市场价比造林成本低数倍，取哪一种是判断，没有缺省",
)  # fmt: skip
afforestation_by_ecosystem = formula(
    carbon_value, method="afforestation_cost", equals=carbon_dioxide_fixed * afforestation_cost,
    source=Clause("chen-2017-lancang", at="§1.2.2(4)"),
)  # fmt: skip
afforestation_value = formula(
    carbon_value_total, method="afforestation_cost", equals=carbon_dioxide_fixed_total * afforestation_cost,
    source=Clause("chen-2017-lancang", at="§1.2.2(4)"), note="按县合计计价，不分摊到生态系统",
)  # fmt: skip
market_value = formula(
    carbon_value_total, method="market_price", equals=carbon_dioxide_fixed_total * carbon_market_price,
    source=Clause(_OWN, at="以碳市场成交均价计价"), note="市场价比造林成本低数倍，取哪一种是规则集的选择",
)  # fmt: skip
market_mean = formula(
    carbon_market_price, method="turnover_per_volume", equals=carbon_market_turnover / carbon_market_volume,
    source=Clause("cneeex-2021", at="全年成交额 ÷ 成交量"),
)  # fmt: skip

carbon_fixation = indicator("carbon_fixation", zh="固定二氧化碳", quantity=carbon_dioxide_fixed, value=carbon_value)
