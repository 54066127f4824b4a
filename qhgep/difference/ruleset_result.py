"""The result of a comparison of rulesets: what each covers, excludes and prices, and bridges between their totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from qhgep.difference.result import Amounts, BridgeStep, ComparedPlace
from qhgep.engine.result import Result
from qhgep.errors import Problem
from qhgep.text_tables import in_one_line
from qhgep.units import Unit

if TYPE_CHECKING:
    import pandas as pd

Status = Literal["counted", "beside", "not_covered", "excluded", "unlisted"]
STATUS: Mapping[Status, tuple[str, str]] = {
    "counted": ("计入", "counted"), "beside": ("列示，不计入", "shown beside"), "not_covered": ("未核算", "not covered"),
    "excluded": ("排除", "excluded"), "unlisted": ("不列", "not listed"),
}  # fmt: skip
"""What a ruleset does with an indicator -> its Chinese and English name."""
STEPS = ("coverage", "method", "price")
"""The steps of a bridge between two rulesets, in order."""


@dataclass(frozen=True, slots=True)
class Covers:
    """What a ruleset says of an indicator: its reason or clause where it says one, the methods and prices behind its value."""

    line: str
    zh: str
    status: Status
    reason: str = ""
    clause: str = ""
    evidence: str = ""
    methods: tuple[str, ...] = ()
    """Each formula below the value and the physical quantity that adds nothing up: `name：method`."""
    prices: tuple[str, ...] = ()
    """Each price below the value: name, value, unit and row."""


@dataclass(frozen=True, slots=True)
class Held:
    """Physical quantity and value of a counted line in a place; None where there is none, and `presence` says why."""

    quantity: Fraction | None
    unit: Unit
    value: Fraction | None
    presence: str
    partial: bool = False


@dataclass(frozen=True)
class RulesetSide:
    """One ruleset over the account: what it covers, and what it comes to.

    `result` is None for a shell, which computes nothing, and where `problems` keep it from being computed.
    """

    name: str
    zh: str
    shell: bool
    covers: Mapping[str, Covers]
    result: Result | None
    problems: tuple[Problem, ...]
    lines: Mapping[tuple[ComparedPlace, str], Held]
    totals: Mapping[ComparedPlace, Fraction]
    """The sum of the counted lines that have a value; a place where none has one has no total."""

    @property
    def gaps(self) -> tuple[Problem, ...]:
        """What lacks where lines have no value."""
        from qhgep.engine.gaps import GAPS

        return () if self.result is None else tuple(item for item in self.result.checks if item.code in GAPS)


@dataclass(frozen=True, slots=True)
class LineStep:
    """A line that one of two rulesets has a value for in a place: both sides, and how its difference splits.

    `unit_price` is the value of the first side over its quantity; None where it has none. `second` stands in its own unit,
    `factor` carries it to that of the first side. `note` says why a difference could not be split.
    """

    place: ComparedPlace
    line: str
    zh: str
    first: Held | None
    second: Held | None
    coverage: Fraction
    method: Fraction
    price: Fraction
    factor: Fraction | None = None
    unit_price: Fraction | None = None
    note: str = ""

    @property
    def difference(self) -> Fraction:
        """The three together."""
        return self.coverage + self.method + self.price


@dataclass(frozen=True)
class RulesetBridge:
    """The bridge from the totals of one ruleset to those of another: the steps add up to the difference, exactly."""

    names: tuple[str, str]
    old: Amounts
    new: Amounts
    steps: tuple[BridgeStep, ...]
    lines: tuple[LineStep, ...]

    @property
    def difference(self) -> Fraction:
        """The difference over all places."""
        return sum(self.new.values(), Fraction(0)) - sum(self.old.values(), Fraction(0))


@dataclass(frozen=True, slots=True)
class Unused:
    """A decision of the account that some of the rulesets have no use for: where it stands, what it is, which they are."""

    place: str
    text: str
    rulesets: tuple[str, ...]


@dataclass(frozen=True)
class RulesetComparison:
    """Rulesets side by side over the inputs of one account.

    `indicators` are all lines of all rulesets, `bridges` lead from the first ruleset with a total to each other one.
    Amounts are CNY/year in the prices of `price_year`. Totals are of what each covers: unlike coverage is not comparable
    by size, which is why the bridge begins with it.
    """

    title: str
    price_year: int
    zh: Mapping[str, str]
    places: tuple[ComparedPlace, ...]
    indicators: Mapping[str, str]
    sides: tuple[RulesetSide, ...]
    bridges: tuple[RulesetBridge, ...]
    unused: tuple[Unused, ...]
    __repr__ = in_one_line

    def side(self, name: str) -> RulesetSide:
        """A ruleset by its name. Raises KeyError for one that is not compared."""
        found = {side.name: side for side in self.sides}
        return found[name]

    def frame(self) -> pd.DataFrame:
        """A long table: ruleset, county_code, name, period, line, quantity, unit, value (CNY/year), presence."""
        import pandas as pd

        return pd.DataFrame.from_records(
            list(self._rows()),
            columns=["ruleset", "county_code", "name", "period", "line", "quantity", "unit", "value", "presence"],
        )

    def _rows(self) -> Iterator[dict[str, Any]]:
        for side in self.sides:
            for (place, line), held in side.lines.items():
                yield {
                    "ruleset": side.name, "county_code": place.code, "name": self.zh[place.code], "period": place.period, "line": line,
                    "quantity": _number(held.quantity), "unit": str(held.unit), "value": _number(held.value),
                    "presence": held.presence,
                }  # fmt: skip


def _number(amount: Fraction | None) -> float | None:
    return None if amount is None else float(amount)
