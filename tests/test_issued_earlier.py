"""已经下达 read from the earlier final plan by its hash: the workbook or the JSON of it, never typed."""

import hashlib
from pathlib import Path

import pytest

from qhgep import allocate, verify_workbook, write_workbook
from qhgep.errors import PlanError
from qhgep.result_files.write import result_file
from tests.support.step_plans import plan_text

AREA = """\
[factor.area]
zh = "面积"
as = "share"
evidence = "declared"
document = "某公报"
declared_by = "青海省统计局"
number = "青统〔2023〕1号"
date = 2023-02-01
values = { "632222" = "7", "632323" = "1", "632621" = "2" }
[[step]]
id = "divide"
rule = "weighted"
weights = { area = "1" }
basis = "第五条"
"""
FIRST = plan_text(AREA, pool="1000.00", layer="statutory").replace('state = "draft"', 'state = "final"')
"""Areas 7, 1 and 2: 700.00, 100.00 and 200.00 yuan."""


def second(folder: Path, file: str, *, pool: str = "1500.00", digest: str = "") -> Path:
    """The plan of 1,500.00 yuan that comes after: 1,050.00; 150.00; 300.00."""
    known = digest or hashlib.sha256((folder / file).read_bytes()).hexdigest()
    budget = f'[budget]\nissued_file = "{file}"\nissued_from = "{known}"\n'
    (folder / "plan.toml").write_text(plan_text(budget + AREA, pool=pool, layer="statutory"), encoding="utf-8")
    return folder / "plan.toml"


def first(folder: Path, file: str, text: str = FIRST) -> None:
    """The result of the earlier plan as a file."""
    (folder / "first.toml").write_text(text, encoding="utf-8")
    made = allocate(folder / "first.toml")
    if file.endswith(".xlsx"):
        write_workbook(made, folder / file)
    else:
        (folder / file).write_text(result_file(made).text(), encoding="utf-8")


def stopped(path: Path) -> PlanError:
    with pytest.raises(PlanError) as caught:
        allocate(path)
    return caught.value


@pytest.mark.parametrize("file", ["first.xlsx", "first.json"])
def test_what_the_earlier_final_plan_paid_is_issued_already(file: str, tmp_path: Path) -> None:
    """1,050 − 700 = 350; 150 − 100 = 50; 300 − 200 = 100. The workbook verifies without the earlier file."""
    first(tmp_path, file)
    made = allocate(second(tmp_path, file))
    assert made.terms is not None
    assert made.terms.budget.already_issued == {"632222": "700.00", "632323": "100.00", "632621": "200.00"}
    digest = hashlib.sha256((tmp_path / file).read_bytes()).hexdigest()
    assert f"已经下达数取自定稿 {file}（SHA-256 前 12 位 {digest[:12]}）各单位的资金总额" in made.notes
    path = write_workbook(made, tmp_path / "second.xlsx")
    (tmp_path / file).unlink()
    assert verify_workbook(path).same


def test_a_plan_that_comes_to_less_than_was_issued_names_who(tmp_path: Path) -> None:
    """900.00 yuan by 7 : 1 : 2 are 630, 90 and 180: 70, 10 and 20 less than were issued."""
    first(tmp_path, "first.xlsx")
    error = stopped(second(tmp_path, "first.xlsx", pool="900.00"))
    assert [item.code for item in error.problems] == ["plan_over_issued"]
    assert "祁连县（632222） 70.00 元、泽库县（632323） 10.00 元、玛沁县（632621） 20.00 元" in str(error)


def test_a_file_with_another_hash_stops_the_plan(tmp_path: Path) -> None:
    first(tmp_path, "first.json")
    found = hashlib.sha256((tmp_path / "first.json").read_bytes()).hexdigest()
    error = stopped(second(tmp_path, "first.json", digest="0" * 64))
    assert error.problems[0].code == "plan_issued_hash"
    assert str(error) == (
        f"plan.toml:16  first.json 的 SHA-256 是 {found}；{'0' * 64}；换回原文件；确要更换的，改 budget.issued_from 并说明。"
    )


def test_a_file_that_is_not_there_or_no_result_stops_the_plan(tmp_path: Path) -> None:
    missing = stopped(second(tmp_path, "none.json", digest="0" * 64))
    assert missing.problems[0].code == "plan_issued_file"
    assert str(missing) == (
        "plan.toml:16  上次方案的结果 none.json 读不出（FileNotFoundError）；qhgep allocate 写出的工作簿或 JSON，放在方案旁边；"
        "检查 budget.issued_file。"
    )
    (tmp_path / "odd.json").write_text("{}", encoding="utf-8")
    (tmp_path / "odd.xlsx").write_text("{}", encoding="utf-8")
    assert [stopped(second(tmp_path, file)).problems[0].code for file in ("odd.json", "odd.xlsx")] == [
        "plan_issued_file"
    ] * 2


@pytest.mark.parametrize("file", ["first.xlsx", "first.json"])
def test_nothing_was_issued_by_a_draft(file: str, tmp_path: Path) -> None:
    first(tmp_path, file, FIRST.replace('"final"', '"draft"'))
    error = stopped(second(tmp_path, file))
    assert error.problems[0].code == "plan_issued_other"
    assert str(error) == (
        f"plan.toml:16  {file} 是 allocation，statutory，测算稿；同一层级（statutory）的资金方案的定稿；测算稿、送审稿没有下达过；"
        "换成上次下达所依据的定稿。"
    )


def test_everybody_who_was_issued_money_is_a_recipient(tmp_path: Path) -> None:
    first(tmp_path, "first.json")
    path = second(tmp_path, "first.json")
    path.write_text(path.read_text(encoding="utf-8").replace('"632621"', '"632701"'), encoding="utf-8")
    error = stopped(path)
    assert error.problems[0].code == "plan_issued_gone"
    assert str(error) == (
        "plan.toml:16  first.json 下达过的单位 632621 不在本方案的领款单位之中；已经下达的单位都列入；应得为零的也列；补上这些单位。"
    )


@pytest.mark.parametrize(
    "budget",
    [
        f'issued_from = "{"a" * 64}"', 'issued_file = "first.json"', 'issued_file = "first.json"\nissued_from = "abc"',
        f'issued_file = "first.json"\nissued_from = "{"a" * 64}"\nalready_issued = {{ "632222" = "1.00" }}',
    ],
)  # fmt: skip
def test_file_and_hash_stand_together_and_nothing_is_typed_beside_them(budget: str, tmp_path: Path) -> None:
    (tmp_path / "plan.toml").write_text(plan_text(f"[budget]\n{budget}\n" + AREA, layer="statutory"), encoding="utf-8")
    error = stopped(tmp_path / "plan.toml")
    assert [item.code for item in error.problems] == ["plan_issued_from"]
    assert str(error).endswith(
        "[budget] 的 issued_file 与 issued_from 没有写全，或与 already_issued 同写；"
        "上次定稿的文件和它的 SHA-256（64 位小写十六进制），两项都写；已经下达数由文件读出，不再填写；补全，或只留 already_issued。"
    )
