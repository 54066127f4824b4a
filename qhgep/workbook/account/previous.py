"""The year before, from its final workbook: what may be set beside an account, and why the rest may not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qhgep.engine.result import Result
from qhgep.ruleset_store.ruleset import IndicatorLine, Ruleset


@dataclass(frozen=True, slots=True)
class Before:
    """A figure of the year before in 元, and the change to this year; no figure where the two are not comparable, as `why` says."""

    yuan: float | None
    change: float = 0.0
    why: str = ""


@dataclass(frozen=True)
class Previous:
    """A period before of the same counties, as its final workbook has it: `hash` is the hash of its contents.

    An indicator is compared where its rules are the same and the same counties have it, as whole or partial as before;
    the total where every indicator is. Nothing is compared over unlike prices.
    """

    now: Result
    now_period: str
    result: Result
    period: str
    file: str
    hash: str

    def line(self, indicator: str) -> Before:
        """An indicator of the year before, over all counties."""
        mine, its = (_lines(side.account.ruleset).get(indicator) for side in (self.now, self.result))
        if why := self._unlike():
            return Before(None, why=why)
        if mine is None or its is None or set(_rules(self.now, mine)) != set(_rules(self.result, its)):
            return Before(None, why="方法不同")
        if self._covers(self.now, self.now_period, mine) != self._covers(self.result, self.period, its):
            return Before(None, why="覆盖不同")
        now = self.now.value(mine.value, county="*", period=self.now_period, item=mine.item).value
        then = self.result.value(its.value, county="*", period=self.period, item=its.item).value
        return Before(None, why="缺数") if now is None or then is None else Before(then, now - then)

    @property
    def total(self) -> Before:
        """The total of the year before, where every indicator that has a figure is comparable."""
        if why := self._unlike():
            return Before(None, why=why)
        for side in (self.now, self.result):
            for line in side.account.ruleset.indicators:
                found = self.line(line.id)
                if found.yuan is None and found.why != "缺数":
                    return Before(None, why=found.why)
        now = self.now.value("accounted_total", county="*", period=self.now_period).value
        then = self.result.value("accounted_total", county="*", period=self.period).value
        return Before(None, why="缺数") if now is None or then is None else Before(then, now - then)

    def _unlike(self) -> str:
        """Why nothing of the two is comparable; empty where something may be."""
        a, b = self.now.account, self.result.account
        if a.price_year != b.price_year:
            return f"价格年份不同（{b.price_year}、{a.price_year}）"
        return "" if [c.code for c in a.counties] == [c.code for c in b.counties] else "县不同"

    @staticmethod
    def _covers(result: Result, period: str, line: IndicatorLine) -> list[object]:
        """What an indicator has in each county: whether a figure, and what that lacks."""
        values = [
            result.value(line.value, county=county.code, period=period, item=line.item)
            for county in result.account.counties
        ]
        return [(value.presence, value.partial.missing if value.partial else ()) for value in values]


def _lines(ruleset: Ruleset) -> dict[str, IndicatorLine]:
    return {line.id: line for line in ruleset.indicators}


def _rules(result: Result, line: IndicatorLine) -> Iterator[tuple[str, str]]:
    """Every formula that an indicator follows from."""
    waiting = [line.value, line.quantity]
    while waiting:
        formula = result.account.ruleset.bind.get(waiting.pop())
        if formula is not None:
            yield formula.id
            waiting += [item.name for item in formula.inputs]
