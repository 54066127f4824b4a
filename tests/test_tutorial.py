"""docs/zh/tutorial.md does what it says: every cell of its tables is filled in, every command run, in the order of the page."""

import re
import shlex
from pathlib import Path

import openpyxl
import pytest

from qhgep import compute, read_account
from tests.test_cli import run

PAGE = (Path(__file__).parent.parent / "docs/zh/tutorial.md").read_text(encoding="utf-8")
STEPS = re.findall(
    r"^(?:qhgep (?P<command>.+)|\| (?P<sheet>\S+) \| (?P<cell>[A-Z]\d+) \| (?P<what>.+) \| (?P<value>.+) \|)$",
    PAGE,
    re.MULTILINE,
)
BOOKS = {"来源": "表/632222祁连县_2024.xlsx", "填报表": "表/632222祁连县_2024.xlsx", "系数填报": "价格.xlsx"}


def fill(sheet: str, cell: str, what: str, value: str) -> None:
    """Type into a cell, which must be the one that the page describes: a row that is called so, or a column headed so."""
    book = openpyxl.load_workbook(BOOKS[sheet])
    page = book[sheet]
    name = what.partition("：")[0]
    column = re.sub(r"\d", "", cell)
    names = (
        str(page[f"A{cell[1:]}"].value),
        *(str(page[f"{column}{row}"].value).partition("【")[0].strip() for row in range(3, 5)),
    )
    assert name in names, (sheet, cell, names)
    page[cell] = float(value) if re.fullmatch(r"\d+", value) else value
    book.save(BOOKS[sheet])


@pytest.mark.long
def test_the_tutorial_runs_as_it_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own arithmetic is the program's: 123.672 mm on 1,200,000 ha are 1,484,064,000 m³, at 8 yuan 1,187,251.2 × 10^4 yuan."""
    monkeypatch.chdir(tmp_path)
    told: dict[str, str] = {}
    for command, *cell in STEPS:
        if not command:
            fill(*cell)
            continue
        found = run(*shlex.split(command))
        assert found.exit_code == 0, (command, found.stdout, found.stderr)
        told[" ".join(command.split()[:2])] = found.stdout + found.stderr
    assert "错误 0 处，提示 0 处" in told["check 表"]
    assert "已核算指标合计（2/20 项）" in told["account 账户"]
    assert "1484064000 m³" in told["explain 账户/account.toml"]
    assert "相同" in told["verify 结果.xlsx"]
    found = compute(read_account("账户/account.toml", coefficients=["价格.xlsx"]))
    assert found.value("water_retained", county="祁连县", ecosystem="grassland").value == pytest.approx(
        1_484_064_000, rel=1e-12
    )
    assert {path.name for path in tmp_path.iterdir()} == {"表", "账户", "价格.xlsx", "结果.xlsx", "简报.xlsx"}
