"""增长: how much an amount changed, as a share of the first or evenly over the years; how two amounts grow together."""

from qhgep.catalogue.formulas import Clause, formula
from qhgep.expr import less, where
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

# --- the growth of two amounts together ---

_TOGETHER = Clause("qhgep", at="协同增长：GEP 与地区生产总值各自的增长，其方向、弹性与加权（自拟）")
real_product_index = quantity(
    "real_product_index", "1", axes="county year", zh="地区生产总值指数（上年＝1）", tex="i_{GDP}",
    limits=bounds("0.5", "2", "按可比价、上年＝100 % 的指数；填 6.2 % 是增速，应填 106.2 %"),
)  # fmt: skip
_INDEX, _PRODUCT = bounds("0", None, "指数不为负"), bounds("0", None, "增加值之和不会为负")
next_product_index = quantity(
    "next_product_index", "1", zh="后一年的地区生产总值指数（上年＝1）", tex="i_{GDP,t+1}", limits=_INDEX
)
own_product_index = quantity(
    "own_product_index", "1", zh="当年的地区生产总值指数（上年＝1）", tex="i_{GDP,t}", limits=_INDEX
)
product_year_before = quantity(
    "product_year_before", "CNY/year", zh="上年不变价地区生产总值", tex="GDP_{t-1}", limits=_PRODUCT
)
product_year_after = quantity(
    "product_year_after", "CNY/year", zh="后一年不变价地区生产总值", tex="GDP_{t+1}", limits=_PRODUCT
)
constant_product = quantity("constant_product", "CNY/year", zh="不变价地区生产总值", tex="GDP_{t}")
chained_on = formula(
    constant_product, method="chained_on", equals=product_year_before * own_product_index, source=_TOGETHER,
    note="按本县自己的可比价指数逐年推算",
)  # fmt: skip
chained_back = formula(
    constant_product, method="chained_back", equals=product_year_after / next_product_index, source=_TOGETHER,
    note="基年以前各年倒推",
)  # fmt: skip

amounts_together = quantity("amounts_together", "1", zh="各年之和", tex=r"\textstyle\sum x_{t}")
years_together = quantity("years_together", "1", zh="年数", tex="n_{t}", limits=bounds("1", None, "至少一年"))
mean_amount = quantity("mean_amount", "1", zh="多年平均", tex=r"\bar{x}")
mean_of_years = formula(
    mean_amount, method="mean_of_years", equals=amounts_together / years_together, source=_TOGETHER,
    note="一年之差多半是天气，不作判断",
)  # fmt: skip

weather_effect = quantity("weather_effect", "1", zh="变动中天气的影响", tex="E_{wth}")
weather_free_change = formula(
    growth, method="less_weather", equals=(amount_after - weather_effect) / amount_before - 1, source=_TOGETHER,
    note="先从后期数中去掉天气的影响",
)  # fmt: skip

near_zero = quantity("near_zero", "1", zh="持平的界限", tex=r"\varepsilon", limits=bounds("0", "0.1", "增长率的大小"))
direction = quantity("direction", "1", zh="方向（升 1，持平 0，降 −1）", tex="d_{x}")
direction_of_growth = formula(
    direction, method="beyond_limit",
    equals=where(less(near_zero, growth), 1, 0) - where(less(growth, 0 - near_zero), 1, 0), source=_TOGETHER,
)  # fmt: skip

product_growth = quantity("product_growth", "1", zh="不变价地区生产总值的增长率", tex="g_{GDP}")
growth_elasticity = quantity("growth_elasticity", "1", zh="GEP 对 GDP 的增长弹性", tex=r"\eta")
elasticity_of_growth = formula(
    growth_elasticity, method="ratio_of_growth", equals=growth / product_growth, source=_TOGETHER,
    note="地区生产总值持平时不计算",
)  # fmt: skip

_WEIGHT = bounds("0", "1", "权数在 0 与 1 之间")
weight_of_amount = quantity("weight_of_amount", "1", zh="GEP 增长的权数", tex="w_{GEP}", limits=_WEIGHT)
weight_of_product = quantity("weight_of_product", "1", zh="GDP 增长的权数", tex="w_{GDP}", limits=_WEIGHT)
weighted_growth = quantity("weighted_growth", "1", zh="加权增长率", tex="g_{w}")
weighted_growth_of = formula(
    weighted_growth, method="weighted", equals=weight_of_amount * growth + weight_of_product * product_growth, source=_TOGETHER,
    note="权数自拟，按主体功能区不同",
)  # fmt: skip

shares_weighted = quantity("shares_weighted", "1", zh="各类区占比与其数之积的和", tex=r"\textstyle\sum s_{z} x_{z}")
shares_together = quantity(
    "shares_together", "1", zh="占比之和", tex=r"\textstyle\sum s_{z}", limits=bounds("0", None, "占比不为负")
)
mean_over_shares = quantity("mean_over_shares", "1", zh="按占比加权的平均", tex=r"\bar{x}_{s}")
mean_by_share = formula(mean_over_shares, method="by_share", equals=shares_weighted / shares_together, source=_TOGETHER)

share_of_class = quantity(
    "share_of_class", "1", zh="一类区占县域的比例", tex="s_{z}", limits=bounds("0", "1", "不会大于全县")
)
area_of_county = quantity("area_of_county", "ha", zh="全县面积", tex="A_{cty}", limits=bounds("0", None, "面积不为负"))
class_area_in_county = quantity("class_area_in_county", "ha", zh="一类区在一县之内的面积", tex="A_{z}")
area_of_class = formula(
    class_area_in_county, method="share_of_county", equals=share_of_class * area_of_county, source=_TOGETHER
)
