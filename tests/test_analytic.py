"""Allocation rules of papers: the mark of their layer, and the figures that their papers print."""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

from qhgep import allocate, verify_workbook
from qhgep.account.read import read_account
from qhgep.catalogue import shipped
from qhgep.cli.tables import account_table
from qhgep.engine import compute
from qhgep.engine.result import Result
from qhgep.errors import AccountError, PlanError, RulesetError
from qhgep.packs.library import coefficients
from qhgep.ruleset_store.ruleset import difference, folder, read_ruleset, rulesets
from tests.support.accounts import Line, write_account
from tests.support.books import Made, compared
from tests.support.package import write
from tests.witness import formualizer, libreoffice

EXAMPLES = Path(__file__).parent.parent / "examples"
ANALYTIC = {name: item for name, item in rulesets().items() if item.layer == "analytic"}
YI, WAN, KM2 = 10**8, 10**4, 100
"""Hundred million, ten thousand, and the hectares of a square kilometre, typed on purpose."""


@cache
def example(name: str) -> Result:
    return compute(read_account(EXAMPLES / name))


def value(result: Result, quantity: str, county: str) -> float:
    found = result.value(quantity, county=county).value
    assert found is not None
    return found


# --- the mark of the layer -------------------------------------------------------------------------------------------


@pytest.mark.long
def test_a_ruleset_with_a_formula_of_a_paper_says_so_in_its_name_and_bears_no_name_of_a_document() -> None:
    assert len(ANALYTIC) == 8
    assert set(ANALYTIC) == {name for name in rulesets() if name.startswith("analytic-")}
    for rules in ANALYTIC.values():
        assert rules.zh.endswith("（学术情景，非官方规范）")
        kinds = {coefficients().sources[item.source.source].kind for item in rules.order}
        assert kinds <= {"paper", "own"}


def test_every_formula_of_a_paper_is_bound_by_a_ruleset_of_the_analytic_layer_or_covers_condition() -> None:
    bound = {item.id for rules in ANALYTIC.values() for item in rules.order}
    assert sorted(shipped().analytic - bound) == [("conditioned_value", "condition")]
    plain = {item.id for rules in rulesets().values() if not rules.layer for item in rules.order}
    assert sorted(shipped().analytic & plain) == []


def test_a_ruleset_that_extends_an_analytic_one_is_analytic(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('schema = 1\nzh = "本地"\nextends = "analytic-spillover"\n', encoding="utf-8")
    assert read_ruleset(path).layer == "analytic"
    assert read_ruleset(folder() / "water-balance-plateau.toml").layer == ""


LOCAL = """schema = 1
zh = "本地"
extends = "water-balance-plateau"
show = ["spillover_receipt"]
[bind]
spillover_receipt = "{method}"
[[formula]]
quantity = "spillover_receipt"
method = "mine"
equals = "溢出价值（正为受偿，负为支付） × 2"
source = "qhgep"
at = "测试"
"""


@pytest.mark.parametrize("method", ["mine", "by_sign"])
def test_a_local_method_for_a_quantity_of_papers_alone_does_not_get_round_the_mark(tmp_path: Path, method: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(LOCAL.format(method=method), encoding="utf-8")
    with pytest.raises(RulesetError) as caught:
        read_ruleset(path)
    assert caught.value.text() == (
        f'mine.toml:6  spillover_receipt 绑定了学术分配公式 {method}；只有写明 layer = "analytic" 的规则集可用学术公式；'
        '写明 layer = "analytic"，或另选方法。'
    )
    path.write_text(
        LOCAL.format(method=method).replace("schema = 1", 'schema = 1\nlayer = "analytic"'), encoding="utf-8"
    )
    assert read_ruleset(path).bind["spillover_receipt"].method == method


def test_the_difference_of_two_rulesets_names_the_layer_that_only_one_has() -> None:
    scenario, norm = rulesets()["analytic-land-conversion"], rulesets()["water-balance-plateau"]
    assert ("layer", "-", "analytic") in difference(norm, scenario)
    assert [
        line for line in difference(scenario, rulesets()["analytic-land-conversion-crops"]) if line[0] == "layer"
    ] == []


PLAN = """schema = 1
title = "测试"
layer = "{layer}"
state = "draft"
period = 2010
pool = "1000.00"
round_to = "fen"
[basis]
document = "某办法"
number = "1号"
article = "第五条"
date = 2023-03-01
[accounts]
scenario = "{account}"
[factor.added]
of = "scenario.added_value"
as = "share"
[[step]]
id = "divide"
rule = "weighted"
weights = {{ added = "1" }}
decimals = 8
basis = "测试"
[[recipient]]
id = "620503"
zh = "麦积区"
kind = "county"
[[recipient]]
id = "621122"
zh = "陇西县"
kind = "county"
"""


def plan(folder: Path, layer: str) -> Path:
    path = folder / "plan.toml"
    account = (EXAMPLES / "weihe-2010" / "account.toml").as_posix()
    path.write_text(PLAN.format(layer=layer, account=account), encoding="utf-8")
    return path


@pytest.mark.parametrize("layer", ["statutory", "contract"])
def test_money_by_law_or_contract_is_refused_a_factor_of_a_scenario(tmp_path: Path, layer: str) -> None:
    with pytest.raises(PlanError) as caught:
        allocate(plan(tmp_path, layer), require="assumed", inside=tmp_path.anchor)
    assert caught.value.text() == (
        "plan.toml:16  因素 scenario.added_value 出自学术情景的账户（规则集 analytic-land-conversion）；情景测算（analytic）才可引用；"
        f"本方案的层级是 {layer}；改用按规范核算的账户，或改为情景测算。"
    )
    assert [item.code for item in caught.value.problems] == ["plan_analytic_factor"]
    assert caught.value.text("en") == (
        "plan.toml:16  the factor scenario.added_value comes from an account with scenario rules of papers "
        "(ruleset analytic-land-conversion); only a plan of the layer analytic may read it; "
        f"this plan is {layer}; use an account by a norm, or make the plan a scenario."
    )


def test_a_scenario_divides_by_a_factor_of_a_scenario_and_says_what_it_is(tmp_path: Path) -> None:
    """727.85 and 136.52 of 864.37: 842.06 and 157.94 of 1000 yuan."""
    found = allocate(plan(tmp_path, "analytic"), inside=tmp_path.anchor)
    assert found.fen == {"620503": 84206, "621122": 15794}
    assert found.heading.notices[:2] == ("情景测算表", "不作为资金分配依据")


def test_every_page_of_a_scenario_says_so_and_none_has_a_line_to_sign() -> None:
    made = Made("weihe", example("weihe-2010"), None)
    assert [sheet.name for sheet in made.sheets if sheet.signed] == []
    assert [sheet.number[:7] for sheet in made.sheets if sheet.number] == [
        "表号：情景01", "表号：情景02", "表号：情景03", "表号：情景04", "表号：情景05",
    ]  # fmt: skip
    assert made.by_name["封面"].marked.startswith("情景测算，不作为资金分配依据；")
    assert "情景测算，不作为资金分配依据。" in account_table(example("weihe-2010"), "zh")
    assert "A scenario: no ground for dividing money." in account_table(example("weihe-2010"), "en")


# --- Wei River: increment, opportunity cost as floor, added value as ceiling ------------------------------------------


@dataclass(frozen=True)
class Place:
    """cases/weihe-2010-fixture.csv: what table 4 prints, in 10⁴ yuan/km², and the printed gains that it follows from."""

    water_gain: str
    soil_gain: str
    nitrogen: str
    phosphorus: str
    water: str
    soil: str
    quality: str
    ceiling: str
    floor: str
    net: str


WEIHE = {
    "621123": Place("-21.17", "6.94", "86.87", "11.28", "-12.10", "443.74", "1.16", "432.80", "84.02", "348.78"),
    "621122": Place("15.22", "2.00", "-3.95", "-0.41", "8.70", "127.88", "-0.04", "136.53", "96.99", "39.54"),
    "620524": Place("22.92", "5.65", "165.77", "20.71", "13.10", "361.26", "2.15", "376.50", "154.62", "221.88"),
    "620523": Place("23.21", "5.18", "32.85", "4.75", "13.26", "331.21", "0.47", "344.95", "168.27", "176.68"),
    "620502": Place("-20.55", "4.61", "57.38", "7.22", "-11.74", "294.76", "0.75", "283.77", "172.17", "111.60"),
    "620503": Place("29.95", "11.10", "81.78", "10.38", "17.11", "709.73", "1.07", "727.92", "202.23", "525.69"),
    "reach": Place("2.62", "7.50", "71.54", "9.10", "1.49", "479.55", "0.94", "481.98", "146.39", "335.59"),
}
SOIL = 0.0006 * 2.164 * 1838 + 0.0006 * 4.065 * 587 + 0.014 * 1.923 * 2175 + 0.0156 * 0.5 * 200
"""Yuan a tonne of soil: nitrogen, phosphorus, potassium as fertiliser, and organic matter as fuelwood: 63.93."""


@pytest.mark.parametrize("code", WEIHE)
def test_the_wei_river_is_its_arithmetic_and_lies_within_the_rounding_of_the_printed_digits(code: str) -> None:
    """Half a unit of the last digit of the gain, times its price, and of the printed value, in 10⁴ yuan/km²."""
    found, place = example("weihe-2010"), WEIHE[code]
    water = float(place.water_gain) * 1000 * 5.714
    soil = float(place.soil_gain) * 10000 * SOIL
    quality = float(place.nitrogen) / 1000 * 35700 + float(place.phosphorus) / 1000 * 750700
    assert value(found, "water_value_total", code) == pytest.approx(water, rel=1e-9)
    assert value(found, "soil_retention_value", code) == pytest.approx(soil, rel=1e-9)
    assert value(found, "water_quality_value_total", code) == pytest.approx(quality, rel=1e-9)
    gaps = {
        "water": (water / WAN, 0.005 * 1000 * 5.714 / WAN),
        "soil": (soil / WAN, 0.005 * 10000 * SOIL / WAN),
        "quality": (quality / WAN, 0.005 / 1000 * (35700 + 750700) / WAN),
    }
    for name, (computed, allowed) in gaps.items():
        assert abs(computed - float(getattr(place, name))) <= allowed + 0.005
    whole = sum(allowed for _, allowed in gaps.values())
    ceiling = value(found, "added_value_per_area", code) * KM2 / WAN
    net = value(found, "net_gain_per_area", code) * KM2 / WAN
    assert ceiling == pytest.approx((water + soil + quality) / WAN, rel=1e-9)
    assert abs(ceiling - float(place.ceiling)) <= whole + 0.005
    assert net == pytest.approx(ceiling - float(place.floor), rel=1e-9)
    assert abs(net - float(place.net)) <= whole + 0.005 + 0.005
    assert abs(ceiling - float(place.ceiling)) < 0.075


def test_the_soil_value_of_the_reach_is_nutrients_and_organic_matter_without_silt() -> None:
    """The text calls 11.70 the value of less silt; 7.50e4 t × 1.56 % × 0.5 × 200 yuan is organic matter."""
    found = example("weihe-2010")
    assert value(found, "organic_matter_value", "reach") / WAN == pytest.approx(11.70, rel=1e-12)
    assert value(found, "nutrient_value_total", "reach") / WAN == pytest.approx(
        467.85, abs=0.005 * (SOIL - 1.56) + 0.005
    )
    assert pytest.approx(33.2, abs=0.05) == 7.50 * 5.714 / 1.29


def test_water_that_is_lost_is_told_once_for_each_of_the_two_counties() -> None:
    """Other places state the gain itself in place of the formula; that must not double what is said of these two."""
    told = [item.where for item in example("weihe-2010").checks if item.code == "value_bounds"]
    assert told == ["620502，2010，forest", "621123，2010，forest"]


def test_no_payment_is_proposed_so_there_is_none_and_the_range_is_not_empty() -> None:
    found = example("weihe-2010")
    for code in WEIHE:
        assert found.value("increment_payment", county=code).presence == "missing"
        assert value(found, "payment_range_empty", code) == 0


def reach_account(adopted: tuple[str, ...], left_out: str = "") -> str:
    """The account of the example for the whole reach alone, with further inputs of 2015 adopted."""
    text = (EXAMPLES / "weihe-2010" / "account.toml").read_text(encoding="utf-8")
    head, _, rest = text.partition("[[not_applicable]]")[0].partition("[[county]]")
    kept = [line for line in head.splitlines() if not line.startswith(("counties", "published"))]
    county = 'counties = ["reach"]\n[[county]]\ncode = "reach"\nzh = "全区"\nkind = "other"\nparent = "620000"\n'
    more = "".join(
        f'[[adopt]]\nquantity = "{name}"\nfrom_period = "2015"\nfor = "{name}"\nreason = "测试"\ndecided_by = "测试"\n'
        for name in adopted
    )
    adopts = [part for part in rest.split("[[adopt]]")[1:] if not left_out or f'"{left_out}"' not in part]
    return "\n".join(kept) + "\n" + county + "".join(f"[[adopt]]{part}" for part in adopts) + more + undecided(left_out)


def undecided(left_out: str) -> str:
    """The decisions that what the rows of the reach say does not apply is left out; the survey's where it is used."""
    names = ["pollutant_export_after"]
    if left_out:
        names += ["crop_area", "crop_yield", "crop_price", "cropping_cost"]
    return left_out_of(*names)


def left_out_of(*quantities: str) -> str:
    """Decisions that these quantities do not apply where the inputs say so."""
    return "".join(
        f'[[not_applicable]]\nquantity = "{name}"\nreason = "测试"\ndecided_by = "测试"\n' for name in quantities
    )


def converted(folder: Path, *, cost: str, proposed: str) -> Result:
    """One square kilometre of the reach with a proposed payment, both in 10⁴ yuan."""
    text = (EXAMPLES / "weihe-2010" / "inputs.csv").read_text(encoding="utf-8").splitlines()
    lines = [line for line in text[1:] if line.startswith("reach,")]
    lines = [line.replace(",146.39,", f",{cost},") for line in lines if "proposed_payment" not in line]
    lines.append(f"reach,2015,2015,,,proposed_payment,{proposed},1e4 CNY/yr,value,chosen,assumed,测试,测试")
    folder.mkdir(exist_ok=True)
    (folder / "account.toml").write_text(reach_account(("proposed_payment",)), encoding="utf-8")
    (folder / "inputs.csv").write_text("\n".join([text[0], *lines]) + "\n", encoding="utf-8")
    return compute(read_account(folder / "account.toml"))


@pytest.mark.parametrize(("proposed", "paid"), [("45", "146.39"), ("300", "300"), ("900", None)])
def test_a_payment_lies_between_opportunity_cost_and_added_value(
    tmp_path: Path, proposed: str, paid: str | None
) -> None:
    """The rate of the second round, 45, is below the floor of 146.39; 900 is above the ceiling of 481.94."""
    found = converted(tmp_path, cost="146.39", proposed=proposed)
    ceiling = value(found, "added_value", "reach")
    expected = ceiling if paid is None else float(paid) * WAN
    assert value(found, "increment_payment", "reach") == pytest.approx(expected, rel=1e-12)


def test_a_floor_above_the_ceiling_is_named_and_nothing_is_paid(tmp_path: Path) -> None:
    found = converted(tmp_path, cost="500.00", proposed="490")
    assert value(found, "payment_range_empty", "reach") == 1
    assert found.value("increment_payment", county="reach").value == 0
    (told,) = [item.text() for item in found.checks if "net_gain" in item.text() or "净收益" in item.text()]
    assert "补偿区间为空：机会成本（下限）高于新增服务价值（上限），没有双方都能接受的标准" in told


# --- Chishui, the six places of the Yangtze, Maqu, Sanjiangyuan --------------------------------------------------------


def test_the_users_of_the_chishui_share_77_2_by_58_1_19_4_17_7_and_4_8_percent() -> None:
    """cases/chishui-2021-allocation.csv: 44.853, 14.977, 13.664, 3.706; the shares are the input, and add up to 100."""
    found = example("chishui-2021")
    shares = {"520382": "58.1", "520303": "19.4", "520502": "17.7", "520304": "4.8"}
    for code, share in shares.items():
        assert value(found, "shared_payment", code) == pytest.approx(77.2 * float(share) / 100 * YI, rel=1e-12)
    derived = {"520382": 44.853, "520303": 14.977, "520502": 13.664, "520304": 3.706}
    for code, amount in derived.items():
        assert abs(value(found, "shared_payment", code) / YI - amount) <= 0.0005
    assert found.values["shared_payment_whole"].value.item() == pytest.approx(77.2 * YI, rel=1e-12)
    assert found.value("river_water_used", county="520382").presence == "missing"


SIX = {"青海": "32.26", "四川": "153.3", "湖南": "59.08", "江西": "67.1", "浙江": "-1.97", "上海": "-47.31"}


def settled(folder: Path, spill: dict[str, str]) -> Result:
    codes = {zh: f"place-{number}" for number, zh in enumerate(spill)}
    rows = [
        Line("spillover_value", amount, "1e8 CNY/yr", county=codes[zh], first="2015", evidence="published")
        for zh, amount in spill.items()
    ]
    first = next(iter(codes.values()))
    rows += [
        Line(name, presence="missing", county=first, first="2015", note="摘要没有印")
        for name in ("supply_value", "local_use_value", "county_area")
    ]
    declared = "".join(
        f'[[county]]\ncode = "{code}"\nzh = "{zh}"\nkind = "other"\nparent = ""\n' for zh, code in codes.items()
    )
    counties = ", ".join(f'"{code}"' for code in codes.values())
    changes = {"period": "2015", "price_year": "2015", "ruleset": '"analytic-spillover"', "counties": f"[{counties}]"}
    return compute(read_account(write_account(folder, rows, changes=changes, tables=declared)))


def test_six_places_receive_311_74_and_pay_49_28_so_262_46_is_left_to_another_payer(tmp_path: Path) -> None:
    """facts/compensation-cases.csv C24: each printed settlement is the input; receipts, payments, residual follow."""
    found = settled(tmp_path, SIX)
    whole = {name: found.values[name].value.item() / YI for name in ("spillover_receipts", "spillover_payments")}
    assert whole["spillover_receipts"] == pytest.approx(32.26 + 153.3 + 59.08 + 67.1, rel=1e-12)
    assert whole["spillover_payments"] == pytest.approx(1.97 + 47.31, rel=1e-12)
    assert found.values["residual_payment"].value.item() / YI == pytest.approx(262.46, rel=1e-12)
    assert found.value("accounted_total", county="*").value == pytest.approx(262.46 * YI, rel=1e-12)
    assert [item.text() for item in found.checks] == []
    agrees(tmp_path, found)


def test_payers_that_owe_more_than_is_due_leave_a_residual_that_is_named(tmp_path: Path) -> None:
    found = settled(tmp_path, {"甲": "1.00", "乙": "-3.00"})
    assert found.values["residual_payment"].value.item() == pytest.approx(-2 * YI, rel=1e-12)
    assert ["余额无人受领" in item.text() for item in found.checks] == [True]


def test_the_grazing_ban_of_maqu_is_its_area_at_the_rate_of_its_supply_curve(tmp_path: Path) -> None:
    """facts/compensation-cases.csv C25: 17.67e4 hm² × 1751.76 = 3.0954 × 10⁸ yuan, printed to 0.001."""
    lines = [
        Line("banned_area", "17.67", "1e4 hm2", county="623025", first="2014"),
        Line("value_before_restoration", "149400", "CNY/km2", county="623025", first="2014"),
        Line("value_after_restoration", "597600", "CNY/km2", county="623025", first="2014"),
    ]
    tables = (
        '[[county]]\ncode = "623025"\nzh = "玛曲县"\nkind = "county"\nparent = "620000"\n'
        '[[adopt]]\nrow = "P166"\nfor = "supply_curve_rate"\nprice_year = 2014\nreason = "论文"\ndecided_by = "测试"\n'
    )
    changes = {
        "period": "2014", "price_year": "2014", "ruleset": '"analytic-restoration"', "counties": '["623025"]'
    }  # fmt: skip
    found = compute(read_account(write_account(tmp_path, lines, changes=changes, tables=tables)))
    assert value(found, "ban_payment", "623025") == pytest.approx(17.67e4 * 1751.76, rel=1e-12)
    assert abs(value(found, "ban_payment", "623025") / YI - 3.0954) <= 0.001
    assert value(found, "restoration_gain", "623025") * KM2 / WAN == pytest.approx(59.76 - 14.94, rel=1e-12)


# --- the workbooks ---------------------------------------------------------------------------------------------------

NAMES = ("weihe-2010", "chishui-2021")
ENGINES = [
    *(("formualizer", name) for name in NAMES),
    pytest.param("libreoffice", "weihe-2010", marks=pytest.mark.libreoffice),
]


def agrees(folder: Path, result: Result) -> None:
    """The workbook of a result recalculates to the same numbers, and verifies."""
    made = Made("made", result, None)
    path = write(folder / "book.xlsx", made.data)
    assert verify_workbook(path).same
    found = compared(made, formualizer.recalculate(path))
    assert (found.differing, found.worst < 1e-9) == ([], True)


@pytest.mark.long
@pytest.mark.parametrize(("engine", "name"), ENGINES)
def test_another_program_finds_the_same_in_the_workbook(tmp_path: Path, engine: str, name: str) -> None:
    made = Made(name, example(name), None)
    path = write(tmp_path / "book.xlsx", made.data)
    assert verify_workbook(path).same
    found = compared(made, (formualizer if engine == "formualizer" else libreoffice).recalculate(path))
    assert found.differing == []
    assert found.cells > 100
    assert found.worst < 1e-9


# --- rules of which no whole case is printed: the rulesets run, and weak evidence shows ---------------------------------


def account(folder: Path, ruleset: str, lines: list[Line], tables: str = "") -> Result:
    changes = {"ruleset": f'"{ruleset}"'}
    return compute(read_account(write_account(folder, lines, changes=changes, tables=tables)))


def test_priority_ratio_and_stage_of_a_county_and_what_is_recalled_stays_unconfirmed(tmp_path: Path) -> None:
    """678.67 over 500 and over 1.25; 1/0.475 - 3 = -0.894737 gives 0.2901. Only the first two rest on a seen text."""
    lines = [
        Line("nonmarket_value", "678.67", "1e8 CNY/yr"),
        Line("gross_domestic_product", "500", "1e8 CNY/yr"),
        Line("compensation_received", "1.25", "1e8 CNY/yr"),
        Line("engel_coefficient", "0.475", "1"),
        Line("county_area", presence="missing"),
    ]
    found = account(tmp_path, "analytic-priority", lines)
    assert value(found, "compensation_priority", "632621") == pytest.approx(678.67 / 500, rel=1e-12)
    assert value(found, "benefit_cost_ratio", "632621") == pytest.approx(678.67 / 1.25, rel=1e-12)
    assert value(found, "stage_coefficient", "632621") == pytest.approx(0.29, abs=0.005)
    assert value(found, "stage_adjusted_value", "632621") == pytest.approx(678.67 * 0.2901 * YI, rel=1e-3)
    assert found.value("compensation_priority", county="632621").evidence == "published"
    assert found.value("stage_coefficient", county="632621").evidence == "unconfirmed"
    agrees(tmp_path, found)


def test_the_share_that_is_exported_is_an_input_and_never_a_default(tmp_path: Path) -> None:
    services = ("water", "flood", "soil", "sand", "carbon", "oxygen", "water_quality", "air", "climate", "recreation")
    lines = [Line("county_area", presence="missing"), Line("proposed_payment", "250", "CNY/yr")]
    lines += [Line("service_value", "100", "CNY/yr", item=item) for item in services[:2]]
    lines += [Line("service_value", item=item, presence="not_applicable") for item in services[2:]]
    decided = left_out_of("service_value")
    without = account(tmp_path / "without", "analytic-exported-share", lines, decided)
    assert [(item.code, item.severity) for item in without.checks] == [("input_nowhere", "warning")]
    assert "local_use_share" in without.checks[0].text()
    assert without.value("export_payment", county="632621").value is None
    with pytest.raises(AccountError, match="local_use_share"):
        compute(replace(without.account, state="review"))
    lines += [
        Line("local_use_share", share, "%", item=item) for item, share in zip(services, ("30", "70"), strict=False)
    ]
    found = account(tmp_path / "with", "analytic-exported-share", lines, decided)
    assert value(found, "exported_value_total", "632621") == pytest.approx(100 * 0.7 + 100 * 0.3, rel=1e-12)
    assert value(found, "export_payment", "632621") == pytest.approx(100, rel=1e-12)
    agrees(tmp_path, found)


COUNTIES = {"632621": "3", "632323": "1"}


def test_entropy_weights_add_up_to_one_and_the_shares_too(tmp_path: Path) -> None:
    """Two counties, two factors: in the second they are alike, so all of the weight is on the first, 3 to 1."""
    lines = [
        *(Line("factor_value", number, "1", county=code, item="value") for code, number in COUNTIES.items()),
        *(Line("factor_value", "7", "1", county=code, item="area") for code in COUNTIES),
        *(
            Line("factor_value", county=code, item=item, presence="not_applicable")
            for code in COUNTIES
            for item in ("population", "cost", "water", "quality")
        ),
        *(Line("county_area", county=code, presence="missing") for code in COUNTIES),
        Line("payment_claim", "1000", "CNY/yr"),
        Line("payment_claim", county="632323", presence="not_applicable"),
    ]
    changes = {"ruleset": '"analytic-entropy-weight"', "counties": '["632621", "632323"]'}
    tables = left_out_of("factor_value", "payment_claim")
    found = compute(read_account(write_account(tmp_path, lines, changes=changes, tables=tables)))
    assert [value(found, "entropy_score", code) for code in COUNTIES] == pytest.approx([0.75, 0.25], abs=1e-9)
    assert [value(found, "entropy_payment", code) for code in COUNTIES] == pytest.approx([750, 250], abs=1e-6)
    agrees(tmp_path, found)


def test_the_opportunity_cost_of_crops_comes_from_a_survey(tmp_path: Path) -> None:
    """Made-up: 10 hm² × 4500 kg × 2.4 yuan less 38,000 yuan, by 10 hm²: 7,000 yuan/hm²; the floor of one km² is 700,000."""
    text = (EXAMPLES / "weihe-2010" / "inputs.csv").read_text(encoding="utf-8").splitlines()
    lines = [line for line in text[1:] if line.startswith("reach,") and ",opportunity_cost," not in line]
    crops = [("wheat", "10", "4500", "2.4")]
    survey = [
        *(f"reach,2010,2010,,{item},crop_area,{size},hm2,value,chosen,assumed,测试,测试" for item, size, _, _ in crops),
        *(f"reach,2010,2010,,{item},crop_yield,{much},kg/(hm2*a),value,chosen,assumed,测试,测试" for item, _, much, _ in crops),
        *(f"reach,2015,2015,,{item},crop_price,{price},CNY/kg,value,chosen,assumed,测试,测试" for item, *_, price in crops),
        "reach,2015,2015,,seed,cropping_cost,38000,CNY/yr,value,chosen,assumed,测试,测试",
    ]  # fmt: skip
    survey += [
        f"reach,2010,2010,,{item},{name},,,not_applicable,,,,测试"
        for name in ("crop_area", "crop_yield", "crop_price") for item in ("maize", "potato", "other")
    ]  # fmt: skip
    survey += [
        f"reach,2010,2010,,{item},cropping_cost,,,not_applicable,,,,测试"
        for item in ("fertiliser", "pesticide", "harvest", "fuel", "repair")
    ]
    account_text = reach_account(("crop_price", "cropping_cost"), "opportunity_cost").replace(
        '"analytic-land-conversion"', '"analytic-land-conversion-crops"'
    )
    (tmp_path / "account.toml").write_text(account_text, encoding="utf-8")
    (tmp_path / "inputs.csv").write_text("\n".join([text[0], *lines, *survey]) + "\n", encoding="utf-8")
    found = compute(read_account(tmp_path / "account.toml"))
    assert value(found, "opportunity_cost", "reach") == pytest.approx((10 * 4500 * 2.4 - 38000) / 10, rel=1e-12)
    assert value(found, "payment_floor", "reach") == pytest.approx(7000 * 100, rel=1e-12)
