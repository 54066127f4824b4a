"""Price index series among the coefficient rows (`price_index.<series>`), and the decision to deflate by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from qhgep.coefficient_store.rows import Row, index_series, index_year
from qhgep.coefficient_store.store import Coefficients
from qhgep.errors import Problems


@dataclass(frozen=True, slots=True)
class Deflation:
    """The decision of an account to carry prices by an index series: which, why, who decided, where it is written."""

    series: str
    reason: str
    decided_by: str
    place: str


def all_series(coefficients: Coefficients) -> tuple[str, ...]:
    """The names of the series that the store has."""
    return tuple(sorted({name for row in coefficients.rows if (name := index_series(row.key))}))


def series_rows(coefficients: Coefficients, series: str) -> tuple[Row, ...]:
    """The rows of a series, in the order of their years."""
    rows = (row for row in coefficients.rows if index_series(row.key) == series)
    return tuple(sorted(rows, key=lambda row: (row.start or date.min, row.row)))


def check_series(rows: Sequence[Row], deflation: Deflation, problems: Problems) -> None:
    """Note what keeps a series from being one: two rows for a year, or rows whose base is printed differently."""
    names, units = "、".join(row.row for row in rows), sorted({row.unit for row in rows})
    if len(units) > 1:
        problems.add("index_base", deflation.place, series=deflation.series, units="、".join(units), rows=names)
    by_year: dict[int | None, Row] = {}
    for row in rows:
        if (first := by_year.setdefault(index_year(row), row)) is not row:
            facts = {"series": deflation.series, "year": index_year(row), "rows": f"{first.row}、{row.row}"}
            problems.add("index_contend", row.place, **facts)
