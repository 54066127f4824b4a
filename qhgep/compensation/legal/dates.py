"""K3 and K5: days between the events of a transfer, counted in calendar days."""

from __future__ import annotations

from itertools import zip_longest

from qhgep.compensation.legal.case import LegalCase
from qhgep.compensation.legal.finding import COMPUTED_ON, UNDATED, Answer, fails, inapplicable, passes, unknown
from qhgep.compensation.legal.schema import Event, EventKind

_KIND_KEYS = "[transfer] kind（general 或 special）、level（central、province 或 own）"


def issued_in_time(case: LegalCase) -> Answer:
    """K3: each receipt (province) or approval (central, own) is passed on within the days of its level and kind."""
    if case.contract:
        return inapplicable("协议资金，不是上级转移支付")
    transfer = case.transfer
    if transfer.kind is None or transfer.level is None:
        return unknown("没有写明转移支付的种类或层级", f"填写 {_KIND_KEYS}")
    start: EventKind = "received" if transfer.level == "province" else "approved"
    limit = case.parameter(f"issue_days.{transfer.level}.{transfer.kind}")
    if limit is None:
        return unknown("该日没有收录下达期限", "补充当日有效的条文")
    begun, passed_on = case.events(start), case.events("passed_on")
    if not begun:
        return unknown(f"没有 {start} 事件", f'补写 [[event]] kind = "{start}" 及日期、文号')
    pairs = [_span(first, last) for first, last in zip_longest(begun, passed_on)]
    return _within(pairs, limit.value, start)


def _span(first: Event | None, last: Event | None) -> tuple[str, int | None]:
    """The two days as text, and the days between them; None where one of them is missing."""
    days = (last.date - first.date).days if first and last else None
    return f"{first.date if first else '缺'} 至 {last.date if last else '缺'}", days


def _within(pairs: list[tuple[str, int | None]], limit: str, start: str) -> Answer:
    told = "；".join(f"{text}，{'—' if days is None else days} 日" for text, days in pairs)
    late = [text for text, days in pairs if days is not None and days > int(limit)]
    if late:
        return fails(f"{told}；期限 {limit} 日，超期：{'、'.join(late)}", "说明超期原因，或更正事件日期")
    if any(days is None for _, days in pairs):
        return unknown(told, f'每个 {start} 事件要有一个 [[event]] kind = "passed_on"，反之亦然')
    if any(days is not None and days < 0 for _, days in pairs):
        return unknown(f"{told}；先后颠倒", "更正 [[event]] 的 date")
    return passes(f"{told}；期限 {limit} 日")


def published(case: LegalCase) -> Answer:
    """K5: published within the days after approval, and down to the detail that the kind of transfer asks for."""
    if case.contract:
        return inapplicable("协议资金，不是上级转移支付")
    limit = case.parameter("publish_days")
    approved, told = case.events("approved"), case.events("published")
    if limit is None:
        return unknown("该日没有收录公开期限", "补充当日有效的条文")
    if not approved or not told:
        return unknown(
            "没有批准日或公开日", '补写 [[event]] kind = "approved" 和 kind = "published" 的日期、文号'
        )  # fmt: skip
    text, days = _span(approved[-1], told[-1])
    if days is None or days < 0:
        return unknown(f"{text}，先后颠倒", "更正 [[event]] 的 date")
    if days > int(limit.value):
        return fails(f"{text}，{days} 日，超过 {limit.value} 日", "说明超期原因，或更正事件日期")
    return _detail(case, f"{text}，{days} 日，期限 {limit.value} 日")


def _detail(case: LegalCase, found: str) -> Answer:
    kind, detail = case.transfer.kind, case.transfer.published_detail
    if kind is None or detail is None:
        return unknown(
            f"{found}；公开到哪一级没有写明",
            "填写 [transfer] kind 和 published_detail（none、region、region_and_project）",
        )
    enough = {"region", "region_and_project"} if kind == "general" else {"region_and_project"}
    if detail not in enough:
        return fails(f"{found}；公开到 {detail}", "一般性转移支付公开到地区，专项公开到地区和项目")
    return passes(f"{found}；公开到 {detail}")


def carried_not_too_long(case: LegalCase) -> Answer:
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


def expires_and_evaluated(case: LegalCase) -> Answer:
    """K18: a special transfer has a day on which it ends, not passed, and was evaluated."""
    transfer = case.transfer
    if case.contract or transfer.kind == "general":
        return inapplicable("不是专项转移支付")
    on = case.computed_on
    if transfer.expires is not None and on is not None and transfer.expires < on:
        return fails(f"已于 {transfer.expires} 到期，测算日 {on}", "到期的专项不再分配，或填写延续后的期限")
    if transfer.evaluated is False:
        return fails("没有评估", "先评估")
    if transfer.kind is None or transfer.expires is None or transfer.evaluated is None:
        return unknown("没有写明种类、期限或评估", "填写 [transfer] kind、expires、evaluated")
    if on is None:
        return unknown(f"期限 {transfer.expires}，已评估；{UNDATED}", COMPUTED_ON)
    return passes(f"期限 {transfer.expires}，已评估")


def inputs_approved(case: LegalCase) -> Answer:
    """K20: the inputs were approved before the day of the computation."""
    found = case.events("input_approved")
    if not found or not all(item.document for item in found):
        return unknown("没有数据审定的记录", '补写 [[event]] kind = "input_approved" 的 date、document')
    told = "；".join(f"{item.date} {item.document}" for item in found)
    if case.computed_on is None:
        return unknown(f"{told}；{UNDATED}", COMPUTED_ON)
    told = f"{told}；测算日 {case.computed_on}"
    late = any(item.date >= case.computed_on for item in found)
    return fails(told, "审定以后重新测算") if late else passes(told)
