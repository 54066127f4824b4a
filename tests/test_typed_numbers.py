"""A number typed into a plan that pays money needs evidence: what is accepted, what is refused, and how it is told."""

from pathlib import Path

import pytest

from qhgep import allocate
from qhgep.compensation.plan.read import read_plan
from qhgep.compensation.plan.schema import FactorTerms
from qhgep.compensation.plan.typed_numbers import typed_numbers
from qhgep.errors import PlanError
from tests.support.step_plans import CODES, HEAD, run_text, table, told

NAMED = ", ".join(f'"{code}"' for code in CODES)
STEPS = f"""\
[[step]]
id = "grass"
rule = "area_rate"
rates = {{ ban = "12.3", balance = "row:P195" }}
areas.ban = {table(dict.fromkeys(CODES, "10"))}
unit = "person"
areas.balance = {table(dict.fromkeys(CODES, "1"))}
basis = "某办法第五条"
[[phase]]
id = "first"
zh = "提前下达"
share = "0.9"
basis = "试"
[[phase]]
id = "rest"
zh = "清算"
"""
"""Three counties; P195 is cited at 10,000 yuan a person and needs no evidence of the plan."""
FULL = {
    "evidence": '"declared"', "document": '"面积统计表"', "number": '"青林函〔2023〕4号"', "date": "2023-02-01",
    "unit": '"青海省林业和草原局"',
}  # fmt: skip


def text(more: str = "", *, layer: str = "statutory", state: str = "draft", number: str = "青财农〔2023〕1号") -> str:
    head = HEAD.format(layer=layer, period=2023, pool="9999999.00", round_to="fen", codes=NAMED)
    return head.replace("1号", number).replace('"draft"', f'"{state}"') + STEPS + more


def entry(targets: str, **changes: str) -> str:
    fields = {name: value for name, value in (FULL | changes).items() if value}
    return (
        "\n".join(["[[evidence]]", f"for = {targets}", *(f"{name} = {value}" for name, value in fields.items())]) + "\n"
    )


def allocated(folder: Path, plan: str, require: str | None = "secondary") -> tuple[tuple[str, ...], tuple[str, ...]]:
    (folder / "plan.toml").write_text(plan, encoding="utf-8")
    found = allocate(folder / "plan.toml", require=require)  # type: ignore[arg-type] # a level
    return found.heading.notices, found.notes


def refused(folder: Path, plan: str, require: str | None = None) -> PlanError:
    (folder / "plan.toml").write_text(plan, encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        allocate(folder / "plan.toml", require=require)  # type: ignore[arg-type] # a level
    return caught.value


def test_what_nobody_rates_is_the_weakest_and_one_message_names_all_of_it(tmp_path: Path) -> None:
    """Four parameters and a phase; the rate that cites a row is not among them, the pool stands in [basis]."""
    error = refused(tmp_path, text(), "secondary")
    (found,) = error.problems
    assert found.text() == (
        "plan.toml:18  方案里自己写的数有 4 处证据不够（最弱：假定）：grass.areas.ban、grass.areas.balance、grass.rates.ban、phase.first；"
        "转引或更强：每处数在“证据”表有一行，plan.toml 里写 [[evidence]]：用于（for）、证据（evidence），"
        "申报写填报单位（unit）、文号（number）、文件日期（date），原文写文号、文件日期、条款（at）；"
        "不写所在文件（document）的指依据文件（[basis]）；因素写填报单位（declared_by）、文号、日期；"
        "补写；确要用的，以 --require 假定 写明放宽。"
    )
    assert found.text("en").startswith("plan.toml:18  4 number(s) typed into the plan rest on too weak evidence")


def test_what_is_rated_is_accepted_as_far_as_it_is_rated(tmp_path: Path) -> None:
    plan = text(entry('["grass", "phase.first"]'))
    notices, notes = allocated(tmp_path, plan)
    assert notices == ("测算稿（证据不足）", "所用数据最弱的证据：转引"), "the row that is cited is a county's news"
    assert notes[0] == (
        "由方案写明的数：grass.areas.ban、grass.areas.balance、grass.rates.ban、phase.first"
        "（申报：面积统计表，青林函〔2023〕4号，2023-02-01，青海省林业和草原局）"
    )
    assert {item.code for item in refused(tmp_path, plan, "primary").problems} == {"plan_row_evidence"}


@pytest.mark.parametrize("lack", ["number", "date", "unit"])
def test_declared_without_unit_number_or_date_is_told_when_the_plan_is_read(tmp_path: Path, lack: str) -> None:
    more = {} if lack == "unit" else {"number": '"文号未见"'} if lack == "number" else {"date": ""}
    (tmp_path / "plan.toml").write_text(text(entry('"grass"', **{lack: "", **more})), encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        read_plan(tmp_path / "plan.toml")
    (found,) = caught.value.problems
    assert (found.code, dict(found.facts)["lacks"]) == ("plan_evidence_lacks", lack)
    assert found.text().startswith(f"plan.toml:30  [[evidence]] 写作 declared，没有写全 {lack}；")


def test_primary_is_a_place_in_a_numbered_document_by_default_that_of_the_basis(tmp_path: Path) -> None:
    bare = {"document": "", "number": "", "date": "", "unit": "", "evidence": '"primary"'}
    stated = text(entry('["grass", "phase"]', **bare, at='"第五条"'))
    _, notes = allocated(tmp_path, stated)
    assert notes[0].endswith("（原文：某办法，青财农〔2023〕1号，2023-03-01，第五条）")
    nowhere = refused(tmp_path, text(entry('["grass", "phase"]', **bare)))
    assert [dict(item.facts)["lacks"] for item in nowhere.problems] == ["at"]
    unnumbered = refused(tmp_path, text(entry('["grass", "phase"]', **bare, at='"第五条"'), number="文号未见"))
    assert [dict(item.facts)["lacks"] for item in unnumbered.problems] == ["number"]


@pytest.mark.parametrize("at", ["见附件", "略", "全文", "第X条", "http://example.org/a"])
def test_what_points_to_no_place_in_the_document_is_no_primary_text(tmp_path: Path, at: str) -> None:
    bare = {"document": "", "number": "", "date": "", "unit": "", "evidence": '"primary"'}
    found = refused(tmp_path, text(entry('["grass", "phase"]', **bare, at=f'"{at}"')))
    assert [dict(item.facts)["lacks"] for item in found.problems] == ["at"]


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("unit", '"见附件"'),
        ("unit", '"内部资料"'),
        ("number", '"附件1"'),
        ("number", '"2023年年报"'),
        ("date", "2099-01-01"),
        ("document", '"略"'),
    ],
)
def test_what_stands_where_unit_number_date_or_document_is_missing_declares_no_number_of_a_plan(
    tmp_path: Path, field: str, words: str
) -> None:
    found = refused(tmp_path, text(entry('["grass", "phase"]', **{field: words})))
    assert [(item.code, dict(item.facts)["lacks"]) for item in found.problems] == [("plan_evidence_lacks", field)]


@pytest.mark.parametrize(
    "document", ["某论文", "统计年鉴2023", "附件1（2023）", "微信群 2023 第3页", "祁统〔2023〕X号"]
)
def test_what_nobody_can_look_up_is_no_published_number_of_a_plan(tmp_path: Path, document: str) -> None:
    """A title alone, a year alone, an attachment, a chat, a number that was left open."""
    bare = {"document": f'"{document}"', "number": "", "date": "", "unit": "", "evidence": '"published"'}
    found = refused(tmp_path, text(entry('["grass", "phase"]', **bare)), "published")
    assert [(item.code, dict(item.facts)["lacks"]) for item in found.problems] == [
        ("plan_evidence_lacks", "number、date")
    ]
    assert (
        found.problems[0]
        .text()
        .endswith(
            "[[evidence]] 写作 published，没有写全 number、date；申报：填报单位 unit（单位全名）、文号 number、日期 date（与文号同年）；"
            "原文：文号、日期和位置 at（第几条、表几）；文献：同申报，或查得到的出处（网址，或年份和卷、页、文号）；其余写 document；"
            "补写 number、date，或把等级改低。"
        )
    )


@pytest.mark.parametrize(
    "more",
    [
        {"document": '"生态学报，2017，37（5）：1234"', "number": "", "date": "", "unit": ""},
        {"document": '"降水数据集，doi:10.1000/1"', "number": "", "date": "", "unit": ""},
        {"document": '"祁连县统计公报"'},
    ],
)
def test_a_published_number_of_a_plan_has_a_document_that_can_be_looked_up(
    tmp_path: Path, more: dict[str, str]
) -> None:
    plan = text(entry('["grass", "phase"]', evidence='"published"', **more)).replace('"row:P195"', '"10000"')
    assert allocated(tmp_path, plan, "published")[0][0] == "测算稿（证据不足）"


@pytest.mark.parametrize(
    ("document", "level"), [("某论文", "secondary"), ("生态学报，2017，37（5）：1234", "published")]
)
def test_a_factor_of_a_plan_is_published_where_its_document_can_be_looked_up(document: str, level: str) -> None:
    terms = FactorTerms.model_validate(
        {"as": "share", "evidence": "published", "document": document, "values": {"632222": "1"}}
    )
    assert terms.rated == level


def test_the_entry_that_names_a_number_most_closely_rates_it_and_of_two_the_weaker(tmp_path: Path) -> None:
    weaker = {
        "evidence": '"published"',
        "document": '"生态学报，2017，37（5）：1234"',
        "number": "",
        "date": "",
        "unit": "",
    }
    plan = text(entry('["grass", "phase.first"]') + entry('"grass.areas.ban"', **weaker))
    (tmp_path / "plan.toml").write_text(plan, encoding="utf-8")
    levels = {item.name: item.evidence for item in typed_numbers(read_plan(tmp_path / "plan.toml"))}
    assert levels == {
        "pool": "primary", "grass.areas.ban": "published", "grass.areas.balance": "declared", "grass.rates.ban": "declared",
        "phase.first": "declared",
    }  # fmt: skip
    (tmp_path / "plan.toml").write_text(plan + entry('"grass.areas.ban"'), encoding="utf-8")
    levels = {item.name: item.evidence for item in typed_numbers(read_plan(tmp_path / "plan.toml"))}
    assert levels["grass.areas.ban"] == "published"


def test_a_pool_whose_document_has_no_number_is_a_copy(tmp_path: Path) -> None:
    plan = text(entry('["grass", "phase.first"]'), number="文号未见").replace('"row:P195"', '"10000"')
    (found,) = refused(tmp_path, plan).problems
    assert dict(found.facts)["names"] == "pool（资金总额）"
    assert allocated(tmp_path, plan)[0] == ("测算稿（证据不足）", "所用数据最弱的证据：转引")
    own = plan + entry('"pool"', document='"预算指标文件"')
    assert allocated(tmp_path, own, None) == ((), allocated(tmp_path, own, None)[1])


def test_an_entry_of_nothing_is_told(tmp_path: Path) -> None:
    error = refused(tmp_path, text(entry('["grass", "gras", "phase.first", "budget.already_issued"]')))
    assert {item.code for item in error.problems} == {"plan_evidence_unused"}
    assert [dict(item.facts)["target"] for item in error.problems] == ["gras", "budget.already_issued"]
    assert error.problems[0].text().startswith("plan.toml:30  [[evidence]] 的 for = “gras” 没有指到方案里的数；")


def test_what_was_issued_already_makes_money_too(tmp_path: Path) -> None:
    issued = f"[budget]\nalready_issued = {table(dict.fromkeys(CODES, '1.00'))}\n"
    (found,) = refused(tmp_path, text(entry('["grass", "phase.first"]') + issued), "published").problems[-1:]
    assert found.code in {"plan_row_evidence", "plan_typed_evidence"}
    plan = text(entry('["grass", "phase.first"]') + issued).replace('"row:P195"', '"10000"')
    assert dict(refused(tmp_path, plan).problems[0].facts)["names"] == "budget.already_issued（已经下达）"


def test_a_scenario_chooses_its_numbers_and_a_contract_is_asked_when_the_level_is_raised(tmp_path: Path) -> None:
    analytic = text(layer="analytic").split("[[phase]]")[0]
    assert allocated(tmp_path, analytic)[0][:2] == ("情景测算表", "不作为资金分配依据")
    sides = 'payer = "632222"\nreceiver = "632323"\nsection_class = "II"\nclasses = { "II" = "100" }\n'
    step = f'[[step]]\nid = "split"\nrule = "class_index"\n{sides}basis = "试"\n'
    named = '"632222", "632323"'
    contract = HEAD.format(layer="contract", period=2023, pool="9999.00", round_to="fen", codes=named) + step
    assert allocated(tmp_path, contract, None)[0] == ("所用数据最弱的证据：假定",)
    (found,) = refused(tmp_path, contract, "declared").problems
    assert dict(found.facts)["names"] == "split.classes.II"
    assert allocated(tmp_path, contract + entry('"split"'), "declared")[0] == ()


@pytest.mark.parametrize("require", ["declared", "published", "secondary", "unconfirmed", "assumed"])
def test_the_notice_follows_the_data_and_not_what_the_run_would_accept(tmp_path: Path, require: str) -> None:
    plan = text(entry('["grass", "phase.first"]')).replace('"row:P195"', '"10000"')
    assert allocated(tmp_path, plan, require)[0] == ()
    final = plan.replace('state = "draft"', 'state = "final"')
    assert allocated(tmp_path, final, require)[0] == ()


@pytest.mark.parametrize("level", ["published", "secondary", "unconfirmed", "assumed"])
def test_weak_data_say_so_in_a_statutory_plan_and_in_a_final_contract(tmp_path: Path, level: str) -> None:
    weak = entry('["grass", "phase.first"]', evidence=f'"{level}"')
    plan = text(weak).replace('"row:P195"', '"10000"')
    assert allocated(tmp_path, plan, "assumed")[0][0] == "测算稿（证据不足）"
    error = refused(tmp_path, plan.replace('"draft"', '"final"'), "assumed")
    assert [item.code for item in error.problems] == ["plan_final_weak"]


STATED = """\
[factor.water]
zh = "供水量"
values = { "632222" = "3", "632323" = "0", "632621" = "1" }
as = "share"
evidence = "declared"
document = "附表"
declared_by = "青海省水利厅"
number = "青水函〔2023〕7号"
date = 2023-01-31
[[step]]
id = "divide"
rule = "weighted"
weights = { water = "1" }
basis = "试"
"""


@pytest.mark.parametrize(
    "line", ['declared_by = "青海省水利厅"\n', 'number = "青水函〔2023〕7号"\n', "date = 2023-01-31\n"]
)
def test_a_stated_factor_is_declared_with_unit_number_and_date_and_else_a_copy(line: str) -> None:
    head = HEAD.format(layer="statutory", period=2023, pool="1000.00", round_to="fen", codes=NAMED)
    rests_on = entry('"divide"')
    full = run_text(head + STATED + rests_on)
    assert {figure.evidence for figure in full.factors["water"].figures.values()} == {"declared"}
    error = told(head + STATED.replace(line, "") + rests_on)
    assert [dict(item.facts)["names"] for item in error.problems] == ["factor.water"]
    analytic = run_text((head + STATED.replace(line, "")).replace('"statutory"', '"analytic"'))
    assert {figure.evidence for figure in analytic.factors["water"].figures.values()} == {"secondary"}
