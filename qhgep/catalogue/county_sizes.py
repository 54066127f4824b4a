"""How much of a thing one county can have: limits of what is stated alone, and beside the census.

A ratio needs its other half: 235 000 元 that are 万元 are seen beside the population, and pass in a file without one. So what
a county adds up to has wide limits of its own, between the smallest county and the largest, and is compared with the
census where that is known. A slip of 万 or 亿 leaves them for most counties; a true zero never does.
"""

from __future__ import annotations

from dataclasses import replace

from qhgep.catalogue.air_purification import air_pollutant_emitted
from qhgep.catalogue.comparison import YEARLY, Comparison, compared
from qhgep.catalogue.erosion import soil_retained
from qhgep.catalogue.flood import reservoir_capacity
from qhgep.catalogue.landscape import view_dwellings, view_nights
from qhgep.catalogue.products import (
    crop_gross_output,
    crop_intermediate_input,
    crop_product_output,
    fishery_gross_output,
    fishery_intermediate_input,
    fishery_product_output,
    forest_gross_output,
    forest_intermediate_input,
    forest_product_output,
    forestry_gross_output,
    livestock_gross_output,
    livestock_intermediate_input,
    livestock_product_output,
    purchased_feed,
    timber_output,
    timber_value,
)
from qhgep.catalogue.provision import (
    crop_output,
    crop_value,
    electricity_generated,
    fishery_output,
    fishery_value,
    forestry_output,
    forestry_value,
    livestock_output,
    livestock_value,
    water_used,
)
from qhgep.catalogue.recreation import recreation_visits
from qhgep.catalogue.registers import registered_population
from qhgep.catalogue.tourism import tourism_value, visits
from qhgep.catalogue.water_purification import water_pollutant_discharged
from qhgep.catalogue.wind_erosion import sand_fixed
from qhgep.expr import Bounds, Expr, Quantity, Total
from qhgep.quantities import area, bounds, gross_domestic_product, population

_CENSUS = "没有填人口，比的是普查人口"
_BY_CLASS = "county year ecosystem"
MONEY_SLIP = "更小多半是万元、亿元写成元，更大多半是元写成万元"
TONNES_SLIP = "更小多半是万吨写成吨，更大多半是吨写成万吨"
VISITS_SLIP = "更小多半是万人次写成人次，更大多半是人次写成万人次"
VOLUME_SLIP = "更小多半是万立方米、亿立方米写成立方米，更大多半是立方米写成万立方米"


def alone(item: Quantity, low: str, high: str, reason: str, unless: tuple[Quantity, ...] = ()) -> Comparison:
    """What is stated of one quantity, within the limits of a county; that there is none of it is plausible."""
    limits = bounds(low, high, reason, or_zero=True)
    return Comparison(replace(item, name=f"{item.name}_of_county", bounds=limits), item, unless)


def per_person(
    name: str, unit: str, zh: str, amount: Expr, limits: Bounds, *, axes: str = YEARLY
) -> tuple[Comparison, Comparison]:
    """An amount by the stated population, and where none is stated by that of the census."""
    census = Bounds(limits.low, limits.high, f"{limits.reason}；{_CENSUS}", or_zero=limits.or_zero)
    return (
        compared(name, unit, zh, amount / population, limits, axes=axes),
        compared(
            f"{name}_of_census",
            unit,
            f"{zh}（按普查人口）",
            amount / registered_population,
            census,
            axes=axes,
            unless=(population,),
        ),
    )


COUNTY_SIZES: tuple[Comparison, ...] = (
    # people and money
    compared(
        "population_to_census", "1", "填报的人口比普查人口", population / registered_population,
        bounds("0.2", "5", "一个县十几年间的人口不会差到五倍；多半是人与万人写错，或写成了别的县"),
    ),
    *per_person(
        "product_per_person", "CNY/(person*year)", "人均地区生产总值", gross_domestic_product,
        bounds("300", "3000000", "全国县域在 300 元与 300 万元之间；几元或上亿元，多半是万元与亿元、人与万人写错"),
    ),
    *per_person(
        "visits_per_person", "visit/(person*year)", "旅游人次比人口", visits,
        bounds("0.02", "3000", "从很少有人去的牧业县到人口很少的景区县；多半是人次与万人次写错", or_zero=True),
    ),
    *per_person(
        "water_per_person", "m**3/(person*year)", "人均用水量", Total("water_use", water_used),
        bounds("5", "100000", "全国人均约 430 m³；灌区县可到一万多；多半是万立方米写错"),
    ),
    alone(population, "500", "200000000", "人口最少的县级单位也有几百人，最多的省一亿多；多半是人与万人写错", (registered_population,)),
    alone(
        gross_domestic_product, "10000000", "20000000000000",
        f"人口最少的牧业县一年也有几千万元，最大的城区不到两万亿元；{MONEY_SLIP}", (population, registered_population),
    ),
    # products
    *(
        alone(item, "10000", "50000000000", f"最大的农业县一年的农业产值也不过二三百亿元；{MONEY_SLIP}")
        for item in (
            crop_value, livestock_value, forestry_value, fishery_value, crop_gross_output, forest_gross_output, livestock_gross_output,
            fishery_gross_output, forestry_gross_output, timber_value, crop_intermediate_input, forest_intermediate_input,
            livestock_intermediate_input, fishery_intermediate_input, purchased_feed,
        )
    ),
    *(
        alone(item, "0.1", "10000000", f"产粮最多的县一年四百多万吨；{TONNES_SLIP}") for item in (crop_product_output, crop_output)
    ),
    *(
        alone(item, "0.1", "3000000", f"产肉、奶最多的县一年不过一二百万吨；{TONNES_SLIP}")
        for item in (livestock_product_output, livestock_output)
    ),
    *(
        alone(item, "0.01", "1500000", f"一县的林产品、水产品一年不过百万吨；{TONNES_SLIP}")
        for item in (forest_product_output, forestry_output, fishery_product_output, fishery_output)
    ),
    alone(timber_output, "1", "5000000", f"全国一年约一亿立方米，最多的县一二百万；{VOLUME_SLIP}"),
    # water and power
    alone(water_used, "1000", "100000000000", f"用水最多的灌区县一年二三十亿立方米，连水电的过机水量不过几百亿；{VOLUME_SLIP}"),
    alone(reservoir_capacity, "10000", "50000000000", f"三峡水库总库容 393 亿立方米，龙羊峡 247 亿立方米；{VOLUME_SLIP}"),
    alone(electricity_generated, "100000", "200000000000", "三峡电站一年也不过一千一百多亿千瓦时；多半是亿千瓦时、万千瓦时与千瓦时写错"),
    # visitors
    alone(visits, "100", "1000000000", f"游客最多的县一年一亿多人次；{VISITS_SLIP}", (population, registered_population)),
    alone(recreation_visits, "100", "3000000000", f"几百万居民天天出门休闲，一年也不过一二十亿人次；{VISITS_SLIP}"),
    alone(tourism_value, "100000", "1000000000000", f"旅游收入最多的县一年一千多亿元；{MONEY_SLIP}"),
    alone(view_nights, "100", "200000000", "客房最多的城市一年一亿多间夜；更大多半是间夜写成万间夜"),
    alone(view_dwellings, "100", "50000000", "一县一年的景观房不过几千万平方米；更小多半是万平方米写成平方米，更大多半是反过来写错"),
    # what is emitted
    alone(air_pollutant_emitted, "0.1", "1000000", f"排放最多的县一年几十万吨；{TONNES_SLIP}"),
    alone(water_pollutant_discharged, "0.01", "300000", f"排放最多的县一年十几万吨；{TONNES_SLIP}"),
    # what a hectare keeps
    compared(
        "soil_per_hectare", "t/(ha*year)", "每公顷土壤保持量（分生态系统）", soil_retained / area,
        bounds("0.004", "3000", f"黄土高原陡坡的潜在侵蚀也不超过 3000 t/(hm²·a)，平地也有几公斤；{TONNES_SLIP}", or_zero=True), axes=_BY_CLASS,
    ),
    compared(
        "sand_per_hectare", "t/(ha*year)", "每公顷固沙量（分生态系统）", sand_fixed / area,
        bounds("0.001", "1000", f"沙地的潜在风蚀也不超过 100 kg/(m²·a)；{TONNES_SLIP}", or_zero=True), axes=_BY_CLASS,
    ),
)  # fmt: skip
"""Every limit of what one county can have; a total with a gap is never too small."""
