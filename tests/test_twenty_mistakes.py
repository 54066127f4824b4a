"""The way from an empty form to an account, with twenty mistakes as a person makes them: all are told in the first run."""

from datetime import datetime
from pathlib import Path

import pytest
from openpyxl.workbook import Workbook

from qhgep.errors import Problem
from qhgep.inputs.form.schema import KEY_AT, SECTION, UPRIGHT
from qhgep.preparation.check_returned import check_file
from qhgep.preparation.start import start
from tests.support import forms
from tests.support.upright_forms import fill, right, rows
from tests.test_cli import run
from tests.test_start import DAY

LANDS = ("forest", "shrub", "grassland", "wetland", "cropland", "urban", "desert", "bare_land")
MISTAKES: tuple[tuple[str, str, object, str, str], ...] = (
    ("county_area", "B", "13460平方公里", "form_text", "the unit in the cell"),
    ("precipitation", "B", None, "form_blank", "a number forgotten"),
    ("population", "B", "约6万", "form_text", "a guess in words"),
    ("gross_domestic_product", "B", 0, "form_zero", "0 for not known"),
    ("carbon_credits_issued", "F", None, "form_note", "a zero without a reason"),
    ("inflow_from_outside", "B", 3, "form_filled", "a number under 缺失"),
    ("specific_discharge", "B", "—", "form_word", "a dash for nothing"),
    ("area.forest", "C", "亩地", "unit_of_unknown", "a unit that is none"),
    ("area.shrub", "D", "没有", "form_state", "a state in own words"),
    ("area.grassland", "B", datetime(2024, 6, 1), "form_kind", "a number that became a date"),  # noqa: DTZ001 - as it is typed
    ("area.wetland", "E", "S09", "form_source_unknown", "a source that is not named"),
    ("area.cropland", "A", "草地", "form_row_name", "a column sorted by itself"),
    ("area.urban", "H", "area.desert", "form_row_twice", "a row pasted over another"),
    ("net_ecosystem_productivity.forest", "C", "毫米/年", "unit_of_other", "the unit of something else"),
    ("net_ecosystem_productivity.shrub", "B", "=[2]表!A1", "form_formula_outside", "a link to another book"),
    ("net_ecosystem_productivity.grassland", "B", "32.9 g", "form_text", "a unit behind the number"),
    ("net_ecosystem_productivity.wetland", "B", 9e9, "table_bounds", "a number a million times too large"),
    ("net_ecosystem_productivity.cropland", "F", None, "form_note", "does not apply, and no reason"),
)  # fmt: skip
"""Row, column, what is typed, the code of the problem, the mistake in words; two more are of the whole form."""


def spoilt() -> Workbook:
    """A right form with eighteen mistakes in its rows, the year before in its head, and a date of a source that is none."""
    book = right(lands=LANDS)
    at = rows(book)
    for land in ("shrub", "wetland"):
        fill(book, f"net_ecosystem_productivity.{land}", 20, "有数据", None, None)
    for key, column, value, _, _ in MISTAKES:
        book[UPRIGHT][f"{column}{at[key]}"].value = value
    book[UPRIGHT]["G2"] = 2023
    book["来源"]["D6"] = "去年六月"
    return book


def cells_of(item: Problem) -> set[str]:
    """The cells that a problem names."""
    return {part.split(" › ")[-1] for part in item.where.split("、")}


@pytest.mark.parametrize(
    ("typed", "code"),
    [("一百五十", "form_text"), ("约三千", "form_text"), ("五", "form_text"), ("两万吨", "form_text"), ("一般", "form_word"), ("同上", "form_word")],
)  # fmt: skip
def test_a_number_in_characters_is_asked_for_in_digits_and_a_word_for_a_state(
    tmp_path: Path, typed: str, code: str
) -> None:
    book = right(lands=LANDS)
    at = rows(book)["population"]
    book[UPRIGHT][f"B{at}"].value = typed
    told = [
        item
        for item in check_file(forms.write(book, tmp_path / "632621玛沁县_2024.xlsx")).problems
        if cells_of(item) == {f"B{at}"}
    ]
    assert [item.code for item in told] == [code]
    assert ("只写阿拉伯数字" in told[0].text()) == (code == "form_text")


def test_a_document_with_a_date_that_cannot_be_read_is_told_what_else_it_lacks(tmp_path: Path) -> None:
    book = right(lands=LANDS)
    book["来源"]["D6"], book["来源"]["E6"] = "2025年13月1日", None
    found = check_file(forms.write(book, tmp_path / "632621玛沁县_2024.xlsx")).problems
    told = {item.where.split(" › ", 1)[1]: item.text().split("  ")[1] for item in found if "› 来源 ›" in item.where}
    assert told["来源 › D6"].startswith("来源的日期 “2025年13月1日” 读不懂；")
    assert told["来源 › E6"].startswith("来源 S01（青海省统计年鉴）缺 申报单位，据它填的 ")


@pytest.fixture
def returned(tmp_path: Path) -> Path:
    return forms.write(spoilt(), tmp_path / "632621玛沁县_2024.xlsx")


def test_twenty_of_twenty_mistakes_are_told_in_the_first_run_each_at_its_cell(returned: Path) -> None:
    at = rows(right(lands=LANDS))
    problems = check_file(returned).problems
    told = [
        (key, column, code)
        for key, column, _, code, _ in MISTAKES
        if any(item.code == code and cells_of(item) & _places(key, column, at) for item in problems)
    ]
    assert told == [(key, column, code) for key, column, _, code, _ in MISTAKES]
    others = [
        (item.code, item.where.split(" › ", 1)[1])
        for item in problems
        if item.code in {"form_year_changed", "form_source_date"}
    ]
    assert others == [("form_source_date", "来源 › D6"), ("form_year_changed", "填报表 › G2")]
    assert len(told) + len(others) == 20


def _places(key: str, column: str, at: dict[str, int]) -> set[str]:
    """Where a mistake may be told: at its cell; where the key of a row was lost, at either of the two that bear it."""
    return {f"{column}{at[key]}", f"{column}{at['area.desert']}"} if column == "H" else {f"{column}{at[key]}"}


def test_start_tells_the_same_errors_and_leaves_nothing_behind(returned: Path) -> None:
    found = run("start", returned, "-o", returned.parent / "账户")
    assert found.exit_code == 1
    errors = [item for item in check_file(returned).problems if item.severity == "error"]
    assert f"共 {len(errors)} 个问题" in found.stderr
    assert [path.name for path in returned.parent.iterdir()] == [returned.name]


def test_the_mended_form_is_an_account_at_once(tmp_path: Path) -> None:
    """Template, filling in, check, start: three commands before the draft is computed, and no editor."""
    path = forms.write(right(lands=LANDS), tmp_path / "632621玛沁县_2024.xlsx")
    assert run("check", path).exit_code == 0
    made = start([path], tmp_path / "账户", on=DAY)
    assert [county.code for county in made.result.account.counties] == ["632621"]
    found = run("account", tmp_path / "账户", "-o", tmp_path / "结果.xlsx")
    assert found.exit_code == 0, found.stderr


def test_no_mistake_here_is_made_in_a_heading() -> None:
    book = right(lands=LANDS)
    assert not any(key.startswith(SECTION) for key, *_ in MISTAKES)
    assert {book[UPRIGHT].cell(row, KEY_AT + 1).value for row in rows(book).values()} >= {key for key, *_ in MISTAKES}
