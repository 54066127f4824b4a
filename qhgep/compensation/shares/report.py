"""What is said of the rounding of shares: notes for every plan, and warnings where no document states the decimals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from qhgep.compensation.columns.column import Factor, Recipient
from qhgep.compensation.plan.schema import Plan
from qhgep.compensation.rules.registry import weighing
from qhgep.compensation.rules.schema import Weighing
from qhgep.compensation.shares.rounding import ShareRounding
from qhgep.errors import Problem, Problems
from qhgep.money import Fen, yuan
from qhgep.readings.exact import Exact

_MANY = 12
"""So many recipients are named in a sentence; the JSON has all."""


@dataclass(frozen=True, slots=True)
class Vanished:
    """A factor that is above zero for a recipient, and its share zero; `factor` is empty for the amounts of last year."""

    factor: str
    zh: str
    recipient: str


@dataclass(frozen=True, slots=True)
class ShareReport:
    """What the rounding of shares moves in a plan, with the decimals that the plan states (None: shares are not rounded)."""

    decimals: int | None
    basis: str
    rounding: ShareRounding
    vanished: tuple[Vanished, ...]
    names: Mapping[str, str]

    def notes(self) -> Iterator[str]:
        """What it moves, in yuan, and by name; nothing where shares are not rounded and the sheet pays their exact amounts."""
        if self.decimals is None:
            if self.rounding.moved:
                yield f"占比不取整；受表格软件位数所限，与精确结果差一个支付单位的：{self._moved(self.rounding.moved)}"
            return
        stated = f"（依据：{self.basis}）" if self.basis else "（没有写明依据）"
        told = f"占比取 {self.decimals} 位小数{stated}，与占比不取整相比："
        if not self.rounding.moved:
            yield f"{told}各单位所得不变"
        else:
            facts = f"最多移动 {yuan(self.rounding.largest)} 元，合计移动 {yuan(self.rounding.total)} 元"
            yield f"{told}{facts}：{self._moved(self.rounding.moved)}"
        if self.vanished:
            yield f"数值为正而占比成为 0 的：{self._vanished()}"

    def warnings(self, plan: Plan) -> tuple[Problem, ...]:
        """Who loses a share or is moved by more than a payable unit; where a document states the decimals, by which one."""
        found = Problems()
        if self.decimals is None:
            return ()
        where, decimals = plan.where("step", 0, "decimals"), self.decimals
        stated = {"basis": self.basis} if self.basis else {}
        if self.vanished:
            code = "share_vanished_stated" if stated else "share_vanished"
            found.warn(code, where, decimals=decimals, who=self._vanished(), **stated)
        if beyond := self.rounding.beyond:
            facts = {
                "largest": yuan(self.rounding.largest),
                "total": yuan(self.rounding.total),
                "who": self._moved(beyond),
            }
            unit = yuan(self.rounding.payable)
            code = "share_moved_stated" if stated else "share_moved"
            found.warn(code, where, decimals=decimals, count=len(beyond), unit=unit, **facts, **stated)
        return found.warnings

    def _moved(self, moved: Mapping[str, Fen]) -> str:
        return self._listed(
            [f"{self._who(code)} {'+' if fen > 0 else ''}{yuan(fen)} 元" for code, fen in moved.items()]
        )

    def _vanished(self) -> str:
        return self._listed([f"{self._who(item.recipient)}的{item.zh}" for item in self.vanished])

    def _who(self, code: str) -> str:
        return f"{self.names[code]}（{code}）"

    def _listed(self, texts: list[str]) -> str:
        more = f" 等 {len(texts)} 个" if len(texts) > _MANY else ""
        return "、".join(texts[:_MANY]) + more


def share_report(
    plan: Plan,
    rounding: ShareRounding | None,
    *,
    recipients: Iterable[Recipient],
    factors: Mapping[str, Factor],
    table: Mapping[str, Exact],
) -> ShareReport | None:
    """The report of a division that weighs factors, from its columns in `table`; None for other plans."""
    step = plan.step[0] if plan.step else None
    if rounding is None or not weighing(step):
        return None
    names = {item.id: item.zh for item in recipients}
    vanished = () if step.decimals is None else tuple(_vanished(step, factors, table))
    return ShareReport(step.decimals, step.decimals_basis.strip(), rounding, vanished, names)


def _vanished(step: Weighing, factors: Mapping[str, Factor], table: Mapping[str, Exact]) -> Iterator[Vanished]:
    """Figures above zero whose share is zero, factor by factor; where a pool is cut by bases, these."""
    for name in step.weights:
        factor = factors[name]
        yield from _zeros(table, f"{step.id}.share.{name}", (name, factor.quantity.zh), factor.used)
    if f"{step.id}.grown" in table:
        bases = table[f"{step.id}.guarantee.units"]
        yield from _zeros(table, f"{step.id}.score", ("", "基数"), bases if isinstance(bases, Mapping) else {})


def _zeros(
    table: Mapping[str, Exact], column: str, called: tuple[str, str], figures: Mapping[str, Fraction]
) -> Iterator[Vanished]:
    shares = table.get(column)
    if isinstance(shares, Mapping):
        yield from (Vanished(*called, code) for code, share in shares.items() if not share and figures[code] > 0)
