"""The graph of an account: every value that was read or printed, down to rows, inputs, decisions and documents.

Explanations and the trace read two functions: what a formula reads (`cells_read`) and what a total adds up (`addends`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property

from qhgep.catalogue import Formula, checked
from qhgep.coefficient_store import Adoption, Deflation, Resolved, Source, decided_by, region_text
from qhgep.engine.grid import ABSENT, Partial, Record, Value
from qhgep.engine.names import ALL, TOTALS
from qhgep.engine.node import Node, Ref
from qhgep.engine.printed_figures import KINDS, PrintedFigures
from qhgep.engine.result import Result
from qhgep.evidence import LEVELS
from qhgep.expr import Cell, Convert, Quantity
from qhgep.readings.text import text
from qhgep.readings.trace import reads

COVERAGE = "coverage"
"""The kind of shares of the area that values cover."""
Addend = tuple[str, str, str]  # quantity (or total), county, item


def cells_read(result: Result, quantity: Quantity, cell: Cell) -> tuple[tuple[Quantity, Cell], ...]:
    """The cells that a computed value reads directly; none where it is stated."""
    formula = result.account.ruleset.bind.get(quantity.name)
    if formula is None or result.record(quantity.name, result.grid.index(cell)) is not None:
        return ()

    def members(of: Quantity, axis: str, at: Cell) -> Iterable[str]:
        """The members a total takes: those in reach. What is out of reach is in the coverage, not in the sum."""
        held = result.values[of.name]
        for member in result.grid.members[axis]:
            index = result.grid.index(at.at(axis, member).on(of.axes))
            if held.presence[index] != ABSENT:
                yield member

    return tuple(reads(checked(formula).expr, cell, members))


def addends(result: Result, name: str, county: str, item: str = "") -> tuple[Addend, ...]:
    """What a total adds up: the counties, the lines of the ruleset, or for GEP the sum and what flows in from outside."""
    account = result.account
    if county == ALL:
        return tuple((name, other.code, item) for other in account.counties)
    if name == "gep_total":
        inflow = [("inflow_from_outside", county, "")] if "inflow_from_outside" in result.values else []
        return (("accounted_total", county, ""), *inflow)
    return tuple((line.value, county, line.item) for line in account.ruleset.indicators)


class AccountGraph:
    """The nodes of the result of an account; `name` is that of the account in a plan, empty for one by itself."""

    def __init__(self, result: Result, name: str = "") -> None:
        self.result, self.name = result, name
        self.figures = PrintedFigures(result, self.value_ref, name)
        self._zh = {county.code: county.zh for county in result.account.counties} | {ALL: "各县合计"}

    # --- names ------------------------------------------------------------------------------------------------

    def names(self) -> dict[str, str]:
        """The Chinese names of counties and ecosystems by code, and of all else that a partial value may lack."""
        ruleset = self.result.account.ruleset
        items = {
            f"{axis}/{member}": zh for axis, of in ruleset.catalogue.lists.items() for member, zh in of.members.items()
        }
        lines = {line.id: ruleset.zh_of(line.id) for line in ruleset.indicators}
        ecosystems = {name: item.zh for name, item in self.result.account.coefficients.ecosystems.items()}
        return items | lines | ecosystems | self._zh

    def ref(self, kind: str, name: str, *members: tuple[str, str]) -> Ref:
        """The name of a node of this account."""
        return Ref(kind, name, members, self.name)

    def value_ref(self, name: str, county: str, period: str, item: str = "", ecosystem: str = "") -> Ref:
        """The node of a value that a caller names as for `Result.value`."""
        if name in TOTALS or county == ALL:
            members = (("county", county), ("year", period), *([("item", item)] if item else []))
            return self.ref("total", name, *members)
        axes = self.result.values[name].quantity.axes
        known = {"county": county, "year": period, "ecosystem": ecosystem}
        parts = iter(item.split("/"))
        return self.ref("value", name, *((axis, known[axis] if axis in known else next(parts)) for axis in axes))

    def refs(self) -> Iterator[Ref]:
        """All nodes: the account, totals, shares, values, then what is stated, formulas and documents."""
        yield self.ref("account", self.result.account.title)
        yield from self._printed()
        lines = {name for line in self.result.account.ruleset.indicators for name in (line.quantity, line.value)}
        for name, held in self.result.values.items():
            if "!" in name:
                continue
            for cell in self.result.grid.cells(held.quantity.axes):
                if name in lines or held.presence[self.result.grid.index(cell)] != ABSENT:
                    yield self.ref("value", name, *cell.members)
        yield from self._stated.values()
        yield from (self._formula_ref(formula) for formula in self._formulas.values())
        yield from self._conversions
        yield from self._documents

    def _printed(self) -> Iterator[Ref]:
        lines, codes = self.result.account.ruleset.indicators, [*self._zh]
        for period in (period.name for period in self.result.account.periods):
            for code in codes:
                yield from (self.value_ref(name, code, period) for name in TOTALS)
                yield from (self.coverage_ref(line.value, code, period, line.item) for line in lines)
                yield self.coverage_ref("accounted_total", code, period)
            for name, item in dict.fromkeys(
                (name, line.item) for line in lines for name in (line.quantity, line.value)
            ):
                yield self.value_ref(name, ALL, period, item)
            yield from (self.ref("evidence", level, ("year", period)) for level in LEVELS)
            if "county_area" in self.result.values:
                yield self.value_ref("county_area", ALL, period)
            yield from self.figures.refs(period)

    def coverage_ref(self, name: str, county: str, period: str, item: str = "") -> Ref:
        """The node of the share of the area that a value by county covers."""
        return replace(self.value_ref(name, county, period, item), kind=COVERAGE)

    # --- nodes ------------------------------------------------------------------------------------------------

    def node(self, ref: Ref) -> Node:
        """The node of a name of `refs`, or one that another node reads."""
        if ref.kind in KINDS:
            return self.figures.node(ref)
        made: Node = getattr(self, f"_{ref.kind}")(ref)
        return made

    def _account(self, ref: Ref) -> Node:
        return Node(ref, self.result.account.title, self.result.run_id, place=self.result.account.file)

    def _value(self, ref: Ref) -> Node:
        quantity, cell = self.result.values[ref.name].quantity, Cell(ref.members)
        value = self.result.at(quantity, cell)
        record = value.record
        if record is None:
            formula = self._bound(ref.name)
            below = tuple(self.ref("value", of.name, *at.members) for of, at in cells_read(self.result, quantity, cell))
            words = "" if formula is None else f"{quantity.zh} = {text(formula.equals)}"
            of_formula = () if formula is None else (self._formula_ref(formula),)
            source, at = ("", "") if formula is None else (formula.source.source, formula.source.at)
            return replace(
                self._of(ref, quantity.zh, value), formula=words, source=source, at=at, reads=(*below, *of_formula)
            )
        decision = record.adoption or (self.result.account.deflation if record.carried else None)
        words = ""
        above: tuple[Ref, ...] = (self._record_ref(record),)
        if record.carried is not None:
            words = f"{quantity.zh} = {text(record.carried.formula.equals)}"
            indices = (record.carried.index_from, record.carried.index_to)
            above += (*map(self._row_ref, indices), self._formula_ref(record.carried.formula))
        node = replace(self._of(ref, quantity.zh, value), formula=words, reads=above, place=record.place)
        return node if decision is None else decided(node, decision)

    def _total(self, ref: Ref) -> Node:
        members = dict(ref.members)
        county, period, item = members["county"], members["year"], members.get("item", "")
        value = self.result.value(ref.name, county=county, period=period, item=item)
        below = tuple(
            self.value_ref(name, code, period, of) for name, code, of in addends(self.result, ref.name, county, item)
        )
        zh = TOTALS.get(ref.name) or self.result.values[ref.name].quantity.zh
        joint = " − " if ref.name == "gep_total" and county != ALL else " + "
        words = f"{zh} = {joint.join(dict.fromkeys(self._zh_of(item) for item in below))}"
        return replace(self._of(ref, zh, value), formula=words, reads=below)

    def _coverage(self, ref: Ref) -> Node:
        """The share of the area that a value covers: areas of the ecosystems that it covers over that of the county."""
        value, period, county = self._asked(ref), dict(ref.members)["year"], dict(ref.members)["county"]
        zh = f"{self._zh_of(ref)}覆盖面积占比"
        if ref.name in TOTALS or county == ALL:
            item = dict(ref.members).get("item", "")
            below = tuple(
                self.coverage_ref(name, code, period, of)
                for name, code, of in addends(self.result, ref.name, county, item)
            )
            words = "各指标中最低的一项"
            if county == ALL:
                words = "各县已覆盖面积之和 ÷ 各县面积之和"
                below += tuple(area for code in self._zh if code != ALL for area in self._area_refs(code, period, ()))
            return Node(ref, zh, self._share(value, county, period), "1", formula=words, reads=below)
        covered = value.partial.covered if value.partial is not None else ()
        return Node(
            ref, zh, self._share(value, county, period), "1", presence=value.presence, partial=self._missing(value),
            formula="已核算生态系统面积之和 ÷ 县域面积", reads=self._area_refs(county, period, covered),
        )  # fmt: skip

    def _evidence(self, ref: Ref) -> Node:
        period = dict(ref.members)["year"]
        share = self.result.evidence_in([period])[ref.name]
        lines = self.result.account.ruleset.indicators
        below = tuple(
            self.value_ref(line.value, county.code, period, line.item)
            for line in lines for county in self.result.account.counties
        )  # fmt: skip
        return Node(ref, "证据占比", share, "1", evidence=ref.name, reads=below)

    def _row(self, ref: Ref) -> Node:
        found = self._rows[ref.name]
        row, sources = found.row, self.result.account.coefficients.sources
        who = decided_by(row, sources)
        parents = tuple(self.ref("row", name) for name in row.parents.split(";") if name in self._rows)
        zh = self._zh_of(self.ref("value", row.key))
        return Node(
            ref, zh, f"{row.value}", row.unit, "value", row.origin, row.evidence, printed=f"{row.value} {row.unit}",
            row=row.row, region=region_text(row.region_code), dates=row.span, source=row.source, at=row.at, place=row.place,
            note=row.note, decided_by=who, reason=row.note if who else "", reads=(*parents, self._source_ref(row.source)),
        )  # fmt: skip

    def _input(self, ref: Ref) -> Node:
        row = self._inputs[ref].input
        assert row is not None  # noqa: S101 - what makes such a name
        above = (self._source_ref(row.source),) if row.source else ()
        return Node(
            ref, self._zh_of(self.ref("value", row.quantity)), row.value or None, row.unit, row.presence, row.origin,
            row.evidence, printed=f"{row.value} {row.unit}".strip(), region=self._zh[row.county_code], dates=row.period,
            source=row.source, place=row.place, note=row.note, reads=above,
        )  # fmt: skip

    def _period(self, ref: Ref) -> Node:
        return Node(ref, "核算期间", origin="stated", place=ref.name)

    def _formula(self, ref: Ref) -> Node:
        formula = self._formulas[ref.name]
        words = f"{formula.quantity.zh} = {text(formula.equals)}"
        source = formula.source
        return Node(
            ref, formula.quantity.zh, formula=words, source=source.source, at=source.at,
            reads=(*map(self._conversion_ref, checked(formula).conversions), self._source_ref(source.source)),
        )  # fmt: skip

    def _conversion(self, ref: Ref) -> Node:
        """An exact factor between two units, which the unit check derived."""
        return Node(ref, "单位换算", str(self._conversions[ref].factor), "1", "value", "computed")

    def _source(self, ref: Ref) -> Node:
        return document(ref, self.result.account.coefficients.sources.get(ref.name))

    # --- what they are made of --------------------------------------------------------------------------------

    def _of(self, ref: Ref, zh: str, value: Value) -> Node:
        unit = value.unit.printed if value.unit.items else "1"
        return Node(
            ref, zh, value.value, unit, value.presence, value.origin, value.evidence, self._missing(value),
        )  # fmt: skip

    def _missing(self, value: Value) -> tuple[str, ...]:
        return () if value.partial is None else value.partial.missing

    def _asked(self, ref: Ref) -> Value:
        members = dict(ref.members)
        item = members.get("item") or "/".join(
            member for axis, member in ref.members if axis not in {"county", "year", "ecosystem"}
        )
        return self.result.value(ref.name, county=members["county"], period=members["year"], item=item)

    def _share(self, value: Value, county: str, period: str) -> float | None:
        if isinstance(value.partial, Partial):
            return value.partial.area_share
        if value.value is None:
            return None
        whole = self.result.coverage.full_share
        return whole(county, period) if county != ALL else 1.0

    def _area_refs(self, county: str, period: str, ecosystems: Iterable[str]) -> tuple[Ref, ...]:
        found = [
            self.ref("value", name, ("county", county), ("year", period))
            for name in ("county_area",) if name in self.result.values
        ]  # fmt: skip
        known = self.result.grid.members.get("ecosystem", ())
        found += [
            self.ref("value", "area", *Cell((("county", county), ("year", period), ("ecosystem", name))).on(
                self.result.values["area"].quantity.axes).members)
            for name in ecosystems if name in known and "area" in self.result.values
        ]  # fmt: skip
        return tuple(found)

    def _zh_of(self, ref: Ref) -> str:
        return TOTALS.get(ref.name) or (
            self.result.values[ref.name].quantity.zh if ref.name in self.result.values else ref.name
        )

    def _bound(self, name: str) -> Formula | None:
        return self.result.account.ruleset.bind.get(name)

    def _record_ref(self, record: Record) -> Ref:
        if record.resolved is not None:
            return self._row_ref(record.resolved)
        if (row := record.input) is not None:
            parts = (
                ("quantity", row.quantity),
                ("county", row.county_code),
                ("ecosystem", row.ecosystem),
                ("item", row.item),
            )
            return self.ref("input", row.place, *((axis, member) for axis, member in parts if member))
        return self.ref("period", record.place)

    def _row_ref(self, found: Resolved) -> Ref:
        return self.ref("row", found.row.row)

    def _formula_ref(self, formula: Formula) -> Ref:
        return self.ref("formula", f"{formula.quantity.name}@{formula.method}")

    def _conversion_ref(self, node: Convert) -> Ref:
        return Ref("conversion", f"{node.source.printed} → {node.target.printed}")

    def formula(self, ref: Ref) -> Formula:
        """The formula of a node of this kind."""
        return self._formulas[ref.name]

    def conversions_of(self, formula: Formula) -> tuple[Convert, ...]:
        """The changes of unit that the unit check put into it."""
        return tuple(checked(formula).conversions)

    def converts(self, ref: Ref) -> bool:
        """Whether a formula of the account has this change of unit."""
        return ref in self._conversions

    @cached_property
    def _conversions(self) -> dict[Ref, Convert]:
        found = [node for formula in self._formulas.values() for node in checked(formula).conversions]
        return {self._conversion_ref(node): node for node in found}

    def _source_ref(self, name: str) -> Ref:
        return Ref("source", name)

    @cached_property
    def _records(self) -> tuple[Record, ...]:
        """The statements that give a value of some cell, in their order."""
        numbers = sorted(
            {int(number) for name, held in self.result.values.items() if "!" not in name and held.source is not None
             for number in set(held.source.ravel().tolist()) if number >= 0}
        )  # fmt: skip
        return tuple(self.result.records[number] for number in numbers)

    @cached_property
    def _stated(self) -> dict[Ref, Ref]:
        """The names of what is stated: rows, inputs, the account's own period; rows of price indices among them."""
        found = dict.fromkeys(self._record_ref(record) for record in self._records)
        return {
            ref: ref
            for ref in (*found, *(self.ref("row", name) for name in self._rows if self.ref("row", name) not in found))
        }

    @cached_property
    def _rows(self) -> dict[str, Resolved]:
        carried = [
            index
            for record in self._records
            if record.carried
            for index in (record.carried.index_from, record.carried.index_to)
        ]
        found = [
            *(record.resolved for record in self._records if record.resolved),
            *carried,
            *self.result.indices.values(),
        ]
        return {item.row.row: item for item in found}

    @cached_property
    def _inputs(self) -> dict[Ref, Record]:
        return {self._record_ref(record): record for record in self._records if record.input is not None}

    @cached_property
    def _formulas(self) -> dict[str, Formula]:
        found = [
            *self.result.account.ruleset.order,
            *(record.carried.formula for record in self._records if record.carried),
        ]
        return {self._formula_ref(item).name: item for item in found}

    @cached_property
    def _documents(self) -> tuple[Ref, ...]:
        rows = [found.row.source for found in self._rows.values()]
        inputs = [record.input.source for record in self._records if record.input is not None and record.input.source]
        names = {*rows, *inputs, *(formula.source.source for formula in self._formulas.values())}
        return tuple(self._source_ref(name) for name in sorted(names))


def document(ref: Ref, source: Source | None) -> Node:
    """The node of a document; one that the store does not know has its name as title and no address."""
    if source is None:
        return Node(ref, ref.name, title=ref.name)
    about = "，".join(part for part in (source.authors, source.number, str(source.year or "")) if part)
    return Node(
        ref, source.title, title=source.title, address=source.address, checked=str(source.checked or ""), note=about,
    )  # fmt: skip


def decided(node: Node, found: Adoption | Deflation) -> Node:
    """The node with the decision that it follows from: where it is written, why it was taken, and who decided."""
    return replace(node, decision=found.place, reason=found.reason, decided_by=found.decided_by)
