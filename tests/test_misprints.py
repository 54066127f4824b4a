"""Misprints of published formulas and of programs: each is refused by its unit or its limits, or named, never computed."""

from fractions import Fraction

import pytest

from qhgep.catalogue import Clause, checked, shipped
from qhgep.catalogue.formulas import formula
from qhgep.errors import QhgepError
from qhgep.expr import Expr, Quantity
from qhgep.quantities import area, quantity

WORDS = shipped().vocabulary
HERE = Clause("qhgep", at="测试：误印")

ions = quantity("ions", "1/m**3", zh="负离子浓度", tex="Q_{+}")
ion_layer = quantity("ion_layer", "m", zh="林分高度", tex="H_{+}")
ion_life = quantity("ion_life", "year", zh="负离子寿命", tex="L_{+}")
ions_made = quantity("ions_made", "1/year", axes="county year ecosystem", zh="负离子量", tex="G_{+}")
dry_matter_by_area = quantity(
    "dry_matter_by_area", "g*dry_matter/m**2/year", axes="county year ecosystem", zh="干物质净初级生产力", tex="NPP_{a}"
)
water_price_by_mass = quantity("water_price_by_mass", "CNY/t", axes="county year", zh="水质净化单价", tex="K_{w}")


def mass(name: str) -> Quantity:
    return WORDS[name]


# what is misprinted, the quantity, the formula as it should be, and as it is printed
MISPRINTS: list[tuple[str, Quantity, Expr, Expr]] = [
    (
        "soil fixing without the density: A·C·(X2 - X1) of a price by volume",
        WORDS["soil_fixing_value"],
        mass("soil_retained_total") / mass("soil_bulk_density") * mass("earth_moving_cost"),
        mass("soil_retained_total") * mass("earth_moving_cost"),
    ),
    (
        "a mass times its density (Lancang) where it should be divided",
        WORDS["silt_reduced"],
        mass("soil_retained_total") * mass("siltation_fraction") / mass("soil_bulk_density"),
        mass("soil_retained_total") * mass("siltation_fraction") * mass("soil_bulk_density"),
    ),
    (
        "negative ions without the life of an ion",
        ions_made,
        area * ions * ion_layer / ion_life,
        area * ions * ion_layer,
    ),
    (
        "net primary production in grams of carbon used as dry matter",
        WORDS["carbon_dioxide_fixed"],
        area * dry_matter_by_area * WORDS["carbon_dioxide_per_dry_matter"],
        area * WORDS["net_ecosystem_productivity"] * WORDS["carbon_dioxide_per_dry_matter"],
    ),
    (
        "a price per tonne of water on cubic metres of it",
        WORDS["retained_water_cleaning_value"],
        WORDS["water_retained_total"] * WORDS["water_density"] * water_price_by_mass,
        WORDS["water_retained_total"] * water_price_by_mass,
    ),
    (
        "a price per area of sand control on the mass of sand",
        WORDS["sand_fixation_value"],
        WORDS["sand_fixed_total"]
        / (WORDS["sand_bulk_density"] * WORDS["sand_layer_depth"])
        * WORDS["sand_control_cost"],
        WORDS["sand_fixed_total"] * WORDS["sand_control_cost"],
    ),
]


@pytest.mark.parametrize(
    ("of", "right", "wrong"), [part[1:] for part in MISPRINTS], ids=[part[0] for part in MISPRINTS]
)
def test_a_misprinted_formula_is_refused_by_its_units_and_the_right_one_passes(
    of: Quantity, right: Expr, wrong: Expr
) -> None:
    checked(formula(of, method="printed_right", equals=right, source=HERE))
    with pytest.raises(QhgepError) as caught:
        checked(formula(of, method="misprinted", equals=wrong, source=HERE))
    assert [item.code for item in caught.value.problems] == ["formula_unit"]
    assert of.name in caught.value.text()


# a number as it is printed wrongly, and as it should be, for the quantity that a row of it would have
NUMBERS = [
    ("oxygen_per_dry_matter", "1.91", "1.19"),  # digits turned round in a program
    ("soil_bulk_density", "0.037", "0.37"),
    ("hot_day_evapotranspiration_rate", "16.0", "4"),  # 480 mm of a whole year over 30 days
    ("hot_day_evapotranspiration", "780", "120"),  # a whole year of the humid south
    ("discount_rate", "8", "0.08"),
    ("forest_rent_share", "30", "0.3"),
]


@pytest.mark.parametrize(("name", "printed", "right"), NUMBERS)
def test_a_misprinted_number_lies_outside_the_limits_of_its_quantity(name: str, printed: str, right: str) -> None:
    limits = WORDS[name].bounds
    assert limits is not None
    assert (limits.holds(Fraction(printed)), limits.holds(Fraction(right))) == (False, True)
