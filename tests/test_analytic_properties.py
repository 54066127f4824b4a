"""What must hold of the allocation rules of papers whatever the numbers: identities, bounds and orders."""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qhgep.catalogue import checked, shipped
from qhgep.expr import Total
from qhgep.readings.evaluate import evaluate

YUAN = st.integers(-(10**12), 10**12)
AMOUNT = st.integers(0, 10**12)


def chained(steps: Sequence[tuple[str, str]], given: Mapping[str, Sequence[float]]) -> dict[str, np.ndarray]:
    """What formulas give one after the other, over arrays with one dimension; a Total leaves one member of it."""
    values = {name: np.array(numbers, float) for name, numbers in given.items()}
    for step in steps:
        formula = shipped().formulas[step]
        axes = {formula.equals.axis: 0} if isinstance(formula.equals, Total) else {}
        read = {quantity.name: values[quantity.name] for quantity in formula.inputs}
        values[step[0]] = evaluate(checked(formula).expr, read, axes=axes)
    return values


SPILLOVER = [
    ("spillover_receipt", "by_sign"), ("spillover_payment", "by_sign"), ("spillover_receipts", "sum"),
    ("spillover_payments", "sum"), ("residual_payment", "receipts_less_payments"),
]  # fmt: skip


@given(st.lists(YUAN, min_size=1, max_size=12))
@example([0])
@example([-3, 1])
def test_receipts_less_payments_less_the_residual_are_nothing(spill: list[int]) -> None:
    """Whole yuan below 2^53 are exact: nothing is lost, and nobody both receives and pays."""
    found = chained(SPILLOVER, {"spillover_value": spill})
    receipt, payment = found["spillover_receipt"], found["spillover_payment"]
    assert (
        found["spillover_receipts"].item() - found["spillover_payments"].item() - found["residual_payment"].item() == 0
    )
    assert found["residual_payment"].item() == sum(spill)
    assert list(receipt - payment) == spill
    assert not (receipt * payment).any()
    assert (receipt >= 0).all()
    assert (payment >= 0).all()


@given(st.lists(YUAN, min_size=2, max_size=8), st.randoms())
def test_who_is_named_first_changes_nobodys_settlement(spill: list[int], random: object) -> None:
    order = list(range(len(spill)))
    random.shuffle(order)  # type: ignore[attr-defined] # hypothesis gives a Random
    one, other = (chained(SPILLOVER, {"spillover_value": spill}), [spill[place] for place in order])
    again = chained(SPILLOVER, {"spillover_value": other})
    assert [one["spillover_receipt"][place] for place in order] == list(again["spillover_receipt"])
    assert one["residual_payment"].item() == again["residual_payment"].item()


RANGE = [("payment_range_empty", "floor_above_ceiling"), ("increment_payment", "between_floor_and_ceiling")]


def paid(ceiling: int, floor: int, proposed: int) -> tuple[float, float]:
    found = chained(RANGE, {"added_value": [ceiling], "payment_floor": [floor], "proposed_payment": [proposed]})
    return found["payment_range_empty"].item(), found["increment_payment"].item()


@given(AMOUNT, AMOUNT, AMOUNT)
@example(5, 5, 5)
@example(4, 5, 5)
def test_a_payment_lies_between_floor_and_ceiling_or_the_range_is_said_to_be_empty(
    ceiling: int, floor: int, proposed: int
) -> None:
    empty, payment = paid(ceiling, floor, proposed)
    if floor > ceiling:
        assert (empty, payment) == (1, 0)
        return
    assert empty == 0
    assert floor <= payment <= ceiling
    assert payment == sorted([floor, proposed, ceiling])[1]


@given(AMOUNT, AMOUNT, AMOUNT, AMOUNT)
def test_who_proposes_more_never_pays_less(ceiling: int, floor: int, proposed: int, more: int) -> None:
    assert paid(ceiling, floor, proposed)[1] <= paid(ceiling, floor, proposed + more)[1]


@given(st.lists(st.tuples(AMOUNT, st.integers(0, 100)), min_size=1, max_size=10), AMOUNT)
def test_a_payment_for_exports_is_no_more_than_is_exported_nor_than_is_proposed(
    services: list[tuple[int, int]], proposed: int
) -> None:
    found = chained(
        [("exported_value", "not_used_locally"), ("exported_value_total", "sum"), ("export_payment", "at_most_exported_value")],
        {
            "service_value": [amount for amount, _ in services],
            "local_use_share": [percent / 100 for _, percent in services],
            "proposed_payment": [proposed],
        },
    )  # fmt: skip
    exported = sum(Fraction(amount * (100 - percent), 100) for amount, percent in services)
    assert found["exported_value_total"].item() == pytest.approx(float(exported), rel=1e-9, abs=1e-3)
    assert found["export_payment"].item() <= min(found["exported_value_total"].item(), proposed)


@given(st.lists(st.integers(1, 10**9), min_size=1, max_size=12), st.integers(1, 10**12))
def test_the_shares_of_water_users_add_up_to_what_is_claimed_and_keep_their_order(used: list[int], claim: int) -> None:
    found = chained(
        [
            ("river_water_used_whole", "sum"), ("water_use_share", "of_whole"), ("payment_claim_whole", "sum"),
            ("shared_payment", "in_proportion"), ("shared_payment_whole", "sum"),
        ],
        {"river_water_used": used, "payment_claim": [claim]},
    )  # fmt: skip
    assert found["shared_payment_whole"].item() == pytest.approx(claim, rel=1e-12)
    order = sorted(range(len(used)), key=lambda place: used[place])
    amounts = [found["shared_payment"][place] for place in order]
    assert amounts == sorted(amounts)


@given(st.floats(0.06, 1), st.floats(0.06, 1))
def test_a_richer_place_has_a_higher_stage_coefficient_between_nothing_and_one(first: float, second: float) -> None:
    def stage(engel: float) -> float:
        steps = [("development_stage", "engel"), ("stage_coefficient", "pearl")]
        return float(chained(steps, {"engel_coefficient": [engel], "stage_origin": [3]})["stage_coefficient"].item())

    low, high = sorted([first, second])
    assert 0 < stage(high) <= stage(low) < 1 + 1e-12


ENTROPY = [
    ("factor_sum", "sum"), ("factor_share", "of_whole"), ("share_information", "p_ln_p"), ("information_sum", "sum"),
    ("place_counted", "positive"), ("place_count", "sum"), ("factor_entropy", "normalised"),
]  # fmt: skip


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=10))
def test_the_entropy_of_a_factor_is_that_of_information_theory_and_at_most_one(values: list[int]) -> None:
    found = chained(ENTROPY, {"factor_value": values})["factor_entropy"].item()
    shares = [value / sum(values) for value in values]
    assert found == pytest.approx(-math.fsum(p * math.log(p) for p in shares) / math.log(len(values)), rel=1e-9)
    assert -1e-12 <= found <= 1 + 1e-12


@given(st.integers(1, 10**6), st.integers(2, 10))
def test_a_factor_in_which_all_places_are_alike_has_no_weight(value: int, places: int) -> None:
    entropy = chained(ENTROPY, {"factor_value": [value] * places})["factor_entropy"].item()
    assert 1 - entropy == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("values", [[5.0], [3.0, 0.0, 1.0]])
def test_one_place_alone_or_a_place_at_zero_leaves_no_entropy(values: list[float]) -> None:
    assert math.isnan(chained(ENTROPY, {"factor_value": values})["factor_entropy"].item())
