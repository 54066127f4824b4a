"""区位熵: a service that weighs more in a place than in all places together is taken to spill over."""

from qhgep.catalogue.formulas import Clause, formula, total_of
from qhgep.catalogue.spillover import service_value
from qhgep.expr import Total, less, where
from qhgep.quantities import bounds, quantity

SERVICE = "区位熵"
LAYER = "analytic"

_PLACE = "county year exported_service"

service_value_total = total_of(service_value, "exported_service")
service_value_everywhere = quantity(
    "service_value_everywhere", "CNY/year", axes="year exported_service", zh="各地该项服务价值之和", tex="V_{k*}"
)
value_everywhere = quantity("value_everywhere", "CNY/year", axes="year", zh="各地各项服务价值之和", tex="V_{**}")
service_share = quantity("service_share", "1", axes=_PLACE, zh="该项服务在本地价值中的占比", tex="g_{k}")
service_share_everywhere = quantity(
    "service_share_everywhere", "1", axes="year exported_service", zh="该项服务在各地价值中的占比", tex="g_{k*}"
)
location_quotient = quantity(
    "location_quotient", "1", axes=_PLACE, zh="区位熵", tex="LQ_{k}", limits=bounds("0", "1000", "占比之比不为负")
)
spills_over = quantity(
    "spills_over",
    "1",
    axes=_PLACE,
    zh="该项服务是否外溢（1 是，0 否）",
    tex="o_{k}",
    limits=bounds("0", "1", "只取 0 与 1", whole=True),
)

_OWN, _POYANG = "qhgep", "poyang-stage"

of_place = formula(
    service_value_total, method="sum", equals=Total("exported_service", service_value),
    source=Clause(_OWN, at="各项服务之和"),
)  # fmt: skip
of_service = formula(
    service_value_everywhere, method="sum", equals=Total("county", service_value), source=Clause(_OWN, at="各地之和")
)
of_all = formula(
    value_everywhere, method="sum", equals=Total("county", service_value_total), source=Clause(_OWN, at="各地之和")
)
share = formula(
    service_share, method="of_place", equals=service_value / service_value_total, source=Clause(_OWN, at="占比的定义")
)
share_everywhere = formula(
    service_share_everywhere, method="of_all", equals=service_value_everywhere / value_everywhere,
    source=Clause(_OWN, at="占比的定义"),
)  # fmt: skip
quotient = formula(
    location_quotient, method="share_over_share", equals=service_share / service_share_everywhere,
    source=Clause(_POYANG, at="摘要：区位熵"),
)  # fmt: skip
spills = formula(
    spills_over, method="above_one", equals=where(less(1, location_quotient), 1, 0),
    source=Clause(_POYANG, at="摘要：区位熵大于 1 的服务外溢"),
)  # fmt: skip
