"""decide() and set_state(): what a person types into 决定.xlsx and account.toml, written by a program, and nothing else changed."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from qhgep import compute, decide, list_decisions, read_account, set_state
from qhgep.account.decision_book import FILE, METHOD, ROW, DecisionLine
from qhgep.account.schema import OPEN
from qhgep.errors import AccountError, InputError
from qhgep.preparation.decide import Choice, lines_of
from qhgep.preparation.start import start
from qhgep.workbook.reports.decision_book import decision_book
from tests.support.accounts import Line, table
from tests.test_cli import run
from tests.test_decisions_on_a_sheet import MEADOW, WHO_DECIDED, begun, filled, folder  # noqa: F401 - fixtures
from tests.test_start import LINES

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


# --- what a choice opens ------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole_county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented county as a table, its decisions on a sheet; no test changes it."""
    place = tmp_path_factory.mktemp("county")
    table = Path(__file__).parent.parent / "examples" / "whole-county" / "inputs.csv"
    return start([table], place / "账户", on=DAY, ruleset="county-general", sheet=True, declared=["990101=样县"]).folder


@pytest.mark.long
def test_a_choice_below_another_is_listed_with_it(whole_county: Path) -> None:
    """Soil kept is worth its silt and its nutrients: how nutrients are valued is open only with that, and listed from the start."""
    lines = {line.code: line for line in lines_of(whole_county)[1].values() if line.kind == "方法"}
    assert [code for code, _ in lines["soil_retention_value"].choices] == ["silt_and_nutrients", "fixing_and_fertility"]
    assert [code for code, _ in lines["nutrient_value"].choices] == [
        "removal_cost", "fertiliser_price", "pure_nutrient_price", "nutrient_price",
    ]  # fmt: skip
    assert "wind_vegetation_factor" not in lines  # sand is stated: no method of it is open, nor what it would need


@pytest.mark.long
def test_what_a_choice_opens_follows_the_lines_that_stay(whole_county: Path, tmp_path: Path) -> None:
    """A reservoir by its yearly cost needs a rate and a life; fixing soil needs moving it, its organic matter and the price of that."""
    place = Path(shutil.copytree(whole_county, tmp_path / "账户"))
    chosen = {
        row_of(place, "soil_retention_value"): Choice("fixing_and_fertility", "甲"),
        row_of(place, "nutrient_value"): Choice("pure_nutrient_price", "乙"),
        row_of(place, "water_value_total"): Choice("annual_cost", "丙"),
    }
    decide(place, chosen, decided_by=WHO_DECIDED, on=DAY)
    before = lines_of(place)[1]
    assert list_decisions(place) == 5
    after = lines_of(place)[1]
    assert {row: after[row] for row in before} == before
    assert [(line.kind, line.code, line.choice) for row, line in after.items() if row not in before] == [
        ("系数", "discount_rate", ""), ("系数", "reservoir_life", ""), ("系数", "earth_moving_cost", ""),
        ("系数", "soil_organic_matter_content", ""), ("系数", "organic_matter_price", ""),
    ]  # fmt: skip
    content = (place / FILE).read_bytes()
    ran = run("--quiet", "decide", place, "--list")
    assert (ran.exit_code, ran.stdout) == (0, "新列出 0 项判断\n")
    assert (place / FILE).read_bytes() == content


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "没有写决定什么；写 --set 行=选择=理由，或用 --list 列出新出现的判断"),
        (("--set", "5=x=y", "--date", "2026-11-20"), "判断要有决定人和日期；--by 单位和姓名 --date 2026-11-28"),
        (("--set", "5=x=y", "--by", "张三"), "判断要有决定人和日期；--by 单位和姓名 --date 2026-11-28"),
    ],
)
def test_the_verb_wants_a_decision_with_who_and_when_or_a_list(folder: Path, words: tuple[str, ...], told: str) -> None:  # noqa: F811
    ran = run("decide", folder, *words)
    assert ran.exit_code == 2
    assert told in ran.stderr


@pytest.mark.long
def test_what_is_said_not_to_apply_is_a_line_of_the_sheet_and_a_gap_until_somebody_admits_it(tmp_path: Path) -> None:
    """60,000 hm² of forest without production by the form: admitted on the sheet the account may be reviewed, and is whole."""
    nothing = Line(
        "net_ecosystem_productivity", "", "", county="632222", first="2022", ecosystem="forest",
        presence="not_applicable", note="没有测",
    )  # fmt: skip
    whole = [one if one.quantity != "county_area" else replace(one, value="1382370") for one in LINES]
    (tmp_path / "祁连县.csv").write_text(table((*whole, nothing)), encoding="utf-8")
    made = start([tmp_path / "祁连县.csv"], tmp_path / "账户", on=DAY, ruleset="county-general", sheet=True)
    assert "[[not_applicable]]" not in (made.folder / "account.toml").read_text("utf-8")
    row = row_of(made.folder, "net_ecosystem_productivity", "forest")
    line = lines_of(made.folder)[1][row]
    assert (line.kind, line.choice, line.reason, line.decided_by) == (
        "不适用",
        "不适用",
        "填报单位注明：没有测",
        "待定",
    )
    assert line.what == "净生态系统生产力填报为“不适用”（祁连县.csv:12：森林）：是否认可"
    gap = made.result.value("carbon_dioxide_fixed_total", county="632222").partial
    assert gap is not None
    assert gap.missing == ("forest",)
    decide(made.folder, {row: Choice("不适用", "没有监测")}, decided_by=WHO_DECIDED, on=DAY)
    account = read_account(made.folder)
    assert [(item.quantity, item.ecosystems, item.counties, item.is_open) for item in account.not_applicable] == [
        ("net_ecosystem_productivity", ("forest",), (), False)
    ]
    assert compute(account).value("carbon_dioxide_fixed_total", county="632222").partial is None
    assert list_decisions(made.folder) == 0


def test_a_long_list_is_printed_once_and_what_is_decided_is_counted_apart(tmp_path: Path) -> None:
    """Six choices of two lines: the second names the row of the first, and reads back with all of them."""
    rows = tuple((f"R-{number}", "一行") for number in range(6))
    lines = [
        DecisionLine(ROW, "甲", rows, "runoff_coefficient", "forest", "", "R-1", "理由", "张三", "2026-11-20"),
        DecisionLine(ROW, "乙", rows, "runoff_coefficient", "grassland"),
        DecisionLine(METHOD, "丙", rows[:2], "water_yield", "", "", "R-0", "只有一种", OPEN),
    ]
    place = tmp_path / "决定.xlsx"
    place.write_bytes(decision_book(lines, "甲县", DAY))
    page = load_workbook(place)["决定"]
    assert page["B3"].value == "共 3 项，已决定 1 项，有建议待认可 1 项"
    assert str(page["C5"].value).count("R-") == 6
    assert page["C6"].value == "备选 6 项，与第 5 行相同，从选择格的列表里选。"
    assert list(lines_of(place)[1].values()) == lines
