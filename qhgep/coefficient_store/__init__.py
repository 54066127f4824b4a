"""The coefficient store: rows with document, place and dates; loading them, and finding the value that is in force."""

from qhgep.coefficient_store.as_known_on import LEFT_OUT, as_known_on, left_out_warnings, unknown_then
from qhgep.coefficient_store.decided_value import decided_by, decided_value
from qhgep.coefficient_store.load import (
    NAMES_OF_ROWS,
    PackPaths,
    lay_over,
    load_coefficients,
    load_parameters,
    pack_paths,
    parameter_problems,
    toml_models,
)
from qhgep.coefficient_store.own import OWN, evidence_text, self_reported
from qhgep.coefficient_store.parameters import FOLDER as PARAMETER_FOLDER
from qhgep.coefficient_store.parameters import MissingParameter, Parameter, parameters_not_used
from qhgep.coefficient_store.prices import Deflation, all_series, check_series, series_rows
from qhgep.coefficient_store.record import (
    parameters_from_record,
    parameters_record,
    row_fields,
    source_fields,
    sources_from,
)
from qhgep.coefficient_store.regions import Region, check_regions, region_chain, region_text, shipped_regions
from qhgep.coefficient_store.resolve import LACKING, Adoption, Resolved, deciding, resolve
from qhgep.coefficient_store.row_check import RowCheck
from qhgep.coefficient_store.rows import Ecosystem, Row, Source, index_series, index_year, quantity_key
from qhgep.coefficient_store.store import Coefficients, Parameters, overlay
from qhgep.coefficient_store.support import check_evidence, supported

__all__ = [
    "LACKING",
    "LEFT_OUT",
    "NAMES_OF_ROWS",
    "OWN",
    "PARAMETER_FOLDER",
    "Adoption",
    "Coefficients",
    "Deflation",
    "Ecosystem",
    "MissingParameter",
    "PackPaths",
    "Parameter",
    "Parameters",
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
    "decided_by",
    "decided_value",
    "deciding",
    "evidence_text",
    "index_series",
    "index_year",
    "lay_over",
    "left_out_warnings",
    "load_coefficients",
    "load_parameters",
    "overlay",
    "pack_paths",
    "parameter_problems",
    "parameters_from_record",
    "parameters_not_used",
    "parameters_record",
    "quantity_key",
    "region_chain",
    "region_text",
    "resolve",
    "row_fields",
    "self_reported",
    "series_rows",
    "shipped_regions",
    "source_fields",
    "sources_from",
    "supported",
    "toml_models",
    "unknown_then",
]
