"""The answers in words, for a screen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from qhgep.aligned_text import columns
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.derivation.rounding import exactly
from qhgep.compensation.plan.factors import covered_name
from qhgep.compensation.what_if.answers import Answers
from qhgep.compensation.what_if.effect import PaymentEffect
from qhgep.compensation.what_if.pool import Shortfall, SmallestPool
from qhgep.compensation.what_if.rows import AllRows, RowEffect
from qhgep.compensation.what_if.weights import End, Range, WeightRanges
from qhgep.money import Fen, yuan

_DIGITS = 8


def answers_text(found: Answers) -> str:
    """Every answer as Chinese lines and tables, then every question that was not answered, with its reason."""
    made = found.trial.with_pool(found.plan.pool_fen)
    names = {item.id: item.zh for item in made.recipients}
    lines = [f"{found.plan.title}　{'　'.join(made.heading.notices)}"]
    if found.pool is not None and found.before is not None:
        lines += _pool(found.pool, found.before.source, names, yuan(found.plan.payable))
    if found.effect is not None:
        lines += _effect(found.effect, made)
    for one in found.weights:
        lines += _weight(one, names)
    if found.weights:
        lines.append("　区间按取整前的金额精确求解，含两端；其余权重按现有比例调整，合计为 1。")
    lines += [f"未作回答：{item.text('zh')}" for item in found.unanswered]
    return "\n".join(lines)


def row_effect_text(found: RowEffect) -> str:
    """What other values of coefficient rows would pay: the rows, then yuan now, then and the change by recipient."""
    names = {item.id: item.zh for item in found.before.recipients}
    lines = [f"情景测算：系数改动对各单位的影响（{found.before.title}；不作为资金分配依据）"]
    lines += [f"　{old.row} {covered_name(old.key)}：{old.value} → {new.value} {old.unit}" for old, new in found.rows]
    if found.unread:
        lines.append(f"　方案的核算没有用到：{'、'.join(found.unread)}")
    head = ["代码", "单位", "现在（元）", "那时（元）", "变化（元）"]
    rows = [
        [code, names[code], _money(fen), _money(found.after.fen[code]), _signed(found.change(code))]
        for code, fen in found.before.fen.items()
    ]
    total = Fen(sum(found.change(code) for code in found.before.fen))
    rows.append(["*", "合计", "", "", _signed(total)])
    return "\n".join([*lines, columns([head, *rows], right=[2, 3, 4])])


def all_rows_text(found: AllRows) -> str:
    """Yuan per percent of each coefficient row by recipient, the rows that move most first; then those that move nobody."""
    lines = [f"情景测算：各系数提高 1% 时各单位的变化（元；{found.before.title}；不作为资金分配依据）"]
    if found.rows:
        head = ["系数行", "系数", "生态系统", *(f"{item.zh}（{item.id}）" for item in found.before.recipients)]
        rows = [
            [
                row.row,
                covered_name(row.key),
                covered_name(row.ecosystem),
                *(_signed(moved[item.id]) for item in found.before.recipients),
            ]
            for row, moved in found.rows
        ]
        lines.append(columns([head, *rows], right=range(3, len(head))))
    still = "、".join(row.row for row in found.still)
    lines.append(f"提高 1% 不改变任何单位金额的：{still or '无'}")
    lines += [f"无法试算：{row}　{reason}" for row, reason in found.refused.items()]
    return "\n".join(lines)


def _money(amount: Fen) -> str:
    return f"{Decimal(yuan(amount)):,}"


def _signed(amount: Fen) -> str:
    return f"+{_money(amount)}" if amount > 0 else _money(amount)


def _pool(found: SmallestPool, source: str, names: Mapping[str, str], unit: str) -> Iterator[str]:
    yield f"一、谁也不低于上年（{source}）的资金总额（支付单位 {unit} 元；现为 {_money(found.present)} 元）"
    if found.smallest is not None:
        yield f"　最小的一个：{_money(found.smallest)} 元"
        yield from _short("　　再少一个支付单位时低于上年的", found.below_smallest, names)
    else:
        yield "　最小的一个：可能的数太多，没有逐一试算"
    word = "从此数起，资金再多也无人低于上年" if found.safe_exact else "此数以上一定无人低于上年（可能偏大）"
    yield f"　{word}：{_money(found.safe)} 元"
    if found.safe != found.smallest:
        yield "　两数不同：尾数按余数大小分给各单位，资金多一个单位时，得尾数的单位可能更换。"
        yield from _short("　　再少一个支付单位时低于上年的", found.below_safe, names)
    if found.largest is not None:
        yield f"　方案的上限使资金总额最多为 {_money(found.largest)} 元"
    yield from _short("　现在低于上年的", found.now, names)


def _short(head: str, found: Sequence[Shortfall], names: Mapping[str, str]) -> Iterator[str]:
    told = [
        f"{names[one.recipient]}（{one.recipient}）{_money(one.fen)}，上年 {_money(one.before)}，"
        f"少 {_money(Fen(one.before - one.fen))}"
        for one in found
    ]
    yield f"{head}：{'；'.join(told) or '无'}"


def _effect(found: PaymentEffect, made: Allocation) -> Iterator[str]:
    verb = "增加" if found.more > 0 else "减少"
    yield f"二、资金总额{verb} {_money(Fen(abs(found.more)))} 元（为 {_money(found.pool)} 元）时各单位的变化"
    head = ["代码", "单位", "现在（元）", "那时（元）", "变化（元）", "取整前的变化"]
    rows = [
        [
            item.id, item.zh, _money(found.before[item.id]), _money(found.after[item.id]),
            _signed(found.change(item.id)), exactly(found.exact[item.id]),
        ]
        for item in made.recipients
    ]  # fmt: skip
    total = Fen(sum(found.change(item.id) for item in made.recipients))
    rest = (("结转", found.carried), ("留存（结余）", found.retained), ("缺口", found.gap))
    rows.append(["*", "合计", "", "", _signed(total), ""])
    rows += [["*", zh, "", "", _signed(amount), ""] for zh, amount in rest if amount]
    yield columns([head, *rows], right=[2, 3, 4])


def _weight(found: WeightRanges, names: Mapping[str, str]) -> Iterator[str]:
    yield f"三、因素“{found.zh}”的权重（现为 {_number(found.weight)}）"
    yield f"　与现在相比无人减少：{_ranges(found.present, names)}"
    if found.has_last_year:
        yield f"　与上年相比无人减少：{_ranges(found.last_year, names)}"
    yield f"　各单位的位次不变：{_ranges(found.ranking, names)}"


def _ranges(found: Sequence[Range], names: Mapping[str, str]) -> str:
    return "；".join(_range(one, names) for one in found) or "没有这样的权重"


def _range(found: Range, names: Mapping[str, str]) -> str:
    if found.low.at == found.high.at:
        return f"只有 {_number(found.low.at)}"
    return f"{_end(found.low, names)} 至 {_end(found.high, names)}"


def _end(end: End, names: Mapping[str, str]) -> str:
    who = f"（{'、'.join(names[code] for code in end.by)}）" if end.by else ""
    return f"{_number(end.at)}{who}"


def _number(value: Fraction) -> str:
    """A number as a decimal where it ends after a few places, else also as a fraction."""
    short = f"{float(value):.{_DIGITS}g}"
    return short if Fraction(short) == value else f"约 {short}（{value}）"
