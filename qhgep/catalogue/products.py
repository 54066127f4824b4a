"""物质产品: what is harvested, by product; and how much of its price the ecosystem made: all, a rent, or what inputs leave.

The three ways to a value are three methods of one quantity, so that a ruleset takes one. Gross output prints as a choice.
"""

from qhgep.catalogue.formulas import Clause, formula, total_of
from qhgep.catalogue.provision import (
    crop_output,
    crop_value,
    fishery_output,
    fishery_value,
    forestry_output,
    forestry_value,
    livestock_output,
    livestock_value,
)
from qhgep.expr import Total, parts
from qhgep.quantities import ItemList, bounds, coefficient, quantity

SERVICE = "物质产品"

_PLACE = "county year"
_NO_LOSS = bounds("0", None, "产量、投入不为负")
_PRICE = bounds("10", "2000000", "出场价在每吨 10 元与 200 万元（虫草等药材更贵的，按价值填报）之间")
_SHARE = bounds("0", "1", "地租份额在 0 与 1 之间")

crop_product = ItemList(
    "crop_product", "农产品",
    {"cereals": "谷物", "beans": "豆类", "tubers": "薯类", "oilseeds": "油料", "vegetables": "蔬菜", "fruit": "水果", "herbs": "药材",
     "other_crops": "其他农产品"},
)  # fmt: skip
crop_product_output = quantity(
    "crop_product_output", "t/year", axes="county year crop_product", zh="农产品分品种产量", tex="q_{ag}", limits=_NO_LOSS,
)  # fmt: skip
crop_product_price = coefficient(
    "crop_product_price", "CNY/t", axes="county year crop_product", zh="农产品分品种价格", tex="p_{ag}", fallback="confirm", limits=_PRICE,
)  # fmt: skip
crop_gross_output = quantity(
    "crop_gross_output", "CNY/year", axes="county year crop_product", zh="农产品分品种产值", tex="G_{ag}", limits=_NO_LOSS,
)  # fmt: skip
crop_gross_output_total = total_of(crop_gross_output, "crop_product")
crop_rent_share = coefficient(
    "crop_rent_share", "1", axes=_PLACE, zh="农业产品地租份额", tex=r"\lambda_{ag}", fallback="confirm", limits=_SHARE
)
crop_intermediate_input = quantity(
    "crop_intermediate_input", "CNY/year", axes=_PLACE, zh="农业产品中间投入", tex="I_{ag}", limits=_NO_LOSS
)

forest_product = ItemList(
    "forest_product", "林产品",
    {"nuts": "坚果", "fungi": "食用菌", "understorey_herbs": "林下药材", "seedlings": "花卉苗木", "resin": "林化原料", "other_forest": "其他林产品"},
)  # fmt: skip
forest_product_output = quantity(
    "forest_product_output", "t/year", axes="county year forest_product", zh="林产品分品种产量", tex="q_{fo}", limits=_NO_LOSS,
)  # fmt: skip
forest_product_price = coefficient(
    "forest_product_price", "CNY/t", axes="county year forest_product", zh="林产品分品种价格", tex="p_{fo}", fallback="confirm", limits=_PRICE,
)  # fmt: skip
forest_gross_output = quantity(
    "forest_gross_output", "CNY/year", axes="county year forest_product", zh="林产品分品种产值", tex="G_{fo}", limits=_NO_LOSS,
)  # fmt: skip
forest_gross_output_total = total_of(forest_gross_output, "forest_product")
forest_rent_share = coefficient(
    "forest_rent_share", "1", axes=_PLACE, zh="林业产品地租份额", tex=r"\lambda_{fo}", fallback="confirm", limits=_SHARE
)
forest_intermediate_input = quantity(
    "forest_intermediate_input", "CNY/year", axes=_PLACE, zh="林业产品中间投入", tex="I_{fo}", limits=_NO_LOSS
)

livestock_product = ItemList(
    "livestock_product", "畜产品",
    {"beef": "牛肉", "mutton": "羊肉", "pork": "猪肉", "poultry": "禽肉", "milk": "奶类", "eggs": "禽蛋", "wool": "毛绒",
     "other_livestock": "其他畜产品"},
)  # fmt: skip
livestock_product_output = quantity(
    "livestock_product_output", "t/year", axes="county year livestock_product", zh="畜产品分品种产量", tex="q_{li}", limits=_NO_LOSS,
)  # fmt: skip
livestock_product_price = coefficient(
    "livestock_product_price", "CNY/t", axes="county year livestock_product", zh="畜产品分品种价格", tex="p_{li}", fallback="confirm", limits=_PRICE,
)  # fmt: skip
livestock_gross_output = quantity(
    "livestock_gross_output", "CNY/year", axes="county year livestock_product", zh="畜产品分品种产值", tex="G_{li}", limits=_NO_LOSS,
)  # fmt: skip
livestock_gross_output_total = total_of(livestock_gross_output, "livestock_product")
livestock_rent_share = coefficient(
    "livestock_rent_share",
    "1",
    axes=_PLACE,
    zh="畜牧业产品地租份额",
    tex=r"\lambda_{li}",
    fallback="confirm",
    limits=_SHARE,
)
livestock_intermediate_input = quantity(
    "livestock_intermediate_input", "CNY/year", axes=_PLACE, zh="畜牧业产品中间投入", tex="I_{li}", limits=_NO_LOSS
)

fishery_product = ItemList(
    "fishery_product", "水产品",
    {"fish": "鱼类", "crustaceans": "虾蟹贝类", "other_aquatic": "其他水产品"},
)  # fmt: skip
fishery_product_output = quantity(
    "fishery_product_output", "t/year", axes="county year fishery_product", zh="水产品分品种产量", tex="q_{fi}", limits=_NO_LOSS,
)  # fmt: skip
fishery_product_price = coefficient(
    "fishery_product_price", "CNY/t", axes="county year fishery_product", zh="水产品分品种价格", tex="p_{fi}", fallback="confirm", limits=_PRICE,
)  # fmt: skip
fishery_gross_output = quantity(
    "fishery_gross_output", "CNY/year", axes="county year fishery_product", zh="水产品分品种产值", tex="G_{fi}", limits=_NO_LOSS,
)  # fmt: skip
fishery_gross_output_total = total_of(fishery_gross_output, "fishery_product")
fishery_rent_share = coefficient(
    "fishery_rent_share",
    "1",
    axes=_PLACE,
    zh="渔业产品地租份额",
    tex=r"\lambda_{fi}",
    fallback="confirm",
    limits=_SHARE,
)
fishery_intermediate_input = quantity(
    "fishery_intermediate_input", "CNY/year", axes=_PLACE, zh="渔业产品中间投入", tex="I_{fi}", limits=_NO_LOSS
)

timber_output = quantity("timber_output", "m**3/year", axes=_PLACE, zh="木材产量", tex="q_{tb}", limits=_NO_LOSS)
timber_price = coefficient(
    "timber_price", "CNY/m**3", axes=_PLACE, zh="木材价格", tex="p_{tb}", fallback="confirm",
    limits=bounds("50", "20000", "已见活立木 414.88 元/m³"),
)  # fmt: skip
timber_value = quantity("timber_value", "CNY/year", axes=_PLACE, zh="木材产值", tex="G_{tb}")
bamboo_output = quantity("bamboo_output", "1/year", axes=_PLACE, zh="竹材产量（根）", tex="q_{bb}", limits=_NO_LOSS)
bamboo_price = coefficient(
    "bamboo_price", "CNY", axes=_PLACE, zh="竹材每根价格", tex="p_{bb}", fallback="confirm",
    limits=bounds("0.5", "200", "已见毛竹 5 元/根"),
)  # fmt: skip
bamboo_value = quantity("bamboo_value", "CNY/year", axes=_PLACE, zh="竹材产值", tex="G_{bb}")
forestry_gross_output = quantity("forestry_gross_output", "CNY/year", axes=_PLACE, zh="林业产值", tex="G_{fo,+}")
purchased_feed = quantity("purchased_feed", "CNY/year", axes=_PLACE, zh="外购饲料支出", tex="F_{li}", limits=_NO_LOSS)

_OWN = "qhgep"
_MARKET = Clause("jiang-2017-baiyangdian", at="§2.1：产量 × 价格")
_FOREST = Clause("miao-2017-gaotianyan", at="表 1 式(2)")
_RENT = Clause("natcap-gep", at="crop_provision_methods：产值 × 地租份额（公开代码的说明，转引）")
_NET = Clause("baima-2017", at="§2.3：以净产值（产值减中间投入）计")
_ITEMS = Clause(_OWN, at="各品种之和")

crop_market = formula(
    crop_gross_output, method="market_price", equals=crop_product_output * crop_product_price, source=_MARKET
)
crop_gross_sum = formula(
    crop_gross_output_total, method="sum", equals=Total("crop_product", crop_gross_output), source=_ITEMS
)
crop_output_sum = formula(crop_output, method="sum", equals=Total("crop_product", crop_product_output), source=_ITEMS)

crop_gross = formula(
    crop_value, method="gross", equals=crop_gross_output_total,
    source=_MARKET, note="以产值计：劳动、资本与生态系统的贡献都在内，是一项须写明的判断",
)  # fmt: skip
crop_rent = formula(crop_value, method="rent_share", equals=crop_gross_output_total * crop_rent_share, source=_RENT)
crop_net = formula(
    crop_value, method="net_of_inputs", equals=crop_gross_output_total - crop_intermediate_input, source=_NET
)

forest_market = formula(
    forest_gross_output, method="market_price", equals=forest_product_output * forest_product_price, source=_FOREST
)
forest_gross_sum = formula(
    forest_gross_output_total, method="sum", equals=Total("forest_product", forest_gross_output), source=_ITEMS
)
forest_output_sum = formula(
    forestry_output, method="sum", equals=Total("forest_product", forest_product_output), source=_ITEMS
)

timber_market = formula(timber_value, method="market_price", equals=timber_output * timber_price, source=_FOREST)
bamboo_market = formula(bamboo_value, method="market_price", equals=bamboo_output * bamboo_price, source=_FOREST)
forestry_parts = formula(
    forestry_gross_output,
    method="sum",
    equals=parts(timber_value, bamboo_value, forest_gross_output_total),
    source=_FOREST,
)

forest_gross = formula(
    forestry_value, method="gross", equals=forestry_gross_output,
    source=_FOREST, note="以产值计：劳动、资本与生态系统的贡献都在内，是一项须写明的判断",
)  # fmt: skip
forest_rent = formula(
    forestry_value, method="rent_share", equals=forestry_gross_output * forest_rent_share, source=_RENT
)
forest_net = formula(
    forestry_value, method="net_of_inputs", equals=forestry_gross_output - forest_intermediate_input, source=_NET
)

livestock_market = formula(
    livestock_gross_output,
    method="market_price",
    equals=livestock_product_output * livestock_product_price,
    source=_MARKET,
)
livestock_gross_sum = formula(
    livestock_gross_output_total, method="sum", equals=Total("livestock_product", livestock_gross_output), source=_ITEMS
)
livestock_output_sum = formula(
    livestock_output, method="sum", equals=Total("livestock_product", livestock_product_output), source=_ITEMS
)

livestock_less_feed = formula(
    livestock_value, method="gross_less_feed", equals=livestock_gross_output_total - purchased_feed,
    source=Clause(_OWN, at="外购饲料不是本地生态系统的产出，从产值中扣除"),
    note="放牧之外的饲料须填报；中间投入法已含饲料，不再扣除",
)  # fmt: skip

livestock_gross = formula(
    livestock_value, method="gross", equals=livestock_gross_output_total,
    source=_MARKET, note="以产值计：劳动、资本与生态系统的贡献都在内，是一项须写明的判断",
)  # fmt: skip
livestock_rent = formula(
    livestock_value, method="rent_share", equals=livestock_gross_output_total * livestock_rent_share, source=_RENT
)
livestock_net = formula(
    livestock_value,
    method="net_of_inputs",
    equals=livestock_gross_output_total - livestock_intermediate_input,
    source=_NET,
)

fishery_market = formula(
    fishery_gross_output, method="market_price", equals=fishery_product_output * fishery_product_price, source=_MARKET
)
fishery_gross_sum = formula(
    fishery_gross_output_total, method="sum", equals=Total("fishery_product", fishery_gross_output), source=_ITEMS
)
fishery_output_sum = formula(
    fishery_output, method="sum", equals=Total("fishery_product", fishery_product_output), source=_ITEMS
)

fishery_gross = formula(
    fishery_value, method="gross", equals=fishery_gross_output_total,
    source=_MARKET, note="以产值计：劳动、资本与生态系统的贡献都在内，是一项须写明的判断",
)  # fmt: skip
fishery_rent = formula(
    fishery_value, method="rent_share", equals=fishery_gross_output_total * fishery_rent_share, source=_RENT
)
fishery_net = formula(
    fishery_value, method="net_of_inputs", equals=fishery_gross_output_total - fishery_intermediate_input, source=_NET
)
