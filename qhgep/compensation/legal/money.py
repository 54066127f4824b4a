"""K1, K4, K12 and K15: sums, shares, last year's amounts and budget accounts."""

from __future__ import annotations

from fractions import Fraction

from qhgep.compensation.legal.case import LegalCase
from qhgep.compensation.legal.finding import Answer, fails, inapplicable, passes, unknown
from qhgep.money import Fen, fen, yuan


def adds_up(case: LegalCase) -> Answer:
    """K1: what is paid, carried and retained is the pool (a settlement: zero), and nobody but a payer gets less than nothing."""
    outcome = case.outcome
    paid = sum(row.fen for row in outcome.rows)
    settlement = outcome.kind == "settlement"
    left = paid if settlement else paid + outcome.carried + outcome.retained - outcome.gap
    right = 0 if settlement else outcome.pool
    if left != right:
        return fails(f"合计 {yuan(Fen(left))} 元，应为 {yuan(Fen(right))} 元", "核对各步骤")
    below = [row.recipient.zh for row in outcome.rows if row.fen < 0]
    if below and not settlement:
        return fails(f"负数：{'、'.join(below)}", "核对允许收回的规则")
    return passes(f"合计 {yuan(Fen(left))} 元 ＝ {yuan(Fen(right))} 元")


def advance_share(case: LegalCase) -> Answer:
    """K4: what was announced in advance, as a share of `advance_base`, reaches the least share of its kind."""
    transfer = case.transfer
    if case.contract:
        return inapplicable("协议资金，不是上级转移支付")
    if transfer.settled_at_actual:
        return inapplicable("据实结算的项目")
    if transfer.kind is None:
        return unknown("没有写明一般性或专项", "填写 [transfer] kind")
    least = case.parameter(f"advance_share.{transfer.kind}")
    notices = case.events("advance_notice")
    if least is None:
        return unknown("该日没有收录提前下达比例", "补充当日有效的条文")
    if not notices or not all(item.amount for item in notices) or not transfer.advance_base:
        return unknown(
            "没有提前下达的金额或比例的分母",
            '补写 [[event]] kind = "advance_notice" 的 amount，并填写 [transfer] advance_base（元）',
        )
    told, base = sum(fen(item.amount) for item in notices), fen(transfer.advance_base)
    text = f"{yuan(Fen(told))} ÷ {transfer.advance_base} ＝ {float(Fraction(told, base)):.2%}，下限 {float(Fraction(least.value)):.0%}"
    return (
        passes(text) if Fraction(told, base) >= Fraction(least.value) else fails(text, "补足，或写明不能提前下达的原因")
    )


def not_below_last_year(case: LegalCase) -> Answer:
    """K12: nobody gets less than last year, only where the document of the plan says so."""
    transfer = case.transfer
    if transfer.not_below_last_year is None:
        return unknown("没有写明文件是否规定不低于上年", "填写 [transfer] not_below_last_year（true 或 false）")
    if not transfer.not_below_last_year:
        return inapplicable("文件没有规定不低于上年")
    missing = [row.recipient.id for row in case.outcome.rows if row.recipient.id not in transfer.last_year]
    if missing:
        return unknown(f"没有上年数：{'、'.join(missing)}", "填写 [transfer] last_year（代码 = 元）")
    less = [
        f"{row.recipient.zh} {row.yuan} ＜ {transfer.last_year[row.recipient.id]}"
        for row in case.outcome.rows
        if row.fen < fen(transfer.last_year[row.recipient.id])
    ]
    return fails("；".join(less), "按文件补足差额") if less else passes("各单位都不低于上年")


def accounts(case: LegalCase) -> Answer:
    """K15: the budget accounts are those of the year's list, for key zones and for horizontal compensation."""
    keys = _account_keys(case)
    if case.contract or case.transfer.fund == "key_zone":
        wanted = {name: case.parameter(key) for name, key in keys.items()}
    elif case.transfer.fund is None:
        return unknown("没有写明是哪项资金", "填写 [transfer] fund")
    else:
        return inapplicable("没有收录这项资金的科目")
    if not all(wanted.values()):
        return unknown(f"{case.day.year} 年的科目没有收录", "补充当年《政府收支分类科目》")
    budget, codes = case.plan.budget, [row.recipient.id for row in case.outcome.rows]
    given = {name: list(dict.fromkeys(budget.item_of(name, code) for code in codes)) for name in wanted}
    if blank := [name for name, values in given.items() if not all(values)]:
        return unknown("没有写明科目", f"填写 [budget] {'、'.join(blank)}")
    pairs = [(name, mine, item.value) for name, item in wanted.items() if item is not None for mine in given[name]]
    text = "；".join(f"{name} {mine}（应为 {right}）" for name, mine, right in pairs)
    return passes(text) if all(mine == right for _, mine, right in pairs) else fails(text, "更正 [budget] 的科目")


def _account_keys(case: LegalCase) -> dict[str, str]:
    if case.contract:
        return {"revenue_account": "revenue_account.horizontal", "function_account": "function_account.horizontal"}
    return {"revenue_account": "revenue_account.key_zone"}
