"""Divisions beyond weights and floors: nothing is lost, and the sheet is the exact amounts."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from random import Random

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qhgep import verify_workbook, write_workbook
from qhgep.compensation.allocation import Allocation
from qhgep.errors import PlanError
from qhgep.expr import Floor
from qhgep.money import LARGEST
from qhgep.readings.exact import exact
from tests.support.step_plans import (
    AREA,
    CODES,
    differences,
    exact_amounts,
    plan_text,
    recalculated,
    run_text,
    sheet_fen,
    table,
)  # fmt: skip
from tests.test_compensation import numbers, whole_nodes

FEW = settings(max_examples=25, deadline=None)
SEEDS = st.integers(0, 10**6)
GROWTH = AREA.replace('rule = "weighted"', 'rule = "base_increment"')
Yuan = Mapping[str, Fraction]


def step(rule: str, **parts: str) -> str:
    lines = "".join(f"{name} = {value}\n" for name, value in parts.items())
    return f'[[step]]\nid = "{rule}"\nrule = "{rule}"\nbasis = "试"\n{lines}'


def by_code(*texts: str) -> str:
    return table(dict(zip(CODES, texts, strict=True)))


def plan(*steps: str, pool: str = "1000.00", area: Mapping[str, float] | None = None) -> Allocation:
    return run_text(plan_text("".join(steps), pool=pool), area)


def fractions(*texts: str) -> dict[str, Fraction]:
    return dict(zip(CODES, map(Fraction, texts), strict=True))


# --- each rule by hand: the pool is 1000 yuan, the shares are 0.7, 0.1 and 0.2 ---------------------

BASE = f"base = {by_code('100.00', '300.00', '200.00')}\n"


def test_growth_is_divided_and_last_years_amount_is_kept() -> None:
    """600 yuan are the bases, 400 the growth: 100 + 280, 300 + 40, 200 + 80."""
    found = plan(GROWTH + BASE)
    assert exact_amounts(found) == fractions("380", "340", "280")
    assert found.notes[0] == "增量 400.00 元按因素分配"


def test_a_cut_is_shared_by_the_bases_where_the_step_says_so() -> None:
    """300 of 600 yuan are there: half of each base."""
    found = plan(GROWTH + BASE + 'cuts = "by_base"\ncuts_basis = "某通知"\n', pool="300.00")
    assert [float(amount) for amount in exact_amounts(found).values()] == pytest.approx([50, 150, 100], abs=1e-5)
    assert found.notes == ("资金少于基数 300.00 元，按基数比例压减：某通知",)


def test_a_tilt_multiplies_shares_and_normalises_them() -> None:
    """0.7 x 1, 0.1 x 1.5, 0.2 x 2 = 0.7 : 0.15 : 0.4, that is 1.25 in all."""
    found = plan(AREA, step("tilt", multipliers=by_code("1", "1.5", "2")))
    assert exact_amounts(found) == fractions("560", "120", "320")


def test_the_new_formula_comes_in_by_its_share_of_the_year() -> None:
    """Half of 200, 500, 300 stays, and 500 are shared 0.7 : 0.1 : 0.2."""
    shares = '{ "2022" = "0", "2023" = "0.5", "2024" = "1" }'
    found = plan(AREA, step("phase_in", shares=shares, old=by_code("200.00", "500.00", "300.00")))
    assert exact_amounts(found) == fractions("450", "300", "250")


def test_a_top_up_comes_first_and_the_rest_is_shared() -> None:
    found = plan(AREA, step("top_up", amounts='{ "632323" = "100.00" }'))
    assert exact_amounts(found) == fractions("630", "190", "180")


CLASSES = by_code("变好", "变差", "稳定")


def test_awards_and_penalties_are_settled_inside_the_pool() -> None:
    """+50 − 30 + 0: 980 yuan are shared: 686 + 50, 98 − 30, 196."""
    amounts = '{ "变好" = "50.00", "稳定" = "0", "变差" = "-30.00" }'
    found = plan(AREA, step("award_penalty", table=amounts, classes=CLASSES))
    assert exact_amounts(found) == fractions("736", "68", "196")
    assert found.notes[-1] == "考核等级：632222 变好、632323 变差、632621 稳定；奖惩净额 20.00 元，在资金总额内调剂"


def test_an_award_may_be_a_share_of_last_years_amount() -> None:
    """+5 % of 100 and −10 % of 300: −25 in all, so 425 grow: 100 + 5 + 297.5, 300 − 30 + 42.5, 200 + 85."""
    shares = '{ "变好" = "0.05", "稳定" = "0", "变差" = "-0.10" }'
    award = step("award_penalty", table=shares, classes=CLASSES, of=by_code("100.00", "300.00", "200.00"))
    assert exact_amounts(plan(GROWTH + BASE, award)) == fractions("402.5", "312.5", "285")


def test_what_a_cap_takes_is_shared_by_the_others() -> None:
    """700 is cut to 400; 600 are shared 1 : 2."""
    found = plan(AREA, step("cap", amounts='{ "632222" = "400.00" }', excess='"share"'))
    assert exact_amounts(found) == fractions("400", "200", "400")
    assert found.carried == 0


def test_what_a_cap_takes_is_carried_where_the_step_says_so() -> None:
    found = plan(AREA, step("cap", amounts='{ "632222" = "400.00" }', excess='"carry"'))
    assert exact_amounts(found) == fractions("400", "100", "200")
    assert found.carried == 30_000


def test_floors_and_caps_hold_together() -> None:
    """Floor 300 for 100, cap 450 for 700; 250 remain for the third: inside its cap of 260."""
    both = step("bounds", least='{ "632323" = "300.00" }', most='{ "632222" = "450.00", "632621" = "260.00" }')
    assert exact_amounts(plan(AREA, both)) == fractions("450", "300", "250")


def test_what_rounding_down_leaves_is_carried() -> None:
    """1234.56 x 0.7, 0.1 and 0.2 are 863.192, 123.456 and 246.912; in whole hundreds 800, 100 and 200."""
    found = plan(AREA, step("round_down", unit='"100yuan"'), pool="1234.56")
    assert exact_amounts(found) == fractions("800", "100", "200")
    assert list(found.fen.values()) == [80_000, 10_000, 20_000]
    assert (found.carried, found.retained, found.table["finish.carried"]) == (13_456, 0, 13_456)
    assert found.notes[-1] == "向下取整到 100.00 元的整倍数，零头结转下期，不再分配"


def test_rounding_down_comes_after_floors_and_says_so() -> None:
    bounded = step("floor", amounts='{ "632323" = "150.00" }')
    found = plan(AREA, bounded, step("round_down", unit='"100yuan"'), pool="1234.56")
    assert found.fen["632323"] == 10_000
    assert found.notes[-1].endswith("；舍零在下限之后，实得可低于下限")
    assert all(check.holds for check in found.checks)


@pytest.mark.parametrize("goes", ["redivided", "carried", "retained"])
def test_nobody_is_paid_less_than_the_least_payment(goes: str) -> None:
    """700, 100 and 200, of which 100 is below 150: 1000 by 0.7 and 0.2 is 777 7/9 and 222 2/9, or 100 is not divided."""
    found = plan(AREA, step("least_payment", amount='"150.00"', withheld=f'"{goes}"'))
    amounts = fractions("7000/9", "0", "2000/9") if goes == "redivided" else fractions("700", "0", "200")
    assert exact_amounts(found) == amounts
    assert (found.carried, found.retained) == (10_000 * (goes == "carried"), 10_000 * (goes == "retained"))
    assert found.residue == 0
    assert sum(found.fen.values()) + found.carried + found.retained == found.pool
    assert found.notes[-1].startswith("低于 150.00 元的不付，")
    assert found.notes[-1].endswith("：632323")


@pytest.mark.parametrize(("goes", "says"), [("carried", "结转"), ("retained", "留存（不再分配）")])
def test_the_page_says_where_the_money_goes_that_is_not_paid(goes: str, says: str, tmp_path: Path) -> None:
    found = plan(AREA, step("least_payment", amount='"150.00"', withheld=f'"{goes}"'))
    write_workbook(found, tmp_path / "x.xlsx")
    assert verify_workbook(tmp_path / "x.xlsx").same
    (row,) = [
        [cell.value for cell in row]
        for row in openpyxl.load_workbook(tmp_path / "x.xlsx", data_only=True)["情景测算表"].iter_rows()
        if any(cell.value == f"{says}（元）" for cell in row)
    ]
    assert 100.0 in row


def test_what_is_kept_back_and_the_residue_of_rounding_are_told_apart() -> None:
    found = run_text(
        plan_text(
            AREA + step("least_payment", amount='"200.00"', withheld='"retained"'), pool="1000.50", round_to="yuan"
        )
    )
    assert (found.retained, found.residue) == (10_050, 50)
    assert list(found.fen.values()) == [70_000, 0, 20_000]


QH_BASIN = (AREA, step("tilt", multipliers=by_code("1", "1", "1.5")), step("deduction", shares='{ "632621" = "0.5" }'))


def test_a_deduction_is_carried_and_not_divided_again() -> None:
    """青海重点流域：0.7 : 0.1 : 0.3; half of the third is taken for a man-made incident and joins the next pool."""
    found = plan(*QH_BASIN, pool="1100.00")
    assert exact_amounts(found) == fractions("700", "100", "150")
    assert (found.carried, found.retained, found.residue) == (15_000, 0, 0)
    assert sum(found.fen.values()) + found.carried == found.pool
    assert found.notes[-1] == "632621 扣减 0.5：150.0000 元（取整前），结转下期，不再分配"


def test_what_rounding_leaves_of_a_deduction_is_carried_too() -> None:
    found = plan(*QH_BASIN, pool="1100.01")
    assert (sum(found.fen.values()) + found.carried, found.retained) == (110_001, 0)


# --- any plan -------------------------------------------------------------------------------------


def drawn(random: Random) -> tuple[str, Mapping[str, float]]:
    """The text of a plan of divisions in an order that is allowed, and areas, often with ties and zeros."""
    unit = random.choice((1, 1, 100))
    units = random.choice((random.randint(1000, 10**6), 10**9 + 1, 5 * 10**10 // unit))
    pool = units * unit
    areas = random.choice(((1.0, 1.0, 1.0), (0.0, 1.0, 2.0), (random.random(), random.random(), random.random())))
    steps = _start(random, units, unit)
    if random.random() < 0.4:
        steps += step("tilt", multipliers=by_code(*(random.choice(("1", "1.5", "2", "0.75")) for _ in CODES)))
    growing = "base_increment" in steps
    if not growing and random.random() < 0.3:
        first, second = sorted(random.randint(0, units) for _ in range(2))
        old = by_code(*(_yuan(part * unit) for part in (first, second - first, units - second)))
        steps += step("phase_in", shares=f'{{ "2023" = "0.{random.randint(0, 9)}" }}', old=old)
        growing = True
    if random.random() < 0.3:
        steps += step("top_up", amounts=f'{{ "632323" = "{_yuan(random.randint(0, units // 20) * unit)}" }}')
    if random.random() < 0.3:
        awards = f'{{ "好" = "{_yuan(random.randint(0, units // 50) * unit)}", "平" = "0" }}'
        steps += step("award_penalty", table=awards, classes=by_code("好", "平", "好"))
    steps += _bounded(random, units, unit)
    if random.random() < 0.5:
        steps += step("deduction", shares=f'{{ "632621" = "0.{random.randint(0, 9)}", "632222" = "0.5" }}')
    text = plan_text(steps, pool=_yuan(pool), round_to="fen" if unit == 1 else "yuan")
    return text, dict(zip(CODES, areas, strict=True))


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def _start(random: Random, units: int, unit: int) -> str:
    if random.random() < 0.6:
        return AREA
    most = units // random.choice((6, 5, 2))
    base = by_code(*(_yuan(random.randint(0, most) * unit) for _ in CODES))
    return f'{GROWTH}base = {base}\ncuts = "by_base"\ncuts_basis = "试"\n'


def _bounded(random: Random, units: int, unit: int) -> str:
    """Nothing, a cap whose excess is carried, or floors of a few per cent with caps that leave room."""
    kind = random.random()
    if kind < 0.3:
        return ""
    if kind < 0.5:
        cap = _yuan(random.randint(0, units) * unit)
        return step("cap", amounts=f'{{ "632222" = "{cap}" }}', excess='"carry"')
    low, high = _yuan(units // 40 * unit), _yuan(units * 9 // 10 * unit)
    return step("bounds", least=f'{{ "632323" = "{low}" }}', most=by_code(high, high, high))


STOPS = {
    "plan_bounds_high", "plan_bounds_low", "plan_bounds_crossed", "plan_on_top", "plan_award_negative", "share_decimals",
}  # fmt: skip
"""What a drawn plan may stop with."""


def run_drawn(seed: int, decimals: int | None = None) -> Allocation | None:
    """The plan of a seed, or None where it stops: what cannot be divided is refused in other tests."""
    text, area = drawn(Random(seed))
    if decimals is not None:
        text = text.replace('weights = { area = "1" }', f'weights = {{ area = "1" }}\ndecimals = {decimals}')
    try:
        return run_text(text, area)
    except PlanError as error:
        codes = {item.code for item in error.problems}
    unexpected = codes - STOPS
    assert unexpected == set()
    return None


def test_most_drawn_plans_run() -> None:
    assert sum(run_drawn(seed) is not None for seed in range(40)) >= 25


@FEW
@given(SEEDS)
def test_nothing_is_lost(seed: int) -> None:
    found = run_drawn(seed)
    if found is None:
        return
    assert sum(found.fen.values()) + found.carried + found.retained == found.pool
    assert found.retained == found.residue
    assert all(check.holds for check in found.checks)
    assert min(found.fen.values()) >= 0
    unit = found.table["payable"]
    assert isinstance(unit, Fraction)
    for code, amount in exact_amounts(found).items():
        assert abs(found.fen[code] - amount * 100) < unit, "nobody is off by a whole payable unit"


@FEW
@given(SEEDS)
def test_the_reading_column_is_the_exact_amount(seed: int) -> None:
    """To the digits of a float: shares are not rounded, so the column is measured and nothing is computed from it."""
    found = run_drawn(seed)
    if found is not None:
        for number, (name, _) in enumerate(found.rows[0].steps):
            read = found.table[f"{name}.amount"]
            assert isinstance(read, Mapping)
            for row in found.rows:
                assert abs(read[row.recipient.id] - row.steps[number][1]) <= row.steps[number][1] * Fraction(1, 10**14)


@FEW
@given(SEEDS)
def test_the_reading_column_is_exactly_that_of_shares_that_are_rounded(seed: int) -> None:
    found = run_drawn(seed, decimals=6)
    if found is not None:
        for number, (name, _) in enumerate(found.rows[0].steps):
            assert found.table[f"{name}.amount"] == {row.recipient.id: row.steps[number][1] for row in found.rows}


@FEW
@given(SEEDS, st.permutations(CODES))
def test_the_order_of_recipients_does_not_matter(seed: int, codes: list[str]) -> None:
    found = run_drawn(seed)
    if found is not None:
        text, area = drawn(Random(seed))
        named = ", ".join(f'"{code}"' for code in codes)
        start, end = text.index("recipients = ["), text.index("]\n[basis]")
        shuffled = text[:start] + f"recipients = [{named}" + text[end:]
        assert run_text(shuffled, area).fen == found.fen


@pytest.mark.long
def test_the_sheet_is_the_exact_amounts(tmp_path: Path) -> None:
    plans = [found for seed in range(60) if (found := run_drawn(seed, None if seed % 2 else 6)) is not None]
    rules = {name for found in plans for name, _ in found.rows[0].steps}
    assert rules >= {"divide", "tilt", "phase_in", "top_up", "award_penalty", "cap", "bounds", "deduction"}
    found = recalculated(tmp_path, *plans)
    assert differences(found, *plans) == []
    for number, allocation in enumerate(plans):
        assert sheet_fen(found, allocation, number) == allocation.fen


@FEW
@given(SEEDS)
def test_every_number_on_the_sheet_is_short_enough(seed: int) -> None:
    """INT is right although spreadsheets round its argument to fourteen or fifteen digits first."""
    found = run_drawn(seed, None if seed % 2 else 6)
    if found is None:
        return
    rows = tuple(found.fen)
    for column in found.columns:
        if column.expr is None or column.name.endswith(".amount"):
            continue
        for node in whole_nodes(column.expr):
            values = numbers(exact(node, found.table, rows))
            assert all(abs(value) < LARGEST for value in values if value.denominator == 1), column.name
            for value in numbers(exact(node.of, found.table, rows)) if isinstance(node, Floor) else []:
                assert math.floor(float(format(float(value), ".14g"))) == math.floor(value), column.name


# --- monotone, scaling, zero ----------------------------------------------------------------------


@FEW
@given(st.integers(1, 50), st.integers(1, 50))
def test_a_larger_weight_of_its_own_is_never_less(first: int, more: int) -> None:
    area = {"632222": float(first), "632323": 20.0, "632621": 30.0}
    caps = step("bounds", least='{ "632323" = "150.00" }', most='{ "632222" = "600.00" }')
    before, after = (exact_amounts(plan(AREA, caps, area=area | {"632222": float(first + up)})) for up in (0, more))
    assert after["632222"] >= before["632222"]


def test_a_larger_pool_may_mean_less_for_one() -> None:
    """Not monotone in the pool: one fen more makes another remainder the largest (Alabama paradox)."""
    area = {"632222": 6.0, "632323": 6.0, "632621": 2.0}
    ten, eleven = (plan(AREA, pool=pool, area=area).fen["632621"] for pool in ("0.10", "0.11"))
    assert (ten, eleven) == (2, 1)


def test_a_thousand_times_the_pool_is_a_thousand_times_the_exact_amount() -> None:
    steps = (AREA, step("tilt", multipliers=by_code("1", "1.5", "2")), step("deduction", shares='{ "632222" = "0.3" }'))
    one, thousand = (exact_amounts(plan(*steps, pool=pool)) for pool in ("12.34", "12340.00"))
    assert thousand == {code: 1000 * amount for code, amount in one.items()}


def test_areas_in_another_unit_change_nothing() -> None:
    found = [plan(*QH_BASIN, area={code: area * times for code, area in zip(CODES, (7.0, 1.0, 2.0), strict=True)}) for times in (1, 15)]  # fmt: skip
    assert found[0].fen == found[1].fen


def test_a_weight_of_zero_gets_nothing_but_what_is_fixed() -> None:
    area = {"632222": 0.0, "632323": 1.0, "632621": 3.0}
    assert plan(AREA, step("tilt", multipliers=by_code("9", "1", "1")), area=area).fen["632222"] == 0
    assert plan(GROWTH + BASE, area=area).fen["632222"] == 10_000
    assert plan(AREA, step("tilt", multipliers=by_code("1", "0", "1"))).fen["632323"] == 0


# --- water-filling --------------------------------------------------------------------------------


Whole = Mapping[str, int]


@dataclass(frozen=True)
class Filling:
    """A pool in fen over any scores and fen on top, with feasible floors and caps (None: no cap)."""

    scores: Whole
    held: Whole
    least: Whole
    most: Mapping[str, int | None]
    pool: int

    def allocate(self) -> Allocation:
        """What the plan comes to that says so."""
        texts = [
            table({code: _yuan(fen) for code, fen in fens.items() if fen is not None})
            for fens in (self.held, self.least, self.most)
        ]
        steps = (step("top_up", amounts=texts[0]), step("bounds", least=texts[1], most=texts[2]))
        return plan(
            AREA, *steps, pool=_yuan(self.pool), area={code: float(score) for code, score in self.scores.items()}
        )


@st.composite
def filled(draw: st.DrawFn) -> Filling:
    """Feasible floors and caps over any scores and held units."""
    whole = st.lists(st.integers(0, 20), min_size=len(CODES), max_size=len(CODES))
    scores = dict(zip(CODES, draw(whole.filter(sum)), strict=True))
    held = dict(zip(CODES, draw(whole), strict=True))
    least = {code: held[code] + draw(st.integers(0, 20)) for code in CODES}
    room = {code: draw(st.one_of(st.none(), st.integers(0, 30))) for code in CODES}
    most = {code: None if (more := room[code]) is None else least[code] + more for code in CODES}
    highs = [most[code] if scores[code] else least[code] for code in CODES]
    high = sum(least.values()) + 200 if None in highs else sum(item for item in highs if item is not None)
    pool = draw(st.integers(sum(least.values()), high))
    return Filling(scores, held, least, most, pool)


@FEW
@given(filled().filter(lambda case: case.pool > 0))
def test_water_filling_is_one_level_for_all_who_are_free(case: Filling) -> None:
    """The answer is held + level x score within bounds, with one level: a second reading, without passes."""
    units = {code: amount * 100 for code, amount in exact_amounts(case.allocate()).items()}
    assert sum(units.values()) == case.pool
    levels = {code: (units[code] - case.held[code]) / score for code, score in case.scores.items() if score}
    free = [code for code in levels if units[code] != case.least[code] and units[code] != case.most[code]]
    assert len({levels[code] for code in free}) <= 1
    for code, score in case.scores.items():
        cap = case.most[code]
        assert case.least[code] <= units[code]
        assert cap is None or units[code] <= cap
        if not score:
            assert units[code] == case.least[code]
    for one, low in levels.items():
        for two, high in levels.items():
            if low < high:
                assert units[one] == case.most[one] or units[two] == case.least[two], "lower only at a cap"


@FEW
@given(st.integers(0, 400), st.integers(0, 400), st.integers(1, 9), st.integers(1, 9))
def test_floors_and_caps_hold_after_rounding(low: int, room: int, first: int, second: int) -> None:
    area = {"632222": float(first), "632323": float(second), "632621": 5.0}
    least, most = f"{low}.01", f"{low + room}.02"
    both = step("bounds", least=f'{{ "632323" = "{least}" }}', most=f'{{ "632222" = "{most}", "632323" = "{most}" }}')
    found = plan(AREA, both, pool="999.99", area=area)
    assert low * 100 + 1 <= found.fen["632323"] <= (low + room) * 100 + 2
    assert found.fen["632222"] <= (low + room) * 100 + 2
    assert (found.table["finish.unmet"], found.table["finish.exceeded"]) == (0, 0)


def test_a_workbook_of_every_step_verifies(tmp_path: Path) -> None:
    shares = '{ "2023" = "0.5" }'
    found = plan(
        AREA, step("tilt", multipliers=by_code("1", "1.5", "2")),
        step("phase_in", shares=shares, old=by_code("200.00", "500.00", "300.00")),
        step("top_up", amounts='{ "632323" = "10.00" }'),
        step("bounds", least='{ "632323" = "300.00" }', most='{ "632222" = "450.00" }'),
        step("deduction", shares='{ "632621" = "0.5" }'),
    )  # fmt: skip
    write_workbook(found, tmp_path / "x.xlsx")
    assert verify_workbook(tmp_path / "x.xlsx").same
    assert math.isclose(found.carried, 0.5 * 2 * found.fen["632621"], abs_tol=1)
