"""What a change between two periods comes from: area, weather, other physical figures, prices; the effects sum to the change exactly.

Each cause is a group of leaves. The value of every coalition of groups is that of the formulas, its float taken as an
exact Fraction, and Shapley's rule shares the change out: a group gets its mean contribution over all orders in which the
groups can change. So the effects sum to the change, an unchanged group has none, and swapping the periods turns every sign.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import factorial

from qhgep.account.account import Account
from qhgep.catalogue.weather import CAUSES
from qhgep.difference.coverage import account_coverage, one_system
from qhgep.difference.result import BridgeStep, Change, ComparedLine, ComparedPlace, Covered, Difference, OneSided
from qhgep.difference.two_methods import LineKey, TwoMethods
from qhgep.engine.result import Result
from qhgep.errors import AccountError, problem

OUTER = ("coverage", "method")
"""The steps that are split off before the causes."""
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
    """The change from one period to another as a bridge: coverage, methods, and over what is left the causes.

    An indicator that does not cover the same in both, or that one side's method cannot be had of the other's figures, is a
    matter of coverage: what it was falls away and what it is comes in, and no cause is told. Raises AccountError for a
    period that is not there, another system of indicators or price year, and where nothing covers the same.
    """
    _refuse(old, new)
    both = TwoMethods(old.result, new.result, (old.period, new.period))
    split = _Split(f"{old.period} → {new.period}")
    for county in both.coalitions[0].grid.members["county"]:
        for key in both.lines:
            split.line(both, key, county, (old, new))
    coverage = _periods_named(account_coverage(old.result, new.result), old.period, new.period)
    compared, beside, effects = tuple(split.compared), tuple(split.beside), split.effects
    if not compared:
        told = "；".join(f"{item.place.code} {item.zh}" for item in beside) or "-"
        raise AccountError(
            problem("diff_periods_nothing", f"{old.name} ↔ {new.name}", old=old.period, new=new.period, told=told)
        )
    first, last = ({place: _sum(compared, beside, place, side) for place in effects} for side in (0, 1))
    names = {county.code: county.zh for county in (*old.account.counties, *new.account.counties)}
    return Difference(
        "account", (f"{old.name}（{old.period}）", f"{new.name}（{new.period}）"), (old.id, new.id), names,
        tuple(_changes(both, old, new)), first, last, tuple(_bridge(both, effects, old.account)), compared, beside,
        coverage, new.account.price_year, tuple(_notes(both, names, old.account, effects)), by_cause=True,
    )  # fmt: skip


@dataclass
class _Split:
    """What is compared in each place and what is not, and what coverage, methods and causes do there."""

    called: str
    compared: list[ComparedLine] = field(default_factory=list)
    beside: list[OneSided] = field(default_factory=list)
    effects: dict[ComparedPlace, dict[str, Fraction]] = field(default_factory=dict)

    def line(self, both: TwoMethods, key: LineKey, county: str, sides: tuple[PeriodSide, PeriodSide]) -> None:
        """Take in an indicator of a county."""
        place, amounts = ComparedPlace(county, self.called), both.line(key, county)
        if amounts is None:
            for item in _beside(both, key, place, sides):
                self.beside.append(item)
                self._add(place, "coverage", item.amount if item.side == "b" else -item.amount)
            return
        zh = sides[0].account.ruleset.zh_of(key[0])
        self.compared.append(ComparedLine(place, key[0], zh, amounts.by_old[0], amounts.by_new[-1]))
        self._add(place, "method", amounts.method)
        for cause, one, other in zip(CAUSES, shapley(amounts.by_old), shapley(amounts.by_new), strict=True):
            self._add(place, cause, (one + other) / 2)

    def _add(self, place: ComparedPlace, kind: str, amount: Fraction) -> None:
        mine = self.effects.setdefault(place, dict.fromkeys((*OUTER, *CAUSES), Fraction(0)))
        mine[kind] += amount


def _refuse(old: PeriodSide, new: PeriodSide) -> None:
    where = f"{old.name} ↔ {new.name}"
    for side in (old, new):
        there = [period.name for period in side.account.periods]
        if side.period not in there:
            raise AccountError(problem("diff_no_period", side.name, period=side.period, periods="、".join(there)))
    if old.period == new.period and old.id == new.id:
        raise AccountError(problem("diff_one_period", where, period=old.period))
    a, b = old.account, new.account
    one_system(a, b, account_coverage(old.result, new.result), where)
    if a.price_year != b.price_year:
        raise AccountError(problem("diff_periods_prices", where, old=a.price_year, new=b.price_year))
    if not {county.code for county in a.counties} & {county.code for county in b.counties}:
        raise AccountError(problem("diff_periods_nothing", where, old=old.period, new=new.period, told="没有共同的县"))


def _beside(
    both: TwoMethods, key: LineKey, place: ComparedPlace, sides: tuple[PeriodSide, PeriodSide]
) -> Iterator[OneSided]:
    """The amounts of an indicator that is not compared, of each side that has one."""
    why = "两期方法不同，不能都按另一方法复算，不分解" if both.other_methods(key) else "两期覆盖不同，不分解"
    for which, side, line in zip(("a", "b"), sides, both.lines[key], strict=True):
        if line is None:
            continue
        value = side.result.value(line.value, county=place.code, period=side.period, item=line.item).value
        if value is not None:
            zh = f"{side.account.ruleset.zh_of(line.id)}（{why}）"
            yield OneSided(which, place, line.id, zh, Fraction(value))  # type: ignore[arg-type] # a or b


def _sum(compared: Sequence[ComparedLine], beside: Sequence[OneSided], place: ComparedPlace, side: int) -> Fraction:
    amounts = [(line.old, line.new)[side] for line in compared if line.place == place]
    amounts += [item.amount for item in beside if item.place == place and item.side == ("a", "b")[side]]
    return sum((amount for amount in amounts if amount is not None), Fraction(0))


def _bridge(
    both: TwoMethods, effects: Mapping[ComparedPlace, Mapping[str, Fraction]], account: Account
) -> Iterator[BridgeStep]:
    """A line for coverage, methods and each cause that changed; weather apart for counties with and without a long-term mean."""
    for kind in OUTER:
        if any(mine[kind] for mine in effects.values()):
            yield BridgeStep((kind,), {place: mine[kind] for place, mine in effects.items()})
    for kind in _KINDS:
        cause = "weather" if kind == "interannual" else kind
        if not both.changed[cause]:
            continue
        amounts = {
            place: mine[cause]
            if cause != "weather" or kind == _weather_kind(both, place.code, account)
            else Fraction(0)
            for place, mine in effects.items()
        }
        if cause == "weather" and not any(_weather_kind(both, place.code, account) == kind for place in effects):
            continue
        yield BridgeStep((kind,), amounts)


def _weather_kind(both: TwoMethods, county: str, account: Account) -> str:
    """Whether a county has a long-term mean of all weather that changed in it: what differs from a mean is weather."""
    changed = [name for name, counties in both.changed["weather"].items() if county in counties]
    means = {
        row.quantity for row in account.inputs
        if row.county_code == county and row.presence == "value" and row.period_from != row.period_to
    }  # fmt: skip
    return "weather" if set(changed) <= means else "interannual"


def _changes(both: TwoMethods, old: PeriodSide, new: PeriodSide) -> Iterator[Change]:
    """Every leaf that differs, with the counties in which it does."""
    words = {**new.account.ruleset.catalogue.vocabulary, **old.account.ruleset.catalogue.vocabulary}
    for cause, leaves in both.changed.items():
        for name, counties in sorted(leaves.items()):
            yield Change(cause, words[name].zh, old.period, f"{new.period}：{len(counties)} 县不同")


def _notes(
    both: TwoMethods,
    names: Mapping[str, str],
    account: Account,
    effects: Mapping[ComparedPlace, Mapping[str, Fraction]],
) -> Iterator[str]:
    yield "各项为 Shapley 分解：各组先后次序全部取到的平均，合计恰为变动额；两期对调则各项反号"
    if any(mine["coverage"] for mine in effects.values()):
        yield "“核算范围”：两期覆盖不同的指标，原有的减去、现有的加上，不分解到原因，也不作判断；各项列在只在一边"
    if any(mine["method"] for mine in effects.values()):
        yield "“方法（实物量）”：两期数据各按两种方法计算之差的平均；其余各项为按两种方法各自分解的平均"
    known = account.coefficients.ecosystems
    for came, word in ((True, "出现"), (False, "消失")):
        told = [
            f"{names[code]} {known[eco].zh if eco in known else eco}"
            for code, eco, here in dict.fromkeys((*both.coalitions[0].classes, *both.coalitions[1].classes))
            if here == came
        ]
        if told:
            yield f"{word}的地类（影响计入面积）：{'、'.join(told)}"


def _periods_named(coverage: Sequence[Covered], old: str, new: str) -> tuple[Covered, ...]:
    """The coverage with the two periods that are compared in the place of all periods."""
    rest = [item for item in coverage if item.axis != "period"]
    return (Covered("period", old, old, "a"), Covered("period", new, new, "b"), *rest)


__all__ = ["PeriodSide", "period_causes", "shapley"]
