"""What each decision is worth in yuan, per county: by hand from the document, and the sums over the counties."""

from dataclasses import replace
from pathlib import Path

import pytest

from qhgep import compute, read_account
from qhgep.cli.tables import decision_table
from qhgep.decisions.effects import effects
from qhgep.engine.result import Result
from tests.support import decided, toy
from tests.support.accounts import pack
from tests.support.books import EXAMPLE, book
from tests.support.decided import COST, MARSH, PRICE, SEASON, TWO, by_county, of_kind
from tests.support.result_bodies import body
from tests.support.toy import COD, NH3N, A, B, C, Line

HECTARES = {A: 143462.5, B: 80050.0}
CLEANING = 50 * 1400 + 2.5 * 1750.5
"""Both counties remove more than is let in: 50 t of COD at 1400, 2.5 t of ammonia at 1750.5."""
CARBON = {county: size * 10_000 * 40.5 / 1_000_000 * 44 / 12 for county, size in HECTARES.items()}
"""t CO₂ before the season: hectares x 10,000 m² x 40.5 g of carbon, grams to tonnes, carbon to CO₂."""
ROOT = 1.1**0.5
"""The season where the wetness is 1.1."""


def amounts(made: Result, kind: str, place: int = 0) -> dict[str, float]:
    return {code: line.amount for code, line in by_county(of_kind(made, kind)[place]).items()}


# --- overrides ----------------------------------------------------------------------------------


def test_a_row_of_a_pack_is_worth_the_difference_to_the_shipped_row(tmp_path: Path) -> None:
    made = decided.result(tmp_path, toy.whole(), [COST])
    (effect,) = effects(made)
    assert (effect.kind, effect.quantity, effect.basis) == ("override", "toy_cost", "recomputed")
    assert effect.what == "TOY-07 1400 CNY/t → MY-7 1500 CNY/t"
    assert (effect.place, effect.reason, effect.from_period) == (
        "own1/rows.csv:2",
        "本局测算",
        "2020-01-01 至 2020-12-31",
    )
    for code, line in by_county(effect).items():
        without = CLEANING + CARBON[code] * ROOT * 57.3
        assert line.total == pytest.approx(without + 50 * (1500 - 1400))
        assert line.without == pytest.approx(without)
        assert line.amount == pytest.approx(50 * (1500 - 1400))
        assert line.rests == {"toy_cleaning": pytest.approx(50 * 1500 + 2.5 * 1750.5)}
        assert line.lost == ()
    assert list(by_county(effect)) == [A, B]


def test_a_price_of_a_pack_is_worth_its_difference_times_the_carbon(tmp_path: Path) -> None:
    made = decided.result(tmp_path, toy.whole(), [PRICE])
    expected = {code: CARBON[code] * ROOT * (60 - 57.3) for code in TWO}
    assert amounts(made, "override") == pytest.approx(expected)
    over = of_kind(made, "override")[0].over(toy.YEAR)
    assert over.county == "*"
    assert over.amount == pytest.approx(expected[A] + expected[B])
    assert over.total == pytest.approx(made.value("accounted_total", county="*").value)
    assert over.without == pytest.approx(2 * CLEANING + (CARBON[A] + CARBON[B]) * ROOT * 57.3)


def test_each_override_is_undone_by_itself(tmp_path: Path) -> None:
    made = decided.result(tmp_path, toy.whole(), [COST, PRICE])
    assert amounts(made, "override", 0) == pytest.approx(dict.fromkeys(TWO, 50 * 100.0))
    assert amounts(made, "override", 1) == pytest.approx({code: CARBON[code] * ROOT * 2.7 for code in TWO})


def test_an_override_that_no_value_uses_has_no_amount(tmp_path: Path) -> None:
    (effect,) = effects(decided.result(tmp_path, toy.whole(), [MARSH]))
    assert (effect.kind, effect.basis, effect.counties) == ("override", "unused", ())


def test_an_override_of_what_no_indicator_reads_has_no_amount(tmp_path: Path) -> None:
    """The rules without ecosystems do not read the carbon price at all."""
    made = decided.result(tmp_path, toy.plain(), [PRICE, COST], rules=toy.PLAIN_RULES)
    assert [(effect.quantity, effect.basis) for effect in effects(made)] == [
        ("toy_load", "coverage"),
        ("toy_cost", "recomputed"),
        ("toy_carbon_price", "unused"),
    ]
    # A lets in 50 t, of which 45 are removed; B does not say what it removes.
    assert amounts(made, "override") == pytest.approx({A: 45 * 100.0, B: 0.0})


def test_a_pack_over_a_pack_is_held_against_the_shipped_row(tmp_path: Path) -> None:
    made = decided.result(tmp_path, toy.whole(), [COST], [replace(COST, row="MY-8", value="1700")])
    (effect,) = effects(made)
    assert effect.what == "TOY-07 1400 CNY/t → MY-8 1700 CNY/t"
    assert amounts(made, "override") == pytest.approx(dict.fromkeys(TWO, 50 * (1700 - 1400.0)))


EVERYWHERE = """[[formula]]
quantity = "toy_cleaning_value"
method = "local"
equals = "样例有效净化量（各县之和）× 样例治理成本"
source = "toy-book"
at = "式"
"""


def test_a_county_that_a_decision_changes_is_listed_though_it_does_not_use_it(tmp_path: Path) -> None:
    """The value is by what all counties remove, and A states 20 t of COD beside the formula, which gives 50 as in B.

    With it 70 t are valued in either county, without it 100: 30 t at 1400 less, in B too, which states nothing.
    """
    bound = 'toy_cleaning_value = "local"\ntoy_everywhere = "toy"'
    rules = toy.RULES.replace('toy_cleaning_value = "toy"', bound) + EVERYWHERE
    stated = Line(A, "toy_useful", "20", "t/a", item=COD, note="实测")
    (effect,) = effects(decided.result(tmp_path, [*toy.whole(), stated], rules=rules))
    assert (effect.kind, effect.basis) == ("stand_in", "recomputed")
    amounts_ = {code: line.amount for code, line in by_county(effect).items()}
    assert amounts_ == pytest.approx({A: (70 - 100) * 1400, B: (70 - 100) * 1400})


def test_where_the_shipped_row_is_in_other_prices_the_effect_is_what_rests_on_the_row(tmp_path: Path) -> None:
    """A price of 2015 is none of 2020: without the pack the carbon has no value."""
    made = decided.result(tmp_path, toy.whole(), [PRICE], changed={"2020-12-31,,2020,57.3": "2020-12-31,,2015,57.3"})
    (effect,) = effects(made)
    assert effect.basis == "recomputed"
    assert {line.lost for line in effect.counties} == {("toy_carbon",)}
    assert amounts(made, "override") == pytest.approx({code: CARBON[code] * ROOT * 60 for code in TWO})


def test_where_the_shipped_row_is_not_in_force_only_what_needs_it_has_no_value(tmp_path: Path) -> None:
    row = "TOY-07,toy_cost,,,cod,2020-01-01,2020-12-31"
    made = decided.result(tmp_path, toy.whole(), [COST], changed={row: row.replace("12-31", "06-30")})
    (effect,) = effects(made)
    assert effect.basis == "recomputed"
    for code, line in by_county(effect).items():
        assert line.without == pytest.approx(CARBON[code] * ROOT * 57.3 + 2.5 * 1750.5)
        assert line.amount == pytest.approx(50 * 1500)
        assert line.lost == ()  # the other pollutant has its price: the indicator is partial, and not gone


def test_an_adopted_row_of_a_pack_is_undone_by_adopting_the_shipped_one(tmp_path: Path) -> None:
    adopt = '[[adopt]]\nrow = "MY-7"\nfor = "toy_cost"\nitem = "cod"\nreason = "试"\ndecided_by = "试"\n'
    made = decided.result(tmp_path, toy.whole(), [COST], account=toy.ACCOUNT + adopt)
    assert [(effect.kind, effect.basis) for effect in effects(made)] == [
        ("adopted_row", "rests"),
        ("override", "recomputed"),
    ]
    assert amounts(made, "override") == pytest.approx(dict.fromkeys(TWO, 50 * 100.0))


def test_a_shipped_price_is_worth_its_share_of_the_pilot(tmp_path: Path) -> None:
    """380 CNY/t CO₂ replaced by 400: twenty more for each 380 of the carbon value."""
    row = replace(
        PRICE, row="GZ-26", key="carbon_price", region="513300", first="2010-01-01", last="2010-12-31", price_year="2010", value="400",
    )  # fmt: skip
    made = compute(read_account(EXAMPLE / "account.toml", coefficients=[pack(tmp_path / "own", [row], toy.SOURCES)]))
    (effect,) = of_kind(made, "override")
    assert effect.what == "GZ-26 380 CNY/tCO2 → GZ-26 400 CNY/tCO2"
    shipped = book("pilot").result
    for line in effect.counties:
        carbon = shipped.value("carbon_value_total", county=line.county).value or 0.0
        assert line.amount == pytest.approx(carbon / 380 * (400 - 380))
    whole = shipped.value("carbon_value_total", county="*").value or 0.0
    assert effect.over(made.only_period()).amount == pytest.approx(whole / 380 * 20)


# --- stand-ins ----------------------------------------------------------------------------------


def test_a_stated_value_beside_a_formula_is_worth_the_difference(tmp_path: Path) -> None:
    made = decided.result(tmp_path, [*toy.whole(), SEASON])
    (effect,) = effects(made)
    assert (effect.kind, effect.quantity, effect.reason) == ("stand_in", "toy_season", "toy-book：站点观测")
    assert effect.what == "填报的样例季节系数（inputs.csv，1 格：公式也有值 1 格，公式无值 0 格）"
    (line,) = effect.counties
    assert (line.county, line.period, line.lost) == (A, "2020", ())
    assert line.without == pytest.approx(CLEANING + CARBON[A] * ROOT * 57.3)
    assert line.amount == pytest.approx(CARBON[A] * (2 - ROOT) * 57.3)
    assert line.rests == {"toy_carbon": pytest.approx(CARBON[A] * 2 * 57.3)}


def test_a_stated_value_where_the_formula_has_none_is_worth_all_that_rests_on_it(tmp_path: Path) -> None:
    """C states no area, so nothing but the 1.25 t of COD that it says it removed, at 1400."""
    lines = [*toy.whole(), Line(C, "toy_load", "1.5", "t/a", item=COD), Line(C, "toy_useful", "1.25", "t/a", item=COD)]
    made = decided.result(tmp_path, lines, counties=(*TWO, C))
    (effect,) = effects(made)
    assert effect.what == "填报的样例有效净化量（inputs.csv，1 格：公式也有值 0 格，公式无值 1 格）"
    (line,) = effect.counties
    assert (line.county, line.total, line.without, line.amount) == (C, 1.25 * 1400, None, 1.25 * 1400)
    assert line.lost == ("toy_cleaning",)


def test_of_two_stated_indicators_each_is_worth_itself(tmp_path: Path) -> None:
    lines = [*toy.whole(), Line(C, "toy_load", "1.5", "t/a", item=COD), Line(C, "toy_useful", "1.25", "t/a", item=COD)]
    lines += [Line(C, "toy_fixed_value_total", "123456.789", "CNY/year")]
    made = decided.result(tmp_path, lines, counties=(*TWO, C))
    lines_of = {effect.quantity: effect.counties[0] for effect in effects(made)}
    cleaning, carbon = lines_of["toy_useful"], lines_of["toy_fixed_value_total"]
    assert (cleaning.total, cleaning.without) == (pytest.approx(1750 + 123456.789), 123456.789)
    assert (carbon.without, carbon.amount, carbon.lost) == (1750.0, pytest.approx(123456.789), ("toy_carbon",))


def test_stated_values_of_two_files_are_two_decisions(tmp_path: Path) -> None:
    account = toy.ACCOUNT.replace('["inputs.csv"]', '["inputs.csv", "more.csv"]')
    toy.write_account(tmp_path / "other", [Line(B, "toy_season", "3", "1")])
    folder = tmp_path / "account"
    folder.mkdir()
    (folder / "more.csv").write_bytes((tmp_path / "other" / "inputs.csv").read_bytes())
    made = decided.result(folder, [*toy.whole(), SEASON], account=account)
    assert [effect.place.partition(":")[0] for effect in effects(made)] == ["inputs.csv", "more.csv"]
    assert amounts(made, "stand_in", 0) == pytest.approx({A: CARBON[A] * (2 - ROOT) * 57.3})
    assert amounts(made, "stand_in", 1) == pytest.approx({B: CARBON[B] * (3 - ROOT) * 57.3})


FLAT = """[[formula]]
quantity = "toy_removed"
method = "flat"
equals = "县域面积 × 样例净化能力"
source = "toy-book"
at = "式"
"""
"""What the whole county would remove if all of it were of one ecosystem: a formula that needs no row by ecosystem."""


def test_where_only_the_stated_values_name_an_ecosystem_the_account_without_them_has_no_value(tmp_path: Path) -> None:
    rules = toy.PLAIN_RULES.replace('toy_everywhere = "toy"', 'toy_removed = "flat"\ntoy_by_pollutant = "toy"') + FLAT
    lines = [Line(A, "county_area", "1000", "km2"), Line(A, "toy_load", "50", "t/a", item=COD)]
    lines += [Line(A, "toy_load", "5", "t/a", item=NH3N)]
    stated = [Line(A, "toy_removed", value, "t/a", toy.GRASS, item) for item, value in ((COD, "7"), (NH3N, "1"))]
    made = decided.result(tmp_path / "stated", [*lines, *stated], rules=rules, counties=(A,))
    (effect,) = effects(made)
    assert effect.basis == "recomputed"
    assert [line.without for line in effect.counties] == [None]
    assert amounts(made, "stand_in") == pytest.approx({A: 7 * 1400 + 1 * 1750.5})
    bare = decided.result(tmp_path / "bare", lines, rules=rules, counties=(A,))
    (told,) = [item for item in bare.checks if item.code == "ecosystem_nowhere"]
    assert told.text() == (
        "account.toml  没有一行输入写明生态系统，而规则集 toy 有分生态系统的量；至少一行写明 ecosystem 的输入；"
        "补行，或换用规则集。"
    )


def test_a_statement_that_a_formula_does_not_apply_is_a_stand_in_too(tmp_path: Path) -> None:
    made = decided.result(tmp_path, [*toy.whole(), Line(A, "toy_fixed_value_total", presence="not_applicable")])
    decision, effect = effects(made)
    assert (decision.kind, decision.quantity, decision.basis, decision.counties) == (
        "not_applicable", "toy_fixed_value_total", "coverage", (),
    )  # fmt: skip
    assert effect.what.endswith("1 格：公式也有值 1 格，公式无值 0 格）")
    assert amounts(made, "stand_in") == pytest.approx({A: -CARBON[A] * ROOT * 57.3})


def test_a_statement_that_a_value_is_missing_stands_in_for_nothing(tmp_path: Path) -> None:
    assert effects(decided.result(tmp_path, [*toy.whole(), Line(A, "toy_season", presence="missing")])) == ()


def test_a_stated_quantity_that_no_value_is_computed_from_is_no_money(tmp_path: Path) -> None:
    (effect,) = effects(decided.result(tmp_path, [*toy.whole(), Line(A, "toy_fixed_total", "7", "t CO2/a")]))
    assert (effect.basis, effect.counties) == ("no_money", ())


def test_a_stand_in_that_a_decision_brings_in_is_both(tmp_path: Path) -> None:
    adopt = '[[adopt]]\nquantity = "toy_season"\nfrom_period = "2019"\nreason = "试"\ndecided_by = "试"\n'
    made = decided.result(tmp_path, [*toy.whole(), replace(SEASON, year="2019")], account=toy.ACCOUNT + adopt)
    assert amounts(made, "adopted_period") == pytest.approx({A: CARBON[A] * 2 * 57.3, B: 0.0})
    assert amounts(made, "stand_in") == pytest.approx({A: CARBON[A] * (2 - ROOT) * 57.3})


def test_a_decision_is_listed_in_the_periods_that_it_serves(tmp_path: Path) -> None:
    account = toy.ACCOUNT.replace("period = 2020", "periods = [2020, 2021]")
    stated = [item for item in toy.whole() if item.quantity != "inflow_from_outside"]
    lines = [replace(item, year=year) for item in stated for year in ("2020", "2021")]
    made = decided.result(
        tmp_path, [*lines, replace(SEASON, year="2021")], account=account, changed={"2020-12-31": "2021-12-31"}
    )
    (effect,) = effects(made)
    assert [(line.county, line.period) for line in effect.counties] == [(A, "2021")]
    assert (effect.of("2020"), effect.over("2021").amount) == ((), pytest.approx(CARBON[A] * (2 - ROOT) * 57.3))


# --- adoptions ----------------------------------------------------------------------------------


def adopted(**fields: str) -> str:
    lines = "".join(f"{name.rstrip('_')} = {value}\n" for name, value in fields.items())
    return f'{toy.ACCOUNT}[[adopt]]\n{lines}reason = "因为"\ndecided_by = "科室"\n'


def test_an_adopted_row_is_worth_the_indicators_that_rest_on_it(tmp_path: Path) -> None:
    account = adopted(row='"TOY-09"', for_='"toy_carbon_price"', counties=f'["{A}"]')
    (effect,) = effects(decided.result(tmp_path, toy.whole(), account=account))
    assert (effect.kind, effect.reason, effect.decided_by, effect.basis) == ("adopted_row", "因为", "科室", "rests")
    (line,) = effect.counties
    assert (line.county, line.without) == (A, None)
    assert line.amount == pytest.approx(CARBON[A] * ROOT * 57.3)
    assert line.total == pytest.approx(CLEANING + CARBON[A] * ROOT * 57.3)


def test_an_adopted_row_of_one_item_carries_the_whole_indicator(tmp_path: Path) -> None:
    account = adopted(row='"TOY-08"', for_='"toy_cost"', item='"nh3n"')
    made = decided.result(tmp_path, toy.whole(), account=account)
    assert amounts(made, "adopted_row") == pytest.approx(dict.fromkeys(TWO, CLEANING))


@pytest.mark.parametrize(("quantity", "expected"), [
    ("toy_wetness", {A: CARBON[A] * ROOT * 57.3, B: CARBON[B] * ROOT * 57.3}),
    ("toy_load", {A: CLEANING, B: CLEANING}),
])  # fmt: skip
def test_an_adopted_period_is_worth_the_indicators_that_rest_on_it(
    quantity: str, expected: dict[str, float], tmp_path: Path
) -> None:
    lines = [replace(item, year="2019") if item.quantity == quantity else item for item in toy.whole()]
    made = decided.result(tmp_path, lines, account=adopted(quantity=f'"{quantity}"', from_period='"2019"'))
    (effect,) = effects(made)
    assert (effect.kind, effect.from_period) == ("adopted_period", "2019")
    assert amounts(made, "adopted_period") == pytest.approx(expected)
    assert effect.over(toy.YEAR).amount == pytest.approx(expected[A] + expected[B])


# --- all together -------------------------------------------------------------------------------


def test_without_decisions_there_is_nothing_to_list(tmp_path: Path) -> None:
    assert effects(decided.result(tmp_path, toy.whole())) == ()


def test_the_json_lists_every_decision_with_the_sum_first(tmp_path: Path) -> None:
    made = decided.decided(tmp_path)
    found = body(made)["decisions"]
    assert [(item["kind"], item["basis"]) for item in found] == [
        ("adopted_period", "rests"), ("adopted_row", "rests"), ("override", "unused"), ("override", "recomputed"),
        ("override", "recomputed"), ("stand_in", "recomputed"),
    ]  # fmt: skip
    price = next(item for item in found if item["quantity"] == "toy_carbon_price")
    assert [line["county_code"] for line in price["counties"]] == ["*", A, B]
    first, *others = price["counties"]
    assert first["effect"] == pytest.approx(sum(line["effect"] for line in others))
    assert all(line["with"] - line["without"] == line["effect"] for line in others)
    assert set(first) == {"county_code", "period", "with", "without", "effect", "rests", "lost"}


def test_the_command_line_has_a_line_for_each_override_and_stand_in(tmp_path: Path) -> None:
    """In 万元: 2 x 50 x 100 yuan for the cost; the price and the season by the carbon of their counties."""
    made = decided.decided(tmp_path)
    price = (CARBON[A] * 2 + CARBON[B] * ROOT) * (60 - 57.3) / 10_000
    season = CARBON[A] * (2 - ROOT) * 60 / 10_000
    stand_in = "填报的样例季节系数（inputs.csv，1 格：公式也有值 1 格，公式无值 0 格）"
    assert decision_table(made, "zh") == [
        "系数被替换：TOY-05 110.3 kg/hm2/a → MY-5 200 kg/hm2/a (own1/rows.csv:4)　未使用：没有值取自它",
        "系数被替换：TOY-07 1400 CNY/t → MY-7 1500 CNY/t (own1/rows.csv:2)　影响合计 +1.00 万元/a",
        f"系数被替换：TOY-09 57.3 CNY/tCO2 → TOY-09 60 CNY/tCO2 (own1/rows.csv:3)　影响合计 +{price:,.2f} 万元/a",
        f"填报代替公式：{stand_in} (inputs.csv:20)　影响合计 +{season:,.2f} 万元/a",
    ]
    assert decision_table(made, "en")[0].startswith("overridden: TOY-05 110.3 kg/hm2/a → MY-5 200")
    assert decision_table(made, "en")[1].endswith("effect +1.00 10^4 CNY/year")


def test_the_command_line_names_the_period_where_there_are_several(tmp_path: Path) -> None:
    account = toy.ACCOUNT.replace("period = 2020", "periods = [2020, 2021]")
    stated = [item for item in toy.whole() if item.quantity != "inflow_from_outside"]
    lines = [replace(item, year=year) for item in stated for year in ("2020", "2021")]
    cost = replace(COST, last="2021-12-31")
    made = decided.result(tmp_path, lines, [cost], account=account, changed={"2020-12-31": "2021-12-31"})
    (line,) = decision_table(made, "zh")
    assert line.endswith("影响合计 2020 +1.00 万元/a；2021 +1.00 万元/a")
