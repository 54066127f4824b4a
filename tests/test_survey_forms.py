"""Forms that ask areas by the classes of the land survey (三调): its rows, and what they come to by ecosystem."""

from collections.abc import Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from qhgep.account.read import read_account
from qhgep.engine import compute
from qhgep.errors import Problems
from qhgep.inputs import Input
from qhgep.inputs.form.schema import FIRST, KEY_AT, NOTE_AT, SECTION, SOURCE_AT, SOURCES, STATE_AT, UNITS, UPRIGHT
from qhgep.packs.library import coefficients
from qhgep.preparation.check_returned import check_file
from qhgep.preparation.start import start
from qhgep.ruleset_store.ruleset import rulesets
from qhgep.workbook.forms import Asked, asked, template_bytes
from qhgep.workbook.forms.ask import one_each
from tests.support import forms
from tests.support.forms import SOURCE, name_source, raw, read, write
from tests.test_cli import run
from tests.test_start import DAY
from tests.witness import formualizer

GUINAN, XINGHAI = "632525", "632524"
LAND = "landcover_class_area"
FILLED: Mapping[str, tuple[float, float]] = {
    "0102": (1200, 300), "0103": (300, 0), "0401.meadow": (4000, 2500), "0401.steppe": (2500, 6000), "0402": (500, 100),
    "1101": (100, 50), "0305": (900, 1000), "203": (200, 50), "1207.gobi": (300, 0),
}  # fmt: skip
"""Hectares by code, of 兴海 and 贵南: together 10 000 each."""


@cache
def form(ecosystems: tuple[str, ...] = ()) -> Asked:
    return asked(
        rulesets()["water-balance-plateau"], coefficients(), region="海南藏族自治州", year=2023,
        counties=(XINGHAI, GUINAN), ecosystems=ecosystems, survey="三调",
    )  # fmt: skip


def opened(of: Asked) -> Workbook:
    book = openpyxl.load_workbook(BytesIO(template_bytes(of)))
    name_source(book["来源"], 1, SOURCE)
    return book


def codes(of: Asked) -> dict[str, str]:
    """Code -> name of the rows that a form asks of the survey."""
    return next(dict(sheet.items) for sheet in of.schema.sheets if sheet.fields[0].quantity == LAND)


def right(of: Asked | None = None) -> Workbook:
    """A form in which both counties fill what they have, and say that the rest of the survey is zero."""
    book, schema = opened(of or form()), (of or form()).schema
    for sheet in schema.sheets:
        page, lands = book[sheet.name], sheet.fields[0].quantity == LAND
        for field in sheet.fields:
            at = forms.column(sheet, field.id)
            page.cell(SOURCES + 1, at).value = "S01"
            page.cell(UNITS + 1, at + 1).value = "确为零" if lands else "缺失"
            if field.id == "county_area":
                page.cell(UNITS + 1, at + 1).value = None
                for row in (FIRST + 1, FIRST + 2):
                    page.cell(row, at).value = 10000
        for row, (code, _, *item) in enumerate(schema.rows(sheet), start=FIRST + 1):
            if lands and item[0] in FILLED:
                value = FILLED[item[0]][code == GUINAN]
                page.cell(row, len(sheet.keys) + 1).value = value
    return book


def cell(of: Asked, county: str, code: str) -> tuple[str, int, int]:
    """Sheet, row and column (from one) of the area of a class."""
    sheet = next(sheet for sheet in of.schema.sheets if sheet.fields[0].quantity == LAND)
    keys = [(row[0], row[2]) for row in of.schema.rows(sheet)]
    return sheet.name, FIRST + 1 + keys.index((county, code)), len(sheet.keys) + 1


def areas(rows: list[Input], county: str) -> dict[str, tuple[str, str, str]]:
    return {
        row.ecosystem: (row.presence, row.value, row.evidence)
        for row in rows
        if row.quantity == "area" and row.county_code == county
    }


def of_cropland(rows: list[Input]) -> Input:
    """The cropland of 兴海."""
    where = ("area", XINGHAI, "cropland")
    return next(row for row in rows if (row.quantity, row.county_code, row.ecosystem) == where)


def test_a_class_is_one_row_and_natural_pasture_is_asked_as_meadow_and_as_steppe() -> None:
    """0401 天然牧草地 is no ecosystem that coefficients know: the form asks what of it is 草甸 and what 草原."""
    asked_of = codes(form())
    assert [code for code in asked_of if code.startswith("0401")] == ["0401.meadow", "0401.steppe", "0401"]
    assert asked_of["0401.meadow"] == "0401 天然牧草地（其中草甸）→草甸"
    assert asked_of["0401.steppe"] == "0401 天然牧草地（其中草原）→草原"
    assert asked_of["0401"] == "0401 天然牧草地（未分草甸、草原的）→天然牧草地"
    assert asked_of["0402"] == "0402 沼泽草地→湿地"
    assert {"0201K", "1104A", "0403K"} <= set(asked_of)
    assert not {"01", "04", "GCCD", "0702", "1301"} & set(asked_of), (
        "no totals, no attributes, nothing that is in another"
    )


def test_the_classes_of_an_ecosystem_add_up_and_a_survey_returned_by_its_bureau_is_declared() -> None:
    """兴海: 1200 + 300 = 1500 ha of cropland, 500 + 100 = 600 of wetland; what is not filled was told to be zero."""
    rows, problems = read(raw(right()))
    assert [item.text() for item in problems.items if item.severity == "error"] == []
    found = areas(rows, XINGHAI)
    assert found["cropland"] == ("value", "1500", "declared")
    assert found["wetland"] == ("value", "600", "declared")
    assert found["grassland.meadow"] == ("value", "4000", "declared")
    assert found["grassland.steppe"] == ("value", "2500", "declared")
    assert found["desert"] == ("value", "300", "declared")
    assert found["forest"] == ("zero", "", "declared")
    assert sum(float(value or 0) for _, value, _ in found.values()) == 10000
    assert areas(rows, GUINAN)["desert"] == ("zero", "", "declared")
    assert of_cropland(rows).note == "0102 水浇地＋0103 旱地"


def test_mu_are_read_as_mu() -> None:
    """18 000 mu are 1200 ha, 4500 are 300."""
    book = right()
    sheet, row, column = cell(form(), XINGHAI, "0102")
    book[sheet].cell(UNITS + 1, column).value = "亩"
    book[sheet].cell(row, column).value = 18000
    rows, _ = read(raw(book))
    assert of_cropland(rows).exact == 1200 + 300 / 15


def read_without(code: str) -> tuple[list[Input], Problems, str]:
    """The form of Xinghai with a class of land that nobody measured: rows, problems, and the place of its cell."""
    book = right()
    sheet, row, column = cell(form(), XINGHAI, code)
    for at, text in enumerate((None, "缺失", "图斑未核"), start=column):
        book[sheet].cell(row, at).value = text
    return *read(raw(book)), f"{sheet} › E{row}"


def test_a_class_without_area_costs_what_is_known_of_its_ecosystem_nothing() -> None:
    """旱地 is missing: cropland keeps the 1200 ha of 水浇地, and the rest is land that nobody placed."""
    rows, problems, place = read_without("0103")
    found = areas(rows, XINGHAI)
    assert found["cropland"] == ("value", "1200", "declared")
    assert found["unclassified"] == ("missing", "", "")
    assert [item.text() for item in problems.items] == [
        (
            f"填报.xlsx › {place}  632524 的一些地类没有面积：0103 旱地：图斑未核；每个地类的面积，或 0；"
            "补上；确实没有数的不用改，这些面积按未归类、缺失处理，合计不完整。"
        )
    ]


def test_an_ecosystem_of_which_nothing_is_known_is_missing_itself() -> None:
    rows, problems, _ = read_without("0305")
    assert areas(rows, XINGHAI)["shrub"] == ("missing", "", "")
    assert "unclassified" not in areas(rows, XINGHAI)
    assert problems.items == []


def test_a_survey_without_the_date_of_its_document_leaves_the_places_of_its_classes_assumed() -> None:
    book = right()
    book["来源"]["D6"] = None
    rows, _ = read(raw(book))
    assert areas(rows, XINGHAI)["cropland"] == ("value", "1500", "assumed")


def test_ecosystems_of_ones_own_choice_take_the_classes_that_are_in_them() -> None:
    lands = ("cropland", "forest", "shrub", "grassland", "wetland", "urban", "bare_land", "desert", "ice")
    of = form(lands)
    assert codes(of)["0401.meadow"] == "0401 天然牧草地（其中草甸）→草地"
    rows, _ = read(raw(right(of)))
    assert areas(rows, XINGHAI)["grassland"] == ("value", "6500", "declared")


def test_the_self_check_passes_where_the_classes_close_on_the_county_and_not_where_they_fall_short(
    tmp_path: Path,
) -> None:
    book = right()
    found = formualizer.recalculate(write(book, tmp_path / "x.xlsx"))
    verdicts = [value for (sheet, at), value in found.items() if sheet == "自检_面积" and value in {"通过", "不通过"}]
    assert verdicts == ["通过", "通过"]
    sheet, row, column = cell(form(), GUINAN, "0401.steppe")
    book[sheet].cell(row, column).value = 5000  # 9 000 of 10 000 ha; 50 are allowed
    found = formualizer.recalculate(write(book, tmp_path / "y.xlsx"))
    verdicts = [value for (sheet, at), value in found.items() if sheet == "自检_面积" and value in {"通过", "不通过"}]
    assert sorted(verdicts) == ["不通过", "通过"]
    told = [item.code for item in check_file(tmp_path / "y.xlsx").problems if item.severity == "error"]
    assert told == ["area_short"]


def test_an_upright_form_gives_the_same_areas_and_its_self_check_passes(tmp_path: Path) -> None:
    found: list[Input] = []
    for number, of in enumerate(one_each(form())):
        book = opened(of)
        page = book[UPRIGHT]
        for row in range(1, page.max_row + 1):
            key = str(page.cell(row, KEY_AT + 1).value or "")
            if key.startswith(SECTION):
                lands = key.endswith("地类")
                page.cell(row, STATE_AT + 1).value = "确为零" if lands else None if "县域" in key else "缺失"
                page.cell(row, SOURCE_AT + 1).value = "S01"
            elif key == "county_area":
                page.cell(row, 2).value = 10000
            elif key.startswith(f"{LAND}@"):
                page.cell(row, 2).value = FILLED.get(key.partition("@")[2], (None, None))[number]
            elif key in {field.id for field in form().schema.sheets[0].fields}:
                page.cell(row, NOTE_AT + 1).value = "没有统计"
        path = write(book, tmp_path / f"{number}.xlsx")
        found += check_file(path).reading.rows
        assert formualizer.recalculate(path)[UPRIGHT, "B3"] == "通过"
    across, _ = read(raw(right()))
    assert [areas(found, code) for code in (XINGHAI, GUINAN)] == [areas(across, code) for code in (XINGHAI, GUINAN)]


def test_start_makes_an_account_of_it_whose_areas_are_those_of_the_survey(tmp_path: Path) -> None:
    path = write(right(), tmp_path / "三调.xlsx")
    start([path], tmp_path / "acc", on=DAY)
    result = compute(read_account(tmp_path / "acc"))
    area = result.value("area", county=XINGHAI, period="2023", ecosystem="grassland.meadow")
    assert (area.value, area.evidence) == (4000, "declared")


def test_a_survey_that_is_none_is_told_with_those_there_are(tmp_path: Path) -> None:
    words = ("--region", "青海", "--year", "2023", "--ruleset", "county-general", "--survey", "四调")
    found = run("template", *words, "-o", tmp_path / "x.xlsx")
    assert found.exit_code == 1
    told = found.stderr
    assert "没有叫 “四调” 的国土调查；三调（TDT1055@2019）；写其中一个，或不写 --survey，面积按生态系统填。" in told


def test_a_table_of_class_areas_is_checked_as_an_account_reads_it(tmp_path: Path) -> None:
    """`import` writes such rows for classes that are a question; `check` took their quantity for unknown."""
    path = tmp_path / "inputs.csv"
    path.write_text(
        "county_code,period_from,period_to,ecosystem,item,quantity,value,unit,presence,origin,evidence,source,note\n"
        "632524,2023,2023,,TDT1055@2019:1207,landcover_class_area,300,hm2,value,computed,assumed,x,y\n",
        encoding="utf-8",
    )
    assert [item.text() for item in check_file(path, ruleset="water-balance-plateau").problems] == []


@pytest.mark.parametrize(
    ("value", "note", "presence"),
    [(None, None, "zero"), (0, None, "zero"), (None, "没有统计", "missing"), (7, None, "value")],
)
def test_the_mark_that_all_else_is_zero(value: float | None, note: str | None, presence: str) -> None:
    """In a column marked 确为零 a blank is zero, with the mark as its reason; a note beside a blank says why it is missing."""
    book = right()
    sheet, row, column = cell(form(), XINGHAI, "0201")
    book[sheet].cell(row, column).value = value
    book[sheet].cell(row, column + 2).value = note
    rows, problems = read(raw(book))
    assert [item.code for item in problems.items if item.severity == "error"] == []
    if presence == "missing":
        assert areas(rows, XINGHAI)["unclassified"][0] == "missing"
    else:
        assert "unclassified" not in areas(rows, XINGHAI)
        assert areas(rows, XINGHAI)["cropland"][1] == str(1500 + (value or 0))


def test_zeros_that_a_mark_states_need_a_source() -> None:
    book = right()
    sheet, _, column = cell(form(), XINGHAI, "0101")
    book[sheet].cell(SOURCES + 1, column).value = None
    page = book[sheet]
    for row in range(FIRST + 1, page.max_row + 1):
        page.cell(row, column).value = None
    _, problems = read(raw(book))
    assert [item.code for item in problems.items] == ["form_source_none"]
