"""What overlaps in a whole account: each group of the general ruleset fires on what it is for, and on nothing less."""

import tomllib
from collections.abc import Mapping, Sequence

import pytest

from qhgep.catalogue import shipped
from qhgep.errors import Problems
from qhgep.ruleset_store.overlaps import Counted, check_overlaps
from qhgep.ruleset_store.ruleset import folder
from qhgep.ruleset_store.schema import IndicatorLine, Overlap

with (folder() / "county-general.toml").open("rb") as file:
    GROUPS = [Overlap.model_validate(group) for group in tomllib.load(file)["overlap"]]

WATER = {"water_value_total": "reservoir_cost", "water_retained_total": "sum"}
FLOOD = {"flood_value": "reservoir_cost", "flood_storage": "sum_with_vegetation", "vegetation_storage_total": "sum"}
SOIL = {"soil_retention_value": "nutrients_and_organic_matter", "nutrient_value_total": "sum"}
CARBON = {
    "carbon_value_total": "carbon_dioxide_price",
    "carbon_dioxide_fixed_total": "sum",
    "carbon_dioxide_fixed": "nep",
}
OXYGEN = {"oxygen_value_total": "oxygen_price", "oxygen_released_total": "sum", "oxygen_released": "dry_matter"}
CLIMATE = {
    "climate_value": "electricity_price", "cooling": "sum", "vegetation_cooling": "evapotranspiration",
    "evapotranspiration_cooling_total": "sum",
}  # fmt: skip
USE = {"water_use_value_total": "sum", "water_use_value": "market_price", "hydropower_value": "market_price"}

# what an account counts, what is bound, the code of the fault, and what mends it (another method)
TWICE = [
    (["flood_value", "water_value_total"], WATER | FLOOD, "ruleset_overlap", {"flood_storage": "sum"}),
    (
        ["retained_water_cleaning_value", "water_value_total"], WATER | {"retained_water_cleaning_value": "cleaning_cost"},
        "ruleset_overlap", None,
    ),
    (["silt_value", "soil_fixing_value"], {"soil_fixing_value": "earth_moving_cost"}, "ruleset_overlap", None),
    (["soil_retention_value"], SOIL | {"nutrient_value": "removal_cost"}, "ruleset_overlap", {"nutrient_value": "fertiliser_price"}),
    (["climate_value"], CLIMATE, "ruleset_overlap", {"vegetation_cooling": "transpiration_heat"}),
    (["tourism_value", "landscape_value"], {}, "ruleset_overlap", None),
    (["carbon_value_total", "oxygen_value_total"], CARBON | OXYGEN, "ruleset_overlap_basis", {"oxygen_released": "molar_mass"}),
    (
        ["water_use_value_total", "hydropower_value"], USE, "ruleset_overlap_item",
        {"water_use_value": "market_price_less_turbines"},
    ),
]  # fmt: skip
IDS = {item.value.name: item.id for item in shipped().indicators.values()}


def held(values: Sequence[str], bind: Mapping[str, str]) -> tuple[list[str], tuple[Overlap, ...]]:
    """The codes of what is counted twice, and the groups that ask for a look."""
    lines = [
        IndicatorLine(id=IDS.get(value, value), category="regulating", quantity=value, value=value) for value in values
    ]
    bound = {name: shipped().formulas[name, method] for name, method in bind.items()}
    problems = Problems()
    looks = check_overlaps(GROUPS, Counted(lines, bound, shipped()), lambda _: "rules.toml", problems)
    assert all(item.text() != item.text("en") for item in problems.items)
    return [item.code for item in problems.items], looks


@pytest.mark.parametrize(
    ("values", "bind", "code", "mended"), TWICE, ids=lambda part: "+".join(part) if isinstance(part, list) else ""
)
def test_what_counts_the_same_thing_twice_is_refused_and_one_alone_stands(
    values: list[str], bind: dict[str, str], code: str, mended: dict[str, str] | None
) -> None:
    assert held(values, bind)[0] == [code]
    for alone in values if len(values) > 1 else ():
        assert held([alone], bind)[0] == []
    if mended is not None:
        assert held(values, bind | mended)[0] == []


def test_marsh_and_lake_storage_beside_retention_ask_for_a_look() -> None:
    bind = WATER | {"flood_value": "reservoir_cost", "flood_storage": "sum"}
    codes, looks = held(["flood_value", "water_value_total"], bind)
    assert codes == []
    assert [group.of[0] for group in looks] == ["marsh_storage", "lake_storage"]
    assert held(["flood_value"], bind) == ([], ())


def test_every_group_names_what_the_catalogue_has_and_says_why() -> None:
    assert held([], {}) == ([], ())
    assert all(group.reason for group in GROUPS)
    carbon = next(group for group in GROUPS if "carbon_dioxide_fixed/nep" in group.of)
    named = {member.partition("/")[2] for member in carbon.of if member.startswith("carbon_dioxide_fixed/")}
    assert named == set(shipped().methods("carbon_dioxide_fixed"))
