"""Entitlements: paid from below, exactly; the surplus or gap against the pool is told and never spread."""

import math
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qhgep import verify_workbook, write_workbook
from qhgep.compensation.allocation import Allocation
from tests.support.plans import address
from tests.support.step_plans import (
    CODES,
    differences,
    exact_amounts,
    plan_text,
    recalculated,
    run_text,
    sheet_fen,
    table,
)  # fmt: skip

FEW = settings(max_examples=20, deadline=None)
WAN = 10_000


def areas(step: str, **more: str) -> str:
    lines = "".join(f"{key} = {value}\n" for key, value in more.items())
    return f'[[step]]\nid = "grass"\nrule = "area_rate"\nbasis = "某办法第三条"\n{step}{lines}'


def grass(ban: str, balance: str, *, code: str = "632222", rates: str, **more: str) -> str:
    step = f'rates = {rates}\nareas.ban = {{ "{code}" = "{ban}" }}\nareas.balance = {{ "{code}" = "{balance}" }}\n'
    return areas(step, **more)


# --- golden cases -------------------------------------------------------------------------------

HAIBEI = grass("11800000", "23988000", rates='{ ban = "12.3", balance = "2.5" }')
HENAN = grass("6534400", "2315000", rates='{ ban = "14.67", balance = "1.5" }')
HONGYUAN = grass("4760000", "6431500", rates='{ ban = "7.5", balance = "2.5" }')


@pytest.mark.parametrize(
    ("step", "pool", "yuan"),
    [
        (HAIBEI, "205110000.00", (14514 + 5997) * WAN),
        (HENAN, "200000000.00", Fraction("653.44") * Fraction("14.67") * WAN + 3_472_500),
        (HONGYUAN, "60000000.00", 35_700_000 + 16_078_750),
    ],
)
def test_published_grassland_totals_are_areas_times_rates(step: str, pool: str, yuan: Fraction) -> None:
    """海北 14,514 + 5,997 = 20,511 万元; 河南县 653.44 万亩 x 14.67; 红原 3,570 + 1,607.875 万元."""
    found = run_text(plan_text(step, pool=pool, layer="statutory", codes=("632222",)))
    assert sum(exact_amounts(found).values()) == yuan
    assert found.kind == "entitlement"
    assert found.retained == max(found.pool - sum(found.fen.values()), 0)


def test_haibei_2018_leaves_neither_surplus_nor_gap() -> None:
    found = run_text(plan_text(HAIBEI, pool="205110000.00", codes=("632222",)))
    assert (found.fen["632222"], found.retained, found.gap) == (20_511_000_000, 0, 0)
    assert found.table["grass.ban.rate_units"] == 1230, "12.30: parts are at least fen"


POSTS = """\
[[step]]
id = "stewards"
rule = "posts_wage"
posts = { "632222" = "17211" }
wage = "1800"
months = "12"
base_share = "0.70"
basis = "三江源生态管护员：每人每月 1800 元，70% 按季、30% 考核后发放"
"""


def test_17211_posts_cost_37175_76_wan_and_seven_tenths_are_paid_quarterly() -> None:
    text = plan_text(POSTS + 'passed = { "632222" = "17211" }\n', pool="400000000.00", codes=("632222",))
    assert exact_amounts(run_text(text)) == {"632222": Fraction("37175.76") * WAN}
    pending = run_text(plan_text(POSTS, pool="400000000.00", codes=("632222",)))
    assert exact_amounts(pending) == {"632222": Fraction("37175.76") * WAN * Fraction(7, 10)}
    assert pending.notes == (
        "每人每月 1800 元，12 个月，其中基础部分 0.70", "基础部分按季发放，绩效部分考核后发放",
        "绩效部分待考核后发放，最多 111527280.0000 元，未计入",
    )  # fmt: skip


def test_a_post_that_fails_its_assessment_loses_6480_yuan() -> None:
    """0.30 x 1800 x 12 = 6,480."""
    text = plan_text(POSTS + 'passed = { "632222" = "17210" }\n', pool="400000000.00", codes=("632222",))
    found = run_text(text)
    assert exact_amounts(found)["632222"] == Fraction("37175.76") * WAN - 6480
    assert found.notes[2] == "考核未通过 1 人，不发绩效部分"


def cropland(rates: str, task: int = 2020, certified: str = "1000") -> str:
    return (
        f'[[step]]\nid = "cropland"\nrule = "instalments"\nrates = {rates}\nbasis = "退耕还林"\n'
        f'tasks.{task} = {{ "632222" = "1000" }}\ncertified.{task} = {{ "632222" = "{certified}" }}\n'
    )


FOREST = '{ "1" = "500", "3" = "300", "5" = "400" }'


@pytest.mark.parametrize(
    ("rates", "wan"), [(FOREST, [50, 0, 30, 0, 40, 0]), ('{ "1" = "450", "3" = "400" }', [45, 0, 40, 0, 0, 0])]
)
def test_a_thousand_mu_of_returned_cropland_is_paid_in_instalments_of_the_task_year(rates: str, wan: list[int]) -> None:
    """退耕还林 500/300/400 in years 1/3/5; 还草 450/400 in years 1/3."""
    paid = [
        run_text(plan_text(cropland(rates), pool="1000000.00", period=2020 + after, codes=("632222",))).fen["632222"]
        for after in range(6)
    ]
    assert paid == [amount * WAN * 100 for amount in wan]


def test_only_certified_areas_are_paid() -> None:
    found = run_text(plan_text(cropland(FOREST, certified="600.5"), pool="1000000.00", period=2022, codes=("632222",)))
    assert exact_amounts(found) == {"632222": Fraction("600.5") * 300}
    assert found.notes == ("2020年任务：第3年，每亩300元；未验收799/2亩不付",)


POOLED = """\
[[step]]
id = "pilot"
rule = "pooled_sum"
basis = "生态综合补偿试点"
funds.grassland = { earmark = "草原补奖", amounts = { "632222" = "100.00", "632323" = "200.05", "632621" = "0" } }
funds.key_zone = { amounts = { "632222" = "1.00", "632323" = "2.00", "632621" = "3.00" }, basis = "转移支付办法" }
"""


def test_pooled_funds_are_added_up_and_keep_their_earmarks() -> None:
    found = run_text(plan_text(POOLED))
    assert list(found.fen.values()) == [10_100, 20_205, 300]
    assert found.notes == (
        "grassland（草原补奖）合计 300.0500 元", "key_zone（未指定用途）合计 6.0000 元", "统筹只汇总，各项资金用途不变",
    )  # fmt: skip
    assert found.table["pilot.grassland.amount"] == {
        "632222": 100, "632323": Fraction("200.05"), "632621": 0,
    }  # fmt: skip


# --- properties ---------------------------------------------------------------------------------


def drawn(random: Random, *, scale: int = 1, codes: tuple[str, ...] = CODES) -> str:
    """A plan of several entitlement steps with decimals of any length a sheet can keep."""
    text = areas(
        f"areas.ban = {table({code: _decimal(random, 10**6, scale) for code in sorted(codes)})}\n"
        f"areas.balance = {table({code: _decimal(random, 10**5, scale) for code in sorted(codes)})}\n"
        f'rates = {{ ban = "{_decimal(random, 20, 1)}", balance = {table(dict.fromkeys(codes, "2.5"))} }}\n',
        rounded=f'"{random.choice(("exact", "fen", "yuan", "100yuan"))}"' if scale == 1 else '"exact"',
    )
    posts = {code: str(random.randint(0, 500) * scale) for code in sorted(codes)}
    passed = {code: str(int(value) // 2) for code, value in posts.items()}
    shared = f'wage = "{_decimal(random, 3000, 1)}"\nmonths = "12"\nbase_share = "0.7"\nbasis = "试"\n'
    return (
        f'{text}[[step]]\nid = "posts"\nrule = "posts_wage"\nposts = {table(posts)}\n{shared}'
        f"passed = {table(passed if scale == 1 else posts)}\n"
    )


def _decimal(random: Random, most: int, scale: int) -> str:
    places = random.choice((0, 1, 2))
    whole = random.randint(0, most * 10**places) * scale
    return f"{whole // 10**places}.{whole % 10**places:0{places}d}" if places else str(whole)


@FEW
@given(st.integers(0, 10**6), st.integers(0, 10**9))
def test_amounts_and_surplus_or_gap_are_the_pool(seed: int, pool: int) -> None:
    found = run_text(plan_text(drawn(Random(seed)), pool=f"{pool + 1}.00"))
    assert sum(found.fen.values()) + found.retained - found.gap == found.pool
    assert 0 in (found.retained, found.gap)
    assert found.carried == 0
    assert all(check.holds for check in found.checks)
    units = {code: amount * 100 for code, amount in exact_amounts(found).items()}
    assert found.fen == {code: math.floor(amount + Fraction(1, 2)) for code, amount in units.items()}


@FEW
@given(st.integers(0, 10**6))
def test_the_pool_does_not_touch_what_is_due(seed: int) -> None:
    """Never spread: a pool of one yuan and one of ten thousand million give the same amounts."""
    poor, rich = (run_text(plan_text(drawn(Random(seed)), pool=pool)) for pool in ("1.00", "10000000000.00"))
    assert poor.fen == rich.fen


@FEW
@given(st.integers(0, 10**6))
def test_the_order_of_recipients_does_not_matter(seed: int) -> None:
    forward = run_text(plan_text(drawn(Random(seed))))
    backward = run_text(plan_text(drawn(Random(seed)), codes=CODES[::-1]))
    assert forward.fen == backward.fen


def test_ten_times_the_area_is_ten_times_the_amount() -> None:
    one, ten = (
        exact_amounts(run_text(plan_text(grass(*mu, rates='{ ban = "12.3", balance = "2.5" }'), codes=("632222",))))
        for mu in (("7.25", "3.5"), ("72.5", "35"))
    )
    assert ten["632222"] == 10 * one["632222"]


def test_more_area_of_its_own_is_more_and_leaves_the_others_alone() -> None:
    text = plan_text(drawn(Random(5)))
    assert text.count('"632323" = "') > 3
    before = run_text(text)
    start = (
        text.index("areas.ban = {") + text[text.index("areas.ban = {") :].index('"632323" = "') + len('"632323" = "')
    )
    after = run_text(text[:start] + "9" + text[start:])
    assert after.fen["632323"] > before.fen["632323"]
    assert {code: after.fen[code] == before.fen[code] for code in CODES} == dict.fromkeys(CODES, True) | {
        "632323": False
    }


def test_no_area_is_no_money() -> None:
    zero = areas('areas.ban = { "632222" = "0", "632323" = "5", "632621" = "0.00" }\nrates = { ban = "7.5" }\n')
    assert list(run_text(plan_text(zero)).fen.values()) == [0, 3750, 0]


def test_amounts_are_rounded_half_up_only_where_the_rule_says_so() -> None:
    rates = '{ ban = "0.25", balance = "0.25" }'
    exactly = grass("1", "1", rates=rates)
    by_rule = grass("1", "1", rates=rates, rounded='"yuan"')
    again = by_rule.replace('"grass"', '"again"')
    paid = [
        run_text(plan_text(steps, codes=("632222",))).fen["632222"] for steps in (exactly, by_rule, by_rule + again)
    ]
    assert paid == [50, 100, 200], "0.50 yuan; 1 yuan; each step by itself: 1 + 1"


# --- the sheet ----------------------------------------------------------------------------------


def test_the_sheet_is_the_exact_amounts(tmp_path: Path) -> None:
    plans = [run_text(plan_text(drawn(Random(seed)), round_to=unit)) for seed in range(12) for unit in ("fen", "yuan")]
    plans += [run_text(plan_text(POOLED)), run_text(plan_text(HAIBEI, pool="205110000.00", codes=("632222",)))]
    found = recalculated(tmp_path, *plans)
    assert differences(found, *plans) == []
    for number, plan in enumerate(plans):
        assert sheet_fen(found, plan, number) == plan.fen


def test_areas_and_rates_typed_over_are_the_other_plan(tmp_path: Path) -> None:
    written, typed = (
        run_text(plan_text(grass(*mu, rates=f'{{ ban = "{rate}", balance = "2.5" }}'), codes=("632222",)))
        for mu, rate in ((("100.25", "7.50"), "12.3"), (("999.99", "0.01"), "6.4"))
    )
    found = recalculated(tmp_path, written, typed=(typed,))
    assert sheet_fen(found, written) == typed.fen


def test_a_decimal_more_than_the_sheet_keeps_fails_the_check(tmp_path: Path) -> None:
    """100 mu were taken as whole mu: 100.5 typed over them would silently be 101."""
    written = run_text(plan_text(grass("100", "3", rates='{ ban = "7.5", balance = "2.5" }'), codes=("632222",)))
    table = dict(written.table) | {"grass.ban.amount": {"632222": Fraction("100.5")}}
    found = recalculated(tmp_path, written, typed=(replace(written, table=table),))
    assert sheet_fen(found, written) == {"632222": 76_500}, "101 x 7.5 + 3 x 2.5, where 100.5 mu are due 761.25"
    assert found["方案0", address(written, "grass.misfits_total")] != 0
    unchanged = recalculated(tmp_path, written)
    assert unchanged["方案0", address(written, "grass.misfits_total")] == 0


def book(allocation: Allocation, path: Path) -> Path:
    write_workbook(allocation, path)
    return path


def test_the_workbook_of_an_entitlement_verifies(tmp_path: Path) -> None:
    allocation = run_text(plan_text(drawn(Random(3)), pool="100.00"))
    assert allocation.gap > 0
    assert verify_workbook(book(allocation, tmp_path / "x.xlsx")).same


# --- by a formula of the plan's own ---------------------------------------------------------------

OWN = """\
[factor.woods]
as = "value"
unit = "ha"
zh = "公益林面积"
evidence = "declared"
document = "年报"
values = { "632222" = "120.5", "632323" = "30" }
[[step]]
id = "care"
rule = "formula_due"
due = "公益林面积 × rate + 最小（woods，bound）× more"
parameters = { rate = "16", bound = "100", more = "0.015" }
units = { rate = "元/亩", bound = "hm2", more = "元/hm2" }
rounded = "fen"
basis = "县办法第五条"
"""


def test_a_formula_of_the_plan_says_what_each_is_due_in_money(tmp_path: Path) -> None:
    """120.5 hm² × 15 亩 × 16 元 + 100 × 0.015 = 28,921.50; 30 × 15 × 16 + 30 × 0.015 = 7,200.45; the surplus is told, not spread."""
    found = run_text(plan_text(OWN, pool="50000.00", layer="analytic", codes=("632222", "632323")))
    assert dict(found.fen) == {"632222": 2_892_150, "632323": 720_045}
    assert (found.kind, found.retained, found.gap) == ("entitlement", 5_000_000 - 3_612_195, 0)
    path = write_workbook(found, tmp_path / "own.xlsx")
    assert verify_workbook(path).same


@pytest.mark.parametrize(
    ("rounded", "fen"),
    [
        ("fen", (2_892_150, 720_045)),
        ("yuan", (2_892_200, 720_000)),
        ("100yuan", (2_890_000, 720_000)),
        ("wan", (3_000_000, 1_000_000)),
    ],
)
def test_amounts_by_formula_are_rounded_half_up_once(rounded: str, fen: tuple[int, int]) -> None:
    """28,921.50 is 28,922 yuan, not 28,921; each by itself, straight to the unit of the rule."""
    found = run_text(
        plan_text(OWN.replace('rounded = "fen"', f'rounded = "{rounded}"'), pool="50000.00", codes=("632222", "632323"))
    )
    assert tuple(found.fen[code] for code in ("632222", "632323")) == fen


def test_a_formula_adds_to_areas_by_rates() -> None:
    """11,800,000 mu at 12.3 and the care of 120.5 hm² of woods."""
    step = grass("11800000", "0", rates='{ ban = "12.3", balance = "2.5" }')
    own = OWN.replace(', "632323" = "30"', "")
    factor, care = own.partition("[[step]]")[0], own[own.index("[[step]]") :]
    found = run_text(plan_text(factor + step + care, pool="205110000.00", codes=("632222",)))
    assert found.fen["632222"] == 14_514 * WAN * 100 + 2_892_150


@pytest.mark.parametrize(
    "step",
    ['rule = "formula_due"\ndue = "{}"\nrounded = "fen"', 'rule = "formula"\nscore = "{}"'],
    ids=["due", "shares"],
)
def test_a_change_of_unit_that_is_no_power_of_ten_is_a_cell(step: str, tmp_path: Path) -> None:
    """120.5 and 30 hm² at 16 元/亩 and 0.015 元/hm² more: fifteen 亩 a hectare stand on the sheet, which is recomputed."""
    head, own = OWN.partition("[[step]]")[0], OWN.partition("[[step]]")[2]
    terms = own.replace('rule = "formula_due"\ndue = ', "WHAT").replace('rounded = "fen"\n', "")
    formula = terms.partition('WHAT"')[2].partition('"')[0]
    terms = terms.replace(f'WHAT"{formula}"', step.format(formula))
    found = run_text(plan_text(f"{head}[[step]]{terms}", pool="50000.00", codes=("632222", "632323")))
    (cell,) = [column for column in found.columns if column.name == "care.unit0"]
    assert (found.table[cell.name], str(cell.quantity.unit)) == (15, "mu/ha")
    assert differences(recalculated(tmp_path, found), found) == []
    assert verify_workbook(write_workbook(found, tmp_path / "own.xlsx")).same
