"""防风固沙: sand that plants hold, as the area it would cover, at the cost of sand control."""

from qhgep.catalogue.formulas import Clause, formula, indicator, total_of
from qhgep.catalogue.wind_erosion import sand_fixed
from qhgep.expr import Total
from qhgep.quantities import bounds, coefficient, quantity

SERVICE = "防风固沙"

sand_fixed_total = total_of(sand_fixed)
sand_bulk_density = coefficient(
    "sand_bulk_density", "t/m**3", axes="county year", zh="沙砾堆积密度", tex=r"\rho_{sa}", fallback="confirm",
    limits=bounds("1", "2.65", "松散沙砾约 1.2 至 1.9 t/m³"),
)  # fmt: skip
sand_layer_depth = coefficient(
    "sand_layer_depth", "m", axes="county year", zh="土壤沙化标准覆沙厚度", tex="h_{sa}", fallback="confirm",
    limits=bounds("0.01", "1", "已见 0.1 m"),
)  # fmt: skip
sand_control_cost = coefficient(
    "sand_control_cost", "CNY/m**2", axes="county year", zh="单位面积治沙成本", tex="p_{sf}", fallback="confirm",
    limits=bounds("0.01", "100", "已见 3.75 元/m²"),
)  # fmt: skip
sand_controlled_area = quantity("sand_controlled_area", "ha/year", axes="county year", zh="避免沙化面积", tex="A_{sf}")
sand_fixation_value = quantity("sand_fixation_value", "CNY/year", axes="county year", zh="防风固沙价值", tex="V_{sf}")

fixed_sum = formula(
    sand_fixed_total, method="sum", equals=Total("ecosystem", sand_fixed), source=Clause("qhgep", at="各生态系统之和")
)
covered = formula(
    sand_controlled_area, method="layer_depth", equals=sand_fixed_total / (sand_bulk_density * sand_layer_depth),
    source=Clause("baima-2017", at="§2.4"),
    note="表 3 的单价按面积（元/m²），所列的量是质量：先由密度与厚度换成面积",
)  # fmt: skip
control = formula(
    sand_fixation_value, method="sand_control_cost", equals=sand_controlled_area * sand_control_cost,
    source=Clause("baima-2017", at="§2.4；表 3"),
)  # fmt: skip

sand_fixation = indicator("sand_fixation", zh="防风固沙", quantity=sand_fixed_total, value=sand_fixation_value)
