"""What a table does not print: products that enter totals, the unknown member of a total, and cells that name another row."""

from fractions import Fraction
from pathlib import Path

import pytest

from qhgep.auditing import Audit, Finding, audit_table
from qhgep.auditing.remarks import remark
from qhgep.auditing.report import summary
from qhgep.workbook.reports.table_audit import AUDITED, write_audit
from tests.witness import formualizer

FIELD = Path(__file__).parent / "field"
HEAD = "row,quantity,quantity_unit,price,price_unit,value,value_unit,total_of"


def audited(folder: Path, *lines: str, head: str = HEAD) -> Audit:
    path = folder / "t.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return audit_table(path)


def only(audit: Audit, row: str, kind: str) -> Finding:
    return next(one for one in audit.findings if (one.row, one.kind) == (row, kind))


def test_products_that_are_not_printed_enter_their_total_with_the_rounding_of_their_quantities() -> None:
    """2.45 x 7.5 + 2.29 x 2.5 = 24.100 against 24.13: 0.0375 + 0.0125 of the products and 0.005 of the total."""
    audit = audit_table(FIELD / "c34-total-of-unprinted-products-not-checkable.csv")
    total = only(audit, "total", "sum")
    assert (total.verdict, total.recomputed, total.allowed) == ("consistent", Fraction("24.1"), Fraction("0.055"))
    ban = only(audit, "ban", "line")
    assert (ban.verdict, ban.recomputed, ban.allowed) == ("implied", Fraction("18.375"), Fraction("0.0375"))
    assert remark(ban, "zh") == "没有印，由实物量、价格推得，18.3375 至 18.4125"
    assert (audit.consistent, audit.counts["unchecked"]) == (True, 0)


def test_a_total_of_products_that_are_not_printed_is_found_wrong_beyond_their_rounding(tmp_path: Path) -> None:
    """100.00 x 1.5 + 50.0 x 2 = 250.0 ± 0.11; printed 260.0, which a quantity of 55.0 instead of 50.0 would explain."""
    rows = ("a,100.00,t,1.5,元/t,,,", "b,50.0,t,2,元/t,,元,", "T,,,,,260.0,元,a b")
    audit = audited(tmp_path, *rows)
    assert [(one.row, one.kind) for one in audit.faults] == [("T", "sum")]
    total = audit.faults[0]
    assert total.allowed == Fraction("0.005") * Fraction("1.5") + Fraction("0.05") * 2 + Fraction("0.05")
    assert ("b", "quantity", "55.0 t") in [(one.row, one.column, one.proposed) for one in total.repairs]


def test_the_unknown_member_of_a_total_is_solved_for_and_is_no_fault(tmp_path: Path) -> None:
    """10.0 - 2.5 + 1.25 = 8.75, and each printed figure may be half a digit off: 0.05 + 0.05 + 0.005."""
    rows = ("a,,,,,2.5,万元,", "b,,,,,,万元,", "c,,,,,1.25,万元,", "T,,,,,10.0,万元,a b -c")
    audit = audited(tmp_path, *rows)
    member = only(audit, "b", "sum")
    assert (member.verdict, member.recomputed, member.allowed) == ("implied", Fraction("8.75"), Fraction("0.105"))
    assert remark(member, "zh") == "没有印，由合计 T 推得，8.645 至 8.855"
    assert (only(audit, "T", "sum").verdict, only(audit, "T", "sum").missing) == ("unchecked", ("b.value",))
    assert audit.consistent


def test_a_member_that_two_totals_imply_is_checked_by_the_second(tmp_path: Path) -> None:
    """By the row b is 10.0 - 2.5 = 7.5, by the column 20.0 - 12.0 = 8.0, apart by more than 4 half digits of 0.05."""
    rows = ("a,,,,,2.5,元,", "b,,,,,,,", "c,,,,,12.0,元,", "row,,,,,10.0,元,a b", "column,,,,,20.0,元,b c")
    audit = audited(tmp_path, *rows)
    assert only(audit, "b", "sum").recomputed == Fraction("7.5")
    fault = only(audit, "column", "sum")
    assert (fault.verdict, fault.recomputed, fault.allowed) == ("inconsistent", Fraction("19.5"), Fraction("0.2"))
    assert {one.row for one in fault.repairs} <= {"a", "row", "c", "column"}


def test_two_unknown_members_leave_a_total_unchecked(tmp_path: Path) -> None:
    audit = audited(tmp_path, "a,,,,,,,", "b,,,,,,,", "T,,,,,10.0,元,a b")
    assert only(audit, "T", "sum").missing == ("a.value", "b.value")
    assert {one.verdict for one in audit.findings if one.row == "T"} == {"unchecked"}


def test_a_total_that_is_not_printed_enters_the_next_one(tmp_path: Path) -> None:
    """(1.0 + 2.0) + 4.0 = 7.0 against 7.9: each of the three and the total may be 0.05 off."""
    rows = ("a,,,,,1.0,元,", "b,,,,,2.0,元,", "S,,,,,,元,a b", "c,,,,,4.0,元,", "T,,,,,7.9,元,S c")
    audit = audited(tmp_path, *rows)
    assert (only(audit, "S", "sum").verdict, only(audit, "S", "sum").recomputed) == ("implied", 3)
    assert only(audit, "T", "sum").allowed == 4 * Fraction("0.05")
    assert [one.row for one in audit.faults] == ["T"]


def test_a_unit_that_the_product_does_not_have_is_a_fault_without_a_printed_value(tmp_path: Path) -> None:
    audit = audited(tmp_path, "a,5,t,2,元/m3,,元,")
    found = only(audit, "a", "line")
    assert (found.verdict, found.found_unit, found.unit) == ("dimension", "元·t/m³", "元")


def test_a_cell_may_name_the_row_whose_figure_it_is(tmp_path: Path) -> None:
    """Carbon dioxide is 1.63 x 6050.31 = 9862.005, printed 9826.01 (swapped), and priced at 379.87 it is 374.63e4 yuan.

    The same figure stands in both lines: the one slip explains both.
    """
    rows = ("co2,6050.31,t,1.63,1,9826.01,t,", "value,[co2],,379.87,元/t,374.63,万元,")
    audit = audited(tmp_path, *rows)
    assert sorted(one.row for one in audit.faults) == ["co2", "value"]
    first = audit.repairs[0]
    assert (first.row, first.column, first.slip, first.proposed, first.left) == ("co2", "value", "swap", "9862.01 t", 0)


def test_a_cell_may_name_a_row_that_prints_no_value_and_another_column(tmp_path: Path) -> None:
    """100 t x 44/12 are 366.67 t, at 3 yuan 1100; half the mass at 4 yuan are 200."""
    rows = ("co2,100,t,,,,t,,44/12", "value,[co2],t,3,元/t,1100,元,,", "half,[co2 quantity],,4,元/t,200,元,,0.5")
    audit = audited(tmp_path, *rows, head=f"{HEAD},factor")
    assert [(one.row, one.verdict) for one in audit.findings] == [
        ("co2", "implied"), ("value", "consistent"), ("half", "consistent")
    ]  # fmt: skip
    assert only(audit, "value", "line").recomputed == 1100


def test_44_12_and_changes_of_unit_are_factors_and_exact(tmp_path: Path) -> None:
    """2.00 hm2 are 30.00 亩, with 15 亩/hm2 stated: only the two figures are rounded, with rounded prices too."""
    path = tmp_path / "t.csv"
    rows = ("a,2.00,hm2,30.00,亩,15 亩/hm2", "b,3.0,hm2,30000,m2,10000 m2/hm2", "c,12.0,t,44.0,t,44/12")
    path.write_text("\n".join(["row,quantity,quantity_unit,value,value_unit,factor", *rows]), encoding="utf-8")
    audit = audit_table(path, prices="rounded")
    allowed = [one.allowed for one in audit.findings]
    assert allowed == [
        15 * Fraction("0.005") + Fraction("0.005"),
        Fraction("500.5"),
        Fraction(11, 3) / 20 + Fraction("0.05"),
    ]
    assert audit.consistent


def test_a_table_of_sums_needs_no_other_columns(tmp_path: Path) -> None:
    audit = audited(tmp_path, "a,1.5,元,", "b,2.5,元,", "T,4.1,元,*", head="row,value,value_unit,total_of")
    assert [(one.row, one.verdict) for one in audit.findings] == [("T", "consistent")]


def test_the_workbook_writes_out_what_is_not_printed(tmp_path: Path) -> None:
    """S = 2.0 x 3 + 1.5 = 7.5 enters T = S + 4.0, and u = 10.0 - 7.5 - 1.0: all of it live, from the printed cells."""
    rows = (
        "a,2.0,t,3,元/t,,,", "b,,,,,1.5,元,", "S,,,,,,元,a b", "c,,,,,4.0,元,", "T,,,,,11.5,元,S c",
        "u,,,,,,,", "v,,,,,1.0,元,", "W,,,,,10.0,元,S u v", "x,[S],,2,1,15.0,元,",
    )  # fmt: skip
    path = write_audit(audited(tmp_path, *rows), tmp_path / "a.xlsx")
    recalculated = formualizer.recalculate(path)
    texts = {at: text for sheet, at in recalculated if sheet == AUDITED for text in [recalculated[sheet, at]]}
    values = [texts[at] for at in sorted(texts) if at.startswith("F")]
    assert sorted(value for value in values if isinstance(value, float)) == pytest.approx([1.5, 6.0, 7.5, 11.5, 15.0])


def test_an_equation_that_cannot_be_checked_is_counted_beside_rows_that_can(tmp_path: Path) -> None:
    """T is checked by its first way; of the second way, a row prints nothing."""
    rows = ("a,,,,,2.5,元,", "b,,,,,,,", "c,,,,,,,", "T,,,,,2.5,元,a | b c")
    audit = audited(tmp_path, *rows)
    unchecked = sum(one.verdict == "unchecked" for one in audit.findings)
    assert f"无法核对 {audit.counts['unchecked']}" in summary(audit, "zh")
    assert unchecked > audit.counts["unchecked"]
    assert f"另有 {unchecked - audit.counts['unchecked']} 处核对缺数" in summary(audit, "zh")
