"""All compensation money of one county on one sheet: every amount and finding is that of a plan, and layers are not added up."""

from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from qhgep import allocate, county_funds, write_county_funds, write_workbook
from qhgep.errors import WorkbookError
from tests.support.command_line import COMMAND
from tests.support.step_plans import plan_text
from tests.test_issued_earlier import AREA
from tests.witness import formualizer

BASIN = plan_text(
    """\
[budget]
already_issued = { "632222" = "300.00", "632323" = "0.00", "632621" = "0.00" }
[transfer]
kind = "special"
level = "province"
fund = "basin"
earmark = "earmarked"
[[event]]
kind = "received"
date = 2023-04-01
[[event]]
kind = "passed_on"
date = 2023-05-11
"""
    + AREA,
    layer="statutory",
).replace('title = "试"', 'title = "流域补偿"')
"""1,000.00 yuan by 7 : 1 : 2: 祁连县 has 700.00, of which 300.00 were issued; passed on after 40 days, where 30 are allowed."""
GRASS = plan_text(
    """\
[budget]
already_issued = { "632222" = "0.00" }
[use]
duplicates = 0
duplicates_basis = "与退耕还林名册比对"
[[step]]
id = "fund"
rule = "pooled_sum"
basis = "某办法第二条"
[step.funds.grass]
earmark = "草原禁牧补助"
amounts = { "632222" = "50.25", "632323" = "0.00", "632621" = "0.00" }
basis = "某办法"
""",
    layer="statutory",
).replace('title = "试"', 'title = "草原补奖"')
"""祁连县 is due 50.25 yuan, and has nothing yet; the lists were compared, nobody is paid twice."""
SETTLED = """\
schema = 1
title = "上下游协议"
layer = "contract"
state = "draft"
period = 2023
pool = "100.00"
round_to = "fen"
recipients = ["632222", "632323"]
[basis]
document = "某协议"
number = "2号"
article = "第三条"
date = 2023-03-01
[[step]]
id = "split"
rule = "fixed_split"
fund = "100.00"
pay = { "632222" = "1", "632323" = "0" }
receive = { "632222" = "0", "632323" = "1" }
basis = "第三条"
[contract]
"""
"""祁连县 pays 100.00 yuan to 泽库县."""


def plans(folder: Path, **texts: str) -> list[Path]:
    """Files of plans by name."""
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return [folder / f"{name}.toml" for name in texts]


def test_every_fund_of_a_county_stands_on_one_sheet_with_a_sum_for_each_layer(tmp_path: Path) -> None:
    """700.00 + 50.25 = 750.25 due, 300.00 issued, 400.00 + 50.25 = 450.25 to issue; −100.00 by the agreement, apart."""
    found = county_funds("632222", plans(tmp_path, settled=SETTLED, basin=BASIN, grass=GRASS))
    assert [(item.title, item.due, item.issued) for item in found.funds] == [
        ("流域补偿", 70_000, 30_000), ("草原补奖", 5_025, 0), ("上下游协议", -10_000, None),
    ]  # fmt: skip
    basin, grass, settled = found.funds
    assert (basin.use, grass.use, settled.use) == ("专款专用", "用途未写明；草原禁牧补助", "按协议")
    assert basin.in_time.startswith("不通过：2023-04-01 至 2023-05-11，40 日；期限 30 日")
    assert grass.twice == "通过：与退耕还林名册比对：重复 0 个"
    path = write_county_funds(found, tmp_path / "x.xlsx")
    sheet = openpyxl.load_workbook(path, data_only=True)["各渠道资金"]
    rows = {row[0]: row[3:6] for row in sheet.iter_rows(values_only=True)}
    assert rows["法定转移支付小计"] == (750.25, 300, 450.25)
    assert rows["协议资金小计"] == (-100, "缺", "缺")
    again = formualizer.recalculate(path)
    place = next(cell.row for cell in sheet["A"] if cell.value == "法定转移支付小计")
    assert [again["各渠道资金", f"{column}{place}"] for column in "DEF"] == pytest.approx([750.25, 300.0, 450.25])
    words = "\n".join(str(cell) for row in sheet.iter_rows(values_only=True) for cell in row if isinstance(cell, str))
    assert "单位：元" in words
    assert "K3：" in words
    assert "K13：" in words


def test_a_workbook_serves_as_its_plan_does_and_a_plan_without_the_county_is_named(tmp_path: Path) -> None:
    (basin,) = plans(tmp_path, basin=BASIN)
    book = write_workbook(allocate(basin), tmp_path / "basin.xlsx")
    other = plans(tmp_path, other=SETTLED.replace("632222", "632701"))[0]
    found = county_funds("632621", [book, other])
    assert [item.due for item in found.funds] == [20_000]
    assert found.without == ("other.toml",)


def test_weak_evidence_of_a_plan_stands_on_the_sheet_of_the_county(tmp_path: Path) -> None:
    (weak,) = plans(tmp_path, weak=BASIN.replace('evidence = "declared"', 'evidence = "assumed"'))
    book = write_workbook(allocate(weak, require="assumed"), tmp_path / "weak.xlsx")
    found = county_funds("632222", [book])
    assert found.funds[0].state == "测算稿（证据不足）　所用数据最弱的证据：假定　测算稿"
    sheet = openpyxl.load_workbook(write_county_funds(found, tmp_path / "x.xlsx"))["各渠道资金"]
    assert sheet["A2"].value == (
        "汇总所据方案的状态：测算稿（证据不足）、所用数据最弱的证据：假定、测算稿；只汇总，各项资金用途不变"
    )


def test_two_plans_of_one_fund_in_one_period_are_pointed_out(tmp_path: Path) -> None:
    found = county_funds("632222", plans(tmp_path, a=BASIN, b=BASIN.replace("流域补偿", "流域补偿二")))
    sheet = openpyxl.load_workbook(write_county_funds(found, tmp_path / "x.xlsx"))["各渠道资金"]
    words = [str(cell.value) for row in sheet.iter_rows() for cell in row]
    assert any("同一项资金、同一期间有 2 份方案（a.toml、b.toml）：核对是否重复计发" in word for word in words)


def refused(county: str, files: list[Path]) -> WorkbookError:
    with pytest.raises(WorkbookError) as error:
        county_funds(county, files)
    return error.value


def test_what_is_no_money_of_the_county_is_refused(tmp_path: Path) -> None:
    (basin, scenario) = plans(
        tmp_path, basin=BASIN, scenario=plan_text(AREA.replace('evidence = "declared"', 'evidence = "assumed"'))
    )
    cases = {
        "funds_scenario": (
            refused("632222", [basin, scenario]),
            "scenario.toml  是情景测算；法定方案或协议方案；情景测算的数不是资金；去掉这个文件。",
        ),
        "funds_twice": (
            refused("632222", [basin, basin]),
            "basin.toml  与前面的方案相同；每个方案只列一次；同一方案的 plan.toml 和工作簿只取一个；去掉重复的文件。",
        ),
        "funds_none": (refused("630000", [basin]), "630000  没有一份方案列这个单位（basin.toml）；至少一份方案的领款单位；检查代码和文件。"),
        "funds_no_plan": (
            refused("632222", [Path(__file__).parent.parent / "examples" / "pilot" / "account.toml"]),
            "account.toml  不是资金方案；方案的工作簿、plan.toml 或其文件夹；去掉这个文件；核算不发放资金。",
        ),
    }  # fmt: skip
    for code, (error, says) in cases.items():
        assert (error.problems[0].code, str(error)) == (code, says)


def test_the_verb_prints_what_is_due_by_each_plan_and_writes_the_sheet(tmp_path: Path) -> None:
    """7 tenths of 10,000.00 yuan, with the comma of the other tables."""
    (basin,) = plans(tmp_path, basin=BASIN.replace('pool = "1000.00"', 'pool = "10000.00"'))
    found = CliRunner().invoke(COMMAND, ["county-funds", "632222", str(basin), "-o", str(tmp_path / "x.xlsx")])
    assert found.exit_code == 0, found.output
    assert "流域补偿" in found.output
    assert "7,000.00" in found.output
    assert (tmp_path / "x.xlsx").is_file()
