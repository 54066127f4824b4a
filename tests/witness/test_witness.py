"""The witnesses themselves: one workbook full of forged cached values, recalculated by both."""

from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from tests.witness import Value, Values, formualizer, libreoffice, plain

FORGED = 999
INPUTS = (12.5, "缺", None, "=NA()", 2)  # 输入_面积!A1:A5: a number, a text, a blank, an error, a number
FORMULAS: dict[str, tuple[str, Value]] = {
    "A1": ("=1+2", 3.0),
    "A2": ("=A1*2", 6.0),
    "A3": ('="水"&"源"', "水源"),
    "A4": ("=A1>2", True),
    "A5": ("=NA()", "#N/A"),
    "A6": ("=1/0", "#DIV/0!"),
    "A7": ('="x"+1', "#VALUE!"),
    "A8": ('=""', ""),
    "B1": ("=输入_面积!A1+输入_面积!A5", 14.5),
    "B2": ("=计算_水源涵养!A2/4", 1.5),
    "C1": ("=SUM(输入_面积!A1:A3)", 12.5),
    "C2": ("=SUM(输入_面积!A1:A5)", "#N/A"),
    "C3": ('=SUMIF(输入_面积!A1:A5,">-1E+300")', 14.5),
    "C4": ("=COUNT(输入_面积!A1:A5)", 2.0),
    "D1": ("=IF(ISNUMBER(输入_面积!A1),输入_面积!A1,NA())", 12.5),
    "D2": ("=IF(ISNUMBER(输入_面积!A2),输入_面积!A2,NA())", "#N/A"),
    "D3": ("=IF(ISNUMBER(输入_面积!A3),输入_面积!A3,NA())", "#N/A"),
    "D4": ("=IF(ISNUMBER(输入_面积!A4),输入_面积!A4,NA())", "#N/A"),
}


def forged(path: Path) -> Path:
    """Writes FORMULAS, each with the cached value FORGED, beside INPUTS."""
    with xlsxwriter.Workbook(path) as book:
        inputs, computed = book.add_worksheet("输入_面积"), book.add_worksheet("计算_水源涵养")
        for row, value in enumerate(INPUTS):
            inputs.write(row, 0, value)
        for cell, (formula, _) in FORMULAS.items():
            computed.write_formula(cell, formula, None, FORGED)
    return path


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(formualizer.recalculate, id="formualizer"),
        pytest.param(libreoffice.recalculate, id="libreoffice", marks=pytest.mark.libreoffice),
    ],
)
def values(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Values:
    recalculate: Callable[[Path], Values] = request.param
    return recalculate(forged(tmp_path_factory.mktemp("witness") / "forged.xlsx"))


def expected(columns: str) -> Values:
    return {("计算_水源涵养", cell): value for cell, (_, value) in FORMULAS.items() if cell[0] in columns}


def computed(values: Values, columns: str) -> Values:
    return {key: value for key, value in values.items() if key[0] == "计算_水源涵养" and key[1][0] in columns}


def test_every_formula_cell_is_answered_and_nothing_else(values: Values) -> None:
    assert set(values) == {("输入_面积", "A4"), *expected("ABCD")}


def test_a_forged_cached_value_does_not_survive(values: Values) -> None:
    assert FORGED not in values.values()


def test_numbers_texts_truth_and_errors_come_back_as_such(values: Values) -> None:
    answered = computed(values, "A")
    assert answered == expected("A")
    assert [type(value) for value in answered.values()] == [type(value) for value in expected("A").values()]


def test_chinese_sheet_names_need_no_quotes(values: Values) -> None:
    assert computed(values, "B") == expected("B")


def test_a_sum_ignores_text_and_a_partial_sum_ignores_errors(values: Values) -> None:
    assert computed(values, "C") == expected("C")


def test_the_import_guard_lets_only_numbers_through(values: Values) -> None:
    assert computed(values, "D") == expected("D")


@pytest.mark.libreoffice
def test_one_call_of_libreoffice_answers_for_several_files_of_one_name(tmp_path: Path) -> None:
    paths = []
    for number in (1, 2):
        folder = tmp_path / str(number)
        folder.mkdir()
        with xlsxwriter.Workbook(folder / "年报.xlsx") as book:
            book.add_worksheet("计算").write_formula("A1", f"={number}*10", None, FORGED)
        paths.append(folder / "年报.xlsx")
    assert libreoffice.recalculate_all(paths) == [{("计算", "A1"): 10.0}, {("计算", "A1"): 20.0}]


@pytest.mark.libreoffice
def test_a_file_that_libreoffice_cannot_read_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(forged(tmp_path / "whole.xlsx").read_bytes()[:3000])
    with pytest.raises(libreoffice.NotConverted, match=r"坏\.xlsx"):
        libreoffice.recalculate_all([broken])


def test_an_answer_of_another_type_is_refused() -> None:
    with pytest.raises(TypeError, match=r"^a witness gave \[1\.0\]$"):
        plain([1.0])
