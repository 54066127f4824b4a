"""What holds for every table: no false alarm, no fault overlooked; and the laws of intervals and figures."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.published import KINDS, Row, inject, make_table, violated, write
from qhgep.auditing import Audit, audit_table
from qhgep.auditing.figure import Figure, digits_changed, digits_swapped, figure, last_digit_off, point_moved
from qhgep.auditing.relation import Product, Sum
from qhgep.interval import Interval, about
from qhgep.units import spelled

PURE = spelled("1")
SEEDS = st.integers(0, 2**32)


def read(text: str) -> Figure:
    found = figure(text, "1", PURE)
    assert found is not None
    return found


def audited(rows: list[Row], *, rounded: bool = False) -> Audit:
    with TemporaryDirectory() as folder:
        return audit_table(write(rows, Path(folder) / "t.csv"), prices="rounded" if rounded else "exact")


@pytest.mark.long
@given(SEEDS)
@settings(max_examples=200)
def test_a_table_computed_and_rounded_is_always_consistent(seed: int) -> None:
    rows = make_table(Random(seed))
    assert violated(rows) == []
    assert audited(rows).faults == ()
    assert audited(rows, rounded=True).faults == ()


@pytest.mark.long
@given(SEEDS, st.sampled_from(KINDS))
@settings(max_examples=100)
def test_a_single_fault_that_leaves_the_interval_is_always_found(seed: int, kind: str) -> None:
    draw = Random(seed)
    rows = make_table(draw)
    inject(draw, rows, kind)
    audit = audited(rows)
    assert {one.row for one in audit.faults if one.kind != "share"} == set(violated(rows))
    assert all(one.repairs for one in audit.faults)


FRACTIONS = st.fractions(-1000, 1000, max_denominator=1000)
INTERVALS = st.tuples(FRACTIONS, FRACTIONS).map(lambda ends: Interval(min(ends), max(ends)))
PARTS = st.fractions(0, 1, max_denominator=100)


def point(of: Interval, part: Fraction) -> Fraction:
    return of.low + part * (of.high - of.low)


@given(INTERVALS, INTERVALS, PARTS, PARTS)
def test_what_numbers_give_lies_in_what_their_intervals_give(
    one: Interval, two: Interval, part: Fraction, other: Fraction
) -> None:
    a, b = point(one, part), point(two, other)
    assert a + b in one + two
    assert a - b in one - two
    assert a * b in one * two
    inverse = two.inverse()
    assert (inverse is None) == (0 in two)
    assert inverse is None or 1 / b in inverse
    assert a * 3 in one.scaled(Fraction(3))
    assert -a in one.scaled(Fraction(-1))


@given(INTERVALS, INTERVALS)
def test_the_ends_of_a_result_are_reached(one: Interval, two: Interval) -> None:
    """No wider than the truth: every end is the result of two ends."""
    ends = [(a, b) for a in (one.low, one.high) for b in (two.low, two.high)]
    for result, numbers in (
        (one + two, [a + b for a, b in ends]),
        (one - two, [a - b for a, b in ends]),
        (one * two, [a * b for a, b in ends]),
    ):
        assert (result.low, result.high) == (min(numbers), max(numbers))


@given(INTERVALS, INTERVALS)
def test_intervals_meet_where_the_gap_is_zero(one: Interval, two: Interval) -> None:
    assert one.meets(two) == two.meets(one) == (one.gap(two) == 0)
    assert one.gap(two) == two.gap(one)
    assert one.meets(two) == any(end in two for end in (one.low, one.high)) or two.low in one


@given(FRACTIONS)
def test_exact_numbers_stay_exact(number: Fraction) -> None:
    exact = about(number, Fraction(0))
    assert (exact + exact, exact * exact) == (about(2 * number, Fraction(0)), about(number**2, Fraction(0)))


@pytest.mark.parametrize(
    ("text", "value", "half"),
    [
        ("1437.94", "1437.94", "0.005"),
        ("0.0136", "0.0136", "0.00005"),
        ("0.0380", "0.038", "0.00005"),
        ("875", "875", "0.5"),
        ("7000", "7000", "0.5"),
        ("7,000", "7000", "0.5"),
        ("3.08e4", "30800", "50"),
        ("0.98×10^8", "98000000", "500000"),
        ("-71.537", "-71.537", "0.0005"),
        ("−3", "-3", "0.5"),
        ("2E-3", "0.002", "0.0005"),
    ],
)
def test_a_printed_number_stands_for_half_a_unit_of_its_last_digit(text: str, value: str, half: str) -> None:
    assert (read(text).value, read(text).half) == (Fraction(value), Fraction(half))


@pytest.mark.parametrize("text", ["", "—", "约3", "1 000", "1,00", "1.", ".5", "1e", "٣", "1e999", "0x1f"])
def test_other_texts_are_no_numbers(text: str) -> None:
    assert figure(text, "1", PURE) is None


TEXTS = st.tuples(st.integers(0, 10**6), st.integers(0, 4)).map(lambda pair: f"{Decimal(pair[0]).scaleb(-pair[1]):f}")


@pytest.mark.long
@given(TEXTS)
def test_every_slip_of_the_digits_can_be_undone(text: str) -> None:
    printed = read(text)
    for changed in digits_changed(printed):
        assert printed.value in {one.value for one in digits_changed(changed)} or text.startswith("0")
    for swapped in digits_swapped(printed):
        assert printed.value in {one.value for one in digits_swapped(swapped)}
    for off in last_digit_off(printed):
        assert abs(off.value - printed.value) == 2 * printed.half
        assert printed.value in {one.value for one in last_digit_off(off)}
    for places in (-4, -1, 1, 3):
        moved = point_moved(printed, places)
        if moved is not None:
            assert moved.value == printed.value * Fraction(10) ** places == read(moved.text).value
            back = point_moved(moved, -places)
            assert back is not None
            assert back.value == printed.value
            assert back.half >= printed.half


@pytest.mark.parametrize(
    ("text", "places", "moved"),
    [
        ("14.39", 1, "143.9"),
        ("14.39", -3, "0.01439"),
        ("875", 1, "8750"),
        ("8750", -1, "875"),
        ("8750", -2, "87.5"),
        ("0.0136", 2, "1.36"),
        ("3.08e4", -1, "3.08e3"),
        ("1,437.9", 1, "14379"),
        ("-2.5", 1, "-25"),
    ],
)
def test_a_moved_point_keeps_the_digits(text: str, places: int, moved: str) -> None:
    found = point_moved(read(text), places)
    assert found is not None
    assert found.text == moved


def test_a_zero_has_no_point_to_move() -> None:
    assert point_moved(read("0.00"), 1) is None


@given(st.lists(st.tuples(TEXTS, st.sampled_from([1, -1])), min_size=1, max_size=4), TEXTS)
def test_the_numbers_that_an_equation_allows_for_a_figure_are_those_with_which_it_holds(
    parts: list[tuple[str, int]], target: str
) -> None:
    cells = {("r", str(place)): read(text) for place, (text, _) in enumerate(parts)} | {("r", "value"): read(target)}
    powers = tuple((("r", str(place)), power) for place, (_, power) in enumerate(parts))
    for relation in (Product("line", "r", ("r", "value"), powers), Sum("sum", "r", ("r", "value"), powers)):
        for cell in relation.cells:
            found = relation.outcome(cells)
            allowed, holds = relation.allows(cell, cells, found), found.holds(relation.reach(cells))
            assert allowed is None or allowed.meets(cells[cell].interval) == holds
