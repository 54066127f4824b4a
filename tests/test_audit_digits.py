"""What the digits of a printed table tell: counts, statements on columns, padded zeros, derived prices, typed products."""

from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from benchmarks.misprinted import HABITS, habitual_table
from benchmarks.published import write
from qhgep.auditing import Audit, Finding, audit_table
from qhgep.auditing.patterns import digit_patterns

FIELD = Path(__file__).parent / "field"
HEAD = "row,quantity,quantity_unit,price,price_unit,value,value_unit"


def audited(folder: Path, *lines: str, head: str = HEAD) -> Audit:
    path = folder / "t.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return audit_table(path)


def only(audit: Audit, row: str, kind: str = "line") -> Finding:
    return next(one for one in audit.findings if (one.row, one.kind) == (row, kind))


# Counts, and what the table states


def test_a_mean_times_a_count_is_held_against_the_exact_count() -> None:
    """9 counties x 3000 is 27,000, printed 26,375; a price of 26,375 / 9 = 2930.6 would do."""
    found = only(audit_table(FIELD / "mean-times-count-fault-missed.csv"), "mean")
    assert (found.verdict, found.recomputed, found.allowed) == ("inconsistent", 27000, Fraction("0.5"))
    assert dict(found.needed)["price"] == "2930.6 万元"


@pytest.mark.parametrize("unit", ["个", "户", "人", "县", "人次", "头", "村"])
def test_a_whole_number_of_people_or_things_is_exact(unit: str, tmp_path: Path) -> None:
    price = {"户": "元/户", "人": "元/人", "人次": "元/人次", "头": "元/头"}.get(unit, "元")
    audit = audited(tmp_path, f"a,9,{unit},3000,{price},27001,元")
    assert (audit.consistent, only(audit, "a").allowed) == (False, Fraction("0.5"))


@pytest.mark.parametrize(
    ("count", "unit", "price"), [("9.0", "人", "元/人"), ("9e0", "人", "元/人"), ("9", "万人", "元/人")]
)
def test_a_number_of_people_with_decimals_or_in_ten_thousands_is_rounded(
    count: str, unit: str, price: str, tmp_path: Path
) -> None:
    assert (only(audited(tmp_path, f"a,{count},{unit},3000,{price},9,元"), "a").allowed or 0) > 100


def test_counts_add_up_exactly_but_for_those_that_are_products(tmp_path: Path) -> None:
    """3 + 4 is 7 and not 8; 0.31 posts a hectare on 10.0 hectares are 3.1, printed 3, and may be 3.6 with the rounding."""
    head = "row,quantity,quantity_unit,price,price_unit,value,value_unit,total_of"
    rows = ("a,,,,,3,人,", "b,,,,,4,人,", "T,,,,,8,人,a b", "c,10.0,hm2,0.31,人/hm2,3,人,")
    audit = audited(tmp_path, *rows, head=head)
    assert (only(audit, "T", "sum").verdict, only(audit, "T", "sum").allowed) == ("inconsistent", 0)
    assert only(audit, "c").verdict == "consistent"


@pytest.mark.parametrize(
    ("head", "line", "every", "allowed"),
    [
        ("exact", "quantity", "", "0.5"),  # the value alone
        ("rounded", "price", "", "9.25"),  # 10.5 x 7.5 - 70 + 0.5
        ("rounded", "", "value:100", "53.5"),  # 7 x 0.5 + 50
        ("rounded", "value:10", "value:100", "8.5"),  # 7 x 0.5 + 5: the row says it for itself
        ("rounded", "价值：10", "", "8.5"),
    ],
)
def test_exact_or_rounded_is_stated_for_a_row_or_for_all(
    head: str, line: str, every: str, allowed: str, tmp_path: Path
) -> None:
    """10 t at 7 yuan are 70 yuan; the mass may be half a tonne off, the value half a yuan, if nothing else is stated."""
    rows = [f"a,10,t,7,CNY/t,70,CNY,{line}"] + ([f"*,,,,,,,{every}"] if every else [])
    found = only(audited(tmp_path, *rows, head=f"{HEAD},{head}"), "a")
    assert found.allowed == Fraction(allowed)


# Habits of printing, told before any slip


def test_the_sea_table_of_shandong_has_derived_prices_and_padded_digits_and_no_fault() -> None:
    """21 of 23 lines fail as printed; 144,071 hm2 x 0.0050 is 720, printed 700, which is 700 ± 50 at 0.005 ± 0.0005."""
    audit = audit_table(FIELD / "N2-shandong-sea-2013.csv")
    assert (audit.consistent, audit.counts["explained"], audit.counts["consistent"]) == (True, 21, 2)
    told = [(one.habit, one.column, one.zeros, len(one.rows), one.failed, one.left) for one in audit.patterns]
    assert told == [
        ("derived", "price", 1, 9, 9, 0), ("derived", "price", 2, 9, 9, 0), ("padded", "value", 2, 9, 9, 0),
        ("derived", "price", 0, 5, 3, 0),
    ]  # fmt: skip
    first = only(audit, "bz-bio")
    assert first.allowed == 144071 * Fraction("0.0005") + Fraction("0.5") * Fraction("0.0045") + 50
    assert audit.warnings[2].text() == (
        "N2-shandong-sea-2013.csv:2  bz-bio、dy-bio、wf-bio 等 9 行的 value 末 2 位全是 0，像是补的零：照印刷位数，有 9 处不符；"
        "按舍入到 100 读，剩 0 处；末位数字是真的位数；查原文；属实就在 rounded 栏写 value:100（全表如此写在名为 * 的行），"
        "或照真的位数录入，如 7e2。"
    )


def test_with_its_true_digits_the_same_table_has_derived_prices_only() -> None:
    audit = audit_table(FIELD / "N2b-shandong-sea-2013-true-digits.csv")
    assert audit.consistent
    assert [(one.habit, one.zeros, one.failed, one.left) for one in audit.patterns] == [("derived", 0, 15, 0)]
    assert [one.code for one in audit.warnings] == ["audit_derived"]
    assert audit_table(FIELD / "N2b-shandong-sea-2013-true-digits.csv", prices="rounded").patterns == ()


def test_a_fault_among_padded_digits_and_derived_prices_stays_one(tmp_path: Path) -> None:
    """68.20 printed as 86.20, a quarter more, where prices are rounded to about a half per cent."""
    text = (FIELD / "N2-shandong-sea-2013.csv").read_text(encoding="utf-8").replace("68.20", "86.20")
    audit = audited(tmp_path, *text.splitlines()[1:], head=text.splitlines()[0])
    assert [one.row for one in audit.faults] == ["yt1-es"]
    assert ("swap", "68.20 亿元") in [(one.slip, one.proposed) for one in audit.repairs[:3]]


def test_what_is_stated_is_not_read_otherwise(tmp_path: Path) -> None:
    """The table says that its prices are exact and its values are as printed: then its lines are wrong."""
    text = (FIELD / "N2b-shandong-sea-2013-true-digits.csv").read_text(encoding="utf-8").splitlines()
    lines = [f"{line},price value" for line in text[1:]]
    audit = audited(tmp_path, *lines, head=f"{text[0]},exact")
    assert audit.patterns == ()
    assert len(audit.faults) == len(lines)


def test_a_column_of_several_units_with_three_digits_and_then_zeros_has_no_fault(tmp_path: Path) -> None:
    """True: 21 366 000 t, 46.16 万hm2, 1.4812 亿m3, 93.284 km2, 85.77 万人次; each rounded to three digits, and two decimals more.

    21 366 000 x 1000 yuan are 2 136 600 万元, of 21 400 000 ± 50 000 t 2 135 000 to 2 145 000; as printed all five would be false.
    """
    lines = [
        "a,21400000.00,t,1000,元/t,2136600,万元", "b,46.200,万hm2,100,元/hm2,4616,万元", "c,1.4800,亿m3,6,元/m3,88872,万元",
        "d,93.300,km2,200,元/hm2,186.57,万元", "e,85.800,万人次,650,元/人次,55750.5,万元",
    ]  # fmt: skip
    audit = audited(tmp_path, *lines)
    assert [one.verdict for one in audit.findings] == ["explained"] * 5
    (told,) = audit.warnings
    assert told.text() == (
        "t.csv:2  a、b、c 等 5 行的 quantity 都只有 3 位有效数字，后面全是 0，像是补的零：照印刷位数，有 5 处不符；按 3 位有效数字读，剩 0 处；"
        "末位数字是真的位数；查原文；属实就照真的位数录入，如 21400000.00 写作 2.14e7。"
    )
    wrong = audited(tmp_path, *lines[:4], lines[4].replace("55750.5", "56750.5"))
    assert [(one.row, one.verdict) for one in wrong.faults] == [("e", "inconsistent")]


def test_one_line_that_fails_is_a_slip_and_no_habit(tmp_path: Path) -> None:
    """1000 t x 2.5 is 2500, 2000 x 2.5 is 5000; 7700 of the third should be 7500."""
    rows = ("a,1000,t,2.5,元/t,2500,元", "b,2000,t,2.5,元/t,5000,元", "c,3000,t,2.5,元/t,7700,元")
    audit = audited(tmp_path, *rows)
    assert (audit.patterns, [one.row for one in audit.faults]) == ((), ["c"])


def test_prices_that_explain_little_are_no_habit() -> None:
    """A table that holds as printed is not read otherwise."""
    audit = audit_table(Path(__file__).parent / "audit" / "ganzi-2010-table3.csv")
    assert audit.patterns == ()
    assert digit_patterns(audit.table, []) == (audit.table, (), frozenset())


def test_values_typed_as_the_product_of_rounded_quantities_know_no_more_than_these() -> None:
    """2.45 x 7.5 + 2.29 x 2.5 = 18.375 + 5.725 = 24.100, printed 24.13: 0.005 x 7.5 + 0.005 x 2.5 + 0.005 are 0.055."""
    audit = audit_table(FIELD / "c34-total-of-computed-products-false-alarm.csv")
    total = only(audit, "total", "sum")
    assert (audit.consistent, total.verdict, total.difference) == (True, "explained", Fraction("0.03"))
    assert total.allowed == Fraction("0.055")
    assert [(item.code, item.where) for item in audit.warnings] == [
        ("audit_typed", "c34-total-of-computed-products-false-alarm.csv:2")
    ]


@pytest.mark.parametrize("habit", HABITS)
def test_no_habit_of_printing_is_a_false_alarm(habit: str, tmp_path: Path) -> None:
    for seed in range(8):
        rows = habitual_table(Random(seed), habit)
        assert audit_table(write(rows, tmp_path / "t.csv")).faults == (), seed


# Columns of fixed decimals whose figures are known to a number of digits

ROUND_VALUES = (
    "a,7440000.00,hm2,7900.00,元/hm2,590.0,亿元", "b,8650000.00,hm2,7700.00,元/hm2,670.0,亿元", "c,9530000.00,hm2,3900.00,元/hm2,370.0,亿元",
    "d,1350000.00,hm2,3300.00,元/hm2,45.0,亿元", "e,9970000.00,hm2,160.00,元/hm2,16.0,亿元", "f,2320000.00,hm2,460.00,元/hm2,11.0,亿元",
)  # fmt: skip
"""7,440,000 x 7900 is 587.76 and 8,650,000 x 7700 is 666.05, printed 590 and 670: values of two digits and two zeros."""
SEVERAL_UNITS = (
    "a,0.06,亿m3,2640.00,元/m3,160.00,亿元", "b,0.10,亿m3,6200.00,元/m3,6120000.00,万元", "c,2572027.73,m3,874.00,元/m3,225000.00,万元",
    "d,297.55,万m3,5910.00,元/m3,1760000.00,万元", "e,426.34,万m3,2250.00,元/m3,957000.00,万元",
)  # fmt: skip
"""2,572,027.73 x 874 is 224,795 万元, printed 225,000: values of three digits in two units, with two decimals each."""
ONE_LINE = (
    "a,297000.000,t,3430.0,元/t,10,亿元", "b,8350000.000,t,3390.0,元/t,283,亿元", "c,9730000.000,t,7700.0,元/t,749,亿元",
    "d,2990000.000,t,1500.0,元/t,45,亿元", "e,1840000.000,t,3610.0,元/t,67,亿元",
)  # fmt: skip
"""1,840,000 x 3610 is 66.42 亿元, printed 67: 1,844,000 rounded to three digits would be 66.57."""


@pytest.mark.parametrize("lines", [ROUND_VALUES, SEVERAL_UNITS, ONE_LINE])
def test_fixed_decimals_that_are_padded_are_no_faults(lines: tuple[str, ...], tmp_path: Path) -> None:
    audit = audited(tmp_path, *lines)
    assert audit.consistent
    assert audit.counts["explained"] > 0


@pytest.mark.parametrize(("old", "new"), [("670.0,", "67.0,"), ("370.0,", "730.0,"), ("45.0,", "54.0,")])
def test_a_slip_beside_fixed_decimals_stays_a_fault(old: str, new: str, tmp_path: Path) -> None:
    """A point moved, digits swapped, a fifth too much where everything is known to a twentieth at worst."""
    audit = audited(tmp_path, *(line.replace(old, new) for line in ROUND_VALUES))
    assert not audit.consistent


def test_round_numbers_without_decimals_are_no_padding(tmp_path: Path) -> None:
    """2000 x 15 is 30,000, printed 36,000: hectares may be round, and one line that fails is a slip."""
    rows = ("a,1000,hm2,15,元/hm2,15000,元", "b,2500,hm2,15,元/hm2,37500,元", "c,2000,hm2,15,元/hm2,36000,元")
    assert [one.row for one in audited(tmp_path, *rows).faults] == ["c"]
