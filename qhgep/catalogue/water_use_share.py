"""按用水量分担: a sum that the users of a river bear in proportion to the water they use."""

from qhgep.catalogue.formulas import Clause, formula, indicator
from qhgep.expr import Total
from qhgep.quantities import bounds, quantity

SERVICE = "按用水量分担"
LAYER = "analytic"

_PLACE = "county year"
_NOT_NEGATIVE = bounds("0", None, "不可能为负")

river_water_used = quantity(
    "river_water_used", "m**3/year", axes=_PLACE, zh="取用的河水量", tex="U_{w}", limits=_NOT_NEGATIVE
)
river_water_used_whole = quantity("river_water_used_whole", "m**3/year", axes="year", zh="流域用水总量", tex="U_{w*}")
water_use_share = quantity(
    "water_use_share", "1", axes=_PLACE, zh="用水量占比", tex="s_{u}", limits=bounds("0", "1", "比例在 0 与 1 之间")
)
payment_claim = quantity(
    "payment_claim", "CNY/year", axes=_PLACE, zh="受偿方应得的补偿额", tex="P_{c}", limits=_NOT_NEGATIVE
)
payment_claim_whole = quantity("payment_claim_whole", "CNY/year", axes="year", zh="流域应付补偿总额", tex="P_{*}")
shared_payment = quantity("shared_payment", "CNY/year", axes=_PLACE, zh="按用水量分担的补偿额", tex="P_{u}")
shared_payment_whole = quantity("shared_payment_whole", "CNY/year", axes="year", zh="分担额合计", tex="P_{u*}")

_PAPER = "chishui-2025"

use_sum = formula(
    river_water_used_whole,
    method="sum",
    equals=Total("county", river_water_used),
    source=Clause("qhgep", at="各地之和"),
)
share = formula(
    water_use_share, method="of_whole", equals=river_water_used / river_water_used_whole,
    source=Clause(_PAPER, at="摘要：按用水量的比例"),
)  # fmt: skip
claim_sum = formula(
    payment_claim_whole, method="sum", equals=Total("county", payment_claim), source=Clause("qhgep", at="各受偿方之和"),
    note="付款方的应得额不适用，不入合计",
)  # fmt: skip
shared = formula(
    shared_payment, method="in_proportion", equals=payment_claim_whole * water_use_share,
    source=Clause(_PAPER, at="摘要：按用水量的比例"),
)  # fmt: skip
shared_sum = formula(
    shared_payment_whole, method="sum", equals=Total("county", shared_payment), source=Clause("qhgep", at="各地之和")
)

water_use_payment = indicator(
    "water_use_payment",
    zh="按用水量分担的补偿",
    quantity=river_water_used,
    value=shared_payment,
    system="water_use_share",
    final=False,
    counted=False,
)
