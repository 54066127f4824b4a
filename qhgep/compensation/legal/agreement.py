"""K10: the seven items that an agreement must have."""

from __future__ import annotations

from qhgep.compensation.legal.case import LegalCase
from qhgep.compensation.legal.finding import Answer, fails, inapplicable, passes
from qhgep.compensation.legal.schema import Contract

ITEMS = {
    "scope": "补偿范围", "target": "保护目标", "monitoring": "监测办法", "index": "评判指标", "duties": "权利和义务",
    "payment": "补偿方式和标准", "term": "期限", "breach": "违约责任", "other": "其他事项，没有的写“无”",
}  # fmt: skip
"""The parts of [contract] with their names; target, monitoring and index are one item of the seven."""


def missing_items(contract: Contract) -> list[str]:
    """The keys of [contract] that are blank."""
    return [name for name in ITEMS if not getattr(contract, name).strip()]


def contract_complete(case: LegalCase) -> Answer:
    """K10: every item of [contract] is written."""
    if not case.contract:
        return inapplicable("不是协议")
    missing = missing_items(case.plan.contract)
    if not missing:
        return passes("七项内容齐全")
    named = "、".join(f"{name}（{ITEMS[name]}）" for name in missing)
    return fails(f"缺：{'、'.join(ITEMS[name] for name in missing)}", f"填写 [contract] {named}")
