"""The coefficient store: rows with document, place and dates; loading them, and finding the value that is in force."""

from qhgep.store.known import LEFT_OUT, as_known_on, left_out_warnings, unknown_then
from qhgep.store.load import Coefficients, lay_over, load_coefficients
from qhgep.store.resolve import Adoption, Resolved, region_chain, resolve
from qhgep.store.rows import Ecosystem, Row, Source

__all__ = [
    "LEFT_OUT",
    "Adoption",
    "Coefficients",
    "Ecosystem",
    "Resolved",
    "Row",
    "Source",
    "as_known_on",
    "lay_over",
    "left_out_warnings",
    "load_coefficients",
    "region_chain",
    "resolve",
    "unknown_then",
]
