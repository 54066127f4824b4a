"""How bureaus lay tables out: which column is the county's, which period a number is of, which rows are read.

Numbers of field files are those that a person reads off them.
"""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from qhgep.errors import Problems
from qhgep.inputs import FileDefaults, FileReading, SheetContext, read_inputs
from tests.support.bureau import put, reader
from tests.support.bureau_tables import FAULTS, Table, made

FIELD = Path(__file__).parent / "field"
DECLARED = FileDefaults(evidence="secondary")
READER = reader(DECLARED)
Said = dict[tuple[str, str, str], str]
FOREST = "森林面积（公顷）"


def read(path: Path, by: SheetContext = READER) -> tuple[FileReading, list[tuple[str, str]]]:
    """What a file gives, and the errors as code and the end of their place."""
    problems = Problems()
    found = read_inputs(path, by, problems)
    errors = [(item.code, item.where.rpartition(" › ")[2]) for item in problems.items if item.severity == "error"]
    return found, errors


def said(found: FileReading) -> Said:
    """County, period and field -> the digits."""
    return {
        (row.county_code, row.period, f"{row.quantity}.{row.ecosystem}".rstrip(".")): row.value for row in found.rows
    }


def sheet(
    folder: Path,
    lines: list[tuple[Any, ...]],
    *,
    merged: tuple[str, ...] = (),
    formats: dict[str, str] | None = None,
    name: str = "表1",
    by: SheetContext = READER,
) -> tuple[Said, list[tuple[str, str]]]:
    """What a sheet of these lines says, with merges and number formats, and its errors."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = name
    for line in lines:
        page.append(line)
    for area in merged:
        page.merge_cells(area)
    for address, code in (formats or {}).items():
        page[address].number_format = code
    out = BytesIO()
    book.save(out)
    found, errors = read(put(folder, out.getvalue()), by)
    return said(found), errors


# --- files from the field --------------------------------------------------------------------------

AREAS = {"632621": "100", "632323": "200", "632823": "300", "632701": "400", "632222": "500"}
RAIN = {"632621": "700", "632323": "710", "632823": "720", "632701": "730", "632222": "740"}
GUOLUO = (
    "632621",
    "632622",
    "632623",
    "632624",
    "632625",
    "632626",
    "632723",
    "632722",
    "632724",
    "632725",
    "632726",
    "632323",
)
SEEN: dict[str, Said] = {
    "prefecture-column-before-county-column.xlsx": {(code, "2020", "area.forest"): text for code, text in AREAS.items()},
    "account-input-prefecture-before-county.xlsx": {
        (code, "2020", "reference_evapotranspiration"): text for code, text in RAIN.items()
    },
    "title-2018-2020-mean-read-as-2020.xlsx": {
        ("632621", "2018-2020", "area.forest"): "100", ("632621", "2018-2020", "precipitation"): "500",
        ("632624", "2018-2020", "area.forest"): "200", ("632624", "2018-2020", "precipitation"): "550",
    },
    "yearbook-total-differs-by-rounding.xlsx": {
        (code, "2020", "area.forest"): str(10 * number) for number, code in enumerate(GUOLUO, start=1)
    },
    "county-merged-over-years.xlsx": {
        ("632621", "2019", "area.forest"): "100", ("632621", "2020", "area.forest"): "101",
        ("632624", "2019", "area.forest"): "200", ("632624", "2020", "area.forest"): "201",
    },
    "notes-below-table-one.xlsx": {("632621", "2020", "area.forest"): "100"},
    "two-halves-side-by-side.xlsx": {
        ("632621", "2020", "area.forest"): "100", ("632624", "2020", "area.forest"): "200",
        ("632723", "2020", "area.forest"): "300", ("632722", "2020", "area.forest"): "400",
    },
    "years-as-columns.xlsx": {
        ("632621", "2019", "area.forest"): "100", ("632621", "2020", "area.forest"): "101", ("632621", "2021", "area.forest"): "102",
        ("632624", "2019", "area.forest"): "200", ("632624", "2020", "area.forest"): "201", ("632624", "2021", "area.forest"): "202",
    },
}  # fmt: skip


@pytest.mark.parametrize("name", SEEN)
def test_a_file_of_the_field_is_read_as_a_person_reads_it(name: str) -> None:
    found, errors = read(FIELD / name)
    assert (said(found), errors) == (SEEN[name], [])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("codes-with-excel-guards.csv", {"632621": "100", "632624": "200", "632622": "3"}),
        ("codes-with-point-zero.csv", {"632621": "100"}), ("codes-in-scientific-notation.csv", {"632621": "100", "632624": "200"}),
    ],
)  # fmt: skip
def test_codes_are_read_through_the_marks_that_programs_leave_on_them(name: str, expected: dict[str, str]) -> None:
    """These files name no year: with one that is told they are read, without it nothing else is complained of."""
    found, errors = read(FIELD / name, reader(FileDefaults("2020", evidence="secondary")))
    assert ({row.county_code: row.value for row in found.rows}, errors) == (expected, [])
    assert [code for code, _ in read(FIELD / name)[1]] == ["worksheet_period"]


def test_old_names_are_the_units_of_their_year_and_names_without_a_code_are_refused() -> None:
    """冷湖 and 茫崖行委 had no code of GB/T 2260."""
    found, errors = read(FIELD / "old-county-names-2010.xlsx")
    assert {row.county_code: row.value for row in found.rows} == {
        "632121": "1", "632123": "2", "630122": "3", "632721": "4", "632321": "5",
    }  # fmt: skip
    assert errors == [("row_county", "A8"), ("row_county", "A9")]


def test_a_cell_with_two_values_is_refused_with_the_file() -> None:
    found, errors = read(FIELD / "two-v-in-a-cell-read-as-13223.77.xlsx")
    assert (found.rows, errors) == ((), [("cell_twice", "D2")])


# --- the county's column ---------------------------------------------------------------------------

TWO: Said = {("632621", "2020", "area.forest"): "1", ("632323", "2020", "area.forest"): "2"}


@pytest.mark.parametrize(
    ("head", "rows"),
    [
        (("市州", "县名", FOREST), [("果洛州", "玛沁县", 1), ("黄南州", "泽库县", 2)]),
        (("县名", "所属市州", FOREST), [("玛沁县", "果洛藏族自治州", 1), ("泽库县", "黄南", 2)]),
        (("县名", FOREST, "市州"), [("玛沁县", 1, "果洛州"), ("泽库县", 2, "黄南州")]),
        (("省", "市州", "县", FOREST), [("青海省", "果洛州", "玛沁县", 1), ("青海", "黄南州", "泽库县", 2)]),
        (("市州", "县级单元甲", FOREST), [("果洛州", "玛沁县", 1), ("黄南州", "泽库县", 2)]),
        (("市州代码", "县代码", FOREST), [("632600", "632621", 1), ("632300", "632323", 2)]),
        (("市州", "区划代码", FOREST), [("果洛州", "632621", 1), ("黄南州", "632323", 2)]),
        (("区划代码", "县名", FOREST), [("632600", "玛沁县", 1), ("632300", "泽库县", 2)]),
        (("地区", "名称", FOREST), [("果洛州", "玛沁县", 1), ("黄南州", "泽库县", 2)]),
        (("序号", "市（州）", "县（市、区）", FOREST), [(1, "果洛州", "玛沁县", 1), (2, "黄南州", "泽库县", 2)]),
        (("县名", FOREST), [("青海省果洛州玛沁县", 1), ("黄南藏族自治州泽库县", 2)]),
        (("县名", FOREST), [("一、玛沁县", 1), ("2.泽库县", 2)]),
        (("流域", "县名", FOREST), [("黄河流域", "玛沁县", 1), ("黄河流域", "泽库县", 2)]),
    ],
)  # fmt: skip
def test_the_county_is_in_the_column_of_the_lowest_level(
    head: tuple[str, ...], rows: list[tuple[Any, ...]], tmp_path: Path
) -> None:
    assert sheet(tmp_path, [("2020年",), head, *rows]) == (TWO, [])


def test_one_heading_over_two_columns_of_names_is_a_prefecture_and_its_county(tmp_path: Path) -> None:
    lines = [("2020年",), ("地  区", None, FOREST), ("果洛州", "玛沁县", 1), ("黄南州", "泽库县", 2)]
    assert sheet(tmp_path, lines, merged=("A2:B2",)) == (TWO, [])


@pytest.mark.parametrize("head", ["市州", "地区"])
def test_a_prefecture_merged_over_its_counties_and_its_totals_are_no_county(head: str, tmp_path: Path) -> None:
    """3 = 1 + 2 of 果洛, 5 of 黄南, 8 in all."""
    lines = [
        ("2020年",), (head, "县名", FOREST), ("果洛州", "玛沁县", 1), (None, "达日县", 2), (None, "小计", 3), ("黄南州", "泽库县", 5),
        (None, "小计", 5), ("合计", None, 8),
    ]  # fmt: skip
    found, errors = sheet(tmp_path, lines, merged=("A3:A5", "A6:A7", "A8:B8"))
    assert ({code: text for (code, *_), text in found.items()}, errors) == (
        {"632621": "1", "632624": "2", "632323": "5"}, [],
    )  # fmt: skip


@pytest.mark.parametrize(("total", "cell"), [(30, "C3"), (3, "")])
def test_the_total_of_a_prefecture_is_compared_with_its_own_counties(total: int, cell: str, tmp_path: Path) -> None:
    """A row with a prefecture and no county is its total too: 3 = 1 + 2."""
    lines = [
        ("2020年",), ("市州", "县名", FOREST), ("果洛州", None, total), ("果洛州", "玛沁县", 1), ("果洛州", "达日县", 2),
        ("黄南州", "泽库县", 5),
    ]  # fmt: skip
    found, errors = sheet(tmp_path, lines)
    assert (len(found), errors) == (3, [("total_differs", cell)] if cell else [])


@pytest.mark.parametrize(
    ("head", "row", "code", "cell"),
    [
        (("市州", "县名", FOREST), ("海西州", "玛沁县", 1), "row_parent", "A3"),
        (("市州代码", "县名", FOREST), ("632800", "玛沁县", 1), "row_parent", "A3"),
        (("市州", "县名", FOREST), ("昆明市", "城中区", 1), "row_county_unclear", "B3"),
        (("省", "县名", FOREST), ("甘肃省", "玛沁县", 1), "row_parent", "A3"),
        (("县名", FOREST), ("海西州玛沁县", 1), "row_parent", "A3"),
        (("市州", "县名", FOREST), ("果洛州", "玛心县", 1), "row_county", "B3"),
        (("市州", "县级甲", FOREST), ("果洛州", "玛心县", 1), "row_county", "B3"),
        (("县名", "乡镇", FOREST), ("玛沁县", "大武镇", 1), "column_below", "B3"),
        (("市州", "县名", FOREST), ("果洛州", None, 1), "row_unnamed", "A3"),
    ],
)  # fmt: skip
def test_a_prefecture_never_stands_for_a_county_and_never_contradicts_it(
    head: tuple[str, ...], row: tuple[Any, ...], code: str, cell: str, tmp_path: Path
) -> None:
    others = [("果洛州", "达日县", 7)] if code == "row_unnamed" else []
    found, errors = sheet(tmp_path, [("2020年",), head, row, *others])
    assert [value for value in found.values() if value == "1"] == []
    assert [error[0] for error in errors] == [code if code != "row_unnamed" else "total_differs"]
    assert errors[0][1] == (cell if code != "row_unnamed" else "C3")


def test_namesakes_are_told_apart_by_what_they_lie_in(tmp_path: Path) -> None:
    """城中区 of 西宁 and of 柳州; alone it is neither, among counties of one province it is told and read as that province's."""
    lines = [
        ("2020年",),
        ("市", "区", FOREST),
        ("西宁市", "城中区", 1),
        ("柳州市", "城中区", 2),
        ("西宁市", "城北区", 3),
    ]
    found, errors = sheet(tmp_path, lines)
    assert ({code: text for (code, *_), text in found.items()}, errors) == (
        {"630103": "1", "450202": "2", "630105": "3"},
        [],
    )
    assert sheet(tmp_path, [("2020年",), ("区", FOREST), ("城中区", 1)]) == ({}, [("row_county_unclear", "A3")])
    for other, code in (("玛沁县", "630103"), ("鱼峰区", "450202")):
        found, errors = sheet(tmp_path, [("2020年",), ("区", FOREST), ("城中区", 1), (other, 2)])
        assert (found[code, "2020", "area.forest"], errors) == ("1", [])
    mixed = [("2020年",), ("区", FOREST), ("城中区", 1), ("玛沁县", 2), ("鱼峰区", 3)]
    assert sheet(tmp_path, mixed)[1] == [("row_county_unclear", "A3")]


def test_words_for_a_part_of_a_city_and_names_of_prefectures_are_no_counties(tmp_path: Path) -> None:
    """城区 is a district of 晋城 and of 阳泉 as well as a word; 百色市 was a county till 2002, and 百色市 has 右江区."""
    lines = [("2020年",), ("县名", "位置", FOREST), ("玛沁县", "城区", 1), ("达日县", "郊区", 2)]
    assert sheet(tmp_path, lines)[1] == []
    lines = [("2020年",), ("市（州）", "县名", FOREST), ("百色市", "右江区", 1), ("晋城市", "城区", 2)]
    found, errors = sheet(tmp_path, lines)
    assert ({code for code, *_ in found}, errors) == ({"451002", "140502"}, [])


# --- periods ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "period"),
    [
        ("2018-2020年平均生态数据", "2018-2020"), ("2018—2020 年", "2018-2020"), ("“十三五”期间平均", "2016-2020"),
        ("1981～2010年多年平均", "1981-2010"), ("2020年平均气温与森林", "2020"), ("截至2020年底", "2020"), ("年度：2020", "2020"),
    ],
)  # fmt: skip
def test_the_title_says_the_year_or_the_span(title: str, period: str, tmp_path: Path) -> None:
    assert sheet(tmp_path, [(title,), ("县名", FOREST), ("玛沁县", 1)]) == (
        {("632621", period, "area.forest"): "1"},
        [],
    )


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("2025年森林目标", "worksheet_doubt"), ("2025年规划", "worksheet_doubt"), ("2025年预测数", "worksheet_doubt"),
        ("预计2025年", "worksheet_doubt"), ("2025年计划", "worksheet_doubt"), ("2020年累计", "worksheet_doubt"), ("2020年平均", "worksheet_doubt"),
        ("“十四五”规划目标", "worksheet_doubt"), ("2020年1—6月", "worksheet_doubt"), ("2020年上半年", "worksheet_doubt"),
        ("2019年与2020年", "worksheet_period"), ("2019、2020年", "worksheet_period"), ("2020年实际、2025年目标", "worksheet_period"),
        ("2020年统计年鉴", "worksheet_period"), ("资料来源：2020年清查", "worksheet_period"), ("多年平均", "worksheet_period"),
    ],
)  # fmt: skip
def test_what_is_no_one_observed_year_is_one_error_and_no_number(title: str, code: str, tmp_path: Path) -> None:
    assert sheet(tmp_path, [(title,), ("县名", FOREST), ("玛沁县", 1)]) == ({}, [(code, "表1")])


@pytest.mark.parametrize(
    ("told", "code"), [("2020", "worksheet_period_differs"), ("2018—2020", ""), ("去年", "worksheet_told")]
)
def test_a_told_period_must_be_that_of_the_title(told: str, code: str, tmp_path: Path) -> None:
    by = reader(FileDefaults(told, evidence="secondary"))
    _, errors = sheet(tmp_path, [("2018-2020年平均",), ("县名", FOREST), ("玛沁县", 1)], by=by)
    assert [error[0] for error in errors] == [code] * bool(code)


def test_the_name_of_the_sheet_says_its_year_and_must_not_contradict_the_title(tmp_path: Path) -> None:
    lines: list[tuple[Any, ...]] = [("生态数据",), ("县名", FOREST), ("玛沁县", 1)]
    assert sheet(tmp_path, lines, name="2020年") == ({("632621", "2020", "area.forest"): "1"}, [])
    copied = [("2019年生态数据",), *lines[1:]]
    assert sheet(tmp_path, copied, name="2020年") == ({}, [("worksheet_period", "2020年")])


YEARS: Said = {
    (code, year, name): str(number)
    for number, (code, name, year) in enumerate(
        ((code, name, year) for code in ("632621", "632624") for name in ("area.forest", "area.grassland") for year in ("2019", "2020")),
        start=1,
    )
}  # fmt: skip
GRASS = "草地面积（公顷）"


@pytest.mark.parametrize(
    ("heads", "merged"),
    [
        ([("县名", FOREST, None, GRASS, None), (None, "2019年", "2020年", "2019年", "2020年")], ("A2:A3", "B2:C2", "D2:E2")),
        ([("县名", FOREST, None, GRASS, None), (None, 2019, 2020, 2019, 2020)], ("A2:A3", "B2:C2", "D2:E2")),
        ([("县名", f"2019年{FOREST}", f"2020年{FOREST}", f"2019年{GRASS}", f"2020年{GRASS}")], ()),
        ([("县名", f"2019{FOREST}", "森林面积（公顷）2020", "草地面积（2019年）（公顷）", "草地面积2020（公顷）")], ()),
        ([("县名", "森林面积", "森林面积", "草地面积", "草地面积"), (None, "2019年", "2020年", "2019年", "2020年"), ("单位", *["公顷"] * 4)], ()),
    ],
)  # fmt: skip
def test_years_stand_across_in_headings_of_any_shape(
    heads: list[tuple[Any, ...]], merged: tuple[str, ...], tmp_path: Path
) -> None:
    lines = [("各县面积",), *heads, ("玛沁县", 1, 2, 3, 4), ("达日县", 5, 6, 7, 8), ("合计", 6, 8, 10, 12)]
    assert sheet(tmp_path, lines, merged=merged) == (YEARS, [])


def test_years_across_with_the_quantity_in_the_title(tmp_path: Path) -> None:
    lines = [("2019—2020年果洛州各县森林面积统计表",), ("单位：公顷",), ("县名", "2019年", "2020年"), ("玛沁县", 1, 2)]
    expected = {("632621", "2019", "area.forest"): "1", ("632621", "2020", "area.forest"): "2"}
    assert sheet(tmp_path, lines) == (expected, [])
    lines[0] = ("森林面积变化",)
    assert sheet(tmp_path, lines) == ({}, [("column_year_only", "B3"), ("column_year_only", "C3")])


def test_a_county_that_changed_its_code_between_the_years_across_has_the_code_of_each(tmp_path: Path) -> None:
    """玉树 was a county until 2012, 632721, and is a city since 2013, 632701."""
    lines = [("森林面积",), ("县名", f"2012年{FOREST}", f"2013年{FOREST}"), ("玉树市", 1, 2)]
    expected = {("632721", "2012", "area.forest"): "1", ("632701", "2013", "area.forest"): "2"}
    assert sheet(tmp_path, lines) == (expected, [])


@pytest.mark.parametrize(
    ("written", "period"),
    [("2018—2020年平均", "2018-2020"), ("十三五", "2016-2020"), ("２０２０年", "2020"), ("2020.0", "2020"), (2020, "2020"), ("2020年末", "2020")],
)  # fmt: skip
def test_a_column_of_years_holds_years_and_spans(written: object, period: str, tmp_path: Path) -> None:
    lines = [("数据",), ("县名", "年份", FOREST), ("玛沁县", written, 1)]
    assert sheet(tmp_path, lines) == ({("632621", period, "area.forest"): "1"}, [])


@pytest.mark.parametrize(
    ("written", "code"),
    [("2025年目标", "row_year_doubt"), ("2023年1-6月", "row_year_doubt"), ("去年", "row_year"), (43831, "row_year")],
)
def test_anything_else_in_a_column_of_years_is_told_with_its_reason(written: object, code: str, tmp_path: Path) -> None:
    lines = [("数据",), ("县名", "年份", FOREST), ("玛沁县", written, 1)]
    assert sheet(tmp_path, lines) == ({}, [(code, "B3")])


@pytest.mark.parametrize("heading", ["降水量（毫米）", "年降水量（mm/a）", "2020年降水量（毫米）", "降水量（毫米/年）"])
def test_a_yearly_quantity_is_known_without_its_word_for_the_year(heading: str, tmp_path: Path) -> None:
    assert sheet(tmp_path, [("2020年",), ("县名", heading), ("玛沁县", 500)]) == (
        {("632621", "2020", "precipitation"): "500"},
        [],
    )


# --- rows ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "merged"),
    [
        ([("2023年果洛州各县生态系统面积",), ("县", "森林（公顷）", "草地（公顷）")], ("A1:C1",)),
        ([("2023年果洛州各县生态系统面积（公顷）",), ("县", "森林", "草地")], ("A1:C1",)),
        ([("县", "2023年各类生态系统面积", None), (None, "森林（公顷）", "草地（公顷）")], ("A1:A2", "B1:C1")),
        ([("2023年",), ("县", "面积（公顷）", None), (None, "森林", "草地")], ("A2:A3", "B2:C2")),
    ],
)
def test_a_heading_that_is_only_an_ecosystem_is_of_the_quantity_above_it(
    lines: list[tuple[Any, ...]], merged: tuple[str, ...], tmp_path: Path
) -> None:
    found, errors = sheet(tmp_path, [*lines, ("玛沁县", 100, 200)], merged=merged)
    assert errors == []
    assert found == {("632621", "2023", "area.forest"): "100", ("632621", "2023", "area.grassland"): "200"}


def test_below_two_rows_of_headings_a_column_is_named_by_its_own_cell(tmp_path: Path) -> None:
    lines = [
        ("县", "2023年", None, None), (None, "森林面积（公顷）", "草地面积", "年降水量（吨）"), ("玛沁县", 100, 200, 300),
    ]  # fmt: skip
    _, errors = sheet(tmp_path, lines, merged=("A1:A2", "B1:D1"))
    assert errors == [("column_unit_missing", "C2"), ("unit_of_other", "D2")]


@pytest.mark.parametrize(
    "note",
    [
        "数据口径：年末数", "注：三调", "1. 面积按变更调查；2. 人口为常住人口。", "本表由各县自然资源局提供，未作机械调整", "口径同上年", "依据三调",
        "资料来源：2019年清查",
    ],
)  # fmt: skip
def test_notes_under_a_table_are_no_counties(note: str, tmp_path: Path) -> None:
    lines = [("2020年",), ("县名", FOREST), ("玛沁县", 1), (note,)]
    assert sheet(tmp_path, lines) == ({("632621", "2020", "area.forest"): "1"}, [])


def test_a_misspelt_county_without_numbers_is_no_note(tmp_path: Path) -> None:
    lines = [("2020年",), ("县名", FOREST), ("玛沁县", 1), ("打日县", None)]
    assert sheet(tmp_path, lines)[1] == [("row_county", "A4")]


def test_halves_side_by_side_share_their_total(tmp_path: Path) -> None:
    """10 = 1 + 3 + 2 + 4."""
    head = ("序号", "县名", FOREST)
    lines = [
        ("2020年",), (*head, *head), (1, "玛沁县", 1, 3, "达日县", 2), (2, "班玛县", 3, 4, "甘德县", 4), (None, None, None, None, "合计", 10),
    ]  # fmt: skip
    found, errors = sheet(tmp_path, lines)
    assert (sorted(found.values()), errors) == (["1", "2", "3", "4"], [])
    lines[-1] = (None, None, None, None, "合计", 20)
    assert sheet(tmp_path, lines)[1] == [("total_differs", "F5")]


def test_a_table_below_another_has_its_own_title_and_one_with_the_same_heading_goes_on(tmp_path: Path) -> None:
    first = [("2020年森林",), ("县名", FOREST), ("玛沁县", 1), ("合计", 1), ("注：三调",)]
    second = [("2021年草地",), ("县名", GRASS), ("玛沁县", 5)]
    expected = {("632621", "2020", "area.forest"): "1", ("632621", "2021", "area.grassland"): "5"}
    assert sheet(tmp_path, [*first, *second]) == (expected, [])
    untitled = [*first, ("县名", GRASS), ("玛沁县", 5)]
    assert sheet(tmp_path, untitled)[1] == [("worksheet_period", "表1")]
    goes_on = [("2020年",), ("县名", FOREST), ("玛沁县", 1), ("县名", FOREST), ("达日县", 5)]
    assert sheet(tmp_path, goes_on)[0] == {
        ("632621", "2020", "area.forest"): "1",
        ("632624", "2020", "area.forest"): "5",
    }


# --- totals of rounded numbers ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("addends", "total", "formats", "right"),
    [
        # half a unit of the total and of each addend: 0.05 + 3 x 0.5 = 1.55
        ((10, 20, 30), 61.5, {}, True), ((10, 20, 30), 61.6, {}, False),
        # shown as 10, 20, 30 and 61, whatever is stored: 0.5 + 3 x 0.5 = 2 about 61.2
        ((10.4, 20.4, 30.4), 63.2, dict.fromkeys(("B3", "B4", "B5", "B6"), "0"), True),
        ((10.4, 20.4, 30.4), 63.3, dict.fromkeys(("B3", "B4", "B5", "B6"), "#,##0"), False),
        # shown with two decimals though typed without: 4 x 0.005
        ((10, 20, 30), 60.02, dict.fromkeys(("B3", "B4", "B5", "B6"), "0.00"), True),
        ((10, 20, 30), 60.03, dict.fromkeys(("B3", "B4", "B5", "B6"), "0.00_ "), False),
    ],
)  # fmt: skip
def test_a_total_agrees_where_rounding_of_what_is_shown_explains_it(
    addends: tuple[float, ...], total: float, formats: dict[str, str], tmp_path: Path, *, right: bool
) -> None:
    rows = zip(("玛沁县", "达日县", "班玛县", "合计"), (*addends, total), strict=True)
    _, errors = sheet(tmp_path, [("2020年",), ("县名", FOREST), *rows], formats=formats)
    assert errors == ([] if right else [("total_differs", "B6")])


@pytest.mark.parametrize(
    ("heading", "addends", "total", "right"),
    [
        ("人口（人）", (48500, 12300, 9000), 69800, True),
        ("人口（人）", (48500, 12300, 9000), 69801, False),
        ("人口（人）", (48500.4, 12300.4, 9000.4), 69801, True),
        ("人口（万人）", (4.85, 1.23, 0.9), 6.99, True),
        ("人口（万人）", (5, 1, 1), 8, True),
        ("旅游人次（人次/年）", (300, 400, 500), 1201, False),
        ("森林面积（公顷）", (300, 400, 500), 1201, True),
    ],
)
def test_whole_numbers_of_people_are_exact_in_a_total_and_other_numbers_are_rounded(
    heading: str, addends: tuple[float, ...], total: float, tmp_path: Path, *, right: bool
) -> None:
    """One person too many is a slip; 4.85 + 1.23 + 0.9 万人 may be printed 6.99, 5 + 1 + 1 万人 may be 8."""
    rows = zip(("玛沁县", "达日县", "班玛县", "合计"), (*addends, total), strict=True)
    _, errors = sheet(tmp_path, [("2020年",), ("县名", heading), *rows])
    assert errors == ([] if right else [("total_differs", "B6")])


# --- tables made at random -------------------------------------------------------------------------


def given_by(table: Table, folder: Path) -> tuple[dict[tuple[str, str, str], Any], list[tuple[str, str]]]:
    """What is read of a made table, in units of the quantities, and its errors."""
    found, errors = read(put(folder, table.data, table.name))
    return {
        (row.county_code, row.period, f"{row.quantity}.{row.ecosystem}".rstrip(".")): row.exact for row in found.rows
    }, errors


@pytest.mark.parametrize("seed", range(40))
def test_a_sound_table_of_any_layout_gives_its_numbers_and_no_error(seed: int, tmp_path: Path) -> None:
    table = made(seed)
    assert given_by(table, tmp_path) == (table.truth, [])


@pytest.mark.parametrize("seed", range(40))
def test_a_fault_in_a_table_of_any_layout_is_an_error_and_gives_no_wrong_number(seed: int, tmp_path: Path) -> None:
    table = made(seed, fault=True)
    found, errors = given_by(table, tmp_path)
    assert errors
    assert {key: value for key, value in found.items() if table.truth.get(key) != value} == {}


def test_every_fault_is_made_by_some_seed() -> None:
    assert {made(seed, fault=True).fault for seed in range(200)} == set(FAULTS)


@pytest.mark.parametrize("code", ['="632222"', "=632222", '= "632222"'])
def test_a_code_that_is_guarded_by_a_formula_no_program_computed_is_that_code(code: str, tmp_path: Path) -> None:
    """Such files are what scripts write; a formula that is one text or number says nothing else than itself."""
    found, errors = sheet(tmp_path, [("2020年各县森林",), ("区划代码", "县", FOREST), (code, "祁连县", 5300)])
    assert errors == []
    assert list(found.values()) == ["5300"]


def test_a_formula_that_computes_and_was_never_computed_is_told_as_such(tmp_path: Path) -> None:
    found, errors = sheet(
        tmp_path, [("2020年各县森林",), ("区划代码", "县", FOREST), ("632222", "祁连县", "=5000+300")]
    )
    assert (found, len(errors)) == ({}, 1)
