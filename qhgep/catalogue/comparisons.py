"""What quantities say of each other: ratios that lie within limits in every county, each with its reason.

`bounds` of one quantity cannot see 23.5 万元 that are 亿元: no GDP is too small for a county. Beside the population it is.
The limits are wide: what lies outside is a wrong unit, a wrong place or a wrong digit, seldom a strange county. A check of
a table, an account and a data-entry form read the same list.
"""

from __future__ import annotations

from fractions import Fraction

from qhgep.catalogue.climate import (
    cooling_performance,
    evapotranspiration_cooling_total,
    hot_day_evapotranspiration,
    hot_day_rate,
    latent_heat,
    water_density,
)
from qhgep.catalogue.comparison import Comparison, compared
from qhgep.catalogue.county_shares import COUNTY_SHARES
from qhgep.catalogue.county_sizes import COUNTY_SIZES
from qhgep.catalogue.flood import runoff_rain, storm_precipitation, storm_runoff
from qhgep.catalogue.formulas import Formula
from qhgep.catalogue.oxygen import same_basis
from qhgep.catalogue.pest_control import pest_controlled_area
from qhgep.catalogue.provision import (
    crop_output,
    crop_value,
    fishery_output,
    fishery_value,
    forestry_output,
    forestry_value,
    livestock_output,
    livestock_value,
    turbine_water,
    water_used,
)
from qhgep.catalogue.rain_erosivity import monthly_rain
from qhgep.catalogue.registers import registered_area, registered_population, station_precipitation, wettest_station
from qhgep.catalogue.soil import clay_content, sand_content, silt_content, soil_organic_carbon, soil_organic_matter
from qhgep.catalogue.species import habitat_area
from qhgep.catalogue.tourism import tourism_value, visits
from qhgep.catalogue.water import implied_evapotranspiration, surface_runoff, water_retained_total, water_yield
from qhgep.catalogue.water import ratio as yield_ratio
from qhgep.catalogue.water_yield import (
    actual_evapotranspiration,
    reference_evapotranspiration,
    root_depth,
    root_restricting_depth,
    vegetation_flag,
    water_yield_by_ecosystem,
)
from qhgep.expr import Bounds, Measure, Total
from qhgep.quantities import (
    AREA_TOLERANCE,
    area,
    bounds,
    constant,
    county_area,
    days_in_period,
    evapotranspiration,
    gross_domestic_product,
    population,
    precipitation,
    quantity,
    specific_discharge,
)
from qhgep.units import unit

land = quantity("land", "ha", axes="county year", zh="各类面积合计", tex=r"\textstyle\sum A")
"""The areas of all ecosystems of a county, each piece of land once: of a class and its parts only the larger."""
area_tolerance = constant("area_tolerance", "1", zh="容差", tex=r"\delta")
"""AREA_TOLERANCE as a cell of a form shows it."""

area_gap = land - county_area
"""By how much the classes exceed the county; negative where they fall short of it."""
area_allowed = county_area * area_tolerance
"""The gap that two statements of an area may have."""

_WHOLE = 1 + AREA_TOLERANCE
_STATIONS = (
    "与本县站点的多年平均之比：省内各站从 254.8 毫米（贵德）到 758.1 毫米（久治），最多不到最少的三倍，同站两个时期相差不到两成；"
    "差到三倍以上，多半是 0.1 毫米、厘米与毫米写错，或写成了别处的县"
)
"""Why a factor of three: rows of county_climate.csv."""
_CENTIMETRES = "更小多半是厘米写作毫米"
_BY_CLASS = "county year ecosystem"
_NOT_A_YEAR = bounds("0", "0.85", "高温日只是一年的一部分；接近 1 或更大，填的是全年蒸散量，会使气候调节虚增数千亿元")
_hot_day_water = evapotranspiration_cooling_total * cooling_performance / (water_density * latent_heat)
"""The water whose evaporation took up the heat."""


def _of(formula: Formula, *, refused: bool = False) -> Comparison:
    """The comparison that the catalogue has as a formula, for rulesets that do not show it."""
    return Comparison(formula.quantity, formula.equals, refused=refused)


def _part(of: str, high: Fraction = _WHOLE) -> Bounds:
    return Bounds(Fraction(0), high, of)


COMPARISONS: tuple[Comparison, ...] = (
    *COUNTY_SIZES,
    *COUNTY_SHARES,
    # the county itself
    compared(
        "stated_to_registered_area", "1", "填报的县域面积比有出处的面积", county_area / registered_area,
        bounds("0.8", "1.25", "两套县界的面积至多差一成（城西区）；差到五分之一以上，多半是平方公里、公顷、亩写错，或写成了别的县"),
    ),
    compared(
        "land_to_registered_area", "1", "各类面积合计比有出处的县域面积", land / registered_area,
        bounds(
            "0.02", "1.25",
            "没有填县域面积；各类面积之和不会比有出处的面积大四分之一，几类之和也很少不到百分之二，多半是面积单位写错（平方公里、公顷、亩）",
        ),
        unless=(county_area,),
    ),
    compared(
        "product_per_area", "CNY/(ha*year)", "地均地区生产总值", gross_domestic_product / county_area,
        bounds("1", "1000000000", "最稀疏的牧业县每公顷约 40 元，最密的城区约 1.5 亿元"), unless=(population, registered_population),
    ),
    compared(
        "people_per_area", "person/ha", "人口密度", population / county_area,
        bounds("0.0003", "1000", "最稀疏的县每平方公里约 0.1 人，最密的城区约 4 万人；多半是人与万人、平方公里与公顷写错"),
    ),
    # water
    _of(yield_ratio),
    compared(
        "precipitation_to_station", "1", "降水量比本县站点的多年平均", precipitation / station_precipitation,
        bounds("0.33", "3", f"一县一年的降水{_STATIONS}"),
    ),
    compared(
        "precipitation_to_wettest", "1", "降水量比本省最湿站点的多年平均", precipitation / wettest_station,
        bounds(None, "2", "全省最湿的站多年平均也不过 758.1 毫米（久治），一县丰年不会到它的两倍；多半是 0.1 毫米写成毫米，或写成了别处的县"),
        unless=(station_precipitation,),
    ),
    compared(
        "evapotranspiration_to_station", "1", "蒸散量比本县站点的多年平均降水量", evapotranspiration / station_precipitation,
        bounds(None, "3", f"蒸散的水来自降水，而降水{_STATIONS}"), unless=(precipitation,),
    ),
    compared(
        "discharge_to_station", "1", "径流深比本县站点的多年平均降水量", specific_discharge * days_in_period / station_precipitation,
        bounds(None, "3", f"径流来自降水，而降水{_STATIONS}"), unless=(precipitation,),
    ),
    compared(
        "discharge_to_precipitation", "1", "径流深比降水量", specific_discharge * days_in_period / precipitation,
        bounds("0", "1", "径流来自降水（冰川融水补给的流域除外）；大于 1 多半是径流模数或降水的单位写错"), unless=(water_yield,),
    ),
    compared(
        "evapotranspiration_to_precipitation", "1", "蒸散量比降水量", evapotranspiration / precipitation,
        bounds("0", "1", "多年平均的蒸散不大于降水；大于 1 只见于靠灌溉、融水或湖面蒸发的县，否则是单位写错"),
    ),
    compared(
        "evapotranspiration_to_reference", "1", "蒸散量比参考蒸散量", evapotranspiration / reference_evapotranspiration,
        bounds("0", "1.5", "实际蒸散不大于参考蒸散乘以植被蒸散系数的上限 1.5"),
    ),
    compared(
        "runoff_to_precipitation", "1", "地表径流深比降水量", surface_runoff / precipitation,
        bounds("0", "1", "地表径流是降水的一部分"), axes=_BY_CLASS,
    ),
    compared(
        "actual_to_precipitation", "1", "分生态系统的实际蒸散比降水量", actual_evapotranspiration / precipitation,
        bounds("0", "1", "水量平衡：蒸散的水来自降水（水面和灌溉地除外）"), axes=_BY_CLASS,
    ),
    compared(
        "class_yield_to_precipitation", "1", "分生态系统的产水深比降水量", water_yield_by_ecosystem / precipitation,
        bounds("0", "1", "产水是降水的一部分"), axes=_BY_CLASS,
    ),
    compared(
        "vegetated_root_depth", "mm", "有植被处的根深", root_depth * vegetation_flag,
        bounds("100", None, f"草本的根也有一二十厘米深；{_CENTIMETRES}", or_zero=True), axes=_BY_CLASS,
    ),
    compared(
        "vegetated_soil_depth", "mm", "有植被处限制根系的土层深", root_restricting_depth * vegetation_flag,
        bounds("100", None, f"长得住植被的土层很少不到 10 厘米；{_CENTIMETRES}", or_zero=True), axes=_BY_CLASS,
    ),
    compared(
        "retained_to_precipitation", "1", "水源涵养量比县域降水总量", water_retained_total / (county_area * precipitation),
        bounds(None, "1", "涵养的水不多于县域内降下的水"),
    ),
    _of(hot_day_rate, refused=True),
    compared(
        "hot_day_water_to_evapotranspiration", "1", "高温日蒸散的水比全年蒸散的水", _hot_day_water / (county_area * evapotranspiration),
        _NOT_A_YEAR, refused=True,
    ),
    compared(
        "hot_day_water_to_implied", "1", "高温日蒸散的水比全年隐含蒸散的水", _hot_day_water / (county_area * implied_evapotranspiration),
        _NOT_A_YEAR, unless=(evapotranspiration,), refused=True,
    ),
    compared(
        "hot_days_to_evapotranspiration", "1", "高温日的蒸散量比全年蒸散量", hot_day_evapotranspiration / evapotranspiration,
        bounds("0", "0.85", "高温日只是一年的一部分；接近 1 多半是以全年蒸散量填报"), axes=_BY_CLASS,
    ),
    compared(
        "storms_to_precipitation", "1", "暴雨日降水量比年降水量", storm_precipitation / precipitation,
        bounds("0", "0.9", "暴雨日的雨是全年降水的一部分；接近 1 多半是以年降水量填报"),
    ),
    compared(
        "storm_runoff_to_rain", "1", "暴雨日径流深比暴雨日降水量", storm_runoff / storm_precipitation,
        bounds("0", "1", "暴雨径流是暴雨降水的一部分"), axes=_BY_CLASS,
    ),
    compared(
        "runoff_rain_to_precipitation", "1", "产流降雨量比年降水量", runoff_rain / precipitation,
        bounds("0", "1", "产流的雨是全年降水的一部分"),
    ),
    compared(
        "months_to_precipitation", "1", "各月雨量之和比年降水量",
        Measure(Total("month", monthly_rain), unit("mm")) / Measure(precipitation, unit("mm/year")),
        bounds("0.5", "2", "多年平均的月雨量与当年的年降水量可以不同，但不会差一倍"),
    ),
    # parts of a whole
    compared(
        "turbines_to_use", "1", "过机水量比用水量", turbine_water / water_used,
        _part("扣除的过机水量是所填用水量的一部分"), axes="county year water_use",
    ),
    compared(
        "habitat_to_class", "1", "物种保育面积比生态系统面积", habitat_area / area,
        bounds("0.0001", "1.005", "保育的地是这类生态系统的一部分，不会不到万分之一；多半是公顷、万公顷、亩写错", or_zero=True), axes=_BY_CLASS,
    ),
    compared(
        "pests_to_class", "1/year", "病虫害受控面积比生态系统面积", pest_controlled_area / area,
        bounds("0.00001", "1.005", "受控的地是这类生态系统的一部分，不会不到十万分之一；多半是公顷、万公顷、亩写错", or_zero=True), axes=_BY_CLASS,
    ),
    compared(
        "soil_particles", "1", "砂粒、粉粒、黏粒含量之和", sand_content + silt_content + clay_content,
        bounds("0.9", "1.02", "三种粒级合为全部细土；多半是百分数与小数混用"), axes=_BY_CLASS,
    ),
    compared(
        "carbon_in_matter", "carbon/organic_matter", "土壤有机碳比有机质", soil_organic_carbon / soil_organic_matter,
        bounds("0.4", "0.7", "有机质约为有机碳的 1.724 倍，即比值约 0.58"), axes=_BY_CLASS,
    ),
    # what a hectare can give
    _of(same_basis),
    # what things are sold for
    compared(
        "crop_unit_value", "CNY/kg", "农业产品每公斤价值", crop_value / crop_output,
        bounds("0.1", "500", "与作物售价同限；多半是万元与亿元、吨与万吨写错"),
    ),
    compared(
        "forestry_unit_value", "CNY/kg", "林业产品每公斤价值", forestry_value / forestry_output,
        bounds("0.05", "300000", "从薪材的几角钱到虫草的十几万元"),
    ),
    compared(
        "livestock_unit_value", "CNY/kg", "畜牧业产品每公斤价值", livestock_value / livestock_output,
        bounds("0.5", "1000", "从鲜奶的几元到山羊绒的几百元"),
    ),
    compared(
        "fishery_unit_value", "CNY/kg", "渔业产品每公斤价值", fishery_value / fishery_output,
        bounds("0.5", "5000", "从藻类的几角钱到鱼子酱的几千元"),
    ),
    compared(
        "value_per_visit", "CNY/visit", "每人次旅游价值", tourism_value / visits,
        bounds("1", "50000", "一人次的花费在 1 元与 5 万元之间；多半是万元与亿元、人次与万人次写错"),
    ),
)  # fmt: skip
"""Every comparison; one is made where all that it reads is known."""
