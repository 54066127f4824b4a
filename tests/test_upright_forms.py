"""Upright forms: one county on A4, indicators down, read by the reader of every form to the same rows."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from qhgep.errors import WorkbookError
from qhgep.inputs import Input
from qhgep.inputs.form.rules import RULES
from qhgep.inputs.form.schema import CHECK_AT, FIRST, KEY_AT, NOTE_AT, SECTION, SOURCES, STATE_AT, UNITS, UPRIGHT
from qhgep.preparation.check_returned import Returned, check_file, files_in
from qhgep.preparation.start import start
from qhgep.ruleset_store.alternatives import one_of
from qhgep.ruleset_store.ruleset import rulesets
from qhgep.workbook.core.cells import LiveFormula
from qhgep.workbook.core.layout import a1
from qhgep.workbook.forms import template_sheets, write_county_templates
from tests.support import forms, upright_forms
from tests.support.books import difference
from tests.support.upright_forms import fill, right, rows, upright
from tests.test_cli import run
from tests.test_start import DAY
from tests.witness import formualizer

NUMBERS = (None, 0, 5, 503.4, 3, "5")
STATES = ("有数据", "确为零", "缺失", "不适用")


def without_place(found: list[Input]) -> list[Input]:
    return [replace(row, file="") for row in found]


@st.composite
def both_layouts(draw: st.DrawFn) -> tuple[Workbook, list[Workbook]]:
    """One content in the form of two counties and in two forms of one county each.

    A note in the form of many counties is of a whole row, so a county has one note or none for all that is not a number.
    """
    many, single = forms.opened(), [upright_forms.opened(number) for number in (0, 1)]
    for book in (many, *single):
        forms.name_source(book["来源"], 1, forms.SOURCE)
    notes = [draw(st.sampled_from(["没有统计", None])) for _ in single]
    for sheet in forms.form().schema.sheets:
        page, mark = many[sheet.name], draw(st.sampled_from([None, None, "缺失", "确为零"]))
        for number, book in enumerate(single):
            book[UPRIGHT].cell(rows(book)[SECTION + sheet.name], STATE_AT + 1).value = mark
            page.cell(FIRST + 1 + number, len(sheet.columns)).value = notes[number]
            for field in sheet.fields:
                at = forms.column(sheet, field.id)
                value, state = draw(st.sampled_from(NUMBERS)), draw(st.sampled_from(STATES))
                page.cell(UNITS + 1, at + 1).value = mark
                page.cell(SOURCES + 1, at).value = "S01"
                page.cell(FIRST + 1 + number, at).value = value  # type: ignore[assignment] # texts and numbers
                page.cell(FIRST + 1 + number, at + 1).value = state
                fill(book, field.id, value, state, "S01", notes[number])
    return many, single


@pytest.mark.long
@given(both_layouts())
@settings(max_examples=8, phases=[Phase.explicit, Phase.generate], deadline=None)
def test_both_layouts_give_the_same_rows_and_the_same_faults(content: tuple[Workbook, list[Workbook]]) -> None:
    """But for the note of a number: that of a whole row is the reason of a gap beside it."""
    many, single = content
    across, told = forms.read(forms.raw(many))
    found, faults = [], []
    for book in single:
        mine, problems = forms.read(forms.raw(book))
        found += mine
        faults += [item.code for item in problems.items]
    known = {(row.county_code, row.quantity, row.ecosystem): row for row in without_place(found)}
    assert len(known) == len(across)
    for row in without_place(across):
        other = known[row.county_code, row.quantity, row.ecosystem]
        assert row == (replace(other, note=row.note) if row.presence == "value" else other)
    assert sorted(faults) == sorted(item.code for item in told.items if item.code != "form_blank_noted")


def test_items_have_rows_of_their_own_and_units_of_their_own() -> None:
    """4,000 t in one row and 0.2 万吨 in another: each as it was typed."""
    book = upright_forms.opened(rules="county-general")
    forms.name_source(book["来源"], 1, forms.SOURCE)
    fill(book, "crop_product_output@cereals", 4000, "有数据", "S01", None)
    fill(book, "crop_product_output@beans", 0.2, "有数据", "S01", None)
    book[UPRIGHT].cell(rows(book)["crop_product_output@beans"], 3).value = "万吨/年"
    found, _ = forms.read(forms.raw(book))
    made = [(row.item, row.value, row.unit) for row in found if row.quantity == "crop_product_output"]
    assert made == [("cereals", "4000", "吨/年"), ("beans", "0.2", "万吨/年")]


@pytest.mark.long
def test_an_account_of_upright_forms_has_the_answers_of_one_form_of_both(tmp_path: Path) -> None:
    forms.write(forms.right(), tmp_path / "果洛.xlsx")
    one = start([tmp_path / "果洛.xlsx"], tmp_path / "一份", on=DAY).result
    names = ["632621玛沁县_2024.xlsx", "632622班玛县_2024.xlsx"]
    for number, name in enumerate(names):
        forms.write(right(number), tmp_path / name)
    two = start([tmp_path / name for name in names], tmp_path / "两份", on=DAY).result
    frames = [item.frame(totals=True).drop(columns=["source", "file", "note"], errors="ignore") for item in (one, two)]
    assert len(frames[0]) > 50
    assert frames[0].equals(frames[1])


def test_a_right_form_gives_a_row_for_every_number_and_no_problem() -> None:
    found, problems = forms.read(forms.raw(right()))
    assert [item.text() for item in problems.items] == []
    assert len(found) == sum(len(upright().schema.entries(sheet)) for sheet in upright().schema.sheets)
    assert {row.evidence for row in found if row.presence == "value"} == {"declared"}


# --- 自检 beside each row ------------------------------------------------------------------------------

WRONG: dict[str, tuple[str, str, object]] = {
    "空白": ("precipitation", "B", None), "文字": ("precipitation", "B", "约 12"), "负数": ("population", "B", -1),
    "单位": ("precipitation", "C", "毫米"), "超限": ("precipitation", "B", 0.5), "多填": ("inflow_from_outside", "B", 3),
    "零值": ("precipitation", "B", 0), "状态": ("precipitation", "D", "有"), "缺备注": ("inflow_from_outside", "F", None),
    "缺来源": (f"{SECTION}{forms.COUNTY}", "E", None),
}  # fmt: skip
"""What 自检 says -> the edit of a right form that it says it of."""


def test_an_empty_form_recalculated_is_as_it_was_written(tmp_path: Path) -> None:
    path = forms.write(upright_forms.opened(lands=()), tmp_path / "x.xlsx")
    found = formualizer.recalculate(path)
    for sheet in template_sheets(upright(0, ())):
        for place, content in sheet.cells.items():
            if isinstance(content, LiveFormula):
                gap = difference(content, found[sheet.name, a1(*place)])
                assert (1.0 if gap is None else gap) < 1e-12, (sheet.name, a1(*place), content)


def checked(book: Workbook, path: Path) -> dict[str, object]:
    """Key of a row -> its 自检; `*` is that of the form."""
    found = formualizer.recalculate(forms.write(book, path))
    said = {
        key: found[UPRIGHT, a1(row - 1, CHECK_AT)]
        for key, row in rows(book).items()
        if (UPRIGHT, a1(row - 1, CHECK_AT)) in found
    }
    return said | {"*": found[UPRIGHT, "B3"]}


def test_a_right_form_passes_in_every_row(tmp_path: Path) -> None:
    said = checked(right(lands=()), tmp_path / "x.xlsx")
    assert set(said.values()) == {"通过"}
    assert len(said) == 7 + 10 + 10 + 1 + 1


@pytest.mark.parametrize("word", WRONG)
def test_a_wrong_row_says_why_and_the_reader_finds_it_too(word: str, tmp_path: Path) -> None:
    key, column, value = WRONG[word]
    book = right(lands=())
    row = rows(book)[key]
    book[UPRIGHT][f"{column}{row}"].value = value
    said = checked(book, tmp_path / "x.xlsx")
    assert said["*"] == "不通过"
    wrong = {name for name, verdict in said.items() if verdict == word}
    assert key in wrong or (key.startswith(SECTION) and len(wrong) == 6)
    assert forms.read(forms.raw(book))[1].items


def test_every_rule_has_a_wrong_row_here() -> None:
    assert set(WRONG) == {rule.head for rule in RULES}


def test_a_blank_with_a_note_and_a_section_marked_as_missing_pass_and_are_missing(tmp_path: Path) -> None:
    book = right(lands=())
    fill(book, "precipitation", None, "有数据", None, "县内没有站点")
    page, at = book[UPRIGHT], rows(book)
    head = at[f"{SECTION}{forms.PRODUCTIVITY}"]
    page.cell(head, STATE_AT + 1).value = "缺失"
    page.cell(head, NOTE_AT + 1).value = "没有遥感产品"
    for key in at:
        if key.startswith("net_ecosystem_productivity."):
            fill(book, key, None, "有数据", None, None)
    assert set(checked(book, tmp_path / "x.xlsx").values()) == {"通过"}
    found, problems = forms.read(forms.raw(book))
    assert problems.items == []
    missing = [row for row in found if row.presence == "missing"]
    assert [(row.quantity, row.note) for row in missing[:2]] == [
        ("precipitation", "县内没有站点"),
        ("inflow_from_outside", "没有"),
    ]
    assert {(row.quantity, row.note) for row in missing[2:]} == {("net_ecosystem_productivity", "没有遥感产品")}
    assert len(missing) == 2 + 10


def test_areas_that_do_not_add_up_do_not_pass(tmp_path: Path) -> None:
    """玛沁: 1,346,000 ha, allowed 0.5 %: 6,730 ha; grassland and forest fill it."""
    book = right(lands=())
    fill(book, "area.grassland", 1300000 + 6800, "有数据", None, None)
    said = checked(book, tmp_path / "x.xlsx")
    assert (said[f"{SECTION}面积核对"], said["*"]) == ("不通过", "不通过")
    fill(book, "area.grassland", 1300000 + 6700, "有数据", None, None)
    assert checked(book, tmp_path / "y.xlsx")["*"] == "通过"


# --- what is wrong with a form that came back -----------------------------------------------------------


def test_what_was_done_to_the_rows_is_told_by_cell() -> None:
    book = right()
    page, at = book[UPRIGHT], rows(book)
    page.cell(at["population"], KEY_AT + 1).value = "precipitation"
    page.cell(at["area.forest"], 1).value = "草地"
    page.cell(max(at.values()) + 1, 1).value = "另加的一行"
    page["G2"] = 2023
    _, problems = forms.read(forms.raw(book))
    last = max(at.values()) + 1
    assert [item.text() for item in problems.items] == [
        "填报.xlsx › 填报表 › G2  年度写的是 “2023”；2024；改回；别的年度另用一份模板。",
        f"填报.xlsx › 填报表 › H{at['population']}  precipitation 有两行，另一行在 H{at['precipitation']}；每个编号一行；删去其一。",
        f"填报.xlsx › 填报表 › A{at['area.forest']}  area.forest 旁边的名称是 “草地”；森林；改回；若排过序，连同整行一起排。",
        f"填报.xlsx › 填报表 › H{last}  多出一行，编号 “（空）”；只有模板里的行；删去这一行（合计不用写）；要增加县，重新写出模板。",
        "填报.xlsx › 填报表  少了 population（人口）这一行；模板里的每一行；补回这一行；没有数的，状态选 缺失 并写备注。",
    ]


def test_the_form_of_one_county_is_not_taken_for_that_of_another() -> None:
    book = right()
    book[UPRIGHT]["E2"] = "632622"
    found, problems = forms.read(forms.raw(book))
    assert [item.text() for item in problems.items] == [
        "填报.xlsx › 填报表 › E2  区划代码或项目编号改成了 “632622”；632621 玛沁县；改回模板的编号。"
    ]
    assert found == []


def test_a_form_without_its_table_is_told() -> None:
    book = right()
    del book[UPRIGHT]
    assert [item.text() for item in forms.read(forms.raw(book))[1].items] == [
        "填报.xlsx  没有 “填报表” 表；模板的每一张表；从原模板补回这张表，不改表名。"
    ]


def test_marks_that_are_none_or_that_a_number_contradicts_are_told() -> None:
    book = forms.right()
    page = book[forms.COUNTY]
    page.cell(UNITS + 1, 6).value = "缺失"  # the states of rain, which has numbers
    page.cell(UNITS + 1, 8).value = "没有"
    _, problems = forms.read(forms.raw(book))
    mended = "标了 缺失 的，各格留空；清空此格；只缺一部分的，F5 改回 有数据 或清空，没有数的格在备注写明。"
    assert [item.text() for item in problems.items] == [
        f"填报.xlsx › 表1_县域 › E7  年降水量 的状态格 F5 标了整个都 缺失，这里却填了 “503.4”；{mended}",
        f"填报.xlsx › 表1_县域 › E8  年降水量 的状态格 F5 标了整个都 缺失，这里却填了 “660”；{mended}",
        "填报.xlsx › 表1_县域 › H5  县域面积 的整栏标记是 “没有”；确为零、缺失，或留空；从列表中选，或清空。",
    ]


def test_one_mark_says_that_a_column_is_missing_for_all() -> None:
    book = forms.right()
    page = book[forms.COUNTY]
    page.cell(UNITS + 1, 6).value = "缺失"
    for row in (7, 8):
        page.cell(row, 5).value = None
        page.cell(row, 17).value = None
    found, problems = forms.read(forms.raw(book))
    gaps = [row for row in found if row.quantity == "precipitation"]
    assert [(row.presence, row.value, row.note) for row in gaps] == [("missing", "", "缺失")] * 2
    assert {item.code for item in problems.items} == {"form_note"}  # those of the other columns, which had it
    page.cell(SOURCES + 1, 6).value = "站点撤销"
    found, _ = forms.read(forms.raw(book))
    assert {row.note for row in found if row.quantity == "precipitation"} == {"站点撤销"}


@pytest.mark.parametrize("note", ["不适用", "本项不适用。", "无", "同上"])
def test_a_remark_that_only_repeats_the_word_is_no_reason(note: str) -> None:
    book = right()
    at = rows(book)["precipitation"]
    fill(book, "precipitation", None, "不适用", None, note)
    _, problems = forms.read(forms.raw(book))
    expected = (
        "一句话的原因，如 “本县没有海岸线”“没有设站观测”；写明为什么；只是没有数的，状态改为 缺失 并写明缺什么资料。"
    )
    found = f"填报.xlsx › {UPRIGHT} › F{at}  状态是 不适用，原因只写了 “{note}”，没有说为什么"
    assert [item.text() for item in problems.items] == [f"{found}；{expected}"]
    fill(book, "precipitation", None, "不适用", None, "全县为水面，不计降水")
    assert forms.read(forms.raw(book))[1].items == []


def test_a_blank_in_a_row_with_a_note_is_missing_and_told() -> None:
    book = forms.right()
    book[forms.COUNTY]["E7"] = None
    found, problems = forms.read(forms.raw(book))
    assert [row.presence for row in found if row.quantity == "precipitation"] == ["missing", "value"]
    (told,) = problems.items
    assert told.text() == (
        "填报.xlsx › 表1_县域 › E7  年降水量 是空白，本行有备注（碳信用：未签发；区域外价值：没有统计；未列的类：县内没有），"
        "读作 缺失；一个数，或状态 缺失；核对；确实没有数的，不用改。"
    )


# --- a form for each county -----------------------------------------------------------------------------


def test_the_verb_writes_a_form_for_each_county_and_replaces_none(tmp_path: Path) -> None:
    options = (
        "--region",
        "果洛",
        "--year",
        "2024",
        "--ruleset",
        forms.RULES,
        "--counties",
        "玛沁,班玛",
        "--ecosystems",
        "grassland",
    )
    found = run("template", *options, "--one-per-county", "-o", tmp_path / "发出")
    assert found.exit_code == 0, found.stderr
    assert sorted(path.name for path in (tmp_path / "发出").iterdir()) == [
        "632621玛沁县_2024.xlsx",
        "632622班玛县_2024.xlsx",
    ]
    with pytest.raises(WorkbookError) as caught:
        write_county_templates(
            tmp_path / "发出",
            region="果洛",
            year=2024,
            ruleset=forms.RULES,
            counties=["玛沁"],
            ecosystems=["grassland"],
        )
    assert caught.value.text() == (
        "632621玛沁县_2024.xlsx  这个文件已经有了，没有改写；没有同名文件的文件夹；换一个文件夹，或移走这个文件；里面可能有填好的数。"
    )


def test_the_table_prints_on_a4_upright_without_the_columns_for_programs() -> None:
    page = upright_forms.opened()[UPRIGHT]
    assert (page.page_setup.orientation, page.page_setup.paperSize, page.page_setup.fitToHeight) == ("portrait", 9, 0)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.print_area == f"'{UPRIGHT}'!$A$1:$G${max(rows(upright_forms.opened()).values())}"
    assert page.print_title_rows == "$4:$4"


def test_of_the_forms_of_a_folder_it_is_told_who_returned_who_did_not_and_who_failed(tmp_path: Path) -> None:
    """One of two came back; the other is known from it. Then it comes back with a fault, then right."""
    forms.write(right(0), tmp_path / "632621玛沁县_2024.xlsx")
    assert files_in([tmp_path]) == [tmp_path / "632621玛沁县_2024.xlsx"] == files_in([tmp_path / "*.xlsx"])
    found = Returned((check_file(tmp_path / "632621玛沁县_2024.xlsx"),))
    assert (found.asked, found.returned, found.not_returned) == (("632621", "632622"), ("632621",), ("632622",))
    wrong = right(1)
    fill(wrong, "precipitation", "很多", "有数据", None, None)
    forms.write(wrong, tmp_path / "632622班玛县_2024.xlsx")
    (tmp_path / "~$632622班玛县_2024.xlsx").write_bytes(b"open in Excel")
    told = run("check", tmp_path)
    assert told.exit_code == 1
    assert "交了的县 1/2：玛沁县\n没有交数的县：班玛县\n有错误、要退回的：632622班玛县_2024.xlsx\n" in told.stdout
    forms.write(right(1), tmp_path / "632622班玛县_2024.xlsx")
    told = run("check", tmp_path)
    assert told.exit_code == 0, told.stderr
    assert "交了的县 2/2：玛沁县、班玛县\n没有交数的县：-\n" in told.stdout


def test_the_same_question_gives_the_same_bytes() -> None:
    asked = (0, forms.LANDS, forms.RULES)
    assert upright_forms.template.__wrapped__(*asked) == upright_forms.template(*asked)
    assert openpyxl.load_workbook(BytesIO(upright_forms.template(*asked))).sheetnames == [
        "填报说明", "填报表", "来源", "选项", "限值", "清单",
    ]  # fmt: skip


# --- one of several ways --------------------------------------------------------------------------------


def test_what_can_be_had_in_several_ways_is_one_group_of_ways() -> None:
    """Water retained: from evapotranspiration, from discharge, from runoff, or from a model of soils and roots; rain all of them need."""
    found = {group.quantity: group.ways for group in one_of(rulesets()["county-general"])}
    assert found["water_retained"][:3] == (("evapotranspiration",), ("specific_discharge",), ("runoff_volume",))
    assert len(found["water_retained"]) == 4
    assert found["carbon_dioxide_fixed"] == (
        ("net_ecosystem_productivity",), ("net_primary_productivity",), ("carbon_stock", "carbon_stock_before", "carbon_stock_interval"),
    )  # fmt: skip
    assert found["wind_vegetation_factor"] == (("vegetation_cover",), ("vegetation_index",))
    assert "livestock_value" not in found  # a rent share needs the output alone
    assert one_of(rulesets()[forms.RULES]) == ()


def test_the_form_shows_the_ways_and_is_read_with_their_labels() -> None:
    book = upright_forms.opened(rules="county-general")
    page, at = book[UPRIGHT], rows(book)
    assert page.cell(at["specific_discharge"], 1).value == "径流模数〔择一：水源涵养量 乙〕"
    head = next(row for key, row in at.items() if key.startswith(SECTION) and key.endswith("净生态系统生产力"))
    assert page.cell(head, 1).value == "净生态系统生产力〔择一：固定二氧化碳量 甲〕"
    assert page.cell(at["vegetation_cover.grassland"], 1).value == "草地"
    guide = [[cell.value for cell in row[:3]] for row in book["填报说明"].iter_rows()]
    assert ["丙", "水源涵养量", "地表水资源量"] in guide
    assert ["丙", "固定二氧化碳量", "期末碳储量、期初碳储量、两次碳储量清查相隔的年数"] in guide
    assert "form_row_name" not in {item.code for item in forms.read(forms.raw(book))[1].items}


def test_the_head_of_a_column_says_which_way_it_is() -> None:
    book = forms.opened(rules="county-general")
    page = book[forms.COUNTY]
    heads = {cell.value for cell in page[4]}
    assert {"蒸散量〔择一：水源涵养量 甲〕\n【填】", "年降水量\n【填】"} <= heads
