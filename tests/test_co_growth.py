"""How GEP and GDP grow together: the arithmetic by hand, what cannot be said, and every fault at its line."""

import csv
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from shutil import copytree
from types import ModuleType

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from qhgep import co_growth
from qhgep.assessments.assessment import read_assessment
from qhgep.assessments.co_growth import CountyGrowth
from qhgep.catalogue import Catalogue, Clause, catalogue_of, shipped
from qhgep.catalogue.formulas import formula, indicator
from qhgep.catalogue.growth import (
    direction_of_growth,
    elasticity_of_growth,
    growth,
    near_zero,
    product_growth,
)
from qhgep.engine.growth import number_of
from qhgep.errors import QhgepError
from qhgep.quantities import coefficient, county_area, precipitation, quantity
from qhgep.workbook.core.cells import LiveFormula, Points
from qhgep.workbook.core.layout import a1
from qhgep.workbook.reports.co_growth import co_growth_sheets
from qhgep.workbook.reports.co_growth_book import write_co_growth
from tests.support.accounts import Coefficient, pack
from tests.support.command_line import COMMAND
from tests.witness import formualizer

EXAMPLE = Path(__file__).parent.parent / "examples" / "co-growth"
JIA, YI, BING = "990101", "990102", "990103"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The example, to be changed."""
    return Path(copytree(EXAMPLE, tmp_path / "example"))


def changed(path: Path, change: Callable[[dict[str, str]], dict[str, str] | None]) -> None:
    """The rows of a table, each changed; None leaves it out."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    kept = [row for row in map(change, rows) if row is not None]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)


def rewritten(folder: Path, old: str, new: str, name: str = "co-growth.toml") -> Path:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new), encoding="utf-8")
    return folder


def of(path: Path, code: str) -> CountyGrowth:
    return next(county for county in co_growth(path).counties if county.code == code)


def said(county: CountyGrowth) -> list[str]:
    return [reason.text("zh") for reason in county.reasons]


def test_the_example_is_what_its_arithmetic_gives() -> None:
    """甲: 480 yuan a visit (400 + 80); 100, 104, 108 万 against 112, 116, 120 万: 104 -> 116, 12/104 = 11.538 %.

    GDP 40 亿, x1.05 = 42, x1.06 = 44.52; x1.06 = 47.1912, x1.04 = 49.078848, x1.08 = 53.00515584: means 42.17333, 49.75840.
    All of it lies in a key ecological zone: 0.8 and 0.2. 35 % is prohibited too, which lies within and has no weight.
    """
    jia = of(EXAMPLE, JIA)
    assert jia.amounts == {
        year: pytest.approx(480e4 * visits) for year, visits in zip(range(2016, 2022), range(100, 124, 4), strict=True)
    }
    assert jia.growth == pytest.approx(12 / 104)
    product = 49.75840128 / 42.17333333333 - 1
    assert jia.product_growth == pytest.approx(product)
    assert (jia.state, jia.elasticity) == ("双升（协同增长）", pytest.approx(12 / 104 / product))
    assert (jia.weights, jia.weighted) == ((0.8, pytest.approx(0.2)), pytest.approx(0.8 * 12 / 104 + 0.2 * product))
    assert jia.evidence == "assumed"


def test_weights_follow_the_shares_of_the_zones() -> None:
    """乙: 60 % at 0.8 and 40 % at 0.5: 0.68, and 0.32; its visits are the same in all years."""
    yi = of(EXAMPLE, YI)
    assert (yi.growth, yi.state) == (0, "经济升、生态持平")
    assert yi.weights == (pytest.approx(0.68), pytest.approx(0.32))


def test_a_zone_weighs_its_counties_by_the_area_that_lies_in_it() -> None:
    """重点生态功能区: all 200,000 hm² of 甲 and 60 % of 150,000 of 乙: 200,000 and 90,000."""
    found = {zone.zone.id: zone for zone in co_growth(EXAMPLE).zones}
    assert list(found) == ["key_development", "farming", "key_ecological", "prohibited"]
    assert found["key_ecological"].areas == {JIA: 200000, YI: pytest.approx(90000)}
    assert found["key_ecological"].growth == pytest.approx(12 / 104 * 200 / 290)
    assert found["key_ecological"].states == {
        "双升（协同增长）": ("甲县（虚构）",),
        "经济升、生态持平": ("乙县（虚构）",),
    }


def test_gdp_before_the_base_year_is_carried_back(folder: Path) -> None:
    """With 53.00515584 亿 of 2021 as the base, the same indices lead back to 40 亿 in 2016."""
    rewritten(folder, "product_year = 2016", "product_year = 2021")

    def change(row: dict[str, str]) -> dict[str, str]:
        if row["quantity"] == "gross_domestic_product" and row["county_code"] == JIA:
            row |= {"period_from": "2021", "period_to": "2021", "value": "53.00515584"}
        return row

    changed(folder / "products.csv", change)
    jia = of(folder, JIA)
    assert jia.products[2016] == pytest.approx(40e8)
    assert jia.product_growth == pytest.approx(of(EXAMPLE, JIA).product_growth)
    assert said(of(folder, YI)) == ["没有 2021 年地区生产总值"]


RATES = st.integers(-9000, 30000).map(lambda number: number / 10000)


@given(RATES, RATES, st.floats(0, 0.1))
def test_directions_and_elasticity_are_those_of_a_plain_program(amount: float, product: float, near: float) -> None:
    for rate in (amount, product):
        plain = 1 if rate > near else -1 if rate < -near else 0
        assert number_of(direction_of_growth, {growth.name: rate, near_zero.name: near}) == plain
    found = number_of(elasticity_of_growth, {growth.name: amount, product_growth.name: product})
    assert found is None if product == 0 else found == pytest.approx(amount / product)


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(900, 1200), min_size=5, max_size=5), st.integers(2016, 2021))
def test_growth_of_gdp_does_not_depend_on_the_year_that_is_stated(indices: list[int], base: int) -> None:
    """An independent chain: products of the indices, the same growth whatever year stands at 1."""
    levels = [1.0]
    for index in indices:
        levels.append(levels[-1] * index / 1000)
    grown = (levels[3] + levels[4] + levels[5]) / (levels[0] + levels[1] + levels[2]) - 1
    assessment = read_assessment(EXAMPLE)
    stated = assessment.products[JIA]
    rows = {
        (JIA, 2017 + place): type(stated)(
            *stated.fields[:5], "real_product_index", str(index / 1000), "1", *stated.fields[8:], exact=None,
            of=shipped().vocabulary["real_product_index"],
        )
        for place, index in enumerate(indices)
    }  # fmt: skip
    file = assessment.file.model_copy(update={"product_year": base})
    found = co_growth(replace(assessment, file=file, indices={**assessment.indices, **rows}))
    assert found.counties[0].product_growth == pytest.approx(grown, rel=1e-12)


# --- what cannot be said ---


def test_a_county_with_a_gap_in_one_year_is_not_judged_until_that_is_decided(folder: Path) -> None:
    """甲 has no visits in 2019: its total of that year covers less, so there is no growth; `common` leaves the line out."""
    changed(
        folder / "inputs.csv",
        lambda row: (
            None if (row["county_code"], row["period_from"], row["quantity"]) == (JIA, "2019", "visits") else row
        ),
    )
    jia = of(folder, JIA)
    assert (jia.growth, jia.state, jia.weighted) == (None, "", None)
    assert said(jia)[0] == "各年覆盖不同，不比较：旅游康养"
    assert of(folder, BING).state == "经济升、生态降"
    zones = {zone.zone.id: zone for zone in co_growth(folder).zones}
    assert zones["key_ecological"].growth is None
    with (folder / "co-growth.toml").open("a", encoding="utf-8") as file:
        file.write('\n[common]\nreason = "示例"\ndecided_by = "qhgep 示例"\n')
    jia = of(folder, JIA)
    assert (jia.left_out, jia.growth) == (("旅游康养",), None)


def test_what_lacks_of_gdp_and_of_zones_is_named(folder: Path) -> None:
    changed(
        folder / "products.csv",
        lambda row: None if row["county_code"] == JIA and row["period_from"] in {"2018", "2020"} else row,
    )
    changed(folder / "zones.csv", lambda row: None if row["county_code"] == JIA else row)
    jia = of(folder, JIA)
    assert said(jia) == ["没有 2018、2020 年的地区生产总值指数", "没有主体功能区的占比，没有权数"]
    assert (jia.growth, jia.product_growth, jia.state) == (pytest.approx(12 / 104), None, "")


def test_no_elasticity_is_formed_over_a_level_gdp(folder: Path) -> None:
    def change(row: dict[str, str]) -> dict[str, str]:
        return row | {"value": "100"} if row["quantity"] == "real_product_index" else row

    changed(folder / "products.csv", change)
    jia = of(folder, JIA)
    assert (jia.product_growth, jia.elasticity, jia.state) == (0, None, "生态升、经济持平")
    assert said(jia) == ["地区生产总值持平，不计算弹性"]


def test_a_partial_account_is_never_called_gep() -> None:
    shown = CliRunner().invoke(COMMAND, ["co-growth", str(EXAMPLE)]).stdout
    assert "部分核算，不是生态产品总值" in shown
    assert "GEP 增长" not in shown
    assert "准则自拟，非官方规范" in shown
    heads = {
        content.text for content in co_growth_sheets(co_growth(EXAMPLE))[0].cells.values() if hasattr(content, "text")
    }
    assert "已核算值增长" in heads
    assert "GEP 增长" not in heads


def test_in_english_what_must_be_said_is_english() -> None:
    shown = CliRunner().invoke(COMMAND, ["--lang", "en", "co-growth", str(EXAMPLE)]).stdout.splitlines()
    assert shown[:3] == [
        "co-growth by criteria of this project's own: no official norm, no basis of appraisals or payments",
        "a partial account, not GEP; weakest evidence used: assumed",
        "mean of 2019, 2020, 2021 against mean of 2016, 2017, 2018",
    ]
    table = "\n".join(shown[3:]).replace("（虚构）", "")
    assert "ecosystems level, economy up" in table
    assert "key_development: 1 counties" in table
    assert set(re.findall(r"[\u4e00-\u9fff]+", table)) == {"甲县", "乙县", "丙县"}, "names of counties alone"


# --- weather ---

soak_rate = coefficient("soak_rate", "CNY/m**3", axes="county year", zh="样例水价", tex="p", fallback="allowed")
soaked = quantity("soaked", "m**3/year", axes="county year", zh="样例水量", tex="W")
soak_value = quantity("soak_value", "CNY/year", axes="county year", zh="样例水价值", tex="V")


@cache
def rain_catalogue() -> Catalogue:
    """A service that is rain on the area of a county, at a price."""
    module = ModuleType("rain", "样例水: rain on an area")
    parts = (
        soak_rate, soaked, soak_value,
        formula(soaked, method="toy", equals=precipitation * county_area, source=Clause("paper", at="式")),
        formula(soak_value, method="toy", equals=soaked * soak_rate, source=Clause("paper", at="式")),
        indicator("rain", zh="样例水", quantity=soaked, value=soak_value),
    )  # fmt: skip
    vars(module).update({"SERVICE": "样例水", **{f"part{number}": part for number, part in enumerate(parts)}})
    own, base = catalogue_of([module]), shipped()
    return Catalogue(
        {**base.vocabulary, **own.vocabulary}, base.lists, {**base.formulas, **own.formulas},
        {**base.indicators, **own.indicators}, {**base.services, **own.services},
    )  # fmt: skip


RAIN = """schema = 1
zh = "样例"
documents = ["paper"]
[bind]
soaked = "toy"
soak_value = "toy"
[[indicator]]
id = "rain"
category = "regulating"
quantity = "soaked"
value = "soak_value"
[exclude]
"""


def rained(folder: Path, *, mean: bool) -> CountyGrowth:
    """Rain of 400 mm on 100,000 hm² in 2016, of 500 on 110,000 in 2021, at 1 yuan; GDP as the example has it."""
    rewritten(folder, '"county-general"', '"rain"', "account.toml")
    (folder / "rain.toml").write_text(RAIN, encoding="utf-8")
    text = (folder / "account.toml").read_text(encoding="utf-8").partition("[[adopt]]")[0]
    (folder / "account.toml").write_text(
        text.replace("2016, 2017, 2018, 2019, 2020, 2021", "2016, 2021"), encoding="utf-8"
    )
    head = (folder / "inputs.csv").read_text(encoding="utf-8").partition("\n")[0]
    rows = [
        f"{JIA},{year},{year},,,{name},{value},{unit},value,stated,assumed,编造,"
        for year, rain, size in ((2016, 400, 100000), (2021, 500, 110000))
        for name, value, unit in (("precipitation", rain, "mm/a"), ("county_area", size, "hm2"))
    ]
    rows += [f"{JIA},1991,2020,,,precipitation,450,mm/a,value,stated,assumed,编造,"] if mean else []
    (folder / "inputs.csv").write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    rewritten(folder, 'growth = "mean_of_years"', 'growth = "less_weather"')
    rewritten(folder, "[2016, 2017, 2018]", "[2016]")
    rewritten(folder, "[2019, 2020, 2021]", "[2021]")
    price = Coefficient(
        "RATE", "soak_rate", first="2016-01-01", last="2021-12-31", price_year="2021", value="1", unit="CNY/m3"
    )
    made = pack(folder / "pack", [price])
    return co_growth(read_assessment(folder, coefficients=[made], catalogue=rain_catalogue())).counties[0]


def test_what_weather_did_is_taken_off_where_a_long_term_mean_tells_it(folder: Path) -> None:
    """4 x 10⁸ m³ become 5.5 x 10⁸. Rain did (500 - 400) x (100 + 110)/2 = 1.05 x 10⁸ of it, area 0.45 x 10⁸: 11.25 %."""
    jia = rained(folder, mean=True)
    assert jia.amounts == {2016: pytest.approx(4e8), 2021: pytest.approx(5.5e8)}
    assert jia.weather == pytest.approx(1.05e8)
    assert jia.growth == pytest.approx(0.45 / 4)
    assert jia.state == "双升（协同增长）"


def test_without_a_long_term_mean_nothing_is_said(folder: Path) -> None:
    jia = rained(folder, mean=False)
    assert (jia.growth, jia.state) == (None, "")
    assert said(jia)[0] == "年际变化未分离：没有各气象量的多年平均，或覆盖不同"


# --- the workbook ---


def test_the_workbook_performs_every_formula_again(tmp_path: Path) -> None:
    found = co_growth(EXAMPLE)
    values = formualizer.recalculate(write_co_growth(found, tmp_path / "x.xlsx"))
    count = 0
    for sheet in co_growth_sheets(found):
        for (row, column), content in sheet.cells.items():
            if isinstance(content, LiveFormula):
                count += 1
                assert values[sheet.name, a1(row, column)] == (
                    content.value
                    if isinstance(content.value, str)
                    else pytest.approx(content.value, rel=1e-12, abs=1e-12)
                )
    assert count == len(values) > 80


def test_a_gap_is_a_word_in_the_workbook_and_its_formulas_hold(folder: Path, tmp_path: Path) -> None:
    changed(folder / "products.csv", lambda row: None if row["county_code"] == JIA else row)
    found = co_growth(folder)
    values = formualizer.recalculate(write_co_growth(found, tmp_path / "x.xlsx"))
    assert not [cell for cell, value in values.items() if isinstance(value, str) and value.startswith("#")]


def test_a_page_for_each_class_and_a_chart_of_the_counties(tmp_path: Path) -> None:
    sheets = {sheet.name: sheet for sheet in co_growth_sheets(co_growth(EXAMPLE))}
    assert list(sheets) == [
        "协同增长", "四象限图", "分区_重点开发区域", "分区_农产品主产区限制开发区域", "分区_重点生态功能区限制开发区域", "分区_禁止开发区域",
        "准则", "依据",
    ]  # fmt: skip
    (chart,) = sheets["四象限图"].charts
    assert isinstance(chart, Points)
    assert chart.labels == ("甲县（虚构）", "乙县（虚构）", "丙县（虚构）")
    one, two = (write_co_growth(co_growth(EXAMPLE), tmp_path / name).read_bytes() for name in ("a.xlsx", "b.xlsx"))
    assert one == two


# --- faults ---

_WEIGHTS = 'amount = "0.5"\nproduct = "0.5"'
FAULTS = tomllib.loads((Path(__file__).parent / "assessment_faults.toml").read_text(encoding="utf-8"))["growth"]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["new"])
def test_a_fault_is_told_at_its_line(fault: dict[str, str], folder: Path) -> None:
    rewritten(folder, fault["old"], fault["new"], fault["file"])
    with pytest.raises(QhgepError) as caught:
        co_growth(folder)
    assert fault["sentence"] in caught.value.text().splitlines()


def own_criteria(folder: Path, *changes: tuple[str, str]) -> Path:
    text = (EXAMPLE.parent.parent / "coefficients" / "assessments" / "co-growth.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "own.toml").write_text(text, encoding="utf-8")
    return rewritten(folder, 'criteria = "co-growth"', 'criteria = "own.toml"')


@pytest.mark.parametrize(("changes", "sentence"), [
    ([(_WEIGHTS, 'amount = "0.5"\nproduct = "0.4"')], "农产品主产区（限制开发区域） 的两个权数之和为 0.9；amount 与 product 之和恰为 1；改正权数。"),
    ([('id = "farming"', 'id = "key_ecological"')], "主体功能区 key_ecological 写了两次；每类区一次；删去一个。"),
    ([('id = "farming"\nzh = "农产品主产区（限制开发区域）"', 'id = "farming"\nto = 2020-12-31\nzh = "农产品主产区"')],
     "zones.csv:4  “农产品主产区” 这一名称在 2021 年不在用（2010-12-21 至 2020-12-31）；当年在用的分类；改用当年的分类，或改正准则里的起止日。"),
])  # fmt: skip
def test_own_criteria_are_checked(changes: Iterable[tuple[str, str]], sentence: str, folder: Path) -> None:
    with pytest.raises(QhgepError) as caught:
        co_growth(own_criteria(folder, *changes))
    assert any(line.endswith(sentence) for line in caught.value.text().splitlines())


def test_own_thresholds_change_the_state(folder: Path) -> None:
    """丙 falls by 7.69 %: with a threshold of 10 % it is level."""
    assert of(own_criteria(folder, ('near_zero = "0.005"', 'near_zero = "0.1"')), BING).state == "经济升、生态持平"


def test_warnings_name_what_is_not_used_and_what_falls_short(folder: Path) -> None:
    table = folder / "products.csv"
    row = f"{JIA},2020,2020,,,gross_domestic_product,50,10^8 CNY/a,value,stated,assumed,编造,"
    table.write_text(table.read_text(encoding="utf-8") + row + "\n", encoding="utf-8")
    rewritten(folder, "farming,zone_share,40", "farming,zone_share,30", "zones.csv")
    told = [item.text() for item in co_growth(folder).assessment.warnings]
    assert (
        "products.csv:20  2020 年的地区生产总值没有用到；只用 product_year = 2016 年的现价数，其余各年由指数推算；"
        "不需要就删去；要换基年改 product_year。" in told
    )
    assert (
        "zones.csv:3  990102 各类主体功能区的占比合计只有 90.00%（2021 年）；100 %；补上其余的区；不补则权数只按已填的区。"
        in told
    )


def test_a_rate_of_growth_typed_as_an_index_is_refused(folder: Path) -> None:
    rewritten(folder, "real_product_index,105,%", "real_product_index,5,%", "products.csv")
    with pytest.raises(QhgepError, match=r"填 6\.2 % 是增速，应填 106\.2 %"):
        co_growth(folder)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(QhgepError) as caught:
        co_growth(tmp_path / "x.toml")
    assert caught.value.text() == (
        "x.toml  没有这个文件；协同增长评价的 .toml（写法：qhgep formats co-growth.toml），或装有 co-growth.toml 的文件夹；检查路径。"
    )
