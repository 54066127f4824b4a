"""Factors that a plan states itself, and the invented basin of two years that divides by them."""

import hashlib
import json
from fractions import Fraction
from pathlib import Path

import pytest

from qhgep import allocate, read_result, verify_workbook, write_workbook
from qhgep.compensation.allocation import Allocation
from qhgep.errors import PlanError
from qhgep.result_files.write import result_file
from qhgep.workbook.correction.compare import diff
from qhgep.workbook.reports.difference import write_difference
from tests.support.books import Made, compared
from tests.support.step_plans import CODES, plan_text, run_text, told
from tests.witness import formualizer

BASIN = Path(__file__).parent.parent / "examples" / "basin-fictional"
STATED = """\
[factor.water]
zh = "供水量"
values = { "632222" = "1.5", "632323" = "0", "632621" = "0.5" }
unit = "亿m3/a"
as = "share"
evidence = "declared"
document = "某函〔2023〕7号 附表"
declared_by = "青海省水利厅"
number = "青水函〔2023〕7号"
date = 2023-01-31
[[step]]
id = "divide"
rule = "weighted"
weights = { water = "1" }
basis = "第三条"
"""
AT = 14
"""The line of [factor.water] in the file."""


def one(text: str = STATED, layer: str = "statutory") -> Allocation:
    return run_text(plan_text(text, layer=layer))


def test_a_stated_factor_divides_like_one_of_an_account_in_the_unit_it_is_printed_in() -> None:
    """1.5 : 0 : 0.5 of 1,000.00 yuan; 1.5 亿 m³ are 150,000,000 m³; the stated zero is a zero."""
    found = one()
    assert [found.fen[code] for code in CODES] == [75_000, 0, 25_000]
    factor = found.factors["water"]
    assert (factor.quantity.zh, str(factor.quantity.unit)) == ("供水量", "m**3/year")
    assert factor.figures["632222"].value == Fraction(150_000_000)
    assert {(figure.evidence, figure.origin) for figure in factor.figures.values()} == {("declared", "stated")}
    assert (factor.origin_text, factor.basis) == ("由方案填报", "某函〔2023〕7号 附表")


def test_a_recipient_that_is_not_listed_is_missing_and_no_zero() -> None:
    error = told(plan_text(STATED.replace(', "632621" = "0.5"', ""), layer="statutory"))
    assert (
        str(error)
        == "plan.toml:14  玛沁县（632621）的因素 water 没有值（缺）；每个领款单位都有值；补齐数据，或调整领款单位。"
    )


def test_weak_evidence_is_refused_by_name_in_a_statutory_plan() -> None:
    error = told(plan_text(STATED.replace('"declared"', '"assumed"'), layer="statutory"))
    assert [item.code for item in error.problems] == ["plan_typed_evidence"]
    assert "有 1 处证据不够（最弱：假定）：factor.water；申报或更强" in str(error)
    assert one(STATED.replace('"declared"', '"assumed"'), "analytic").fen["632222"] == 75_000


@pytest.mark.parametrize(("old", "new", "code", "says"), [
    ('evidence = "declared"\n', "", "plan_factor_document",
     ('因素 water 由方案填报，没有写 evidence 或 document；证据等级和出处（文件、文号或表）；补上；'
     '没有文件的写 evidence = "assumed" 并说明由谁给出。')),
    ('zh = "供水量"\n', 'zh = "供水量"\nof = "gep.area"\n', "plan_factor_source",
     "因素 water 的 of 和 values 都写了或都没有写；取自核算（of），或由方案填报（values），二者之一；留下一种。"),
    ('values = { "632222" = "1.5", "632323" = "0", "632621" = "0.5" }', 'of = "gep.area"', "plan_factor_own",
     "因素 water 取自核算，却写了 unit、zh、evidence 或 document；这些键只用于由方案填报的因素（values）；删去它们。"),
])  # fmt: skip
def test_what_a_stated_factor_lacks_or_has_too_much_is_told(old: str, new: str, code: str, says: str) -> None:
    error = told(plan_text(STATED.replace(old, new), layer="statutory"))
    found = next(item for item in error.problems if item.code == code)
    assert found.text() == f"plan.toml:{AT}  {says}"


def test_an_unknown_unit_and_a_number_that_is_none_are_told_with_their_lines() -> None:
    text = plan_text(STATED.replace('"亿m3/a"', '"坛"').replace('"1.5"', '"一点五"'), layer="statutory")
    assert [(item.code, item.where) for item in told(text).problems] == [
        ("unit_unlike", "plan.toml:17"), ("plan_parameter_text", "plan.toml:16"),
    ]  # fmt: skip


# --- the basin ------------------------------------------------------------------------------------


def test_the_basin_of_2022_by_hand() -> None:
    """Shares of 8 digits: quality 90/400 …, conservation 42/80 …, management 80/450 …; scores in 10^-10.

    V01: 0.4·0.225 + 0.4·0.525 + 0.2·0.17777778 = 0.335555556, times 1.2 = 0.4026666672; V03 likewise 0.3153333336;
    V02 0.167222222, V04 0.125, V05 0.109444444; their sum is 1.119666666. Of 2,970,000 units of 100 yuan the exact parts
    are 1,068,103.60, 443,569.51, 836,445.37, 331,571.90 and 290,309.61: three units are left, for V04, V05 and V01.
    Half of V04's 331,572 units is taken and carried.
    """
    scores = [
        Fraction(4026666672, 10**10),
        Fraction(167222222, 10**9),
        Fraction(3153333336, 10**10),
        Fraction(1, 8),
        Fraction(109444444, 10**9),
    ]
    exact = [2_970_000 * score / sum(scores) for score in scores]
    assert [round(float(item), 2) for item in exact] == [1068103.6, 443569.51, 836445.37, 331571.9, 290309.61]
    found = allocate(BASIN / "2022.toml")
    units = {code: amount // 10_000 for code, amount in found.fen.items()}
    assert units == {"V01": 1_068_104, "V02": 443_569, "V03": 836_445, "V04": 331_572 // 2, "V05": 290_310}
    assert found.carried == 331_572 // 2 * 10_000
    assert sum(found.fen.values()) + found.carried == 29_700_000_000


def test_the_json_in_the_folder_is_what_the_plan_of_2022_gives_and_its_hash_is_in_that_of_2023() -> None:
    """Version 1 of the JSON wrote it, and the plan of 2023 names its hash: it stays as it is."""
    text = (BASIN / "2022.json").read_bytes()
    assert json.loads(text)["schema"] == 1
    assert read_result(BASIN / "2022.json").body == result_file(allocate(BASIN / "2022.toml")).body
    assert hashlib.sha256(text).hexdigest() in (BASIN / "2023.toml").read_text(encoding="utf-8")


def test_in_2023_what_was_carried_is_in_the_pool_and_another_county_is_cut() -> None:
    """297,000,000.00 + 16,578,600.00 = 313,578,600.00; V05 gets half of its part, and the other half goes on to 2024."""
    found = allocate(BASIN / "2023.toml")
    assert found.pool == 29_700_000_000 + 1_657_860_000
    assert sum(found.fen.values()) + found.carried == found.pool
    assert found.carried - found.fen["V05"] in {0, 10_000}
    assert any("上期结转 16578600.00 元" in note for note in found.notes)


def test_a_carried_amount_that_the_year_before_did_not_carry_is_refused(tmp_path: Path) -> None:
    for name in ("2022.json", "2023.toml"):
        (tmp_path / name).write_bytes((BASIN / name).read_bytes())
    text = (tmp_path / "2022.json").read_text(encoding="utf-8")
    (tmp_path / "2022.json").write_text(text.replace("1657860000", "1657860001"), encoding="utf-8")
    with pytest.raises(PlanError) as error:
        allocate(tmp_path / "2023.toml")
    assert [item.code for item in error.value.problems] == ["plan_carry_hash"]


@pytest.mark.parametrize("year", ["2022", "2023"])
def test_the_workbooks_of_the_basin_recalculate_and_verify(year: str, tmp_path: Path) -> None:
    made = Made(year, allocate(BASIN / f"{year}.toml"), None)
    path = write_workbook(made.made, tmp_path / "x.xlsx")
    assert compared(made, formualizer.recalculate(path)).differing == []
    assert verify_workbook(path).same


def test_the_difference_of_the_two_years_shows_what_is_carried_with_its_bridge(tmp_path: Path) -> None:
    """Carried: 16,578,600.00 in 2022 and what half of V05 is in 2023; the steps between add up, recalculated by another program."""
    found = diff(BASIN / "2022.toml", BASIN / "2023.toml")
    carried = next(one for one in found.rest if one.name == "carried")
    after = allocate(BASIN / "2023.toml").carried
    assert (carried.old, carried.new) == (Fraction(1_657_860_000, 100), Fraction(after, 100))
    assert carried.old + sum(step.rest["carried"] for step in found.bridge) == carried.new
    path = write_difference(found, tmp_path / "d.xlsx")
    values = formualizer.recalculate(path)
    rests = {cell: value for (sheet, cell), value in values.items() if sheet == "结转留存缺口" and cell.endswith("7")}
    last = max(rests, key=lambda cell: (len(cell), cell))
    assert abs(float(rests[last])) < 1e-6  # type: ignore[arg-type] # a number
