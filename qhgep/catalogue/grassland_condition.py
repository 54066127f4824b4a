"""草地状况: how much of its value a degraded grassland keeps, and its area weighed by that."""

from qhgep.catalogue.formulas import Clause, formula, total_of
from qhgep.expr import Total
from qhgep.quantities import area, bounds, coefficient, quantity

SERVICE = "草地状况"

_VALUES = bounds("100", "100000", "三江源未退化草地 7470 元/hm²、重度及以上退化草地 1494 元/hm²")

grassland_value = coefficient(
    "grassland_value",
    "CNY/ha",
    axes="county year ecosystem",
    zh="各退化程度草地的单位面积价值",
    tex="v_{g}",
    limits=_VALUES,
)
undegraded_grassland_value = coefficient(
    "undegraded_grassland_value",
    "CNY/ha",
    axes="county year",
    zh="未退化草地的单位面积价值",
    tex="v_{g,0}",
    limits=_VALUES,
)
condition_coefficient = quantity(
    "condition_coefficient", "1", axes="county year ecosystem", zh="草地状况系数", tex="c_{g}",
    limits=bounds("0", "1", "退化的草地不比未退化的更有价值"),
)  # fmt: skip
condition_adjusted_area = quantity(
    "condition_adjusted_area", "ha", axes="county year ecosystem", zh="按状况折算的草地面积", tex="A_{g}^{*}"
)
condition_adjusted_area_total = total_of(condition_adjusted_area)

_OWN = "qhgep"

value_ratio = formula(
    condition_coefficient, method="value_ratio", equals=grassland_value / undegraded_grassland_value,
    covers=[grassland_value],
    source=Clause(_OWN, at="由 lai-2015-sanjiangyuan 摘要的单位面积价值推得：各退化程度与未退化之比"),
    note="比值是由印出的价值推得的，原文没有印系数",
)  # fmt: skip
adjusted = formula(
    condition_adjusted_area, method="area_by_condition", equals=area * condition_coefficient,
    covers=[condition_coefficient], source=Clause(_OWN, at="面积乘以状况系数"),
)  # fmt: skip
adjusted_sum = formula(
    condition_adjusted_area_total, method="sum", equals=Total("ecosystem", condition_adjusted_area),
    source=Clause(_OWN, at="各退化程度之和"),
)  # fmt: skip
