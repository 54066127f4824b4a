"""What other coefficient rows would pay: one row with another value to the fen, and every row a percent higher."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from shutil import copytree

import numpy as np
import openpyxl
import pytest
from click.testing import CliRunner

from qhgep import allocate, compute, read_account, read_result
from qhgep.coefficient_store.rows import COLUMNS
from qhgep.compensation.what_if.report import all_rows_text, row_effect_text
from qhgep.compensation.what_if.rows import row_change, what_if_all_rows, what_if_rows
from qhgep.engine.draws import drawn, rows_read, scaled_cells
from qhgep.errors import PlanError
from qhgep.workbook.reports.scenario import write_all_rows
from tests.support.command_line import COMMAND
from tests.test_cli import PILOT

PLAN = PILOT / "plan.toml"
MEADOW = "RC-高寒草甸"


def test_a_row_ten_percent_higher_moves_what_the_hand_made_pack_moved() -> None:
    """Issue 18: 祁连 +323,798.12, 玛沁 +181,222.07, 玉树 −184,667.81, 天峻 −320,352.38, 泽库 0, with shares to 8 decimals.

    Here shares are not rounded, which moves some tenths of a yuan.
    """
    found = what_if_rows(PLAN, [f"{MEADOW}=+10%"])
    printed = {"632222": 32379812, "632621": 18122207, "632701": -18466781, "632823": -32035238, "632323": 0}
    assert {code: abs(found.change(code) - fen) < 50 for code, fen in printed.items()} == dict.fromkeys(printed, True)
    assert sum(found.change(code) for code in printed) == 0
    ((old, new),) = found.rows
    assert (old.value, new.value, new.origin, new.evidence) == (Decimal("8.2"), Decimal("9.02"), "chosen", "assumed")
    assert "情景测算" in row_effect_text(found)
    assert "8.2 → 9.02 %" in row_effect_text(found)
    english = row_effect_text(found, "en").splitlines()
    assert english[1:3] == [
        "　RC-高寒草甸 runoff_coefficient: 8.2 → 9.02 %",
        "code    recipient      now (CNY)     then (CNY)  change (CNY)",
    ]


def test_it_is_what_a_pack_with_that_value_pays(tmp_path: Path) -> None:
    """The row of the pilot's own table typed anew, as a bureau would do it in a file."""
    store = read_account(PILOT / "account.toml").coefficients
    row = store.row(MEADOW)
    assert row is not None
    folder = tmp_path / "pack"
    folder.mkdir()
    source = store.sources[row.source]
    (folder / "sources.toml").write_text("", encoding="utf-8")
    copytree(PILOT, tmp_path / "pilot")
    data = [",".join(COLUMNS)]
    data.append(",".join((row.row, row.key, row.region_code, row.ecosystem, row.item, str(row.start or ""), str(row.end or ""),
            "", "", "12", "", "", row.unit, source.id, f'"{row.at}"', row.origin, row.evidence, row.parents, "")))  # fmt: skip
    (folder / "water.csv").write_text("\n".join(data) + "\n", encoding="utf-8")
    typed = allocate(tmp_path / "pilot" / "plan.toml", coefficients=[folder])
    found = what_if_rows(PLAN, [f"{MEADOW}=12"])
    assert dict(found.after.fen) == dict(typed.fen)
    assert dict(found.before.fen) != dict(typed.fen)


def test_every_row_a_percent_higher_is_each_row_by_itself() -> None:
    """All rows are read together; one by one the accounts and the plan are computed anew: the same but for a unit."""
    found = what_if_all_rows(PLAN)
    moved = {row.row: changes for row, changes in found.rows} | {row.row: {} for row in found.still}
    assert set(moved) == set(rows_read(compute(read_account(PILOT / "account.toml"))))
    for row, changes in moved.items():
        alone = what_if_rows(PLAN, [f"{row}=+1%"])
        for code in alone.before.fen:
            assert abs(alone.change(code) - changes.get(code, 0)) <= 1, (row, code)
    assert MEADOW in [row.row for row, _ in found.rows]


def test_a_price_that_all_counties_share_moves_nobody_and_is_told() -> None:
    """Issue 17: a common price that moves nobody says so. Reservoir cost and carbon price are factors of every share."""
    found = what_if_all_rows(PLAN)
    assert [row.row for row in found.still] == ["GZ-05", "GZ-26"]
    assert "不改变任何单位金额的：GZ-05、GZ-26" in all_rows_text(found)
    assert all_rows_text(found, "en").endswith("a percent more changes nobody's amount: GZ-05, GZ-26")
    assert found.refused == {}


def test_the_workbook_stands_apart_and_holds_the_yuan(tmp_path: Path) -> None:
    found = what_if_all_rows(PLAN)
    path = write_all_rows(found, tmp_path / "情景.xlsx")
    sheet = openpyxl.load_workbook(path)["系数影响"]
    texts = [str(cell.value) for line in sheet.iter_rows() for cell in line if cell.value is not None]
    assert "情景测算，不作为资金分配依据" in texts
    (line,) = [line for line in sheet.iter_rows() if line[0].value == MEADOW]
    assert [cell.value for cell in line[6:11]] == [found.rows[0][1][item.id] / 100 for item in found.before.recipients]
    again = write_all_rows(found, tmp_path / "again.xlsx")
    assert again.read_bytes() == path.read_bytes()


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        ("GZ-26", "whatif_row_text", "--row “GZ-26” 看不懂；系数行=新值，如 GZ-26=418"),
        ("GZ-26=10%", "whatif_row_text", "或 系数行=±百分之几，如 GZ-26=+10%"),
        ("GZ-26=1e3", "whatif_row_text", "看不懂"),
        ("GZ-62=1", "whatif_row_unknown", "没有 “GZ-62” 这一行；方案的核算所用系数库的行，相近的：GZ-"),
    ],
)
def test_a_change_that_is_none_is_refused(text: str, code: str, told: str) -> None:
    with pytest.raises(PlanError) as caught:
        what_if_rows(PLAN, [text])
    (found,) = caught.value.problems
    assert found.code == code
    assert told in found.text()


def test_a_row_named_twice_is_refused() -> None:
    with pytest.raises(PlanError, match="--row 把 GZ-26 写了两次；每行系数一个新值；留下一个"):
        what_if_rows(PLAN, ["GZ-26=1", "GZ-26=2"])


def test_a_row_that_no_account_reads_moves_nobody_and_is_named() -> None:
    found = what_if_rows(PLAN, ["RRC-竹林=+50%"])
    assert found.unread == ("RRC-竹林",)
    assert not any(found.change(code) for code in found.before.fen)
    assert "方案的核算没有用到：RRC-竹林" in row_effect_text(found)


def test_a_factor_over_the_common_coverage_is_not_drawn(tmp_path: Path) -> None:
    copytree(PILOT, tmp_path / "pilot")
    path = tmp_path / "pilot" / "plan.toml"
    text = path.read_text(encoding="utf-8").replace(
        'of = "gep.water_value_total"\nas = "share"\npartial = "accept"',
        'of = "gep.water_value_total"\nas = "share"\ncoverage = "common"',
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match="只按各县共有部分取数，不能逐行试算"):
        what_if_all_rows(path)


def test_the_command_line_tries_rows_and_refuses_questions_that_do_not_go_together(tmp_path: Path) -> None:
    runner = CliRunner()
    book, data = tmp_path / "rows.xlsx", tmp_path / "rows.json"
    done = runner.invoke(COMMAND, ["what-if", str(PLAN), "--all-rows", "-o", str(book), "--json", str(data)])
    assert done.exit_code == 0, done.output
    assert book.is_file()
    assert read_result(data).body.still == ("GZ-05", "GZ-26")
    one = runner.invoke(COMMAND, ["what-if", str(PLAN), "--row", f"{MEADOW}=+10%"])
    assert "+323,798.13" in one.output
    assert runner.invoke(COMMAND, ["what-if", str(PLAN), "--row", "a=1", "--all-rows"]).exit_code == 2
    assert runner.invoke(COMMAND, ["what-if", str(PLAN), "--more", "1.00", "-o", str(book)]).exit_code == 2


def test_changes_are_exact_decimals() -> None:
    """8.2 x 110 % = 9.02; 0.123 x 99.5 % = 0.122385."""
    assert row_change("a=+10%").applied(Decimal("8.2")) == Decimal("9.02")
    assert row_change("a=-0.5%").applied(Decimal("0.123")) == Decimal("0.122385")
    assert row_change("a=-3").applied(Decimal(5)) == Decimal(-3)
    assert row_change("x=y=+10%").row == "x=y"
    assert row_change("a=+10%").times == Fraction(11, 10)


@pytest.mark.parametrize("name", ["account.toml", "account-general.toml"])
def test_an_account_drawn_as_it_is_is_the_account_to_the_last_bit(name: str) -> None:
    result = compute(read_account(PILOT / name))
    cells = {
        quantity: (held.present, 1.0) for quantity, held in result.values.items()
        if "!" not in quantity and held.source is not None and (held.source >= 0).any()
    }  # fmt: skip
    found = drawn(result, scaled_cells(result, [cells, cells]))
    assert not found.broken.any()
    assert len(found.values) > len(cells)
    for quantity, array in found.values.items():
        expected = result.values[quantity].value
        assert np.array_equal(np.broadcast_to(array, (2, *expected.shape))[1], expected, equal_nan=True), quantity
    period = result.only_period()
    for county in result.account.counties:
        total = result.value("accounted_total", county=county.code).value
        assert found.county("accounted_total", county.code, period)[0] == pytest.approx(total, rel=1e-14)


def test_a_row_of_policy_is_told_for_what_it_is() -> None:
    """It was said that the store has no such row."""
    with pytest.raises(PlanError) as caught:
        what_if_rows(PLAN.with_name("comprehensive.toml"), ["P026=13"])
    assert str(caught.value) == (
        "--row  P026 是方案自己引用的政策参数行，不是核算的系数行；核算所用系数库的行；"
        "在系数包的 compensation 里写这一行的新值，再 allocate --coefficients 该包。"
    )
