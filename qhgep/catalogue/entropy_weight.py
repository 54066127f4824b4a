"""熵权: factors weigh by how much places differ in them, and a sum is borne by the weighted shares."""

from qhgep.catalogue.formulas import Clause, formula, indicator
from qhgep.catalogue.water_use_share import payment_claim_whole
from qhgep.expr import Total, call, less, where
from qhgep.quantities import ItemList, bounds, county_area, quantity

SERVICE = "熵权"
LAYER = "analytic"

sharing_factor = ItemList(
    "sharing_factor", "分配因素",
    {"value": "生态价值", "area": "生态面积", "population": "人口", "cost": "保护成本", "water": "水量", "quality": "水质"},
)  # fmt: skip

_PLACE, _FACTOR = "county year sharing_factor", "year sharing_factor"

factor_value = quantity(
    "factor_value", "1", axes=_PLACE, zh="因素的数值（同一因素用同一单位）", tex="x_{k}",
    limits=bounds("0", None, "熵要取对数：数值须大于零"),
)  # fmt: skip
factor_sum = quantity("factor_sum", "1", axes=_FACTOR, zh="因素数值各地之和", tex="x_{k*}")
factor_share = quantity("factor_share", "1", axes=_PLACE, zh="因素数值的占比", tex="p_{k}")
share_information = quantity("share_information", "1", axes=_PLACE, zh="占比乘以占比的对数", tex=r"p_{k}\ln p_{k}")
information_sum = quantity("information_sum", "1", axes=_FACTOR, zh="占比乘对数各地之和", tex=r"\Sigma_{k}")
place_counted = quantity("place_counted", "1", axes=_PLACE, zh="该因素有数的地方（计 1）", tex="1_{k}")
place_count = quantity("place_count", "1", axes=_FACTOR, zh="该因素有数的地方个数", tex="n_{k}")
factor_entropy = quantity(
    "factor_entropy", "1", axes=_FACTOR, zh="因素的熵", tex="e_{k}", limits=bounds("0", "1.0000001", "熵在 0 与 1 之间")
)
factor_divergence = quantity("factor_divergence", "1", axes=_FACTOR, zh="因素的差异系数", tex="d_{k}")
divergence_sum = quantity("divergence_sum", "1", axes="year", zh="差异系数之和", tex="d_{*}")
entropy_weight = quantity("entropy_weight", "1", axes=_FACTOR, zh="熵权", tex="w_{k}")
score_part = quantity("score_part", "1", axes=_PLACE, zh="因素的加权占比", tex="s_{k}")
entropy_score = quantity("entropy_score", "1", axes="county year", zh="熵权综合占比", tex="s_{e}")
entropy_payment = quantity(
    "entropy_payment", "CNY/year", axes="county year", zh="按熵权综合占比分担的补偿额", tex="P_{e}"
)

_OWN = "qhgep"
_RULE = "熵权法的通行写法，没有见到所依据的论文"

value_sum = formula(factor_sum, method="sum", equals=Total("county", factor_value), source=Clause(_OWN, at="各地之和"))
share = formula(
    factor_share, method="of_whole", equals=factor_value / factor_sum, source=Clause(_OWN, at=f"{_RULE}：p = x / Σx")
)
information = formula(
    share_information, method="p_ln_p", equals=factor_share * call("ln", factor_share),
    source=Clause(_OWN, at=f"{_RULE}：p ln p"), note="占比为零时对数无值：该因素缺",
)  # fmt: skip
information_total = formula(
    information_sum, method="sum", equals=Total("county", share_information), source=Clause(_OWN, at="各地之和")
)
counted = formula(
    place_counted, method="positive", equals=where(less(0, factor_value), 1, 0), source=Clause(_OWN, at="计数")
)
count = formula(place_count, method="sum", equals=Total("county", place_counted), source=Clause(_OWN, at="各地之和"))
entropy = formula(
    factor_entropy, method="normalised", equals=0 - information_sum / call("ln", place_count),
    source=Clause(_OWN, at=f"{_RULE}：e = −Σ p ln p / ln n"), note="只有一个地方时 ln n 为零，熵无值",
)  # fmt: skip
divergence = formula(
    factor_divergence, method="one_less_entropy", equals=1 - factor_entropy, source=Clause(_OWN, at=f"{_RULE}：1 − e")
)
divergence_total = formula(
    divergence_sum,
    method="sum",
    equals=Total("sharing_factor", factor_divergence),
    source=Clause(_OWN, at="各因素之和"),
)
weight = formula(
    entropy_weight, method="share_of_divergence", equals=factor_divergence / divergence_sum,
    source=Clause(_OWN, at=f"{_RULE}：w = (1 − e) / Σ(1 − e)"),
)  # fmt: skip
part = formula(
    score_part, method="weighted_share", equals=entropy_weight * factor_share, source=Clause(_OWN, at=f"{_RULE}：w p")
)
score = formula(
    entropy_score, method="sum", equals=Total("sharing_factor", score_part), source=Clause(_OWN, at="各因素之和")
)
payment = formula(
    entropy_payment, method="in_proportion", equals=payment_claim_whole * entropy_score,
    source=Clause(_OWN, at="按综合占比分担，占比之和为一"),
)  # fmt: skip

entropy_weighted_payment = indicator(
    "entropy_weighted_payment",
    zh="按熵权分担的补偿",
    quantity=county_area,
    value=entropy_payment,
    system="entropy_weight",
    final=False,
    counted=False,
)
