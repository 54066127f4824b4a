"""病虫害控制: area on which an ecosystem keeps pests down by itself, at the cost of doing it by hand."""

from qhgep.catalogue.formulas import Clause, formula, indicator, total_of
from qhgep.expr import Total
from qhgep.quantities import bounds, coefficient, quantity

SERVICE = "病虫害控制"

pest_controlled_area = quantity(
    "pest_controlled_area", "ha/year", axes="county year ecosystem", zh="病虫害受控面积", tex="A_{pc}",
    limits=bounds("0", "25000000", "不超过最大的县"),
)  # fmt: skip
pest_control_cost = coefficient(
    "pest_control_cost", "CNY/ha", axes="county year ecosystem", zh="病虫害防治成本", tex="p_{p}", fallback="confirm",
    limits=bounds("1", "10000", "已见 112.5 与 375 元/hm²"),
)  # fmt: skip
pest_control_value = quantity(
    "pest_control_value", "CNY/year", axes="county year ecosystem", zh="病虫害控制价值", tex="V_{p}"
)
pest_controlled_area_total = total_of(pest_controlled_area)
pest_control_value_total = total_of(pest_control_value)

_OWN = "qhgep"

controlled_sum = formula(
    pest_controlled_area_total,
    method="sum",
    equals=Total("ecosystem", pest_controlled_area),
    source=Clause(_OWN, at="各生态系统之和"),
)
controlled = formula(
    pest_control_value, method="control_cost", equals=pest_controlled_area * pest_control_cost, covers=[pest_controlled_area],
    source=Clause("baima-2017", at="§2.4；表 3"),
    note="近年规范已不列；论文把该行印在文化服务之下，合计时却计入调节服务",
)  # fmt: skip
value_sum = formula(
    pest_control_value_total,
    method="sum",
    equals=Total("ecosystem", pest_control_value),
    source=Clause(_OWN, at="各生态系统之和"),
)

pest_control = indicator(
    "pest_control", zh="病虫害控制", quantity=pest_controlled_area, value=pest_control_value, final=False, counted=False
)
