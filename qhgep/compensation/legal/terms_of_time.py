"""K17, K18 and K20: the age of money carried over, the end of a special transfer, and inputs approved in time."""

from __future__ import annotations

from qhgep.compensation.legal.case import Case
from qhgep.compensation.legal.finding import Answer, fails, inapplicable, passes, unknown


def carried_not_too_long(case: Case) -> Answer:
    """K17: no line of what is carried in is older than the years allowed."""
    carry, period = case.plan.carry_in, case.plan.period
    if not carry.source:
        return inapplicable("没有上期结转")
    limit = case.parameter("carry_years")
    if limit is None or not carry.line or not isinstance(period, int):
        return unknown("没有结转的明细或年份", "填写 [[carry_in.line]] 的 fund、origin_year、amount，period 写年份")
    told = "；".join(f"{item.fund} {item.origin_year} 年，{period - item.origin_year} 年" for item in carry.line)
    old = any(period - item.origin_year > int(limit.value) for item in carry.line)
    return (
        fails(f"{told}；上限 {limit.value} 年", "交回超过年限的结转")
        if old
        else passes(f"{told}；上限 {limit.value} 年")
    )


def expires_and_evaluated(case: Case) -> Answer:
    """K18: a special transfer has a day on which it ends, not passed, and was evaluated."""
    transfer = case.transfer
    if case.contract or transfer.kind == "general":
        return inapplicable("不是专项转移支付")
    if transfer.expires is not None and transfer.expires < case.computed_on:
        return fails(
            f"已于 {transfer.expires} 到期，测算日 {case.computed_on}", "到期的专项不再分配，或填写延续后的期限"
        )
    if transfer.evaluated is False:
        return fails("没有评估", "先评估")
    if transfer.kind is None or transfer.expires is None or transfer.evaluated is None:
        return unknown("没有写明种类、期限或评估", "填写 [transfer] kind、expires、evaluated")
    return passes(f"期限 {transfer.expires}，已评估")


def inputs_approved(case: Case) -> Answer:
    """K20: the inputs were approved before the day of the computation."""
    found = case.events("input_approved")
    if not found or not all(item.document for item in found):
        return unknown("没有数据审定的记录", '补写 [[event]] kind = "input_approved" 的 date、document')
    told = "；".join(f"{item.date} {item.document}" for item in found)
    told = f"{told}；测算日 {case.computed_on}"
    late = any(item.date >= case.computed_on for item in found)
    return fails(told, "审定以后重新测算") if late else passes(told)
