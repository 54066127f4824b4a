"""土壤侵蚀: how much soil rain would carry away, and how much of it vegetation and terraces keep (RUSLE)."""

from qhgep.catalogue.formulas import Clause, formula
from qhgep.catalogue.rain_erosivity import rain_erosivity
from qhgep.catalogue.soil import soil_erodibility
from qhgep.expr import Measure, at_most, call, less, where
from qhgep.quantities import area, bounds, coefficient, constant, quantity
from qhgep.units import unit

SERVICE = "土壤侵蚀"

_PLACE = "county year ecosystem"
_LOSS = "t/(ha*year)"

soil_retained = quantity(
    "soil_retained", "t/year", axes="county year ecosystem", zh="土壤保持量", tex="Q_{sr}"
)  # fmt: skip

# Slope: an angle. A slope in percent is its tangent and another number, so it is refused by its unit.
slope = quantity(
    "slope", "deg", axes=_PLACE, zh="坡度", tex=r"\theta", limits=bounds("0", "90", "坡度是角，在 0° 与 90° 之间")
)
slope_sine = quantity(
    "slope_sine", "1", axes=_PLACE, zh="坡度的正弦", tex=r"\sin\theta", limits=bounds("0", "1", "正弦")
)
slope_length = quantity(
    "slope_length",
    "m",
    axes=_PLACE,
    zh="坡长",
    tex="l_{s}",
    limits=bounds("1", "2000", "坡面在汇入沟道前一般不足 300 m；小于 1 多半是以 km 填报", or_zero=True),
)
slope_length_exponent = quantity("slope_length_exponent", "1", axes=_PLACE, zh="坡长指数", tex="m_{s}")
slope_length_factor = quantity("slope_length_factor", "1", axes=_PLACE, zh="坡长因子", tex="L")
slope_steepness_factor = quantity("slope_steepness_factor", "1", axes=_PLACE, zh="坡度因子", tex="S")
degree = constant("radians_per_degree", "1/deg", zh="一度的弧度", tex=r"\tfrac{\pi}{180}")

unit_plot_length = constant("unit_plot_length", "m", zh="标准小区坡长", tex="l_{0}")
flat_limit = constant("length_limit_flat", "deg", zh="坡长指数第一分级", tex=r"\theta_{1}")
gentle_limit = constant("length_limit_gentle", "deg", zh="坡长指数第二分级", tex=r"\theta_{2}")
sloping_limit = constant("length_limit_sloping", "deg", zh="坡长指数第三分级", tex=r"\theta_{3}")
exponent_flat = constant("length_exponent_flat", "1", zh="坡长指数第一级", tex="m_{1}")
exponent_gentle = constant("length_exponent_gentle", "1", zh="坡长指数第二级", tex="m_{2}")
exponent_sloping = constant("length_exponent_sloping", "1", zh="坡长指数第三级", tex="m_{3}")
exponent_steep = constant("length_exponent_steep", "1", zh="坡长指数第四级", tex="m_{4}")
middle_limit = constant("steepness_limit_middle", "deg", zh="缓坡与中坡分界", tex=r"\theta_{5}")
steep_limit = constant("steepness_limit_steep", "deg", zh="中坡与陡坡分界", tex=r"\theta_{10}")
gentle_sine = constant("steepness_sine_gentle", "1", zh="缓坡正弦系数", tex="s_{1}")
gentle_constant = constant("steepness_constant_gentle", "1", zh="缓坡常数", tex="c_{1}")
middle_sine = constant("steepness_sine_middle", "1", zh="中坡正弦系数", tex="s_{2}")
middle_constant = constant("steepness_constant_middle", "1", zh="中坡减数", tex="c_{2}")
steep_sine = constant("steepness_sine_steep", "1", zh="陡坡正弦系数", tex="s_{3}")
steep_constant = constant("steepness_constant_steep", "1", zh="陡坡减数", tex="c_{3}")

vegetation_cover = quantity(
    "vegetation_cover", "1", axes=_PLACE, zh="植被覆盖度", tex="f_{c}",
    limits=bounds("0", "1", "覆盖度在 0 与 1 之间；以百分数填报时单位写 %"),
)  # fmt: skip
cover_management = quantity(
    "cover_management", "1", axes=_PLACE, zh="植被覆盖与管理因子", tex="C_{v}",
    limits=bounds("0", "1", "裸地为 1；盖度小于 0.1 % 时印出的式子会略大于 1"),
)  # fmt: skip
cover_intercept = constant("cover_intercept", "1", zh="覆盖因子截距", tex="a_{1}")
cover_slope = constant("cover_slope", "1", zh="覆盖因子斜率", tex="a_{2}")
cover_limit = constant("cover_limit", "1", zh="覆盖因子为零的盖度", tex="f_{0}")
support_practice = coefficient(
    "support_practice", "1", axes=_PLACE, zh="水土保持措施因子", tex="P_{s}",
    limits=bounds("0", "1", "没有措施为 1"),
)  # fmt: skip

potential_soil_loss = quantity("potential_soil_loss", _LOSS, axes=_PLACE, zh="潜在土壤侵蚀模数", tex="A_{p}")
actual_soil_loss = quantity("actual_soil_loss", _LOSS, axes=_PLACE, zh="实际土壤侵蚀模数", tex="A_{r}")

_SUPPLEMENT = Clause("he-dai-chen-2020", at="Supplementary material §2.1-2.5")
_MEANS = "各因子取生态系统平均再相乘，不等于逐像元相乘再平均；有逐像元结果时直接填报土壤保持量"

sine = formula(
    slope_sine, method="degrees", equals=call("sin", slope * degree), covers=[slope],
    source=Clause("bipm-si", at="Table 6：1° = (π/180) rad"),
)  # fmt: skip
length_exponent = formula(
    slope_length_exponent, method="slope_class", covers=[slope],
    equals=where(
        less(slope, flat_limit), exponent_flat,
        where(less(slope, gentle_limit), exponent_gentle,
              where(less(slope, sloping_limit), exponent_sloping, exponent_steep)),
    ),
    source=_SUPPLEMENT,
    note="分级以角度计；另有论文与软件按坡度百分数分级，不可混用",
)  # fmt: skip
length = formula(
    slope_length_factor, method="wischmeier", equals=(slope_length / unit_plot_length) ** slope_length_exponent,
    covers=[slope_length], source=_SUPPLEMENT,
)  # fmt: skip
steepness = formula(
    slope_steepness_factor, method="liu", covers=[slope],
    equals=where(
        less(slope, middle_limit), gentle_sine * slope_sine + gentle_constant,
        where(less(slope, steep_limit), middle_sine * slope_sine - middle_constant,
              steep_sine * slope_sine - steep_constant),
    ),
    source=_SUPPLEMENT,
    note="在 5° 与 10° 处不连续。第三式的条件原文印作 ≤ 10°，是 ≥ 10° 之误",
)  # fmt: skip
cover = formula(
    cover_management, method="cover_logarithm", empirical=True, covers=[vegetation_cover],
    equals=where(
        less(0, vegetation_cover),
        where(
            at_most(vegetation_cover, cover_limit),
            cover_intercept - cover_slope * call("log10", Measure(vegetation_cover, unit("percent"))),
            0,
        ),
        1,
    ),
    source=_SUPPLEMENT,
)  # fmt: skip
potential = formula(
    potential_soil_loss, method="rusle",
    equals=rain_erosivity * soil_erodibility * slope_length_factor * slope_steepness_factor,
    source=_SUPPLEMENT, note=_MEANS,
)  # fmt: skip
actual = formula(
    actual_soil_loss, method="rusle", equals=potential_soil_loss * cover_management * support_practice,
    covers=[cover_management, support_practice], source=_SUPPLEMENT, note=_MEANS,
)  # fmt: skip
retained = formula(
    soil_retained, method="rusle", covers=[cover_management, support_practice],
    equals=area * rain_erosivity * soil_erodibility * slope_length_factor * slope_steepness_factor
    * (1 - cover_management * support_practice),
    source=Clause("he-dai-chen-2020", at="Supplementary material §2.1-2.5：潜在侵蚀减实际侵蚀"),
    note=f"{_MEANS}。措施因子为 0 的水域、湿地、裸岩、冰雪上潜在侵蚀全部算作保持，是假象：宜在规则或输入中不计这些生态系统",
)  # fmt: skip
