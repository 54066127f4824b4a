"""qhgep check and account on returned workbooks, and the marked copy that goes back to the county."""

import csv
import json
import os
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import CliRunner, Result
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from qhgep.account.read import read_account
from qhgep.errors import Problem, Problems, WorkbookError, problem
from qhgep.inputs.files.open import read_book
from qhgep.inputs.form.schema import FIRST
from qhgep.inputs.table import COLUMNS
from qhgep.preparation.check_returned import Returned, check_file
from qhgep.workbook.annotate.marked_copy import write_marked
from tests.support import forms
from tests.support.accounts import refused, write_account
from tests.support.bureau import HEAD, ROWS, SHEET, TITLE, VALUES, book, cells, put, read, reopened, text, values
from tests.support.command_line import COMMAND
from tests.support.reading_cases import CASES, made
from tests.support.result_bodies import body

TOUCHED = re.compile(
    r"\[Content_Types\].xml|xl/styles.xml|xl/worksheets/.*|xl/(drawings/)?(comments|vmlDrawing|legacyDrawing).*|xl/comments/.*"
)
BAD = {"C3": "约12.5", "D4": "—", "C5": None}


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(COMMAND, [str(word) for word in words], env={"LANG": "zh_CN.UTF-8", "LC_ALL": ""})


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def raw(path: Path) -> dict[str, Any]:
    found = read_book(path, Problems())
    assert found is not None
    return {
        sheet.name: {place: (cell.kind, cell.text, cell.formula) for place, cell in sheet.cells.items()}
        for sheet in found.sheets
    }


def rich() -> bytes:
    """A workbook with what a re-save loses: a cached value, a chart, a validation, a comment, a hidden sheet, a format."""
    out = BytesIO()
    made_here = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = made_here.add_worksheet(SHEET)
    bold = made_here.add_format({"bold": True, "num_format": "0.00", "bg_color": "#00FF00"})
    for number, line in enumerate([(TITLE,), HEAD, *ROWS]):
        for column, value in enumerate(line):
            if value is not None:
                sheet.write(number, column, value, bold if column == 2 else None)
    sheet.write("C3", "约12.5", bold)
    sheet.write_formula("H3", "=SUM(D3:D5)", None, 1660.25)
    sheet.write_comment("C3", "去年也是约数")
    sheet.write_comment("A1", "表头")
    sheet.data_validation("E3:E5", {"validate": "list", "source": ["有数据", "缺失"]})
    chart = made_here.add_chart({"type": "bar"})
    chart.add_series({"values": f"={SHEET}!$D$3:$D$5"})
    sheet.insert_chart("J2", chart)
    made_here.close()
    return out.getvalue()


def test_check_prints_what_was_found_and_ends_with_one_where_something_is_wrong(tmp_path: Path) -> None:
    sound = run("check", put(tmp_path, book()))
    assert sound.exit_code == 0
    assert "表1     宽表     6" in sound.stdout
    assert "area 生态系统面积" in sound.stdout
    bad = run("check", put(tmp_path, cells(BAD)))
    assert bad.exit_code == 1
    assert "错误  县.xlsx › 表1 › C3  生态系统面积 = “约12.5” 不是数" in bad.stderr
    assert "错误 3 处，提示 1 处。" in bad.stderr


def test_check_gives_rows_with_their_cells_and_problems_as_json(tmp_path: Path) -> None:
    found = json.loads(run("check", put(tmp_path, cells(BAD)), "--json", "-").stdout)
    assert (found["schema"], found["kind"], found["body"]["sheets"]) == (
        "qhgep/intake/2",
        "intake",
        [{"kind": "wide", "name": "表1", "rows": 3}],
    )
    assert found["body"]["rows"][0]["place"] == "县.xlsx › 表1 › D3"
    assert {item["code"] for item in found["body"]["problems"]} == {"cell_text", "cell_blank", "worksheet_evidence"}


def test_check_tells_what_is_said_not_to_apply_to_land_that_is_there(tmp_path: Path) -> None:
    """An account stops at it unless somebody decides: 15,000 hm² of ice in 玛沁, and no production there."""
    lines = [
        "county_code,period_from,period_to,ecosystem,item,quantity,value,unit,presence,origin,evidence,source,note",
        "632621,2024,2024,ice,,area,15000,hm2,value,stated,published,survey,",
        "632323,2024,2024,ice,,area,,,zero,stated,published,survey,没有冰川",
        "632621,2024,2024,ice,,net_ecosystem_productivity,,,not_applicable,,,survey,冰川无植被",
        "632323,2024,2024,ice,,net_ecosystem_productivity,,,not_applicable,,,survey,没有冰川",
    ]
    path = tmp_path / "县.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = [item for item in check_file(path, ruleset="water-balance-plateau").problems if "不适用" in item.text()]
    assert [(item.code, item.severity, item.where) for item in found] == [
        ("not_applicable_in_file", "warning", "县.csv:4")
    ]
    assert found[0].text() == (
        "县.csv:4  净生态系统生产力（632621，2024）填“不适用”，而该处有面积：冰川/永久积雪 15000 hm2；面积大于零的地方：数值，或“缺失”；"
        "没有数据请改填“缺失”；确不适用的可以保留：qhgep start 建账户时列作待定的判断，有人决定以前按缺处理；"
        "已有账户的，在它的 account.toml 写 [[not_applicable]]。"
    )


def test_check_says_what_a_ruleset_still_needs_and_what_it_does_not_use(tmp_path: Path) -> None:
    path = put(tmp_path, cells({"D2": "旅游人次（人次/a）"}))
    found = check_file(path, ruleset="water-balance-plateau")
    assert "precipitation" in [name for name, _ in found.needed]
    assert not {"area", "days_in_period"} & {name for name, _ in found.needed}
    assert [name for name, _ in found.unused] == ["visits"]
    assert "规则集不用：visits 旅游人次" in found.text()
    unknown = run("check", path, "--ruleset", "none")
    assert (unknown.exit_code, "没有规则集 none" in unknown.stderr) == (1, True)


def test_check_takes_the_year_and_the_strictness_of_the_command_line(tmp_path: Path) -> None:
    assert run("check", put(tmp_path, cells({"A1": "数据"})), "--period", "2023").exit_code == 0
    hidden = made("a hidden row", tmp_path)
    assert [run("check", hidden, *words).exit_code for words in ([], ["--strict"])] == [0, 1]


def test_english_is_told_too(tmp_path: Path) -> None:
    found = CliRunner().invoke(COMMAND, ["--lang", "en", "check", str(put(tmp_path, cells(BAD)))])
    assert "“约12.5” is no number" in found.stderr
    assert "wide table" in found.stdout


def test_a_marked_copy_has_the_bad_cells_red_with_their_messages(tmp_path: Path) -> None:
    source, target = put(tmp_path, cells(BAD)), tmp_path / "out" / "标注.xlsx"
    found = run("check", source, "--marked", target)
    assert f"标注了 3 格：{target}" in found.stderr
    sheet = load_workbook(target)[SHEET]
    red = {cell.coordinate for line in sheet.iter_rows() for cell in line if cell.fill.fgColor.rgb == "FFFF7C80"}
    assert red == {"C3", "D4", "C5"}
    notes = {cell.coordinate: cell.comment.text for line in sheet.iter_rows() for cell in line if cell.comment}
    assert set(notes) == red
    assert notes["D4"] == (
        "年降水量 = “—” 不是数；只含数字、小数点和负号的数；改为数值，单位写在表头；没有数据请留空，并在数据状态栏和备注写明。"
    )


@pytest.mark.parametrize(
    "make", [lambda: cells(BAD), rich, lambda: reopened(cells(BAD), comment)], ids=["plain", "rich", "comment"]
)
def test_marking_changes_no_value_and_no_other_part(make: Callable[[], bytes], tmp_path: Path) -> None:
    source, target = put(tmp_path, make()), tmp_path / "标注.xlsx"
    assert write_marked(source, target, check_file(source).problems) >= 1
    assert raw(target) == raw(source)
    before, after = parts(source), parts(target)
    changed = {name for name in before if before[name] != after[name]}
    assert [name for name in sorted(changed) if not TOUCHED.fullmatch(name)] == []
    assert set(before) <= set(after)
    load_workbook(target)


def comment(workbook: Workbook) -> None:
    workbook[SHEET]["C3"].comment = Comment("去年也是约数", "县局")
    workbook[SHEET]["A1"].comment = Comment("表头", "县局")


def test_a_comment_that_was_there_is_kept_and_ours_stands_behind_it(tmp_path: Path) -> None:
    source, target = put(tmp_path, rich()), tmp_path / "标注.xlsx"
    write_marked(source, target, check_file(source).problems)
    sheet = load_workbook(target)[SHEET]
    assert sheet["A1"].comment.text == "表头"
    assert sheet["C3"].comment.text.startswith("去年也是约数\n生态系统面积 = “约12.5” 不是数")
    assert (sheet["C3"].font.b, sheet["C3"].number_format, sheet["C4"].fill.fgColor.rgb) == (True, "0.00", "FF00FF00")
    assert load_workbook(target, data_only=True)[SHEET]["H3"].value == 1660.25


def test_the_same_file_gives_the_same_marked_bytes(tmp_path: Path) -> None:
    source = put(tmp_path, rich())
    for name in ("a.xlsx", "b.xlsx"):
        write_marked(source, tmp_path / name, check_file(source).problems)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_the_marked_copy_is_never_written_over_the_input_nor_where_nothing_is_wrong(tmp_path: Path) -> None:
    source = put(tmp_path, cells(BAD))
    data = source.read_bytes()
    found = run("check", source, "--marked", source)
    assert (found.exit_code, source.read_bytes()) == (1, data)
    with pytest.raises(WorkbookError) as caught:
        write_marked(source, source, check_file(source).problems)
    assert caught.value.problems[0].code == "output_same"
    sound = put(tmp_path, book(), "好.xlsx")
    assert "没有要标的格，没有写出副本。" in run("check", sound, "--marked", tmp_path / "x.xlsx").stderr
    assert not (tmp_path / "x.xlsx").exists()


def test_no_output_is_written_over_a_workbook_that_is_read(tmp_path: Path) -> None:
    source = put(tmp_path, book())
    assert run("check", source, "--json", source).exit_code == 1
    path = write_account(tmp_path / "a", changes={**SHIPPED, "inputs": '["县.xlsx"]'})
    mine = put(tmp_path / "a", book())
    assert run("account", path, "-o", mine).exit_code == 1
    assert (source.read_bytes()[:2], mine.read_bytes()[:2]) == (b"PK", b"PK")
    assert (values(read(source)[0]), values(read(mine)[0])) == (VALUES, VALUES)


def told(source: Path, problems: Iterable[Problem], target: Path) -> str:
    with pytest.raises(WorkbookError) as caught:
        write_marked(source, target, problems)
    assert not target.exists()
    return caught.value.text()


def test_what_cannot_be_marked_is_told_and_no_copy_is_written(tmp_path: Path) -> None:
    target = tmp_path / "x.xlsx"
    table = put(tmp_path, text().encode(), "县.csv")
    assert (
        told(table, [], target)
        == "县.csv  只有 xlsx 能标注，标注后也是 xlsx；xlsx 的输入与 --marked；csv 请按信息里的行号改。"
    )
    source = put(tmp_path, book())
    bad = [problem("cell_error", f"县.xlsx › 表1 › C{row}", quantity="量", text="#N/A") for row in range(1, 2003)]
    assert told(source, bad, target) == (
        "县.xlsx  要标的格超过 2000 个，没有写出副本；不超过 2000 个；先改表头、单位这类成片的错。"
    )
    assert told(source, [problem("cell_error", "县.xlsx › 表1 › C99", quantity="量", text="#N/A")], target) == (
        "县.xlsx  不能有把握地标注这个工作簿，没有写出副本；Excel、WPS 或 LibreOffice 保存的 xlsx；"
        "用这些软件另存后再标，或按信息里的单元格改。"
    )


@pytest.mark.libreoffice
def test_libreoffice_opens_the_marked_copy_and_keeps_its_comments(tmp_path: Path) -> None:
    source, target = put(tmp_path, rich()), tmp_path / "标注.xlsx"
    write_marked(source, target, check_file(source).problems)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "ods", "--outdir", str(tmp_path), str(target)],
        check=True, capture_output=True, timeout=120, env={**os.environ, "HOME": str(tmp_path)},
    )  # fmt: skip
    with zipfile.ZipFile(tmp_path / "标注.ods") as archive:
        content = archive.read("content.xml").decode()
    assert "去年也是约数" in content
    assert "不是数" in content


# --- account ----------------------------------------------------------------------------------------

SHIPPED = {"ruleset": '"water-balance-plateau"', "period": "2023", "counties": '["632621", "632622", "632623"]'}


def test_an_account_reads_a_workbook_by_its_name_alone(tmp_path: Path) -> None:
    path = write_account(tmp_path / "a", changes={**SHIPPED, "inputs": '["县.xlsx"]'})
    put(tmp_path / "a", book())
    account = read_account(path)
    assert {(row.county_code, row.quantity): row.value for row in account.inputs} == VALUES
    assert "县.xlsx" in (account.hashes or {})
    assert [item.code for item in account.warnings] == ["worksheet_evidence"]


def test_an_account_tells_period_source_and_evidence_of_a_workbook(tmp_path: Path) -> None:
    source = "州年报（玉统〔2024〕3号，2024-03-01，玉树州统计局）"
    entry = f'[{{file = "县.xlsx", reader = "auto", period = 2023, source = "{source}", evidence = "declared"}}]'
    path = write_account(tmp_path / "a", changes={**SHIPPED, "inputs": entry})
    put(tmp_path / "a", cells({"A1": "数据"}))
    account = read_account(path)
    assert account.warnings == ()
    told = {(row.period, row.source, row.evidence) for row in account.inputs}
    assert told == {("2023", source, "declared")}


def test_an_account_reads_a_csv_of_any_shape_with_the_reader_auto(tmp_path: Path) -> None:
    path = write_account(tmp_path / "a", changes={**SHIPPED, "inputs": '[{file = "县.csv", reader = "auto"}]'})
    put(tmp_path / "a", text().encode("gbk"), "县.csv")
    assert {(row.county_code, row.quantity): row.value for row in read_account(path).inputs} == VALUES


def test_an_account_names_the_cell_of_every_fault(tmp_path: Path) -> None:
    path = write_account(tmp_path / "a", changes={**SHIPPED, "inputs": '["县.xlsx", "无.xlsx"]'})
    put(tmp_path / "a", cells({"C3": "#"}))
    assert refused(path) == [
        (
            "县.xlsx › 表1 › C3  生态系统面积 = “#” 不是数；只含数字、小数点和负号的数；"
            "改为数值，单位写在表头；没有数据请留空，并在数据状态栏和备注写明。"
        ),
        "无.xlsx  没有这个文件，或打不开；可读的 xlsx、csv 或 txt；检查路径与权限。",
    ]


def test_the_pilot_account_out_of_a_workbook_is_that_of_its_csv_and_verifies(tmp_path: Path) -> None:
    """The long table as a sheet: the same numbers, every input with its cell, in the workbook too."""
    pilot = Path(__file__).parent.parent / "examples" / "pilot"
    made_here = Workbook()
    sheet = made_here.active
    assert sheet is not None
    with (pilot / "inputs.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.reader(file):
            sheet.append(line)
    made_here.save(tmp_path / "inputs.xlsx")
    toml = (pilot / "account.toml").read_text(encoding="utf-8").replace("inputs.csv", "inputs.xlsx")
    (tmp_path / "account.toml").write_text(toml, encoding="utf-8")
    mine, theirs = read_account(tmp_path), read_account(pilot)
    assert {row.fields: row.exact for row in mine.inputs} == {row.fields: row.exact for row in theirs.inputs}
    assert mine.inputs[0].place == "inputs.xlsx › Sheet › G2"
    results = [json.loads(run("account", folder, "--json", "-").stdout) for folder in (tmp_path, pilot)]
    assert results[0]["body"]["rows"] == results[1]["body"]["rows"]
    assert run("account", tmp_path, "-o", tmp_path / "out.xlsx").exit_code == 0
    assert run("verify", tmp_path / "out.xlsx").exit_code == 0


def test_an_area_that_an_account_declares_is_found_by_its_name_and_code(tmp_path: Path) -> None:
    tables = '[[county]]\ncode = "SJY"\nzh = "三江源园区"\nkind = "reserve"\n'
    path = write_account(
        tmp_path / "a", changes={**SHIPPED, "counties": '["SJY"]', "inputs": '["县.xlsx"]'}, tables=tables
    )
    put(tmp_path / "a", book(rows=[("SJY", "三江源园区", 3, 500, None, None)]))
    assert {row.county_code for row in read_account(path).inputs} == {"SJY"}


@pytest.mark.long
def test_every_file_of_the_cases_can_be_checked_from_the_command_line(tmp_path: Path) -> None:
    """Exit code 0 or 1 and no traceback, whatever the file."""
    slow = {"190 MB of zeros", "a csv of 31 MB"}
    found = {name: run("check", made(name, tmp_path)) for name in sorted(set(CASES) - slow)}
    assert {result.exit_code for result in found.values()} == {0, 1}
    assert [
        name for name, result in found.items() if result.exception and not isinstance(result.exception, SystemExit)
    ] == []


NOTHING = (
    "没有读到一个数（看了：{looked}；缺 {missing} 格，不适用 {void} 格）；至少一个数：填报模板的数格，长表（表头 county_code、period_from、"
    "period_to、ecosystem、item、quantity、value …）的行，或宽表里县名、代码一栏旁边带单位的量；"
    "填数后再核对；有数而没有读到的，核对表头与所在的表。"
)
EMPTY = {
    "a long table with heads only": (",".join(COLUMNS) + "\n", "长表", 0, 0),
    "a wide table with heads only": ("2023年果洛州生态数据\n县名,森林面积（公顷）\n", "宽表", 0, 0),
    "a wide table without a quantity that is known": ("2023年果洛州生态数据\n县名,甲数\n玛沁县,3\n", "宽表", 0, 0),
    "a wide table of gaps": (
        "2023年果洛州生态数据\n县名,森林面积（公顷）,数据状态,备注\n玛沁县,,缺失,没有\n班玛县,,不适用,没有\n", "宽表", 1, 1
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EMPTY)
def test_a_check_that_read_no_number_says_what_it_looked_for_and_ends_with_one(name: str, tmp_path: Path) -> None:
    content, looked, missing, void = EMPTY[name]
    (tmp_path / "x.csv").write_text(content, encoding="utf-8")
    found = run("check", tmp_path / "x.csv")
    assert found.exit_code == 1
    told = NOTHING.format(looked=looked, missing=missing, void=void)
    assert [line for line in found.stderr.splitlines() if line.startswith("错误  ")] == [f"错误  x.csv  {told}"]


def test_a_sheet_that_is_not_recognised_is_no_sound_file(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")
    assert [item.code for item in check_file(tmp_path / "x.csv").problems if item.severity == "error"] == [
        "book_no_table"
    ]


def test_an_empty_form_and_one_of_gaps_alone_are_not_sound(tmp_path: Path) -> None:
    empty = forms.write(forms.opened(), tmp_path / "empty.xlsx")
    (one,) = check_file(empty).problems  # 22 cells of two counties are one fault
    assert (one.code, one.where.count("›"), "（22）" in one.where) == ("form_blank", 6, True)
    book_ = forms.opened()
    for sheet in forms.form().schema.sheets:
        page = book_[sheet.name]
        for row in (FIRST + 1, FIRST + 2):
            page.cell(row, len(sheet.columns)).value = "没有统计"
            for field in sheet.fields:
                page.cell(row, forms.column(sheet, field.id) + 1).value = "缺失"
    (told,) = check_file(forms.write(book_, tmp_path / "gaps.xlsx")).problems
    assert told.text() == "gaps.xlsx  " + NOTHING.format(looked="填报模板", missing=22, void=0)


def test_a_zero_is_a_number_that_was_read(tmp_path: Path) -> None:
    text_ = "2023年果洛州生态数据\n县名,森林面积（公顷）,数据状态,备注\n玛沁县,,确为零,县内没有\n"
    (tmp_path / "x.csv").write_text(text_, encoding="utf-8")
    assert check_file(tmp_path / "x.csv").sound


def test_what_is_wrong_with_many_rows_in_the_same_way_is_told_once(tmp_path: Path) -> None:
    head = "county_code,period_from,period_to,ecosystem,item,quantity,value,unit,presence,origin,evidence,source,note"
    rows = [
        f"632621,{1990 + row},{1990 + row},,,precipitation,{row}x,mm/a,value,stated,primary,x," for row in range(30)
    ]
    (tmp_path / "t.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    (one,) = [item for item in check_file(tmp_path / "t.csv").problems if item.severity == "error"]
    assert one.where == "t.csv:2、t.csv:3、t.csv:4 …（30）"
    assert "0x、1x、2x …（30）" in one.text()


def test_of_several_files_it_is_said_who_returned_who_did_not_and_what_must_be_sent_back(tmp_path: Path) -> None:
    """果洛 returned 玛沁县 and has nothing of 班玛县 yet; the other file has a word for a number, so it counts for nothing."""
    first, second = forms.right(), forms.right()
    for sheet in forms.form().schema.sheets:
        page, last = first[sheet.name], len(sheet.columns)
        for field in sheet.fields:
            at = forms.column(sheet, field.id)
            page.cell(FIRST + 2, at).value, page.cell(FIRST + 2, at + 1).value = None, "缺失"
        page.cell(FIRST + 2, last).value = "还没有收到"
    rain = forms.column(forms.form().schema.sheets[0], "precipitation")
    second[forms.COUNTY].cell(FIRST + 2, rain).value = "很多"
    first.save(tmp_path / "果洛.xlsx")
    second.save(tmp_path / "班玛县.xlsx")
    found = Returned(tuple(check_file(tmp_path / name) for name in ("果洛.xlsx", "班玛县.xlsx")))
    assert [item.sound for item in found.intakes] == [True, False]
    assert found.not_returned == ("632622",)
    told = found.text().splitlines()
    assert told[1].split()[:2] == ["果洛.xlsx", "玛沁县"]
    assert told[-2:] == ["没有交数的县：班玛县", "有错误、要退回的：班玛县.xlsx"]
    assert body(found)["not_returned"] == ["632622"]
