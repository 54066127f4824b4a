"""Totals over what several counties have in common: every member known, zero or not applicable in each, by one method.

Counties are compared over equal coverage only. Where theirs differs, an analytic plan may ask for what they share
(`coverage = "common"`): the account is run again with each sum, over an axis or of parts, cut to the members that all of
these counties have. A stated value that stands in for a formula is a method of its own: where some of the counties
state a cell and others compute it, it is not in common.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from qhgep.engine.evaluate import run
from qhgep.engine.expected import Expected, Mask, lacking
from qhgep.engine.grid import ABSENT, MISSING, VALUE, Grid, Value, Values
from qhgep.engine.result import Result


@dataclass(frozen=True, slots=True)
class CommonFigures:
    """A quantity of some counties over what they have in common, and the names of what that leaves out."""

    values: Mapping[str, Value]
    left_out: tuple[str, ...]


_KNOWN = frozenset({"value", "zero", "not_applicable"})


@dataclass(frozen=True)
class CommonCoverage:
    """The result of an account cut to what some counties have in common, and for each quantity what that leaves out."""

    result: Result
    own: Result
    counties: tuple[str, ...]
    lines: tuple[str, ...]
    """The indicators that all of the counties have."""

    def value(self, quantity: str, *, county: str, period: str) -> Value:
        """The value over the common coverage: the same sum in every county, so not partial among them.

        Missing where one of the counties has nothing in common with the others.
        """
        values = {code: self.result.value(quantity, county=code, period=period) for code in self.counties}
        found = replace(values[county], partial=None)
        nothing = quantity == "accounted_total" and not self.lines
        if nothing or any(value.presence not in _KNOWN for value in values.values()):
            return replace(found, value=None, presence="missing", evidence="", record=None)
        return found

    def left_out(self, quantity: str, period: str) -> tuple[str, ...]:
        """What some county has and not all of them: names as in `Partial.missing`."""
        partials = [self.own.value(quantity, county=county, period=period).partial for county in self.counties]
        names = [name for partial in partials if partial is not None for name in partial.missing]
        lines = {line.id for line in self.own.account.ruleset.indicators}
        if quantity == "accounted_total":
            names += sorted(lines - set(self.lines))
        services = {line.id for line in self.own.account.ruleset.not_covered}
        return tuple(name for name in dict.fromkeys(names) if name not in services)


def common_figures(result: Result, quantity: str, *, counties: Sequence[str], period: str) -> CommonFigures:
    """A county total of some counties over what they all have, by one method.

    A value is missing where the counties have nothing in common. Raises KeyError as `Result.value` does.
    """
    found = common_coverage(result, tuple(counties))
    values = {code: found.value(quantity, county=code, period=period) for code in counties}
    return CommonFigures(values, found.left_out(quantity, period))


@lru_cache(maxsize=4)
def common_coverage(result: Result, counties: tuple[str, ...]) -> CommonCoverage:
    """An account's result over what these counties have in common, in every period of the account.

    Those of the last few results are kept: each factor of a plan asks for the same.
    """
    places = [result.grid.members["county"].index(code) for code in counties]
    cut = CommonMembers(Expected(result.values, result.grid), places)
    values = run(result.account.ruleset.order, _inputs_of_run(result), result.grid, cut=cut)
    ruleset = result.account.ruleset
    shared = replace(result, values=values)
    lines = tuple(
        line
        for line in ruleset.indicators
        if all(
            shared.value(line.value, county=code, period=period.name, item=line.item).presence in _KNOWN
            for code in counties
            for period in result.account.periods
        )
    )
    account = replace(result.account, ruleset=replace(ruleset, indicators=lines or ruleset.indicators))
    return CommonCoverage(replace(shared, account=account), result, counties, tuple(line.id for line in lines))


class CommonMembers:
    """Which members of a sum some counties have in common; told to the run of an account."""

    def __init__(self, expected: Expected, places: Sequence[int]) -> None:
        """The counties by their places on the grid."""
        self.grid: Grid = expected.grid
        self.expected, self.places = expected, list(places)

    def one_method(self, values: Values) -> Values:
        """The values without the cells that some of the counties state and others compute."""
        if values.source is None or values.method in {"input", "coefficient"}:
            return values
        there = self._mine(values.present)
        stated = self._mine(values.source >= 0) & there
        place = self.grid.axes["county"]
        both = np.any(stated, axis=place, keepdims=True) & np.any(there & ~stated, axis=place, keepdims=True)
        if not both.any():
            return values
        presence = np.where(both & values.present, np.uint8(MISSING), values.presence)
        return replace(values, value=np.where(presence == VALUE, values.value, np.nan), presence=presence, whole=False)

    def members(self, of: Values, axis: str) -> Mask:
        """Which cells of a summed quantity all of the counties have (True for all of an axis of counties)."""
        if axis == "county":
            return np.ones((1,) * len(self.grid.members), bool)
        has = ~lacking(of.presence)
        if axis == "ecosystem" and self.expected.pairs is not None:
            has = has | ~self.expected.pairs
        found: Mask = np.all(self._mine(has), axis=self.grid.axes["county"], keepdims=True)
        return found

    def _mine(self, mask: Mask) -> Mask:
        place = self.grid.axes["county"]
        found: Mask = mask if mask.shape[place] == 1 else mask.take(self.places, place)
        return found


def _inputs_of_run(result: Result) -> dict[str, Values]:
    """What was given to the run of a result: its leaves, and the stated values that stand in for formulas."""
    found: dict[str, Values] = {}
    computed = {formula.quantity.name for formula in result.account.ruleset.order}
    for name, values in _plain(result.values).items():
        if name not in computed:
            found[name] = values
        elif f"{name}!formula" in result.values and values.source is not None:
            stated = values.source >= 0
            presence = np.where(stated, values.presence, np.uint8(ABSENT))
            value = np.where(presence == VALUE, values.value, np.nan)
            found[name] = replace(values, value=value, presence=presence, method="input", short=None, broken=None)
    return found


def _plain(values: Mapping[str, Values]) -> dict[str, Values]:
    return {name: held for name, held in values.items() if "!" not in name}
