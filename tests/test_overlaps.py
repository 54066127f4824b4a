"""What overlaps in a whole account: each group of the general ruleset fires on what it is for, and on nothing less."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from qhgep.catalogue import shipped
from qhgep.errors import Problem, Problems, RulesetError
from qhgep.ruleset_store.overlaps import Counted, check_overlaps
from qhgep.ruleset_store.ruleset import folder, read_ruleset, rulesets, with_methods
from qhgep.ruleset_store.schema import IndicatorLine, Overlap, RulesetFile

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
    looks = check_overlaps(GROUPS, Counted(lines, bound, shipped()), RulesetFile(schema=1, zh=""), problems)
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


SHELLS = [name for name, found in rulesets().items() if found.shell]


def over(base: str, values: Sequence[str], bind: Mapping[str, str]) -> str:
    """A ruleset that a bureau writes over a shell: what it binds, and a line for each value; no group of overlaps."""
    known = {item.value.name: item for item in shipped().indicators.values()}
    known |= {f"{name}_total": item for name, item in known.items()}
    lines = []
    for number, value in enumerate(values):
        item = known.get(value)
        head = f'id = "{item.id}"' if item else f'id = "own_{number}"\nzh = "自设的第{number}项"'
        size = (
            "population"
            if item is None
            else {value: item.quantity.name, f"{item.value.name}_total": f"{item.quantity.name}_total"}[value]
        )
        lines.append(
            f'[[indicator]]\n{head}\ncategory = "regulating"\nclause = "{number}"\nquantity = "{size}"\nvalue = "{value}"\n'
        )
    bound = "".join(f'{name} = "{method}"\n' for name, method in bind.items())
    return f'schema = 1\nzh = "本局规则"\nextends = "{base}"\nprovided_by = "某局"\n[bind]\n{bound}' + "".join(lines)


@pytest.mark.parametrize("base", SHELLS)
@pytest.mark.parametrize(
    ("values", "bind", "code", "mended"), TWICE, ids=lambda part: "+".join(part) if isinstance(part, list) else ""
)
def test_over_a_shell_nothing_is_counted_twice_though_the_shell_binds_nothing(
    tmp_path: Path, values: list[str], bind: dict[str, str], code: str, mended: dict[str, str] | None, base: str
) -> None:
    """It is so whoever accounts: the groups of county-general hold, and are told at a line that the bureau wrote."""
    path = tmp_path / "rules.toml"
    path.write_text(over(base, values, bind), encoding="utf-8")
    with pytest.raises(RulesetError) as caught:
        read_ruleset(path)
    (told,) = caught.value.problems
    assert told.code == code
    first = over(base, values, bind).partition("[bind]")[0].count("\n") + 1
    assert int(str(told.where).rpartition(":")[2]) > first
    if mended is not None:
        path.write_text(over(base, values, bind | mended), encoding="utf-8")
        assert read_ruleset(path).extended[0][0] == base


OWN = """[[quantity]]
name = "own_value"
unit = "CNY/year"
axes = ["county", "year"]
zh = "本局的价值"
[[formula]]
quantity = "own_value"
method = "local"
equals = "{equals}"
source = "qhgep"
at = "测试"
[[indicator]]
id = "own_line"
zh = "本局的一行"
category = "regulating"
quantity = "population"
value = "own_value"
clause = "1"
"""
OWN_SUM = """[[quantity]]
name = "own_part"
unit = "{unit}"
axes = ["county", "year", "ecosystem"]
zh = "本局的分项"
[[formula]]
quantity = "own_part"
method = "local"
equals = "{equals}"
source = "qhgep"
at = "测试"
[[quantity]]
name = "own_sum"
unit = "{unit}"
axes = ["county", "year"]
zh = "本局的合计"
[[formula]]
quantity = "own_sum"
method = "local"
equals = "合计（生态系统，本局的分项）"
source = "qhgep"
at = "测试"
"""
CHOSEN = {"water_retained": "water_balance", "water_value_total": "reservoir_cost", "flood_value": "reservoir_cost",
    "water_use_value": "market_price", "carbon_dioxide_fixed": "nep", "carbon_value_total": "carbon_dioxide_price",
    "oxygen_released": "molar_mass", "soil_retention_value": "silt_and_nutrients", "nutrient_value": "removal_cost",
}  # fmt: skip
# what a bureau types anew, by ecosystem first where it is so, the code, and the choice of the account that mends it
TYPED = {
    "landscape": ("景观客房间夜数 × 景观客房每间夜溢价", None, "ruleset_overlap", {}),
    "cleaning": ("水源涵养量合计 × 单位水量净化费用", None, "ruleset_overlap", {}),
    "vegetation storm water": (
        "本局的合计 × 水库单位库容造价", ("m3/year", "生态系统面积 × （暴雨日降水量 − 暴雨日地表径流深）"), "ruleset_overlap", {},
    ),
    "earth moving": ("土壤保持量合计 ÷ 土壤容重 × 挖取和运输土方费用", None, "ruleset_overlap", {}),
    "organic matter": ("减少有机质流失量 × 有机质价格", None, "ruleset_overlap", {"nutrient_value": "fertiliser_price"}),
    "hydropower": ("水力发电量 × 电价", None, "ruleset_overlap_item", {"water_use_value": "market_price_less_turbines"}),
    "stock change": (
        "本局的合计 × 二氧化碳价格",
        ("tCO2/year", "（期末碳储量 − 期初碳储量）÷ 两次碳储量清查相隔的年数"), "ruleset_same_money", {},
    ),
}  # fmt: skip


def faults(path: Path, methods: Mapping[str, str]) -> list[Problem]:
    """What is told of a ruleset with the methods that an account chooses."""
    try:
        with_methods(read_ruleset(path), methods)
    except RulesetError as error:
        return list(error.problems)
    return []


@pytest.mark.parametrize("name", TYPED)
def test_what_is_typed_anew_under_names_of_one_s_own_overlaps_as_what_it_is(tmp_path: Path, name: str) -> None:
    """The groups name quantities of the catalogue; a formula with the same factors is that quantity, whatever it is called."""
    equals, part, code, mended = TYPED[name]
    bound = 'own_value = "local"\n' + ('own_part = "local"\nown_sum = "local"\n' if part else "")
    parts = OWN_SUM.format(unit=part[0], equals=part[1]) if part else ""
    text = f'schema = 1\nzh = "本县"\nextends = "county-general"\n[bind]\n{bound}{parts}{OWN.format(equals=equals)}'
    (tmp_path / "rules.toml").write_text(text, encoding="utf-8")
    told = faults(tmp_path / "rules.toml", CHOSEN)
    assert [item.code for item in told] == [code]
    assert re.fullmatch(r"rules\.toml:\d+", told[0].where)
    assert not mended or faults(tmp_path / "rules.toml", CHOSEN | mended) == []


def test_a_line_of_one_s_own_alone_is_what_it_is(tmp_path: Path) -> None:
    """Dry matter at its carbon: what two methods of the catalogue compute is one line here, and overlaps with nothing."""
    text = over("ndrc-2022", [], {"own_value": "local", "own_part": "local", "own_sum": "local"})
    text += OWN_SUM.format(unit="tCO2/year", equals="净初级生产的干物质 × 单位干物质固定二氧化碳量")
    (tmp_path / "rules.toml").write_text(text + OWN.format(equals="本局的合计 × 二氧化碳价格"), encoding="utf-8")
    assert [line.id for line in read_ruleset(tmp_path / "rules.toml").indicators] == ["own_line"]


def test_what_a_paper_printed_keeps_to_its_own_groups() -> None:
    """The account of Garzê prints water supply and hydropower side by side; done again it must print them so."""
    garze = rulesets()["garze-account-2010"]
    assert {"water_use_value_total", "hydropower_value"} <= {line.value for line in garze.indicators}


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
