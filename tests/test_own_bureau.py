"""自报: what a county's own bureau returned, for money that goes to the county, says so wherever it shows."""

from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from qhgep import allocate, compute, explain, read_account, verify_workbook, write_workbook
from qhgep.engine.explain import as_text
from qhgep.evidence import own_bureau
from qhgep.workbook.account.book import account_sheets
from qhgep.workbook.core.cells import Sheet, Text
from qhgep.workbook.plan.book import allocation_sheets
from tests.support.accounts import Coefficient, pack
from tests.support.step_plans import plan_text, run_text, table
from tests.test_cli import PILOT, run

OWN = """[bureau]
title = "价格资料"
unit = "{unit}"
number = "祁发改〔2024〕10号"
date = 2024-06-30
kind = "own"
address = ""
checked = 2024-07-01
"""
PRICE = Coefficient(
    "OWN-1", "carbon_price", region="513300", first="2010-01-01", last="2010-12-31", known_since="2024-06-30",
    price_year="2010", value="400", unit="CNY/tCO2", source="bureau", evidence="declared",
)  # fmt: skip


@pytest.mark.parametrize(
    ("unit", "place", "own"),
    [
        ("祁连县发展和改革局", "祁连县", True), ("祁连发改局", "祁连县", True), ("县发改局", "祁连县", True), ("本局", "祁连县", True),
        ("海北州发展改革委", "祁连县", False), ("州统计局", "祁连县", False), ("市场监督管理局", "祁连县", False), ("", "祁连县", False),
        ("海北州发展改革委", "海北藏族自治州", True), ("玉树州财政局", "玉树市", False), ("玉树市财政局", "玉树市", True),
        ("河南省发改委", "河南蒙古族自治县", False), ("河南县发改局", "河南蒙古族自治县", True), ("青海省财政厅", "祁连县", False),
        ("门源回族自治县统计局", "门源回族自治县", True), ("门源县统计局", "祁连县", False), ("青海省祁连县统计局", "祁连县", True),
    ],
)  # fmt: skip
def test_a_bureau_is_the_county_s_own_where_it_names_the_county(unit: str, place: str, *, own: bool) -> None:
    assert own_bureau(unit, place) is own


def texts(sheet: Sheet) -> str:
    return "\n".join(cell.text for cell in sheet.cells.values() if isinstance(cell, Text))


def priced(folder: Path, unit: str) -> Path:
    """The pilot with the carbon price of a bureau in the place of the adopted row, laid over it by a pack."""
    copytree(PILOT, folder / "pilot")
    pack(folder / "p", [PRICE], OWN.format(unit=unit))
    return folder / "pilot" / "account.toml"


@pytest.mark.parametrize(("unit", "own"), [("祁连县发展和改革局", True), ("青海省发展和改革委员会", False)])
def test_a_price_of_one_s_own_bureau_is_marked_on_every_page_of_an_account(
    tmp_path: Path, unit: str, *, own: bool
) -> None:
    account = priced(tmp_path, unit)
    text = account.read_text(encoding="utf-8")
    account.write_text(text.replace('row = "GZ-26"', 'row = "OWN-1"'), encoding="utf-8")
    result = compute(read_account(account, coefficients=[tmp_path / "p"]))
    assert result.self_reported == (("OWN-1",) if own else ())
    sheets = account_sheets(result, result.account.periods[0].name)
    marked = [sheet.name for sheet in sheets if "自报" in sheet.marked]
    assert marked == ([sheet.name for sheet in sheets if "金额的证据" in sheet.marked] if own else [])
    (coefficient,) = (sheet for sheet in sheets if sheet.name == "系数")
    assert ("（自报）" in texts(coefficient)) is own
    told = as_text(explain(result, county="632222"), result)
    assert ("自报" in told) is own
    assert verify_workbook(write_workbook(result, tmp_path / "x.xlsx")).same


def test_a_list_of_coefficients_marks_the_rows_of_a_place_s_own_bureau(tmp_path: Path) -> None:
    pack(tmp_path / "p", [replace(PRICE, region="632222")], OWN.format(unit="祁连县发展和改革局"))
    assert "申报（自报）" in run("coefficients", "list", "carbon_price", "--coefficients", tmp_path / "p").stdout
    assert (
        "declared (self-reported)"
        in run("--lang", "en", "coefficients", "list", "carbon_price", "--coefficients", tmp_path / "p").stdout
    )
    assert "自报" not in run("coefficients", "list", "carbon_price").stdout


def test_numbers_that_a_recipient_returned_for_itself_are_marked_in_a_plan() -> None:
    step = f'[[step]]\nid = "funds"\nrule = "floor"\namounts = {table({"632222": "100.00"})}\nbasis = "试"\n'
    first = '[factor.f]\nas = "share"\nvalues = { "632222" = "1", "632323" = "1", "632621" = "2" }\nevidence = "declared"\ndocument = "附表"\n'
    named = 'declared_by = "{unit}"\nnumber = "1号"\ndate = 2023-02-01\n'
    divide = '[[step]]\nid = "divide"\nrule = "weighted"\nweights = { f = "1" }\nbasis = "试"\n'
    whole = plan_text(first + named.format(unit="祁连县水利局") + divide + step, layer="statutory")
    assert run_text(whole).heading.notices == ("含自报的数：由领款单位自己的部门填报",)
    other = whole.replace("祁连县水利局", "青海省水利厅")
    assert run_text(other).heading.notices == ()
    mine = run_text(other.replace("青海省财政厅", "祁连县财政局"))
    assert mine.heading.notices == ("含自报的数：由领款单位自己的部门填报",)
    assert mine.notes[0].endswith("祁连县财政局，自报）")
    assert all("自报" in sheet.marked for sheet in allocation_sheets(mine) if sheet.marked)


def test_a_row_of_a_pack_that_a_recipient_s_bureau_returned_is_marked_where_it_is_cited(tmp_path: Path) -> None:
    header = (
        (Path(__file__).parent.parent / "coefficients" / "compensation" / "grassland.csv")
        .read_text(encoding="utf-8")
        .splitlines()[0]
    )
    row = "B-1,grass_ban_rate,632222,,,2023-01-01,2023-12-31,2024-06-30,,12,,,CNY/mu/yr,bureau,表1,stated,declared,,,GRASS-QH-2"
    folder = tmp_path / "p" / "compensation"
    folder.mkdir(parents=True)
    (folder / "own.csv").write_text(f"{header}\n{row}\n", encoding="utf-8")
    (folder / "sources.toml").write_text(OWN.format(unit="祁连县林业和草原局"), encoding="utf-8")
    step = f'[[step]]\nid = "grass"\nrule = "area_rate"\nrates.ban = "row:B-1"\nareas.ban = {table({"632222": "10"})}\nbasis = "试"\n'
    plan = tmp_path / "plan.toml"
    plan.write_text(plan_text(step, layer="statutory", codes=("632222",)), encoding="utf-8")
    found = allocate(plan, coefficients=[tmp_path / "p"])
    assert "含自报的数：由领款单位自己的部门填报" in found.heading.notices
    (sources,) = (sheet for sheet in allocation_sheets(found) if sheet.name == "来源")
    assert "载明／申报（自报）" in texts(sources)
    assert verify_workbook(write_workbook(found, tmp_path / "plan.xlsx")).same
