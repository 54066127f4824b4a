"""自检, recalculated by other engines: 通过 for a right form, 不通过 for each wrong one, and as written for an empty one."""

import re
import tempfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from openpyxl.utils import column_index_from_string
from openpyxl.workbook import Workbook

from qhgep.errors import Problem
from qhgep.inputs.form.rules import RULES
from qhgep.inputs.form.schema import FIRST, SOURCES, STATES, UNITS
from qhgep.preparation.check_returned import check_file
from qhgep.workbook.core.cells import LiveFormula
from qhgep.workbook.core.layout import HEAD, a1
from qhgep.workbook.forms import template_sheets
from tests.support.books import difference
from tests.support.forms import (
    AREA,
    COUNTY,
    LANDS,
    PRODUCTIVITY,
    Edit,
    column,
    form,
    put,
    raw,
    read,
    right,
    template,
    write,
)
from tests.witness import Values, formualizer, libreoffice

ALL = ()
"""All top-level ecosystems."""
VERDICT = ("自检", "T7")
FUNCTIONS = {
    "IF", "AND", "ISNUMBER", "SUM", "SUMPRODUCT", "COUNT", "COUNTA", "COUNTIF", "INDEX", "MATCH", "OR",
}  # fmt: skip


def test_formulas_use_portable_functions_and_no_number_of_their_own() -> None:
    for sheet in template_sheets(form(ALL)):
        for content in sheet.cells.values():
            if not isinstance(content, LiveFormula):
                continue
            bare = re.sub('"[^"]*"', '""', content.formula)
            assert set(re.findall(r"([A-Z]+)\(", bare)) <= FUNCTIONS
            assert "*" not in "".join(re.findall('"([^"]*)"', content.formula)), "no wildcards"
            assert not re.search(r"SUMPRODUCT\([^)]*[A-Z]{2,}\(", bare), "no function over a range in SUMPRODUCT"
            numbers = re.findall(r"(?<![A-Z$\d_一-鿿])\d+", re.sub(r"[^\W\d]\w*!", "", bare))
            assert set(numbers) <= {"0", "1"}
            assert len(content.formula) <= 250


def agrees(found: Values) -> list[str]:
    wrong = []
    for sheet in template_sheets(form(ALL)):
        for place, content in sheet.cells.items():
            if isinstance(content, LiveFormula):
                gap = difference(content, found[sheet.name, a1(*place)])
                if gap is None or gap > 1e-12:
                    wrong.append(f"{sheet.name}!{a1(*place)} {content} {found[sheet.name, a1(*place)]}")
    return wrong


def empty(path: Path) -> Path:
    path.write_bytes(template(ALL))
    return path


def test_an_empty_form_recalculated_is_as_it_was_written(tmp_path: Path) -> None:
    found = formualizer.recalculate(empty(tmp_path / "x.xlsx"))
    assert agrees(found) == []
    assert found[VERDICT] == "不通过"


@pytest.mark.libreoffice
def test_the_second_witness_agrees_on_an_empty_and_on_a_filled_form(tmp_path: Path) -> None:
    assert agrees(libreoffice.recalculate(empty(tmp_path / "x.xlsx"))) == []
    path = write(right(ALL), tmp_path / "y.xlsx")
    assert libreoffice.recalculate(path) == formualizer.recalculate(path)


def checked(path: Path, *edits: Edit, lands: tuple[str, ...] = ALL) -> Values:
    book = right(lands)
    for edit in edits:
        edit(book)
    return formualizer.recalculate(write(book, path))


def test_a_right_form_passes_in_every_row(tmp_path: Path) -> None:
    found = checked(tmp_path / "x.xlsx")
    verdicts = {cell: value for (sheet, cell), value in found.items() if sheet == "自检" and cell.startswith("T")}
    assert set(verdicts.values()) == {"通过"}
    assert len(verdicts) == 1 + 7 + 10 + 10
    assert found["自检", "I7"] == 1  # all is settled
    assert {found["自检_面积", "R7"], found["自检_面积", "R8"]} == {"通过"}


def in_column(found: Values, column: str) -> list[float]:
    """The counts of a column of 自检 that are not zero, below the total."""
    cells = {
        cell: value for (sheet, cell), value in found.items() if sheet == "自检" and re.fullmatch(rf"{column}\d+", cell)
    }
    return [float(value) for cell, value in sorted(cells.items()) if cell != f"{column}7" and value not in {0.0, "—"}]


WRONG: dict[str, tuple[str, tuple[Edit, ...]]] = {
    "a blank with the state 有数据": ("J", (put(PRODUCTIVITY, "C7", None), put(PRODUCTIVITY, "W7", None))),
    "a number kept as text": ("K", (put(COUNTY, "I7", "60000"),)),
    "a negative number": ("L", (put(COUNTY, "I7", -1),)),
    "a unit that is none": ("M", (put(COUNTY, "E5", "毫米"),)),
    "rain in metres": ("N", (put(COUNTY, "E7", 0.5),)),
    "a number in a cell that is told missing": ("O", (put(COUNTY, "O7", 3),)),
    "a zero with the state 有数据": ("P", (put(PRODUCTIVITY, "C7", 0),)),
    "a state that is no state": ("Q", (put(AREA, "D7", "有"),)),
    "a missing value without a note": ("R", (put(COUNTY, "Q7", None),)),
    "numbers without a source": ("S", (put(COUNTY, "E6", None),)),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_form_does_not_pass_and_its_column_says_why(name: str, tmp_path: Path) -> None:
    column, edits = WRONG[name]
    found = checked(tmp_path / "x.xlsx", *edits)
    assert found[VERDICT] == "不通过"
    assert in_column(found, column) != []


def test_areas_beyond_the_county_do_not_pass_and_areas_short_of_it_neither(tmp_path: Path) -> None:
    """玛沁: 1 346 000 ha, allowed 0.5 %: 6 730 ha."""

    def verdict(grassland: float) -> tuple[object, object]:
        sheet = next(item for item in form(ALL).schema.sheets if item.name == AREA)
        cell = a1(6, sheet.columns.index("area.grassland"))
        found = checked(tmp_path / "x.xlsx", put(AREA, cell, grassland))
        return found["自检_面积", "R7"], found[VERDICT]

    assert verdict(1300000 + 6700) == ("通过", "通过")
    assert verdict(1300000 + 6800) == ("不通过", "不通过")
    assert verdict(1300000 - 6800) == ("不通过", "不通过")


def test_an_area_that_is_missing_leaves_the_sum_open_below(tmp_path: Path) -> None:
    sheet = next(item for item in form(ALL).schema.sheets if item.name == AREA)
    column = sheet.columns.index("area.forest")
    gap = (put(AREA, a1(6, column), None), put(AREA, a1(6, column + 1), "缺失"))
    found = checked(tmp_path / "x.xlsx", *gap)
    assert (found["自检_面积", "O7"], found["自检_面积", "R7"]) == (1, "通过")


def test_a_part_of_the_ecosystems_need_not_fill_the_county(tmp_path: Path) -> None:
    found = checked(tmp_path / "x.xlsx", put(AREA, "C7", 1000), lands=LANDS)
    assert found[VERDICT] == "通过"


def test_limits_follow_the_unit_that_is_chosen(tmp_path: Path) -> None:
    """25 000 000 ha are 37 500 of 万亩, and 1 346 000 ha are 2 019."""
    edits = (put(COUNTY, "G5", "万亩"), put(COUNTY, "G7", 2019), put(COUNTY, "G8", 956.4))
    found = checked(tmp_path / "x.xlsx", *edits)
    assert found["限值", "J7"] == pytest.approx(37500, rel=1e-12)
    assert found[VERDICT] == "通过"


# --- the same rules in 自检 and in `qhgep check` --------------------------------------------------------

STATE_WORDS = (*STATES, "有", None)
ANYTHING = (None, 0, -1, 3.5, 500, 60000, 9e9, "约 12", "60000")


@st.composite
def any_form(draw: st.DrawFn) -> Workbook:
    """A form whose cells hold anything in any state, with and without notes, units and sources."""
    book = right()
    for sheet in form().schema.sheets:
        page = book[sheet.name]
        for field in sheet.fields:
            at = column(sheet, field.id)
            if draw(st.integers(0, 4)) == 0:
                read_and_not_offered = str(form().quantities[field.quantity].unit)
                page.cell(UNITS + 1, at, draw(st.sampled_from(["毫米", None, "吨", read_and_not_offered])))
            if draw(st.integers(0, 3)) == 0:
                page.cell(SOURCES + 1, at, None)
            for row in (FIRST + 1, FIRST + 2):
                if draw(st.booleans()):
                    page.cell(row, at).value = draw(st.sampled_from(ANYTHING))
                    page.cell(row, at + 1).value = draw(st.sampled_from(STATE_WORDS))
        for row in (FIRST + 1, FIRST + 2):
            if draw(st.booleans()):
                page.cell(row, len(sheet.columns)).value = None
    return book


def failing(found: Values) -> set[tuple[str, str]]:
    """Sheet and field of the rows of 自检 that do not pass."""
    fields = [(sheet.name, field.zh) for sheet in form().schema.sheets for field in sheet.fields]
    return {field for row, field in enumerate(fields, start=8) if found["自检", f"T{row}"] == "不通过"}


def told(problems: Iterable[Problem]) -> set[tuple[str, str]]:
    """Sheet and field of the errors on cells, by the column of the cell or, for notes, by the field that they name."""
    fields = set()
    for item in problems:
        if item.code == "form_blank_noted":  # read as missing, as 自检 counts it: nothing need be changed
            continue
        name, cell = item.where.split(" › ")[1:3]
        sheet = next(sheet for sheet in form().schema.sheets if sheet.name == name)
        if item.code == "form_note":
            named = dict(item.facts)["field"]
            fields |= {(name, field.zh) for field in sheet.fields if field.zh in named}
        else:
            place = (column_index_from_string(re.sub(r"\d", "", cell)) - 1 - len(sheet.keys)) // 2
            fields.add((name, sheet.fields[place].zh))
    return fields


@pytest.mark.long
@given(any_form())
@settings(max_examples=10, phases=[Phase.explicit, Phase.generate])  # to shrink a workbook takes minutes
def test_the_live_sheet_and_the_reader_find_the_same_columns_wrong(book: Workbook) -> None:
    path = Path(tempfile.mkdtemp()) / "x.xlsx"
    live = failing(formualizer.recalculate(write(book, path)))
    _, problems = read(raw(book))
    assert live == told(problems.items)


def test_an_area_that_the_live_sheet_refuses_is_refused_by_check(tmp_path: Path) -> None:
    """13 460 km² typed under 公顷: the grassland alone is a hundred times as large."""
    book = right(ALL)
    put(COUNTY, "G7", 13460)(book)
    path = write(book, tmp_path / "x.xlsx")
    assert formualizer.recalculate(path)["自检_面积", "R7"] == "不通过"
    found = [item for item in check_file(path).problems if item.severity == "error"]
    assert [(item.code, item.where) for item in found] == [("area_exceeds_unit", f"x.xlsx › {AREA} › G7")]
    assert "看起来县域面积按 km² 填在 " in found[0].text()


def test_areas_that_the_live_sheet_finds_short_are_refused_by_check(tmp_path: Path) -> None:
    """玛沁: 1 300 000 + 46 000 − 6 800 hm² on 1 346 000, every class filled in."""
    book = right(ALL)
    put(AREA, "G7", 1300000 - 6800)(book)
    path = write(book, tmp_path / "x.xlsx")
    assert formualizer.recalculate(path)["自检_面积", "R7"] == "不通过"
    found = [item for item in check_file(path).problems if item.severity == "error"]
    assert [(item.code, item.where) for item in found] == [("area_short", f"x.xlsx › {AREA} › G7")]


def test_every_rule_of_the_live_sheet_has_a_wrong_form_here() -> None:
    heads = [cell.value for cell in openpyxl.load_workbook(BytesIO(template(ALL)))["自检"][HEAD + 1]]
    assert {heads[column_index_from_string(column) - 1] for column, _ in WRONG.values()} == {
        rule.head for rule in RULES
    }


def coloured(book: Workbook) -> dict[str, set[str]]:
    return {
        str(block.sqref): {rule.formula[0] for rule in rules}
        for block, rules in book["自检"].conditional_formatting._cf_rules.items()  # noqa: SLF001 - it has no public items()
    }


def test_the_words_are_coloured_too() -> None:
    book = openpyxl.load_workbook(BytesIO(template(ALL)))
    assert coloured(book) == {"T7:T34": {'"通过"', '"不通过"'}}


def test_a_folder_without_a_table_is_told_as_one(tmp_path: Path) -> None:
    """Checking the folder of returns before any return lies in it."""
    (tmp_path / "收回").mkdir()
    assert [item.text() for item in check_file(tmp_path / "收回").problems] == [
        "收回  文件夹里没有可读的表；至少一个 xlsx、csv 或 txt；把填好的表放进去，或写出文件名。"
    ]


def test_of_a_form_quantities_are_listed_by_the_names_that_it_prints(tmp_path: Path) -> None:
    told = check_file(write(right(), tmp_path / "填报.xlsx")).text()
    assert "年降水量" in told
    assert "precipitation" not in told
