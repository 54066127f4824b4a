"""What holds in plans of any rule: with the pool, with one's own part, with nothing, with all amounts scaled."""

from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from benchmarks.plans import rule_lengths
from qhgep.compensation.plan.read import read_plan
from qhgep.compensation.rules.registry import RULES
from qhgep.compensation.what_if.effect import effect_of_more
from qhgep.compensation.what_if.pool import shortfalls, smallest_pool
from qhgep.compensation.what_if.previous import LastYear
from qhgep.compensation.what_if.trial import Trial
from qhgep.errors import PlanError
from qhgep.expr import PURE, Quantity, where
from qhgep.expr import less as below
from qhgep.money import Fen
from qhgep.readings.exact import ExactTable, Reader, exact
from tests.support.step_plans import CODES, exact_amounts, plan_text, recorded, run_text, table
from tests.test_divisions import SEEDS, drawn

QILIAN, ZEKOG, MAQEN = CODES
FEW = settings(max_examples=30, deadline=None)


def trial(seed: int, folder: Path) -> Trial:
    """A drawn plan of divisions that its pool alone can change: no phase-in and no cut by base, and that can be computed."""
    text, area = drawn(Random(seed))
    assume("phase_in" not in text)
    path = folder / "plan.toml"
    path.write_text(text.replace('cuts = "by_base"\ncuts_basis = "试"\n', ""), encoding="utf-8")
    found = Trial(read_plan(path), {"gep": recorded(area)})
    assume(found.tried(found.units) is not None)
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("plans")


@FEW
@given(SEEDS, st.integers(1, 10**6))
def test_no_exact_amount_falls_when_the_pool_rises(folder: Path, seed: int, more: int) -> None:
    """What the search for the smallest pool rests on. Payments may fall: `test_a_larger_pool_may_mean_less_for_one`."""
    asked = trial(seed, folder)
    now, then = asked.tried(asked.units), asked.tried(asked.units + more)
    assume(then is not None)
    assert now is not None
    assert then is not None
    assert all(then.exact[code] >= amount for code, amount in now.exact.items())


@pytest.mark.long
@FEW
@given(SEEDS, st.integers(0, 100))
def test_the_smallest_pool_of_any_plan_is_proved_by_computing_it(folder: Path, seed: int, percent: int) -> None:
    asked = trial(seed, folder)
    last = LastYear({code: Fen(fen * percent // 100) for code, fen in asked.at(asked.units).fen.items()}, "上年")
    found = smallest_pool(asked, last)
    unit = asked.plan.payable
    for pool in (found.smallest, found.safe, Fen(found.safe + unit), Fen(found.safe + 7 * unit)):
        if pool is not None and asked.tried(pool // unit) is not None:
            assert shortfalls(asked, last, pool // unit) == ()
    if found.smallest is not None and found.smallest > 0 and any(last.fen.values()):
        assert shortfalls(asked, last, found.smallest // unit - 1)
    assert found.smallest is None or found.smallest <= found.safe


@FEW
@given(SEEDS, st.integers(1, 10**7))
def test_what_more_money_means_adds_up_to_it_in_any_plan(folder: Path, seed: int, more: int) -> None:
    asked = trial(seed, folder)
    try:
        found = effect_of_more(asked, Fen(more))
    except PlanError as error:
        assert [item.code for item in error.problems] == ["whatif_pool_more"]  # noqa: PT017 - caps may forbid it
        return
    assert found.closes


# --- settlements and entitlements -------------------------------------------------------------------


def split(fund: int, receive: tuple[int, int, int], pay: tuple[int, int, int] = (1, 1, 1)) -> dict[str, Fraction]:
    sides = (table(dict(zip(CODES, side, strict=True))) for side in (pay, receive))
    words = '[[step]]\nid = "split"\nrule = "fixed_split"\nfund = "{}"\npay = {}\nreceive = {}\nbasis = "试"\n'
    return exact_amounts(run_text(plan_text(words.format(fund, *sides), layer="contract")))


@FEW
@given(st.integers(1, 10**5), st.tuples(*[st.integers(1, 9)] * 3), st.integers(1, 9))
def test_a_settlement_scales_with_its_fund_and_grows_with_ones_own_share(
    fund: int, receive: tuple[int, int, int], more: int
) -> None:
    one = split(fund, receive)
    assert split(fund * 10, receive) == {code: 10 * amount for code, amount in one.items()}
    first, second, third = receive
    assert split(fund, (first + more, second, third))[QILIAN] >= one[QILIAN]
    assert split(fund, receive, (1 + more, 1, 1))[QILIAN] <= one[QILIAN]


def test_who_neither_pays_nor_receives_settles_nothing() -> None:
    assert split(100, (1, 0, 3), (1, 0, 1)) == {QILIAN: -25, ZEKOG: 0, MAQEN: 25}


BOTTOM_UP = {
    "area_rate": 'rates = {{ x = "12.3" }}\nareas.x = {amounts}\n',
    "posts_wage": 'wage = "10"\nmonths = "12"\nbase_share = "1"\nposts = {amounts}\n',
    "instalments": 'rates = {{ "1" = "125" }}\ntasks.2023 = {amounts}\ncertified.2023 = {amounts}\n',
    "pooled_sum": "funds.x = {{ amounts = {amounts} }}\n",
}
PER_ONE = {"area_rate": Fraction("12.3"), "posts_wage": 120, "instalments": 125, "pooled_sum": 1}


@pytest.mark.parametrize("rule", BOTTOM_UP)
@FEW
@given(st.tuples(*[st.integers(0, 10**5)] * 3))
def test_an_entitlement_is_in_proportion_to_ones_own_amount_alone(rule: str, amounts: tuple[int, int, int]) -> None:
    given_amounts = table(dict(zip(CODES, amounts, strict=True)))
    steps = f'[[step]]\nid = "a"\nrule = "{rule}"\nbasis = "试"\n{BOTTOM_UP[rule].format(amounts=given_amounts)}'
    found = exact_amounts(run_text(plan_text(steps)))
    assert found == {code: amount * PER_ONE[rule] for code, amount in zip(CODES, amounts, strict=True)}


# --- the reading of columns -------------------------------------------------------------------------


def test_a_branch_is_read_only_in_the_rows_that_take_it() -> None:
    """1/share where it is above zero: the zero of the second row is no division by zero."""
    share = Quantity("share", PURE, ("recipient",), "得分", "s")
    values = {"share": dict(zip(CODES, map(Fraction, (2, 0, 4)), strict=True))}
    found = exact(where(below(0, share), 1 / share, where(below(share, 1), 7, 1 / share)), values, CODES)
    assert found == {QILIAN: Fraction(1, 2), ZEKOG: 7, MAQEN: Fraction(1, 4)}


def test_a_table_makes_fractions_when_it_is_asked() -> None:
    reader = Reader(CODES)
    reader.put("share", dict(zip(CODES, map(Fraction, (2, 0, 4)), strict=True)))
    reader.put("pool", Fraction(3, 2))
    found = ExactTable(reader)
    assert (list(found), len(found), "pool" in found, "x" in found) == (["share", "pool"], 2, True, False)
    assert found == {"share": {QILIAN: 2, ZEKOG: 0, MAQEN: 4}, "pool": Fraction(3, 2)}
    assert all(type(value) is Fraction for value in found["share"].values())  # type: ignore[union-attr] # by recipient


def test_every_rule_is_a_small_function() -> None:
    lengths = rule_lengths()
    assert set(lengths) == set(RULES)
    assert {name: lines for name, lines in lengths.items() if lines > 25} == {}
