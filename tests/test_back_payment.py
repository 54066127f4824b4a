"""Paid after and taken back: what a corrected result comes to for those whom the old one paid."""

import hashlib
import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

from qhgep import allocate, back_payment, finalise, read_plan, verify_workbook, write_back_payment, write_workbook
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.rules.sequence import layers_of
from qhgep.errors import PlanError, QhgepError
from tests.support.command_line import COMMAND
from tests.support.step_plans import differences, exact_amounts, plan_text, recalculated
from tests.test_settlements import contract

PARTIES = "".join(
    f'[[recipient]]\nid = "{code}"\nzh = "{zh}"\nkind = "{kind}"\n'
    for code, zh, kind in (
        ("632200", "海北州本级", "prefecture"),
        ("632221", "门源县", "county"),
        ("632222", "祁连县", "county"),
    )
)
STEP = """\
[[step]]
id = "back"
rule = "back_payment"
issued = { "632221" = "600000.00", "632222" = "400000.00" }
due = { "632221" = "580000.25", "632222" = "450000.75" }
treasury = "632200"
recover = true
basis = "某更正通知"
"""


def paid(step: str = STEP) -> Allocation:
    return contract(step, PARTIES)


def test_what_lacks_is_paid_and_what_is_too_much_is_taken_back() -> None:
    """门源 580,000.25 - 600,000 = -19,999.75; 祁连 450,000.75 - 400,000 = 50,000.75; the prefecture bears 30,001.00."""
    found = paid()
    assert found.kind == "settlement"
    assert found.fen == {"632200": -3_000_100, "632221": -1_999_975, "632222": 5_000_075}
    assert any(
        note.startswith("少付 50000.7500 元，补发；多付 19999.7500 元，追缴；余额由 632200 承担或收回")
        for note in found.notes
    )


def test_without_recovery_the_treasury_bears_what_stays() -> None:
    found = paid(STEP.replace("recover = true", "recover = false"))
    assert found.fen == {"632200": -5_000_075, "632221": 0, "632222": 5_000_075}
    assert exact_amounts(found)["632221"] == Fraction(0)
    assert any("不追缴，由承担方负担" in note for note in found.notes)


def test_the_sum_of_a_division_changes_by_what_was_carried() -> None:
    """1,000,000 issued, 980,000 due: 20,000 more are carried, and come back to the treasury."""
    found = paid(STEP.replace('"450000.75"', '"399999.75"'))
    assert found.fen == {"632200": 2_000_000, "632221": -1_999_975, "632222": -25}


@pytest.mark.parametrize("recover", ["true", "false"])
def test_the_workbook_verifies_and_two_engines_agree(recover: str, tmp_path: Path) -> None:
    found = paid(STEP.replace("recover = true", f"recover = {recover}"))
    assert differences(recalculated(tmp_path, found), found) == []
    assert verify_workbook(write_workbook(found, tmp_path / "plan.xlsx")).same


@pytest.mark.parametrize(("old", "new", "sentence"), [
    ('treasury = "632200"', 'treasury = "632222"',
     "承担方 632222 也写了金额；issued、due 只写其余各方；承担方的数是其余各方合计的相反数；删去这一行。"),
    ('issued = { "632221" = "600000.00", "632222"', 'issued = { "632222"', "issued.632221"),
    ('"580000.25"', '"580000.255"', "due.632221"),
    ("recover = true\n", "", "recover"),
])  # fmt: skip
def test_faults_are_told_by_their_key(old: str, new: str, sentence: str) -> None:
    with pytest.raises(PlanError) as caught:
        paid(STEP.replace(old, new))
    assert sentence in caught.value.text()
    assert ("plan_treasury_amount" in {item.code for item in caught.value.problems}) == ("承担方" in sentence)


# --- from a final workbook and what corrects it to the plan --------------------------------------------


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder: the final workbook of a division of 100.00 yuan by 1, 2 and 2, and the plan with other values."""
    folder = tmp_path_factory.mktemp("issued")
    plan = folder / "plan.toml"
    plan.write_text(DIVIDED.replace('"draft"', '"review"'), encoding="utf-8")
    write_workbook(allocate(plan, require="assumed"), folder / "review.xlsx")
    finalise(folder / "review.xlsx", folder / "final.xlsx")
    plan.write_text(DIVIDED.replace('632621 = "2"', '632621 = "7"'), encoding="utf-8")
    return folder


DIVIDED = plan_text(
    '[factor.need]\nas = "share"\nevidence = "declared"\ndocument = "某年报"\n'
    'values = { 632222 = "1", 632323 = "2", 632621 = "2" }\n'
    '[[step]]\nid = "by_need"\nrule = "weighted"\nweights = { need = "1" }\nbasis = "试"\n',
    pool="100.00",
)


def test_the_plan_of_a_correction_holds_what_was_issued_and_what_is_due(issued: Path, tmp_path: Path) -> None:
    """1 : 2 : 2 of 100 is 20, 40, 40; 1 : 2 : 7 is 10, 20, 70: -10, -20, +30, together nothing."""
    found = back_payment(issued / "final.xlsx", issued / "plan.toml")
    assert found.issued == {"632222": 2000, "632323": 4000, "632621": 4000}
    assert found.due == {"632222": 1000, "632323": 2000, "632621": 7000}
    assert (sum(found.owed.values()), found.balance) == (0, 0)
    path = write_back_payment(found, tmp_path / "back.toml", treasury="630000", files=[issued / "final.xlsx"])
    with pytest.raises(PlanError) as caught:
        read_plan(path)
    assert {item.code for item in caught.value.problems} == {"plan_input_missing"}
    text = path.read_text(encoding="utf-8")
    assert hashlib.sha256((issued / "final.xlsx").read_bytes()).hexdigest() in text
    for key in ("document", "number", "article"):
        text = re.sub(rf'{key} = "missing[^"]*"', f'{key} = "某通知"', text)
    text = re.sub(r'date = "missing[^"]*"', "date = 2024-05-01", text)
    path.write_text(re.sub(r'recover = "missing[^"]*"', "recover = false", text), encoding="utf-8")
    assert allocate(path, require="assumed").fen == {"630000": -3000, "632222": 0, "632323": 0, "632621": 3000}


def test_a_plan_that_was_completed_is_never_written_over(issued: Path, tmp_path: Path) -> None:
    path = tmp_path / "back.toml"
    path.write_text("mine", encoding="utf-8")
    words = [
        "back-payment",
        str(issued / "final.xlsx"),
        str(issued / "plan.toml"),
        "--treasury",
        "630000",
        "-o",
        str(path),
    ]
    told = CliRunner().invoke(COMMAND, words)
    assert told.exit_code == 1
    assert (
        "back.toml  已经有这个文件；还没有的文件名：填好的方案不会被覆盖；换一个文件名，或先删去原来的。" in told.output
    )
    assert path.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(("old", "new", "treasury", "sentence"), [
    ("review.xlsx", "plan.toml", "630000", "review.xlsx  工作簿的状态是 “送审稿”；定稿：只有下达了的才补发、追缴；没有定稿的方案直接重做。"),
    ("final.xlsx", "contract.toml", "630000",
     "contract.toml  两个方案的性质不同（analytic 与 contract）；同一性质：法定、协议、测算的数不相减；检查文件。"),
    ("final.xlsx", "pilot", "630000", "pilot  不是资金方案；方案的工作簿或 plan.toml；检查文件；核算的更正用 corrects。"),
    ("final.xlsx", "plan.toml", "632222", "x.toml  承担方写作 632222；县表里的代码，或 代码=名称；不是两个方案里的单位；改正 --treasury。"),
    ("final.xlsx", "plan.toml", "park", "x.toml  承担方写作 park；县表里的代码，或 代码=名称；不是两个方案里的单位；改正 --treasury。"),
])  # fmt: skip
def test_what_cannot_be_is_told(old: str, new: str, treasury: str, sentence: str, issued: Path, tmp_path: Path) -> None:
    text = DIVIDED.replace('layer = "analytic"', 'layer = "contract"')
    (issued / "contract.toml").write_text(text, encoding="utf-8")
    place = Path(__file__).parent.parent / "examples" / "pilot" if new == "pilot" else issued / new

    def made() -> Path:
        return write_back_payment(back_payment(issued / old, place), tmp_path / "x.toml", treasury=treasury)

    with pytest.raises(QhgepError) as caught:
        made()
    assert caught.value.text().splitlines() == [sentence]


# --- several periods --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def periods(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two years of the division: 2023 and its correction as above, 2024 of 200.00 by 1, 2, 2 corrected to 3, 1, 1."""
    folder = tmp_path_factory.mktemp("periods")
    for year, pool, changed in ((2023, "100.00", '632621 = "7"'), (2024, "200.00", "")):
        text = re.sub(r"period = \d+", f"period = {year}", DIVIDED).replace('"100.00"', f'"{pool}"')
        plan = folder / f"{year}.toml"
        plan.write_text(text.replace('"draft"', '"review"'), encoding="utf-8")
        write_workbook(allocate(plan, require="assumed"), folder / "review.xlsx")
        finalise(folder / "review.xlsx", folder / f"{year}.xlsx")
        other = '632222 = "3", 632323 = "1", 632621 = "1"'
        new = (
            text.replace('632621 = "2"', changed)
            if changed
            else text.replace('632222 = "1", 632323 = "2", 632621 = "2"', other)
        )
        assert new != text
        plan.write_text(new, encoding="utf-8")
    return folder


def test_corrections_of_several_periods_are_steps_of_one_plan(periods: Path, tmp_path: Path) -> None:
    """2023: -10, -20, +30. 2024: 40, 80, 80 become 120, 40, 40: +80, -40, -40.

    Taken back: 70, -60, -10. Not taken back: +80, 0, +30, for what 632222 got too much in 2023 is not kept from what it is
    owed for 2024; the treasury bears 110.
    """
    files = [periods / name for name in ("2023.xlsx", "2023.toml", "2024.xlsx", "2024.toml")]
    words = ["back-payment", *map(str, files), "--treasury", "630000", "-o", str(tmp_path / "back.toml")]
    shown = CliRunner().invoke(COMMAND, words)
    assert shown.exit_code == 0, shown.output
    lines = [line.split() for line in shown.stdout.splitlines()]
    assert [line[-1] for line in lines if line[0] == "632222"] == ["-10.00", "80.00", "70.00"]
    text = (tmp_path / "back.toml").read_text(encoding="utf-8")
    for key in ("document", "number", "article"):
        text = re.sub(rf'{key} = "missing[^"]*"', f'{key} = "某通知"', text)
    for recover, expected in (
        ("true", {"630000": 0, "632222": 7000, "632323": -6000, "632621": -1000}),
        ("false", {"630000": -11000, "632222": 8000, "632323": 0, "632621": 3000}),
    ):
        path = tmp_path / f"{recover}.toml"
        text = re.sub(r'date = "missing[^"]*"', "date = 2024-05-01", text)
        path.write_text(re.sub(r'recover = "missing[^"]*"', f"recover = {recover}", text), encoding="utf-8")
        found = allocate(path, require="assumed")
        assert found.fen == expected
        assert verify_workbook(write_workbook(found, tmp_path / f"{recover}.xlsx")).same


def test_a_final_workbook_is_corrected_once(periods: Path, tmp_path: Path) -> None:
    one = back_payment(periods / "2023.xlsx", periods / "2023.toml")
    with pytest.raises(QhgepError) as caught:
        write_back_payment([one, one], tmp_path / "x.toml", treasury="630000")
    assert caught.value.text() == "x.toml  定稿 2023.xlsx 写了两次；每份定稿更正一次；删去重复的一对。"
    contract = periods / "contract.toml"
    contract.write_text(DIVIDED.replace('layer = "analytic"', 'layer = "contract"'), encoding="utf-8")
    other = replace(
        one, old=replace(one.old, id="x"), new=replace(one.new, plan=read_plan(contract), name="contract.toml")
    )
    with pytest.raises(QhgepError) as caught:
        write_back_payment([one, other], tmp_path / "x.toml", treasury="630000")
    assert "contract.toml  两个方案的性质不同（analytic 与 contract）" in caught.value.text()
    assert not (tmp_path / "x.toml").exists()


def test_files_come_in_pairs(periods: Path, tmp_path: Path) -> None:
    words = ["back-payment", str(periods / "2023.xlsx"), "--treasury", "630000", "-o", str(tmp_path / "x.toml")]
    assert CliRunner().invoke(COMMAND, words).exit_code == 2


def test_what_law_paid_out_is_corrected_under_law() -> None:
    """A settlement between governments is agreed or a scenario; a correction has the layer of what it corrects."""
    assert layers_of(["back_payment"]) == ("statutory", "contract", "analytic")
    assert layers_of(["fixed_split"]) == layers_of(["back_payment", "fixed_split"]) == ("contract", "analytic")
