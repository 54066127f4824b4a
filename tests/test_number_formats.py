"""What a cell shows through the number formats that qhgep writes: worked out by hand, and as LibreOffice shows it."""

import re
from html import unescape
from pathlib import Path

import pytest
import xlsxwriter

from qhgep.workbook.core.cells import LiveFormula, Text, TypedNumber
from qhgep.workbook.core.number_formats import FORMATS, OF_STYLE, Shown, built_in, displayed, known, shown
from qhgep.workbook.core.write import _STYLES
from tests.support.books import NAMES, book
from tests.support.package import Package
from tests.witness import libreoffice

MONEY, NIL, VALUE = "#,##0.00;[Red]-#,##0.00;0.00", "#,##0.00;[Red]-#,##0.00;", OF_STYLE["formula"]


@pytest.mark.parametrize(("value", "code", "text", "red"), [
    (23184574.41, MONEY, "23,184,574.41", False),
    (-2.675, MONEY, "-2.68", True),
    (1.005, MONEY, "1.01", False),  # 1.00499999999999989 in binary: fifteen digits decide
    (0.125, MONEY, "0.13", False),
    (0.0, MONEY, "0.00", False),
    (-0.001, MONEY, "-0.00", True),
    (0.0, NIL, "", False),
    (0.004, NIL, "0.00", False),
    (-7, "#,##0;[Red]-#,##0;0", "-7", True),
    (0.5, "#,##0;[Red]-#,##0;0", "1", False),
    (100000, VALUE, "100,000.00", False),
    (99999.9999994, VALUE, "99,999.999999", False),
    (99999.9999996, VALUE, "100,000.00", False),
    (0.125, VALUE, "0.125", False),
    (12.0, VALUE, "12.00", False),
    (-1234567.8912345, VALUE, "-1,234,567.891235", True),
    (7.06, "0.0#######", "7.06", False),
    (12, "0.0#######", "12.0", False),
    (0.123456785, "0.0#######", "0.12345679", False),
    (-0.5, "0.0#######", "-0.5", False),
    (100000000, "#,##0.########", "100,000,000", False),
    (0.25, "#,##0.########", "0.25", False),
    (0.15555, "0.00%", "15.56%", False),
    (-0.05, "0.00%", "-5.00%", False),
    (-0.00001, "0.00%", "0.00%", False),
    (2.5, "0", "3", False),
    (45000, "yyyy-mm-dd", "2023-03-15", False),
    (0.1 + 0.2, "General", "0.3", False),
    (1e-5, "General", "0.00001", False),
    (1.5e16, "General", "1.5E+16", False),
    (2500000, "@", "2500000", False),
    ("缺", MONEY, "缺", False),
    ("", NIL, "", False),
    (None, MONEY, "", False),
    (True, MONEY, "TRUE", False),
    (float("inf"), MONEY, "inf", False),
])  # fmt: skip
def test_a_cell_shows_its_number_by_its_format(value: object, code: str, text: str, *, red: bool) -> None:
    assert displayed(value, code) == Shown(text, red)


def test_a_format_that_is_not_of_the_list_is_refused() -> None:
    for code in ('"999,999.00"', ";;;", "0.0", "#,##0.00_);(#,##0.00)", "[White]0.00", "#,##0.00,"):
        assert known(code) is None
        with pytest.raises(KeyError):
            displayed(1.0, code)


def test_the_spellings_of_libreoffice_are_the_same_formats() -> None:
    assert known("#,##0.00;[RED]\\-#,##0.00;0.00") == MONEY
    assert known("[>=100000]#,##0.00;[<0][RED]\\-#,##0.00####;#,##0.00####") == VALUE
    assert known("[<0]#,##0.00;[RED]\\-#,##0.00;0.00") is None
    assert (built_in(10), built_in(49), built_in(0), built_in(11)) == ("0.00%", "@", "General", None)


def test_a_content_shows_by_the_format_of_its_style() -> None:
    assert shown(TypedNumber(1234.5, "input")) == "1,234.50"
    assert shown(LiveFormula("A1", None, "step", "money")) == "#N/A"
    assert shown(LiveFormula("A1", "缺", "step", "money")) == "缺"
    assert shown(LiveFormula("A1", 0.0, "step", "share")) == "0.00%"
    assert shown(Text("1234.5", "code")) == "1234.5"


def test_no_style_has_a_format_beside_the_list() -> None:
    assert all("num_format" not in style for style in _STYLES.values())
    assert set(OF_STYLE.values()) <= set(FORMATS)
    assert set(OF_STYLE) <= set(_STYLES)


@pytest.mark.parametrize("name", NAMES)
def test_every_format_of_a_written_workbook_is_of_the_list(name: str) -> None:
    parts = Package(book(name).data).parts
    written = [part.decode() for at, part in parts.items() if at.endswith("styles.xml") or "/charts/" in at]
    codes = {unescape(code) for part in written for code in re.findall(r'formatCode="([^"]*)"', part)}
    assert codes
    assert codes <= set(FORMATS)


VALUES = (
    0, 1, -1, 0.5, 2.5, 0.125, 1.005, 2.675, -2.675, 0.001, -0.001, -0.004999, 0.000012345678, 1234567.891, -1234567.891, 99999.999999,
    99999.995, 100000, 123456789012.345, 1e15, 0.1 + 0.2, 41765203450.67, 0.15555, 7.06, 0.2318457441, 1e-9, 99999999999, 3.14159265358979,
)  # fmt: skip


@pytest.mark.libreoffice
def test_libreoffice_shows_the_same_texts(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as made:
        page = made.add_worksheet()
        page.set_column(0, len(FORMATS), 40)
        for column, code in enumerate(FORMATS):
            look = made.add_format({"num_format": code})
            for row, value in enumerate(VALUES):
                page.write_number(row, column, value, look)
    (saved,) = libreoffice.save_again([tmp_path / "x.xlsx"], tmp_path / "scratch", kind="html")
    rows = re.findall(r"<tr.*?</tr>", saved.read_text(encoding="utf-8"), re.DOTALL)
    assert len(rows) == len(VALUES)
    for value, row in zip(VALUES, rows, strict=True):
        cells = [unescape(re.sub("<[^>]*>", "", cell)).strip() for cell in re.findall("<td.*?</td>", row, re.DOTALL)]
        expected = [displayed(value, code).text for code in FORMATS]
        if not 0 <= value < 2_958_466:  # as a day it is none
            expected[FORMATS.index("yyyy-mm-dd")] = cells[FORMATS.index("yyyy-mm-dd")]
        assert cells == expected
