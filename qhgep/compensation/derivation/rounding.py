"""How an exact amount became payable units: what was cut off, in which place of the order, and who got one more."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from qhgep.compensation.allocation import Allocation
from qhgep.compensation.columns.column import Kind
from qhgep.money import FEN_PER_YUAN, Fen, shown, yuan
from qhgep.readings.exact import Exact

_WAYS: dict[Kind, str] = {
    "division": "先舍去不足一个单位的，余下的单位按余数由大到小各加一个，相同的按代码先后（舍位平衡）",
    "entitlement": "各单位分别四舍五入",
    "settlement": "收、付两边各按合计四舍五入，边内舍位平衡，正负相抵为零",
}


@dataclass(frozen=True, slots=True)
class Rounding:
    """One recipient's rounding. Units are payable units, signed in settlements.

    `whole` are those below its exact amount (towards zero), `paid` those it gets; `rank` is its place by remainder among
    all (of its side), None where each is rounded by itself. `left` units went to `raised`, one each.
    """

    kind: Kind
    unit: Fen
    exact: Fraction
    whole: int
    paid: int
    rank: int | None
    left: int
    raised: tuple[str, ...]

    @property
    def remainder(self) -> Fraction:
        """The part of a unit that was cut off, 0 or more and less than 1."""
        return abs(self.exact * FEN_PER_YUAN / self.unit) - abs(self.whole)

    def text(self, names: dict[str, str]) -> tuple[str, ...]:
        """The rounding in words."""
        unit = f"每个 {yuan(self.unit)} 元"
        lines = [
            f"未取整 {exactly(self.exact)} = {self.whole} 个支付单位（{unit}）又 {_parts(self.remainder)} 个",
            _WAYS[self.kind],
        ]
        if self.kind != "entitlement":
            place = "" if self.rank is None else f"，余数位次 {self.rank}"
            raised = "、".join(f"{names[code]}（{code}）" for code in self.raised) or "无"
            lines.append(f"待分尾数 {self.left} 个{place}；各加一个单位的：{raised}")
        lines.append(f"取整后 {self.paid} 个支付单位 = {yuan(Fen(self.paid * self.unit))} 元")
        return tuple(lines)


def rounding(allocation: Allocation, recipient: str) -> Rounding:
    """How a recipient's amount after the last step was rounded to payable units."""
    unit = _payable(allocation)
    exact = {row.recipient.id: row.steps[-1][1] for row in allocation.rows}
    whole = {code: math.trunc(amount * FEN_PER_YUAN / unit) for code, amount in exact.items()}
    paid = {code: fen // unit for code, fen in allocation.fen.items()}
    mine = _side(allocation, exact[recipient])
    raised = tuple(
        code for code in exact if abs(paid[code]) > abs(whole[code]) and _side(allocation, exact[code]) == mine
    )
    place = allocation.table.get(f"finish.{mine}rank")
    rank = None if place is None else int(_of(place, recipient))
    left = 0 if allocation.kind == "entitlement" else len(raised)
    return Rounding(allocation.kind, unit, exact[recipient], whole[recipient], paid[recipient], rank, left, raised)


def exactly(amount: Fraction) -> str:
    """An exact amount as text with its unit: as it is where it has at most four decimals, else also as a fraction."""
    told = shown(amount)
    if Fraction(told) == amount:
        return f"{told} 元"
    return f"{told} 元（精确值 {amount.numerator}/{amount.denominator}）"


def _parts(part: Fraction) -> str:
    return str(part) if part.denominator != 1 else str(part.numerator)


def _payable(allocation: Allocation) -> Fen:
    return Fen(int(_of(allocation.table["payable"], "")))


def _of(value: Exact, code: str) -> Fraction:
    return value if isinstance(value, Fraction) else value[code]


def _side(allocation: Allocation, amount: Fraction) -> str:
    """Of a settlement the side, as its columns are named; else nothing."""
    if allocation.kind != "settlement":
        return ""
    return "paid_" if amount < 0 else "received_"
