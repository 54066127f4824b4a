"""Tables as bureaus print them: what their headings and units leave unsaid, titles above them, and round figures."""

from pathlib import Path

import openpyxl
import pytest

from qhgep.auditing import Audit, audit_table
from qhgep.auditing.remarks import repair_text


def audited(folder: Path, *lines: str) -> Audit:
    path = folder / "t.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return audit_table(path)


def verdicts(audit: Audit) -> list[tuple[str, str]]:
    return [(line.row, line.verdict) for line in audit.lines]


# --- a factor that is the change of unit ------------------------------------------------------------------------

CARBON = "row,quantity,quantity_unit,price,price_unit,value,value_unit,factor"


@pytest.mark.parametrize("factor", ["44/12", "3.67", "3.6667", "/ 12/44"])
@pytest.mark.parametrize(
    ("quantity", "value"), [("1000.0,t C,300,元/t CO2", "1100000,元"), ("1000.0,t C,,", "3667,t CO2")]
)
def test_carbon_to_carbon_dioxide_is_counted_once(factor: str, quantity: str, value: str, tmp_path: Path) -> None:
    """1000 t C x 44/12 = 3666.67 t CO2, x 300 yuan = 1100000 yuan; 3.67 printed by the author gives 1101000 within its digits."""
    price = "rounded" if factor.startswith("3") else "exact"
    path = tmp_path / "t.csv"
    path.write_text(f"{CARBON}\nc,{quantity},{value},{factor}\n", encoding="utf-8")
    assert verdicts(audit_table(path, prices=price)) == [("c", "consistent")]


def test_carbon_dioxide_to_carbon_is_the_inverse(tmp_path: Path) -> None:
    """440.0 t CO2 x 12/44 = 120.0 t C, x 1200 yuan/t C = 144000 yuan."""
    audit = audited(tmp_path, CARBON, "c,440.0,t CO2,1200,元/t C,144000,元,12/44")
    assert verdicts(audit) == [("c", "consistent")]


def test_a_change_of_unit_that_was_inverted_is_named_first(tmp_path: Path) -> None:
    """1234.5 t C x 300 yuan/t CO2 x 12/44 = 101005 yuan, where 44/12 is stated."""
    audit = audited(tmp_path, CARBON, "c,1234.5,t C,300,元/t CO2,101005,元,44/12")
    (fault,) = audit.faults
    assert "乘除颠倒" in repair_text(fault.repairs[0], "zh")


def test_a_factor_that_is_no_change_of_unit_stays_one(tmp_path: Path) -> None:
    """1000 t C x 300 yuan/t CO2 x 44/12 x 0.5 = 550000 yuan: the units change carbon, and half is half."""
    audit = audited(tmp_path, CARBON, "c,1000.0,t C,300,元/t CO2,550000,元,0.5")
    assert verdicts(audit) == [("c", "consistent")]


# --- a price of one thing that is counted -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "price", "value", "read"),
    [
        ("120,户", "3.5,万元", "420,万元", "万元/户"), ("150,人", "21600,元", "324,万元", "元/人"),
        ("1500,头", "8000,元", "12000000,元", "元/头"), ("2.5,万人次", "40,元", "100,万元", "元/人次"),
    ],
)  # fmt: skip
def test_a_price_in_money_beside_a_count_is_of_one_of_it(
    quantity: str, price: str, value: str, read: str, tmp_path: Path
) -> None:
    """120 x 3.5 = 420; 150 x 2.16 = 324; 1500 x 0.8 = 1200; 2.5 x 40 = 100, all in 万元."""
    head = "行,数量,数量单位,单价,单价单位,价值,价值单位"
    audit = audited(tmp_path, head, f"甲,{quantity},{price},{value}")
    assert verdicts(audit) == [("甲", "consistent")]
    (hint,) = [item for item in audit.warnings if item.code == "audit_price_per"]
    printed = price.partition(",")[2]
    assert hint.text() == (
        f"t.csv:2  甲 等 1 行的价格只写 {printed}，旁边的实物量是数出来的：按 {read} 读；数出来的东西的价格写明每一个单位多少钱；"
        f"确是如此就写 {read}；若是总额，写到价值栏。"
    )


def test_a_wrong_value_beside_such_a_price_is_a_fault_of_digits_and_not_of_units(tmp_path: Path) -> None:
    """120 x 3.5 = 420, printed 430."""
    audit = audited(tmp_path, "行,数量（户）,单价（万元）,价值（万元）", "甲,120,3.5,430", "乙,80,2.5,200")
    assert [(one.row, one.verdict, one.recomputed) for one in audit.faults] == [("甲", "inconsistent", 420)]


def test_money_beside_what_is_measured_stays_a_fault_of_units(tmp_path: Path) -> None:
    audit = audited(tmp_path, "行,数量（公顷）,单价（元）,价值（元）", "甲,120,35,4200")
    assert verdicts(audit) == [("甲", "dimension")]


# --- headings and titles ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("percent", ["占比（%）", "比重(％)", "占比"])
def test_a_heading_may_name_the_unit_of_shares(percent: str, tmp_path: Path) -> None:
    """12.1 / 36.3 = 33.3 %; 24.2 / 36.3 = 66.7 %, printed 76.7."""
    rows = ("水,12.1,33.3,计,", "碳,24.2,76.7,计,", "计,36.3,,,水 碳")
    audit = audited(tmp_path, f"行,价值（亿元）,{percent},分母,合计项", *rows)
    assert [(one.row, one.kind) for one in audit.faults] == [("碳", "share")]


def test_where_no_column_names_the_rows_the_names_do(tmp_path: Path) -> None:
    """34.56 x 1000 = 34560; 12.5 x 1200 = 15000, printed 15900."""
    head = "指标,实物量（万吨）,单价（元/吨）,价值量（万元）"
    audit = audited(tmp_path, head, "氧气,34.56,1000,34560", "固碳,12.5,1200,15900")
    assert [one.row for one in audit.faults] == ["固碳"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_titles_above_the_headings_are_no_headings(kind: str, tmp_path: Path) -> None:
    """34.56 x 1000 = 34560, in the fourth line."""
    rows = [["表3 某县生态产品价值"], ["单位：见各栏"], ["项目", "实物量（万吨）", "单价（元/吨）", "价值量（万元）"],
            ["氧气", "34.56", "1000", "34650"]]  # fmt: skip
    path = tmp_path / f"t.{kind}"
    if kind == "csv":
        path.write_text("".join(",".join([*row, *[""] * (4 - len(row))]) + "\n" for row in rows), encoding="utf-8")
    else:
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for row in rows:
            sheet.append(row)
        sheet.merge_cells("A1:D1")
        book.save(path)
    audit = audit_table(path)
    assert [(line.row, line.place[-2:]) for line in audit.lines] == [("氧气", ":4")]
    assert [one.recomputed for one in audit.faults] == [34560]


# --- round figures ----------------------------------------------------------------------------------------------


def test_two_wrong_totals_of_a_small_table_of_tens_are_slips_and_no_padding(tmp_path: Path) -> None:
    """120 + 230 + 350 = 700, printed 710; 440 + 510 + 160 = 1110, printed 1120; 710 + 1120 = 1830."""
    audit = audited(
        tmp_path, "行,价值（万元）,合计项", "甲,120,", "乙,230,", "丙,350,", "小计一,710,甲 乙 丙",
        "丁,440,", "戊,510,", "己,160,", "小计二,1120,丁 戊 己", "合计,1830,小计一 小计二",
    )  # fmt: skip
    assert [(one.row, one.recomputed) for one in audit.faults] == [("小计一", 700), ("小计二", 1110)]
    assert audit.warnings == ()
