"""qhgep as a library: accounts from rows in memory, changed ones, scenarios, names, units, frames and notebooks (issue 18)."""

import html
import json
import math
import pickle
import re
import subprocess
import sys
import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from shutil import copytree
from typing import Any

import pandas as pd
import pytest

import qhgep
from qhgep import (
    account_from,
    allocate,
    compute,
    diff,
    explain,
    read_account,
    scenarios,
    verify_workbook,
    write_workbook,
)
from qhgep.account.account import Account
from qhgep.coefficient_store.rows import COLUMNS as ROW_COLUMNS
from qhgep.engine.result import Result
from qhgep.errors import AccountError, QhgepError, UnitError, UnknownName
from tests.test_cli import PILOT

TERMS = tomllib.loads((PILOT / "account.toml").read_text(encoding="utf-8"))
MEADOW = "RC-高寒草甸"
QILIAN = "632222"


def rows() -> pd.DataFrame:
    return pd.read_csv(PILOT / "inputs.csv", dtype=str, keep_default_na=False)


def made(frame: Any, **changes: Any) -> Account:  # noqa: ANN401 - whatever a caller has
    given: dict[str, Any] = {
        "ruleset": TERMS["ruleset"], "counties": TERMS["counties"], "periods": TERMS["period"], "price_year": 2010,
        "date": TERMS["date"], "title": TERMS["title"], "adopt": TERMS["adopt"], "more": {"options": TERMS["options"]},
    }  # fmt: skip
    return account_from(frame, **{**given, **changes})


def told(error: pytest.ExceptionInfo[QhgepError]) -> list[str]:
    return error.value.text().splitlines()


# --- from rows in memory ------------------------------------------------------------------------------------------


def test_rows_in_memory_are_the_account_of_the_same_rows_in_files(result: Result) -> None:
    assert compute(made(rows())) == result
    assert compute(made(rows().to_dict("records"))).run_id == result.run_id


def test_counties_periods_and_quantities_go_by_the_names_that_people_use(result: Result) -> None:
    """Names of counties, whole numbers as codes, `period` for both ends, Chinese names of quantities, numbers as numbers."""
    frame = rows()
    names = {"632222": "祁连县", "632323": "泽库县", "632621": "玛沁", "632701": "玉树市", "632823": "天峻县"}
    frame["county"] = [names[code] if code != "632621" else 632621 for code in frame.pop("county_code")]
    same = frame["period_from"] == frame["period_to"]
    spans = frame["period_from"].where(same, frame["period_from"] + "-" + frame["period_to"])
    frame = frame.drop(columns=["period_from", "period_to"]).assign(period=spans)
    frame["quantity"] = frame["quantity"].replace({"precipitation": "年降水量", "county_area": "县域面积"})
    counties = ["祁连县", "泽库县", 632621, "632701", "天峻县"]
    assert compute(made(frame, counties=counties)).run_id == result.run_id


def test_every_fault_of_rows_is_told_with_the_number_of_its_row() -> None:
    frame = rows()
    kept = frame[frame["presence"] == "value"].head(4).reset_index(drop=True)
    kept.loc[0, "county_code"] = "999999"
    kept.loc[1, "quantity"] = "precipitatoin"
    kept.loc[2, "value"] = "很多"
    kept.loc[3, "evidence"] = ""
    with pytest.raises(AccountError) as error:
        made(kept)
    lines = told(error)
    assert [line.partition("  ")[0] for line in lines if line.startswith("rows:")] == [
        "rows:1",
        "rows:2",
        "rows:3",
        "rows:4",
    ]


def test_a_row_with_other_columns_says_which_are_known() -> None:
    with pytest.raises(AccountError) as error:
        made([{"county": "祁连县", "quantity": "precipitation", "amount": 420}])
    expected = (
        "rows:1  这一行的列不对：不认识的列 amount；缺少的列 value、unit；长表的列：county_code、period_from、period_to、ecosystem、item、"
        "quantity、value、unit、presence、origin、evidence、source、note；county、period 可代替 county_code、period_from 和 period_to；改正列名。"
    )
    assert told(error)[0] == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"counties": ["祁莲县"]}, "祁莲县"),
        ({"ruleset": "no-such"}, "no-such"),
        ({"price_year": "2010"}, "参数 price_year 给的是 str '2010'"),
        ({"adopt": [{"row": "GZ-05"}]}, "account_from() › adopt › 0 › reason"),
        ({"more": {"require": "primary"}}, "account_from() › require"),
        ({"more": {"county": 5}}, "account_from() › county  county 写作 5；一个列表"),
        ({"more": {"county": [5]}}, "account_from() › county"),
    ],
)
def test_what_is_wrong_with_the_arguments_is_told(changes: dict[str, Any], expected: str) -> None:
    with pytest.raises(QhgepError) as error:
        made(rows(), **changes)
    assert expected in error.value.text()


def test_a_blank_or_missing_value_is_no_zero() -> None:
    """A row without a value must say that it is missing, and why."""
    frame = rows()
    at = frame.index[frame["presence"] == "value"][0]
    for nothing in (None, math.nan, ""):
        table = frame.astype(object)
        table.loc[at, "value"] = nothing
        with pytest.raises(AccountError) as error:
            made(table)
        assert any(line.startswith(f"rows:{at + 1} ") for line in told(error))


# --- the same with something else in it ---------------------------------------------------------------------------


def test_other_inputs_are_those_of_a_file_with_them(account: Account, tmp_path: Path) -> None:
    """Qilian's 420 mm of rain, written once in the file of inputs, become 500."""
    copytree(PILOT, tmp_path / "pilot")
    file = tmp_path / "pilot" / "inputs.csv"
    text = file.read_text(encoding="utf-8")
    assert text.count("precipitation,420,mm") == 1
    file.write_text(text.replace("precipitation,420,mm", "precipitation,500,mm"), encoding="utf-8")
    frame = rows()
    one = frame[(frame["quantity"] == "precipitation") & (frame["value"] == "420")].assign(value=500)
    changed = compute(account.with_inputs(one))
    assert changed.run_id == compute(read_account(tmp_path / "pilot" / "account.toml")).run_id
    assert changed.value("precipitation", county=QILIAN).exact == 500
    assert compute(account).value("precipitation", county=QILIAN).exact == 420


def test_a_new_row_is_added_and_one_of_another_area_is_left_out_with_a_warning(account: Account) -> None:
    one = {"county": "西宁市", "period": "2019", "quantity": "county_area", "value": "1", "unit": "km2", "origin": "stated",
           "evidence": "assumed", "source": "表"}  # fmt: skip
    changed = account.with_inputs([{**one, "county": "祁连县", "period": "2018", "value": 13901.5}])
    assert len(changed.inputs) == len(account.inputs) + 1
    outside = account.with_inputs([{**one, "county": "632321"}])
    assert len(outside.inputs) == len(account.inputs)
    assert [item.code for item in outside.warnings if item not in account.warnings] == ["account_row_outside"]


def test_another_value_of_a_row_is_a_pack_with_it_but_for_who_says_so(account: Account, tmp_path: Path) -> None:
    """8.2 % of runoff become 9.02 %: the values are those of a pack with that row; here it is chosen and assumed."""
    store = account.coefficients
    row = store.row(MEADOW)
    assert row is not None
    folder = tmp_path / "pack"
    folder.mkdir()
    cells = {**dict.fromkeys(ROW_COLUMNS, ""), "row": MEADOW, "key": row.key, "ecosystem": row.ecosystem, "from": str(row.start),
             "to": str(row.end), "value": "9.02", "unit": "%", "source": row.source, "at": "表 3", "origin": "stated",
             "evidence": "secondary"}  # fmt: skip
    table = [",".join(ROW_COLUMNS), ",".join(cells[name] for name in ROW_COLUMNS)]
    (folder / "water.csv").write_text("\n".join(table) + "\n", encoding="utf-8")
    packed = compute(read_account(PILOT / "account.toml", coefficients=[folder]))
    changed = compute(account.with_coefficient(MEADOW, value="9.02", reason="站点实测", decided_by="李工"))
    for county in (*TERMS["counties"], "*"):
        assert (
            changed.value("accounted_total", county=county).value
            == packed.value("accounted_total", county=county).value
        )
    new = changed.account.coefficients.row(MEADOW)
    assert new is not None
    assert (new.value, new.unit, new.origin, new.evidence) == (Decimal("9.02"), "%", "chosen", "assumed")
    assert changed.run_id not in {packed.run_id, compute(account).run_id}


def test_the_decision_stands_in_the_workbook_which_is_verified(account: Account, tmp_path: Path) -> None:
    import openpyxl

    changed = compute(account.with_coefficient(MEADOW, value="9.02", reason="站点实测", decided_by="李工"))
    path = write_workbook(changed, tmp_path / "changed.xlsx")
    assert verify_workbook(path).same
    book = openpyxl.load_workbook(path)
    cells = [str(cell.value) for sheet in book for line in sheet.iter_rows() for cell in line if cell.value is not None]
    for text in ("站点实测", "李工", "决定：站点实测"):
        assert any(text in cell for cell in cells), text


def test_a_decision_decided_anew_still_stands_for_the_shipped_row(account: Account) -> None:
    twice = account.with_coefficient(MEADOW, value="9", reason="一", decided_by="甲").with_coefficient(
        MEADOW, value="10", reason="二", decided_by="乙"
    )
    once = account.with_coefficient(MEADOW, value="10", reason="二", decided_by="乙")
    ((old, new),) = twice.coefficients.overridden
    assert (old.value, new.value) == (Decimal("8.2"), Decimal(10))
    assert compute(twice).value("accounted_total", county="*") == compute(once).value("accounted_total", county="*")


def test_the_price_of_a_row_that_is_doubled_doubles_what_it_prices(account: Account, result: Result) -> None:
    """Carbon is priced by GZ-26 alone."""
    row = account.coefficients.row("GZ-26")
    assert row is not None
    half = compute(account.with_coefficient("GZ-26", value=row.value / 2, reason="减半", decided_by="甲"))
    before, after = (of.value("carbon_value_total", county="*").value for of in (result, half))
    assert before is not None
    assert after == pytest.approx(before / 2, rel=1e-12)


@pytest.mark.parametrize(
    ("row", "value", "reason", "expected"),
    [
        ("GZ-026", "1", "r", "with_coefficient()  没有编号为 GZ-026 的系数行；系数表里的行号；最接近的：GZ-26"),
        ("GZ-26", "三百", "r", "with_coefficient()  系数行 GZ-26 的值 “三百” 不是数；该行单位下的一个数，如 418 或"),
        ("GZ-26", "-5", "r", "超出合理范围"),
        ("GZ-26", "300", " ", "with_coefficient()  "),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused(account: Account, row: str, value: str, reason: str, expected: str) -> None:
    with pytest.raises(AccountError) as error:
        account.with_coefficient(row, value=value, reason=reason, decided_by="甲")
    assert expected in error.value.text()


def test_a_decision_in_memory_is_that_of_the_file(account: Account, result: Result) -> None:
    """The pilot without its carbon price has no carbon value; with the decision as the file has it, it is the pilot again."""
    entry = next(item for item in TERMS["adopt"] if item.get("row") == "GZ-26")
    without = made(rows(), adopt=[item for item in TERMS["adopt"] if item is not entry])
    assert compute(without).value("carbon_value_total", county="*").value is None
    again = without.with_adoption(
        row="GZ-26", target=entry["for"], reason=entry["reason"], decided_by=entry["decided_by"]
    )
    assert (
        compute(again).value("accounted_total", county="*").value == result.value("accounted_total", county="*").value
    )
    with pytest.raises(AccountError) as error:
        account.with_adoption(row="GZ-26", target="carbon_price", reason="", decided_by="甲", counties=["110105"])
    assert {item.code for item in error.value.problems} == {"account_code", "adopt_reason"}


# --- scenarios ----------------------------------------------------------------------------------------------------


def test_scenarios_are_what_compute_gives_for_each(account: Account) -> None:
    """Two rows by two values: four accounts, every number to the last bit."""
    frame = scenarios(account, {"GZ-26": ["190", "250"], MEADOW: [8, "9.3"]})
    assert frame.attrs["notice"] == "情景测算，不作为资金分配依据"
    assert len(frame) == 4 * 6 * 4
    for price in ("190", "250"):
        for runoff in ("8", "9.3"):
            changed = account.with_coefficient("GZ-26", value=price, reason="r", decided_by="d")
            alone = compute(changed.with_coefficient(MEADOW, value=runoff, reason="r", decided_by="d"))
            for line in frame[(frame["GZ-26"] == price) & (frame[MEADOW] == runoff)].to_dict("records"):
                value = alone.value(line["quantity"], county=line["county_code"], item=line["item"])
                assert (math.isnan(line["value"]), line["evidence"]) == (value.value is None, value.evidence)
                assert value.value is None or line["value"] == value.value


def test_a_scenario_of_a_carried_price_is_what_compute_gives(account: Account) -> None:
    """Where amounts are carried to other years each scenario is an account of its own: 1995 has an index row, no number differs."""
    found = scenarios(account, {"GZ-05": ["6.11", "8"]})
    totals = found[(found["county_code"] == "*") & (found["quantity"] == "accounted_total")]["value"].tolist()
    assert len(set(totals)) == 2


def test_all_scenarios_that_cannot_be_are_told_at_once(account: Account) -> None:
    with pytest.raises(AccountError) as error:
        scenarios(account, {"GZ-26": ["x", "300"], "GZ-62": ["1"]})
    assert [item.code for item in error.value.problems] == ["decided_number", "decided_row"]


# --- names, units -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("county", ["632222", 632222, "祁连县", "祁连", " 632222 ", "632222000000"])
def test_a_county_goes_by_code_or_name(result: Result, county: str | int) -> None:
    assert result.value("precipitation", county=county).exact == 420
    assert explain(result, county=county, quantity="年降水量")[0].value.exact == 420


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"quantity": "precipitation", "county": "祁连山县"}, "county  没有 “祁连山县” 这个县或单位；632222 祁连县、632323 泽库县"),
        ({"quantity": "precipitation", "county": "祁连山县"}, "；最接近的是 632222 祁连县；写区划代码或名称，简称、旧名也可以。"),
        ({"quantity": "降水量", "county": QILIAN}, "结果里没有 “降水量” 这个量；量的名称（英文名或中文名）；最接近的：年降水量"),
        ({"quantity": "precipitation", "county": QILIAN, "period": 2023}, "核算里没有期间 “2023”；期间：多年平均（基期不一，见清单）；改正期间。"),
        ({"quantity": "area", "county": QILIAN, "ecosystem": "grass"}, "ecosystem 这一维没有 “grass”；其中之一：bare_land、forest、grassland、ice、"),
        ({"quantity": "area", "county": QILIAN, "ecosystem": "grass"}, "；最接近的：grassland；用 ecosystem 或 item 指明。"),
        ({"quantity": "area", "county": QILIAN}, (
            "ecosystem  这个量按 ecosystem 分列，没有写明要哪一个；"
            "其中之一：bare_land、forest、grassland、ice、shrub、wetland、wetland.open_water；用 ecosystem 或 item 指明。"
        )),
    ],
)  # fmt: skip
def test_a_name_that_is_none_is_told_with_the_nearest(result: Result, asked: dict[str, Any], expected: str) -> None:
    for ask in (result.value, lambda **names: explain(result, **names)):
        with pytest.raises(UnknownName) as error:
            ask(**asked)
        assert expected in error.value.text()
        assert isinstance(error.value, KeyError)
        assert isinstance(error.value, QhgepError)


def test_an_indicator_is_explained_by_its_name_and_a_quantity_by_ecosystem_by_its_total(result: Result) -> None:
    """水源涵养 was no name of a quantity, and 水源涵养量 asked for “-”; a member that is named is still what is asked for."""
    asked = {
        "水源涵养": "water_value_total", "水源涵养量": "water_retained_total", "water_retained": "water_retained_total",
    }  # fmt: skip
    found = {name: explain(result, county=QILIAN, quantity=name)[0].quantity.name for name in asked}
    assert found == asked
    (land,) = explain(result, county=QILIAN, quantity="水源涵养量", ecosystem="grassland")
    assert land.quantity.name == "water_retained"


def test_a_value_is_had_in_other_units(result: Result) -> None:
    """420 mm are 0.42 m; 1 亿元 is 10^8 yuan."""
    rain, total = (result.value(name, county=QILIAN) for name in ("precipitation", "accounted_total"))
    assert rain.to("m/a") == pytest.approx(0.42, rel=1e-15)
    assert total.value is not None
    assert total.to("亿元/a") == pytest.approx(total.value / 1e8, rel=1e-15)
    assert total.exact == Fraction(total.value)
    assert str(rain.quantity.units) == "mm / year"
    assert rain.quantity.magnitude == 420
    with pytest.raises(UnitError):
        rain.to("亿元/a")
    with pytest.raises(ValueError, match="no number: missing"):
        result.value("gross_domestic_product", county="632323").to("万元/a")


# --- frames and notebooks -----------------------------------------------------------------------------------------


def test_the_frame_holds_no_totals_over_counties_unless_asked(result: Result) -> None:
    plain, whole = result.frame(), result.frame(totals=True)
    assert set(plain["county_code"]) == {*TERMS["counties"], ""}  # a price is of no county
    assert set(whole["county_code"]) == {*TERMS["counties"], "", "*"}
    carbon = plain[plain["quantity"] == "carbon_value_total"]
    assert set(zip(carbon["indicator"], carbon["category"], carbon["price_year"], strict=True)) == {
        ("carbon_fixation", "regulating", 2010)
    }
    rain = plain[plain["quantity"] == "precipitation"]
    assert rain["price_year"].isna().all()
    total = plain[(plain["quantity"] == "accounted_total") & (plain["county_code"] == QILIAN)].iloc[0]
    assert "forest" in total["missing"].split("、")
    assert total["area_share"] == result.value("accounted_total", county=QILIAN).partial.area_share  # type: ignore[union-attr] # it is partial
    assert plain.attrs["run_id"] == result.run_id
    assert plain.attrs["notice"].startswith("部分核算，不是生态产品总值")


def test_the_frame_has_names_on_request(result: Result) -> None:
    zh, en = result.frame(names="zh", totals=True), result.frame(names="en", totals=True)
    assert set(zh[zh["county_code"] == "*"]["county"]) == {"合计"}
    assert set(zh[zh["county_code"] == QILIAN]["county"]) == {"祁连县"}
    assert set(zh[zh["quantity"] == "precipitation"]["name"]) == {"年降水量"}
    assert set(en[en["quantity"] == "carbon_value_total"]["name"]) == {"carbon value total"}
    assert set(zh[zh["ecosystem"] == "grassland"]["ecosystem_name"]) == {"草地"}


def test_the_wide_frame_has_a_line_a_county(result: Result) -> None:
    wide = result.frame(wide=True, names="zh").set_index("county_code")
    assert len(wide) == 5
    for name, column in (("carbon_value_total", "carbon_fixation"), ("water_value_total", "water_conservation"),
                         ("accounted_total", "accounted_total")):  # fmt: skip
        assert wide.loc[QILIAN, column] == result.value(name, county=QILIAN).value
    assert math.isnan(wide.loc[QILIAN, "gep_total"])
    assert result.frame(wide=True).attrs["unit"] == "CNY/year"


def test_the_long_format_of_iamc(result: Result) -> None:
    table = result.iamc()
    assert list(table.columns) == ["model", "scenario", "region", "variable", "unit", "year", "value"]
    one = table[(table["region"] == QILIAN) & (table["variable"] == "area|grassland")]
    assert one["value"].tolist() == [result.value("area", county=QILIAN, ecosystem="grassland").value]
    assert not table["value"].isna().any()
    assert "*" not in set(table["region"])


def test_the_long_format_of_iamc_has_what_is_of_regions_and_no_constants() -> None:
    """The invented county has all lines, hence molar masses, limits and shares that are of no county and no year."""
    result = compute(read_account(PILOT.parents[1] / "examples" / "whole-county" / "account.toml"))
    table = result.iamc()
    assert set(table["region"]) == {"990101"}
    assert set(table["year"]) == {2024}
    assert "carbon_dioxide_molar_mass" not in set(table["variable"])
    assert table[table["variable"] == "accounted_total"]["value"].tolist() == [
        result.value("accounted_total", county="990101").value
    ]


def test_a_brief_does_not_take_the_place_of_what_it_is_written_of(tmp_path: Path) -> None:
    copytree(PILOT, tmp_path / "pilot")
    account = tmp_path / "pilot" / "account.toml"
    before = account.read_bytes()
    with pytest.raises(QhgepError) as error:
        qhgep.brief(account, account)
    assert [item.code for item in error.value.problems] == ["output_same"]
    assert account.read_bytes() == before


def test_a_notebook_shows_that_it_is_partial_or_a_scenario(result: Result) -> None:
    shown = result._repr_html_()
    total = result.value("accounted_total", county="*").to("万元/a")
    for text in ("<b>部分核算，不是生态产品总值</b>", "<b>所用数据最弱的证据：假定</b>", f"<td>{total:,.2f}</td>"):
        assert text in shown
    paid = allocate(PILOT / "plan.toml")
    shown = paid._repr_html_()
    for text in (
        "<b>情景测算表</b>",
        "<b>不作为资金分配依据</b>",
        *(f"<td>{Decimal(row.yuan):,}</td>" for row in paid.rows),
    ):
        assert text in shown
    assert paid.frame().attrs["notice"].startswith("情景测算表；不作为资金分配依据")


# --- the package --------------------------------------------------------------------------------------------------


def test_dir_lists_the_public_names_which_all_are_there() -> None:
    assert dir(qhgep) == sorted(qhgep.__all__)
    for name in qhgep.__all__:
        thing = getattr(qhgep, name)
        assert name == "__version__" or callable(thing), name
        assert name == "__version__" or (thing.__doc__ or "").strip(), name
    assert qhgep.diff is diff


def test_without_its_extras_every_public_name_is_there_and_says_what_it_needs() -> None:
    """A plain installation: `from qhgep import *` holds, and what needs an extra names it when it is called."""
    script = """
import sys
for library in ("fastapi", "jinja2", "rasterio", "shapely", "pyogrio", "exactextract", "pyproj", "vl_convert"):
    sys.modules[library] = None
from qhgep import *
for function, given in ((zonal, ["maps.toml"]), (desk_app, ["."])):
    try:
        function(*given)
    except QhgepError as error:
        print(error.text())
"""
    found = subprocess.run([sys.executable, "-X", "utf8", "-c", script], capture_output=True, text=True, check=False, encoding="utf-8",
                           cwd=Path(qhgep.errors.__file__).parents[1])  # fmt: skip
    assert (found.returncode, found.stderr) == (0, "")
    raster, desk = found.stdout.splitlines()
    assert raster == '没有安装 shapely；这一步需要附加组件 raster；运行 pip install "qhgep[raster]"。'
    assert desk == '没有安装 fastapi；这一步需要附加组件 desk；运行 pip install "qhgep[desk]"。'


def test_the_citation_is_of_this_version() -> None:
    """CITATION.cff says what pyproject.toml says."""
    root = PILOT.parents[1]
    lines = (root / "CITATION.cff").read_text(encoding="utf-8").splitlines()
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    told = dict(line.split(": ", 1) for line in lines if ": " in line and not line.startswith(" "))
    assert (told["title"], told["version"], told["license"]) == (project["name"], qhgep.__version__, project["license"])
    assert [line.removeprefix("  - ") for line in lines if line.startswith("  - ") and ": " not in line] == project[
        "keywords"
    ]
    assert lines[lines.index("authors:") + 1].removeprefix("  - name: ") == project["authors"][0]["name"]


def test_every_version_that_is_installed_is_locked_with_its_hashes() -> None:
    """A changed file of a library is refused; a requirement without a hash would let pip install whatever is there."""
    root = PILOT.parents[1]
    text = (root / "requirements-dev.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[A-Za-z0-9])", "\n".join(line for line in text.splitlines() if not line.startswith("#")))
    assert len(entries) > 50
    pinned = re.compile(r"[\w.\-]+(\[[\w,]+\])?==\S+( ; [^\\]+)?( \\\n    --hash=sha256:[0-9a-f]{64})+")
    assert [entry for entry in entries if not pinned.fullmatch(entry.strip())] == []
    assert "--require-hashes -r requirements-dev.lock" in (root / "Makefile").read_text(encoding="utf-8")


CONSUMER = """from __future__ import annotations

from pathlib import Path

from qhgep import Account, Allocation, QhgepError, Result, Value, allocate, compute, read_account, scenarios


def total(folder: Path) -> float | None:
    try:
        account: Account = read_account(folder / "account.toml")
        result: Result = compute(account)
        value: Value = result.value("accounted_total", county="祁连县")
        scenarios(account.with_coefficient("GZ-26", value="380", reason="r", decided_by="d"), {"GZ-26": ["380", "400"]})
        paid: Allocation = allocate(folder / "plan.toml", results={"gep": result})
        print(value.to("亿元/a"), paid.fen)
    except QhgepError as error:
        print([item.code for item in error.problems])
        return None
    return value.value
"""
"""A script as others write it."""


@pytest.mark.long
def test_a_typed_consumer_passes_mypy(tmp_path: Path) -> None:
    """A name that is none is told by the type checker."""
    script = tmp_path / "consumer.py"
    script.write_text(CONSUMER, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--config-file=", str(script)]
    home = Path(qhgep.errors.__file__).parents[1]
    found = subprocess.run(command, capture_output=True, text=True, check=False, cwd=home)
    assert (found.returncode, found.stdout) == (0, "")
    script.write_text("from qhgep import comput\n", encoding="utf-8")
    found = subprocess.run(command, capture_output=True, text=True, check=False, cwd=home)
    assert 'Module "qhgep" has no attribute "comput"' in found.stdout


@pytest.mark.long
def test_a_typed_consumer_passes_pyright(tmp_path: Path) -> None:
    """The same in the strict mode of the other type checker."""
    home = Path(qhgep.errors.__file__).parents[1]
    settings = {"typeCheckingMode": "strict", "extraPaths": [str(home)]}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    command = [sys.executable, "-m", "basedpyright", "--pythonpath", sys.executable, "--project", str(tmp_path)]
    for text, told in ((CONSUMER, "0 errors"), ("from qhgep import comput\n", '"comput" is unknown import symbol')):
        (tmp_path / "consumer.py").write_text(text, encoding="utf-8")
        found = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert told in found.stdout, found.stdout


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("coefficients/rulesets/county-general.toml",
         ("county-general.toml  这是规则集，不是账户；account.toml；在 account.toml 里写 ruleset = 规则集名；"
         "qhgep rulesets show 看一个规则集。")),
        ("examples/maps/maps.toml", ("maps.toml  这是地图的说明（maps.toml），不是账户；account.toml；先由它做输入表：qhgep zonal 该文件，"
         "再把表写进 account.toml 的 inputs。")),
    ],
)  # fmt: skip
def test_another_file_of_the_household_is_told_for_what_it_is(file: str, expected: str) -> None:
    """One sentence, not one for each key that an account has not."""
    with pytest.raises(AccountError) as error:
        read_account(PILOT.parents[1] / file)
    assert told(error) == [expected]


def test_rows_of_the_years_that_name_a_mean_period_serve_it() -> None:
    """2021-2022 is of 2021-2022 (issue 11, i), and neither 2021 nor a name that is no span is."""
    one = {"county": "祁连县", "quantity": "precipitation", "value": "420", "unit": "mm/a", "origin": "stated", "evidence": "secondary",
           "source": "表"}  # fmt: skip
    terms = {"ruleset": "water-balance-plateau", "counties": ["祁连县"], "price_year": 2010, "date": "2024-01-01"}

    def account(name: str, period: str) -> Account:
        area = {**one, "quantity": "area", "ecosystem": "grassland", "value": "100", "unit": "km2"}
        rows = [{**each, "period": period} for each in (one, area)]
        return account_from(rows, periods={"name": name, "days": 365}, **terms)

    for name in ("2021-2022", "2021—2022年"):
        found = compute(account(name, "2021-2022")).value("precipitation", county="祁连县")
        assert (found.exact, found.record is not None and found.record.adoption) == (420, None)
    for name, period in (("2021-2022", "2021"), ("多年平均", "2021-2022"), ("2021-2022", "2020-2022")):
        with pytest.raises(AccountError, match="都不属于核算期"):
            compute(account(name, period))


def test_a_result_that_a_plan_needs_and_is_not_given_is_told_by_its_account() -> None:
    for given in ({}, {"other": qhgep.compute(qhgep.read_account(PILOT / "account.toml"))}):
        with pytest.raises(qhgep.QhgepError) as caught:
            qhgep.allocate(PILOT / "plan.toml", results=given)
        assert [item.code for item in caught.value.problems] == ["plan_results"]
        assert str(caught.value) == (
            "results  没有给出核算 gep 的结果；因素用到的每个核算各一个结果，按方案 [accounts] 里的名字；"
            "补在 results 里；或不给 results，由方案自己读。"
        )


def test_names_of_a_table_in_no_language_are_told() -> None:
    found = qhgep.compute(qhgep.read_account(PILOT / "account.toml"))
    with pytest.raises(qhgep.QhgepError) as caught:
        found.frame(names="fr")  # type: ignore[arg-type] # a slip
    assert str(caught.value) == "frame()  参数 names 给的是 str 'fr'；它要的是 'zh' | 'en' | None；改正这个参数。"


def read_again(made: list[Any], tmp_path: Path) -> list[Any]:
    """Results as their JSON gives them back."""
    return [
        qhgep.read_result(qhgep.write_result(thing, tmp_path / f"{place}.json")) for place, thing in enumerate(made)
    ]


def test_whatever_a_function_gives_stands_on_one_line_where_it_is_printed(result: Result, tmp_path: Path) -> None:
    """A list of units printed 18,000 characters, an audit 69,000, a result read from JSON 70,000 (issue 18, c)."""
    root = PILOT.parents[1]
    paid = allocate(PILOT / "plan.toml")
    book = write_workbook(result, tmp_path / "pilot.xlsx")
    total = result.value("accounted_total", county="*")
    made = [
        result.account, result, total, total.partial, *explain(result, county=QILIAN), qhgep.rests_on(result, row="GZ-26"),
        qhgep.sources_used(result), *qhgep.sources_used(result), qhgep.trace(result), qhgep.trace(PILOT / "plan.toml"), paid, paid.terms,
        qhgep.what_if(PILOT / "plan.toml"), qhgep.what_if_rows(PILOT / "plan.toml", ["GZ-26=300"]),
        qhgep.what_if_all_rows(PILOT / "plan.toml"), qhgep.payments_resting(PILOT / "plan.toml", row="GZ-26"), verify_workbook(book),
        *qhgep.issued_reading(tmp_path, row="GZ-26"), qhgep.check_file(PILOT / "inputs.csv", ruleset="county-general"), qhgep.diff(result, book),
        qhgep.audit_table(root / "tests" / "audit" / "ganzi-2010-table3.csv"), qhgep.assess_targets(), qhgep.read_unit("万亩"),
        qhgep.co_growth(root / "examples" / "co-growth" / "co-growth.toml"), qhgep.known_units(), qhgep.coefficients(),
        *qhgep.rulesets().values(), *qhgep.used_in("GZ-26", PILOT), qhgep.check_pack(PILOT), qhgep.seal([book])[0],
    ]  # fmt: skip
    made += read_again([result, paid, qhgep.known_units(), qhgep.sources_used(result)], tmp_path)
    for thing in made:
        line = repr(thing)
        assert "\n" not in line
        assert len(line) <= 300, (type(thing).__name__, line)


def test_the_line_of_what_is_partial_or_a_scenario_says_so(result: Result) -> None:
    assert "部分核算，不是生态产品总值" in repr(result)
    assert "部分核算" in repr(result.value("accounted_total", county="*"))
    assert "情景测算" in repr(allocate(PILOT / "plan.toml"))


def test_sources_and_units_are_tables_in_a_notebook(result: Result) -> None:
    """Every source with its title; every word of the list of units. What must be said of the account stands under its title."""
    sources = qhgep.sources_used(result)
    shown = sources._repr_html_()
    assert shown.count("<tr>") == 1 + len(sources)
    assert "<b>部分核算，不是生态产品总值</b>" in shown
    for use in sources:
        assert f"<td>{use.source}</td>" in shown
        assert use.document is not None
        assert html.escape(use.document.title) in shown
    units = qhgep.known_units()
    assert units._repr_html_().count("<tr>") == 1 + len(units.words) + len(units.oddities)
    assert "<td>亩" in units._repr_html_()


def test_plans_that_say_the_same_are_equal(tmp_path: Path) -> None:
    """Read twice, and as a form (issue 19: a plan xlsx and TOML give equal plans); other weights are another plan."""
    copytree(PILOT, tmp_path / "pilot")
    file = tmp_path / "pilot" / "plan.toml"
    plan = qhgep.read_plan(file)
    form = qhgep.read_plan(qhgep.plan_to_form(file, tmp_path / "pilot" / "plan.xlsx"))
    for other in (qhgep.read_plan(file), qhgep.read_plan(PILOT / "plan.toml"), form, pickle.loads(pickle.dumps(plan))):  # noqa: S301 - our own
        assert (other, hash(other)) == (plan, hash(plan))
    decided = plan.with_weights({"water": "0.5", "carbon": "0.5", "area": 0}, reason="r", decided_by="d")
    assert decided != plan
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace('pool = "100000000.00"', 'pool = "100000000.01"'), encoding="utf-8")
    assert qhgep.read_plan(file) != plan
    assert plan != "a plan"
