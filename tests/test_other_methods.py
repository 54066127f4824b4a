"""What an account would be by a method that was not chosen stands in its workbook, which has the coefficients for that."""

from pathlib import Path

import pytest

from qhgep import compute, read_account, verify_workbook, write_workbook
from qhgep.decisions.effects import effects
from qhgep.workbook.account.book import account_sheets
from qhgep.workbook.core.cells import Sheet, Text
from tests.support.accounts import Coefficient, pack, table
from tests.test_start import LINES

ACCOUNT = """schema = 1
title = "祁连县"
periods = [2022]
ruleset = "county-general"
price_year = 2022
counties = ["632222"]
inputs = ["rows.csv"]
date = 2026-11-28
"""


def test_a_workbook_has_the_rows_that_only_the_other_method_reads(tmp_path: Path) -> None:
    """Cooling by evapotranspiration was chosen; by vegetation it follows from heat per area, whose national rows nothing else reads.

    On 100 days 60,000 hm² of forest take 2,837.27 kJ/(m²·d), 1,322,370 hm² of grass 969.83; 3,600 kJ are a kW·h, of which
    an air conditioner takes a third; at 0.5 yuan. That amount stands in the file, and in what verify builds anew.
    """
    rows = table(LINES) + (
        "632222,2022,2022,,,evapotranspiration_cooling_total,1000000,kW·h/a,value,stated,secondary,县气象局,\n"
        "632222,2022,2022,,,cooling_days,100,d/a,value,stated,secondary,县气象局,\n"
    )
    (tmp_path / "rows.csv").write_text(rows, encoding="utf-8")
    choice = (
        '[[method]]\nquantity = "cooling"\nmethod = "evapotranspiration"\nreason = "有蒸散数据"\ndecided_by = "甲"\n'
    )
    (tmp_path / "account.toml").write_text(ACCOUNT + choice, encoding="utf-8")
    year = {"region": "632222", "first": "2022-01-01", "last": "2022-12-31"}
    prices = pack(
        tmp_path / "pack",
        [
            Coefficient("E-1", "electricity_price", value="0.5", unit="CNY/(kW·h)", price_year="2022", **year),
            Coefficient("E-2", "cooling_performance", value="3", **year),
        ],
    )
    result = compute(read_account(tmp_path / "account.toml", coefficients=[prices]))
    other = next(item for item in effects(result) if item.kind == "method" and item.quantity == "cooling")
    heat = (60_000 * 2837.27 + 1_322_370 * 969.83) * 10_000 * 100
    now, then = 1_000_000 * 0.5, heat / 3600 / 3 * 0.5
    (line,) = other.counties
    assert other.basis == "other_method"
    assert line.total is not None
    assert line.without is not None
    assert line.without - line.total == pytest.approx(then - now, rel=1e-9)
    book = write_workbook(result, tmp_path / "x.xlsx")
    assert verify_workbook(book).same
    assert line.less_whole == ("climate_regulation",)  # nobody states what evaporates from open water
    assert not line.alike
    sheets = {sheet.name: sheet for sheet in account_sheets(result, "2022")}
    assert "没有它则缺一部分：气候调节" in _texts(sheets["判断事项"])
    assert "改按右侧算法" not in _texts(sheets["封面"])  # the two totals do not cover the same


def _texts(sheet: Sheet) -> str:
    return "\n".join(cell.text for cell in sheet.cells.values() if isinstance(cell, Text))
