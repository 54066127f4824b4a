"""Preliminary figures are told by one rule, whichever reader of tables met the words; what is final is not."""

from pathlib import Path

import pytest

from qhgep.inputs.periods import preliminary, without_preliminary
from qhgep.inputs.table import COLUMNS
from qhgep.preparation.check_returned import check_file
from tests.support import forms
from tests.support.imports import run

SAYS = (
    "“{text}” 里写着 “{word}”，是还会修订的数，照所写年份的数读入；最终的实际数；有最终数就换上并改正这里的写法；"
    "只有这样的数，审阅时写明，最终数出来后重算。"
)
ROW = "632222,2023,2023,,,precipitation,410,毫米/年,{presence},stated,secondary,{source},{note}"


def told(path: Path) -> list[str]:
    """What check says of preliminary figures."""
    return [item.text() for item in check_file(path).problems if item.code == "worksheet_preliminary"]


def long(
    folder: Path, *, name: str = "rows.csv", source: str = "2023年统计公报", note: str = "", gap: bool = False
) -> Path:
    row = ROW.format(presence="value", source=source, note=note)
    if gap:
        row = f"632222,2023,2023,,,precipitation,,,missing,,,,{note}"
    (folder / name).write_text(",".join(COLUMNS) + f"\n{row}\n", encoding="utf-8")
    return folder / name


def test_a_source_of_a_long_table_that_is_an_early_report_is_told_at_its_row(tmp_path: Path) -> None:
    says = SAYS.format(text="2023年统计快报", word="快报")
    assert told(long(tmp_path, source="2023年统计快报")) == [f"rows.csv:2  {says}"]


def test_a_note_of_a_long_table_that_says_so_is_told(tmp_path: Path) -> None:
    assert told(long(tmp_path, note="初步数")) == [f"rows.csv:2  {SAYS.format(text='初步数', word='初步数')}"]


def test_the_name_of_a_file_that_says_so_is_told_once(tmp_path: Path) -> None:
    says = SAYS.format(text="2023年快报", word="快报")
    assert told(long(tmp_path, name="2023年快报.csv")) == [f"2023年快报.csv  {says}"]


def test_a_gap_has_no_figure_that_could_be_preliminary(tmp_path: Path) -> None:
    assert told(long(tmp_path, note="预计年底补报", gap=True)) == []


def test_a_document_of_a_form_is_told(tmp_path: Path) -> None:
    book = forms.right()
    forms.name_source(book["来源"], 1, ("青海省2024年统计快报", *forms.SOURCE[1:]))
    (said,) = told(forms.write(book, tmp_path / "填报.xlsx"))
    assert "青海省2024年统计快报" in said
    assert "里写着 “快报”，是还会修订的数" in said


def test_an_imported_table_is_told_by_its_source(tmp_path: Path) -> None:
    found = run(tmp_path, "land-survey", source="2020年初步核算成果")
    said = [item.text() for item in found.warnings if item.code == "worksheet_preliminary"]
    assert said == [f"t.csv:2  {SAYS.format(text='2020年初步核算成果', word='初步核算')}"]


@pytest.mark.parametrize(
    ("heading", "bare"),
    [
        ("地区生产总值（初步）（万元）", "地区生产总值（万元）"),
        ("年降水量（毫米，初步）", "年降水量（毫米）"),
        ("森林面积（快报数，公顷）", "森林面积（公顷）"),
        ("地区生产总值初步核算数（万元）", "地区生产总值（万元）"),
        ("项目初步设计面积（公顷）", "项目初步设计面积（公顷）"),
        ("森林面积（公顷）", "森林面积（公顷）"),
    ],
)
def test_a_heading_means_what_it_means_without_the_words(heading: str, bare: str) -> None:
    assert without_preliminary(heading) == bare


def test_a_preliminary_design_is_no_preliminary_figure() -> None:
    assert preliminary("项目初步设计") == ""
