"""The decisions behind an account with what each is worth: yuan per county and period, with it and without it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from qhgep.account.account import Account
from qhgep.account.choices import MethodChoice
from qhgep.catalogue.prices import price_index
from qhgep.coefficient_store import Adoption, Deflation, Row, decided_by, index_series
from qhgep.decisions.amounts import Amounts, Place, lists_of, place_cell, solved, sum_of_known
from qhgep.decisions.counterfactuals import (
    Override,
    StandIn,
    overrides,
    stand_ins,
    with_method,
    with_shipped,
    without_landcover,
    without_rows,
)
from qhgep.engine.grid import Record
from qhgep.engine.result import Result
from qhgep.inputs.landcover.decisions import LandcoverDecision
from qhgep.inputs.not_applicable import NotApplicable
from qhgep.quantities import area
from qhgep.readings.text import text
from qhgep.ruleset_store.ruleset import IndicatorLine

Kind = Literal[
    "adopted_row", "adopted_period", "override", "stand_in", "deflation", "landcover", "not_applicable", "method"
]
NOTES: Mapping[str, str] = {
    "rests": "未复算：借用的值没有别的来处，影响为依赖它的金额",
    "unused": "未使用：没有值取自它",
    "no_money": "不涉及金额：没有一项指标的价值用到它",
    "impossible": "没有它则不能核算（期间、价格年份或出处不适用），影响为依赖它的金额",
    "coverage": "不改变金额：这些格不再列为应核算而缺的",
    "recomputed": "影响＝现有金额－没有它时的金额",
    "other_method": "影响＝现有金额－改用另一备选方法时的金额（引擎复算）",
    "no_other": "备选方法在这里没有可算的值，或与所计的别项重叠，未复算",
}
"""How the amounts of a decision came about, in words."""


@dataclass(frozen=True, slots=True)
class CountyEffect:
    """What a decision is worth in one county (`*`: all that are listed) and period, in CNY/year.

    `total` is the accounted total as it is and `without` the one without the decision: None where there is no value.
    `amount` is their difference; where the account without the decision was not or could not be computed, it is the
    amount that rests on the decision. `rests`: indicator -> value that rests on it; `lost`: indicators that have a
    value with the decision only, `gained` those that have one without it only, `less_whole` those of whose value a part lacks
    without it only: the two totals do not cover the same then.
    """

    county: str
    period: str
    total: float | None
    without: float | None
    amount: float
    rests: Mapping[str, float]
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    less_whole: tuple[str, ...] = ()

    @property
    def alike(self) -> bool:
        """Whether both totals cover the same."""
        return not (self.lost or self.gained or self.less_whole)


@dataclass(frozen=True, slots=True)
class Effect:
    """One decision: where it is written, what is used, for which quantity, why, who decided, and what it is worth.

    `basis` is a key of NOTES. `counties` is empty where no value uses the decision or none of them is money.
    """

    kind: Kind
    place: str
    what: str
    quantity: str
    ecosystem: str
    from_period: str
    reason: str
    decided_by: str
    basis: str
    counties: tuple[CountyEffect, ...] = ()
    other: str = ""
    """For the choice of a method: the one that it is held against."""
    together: tuple[str, ...] = ()
    """The quantities whose method had to change with it: what must be reckoned alike."""

    @property
    def recomputed(self) -> bool:
        """Whether `without` is what the engine gives for the account without the decision."""
        return self.basis in {"recomputed", "other_method"}

    def of(self, period: str) -> tuple[CountyEffect, ...]:
        """The counties in a period."""
        return tuple(line for line in self.counties if line.period == period)

    def over(self, period: str) -> CountyEffect:
        """The sums over the listed counties in a period."""
        lines = self.of(period)
        names = dict.fromkeys(name for line in lines for name in line.rests)
        rests = {name: math.fsum(line.rests.get(name, 0.0) for line in lines) for name in names}
        lost = dict.fromkeys(name for line in lines for name in line.lost)
        total, without = sum_of_known(line.total for line in lines), sum_of_known(line.without for line in lines)
        amount = math.fsum(line.amount for line in lines)
        return CountyEffect("*", period, total, without, amount, rests, tuple(lost))


def effects(result: Result) -> tuple[Effect, ...]:
    """Every decision behind a result, in the order of account.toml, then overrides, then stand-ins.

    The choice of a method ([[method]]) is listed once for each method that was not chosen.
    An override is undone by the shipped row in the place of the pack's, a stand-in by leaving out the rows of one
    quantity and file; the account is then computed anew, one decision at a time. An adoption is not undone: its effect
    is the amount that rests on it, that is, the values of the indicators that are computed from what it brings in.
    They are kept with the result: pages, screen and JSON ask for the same. (Not by what equals it: the result that `verify`
    builds from a record is equal, and its effects are what that record gives.)
    """
    found: tuple[Effect, ...] | None = result.kept.get("effects")
    if found is None:
        found = result.kept["effects"] = tuple(_Effects(result).all())
    return found


class _Effects:
    def __init__(self, result: Result) -> None:
        self.result, self.account = result, result.account
        self.now = Amounts(result.account, result.grid, result.values)
        self.reads = {line.id: _read_by(self.account, line.value) for line in self.account.ruleset.indicators}
        counties, periods = result.grid.members["county"], result.grid.members["year"]
        self.sources: dict[str, dict[Place, frozenset[int]]] = {}
        self.places = [(county, period) for period in periods for county in counties]

    def all(self) -> Iterator[Effect]:
        yield from (self._adoption(item) for item in self.account.adoptions)
        yield from (self._deflation(item) for item in (self.account.deflation,) if item is not None)
        yield from (self._landcover(item) for item in self.account.landcover)
        yield from (self._not_applicable(item) for item in self.account.not_applicable)
        for item in self.account.methods:
            yield from (self._method(item, other) for other in self._others(item))
        yield from (self._override(item) for item in overrides(self.account.coefficients))
        yield from (self._stand_in(item) for item in stand_ins(self.result))

    def _adoption(self, item: Adoption) -> Effect:
        zh = self.account.ruleset.catalogue.vocabulary[item.target].zh
        what = f"系数行 {item.row}" if item.row else f"输入 {zh}"
        used = self._used(item.target, lambda record: record.adoption == item and record.exact is not None)
        places = [place for place in self.places if not item.counties or place[0] in item.counties]
        counties = self._resting(places, item.target, used, item.item) if self._is_money(item.target) else ()
        return Effect(
            "adopted_row" if item.row else "adopted_period", item.place, what, item.target, item.ecosystem,
            item.from_period, item.reason, item.decided_by, "rests" if counties else "no_money", counties,
        )  # fmt: skip

    def _deflation(self, item: Deflation) -> Effect:
        """What rests on prices carried from other years: without the index the account could not be computed."""
        carried = {name for name in self.result.values for _, record in self._records(name) if record.carried}
        lines = []
        for place in self.places:
            used = {name for name in carried if place in self._used(name, lambda record: record.carried is not None)}
            now = self.now.at(place)
            rests = {line: value for line, value in now.items() if value is not None and self.reads[line] & used}
            if rests:
                lines.append(CountyEffect(*place, self.now.total(place), None, math.fsum(rests.values()), rests))
        return Effect(
            "deflation", item.place, f"价格指数 {item.series}", price_index.name, "", "", item.reason, item.decided_by,
            "impossible" if lines else "unused", tuple(lines),
        )  # fmt: skip

    def _records(self, quantity: str) -> Iterator[tuple[int, Record]]:
        numbers = set().union(*self._sources(quantity).values())
        yield from ((number, self.result.records[number]) for number in sorted(numbers))

    def _landcover(self, item: LandcoverDecision) -> Effect:
        """The areas that the decision made, against the account in which they are missing."""
        other = without_landcover(self.account, item)
        made = frozenset(self.account.inputs) - frozenset(other.inputs)
        used = self._used(area.name, lambda record: record.input in made)
        basis, counties = self._without_decision(area.name, used, lambda: other)
        return Effect(
            "landcover", item.place, item.printed, area.name, "", "", item.reason, item.decided_by, basis, counties
        )

    @staticmethod
    def _not_applicable(item: NotApplicable) -> Effect:
        """What does not apply changes no amount: it leaves the set of what is expected."""
        what = item.what + (f"（{'、'.join(item.counties)}）" if item.counties else "")
        return Effect(
            "not_applicable", item.place, what, item.quantity, "", "", item.reason, item.decided_by, "coverage"
        )

    def _others(self, item: MethodChoice) -> tuple[str, ...]:
        """The methods that the ruleset lists beside the chosen one."""
        return tuple(name for name in self.account.ruleset.choices.get(item.quantity, ()) if name != item.method)

    def _method(self, item: MethodChoice, method: str) -> Effect:
        """The choice of a method against one of the others: the account computed anew by that one."""
        changed_to = with_method(self.account, item.quantity, method)
        other, together = (None, ()) if changed_to is None else (solved(changed_to[0]), changed_to[1])
        lines: tuple[CountyEffect, ...] = ()
        if other is not None:
            changed = [place for place in self.places if self.now.at(place) != other.at(place)]
            lines = tuple(self._against(place, self._reading(place, item.quantity), other) for place in changed)
            if lines and all(line.lost for line in lines):
                other, lines = None, ()
        basis = "no_other" if other is None else "other_method" if lines else "no_money"
        formulas = self.account.ruleset.catalogue.formulas
        mine, its = (f"{name}（{text(formulas[item.quantity, name].equals)}）" for name in (item.method, method))
        names = "、".join(self.account.ruleset.catalogue.vocabulary[name].zh for name in together)
        what = f"{mine}；另一备选：{its}" + (f"，{names} 同改" if names else "")
        return Effect(
            "method",
            item.place,
            what,
            item.quantity,
            "",
            "",
            item.reason,
            item.decided_by,
            basis,
            lines,
            method,
            together,
        )

    def _reading(self, place: Place, quantity: str) -> dict[str, float]:
        """The indicator values of a place that are computed from a quantity."""
        values = self.now.at(place)
        return {line: value for line, value in values.items() if value is not None and quantity in self.reads[line]}

    def _override(self, item: Override) -> Effect:
        own = item.own
        if index_series(own.key):
            return self._index_override(item)
        used = self._used(own.key, lambda record: bool(record.resolved and record.resolved.row.cell[:-1] == item.cell))
        return self._of_override(
            own, item, *self._without_decision(own.key, used, lambda: with_shipped(self.account, item))
        )

    def _index_override(self, item: Override) -> Effect:
        """A pack's price index row: it is used where it carried an amount, whatever quantity that is of."""
        own = item.own

        def by_it(record: Record) -> bool:
            how = record.carried
            return bool(how and item.cell in {how.index_from.row.cell[:-1], how.index_to.row.cell[:-1]})

        used = {name: self._used(name, by_it) for name in self.result.values}
        places = frozenset[Place]().union(*used.values())
        if not places:
            return self._of_override(own, item, "unused", ())
        other = solved(with_shipped(self.account, item))
        lines = tuple(self._carried_line(place, used, other) for place in self.places if place in places)
        return self._of_override(own, item, "impossible" if other is None else "recomputed", lines)

    def _of_override(self, own: Row, item: Override, basis: str, counties: tuple[CountyEffect, ...]) -> Effect:
        who = decided_by(own, self.account.coefficients.sources)
        return Effect(
            "override", own.place, item.what, own.key, own.ecosystem, own.span, own.note, who, basis, counties
        )

    def _carried_line(self, place: Place, used: Mapping[str, frozenset[Place]], other: Amounts | None) -> CountyEffect:
        names = frozenset(name for name, places in used.items() if place in places)
        now = self.now.at(place)
        rests = {line: value for line, value in now.items() if value is not None and self.reads[line] & names}
        if other is None:
            return CountyEffect(*place, self.now.total(place), None, math.fsum(rests.values()), rests)
        return self._against(place, rests, other)

    def _stand_in(self, item: StandIn) -> Effect:
        used = self._used(item.quantity.name, lambda record: record.input in item.members)
        basis, counties = self._without_decision(item.quantity.name, used, lambda: without_rows(self.account, item))
        return Effect(
            "stand_in", item.rows[0].place, item.what, item.quantity.name, "", item.periods, item.reason, "", basis, counties
        )  # fmt: skip

    def _without_decision(
        self, quantity: str, used: frozenset[Place], account: Callable[[], Account]
    ) -> tuple[str, tuple[CountyEffect, ...]]:
        """How the amounts came about, and those of the counties that use the decision or are changed by it."""
        if not used:
            return "unused", ()
        if not self._is_money(quantity):
            return "no_money", ()
        other = solved(account())
        if other is None:
            places = [place for place in self.places if place in used]
            return "impossible", self._resting(places, quantity, used)
        changed = [place for place in self.places if place in used or self.now.at(place) != other.at(place)]
        return "recomputed", tuple(self._difference(place, quantity, used, other) for place in changed)

    def _difference(self, place: Place, quantity: str, used: frozenset[Place], other: Amounts) -> CountyEffect:
        return self._against(place, self._rests(place, quantity, used), other)

    def _against(self, place: Place, rests: Mapping[str, float], other: Amounts) -> CountyEffect:
        """A county's line beside what the engine gives for the account without the decision."""
        total, without = self.now.total(place), other.total(place)
        there = other.at(place)
        here = self.now.at(place)
        lost = tuple(name for name, value in here.items() if value is not None and there[name] is None)
        gained = tuple(name for name, value in here.items() if value is None and there[name] is not None)
        partial = other.partial(place) - self.now.partial(place)
        less_whole = tuple(name for name in here if name in partial and there[name] is not None)
        amount = (total or 0.0) - (without or 0.0)
        return CountyEffect(*place, total, without, amount, rests, lost, gained, less_whole)

    def _resting(
        self, places: Iterable[Place], quantity: str, used: frozenset[Place], item: str = ""
    ) -> tuple[CountyEffect, ...]:
        found = []
        for place in places:
            rests = self._rests(place, quantity, used, item)
            found.append(CountyEffect(*place, self.now.total(place), None, math.fsum(rests.values()), rests))
        return tuple(found)

    def _rests(self, place: Place, quantity: str, used: frozenset[Place], item: str = "") -> dict[str, float]:
        """The indicator values of a place that are computed from the quantity, where the decision gave it a value."""
        if place not in used:
            return {}
        values = self.now.at(place)
        reading = {line.id for line in self.account.ruleset.indicators if self._reads(line, quantity, item)}
        return {name: value for name, value in values.items() if value is not None and name in reading}

    def _reads(self, line: IndicatorLine, quantity: str, item: str) -> bool:
        """Whether an indicator is computed from what a decision is about: not where each is of another item of one list."""
        known = self.account.ruleset.catalogue.vocabulary
        same = lists_of(known[quantity]) == lists_of(known[line.value])
        return quantity in self.reads[line.id] and not (line.item and same and item not in {"", line.item})

    def _is_money(self, quantity: str) -> bool:
        return any(quantity in names for names in self.reads.values())

    def _used(self, quantity: str, of: Callable[[Record], bool]) -> frozenset[Place]:
        """The counties and periods in which a statement of this kind gave a value of the quantity."""
        if quantity not in self.sources:
            self.sources[quantity] = self._sources(quantity)
        known = {number: of(self.result.records[number]) for number in set().union(*self.sources[quantity].values())}
        return frozenset(place for place, numbers in self.sources[quantity].items() if any(known[n] for n in numbers))

    def _sources(self, quantity: str) -> dict[Place, frozenset[int]]:
        """The records behind a quantity in each county and period; empty where the account has no such quantity."""
        held = self.result.values.get(quantity)
        if held is None or held.source is None:
            return {}
        found = {}
        for place in self.places:
            index = self.result.grid.index(place_cell(place))[:2]
            county, year = (min(at, length - 1) for at, length in zip(index, held.source.shape[:2], strict=True))
            found[place] = frozenset(int(number) for number in np.unique(held.source[county, year]) if number >= 0)
        return found


def _read_by(account: Account, quantity: str) -> frozenset[str]:
    """Everything that a quantity is computed from, itself included."""
    formula = account.ruleset.bind.get(quantity)
    below = [_read_by(account, item.name) for item in formula.inputs] if formula else []
    return frozenset({quantity}).union(*below)
