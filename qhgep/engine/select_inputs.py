"""The leaves: which input row or coefficient row gives each cell, by period and decision. No nearest year, no neighbour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np

from qhgep.account.account import Account, Period
from qhgep.coefficient_store import LACKING, Adoption, deciding, resolve
from qhgep.engine.grid import (
    ABSENT,
    MISSING,
    NOT_APPLICABLE,
    UNCLASSIFIED,
    UNRESOLVED,
    VALUE,
    Grid,
    Record,
    Values,
    empty,
)
from qhgep.engine.price_years import Deflator, input_price_year
from qhgep.errors import CoefficientError, Problem, Problems
from qhgep.evidence import RANK
from qhgep.expr import AXES, Cell, Quantity
from qhgep.inputs import Input
from qhgep.inputs.not_applicable import NotApplicable, admitting, is_listed
from qhgep.inputs.periods import period_of
from qhgep.inputs.table import UNSTATED
from qhgep.units import is_money

_PRESENCE = {"value": VALUE, "zero": VALUE, "missing": MISSING, "not_applicable": NOT_APPLICABLE}


class Leaves:
    """Collects the leaf values of an account, and every problem on the way."""

    def __init__(self, account: Account, problems: Problems) -> None:
        self.account, self.problems = account, problems
        self.records: list[Record] = []
        self.used: Counter[Adoption] = Counter()
        self.undecided: list[tuple[Quantity, Cell, Input]] = []
        self.unresolved: dict[tuple[str, tuple[int, ...]], Problem] = {}
        self.needed = {quantity.name: quantity for quantity in account.ruleset.quantities}
        self.no_ecosystem = False
        self.grid = self._grid()
        self.deflator = Deflator(account, problems)

    def values(self) -> dict[str, Values]:
        """Leaf values by quantity name; also those of input rows for computed quantities (stand-ins)."""
        found = {quantity.name: self._begin(quantity) for quantity in self.account.ruleset.leaves}
        self._inputs(found)
        self._not_applicable(found)
        rows = _rows(found, self.grid)
        for values in found.values():
            if rows is not None and "ecosystem" in values.quantity.axes:
                self._leave_out(values, rows)
        for quantity in self.account.ruleset.leaves:
            if quantity.is_coefficient:
                self._coefficient(found[quantity.name], rows)
            elif quantity.name == "days_in_period":
                self._days(found[quantity.name])
        self._unused()
        years = self.deflator.years
        return {
            name: replace(held, whole=bool(held.present.all()), price_years=frozenset(years.get(name, ())))
            for name, held in found.items()
        }

    def _grid(self) -> Grid:
        account = self.account
        used = {axis for quantity in self.needed.values() for axis in quantity.axes}
        read = {*self.needed, *(quantity.name for quantity in account.ruleset.asked if account.ruleset.undecided)}
        ecosystems = {row.ecosystem for row in account.inputs if row.ecosystem and row.quantity in read}
        members: dict[str, tuple[str, ...]] = {
            "county": tuple(county.code for county in account.counties),
            "year": tuple(period.name for period in account.periods),
        }
        if "ecosystem" in used:
            members["ecosystem"] = tuple(sorted(ecosystems)) or (UNCLASSIFIED,)
            self.no_ecosystem = not ecosystems
        lists = account.ruleset.catalogue.lists
        members |= {axis: tuple(lists[axis].members) for axis in sorted(used - set(AXES))}
        return Grid(members)

    def _begin(self, quantity: Quantity) -> Values:
        return empty(quantity, self.grid, "coefficient" if quantity.is_coefficient else "input", MISSING)

    def _put(self, values: Values, cell: Cell, record: Record) -> None:
        index = self.grid.index(cell)
        self.records.append(record)
        values.source[index] = len(self.records) - 1  # type: ignore[index] # leaves always have sources
        values.presence[index] = _PRESENCE[record.presence]
        values.evidence[index] = RANK[record.evidence] if record.evidence else 0
        if record.exact is not None:
            values.value[index] = float(record.exact)
        if record.presence == "not_applicable" and record.input is not None and not self._admitted(record.input):
            self.undecided.append((values.quantity, cell, record.input))

    # --- inputs ---------------------------------------------------------------------------------

    def _inputs(self, found: dict[str, Values]) -> None:
        taken: dict[tuple[str, Cell], Input] = {}
        adoptions: dict[Input, Adoption | None] = {}  # a decision wins over a row that says the value is missing
        unused: Counter[tuple[str, str, str]] = Counter()
        strangers: Counter[tuple[str, str]] = Counter()
        for row in sorted(self.account.inputs, key=lambda row: (row.presence == "missing", row.file, row.line)):
            quantity = self.needed.get(row.quantity)
            if quantity is None:
                if (
                    row.presence != "missing" or not self.account.ruleset.choices
                ):  # asked for a method that was not chosen
                    strangers[row.quantity, row.file.partition(" › ")[0]] += 1
                continue
            served = list(self._periods(row))
            if not served:
                unused[row.quantity, row.period, row.file] += 1
            for period, adoption in served:
                cell = self._cell(row, quantity, period)
                first = taken.setdefault((row.quantity, cell), row)
                if first is row:
                    adoptions[row] = adoption
                    values = found.setdefault(row.quantity, empty(quantity, self.grid, "input", ABSENT))
                    record = _record(row, adoption)
                    if is_money(quantity.unit) and row.exact:
                        record = self.deflator.carry(quantity, record, input_price_year(row))
                    self._put(values, cell, record)
                elif row.presence != "missing" or (row.period != UNSTATED and adoptions[first] is None):
                    where = "，".join(member for _, member in cell.members)
                    self.problems.add("input_contends", row.place, quantity=quantity.zh, cell=where, first=first.place)
        self._tell_unused(unused, none_taken=not taken)
        for (name, file), rows in sorted(strangers.items()):
            known, ruleset = self.account.ruleset.catalogue.vocabulary, self.account.ruleset.name
            zh = known[name].zh if name in known else name
            self.problems.warn("input_not_needed", file, quantity=name, zh=zh, rows=rows, ruleset=ruleset)

    def _tell_unused(self, unused: Mapping[tuple[str, str, str], int], *, none_taken: bool) -> None:
        """Rows of other periods; where no row at all is of the accounting period, an error: an account of nothing is none."""
        if not (unused and none_taken):
            for (name, source_period, file), rows in sorted(unused.items()):
                self.problems.warn("input_unused", file, quantity=name, period=source_period, rows=rows)
            return
        periods = "、".join(sorted({period for _, period, _ in unused}))
        mine = "、".join(period.name for period in self.account.periods)
        facts = {"rows": sum(unused.values()), "found": periods, "period": mine}
        self.problems.add("inputs_no_period", self.account.file or "account.toml", **facts)

    def _admitted(self, row: Input) -> bool:
        decisions = (*self.account.ruleset.not_applicable, *self.account.not_applicable)
        return admitting(decisions, row) is not None

    def _not_applicable(self, found: dict[str, Values]) -> None:
        """What is said not to apply does so by the ruleset, by an area of zero, or by a decision; else it is a gap.

        On a positive area it is an error: a county would be paid more for an untruth than for a gap that it admits. Where the
        decision is listed and nobody has taken it, a draft has a gap there.
        """
        undecided: Counter[tuple[str, str]] = Counter()
        untrue: dict[tuple[str, str], list[tuple[Input, str]]] = {}
        for quantity, cell, row in self.undecided:
            size = _size(found, self.grid, cell)
            if quantity.name == "area" or size == 0:
                continue
            found[quantity.name].presence[self.grid.index(cell)] = MISSING
            listed = is_listed(self.account.not_applicable, row)
            if size is not None and size > 0 and not listed:
                words = "，".join(member for axis, member in cell.members if axis not in {"county", "year"})
                key = (quantity.zh, f"{cell.get('county')}，{cell.get('year')}")
                untrue.setdefault(key, []).append((row, f"{words} {size:.6g} hm²"))
            elif listed or "ecosystem" not in quantity.axes or "area" not in found:
                undecided[quantity.zh, row.file] += 1
        for (zh, where), found_there in untrue.items():
            facts = {"quantity": zh, "cell": where, "areas": "、".join(words for _, words in found_there)}
            self.problems.add("not_applicable_on_area", found_there[0][0].place, **facts)
        for (zh, file), rows in sorted(undecided.items()):
            self.problems.warn("not_applicable_undecided", file, quantity=zh, rows=rows)
        for decision in self.account.ruleset.not_applicable:
            if (ruled := self.needed.get(decision.quantity)) is not None:
                self._ruled_out(found.setdefault(ruled.name, empty(ruled, self.grid, "input", ABSENT)), decision)

    def _ruled_out(self, values: Values, decision: NotApplicable) -> None:
        """The cells that nobody states and that do not apply by the ruleset."""
        for cell in self.grid.cells(values.quantity.axes):
            index = self.grid.index(cell)
            item = "/".join(member for axis, member in cell.members if axis not in AXES)
            where = {"county": cell.get("county"), "ecosystem": cell.get("ecosystem"), "item": item}
            stated = values.source is not None and values.source[index] >= 0
            if not stated and decision.covers(values.quantity.name, **where):
                values.presence[index] = NOT_APPLICABLE

    def _periods(self, row: Input) -> Iterator[tuple[Period, Adoption | None]]:
        for period in self.account.periods:
            if _of_period(row, period):
                yield period, None
                continue
            reaching = [
                a
                for a in self.account.adoptions
                if a.brings(row.quantity, row.period, row.county_code, row.ecosystem, row.item)
            ]
            if len(reaching) > 1:
                facts = {"zh": row.quantity, "first": reaching[0].place, "cell": row.county_code}
                self.problems.add("adopt_contend", reaching[1].place, **facts)
            if reaching:
                self.used[reaching[0]] += 1
                yield period, reaching[0]
            elif _of_the_years(row, period):
                yield period, None

    def _cell(self, row: Input, quantity: Quantity, period: Period) -> Cell:
        lists = [axis for axis in quantity.axes if axis not in AXES]
        known = {"county": row.county_code, "year": period.name, "ecosystem": row.ecosystem}
        known |= dict(zip(lists, row.item.split("/"), strict=False))
        return Cell(tuple((axis, known[axis]) for axis in quantity.axes))

    def _leave_out(self, values: Values, rows: np.ndarray) -> None:
        """No row without an area. An area that does not apply says so; what is stated for such a pair is told."""
        outside = ~_has_row(rows, values.presence.shape)
        if values.quantity.name == "area":
            outside = outside & (values.presence != NOT_APPLICABLE)
        elif values.source is not None:
            for source in values.source[outside & values.present]:
                record = self.records[int(source)]
                self.problems.warn("input_no_area", record.place, quantity=values.quantity.zh)
        values.presence[outside] = ABSENT

    # --- coefficients and the period ------------------------------------------------------------

    def _coefficient(self, values: Values, rows: np.ndarray | None) -> None:
        quantity = values.quantity
        values.presence[...] = UNRESOLVED
        if rows is not None and "ecosystem" in quantity.axes:
            values.presence[~_has_row(rows, values.presence.shape)] = ABSENT
        spans = {period.name: period.span for period in self.account.periods}
        known: dict[tuple[object, ...], Record | Problem] = {}
        for cell in self.grid.cells(quantity.axes):
            index = self.grid.index(cell)
            if values.presence[index] == ABSENT:
                continue
            found = self._resolved(values, cell, spans[cell.get("year") or self.account.periods[0].name], known)
            if isinstance(found, Problem):
                self.unresolved[quantity.name, index] = found
            else:
                self._put(values, cell, found)

    def _resolved(
        self, values: Values, cell: Cell, span: object, known: dict[tuple[object, ...], Record | Problem]
    ) -> Record | Problem:
        quantity = values.quantity
        item = "/".join(member for axis, member in cell.members if axis not in AXES)
        county = cell.get("county") or self.account.counties[0].code
        place = (county, cell.get("ecosystem"), item)
        key = (*place, span)
        if key in known:
            return known[key]
        nowhere = (date.min, date.max)  # no dated row holds for a mean period
        try:
            found = resolve(
                self.account.coefficients, quantity, on=span or nowhere, county=county, ecosystem=cell.get("ecosystem"),  # type: ignore[arg-type] # a span is a pair of days
                item=item, adoptions=self.account.adoptions, documents=self.account.ruleset.documents,
            )  # fmt: skip
        except CoefficientError as error:
            known[key] = error.problems[0]
            if error.problems[0].code not in LACKING:
                self.problems.take(error)
            self.used.update(deciding(self.account.coefficients, quantity, self.account.adoptions, *place))
        else:
            if found.adoption:
                self.used[found.adoption] += 1
            record = Record(
                "value", found.origin, found.evidence, found.value, found.row.place, None, found, found.adoption
            )
            known[key] = (
                self.deflator.carry_row(quantity, record, found.price_year or 0) if is_money(quantity.unit) else record
            )
        return known[key]

    def _days(self, values: Values) -> None:
        for period in self.account.periods:
            cell = Cell((("year", period.name),))
            if period.by_calendar:
                record = Record("value", "computed", "primary", period.days, f"公历 {period.name} 年")
            else:
                record = Record(
                    "value", "chosen", "assumed", period.days, f"{self.account.file or 'account.toml'} period"
                )
            self._put(values, cell, record)

    @staticmethod
    def records_of(values: Values) -> bool:
        """Whether anything at all is stated for a quantity."""
        return values.source is not None and bool((values.source >= 0).any())

    def _unused(self) -> None:
        """Decisions that reached nothing; where no row at all is of the period, that says why, and they are not told."""
        if any(item.code == "inputs_no_period" for item in self.problems.items):
            return
        for adoption in self.account.adoptions:
            if not self.used[adoption]:
                what = adoption.row or f"{adoption.quantity} {adoption.from_period}"
                self.problems.add("adopt_unused", adoption.place, what=what)


def _size(found: dict[str, Values], grid: Grid, cell: Cell) -> float | None:
    """The area of the ecosystem that a cell is about; None where it is about none, or the area is not known."""
    if "area" not in found or not cell.get("ecosystem"):
        return None
    area = found["area"]
    index = grid.index(cell.on(area.quantity.axes))
    return float(area.value[index]) if area.presence[index] == VALUE else None


def _rows(found: dict[str, Values], grid: Grid) -> np.ndarray | None:
    """The pairs of county and ecosystem that exist: their area is a value or zero. None where no area is needed."""
    if "area" not in found or "ecosystem" not in grid.members:
        return None
    return found["area"].present


def _has_row(rows: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Which cells of an array have a row; what does not vary by county or year has one where any county or year has."""
    constant = tuple(axis for axis, length in enumerate(shape) if length == 1)
    return np.broadcast_to(rows.any(axis=constant, keepdims=True), shape)


def _of_period(row: Input, period: Period) -> bool:
    if row.period_from == UNSTATED:
        return row.presence in {"missing", "not_applicable"}
    if period.year is None:
        return False
    return row.period_from[:4] == row.period_to[:4] == str(period.year) and _is_whole_year(row)


def _of_the_years(row: Input, period: Period) -> bool:
    """Whether a row is of just the years that a mean period is named by: 2021-2022 of `{ name = "2021-2022", days = 365 }`."""
    span = period_of(period.name) if period.year is None else None
    return span is not None and not span.doubt and (row.period_from, row.period_to) == (span.first, span.last)


def _is_whole_year(row: Input) -> bool:
    """A year, or the days from its first to its last."""
    return row.period_from in {row.period_from[:4], f"{row.period_from[:4]}-01-01"} and row.period_to in {
        row.period_to[:4],
        f"{row.period_to[:4]}-12-31",
    }


def _record(row: Input, adoption: Adoption | None) -> Record:
    origin, evidence = row.origin, row.evidence
    if adoption is not None and row.exact is not None:
        origin, evidence = ("chosen" if row.origin == "chosen" else "transferred"), "assumed"
    exact = row.exact if row.exact is not None else (Fraction(0) if row.presence == "zero" else None)
    return Record(row.presence, origin, evidence, exact, row.place, row, None, adoption)
