"""Subject and project codes of a plan: once above the attached table, or a column of it where they differ by recipient."""

from pathlib import Path

import openpyxl
import pytest

from qhgep import allocate, plan_to_form, read_plan, verify_workbook, write_workbook
from qhgep.errors import PlanError
from tests.support.step_plans import plan_text
from tests.test_issued_earlier import AREA

DIFFERENT = '[budget]\nrevenue_account = "1100226"\nproject_code = { "632222" = "63-Q", "632323" = "63-Z", "632621" = "63-M" }\n'


def written(folder: Path, budget: str) -> Path:
    (folder / "plan.toml").write_text(plan_text(budget + AREA, pool="1000.00", layer="statutory"), encoding="utf-8")
    return folder / "plan.toml"


def rows(path: Path) -> list[list[object]]:
    page = openpyxl.load_workbook(path, data_only=True)["下达表"]
    return [[cell.value for cell in row if cell.value is not None] for row in page.iter_rows()]


def test_a_project_code_that_differs_is_a_column_and_what_is_the_same_stands_once_above(tmp_path: Path) -> None:
    """Areas 7, 1 and 2 of 10: 700, 100 and 200 of 1,000 yuan."""
    made = allocate(written(tmp_path, DIFFERENT))
    write_workbook(made, tmp_path / "x.xlsx")
    found = rows(tmp_path / "x.xlsx")
    assert [row for row in found if row and row[0] == "期间：2023　收入科目：1100226"]
    assert ["地区", "资金总额", "已经下达", "此次下达", "项目代码"] in found
    paid = [[row[1], row[-1]] for row in found if row and str(row[-1]).startswith("63-")]
    assert sorted(paid, key=str) == [[100, "63-Z"], [200, "63-M"], [700, "63-Q"]]
    assert verify_workbook(tmp_path / "x.xlsx").same


def test_a_code_for_some_recipients_only_and_one_of_a_stranger_are_told_with_their_lines(tmp_path: Path) -> None:
    path = written(tmp_path, DIFFERENT.replace('"632621" = "63-M"', '"632701" = "63-Y"'))
    with pytest.raises(PlanError) as caught:
        allocate(path)
    lines = path.read_text(encoding="utf-8").split("\n")
    line = 1 + next(number for number, text in enumerate(lines) if text.startswith("project_code"))
    assert [item.code for item in caught.value.problems] == ["plan_recipient_unknown", "plan_budget_item"]
    assert [item.text() for item in caught.value.problems] == [
        f"plan.toml:{line}  632701 不是本方案的领款单位；recipients 中的代码；检查代码。",
        f"plan.toml:{line}  632621 没有写明项目代码；按单位写的，每个领款单位一个；补全；各单位相同的，只写一个。",
    ]


def test_a_form_of_the_plan_keeps_codes_by_recipient(tmp_path: Path) -> None:
    plan = allocate(written(tmp_path, DIFFERENT)).terms
    assert plan is not None
    assert plan.budget.item_of("project_code", "632323") == "63-Z"
    plan_to_form(tmp_path / "plan.toml", tmp_path / "form.xlsx")
    assert read_plan(tmp_path / "form.xlsx").budget == plan.budget
