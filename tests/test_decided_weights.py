"""plan.with_weights: other weights by a decision, in memory; the text of the plan says it, and the layer's rules hold."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from qhgep import allocate, compute, read_account, read_plan, verify_workbook, write_workbook
from qhgep.compensation.columns.parameter import Cited
from qhgep.compensation.plan.schema import Plan
from qhgep.errors import PlanError
from tests.test_cli import PILOT

BASIS = "决定：水为主（张三；原为 water 0.5、area 0.5）"
PLAN = """\
schema = 1
title = "两县"
layer = "{layer}"
state = "draft"
period = 2023
pool = "1000.00"
round_to = "fen"
recipients = ["632222", "632323"]
[basis]
document = "某办法"
number = "某〔2023〕1号"
article = "第五条"
date = 2023-03-01
[factor.water]
values = {{ "632222" = "30", "632323" = "10" }}
zh = "水"
evidence = "declared"
document = "水表"
declared_by = "水利局"
number = "1号"
date = 2023-02-01
as = "share"
[factor.area]
values = {{ "632222" = "50", "632323" = "50" }}
zh = "面积"
evidence = "declared"
document = "面积表"
declared_by = "自然资源局"
number = "2号"
date = 2023-02-01
as = "share"
[[step]]
id = "divide"
rule = "weighted" # 两因素
[step.weights]
water = "0.5"
area = '0.5'
[[evidence]]
for = "divide"
evidence = "declared"
unit = "财政厅"
number = "3号"
date = 2023-02-02
"""
DECISION: dict[str, Any] = {"reason": "水为主", "decided_by": "张三"}
OTHER = {"water": "0.8", "area": "0.2"}


def plan_of(folder: Path, layer: str = "statutory") -> Plan:
    text = PLAN.format(layer=layer).replace(
        'rule = "weighted" # 两因素', 'rule = "weighted" # 两因素\nbasis = "某办法"'
    )
    (folder / "plan.toml").write_text(text, encoding="utf-8")
    return read_plan(folder / "plan.toml")


def told(plan: Plan, weights: dict[str, Any], **changes: Any) -> tuple[str, str]:  # noqa: ANN401 - any argument
    with pytest.raises(PlanError) as caught:
        plan.with_weights(weights, **DECISION | changes)
    return caught.value.problems[0].code, caught.value.text()


def test_amounts_are_those_of_the_new_weights(tmp_path: Path) -> None:
    """Shares of water 3/4 and 1/4, of area 1/2 and 1/2: 0.5/0.5 pays 625 and 375; 0.8/0.2 pays 700 and 300."""
    plan = plan_of(tmp_path, "analytic")
    assert list(allocate(plan, results={}).fen.values()) == [62500, 37500]
    changed = plan.with_weights(OTHER, **DECISION)
    assert list(allocate(changed, results={}).fen.values()) == [70000, 30000]
    assert list(allocate(plan, results={}).fen.values()) == [62500, 37500]


@pytest.mark.parametrize("weights", [OTHER, {"water": Decimal("0.8"), "area": Fraction(1, 5)}])
def test_the_text_of_the_changed_plan_is_a_plan_that_says_the_same(tmp_path: Path, weights: dict[str, Any]) -> None:
    plan = plan_of(tmp_path, "analytic")
    changed = plan.with_weights(weights, **DECISION)
    assert 'rule = "weighted" # 两因素' in changed.text
    assert 'water = "0.8"\narea = "0.2"' in changed.text
    (tmp_path / "plan.toml").write_text(changed.text, encoding="utf-8")
    again = read_plan(tmp_path / "plan.toml")
    assert again.model_dump() == changed.model_dump()
    assert again.step[0].basis == BASIS


def test_a_statutory_plan_refuses_weights_without_a_document(tmp_path: Path) -> None:
    """The step is declared as a whole; the decided weights are not, whatever the entry of the step says."""
    changed = plan_of(tmp_path).with_weights(OTHER, **DECISION)
    with pytest.raises(PlanError) as caught:
        allocate(changed, results={})
    assert (
        "方案里自己写的数有 2 处证据不够（最弱：假定）：divide.weights.water、divide.weights.area"
        in caught.value.text()
    )
    lowered = allocate(changed, results={}, require="assumed")
    assert "测算稿（证据不足）" in lowered.heading.notices
    assert f"由方案写明的数：divide.weights.water、divide.weights.area（假定：{BASIS}）" in lowered.notes


def test_a_statutory_plan_takes_weights_that_a_document_declares(tmp_path: Path) -> None:
    document = {
        "evidence": "declared",
        "document": "新办法",
        "unit": "财政厅",
        "number": "9号",
        "date": date(2023, 2, 9),
    }
    changed = plan_of(tmp_path).with_weights(OTHER, **DECISION, evidence=document)
    assert list(allocate(changed, results={}).fen.values()) == [70000, 30000]
    (tmp_path / "plan.toml").write_text(changed.text, encoding="utf-8")
    assert read_plan(tmp_path / "plan.toml").model_dump() == changed.model_dump()


def test_a_workbook_of_a_changed_plan_is_verified_as_any_other(tmp_path: Path) -> None:
    """Results are in memory: another price of carbon, the plan's other weights, and the book is rebuilt from what it says."""
    account = read_account(PILOT / "account.toml").with_coefficient(
        "GZ-26", value="418", reason="试", decided_by="某处"
    )
    plan = read_plan(PILOT / "plan.toml")
    weights = {"water": "0.4", "carbon": "0.4", "area": "0.2"}
    changed = plan.with_weights(weights, **DECISION)
    found = allocate(changed, results={"gep": compute(account)})
    assert found.fen != allocate(plan).fen
    write_workbook(found, tmp_path / "plan.xlsx")
    assert verify_workbook(tmp_path / "plan.xlsx").causes == ()


FAULTS = (
    (
        "plan_decided_factors", {"water": "1"}, {},
        "步骤 divide 的新权重给的因素是 water；每个因素各一个：water、area；补齐或改名；不用的因素写 0。",
    ),
    ("plan_decided_reason", OTHER, {"reason": " "}, "新权重没有写 reason 或 decided_by；每个判断都写明理由和决定人；补写。"),
    (
        "plan_decided_step", OTHER, {"step": "floor"},
        "没有可改权重的步骤 floor；有权重的一步（本方案：divide）；以 step 写明是哪一步。",
    ),
)  # fmt: skip


@pytest.mark.parametrize(("code", "weights", "changes", "says"), FAULTS)
def test_what_is_wrong_with_a_decision_is_told(
    tmp_path: Path, code: str, weights: dict[str, Any], changes: dict[str, Any], says: str
) -> None:
    assert told(plan_of(tmp_path), weights, **changes) == (code, f"with_weights()  {says}")


def test_weights_are_held_to_the_rules_of_their_step(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    line = plan.text.splitlines().index("[step.weights]") + 1
    assert told(plan, {"water": "0.8", "area": "0.3"}) == (
        "plan_weights_sum", f"plan.toml:{line}  权重之和为 1.1；正好等于 1；调整权重。",
    )  # fmt: skip
    assert told(plan, {"water": Fraction(2, 3), "area": Fraction(1, 3)})[0] == "plan_weight_text"


def test_weights_that_cite_rows_are_changed_in_a_pack(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    plan._cited = {("divide", "weights.area"): Cited("X-1", "某文", "stated", "primary")}  # noqa: SLF001 - as if cited
    assert told(plan, OTHER) == (
        "plan_decided_cited",
        "with_weights()  步骤 divide 的权重引自系数库的行：area；方案自己写明的权重；在系数包里改这些行。",
    )
