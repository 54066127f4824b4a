"""A part beside its whole: water that is not split beside its sectors, total nitrogen beside ammonia nitrogen, COD beside BOD5."""

from pathlib import Path

import pytest

from qhgep import compute, read_account
from qhgep.errors import AccountError, Problem
from qhgep.preparation.check_returned import check_file
from tests.support.accounts import Coefficient, Line, pack, table, write_account

COUNTY = "632222"
HEAD = {"period": "2022", "price_year": "2022", "counties": f'["{COUNTY}"]', "ruleset": '"county-general"'}
YEAR = {"region": COUNTY, "first": "2022-01-01", "last": "2022-12-31", "price_year": "2022"}
METHODS = {
    "water_use_value": "market_price", "water_pollutant_removed": "emission", "water_quality_value": "treatment_cost",
}  # fmt: skip
PRICES = [
    *(Coefficient(f"W-{item}", "water_price", item=item, value="2", unit="CNY/m3", **YEAR)
      for item in ("domestic", "industrial", "agricultural", "unspecified")),
    *(Coefficient(f"P-{item}", "water_treatment_cost", item=item, value="1000", unit="CNY/t", **YEAR)
      for item in ("cod", "nh3n", "tn", "tp", "bod5")),
]  # fmt: skip


def lines(quantity: str, unit: str, **amounts: str) -> list[Line]:
    return [Line(quantity, value, unit, county=COUNTY, first="2022", item=item) for item, value in amounts.items()]


def use(**amounts: str) -> list[Line]:
    return lines("water_used", "m3/a", **amounts)


def discharge(**amounts: str) -> list[Line]:
    return lines("water_pollutant_discharged", "t/a", **amounts)


def account(folder: Path, rows: list[Line], **methods: str) -> tuple[list[Problem], float | None]:
    """What an account says of a part beside its whole, and its total; none where it is refused."""
    tables = "".join(
        f'[[method]]\nquantity = "{name}"\nmethod = "{method}"\nreason = "测试"\ndecided_by = "甲"\n'
        for name, method in (METHODS | methods).items()
    )
    path = write_account(folder / "a", rows, changes=HEAD, tables=tables)
    try:
        found = compute(read_account(path, coefficients=[pack(folder / "p", PRICES)]))
    except AccountError as error:
        return [item for item in error.problems if item.code.startswith("item_")], None
    told = [item for item in found.checks if item.code.startswith("item_")]
    return told, found.value("accounted_total", county=COUNTY, period="2022").value


def checked(folder: Path, rows: list[Line]) -> list[Problem]:
    (folder / "inputs.csv").write_text(table(rows), encoding="utf-8")
    return [item for item in check_file(folder / "inputs.csv").problems if item.code.startswith("item_")]


@pytest.mark.parametrize("whole", ["9000000", "8000000"])
def test_water_that_is_no_less_than_its_sectors_beside_them_is_counted_twice(tmp_path: Path, whole: str) -> None:
    """1,000,000 + 2,000,000 + 5,000,000 m³ are the 8,000,000 that were not split: at 2 yuan 32,000,000 and not 16,000,000."""
    rows = use(domestic="1000000", industrial="2000000", agricultural="5000000", unspecified=whole)
    (told,), total = account(tmp_path, rows)
    assert total is None
    assert told.text() == (
        f"inputs.csv:5  632222，2022：未分行业的用水量 {whole} m3/a（inputs.csv:5） 与 生活用水的用水量 1000000 m3/a（inputs.csv:2），"
        "工业用水的用水量 2000000 m3/a（inputs.csv:3），农业用水的用水量 5000000 m3/a（inputs.csv:4） 并列，相加会重复计算："
        "未分行业的，是全部用水，或没有分到行业的其余用水；一县一年只计其一：未分行业，或其余各项；"
        "把不计的一项改写为 不适用 并写明理由（核算中另写判断），或删去。"
    )
    (in_file,) = checked(tmp_path, rows)
    assert (in_file.severity, in_file.text()) == ("error", told.text())


def test_water_that_is_less_than_its_sectors_is_what_is_left_and_is_told(tmp_path: Path) -> None:
    """(1,000,000 + 2,000,000 + 5,000,000 + 500,000) m³ at 2 yuan."""
    rows = use(domestic="1000000", industrial="2000000", agricultural="5000000", unspecified="500000")
    (told,), total = account(tmp_path, rows)
    assert (told.severity, told.code, total) == ("warning", "item_rest", 17_000_000)
    assert told.text() == (
        "inputs.csv:5  632222，2022：未分行业的用水量 500000 m3/a（inputs.csv:5） 与 生活用水的用水量 1000000 m3/a（inputs.csv:2），"
        "工业用水的用水量 2000000 m3/a（inputs.csv:3），农业用水的用水量 5000000 m3/a（inputs.csv:4） 并列："
        "未分行业的，是全部用水，或没有分到行业的其余用水；它小于其余各项之和，按其余用水计入；若是全部用水，删去其一。"
    )


@pytest.mark.parametrize(
    "rows",
    [
        use(unspecified="8000000"), use(domestic="1000000", industrial="0", agricultural="5000000"),
        use(domestic="1000000", unspecified="0"),
    ],
)  # fmt: skip
def test_one_of_the_two_alone_or_a_true_zero_is_not_told(tmp_path: Path, rows: list[Line]) -> None:
    assert account(tmp_path, rows)[0] == []


def test_oxygen_demand_beside_the_one_that_holds_it_is_counted_twice(tmp_path: Path) -> None:
    """Both at 1,000 yuan: 100 t hold the 40 t, which would count again with 40,000 yuan."""
    (told,), total = account(tmp_path, discharge(cod="100", bod5="40", tp="3"))
    assert (told.severity, told.code, total) == ("error", "item_twice", None)
    assert "的水污染物排放量 100 t/a（inputs.csv:2） 与 " in told.text()
    assert (
        "的水污染物排放量 40 t/a（inputs.csv:3） 并列，相加会重复计算："
        "应税污染物和当量值表说明：同一排放口的化学需氧量与生化需氧量只征收一项（所见为转载）；"
    ) in told.text()
    assert account(tmp_path, discharge(cod="100", tp="3")) == ([], 103_000)


def test_total_nitrogen_beside_ammonia_nitrogen_is_told_and_counted_as_lists_of_indicators_have_it(
    tmp_path: Path,
) -> None:
    """Lists name COD, ammonia nitrogen, total nitrogen and phosphorus side by side: (100 + 40) t at 1,000 yuan, and a warning."""
    (told,), total = account(tmp_path, discharge(tn="100", nh3n="40"))
    assert (told.severity, told.code, total) == ("warning", "item_listed", 140_000)
    assert told.text() == (
        "inputs.csv:2  632222，2022：总氮的水污染物排放量 100 t/a（inputs.csv:2） 与 氨氮的水污染物排放量 40 t/a（inputs.csv:3） 并列，"
        "相加会重复计算：总氮是有机氮、氨氮、亚硝酸盐氮、硝酸盐氮之和，氨氮在内；有的指标目录两项都列，以所依据的规范为准；"
        "规范只列其一的，把不计的一项改写为 不适用 并写明理由（核算中另写判断）。"
    )


def test_a_table_may_report_both_and_an_account_that_counts_one_runs(tmp_path: Path) -> None:
    """By capacity: no capacity for ammonia nitrogen is known, so that only total nitrogen is counted, and nothing twice."""
    rows = discharge(tn="100", nh3n="40")
    (told,) = checked(tmp_path, rows)
    assert (told.severity, told.code) == ("warning", "item_reported")
    assert told.text() == (
        "inputs.csv:2  632222，2022：总氮的水污染物排放量 100 t/a（inputs.csv:2） 与 氨氮的水污染物排放量 40 t/a（inputs.csv:3） 并列："
        "总氮是有机氮、氨氮、亚硝酸盐氮、硝酸盐氮之和，氨氮在内；都填可以；核算时只计其一；核算时把不计的一项改写为 不适用 并写明理由。"
    )
    capacity = [*rows, *lines("water_capacity", "t/a", tn="60")]
    assert account(tmp_path, capacity, water_pollutant_removed="lesser_of_discharge_and_capacity") == ([], 60_000)


def test_values_that_are_stated_are_held_alike(tmp_path: Path) -> None:
    """Nothing but money is given, item by item: 300,000 of total nitrogen hold the 100,000 of ammonia nitrogen."""
    (told,), total = account(tmp_path, lines("water_quality_value", "元/a", tn="300000", nh3n="100000"))
    assert (told.code, total) == ("item_listed", 400_000)


def test_other_pairs_of_pollutants_stand_side_by_side(tmp_path: Path) -> None:
    """(600 + 50 + 10) t at 1,000 yuan: oxygen demand, ammonia nitrogen and phosphorus hold nothing of each other."""
    assert account(tmp_path, discharge(cod="600", nh3n="50", tp="10")) == ([], 660_000)
