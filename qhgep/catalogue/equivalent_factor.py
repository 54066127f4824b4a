"""当量因子法: services as equivalents of the food that a hectare of farmland yields, priced at one value an equivalent.

An account of its own: it values supporting services too, so its values are never added to those of the norms. The
tables of 2008 and of 2015 differ in services and ecosystems: no formula reads both, and each has quantities of its own.
"""

from qhgep.catalogue.formulas import Clause, Indicator, formula, indicator
from qhgep.expr import Total
from qhgep.quantities import ItemList, area, bounds, coefficient, quantity

SERVICE = "当量因子法"

equivalent_service = ItemList(
    "equivalent_service", "服务",
    {
        "food": "食物生产", "raw": "原料生产", "water": "水资源供给", "gas": "气体调节", "climate": "气候调节",
        "purify": "净化环境", "hydro": "水文调节", "soil": "土壤保持", "nutrient": "维持养分循环", "biodiv": "生物多样性",
        "aesthetic": "美学景观",
    },
)  # fmt: skip
equivalent_service_2008 = ItemList(
    "equivalent_service_2008", "服务（2008 年表）",
    {
        "food": "食物生产", "raw": "原材料生产", "gas": "气体调节", "climate": "气候调节", "hydro": "水文调节",
        "waste": "废物处理", "soil": "保持土壤", "biodiv": "维持生物多样性", "aesthetic": "提供美学景观",
    },
)  # fmt: skip

_SERVICES = "county year ecosystem equivalent_service"
_SEEN = "已见 −2.63（水田耗水多于供水，负值保留）至 102.24（水系的水文调节）"

equivalent_factor = coefficient(
    "equivalent_factor", "1/year", axes="year ecosystem equivalent_service", zh="当量因子", tex="F",
    limits=bounds("-10", "150", _SEEN),
)  # fmt: skip
equivalent_factor_2008 = coefficient(
    "equivalent_factor_2008", "1/year", axes="year ecosystem equivalent_service_2008", zh="当量因子（2008 年表）",
    tex="F_{08}", limits=bounds("-10", "150", _SEEN),
)  # fmt: skip
standard_equivalent_value = coefficient(
    "standard_equivalent_value", "CNY/ha", axes="county year", zh="一个标准当量的价值", tex="v_{D}",
    limits=bounds("100", "10000", "已见 1881.82 至 3406.5 元/hm²"), fallback="allowed",
)  # fmt: skip
standard_equivalent_value_2008 = coefficient(
    "standard_equivalent_value_2008", "CNY/ha", axes="county year", zh="一个标准当量的价值（2008 年表）", tex="v_{D,08}",
    limits=bounds("100", "10000", "已见 449.1 元/hm²（2007 年）"), fallback="allowed",
)  # fmt: skip
standard_equivalent_correction = coefficient(
    "standard_equivalent_correction", "1", axes="county year", zh="标准当量价值的地区修正系数", tex="k_{D}",
    limits=bounds("0.1", "10", "地方单位面积产量与全国之比，已见 0.94"),
)  # fmt: skip

standard_equivalent_value_local = quantity(
    "standard_equivalent_value_local", "CNY/ha", axes="county year", zh="修正后的一个标准当量的价值", tex="v_{D}^{*}"
)
equivalents = quantity("equivalents", "ha/year", axes=_SERVICES, zh="标准当量数", tex="E")
equivalent_value = quantity("equivalent_value", "CNY/year", axes=_SERVICES, zh="当量价值", tex="V_{e}")
equivalents_by_service = quantity(
    "equivalents_by_service", "ha/year", axes="county year equivalent_service", zh="分服务标准当量数", tex="E_{s}"
)
equivalent_value_by_service = quantity(
    "equivalent_value_by_service", "CNY/year", axes="county year equivalent_service", zh="分服务当量价值", tex="V_{e,s}"
)
equivalent_value_by_ecosystem = quantity(
    "equivalent_value_by_ecosystem", "CNY/year", axes="county year ecosystem", zh="分生态系统当量价值", tex="V_{e,i}"
)
equivalent_value_total = quantity(
    "equivalent_value_total", "CNY/year", axes="county year", zh="当量价值合计", tex=r"\textstyle\sum V_{e}"
)

equivalents_2008 = quantity(
    "equivalents_2008",
    "ha/year",
    axes="county year ecosystem equivalent_service_2008",
    zh="标准当量数（2008 年表）",
    tex="E_{08}",
)
equivalent_value_2008 = quantity(
    "equivalent_value_2008", "CNY/year", axes="county year ecosystem equivalent_service_2008", zh="当量价值（2008 年表）",
    tex="V_{e,08}",
)  # fmt: skip

_OWN = "qhgep"
_TABLE = "当量因子表：14 类生态系统 × 11 项服务"
_NOTE = "含支持服务（维持养分循环、生物多样性），与各规范的指标不可相加"

factor_by_area = formula(
    equivalents, method="factor_by_area", equals=area * equivalent_factor, covers=[equivalent_factor],
    source=Clause("xie-2015", at=_TABLE), note=_NOTE,
)  # fmt: skip
equivalents_sum = formula(
    equivalents_by_service, method="sum", equals=Total("ecosystem", equivalents),
    source=Clause(_OWN, at="各生态系统之和"),
)  # fmt: skip
national_value = formula(
    equivalent_value, method="standard_equivalent", equals=equivalents * standard_equivalent_value,
    source=Clause("xie-2015", at="价值 = 当量因子 × 一个标准当量的价值"), exchange_value=False
)  # fmt: skip
corrected = formula(
    standard_equivalent_value_local, method="corrected", equals=standard_equivalent_value * standard_equivalent_correction,
    source=Clause("ao-2022-yellow-river", at="第 48 行：全国的一个标准当量的价值乘以流域修正系数"),
)  # fmt: skip
local_value = formula(
    equivalent_value, method="local_standard_equivalent", equals=equivalents * standard_equivalent_value_local,
    source=Clause("ao-2022-yellow-river", at="第 48 行：以修正后的价值计价"), exchange_value=False
)  # fmt: skip
value_by_service = formula(
    equivalent_value_by_service, method="sum", equals=Total("ecosystem", equivalent_value),
    source=Clause(_OWN, at="各生态系统之和"),
)  # fmt: skip
value_by_ecosystem = formula(
    equivalent_value_by_ecosystem, method="sum", equals=Total("equivalent_service", equivalent_value),
    source=Clause(_OWN, at="各项服务之和"),
)  # fmt: skip
value_sum = formula(
    equivalent_value_total, method="sum", equals=Total("equivalent_service", equivalent_value_by_service),
    source=Clause(_OWN, at="各项服务之和"),
)  # fmt: skip


factor_by_area_2008 = formula(
    equivalents_2008, method="factor_by_area", equals=area * equivalent_factor_2008, covers=[equivalent_factor_2008],
    source=Clause("xie-2008", at="当量因子表：6 类生态系统 × 9 项服务（未见原文）"), note=_NOTE,
)  # fmt: skip
value_2008 = formula(
    equivalent_value_2008, method="standard_equivalent", equals=equivalents_2008 * standard_equivalent_value_2008,
    source=Clause("xie-2008", at="价值 = 当量因子 × 一个标准当量的价值（未见原文）"), exchange_value=False
)  # fmt: skip


_SUPPORTING = frozenset({"nutrient", "biodiv"})


def _service(item: str) -> Indicator:
    """The indicator of one service: a line of a system of its own."""
    zh = f"{equivalent_service.members[item]}（当量）"
    return indicator(
        f"equivalent_{item}", zh=zh, quantity=equivalents_by_service, value=equivalent_value_by_service,
        system="equivalent_factor", final=item not in _SUPPORTING, counted=False,
    )  # fmt: skip


food = _service("food")
raw = _service("raw")
water = _service("water")
gas = _service("gas")
climate = _service("climate")
purify = _service("purify")
hydro = _service("hydro")
soil = _service("soil")
nutrient = _service("nutrient")
biodiv = _service("biodiv")
aesthetic = _service("aesthetic")
