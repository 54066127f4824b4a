"""The shared vocabulary: quantities that more than one service reads, and how a quantity is declared. No values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from qhgep.errors import within
from qhgep.expr import Bounds, Fallback, Quantity, order_axes
from qhgep.units import Unit
from qhgep.units import unit as parse_unit


@dataclass(frozen=True, slots=True)
class ItemList:
    """A named list of items that a quantity may vary over (pollutants, crops, months): id -> Chinese name, in order."""

    name: str
    zh: str
    members: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Words:
    """What coefficient rows may speak of: quantities, and the item lists that they vary over."""

    quantities: Mapping[str, Quantity]
    lists: Mapping[str, ItemList]

    def __hash__(self) -> int:
        """Equal vocabularies have equal names; what is read by one is kept by it."""
        return hash((frozenset(self.quantities), frozenset(self.lists)))


def bounds(low: str | None, high: str | None, reason: str, *, whole: bool = False, or_zero: bool = False) -> Bounds:
    """Plausibility limits in the quantity's own unit, with the reason a person can check.

    `whole` for flags and counts; `or_zero` where a true zero is plausible and a small number is a slip of the unit.
    """
    low_end, high_end = (None if limit is None else Fraction(limit) for limit in (low, high))
    return Bounds(low_end, high_end, reason, whole, or_zero)


def quantity(name: str, unit: str, *, axes: str = "", zh: str, tex: str, limits: Bounds | None = None) -> Quantity:
    """A named thing with a unit: an input where no formula is bound to it, else computed.

    `axes` are words out of county, year, ecosystem and the item lists (at most two lists).
    """
    return Quantity(name, parse_unit(unit), order_axes(set(axes.split())), zh, tex, limits)


def coefficient(
    name: str, unit: str, *, axes: str, zh: str, tex: str, limits: Bounds | None = None, fallback: Fallback = "none"
) -> Quantity:
    """A quantity whose value comes from a document, through the coefficient store.

    `fallback` says whether a row of a wider region serves a county: `none`, `confirm` (with an adopt entry), `allowed`.
    """
    return Quantity(name, parse_unit(unit), order_axes(set(axes.split())), zh, tex, limits, fallback)


def constant(name: str, unit: str, *, axes: str = "", zh: str, tex: str, limits: Bounds | None = None) -> Quantity:
    """A number that a formula itself prints: neither place nor year changes it, so its rows have no dates and no region.

    `axes` are at most ecosystem and item lists. Two sources that print it differently are ordered by the ruleset.
    """
    return coefficient(name, unit, axes=axes, zh=zh, tex=tex, limits=limits)


_MILLION = 10**6


def number_text(number: Fraction | float) -> str:
    """A number for a message, to six digits and never with an exponent of ten: `1,390,890`, `0.0003`, `0.000005`."""
    value = float(number)
    return f"{value:,.0f}" if abs(value) >= _MILLION else f"{Decimal(f'{value:.6g}'):f}"


def range_text(limits: Bounds, unit: Unit | None = None) -> str:
    """Limits in words: `0 至 25,000,000`, `不小于 0`, `0 或 1` for a flag, `0，或不小于 10` where a true zero is plausible.

    The same words stand in an English message in English. The `unit` is named unless it is that of a pure number.
    """
    low, high = (None if limit is None else _limit(limit) for limit in (limits.low, limits.high))
    said = within(low, high)
    if limits.whole and limits.low is not None and limits.high == limits.low + 1:
        said = f"{low} 或 {high}"
    elif limits.or_zero:
        said = f"0，或{'' if None in {low, high} else ' '}{said}"
    return f"{said} {unit.printed}" if unit is not None and unit.items else said


def _limit(value: Fraction) -> str:
    return f"{float(value):,.0f}" if value.denominator == 1 else number_text(value)


def share_text(share: Fraction) -> str:
    """A limit on a share, as messages and sheets print it: `0.5 %`."""
    return f"{float(share):.3%}".rstrip("0%").rstrip(".") + " %"


AREA_TOLERANCE = Fraction(5, 1000)
"""By how much of a county's area two statements of it may differ, wherever areas are compared (in forms, imports, accounts).

Boundaries in use and yearbooks differ by 0.04 to 0.2 %, and a GCJ-02 boundary moves up to 0.5 % to the neighbours; what is
beyond half a percent is no difference of sources but a part without data, a part counted twice, or another unit.
"""
AREA_TOLERANCE_TEXT = share_text(AREA_TOLERANCE)
"""The tolerance as messages and sheets print it."""

SERVICE = "公共量"
_NOT_NEGATIVE = "不可能为负"

area = quantity(
    "area", "ha", axes="county year ecosystem", zh="生态系统面积", tex="A",
    limits=bounds("0", "25000000", "最大的县（若羌县）约 20 万 km²，一类生态系统不会超过 25 万 km²"),
)  # fmt: skip
county_area = quantity(
    "county_area", "ha", axes="county year", zh="县域面积", tex="A_{c}",
    limits=bounds("100", "25000000", "县级单位面积在 1 km² 与 25 万 km² 之间"),
)  # fmt: skip
precipitation = quantity(
    "precipitation", "mm/year", axes="county year", zh="年降水量", tex="P",
    limits=bounds("5", "5000", "中国县域多年平均降水量在 5 mm 与 5000 mm 之间；小于 5 多半是以米填报"),
)  # fmt: skip
evapotranspiration = quantity(
    "evapotranspiration", "mm/year", axes="county year", zh="蒸散量", tex="ET",
    limits=bounds("5", "3000", "实际蒸散受辐射能量限制，不超过 3000 mm；小于 5 多半是日均值或以米填报"),
)  # fmt: skip
specific_discharge = quantity(
    "specific_discharge", "dm**3/(km**2*s)", axes="county year", zh="径流模数", tex="M",
    limits=bounds("0", "150", "150 dm³/(km²·s) 相当于年径流深 4730 mm，已是中国最湿润流域的上限"),
)  # fmt: skip
days_in_period = quantity(
    "days_in_period", "day/year", axes="year", zh="核算期天数", tex="D", limits=bounds("360", "366", "一年的天数，360 为商业年"),
)  # fmt: skip
population = quantity(
    "population", "person", axes="county year", zh="人口", tex="N", limits=bounds("0", None, _NOT_NEGATIVE)
)
gross_domestic_product = quantity(
    "gross_domestic_product", "CNY/year", axes="county year", zh="地区生产总值", tex="GDP",
    limits=bounds("0", None, "增加值之和不会为负"),
)  # fmt: skip
inflow_from_outside = quantity(
    "inflow_from_outside", "CNY/year", axes="county year", zh="来自区域外的生态产品价值", tex="V_{in}",
    limits=bounds("0", None, "扣减项，以正数填报"),
)  # fmt: skip
