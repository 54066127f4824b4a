"""Wide sheets: what the headings mean, which rows are read, and the rows that come of them, the same from every shape."""

from collections import Counter
from collections.abc import Callable
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from qhgep.catalogue import shipped
from qhgep.inputs import FileDefaults
from qhgep.inputs.table import COLUMNS, Input
from qhgep.inputs.view import View
from qhgep.inputs.wide.headings import Meaning, split_unit, unit_cell
from qhgep.inputs.wide.keys import Owners
from qhgep.inputs.wide.totals import adds_up
from qhgep.units import unit
from tests.support.accounts import Line, table
from tests.support.bureau import ROWS, VALUES, book, cells, put, read, reader, text, values

HEADINGS = reader().headings


def meant(heading: str) -> set[str]:
    bare, _ = split_unit(heading)
    return {meaning.field for meaning in HEADINGS.meanings(bare)}


def rows_of(
    folder: Path, lines: list[tuple[Any, ...]], told: FileDefaults | None = None
) -> tuple[tuple[Input, ...], list[str], list[str]]:
    """What a sheet of these lines gives, its errors and warnings. The first line is the title."""
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        sheet = made.add_worksheet("表1")
        for number, line in enumerate(lines):
            for column, value in enumerate(line):
                if value is not None:
                    sheet.write(number, column, value)
    found, errors, warnings = read(put(folder, out.getvalue()), told)
    return found.rows, errors, warnings


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("森林面积（万亩）", "area.forest"), ("area.forest", "area.forest"), ("area.grassland.alpine_meadow", "area.grassland.alpine_meadow"),
        ("高寒草甸面积(km2)", "area.grassland.alpine_meadow"), ("生态系统面积-草地", "area.grassland"), ("年降水量（mm/a）", "precipitation"),
        ("年 降 水 量", "precipitation"), ("Precipitation", "precipitation"), ("人口（万人）", "population"),
        ("生活用水用水量", "water_used.domestic"), ("用水量（生活用水）", "water_used.domestic"),
        ("化学需氧量排放量", "water_pollutant_discharged.cod"), ("water_used.domestic", "water_used.domestic"),
        ("土壤保持量（森林）（t/(hm2·a)）", "soil_retained.forest"), ("耕地面积（公顷）", "area.cropland"),
    ],
)  # fmt: skip
def test_a_heading_names_a_quantity_by_its_chinese_name_or_its_field(heading: str, field: str) -> None:
    assert meant(heading) == {field}


@pytest.mark.parametrize(
    "heading",
    [
        "总面积",
        "面积合计",
        "area",
        "area.meadows",
        "area.all",
        "森林",
        "carbon_price",
        "甲",
        "",
        "降水",
        "precipitation.forest",
    ],
)
def test_a_heading_that_is_no_quantity_of_its_axes_means_nothing(heading: str) -> None:
    assert meant(heading) == set()


def test_every_input_of_the_vocabulary_has_a_field_that_means_it() -> None:
    for name, quantity in HEADINGS.quantities.items():
        lists = [next(iter(shipped().lists[axis].members)) for axis in quantity.axes if axis in shipped().lists]
        meaning = Meaning(name, "forest" if "ecosystem" in quantity.axes else "", "/".join(lists))
        assert HEADINGS.meanings(meaning.field) == {meaning}


@pytest.mark.parametrize(
    ("heading", "bare", "found"),
    [
        ("森林面积（万亩）", "森林面积", "万亩"), ("森林面积（单位：公顷）", "森林面积", "公顷"), ("侵蚀量（t/(km2*a)）", "侵蚀量", "t/(km2*a)"),
        ("面积（2023年）（km²）", "面积（2023年）", "km²"), ("面积（2023年）", "面积（2023年）", ""), ("面积", "面积", ""),
    ],
)  # fmt: skip
def test_the_unit_is_the_last_bracket_that_holds_one(heading: str, bare: str, found: str) -> None:
    assert split_unit(heading) == (bare, found)


@pytest.mark.parametrize("printed", ["hm²", "k m 2", "ｋｍ２", "m³", "t C", "万亩", "单位：万亩", "（万亩）"])
def test_a_unit_is_found_whatever_its_forms_and_blanks(printed: str) -> None:
    assert unit_cell(printed)


def test_the_same_sheet_as_xlsx_csv_long_sheet_and_long_csv_gives_the_same_numbers(tmp_path: Path) -> None:
    lines = [
        Line("area", str(row[2]), "公顷", county=row[0], ecosystem="forest", first="2023", evidence="published")
        for row in ROWS
    ] + [Line("precipitation", str(row[3]), "mm/a", county=row[0], first="2023", evidence="published") for row in ROWS]
    long = table(lines)
    sheets = [
        read(put(tmp_path, book())), read(put(tmp_path, text().encode(), "a.csv")), read(put(tmp_path, long.encode("gbk"), "b.csv")),
        read(put(tmp_path, book(rows=[tuple(line.split(",")) for line in long.splitlines()[1:]], head=COLUMNS), "c.xlsx")),
    ]  # fmt: skip
    keys = [{(row.key, row.exact) for row in found.rows} for found, _, _ in sheets]
    assert [errors for _, errors, _ in sheets] == [[], [], [], []]
    assert keys[0] == keys[1] == keys[2] == keys[3]
    assert len(keys[0]) == 2 * len(ROWS)
    assert [sheet.kind for found, _, _ in sheets for sheet in found.sheets] == ["wide", "wide", "long", "long"]


def test_a_row_of_the_long_sheet_has_the_cell_of_its_value_as_place(tmp_path: Path) -> None:
    line = Line("precipitation", "420", "mm/a").cells
    found, _, _ = read(put(tmp_path, book(rows=[line, (*line[:6], "缺", *line[7:])], head=COLUMNS)))
    assert [row.place for row in found.rows] == ["县.xlsx › 表1 › G3"]
    _, errors, _ = read(put(tmp_path, book(rows=[("632699", *line[1:])], head=COLUMNS)))
    assert errors == [
        (
            "县.xlsx › 表1 › A3  区划代码 “632699” 不在区划代码表里；六位区划代码；"
            "改正代码，或在 account.toml 用 [[county]] 登记；用 qhgep start 建账户的，加 --county 632699=名称。"
        )
    ]


def test_headings_in_two_rows_with_a_merged_group_are_read_together(tmp_path: Path) -> None:
    lines: list[tuple[Any, ...]] = [
        ("果洛州2023年度统计表",), (None, None, None, None, None, "单位：亩"),
        ("序号", "县（市、区）", "生态系统面积（万亩）", None, "水域面积", "备注"),
        (None, None, "森林", "草地", None, None), ("甲", "乙", 1, 2, 3, 4), (1, "玛沁县", 12, 30, 600, None),
    ]  # fmt: skip

    def change(sheet: Worksheet) -> None:
        sheet.delete_rows(1, 3)
        for line in lines:
            sheet.append(line)
        sheet.merge_cells("C3:D3")
        sheet.merge_cells("A3:A4")

    found, errors, _ = read(put(tmp_path, book(change, rows=[])))
    assert errors == []
    assert [(row.ecosystem, row.value, row.unit, row.exact) for row in found.rows] == [
        ("forest", "12", "万亩", Fraction(8000)), ("grassland", "30", "万亩", Fraction(20000)), ("wetland.open_water", "600", "亩", Fraction(40)),
    ]  # fmt: skip


TEMPLATE: list[tuple[Any, ...]] = [
    ("表1 县域",), ("填报单位", "果洛州", "年度", 2023, "表号", "1"),
    ("county_code", "county", "area.forest", "area.wetland.marsh", "water_used.domestic", "presence", "note"),
    ("区划代码", "县名", "森林", "沼泽", "生活用水", "数据状态", "备注"), (None, None, "公顷", "平方公里", "万立方米/年", None, None),
    ("数据来源编号", None, "S1", "S2", "S3", None, None),
    ("632621", "玛沁县", 1.5, 2, 30, None, None), ("632622", "班玛县", 3, None, 40, "不适用", "没有沼泽"),
]  # fmt: skip


def test_the_template_is_read_by_its_fields_with_the_sources_of_its_columns(tmp_path: Path) -> None:
    found, errors, _ = rows_of(tmp_path, TEMPLATE, FileDefaults(evidence="secondary"))
    assert errors == []
    assert [(row.county_code, row.quantity, row.ecosystem, row.item, row.value, row.presence, row.source) for row in found] == [
        ("632621", "area", "forest", "", "1.5", "value", "S1"), ("632621", "area", "wetland.marsh", "", "2", "value", "S2"),
        ("632621", "water_used", "", "domestic", "30", "value", "S3"), ("632622", "area", "forest", "", "3", "value", "S1"),
        ("632622", "area", "wetland.marsh", "", "", "not_applicable", "S2"), ("632622", "water_used", "", "domestic", "40", "value", "S3"),
    ]  # fmt: skip
    assert found[4].note == "没有沼泽"


@pytest.mark.parametrize(
    ("word", "presence"),
    [("缺失", "missing"), ("缺", "missing"), ("确为零", "zero"), ("不适用", "not_applicable"), ("zero", "zero")],
)
def test_the_presence_speaks_of_the_blanks_of_its_row_and_of_nothing_else(
    word: str, presence: str, tmp_path: Path
) -> None:
    found, errors, _ = read(put(tmp_path, cells({"C3": None, "E3": word, "F3": "原因"})))
    assert errors == []
    assert [(row.presence, row.exact) for row in found.rows[:2]] == [
        (presence, Fraction(0) if presence == "zero" else None), ("value", Fraction(540)),
    ]  # fmt: skip


@pytest.mark.parametrize("word", [None, "有数据"])
def test_a_blank_never_becomes_zero(word: str | None, tmp_path: Path) -> None:
    found, errors, _ = read(put(tmp_path, cells({"C3": None, "E3": word, "F3": "原因"})))
    assert ("632621", "area") not in values(found)
    assert errors[0].startswith("县.xlsx › 表1 › C3  生态系统面积 是空格：空格不是零")


@pytest.mark.parametrize(
    ("word", "presence"),
    [("缺失", "missing"), ("无数据", "missing"), ("不适用", "not_applicable"), (" 缺 失", "missing")],
)
def test_a_cell_may_say_that_it_has_no_number_and_its_row_says_why(word: str, presence: str, tmp_path: Path) -> None:
    found, errors, _ = read(put(tmp_path, cells({"C3": word, "F3": "原因"})))
    assert errors == []
    assert [(row.presence, row.value, row.unit, row.note) for row in found.rows[:1]] == [(presence, "", "", "原因")]
    _, errors, _ = read(put(tmp_path, cells({"C3": word})))
    assert [error.partition("，")[0] for error in errors] == [f"县.xlsx › 表1 › C3  状态为 {presence}"]


HEAD2: tuple[Any, ...] = ("地区", "森林面积（公顷）", "年降水量（mm/a）")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([("玛沁县", 1, 500), ("班玛县", 2, 600), ("合计", 3, None)], ""), ([("全州", 3, 550), ("玛沁县", 1, 500), ("班玛县", 2, 600)], ""),
        ([("果洛藏族自治州", 3, None), ("玛沁县", 1, 500), ("班玛县", 2, 600)], ""),
        ([("果洛州", 3, None), ("玛沁县", 1, 500), ("班玛县", 2, 600), ("泽库县", 5, 400), ("总计", 8, None)], ""),
        ([("玛沁县", 1, 500), ("小计", 1, None), ("泽库县", 5, 400), ("小计", 5, None), ("合计", 6, None)], ""),
        ([("玛沁县", 1.04, 500), ("班玛县", 2.01, 600), ("合计", 3.1, None)], ""),  # 3.05 as printed with one decimal
        ([("玛沁县", 1, 500), ("班玛县", 2, 600), ("合计", 4, None)], ""),  # 1.5 + 2.5 may be printed 4
        ([("玛沁县", 1, 500), ("班玛县", 2, 600), ("合计", 5, None)], "C"), ([("玛沁县", 1, 500), ("小计", 3, None)], "C"),
        ([("果洛州", 5, None), ("玛沁县", 1, 500), ("班玛县", 2, 600)], "C"),
    ],
)  # fmt: skip
def test_a_row_of_totals_is_no_county_and_its_sum_is_checked(
    lines: list[tuple[Any, ...]], told: str, tmp_path: Path
) -> None:
    found, errors, _ = rows_of(tmp_path, [("2023年",), HEAD2, *lines], FileDefaults(evidence="secondary"))
    assert {row.county_code for row in found} <= {"632621", "632622", "632323"}
    assert len(found) == 2 * sum(line[0].endswith("县") for line in lines)
    assert [("各县之和为" in error) for error in errors] == [True] * bool(told)


@pytest.mark.parametrize(
    ("printed", "amount"),
    [("ha", True), ("t/year", True), ("CNY/year", True), ("m**3", True), ("person", True), ("J/year", True), ("mm/year", False),
     ("CNY/t", False), ("day/year", False), ("dm**3/(km**2*s)", False), ("g*carbon/m**2/year", False)],
)  # fmt: skip
def test_only_amounts_are_summed(printed: str, *, amount: bool) -> None:
    assert adds_up(unit(printed)) is amount


@pytest.mark.parametrize("note", ["注：三调", "注1：三调", "说明：", "资料来源：年鉴", "填表人：", "单位负责人："])
def test_notes_and_signatures_are_left_out(note: str, tmp_path: Path) -> None:
    found, errors, warnings = rows_of(
        tmp_path, [("2023年",), HEAD2, ("玛沁县", 1, 500), (note,)], FileDefaults(evidence="secondary")
    )
    assert (len(found), errors, warnings) == (2, [], [])


@pytest.mark.parametrize(
    ("name", "code"),
    [("玛沁县", "632621"), (" 玛 沁 县 ", "632621"), ("河南县", "632324"), ("门源县", "632221"), ("大柴旦行委", "632857"), ("平安区", "630203"),
     ("632621", "632621"), (632621, "632621"), ("632621000000", "632621"), ("玉树市", "632701")],
)  # fmt: skip
def test_a_county_is_found_by_its_name_its_short_name_or_its_code(name: object, code: str, tmp_path: Path) -> None:
    found, errors, _ = rows_of(tmp_path, [("2023年",), HEAD2, (name, 1, 500)], FileDefaults(evidence="secondary"))
    assert (errors, [row.county_code for row in found]) == ([], [code, code])


def test_a_name_is_the_code_that_held_in_its_year(tmp_path: Path) -> None:
    lines = [("统计表",), ("县名", "年份", "森林面积（公顷）"), ("平安区", 2014, 1), ("平安区", "2015年", 2)]
    found, errors, _ = rows_of(tmp_path, lines, FileDefaults(evidence="secondary"))
    assert (errors, [(row.county_code, row.period) for row in found]) == ([], [("630221", "2014"), ("630203", "2015")])


def test_what_the_account_tells_stands_where_the_sheet_says_nothing(tmp_path: Path) -> None:
    told = FileDefaults("2001-2019", source="州统计局 2020 年 3 号", origin="computed", evidence="secondary")
    found, errors, _ = read(put(tmp_path, cells({"A1": "多年平均"})), told)
    assert errors == []
    assert {(row.period, row.source, row.origin, row.evidence) for row in found.rows} == {
        ("2001-2019", "州统计局 2020 年 3 号", "computed", "secondary")
    }


FIELD = Path(__file__).parent / "field"


@pytest.mark.parametrize(
    ("name", "exact"),
    [
        ("unit-104mu.xlsx", 10 * Fraction(10**4, 15)),  # 10 times 10⁴ 亩, 15 亩 a hectare
        ("unit-thousand-hectares-column-lost-exit0.xlsx", Fraction(100 * 1000)),
    ],
)
def test_a_scale_in_a_heading_is_read_and_told(tmp_path: Path, name: str, exact: Fraction) -> None:
    found, errors, warnings = read(put(tmp_path, (FIELD / name).read_bytes()), FileDefaults(evidence="secondary"))
    assert errors == []
    assert [(row.quantity, row.ecosystem, row.exact) for row in found.rows] == [("area", "forest", exact)]
    assert len([text for text in warnings if "换算为 hm²，乘以" in text]) == 1


def sheet(*heads: str, above: str = "2020年生态数据", units: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    """A sheet of one county with these headings, a line above it, and a row of units where there is one."""
    numbers = [400 for _ in heads]
    return [(above,), ("县名", *heads), *([("单位", *units)] if units else []), ("玛沁县", *numbers)]


UNKNOWN_UNITS = {
    "a word that is no unit": (sheet("森林面积（公倾）"), ["生态系统面积|公倾|公顷"]),
    "a unit without an exact conversion": (sheet("森林面积（千英亩）"), ["英亩"]),
    "beside a unit above the table": (sheet("森林面积（公倾）", "草地面积", above="2020年 单位：公顷"), ["生态系统面积|公倾|公顷"]),
    "a foreign word beside a unit above the table": (sheet("森林面积（K亩）", above="2020年 单位：万亩"), ["生态系统面积|K亩|亩"]),
    "brackets of other forms": (sheet("年降水量【毫来】"), ["年降水量|毫来|毫米/年"]),
    "a row of units": (sheet("森林面积", "草地面积", units=("公顷", "公倾")), ["生态系统面积|公倾|公顷"]),
    "a row of units without a label": (
        [("2020年",), ("县名", "森林面积", "草地面积"), ("", "公顷", "公倾"), ("玛沁县", 400, 400)], ["生态系统面积|公倾|公顷"],
    ),
    "above the table, told once": (sheet("森林面积", "草地面积", above="2020年 单位：公倾"), ["公倾"]),
    "a unit of something else": (sheet("森林面积（吨）"), ["吨"]),
    "two readings": (sheet("土壤保持量（森林）（t/hm-2）"), ["t/hm-2"]),
}  # fmt: skip


@pytest.mark.parametrize("case", UNKNOWN_UNITS)
def test_a_unit_that_is_not_known_is_an_error_and_no_skipped_column(case: str, tmp_path: Path) -> None:
    lines, said = UNKNOWN_UNITS[case]
    found, errors, warnings = rows_of(tmp_path, lines, FileDefaults(period="2020", evidence="declared"))
    assert len(errors) == len(said)
    for error, parts in zip(errors, said, strict=True):
        assert [part for part in parts.split("|") if part not in error] == []
    assert [text for text in warnings if "这一列没有读" in text] == []
    whole = {"forest"} if case.startswith("a row of units") else set()
    assert {row.ecosystem for row in found} == whole | ({"grassland"} if "公顷" in lines[0][0] else set())


def test_a_note_in_brackets_beside_a_known_unit_leaves_the_column_out_with_a_warning(tmp_path: Path) -> None:
    """人口（户籍） may be another population: nothing is guessed, and the heading is no unit."""
    _, errors, warnings = rows_of(
        tmp_path, sheet("人口（户籍）", "森林面积（公顷）", above="2020年 单位：万人"), FileDefaults("2020")
    )
    assert errors == []
    assert len([text for text in warnings if "人口（户籍）" in text and "这一列没有读" in text]) == 1


def test_blanks_and_powers_of_a_unit_in_a_heading_are_read_as_typed(tmp_path: Path) -> None:
    """`h a` is an hour and a year, no hectare; 10⁴ is no 104."""
    heads = ("降雨侵蚀力 (MJ mm/(hm2 h a))", "森林面积（10⁴ hm²）", "草地面积\n（万 亩）")
    found, errors, _ = rows_of(tmp_path, sheet(*heads), FileDefaults("2020", evidence="secondary"))
    assert errors == []
    assert [(row.quantity, row.exact) for row in found] == [
        ("rain_erosivity", 400), ("area", 400 * 10**4), ("area", 400 * Fraction(10**4, 15)),
    ]  # fmt: skip


def test_an_amount_of_several_years_is_not_taken_as_that_of_one(tmp_path: Path) -> None:
    _, errors, _ = read(
        put(tmp_path, cells({"A1": "多年平均", "D2": "年降水量（毫米）"})),
        FileDefaults("2001-2019", evidence="secondary"),
    )
    says = (
        "县.xlsx › 表1 › D2  单位 毫米 没有说是 2001-2019 各年平均的，还是几年合计的；带期间的单位，如 毫米/年；"
        "年均的数把单位写作 毫米/年；合计的数除以年数，或换成年均的数。"
    )
    assert errors == [says]


@pytest.mark.parametrize(
    ("heading", "period"),
    [
        ("2016至2020年均值降水量（mm）", "2016-2020"), ("2016至2020年均降水量（mm）", "2016-2020"),
        ("2016—2020年平均降水量（mm）", "2016-2020"), ("十三五年均降水量（mm）", "2016-2020"),
    ],
)  # fmt: skip
def test_a_mean_over_years_that_its_heading_states_is_of_a_year(heading: str, period: str, tmp_path: Path) -> None:
    found, errors, warnings = rows_of(
        tmp_path, [("县名", heading), ("玛沁县", 412)], FileDefaults(evidence="secondary")
    )
    assert [(row.value, row.unit, row.period) for row in found] == [("412", "mm/年", period)]
    assert (errors, len([text for text in warnings if "单位 mm 是一年的量，按 mm/年 读入" in text])) == ([], 1)


@pytest.mark.parametrize("title", ["2023年1—9月主要指标", "2020年规划"])
def test_a_title_that_is_no_year_gives_one_error_and_none_of_the_units(title: str, tmp_path: Path) -> None:
    lines = [(title,), ("县名", "地区生产总值（万元）", "年降水量（mm）"), ("玛沁县", 240000, 412)]
    found, errors, _ = rows_of(tmp_path, lines, FileDefaults(evidence="secondary"))
    assert list(found) == []
    assert [("不是一年的实际数" in text) for text in errors] == [True]


def test_the_unit_of_nothing_stays_an_error_beside_a_title_that_is_no_year(tmp_path: Path) -> None:
    lines = [("2020年规划",), ("县名", "年降水量（吨）"), ("玛沁县", 412)]
    _, errors, _ = rows_of(tmp_path, lines, FileDefaults(evidence="secondary"))
    assert [("吨" in text) for text in errors] == [False, True]


def test_evidence_and_source_of_a_row_are_those_of_its_columns(tmp_path: Path) -> None:
    lines = [
        ("2023年",),
        ("县名", "森林面积（公顷）", "数据来源", "证据"),
        ("玛沁县", 1, "三调（青自然资〔2023〕1号，2023-02-01，青海省自然资源厅）", "申报"),
        ("班玛县", 1, "统计年鉴2024，表 3-2", "文献"), ("达日县", 1, None, "文献"),
    ]  # fmt: skip
    found, errors, warnings = rows_of(tmp_path, lines, FileDefaults())
    assert (errors, len(warnings)) == ([], 1)
    assert "来源 县.xlsx › 表1 查不到出处，证据却写 published（文献）：按 secondary（转引）采用" in warnings[0]
    assert [(row.source, row.evidence) for row in found] == [
        ("三调（青自然资〔2023〕1号，2023-02-01，青海省自然资源厅）", "declared"),
        ("统计年鉴2024，表 3-2", "published"), ("县.xlsx › 表1", "secondary"),
    ]  # fmt: skip


def test_a_merge_over_two_counties_takes_both_from_the_reader(tmp_path: Path) -> None:
    found, errors, _ = read(put(tmp_path, book(lambda sheet: sheet.merge_cells("C3:C4"))))
    assert len(errors) == 1
    assert values(found) == {
        key: value for key, value in VALUES.items() if key not in {("632621", "area"), ("632622", "area")}
    }


@pytest.mark.long
@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.decimals("0.001", "99999", places=3), min_size=3, max_size=3),
    st.sampled_from(["公顷", "万亩", "km2", "平方米"]),
)
def test_digits_come_through_as_typed_and_the_unit_is_exact(numbers: list[Any], printed: str) -> None:
    """Digits typed are digits kept: the value of the row is the text of the cell, and one unit of it is exact."""
    times = {"公顷": Fraction(1), "万亩": Fraction(10000, 15), "km2": Fraction(100), "平方米": Fraction(1, 10000)}[
        printed
    ]
    lines = [(row[0], row[1], str(number)) for row, number in zip(ROWS, numbers, strict=True)]
    data = text(lines, head=("区划代码", "县名", f"森林面积（{printed}）"))
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        found, _, _ = read(put(Path(folder), data.encode("gb18030"), "a.csv"))
    bounded = [number for number in numbers if Fraction(str(number)) * times <= 25_000_000]
    assert [row.value for row in found.rows] == [str(number) for number in bounded]
    assert [row.exact for row in found.rows] == [Fraction(str(number)) * times for number in bounded]


@pytest.mark.parametrize(
    ("titles", "years"),
    [
        (["2023年果洛州", "填表日期：2024年3月5日"], ["2023"]), (["2023年（2020年不变价）"], ["2023"]), (["生态数据", "填报日期：2024年3月"], []),
        (["年度：2023"], ["2023"]), (["2022年与2023年对比"], []), (["2023年1-12月"], ["2023"]),
    ],
)  # fmt: skip
def test_the_year_of_a_sheet_is_the_one_of_its_title_and_not_that_of_a_date_or_of_prices(
    titles: list[str], years: list[str], tmp_path: Path
) -> None:
    lines: list[tuple[Any, ...]] = [*((title,) for title in titles), HEAD2, ("玛沁县", 1, 500)]
    found, errors, _ = rows_of(tmp_path, lines, FileDefaults(evidence="secondary"))
    assert sorted({row.period for row in found}) == years
    assert ["不知道是哪一年的数" in error for error in errors] == [True] * (not years)


def test_a_told_year_settles_a_title_with_two(tmp_path: Path) -> None:
    found, errors, _ = rows_of(
        tmp_path, [("2022年与2023年对比",), HEAD2, ("玛沁县", 1, 500)], FileDefaults("2023", evidence="secondary")
    )
    assert (errors, {row.period for row in found}) == ([], {"2023"})


@pytest.mark.parametrize(
    ("group", "sub", "field"),
    [
        ("森林面积（公顷）", "合计", "area"), ("森林面积（公顷）", "其中：天然林", ""), ("森林面积（公顷）", "人工林", ""),
        ("土地情况", "森林面积（公顷）", "area"), ("生态系统面积（公顷）", "森林", "area"), ("生态系统面积（公顷）", "森林面积", "area"),
    ],
)  # fmt: skip
def test_a_lower_heading_that_narrows_the_upper_one_is_not_passed_over(
    group: str, sub: str, field: str, tmp_path: Path
) -> None:
    def change(sheet: Worksheet) -> None:
        sheet.delete_rows(1, 3)
        for line in (("2023年",), ("县名", group, None), (None, sub, "草地面积（公顷）"), ("玛沁县", 3, 4)):
            sheet.append(line)
        sheet.merge_cells("A2:A3")

    found, _, warnings = read(put(tmp_path, book(change, rows=[])))
    assert [row.ecosystem for row in found.rows] == (["forest", "grassland"] if field else ["grassland"])
    assert ["这一列没有读" in warning for warning in warnings] == [True] * (not field)


def test_a_column_of_numbers_typed_as_text_that_means_nothing_is_told_too(tmp_path: Path) -> None:
    _, _, warnings = rows_of(
        tmp_path, [("2023年",), (*HEAD2, "甲数"), ("玛沁县", 1, 500, "１２")], FileDefaults(evidence="secondary")
    )
    assert len(warnings) == 1
    assert "“甲数” 不是词汇表里的量" in warnings[0]


def counting(monkeypatch: pytest.MonkeyPatch, of: type, name: str) -> Counter[str]:
    """How often a method runs from here on."""
    plain: Callable[..., Any] = getattr(of, name)
    found: Counter[str] = Counter()

    def counted(*arguments: object, **named: object) -> object:
        found[name] += 1
        return plain(*arguments, **named)

    monkeypatch.setattr(of, name, counted)
    return found


def test_the_cells_of_a_plain_table_are_not_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One view serves for headings, columns and rows: each copy of half a million cells took half a second."""
    views = counting(monkeypatch, View, "__init__")
    found, _, _ = rows_of(tmp_path, [("2023年",), HEAD2, ("玛沁县", 1, 500), ("班玛县", 2, 600)])
    assert (len(found), views["__init__"]) == (4, 1)


@pytest.mark.parametrize("years", [3, 30])
def test_a_county_on_many_rows_is_looked_up_once(years: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two counties in however many years of one table without a heading for years: the rows behind the first are known."""
    sought = counting(monkeypatch, Owners, "_found")
    lines = [(name, row, 500 + row) for row in range(years) for name in ("玛沁县", "班玛县")]
    found, errors, _ = rows_of(tmp_path, [("2023年",), HEAD2, *lines])
    assert (len(found), len(errors), sought["_found"]) == (4, 2 * years - 2, 2)


def test_a_county_that_has_to_be_told_of_is_told_on_every_row(tmp_path: Path) -> None:
    _, errors, warnings = rows_of(
        tmp_path,
        [
            ("县名", "年份", "年降水量（mm/a）"),
            ("果洛州玛沁县", 2022, 500),
            ("果洛州玛沁县", 2023, 501),
            ("甲县", 2023, 5),
        ],
        FileDefaults(evidence="secondary"),
    )
    assert [warning.split("  ")[0] for warning in warnings] == ["县.xlsx › 表1 › A2", "县.xlsx › 表1 › A3"]
    assert len(errors) == 1
