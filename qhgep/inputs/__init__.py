"""What comes in: the county table with its code history, and the long input table."""

from qhgep.inputs.counties import Counties, County, read_counties
from qhgep.inputs.table import Input, read_table

__all__ = ["Counties", "County", "Input", "read_counties", "read_table"]
