"""The commands that stand in the blocks of the pages run as they stand, in the order of their page, on a copy of the examples."""

import re
import shlex
from pathlib import Path
from shutil import copytree

import openpyxl
import pytest

from qhgep import allocate, verify_workbook
from qhgep.inputs.form.schema import SECTION, SOURCE_AT, UPRIGHT
from qhgep.preparation.decide import lines_of
from tests.support import forms
from tests.support.upright_forms import fill, rows
from tests.test_a_province_in_the_desk import DECLARED
from tests.test_cli import ROOT, run

EXAMPLES = sorted(ROOT.glob("examples/*/README.md"))
CLERK = ROOT / "docs/zh/clerk.md"
ANSWERS = {"audit": {0, 3}, "allocate examples/qinghai-basin-2022/plan.toml": {1}}
"""An audit of a published table that does not agree with itself ends with 3; a plan that must stop does, as its page says."""
BY = ("--by", "祁连县财政局 张三", "--date", "2026-11-20")


def commands(page: Path) -> list[str]:
    """The commands of the blocks of a page, without their remarks; a path of Windows as one of any system."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", page.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines() if re.match(r"(\.venv/bin/)?qhgep ", line)]
    return [line.partition("qhgep ")[2].partition("  #")[0].replace("\\", "/").strip() for line in lines]


def decide() -> None:
    """Water by its balance, the runoff of alpine meadow, what has no number declared; the price is left to its form."""
    said = []
    for row, line in lines_of(Path("我的账户"))[1].items():
        code = {"runoff_coefficient": "RC-高寒草甸"}.get(line.code, "")
        choice = {"方法": "water_balance" if line.code == "water_retained" else "reservoir_cost", "不核算": "未核算"}
        if (chosen := choice.get(line.kind, code)) and line.code != "water_conservation":
            said += ["--set", f"{row}={chosen}=据实"]
    found = run("decide", "我的账户", *said, *BY)
    assert found.exit_code == 0, found.stderr


def price() -> None:
    """The one price that lacks, as a bureau declares it: 8 yuan per cubic metre."""
    book = openpyxl.load_workbook("价格.xlsx")
    page = book["系数填报"]
    assert [page.cell(row, 1).value for row in (5, 6)] == ["水库单位库容造价", None]
    for column, typed in zip(
        "FIJKLN", (8, "造价测算", "祁水〔2025〕2 号", "2025-03-02", "祁连县水利局", "第 1 页"), strict=True
    ):
        page[f"{column}5"] = typed
    book.save("价格.xlsx")


def fund(moved: int = 0) -> None:
    """The form of the fund: 400,000 yuan for four counties, 100,000 each but what is moved from the first to the second."""
    book = openpyxl.load_workbook("试点资金.xlsx")
    plan, steps, units, evidence = (book[name] for name in ("方案", "步骤", "单位", "证据"))
    plan["C8"], plan["C13"], plan["C19"] = "送审稿", "400000.00", "第三条"
    for cell, text in (("B8", "试点资金"), ("B10", "试点资金"), ("C8", "生态保护"), ("C10", "青财资环〔2024〕1号")):
        steps[cell] = text
    units["F5"], units["F7"] = "试点资金", None
    for row, more in zip(range(11, 15), (-moved, moved, 0, 0), strict=True):
        units[f"F{row}"] = 100_000 + more
    for cell, typed in zip("BCDEFG", DECLARED, strict=True):
        evidence[f"{cell}7"] = typed
    book.save("试点资金.xlsx")


def scenario() -> None:
    """The plan that the page shows."""
    (block,) = re.findall(r"```toml\n(schema = 1\n.*?)```", CLERK.read_text(encoding="utf-8"), re.DOTALL)
    Path("我的账户/plan.toml").write_text(block, encoding="utf-8")


def reviewed() -> None:
    path = Path("我的账户/account.toml")
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('state = "draft"', 'state = "review"'), encoding="utf-8")
    runs("account 我的账户 -o 结果.xlsx --coefficients 价格.xlsx")


def issued() -> None:
    Path("定稿文件夹").mkdir()
    Path("定稿.xlsx").rename("定稿文件夹/定稿.xlsx")


def corrected() -> None:
    """Five hundred yuan went to the wrong county."""
    runs("finalise 试点资金测算.xlsx -o 试点资金定稿.xlsx")
    fund(moved=500)
    runs("allocate 试点资金.xlsx -o 试点资金更正.xlsx")


def recovered() -> None:
    """The notice of the correction, which allows to take back; its table has both columns of amounts."""
    path = Path("补发.toml")
    typed = {
        "document": '"更正通知"', "number": '"青财资环〔2024〕9号"', "article": '"第二条"', "date": "2024-09-01",
        "recover": "true", "evidence": '"declared"', "unit": '"青海省财政厅"', "at": '"附表"',
    }  # fmt: skip
    text = re.sub(
        r'^(\w+) = "missing: .*$',
        lambda found: f"{found[1]} = {typed[found[1]]}",
        path.read_text("utf-8"),
        flags=re.MULTILINE,
    )
    path.write_text(text, encoding="utf-8")


BEFORE = {
    "coefficients template": decide, "coefficients check": price, "check 试点资金.xlsx": fund,
    "allocate 我的账户/plan.toml": scenario, "finalise 结果.xlsx": reviewed, "issued 定稿文件夹": issued,
    "back-payment": corrected, "allocate 补发.toml": recovered,
}  # fmt: skip
"""What a person does before a command of the clerk's page."""


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
    numbers = {"county_area": 1391970, "area.grassland": 1391970, "precipitation": 420, "evapotranspiration": 250}
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
    found = commands(page)
    assert len(found) >= 6
    for command in found:
        for start, act in BEFORE.items():
            if page == CLERK and command.startswith(start):
                act()
        told = runs(command)
        if command.startswith("template ") and not command.startswith("template --plan"):
            as_a_clerk_would(Path(command.split()[-1]))
        assert not command.startswith("check ") or "错误 0 处" in told or "填写无误" in told
    if page == CLERK:
        assert allocate("补发.toml").fen == {"632200": 0, "632221": -50_000, "632222": 50_000, "632223": 0, "632224": 0}
        assert verify_workbook("补发.xlsx").same


def test_what_a_person_does_before_a_command_of_the_clerks_page_has_its_command() -> None:
    assert [start for start in BEFORE if not any(command.startswith(start) for command in commands(CLERK))] == []
