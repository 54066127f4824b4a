"""Which workbooks read a row, a document or the figures of a county: what a correction of it touches."""

from pathlib import Path
from shutil import copytree

import pytest
from typer.testing import CliRunner

from qhgep import allocate, compute, finalise, issued_reading, read_account, write_workbook
from qhgep.cli.app import app
from qhgep.errors import InputError

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
    shown = CliRunner().invoke(app, ["issued", str(folder), "--row", "GZ-99"])
    assert (shown.exit_code, shown.stdout.strip()) == (0, "没有一个工作簿读了它。")


def test_a_plan_whose_account_is_elsewhere_says_so(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "final.xlsx").write_bytes((folder / "final.xlsx").read_bytes())
    (plan,) = issued_reading(tmp_path, row="GZ-26")
    assert (plan.reads, plan.through, len(plan.unseen)) == ((), (), 1)
    shown = CliRunner().invoke(app, ["issued", str(tmp_path), "--row", "GZ-26"]).stdout
    assert f"所据核算（运行号 {plan.unseen[0]}）不在这些文件夹里，读了什么不明" in shown


def test_without_a_question_every_workbook_is_listed(folder: Path) -> None:
    assert [book.file.name for book in issued_reading(folder)] == ["account.xlsx", "final.xlsx"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        issued_reading(tmp_path / "x")
    assert caught.value.text() == f"{tmp_path / 'x'}  没有这个文件夹；放着已写出的工作簿的文件夹；检查路径。"
