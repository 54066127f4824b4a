"""What comes in: the county table with its code history, the long input table, and the workbooks that bureaus have."""

from qhgep.inputs.counties import Counties, County, read_counties
from qhgep.inputs.file_defaults import FileDefaults, SheetContext
from qhgep.inputs.read import FileReading, read_inputs, read_table
from qhgep.inputs.table import Input
from qhgep.inputs.wide.headings import Headings

__all__ = [
    "Counties",
    "County",
    "FileDefaults",
    "FileReading",
    "Headings",
    "Input",
    "SheetContext",
    "read_counties",
    "read_inputs",
    "read_table",
]  # fmt: skip
