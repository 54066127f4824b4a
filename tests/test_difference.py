"""What changed between two accounts, and the bridge: by hand from the toy book, and closing exactly for random accounts."""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qhgep import compute, write_workbook
from qhgep.difference import Change, ComparedPlace, Difference
from qhgep.difference.bridge import Move, bridge
from qhgep.difference.report import difference_text, summary
from qhgep.difference.result import ACCOUNT_ORDER
from qhgep.engine.result import Result
from qhgep.errors import AccountError, InputError, QhgepError, WorkbookError
from qhgep.workbook.correction.compare import diff
from qhgep.workbook.reports.difference import BRIDGE, difference_sheets, write_difference
from tests.support import decided, prices, toy
from tests.support.books import Made, book, compared
from tests.support.decided import TWO
from tests.support.result_bodies import body
from tests.support.toy import COD, FOREST, GRASS, MARSH, NH3N, YEAR, A, B, C, Line
from tests.test_effects import CARBON, CLEANING, ROOT
from tests.witness import formualizer

CARBON_PRICE = {"2020-12-31,,2020,57.3": "2020-12-31,,2020,60"}
COD_COST = {",2020,1400,": ",2020,1500,"}


def account(folder: Path, lines: Iterable[Line] | None = None, **options: object) -> Result:
    return decided.result(folder, toy.whole() if lines is None else lines, **options)  # type: ignore[arg-type] # named there


def with_value(value: str, quantity: str, county: str = A, ecosystem: str = "") -> list[Line]:
    """The lines of `whole` with one value changed."""
    return [
        replace(line, value=value)
        if (line.quantity, line.county) == (quantity, county) and ecosystem in {"", line.ecosystem}
        else line
        for line in toy.whole()
    ]


def steps(found: Difference) -> dict[tuple[str, ...], dict[str, float]]:
    """The bridge as floats: kinds -> county -> yuan."""
    return {step.kinds: {place.code: float(amount) for place, amount in step.amounts.items()} for step in found.bridge}


def closes(found: Difference) -> bool:
    """Whether the lines add up, in every place and over all, exactly."""
    each = all(
        sum((step.amounts[place] for step in found.bridge), Fraction(0)) == found.new[place] - found.old[place]
        for place in found.old
    )
    return each and sum((step.total for step in found.bridge), Fraction(0)) == found.total


# --- by hand --------------------------------------------------------------------------------------


def test_an_account_does_not_differ_from_itself(tmp_path: Path) -> None:
    made = account(tmp_path)
    found = diff(made, made)
    assert (found.same, found.lines, found.bridge, found.beside, found.total) == (True, (), (), (), 0)
    assert found.old[ComparedPlace(A, YEAR)] == Fraction(made.value("accounted_total", county=A).value or 0)
    assert summary(found, "zh") == "没有差别。"
    assert summary(found, "en") == "No difference."


def test_a_price_is_worth_its_change_times_the_old_quantity(tmp_path: Path) -> None:
    found = diff(account(tmp_path / "a"), account(tmp_path / "b", changed=COD_COST))
    assert found.lines == (Change("coefficients", "TOY-07 toy_cost", "1400 CNY/t", "1500 CNY/t"),)
    assert steps(found) == {("coefficients",): {A: pytest.approx(50 * 100), B: pytest.approx(50 * 100)}}
    assert closes(found)


def test_an_input_is_worth_its_change_at_the_new_price(tmp_path: Path) -> None:
    """Twice the growth of A is as much carbon again."""
    found = diff(account(tmp_path / "a"), account(tmp_path / "b", with_value("81", "toy_growth")))
    assert [(line.kind, line.what, line.old, line.new) for line in found.lines] == [
        ("inputs", f"{A} 2020 2020 {kind} toy_growth", "40.5 g/m2/year (carbon)", "81 g/m2/year (carbon)")
        for kind in (GRASS, FOREST)
    ]
    assert steps(found) == {("inputs",): {A: pytest.approx(CARBON[A] * ROOT * 57.3), B: 0.0}}
    assert closes(found)


def test_price_and_input_together_are_two_lines_the_coefficient_before_the_input(tmp_path: Path) -> None:
    new = account(tmp_path / "b", with_value("81", "toy_growth"), changed=CARBON_PRICE)
    found = diff(account(tmp_path / "a"), new)
    assert steps(found) == {
        ("coefficients",): {code: pytest.approx(CARBON[code] * ROOT * (60 - 57.3)) for code in TWO},
        ("inputs",): {A: pytest.approx(CARBON[A] * ROOT * 60), B: 0.0},
    }
    assert found.total == pytest.approx(
        Fraction(2 * CARBON[A] * ROOT * 60 - CARBON[A] * ROOT * 57.3 + CARBON[B] * ROOT * 2.7)
    )
    assert closes(found)


def test_there_and_back_is_nothing_though_the_lines_differ(tmp_path: Path) -> None:
    old, new = account(tmp_path / "a"), account(tmp_path / "b", with_value("81", "toy_growth"), changed=CARBON_PRICE)
    there, back = diff(old, new), diff(new, old)
    assert there.total == -back.total
    assert steps(back)["inputs",][A] == pytest.approx(-CARBON[A] * ROOT * 57.3)
    assert steps(back)["coefficients",][A] == pytest.approx(-2 * CARBON[A] * ROOT * 2.7)


FLAT = """[[formula]]
quantity = "toy_season"
method = "flat"
equals = "样例湿润度"
source = "toy-book"
at = "式 2"
"""


def test_another_method_is_a_line_of_the_ruleset(tmp_path: Path) -> None:
    """The season is the wetness itself, 1.1, instead of its root."""
    rules = toy.RULES.replace('toy_season = "toy"', 'toy_season = "flat"') + FLAT
    found = diff(account(tmp_path / "a"), account(tmp_path / "b", rules=rules))
    assert found.lines == (Change("ruleset", "bind.toy_season", "toy", "flat"),)
    assert steps(found) == {("ruleset",): {code: pytest.approx(CARBON[code] * (1.1 - ROOT) * 57.3) for code in TWO}}


def test_a_formula_of_one_name_that_is_written_differently_is_a_change_of_the_ruleset(tmp_path: Path) -> None:
    rules = toy.RULES.replace('toy_season = "toy"', 'toy_season = "flat"') + FLAT
    other = rules.replace('equals = "样例湿润度"', 'equals = "样例湿润度 × 2"').replace("式 2", "式 3")
    found = diff(account(tmp_path / "a", rules=rules), account(tmp_path / "b", rules=other))
    assert found.lines == (Change("ruleset", "formula.toy_season", "式 2", "式 3"),)
    assert steps(found) == {("ruleset",): {code: pytest.approx(CARBON[code] * 1.1 * 57.3) for code in TWO}}


def test_a_ruleset_of_which_only_a_remark_changed_is_told_by_its_file(tmp_path: Path) -> None:
    found = diff(account(tmp_path / "a"), account(tmp_path / "b", rules=toy.RULES + "# 注\n"))
    assert [(line.kind, line.what) for line in found.lines] == [("ruleset", "file")]
    assert steps(found) == {("ruleset",): {A: 0.0, B: 0.0}}


def test_a_change_of_words_only_is_a_change_without_a_line_in_yuan(tmp_path: Path) -> None:
    text = toy.ACCOUNT.replace("样例账户", "另一个名字").replace("2026-11-22", "2026-11-23") + 'state = "review"\n'
    found = diff(account(tmp_path / "a"), account(tmp_path / "b", account=text))
    assert found.lines == (
        Change("title", "title", "样例账户", "另一个名字"),
        Change("state", "state", "测算稿", "送审稿"),
        Change("basis", "date", "2026-11-22", "2026-11-23"),
    )
    assert (found.bridge, found.total, found.same) == ((), 0, False)


def test_a_note_or_a_place_that_changed_is_told_beside_the_same_value(tmp_path: Path) -> None:
    lines = [replace(line, note="复核过") if line.quantity == "toy_wetness" else line for line in toy.whole()]
    new = account(tmp_path / "b", lines, changed={"toy-book,表 7,": "toy-book,表 7a,"})
    found = diff(account(tmp_path / "a"), new)
    assert [(line.what, line.old, line.new) for line in found.lines] == [
        ("TOY-07 toy_cost", "1400 CNY/t（at=表 7）", "1400 CNY/t（at=表 7a）"),
        (f"{A} 2020 2020 toy_wetness", "1.1 1（note=）", "1.1 1（note=复核过）"),
        (f"{B} 2020 2020 toy_wetness", "1.1 1（note=）", "1.1 1（note=复核过）"),
    ]
    assert steps(found) == {("coefficients",): {A: 0.0, B: 0.0}, ("inputs",): {A: 0.0, B: 0.0}}


# --- kinds that cannot be told apart -----------------------------------------------------------------


def test_what_cannot_be_computed_in_between_is_one_line_that_says_why(tmp_path: Path) -> None:
    """The wetness of 2019 serves through a decision only: without it the inputs of the new account give no total."""
    lines = [
        replace(line, year="2019", value="1.44") if line.quantity == "toy_wetness" else line for line in toy.whole()
    ]
    adopt = '[[adopt]]\nquantity = "toy_wetness"\nfrom_period = "2019"\nreason = "沿用"\ndecided_by = "科室"\n'
    new = account(tmp_path / "b", lines, account=toy.ACCOUNT + adopt)
    found = diff(account(tmp_path / "a"), new)
    assert [line.kind for line in found.lines] == ["inputs"] * 4 + ["adoptions"]
    assert found.lines[-1] == Change("adoptions", "toy_wetness 2019 → toy_wetness", "-", "沿用（科室）")
    (step,) = found.bridge
    assert step.kinds == ("inputs", "adoptions")
    assert step.zh == "输入＋判断"
    assert step.reason == "不能单独复算：样例湿润度（toy_wetness）在整个核算里没有一行输入，也没有公式"
    assert float(step.amounts[ComparedPlace(A, YEAR)]) == pytest.approx(
        CARBON[A] * (1.2 - ROOT) * 57.3
    )  # the root of 1.44 is 1.2
    assert closes(found)


def test_a_county_that_has_no_value_in_between_is_named(tmp_path: Path) -> None:
    adopt = f'[[adopt]]\nquantity = "toy_wetness"\nfrom_period = "2019"\ncounties = ["{A}"]\nreason = "沿用"\ndecided_by = "科室"\n'
    lines = [replace(x, year="2019") if (x.quantity, x.county) == ("toy_wetness", A) else x for x in toy.whole()]
    (step,) = diff(account(tmp_path / "a"), account(tmp_path / "b", lines, account=toy.ACCOUNT + adopt)).bridge
    assert step.kinds == ("inputs", "adoptions")
    assert step.reason == f"{A} 2020 的样例固碳在两者之间没有值"


def test_a_difference_that_nothing_written_explains_is_a_line_of_its_own() -> None:
    place = ComparedPlace(A)
    (step,) = bridge({place: Fraction(1)}, [Move("inputs", changed=False, state=dict)], {place: Fraction(3)})
    assert (step.kinds, step.amounts, step.zh) == (("other",), {place: 2}, "其他")


def test_the_kinds_are_replaced_in_the_declared_order() -> None:
    assert ACCOUNT_ORDER == (
        "coverage_a", "ruleset", "deflation", "coefficients", "inputs", "adoptions", "period", "coverage_b",
    )  # fmt: skip


# --- coverage ------------------------------------------------------------------------------------


def three() -> list[Line]:
    """The two counties, and C with a stated carbon value."""
    return [*toy.whole(), Line(C, "toy_fixed_value_total", "1000", "CNY/year")]


def test_what_one_side_only_has_stands_beside_and_in_no_total(tmp_path: Path) -> None:
    found = diff(account(tmp_path / "a", three(), counties=(A, B, C)), account(tmp_path / "b", changed=COD_COST))
    assert set(found.old) == {ComparedPlace(A, YEAR), ComparedPlace(B, YEAR)}
    (one,) = found.beside
    assert (one.side, one.place, one.line, one.amount) == ("a", ComparedPlace(C, YEAR), "toy_carbon", 1000)
    assert steps(found) == {
        ("coverage_a",): {A: 0.0, B: 0.0}, ("coefficients",): {A: pytest.approx(5000), B: pytest.approx(5000)},
        ("inputs",): {A: 0.0, B: 0.0},
    }  # fmt: skip
    assert [(item.code, item.side) for item in found.coverage if item.axis == "county"] == [
        (A, "both"),
        (B, "both"),
        (C, "a"),
    ]
    assert closes(found)


def test_a_county_that_is_new_stands_beside_on_the_new_side(tmp_path: Path) -> None:
    found = diff(account(tmp_path / "a"), account(tmp_path / "b", three(), counties=(A, B, C)))
    assert [(item.side, item.place.code) for item in found.beside] == [("b", C)]
    assert [step.kinds for step in found.bridge] == [("inputs",), ("coverage_b",)]
    assert found.total == 0


def test_an_indicator_that_one_side_has_no_value_of_is_not_compared(tmp_path: Path) -> None:
    lines = [line for line in toy.whole() if (line.quantity, line.county) != ("toy_wetness", B)]
    found = diff(account(tmp_path / "a"), account(tmp_path / "b", lines))
    assert float(found.old[ComparedPlace(B, YEAR)]) == pytest.approx(CLEANING)
    assert [(item.side, item.place.code, item.line) for item in found.beside] == [("a", B, "toy_carbon")]
    assert float(found.beside[0].amount) == pytest.approx(CARBON[B] * ROOT * 57.3)
    assert found.total == 0


def test_the_coverage_names_the_method_of_each_indicator_on_both_sides(tmp_path: Path) -> None:
    rules = toy.RULES.replace('toy_cleaning_value_total = "toy"\n', "")
    lines = [*toy.whole(), *(Line(code, "toy_cleaning_value_total", "5", "CNY/year") for code in TWO)]
    found = diff(account(tmp_path / "a"), account(tmp_path / "b", lines, rules=rules))
    notes = {item.code: item.note for item in found.coverage if item.axis == "indicator"}
    assert notes == {"toy_cleaning": "toy → 输入", "toy_carbon": "toy"}
    assert closes(found)


def test_several_periods_are_compared_each_by_itself(tmp_path: Path) -> None:
    text = toy.ACCOUNT.replace("period = 2020", "periods = [2020, 2021]")
    stated = [line for line in toy.whole() if line.quantity != "inflow_from_outside"]
    lines = [replace(line, year=year) for line in stated for year in ("2020", "2021")]
    more = [replace(x, value="51") if (x.quantity, x.year, x.item) == ("toy_load", "2021", COD) else x for x in lines]
    longer = {"2020-12-31": "2021-12-31"}
    found = diff(
        *(account(tmp_path / name, given, account=text, changed=longer) for name, given in (("a", lines), ("b", more)))
    )
    (step,) = found.bridge
    assert {place: float(amount) for place, amount in step.amounts.items()} == {
        ComparedPlace(A, "2020"): 0, ComparedPlace(B, "2020"): 0,
        ComparedPlace(A, "2021"): pytest.approx(1400), ComparedPlace(B, "2021"): pytest.approx(1400),
    }  # fmt: skip
    other = diff(account(tmp_path / "c", stated), account(tmp_path / "d", lines, account=text, changed=longer))
    assert {place.period for place in other.old} == {"2020"}
    assert {item.place.period for item in other.beside} == {"2021"}


# --- what is not comparable ------------------------------------------------------------------------


def refused(old: object, new: object, kind: type[QhgepError] = AccountError) -> list[str]:
    with pytest.raises(kind) as error:
        diff(old, new)  # type: ignore[arg-type] # what a test gives
    return error.value.text().splitlines()


def test_two_systems_of_indicators_are_an_error_with_the_coverage_and_no_number() -> None:
    assert refused(book("equivalents").result, book("pilot").result) == [
        (
            f"{book('equivalents').result.account.title} ↔ {book('pilot').result.account.title}  "
            "两个核算的指标体系不同：equivalent_factor 与 核算公式。范围：价格年份（共同 2010 年价） "
            "指标体系（只在旧 equivalent_factor，只在新 核算公式） 期间（只在旧 2010，只在新 多年平均（基期不一，见清单）） "
            "县（只在旧 未利用地、耕地、林地、草地、水域，只在新 祁连县、泽库县、玛沁县、玉树市、天峻县） "
            "指标（只在旧 食物生产（当量）、原料生产（当量）、水资源供给（当量）、气体调节（当量）、气候调节（当量）、净化环境（当量）、"
            "水文调节（当量）、土壤保持（当量）、维持养分循环（当量）、生物多样性（当量）、美学景观（当量），只在新 水源涵养、固定二氧化碳）；"
            "同一指标体系的核算；不比较两种体系的合计。"
        )
    ]


def test_other_price_years_without_deflate_are_an_error_with_the_coverage(tmp_path: Path) -> None:
    text = toy.ACCOUNT.replace("price_year = 2020", "price_year = 2015")
    lines = [line for line in toy.whole() if line.quantity != "inflow_from_outside"]
    new = account(
        tmp_path / "b",
        lines,
        account=text,
        changed={",2020,1400,": ",2015,1400,", ",2020,1750.5,": ",2015,1750.5,", ",2020,57.3,": ",2015,57.3,"},
    )
    assert refused(account(tmp_path / "a"), new) == [
        (
            "样例账户 ↔ 样例账户  价格年份不同：2020 与 2015，都没有 [deflate]。范围：价格年份（只在旧 2020 年价，只在新 2015 年价） "
            "指标体系（共同 核算公式） 期间（共同 2020） 县（共同 祁连县、泽库县） 指标（共同 样例净化、样例固碳）；"
            "同一价格年份，或写明 [deflate] 的核算；在一边的 account.toml 写 [deflate]。"
        )
    ]


def test_with_deflate_the_old_account_is_carried_to_the_prices_of_the_new_one(tmp_path: Path) -> None:
    """The toy index is 80 in 2010 and 125.5 in 2020: the same account in other prices does not differ."""
    new = prices.result(tmp_path / "b", given=toy.whole(), account=prices.account_text(tables=prices.DEFLATE))
    found = diff(account(tmp_path / "a"), new)
    assert found.price_year == 2010
    assert found.notes == ("旧账户按 2020 年价，折算为 2010 年价后比较",)
    assert float(found.old[ComparedPlace(A, YEAR)]) == pytest.approx((CLEANING + CARBON[A] * ROOT * 57.3) * 80 / 125.5)
    assert found.total == 0
    assert [line.kind for line in found.lines][:2] == ["price_year", "deflation"]


def test_amounts_that_cannot_be_carried_are_an_error_with_its_reasons(tmp_path: Path) -> None:
    """The new account states all money in prices of 2010, so its index needs no row for 2020; the old one needs it."""
    lines = [line for line in toy.whole() if line.quantity != "inflow_from_outside"]
    path = prices.write(
        tmp_path / "b", given=lines, index=prices.rows({2010: "80"}), account=prices.account_text(tables=prices.DEFLATE)
    )
    pack = path.parent / "pack" / "toy.csv"
    pack.write_text(pack.read_text(encoding="utf-8").replace("-12-31,,2020,", "-12-31,,2010,"), encoding="utf-8")
    found = refused(account(tmp_path / "a"), compute(toy.read(path)))
    assert found[0] == (
        "样例账户  2020 年价的金额不能折算为 2010 年价，原因见后。范围：价格年份（只在旧 2020 年价，只在新 2010 年价） "
        "指标体系（共同 核算公式） 期间（共同 2020） 县（共同 祁连县、泽库县） 指标（共同 样例净化、样例固碳）；"
        "每一笔金额都有价格年份与指数；补全指数行或价格年份。"
    )
    assert len(found) > 1
    assert all("account.toml [deflate]" in line for line in found[1:])


def test_nothing_in_common_is_an_error_that_lists_what_each_side_has(tmp_path: Path) -> None:
    one = account(tmp_path / "a", [line for line in toy.whole() if line.county == A], counties=(A,))
    other = account(tmp_path / "b", [line for line in toy.whole() if line.county == B], counties=(B,))
    assert refused(one, other) == [
        (
            "样例账户 ↔ 样例账户  没有可比的内容。范围：价格年份（共同 2020 年价） 指标体系（共同 核算公式） 期间（共同 2020） "
            "县（只在旧 祁连县，只在新 泽库县） 指标（共同 样例净化、样例固碳）；"
            "至少一个共同的期间、县（单位）和两边都有值的指标；检查是不是要比较的两个文件；各是不同一期的，加 --period 旧 新。"
        )
    ]


def test_an_account_and_a_plan_are_not_compared() -> None:
    assert refused(book("pilot").result, book("plan").allocation, WorkbookError) == [
        (
            f"{book('pilot').result.account.title} ↔ {book('plan').allocation.title}  一边是核算，一边是方案；"
            "两个核算或两个方案；换一个文件。"
        )
    ]


# --- workbooks -------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("name", ["whole", "ragged", "decided", "prices", "plain"])
def test_a_workbook_does_not_differ_from_what_it_was_written_from(name: str, tmp_path: Path) -> None:
    made = book(name)
    file = tmp_path / "x.xlsx"
    file.write_bytes(made.data)
    for sides in ((file, made.made), (made.made, file), (file, file)):
        found = diff(*sides, catalogue=made.catalogue)
        assert (found.same, found.lines, found.bridge) == (True, (), ())


def test_a_workbook_and_a_folder_are_compared_like_two_folders(tmp_path: Path) -> None:
    """The new account has a marsh, whose coefficients the old workbook did not record: it used none.

    5 km² more are within the tolerance of the county's 1434.6 km².
    """
    old = account(tmp_path / "a")
    file = write_workbook(old, tmp_path / "old.xlsx")
    marsh = [*toy.areas({(A, MARSH): "5"}), Line(A, "toy_growth", "5", "g/m2/year (carbon)", MARSH)]
    new = account(tmp_path / "b", [*toy.whole(), *marsh], changed=CARBON_PRICE)
    found, plain = diff(file, new, catalogue=toy.catalogue()), diff(old, new)
    assert found.lines == plain.lines
    assert found.bridge == plain.bridge
    assert [step.kinds for step in found.bridge] == [("coefficients",), ("inputs",)]
    assert found.ids == (old.run_id, new.run_id)
    assert closes(found)
    assert closes(diff(new, file, catalogue=toy.catalogue()))


def test_a_workbook_whose_record_was_changed_is_no_side(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    file = tmp_path / "x.xlsx"
    file.write_bytes(book("plan").data)
    copy = load_workbook(file)
    for row in copy["清单"].iter_rows():
        if str(row[0].value).startswith("记录 1/"):
            row[1].value = row[1].value.replace("100000000.00", "200000000.00")
    copy.save(file)
    assert refused(file, book("plan").allocation, WorkbookError) == [
        "x.xlsx  清单里的记录被改过；未改动的记录；用 qhgep verify 看改在何处；用原来的文件。"
    ]


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert refused(tmp_path / "no.xlsx", book("plan").allocation, InputError) == [
        "no.xlsx  打不开这个文件；一个可读的 xlsx 文件；检查路径与权限。"
    ]


# --- properties -------------------------------------------------------------------------------------


def random_account(draw: Random, folder: Path) -> Result:
    """Some counties with random areas, growth, loads and gaps; sometimes another price, method or stated value."""
    counties = [code for code in (A, B, C) if draw.random() < 0.8] or [B]
    lines: list[Line] = []
    for code in counties:
        for kind in [GRASS, *(kind for kind in (FOREST, MARSH) if draw.random() < 0.5)]:
            sizes = ["12.5", "800", f"{draw.randrange(1, 8 * 10**4)}", "missing", "zero"]  # three fit into 249,999 km²
            first = (code, kind) == (counties[0], GRASS)  # some area there must be
            lines += toy.areas({(code, kind): draw.choice(sizes[:3] if first else sizes)})
            lines.append(Line(code, "toy_growth", f"{draw.randrange(-500, 2000) / 7:.3f}", "g/m2/year (carbon)", kind))
        lines += [
            Line(code, "toy_load", f"{draw.randrange(1, 10**5) / 13:.2f}", "t/a", item=item) for item in (COD, NH3N)
        ]
        lines.append(Line(code, "toy_wetness", draw.choice(("0.7", "1.1", "2.25")), "1"))
        if draw.random() < 0.3:
            lines.append(Line(code, "toy_fixed_value_total", f"{draw.randrange(1, 10**9) / 3:.2f}", "CNY/year"))
    lines.append(Line(counties[0], "area", "1", "km2", "bare_land"))
    rules = toy.RULES if draw.random() < 0.6 else toy.RULES.replace('toy_season = "toy"', 'toy_season = "flat"') + FLAT
    changed = dict((*COD_COST.items(),)) if draw.random() < 0.5 else {}
    changed |= CARBON_PRICE if draw.random() < 0.5 else {}
    lines += [Line(code, "inflow_from_outside", presence="zero") for code in counties]
    lines += [Line(code, "county_area", "249999", "km2") for code in counties]
    return decided.result(folder, lines, counties=counties, rules=rules, changed=changed)


def _both(old: Result, new: Result, code: str) -> bool:
    """Whether a county has a value of one indicator in both accounts."""
    there = [[county.code for county in result.account.counties] for result in (old, new)]
    return all(code in codes for codes in there) and any(
        all(result.value(name, county=code).value is not None for result in (old, new))
        for name in ("toy_cleaning_value_total", "toy_fixed_value_total")
    )


@pytest.mark.long
@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_the_bridge_of_two_random_accounts_closes_exactly_both_ways(seed: int) -> None:
    draw = Random(seed)
    with TemporaryDirectory() as place:
        folder = Path(place)
        old, new = (random_account(draw, folder / name) for name in ("a", "b"))
        assert diff(old, old).same
        if not any(_both(old, new, code) for code in (A, B, C)):
            with pytest.raises(AccountError, match="没有可比的内容"):
                diff(old, new)
            return
        there, back = diff(old, new), diff(new, old)
        assert closes(there)
        assert closes(back)
        assert there.total == -back.total
        for place_, amount in there.old.items():
            assert there.new[place_] - amount == -(back.new[place_] - back.old[place_])
        kinds = [kind for step in there.bridge for kind in step.kinds]
        assert kinds == [kind for kind in ACCOUNT_ORDER if kind in kinds]
        for result, side in ((old, there.old), (new, there.new)):
            for (code, period), amount in side.items():
                own = [
                    x for x in there.beside if x.place == (code, period) and x.side == ("a" if result is old else "b")
                ]
                if not own:
                    assert amount == Fraction(result.value("accounted_total", county=code, period=period).value or 0)


# --- as text, JSON, table and workbook ---------------------------------------------------------------


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Difference:
    folder = tmp_path_factory.mktemp("changed")
    old = account(folder / "a", three(), counties=(A, B, C))
    return diff(old, account(folder / "b", with_value("81", "toy_growth"), changed=CARBON_PRICE))


def test_the_text_names_the_sums_the_lines_and_the_changes(changed: Difference) -> None:
    lines = difference_text(changed, "zh").splitlines()
    assert lines[0] == "样例账户 → 样例账户"
    assert lines[1].startswith("5 处变化；合计由 ")
    assert lines[1].endswith("；只在一边的 1 项不计入。")
    assert "系数  TOY-09 toy_carbon_price  57.3 CNY/tCO2 → 60 CNY/tCO2" in lines
    assert "县 玛沁县：只在旧" in lines
    assert "只在旧  632621 玛沁县 2020 样例固碳 1,000.00" in lines
    assert "coefficients  TOY-09 toy_carbon_price  57.3 CNY/tCO2 → 60 CNY/tCO2" in difference_text(changed, "en")
    assert "county 632621: only in the old" in difference_text(changed, "en")


def test_the_json_holds_every_amount_exactly(changed: Difference) -> None:
    content = body(changed)
    assert (content["of"], content["unit"], content["same"]) == (
        "account",
        "CNY/year",
        False,
    )
    for place in content["places"]:
        whole = sum(Fraction(step["exact"]) for step in place["steps"])
        assert (
            whole
            == Fraction(place["difference"]["exact"])
            == Fraction(place["new"]["exact"]) - Fraction(place["old"]["exact"])
        )
    assert sum(Fraction(step["total"]["exact"]) for step in content["bridge"]) == Fraction(
        content["difference"]["exact"]
    )


def test_the_frame_has_a_row_for_each_line_between_old_and_new(changed: Difference) -> None:
    frame = changed.frame()
    assert list(frame.columns) == ["county_code", "name", "period", "kind", "value", "unit"]
    assert list(frame[frame.county_code == A].kind) == ["old", "coverage_a", "coefficients", "inputs", "new"]
    assert set(frame.unit) == {"CNY/year"}


def test_the_workbook_recalculates_and_closes(changed: Difference, tmp_path: Path) -> None:
    path = write_difference(changed, tmp_path / "d.xlsx")
    made = _Sheets(changed)
    found = compared(made, formualizer.recalculate(path))  # type: ignore[arg-type] # its sheets are all it is asked for
    assert found.differing == []
    assert found.cells > 30
    verdicts = [
        value
        for (sheet, _), value in formualizer.recalculate(path).items()
        if sheet == BRIDGE and isinstance(value, str)
    ]
    assert set(verdicts) == {"闭合"}
    assert len(verdicts) == 1 + len(changed.old)
    assert write_difference(changed, tmp_path / "e.xlsx").read_bytes() == path.read_bytes()


class _Sheets(Made):
    """The sheets of a comparison, for `compared`."""

    def __init__(self, found: Difference) -> None:
        object.__setattr__(self, "name", "difference")
        self.__dict__["sheets"] = difference_sheets(found)


def test_the_workbook_of_no_difference_says_so(tmp_path: Path) -> None:
    found = diff(book("whole").made, book("whole").made)
    path = write_difference(found, tmp_path / "same.xlsx")
    assert compared(_Sheets(found), formualizer.recalculate(path)).differing == []
