"""The result of a comparison: what changed, what is compared, and the bridge from the old amounts to the new ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

from qhgep.text_tables import in_one_line

SideName = Literal["a", "b", "both"]
KINDS: Mapping[str, tuple[str, str]] = {
    "title": ("名称", "title"), "state": ("状态", "state"), "basis": ("依据与说明", "basis and notes"),
    "coverage": ("核算范围", "coverage"), "coverage_a": ("核算范围（旧收窄到共同范围）", "coverage (old, narrowed to what is common)"),
    "ruleset": ("规则集", "ruleset"), "deflation": ("价格折算", "deflation"), "price_year": ("价格年份", "price year"),
    "coefficients": ("系数", "coefficients"), "inputs": ("输入", "inputs"), "adoptions": ("判断", "decisions"),
    "period": ("期间天数", "days of the period"), "coverage_b": ("核算范围（由共同范围到新）", "coverage (from what is common to new)"),
    "figures": ("核算数据", "figures of the accounts"), "recipients": ("受偿单位", "recipients"), "factors": ("因素", "factors"),
    "other": ("其他", "other"), "steps": ("步骤", "steps"), "pool": ("资金总额", "pool"), "rounding": ("支付单位", "payable unit"),
    "method": ("方法（实物量）", "method (quantity)"), "price": ("价格", "price"),
    "area": ("面积", "area"), "weather": ("天气", "weather"), "interannual": ("年际变化，未分离", "year to year, not told apart"),
    "physical": ("其他实物因素", "other physical figures"),
}  # fmt: skip
"""Kind of change -> its Chinese and English name."""
ACCOUNT_ORDER = ("coverage_a", "ruleset", "deflation", "coefficients", "inputs", "adoptions", "period", "coverage_b")
"""The order in which the parts of the old account are replaced by those of the new one."""
PLAN_ORDER = ("figures", "recipients", "factors", "steps", "pool", "rounding")
"""The order in which the parts of the old plan are replaced by those of the new one."""


RESTS: Mapping[str, tuple[str, str]] = {
    "carried": ("结转", "carried over"), "retained": ("留存（结余）", "kept back"), "gap": ("缺口", "lacking"),
}  # fmt: skip
"""What a plan does not pay out: the amounts of all its recipients + carried + retained − gap are the pool."""


class ComparedPlace(NamedTuple):
    """Where an amount is compared: a county (or recipient) code, and the period (empty for plans)."""

    code: str
    period: str = ""


Amounts = Mapping[ComparedPlace, Fraction]
"""Yuan (of accounts: per year) by place, exactly."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed: its kind (a key of KINDS), what, and how it is written on both sides (`-`: not there)."""

    kind: str
    what: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Covered:
    """One line of the coverage table: a county, period, indicator or price year, and on which side it is."""

    axis: str
    code: str
    zh: str
    side: SideName
    note: str = ""


@dataclass(frozen=True, slots=True)
class OneSided:
    """An amount that only one side has; `line` is an indicator (empty for plans).

    It is in no total and no line; where the bridge is of causes it is in both, in the step of coverage.
    """

    side: SideName
    place: ComparedPlace
    line: str
    zh: str
    amount: Fraction


@dataclass(frozen=True, slots=True)
class BridgeStep:
    """One line of the bridge: the kinds that are replaced together, by how much each place changes, and the sum.

    `reason` says, where there are several kinds, why they could not be told apart. `rest` is by how much changes what a
    plan does not pay out: a key of RESTS -> yuan.
    """

    kinds: tuple[str, ...]
    amounts: Amounts
    reason: str = ""
    rest: Mapping[str, Fraction] = field(default_factory=dict)

    @property
    def total(self) -> Fraction:
        """The sum over all places."""
        return sum(self.amounts.values(), Fraction(0))

    @property
    def zh(self) -> str:
        """Its name in Chinese."""
        return "＋".join(KINDS[kind][0] for kind in self.kinds)

    @property
    def en(self) -> str:
        """Its name in English."""
        return " + ".join(KINDS[kind][1] for kind in self.kinds)


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """What one indicator (or, in a plan, the amount itself) is on both sides of a place; None where there is no value."""

    place: ComparedPlace
    line: str
    zh: str
    old: Fraction | None
    new: Fraction | None


@dataclass(frozen=True, slots=True)
class Rest:
    """What both plans carry over, keep back or lack (a key of RESTS), in yuan; the steps of the bridge lead from old to new."""

    name: str
    old: Fraction
    new: Fraction


@dataclass(frozen=True)
class Difference:
    """What changed between two accounts or plans.

    `lines` are the changes, `bridge` explains `new − old` place by place: the steps add up to it exactly. `old` and `new`
    hold what both sides cover (with causes also what one side has, which the step of coverage takes off and puts in), in
    CNY/year (of an account, in the prices of `price_year`) or in CNY (of a plan).
    """

    kind: Literal["account", "allocation"]
    names: tuple[str, str]
    ids: tuple[str, str]
    zh: Mapping[str, str]
    lines: tuple[Change, ...]
    old: Amounts
    new: Amounts
    bridge: tuple[BridgeStep, ...]
    compared: tuple[ComparedLine, ...] = ()
    beside: tuple[OneSided, ...] = ()
    coverage: tuple[Covered, ...] = ()
    price_year: int | None = None
    notes: tuple[str, ...] = ()
    rest: tuple[Rest, ...] = ()
    by_cause: bool = False
    """Whether the lines of the bridge are effects of causes, not parts that were replaced one after the other."""
    __repr__ = in_one_line

    @property
    def same(self) -> bool:
        """Whether nothing changed at all."""
        return not self.lines and not self.bridge and not self.beside and self.old == self.new

    @property
    def unit(self) -> str:
        """The unit of all amounts."""
        return "CNY/year" if self.kind == "account" else "CNY"

    @property
    def total(self) -> Fraction:
        """The difference over all places."""
        return sum(self.new.values(), Fraction(0)) - sum(self.old.values(), Fraction(0))

    def frame(self) -> pd.DataFrame:
        """The bridge as a long table: county_code, name, period, kind, value, unit; `old` and `new` stand around the steps."""
        import pandas as pd

        rows = [
            {
                "county_code": place.code, "name": self.zh.get(place.code, ""), "period": place.period, "kind": kind,
                "value": float(amount), "unit": self.unit,
            }
            for place in self.old
            for kind, amount in self._column(place)
        ]  # fmt: skip
        return pd.DataFrame.from_records(rows, columns=["county_code", "name", "period", "kind", "value", "unit"])

    def _column(self, place: ComparedPlace) -> Sequence[tuple[str, Fraction]]:
        steps = [("+".join(step.kinds), step.amounts[place]) for step in self.bridge]
        return [("old", self.old[place]), *steps, ("new", self.new[place])]
