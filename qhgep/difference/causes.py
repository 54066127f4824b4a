"""What a change between two periods comes from: area, weather, other physical figures, prices; the effects sum to the change exactly.

Each cause is a group of leaves. The value of every coalition of groups is that of the formulas, its float taken as an
exact Fraction, and Shapley's rule shares the change out: a group gets its mean contribution over all orders in which the
groups can change. So the effects sum to the change, an unchanged group has none, and swapping the periods turns every sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial

from qhgep.account.account import Account
from qhgep.catalogue.weather import CAUSES, cause_of
from qhgep.difference.coverage import account_coverage
from qhgep.difference.result import BridgeStep, Change, ComparedLine, ComparedPlace, Covered, Difference, OneSided
from qhgep.engine.coalitions import Coalitions, coalitions
from qhgep.engine.comparable import Reaches, same_reach
from qhgep.engine.result import Result
from qhgep.errors import AccountError, problem
from qhgep.ruleset_store.ruleset import IndicatorLine

_KINDS = ("area", "weather", "interannual", "physical", "price")
"""The lines of the bridge: weather stands as 年际变化 in a county for which no long-term mean was given."""


@dataclass(frozen=True)
class PeriodSide:
    """One period of a result, and how the file is called."""

    result: Result
    period: str
    name: str
    id: str

    @property
    def account(self) -> Account:
        """Its account."""
        return self.result.account


def shapley(values: Sequence[Fraction]) -> list[Fraction]:
    """The effect of each group from the values of all coalitions, which are ordered by their bits; their sum is last less first."""
    count = len(values).bit_length() - 1
    share = [Fraction(factorial(size) * factorial(count - size - 1), factorial(count)) for size in range(count)]
    found = []
    for group in range(count):
        without = (number for number in range(len(values)) if not number >> group & 1)
        gains = (share[number.bit_count()] * (values[number | 1 << group] - values[number]) for number in without)
        found.append(sum(gains, Fraction(0)))
    return found


def period_causes(old: PeriodSide, new: PeriodSide) -> Difference:
    """The change from one period to another as a bridge of causes, over what covers the same in both.

    Indicators that do not cover the same, or have another method, stand beside and have no effects. Raises AccountError
    for a period that is not there, other rulesets or price years, and where nothing covers the same.
    """
    _refuse(old, new)
    found = coalitions((old.account, old.period), (new.account, new.period), CAUSES, cause_of)
    called = f"{old.period} → {new.period}"
    compared: list[ComparedLine] = []
    beside: list[OneSided] = []
    effects: dict[ComparedPlace, list[Fraction]] = {}
    reaches = Reaches(old.result), Reaches(new.result)
    for county in found.grid.members["county"]:
        place = ComparedPlace(county, called)
        for line in old.account.ruleset.indicators:
            amounts = found.amounts(line, county)
            same = same_reach([reaches[0].of(line, county, old.period)], [reaches[1].of(line, county, new.period)])
            if amounts is None or not same:
                beside += _beside(line, place, (old, new))
                continue
            exact = [Fraction(amount) for amount in amounts]
            compared.append(ComparedLine(place, line.id, old.account.ruleset.zh_of(line.id), exact[0], exact[-1]))
            mine = effects.setdefault(place, [Fraction(0)] * len(CAUSES))
            effects[place] = [one + other for one, other in zip(mine, shapley(exact), strict=True)]
    coverage = _periods_named(account_coverage(old.result, new.result), old.period, new.period)
    if not compared:
        told = "；".join(f"{item.place.code} {item.zh}" for item in beside) or "-"
        raise AccountError(
            problem("diff_periods_nothing", f"{old.name} ↔ {new.name}", old=old.period, new=new.period, told=told)
        )
    first, last = ({place: _sum(compared, place, side) for place in effects} for side in (0, 1))
    names = {county.code: county.zh for county in (*old.account.counties, *new.account.counties)}
    return Difference(
        "account", (f"{old.name}（{old.period}）", f"{new.name}（{new.period}）"), (old.id, new.id), names,
        tuple(_changes(found, old, new)), first, last, tuple(_bridge(found, effects, old.account)), tuple(compared), tuple(beside),
        coverage, new.account.price_year, tuple(_notes(found, names, old.account, bool(beside))), by_cause=True,
    )  # fmt: skip


def _refuse(old: PeriodSide, new: PeriodSide) -> None:
    where = f"{old.name} ↔ {new.name}"
    for side in (old, new):
        there = [period.name for period in side.account.periods]
        if side.period not in there:
            raise AccountError(problem("diff_no_period", side.name, period=side.period, periods="、".join(there)))
    if old.period == new.period and old.id == new.id:
        raise AccountError(problem("diff_one_period", where, period=old.period))
    a, b = old.account, new.account
    if a.ruleset.hash != b.ruleset.hash or [f.id for f in a.ruleset.order] != [f.id for f in b.ruleset.order]:
        raise AccountError(problem("diff_periods_ruleset", where, old=a.ruleset.name, new=b.ruleset.name))
    if a.price_year != b.price_year:
        raise AccountError(problem("diff_periods_prices", where, old=a.price_year, new=b.price_year))
    if not {county.code for county in a.counties} & {county.code for county in b.counties}:
        raise AccountError(problem("diff_periods_nothing", where, old=old.period, new=new.period, told="没有共同的县"))


def _beside(line: IndicatorLine, place: ComparedPlace, sides: tuple[PeriodSide, PeriodSide]) -> Iterator[OneSided]:
    """The amounts of an indicator that is not compared, of each side that has one."""
    for which, side in zip(("a", "b"), sides, strict=True):
        value = side.result.value(line.value, county=place.code, period=side.period, item=line.item).value
        if value is not None:
            zh = f"{side.account.ruleset.zh_of(line.id)}（两期覆盖不同，不分解）"
            yield OneSided(which, place, line.id, zh, Fraction(value))  # type: ignore[arg-type] # a or b


def _sum(compared: Sequence[ComparedLine], place: ComparedPlace, side: int) -> Fraction:
    amounts = [(line.old, line.new)[side] for line in compared if line.place == place]
    return sum((amount for amount in amounts if amount is not None), Fraction(0))


def _bridge(
    found: Coalitions, effects: Mapping[ComparedPlace, Sequence[Fraction]], account: Account
) -> Iterator[BridgeStep]:
    """A line for each cause that changed somewhere; weather apart for counties with and without a long-term mean."""
    for kind in _KINDS:
        cause = "weather" if kind == "interannual" else kind
        if not found.changed[cause]:
            continue
        number = CAUSES.index(cause)
        amounts = {
            place: mine[number]
            if cause != "weather" or kind == _weather_kind(found, place.code, account)
            else Fraction(0)
            for place, mine in effects.items()
        }
        if cause == "weather" and not any(_weather_kind(found, place.code, account) == kind for place in effects):
            continue
        yield BridgeStep((kind,), amounts)


def _weather_kind(found: Coalitions, county: str, account: Account) -> str:
    """Whether a county has a long-term mean of all weather that changed in it: what differs from a mean is weather."""
    changed = [name for name, counties in found.changed["weather"].items() if county in counties]
    means = {
        row.quantity for row in account.inputs
        if row.county_code == county and row.presence == "value" and row.period_from != row.period_to
    }  # fmt: skip
    return "weather" if set(changed) <= means else "interannual"


def _changes(found: Coalitions, old: PeriodSide, new: PeriodSide) -> Iterator[Change]:
    """Every leaf that differs, with the counties in which it does."""
    words = old.account.ruleset.catalogue.vocabulary
    for cause, leaves in found.changed.items():
        for name, counties in sorted(leaves.items()):
            yield Change(cause, words[name].zh, old.period, f"{new.period}：{len(counties)} 县不同")


def _notes(found: Coalitions, names: Mapping[str, str], account: Account, left_out: bool) -> Iterator[str]:  # noqa: FBT001 - a fact
    yield "各项为 Shapley 分解：各组先后次序全部取到的平均，合计恰为变动额；两期对调则各项反号"
    if left_out:
        yield "两期覆盖不同的指标不分解，也不作判断，列在只在一边"
    known = account.coefficients.ecosystems
    for came, word in ((True, "出现"), (False, "消失")):
        told = [
            f"{names[code]} {known[eco].zh if eco in known else eco}"
            for code, eco, here in found.classes
            if here == came
        ]
        if told:
            yield f"{word}的地类（影响计入面积）：{'、'.join(told)}"


def _periods_named(coverage: Sequence[Covered], old: str, new: str) -> tuple[Covered, ...]:
    """The coverage with the two periods that are compared in the place of all periods."""
    rest = [item for item in coverage if item.axis != "period"]
    return (Covered("period", old, old, "a"), Covered("period", new, new, "b"), *rest)


__all__ = ["PeriodSide", "period_causes", "shapley"]
