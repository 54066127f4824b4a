"""土壤风蚀: how much sand the wind would carry away, and how much of it plants hold (RWEQ)."""

from qhgep.catalogue.erosion import degree, slope, vegetation_cover
from qhgep.catalogue.formulas import Clause, formula
from qhgep.catalogue.soil import (
    calcium_carbonate_content,
    clay_content,
    sand_content,
    silt_content,
    soil_organic_matter,
)
from qhgep.catalogue.wind_weather import weather_factor
from qhgep.expr import Expr, In, Measure, call
from qhgep.quantities import area, bounds, constant, quantity
from qhgep.units import unit

SERVICE = "土壤风蚀"

_PLACE = "county year ecosystem"
_SHARE = bounds("0", "1", "0 为不受风蚀，1 为不受抑制")
_LOSS = "kg/m**2/year"

sand_fixed = quantity(
    "sand_fixed", "t/year", axes="county year ecosystem", zh="固沙量", tex="Q_{sf}"
)  # fmt: skip

erodible_fraction = quantity(
    "erodible_fraction",
    "1",
    axes=_PLACE,
    zh="土壤可蚀性成分",
    tex="EF",
    limits=bounds("0", "1", "小于 0.84 mm 的团粒的质量分数"),
)
soil_crust_factor = quantity("soil_crust_factor", "1", axes=_PLACE, zh="土壤结皮因子", tex="SCF", limits=_SHARE)
surface_roughness = quantity("surface_roughness", "1", axes=_PLACE, zh="地表糙度因子", tex="K^{\\prime}", limits=_SHARE)
wind_vegetation_factor = quantity(
    "wind_vegetation_factor", "1", axes=_PLACE, zh="风蚀植被因子", tex="C_{w}", limits=bounds("0", "1", "裸地为 1")
)
vegetation_index = quantity(
    "vegetation_index",
    "1",
    axes=_PLACE,
    zh="归一化植被指数",
    tex="NDVI",
    limits=bounds("0", "1", "陆地植被；负值是水与雪"),
)
wind_drive = quantity("wind_drive", "1", axes=_PLACE, zh="裸地风蚀驱动数", tex="X_{w}")
vegetated_drive = quantity("vegetated_drive", "1", axes=_PLACE, zh="有植被的风蚀驱动数", tex="X_{v}")
bare_transport = quantity("bare_transport", "kg/m", axes=_PLACE, zh="裸地最大输沙量", tex="Q_{b}")
vegetated_transport = quantity("vegetated_transport", "kg/m", axes=_PLACE, zh="有植被的最大输沙量", tex="Q_{v}")
bare_length = quantity("bare_length", "m", axes=_PLACE, zh="裸地关键地块长度", tex="s_{b}")
vegetated_length = quantity("vegetated_length", "m", axes=_PLACE, zh="有植被的关键地块长度", tex="s_{v}")
bare_wind_loss = quantity("bare_wind_loss", _LOSS, axes=_PLACE, zh="潜在风蚀模数", tex="SL_{b}")
vegetated_wind_loss = quantity("vegetated_wind_loss", _LOSS, axes=_PLACE, zh="实际风蚀模数", tex="SL_{v}")

fraction_base = constant("erodible_base", "1", zh="可蚀成分常数", tex="f_{1}")
fraction_sand = constant("erodible_sand", "1", zh="可蚀成分的砂粒系数", tex="f_{2}")
fraction_silt = constant("erodible_silt", "1", zh="可蚀成分的粉粒系数", tex="f_{3}")
fraction_ratio = constant("erodible_ratio", "1", zh="可蚀成分的砂黏比系数", tex="f_{4}")
fraction_matter = constant("erodible_matter", "1", zh="可蚀成分的有机质系数", tex="f_{5}")
fraction_lime = constant("erodible_lime", "1", zh="可蚀成分的碳酸钙系数", tex="f_{6}")
crust_clay = constant("crust_clay", "1", zh="结皮的黏粒系数", tex="k_{1}")
crust_matter = constant("crust_matter", "1", zh="结皮的有机质系数", tex="k_{2}")
cover_decay = constant(
    "cover_decay", "1/percent", axes="ecosystem", zh="植被因子系数", tex="a_{w}",
    limits=bounds("-1", "0", "每 1 % 盖度的指数；以盖度的分数计要乘 100，由单位推得"),
)  # fmt: skip
index_factor = constant("index_factor", "1", zh="植被指数的系数", tex="n_{1}")
index_power = constant("index_power", "1", zh="植被指数的幂", tex="n_{2}")
transport_scale = constant("transport_scale", "kg/m", zh="最大转移量系数", tex="q_{0}")
length_scale = constant("critical_length_scale", "m", zh="关键地块长度系数", tex="s_{0}")
length_power = constant("critical_length_power", "1", zh="关键地块长度的幂", tex="s_{p}")
downwind_distance = constant("downwind_distance", "m", zh="下风向距离", tex="z_{w}")
closed_scale = constant("closed_form_scale", "kg/m**2", zh="固沙封闭式系数", tex="g_{1}")
closed_power = constant("closed_form_power", "1", zh="固沙封闭式的幂", tex="g_{2}")

_SOFTWARE = Clause("pyrweq", at="src/pyrweq/factors/*.py")
_PAPER = Clause("peng-2017-inner-mongolia", at="§1.2.2")
_SCRIPT = Clause("naqu-rweq-script", at="全文")
_percent = unit("percent")
_sand, _silt, _clay = (Measure(item, _percent) for item in (sand_content, silt_content, clay_content))
_lime = Measure(calcium_carbonate_content, _percent)
_matter = Measure(soil_organic_matter, unit("percent*organic_matter"))


def _length(drive: Expr) -> Expr:
    """The critical field length s = 150.71 X^-0.3711."""
    return length_scale * drive**length_power


def _loss(transport: Expr, length: Expr) -> Expr:
    """What is lost per area at the downwind distance z: (2z/s²) Qmax exp(-(z/s)²)."""
    moved = 2 * downwind_distance / length**2 * transport * call("exp", 0 - (downwind_distance / length) ** 2)
    return In(Measure(moved, unit("kg/m**2")), unit(_LOSS))


erodible = formula(
    erodible_fraction, method="texture", empirical=True, covers=[sand_content],
    equals=In(
        fraction_base + fraction_sand * _sand + fraction_silt * _silt + fraction_ratio * (_sand / _clay)
        - fraction_matter * _matter - fraction_lime * _lime,
        _percent,
    ),
    source=_SOFTWARE,
)  # fmt: skip
crust = formula(
    soil_crust_factor, method="texture", empirical=True, covers=[clay_content],
    equals=1 / (1 + crust_clay * _clay**2 + crust_matter * _matter**2), source=_SOFTWARE,
)  # fmt: skip
roughness = formula(
    surface_roughness, method="slope", equals=call("cos", slope * degree), covers=[slope], source=_SCRIPT,
    note="简化：以坡度余弦代替 Smith-Carson 糙度；平地为 1",
)  # fmt: skip
from_cover = formula(
    wind_vegetation_factor, method="cover", equals=call("exp", cover_decay * vegetation_cover),
    covers=[cover_decay, vegetation_cover], source=_SOFTWARE,
    note="系数是每 1 % 盖度的：软件把它乘在 0–1 的盖度上，植被因子便近于 1；单位使这里的盖度以百分数相乘",
)  # fmt: skip
from_index = formula(
    wind_vegetation_factor, method="vegetation_index", equals=call("exp", index_factor * vegetation_index**index_power),
    covers=[vegetation_index], source=_SCRIPT,
)  # fmt: skip
drive = formula(
    wind_drive, method="rweq", empirical=True,
    equals=Measure(weather_factor, unit("kg/m")) * erodible_fraction * soil_crust_factor * surface_roughness,
    source=_PAPER,
)  # fmt: skip
drive_with_plants = formula(
    vegetated_drive,
    method="rweq",
    equals=wind_drive * wind_vegetation_factor,
    covers=[wind_vegetation_factor],
    source=_PAPER,
)
closed_form = formula(
    sand_fixed, method="rweq_closed_form", empirical=True, covers=[wind_vegetation_factor],
    equals=area * In(
        Measure(closed_scale, unit("kg/m**2")) * wind_drive**closed_power * (1 - wind_vegetation_factor**closed_power),
        unit(_LOSS),
    ),
    source=_SCRIPT,
    note="与地块长度式（z = 50 m）相差 2 至 3.5 倍，由规则集选择；结果以核算期计",
)  # fmt: skip
transport_of_bare = formula(bare_transport, method="rweq", equals=transport_scale * wind_drive, source=_PAPER)
transport_with_plants = formula(
    vegetated_transport, method="rweq", equals=transport_scale * vegetated_drive, source=_PAPER
)
length_of_bare = formula(bare_length, method="rweq", equals=_length(wind_drive), source=_PAPER)
length_with_plants = formula(vegetated_length, method="rweq", equals=_length(vegetated_drive), source=_PAPER)
loss_of_bare = formula(
    bare_wind_loss, method="rweq", empirical=True, equals=_loss(bare_transport, bare_length), source=_PAPER
)
loss_with_plants = formula(
    vegetated_wind_loss,
    method="rweq",
    empirical=True,
    equals=_loss(vegetated_transport, vegetated_length),
    source=_PAPER,
)
field_length_form = formula(
    sand_fixed, method="rweq_field_length", equals=area * (bare_wind_loss - vegetated_wind_loss),
    covers=[vegetated_wind_loss], source=_PAPER,
    note="驱动数为零时没有关键地块长度，固沙量缺。最大转移量系数的单位有 kg/m 与 g/m 两说，由规则集的 documents 取舍",
)  # fmt: skip
