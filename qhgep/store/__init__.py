"""The coefficient store: rows with document, place and dates; loading them, and finding the value that is in force."""

from qhgep.store.load import Coefficients, load_coefficients
from qhgep.store.prices import Deflation, all_series, check_series, series_rows
from qhgep.store.resolve import Adoption, Resolved, region_chain, resolve
from qhgep.store.rows import Ecosystem, Row, Source, index_series, index_year

__all__ = [
    "Adoption",
    "Coefficients",
    "Deflation",
    "Ecosystem",
    "Resolved",
    "Row",
    "Source",
    "all_series",
    "check_series",
    "index_series",
    "index_year",
    "load_coefficients",
    "region_chain",
    "resolve",
    "series_rows",
]
