"""The unit check: what fits, which conversions it puts in, and what it refuses in which words."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from qhgep.errors import FormulaError, UnitError
from qhgep.expr import (
    Call,
    Compare,
    Convert,
    Expr,
    Floor,
    In,
    Measure,
    Number,
    Op,
    Quantity,
    Rank,
    Round,
    Total,
    Where,
    call,
    less,
    substitute,
    where,
)
from qhgep.readings.check import check
from qhgep.readings.evaluate import evaluate
from qhgep.readings.text import text
from qhgep.units import PURE, factor, unit
from tests.support.reference import EVERYONE, SAFETY, Outcome, reference
from tests.support.strategies import (
    KINDS,
    Measured,
    Values,
    Vocabulary,
    in_base_units,
    measured,
    measured_cases,
    vocabularies,
)

AREA, SQUARE = measured("area", "ha"), measured("square", "km**2")
LENGTH, DEPTH = measured("length", "m"), measured("depth", "mm")
RATIO, SLOPE = measured("ratio", "1"), measured("slope", "m/km")
VOLUME = measured("volume", "m**3")
BASE = {kind: in_base_units()[f"{kind}_1"].unit for kind in KINDS}
MONEY, MASS = measured("money", "CNY"), measured("mass", "t")
SINK, GAS = measured("sink", "t*carbon/year"), measured("gas", "t*CO2/year")


def fitted(tree: Expr, target: str) -> Expr:
    return check(tree, measured("target", target)).expr


# Where a conversion goes: (tree, unit of the target, checked tree)
CONVERSIONS = [
    (AREA * DEPTH, "m**3", Convert(AREA * DEPTH, Fraction(10), unit("ha*mm"), unit("m**3"))),
    (SINK, "t*CO2/year", Convert(SINK, Fraction(11, 3), SINK.unit, GAS.unit)),
    (AREA + SQUARE, "ha", AREA + Convert(SQUARE, Fraction(100), SQUARE.unit, AREA.unit)),
    (SQUARE - AREA, "km**2", SQUARE - Convert(AREA, Fraction(1, 100), AREA.unit, SQUARE.unit)),
    (AREA + AREA, "km**2", Convert(AREA + AREA, Fraction(1, 100), AREA.unit, SQUARE.unit)),
    (SQUARE * DEPTH, "km**2*mm", SQUARE * DEPTH),
    (measured("far", "km") * DEPTH, "m**2", measured("far", "km") * DEPTH),
    (
        call("max", AREA, SQUARE),
        "ha",
        call("max", AREA, Convert(SQUARE, Fraction(100), SQUARE.unit, AREA.unit)),
    ),
    (
        where(less(DEPTH, LENGTH), AREA, SQUARE),
        "ha",
        where(
            less(DEPTH, Convert(LENGTH, Fraction(1000), LENGTH.unit, DEPTH.unit)),
            AREA,
            Convert(SQUARE, Fraction(100), SQUARE.unit, AREA.unit),
        ),
    ),
    (call("exp", SLOPE), "1", call("exp", Convert(SLOPE, Fraction(1, 1000), SLOPE.unit, PURE))),
    (2**SLOPE, "1", 2 ** Convert(SLOPE, Fraction(1, 1000), SLOPE.unit, PURE)),
    (SLOPE**RATIO, "1", Convert(SLOPE, Fraction(1, 1000), SLOPE.unit, PURE) ** RATIO),
    (SLOPE**2, "1", Convert(SLOPE**2, Fraction(1, 10**6), SLOPE.unit**2, PURE)),
    (DEPTH**2, "m**2", Convert(DEPTH**2, Fraction(1, 10**6), unit("mm**2"), unit("m**2"))),
    (call("sqrt", SQUARE), "m", Convert(call("sqrt", SQUARE), Fraction(1000), unit("km"), unit("m"))),
    (call("sqrt", SLOPE), "1", call("sqrt", Convert(SLOPE, Fraction(1, 1000), SLOPE.unit, PURE))),
    (1 - SLOPE, "1", 1 - Convert(SLOPE, Fraction(1, 1000), SLOPE.unit, PURE)),
]


@pytest.mark.parametrize(
    ("tree", "target", "expected"),
    CONVERSIONS,
    ids=lambda item: text(item) if isinstance(item, Expr) else item,
)
def test_a_conversion_stands_where_two_units_meet_and_nowhere_else(tree: Expr, target: str, expected: Expr) -> None:
    assert fitted(tree, target) == expected


def test_conversions_are_listed_outermost_first() -> None:
    checked = check((AREA + SQUARE) * DEPTH, VOLUME)
    assert [item.factor for item in checked.conversions] == [10, 100]
    assert (checked.unit, checked.axes) == (VOLUME.unit, ())


def test_runoff_per_second_becomes_millimetres_a_year_through_the_days_of_the_period() -> None:
    discharge, days = measured("discharge", "dm**3/(km**2*s)"), measured("days", "day/year")
    checked = check(discharge * days, measured("runoff", "mm/year")).expr
    assert isinstance(checked, Convert)
    assert checked.factor == Fraction(54, 625)
    values = {"discharge": np.array([1.0]), "days": np.array([365.0])}
    assert evaluate(checked, values)[0] == pytest.approx(31.536, rel=1e-15)


# What does not fit: (tree, unit of the target, part that is named, its unit, the unit expected)
MISFITS = [
    (AREA, "m", "“area”", "hm²", "m"),
    (SINK * 2, "t/year", "“sink”", "t C/a", "t/a"),
    (MONEY + MASS, "CNY", "“mass”", "t", "元"),
    (MASS - MONEY, "t", "“money”", "元", "t"),
    (AREA + 1, "ha", "数", "—", "hm²"),
    (1 + AREA, "ha", "“area”", "hm²", "—"),
    (call("min", AREA, DEPTH), "ha", "“depth”", "mm", "hm²"),
    (call("exp", DEPTH), "1", "“depth”", "mm", "—"),
    (call("sqrt", LENGTH), "1", "“length”", "m", "—"),
    (call("sqrt", AREA), "m", "“area”", "hm²", "—"),
    (call("ln", AREA * DEPTH), "1", "“area”、“depth”", "hm²·mm", "—"),
    (where(less(AREA, DEPTH), 1, 0), "1", "“depth”", "mm", "hm²"),
    (where(less(AREA, SQUARE), AREA, DEPTH), "ha", "“depth”", "mm", "hm²"),
    (where(less(AREA, 1), AREA, 0), "ha", "数", "—", "hm²"),
    (LENGTH**RATIO, "m", "“length”", "m", "—"),
    (LENGTH ** (Number(1) + 1), "m**2", "“length”", "m", "—"),
    (LENGTH ** (Number(1) / 2), "m", "“length”", "m", "—"),
    (2**LENGTH, "1", "“length”", "m", "—"),
    (measured("flow", "m**3/s"), "m**3/year", "“flow”", "m³/s", "m³/a"),
    (GAS * measured("price", "CNY/t"), "CNY/year", "“gas”、“price”", "元·CO₂/a", "元/a"),
]


@pytest.mark.parametrize(
    ("tree", "target", "part", "found", "expected"),
    MISFITS,
    ids=lambda item: text(item) if isinstance(item, Expr) else "",
)
def test_a_dimension_that_does_not_fit_is_named_with_its_part(
    tree: Expr, target: str, part: str, found: str, expected: str
) -> None:
    with pytest.raises(UnitError) as caught:
        fitted(tree, target)
    chinese = f"target  “{part}” 的单位是 {found}；应为 {expected}（或可精确换算）；检查公式各项的量纲。"
    english = (
        f"target  “{part}” is in {found}; {expected} was expected (or what converts to it exactly); "
        "check the dimensions of the terms."
    )
    assert (str(caught.value), caught.value.text("en")) == (chinese, english)


ZEROES = [
    (0 - AREA, "ha"),
    (AREA - 0, "ha"),
    (call("max", 0, AREA), "ha"),
    (call("min", AREA, 0), "ha"),
    (where(less(AREA, 0), 0, AREA), "ha"),
    (where(less(0, AREA), AREA, 0), "ha"),
    (Number(0), "CNY/year"),
]


@pytest.mark.parametrize(("tree", "target"), ZEROES)
def test_zero_is_zero_in_every_unit(tree: Expr, target: str) -> None:
    assert fitted(tree, target) == tree


def test_zero_beside_other_units_leaves_them_their_conversion() -> None:
    assert fitted(call("max", 0, SQUARE, AREA), "km**2") == call(
        "max", 0, SQUARE, Convert(AREA, Fraction(1, 100), AREA.unit, SQUARE.unit)
    )


NOT_HERE = [
    (Measure(DEPTH, unit("mm")), "Measure"),
    (In(RATIO, unit("mm")), "In"),
    (Convert(AREA, Fraction(10), AREA.unit, unit("m**2")), "Convert"),
    (Floor(AREA), "Floor"),
    (Round(AREA), "Round"),
    (Rank(AREA), "Rank"),
    (Compare("<", RATIO, Number(1)), "Compare"),
    (2 * Compare("<", RATIO, Number(1)), "Compare"),  # a Compare is the condition of a Where, and no number
    (Where(RATIO, RATIO, RATIO), "Where"),  # type: ignore[arg-type] # that is the test
]


@pytest.mark.parametrize(("tree", "name"), NOT_HERE)
def test_a_node_that_has_no_place_in_a_plain_formula_is_refused_by_name(tree: Expr, name: str) -> None:
    with pytest.raises(FormulaError) as caught:
        check(tree, measured("target", "1"))
    assert caught.value.problems[0].code == "formula_node"
    assert caught.value.problems[0].part("found") == f"公式里有 {name}"
    assert caught.value.problems[0].part("found", "en") == f"the formula has a {name} node"


def test_a_convert_is_refused_even_in_an_empirical_plan_formula() -> None:
    convert = Convert(AREA, Fraction(10), AREA.unit, unit("m**2"))
    with pytest.raises(FormulaError, match="Convert"):
        check(convert, measured("target", "m**2"), empirical=True, plan=True)


def test_an_empirical_formula_may_take_the_number_of_a_quantity_in_a_unit() -> None:
    tree = In(call("ln", Measure(LENGTH, unit("mm"))), unit("t/ha"))
    checked = check(tree, measured("target", "kg/ha"), empirical=True).expr
    inside = Measure(Convert(LENGTH, Fraction(1000), unit("m"), unit("mm")), unit("mm"))
    assert checked == Convert(In(call("ln", inside), unit("t/ha")), Fraction(1000), unit("t/ha"), unit("kg/ha"))


@pytest.mark.parametrize("tree", [Measure(AREA, unit("mm")), In(DEPTH, unit("mm"))])
def test_a_measure_of_another_dimension_and_an_in_of_no_pure_number_are_refused(tree: Expr) -> None:
    with pytest.raises(UnitError, match="的单位是"):
        check(tree, measured("target", "1"), empirical=True)


def test_plan_columns_may_round_and_rank() -> None:
    amount = measured("amount", "CNY", ("recipient",))
    assert check(Floor(amount), amount, plan=True).expr == Floor(amount)
    assert check(Round(amount / 2), amount, plan=True).expr == Round(amount / 2)
    assert check(Rank(amount), measured("place", "1", ("recipient",)), plan=True).axes == ("recipient",)


BY_COUNTY = measured("by_county", "ha", ("county", "year"))
BY_ECOSYSTEM = measured("by_ecosystem", "km**2", ("county", "year", "ecosystem"))
BY_CROP = measured("by_crop", "ha", ("county", "crop"))


def test_the_axes_of_a_formula_are_those_of_its_quantities_in_their_order() -> None:
    target = measured("target", "ha**2", ("county", "year", "ecosystem", "crop"))
    checked = check(BY_CROP * BY_ECOSYSTEM, target)
    assert checked.axes == target.axes
    assert [item.factor for item in checked.conversions] == [100]


@pytest.mark.parametrize(
    "tree",
    [
        BY_COUNTY + BY_ECOSYSTEM,
        BY_ECOSYSTEM - BY_COUNTY,
        call("max", 0, BY_COUNTY, BY_ECOSYSTEM),
        where(less(BY_COUNTY, BY_ECOSYSTEM), AREA, 0),
        where(less(BY_COUNTY, 0), AREA, BY_ECOSYSTEM),
        BY_COUNTY * (BY_ECOSYSTEM / BY_COUNTY) ** (BY_COUNTY / AREA),
    ],
    ids=text,
)
def test_every_part_of_a_formula_brings_its_axes(tree: Expr) -> None:
    assert check(tree, BY_ECOSYSTEM).axes == BY_ECOSYSTEM.axes


def test_a_total_removes_its_axis_and_may_be_converted() -> None:
    checked = check(Total("ecosystem", BY_ECOSYSTEM), BY_COUNTY)
    assert checked.expr == Convert(Total("ecosystem", BY_ECOSYSTEM), Fraction(100), unit("km**2"), unit("ha"))
    assert checked.axes == ("county", "year")


AXES_AMISS = [
    (BY_ECOSYSTEM, BY_COUNTY, "county, year, ecosystem", "county, year"),
    (BY_COUNTY, BY_ECOSYSTEM, "county, year", "county, year, ecosystem"),
    (AREA, BY_COUNTY, "-", "county, year"),
    (BY_COUNTY, AREA, "county, year", "-"),
    (Total("ecosystem", BY_COUNTY), AREA, "county, year", "ecosystem"),
    (where(less(BY_ECOSYSTEM, 0), BY_COUNTY, 0), BY_COUNTY, "county, year, ecosystem", "county, year"),
]


@pytest.mark.parametrize(("tree", "target", "found", "expected"), AXES_AMISS)
def test_axes_must_be_exactly_those_of_the_quantity(tree: Expr, target: Quantity, found: str, expected: str) -> None:
    with pytest.raises(FormulaError) as caught:
        check(tree, target)
    chinese = f"{target.name}  公式给出的维度是 {found}；应为 {expected}；补上 合计（…），或改正量的维度。"
    english = (
        f"{target.name}  the formula gives the axes {found}; {expected} was expected; "
        "total an axis, or correct the axes of the quantity."
    )
    assert (str(caught.value), caught.value.text("en")) == (chinese, english)


def without_conversions(node: Expr) -> Expr:
    match node:
        case Convert(of):
            return without_conversions(of)
        case Op(symbol, left, right):
            return Op(symbol, without_conversions(left), without_conversions(right))
        case Call(name, arguments):
            return Call(name, tuple(without_conversions(item) for item in arguments))
        case Compare(relation, left, right):
            return Compare(relation, without_conversions(left), without_conversions(right))
        case Where(condition, yes, no):
            return Where(without_conversions(condition), without_conversions(yes), without_conversions(no))  # type: ignore[arg-type] # a Compare
    return node


@given(measured_cases())
def test_the_check_adds_conversions_and_changes_nothing_else(case: Measured) -> None:
    checked = check(case.tree, case.target)
    assert without_conversions(checked.expr) == case.tree
    assert text(checked.expr) == text(case.tree)
    assert all(item.factor == factor(item.source, item.target) != 1 for item in checked.conversions)
    assert not [item for item in checked.conversions if isinstance(item.of, Convert | Number)]
    assert checked.unit == case.target.unit


@given(measured_cases())
def test_a_checked_tree_gives_what_the_plain_tree_gives_in_metres(case: Measured) -> None:
    """The reference evaluates the tree as it was written, in base units: there it needs no conversion."""
    outcome = in_metres(case)
    assume(not outcome.doubts & EVERYONE)
    found = number(check(case.tree, case.target).expr, case.given)
    base = float(factor(case.target.unit, BASE[case.kind]))
    assert outcome.agrees(None if found is None else found * base)


@given(measured_cases(), vocabularies())
def test_scaling_the_unit_of_an_input_never_changes_the_answer(case: Measured, other: Vocabulary) -> None:
    outcome = in_metres(case)
    assume(not outcome.doubts & EVERYONE)
    rewritten = substitute(case.tree, lambda quantity: other[quantity.name])
    first = number(check(case.tree, case.target).expr, case.given)
    second = number(check(rewritten, case.target).expr, in_units_of(case.known, other, case.given))
    assert (first is None) is (second is None)
    if first is not None and second is not None:
        slack = SAFETY * outcome.error / float(factor(case.target.unit, BASE[case.kind]))
        assert abs(first - second) <= max(1e-12 * abs(first), slack)


@given(measured_cases(), st.sampled_from(KINDS))
def test_a_tree_fits_no_quantity_of_another_kind(case: Measured, kind: str) -> None:
    assume(kind != case.kind)
    with pytest.raises(UnitError):
        check(case.tree, measured("target", str(BASE[kind])))


def in_metres(case: Measured) -> Outcome:
    return reference(case.tree, in_units_of(case.known, in_base_units(), case.given), slack=2.0**-52)


def in_units_of(known: Vocabulary, other: Vocabulary, values: Values) -> Values:
    """The same amounts, in the units of another vocabulary."""
    return {
        name: None if value is None else float(Fraction(value) * factor(known[name].unit, other[name].unit))
        for name, value in values.items()
    }


def number(tree: Expr, values: Values) -> float | None:
    arrays = {name: np.array([np.nan if value is None else value]) for name, value in values.items()}
    found = float(np.ravel(evaluate(tree, arrays))[0])
    return None if np.isnan(found) else found
