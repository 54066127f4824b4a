"""风蚀气候: how hard the weather of a year drives the wind erosion of bare ground (the weather factor of RWEQ)."""

from qhgep.catalogue.formulas import Clause, formula
from qhgep.expr import In, Measure, Number, Total, less, where
from qhgep.quantities import bounds, constant, days_in_period, quantity
from qhgep.units import unit

SERVICE = "风蚀气候"

_DAYS = "county year calendar_day"
_SHARE = bounds("0", "1", "0 为完全抑制，1 为不抑制")

elevation = quantity(
    "elevation",
    "m",
    axes="county year",
    zh="海拔",
    tex="EL",
    limits=bounds("-200", "9000", "中国陆地在 −155 m 与 8849 m 之间"),
)
air_temperature = quantity(
    "air_temperature", "K", axes="county year", zh="气温（绝对温度）", tex="T_{a}",
    limits=bounds("220", "320", "以 K 填报，0 ℃ 为 273.15 K"),
)  # fmt: skip
air_density = quantity(
    "air_density", "kg/m**3", axes="county year", zh="空气密度", tex=r"\rho_{a}",
    limits=bounds("0.4", "1.6", "海平面约 1.2，海拔 4000 m 约 0.8"),
)  # fmt: skip

wind_at_instrument = quantity(
    "wind_at_instrument", "m/s", axes=_DAYS, zh="测风高度的风速", tex="U_{z}", limits=bounds("0", "100", "地面风速")
)
wind_near_ground = quantity("wind_near_ground", "m/s", axes=_DAYS, zh="2 米高风速", tex="U_{2}")
wind_term = quantity("wind_term", "m**3/s**3", axes=_DAYS, zh="当次起沙风项", tex="u_{j}")
wind_sum = quantity(
    "wind_sum", "m**3/s**3", axes="county year", zh="起沙风之和", tex="W_{u}", limits=bounds("0", None, "平方项不为负")
)
wind_observations = quantity(
    "wind_observations", "1", axes="county year", zh="测风次数", tex="N_{w}",
    limits=bounds("1", None, "起沙风之和含多少次观测；每日一次则为一年的天数"),
)  # fmt: skip
soil_wetness_factor = quantity(
    "soil_wetness_factor", "1", axes="county year", zh="土壤湿度因子", tex="SW", limits=_SHARE
)
snow_depth = quantity(
    "snow_depth",
    "mm",
    axes=_DAYS,
    zh="当日雪深",
    tex="h_{s}",
    limits=bounds("0", "10000", "积雪深度，不是降雪的水当量"),
)
snow_day = quantity("snow_day", "day/year", axes=_DAYS, zh="当日是否被雪覆盖", tex="n_{s}")
snow_days = quantity(
    "snow_days",
    "day/year",
    axes="county year",
    zh="被雪覆盖的天数",
    tex="N_{s}",
    limits=bounds("0", "366", "一年的天数"),
)
snow_factor = quantity("snow_factor", "1", axes="county year", zh="雪盖因子", tex="SD", limits=_SHARE)
weather_factor = quantity(
    "weather_factor",
    "kg/m",
    axes="county year",
    zh="气候因子",
    tex="WF",
    limits=bounds("0", None, "各因子的积，都不为负"),
)

density_scale = constant("density_scale", "1", zh="空气密度系数", tex="d_{0}")
density_base = constant("density_base", "1", zh="空气密度常数", tex="d_{1}")
density_linear = constant("density_linear", "1", zh="空气密度的海拔系数", tex="d_{2}")
density_square = constant("density_square", "1", zh="空气密度的海拔平方系数", tex="d_{3}")
wind_threshold = constant("wind_threshold", "m/s", zh="起沙风速", tex="U_{t}")
instrument_height = constant("instrument_height", "m", zh="测风高度", tex="z_{i}")
ground_height = constant("ground_height", "m", zh="近地风高度", tex="z_{g}")
wind_profile_root = constant("wind_profile_root", "1", zh="风速廓线的根次", tex="n_{z}")
gravity = constant("gravity", "m/s**2", zh="重力加速度", tex="g")
snow_threshold = constant("snow_threshold", "mm", zh="雪盖阈值", tex="h_{0}")

_SOFTWARE = Clause("pyrweq", at="src/pyrweq/factors/*.py")
_OWN = "qhgep"
_height = Measure(elevation, unit("km"))

density = formula(
    air_density, method="elevation", empirical=True,
    equals=In(
        density_scale * (density_base - density_linear * _height + density_square * _height**2)
        / Measure(air_temperature, unit("K")),
        unit("kg/m**3"),
    ),
    source=_SOFTWARE,
)  # fmt: skip
near_ground = formula(
    wind_near_ground, method="power_profile",
    equals=wind_at_instrument * (ground_height / instrument_height) ** (1 / wind_profile_root), source=_SOFTWARE,
)  # fmt: skip
term = formula(
    wind_term, method="threshold",
    equals=where(
        less(wind_near_ground, wind_threshold), 0, wind_near_ground * (wind_near_ground - wind_threshold) ** 2
    ),
    source=_SOFTWARE,
)  # fmt: skip
term_sum = formula(
    wind_sum, method="daily", equals=Total("calendar_day", wind_term), source=Clause(_OWN, at="各次观测之和"),
    note="风速的函数是凸的：日均风速低估起沙风，月均、年均更甚。有逐时观测时直接填报起沙风之和与测风次数",
)  # fmt: skip
snowy = formula(
    snow_day, method="threshold", empirical=True, equals=where(less(snow_threshold, snow_depth), In(Number(1), unit("day/year")), 0),
    source=_SOFTWARE,
)  # fmt: skip
snowy_sum = formula(
    snow_days, method="daily", equals=Total("calendar_day", snow_day), source=Clause(_OWN, at="各日之和")
)
snow = formula(snow_factor, method="snow_days", equals=1 - snow_days / days_in_period, source=_SOFTWARE)
weather = formula(
    weather_factor, method="rweq", empirical=True,
    equals=In(
        Measure(wind_sum, unit("m**3/s**3")) * Measure(days_in_period, unit("day/year"))
        * Measure(air_density, unit("kg/m**3")) / (wind_observations * Measure(gravity, unit("m/s**2")))
        * soil_wetness_factor * snow_factor,
        unit("kg/m"),
    ),
    source=_SOFTWARE,
    note="土壤湿度因子为输入：通行式与软件的代数式不同，此处不取舍",
)  # fmt: skip
