"""The workbook of several periods: arithmetic done by hand, what may be compared, and two engines that perform it again."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from qhgep import verify_workbook, write_workbook
from qhgep.engine import compute
from qhgep.engine.comparable import Reach, rankable, same_reach
from qhgep.errors import WorkbookError
from qhgep.workbook.brief import brief
from qhgep.workbook.core.cells import Lines, LiveFormula, Text, TypedNumber
from qhgep.workbook.core.layout import FIRST, HEAD, METHODS, UNITS, a1
from qhgep.workbook.correction.compare import diff
from qhgep.workbook.files import finalise, suggested_name
from tests.support import toy
from tests.support.books import compared
from tests.support.command_line import COMMAND
from tests.support.package import write
from tests.support.panels import FIRST_YEAR, NAMES, YEARS, PanelMade, lines, panel, path, result
from tests.support.toy import A, B
from tests.test_workbook_shape import (
    FUNCTIONS,
    IMPORT,
    PARTIAL,
    TEXT,
    THERE,
    TOTAL,
    VERDICT,
    WORST,
    contiguous,
    step_fault,
)
from tests.witness import formualizer, libreoffice

RANK = re.compile(r"SUMPRODUCT\(--\((\$[A-Z]+\$\d+:\$[A-Z]+\$\d+)>([A-Z]+\d+)\)\)\+1")
CLEANING = "历年_样例净化"


def cell(made: PanelMade, sheet: str, code: str, head: str) -> float | str | None:
    """What stands in the row of an area, in the column of a heading."""
    cells = made.by_name[sheet].cells
    rows = [
        row
        for (row, column), item in cells.items()
        if column in {0, 2} and isinstance(item, Text) and item.text == code
    ]
    columns = [
        column for (row, column), item in cells.items() if row == HEAD and isinstance(item, Text) and item.text == head
    ]
    assert (len(rows), len(columns)) == (1, 1), (sheet, code, head)
    item = cells[rows[0], columns[0]]
    return item.text if isinstance(item, Text) else item.value


# --- by hand --------------------------------------------------------------------------------------


def test_values_and_growth_are_those_worked_out_by_hand() -> None:
    made = panel("whole")
    assert cell(made, CLEANING, A, "2019 不变价") == pytest.approx(FIRST_YEAR, rel=1e-12)
    assert cell(made, CLEANING, A, "2020 不变价") == pytest.approx(FIRST_YEAR * 1.1, rel=1e-12)
    assert cell(made, CLEANING, A, "2020 同比") == pytest.approx(0.1, rel=1e-9)
    assert cell(made, CLEANING, "*", "2021 不变价") == pytest.approx(2 * FIRST_YEAR * 1.21, rel=1e-12)
    assert cell(made, CLEANING, "*", "年均增速") == pytest.approx(0.1, rel=1e-9)
    assert cell(made, CLEANING, A, "相隔年数") == 2
    assert cell(made, CLEANING, A, "2019、2020 的覆盖") == "相同：完整"
    assert cell(made, CLEANING, A, "2021 实物量") == pytest.approx(60.5 + 3.025)


def test_current_prices_stand_beside_constant_ones_by_the_index_of_the_year() -> None:
    """In prices of 2020, where the index is 125.5; it is 120 in 2019."""
    made = panel("whole")
    assert cell(made, CLEANING, A, "2019 当年价") == pytest.approx(FIRST_YEAR * 120 / 125.5, rel=1e-12)
    assert cell(made, CLEANING, A, "2020 当年价") == pytest.approx(FIRST_YEAR * 1.1, rel=1e-12)


def test_without_an_index_current_prices_are_missing_and_the_page_says_why() -> None:
    made = panel("unpriced")
    assert cell(made, CLEANING, A, "2019 当年价") == "缺"
    said = [item.text for item in made.by_name[CLEANING].cells.values() if isinstance(item, Text)]
    why = "；".join(f"{year} 当年价：核算没有 [deflate]：没有价格指数，当年价不推算" for year in YEARS)
    assert f"缺当年价的原因：{why}。" in said


def test_prefectures_are_the_sums_of_their_counties_and_say_how_many_these_are() -> None:
    made = panel("ragged")
    names = {
        made.by_name[CLEANING].cells[row, 0].text: item.text  # type: ignore[union-attr] # codes
        for (row, column), item in made.by_name[CLEANING].cells.items()
        if column == 1 and row > FIRST and isinstance(item, Text) and (row, 0) in made.by_name[CLEANING].cells
    }
    assert names["632200"] == "海北藏族自治州（本核算 1 县）"
    assert list(names) == ["*", "632200", "632300", "632600", "632700", "632222", "632323", "632621", "632701"]
    for code, county in (("632200", "632222"), ("632700", "632701")):
        assert cell(made, CLEANING, code, "2020 不变价") == cell(made, CLEANING, county, "2020 不变价")


def test_sums_over_counties_are_marked_as_not_netted() -> None:
    for sheet in panel("whole").sheets:
        if sheet.name.startswith(("历年_", "数据_", "历年汇总")):
            assert any("未抵消" in note for note in sheet.notes), sheet.name


# --- what may be compared -------------------------------------------------------------------------


def test_growth_is_missing_where_the_coverage_differs_with_the_reason_beside_it() -> None:
    made = panel("gap")
    assert cell(made, CLEANING, B, "2020 同比") == "缺"
    assert cell(made, CLEANING, B, "2019、2020 的覆盖") == "不同：2019 完整；2020 缺氨氮；面积 100.0%"
    assert cell(made, CLEANING, B, "2021 同比") == "缺"
    assert cell(made, CLEANING, B, "年均增速") == pytest.approx(0.1, rel=1e-9)
    assert cell(made, CLEANING, "*", "2020 同比") == "缺"
    assert cell(made, CLEANING, "*", "2019、2020 的覆盖") == "不同：2019 2 县完整；2020 1 县完整，1 县部分，0 县缺"
    assert cell(made, CLEANING, A, "2020 同比") == pytest.approx(0.1, rel=1e-9)
    assert cell(made, "历年_合计", B, "2020 同比") == "缺"
    assert cell(made, "历年汇总", "样例净化", "2020 比 2019") == "缺"


def test_counties_are_ranked_only_where_all_are_whole() -> None:
    """Both counties remove the same, so they share the first rank; in 2020 one of them lacks a pollutant."""
    whole, gap = panel("whole"), panel("gap")
    assert [cell(whole, CLEANING, code, "2020 位次") for code in (A, B)] == [1, 1]
    assert [cell(gap, CLEANING, code, "2020 位次") for code in (A, B)] == ["缺", "缺"]
    assert [cell(gap, CLEANING, code, "2021 位次") for code in (A, B)] == [1, 1]
    assert [cell(whole, "历年_样例固碳", code, "2019 位次") for code in (A, B)] == [1, 2]
    assert cell(whole, "历年_样例固碳", B, "位次变化") == 0


def test_a_county_that_falls_behind_loses_its_rank(tmp_path: Path) -> None:
    """County A has a load of 45 t in 2021, so it stands behind B: from 1 to 2 is a fall of one."""

    def change(line: toy.Line) -> toy.Line:
        return replace(line, value="45") if (line.county, line.year, line.item) == (A, "2021", toy.COD) else line

    made = PanelMade("fall", result(tmp_path, lines(change)), toy.catalogue())
    assert [cell(made, CLEANING, code, "位次变化") for code in (A, B)] == [-1, 0]
    assert cell(made, CLEANING, A, "2021 同比") == pytest.approx((45 * 1400 + 3.025 * 1750.5) / (FIRST_YEAR * 1.1) - 1)


def test_a_stated_value_in_the_place_of_a_formula_is_another_coverage(tmp_path: Path) -> None:
    """In 2021 the season of A is stated, by the number that the formula has: the same money by another method."""
    stated = toy.Line(A, "toy_season", "1.1", "1", year="2021")
    made = PanelMade("stated", result(tmp_path, [*lines(), stated]), toy.catalogue())
    assert cell(made, "历年_样例固碳", A, "2021 同比") == "缺"
    assert cell(made, "历年_样例固碳", A, "2020、2021 的覆盖") == "不同：2020 完整；2021 完整（含填报）"


def test_a_base_of_zero_has_no_growth(tmp_path: Path) -> None:
    def change(line: toy.Line) -> toy.Line:
        none = (line.county, line.year, line.quantity) == (A, "2019", "toy_load")
        return replace(line, value="", unit="", presence="zero") if none else line

    made = PanelMade("zero", result(tmp_path, lines(change)), toy.catalogue())
    assert cell(made, CLEANING, A, "2020 同比") == "缺"
    assert cell(made, CLEANING, A, "2019、2020 的覆盖") == "2019 不是正数，没有增长率"


def test_years_that_do_not_follow_each_other_are_compared_and_their_distance_counts(tmp_path: Path) -> None:
    made = PanelMade(
        "gap of years", result(tmp_path, lines(years=("2019", "2021")), periods="2019, 2021"), toy.catalogue()
    )
    assert cell(made, CLEANING, A, "2021 比 2019") == pytest.approx(0.21, rel=1e-9)
    assert cell(made, CLEANING, A, "年均增速") == pytest.approx(0.1, rel=1e-9)


def test_a_partial_total_is_never_called_gep() -> None:
    for name, has in (("whole", True), ("ragged", False)):
        texts = {item.text for sheet in panel(name).sheets for item in sheet.cells.values() if isinstance(item, Text)}
        assert ("生态产品总值（GEP）" in texts) == has
        assert ("已核算指标合计" in texts) != has
    assert cell(panel("whole"), "历年_GEP", A, "2019 不变价") == pytest.approx(
        cell(panel("whole"), "历年_合计", A, "2019 不变价") - 2500 * 125.5 / 120  # type: ignore[operator] # numbers
    )


REACHES = st.builds(
    Reach, st.sampled_from(["whole", "partial", "missing"]), st.sampled_from([(), ("cod",), ("nh3n",)]),
    st.sampled_from([None, 0.5, 1.0]), st.sampled_from([(), (("season", b"1"),)]),
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(REACHES, min_size=1, max_size=4))
def test_whatever_is_compared_covers_the_same_and_is_known(parts: list[Reach]) -> None:
    assert same_reach(parts, parts) == (
        any(part.state != "missing" for part in parts) and all(part.known for part in parts)
    )
    assert not same_reach(parts, [*parts[:-1], replace(parts[-1], missing=("else",))])
    assert not rankable([parts, [*parts[:-1], Reach("partial", ("cod",), 0.9)]])


# --- the workbook ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_formualizer_performs_the_workbook_again(name: str, tmp_path: Path) -> None:
    made = panel(name)
    found = compared(made, formualizer.recalculate(write(tmp_path / "x.xlsx", made.data)))
    assert found.differing == []
    assert found.cells > 200


@pytest.mark.libreoffice
def test_libreoffice_performs_the_workbook_again(tmp_path: Path) -> None:
    made = panel("ragged")
    assert compared(made, libreoffice.recalculate(write(tmp_path / "x.xlsx", made.data))).differing == []


def kind_of(formula: str, row: int) -> str:
    """import, step, total, or what is wrong; the price indices of the first row serve all rows."""
    if IMPORT.fullmatch(formula) or VERDICT.fullmatch(formula):
        return "import"
    if TOTAL.fullmatch(formula) or PARTIAL.fullmatch(formula) or WORST.fullmatch(formula):
        return "total" if contiguous(formula) else "a range of several rows and columns"
    return "step" if RANK.fullmatch(formula) else step_fault(formula, row, {FIRST + 1}) or "step"


@pytest.mark.parametrize("name", NAMES)
def test_every_formula_is_an_import_a_step_or_a_total(name: str) -> None:
    wrong = [
        f"{sheet.name}!{a1(row, column)} ={item.formula}: {kind_of(item.formula, row + 1)}, written as {item.kind}"
        for sheet, (row, column), item in panel(name).formulas()
        if kind_of(item.formula, row + 1) != item.kind
    ]
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_formulas_use_what_programs_share_and_no_number_of_the_world(name: str) -> None:
    formulas = [re.sub(TEXT, '""', item.formula) for _, _, item in panel(name).formulas()]
    used = {word for formula in formulas for word in re.findall(r"([A-Z]+\d*)\(", formula)}
    numbers = {number for formula in formulas for number in re.findall(r"\d[\d.E+]*", re.sub(THERE, "", formula))}
    assert used - FUNCTIONS == set()
    assert all(re.fullmatch(r"[02]|10*", number) for number in numbers)


@pytest.mark.parametrize("name", NAMES)
def test_every_column_of_numbers_has_a_heading_a_unit_and_a_way(name: str) -> None:
    for sheet in panel(name).sheets:
        if not sheet.name.startswith(("历年", "数据_")) or sheet.name == "历年图":
            continue
        columns = {
            column
            for (row, column), item in sheet.cells.items()
            if row > FIRST and isinstance(item, LiveFormula | TypedNumber)
        }
        for column in columns:
            texts = [sheet.cells[row, column] for row in (HEAD, UNITS, METHODS)]
            assert all(isinstance(text, Text) and text.text not in {"", "—"} for text in texts), (sheet.name, column)


def test_numbers_of_counties_are_typed_once_and_nowhere_else() -> None:
    """Numbers stand on the sheets of data, on 价格指数, on 清单, as tolerances of 校验, and as years between."""
    for sheet in panel("ragged").sheets:
        typed = [item for item in sheet.cells.values() if isinstance(item, TypedNumber)]
        if typed and sheet.name.startswith("历年_"):
            assert {item.value for item in typed} == {2.0}, sheet.name
        elif typed:
            assert sheet.name.startswith(("数据_", "价格指数", "清单", "校验")), sheet.name


def test_charts_draw_only_what_covers_the_same_in_every_period() -> None:
    def drawn(name: str) -> Mapping[str, int]:
        charts = panel(name).by_name["历年图"].charts
        return {chart.title.partition("：")[0]: len(chart.series) for chart in charts if isinstance(chart, Lines)}

    assert drawn("whole") == {"合计": 1, "调节服务": 2}
    assert drawn("gap") == {"调节服务": 1}
    texts = {item.text for item in panel("gap").by_name["历年图"].cells.values() if isinstance(item, Text)}
    assert "没有画进图的指标：样例净化。" in texts
    page = panel("gap").by_name["历年图"]
    assert all(chart.row + chart.rows <= 1 + max(row for row, _ in page.cells) for chart in page.charts)


def test_it_is_verified_like_every_book_and_a_changed_number_is_found(tmp_path: Path) -> None:
    made = panel("whole")
    file = write(tmp_path / "x.xlsx", made.data)
    assert verify_workbook(file, catalogue=toy.catalogue()).same
    assert write(tmp_path / "y.xlsx", PanelMade("again", made.made, made.catalogue).data).read_bytes() == made.data
    book = openpyxl.load_workbook(file)
    book["数据_2020"]["C11"] = 1
    book.save(tmp_path / "typed.xlsx")
    found = verify_workbook(tmp_path / "typed.xlsx", catalogue=toy.catalogue())
    assert ("数据_2020", "C11", "input") in {(item.sheet, item.cell, item.kind) for item in found.causes}


def test_the_difference_of_a_book_of_all_periods_and_its_account_is_nothing(tmp_path: Path) -> None:
    made = panel("whole")
    file = write(tmp_path / "x.xlsx", made.data)
    assert diff(file, file, catalogue=toy.catalogue()).same


def test_the_command_writes_it_and_names_it_by_its_first_and_last_period(tmp_path: Path) -> None:
    assert suggested_name(panel("whole").result) == "样例账户-2019—2021-测算稿.xlsx"
    assert suggested_name(panel("whole").result, "2020") == "样例账户-2020-测算稿.xlsx"
    one = write_workbook(panel("whole").result, tmp_path / "one.xlsx", period="2020")
    names = openpyxl.load_workbook(one, read_only=True).sheetnames
    assert "历年汇总" not in names


def test_a_reviewed_book_of_all_periods_is_made_final(tmp_path: Path) -> None:
    def reviewed(text: str) -> str:
        return text.replace("schema = 1\n", 'schema = 1\nstate = "review"\n', 1)

    file = path(tmp_path / "a", lines())
    file.write_text(reviewed(file.read_text("utf-8")), "utf-8")
    review = write_workbook(compute(toy.read(file)), tmp_path / "review.xlsx")
    final = finalise(review, tmp_path / "final.xlsx", catalogue=toy.catalogue())
    assert verify_workbook(final, catalogue=toy.catalogue()).same
    with pytest.raises(WorkbookError) as error:
        brief(panel("whole").result, tmp_path / "b.xlsx", period="2021", last=final, catalogue=toy.catalogue())
    assert str(error.value) == (
        "final.xlsx  final.xlsx 是多个期间的工作簿；上年一个期间的定稿；用 qhgep account … --period 写出上年的工作簿并定稿。"
    )
    text = file.read_text("utf-8").replace(
        "schema = 1\n", f'schema = 1\ncorrects = "{final.name}"\ncorrection_reason = "试"\n', 1
    )
    (tmp_path / "a" / final.name).write_bytes(final.read_bytes())
    file.write_text(text, "utf-8")
    with pytest.raises(WorkbookError) as error:
        write_workbook(compute(toy.read(file)), tmp_path / "x.xlsx")
    assert str(error.value) == (
        f"{tmp_path / 'x.xlsx'}  核算有多个期间（2019、2020、2021），并写明更正一份定稿；更正逐期写出；用 --period 指明，一期一个工作簿。"
    )


def test_a_brief_is_of_one_period(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError) as error:
        brief(panel("whole").result, tmp_path / "x.xlsx")
    assert (
        str(error.value)
        == f"{tmp_path / 'x.xlsx'}  核算有多个期间（2019、2020、2021）；一份简报一个期间；用 --period 指明。"
    )


def test_the_verb_writes_a_panel_without_a_period() -> None:
    assert "--period" in CliRunner().invoke(COMMAND, ["account", "--help"]).stdout
