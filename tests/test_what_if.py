"""Inverse questions: the smallest pool, what more money means, how far weights may move; each proved by computing anew."""

import json
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qhgep import write_result
from qhgep.compensation.plan.read import read_plan
from qhgep.compensation.what_if.answers import Answers, answered, what_if
from qhgep.compensation.what_if.effect import PaymentEffect, effect_of_more
from qhgep.compensation.what_if.pool import shortfalls, smallest_pool
from qhgep.compensation.what_if.previous import LastYear, last_year
from qhgep.compensation.what_if.report import answers_text
from qhgep.compensation.what_if.trial import Trial
from qhgep.compensation.what_if.weights import Range, weight_ranges
from qhgep.envelope import content_hash
from qhgep.errors import PlanError
from qhgep.money import Fen, apportion
from qhgep.units import unit
from qhgep.workbook.plan.record import Recorded, RecordedValue
from tests.support.result_bodies import body, whole
from tests.support.step_plans import AREA, CODES, plan_text, recorded, run_text, table

QILIAN, ZEKOG, MAQEN = CODES
PILOT = Path(__file__).parent.parent / "examples" / "pilot"
FEW = settings(max_examples=25, deadline=None)


def trial(text: str, area: Mapping[str, float] | None = None) -> Trial:
    """A plan in a file, with areas (7, 1 and 2 where none are given)."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plan.toml"
        path.write_text(text, encoding="utf-8")
        plan = read_plan(path)
    given = dict(zip(CODES, (7.0, 1.0, 2.0), strict=True)) if area is None else area
    return Trial(plan, {"gep": recorded(given)})


def before(*fen: int, codes: tuple[str, ...] = CODES) -> LastYear:
    return LastYear({code: Fen(amount) for code, amount in zip(codes, fen, strict=True)}, "2022 上年")


def told(action: object, *words: object) -> str:
    with pytest.raises(PlanError) as caught:
        action(*words)  # type: ignore[operator] # a function
    return str(caught.value)


# --- the smallest pool ------------------------------------------------------------------------------


def test_the_smallest_pool_is_found_to_the_fen() -> None:
    """Shares of 7, 1 and 2 tenths: 250.00 of the third need 1250.00, or a fen less.

    Of 874.993, 124.999 and 249.998 the two fen that are left go to .9 and .8; at 1249.98 they go to .8 and, of .6 and
    .6, to the lower code.
    """
    found = smallest_pool(trial(plan_text(AREA)), before(70_000, 10_000, 25_000))
    assert (found.smallest, found.safe, found.safe_exact, found.largest) == (124_999, 124_999, True, None)
    assert [(one.recipient, one.fen, one.before) for one in found.now] == [(MAQEN, 20_000, 25_000)]
    assert [(one.recipient, one.fen, one.before) for one in found.below_smallest] == [(MAQEN, 24_999, 25_000)]


def test_the_smallest_pool_may_be_followed_by_one_that_is_not_enough() -> None:
    """Shares of 6, 6 and 2 of 14. Ten fen: 4.29, 4.29, 1.43 are 4, 4, 2; eleven: 4.71, 4.71, 1.57 are 5, 5, 1."""
    asked = trial(plan_text(AREA, pool="0.14"), dict(zip(CODES, (6.0, 6.0, 2.0), strict=True)))
    assert [asked.at(units).fen[MAQEN] for units in (9, 10, 11, 12, 13)] == [1, 2, 1, 2, 2]
    found = smallest_pool(asked, before(0, 0, 2))
    assert (found.smallest, found.safe) == (10, 12)
    assert [(one.recipient, one.fen) for one in found.below_smallest] == [(MAQEN, 1)]
    assert [(one.recipient, one.fen) for one in found.below_safe] == [(MAQEN, 1)]


FLOOR = '[[step]]\nid = "least"\nrule = "floor"\namounts = { "632323" = "150" }\nbasis = "试"\n'
CAP = '[[step]]\nid = "most"\nrule = "cap"\namounts = {amounts}\nexcess = "{excess}"\nbasis = "试"\n'
GROWTH = """\
[accounts]
gep = "account.toml"
[factor.area]
of = "gep.county_area"
as = "share"
[[step]]
id = "grow"
rule = "base_increment"
weights = { area = "1" }
base = { "632222" = "200", "632323" = "300", "632621" = "300" }
basis = "试"
"""


def test_a_floor_is_kept_and_the_others_need_more() -> None:
    """150 are fixed; 7 ninths of the rest are 700 at 1050.00. A fen less: 699.992 and 199.998, the fen goes to the latter."""
    found = smallest_pool(trial(plan_text(AREA + FLOOR)), before(70_000, 15_000, 20_000))
    assert (found.smallest, found.safe) == (105_000, 105_000)
    assert [one.recipient for one in found.below_smallest] == [QILIAN]


def test_growth_alone_is_divided_by_weights() -> None:
    """Bases of 800.00; 7 tenths of the growth are 70.00 at 900.00. At 899.99 its remainder .3 comes last."""
    found = smallest_pool(trial(plan_text(GROWTH)), before(27_000, 30_000, 30_000))
    assert (found.smallest, found.safe) == (90_000, 90_000)


def test_in_whole_yuan_a_part_of_one_is_rounded_up() -> None:
    """The second needs 100.01 yuan: 101 whole ones, of which a tenth of 1010 yuan is enough; 1009.00: 706.3, 100.9, 201.8."""
    found = smallest_pool(trial(plan_text(AREA, round_to="yuan")), before(0, 10_001, 0))
    # 1004: 702.8 100.4 200.8; 1005: 703.5 100.5 201.0, one left, the tie goes to the lower code; 1006: 704.2 100.6 201.2
    assert (found.smallest, found.safe) == (100_600, 100_600)


def test_caps_that_are_too_low_leave_no_pool() -> None:
    caps = table(dict.fromkeys(CODES, "400"))
    asked = trial(plan_text(AREA + CAP.format(amounts=caps, excess="share")))
    found = smallest_pool(asked, before(40_000, 30_000, 0))
    # the first is capped at 400; 1 and 2 thirds of the rest: 300 need 400 for the third, at its cap too
    assert (found.safe, found.largest) == (110_000, 120_000)
    assert told(smallest_pool, asked, before(40_001, 0, 0)) == (
        "plan.toml  资金总额到 1200.00 元仍有单位低于上年：632222 400.00 < 400.01；在某个资金总额上谁也不低于上年；"
        "检查这些单位的上限、扣减、得分，或上年数。"
    )


def test_what_no_pool_changes_is_not_answered() -> None:
    posts = """\
[[step]]
id = "stewards"
rule = "posts_wage"
posts = { "632222" = "1", "632323" = "1", "632621" = "1" }
wage = "10"
months = "12"
base_share = "1"
basis = "试"
"""
    assert told(smallest_pool, trial(plan_text(posts)), before(0, 0, 0)) == (
        "plan.toml  据实计发的金额不由资金总额决定，“谁也不低于上年的最小资金总额”不作回答；分配资金总额的方案；"
        "据实计发只看结余、缺口或收付。"
    )
    phase = """\
[[step]]
id = "phase"
rule = "phase_in"
shares = { "2023" = "0.5" }
old = { "632222" = "200", "632323" = "500", "632621" = "300" }
basis = "试"
"""
    assert told(smallest_pool, trial(plan_text(AREA + phase)), before(0, 0, 0)) == (
        "plan.toml:24  步骤 phase（phase_in）与现有资金总额绑定，“谁也不低于上年的最小资金总额”不作回答；"
        "资金总额可以单独改动的方案；把该步骤的数改成与新总额相应的，再作方案比较。"
    )


def parts_of_a_hundred(draw: Random) -> dict[str, Fraction]:
    """Areas that add up to 100, so that shares have two decimals."""
    first = draw.randint(0, 100)
    second = draw.randint(0, 100 - first)
    return dict(zip(CODES, map(Fraction, (first, second, 100 - first - second)), strict=True))


@pytest.mark.long
@FEW
@given(st.integers(0, 10**6))
def test_both_pools_are_those_of_a_search_through_all(seed: int) -> None:
    """Every pool that may matter divided by `apportion`; last year is what some pool gave by other areas."""
    draw = Random(seed)
    areas = {code: area + 1 for code, area in parts_of_a_hundred(draw).items()}
    areas[QILIAN] += 97  # they add up to 200: shares of three decimals, none below 1/200
    last = apportion(Fen(draw.randint(1, 15)), parts_of_a_hundred(draw))
    limit = 15 * 200 + 1
    enough = [all(paid >= last[code] for code, paid in apportion(Fen(units), areas).items()) for units in range(limit)]
    asked = trial(plan_text(AREA, pool="1.00"), {code: float(area) for code, area in areas.items()})
    found = smallest_pool(asked, LastYear(last, "上年"))
    assert found.smallest == enough.index(True)
    assert found.safe == limit - enough[::-1].index(False)
    assert not shortfalls(asked, LastYear(last, "上年"), found.smallest)


# --- what more money means --------------------------------------------------------------------------


def test_more_money_is_divided_as_the_plan_says() -> None:
    found = effect_of_more(trial(plan_text(AREA)), Fen(1_000))
    assert [found.change(code) for code in CODES] == [700, 100, 200]
    assert (found.pool, found.closes, found.exact[QILIAN]) == (101_000, True, 7)
    less = effect_of_more(trial(plan_text(AREA)), Fen(-1_000))
    assert [less.change(code) for code in CODES] == [-700, -100, -200]


def test_what_is_above_a_cap_is_carried_and_the_changes_close() -> None:
    cap = CAP.format(amounts='{ "632222" = "700" }', excess="carry")
    found = effect_of_more(trial(plan_text(AREA + cap)), Fen(1_000))
    assert ([found.change(code) for code in CODES], found.carried, found.closes) == ([0, 100, 200], 700, True)


def test_less_than_a_payable_unit_is_kept_back() -> None:
    found = effect_of_more(trial(plan_text(AREA, round_to="yuan")), Fen(50))
    assert ([found.change(code) for code in CODES], found.retained, found.closes) == ([0, 0, 0], 50, True)


def test_a_change_that_cannot_be_made_is_refused() -> None:
    asked = trial(plan_text(AREA + FLOOR))
    assert told(effect_of_more, asked, Fen(0)) == "--more  --more 是零；资金总额的增减额（元）；写一个不为零的数。"
    assert told(effect_of_more, asked, Fen(-90_000)) == (
        "plan.toml  资金总额为 100.00 元时方案算不出：各下限合计 150.00 元；可以计算的资金总额；改 --more。"
    )


@FEW
@given(st.integers(0, 10**6), st.integers(-90_000, 10**6))
def test_the_changes_always_add_up(seed: int, more: int) -> None:
    areas = {code: float(area + 1) for code, area in parts_of_a_hundred(Random(seed)).items()}
    asked = trial(plan_text(AREA, round_to=Random(seed).choice(("fen", "yuan", "100yuan"))), areas)
    assert effect_of_more(asked, Fen(more or 1)).closes


# --- how far weights may move -----------------------------------------------------------------------

TWO = """\
schema = 1
title = "试"
layer = "analytic"
state = "draft"
period = 2023
pool = "1000.00"
round_to = "fen"
recipients = ["632222", "632323"]
[accounts]
gep = "account.toml"
[factor.water]
of = "gep.water_value_total"
as = "share"
[factor.area]
of = "gep.county_area"
as = "share"
[[step]]
id = "divide"
rule = "weighted"
weights = {{ water = "{water}", area = "{area}" }}
basis = "试"
{more}"""
PAIR = (QILIAN, ZEKOG)


def two(water: str = "0.6", area: str = "0.4", more: str = "") -> Trial:
    """Water 1 and 3, area 3 and 1: of a weight t of water 0.75 − 0.5 t and 0.25 + 0.5 t."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plan.toml"
        path.write_text(TWO.format(water=water, area=area, more=more), encoding="utf-8")
        plan = read_plan(path)
    figures = {
        (name, code): RecordedValue(value, unit(of), "value", "computed", "published", None)
        for name, of, values in (("water_value_total", "CNY/year", (1.0, 3.0)), ("county_area", "ha", (3.0, 1.0)))
        for code, value in zip(PAIR, values, strict=True)
    }
    return Trial(plan, {"gep": Recorded(figures, "0123456789abcdef", date(2026, 11, 22))})


def pair(first: int, second: int) -> LastYear:
    return before(first, second, codes=PAIR)


def ends(found: tuple[Range, ...]) -> tuple[Fraction, Fraction]:
    """Both ends of a single range."""
    (one,) = found
    return one.low.at, one.high.at


def test_a_weight_may_move_until_somebody_is_below_last_year() -> None:
    """0.75 − 0.5 t is 0.4 at t = 0.7, and 0.25 + 0.5 t is 0.55 at t = 0.6; of the area it is 1 − t."""
    (water, area), problems = weight_ranges(two(), pair(40_000, 55_000))
    assert (ends(water.last_year), ends(area.last_year)) == (
        (Fraction(6, 10), Fraction(7, 10)),
        (Fraction(3, 10), Fraction(4, 10)),
    )
    assert (water.last_year[0].low.by, water.last_year[0].high.by, problems) == ((ZEKOG,), (QILIAN,), ())
    cases = (("0.6", "0.4", []), ("0.7", "0.3", []), ("0.5999", "0.4001", [ZEKOG]), ("0.7001", "0.2999", [QILIAN]))
    for weights in cases:
        asked = two(*weights[:2])
        assert [one.recipient for one in shortfalls(asked, pair(40_000, 55_000), asked.units)] == weights[2]


def test_the_ranking_holds_until_two_are_equal() -> None:
    """Both have a half at t = 0.5; the second is ahead at 0.6. Against the present amounts no other weight will do."""
    (water, area), _ = weight_ranges(two(), None)
    assert (ends(water.ranking), ends(area.ranking)) == ((Fraction(1, 2), 1), (0, Fraction(1, 2)))
    assert (water.ranking[0].low.by, water.ranking[0].high.by) == ((ZEKOG, QILIAN), ())
    assert (ends(water.present), water.has_last_year) == ((Fraction(6, 10), Fraction(6, 10)), False)


def test_who_is_equal_now_may_part() -> None:
    (water, _), _ = weight_ranges(two("0.5", "0.5"), None)
    assert ends(water.ranking) == (0, 1)


def test_what_is_fixed_and_what_is_tilted_is_in_the_ranges() -> None:
    """100 on top: 900 x (0.75 − 0.5 t) is 450 at t = 0.5, and 100 + 900 x (0.25 + 0.5 t) is 370 at 0.1.

    Twice the first share: (1.5 − t) of (1.75 − 0.5 t) is one half at t = 5/6.
    """
    extra = '[[step]]\nid = "extra"\nrule = "top_up"\namounts = { "632323" = "100" }\nbasis = "试"\n'
    (water, _), _ = weight_ranges(two(more=extra), pair(45_000, 37_000))
    assert ends(water.last_year) == (Fraction(1, 10), Fraction(1, 2))
    tilt = '[[step]]\nid = "tilt"\nrule = "tilt"\nmultipliers = { "632222" = "2", "632323" = "1" }\nbasis = "试"\n'
    (water, _), _ = weight_ranges(two(more=tilt), pair(50_000, 0))
    assert ends(water.last_year) == (0, Fraction(5, 6))


def test_a_floor_holds_and_the_other_ends_move() -> None:
    """A floor of 450 for the first, reached at t = 0.6: beyond it keeps 450 and the second 550, so nobody loses.

    Last year 450 and 500: the second has 250 + 500 t, which is 500 at t = 0.5; 450 and 560: never more than 550.
    """
    least = '[[step]]\nid = "least"\nrule = "floor"\namounts = { "632222" = "450" }\nbasis = "试"\n'
    (water, area), _ = weight_ranges(two("0.8", "0.2", least), pair(45_000, 50_000))
    assert (ends(water.last_year), ends(area.last_year)) == ((Fraction(1, 2), 1), (0, Fraction(1, 2)))
    assert (ends(water.present), ends(water.ranking)) == ((Fraction(6, 10), 1), (Fraction(1, 2), 1))
    for weights, code in ((("0.5", "0.5"), []), (("0.4999", "0.5001"), [ZEKOG]), (("1.0", "0.0"), [])):
        asked = two(*weights, least)
        assert [one.recipient for one in shortfalls(asked, pair(45_000, 50_000), asked.units)] == code
    assert weight_ranges(two("0.8", "0.2", least), pair(45_000, 56_000))[0][0].last_year == ()


def test_where_no_weight_is_enough_there_is_no_range() -> None:
    (water, _), _ = weight_ranges(two(), pair(80_000, 0))
    assert (water.last_year, water.has_last_year) == ((), True)


@FEW
@given(st.integers(0, 10**6))
def test_a_weight_is_in_its_range_where_nobody_loses_and_nowhere_else(seed: int) -> None:
    """Three recipients, two factors with shares of two decimals, a floor: tried by hand at 41 weights."""
    draw = Random(seed)
    water, area = parts_of_a_hundred(draw), parts_of_a_hundred(draw)
    floor, last = draw.randint(0, 60_000), [draw.randint(0, 45_000) for _ in CODES]
    least = f'[[step]]\nid = "least"\nrule = "floor"\namounts = {{ "632323" = "{floor / 100:.2f}" }}\nbasis = "试"\n'
    with TemporaryDirectory() as folder:
        path = Path(folder) / "plan.toml"
        text = TWO.format(water="0.5", area="0.5", more=least)
        path.write_text(text.replace('"632323"]', '"632323", "632621"]'), encoding="utf-8")
        plan = read_plan(path)
    figures = {
        (name, code): RecordedValue(float(value), unit(of), "value", "computed", "published", None)
        for name, of, values in (("water_value_total", "CNY/year", water), ("county_area", "ha", area))
        for code, value in values.items()
    }
    asked = Trial(plan, {"gep": Recorded(figures, "0123456789abcdef", date(2026, 11, 22))})
    (found, _), _ = weight_ranges(asked, before(*last))

    def amounts(t: Fraction) -> dict[str, Fraction]:
        """In fen: shares by weight, then the floor, then what remains for the others."""
        got = {code: 1000 * (t * water[code] + (1 - t) * area[code]) for code in CODES}
        if got[ZEKOG] >= floor:
            return got
        rest = {code: (100_000 - floor) * amount / (100_000 - got[ZEKOG]) for code, amount in got.items()}
        return rest | {ZEKOG: Fraction(floor)}

    now = amounts(Fraction(1, 2))
    assert {row.recipient.id: row.steps[-1][1] * 100 for row in asked.at(asked.units).rows} == now
    for step in range(1, 40):
        t = Fraction(step, 40)
        then = amounts(t)
        enough = all(then[code] >= need for code, need in zip(CODES, last, strict=True))
        kept = all(then[one] >= then[other] for one in CODES for other in CODES if now[one] > now[other])
        assert any(one.low.at <= t <= one.high.at for one in found.last_year) == enough
        assert any(one.low.at <= t <= one.high.at for one in found.ranking) == kept


def test_plans_whose_weights_are_not_answered_say_why() -> None:
    deducted = '[[step]]\nid = "taken"\nrule = "deduction"\nshares = { "632222" = "0.5" }\nbasis = "试"\n'
    assert told(weight_ranges, two(more=deducted), None) == (
        "plan.toml  权重的精确范围不作回答：其后的步骤 taken（扣减结转）使金额不再是得分的一次式之比；"
        "一个因素法步骤，其后没有上限、上下限、扣减；用 qhgep diff 比较几组权重。"
    )
    _, problems = weight_ranges(trial(plan_text(AREA)), None)
    assert [item.text("zh") for item in problems] == [
        "plan.toml:22  因素 县域面积 的权重是 1，其余权重没有比例可循，范围不作回答；至少两个权重大于零；给出其他因素的权重。"
    ]


# --- last year, and everything together -------------------------------------------------------------


def test_last_year_is_stated_a_result_a_plan_or_a_table(tmp_path: Path) -> None:
    stated = '[previous]\nperiod = "2022"\ndocument = "上年文件"\namounts = { "632222" = "1", "632323" = "2", "632621" = "3.50" }\n'
    asked = trial(plan_text(stated + AREA)).plan
    found = last_year(asked, None)
    assert found == LastYear({QILIAN: Fen(100), ZEKOG: Fen(200), MAQEN: Fen(350)}, "2022 上年文件")
    plain = trial(plan_text(AREA)).plan
    assert last_year(plain, None) is None
    write_result(run_text(plan_text(AREA)), tmp_path / "a.json")
    assert last_year(plain, tmp_path / "a.json") == LastYear(
        {QILIAN: Fen(70_000), ZEKOG: Fen(10_000), MAQEN: Fen(20_000)}, "a.json"
    )
    rows = "".join(f"{code},{amount}\n" for code, amount in zip(CODES, ("1", "2", "3.50"), strict=True))
    (tmp_path / "a.csv").write_text(f"county_code,yuan\n{rows}", encoding="utf-8")
    assert last_year(plain, tmp_path / "a.csv") == LastYear(found.fen, "a.csv")


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("no.json", None, "no.json  上年数读不出（FileNotFoundError）"),
        ("a.json", "{}", "a.json  上年数读不出（KeyError）"),
        ("a.json", '{"kind": "account"}', "a.json  上年数读不出（kind = account）"),
        (
            "a.json",
            '{"kind": "allocation", "rows": [{"county_code": "632222", "fen": 1e999}]}',
            "a.json  上年数读不出（TypeError）",
        ),
        (
            "a.json",
            '{"kind": "allocation", "rows": [{"county_code": "632222", "fen": true}]}',
            "a.json  上年数读不出（TypeError）",
        ),
        (
            "a.json",
            '{"kind": "allocation", "rows": [{"county_code": "632222", "fen": "100"}]}',
            "a.json  上年数读不出（TypeError）",
        ),
        ("a.json", "[" * 100_000, "a.json  上年数读不出（ValueError）"),
        ("a.csv", "county_code,yuan\n632222,\n", "a.csv  上年数读不出（a.csv:2）"),
        ("a.csv", "county_code,yuan\n632222,1\n632323,2\n", "a.csv  上年数没有 玛沁县（632621）；"),
        ("a.csv", "county_code,yuan\n632222,1\n632323,2\n632621,3\n1,4\n", "a.csv  上年数中的 1 不在方案里；"),
    ],
)
def test_amounts_of_last_year_that_cannot_be_used_are_told(
    name: str, text: str | None, says: str, tmp_path: Path
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert told(last_year, trial(plan_text(AREA)).plan, tmp_path / name).startswith(says)


def test_the_answers_are_told_in_words_and_in_json() -> None:
    found = answered(two(), pair(40_000, 60_000), "10000000.00")
    lines = answers_text(found).splitlines()
    assert lines[1:5] == [
        "一、谁也不低于上年（2022 上年）的资金总额（支付单位 0.01 元；现为 1,000.00 元）",
        "　最小的一个：1,090.91 元",
        "　　再少一个支付单位时低于上年的：泽库县（632323）599.99，上年 600.00，少 0.01",
        "　从此数起，资金再多也无人低于上年：1,090.91 元",
    ]
    assert "二、资金总额增加 10,000,000.00 元（为 10,001,000.00 元）时各单位的变化" in lines
    assert "　与上年相比无人减少：0.7" in "\n".join(lines).replace("只有 0.7", "0.7")
    content = body(found)
    assert (content["smallest_pool"]["smallest_fen"], content["more"]["closes"]) == (109_091, True)
    assert content["weights"][0]["no_loss_last_year"][0]["low"]["exact"] == "7/10"
    assert content["unanswered"] == []
    english = answers_text(found, "en").splitlines()
    assert english[1:5] == [
        "1. The pool that pays nobody less than last year (2022 上年; payable unit 0.01 CNY; now 1,000.00 CNY)",
        "　the smallest: 1,090.91 CNY",
        "　　below last year with one payable unit less: 泽库县 (632323) 599.99, last year 600.00, 0.01 less",
        "　from here on nobody is below last year, however large the pool: 1,090.91 CNY",
    ]
    assert "2. Change of each recipient where the pool is 10,000,000.00 CNY larger (10,001,000.00 CNY)" in english
    assert "　nobody gets less than last year: only 0.7" in english
    nothing = answered(two(), None, None)
    assert [item.text("zh") for item in nothing.unanswered] == [
        "plan.toml  没有上年数，“谁也不低于上年”的问题不作回答；方案的 [previous]，或 --previous；给出上年数。"
    ]
    assert (nothing.pool, nothing.effect) == (None, None)


def test_an_account_is_computed_where_a_plan_names_it() -> None:
    found: Answers = what_if(PILOT / "plan.toml", more="10000000.00")
    assert isinstance(found.effect, PaymentEffect)
    assert found.effect.closes
    assert found.effect.change("632323") == 0, "its floor of 15 million is above its share"


# --- a result that was edited -------------------------------------------------------------------------


def edited(found: dict[str, Any], edit: str) -> dict[str, Any]:
    """The JSON of an allocation (700.00, 100.00 and 200.00 of 1000.00) after an edit."""
    first, *rest = found["rows"]
    return {
        "fen": {**found, "rows": [{**first, "fen": 700_000}, *rest]},
        "fen and yuan": {**found, "rows": [{**first, "fen": 700_000, "yuan": "7000.00"}, *rest]},
        "pool": {**found, "pool_fen": 100_001},
        "twice": {**found, "rows": [first, *found["rows"]]},
        "carried": {**found, "carried_fen": 5},
    }[edit]


CONTRADICTS = (
    "a.json  上年的方案结果自相矛盾：{}；每个单位一行，元与分相同；付出、结转、留用之和等于资金总额；"
    "用 qhgep allocate 重新写出该结果，不要改动。"
)


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        ("fen", f"{QILIAN} 7000.00 / 700.00"), ("fen and yuan", "7300.00 / 1000.00"), ("pool", "1000.00 / 1000.01"),
        ("twice", f"{QILIAN} x 2"), ("carried", "1000.05 / 1000.00"),
    ],
)  # fmt: skip
def test_a_result_of_last_year_that_was_edited_is_refused(edit: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    (tmp_path / "plan.toml").write_text(plan_text(AREA), encoding="utf-8")
    plan, found = read_plan(tmp_path / "plan.toml"), whole(run_text(plan_text(AREA)))
    path.write_text(json.dumps(found), encoding="utf-8")
    assert last_year(plan, path) is not None
    after = {**found, "body": edited(found["body"], edit)}
    path.write_text(json.dumps(after), encoding="utf-8")
    assert told(last_year, plan, path) == CONTRADICTS.format("sha256")
    path.write_text(json.dumps({**after, "sha256": content_hash(after)}), encoding="utf-8")
    assert told(last_year, plan, path) == CONTRADICTS.format(says)
