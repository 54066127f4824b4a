"""Figures that pages print beside the values of an account: subtotals, shares of a total, areas that count, counts of lines.

Each is a node: what it comes to, and the values that it follows from.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import cached_property

from qhgep.engine.coverage import Pair
from qhgep.engine.names import ALL
from qhgep.engine.node import Node, Ref
from qhgep.engine.result import Result
from qhgep.ruleset_store.ruleset import IndicatorLine

KINDS = (
    "subtotal", "subtotal_share", "share", "share_of_subtotal", "covered_area", "covered_share", "area_share", "known_area",
    "counted", "reported",
)  # fmt: skip
ValueRef = Callable[..., Ref]
_REST = "unclassified"


class PrintedFigures:
    """The figures of a result; `value_ref` gives the node of a value, as `Result.value` is asked for it."""

    def __init__(self, result: Result, value_ref: ValueRef, account: str) -> None:
        self.result, self.value_ref, self.account = result, value_ref, account

    def refs(self, period: str) -> Iterator[Ref]:
        """The figures of a period: of all counties together, then of each."""
        lines = self.result.account.ruleset.indicators
        codes = [ALL, *(county.code for county in self.result.account.counties)]
        for code in codes:
            for category in dict.fromkeys(line.category for line in lines):
                yield self._ref("subtotal", category, code, period)
                yield self._ref("subtotal_share", category, code, period)
            yield self._ref("counted", "indicators", code, period)
            for kind in ("share", "share_of_subtotal", "covered_area", "covered_share"):
                yield from (self._ref(kind, line.id, code, period) for line in lines)
        shown = {quantity.name for quantity in self.result.account.ruleset.leaves if "ecosystem" not in quantity.axes}
        for name in self.result.account.ruleset.show:
            if name in shown:
                yield self._ref("reported", name, ALL, period)
        for pair in self._pairs.values():
            if pair.period == period and pair.area is not None:
                yield self._ref("area_share", pair.ecosystem, pair.county, period)
        for code in codes[1:]:
            yield self._ref("known_area", "area", code, period)
            yield self._ref("area_share", _REST, code, period)

    def node(self, ref: Ref) -> Node:
        """A figure, with what it follows from."""
        members = dict(ref.members)
        made: Node = getattr(self, f"_{ref.kind}")(ref, members["county"], members["year"])
        return made

    def _subtotal(self, ref: Ref, county: str, period: str) -> Node:
        lines = [line for line in self.result.account.ruleset.indicators if line.category == ref.name]
        values = [self._value(line, county, period) for line in lines]
        known = [value for value in values if value is not None]
        reads = tuple(self._line(line, county, period) for line in lines)
        return Node(
            ref,
            f"小计（{ref.name}）",
            math.fsum(known) if known else None,
            self._unit,
            "value",
            "computed",
            reads=reads,
        )

    def _subtotal_share(self, ref: Ref, county: str, period: str) -> Node:
        part, whole = self._ref("subtotal", ref.name, county, period), self.value_ref("accounted_total", county, period)
        value = self._subtotal(part, county, period).value
        total = self.result.value("accounted_total", county=county, period=period).value
        return self._quotient(ref, "小计占合计", value if isinstance(value, float) else None, total, (part, whole))

    def _share(self, ref: Ref, county: str, period: str) -> Node:
        line = self._lines[ref.name]
        whole = self.value_ref("accounted_total", county, period)
        total = self.result.value("accounted_total", county=county, period=period).value
        return self._quotient(
            ref, "占合计", self._value(line, county, period), total, (self._line(line, county, period), whole)
        )

    def _share_of_subtotal(self, ref: Ref, county: str, period: str) -> Node:
        line = self._lines[ref.name]
        whole = self._ref("subtotal", line.category, county, period)
        total = self._subtotal(whole, county, period).value
        number = total if isinstance(total, float) else None
        return self._quotient(
            ref, "占小计", self._value(line, county, period), number, (self._line(line, county, period), whole)
        )

    def _covered_area(self, ref: Ref, county: str, period: str) -> Node:
        """The area of the ecosystems that count for a line, in a county or in all."""
        line = self._lines[ref.name]
        if county == ALL:
            each = tuple(self._ref(ref.kind, ref.name, area.code, period) for area in self.result.account.counties)
            areas = [value for one in each if isinstance(value := self.node(one).value, float)]
            return Node(
                ref,
                "计入面积",
                math.fsum(areas) if len(areas) == len(each) else None,
                self._area_unit,
                "value",
                "computed",
                reads=each,
            )
        if line.value not in self.result.coverage.reach:
            return Node(ref, "计入面积", None, self._area_unit)
        pairs = [pair for pair in self._of(county, period) if line.counts in pair.reached_by]
        pairs = [pair for pair in pairs if pair.area is not None]
        area = sum((pair.area or 0.0 for pair in pairs), 0.0)
        return Node(
            ref, "计入面积", area, self._area_unit, "value", "computed", reads=tuple(map(self._area_ref, pairs))
        )

    def _covered_share(self, ref: Ref, county: str, period: str) -> Node:
        part = self._ref("covered_area", ref.name, county, period)
        area = self._covered_area(part, county, period).value
        number = area if isinstance(area, float) else None
        return self._quotient(
            ref,
            "计入面积占县域面积",
            number,
            self._complete_value(county, period),
            (part, *self._county_area_ref(county, period)),
        )

    def _area_share(self, ref: Ref, county: str, period: str) -> Node:
        """The share of an ecosystem, or of what no area row mentions, in the area of its county."""
        whole = self._complete_value(county, period)
        if ref.name != _REST:
            pair = self._pairs[county, period, ref.name]
            return self._quotient(
                ref, "占县域面积", pair.area, whole, (self._area_ref(pair), *self._county_area_ref(county, period))
            )
        known = self._ref("known_area", "area", county, period)
        area = self._known_area(known, county, period).value
        rest = whole - area if whole is not None and isinstance(area, float) else None
        return self._quotient(ref, "未归类的占县域面积", rest, whole, (known, *self._county_area_ref(county, period)))

    def _known_area(self, ref: Ref, county: str, period: str) -> Node:
        pairs = [pair for pair in self._of(county, period) if pair.area is not None]
        area = math.fsum(pair.area for pair in pairs if pair.area is not None)
        return Node(
            ref, "本县已知面积合计", area, self._area_unit, "value", "computed", reads=tuple(map(self._area_ref, pairs))
        )

    def _counted(self, ref: Ref, county: str, period: str) -> Node:
        lines = self.result.account.ruleset.indicators
        known = [line for line in lines if self._value(line, county, period) is not None]
        reads = tuple(self._line(line, county, period) for line in lines)
        return Node(ref, "有数项数", float(len(known)), "1", "value", "computed", reads=reads)

    def _reported(self, ref: Ref, county: str, period: str) -> Node:
        """The sum over the counties of a quantity that is listed beside the indicators; none where one lacks it."""
        quantity = self.result.values[ref.name].quantity
        codes = [area.code for area in self.result.account.counties] if county == ALL else [county]
        values = [self.result.value(ref.name, county=code, period=period) for code in codes]
        known = [value.value for value in values if value.presence != "not_applicable"]
        there = [value for value in known if value is not None]
        total = sum(there) if known and len(there) == len(known) else None
        unit = quantity.unit.printed if quantity.unit.items else "1"
        reads = tuple(self.value_ref(ref.name, code, period) for code in codes)
        return Node(
            ref, f"{quantity.zh}合计", total, unit, "missing" if total is None else "value", "computed", reads=reads
        )

    # ----------------------------------------------------------------------------------------------------------

    def _ref(self, kind: str, name: str, county: str, period: str) -> Ref:
        return Ref(kind, name, (("county", county), ("year", period)), self.account)

    def _quotient(self, ref: Ref, zh: str, part: float | None, whole: float | None, reads: tuple[Ref, ...]) -> Node:
        share = part / whole if part is not None and whole else None
        return Node(ref, zh, share, "1", "missing" if share is None else "value", "computed", reads=reads)

    def _value(self, line: IndicatorLine, county: str, period: str) -> float | None:
        return self.result.value(line.value, county=county, period=period, item=line.item).value

    def _line(self, line: IndicatorLine, county: str, period: str) -> Ref:
        return self.value_ref(line.value, county, period, line.item)

    def _complete_value(self, county: str, period: str) -> float | None:
        if "county_area" not in self.result.values:
            return None
        found = self.result.value("county_area", county=county, period=period)
        return None if found.partial is not None else found.value

    def _county_area_ref(self, county: str, period: str) -> tuple[Ref, ...]:
        return (self.value_ref("county_area", county, period),) if "county_area" in self.result.values else ()

    def _area_ref(self, pair: Pair) -> Ref:
        return self.value_ref("area", pair.county, pair.period, "", pair.ecosystem)

    def _of(self, county: str, period: str) -> list[Pair]:
        return [pair for pair in self._pairs.values() if (pair.county, pair.period) == (county, period)]

    @cached_property
    def _lines(self) -> dict[str, IndicatorLine]:
        return {line.id: line for line in self.result.account.ruleset.indicators}

    @cached_property
    def _pairs(self) -> dict[tuple[str, str, str], Pair]:
        return {(pair.county, pair.period, pair.ecosystem): pair for pair in self.result.coverage.pairs()}

    @cached_property
    def _unit(self) -> str:
        return self.result.values[self.result.account.ruleset.indicators[0].value].quantity.unit.printed

    @cached_property
    def _area_unit(self) -> str:
        return self.result.values["area"].quantity.unit.printed if "area" in self.result.values else ""
