"""plan.toml: what is accepted, and every fault with its line, in both languages, all at once."""

import re
import tomllib
from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest

from qhgep.compensation.plan.plan_text import PlanText
from qhgep.compensation.plan.read import Plan, _schema_problem, read_plan
from qhgep.compensation.rules.registry import RULES
from qhgep.compensation.rules.sequence import check_sequence, kind_of
from qhgep.errors import PlanError, messages

PILOT = Path(__file__).parent.parent / "examples" / "pilot" / "plan.toml"
BASE = """\
schema = 1
title = "测试方案"
layer = "statutory"
state = "draft"
period = 2023
pool = "1000.00"
round_to = "yuan"
recipients = ["632222", "632323"]
[basis]
document = "某办法"
number = "某〔2023〕1号"
article = "第五条"
date = 2023-03-01
[budget]
direct = true
already_issued = { "632222" = "10.00" }
[accounts]
gep = "account.toml"
[factor.water]
of = "gep.water_value_total"
as = "share"
[factor.area]
of = "gep.county_area"
as = "share"
negative = "zero"
basis = "测试"
[carry_in]
from = ""
[[step]]
id = "divide"
rule = "weighted"
weights = { water = "0.75", area = "0.25" }
decimals = 8
basis = "某办法第五条"
[[step]]
id = "floor"
rule = "floor"
amounts = { "632323" = "400.00" }
[[event]]
kind = "received"
date = 2023-05-06
amount = "1000.00"
[[evidence]]
for = ["divide", "floor", "budget.already_issued"]
evidence = "declared"
document = "测算数据"
number = "青财函〔2023〕9号"
date = 2023-02-01
unit = "青海省财政厅"
"""


def read(tmp_path: Path, *edits: tuple[str, str]) -> Plan:
    text = BASE
    for old, new in edits:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    path = tmp_path / "plan.toml"
    path.write_text(text, encoding="utf-8")
    return read_plan(path)


def faults(tmp_path: Path, *edits: tuple[str, str]) -> PlanError:
    with pytest.raises(PlanError) as caught:
        read(tmp_path, *edits)
    return caught.value


def test_a_whole_plan_is_read(tmp_path: Path) -> None:
    plan = read(tmp_path)
    assert (plan.title, plan.layer, plan.period, plan.pool_fen, plan.payable) == (
        "测试方案",
        "statutory",
        2023,
        100_000,
        100,
    )
    assert [(item.id, item.zh, item.kind) for item in plan.named_recipients] == [
        ("632222", "祁连县", "county"),
        ("632323", "泽库县", "county"),
    ]
    assert plan.basis_text() == "某办法 某〔2023〕1号 第五条"
    assert plan.file == tmp_path / "plan.toml"
    assert plan.where("factor", "area", "of") == "plan.toml:23"


def test_the_pilot_plan_is_read() -> None:
    plan = read_plan(str(PILOT))
    assert plan.layer == "analytic"
    assert [item.zh for item in plan.named_recipients] == ["祁连县", "泽库县", "玛沁县", "玉树市", "天峻县"]
    assert [step.rule for step in plan.step] == ["weighted", "floor"]


def test_recipients_need_not_be_counties(tmp_path: Path) -> None:
    declared = '[[recipient]]\nid = "{}"\nzh = "{}"\nkind = "{}"\n'
    parks = declared.format("park-2", "三江源园区", "park") + declared.format("632323", "泽库县", "county")
    plan = read(tmp_path, ('recipients = ["632222", "632323"]\n', parks), ('"632222" = "10.00"', '"park-2" = "10.00"'))
    assert [(item.id, item.kind) for item in plan.named_recipients] == [
        ("632323", "county"),
        ("park-2", "park"),
    ]


OURS = ("plan_", "factor_", "sheet_", "share_", "money_")
with Path(__file__).with_name("plan_faults.toml").open("rb") as golden:
    FAULTS = tomllib.load(golden)["case"]


@pytest.mark.parametrize("fault", FAULTS, ids=[fault["code"] for fault in FAULTS])
def test_a_fault_is_told_with_its_line(fault: dict[str, str], tmp_path: Path) -> None:
    error = faults(tmp_path, (fault["old"], fault["new"]))
    assert {item.code for item in error.problems} == {fault["code"]}
    assert str(error) == fault["says"]
    assert error.text("en") != str(error)


def test_toml_that_does_not_parse_is_told_with_its_line(tmp_path: Path) -> None:
    error = faults(tmp_path, ("period = 2023", "period = "))
    assert [(item.code, item.where) for item in error.problems] == [("file_toml", "plan.toml:5")]
    unclosed = faults(tmp_path, ('amount = "1000.00"\n', 'amount = "'))
    assert [item.code for item in unclosed.problems] == ["file_toml"]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "gbk.toml").write_bytes("title = '方案'".encode("gbk"))
    for name, reason in [("none.toml", "FileNotFoundError"), ("gbk.toml", "UnicodeDecodeError")]:
        with pytest.raises(PlanError) as caught:
            read_plan(tmp_path / name)
        place = f"{tmp_path / name}"
        assert caught.value.problems[0].code == "plan_file"
        assert str(caught.value) == f"{place}  方案文件读不出（{reason}）；UTF-8 编码的 plan.toml；检查路径和编码。"


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    error = faults(
        tmp_path,
        ("round_to", "rund = 1\nround_to"),
        ("direct = true", "direct = 1\nother = 2"),
        ('["632222", "632323"]', '["632222", "632323", "632323"]'),
        ('water = "0.75"', 'water = "0.7"'),
        ('pool = "1000.00"', 'pool = "300"'),
        ('article = "第五条"\n', ""),
    )
    assert [item.code for item in error.problems] == [
        "field_bool", "field_unknown", "field_unknown", "plan_basis", "plan_recipient_twice",
        "plan_weights_sum", "plan_floors_pool",
    ]  # fmt: skip


def test_checks_that_need_an_unreadable_key_are_left_out(tmp_path: Path) -> None:
    edits = [(f"{key} = ", f"{key} = [] #") for key in ("title", "layer", "state", "pool", "round_to")]
    error = faults(tmp_path, *edits, ("schema = 1", "schema = 2"), ('"0.75"', "0.75"), ("period = 2023", ""))
    assert sorted(item.code for item in error.problems) == [
        "field_choice", "field_choice", "field_choice", "field_choice", "field_missing", "field_text",
        "field_text", "field_text",
    ]  # fmt: skip


def test_a_rule_that_does_not_exist_is_told(tmp_path: Path) -> None:
    known = (
        "'base_increment', 'formula', 'weighted', 'floor', 'phase_in', 'tilt', 'award_penalty', 'bounds', 'cap', 'least_payment', 'top_up', "
        "'deduction', 'round_down', "
        "'area_rate', 'formula_due', 'instalments', 'pooled_sum', 'posts_wage', 'household_limits', 'back_payment', 'class_index', 'fixed_split'"
    )
    error = faults(tmp_path, ('rule = "floor"', 'rule = "ceiling"'))
    assert str(error) == f"plan.toml:37  step.1.rule 写作 'ceiling'；只能是 {known}；改正。"
    missing = faults(tmp_path, ('rule = "floor"\n', ""))
    assert str(missing) == f"plan.toml:35  step.1.rule 写作 ''；只能是 {known}；改正。"
    assert re.findall("[a-z_]+", known) == list(RULES)


SHARES = "按公式分配（formula）、因素法加权分配（weighted）"
BEFORE_BOUNDS = f"基数加增量（base_increment）、{SHARES}、新旧办法过渡（phase_in）、系数倾斜（tilt）、考核奖惩（award_penalty）、定额补助（top_up）"
DUE = (
    "面积×标准（area_rate）、按公式应得（formula_due）、分年度按验收面积（instalments）、"
    "各类资金汇总（pooled_sum）、岗位×工资（posts_wage）"
)
SETTLED = "补发与追缴（back_payment）、按水质类别和指数结算（class_index）、按约定比例出资和分配（fixed_split）"
SEQUENCES = [
    ("", "plan_step_none", "没有步骤；至少一步；可起头的：基数加增量（base_increment）、"),
    ("tilt", "plan_step_first", f"s0（系数倾斜，tilt）在最前；一个方案由这些之一起头：基数加增量（base_increment）、{SHARES}、面积"),
    ("weighted base_increment", "plan_after_start", (
        "s1（基数加增量，base_increment）接在 s0（因素法加权分配，weighted）之后；"
        "基数加增量（base_increment）只能起头；它把全部资金"
    )),
    ("weighted top_up tilt", "plan_after_tilt", (
        "s2（系数倾斜，tilt）接在 s1（定额补助，top_up）之后；"
        f"系数倾斜（tilt）紧接基数加增量（base_increment）、{SHARES}；系数乘在占比上，"
    )),
    ("base_increment tilt phase_in", "plan_after_phase_in", (
        "s2（新旧办法过渡，phase_in）接在 s0（基数加增量，base_increment）之后；"
        f"新旧办法过渡（phase_in）只接{SHARES}、系数倾斜（tilt），"
    )),
    ("weighted cap top_up", "plan_after_on_top", (
        "步骤 s2（定额补助，top_up）接在 s1（上限，cap）之后；"
        f"定额补助（top_up）接在{BEFORE_BOUNDS}之后，"
    )),
    ("base_increment tilt floor", "plan_after_floor", (
        "s2（下限，floor）接在 s0（基数加增量，base_increment）之后；"
        f"下限（floor）只接{SHARES}、系数倾斜（tilt），"
    )),
    ("weighted floor cap", "plan_after_limits", f"步骤 s2（上限，cap）接在 s1（下限，floor）之后；上限（cap）接在{BEFORE_BOUNDS}之后，"),
    ("weighted deduction deduction", "plan_after_deduction", (
        "步骤 s2（扣减结转，deduction）接在 s1（扣减结转，deduction）之后；"
        f"扣减结转（deduction）接在{BEFORE_BOUNDS[:8]}"
    )),
    ("weighted area_rate", "plan_after_due", (
        "步骤 s1（面积×标准，area_rate）接在 s0（因素法加权分配，weighted）之后；"
        f"面积×标准（area_rate）可起头，或接在{DUE}之后；"
    )),
    ("weighted floor least_payment", "plan_after_least_payment", (
        "步骤 s2（起付额，least_payment）接在 s1（下限，floor）之后；"
        "起付额（least_payment）接在"
    )),
    ("weighted household_limits", "plan_after_household_limits", f"按户封顶保底（household_limits）只接{DUE}，是最后一步；"),
    ("area_rate class_index", "plan_after_settled", f"按水质类别和指数结算（class_index）可起头，或接在{SETTLED}之后；结算的收付相抵为零，"),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "code", "says"), SEQUENCES, ids=[code for _, code, _ in SEQUENCES])
def test_a_step_that_may_not_follow_is_told_with_why(rules: str, code: str, says: str, tmp_path: Path) -> None:
    source = PlanText(tmp_path / "plan.toml", "")
    steps = [SimpleNamespace(id=f"s{place}", rule=rule) for place, rule in enumerate(rules.split())]
    check_sequence(steps, source)  # type: ignore[arg-type] # ids and rules are what it reads
    (found,) = source.problems.items
    assert found.code == code
    assert says in found.text()
    assert found.text("en") != found.text()
    assert kind_of(rules.split()) is None


ORDERS = re.compile(
    r"(?:weighted|formula)( tilt)?(?:(?: floor|( phase_in)?( top_up| award_penalty)*( cap| bounds)?)( deduction| round_down)?"
    r"|( phase_in)?( top_up| award_penalty)* least_payment)"
    r"|base_increment( tilt)?( top_up| award_penalty)*(( cap| bounds)?( deduction| round_down)?| least_payment)"
    r"|(area_rate|formula_due|posts_wage|instalments|pooled_sum)( (area_rate|formula_due|posts_wage|instalments|pooled_sum))*( household_limits)?"
    r"|(back_payment|class_index|fixed_split)( (back_payment|class_index|fixed_split))*"
)
"""The grammar of plans, written a second time."""


def test_plans_have_the_orders_that_they_always_had() -> None:
    """Every row of up to four steps, of all rules."""
    for length in range(1, 5):
        for rules in product(RULES, repeat=length):
            assert (kind_of(rules) is not None) == bool(ORDERS.fullmatch(" ".join(rules))), rules


def test_a_fault_that_pydantic_learns_to_find_is_still_told(tmp_path: Path) -> None:
    source = PlanText(tmp_path / "plan.toml", BASE)
    _schema_problem(source, ("pool",), {"type": "new_in_pydantic", "input": "x", "msg": "of a new kind"})
    (found,) = source.problems.items
    assert found.code == "field_value"
    assert found.text() == "plan.toml:6  pool 写作 'x'（of a new kind）；该文件的格式；改正。"


def test_codes_and_names_that_do_not_fit_are_told(tmp_path: Path) -> None:
    error = faults(
        tmp_path,
        ('"632222" = "10.00"', '"632701" = "10.00"'),
        ("[factor.area]", '[factor."面积"]'),
        ("area = ", '"面积" = '),
    )
    assert [(item.code, item.where) for item in error.problems] == [
        ("plan_recipient_unknown", "plan.toml:16"),
        ("plan_id", "plan.toml:22"),
    ]


def test_an_event_needs_no_amount(tmp_path: Path) -> None:
    assert read(tmp_path, ('amount = "1000.00"\n', "")).event[0].amount == ""


def test_a_negative_floor_is_refused(tmp_path: Path) -> None:
    assert "632323 的下限为 -1.00 元" in str(faults(tmp_path, ('"400.00"', '"-1.00"')))


def test_money_that_is_no_text_of_an_amount_is_told_where_it_stands(tmp_path: Path) -> None:
    error = faults(tmp_path, ('"10.00"', '"10万"'), ('pool = "1000.00"', 'pool = "一千"'), ('"400.00"', '"四百"'))
    assert [item.where for item in error.problems] == ["plan.toml:6", "plan.toml:16", "plan.toml:38"]


def test_every_message_of_plans_is_proved_by_a_test() -> None:
    names = (
        "test_plan.py",
        "test_plan_forms.py",
        "test_library.py",
        "test_back_payment.py",
        "test_steps.py",
        "test_factors.py",
        "test_money.py",
        "plan_faults.toml",
        "step_faults.toml",
        "test_payment.py",
        "test_plan_paper.py",
        "test_stated_factors.py",
        "test_typed_numbers.py",
        "test_analytic.py",
        "test_cli.py",
        "citation_faults.toml",
        "test_citations.py",
        "test_rules_in_force.py",
        "test_households.py",
        "test_account_areas.py",
        "test_plan_coverage.py",
        "reading_faults.toml",
        "test_share_rounding.py",
        "test_shared_totals.py",
        "share_warnings.toml",
        "test_decided_weights.py",
        "test_issued_earlier.py",
        "test_budget_items.py",
    )
    tests = "".join(Path(__file__).with_name(name).read_text(encoding="utf-8") for name in names)
    ours = [code for code in messages() if code.startswith(OURS) and code != "sheet_row_twice"]  # of input sheets
    assert [code for code in ours if not re.search(rf"""['"]{code}['"]""", tests)] == []


def test_both_languages_use_the_same_facts() -> None:
    ours = {code: texts for code, texts in messages().items() if code.startswith(OURS)}
    for code, texts in ours.items():
        used = {language: set("".join(texts[language]).split("{")[1:]) for language in ("zh", "en")}
        names = {language: {part.split("}")[0] for part in parts} for language, parts in used.items()}
        assert names["zh"] == names["en"], code
