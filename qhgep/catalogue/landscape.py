"""景观价值: what nights in hotels and dwellings cost more because of the landscape that they look on."""

from qhgep.catalogue.formulas import Clause, formula, indicator
from qhgep.expr import parts
from qhgep.quantities import bounds, coefficient, quantity

SERVICE = "景观价值"

_PLACE = "county year"

view_nights = quantity(
    "view_nights", "1/year", axes=_PLACE, zh="景观客房间夜数", tex="N_{vw}", limits=bounds("0", None, "间夜数不为负")
)
night_premium = coefficient(
    "night_premium",
    "CNY",
    axes=_PLACE,
    zh="景观客房每间夜溢价",
    tex="p_{vw}",
    limits=bounds("0", "10000", "溢价是房价的一部分"),
)
view_dwellings = quantity(
    "view_dwellings",
    "m**2/year",
    axes=_PLACE,
    zh="当年景观住宅成交面积",
    tex="A_{vw}",
    limits=bounds("0", None, "面积不为负"),
)
dwelling_premium = coefficient(
    "dwelling_premium",
    "CNY/m**2",
    axes=_PLACE,
    zh="景观住宅单位面积溢价",
    tex="p_{dw}",
    limits=bounds("0", "50000", "溢价是房价的一部分"),
)
night_premium_value = quantity("night_premium_value", "CNY/year", axes=_PLACE, zh="客房景观溢价", tex="V_{nt}")
dwelling_premium_value = quantity("dwelling_premium_value", "CNY/year", axes=_PLACE, zh="住宅景观溢价", tex="V_{dw}")
landscape_value = quantity("landscape_value", "CNY/year", axes=_PLACE, zh="景观价值", tex="V_{ls}")

_PREMIUM = Clause("qhgep", at="溢价法的定义：数量 × 本县享乐价格研究所得的溢价（规范条文未见）")

nights = formula(night_premium_value, method="premium", equals=view_nights * night_premium, source=_PREMIUM)
dwellings = formula(dwelling_premium_value, method="premium", equals=view_dwellings * dwelling_premium, source=_PREMIUM)
both = formula(
    landscape_value, method="sum", equals=parts(night_premium_value, dwelling_premium_value), source=_PREMIUM,
    note="溢价只能来自本县的研究：别处的不可借用；与旅游康养可能是同一份支出，只计其一",
)  # fmt: skip

landscape = indicator("landscape", zh="景观价值", quantity=view_nights, value=landscape_value)
