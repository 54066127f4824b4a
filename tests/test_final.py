"""Draft, review, final: the state on every page, finalising, what is never written over, and corrections of what is final."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest
from openpyxl import load_workbook

from qhgep import allocate, verify_workbook, write_workbook
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.plan.read import read_plan, with_state
from qhgep.engine.result import Result
from qhgep.errors import AccountError, PlanError, QhgepError, WorkbookError
from qhgep.workbook.core import write as writing
from qhgep.workbook.core.write import write_whole
from qhgep.workbook.correction.sheet import NAME as CORRECTION
from qhgep.workbook.files import finalise, suggested_name
from qhgep.workbook.frozen import written_state
from tests.support import decided, toy
from tests.support.books import EXAMPLE, Made, book, compared
from tests.support.decided import TWO
from tests.support.step_plans import AREA, plan_text, run_text
from tests.support.toy import A, C
from tests.test_cli import run
from tests.test_difference import CARBON_PRICE, COD_COST, three, with_value
from tests.test_effects import CARBON, ROOT
from tests.test_plan_difference import TEXT, planned
from tests.witness import formualizer

FROZEN = (
    "的清单写明 定稿，不能被改写；另一个文件名；"
    "换一个输出路径；要更正它，在 account.toml 或 plan.toml 写 corrects 与 correction_reason。"
)
WORDS = {"draft": "测算稿", "review": "送审稿", "final": "定稿"}


def account(folder: Path, state: str = "draft", tables: str = "", **options: object) -> Result:
    text = toy.ACCOUNT + f'state = "{state}"\n' + tables
    return decided.result(folder, options.pop("lines", toy.whole()), account=text, **options)  # type: ignore[arg-type] # named there


def final(folder: Path, **options: object) -> Path:
    """A final workbook of the toy account, in a folder of its own."""
    return write_workbook(account(folder / "account", "final", **options), folder / "final.xlsx")


def reviewed_plan(folder: Path) -> bytes:
    """The workbook of the pilot plan, sent for review."""
    text = (EXAMPLE / "plan.toml").read_text(encoding="utf-8")
    folder.mkdir(exist_ok=True)
    (folder / "plan.toml").write_text(with_state(text, "review"), encoding="utf-8")
    made = allocate(folder / "plan.toml", results={"gep": book("pilot").result})
    return write_workbook(made, folder / "review.xlsx").read_bytes()


def manifest(path: Path) -> dict[str, str]:
    rows = load_workbook(path)["清单"].iter_rows(max_col=2, values_only=True)
    return {str(label): str(value) for label, value in rows if label}


def refused(make: Callable[[], object], kind: type[QhgepError] = WorkbookError) -> str:
    with pytest.raises(kind) as error:
        make()
    return str(error.value)


# --- the state ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", WORDS)
def test_the_state_of_an_account_stands_on_the_cover_in_the_manifest_in_the_name_and_at_the_foot_of_every_page(
    state: str, tmp_path: Path
) -> None:
    made = account(tmp_path / "a", state)
    path = write_workbook(made, tmp_path / "x.xlsx")
    assert manifest(path)["状态"] == written_state(path) == WORDS[state]
    book_ = load_workbook(path)
    assert book_["封面"]["A3"].value == WORDS[state]
    assert {sheet.oddFooter.left.text.partition("\n")[2].partition("　")[0] for sheet in book_.worksheets} == {
        WORDS[state]
    }
    assert suggested_name(made) == f"样例账户-2020-{WORDS[state]}.xlsx"
    assert verify_workbook(path, catalogue=toy.catalogue()).same


@pytest.mark.parametrize("state", WORDS)
def test_the_state_of_a_plan_stands_at_the_same_places(state: str, tmp_path: Path) -> None:
    made = planned(tmp_path / "a", with_state(TEXT, state))  # type: ignore[arg-type] # a key of WORDS
    path = write_workbook(made, tmp_path / "x.xlsx")
    assert manifest(path)["状态"] == WORDS[state]
    assert load_workbook(path)["封面"]["A3"].value == WORDS[state]
    assert {WORDS[state] in sheet.oddFooter.left.text for sheet in load_workbook(path).worksheets} == {True}
    assert suggested_name(made) == f"试-2023-{WORDS[state]}.xlsx"
    assert verify_workbook(path).same


def test_an_account_that_says_no_state_is_a_draft() -> None:
    assert book("pilot").result.account.state == "draft"


def test_a_state_that_there_is_not_is_told_with_its_field(tmp_path: Path) -> None:
    told = refused(lambda: account(tmp_path, "done"), AccountError)
    assert told.startswith("account.toml:9  ")
    assert "state" in told


def test_the_state_changes_no_run_id(tmp_path: Path) -> None:
    """What was reviewed and what is final are the same run."""
    assert account(tmp_path / "a").run_id == account(tmp_path / "b", "final").run_id


def test_a_name_holds_no_sign_that_a_file_may_not_hold_and_a_long_title_is_cut(tmp_path: Path) -> None:
    text = TEXT.replace('title = "试"', f'title = "甲/乙:丙{"长" * 100}"')
    name = suggested_name(planned(tmp_path, text))
    assert name == f"甲 乙 丙{'长' * 55}-2023-测算稿.xlsx"


@pytest.mark.parametrize("written", ['"draft"', "'draft'", '"""draft"""', "'''draft'''"])
def test_the_text_of_a_plan_with_another_state_is_otherwise_the_same(written: str) -> None:
    text = "# state = 'x'\r\nstate={} # 说明 state = 'z'\r\n[x]\nstate = 'y'\n"
    assert with_state(text.format(written), "final") == text.format(' "final"')


# --- finalising ---------------------------------------------------------------------------------------


def test_a_reviewed_account_becomes_final_beside_the_reviewed_file(tmp_path: Path) -> None:
    reviewed = write_workbook(account(tmp_path / "a", "review"), tmp_path / "review.xlsx")
    before = reviewed.read_bytes()
    path = finalise(reviewed, catalogue=toy.catalogue())
    assert path == tmp_path / "样例账户-2020-定稿.xlsx"
    assert reviewed.read_bytes() == before
    assert manifest(path)["运行号"] == manifest(reviewed)["运行号"]
    assert manifest(path)["状态"] == "定稿"
    assert verify_workbook(path, catalogue=toy.catalogue()).same


def test_a_reviewed_plan_becomes_final_in_the_text_of_its_plan_too(tmp_path: Path) -> None:
    reviewed = tmp_path / "plan.xlsx"
    reviewed.write_bytes(reviewed_plan(tmp_path / "r"))
    path = finalise(reviewed, tmp_path / "final.xlsx")
    assert manifest(path)["状态"] == "定稿"
    assert 'state = \\"final\\"' in manifest(path)["记录 1/1"]
    assert verify_workbook(path).same
    assert "不作为资金分配依据" in load_workbook(path)["封面"]["A2"].value  # final, and still a scenario


def test_what_is_final_is_not_finalised_again(tmp_path: Path) -> None:
    path = final(tmp_path)
    assert refused(lambda: finalise(path, tmp_path / "y.xlsx")) == (
        "final.xlsx  它已是定稿；测算稿或送审稿；不必再定稿；要更正它，在 account.toml 或 plan.toml 写 corrects 与 correction_reason。"
    )


def test_a_workbook_that_was_edited_is_not_finalised(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(reviewed_plan(tmp_path / "r"))
    copy = load_workbook(path)
    copy["封面"]["A1"].value = "另一个名字"
    copy.save(path)
    assert refused(lambda: finalise(path)) == (
        "plan.xlsx  核验有 1 处不同：封面!A1；与其记录完全相同的工作簿；改输入后重新生成，不要改工作簿；先用 qhgep verify 核验。"
    )


# --- what is final is never written over ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["final.xlsx", "FINAL.xlsx", "Final.XLSX"])
def test_a_final_workbook_is_not_written_over_whatever_the_case_of_the_name(name: str, tmp_path: Path) -> None:
    path = final(tmp_path)
    before = path.read_bytes()
    told = refused(lambda: write_workbook(account(tmp_path / "b"), tmp_path / name))
    assert told == f"{tmp_path / name}  final.xlsx {FROZEN}"
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir() if item.is_file()] == ["final.xlsx"]


def test_names_that_are_composed_differently_are_one_name(tmp_path: Path) -> None:
    made = account(tmp_path / "a", "final")
    write_workbook(made, tmp_path / "e\u0301.xlsx")
    assert "不能被改写" in refused(lambda: write_workbook(made, tmp_path / "\u00e9.xlsx"))


def test_nothing_at_all_is_written_over_a_final_workbook(tmp_path: Path) -> None:
    path = final(tmp_path)
    before = path.read_bytes()
    assert "不能被改写" in refused(lambda: write_whole(path, b"{}"))
    found = run("account", EXAMPLE / "account.toml", "--json", path)
    assert (found.exit_code, "不能被改写" in found.stderr) == (1, True)
    found = run("allocate", EXAMPLE / "plan.toml", "-o", path)
    assert (found.exit_code, f"{path}  final.xlsx {FROZEN}" in found.stderr, "没有写出任何文件" in found.stderr) == (
        1,
        True,
        True,
    )
    assert path.read_bytes() == before


def test_a_final_workbook_that_a_person_saved_again_stays_final(tmp_path: Path) -> None:
    path = final(tmp_path)
    load_workbook(path).save(path)
    assert written_state(path) == "定稿"
    assert "不能被改写" in refused(lambda: write_whole(path, b"x"))


def test_a_draft_or_a_file_that_is_no_workbook_is_replaced(tmp_path: Path) -> None:
    path = write_workbook(account(tmp_path / "a", "review"), tmp_path / "x.xlsx")
    write_workbook(account(tmp_path / "b"), path)
    assert written_state(path) == "测算稿"
    for content in (b"", b"no workbook", path.read_bytes()[:2000]):
        path.write_bytes(content)
        assert written_state(path) == ""
        write_workbook(account(tmp_path / "b"), path)


def test_a_write_that_fails_half_way_leaves_the_final_workbook_and_no_other_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = final(tmp_path)
    before = path.read_bytes()

    def broken(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.Path, "replace", broken)
    assert "不能被改写" in refused(lambda: write_workbook(account(tmp_path / "b"), path))
    assert refused(lambda: write_workbook(account(tmp_path / "c"), tmp_path / "other.xlsx")).startswith(
        f"{tmp_path / 'other.xlsx'}  磁盘没有空间了，没有写出；"
    )
    assert path.read_bytes() == before
    assert [item.name for item in tmp_path.iterdir() if item.is_file()] == ["final.xlsx"]


# --- corrections ---------------------------------------------------------------------------------------


CORRECTS = 'corrects = "../final.xlsx"\ncorrection_reason = "碳价录入有误"\n'


def corrected(folder: Path, tables: str = CORRECTS, **options: object) -> Result:
    final(folder, lines=three(), counties=(*TWO, C))
    return account(folder / "new", tables=tables, **options)


def test_a_correction_shows_old_new_and_difference_per_county_and_line_and_what_it_comes_from(tmp_path: Path) -> None:
    """60 instead of 57.3 CNY/t CO2, and twice the growth of A."""
    made = corrected(tmp_path, lines=with_value("81", "toy_growth"), changed=CARBON_PRICE)
    path = write_workbook(made, tmp_path / "x.xlsx")
    sheet = load_workbook(path, data_only=True)[CORRECTION]
    rows = [[cell.value for cell in row[:8]] for row in sheet.iter_rows(min_row=7)]
    of_a = {row[2]: row[3:] for row in rows if row[0] == A}
    assert list(of_a) == [
        "样例净化", "样例固碳", "合计", "其中：核算范围（旧收窄到共同范围）", "其中：系数", "其中：输入", "原因之和", "合计的差额 − 原因之和",
    ]  # fmt: skip
    old, new = CARBON[A] * ROOT * 57.3, 2 * CARBON[A] * ROOT * 60
    assert of_a["样例固碳"] == [
        pytest.approx(old),
        pytest.approx(new),
        pytest.approx(new - old),
        "碳价录入有误",
        "2026-11-22",
    ]
    assert of_a["样例净化"][2] == 0
    assert of_a["其中：系数"][2] == pytest.approx(CARBON[A] * ROOT * 2.7)
    assert of_a["其中：输入"][2] == pytest.approx(CARBON[A] * ROOT * 60)
    assert of_a["原因之和"][2] == pytest.approx(of_a["合计"][2])
    assert [row[:7] for row in rows if row[0] == C] == [[C, "玛沁县", "样例固碳", 1000, "缺", None, "只在一边有值"]]


@pytest.mark.long
def test_the_cover_and_the_manifest_say_which_run_is_corrected_and_the_workbook_verifies(tmp_path: Path) -> None:
    made = corrected(tmp_path, changed=COD_COST)
    path = write_workbook(replace(made, account=replace(made.account, state="review")), tmp_path / "x.xlsx")
    run_id = manifest(tmp_path / "final.xlsx")["运行号"]
    heading = f"更正 final.xlsx（运行号 {run_id}），2026-11-22，原因：碳价录入有误"
    assert load_workbook(path)["封面"]["A3"].value == f"送审稿　{heading}"
    assert manifest(path)["更正"] == heading
    assert "文件 ../final.xlsx" in manifest(path)
    assert load_workbook(path).sheetnames[:2] == ["封面", CORRECTION]
    assert verify_workbook(path, catalogue=toy.catalogue()).same
    done = finalise(path, tmp_path / "y.xlsx", catalogue=toy.catalogue())
    assert load_workbook(done)["封面"]["A3"].value == f"定稿　{heading}"
    assert verify_workbook(done, catalogue=toy.catalogue()).same


@pytest.mark.long
def test_a_correction_recalculates(tmp_path: Path) -> None:
    from qhgep.workbook.account.book import account_sheets
    from qhgep.workbook.correction.compare import corrected as correction_of

    made = corrected(tmp_path, changed=CARBON_PRICE)
    path = write_workbook(made, tmp_path / "x.xlsx")
    whole = Made("x", made, toy.catalogue())
    whole.__dict__["sheets"] = account_sheets(made, toy.YEAR, correction_of(made, toy.YEAR))
    assert compared(whole, formualizer.recalculate(path)).differing == []


@pytest.mark.long
def test_a_cell_of_the_correction_that_was_changed_is_named_by_verify(tmp_path: Path) -> None:
    path = write_workbook(corrected(tmp_path, changed=COD_COST), tmp_path / "x.xlsx")
    copy = load_workbook(path)
    copy[CORRECTION]["D7"].value = 1
    copy.save(path)
    found = verify_workbook(path, catalogue=toy.catalogue())
    assert [(change.sheet, change.cell, change.kind) for change in found.changes] == [(CORRECTION, "D7", "input")]


def plan_correction(folder: Path) -> Allocation:
    write_workbook(planned(folder / "old", with_state(TEXT, "final")), folder / "final.xlsx")
    return planned(folder / "new", CORRECTS.replace("碳价", "总额") + TEXT.replace('"1000.00"', '"2000.00"'))


def test_a_plan_is_corrected_likewise(tmp_path: Path) -> None:
    path = write_workbook(plan_correction(tmp_path), tmp_path / "x.xlsx")
    rows = [
        [cell.value for cell in row[:6]] for row in load_workbook(path, data_only=True)[CORRECTION].iter_rows(min_row=7)
    ]
    assert [row[2:] for row in rows if row[0] == A] == [
        ["测算金额", 250, 500, 250], ["合计", 250, 500, 250], ["其中：资金总额", None, None, 250],
        ["原因之和", None, None, 250], ["合计的差额 − 原因之和", None, None, 0],
    ]  # fmt: skip
    fingerprint = manifest(tmp_path / "final.xlsx")["记录指纹"][:16]
    assert load_workbook(path)["封面"]["A3"].value.startswith(
        f"测算稿　更正 final.xlsx（记录指纹 {fingerprint}），2026-11-22"
    )
    assert verify_workbook(path).same


def test_what_is_not_final_is_not_corrected(tmp_path: Path) -> None:
    write_workbook(account(tmp_path / "a", "review"), tmp_path / "final.xlsx")
    assert refused(lambda: write_workbook(account(tmp_path / "b", tables=CORRECTS), tmp_path / "x.xlsx")) == (
        "final.xlsx  corrects 指的工作簿的状态是 “送审稿”；定稿；没有定稿的结果直接重做；删去 corrects。"
    )
    assert not (tmp_path / "x.xlsx").exists()


def test_a_corrected_workbook_that_is_not_there_is_told_when_the_account_is_read_and_when_a_plan_is_written(
    tmp_path: Path,
) -> None:
    told = "corrects 指的工作簿 “final.xlsx” 不在；一个定稿的路径，相对于本文件；改正路径。"
    assert refused(lambda: account(tmp_path / "b", tables=CORRECTS), AccountError) == f"account.toml:10  {told}"
    made = planned(tmp_path / "c", CORRECTS + TEXT)
    assert refused(lambda: write_workbook(made, tmp_path / "x.xlsx")) == f"final.xlsx  {told}"


@pytest.mark.parametrize("line", CORRECTS.splitlines())
def test_a_correction_without_reason_and_a_reason_without_correction_are_told(line: str, tmp_path: Path) -> None:
    told = "corrects 与 correction_reason 只写了一个；两个都写，或都不写；写明更正哪个定稿与原因。"
    assert refused(lambda: account(tmp_path / "b", tables=line + "\n"), AccountError) == f"account.toml:10  {told}"
    (tmp_path / "plan.toml").write_text(f"{line}\n{TEXT}", encoding="utf-8")
    place = "plan.toml:1" if line.startswith("corrects") else "plan.toml"
    assert refused(lambda: read_plan(tmp_path / "plan.toml", inside=tmp_path.parent), PlanError) == f"{place}  {told}"


def test_an_account_does_not_correct_a_plan(tmp_path: Path) -> None:
    plan_correction(tmp_path)
    assert "一边是核算，一边是方案" in refused(
        lambda: write_workbook(account(tmp_path / "b", tables=CORRECTS), tmp_path / "x.xlsx")
    )


# --- the command line ---------------------------------------------------------------------------------


def test_an_output_that_is_a_folder_takes_the_suggested_name(tmp_path: Path) -> None:
    found = run("allocate", EXAMPLE / "plan.toml", "-o", tmp_path)
    made = next(tmp_path.glob("*.xlsx"))
    assert (found.exit_code, made.name) == (0, suggested_name(book("plan").allocation))
    assert f"工作簿：{made}" in found.stdout
    assert run("account", EXAMPLE / "account.toml", "-o", tmp_path).exit_code == 0
    assert len(list(tmp_path.glob("*.xlsx"))) == 2


@pytest.mark.long
def test_finalise_and_diff_on_the_command_line(tmp_path: Path) -> None:
    folder = Path(copytree(EXAMPLE, tmp_path / "pilot"))
    assert run("allocate", folder / "plan.toml", "-o", tmp_path / "early.xlsx").exit_code == 0
    assert run("finalise", tmp_path / "early.xlsx").exit_code == 1
    text = (folder / "plan.toml").read_text(encoding="utf-8")
    (folder / "plan.toml").write_text(with_state(text, "review"), encoding="utf-8")
    assert run("allocate", folder / "plan.toml", "-o", tmp_path / "draft.xlsx").exit_code == 0
    found = run("finalise", tmp_path / "draft.xlsx", "-o", tmp_path / "final.xlsx")
    assert (found.exit_code, f"定稿：{tmp_path / 'final.xlsx'}" in found.stdout) == (0, True)
    assert run("finalise", tmp_path / "draft.xlsx", "-o", tmp_path / "draft.xlsx").exit_code == 1
    plan = folder / "plan.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace('"100000000.00"', '"120000000.00"'), encoding="utf-8")
    found = run("diff", tmp_path / "final.xlsx", plan, "-o", tmp_path / "d.xlsx", "--json", tmp_path / "d.json")
    assert found.exit_code == 0
    assert "差额 +20,000,000.00 元" in found.stdout
    assert (tmp_path / "d.xlsx").exists()
    assert (tmp_path / "d.json").exists()
    found = run("diff", tmp_path / "final.xlsx", plan, "-o", tmp_path / "final.xlsx")
    assert (found.exit_code, "也是输入文件" in found.stderr) == (1, True)
    found = run("--lang", "en", "diff", plan, folder / "account.toml")
    assert "one side is an account, the other a plan" in found.stderr


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path) -> None:
    made = corrected(tmp_path, changed=COD_COST)
    assert (
        write_workbook(made, tmp_path / "x.xlsx").read_bytes() == write_workbook(made, tmp_path / "y.xlsx").read_bytes()
    )


def test_a_draft_is_not_finalised_and_a_plan_with_a_failed_check_is_not(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(book("plan").data)
    assert refused(lambda: finalise(path)) == (
        "x.xlsx  状态是 测算稿；送审稿：定稿由审阅过的工作簿写成；"
        '先在 account.toml（方案在 plan.toml）把 state 改为 "review"（方案填报表在“状态”选送审稿），'
        "重新写出，审阅后再定稿。"
    )
    matching = "[transfer]\nkind = 'special'\nmatching_required = true\n"  # 预算法第十六条: K2
    text = with_state(plan_text(matching + AREA, layer="statutory"), "review")
    failed = write_workbook(run_text(text), tmp_path / "failed.xlsx")
    assert refused(lambda: finalise(failed)) == (
        "failed.xlsx  校验结论是 不通过；没有不通过的校验项；看 校验 表，改正后重新写出再定稿。"
    )
