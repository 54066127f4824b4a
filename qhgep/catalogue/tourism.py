"""旅游康养: what visitors give to see a landscape, and what people who never come would give to keep it."""

from qhgep.catalogue.formulas import Clause, formula, indicator, total_of
from qhgep.expr import Total
from qhgep.quantities import ItemList, bounds, quantity

SERVICE = "旅游康养"

nonuse_group = ItemList("nonuse_group", "受访人群", {"visitors": "游客", "town": "县城居民", "townships": "乡镇居民"})

visits = quantity(
    "visits", "visit/year", axes="county year", zh="旅游人次", tex="N_{v}", limits=bounds("0", None, "人次不为负")
)
travel_spending = quantity(
    "travel_spending",
    "CNY/visit",
    axes="county year",
    zh="旅行费用",
    tex="c_{s}",
    limits=bounds("0", None, "花费不为负"),
)
time_cost = quantity(
    "time_cost",
    "CNY/visit",
    axes="county year",
    zh="旅行时间成本",
    tex="c_{t}",
    limits=bounds("0", None, "时间成本不为负"),
)
consumer_surplus = quantity(
    "consumer_surplus", "CNY/visit", axes="county year", zh="消费者剩余", tex="c_{u}",
    limits=bounds("0", None, "没有人在净失时成行"),
)  # fmt: skip
tourism_value = quantity("tourism_value", "CNY/year", axes="county year", zh="旅游康养价值", tex="V_{t}")

group_population = quantity(
    "group_population", "person", axes="county year nonuse_group", zh="受访人群人数", tex="N_{g}", limits=bounds("0", None, "人数不为负"),
)  # fmt: skip
willingness_to_pay = quantity(
    "willingness_to_pay", "CNY/person/year", axes="county year nonuse_group", zh="人均支付意愿", tex="w_{g}",
    limits=bounds("0", None, "支付意愿不为负"),
)  # fmt: skip
payer_share = quantity(
    "payer_share", "1", axes="county year nonuse_group", zh="愿意支付者比例", tex="s_{w}", limits=bounds("0", "1", "比例在 0 与 1 之间"),
)  # fmt: skip
nonuse_value = quantity("nonuse_value", "CNY/year", axes="county year nonuse_group", zh="非使用价值", tex="V_{nu}")
nonuse_value_total = total_of(nonuse_value, "nonuse_group")
group_population_total = total_of(group_population, "nonuse_group")

_PAPER, _OWN = "jiang-2017-baiyangdian", "qhgep"

travel_cost = formula(
    tourism_value, method="travel_cost", equals=visits * (travel_spending + time_cost + consumer_surplus),
    source=Clause(_PAPER, at="§2.3"),
    note="含消费者剩余，不是交换价值", exchange_value=False
)  # fmt: skip
spending_only = formula(
    tourism_value, method="travel_cost_without_surplus", equals=visits * (travel_spending + time_cost),
    source=Clause(_OWN, at="交换价值口径：不含消费者剩余"),
)  # fmt: skip
contingent = formula(
    nonuse_value, method="willingness_to_pay", equals=group_population * willingness_to_pay * payer_share,
    source=Clause(_PAPER, at="§2.4"), exchange_value=False
)  # fmt: skip
nonuse_sum = formula(
    nonuse_value_total, method="sum", equals=Total("nonuse_group", nonuse_value), source=Clause(_OWN, at="各人群之和")
)
population_sum = formula(
    group_population_total,
    method="sum",
    equals=Total("nonuse_group", group_population),
    source=Clause(_OWN, at="各人群之和"),
)

tourism = indicator("tourism", zh="旅游康养", quantity=visits, value=tourism_value)
nonuse = indicator(
    "nonuse", zh="非使用价值", quantity=group_population_total, value=nonuse_value_total, final=False, counted=False
)
