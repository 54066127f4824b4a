"""What a first user of the library tried, script by script, in memory as they wrote it (issue 18)."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from qhgep import (
    AccountError,
    CoefficientError,
    account_from,
    allocate,
    coefficients,
    compute,
    explain,
    read_account,
    read_result,
    rulesets,
    scenarios,
    write_result,
)
from qhgep.account.account import Account
from qhgep.engine.result import Result
from tests.test_cli import PILOT

QILIAN = "632222"


def total(of: Result, county: str = QILIAN) -> float | None:
    return of.value("accounted_total", county=county).value


@pytest.mark.parametrize("county", [QILIAN, "*"])
@pytest.mark.parametrize("quantity", ["accounted_total", "water_value_total"])
def test_what_value_gives_explain_explains(result: Result, county: str, quantity: str) -> None:
    """The headline total too, and the sum over the counties."""
    (step, *_) = explain(result, county=county, quantity=quantity)
    assert step.value.value == result.value(quantity, county=county).value
    assert len(list(step.walk())) > 1


def test_an_input_without_its_exact_form_has_it_from_its_text(account: Account, result: Result) -> None:
    """Rows as a DataFrame gives them: `exact` is not typed."""
    rows = tuple(replace(row, exact=None) for row in account.inputs)
    assert total(compute(replace(account, inputs=rows))) == total(result)


def test_other_inputs_in_memory_are_not_said_to_be_those_of_the_file(account: Account, result: Result) -> None:
    rows = tuple(
        replace(row, value="100", exact=Fraction(100)) if row.quantity == "precipitation" else row
        for row in account.inputs
    )
    changed = compute(replace(account, inputs=rows))
    assert total(changed) != total(result)
    assert changed.run_id != result.run_id


def test_a_plan_as_json_names_its_plan(tmp_path: Path) -> None:
    made = allocate(PILOT / "plan.toml")
    found = read_result(write_result(made, tmp_path / "plan.json"))
    assert (found.title, found.state) == (made.title, "draft")
    for said in (found.run_id, found.qhgep, found.periods, found.created_from.files, found.counties):
        assert said
    assert [county.code for county in found.counties] == [row.recipient.id for row in made.rows]


def test_what_a_notebook_echoes_is_short(account: Account, result: Result) -> None:
    """The repr of a result was 1.6 million characters."""
    for thing in (account, result, allocate(PILOT / "plan.toml"), coefficients(), rulesets()):
        assert len(repr(thing)) < 2000, type(thing).__name__


def test_a_caller_cannot_change_a_result(result: Result) -> None:
    with pytest.raises(ValueError, match="read-only"):
        result.values["water_value_total"].value[0] = 1.0


def test_two_results_of_one_account_are_equal(account: Account, result: Result) -> None:
    assert compute(account) == result
    assert compute(read_account(PILOT / "account.toml")) == result


def test_another_value_of_a_row_is_taken_whatever_its_exact_form_was(account: Account, result: Result) -> None:
    """A price of carbon of 760 for 380 doubles what it prices."""
    store = account.coefficients
    rows = tuple(row.model_copy(update={"value": Decimal(760)}) if row.row == "GZ-26" else row for row in store.rows)
    dearer = compute(replace(account, coefficients=replace(store, rows=rows, _index={})))
    before, after = (of.value("carbon_value_total", county="*").value for of in (result, dearer))
    assert before is not None
    assert after == pytest.approx(2 * before, rel=1e-12)
    assert dearer.run_id != result.run_id


def test_what_explain_gives_is_short_too(result: Result) -> None:
    """A step echoed all the steps below it."""
    (step,) = explain(result, county=QILIAN, quantity="accounted_total")
    assert "已核算指标合计" in repr(step)
    assert "部分核算" in repr(step)
    assert len(repr(step)) < 200


@pytest.mark.parametrize("value", ["418", 418, Decimal(418)])
def test_one_value_of_a_scenario_is_one_value(account: Account, value: object) -> None:
    """A text was taken as a value for each of its digits: 4, 1 and 8 yuan."""
    one, listed = scenarios(account, {"GZ-26": value}), scenarios(account, {"GZ-26": ["418"]})  # type: ignore[dict-item] # each kind
    assert set(one["GZ-26"]) == {"418"}
    assert one.equals(listed)


@pytest.mark.parametrize("kind", [str, Path])
def test_the_path_of_one_pack_is_one_pack(kind: type, tmp_path: Path) -> None:
    """A text was taken as a pack for each of its letters, "/" and "." among them."""
    with pytest.raises(CoefficientError) as caught:
        coefficients(kind(tmp_path / "nix"))
    assert [item.text() for item in caught.value.problems] == [
        f"{tmp_path / 'nix'}  没有这个系数包；一个含 csv 的文件夹，或填好的系数填报表（.xlsx）；检查 --coefficients 的路径。"
    ]
    prices = PILOT.parent / "whole-county" / "prices"
    assert coefficients(kind(prices)).rows == coefficients([prices]).rows


def test_a_date_that_is_none_is_told_as_in_a_file() -> None:
    with pytest.raises(AccountError) as caught:
        account_from([], ruleset="county-general", counties=[QILIAN], periods=2023, price_year=2020, date="昨天")
    assert (
        "account_from() › date  date 写作 '昨天'；日期，如 2023-03-01（toml 里不加引号）；改为日期。"
        in caught.value.text()
    )
