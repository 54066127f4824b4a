"""Random plans of every kind beside the independent program of tests/oracles: the same fen, exact yuan, and refusals.

`python -m benchmarks.random_plans 5000` asks the same of many more.
"""

import tomllib
from pathlib import Path
from random import Random

import pytest

from benchmarks.random_plans import carried, differences, outcome
from qhgep import allocate
from qhgep.compensation.rules.registry import RULES
from tests.oracles import divisions, draws, entitlements, settlements
from tests.oracles.plan import settle

SEEDS = 60
"""Of each kind; each group of ten is a test."""


@pytest.mark.parametrize("first", range(0, SEEDS, 10))
@pytest.mark.parametrize("kind", draws.KINDS)
def test_a_random_plan_pays_what_the_independent_program_pays(kind: str, first: int, tmp_path: Path) -> None:
    found = [outcome(kind, seed, tmp_path / "plan.toml") for seed in range(first, first + 10)]
    assert [told for _, told in found if told] == []
    assert sum(how == "same" for how, _ in found) >= 5


@pytest.mark.parametrize(
    ("kind", "seed"), [("division", 582), ("division", 2695), ("division", 10772), ("division", 1004223)]
)
def test_plans_on_which_the_two_programs_differed_once(kind: str, seed: int, tmp_path: Path) -> None:
    """Sums that are carried and lack less of a whole fen than the slack of their rounded parts; remainders 2e-5 and 8e-5 of a fen apart."""
    assert outcome(kind, seed, tmp_path / "plan.toml") == ("same", "")


def test_the_draws_have_every_rule_and_every_rule_has_its_program() -> None:
    written = {
        step["rule"]
        for kind, draw in draws.KINDS.items()
        for seed in range(SEEDS)
        for step in draw(Random(f"{kind} {seed}"))["step"]
    }
    assert written == set(RULES)
    assert {*divisions.RULES, *entitlements.RULES, "household_limits", *settlements.RULES} == set(RULES)


def test_the_independent_program_imports_nothing_of_the_product() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (Path(__file__).parent / "oracles").glob("*.py")]
    assert len(texts) >= 7
    assert [line for text in texts for line in text.splitlines() if "import" in line and "qhgep" in line] == []


@pytest.mark.parametrize(("old", "new"), [('"0.15"', '"0.16"'), ('pool = "1000.00"', 'pool = "1000.01"')])
def test_the_comparison_sees_a_cent(old: str, new: str, tmp_path: Path) -> None:
    text = (
        'schema = 1\ntitle = "t"\nlayer = "analytic"\nstate = "draft"\nperiod = 2023\ndate = 2024-01-01\npool = "1000.00"\nround_to = "fen"\n'
        'recipients = ["632222", "632323"]\n[factor.f]\nas = "share"\nevidence = "declared"\ndocument = "d"\n'
        'values = { "632222" = "0.15", "632323" = "0.85" }\n[[step]]\nid = "s"\nrule = "weighted"\nbasis = "b"\nweights = { f = "1" }\n'
    )
    path = tmp_path / "plan.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert differences(allocate(path, require="assumed"), settle(tomllib.loads(text))) != []
    path.write_text(text, encoding="utf-8")
    assert differences(allocate(path, require="assumed"), settle(tomllib.loads(text))) == []


# --- money carried over -----------------------------------------------------------------------------


@pytest.mark.long
def test_money_carried_over_is_taken_where_it_fits_and_refused_for_the_true_reason(tmp_path: Path) -> None:
    """Each of the twelve reasons to refuse is met in some of the draws."""
    found = [carried(seed, tmp_path) for seed in range(100)]
    assert [told for told, _ in found if told] == []
    assert sum(not faults for _, faults in found) >= 6
    assert {fault for _, faults in found for fault in faults} == {
        "plan_carry_in", "plan_carry_pool", "plan_carry_lines", "plan_carry_years", "plan_carry_later", "plan_carry_old", "plan_carry_sum",
        "plan_carry_file", "plan_carry_hash", "plan_carry_layer", "plan_carry_amount", "plan_carry_origin",
    }  # fmt: skip
