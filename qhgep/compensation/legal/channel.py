"""K2, K6, K14 and K19: matching funds, who issues, reporting back, and one fund matching another."""

from __future__ import annotations

from qhgep.compensation.legal.case import LegalCase
from qhgep.compensation.legal.finding import Answer, fails, inapplicable, passes, unknown
from qhgep.money import Fen, fen, yuan


def no_matching(case: LegalCase) -> Answer:
    """K2: a special transfer asks no matching funds, but for items that the State Council shares."""
    transfer = case.transfer
    if case.contract or transfer.kind == "general":
        return inapplicable("不是专项转移支付")
    if transfer.kind is None or transfer.matching_required is None:
        return unknown("没有写明种类或是否要求配套", "填写 [transfer] kind 和 matching_required")
    if not transfer.matching_required:
        return passes("没有要求配套")
    if transfer.matching_basis:
        return passes(f"要求配套，属共同承担事项：{transfer.matching_basis}")
    return fails("要求下级配套", "取消配套；属国务院规定共同承担事项的，填写 [transfer] matching_basis")


def issuer(case: LegalCase) -> Answer:
    """K6: the finance department issues."""
    transfer = case.transfer
    if case.contract:
        return inapplicable("协议资金，不是上级转移支付")
    if transfer.issuer_kind is None or not transfer.issuer:
        return unknown("没有写明下达单位", "填写 [transfer] issuer 和 issuer_kind（finance 或 other）")
    found = f"下达单位 {transfer.issuer}"
    return passes(found) if transfer.issuer_kind == "finance" else fails(found, "改由财政部门下达")


def reported_back(case: LegalCase) -> Answer:
    """K14: method and result of the province are reported to the ministry (key zones); the sum reported is the pool."""
    transfer = case.transfer
    if case.contract:
        return inapplicable("协议资金，不是上级转移支付")
    if transfer.fund is None or transfer.level is None:
        return unknown("没有写明是哪项资金或哪一级", "填写 [transfer] fund 和 level")
    if transfer.fund != "key_zone" or transfer.level != "province":
        return inapplicable("不是省级转下达的重点生态功能区转移支付")
    reports = case.events("reported_back")
    if not reports or not reports[-1].document or not reports[-1].amount:
        return unknown("没有报送的记录", '补写 [[event]] kind = "reported_back" 的 date、document、amount')
    last, pool = reports[-1], case.outcome.pool
    found = f"{last.date} {last.document}，{last.amount} 元，资金总额 {yuan(Fen(pool))} 元"
    return passes(found) if fen(last.amount) == pool else fails(found, "按分配结果重新报送")


def no_fund_matches_another(case: LegalCase) -> Answer:
    """K19: the money does not serve as the matching funds of another fund."""
    if case.contract:
        return inapplicable("协议资金，不是上级转移支付")
    serves = case.transfer.serves_as_match
    if serves is None:
        return unknown("没有写明是否充作别的资金的配套", "填写 [transfer] serves_as_match")
    return fails("充作别的资金的配套", "另行安排配套") if serves else passes("没有充作别的资金的配套")
