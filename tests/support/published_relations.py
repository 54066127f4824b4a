"""What printed numbers must satisfy: each relation with the arithmetic done by hand, coefficients typed again.

From the account of Garzê 2010 (baima-2017), the charges per pollution equivalent, the carbon market of 2021, and the
accounts of Baiyangdian 2011, Gaotianyan 2014 and the Wei River 2010.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.support.published import Count, Printed, Row, Step, Term

C, P = Count, Printed


@dataclass(frozen=True, slots=True)
class Relation:
    """A formula with what it reads, the same by plain arithmetic, and the result that the document prints.

    `within` is looser than 1e-12 only where the hand arithmetic writes a power as a rounded number.
    """

    name: str
    step: Step
    by_hand: str
    printed: Printed
    within: float = 1e-12


def relation(name: str, of: tuple[str, str], by_hand: str, printed: Printed, /, **given: Term | list[Term]) -> Relation:
    """A relation of one formula, `of` = (quantity, method)."""
    return Relation(name, Step(*of, given), by_hand, printed)


def value(quantity: str, method: str = "reservoir_cost") -> tuple[str, str]:
    return quantity, method


SOIL = P("38.86 10^8 t/a")
SAND = P("779.42 10^4 t/a")
SAND_AREA = Step(
    "sand_controlled_area", "layer_depth",
    {"sand_fixed_total": SAND, "sand_bulk_density": Row("GZ-14"), "sand_layer_depth": Row("GZ-15")},
)  # fmt: skip


def transpiration(area: str, heat: str) -> Step:
    given = {
        "area": P(f"{area} km2"), "transpiration_heat": Row(heat), "cooling_days": C("15 d/a"),
        "cooling_performance": Row("COP-1"),
    }  # fmt: skip
    return Step("transpiration_cooling", "transpiration_heat", given)


def cooling_value(*parts: Term) -> Step:
    total = Step("transpiration_cooling_total", "sum", {"transpiration_cooling": list(parts)})
    vegetation = Step("vegetation_cooling", "transpiration_heat", {"transpiration_cooling_total": total})
    return Step(
        "vegetation_cooling_value",
        "electricity_price",
        {"vegetation_cooling": vegetation, "electricity_price": Row("GZ-04")},
    )


FOREST, SHRUB, GRASS = (
    transpiration("31920.60", "EPP-森林"), transpiration("32283.46", "EPP-灌丛"), transpiration("71113.87", "EPP-草地"),
)  # fmt: skip
LAKE = Step(
    "lake_zone_storage", "area_power",
    {"lake_area": P("164.9 km2"), "lake_intercept": Row("GZ-16"), "lake_exponent": Row("GZ-17"), "lake_exchange": Row("GZ-18")},
)  # fmt: skip

GARZE = [
    relation("甘孜州生活用水", ("water_use_value", "market_price"), "1.36e8 * 2.6", P("3.5400 10^8 CNY/yr"),
             water_used=P("1.36 10^8 m3/a"), water_price=Row("GZ-01")),
    relation("甘孜州工业用水", ("water_use_value", "market_price"), "150.17e8 * 3.6", P("540.6113 10^8 CNY/yr"),
             water_used=P("150.17 10^8 m3/a"), water_price=Row("GZ-02")),
    relation("甘孜州农业用水", ("water_use_value", "market_price"), "17.31e8 * 0.07", P("1.2117 10^8 CNY/yr"),
             water_used=P("17.31 10^8 m3/a"), water_price=Row("GZ-03")),
    relation("甘孜州水电", ("hydropower_value", "market_price"), "95.30e8 * 0.53", P("50.5090 10^8 CNY/yr"),
             electricity_generated=P("95.30 10^8 kWh/a"), electricity_price=Row("GZ-04")),
    relation("甘孜州水源涵养", value("water_value_total"), "321.49e8 * 7.06", P("2269.7074 10^8 CNY/yr"),
             water_retained_total=P("321.49 10^8 m3/a"), reservoir_cost=Row("GZ-05")),
    relation("泥沙：38.86 亿 t × 0.24 / 0.93 = 10.03 亿 m³", ("silt_reduced", "siltation_fraction"),
             "38.86e8 * 0.24 / 0.93", P("10.03 10^8 m3/a"),
             soil_retained_total=SOIL, siltation_fraction=Row("GZ-09"), soil_bulk_density=Row("GZ-10")),
    relation("甘孜州减少淤积", ("silt_value", "desilting_cost"), "10.03e8 * 15.58", P("156.2555 10^8 CNY/yr"),
             silt_reduced=P("10.03 10^8 m3/a"), desilting_cost=Row("GZ-06")),
    relation("氮：38.86 亿 t × 0.37 % = 1437.94 万 t", ("nutrient_retained", "soil_content"),
             "38.86e8 * 0.37/100", P("1437.94 10^4 t/a"), soil_retained_total=SOIL, soil_nutrient_content=Row("GZ-11")),
    relation("磷：38.86 亿 t × 0.108 % = 419.72 万 t", ("nutrient_retained", "soil_content"),
             "38.86e8 * 0.108/100", P("419.72 10^4 t/a"), soil_retained_total=SOIL, soil_nutrient_content=Row("GZ-12")),
    relation("甘孜州减少氮流失", ("nutrient_value", "removal_cost"), "1437.94e4 * 875", P("125.8199 10^8 CNY/yr"),
             nutrient_retained=P("1437.94 10^4 t/a"), nutrient_removal_cost=Row("GZ-07")),
    relation("甘孜州减少磷流失", ("nutrient_value", "removal_cost"), "419.72e4 * 2800", P("117.5226 10^8 CNY/yr"),
             nutrient_retained=P("419.72 10^4 t/a"), nutrient_removal_cost=Row("GZ-08")),
    relation("固沙的面积 60.89 km²", ("sand_controlled_area", "layer_depth"), "779.42e4 / (1.28*0.1) / 10**4",
             P("6089 hm²/a"), sand_fixed_total=SAND, sand_bulk_density=Row("GZ-14"), sand_layer_depth=Row("GZ-15")),
    relation("固沙：质量先成面积，再乘 3.75 元/m²", ("sand_fixation_value", "sand_control_cost"),
             "779.42e4 / (1.28*0.1) * 3.75", P("2.2835 10^8 CNY/yr"),
             sand_controlled_area=SAND_AREA, sand_control_cost=Row("GZ-13")),
    relation("湖泊调蓄的价值", value("lake_storage_value"), "2.43e8 * 7.06", P("17.1430 10^8 CNY/yr"),
             lake_storage=P("2.43 10^8 m3/a"), reservoir_cost=Row("GZ-05")),
    relation("水库调蓄：总库容约 0.03 亿 m³（由结果倒推）", ("reservoir_storage", "flood_fraction"), "0.03e8 * 0.35",
             P("0.01 10^8 m3/a"),
             reservoir_capacity=P("0.03 10^8 m3"), reservoir_flood_fraction=Row("GZ-19"), storage_fillings=C("1 1/a")),
    relation("水库调蓄的价值", value("reservoir_storage_value"), "0.01e8 * 7.06", P("0.0684 10^8 CNY/yr"),
             reservoir_storage=P("0.01 10^8 m3/a"), reservoir_cost=Row("GZ-05")),
    relation("沼泽调蓄：湿地 2864.27 km² 的七成，约 2.00 千 km²（倒推），滞水 0.3 m", ("marsh_storage", "water_depth"),
             "2.00e3 * 10**6 * 0.3", P("6.00 10^8 m3/a"),
             marsh_area=P("2.00e3 km2"), marsh_water_depth=Row("GZ-20"), storage_fillings=C("1 1/a")),
    relation("沼泽调蓄的价值", value("marsh_storage_value"), "6.00e8 * 7.06", P("42.3436 10^8 CNY/yr"),
             marsh_storage=P("6.00 10^8 m3/a"), reservoir_cost=Row("GZ-05")),
    relation("二氧化硫", ("air_value", "treatment_cost"), "1137 * 1200", P("0.0136 10^8 CNY/yr"),
             air_pollutant_removed=P("1137 t/a"), air_treatment_cost=Row("GZ-21")),
    relation("二氧化硫按 2003 年高硫煤收费", ("air_value", "treatment_cost"), "1137 * 1.2 * 1000", P("0.0136 10^8 CNY/yr"),
             air_pollutant_removed=P("1137 t/a"), air_treatment_cost=Row("FEE-so2")),
    relation("氮氧化物", ("air_value", "treatment_cost"), "2772 * 630", P("0.0175 10^8 CNY/yr"),
             air_pollutant_removed=P("2772 t/a"), air_treatment_cost=Row("GZ-22")),
    relation("工业粉尘", ("air_value", "treatment_cost"), "941 * 150", P("0.0014 10^8 CNY/yr"),
             air_pollutant_removed=P("941 t/a"), air_treatment_cost=Row("GZ-23")),
    relation("化学需氧量", ("water_quality_value", "treatment_cost"), "5424 * 700", P("0.0380 10^8 CNY/yr"),
             water_pollutant_removed=P("5424 t/a"), water_treatment_cost=Row("GZ-24")),
    relation("氨氮", ("water_quality_value", "treatment_cost"), "625 * 875", P("0.0055 10^8 CNY/yr"),
             water_pollutant_removed=P("625 t/a"), water_treatment_cost=Row("GZ-25")),
    relation("甘孜州固碳", ("carbon_value_total", "carbon_dioxide_price"), "0.31e8 * 380", P("117.3548 10^8 CNY/yr"),
             carbon_dioxide_fixed_total=P("0.31e8 tCO2/yr"), carbon_price=Row("GZ-26")),
    relation("甘孜州释氧", ("oxygen_value_total", "oxygen_price"), "2.51e8 * 727", P("1821.9182 10^8 CNY/yr"),
             oxygen_released_total=P("2.51e8 tO2/yr"), oxygen_price=Row("GZ-27")),
    relation("甘孜州植被蒸腾耗电当量 2799.10 亿 kWh", ("transpiration_cooling_total", "sum"),
             "(31920.60*2837.27 + 32283.46*1300.95 + 71113.87*969.83) * 10**6 * 15 / 3.0 / 3600",
             P("2799.10 10^8 kWh/a"), transpiration_cooling=[FOREST, SHRUB, GRASS]),
    Relation("森林的降温价值（表 4）", cooling_value(FOREST), "31920.60 * 2837.27 * 10**6 * 15 / 3.0 / 3600 * 0.53",
             P("666.68 10^8 CNY/yr")),
    Relation("灌丛的降温价值（表 4）", cooling_value(SHRUB), "32283.46 * 1300.95 * 10**6 * 15 / 3.0 / 3600 * 0.53",
             P("309.16 10^8 CNY/yr")),
    Relation("草地的降温价值（表 4）", cooling_value(GRASS), "71113.87 * 969.83 * 10**6 * 15 / 3.0 / 3600 * 0.53",
             P("507.68 10^8 CNY/yr")),
    relation("植被降温价值", ("vegetation_cooling_value", "electricity_price"), "2799.10e8 * 0.53",
             P("1483.5208 10^8 CNY/yr"), vegetation_cooling=P("2799.10 10^8 kWh/a"), electricity_price=Row("GZ-04")),
    relation("水面降温价值", ("water_cooling_value", "electricity_price"), "1272.35e8 * 0.53",
             P("674.3433 10^8 CNY/yr"), water_cooling=P("1272.35 10^8 kWh/a"), electricity_price=Row("GZ-04")),
    relation("森林病虫害", ("pest_control_value", "control_cost"), "158e4 * 375", P("5.9250 10^8 CNY/yr"),
             pest_controlled_area=P("158e4 hm²/a"), pest_control_cost=Row("GZ-28")),
    relation("草地病虫害", ("pest_control_value", "control_cost"), "711.13e4 * 112.5", P("8.0003 10^8 CNY/yr"),
             pest_controlled_area=P("711.13e4 hm²/a"), pest_control_cost=Row("GZ-29")),
    Relation("湖泊调蓄：164.9 km²（由结果倒推）蓄 2.43 亿 m³", LAKE, "762.040725655043 * 31.862188639362 * 10**4",
             P("2.43 10^8 m3/a"), within=1e-11),
]  # fmt: skip


def per_equivalent(medium: str, rate: str, equivalent: str, by_hand: str, printed: Printed) -> Relation:
    given = {f"{medium}_charge_rate": Row(rate), f"{medium}_pollution_equivalent": Row(equivalent)}
    step = Step(f"{medium}_unit_charge", "rate_per_equivalent", given)
    return Relation(f"{rate} ÷ {equivalent}", step, by_hand, printed)


RATES = [
    per_equivalent("air", "TAX-air", "EQ-SO2", "1.2 / 0.95 * 1000", P("1263.16 CNY/t")),
    per_equivalent("air", "TAX-air", "EQ-NOx", "1.2 / 0.95 * 1000", P("1263.16 CNY/t")),
    per_equivalent("air", "TAX-air", "EQ-一般性粉尘", "1.2 / 4 * 1000", P("300 CNY/t")),
    per_equivalent("water", "TAX-water", "EQ-COD", "1.4 / 1 * 1000", P("1400 CNY/t")),
    per_equivalent("water", "TAX-water", "EQ-NH3-N", "1.4 / 0.8 * 1000", P("1750 CNY/t")),
    per_equivalent("water", "TAX-water", "EQ-TP", "1.4 / 0.25 * 1000", P("5600 CNY/t")),
    per_equivalent("air", "FEE-air", "EQ-NOx", "0.6 / 0.95 * 1000", P("0.63 CNY/kg")),
    per_equivalent("air", "FEE-air", "EQ-一般性粉尘", "0.6 / 4 * 1000", P("150 CNY/t")),
    per_equivalent("water", "FEE-water", "EQ-COD", "0.7 / 1 * 1000", P("700 CNY/t")),
    per_equivalent("water", "FEE-water", "EQ-NH3-N", "0.7 / 0.8 * 1000", P("875 CNY/t")),
    per_equivalent("water", "FEE-water", "EQ-TP", "0.7 / 0.25 * 1000", P("2800 CNY/t")),
    relation("碳市场 2021 年全年均价", ("carbon_market_price", "turnover_per_volume"), "7661230022.99 / 178789350",
             P("42.85 CNY/tCO2"), carbon_market_turnover=Row("CEA-2021-turnover"), carbon_market_volume=Row("CEA-2021-volume")),
    relation("每吨碳 1320 元是每吨二氧化碳 360 元", ("carbon_value_total", "carbon_dioxide_price"), "1320 * 12/44",
             P("360 CNY/yr"), carbon_dioxide_fixed_total=C("1 tCO2/yr"), carbon_price=Row("CB-7")),
]  # fmt: skip

MOLAR = {"oxygen_molar_mass": Row("CB-6a"), "carbon_dioxide_molar_mass": Row("CB-6b")}
SAME_BASIS = Step("oxygen_released", "molar_mass", {"carbon_dioxide_fixed": C("1 t CO2/a"), **MOLAR})
RATIO = ("oxygen_to_carbon_dioxide", "ratio")
RATIOS = [
    relation("甘孜州释氧与固碳之比 8.1", RATIO, "2.51 / 0.31", P("8.1 tO2/tCO2"),
             oxygen_released_total=P("2.51e8 tO2/yr"), carbon_dioxide_fixed_total=P("0.31e8 tCO2/yr")),
    relation("同一基础上释氧与固碳之比 0.727", RATIO, "32/44", P("0.727 tO2/tCO2"),
             oxygen_released_total=Step("oxygen_released_total", "sum", {"oxygen_released": SAME_BASIS}),
             carbon_dioxide_fixed_total=C("1 tCO2/yr")),
    relation("高天岩释氧与固碳之比是 1.19 比 1.63，即 0.730", RATIO, "69035.12 / 94560.72", P("0.730 tO2/tCO2"),
             oxygen_released_total=P("69035.12 tO2/yr"), carbon_dioxide_fixed_total=P("94560.72 tCO2/yr")),
]  # fmt: skip

DRY = P("3.74e4 t 干物质/a")
REEDS = Step(
    "carbon_dioxide_fixed", "dry_matter", {"dry_matter_produced": DRY, "carbon_dioxide_per_dry_matter": Row("CB-1")}
)
BAIYANGDIAN = [
    Relation("白洋淀固碳 1.66 万 t 碳", REEDS, "3.74e4 * 1.63", P("1.66e4 tC/yr")),
    relation("含碳率 0.4444 与 1.63 × 12/44 = 0.4445 是同一回事", ("carbon_dioxide_fixed", "dry_matter_carbon"),
             "0.4444 * 44/12", P("1.63 t CO2/a"),
             dry_matter_produced=C("1 t 干物质/a"), carbon_per_dry_matter=Row("CB-4")),
    relation("白洋淀固碳价值", ("carbon_value", "carbon_dioxide_price"), "3.74e4 * 1.63 * 12/44 * 1320",
             P("0.22 10^8 CNY/yr"), carbon_dioxide_fixed=REEDS, carbon_price=Row("CB-7")),
    relation("白洋淀释氧 4.49 万 t", ("oxygen_released", "dry_matter"), "3.74e4 * 1.2", P("4.49e4 tO2/yr"),
             dry_matter_produced=DRY, oxygen_per_dry_matter=Row("CB-2")),
    relation("白洋淀释氧价值", ("oxygen_value", "oxygen_price"), "4.49e4 * 1000", P("0.45 10^8 CNY/yr"),
             oxygen_released=P("4.49e4 tO2/yr"), oxygen_price=Row("CB-9")),
    relation("白洋淀洪水调蓄", value("flood_value"), "2.45e8 * 6.11", P("14.97 10^8 CNY/yr"),
             flood_storage=P("2.45 10^8 m3/a"), reservoir_cost=Row("RES-2")),
    relation("白洋淀芦苇", ("reed_value", "market_price"), "3.74e4 * 4460", P("1.67 10^8 CNY/yr"),
             reed_output=P("3.74e4 t/a"), reed_price=C("4460 CNY/t")),
    relation("白洋淀旅游", ("tourism_value", "travel_cost"), "135e4 * (52.47 + 343.33 + 578.03)",
             P("13.15 10^8 CNY/yr"), visits=P("135e4 visits/yr"), travel_spending=P("52.47 CNY/visit"),
             time_cost=P("343.33 CNY/visit"), consumer_surplus=P("578.03 CNY/visit")),
    *(
        relation(f"白洋淀非使用价值（{people} 万人）", ("nonuse_value", "willingness_to_pay"),
                 f"{people}e4 * {monthly}*12 * {share}", P(f"{printed} 10^8 CNY/yr"),
                 group_population=P(f"{people} 10^4 persons"), willingness_to_pay=P(f"{monthly} CNY/month/person"),
                 payer_share=P(f"{share} 1"))
        for people, monthly, share, printed in [
            ("61.92", "11.31", "0.8344", "0.70"), ("2.37", "11.89", "0.9049", "0.03"), ("33.99", "7.38", "0.8370", "0.25"),
        ]
    ),
]  # fmt: skip

# Dry matter t; CO₂ t, 10⁴ yuan; O₂ t, 10⁴ yuan; water 10⁴ m³, 10⁴ yuan (Table 2).
FORESTS = [
    ("针叶林", "6050.31", "9862.01", "374.62", "7199.87", "835.69", "23.83", "21.92"),
    ("阔叶林", "40584.50", "66152.74", "2512.94", "48295.56", "5605.67", "98.98", "91.06"),
    ("针阔混交林", "4774.77", "7782.88", "295.65", "5681.98", "659.51", "47.26", "43.48"),
    ("竹林", "5560.52", "9063.65", "344.30", "6617.02", "768.04", "4.66", "4.29"),
    ("灌木林", "1042.60", "1699.44", "64.56", "1240.69", "144.01", "3.93", "3.62"),
]
GAOTIANYAN = [
    item
    for zh, dry, carbon, carbon_value, oxygen, oxygen_value, water, water_value in FORESTS
    for item in (
        relation(f"高天岩{zh}固碳", ("carbon_dioxide_fixed", "dry_matter"), f"{dry} * 1.63", P(f"{carbon} t CO2/a"),
                 dry_matter_produced=P(f"{dry} t 干物质/a"), carbon_dioxide_per_dry_matter=Row("CB-1")),
        relation(f"高天岩{zh}固碳价值", ("carbon_value", "carbon_dioxide_price"), f"{carbon} * 379.87",
                 P(f"{carbon_value} 10^4 CNY/yr"),
                 carbon_dioxide_fixed=P(f"{carbon} t CO2/a"), carbon_price=Row("CB-8", adjusted=True)),
        relation(f"高天岩{zh}释氧", ("oxygen_released", "dry_matter"), f"{dry} * 1.19", P(f"{oxygen} tO2/yr"),
                 dry_matter_produced=P(f"{dry} t 干物质/a"), oxygen_per_dry_matter=Row("CB-3")),
        relation(f"高天岩{zh}释氧价值", ("oxygen_value", "oxygen_price"), f"{oxygen} * 1160.70",
                 P(f"{oxygen_value} 10^4 CNY/yr"), oxygen_released=P(f"{oxygen} tO2/yr"), oxygen_price=Row("CB-10")),
        relation(f"高天岩{zh}水源涵养价值", value("water_value"), f"{water}e4 * 0.92", P(f"{water_value} 10^4 CNY/yr"),
                 water_retained=P(f"{water} 10^4 m3/a"), reservoir_cost=Row("RES-5", adjusted=True)),
    )
]  # fmt: skip


def fertiliser(soil: Term, item: str, price: str) -> Step:
    kept = Step(
        "nutrient_retained",
        "soil_content",
        {"soil_retained_total": soil, "soil_nutrient_content": Row(f"SOILC-{item}")},
    )
    given = {"nutrient_retained": kept, "fertiliser_factor": Row(f"FERT-{item}"), "fertiliser_price": Row(price)}
    return Step("nutrient_value", "fertiliser_price", given)


def fertility(soil: Term) -> Step:
    """What a mass of soil is worth in the Wei River paper, which takes a price per m³ of fuelwood for one per tonne."""
    by_mass = Step(
        "fuelwood_price_by_mass", "density", {"fuelwood_price": Row("FUEL-1"), "fuelwood_density": C("1 t/m3")}
    )
    parts = [
        fertiliser(soil, "N", "FERTP-urea"),
        fertiliser(soil, "P", "FERTP-ssp"),
        fertiliser(soil, "K", "FERTP-kcl"),
    ]
    organic = {
        "soil_retained_total": soil, "soil_carbon_content": Row("SOC-1"), "fuelwood_factor": Row("FUEL-2"),
        "fuelwood_price_by_mass": by_mass,
    }  # fmt: skip
    given = {
        "nutrient_value_total": Step("nutrient_value_total", "sum", {"nutrient_value": parts}),
        "organic_matter_value": Step("organic_matter_value", "fuelwood", organic),
    }
    return Step("soil_retention_value", "nutrients_and_organic_matter", given)


PER_TONNE = "(0.06/100*2.164*1838 + 0.06/100*4.065*587 + 1.40/100*1.923*2175 + 1.56/100*0.5*200)"
# Per km² of farmland given back to forest: water 10³ m³, soil 10⁴ t, N and P kg; their values in 10⁴ yuan (Tables 1-4).
COUNTIES = [
    ("渭源", "-21.17", "6.94", "86.87", "11.28", "-12.10", "443.74", "1.16"),
    ("陇西", "15.22", "2.00", "-3.95", "-0.41", "8.70", "127.88", "-0.04"),
    ("武山", "22.92", "5.65", "165.77", "20.71", "13.10", "361.26", "2.15"),
    ("甘谷", "23.21", "5.18", "32.85", "4.75", "13.26", "331.21", "0.47"),
    ("秦州", "-20.55", "4.61", "57.38", "7.22", "-11.74", "294.76", "0.75"),
    ("麦积", "29.95", "11.10", "81.78", "10.38", "17.11", "709.73", "1.07"),
]
WEIHE = [
    item
    for zh, water, soil, nitrogen, phosphorus, water_value, soil_value, quality_value in COUNTIES
    for item in (
        relation(f"渭河{zh}水源涵养", value("water_value"), f"{water} * 1000 * 5.714", P(f"{water_value} 10^4 CNY/yr"),
                 water_retained=P(f"{water}e3 m3/a"), reservoir_cost=Row("RES-1")),
        Relation(f"渭河{zh}土壤保持", fertility(P(f"{soil} 10^4 t/a")), f"{soil}e4 * {PER_TONNE}",
                 P(f"{soil_value} 10^4 CNY/yr")),
        relation(f"渭河{zh}水质净化", ("water_quality_value_total", "sum"),
                 f"{nitrogen} * 35.7 + {phosphorus} * 750.7", P(f"{quality_value} 10^4 CNY/yr"),
                 water_quality_value=[
                     Step("water_quality_value", "treatment_cost",
                          {"water_pollutant_removed": P(f"{mass} kg/yr"), "water_treatment_cost": Row(price)})
                     for mass, price in ((nitrogen, "NP-N"), (phosphorus, "NP-P"))
                 ]),
    )
]  # fmt: skip

RELATIONS = [*GARZE, *RATES, *RATIOS, *BAIYANGDIAN, *GAOTIANYAN, *WEIHE]
