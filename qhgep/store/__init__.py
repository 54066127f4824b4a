"""The coefficient store: rows with document, place and dates; loading them, and finding the value that is in force."""

from qhgep.store.load import Coefficients, load_coefficients
from qhgep.store.resolve import Adoption, Resolved, region_chain, resolve
from qhgep.store.rows import Ecosystem, Row, Source

__all__ = [
    "Adoption",
    "Coefficients",
    "Ecosystem",
    "Resolved",
    "Row",
    "Source",
    "load_coefficients",
    "region_chain",
    "resolve",
]
