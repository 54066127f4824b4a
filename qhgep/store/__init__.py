"""The coefficient store: rows with document, place and dates; loading them, and finding the value that is in force."""

from qhgep.store.known import LEFT_OUT, as_known_on, left_out_warnings, unknown_then
from qhgep.store.load import Coefficients, RowCheck, check_evidence, lay_over, load_coefficients, toml_models
from qhgep.store.prices import Deflation, all_series, check_series, series_rows
from qhgep.store.resolve import Adoption, Resolved, region_chain, resolve
from qhgep.store.rows import Ecosystem, Row, Source, index_series, index_year, quantity_key

__all__ = [
    "LEFT_OUT",
    "Adoption",
    "Coefficients",
    "Deflation",
    "Ecosystem",
    "Resolved",
    "Row",
    "RowCheck",
    "Source",
    "all_series",
    "as_known_on",
    "check_evidence",
    "check_series",
    "index_series",
    "index_year",
    "lay_over",
    "left_out_warnings",
    "load_coefficients",
    "quantity_key",
    "region_chain",
    "resolve",
    "series_rows",
    "toml_models",
    "unknown_then",
]
