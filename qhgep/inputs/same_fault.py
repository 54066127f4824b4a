"""One fault of very many rows is told once, with how many there are and the first places."""

from __future__ import annotations

from collections.abc import Mapping

from qhgep.errors import Problems, grouped

FEW = 10
"""Faults of up to so many rows are told one by one, each at its cell."""
NAMES_OF_ROWS: Mapping[str, tuple[str, ...]] = {
    "": (),
    "form_blank": ("field",),
    "import_coverage": ("county", "coverage"),
    "import_county": ("code",),
    "import_county_dates": ("code", "name", "span"),
    "import_histogram": ("found",),
    "import_number": ("value",),
    "import_year": ("found",),
    "import_zone": ("id",),
    "import_zone_absent": ("id",),
    "import_zone_area": ("id",),
    "import_zone_twice": ("id", "first"),
    "row_code": ("code",),
    "table_bounds": ("value",),
    "table_ecosystem": ("ecosystem",),
    "table_filled": ("value",),
    "table_item": ("item",),
    "table_number": ("value",),
    "table_period": ("period",),
    "table_quantity": ("quantity",),
    "table_twice": ("first",),
    "table_word": ("found",),
    "unit_of_unknown": ("unit",),
    "unit_part": ("unit",),
    "unit_spelling": ("unit",),
}
"""By code, under "" for all others, the facts that name a row and tell no other fault."""


def tell_once(problems: Problems) -> None:
    """Gather what is wrong with more than a few rows in the same way."""
    problems.items = grouped(problems.items, NAMES_OF_ROWS, beyond=FEW)
