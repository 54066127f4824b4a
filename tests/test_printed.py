"""Numbers as printed: the numbers their digits may stand for, and printed totals of rounded addends."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhgep.interval import Interval
from qhgep.printed import added, beyond_rounding, printed, printed_number


def interval(text: str) -> Interval:
    found = printed_number(text)
    assert found is not None
    return found.interval


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("0.0380", "0.03795", "0.03805"),
        ("7000", "6999.5", "7000.5"),
        ("7,000", "6999.5", "7000.5"),
        ("3.08e4", "30750", "30850"),
        ("0.98×10^8", "97500000", "98500000"),
        ("-71.537", "-71.5375", "-71.5365"),
        ("2E-3", "0.0015", "0.0025"),
        ("0", "-0.5", "0.5"),
    ],
)
def test_a_printed_number_may_be_half_a_unit_of_its_last_digit_more_or_less(text: str, low: str, high: str) -> None:
    assert interval(text) == Interval(Fraction(low), Fraction(high))


def test_every_digit_of_a_long_number_counts() -> None:
    """Forty digits are more than a decimal calculation keeps by default."""
    digits = "1" * 40
    found = printed_number(f"{digits}.5")
    assert found is not None
    assert (found.value, found.half) == (int(digits) + Fraction(1, 2), Fraction(1, 20))


@pytest.mark.parametrize("text", ["", "—", "约3", "1 000", "1,00", "1.", ".5", "1e", "٣", "1e999", "0x1f"])
def test_other_texts_are_no_printed_numbers(text: str) -> None:
    assert printed_number(text) is None


NUMBERS = st.decimals(-1000, 1000, places=2)


@given(st.decimals(0, 1000, places=2))
def test_a_number_reads_alike_as_text_and_as_decimal(number: Decimal) -> None:
    assert interval(f"{number:f}") == printed(number)


@given(st.lists(st.tuples(NUMBERS, st.integers(-50, 49)), min_size=1, max_size=6))
def test_a_total_of_unrounded_numbers_always_agrees_with_its_rounded_addends(parts: list[tuple[Decimal, int]]) -> None:
    """Each true number lies up to 0.005 off its printed one; the total is printed with one decimal."""
    true = sum((Fraction(number) + Fraction(off, 10**4) for number, off in parts), Fraction(0))
    total = Decimal(round(true * 10)).scaleb(-1)
    assert beyond_rounding(printed(total), [printed(number) for number, _ in parts]) == 0


@pytest.mark.parametrize(
    ("total", "addends", "beyond"),
    [
        ("3.2", ["1.0", "1.0", "1.0"], "0"),  # 3 x 1.05 = 3.15 is printed 3.2
        ("3.3", ["1.0", "1.0", "1.0"], "0.1"),  # 3.25 is the least that is printed 3.3
        ("100", ["33.3", "33.3", "33.3"], "0"),  # 99.9 + 0.15 against 99.5
        ("2.8", ["1.0", "1.0", "1.0"], "0"),
        ("2.7", ["1.0", "1.0", "1.0"], "0.1"),
        ("1.7", ["2.45", "-0.70"], "0"),
    ],
)
def test_rounding_explains_half_a_digit_of_the_total_and_of_each_addend(
    total: str, addends: list[str], beyond: str
) -> None:
    assert beyond_rounding(interval(total), [interval(text) for text in addends]) == Fraction(beyond)


def test_nothing_added_is_nothing() -> None:
    assert added([]) == Interval(Fraction(0), Fraction(0))
