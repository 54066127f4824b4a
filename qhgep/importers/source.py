"""The columns of a table of another tool: known, needed, or an error; and the numbers in its cells."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from fractions import Fraction

from qhgep.errors import Problems
from qhgep.inputs.headed_table import HeadedTable, TableRow


def check_columns(table: HeadedTable, needed: Iterable[str], known: Collection[str], problems: Problems) -> bool:
    """Whether every needed column is there and every other one is known; what is not is noted."""
    needed = list(needed)
    wanting = [name for name in needed if name not in table.columns]
    unknown = [name for name in table.columns if name not in needed and name not in known]
    for name in wanting:
        problems.add("import_wanting", table.place, column=name, header="、".join(table.columns))
    for name in unknown:
        known_names = "、".join([*needed, *sorted(set(known) - set(needed))])
        problems.add("import_column", table.place, column=name, known=known_names)
    return not wanting and not unknown


def number(row: TableRow, column: str, problems: Problems) -> Fraction | None:
    """The number of a cell, exactly as printed; None, noted, where it is blank or no number."""
    if column not in row.cells:
        problems.add("import_number", row.where(column), column=column, value="")
    digits = row.digits(column, problems)
    return None if digits is None else Fraction(digits)
