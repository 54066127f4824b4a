"""Rulesets side by side: what each covers, excludes and prices, and bridges that close, with the arithmetic in sight.

Two rulesets over 1000 hm² of grassland with 400 mm of rain, 200 mm of yield, 50 mm of surface runoff, 230 mm evaporated:

- first: retained 1000 hm² × (200 − 50) mm = 1,500,000 m³ at 5 CNY/m³ = 7,500,000; 100,000 visits × (200 + 50) = 25,000,000
- second: retained 1000 hm² × (400 − 50 − 230) mm = 1,200,000 m³ at 7 CNY/m³ = 8,400,000; 20,000 strolls × 30 = 600,000
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from qhgep import compute, read_account
from qhgep.difference.result import ComparedPlace
from qhgep.difference.ruleset_bridge import ruleset_bridge
from qhgep.difference.ruleset_comparison import compare_rulesets
from qhgep.difference.ruleset_report import ruleset_comparison_text
from qhgep.difference.ruleset_result import Held, LineStep, RulesetBridge, RulesetComparison, RulesetSide
from qhgep.errors import AccountError, RulesetError
from qhgep.units import Unit, unit
from qhgep.workbook.core.cells import Text
from qhgep.workbook.reports.rulesets import BRIDGE, ruleset_comparison_sheets, write_ruleset_comparison
from tests.support.accounts import Coefficient, Line, pack, write_account
from tests.support.books import Made, compared
from tests.support.command_line import COMMAND
from tests.support.result_bodies import body
from tests.witness import formualizer

PILOT = Path(__file__).parent.parent / "examples" / "pilot"
GENERAL = PILOT / "account-general.toml"
COUNTY = "632621"
HERE = ComparedPlace(COUNTY, "2019")
M3, TONNE = unit("m**3/year"), unit("t/year")
FIRST = """schema = 1
zh = "第一"
documents = ["gong-2017"]
[bind]
water_retained = "water_retention_from_yield"
water_retained_total = "sum"
water_value_total = "reservoir_cost"
tourism_value = "travel_cost_without_surplus"
[[indicator]]
id = "water_conservation"
category = "regulating"
quantity = "water_retained_total"
value = "water_value_total"
[[indicator]]
id = "tourism"
category = "cultural"
quantity = "visits"
value = "tourism_value"
[exclude]
coastal_protection = "内陆，不适用"
"""
SECOND = """schema = 1
zh = "第二"
documents = ["gong-2017"]
[bind]
water_retained = ["water_retention_from_yield", "water_balance"]
water_retained_total = "sum"
water_value_total = "annual_cost"
recreation_value = "time_cost"
[[indicator]]
id = "water_conservation"
category = "regulating"
quantity = "water_retained_total"
value = "water_value_total"
[[indicator]]
id = "recreation"
category = "cultural"
quantity = "recreation_visits"
value = "recreation_value"
[[not_covered]]
id = "tourism"
zh = "旅游康养"
category = "cultural"
reason = "游客不在本县"
"""
DECISIONS = """[[method]]
quantity = "water_retained"
method = "water_balance"
reason = "r"
decided_by = "d"
[[adopt]]
quantity = "evapotranspiration"
from_period = "2018"
reason = "r"
decided_by = "d"
"""
LINES = (
    Line("area", "1000", "hm2", ecosystem="grassland"),
    Line("county_area", "1000", "hm2"),
    Line("precipitation", "400", "mm/a"),
    Line("water_yield", "200", "mm/a"),
    Line("surface_runoff", "50", "mm/a", ecosystem="grassland"),
    Line("evapotranspiration", "230", "mm/a", first="2018"),
    Line("reservoir_annual_cost", "7", "元/m3"),
    Line("visits", "100000", "人次/a"),
    Line("travel_spending", "200", "元/人次"),
    Line("time_cost", "50", "元/人次"),
    Line("recreation_visits", "20000", "人次/a"),
    Line("recreation_time_cost", "30", "元/人次"),
)
COST = Coefficient("C-1", "reservoir_cost", region=COUNTY, price_year="2019", value="5", unit="CNY/m3")


def folder(
    place: Path, *, tables: str = DECISIONS, own: str = "first", changes: Mapping[str, str] | None = None
) -> Path:
    """The account with both rulesets beside it."""
    path = write_account(place, LINES, changes={"ruleset": f'"{own}"', **(changes or {})}, tables=tables)
    (place / "first.toml").write_text(FIRST, encoding="utf-8")
    (place / "second.toml").write_text(SECOND, encoding="utf-8")
    pack(place / "pack", [COST])
    return path


def both(place: Path, *names: str, **options: object) -> RulesetComparison:
    path = folder(place, **options)  # type: ignore[arg-type] # named there
    return compare_rulesets(path, names or ("first", "second"), coefficients=[place / "pack"])


def line(bridge: RulesetBridge, name: str, place: ComparedPlace = HERE) -> LineStep:
    return next(one for one in bridge.lines if (one.line, one.place) == (name, place))


def steps(bridge: RulesetBridge, place: ComparedPlace = HERE) -> dict[str, float]:
    return {step.kinds[0]: float(step.amounts[place]) for step in bridge.steps}


def closes(bridge: RulesetBridge) -> bool:
    """Whether steps and lines add up to the difference of the totals in every place, exactly."""
    return all(
        sum((step.amounts[place] for step in bridge.steps), Fraction(0))
        == sum((one.difference for one in bridge.lines if one.place == place), Fraction(0))
        == bridge.new[place] - bridge.old[place]
        for place in bridge.old
    )


# --- the small account ----------------------------------------------------------------------------


def test_what_only_one_covers_comes_first_then_the_quantity_at_the_first_price_then_the_price(tmp_path: Path) -> None:
    found = both(tmp_path)
    (bridge,) = found.bridges
    assert float(bridge.old[HERE]) == 1_500_000 * 5 + 100_000 * 250
    assert float(bridge.new[HERE]) == 1_200_000 * 7 + 20_000 * 30
    assert steps(bridge) == {
        "coverage": 20_000 * 30 - 100_000 * 250, "method": (1_200_000 - 1_500_000) * 5, "price": 1_200_000 * (7 - 5),
    }  # fmt: skip
    assert closes(bridge)


def test_each_line_is_shown_with_its_own_steps(tmp_path: Path) -> None:
    (bridge,) = both(tmp_path).bridges
    water, visits, strolls = (line(bridge, name) for name in ("water_conservation", "tourism", "recreation"))
    assert (float(water.coverage), float(water.method), float(water.price)) == (0, -300_000 * 5, 1_200_000 * 2)
    assert water.unit_price == 5
    assert (float(visits.coverage), visits.method, visits.price) == (-100_000 * 250, 0, 0)
    assert (float(strolls.coverage), strolls.method, strolls.price) == (20_000 * 30, 0, 0)


def test_what_each_covers_excludes_and_prices_is_told(tmp_path: Path) -> None:
    first, second = both(tmp_path).sides
    assert {name: one.status for name, one in first.covers.items()} == {
        "water_conservation": "counted", "tourism": "counted", "coastal_protection": "excluded",
    }  # fmt: skip
    assert {name: one.status for name, one in second.covers.items()} == {
        "water_conservation": "counted", "recreation": "counted", "tourism": "not_covered",
    }  # fmt: skip
    assert first.covers["coastal_protection"].reason == "内陆，不适用"
    assert second.covers["tourism"].reason == "游客不在本县"
    assert first.covers["water_conservation"].methods == (
        "水源涵养价值合计：reservoir_cost", "水源涵养量：water_retention_from_yield",
    )  # fmt: skip
    assert second.covers["water_conservation"].methods[1] == "水源涵养量：water_balance"
    assert first.covers["water_conservation"].prices == ("水库单位库容造价 5 元/m³（C-1）",)
    assert first.covers["tourism"].prices == ("旅行费用（填报）", "旅行时间成本（填报）")


def test_the_other_order_takes_the_difference_back_though_the_price_is_another(tmp_path: Path) -> None:
    (there,), (back,) = both(tmp_path / "a").bridges, both(tmp_path / "b", "second", "first").bridges
    assert there.difference == -back.difference
    assert steps(back) == {
        "coverage": 100_000 * 250 - 20_000 * 30, "method": 300_000 * 7, "price": 1_500_000 * (5 - 7),
    }  # fmt: skip
    assert closes(back)


def test_a_decision_that_one_ruleset_has_no_use_for_is_told_once_and_stops_nothing(tmp_path: Path) -> None:
    assert [(one.place, one.text, one.rulesets) for one in both(tmp_path).unused] == [
        ("account.toml [[method]] 1", "方法 water_retained = water_balance", ("first",)),
        ("account.toml [[adopt]] 1", "期间 evapotranspiration 取自 2018", ("first",)),
    ]


def test_a_decision_that_no_ruleset_takes_is_the_error_that_it_is_in_an_account(tmp_path: Path) -> None:
    wrong = DECISIONS.replace("water_balance", "water_blance")
    with pytest.raises(AccountError) as error:
        both(tmp_path, tables=wrong)
    assert [item.code for item in error.value.problems] == ["method_unlisted", "adopt_target"]
    assert error.value.problems[0].where == "account.toml:9 [[method]] 1"


def test_a_decision_of_the_own_ruleset_is_no_fault_where_others_are_compared(tmp_path: Path) -> None:
    path = folder(tmp_path, own="second")
    for name in ("third", "fourth"):
        (tmp_path / f"{name}.toml").write_text(FIRST, encoding="utf-8")
    found = compare_rulesets(path, ["third", "fourth"], coefficients=[tmp_path / "pack"])
    assert [one.rulesets for one in found.unused] == [("third", "fourth")] * 2
    assert found.bridges[0].difference == 0


def test_a_fault_of_the_account_itself_is_told_as_ever(tmp_path: Path) -> None:
    with pytest.raises(AccountError) as error:
        both(tmp_path, changes={"counties": '["999999"]'})
    assert "account_code" in {item.code for item in error.value.problems}


def test_a_final_account_is_compared_as_a_draft(tmp_path: Path) -> None:
    """Under the second ruleset nothing is chosen: its water lacks, and 25,000,000 yuan of visits are not covered."""
    found = both(tmp_path, tables="", changes={"state": '"review"'})
    (bridge,) = found.bridges
    assert steps(bridge) == {"coverage": 600_000 - 7_500_000 - 25_000_000, "method": 0, "price": 0}
    assert [item.code for item in found.side("second").gaps] == ["method_undecided"]
    assert found.side("second").covers["water_conservation"].methods[-1] == "水源涵养量：未选方法"


def test_a_ruleset_that_cannot_be_computed_is_listed_with_its_reasons_and_none_of_all_is_an_error(
    tmp_path: Path,
) -> None:
    """The evapotranspiration of another year is assumed: only the second ruleset rests on it."""
    path = folder(tmp_path)
    packs = [tmp_path / "pack"]
    found = compare_rulesets(path, ["first", "second"], coefficients=packs, require="published")
    assert (found.bridges, found.side("second").totals) == ((), {})
    assert {item.code for item in found.side("second").problems} == {"evidence_weak"}
    assert "second  " in ruleset_comparison_text(found, "zh")
    with pytest.raises(AccountError):
        compare_rulesets(path, ["first", "second"], coefficients=packs, require="primary")


def test_a_place_without_a_total_on_one_side_has_no_bridge(tmp_path: Path) -> None:
    path = write_account(
        tmp_path, LINES[:6], changes={"ruleset": '"first"', "counties": f'["{COUNTY}", "632222"]'}, tables=DECISIONS
    )
    (tmp_path / "first.toml").write_text(FIRST, encoding="utf-8")
    (tmp_path / "second.toml").write_text(SECOND, encoding="utf-8")
    found = compare_rulesets(path, ["first", "second"], coefficients=[pack(tmp_path / "pack", [COST])])
    assert list(found.side("first").totals) == [HERE]
    assert found.side("second").totals == {}
    assert found.bridges == ()
    assert "—" in ruleset_comparison_text(found, "zh")
    assert [sheet.name for sheet in ruleset_comparison_sheets(found)] == ["合计", "口径", "各项", "说明"]


# --- how a line splits ----------------------------------------------------------------------------


def side(name: str, **held: Held) -> RulesetSide:
    lines = {(HERE, name): one for name, one in held.items()}
    values = [one.value for one in held.values() if one.value is not None]
    totals = {HERE: sum(values, Fraction(0))}
    return RulesetSide(name, name, shell=False, covers={}, result=None, problems=(), lines=lines, totals=totals)


def held(quantity: float | None, value: float | None, of: Unit = M3) -> Held:
    exact = None if quantity is None else Fraction(quantity)
    return Held(exact, of, None if value is None else Fraction(value), "missing" if value is None else "value")


def split(one: Held, other: Held) -> LineStep:
    bridge = ruleset_bridge(side("a", water=one), side("b", water=other), {"water": "水"})
    assert closes(bridge)
    return bridge.lines[0]


def test_the_unit_of_the_first_side_is_that_of_the_line() -> None:
    """2 t at 30 is 15 CNY/t; 3000 kg are 3 t: (3 − 2) × 15 = 15 and 60 − 30 − 15 = 15."""
    found = split(held(2, 30, TONNE), held(3000, 60, unit("kg/year")))
    assert (found.factor, found.unit_price, found.method, found.price) == (Fraction(1, 1000), 15, 15, 15)


@pytest.mark.parametrize(
    ("one", "other", "note"),
    [
        (held(2, 30), held(3, 60, TONNE), "两边的实物量不是同一种量，差额全部计入方法"),
        (held(None, 30), held(3, 60), "一边没有实物量，差额全部计入方法"),
        (held(0, 30), held(3, 60), "第一边的实物量为零，没有隐含单价，差额全部计入方法"),
    ],
)
def test_where_there_is_no_price_to_split_by_all_is_the_method_and_the_line_says_so(
    one: Held, other: Held, note: str
) -> None:
    found = split(one, other)
    assert (found.coverage, found.method, found.price, found.note) == (0, 30, 0, note)


def test_the_same_quantity_is_a_difference_of_price_alone() -> None:
    found = split(held(4, 20), held(4, 32))
    assert (found.method, found.price, found.note) == (0, 12, "")
    assert split(held(0, 0), held(0, 12)).price == 12


NUMBERS = st.floats(-1e15, 1e15, allow_nan=False)
HELD = st.builds(held, st.none() | NUMBERS, st.none() | NUMBERS, st.sampled_from([M3, TONNE, unit("kg/year")]))


@settings(max_examples=200)
@given(st.lists(st.tuples(HELD, HELD), min_size=1, max_size=5))
def test_any_lines_add_up_to_the_difference_without_a_rest(lines: list[tuple[Held, Held]]) -> None:
    sides = [side("ab"[at], **{f"x{n}": pair[at] for n, pair in enumerate(lines)}) for at in (0, 1)]
    bridge = ruleset_bridge(sides[0], sides[1], {f"x{n}": "项" for n in range(len(lines))})
    assert closes(bridge)
    there = [any(one.value is not None for one in pair) for pair in lines]
    assert len(bridge.lines) == sum(there)


# --- the pilots, shells, names --------------------------------------------------------------------


@pytest.fixture(scope="module")
def pilot() -> RulesetComparison:
    return compare_rulesets(GENERAL, ["water-balance-plateau", "county-general", "gbt46869-2025"])


def test_the_pilots_differ_by_the_oxygen_alone(pilot: RulesetComparison) -> None:
    """Both take the same methods and prices for water and carbon: all of the difference is the line of oxygen."""
    (bridge,) = pilot.bridges
    general = compute(read_account(GENERAL))
    for place in pilot.places:
        oxygen = general.value("oxygen_value_total", county=place.code).value
        assert steps(bridge, place) == {"coverage": oxygen, "method": 0, "price": 0}
    assert closes(bridge)
    assert float(bridge.difference) == pytest.approx(4_833_546_559.90, abs=0.01)


def test_a_side_comes_to_what_the_account_comes_to(pilot: RulesetComparison) -> None:
    for name, file in (("water-balance-plateau", "account.toml"), ("county-general", "account-general.toml")):
        alone = compute(read_account(PILOT / file))
        for place, total in pilot.side(name).totals.items():
            assert float(total) == pytest.approx(alone.value("accounted_total", county=place.code).value, rel=1e-15)


def test_a_shell_computes_nothing_and_lists_its_lines_with_clause_and_evidence(pilot: RulesetComparison) -> None:
    shell = pilot.side("gbt46869-2025")
    assert (shell.shell, shell.result, shell.totals, shell.lines) == (True, None, {}, {})
    assert {one.status for one in shell.covers.values()} == {"not_covered"}
    crops = shell.covers["crops"]
    assert (crops.clause, crops.evidence, crops.methods, crops.prices) == ("A.1（推测）", "待证实", (), ())
    assert "gbt46869-2025  空壳，条文未见，只列指标，不核算" in ruleset_comparison_text(pilot, "zh")


def test_shells_alone_stand_side_by_side_with_their_lines() -> None:
    found = compare_rulesets(GENERAL, ["gbt46869-2025", "mee-2020"])
    assert (found.bridges, [side.totals for side in found.sides]) == ((), [{}, {}])
    assert [sheet.name for sheet in ruleset_comparison_sheets(found)] == ["合计", "口径"]


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["county-general", "county-genral"], "county-genral.toml  没有规则集 county-genral；已有：analytic-entropy-weight、"),
        (["county-general"], "--rulesets  要并列的规则集：county-general；两个以上、各不相同的规则集名，用逗号隔开；"),
        (["mee-2020", "mee-2020"], "--rulesets  要并列的规则集：mee-2020、mee-2020；两个以上"),
        ([], "--rulesets  要并列的规则集：-；"),
        (["county-general", "../x"], "../x.toml  点到的文件 ../x.toml 在文件夹 pilot 之外；"),
        (["mee-2020", "analytic-priority"], "analytic-priority.toml  规则集 analytic-priority 是论文的情景测算规则，不是核算；"),
    ],
    ids=["unknown", "one", "twice", "none", "outside", "scenario"],
)  # fmt: skip
def test_names_that_cannot_be_compared_are_refused(names: list[str], told: str) -> None:
    with pytest.raises(RulesetError) as error:
        compare_rulesets(GENERAL, names)
    assert error.value.text().startswith(told)


# --- how it is told -------------------------------------------------------------------------------

RANKING = ("增长", "增幅", "增加", "下降", "排名", "名次", "最高", "最低", "领先", "growth", "rank", "increase", "best")


def test_no_word_of_growth_or_rank_stands_anywhere(pilot: RulesetComparison) -> None:
    texts = [ruleset_comparison_text(pilot, "zh"), ruleset_comparison_text(pilot, "en")]
    texts += [
        cell.text
        for sheet in ruleset_comparison_sheets(pilot)
        for cell in sheet.cells.values()
        if isinstance(cell, Text)
    ]
    assert [word for word in RANKING for text in texts if word in text.lower()] == []
    assert "都不称为生态产品总值（GEP）" in texts[0]


class _Sheets(Made):
    """The sheets of a comparison, for `compared`."""

    def __init__(self, found: RulesetComparison) -> None:
        object.__setattr__(self, "name", "rulesets")
        self.__dict__["sheets"] = ruleset_comparison_sheets(found)


def test_the_workbook_recalculates_closes_and_is_the_same_bytes_again(tmp_path: Path) -> None:
    found = both(tmp_path / "a")
    path = write_ruleset_comparison(found, tmp_path / "x.xlsx")
    values = formualizer.recalculate(path)
    checked = compared(_Sheets(found), values)  # type: ignore[arg-type] # its sheets are all it is asked for
    assert (checked.differing, checked.cells > 30) == ([], True)
    verdicts = [value for (sheet, _), value in values.items() if sheet == BRIDGE and value in {"闭合", "不闭合"}]
    assert verdicts == ["闭合"] * 2
    again = both(tmp_path / "b")
    assert write_ruleset_comparison(again, tmp_path / "y.xlsx").read_bytes() == path.read_bytes()


def test_the_workbook_of_the_pilots_recalculates(pilot: RulesetComparison, tmp_path: Path) -> None:
    path = write_ruleset_comparison(pilot, tmp_path / "x.xlsx")
    assert compared(_Sheets(pilot), formualizer.recalculate(path)).differing == []  # type: ignore[arg-type] # as above


def test_other_units_and_unsplit_lines_recalculate_too(tmp_path: Path) -> None:
    """A line of kilograms beside tonnes, one of two kinds of quantity, one without any."""
    small = both(tmp_path / "a")
    one = side("a", x=held(2, 30, TONNE), y=held(2, 30), z=held(None, 30), w=held(0, 5))
    other = side("b", x=held(3000, 60, unit("kg/year")), y=held(3, 60, TONNE), z=held(3, 60), w=held(0, 6))
    names = {name: name for name in "xyzw"}
    found = replace(small, sides=(one, other), indicators=names, bridges=(ruleset_bridge(one, other, names),))
    path = write_ruleset_comparison(found, tmp_path / "x.xlsx")
    assert compared(_Sheets(found), formualizer.recalculate(path)).differing == []  # type: ignore[arg-type] # as above


def test_the_json_holds_every_amount_exactly(pilot: RulesetComparison) -> None:
    content = body(pilot)
    assert [one["name"] for one in content["rulesets"]][2] == "gbt46869-2025"
    for place in content["bridges"][0]["places"]:
        moved = sum(Fraction(amount["exact"]) for amount in place["steps"].values())
        assert moved == Fraction(place["b"]["exact"]) - Fraction(place["a"]["exact"])
    assert content["places"][0]["totals"]["gbt46869-2025"] is None
    assert len(pilot.frame()) == 5 * (2 + 16)


def test_the_verb_prints_writes_and_refuses(tmp_path: Path) -> None:
    words = ["compare", str(GENERAL), "--rulesets", "water-balance-plateau, county-general"]
    book, data = tmp_path / "x.xlsx", tmp_path / "x.json"
    found = CliRunner().invoke(COMMAND, ["--lang", "zh", *words, "-o", str(book), "--json", str(data)])
    assert found.exit_code == 0
    assert "water-balance-plateau → county-general" in found.stdout
    assert json.loads(data.read_text(encoding="utf-8"))["body"]["bridges"][0]["a"] == "water-balance-plateau"
    assert book.stat().st_size > 10000
    again = CliRunner().invoke(COMMAND, ["--lang", "en", *words, "--json", "-"])
    assert json.loads(again.stdout)["kind"] == "ruleset_comparison"
    refused = CliRunner().invoke(COMMAND, ["--lang", "en", "compare", str(GENERAL), "--rulesets", "x,county-general"])
    assert (refused.exit_code, "there is no ruleset x; one of " in refused.stderr) == (1, True)
    plan = CliRunner().invoke(COMMAND, ["compare", str(PILOT / "plan.toml"), "--rulesets", "county-general,mee-2020"])
    assert plan.exit_code == 1
