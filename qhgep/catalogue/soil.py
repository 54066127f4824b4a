"""土壤性质: what the ground is made of, and how easily rain carries it away (EPIC)."""

from qhgep.catalogue.formulas import Clause, formula
from qhgep.expr import In, Measure, call
from qhgep.quantities import bounds, constant, quantity
from qhgep.units import unit

SERVICE = "土壤性质"

_PLACE = "county year ecosystem"
_ERODIBILITY = "t*ha*h/(ha*MJ*mm)"
_SHARE = bounds("0", "1", "质量分数在 0 与 1 之间；以百分数填报时单位写 %")

sand_content = quantity("sand_content", "1", axes=_PLACE, zh="砂粒含量", tex="SAN", limits=_SHARE)
silt_content = quantity("silt_content", "1", axes=_PLACE, zh="粉粒含量", tex="SIL", limits=_SHARE)
clay_content = quantity("clay_content", "1", axes=_PLACE, zh="黏粒含量", tex="CLA", limits=_SHARE)
calcium_carbonate_content = quantity(
    "calcium_carbonate_content", "1", axes=_PLACE, zh="碳酸钙含量", tex="CaCO_{3}", limits=_SHARE
)
soil_organic_carbon = quantity(
    "soil_organic_carbon", "g*carbon/kg", axes=_PLACE, zh="土壤有机碳含量", tex="SOC",
    limits=bounds("0", "580", "有机质全为有机碳的上限约 580 g C/kg；更大多半是以有机质填报"),
)  # fmt: skip
soil_organic_matter = quantity(
    "soil_organic_matter", "g*organic_matter/kg", axes=_PLACE, zh="土壤有机质含量", tex="SOM",
    limits=bounds("0", "1000", "不超过土壤本身的质量"),
)  # fmt: skip
soil_erodibility = quantity(
    "soil_erodibility", _ERODIBILITY, axes=_PLACE, zh="土壤可蚀性因子", tex="K",
    limits=bounds("0", "0.1", "国际制 K 值在 0.1 以下；更大多半是美制"),
)  # fmt: skip
erodibility_in_us_units = quantity(
    "erodibility_in_us_units", "1", axes=_PLACE, zh="EPIC 可蚀性（美制数值）", tex="K_{EPIC}",
    limits=bounds("0", "1", "美制 K 值在 0 与 1 之间"),
)  # fmt: skip

matter_per_carbon = constant(
    "organic_matter_per_carbon", "organic_matter/carbon", zh="有机质与有机碳之比", tex="k_{om}"
)
epic_base = constant("epic_base", "1", zh="EPIC 砂粒项常数", tex="e_{1}")
epic_sand = constant("epic_sand", "1", zh="EPIC 砂粒项系数", tex="e_{2}")
epic_sand_rate = constant("epic_sand_rate", "1", zh="EPIC 砂粒项指数", tex="e_{3}")
epic_silt_power = constant("epic_silt_power", "1", zh="EPIC 粉粒项的幂", tex="e_{4}")
epic_carbon = constant("epic_carbon", "1", zh="EPIC 有机碳项系数", tex="e_{5}")
epic_carbon_level = constant("epic_carbon_level", "1", zh="EPIC 有机碳项常数", tex="e_{6}")
epic_carbon_rate = constant("epic_carbon_rate", "1", zh="EPIC 有机碳项指数", tex="e_{7}")
epic_rest = constant("epic_rest", "1", zh="EPIC 非砂粒项系数", tex="e_{8}")
epic_rest_level = constant("epic_rest_level", "1", zh="EPIC 非砂粒项常数", tex="e_{9}")
epic_rest_rate = constant("epic_rest_rate", "1", zh="EPIC 非砂粒项指数", tex="e_{10}")
us_to_si = constant("erodibility_us_to_si", "1", zh="可蚀性美制换国际制的倍数", tex="k_{us}")
zhang_intercept = constant("erodibility_correction_intercept", "1", zh="可蚀性订正截距", tex="z_{1}")
zhang_slope = constant("erodibility_correction_slope", "1", zh="可蚀性订正斜率", tex="z_{2}")

_UNCONFIRMED = "系数凭记忆录入，未见原文：证据为未证实"
_sand = Measure(sand_content, unit("percent"))
_carbon = Measure(soil_organic_carbon, unit("percent*carbon"))
_rest = 1 - sand_content

carbon_of_matter = formula(
    soil_organic_carbon, method="from_organic_matter", equals=soil_organic_matter / matter_per_carbon,
    source=Clause("qhgep", at="有机质与有机碳之比的定义"),
)  # fmt: skip
epic = formula(
    erodibility_in_us_units, method="epic", empirical=True, covers=[sand_content],
    equals=(epic_base + epic_sand * call("exp", epic_sand_rate * _sand * (1 - silt_content)))
    * (silt_content / (clay_content + silt_content)) ** epic_silt_power
    * (1 - epic_carbon * _carbon / (_carbon + call("exp", epic_carbon_level - epic_carbon_rate * _carbon)))
    * (1 - epic_rest * _rest / (_rest + call("exp", epic_rest_level + epic_rest_rate * _rest))),
    source=Clause("he-dai-chen-2020", at="Supplementary material §2.1-2.5"),
    note="补充材料把 C 称为有机质：式中是有机碳的百分数，有机质须先除以有机质与有机碳之比",
)  # fmt: skip
erodibility = formula(
    soil_erodibility, method="epic", empirical=True, equals=In(erodibility_in_us_units * us_to_si, unit(_ERODIBILITY)),
    source=Clause("he-dai-chen-2020", at="Supplementary material §2.1-2.5"),
    note=f"美制换为国际制的倍数{_UNCONFIRMED}",
)  # fmt: skip
corrected_erodibility = formula(
    soil_erodibility, method="epic_zhang", empirical=True,
    equals=In((zhang_intercept + zhang_slope * erodibility_in_us_units) * us_to_si, unit(_ERODIBILITY)),
    source=Clause("qhgep", at="张科利订正式，只凭记忆录入，没有可引的原文"),
    note=f"订正式的{_UNCONFIRMED}",
)  # fmt: skip
