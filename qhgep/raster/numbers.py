"""Numbers for the whole map: stated ones, coefficient rows used by decision, constants of formulas, days of the period."""

from __future__ import annotations

import calendar
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

from qhgep.catalogue import Catalogue
from qhgep.catalogue.wind_weather import wind_observations
from qhgep.coefficient_store import Coefficients, resolve
from qhgep.errors import CoefficientError, Problems, UnitError
from qhgep.expr import Quantity
from qhgep.inputs.table import NUMBER
from qhgep.packs.library import coefficients
from qhgep.quantities import days_in_period, range_text
from qhgep.raster.description import Description, MapValue
from qhgep.units import converted


@dataclass(frozen=True)
class Scalar:
    """A number for the whole map, in the unit of its quantity, with the row or source it comes from and its evidence."""

    exact: Fraction
    source: str
    evidence: str


@cache
def shipped_store() -> Coefficients:
    """The shipped coefficient rows, read once in a process."""
    return coefficients()


@dataclass(frozen=True)
class Numbers:
    """Reads the numbers of one description; faults are noted."""

    description: Description
    catalogue: Catalogue
    store: Coefficients
    problems: Problems

    def stated(self) -> Iterator[tuple[str, Scalar]]:
        """Numbers for the whole map: stated ones, coefficient rows used by decision, days of the period."""
        for name, value in self.description.maps.value.items():
            if (
                found := self._scalar(
                    self.catalogue.vocabulary[name], value, self.description.text.where("value", name)
                )
            ) is not None:
                yield name, found
        if days_in_period.name not in self.description.maps.value:
            first, _, last = str(self.description.maps.period).partition("-")
            if not last:
                yield days_in_period.name, Scalar(Fraction(365 + calendar.isleap(int(first))), "公历", "primary")

    def _scalar(self, quantity: Quantity, value: MapValue, where: str) -> Scalar | None:
        if bool(value.row) == bool(value.value):
            self.problems.add("map_value", where, quantity=quantity.name)
            return None
        if value.row:
            row = next((row for row in self.store.rows if row.row == value.row and row.key == quantity.name), None)
            if row is None or not value.reason or not value.decided_by:
                self.problems.add("map_value_row", where, quantity=quantity.name, row=value.row)
                return None
            return Scalar(row.exact, f"{row.row}（{value.reason}，{value.decided_by}）", "assumed")
        if not NUMBER.fullmatch(value.value) or not value.source:
            self.problems.add("map_value", where, quantity=quantity.name)
            return None
        try:
            exact = Fraction(value.value) * converted(value.unit, quantity.unit, quantity=quantity.zh, where=where)
        except UnitError as error:
            self.problems.take(error)
            return None
        self._bounds(quantity, exact, f"{value.value} {value.unit}", where)
        return Scalar(exact, value.source, value.evidence)

    def _bounds(self, quantity: Quantity, exact: Fraction, printed: str, where: str) -> None:
        limits = quantity.bounds
        if limits is not None and not limits.holds(exact):
            facts = {
                "quantity": quantity.zh, "value": printed, "range": range_text(limits, quantity.unit), "reason": limits.reason,
            }  # fmt: skip
            self.problems.add("table_bounds", where, **facts)

    def constants(self, given: Collection[str]) -> Iterator[tuple[str, Scalar]]:
        """Numbers that formulas print themselves: one row each, with neither place nor date."""
        day = date(int(str(self.description.maps.period)[:4]), 1, 1)
        for name, quantity in self.catalogue.vocabulary.items():
            if name in given or not quantity.is_coefficient or quantity.axes:
                continue
            try:
                found = resolve(self.store, quantity, on=day, county="")
            except CoefficientError:  # none, or several that the description must choose from
                continue
            yield name, Scalar(found.value, found.row.row, found.evidence)

    def check_wind(self, leaves: Collection[str], scalars: Mapping[str, Scalar]) -> None:
        """A sum over fewer winds than there are days is made of means of weeks, months or the year: they have no gusts."""
        if wind_observations.name not in leaves or wind_observations.name not in scalars:
            return
        count, days = scalars[wind_observations.name].exact, scalars[days_in_period.name].exact
        if count < days:
            where = self.description.text.where("value", wind_observations.name)
            self.problems.add("map_wind_count", where, count=count, days=days)
