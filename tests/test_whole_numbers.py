"""How far a typed number may be from the whole number that its scale makes of it: half a thousandth at most, either way."""

from fractions import Fraction

import pytest

from qhgep.compensation.columns.whole_numbers import fit_columns
from qhgep.expr import Quantity
from qhgep.readings.exact import Exact, Reader
from qhgep.units import unit

ROWS = ("a", "b")


def number(name: str, *axes: str) -> Quantity:
    return Quantity(name, unit("1"), tuple(axes), name, name)


def misfits(value: str, scale: int, whole: int) -> tuple[Exact, Exact]:
    """What the columns of one parameter, and of a number of each of two recipients, count: the one on its own, and in all."""
    one = (number("value"), number("scale"), number("whole"))
    each = (number("values", "recipient"), number("scale"), number("wholes", "recipient"))
    reader = Reader(ROWS, exactly=True)
    reader.put("value", Fraction(value))
    reader.put("scale", Fraction(scale))
    reader.put("whole", Fraction(whole))
    reader.put("values", {"a": Fraction(value), "b": Fraction(whole, scale)})
    reader.put("wholes", dict.fromkeys(ROWS, Fraction(whole)))
    found: dict[str, Exact] = {}
    for column in fit_columns("step", (one, each)):
        if column.expr is None:
            assert column.given is not None
            reader.put(column.name, column.given.value)
        else:
            numbers = reader.compute(column.expr)
            reader.columns[column.name] = numbers
            found[column.name] = reader.exact(numbers)
    return found["step.misfit"], found["step.misfits_total"]


@pytest.mark.parametrize(
    ("value", "scale", "whole", "counted"),
    [
        ("100", 1, 100, 0), ("12.3", 100, 1230, 0), ("0", 100, 0, 0),  # 12.3 x 100 = 1230
        ("100.5", 1, 100, 1), ("12.305", 100, 1230, 1),  # half a unit off: 12.305 x 100 = 1230.5
        ("100.0004", 1, 100, 0), ("99.9996", 1, 100, 0),  # 0.0004 x 1000 x 2 = 0.8, no more than 1
        ("100.0006", 1, 100, 1), ("99.9994", 1, 100, 1),  # 0.0006 x 1000 x 2 = 1.2
        ("100.0005", 1, 100, 0), ("99.9995", 1, 100, 0),  # 0.0005 x 1000 x 2 = 1, which is not more
        ("100.99", 1, 100, 1), ("102", 1, 100, 1), ("103", 2, 206, 0),
    ],
)  # fmt: skip
def test_a_typed_number_fits_its_scale_up_to_half_a_thousandth(
    value: str, scale: int, whole: int, counted: int
) -> None:
    """A misfit is |value x scale - whole| x 1000 x 2 > 1. In all: one misfit of the first recipient, none of the second."""
    assert misfits(value, scale, whole) == (counted, counted)
