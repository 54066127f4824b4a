"""Cooling by the evapotranspiration of days above the threshold: no such day is 0 and asks nothing more; a whole year is refused."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from qhgep import Result, compute, read_account, verify_workbook, write_workbook
from qhgep.errors import AccountError
from qhgep.workbook.account.book import account_sheets
from qhgep.workbook.core.cells import Text
from tests.support.accounts import Coefficient, Line, pack, write_account
from tests.support.books import Made, compared
from tests.witness import formualizer

HIGH, WARM = "632222", "630223"
HEAD = {
    "period": "2022", "price_year": "2022", "counties": f'["{HIGH}", "{WARM}"]', "ruleset": '"county-general"',
}  # fmt: skip
CHOICE = (
    '[[method]]\nquantity = "cooling"\nmethod = "evapotranspiration"\nreason = "有高温日的资料"\ndecided_by = "甲"\n'
)
NATION = {"first": "2022-01-01", "last": "2022-12-31"}
PHYSICS = [
    Coefficient("L-1", "latent_heat", region=WARM, value="2450", unit="J/g", **NATION),
    Coefficient("R-1", "cooling_performance", region=WARM, value="3", **NATION),
]
PRICES = [
    Coefficient(f"E-{code}", "electricity_price", region=code, value="0.5", unit="CNY/kWh", price_year="2022", **NATION)
    for code in (HIGH, WARM)
]


def line(quantity: str, value: str, unit: str, county: str, ecosystem: str = "", presence: str = "value") -> Line:
    return Line(quantity, value, unit, county=county, first="2022", ecosystem=ecosystem, presence=presence)


def land(county: str) -> list[Line]:
    return [line("area", "1000", "km2", county, "grassland"), line("county_area", "1000", "km2", county)]


def account(folder: Path, lines: Sequence[Line], *, tables: str = "") -> Result:
    path = write_account(folder / "a", lines, changes=HEAD, tables=CHOICE + tables)
    return compute(read_account(path, coefficients=[pack(folder / "pack", [*PHYSICS, *PRICES])]))


def value(found: Result, county: str) -> float | None:
    return found.value("climate_value", county=county, period="2022").value


NO_DAY = line("cooling_days", "", "", HIGH, presence="zero")
DAYS = line("cooling_days", "20", "d/a", WARM)
RATE = line("hot_day_evapotranspiration_rate", "4", "mm/d", WARM, "grassland")
WARM_VALUE = 20 * 4 / 1000 * 1000e6 * 1000 * 2450 / 3600 / 3 * 0.5
"""80 mm on 1,000 km² in cubic metres, a tonne each; 2,450 kJ a kilogram to kWh; a third of it, at 0.5 yuan."""


def test_a_county_without_such_a_day_has_0_and_is_asked_for_nothing_else(tmp_path: Path) -> None:
    """Neither what evaporates on no day nor the heat and the machine that it would be reckoned with."""
    found = account(tmp_path, [*land(HIGH), *land(WARM), NO_DAY, DAYS, RATE])
    assert value(found, HIGH) == 0.0
    assert value(found, WARM) == pytest.approx(WARM_VALUE, rel=1e-12)
    told = [item.text() for item in found.checks]
    assert not [text for text in told if "hot_day" in text or "latent_heat" in text or "cooling_performance" in text]
    book = write_workbook(found, tmp_path / "x.xlsx")
    assert verify_workbook(book).same
    (summary,) = [sheet for sheet in account_sheets(found, "2022") if sheet.name == "规则"]
    notes = " ".join(cell.text for cell in summary.cells.values() if isinstance(cell, Text))
    assert "没有这样的日子（青藏高原多如此）结果是 0" in notes


def test_a_second_program_finds_the_same_0(tmp_path: Path) -> None:
    found = account(tmp_path, [*land(HIGH), *land(WARM), NO_DAY, DAYS, RATE])
    values = formualizer.recalculate(write_workbook(found, tmp_path / "x.xlsx"))
    checked = compared(Made("hot days", found, None), values)
    assert (checked.differing, checked.cells > 20) == ([], True)


def test_where_there_are_such_days_the_rate_is_asked_for(tmp_path: Path) -> None:
    found = account(tmp_path, [*land(HIGH), *land(WARM), NO_DAY, DAYS])
    assert (value(found, HIGH), value(found, WARM)) == (0.0, None)
    assert "input_nowhere" in {item.code for item in found.checks}


ANNUAL = line("hot_day_evapotranspiration", "380", "mm/a", WARM, "grassland")


def test_the_evapotranspiration_of_a_year_is_refused_by_what_a_day_can_evaporate(tmp_path: Path) -> None:
    """380 mm on 20 days are 19 mm a day; as a value it would be (380 / 80) times the right one."""
    with pytest.raises(AccountError) as caught:
        account(tmp_path, [*land(HIGH), *land(WARM), NO_DAY, DAYS, ANNUAL])
    (only,) = caught.value.problems
    assert only.text() == (
        "inputs.csv:8  高于温度阈值日的日均蒸散量 = 19 mm/d，在合理范围（0 至 10）之外：高于温度阈值日的蒸散量 380 mm/a（inputs.csv:8），"
        "降温天数 20 d/a（inputs.csv:7）；一天的净辐射蒸发不了 10 mm；更大多半是以全年蒸散量填报；改正其中填错的数；不改则不能核算。"
    )


@pytest.mark.parametrize(
    ("year", "name"),
    [
        ([line("evapotranspiration", "380", "mm/a", WARM)], "高温日蒸散的水比全年蒸散的水"),
        ([line("water_yield", "120", "mm/a", WARM)], "高温日蒸散的水比全年隐含蒸散的水"),
    ],
    ids=["stated", "rain less yield"],
)
def test_the_evapotranspiration_of_a_year_is_refused_by_the_water_of_the_year(
    tmp_path: Path, year: list[Line], name: str
) -> None:
    """380 mm on 100 days are 3.8 mm a day, which a day can evaporate; but it is all that evaporates: 500 - 120 = 380."""
    days, rain = line("cooling_days", "100", "d/a", WARM), line("precipitation", "500", "mm/a", WARM)
    method = "water_balance" if year[0].quantity == "evapotranspiration" else "water_retention_from_yield"
    chosen = f'[[method]]\nquantity = "water_retained"\nmethod = "{method}"\nreason = "有资料"\ndecided_by = "甲"\n'
    with pytest.raises(AccountError) as caught:
        account(tmp_path, [*land(HIGH), *land(WARM), NO_DAY, days, rain, *year, ANNUAL], tables=chosen)
    (only,) = caught.value.problems
    assert f"{name} = 1，在合理范围（0 至 0.85）之外" in only.text()
    assert only.text().endswith(
        "高温日只是一年的一部分；接近 1 或更大，填的是全年蒸散量，会使气候调节虚增数千亿元；改正其中填错的数；不改则不能核算。"
    )
