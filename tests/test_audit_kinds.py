"""Kinds of tables that a bureau has: full-width digits, counted things, lost signs, rivals among slips, nothing to check."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from qhgep.auditing import Audit, audit_table
from qhgep.auditing.remarks import remark
from tests.support.command_line import COMMAND

TOTALS = "row,value,value_unit,total_of"
LINES = "row,quantity,quantity_unit,price,price_unit,value,value_unit,factor"
SHARES = "row,value,value_unit,total_of,share,share_of"


def audited(folder: Path, *lines: str, head: str) -> Audit:
    path = folder / "t.csv"
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return audit_table(path)


def verdicts(audit: Audit) -> list[tuple[str, str]]:
    return [(line.row, line.verdict) for line in audit.lines]


# --- digits as they are typed ---------------------------------------------------------------------------------


@pytest.mark.parametrize("factor", ["44/12", "４４/12", "44／12", "４４／１２", "12; ４; ／ 12；１１；／１２"])
def test_full_width_digits_of_factors_and_cells_are_read(factor: str, tmp_path: Path) -> None:
    """100 t x 2.0 x 44/12 = 733.33; the last is 12 x 4 / 12 x 11 / 12 = 44/12."""
    audit = audited(tmp_path, f"a,１００,t,２．０,元/t,７３３.3,元,{factor}", head=LINES)
    assert verdicts(audit) == [("a", "consistent")]


def test_a_full_width_minus_and_a_wrong_full_width_figure_are_read_too(tmp_path: Path) -> None:
    """100.0 - 50.0 = 50.0, printed 60.0."""
    audit = audited(tmp_path, "a,１００．０,元,", "b,－５０.0,元,", "T,６０．０,元,a b", head=TOTALS)
    assert [(one.row, one.recomputed) for one in audit.faults] == [("T", 50)]


def test_rows_of_a_total_may_be_listed_with_signs_between_them_and_brackets_of_any_width(tmp_path: Path) -> None:
    """100 + 20 + 5 = 125."""
    rows = ("水（湿地）,100,元,", "土,20,元,", "碳,5,元,", "计,125,元,水(湿地)、土＋碳")
    audit = audited(tmp_path, *rows, head=TOTALS)
    assert dict(verdicts(audit))["计"] == "consistent"


# --- things that are counted ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word",
    [
        "户",
        "座",
        "辆",
        "台",
        "套",
        "株",
        "头",
        "只",
        "匹",
        "人次",
        "村",
        "乡镇",
        "家",
        "个乡镇",
        "台（套）",
        "口",
        "名",
        "羽",
    ],
)
def test_a_whole_number_of_things_is_exact(word: str, tmp_path: Path) -> None:
    """7 x 1.25 = 8.75. Rounded, 7 would be 6.5 to 7.5 and 8.9 would pass (8.125 to 9.375); nobody rounds 7 things."""
    audit = audited(tmp_path, f"a,7,{word},1.25,元/{word},8.9,元,", f"b,7,{word},1.25,元/{word},8.75,元,", head=LINES)
    assert verdicts(audit) == [("a", "inconsistent"), ("b", "consistent")]


@pytest.mark.parametrize("word", ["万人", "万户", "万株", "万头"])
def test_a_number_of_ten_thousands_is_rounded(word: str, tmp_path: Path) -> None:
    """7 万 is 65,000 to 75,000; x 1.25 元 is 8.125 to 9.375 万元."""
    audit = audited(tmp_path, f"a,7,{word},1.25,元/{word[1:]},8.9,万元,", head=LINES)
    assert verdicts(audit) == [("a", "consistent")]


# --- a sign lost or put in ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("b", "total", "proposed"), [("-3.0", "11.0", "3.0 元"), ("3.0", "5.0", "-3.0 元")])
def test_a_member_with_the_wrong_sign_is_a_slip_that_is_known(
    b: str, total: str, proposed: str, tmp_path: Path
) -> None:
    """8.0 + 3.0 = 11.0 with 3.0 printed -3.0; 8.0 - 3.0 = 5.0 with the minus lost."""
    audit = audited(tmp_path, "a,8.0,元,", f"b,{b},元,", f"T,{total},元,a b", head=TOTALS)
    best = audit.faults[0].repairs[0]
    assert (best.slip, best.row, best.proposed) == ("sign", "b", proposed)


# --- rivals ---------------------------------------------------------------------------------------------------


def test_slips_that_fit_alike_are_told_in_one_line_and_none_as_the_proposal(tmp_path: Path) -> None:
    """12.4 + 25.3 + 31.1 = 68.8, printed 74.8: 6.0 too much: one digit of a (18.4) or of c (37.1); two of T or b."""
    audit = audited(tmp_path, "a,12.4,元,", "b,25.3,元,", "c,31.1,元,", "T,74.8,元,a b c", head=TOTALS)
    assert len(audit.faults) == 1
    assert remark(audit.faults[0], "zh") == (
        "差 8.72 %，是允许差的 30 倍；几种改动都能使之一致，看不出是哪一种："
        "a 价值 12.4 元 → 18.4 元（一个数字有误，代价 5） 或 "
        "c 价值 31.1 元 → 37.1 元（一个数字有误，代价 5）"
    )
    assert remark(audit.faults[0], "en") == (
        "off by 8.72 %, 30 times the allowed gap; several would reconcile it, and nothing tells which: "
        "a value 12.4 元 → 18.4 元 (one digit, cost 5) or "
        "c value 31.1 元 → 37.1 元 (one digit, cost 5)"
    )


def test_one_wrong_total_is_told_once_for_all_equations_that_it_breaks(tmp_path: Path) -> None:
    """12.31 + 23.42 + 31.17 = 66.90, printed 95.48; 100.00 - 33.10 and 66.90 % of 100.00 ask for 66.90 too."""
    rows = (
        "a,12.31,元,,12.31,G", "b,23.42,元,,23.42,G", "c,31.17,元,,31.17,G", "S,95.48,元,a b c,66.90,G",
        "d,33.10,元,,33.10,G", "G,100.00,元,S d,,",
    )  # fmt: skip
    audit = audited(tmp_path, *rows, head=SHARES)
    assert len(audit.faults) == 3
    assert {(one.repairs[0].slip, one.repairs[0].row, one.repairs[0].proposed) for one in audit.faults} == {
        ("other", "S", "66.90 元")
    }
    assert not any(one.repairs[0].weak for one in audit.faults)


# --- nothing to check -----------------------------------------------------------------------------------------


def test_an_audit_that_checked_nothing_is_no_success_and_says_what_is_lacking(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("row,value,value_unit\na,8.0,元\nb,3.0,元\n", encoding="utf-8")
    done = CliRunner().invoke(COMMAND, ["audit", str(path)])
    assert done.exit_code == 1
    assert (
        "t.csv  2 行里没有一个数可以核对：缺 quantity、price；至少一处可核对的关系：实物量×单价＝价值、合计与各行、占比与分母，或核算里有值的量；"
        "补这些栏（合计写 total_of，占比写 share、share_of）；上面的表逐行写明缺什么。"
    ) in done.stderr
    assert not audit_table(path).checked
