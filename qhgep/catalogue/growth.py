"""增长: how much an amount changed from one year to another, as a share of the first, and evenly spread over the years."""

from qhgep.catalogue.formulas import Clause, formula
from qhgep.quantities import bounds, quantity

SERVICE = "增长"

amount_before = quantity(
    "amount_before", "1", zh="增长前的数", tex="x_{0}", limits=bounds("0", None, "为负的基数上谈不上增长多少")
)
amount_after = quantity("amount_after", "1", zh="增长后的数", tex="x_{1}")
years_between = quantity("years_between", "1", zh="相隔年数", tex="n", limits=bounds("1", None, "两期至少相隔一年"))
growth = quantity("growth", "1", zh="增长率（后期比前期）", tex="g_{x}")
mean_growth = quantity("mean_growth", "1", zh="年均增速（首末两期）", tex="\\bar{g}_{x}")

_SOURCE = Clause("qhgep", at="增长率与年均增速的定义：后期数与前期数之比减一；按几何平均摊到每年")
relative_change = formula(
    growth, method="ratio_less_one", equals=amount_after / amount_before - 1, source=_SOURCE,
    note="同一单位、同一价格、同一覆盖的两个数才能相除",
)  # fmt: skip
compound_rate = formula(
    mean_growth, method="compound", equals=(amount_after / amount_before) ** (1 / years_between) - 1, source=_SOURCE,
    note="只看首末两期，中间各期不影响它",
)  # fmt: skip
