"""Faults of steps: each told with its line, in both languages; `old` becomes `new` in the plan named `of`."""

import tomllib
from pathlib import Path

import pytest

from qhgep.errors import messages
from tests.support.step_plans import plan_text, run_text, told

TESTS = Path(__file__).parent
PLANS = tomllib.loads((TESTS / "step_plans.toml").read_text(encoding="utf-8"))
FAULTS = tomllib.loads((TESTS / "step_faults.toml").read_text(encoding="utf-8"))["case"]


def text_of(name: str) -> str:
    plan = PLANS[name]
    return plan_text(plan["steps"], pool=plan.get("pool", "1000.00"), layer=plan["layer"], round_to="yuan")


@pytest.mark.parametrize("name", sorted(PLANS))
def test_a_plan_without_a_fault_runs(name: str) -> None:
    assert all(check.holds for check in run_text(text_of(name)).checks)


@pytest.mark.parametrize("fault", FAULTS, ids=[f"{fault['of']}-{fault['code']}" for fault in FAULTS])
def test_a_fault_of_a_step_is_told_with_its_line(fault: dict[str, str]) -> None:
    text = text_of(fault["of"])
    assert fault["old"] in text
    error = told(text.replace(fault["old"], fault["new"], 1))
    assert {item.code for item in error.problems} == {fault["code"]}
    assert str(error) == fault["says"]
    assert error.text("en") != str(error)


def test_every_rule_stands_in_a_plan_with_faults() -> None:
    from qhgep.compensation.rules.registry import RULES

    written = "".join(plan["steps"] for plan in PLANS.values())
    assert [rule for rule in RULES if f'rule = "{rule}"' not in written and rule not in {"weighted", "floor"}] == []
    assert {fault["code"] for fault in FAULTS} <= set(messages())
