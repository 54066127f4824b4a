"""物种保育: habitat that keeps species, by its area, its price class and its listed species, or at the cost of protecting it."""

from qhgep.catalogue.formulas import Clause, formula, indicator, total_of
from qhgep.expr import Total
from qhgep.quantities import bounds, coefficient, constant, quantity

SERVICE = "物种保育"

_PLACE = "county year"
_INDEX = bounds("0", "1000", "各物种等级之和，不为负；县的物种名录越长，数越大")
_WEIGHT = bounds("0", "1", "已见 0.1")

habitat_area = quantity(
    "habitat_area",
    "ha",
    axes="county year ecosystem",
    zh="物种保育面积",
    tex="A_{hb}",
    limits=bounds("0", "25000000", "不超过县域面积"),
)
species_price = coefficient(
    "species_price", "CNY/(ha*year)", axes="county year ecosystem", zh="单位面积物种保育价值（按等级）", tex="S_{sp}", fallback="confirm",
    limits=bounds("100", "200000", "按 Shannon 指数分级，只有森林有价"),
)  # fmt: skip
endangered_index = quantity(
    "endangered_index", "1", axes=_PLACE, zh="濒危物种指数之和", tex=r"\Sigma_{E}", limits=_INDEX
)
endemic_index = quantity("endemic_index", "1", axes=_PLACE, zh="特有物种指数之和", tex=r"\Sigma_{B}", limits=_INDEX)
old_tree_index = quantity("old_tree_index", "1", axes=_PLACE, zh="古树指数之和", tex=r"\Sigma_{O}", limits=_INDEX)
endangered_weight = constant("endangered_weight", "1", zh="濒危物种指数的权", tex="k_{E}", limits=_WEIGHT)
endemic_weight = constant("endemic_weight", "1", zh="特有物种指数的权", tex="k_{B}", limits=_WEIGHT)
old_tree_weight = constant("old_tree_weight", "1", zh="古树指数的权", tex="k_{O}", limits=_WEIGHT)
protection_cost = coefficient(
    "protection_cost", "CNY/(ha*year)", axes="county year ecosystem", zh="单位面积保护投入", tex="p_{pr}", fallback="confirm",
    limits=bounds("1", "10000", "已见湿地 15000 元/km²，即 150 元/hm²"),
)  # fmt: skip
threatened_species = quantity(
    "threatened_species",
    "1",
    axes=_PLACE,
    zh="受威胁物种数",
    tex="n_{ts}",
    limits=bounds("0", "5000", "县域名录里的种数"),
)
species_cost = coefficient(
    "species_cost", "CNY/year", axes=_PLACE, zh="每个受威胁物种的保护区年运转成本", tex="c_{ts}", fallback="confirm",
    limits=bounds("1000", "100000000", "已见 110 万元/a"),
)  # fmt: skip
habitat_value_by_ecosystem = quantity(
    "habitat_value_by_ecosystem", "CNY/year", axes="county year ecosystem", zh="分生态系统物种保育价值", tex="V_{hb,i}"
)
habitat_area_total = total_of(habitat_area)
habitat_value = quantity("habitat_value", "CNY/year", axes=_PLACE, zh="物种保育价值", tex="V_{hb}")

_OWN = "qhgep"

by_index = formula(
    habitat_value_by_ecosystem, method="index_of_species", covers=[species_price], of_class="forest",
    equals=habitat_area * species_price
    * (1 + endangered_weight * endangered_index + endemic_weight * endemic_index + old_tree_weight * old_tree_index),
    source=Clause("lyt1721-2008", at="物种保育（转引自公开代码，条文未见）：(1+0.1ΣE+0.1ΣB+0.1ΣO)·S·A"),
    note="只用于森林；县域一级随物种名录变长而变大：列示，不计入合计；程序里的修正系数定义未见，不用", exchange_value=False
)  # fmt: skip
by_protection = formula(
    habitat_value_by_ecosystem, method="protection_cost", equals=habitat_area * protection_cost, covers=[protection_cost],
    source=Clause("shang-2018-jiaozhou", at="§2.3.3"),
)  # fmt: skip
area_sum = formula(
    habitat_area_total, method="sum", equals=Total("ecosystem", habitat_area), source=Clause(_OWN, at="各生态系统之和")
)
value_sum = formula(
    habitat_value,
    method="sum",
    equals=Total("ecosystem", habitat_value_by_ecosystem),
    source=Clause(_OWN, at="各生态系统之和"),
)
by_species = formula(
    habitat_value, method="cost_of_reserves", equals=threatened_species * species_cost,
    source=Clause("chen-2017-lancang", at="§1.2.2(3)(v)"),
)  # fmt: skip

habitat = indicator(
    "habitat", zh="物种保育", quantity=habitat_area_total, value=habitat_value, final=False, counted=False
)
