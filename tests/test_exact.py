"""The exact reading: whole numbers exactly, measured ones as a sheet would have them."""

from fractions import Fraction

import pytest

from qhgep.expr import (
    PURE,
    Call,
    Compare,
    Convert,
    Expr,
    Floor,
    Measure,
    Number,
    Op,
    Quantity,
    Rank,
    Round,
    Total,
    Where,
    call,
)  # fmt: skip
from qhgep.readings.exact import Exact, axes_of, exact, float_sum
from qhgep.units import unit

ROWS = ("632222", "632323", "632621")
share = Quantity("share", PURE, ("recipient",), "得分", "s")
measured = Quantity("measured", PURE, ("recipient",), "面积", "A")
pool = Quantity("pool", unit("CNY"), (), "资金", "P")
VALUES: dict[str, Exact] = {
    "share": dict(zip(ROWS, map(Fraction, (5, 7, 5)), strict=True)),
    "measured": dict(zip(ROWS, map(Fraction, (0.1, 0.2, 0.3)), strict=True)),
    "pool": Fraction("1.15"),
}


def each(expr: Expr) -> list[Fraction]:
    found = exact(expr, VALUES, ROWS)
    assert not isinstance(found, Fraction)
    assert tuple(found) == ROWS
    return list(found.values())


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (share + 1, [6, 8, 6]),
        (share - pool, [Fraction("3.85"), Fraction("5.85"), Fraction("3.85")]),
        (share * 2 / 3, [Fraction(10, 3), Fraction(14, 3), Fraction(10, 3)]),
        (call("max", 6, share), [6, 7, 6]),
        (call("min", 6, share), [5, 6, 5]),
        (call("abs", 6 - share), [1, 1, 1]),
        (Where(Compare("<", share, Number(6)), Number(1), Number(0)), [1, 0, 1]),
        (Where(Compare("<=", share, Number(5)), Number(1), Number(0)), [1, 0, 1]),
        (Where(Compare(">", share, Number(5)), Number(1), Number(0)), [0, 1, 0]),
        (Where(Compare(">=", share, Number(7)), Number(1), Number(0)), [0, 1, 0]),
        (Floor(share / 2), [2, 3, 2]),
        (Round(share / 2), [3, 4, 3]),
        (Rank(share), [2, 1, 3]),
        (Floor(0 - share / 2), [-3, -4, -3]),
    ],
)
def test_a_column_has_a_value_for_every_recipient(expr: Expr, expected: list[Fraction]) -> None:
    assert each(expr) == expected


def test_a_column_without_recipients_has_one_value() -> None:
    assert exact(Total("recipient", share), VALUES, ROWS) == 17
    assert exact(Convert(pool, Fraction(100), unit("CNY"), unit("fen")), VALUES, ROWS) == 115
    assert axes_of(Total("recipient", share)) == ()
    assert axes_of(share * pool) == ("recipient",)
    assert axes_of(Number(1) + 1) == ()


def test_a_total_of_measured_values_is_the_sum_of_a_sheet() -> None:
    assert exact(Total("recipient", measured), VALUES, ROWS) == Fraction(0.1 + 0.2 + 0.3)
    assert float_sum([Fraction(0.1)] * 10) == 0.9999999999999999


def test_round_reads_its_argument_in_floats_as_a_sheet_does() -> None:
    # 0.285 x 100 is 28.499999999999996 in floats, 28.5 in fifteen digits, and less than 28.5 exactly.
    values: dict[str, Exact] = {"pool": Fraction(0.285)}
    as_written = Round(pool * Number(100))
    assert exact(as_written, values, ROWS) == 29
    assert exact(Floor(pool * Number(100)), values, ROWS) == 28


@pytest.mark.parametrize("times", [Fraction(100), Fraction(1, 100), Fraction(11, 3)])
def test_a_conversion_inside_round_multiplies_or_divides_as_a_sheet_does(times: Fraction) -> None:
    converted = Convert(pool, times, unit("CNY"), unit("fen"))
    assert exact(Round(converted), VALUES, ROWS) == round(float(Fraction("1.15") * times))


def test_round_over_totals_ranks_floors_and_choices() -> None:
    chosen = Where(Compare("<", share, Number(6)), Rank(share), Floor(share / 2))
    assert each(Round(chosen)) == [2, 3, 3]
    assert exact(Round(Total("recipient", measured)), VALUES, ROWS) == 1


@pytest.mark.parametrize(
    ("expr", "message"),
    [
        (Measure(pool, unit("CNY")), "Measure is no node of a plan column"),
        (Op("^", pool, Number(2)), r"\^ has no exact value in a plan column"),
        (Call("sqrt", (pool,)), "sqrt is no function of plan columns"),
        (Compare("<", pool, Number(2)), "Compare is no node of a plan column"),
    ],
)
def test_nodes_that_plan_columns_do_not_have_are_refused(expr: Expr, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        exact(expr, VALUES, ROWS)


def test_division_by_zero_has_no_value() -> None:
    with pytest.raises(ZeroDivisionError):
        exact(pool / Number(0), VALUES, ROWS)
