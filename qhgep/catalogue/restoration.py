"""恢复与禁牧的补偿: value that a better condition adds, and an area that is closed at the rate of its supply curve."""

from qhgep.catalogue.formulas import Clause, formula, indicator
from qhgep.catalogue.grassland_condition import condition_coefficient, undegraded_grassland_value
from qhgep.quantities import bounds, coefficient, quantity

SERVICE = "恢复与禁牧的补偿"
LAYER = "analytic"

_PLACE = "county year"

conditioned_value = quantity(
    "conditioned_value", "CNY/ha", axes="county year ecosystem", zh="按状况折算的单位面积价值", tex="v_{g}^{*}"
)
value_before_restoration = quantity(
    "value_before_restoration", "CNY/ha", axes=_PLACE, zh="恢复前的单位面积价值", tex="v_{0}"
)
value_after_restoration = quantity(
    "value_after_restoration", "CNY/ha", axes=_PLACE, zh="恢复后的单位面积价值", tex="v_{1}"
)
restoration_gain = quantity(
    "restoration_gain", "CNY/ha", axes=_PLACE, zh="恢复所增的单位面积价值", tex=r"\Delta v_{g}",
    limits=bounds("0", None, "恢复后不如恢复前，不是恢复"),
)  # fmt: skip
banned_area = quantity(
    "banned_area", "ha", axes=_PLACE, zh="禁牧面积", tex="A_{b}", limits=bounds("0", "25000000", "不超过县域面积")
)
supply_curve_rate = coefficient(
    "supply_curve_rate", "CNY/(ha*year)", axes=_PLACE, zh="供给曲线所定的补偿标准", tex="r_{b}", fallback="confirm",
    limits=bounds("1", "500000", "玛曲禁牧已见 1751.76 元/hm²"),
)  # fmt: skip
ban_payment = quantity("ban_payment", "CNY/year", axes=_PLACE, zh="禁牧补偿额（供给曲线）", tex="P_{b}")

_OWN, _LAI = "qhgep", "lai-2015-sanjiangyuan"

by_condition = formula(
    conditioned_value, method="condition", equals=undegraded_grassland_value * condition_coefficient,
    covers=[condition_coefficient], source=Clause(_LAI, at="摘要：各退化程度的单位面积价值"),
    note="状况系数由印出的价值推得；以同一篇的价值还原只是核对，移用到别处才是计算",
)  # fmt: skip
gain = formula(
    restoration_gain, method="after_minus_before", equals=value_after_restoration - value_before_restoration,
    source=Clause(_OWN, at="增量规则：恢复后减恢复前（价值见 lai-2015-sanjiangyuan 摘要）"),
)  # fmt: skip
ban = formula(
    ban_payment, method="area_rate", equals=banned_area * supply_curve_rate, source=Clause("wei-2016-maqu", at="摘要"),
)  # fmt: skip

grazing_ban_payment = indicator(
    "grazing_ban_payment",
    zh="禁牧补偿（供给曲线）",
    quantity=banned_area,
    value=ban_payment,
    system="restoration",
    final=False,
    counted=False,
)
