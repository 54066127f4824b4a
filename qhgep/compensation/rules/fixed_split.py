"""A fund paid in and received in fixed proportions; sections that failed move what is received."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Literal

from pydantic import BaseModel

from qhgep.compensation.columns.column import Built, Column, Context, computed, must_be_zero, put_in
from qhgep.compensation.columns.common import total_column
from qhgep.compensation.columns.entitlement import added_to_before
from qhgep.compensation.columns.parameter import GivenParameter
from qhgep.compensation.columns.running_state import PartsOfFen
from qhgep.compensation.columns.settlement import integer_column, scale_column
from qhgep.compensation.columns.whole_numbers import fit_columns, setting
from qhgep.compensation.plan.plan_text import Key, PlanText
from qhgep.compensation.rules.common import NONE
from qhgep.compensation.rules.parameter_check import FEN, POSITIVE, SHARE, check_number, check_party, check_table
from qhgep.compensation.rules.parameters import NUMBER, decimals, number
from qhgep.compensation.rules.rule import PlanFacts, StepRule, last_of
from qhgep.compensation.rules.schema import AS_TUPLE, STRICT, Bearing, ByRecipient
from qhgep.expr import Expr, Quantity, less, where


class Section(BaseModel):
    """Where this section fails, the share `moved` of what the losers receive together goes to others by the shares `to`.

    `loser` is one, or several with the shares of the cut that each bears (a common section); who bears none is no loser.
    """

    model_config = STRICT
    loser: str | Bearing
    moved: str
    to: Bearing

    @property
    def losers(self) -> dict[str, str]:
        """Who loses, with the share of the cut that each bears."""
        return {self.loser: "1"} if isinstance(self.loser, str) else self.loser


class FixedSplitStep(BaseModel):
    """A fund that is paid in and received in fixed proportions; sections that failed move what is received."""

    model_config = STRICT
    id: str
    rule: Literal["fixed_split"]
    fund: str
    pay: ByRecipient
    receive: ByRecipient
    sections: dict[str, Section] = {}
    failed: Annotated[tuple[str, ...], AS_TUPLE] = ()
    basis: str = ""


def fixed_split(context: Context, step: FixedSplitStep) -> Built:
    """Fund x (receipt share − payment share); a failed section moves part of what its losers receive to others.

    Sections move shares of what was agreed, so their order does not matter.
    """
    fund = number(step.fund, "fund")
    pay, receive = (
        {code: number(table[code], f"{name}.{code}") if code in table else NONE for code in context.codes}
        for name, table in (("pay", step.pay), ("receive", step.receive))
    )
    moves = _moves(step)
    given = [context.given(value, step.id, step.basis, name) for value, name in ((pay, "pay"), (receive, "receive"))]
    money = context.given(fund, step.id, step.basis, "fund")
    made = split_columns(context, step.id, money, (given[0], given[1]), moves)
    failed = "、".join(move.id for move in moves if move.failed)
    note = f"未达标断面：{failed}，分配份额已转移" if failed else "断面全部达标，按约定份额"
    return added_to_before(context, step.id, made, note)


def _moves(step: FixedSplitStep) -> list[SectionTransfer]:
    """The sections of a contract, and whether each failed."""
    return [
        SectionTransfer(
            name, name in step.failed,
            {code: number(text, f"sections.{name}.loser.{code}") for code, text in section.losers.items()},
            number(section.moved, f"sections.{name}.moved"),
            {code: number(text, f"sections.{name}.to.{code}") for code, text in section.to.items()},
        )
        for name, section in step.sections.items()
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class SectionTransfer:
    """A section: whether it failed, who loses (with the share of the cut each bears), what share of it, and to whom."""

    id: str
    failed: bool
    losers: Mapping[str, Fraction]
    moved: Fraction
    to: Mapping[str, Fraction]


def split_columns(
    context: Context,
    at: str,
    fund: GivenParameter,
    sides: tuple[GivenParameter, GivenParameter],
    moves: list[SectionTransfer],
) -> tuple[tuple[Column, ...], PartsOfFen]:
    """Fund x (receipt x sum of payments − payment x sum of receipts), in parts of which both sums make a fen."""
    pay, receive = (_side(at, name, zh, given) for name, zh, given in zip(_SIDES, _HEADS, sides, strict=True))
    moved_columns, received, times = _moved(context, at, receive[-1].quantity, moves)
    paid = pay[-1].quantity
    paid_total = total_column(f"{at}.pay_total", "出资份数合计", paid)
    got_total = total_column(f"{at}.receive_total", "分配份数合计", received)
    money = _fund(at, fund)
    one, units = money[1], money[3]
    share = computed(
        f"{at}.share", "收付份数", "1", received * paid_total.quantity - paid * got_total.quantity, "分配减出资，通分"
    )
    parts = computed(f"{at}.parts", "本步收付（整数份）", "1", units.quantity * share.quantity, "收为正，付为负")
    per_fen = computed(
        f"{at}.per_fen", "一分折合份数", "1/fen", one.quantity * paid_total.quantity * got_total.quantity, "两合计之积"
    )
    total = [_numerators(side)[0] for side in sides]
    fits = fit_columns(at, [(side[0].quantity, side[1].quantity, side[2].quantity) for side in (pay, receive)])
    columns = (*pay, *receive, *fits, *moved_columns, paid_total, got_total, *money, share, parts, per_fen)
    return columns, PartsOfFen(parts.quantity, per_fen.quantity, total[0] * total[1] * times)


def _fund(at: str, fund: GivenParameter) -> tuple[Column, Column, Column, Column]:
    """The fund as put in, one fen, and the fund in fen and as a whole number of them."""
    money = put_in(f"{at}.fund", "基金总额", "CNY", fund, "协议约定的资金规模")
    one = setting(f"{at}.one", "一分", 1, "1/fen", "去掉单位")
    in_fen = computed(f"{at}.fund_fen", "基金总额（分）", "fen", money.quantity, "由元换算为分")
    return money, one, in_fen, integer_column(f"{at}.fund_units", "基金总额", in_fen.quantity, one.quantity)


_SIDES, _HEADS = ("pay", "receive"), ("出资", "分配")


def _numerators(given: GivenParameter) -> tuple[int, int]:
    """The sum of ratios as whole numbers, and by how much they were multiplied."""
    values = list(given.value.values()) if not isinstance(given.value, Fraction) else [given.value]
    scale = 10 ** decimals(values)
    return int(sum(values, Fraction(0)) * scale), scale


def _side(at: str, name: str, zh: str, given: GivenParameter) -> tuple[Column, Column, Column]:
    ratio = put_in(f"{at}.{name}", f"{zh}比例", "1", given, "协议约定的比例")
    scale = scale_column(at, f"{name}_scale", f"{zh}比例倍数", _numerators(given)[1])
    return ratio, scale, integer_column(f"{at}.{name}_units", f"{zh}比例", ratio.quantity, scale.quantity)


def _moved(
    context: Context, at: str, receive: Quantity, moves: list[SectionTransfer]
) -> tuple[tuple[Column, ...], Quantity, int]:
    """Receipts after the sections that failed, and by how much they were multiplied to stay whole."""
    if not moves:
        return (), receive, 1
    share_scale = math.lcm(*(move.moved.denominator for move in moves))
    parts = [part for move in moves for part in (*move.to.values(), *move.losers.values())]
    to_scale = math.lcm(*(part.denominator for part in parts))
    scales = (
        scale_column(at, "moved_scale", "转移比例倍数", share_scale),
        scale_column(at, "to_scale", "转入比例倍数", to_scale),
    )
    columns: list[Column] = [*scales]
    total: Expr = receive * scales[0].quantity * scales[1].quantity
    for move in moves:
        added, change = _move(context, f"{at}.{move.id}", move, receive, (scales[0].quantity, scales[1].quantity))
        columns += added
        total = total + change
    after = computed(f"{at}.received", "断面考核后分配份数", "1", total, "原份数加转入减转出")
    return (*columns, after), after.quantity, share_scale * to_scale


def _move(
    context: Context, at: str, move: SectionTransfer, receive: Quantity, scales: tuple[Quantity, Quantity]
) -> tuple[tuple[Column, ...], Expr]:
    """The columns of a section, and what it changes in receipts (multiplied by both scales)."""
    zh = f"{move.id}断面"
    failed, *shares = _terms(context, at, move)
    moved, loser, to = (column.quantity for column in shares)
    heads = (
        ("moved", "转移比例", moved, scales[0]),
        ("loser", _BEARS, loser, scales[1]),
        ("to", "转入比例", to, scales[1]),
    )
    units = tuple(integer_column(f"{at}.{name}_units", zh + head, of, scale) for name, head, of, scale in heads)
    moved_units, lost, got = (column.quantity for column in units)
    fits = fit_columns(at, [(of, scale, whole.quantity) for (_, _, of, scale), whole in zip(heads, units, strict=True)])
    sums = (
        *_sums_to_one(at, "loser", zh + _BEARS, lost, scales[1]),
        *_sums_to_one(at, "to", f"{zh}转入比例", got, scales[1]),
    )
    held = computed(f"{at}.held", f"{zh}转出方份数", "1", where(less(0, loser), receive, 0), "只有转出方有")
    base = total_column(f"{at}.held_total", f"{zh}可转份数", held.quantity)
    change = failed.quantity * moved_units * base.quantity * (got - lost)
    return (failed, *shares, *units, *fits, *sums, held, base), change


_BEARS = "转出方承担比例"


def _terms(context: Context, at: str, move: SectionTransfer) -> tuple[Column, ...]:
    """What is agreed or was found for a section: failed or not, share moved, who bears it, who gets it."""
    step = at.removesuffix(f".{move.id}")
    rows: tuple[tuple[str, str, Fraction | dict[str, Fraction]], ...] = (
        ("failed", "未达标", Fraction(int(move.failed))),
        ("moved", "转移比例", move.moved),
        ("loser", _BEARS, {code: move.losers.get(code, Fraction(0)) for code in context.codes}),
        ("to", "转入比例", {code: move.to.get(code, Fraction(0)) for code in context.codes}),
    )
    return tuple(
        put_in(
            f"{at}.{name}", f"{move.id}断面{head}", "1", context.given(value, step, "", f"sections.{move.id}.{name}"),
            "协议约定或监测结果",
        )
        for name, head, value in rows
    )  # fmt: skip


def _sums_to_one(at: str, name: str, zh: str, units: Quantity, scale: Quantity) -> tuple[Column, Column]:
    total = total_column(f"{at}.{name}_total", f"{zh}合计", units)
    gap = must_be_zero(
        f"{at}.{name}_gap", f"{zh}之和与 1 之差", scale - total.quantity, "倍数减去合计", says=f"{zh}之和为 1"
    )
    return total, gap


def _check(plan: PlanFacts, step: FixedSplitStep, source: PlanText, at: Key) -> None:
    check_number(step.fund, FEN, source, (*at, "fund"))
    for name, table in (("pay", step.pay), ("receive", step.receive)):
        shares = check_table(plan, table, POSITIVE, source, (*at, name), complete=False)
        if len(shares) == len(table) and not sum(shares.values()):
            source.add("plan_ratios_zero", *at, name, name=name)
    for name in step.failed:
        if name not in step.sections:
            source.add("plan_section_unknown", *at, "failed", found=name, known="、".join(step.sections) or "-")
    lost: dict[str, Fraction] = {}
    receive = {code: Fraction(text) for code, text in step.receive.items() if NUMBER.fullmatch(text)}
    for name, section in step.sections.items():
        moved = _section(plan, section, source, (*at, "sections", name))
        for code, share in _lost(section, receive, moved).items() if name in step.failed else ():
            lost[code] = lost.get(code, Fraction(0)) + share
    for code, share in lost.items():
        if share > 1:
            source.add("plan_moved_more", *at, "sections", recipient=code, found=f"{float(share):g}")


def _section(plan: PlanFacts, section: Section, source: PlanText, key: Key) -> Fraction | None:
    """The share that a section moves, where all of it can be read."""
    if isinstance(section.loser, str):
        known = check_party(plan, section.loser, source, (*key, "loser"))
    else:
        bear = check_table(plan, section.loser, SHARE, source, (*key, "loser"), complete=False)
        known = len(bear) == len(section.loser) and sum(bear.values()) == 1
        if len(bear) == len(section.loser) and not known:
            source.add("plan_loser_sum", *key, "loser", found=f"{float(sum(bear.values())):.12g}")
    moved = check_number(section.moved, SHARE, source, (*key, "moved"))
    to = check_table(plan, section.to, SHARE, source, (*key, "to"), complete=False)
    if len(to) == len(section.to) and (whole := sum(to.values())) != 1:
        source.add("plan_to_sum", *key, "to", found=f"{float(whole):.12g}")
    return moved if known else None


def _lost(section: Section, receive: dict[str, Fraction], moved: Fraction | None) -> dict[str, Fraction]:
    """What share of its own receipt each loser of a section loses; nothing where that cannot be read.

    Who receives nothing cannot bear anything: that is told as more than all.
    """
    if moved is None or isinstance(section.loser, str):
        return {} if moved is None else {str(section.loser): moved}
    losers = [code for code, text in section.loser.items() if Fraction(text)]
    cut = moved * sum(receive.get(code, Fraction(0)) for code in losers)
    own = {code: (cut * Fraction(text), receive.get(code, Fraction(0))) for code, text in section.loser.items()}
    return {code: lost / had if had else 2 * Fraction(bool(lost)) for code, (lost, had) in own.items()}


RULE = StepRule(
    name="fixed_split", zh="按约定比例出资和分配", kind="settlement", terms=FixedSplitStep, build=fixed_split, check=_check,
    role="settled", follows=frozenset({"settled"}), begins=True, misplaced="plan_after_settled",
    units=last_of(
        fund="CNY", pay="1", receive="1", moved="1", to="1", loser="1"
    ),
    needs_basis=True,
)  # fmt: skip
