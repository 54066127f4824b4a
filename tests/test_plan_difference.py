"""What changed between two plans: the bridge by hand and exact to the fen, what is not compared, and the workbook."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from qhgep import allocate, write_workbook
from qhgep.compensation.allocation import Allocation
from qhgep.difference import Change, ComparedPlace, Difference
from qhgep.difference.report import difference_text
from qhgep.difference.result import PLAN_ORDER, Rest
from qhgep.errors import PlanError, WorkbookError
from qhgep.units import unit
from qhgep.workbook.correction.compare import diff
from qhgep.workbook.plan.record import Recorded, RecordedValue
from qhgep.workbook.reports.difference import write_difference
from tests.support.books import EXAMPLE, book, compared
from tests.support.result_bodies import body
from tests.test_difference import _Sheets
from tests.test_plan_decisions import PLAN
from tests.witness import formualizer

QILIAN, ZEKOG, MAQEN = "632222", "632323", "632621"
Values = Mapping[str, float]
HALF: Values = {QILIAN: 1.0, ZEKOG: 3.0}
TEXT = PLAN.format(water="", area="")


def planned(folder: Path, text: str = TEXT, water: Values = HALF, area: Values = HALF) -> Allocation:
    """The allocation of a plan over two factors of equal weight."""
    folder.mkdir(exist_ok=True)
    path = folder / "plan.toml"
    path.write_text(text, encoding="utf-8")
    figures = {
        (name, code): RecordedValue(value, unit(of), "value", "computed", "published", None)
        for name, of, values in (("water_value_total", "CNY/year", water), ("county_area", "ha", area))
        for code, value in values.items()
    }
    results = {"gep": Recorded(figures, "0123456789abcdef", date(2026, 11, 22))}
    return allocate(path, results=results, inside=folder.parent)


def steps(found: Difference) -> dict[tuple[str, ...], dict[str, str]]:
    """The bridge as yuan text: kinds -> recipient -> yuan."""
    return {
        step.kinds: {place.code: f"{float(amount):+.2f}" for place, amount in step.amounts.items()} for step in found.bridge
    }  # fmt: skip


def closes(found: Difference) -> bool:
    """Whether the lines add up for every recipient, exactly, in whole fen."""
    whole = all((step.amounts[place] * 100).denominator == 1 for step in found.bridge for place in found.old)
    return whole and all(
        sum((step.amounts[place] for step in found.bridge), Fraction(0)) == found.new[place] - found.old[place]
        for place in found.old
    )


# --- by hand: 1000 yuan, shares of 1/4 and 3/4 in both factors ---------------------------------------


def test_a_plan_does_not_differ_from_itself(tmp_path: Path) -> None:
    made = planned(tmp_path)
    found = diff(made, made)
    assert (found.same, found.lines, found.bridge) == (True, (), ())
    assert found.old == {ComparedPlace(QILIAN): 250, ComparedPlace(ZEKOG): 750}


def test_twice_the_pool_is_as_much_again_for_each(tmp_path: Path) -> None:
    found = diff(planned(tmp_path / "a"), planned(tmp_path / "b", TEXT.replace('"1000.00"', '"2000.00"')))
    assert found.lines == (Change("pool", "pool", "1000.00", "2000.00"),)
    assert steps(found) == {("pool",): {QILIAN: "+250.00", ZEKOG: "+750.00"}}


def test_a_figure_and_the_pool_are_two_lines_the_figure_first(tmp_path: Path) -> None:
    """Water 3 and 3: half and half; with the area 0.5 x 1/2 + 0.5 x 1/4 = 3/8. Then twice the pool."""
    new = planned(tmp_path / "b", TEXT.replace('"1000.00"', '"2000.00"'), {QILIAN: 3.0, ZEKOG: 3.0})
    found = diff(planned(tmp_path / "a"), new)
    assert found.lines == (
        Change("pool", "pool", "1000.00", "2000.00"),
        Change("figures", f"gep water_value_total {QILIAN}", "1.0 CNY/year", "3.0 CNY/year"),
    )
    assert steps(found) == {
        ("figures",): {QILIAN: "+125.00", ZEKOG: "-125.00"}, ("pool",): {QILIAN: "+375.00", ZEKOG: "+625.00"},
    }  # fmt: skip
    assert closes(found)
    assert body(found)["places"][0]["difference"] == {"yuan": 500.0, "exact": "500", "fen": 50000}


def test_another_weight_is_a_line_of_the_steps(tmp_path: Path) -> None:
    """The water 3 and 1, weighing 0.9: 0.9 x 3/4 + 0.1 x 1/4 = 0.7, before 0.5 x 3/4 + 0.5 x 1/4 = 0.5."""
    water = {QILIAN: 3.0, ZEKOG: 1.0}
    text = TEXT.replace('water = "0.5", area = "0.5"', 'water = "0.9", area = "0.1"')
    found = diff(planned(tmp_path / "a", water=water), planned(tmp_path / "b", text, water))
    assert [(line.kind, line.what) for line in found.lines] == [
        ("steps", "step.divide.weights.area"), ("steps", "step.divide.weights.water"),
    ]  # fmt: skip
    assert steps(found) == {("steps",): {QILIAN: "+200.00", ZEKOG: "-200.00"}}


def test_a_recipient_that_is_new_takes_from_the_others_and_stands_beside(tmp_path: Path) -> None:
    """Shares of 1, 3 and 4 eighths; the two that both plans have get half of what they had."""
    more = {**HALF, MAQEN: 4.0}
    new = planned(tmp_path / "b", TEXT.replace(f'"{ZEKOG}"]', f'"{ZEKOG}", "{MAQEN}"]'), more, more)
    found = diff(planned(tmp_path / "a"), new)
    assert found.lines == (Change("recipients", f"recipients.{MAQEN}", "-", MAQEN),)
    assert steps(found) == {("recipients",): {QILIAN: "-125.00", ZEKOG: "-375.00"}}
    assert [(one.side, one.place.code, one.amount) for one in found.beside] == [("b", MAQEN, 500)]
    back = diff(new, planned(tmp_path / "c"))
    assert steps(back) == {("recipients",): {QILIAN: "+125.00", ZEKOG: "+375.00"}}
    assert [one.side for one in back.beside] == ["a"]


def test_whole_yuan_are_a_line_of_the_rounding(tmp_path: Path) -> None:
    """1001.50 yuan: 250.38 (half up by the largest remainder) and 751.12, or 250 and 751 of 1001 whole yuan."""
    text = TEXT.replace('"1000.00"', '"1001.50"')
    found = diff(planned(tmp_path / "a", text), planned(tmp_path / "b", text.replace('"fen"', '"yuan"')))
    old, new = ({code: int(amount * 100) for (code, _), amount in side.items()} for side in (found.old, found.new))
    assert sum(old.values()) == 100150
    assert new == {QILIAN: 25000, ZEKOG: 75100}
    assert [step.kinds for step in found.bridge] == [("rounding",)]
    assert closes(found)


FLOOR = '[[step]]\nid = "floor"\nrule = "floor"\namounts = {{ "{code}" = "600.00" }}\n'


def test_a_recipient_and_its_floor_go_in_one_line_that_says_why(tmp_path: Path) -> None:
    more = {**HALF, MAQEN: 4.0}
    three = TEXT.replace(f'"{ZEKOG}"]', f'"{ZEKOG}", "{MAQEN}"]') + FLOOR.format(code=MAQEN)
    found = diff(planned(tmp_path / "a", three, more, more), planned(tmp_path / "b"))
    (step,) = found.bridge
    assert step.kinds == ("recipients", "steps")
    assert step.reason.startswith("不能单独复算：")
    assert MAQEN in step.reason
    assert steps(found)["recipients", "steps"] == {QILIAN: "+150.00", ZEKOG: "+450.00"}  # of 400 they had 100 and 300


def test_a_factor_and_its_weight_go_in_one_line(tmp_path: Path) -> None:
    text = TEXT.replace("[factor.area]\nof", "[factor.land]\nof").replace("area = ", "land = ")
    (step,) = diff(planned(tmp_path / "a"), planned(tmp_path / "b", text)).bridge
    assert step.kinds == ("factors", "steps")
    assert set(step.amounts.values()) == {Fraction(0)}


def test_words_budget_and_evidence_are_changes_without_a_line(tmp_path: Path) -> None:
    text = (
        TEXT.replace('title = "试"', 'title = "另"').replace('"draft"', '"review"')
        + '[budget]\nproject_code = "63-1"\n'
    )
    found = diff(planned(tmp_path / "a"), planned(tmp_path / "b", text))
    assert found.lines == (
        Change("state", "state", "测算稿", "送审稿"), Change("title", "title", "试", "另"),
        Change("basis", "budget.project_code", "-", "63-1"),
    )  # fmt: skip
    assert found.bridge == ()
    assert not found.same


DEDUCTED = '[[step]]\nid = "taken"\nrule = "deduction"\nshares = {{ "632323" = "{share}" }}\nbasis = "试"\n'


def test_what_is_carried_over_and_kept_back_has_its_lines_too(tmp_path: Path) -> None:
    """750 less a fifth is 600, 150 carried; less a tenth 675, 75 carried. Then 2000 in the pool: twice as much of each."""
    new = (TEXT + DEDUCTED.format(share="0.1")).replace('"1000.00"', '"2000.00"')
    found = diff(planned(tmp_path / "a", TEXT + DEDUCTED.format(share="0.2")), planned(tmp_path / "b", new))
    assert steps(found) == {
        ("steps",): {QILIAN: "+0.00", ZEKOG: "+75.00"}, ("pool",): {QILIAN: "+250.00", ZEKOG: "+675.00"},
    }  # fmt: skip
    assert found.rest == (Rest("carried", Fraction(150), Fraction(150)),)
    assert [step.rest["carried"] for step in found.bridge] == [-75, 75]
    assert closes(found)
    (line,) = body(found)["rest"]
    assert (line["line"], line["difference"]["fen"], [step["fen"] for step in line["steps"]]) == (
        "carried",
        0,
        [-7500, 7500],
    )
    assert "*       结转" in difference_text(found, "zh")
    assert "carried over" in difference_text(found, "en")


def test_whole_yuan_keep_a_residue_back_and_every_state_adds_up_to_its_pool(tmp_path: Path) -> None:
    """Of 1001.50 yuan in whole yuan 0.50 are kept back: the recipients lose 0.50 together."""
    text = TEXT.replace('"1000.00"', '"1001.50"')
    found = diff(planned(tmp_path / "a", text), planned(tmp_path / "b", text.replace('"fen"', '"yuan"')))
    assert found.rest == (Rest("retained", Fraction(0), Fraction(1, 2)),)
    assert [(step.kinds, step.total, step.rest["retained"]) for step in found.bridge] == [
        (("rounding",), Fraction(-1, 2), Fraction(1, 2))
    ]


def test_the_kinds_are_replaced_in_the_declared_order() -> None:
    assert PLAN_ORDER == ("figures", "recipients", "factors", "steps", "pool", "rounding")


# --- what is not comparable ----------------------------------------------------------------------------


def refused(old: Allocation, new: Allocation) -> str:
    with pytest.raises(PlanError) as error:
        diff(old, new)
    return str(error.value)


def test_plans_of_two_layers_are_an_error_with_the_coverage(tmp_path: Path) -> None:
    basis = '[basis]\ndocument = "某协议"\nnumber = "1"\narticle = "第一条"\ndate = 2023-03-01\n'
    contract = planned(
        tmp_path / "b", TEXT.replace('"analytic"', '"contract"').replace("[accounts]", f"{basis}[accounts]")
    )
    assert refused(planned(tmp_path / "a"), contract) == (
        "试 ↔ 试  两个方案的层次不同：analytic 与 contract。范围：层次（只在旧 analytic，只在新 contract） 期间（共同 2023） "
        "受偿单位（共同 祁连县、泽库县）；同一层次的方案；不比较不同层次的金额。"
    )


def test_plans_without_a_common_recipient_are_an_error_with_the_coverage(tmp_path: Path) -> None:
    other = {MAQEN: 1.0}
    new = planned(tmp_path / "b", TEXT.replace(f'["{QILIAN}", "{ZEKOG}"]', f'["{MAQEN}"]'), other, other)
    assert refused(planned(tmp_path / "a"), new) == (
        "试 ↔ 试  没有可比的内容。范围：层次（共同 analytic） 期间（共同 2023） 受偿单位（只在旧 祁连县、泽库县，只在新 玛沁县）；"
        "至少一个共同的期间、县（单位）和两边都有值的指标；检查是不是要比较的两个文件；各是不同一期的，加 --period 旧 新。"
    )


# --- files ------------------------------------------------------------------------------------------


def test_a_workbook_does_not_differ_from_the_plan_it_was_written_from(tmp_path: Path) -> None:
    file = tmp_path / "plan.xlsx"
    file.write_bytes(book("plan").data)
    for sides in ((file, EXAMPLE / "plan.toml"), (EXAMPLE / "plan.toml", file), (file, book("plan").allocation)):
        found = diff(*sides)
        assert (found.same, found.lines) == (True, ())
        assert found.ids[0] == found.ids[1]


def test_a_folder_without_an_account_stands_for_its_plan(tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    (folder / "of").mkdir(parents=True)
    for name in ("account.toml", "inputs.csv"):
        (folder / "of" / name).write_bytes((EXAMPLE / name).read_bytes())
    text = (EXAMPLE / "plan.toml").read_text(encoding="utf-8").replace("account.toml", "of/account.toml")
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    assert [line.what for line in diff(EXAMPLE / "plan.toml", folder).lines] == ["accounts.gep"]


def test_the_workbook_recalculates_and_closes(tmp_path: Path) -> None:
    water = {QILIAN: 2.0, ZEKOG: 5.0}
    new = planned(tmp_path / "b", TEXT.replace('"1000.00"', '"3333.33"'), water)
    old = write_workbook(planned(tmp_path / "a"), tmp_path / "old.xlsx")
    found = diff(old, new)
    path = write_difference(found, tmp_path / "d.xlsx")
    assert compared(_Sheets(found), formualizer.recalculate(path)).differing == []  # type: ignore[arg-type] # sheets alone


# --- properties ---------------------------------------------------------------------------------------


def random_plan(draw: Random, folder: Path) -> Allocation:
    codes = [code for code in (QILIAN, ZEKOG, MAQEN) if draw.random() < 0.8] or [ZEKOG]
    water, area = ({code: draw.randrange(1, 10**6) / 7 for code in codes} for _ in range(2))
    share = draw.randrange(0, 101)
    text = TEXT.replace(f'["{QILIAN}", "{ZEKOG}"]', "[" + ", ".join(f'"{code}"' for code in codes) + "]")
    weights = f'water = "{share // 100}.{share % 100:02d}", area = "{(100 - share) // 100}.{(100 - share) % 100:02d}"'
    text = text.replace('water = "0.5", area = "0.5"', weights)
    text = text.replace('"1000.00"', f'"{draw.randrange(10**4, 10**9)}.{draw.randrange(100):02d}"')
    text = text.replace('"fen"', f'"{draw.choice(("fen", "yuan", "100yuan"))}"')
    if draw.random() < 0.5:
        text += FLOOR.format(code=draw.choice(codes))
    return planned(folder, text, water, area)


@pytest.mark.long
@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_the_bridge_of_two_random_plans_closes_to_the_fen_both_ways(seed: int) -> None:
    draw = Random(seed)
    with TemporaryDirectory() as place:
        old, new = (random_plan(draw, Path(place) / name) for name in ("a", "b"))
    assert diff(old, old).same
    if not set(old.fen) & set(new.fen):
        return
    there, back = diff(old, new), diff(new, old)
    assert closes(there)
    assert closes(back)
    assert there.total == -back.total
    for (code, _), amount in there.old.items():
        assert amount == Fraction(old.fen[code], 100)
    kinds = [kind for step in there.bridge for kind in step.kinds]
    assert kinds == [kind for kind in PLAN_ORDER if kind in kinds]


def test_a_workbook_that_was_typed_over_is_not_compared_as_if_it_were_not(tmp_path: Path) -> None:
    """Its record is the old one: a difference of none would be untrue."""
    file = tmp_path / "typed.xlsx"
    file.write_bytes(book("plan").data)
    copy = load_workbook(file)
    copy["参数"]["C5"].value = 200000000
    copy.save(file)
    with pytest.raises(WorkbookError) as error:
        diff(file, book("plan").allocation)
    assert str(error.value) == (
        "typed.xlsx  有 1 处与其记录不符：参数!C5；与记录相同的工作簿：比较的是记录，不是改过的单元格；"
        "先用 qhgep verify 看改了什么；改输入后重新生成再比较。"
    )
