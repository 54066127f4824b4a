"""A county-level unit outside the table: its form, its account, and the sentence that shows how to declare it."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from qhgep import read_account
from qhgep.errors import InputError, WorkbookError
from qhgep.inputs.form.schema import STATES
from qhgep.preparation.check_returned import check_file
from qhgep.preparation.start import start
from qhgep.workbook.forms.book import write_template
from tests.support.accounts import Line, table
from tests.test_start import DAY

RULES = "water-balance-plateau"


def form_of(path: Path, *counties: str) -> Path:
    return write_template(path, region="青海", year=2024, ruleset=RULES, counties=counties)


def returned(path: Path) -> Path:
    """A form whose first number is typed in, from a document; everything else is missing for a reason."""
    book = load_workbook(path)
    for column, part in enumerate(("甲县统计年鉴", "甲统〔2025〕3号", "2025-06-01", "甲县统计局"), start=2):
        book["来源"].cell(6, column).value = part
    for sheet in (item for item in book.worksheets if item.title.startswith("表")):
        last = sheet.max_column
        for row in range(7, sheet.max_row + 1):
            states = [cell for cell in sheet[row] if cell.value in STATES]
            for cell in states:
                cell.value = "缺失"
            if states:
                sheet.cell(row, last).value = "没有资料"
    first = next(item for item in book.worksheets if item.title.startswith("表"))
    column = next(cell.column for cell in first[7] if cell.value == "缺失") - 1
    first.cell(6, column).value, first.cell(7, column).value, first.cell(7, column + 1).value = "S01", 4.2, "有数据"
    book.save(path)
    return path


def test_a_declared_unit_has_a_form_and_the_form_an_account_that_declares_it(tmp_path: Path) -> None:
    path = form_of(tmp_path / "两县.xlsx", "990101=甲县", "祁连县")
    assert check_file(path).reading.asked == ("632222", "990101")
    path = returned(form_of(tmp_path / "甲县.xlsx", "990101=甲县"))
    assert [item.text() for item in check_file(path).problems] == []
    made = start([path], tmp_path / "账户", on=DAY)
    account = read_account(made.folder)
    assert [(item.code, item.zh, item.kind, item.parent) for item in account.declared] == [
        ("990101", "甲县", "county", "630000")
    ]
    assert (account.title, [item.zh for item in account.counties]) == ("甲县 2024 年生态产品核算", ["甲县"])


def test_the_message_of_a_name_that_is_none_shows_how_to_declare(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError) as caught:
        form_of(tmp_path / "甲县.xlsx", "甲县")
    assert caught.value.text().endswith("改正 --counties；县表里没有的单位写成 六位代码=名称 来声明，如 990101=甲县。")


def test_what_the_table_has_is_not_declared_anew(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError) as caught:
        form_of(tmp_path / "甲县.xlsx", "632222=甲县")
    assert caught.value.text() == (
        "--counties  “632222=甲县” 要声明的代码 632222 县表里已有：祁连县（… 至 今）；县表里没有的代码；"
        "县表里的单位直接写名称或代码，不用声明；另一个单位换一个代码。"
    )


def test_a_table_of_a_unit_that_nobody_declared_is_told_and_the_option_declares_it(tmp_path: Path) -> None:
    data = tmp_path / "甲县.csv"
    lines = (
        Line("visits", "100000", "人次/a", county="990101", first="2022"), Line("travel_spending", "200", "元/人次", county="990101", first="2022"),
        Line("time_cost", "50", "元/人次", county="990101", first="2022"),
    )  # fmt: skip
    data.write_text(table(lines), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        start([data], tmp_path / "账户", on=DAY, ruleset="county-general")
    assert caught.value.text().splitlines()[0] == (
        "甲县.csv:2 › county_code  区划代码 “990101” 不在区划代码表里；六位区划代码；"
        "改正代码，或在 account.toml 用 [[county]] 登记；用 qhgep start 建账户的，加 --county 990101=名称。"
    )
    made = start([data], tmp_path / "账户", on=DAY, ruleset="county-general", declared=["990101=甲县"])
    assert [item.zh for item in read_account(made.folder).counties] == ["甲县"]
    with pytest.raises(InputError) as wrong:
        start([data], tmp_path / "又", on=DAY, ruleset="county-general", declared=["甲县"])
    assert (
        "--county  “甲县” 不是 代码=名称；六位代码、等号、中文名称，如 990101=甲县；改正 --county。"
        in wrong.value.text()
    )
