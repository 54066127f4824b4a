"""系数填报表: a pack in one workbook, filled in as a clerk does with what a document says, checked, and computed with."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from shutil import copytree

import openpyxl
import pytest

from qhgep import coefficients, compute, read_account
from qhgep.catalogue import shipped
from qhgep.coefficient_store.price_book import (
    AT,
    DAY,
    HEADINGS,
    ISSUER,
    ITEM_ID,
    KIND,
    NUMBER,
    PRICE_YEAR,
    ROW,
    SHEET,
    TITLE,
    TOP,
    UNIT,
    VALUE,
    YEARS,
    read_price_book,
)
from qhgep.engine.pipeline import lacking_coefficients
from qhgep.errors import CoefficientError, Problems, WorkbookError
from qhgep.packs.check import PackCheck, check_pack
from qhgep.packs.needs import Needs, Scope, needs_of, ruleset_named
from qhgep.preparation.open_decisions import lacking_needs
from qhgep.workbook.core.layout import HEAD
from qhgep.workbook.forms.offers import offers
from qhgep.workbook.reports.price_book import price_book, write_price_book
from tests.support import toy
from tests.support.accounts import Line, write_account
from tests.test_cli import run
from tests.test_packs import PLATEAU, plausible

PRICE = "carbon_price-632621-2019"
DOCUMENT = {
    TITLE: "关于碳价的通知",
    NUMBER: "青发改价格〔2019〕12 号",
    DAY: date(2019, 3, 1),
    ISSUER: "果洛州发展和改革委员会",
    AT: "第 2 页",
}
"""A document as a clerk copies it; the numbers of these tests are invented."""
STATED = {VALUE: 50, **DOCUMENT}


def needs(scope: Scope = Scope("632621", 2019), ruleset: str = PLATEAU) -> Needs:  # noqa: B008 - frozen
    return needs_of(ruleset_named(ruleset), coefficients(), scope)


def column(heading: str) -> int:
    return HEADINGS.index(heading) + 1


def filled(folder: Path, lines: Mapping[str, Mapping[str, object]], wanted: Needs | None = None) -> Path:
    """The book with cells of some lines typed over, by row id and heading."""
    path = folder / "prices.xlsx"
    path.write_bytes(price_book(wanted or needs()))
    book = openpyxl.load_workbook(path)
    rows = {book[SHEET].cell(row, column(ROW)).value: row for row in range(TOP + 2, book[SHEET].max_row + 1)}
    for name, cells in lines.items():
        for heading, value in cells.items():
            book[SHEET].cell(rows[name], column(heading)).value = value
    book.save(path)
    return path


def checked(folder: Path, cells: Mapping[str, object]) -> PackCheck:
    return check_pack(filled(folder, {PRICE: cells}))


def told(found: PackCheck) -> list[tuple[str, str]]:
    return [(item.code, item.where) for item in found.problems]


def carbon_account(folder: Path) -> Path:
    rows = [
        Line("area", "1000", "km2", ecosystem="grassland"),
        Line("precipitation", "500", "mm/a"),
        Line("specific_discharge", "10", "dm3/(km2 s)"),
        Line("net_ecosystem_productivity", "30", "g C/m2/a", ecosystem="grassland"),
        Line("county_area", "1000", "km2"),
    ]
    return write_account(folder, rows, changes={"ruleset": f'"{PLATEAU}"'})


OTHERS = {
    "runoff_coefficient-632621-grassland-2019": STATED | {VALUE: 10, UNIT: "%"},
    "reservoir_cost-632621-2019": STATED | {VALUE: 7},
}


# --- what is written ----------------------------------------------------------------------------------


def test_the_book_has_a_line_for_each_value_with_name_meaning_unit_and_what_was_seen_elsewhere(tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(filled(tmp_path, {}))[SHEET]
    assert TOP == HEAD
    rows = list(sheet.iter_rows(min_row=TOP + 1, values_only=True))
    assert (rows[0], len(rows) - 1) == (HEADINGS, len(needs().lines))
    grass = next(row for row in rows if row[column(ROW) - 1] == "runoff_coefficient-632621-grassland-2019")
    assert grass[:4] == ("地表径流系数", grass[1], "草地", None)
    assert str(grass[1]).startswith("【水源涵养】用于算 地表径流深。合理范围 0 至 1（比值）：")
    seen = str(grass[column("别处所见（值、年份、出处；只供比较）") - 1])
    assert "8.2 %｜全国｜2010-01-01 至 2010-12-31｜文献｜中国生态系统水源涵养空间特征及其影响因素（2017）" in seen
    assert grass[column(PRICE_YEAR) - 1] == "不适用"


def test_units_are_chosen_from_a_list_of_those_that_convert(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(filled(tmp_path, {}))
    place = next(row for row in range(TOP + 2, 99) if book[SHEET].cell(row, column(ROW)).value == PRICE)
    cell = book[SHEET].cell(place, column(UNIT)).coordinate
    (rule,) = [one for one in book[SHEET].data_validations.dataValidation if cell in one.sqref and one.type == "list"]
    sheet, _, block = str(rule.formula1).lstrip("=").partition("!")
    shown = [item.value for (item,) in book[sheet][block.replace("$", "")]]
    assert shown == [offer.spelling for offer in offers(shipped().vocabulary["carbon_price"].unit)]


def test_the_same_needs_give_the_same_book_and_nothing_is_written_over(tmp_path: Path) -> None:
    assert price_book(needs()) == price_book(needs())
    path = filled(tmp_path, {})
    before = path.read_bytes()
    with pytest.raises(WorkbookError) as caught:
        write_price_book(needs(), path)
    assert caught.value.text() == (
        f"{path}  文件已经存在；没有写任何文件；新的文件名；换一个路径；已填的系数填报表用 qhgep coefficients check 核对。"
    )
    assert path.read_bytes() == before


# --- what is read back --------------------------------------------------------------------------------


def test_a_price_with_unit_number_and_date_is_used_by_an_account_and_declared(tmp_path: Path) -> None:
    """30 g C/m² on 1,000 km² are 30,000 t C; 44/12 of it is CO₂, at 50 yuan a tonne."""
    path = filled(tmp_path, {PRICE: STATED} | OTHERS)
    account = read_account(carbon_account(tmp_path / "account"), coefficients=[path])
    result = compute(account)
    price = account.coefficients.row(PRICE)
    assert price is not None
    assert (str(price.value), price.evidence, price.origin, price.at) == ("50", "declared", "stated", "第 2 页")
    assert account.coefficients.sources[price.source].number == "青发改价格〔2019〕12 号"
    assert result.value("carbon_value_total", county="632621").value == pytest.approx(30_000 * 44 / 12 * 50, rel=1e-12)
    water = (10 * 365 * 86400 / 1e6 - 0.1 * 500) * 1000 * 1000  # mm on 1,000 km², 1 mm·km² = 1,000 m³
    assert result.value("water_value_total", county="632621").value == pytest.approx(water * 7, rel=1e-12)
    assert account.warnings == ()


@pytest.mark.parametrize("blank", [NUMBER, DAY, ISSUER])
def test_without_unit_number_or_date_it_is_weaker_and_told_at_the_cell(tmp_path: Path, blank: str) -> None:
    path = filled(tmp_path, {PRICE: STATED | {blank: None}} | OTHERS)
    account = read_account(carbon_account(tmp_path / "account"), coefficients=[path])
    price = account.coefficients.row(PRICE)
    assert price is not None
    assert price.evidence == "secondary"
    (weaker,) = [item for item in account.warnings if item.code == "book_weaker"]
    assert weaker.where == f"prices.xlsx › {SHEET} › {chr(64 + column(blank))}16"
    assert weaker.text().endswith(f"补写 {blank.partition('【')[0]}；确实没有，可以就此使用。")


def test_an_address_for_a_number_is_no_evidence_and_a_paper_declares_nothing(tmp_path: Path) -> None:
    path = filled(tmp_path, {PRICE: STATED | {NUMBER: "www.example.org", DAY: None}})
    assert [row.evidence for row in read_price_book(path, Problems()).rows] == ["secondary"]
    path = filled(tmp_path, {PRICE: STATED | {KIND: "论文"}})
    assert [row.evidence for row in read_price_book(path, Problems()).rows] == ["published"]


def test_without_document_or_place_it_is_unconfirmed(tmp_path: Path) -> None:
    found = checked(tmp_path, {VALUE: 50, UNIT: "元/吨二氧化碳"})
    assert [row.evidence for row in found.weak] == ["unconfirmed"]
    found = checked(tmp_path, {**STATED, AT: None})
    assert ([row.evidence for row in found.weak], [code for code, _ in told(found)]) == (
        ["unconfirmed"],
        ["book_unconfirmed"],
    )


def test_lines_without_a_value_are_passed_over_and_counted(tmp_path: Path) -> None:
    found = checked(tmp_path, STATED)
    assert (found.filled, found.unfilled, found.problems) == (1, len(needs().lines) - 1, ())
    found = checked(tmp_path, DOCUMENT)
    assert (found.filled, told(found)) == (0, [("book_value_blank", f"prices.xlsx › {SHEET} › F16")])
    (blank,) = found.problems
    assert "，没有填值；本行不计；值，或整行留空；填写值；用不到就清空 文件名称、" in blank.text()


@pytest.mark.parametrize(
    ("cells", "code", "cell"),
    [
        ({UNIT: "元/立方米"}, "unit_of_other", "E16"),
        ({UNIT: "斗"}, "unit_of_unknown", "E16"),
        ({VALUE: "约五十"}, "headed_number", "F16"),
        ({VALUE: 1_000_000}, "row_bounds", "F16"),
        ({YEARS: "去年"}, "book_year", "G16"),
        ({PRICE_YEAR: None}, "row_price_year", "H16"),
        ({PRICE_YEAR: "2018-2019"}, "book_year", "H16"),
        ({DAY: "2019-03"}, "book_day", "K16"),
        ({KIND: "传闻"}, "book_kind", "M16"),
        ({"系数代码": "carbon"}, "row_key", "Q16"),
        ({"生态系统编号": "grassland"}, "row_ecosystem", "R16"),
        ({ITEM_ID: "x"}, "row_item", "S16"),
        ({"地区代码": "乌有"}, "row_region_unknown", "T16"),
    ],
)
def test_what_is_wrong_is_told_by_sheet_and_cell(
    tmp_path: Path, cells: Mapping[str, object], code: str, cell: str
) -> None:
    found = checked(tmp_path, STATED | cells)
    assert told(found) == [(code, f"prices.xlsx › {SHEET} › {cell}")]
    assert all(item.text("en") for item in found.problems)


def test_a_moved_column_is_told_by_the_first_cell_and_nothing_is_read(tmp_path: Path) -> None:
    path = filled(tmp_path, {PRICE: STATED})
    book = openpyxl.load_workbook(path)
    sheet = book[SHEET]
    for row in range(TOP + 1, sheet.max_row + 1):
        number, day = sheet.cell(row, column(NUMBER)), sheet.cell(row, column(DAY))
        number.value, day.value = day.value, number.value
    book.save(path)
    found = check_pack(path)
    assert [item.text() for item in found.problems] == [
        (
            f"prices.xlsx › {SHEET} › J4  表头是 “文件日期【填】”；“文号【填】”；"
            "列的次序和表头不能改；把移动或改名的列放回原处，或重新用 qhgep coefficients template 写出后填写。"
        )
    ]
    assert found.added == ()


def test_a_line_that_was_copied_is_told(tmp_path: Path) -> None:
    path = filled(tmp_path, {PRICE: STATED})
    book = openpyxl.load_workbook(path)
    end = book[SHEET].max_row + 1
    for place in range(1, len(HEADINGS) + 1):
        book[SHEET].cell(end, place).value = book[SHEET].cell(16, place).value
    book.save(path)
    assert ("row_twice", f"prices.xlsx › {SHEET} › P{end}") in told(check_pack(path))


def test_another_workbook_and_a_file_that_is_none_are_told(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    openpyxl.Workbook().save(path)
    assert told(check_pack(path)) == [("book_foreign", "other.xlsx")]
    with pytest.raises(CoefficientError):
        coefficients([path])
    path.write_bytes(b"PK\x03\x04 no workbook")
    assert [code for code, _ in told(check_pack(path))] == ["workbook_not_zip"]


def test_a_whole_county_is_filled_in_and_read_back_as_it_was_written(tmp_path: Path) -> None:
    """Every value of county-general, by ecosystem and item: what is typed comes back, in the line where it was typed."""
    wanted = needs(Scope("632222", 2023, ("forest", "grassland")), "county-general")
    typed = {name: plausible(quantity) for name, quantity in shipped().vocabulary.items()}
    book = openpyxl.load_workbook(filled(tmp_path, {}, wanted))
    lines = {str(book[SHEET].cell(row, column(ROW)).value): row for row in range(TOP + 2, book[SHEET].max_row + 1)}
    keys = {name: str(book[SHEET].cell(row, column("系数代码")).value) for name, row in lines.items()}
    path = filled(tmp_path, {name: STATED | {VALUE: float(typed[key])} for name, key in keys.items()}, wanted)
    found = check_pack(path)
    assert ([item.text() for item in found.problems], found.filled, found.unfilled) == ([], len(lines), 0)
    rows = read_price_book(path, Problems()).rows
    assert {row.row: float(row.value) for row in rows} == pytest.approx(
        {name: float(typed[keys[name]]) for name in keys}
    )
    assert {row.evidence for row in rows} == {"declared"}


def test_the_same_is_done_from_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "prices.xlsx"
    written = run("coefficients", "template", path, "--ruleset", PLATEAU, "--region", "632621", "--year", "2019")
    assert (written.exit_code, path.is_file()) == (0, True)
    assert "12 个待填的值；填好后用" in written.output
    empty = run("coefficients", "check", path)
    assert (empty.exit_code, empty.output.splitlines()[0]) == (
        0,
        "系数包 prices.xlsx：12 行，已填 0，待填 12；问题 0 个",
    )
    filled(tmp_path, {PRICE: STATED} | OTHERS)
    book = tmp_path / "out.xlsx"
    made = run("account", carbon_account(tmp_path / "account"), "--coefficients", path, "-o", book)
    assert (made.exit_code, book.is_file()) == (0, True), made.output
    same = run("verify", book)
    assert same.exit_code == 0, same.output


def test_the_book_of_an_account_lists_what_it_lacks_and_nothing_else(tmp_path: Path) -> None:
    """The whole county without the price of carbon dioxide: one line, for its county and year; with all prices none."""
    example = Path(__file__).parent.parent / "examples" / "whole-county"
    folder = tmp_path / "账户"
    copytree(example, folder)
    book = tmp_path / "价格.xlsx"
    written = run("coefficients", "template", book.as_posix(), "--account", folder.as_posix())
    assert written.exit_code == 0, written.output
    sheet = openpyxl.load_workbook(book).worksheets[0]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEAD + 2) if row[0].value]
    every = needs_of(read_account(folder).ruleset, coefficients(), Scope("990101", 2024)).lines
    assert 0 < len(lines) < len(every)
    assert {line[-1] for line in lines} <= {"990101", None}
    assert (
        run("coefficients", "template", "x.xlsx", "--account", folder.as_posix(), "--ruleset", PLATEAU).exit_code == 2
    )


def test_all_that_an_account_lacks_is_asked_in_one_round(tmp_path: Path) -> None:
    """The price of silt waits for the fraction that silts up and for the weight of soil: whoever lacks all three fills in three."""
    folder = tmp_path / "account"
    copytree(Path(__file__).parent.parent / "examples" / "whole-county", folder)
    prices = folder / "prices"
    rows = (prices / "prices.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    asked = lacking_coefficients(read_account(folder))
    assert {
        "desilting_cost",
        "siltation_fraction",
        "soil_bulk_density",
        "nutrient_removal_cost",
        "sand_control_cost",
    } <= asked.keys()
    given = [row for row in rows[1:] if row.split(",")[1] in asked]
    (prices / "prices.csv").write_text("".join([rows[0], *given]), encoding="utf-8")
    assert lacking_coefficients(read_account(folder, coefficients=[prices])) == {}


def test_what_a_pack_gives_an_account_does_not_lack(tmp_path: Path) -> None:
    """Price, runoff coefficient and cost of reservoirs are in the pack; without the price that one line is asked again."""
    folder = carbon_account(tmp_path / "account")
    (tmp_path / "part").mkdir()
    whole, part = filled(tmp_path, {PRICE: STATED} | OTHERS), filled(tmp_path / "part", OTHERS)
    words = ("coefficients", "template", tmp_path / "neu.xlsx", "--account", folder, "--coefficients")
    assert run(*words, part).exit_code == 0
    sheet = openpyxl.load_workbook(tmp_path / "neu.xlsx")[SHEET]
    rows = [sheet.cell(row, column(ROW)).value for row in range(TOP + 2, sheet.max_row + 1)]
    assert [row for row in rows if row] == [PRICE]
    nothing = run("coefficients", "template", tmp_path / "x.xlsx", "--account", folder, "--coefficients", whole)
    assert "这个核算按现在所选的方法不缺系数" in nothing.stderr
    assert run("coefficients", "template", tmp_path / "y", "--ruleset", PLATEAU, "--coefficients", whole).exit_code == 2


def test_an_account_that_lacks_no_coefficient_needs_no_book(tmp_path: Path) -> None:
    with pytest.raises(CoefficientError) as caught:
        lacking_needs(toy.read(toy.write_account(tmp_path, toy.whole(), counties=(toy.A, toy.B))), Scope())
    assert [item.part("found") for item in caught.value.problems] == ["这个核算按现在所选的方法不缺系数"]
    assert [item.part("do") for item in caught.value.problems] == [
        "还有方法待选的，先选定；都选定了就不用填系数表；要全部系数的表，写 --ruleset"
    ]


def test_a_price_workbook_that_lies_beside_an_account_and_is_not_given_is_told(tmp_path: Path) -> None:
    """`brief` without it dropped every price that `account` had used, and said nothing."""
    folder = tmp_path / "账户"
    copytree(Path(__file__).parent.parent / "examples" / "pilot", folder)
    write_price_book(needs(), tmp_path / "价格.xlsx")
    (tmp_path / "别的.xlsx").write_bytes(b"no workbook")
    book, county = tmp_path / "价格.xlsx", ("--county", "632621")
    hint = (
        f"提示  在 {tmp_path} 找到系数填报表 价格.xlsx，这次没有给出，其中的价格没有用到；"
        f"要用的，命令后面加上 --coefficients {book}。"
    )
    english = (
        f"warning  {tmp_path} holds the price workbook 价格.xlsx, which was not given: its prices are not used. "
        f"To use it add --coefficients {book} to the command."
    )
    for words in (
        ("account", str(folder)),
        ("explain", str(folder), *county),
        ("brief", str(folder), "-o", str(tmp_path / "简报.xlsx")),
    ):
        assert hint in run(*words).stderr.splitlines()
        given = run(*words, "--coefficients", str(book))
        assert (given.exit_code, "系数填报表" in given.stderr) == (0, False)
    assert english in run("--lang", "en", "account", str(folder)).stderr.splitlines()
    moved = book.rename(folder / "价格.xlsx")
    assert f"--coefficients {moved}。" in run("account", str(folder / "account.toml")).stderr
