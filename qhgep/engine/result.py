"""The result of an account: values with presence, origin, evidence and coverage. Frozen; tables on request."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from qhgep._version import __version__
from qhgep.account.account import Account
from qhgep.account.in_words import described
from qhgep.arguments import checked
from qhgep.coefficient_store import Resolved, self_reported
from qhgep.engine.coverage import Coverage
from qhgep.engine.frames import Names, iamc_frame, value_frame
from qhgep.engine.grid import NOT_APPLICABLE, PRESENCE_NAMES, VALUE, Grid, Partial, Record, Value, Values
from qhgep.engine.names import ALL, TOTALS, county_named, members_named, period_named, quantity_named
from qhgep.engine.price_years import refuse_mixture
from qhgep.errors import Language, Problem
from qhgep.evidence import EVIDENCE, LEVELS, weakest
from qhgep.expr import AXES, Cell, Quantity
from qhgep.money import cents_text
from qhgep.phrases import listed, phrase, word
from qhgep.text_tables import html_table
from qhgep.units import Unit

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Result:
    """What `compute` found. `values` holds the arrays, `coverage` what they cover, `checks` what a reader must know.

    Nothing of it can be written to. Two results are equal where they follow from the same content and hold the same values.
    """

    account: Account
    grid: Grid
    values: Mapping[str, Values]
    records: Sequence[Record]
    coverage: Coverage
    checks: tuple[Problem, ...]
    run_id: str
    indices: Mapping[int, Resolved] = field(default_factory=dict)
    """year -> the price index row that figures rest on, by year; empty without [deflate]"""
    kept: dict[str, Any] = field(init=False, default_factory=dict, repr=False, compare=False)
    """What was worked out of this object and is asked for again; never that of an equal one, which may have been read from less."""

    def __eq__(self, other: object) -> bool:
        """Whether another result is of the same run and holds the same values."""
        if not isinstance(other, Result):
            return NotImplemented
        return self.run_id == other.run_id and dict(self.values) == dict(other.values)

    def __hash__(self) -> int:
        """The hash of the run."""
        return hash(self.run_id)

    def __repr__(self) -> str:
        """One line: counties, periods, how much is accounted, run; what it holds fills pages."""
        periods = [period.name for period in self.account.periods]
        covered, applicable = self.counted(periods)
        partial = f"{phrase('notices.partial', 'zh')}, " if any(total.partial for total in self._totals) else ""
        return f"<Result {described(self.account)}, 已核算 {covered}/{applicable} 项, {partial}run_id {self.run_id}>"

    @property
    def day(self) -> date:
        """The date of the account, stamped into what is written."""
        return self.account.date

    @property
    def known_on(self) -> date | None:
        """The day as of which the coefficients are taken; None where they are taken as they are now."""
        return self.account.coefficients.known_on

    @checked
    def value(
        self, quantity: str, *, county: str | int, period: str | int | None = None, ecosystem: str = "", item: str = ""
    ) -> Value:
        """One value of a quantity of the account.

        Counties go by code or name, quantities by their English or Chinese names; `period` may be left out where the account
        has one. Also `accounted_total` and `gep_total`, and county `*` for the total over all counties of indicators.
        Raises UnknownName (a KeyError too) with the nearest for what the account does not have, UnitError for a sum over
        counties of amounts in the prices of several years.
        """
        key = (*self.named(quantity, county, period), ecosystem, item)
        if key not in self._known:
            self._known[key] = self._value(*key)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[str, str, str, str, str], Value]:
        """The values that were asked for: nothing of a result changes, and sums ask for the same ones again."""
        return {}

    def _value(self, quantity: str, county: str, period: str, ecosystem: str, item: str) -> Value:
        if quantity in TOTALS:
            return self._grand(quantity, county, period)
        held = self.values[quantity]
        if county == ALL:
            return self._over_counties(quantity, period, ecosystem, item)
        known = {"county": county, "year": period, **members_named(self.grid, held.quantity.axes, ecosystem, item)}
        return self.at(held.quantity, Cell(tuple((axis, known[axis]) for axis in held.quantity.axes)))

    def named(self, quantity: str, county: str | int, period: str | int | None) -> tuple[str, str, str]:
        """The names that the result itself uses, of what a caller calls so. Raises UnknownName with the nearest."""
        if county not in self.grid.members["county"]:
            county = county_named(self.account, county)
        if period not in self.grid.members["year"]:
            period = period_named(self.account, period)
        rules = self.account.ruleset
        lines = {rules.zh_of(line.id): line.value for line in rules.indicators}
        lines |= {rules.zh_of(line.id): line.value for line in rules.beside}
        return quantity_named(self.values, quantity, lines), str(county), str(period)

    def at(self, quantity: Quantity, cell: Cell) -> Value:
        """The value of a quantity at a cell of its axes."""
        held = self.values[quantity.name]
        index = self.grid.index(cell)
        record = self.record(quantity.name, index)
        presence = (
            record.presence if record and held.presence[index] == VALUE else PRESENCE_NAMES[int(held.presence[index])]
        )
        number = float(held.value[index]) if held.presence[index] == VALUE else None
        evidence = held.evidence_at(index) if number is not None else (record.evidence if record else "")
        computed = presence != "absent" and held.method not in {"input", "coefficient"}
        origin = record.origin if record else ("computed" if computed else "")
        partial = self.coverage.partial(quantity.name, cell)
        return Value(number, held.quantity.unit, presence, origin, evidence, held.method, partial, record)

    def record(self, quantity: str, index: tuple[int, ...]) -> Record | None:
        """The statement behind a cell, None where it is computed or nothing is stated."""
        source = self.values[quantity].source
        return self.records[int(source[index])] if source is not None and source[index] >= 0 else None

    def says_something(self, quantity: str, period: str) -> bool:
        """Whether a quantity has a number, or is not applicable, somewhere in a period."""
        held = self.values[quantity]
        axis = self.grid.axes["year"]
        place = self.grid.index(Cell((("year", period),)))[axis] if held.presence.shape[axis] > 1 else 0
        return bool(np.isin(held.presence.take(place, axis=axis), [VALUE, NOT_APPLICABLE]).any())

    def only_period(self) -> str:
        """The period of an account that has one. Raises UnknownName where it has several."""
        return period_named(self.account, None)

    def _over_counties(self, quantity: str, period: str, ecosystem: str, item: str) -> Value:
        """The sum over the counties that have a value, exactly rounded; partial where one has none or is partial."""
        held = self.values[quantity]
        cells = [
            self.value(quantity, county=c.code, period=period, ecosystem=ecosystem, item=item)
            for c in self.account.counties
        ]
        refuse_mixture(self.account, held.quantity, [cell.record for cell in cells if cell.record])
        codes = [county.code for county in self.account.counties]
        return _sum(held.quantity.unit, codes, cells, held.method, self._share_of_all(cells, period))

    def _grand(self, quantity: str, county: str, period: str) -> Value:
        unit = self.values[self.account.ruleset.indicators[0].value].quantity.unit
        lines = self.account.ruleset.indicators
        if county == ALL:
            codes = [item.code for item in self.account.counties]
            totals = [self._grand("accounted_total", code, period) for code in codes]
            total = _sum(unit, codes, totals, "sum", self._share_of_all(totals, period))
        else:
            values = [self.value(line.value, county=county, period=period, item=line.item) for line in lines]
            lowest = _lowest(values, self.coverage.full_share(county, period))
            total = _sum(unit, [line.id for line in lines], values, "sum", lowest)
            total = self.coverage.grand(total, county, period)
        if quantity == "accounted_total":
            return total
        return self._gep(total, county, period)

    def _share_of_all(self, values: Sequence[Value], period: str) -> float | None:
        """The share of the area of all counties that a value over them covers: each county's share by its area.

        A county without a value covers nothing of it. None where the area of a county is not known.
        """
        areas, covered = [], []
        for county, value in zip(self.account.counties, values, strict=True):
            area = self.coverage.county_area(county.code, period)
            share = 1.0 if value.partial is None else value.partial.area_share
            if value.value is None:
                share = None if value.presence == "not_applicable" else 0.0
            if area is None or (share is None and value.value is not None):
                return None
            if share is not None:
                areas.append(area)
                covered.append(area * share)
        whole = math.fsum(areas)
        return math.fsum(covered) / whole if whole else None

    def _gep(self, accounted: Value, county: str, period: str) -> Value:
        """GEP: the complete sum less what flows in from outside. A partial total is never called GEP."""
        none = Value(None, accounted.unit, "missing", "computed", "", "sum_less_inflow", accounted.partial)
        held = "inflow_from_outside" in self.values and self.account.ruleset.complete
        if accounted.partial is not None or accounted.value is None or not held:
            return none
        inflow = self.value("inflow_from_outside", county=county, period=period)
        if inflow.value is None:
            return none
        if county == ALL and any(
            self._grand("gep_total", item.code, period).value is None for item in self.account.counties
        ):
            return none
        evidence = weakest([accounted.evidence, inflow.evidence]) if inflow.evidence else accounted.evidence
        return Value(accounted.value - inflow.value, accounted.unit, "value", "computed", evidence, "sum_less_inflow")

    @cached_property
    def self_reported(self) -> tuple[str, ...]:
        """The ids of the coefficient rows in use that a bureau of one of the account's own counties returned."""
        store = self.account.coefficients
        places = [county.zh for county in self.account.counties]
        used = {record.resolved.row.row: record.resolved.row for record in self.records if record.resolved}
        used |= {index.row.row: index.row for index in self.indices.values()}
        return tuple(name for name, row in sorted(used.items()) if self_reported(row, store.sources, places))

    @cached_property
    def evidence_shares(self) -> Mapping[str, float]:
        """The share of the accounted value, over all periods, that rests on each level of evidence."""
        return self.evidence_in([period.name for period in self.account.periods])

    def counted(self, periods: Sequence[str]) -> tuple[int, int]:
        """How many indicators have a value in some county in these periods, of how many services that apply."""
        lines, counties = self.account.ruleset.indicators, self.account.counties
        there = [
            any(
                self.value(line.value, county=c.code, period=p, item=line.item).value is not None
                for c in counties
                for p in periods
            )
            for line in lines
        ]
        return sum(there), len(lines) + len(self.account.ruleset.not_covered)

    def evidence_in(self, periods: Sequence[str]) -> Mapping[str, float]:
        """The share of the accounted value in these periods that rests on each level of evidence; levels in order.

        A negative value counts by its size: it rests on its evidence as much as a positive one.
        """
        sums: dict[str, list[float]] = {level: [] for level in LEVELS}
        for value in self._indicator_values(periods):
            if value.value is not None:
                sums[value.evidence].append(abs(value.value))
        whole = math.fsum(amount for amounts in sums.values() for amount in amounts)
        return {level: math.fsum(amounts) / whole if whole else 0.0 for level, amounts in sums.items()}

    def _indicator_values(self, periods: Sequence[str]) -> Iterator[Value]:
        for line in self.account.ruleset.indicators:
            for county in self.account.counties:
                for period in periods:
                    yield self.value(line.value, county=county.code, period=period, item=line.item)

    def rows(self) -> list[dict[str, Any]]:
        """Every value, one a row, sorted by quantity, county, period, ecosystem, item."""
        found = [row for name in self.values if "!" not in name for row in self._rows_of(name)]
        counties = [*(item.code for item in self.account.counties), ALL]
        wanted = [(name, county, "") for name in ("accounted_total", "gep_total") for county in counties]
        lines = self.account.ruleset.indicators
        wanted += {(name, ALL, line.item) for line in lines for name in (line.quantity, line.value)}
        for period in (item.name for item in self.account.periods):
            found += [
                _row(name, self.value(name, county=code, period=period, item=item), code, period, "", item)
                for name, code, item in wanted
            ]
        return sorted(
            found, key=lambda row: tuple(row[key] for key in ("quantity", "county_code", "period", "ecosystem", "item"))
        )

    def _rows_of(self, name: str) -> Iterator[dict[str, Any]]:
        quantity = self.values[name].quantity
        for cell in self.grid.cells(quantity.axes):
            value = self.at(quantity, cell)
            if value.presence != "absent":
                item = "/".join(member for axis, member in cell.members if axis not in AXES)
                yield _row(name, value, cell.get("county"), cell.get("year"), cell.get("ecosystem"), item)

    @checked
    def frame(self, *, totals: bool = False, names: Names = None, wide: bool = False) -> pd.DataFrame:
        """The values as a table: one line a value, with its unit, presence, evidence and what a partial one lacks as text.

        `totals` adds the lines of county `*`; `names` puts names beside the ids ("zh", or "en": the ids in words). With `wide`
        one line a county and period, with a column for each indicator and the totals. `attrs` hold title, run_id, state and
        the notices that any copy of the numbers must keep.
        """
        attrs = {
            "title": self.account.title,
            "run_id": self.run_id,
            "state": self.account.state,
            "notice": self.notices,
        }
        return value_frame(self.account, self.rows(), attrs, totals=totals, names=names, wide=wide)

    def iamc(self) -> pd.DataFrame:
        """The values by county in the long format of IAMC, which pyam reads; no totals over counties, nothing without a number."""
        return iamc_frame(self.account, self.rows(), __version__)

    @cached_property
    def notices(self) -> str:
        """What must be said wherever numbers of the result stand: 部分核算 where a total is partial, the weakest evidence."""
        return self.notices_in("zh")

    @cached_property
    def _totals(self) -> list[Value]:
        """The sum of all that is accounted in each period."""
        return [self._grand("accounted_total", ALL, period.name) for period in self.account.periods]

    def notices_in(self, language: Language) -> str:
        """The same in a language."""
        told = [phrase("notices.partial", language)] if any(total.partial for total in self._totals) else []
        known = [total.evidence for total in self._totals if total.evidence]
        told += [phrase("notices.weakest", language, level=word(EVIDENCE, weakest(known), language))] if known else []
        return listed(told, language, "semicolon")

    def _repr_html_(self) -> str:
        """The indicators and their sum over all counties, for notebooks, with the notices."""
        periods = [period.name for period in self.account.periods]
        lines = [(line.value, line.item) for line in self.account.ruleset.indicators] + [("accounted_total", "")]
        known = [(self.value(name, county=ALL, period=periods[0], item=item), name) for name, item in lines]
        rows = [
            [self._zh(name), "缺" if value.value is None else cents_text(value.to("万元/a")), EVIDENCE.get(value.evidence, "—"),
             "部分" if value.partial else "—"]
            for value, name in known if value.presence != "not_applicable"
        ]  # fmt: skip
        caption = f"{self.account.title}，{periods[0]}，{len(self.account.counties)} 县合计"
        heads = ("指标", f"万元/a（{self.account.price_year} 年价）", "证据", "完整性")
        return html_table(caption, [notice for notice in self.notices.split("；") if notice], heads, rows)

    def _zh(self, quantity: str) -> str:
        return TOTALS.get(quantity) or self.values[quantity].quantity.zh


def _row(name: str, value: Value, county: str, period: str, ecosystem: str, item: str) -> dict[str, Any]:
    return {
        "county_code": county,
        "period": period,
        "quantity": name,
        "method": value.method,
        "ecosystem": ecosystem,
        "item": item,
        "value": value.value,
        "unit": str(value.unit),
        "presence": value.presence,
        "origin": value.origin,
        "evidence": value.evidence,
        "partial": asdict(value.partial) if value.partial else None,
    }


def _sum(unit: Unit, names: Sequence[str], values: Sequence[Value], method: str, share: float | None) -> Value:
    """The sum of the members that have a value; what has none, or is partial itself, makes it partial.

    `share` is the share of the area that it covers, where it is partial.
    """
    there = [(name, value) for name, value in zip(names, values, strict=True) if value.value is not None]
    gone = tuple(
        name
        for name, value in zip(names, values, strict=True)
        if value.value is None and value.presence != "not_applicable"
    )
    if not there:
        presence = "missing" if gone else "not_applicable"
        return Value(None, unit, presence, "computed", "", method, Partial((), gone, None) if gone else None)
    whole = not gone and all(value.partial is None for _, value in there)
    inside = (name for _, value in there if value.partial for name in value.partial.missing)
    missing = tuple(dict.fromkeys((*gone, *inside)))
    partial = None if whole else Partial(tuple(name for name, _ in there), missing, share)
    total = math.fsum(value.value for _, value in there if value.value is not None)
    return Value(total, unit, "value", "computed", weakest(value.evidence for _, value in there), method, partial)


def _lowest(values: Sequence[Value], whole: float | None) -> float | None:
    """The lowest share of the area among the members that apply; `whole` is that of a member that lacks nothing.

    None where of one of them nothing is known: what it would cover is not known either, and is not left out of the lowest.
    """
    if any(value.value is None and value.presence != "not_applicable" for value in values):
        return None
    there = [value for value in values if value.value is not None]
    shares = [whole if value.partial is None else value.partial.area_share for value in there]
    known = [share for share in shares if share is not None]
    return min(known) if len(known) == len(shares) and known else None
