"""海岸带防护: coast that mangroves, reefs and salt marshes hold, at the cost of a sea wall of its length."""

from qhgep.catalogue.formulas import Clause, formula, indicator
from qhgep.quantities import bounds, coefficient, quantity

SERVICE = "海岸带防护"

coast_protected = quantity(
    "coast_protected", "km", axes="county year", zh="生态系统防护的海岸长度", tex="L_{cp}",
    limits=bounds("0", "5000", "全国大陆海岸线约 18000 km；内陆县写 不适用，不写 0"),
)  # fmt: skip
sea_wall_cost = coefficient(
    "sea_wall_cost", "CNY/(km*year)", axes="county year", zh="海堤每公里每年的建设与维护费用", tex="p_{cp}", fallback="confirm",
    limits=bounds("1000", "50000000", "按使用年限折成每年的费用"),
)  # fmt: skip
coastal_value = quantity("coastal_value", "CNY/year", axes="county year", zh="海岸带防护价值", tex="V_{cp}")

wall = formula(
    coastal_value, method="sea_wall_cost", equals=coast_protected * sea_wall_cost,
    source=Clause("qhgep", at="替代成本：长度 × 单位长度费用（规范条文未见）"), note="内陆县不适用，不是 0",
)  # fmt: skip

coastal_protection = indicator("coastal_protection", zh="海岸带防护", quantity=coast_protected, value=coastal_value)
