"""Which workbooks read a row, a document or the figures of a county: what a correction of it touches."""

import re
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner, Result

from qhgep import (
    allocate,
    compute,
    corrected_issues,
    finalise,
    issued_reading,
    read_account,
    read_result,
    write_workbook,
)
from qhgep.errors import InputError
from tests.support.command_line import COMMAND

PILOT = Path(__file__).parent.parent / "examples" / "pilot"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pilot's account and its final plan, the account in a folder of its own; and files that are no workbooks of ours."""
    place = tmp_path_factory.mktemp("books")
    pilot = Path(copytree(PILOT, tmp_path_factory.mktemp("pilot") / "pilot"))
    (place / "accounts").mkdir()
    write_workbook(compute(read_account(pilot / "account.toml")), place / "accounts" / "account.xlsx")
    plan = pilot / "plan.toml"
    plan.write_text(plan.read_text(encoding="utf-8").replace('state = "draft"', 'state = "review"'), encoding="utf-8")
    finalise(write_workbook(allocate(plan), pilot / "review.xlsx"), place / "final.xlsx")
    (place / "notes.xlsx").write_bytes(b"no workbook")
    (place / "~$final.xlsx").write_bytes(b"a lock")
    return place


def test_a_row_leads_to_the_account_and_through_it_to_the_plan(folder: Path) -> None:
    """GZ-26 is the price of CO2 that the pilot adopts; the plan has it from the account."""
    account, plan = issued_reading(folder, row="GZ-26")
    assert (account.file.name, account.kind, account.reads) == ("account.xlsx", "account", ("GZ-26",))
    assert (plan.file.name, plan.kind, plan.state) == ("final.xlsx", "allocation", "定稿")
    assert (plan.reads, plan.through, plan.unseen) == ((), ("account.xlsx",), ())


def test_figures_of_a_county_are_named_by_their_place(folder: Path) -> None:
    found = issued_reading(folder, county="632222", quantity="area")
    (inputs,) = {place.split(":")[0] for place in found[0].reads}
    assert inputs == "inputs.csv"
    rows = (PILOT / "inputs.csv").read_text(encoding="utf-8").splitlines()
    mine = {
        f"inputs.csv:{number}" for number, row in enumerate(rows, 1) if row.startswith("632222,") and ",area," in row
    }
    assert set(found[0].reads) == mine


def test_what_nobody_reads_is_found_nowhere(folder: Path) -> None:
    assert issued_reading(folder, row="GZ-99") == ()
    shown = CliRunner().invoke(COMMAND, ["issued", str(folder), "--row", "GZ-99"])
    assert (shown.exit_code, shown.stdout.strip()) == (0, "没有一个工作簿读了它。")


def test_a_plan_whose_account_is_elsewhere_says_so(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "final.xlsx").write_bytes((folder / "final.xlsx").read_bytes())
    (plan,) = issued_reading(tmp_path, row="GZ-26")
    assert (plan.reads, plan.through, len(plan.unseen)) == ((), (), 1)
    shown = CliRunner().invoke(COMMAND, ["issued", str(tmp_path), "--row", "GZ-26"]).stdout
    assert f"所据核算（运行号 {plan.unseen[0]}）不在这些文件夹里，读了什么不明" in shown


def test_without_a_question_every_workbook_is_listed(folder: Path) -> None:
    assert [book.file.name for book in issued_reading(folder)] == ["account.xlsx", "final.xlsx"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        issued_reading(tmp_path / "x")
    assert caught.value.text() == f"{tmp_path / 'x'}  没有这个文件夹；放着已写出的工作簿的文件夹；检查路径。"


# --- what a correction comes to ---------------------------------------------------------------------------------


def paid_with(**change: str) -> dict[str, int]:
    """The pilot's payments, its account computed from its files with another value of a row, which a person would type."""
    account = read_account(PILOT / "account.toml").with_coefficient(**change, reason="试", decided_by="试")
    return dict(allocate(PILOT / "plan.toml", results={"gep": compute(account)}).fen)


def test_a_corrected_row_says_what_each_county_is_owed_in_fen(folder: Path) -> None:
    """A runoff of 9 instead of 8.2 %: every payment less the issued one, and together nothing, for the pool is the same."""
    account, plan = corrected_issues(folder, "9", row="RC-高寒草甸")
    assert (account.book.file.name, account.back, plan.book.file.name) == ("account.xlsx", None, "final.xlsx")
    assert plan.back is not None
    issued, due = dict(allocate(PILOT / "plan.toml").fen), paid_with(row="RC-高寒草甸", value="9")
    assert dict(plan.back.issued) == issued
    assert dict(plan.back.owed) == {code: due[code] - issued[code] for code in due}
    assert any(plan.back.owed.values())
    assert (sum(plan.back.owed.values()), plan.back.balance) == (0, 0)


def test_a_late_return_does_the_same(folder: Path, tmp_path: Path) -> None:
    """Qilian's rain of 420 mm should have been 450: as if the line of inputs.csv had said so."""
    pilot = Path(copytree(PILOT, tmp_path / "pilot"))
    text = (pilot / "inputs.csv").read_text(encoding="utf-8")
    assert text.count(",precipitation,420,") == 1
    (pilot / "inputs.csv").write_text(text.replace(",precipitation,420,", ",precipitation,450,"), encoding="utf-8")
    due = allocate(pilot / "plan.toml").fen
    _, plan = corrected_issues(folder, "450", county="632222", quantity="precipitation")
    assert plan.back is not None
    assert dict(plan.back.due) == dict(due)


def meadow_put_to_nine(folder: Path, *more: str) -> Result:
    """The verb for the runoff coefficient of alpine meadow, which should have been 9."""
    return CliRunner().invoke(COMMAND, ["issued", str(folder), "--row", "RC-高寒草甸", "--to", "9", *more])


def test_the_verb_writes_the_plan_and_the_difference(folder: Path, tmp_path: Path) -> None:
    out, file = tmp_path / "back.toml", tmp_path / "x.json"
    shown = meadow_put_to_nine(folder, "--treasury", "630000", "-o", str(out), "--json", str(file))
    assert shown.exit_code == 0, shown.output
    _, plan = corrected_issues(folder, "9", row="RC-高寒草甸")
    assert plan.back is not None
    assert f"{plan.back.owed['632222'] / 100:.2f}" in shown.stdout
    books = read_result(file).body.books
    assert [book.owed for book in books] == [None, dict(plan.back.owed)]
    text = re.sub(r'(document|number|article) = "missing[^"]*"', r'\1 = "某通知"', out.read_text(encoding="utf-8"))
    text = re.sub(r'date = "missing[^"]*"', "date = 2024-05-01", text)
    out.write_text(re.sub(r'recover = "missing[^"]*"', "recover = true", text), encoding="utf-8")
    paid = allocate(out, require="assumed").fen
    assert {code: paid[code] for code in plan.back.owed} == dict(plan.back.owed)
    assert sum(paid.values()) == 0


def test_a_plan_whose_account_is_elsewhere_cannot_be_corrected(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "final.xlsx").write_bytes((folder / "final.xlsx").read_bytes())
    (plan,) = corrected_issues(tmp_path, "9", row="RC-高寒草甸")
    assert plan.back is None
    shown = meadow_put_to_nine(tmp_path).stdout
    assert "没有一份定稿方案读了它（草稿、送审稿直接重做；所据核算不在这些文件夹里的算不出）。" in shown
    refused = meadow_put_to_nine(tmp_path, "--treasury", "630000", "-o", str(tmp_path / "b.toml"))
    assert refused.exit_code == 1
    assert (
        "b.toml  没有一份定稿方案要更正；至少一份读了它的定稿方案，所据核算的工作簿也在；检查文件夹。" in refused.stderr
    )


@pytest.mark.parametrize(("to", "asked", "sentence"), [
    ("9 %", {"row": "RC-高寒草甸"}, "--to  更正后的值写作 “9 %”；一个数，与原行同单位，不带单位与千分号；改正 --to。"),
    ("9", {"county": "632222"}, "--to  没有指明更正哪一行；--row 系数行或政策参数行，或 --county 与 --quantity 一县一量的填报行；指明一行。"),
    ("9", {"county": "632222", "quantity": "area"},
     ("account.xlsx  不止一行相符：inputs.csv:2、inputs.csv:3、inputs.csv:4、inputs.csv:5、inputs.csv:6；更正一行；"
      "用 --ecosystem、--item、--period 指明哪一行。")),
])  # fmt: skip
def test_what_cannot_be_corrected_is_told(folder: Path, to: str, asked: dict[str, str], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        corrected_issues(folder, to, **asked)
    assert caught.value.text() == sentence


def test_one_of_several_rows_is_named_by_its_ecosystem(folder: Path) -> None:
    (book, _) = issued_reading(folder, county="632222", quantity="area", ecosystem="grassland")
    assert len(book.reads) == 1
