"""A gap is told the same way however it came about: left out, declared missing, without an area, without a coefficient."""

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from openpyxl import load_workbook

from qhgep import compute, read_account, verify_workbook, write_workbook
from qhgep.account.choices import DeclaredGap
from qhgep.catalogue import Clause, catalogue_of
from qhgep.catalogue.formulas import formula
from qhgep.decisions.effects import effects
from qhgep.engine.result import Result
from qhgep.errors import AccountError, FormulaError, UnitError
from qhgep.expr import Call, Number, Parts, Quantity, Total, call, less, parts, where
from qhgep.inputs.not_applicable import NotApplicable
from qhgep.quantities import quantity
from qhgep.readings.additive import additive
from qhgep.readings.check import check
from qhgep.readings.evaluate import evaluate
from qhgep.readings.excel import excel
from qhgep.readings.latex import latex
from qhgep.readings.parse import parse
from qhgep.readings.text import text
from qhgep.units import unit
from tests.support import toy
from tests.support.toy import COD, FOREST, GRASS, MARSH, NH3N, A, B, Line
from tests.witness import formualizer

ROOT = Path(__file__).parents[1]
FIELD = ROOT / "tests" / "field"
LAKE, DAM, MARSHES = (
    quantity(name, "m**3/year", axes="county year", zh=zh, tex=tex)
    for name, zh, tex in (("lake", "湖泊量", "L"), ("dam", "水库量", "D"), ("marshes", "沼泽量", "M"))
)


# 1. Parts of one thing


def test_a_sum_of_parts_is_read_as_every_tree_is() -> None:
    tree = parts(LAKE, DAM, MARSHES)
    assert text(tree) == "各项合计（湖泊量，水库量，沼泽量）"
    assert parse("各项合计（湖泊量，水库量，沼泽量）", [LAKE, DAM, MARSHES]) == tree
    assert parse("parts(lake, dam, marshes)", [LAKE, DAM, MARSHES]) == tree
    assert latex(tree) == "L + D + M"
    assert check(tree, quantity("all", "m**3/year", axes="county year", zh="合", tex="C")).expr == tree


@pytest.mark.parametrize(
    ("written", "column", "expected"),
    [
        ("各项合计（湖泊量）", 9, ","),
        ("各项合计（湖泊量，湖泊量）", 10, "name"),
        ("各项合计（湖泊量 + 水库量，沼泽量）", 6, "name"),
    ],
)
def test_what_is_no_list_of_named_parts_is_refused_where_it_stands(written: str, column: int, expected: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(written, [LAKE, DAM, MARSHES])
    facts = dict(caught.value.problems[0].facts)
    assert (facts["column"], facts["expected"]) == (str(column), expected)


def test_parts_are_of_one_unit_and_one_shape_and_stand_alone() -> None:
    total = quantity("all", "m**3/year", axes="county year", zh="合", tex="C")
    in_litres = quantity("litres", "dm**3/year", axes="county year", zh="升", tex="l")
    by_kind = quantity("kinds", "m**3/year", axes="county year ecosystem", zh="类", tex="k")
    with pytest.raises(UnitError, match="升"):
        check(parts(LAKE, in_litres), total)
    with pytest.raises(FormulaError, match="ecosystem"):
        check(parts(LAKE, by_kind), total)
    with pytest.raises(FormulaError, match="合计只能单独成一个公式"):
        formula(total, method="m", equals=2 * parts(LAKE, DAM), source=Clause("qhgep", at="试"))
    with pytest.raises(TypeError, match="two named quantities"):
        parts(LAKE)


@pytest.mark.parametrize(
    ("lake", "dam", "marsh", "expected"),
    [
        (3.0, 4.0, 5.5, 12.5),
        (3.0, None, 5.5, 8.5),
        (None, None, -2.0, -2.0),
        (None, None, None, None),
        (0.0, None, None, 0.0),
    ],
)
def test_the_sheet_and_the_engine_add_the_parts_that_are_known(
    tmp_path: Path, lake: float | None, dam: float | None, marsh: float | None, expected: float | None
) -> None:
    """3 + 4 + 5.5 = 12.5; without the dam 8.5; where nothing is known there is no sum, and no zero."""
    import xlsxwriter

    values = {"lake": lake, "dam": dam, "marshes": marsh}
    arrays = {name: np.array([[np.nan if value is None else value]]) for name, value in values.items()}
    counted = {name: ~np.isnan(array) for name, array in arrays.items()}
    number = float(evaluate(parts(LAKE, DAM, MARSHES), arrays, counted=counted)[0, 0])
    cells = {"lake": "A1", "dam": "B1", "marshes": "C1"}
    book = xlsxwriter.Workbook(str(tmp_path / "parts.xlsx"))
    sheet = book.add_worksheet("S")
    for name, cell in cells.items():
        sheet.write_formula(cell, "=NA()" if values[name] is None else f"={values[name]}")
    sheet.write_formula("D1", "=" + excel(parts(LAKE, DAM, MARSHES), lambda of: cells[of.name], factor=str))
    book.close()
    shown = formualizer.recalculate(tmp_path / "parts.xlsx")["S", "D1"]
    assert shown == ("#N/A" if expected is None else expected)
    if expected is not None:
        assert number == expected


# 2. Where a partial sum may stand


X, Y, Z = (Quantity(name, unit("1"), (), name, name) for name in "xyz")


@pytest.mark.parametrize(
    ("tree", "names"),
    [
        (X + Y, {"x", "y"}),
        (X * Y / Z, {"x", "y"}),
        (call("min", X, call("max", 0, Y)), {"x", "y"}),
        (Total("county", X), {"x"}),
        (Parts((X, Y)), {"x", "y"}),
        (X - Y, set()),
        (1 - X, set()),
        (X**2, set()),
        (Call("exp", (X,)), set()),
        (where(less(X, Y), X, Z), set()),
        (X * (Y / X), {"y"}),
        (Z + (Number(2) - X), {"z"}),
    ],
)
def test_a_partial_sum_may_stand_where_the_result_grows_with_it(tree: toy.Expr, names: set[str]) -> None:
    assert additive(tree) == names


def test_what_would_take_a_partial_sum_for_the_whole_has_no_value_in_engine_and_sheet(tmp_path: Path) -> None:
    """Forest's growth is not stated: the sum over grassland stands, and a ratio to it does not."""
    local = """[[formula]]
quantity = "yield_to_precipitation"
method = "local"
equals = "样例有效净化量合计 ÷ 样例固碳量合计"
source = "qhgep"
at = "测试"
"""
    rules = toy.RULES.replace("show = [", 'show = ["yield_to_precipitation", ', 1)
    unitless = local.replace("样例有效净化量合计 ÷ 样例固碳量合计", "样例固碳量合计 ÷ 样例固碳量合计")
    rules = rules.replace("[bind]\n", '[bind]\nyield_to_precipitation = "local"\n') + unitless
    lines = [line for line in toy.whole() if (line.county, line.quantity, line.ecosystem) != (A, "toy_growth", FOREST)]
    result = toy.result(tmp_path, lines, rules=rules, counties=(A, B))
    ratios = {county: result.value("yield_to_precipitation", county=county) for county in (A, B)}
    assert (ratios[A].value, ratios[A].presence) == (None, "missing")
    assert ratios[B].value == 1.0
    held = result.values["yield_to_precipitation"]
    assert np.isnan(held.value[held.presence != 0]).all()  # no formula after it can read a number there
    assert result.value("toy_fixed_total", county=A).value == pytest.approx(1234.5 * 40.5 * 1.1**0.5 * 44 / 12)
    write_workbook(result, tmp_path / "book.xlsx")
    cells = formualizer.recalculate(tmp_path / "book.xlsx")
    assert "#N/A" in {value for (sheet, _), value in cells.items() if "产水" in sheet or "水源涵养" in sheet}


# 3. One fact, one number


@pytest.fixture(scope="module")
def field() -> dict[str, Result]:
    return {name: compute(read_account(FIELD / f"al-{name}.toml")) for name in ("omitted", "declared-missing")}


def test_declaring_a_gap_gives_what_leaving_it_out_gives(field: dict[str, Result]) -> None:
    """881,900 hm² x 62 g C/m² = 546,778 t C; x 44/12 x 380 yuan (GZ-26 as adopted) = 76,184.40 万元; cropland is named."""
    found = {name: result.value("carbon_value_total", county="632222") for name, result in field.items()}
    for value in found.values():
        assert value.value == pytest.approx(881_900 * 1e4 * 62 / 1e6 * 44 / 12 * 380, rel=1e-12)
        assert f"{value.value / 1e4:,.2f}" == "76,184.40"
        assert value.partial is not None
        assert "cropland" in value.partial.missing
    assert found["omitted"].partial == found["declared-missing"].partial
    totals = {result.value("accounted_total", county="*").value for result in field.values()}
    assert len(totals) == 1


@pytest.mark.parametrize("item", [COD, NH3N])
def test_an_item_that_nobody_states_is_named_as_one_that_is_declared_missing(tmp_path: Path, item: str) -> None:
    left_out = [line for line in toy.whole() if (line.county, line.item) != (A, item)]
    gap = Line(A, "toy_load", item=item, presence="missing")
    results = [
        toy.result(tmp_path / name, lines, counties=(A, B))
        for name, lines in (("out", left_out), ("declared", [*left_out, gap]))
    ]
    values = [result.value("toy_cleaning_value_total", county=A) for result in results]
    assert values[0].value == values[1].value == {COD: 2.5 * 1750.5, NH3N: 50 * 1400}[item]
    for value in values:
        assert value.partial is not None
        assert value.partial.missing == (f"toy_pollutant/{item}",)


def test_a_quantity_that_nobody_states_stops_a_review_and_not_a_draft(tmp_path: Path) -> None:
    """Without any wetness there is no carbon; cleaning keeps its number, and the draft says what lacks."""
    lines = [line for line in toy.whole() if line.quantity != "toy_wetness"]
    account = toy.read(toy.write_account(tmp_path, lines, counties=(A, B)))
    draft = compute(account)
    told = [(item.code, item.severity) for item in draft.checks if item.code != "comparison_outside"]
    assert told == [("input_nowhere", "warning")]  # but for the size of the toy counties
    assert draft.value("toy_fixed_value_total", county=A).presence == "missing"
    assert draft.value("toy_cleaning_value_total", county=A).value == 50 * 1400 + 2.5 * 1750.5
    total = draft.value("accounted_total", county=A)
    assert total.partial is not None
    assert total.partial.missing[0] == "toy_carbon"
    with pytest.raises(AccountError, match="toy_wetness"):
        compute(replace(account, state="review"))


CLEANING = 50 * 1400 + 2.5 * 1750.5
OTHER_PRICE = (
    "TOY-10,toy_carbon_price,,,,2019-01-01,2020-12-31,,2020,60,,,CNY/tCO2,toy-book,第二版,stated,published,,\n"
)
ADOPT = '[[adopt]]\nrow = "TOY-09"\nfor = "toy_carbon_price"\nreason = "r"\ndecided_by = "d"\n'


@pytest.mark.parametrize(
    ("row", "decisions", "code"),
    [(OTHER_PRICE, 0, "rows_contend"), ("", 2, "decisions_contend"), (OTHER_PRICE, 2, "decisions_contend")],
)
def test_a_choice_that_nobody_made_between_two_prices_is_a_gap_of_the_lines_that_read_them(
    tmp_path: Path, row: str, decisions: int, code: str
) -> None:
    """Neither price is taken: the carbon line has no value, cleaning keeps its own, and the total is partial."""
    path = toy.write_account(
        tmp_path, toy.whole(), account=toy.ACCOUNT + ADOPT * decisions, rules=toy.RULES, counties=(A, B)
    )
    with (tmp_path / "pack/toy.csv").open("a", encoding="utf-8") as table:
        table.write(row)
    account = toy.read(path)
    draft = compute(account)
    assert [(item.code, item.severity) for item in draft.checks if item.code != "comparison_outside"][:1] == [
        (code, "warning")
    ]
    assert draft.value("toy_fixed_value_total", county=A).presence == "missing"
    total = draft.value("accounted_total", county=A)
    assert total.partial is not None
    assert (total.value, total.partial.missing) == (CLEANING, ("toy_carbon",))
    with pytest.raises(AccountError) as caught:
        compute(replace(account, state="review"))
    assert {item.code for item in caught.value.problems} == {code}
    declared = DeclaredGap("toy_carbon", "两个价格，尚未定", "d", "account.toml [[not_covered]] 1")
    reviewed = compute(replace(account, state="review", not_covered=(declared,)))
    assert reviewed.value("accounted_total", county=A).value == CLEANING
    assert verify_workbook(write_workbook(draft, tmp_path / "x.xlsx"), catalogue=toy.catalogue()).same


def test_one_decision_between_two_prices_gives_the_line_its_value(tmp_path: Path) -> None:
    path = toy.write_account(tmp_path, toy.whole(), account=toy.ACCOUNT + ADOPT, rules=toy.RULES, counties=(A, B))
    without = toy.result(tmp_path / "one", toy.whole(), rules=toy.RULES, counties=(A, B))
    with (tmp_path / "pack/toy.csv").open("a", encoding="utf-8") as table:
        table.write(OTHER_PRICE)
    chosen = compute(toy.read(path)).value("toy_fixed_value_total", county=A)
    assert (chosen.value, chosen.partial) == (without.value("toy_fixed_value_total", county=A).value, None)


# 4. 不适用 needs a ground


def test_what_is_said_not_to_apply_on_a_positive_area_is_refused_without_a_decision(tmp_path: Path) -> None:
    line = Line(A, "toy_growth", ecosystem=FOREST, presence="not_applicable")
    lines = [
        *(one for one in toy.whole() if (one.county, one.quantity, one.ecosystem) != (A, "toy_growth", FOREST)),
        line,
    ]
    path = toy.write_account(tmp_path, lines, counties=(A, B), decided=False)
    with pytest.raises(AccountError) as caught:
        compute(toy.read(path))
    assert caught.value.text() == (
        f"inputs.csv:{len(lines) + 1}  样例净生长（{A}，2020）填“不适用”，而该处有面积：forest 20012.5 hm²；"
        "面积大于零的地方：数值，或“缺失”；没有数据请填“缺失”；确不适用的，在 account.toml 写 [[not_applicable]]，注明理由和决定人。"
    )
    with_decision = toy.write_account(tmp_path / "decided", lines, counties=(A, B))
    result = compute(toy.read(with_decision))
    assert result.value("toy_fixed_value_total", county=A).partial is None
    (effect,) = effects(result)
    assert (effect.kind, effect.what, effect.reason, effect.decided_by, effect.basis) == (
        "not_applicable", "不适用", "样例", "样例", "coverage",
    )  # fmt: skip


def na(line: Line) -> Line:
    return replace(line, value="", unit="", presence="not_applicable")


def test_a_decision_does_not_take_a_property_from_land_that_is_there(tmp_path: Path) -> None:
    """Wetness is a factor of growth on 1434.625 km²: without it the county's carbon would be left out of a whole total."""
    lines = [na(line) if (line.county, line.quantity) == (A, "toy_wetness") else line for line in toy.whole()]
    at = 2 + lines.index(Line(A, "toy_wetness", presence="not_applicable"))
    with pytest.raises(AccountError) as caught:
        toy.result(tmp_path, lines, rules=toy.RULES, counties=(A, B))
    assert caught.value.text() == (
        f"account.toml:9 [[not_applicable]] 1  样例湿润度（{A}，2020，填报在 inputs.csv:{at}）被判断为“不适用”，而那里的生态系统面积大于零；"
        "地的性状、每单位的价格总是有的：数值，或“缺失”；能不适用的是面积、产量这类的量和整项服务；"
        "删去这条判断，填报改为“缺失”（数为零的填 0）；整项服务不适用的，在样例固碳量（toy_fixed）上填“不适用”并写判断。"
    )
    assert "a property of land or a price by unit is always there" in caught.value.text("en")


def test_a_decision_may_take_a_property_where_there_is_nothing_that_has_it(tmp_path: Path) -> None:
    """The county has no land that grows: its areas are zero, and what its growth would be multiplied by does not apply."""
    lines = [
        na(line)
        if (line.county, line.quantity) == (A, "toy_wetness")
        else replace(line, value="", unit="", presence="zero")
        if (line.county, line.quantity) == (A, "area")
        else line
        for line in toy.whole()
    ]
    result = toy.result(tmp_path, lines, rules=toy.RULES, counties=(A, B))
    assert result.value("toy_fixed_value_total", county=A).presence == "not_applicable"


@pytest.mark.parametrize(
    ("quantity", "refused"),
    [
        ("precipitation", True), ("evapotranspiration", True), ("surface_runoff", True), ("cooling_days", True),
        ("hot_day_evapotranspiration_rate", True), ("travel_spending", True), ("recreation_time_cost", True),
        ("storage_fillings", True), ("net_ecosystem_productivity", False), ("soil_retained", False), ("visits", False),
        ("marsh_area", False), ("habitat_area", False), ("view_nights", False), ("timber_output", False),
    ],
)  # fmt: skip
def test_what_may_not_apply_is_an_amount_and_no_property(tmp_path: Path, quantity: str, *, refused: bool) -> None:
    """Rain, runoff, days and prices are there wherever there is land or a visit; forests without harvest have no timber."""
    folder = Path(shutil.copytree(ROOT / "examples/whole-county", tmp_path / "county"))
    table, account = folder / "inputs.csv", folder / "account.toml"
    with table.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    first = next(row for row in rows if row[5] == quantity)
    first[6:9] = ["", "", "not_applicable"]
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([head, *rows])
    decision = f'[[not_applicable]]\nquantity = "{quantity}"\nreason = "r"\ndecided_by = "d"\n'
    account.write_text(account.read_text("utf-8") + decision, encoding="utf-8")
    read = read_account(account, coefficients=[folder / "prices"])
    if refused:
        with pytest.raises(AccountError) as caught:
            compute(read)
        assert {item.code for item in caught.value.problems} == {"not_applicable_property"}
    else:
        assert compute(read).value("accounted_total", county="990101").partial is None


def test_what_is_said_not_to_apply_without_area_or_decision_counts_as_missing_and_is_told(tmp_path: Path) -> None:
    lines = [
        replace(line, presence="not_applicable", value="", unit="") if (line.county, line.item) == (A, NH3N) else line
        for line in toy.whole()
    ]
    result = compute(toy.read(toy.write_account(tmp_path, lines, counties=(A, B), decided=False)))
    assert [item.text() for item in result.checks if item.code != "comparison_outside"] == [
        (
            "inputs.csv  样例排放量有 1 处填“不适用”而没有判断，按缺处理；规则集写明、面积为零，或有判断的“不适用”；"
            "确不适用的，在决定表里选定（表里没有的先用 qhgep decide 账户 --list 补列），"
            "没有决定表的在 account.toml 写 [[not_applicable]]，注明理由和决定人；数为零的填 0。"
        )
    ]
    value = result.value("toy_cleaning_value_total", county=A)
    assert value.partial is not None
    assert (value.value, value.partial.missing) == (50 * 1400, ("toy_pollutant/nh3n",))


def test_what_does_not_apply_by_the_rules_needs_no_row_and_no_decision(tmp_path: Path) -> None:
    rules = toy.RULES + f'[[not_applicable]]\nquantity = "toy_growth"\necosystems = ["{MARSH}"]\nreason = "样例"\n'
    marsh = toy.areas({(A, MARSH): "4"})
    whole = [
        replace(line, value="1438.625") if (line.county, line.quantity) == (A, "county_area") else line
        for line in toy.whole()
    ]
    without = toy.result(tmp_path / "without", [*whole, *marsh], rules=toy.RULES, counties=(A,))
    ruled = toy.result(tmp_path / "ruled", [*whole, *marsh], rules=rules, counties=(A,))
    partials = [result.value("toy_fixed_value_total", county=A).partial for result in (without, ruled)]
    assert partials[0] is not None
    assert partials[0].missing == (MARSH,)
    assert partials[1] is None
    values = {result.value("toy_fixed_value_total", county=A).value for result in (without, ruled)}
    assert len(values) == 1


@pytest.mark.parametrize(
    ("decision", "says"),
    [
        ('quantity = "toy_growth"\nreason = "r"\ndecided_by = "d"', "没有一行输入把toy_growth填为“不适用”"),
        ('quantity = "toy_none"\nreason = "r"\ndecided_by = "d"', "toy_none"),
        ('quantity = "toy_load"\nreason = ""\ndecided_by = "d"', "reason"),
        ('quantity = "toy_load"\necosystems = ["moon"]\nreason = "r"\ndecided_by = "d"', "moon"),
        ('quantity = "toy_load"\ncounties = ["110000"]\nreason = "r"\ndecided_by = "d"', "110000"),
    ],
)
def test_a_decision_that_reaches_nothing_or_says_too_little_is_refused(
    tmp_path: Path, decision: str, says: str
) -> None:
    account = f"{toy.ACCOUNT}[[not_applicable]]\n{decision}\n"
    path = toy.write_account(tmp_path, toy.whole(), account=account, counties=(A, B))
    with pytest.raises(AccountError) as caught:
        toy.read(path)
    assert says in caught.value.text()
    assert "[[not_applicable]] 1" in caught.value.text()


@pytest.mark.parametrize(
    ("written", "ecosystem", "holds"),
    [
        ("forest", "forest", True),
        ("forest", "forest.broadleaf", False),
        ("forest.*", "forest.broadleaf", True),
        ("forest.*", "forestry", False),
    ],
)
def test_a_decision_names_an_ecosystem_or_all_below_it(written: str, ecosystem: str, holds: bool) -> None:  # noqa: FBT001 - a case
    decision = NotApplicable("q", (written,), (), (), "r", "d", "p")
    assert decision.covers("q", county="c", ecosystem=ecosystem, item="") is holds


def test_the_shipped_parts_are_named_in_the_catalogue() -> None:
    """Lakes, reservoirs and marshes; plants and water; silt and nutrients: each a list of parts, none a bare sum."""
    from qhgep.catalogue import shipped

    found = {
        item.id: [part.name for part in item.equals.of]
        for item in shipped().formulas.values()
        if isinstance(item.equals, Parts)
    }
    assert found["flood_storage", "sum"] == ["lake_storage", "reservoir_storage", "marsh_storage"]
    assert found["climate_value", "sum"] == ["vegetation_cooling_value", "water_cooling_value"]
    assert found["soil_retention_value", "silt_and_nutrients"] == ["silt_value", "nutrient_value_total"]
    assert catalogue_of([]).formulas == {}


def test_grassland_only(tmp_path: Path) -> None:
    """A grassland county whose forest area is missing keeps its grassland, and the coverage names the forest."""
    lines = [
        line for line in toy.whole() if not (line.county == A and line.quantity == "area" and line.ecosystem == FOREST)
    ]
    result = toy.result(tmp_path, [*lines, *toy.areas({(A, FOREST): "missing"})], counties=(A, B))
    value = result.value("toy_fixed_value_total", county=A)
    assert value.partial is not None
    assert (value.partial.covered, value.partial.missing) == ((GRASS,), (FOREST,))


def test_an_area_that_does_not_apply_is_printed_so_and_not_as_unknown(tmp_path: Path) -> None:
    """缺 and 不适用 are two things to the last page: of the marsh nobody knows, bare land there is none of."""
    others = [line for line in toy.whole() if line.quantity != "area"]
    areas = toy.areas(
        {(A, GRASS): "1", (A, MARSH): "missing", (A, FOREST): "not_applicable", (B, GRASS): "1", (B, FOREST): "2"}
    )
    made = toy.result(tmp_path, [*others, *areas])
    sheet = load_workbook(write_workbook(made, tmp_path / "x.xlsx"))["计算_覆盖"]
    rows = {
        (row[0].value, row[2].value): [cell.value for cell in row] for row in sheet.iter_rows(min_row=7) if row[0].value
    }
    marsh = next(row for key, row in rows.items() if key[0] == A and row[3] == "缺")
    forest = next(row for key, row in rows.items() if key[0] == A and row[3] == "不适用")
    assert "面积缺：不知是多少，不是零" in marsh
    assert "面积不适用：不计入应核算的" in forest
    assert "缺" not in forest[:-2]


def test_what_is_declared_missing_asks_for_no_coefficient_and_no_price(tmp_path: Path) -> None:
    """B has no price of ammonia and says that it has no ammonia: nothing waits for the price, and a review computes."""
    lines = [
        replace(line, value="", unit="", presence="missing", note="没有监测")
        if (line.county, line.item) == (B, NH3N)
        else line
        for line in toy.whole()
    ]
    path = toy.write_account(tmp_path, lines, counties=(A, B))
    pack = tmp_path / "pack" / "toy.csv"
    pack.write_text(pack.read_text("utf-8").replace("TOY-08,toy_cost,,", f"TOY-08,toy_cost,{A},"), "utf-8")
    assert [item.code for item in compute(toy.read(path)).checks if item.code == "no_value"] == []


@pytest.mark.parametrize(
    "quantity", ["area", "precipitation", "soil_retained", "crop_product_output", "marsh_area", "travel_spending"]
)
def test_a_gap_of_the_whole_county_counts_the_same_left_out_or_declared(quantity: str) -> None:
    """An area, a property, an amount, a product, a part of a sum, a price by visit: left out, or said to be 缺失."""
    folder = ROOT / "examples/whole-county"
    account = read_account(folder / "account.toml", coefficients=[folder / "prices"])
    row = next(row for row in account.inputs if row.quantity == quantity and row.presence == "value")
    others = tuple(other for other in account.inputs if other is not row)
    declared = replace(row, presence="missing", value="", unit="", note="没有")
    told = []
    for rows in (others, (*others, declared)):
        found = compute(replace(account, inputs=rows))
        names = ["accounted_total", *(line.value for line in account.ruleset.indicators if not line.item)]
        values = [found.value(name, county="990101") for name in names]
        told.append([(value.value, value.presence, value.partial) for value in values])
    assert told[0] == told[1]
    assert told[0][0][2] is not None
