"""A plan as a form: the workbook and plan.toml give an equal plan, whatever rule it is of; faults are told by cell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from random import Random
from shutil import copytree
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from qhgep import allocate, plan_to_form, plan_to_toml, read_plan, write_plan_form, write_workbook
from qhgep.coefficient_store import load_parameters
from qhgep.compensation.allocate import plan_hints
from qhgep.compensation.plan.schema import Plan
from qhgep.compensation.plan_form.fields import PlanField, plan_fields, step_fields
from qhgep.compensation.plan_form.read import is_plan_form, read_plan_form
from qhgep.compensation.plan_form.toml_text import toml_text
from qhgep.compensation.plan_form.values import cell_text
from qhgep.compensation.plan_form.words import choice_words, label, on_a_form, own_unit
from qhgep.compensation.rules.registry import RULES_ZH, STEP_RULES
from qhgep.errors import PlanError, WorkbookError
from qhgep.inputs.files.cells import RawCell
from qhgep.workbook.core.cells import LiveFormula, TypedNumber
from qhgep.workbook.core.layout import a1
from qhgep.workbook.forms.plan.book import plan_form_sheets
from qhgep.workbook.forms.plan.cells import number_cell
from tests.oracles import draws
from tests.support.books import difference
from tests.support.command_line import COMMAND
from tests.support.rules_in_force import filled
from tests.support.step_plans import plan_text
from tests.test_plan import BASE as WHOLE
from tests.test_plan import FAULTS as PLAN_FAULTS
from tests.witness import formualizer, libreoffice

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"
PILOT = EXAMPLES / "pilot"
SKELETONS = sorted((ROOT / "templates/plans").glob("*.toml"))
CASES = tomllib.loads(Path(__file__).with_name("rule_cases.toml").read_text(encoding="utf-8"))["case"]
STEP_PLANS = tomllib.loads(Path(__file__).with_name("step_plans.toml").read_text(encoding="utf-8"))
FIELDS = [*plan_fields(), *(field for rule in STEP_RULES for field in step_fields(rule))]


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(COMMAND, [str(word) for word in words], env={"LANG": "zh_CN.UTF-8", "LC_ALL": ""})


def said(plan: Path) -> tuple[Any, ...]:
    """Everything that a plan says, with the rows that it cites."""
    found = read_plan(plan)
    return found.model_dump(by_alias=True), found.cited, found.parameters


def faults(plan: Path) -> list[str]:
    with pytest.raises(PlanError) as caught:
        read_plan(plan)
    return str(caught.value).splitlines()


def both(text: str, folder: Path) -> tuple[Path, Path]:
    """A plan as TOML and as the form of it."""
    plan = folder / "plan.toml"
    plan.write_text(text, encoding="utf-8")
    return plan, plan_to_form(plan, folder / "plan.xlsx")


@pytest.mark.parametrize("path", SKELETONS, ids=lambda path: path.stem)
def test_an_empty_form_waits_for_what_its_skeleton_waits_for(path: Path, tmp_path: Path) -> None:
    """Each place that a bureau must fill in is named with its cell, and says what stands there in plan.toml."""
    form = write_plan_form(tmp_path / "plan.xlsx", rule=path.stem)
    with pytest.raises(PlanError) as of_form:
        read_plan(form)
    with pytest.raises(PlanError) as of_text:
        read_plan(path)
    waits = [{str(dict(item.facts)["what"]) for item in found.value.problems} for found in (of_form, of_text)]
    assert {on_a_form(text) for text in waits[1]} == waits[0]
    assert [text for text in waits[0] if re.search(r"[{}\[\]]|primary|declared", text)] == []
    assert {item.code for item in of_form.value.problems} == {"plan_input_missing"}
    assert all(item.where.count(" › ") == 2 for item in of_form.value.problems)


FOLLOWING = {
    "KEF-2017": {"area_rate", "formula_due", "instalments", "pooled_sum", "posts_wage", "household_limits"},
    "KEF-SUB": {"tilt", "award_penalty", "bounds", "cap", "least_payment", "top_up", "deduction", "round_down"},
}
"""What may follow money that is due (added up, limits last), and a division with guarantees (no floor: bounds)."""


@pytest.mark.parametrize("rule", RULES_ZH)
@pytest.mark.parametrize("base", FOLLOWING)
def test_a_step_that_is_added_is_asked_for_and_goes_both_ways(base: str, rule: str, tmp_path: Path) -> None:
    """`--with`: the form waits for what the step needs; form -> TOML -> form -> TOML is the same plan, with the step last.

    A step that cannot stand there is refused before anybody fills in a form that can never be allocated.
    """
    options = {"rule": base, "region": "海北", "year": 2018, "steps": [RULES_ZH[rule]]}
    if rule not in FOLLOWING[base]:
        with pytest.raises(PlanError) as caught:
            write_plan_form(tmp_path / "plan.xlsx", **options)  # type: ignore[arg-type] # each as it names it
        assert [item.where for item in caught.value.problems] == ["--with"]
        assert list(tmp_path.iterdir()) == []
        return
    form = write_plan_form(tmp_path / "plan.xlsx", **options)  # type: ignore[arg-type] # as above
    plan = plan_to_toml(form, tmp_path / "plan.toml")
    there = tomllib.loads(plan.read_text(encoding="utf-8"))
    added = there["step"][-1]
    assert added["rule"] == rule
    assert added["basis"] == "missing" or added["basis"].startswith("missing:")
    again = plan_to_toml(plan_to_form(plan, tmp_path / "again.xlsx"), tmp_path / "again.toml")
    assert tomllib.loads(again.read_text(encoding="utf-8")) == there
    assert [line for line in faults(form) if " › 步骤 › " in line and "待填" in line] != []


def test_an_added_step_that_cannot_stand_there_is_told_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(PlanError) as caught:
        write_plan_form(tmp_path / "plan.xlsx", rule="PILOT", steps=["cap"])
    (only,) = caught.value.problems
    assert only.text().startswith(
        f"--with  步骤 {RULES_ZH['cap']}（cap）接在 {RULES_ZH['pooled_sum']}（pooled_sum）之后；"
    )


def test_what_waits_is_named_and_no_key_of_the_text_is_told(tmp_path: Path) -> None:
    """A step that is added does not say what it waits for: its cells and messages give the name of it, not a dash."""
    form = write_plan_form(tmp_path / "plan.xlsx", rule="KEF-SUB", region="海北", year=2024, steps=["least_payment"])
    told = faults(form)
    end = "填写后再测算；没有依据不得代以零或相邻的数值。"
    for sheet, key, what in (
        ("步骤", "step.2.amount", "本格 待填；起付额"),
        ("步骤", "step.2.withheld", "本格 待填；不足起付额的"),
        ("步骤", "step.2.basis", "本格 待填；依据"),
        ("方案", "pool", "资金总额 待填；资金总额（元，写到分）"),
        ("方案", "basis.article", "条款 待填；条款"),
    ):
        assert f"plan.xlsx › {sheet} › {cell_at(form, sheet, key)}  {what}；{end}" in told
    assert [line for line in told if "；—；" in line] == []


def test_a_step_of_no_rule_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    known = "、".join(f"{code}（{zh}）" for code, zh in RULES_ZH.items())
    with pytest.raises(PlanError) as caught:
        write_plan_form(tmp_path / "x.xlsx", rule="PILOT", steps=["保底线"])
    assert [item.code for item in caught.value.problems] == ["plan_form_step"]
    assert str(caught.value) == (
        f"没有叫 “保底线” 的步骤规则；{known}；写其中一个的代码或名称；方案后面不加步骤的，不写 --with。"
    )
    assert not (tmp_path / "x.xlsx").exists()


def test_what_waits_to_be_filled_in_hides_no_other_fault(tmp_path: Path) -> None:
    """An amount with 万 is told beside the cells that still wait; a cell of a list is called by its place."""
    form = write_plan_form(tmp_path / "plan.xlsx", rule="GRASS-QH-2", region="海北", year=2018)
    told = faults(edited(form, ("方案", cell_at(form, "方案", "pool"), "5000万")))
    assert (
        f"plan.xlsx › 方案 › {cell_at(form, '方案', 'pool')}  金额写作 5000万；以元计的数，如 1234.05，不带千分号、万或亿；"
        "改成这样的数。"
    ) in told
    assert any(line.startswith("plan.xlsx › 证据 › D7  本格 待填；文号；") for line in told)


def test_the_form_says_the_rate_of_a_row_in_words(tmp_path: Path) -> None:
    """P026: 12.3 CNY/mu/yr is printed as 元/亩·年."""
    form = write_plan_form(tmp_path / "plan.xlsx", rule="GRASS-QH-2", region="海北", year=2018)
    cells = [cell.value for row in openpyxl.load_workbook(form)["步骤"].iter_rows() for cell in row]
    assert any("P026＝12.3 元/亩·年" in str(text) for text in cells)
    assert not any("CNY" in str(text) for text in cells)


@pytest.mark.parametrize("case", CASES, ids=[f"{case['rule']} {case['case']} {case['name']}" for case in CASES])
def test_a_filled_skeleton_and_its_form_are_an_equal_plan_and_pay_the_same(case: Any, tmp_path: Path) -> None:  # noqa: ANN401
    given = {"period": str(case["period"]), "pool": '"999999999999.00"', **case["set"]}
    plan, form = both(filled(case["rule"], given, tuple(case.get("who", ()))), tmp_path)
    assert said(form) == said(plan)
    require = case.get("require", "secondary")
    assert allocate(form, require=require).fen == allocate(plan, require=require).fen


@pytest.mark.parametrize("name", STEP_PLANS)
def test_a_plan_of_every_step_and_its_form_are_equal(name: str, tmp_path: Path) -> None:
    terms = STEP_PLANS[name]
    text = plan_text(terms["steps"], layer="analytic", pool=terms.get("pool", "1000.00"))
    plan, form = both(text.replace('layer = "analytic"', f'layer = "{terms["layer"]}"'), tmp_path)
    assert tables(read_plan_form(form).text) == tables(plan.read_text(encoding="utf-8"))


@pytest.mark.parametrize("kind", draws.KINDS)
@pytest.mark.parametrize("first", range(0, 8, 4))
def test_a_random_plan_and_its_form_are_equal(kind: str, first: int, tmp_path: Path) -> None:
    for seed in range(first, first + 4):
        folder = tmp_path / str(seed)
        folder.mkdir()
        plan, form = both(draws.toml(draws.KINDS[kind](Random(f"{kind} {seed}"))), folder)
        assert tables(read_plan_form(form).text) == tables(plan.read_text(encoding="utf-8"))


def tables(text: str) -> Any:  # noqa: ANN401 - a model as plain values
    """What a text of a plan says, whether it is sound or not."""
    return Plan.model_validate(tomllib.loads(text)).model_dump(by_alias=True)


def edited(form: Path, *cells: tuple[str, str, Any]) -> Path:
    """The form as somebody saved it after typing into cells (sheet, address, value)."""
    book = openpyxl.load_workbook(form)
    for sheet, address, value in cells:
        book[sheet][address].value = value
    book.save(form)
    return form


@pytest.fixture
def pilot(tmp_path: Path) -> Path:
    """The form of the pilot's plan, beside its account."""
    copytree(PILOT, tmp_path / "pilot")
    return plan_to_form(tmp_path / "pilot" / "plan.toml", tmp_path / "pilot" / "plan.xlsx")


def test_the_form_of_the_pilot_pays_what_its_plan_pays(pilot: Path) -> None:
    assert said(pilot) == said(PILOT / "plan.toml")
    assert allocate(pilot).fen == allocate(PILOT / "plan.toml").fen
    assert edited(pilot) == pilot
    assert allocate(pilot).fen == allocate(PILOT / "plan.toml").fen


def cell_at(form: Path, sheet: str, key: str, column: str = "C") -> str:
    """The address of the value beside a key of an upright sheet."""
    rows = openpyxl.load_workbook(form)[sheet].iter_rows(min_col=7, max_col=7)
    return next(f"{column}{cell.row}" for (cell,) in rows if cell.value == key)


FAULTS = {
    "a word that is no choice": (
        ("方案", "layer", "C", "法规"), "plan_form_choice",
        "层级 写作 “法规”；法定、协议、情景测算；从列表中选。",
    ),
    "an amount in words": (
        ("方案", "pool", "C", "一亿"), "money_text",
        "金额写作 一亿；以元计的数，如 1234.05，不带千分号、万或亿；改成这样的数。",
    ),
    "a day that is none": (
        ("方案", "date", "C", "三月"), "field_date", "测算日期 写作 '三月'；日期，如 2023-03-01（toml 里不加引号）；改为日期。",
    ),
    "a title taken away": (("方案", "title", "C", None), "field_missing", "缺少 方案名称；必填；补上。"),
    "a weight without its factor": (
        ("步骤", "step.1.weights.*", "B", None), "plan_form_nameless",
        "权重 填了 0.5，没有写它的名称或代码；每个数有名称或代码；补写名称或代码；或清空这个数。",
    ),
    "a factor without its weight": (
        ("步骤", "step.1.weights.*", "C", None), "plan_form_blank",
        "权重 的 water 没有填；有名称的每一行都填写；填写；不用的，名称也清空。",
    ),
    "weights that are not one": (
        ("步骤", "step.1.weights.*", "C", 0.4), "plan_weights_sum", "权重之和为 0.9；正好等于 1；调整权重。",
    ),
    "a key that was typed over": (
        ("方案", "title", "G", "name"), "plan_form_key",
        "字段编号写作 “name”；写出这张表时的编号；不改编号；不需要的行、栏留空。",
    ),
    "a rule that there is not": (
        ("步骤", "step.1.rule", "C", "平均分"), "plan_form_choice", None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_of_a_cell_is_told_at_the_cell(name: str, pilot: Path) -> None:
    (sheet, key, column, value), code, says = FAULTS[name]
    at = cell_at(pilot, sheet, key, column)
    edited(pilot, (sheet, at, value))
    with pytest.raises(PlanError) as caught:
        read_plan(pilot)
    first = caught.value.problems[0]
    where = {"plan_weights_sum": "plan.xlsx › 步骤 › C"}.get(code, f"plan.xlsx › {sheet} › {at}")
    assert first.code == code
    assert first.where.startswith(where)
    if says is not None:
        assert str(caught.value) == f"{first.where}  {says}"


def test_what_is_wrong_with_recipients_is_told_at_their_cells(pilot: Path) -> None:
    edited(
        pilot, ("单位", "D11", "不"), ("单位", "C12", "乡镇"), ("单位", "F20", 5), ("单位", "F6", "没有"),
        ("单位", "F11", 1), ("单位", "F5", None),
    )  # fmt: skip
    assert faults(pilot) == [
        "plan.xlsx › 单位 › D11  领款 写作 “不”；是、否；从列表中选。",
        "plan.xlsx › 单位 › C12  类别 写作 “乡镇”；县级单位、市州、省、保护地、林场牧场、农牧户；从列表中选。",
        "plan.xlsx › 单位 › A20  单位代码 填了 5.00，没有写它的名称或代码；每个数有名称或代码；补写名称或代码；或清空这个数。",
    ]


def test_a_sheet_or_a_name_that_is_not_as_the_form_has_it_is_told(pilot: Path) -> None:
    book = openpyxl.load_workbook(pilot)
    del book["绩效目标"]
    book["因素"]["A8"].value = "water"
    book["步骤"]["C4"].value = "内容"
    book.save(pilot)
    with pytest.raises(PlanError) as caught:
        read_plan(pilot)
    codes = [item.code for item in caught.value.problems]
    assert codes == ["plan_form_sheet", "decision_heading", "plan_form_twice"]
    assert faults(pilot) == [
        "plan.xlsx  没有 绩效目标 这张表；方案填报表的各张表都在，名称不改；把删去或改名的表放回；或用 qhgep template --plan 重新写出。",
        "plan.xlsx › 步骤 › C4  表头是 “内容”；“填写【填】”；列的次序和表头不能改；把移动或改名的列放回原处。",
        "plan.xlsx › 因素 › A8  因素 里 water 写了两次；每个名称一行；合并，或改名。",
    ]


def test_numbers_as_people_type_them_are_the_numbers_of_the_plan(pilot: Path) -> None:
    """全角 and grouped digits, a percent format, a choice by its code: what plan.toml would say."""
    water = cell_at(pilot, "步骤", "step.1.weights.*")
    book = openpyxl.load_workbook(pilot)
    book["方案"][cell_at(pilot, "方案", "pool")].value = "９０，０００，０００.００"
    book["方案"][cell_at(pilot, "方案", "layer")].value = "analytic"
    book["方案"][cell_at(pilot, "方案", "period")].value = 2024
    book["步骤"][water].number_format = "0%"
    book.save(pilot)
    found = read_plan(pilot)
    assert (found.pool, found.layer, found.period) == ("90000000.00", "analytic", 2024)
    assert found.step[0].model_dump()["weights"]["water"] == "0.5"


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: f"{field.rule} {'.'.join(field.path)}")
def test_every_field_has_its_words_and_every_choice_another_one(field: PlanField) -> None:
    assert label(field).strip()
    words = choice_words(field)
    assert len(set(words.values())) == len(words)
    assert own_unit(field) in {None, "", "元", "比例", "年", "月"}


def test_a_form_of_a_rule_has_the_counties_of_the_region_and_last_years_amounts(tmp_path: Path) -> None:
    """The pilot's workbook gives five amounts; the four counties of 海北 have one of them, the other four are no recipients."""
    book = write_workbook(allocate(PILOT / "plan.toml"), tmp_path / "last.xlsx")
    form = tmp_path / "plan.xlsx"
    found = run("template", "--plan", "PILOT", "--region", "海北", "--year", "2022", "--previous", book, "-o", form)
    assert found.exit_code == 0
    text = tomllib.loads(read_plan_form(form).text)
    assert text["recipients"] == ["632221", "632222", "632223", "632224"]
    assert text["period"] == 2022
    assert text["previous"]["amounts"]["632222"] == "23184574.27"
    assert text["previous"]["document"] == "青海五县生态综合补偿情景测算（演示数据）（last.xlsx）"
    some = run(
        "template",
        "--plan",
        "PILOT",
        "--region",
        "青海",
        "--year",
        "2022",
        "--counties",
        "632222,玉树市",
        "-o",
        tmp_path / "y.xlsx",
    )
    assert some.exit_code == 0
    assert tomllib.loads(read_plan_form(tmp_path / "y.xlsx").text)["recipients"] == ["632222", "632701"]
    again = run("template", "--plan", "PILOT", "-o", form)
    assert again.exit_code == 1
    assert "文件已经存在，没有写" in again.stderr


def test_the_verbs_read_a_form_as_they_read_a_plan(pilot: Path) -> None:
    assert is_plan_form(pilot)
    assert run("check", pilot).stdout.strip() == (
        "青海五县生态综合补偿情景测算（演示数据）：100,000,000.00 元，5 个领款单位，2 步。填写无误；证据够不够、核算数全不全，测算时核对。"
    )
    book = pilot.parent / "out.xlsx"
    assert run("allocate", pilot, "-o", book).exit_code == 0
    assert run("verify", book, "--account", pilot).exit_code == 0
    back = pilot.parent / "back.toml"
    assert run("plan", "to-toml", pilot, "-o", back).exit_code == 0
    assert said(back) == said(PILOT / "plan.toml")
    with pytest.raises(PlanError):
        plan_to_toml(pilot, back)


def test_what_is_no_form_is_none(tmp_path: Path) -> None:
    assert not is_plan_form(ROOT / "templates/xlsx" / "nothing.xlsx")
    assert not is_plan_form(PILOT / "plan.toml")
    book = openpyxl.Workbook()
    book.save(tmp_path / "other.xlsx")
    assert not is_plan_form(tmp_path / "other.xlsx")
    (tmp_path / "broken.xlsx").write_bytes(b"PK no zip")
    assert not is_plan_form(tmp_path / "broken.xlsx")
    with pytest.raises(WorkbookError):
        write_plan_form(tmp_path / "x.xlsx", rule="PILOT", region="月球", year=2022)


def disagreeing(form: Path, found: Mapping[tuple[str, str], Any]) -> list[str]:
    """The formulas of a form whose written value is not that of a program that computed it."""
    raw = tomllib.loads(read_plan_form(form).text)
    live = [
        (sheet.name, a1(*place), content)
        for sheet in plan_form_sheets(raw, load_parameters())
        for place, content in sheet.cells.items()
        if isinstance(content, LiveFormula)
    ]
    assert len(live) > 30
    gaps = [(name, cell, content, difference(content, found[name, cell])) for name, cell, content in live]
    return [
        f"{name}!{cell} {content} {found[name, cell]}"
        for name, cell, content, gap in gaps
        if gap is None or gap > 1e-12
    ]


@pytest.mark.parametrize(
    "path", [*SKELETONS[::4], *sorted(EXAMPLES.glob("*/plan.toml"))], ids=lambda path: f"{path.parent.name} {path.stem}"
)
def test_the_checks_of_a_form_are_written_with_the_values_they_come_to(path: Path, tmp_path: Path) -> None:
    form = plan_to_form(path, tmp_path / "plan.xlsx")
    assert disagreeing(form, formualizer.recalculate(form)) == []


@pytest.mark.libreoffice
def test_the_second_witness_agrees_with_the_checks(pilot: Path) -> None:
    assert disagreeing(pilot, libreoffice.recalculate(pilot)) == []


def verdicts(form: Path) -> dict[str, str]:
    """What 自检 says of each line that does not pass."""
    sheet = openpyxl.load_workbook(form)["自检"]
    found = formualizer.recalculate(form)
    lines = {sheet[f"A{row}"].value: str(found["自检", f"B{row}"]) for row in range(5, sheet.max_row + 1)}
    return {title: verdict for title, verdict in lines.items() if verdict != "通过"}


LIVE: dict[str, tuple[tuple[str, str, Any], str]] = {
    "weights of 0.9": (("步骤", "C8", 0.4), "第 1 步：因素法加权分配：权重合计为 1"),
    "a weight of no factor": (("步骤", "B8", "forest"), "第 1 步：因素法加权分配：权重的名称都在 因素 表"),
    "a pool in words": (("方案", "C13", "一亿元"), "资金总额是大于零的数"),
    "a plan by law without a document": (("方案", "C7", "法定"), "依据文件的名称、文号、条款、日期齐全"),
    "a county twice": (("单位", "A12", "632222"), "单位代码没有重复，有数的行都有代码"),
    "words for an amount": (("单位", "F12", "无"), "单位 表 第 2 步：下限、已经下达 都是数"),
    "floors of more than the pool": (("单位", "F12", 200000000), "单位 表 第 2 步：下限 合计不超过资金总额"),
    "a cell that waits": (("因素", "B7", "待填：水源涵养"), "因素 表没有待填的格"),
    "phases of 110 percent": (("分期", "C7", 1.1), "分期的份额合计不超过 1"),
    "a declaration of nobody": (("证据", "B7", "申报"), "申报的证据写明填报单位；另有文件的写明文号和日期"),
}


@pytest.mark.parametrize("name", LIVE)
def test_a_check_of_the_form_turns_while_it_is_filled_in(name: str, pilot: Path) -> None:
    cell, line = LIVE[name]
    found = verdicts(edited(pilot, cell))
    open_ = {"单位 表 第 2 步：下限 合计不超过资金总额": "无法核验"} if name == "a pool in words" else {}
    assert found == {"全部": "不通过", line: "不通过"} | open_


def test_every_check_of_a_plan_without_a_fault_passes(pilot: Path) -> None:
    assert verdicts(pilot) == {}


def test_another_workbook_is_told_to_be_no_form(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(PlanError) as caught:
        read_plan(tmp_path / "other.xlsx")
    assert [item.code for item in caught.value.problems] == ["plan_form_foreign"]
    assert str(caught.value) == (
        "other.xlsx  这份工作簿不是方案填报表（有 Sheet）；qhgep template --plan 或 qhgep plan to-form 写出的填报表；换成填好的填报表。"
    )


def test_questions_about_a_form_are_answered_as_about_its_plan(pilot: Path) -> None:
    """What-if, other weights by a decision, and the difference from its plan: none."""
    of_form = run("what-if", pilot, "--more", "1000000.00")
    of_plan = run("what-if", pilot.parent / "plan.toml", "--more", "1000000.00")
    assert (of_form.exit_code, of_form.stdout) == (0, of_plan.stdout.replace("plan.toml", "plan.xlsx"))
    decided = [
        read_plan(path).with_weights({"water": "0.4", "carbon": "0.4", "area": "0.2"}, reason="试", decided_by="试")
        for path in (pilot, pilot.parent / "plan.toml")
    ]
    assert allocate(decided[0]).fen == allocate(decided[1]).fen
    with pytest.raises(PlanError) as caught:
        read_plan(pilot).with_weights({"water": "0.4", "carbon": "0.4", "area": "0.3"}, reason="试", decided_by="试")
    assert [item.where for item in caught.value.problems] == ["plan.xlsx › 步骤 › C8"]
    found = run("diff", pilot, pilot.parent / "plan.toml")
    assert found.exit_code == 0
    assert found.stdout


def test_the_check_of_a_form_marks_its_cells_in_a_copy(pilot: Path) -> None:
    edited(pilot, ("方案", "C7", "法规"), ("步骤", "B8", None))
    copy = pilot.parent / "marked.xlsx"
    found = run("check", pilot, "--marked", copy)
    assert found.exit_code == 1
    assert found.stderr.splitlines()[:3] == [
        "错误  plan.xlsx › 方案 › C7  层级 写作 “法规”；法定、协议、情景测算；从列表中选。",
        "错误  plan.xlsx › 步骤 › B8  权重 填了 0.5，没有写它的名称或代码；每个数有名称或代码；补写名称或代码；或清空这个数。",
        "plan.xlsx：2 个问题",
    ]
    book = openpyxl.load_workbook(copy)
    assert [book[sheet][cell].fill.fgColor.rgb[-6:] for sheet, cell in (("方案", "C7"), ("步骤", "B8"))] == [
        "FF7C80"
    ] * 2
    assert run("check", pilot, "--json", pilot.parent / "x.json").exit_code == 2


@pytest.mark.libreoffice
def test_a_form_that_another_program_saved_says_the_same(pilot: Path, tmp_path: Path) -> None:
    """LibreOffice writes other styles, formats and dates, and its own values of formulas."""
    case = next(case for case in CASES if case["rule"] == "KEF-2022")
    text = filled(
        case["rule"],
        {"period": str(case["period"]), "pool": '"999999999999.00"', **case["set"]},
        tuple(case.get("who", ())),
    )
    _, form = both(text, tmp_path)
    saved = libreoffice.save_again([pilot, form], tmp_path / "again")
    beside = pilot.parent / "again.xlsx"
    assert said(saved[0].rename(beside)) == said(pilot)
    assert said(saved[1]) == said(form)


UNCOVERED = {
    "a key that plans do not have": (
        'round_to = "yuan"', 'round_to = "yuan"\nrund = 1',
        "plan.toml:8  没有 rund 这个键；文件格式所列的键；检查拼写，或删去；各种文件的键：qhgep formats。",
    ),
    "a table of another shape": (
        "[budget]", "[[budget]]",
        "plan.toml:14  没有 budget 这个键；文件格式所列的键；检查拼写，或删去；各种文件的键：qhgep formats。",
    ),
    "recipients as one text": (
        '["632222", "632323"]', '"632222"', "plan.toml:8  recipients 写作 '632222'；一个列表；改为列表。",
    ),
    "a rule that there is not": (
        'rule = "weighted"', 'rule = "equal"', None,
    ),
    "a whole table that waits": (
        "[basis]", 'adopt = "missing: 引用"\n[basis]',
        "plan.toml:9  没有 adopt 这个键；文件格式所列的键；检查拼写，或删去；各种文件的键：qhgep formats。",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNCOVERED)
def test_a_plan_with_what_a_form_has_no_cell_for_is_refused_and_nothing_is_lost(name: str, tmp_path: Path) -> None:
    old, new, says = UNCOVERED[name]
    assert old in WHOLE
    with pytest.raises(PlanError) as caught:
        both(WHOLE.replace(old, new, 1), tmp_path)
    assert says is None or str(caught.value) == says
    assert caught.value.problems[0].code in {"field_unknown", "field_list", "field_choice"}
    assert not (tmp_path / "plan.xlsx").exists()


@pytest.mark.parametrize("fault", PLAN_FAULTS[::4], ids=[fault["code"] for fault in PLAN_FAULTS[::4]])
def test_a_fault_of_a_plan_is_a_fault_of_its_form(fault: dict[str, str], tmp_path: Path) -> None:
    """What plan_faults.toml says of plan.toml is said of the form too, at a cell; faults of TOML's types have no cell."""
    plan = tmp_path / "plan.toml"
    plan.write_text(WHOLE.replace(fault["old"], fault["new"], 1), encoding="utf-8")
    if fault["code"] in {"field_unknown", "field_list", "field_table"}:
        with pytest.raises(PlanError):
            plan_to_form(plan, tmp_path / "plan.xlsx")
        return
    form = plan_to_form(plan, tmp_path / "plan.xlsx")
    if fault["code"] in {"field_text", "field_whole", "money_text"}:  # a number is a number in a cell
        assert read_plan(form)
        return
    with pytest.raises(PlanError) as caught:
        read_plan(form)
    assert {item.code for item in caught.value.problems} <= {fault["code"], "plan_form_choice", "plan_form_twice"}
    assert all(item.where.startswith("plan.xlsx") for item in caught.value.problems)


def test_a_whole_plan_and_its_form_are_equal(tmp_path: Path) -> None:
    plan, form = both(WHOLE, tmp_path)
    assert said(form) == said(plan)


TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=8)
VALUES = st.recursive(
    TEXTS | st.integers(-(10**9), 10**9) | st.booleans() | st.dates(),
    lambda inner: st.dictionaries(TEXTS, inner, max_size=3) | st.lists(TEXTS, max_size=3)
    | st.lists(st.dictionaries(TEXTS, inner, max_size=2), min_size=1, max_size=2),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_the_text_of_tables_reads_as_the_tables(tables: dict[str, Any]) -> None:
    assert tomllib.loads(toml_text(tables)) == tables


@given(st.decimals(allow_nan=False, allow_infinity=False, places=None, min_value=-(10**14), max_value=10**14))
def test_a_number_text_that_is_written_as_a_number_reads_as_the_same_text(number: Decimal) -> None:
    text = format(number, "f")
    cell = number_cell(text)
    if isinstance(cell, TypedNumber):
        found = RawCell("number", f"{cell.value:.16G}", "", decimals=2 if cell.style == "amount" else None)
        assert cell_text(found) == text
    else:
        assert cell.text == text


STEP_CHECKS: dict[str, tuple[str, tuple[str, str, Any], str]] = {
    "areas of more than the whole": (
        "entitlement", ("单位", "step.1.total", 0.5), "单位 表 第 1 步：面积或数量 合计不超过 第 1 步：总面积",
    ),
    "a least above the most": ("division", ("单位", "step.6.least", 999999), "单位 表 第 6 步：下限 合计不超过 第 6 步：上限"),
    "a grade that the table has not": ("division", ("单位", "step.5.classes", "丁"), "单位 表 第 5 步：考核等级 都是步骤表列出的"),
    "a class that the agreement has not": (
        "settlement", ("步骤", "step.1.section_class", "IX"), "第 1 步：按水质类别和指数结算：断面水质类别 写的是表中有的",
    ),
    "a payer that is no recipient": (
        "settlement", ("步骤", "step.1.payer", "990000"), "第 1 步：按水质类别和指数结算：付款方 写的是表中有的",
    ),
}  # fmt: skip


def test_a_value_that_is_one_of_the_names_on_the_form_is_chosen_from_them(tmp_path: Path) -> None:
    """A class of water is one of the classes of the agreement, a payer one of the recipients: `II类` is not typed."""
    form = write_plan_form(tmp_path / "plan.xlsx", rule="HWC-GN")
    book = openpyxl.load_workbook(form)
    offered = {
        str(item.sqref): item.formula1 for item in book["步骤"].data_validations.dataValidation if item.type == "list"
    }
    at = {key: cell_at(form, "步骤", key) for key in ("step.1.payer", "step.1.receiver", "step.1.section_class")}
    assert {key: offered[cell].replace("$", "") for key, cell in at.items()} == {
        "step.1.payer": "单位!A11:A18",
        "step.1.receiver": "单位!A11:A18",
        "step.1.section_class": "步骤!B11:B15",
    }
    assert [book["步骤"][f"B{row}"].value for row in range(11, 16)] == ["I", "II", "III", None, None]
    assert [book["单位"][f"A{row}"].value for row in (11, 12)] == ["620000", "640000"]


@pytest.mark.parametrize("name", STEP_CHECKS)
def test_a_check_of_a_rule_turns_while_the_form_is_filled_in(name: str, tmp_path: Path) -> None:
    plan, (sheet, key, value), line = STEP_CHECKS[name]
    terms = STEP_PLANS[plan]
    text = plan_text(terms["steps"], pool=terms.get("pool", "1000.00"), layer=terms["layer"])
    _, form = both(text, tmp_path)
    assert set(verdicts(form).values()) <= {"无法核验"}
    if sheet == "单位":
        keys = next(openpyxl.load_workbook(form)[sheet].iter_rows(min_row=10, max_row=10))
        at = next(f"{cell.column_letter}11" for cell in keys if cell.value == key)
    else:
        at = cell_at(form, sheet, key)
    assert verdicts(edited(form, (sheet, at, value))).get(line) == "不通过"


def test_a_code_beside_the_name_of_another_county_is_told(pilot: Path) -> None:
    """The money goes by the code, and the clerk reads the name."""
    edited(pilot, ("单位", "B11", "泽库县"), ("单位", "B12", "泽库"))
    assert faults(pilot) == [
        "plan.xlsx › 单位 › B11  代码 632222 是 祁连县，名称写作 “泽库县”；代码和名称是同一个单位；改正其中错的一个。"
    ]
    with pytest.raises(PlanError) as caught:
        read_plan(pilot)
    assert [item.code for item in caught.value.problems] == ["plan_recipient_name"]


@pytest.mark.parametrize("name", ["祁连线", "海晏县"])
def test_a_kind_beside_a_code_of_the_table_frees_no_name(pilot: Path, name: str) -> None:
    """With 县级单位 chosen the name is read from the form: it printed 海晏县 on 下达表 for the money of 632222."""
    edited(pilot, *(("单位", f"C{row}", "县级单位") for row in range(11, 16)), ("单位", "B11", name))
    assert faults(pilot) == [
        f"plan.xlsx › 单位 › B11  代码 632222 是 祁连县，名称写作 “{name}”；代码和名称是同一个单位；改正其中错的一个。"
    ]


@pytest.mark.parametrize("name", ["祁连", "祁连县", "海北州祁连县", "青海省海北藏族自治州祁连县"])
def test_a_name_in_short_or_with_its_prefecture_is_the_name(pilot: Path, name: str) -> None:
    edited(pilot, *(("单位", f"C{row}", "县级单位") for row in range(11, 16)), ("单位", "B11", name))
    assert {item.id: item.zh for item in read_plan(pilot).named_recipients}["632222"] == name


def test_a_unit_that_no_table_has_needs_its_kind_and_not_its_name(pilot: Path) -> None:
    edited(pilot, ("单位", "A11", "990001"), ("单位", "B11", "青海湖管理局"))
    told = (
        "plan.xlsx › 单位 › C11  单位 990001 青海湖管理局 不在县区表里，没有选类别；"
        "县级单位、市州、省、保护地、林场牧场、农牧户；从列表中选类别；代码写错的，改正代码。"
    )
    with pytest.raises(PlanError) as caught:
        read_plan(pilot)
    assert [item.code for item in caught.value.problems] == ["plan_form_kind"]
    assert str(caught.value) == told


@pytest.mark.parametrize(
    "words", [("--plan", "PILOT", "--ruleset", "county-general"), ("--region", "青海"), ("--previous", "x.xlsx")]
)
def test_options_of_a_form_for_an_account_and_of_one_for_a_plan_do_not_mix(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    assert run("template", *words, "-o", tmp_path / "x.xlsx").exit_code == 2


def test_a_form_written_elsewhere_names_the_files_from_there_and_so_does_its_plan(tmp_path: Path) -> None:
    """The account of the pilot lies beside its plan; the form is written a folder above, its plan a folder below."""
    copytree(PILOT, tmp_path / "pilot")
    form = plan_to_form(tmp_path / "pilot" / "plan.toml", tmp_path / "form.xlsx")
    assert read_plan(form).accounts == {"gep": "pilot/account.toml"}
    (tmp_path / "pilot" / "deep").mkdir()
    back = plan_to_toml(form, tmp_path / "pilot" / "deep" / "plan.toml")
    assert read_plan(back, inside=tmp_path).accounts == {"gep": "../account.toml"}
    assert allocate(form).fen == allocate(back, inside=tmp_path).fen == allocate(PILOT / "plan.toml").fen


ISSUED = """\
[budget]
already_issued = { "632222" = "0.00", "632323" = "0.00", "632621" = "0.00" }
[[step]]
id = "fund"
rule = "pooled_sum"
basis = "某办法第二条"
funds = { grass = { amounts = { "632222" = "600.00", "632323" = "100.00", "632621" = "300.00" }, basis = "某办法" } }
"""


def test_evidence_is_given_to_a_number_by_the_name_that_the_form_has_for_it(tmp_path: Path) -> None:
    """A clerk reads 已经下达 above the column and knows no budget.already_issued."""
    plan, form = both(plan_text(ISSUED, layer="statutory"), tmp_path)
    edited(form, ("证据", "A7", "fund；已经下达；资金总额"))
    assert read_plan(plan).evidence[0].target == ("fund", "budget.already_issued")
    assert read_plan(form).evidence[0].target == ("fund", "budget.already_issued", "pool")
    assert allocate(form).fen == allocate(plan).fen


def test_check_hints_at_what_allocate_will_refuse_and_at_what_the_pool_lacks(tmp_path: Path) -> None:
    """1000 are due of 900; nothing says what the amounts of the step rest on, so a statutory plan stops without --require 假定."""
    text = plan_text(ISSUED, layer="statutory", pool="900.00").replace("'fund', ", "")
    _, form = both(text, tmp_path)
    with pytest.raises(PlanError) as caught:
        allocate(form)
    (weak,) = caught.value.problems
    told = plan_hints(read_plan(form))
    assert [(item.severity, item.code) for item in told] == [("warning", weak.code), ("warning", "plan_gap")]
    assert told[0].text() == weak.text()
    assert told[0].text().endswith("补写；确要用的，以 --require 假定 写明放宽。")
    assert told[1].text() == (
        "plan.xlsx › 方案 › C13  应付合计 1000.00 元多于资金总额 900.00 元，缺口 100.00 元；"
        "资金够付，或缺口另有来源；核对标准、数量和资金总额；据实发放而资金不足的，缺口照印在表上。"
    )
    checked = run("check", form)
    assert checked.exit_code == 0
    assert "缺口 100.00 元" in checked.output
