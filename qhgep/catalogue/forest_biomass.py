"""森林碳储量: carbon in standing trees, from the stock volume of an inventory by groups of trees."""

from qhgep.catalogue.carbon import carbon_dioxide_fixed_total, carbon_stock_interval
from qhgep.catalogue.formulas import Clause, formula, total_of
from qhgep.expr import Total
from qhgep.quantities import ItemList, bounds, constant, quantity

SERVICE = "森林碳储量"

tree_group = ItemList(
    "tree_group", "树种组",
    {
        "larch": "落叶松", "red_pine": "赤松", "chinese_pine": "油松", "loblolly_pine": "火炬松", "cypress": "柏木", "oak": "栎类",
        "hardwood_softwood": "硬阔类软阔类", "poplar": "杨树", "paulownia": "泡桐", "needleleaf_mixed": "针叶混交林",
        "broadleaf_mixed": "阔叶混交林", "mixed": "针阔混交林", "other_trees": "杂木",
    },
)  # fmt: skip

_PLACE = "county year tree_group"

stand_area = quantity(
    "stand_area", "ha", axes=_PLACE, zh="林分面积", tex="A_{st}", limits=bounds("0", "25000000", "不超过县域面积")
)
stand_volume = quantity(
    "stand_volume", "m**3/ha", axes=_PLACE, zh="单位面积蓄积量", tex="V_{st}", limits=bounds("0", "2000", "成过熟林一般不超过 1000 m³/hm²"),
)  # fmt: skip
biomass_slope = constant(
    "biomass_slope", "t*dry_matter/m**3", axes="tree_group", zh="生物量与蓄积量之比", tex="a_{st}",
    limits=bounds("0.1", "3", "已见 0.44 至 0.90"),
)  # fmt: skip
biomass_intercept = constant(
    "biomass_intercept", "t*dry_matter/ha", axes="tree_group", zh="生物量的截距", tex="b_{st}", limits=bounds("-100", "200", "已见 0.0048 至 52.9"),
)  # fmt: skip
biomass_density = quantity("biomass_density", "t*dry_matter/ha", axes=_PLACE, zh="单位面积生物量", tex="B_{st}")
biomass_carbon_share = constant(
    "biomass_carbon_share",
    "carbon/dry_matter",
    zh="生物量含碳率",
    tex="k_{st}",
    limits=bounds("0.4", "0.55", "森林清查用 0.5"),
)
tree_carbon = quantity("tree_carbon", "t*carbon", axes=_PLACE, zh="林木碳储量", tex="S_{st}")
tree_carbon_total = total_of(tree_carbon, "tree_group")
tree_carbon_before = quantity(
    "tree_carbon_before", "t*carbon", axes="county year", zh="上一次清查的林木碳储量", tex="S_{st,0}",
    limits=bounds("0", None, "储量不为负"),
)  # fmt: skip

_PAPER = "zhang-2018-shandong"

density = formula(
    biomass_density, method="stock_volume", equals=biomass_slope * stand_volume + biomass_intercept,
    source=Clause(_PAPER, at="§1.3.1；表 1：B = a·V + b"),
)  # fmt: skip
carbon_of_trees = formula(
    tree_carbon,
    method="biomass",
    equals=stand_area * biomass_density * biomass_carbon_share,
    source=Clause(_PAPER, at="§1.3.1"),
)
carbon_sum = formula(
    tree_carbon_total, method="sum", equals=Total("tree_group", tree_carbon), source=Clause("qhgep", at="各树种组之和")
)
fixed_by_trees = formula(
    carbon_dioxide_fixed_total, method="tree_stock_change",
    equals=(tree_carbon_total - tree_carbon_before) / carbon_stock_interval,
    source=Clause("gbt46869-2025", at="A.7（转引）：生物量法"),
    note="只有林木；土壤、草地、湿地不在内；两次清查的范围与方法须相同",
)  # fmt: skip
