"""Areas of area_rate from an account: converted exactly to the unit of the step, rounded half up to declared decimals."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qhgep import verify_workbook, write_workbook
from qhgep.errors import PlanError
from qhgep.readings.exact import float_sum
from tests.support.step_plans import CODES, differences, exact_amounts, plan_text, recalculated, run_text, table

HECTARES = {"632222": 7.0049, "632323": 1.00017, "632621": 0.0}


def plan(
    areas: str, *, of: str = "gep.county_area", use: str = "value", decimals: str = "decimals = 2\n", more: str = ""
) -> str:
    """A step whose category `ban` takes its areas from the account."""
    return plan_text(
        f'[accounts]\ngep = "account.toml"\n[factor.grass]\nof = "{of}"\nas = "{use}"\n'
        f'[[step]]\nid = "pay"\nrule = "area_rate"\nrates.ban = "12.3"\n{areas}{decimals}basis = "试"\n{more}'
    )


def test_hectares_of_an_account_become_mu_with_two_decimals() -> None:
    """7.0049 ha x 15 = 105.0735 mu -> 105.07; 1.00017 x 15 = 15.00255 -> 15.00; times 12.3 yuan."""
    found = run_text(plan('areas.ban = "grass"\n'), HECTARES)
    rate = Fraction("12.3")
    assert exact_amounts(found) == {
        "632222": Fraction("105.07") * rate,
        "632323": Fraction("15.00") * rate,
        "632621": 0,
    }


def test_the_column_is_the_account_s_figure_in_its_own_unit_and_says_where_it_is_from() -> None:
    found = run_text(plan('areas.ban = "grass"\n'), HECTARES)
    column = next(item for item in found.columns if item.name == "pay.ban.amount")
    assert (column.unit, column.note) == ("ha", "取自核算结果 gep.county_area")
    assert found.table["pay.ban.amount"]["632222"] == Fraction(7.0049)  # type: ignore[index]


def test_typed_areas_may_stand_beside_those_of_an_account(tmp_path: Path) -> None:
    typed = table(dict.fromkeys(CODES, "2.5"))
    found = run_text(plan(f'areas.ban = "grass"\nareas.balance = {typed}\nrates.balance = "2"\n'), HECTARES)
    assert exact_amounts(found)["632621"] == 5
    assert differences(recalculated(tmp_path, found), found) == []
    assert verify_workbook(write_workbook(found, tmp_path / "plan.xlsx")).same


@given(
    st.lists(st.floats(0, 1e6), min_size=3, max_size=3).filter(lambda areas: float_sum(list(map(Fraction, areas))) > 0)
)
@settings(max_examples=15, deadline=None)
def test_what_is_paid_is_what_the_rounded_area_is_worth(areas: list[float]) -> None:
    given_areas = dict(zip(CODES, areas, strict=True))
    for code, amount in exact_amounts(run_text(plan('areas.ban = "grass"\n'), given_areas)).items():
        mu = amount / Fraction("12.3")
        assert (mu * 100).denominator == 1
        assert abs(mu - Fraction(given_areas[code]) * 15) <= Fraction("0.00501")


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        (
            plan('areas.ban = "gras"\n'),
            "plan_area_factor",
            'plan.toml:23  面积 ban 写作 “gras”；按单位填的面积表，或 as = "value" 的因素名称；改正，或补写 [factor.…]。',
        ),
        (
            plan('areas.ban = "grass"\n', use="share"),
            "plan_area_factor",
            'plan.toml:23  面积 ban 写作 “grass”；按单位填的面积表，或 as = "value" 的因素名称；改正，或补写 [factor.…]。',
        ),
        (
            plan('areas.ban = "grass"\n', decimals=""),
            "plan_area_places",
            "plan.toml:23  面积 ban 取自核算，没有写保留几位小数；decimals；补写。",
        ),
        (
            plan(f'areas.ban = "grass"\nareas.balance = {table(dict.fromkeys(CODES, "0.125"))}\nrates.balance = "2"\n'),
            "plan_area_decimals",
            "plan.toml:19  填写的面积有 3 位小数；不多于核算面积保留的 2 位；增大 decimals，或减少小数位。",
        ),
        (
            plan('areas.ban = "grass"\nunit = "person"\n'),
            "plan_factor_unit",
            "plan.toml:19  因素 grass 的单位是 hm²；可精确换算为 人 的量；改用面积类的量，或改 unit。",
        ),
        (
            plan(f'areas.ban = "grass"\ntotal = {table(dict.fromkeys(CODES, "100"))}\n'),
            "plan_areas_overlap",
            "",
        ),
    ],
)
def test_areas_that_cannot_be_taken_from_an_account_are_told(text: str, code: str, says: str) -> None:
    with pytest.raises(PlanError) as caught:
        run_text(text, HECTARES)
    assert {item.code for item in caught.value.problems} == {code}
    assert not says or str(caught.value) == says
