"""What a row must keep besides its types: evidence, dates, place, and the unit and limits of its quantity."""

from __future__ import annotations

from collections.abc import Mapping

from qhgep.coefficient_store.parameters import Parameter
from qhgep.coefficient_store.regions import Region, check_regions, shipped_regions
from qhgep.coefficient_store.rows import Ecosystem, Row, Source, index_series, index_year, quantity_key
from qhgep.coefficient_store.support import check_evidence
from qhgep.errors import Problems, UnitError
from qhgep.expr import AXES, Quantity
from qhgep.quantities import Words, range_text
from qhgep.units import is_money, spelled


def check_order(row: Row, problems: Problems) -> None:
    """Note a last day before the first."""
    if row.start is not None and row.end is not None and row.end < row.start:
        problems.add("row_dates", row.place, span=row.span)


def check_known(row: Row | Parameter, sources: Mapping[str, Source], problems: Problems) -> None:
    """Note a row that was known before its document was there."""
    source = sources.get(row.source)
    if source is not None and source.date and row.known_since and row.known_since < source.date:
        problems.add("row_known", row.place, row=row.row, known=row.known_since, source=source.id, date=source.date)


def check_parameter(
    row: Parameter, sources: Mapping[str, Source], regions: Mapping[str, Region], problems: Problems
) -> None:
    """Note what is wrong with a row of a policy parameter: the unit and the limits are those of the step that cites it."""
    if not all(code.strip() for code in row.regions):
        problems.add("row_region", row.place, row=row.row, found=row.region_code)
    check_regions(row, regions, problems)
    check_evidence(row, sources, problems)
    check_order(row, problems)
    check_known(row, sources, problems)
    try:
        spelled(row.unit, where=row.place)
    except UnitError as error:
        problems.take(error)


class RowCheck:
    """The rules a row must keep besides its types."""

    def __init__(
        self,
        words: Words,
        sources: Mapping[str, Source],
        ecosystems: Mapping[str, Ecosystem],
        problems: Problems,
        regions: Mapping[str, Region] | None = None,
    ) -> None:
        """Take what rows are checked against; `regions` are the named ones, by default the shipped."""
        self.words, self.sources, self.ecosystems, self.problems = words, sources, ecosystems, problems
        self.regions = shipped_regions() if regions is None else regions

    def check(self, row: Row) -> Row | None:
        """The row with the unit of its quantity, None where something is wrong with it (noted in the problems)."""
        before = len(self.problems.items)
        quantity = self.words.quantities.get(quantity_key(row.key))
        if quantity is None or not quantity.is_coefficient:
            self.problems.add("row_key", row.place, key=row.key)
            return None
        check_evidence(row, self.sources, self.problems)
        self._dates(row, quantity)
        self._place(row, quantity)
        if index_series(row.key) and index_year(row) is None:
            self.problems.add("row_index_year", row.place, key=row.key, span=row.span)
        complete = self._value(row, quantity)
        return complete if len(self.problems.items) == before else None

    def _dates(self, row: Row, quantity: Quantity) -> None:
        """A constant has neither dates nor region; of the rest only law may be open. Without any date: by adoption only."""
        source = self.sources.get(row.source)
        if "year" not in quantity.axes and not row.undated:
            self.problems.add("row_constant", row.place, key=row.key, found=row.span)
        if "county" not in quantity.axes and row.region_code and not index_series(row.key):
            self.problems.add("row_constant", row.place, key=row.key, found=row.region_code)
        if row.end is None and row.start is not None and (source is None or source.kind != "law"):
            self.problems.add("row_open", row.place, source=row.source)
        check_order(row, self.problems)
        check_known(row, self.sources, self.problems)

    def _place(self, row: Row, quantity: Quantity) -> None:
        check_regions(row, self.regions, self.problems)
        named = row.ecosystem.removesuffix(".*")
        if bool(row.ecosystem) != ("ecosystem" in quantity.axes) or (named and named not in self.ecosystems):
            self.problems.add("row_ecosystem", row.place, ecosystem=row.ecosystem, key=row.key)
        lists = [axis for axis in quantity.axes if axis not in AXES]
        parts = row.item.split("/") if row.item else []
        known = [self.words.lists[axis].members for axis in lists]
        if len(parts) != len(lists) or any(part not in members for part, members in zip(parts, known, strict=False)):
            self.problems.add("row_item", row.place, item=row.item, key=row.key)

    def _value(self, row: Row, quantity: Quantity) -> Row | None:
        try:
            complete = row.measured(quantity.unit, constant="year" not in quantity.axes)
        except UnitError as error:
            self.problems.take(error)
            return None
        exact, limits = complete.exact, quantity.bounds
        if limits and not limits.holds(exact):
            facts = {
                "key": row.key,
                "value": f"{row.value} {row.unit}",
                "range": range_text(limits, quantity.unit),
                "reason": limits.reason,
            }
            self.problems.add("row_bounds", row.place, **facts)
        priced = row.price_year is not None
        if is_money(quantity.unit) != priced and (priced or not row.undated):  # undated: a decision gives the year
            self.problems.add("row_price_year", row.place, key=row.key)
        return complete
