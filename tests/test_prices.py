"""Price years: money of one year is carried to another by sourced index rows through one tree, or refused."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from qhgep import read_account, verify_workbook, write_workbook
from qhgep.catalogue import checked, shipped
from qhgep.catalogue.prices import carry, carrying, price_index, price_index_from, price_index_to, price_stated
from qhgep.coefficient_store import Deflation, Resolved, all_series, series_rows
from qhgep.engine import compute
from qhgep.engine.current_prices import current, without_current
from qhgep.engine.explain import as_text, explain
from qhgep.engine.price_years import amount
from qhgep.engine.result import Result
from qhgep.errors import AccountError, CoefficientError, EvidenceError, QhgepError, UnitError
from qhgep.packs.library import coefficients
from qhgep.quantities import gross_domestic_product
from qhgep.readings.exact import exact
from qhgep.workbook.account.book import account_sheets
from qhgep.workbook.core.cells import LiveFormula, Sheet, Text, TypedNumber
from qhgep.workbook.core.layout import FIRST, HEAD, METHODS, UNITS, a1
from tests.support import prices, toy
from tests.support.books import EXAMPLE, Made, book, compared
from tests.support.package import forged, write
from tests.support.prices import DEFLATE, INDEX, index_row
from tests.support.result_bodies import body
from tests.support.toy import COD, NH3N, A, B, Line
from tests.witness import formualizer

DO = (
    "在 account.toml 写 [deflate] series（一个价格指数序列）折算，或换用 2010 年价格的行"
    "；年份“不明”的不能折算，借用它须在 account.toml 的 [[adopt]] 写 price_year 并说明依据。"
)


def refused(folder: Path, kind: type[QhgepError], **options: object) -> list[str]:
    with pytest.raises(QhgepError) as caught:
        prices.result(folder, **options)
    assert type(caught.value) is kind
    return caught.value.text().splitlines()


@pytest.fixture(scope="module")
def result() -> Result:
    return book("prices").result


# --- the tree, exactly --------------------------------------------------------------------------


def rows(*values: Fraction) -> list[Resolved]:
    """Index rows with these values, which are decimal fractions as printed ones are."""
    (like, *_) = series_rows(coefficients(), "gaotianyan_cpi")
    assert like.measure is not None
    printed = [Decimal(value.numerator) / value.denominator for value in values]
    made = [like.model_copy(update={"value": value}).measured(like.measure, constant=False) for value in printed]
    assert [row.exact for row in made] == list(values)
    return [Resolved(row) for row in made]


def test_067_yuan_of_2007_are_067_times_60670_over_49360_in_2014_exactly() -> None:
    store, price = coefficients(), shipped().vocabulary["reservoir_cost"]
    own, other = (Resolved(row) for row in series_rows(store, "gaotianyan_cpi"))
    found = amount(carrying(price, 2007, 2014), Fraction("0.67"), own=own, other=other)
    assert found == Fraction(67, 100) * Fraction(60670, 100) / Fraction(49360, 100)
    assert (own.value, other.value) == (Fraction("493.60"), Fraction("606.70"))


POSITIVE = st.integers(1, 10**10).map(lambda units: Fraction(units, 10**4))


@pytest.mark.long
@given(st.fractions(), POSITIVE, POSITIVE)
@example(Fraction("0.67"), Fraction("493.60"), Fraction("606.70"))
def test_carrying_there_and_back_is_the_identity_exactly(stated: Fraction, first: Fraction, second: Fraction) -> None:
    own, other = rows(first, second)
    there = amount(carrying(price_stated, 2007, 2014), stated, own=own, other=other)
    assert amount(carrying(price_stated, 2014, 2007), there, own=other, other=own) == stated


@pytest.mark.long
@given(st.fractions(), POSITIVE, POSITIVE, POSITIVE)
def test_carrying_over_a_year_between_changes_nothing_and_the_base_of_the_index_does_not_matter(
    stated: Fraction, first: Fraction, second: Fraction, base: Fraction
) -> None:
    own, other, between = rows(first, second, base)
    straight = amount(carry, stated, own=own, other=other)
    assert amount(carry, amount(carry, stated, own=own, other=between), own=between, other=other) == straight
    own, other = rows(first * base, second * base)
    assert amount(carry, stated, own=own, other=other) == straight


def test_the_tree_fits_every_quantity_in_money_and_converts_nothing() -> None:
    money = [item for item in shipped().vocabulary.values() if "CNY" in str(item.unit)]
    assert len(money) > 5
    for item in money:
        found = checked(carrying(item, 2007, 2014))
        assert (found.unit, found.conversions) == (item.unit, ())
        given = {price_stated.name: Fraction(1), price_index_to.name: Fraction(3), price_index_from.name: Fraction(2)}
        assert exact(found.expr, given, ()) == Fraction(3, 2)


# --- series are rows ----------------------------------------------------------------------------


def test_the_shipped_series_is_the_one_that_the_facts_hold() -> None:
    store = coefficients()
    assert all_series(store) == ("cpi_china", "gaotianyan_cpi", "gdp_deflator_china")
    found = [(row.row, str(row.start), str(row.end), str(row.value), row.evidence, row.price_year) for row in
             series_rows(store, "gaotianyan_cpi")]  # fmt: skip
    assert found == [
        ("CPI-2007", "2007-01-01", "2007-12-31", "493.60", "published", None),
        ("CPI-2014", "2014-01-01", "2014-12-31", "606.70", "published", None),
    ]


def test_the_two_series_of_china_are_chained_from_the_printed_annual_changes() -> None:
    """The changes are the facts; nothing chooses between the series, and together they differ: 2010 to 2023 by 1.322 and 1.345."""
    with (Path(__file__).parent / "facts" / "price-index-china.csv").open(encoding="utf-8", newline="") as file:
        facts = [
            (row["series"], int(row["year"]), Fraction(row["change_percent_on_year_before"]))
            for row in csv.DictReader(file)
        ]
    held = {name: {row.start.year: row.exact for row in series_rows(coefficients(), name) if row.start}
            for name in ("cpi_china", "gdp_deflator_china")}  # fmt: skip
    assert {name: (min(years), max(years)) for name, years in held.items()} == {
        "cpi_china": (1986, 2024), "gdp_deflator_china": (1960, 2023),
    }  # fmt: skip
    for name, year, change in facts:
        now, before = held[name][year], held[name][year - 1]
        assert now is not None
        assert before is not None
        assert abs((now / before - 1) * 100 - change) < Fraction(1, 10**6)
    ratios = {name: float((years[2023] or 0) / (years[2010] or 1)) for name, years in held.items()}
    assert ratios == {
        "cpi_china": pytest.approx(1.322, abs=0.0005),
        "gdp_deflator_china": pytest.approx(1.345, abs=0.0005),
    }


@pytest.mark.parametrize(("unit", "value"), [("1978=100", "4.936"), ("%", "4.936"), ("1", "493.6")])
def test_an_index_may_be_printed_with_its_base_or_in_percent(tmp_path: Path, unit: str, value: str) -> None:
    account = prices.read(tmp_path, index=[index_row(2010, "493.60", unit=unit), index_row(2020, "600", unit=unit)])
    assert series_rows(account.coefficients, prices.SERIES)[0].exact == Fraction(value)


ROW_FAULTS: Mapping[str, tuple[dict[str, str], str]] = {
    "two years": (
        {"to": "2011-12-31"},
        "price_index.toy_index 的一行期间是 2010-01-01 至 2011-12-31；一个日历年：某年-01-01 至 同年-12-31；一年写一行。",
    ),
    "a price year": (
        {"price_year": "2010"},
        "系数 price_index.toy_index 的价格年份与其单位不符；以元计的必须写 price_year，其余留空；补写或删去。",
    ),
    "no series": (
        {"key": "price_index"},
        "系数 price_index 不在词汇表里；词汇表中以 coefficient 声明的量；检查拼写。",
    ),
    "another unit": (
        {"unit": "元"},
        "price_index.toy_index 的单位 “元” 不能换算为 1；1 一类的单位，如 比值、%、‰；检查单位，也检查数是不是填错了栏。",
    ),
    "zero": (
        {"value": "0"},
        ("系数 price_index.toy_index = 0 1 超出合理范围（0.01 至 100,000）；定基价格指数为正；上年 = 100 的环比指数不能直接相除，不作为序列；"
        "检查数值与单位。"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ROW_FAULTS)
def test_a_row_that_is_no_index_of_one_year_is_told_with_its_line(tmp_path: Path, name: str) -> None:
    changes, says = ROW_FAULTS[name]
    value = changes.get("value", "80")
    row = index_row(2010, value, **{key: text for key, text in changes.items() if key != "value"})
    assert refused(tmp_path, AccountError, index=[row])[:1] == [f"pack/index.csv:2  {says}"]


def test_the_year_of_an_index_row_is_told_in_english_too(tmp_path: Path) -> None:
    with pytest.raises(QhgepError) as caught:
        prices.read(tmp_path, index=[index_row(2010, "80", to="2011-12-31"), index_row(2020, "100")])
    assert caught.value.text("en").splitlines()[0] == (
        "pack/index.csv:2  a row of price_index.toy_index is for 2010-01-01 to 2011-12-31; "
        "one calendar year: from its January 1 to its December 31; write one row a year."
    )


# --- the decision -------------------------------------------------------------------------------


def test_a_series_that_is_not_there_and_a_decision_without_reason_are_told_together(tmp_path: Path) -> None:
    text = DEFLATE.replace("toy_index", "cpi").replace("测试", "")
    assert refused(tmp_path, AccountError, account=prices.account_text(tables=text)) == [
        (
            "account.toml [deflate]  没有价格指数序列 “cpi”；系数表里 key 为 price_index.<序列> 的行；"
            "有：cpi_china、gaotianyan_cpi、gdp_deflator_china、toy_index；改正 series，或用 --coefficients 加入该序列。"
        ),
        "account.toml [deflate]  没有写理由（reason）或决定人（decided_by）；每个判断都写明理由和决定人；补写。",
    ]


def test_a_series_of_two_bases_is_none(tmp_path: Path) -> None:
    index = [index_row(2010, "80"), index_row(2015, "100"), index_row(2020, "125.5", unit="2015=100")]
    assert refused(tmp_path, UnitError, index=index) == [
        (
            "account.toml [deflate]  价格指数 toy_index 的各行单位写法不同：1、2015=100（IX-2010、IX-2015、IX-2020）；"
            "一个序列一个基期；按基期分成几个序列。"
        )
    ]


def test_a_series_with_two_rows_for_a_year_is_none(tmp_path: Path) -> None:
    index = [*prices.rows(INDEX), index_row(2020, "130", row="IX-X", source="baima-2017")]
    assert refused(tmp_path, UnitError, index=index) == [
        (
            "pack/index.csv:5  价格指数 toy_index 在 2020 年有两行：IX-2020、IX-X；一个序列一年一行；"
            "删去其一，或另立一个序列。"
        )
    ]


# --- mixing is a unit error ---------------------------------------------------------------------


def test_other_price_years_without_a_decision_are_a_unit_error_that_names_the_rows(tmp_path: Path) -> None:
    told = refused(tmp_path, UnitError, account=prices.account_text(tables=prices.ADOPT))
    assert told == [
        (
            f"account.toml  来自区域外的生态产品价值 的价格年份是 2020；核算的价格年份 2010；涉及 inputs.csv:12（2020）、"
            f"inputs.csv:19（2020）：{DO}"
        ),
        f"account.toml  样例固碳价值合计 的价格年份是 2015；核算的价格年份 2010；涉及 inputs.csv:20（2015）：{DO}",
    ]


def test_the_unit_error_has_its_parts_and_its_english_words(tmp_path: Path) -> None:
    with pytest.raises(UnitError) as caught:
        prices.result(tmp_path, account=prices.account_text(tables=prices.ADOPT))
    found = caught.value.problems[1]
    assert (found.code, dict(found.facts)) == (
        "price_years",
        {"quantity": "样例固碳价值合计", "expected": "2010", "years": "2015", "rows": "inputs.csv:20（2015）"},
    )
    assert found.text("en") == (
        "account.toml  the price year of 样例固碳价值合计 is 2015; the price year 2010 of the account; this is about "
        "inputs.csv:20 (2015): write [deflate] series (a price index series) in account.toml, or use rows in prices of 2010; "
        "a year 不明 (not stated) cannot be carried: adopt such a row by an [[adopt]] of account.toml with price_year and the reason for it."
    )


def test_with_another_fault_price_years_stay_in_the_one_collected_error(tmp_path: Path) -> None:
    unused = '[[adopt]]\nquantity = "toy_load"\nfrom_period = "1999"\nreason = "测试"\ndecided_by = "测试"\n'
    told = refused(tmp_path, AccountError, account=prices.account_text(tables=prices.ADOPT + unused))
    assert sum("的价格年份是" in line for line in told) == 2
    assert sum("这个判断没有用到任何数据（toy_load 1999）" in line for line in told) == 1


def test_an_index_without_a_row_for_a_year_names_price_years_and_the_years_there_are(tmp_path: Path) -> None:
    """No interpolation, no nearest year: 2014 and 2016 are not 2015."""
    index = prices.rows({2010: "80", 2014: "98", 2016: "103", 2020: "125.5"})
    assert refused(tmp_path, UnitError, index=index) == [
        (
            "account.toml [deflate]  样例固碳价值合计（inputs.csv:20）的价格年份是 2015，核算的价格年份是 2010，"
            "而价格指数 toy_index 没有 2015 年的行；两年各有一行（不插值，不取邻年）；有行的年份：2010、2014、2016、2020；"
            "补上该年的行，换 [deflate] 的 series，或换用 2010 年价格的行。"
        )
    ]


def test_a_fault_of_the_index_names_the_file_of_the_account_whatever_it_is_called(tmp_path: Path) -> None:
    index = prices.rows({2010: "80", 2014: "98", 2020: "125.5"})
    path = prices.write(tmp_path, index=index)
    other = path.rename(path.with_name("海北2015.toml"))
    with pytest.raises(UnitError) as caught:
        compute(toy.read(other))
    assert {item.where for item in caught.value.problems} == {"海北2015.toml [deflate]"}


def test_an_index_without_a_year_is_told_once_for_very_many_inputs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """45 counties of 20 prices were 2,700 lines that said the same; the bound is 20 lines, here 3."""
    monkeypatch.setattr("qhgep.engine.pipeline._ONE_BY_ONE", 1)
    told = refused(tmp_path, UnitError, index=prices.rows({2015: "100", 2020: "125.5"}))
    assert len(told) == 2
    assert "的价格年份是 2020，核算的价格年份是 2010，而价格指数 toy_index 没有 2010 年的行；" in told[0]
    assert "（2）（" in told[0] or "inputs.csv:19" in told[0]
    assert "样例固碳价值合计（inputs.csv:20）的价格年份是 2015" in told[1]


def test_an_index_without_the_price_year_carries_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnitError) as caught:
        prices.result(tmp_path, index=prices.rows({2015: "100", 2020: "125.5"}))
    assert {item.code for item in caught.value.problems} == {"index_year"}
    assert len(caught.value.problems) == 3  # two inflows, a stated value
    assert caught.value.problems[0].text("en") == (
        "account.toml [deflate]  来自区域外的生态产品价值 (inputs.csv:12) is in prices of 2020, the account in prices of 2010, "
        "and the price index toy_index has no row for 2010; a row for both years (no interpolation, no nearest year); "
        "years there are: 2015, 2020; "
        "add the row, choose another series in [deflate], or use a row in prices of 2010."
    )


REVIEW = 'state = "review"\n'


@pytest.mark.parametrize(
    ("table", "index", "code", "says"),
    [
        ("", None, "row_prices", "的价格年份是 2015，没有折算；核算的价格年份 2020；换用 2020 年价格的行，"),
        (
            DEFLATE,
            {2015: "100", 2020: "125.5"},
            "row_prices_index",
            (
                "的价格年份是 2010，核算的价格年份是 2020，而价格指数 toy_index 没有 2010 年的行；两年各有一行（不插值，不取邻年）；"
                "有行的年份：2015、2020；补上该年的行，换 [deflate] 的 series，或换用 2020 年价格的行。"
            ),
        ),
    ],
)
def test_a_coefficient_in_other_prices_that_nothing_carries_leaves_its_line_without_a_value(
    tmp_path: Path, table: str, index: dict[int, str] | None, code: str, says: str
) -> None:
    """The carbon price alone is of 2015, the account of 2020 or its index without 2010: cleaning keeps its number."""
    year = 2015 if index is None else 2010
    series = None if index is None else prices.rows(index)
    path = prices.write(tmp_path, account=toy.ACCOUNT + table, given=toy.whole(), index=series)
    pack = tmp_path / "pack/toy.csv"
    pack.write_text(pack.read_text("utf-8").replace(",2020,57.3,", f",{year},57.3,"), encoding="utf-8")
    draft = compute(toy.read(path))
    (told,) = [item for item in draft.checks if item.code == code]
    assert told.severity == "warning"
    assert f"样例碳价（toy_carbon_price）的行 TOY-09 pack/toy.csv:10 {says}" in told.text()
    assert draft.value("toy_fixed_value_total", county=A).presence == "missing"
    total = draft.value("accounted_total", county=A)
    assert (total.value, total.partial is not None) == (50 * 1400 + 2.5 * 1750.5, True)
    path.write_text(REVIEW + path.read_text("utf-8"), encoding="utf-8")
    with pytest.raises(UnitError) as caught:
        compute(toy.read(path))
    assert {item.code for item in caught.value.problems} == {code}


def test_money_of_an_unstated_period_has_no_year_to_carry_from(tmp_path: Path) -> None:
    adopt = prices.ADOPT.replace("2015", "unstated")
    path = prices.write(tmp_path, account=prices.account_text(tables=DEFLATE + adopt))
    table = (tmp_path / "inputs.csv").read_text(encoding="utf-8")
    unstated = table.replace("2015,2015,,,toy_fixed_value_total", "unstated,unstated,,,toy_fixed_value_total")
    unstated = unstated.replace("1000,元/a,value,stated,published", "1000,元/a,value,stated,assumed")
    (tmp_path / "inputs.csv").write_text(unstated, encoding="utf-8")
    with pytest.raises(UnitError) as caught:
        compute(toy.read(path))
    assert caught.value.text().splitlines() == [
        f"account.toml  样例固碳价值合计 的价格年份是 不明、2010；核算的价格年份 2010；涉及 inputs.csv:20（不明）：{DO}"
    ]


def test_rows_of_the_price_year_need_no_decision_and_a_decision_leaves_them_alone(tmp_path: Path) -> None:
    plain = toy.result(tmp_path / "plain", toy.whole(), rules=toy.RULES, counties=(A, B))
    decided = prices.result(tmp_path / "decided", given=toy.whole(), account=prices.account_text(2020, DEFLATE))
    assert not any(record.carried for record in decided.records)
    assert decided.rows() == plain.rows()
    assert decided.run_id != plain.run_id


def test_money_that_is_only_shown_is_not_carried(tmp_path: Path) -> None:
    rules = toy.RULES.replace("show = [", 'show = ["gross_domestic_product", ')
    line = Line(A, "gross_domestic_product", "20.93", "亿元/a")
    found = prices.result(tmp_path, given=[*prices.lines(), line], rules=rules)
    assert found.value(gross_domestic_product.name, county=A).value == 2.093e9


def test_a_sum_over_counties_of_what_is_only_shown_does_not_mix_price_years_either(tmp_path: Path) -> None:
    rules = toy.RULES.replace("show = [", 'show = ["gross_domestic_product", ')
    adopt = (
        '[[adopt]]\nquantity = "gross_domestic_product"\nfrom_period = "2018"\nreason = "测试"\ndecided_by = "测试"\n'
    )
    gdp = [
        Line(A, "gross_domestic_product", "20", "亿元/a"),
        Line(B, "gross_domestic_product", "10", "亿元/a", year="2018"),
    ]
    account = prices.account_text(2020, adopt)
    found = prices.result(tmp_path / "two", given=[*toy.whole(), *gdp], rules=rules, account=account)
    with pytest.raises(UnitError) as caught:
        found.value("gross_domestic_product", county="*")
    assert caught.value.text() == (
        "account.toml  地区生产总值 的价格年份是 2018、2020；核算的价格年份 2020；涉及 inputs.csv:20（2020）、"
        f"inputs.csv:21（2018）：{DO.replace('2010', '2020')}"
    )
    same = [replace(line, year="2018") for line in gdp]
    one = prices.result(tmp_path / "one", given=[*toy.whole(), *same], rules=rules, account=account)
    assert one.value("gross_domestic_product", county="*").value == 3e9


# --- values, evidence, trace --------------------------------------------------------------------


def test_a_price_and_an_input_of_other_years_are_exactly_their_amount_times_the_ratio(result: Result) -> None:
    to_2010 = Fraction(80) / Fraction("125.5")
    cost, ammonia = (result.value("toy_cost", county=A, item=item) for item in (COD, NH3N))
    assert (cost.value, ammonia.value) == (float(1400 * to_2010), float(Fraction("1750.5") * to_2010))
    assert (cost.origin, cost.evidence, cost.method) == ("computed", "published", "coefficient")
    assert result.value("toy_carbon_price", county=B).value == float(Fraction("57.3") * to_2010)
    assert result.value("inflow_from_outside", county=A).value == float(2500 * to_2010)
    stated = result.value("toy_fixed_value_total", county=B)
    assert (stated.value, stated.origin, stated.evidence) == (1000 * 80 / 100, "computed", "assumed")
    assert [record.exact for record in result.records if record.carried and record.input] == [
        2500 * to_2010, 2500 * to_2010, 800
    ]  # fmt: skip


def test_a_zero_is_zero_in_all_prices(tmp_path: Path) -> None:
    zero = [line if line.quantity != "inflow_from_outside" else Line(line.county, line.quantity, presence="zero")
            for line in toy.whole()]  # fmt: skip
    found = prices.result(tmp_path, given=zero, account=prices.account_text(tables=DEFLATE))
    value = found.value("inflow_from_outside", county=A)
    assert (value.value, value.presence, value.origin) == (0.0, "zero", "stated")


def test_an_amount_that_no_number_holds_after_carrying_is_told(tmp_path: Path) -> None:
    huge = Line(B, "toy_fixed_value_total", "1.7e308", "元/a", year="2015")
    account = prices.account_text(2020)
    assert refused(tmp_path, AccountError, given=[*toy.whole(), huge], account=account) == [
        (
            "inputs.csv:20  样例固碳价值合计 = “1.7e+308（2015 → 2020 年价）” 不是数；只含数字、小数点和负号的数；"
            "改正数值；没有数据请把 presence 写成 missing 并在 note 写明原因。"
        )
    ]


@pytest.mark.parametrize("year", [2010, 2020])
def test_the_weaker_of_price_and_both_index_rows_decides(tmp_path: Path, year: int) -> None:
    index = [
        index_row(item, value, evidence="secondary" if item == year else "published") for item, value in INDEX.items()
    ]
    found = prices.result(tmp_path, index=index)
    assert found.value("toy_cost", county=A, item=COD).evidence == "secondary"
    assert found.value("toy_cleaning_value_total", county=A).evidence == "secondary"
    own_price = prices.result(tmp_path / "same", account=prices.account_text(2020), index=index)
    assert own_price.value("toy_cost", county=A, item=COD).evidence == "published"


def test_weak_evidence_of_an_index_is_refused_by_the_name_of_the_index(tmp_path: Path) -> None:
    index = [
        index_row(year, value, evidence="secondary" if year == 2020 else "published") for year, value in INDEX.items()
    ]
    account = prices.read(tmp_path, index=index, given=toy.whole(), account=prices.account_text(tables=DEFLATE))
    with pytest.raises(EvidenceError) as caught:
        compute(replace(account, require="published"))
    assert caught.value.text() == (
        "pack/index.csv:4  price_index.toy_index IX-2020 的证据是 转引；文献 或更强；换用更强的依据，或放宽 --require。"
    )


def test_an_index_of_another_region_is_used_elsewhere_and_so_assumed(tmp_path: Path) -> None:
    index = [
        index_row(year, value, region_code="630000" if year == 2010 else "510000") for year, value in INDEX.items()
    ]
    found = prices.result(tmp_path, index=index)
    assert (found.indices[2010].evidence, found.indices[2020].evidence) == ("published", "assumed")
    assert found.value("toy_cost", county=A, item=COD).evidence == "assumed"


TRACE = f"""样例治理成本（祁连县、化学需氧量）= 892.430278884 元/t　[文献]
　公式：样例治理成本 = 样例治理成本（2020 年价）× 价格指数（2010 年）÷ 价格指数（2020 年）　〔price_index；qhgep，{carry.source.at}〕
　代入：1400 × 80 ÷ 125.5
　判断：测试（某局，account.toml [deflate]）
　样例治理成本（2020 年价）（祁连县、化学需氧量）= 1400 元/t　[文献]
　　系数：TOY-07 = 1400 CNY/t　toy-book，表 7　载明　pack/toy.csv:8
　　期间 2020-01-01 至 2020-12-31，地区 全国
　价格指数（2010 年）= 80　[文献]
　　系数：IX-2010 = 80 1　toy-book，指数表 2010　载明　pack/index.csv:2
　　期间 2010-01-01 至 2010-12-31，地区 全国
　价格指数（2020 年）= 125.5　[文献]
　　系数：IX-2020 = 125.5 1　toy-book，指数表 2020　载明　pack/index.csv:4
　　期间 2020-01-01 至 2020-12-31，地区 全国"""


def test_explain_shows_the_price_as_printed_both_index_rows_and_the_formula(result: Result) -> None:
    assert as_text(explain(result, county=A, quantity="toy_cost", item=COD), result) == TRACE


def test_explain_of_a_carried_input_keeps_the_line_of_the_table_and_the_decision_that_brought_it_in(
    result: Result,
) -> None:
    (step,) = explain(result, county=B, quantity="toy_fixed_value_total")
    assert [below.value.value for below in step.steps] == [1000.0, 80.0, 100.0]
    told = as_text([step], result)
    assert "　　输入：1000 元/a　期间 2015　toy-book　移用　inputs.csv:20\n" in told
    assert "　　判断：测试（测试，account.toml [[adopt]] 1）\n" in told


def test_the_run_id_follows_the_series_its_rows_and_the_decision(tmp_path: Path, result: Result) -> None:
    same = prices.result(tmp_path / "same")
    assert same.run_id == result.run_id
    others = [
        prices.result(tmp_path / "value", index=prices.rows({**INDEX, 2015: "101"})),
        prices.result(tmp_path / "reason", account=prices.account_text().replace("某局", "某厅")),
        prices.result(tmp_path / "more", index=prices.rows({**INDEX, 2016: "101"})),
    ]
    assert len({found.run_id for found in [same, *others]}) == 4


# --- constant and current prices ----------------------------------------------------------------


def test_current_prices_are_the_constant_ones_times_the_index_of_the_period_over_that_of_the_price_year(
    tmp_path: Path,
) -> None:
    """What is computed in prices of 2020 and said in those of 2010 is, in current prices of 2020, what it was."""
    own = toy.result(tmp_path / "own", toy.whole(), rules=toy.RULES, counties=(A, B))
    found = prices.result(tmp_path / "found", given=toy.whole(), account=prices.account_text(tables=DEFLATE))
    for name in ("toy_cleaning_value_total", "toy_fixed_value_total", "accounted_total", "gep_total"):
        for county in (A, B, "*"):
            constant = found.value(name, county=county).value
            now = current(found, name, county=county, period="2020")
            assert constant is not None
            assert now.value == pytest.approx(constant * 125.5 / 80, rel=1e-15)
            assert now.value == pytest.approx(own.value(name, county=county).value, rel=1e-13)
            assert (now.presence, now.origin, now.evidence) == ("value", "computed", "published")


@pytest.mark.parametrize("weak", [2010, 2020])
def test_current_prices_rest_on_the_weaker_of_both_index_rows(tmp_path: Path, weak: int) -> None:
    """Costs that are prices of 2010 already need no index; in current prices of 2020 they need the rows of both years."""
    index = [
        index_row(item, value, evidence="secondary" if item == weak else "published") for item, value in INDEX.items()
    ]
    path = prices.write(tmp_path, index=index, given=toy.whole(), account=prices.account_text(tables=DEFLATE))
    table = tmp_path / "pack" / "toy.csv"
    text = (
        table.read_text(encoding="utf-8")
        .replace(",2020,1400,", ",2010,1400,")
        .replace(",2020,1750.5,", ",2010,1750.5,")
    )
    table.write_text(text, encoding="utf-8")
    found = compute(toy.read(path))
    constant = found.value("toy_cleaning_value_total", county=A)
    now = current(found, "toy_cleaning_value_total", county=A, period="2020")
    assert (constant.value, constant.evidence) == (50 * 1400 + 2.5 * 1750.5, "published")
    assert now.value == pytest.approx((50 * 1400 + 2.5 * 1750.5) * 125.5 / 80)
    assert now.evidence == "secondary"


def two_years(folder: Path, **options: object) -> Result:
    """The toy account of 2019 and 2020, with the coefficient rows of 2020 once more for 2019 and in prices of 2019."""
    text = prices.account_text(tables=DEFLATE, period="periods = [2019, 2020]")
    both = [*toy.whole(), *(replace(line, year="2019") for line in toy.whole())]
    path = prices.write(folder, account=text, given=both, **options)  # type: ignore[arg-type] # named there
    head, *lines = (folder / "pack" / "toy.csv").read_text(encoding="utf-8").splitlines()
    old = [line.replace("TOY-", "OLD-").replace("2020", "2019") for line in lines]
    (folder / "pack" / "old.csv").write_text("\n".join([head, *old]) + "\n", encoding="utf-8")
    return compute(toy.read(path))


NO_2019 = (
    "account.toml [deflate]  2019 年的当年价缺：价格指数 toy_index 没有 2019 年的行；两年各有一行（不插值，不取邻年）；"
    "有行的年份：2010、2018、2020；补上该年的行。"
)


def test_periods_of_several_years_are_all_in_the_prices_of_one(tmp_path: Path) -> None:
    found = two_years(tmp_path, index=prices.rows({2010: "80", 2019: "120", 2020: "125.5"}))
    old, new = (found.value("toy_cost", county=A, item=COD, period=year).value for year in ("2019", "2020"))
    assert (old, new) == (float(1400 * Fraction(80, 120)), float(1400 * Fraction(80) / Fraction("125.5")))
    assert {item.price_years for name, item in found.values.items() if "CNY" in str(item.quantity.unit)} == {
        frozenset({2010})
    }
    now = {year: current(found, "toy_cleaning_value_total", county=A, period=year).value for year in ("2019", "2020")}
    assert now["2019"] == pytest.approx(now["2020"])  # the same loads at the same price of their own year
    for year in ("2019", "2020"):
        path = write_workbook(found, tmp_path / f"{year}.xlsx", period=year)
        assert verify_workbook(path, catalogue=toy.catalogue()).same


def test_where_the_index_lacks_the_period_current_prices_are_missing_and_it_is_said_why(tmp_path: Path) -> None:
    """The rows of 2020 serve a period of 2019 only by decision; the index of 2018 does not."""
    own = [line for line in toy.whole() if line.quantity != "inflow_from_outside"]
    path = prices.write(
        tmp_path, account=prices.account_text(tables=DEFLATE), given=own, rules=toy.RULES + toy.NOT_COVERED,
        index=prices.rows({2010: "80", 2018: "118", 2020: "125.5"}),
    )  # fmt: skip
    whole = toy.read(path)
    year = replace(whole.periods[0], name="2019", year=2019)
    index = replace(whole.coefficients, rows=tuple(
        row.model_copy(update={"start": year.span[0], "end": year.span[1]}) if row.row.startswith("TOY") else row
        for row in whole.coefficients.rows
    ), _index={})  # fmt: skip
    inputs = tuple(replace(row, period_from="2019", period_to="2019") for row in whole.inputs)
    found = compute(replace(whole, periods=(year,), coefficients=index, inputs=inputs))
    assert NO_2019 in [item.text() for item in found.checks]
    value = current(found, "accounted_total", county="*", period="2019")
    assert (value.value, value.presence, value.evidence) == (None, "missing", "")
    why = without_current(found, "2019")
    assert why is not None
    assert why.text("en") == (
        "account.toml [deflate]  there are no current prices for 2019: the price index toy_index has no row for 2019; a row for "
        "both years (no interpolation, no nearest year); years there are: 2010, 2018, 2020; add the row."
    )
    made = Made("lack", found, toy.catalogue())
    sheet = made.by_name["价格"]
    assert NO_2019 in line_of(sheet)
    assert {text_of(sheet, row, column_of(sheet, "（当年价）")) for row in range(FIRST, FIRST + 3)} == {"缺"}
    assert text_of(sheet, METHODS, column_of(sheet, "（当年价）")) == (
        "2019 年的当年价缺：价格指数 toy_index 没有 2019 年的行"
    )
    assert isinstance(sheet.cells[FIRST, column_of(sheet, "（不变价）")], LiveFormula)
    same_everywhere(made, tmp_path)


def text_of(sheet: Sheet, row: int, column: int) -> str:
    content = sheet.cells[row, column]
    assert isinstance(content, Text)
    return content.text


def line_of(sheet: Sheet) -> str:
    """The line above the headings, which begins each page."""
    return next(
        content.text for (row, _), content in sorted(sheet.cells.items()) if row == 2 and isinstance(content, Text)
    )


def column_of(sheet: Sheet, part: str) -> int:
    """The first column whose heading holds a text."""
    found = [column for (row, column), content in sorted(sheet.cells.items()) if row == HEAD and isinstance(content, Text)
             and part in content.text]  # fmt: skip
    return found[0]


def same_everywhere(made: Made, folder: Path) -> None:
    """Another engine finds our values, and verify finds its workbook."""
    path = write(folder / "made.xlsx", made.data)
    assert compared(made, formualizer.recalculate(path)).differing == []
    assert verify_workbook(path, catalogue=made.catalogue).changes == ()


def test_a_mean_period_has_no_current_prices(tmp_path: Path) -> None:
    pilot = read_account(EXAMPLE / "account.toml")
    found = compute(replace(pilot, deflation=Deflation("gaotianyan_cpi", "测试", "测试", "account.toml [deflate]")))
    period = pilot.periods[0].name
    value = current(found, "accounted_total", county="*", period=period)
    assert (value.value, value.presence) == (None, "not_applicable")
    why = without_current(found, period)
    assert why is not None
    assert why.text() == f"account.toml  核算期 “{period}” 不是日历年，当年价不适用；只用不变价。"
    assert why.text("en") == (
        f"account.toml  the period “{period}” is no calendar year: current prices do not apply; use constant prices only."
    )
    made = Made("mean", found, None)
    sheet = made.by_name["价格"]
    assert {text_of(sheet, row, column_of(sheet, "（当年价）")) for row in range(FIRST, FIRST + 6)} == {"不适用"}
    assert why.text() in line_of(sheet)
    same_everywhere(made, tmp_path)


def test_without_a_decision_there_is_one_column_and_its_head_says_the_price_year() -> None:
    for name, year in (("whole", 2020), ("pilot", 2010)):
        made = book(name)
        assert "价格" not in made.by_name
        assert body(made.result)["prices"] is None
        sheet = made.by_name["分县价值量"]
        units = {
            content.text for (row, _), content in sheet.cells.items() if row == UNITS and isinstance(content, Text)
        }
        assert {f"元/a（{year} 年价）", f"万元/a（{year} 年价）"} <= units
        assert not units & {"元/a", "万元/a"}


def test_with_a_decision_constant_and_current_prices_stand_side_by_side() -> None:
    sheet = book("prices").by_name["价格"]
    for part, year in (("各项指标合计（不变价）", 2010), ("各项指标合计（当年价）", 2020)):
        assert text_of(sheet, UNITS, column_of(sheet, part)) == f"元/a（{year} 年价）"
    assert line_of(sheet) == "折算依据：toy_index；测试（某局，account.toml [deflate]）"
    cell = sheet.cells[FIRST + 1, column_of(sheet, "样例净化：价值量（当年价）")]
    assert isinstance(cell, LiveFormula)
    assert (cell.formula, cell.value) == ("E8*C8/D8", pytest.approx(74376.25))


def test_json_gives_constant_and_current_prices_of_every_county_and_the_total(result: Result) -> None:
    found: dict[str, Any] = body(result)["prices"]
    assert {key: value for key, value in found.items() if key != "rows"} == {
        "price_year": 2010, "series": "toy_index", "reason": "测试", "decided_by": "某局", "place": "account.toml [deflate]",
        "index_rows": ["IX-2010", "IX-2015", "IX-2020"],
    }  # fmt: skip
    by_key = {(row["quantity"], row["county_code"]): row for row in found["rows"]}
    names = {"accounted_total", "gep_total", "toy_cleaning_value_total", "toy_fixed_value_total"}
    assert set(by_key) == {(name, county) for name in names for county in (A, B, "*")}
    assert by_key["toy_fixed_value_total", B] == {
        "county_code": B, "period": "2020", "quantity": "toy_fixed_value_total", "unit": "CNY/year", "constant": 800.0,
        "current": 1255.0, "current_price_year": 2020, "presence": "value", "evidence": "assumed", "why": "",
    }  # fmt: skip
    assert [*by_key] == sorted(by_key)


# --- the workbook -------------------------------------------------------------------------------


def test_the_coefficient_sheet_shows_the_printed_value_both_indices_and_the_tree_as_a_live_formula() -> None:
    sheet = book("prices").by_name["系数"]
    ids = {text_of(sheet, row, 0): row for row, column in sheet.cells if column == 0 and row >= FIRST}
    assert {"IX-2010", "IX-2015", "IX-2020"} <= set(ids)
    row = ids["TOY-07"]
    value, stated, to, own = (sheet.cells[row, column] for column in (5, 22, 23, 24))
    assert isinstance(value, LiveFormula)
    assert (value.formula, value.kind) == (f"{a1(row, 22)}*{a1(row, 23)}/{a1(row, 24)}", "step")
    assert value.value == float(1400 * Fraction(80) / Fraction("125.5"))
    assert stated == TypedNumber(1400.0, "coefficient")
    assert isinstance(to, LiveFormula)
    assert isinstance(own, LiveFormula)
    assert (to.value, own.value) == (80.0, 125.5)
    assert a1(ids["IX-2010"], 5) in to.formula
    assert a1(ids["IX-2020"], 5) in own.formula
    assert (text_of(sheet, row, 7), text_of(sheet, row, 10), text_of(sheet, row, 17)) == ("1400", "2020", "计算")
    assert text_of(sheet, ids["IX-2010"], 1) == price_index.zh
    assert text_of(sheet, ids["IX-2010"], 2) == "序列 toy_index"
    assert "IX-2020 = 125.5（2020 年，toy-book，指数表 2020，文献）" in text_of(sheet, row, 25)


def test_the_trace_sheet_shows_how_an_input_was_carried() -> None:
    sheet = book("prices").by_name["溯源"]
    carried = [
        content.text
        for (row, column), content in sheet.cells.items()
        if column == 19 and row >= HEAD and isinstance(content, Text)
    ]
    assert carried[1:] != []
    assert all("IX-2010 = 80（2010 年，toy-book，指数表 2010，文献）" in item for item in carried[1:])
    assert any("样例固碳价值合计（2015 年价）× 价格指数（2010 年）÷ 价格指数（2015 年）" in item for item in carried)


def test_the_rule_sheet_shows_the_tree_with_its_source() -> None:
    sheet = book("prices").by_name["规则"]
    texts = {content.text for content in sheet.cells.values() if isinstance(content, Text)}
    assert "目标价格年的金额 = 原价格年的金额 × 目标价格年的价格指数 ÷ 原价格年的价格指数" in texts


def test_a_changed_index_cell_is_named_by_verify(tmp_path: Path) -> None:
    made = book("prices")
    sheet = made.by_name["系数"]
    row = next(row for (row, column), content in sheet.cells.items() if column == 0 and content == Text("IX-2020"))
    path = write(tmp_path / "x.xlsx", forged(made.data, "系数", a1(row, 5), "130"))
    found = verify_workbook(path, catalogue=made.catalogue)
    assert [(item.sheet, item.cell, item.kind, item.expected, item.found) for item in found.changes] == [
        ("系数", a1(row, 5), "input", "125.5", "130")
    ]


def test_another_index_typed_into_its_cell_gives_the_result_of_that_index(tmp_path: Path) -> None:
    """The formulas are live from the index row to the total in current prices."""
    typed = book("prices")
    other = Made(
        "other",
        prices.result(tmp_path / "other", index=prices.rows({**INDEX, 2020: "150", 2015: "90"})),
        toy.catalogue(),
    )
    file = load_workbook(write(tmp_path / "typed.xlsx", typed.data))
    for place, content in other.by_name["系数"].cells.items():
        if isinstance(content, TypedNumber):
            file["系数"][a1(*place)].value = content.value
    file.save(tmp_path / "typed.xlsx")
    found = compared(other, formualizer.recalculate(tmp_path / "typed.xlsx"))
    # what decisions are worth without them is recorded on 判断事项 as it was
    assert [item.split(" ")[0] for item in found.differing if not item.startswith("判断事项!")] == [
        "封面!B12", "封面!B13", "校验!D7", "校验!E7", "校验!G7", "校验!C2",
    ]  # fmt: skip # the recorded total and the content hash are those of the index as it was, and the verdict says so


def test_a_partial_account_says_so_in_current_prices_too(tmp_path: Path) -> None:
    gap = [line for line in prices.lines() if (line.county, line.quantity) != (A, "toy_load")]
    gap += [Line(A, "toy_load", item=item, presence="missing") for item in (COD, NH3N)]
    made = Made("gap", prices.result(tmp_path, given=gap, rules=toy.RULES + toy.NOT_COVERED), toy.catalogue())
    sheet = made.by_name["价格"]
    assert text_of(sheet, HEAD, column_of(sheet, "合计")) == "已核算指标合计（2/3 项）（不变价）"
    cell = sheet.cells[FIRST + 1, column_of(sheet, "样例净化：价值量（当年价）")]
    assert isinstance(cell, LiveFormula)
    assert cell.value is None
    same_everywhere(made, tmp_path)


def test_the_same_account_gives_the_same_bytes(tmp_path: Path) -> None:
    again = Made("again", prices.result(tmp_path), toy.catalogue())
    assert again.data == book("prices").data
    names = [sheet.name for sheet in account_sheets(again.result, "2020")]
    assert names[4:10] == ["分县价值量", "分县实物量", "生态系统价值量", "分县覆盖", "价格", "折算"]


def test_the_store_error_of_a_pack_is_a_coefficient_error_for_a_library_user(tmp_path: Path) -> None:
    prices.write(tmp_path, index=[index_row(2010, "80", to="2011-12-31")])
    with pytest.raises(CoefficientError):
        coefficients([tmp_path / "pack"])
