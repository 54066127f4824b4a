"""Which input rows serve which period: by their own dates, by a decision, or not, and that is told."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from qhgep.engine import compute
from qhgep.engine.result import Result
from tests.support import toy
from tests.support.toy import BARE, COD, GRASS, A, B, Line
from tests.test_engine import refused, toy_adopt, warnings

AREA = "area"


def result(folder: Path, lines: Iterable[Line], adopt: str = "", account: str = toy.ACCOUNT) -> Result:
    return toy.result(folder, lines, account=account + adopt, counties=(A, B))


def written(folder: Path, lines: Iterable[Line], adopt: str = "", **options: str) -> Path:
    account = options.pop("account", toy.ACCOUNT)
    return toy.write_account(folder, lines, account=account + adopt, counties=(A, B), **options)


def in_year(lines: Iterable[Line], year: str, *quantities: str) -> list[Line]:
    """The lines with those of some quantities (all, where none is named) moved to another year."""
    return [replace(line, year=year) if line.quantity in quantities or not quantities else line for line in lines]


def test_a_row_of_another_period_is_not_used_and_warns_once_for_all_like_it(tmp_path: Path) -> None:
    more = in_year(toy.whole(), "2018", "toy_load")
    found = result(tmp_path, [*toy.whole(), *(line for line in more if line.year == "2018")])
    (told,) = warnings(found)
    assert told == (
        "inputs.csv  toy_load 的 4 行（期间 2018）不属于核算期，没有使用；核算期的数据；"
        "如需借用，在决定表的“期间”行选定，没有决定表的在 account.toml 写 [[adopt]] quantity = “toy_load”, from_period = “2018”。"
    )
    assert found.value("toy_load", county=A, item=COD).value == 50


def test_the_nearest_year_is_not_taken_where_the_period_has_none(tmp_path: Path) -> None:
    (told,) = refused(written(tmp_path, in_year(toy.whole(), "2019", "toy_wetness")))
    assert told == (
        "account.toml  样例湿润度（toy_wetness）在整个核算里没有一行输入，也没有公式；"
        "输入表里的行（没有数据也要写一行 missing 并注明原因）；"
        "补行；需要它的链：toy_wetness ← toy_season。"
    )


def test_a_decision_brings_a_row_of_another_period_in_as_transferred_and_assumed(tmp_path: Path) -> None:
    lines = in_year(toy.whole(), "2019", "toy_wetness")
    found = result(tmp_path, lines, toy_adopt("toy_wetness", "2019"))
    value = found.value("toy_wetness", county=A)
    assert (value.value, value.origin, value.evidence) == (1.1, "transferred", "assumed")
    assert value.record is not None
    assert value.record.adoption is not None
    assert value.record.adoption.reason == "测试"
    assert found.value("toy_fixed_value_total", county=A).evidence == "assumed"
    assert found.value("toy_cleaning_value_total", county=A).evidence == "published"


def test_a_decision_may_be_narrowed_to_counties_ecosystems_and_items(tmp_path: Path) -> None:
    lines = in_year(toy.whole(), "2019", "toy_load")
    more = f'counties = ["{A}"]\nitem = "{COD}"\n'
    found = result(tmp_path, lines, toy_adopt("toy_load", "2019", more))
    served = {
        (row, item): found.value("toy_load", county=row, item=item).presence
        for row in (A, B)
        for item in ("cod", "nh3n")
    }
    assert served == {
        (A, "cod"): "value",
        (A, "nh3n"): "missing",
        (B, "cod"): "missing",
        (B, "nh3n"): "missing",
    }


def test_a_decision_that_reaches_nothing_is_an_error(tmp_path: Path) -> None:
    (told,) = refused(written(tmp_path, toy.whole(), toy_adopt("toy_load", "2001-2019")))
    assert told == (
        "account.toml:9 [[adopt]] 1  这个判断没有用到任何数据（toy_load 2001-2019）；"
        "与输入表的期间、县、生态系统相符；检查 from_period、counties、ecosystem，或删去。"
    )


def test_a_decision_beside_a_row_of_the_period_itself_makes_two_rows_contend(tmp_path: Path) -> None:
    old = replace(next(line for line in toy.whole() if line.quantity == "toy_wetness"), year="2019", value="1.2")
    (told,) = refused(written(tmp_path, [*toy.whole(), old], toy_adopt("toy_wetness", "2019")))
    place = 2 + [line.quantity for line in toy.whole()].index("toy_wetness")
    assert told == (
        f"inputs.csv:{len(toy.whole()) + 2}  样例湿润度（{A}，2020）有两行可用，"
        f"另一行在 inputs.csv:{place}；一行；删去其一，或收窄 [[adopt]]。"
    )


@pytest.mark.parametrize(("first", "last"), [("2020", "2020"), ("2020-01-01", "2020-12-31"), ("2020-01-01", "2020")])
def test_the_days_from_the_first_to_the_last_of_a_year_are_that_year(tmp_path: Path, first: str, last: str) -> None:
    path = written(tmp_path, toy.whole())
    rows = (
        (tmp_path / "inputs.csv")
        .read_text("utf-8")
        .replace(",2020,2020,,,toy_wetness", f",{first},{last},,,toy_wetness")
    )
    (tmp_path / "inputs.csv").write_text(rows, "utf-8")
    assert compute(toy.read(path)).value("toy_wetness", county=A).value == 1.1


@pytest.mark.parametrize(("first", "last"), [("2020-01-01", "2020-06-30"), ("2019", "2020"), ("2020", "2021")])
def test_a_part_of_a_year_or_more_than_it_is_another_period(tmp_path: Path, first: str, last: str) -> None:
    path = written(tmp_path, toy.whole())
    rows = (
        (tmp_path / "inputs.csv")
        .read_text("utf-8")
        .replace(",2020,2020,,,toy_wetness", f",{first},{last},,,toy_wetness")
    )
    (tmp_path / "inputs.csv").write_text(rows, "utf-8")
    assert any("toy_wetness）在整个核算里没有一行输入" in line for line in refused(path))


def test_a_missing_statement_of_unstated_period_holds_for_every_period(tmp_path: Path) -> None:
    gap = {"year": "unstated", "presence": "missing", "value": "", "unit": ""}
    lines = [replace(line, **gap) if line.quantity == "toy_load" else line for line in toy.whole()]
    found = result(tmp_path, lines)
    assert found.value("toy_load", county=A, item=COD).presence == "missing"
    assert found.value("toy_cleaning_value_total", county=A).presence == "missing"


@pytest.mark.parametrize("first", [True, False])
def test_a_value_of_the_period_wins_over_a_missing_statement_of_unstated_period(tmp_path: Path, *, first: bool) -> None:
    """No data at any time, beside the number of 2020: the number, in whichever order the rows stand."""
    gap = Line(A, "toy_wetness", presence="missing", year="unstated")
    found = result(tmp_path, [gap, *toy.whole()] if first else [*toy.whole(), gap])
    assert found.value("toy_wetness", county=A).value == 1.1
    assert warnings(found) == []


@pytest.mark.parametrize("first", [True, False])
def test_an_adopted_value_wins_over_a_row_that_says_the_value_of_the_period_is_missing(
    tmp_path: Path, *, first: bool
) -> None:
    lines = in_year(toy.whole(), "2019", "toy_wetness")
    gap = Line(A, "toy_wetness", presence="missing")
    found = result(tmp_path, [gap, *lines] if first else [*lines, gap], toy_adopt("toy_wetness", "2019"))
    value = found.value("toy_wetness", county=A)
    assert (value.value, value.origin) == (1.1, "transferred")


def test_two_years_are_computed_side_by_side_each_from_its_own_rows(tmp_path: Path) -> None:
    """A leap year has 366 days, and coefficients must be in force in each year."""
    account = toy.ACCOUNT.replace("period = 2020", "periods = [2020, 2021]")
    later = [
        replace(line, year="2021", value="60") if line.quantity == "toy_load" else replace(line, year="2021")
        for line in toy.whole()
    ]
    path = written(tmp_path, [*toy.whole(), *later], account=account)
    told = refused(path)
    assert told
    assert all("在 2021-01-01 至 2021-12-31、" in line for line in told)
    pack = tmp_path / "pack" / "toy.csv"
    pack.write_text(pack.read_text("utf-8").replace(",2020-12-31,", ",2021-12-31,"), "utf-8")
    found = compute(toy.read(path))
    useful = {year: found.value("toy_useful", county=A, item=COD, period=year).value for year in ("2020", "2021")}
    assert useful == {"2020": 50, "2021": 60}
    with pytest.raises(KeyError, match="核算有多个期间"):
        found.value("toy_useful", county=A, item=COD)


def test_in_a_mean_period_no_dated_value_is_in_force_by_itself(tmp_path: Path) -> None:
    account = toy.ACCOUNT.replace("period = 2020", 'period = { name = "多年平均", days = 365 }')
    told = refused(written(tmp_path, toy.whole(), account=account))
    assert any(
        "样例固碳 缺：样例净生长、样例湿润度（toy_growth、toy_wetness）在整个核算里没有一行输入" in line
        for line in told
    )


def test_rows_that_the_rules_do_not_use_are_told(tmp_path: Path) -> None:
    found = result(tmp_path, [*toy.whole(), Line(A, "population", "48538", "人")])
    assert warnings(found) == [
        "inputs.csv  人口（population）的 1 行，规则集 toy 按现在所选的方法用不到；留着不影响结果；要用它，改选用到它的方法或换规则集。"
    ]


def test_an_account_without_any_ecosystem_row_is_told_and_makes_no_traceback(tmp_path: Path) -> None:
    lines = [line for line in toy.whole() if not line.ecosystem]
    told = refused(written(tmp_path, lines))
    assert [line.split("（")[0] for line in told] == [
        "account.toml  生态系统面积",
        "account.toml  样例净生长",
        "account.toml  没有一行输入写明生态系统，而规则集 toy 有分生态系统的量；至少一行写明 ecosystem 的输入；补行，或换用规则集。",
    ]


def test_a_method_that_no_ecosystem_can_use_is_an_error(tmp_path: Path) -> None:
    lines = [
        replace(line, ecosystem=BARE) if line.ecosystem == GRASS else line
        for line in toy.whole()
        if line.ecosystem != "forest"
    ]
    told = refused(written(tmp_path, lines))
    assert told[0] == (
        "account.toml  样例净化量 对任何生态系统都不成立：样例净化能力 没有值；至少一个生态系统有值；"
        "补数据；借用的在决定表里选定，没有决定表的在 account.toml 写 [[adopt]]。"
    )


def test_class_areas_that_do_not_sum_to_the_county_warn_beyond_half_a_percent(tmp_path: Path) -> None:
    near = [
        replace(line, value="1440") if (line.county, line.quantity) == (A, "county_area") else line
        for line in toy.whole()
    ]
    assert warnings(result(tmp_path / "near", near)) == []
    far = [
        replace(line, value="1450") if (line.county, line.quantity) == (A, "county_area") else line
        for line in toy.whole()
    ]
    (told,) = warnings(result(tmp_path / "far", far))
    assert told == (
        f"{A}，2020  各类面积合计 143462 hm² 与县域面积 145000 hm² 相差 -1.06%；"
        "相差不超过 0.5 %；核对面积的来源与年份。"
    )
