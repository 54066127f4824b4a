"""The interval reading of a tree: what it promises holds for every point inside, and no wrong interval is given."""

import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from qhgep.expr import Call, Cell, Convert, Expr, Floor, Number, Quantity, Total, call, walk, where
from qhgep.expr import less as is_less
from qhgep.interval import Interval, about, hull, point
from qhgep.printed import printed
from qhgep.readings.check import check
from qhgep.readings.evaluate import evaluate
from qhgep.readings.interval import interval
from qhgep.units import unit
from tests.support.reference import EVERYONE, reference
from tests.support.strategies import QUANTITIES, Measured, measured, measured_cases, trees

X, Y = QUANTITIES[:2]
Known = Mapping[str, Interval | None]


def of(tree: Expr, known: Known) -> Interval | None:
    """The interval of a tree without axes."""
    return interval(tree, Cell(), lambda quantity, _: known[quantity.name], lambda *_: ())


def between(low: str, high: str) -> Interval:
    return Interval(Fraction(low), Fraction(high))


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("38.86", "38.855", "38.865"),
        ("0.0380", "0.03795", "0.03805"),
        ("3.08e4", "30750", "30850"),
        ("7000", "6999.5", "7000.5"),
        ("-71.537", "-71.5375", "-71.5365"),
        ("1.", "0.5", "1.5"),
        (".5", "0.45", "0.55"),
        ("0", "-0.5", "0.5"),
        ("0.00", "-0.005", "0.005"),
        ("2E-3", "0.0015", "0.0025"),
    ],
)
def test_a_printed_number_reaches_half_a_unit_of_its_last_digit(text: str, low: str, high: str) -> None:
    assert printed(Decimal(text)) == between(low, high)


def test_nitrogen_of_soil_carries_the_rounding_of_its_mass_into_money() -> None:
    """38.86e8 t x 0.37 % x 875 yuan is 125.80925e8 yuan; half a digit of the mass is 0.0161875e8 yuan of it."""
    mass, share = measured("mass", "t"), measured("share", "1")
    price, target = measured("price", "CNY/t"), measured("target", "CNY")
    tree = check(mass * share * price, target).expr
    known = {
        "mass": about(Fraction("38.86e8"), Fraction("0.005e8")),
        "share": point(Fraction("0.0037")),
        "price": point(875),
    }
    assert of(tree, known) == about(
        Fraction("38.86e8") * Fraction("0.0037") * 875, Fraction("0.005e8") * Fraction("0.0037") * 875
    )
    assert of(tree, known) == about(Fraction("125.80925e8"), Fraction("0.0161875e8"))


def test_a_conversion_is_exact() -> None:
    """1 ha·mm is 10 m³: 2.0 ± 0.05 ha times 3 mm is 60 ± 1.5 m³."""
    tree = check(measured("area", "ha") * measured("depth", "mm"), measured("target", "m**3")).expr
    assert of(tree, {"area": between("1.95", "2.05"), "depth": point(3)}) == between("58.5", "61.5")


EXACT = [
    (X + Y, "4", "7"),
    (X - Y, "-4", "-1"),
    (X * Y, "3", "10"),
    (X / Y, "0.2", "2/3"),
    (X ** Number(2), "1", "4"),
    ((X - Y) ** Number(2), "1", "16"),
    ((X - 2) ** Number(2), "0", "1"),
    ((X - 2) ** Number(1), "-1", "0"),
    (X ** Number(0), "1", "1"),
    (call("min", X, Y, 2), "1", "2"),
    (call("max", X, Y), "3", "5"),
    (call("abs", X - Y), "1", "4"),
    (call("abs", X - 2), "0", "1"),
    (call("abs", X * 2 - Y), "0", "3"),
    ((X * 2 - Y) ** Number(2), "0", "9"),
    (where(is_less(X, Y), X, 1 / (X - X)), "1", "2"),
    (where(is_less(Y, X), 1 / (X - X), Y), "3", "5"),
    (where(is_less(X + 1, Y), X, Y), "1", "5"),
]


@pytest.mark.parametrize(("tree", "low", "high"), EXACT, ids=lambda value: value if isinstance(value, str) else "")
def test_rational_trees_have_exact_ends(tree: Expr, low: str, high: str) -> None:
    """With X from 1 to 2 and Y from 3 to 5; a branch that is not taken does not count."""
    assert of(tree, {X.name: between("1", "2"), Y.name: between("3", "5")}) == between(low, high)


WAVES = [
    ("exp", 0, 1, 1, math.e),
    ("ln", 1, 3, 0, math.log(3)),
    ("log10", 1, 1000, 0, 3),
    ("sqrt", 4, 9, 2, 3),
    ("sqrt", 0, 9, 0, 3),
    ("sin", 0, 1, 0, math.sin(1)),
    ("sin", 1, 2, math.sin(1), 1),
    ("sin", 2, 5, -1, math.sin(2)),
    ("sin", 0, 7, -1, 1),
    ("sin", -8, -7, -1, math.sin(-7)),
    ("sin", -7, -6, math.sin(-7), math.sin(-6)),
    ("cos", -1, 1, math.cos(1), 1),
    ("cos", 1, 2, math.cos(2), math.cos(1)),
    ("cos", 3, 4, -1, math.cos(4)),
    ("tan", -1, 1, math.tan(-1), math.tan(1)),
    ("tan", 2, 4, math.tan(2), math.tan(4)),
]


@pytest.mark.parametrize(("function", "low", "high", "least", "most"), WAVES)
def test_functions_are_followed_by_monotone_pieces(
    function: str, low: int, high: int, least: float, most: float
) -> None:
    found = of(Call(function, (X,)), {X.name: Interval(Fraction(low), Fraction(high))})
    assert found is not None
    assert float(found.low) == pytest.approx(least, abs=1e-14)
    assert float(found.high) == pytest.approx(most, abs=1e-14)
    assert found.low <= Fraction(least)
    assert Fraction(most) <= found.high


NOWHERE = [
    1 / X,
    Y / (X * X),
    call("ln", X),
    call("ln", X + 1),
    call("log10", X),
    call("sqrt", X),
    call("tan", X * 2),
    X ** Number(0),
    X**Y,
    Number(2) ** (Y * 1000),
    call("exp", Y * 1000),
    Y ** (Y * 1000),
    where(is_less(X, 0), 1 / X, 1),
    where(is_less(1 / X, 0), 1, 1),
    call("min", 1, call("ln", X)),
    1 / X + 1,
]


@pytest.mark.parametrize("tree", NOWHERE, ids=range(len(NOWHERE)))
def test_where_some_number_has_no_value_there_is_no_interval(tree: Expr) -> None:
    """With X from -1 to 1 and Y from 3 to 5."""
    assert of(tree, {X.name: between("-1", "1"), Y.name: between("3", "5")}) is None


def test_a_missing_leaf_leaves_no_interval() -> None:
    known: Known = {X.name: None, Y.name: point(1)}
    assert [of(tree, known) for tree in (X, Y + X, call("max", X, Y), where(is_less(X, Y), 1, 2))] == [None] * 4
    assert of(where(is_less(Y, 2), Y, X), known) == point(1)


def test_a_total_adds_the_members_it_is_given() -> None:
    part = Quantity("part", unit("t"), ("county", "ecosystem"), "分量", "a")
    known = {"a": between("1", "2"), "b": between("10", "11"), "c": None}

    def total(*members: str) -> Interval | None:
        at = Cell((("county", "632621"),))
        return interval(
            Total("ecosystem", part), at, lambda _, cell: known[cell["ecosystem"]], lambda *_: members
        )  # fmt: skip

    assert total("a", "b") == between("11", "13")
    assert total() == point(0)
    assert total("a", "c") is None


def test_a_node_of_plan_columns_has_no_interval_reading() -> None:
    with pytest.raises(TypeError, match="Floor"):
        of(Floor(X), {X.name: point(1)})


def test_a_tie_is_no_decision_since_floats_may_fall_on_either_side() -> None:
    """0.1 + 0.2 <= 0.3 holds, and is false in floats."""
    known = {"x": point(Fraction("0.1")), "x2": point(Fraction("0.2")), "total_area": point(Fraction("0.3"))}
    tree = where(is_less(QUANTITIES[2], X + Y), 1, 2)
    assert of(tree, known) == between("1", "2")
    assert of(where(is_less(X - X, 0), 1, 2), known) == point(2)


HALVES = st.sampled_from(["0", "0", "0.5", "0.05", "0.005", "5", "1e-9", "1e-300", "500"])
PLAIN = st.builds(
    lambda digits, power: Fraction(digits) * Fraction(10) ** power, st.integers(-9999, 9999), st.integers(-6, 4)
)
LEAVES = st.tuples(PLAIN, HALVES).map(lambda pair: about(pair[0], Fraction(pair[1])))


@st.composite
def leaves_with_points(draw: st.DrawFn, names: tuple[str, ...]) -> tuple[dict[str, Interval], dict[str, float | None]]:
    """An interval for each quantity, and a float inside of it."""
    known = {name: draw(LEAVES) for name in names}
    points: dict[str, float | None] = {}
    for name, leaf in known.items():
        near = float(leaf.low + draw(st.sampled_from([Fraction(k, 8) for k in range(9)])) * (leaf.high - leaf.low))
        points[name] = near
        known[name] = hull([leaf, point(Fraction(near))])
    return known, points


def holds(tree: Expr, known: Known, point: Mapping[str, float | None]) -> bool | None:
    """Whether the value at a point lies in the interval; None where nothing is promised."""
    outcome = reference(tree, point)
    found = of(tree, known)
    if found is None or outcome.doubts & EVERYONE:
        return None
    arrays = {name: np.float64(value) for name, value in point.items() if value is not None}
    value = float(evaluate(tree, arrays))  # type: ignore[arg-type] # a scalar broadcasts as an array does
    if math.isnan(value):
        return False
    scale = math.prod((max(1.0, float(node.factor)) for node in walk(tree) if isinstance(node, Convert)), start=1.0)
    room = Fraction(max(1e-12 * abs(value), 8 * outcome.error * scale))  # an error before a conversion grows with it
    return found.low - room <= Fraction(value) <= found.high + room


NAMES = tuple(item.name for item in QUANTITIES)
ALL_ONE = (dict.fromkeys(NAMES, point(1)), dict.fromkeys(NAMES, 1.0))


@pytest.mark.long
@given(trees(), leaves_with_points(NAMES))
@settings(max_examples=600)
@example(X ** Number(0), ({**ALL_ONE[0], "x": between("0", "1")}, {**ALL_ONE[1], "x": 0.0}))
@example(call("ln", call("exp", X)), ({**ALL_ONE[0], "x": point(-800)}, {**ALL_ONE[1], "x": -800.0}))
@example(X**Y, ({**ALL_ONE[0], "x2": between("0.5", "0.5")}, {**ALL_ONE[1], "x2": 0.5}))
def test_the_value_at_any_point_lies_within_the_interval(
    tree: Expr, given_: tuple[dict[str, Interval], dict[str, float | None]]
) -> None:
    found = holds(tree, *given_)
    assume(found is not None)
    assert found


@pytest.mark.long
@given(measured_cases(), st.data())
@settings(max_examples=200)
def test_the_value_of_a_checked_tree_lies_within_its_interval(case: Measured, data: st.DataObject) -> None:
    """With conversions: the trees whose units fit, through the unit check."""
    tree = check(case.tree, case.target).expr
    found = holds(tree, *data.draw(leaves_with_points(tuple(case.known))))
    assume(found is not None)
    assert found


@given(trees(), leaves_with_points(NAMES))
@settings(max_examples=300)
def test_wider_leaves_never_give_a_narrower_interval(
    tree: Expr, given_: tuple[dict[str, Interval], dict[str, float | None]]
) -> None:
    known, _ = given_
    wider = of(
        tree,
        {
            name: about((leaf.low + leaf.high) / 2, (leaf.high - leaf.low) or Fraction(1))
            for name, leaf in known.items()
        },
    )
    narrow = of(tree, known)
    assume(wider is not None)
    assert wider is not None
    assert narrow is not None
    room = Fraction(1e-12) * (abs(wider).high)
    assert wider.low - room <= narrow.low
    assert narrow.high <= wider.high + room
