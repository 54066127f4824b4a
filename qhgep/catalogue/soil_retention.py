"""土壤保持: soil that is not lost, and what it saves: desilting, nutrients kept out of water, fertiliser, organic matter."""

from qhgep.catalogue.erosion import soil_retained
from qhgep.catalogue.formulas import Clause, formula, indicator, total_of
from qhgep.expr import Total, parts
from qhgep.quantities import ItemList, bounds, coefficient, quantity

SERVICE = "土壤保持"

nutrient = ItemList("nutrient", "养分", {"n": "氮", "p": "磷", "k": "钾"})

_SHARE = bounds("0", "1", "比例在 0 与 1 之间；大于 1 多半是以百分数填报")

soil_retained_total = total_of(soil_retained)

siltation_fraction = coefficient(
    "siltation_fraction", "1", axes="county year", zh="泥沙淤积系数", tex=r"\lambda", fallback="confirm", limits=_SHARE
)
soil_bulk_density = coefficient(
    "soil_bulk_density", "t/m**3", axes="county year", zh="土壤容重", tex=r"\rho_{s}", fallback="confirm",
    limits=bounds("0.3", "2.65", "矿物颗粒的密度约 2.65 t/m³；高寒草毡层约 0.9，小于 0.7 须核对"),
)  # fmt: skip
desilting_cost = coefficient(
    "desilting_cost", "CNY/m**3", axes="county year", zh="清淤单价", tex="p_{s}", fallback="confirm",
    limits=bounds("0.1", "200", "已见 0.88 至 19.76 元/m³"),
)  # fmt: skip
soil_nutrient_content = coefficient(
    "soil_nutrient_content", "1", axes="county year nutrient", zh="土壤养分纯含量", tex="C_{n}", fallback="confirm",
    limits=bounds("0", "0.05", "土壤全钾可到 3 %，全氮、全磷一般不到 1 %"),
)  # fmt: skip
nutrient_removal_cost = coefficient(
    "nutrient_removal_cost", "CNY/t", axes="county year nutrient", zh="养分降解成本", tex="p_{n}", fallback="confirm",
    limits=bounds("100", "1000000", "已见 875 至 2800 元/t（按排污费）与 35700 至 750700 元/t（按工程）"),
)  # fmt: skip
fertiliser_factor = coefficient(
    "fertiliser_factor", "1", axes="county year nutrient", zh="养分折合化肥的系数", tex="f_{n}", fallback="confirm",
    limits=bounds("1", "20", "化肥中的养分不超过其全部质量"),
)  # fmt: skip
fertiliser_price = coefficient(
    "fertiliser_price", "CNY/t", axes="county year nutrient", zh="化肥价格", tex="p_{f}", fallback="confirm",
    limits=bounds("100", "20000", "已见 587 至 2400 元/t"),
)  # fmt: skip
pure_nutrient_price = coefficient(
    "pure_nutrient_price", "CNY/t", axes="county year", zh="化肥折纯价格", tex="p_{fp}", fallback="confirm",
    limits=bounds("100", "20000", "已见 2549 元/t"),
)  # fmt: skip
nutrient_price = coefficient(
    "nutrient_price", "CNY/t", axes="county year nutrient", zh="养分折纯单价", tex="p_{np}", fallback="confirm",
    limits=bounds("100", "50000", "已见氮 4174、磷 5917、钾 5442 元/t"),
)  # fmt: skip
soil_carbon_content = coefficient(
    "soil_carbon_content",
    "1",
    axes="county year",
    zh="土壤有机碳平均含量",
    tex="C_{o}",
    fallback="confirm",
    limits=_SHARE,
)
fuelwood_factor = coefficient(
    "fuelwood_factor", "1", axes="county year", zh="薪材转换为有机质的系数", tex="f_{w}", fallback="confirm",
    limits=bounds("0", "10", "已见 0.5"),
)  # fmt: skip
fuelwood_price = coefficient(
    "fuelwood_price", "CNY/m**3", axes="county year", zh="薪材价格（按体积）", tex="p_{fw}", fallback="confirm",
    limits=bounds("1", "5000", "已见 200 元/m³"),
)  # fmt: skip
fuelwood_density = quantity(
    "fuelwood_density", "t/m**3", axes="county year", zh="薪材密度", tex=r"\rho_{w}", limits=bounds("0.2", "1.3", "木材的密度"),
)  # fmt: skip
fuelwood_price_by_mass = quantity(
    "fuelwood_price_by_mass", "CNY/t", axes="county year", zh="薪材价格（按质量）", tex="p_{fm}", limits=bounds("1", "5000", "已见 200 元/t"),
)  # fmt: skip

earth_moving_cost = coefficient(
    "earth_moving_cost", "CNY/m**3", axes="county year", zh="挖取和运输土方费用", tex="p_{em}", fallback="confirm",
    limits=bounds("1", "500", "单价按体积：须先以容重把质量换为体积"),
)  # fmt: skip
soil_organic_matter_content = coefficient(
    "soil_organic_matter_content", "g*organic_matter/kg", axes="county year", zh="土壤有机质平均含量", tex="M_{so}", fallback="confirm",
    limits=bounds("0", "1000", "不超过土壤本身的质量；已见 23.29 g/kg"),
)  # fmt: skip
organic_matter_price = coefficient(
    "organic_matter_price", "CNY/(t*organic_matter)", axes="county year", zh="有机质价格", tex="p_{om}", fallback="confirm",
    limits=bounds("50", "20000", "已见 852.67 元/t"),
)  # fmt: skip
soil_layer_depth = coefficient(
    "soil_layer_depth", "m", axes="county year", zh="土层平均厚度", tex="h_{so}", fallback="confirm",
    limits=bounds("0.05", "5", "已见 0.67 m"),
)  # fmt: skip
land_income = coefficient(
    "land_income", "CNY/ha", axes="county year", zh="单位面积土地年收益", tex="p_{ld}", fallback="confirm",
    limits=bounds("10", "200000", "已见林业平均收益 791.09 元/(hm²·a)"),
)  # fmt: skip

soil_fixing_value = quantity("soil_fixing_value", "CNY/year", axes="county year", zh="固土价值", tex="V_{fx}")
organic_matter_kept = quantity(
    "organic_matter_kept", "t*organic_matter/year", axes="county year", zh="减少有机质流失量", tex="Q_{om}"
)
land_kept = quantity("land_kept", "ha/year", axes="county year", zh="减少土地损失面积", tex="A_{ld}")
land_kept_value = quantity("land_kept_value", "CNY/year", axes="county year", zh="减少土地损失价值", tex="V_{ld}")
silt_reduced = quantity("silt_reduced", "m**3/year", axes="county year", zh="减少泥沙淤积量", tex="Q_{si}")
silt_value = quantity("silt_value", "CNY/year", axes="county year", zh="减少泥沙淤积价值", tex="V_{si}")
nutrient_retained = quantity(
    "nutrient_retained", "t/year", axes="county year nutrient", zh="减少养分流失量", tex="Q_{n}"
)
nutrient_value = quantity("nutrient_value", "CNY/year", axes="county year nutrient", zh="减少养分流失价值", tex="V_{n}")
nutrient_retained_total = total_of(nutrient_retained, "nutrient")
nutrient_value_total = total_of(nutrient_value, "nutrient")
organic_matter_value = quantity(
    "organic_matter_value", "CNY/year", axes="county year", zh="保持有机质价值", tex="V_{om}"
)
soil_retention_value = quantity("soil_retention_value", "CNY/year", axes="county year", zh="土壤保持价值", tex="V_{sr}")

_OWN = "qhgep"

retained_sum = formula(
    soil_retained_total,
    method="sum",
    equals=Total("ecosystem", soil_retained),
    source=Clause(_OWN, at="各生态系统之和"),
)
silt = formula(
    silt_reduced, method="siltation_fraction",
    equals=soil_retained_total * siltation_fraction / soil_bulk_density,
    source=Clause("baima-2017", at="§2.4 式(4)"),
)  # fmt: skip
desilting = formula(
    silt_value, method="desilting_cost", equals=silt_reduced * desilting_cost,
    source=Clause("baima-2017", at="§2.4 式(4)；表 3"),
)  # fmt: skip
nutrients_kept = formula(
    nutrient_retained, method="soil_content", equals=soil_retained_total * soil_nutrient_content,
    source=Clause("baima-2017", at="§2.4 式(5)"),
)  # fmt: skip
removal = formula(
    nutrient_value, method="removal_cost", equals=nutrient_retained * nutrient_removal_cost,
    source=Clause("baima-2017", at="§2.4 式(5)；表 3"),
    note="减少面源污染：与化肥替代法是同一份养分的两种计价，不可并用",
)  # fmt: skip
fertiliser = formula(
    nutrient_value, method="fertiliser_price", equals=nutrient_retained * fertiliser_factor * fertiliser_price,
    source=Clause("wu-2018-weihe", at="§2.3"),
    note="化肥替代：与减少面源污染是同一份养分的两种计价，不可并用",
)  # fmt: skip
pure_nutrient = formula(
    nutrient_value, method="pure_nutrient_price", equals=nutrient_retained * pure_nutrient_price,
    source=Clause("chen-2016-huanghua", at="§2.3"),
    note="化肥替代（折纯价）：与减少面源污染是同一份养分的两种计价，不可并用",
)  # fmt: skip
nutrient_by_price = formula(
    nutrient_value, method="nutrient_price", equals=nutrient_retained * nutrient_price,
    source=Clause("miao-2017-gaotianyan", at="表 1；表 3"),
    note="化肥替代（按养分折纯）：与减少面源污染是同一份养分的两种计价，不可并用",
)  # fmt: skip
nutrient_sum = formula(
    nutrient_retained_total,
    method="sum",
    equals=Total("nutrient", nutrient_retained),
    source=Clause(_OWN, at="各养分之和"),
)
nutrient_value_sum = formula(
    nutrient_value_total, method="sum", equals=Total("nutrient", nutrient_value), source=Clause(_OWN, at="各养分之和")
)
price_by_mass = formula(
    fuelwood_price_by_mass, method="density", equals=fuelwood_price / fuelwood_density,
    source=Clause(_OWN, at="单价按体积与按质量的关系"),
)  # fmt: skip
organic_matter = formula(
    organic_matter_value, method="fuelwood",
    equals=soil_retained_total * soil_carbon_content * fuelwood_factor * fuelwood_price_by_mass,
    source=Clause("wu-2018-weihe", at="§2.3"),
    note="论文以元/m³ 的薪材价格乘吨数，未说密度；此处薪材价格须按质量给出",
)  # fmt: skip
earth_moving = formula(
    soil_fixing_value, method="earth_moving_cost", equals=soil_retained_total / soil_bulk_density * earth_moving_cost,
    source=Clause("lyt1721-2008", at="固土（转引自公开代码，条文未见）：A·C·(X₂−X₁)/ρ"),
    note="有的程序漏除容重；与减少泥沙淤积是同一份土，只计其一",
)  # fmt: skip
organic_matter_mass = formula(
    organic_matter_kept, method="soil_content", equals=soil_retained_total * soil_organic_matter_content,
    source=Clause("miao-2017-gaotianyan", at="表 1 式(12)"),
)  # fmt: skip
organic_matter_priced = formula(
    organic_matter_value, method="organic_matter_price", equals=organic_matter_kept * organic_matter_price,
    source=Clause("miao-2017-gaotianyan", at="表 1；表 3"), note="只与化肥替代法并用；与减少面源污染并列会混用两种口径",
)  # fmt: skip
land_not_lost = formula(
    land_kept, method="layer_depth", equals=soil_retained_total / (soil_bulk_density * soil_layer_depth),
    source=Clause("miao-2017-gaotianyan", at="表 1 式(13)"),
)  # fmt: skip
land_not_lost_value = formula(
    land_kept_value,
    method="land_income",
    equals=land_kept * land_income,
    source=Clause("miao-2017-gaotianyan", at="表 1 式(13)"),
)
gaotianyan_parts = formula(
    soil_retention_value, method="land_silt_and_fertility",
    equals=parts(land_kept_value, silt_value, nutrient_value_total, organic_matter_value),
    source=Clause("miao-2017-gaotianyan", at="表 3；表 4"),
)  # fmt: skip
fixing_and_fertility = formula(
    soil_retention_value, method="fixing_and_fertility",
    equals=parts(soil_fixing_value, nutrient_value_total, organic_matter_value),
    source=Clause("lyt1721-2008", at="固土与保肥（转引自公开代码，条文未见）"),
)  # fmt: skip
silt_and_nutrients = formula(
    soil_retention_value, method="silt_and_nutrients", equals=parts(silt_value, nutrient_value_total),
    source=Clause("baima-2017", at="§2.4"),
)  # fmt: skip
fertility = formula(
    soil_retention_value, method="nutrients_and_organic_matter", equals=parts(nutrient_value_total, organic_matter_value),
    source=Clause("wu-2018-weihe", at="§2.3"),
)  # fmt: skip

soil_retention = indicator("soil_retention", zh="土壤保持", quantity=soil_retained_total, value=soil_retention_value)
