"""降雨侵蚀力: the power of a year's rain to carry soil away, from its days or from its months."""

from qhgep.catalogue.formulas import Clause, formula
from qhgep.expr import In, Measure, Total, call, less, where
from qhgep.quantities import bounds, constant, precipitation, quantity
from qhgep.units import unit

SERVICE = "降雨侵蚀力"

_EROSIVITY = "MJ*mm/(ha*h*year)"

rain_erosivity = quantity(
    "rain_erosivity", _EROSIVITY, axes="county year", zh="降雨侵蚀力", tex="R_{e}",
    limits=bounds("0", "30000", "中国最大的县多年平均约 20000；青藏高原多在 2000 以下"),
)  # fmt: skip

daily_rain = quantity(
    "daily_rain", "mm", axes="county year calendar_day", zh="日雨量", tex="D_{j}",
    limits=bounds("0", "2000", "一日雨量的世界纪录不到 2000 mm"),
)  # fmt: skip
mean_erosive_daily_rain = quantity(
    "mean_erosive_daily_rain", "mm", axes="county year", zh="侵蚀性降雨日的多年平均日雨量", tex="P_{d12}",
    limits=bounds("12", "500", "只含不小于阈值的日子，所以不小于阈值"),
)  # fmt: skip
mean_erosive_annual_rain = quantity(
    "mean_erosive_annual_rain", "mm/year", axes="county year", zh="侵蚀性降雨的多年平均年雨量", tex="P_{y12}",
    limits=bounds("12", "5000", "是全年的合计，不是日平均"),
)  # fmt: skip
daily_exponent = quantity("daily_erosivity_exponent", "1", axes="county year", zh="日雨量侵蚀力指数", tex=r"\beta_{d}")
daily_scale = quantity("daily_erosivity_scale", "1", axes="county year", zh="日雨量侵蚀力系数", tex=r"\lambda_{d}")
daily_erosivity = quantity(
    "daily_erosivity", _EROSIVITY, axes="county year calendar_day", zh="当日降雨侵蚀力", tex="R_{j}"
)

monthly_rain = quantity(
    "monthly_rain", "mm", axes="county year month", zh="月雨量", tex="P_{m}",
    limits=bounds("0", "10000", "一月雨量的世界纪录不到 10000 mm"),
)  # fmt: skip
monthly_erosivity = quantity(
    "monthly_erosivity", _EROSIVITY, axes="county year month", zh="当月降雨侵蚀力", tex="R_{m}"
)

threshold = constant("erosive_rain_threshold", "mm", zh="侵蚀性日雨量阈值", tex="D_{0}")
exponent_base = constant("erosivity_exponent_base", "1", zh="侵蚀力指数常数", tex="b_{0}")
exponent_daily = constant("erosivity_exponent_daily", "1", zh="侵蚀力指数的日雨量系数", tex="b_{1}")
exponent_annual = constant("erosivity_exponent_annual", "1", zh="侵蚀力指数的年雨量系数", tex="b_{2}")
scale_base = constant("erosivity_scale_base", "1", zh="侵蚀力系数常数", tex="l_{1}")
scale_power = constant("erosivity_scale_power", "1", zh="侵蚀力系数的幂", tex="l_{2}")
wischmeier_factor = constant("wischmeier_factor", "1", zh="月雨量侵蚀力系数", tex="w_{1}")
wischmeier_base = constant("wischmeier_base", "1", zh="月雨量侵蚀力的底数", tex="w_{0}")
wischmeier_slope = constant("wischmeier_slope", "1", zh="月雨量侵蚀力对数的系数", tex="w_{2}")
wischmeier_constant = constant("wischmeier_constant", "1", zh="月雨量侵蚀力的对数常数", tex="w_{3}")

_HUANGHUA = Clause("chen-2016-huanghua", at="§2.2-2.3")
_OWN = "qhgep"

exponent = formula(
    daily_exponent, method="zhang_wenbo", empirical=True,
    equals=exponent_base
    + exponent_daily / Measure(mean_erosive_daily_rain, unit("mm"))
    + exponent_annual / Measure(mean_erosive_annual_rain, unit("mm/year")),
    source=_HUANGHUA,
)  # fmt: skip
scale = formula(
    daily_scale, method="zhang_wenbo", equals=scale_base * daily_exponent**scale_power, source=_HUANGHUA
)  # fmt: skip
of_a_day = formula(
    daily_erosivity, method="zhang_wenbo", empirical=True,
    equals=where(
        less(daily_rain, threshold), 0, In(daily_scale * Measure(daily_rain, unit("mm")) ** daily_exponent, unit(_EROSIVITY))
    ),
    source=_HUANGHUA,
    note="原式按半月求和；指数与系数全年相同，逐日相加得数一样",
)  # fmt: skip
of_days = formula(
    rain_erosivity, method="daily", equals=Total("calendar_day", daily_erosivity),
    source=Clause("chen-2016-huanghua", at="§2.2-2.3：各半月之和"),
)  # fmt: skip
of_a_month = formula(
    monthly_erosivity, method="wischmeier", empirical=True,
    equals=where(
        less(0, monthly_rain),
        In(
            wischmeier_factor
            * wischmeier_base
            ** (
                wischmeier_slope
                * call("log10", Measure(monthly_rain, unit("mm")) ** 2 / Measure(precipitation, unit("mm/year")))
                - wischmeier_constant
            ),
            unit(_EROSIVITY),
        ),
        0,
    ),
    source=Clause("he-dai-chen-2020", at="Supplementary material §2.1-2.5"),
    note="补充材料印作 Pi/P；通行式是 Pi²/P，这里用后者。无雨之月取极限值零。对数常数 0.08188 与 0.8188 之争由规则集取舍",
)  # fmt: skip
of_months = formula(
    rain_erosivity, method="monthly", equals=Total("month", monthly_erosivity), source=Clause(_OWN, at="各月之和")
)  # fmt: skip
