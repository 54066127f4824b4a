"""Which steps may follow which in a plan, and which layers the kind of a plan may belong to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from qhgep.compensation.columns.column import Kind

_ORDERS: Mapping[Kind, re.Pattern[str]] = {
    "division": re.compile(
        r"weighted( tilt)?(?: floor|( phase_in)?( top_up| award_penalty)*( cap| bounds)?)( deduction)?"
        r"|base_increment( tilt)?( top_up| award_penalty)*( cap| bounds)?( deduction)?"
    ),
    "entitlement": re.compile(
        r"(area_rate|posts_wage|instalments|pooled_sum)( (area_rate|posts_wage|instalments|pooled_sum))*"
        r"( household_limits)?"
    ),
    "settlement": re.compile(r"(class_index|fixed_split)( (class_index|fixed_split))*"),
}
LAYERS_OF: Mapping[Kind, tuple[str, ...]] = {
    "division": ("statutory", "contract", "analytic"),
    "entitlement": ("statutory", "analytic"),
    "settlement": ("contract", "analytic"),
}
"""A settlement is agreed or a scenario, an entitlement rests on law or is a scenario."""
RULES_IN_ORDER = (
    "weighted", "base_increment", "tilt", "phase_in", "top_up", "award_penalty", "floor", "cap", "bounds", "deduction",
    "area_rate", "posts_wage", "instalments", "pooled_sum", "household_limits", "class_index", "fixed_split",
)  # fmt: skip
"""The rules that a plan can name, in the order they are told."""
RULES_ZH: Mapping[str, str] = {
    "weighted": "因素法加权分配", "base_increment": "基数加增量", "tilt": "系数倾斜", "phase_in": "新旧办法过渡",
    "top_up": "定额补助", "award_penalty": "考核奖惩", "floor": "下限", "cap": "上限", "bounds": "上下限",
    "deduction": "扣减结转", "area_rate": "面积×标准", "posts_wage": "岗位×工资", "instalments": "分年度按验收面积",
    "pooled_sum": "各类资金汇总", "household_limits": "按户封顶保底", "class_index": "按水质类别和指数结算", "fixed_split": "按约定比例出资和分配",
}  # fmt: skip
"""What each rule is called."""
KINDS_ZH: Mapping[Kind, str] = {"division": "分配", "entitlement": "据实计发", "settlement": "结算"}
"""What each kind of step is called."""


def kind_of(rules: Sequence[str]) -> Kind | None:
    """The kind of a plan with these rules in this order, or None where no plan has them so."""
    written = " ".join(rules)
    return next((kind for kind, order in _ORDERS.items() if order.fullmatch(written)), None)
