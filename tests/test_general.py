"""A county's whole account under county-general: twenty lines, one county with one datum, the pilots' open figures."""

from pathlib import Path

import pytest

from qhgep import compute, read_account
from qhgep.decisions.effects import effects
from qhgep.ruleset_store.ruleset import folder, rulesets
from tests.support.accounts import Coefficient, Line, pack, write_account

GENERAL = rulesets()["county-general"]
TWENTY = {
    "crops", "forestry_products", "livestock", "fishery", "water_supply", "ecological_energy", "water_conservation",
    "soil_retention", "sand_fixation", "coastal_protection", "flood_mitigation", "air_purification", "water_purification",
    "carbon_fixation", "oxygen", "climate_regulation", "habitat", "tourism", "recreation", "landscape",
}  # fmt: skip
"""The indicators of reference/general-ruleset.md, section 3."""
PILOT = Path(__file__).parent.parent / "examples" / "pilot"
HEAD = {"period": "2022", "price_year": "2022", "counties": '["632222"]', "ruleset": '"county-general"'}


def test_each_of_the_twenty_is_counted_shown_beside_or_excluded_with_its_reason() -> None:
    counted, beside = {line.id for line in GENERAL.indicators}, {line.id for line in GENERAL.beside}
    assert counted | beside | set(GENERAL.exclude) == TWENTY | {"pest_control"}
    assert beside == {"ecological_energy", "habitat", "landscape", "pest_control"}
    assert set(GENERAL.exclude) == {"coastal_protection"}


def test_it_bears_no_official_name_and_lists_no_norm() -> None:
    assert "非官方规范" in GENERAL.zh
    assert not any(name.startswith(("gbt", "ndrc", "mee", "db")) for name in GENERAL.documents)
    assert (folder() / "county-general.toml").read_text(encoding="utf-8").count("official") == 1  # that it is none


def line(quantity: str, value: str, unit: str) -> Line:
    return Line(quantity, value, unit, county="632222", first="2022")


def test_a_county_with_everything_missing_but_one_line_gives_that_line(tmp_path: Path) -> None:
    """100,000 visits x (200 yuan spent + 50 yuan of time) = 25,000,000 yuan; nothing else, and never called GEP."""
    lines = (
        line("visits", "100000", "人次/a"),
        line("travel_spending", "200", "元/人次"),
        line("time_cost", "50", "元/人次"),
    )
    found = compute(read_account(write_account(tmp_path, lines, changes=HEAD)))
    values = {item.id: found.value(item.value, county="632222", period="2022").value for item in GENERAL.indicators}
    assert {name: value for name, value in values.items() if value is not None} == {"tourism": 100000 * (200 + 50)}
    told = [item for item in found.checks if item.code in {"indicator_nowhere", "input_nowhere", "method_undecided"}]
    assert all(item.severity == "warning" for item in told)
    assert any(item.text().startswith("account.toml  农业产品 缺：") for item in told)


@pytest.mark.parametrize(
    ("given", "methods", "depth"),
    [
        ({"specific_discharge": ("5", "dm3/(km2*s)")}, {"water_yield": "specific_discharge"}, 5 * 86400 * 365 / 10**6),
        ({"runoff_volume": ("2", "10^8 m3/a")}, {"water_yield": "volume_over_area"}, 2e8 / (100_000 * 10_000) * 1000),
        ({"water_yield": ("200", "mm/a")}, {}, 200.0),
    ],
    ids=["specific discharge", "volume", "depth"],
)
def test_water_may_be_given_in_many_ways(
    tmp_path: Path, given: dict[str, tuple[str, str]], methods: dict[str, str], depth: float
) -> None:
    """1000 hm² of 100,000: each millimetre over the runoff of 50 mm is 10 m³ a hectare."""
    lines = [
        line("county_area", "100000", "hm2"),
        Line("area", "1000", "hm2", county="632222", first="2022", ecosystem="grassland"),
        Line("surface_runoff", "50", "mm/a", county="632222", first="2022", ecosystem="grassland"),
        *(line(name, *stated) for name, stated in given.items()),
    ]
    entries = "".join(
        f'[[method]]\nquantity = "{name}"\nmethod = "{method}"\nreason = "r"\ndecided_by = "d"\n'
        for name, method in {**methods, "water_retained": "water_retention_from_yield"}.items()
    )
    found = compute(read_account(write_account(tmp_path, lines, changes=HEAD, tables=entries)))
    retained = found.value("water_retained_total", county="632222", period="2022").value
    assert retained == pytest.approx(1000 * (depth - 50) * 10, rel=1e-12)


@pytest.mark.parametrize(
    ("method", "given", "fixed"),
    [
        ("nep", {"net_ecosystem_productivity": ("60", "g C/(m2*a)")}, 1000 * 10_000 * 60 / 10**6 * 44 / 12),
        (
            "dry_matter_carbon",
            {"net_primary_productivity": ("300", "g C/(m2*a)")},
            1000 * 10_000 * 300 / 10**6 * 44 / 12,
        ),
        ("dry_matter_carbon", {"dry_matter_produced": ("6000", "t dry matter/a")}, 6000 * 0.4444 * 44 / 12),
        ("sequestration_rate", {}, 1000 * 0.5 * 44 / 12),
        (
            "stock_change",
            {
                "carbon_stock": ("105000", "t C"),
                "carbon_stock_before": ("100000", "t C"),
                "carbon_stock_interval": ("5", "a"),
            },
            (105_000 - 100_000) / 5 * 44 / 12,
        ),
    ],
    ids=["net ecosystem", "net primary, as carbon", "net primary, as dry matter", "rate", "stock"],
)
def test_carbon_may_be_given_in_many_ways(
    tmp_path: Path, method: str, given: dict[str, tuple[str, str]], fixed: float
) -> None:
    """1000 hm² of grass; carbon to carbon dioxide is 44 : 12; 0.4444 t of carbon to a tonne of dry matter; 0.5 t C/(hm²·a)."""
    lines = [Line("area", "1000", "hm2", county="632222", first="2022", ecosystem="grassland")]
    lines += [
        Line(name, *stated, county="632222", first="2022", ecosystem="" if name.endswith("interval") else "grassland")
        for name, stated in given.items()
    ]
    choice = f'[[method]]\nquantity = "carbon_dioxide_fixed"\nmethod = "{method}"\nreason = "r"\ndecided_by = "d"\n'
    rate = Coefficient(
        "R-1", "carbon_sequestration_rate", region="632222", ecosystem="grassland", first="2022-01-01", last="2022-12-31",
        value="0.5", unit="t C/ha/a",
    )  # fmt: skip
    account = read_account(
        write_account(tmp_path / "a", lines, changes=HEAD, tables=choice), coefficients=[pack(tmp_path / "p", [rate])]
    )
    found = compute(account).value("carbon_dioxide_fixed_total", county="632222", period="2022").value
    assert found == pytest.approx(fixed, rel=1e-12)


def test_the_open_figures_of_the_pilots_carry_three_lines() -> None:
    """Water and carbon as under water-balance-plateau; oxygen is 32/44 of the carbon dioxide at 727 for 380 yuan a tonne."""
    general = compute(read_account(PILOT / "account-general.toml"))
    plateau = compute(read_account(PILOT / "account.toml"))
    period = plateau.account.periods[0].name
    for county in (item.code for item in plateau.account.counties):
        carbon = plateau.value("carbon_value_total", county=county, period=period).value
        assert carbon is not None
        for name in ("water_value_total", "carbon_value_total"):
            assert general.value(name, county=county, period=period).value == pytest.approx(
                plateau.value(name, county=county, period=period).value, rel=1e-12
            )
        oxygen = general.value("oxygen_value_total", county=county, period=period).value
        assert oxygen == pytest.approx(carbon / 380 * 32 / 44 * 727, rel=1e-3)  # molar masses 31.998 and 44.009
    there = [item.id for item in GENERAL.indicators if general.value(item.value, county="*", period=period).value]
    assert there == ["water_conservation", "carbon_fixation", "oxygen"]
    others = {(item.quantity, item.other, item.basis) for item in effects(general) if item.kind == "method"}
    assert ("carbon_dioxide_fixed", "stock_change", "no_other") in others
