"""The commands that stand in the blocks of the pages run as they stand, in the order of their page, on a copy of the examples."""

import re
import shlex
from pathlib import Path
from shutil import copytree

import openpyxl
import pytest

from qhgep.inputs.form.schema import SECTION, SOURCE_AT, UPRIGHT
from tests.support import forms
from tests.support.upright_forms import fill, rows
from tests.test_cli import ROOT, run

EXAMPLES = sorted(ROOT.glob("examples/*/README.md"))
CLERK = ROOT / "docs/zh/clerk.md"
ANSWERS = {"audit": {0, 3}, "allocate examples/qinghai-basin-2022/plan.toml": {1}}
"""An audit of a published table that does not agree with itself ends with 3; a plan that must stop does, as its page says."""
LATER = {
    "coefficients ", "account 我的账户 -o 结果.xlsx --coefficients", "template --plan", "check 草原补奖.xlsx",
    "allocate 草原补奖.xlsx", "allocate 我的账户/plan.toml", "verify 方案.xlsx", "finalise 结果.xlsx", "seal 定稿.xlsx",
    "issued 定稿文件夹", "back-payment 方案定稿.xlsx", "allocate 补发.toml",
}  # fmt: skip
"""Commands of the clerk's page that follow what only people can do: facts of a fund, decisions of each kind, a review.

The tutorial (tests/test_tutorial.py) has the first of them with the decisions that it names."""


def commands(page: Path) -> list[str]:
    """The commands of the blocks of a page, without their remarks; a path of Windows as one of any system."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines() if re.match(r"(\.venv/bin/)?qhgep ", line)]
    return [line.partition("qhgep ")[2].partition("  #")[0].replace("\\", "/").strip() for line in lines]


def runs(command: str) -> str:
    """What a command tells, if it ends as it should."""
    found = run(*shlex.split(command))
    expected = ANSWERS.get(command, ANSWERS.get(command.split(maxsplit=1)[0], {0}))
    assert found.exit_code in expected, (command, found.stdout[-500:], found.stderr[-500:])
    return found.stdout + found.stderr


def as_a_clerk_would(folder: Path) -> None:
    """The first form of a folder: areas and rain with their source, every other group without numbers."""
    (path,) = folder.glob("*.xlsx")
    book = openpyxl.load_workbook(path)
    forms.name_source(book["来源"], 1, forms.SOURCE)
    numbers = {"county_area": 1391970, "area.grassland": 1391970, "precipitation": 420}
    for key, row in rows(book).items():
        if key.startswith(SECTION):
            if "面积核对" not in key:
                book[UPRIGHT].cell(row, SOURCE_AT + 1).value = "S01"
        elif key in numbers:
            fill(book, key, numbers[key], "有数据", None, None)
        else:
            fill(book, key, None, "确为零" if key.startswith("area.") else "缺失", None, "没有")
    book.save(path)


@pytest.mark.long
@pytest.mark.parametrize("page", EXAMPLES, ids=lambda page: page.parent.name)
def test_the_commands_of_an_example_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    for made in ("inputs.csv", "inputs.provenance.csv"):  # the last digits of a map's sums are those of the machine
        (tmp_path / "examples/maps" / made).unlink()
    found = commands(page)
    assert found
    for command in found:
        runs(command)


@pytest.mark.long
@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "README.zh-CN.md", CLERK], ids=lambda page: page.name)
def test_the_commands_from_a_form_to_a_brief_run(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    found = [command for command in commands(page) if not any(command.startswith(start) for start in LATER)]
    assert len(found) >= 6
    for command in found:
        told = runs(command)
        if command.startswith("template "):
            as_a_clerk_would(Path(command.split()[-1]))
        assert not command.startswith("check ") or "错误 0 处" in told


def test_what_is_left_out_of_the_clerks_page_stands_there() -> None:
    assert {start for start in LATER if any(command.startswith(start) for command in commands(CLERK))} == LATER
