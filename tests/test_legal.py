"""Legal checks: each result from the article, with the days counted by hand; what is unconfirmed decides nothing."""

import re
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from qhgep import allocate, verify_workbook, write_workbook
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.derivation.report import explain_amount
from qhgep.compensation.legal.agreement import missing_items
from qhgep.compensation.legal.finding import FAILED, INAPPLICABLE, PASSED, UNKNOWN, LegalFinding, LegalReview
from qhgep.compensation.legal.law import Law, law
from qhgep.compensation.legal.performance import performance
from qhgep.compensation.legal.review import CHECKS, review
from qhgep.compensation.legal.schema import Contract, Event, PerformanceTarget, Transfer, Use
from qhgep.compensation.plan.read import read_plan
from qhgep.compensation.plan.schema import Budget
from qhgep.errors import PlanError
from qhgep.money import Fen
from tests.support.command_line import COMMAND
from tests.support.result_bodies import body
from tests.support.step_plans import AREA, CODES, plan_text, recorded, run_text, table
from tests.witness import formualizer, libreoffice

if TYPE_CHECKING:
    from pydantic import BaseModel

with Path(__file__).with_name("legal_cases.toml").open("rb") as golden:
    CASES = tomllib.load(golden)["case"]
GRASS = (
    f'[[step]]\nid = "grass"\nrule = "area_rate"\nrates.ban = "10"\nareas.ban = {table(dict.fromkeys(CODES, "2"))}\n'
    'basis = "试"\n'
)
SPLIT = (
    '[[step]]\nid = "split"\nrule = "class_index"\npayer = "632222"\nreceiver = "632323"\nsection_class = "II"\n'
    'classes = { "II" = "100" }\nbasis = "试"\n'
)
CONFIRMED = ("K17", "K18", "K19", "K20")


def plan(base: str, more: str = "") -> str:
    """The text of a base plan with more tables."""
    layer = base if base in {"contract", "analytic"} else "statutory"
    steps = {"contract": SPLIT, "entitlement": GRASS}.get(base, AREA)
    codes = CODES[:2] if base == "contract" else CODES
    day = {"early": "2024-05-31", "first": "2024-06-01", "2018": "2018-07-15"}.get(base, "2024-07-15")
    text = plan_text(steps, layer=layer, period=2024, codes=codes)
    text = text.replace("2023-03-01", day).replace('title = "试"\n', 'title = "试"\ndate = 2024-09-01\n')
    terms, at, rests_on = text.partition("[[evidence]]")
    return f"{terms}{more}\n{at}{rests_on}"


def seen() -> Law:
    """The law as if the articles of K17 to K20 had been seen."""
    checks = {name: item.model_copy(update={"evidence": "primary"}) for name, item in law().check.items()}
    parameters = tuple(item.model_copy(update={"evidence": "primary"}) for item in law().parameter)
    return law().model_copy(update={"check": checks, "parameter": parameters})


def reviewed(tmp_path: Path, text: str, under: Law) -> Mapping[str, LegalFinding]:
    """The findings of a plan under a law."""
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    terms = read_plan(path)
    areas = recorded(dict(zip(CODES, (7.0, 1.0, 2.0), strict=True)))
    found = review(terms, allocate(terms, results={"gep": areas}), under)
    return {item.id: item for item in found.findings}


@pytest.mark.parametrize("case", CASES, ids=[f"{item['check']}-{item['result']}-{n}" for n, item in enumerate(CASES)])
def test_a_check_answers_as_its_article_says(case: Mapping[str, str], tmp_path: Path) -> None:
    under = seen() if case["check"] in CONFIRMED else law()
    found = reviewed(tmp_path, plan(case.get("base", "statutory"), case["plan"]), under)[case["check"]]
    assert (found.result, found.answer.found) == (case["result"], case["says"])
    assert bool(found.answer.needed) == (found.result in {FAILED, UNKNOWN})


def test_each_check_is_shown_in_every_result_that_it_can_have() -> None:
    """An identity has no plan beside the question, an agreement is complete or not, carried money has its year, targets never fail."""
    shown = defaultdict(set)
    for case in CASES:
        shown[case["check"]].add(case["result"])
    cannot = {"K1": {FAILED, INAPPLICABLE, UNKNOWN}, "K10": {UNKNOWN}, "K17": {UNKNOWN}, "PERF": {FAILED}}
    everything = {PASSED, FAILED, INAPPLICABLE, UNKNOWN}
    assert shown == {name: everything - cannot.get(name, set()) for name in CHECKS}
    assert list(CHECKS) == [*("K" + str(number) for number in range(1, 21)), "PERF"]


def outcome(base: str, more: str = "") -> Allocation:
    return run_text(plan(base, more))


def test_a_sum_that_is_not_the_pool_and_an_amount_below_nothing_fail(tmp_path: Path) -> None:
    """K1: no plan of the runner gets so far, so its outcome is forged: 10.00 yuan too much, then −700 + 1400 + 300."""
    path = tmp_path / "plan.toml"
    path.write_text(plan("statutory"), encoding="utf-8")
    terms, found = read_plan(path), outcome("statutory")
    short = review(terms, replace(found, pool=Fen(found.pool + 1000))).findings[0]
    assert (short.result, short.answer.found) == (FAILED, "合计 1000.00 元，应为 1010.00 元")
    first, second, third = found.rows
    rows = (replace(first, fen=Fen(-70_000)), replace(second, fen=Fen(140_000)), replace(third, fen=Fen(30_000)))
    below = review(terms, replace(found, rows=rows)).findings[0]
    assert (below.result, below.answer.found) == (FAILED, "负数：祁连县")


@pytest.mark.parametrize("case", [case for case in CASES if case["check"] in CONFIRMED], ids=str)
def test_an_article_that_nobody_has_seen_decides_nothing(case: Mapping[str, str], tmp_path: Path) -> None:
    found = reviewed(tmp_path, plan(case.get("base", "statutory"), case["plan"]), law())[case["check"]]
    expected = case["result"] if case["result"] == INAPPLICABLE else UNKNOWN
    assert found.result == expected
    if expected == UNKNOWN:
        assert found.answer.needed.startswith("条文原文")
        assert found.answer.found == f"条文没有见到；{case['says']}"
        assert found.evidence == "unconfirmed"


def test_a_scenario_is_beside_every_question_but_the_sum() -> None:
    found = outcome("analytic").legal
    assert [item.id for item in found.findings if item.result != INAPPLICABLE] == ["K1"]
    assert (found.overall, found.counted()) == (PASSED, "通过 1，不通过 0，不适用 20，无法核验 0")


def test_what_cannot_be_decided_is_never_passed_over_all() -> None:
    plain = outcome("statutory").legal
    assert plain.count(FAILED) == 0
    assert plain.overall == UNKNOWN
    assert outcome("statutory", "[use]\nprescribed = false").legal.overall == FAILED
    assert LegalReview().overall == INAPPLICABLE
    broken = outcome("statutory", "[use]\nprescribed = false").legal
    assert broken.counted() == "通过 1，不通过 1（K8），不适用 3，无法核验 16"
    assert broken.counted("en") == "passed 1, failed 1 (K8), does not apply 3, cannot be decided 16"


def test_a_parameter_holds_between_its_days_only() -> None:
    """P093: 1100226 was seen for 2020; neither the year before nor the one after takes it."""
    days = [date(2019, 12, 31), date(2020, 1, 1), date(2020, 12, 31), date(2021, 1, 1)]
    found = [law().parameter_on("revenue_account.key_zone", day) for day in days]
    assert [item and item.value for item in found] == [None, "1100226", "1100226", None]


def test_the_evidence_of_a_finding_is_the_weakest_of_what_it_read(tmp_path: Path) -> None:
    found = reviewed(tmp_path, plan("contract"), law())
    assert (found["K10"].evidence, found["K15"].evidence, found["K1"].evidence) == ("primary", "secondary", "assumed")
    assert found["K10"].article == "生态保护补偿条例（2024年公布）第十七条"


@pytest.mark.parametrize(
    ("key", "value", "evidence"),
    [
        ("issue_days.central.general", "30", "primary"), ("issue_days.central.special", "90", "primary"),
        ("issue_days.province.general", "30", "primary"), ("issue_days.province.special", "30", "primary"),
        ("issue_days.own.general", "30", "primary"), ("issue_days.own.special", "60", "primary"),
        ("advance_share.general", "0.90", "primary"), ("advance_share.special", "0.70", "primary"),
        ("publish_days", "20", "primary"), ("carry_years", "2", "unconfirmed"),
    ],
)  # fmt: skip
def test_the_days_and_shares_are_those_of_the_law(key: str, value: str, evidence: str) -> None:
    """P141 to P145, P147; the two years of carry-over are recalled."""
    found = law().parameter_on(key, date(2024, 7, 15))
    assert found is not None
    assert (found.value, found.evidence) == (value, evidence)


def test_every_article_names_a_document_that_is_there() -> None:
    assert set(law().check) == set(CHECKS)
    named = {item.document for item in law().check.values()} | {item.document for item in law().parameter}
    assert named == set(law().document)


# --- reading -------------------------------------------------------------------------------------

WHOLE = "".join(f'{name} = "有"\n' for name in Contract.model_fields)


def final(base: str, more: str) -> str:
    return plan(base, more).replace('state = "draft"', 'state = "final"')


def test_a_final_agreement_names_each_item_that_is_missing() -> None:
    """Art. 17: what is not agreed may stand in a draft, K10 says so; a final text without it is none."""
    with pytest.raises(PlanError) as caught:
        run_text(final("contract", "[contract]\n" + WHOLE.replace('term = "有"\n', "").replace('other = "有"\n', "")))
    does = "生态保护补偿条例第十七条的七项内容；补写；尚未议定的，state 改为 draft。"
    assert [item.text() for item in caught.value.problems] == [
        f"plan.toml:23  定稿的协议没有写 contract.term（期限）；{does}",
        f"plan.toml:23  定稿的协议没有写 contract.other（其他事项，没有的写“无”）；{does}",
    ]
    assert missing_items(Contract()) == list(Contract.model_fields)
    assert run_text(final("contract", "[contract]\n" + WHOLE)).legal.count(FAILED) == 0


@pytest.mark.parametrize(("more", "says"), [
    (
        '[contract]\nscope = "有"',
        'plan.toml:25  statutory 方案写了 [contract]；只有 layer = "contract" 的方案有 [contract]；删去，或更正 layer。',
    ),
    (
        '[transfer]\nadvance_base = "0.00"',
        "plan.toml:26  transfer.advance_base 写作 0.00；不小于零的金额（advance_base 大于零）；改正。",
    ),
    (
        '[transfer]\nlast_year = { "632222" = "-1.00" }',
        "plan.toml:26  transfer.last_year.632222 写作 -1.00；不小于零的金额（advance_base 大于零）；改正。",
    ),
])  # fmt: skip
def test_a_fault_is_told_with_its_line(more: str, says: str) -> None:
    with pytest.raises(PlanError) as caught:
        run_text(plan("statutory", more))
    assert str(caught.value) == says


@pytest.mark.parametrize(("more", "code"), [
    ('[transfer]\nlast_year = { "632701" = "1.00" }', "plan_recipient_unknown"),
    ('[transfer]\nadvance_base = "1万"', "money_text"),
    ('[transfer]\nkind = "专项"', "field_choice"),
    ('[transfer]\nmatching_required = "no"', "field_bool"),
    ('[[target]]\nkind = "quantity"', "field_missing"),
    ('[[event]]\nkind = "heard"\ndate = 2024-01-01', "field_choice"),
])  # fmt: skip
def test_what_a_check_would_read_is_strict(more: str, code: str) -> None:
    with pytest.raises(PlanError) as caught:
        run_text(plan("statutory", more))
    assert [item.code for item in caught.value.problems] == [code]


# --- where it is told ----------------------------------------------------------------------------

BROKEN = """\
[transfer]
issuer = '省林草局'
issuer_kind = 'other'
[[target]]
kind = 'quantity'
zh = '管护面积'
value = '≥100'
unit = '万亩'
basis = '办法'
"""


def test_json_and_explanation_tell_every_check() -> None:
    found = outcome("statutory", BROKEN)
    checks = {item["id"]: item for item in body(found)["checks"] if item["result"]}
    assert list(checks) == list(CHECKS)
    assert checks["K6"] == {
        "id": "K6", "zh": "由财政部门下达", "holds": False, "found": "下达单位 省林草局", "result": "不通过", "evidence": "primary",
        "expected": "中华人民共和国预算法实施条例（2020年修订）第五十九条", "needed": "改由财政部门下达",
        "article": "中华人民共和国预算法实施条例（2020年修订）第五十九条", "text": "转移支付预算的下达由财政部门办理。",
    }  # fmt: skip
    assert (checks["K1"]["holds"], checks["K3"]["holds"], checks["K10"]["holds"]) == (True, None, None)
    lines = explain_amount(found, "632222").splitlines()
    assert (
        "　　K6 不通过　由财政部门下达：下达单位 省林草局　〔中华人民共和国预算法实施条例（2020年修订）第五十九条〕　需要：改由财政部门下达"
        in lines
    )
    assert not [line for line in lines if line.startswith("　　K10 ")]


def test_the_command_line_warns_of_a_check_that_fails(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(plan("entitlement", BROKEN), encoding="utf-8")
    done = CliRunner().invoke(COMMAND, ["--lang", "zh", "allocate", str(path)])
    assert done.exit_code == 0
    assert (
        "提示  plan.toml:4  法规校验 K6 不通过（由财政部门下达）：下达单位 省林草局；"
        "符合中华人民共和国预算法实施条例（2020年修订）第五十九条；改由财政部门下达。"
    ) in done.stderr.splitlines()
    assert "不通过 1（K6）" in done.stdout


def rows_of(path: Path, sheet: str) -> list[list[object]]:
    return [[cell.value for cell in row] for row in load_workbook(path, data_only=True)[sheet].iter_rows()]


def test_the_workbook_shows_every_check_and_the_targets(tmp_path: Path) -> None:
    path = write_workbook(outcome("statutory", BROKEN), tmp_path / "plan.xlsx")
    legal = {row[0]: row for row in rows_of(path, "法规校验")}
    assert [name for name in CHECKS if legal[name][2] == FAILED] == ["K6"]
    assert legal["K6"][3:] == [
        "中华人民共和国预算法实施条例（2020年修订）第五十九条", "转移支付预算的下达由财政部门办理。", "原文", "下达单位 省林草局", "改由财政部门下达",
    ]  # fmt: skip
    cover = {row[0]: row[1] for row in rows_of(path, "封面")}
    assert cover["表内勾稽和法规校验"] == FAILED
    assert cover["法规校验结果"].startswith("通过 1，不通过 1（K6），")  # type: ignore[attr-defined] # a text
    form = rows_of(path, "绩效目标表")
    assert ["产出指标", "数量指标", "管护面积", "≥100", "万亩", "办法"] in [row[:6] for row in form]
    assert ["满意度指标", "服务对象满意度", None, None, None, None] in [row[:6] for row in form]
    told = "".join(str(cell) for row in form for cell in row if cell)
    assert "优 ≥ 90，良 ≥ 80，中 ≥ 60，差 ≥ 0" in told
    assert "没有填报：产出指标/质量指标" in told
    assert verify_workbook(path).same


GIVEN = """\
[budget]
revenue_account = '1100226'
project_code = 'z1'
direct = true
[[event]]
kind = 'passed_on'
date = 2024-07-31
[[event]]
kind = 'received'
date = 2024-07-01
document = '财预2号'
amount = '1000.00'
"""


def test_budget_and_events_are_printed_where_they_are_given(tmp_path: Path) -> None:
    facts = (
        "文号：1号",
        "收入科目：1100226",
        "项目代码：z1",
        "直达标识：是",
        "2024-07-01 收到 财预2号 1000.00 元",
        "2024-07-31 下达",
    )
    found = outcome("statutory", GIVEN)
    assert found.legal.facts == facts
    cells = [str(cell) for row in rows_of(write_workbook(found, tmp_path / "x.xlsx"), "法规校验") for cell in row]
    assert [fact for fact in facts if not any(fact in cell for cell in cells)] == []
    assert outcome("statutory").legal.facts == ("文号：1号",)
    assert outcome("statutory", "[budget]\ndirect = false").legal.facts == ("文号：1号", "直达标识：否")


@pytest.mark.long
@pytest.mark.parametrize("base", ["statutory", "contract", "entitlement"])
def test_two_engines_read_the_verdict_from_the_results(base: str, tmp_path: Path) -> None:
    path = write_workbook(outcome(base), tmp_path / "plan.xlsx")
    word = FAILED if base == "contract" else UNKNOWN  # an agreement without its items fails K10
    for engine in (formualizer, libreoffice):
        found = engine.recalculate(path)
        assert (found["校验", "C2"], found["封面", "B9"]) == (word, word)


def test_a_result_that_is_typed_over_is_found_again(tmp_path: Path) -> None:
    path = write_workbook(outcome("statutory", BROKEN), tmp_path / "plan.xlsx")
    book = load_workbook(path)
    cell = next(row[2] for row in book["法规校验"].iter_rows() if row[0].value == "K6")
    cell.value = PASSED
    book.save(path)
    found = verify_workbook(path)
    assert not found.same
    assert ("法规校验", cell.coordinate) in {(item.sheet, item.cell) for item in found.changes}


def test_a_scenario_without_targets_has_no_table_of_them(tmp_path: Path) -> None:
    path = write_workbook(outcome("analytic"), tmp_path / "plan.xlsx")
    assert "绩效目标表" not in load_workbook(path).sheetnames
    with_target = write_workbook(outcome("analytic", BROKEN), tmp_path / "other.xlsx")
    assert "绩效目标表" in load_workbook(with_target).sheetnames


def test_the_grades_are_those_of_the_source_without_its_gaps() -> None:
    """P201 prints 90-100, 80-89, 60-79, 0-59: between 89 and 90 stands nothing, so each grade begins at its least score."""
    grades = performance().grades
    assert [(band.zh, band.at_least) for band in grades.band] == [("优", "90"), ("良", "80"), ("中", "60"), ("差", "0")]
    assert (grades.evidence, grades.fact) == ("secondary", "P201")


@pytest.mark.parametrize("base", ["statutory", "contract", "entitlement"])
def test_what_cannot_be_decided_names_the_keys_that_would_decide_it(base: str, tmp_path: Path) -> None:
    keys: Mapping[str, type[BaseModel]] = {
        "transfer": Transfer, "use": Use, "budget": Budget, "contract": Contract, "event": Event, "target": PerformanceTarget,
    }  # fmt: skip
    for item in reviewed(tmp_path, plan(base), seen()).values():
        tables = re.findall(r"\[\[?([a-z_]+)\]\]?", item.answer.needed)
        assert (item.id, bool(tables)) == (item.id, item.result in {FAILED, UNKNOWN})
        assert set(tables) <= set(keys)
        named = {word for word in re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", item.answer.needed) if "_" in word}
        values = {
            "not_corrected",
            "region_and_project",
            "advance_notice",
            "input_approved",
            "reported_back",
            "passed_on",
        }
        fields = {field for table in tables for field in keys[table].model_fields}
        assert named - values <= fields


# --- without a day of the computation -----------------------------------------------------------------


def undated(more: str = "") -> str:
    """A plan of 2024 on a basis of 2021-09-08 that reads no account and says no day of its computation."""
    return plan("entitlement", more).replace("date = 2024-09-01\n", "").replace("2024-07-15", "2021-09-08")


def test_no_law_is_beside_the_question_by_the_day_of_the_basis(tmp_path: Path) -> None:
    """The regulation of 2024-06-01 was in force in the period of 2024; on the day of the basis of 2021 nobody looked at anything."""
    found = reviewed(tmp_path, undated(), law())
    for name in ("K8", "K9", "PERF"):
        answer = found[name].answer
        assert (answer.result, answer.needed) == (UNKNOWN, "填写测算日期（date）")
        assert answer.found == "没有写测算日期；生态保护补偿条例自 2024-06-01 起，方案依据日期 2021-09-08"


@pytest.mark.parametrize(
    ("name", "more", "says"),
    [
        ("K18", "[transfer]\nkind = 'special'\nexpires = 2023-12-31\nevaluated = true", "期限 2023-12-31，已评估"),
        ("K20", "[[event]]\nkind = 'input_approved'\ndate = 2024-08-31\ndocument = '审定1号'", "2024-08-31 审定1号"),
    ],
)
def test_no_day_is_told_from_the_day_of_the_basis(name: str, more: str, says: str, tmp_path: Path) -> None:
    """By the basis of 2021, a transfer that ended in 2023 would go on, and figures approved in 2024 would be late."""
    answer = reviewed(tmp_path, undated(more), seen())[name].answer
    assert (answer.result, answer.found) == (UNKNOWN, f"{says}；没有写测算日期")


def test_no_page_prints_the_day_of_the_basis_as_that_of_the_computation(tmp_path: Path) -> None:
    made = write_workbook(run_text(undated()), tmp_path / "plan.xlsx")
    cover = {row[0]: row[1] for row in load_workbook(made)["封面"].iter_rows(max_col=2, values_only=True)}
    assert cover["编制日期"] == "没有写测算日期"
    assert verify_workbook(made).same
