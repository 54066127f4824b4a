"""补偿标准区间: the value that a change of land use adds is the most, what its farmers give up the least that is paid."""

from qhgep.catalogue.formulas import Clause, formula, total_of
from qhgep.catalogue.land_use_change import changed_area
from qhgep.catalogue.soil_retention import soil_retention_value
from qhgep.catalogue.water import water_value_total
from qhgep.catalogue.water_purification import water_quality_value_total
from qhgep.expr import Total, call, less, where
from qhgep.quantities import ItemList, bounds, quantity

SERVICE = "补偿标准区间"
LAYER = "analytic"

crop = ItemList("crop", "作物", {"wheat": "小麦", "maize": "玉米", "potato": "马铃薯", "other": "其他作物"})
cropping_expense = ItemList(
    "cropping_expense", "种植支出",
    {
        "seed": "种子费", "fertiliser": "化肥费", "pesticide": "农药费", "harvest": "收割费", "fuel": "农机加油费",
        "repair": "农机修理费",
    },
)  # fmt: skip

_PLACE, _RATE = "county year", "CNY/(ha*year)"
_NOT_NEGATIVE = bounds("0", None, "不可能为负")

crop_area = quantity("crop_area", "ha", axes="county year crop", zh="作物种植面积", tex="A_{i}", limits=_NOT_NEGATIVE)
crop_yield = quantity(
    "crop_yield", "kg/(ha*year)", axes="county year crop", zh="作物单产", tex="L_{i}",
    limits=bounds("50", "200000", "粮食单产不到 15 t/hm²，蔬菜不到 200 t/hm²；不足 50 kg/hm² 多半是以吨填报", or_zero=True),
)  # fmt: skip
crop_price = quantity(
    "crop_price",
    "CNY/kg",
    axes="county year crop",
    zh="作物售价",
    tex="K_{i}",
    limits=bounds("0.1", "500", "多数农产品在此之内"),
)
crop_income = quantity("crop_income", "CNY/year", axes="county year crop", zh="作物收入", tex="I_{i}")
cropping_cost = quantity(
    "cropping_cost", "CNY/year", axes="county year cropping_expense", zh="种植支出额", tex="C_{x}", limits=_NOT_NEGATIVE
)
crop_area_total, crop_income_total = total_of(crop_area, "crop"), total_of(crop_income, "crop")
cropping_cost_total = total_of(cropping_cost, "cropping_expense")

opportunity_cost = quantity(
    "opportunity_cost", _RATE, axes=_PLACE, zh="单位面积机会成本", tex="c_{o}",
    limits=bounds("0", "500000", "渭河干流已见 8402 至 20223 元/hm²；为负则种植亏本，没有机会成本可补"),
)  # fmt: skip
added_value = quantity("added_value", "CNY/year", axes=_PLACE, zh="新增生态系统服务价值（补偿上限）", tex=r"\Delta V")
payment_floor = quantity("payment_floor", "CNY/year", axes=_PLACE, zh="机会成本（补偿下限）", tex="P_{-}")
net_gain = quantity(
    "net_gain", "CNY/year", axes=_PLACE, zh="净收益（上限减下限）", tex="N_{+}",
    limits=bounds("0", None, "补偿区间为空：机会成本（下限）高于新增服务价值（上限），没有双方都能接受的标准"),
)  # fmt: skip
payment_range_empty = quantity(
    "payment_range_empty", "1", axes=_PLACE, zh="补偿区间为空（1 是，0 否）", tex=r"\varnothing",
    limits=bounds("0", "1", "只取 0 与 1", whole=True),
)  # fmt: skip
proposed_payment = quantity(
    "proposed_payment", "CNY/year", axes=_PLACE, zh="拟付补偿额", tex="P_{0}", limits=_NOT_NEGATIVE
)
increment_payment = quantity("increment_payment", "CNY/year", axes=_PLACE, zh="区间之内的补偿额", tex=r"P_{\pm}")
added_value_per_area = quantity(
    "added_value_per_area", _RATE, axes=_PLACE, zh="单位面积新增服务价值（上限标准）", tex=r"\Delta v"
)
net_gain_per_area = quantity("net_gain_per_area", _RATE, axes=_PLACE, zh="单位面积净收益", tex="n_{+}")

_OWN, _PAPER = "qhgep", "wu-2018-weihe"

income = formula(
    crop_income, method="area_yield_price", equals=crop_area * crop_yield * crop_price,
    source=Clause(_PAPER, at="§2.5 农户机会成本：收入项"),
)  # fmt: skip
income_sum = formula(
    crop_income_total, method="sum", equals=Total("crop", crop_income), source=Clause(_OWN, at="各作物之和")
)
area_sum = formula(crop_area_total, method="sum", equals=Total("crop", crop_area), source=Clause(_OWN, at="各作物之和"))
cost_sum = formula(
    cropping_cost_total, method="sum", equals=Total("cropping_expense", cropping_cost),
    source=Clause(_OWN, at="各项支出之和"),
)  # fmt: skip
crop_margin = formula(
    opportunity_cost, method="crop_margin", equals=(crop_income_total - cropping_cost_total) / crop_area_total,
    source=Clause(_PAPER, at="§2.5 农户机会成本：收支差除以种植面积"), note="论文不计劳动力成本，下限可能偏低",
)  # fmt: skip
three_services = formula(
    added_value, method="water_soil_quality",
    equals=water_value_total + soil_retention_value + water_quality_value_total, source=Clause(_PAPER, at="§3.3；表 4"),
)  # fmt: skip
floor = formula(
    payment_floor, method="opportunity_cost", equals=opportunity_cost * changed_area, source=Clause(_PAPER, at="§1；§3.3"),
)  # fmt: skip
net = formula(
    net_gain, method="ceiling_less_floor", equals=added_value - payment_floor, source=Clause(_PAPER, at="表 4 净收益")
)
empty = formula(
    payment_range_empty, method="floor_above_ceiling", equals=where(less(added_value, payment_floor), 1, 0),
    source=Clause(_PAPER, at="§1：标准介于机会成本与新增服务价值之间"),
)  # fmt: skip
clamped = formula(
    increment_payment, method="between_floor_and_ceiling",
    equals=where(
        less(added_value, payment_floor), 0, call("max", payment_floor, call("min", added_value, proposed_payment))
    ),
    source=Clause(_PAPER, at="§1：标准介于机会成本与新增服务价值之间"),
    note="区间为空时没有可付的标准，情景付款为零，payment_range_empty 为 1",
)  # fmt: skip
ceiling_rate = formula(
    added_value_per_area, method="by_changed_area", equals=added_value / changed_area, source=Clause(_PAPER, at="表 4")
)
net_rate = formula(
    net_gain_per_area, method="by_changed_area", equals=net_gain / changed_area, source=Clause(_PAPER, at="表 4")
)
