"""What a change between two years comes from: effects that sum, turn with the periods, and are zero where nothing changed."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qhgep import Result, compute, read_account
from qhgep.catalogue import Catalogue, Clause, shipped
from qhgep.catalogue.formulas import formula, indicator
from qhgep.catalogue.weather import cause_of
from qhgep.difference import ComparedPlace, Difference
from qhgep.difference.causes import shapley
from qhgep.errors import QhgepError
from qhgep.quantities import coefficient, county_area, precipitation, quantity
from qhgep.workbook.core.cells import Columns, LiveFormula
from qhgep.workbook.core.layout import a1
from qhgep.workbook.correction.compare import diff
from qhgep.workbook.reports.difference import difference_sheets, write_difference
from tests.support import toy
from tests.support.accounts import Coefficient, pack
from tests.support.command_line import COMMAND
from tests.support.panels import FIRST_YEAR, lines, panel, path, result
from tests.support.toy import A, B, Line
from tests.witness import formualizer

FRACTIONS = st.fractions(min_value=-(10**9), max_value=10**9, max_denominator=10**6)
COALITIONS = st.integers(1, 6).flatmap(lambda count: st.lists(FRACTIONS, min_size=2**count, max_size=2**count))


@given(COALITIONS)
def test_effects_sum_to_the_change_exactly_and_turn_their_sign_with_the_periods(values: list[Fraction]) -> None:
    effects = shapley(values)
    assert sum(effects, Fraction(0)) == values[-1] - values[0]
    assert shapley(values[::-1]) == [-effect for effect in effects]


@given(st.lists(FRACTIONS, min_size=8, max_size=8), st.integers(0, 3))
def test_a_group_that_changes_no_coalition_has_no_effect(values: list[Fraction], place: int) -> None:
    """The values of three groups, to which a fourth is added at any bit that changes nothing."""
    high = [number >> place for number in range(16)]
    doubled = [values[(high[number] >> 1 << place) | number & (1 << place) - 1] for number in range(16)]
    effects = shapley(doubled)
    assert effects[place] == 0
    assert effects[:place] + effects[place + 1 :] == shapley(values)


def test_two_factors_share_what_both_bring_by_halves() -> None:
    """2 x 3 becomes 5 x 7: (5-2) x (3+7)/2 = 15 of the first, (7-3) x (2+5)/2 = 14 of the second, 29 together."""
    assert shapley([Fraction(6), Fraction(15), Fraction(14), Fraction(35)]) == [15, 14]


NUMBERS = st.decimals(min_value="0.1", max_value="999", places=2).map(str)


def changed(growths: dict[str, str], areas: dict[str, str], wet: dict[str, str]) -> Callable[[Line], Line]:
    def change(line: Line) -> Line:
        given_values = {"toy_growth": growths, "toy_wetness": wet}.get(line.quantity, {})
        if line.quantity == "area" and line.ecosystem == toy.FOREST and line.county == B:
            return replace(line, value=areas[line.year])
        if line.quantity == "county_area" and line.county == B:
            return replace(line, value=str(800 + Decimal(areas[line.year])))
        return replace(line, value=given_values.get(line.year, line.value))

    return change


def effects_of(found: Difference, county: str) -> dict[str, Fraction]:
    return {
        step.kinds[0]: amount for step in found.bridge for place, amount in step.amounts.items() if place.code == county
    }


@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.fixed_dictionaries({"2019": NUMBERS, "2021": NUMBERS}), st.fixed_dictionaries({"2019": NUMBERS, "2021": NUMBERS})
)
def test_effects_of_any_account_sum_turn_and_are_zero_where_nothing_changed(
    growths: dict[str, str], areas: dict[str, str]
) -> None:
    """Growth with a root and a power of wetness in it; only B has another area."""
    wet = {"2019": "0.7", "2021": "1.9"}
    with TemporaryDirectory() as folder:
        change = changed(growths, areas, wet)
        made = result(Path(folder), lines(change, ("2019", "2021"), inflow=False), periods="2019, 2021")
    there, back = diff(made, periods=("2019", "2021")), diff(made, periods=("2021", "2019"))
    assert len(there.old) == 2
    for place in there.old:
        effects = [step.amounts[place] for step in there.bridge]
        assert sum(effects, Fraction(0)) == there.new[place] - there.old[place]
        turned = ComparedPlace(place.code, "2021 → 2019")
        assert {step.kinds: -step.amounts[turned] for step in back.bridge} == {
            step.kinds: step.amounts[place] for step in there.bridge
        }
    assert effects_of(there, A).get("area", Fraction(0)) == 0
    for year, amounts in (("2019", there.old), ("2021", there.new)):
        for place in amounts:
            engine = made.value("accounted_total", county=place.code, period=year).value
            assert float(amounts[place]) == pytest.approx(engine, rel=1e-12)


def test_a_load_is_a_physical_figure_and_its_effect_is_the_change_by_hand() -> None:
    """21 per cent more of 74,376.25 yuan in each county; area and carbon are the same in both years."""
    found = diff(panel("whole").result, periods=("2019", "2021"))
    assert [step.kinds for step in found.bridge] == [("physical",)]
    assert effects_of(found, A)["physical"] == pytest.approx(FIRST_YEAR * 0.21, rel=1e-9)
    assert (
        found.new[ComparedPlace(A, "2019 → 2021")] - found.old[ComparedPlace(A, "2019 → 2021")]
        == effects_of(found, A)["physical"]
    )


def appears(line: Line) -> Line | None:
    """The forest of B is there from 2021 on; its growth is stated only then."""
    if (line.county, line.ecosystem) == (B, toy.FOREST) and line.year != "2021":
        return replace(line, value="", unit="", presence="zero") if line.quantity == "area" else None
    if line.quantity == "county_area" and line.county == B:
        return replace(line, value="800" if line.year != "2021" else "800.5")
    return line


def test_a_class_that_appears_is_an_effect_of_area_alone(tmp_path: Path) -> None:
    """0.5 km2 of forest at 40.5 g carbon per m2, times the season 1.1 ** 0.5, 44/12 and 57.3 yuan per t of CO2."""
    made = result(tmp_path, lines(appears))
    found = diff(made, periods=("2019", "2021"))
    by_hand = 0.5e6 * 40.5 / 1e6 * 1.1**0.5 * 44 / 12 * 57.3
    assert float(effects_of(found, B)["area"]) == pytest.approx(by_hand, rel=1e-9)
    assert "出现的地类（影响计入面积）：泽库县 森林" in found.notes
    back = diff(made, periods=("2021", "2019"))
    assert "消失的地类（影响计入面积）：泽库县 森林" in back.notes
    assert effects_of(back, B)["area"] == -effects_of(found, B)["area"]


def test_an_indicator_that_does_not_cover_the_same_has_no_verdict_and_stands_beside() -> None:
    found = diff(panel("gap").result, periods=("2019", "2020"))
    beside = {(item.side, item.place.code, item.zh) for item in found.beside}
    assert beside == {("a", B, "样例净化（两期覆盖不同，不分解）"), ("b", B, "样例净化（两期覆盖不同，不分解）")}
    assert {(item.place.code, item.line) for item in found.compared} == {
        (A, "toy_cleaning"),
        (A, "toy_carbon"),
        (B, "toy_carbon"),
    }


def test_leaves_belong_to_one_group_each_and_evapotranspiration_is_no_weather() -> None:
    words = shipped().vocabulary
    groups = {name: cause_of(words[name]) for name in (
        "area", "county_area", "precipitation", "reference_evapotranspiration", "actual_evapotranspiration", "population",
        "carbon_price", "air_temperature",
    ) if name in words}  # fmt: skip
    assert groups["area"] == groups["county_area"] == "area"
    assert groups["precipitation"] == groups["reference_evapotranspiration"] == groups["air_temperature"] == "weather"
    assert groups["actual_evapotranspiration"] == groups["population"] == "physical"


# --- the workbook, the verb, the refusals ---------------------------------------------------------


def test_the_workbook_has_a_waterfall_and_another_program_comes_to_the_same(tmp_path: Path) -> None:
    found = diff(panel("whole").result, periods=("2019", "2021"))
    file = write_difference(found, tmp_path / "x.xlsx")
    values = formualizer.recalculate(file)
    for sheet in difference_sheets(found):
        for place, item in sheet.cells.items():
            if isinstance(item, LiveFormula) and isinstance(item.value, float):
                assert values[sheet.name, a1(*place)] == pytest.approx(item.value, rel=1e-9, abs=1e-3)
    (chart,) = next(sheet for sheet in difference_sheets(found) if sheet.name == "瀑布图").charts
    assert isinstance(chart, Columns)
    assert write_difference(found, tmp_path / "y.xlsx").read_bytes() == file.read_bytes()


def refusal(**options: object) -> str:
    with pytest.raises(QhgepError) as error:
        diff(panel("whole").result, **options)  # type: ignore[arg-type] # named there
    return str(error.value)


def test_what_cannot_be_compared_is_refused_with_what_to_do() -> None:
    assert (
        refusal(periods=("2019", "2030"))
        == "样例账户  核算没有期间 “2030”；2019、2020、2021；检查 --period 的两个期间。"
    )
    assert refusal(periods=("2019", "2019")) == (
        "样例账户 ↔ 样例账户  两边是同一份核算的同一期间 2019；两个期间，或两份核算；检查 --period。"
    )
    assert refusal().endswith(
        "只给出一个文件；两个文件，或一份核算和 --period 的两个期间；给出另一个文件，或用 --period 旧 新。"
    )


def test_another_name_of_the_same_rules_is_no_method_and_other_prices_are_refused(tmp_path: Path) -> None:
    other = result(
        tmp_path / "rules", lines(inflow=False), deflate=False, rules=toy.RULES.replace("样例规则", "别的规则")
    )
    plain = diff(panel("unpriced").result, periods=("2019", "2021"))
    assert diff(panel("unpriced").result, other, periods=("2019", "2021")).bridge == plain.bridge
    whole = panel("whole").result
    priced = replace(whole, account=replace(whole.account, price_year=2019), run_id="0")
    assert refusal(b=priced, periods=("2019", "2021")) == (
        "样例账户 ↔ 样例账户  价格年份不同：2020 与 2019；同一价格年份；用 price_year 与 [deflate] 重算其一。"
    )


def test_another_system_of_indicators_is_refused() -> None:
    factors = Path(__file__).parent.parent / "examples" / "equivalent-factor-2015"
    with pytest.raises(QhgepError) as error:
        diff(panel("whole").result, factors, periods=("2019", "2010"))
    assert error.value.problems[0].code == "diff_system"


# --- methods and coverage, split off before the causes ---------------------------------------------

soak_share = quantity("soak_share", "1", axes="county year", zh="样例份额", tex="s")
soaked = quantity("soaked", "m**3/year", axes="county year", zh="样例水量", tex="W")
soak_price = coefficient("soak_price", "CNY/m**3", axes="county year", zh="样例水价", tex="p", fallback="allowed")
soak_value = quantity("soak_value", "CNY/year", axes="county year", zh="样例水价值", tex="V")
SOAK_RULES = """schema = 1
zh = "样例"
documents = ["paper"]
[bind]
soaked = ["rain", "share"]
soak_value = "rain"
[[indicator]]
id = "soak"
category = "regulating"
quantity = "soaked"
value = "soak_value"
"""
"""Rain on the area of a county, all of it or a share, at one yuan."""
HEAD = "county_code,period_from,period_to,ecosystem,item,quantity,value,unit,presence,origin,evidence,source,note"


@cache
def soak_catalogue() -> Catalogue:
    module, here = ModuleType("soak", "样例水: rain on an area"), Clause("paper", at="式")
    parts = (
        soak_share, soaked, soak_price, soak_value,
        formula(soaked, method="rain", equals=precipitation * county_area, source=here),
        formula(soaked, method="share", equals=precipitation * county_area * soak_share, source=here),
        formula(soak_value, method="rain", equals=soaked * soak_price, source=here),
        indicator("soak", zh="样例水", quantity=soaked, value=soak_value),
    )  # fmt: skip
    vars(module).update({"SERVICE": "样例水", **{f"part{number}": part for number, part in enumerate(parts)}})
    return shipped().with_modules(module)


def soaking(folder: Path, method: str, shares: dict[tuple[str, int], str]) -> Result:
    """Rain of 400 mm on 100,000 hm² in 2016, of 500 on 110,000 in 2021, in each of two counties; shares as given."""
    folder.mkdir()
    (folder / "soak.toml").write_text(SOAK_RULES, encoding="utf-8")
    rows = [HEAD]
    for county in (A, B):
        for year, rain, size in ((2016, 400, 100000), (2021, 500, 110000)):
            stated = [("precipitation", rain, "mm/a"), ("county_area", size, "hm2")]
            stated += [("soak_share", shares[county, year], "1")] if (county, year) in shares else []
            rows += [
                f"{county},{year},{year},,,{name},{value},{unit},value,stated,assumed,编造,"
                for name, value, unit in stated
            ]
    (folder / "inputs.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (folder / "account.toml").write_text(
        f'schema = 1\ntitle = "{method}"\nperiods = [2016, 2021]\nruleset = "soak"\nprice_year = 2021\ncounties = ["{A}", "{B}"]\n'
        'inputs = ["inputs.csv"]\ndate = 2026-11-28\n'
        f'[[method]]\nquantity = "soaked"\nmethod = "{method}"\nreason = "试"\ndecided_by = "甲"\n',
        encoding="utf-8",
    )
    price = Coefficient(
        "P", "soak_price", first="2016-01-01", last="2021-12-31", price_year="2021", value="1", unit="CNY/m3"
    )
    packs = [pack(folder / "pack", [price])]
    return compute(read_account(folder / "account.toml", coefficients=packs, catalogue=soak_catalogue()))


SHARES = {(county, year): share for county in (A, B) for year, share in ((2016, "0.5"), (2021, "0.6"))}


def by_place(found: Difference, county: str) -> dict[str, float]:
    return {name: float(amount) for name, amount in effects_of(found, county).items()}


def test_a_method_step_is_the_mean_of_both_years_steps(tmp_path: Path) -> None:
    """All rain: 4 x 10⁸ m³ in 2016, 5.5 in 2021; the share of it: 2 and 3.3. From 4 to 3.3 it falls by 0.7.

    The method does ((2 - 4) + (3.3 - 5.5)) / 2 = -2.1. By all rain, rain does 100 mm x 105,000 hm² = 1.05 and area 0.45; by
    the share, with the weights 1/3 and 1/6 of three factors, rain 0.578333, area 0.248333, the share 0.473333. The causes are
    the means: rain 0.8141667, area 0.3491667, share 0.2366667; with the method -0.7.
    """
    old, new = soaking(tmp_path / "a", "rain", SHARES), soaking(tmp_path / "b", "share", SHARES)
    found = diff(old, new, periods=("2016", "2021"))
    assert [step.kinds[0] for step in found.bridge] == ["method", "area", "interannual", "physical"]
    assert by_place(found, A) == pytest.approx(
        {"method": -2.1e8, "area": 3.4916666667e7, "interannual": 8.1416666667e7, "physical": 2.3666666667e7}, rel=1e-9
    )
    place = ComparedPlace(A, "2016 → 2021")
    assert (found.old[place], found.new[place]) == (Fraction(4 * 10**8), Fraction(33 * 10**7))
    assert sum(effects_of(found, A).values(), Fraction(0)) == found.new[place] - found.old[place]
    back = diff(new, old, periods=("2021", "2016"))
    assert effects_of(back, A) == {name: -amount for name, amount in effects_of(found, A).items()}
    assert any(note.startswith("“方法（实物量）”：两期数据各按两种方法计算之差的平均") for note in found.notes)
    assert any(item.axis == "indicator" and item.note == "rain" for item in found.coverage)


def test_a_method_that_one_side_cannot_follow_is_a_matter_of_coverage(tmp_path: Path) -> None:
    """B has no share in 2016: what its rain was (4 x 10⁸) falls away, what the share is in 2021 (3.3) comes in, without a cause."""
    given_shares = {key: share for key, share in SHARES.items() if key != (B, 2016)}
    old, new = soaking(tmp_path / "a", "rain", given_shares), soaking(tmp_path / "b", "share", SHARES)
    found = diff(old, new, periods=("2016", "2021"))
    assert by_place(found, B) == pytest.approx(
        {"coverage": -0.7e8, "method": 0, "area": 0, "interannual": 0, "physical": 0}
    )
    assert by_place(found, A)["coverage"] == 0
    assert {(item.side, item.place.code, item.zh) for item in found.beside} == {
        (side, B, "样例水（两期方法不同，不能都按另一方法复算，不分解）") for side in ("a", "b")
    }
    back = diff(new, old, periods=("2021", "2016"))
    assert effects_of(back, B) == {name: -amount for name, amount in effects_of(found, B).items()}
    values = formualizer.recalculate(write_difference(found, tmp_path / "x.xlsx"))
    assert not [place for place, value in values.items() if value == "不闭合"]


def test_what_one_period_lacks_is_a_step_of_coverage() -> None:
    """样例净化 of B stands on less in 2020: what it was falls away, what it is comes in; no cause is told of it."""
    made = panel("gap").result
    found = diff(made, periods=("2019", "2020"))
    of_b = {item.side: item.amount for item in found.beside}
    assert effects_of(found, B)["coverage"] == of_b["b"] - of_b["a"] != 0
    assert effects_of(found, A)["coverage"] == 0
    for year, amounts in (("2019", found.old), ("2020", found.new)):
        for place, amount in amounts.items():
            assert float(amount) == pytest.approx(made.value("accounted_total", county=place.code, period=year).value)


def test_a_period_of_which_nothing_covers_the_same_is_refused(tmp_path: Path) -> None:
    def change(line: Line) -> Line | None:
        if line.year == "2021" and line.quantity in {"toy_load", "toy_growth"}:
            return replace(line, value="", unit="", presence="missing", note="样例")
        return line

    made = result(tmp_path, lines(change, inflow=False), deflate=False)
    with pytest.raises(QhgepError) as error:
        diff(made, periods=("2019", "2021"))
    assert str(error.value).startswith(
        "样例账户 ↔ 样例账户  2019 与 2021 没有覆盖相同的指标：632222 样例净化（两期覆盖不同，不分解）；"
    )


def test_two_accounts_of_one_year_each_compare_like_two_years_of_one(tmp_path: Path) -> None:
    one, other = (
        result(tmp_path / year, lines(years=(year,), inflow=False), periods=year, deflate=False)
        for year in ("2019", "2021")
    )
    both = diff(panel("unpriced").result, periods=("2019", "2021"))
    assert diff(one, other, periods=("2019", "2021")).bridge == both.bridge


def test_plans_have_no_periods_to_compare_and_the_verb_takes_two(tmp_path: Path) -> None:
    plan = str(Path(__file__).parent.parent / "examples" / "pilot" / "plan.toml")
    with pytest.raises(QhgepError) as error:
        diff(plan, plan, periods=("2019", "2021"))
    assert str(error.value) == "pilot/plan.toml  不是核算；两边都是核算，才能比较期间；去掉 --period。"
    account = path(tmp_path, lines())
    said = CliRunner().invoke(COMMAND, ["diff", str(account), "--period", "2019"])
    assert said.exit_code == 2
