"""Allocations: nothing is lost, order does not matter, and the columns of the sheet are what pays."""

import math
from dataclasses import replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qhgep.compensation.allocate import allocate
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.columns.column import Recipient
from qhgep.compensation.columns.long_division import base_for, digits_for
from qhgep.compensation.columns.running_state import LongDivision, RunningState
from qhgep.compensation.rules.common import short_sums
from qhgep.compensation.rules.floor import FloorStep
from qhgep.compensation.rules.registry import RULES
from qhgep.compensation.run import Appropriation, begin
from qhgep.errors import PlanError
from qhgep.expr import Expr, Floor, Op, Round, Total, children
from qhgep.money import LARGEST, Fen, apportion
from qhgep.readings.exact import Exact, exact
from tests.support.plans import UNEVEN, Case, equal, random_case
from tests.support.result_bodies import body

PILOT = Path(__file__).parent.parent / "examples" / "pilot" / "plan.toml"
CASES = st.randoms(use_true_random=False).map(random_case)
FEW = settings(max_examples=25)


@FEW
@given(CASES)
@example(equal(50_000_000_000, 7))
@example(equal(50_000_000_000, 3, {"632601": 20_000_000_000}))
@example(equal(10**14 - 1, 9))
def test_nothing_is_lost_and_floors_are_kept(case: Case) -> None:
    found = case.allocate()
    assert sum(found.fen.values()) + found.carried + found.retained == case.pool
    assert found.retained == found.residue == case.pool % case.payable
    assert all(found.fen[code] >= case.floors.get(code, 0) for code in case.codes)
    assert all(amount % case.payable == 0 for amount in found.fen.values())
    assert all(check.holds for check in found.checks)


@FEW
@given(CASES, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(case: Case, random: Random) -> None:
    codes = list(case.codes)
    random.shuffle(codes)
    shuffled = replace(
        case,
        factors={name: {code: values[code] for code in codes} for name, values in case.factors.items()},
        floors={code: case.floors[code] for code in codes if code in case.floors},
    )
    assert shuffled.allocate().fen == case.allocate().fen


@FEW
@given(CASES)
@example(equal(50_000_000_000, 7))
@example(equal(50_000_000_000, 3, {"632601": 20_000_000_000}))
def test_the_columns_are_the_fraction_algorithm(case: Case) -> None:
    found = case.allocate()
    last = found.rows[0].steps[-1][0]
    weights = {row.recipient.id: row.steps[-1][1] for row in found.rows}
    units = apportion(Fen(case.pool // case.payable), weights)
    assert found.table["finish.units"] == units
    assert found.table["finish.fen"] == found.fen
    assert found.table["finish.yuan"] == {code: Fraction(amount, 100) for code, amount in found.fen.items()}
    assert found.table[f"{last}.amount"] == weights
    assert found.table["divide.amount"] == {row.recipient.id: row.steps[0][1] for row in found.rows}


@FEW
@given(CASES)
@example(equal(10**14 - 1, 9, {"632601": 10**13}))
@example(replace(UNEVEN, weights={"water": "0.6001", "area": "0.3999"}, pool=10**14 - 1))
def test_every_number_on_the_sheet_is_short_enough(case: Case) -> None:
    """Whole numbers below 10^14 everywhere, and INT is right although Excel rounds its argument first."""
    found = case.allocate()
    rows = tuple(recipient.id for recipient in found.recipients)
    for column in found.columns:
        if column.expr is None or column.name.endswith(".amount"):
            continue  # amounts are for reading: nothing is computed from them
        for node in whole_nodes(column.expr):
            values = numbers(exact(node, found.table, rows))
            assert all(abs(value) < LARGEST for value in values if value.denominator == 1), column.name
            if isinstance(node, Floor):
                for value in numbers(exact(node.of, found.table, rows)):
                    assert math.floor(float(format(float(value), ".15g"))) == math.floor(value), column.name
                if ".quotient" in column.name:
                    assert isinstance(node.of, Op)
                    (divisor,) = numbers(exact(node.of.right, found.table, rows))
                    dividends = numbers(exact(node.of.left, found.table, rows))
                    assert all(dividend + divisor <= LARGEST for dividend in dividends), column.name


def whole_nodes(node: Expr) -> list[Expr]:
    """The node and those below, without the arguments of Round: these are measured numbers."""
    below = [] if isinstance(node, Round | Total) else [item for child in children(node) for item in whole_nodes(child)]
    return [node, *below] if isinstance(node, Op | Floor | Round | Total) else below


def numbers(value: Exact) -> list[Fraction]:
    return [value] if isinstance(value, Fraction) else list(value.values())


def test_a_dividend_never_exceeds_the_safe_bound() -> None:
    for bound in (3, 10**6, 10**8 + 9, 10**10 + 900, 10**12 + 10**6):
        base = base_for(bound)
        assert (2 * base + 1) * bound <= LARGEST < (2 * base * 10 + 1) * bound
    with pytest.raises(ValueError, match="cannot be divided in fifteen digits"):
        base_for(10**13)
    assert [digits_for(units, 1000) for units in (0, 999, 1000, 10**14 - 1)] == [1, 1, 2, 5]


def test_ties_at_fifty_thousand_million_fen_go_by_code() -> None:
    found = equal(50_000_000_000, 7).allocate()
    assert list(found.fen.values()) == [7_142_857_143] * 6 + [7_142_857_142]
    assert list(found.fen) == sorted(found.fen)


def test_floats_would_give_a_fen_to_the_wrong_county() -> None:
    """Why amounts are exact: in floats the two remainders below look the other way round."""
    pool, shares = 50_000_000_003, {"632222": 83_333_333, "632323": 16_666_667}
    found = Case(pool, {"area": {"632222": 5.0, "632323": 1.0}}, {"area": "1"}).allocate()
    assert found.table["divide.share.area"] == shares
    assert found.fen == {"632222": 41_666_666_502, "632323": 8_333_333_501}
    remainders = {code: pool * (share / 10**8) % 1 for code, share in shares.items()}
    assert max(remainders, key=lambda code: remainders[code]) == "632222"


def test_a_recipient_without_weight_gets_nothing_unless_a_floor_says_so() -> None:
    values = {"632222": 0.0, "632323": 4.0, "632621": 5.0}
    case = Case(1001, {"area": values}, {"area": "1"})
    assert case.allocate().fen["632222"] == 0
    assert replace(case, floors={"632222": 100}).allocate().fen == {
        "632222": 100,
        "632323": 400,
        "632621": 501,
    }


def test_a_raised_floor_can_push_another_below_its_own() -> None:
    values = {"632222": 10.0, "632323": 30.0, "632621": 60.0}
    floors = {"632222": 30_000, "632323": 29_000}
    found = Case(100_000, {"area": values}, {"area": "1"}, floors).allocate()
    assert found.fen == {"632222": 30_000, "632323": 29_000, "632621": 41_000}
    assert found.notes[-1] == "下限用到 2 轮，表中列 2 轮"
    assert found.table["finish.unmet"] == 0


def test_floors_that_take_the_whole_pool_leave_nothing() -> None:
    floors = {"632222": 300, "632323": 700}
    found = Case(1000, {"area": {"632222": 9.0, "632323": 1.0, "632621": 0.0}}, {"area": "1"}, floors).allocate()
    assert found.fen == {"632222": 300, "632323": 700, "632621": 0}


def test_a_floor_of_zero_is_no_floor() -> None:
    found = replace(UNEVEN, floors={"632323": 0}).allocate()
    assert found.fen == replace(UNEVEN, floors={}).allocate().fen
    assert found.notes[-1] == "下限用到 0 轮，表中列 0 轮"


def test_floors_above_the_pool_are_refused() -> None:
    with pytest.raises(PlanError) as caught:
        Case(1000, {"area": {"632222": 1.0, "632323": 1.0}}, {"area": "1"}, {"632222": 1100, "632323": 0}).allocate()
    assert (
        str(caught.value)
        == "632222、632323  各下限合计 11.00 元；不超过可分配的 10.00 元；下限合计至少降低 1.00 元，或资金至少增加这些。"
    )


def test_a_residue_below_the_payable_unit_is_a_line_of_its_own() -> None:
    found = replace(UNEVEN, pool=1_234_567_890, payable=1_000_000).allocate()
    assert found.residue == found.retained == 567_890
    assert found.table["residue"] == 567_890
    assert sum(found.fen.values()) == 1_234_000_000
    assert body(found)["residue_fen"] == 567_890


def test_shares_are_rounded_to_the_decimals_of_the_plan() -> None:
    found = replace(UNEVEN, decimals=4, floors={}).allocate()
    assert found.table["divide.share.water"] == {"632222": 5385, "632323": 769, "632621": 3846}
    assert found.notes == ("占比四舍五入到 4 位小数，其后各步精确",)


def test_a_floor_needs_a_division_before_it() -> None:
    recipients = [Recipient("632222", "祁连县")]
    context = begin(Appropriation(Fen(100), Fen(1), "测试", "chosen"), recipients, {})
    terms = FloorStep(id="floor", rule="floor", amounts={"632222": "1.00"})
    with pytest.raises(TypeError, match="this step follows a division"):
        RULES["floor"](context, terms)


@cache
def pilot() -> Allocation:
    return allocate(PILOT)


def test_the_pilot_plan_comes_to_its_pool() -> None:
    found = pilot()
    assert sum(found.fen.values()) == found.pool == 10_000_000_000
    assert found.fen["632323"] == 1_500_000_000
    assert found.rows[1].steps[0][1] < 15_000_000
    assert all(figure.partial for figure in found.factors["water"].figures.values())
    assert found.heading.period == "多年平均（基期不一，见清单）"


def test_the_json_is_the_allocation() -> None:
    found = body(pilot())
    assert list(found) == [
        "pool_fen", "rows", "carried_fen", "retained_fen", "gap_fen", "residue_fen", "checks", "decisions", "coverage",
        "share_rounding", "phases", "carry_out", "compared",
    ]  # fmt: skip
    assert sum(row["fen"] for row in found["rows"]) + found["carried_fen"] + found["retained_fen"] == found["pool_fen"]
    assert found["rows"][1] == {
        "county_code": "632323", "fen": 1_500_000_000, "yuan": "15000000.00",
        "steps": [{"id": "divide", "yuan": "12121776.7941"}, {"id": "floor", "yuan": "15000000.0000"}],
    }  # fmt: skip
    assert all(check["holds"] for check in found["checks"] if check["result"] is None)
    legal = {check["id"]: check["result"] for check in found["checks"] if check["result"]}
    assert legal == {"K1": "通过"} | {name: "不适用" for name in legal if name != "K1"}


def test_the_frame_has_a_line_for_every_recipient() -> None:
    frame = pilot().frame()
    assert list(frame.columns) == ["county_code", "name", "fen", "yuan", "divide (CNY)", "floor (CNY)"]
    assert frame["fen"].sum() == 10_000_000_000
    assert str(frame["yuan"].sum()) == "100000000.00"


def test_every_column_has_a_name_a_unit_and_a_note() -> None:
    for column in pilot().columns:
        assert column.zh, column.name
        assert column.unit in {"1", "fen", "CNY", "CNY/year", "ha"}, column.name
        assert column.note, column.name
        assert (column.expr is None) == (column.given is not None), column.name


def test_sums_of_remainders_stay_below_what_a_sheet_keeps() -> None:
    """45 recipients have remainders of at most the bound each, and one more for what they are held against: 46 x bound."""
    recipients = [Recipient(f"{number:06}", f"县{number}") for number in range(45)]
    context = begin(Appropriation(Fen(100), Fen(1), "测试", "chosen"), recipients, {})
    units = context.quantity("pool.units")
    most = LARGEST // 46
    running = RunningState(units, units, units, LongDivision(units, 2, most))
    short_sums(context, "s", running)
    with pytest.raises(PlanError) as caught:
        short_sums(context, "s", replace(running, by=LongDivision(units, 2, most + 1)))
    assert [item.code for item in caught.value.problems] == ["sheet_digits"]
    assert str(45 * (most + 1)) in str(caught.value)
