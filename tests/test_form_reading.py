"""A form that comes back: what was filled is what is read; every departure from the template is told by its cell."""

import csv
import io
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from qhgep.errors import Problems
from qhgep.inputs import Input
from qhgep.inputs.files.cells import RawBook, RawCell, RawSheet
from qhgep.inputs.form.read import is_form
from qhgep.inputs.form.schema import FIRST, SOURCES, STATES, UNITS
from qhgep.inputs.read import read_rows
from qhgep.inputs.table import COLUMNS
from qhgep.preparation.check_returned import check_file
from qhgep.ruleset_store.ruleset import rulesets
from qhgep.units import factor, spelled
from qhgep.workbook.forms.offers import offers_for
from tests.support.forms import (
    AREA,
    COUNTY,
    FILE,
    PRODUCTIVITY,
    RULES,
    SOURCE,
    Edit,
    column,
    form,
    name_source,
    opened,
    put,
    raw,
    read,
    right,
    vocabulary,
    write,
)
from tests.witness.libreoffice import save_again

DECLARED = "青海省统计年鉴（青统字〔2025〕3号，2025-06-01，青海省统计局）"


def test_a_right_form_gives_a_row_for_every_cell_and_no_problem() -> None:
    found, problems = read(raw(right()), (RULES, rulesets()[RULES].hash))
    assert problems.items == []
    assert len(found) == 2 * (7 + 2 + 2)
    rain = next(row for row in found if row.quantity == "precipitation" and row.county_code == "632621")
    assert rain.fields == (
        "632621", "2024", "2024", "", "", "precipitation", "503.4", "毫米/年", "value", "stated", "declared", DECLARED, ""
    )  # fmt: skip
    assert (rain.exact, rain.place) == (Fraction("503.4"), f"{FILE} › {COUNTY} › E7")
    excused = next(row for row in found if row.quantity == "carbon_credits_issued" and row.county_code == "632621")
    assert excused.note == "碳信用：未签发；区域外价值：没有统计；未列的类：县内没有"
    money = next(row for row in found if row.quantity == "gross_domestic_product" and row.county_code == "632622")
    assert (money.value, money.unit, money.exact) == ("35000.5", "万元/年", Fraction("35000.5") * 10000)


def test_the_note_of_a_row_without_a_gap_is_that_of_its_numbers() -> None:
    book = right()
    put(AREA, "G7", "三调变更数")(book)
    found, problems = read(raw(book))
    assert problems.items == []
    notes = {(row.county_code, row.note) for row in found if row.quantity == "area"}
    assert notes == {("632621", "三调变更数"), ("632622", "")}


def test_zero_and_missing_are_two_things_and_neither_has_a_value() -> None:
    found, _ = read(raw(right()))
    credits_, inflow = (
        next(row for row in found if row.quantity == name) for name in ("carbon_credits_issued", "inflow_from_outside")
    )
    assert (credits_.presence, credits_.value, credits_.unit, credits_.exact) == ("zero", "", "", 0)
    assert (credits_.origin, credits_.evidence, credits_.source) == ("stated", "declared", DECLARED)
    assert (inflow.presence, inflow.exact, inflow.origin, inflow.evidence) == ("missing", None, "", "")


def test_a_zero_may_be_typed_where_the_state_says_so() -> None:
    book = right()
    put(COUNTY, "M7", 0)(book)
    found, problems = read(raw(book))
    assert (problems.items, found) == ([], read(raw(right()))[0])


@pytest.mark.parametrize(("cell", "lacks"), [("C6", "文号"), ("D6", "日期"), ("E6", "申报单位")])
def test_a_source_without_number_date_or_unit_is_secondary_and_that_is_told_at_the_cell(cell: str, lacks: str) -> None:
    book = right()
    book["来源"][cell].value = None
    found, problems = read(raw(book))
    count = sum(row.presence in {"value", "zero"} for row in found)
    assert [item.text() for item in problems.items] == [
        (
            f"{FILE} › 来源 › {cell}  来源 S01（青海省统计年鉴）缺 {lacks}，据它填的 {count} 格记为 转引；"
            "文号、日期（与文号同年）、申报单位（写全名）三项齐全的，记为 申报；照文件补写；文件确实没有的留空。"
        )
    ]
    assert problems.items[0].severity == "warning"
    assert {row.evidence for row in found if row.presence == "value"} == {"secondary"}


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2025年6月1日", "2025-06-01"), ("2025.6.1", "2025-06-01"), ("2025/6/1", "2025-06-01"), ("２０２５－６－１", "2025-06-01"),
        ("20250601", "2025-06-01"), ("2025年6月", "2025-06"), ("2025-06", "2025-06"), ("2025.6", "2025-06"), ("２０２５年６月", "2025-06"),
        (datetime(2025, 6, 1), "2025-06-01"),  # noqa: DTZ001 - a day
    ],
)  # fmt: skip
def test_the_date_of_a_source_is_read_however_it_is_written(written: object, day: str) -> None:
    book = right()
    book["来源"].cell(6, 4).value = written
    found, problems = read(raw(book))
    assert problems.items == []
    assert f"，{day}，" in next(row for row in found if row.quantity == "precipitation").source


def test_check_echoes_the_documents_with_the_dates_that_it_read(tmp_path: Path) -> None:
    book = right()
    book["来源"].cell(6, 4).value = "２０２５年６月３０日"
    told = check_file(write(book, tmp_path / "x.xlsx")).text()
    assert "来源（日期照读到的写）：\n  青海省统计年鉴（青统字〔2025〕3号，2025-06-30，青海省统计局）" in told


@pytest.mark.parametrize("written", ["2025年2月30日", "25.6.1", "6/1/2025", "45809", "二〇二四年", "去年六月"])
def test_a_date_of_a_source_that_is_none_for_certain_is_refused(written: object) -> None:
    book = right()
    book["来源"].cell(6, 4).value = written
    _, problems = read(raw(book))
    assert [item.code for item in problems.items] == ["form_source_date"]


def test_rows_may_stand_in_another_order_as_long_as_whole_rows_moved() -> None:
    book = right()
    page = book[COUNTY]
    for at in range(1, page.max_column + 1):
        one, other = page.cell(7, at), page.cell(8, at)
        one.value, other.value = other.value, one.value
    found, problems = read(raw(book))
    unplaced = {replace(row, file="") for row in found}
    assert (problems.items, unplaced) == ([], {replace(row, file="") for row in read(raw(right()))[0]})


@dataclass(frozen=True)
class Answer:
    """What a clerk says of one cell."""

    state: str
    value: float | None


@st.composite
def answers(draw: st.DrawFn) -> tuple[Workbook, list[Input]]:
    """A form filled with anything that is allowed, and the rows that it means."""
    asked, book = form(), opened()
    number, day, unit = (draw(st.booleans()) for _ in range(3))
    parts = (
        "年鉴",
        "文〔2025〕1号" if number else None,
        datetime(2025, 6, 1) if day else None,  # noqa: DTZ001 - a day
        "祁连县统计局" if unit else None,
    )
    name_source(book["来源"], 3, parts)
    facts = "，".join(
        text for text, there in (("文〔2025〕1号", number), ("2025-06-01", day), ("祁连县统计局", unit)) if there
    )
    source = f"年鉴（{facts}）" if facts else "年鉴"
    evidence = "declared" if number and day and unit else "secondary"
    expected: list[Input] = []
    for sheet in asked.schema.sheets:
        page, mine = book[sheet.name], []
        notes = [draw(st.sampled_from(["原因", "见附件"])) for _ in asked.schema.counties]
        for row, note in enumerate(notes, start=FIRST + 1):
            page.cell(row, len(sheet.columns), note)
        for field in sheet.fields:
            at, quantity = column(sheet, field.id), asked.quantities[field.quantity]
            spelling = draw(st.sampled_from(offers_for(quantity))).spelling
            page.cell(UNITS + 1, at, spelling)
            page.cell(SOURCES + 1, at, "S03")
            size = spelled(spelling).scale * factor(spelled(spelling).unit, quantity.unit)
            for row, (code, _) in enumerate(asked.schema.counties, start=FIRST + 1):
                state = draw(st.sampled_from(list(STATES)))
                low = quantity.bounds.low if quantity.bounds and quantity.bounds.low is not None else Fraction(-10)
                high = quantity.bounds.high if quantity.bounds and quantity.bounds.high is not None else Fraction(10**9)
                inside = (low + (high - low) * draw(st.integers(1, 999)) / 1000) / size
                value = float(f"{float(inside):.12g}") if state == "有数据" and inside else None
                state = "缺失" if (state == "有数据" and value is None) or (state == "确为零" and low > 0) else state
                page.cell(row, at, value)
                page.cell(row, at + 1, state)
                stated = state in {"有数据", "确为零"}
                digits = "" if value is None else str(int(value) if value.is_integer() else value)  # 5.0 is kept as 5
                exact = Fraction(0) if state == "确为零" else Fraction(digits) * size if digits else None
                mine.append(
                    Input(
                        code, "2024", "2024", field.ecosystem, "", field.quantity, digits,
                        spelling if digits else "", STATES[state], "stated" if stated else "", evidence if stated else "",
                        source, notes[row - FIRST - 1], f"{FILE} › {sheet.name} › {page.cell(row, at).coordinate}", 0, exact,
                    )
                )  # fmt: skip
        gaps = {row.county_code for row in mine if row.presence != "value"}  # the note says why these have no number
        expected += [
            replace(row, note="") if row.presence == "value" and row.county_code in gaps else row for row in mine
        ]
    return book, expected


@pytest.mark.long
@given(answers())
@settings(max_examples=12, phases=[Phase.explicit, Phase.generate])  # to shrink a workbook takes minutes
def test_whatever_is_filled_in_is_read_back(filled: tuple[Workbook, list[Input]]) -> None:
    book, expected = filled
    found, problems = read(raw(book))
    assert {item.code for item in problems.items} <= {"form_source_lowered"}
    assert found == expected


def test_items_of_a_list_have_rows_of_their_own() -> None:
    asked = form(LANDS_TOP, "garze-account-2010")
    sheet = next(sheet for sheet in asked.schema.sheets if sheet.zh == "水污染物")
    book = opened(LANDS_TOP, "garze-account-2010")
    name_source(book["来源"], 1, SOURCE)
    page = book[sheet.name]
    page.cell(SOURCES + 1, 5, "S01")
    for row in range(FIRST + 1, FIRST + 1 + 2 * len(sheet.items)):
        page.cell(row, 5, float(row))
    found, _ = read(raw(book))
    rows = [row for row in found if row.quantity == "water_pollutant_discharged"]
    assert [(row.county_code, row.item, row.value) for row in rows[:2]] == [
        ("632621", "cod", "7"),
        ("632621", "nh3n", "8"),
    ]
    assert len(rows) == 12


LANDS_TOP: tuple[str, ...] = ("grassland", "forest")


def test_the_rows_of_a_form_written_as_a_long_table_are_read_the_same() -> None:
    found, _ = read(raw(right()))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([COLUMNS, *(row.fields for row in found)])
    problems = Problems()
    again = read_rows(out.getvalue(), "t.csv", vocabulary(), problems)
    assert problems.items == []
    assert [(row.fields, row.exact) for row in again] == [(row.fields, row.exact) for row in found]


@pytest.mark.libreoffice
def test_a_form_that_libreoffice_saved_is_read_the_same(tmp_path: Path) -> None:
    (again,) = save_again([write(right(), tmp_path / "x.xlsx")], tmp_path)
    book = openpyxl.load_workbook(again)
    assert (read(raw(book))[1].items, read(raw(book))[0]) == ([], read(raw(right()))[0])
    assert openpyxl.load_workbook(again, data_only=True)["自检"]["T7"].value == "通过"


# --- faults -------------------------------------------------------------------------------------


def told(*edits: Edit) -> list[str]:
    """What is told of the right form after some edits."""
    book = right()
    for edit in edits:
        edit(book)
    return [item.text() for item in read(raw(book))[1].items]


def recorded(key: str, value: str) -> Edit:
    """The edit that changes a value of 清单."""

    def edit(book: Workbook) -> None:
        for row in book["清单"].iter_rows():
            if row[0].value == key:
                row[2].value = value

    return edit


FAULTS: dict[str, tuple[Edit, str]] = {
    "form_blank": (put(PRODUCTIVITY, "C7", None), (
        "表3_净生态系统生产力 › C7  净生态系统生产力（草地） 是空白，状态却是 有数据；状态为 有数据 的要填数，空白不等于 0；"
        "填数；没有数就把状态改为 缺失，并写备注。"
    )),
    "form_zero": (put(COUNTY, "E7", 0), (
        "表1_县域 › E7  年降水量 填了 0，状态却是 有数据；确实是 0 的，状态为 确为零；"
        "确实是 0：状态改为 确为零，并写备注；不知道：删去 0，状态改为 缺失。"
    )),
    "form_filled": (put(COUNTY, "O8", 12.5), (
        "表1_县域 › O8  来自区域外的生态产品价值 的状态是 缺失，却填了 “12.5”；缺失、不适用 的格留空，确为零 的格留空或填 0；"
        "改状态，或清空数格。"
    )),
    "form_state": (put(AREA, "D7", "有"), (
        "表2_生态系统面积 › D7  生态系统面积（草地） 的状态是 “有”；有数据、确为零、缺失、不适用；从列表中选一个。"
    )),
    "form_text": (put(COUNTY, "I8", "2.5 万"), (
        "表1_县域 › I8  人口 填的是文字 “2.5 万”，不是数；这一格只填数；"
        "重新输入这个数：只写阿拉伯数字，不带单位、万、亿、空格；要用别的单位，在单位格里选。"
    )),
    "form_word": (put(COUNTY, "I8", "无"), (
        "表1_县域 › I8  人口 填的是 “无”，不是数；这一格只填数，没有数的留空并选另一种状态；"
        "没有数就清空此格，把状态改为 缺失、不适用 或 确为零，并写备注。"
    )),
    "form_unit_other": (put(COUNTY, "E5", "mm/year"), (
        "表1_县域 › E5  年降水量 的单位 “mm/year” 不在单位的下拉列表里，按 1 mm/year ＝ 1 mm/a 读取；列表里的单位；"
        "核对；在列表中选同样大小的一个，自检 才通过。"
    )),
    "form_kind": (put(COUNTY, "I8", datetime(2025, 12, 5)), (  # noqa: DTZ001 - as a clerk types it
        "表1_县域 › I8  人口 填的是日期 “2025-12-05T00:00:00”，不是数；这一格只填数；重新输入这个数；12.5 可能被当成了日期。"
    )),
    "form_formula_empty": (put(COUNTY, "I8", "=12000+13000"), (
        "表1_县域 › I8  人口 是公式 =12000+13000，文件里没有它的值；这一格要有数；用 Excel 或 WPS 打开、保存，或改为数。"
    )),
    "form_formula_outside": (put(COUNTY, "I8", "=[1]人口!A1"), (
        "表1_县域 › I8  人口 的公式 =[1]人口!A1 引用了别的工作簿，值不可核；这一格要有可核的数；改为数，并在 来源 写明出处。"
    )),
    "unit_of_other": (put(COUNTY, "E5", "毫米"), (
        "表1_县域 › E5  年降水量 的单位 “毫米” 不能换算为 mm/a；mm/a 一类的单位，如 毫米/年、厘米/年、米/年；检查单位，也检查数是不是填错了栏。"
    )),
    "unit_of_unknown": (put(COUNTY, "E5", "毫来/年"), (
        "表1_县域 › E5  年降水量 的单位 “毫来/年” 不认识；可换算为 mm/a 的单位，最接近的是 毫米/年；改正单位；qhgep units 列出认识的单位。"
    )),
    "form_source_unknown": (put(COUNTY, "E6", "S07"), (
        "表1_县域 › E6  来源编号 “S07” 在 “来源” 表里没有内容；“来源” 表里写明了文件的编号：S01；在 “来源” 表写明这份文件，或改编号。"
    )),
    "form_source_none": (put(COUNTY, "M6", None), (
        "表1_县域 › M6  已签发的碳信用 填了数或确为零，没有来源编号；填了数的都要选来源编号；在 来源 表写明文件，再选编号。"
    )),
    "form_source_date": (put("来源", "D6", "去年六月"), (
        "来源 › D6  来源的日期 “去年六月” 读不懂；写全四位年份的日期或月份，用阿拉伯数字，"
        "如 2024-03-01、2024年3月1日、2024年3月；改正日期；不知道就留空。"
    )),
    "form_source_id": (lambda book: (put("来源", "A7", None)(book), put("来源", "B7", "年鉴")(book)), (
        "来源 › A7  来源编号 “（空）” 是空的，或写了两次；每份文件一个编号；恢复模板预排的编号。"
    )),
    "form_code_changed": (put(COUNTY, "A8", "632623"), (
        "表1_县域 › A8  区划代码或项目编号改成了 “632623”；632622；改回模板的编号。"
    )),
    "form_row_added": (put(COUNTY, "A9", "632623"), (
        "表1_县域 › A9  多出一行，编号 “632623”；只有模板里的行；删去这一行（合计不用写）；要增加县，重新写出模板。"
    )),
    "form_row_missing": (lambda book: book[AREA].delete_rows(8), (
        "表2_生态系统面积  少了 632622（班玛县）这一行；模板里的每一行；补回这一行；没有数的，状态选 缺失 并写备注。"
    )),
    "form_row_name": (put(COUNTY, "B8", "甘德县"), (
        "表1_县域 › B8  632622 旁边的名称是 “甘德县”；班玛县；改回；若排过序，连同整行一起排。"
    )),
    "form_column": (put(COUNTY, "G3", "area"), (
        "表1_县域 › G3  字段编号是 “area”；“county_area”；恢复模板的列，不增、不删、不移动。"
    )),
    "form_year_changed": (put(COUNTY, "D2", 2023), (
        "表1_县域 › D2  年度写的是 “2023”；2024；改回；别的年度另用一份模板。"
    )),
    "form_merged": (lambda book: book[PRODUCTIVITY].merge_cells("G7:G8"), (
        "表3_净生态系统生产力 › G7:G8  有合并的单元格；每格一个数；取消合并，逐格填写。"
    )),
    "form_beside": (put(COUNTY, "S9", "见附件"), (
        "表1_县域 › S9  表的右边还写了 1 格，没有读；只在模板的列里填写；移到 备注 或 来源。"
    )),
    "form_hidden": (lambda book: setattr(book[PRODUCTIVITY], "sheet_state", "hidden"), (
        "表3_净生态系统生产力  有隐藏的表、行或列，照样读了；没有隐藏；取消隐藏，核对其中的数。"
    )),
    "form_sheet": (lambda book: book.remove(book[PRODUCTIVITY]), (
        "没有 “表3_净生态系统生产力” 表；模板的每一张表；从原模板补回这张表，不改表名。"
    )),
    "form_none": (lambda book: book.remove(book["清单"]), (
        "不是填报模板：没有可用的 “清单” 表；qhgep template 写出的工作簿；用模板填报，不删 “清单” 表。"
    )),
    "form_version": (recorded("version", "9"), (
        "清单  模板版本是 “9”；版本 1；用现在的 qhgep template 重新写出模板，把数抄过去。"
    )),
    "table_bounds": (put(COUNTY, "E7", 6000), (
        "表1_县域 › E7  年降水量 = 6000 毫米/年 超出合理范围（5 至 5,000 mm/a）；"
        "中国县域多年平均降水量在 5 mm 与 5000 mm 之间；小于 5 多半是以米填报；检查数值与单位。"
    )),
}  # fmt: skip


def place(text: str) -> str:
    """A message without the file that begins it."""
    return text.removeprefix(f"{FILE} › ").removeprefix(f"{FILE}  ")


@pytest.mark.parametrize("code", FAULTS)
def test_a_fault_is_told_once_and_whole(code: str) -> None:
    edit, says = FAULTS[code]
    assert [place(text) for text in told(edit)] == [says]


def test_the_note_of_a_row_is_missed_once_for_each_cell_that_needs_it() -> None:
    says = "的状态是 {}，本行没有备注；缺失、不适用、确为零 都要写明原因；在 备注 写明哪一栏、为什么。"
    assert [place(text) for text in told(put(COUNTY, "Q7", None))] == [
        f"表1_县域 › Q7  已签发的碳信用 {says.format('确为零')}",
        f"表1_县域 › Q7  来自区域外的生态产品价值 {says.format('缺失')}",
    ]


def test_a_source_that_has_no_title_is_told_where_it_is_named() -> None:
    says = "来源 S01 没有名称；“来源” 表里的名称；写明文件、年鉴或数据集的全名。"
    assert place(told(put("来源", "B6", None))[0]) == f"表1_县域 › C6  {says}"


def test_a_second_row_of_a_county_is_told_with_the_first() -> None:
    found = [place(text) for text in told(put(COUNTY, "A8", "632621"))]
    assert found == [
        "表1_县域 › A8  632621 有两行，另一行在 A7；每个编号一行；删去其一。",
        "表1_县域  少了 632622（班玛县）这一行；模板里的每一行；补回这一行；没有数的，状态选 缺失 并写备注。",
    ]


def test_a_schema_that_was_changed_is_not_believed() -> None:
    text = form().schema.text.replace("玛沁县", "玛沁市")
    (found,) = told(recorded("schema", text))
    changed = replace(form().schema, counties=(("632621", "玛沁市"), ("632622", "班玛县"))).hash[:16]
    assert place(found) == (
        f"清单  “清单” 里的模板内容被改过（现 {changed}）；指纹为 {form().schema.hash[:16]} 的模板内容；用原模板重新填报。"
    )


def test_a_schema_that_is_none_is_told_too() -> None:
    (found,) = told(recorded("schema", "{}"))
    assert place(found).startswith("清单  “清单” 里的模板内容被改过（现 -）；")


def test_a_form_of_another_ruleset_is_refused_and_one_of_an_older_ruleset_is_read_with_a_warning() -> None:
    book = raw(right())
    found, problems = read(book, ("garze-account-2010", ""))
    assert (found, [place(item.text()) for item in problems.items]) == ([], [
        "清单  模板属于规则集 water-balance-plateau；规则集 garze-account-2010 的模板；改用本规则集的模板，或改核算的 ruleset。"
    ])  # fmt: skip
    found, problems = read(book, (RULES, "0" * 64))
    assert ([item.severity for item in problems.items], len(found)) == (["warning"], 22)
    assert place(problems.items[0].text()) == (
        "清单  规则集 water-balance-plateau 在写出模板之后改过；与规则集同时的模板；核对所需的数有无增减，必要时重新写出模板。"
    )


def test_a_field_that_the_vocabulary_no_longer_has_is_told() -> None:
    schema = form().schema
    sheet = schema.sheets[0]
    fields = (replace(sheet.fields[0], unit="m"), *sheet.fields[1:])
    changed = replace(schema, sheets=(replace(sheet, fields=fields), *schema.sheets[1:]))
    (found,) = told(recorded("schema", changed.text), recorded("schema_hash", changed.hash))
    assert place(found) == (
        "清单  字段 specific_discharge（m）不在现在的词汇表里；词汇表中的量，单位相同；用现在的 qhgep template 重新写出模板。"
    )


def test_a_formula_with_a_value_is_read_with_a_warning_and_a_percent_is_not() -> None:
    book = raw(right())
    pages = list(book.sheets)
    cells = dict(pages[1].cells)
    cells[6, 8] = RawCell("number", "25000", "x › I7", "12000+13000")
    cells[6, 4] = RawCell("number", "5.2", "x › E7", percent=True)
    pages[1] = RawSheet(pages[1].name, cells)
    found, problems = read(RawBook(FILE, tuple(pages)))
    assert [(item.severity, item.text()) for item in problems.items] == [
        (
            "error",
            "x › E7  年降水量 的格式是百分数，存的是 5.2；以所选单位填的数；把格式改回数值，按所选单位重新输入。",
        ),
        ("warning", "x › I7  人口 是公式 =12000+13000，按其值 25000 读取；一个数；核对后改为数，以免日后变动。"),
    ]
    assert "25000" in {row.value for row in found if row.quantity == "population"}


def test_a_book_is_known_as_a_form_by_its_list() -> None:
    assert is_form(raw(opened()))
    assert not is_form(RawBook("x", (RawSheet("清单", {}),)))
    assert not is_form(RawBook("x", ()))


def test_the_clerks_trial_ten_mistakes_in_one_form_give_ten_messages() -> None:
    """A hurried clerk: a dash for nothing, a unit in the cell, a blank, a date, millimetres in metres, a state left over ..."""
    found = told(
        put(COUNTY, "C7", "—"), put(AREA, "E8", None), put(COUNTY, "E7", 0.5034), put(COUNTY, "G8", "6376平方公里"),
        put(COUNTY, "I7", datetime(2025, 6, 1)), put(COUNTY, "K8", 0), put(COUNTY, "N7", "零"),  # noqa: DTZ001 - as a clerk types it
        put(AREA, "A8", "632628"), put(AREA, "C5", "亩地"), put(PRODUCTIVITY, "C6", "S02"),
    )  # fmt: skip
    assert "\n".join(place(text) for text in found) == MISTAKES.rstrip()


MISTAKES = (
        "表1_县域 › C7  径流模数 填的是 “—”，不是数；这一格只填数，没有数的留空并选另一种状态；"
        "没有数就清空此格，把状态改为 缺失、不适用 或 确为零，并写备注。\n"
        "表1_县域 › E7  年降水量 = 0.5034 毫米/年 超出合理范围（5 至 5,000 mm/a）；"
        "中国县域多年平均降水量在 5 mm 与 5000 mm 之间；小于 5 多半是以米填报；检查数值与单位。\n"
        "表1_县域 › G8  县域面积 填的是文字 “6376平方公里”，不是数；这一格只填数；"
        "重新输入这个数：只写阿拉伯数字，不带单位、万、亿、空格；要用别的单位，在单位格里选。\n"
        "表1_县域 › I7  人口 填的是日期 “2025-06-01T00:00:00”，不是数；这一格只填数；重新输入这个数；12.5 可能被当成了日期。\n"
        "表1_县域 › K8  地区生产总值 填了 0，状态却是 有数据；确实是 0 的，状态为 确为零；"
        "确实是 0：状态改为 确为零，并写备注；不知道：删去 0，状态改为 缺失。\n"
        "表1_县域 › N7  已签发的碳信用 的状态是 “零”；有数据、确为零、缺失、不适用；从列表中选一个。\n"
        "表2_生态系统面积 › A8  区划代码或项目编号改成了 “632628”；632622；改回模板的编号。\n"
        "表2_生态系统面积 › C5  生态系统面积（草地） 的单位 “亩地” 不认识；可换算为 hm² 的单位，最接近的是 亩；"
        "改正单位；qhgep units 列出认识的单位。\n"
        "表3_净生态系统生产力 › C6  来源编号 “S02” 在 “来源” 表里没有内容；“来源” 表里写明了文件的编号：S01；"
        "在 “来源” 表写明这份文件，或改编号。\n"
)  # fmt: skip


def test_a_number_is_read_as_it_was_typed_and_not_as_excel_stores_it() -> None:
    """Excel stores 8.3 as 8.3000000000000007: the same double, and the printed value is 8.3."""
    book = raw(right())
    sheets = []
    for sheet in book.sheets:
        cells = dict(sheet.cells)
        if sheet.name == COUNTY:
            cells[6, 4] = cells[6, 4]._replace(text="8.3000000000000007")
        sheets.append(replace(sheet, cells=cells))
    rows, _ = read(replace(book, sheets=tuple(sheets)))
    (rain,) = [row.value for row in rows if row.file.endswith(f"{COUNTY} › E7")]
    assert rain == "8.3"
