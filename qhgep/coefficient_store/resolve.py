"""Which row gives the value of a coefficient for a place, a date, an ecosystem and an item. Nothing is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from qhgep.coefficient_store.as_known_on import missing_then, unknown_then
from qhgep.coefficient_store.regions import region_chain, region_text
from qhgep.coefficient_store.rows import Row, reaches
from qhgep.coefficient_store.store import Coefficients
from qhgep.errors import CoefficientError, NoValue, Problem, problem
from qhgep.evidence import used_elsewhere, weakest
from qhgep.expr import Quantity

LACKING = frozenset({
    "no_value", "no_value_then", "rows_contend", "decisions_contend", "row_prices", "row_prices_index",
})  # fmt: skip
"""What is said of a coefficient that has no value: no row is in force, or several are and nobody has chosen one, or its
row is in the prices of another year."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """A decision to use a value outside its own region, period or ecosystem: what, for what, why, who decided."""

    row: str
    quantity: str
    from_period: str
    target: str
    ecosystem: str
    item: str
    counties: tuple[str, ...]
    reason: str
    decided_by: str
    place: str
    price_year: int | None = None
    """For a row whose source states no price year: the year in whose prices it is read."""

    def serves(self, county: str, ecosystem: str, item: str) -> bool:
        """Whether the decision reaches this cell; an empty part reaches all."""
        return (
            (not self.counties or county in self.counties)
            and (not self.ecosystem or reaches(self.ecosystem, ecosystem))
            and self.item in {"", item}
        )

    def brings(self, quantity: str, period: str, county: str, ecosystem: str, item: str) -> bool:
        """Whether the decision brings in an input row of this quantity and source period."""
        return (self.quantity, self.from_period) == (quantity, period) and self.serves(county, ecosystem, item)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A coefficient's value for one cell, with the row it stands in and, where it was brought in, the decision."""

    row: Row
    adoption: Adoption | None = None
    elsewhere: bool = False

    @property
    def value(self) -> Fraction:
        """The exact value in the unit of the quantity."""
        return self.row.exact

    @property
    def price_year(self) -> int | None:
        """The year of the prices that the value is in: the row's own, else the one decided on; None where unknown."""
        return self.row.price_year or (self.adoption.price_year if self.adoption else None)

    @property
    def at(self) -> str:
        """The place in the source."""
        return self.row.at

    @property
    def origin(self) -> str:
        """`transferred` where the row was found for another region, period or ecosystem; else the row's own."""
        return "transferred" if self.elsewhere else self.row.origin

    @property
    def evidence(self) -> str:
        """The row's evidence; `assumed` where it is used elsewhere or was chosen. Never upgraded."""
        return "assumed" if used_elsewhere(self.origin) else weakest([self.row.evidence])


def resolve(
    coefficients: Coefficients,
    quantity: Quantity,
    *,
    on: date | tuple[date, date],
    county: str,
    ecosystem: str = "",
    item: str = "",
    adoptions: Sequence[Adoption] = (),
    documents: Sequence[str] = (),
) -> Resolved:
    """The value of a coefficient in force on a date (or through a span), for a county, ecosystem and item.

    A constant is the same on every date; what has no county axis is the same everywhere.
    An adoption that reaches the cell comes first. Else a row of the county itself; a row for its prefecture, province or
    the nation serves only where the quantity's `fallback` allows it. Of two sources the one earlier in `documents` wins.
    Raises NoValue where nothing is in force (it says which rows there are), CoefficientError where two rows, or two decisions, contend.
    """
    decided = deciding(coefficients, quantity, adoptions, county, ecosystem, item)
    if len(decided) > 1:
        named = (f"{_row_named(coefficients, a, ecosystem, item)}（{a.place}）" for a in decided)
        facts = {
            "key": quantity.name,
            "zh": quantity.zh,
            "cell": _cell(county, ecosystem, item),
            "rows": "、".join(named),
        }
        raise CoefficientError(problem("decisions_contend", decided[1].place, **facts))
    if decided:
        return _adopted(coefficients, quantity, decided[0], on, county, ecosystem, item)
    first, last = on if isinstance(on, tuple) else (on, on)
    for region in _regions(quantity, county, wider=quantity.fallback == "allowed"):
        here = [
            row
            for row in coefficients.of_region(quantity.name, region)
            if row.item == item and coefficients.matches(row.ecosystem, ecosystem) and row.holds(first, last)
        ]
        if here:
            return Resolved(_measured(_preferred(here, documents, quantity), quantity))
    raise NoValue(_nothing(coefficients, quantity, (first, last), county, ecosystem, item))


def deciding(
    coefficients: Coefficients,
    quantity: Quantity,
    adoptions: Sequence[Adoption],
    county: str,
    ecosystem: str,
    item: str,
) -> list[Adoption]:
    """The decisions that choose a row of a coefficient for a cell; of a table only where it has one for the cell."""
    return [
        a
        for a in adoptions
        if a.target == quantity.name and a.row and a.serves(county, ecosystem, item)
        if not a.row.endswith("*") or _chosen(coefficients, a, ecosystem, item)
    ]


def _row_named(coefficients: Coefficients, adoption: Adoption, ecosystem: str, item: str) -> str:
    """The row of a decision with the line that it stands in."""
    rows = _chosen(coefficients, adoption, ecosystem, item)
    return "，".join([rows[0].row, rows[0].place] if rows else [adoption.row])


def _adopted(
    coefficients: Coefficients,
    quantity: Quantity,
    adoption: Adoption,
    on: date | tuple[date, date],
    county: str,
    ecosystem: str,
    item: str,
) -> Resolved:
    """The row of the decision. It is at home where it would be in force; a wider region is home only where it may serve."""
    rows = _chosen(coefficients, adoption, ecosystem, item)
    if not rows:
        raise CoefficientError(unknown_then(adoption.row, adoption.place, coefficients))
    row = _preferred(rows, (), quantity)
    first, last = on if isinstance(on, tuple) else (on, on)
    at_home = (
        row.region_code in _regions(quantity, county, wider=quantity.fallback != "none")
        and row.holds(first, last)
        and coefficients.matches(row.ecosystem, ecosystem)
        and row.item == item
    )
    return Resolved(_measured(row, quantity), adoption, elsewhere=not at_home)


def _measured(row: Row, quantity: Quantity) -> Row:
    """The row in the unit of the quantity that it is looked up for; itself where it was checked against it."""
    return row if row.measure == quantity.unit else row.measured(quantity.unit, constant=row.constant)


def _chosen(coefficients: Coefficients, adoption: Adoption, ecosystem: str, item: str) -> Sequence[Row]:
    """The row that a decision names; of a table the one for this ecosystem and item, none where it has no such cell."""
    rows = coefficients.named(adoption.row, adoption.target)
    if not adoption.row.endswith("*"):
        return rows
    return [row for row in rows if coefficients.matches(row.ecosystem, ecosystem) and row.item == item]


def _regions(quantity: Quantity, county: str, *, wider: bool) -> tuple[str, ...]:
    """The regions whose rows serve a county, nearest first."""
    if "county" not in quantity.axes:
        return ("",)
    return region_chain(county) if wider else (county,)


def _preferred(rows: Sequence[Row], documents: Sequence[str], quantity: Quantity) -> Row:
    if len(rows) == 1:
        return rows[0]
    ranked = sorted((documents.index(row.source), number) for number, row in enumerate(rows) if row.source in documents)
    places = [place for place, _ in ranked]
    if not ranked or places.count(places[0]) > 1:
        names = "、".join(f"{row.row}（{row.place}{'，' + row.source if row.source else ''}）" for row in rows)
        facts = {"key": quantity.name, "zh": quantity.zh, "rows": names}
        raise CoefficientError(problem("rows_contend", rows[0].place, **facts))
    return rows[ranked[0][1]]


def _cell(*parts: str) -> str:
    return "，".join(part for part in parts if part)


def _rows_to_name(coefficients: Coefficients, quantity: Quantity, ecosystem: str, item: str) -> Sequence[Row]:
    """The rows that a decision could bring to a cell: of its item; of its ecosystem, where there are such, else of others."""
    same = [row for row in coefficients.of(quantity.name) if row.item == item]
    return [row for row in same if coefficients.matches(row.ecosystem, ecosystem)] or same


def _nothing(
    coefficients: Coefficients, quantity: Quantity, on: tuple[date, date], county: str, ecosystem: str, item: str
) -> Problem:
    rows = _rows_to_name(coefficients, quantity, ecosystem, item)
    seen = "；".join(
        f"{row.row}（{row.place}，{region_text(row.region_code)}{'，' + row.ecosystem if row.ecosystem else ''}，{row.span}）"
        for row in rows[:6]
    )
    cell = _cell(county, ecosystem, item)
    when = f"{on[0]}" if on[0] == on[1] else f"{on[0]} 至 {on[1]}"
    facts = {"key": quantity.name, "zh": quantity.zh, "cell": cell, "on": when, "seen": seen or "-"}
    return missing_then(problem("no_value", rows[0].place if rows else "", **facts), coefficients, quantity.name)
