"""The invented county of examples/whole-county: the commands of its README run, and every line is what arithmetic gives."""

import math
import re
import shlex
import shutil
from pathlib import Path

import openpyxl
import pytest

from qhgep import Result, brief, compute, read_account, verify_workbook, write_workbook
from qhgep.cli.tables import account_table
from qhgep.decisions.effects import effects
from qhgep.workbook.account.book import account_sheets, main_sheets
from qhgep.workbook.core.pagination import paged
from scripts.pilot_lines import FILE, PILOT, text
from tests.test_cli import run

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "whole-county"
COMMANDS = re.findall(r"^qhgep (.+)$", (EXAMPLE / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
COUNTY, PERIOD = "990101", "2024"
DEPTH_OVER_HECTARE = 10
"""Cubic metres of a millimetre over a hectare."""

WATER = DEPTH_OVER_HECTARE * (
    50_000 * (520 - 40 - 380) + 100_000 * (520 - 30 - 380) + 5_000 * (520 - 20 - 380) + 20_000 * (520 - 60 - 380)
)
"""Area x (rain - runoff - evapotranspiration) of forest, grassland, wetland and cropland."""
CARBON_DIOXIDE = (50_000 * 150 + 100_000 * 40 + 5_000 * 60) * 10_000 / 1_000_000 * 44 / 12
"""Grams of carbon a square metre, to tonnes of carbon dioxide."""
SOIL = 4_000_000 + 3_000_000 + 200_000
LAKE = math.exp(6.636) * 2**0.678 * 1 * 10_000
"""The plateau rows GZ-16 to GZ-18: e^a A^b T, in 10,000 m3, for 2 km2."""
HOT_DAY_WATER = DEPTH_OVER_HECTARE * 2 * (50_000 * 4 + 100_000 * 3 + 5_000 * 5 + 20_000 * 3)
"""Two days above the threshold."""

LINES = {
    "crops": 30_000 * 2800 + 20_000 * 2000,
    "forestry_products": 200 * 30_000 + 5000 * 900,
    "livestock": 2000 * 65_000 + 1500 * 70_000 - 10_000_000,
    "fishery": 300 * 20_000,
    "water_supply": 4_000_000 * 2.5 + 3_000_000 * 3.5 + 30_000_000 * 0.2,
    "water_conservation": WATER * 10,
    "soil_retention": SOIL * 0.24 / 1.2 * 15 + SOIL * (0.002 * 1500 + 0.001 * 2500 + 0.015 * 1000),
    "sand_fixation": 600_000 / (1.5 * 0.1) * 3,
    "flood_mitigation": (LAKE + 10_000_000 * 0.4 * 1 + 4000 * 10_000 * 0.3 * 1) * 10,
    "air_purification": 500 * 1500 + 800 * 1500 + 300 * 300,
    "water_purification": 600 * 3000 + 50 * 4000,
    "carbon_fixation": CARBON_DIOXIDE * 80,
    "oxygen": CARBON_DIOXIDE * 32 / 44 * 1000,
    "climate_regulation": HOT_DAY_WATER * 1_000_000 * 2450 / 3_600_000 / 3 * 0.5,
    "tourism": 300_000 * (400 + 80),
    "recreation": 500_000 * 20,
}
"""Yuan, by indicator that the total counts."""
BESIDE = {
    "ecological_energy": 50_000_000 * (0.5 - 0.1),
    "habitat": 8000 * 300 + 3000 * 400,
    "pest_control": 10_000 * 200,
    "landscape": 40_000 * 100 + 10_000 * 500,
}


@pytest.fixture(scope="module")
def found() -> Result:
    return compute(read_account(EXAMPLE / "account.toml", coefficients=[EXAMPLE / "prices"]))


def test_sixteen_lines_have_the_value_that_arithmetic_gives_and_the_total_is_their_sum(found: Result) -> None:
    ruleset = found.account.ruleset
    values = {item.id: found.value(item.value, county=COUNTY, period=PERIOD).value for item in ruleset.indicators}
    assert len(values) == 16
    assert values == pytest.approx(LINES, rel=1e-9)
    total = found.value("accounted_total", county=COUNTY, period=PERIOD).value
    assert total == pytest.approx(sum(LINES.values()), rel=1e-9)


def test_four_stand_beside_the_total_and_the_coast_does_not_apply(found: Result) -> None:
    ruleset = found.account.ruleset
    values = {item.id: found.value(item.value, county=COUNTY, period=PERIOD).value for item in ruleset.beside}
    assert values == pytest.approx(BESIDE, rel=1e-9)
    assert set(ruleset.exclude) == {"coastal_protection"}


def test_every_number_is_marked_as_invented(found: Result) -> None:
    account = found.account
    assert "虚构" in account.title
    for name in ("inputs.csv", "prices/prices.csv"):
        lines = (EXAMPLE / name).read_text(encoding="utf-8").splitlines()[1:]
        assert lines
        assert all("虚构" in line for line in lines)
        assert all(",assumed," in line or ",not_applicable," in line for line in lines)


def test_the_commands_of_the_readme_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [command.split()[0] for command in COMMANDS] == ["account", "brief", "allocate"]
    monkeypatch.chdir(ROOT)
    for command in COMMANDS:
        answer = run(*shlex.split(command.replace("out/", f"{tmp_path.as_posix()}/")))
        assert answer.exit_code == 0, answer.output
        if command.startswith("allocate"):
            assert "10,000,000.00" in answer.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["甲县方案.xlsx", "甲县核算.xlsx", "甲县简报.xlsx"]


def test_the_page_of_the_pilots_lines_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == text(), "run `make pilot-lines`"


def test_the_page_tells_what_carries_and_what_each_other_line_needs() -> None:
    rows = [line.strip("| ").split(" | ") for line in FILE.read_text(encoding="utf-8").splitlines() if "/5 |" in line]
    assert [row[0] for row in rows if row[2] == "5/5"] == ["水源涵养", "固定二氧化碳", "氧气提供"]
    others = {row[0]: row[3:] for row in rows if row[2] == "0/5"}
    assert len(others) == 17
    assert others["空气净化"] == ["大气污染物排放量", "大气污染物治理成本"]  # emission x cost of treatment
    assert others["旅游康养"] == [
        "旅游人次、旅行费用、旅行时间成本",
        "—",
    ]  # visits x (spending + time), all of them inputs
    assert all(inputs != "—" for inputs, _ in others.values())


def test_the_account_warns_of_every_counted_line_but_those_three() -> None:
    """A line without a figure is told by the engine too: by its own name, or by the chain to its value."""
    pilot = compute(read_account(PILOT))
    facts = [dict(item.facts) for item in pilot.checks]
    warned = {str(held[key]) for held in facts for key in ("indicator", "chain") if key in held}
    for line in pilot.account.ruleset.indicators:
        zh = pilot.account.ruleset.catalogue.indicators[line.id].zh
        told = zh in warned or any({line.value, line.quantity} & set(words.split(" ← ")) for words in warned)
        assert told == (zh not in {"水源涵养", "固定二氧化碳", "氧气提供"}), zh


def test_the_brief_has_a_sheet_a_page_and_says_why_there_is_no_gep(found: Result, tmp_path: Path) -> None:
    """All sixteen lines have their value: nothing is partial, and what lacks is a rule that says that their sum is GEP."""
    sheets = main_sheets(found, PERIOD)
    assert [sheet.name for sheet in sheets] == ["封面", "汇总", "简报"]
    assert [(len(sheet.pages), sheet.row_breaks) for sheet in map(paged, sheets)] == [(1, [])] * 3
    page = openpyxl.load_workbook(brief(found, tmp_path / "简报.xlsx"))["简报"]
    assert [page.cell(row, 7).value for row in (12, 13, 14)] == ["规则集没有写明各项之和即为 GEP，不列"] * 3


def test_beside_a_missing_value_a_quantity_of_which_only_a_part_is_known_says_so() -> None:
    """Without the pack of prices the storage of marsh and reservoir lacks: the lake alone is 12.2 million m3, and no price."""
    result = compute(read_account(EXAMPLE))
    sheet = next(sheet for sheet in account_sheets(result, PERIOD) if sheet.name == "汇总")
    row = next(row for (row, column), cell in sheet.cells.items() if getattr(cell, "text", "") == "洪水调蓄")
    assert [getattr(sheet.cells[row, column], "value", None) for column in (4, 5)] == [pytest.approx(LAKE), "缺"]
    last = max(column for at, column in sheet.cells if at == row)
    said = getattr(sheet.cells[row, last], "text", "")
    assert f"{said.partition('、')[0]}：实物量只是已知部分的合计，不是全部" in sheet.notes
    whole = compute(read_account(EXAMPLE, coefficients=[EXAMPLE / "prices"]))
    assert not any("只是已知部分" in note for sheet in account_sheets(whole, PERIOD) for note in sheet.notes)


def test_a_product_that_does_not_apply_stands_in_for_no_formula(found: Result) -> None:
    """Pork has neither output nor price: its 不适用 is the decision of account.toml, and is told once."""
    told = {item.kind for item in effects(found) if item.quantity == "livestock_gross_output"}
    assert told == {"not_applicable"}
    assert {item.quantity for item in effects(found) if item.kind == "stand_in"} == {"surface_runoff", "soil_retained"}


def test_the_cover_has_the_total_under_the_annuity_of_reservoirs_and_the_two_other_carbon_prices(
    found: Result, tmp_path: Path
) -> None:
    """The cost of a reservoir on a yearly flow, and its annuity, are not mixed: water and floods change together.

    At 8 % over 50 years 10 yuan are 10·0.08·1.08^50/(1.08^50 - 1) = 0.8174 yuan a year. CO₂ at 200 yuan of planting, and at
    1,000,000 / 20,000 = 50 yuan of the market, for 80.
    """
    book = write_workbook(found, tmp_path / "x.xlsx")
    page = openpyxl.load_workbook(book)["封面"]
    others = [
        (str(page.cell(row, 1).value), float(page.cell(row, 2).value)) for row in range(1, 30)
        if str(page.cell(row, 1).value).startswith("若")
    ]  # fmt: skip
    growth = 1.08**50
    annuity = 10 * 0.08 * growth / (growth - 1)
    volume = LINES["water_conservation"] / 10 + LINES["flood_mitigation"] / 10
    total = sum(LINES.values())
    assert others == [
        ("若水源涵养价值合计、洪水调蓄价值改按右侧算法（万元/a，写出时的记录）", pytest.approx((total + volume * (annuity - 10)) / 1e4)),
        ("若固定二氧化碳价值合计改按右侧算法（万元/a，写出时的记录）", pytest.approx((total + CARBON_DIOXIDE * (200 - 80)) / 1e4)),
        ("若固定二氧化碳价值合计改按右侧算法（万元/a，写出时的记录）", pytest.approx((total + CARBON_DIOXIDE * (50 - 80)) / 1e4)),
    ]  # fmt: skip
    (water,) = [item for item in effects(found) if (item.quantity, item.other) == ("water_value_total", "annual_cost")]
    assert water.together == ("flood_value",)
    assert water.what.endswith("，洪水调蓄价值 同改")
    assert verify_workbook(book).same


def test_feed_that_does_not_apply_takes_the_livestock_with_it_and_both_are_told(tmp_path: Path) -> None:
    """3,500 t of beef and mutton, and a value that does not apply: not 缺, the total is 235,000,000 - 10,000,000 yuan less."""
    folder = Path(shutil.copytree(EXAMPLE, tmp_path / "county"))
    table, account = folder / "inputs.csv", folder / "account.toml"
    text = table.read_text(encoding="utf-8")
    stated = "purchased_feed,1000,1e4 CNY/a,value,chosen,assumed,虚构（示例）,虚构的数，不是任何一个县的"
    assert stated in text
    table.write_text(
        text.replace(stated, "purchased_feed,,,not_applicable,,,虚构（示例）,没有外购饲料"), encoding="utf-8"
    )
    decision = '[[not_applicable]]\nquantity = "purchased_feed"\nreason = "没有外购饲料"\ndecided_by = "甲"\n'
    account.write_text(account.read_text(encoding="utf-8") + decision, encoding="utf-8")
    found = compute(read_account(account, coefficients=[folder / "prices"]))
    (told,) = [item.text() for item in found.checks if item.code == "value_not_applicable"]
    assert told.startswith("990101，2024  畜牧业产品价值为“不适用”，而畜牧业产品产量是 3500 t/a；")
    total = found.value("accounted_total", county=COUNTY, period=PERIOD)
    assert total.value == pytest.approx(sum(LINES.values()) - LINES["livestock"], rel=1e-9)
    table_printed = account_table(found, "zh")
    assert "不适用" in table_printed
    assert "缺" not in table_printed
