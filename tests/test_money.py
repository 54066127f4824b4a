"""Money is whole fen: nothing is created, nothing lost, nothing rounded on the way."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from qhgep.errors import PlanError
from qhgep.money import PAYABLE, Fen, apportion, cents_text, excel_round, fen, largest_remainder, nearest, shown, yuan
from qhgep.workbook.core.number_formats import MONEY, displayed
from tests.witness import formualizer

CODES = [str(632201 + number) for number in range(9)]
POOLS = st.integers(0, 10**15)
WEIGHTS = st.dictionaries(
    st.sampled_from(CODES), st.fractions(min_value=0, max_value=10**6, max_denominator=10**6), min_size=1
)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("1234.05", 123405),
        ("0", 0),
        ("7", 700),
        ("0.10", 10),
        ("1.500", 150),
        ("-3.2", -320),
        (12, 1200),
        (Decimal("0.01"), 1),
    ],
)
def test_yuan_text_becomes_fen_exactly(amount: str | int | Decimal, expected: int) -> None:
    assert fen(amount) == expected


@pytest.mark.parametrize(
    "amount", [1.5, True, None, "1,000.00", "１００", "1e3", "1万", "", " 1", "1.", ".5", Decimal("NaN")]
)
def test_what_is_no_plain_amount_is_refused(amount: object) -> None:
    with pytest.raises(PlanError) as caught:
        fen(amount, where="plan.toml:6")  # type: ignore[arg-type] # that is the point
    assert [item.code for item in caught.value.problems] == ["money_text"]
    assert caught.value.problems[0].where == "plan.toml:6"


def test_finer_than_a_fen_is_refused_in_whole_words() -> None:
    with pytest.raises(PlanError) as caught:
        fen("1.005", where="plan.toml:6")
    assert str(caught.value) == "plan.toml:6  金额 1.005 元细于一分；最多两位小数；改写到分。"
    assert caught.value.text("en") == (
        "plan.toml:6  the amount of 1.005 yuan is finer than a fen; at most two decimals; write it to the fen."
    )


@given(st.integers(-(10**18), 10**18).map(Fen))
def test_fen_to_yuan_and_back_is_the_identity(amount: Fen) -> None:
    assert fen(yuan(amount)) == amount


def test_payable_units_are_whole_fen() -> None:
    assert PAYABLE == {"fen": 1, "yuan": 100, "100yuan": 10_000, "wan": 1_000_000}


@given(POOLS, WEIGHTS.filter(lambda weights: sum(weights.values()) > 0))
def test_apportion_creates_no_fen_and_strays_less_than_one(pool: int, weights: dict[str, Fraction]) -> None:
    shares = apportion(Fen(pool), weights)
    whole = sum(weights.values())
    assert sum(shares.values()) == pool
    assert all(abs(shares[code] - pool * weights[code] / whole) < 1 for code in weights)
    assert all(shares[code] == 0 for code in weights if weights[code] == 0)
    assert all(shares[one] >= shares[two] for one in weights for two in weights if weights[one] > weights[two])


@given(POOLS, WEIGHTS.filter(lambda weights: sum(weights.values()) > 0), st.randoms(use_true_random=False))
def test_apportion_does_not_depend_on_the_order_of_its_input(
    pool: int, weights: dict[str, Fraction], random: Random
) -> None:
    shuffled = list(weights.items())
    random.shuffle(shuffled)
    assert apportion(Fen(pool), dict(shuffled)) == apportion(Fen(pool), weights)


def test_ties_go_by_code_at_fifty_thousand_million_fen() -> None:
    weights = {code: Fraction(1) for code in reversed(CODES[:7])}
    shares = apportion(Fen(50_000_000_000), weights)
    assert [shares[code] for code in CODES[:7]] == [7_142_857_143] * 6 + [7_142_857_142]
    assert list(shares) == CODES[:7]


def test_rounding_each_row_by_itself_creates_a_fen() -> None:
    """Why there is `apportion`: two equal counties share 500,000,000.01 yuan."""
    pool = Decimal("500000000.01")
    naive = (pool / 2).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert naive + naive == Decimal("500000000.02")
    shares = apportion(fen(pool), {"632222": Fraction(1), "632323": Fraction(1)})
    assert {code: yuan(share) for code, share in shares.items()} == {
        "632222": "250000000.01",
        "632323": "250000000.00",
    }


def test_negative_weights_are_refused_by_name() -> None:
    with pytest.raises(PlanError) as caught:
        apportion(Fen(100), {"632222": Fraction(3), "632621": Fraction(-1), "632323": Fraction(-1, 2)})
    assert {item.code for item in caught.value.problems} == {"money_weight_negative"}
    assert str(caught.value).splitlines() == [
        "632323  权数为 -1/2；不小于零的数；检查该单位的数据。",
        "632621  权数为 -1；不小于零的数；检查该单位的数据。",
    ]


@pytest.mark.parametrize("weights", [{}, {"632222": Fraction(0), "632323": Fraction(0)}])
def test_weights_that_add_up_to_nothing_are_refused(weights: dict[str, Fraction]) -> None:
    with pytest.raises(PlanError) as caught:
        apportion(Fen(100), weights)
    assert [(item.code, item.where) for item in caught.value.problems] == [("money_weight_sum", "、".join(weights))]


def test_a_negative_pool_is_refused() -> None:
    with pytest.raises(PlanError, match=r"待分配资金为 -1\.00 元") as caught:
        apportion(Fen(-100), {"632222": Fraction(1)})
    assert caught.value.problems[0].code == "money_pool_negative"


def test_signed_amounts_keep_their_sum() -> None:
    exact = {"632222": Fraction(-10, 3), "632323": Fraction(5, 3), "632621": Fraction(5, 3)}
    assert largest_remainder(exact, 0) == {"632222": -3, "632323": 2, "632621": 1}


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (2.5, 3), (-2.5, -3), (0.5, 1), (-0.5, -1), (0.49999999999999994, 1), (1.005 * 100, 101),
        (2.675 * 100, 268), (0.0, 0), (1e15, 10**15), (4503599627370497.5, 4503599627370500), (1e22, 10**22),
    ],
)  # fmt: skip
def test_excel_round_is_half_up_on_fifteen_digits(number: float, expected: int) -> None:
    assert excel_round(number) == expected


@pytest.mark.parametrize(
    ("number", "text"),
    [(174581550 / 10000, "17,458.16"), (1.005, "1.01"), (-2.675, "-2.68"), (0.125, "0.13"), (-0.001, "0.00")],
)
def test_a_number_on_the_screen_has_the_two_decimals_that_its_cell_shows(number: float, text: str) -> None:
    """17,458.155 万元: the screen said 17,458.15, the sheet and the brief 17,458.16."""
    assert cents_text(number) == text
    assert displayed(number, MONEY).text.removeprefix("-") == text.removeprefix("-")


def test_excel_round_is_what_a_spreadsheet_rounds(tmp_path: Path) -> None:
    random = Random(20261122)
    halves = [random.randint(-(10**9), 10**9) + 0.5 for _ in range(300)]
    cents = [random.randint(0, 10**8) / 1000 * 100 for _ in range(300)]
    numbers = [*halves, *cents, *(random.uniform(-1e8, 1e8) for _ in range(300))]
    path = tmp_path / "round.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("数")
        for row, number in enumerate(numbers):
            sheet.write_number(row, 0, number)
            sheet.write_formula(row, 1, f"=ROUND(A{row + 1},0)")
    found = formualizer.recalculate(path)
    assert [found["数", f"B{row + 1}"] for row in range(len(numbers))] == [excel_round(number) for number in numbers]


@pytest.mark.parametrize(("amount", "expected"), [("5/2", 3), ("-5/2", -3), ("7/3", 2), ("-7/3", -2), ("0", 0)])
def test_nearest_is_half_away_from_zero(amount: str, expected: int) -> None:
    assert nearest(Fraction(amount)) == expected


def test_exact_amounts_are_shown_with_four_decimals() -> None:
    assert [shown(Fraction(text)) for text in ("2/3", "-2/3", "5", "1/20000")] == [
        "0.6667",
        "-0.6667",
        "5.0000",
        "0.0001",
    ]
