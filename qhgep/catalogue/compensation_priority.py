"""补偿优先级: who comes first by value per product or per money received, and how much a stage of development lets be paid."""

from qhgep.catalogue.formulas import Clause, formula, indicator
from qhgep.expr import call
from qhgep.quantities import bounds, constant, county_area, gross_domestic_product, quantity

SERVICE = "补偿优先级"
LAYER = "analytic"

_PLACE = "county year"

nonmarket_value = quantity(
    "nonmarket_value",
    "CNY/year",
    axes=_PLACE,
    zh="生态系统服务的非市场价值",
    tex="V_{nm}",
    limits=bounds("0", None, "价值不为负"),
)
compensation_received = quantity(
    "compensation_received",
    "CNY/year",
    axes=_PLACE,
    zh="已得生态补偿额",
    tex="C_{rec}",
    limits=bounds("0", None, "金额不为负"),
)
compensation_priority = quantity(
    "compensation_priority", "1", axes=_PLACE, zh="生态补偿优先级", tex="E_{p}",
    limits=bounds("0", "1000", "新疆各县已见 0 至 6.22；分级界限由数据而定，不可移用"),
)  # fmt: skip
benefit_cost_ratio = quantity(
    "benefit_cost_ratio", "1", axes=_PLACE, zh="效益成本比", tex="R_{bc}",
    limits=bounds("0", "100000", "新疆各县已见 0 至 4698.91"),
)  # fmt: skip
engel_coefficient = quantity(
    "engel_coefficient",
    "1",
    axes=_PLACE,
    zh="恩格尔系数",
    tex="E_{n}",
    limits=bounds("0.05", "1", "食品支出占消费支出之比"),
)
stage_origin = constant("stage_origin", "1", zh="发展阶段的原点（恩格尔系数倒数）", tex="t_{0}")
development_stage = quantity("development_stage", "1", axes=_PLACE, zh="社会经济发展阶段", tex="t_{d}")
stage_coefficient = quantity(
    "stage_coefficient",
    "1",
    axes=_PLACE,
    zh="发展阶段系数",
    tex="l_{d}",
    limits=bounds("0", "1", "皮尔曲线在 0 与 1 之间"),
)
stage_adjusted_value = quantity("stage_adjusted_value", "CNY/year", axes=_PLACE, zh="按发展阶段调整的价值", tex="V_{d}")

_XINJIANG, _POYANG = "sun-2021-xinjiang", "poyang-stage"

priority = formula(
    compensation_priority, method="value_per_product", equals=nonmarket_value / gross_domestic_product,
    source=Clause(_XINJIANG, at="§1.3.3 式(3)"),
)  # fmt: skip
ratio = formula(
    benefit_cost_ratio, method="value_per_compensation", equals=nonmarket_value / compensation_received,
    source=Clause(_XINJIANG, at="§1.3.2 式(2)"),
)  # fmt: skip
stage = formula(
    development_stage, method="engel", equals=1 / engel_coefficient - stage_origin, source=Clause(_POYANG, at="摘要：皮尔曲线"),
    note="式子的形状是凭记忆写的，没有见到原文",
)  # fmt: skip
pearl = formula(
    stage_coefficient, method="pearl", equals=1 / (1 + call("exp", 0 - development_stage)),
    source=Clause(_POYANG, at="摘要：皮尔曲线"), note="式子的形状是凭记忆写的，没有见到原文",
)  # fmt: skip
adjusted = formula(
    stage_adjusted_value, method="stage", equals=nonmarket_value * stage_coefficient, source=Clause(_POYANG, at="摘要：生态价值系数"),
)  # fmt: skip

stage_adjusted = indicator(
    "stage_adjusted", zh="按发展阶段调整的生态价值", quantity=county_area, value=stage_adjusted_value,
    system="compensation_priority", final=False, counted=False
)  # fmt: skip
