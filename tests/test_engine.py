"""The engine on the toy accounts of tests/support/toy.py: what is there, what is not, and what is said of it."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from qhgep.account.account import Period
from qhgep.account.read import read_account
from qhgep.catalogue import Clause
from qhgep.catalogue.formulas import formula, total_of
from qhgep.engine import compute
from qhgep.engine.grid import Value
from qhgep.engine.pipeline import grouped_by_county
from qhgep.engine.result import Result
from qhgep.errors import AccountError, EvidenceError, QhgepError, UnitError, problem
from qhgep.expr import Total
from tests.support import toy
from tests.support.toy import BARE, COD, FOREST, GRASS, MARSH, NH3N, A, B, C, D, Line


@pytest.fixture(scope="module")
def ragged(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return toy.result(tmp_path_factory.mktemp("ragged"), toy.ragged())


REGISTERED = "填报的县域面积比有出处的面积"


def warnings(result: Result) -> list[str]:
    """What is told of a result, but for the size of the toy counties: they bear true codes and are a tenth as large."""
    assert {item.severity for item in result.checks} <= {"warning"}
    return [item.text() for item in result.checks if not item.text().partition("  ")[2].startswith(REGISTERED)]


def refused(path: Path, kind: type[QhgepError] = AccountError) -> list[str]:
    """What stops an account under review; a draft runs on where no more than a value lacks."""
    with pytest.raises(kind) as caught:
        compute(replace(toy.read(path), state="review"))
    return caught.value.text().splitlines()


def toy_adopt(quantity: str, period: str, more: str = "") -> str:
    decision = f'[[adopt]]\nquantity = "{quantity}"\nfrom_period = "{period}"\n{more}'
    return decision + 'reason = "测试"\ndecided_by = "测试"\n'


def stated(value: Value) -> tuple[float | None, str, str]:
    return value.value, value.presence, value.origin


def test_zero_missing_and_not_applicable_are_three_things_from_the_input_to_the_total(ragged: Result) -> None:
    load = {county: stated(ragged.value("toy_load", county=county, item=NH3N)) for county in (A, B, D)}
    assert load == {
        A: (0.0, "zero", "stated"),
        B: (None, "missing", ""),
        D: (None, "not_applicable", ""),
    }
    useful = {county: stated(ragged.value("toy_useful", county=county, item=NH3N)) for county in (A, B, D)}
    assert useful == {
        A: (0.0, "value", "computed"),
        B: (None, "missing", "computed"),
        D: (None, "not_applicable", "computed"),
    }
    total = {county: ragged.value("toy_useful_total", county=county).value for county in (A, B, D)}
    assert total == {A: 31.7, B: 136.0, D: 3.3}  # B: grassland 80,000 hm² x 1.7 kg, and no ammonia


def test_an_area_of_zero_is_a_row_and_a_missing_area_is_none(ragged: Result) -> None:
    assert stated(ragged.value("area", county=B, ecosystem=MARSH)) == (0.0, "zero", "stated")
    assert ragged.value("toy_removed", county=B, ecosystem=MARSH, item=COD).value == 0.0
    assert ragged.value("toy_removed", county=B, ecosystem=FOREST, item=COD).presence == "absent"
    assert ragged.value("toy_removed", county=D, ecosystem=BARE, item=COD).presence == "absent"
    assert ragged.value("area", county=D, ecosystem=BARE).presence == "not_applicable"


def test_values_are_those_of_hand_arithmetic(ragged: Result) -> None:
    """1 km² = 100 hm²; 30.3 万亩 = 20,200 hm²; 1 t = 1000 kg; t C × 44/12 = t CO₂."""
    removed = (1234.5 * 100 * 1.7 + 30.3 * 10_000 / 15 * 12.5) / 1000
    assert ragged.value("toy_by_pollutant", county=A, item=COD).value == pytest.approx(removed, rel=1e-14)
    fixed = 1234.5 * 33.3 * 1.3**0.5 * 44 / 12
    assert ragged.value("toy_fixed", county=A, ecosystem=GRASS).value == pytest.approx(fixed, rel=1e-14)
    sink = -12.5 * 800 * 0.7**2 * 44 / 12 * 57.3
    assert ragged.value("toy_fixed_value_total", county=B).value == pytest.approx(sink, rel=1e-14)


def test_a_missing_cell_inside_the_rows_makes_the_total_above_it_partial(ragged: Result) -> None:
    """D states its grassland's growth as missing: forest (212.5 hm² x 140 g) and marsh (50 hm² x 77 g) are added up."""
    assert ragged.value("toy_fixed", county=D, ecosystem=GRASS).presence == "missing"
    total = ragged.value("toy_fixed_value_total", county=D)
    grams = 2.125e6 * 140 + 0.5e6 * 77
    assert total.value == pytest.approx(grams * 0.9 / 1e6 * 44 / 12 * 57.3, rel=1e-14)
    assert total.partial is not None
    assert (total.partial.covered, total.partial.missing) == ((FOREST, MARSH), (GRASS,))
    assert total.partial.area_share == pytest.approx(2.625 / 18.4)


def test_a_missing_area_makes_the_total_partial_and_not_missing(ragged: Result) -> None:
    total = ragged.value("toy_by_pollutant", county=B, item=COD)
    assert total.value == 136.0
    assert total.partial is not None
    assert (total.partial.covered, total.partial.missing) == ((GRASS, MARSH), (BARE, FOREST))
    assert total.partial.area_share == pytest.approx(800 / 900)


def test_a_method_reaches_only_the_ecosystems_that_its_cover_has_a_value_for(ragged: Result) -> None:
    """裸地 has an area in county A and no capacity in the pack: it is not covered, and it is no error."""
    assert ragged.value("toy_removed", county=A, ecosystem=BARE, item=COD).presence == "absent"
    partial = ragged.value("toy_cleaning_value_total", county=A).partial
    assert partial is not None
    assert BARE in partial.missing
    assert partial.area_share == pytest.approx((1234.5 + 202) / 1520)


def test_an_ecosystem_that_does_not_apply_is_not_missing(ragged: Result) -> None:
    assert ragged.value("toy_cleaning_value_total", county=D).partial is None
    pair = next(pair for pair in ragged.coverage.pairs() if (pair.county, pair.ecosystem) == (D, BARE))
    assert (pair.presence, pair.area, pair.reached_by) == ("not_applicable", None, ())


def test_a_stated_cell_stands_in_for_the_formula_and_the_difference_is_told(ragged: Result) -> None:
    assert stated(ragged.value("toy_removed", county=D, ecosystem=GRASS, item=COD)) == (
        4.75,
        "value",
        "stated",
    )
    assert stated(ragged.value("toy_removed", county=D, ecosystem=GRASS, item=NH3N))[2] == "computed"
    total = 4.75 + (2.125 * 12.5 + 0.5 * 110.3) * 100 / 1000
    assert ragged.value("toy_by_pollutant", county=D, item=COD).value == pytest.approx(total, rel=1e-14)
    end = "；二者一致；以填报值为准；请说明差异。"
    assert warnings(ragged)[:2] == [
        f"632701，2020，grassland，cod  样例净化量 填报值 4.75 与公式值 2.6775 相差 77.40%{end}",
        f"632701，2020  样例季节系数 填报值 0.9 与公式值 1.41421 相差 -36.36%{end}",
    ]


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        ("50", []), ("50.00000000001", []),
        ("50.00001", [f"{A}，2020，cod  样例有效净化量 填报值 50.00001 与公式值 50 相差 0.0000200%"]),
        ("50.5", [f"{A}，2020，cod  样例有效净化量 填报值 50.5 与公式值 50 相差 1.00%"]),
    ],
)  # fmt: skip
def test_a_stated_value_beside_its_formula_is_told_however_small_the_difference(
    stated: str, told: list[str], tmp_path: Path
) -> None:
    """A lets in 50 t of COD and removes more: the formula says 50. Only what floats bring about is not told."""
    found = toy.result(tmp_path, [*toy.whole(), Line(A, "toy_useful", stated, "t/a", item=COD)], counties=(A, B))
    assert warnings(found) == [f"{text}；二者一致；以填报值为准；请说明差异。" for text in told]


def test_a_stated_county_total_stands_for_the_whole_county(ragged: Result) -> None:
    total = ragged.value("toy_fixed_value_total", county=C)
    assert stated(total) == (123456.789, "value", "stated")
    assert total.partial is None


def test_a_total_stated_for_one_item_says_nothing_of_the_other(ragged: Result) -> None:
    """County C states its useful removal of COD only: for ammonia nothing is known, and the sum says so."""
    assert ragged.value("toy_useful", county=C, item=COD).partial is None
    assert ragged.value("toy_useful", county=C, item=NH3N).presence == "absent"
    total = ragged.value("toy_useful_total", county=C)
    assert total.value == 1.25
    assert total.partial is not None
    assert (total.partial.covered[-1], total.partial.missing) == ("toy_pollutant/cod", ("toy_pollutant/nh3n",))


def test_not_applicable_stands_in_for_a_formula_too(tmp_path: Path) -> None:
    line = Line(A, "toy_fixed", ecosystem=FOREST, presence="not_applicable", note="苗圃，不计")
    result = toy.result(tmp_path, [*toy.whole(), line], counties=(A, B))
    value = result.value("toy_fixed_total", county=A)
    assert result.value("toy_fixed", county=A, ecosystem=FOREST).presence == "not_applicable"
    assert value.value == pytest.approx(1234.5 * 40.5 * 1.1**0.5 * 44 / 12)
    assert value.partial is None


def test_what_is_stated_for_a_pair_without_area_is_not_used_and_that_is_told(tmp_path: Path) -> None:
    line = Line(B, "toy_growth", "5", "g/m2/year (carbon)", MARSH)
    result = toy.result(tmp_path, [*toy.whole(), line], counties=(A, B))
    (told,) = warnings(result)
    assert told == (
        f"inputs.csv:{len(toy.whole()) + 2}  样例净生长 有填报值，但该县该生态系统没有面积，没有使用；"
        "面积为数值或零的生态系统；补面积，或删去该行。"
    )


def test_a_coefficient_without_a_value_in_reach_stops_a_review_and_is_named_in_a_draft(tmp_path: Path) -> None:
    """B has no price of ammonia: it keeps the 50 t x 1400 yuan of the other pollutant, and the account its numbers of A."""
    path = toy.write_account(tmp_path, toy.whole(), counties=(A, B))
    pack = tmp_path / "pack" / "toy.csv"
    pack.write_text(pack.read_text("utf-8").replace("TOY-08,toy_cost,,", f"TOY-08,toy_cost,{A},"), "utf-8")
    (told,) = refused(path)
    assert told == (
        f"pack/toy.csv:9  样例治理成本（toy_cost）在 2020-01-01 至 2020-12-31、{B}，nh3n 没有值；"
        "一个当时当地有效的系数行；"
        f"已有的行：TOY-08（pack/toy.csv:9，{A}，2020-01-01 至 2020-12-31）；"
        "补充系数行；借用的在决定表里选定，没有决定表的在 account.toml 写 [[adopt]]。"
    )
    draft = compute(toy.read(path))
    assert warnings(draft) == [told]
    values = {county: draft.value("toy_cleaning_value_total", county=county) for county in (A, B)}
    assert {county: value.value for county, value in values.items()} == {A: 50 * 1400 + 2.5 * 1750.5, B: 50 * 1400}
    assert values[A].partial is None
    assert values[B].partial is not None
    assert values[B].partial.missing == ("toy_pollutant/nh3n",)


def test_a_coefficient_that_nothing_needs_may_lack_a_value(tmp_path: Path) -> None:
    """裸地 has no capacity anywhere: it lies outside the reach of the method, and is not looked for."""
    lines = [line for line in toy.whole() if line.ecosystem != FOREST]
    extra = toy.areas({(A, BARE): "3", (B, BARE): "1"})
    result = toy.result(tmp_path, [*lines, *extra], counties=(A, B))
    assert result.value("toy_removed", county=A, ecosystem=BARE, item=COD).presence == "absent"


def test_a_price_of_what_does_not_apply_is_not_looked_for(tmp_path: Path) -> None:
    gap = {"presence": "not_applicable", "value": "", "unit": ""}
    lines = [replace(line, **gap) if line.item == NH3N else line for line in toy.whole()]
    path = toy.write_account(tmp_path, lines, counties=(A, B))
    pack = tmp_path / "pack" / "toy.csv"
    rows = pack.read_text("utf-8").splitlines(keepends=True)
    pack.write_text("".join(row for row in rows if "TOY-08" not in row), "utf-8")
    result = compute(toy.read(path))
    assert result.value("toy_cleaning_value_total", county=A).value == 50 * 1400


def test_a_sum_of_coefficients_names_the_one_that_lacks(tmp_path: Path) -> None:
    whole = total_of(toy.cost, "toy_pollutant")
    summed = formula(whole, method="sum", equals=Total("toy_pollutant", toy.cost), source=Clause("qhgep", at="测试"))
    base = toy.catalogue()
    catalogue = replace(
        base,
        vocabulary={**base.vocabulary, whole.name: whole},
        formulas={**base.formulas, summed.id: summed},
    )
    rules = toy.RULES.replace("show = [", f'show = ["{whole.name}", ').replace(
        "[bind]", f'[bind]\n{whole.name} = "sum"'
    )
    load = {"presence": "not_applicable", "value": "", "unit": ""}
    lines = [replace(line, **load) if line.quantity == "toy_load" else line for line in toy.whole()]
    path = toy.write_account(tmp_path, lines, rules=rules, counties=(A, B))
    account = read_account(path, coefficients=[tmp_path / "pack"], catalogue=catalogue)
    assert compute(account).value(whole.name, county=A).value == 1400 + 1750.5
    store = account.coefficients
    less = replace(store, rows=tuple(row for row in store.rows if row.row != "TOY-08"), _index={})
    with pytest.raises(AccountError) as caught:
        compute(replace(account, coefficients=less, state="review"))
    lacking = [("no_value", f"{A}、{B}（2），nh3n")]
    assert [(item.code, dict(item.facts)["cell"]) for item in caught.value.problems] == lacking
    draft = compute(replace(account, coefficients=less))
    assert [item.code for item in draft.checks if item.severity == "warning" and item.code != "comparison_outside"] == [
        "no_value"
    ]
    total = draft.value(whole.name, county=A)
    assert total.partial is not None
    assert (total.value, total.partial.missing) == (1400, ("toy_pollutant/nh3n",))


def test_what_is_computed_from_two_totals_covers_what_both_cover(tmp_path: Path) -> None:
    local = """[[formula]]
quantity = "yield_to_precipitation"
method = "local"
equals = "固定二氧化碳量合计 ÷ 样例固碳量合计"
source = "qhgep"
at = "测试"
"""
    bound = {"yield_to_precipitation": "local", "carbon_dioxide_fixed": "nep", "carbon_dioxide_fixed_total": "sum"}
    bind = "[bind]\n" + "".join(f'{name} = "{method}"\n' for name, method in bound.items())
    rules = toy.RULES.replace("show = [", 'show = ["yield_to_precipitation", ').replace("[bind]\n", bind) + local
    nep = [Line(A, "net_ecosystem_productivity", "20.25", "g/m2/year (carbon)", GRASS)]
    barren = [Line(A, "net_ecosystem_productivity", ecosystem=FOREST, presence="not_applicable")]
    half = toy.result(tmp_path / "half", [*toy.whole(), *nep], rules=rules, counties=(A,))
    value = half.value("yield_to_precipitation", county=A)
    assert value.value == pytest.approx(1234.5 * 20.25 / (1434.625 * 40.5 * 1.1**0.5))
    assert value.partial is not None
    assert (value.partial.covered, value.partial.missing) == ((GRASS,), (FOREST,))
    whole = toy.result(tmp_path / "whole", [*toy.whole(), *nep, *barren], rules=rules, counties=(A,))
    assert whole.value("yield_to_precipitation", county=A).partial is None


def test_a_price_of_another_year_is_no_price_and_an_inflow_of_another_is_an_error_where_there_is_a_gep(
    tmp_path: Path,
) -> None:
    """In a review both are told; a draft without a GEP runs on, and the lines that read the prices have no value."""
    account = toy.ACCOUNT.replace("price_year = 2020", "price_year = 2010")
    do = (
        "在 account.toml 写 [deflate] series（一个价格指数序列）折算{}；年份“不明”的不能折算，"
        "借用它须在 account.toml 的 [[adopt]] 写 price_year 并说明依据。"
    )
    rows = [
        f"pack/toy.csv:{line}  {name}的行 {row} pack/toy.csv:{line} 的价格年份是 2020，没有折算；核算的价格年份 2010；"
        f"换用 2010 年价格的行，或{do.format('')}"
        for line, row, name in (
            (8, "TOY-07", "样例治理成本（toy_cost）"),
            (9, "TOY-08", "样例治理成本（toy_cost）"),
            (10, "TOY-09", "样例碳价（toy_carbon_price）"),
        )
    ]
    inflow = (
        "account.toml  来自区域外的生态产品价值 的价格年份是 2020；核算的价格年份 2010；涉及 inputs.csv:12（2020）、"
        f"inputs.csv:19（2020）：{do.format('，或换用 2010 年价格的行')}"
    )
    options = {"account": account, "counties": (A, B)}
    whole = toy.write_account(tmp_path, toy.whole(), rules=toy.RULES, **options)
    assert sorted(refused(whole, UnitError)) == sorted([inflow, *rows])
    path = toy.write_account(tmp_path, toy.whole(), **options)
    assert sorted(refused(path, UnitError)) == sorted(rows)
    draft = compute(toy.read(path))
    assert {draft.value(name, county=A).presence for name in ("toy_fixed_value_total", "toy_cleaning_value_total")} == {
        "missing"
    }


def test_money_that_is_only_shown_keeps_its_own_prices(tmp_path: Path) -> None:
    rules = toy.RULES.replace("show = [", 'show = ["gross_domestic_product", ')
    adopt = toy_adopt("gross_domestic_product", "2018")
    line = Line(A, "gross_domestic_product", "20.93", "亿元/a", year="2018")
    result = toy.result(tmp_path, [*toy.whole(), line], rules=rules, account=toy.ACCOUNT + adopt, counties=(A, B))
    assert result.value("gross_domestic_product", county=A).value == pytest.approx(2.093e9)


def test_a_stated_value_of_an_indicator_in_other_prices_is_an_error(tmp_path: Path) -> None:
    adopt = toy_adopt("toy_fixed_value_total", "2015")
    line = Line(A, "toy_fixed_value_total", "100", "元/a", year="2015")
    path = toy.write_account(tmp_path, [*toy.whole(), line], account=toy.ACCOUNT + adopt, counties=(A, B))
    (told,) = refused(path, UnitError)
    assert told.startswith("account.toml  样例固碳价值合计 的价格年份是 2015、2020；核算的价格年份 2020；")
    assert "涉及 inputs.csv:20（2015）：" in told


def test_a_total_takes_the_weakest_evidence_of_the_rows_it_counts(tmp_path: Path) -> None:
    """County A has a row that is not counted, B one without an area: neither changes what it rests on."""
    account = toy.read(toy.write_account(tmp_path, toy.ragged()))
    weak = tuple(
        replace(row, evidence="secondary")
        if (row.quantity, row.county_code, row.ecosystem) == ("area", A, FOREST)
        else row
        for row in account.inputs
    )
    result = compute(replace(account, inputs=weak))
    levels = {county: result.value("toy_fixed_total", county=county).evidence for county in (A, B)}
    assert levels == {A: "secondary", B: "published"}
    assert result.value("toy_fixed", county=A, ecosystem=GRASS).evidence == "published"


def test_a_computed_value_takes_the_weakest_evidence_of_what_it_reads(tmp_path: Path) -> None:
    account = toy.read(toy.write_account(tmp_path, toy.whole(), counties=(A, B)))
    weak = tuple(
        replace(row, evidence="secondary") if (row.quantity, row.county_code) == ("toy_wetness", A) else row
        for row in account.inputs
    )
    result = compute(replace(account, inputs=weak))
    levels = {county: result.value("toy_fixed_value_total", county=county).evidence for county in (A, B, "*")}
    assert levels == {A: "secondary", B: "published", "*": "secondary"}
    assert result.value("toy_cleaning_value_total", county=A).evidence == "published"
    fixed = {county: result.value("toy_fixed_value_total", county=county).value or 0 for county in (A, B)}
    whole = sum(fixed.values()) + 2 * 74376.25
    assert result.evidence_shares["secondary"] == pytest.approx(fixed[A] / whole)
    assert sum(result.evidence_shares.values()) == pytest.approx(1)
    with pytest.raises(EvidenceError) as caught:
        compute(replace(account, inputs=weak, require="published"))
    assert caught.value.text() == (
        "inputs.csv:7  样例湿润度，632222 的证据是 转引；文献 或更强；换用更强的依据，或放宽 --require。"
    )


def test_a_coefficient_that_many_counties_lack_is_told_once_with_their_number() -> None:
    """Five counties, one row that is not in force for any: one problem a row and not five, the first three named."""
    codes = [f"6326{place:02d}" for place in range(21, 26)]
    lacking = [
        problem("no_value", "x.csv:2", key="k", zh="量", on="2020-01-01", cell=f"{code}，forest", seen="-")
        for code in codes
    ]
    other = problem("no_value", "x.csv:2", key="k", zh="量", on="2020-01-01", cell="632621，grassland", seen="-")
    national = problem("no_value", "x.csv:3", key="l", zh="他", on="2020-01-01", cell="", seen="-")
    told = grouped_by_county([*lacking, other, national])
    assert [dict(item.facts)["cell"] for item in told] == [
        "632621、632622、632623…（5），forest", "632621，grassland", "",
    ]  # fmt: skip
    assert told[1:] == [other, national]


def test_two_years_in_quotes_are_a_mean_period_with_the_days_of_the_calendar(tmp_path: Path) -> None:
    """2019 and 2020 have 365 + 366 = 731 days, 731/2 a year: nobody chose them."""
    account = toy.ACCOUNT.replace("period = 2020", 'period = "2019—2020年"')
    (period,) = toy.read(toy.write_account(tmp_path, toy.whole(), account=account)).periods
    assert (period.name, period.days, period.year, period.by_calendar) == ("2019-2020", Fraction(731, 2), None, True)
    assert not Period("2019-2020", Fraction(365)).by_calendar


def test_where_no_input_is_of_the_period_its_decisions_are_not_told_beside_it(tmp_path: Path) -> None:
    adopt = '\n[[adopt]]\nquantity = "toy_wetness"\nfrom_period = "2018"\nreason = "r"\ndecided_by = "d"\n'
    path = toy.write_account(
        tmp_path, toy.whole(), account=toy.ACCOUNT.replace("period = 2020", "period = 2021") + adopt
    )
    with pytest.raises(AccountError) as caught:
        compute(replace(toy.read(path), state="review"))
    assert "inputs_no_period" in {item.code for item in caught.value.problems}
    assert "adopt_unused" not in {item.code for item in caught.value.problems}


def test_an_account_of_which_no_input_is_of_its_period_is_none(tmp_path: Path) -> None:
    """All rows are of 2020, the account is of 2021: a workbook of nothing but 缺 helps nobody."""
    with pytest.raises(AccountError) as caught:
        toy.result(tmp_path, toy.whole(), account=toy.ACCOUNT.replace("period = 2020", "period = 2021"))
    (found,) = [item for item in caught.value.problems if item.code == "inputs_no_period"]
    assert found.text() == (
        f"account.toml  {len(toy.whole())} 行输入都不属于核算期 2021，没有一行可用：它们的期间是 2020；核算期的数据；"
        "一年的核算写 period = 年份（如 period = 2024）；多年平均的，输入的期间也写那几年；借用别的期间用 [[adopt]]。"
    )
