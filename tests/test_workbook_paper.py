"""A workbook on paper and on screen: legible pages, links that lead somewhere, charts that say what they show, one honest verdict."""

import io
import re
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from qhgep import compute, read_account, verify_workbook, write_workbook
from qhgep.engine.result import Result
from qhgep.workbook.account.book import account_sheets, main_sheets
from qhgep.workbook.core.cells import Bars, Lines, LiveFormula, Sheet, Text, TypedNumber
from qhgep.workbook.core.county_table import ALL, Cross
from qhgep.workbook.core.layout import FIRST, HEAD, METHODS, UNITS
from qhgep.workbook.core.pagination import MOST_NUMBERS, PAGE, SCALE, paged, units
from qhgep.workbook.core.render import render
from qhgep.workbook.core.write import to_bytes
from qhgep.workbook.verify.manifest import printed_sheets
from tests.support import toy
from tests.support.books import ACCOUNTS, NAMES, PLANS, Made, book, compared
from tests.support.package import write
from tests.witness import formualizer

# --- pages --------------------------------------------------------------------------------------


def pages(sheet: Sheet) -> Iterator[list[int]]:
    """The columns of each page: the keys, and its own."""
    last = max(column for _, column in sheet.cells)
    for start, end in zip(sheet.pages, [*sheet.pages[1:], last + 1], strict=True):
        yield [*range(sheet.keys if sheet.pages[1:] else 0), *range(start, end)]


@pytest.mark.parametrize("name", NAMES)
def test_no_page_is_wider_than_paper_or_has_more_than_nine_columns_of_numbers(name: str) -> None:
    wrong = []
    for sheet in book(name).sheets[:-1]:
        for columns in pages(sheet):
            wide = sum(sheet.widths[column] + 0.7 for column in columns if column in sheet.widths)
            numbers = {
                column
                for (row, column), content in sheet.cells.items()
                if row >= FIRST
                and column in columns
                and isinstance(content, TypedNumber | LiveFormula)
                and not isinstance(content.value, str)
            }
            if (wide > PAGE and len(columns) > sheet.keys + 1) or len(numbers) > MOST_NUMBERS:
                wrong.append((sheet.name, columns, wide, len(numbers)))
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_no_letter_is_printed_smaller_than_eight_points_and_every_page_has_its_title(name: str, tmp_path: Path) -> None:
    file = load_workbook(write(tmp_path / "x.xlsx", book(name).data))
    for sheet in file.worksheets:
        assert sheet.page_setup.scale == SCALE
        assert not sheet.sheet_properties.pageSetUpPr or not sheet.sheet_properties.pageSetUpPr.fitToPage
        sizes = {cell.font.size for row in sheet.iter_rows() for cell in row if cell.value is not None}
        assert min(sizes) * SCALE / 100 >= 8, sheet.title
    for made in book(name).sheets[:-1]:
        sheet = file[made.name]
        assert [item.id for item in sheet.col_breaks.brk] == made.pages[1:]
        titles = {column for (row, column), content in made.cells.items() if row == 0 and content.style == "title"}
        assert titles == ({0} if not made.pages[1:] else set(made.pages)), made.name
        if made.pages[1:]:
            assert sheet.print_title_cols == f"$A:${'ABC'[made.keys - 1]}"


@pytest.mark.parametrize("name", NAMES)
def test_what_to_beware_of_stands_on_every_page_but_those_of_the_record(name: str, tmp_path: Path) -> None:
    """In the header, which programs print on each page: partial, and what the amounts rest on."""
    file = load_workbook(write(tmp_path / "x.xlsx", book(name).data))
    for sheet in file.worksheets[:-1]:
        text = sheet.oddHeader.left.text or ""
        words = {"plan": "情景测算表　不作为资金分配依据", "issued": "测算稿"}
        assert words.get(name, "金额的证据：") in text, sheet.title
        if name == "pilot":
            assert "部分核算：2/20 项指标，不是生态产品总值（GEP）" in text


@pytest.mark.parametrize("name", NAMES)
def test_every_wrapped_text_has_the_height_that_it_needs(name: str) -> None:
    wrong = []
    for sheet in book(name).sheets[:-1]:
        merged = {(row, left): right for row, left, _, right in sheet.merges}
        for (row, column), content in sheet.cells.items():
            if not isinstance(content, Text) or content.style in {"raw", "section", "title"}:
                continue
            right = merged.get((row, column), column)
            room = sum(sheet.widths.get(at, 8.43) for at in range(column, right + 1))
            lines = sum(units(line) / room for line in content.text.split("\n"))
            if sheet.heights.get(row, 15.0) < min(lines, 27) * 13:
                wrong.append(f"{sheet.name} {row + 1}: {content.text[:20]}")
    assert wrong == []


@pytest.mark.parametrize("name", ACCOUNTS)
def test_printed_tables_show_the_word_for_missing_and_never_an_error(name: str) -> None:
    printed = ("封面", "汇总", "分县价值量", "分县实物量", "生态系统价值量", "分县覆盖", "校验")
    wrong = [
        sheet.name
        for sheet, _, formula in book(name).formulas()
        if sheet.name in printed and formula.value is None and "计算_证据" not in formula.formula
    ]
    assert wrong == []


@pytest.mark.parametrize("name", ACCOUNTS)
def test_a_step_sheet_with_errors_says_what_they_mean(name: str) -> None:
    """The error has to stay in steps: there a word would be counted as zero or as larger than every number."""
    for sheet in book(name).sheets:
        gaps = [item for item in sheet.cells.values() if isinstance(item, LiveFormula) and item.value is None]
        said = [
            item for item in sheet.cells.values() if isinstance(item, Text) and item.text.startswith("#N/A ＝ 缺：")
        ]
        if sheet.name.startswith("计算_") and sheet.name not in {"计算_合计", "计算_矩阵", "计算_覆盖", "计算_证据"}:
            assert len(said) == bool(gaps), sheet.name


@pytest.mark.parametrize(("name", "sheet"), [
    ("pilot", "汇总"), ("pilot", "分县价值量"), ("pilot", "分县实物量"), ("pilot", "生态系统价值量"), ("plan", "情景测算表"),
])  # fmt: skip
def test_a_printed_table_has_number_column_numbers_and_relations_and_only_accounts_are_signed(
    name: str, sheet: str
) -> None:
    made = book(name).by_name[sheet]
    texts = [content.text for content in made.cells.values() if isinstance(content, Text)]
    assert any(text.startswith("表号：") and "单位：" in text for text in texts)
    assert any(text.startswith("本表主要公式及表间关系：") for text in texts)
    numbers = [made.cells[METHODS, column].text for column in sorted(made.widths) if (METHODS, column) in made.cells]  # type: ignore[union-attr] # texts
    keys = [text for text in numbers if text in {"甲", "乙", "丙"}]
    assert [text.split("：")[0] for text in numbers] == [
        *keys,
        *(str(place) for place in range(1, len(numbers) - len(keys) + 1)),
    ]
    assert len(keys) >= 2
    assert any("单位负责人：" in text for text in texts) == (name != "plan")


# --- navigation ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_link_leads_to_a_cell_and_the_cover_leads_to_every_sheet(name: str) -> None:
    made, wrong = book(name), []
    for sheet in made.sheets:
        for content in sheet.cells.values():
            if isinstance(content, Text) and content.link:
                target, _, address = content.link.partition("!")
                letter, number = re.fullmatch(r"([A-Z]+)(\d+)", address).groups()  # type: ignore[union-attr] # an address
                column = sum((ord(item) - 64) * 26**place for place, item in enumerate(reversed(letter))) - 1
                there = made.by_name[target].cells
                if address != "A1" and (int(number) - 1, column) not in there:
                    wrong.append((sheet.name, content.link))
    assert wrong == []
    front = ["封面", *(["目录"] if "目录" in made.by_name else [])]
    links = {
        name: {item.link for item in made.by_name[name].cells.values() if isinstance(item, Text) and item.link}
        for name in front
    }
    rest = [sheet.name for sheet in made.sheets if sheet.name not in {*front, "清单"}]
    assert {f"{sheet}!A1" for sheet in rest} <= links[front[-1]]
    assert {f"{sheet}!A1" for sheet in ("汇总", "简报", "目录") if sheet in made.by_name} <= links["封面"]


def test_a_result_leads_to_its_step_its_coefficient_its_source() -> None:
    made = book("pilot")

    def link(sheet: str, text: str) -> str:
        """Of the cell with a text, or of the row of units below a heading."""
        cells = made.by_name[sheet].cells
        places = [place for place, content in cells.items() if isinstance(content, Text) and content.text == text]
        below = [(UNITS, column) for row, column in places if row == HEAD]
        return next(
            found.link for place in (*places, *below) if isinstance(found := cells.get(place), Text) and found.link
        )

    step = link("汇总", "固定二氧化碳")
    assert step.startswith("计算_固定二氧化碳_")
    coefficient = link("计算_固定二氧化碳_生态系统", "二氧化碳价格")
    assert coefficient.startswith("系数!F")
    row = int(coefficient.removeprefix("系数!F")) - 1
    source = next(
        content
        for (at, _), content in made.by_name["系数"].cells.items()
        if at == row and isinstance(content, Text) and content.link.startswith("来源!")
    )
    there = made.by_name["来源"].cells[int(source.link.removeprefix("来源!A")) - 1, 0]
    assert there == Text(source.text, "wrap")
    assert link("计算_固定二氧化碳_生态系统", "固定二氧化碳量").startswith("规则!A")


@pytest.mark.parametrize("name", ACCOUNTS)
def test_every_coefficient_has_a_name_of_its_own_that_says_what_it_is(name: str, tmp_path: Path) -> None:
    sheet = book(name).by_name["系数"]
    rows = {row for row, column in sheet.cells if column == 0 and row >= FIRST}
    assert sorted(row for row, _ in sheet.names.values()) == sorted(rows)
    assert [item for item in sheet.names if not re.fullmatch(r"系数_[^\W\d]\w*", item)] == []
    assert set(load_workbook(write(tmp_path / "x.xlsx", book(name).data)).defined_names) == set(sheet.names)


# --- charts -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_charts_have_a_label_for_every_bar_and_say_in_words_what_they_show(name: str, tmp_path: Path) -> None:
    made = book(name)
    charts = [(sheet, chart) for sheet in made.sheets for chart in sheet.charts]
    assert len(charts) == 1
    with zipfile.ZipFile(write(tmp_path / "x.xlsx", made.data)) as archive:
        parts = {item: archive.read(item).decode() for item in archive.namelist()}
    drawn = [text for item, text in parts.items() if "charts/chart" in item]
    assert len(drawn) == len(charts)
    assert all('<c:tickLblSkip val="1"/>' in text and '<c:delete val="1"/>' not in text for text in drawn)
    described = "".join(text for item, text in parts.items() if "drawings/drawing" in item)
    for _, chart in charts:
        assert f'descr="{chart.alt}"' in described
        sheet = made.by_name[chart.sheet]
        top, left, bottom, right = chart.names
        names = [sheet.cells.get((row, column)) for row in range(top, bottom + 1) for column in range(left, right + 1)]
        assert len(names) == chart.count
        assert all(isinstance(item, Text) for item in names)


@pytest.mark.parametrize(
    ("largest", "code", "step"),
    [(0.9, "#,##0.00", "0.2"), (2.4, "#,##0.00", "0.5"), (4.99, "#,##0", "1.0"), (182000.0, "#,##0", "50000.0")],
)
def test_an_axis_has_five_steps_at_most_and_decimals_only_where_a_step_is_less_than_one(
    largest: float, code: str, step: str
) -> None:
    """0.9 / 5 = 0.18: steps of 0.2; 2.4 / 5 = 0.48: of 0.5; 4.99 / 5 = 0.998: of 1; 182,000 / 5 = 36,400: of 50,000."""
    sheet = Sheet("甲", "甲", "000000")
    sheet.text(0, 0, "祁连县")
    sheet.put(0, 1, TypedNumber(largest, "money"))
    name, value = (0, 0, 0, 0), (0, 1, 0, 1)
    sheet.charts.append(Bars(2, "样图", "万元", "甲", name, value, "一条", largest=largest))
    sheet.charts.append(Lines(30, "样图", "万元", "甲", name, (((0, 0), value),), "一条", largest=largest))
    data = to_bytes([sheet], title="样", created=date(2026, 11, 29), footer="样")
    for number in (1, 2):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            drawn = archive.read(f"xl/charts/chart{number}.xml").decode()
        axis = drawn[drawn.index("<c:valAx>") :]
        assert f'<c:numFmt formatCode="{code}"' in axis
        assert f'<c:majorUnit val="{step}"/>' in axis


# --- the verdict --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_verdict_is_the_worst_of_the_checks(name: str) -> None:
    sheet = book(name).by_name["校验"]
    column = 5 if name in PLANS else 6
    words = [
        content.text if isinstance(content, Text) else content.value
        for (row, at), content in sheet.cells.items()
        if at == column and row >= FIRST and content.style == "verdict"
    ]
    assert set(words) <= {"通过", "不通过", "不适用", "无法核验"}
    worst = next((word for word in ("不通过", "无法核验") if word in words), "通过")
    if worst == "无法核验" and name not in PLANS:
        worst = "无法核验：有的项缺数，见校验的说明"
        notes = [item.text for (_, at), item in sheet.cells.items() if at == column + 1 and isinstance(item, Text)]
        assert any(note.endswith(("（两侧都缺：没有一个县有数）", "（有一侧缺数）")) for note in notes)
    verdict = sheet.cells[1, 2]
    assert isinstance(verdict, LiveFormula)
    assert verdict.value == worst
    assert isinstance(
        cover := next(item for item in book(name).by_name["封面"].cells.values() if item.style == "verdict"),
        LiveFormula,
    )
    assert cover.value == worst


def test_a_changed_coefficient_is_counted_and_is_no_pass(tmp_path: Path) -> None:
    made = book("pilot")
    file = load_workbook(write(tmp_path / "x.xlsx", made.data))
    file["系数"]["F7"].value = file["系数"]["F7"].value * 2
    file.save(tmp_path / "typed.xlsx")
    found = formualizer.recalculate(tmp_path / "typed.xlsx")
    row = next(
        row for (row, column), content in made.by_name["校验"].cells.items()
        if column == 1 and isinstance(content, Text) and content.text == "改动过的系数（行）"
    )  # fmt: skip
    assert found["校验", f"C{row + 1}"] == 1.0
    assert (found["校验", f"G{row + 1}"], found["校验", "C2"]) == ("已改动", "已改动：与清单记录不一致")


def test_a_missing_side_is_never_a_pass(tmp_path: Path) -> None:
    made = book("pilot")
    file = load_workbook(write(tmp_path / "x.xlsx", made.data))
    sheet = file["清单"]
    sheet["B3"].value = None
    file.save(tmp_path / "typed.xlsx")
    found = formualizer.recalculate(tmp_path / "typed.xlsx")
    assert (found["校验", "D7"], found["校验", "G7"]) == ("缺", "无法核验")
    assert found["校验", "C2"] == found["封面", "B13"] == "无法核验：有的项缺数，见校验的说明"


# --- few and many counties ----------------------------------------------------------------------


@pytest.mark.parametrize(("counties", "across"), [(1, True), (8, True), (9, False), (44, False)])
def test_few_counties_stand_across_and_many_down_and_no_two_cells_meet(counties: int, across: bool) -> None:  # noqa: FBT001 - a case
    cross = Cross("表", ("total", "a", "b"), tuple(str(code) for code in range(counties)), groups=2)
    assert cross.across == across
    places = [
        cross.at(line, county, group) for line in cross.lines for county in (ALL, *cross.counties) for group in (0, 1)
    ]
    assert len(set(places)) == 2 * 3 * (counties + 1)
    assert len({place.row if across else place.column for place in places}) == (3 if across else 6)
    assert cross.at("total", ALL).row == FIRST


@pytest.mark.long
def test_an_account_of_many_counties_is_recalculated_and_verified(tmp_path: Path) -> None:
    codes = ("632221", "632222", "632223", "632224", "632301", "632322", "632323", "632324", "632521")
    lines = [
        toy.Line(code, item.quantity, item.value, item.unit, item.ecosystem, item.item, item.presence)
        for code in codes
        for item in toy.whole()
        if item.county == toy.A
    ]
    made = Made("many", toy.result(tmp_path / "a", lines, rules=toy.RULES, counties=codes), toy.catalogue())
    sheet = made.by_name["分县价值量"]
    assert [sheet.cells[FIRST, column] for column in (0, 1)] == [Text("*", "code"), Text("合计", "total")]
    assert len(sheet.pages) == 2
    path = write(tmp_path / "x.xlsx", made.data)
    assert compared(made, formualizer.recalculate(path)).differing == []
    assert verify_workbook(path, catalogue=toy.catalogue()).same


# --- as it is printed ---------------------------------------------------------------------------


@pytest.mark.libreoffice
@pytest.mark.parametrize("name", ["pilot", "plan"])
def test_the_printed_workbook_has_no_hashes_no_small_letters_and_the_pages_that_were_laid(
    name: str, tmp_path: Path
) -> None:
    made = book(name)
    path = write(tmp_path / "x.xlsx", made.data)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, path]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    text = subprocess.run(
        ["pdftotext", "-layout", tmp_path / "x.pdf", "-"], check=True, capture_output=True, text=True
    ).stdout
    assert "###" not in text
    assert "Err:" not in text
    laid = sum(len(sheet.pages) * (1 + len(sheet.row_breaks)) for sheet in made.sheets[:-1])
    assert laid - 4 <= text.count("\f") <= laid + 8  # the record, and pages of a sheet that hold nothing
    box = subprocess.run(
        ["pdftotext", "-bbox", tmp_path / "x.pdf", "-"], check=True, capture_output=True, text=True
    ).stdout
    heights = [
        float(found[2]) - float(found[1])
        for found in re.finditer(r'yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">[^<]*[一-鿿]', box)
    ]
    assert min(heights) >= 8


def test_main_sheets_a_little_too_high_for_a_page_get_lower_lines_on_one() -> None:
    """Of the general ruleset the summary has 37 lines, 660 points, where a page has 620: lines of 13 points make it fit."""
    found = compute(read_account(Path(__file__).parent.parent / "examples/maps/account.toml"))
    sheets = [paged(sheet) for sheet in main_sheets(found, found.account.periods[0].name)]
    assert [(sheet.name, len(sheet.pages), sheet.row_breaks) for sheet in sheets] == [
        ("封面", 1, []), ("汇总", 1, []), ("简报", 1, []),
    ]  # fmt: skip
    (summary,) = (sheet for sheet in sheets if sheet.name == "汇总")
    written = {row for row, _ in summary.cells}
    assert {summary.heights[row] for row in summary.heights if row not in written} == {6}  # free rows
    assert min(summary.heights[row] for row in summary.heights if row in written) == 13
    assert sum(summary.heights.get(row, 15) for row in range(max(written) + 1)) <= 620


EXAMPLES = Path(__file__).parent.parent / "examples"
WHOLE = EXAMPLES / "whole-county"


def whole_county() -> Result:
    """The account of 甲县, with a figure for every line of the general ruleset."""
    return compute(read_account(WHOLE / "account.toml", coefficients=[WHOLE / "prices"]))


@pytest.mark.parametrize("general", [True, False])
def test_the_main_sheets_of_a_whole_account_have_a_page_each_and_say_what_is_not_in_it(*, general: bool) -> None:
    """甲县 with all lines, 64 sheets; and the five pilot counties with gaps by the same rules. What is signed is signed there."""
    found = whole_county() if general else compute(read_account(EXAMPLES / "pilot/account-general.toml"))
    sheets = account_sheets(found, found.account.periods[0].name)
    assert [(sheet.name, len(sheet.pages), sheet.row_breaks) for sheet in sheets[:3]] == [
        ("封面", 1, []), ("汇总", 1, []), ("简报", 1, []),
    ]  # fmt: skip
    cover, summary, _ = (
        "\n".join(str(getattr(item, "text", "")) for item in sheet.cells.values()) for sheet in sheets[:3]
    )
    words = ["测算稿", "金额的证据：假定", "另列，不计入合计：", "金额落在哪一级证据"]
    words += [] if general else ["部分核算：3/16 项指标，不是生态产品总值（GEP）"]
    assert [word for word in words if word not in cover] == []
    assert all(word in summary for word in ("单位负责人：", "报出日期：", "金额的证据：假定"))


@pytest.mark.libreoffice
def test_the_main_sheets_of_a_county_with_every_line_print_on_three_pages(tmp_path: Path) -> None:
    path = write_workbook(whole_county(), tmp_path / "甲县.xlsx")
    assert printed_sheets(path) == ("封面", "汇总", "简报")
    (printed,) = render(path, tmp_path / "甲县.pdf", sheets=printed_sheets(path))
    pages = subprocess.run(["pdftotext", printed, "-"], check=True, capture_output=True, text=True).stdout.split("\f")
    assert len(pages[:-1]) == 3
    assert all("测算稿" in page and "金额的证据：假定" in page for page in pages[:-1])
