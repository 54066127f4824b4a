"""The three kinds of steps, with toy rules: each keeps its identity, and a fault of a rule stops the run."""

from dataclasses import replace
from fractions import Fraction

import pytest

from qhgep.compensation.allocation import Allocation
from qhgep.compensation.columns.column import (
    Amounts,
    Column,
    Context,
    Kind,
    Recipient,
    StepResult,
    check_identity,
    computed,
)  # fmt: skip
from qhgep.compensation.run import Appropriation, begin, close_to_exact, run
from qhgep.errors import PlanError
from qhgep.expr import Number
from qhgep.money import Fen
from tests.support.plans import HEADING

CODES = ("632222", "632323", "632621")
RECIPIENTS = tuple(Recipient(code, f"单位{code}") for code in CODES)


def result(kind: Kind, amounts: Amounts, carried: object = 0, retained: object = 0, gap: object = 0) -> StepResult:
    lines = (Fraction(str(carried)), Fraction(str(retained)), Fraction(str(gap)))
    return StepResult(kind, dict(amounts), *lines, columns=())


def amounts(*texts: str) -> dict[str, Fraction]:
    return dict(zip(CODES, map(Fraction, texts), strict=True))


def toy(step: StepResult, pool: int = 10_000, payable: int = 1) -> Allocation:
    context = begin(Appropriation(Fen(pool), Fen(payable), "测试", "stated"), RECIPIENTS, {})
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
        "divide  步骤 divide 不平：99（0, 0, 0）；各单位之和＋结转＋留存＝资金总额 100；"
        "这是规则的缺陷，请停止使用并报告。"
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
        check_identity("s", result("settlement", amounts("0", "0", "0")), pool=Fraction(0), recipients=nameless)


def with_columns(*columns: Column) -> StepResult:
    return replace(result("division", amounts("100", "0", "0")), columns=columns)


HEAD = begin(Appropriation(Fen(1), Fen(1), "", "chosen"), RECIPIENTS, {})


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
        "long  列 “长数” 的数 10000000000000000 达到十五位；表格软件取整仍准确的十四位以内的整数；"
        "填报数的小数位合计至少减少 3 位。"
    )


def test_columns_are_unique_and_have_a_value() -> None:
    column = computed("one", "一", "1", Number(1), "")
    with pytest.raises(ValueError, match="two columns are named one"):
        toy(with_columns(column, column))
    with pytest.raises(ValueError, match="one is neither given nor computed"):
        toy(with_columns(replace(column, expr=None)))


def test_a_context_gives_the_quantity_of_an_earlier_column() -> None:
    context: Context = begin(Appropriation(Fen(100), Fen(1), "", "chosen"), RECIPIENTS, {})
    assert context.quantity("pool.units").zh == "可分配单位数"
    assert context.codes == CODES


@pytest.mark.parametrize(("kind", "most"), [("division", "0.01"), ("entitlement", "0.005"), ("settlement", "0.01")])
def test_no_payment_is_further_from_its_exact_amount_than_rounding_takes_it(kind: Kind, most: str) -> None:
    """A fault of the last columns would be seen even where they agree with themselves."""
    at, beyond = Fraction(most), Fraction(most) + Fraction(1, 1000)
    context = begin(Appropriation(Fen(10_000), Fen(1), "测试", "stated"), RECIPIENTS, {})
    paid = dict.fromkeys(CODES, Fen(100))
    for apart, holds in ((at, kind == "entitlement"), (at - Fraction(1, 1000), True), (beyond, False)):
        step = result(kind, dict.fromkeys(CODES, Fraction(1) + apart))
        if holds:
            close_to_exact(context, step, paid)
        else:
            with pytest.raises(PlanError, match="这是程序的缺陷"):
                close_to_exact(context, step, paid)
