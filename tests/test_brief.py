"""brief: the page of a head of section, in words that follow from the tables; a year before only where the two compare."""

import io
import tomllib
import zipfile
from pathlib import Path

import openpyxl
import pytest

from qhgep import compute, read_account, write_workbook
from qhgep.engine.result import Result
from qhgep.errors import QhgepError
from qhgep.workbook.account.book import account_sheets
from qhgep.workbook.account.statements import cells_in_words
from qhgep.workbook.brief import brief
from qhgep.workbook.core.layout import Address
from qhgep.workbook.verify.manifest import printed_sheets
from tests.support.books import book
from tests.test_cli import run
from tests.test_render import OFFICE, posix, programs  # noqa: F401 - a fixture

PAGE = tomllib.loads((Path(__file__).parent / "pages" / "accounts.toml").read_text(encoding="utf-8"))["two-counties"]
RUNOFF = """
[[adopt]]
row = "RC-高寒草甸"
for = "runoff_coefficient"
ecosystem = "grassland"
reason = "测试"
decided_by = "测试"
"""
GAPS = "".join(
    f"\n{county},2019,2019,,,{quantity},,,missing,,,,没有"
    for county in ("632222", "632323")
    for quantity in ("precipitation", "specific_discharge")
)
"""What a final account has to say of the inputs that it lacks, though the water is stated."""
ACCOUNT, INPUTS = PAGE["account"] + RUNOFF, PAGE["inputs"].strip() + GAPS


def made(
    folder: Path, *, year: int = 2019, inputs: str = INPUTS, account: str = ACCOUNT, state: str = "draft"
) -> Result:
    """The account of tests/pages, of another year, with other inputs or in another state."""
    folder.mkdir(parents=True)
    (folder / "inputs.csv").write_text(inputs.replace(",2019,2019,", f",{year},{year},"), encoding="utf-8")
    text = account.replace("period = 2019", f'period = {year}\nstate = "{state}"')
    (folder / "account.toml").write_text(text, encoding="utf-8")
    return compute(read_account(folder / "account.toml"))


def final(folder: Path, **options: str) -> Path:
    """The final workbook of the year before."""
    result = made(folder, year=2018, state="final", **options)  # type: ignore[arg-type] # the texts of it
    return write_workbook(result, folder.parent / "2018.xlsx")


def said(path: Path) -> list[str]:
    """The sentences of 简报."""
    page = openpyxl.load_workbook(path)["简报"]
    return [str(page.cell(row, 2).value) for row in range(5, 10)]


def rows(path: Path) -> dict[str, list[object]]:
    """The rows of 汇总 by the name of the indicator, and the row of headings."""
    found = {
        str(row[2]): list(row) for row in openpyxl.load_workbook(path)["汇总"].iter_rows(values_only=True) if row[2]
    }
    return found | {"heads": found["指标"]}


def refused(given: object, output: Path, **options: object) -> str:
    with pytest.raises(QhgepError) as error:
        brief(given, output, **options)  # type: ignore[arg-type] # what a test gives
    return str(error.value)


# The arithmetic stands in tests/pages/accounts.toml: water 2,471.00, carbon 585.20, together 3,056.20 万元.


def test_five_sentences_say_what_was_found_and_what_it_is_not(tmp_path: Path) -> None:
    path = brief(made(tmp_path / "a"), tmp_path / "b.xlsx")
    assert said(path) == [
        "2019，祁连县、泽库县，按 2010 年价格核算，已核算合计（2/20 项；部分核算，不是生态产品总值） 3,056.20 万元。",
        "调节服务 3,056.20 万元，占已核算合计 100.00%。",
        "数额最大的 2 项是水源涵养（2,471.00 万元）、固定二氧化碳（585.20 万元），占已核算合计 100.00%。",
        "规则集未核算 18 项：农业产品、林业产品、畜牧业产品、渔业产品、生态能源、水资源供给等 18 项。金额的证据：假定 100.0%。",
        "没有给出上年的定稿，不作比较。",
    ]


def test_the_brief_has_three_sheets_of_values_that_are_those_of_the_workbook(tmp_path: Path) -> None:
    result = made(tmp_path / "a")
    path = brief(write_workbook(result, tmp_path / "book.xlsx"), tmp_path / "b.xlsx")
    there, whole = openpyxl.load_workbook(path), openpyxl.load_workbook(tmp_path / "book.xlsx", data_only=True)
    assert there.sheetnames == ["封面", "汇总", "简报"]
    assert not [cell.value for page in there for row in page.iter_rows() for cell in row if cell.data_type == "f"]
    same = [
        (page, cell) for page in ("汇总", "简报") for cell in ("F7", "F8", "F9", "H8", "E8", "B5", "B6", "B7", "G12")
    ]
    assert [there[page][cell].value for page, cell in same] == [whole[page][cell].value for page, cell in same]
    cover = {row[0]: row[1] for row in there["封面"].iter_rows(values_only=True)}
    assert cover["表内勾稽"] == "通过"
    assert cover["内容指纹"] == {row[0]: row[1] for row in whole["清单"].iter_rows(values_only=True)}["内容指纹"]
    assert brief(result, tmp_path / "c.xlsx").read_bytes() == path.read_bytes()


def test_the_same_sheets_are_the_first_of_the_workbook_and_are_named_in_its_manifest(tmp_path: Path) -> None:
    path = write_workbook(made(tmp_path / "a"), tmp_path / "book.xlsx")
    assert openpyxl.load_workbook(path).sheetnames[:3] == ["封面", "汇总", "简报"]
    assert printed_sheets(path) == ("封面", "汇总", "简报")


def test_every_sentence_names_cells_that_are_there() -> None:
    sheets = {sheet.name: sheet for sheet in account_sheets(book("ragged").result, book("ragged").result.only_period())}
    links = [sheets["简报"].cells[row, 0].link for row in range(4, 9)]  # type: ignore[union-attr] # texts
    assert all(link.startswith("汇总!") for link in links)
    cells = [Address("汇总", row, column) for row, column in ((6, 5), (7, 5), (8, 5), (10, 5), (6, 7))]
    assert cells_in_words(cells) == "汇总!F7–F9、F11、H7"


# --- the year before ------------------------------------------------------------------------------------


def test_a_change_stands_where_the_same_counties_have_it_by_the_same_rules_and_prices(tmp_path: Path) -> None:
    # 祁连 had 1,800,000 m3: 200,000 m3 less, at 7.06 yuan 1,412,000 yuan = 141.20 万元 of 2,329.80 (6.06 %).
    before = final(tmp_path / "before", inputs=INPUTS.replace(",2000000,m3", ",1800000,m3"))
    path = brief(made(tmp_path / "now"), tmp_path / "b.xlsx", last=before)
    found = rows(path)
    assert found["heads"][8:11] == ["上年（2018）", "变动", "变动率"]
    assert [round(float(value), 4) for value in found["水源涵养"][8:11]] == [2329.8, 141.2, round(141.2 / 2329.8, 4)]  # type: ignore[arg-type] # numbers
    assert found["固定二氧化碳"][8:10] == [585.2, 0]
    # in all 2,329.80 + 585.20 = 2,915.00; 141.20 / 2,915.00 = 4.84 %
    assert said(path)[4].startswith(
        "已核算合计比上年（2018）增加 141.20 万元（4.84%）。上年数取自定稿 2018.xlsx（内容指纹 "
    )


def test_what_fewer_counties_had_is_not_compared_and_neither_is_the_total(tmp_path: Path) -> None:
    without = "\n".join(
        line for line in INPUTS.splitlines() if not line.startswith("632323,2019,2019,,,water_retained_total")
    )
    path = brief(made(tmp_path / "now"), tmp_path / "b.xlsx", last=final(tmp_path / "before", inputs=without))
    found = rows(path)
    assert found["水源涵养"][8:11] == ["不比较"] * 3
    assert found["固定二氧化碳"][8:10] == [585.2, 0]
    sentence = said(path)[4]
    assert sentence.startswith(
        "与上年（2018）覆盖不同，合计不作比较。覆盖和价格相同的只有：固定二氧化碳增加 0.00 万元。"
    )
    assert "增长" not in sentence


def test_amounts_at_prices_of_another_year_are_not_compared(tmp_path: Path) -> None:
    deflated = ACCOUNT.replace("price_year = 2010", "price_year = 2012") + (
        '[deflate]\nseries = "cpi_china"\nreason = "测试"\ndecided_by = "测试"\n'
    )
    path = brief(made(tmp_path / "now"), tmp_path / "b.xlsx", last=final(tmp_path / "before", account=deflated))
    assert rows(path)["固定二氧化碳"][8:11] == ["不比较"] * 3
    assert said(path)[4].startswith("与上年（2018）价格年份不同（2012、2010），合计不作比较。上年数取自")


def test_what_is_no_final_account_of_another_year_is_refused(tmp_path: Path) -> None:
    now, out = made(tmp_path / "now"), tmp_path / "b.xlsx"
    draft = write_workbook(now, tmp_path / "draft.xlsx")
    assert refused(now, out, last=draft) == (
        "draft.xlsx  上年的工作簿是“测算稿”，不是定稿；上年的定稿；先用 qhgep finalise 写出上年的定稿，再作比较。"
    )
    same = write_workbook(made(tmp_path / "same", state="final"), tmp_path / "2019.xlsx")
    assert refused(now, out, last=same) == "2019.xlsx  与本年同是 2019，不是上年；另一年的定稿；改给上年的定稿。"
    plan = tmp_path / "plan.xlsx"
    plan.write_bytes(book("plan").data)
    assert refused(plan, out) == (
        "plan.xlsx  这是补偿方案，不是核算；account.toml、其文件夹或核算的工作簿；改给核算的文件。"
    )
    assert not out.exists()


# --- ratios, sheets, the command ------------------------------------------------------------------------


def test_ratios_are_for_a_whole_gep_and_gdp_of_the_same_prices(tmp_path: Path) -> None:
    partial = openpyxl.load_workbook(brief(made(tmp_path / "a"), tmp_path / "b.xlsx"))["简报"]
    assert [partial.cell(row, 6).value for row in (12, 13, 14)] == ["不列"] * 3
    whole = book("whole").result
    page = openpyxl.load_workbook(brief(whole, tmp_path / "c.xlsx"))["简报"]
    gep = whole.value("gep_total", county="*").value
    assert gep is not None
    assert page["D14"].value == pytest.approx(gep / 10000)
    assert page["F14"].value == pytest.approx(gep / 10000 / page["E14"].value)  # per hm2
    assert page["F12"].value == "不列"  # nobody stated a GDP


def test_an_indicator_without_any_figure_has_no_working_sheets_and_a_line_in_the_summary() -> None:
    result = compute(read_account(Path(__file__).parent.parent / "examples" / "pilot" / "account-general.toml"))
    sheets = {sheet.name: sheet for sheet in account_sheets(result, result.only_period())}
    assert sorted(name.split("_")[1] for name in sheets if name.startswith("计算_")) == sorted(
        ["水源涵养", "水源涵养", "固定二氧化碳", "固定二氧化碳", "氧气提供", "氧气提供", "覆盖", "矩阵", "证据"]
    )
    names = [getattr(cell, "text", "") for (_, column), cell in sheets["汇总"].cells.items() if column == 2]
    assert {"空气净化", "气候调节", "农业产品"} <= set(names)


@posix
def test_only_the_main_sheets_of_an_account_are_printed_unless_all_are_asked_for(
    tmp_path: Path,
    programs: object,  # noqa: F811 - the fixture
) -> None:
    programs(
        "soffice", OFFICE.rsplit("\n", 1)[0] + '\nprintf \'%%PDF-1.7 \' > "$2/book.pdf"; cat "$3" >> "$2/book.pdf"'
    )  # type: ignore[operator] # makes a program
    path = write_workbook(made(tmp_path / "a"), tmp_path / "book.xlsx")
    for arguments, hidden in (((), True), (("--all",), False)):
        found = run("render", str(path), "-o", str(tmp_path / "x.pdf"), *arguments)
        assert found.exit_code == 0, found.stderr
        assert ("只印了主表：封面、汇总、简报；全部印出用 --all" in found.stdout) == hidden
        printed = io.BytesIO((tmp_path / "x.pdf").read_bytes().removeprefix(b"%PDF-1.7 "))
        with zipfile.ZipFile(printed):
            states = {page.title: page.sheet_state for page in openpyxl.load_workbook(printed)}
        assert {name for name, state in states.items() if state == "visible"} == (
            {"封面", "汇总", "简报"} if hidden else set(states)
        )


def test_the_command_writes_a_brief_and_refuses_other_endings(tmp_path: Path) -> None:
    made(tmp_path / "a")
    found = run("brief", str(tmp_path / "a"), "-o", str(tmp_path / "b.xlsx"))
    assert (found.exit_code, found.stdout) == (0, f"简报：{tmp_path / 'b.xlsx'}\n")
    assert run("brief", str(tmp_path / "a"), "-o", str(tmp_path / "b.doc")).exit_code == 2
