"""生态溢出: what a place supplies beyond its own use, who receives and who pays for it, and what nobody's payment covers."""

from qhgep.catalogue.formulas import Clause, formula, indicator, total_of
from qhgep.catalogue.payment_range import proposed_payment
from qhgep.expr import Total, call
from qhgep.quantities import ItemList, bounds, county_area, quantity

SERVICE = "生态溢出"
LAYER = "analytic"

exported_service = ItemList(
    "exported_service", "外溢的服务",
    {
        "water": "水源涵养", "flood": "洪水调蓄", "soil": "土壤保持", "sand": "防风固沙", "carbon": "固碳", "oxygen": "释氧",
        "water_quality": "水质净化", "air": "空气净化", "climate": "气候调节", "recreation": "游憩",
    },
)  # fmt: skip

_PLACE, _SERVICE = "county year", "county year exported_service"

supply_value = quantity("supply_value", "CNY/year", axes=_PLACE, zh="生态系统服务供给价值", tex="V_{s}")
local_use_value = quantity(
    "local_use_value",
    "CNY/year",
    axes=_PLACE,
    zh="本地消费的服务价值",
    tex="V_{loc}",
    limits=bounds("0", None, "消费不为负"),
)
spillover_value = quantity(
    "spillover_value", "CNY/year", axes=_PLACE, zh="溢出价值（正为受偿，负为支付）", tex="V_{out}"
)
spillover_receipt = quantity("spillover_receipt", "CNY/year", axes=_PLACE, zh="应受偿额", tex="V^{+}")
spillover_payment = quantity("spillover_payment", "CNY/year", axes=_PLACE, zh="应支付额", tex="V^{-}")
spillover_receipts = quantity("spillover_receipts", "CNY/year", axes="year", zh="各地应受偿额之和", tex="V^{+}_{*}")
spillover_payments = quantity("spillover_payments", "CNY/year", axes="year", zh="各地应支付额之和", tex="V^{-}_{*}")
residual_payment = quantity(
    "residual_payment", "CNY/year", axes="year", zh="横向支付不足、由上级承担的余额", tex="V_{res}",
    limits=bounds("0", None, "为负则横向支付多于应受偿额，余额无人受领"),
)  # fmt: skip

service_value = quantity("service_value", "CNY/year", axes=_SERVICE, zh="各项服务价值", tex="V_{k}")
local_use_share = quantity(
    "local_use_share", "1", axes=_SERVICE, zh="本地使用比例", tex="u_{k}", limits=bounds("0", "1", "比例在 0 与 1 之间")
)
exported_value = quantity("exported_value", "CNY/year", axes=_SERVICE, zh="外溢的服务价值", tex="V_{x}")
exported_value_total = total_of(exported_value, "exported_service")
export_payment = quantity("export_payment", "CNY/year", axes=_PLACE, zh="不超过外溢价值的补偿额", tex="P_{x}")

_OWN, _PAPER = "qhgep", "huang-2021-spillover"

spill = formula(
    spillover_value, method="supply_less_local_use", equals=supply_value - local_use_value,
    source=Clause(_PAPER, at="摘要：供给减本地消费"),
)  # fmt: skip
receipt = formula(
    spillover_receipt, method="by_sign", equals=call("max", 0, spillover_value),
    source=Clause(_PAPER, at="摘要：溢出为正的地区受偿"),
)  # fmt: skip
payment = formula(
    spillover_payment, method="by_sign", equals=call("max", 0, 0 - spillover_value),
    source=Clause(_PAPER, at="摘要：溢出为负的地区支付"),
)  # fmt: skip
receipts = formula(
    spillover_receipts, method="sum", equals=Total("county", spillover_receipt), source=Clause(_OWN, at="各地之和")
)
payments = formula(
    spillover_payments, method="sum", equals=Total("county", spillover_payment), source=Clause(_OWN, at="各地之和")
)
residual = formula(
    residual_payment, method="receipts_less_payments", equals=spillover_receipts - spillover_payments,
    source=Clause(_OWN, at="受偿等于支付加余额"), note="论文的六省市横向支付不足以覆盖受偿，余额须由上级承担",
)  # fmt: skip
exported = formula(
    exported_value, method="not_used_locally", equals=service_value * (1 - local_use_share),
    source=Clause("ouyang-2020-gep", at="摘要：受益者多在区域之外；式子由 qhgep 写出"), note="没有见到印出的外溢比例：本地使用比例是输入，不设缺省",
)  # fmt: skip
exported_sum = formula(
    exported_value_total, method="sum", equals=Total("exported_service", exported_value),
    source=Clause(_OWN, at="各项服务之和"),
)  # fmt: skip
capped = formula(
    export_payment, method="at_most_exported_value", equals=call("min", exported_value_total, proposed_payment),
    source=Clause(_OWN, at="付款不超过外溢的价值"),
)  # fmt: skip

spillover = indicator(
    "spillover",
    zh="生态溢出",
    quantity=county_area,
    value=spillover_value,
    system="spillover",
    final=False,
    counted=False,
)
exported_services = indicator(
    "exported_services",
    zh="外溢服务的补偿",
    quantity=county_area,
    value=export_payment,
    system="spillover",
    final=False,
    counted=False,
)
