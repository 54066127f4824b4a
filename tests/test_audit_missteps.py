"""Slips in computing: factors and members left out, applied twice, inverted or foreign; another denominator."""

from fractions import Fraction
from pathlib import Path

import pytest

from benchmarks.audit import explains, faulty
from benchmarks.misprinted import MISSTEPS
from benchmarks.published import write
from qhgep.auditing import Audit, Repair, audit_table
from qhgep.auditing.remarks import gap_text, repair_text

FIELD = Path(__file__).parent / "field"
FACTORS = "row,quantity,quantity_unit,price,price_unit,value,value_unit,factor"
SHARES = "row,value,value_unit,total_of,share,share_of"


def audited(folder: Path, *lines: str, head: str) -> Audit:
    path = folder / "t.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return audit_table(path)


def first(audit: Audit) -> Repair:
    return audit.faults[0].repairs[0]


def test_factors_left_out_are_named() -> None:
    """38.86 x 15.58 = 605.44, as printed; with / 0.93 and x 0.24 it is 156.24."""
    audit = audit_table(FIELD / "factor-left-out-no-proposal.csv")
    assert [one.row for one in audit.faults] == ["s"]
    best = first(audit)
    assert (best.slip, best.part, best.proposed, best.weak) == ("omitted", "/ 0.93 t/m3; 0.24", "", False)
    assert repair_text(best, "zh") == "s 没有用系数 / 0.93 t/m3; 0.24（代价 5）"
    assert repair_text(best, "en") == "s was computed without the factor / 0.93 t/m3; 0.24 (cost 5)"


@pytest.mark.parametrize(
    ("value", "slip", "part"),
    [
        ("4170.0", "omitted", "0.37 %"),  # 1000.0 x 4.17
        ("0.057087", "twice", "0.37 %"),  # 1000.0 x 4.17 x 0.0037 x 0.0037
        ("1127000", "inverted", "0.37 %"),  # 1000.0 x 4.17 / 0.0037
    ],
)
def test_a_factor_left_out_applied_twice_or_inverted_is_named(value: str, slip: str, part: str, tmp_path: Path) -> None:
    """1000.0 t x 0.37 % x 4.17 is 15.429."""
    best = first(audited(tmp_path, f"a,1000.0,t,4.17,元/t,{value},元,0.37 %", head=FACTORS))
    assert (best.slip, best.column, best.part) == (slip, "factor", part)


def test_a_factor_upside_down_is_named_where_its_unit_tells_it(tmp_path: Path) -> None:
    """38.86e8 t / 0.93 t/m3 x 15.58 = 651.01e8; stated as x 0.93 t/m3 the unit is none of money."""
    audit = audited(tmp_path, "a,38.86,1e8 t,15.58,元/m3,651.01,1e8 元,0.93 t/m3", head=FACTORS)
    assert (audit.faults[0].verdict, first(audit).slip, first(audit).part) == ("dimension", "inverted", "0.93 t/m3")


def test_the_factor_of_another_row_is_named(tmp_path: Path) -> None:
    """1000.0 x 4.17 = 4170.0; x 0.24 of the row below it is 1000.8."""
    rows = ("a,1000.0,t,4.17,元/t,1000.8,元,", "b,2000.0,t,3.11,元/t,1492.8,元,0.24")
    best = first(audited(tmp_path, *rows, head=FACTORS))
    assert (best.slip, best.row, best.part) == ("foreign", "a", "0.24")


def test_a_total_that_leaves_out_a_member_is_told_so_and_no_digit_is_blamed() -> None:
    """1.00 + 3.75 = 4.75, without 2.50."""
    audit = audit_table(FIELD / "total-leaves-out-a-member-wrong-proposal.csv")
    best = first(audit)
    assert (best.slip, best.part, best.printed, best.proposed, best.weak) == ("omitted", "b", "a b c", "a c", False)
    assert repair_text(best, "zh") == "t 漏加 b（代价 3）"


@pytest.mark.parametrize(
    ("total", "slip", "part"),
    [
        ("1463.10", "omitted", "b c"),  # 1463.10 alone
        ("2275.47", "twice", "b"),  # 1463.10 + 2 x 311.02 + 190.33
        ("2843.56", "foreign", "d"),  # + 879.11
    ],
)
def test_members_left_out_counted_twice_or_foreign_are_named(total: str, slip: str, part: str, tmp_path: Path) -> None:
    """The rows a, b and c are 1463.10 + 311.02 + 190.33 = 1964.45."""
    rows = ("a,1463.10,元,,,", "b,311.02,元,,,", "c,190.33,元,,,", "d,879.11,元,,,", f"T,{total},元,a b c,,")
    best = first(audited(tmp_path, *rows, head=SHARES))
    assert (best.slip, best.column, best.part) == (slip, "total_of", part)


def test_one_other_denominator_of_all_shares_is_found_and_named(tmp_path: Path) -> None:
    """Of T = 400 the shares are 25, 30, 45 %; of S = 220 they are the printed 45.5, 54.5 and 81.8 %."""
    rows = ("a,100.0,元,,45.5,T", "b,120.0,元,,54.5,T", "c,180.0,元,,81.8,T", "S,220.0,元,a b,,", "T,400.0,元,a b c,,")
    audit = audited(tmp_path, *rows, head=SHARES)
    assert sorted(one.row for one in audit.faults) == ["a", "b", "c"]
    assert {(one.repairs[0].slip, one.repairs[0].part, one.repairs[0].left) for one in audit.faults} == {
        ("denominator", "S", 0)
    }
    assert repair_text(first(audit), "zh") == "占比的分母是 S，不是 T（代价 4）"


def test_a_denominator_that_no_row_has_is_given_as_a_number(tmp_path: Path) -> None:
    """100 / 0.4 = 120 / 0.48 = 250; of T they are 25 and 30 %."""
    rows = ("a,100.00,元,,40.00,T", "b,120.00,元,,48.00,T", "c,180.00,元,,,", "T,400.00,元,a b c,,")
    best = first(audited(tmp_path, *rows, head=SHARES))
    assert (best.slip, best.part, best.left) == ("denominator", "250 元", 0)


def test_where_nothing_fits_the_figures_that_would_reconcile_are_named(tmp_path: Path) -> None:
    """1234.5 t x 7.77 = 9592.065, printed 8000.0: 8000 / 7.77 = 1029.60 t and 8000 / 1234.5 = 6.4804 yuan."""
    audit = audited(tmp_path, "a,1234.5,t,7.77,元/t,8000.0,元,", head=FACTORS)
    fault = audit.faults[0]
    assert fault.repairs == ()
    needed = dict(fault.needed)
    for column, exact in (("value", "9592.065"), ("quantity", "1029.601"), ("price", "6.48036")):
        number, unit = needed[column].split()
        assert abs(Fraction(number) / Fraction(exact) - 1) < Fraction(1, 10**4), column
        assert unit == {"value": "元", "quantity": "t", "price": "元/t"}[column]
    assert fault.percent == 100 * (8000 - Fraction("9592.065")) / Fraction("9592.065")
    assert gap_text(fault, "zh") == "差 -16.6 %，是允许差的 3630 倍"


def test_proposals_that_fit_alike_are_guesses(tmp_path: Path) -> None:
    """2.00 x 300 is 600, printed 6000: the point of quantity, price or value alike."""
    audit = audited(tmp_path, "a,2.00,t,300,元/t,6000,元,", head=FACTORS)
    assert [one.weak for one in audit.faults[0].repairs[:3]] == [True, True, True]


def test_faults_are_sorted_by_their_gap_and_errors_of_dimension_come_first(tmp_path: Path) -> None:
    rows = (
        "small,100.00,t,5,元/t,505.00,元,", "fine,100.00,t,5,元/t,500.00,元,", "large,100.00,t,5,元/t,743.00,元,",
        "unit,100.00,t,5,元/m3,500.00,元,",
    )  # fmt: skip
    audit = audited(tmp_path, *rows, head=FACTORS)
    assert [one.row for one in audit.by_severity] == ["unit", "large", "small", "fine"]
    assert [(one.percent, one.times) for one in audit.faults[2:]] == [
        (1, 5 / (5 * Fraction("0.005") + Fraction("0.005")))
    ]


@pytest.mark.parametrize("kind", MISSTEPS)
def test_a_seeded_slip_in_computing_is_found_and_proposed_first(kind: str, tmp_path: Path) -> None:
    for seed in range(5):
        rows, fault = faulty(seed, kind)
        audit = audit_table(write(rows, tmp_path / "t.csv"))
        assert audit.faults, seed
        assert explains(audit.repairs[0], fault), (seed, fault)
