"""Allocations: nothing is lost, order does not matter, and the columns of the sheet are the algorithm that pays."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qhgep.compensation.allocate import allocate
from qhgep.compensation.allocation import Allocation
from qhgep.compensation.division import base_for, digits_for
from qhgep.compensation.plan import read_plan
from qhgep.compensation.rules import RULES, raise_to_floors
from qhgep.compensation.runner import Purse, begin, run
from qhgep.compensation.steps import Amounts, Column, Context, Recipient, StepResult, check_identity, computed
from qhgep.compensation.terms import FloorStep
from qhgep.errors import PlanError
from qhgep.expr import Expr, Floor, Number, Op, Round, Total, children
from qhgep.money import LARGEST, Fen, apportion, yuan
from qhgep.readings.exact import Exact, exact
from qhgep.units import PURE, Unit
from tests.plans import HEADING, Case, address, equal, factor, random_case, write_sheets
from tests.witness import Values, formualizer, libreoffice

PILOT = Path(__file__).parent.parent / "examples" / "pilot" / "plan.toml"
CASES = st.integers(0, 10**9).map(lambda seed: random_case(Random(seed)))
FEW = settings(max_examples=40)
UNEVEN = Case(
    1_000_000_000,
    {
        "water": {"632222": 7.0, "632323": 1.0, "632621": 5.0},
        "area": {"632222": 1.0, "632323": 1.0, "632621": 2.0},
    },
    {"water": "0.6", "area": "0.4"},
    {"632323": 250_000_000},
)


# --- what holds for every division


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
    """Whole numbers below 10^14 everywhere, and INT right although Excel rounds its argument to fifteen digits."""
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
    below = (
        []
        if isinstance(node, Round | Total)
        else [item for child in children(node) for item in whole_nodes(child)]
    )
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


# --- ties, zeros, floors


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
    found = Case(
        1000, {"area": {"632222": 9.0, "632323": 1.0, "632621": 0.0}}, {"area": "1"}, floors
    ).allocate()
    assert found.fen == {"632222": 300, "632323": 700, "632621": 0}


def test_a_floor_of_zero_is_no_floor() -> None:
    found = replace(UNEVEN, floors={"632323": 0}).allocate()
    assert found.fen == replace(UNEVEN, floors={}).allocate().fen
    assert found.notes[-1] == "下限用到 0 轮，表中列 0 轮"


def test_floors_above_the_pool_are_refused() -> None:
    with pytest.raises(PlanError) as caught:
        raise_to_floors(
            {"632222": Fraction(5), "632323": Fraction(5)}, {"632222": Fraction(11), "632323": Fraction(0)}
        )
    assert (
        str(caught.value)
        == "632222、632323  各下限合计 11.00 元；不超过可分配的 10.00 元；降低下限，或增加资金。"
    )


def test_a_residue_below_the_payable_unit_is_a_line_of_its_own() -> None:
    found = replace(UNEVEN, pool=1_234_567_890, payable=1_000_000).allocate()
    assert found.residue == found.retained == 567_890
    assert found.table["residue"] == 567_890
    assert sum(found.fen.values()) == 1_234_000_000
    assert found.as_json()["residue_fen"] == 567_890


def test_shares_are_rounded_to_the_decimals_of_the_plan() -> None:
    found = replace(UNEVEN, decimals=4, floors={}).allocate()
    assert found.table["divide.share.water"] == {"632222": 5385, "632323": 769, "632621": 3846}
    assert found.notes == ("占比四舍五入到 4 位小数，其后各步精确",)


def test_a_floor_needs_a_division_before_it() -> None:
    recipients = [Recipient("632222", "祁连县")]
    context = begin(Purse(Fen(100), Fen(1), "测试", "chosen"), recipients, {})
    terms = FloorStep(id="floor", rule="floor", amounts={"632222": "1.00"})
    with pytest.raises(TypeError, match="a floor follows a step that divides by scores"):
        RULES["floor"](context, {"632222": Fraction(1)}, terms)


# --- the other kinds of steps, with toy rules


CODES = ("632222", "632323", "632621")
RECIPIENTS = tuple(Recipient(code, f"单位{code}") for code in CODES)


def result(
    kind: Any, amounts: Amounts, carried: object = 0, retained: object = 0, gap: object = 0
) -> StepResult:
    lines = (Fraction(str(carried)), Fraction(str(retained)), Fraction(str(gap)))
    return StepResult(kind, dict(amounts), *lines, columns=())


def amounts(*texts: str) -> dict[str, Fraction]:
    return dict(zip(CODES, map(Fraction, texts), strict=True))


def toy(step: StepResult, pool: int = 10_000, payable: int = 1) -> Allocation:
    context = begin(Purse(Fen(pool), Fen(payable), "测试", "stated"), RECIPIENTS, {})
    return run(context, [("toy", lambda *_: step, None)], pool=Fen(pool), heading=HEADING)


def test_a_division_may_carry_and_keep_money_back() -> None:
    found = toy(result("division", amounts("100/3", "100/3", "70/3"), carried="5.005", retained="4.995"))
    assert list(found.fen.values()) == [3334, 3333, 2333]
    assert (found.carried, found.retained, found.residue) == (500, 500, 1)
    assert sum(found.fen.values()) + found.carried + found.retained == 10_000


def test_an_entitlement_reports_its_surplus_and_never_spreads_it() -> None:
    found = toy(result("entitlement", amounts("10.005", "20", "30"), retained="39.995"))
    assert list(found.fen.values()) == [1001, 2000, 3000]
    assert (found.retained, found.gap, found.kind) == (3999, 0, "entitlement")


def test_an_entitlement_reports_its_gap() -> None:
    found = toy(result("entitlement", amounts("60", "50", "0"), gap="10"))
    assert (found.retained, found.gap) == (0, 1000)
    assert found.checks[-1].holds


def test_a_settlement_adds_up_to_zero_with_every_payer_named() -> None:
    found = toy(result("settlement", amounts("-10/3", "5/3", "5/3")))
    assert list(found.fen.values()) == [-333, 167, 166]
    assert found.checks[-1].zh == "收付相抵为零"
    assert found.checks[-1].holds
    assert [row.yuan for row in found.rows] == ["-3.33", "1.67", "1.66"]


@pytest.mark.parametrize(
    "broken",
    [
        result("division", amounts("50", "30", "19.99")),
        result("division", amounts("50", "60", "-10")),
        result("division", amounts("50", "50", "10"), retained="-10"),
        result("division", amounts("50", "50", "0"), gap="1"),
        result("entitlement", amounts("50", "0", "0"), retained="49"),
        result("entitlement", amounts("60", "50", "0"), retained="1", gap="11"),
        result("entitlement", amounts("50", "0", "0"), carried="1", retained="50"),
        result("entitlement", amounts("110", "-10", "0")),
        result("settlement", amounts("-10", "5", "4")),
        result("settlement", amounts("-10", "5", "5"), carried="1"),
    ],
)
def test_a_step_that_breaks_its_identity_is_stopped(broken: StepResult) -> None:
    with pytest.raises(PlanError) as caught:
        toy(broken)
    assert [(item.code, item.where) for item in caught.value.problems] == [("plan_identity", "toy")]


def test_the_message_of_a_broken_identity_shows_both_sides() -> None:
    broken = result("division", amounts("50", "30", "19"))
    with pytest.raises(PlanError) as caught:
        check_identity("divide", broken, pool=Fraction(100), recipients=RECIPIENTS)
    assert str(caught.value) == (
        "divide  步骤 divide 不平：99（0, 0, 0）；各单位之和＋结转＋留存＝资金总额 100；这是规则的缺陷，请停止使用并报告。"
    )


@pytest.mark.parametrize("codes", [("632222", "632323"), ("632222", "632323", "632621", "632701")])
def test_a_settlement_that_names_others_than_the_recipients_is_stopped(codes: tuple[str, ...]) -> None:
    paid = dict.fromkeys(codes, Fraction(0))
    with pytest.raises(PlanError) as caught:
        toy(result("settlement", paid))
    assert [item.code for item in caught.value.problems] == ["plan_unnamed"]


def test_a_payer_without_a_name_is_stopped() -> None:
    nameless = (*RECIPIENTS[:2], Recipient("632621", ""))
    with pytest.raises(PlanError, match="632222、632323、632621"):
        check_identity(
            "s", result("settlement", amounts("0", "0", "0")), pool=Fraction(0), recipients=nameless
        )


# --- a fault of a rule or of its columns stops the run


def with_columns(*columns: Column) -> StepResult:
    return replace(result("division", amounts("100", "0", "0")), columns=columns)


HEAD = begin(Purse(Fen(1), Fen(1), "", "chosen"), RECIPIENTS, {})


def test_columns_that_pay_otherwise_than_the_amounts_stop_the_run() -> None:
    column = computed("finish.fen", "分配额", "fen", HEAD.quantity("pool.fen"), "错")
    with pytest.raises(PlanError) as caught:
        toy(with_columns(column))
    paid = {"632222": 10_000, "632323": 0, "632621": 0}
    assert str(caught.value) == (
        f"finish.fen  表列算出 10000，精确算法算出 {paid}；两者相同；这是程序的缺陷，请停止使用并报告。"
    )
    assert caught.value.problems[0].code == "plan_columns"


def test_a_number_longer_than_fifteen_digits_stops_the_run() -> None:
    units = HEAD.quantity("pool.units")
    long = computed("long", "长数", "1", units * units * units * units, "太长")
    with pytest.raises(PlanError) as caught:
        toy(with_columns(long))
    assert caught.value.problems[0].code == "sheet_digits"
    assert str(caught.value) == (
        "long  列 “长数” 的数 10000000000000000 达到十五位；表格软件取整仍准确的十四位以内的整数；减少小数位（decimals）或权重位数。"
    )


def test_columns_are_unique_and_have_a_value() -> None:
    column = computed("one", "一", "1", Number(1), "")
    with pytest.raises(ValueError, match="two columns are named one"):
        toy(with_columns(column, column))
    with pytest.raises(ValueError, match="one is neither given nor computed"):
        toy(with_columns(replace(column, expr=None)))


# --- factors


@dataclass(frozen=True)
class Value:
    value: float | None
    unit: Unit = PURE
    presence: str = "value"
    origin: str = "computed"
    evidence: str = "declared"
    partial: Any = None


@dataclass(frozen=True)
class Partial:
    covered: tuple[str, ...]
    missing: tuple[str, ...]
    area_share: float | None


@dataclass(frozen=True)
class Results:
    """Stands for the result of an account: quantity -> county -> value."""

    values: Mapping[str, Mapping[str, Value]]

    def value(self, quantity: str, *, county: str, period: str | None = None) -> Value:
        assert period == "2023"
        return self.values[quantity][county]


PLAN = """\
schema = 1
title = "测试"
layer = "{layer}"
state = "draft"
period = 2023
pool = "1000.00"
round_to = "fen"
recipients = ["632323", "632222"]
[basis]
document = "某办法"
number = "1号"
article = "第五条"
date = 2023-03-01
[accounts]
gep = "account.toml"
[factor.area]
of = "gep.county_area"
as = "share"
{extra}
[[step]]
id = "divide"
rule = "weighted"
weights = {{ area = "1" }}
basis = "第五条"
"""


def planned(
    tmp_path: Path, one: Value, two: Value, *, layer: str = "analytic", extra: str = "", **options: Any
) -> Allocation:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN.format(layer=layer, extra=extra), encoding="utf-8")
    results = {"gep": Results({"county_area": {"632222": one, "632323": two}})}
    return allocate(path, results=results, **options)


def refused(tmp_path: Path, one: Value, two: Value, **options: Any) -> str:
    with pytest.raises(PlanError) as caught:
        planned(tmp_path, one, two, **options)
    return str(caught.value)


def test_a_factor_divides_and_keeps_its_evidence(tmp_path: Path) -> None:
    found = planned(tmp_path, Value(3.0), Value(1.0, evidence="primary"))
    assert [row.yuan for row in found.rows] == ["750.00", "250.00"]
    assert [figure.evidence for figure in found.factors["area"].figures.values()] == ["declared", "primary"]
    assert found.columns[9].zh == "县域面积"
    assert found.heading.notices == ("情景测算表", "不作为资金分配依据")
    assert (found.layer, found.title) == ("analytic", "测试")


def test_a_plan_already_read_is_followed_too(tmp_path: Path) -> None:
    found = planned(tmp_path, Value(3.0), Value(1.0))
    plan = read_plan(tmp_path / "plan.toml")
    results = {"gep": Results({"county_area": {"632222": Value(3.0), "632323": Value(1.0)}})}
    assert allocate(plan, results=results) == found


def test_parameters_carry_value_basis_and_origin(tmp_path: Path) -> None:
    found = planned(tmp_path, Value(3.0), Value(1.0))
    given_ = {column.name: column.given for column in found.parameters}
    assert list(given_) == [
        "pool",
        "payable",
        "divide.share_scale",
        "divide.weight_scale",
        "divide.base",
        "divide.weight.area",
    ]
    weight = given_["divide.weight.area"]
    assert weight is not None
    assert (weight.value, weight.basis, weight.origin) == (1, "第五条", "chosen")
    pool = planned(tmp_path, Value(3.0), Value(1.0), layer="contract").parameters[0].given
    assert pool is not None
    assert (pool.basis, pool.origin) == ("某办法 1号 第五条", "stated")


@pytest.mark.parametrize("presence", ["missing", "not_applicable", "absent"])
def test_a_missing_factor_names_its_county(presence: str, tmp_path: Path) -> None:
    word = {"missing": "缺", "not_applicable": "不适用", "absent": "缺"}[presence]
    assert refused(tmp_path, Value(3.0), Value(None, presence=presence, evidence="")) == (
        f"plan.toml:16  泽库县（632323）的因素 gep.county_area 没有值（{word}）；每个领款单位都有值；补齐数据，或调整领款单位。"
    )


def test_zero_is_a_value_and_not_missing(tmp_path: Path) -> None:
    assert [row.yuan for row in planned(tmp_path, Value(None, presence="zero"), Value(2.0)).rows] == [
        "0.00",
        "1000.00",
    ]


def test_a_partial_factor_needs_consent_and_keeps_its_note(tmp_path: Path) -> None:
    partial = Value(3.0, partial=Partial(("grassland",), ("forest", "wetland.marsh"), 0.951))
    message = refused(tmp_path, partial, Value(1.0))
    assert message.startswith(
        "plan.toml:16  祁连县（632222）的因素 gep.county_area 只是部分值（已核算 1/3 项，面积占 95.1%；未核算："
    )
    found = planned(tmp_path, partial, Value(1.0), extra='partial = "accept"\nbasis = "演示"')
    assert "95.1%" in found.factors["area"].figures["632222"].partial
    assert found.factors["area"].figures["632323"].partial == ""
    unknown = replace(partial, partial=Partial(("grassland",), (), None))
    assert "已核算 1/1 项；未核算：无" in refused(tmp_path, unknown, Value(1.0))


def test_a_negative_factor_needs_consent_and_counts_as_zero(tmp_path: Path) -> None:
    assert refused(tmp_path, Value(-3.0), Value(1.0)) == (
        "plan.toml:16  祁连县（632222）的因素 gep.county_area 为负：-3.0；不小于零的值；"
        '检查数据；如按零计，请写 negative = "zero" 并写明依据。'
    )
    found = planned(tmp_path, Value(-3.0), Value(1.0), extra='negative = "zero"\nbasis = "演示"')
    assert [row.yuan for row in found.rows] == ["0.00", "1000.00"]
    assert found.table["factor.area"] == {"632222": -3, "632323": 1}
    assert found.table["factor.area.used"] == {"632222": 0, "632323": 1}


@pytest.mark.parametrize("extra", ["", 'negative = "zero"\nbasis = "演示"'])
def test_a_factor_that_adds_up_to_nothing_names_the_counties(extra: str, tmp_path: Path) -> None:
    one = Value(-1.0) if extra else Value(0.0)
    assert refused(tmp_path, one, Value(0.0), extra=extra) == (
        "plan.toml:16  因素 gep.county_area 在 祁连县（632222）、泽库县（632323） 的合计为 0.0；大于零；检查数据，或去掉该因素。"
    )


def test_what_the_account_does_not_have_is_told(tmp_path: Path) -> None:
    path = tmp_path / "plan.toml"
    path.write_text(PLAN.format(layer="analytic", extra=""), encoding="utf-8")
    with pytest.raises(PlanError) as caught:
        allocate(path, results={"gep": Results({"county_area": {"632222": Value(1.0)}})})
    assert [(item.code, dict(item.facts)["missing"]) for item in caught.value.problems] == [
        ("factor_unknown", "632323")
    ]


def test_a_statutory_plan_refuses_weak_evidence_unless_told(tmp_path: Path) -> None:
    weak = Value(3.0, evidence="published")
    assert refused(tmp_path, weak, Value(1.0), layer="statutory") == (
        "plan.toml:16  祁连县（632222）的因素 gep.county_area 证据等级为 文献；申报 或更强；"
        "换成有依据的数据，或用 --require 明确降低要求。"
    )
    found = planned(tmp_path, weak, Value(1.0), layer="statutory", require="published")
    assert found.heading.notices == ("测算稿（证据不足）",)
    assert planned(tmp_path, Value(3.0), Value(1.0), layer="statutory").heading.notices == ()
    assert "factor_evidence" in {item.code for item in evidence_problems(tmp_path, weak)}


def evidence_problems(tmp_path: Path, weak: Value) -> tuple[Any, ...]:
    with pytest.raises(PlanError) as caught:
        planned(tmp_path, weak, weak, require="primary")
    return caught.value.problems


def test_all_faults_of_factors_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(PlanError) as caught:
        planned(tmp_path, Value(None, presence="missing"), Value(-1.0, partial=Partial((), ("forest",), 0.0)))
    assert [item.code for item in caught.value.problems] == [
        "factor_missing",
        "factor_partial",
        "factor_negative",
    ]
    assert "factor_sum" not in {item.code for item in caught.value.problems}


# --- the pilot, and what others read


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
    found = json.loads(json.dumps(pilot().as_json(), ensure_ascii=False))
    assert list(found) == [
        "schema", "kind", "layer", "pool_fen", "rows", "carried_fen", "retained_fen", "gap_fen", "residue_fen", "checks",
    ]  # fmt: skip
    assert (
        sum(row["fen"] for row in found["rows"]) + found["carried_fen"] + found["retained_fen"]
        == found["pool_fen"]
    )
    assert found["rows"][1] == {
        "county_code": "632323", "fen": 1_500_000_000, "yuan": "15000000.00",
        "steps": [{"id": "divide", "yuan": "12121776.5849"}, {"id": "floor", "yuan": "15000000.0000"}],
    }  # fmt: skip
    assert all(check["holds"] for check in found["checks"])


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


# --- the sheet: other engines compute the same columns


SEEDS = tuple(range(34))
TIES = (
    equal(50_000_000_000, 3), equal(50_000_000_000, 7), equal(50_000_000_001, 9, {"632601": 20_000_000_000}),
    equal(10**14 - 1, 9, {"632603": 10**13, "632605": 2 * 10**13}), replace(UNEVEN, payable=10_000),
)  # fmt: skip


@cache
def drawn() -> tuple[Allocation, ...]:
    return tuple(case.allocate() for case in (*TIES, *(random_case(Random(seed)) for seed in SEEDS)))


def differences(found: Values, allocations: tuple[Allocation, ...]) -> list[str]:
    """Cells that are not the cached value: whole numbers exactly, measured ones to the digits that engines keep."""
    wrong = []
    for number, allocation in enumerate(allocations):
        for column in allocation.columns:
            if column.expr is None:
                continue
            value = allocation.table[column.name]
            cells = {"": value} if isinstance(value, Fraction) else value
            for code, exactly in cells.items():
                cell = found[f"方案{number}", address(allocation, column.name, code)]
                whole = exactly.denominator == 1 and not column.name.endswith(".in_fen")
                tolerance = 0 if whole else 1e-14 * abs(exactly)
                if not isinstance(cell, float) or abs(cell - float(exactly)) > tolerance:
                    wrong.append(f"方案{number} {column.name} {code}: {cell} != {float(exactly)}")
    return wrong


def test_formualizer_computes_every_column(tmp_path: Path) -> None:
    path = write_sheets(tmp_path / "plans.xlsx", drawn())
    assert differences(formualizer.recalculate(path), drawn()) == []


@pytest.mark.libreoffice
def test_libreoffice_computes_every_column(tmp_path: Path) -> None:
    path = write_sheets(tmp_path / "plans.xlsx", drawn())
    assert differences(libreoffice.recalculate(path), drawn()) == []


def test_a_sheet_with_other_values_typed_in_is_the_other_plan(tmp_path: Path) -> None:
    other = replace(
        UNEVEN,
        pool=1_999_999_999,
        factors={
            name: {code: 3.5 * value + 1 for code, value in values.items()}
            for name, values in UNEVEN.factors.items()
        },
        weights={"water": "0.35", "area": "0.65"},
        floors={"632323": 400_000_000},
    )
    written, typed = UNEVEN.allocate(), other.allocate()
    assert [column.name for column in written.columns] == [column.name for column in typed.columns]
    path = write_sheets(tmp_path / "typed.xlsx", [written], [typed])
    found = formualizer.recalculate(path)
    assert {code: found["方案0", address(written, "finish.fen", code)] for code in typed.fen} == typed.fen


def test_a_sheet_that_needs_more_passes_says_so(tmp_path: Path) -> None:
    """Floors typed in by hand beyond the passes of the sheet: the check column is no longer zero."""
    values = {"632222": 10.0, "632323": 30.0, "632621": 60.0}
    one = Case(100_000, {"area": values}, {"area": "1"}, {"632222": 30_000})
    two = replace(one, floors={"632222": 30_000, "632323": 29_000})
    path = write_sheets(tmp_path / "typed.xlsx", [one.allocate()], [two.allocate()])
    found = formualizer.recalculate(path)
    assert found["方案0", address(one.allocate(), "finish.unmet")] == 1
    assert found["方案0", address(one.allocate(), "finish.unassigned")] == 0


def test_weights_typed_in_that_are_not_one_say_so(tmp_path: Path) -> None:
    written = UNEVEN.allocate()
    table = dict(written.table) | {"divide.weight.area": Fraction("0.3")}
    path = write_sheets(tmp_path / "typed.xlsx", [written], [replace(written, table=table)])
    assert formualizer.recalculate(path)["方案0", address(written, "divide.weight_gap")] == 10


def test_factors_are_used_as_they_are_unless_negative_counts_as_zero() -> None:
    assert factor("area", {"632222": -1.0}).used == {"632222": -1}
    assert replace(factor("area", {"632222": -1.0}), at_least_zero=True).used == {"632222": 0}


def test_a_context_gives_the_quantity_of_an_earlier_column() -> None:
    context: Context = begin(Purse(Fen(100), Fen(1), "", "chosen"), RECIPIENTS, {})
    assert context.quantity("pool.units").zh == "可分配单位数"
    assert context.codes == CODES
