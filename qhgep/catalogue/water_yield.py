"""产水量: how much of the rain an ecosystem passes on, by the Budyko curve of Fu (InVEST annual water yield)."""

from qhgep.catalogue.formulas import Clause, formula
from qhgep.catalogue.water import surface_runoff, water_retained
from qhgep.expr import Measure, call, less, where
from qhgep.quantities import area, bounds, coefficient, constant, precipitation, quantity
from qhgep.units import unit

SERVICE = "产水量"

_PLACE = "county year ecosystem"

reference_evapotranspiration = quantity(
    "reference_evapotranspiration", "mm/year", axes="county year", zh="参考蒸散量", tex="ET_{0}",
    limits=bounds("200", "3500", "受辐射能量限制；寒带也不小于 200 mm，更小多半是日均值、月值或以米填报"),
)  # fmt: skip
crop_coefficient = quantity(
    "crop_coefficient", "1", axes=_PLACE, zh="植被蒸散系数", tex="K_{c}", limits=bounds("0", "1.5", "相对于参考草地")
)
potential_evapotranspiration = quantity(
    "potential_evapotranspiration", "mm/year", axes=_PLACE, zh="潜在需水量", tex="PET"
)
_DEPTH = bounds("10", "20000", "以 mm 计；不到 1 cm 的土层养不住根，更小多半是以米填报", or_zero=True)
root_restricting_depth = quantity(
    "root_restricting_depth", "mm", axes=_PLACE, zh="限制根系的土层深", tex="d_{s}", limits=_DEPTH
)
root_depth = quantity("root_depth", "mm", axes=_PLACE, zh="根深", tex="d_{r}", limits=_DEPTH)
available_water_content = quantity(
    "available_water_content", "1", axes=_PLACE, zh="植物可利用含水率", tex="PAWC", limits=bounds("0", "1", "体积分数")
)
available_water = quantity("available_water", "mm", axes=_PLACE, zh="植物可利用水量", tex="AWC")
vegetation_flag = quantity(
    "vegetation_flag",
    "1",
    axes=_PLACE,
    zh="植被标志",
    tex="v_{f}",
    limits=bounds("0", "1", "有植被为 1，水面、裸地、城镇为 0", whole=True),
)
budyko_shape = quantity("budyko_shape", "1", axes=_PLACE, zh="布迪科曲线形状数", tex=r"\omega")
actual_evapotranspiration = quantity(
    "actual_evapotranspiration", "mm/year", axes=_PLACE, zh="分生态系统的实际蒸散", tex="AET"
)
water_yield_by_ecosystem = quantity(
    "water_yield_by_ecosystem", "mm/year", axes=_PLACE, zh="分生态系统的产水深", tex="Y_{e}",
    limits=bounds("0", "5000", "产水深不为负，也不超过降水量的上限"),
)  # fmt: skip

seasonality = coefficient(
    "seasonality",
    "1",
    axes="county year",
    zh="季节常数",
    tex="Z",
    limits=bounds("1", "30", "用户指南：Z 在 1 与 30 之间"),
)
shape_minimum = constant("budyko_shape_minimum", "1", zh="形状数的下限", tex=r"\omega_{0}")
shape_maximum = constant("budyko_shape_maximum", "1", zh="形状数的上限", tex=r"\omega_{1}")

_MODEL = Clause("invest-source", at="annual_water_yield.py fractp_op")
_aridity = potential_evapotranspiration / precipitation

demand = formula(
    potential_evapotranspiration, method="crop_coefficient", equals=crop_coefficient * reference_evapotranspiration,
    covers=[crop_coefficient], source=_MODEL,
)  # fmt: skip
storage = formula(
    available_water, method="root_zone", covers=[available_water_content],
    equals=call("min", root_restricting_depth, root_depth) * available_water_content, source=_MODEL,
)  # fmt: skip
shape = formula(
    budyko_shape, method="seasonality", empirical=True, covers=[available_water],
    equals=call(
        "min",
        seasonality * Measure(available_water, unit("mm")) / Measure(precipitation, unit("mm/year")) + shape_minimum,
        shape_maximum,
    ),
    source=_MODEL,
)  # fmt: skip
evaporation = formula(
    actual_evapotranspiration, method="budyko_fu", covers=[vegetation_flag],
    equals=where(
        less(0, vegetation_flag),
        precipitation * call("min", _aridity, 1 + _aridity - (1 + _aridity**budyko_shape) ** (1 / budyko_shape)),
        call("min", potential_evapotranspiration, precipitation),
    ),
    source=_MODEL,
    note="没有植被的地类不用布迪科曲线：蒸散取需水量与降水量之小者",
)  # fmt: skip
budyko_yield = formula(
    water_yield_by_ecosystem, method="budyko_fu", equals=precipitation - actual_evapotranspiration,
    covers=[actual_evapotranspiration], source=_MODEL,
    note="含地表径流：与水量平衡式的水源涵养量相差一个地表径流，不可直接当作涵养量",
)  # fmt: skip
retention = formula(
    water_retained, method="modelled_yield", equals=area * (water_yield_by_ecosystem - surface_runoff),
    covers=[water_yield_by_ecosystem],
    source=Clause("qhgep", at="由水量平衡式以 蒸散量 = 降水量 − 产水深 代入，产水深分生态系统由模型算出"),
)  # fmt: skip
