"""Files, paths and names that stop or exhaust a process, and outputs that replace what nobody named: each is one line.

A kind is tried through every door that opens such a file, not only where it was first met.
"""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from qhgep import read_account, set_state, verify_workbook
from qhgep.coefficient_store import load_parameters
from qhgep.coefficient_store.files import MOST_TABLES
from qhgep.coefficient_store.rows import COLUMNS
from qhgep.compensation.plan.read import read_plan
from qhgep.data import MOST_MEMBERS, MOST_TEXT, MOST_TOML, confined, json_of, regular_file, toml_of
from qhgep.errors import (
    AccountError,
    CoefficientError,
    InputError,
    PlanError,
    Problems,
    QhgepError,
    UnitError,
    WorkbookError,
    problem,
)
from qhgep.inputs.files.preflight import preflight
from qhgep.packs.library import coefficients
from qhgep.toml_lines import TomlText
from qhgep.units import read_unit
from qhgep.workbook.core.write import write_whole
from qhgep.workbook.output_paths import check_targets
from tests.support import toy
from tests.support.books import book
from tests.support.command_line import COMMAND
from tests.support.package import Package

NOT_REGULAR = "不是普通文件（是管道、设备或套接字）；磁盘上的普通文件；写明文件的路径。"
TWO_VALUES, TWO_ROWS = "同一单元格在文件里有两份", "行在文件里有两份"
HOSTILE = "有四千位以上的整数，或嵌套过深，读不了；正常的数和层次；改正文件；不要使用来历不明的文件。"


def run(*arguments: str) -> tuple[int, str]:
    found = CliRunner().invoke(COMMAND, ["--quiet", *arguments])
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.output


# 1. What is no regular file


def pipe(path: Path) -> Path:
    os.mkfifo(path)
    return path


DOORS: dict[str, Callable[[Path], list[str]]] = {
    "account": lambda folder: ["account", str(pipe(folder / "a.toml"))],
    "allocate": lambda folder: ["allocate", str(pipe(folder / "p.toml"))],
    "verify": lambda folder: ["verify", str(pipe(folder / "b.xlsx"))],
    "finalise": lambda folder: ["finalise", str(pipe(folder / "b.xlsx"))],
    "check xlsx": lambda folder: ["check", str(pipe(folder / "b.xlsx"))],
    "check csv": lambda folder: ["check", str(pipe(folder / "b.csv"))],
    "audit": lambda folder: ["audit", str(pipe(folder / "t.csv"))],
    "diff": lambda folder: ["diff", str(pipe(folder / "a.toml")), str(folder / "a.toml")],
    "what-if": lambda folder: ["what-if", "examples/pilot/plan.toml", "--previous", str(pipe(folder / "p.json"))],
    "explain": lambda folder: ["explain", str(pipe(folder / "a.toml")), "--county", "632222"],
    "state": lambda folder: ["state", str(pipe(folder / "account.toml")), "review"],
    "page": lambda folder: ["page", str(pipe(folder / "a.toml")), "-o", str(folder / "p.html")],
    "trace": lambda folder: ["trace", str(pipe(folder / "a.toml")), "-o", str(folder / "t.json")],
    "rests-on": lambda folder: ["rests-on", str(pipe(folder / "a.toml")), "--evidence", "assumed"],
    "sources": lambda folder: ["sources", str(pipe(folder / "a.toml"))],
    "decide": lambda folder: ["decide", str(pipe(folder / "d.xlsx")), "--set", "a=b", "--by", "局", "--date", "2024-01-01"],
    "plan to-form": lambda folder: ["plan", "to-form", str(pipe(folder / "p.toml")), "-o", str(folder / "f.xlsx")],
    "plan to-toml": lambda folder: ["plan", "to-toml", str(pipe(folder / "f.xlsx")), "-o", str(folder / "p.toml")],
    "seal": lambda folder: ["seal", str(pipe(folder / "a.toml")), "-o", str(folder / "s.json")],
    "back-payment": lambda folder: [
        "back-payment", str(pipe(folder / "a.xlsx")), str(folder / "a.xlsx"), "--treasury", "630000", "-o", str(folder / "b.toml")
    ],
    "county-funds": lambda folder: ["county-funds", "632222", str(pipe(folder / "p.toml"))],
    "compare": lambda folder: ["compare", str(pipe(folder / "a.toml")), "--rulesets", "qinghai-pilot"],
    "targets": lambda folder: ["targets", str(pipe(folder / "v.csv"))],
    "co-growth": lambda folder: ["co-growth", str(pipe(folder / "c.toml"))],
    "coefficients diff": lambda folder: ["coefficients", "diff", str(pipe(folder / "a")), str(folder / "a")],
    "coefficients check": lambda folder: ["coefficients", "check", str(pipe(folder / "a"))],
}  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
def test_a_pipe_is_refused_by_every_verb_and_not_waited_for(tmp_path: Path, door: str) -> None:
    code, told = run(*DOORS[door](tmp_path))
    assert code == 1
    assert NOT_REGULAR in told or "没有" in told or "不是" in told


WITH_A_NAME: dict[str, list[str]] = {
    "coefficients diff": ["coefficients", "diff", "{}", "shipped"], "account": ["account", "{}"], "page": ["page", "{}", "-o", "p.html"],
    "state": ["state", "{}", "review"], "county-funds": ["county-funds", "632222", "{}"], "seal": ["seal", "{}", "-o", "s.json"],
    "issued": ["issued", "{}", "--row", "X"], "targets": ["targets", "{}"], "rulesets show": ["rulesets", "show", "{}"],
    "render": ["render", "{}", "-o", "r.pdf"], "plan to-form": ["plan", "to-form", "{}", "-o", "f.xlsx"],
}  # fmt: skip


@pytest.mark.parametrize("door", WITH_A_NAME)
@pytest.mark.parametrize("name", ["x" * 300, "loop", "loop/x"])
def test_a_name_that_is_too_long_and_a_link_to_itself_are_one_line(tmp_path: Path, door: str, name: str) -> None:
    (tmp_path / "loop").symlink_to("loop")
    code, told = run(*(word.replace("{}", str(tmp_path / name)) for word in WITH_A_NAME[door]))
    assert (code, "Traceback" in told) == (1, False)


READS = re.compile(r"\.read_(?:bytes|text)\(")
OWN = re.compile(
    r"_HERE|_FOLDER|data_folder\(|__file__|found\.file\.read|pdf\.read|page\.read|made\.read|path\.stat\(\)"
)
"""What ships with qhgep, what it has just written itself, and what it compares with a size first."""
AFTER_THE_GUARD = {
    "ruleset_store/ruleset.py": 2, "inputs/files/read_csv.py": 1, "workbook/verify/book_parts.py": 1, "desk/runs.py": 1, "raster/export.py": 1,
    "compensation/legal/law.py": 1, "compensation/legal/performance.py": 1,
}  # fmt: skip
"""Files of which a reader before, or one that lists what ships, has looked at the path: so many lines."""


def test_every_file_that_somebody_names_is_read_behind_the_one_guard() -> None:
    """`allocate` read 3 GB of a sparse file whole to see that it was no plan; `state` waited for a pipe."""
    root, counts = Path("qhgep"), dict[str, int]()
    for path in sorted(root.rglob("*.py")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if READS.search(line) and "regular_file(" not in line and not OWN.search(line):
                name = path.relative_to(root).as_posix()
                counts[name] = counts.get(name, 0) + 1
    assert counts == AFTER_THE_GUARD


def test_a_file_of_gigabytes_that_is_no_plan_is_not_read_to_see_what_it_is(tmp_path: Path) -> None:
    with (tmp_path / "p.toml").open("wb") as file:
        file.truncate(3 << 30)
    began = time.process_time()
    code, told = run("allocate", str(tmp_path / "p.toml"))
    assert (code, "p.toml  文件有 3072 MB；不超过 30 MB；拆成几个文件。" in told) == (1, True)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/null", "/proc/self/status", "/proc/kmsg"])
def test_a_device_has_no_end_and_is_no_file_nor_is_a_file_of_the_system(name: str) -> None:
    """The last two call themselves regular files of no bytes; reading the kernel's messages waits for the next one."""
    if not Path(name).exists():
        pytest.skip("no such file on this system")
    with pytest.raises(InputError) as caught:
        regular_file(Path(name))
    assert caught.value.text() == f"{Path(name).name}  {NOT_REGULAR}"


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    large = tmp_path / "a.toml"
    with large.open("wb") as file:
        file.truncate(MOST_TEXT + 1)  # a sparse file: no disk is used
    with pytest.raises(InputError) as caught:
        read_account(large)
    assert caught.value.text() == "a.toml  文件有 30 MB；不超过 30 MB；拆成几个文件。"


def test_a_link_that_leads_to_itself_is_no_file_and_stops_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "loop.csv").symlink_to("loop.csv")
    code, told = run("audit", str(tmp_path / "loop.csv"))
    assert (code, "没有这个文件" in told) == (1, True)
    toy.write_account(tmp_path, toy.whole())
    code, told = run("account", str(tmp_path / "account.toml"))  # the toy's ruleset is unknown to the shipped catalogue
    assert "Traceback" not in told


# 2. What no parser should see


@pytest.mark.parametrize(
    "text", ["x = " + "9" * 5000, "x = " + "[" * 20_000 + "]" * 20_000, "x = " + "{a=" * 9000 + "1" + "}" * 9000]
)
def test_numbers_and_nestings_without_end_are_one_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "hostile.toml"
    path.write_text(text, encoding="utf-8")
    problems = Problems()
    assert toml_of(text.encode(), path.name, problems) is None
    assert [item.text() for item in problems.items] == [f"hostile.toml  {HOSTILE}"]

    def to_review(path: Path) -> object:
        return set_state(path, "review")

    for read, kind in ((read_account, AccountError), (read_plan, PlanError), (to_review, AccountError)):
        with pytest.raises(kind) as caught:
            read(path)
        assert caught.value.text() == f"hostile.toml  {HOSTILE}"


@pytest.mark.parametrize(("text", "told"), [
    ("x = " + "9" * 5000, HOSTILE), ("x = " + "[" * 20_000 + "]" * 20_000, HOSTILE), ('a = "b\0c"', "TOML"),
    ("d = 1979-05-27T07:32:00-99:99", "TOML"),
    ("recipient = [1]", "recipient"), ("recipient = [[1]]", "recipient"), ("step = [1]", "step"),
])  # fmt: skip
def test_a_plan_that_no_form_can_say_is_told_and_no_form_is_written(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "p.toml").write_text(text, encoding="utf-8")
    code, output = run("plan", "to-form", str(tmp_path / "p.toml"), "-o", str(tmp_path / "f.xlsx"))
    assert (code, told in output, (tmp_path / "f.xlsx").exists()) == (1, True, False)


def test_json_without_end_is_a_value_error_as_any_json_that_is_none() -> None:
    for text in (b"[" * 200_000, b"9" * 5000 + b"x", b"{"):
        with pytest.raises(ValueError):  # noqa: PT011 - any of them
            json_of(text)
    assert json_of(b'{"a": 1}') == {"a": 1}


def test_a_price_year_of_thousands_of_digits_is_named_without_printing_it(tmp_path: Path) -> None:
    account = toy.ACCOUNT.replace("price_year = 2020", "price_year = " + "9" * 4000)
    with pytest.raises(AccountError) as caught:
        toy.read(toy.write_account(tmp_path, toy.whole(), account=account))
    assert "10^n" in caught.value.text()
    assert len(caught.value.text()) < 500


def book_of(path: Path, *, sheet: str = "", workbook: str = "", sheets: int = 1) -> Path:
    """A workbook of a few hundred bytes with something in its sheet or its list of sheets."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    names = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="r1"/>' for n in range(1, sheets + 1))
    parts = {
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="r"><sheets>{names}</sheets>{workbook}</workbook>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData/>{sheet}</worksheet>',
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("of", [
    {"sheet": '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'},
    {"sheet": '<mergeCells><mergeCell ref="A1:A1048576"/><mergeCell ref="B1:B1048576"/></mergeCells>'},
    {"sheet": "<mergeCells>" + '<mergeCell ref="A1:Z999"/>' * 50 + "</mergeCells>"},
    {"sheet": '<hyperlinks><hyperlink ref="A1:XFD1048576" location="x"/></hyperlinks>'},
])  # fmt: skip
def test_a_small_file_that_unfolds_into_gigabytes_is_refused_before_any_parser(
    tmp_path: Path, of: dict[str, str]
) -> None:
    with pytest.raises(InputError) as caught:
        preflight(book_of(tmp_path / "x.xlsx", **of))  # type: ignore[arg-type] # by name
    assert [item.code for item in caught.value.problems] == ["workbook_spans"]
    said = "合并区（mergeCell）和链接（hyperlink）所跨的格过多；合计不超过 1000000 格；取消合并，删去跨很多格的链接；不要使用来历不明的文件。"
    assert caught.value.text() == f"x.xlsx › xl/worksheets/sheet1.xml  {said}"
    code, told = run("verify", str(tmp_path / "x.xlsx"))
    assert (code, said in told) == (1, True)


@pytest.mark.long
def test_a_part_of_very_many_elements_is_refused_before_any_parser(tmp_path: Path) -> None:
    """A million looks held half a gigabyte and 20 s; 60,000 are no fault. A sheet of 1,400,000 rows is refused by verify."""
    pack, part = Package(book("plan").data), "xl/styles.xml"
    styles = pack.parts[part].decode()

    def made(count: int) -> Path:
        path = tmp_path / "x.xlsx"
        path.write_bytes(pack.packed({part: styles.replace("</cellXfs>", "<xf/>" * count + "</cellXfs>")}))
        return path

    preflight(made(60_000))
    code, told = run("verify", str(made(1_000_000)))
    assert code == 1
    assert (
        "x.xlsx › xl/styles.xml  部件里的元素过多，最多的是 xf；各种元素合计不超过 500000 个标记；只保留需要的内容，用表格软件另存为 xlsx 后再试。"
        in told
    )
    with pytest.raises(InputError, match="部件里的元素 col 过多；不超过 16384 个；"):
        preflight(book_of(tmp_path / "z.xlsx", sheet="<cols>" + '<col min="1" max="9"/>' * 16_385 + "</cols>"))
    rows = "".join(f'<row r="{row}"><c r="A{row}" s="1"/></row>' for row in range(1, 1_400_000))
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'
    (tmp_path / "y.xlsx").write_bytes(pack.packed({pack.part_of["参数"]: sheet}))
    with pytest.raises(InputError) as caught:
        preflight(tmp_path / "y.xlsx", bounded=False)
    assert {item.code for item in caught.value.problems} == {"workbook_elements"}
    preflight(tmp_path / "y.xlsx")


@pytest.mark.parametrize(("of", "element", "most"), [
    ({"xl/_rels/workbook.xml.rels": "<Relationships>" + "".join(f'<Relationship Id="q{n}"/>' for n in range(65_537)) + "</Relationships>"},
     "Relationship", 65536),
    ({"xl/worksheets/sheet9.xml": "<worksheet><mergeCells>" + '<mergeCell ref="A1:B1"/>' * 65_537 + "</mergeCells></worksheet>"}, "mergeCell", 65536),
    ({"xl/worksheets/sheet9.xml": "<worksheet><sheetData>" + "<row/>" * 200_001 + "</sheetData></worksheet>"}, "row", 200000),
    ({"xl/s.xml": "<workbook><sheets>" + '<sheet name="s"/>' * 501 + "</sheets></workbook>"}, "sheet", 500),
    ({"xl/n.xml": "<workbook><x:definedNames>" + '<x:definedName name="n">s1!A1</x:definedName>' * 20_001 + "</x:definedNames></workbook>"},
     "definedName", 20000),
])  # fmt: skip
def test_elements_without_end_are_refused_by_name_and_bound_before_any_parser(
    tmp_path: Path, of: dict[str, str], element: str, most: int
) -> None:
    """400,000 relations, 300,000 merges of three cells and 900,000 blank rows each kept verify busy for over 25 s."""
    with zipfile.ZipFile(book_of(tmp_path / "x.xlsx"), "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in of.items():
            archive.writestr(name, content)
    with pytest.raises(InputError) as caught:
        preflight(tmp_path / "x.xlsx", bounded=False)
    assert [item.code for item in caught.value.problems] == ["workbook_elements"]
    assert caught.value.text() == (
        f"x.xlsx › {next(iter(of))}  部件里的元素 {element} 过多；不超过 {most} 个；"
        "只保留需要的内容，用表格软件另存为 xlsx 后再试；不要使用来历不明的文件。"
    )


TWO_CELLS = '<row r="{row}"><c r="A{row}"><v>1</v></c><c r="B{row}"><v>2</v></c></row>'


def with_rows(path: Path, rows: str) -> Path:
    """The plan's workbook with more rows on 参数."""
    pack = Package(book("plan").data)
    part = pack.part_of["参数"]
    path.write_bytes(pack.packed({part: pack.parts[part].decode().replace("</sheetData>", f"{rows}</sheetData>")}))
    return path


def test_a_book_of_more_filled_cells_than_are_read_is_refused_before_its_sheets_are(tmp_path: Path) -> None:
    """150,001 rows of two cells are 300,002; 600,001 cells that are blank but have a look are told by their element."""
    filled = with_rows(tmp_path / "x.xlsx", "".join(TWO_CELLS.format(row=row) for row in range(1000, 151_001)))
    code, told = run("check", str(filled))
    assert (code, "填写的格或文字超过 300000 个；不超过 300000 格的工作簿；拆成几个文件。" in told) == (1, True)
    blank = "".join(f'<row r="{row}"><c s="1"/><c s="1"/><c s="1"/></row>' for row in range(2000, 199_999))
    with pytest.raises(InputError, match="部件里的元素 c 过多；不超过 600000 个；"):
        preflight(with_rows(tmp_path / "y.xlsx", blank + '<row r="1999">' + '<c s="1"/>' * 6_007 + "</row>"))


def test_verify_parses_no_book_of_very_many_elements_more_than_its_record_gives(tmp_path: Path) -> None:
    """A tenth of the cells above are each a finding; of all of them one line is."""
    few = with_rows(tmp_path / "x.xlsx", "".join(TWO_CELLS.format(row=row) for row in range(1000, 1010)))
    assert len(verify_workbook(few).changes) == 10 * 2
    many = with_rows(tmp_path / "x.xlsx", "".join(TWO_CELLS.format(row=row) for row in range(1000, 31_000)))
    with pytest.raises(InputError) as caught:
        verify_workbook(many)
    assert [item.code for item in caught.value.problems] == ["workbook_tags"]
    assert "部件里的元素过多，最多的是 c；各种元素合计不超过 " in caught.value.text()


def test_shared_formulas_are_written_out_up_to_a_length(tmp_path: Path) -> None:
    """1,300 cells that share a formula of 3,893 letters make 5,060,900; 100 of them are each a finding."""
    numbers = ",".join(f"A{row}" for row in range(1, 1000))

    def made(count: int) -> Path:
        first = (
            f'<row r="2000"><c r="A2000"><f t="shared" ref="A2000:A9000" si="0">SUM({numbers})</f><v>1</v></c></row>'
        )
        rows = (
            f'<row r="{row}"><c r="A{row}"><f t="shared" si="0"/><v>1</v></c></row>'
            for row in range(2001, 2001 + count)
        )
        return with_rows(tmp_path / "x.xlsx", first + "".join(rows))

    assert any(change.cell == "A2100" for change in verify_workbook(made(100)).changes)
    with pytest.raises(WorkbookError) as caught:
        verify_workbook(made(1_300))
    assert "共用公式（shared formula）展开后过长；一张表合计不超过 5000000 个字母；" in caught.value.text()


@pytest.mark.parametrize("verb", ["check", "audit"])
def test_a_string_without_end_is_told_with_the_name_of_its_file(tmp_path: Path, verb: str) -> None:
    pack, part = Package(book("plan").data), "xl/sharedStrings.xml"
    text = pack.parts[part].decode().replace("</sst>", f"<si><t>{'a' * 140_000}</t></si></sst>")
    (tmp_path / "x.xlsx").write_bytes(pack.packed({part: text}))
    code, told = run(verb, str(tmp_path / "x.xlsx"))
    assert (code, "x.xlsx › xl/sharedStrings.xml  有一段文字或标签超过 128 KB；" in told) == (1, True)


def test_texts_of_more_than_a_csv_may_have_are_refused_before_they_are_parsed(tmp_path: Path) -> None:
    """90 MB of shared texts kept `diff` busy for 7 s, of texts in their cells `check` for 9 s."""
    text = "字" * 100
    strings = "".join(f"<si><t>{text}{number}</t></si>" for number in range(104_000))
    with zipfile.ZipFile(book_of(tmp_path / "x.xlsx"), "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f"<sst>{strings}</sst>")
    with pytest.raises(InputError) as caught:
        preflight(tmp_path / "x.xlsx", bounded=False)
    assert caught.value.text() == (
        "x.xlsx › xl/sharedStrings.xml  部件解压后 31 MB，超过上限 30 MB，拒绝读取；不超过 30 MB；检查文件是否被做过手脚。"
    )
    rows = "".join(f'<row r="{row}"><c t="inlineStr"><is><t>{text}</t></is></c></row>' for row in range(1, 124_000))
    with zipfile.ZipFile(book_of(tmp_path / "y.xlsx"), "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", f"<worksheet><sheetData>{rows}</sheetData></worksheet>")
    with pytest.raises(InputError, match="部件解压后 41 MB，超过上限 40 MB，拒绝读取；"):
        preflight(tmp_path / "y.xlsx")


def test_a_part_that_is_packed_otherwise_than_by_deflate_counts_as_large_as_it_says(tmp_path: Path) -> None:
    """bzip2 makes a megabyte of a hundred bytes: what deflate can make at most says nothing of it."""
    path = book_of(tmp_path / "x.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("xl/big.xml", (b"<b>" + b"x" * 900_000 + b"</b>") * 190)
    with pytest.raises(InputError, match="部件解压后 163 MB，超过上限 150 MB，拒绝读取；"):
        preflight(path, bounded=False)


def test_a_printed_table_of_very_many_rows_is_not_audited(tmp_path: Path) -> None:
    """150,000 rows took 23 s and 1.2 GB."""
    lines = "".join(f"r{row},{row},元\n" for row in range(20_001))
    (tmp_path / "t.csv").write_text(f"row,value,value_unit\n{lines}", encoding="utf-8")
    code, told = run("audit", str(tmp_path / "t.csv"))
    assert (code, "t.csv:20002  用到第 20002 行，超过 20000 行；" in told) == (1, True)


def test_merges_and_links_as_people_make_them_are_no_fault(tmp_path: Path) -> None:
    sheet = '<mergeCells><mergeCell ref="A1:Z1"/><mergeCell ref="A3:A45"/></mergeCells><hyperlinks><hyperlink ref="B7"/></hyperlinks>'
    book = book_of(tmp_path / "x.xlsx", sheet=sheet, sheets=60)
    assert preflight(book) is None  # it raises where something is refused


# 3. Paths


@pytest.mark.parametrize(
    "name", ["../secret/inputs.csv", "sub/../../secret/inputs.csv", "{secret}/inputs.csv", "link/inputs.csv"]
)
def test_a_file_outside_the_folder_is_not_read_unless_the_folder_is_named(tmp_path: Path, name: str) -> None:
    home, secret = tmp_path / "home", tmp_path / "secret"
    secret.mkdir()
    path = toy.write_account(home, toy.whole(), counties=(toy.A, toy.B))
    (home / "inputs.csv").rename(secret / "inputs.csv")
    (home / "sub").mkdir()
    (home / "link").symlink_to(secret)
    written = name.format(secret=secret)
    path.write_text(path.read_text("utf-8").replace('"inputs.csv"', f'"{written}"'), encoding="utf-8")
    with pytest.raises(AccountError) as caught:
        toy.read(path)
    (problem,) = caught.value.problems
    assert (problem.code, dict(problem.facts)["file"]) == ("file_outside", written)
    assert "--inside" in problem.text()
    read = read_account(path, coefficients=[home / "pack"], catalogue=toy.catalogue(), inside=tmp_path)
    assert len(read.inputs) == len(toy.whole())


@pytest.mark.parametrize(
    "key", ['published = ["../x.csv"]', 'corrects = "../x.xlsx"\ncorrection_reason = "r"', 'ruleset = "../toy"']
)
def test_every_key_that_names_a_file_is_confined(tmp_path: Path, key: str) -> None:
    account = toy.ACCOUNT.replace('ruleset = "toy"\n', "") if key.startswith("ruleset") else toy.ACCOUNT
    path = toy.write_account(tmp_path / "home", toy.whole(), account=f"{key}\n{account}")
    with pytest.raises(AccountError) as caught:
        toy.read(path)
    assert "file_outside" in {item.code for item in caught.value.problems}


def test_a_plan_s_accounts_are_confined_too(tmp_path: Path) -> None:
    plan = Path("examples/pilot/plan.toml").read_text("utf-8").replace('"account.toml"', '"../pilot/account.toml"')
    (tmp_path / "plan.toml").write_text(plan, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_plan(tmp_path / "plan.toml")
    assert caught.value.text().startswith("plan.toml:11  点到的文件 ../pilot/account.toml 在文件夹 ")
    assert read_plan(tmp_path / "plan.toml", inside=tmp_path.parent).accounts == {"gep": "../pilot/account.toml"}


def test_a_name_with_a_null_character_is_no_file_s_name(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        confined(tmp_path, "a\0b.csv", None, "account.toml")
    assert (
        caught.value.text()
        == "account.toml  文件名不合格：过长、有空字符，或链接绕成圈；可以打开的文件名；改正文件名。"
    )


def test_previous_is_refused_since_nothing_reads_it(tmp_path: Path) -> None:
    with pytest.raises(AccountError) as caught:
        toy.read(toy.write_account(tmp_path, toy.whole(), account=f'previous = "old.json"\n{toy.ACCOUNT}'))
    assert [item.code for item in caught.value.problems] == ["account_previous"]
    assert "qhgep diff" in caught.value.text()


# 4. Outputs


def test_a_device_is_written_into_and_stays_a_device() -> None:
    write_whole(Path("/dev/null"), b"x")
    assert stat.S_ISCHR(Path("/dev/null").stat().st_mode)


def test_a_link_is_followed_within_its_folder_and_no_further(tmp_path: Path) -> None:
    out, other = tmp_path / "out", tmp_path / "other"
    out.mkdir()
    other.mkdir()
    (out / "latest.json").symlink_to("run1.json")
    write_whole(out / "latest.json", b"1")
    assert (out / "latest.json").is_symlink()
    assert (out / "run1.json").read_bytes() == b"1"
    (other / "mine.json").write_bytes(b"keep")
    (out / "away.json").symlink_to(other / "mine.json")
    with pytest.raises(WorkbookError) as caught:
        write_whole(out / "away.json", b"2")
    assert caught.value.problems[0].code == "output_link"
    assert (other / "mine.json").read_bytes() == b"keep"


@pytest.mark.parametrize("goal", ["link.toml", "nowhere/x.toml", "../elsewhere.toml"])
def test_a_skeleton_through_a_link_that_leads_nowhere_is_one_line(tmp_path: Path, goal: str) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "link.toml").symlink_to(goal)
    code, told = run("compensation", "template", "GRASS-QH-2", "-o", str(folder / "link.toml"))
    assert (code, told.count("错误"), "共 1 个问题" in told) == (1, 1, True), told
    assert [path.name for path in tmp_path.rglob("*")] == ["out", "link.toml"]


def test_what_a_killed_write_left_behind_is_swept_and_nothing_else(tmp_path: Path) -> None:
    left, fresh, own = (tmp_path / name for name in (".a.json.qhgep-dead", ".a.json.qhgep-live", ".b.json.qhgep-dead"))
    for path in (left, fresh, own):
        path.write_bytes(b"half")
    for path in (left, own):
        os.utime(path, (1_000_000, 1_000_000))
    write_whole(tmp_path / "a.json", b"whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".a.json.qhgep-live", ".b.json.qhgep-dead", "a.json"]


@pytest.mark.parametrize("target", ["{folder}", "{file}/x.json", "{folder}/{long}.json"])
def test_what_cannot_be_written_is_refused_before_the_work(tmp_path: Path, target: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"")
    path = Path(target.format(folder=tmp_path, file=file, long="长" * 90))
    with pytest.raises(WorkbookError) as caught:
        check_targets(Path("examples/pilot/account.toml"), None, path)
    assert caught.value.problems[0].code == "output_unwritable"


def test_two_outputs_may_go_to_one_device_and_not_into_one_file(tmp_path: Path) -> None:
    source = Path("examples/pilot/account.toml")
    check_targets(source, Path("/dev/null"), Path("/dev/null"))
    with pytest.raises(QhgepError):
        check_targets(source, tmp_path / "x.xlsx", tmp_path / "x.xlsx")


def test_a_json_is_whole_or_not_there(tmp_path: Path) -> None:
    code, _ = run("account", "examples/pilot/account.toml", "--json", str(tmp_path / "a.json"))
    assert code == 0
    assert json.loads((tmp_path / "a.json").read_text("utf-8"))["kind"] == "account"
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


# 5. No input is written over


def copied(folder: Path) -> Path:
    """The pilot's account and plan with the names A/plan.toml, A/account.toml, A/inputs.csv and what else lies there."""
    shutil.copytree("examples/pilot", folder / "A")
    return folder / "A"


def other_plan(folder: Path) -> Path:
    """A plan in a folder of its own, on an account in a third one, whose tables have names that only the account says."""
    shutil.copytree("examples/pilot", folder / "B")
    shutil.copytree("examples/pilot", folder / "C")
    plan = folder / "B" / "plan.toml"
    for name in ("account.toml", "inputs.csv"):
        (folder / "B" / name).unlink(missing_ok=True)
    text = plan.read_text("utf-8").replace("[accounts]", '[accounts]\nelsewhere = "../C"', 1)
    plan.write_text(text, "utf-8")
    (folder / "C" / "inputs.csv").rename(folder / "C" / "table.txt")
    account = folder / "C" / "account.toml"
    account.write_text(account.read_text("utf-8").replace("inputs.csv", "table.txt"), "utf-8")
    return plan


OVER: dict[str, list[str]] = {
    "compared": ["allocate", "{A}/plan.toml", "--compare", "{B}/plan.toml"],
    "previous": ["what-if", "{A}/plan.toml", "--previous", "{B}/plan.toml"],
    "verified against": ["verify", "{A}/book.xlsx", "--account", "{B}/plan.toml"],
    "second side": ["diff", "{A}/plan.toml", "{B}/plan.toml"],
    "itself": ["allocate", "{B}/plan.toml"],
    "audited": ["audit", "{B}/plan.toml"],
    "rests on": ["rests-on", "{B}/plan.toml", "--row", "GZ-26"],
    "sources": ["sources", "{B}/plan.toml"],
}


@pytest.mark.parametrize("verb", OVER)
@pytest.mark.parametrize("target", ["B/plan.toml", "C/account.toml", "C/table.txt", "link.json", "hard.json"])
def test_no_input_of_a_run_is_written_over(tmp_path: Path, verb: str, target: str) -> None:
    home, plan = copied(tmp_path), other_plan(tmp_path)
    (home / "book.xlsx").write_bytes(b"book")
    (tmp_path / "link.json").symlink_to(tmp_path / "C" / "table.txt")
    os.link(plan, tmp_path / "hard.json")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    arguments = [part.format(A=home, B=plan.parent) for part in OVER[verb]]
    code, told = run(*arguments, "--json", str(tmp_path / target))
    assert code == 1
    assert "也是输入文件或另一个输出" in told
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    "verb", [["account", "examples/pilot/account.toml"], ["compensation", "list"], ["coefficients", "list"]]
)
def test_no_file_of_a_pack_is_written_over(tmp_path: Path, verb: list[str]) -> None:
    (tmp_path / "pack" / "compensation").mkdir(parents=True)
    for name in ("rows.xlsx", "compensation/sources.toml"):
        (tmp_path / "pack" / name).write_bytes(b"")
        code, told = run(*verb, "--coefficients", str(tmp_path / "pack"), "--json", str(tmp_path / "pack" / name))
        assert (code, "也是输入文件" in told) == (1, True), told


def test_a_pipe_is_no_output_and_is_not_waited_for(tmp_path: Path) -> None:
    target = pipe(tmp_path / "out.json")
    verbs = (
        ["allocate", "examples/pilot/plan.toml"], ["units", "km2"], ["compensation"], ["check", str(target)], ["issued", str(tmp_path)],
    )  # fmt: skip
    for verb in verbs:
        code, told = run(*verb, "--json", str(target))
        assert (code, "不是普通文件" in told) == (1, True), told
    with pytest.raises(WorkbookError):
        check_targets((), None, Path("/dev/zero"))


def refused_output(path: Path) -> bool:
    """Whether a result may not be written there."""
    try:
        check_targets((), None, path)
    except WorkbookError:
        return True
    return False


def test_the_streams_of_a_run_are_outputs() -> None:
    with pytest.raises(WorkbookError):
        check_targets((), None, Path("/dev/zero"))
    near, far = os.openpty()
    try:
        streams = ("/dev/null", "/dev/stdout", "/dev/stderr", os.ttyname(far))
        assert [name for name in streams if refused_output(Path(name))] == []
    finally:
        os.close(near)
        os.close(far)


# 6. Packs


SOURCE = '[s]\ntitle = "t"\nkind = "law"\naddress = "https://x.cn"\nchecked = 2020-01-01\n'
ROW = "X-1,reservoir_cost,,,,2010-01-01,,,2010,1.25,,,CNY/m3,s,表 1,stated,published,,\n"


def pack_of(folder: Path, row: str = ROW) -> Path:
    (folder / "own").mkdir()
    (folder / "own" / "c.csv").write_text(",".join(COLUMNS) + "\n" + row, encoding="utf-8")
    (folder / "own" / "sources.toml").write_text(SOURCE, encoding="utf-8")
    return folder / "own"


def pack_codes(pack: Path) -> list[str]:
    with pytest.raises(CoefficientError) as caught:
        coefficients([pack])
    told = caught.value.text()
    assert all(letter.isprintable() or letter in "\n\u3000" for letter in told)
    return sorted({item.code for item in caught.value.problems})


def test_a_pack_as_a_bureau_makes_it_is_read(tmp_path: Path) -> None:
    row = coefficients([pack_of(tmp_path)]).row("X-1")
    assert row is not None
    assert (row.value, row.file) == (Decimal("1.25"), "own/c.csv")


@pytest.mark.parametrize(
    "name", ["d.csv", "d.xlsx", "d.toml", "ecosystems.toml", "tables/t.csv", "tables/t.toml", "compensation/p.csv"]
)
@pytest.mark.parametrize("kind", ["pipe", "loop", "device", "outside", "folder"])
def test_what_is_no_file_of_a_pack_is_named_before_any_is_opened(tmp_path: Path, name: str, kind: str) -> None:
    pack = pack_of(tmp_path)
    path = pack / name
    path.parent.mkdir(exist_ok=True)
    (tmp_path / "secret.csv").write_text("secret\n", encoding="utf-8")
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to({"loop": path.name, "device": "/dev/zero", "outside": tmp_path / "secret.csv"}[kind])
    expected = {"pipe": "file_not_regular", "loop": "file_name", "folder": "file_missing"}
    code = expected.get(kind, "file_outside")
    assert pack_codes(pack) == [code]
    with pytest.raises(CoefficientError) as caught:
        load_parameters([pack])
    assert [(item.code, item.where) for item in caught.value.problems] == [(code, f"own/{name}")]


def test_a_folder_of_a_pack_that_is_a_link_elsewhere_is_not_read(tmp_path: Path) -> None:
    pack = pack_of(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "t.csv").write_text("secret\n", encoding="utf-8")
    (pack / "tables").symlink_to(tmp_path / "elsewhere")
    assert pack_codes(pack) == ["file_outside"]


def test_a_link_within_a_pack_and_what_an_office_program_leaves_are_no_fault(tmp_path: Path) -> None:
    pack = pack_of(tmp_path)
    (pack / "c.csv").rename(pack / "c.txt")
    (pack / "c.csv").symlink_to("c.txt")
    (pack / "~$c.csv").mkdir()
    assert coefficients([pack]).row("X-1") is not None


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("sources.toml", SOURCE + "x = " + "[" * 20_000 + "]" * 20_000, "file_hostile"),
        ("sources.toml", SOURCE + "x = " + "9" * 5000, "file_hostile"),
        ("sources.toml", ".".join("a" * 50_000) + " = 1", "file_hostile"),
        ("sources.toml", "[" + " . ".join(["'a b'"] * 20_000) + "]", "file_hostile"),
        ("ecosystems.toml", "x = {" + ".".join("a" * 50_000) + " = 1}", "file_hostile"),
        ("sources.toml", SOURCE + "# " + "x" * MOST_TOML, "file_too_large"),
        ("sources.toml", SOURCE + SOURCE, "file_toml"),
        ("sources.toml", SOURCE + 'title = "u"\n', "file_toml"),
        ("sources.toml", '["\\u0000"]\nx = 1\n', "field_unknown"),
        ("d.csv", ",".join(COLUMNS).replace("note", "value") + "\n", "headed_twice"),
        ("d.csv", ",".join(COLUMNS) + "\n" + ROW, "row_twice"),
        ("d.csv", ",".join(COLUMNS) + "\n" + ROW.replace("1.25", "9" * 5000), "headed_number"),
        ("d.csv", ",".join(COLUMNS) + "\n" + ROW.replace("1.25", "nan"), "headed_number"),
        ("d.csv", ",".join(COLUMNS) + "\n" + ROW.replace("2010,1.25", "9" * 5000 + ",1.25"), "field_value"),
        ("d.csv", "\0" * 100, "file_empty"),
        ("a\nb\x1b[2J.csv", "x\n", "file_header"),
        ("\udcff.csv", "x\n", "file_header"),
    ],
    ids=lambda text: ascii(text[:16]),
)
def test_what_a_pack_may_hold_is_one_line_and_steers_no_terminal(
    tmp_path: Path, name: str, content: str, code: str
) -> None:
    pack = pack_of(tmp_path)
    (pack / name).write_bytes(content.encode())
    assert code in pack_codes(pack)


def test_a_pack_of_very_many_files_is_left(tmp_path: Path) -> None:
    pack = pack_of(tmp_path)
    for number in range(MOST_TABLES):
        (pack / f"{number}.toml").touch()
    assert pack_codes(pack) == ["pack_many"]


def test_keys_of_many_parts_are_refused_everywhere_and_texts_with_many_points_are_not(tmp_path: Path) -> None:
    hostile = ".".join("a" * 50_000) + " = 1\n"
    for read, kind in ((read_account, AccountError), (read_plan, PlanError)):
        path = tmp_path / "x.toml"
        path.write_text(hostile, encoding="utf-8")
        with pytest.raises(kind) as caught:
            read(path)
        assert caught.value.text() == f"x.toml  {HOSTILE}"
    problems = Problems()
    text = "1. 2. " * 40 + "见表. 注. 图. " * 500
    fine = f'a.b.c = "{text}"\n# {"..." * 5000}\n'
    assert toml_of(fine.encode(), "x.toml", problems) == {"a": {"b": {"c": text}}}


@pytest.mark.parametrize(
    "text",
    ['"' * 200_000, "a" * 1_000_000, "a " * 500_000, "a. " * 99 + "! " * 10_000, ("a." * 99 + "!") * 10_000, "'" + '"' * 300_000],
    ids=lambda text: text[:8],
)  # fmt: skip
def test_looking_for_such_keys_takes_no_time(text: str) -> None:
    before = time.process_time()
    toml_of(text.encode(), "x.toml", Problems())
    assert time.process_time() - before < 2


def test_a_message_shows_what_would_steer_a_terminal() -> None:
    told = problem("file_outside", "a\nb\x1b[2J\x9b.csv", file="\x07\udcff", folder="x").text()
    assert told.startswith("a␊b␛[2J␦.csv  点到的文件 ␇\\udcff 在文件夹 x 之外")


# 7. One value a cell, whoever reads it


def doubled(data: bytes, sheet: str, *, cell: bool) -> bytes:
    """A workbook with a second cell of an address, or a second value in a cell, where a number stands."""
    package = Package(data)
    xml, found = package.xml(sheet), next(item for item in package.cells[sheet].values() if item.is_number)
    whole = xml[found.start : found.end]
    twice = whole * 2 if cell else whole.replace("</v>", "</v><v>9</v>")
    return package.packed({package.part_of[sheet]: xml[: found.start] + twice + xml[found.end :]})


@pytest.mark.parametrize("cell", [True, False], ids=["cell", "value"])
@pytest.mark.parametrize("verb", ["verify", "diff", "diff the other way", "finalise", "seal"])
def test_a_workbook_with_two_values_for_a_cell_is_an_error(tmp_path: Path, verb: str, *, cell: bool) -> None:
    path, good = tmp_path / "x.xlsx", tmp_path / "good.xlsx"
    path.write_bytes(doubled(book("plan").data, "清单" if verb == "finalise" else "情景测算表", cell=cell))
    good.write_bytes(book("plan").data)
    words = {"verify": ["verify", path], "diff": ["diff", path, good], "diff the other way": ["diff", good, path],
             "finalise": ["finalise", path], "seal": ["seal", path]}[verb]  # fmt: skip
    code, told = run(*(str(word) for word in words))
    assert (code, TWO_VALUES in told) == (1, True), told


TWICE = {
    "check": ["check", "{file}"],
    "audit": ["audit", "{file}"],
    "what-if": ["what-if", "examples/pilot/plan.toml", "--previous", "{file}"],
    "coefficients": ["coefficients", "check", "{folder}"],
    "account": ["account", "{folder}/account.toml"],
}


@pytest.mark.parametrize("sheet", [
    '<row r="1"><c r="A1" t="inlineStr"><is><t>row</t></is></c></row><row r="2"><c r="A2"><v>1</v><v>2</v></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><t>row</t></is></c></row><row r="2"><c r="A2"><v>1</v></c><c r="A2"><v>2</v></c></row>',
    '<row r="1"><c r="A1" t="inlineStr"><is><t>row</t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row><row r="2"><c r="A2"><v>2</v></c></row>',
], ids=["value", "cell", "row"])  # fmt: skip
@pytest.mark.parametrize("door", TWICE)
def test_a_table_with_two_values_for_a_cell_is_an_error_at_every_door(tmp_path: Path, door: str, sheet: str) -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    book_of(tmp_path / "t.xlsx")
    package = Package((tmp_path / "t.xlsx").read_bytes())
    part = f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>'
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    of = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    rels = f'<Relationships xmlns="{relations}"><Relationship Id="r1" Type="{of}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    workbook = package.parts["xl/workbook.xml"].decode().replace('xmlns:r="r"', f'xmlns:r="{of}"')
    changed = {"xl/worksheets/sheet1.xml": part, "xl/_rels/workbook.xml.rels": rels, "xl/workbook.xml": workbook}
    (tmp_path / "t.xlsx").write_bytes(package.packed(changed))
    account = Path("examples/pilot/account.toml").read_text("utf-8").replace('"inputs.csv"', '"t.xlsx"')
    (tmp_path / "account.toml").write_text(account, encoding="utf-8")
    code, told = run(*(word.format(file=tmp_path / "t.xlsx", folder=tmp_path) for word in TWICE[door]))
    assert code == 1
    assert TWO_VALUES in told or TWO_ROWS in told, told


# 7. Names and nestings without end

LONG = "长" * 100
"""300 bytes; a file system holds 255."""
NAMED: dict[str, list[str]] = {
    "check": ["check", f"{LONG}.xlsx"],
    "check csv": ["check", f"{LONG}.csv"],
    "audit": ["audit", f"{LONG}.csv"],
    "audit toml": ["audit", f"{LONG}.toml"],
    "account": ["account", f"{LONG}.toml"],
    "finalise": ["finalise", f"{LONG}.xlsx"],
    "coefficients": ["account", "examples/pilot/account.toml", "--coefficients", LONG],
    "pack": ["coefficients", "check", LONG],
    "allocate": ["allocate", f"{LONG}.toml"],
    "compared": ["allocate", "examples/pilot/plan.toml", "--compare", LONG],
    "previous": ["what-if", "examples/pilot/plan.toml", "--previous", f"{LONG}.csv"],
    "diff": ["diff", LONG, LONG],
    "ruleset": ["check", "examples/pilot/inputs.csv", "--ruleset", f"{LONG}.toml"],
    "skeleton": ["compensation", "GRASS-QH-2", "-o", f"{LONG}.toml"],
}


@pytest.mark.parametrize("verb", NAMED)
def test_a_name_that_is_too_long_is_a_line_of_every_verb(verb: str) -> None:
    code, told = run(*NAMED[verb])
    assert code == 1
    assert LONG in told


@pytest.mark.parametrize("key", ["inputs", "ruleset", "corrects", "accounts"])
def test_a_name_that_is_too_long_in_a_toml_is_a_line(tmp_path: Path, key: str) -> None:
    home = copied(tmp_path)
    name, old, new = {
        "inputs": ("account.toml", r"(?m)^inputs = .*$", f'inputs = ["{LONG}.csv"]'),
        "ruleset": ("account.toml", r"(?m)^ruleset = .*$", f'ruleset = "{LONG}"'),
        "corrects": ("account.toml", r"(?m)^title = ", f'corrects = "{LONG}.xlsx"\ncorrection_reason = "错"\ntitle = '),
        "accounts": ("plan.toml", r"(?m)^gep = .*$", f'gep = "{LONG}/account.toml"'),
    }[key]
    text, changed = re.subn(old, new, (home / name).read_text("utf-8"), count=1)
    assert changed == 1
    (home / name).write_text(text, "utf-8")
    code, _ = run("account" if name == "account.toml" else "allocate", str(home / name))
    assert code == 1


@pytest.mark.parametrize("text", [".".join("a" * 5000) + "=1", ".".join("a" * 60) + "=1", "a=" + "[" * 60 + "]" * 60])
@pytest.mark.parametrize(
    "verb", [["allocate"], ["account"], ["audit"], ["check", "examples/pilot/inputs.csv", "--ruleset"]]
)
def test_nesting_without_end_is_one_line_of_every_reader(tmp_path: Path, text: str, verb: list[str]) -> None:
    path = tmp_path / "deep.toml"
    path.write_text(text + "\n", "utf-8")
    code, told = run(*verb, str(path))
    assert (code, HOSTILE in told) == (1, True), told


def test_nesting_as_people_write_it_is_read() -> None:
    assert toml_of(b"a.b.c.d = [[1, { e = 2 }]]", "t.toml", Problems()) == {"a": {"b": {"c": {"d": [[1, {"e": 2}]]}}}}


# 8. Texts without end

UNITS = {
    "solidus": "m/" * 20_000,
    "brackets": "(" * 50_000 + "km2",
    "closed": "(" * 50_000 + "km2" + ")" * 50_000,
    "dots": "·" * 50_000,
    "each": "每" * 50_000,
    "powers": "10^" * 20_000,
}


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_without_end_is_refused_at_once_and_cut_in_the_message(unit: str) -> None:
    text = UNITS[unit]
    started = time.monotonic()
    with pytest.raises(UnitError) as caught:
        read_unit(text)
    assert time.monotonic() - started < 2
    shown = f"{text[:40]}…"
    assert caught.value.text() == (
        f"单位 “{shown}” 长达 {len(text)} 个字符；不超过 200 个字符的单位；单位栏只写单位，说明写在备注里。"
    )


def test_a_heading_without_end_is_no_unit_and_stops_nothing(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text(f"区划代码,县名,年份,森林面积（{UNITS['brackets']}）\n632621,玛沁县,2023,12.5\n", "utf-8")
    started = time.monotonic()
    code, told = run("check", str(table))
    assert time.monotonic() - started < 5
    assert code == 1
    assert len(told) < 5000


def test_a_factor_without_end_is_refused_and_not_printed_whole(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    head = "row,quantity,quantity_unit,price,price_unit,value,value_unit,factor\n"
    table.write_text(f"{head}r,1,t,2,元/t,2,元,{'*1 ' * 20_000}\n", "utf-8")
    started = time.monotonic()
    code, told = run("audit", str(table))
    assert time.monotonic() - started < 5
    assert code == 1
    assert len(told) < 5000


def test_a_message_quotes_the_beginning_of_a_very_long_text() -> None:
    assert problem("file_toml", "a.toml", detail="x" * 2001).part("found") == f"TOML 读不懂：{'x' * 2000}…"
    assert problem("file_toml", "a.toml", detail="x" * 2000).part("found") == f"TOML 读不懂：{'x' * 2000}"


def test_many_totals_that_fail_are_weighed_beside_each_other(tmp_path: Path) -> None:
    """300 rows that are said to be the total of their neighbour, none right: 2⁻¹²⁰⁰ of each is no number of a computer."""
    table = tmp_path / "t.csv"
    rows = "".join(f"r{number},{2 * number + 2},元,r{number ^ 1}\n" for number in range(300))
    table.write_text(f"row,value,value_unit,total_of\n{rows}", "utf-8")
    code, _ = run("audit", str(table))
    assert code == 3


# A relation id that is given twice: programs open different parts


def two_relations(folder: Path, spelling: str = "{}") -> Path:
    """The pilot's book; the relation of its first sheet stands twice, the second time for another sheet."""
    pack, part = Package(book("pilot").data), "xl/_rels/workbook.xml.rels"
    text = pack.parts[part].decode()
    first = re.search(r'<Relationship [^>]*Id="([^"]+)"[^>]*worksheets/sheet1.xml"[^>]*/>', text)
    assert first is not None
    again = first[0].replace("sheet1.xml", "sheet3.xml").replace(first[1], spelling.format(first[1]))
    (folder / "b.xlsx").write_bytes(pack.packed({part: text.replace("</Relationships>", f"{again}</Relationships>")}))
    return folder / "b.xlsx"


NEEDED = [
    "--map",
    "m.csv",
    "--datum",
    "CGCS2000",
    "--id-column",
    "id",
    "--statistic",
    "mean",
    "--quantity",
    "precipitation",
    "--unit",
    "mm/a",
]
READERS: dict[str, Callable[[Path], list[str]]] = {
    "check": lambda path: ["check", str(path)],
    "verify": lambda path: ["verify", str(path)],
    "finalise": lambda path: ["finalise", str(path)],
    "diff": lambda path: ["diff", str(path), str(path)],
    "audit": lambda path: ["audit", str(path)],
    "import": lambda path: ["import", "gee", str(path), "-o", str(path.with_suffix(".csv")), "--year", "2020", *NEEDED],
}


@pytest.mark.parametrize("door", READERS)
def test_a_relation_that_is_given_twice_is_refused_at_every_door(door: str, tmp_path: Path) -> None:
    code, text = run(*READERS[door](two_relations(tmp_path)))
    assert code == 1
    assert "b.xlsx › xl/_rels/workbook.xml.rels  关系编号 “rId1” 在文件里出现两次：不同的软件会打开不同的部件" in text


def test_an_account_reads_no_book_with_two_relations_of_one_id_however_written(tmp_path: Path) -> None:
    two_relations(tmp_path)
    text = Path("examples/pilot/account.toml").read_text(encoding="utf-8")
    (tmp_path / "account.toml").write_text(text.replace("inputs.csv", "b.xlsx"), encoding="utf-8")
    with pytest.raises(AccountError) as caught:
        read_account(tmp_path / "account.toml")
    assert "workbook_relation_twice" in {item.code for item in caught.value.problems}
    for spelling in ("&#114;Id1", '{}" Note="a>b'):
        with pytest.raises(InputError) as refused:
            preflight(two_relations(tmp_path, spelling))
        assert [item.code for item in refused.value.problems] == ["workbook_relation_twice"]


def test_a_relation_after_a_greater_sign_or_in_a_comment(tmp_path: Path) -> None:
    """A > may stand in an attribute; what a comment holds is no relation."""
    pack, part = Package(book("pilot").data), "xl/_rels/workbook.xml.rels"
    text = pack.parts[part].decode()
    first = re.search(r"<Relationship [^>]*/>", text)
    assert first is not None
    noted = text.replace("</Relationships>", f"<!-- {first[0]} --></Relationships>")
    (tmp_path / "noted.xlsx").write_bytes(pack.packed({part: noted}))
    preflight(tmp_path / "noted.xlsx")
    again = first[0].replace("<Relationship ", '<Relationship Note="a>b" ')
    (tmp_path / "x.xlsx").write_bytes(pack.packed({part: text.replace("</Relationships>", f"{again}</Relationships>")}))
    with pytest.raises(InputError) as refused:
        preflight(tmp_path / "x.xlsx")
    assert [item.code for item in refused.value.problems] == ["workbook_relation_twice"]


def test_parts_whose_names_differ_by_case_only_are_one_part_twice(tmp_path: Path) -> None:
    pack = Package(book("pilot").data)
    (tmp_path / "b.xlsx").write_bytes(pack.packed({"xl/Workbook.xml": pack.parts["xl/workbook.xml"]}))
    with pytest.raises(InputError) as refused:
        preflight(tmp_path / "b.xlsx")
    assert [item.code for item in refused.value.problems] == ["workbook_twice"]


def test_a_list_of_counties_without_end_is_looked_through_at_once(tmp_path: Path) -> None:
    """60,000 codes that were each counted in the whole list took a minute; here the time that is allowed is a tenth of it."""
    path = toy.write_account(tmp_path, toy.whole())
    text = path.read_text(encoding="utf-8")
    start = text.index("counties = [") + len("counties = [")
    path.write_text(text[:start] + '"632222", ' * 60_000 + text[start:], encoding="utf-8")
    began = time.process_time()
    with pytest.raises(AccountError) as caught:
        read_account(path)
    assert "区划代码 632222 列了两次；每个核算区一次；删去其一。" in caught.value.text()
    assert time.process_time() - began < 6


@pytest.mark.parametrize("text", ["0x" + "f" * 20_000, "[1, 0b" + "1" * 20_000 + "]", "{ b = 0o" + "7" * 9_000 + " }"])
def test_an_integer_without_end_that_is_no_decimal_is_one_line_too(tmp_path: Path, text: str) -> None:
    """Python reads these whatever their length, and prints none of more than 4,300 digits."""
    path = toy.write_account(tmp_path, toy.whole())
    path.write_text(f"a = {text}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    for verb in (["account"], ["audit"], ["sources"]):
        assert run(*verb, str(path)) == (1, f"错误  account.toml  {HOSTILE}\n共 1 个问题，没有写出任何文件。\n")


@pytest.mark.long
def test_a_csv_of_blank_lines_is_refused_by_the_line_where_there_are_too_many(tmp_path: Path) -> None:
    """A heading of two fields counts three, each blank line one."""
    (tmp_path / "x.csv").write_text("a,b\n" + "\n" * 6_100_000, encoding="utf-8")
    code, told = run("check", str(tmp_path / "x.csv"))
    assert (code, "x.csv:5999999  到这一行已超过上限；" in told) == (1, True)


def test_a_csv_of_commas_is_refused_by_the_line_where_there_are_too_many(tmp_path: Path) -> None:
    """A heading of two fields counts 3, a line of 1,000 counts 1,001: 5,994 of them make 5,999,997, and the next is too much."""
    (tmp_path / "x.csv").write_text("a,b\n" + ("," * 999 + "\n") * 6_001, encoding="utf-8")
    code, told = run("check", str(tmp_path / "x.csv"))
    assert (code, "x.csv:5996  到这一行已超过上限；不超过 200000 行、1000 列、600000 格；" in told) == (1, True)


def peak(program: str, path: Path) -> int:
    """Megabytes that a new process held at most."""
    code = f"import sys\n{program}\nprint(open('/proc/self/status').read())"
    done = subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True)
    found = re.search(r"VmHWM:\s+(\d+) kB", done.stdout)
    assert found is not None
    return int(found[1]) // 1024


@pytest.mark.parametrize("text", [
    'x = "' + "x" * 3_900_000 + '"', 'x = "' + "\\u0041" * 600_000 + '"', 'x = """' + '\n""' * 1_000_000 + '"""',
    "x = [" + "1," * 400_000 + "]",
], ids=["text", "escapes", "lines", "list"])  # fmt: skip
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks Linux what a process held")
def test_lines_of_keys_are_found_without_hundreds_of_megabytes(tmp_path: Path, text: str) -> None:
    """A text of 3 MB made `diff` hold 729 MB: the walk over the tokens kept a way back for every letter."""
    path = tmp_path / "x.toml"
    path.write_text(f"{text}\ny = 1\n", encoding="utf-8")
    program = (
        "from qhgep.toml_lines import TomlText\n"
        "text = TomlText('x.toml', open(sys.argv[1], encoding='utf-8').read())\n"
        "assert text.where('y') == f'x.toml:{text.text.count(chr(10))}', text.where('y')"
    )
    assert peak(program, path) < 150


def test_texts_of_a_toml_end_where_they_end() -> None:
    """Quotes inside and before the end of a text of several lines, escapes, and an empty one: the keys after them have their lines."""
    quotes = '"'
    texts = [quotes * 6, f'{quotes * 3}a"" b{quotes * 5}', f"{quotes * 3}\\{quotes * 4}", r'"a\"b\\"', '""', r'"\\"']  # fmt: skip
    lines = "".join(f"k{number} = {text}\n" for number, text in enumerate(texts))
    found = TomlText("x.toml", lines)
    assert toml_of(lines.encode(), "x.toml", Problems()) is not None
    assert [found.where(f"k{number}") for number in range(len(texts))] == [
        f"x.toml:{at + 1}" for at in range(len(texts))
    ]


def test_a_toml_of_very_many_keys_or_entries_is_one_line(tmp_path: Path) -> None:
    """Faults of 200,000 unknown keys took 5 s and 623 MB to find, and 16 MB to print."""
    for text in (
        "".join(f"k{number} = 1\n" for number in range(MOST_MEMBERS + 1)),
        "x = [" + "1," * MOST_MEMBERS + "]\n",
    ):
        path = tmp_path / "x.toml"
        path.write_text(text, encoding="utf-8")
        for verb in (["account"], ["allocate"]):
            code, told = run(*verb, str(path))
            said = "x.toml  键和列表的项超过 100000 个；不超过 100000 个；拆成几个文件；大表放在 csv 或 xlsx 里。"
            assert (code, said in told, len(told) < 500) == (1, True, True)


@pytest.mark.long
def test_an_account_of_very_many_unknown_counties_is_told_at_once(tmp_path: Path) -> None:
    """60,000 codes of no county: each was sought in the whole list for its line, over a minute."""
    path = toy.write_account(tmp_path, toy.whole())
    text = path.read_text(encoding="utf-8")
    start = text.index("counties = [") + len("counties = [")
    codes = "".join(f'"{code}", ' for code in range(100_000, 160_000))
    path.write_text(text[:start] + codes + text[start:], encoding="utf-8")
    began = time.process_time()
    with pytest.raises(AccountError) as caught:
        read_account(path)
    assert len(caught.value.problems) > 50_000
    assert time.process_time() - began < 10


def test_of_very_many_problems_the_first_are_printed_and_the_rest_counted(tmp_path: Path) -> None:
    account = Path("examples/pilot/account.toml").read_text("utf-8")
    path = tmp_path / "account.toml"
    path.write_text("".join(f"k{number} = 1\n" for number in range(3000)) + account, "utf-8")
    code, told = run("sources", str(path))
    assert (code, "k1999" in told, "k2000 " in told) == (1, True, False)
    assert "……还有 1000 个问题没有列出；先改前面的，再运行一次。\n共 3000 个问题，没有写出任何文件。" in told
    code, told = run("--lang", "en", "sources", str(path))
    assert "… 1000 more problems are not listed; mend the first ones and run again." in told


@pytest.mark.long
def test_a_county_on_very_many_rows_is_told_at_once(tmp_path: Path) -> None:
    """Many rows of one county: the headings were looked for among all cells for each of a thousand of them, and all in vain.

    Four times the rows take about four times as long, on any machine; looking through all for each would take sixteen times.
    """
    taken = []
    for count in (1_500, 30_000, 120_000):  # the first loads what is loaded once
        rows = "632621,玛沁县,1\n" * count
        (tmp_path / "x.csv").write_text(f"区划代码,县名,2020年降水量（mm/a）\n{rows}", encoding="utf-8")
        began = time.process_time()
        code, told = run("check", str(tmp_path / "x.csv"))
        taken.append(time.process_time() - began)
        assert (code, "x.csv:1002 › A  第 2 行与第 1002 行同为 632621 玛沁县" in told) == (1, True)
    assert taken[2] < 8 * taken[1]


def test_a_new_output_is_not_compared_with_what_lies_beside_an_input(tmp_path: Path) -> None:
    """Every toml of a folder was read to see whether an output is one of the files that it names; a new file is none."""
    shutil.copytree("examples/pilot", tmp_path / "A")
    for number in range(10):
        (tmp_path / "A" / f"r{number}.toml").write_text("x = [" + "1," * 1_000_000 + "]", encoding="utf-8")
    began = time.process_time()
    check_targets(tmp_path / "A" / "account.toml", tmp_path / "new.xlsx", None)
    assert time.process_time() - began < 1


@pytest.mark.parametrize("verb", ["account", "allocate", "check"])
def test_a_title_that_would_steer_a_terminal_is_printed_as_signs(tmp_path: Path, verb: str) -> None:
    home = copied(tmp_path)
    for name in ("account.toml", "plan.toml"):
        text = re.sub(
            r"(?m)^title = .*$", lambda _: 'title = "甲\\u0000\\u001b[2J乙"', (home / name).read_text("utf-8"), count=1
        )
        (home / name).write_text(text, "utf-8")
    code, told = run(verb, str(home / ("account.toml" if verb == "account" else "plan.toml")))
    assert (code, "甲␀␛[2J乙" in told, "\x1b" in told) == (0, True, False)


def test_a_csv_of_one_line_of_commas_is_refused_without_making_fields_of_it(tmp_path: Path) -> None:
    """25 million fields of one line took half a gigabyte before they were counted."""
    (tmp_path / "x.csv").write_text("a,b\n" + "," * 25_000_000, encoding="utf-8")
    began = time.process_time()
    code, told = run("check", str(tmp_path / "x.csv"))
    assert (code, "x.csv:2  到这一行已超过上限；" in told) == (1, True)
    assert time.process_time() - began < 1
