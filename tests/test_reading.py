"""Files as bureaus have them: every row of the list of untrusted files is refused or told, by its cell, in whole sentences."""

import subprocess
import sys
import tomllib
import zipfile
from collections import Counter
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

import qhgep.errors
from qhgep.errors import Problems
from qhgep.inputs import read_inputs
from qhgep.inputs.figures import figure, is_blank, year_of
from qhgep.inputs.files.cells import Kind, RawCell
from qhgep.inputs.files.open import read_book
from qhgep.inputs.files.preflight import preflight
from qhgep.inputs.personal import has_id_number
from tests.support.bureau import (
    ROWS,
    SHEET,
    SHEET_XML,
    VALUES,
    book,
    cells,
    put,
    read,
    reader,
    saved,
    surgery,
    text,
    values,
)
from tests.support.command_line import COMMAND
from tests.support.reading_cases import CASES, ID, cell_xml, made, with_year

with Path(__file__).with_name("reading_faults.toml").open("rb") as golden:
    SAID: dict[str, list[list[str]]] = {case["name"]: case["says"] for case in tomllib.load(golden)["case"]}
# Section 3 of the reference on workbooks, every row of its table.
SPECIFIED = {
    "X03", "X04", "X06", "X09", "X10", "X11", "W101", "W102", "W104", "W107", "F301", "F302", "F303", "F304",
    *(f"E{number}" for number in range(201, 215)),
}  # fmt: skip
MANY = "more problems than a person mends"
OURS = (
    "file_", "cell_", "cells_", "worksheet_", "rows_", "columns_", "column_", "row_", "county_", "total_", "book_", "personal_",
    "workbook_",
)  # fmt: skip
BELOW = {"file_missing", "workbook_missing", "workbook_no_part", "workbook_cells"}
ELSEWHERE = {
    "workbook_period", "workbook_no_period", "file_frozen", "file_outside", "file_not_regular", "file_too_large", "file_name", "file_members",
    "file_hostile", "workbook_relation_twice", "workbook_spans", "workbook_tags", "workbook_elements", "workbook_shared", "workbook_corrects_all",
    "rows_columns", "column_of_years", "book_of_account", "book_of_plan", "book_of_brief", "book_of_prices", "book_of_decisions",
}  # fmt: skip
"""Messages about writing a workbook, of tests/test_hostile_files.py and tests/test_library.py; of years in tests/test_wide.py; our own books in
tests/test_start.py.
"""


@pytest.mark.parametrize("name", CASES)
def test_a_fault_is_told_by_its_cell_in_a_whole_sentence_and_nothing_else_is(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    problems = Problems()
    read_inputs(made(name, tmp_path), reader(case.told, strict=case.strict), problems)
    told = [[item.severity, item.code, item.text()] for item in problems.items]
    assert (told[-1:] if name == MANY else told) == SAID[name]
    assert all(item.text("en") != item.text() for item in problems.items)


def test_every_row_of_the_list_of_untrusted_files_has_a_file_here() -> None:
    assert {case.row for case in CASES.values()} - {""} == SPECIFIED
    assert set(SAID) == set(CASES)


def test_every_message_about_returned_files_is_asserted_here() -> None:
    """Those of messages/inputs.toml and of the package in workbooks.toml; what is written to a file has its own tests."""
    folder = Path(qhgep.errors.__file__).parent / "messages"
    files = [tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8")) for name in ("inputs", "workbooks")]
    mine = {code for file in files for code in file if code.startswith(OURS)}
    codes = {code for said in SAID.values() for _, code, _ in said}
    assert mine - codes == BELOW | ELSEWHERE


def test_the_sound_sheet_is_read_with_its_cells_as_places(tmp_path: Path) -> None:
    found, errors, warnings = read(put(tmp_path, book()))
    assert (errors, warnings, values(found)) == ([], [], VALUES)
    assert [row.place for row in found.rows[:2]] == ["县.xlsx › 表1 › C3", "县.xlsx › 表1 › D3"]
    first = found.rows[0]
    assert first.fields == (
        "632621", "2023", "2023", "forest", "", "area", "12.5", "公顷", "value", "stated", "secondary", "县.xlsx › 表1", "",
    )  # fmt: skip
    assert first.exact == Fraction(25, 2)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_a_csv_says_the_same_in_every_encoding(encoding: str, sign: str, tmp_path: Path) -> None:
    found, errors, _ = read(put(tmp_path, text().replace(",", sign).encode(encoding), "县.txt"))
    assert (errors, values(found)) == ([], VALUES)
    assert found.rows[0].place == "县.txt:3 › C"


def test_latin_1_is_never_guessed(tmp_path: Path) -> None:
    _, errors, _ = read(put(tmp_path, "county;é\xff\n".encode("latin-1"), "县.csv"))
    assert errors == [
        (
            "县.csv  读不出文字（编码与读不出的第一个字节：UTF-8 7、GB18030 7）；"
            "UTF-8、GB18030 或 UTF-16 的文字；在 Excel 里另存为 “CSV UTF-8”。"
        )
    ]


def test_a_file_that_is_not_there_and_one_without_a_workbook_are_told(tmp_path: Path) -> None:
    _, errors, _ = read(tmp_path / "无.xlsx")
    assert errors == ["无.xlsx  没有这个文件，或打不开；可读的 xlsx、csv 或 txt；检查路径与权限。"]
    empty = surgery(saved(Workbook()), ("[Content_Types].xml", "<Types", "<Types"))
    path = put(tmp_path, empty.replace(b"xl/workbook.xml", b"xl/workbooq.xml"))
    assert read(path)[1] == ["县.xlsx  压缩包里没有 xl/workbook.xml；xlsx 工作簿；检查文件。"]


@pytest.mark.long
def test_more_cells_than_a_bureau_fills_are_refused_before_they_are_read(tmp_path: Path) -> None:
    rows = "<row>" + "<c><v>1</v></c>" * 1000 + "</row>"
    path = put(tmp_path, surgery(book(), (SHEET_XML, "<sheetData>", f"<sheetData>{rows * 301}")))
    assert read(path)[1] == [
        "县.xlsx › xl/worksheets/sheet1.xml  填写的格或文字超过 300000 个；不超过 300000 格的工作簿；拆成几个文件。"
    ]


def test_the_last_cell_of_a_sheet_neither_ends_the_process_nor_takes_its_memory(tmp_path: Path) -> None:
    """The legal file of 5 kB that makes other readers ask for 512 GB and abort (exit 134)."""
    path = made("the last cell there can be", tmp_path)
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30));"
        "from benchmarks.mutations import read; from pathlib import Path;"
        "_, problems = read(Path(sys.argv[1])); print(*(item.code for item in problems.items))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path],
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parent.parent,
    )
    assert (done.returncode, done.stdout.split()) == (0, ["workbook_rows", "workbook_columns"])


LAST = 1_048_576
BLANKS = {
    "rows": '<row r="{row}" spans="1:2" s="1" customFormat="1" ht="14.25"/>',
    "rows that are open": '<row r="{row}" s="1" customFormat="1"></row>',
    "cells": '<row r="{row}"><c r="A{row}" s="1"/><c r="XFD{row}" s="1"/></row>',
    "cells that are open": '<row r="{row}"><c r="A{row}" s="1"></c><c r="B{row}"/></row>',
    "cells with an empty value": '<row r="{row}"><c r="A{row}" s="1"><v></v></c></row>',
}


def formatted_to_the_end(xml: str, data: bytes, *, each: int) -> bytes:
    """A workbook with formatted and blank rows from row 60 to the last that there can be."""
    rows = "".join(xml.format(row=row) for row in (*range(60, LAST, each), LAST))
    return surgery(data, (SHEET_XML, "</sheetData>", f"{rows}</sheetData>"))


@pytest.mark.parametrize("kind", BLANKS)
def test_blank_formatted_rows_to_the_end_of_the_sheet_are_skipped(kind: str, tmp_path: Path) -> None:
    found, errors, _ = read(put(tmp_path, formatted_to_the_end(BLANKS[kind], book(), each=997)))
    assert errors == []
    assert values(found) == VALUES


@pytest.mark.parametrize("row", [200_001, 999_999, LAST])
def test_one_filled_cell_among_the_blank_ones_is_refused(row: int, tmp_path: Path) -> None:
    data = formatted_to_the_end(BLANKS["cells"], book(), each=997)
    filled = f'<row r="{row}"><c r="B{row}" s="1"/><c r="C{row}" s="1"><v>7</v></c></row></sheetData>'
    _, errors, _ = read(put(tmp_path, surgery(data, (SHEET_XML, "</sheetData>", filled))))
    assert errors == [
        f"县.xlsx › xl/worksheets/sheet1.xml  用到第 {row} 行，超过 200000 行；不超过 200000 行的表；选中数据以下的所有行，删除后另存。"
    ]


@pytest.mark.long
def test_a_million_blank_rows_take_seconds_and_little_memory(tmp_path: Path) -> None:
    path = put(tmp_path, formatted_to_the_end(BLANKS["rows"], book(), each=1))
    code = (
        "import re, resource, sys; resource.setrlimit(resource.RLIMIT_CPU, (30, 30)); from pathlib import Path;"
        "from qhgep.preparation.check_returned import check_file; found = check_file(Path(sys.argv[1]));"
        "status = Path('/proc/self/status').read_text();"  # ru_maxrss would be that of the parent, if it had more
        "peak = int(re.search(r'VmHWM:\\s+(\\d+)', status)[1]) // 1024;"
        "print(len(found.reading.rows), [item.code for item in found.problems if item.severity == 'error'], peak <= 500)"
    )
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, f"{len(VALUES)} [] True\n"), done.stderr


def test_a_table_behind_a_lying_dimension_is_read_whole(tmp_path: Path) -> None:
    """A reader that believes the dimension gives one cell of it."""
    assert values(read(made("a dimension that lies", tmp_path))[0]) == VALUES


@pytest.mark.parametrize("year", [2020, "2020年", "２０２０", "2020 ", "2020"])
def test_a_year_is_read_by_its_pattern(year: object, tmp_path: Path) -> None:
    found, errors, _ = read(put(tmp_path, with_year(year)))
    assert (errors, [row.period for row in found.rows]) == ([], ["2020"])


@pytest.mark.parametrize("name", ["an id number", "a column of names"])
def test_personal_data_are_not_repeated_and_nothing_of_the_file_is_read(name: str, tmp_path: Path) -> None:
    found, errors, _ = read(made(name, tmp_path))
    assert found.rows == ()
    assert not any(word in error for error in errors for word in (ID, ID[:10], "张三"))


@pytest.mark.parametrize(
    ("number", "is_one"),
    [
        (ID, True), (ID.lower(), True), (f"身份证{ID}号", True), ("110105 19491231 002X", True), ("110105194912310021", False),
        ("11010519491331002X", False), (f"1{ID}", False), ("632621", False), ("123456789012345678", False),
    ],
)  # fmt: skip
def test_an_id_number_is_told_by_its_day_and_its_check_digit(number: str, *, is_one: bool) -> None:
    assert has_id_number(number) is is_one


def cell(kind: Kind, content: str, formula: str = "", *, percent: bool = False) -> RawCell:
    return RawCell(kind, content, "a.xlsx › 表 › D7", formula, percent)


@pytest.mark.parametrize(
    ("stored", "read_as"),
    [
        ("12.5", "12.5"), ("1.1000000000000001", "1.1"), ("0.30000000000000004", "0.30000000000000004"), ("1.5E3", "1.5E3"),
        ("-3", "-3"), ("12345678901234567", "12345678901234567"), ("", None), ("1_000", None), ("nan", None), ("inf", None), ("0x1F", None),
    ],
)  # fmt: skip
def test_a_stored_number_keeps_its_digits_and_loses_only_those_that_a_double_added(
    stored: str, read_as: str | None
) -> None:
    assert figure(cell("number", stored), Problems(), quantity="量") == read_as


@pytest.mark.parametrize("typed", ["１2，３４５．6", " 12,345.6\u00a0", "12345.6\u3000", "+12,345.6"])
def test_a_typed_number_is_normalised_and_both_texts_are_told(typed: str) -> None:
    problems = Problems()
    found = figure(cell("text", typed), problems, quantity="量")
    assert found is not None
    assert Fraction(found) == Fraction("12345.6")
    (told,) = problems.warnings
    assert dict(told.facts) == {"old": typed.replace("\u00a0", " ").replace("\u3000", " "), "new": found}


@pytest.mark.parametrize(
    "typed", ["1,23", "1,2345", "12,34,567", "1.234.567", "12。5", "①", "½", "一百", "12.5万", "1 234", "--3", "3-", "0x10", "٣", "缺", "无", "/"],
)  # fmt: skip
def test_what_is_not_certainly_a_number_is_refused(typed: str) -> None:
    problems = Problems()
    assert figure(cell("text", typed), problems, quantity="量") is None
    assert [item.code for item in problems.items] == ["cell_text"]


def test_a_percent_sign_is_taken_in_a_column_of_percent_only() -> None:
    problems = Problems()
    assert figure(cell("text", "12.5％"), problems, quantity="量", scale="percent") == "12.5"
    assert figure(cell("number", "0.07", percent=True), problems, quantity="量", scale="percent") == "7"
    assert figure(cell("number", "0.125", percent=True), problems, quantity="量", scale="pure") == "0.125"
    assert [item.severity for item in problems.items] == ["warning", "warning"]
    assert figure(cell("text", "12.5%"), problems, quantity="量", scale="pure") is None


def test_a_formula_that_shows_nothing_is_blank_and_one_that_was_not_computed_is_not() -> None:
    assert is_blank(cell("text", "", formula='IF(A1,1,"")'))
    assert not is_blank(cell("number", "", formula="1+1"))
    assert is_blank(cell("text", " \u3000"))
    assert is_blank(None)


@pytest.mark.parametrize("content", ["2020.5", "1899", "20200", "43831", "2020/21", "２０２０.0"])
def test_no_other_text_is_a_year(content: str) -> None:
    assert year_of(cell("text", content)) is None


def test_the_reader_keeps_rich_text_inline_text_dates_and_shared_formulas(tmp_path: Path) -> None:
    inline = (
        '<c r="B3" t="inlineStr"><is><r><t>玛沁</t></r><rPh sb="0" eb="1"><t>maqin</t></rPh><r><t>县</t></r></is></c>'
    )
    data = cell_xml("B3", inline)
    data = cell_xml("C3", '<c r="C3"><f t="shared" ref="C3:C4" si="0">A1*2</f><v>1</v></c>', data)
    data = cell_xml("C4", '<c r="C4"><f t="shared" si="0"/><v>2</v></c>', data)
    found = read_book(put(tmp_path, data), Problems())
    assert found is not None
    sheet = found.sheets[0].cells
    assert sheet[2, 1].text == "玛沁县"
    assert (sheet[2, 2].formula, sheet[3, 2].formula, sheet[3, 2].text) == ("A1*2", "A1*2", "2")


@pytest.mark.parametrize(("day", "serial"), [(date(2023, 12, 5), "2023-12-05"), (date(1900, 2, 28), "1900-02-28")])
def test_a_day_is_read_as_the_day_that_was_typed(day: date, serial: str, tmp_path: Path) -> None:
    found = read_book(put(tmp_path, cells({"C3": day})), Problems())
    assert found is not None
    assert (found.sheets[0].cells[2, 2].kind, found.sheets[0].cells[2, 2].text) == ("date", serial)


@pytest.mark.parametrize(
    ("form", "kind"),
    [
        ('yyyy"年"m"月"', "date"), ("[$-804]yyyy/m/d", "date"), ("[h]:mm", "date"), ("0.00_ ;[Red]-0.00", "number"),
        ('0.0"days"', "number"), ("G/通用格式", "number"), ("#,##0", "number"), ("0.00E+00", "number"), ("@", "number"),
    ],
)  # fmt: skip
def test_what_is_a_date_the_number_format_says(form: str, kind: str, tmp_path: Path) -> None:
    def change(sheet: Worksheet) -> None:
        sheet["C3"].number_format = form

    found = read_book(put(tmp_path, book(change)), Problems())
    assert found is not None
    assert found.sheets[0].cells[2, 2].kind == kind


def test_a_workbook_of_strict_office_is_read_too(tmp_path: Path) -> None:
    old, new = (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    )
    assert (
        values(read(put(tmp_path, surgery(book(), (SHEET_XML, old, new), ("xl/workbook.xml", old, new))))[0]) == VALUES
    )


def test_a_workbook_of_libreoffice_and_one_of_wps_are_let_through(tmp_path: Path) -> None:
    """WPS writes prefixes that others do not; the pre-flight looks at names, sizes and extents alone."""
    prefixed = surgery(book(), (SHEET_XML, "<sheetData>", "<sheetData xmlns:x='urn:x' x:y='1'>"))
    path = put(tmp_path, prefixed)
    preflight(path)
    assert values(read(path)[0]) == VALUES


def test_the_raw_book_names_sheet_and_cell(tmp_path: Path) -> None:
    found = read_book(put(tmp_path, book()), Problems())
    assert found is not None
    assert [sheet.name for sheet in found.sheets] == [SHEET]
    assert found.sheets[0].cells[3, 3].place == "县.xlsx › 表1 › D4"
    assert found.sheets[0].extent == (2 + len(ROWS), 6)


def test_the_parts_of_a_book_are_gone_through_twice_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether a workbook is a form of a plan is seen by its list of sheets: once before a parser, once by it, is enough."""
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as made:
        made.add_worksheet().write_row(0, 0, ["县名", "文字"])
    opened: Counter[str] = Counter()
    plain = zipfile.ZipFile.open

    def counted(archive: zipfile.ZipFile, part: object, *arguments: object, **named: object) -> object:
        opened[part if isinstance(part, str) else part.filename] += 1
        return plain(archive, part, *arguments, **named)

    monkeypatch.setattr(zipfile.ZipFile, "open", counted)
    assert CliRunner().invoke(COMMAND, ["--quiet", "check", str(path)]).exit_code == 1
    assert (opened["xl/worksheets/sheet1.xml"], opened["xl/sharedStrings.xml"], opened["xl/workbook.xml"]) == (2, 2, 4)
