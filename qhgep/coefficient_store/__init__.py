"""The coefficient store: rows with document, place and dates; loading them, and finding the value that is in force."""

from qhgep.coefficient_store.as_known_on import LEFT_OUT, as_known_on, left_out_warnings, unknown_then
from qhgep.coefficient_store.load import NAMES_OF_ROWS, Coefficients, RowCheck, lay_over, load_coefficients, toml_models
from qhgep.coefficient_store.own import OWN, evidence_text, self_reported
from qhgep.coefficient_store.prices import Deflation, all_series, check_series, series_rows
from qhgep.coefficient_store.regions import Region, check_regions, region_text, shipped_regions
from qhgep.coefficient_store.resolve import Adoption, Resolved, region_chain, resolve
from qhgep.coefficient_store.rows import Ecosystem, Row, Source, index_series, index_year, quantity_key
from qhgep.coefficient_store.support import check_evidence, supported

__all__ = [
    "LEFT_OUT",
    "NAMES_OF_ROWS",
    "OWN",
    "Adoption",
    "Coefficients",
    "Deflation",
    "Ecosystem",
    "Region",
    "Resolved",
    "Row",
    "RowCheck",
    "Source",
    "all_series",
    "as_known_on",
    "check_evidence",
    "check_regions",
    "check_series",
    "evidence_text",
    "index_series",
    "index_year",
    "lay_over",
    "left_out_warnings",
    "load_coefficients",
    "quantity_key",
    "region_chain",
    "region_text",
    "resolve",
    "self_reported",
    "series_rows",
    "shipped_regions",
    "supported",
    "toml_models",
    "unknown_then",
]
