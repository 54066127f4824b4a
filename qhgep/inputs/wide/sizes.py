"""How large a printed unit is in the unit of a quantity, and whether what stands above a table contradicts its columns.

A file of its own because `read`, which asks it, is one long idea.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from qhgep.errors import Problems, UnitError
from qhgep.inputs.files.read_xlsx import quoted
from qhgep.units import Unit, converted, reads

HeadedUnit = tuple[str, str, str, Unit]
"""A column: its place, heading and unit as read, and the unit of its quantity."""


def size_in(unit: str, target: Unit) -> Fraction | None:
    """How many of the target one of a printed unit is; None where it is of something else, or no unit."""
    try:
        return converted(unit, target, quantity="")
    except UnitError:
        return None


def tell_unit_above(above: str, columns: Sequence[HeadedUnit], problems: Problems) -> None:
    """Warn where the unit above a table is that of no column, and of another size than that of a column of its kind."""
    if not reads(above) or any(unit in {above, f"{above}/年", f"{above}/a"} for _, _, unit, _ in columns):
        return
    for place, heading, unit, target in columns:
        sizes = {size_in(text, target) for text in (above, f"{above}/年")} - {None}
        if sizes and size_in(unit, target) not in sizes:
            problems.warn("column_unit_above", place, above=above, heading=quoted(heading), unit=unit)
