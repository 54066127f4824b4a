"""Every column of every rule, recalculated by two other programs: cell by cell what the exact amounts say."""

import tomllib
from functools import cache
from pathlib import Path

import pytest

from qhgep.compensation.allocation import Allocation
from qhgep.compensation.rules.registry import RULES
from tests.support.plans import write_sheets
from tests.support.rules_in_force import run_case
from tests.support.step_plans import differences, run_text
from tests.test_step_faults import PLANS, text_of
from tests.witness import formualizer, libreoffice

CASES = tomllib.loads(Path(__file__).with_name("rule_cases.toml").read_text(encoding="utf-8"))["case"]


@cache
def allocations() -> tuple[Allocation, ...]:
    """One plan for every rule, and every published payment."""
    return (*(run_text(text_of(name)) for name in sorted(PLANS)), *map(run_case, CASES))


def test_the_plans_have_every_rule() -> None:
    written = "".join(plan["steps"] for plan in PLANS.values())
    assert [rule for rule in RULES if f'rule = "{rule}"' not in written] == ["floor"], "floor: test_plan_sheet"


def test_formualizer_computes_every_column_of_every_rule(tmp_path: Path) -> None:
    found = formualizer.recalculate(write_sheets(tmp_path / "rules.xlsx", allocations()))
    assert differences(found, *allocations()) == []


@pytest.mark.libreoffice
def test_libreoffice_computes_every_column_of_every_rule(tmp_path: Path) -> None:
    found = libreoffice.recalculate(write_sheets(tmp_path / "rules.xlsx", allocations()))
    assert differences(found, *allocations()) == []
