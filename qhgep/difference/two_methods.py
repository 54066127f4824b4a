"""The change of an indicator between two periods by the methods of either side: what the methods do, and the coalitions by each.

A method step is the mean of both periods' steps: what the other method makes of the old figures, and of the new ones. What
is left is the mean of the changes by each method, which the causes share out. So the parts add up to the change, and
swapping the sides turns every sign. A method is tried only where the other side's inputs are there and cover the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from qhgep.account.account import Account
from qhgep.catalogue.weather import CAUSES, cause_of
from qhgep.difference.coverage import line_key
from qhgep.engine import compute
from qhgep.engine.coalitions import Coalitions, coalitions
from qhgep.engine.comparable import Reach, Reaches, same_reach
from qhgep.engine.result import Result
from qhgep.errors import QhgepError
from qhgep.ruleset_store.ruleset import IndicatorLine, Ruleset

LineKey = tuple[str, str, str]
FormulaId = tuple[str, str]


@dataclass(frozen=True)
class LineCoalitions:
    """An indicator of a county: its values for every coalition by the old side's methods and by the new side's, exactly."""

    by_old: tuple[Fraction, ...]
    by_new: tuple[Fraction, ...]

    @property
    def method(self) -> Fraction:
        """What the methods do: the mean of their steps at either end."""
        return (self.by_new[0] - self.by_old[0] + self.by_new[-1] - self.by_old[-1]) / 2


@dataclass(frozen=True)
class TwoMethods:
    """Two results, each with a period, read by the methods of both."""

    old: Result
    new: Result
    periods: tuple[str, str]

    @cached_property
    def lines(self) -> Mapping[LineKey, tuple[IndicatorLine | None, IndicatorLine | None]]:
        """Every indicator of either side, with its line there."""
        sides = [
            {line_key(line): line for line in result.account.ruleset.indicators} for result in (self.old, self.new)
        ]
        return {key: (sides[0].get(key), sides[1].get(key)) for key in sides[0] | sides[1]}

    @cached_property
    def coalitions(self) -> tuple[Coalitions, Coalitions]:
        """All coalitions by the methods of the old side and of the new; the same ones where the methods are."""
        a, b = self.old.account, self.new.account
        first = coalitions((a, self.periods[0]), (_by(b, a), self.periods[1]), CAUSES, cause_of)
        if _order(a.ruleset) == _order(b.ruleset):
            return first, first
        return first, coalitions((_by(a, b), self.periods[0]), (b, self.periods[1]), CAUSES, cause_of)

    @cached_property
    def changed(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        """For each cause the leaves that differ, read by either method, with the counties in which they do."""
        found: dict[str, dict[str, tuple[str, ...]]] = {cause: {} for cause in CAUSES}
        for read in self.coalitions:
            for cause, leaves in read.changed.items():
                for name, counties in leaves.items():
                    found[cause][name] = tuple(sorted({*found[cause].get(name, ()), *counties}))
        return found

    def line(self, key: LineKey, county: str) -> LineCoalitions | None:
        """The coalitions of an indicator; None where it is on one side only, covers something else, or cannot be had by both."""
        one, other = self.lines[key]
        if one is None or other is None:
            return None
        same = self._formulas(0, one) == self._formulas(1, other)
        if not (self._alike(key, county) if same else self._alike_by_both(key, county)):
            return None
        amounts = [
            read.amounts(line, county)
            for read, line in zip(self.coalitions, (one, one if same else other), strict=True)
        ]
        if same:
            amounts[1] = amounts[0]
        if amounts[0] is None or amounts[1] is None:
            return None
        return LineCoalitions(*(tuple(map(Fraction, values)) for values in amounts if values is not None))

    def other_methods(self, key: LineKey) -> bool:
        """Whether both sides have the indicator, by other formulas."""
        one, other = self.lines[key]
        return one is not None and other is not None and self._formulas(0, one) != self._formulas(1, other)

    def _alike(self, key: LineKey, county: str) -> bool:
        first, second = self.reach(0, key, county), self.reach(1, key, county)
        return first is not None and second is not None and same_reach([first], [second])

    def _alike_by_both(self, key: LineKey, county: str) -> bool:
        """Whether an indicator covers the same in both periods by the old side's method, and by the new side's, and by either."""
        crossed = self._crossed
        if crossed is None:
            return False
        line = self.lines[key][0]
        if line is None:
            return False
        ends = (self.reach(0, key, county), self.reach(1, key, county))
        later, earlier = (
            reaches.of(line, county, period) for reaches, period in zip(crossed, self.periods[::-1], strict=True)
        )
        if ends[0] is None or ends[1] is None:
            return False
        by_method = same_reach([ends[0]], [later]) and same_reach([earlier], [ends[1]])
        return by_method and _covers(ends[0]) == _covers(ends[1])

    def reach(self, side: int, key: LineKey, county: str) -> Reach | None:
        """What an indicator of a side covers in its period; None where the side has none."""
        line = self.lines[key][side]
        return None if line is None else self._reaches[side].of(line, county, self.periods[side])

    @cached_property
    def _reaches(self) -> tuple[Reaches, Reaches]:
        return Reaches(self.old), Reaches(self.new)

    @cached_property
    def _crossed(self) -> tuple[Reaches, Reaches] | None:
        """The new account by the old methods, and the old one by the new ones; None where either cannot be computed."""
        a, b = self.old.account, self.new.account
        try:
            return Reaches(compute(_by(b, a))), Reaches(compute(_by(a, b)))
        except QhgepError:
            return None

    def _formulas(self, side: int, line: IndicatorLine) -> frozenset[FormulaId]:
        key = side, line.value
        if key not in self._known:
            self._known[key] = _formulas_below((self.old, self.new)[side].account.ruleset, line.value)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[int, str], frozenset[FormulaId]]:
        return {}


def _by(account: Account, other: Account) -> Account:
    """An account by the rules and the methods of another."""
    if _order(account.ruleset) == _order(other.ruleset):
        return account
    return replace(account, ruleset=other.ruleset, methods=other.methods)


def _order(ruleset: Ruleset) -> list[FormulaId]:
    return [formula.id for formula in ruleset.order]


def _covers(reach: Reach) -> tuple[object, ...]:
    """What of a reach does not speak of the method: values that stand for formulas do."""
    return reach.state, reach.missing, reach.share


def _formulas_below(ruleset: Ruleset, name: str) -> frozenset[FormulaId]:
    """The formulas that a quantity is computed by."""
    formulas = {formula.quantity.name: formula for formula in ruleset.order}
    found: set[FormulaId] = set()
    waiting = [name]
    while waiting:
        formula = formulas.get(waiting.pop())
        if formula is not None and formula.id not in found:
            found.add(formula.id)
            waiting += [item.name for item in formula.inputs]
    return frozenset(found)


__all__ = ["LineCoalitions", "LineKey", "TwoMethods"]
