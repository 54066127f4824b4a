"""K7, K8, K9, K11, K13 and K16: what the money is for, and what became of it."""

from __future__ import annotations

from qhgep.compensation.legal.case import LegalCase
from qhgep.compensation.legal.finding import Answer, fails, inapplicable, passes, unknown


def use_unchanged(case: LegalCase) -> Answer:
    """K7: the use of a special transfer is not changed without approval."""
    kind, use = case.transfer.kind, case.use
    if case.contract or kind == "general":
        return inapplicable("不是专项转移支付")
    if kind is None or use.changed is None:
        return unknown("没有写明种类或用途是否改变", "填写 [transfer] kind 和 [use] changed")
    if not use.changed:
        return passes("用途没有改变")
    if use.change_basis:
        return passes(f"经批准调整：{use.change_basis}")
    return fails("改变了用途", "恢复原用途；经批准的，填写 [use] change_basis")


def used_and_paid(case: LegalCase) -> Answer:
    """K8: used as prescribed, paid by the day it was due, and pooled money first for protection and restoration."""
    use, paid = case.use, case.events("paid")
    if use.prescribed is False:
        return fails("没有按规定用途使用", "改正用途")
    if use.pooled and use.priority is False:
        return fails("统筹资金没有优先用于保护、治理和修复", "调整统筹资金的用途")
    if use.due is not None and paid and paid[-1].date > use.due:
        days = (paid[-1].date - use.due).days
        return fails(f"应付 {use.due}，支付 {paid[-1].date}，拖欠 {days} 日", "说明拖欠原因")
    wanted = {
        "prescribed": use.prescribed is None, "pooled": use.pooled is None,
        "priority": use.pooled is True and use.priority is None, "due": use.due is None,
    }  # fmt: skip
    blank = [f"[use] {name}" for name, missing in wanted.items() if missing]
    blank += [] if paid else ['[[event]] kind = "paid"']
    if blank:
        return unknown("用途、统筹或支付日期没有写全", f"填写 {'、'.join(blank)}")
    return passes(f"按规定用途使用；应付 {use.due}，支付 {paid[-1].date}")


def misuse_dealt_with(case: LegalCase) -> Answer:
    """K9: misuse is corrected, or else the money was delayed, reduced, stopped or recovered."""
    use = case.use
    if use.misuse is None:
        return unknown("没有写明有无违规使用", "填写 [use] misuse（none、corrected、not_corrected）")
    if use.misuse == "none":
        return inapplicable("没有发现违规使用")
    if use.misuse == "corrected":
        return passes("违规使用已改正")
    if use.measure is not None:
        return passes(f"未改正，已采取措施：{use.measure}")
    return fails("违规使用没有改正，也没有采取措施", "缓拨、减拨、停拨或追回，并填写 [use] measure")


def earmark(case: LegalCase) -> Answer:
    """K11: forest money is earmarked, key-zone money is not."""
    transfer = case.transfer
    if case.contract:
        return inapplicable("协议资金，不是上级转移支付")
    if transfer.fund is None:
        return unknown("没有写明是哪项资金", "填写 [transfer] fund")
    wanted = {"forest": "earmarked", "key_zone": "free"}.get(transfer.fund)
    if wanted is None:
        return inapplicable("既不是森林资金，也不是重点生态功能区转移支付")
    if transfer.earmark is None:
        return unknown("没有写明是否专款专用", "填写 [transfer] earmark（earmarked 或 free）")
    found = f"fund = {transfer.fund}，earmark = {transfer.earmark}，应为 {wanted}"
    return passes(found) if transfer.earmark == wanted else fails(found, "按文件更正资金用途的规定")


def not_paid_twice(case: LegalCase) -> Answer:
    """K13: no parcel or person is paid from two funds; plans that pay by area or post, not those that divide a sum."""
    use = case.use
    if case.outcome.kind != "entitlement":
        return inapplicable("按因素或协议分配，不按地块或人员计发")
    if use.duplicates is None or not use.duplicates_basis:
        return unknown("没有比对名单的记录", "填写 [use] duplicates（重复的个数，0 为没有）和 duplicates_basis")
    found = f"{use.duplicates_basis}：重复 {use.duplicates} 个"
    return fails(found, "核减重复的部分") if use.duplicates else passes(found)


def posted(case: LegalCase) -> Answer:
    """K16: area and amount of each household are posted (returning cropland)."""
    fund, use = case.transfer.fund, case.use
    if case.contract:
        return inapplicable("协议资金，不兑付到农户")
    if fund is None:
        return unknown("没有写明是哪项资金", "填写 [transfer] fund")
    if fund != "returning_cropland":
        return inapplicable("不是退耕还林还草资金")
    if use.posted_area is False or use.posted_amount is False:
        return fails("面积或金额没有公示", "在乡镇、村公示面积和金额")
    days = case.events("posted")
    if use.posted_area is None or use.posted_amount is None or not days:
        return unknown("没有公示的记录", '填写 [use] posted_area、posted_amount，并补写 [[event]] kind = "posted"')
    return passes(f"{days[-1].date} 公示面积和金额")
