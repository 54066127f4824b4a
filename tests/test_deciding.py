"""decide() and set_state(): what a person types into 决定.xlsx and account.toml, written by a program, and nothing else changed."""

from datetime import date
from pathlib import Path

import pytest

from qhgep import compute, decide, read_account, set_state
from qhgep.account.decision_book import FILE
from qhgep.deciding import Choice, lines_of
from qhgep.errors import AccountError, InputError
from tests.test_cli import run
from tests.test_decisions_on_a_sheet import MEADOW, WHO_DECIDED, begun, filled, folder  # noqa: F401 - fixtures

DAY = date(2026, 11, 20)


def row_of(folder: Path, code: str, land: str = "") -> int:  # noqa: F811
    return next(row for row, line in lines_of(folder)[1].items() if (line.code, line.land) == (code, land))


def test_what_is_decided_is_what_a_person_types(folder: Path) -> None:  # noqa: F811
    """The same choice by hand, in Excel, gives the same run."""
    row = row_of(folder, "runoff_coefficient", "grassland")
    before = lines_of(folder)
    decide(folder, {row: Choice("RC-高寒草甸", "以草甸为主")}, decided_by=WHO_DECIDED, on=DAY)
    after = lines_of(folder)
    assert (after[0], set(after[1])) == (before[0], set(before[1]))
    assert {number for number in after[1] if after[1][number] != before[1][number]} == {row}
    account = read_account(folder)
    assert [(item.row, item.decided_by) for item in account.adoptions] == [
        ("RC-高寒草甸", "祁连县财政局 张三（2026-11-20）")
    ]
    by_program = compute(account).run_id
    decide(folder, {row: Choice("")}, decided_by="", on=DAY)
    assert read_account(folder).adoptions == ()
    filled(folder, MEADOW)
    assert compute(read_account(folder)).run_id == by_program


def test_the_same_choices_give_the_same_bytes(folder: Path) -> None:  # noqa: F811
    row = row_of(folder, "runoff_coefficient", "grassland")
    for _ in range(2):
        decide(folder / FILE, {row: Choice("RC-高寒草甸", "甲")}, decided_by="张三", on=DAY)
    first = (folder / FILE).read_bytes()
    decide(folder / FILE, {row: Choice("RC-高寒草甸", "甲")}, decided_by="张三", on=DAY)
    assert (folder / FILE).read_bytes() == first


def test_a_row_or_choice_that_the_sheet_does_not_have_changes_nothing(folder: Path) -> None:  # noqa: F811
    row = row_of(folder, "carbon_value_total")
    content = (folder / FILE).read_bytes()
    with pytest.raises(InputError) as caught:
        decide(folder, {row: Choice("no_method"), 9999: Choice("x")}, decided_by="张三", on=DAY)
    offered = "、".join(code for code, _ in lines_of(folder)[1][row].choices)
    rows = "、".join(map(str, lines_of(folder)[1]))
    assert caught.value.text().splitlines() == [
        f"决定.xlsx:{row}  no_method 不在这一行的备选里；这些之一：{offered}；照备选写冒号前的代码；不在备选里的写在 account.toml。",
        f"决定.xlsx  决定.xlsx 没有第 9999 行的判断；这些行之一：{rows}；照表左边的行号写。",
    ]
    assert (folder / FILE).read_bytes() == content


def test_the_verb_takes_several_choices(folder: Path) -> None:  # noqa: F811
    meadow, carbon = row_of(folder, "runoff_coefficient", "grassland"), row_of(folder, "carbon_value_total")
    ran = run(
        "--quiet", "decide", folder, "--set", f"{meadow}=RC-高寒草甸=以草甸为主", "--set", f"{carbon}=afforestation_cost=a=b",
        "--by", "张三", "--date", "2026-11-20",
    )  # fmt: skip
    assert (ran.exit_code, ran.stdout) == (0, f"已写出：{folder / FILE}\n")
    lines = lines_of(folder)[1]
    assert [(lines[row].choice, lines[row].reason, lines[row].day) for row in (meadow, carbon)] == [
        ("RC-高寒草甸", "以草甸为主", "2026-11-20"), ("afforestation_cost", "a=b", "2026-11-20"),
    ]  # fmt: skip
    wrong = run("--quiet", "decide", folder, "--set", "五=甲", "--by", "张三", "--date", "2026-11-20")
    assert wrong.exit_code == 1
    assert "--set  五=甲 不是 行=选择=理由；如 5=GZ-26=本省没有可引用的值；补上行号、选择和理由。" in wrong.stderr


def test_the_state_is_all_that_changes(folder: Path) -> None:  # noqa: F811
    toml = folder / "account.toml"
    text = toml.read_text(encoding="utf-8")
    set_state(folder, "review")
    changed = toml.read_text(encoding="utf-8")
    assert [line for line in changed.splitlines() if line not in text.splitlines()] == ['state = "review"']
    set_state(toml, "draft")
    assert 'state = "draft"' in toml.read_text(encoding="utf-8")


def test_a_final_state_and_another_file_are_refused(folder: Path, tmp_path: Path) -> None:  # noqa: F811
    with pytest.raises(AccountError) as caught:
        set_state(folder, "final")
    assert caught.value.text() == (
        "account.toml  状态 final 不能这样写；这些之一：draft、review；定稿由 qhgep finalise 从送审的工作簿写出。"
    )
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe")
    for name in ("x.toml", "none.toml"):
        with pytest.raises(AccountError) as caught:
            set_state(tmp_path / name, "review")
        assert caught.value.text() == (
            f"{name}  不是 account.toml 或 plan.toml；一份能读的 account.toml 或 plan.toml；检查路径；填报表式的方案在表里选状态。"
        )
    ran = run("--quiet", "state", folder, "review")
    assert (ran.exit_code, ran.stdout) == (0, f"已写出：{folder / 'account.toml'}\n")
