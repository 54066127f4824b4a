"""土地利用变化的增量: what land gives after a change of its use, less what it gave before."""

from qhgep.catalogue.erosion import soil_retained
from qhgep.catalogue.formulas import Clause, formula
from qhgep.catalogue.water import water_retained
from qhgep.catalogue.water_purification import water_pollutant_removed
from qhgep.expr import Total
from qhgep.quantities import area, bounds, quantity

SERVICE = "土地利用变化的增量"
LAYER = "analytic"

_PLACE, _LOAD = "county year ecosystem", "county year water_pollutant"
_WATER = bounds("0", "50000", "每公顷的涵养水量不超过年降水量 5000 mm")
_SOIL = bounds("0", "3000", "渭河干流已见 42 至 1688 t/hm²（含潜在侵蚀）")
_EXPORT = bounds("0", "1000", "渭河干流已见 0 至 6.7 kg/hm²")

retained_water_after = quantity(
    "retained_water_after", "m**3/(ha*year)", axes=_PLACE, zh="变化后单位面积水源涵养量", tex="e_{w,1}", limits=_WATER
)
retained_water_before = quantity(
    "retained_water_before", "m**3/(ha*year)", axes=_PLACE, zh="变化前单位面积水源涵养量", tex="e_{w,0}", limits=_WATER
)
retained_soil_after = quantity(
    "retained_soil_after", "t/(ha*year)", axes=_PLACE, zh="变化后单位面积土壤保持量", tex="e_{s,1}", limits=_SOIL
)
retained_soil_before = quantity(
    "retained_soil_before", "t/(ha*year)", axes=_PLACE, zh="变化前单位面积土壤保持量", tex="e_{s,0}", limits=_SOIL
)
pollutant_export_after = quantity(
    "pollutant_export_after", "kg/(ha*year)", axes=_LOAD, zh="变化后单位面积污染物输出量", tex="x_{q,1}", limits=_EXPORT
)
pollutant_export_before = quantity(
    "pollutant_export_before",
    "kg/(ha*year)",
    axes=_LOAD,
    zh="变化前单位面积污染物输出量",
    tex="x_{q,0}",
    limits=_EXPORT,
)
changed_area = quantity("changed_area", "ha", axes="county year", zh="变化用途的土地面积", tex=r"\textstyle\sum A")

_PAPER = "wu-2018-weihe"

changed_area_sum = formula(
    changed_area, method="sum", equals=Total("ecosystem", area), source=Clause("qhgep", at="各生态系统之和"),
    note="账户的面积只列改变用途的土地，按变化后的生态系统",
)  # fmt: skip
water_gain = formula(
    water_retained, method="after_minus_before", equals=area * (retained_water_after - retained_water_before),
    source=Clause(_PAPER, at="§2.4 式(13)"),
)  # fmt: skip
soil_gain = formula(
    soil_retained, method="after_minus_before", equals=area * (retained_soil_after - retained_soil_before),
    source=Clause(_PAPER, at="§2.4 式(13)"),
)  # fmt: skip
export_reduced = formula(
    water_pollutant_removed, method="export_reduced",
    equals=changed_area * (pollutant_export_before - pollutant_export_after), source=Clause(_PAPER, at="§2.4 式(13)；表 3"),
    note="输出量减少即净化量增加",
)  # fmt: skip
