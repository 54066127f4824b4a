"""How much of a county's people, land and output a stated amount is: a slip of 万 that no limit of a county shows.

Seven hundred tonnes of COD and seven hundredths of one are both possible for some county. For this one, whose people and land are
known from the file or from the tables of counties, only one of them is.
"""

from __future__ import annotations

from qhgep.catalogue.air_purification import air_pollutant_emitted
from qhgep.catalogue.carbon import carbon_dioxide_fixed_total
from qhgep.catalogue.climate import water_evaporated
from qhgep.catalogue.comparison import YEARLY, Comparison, compared
from qhgep.catalogue.county_sizes import MONEY_SLIP, TONNES_SLIP, VISITS_SLIP, VOLUME_SLIP, alone, per_person
from qhgep.catalogue.flood import lake_area, marsh_area
from qhgep.catalogue.forest_biomass import stand_area
from qhgep.catalogue.landscape import view_nights
from qhgep.catalogue.payment_range import crop_area
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
    livestock_gross_output,
    livestock_intermediate_input,
    livestock_product_output,
    purchased_feed,
    timber_output,
)
from qhgep.catalogue.provision import reed_output
from qhgep.catalogue.recreation import recreation_visits
from qhgep.catalogue.registers import registered_area
from qhgep.catalogue.restoration import banned_area
from qhgep.catalogue.sand_fixation import sand_fixed_total
from qhgep.catalogue.soil_retention import soil_retained_total
from qhgep.catalogue.tourism import visits
from qhgep.catalogue.water import runoff_volume, water_retained_total
from qhgep.catalogue.water_purification import water_pollutant_discharged
from qhgep.expr import Expr, Quantity, Total, call
from qhgep.quantities import AREA_TOLERANCE, bounds, county_area

_AREA_SLIP = "多半是公顷、万公顷、平方公里、亩写错"
_REGISTER = "没有填县域面积，比的是有出处的面积"


def _per_area(
    name: str, unit: str, zh: str, amount: Expr, low: str | None, high: str | None, reason: str
) -> tuple[Comparison, Comparison]:
    """An amount by the stated area of the county, and where none is stated by that of the table of counties."""
    above = low is not None and not low.startswith("-")
    return (
        compared(name, unit, zh, amount / county_area, bounds(low, high, reason, or_zero=above)),
        compared(
            f"{name}_of_register", unit, f"{zh}（按有出处的面积）", amount / registered_area,
            bounds(low, high, f"{reason}；{_REGISTER}", or_zero=above), unless=(county_area,),
        ),
    )  # fmt: skip


def _share_of_land(name: str, zh: str, amount: Expr, low: str, reason: str) -> tuple[Comparison, Comparison]:
    """A part of the land of a county: not more than the stated area, or a quarter more than that of the table of counties."""
    whole = f"{1 + float(AREA_TOLERANCE):g}"
    return (
        compared(name, "1", f"{zh}比县域面积", amount / county_area, bounds(low, whole, reason, or_zero=True)),
        compared(
            f"{name}_of_register", "1", f"{zh}比有出处的县域面积", amount / registered_area,
            bounds(low, "1.25", f"{reason}；{_REGISTER}", or_zero=True), unless=(county_area,),
        ),
    )  # fmt: skip


def _paid(name: str, zh: str, paid: Quantity, sold: Quantity, low: str, high: str, reason: str) -> Comparison:
    """What an item of a list is sold for, where its own output and its own product are both stated."""
    (axis,) = set(sold.axes) - {"county", "year"}
    return compared(name, "CNY/kg", zh, paid / sold, bounds(low, high, reason, or_zero=True), axes=f"{YEARLY} {axis}")


def _inputs(name: str, zh: str, gross: Quantity, inputs: Quantity) -> Comparison:
    """The outputs of a trade beside its intermediate inputs."""
    (axis,) = set(gross.axes) - {"county", "year"}
    reason = f"中间投入一般是产值的二至七成；{MONEY_SLIP}"
    return compared(name, "1", zh, Total(axis, gross) / inputs, bounds("0.3", "200", reason, or_zero=True))


COUNTY_SHARES: tuple[Comparison, ...] = (
    # by the people of the county
    *per_person(
        "crops_per_person", "t/(person*year)", "人均农产品产量（分品种）", crop_product_output,
        bounds("0.00001", "100", f"一县一种作物人均不到 10 克就无从统计，最多的商品粮县人均十几吨；{TONNES_SLIP}", or_zero=True),
        axes=f"{YEARLY} crop_product",
    ),
    *per_person(
        "livestock_per_person", "t/(person*year)", "人均畜产品产量（分品种）", livestock_product_output,
        bounds("0.00001", "50", f"一县一种畜产品人均不到 10 克就无从统计，最多的奶业县人均几吨；{TONNES_SLIP}", or_zero=True),
        axes=f"{YEARLY} livestock_product",
    ),
    *per_person(
        "forest_products_per_person", "t/(person*year)", "人均林产品产量（分品种）", forest_product_output,
        bounds("0.0000001", "20", f"虫草一类也有人均零点几克，最多的干果县人均几吨；{TONNES_SLIP}", or_zero=True),
        axes=f"{YEARLY} forest_product",
    ),
    *per_person(
        "fishery_per_person", "t/(person*year)", "人均水产品产量（分品种）", fishery_product_output,
        bounds("0.000001", "20", f"最多的海岛县人均不到十吨；{TONNES_SLIP}", or_zero=True), axes=f"{YEARLY} fishery_product",
    ),
    *per_person(
        "discharged_per_person", "t/(person*year)", "人均水污染物排放量（分污染物）", water_pollutant_discharged,
        bounds("0.000003", "0.5", f"全国人均化学需氧量约 18 公斤、氨氮约 0.6 公斤、总磷约 0.2 公斤；{TONNES_SLIP}", or_zero=True),
        axes=f"{YEARLY} water_pollutant",
    ),
    *per_person(
        "emitted_per_person", "t/(person*year)", "人均大气污染物排放量（分污染物）", air_pollutant_emitted,
        bounds("0.000005", "5", f"全国人均二氧化硫约 2 公斤、氮氧化物约 7 公斤，最重的工矿县人均不到一吨；{TONNES_SLIP}", or_zero=True),
        axes=f"{YEARLY} air_pollutant",
    ),
    *per_person(
        "recreation_per_person", "visit/(person*year)", "人均本地休闲人次", recreation_visits,
        bounds("0.001", "2000", f"天天出门几次，一年也不过一两千次；{VISITS_SLIP}", or_zero=True),
    ),
    *per_person(
        "feed_per_person", "CNY/(person*year)", "人均外购饲料支出", purchased_feed,
        bounds("0.001", "300000", f"最大的养殖县人均也不过几万元；{MONEY_SLIP}", or_zero=True),
    ),
    compared(
        "nights_per_visit", "1/visit", "景观客房间夜比旅游人次", view_nights / visits,
        bounds("0.0001", "30", f"一人次的旅游住不了几十夜；{VISITS_SLIP}", or_zero=True),
    ),
    # by its land
    *_per_area(
        "runoff_depth", "mm/year", "地表水资源量折合的径流深", runoff_volume, "0.1", "5000",
        f"最干旱的县也有零点几毫米，最湿的不到四千；{VOLUME_SLIP}",
    ),
    *_per_area(
        "retained_depth", "mm/year", "水源涵养量折合的水深", water_retained_total, "0.05", "5000",
        f"涵养的水不多于降下的水，林草县也不会只有百分之几毫米；{VOLUME_SLIP}",
    ),
    *_per_area(
        "evaporated_depth", "mm/year", "水面蒸发量折合的水深", water_evaporated, None, "3000",
        f"全县都是水面，一年也只蒸发一两千毫米；{VOLUME_SLIP}",
    ),
    *_per_area(
        "carbon_per_area", "t*CO2/(ha*year)", "每公顷固定二氧化碳量", carbon_dioxide_fixed_total, "-37", "74",
        "与净生态系统生产力同限：−1000 至 2000 g C/(m²·a)",
    ),
    *_per_area(
        "carbon_size", "t*CO2/(ha*year)", "每公顷固定二氧化碳量（不计正负）",
        call("max", carbon_dioxide_fixed_total, 0 - carbon_dioxide_fixed_total), "0.001", None, f"荒漠县每公顷也吸收或放出几公斤；{TONNES_SLIP}",
    ),
    *_per_area(
        "soil_per_area", "t/(ha*year)", "每公顷土壤保持量", soil_retained_total, "0.004", "3000",
        f"黄土高原陡坡的潜在侵蚀也不超过 3000 t/(hm²·a)，平地也有几公斤；{TONNES_SLIP}",
    ),
    *_per_area(
        "sand_per_area", "t/(ha*year)", "每公顷固沙量", sand_fixed_total, "0.0005", "1000",
        f"沙地的潜在风蚀也不超过 100 kg/(m²·a)；{TONNES_SLIP}",
    ),
    *_per_area(
        "timber_per_area", "m**3/(ha*year)", "每公顷木材产量", timber_output, None, "6",
        f"最大的速生林县平均每公顷也只有几立方米；{VOLUME_SLIP}",
    ),
    *_share_of_land("marsh_to_county", "沼泽面积", marsh_area, "0.000005", f"沼泽是县域的一部分，小到百万分之五以下就量不出来；{_AREA_SLIP}"),
    *_share_of_land(
        "lakes_to_county", "湖泊面积", Total("lake_zone", lake_area), "0.000001",
        f"湖泊是县域的一部分，小到百万分之一以下就量不出来；{_AREA_SLIP}",
    ),
    *_share_of_land("banned_to_county", "禁牧面积", banned_area, "0.0001", f"禁牧的草地是县域的一部分，划定禁牧的县不会不到万分之一；{_AREA_SLIP}"),
    *_share_of_land("stands_to_county", "林分面积", Total("tree_group", stand_area), "0.000005", f"林分是县域的一部分；{_AREA_SLIP}"),
    alone(stand_area, "5", "25000000", f"森林调查的一个小班就有几公顷，一县一类林分不会更小；{_AREA_SLIP}"),
    alone(crop_area, "0.5", "500000", f"统计到公顷的作物不会不到半公顷，播种最多的县一种作物几十万公顷；{_AREA_SLIP}"),
    alone(lake_area, "0.01", "10000", f"一公顷以下的水面不作湖泊统计，青海湖四千多平方公里；{_AREA_SLIP}"),
    alone(reed_output, "0.1", "800000", f"芦苇最多的县一年四五十万吨；{TONNES_SLIP}"),
    alone(water_evaporated, "5000", "20000000000", f"一公顷水面一年也蒸发约一万立方米，青海湖四十亿立方米上下；{VOLUME_SLIP}"),
    # by what it sells and buys
    _paid(
        "crop_item_value", "农产品分品种每公斤产值", crop_gross_output, crop_product_output, "0.05", "5000",
        f"从饲草的几分钱到药材的几千元；{TONNES_SLIP}",
    ),
    _paid(
        "livestock_item_value", "畜产品分品种每公斤产值", livestock_gross_output, livestock_product_output, "0.3", "5000",
        f"从鲜奶的几元到山羊绒、鹿茸的几百几千元；{TONNES_SLIP}",
    ),
    _paid(
        "forest_item_value", "林产品分品种每公斤产值", forest_gross_output, forest_product_output, "0.05", "300000",
        f"从薪材的几角钱到虫草的十几万元；{TONNES_SLIP}",
    ),
    _paid(
        "fishery_item_value", "水产品分品种每公斤产值", fishery_gross_output, fishery_product_output, "0.3", "5000",
        f"从藻类的几角钱到鱼子酱的几千元；{TONNES_SLIP}",
    ),
    _inputs("crop_output_to_input", "农产品产值比中间投入", crop_gross_output, crop_intermediate_input),
    _inputs("livestock_output_to_input", "畜产品产值比中间投入", livestock_gross_output, livestock_intermediate_input),
    _inputs("forest_output_to_input", "林产品产值比中间投入", forest_gross_output, forest_intermediate_input),
    _inputs("fishery_output_to_input", "水产品产值比中间投入", fishery_gross_output, fishery_intermediate_input),
)  # fmt: skip
"""Every share; a sum with a gap is never too small."""
