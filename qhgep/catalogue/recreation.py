"""休闲游憩: visits of residents to open land near them, at the cost of the time that they spend."""

from qhgep.catalogue.formulas import Clause, formula, indicator
from qhgep.quantities import bounds, quantity

SERVICE = "休闲游憩"

recreation_visits = quantity(
    "recreation_visits",
    "visit/year",
    axes="county year",
    zh="本地居民休闲人次",
    tex="N_{rc}",
    limits=bounds("0", None, "人次不为负"),
)
recreation_time_cost = quantity(
    "recreation_time_cost", "CNY/visit", axes="county year", zh="休闲时间成本", tex="c_{rc}",
    limits=bounds("0", "2000", "按休闲小时数与工资的一部分折算，每次一般在百元以内"),
)  # fmt: skip
recreation_value = quantity("recreation_value", "CNY/year", axes="county year", zh="休闲游憩价值", tex="V_{rc}")

time_spent = formula(
    recreation_value, method="time_cost", equals=recreation_visits * recreation_time_cost,
    source=Clause("jiang-2017-baiyangdian", at="§2.3：旅行费用法的时间成本一项"),
    note="与旅游康养同法，人次须不重复：外来游客计入旅游康养，本地居民计入休闲游憩", exchange_value=False
)  # fmt: skip

recreation = indicator("recreation", zh="休闲游憩", quantity=recreation_visits, value=recreation_value)
