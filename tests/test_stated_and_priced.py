"""Two decisions of an account: a stated value asks no coefficient of its formula, and a price year that no source states."""

from dataclasses import replace
from pathlib import Path

import pytest

from qhgep.account.account import Account
from qhgep.account.read import read_account
from qhgep.engine import compute
from qhgep.errors import QhgepError
from tests.support.accounts import Coefficient, Line, pack, write_account

RULES = """schema = 1
zh = "测试"
[bind]
nutrient_retained = "soil_content"
nutrient_value = "removal_cost"
nutrient_value_total = "sum"
[[indicator]]
id = "soil_retention"
category = "regulating"
quantity = "soil_retained_total"
value = "nutrient_value_total"
"""
SOIL = Line("soil_retained_total", "1000", "t/a")
CONTENT = [
    Coefficient(f"T-{item}", "soil_nutrient_content", "632621", item=item, value="0.37", unit="%") for item in "np"
]
COST = [
    Coefficient(f"C-{item}", "nutrient_removal_cost", "632621", item=item, value="875", unit="CNY/t", price_year="2019")
    for item in "np"
]


def account(folder: Path, lines: list[Line], rows: list[Coefficient], tables: str = "") -> Account:
    path = write_account(folder / "account", lines, tables=tables, rules=RULES)
    return read_account(path, coefficients=[pack(folder / "pack", rows)])


def refused(read: Account) -> str:
    """What stops an account under review: a draft runs on where a value lacks."""
    with pytest.raises(QhgepError) as caught:
        compute(replace(read, state="review"))
    return caught.value.text()


def test_a_formula_whose_coefficient_is_missing_is_an_error_that_names_it(tmp_path: Path) -> None:
    """Three nutrients are on the list and rows are there for two of them."""
    told = refused(account(tmp_path, [SOIL], [*CONTENT, *COST]))
    assert "土壤养分纯含量（soil_nutrient_content）在 2019-01-01 至 2019-12-31、632621，k 没有值" in told


def test_where_a_value_is_stated_not_to_apply_its_coefficient_is_not_needed(tmp_path: Path) -> None:
    """The paper counts nitrogen and phosphorus only: 1000 t × 0.37 % × 875 元/t, twice."""
    potassium = Line("nutrient_retained", item="k", presence="not_applicable", note="论文只计氮、磷")
    tables = '[[not_applicable]]\nquantity = "nutrient_retained"\nreason = "论文只计氮、磷"\ndecided_by = "测试"\n'
    result = compute(account(tmp_path, [SOIL, potassium], [*CONTENT, *COST], tables))
    assert result.value("nutrient_retained", county="632621", item="k").presence == "not_applicable"
    total = result.value("nutrient_value_total", county="632621")
    assert total.value == pytest.approx(2 * 1000 * 0.0037 * 875, rel=1e-14)
    assert total.partial is None


def test_where_a_number_is_stated_its_coefficient_is_not_needed_either(tmp_path: Path) -> None:
    lines = [SOIL, *(Line("nutrient_retained", "2", "t/a", item=item) for item in "npk")]
    rows = [
        *COST,
        Coefficient("C-k", "nutrient_removal_cost", "632621", item="k", value="875", unit="CNY/t", price_year="2019"),
    ]
    result = compute(account(tmp_path, lines, rows))
    assert result.value("nutrient_value_total", county="632621").value == pytest.approx(3 * 2 * 875)


POTASSIUM = Line("nutrient_retained", item="k", presence="not_applicable", note="论文只计氮、磷")
UNDATED = [
    Coefficient(f"U-{item}", "nutrient_removal_cost", item=item, first="", last="", value="875", unit="CNY/t")
    for item in "np"
]


def decision(item: str, more: str = "") -> str:
    return f'[[adopt]]\nrow = "U-{item}"\n{more}reason = "测试"\ndecided_by = "测试"\n'


def test_a_price_without_a_period_serves_by_decision_only(tmp_path: Path) -> None:
    told = refused(account(tmp_path, [SOIL, POTASSIUM], [*CONTENT, *UNDATED]))
    assert "养分降解成本（nutrient_removal_cost）在 2019-01-01 至 2019-12-31、632621，n 没有值" in told
    assert "全国，不注期间" in told


def test_a_price_whose_price_year_is_unknown_is_never_mixed_with_others(tmp_path: Path) -> None:
    read = account(tmp_path, [SOIL, POTASSIUM], [*CONTENT, *UNDATED], decision("n") + decision("p"))
    assert "不明" in refused(read)


def test_the_price_year_is_decided_and_the_value_is_assumed(tmp_path: Path) -> None:
    year = "price_year = 2019\n"
    read = account(tmp_path, [SOIL, POTASSIUM], [*CONTENT, *UNDATED], decision("n", year) + decision("p", year))
    value = compute(read).value("nutrient_value_total", county="632621")
    assert (value.value, value.evidence) == (pytest.approx(2 * 1000 * 0.0037 * 875, rel=1e-14), "assumed")
