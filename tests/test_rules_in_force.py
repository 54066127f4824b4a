"""Every rule of the index: its parameters exist, its skeleton reads, it runs on a case or stops by name."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from qhgep.cli.rules import write_skeleton
from qhgep.coefficient_store import load_parameters, parameters_not_used
from qhgep.compensation.plan.read import read_plan
from qhgep.compensation.rules.index import Rule, evidence, facts_of, part_of, rules, stops_at
from qhgep.data import data_folder
from qhgep.errors import PlanError
from scripts.payments import TARGET, published, table
from tests.support.rules_in_force import arithmetic, filled, run_case
from tests.support.step_plans import exact_amounts
from tests.test_parameters import pack

CASES = tomllib.loads(Path(__file__).with_name("rule_cases.toml").read_text(encoding="utf-8"))["case"]
SECTION_12 = (
    "GRASS-NAT-1", "GRASS-NAT-2", "GRASS-NAT-3", "GRASS-NAT-4", "GRASS-QH-1", "GRASS-QH-2", "GRASS-CAP",
    "FOR-PBF", "FOR-NFP", "FOR-RCF-NEW", "FOR-RCG-NEW", "FOR-RCF-OLD", "FOR-RANGER", "FALLOW",
    "WET-EB", "DES-CLOSE", "POST-NP", "POST-GRASS", "KEF-2011", "KEF-2017", "KEF-2022",
    "KEF-SUB", "KEF-EI", "KEF-2020-INC", "QH-BASIN", "HWC-2016", "HWC-XAJ", "HWC-YL1/2",
    "HWC-GN", "HWC-QG", "HWC-CSH", "HWC-2025-C", "HWC-FJ/QZ/SX/SY", "PILOT", "GEP-ZJ",
    "ACA", "LAW-COMP", "FIN",
)  # fmt: skip
WAN = 10_000
WITH_TEMPLATE = [rule for rule in rules().values() if rule.template]


def named(line: str) -> list[str]:
    """HWC-FJ/QZ -> HWC-FJ, HWC-QZ; HWC-YL1/2 -> HWC-YL1, HWC-YL2."""
    first, *more = line.split("/")
    head = first[: -len(more[0])] if more else ""
    return [first, *(head + item for item in more)]


def test_each_of_the_38_lines_of_the_index_has_its_entry() -> None:
    assert len(SECTION_12) == 38
    assert [rule for line in SECTION_12 for rule in named(line)] == list(rules())


@pytest.mark.parametrize("rule", rules().values(), ids=lambda rule: rule.id)
def test_every_parameter_of_a_rule_is_a_row_or_missing_or_not_used(rule: Rule) -> None:
    store = load_parameters()
    known = {*parameters_not_used()}
    lost = [
        fact
        for fact in rule.parameters
        if fact not in known
        and not any(part_of(row, fact) for row in (*(row.row for row in store.rows), *store.missing))
    ]
    assert lost == []


def test_every_skeleton_belongs_to_a_rule() -> None:
    files = {path.stem for path in (data_folder("templates") / "plans").glob("*.toml")}
    assert files == {rule.template for rule in WITH_TEMPLATE}


@pytest.mark.parametrize("rule", WITH_TEMPLATE, ids=lambda rule: rule.id)
def test_a_skeleton_reads_and_lists_what_is_to_be_filled_in_with_its_lines(rule: Rule) -> None:
    assert rule.file is not None
    text = rule.file.read_text(encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        read_plan(rule.file)
    assert {item.code for item in caught.value.problems} == {"plan_input_missing"}
    assert len(caught.value.problems) == len(re.findall('"missing: ', text))
    assert text.startswith(f"# {rule.id}. ")


def test_what_is_to_be_filled_in_is_told_as_a_whole_message() -> None:
    file = rules()["GRASS-NAT-4"].file
    assert file is not None
    with pytest.raises(PlanError) as caught:
        read_plan(file)
    assert str(caught.value).splitlines()[0] == (
        "GRASS-NAT-4.toml:6  period 待填；年份（2026—2030）；填写后再测算；没有依据不得代以零或相邻的数值。"
    )
    assert caught.value.text("en").startswith("GRASS-NAT-4.toml:6  period is still to be filled in; ")
    assert {item.code for item in caught.value.problems} == {"plan_input_missing"}


@pytest.mark.parametrize("case", CASES, ids=[f"{case['rule']} {case['case']} {case['name']}" for case in CASES])
def test_a_published_payment_is_what_its_rule_comes_to(case: Mapping[str, Any]) -> None:
    found = exact_amounts(run_case(case))
    assert found == {code: arithmetic(text) * WAN for code, text in case["wan"].items()}
    assert abs(sum(found.values()) / WAN - arithmetic(case["printed"])) <= arithmetic(case["gap"])


def test_every_rule_that_can_run_runs_on_a_case() -> None:
    store = load_parameters()
    running = {rule.id for rule in rules().values() if not stops_at(rule, store)}
    assert running - {case["rule"] for case in CASES} == set()
    assert len(running) == 20


@pytest.mark.parametrize(
    ("rule", "period", "row"),
    [("GRASS-NAT-4", 2026, "P010"), ("WET-EB", 2023, "P063"), ("DES-CLOSE", 2023, "P064")],
)
def test_a_rule_without_a_rate_stops_at_the_missing_row_and_its_document(
    tmp_path: Path, rule: str, period: int, row: str
) -> None:
    name = {"GRASS-NAT-4": "ban", "WET-EB": "wetland", "DES-CLOSE": "closure"}[rule]
    areas = f'{{ {name} = {{ 632222 = "1" }} }}'
    given = {"period": str(period), "pool": '"1000.00"', "step.0.areas": areas}
    if rule == "GRASS-NAT-4":
        given |= {"step.0.areas": '{ ban = { 632222 = "1" }, balance = { 632222 = "1" } }', "step.0.total": "{}"}
    (tmp_path / "plan.toml").write_text(filled(rule, given, ("632222 - county",)), encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        read_plan(tmp_path / "plan.toml")
    assert {item.code for item in caught.value.problems} == {"plan_row_missing"}
    assert load_parameters().missing[row].document in str(caught.value)


def test_a_pack_with_the_missing_rows_lets_a_rule_run(tmp_path: Path) -> None:
    rows = [
        f"P035{part},household_{name},632222,,,2018-01-01,2018-12-31,,,{value},,,CNY/household,own-plan,第五条,stated,primary,,,GRASS-CAP"
        for part, name, value in (("a", "least", 2000), ("b", "most", 40000))
    ]
    store = load_parameters([pack(tmp_path, *rows)])
    assert stops_at(rules()["GRASS-CAP"], load_parameters()).startswith("P035a 户均保底标准，载于：")
    assert stops_at(rules()["GRASS-CAP"], store) == ""
    assert next(value for row, value in facts_of(rules()["GRASS-CAP"], store) if row == "P035b").startswith(
        "household_most"
    )


def test_a_rule_that_stops_names_a_missing_row_or_words_of_its_skeleton() -> None:
    store = load_parameters()
    for rule in WITH_TEMPLATE:
        stops = stops_at(rule, store)
        assert rule.file is not None
        text = rule.file.read_text(encoding="utf-8")
        assert not stops or any(row in stops for row in store.missing) or f"missing: {stops}" in text or stops in text


def test_the_evidence_of_a_rule_is_that_of_its_weakest_number() -> None:
    store = load_parameters()
    levels = {
        name: evidence(rules()[name], store) for name in ("FIN", "GRASS-NAT-2", "GRASS-QH-2", "ACA", "GRASS-NAT-4")
    }
    assert levels == {
        "FIN": "primary",
        "GRASS-NAT-2": "secondary",
        "GRASS-QH-2": "unconfirmed",
        "ACA": "published",
        "GRASS-NAT-4": "",
    }


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("rule_unknown", "没有规则 x；一条规则：" + "、".join(rules()) + "；qhgep compensation 列出全部规则。"),
        (
            "rule_template",
            "规则 HWC-2016 没有待填的方案：基准期由协议选定（3 至 5 年），没有金额；有方案的规则；qhgep compensation 列出各规则能否运行。",
        ),
        ("rule_target", "plan.toml  文件已经存在，没有写；新的文件；换一个路径。"),
    ],
)
def test_a_skeleton_that_cannot_be_written_is_told(tmp_path: Path, code: str, says: str) -> None:
    (tmp_path / "plan.toml").touch()
    name = {"rule_unknown": "x", "rule_template": "HWC-2016", "rule_target": "PILOT"}[code]
    with pytest.raises(PlanError) as caught:
        write_skeleton(name, tmp_path / "plan.toml")
    assert {item.code for item in caught.value.problems} == {code}
    assert str(caught.value).replace(f"{tmp_path}/", "") == says


def test_the_table_of_published_payments_is_current_and_every_case_lies_within_its_gap() -> None:
    assert TARGET.read_text(encoding="utf-8") == table()
    assert len(published()) == 20
    assert "20 of 20 within their gap, 16 of them exactly; 4 are payments whose every part is printed." in table()
