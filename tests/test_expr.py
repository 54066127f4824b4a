"""The tree: what may stand in it, and the walks over it."""

import operator
import pickle
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given

from qhgep.expr import (
    FUNCTIONS,
    Bounds,
    Cell,
    Compare,
    Expr,
    Floor,
    Number,
    Op,
    Quantity,
    Total,
    Where,
    as_expr,
    at_most,
    call,
    children,
    less,
    order_axes,
    quantities,
    substitute,
    walk,
    where,
)
from qhgep.units import PURE
from tests.support.strategies import QUANTITIES, measured, trees

X, Y = QUANTITIES[:2]
OPERATORS = [
    (operator.add, "+"),
    (operator.sub, "-"),
    (operator.mul, "*"),
    (operator.truediv, "/"),
    (operator.pow, "^"),
]


@pytest.mark.parametrize(("act", "symbol"), OPERATORS)
def test_arithmetic_on_nodes_builds_trees_from_either_side(act: Callable[[object, object], Expr], symbol: str) -> None:
    assert act(X, Y) == Op(symbol, X, Y)
    assert act(X, 2) == Op(symbol, X, Number(2))
    assert act(2, X) == Op(symbol, Number(2), X)


@pytest.mark.parametrize("node", [X, Number(1), X + Y, less(X, Y), call("abs", X), where(less(X, Y), 1, 2)])
def test_a_node_has_no_truth_value(node: Expr) -> None:
    with pytest.raises(TypeError, match="no truth value"):
        bool(node)


@pytest.mark.parametrize("relation", [operator.lt, operator.le, operator.gt, operator.ge])
def test_python_comparisons_of_nodes_are_refused(relation: Callable[[object, object], object]) -> None:
    with pytest.raises(TypeError):
        relation(X, Y)


@pytest.mark.parametrize("value", [True, False, 1.0, 0.5, Fraction(1, 2), Decimal(2), "2", None, float("nan")])
@pytest.mark.parametrize("act", [act for act, _ in OPERATORS])
def test_only_whole_numbers_stand_beside_nodes(act: Callable[[object, object], Expr], value: object) -> None:
    for left, right in ((X, value), (value, X)):
        with pytest.raises(TypeError):
            act(left, right)
    with pytest.raises(TypeError, match="is no part of a formula"):
        as_expr(value)  # type: ignore[arg-type] # that is the test


def test_a_number_must_not_hide_in_a_condition_or_a_call() -> None:
    for build in (
        lambda: less(X, 0.5),
        lambda: at_most(1.0, X),
        lambda: call("max", X, 1.5),
        lambda: where(less(X, 1), 1, 0.5),
    ):
        with pytest.raises(TypeError, match="is no part of a formula"):
            build()


def test_conditions_are_written_as_functions() -> None:
    assert less(X, 2) == Compare("<", X, Number(2))
    assert at_most(0, X) == Compare("<=", Number(0), X)
    assert where(less(X, Y), 1, Y) == Where(Compare("<", X, Y), Number(1), Y)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_takes_as_many_arguments_as_it_says(name: str) -> None:
    fewest, most = FUNCTIONS[name]
    assert call(name, *[X] * fewest).arguments == (X,) * fewest
    for count in (fewest - 1, most + 1):
        with pytest.raises(TypeError, match=f"{name} with {count} arguments"):
            call(name, *[X] * count)


def test_a_function_that_is_not_listed_is_refused() -> None:
    with pytest.raises(TypeError, match="vlookup with 1 arguments is not a function of formulas"):
        call("vlookup", X)


@given(trees())
def test_a_walk_starts_at_the_node_and_meets_every_child(tree: Expr) -> None:
    nodes = list(walk(tree))
    assert nodes[0] is tree
    assert len(nodes) == 1 + sum(len(list(walk(child))) for child in children(tree))


@given(trees())
def test_quantities_are_named_once_in_the_order_they_appear(tree: Expr) -> None:
    named = quantities(tree)
    assert list(named) == list(dict.fromkeys(node for node in walk(tree) if isinstance(node, Quantity)))


@given(trees())
def test_substituting_each_quantity_by_itself_changes_nothing(tree: Expr) -> None:
    assert substitute(tree, lambda quantity: quantity) == tree


@given(trees())
def test_substitution_reaches_every_quantity(tree: Expr) -> None:
    assert quantities(substitute(tree, lambda _: Number(1))) == ()
    swap = {X: Y, Y: X}
    swapped = substitute(tree, lambda quantity: swap.get(quantity, quantity))
    assert {swap.get(item, item) for item in quantities(swapped)} == set(quantities(tree))
    assert substitute(swapped, lambda quantity: swap.get(quantity, quantity)) == tree


def test_substitution_goes_into_totals_and_plan_nodes() -> None:
    one, other = measured("one", "ha", ("county",)), measured("other", "ha", ("county",))
    assert substitute(Total("county", one), lambda _: other) == Total("county", other)
    assert substitute(Floor(one + 1), lambda _: other) == Floor(other + 1)


@given(trees())
def test_a_tree_survives_pickling_and_hashing(tree: Expr) -> None:
    copy = pickle.loads(pickle.dumps(tree))  # noqa: S301 - our own bytes
    assert copy == tree
    assert hash(copy) == hash(tree)


def test_a_quantity_is_a_coefficient_where_it_names_a_fallback() -> None:
    assert not X.is_coefficient
    assert Quantity("price", PURE, (), "价格", "p", Bounds(None, None, "任意"), "none").is_coefficient


def test_axes_have_one_order() -> None:
    assert order_axes({"month", "ecosystem", "crop", "county", "year"}) == (
        "county",
        "year",
        "ecosystem",
        "crop",
        "month",
    )
    assert order_axes(frozenset()) == ()


def test_the_same_place_is_the_same_cell_however_it_was_reached() -> None:
    place = Cell((("county", "632621"), ("year", "2019"), ("ecosystem", "forest")))
    moved = Cell((("county", "632323"), ("year", "2019"), ("ecosystem", "forest"))).at("county", "632621")
    assert moved == place
    assert place.on(("county", "year")).at("ecosystem", "forest") == place


def test_a_cell_knows_its_members_by_axis() -> None:
    place = Cell((("county", "632621"), ("year", "2019")))
    assert (place["year"], place.get("county"), place.get("ecosystem")) == ("2019", "632621", "")
    assert place.on(("year",)) == Cell((("year", "2019"),))
    with pytest.raises(KeyError):
        place["ecosystem"]
