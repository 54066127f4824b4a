"""Units: exact factors, dimensions told apart, a closed registry."""

import pickle
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhgep.errors import UnitError
from qhgep.units import PURE, Unit, dimension, factor, is_money, names, spelled, unit

# Each factor from the definitions of its units, with the arithmetic left visible.
FACTORS = [
    ("ha*mm", "m**3", Fraction(10000 * 1, 1000)),
    ("ha*mm/year", "m**3/year", Fraction(10)),
    ("km**2*mm", "m**3", Fraction(1000 * 1000, 1000)),
    ("mu", "ha", Fraction(1, 15)),
    ("mu", "m**2", Fraction(10000, 15)),
    ("km**2", "mu", Fraction(100 * 15)),
    ("t*carbon", "t*CO2", Fraction(44, 12)),
    ("t*CO2", "t*carbon", Fraction(12, 44)),
    ("CNY/(t*CO2)", "CNY/(t*carbon)", Fraction(44, 12)),
    ("dm**3/(km**2*s)*day/year", "mm/year", Fraction(86400 * 1000, 10**12) * 1000),
    ("m**3/s*day/year", "m**3/year", Fraction(24 * 60 * 60)),
    ("g/m**2", "t/ha", Fraction(10000, 1000 * 1000)),
    ("kg/m**3", "t/m**3", Fraction(1, 1000)),
    ("g*carbon/(m**2*year)", "t*CO2/(ha*year)", Fraction(10000, 10**6) * Fraction(44, 12)),
    ("kWh", "J", Fraction(1000 * 60 * 60)),
    ("MJ", "kWh", Fraction(10**6, 3600000)),
    ("W*day", "kWh", Fraction(24, 1000)),
    ("CNY/mu", "CNY/ha", Fraction(15)),
    ("fen", "CNY", Fraction(1, 100)),
    ("cm", "mm", Fraction(10)),
]


@pytest.mark.parametrize(("source", "target", "expected"), FACTORS)
def test_a_factor_is_the_exact_fraction_of_its_definitions(source: str, target: str, expected: Fraction) -> None:
    assert factor(unit(source), unit(target)) == expected
    assert factor(unit(target), unit(source)) == 1 / expected


def test_one_litre_per_second_and_square_kilometre_is_31_536_mm_in_a_year_of_365_days() -> None:
    daily = factor(unit("dm**3/(km**2*s)*day/year"), unit("mm/year"))
    assert daily == Fraction(54, 625)
    assert daily * 365 == Fraction("31.536")


TOLD_APART = [
    ("t*CO2", "t*dry_matter"),
    ("t*CO2", "t"),
    ("t*carbon", "t"),
    ("t*carbon", "t*dry_matter"),
    ("t*dry_matter", "t*organic_matter"),
    ("t*oxygen", "t*CO2"),
    ("t*nitrogen", "t*phosphorus"),
    ("t*COD", "t*NH3N"),
    ("t*SO2", "t*NOx"),
    ("t", "pollution_equivalent"),
    ("CNY", "t"),
    ("CNY/m**2", "CNY/kg"),
    ("day", "year"),
    ("m**3/s", "m**3/year"),
    ("K", "degC"),
    ("person", "household"),
    ("person", "visit"),
    ("head", "1"),
    ("mm*km**2", "mm*km"),
    ("year", "1"),
]


@pytest.mark.parametrize(("one", "other"), TOLD_APART)
def test_what_is_not_the_same_thing_is_not_converted(one: str, other: str) -> None:
    with pytest.raises(UnitError) as caught:
        factor(unit(one), unit(other))
    assert caught.value.problems[0].code == "unit_dimension"
    assert dimension(unit(one)) != dimension(unit(other))


def test_two_dimensions_are_named_in_both_languages() -> None:
    with pytest.raises(UnitError) as caught:
        factor(unit("t*CO2/year"), unit("CNY"))
    assert str(caught.value) == "单位是 t CO₂/a；应为 元 或可精确换算的单位；检查量纲。"
    english = "the unit is t CO₂/a; 元, or a unit that converts to it exactly; check the dimension."
    assert caught.value.text("en") == english


UNITS = st.lists(st.tuples(st.sampled_from(sorted(names())), st.integers(-3, 3)), max_size=4).map(
    lambda items: Unit(tuple(sorted((name, Fraction(power)) for name, power in dict(items).items() if power)))
)


@given(UNITS)
def test_the_text_of_a_unit_is_read_back(of: Unit) -> None:
    assert unit(str(of)) == of


@given(UNITS, UNITS)
def test_units_multiply_and_divide_as_numbers_do(one: Unit, other: Unit) -> None:
    assert one * other == other * one
    assert one * other / other == one
    assert one / one == PURE
    assert one**2 == one * one


@given(UNITS, UNITS)
def test_the_dimension_of_a_product_is_that_of_its_parts(one: Unit, other: Unit) -> None:
    assert factor(one * other, other * one) == 1
    assert dimension(one / other) == dimension(one * other**-1)


@given(UNITS)
def test_a_unit_survives_pickling_and_hashing(of: Unit) -> None:
    copy = pickle.loads(pickle.dumps(of))  # noqa: S301 - our own bytes
    assert copy == of
    assert hash(copy) == hash(of)


@pytest.mark.parametrize("name", sorted(names()))
def test_prefixes_and_plurals_of_registered_names_are_refused(name: str) -> None:
    made_up = {f"kilo{name}", f"micro{name}", f"{name}s"} - names()
    for text in sorted(made_up):
        with pytest.raises(UnitError) as caught:
            unit(text)
        assert caught.value.problems[0].code == "unit_unknown"


def test_an_unknown_name_is_named_in_both_languages() -> None:
    with pytest.raises(UnitError) as caught:
        unit("kg/acre")
    assert str(caught.value) == "单位 “kg/acre” 里的 “acre” 没有登记；units.txt 中的单位；改用登记的单位。"
    english = "“acre” in the unit “kg/acre” is not registered; a unit of units.txt; use a registered unit."
    assert caught.value.text("en") == english


def test_a_text_that_is_no_product_is_named_in_both_languages() -> None:
    with pytest.raises(UnitError) as caught:
        unit("2*m")
    chinese = "单位 “2*m” 读不懂；登记单位的乘积、商和乘方，如 m**3/year；改正写法。"
    english = (
        "the unit “2*m” cannot be read; "
        "products, quotients and powers of registered units, such as m**3/year; correct the spelling."
    )
    assert (str(caught.value), caught.value.text("en")) == (chinese, english)


READ_ON_BY_PINT = ["m;t", "year!", "m # t", "m===", "m//t", "m t", "m.t", "m²", "m·t", "m**2**3", "m~", "m^2"]
CRASHES_OF_PINT = ["(m", "m)", "m**(1/0)", "m/", "m**", "'m'", "@", "°", "m+m", "m%t", "[m]", "m**m"]
EMPTY_AND_NUMBERS = ["", " ", "2*m", "10**3", "m**0.5", "0*m", "m*"]


@pytest.mark.parametrize("text", READ_ON_BY_PINT + CRASHES_OF_PINT + EMPTY_AND_NUMBERS)
def test_what_is_no_product_of_names_is_refused(text: str) -> None:
    with pytest.raises(UnitError) as caught:
        unit(text)
    assert caught.value.problems[0].code == "unit_unreadable"


@given(st.text(alphabet="mtha CNYyear()*/^123.-+;#!%²·~'\n[]@", max_size=12))
def test_any_text_is_a_product_of_registered_names_or_a_unit_error(text: str) -> None:
    try:
        found = unit(text)
    except UnitError as error:
        assert error.problems[0].part("found", "en")  # noqa: PT017 - either outcome is right
    else:
        assert {name for name, _ in found.items} <= names()
        assert not set(text) - set("mthaCNYyear()*/123- \n")


@pytest.mark.parametrize("text", ["m**(1/2)", "m**0.5", "mu**(1/2)"])
def test_roots_of_units_are_refused_since_their_factors_are_not_exact(text: str) -> None:
    with pytest.raises(UnitError, match="读不懂"):
        unit(text)


def test_a_factor_between_roots_of_units_is_refused_rather_than_rounded() -> None:
    with pytest.raises(UnitError, match="读不懂"):
        factor(unit("mu") ** Fraction(1, 2), unit("m"))


PRINTED = [
    ("m**3/year", "m³/a"),
    ("CNY/(t*CO2)", "元/(t CO₂)"),
    ("1", "—"),
    ("1/year", "1/a"),
    ("t*CO2/(ha*year)", "t CO₂/(hm²·a)"),
    ("dm**3/(km**2*s)", "dm³/(km²·s)"),
    ("t*dry_matter", "t 干物质"),
    ("kg*nitrogen/year", "kg N/a"),
    ("CNY/mu", "元/亩"),
]


@pytest.mark.parametrize(("text", "printed"), PRINTED)
def test_a_unit_is_printed_as_a_person_writes_it(text: str, printed: str) -> None:
    assert unit(text).printed == printed


@pytest.mark.parametrize(("text", "money"), [("CNY", True), ("fen/year", True), ("CNY/(t*CO2)", True), ("t", False)])
def test_money_is_what_has_currency_in_it(text: str, *, money: bool) -> None:
    assert is_money(unit(text)) is money


@pytest.mark.parametrize("text", ["次/年", "根/年", "间夜/年", "个/年"])
def test_what_is_counted_in_a_year_is_read_by_its_word(text: str) -> None:
    """A filling, a culm of bamboo and a night in a room are counted; a visit (人次) is a unit of its own."""
    assert (spelled(text).unit, spelled(text).scale) == (unit("1/year"), 1)
    assert spelled("人次/年").unit != unit("1/year")
