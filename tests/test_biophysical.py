"""Soil erosion, wind erosion and water yield: with the shipped coefficients, end to end, and where texts disagree."""

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhgep import compute, verify_workbook
from qhgep.catalogue import Formula, checked, shipped
from qhgep.catalogue.soil import soil_organic_carbon, soil_organic_matter
from qhgep.coefficient_store import Adoption, Resolved, resolve
from qhgep.engine.result import Result
from qhgep.errors import AccountError, CoefficientError, NoValue, QhgepError, UnitError
from qhgep.expr import call
from qhgep.packs.library import coefficients
from qhgep.readings.check import check
from qhgep.readings.evaluate import evaluate
from qhgep.readings.text import text
from qhgep.units import unit
from tests.support import models
from tests.support.accounts import Line
from tests.support.books import Made, compared
from tests.support.models import CROP, FOREST, GRASS, ICE, A, B
from tests.witness import formualizer

DAY = date(2019, 6, 30)


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return models.result(tmp_path_factory.mktemp("trial"))


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Result:
    rules = models.changed(models.RULES, models.OTHER)
    folder = tmp_path_factory.mktemp("other")
    return models.result(folder, rules=rules, rows=models.other_lines(), decisions=models.OTHER_DECISIONS)


@pytest.fixture(scope="module")
def field_length(tmp_path_factory: pytest.TempPathFactory) -> Result:
    rules = models.changed(models.RULES, models.FIELD_LENGTH)
    return models.result(tmp_path_factory.mktemp("field_length"), rules=rules)


def value(result: Result, quantity: str, county: str = A, ecosystem: str = "") -> float:
    found = result.value(quantity, county=county, ecosystem=ecosystem).value
    assert found is not None
    return found


# --- the chains, worked out a second time -------------------------------------------------------


def test_three_days_of_rain_have_the_erosivity_of_the_reference(trial: Result) -> None:
    """15, 20 and 30 mm count, 11.9 mm is below the threshold and d366 does not apply: R 297.787 (reference 7.3)."""
    assert value(trial, "daily_erosivity_exponent") == pytest.approx(1.643577, abs=5e-7)
    assert value(trial, "daily_erosivity_scale") == pytest.approx(0.606508, abs=5e-7)
    assert value(trial, "rain_erosivity") == pytest.approx(297.787, abs=5e-4)
    assert trial.value("daily_erosivity", county=A, item="d366").presence == "not_applicable"


def test_soil_kept_by_grass_is_area_times_potential_times_what_cover_and_practice_hold(trial: Result) -> None:
    beta = 0.8363 + 18.144 / 25 + 24.455 / 300
    rain = 21.586 * beta**-7.1891 * (15**beta + 20**beta + 30**beta)
    carbon = 3 / 1.724
    epic = (
        (0.2 + 0.3 * math.exp(-0.0256 * 45 * (1 - 35 / 100)))
        * (35 / 55) ** 0.3
        * (1 - 0.25 * carbon / (carbon + math.exp(3.72 - 2.95 * carbon)))
        * (1 - 0.7 * 0.55 / (0.55 + math.exp(-5.51 + 22.9 * 0.55)))
    )
    slope = (60 / 22.13) ** 0.5 * (16.8 * math.sin(math.radians(8)) - 0.50)
    cover = 0.6508 - 0.3436 * math.log10(30)
    potential = rain * epic * 0.1317 * slope
    assert value(trial, "potential_soil_loss", A, GRASS) == pytest.approx(potential, rel=1e-12)
    assert value(trial, "actual_soil_loss", A, GRASS) == pytest.approx(potential * cover, rel=1e-12)
    assert value(trial, "soil_retained", A, GRASS) == pytest.approx(100_000 * potential * (1 - cover), rel=1e-12)


def test_the_class_of_the_slope_and_the_cover_choose_the_branch(trial: Result) -> None:
    sine = {kind: math.sin(math.radians(degrees)) for kind, degrees in ((FOREST, 21), (CROP, 2.5), (ICE, 12))}
    steep = [value(trial, "slope_steepness_factor", A, kind) for kind in (FOREST, CROP, ICE)]
    assert steep == pytest.approx([21.91 * sine[FOREST] - 0.96, 10.8 * sine[CROP] + 0.03, 21.91 * sine[ICE] - 0.96])
    assert [value(trial, "slope_length_exponent", A, kind) for kind in (FOREST, CROP, ICE)] == [0.5, 0.4, 0.5]
    cover = [value(trial, "cover_management", A, kind) for kind in (FOREST, CROP, ICE)]
    assert cover == pytest.approx([0, 0.6508 - 0.3436, 1])


def test_where_the_practice_factor_is_zero_all_potential_loss_counts_as_kept(trial: Result) -> None:
    """The artefact of P = 0 on ice: bare ground keeps everything. It is computed and stands in the note of the formula."""
    assert value(trial, "cover_management", A, ICE) == 1
    assert value(trial, "soil_retained", A, ICE) == pytest.approx(value(trial, "potential_soil_loss", A, ICE) * 4000)
    assert "假象" in shipped().formulas["soil_retained", "rusle"].note


def test_a_stated_rain_erosivity_stands_in_for_the_days_that_nobody_measured(trial: Result) -> None:
    found = trial.value("rain_erosivity", county=B)
    assert (found.value, found.origin) == (450.0, "stated")
    potential = 450 * value(trial, "soil_erodibility", B, GRASS) * (60 / 22.13) ** 0.5
    sine = math.sin(math.radians(4))
    assert value(trial, "potential_soil_loss", B, GRASS) == pytest.approx(potential * (10.8 * sine + 0.03))


def wind_drive(degrees: float) -> float:
    density = 348 * (1.013 - 0.1183 * 4 + 0.0048 * 16) / 271.15
    weather = 120_000 * 365 * density / (8760 * 9.8) * 0.8 * (1 - 73 / 365)
    return weather * 0.400625 / (1 + 0.0066 * 20**2 + 0.021 * 3**2) * math.cos(math.radians(degrees))


def test_a_constant_by_ecosystem_serves_every_county_that_has_the_ecosystem(trial: Result) -> None:
    """The coefficient of cover has no county axis: one number for the grass of both counties."""
    assert value(trial, "wind_vegetation_factor", A, GRASS) == pytest.approx(math.exp(-0.1151 * 30), rel=1e-12)
    assert value(trial, "wind_vegetation_factor", B, GRASS) == pytest.approx(math.exp(-0.1151 * 60), rel=1e-12)
    assert trial.values["cover_decay"].value.shape[:2] == (1, 1)


def test_sand_held_by_grass_in_the_closed_form(trial: Result) -> None:
    drive, cover = wind_drive(8), math.exp(-0.1151 * 30)
    assert value(trial, "wind_drive", A, GRASS) == pytest.approx(drive, rel=1e-12)
    tonnes = 1e9 * 0.1699 * drive**1.3711 * (1 - cover**1.3711) / 1000
    assert value(trial, "sand_fixed", A, GRASS) == pytest.approx(tonnes, rel=1e-12)


def test_sand_held_by_grass_in_the_field_length_form(field_length: Result) -> None:
    def loss(drive: float) -> float:
        length = 150.71 * drive**-0.3711
        return 2 * 50 / length**2 * 109.8 * drive * math.exp(-((50 / length) ** 2))

    drive, cover = wind_drive(8), math.exp(-0.1151 * 30)
    tonnes = 1e9 * (loss(drive) - loss(drive * cover)) / 1000
    assert value(field_length, "sand_fixed", A, GRASS) == pytest.approx(tonnes, rel=1e-12)


def test_months_of_rain_days_of_wind_and_of_snow_give_the_same_models(other: Result) -> None:
    """The other methods: Wischmeier by month with 0.8188, corrected EPIC, wind and snow by day, NDVI."""
    rain = 1.735 * ((80**2 / 500) ** 1.5 + (120**2 / 500) ** 1.5) / 10**0.8188
    assert value(other, "rain_erosivity") == pytest.approx(rain, rel=1e-12)
    epic = value(other, "erodibility_in_us_units", A, GRASS)
    assert value(other, "soil_erodibility", A, GRASS) == pytest.approx((-0.01383 + 0.51575 * epic) * 0.1317, rel=1e-12)
    near_ground = 12 * (2 / 10) ** (1 / 7)
    assert value(other, "wind_sum") == pytest.approx(2 * near_ground * (near_ground - 5) ** 2, rel=1e-12)
    assert value(other, "snow_factor") == pytest.approx(1 - 1 / 365, rel=1e-12)
    plants = math.exp(-5.614 * 0.5**0.7366)
    assert value(other, "wind_vegetation_factor", A, ICE) == pytest.approx(plants, rel=1e-12)


def test_every_formula_of_these_models_is_bound_by_one_of_the_trials(
    trial: Result, field_length: Result, other: Result
) -> None:
    bound = {item.id for made in (trial, field_length, other) for item in made.account.ruleset.order}
    mine = {item.id for module in models.MODULES for item in vars(module).values() if isinstance(item, Formula)}
    assert len(mine) > 40
    county_general = {
        ("water_retained", "modelled_yield")
    }  # of a whole account, not of a trial of models: tests/golden
    assert sorted(mine - bound) == sorted(county_general)


def test_an_ecosystem_without_a_coefficient_of_cover_is_not_covered_and_named(trial: Result) -> None:
    assert trial.value("sand_fixed", county=A, ecosystem=ICE).presence == "absent"
    partial = trial.value("sand_fixed_total", county=A).partial
    assert partial is not None
    assert (partial.covered, partial.missing) == ((CROP, FOREST, GRASS), (ICE,))


def test_water_yield_of_plants_and_of_bare_ground(trial: Result) -> None:
    assert value(trial, "budyko_shape", A, GRASS) == pytest.approx(2.69, rel=1e-12)
    assert value(trial, "water_yield_by_ecosystem", A, GRASS) == pytest.approx(90.482, abs=5e-4)
    assert value(trial, "water_yield_by_ecosystem", A, ICE) == 0


# --- evidence -----------------------------------------------------------------------------------


def test_what_rests_on_a_place_of_its_own_or_on_no_text_says_so(trial: Result) -> None:
    evidence = {name: trial.value(name, county=A, ecosystem=GRASS).evidence for name in (
        "slope_length_factor", "soil_erodibility", "sand_fixed", "soil_retained", "water_yield_by_ecosystem",
    )}  # fmt: skip
    assert evidence == {
        "slope_length_factor": "published",
        "soil_erodibility": "unconfirmed",
        "sand_fixed": "secondary",
        "soil_retained": "assumed",
        "water_yield_by_ecosystem": "assumed",
    }


def test_a_practice_factor_of_another_region_serves_only_by_adoption(tmp_path: Path) -> None:
    account = replace(models.account(tmp_path, decisions=models.adopt("IV-5")), state="review")
    with pytest.raises(AccountError) as caught:
        compute(account)
    assert "covers_nothing" in {item.code for item in caught.value.problems}


# --- the workbook -------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("form", ["trial", "field_length", "other"])
def test_the_workbook_is_recalculated_to_the_values_of_the_engine(
    form: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    made = Made(form, request.getfixturevalue(form), models.catalogue())
    path = tmp_path / "trial.xlsx"
    path.write_bytes(made.data)
    found = compared(made, formualizer.recalculate(path))
    assert found.differing == []
    assert found.cells > 1000
    assert verify_workbook(path, catalogue=models.catalogue()).same


# --- texts that disagree: both stand in the store, a ruleset must choose ---------------------------


def chosen(key: str, documents: tuple[str, ...], adoptions: tuple[Adoption, ...] = (), ecosystem: str = "") -> Resolved:
    quantity = shipped().vocabulary[key]
    return resolve(
        coefficients(), quantity, on=DAY, county=A, ecosystem=ecosystem, adoptions=adoptions, documents=documents
    )


@pytest.mark.parametrize(("key", "document", "row", "exact"), [
    ("cover_slope", "he-dai-chen-2020", "RU-C2", "0.3436"),
    ("steepness_constant_middle", "he-dai-chen-2020", "RU-S2b", "0.50"),
    ("steepness_constant_middle", "chen-2016-huanghua", "RU-S2d", "0.05"),
    ("wischmeier_constant", "he-dai-chen-2020", "RU-R7d", "0.08188"),
    ("transport_scale", "peng-2017-inner-mongolia", "RW-1", "109.8"),
    ("transport_scale", "pyrweq", "RW-1a", "0.1098"),
    ("wind_threshold", "pyrweq", "RW-7", "5"),
    ("wind_threshold", "naqu-rweq-script", "RW-7a", "2.6877"),
])  # fmt: skip
def test_a_ruleset_chooses_between_two_texts_by_its_documents(key: str, document: str, row: str, exact: str) -> None:
    found = chosen(key, (document,))
    assert (found.row.row, found.value) == (row, Fraction(exact))


@pytest.mark.parametrize(("key", "rows"), [
    ("cover_slope", "RU-C2（soil.csv:N，he-dai-chen-2020）、RU-C2a（soil.csv:N）"),
    ("steepness_constant_middle", "RU-S2b（soil.csv:N，he-dai-chen-2020）、RU-S2d（soil.csv:N，chen-2016-huanghua）"),
    ("wischmeier_constant", "RU-R7d（soil.csv:N，he-dai-chen-2020）、RU-R7e（soil.csv:N）"),
    ("transport_scale", "RW-1（wind.csv:N，peng-2017-inner-mongolia）、RW-1a（wind.csv:N，pyrweq）"),
    ("wind_threshold", "RW-7（wind.csv:N，pyrweq）、RW-7a（wind.csv:N，naqu-rweq-script）"),
])  # fmt: skip
def test_without_a_choice_two_texts_contend(key: str, rows: str) -> None:
    with pytest.raises(CoefficientError) as caught:
        chosen(key, ("gong-2017",))
    told = re.sub(r"csv:\d+", "csv:N", caught.value.text())
    assert f"（{key}）有几个值可用而没有选定：{rows}；一个值；删去不用的行；都要留的，在决定表里选定一行，" in told


def test_a_value_that_no_text_shows_is_taken_by_adoption_and_stays_unconfirmed() -> None:
    decision = Adoption("RU-R7e", "", "", "wischmeier_constant", "", "", (), "测试", "测试", "account.toml")
    found = chosen("wischmeier_constant", ("he-dai-chen-2020",), (decision,))
    assert (found.value, found.evidence) == (Fraction("0.8188"), "unconfirmed")


def test_the_disputed_constants_of_the_monthly_formula_differ_by_a_factor_of_5_46() -> None:
    rows = coefficients().of("wischmeier_constant")
    first, second = (float(row.exact) for row in rows)
    assert 10 ** (second - first) == pytest.approx(5.46, abs=5e-3)


def test_the_closed_form_is_the_field_transport_over_the_length_times_0_2332() -> None:
    """0.1699 = 0.2332 · 109.8 / 150.71 (reference 7.4): the exponents 1 + 0.3711 agree too."""
    number = {row.row: float(row.exact) for row in coefficients().rows}
    assert 0.2332 * number["RW-1"] / number["RW-2"] == pytest.approx(number["RW-4"], abs=5e-5)
    assert 1 - number["RW-3"] == number["RW-5"]


def test_the_coefficient_of_cover_is_that_of_one_percent() -> None:
    """Misprint 7: with 60 as a fraction, 0.60, exp(a SC) would be 0.93 and grass would hold nothing."""
    decay = chosen("cover_decay", (), ecosystem="grassland")
    assert decay.value == Fraction("-0.1151")
    assert math.exp(float(decay.value) * 0.60) == pytest.approx(0.93327, abs=5e-6)
    assert found("wind_vegetation_factor", "cover", cover_decay=-0.1151, vegetation_cover=0.60) == (
        pytest.approx(0.0010018, abs=5e-8)
    )


def test_a_cover_class_that_the_software_does_not_name_has_no_value() -> None:
    with pytest.raises(NoValue):
        chosen("cover_decay", (), ecosystem="ice")


def test_organic_matter_is_not_taken_for_organic_carbon() -> None:
    """Misprint 14: the two differ by their dimension, so the unit check refuses one for the other."""
    with pytest.raises(UnitError):
        check(soil_organic_matter * 1, soil_organic_carbon)


# --- inputs in the wrong unit ---------------------------------------------------------------------


@pytest.mark.parametrize(("line", "says"), [
    (Line("slope", "14", "%", A, GRASS), "坡度 的单位 “%” 不能换算为 °；° 一类的单位，如 °；检查单位，也检查数是不是填错了栏。"),
    (Line("soil_organic_carbon", "3", "% 有机质", A, GRASS),
     ("土壤有机碳含量 的单位 “% 有机质” 不能换算为 g C/kg；"
     "g C/kg 一类的单位，如 克碳/千克、百分比碳、千克碳/千克、吨碳/千克；检查单位，也检查数是不是填错了栏。")),
    (Line("soil_organic_carbon", "2", "%", A, GRASS), ("土壤有机碳含量 的单位 “%” 不能换算为 g C/kg；"
     "g C/kg 一类的单位，如 克碳/千克、百分比碳、千克碳/千克、吨碳/千克；检查单位，也检查数是不是填错了栏。")),
    (Line("vegetation_cover", "60", "1", A, GRASS),
     "植被覆盖度 = 60 1 超出合理范围（0 至 1）；覆盖度在 0 与 1 之间；以百分数填报时单位写 %；检查数值与单位。"),
    (Line("air_temperature", "-2", "℃", A), "气温（绝对温度） 的单位 “℃” 不能换算为 K；K 一类的单位，如 K；检查单位，也检查数是不是填错了栏。"),
])  # fmt: skip
def test_an_input_in_another_unit_is_refused(line: Line, says: str, tmp_path: Path) -> None:
    with pytest.raises(QhgepError) as caught:
        models.account(tmp_path, rows=[line])
    assert caught.value.text() == f"inputs.csv:2  {says}"


# --- properties -----------------------------------------------------------------------------------


def found(quantity: str, method: str, **values: float) -> float:
    """What one formula gives for numbers in the declared units."""
    formula = shipped().formulas[quantity, method]
    return float(evaluate(checked(formula).expr, {name: np.array([number]) for name, number in values.items()})[0])


def constants(quantity: str, method: str, documents: tuple[str, ...]) -> Mapping[str, float]:
    """The shipped constants of a formula."""
    inputs = shipped().formulas[quantity, method].inputs
    return {item.name: float(chosen(item.name, documents).value) for item in inputs if item.is_coefficient}


COVER = constants("cover_management", "cover_logarithm", ("he-dai-chen-2020",))
STEEPNESS = constants("slope_steepness_factor", "liu", ("he-dai-chen-2020",))


@given(st.floats(0.001, 1))
def test_more_cover_never_means_more_erosion(cover: float) -> None:
    factor, less = (
        found("cover_management", "cover_logarithm", vegetation_cover=part, **COVER) for part in (cover, cover / 2)
    )
    assert 0 <= factor <= 1
    assert less >= factor


def test_the_steepness_factor_falls_at_5_degrees_and_leaps_at_10() -> None:
    """Three straight lines do not meet: 0.9713 falls to 0.9642, 2.4173 leaps to 2.8446. Nobody may assume it monotone."""

    def steepness(degrees: float) -> float:
        sine = math.sin(math.radians(degrees))
        return found("slope_steepness_factor", "liu", slope=degrees, slope_sine=sine, **STEEPNESS)

    edges = [steepness(degrees) for degrees in (5 - 1e-9, 5, 10 - 1e-9, 10)]
    assert edges == pytest.approx([0.9713, 0.9642, 2.4173, 2.8446], abs=5e-5)


@given(st.floats(1, 3000), st.floats(1, 3000), st.floats(1.25, 5))
def test_evaporation_by_the_budyko_curve_exceeds_neither_rain_nor_demand(
    rain: float, demand: float, shape: float
) -> None:
    given_ = {
        "vegetation_flag": 1.0,
        "precipitation": rain,
        "potential_evapotranspiration": demand,
        "budyko_shape": shape,
    }
    evaporation = found("actual_evapotranspiration", "budyko_fu", **given_)
    assert -1e-9 * rain <= evaporation <= min(rain, demand) * (1 + 1e-9)


@given(st.floats(0.01, 50), st.floats(0, 1))
def test_plants_never_hold_more_sand_than_the_wind_would_take_from_bare_ground(drive: float, cover: float) -> None:
    numbers = {"area": 1.0, "wind_drive": drive, "closed_form_scale": 0.1699, "closed_form_power": 1.3711}
    held, all_of_it = (
        found("sand_fixed", "rweq_closed_form", wind_vegetation_factor=factor, **numbers) for factor in (cover, 0.0)
    )
    assert 0 <= held <= all_of_it


def test_the_monthly_formula_takes_the_square_of_the_month() -> None:
    """Misprint 13: Pi/P instead of Pi²/P would be (0.2)^1.5 = 0.09 instead of 16^1.5 = 64."""
    formula = shipped().formulas["monthly_erosivity", "wischmeier"]
    assert "【月雨量 以 mm 计】^2 ÷ 【年降水量 以 mm/year 计】" in text(formula.equals)


def test_soil_retained_is_in_tonnes_without_any_conversion() -> None:
    """The units cancel: ha · MJ·mm/(ha·h·a) · t·ha·h/(ha·MJ·mm) is t/a; kg/m² on a hectare is 10 t."""
    by_id = shipped().formulas
    assert checked(by_id["soil_retained", "rusle"]).conversions == ()
    assert [item.factor for item in checked(by_id["sand_fixed", "rweq_closed_form"]).conversions] == [10]


def test_the_sine_of_an_angle_in_degrees_is_refused_without_the_constant() -> None:
    """Radians are pure numbers, degrees a dimension of their own: sin(8) for sin(8°) does not pass the check."""
    vocabulary = shipped().vocabulary
    with pytest.raises(UnitError):
        check(call("sin", vocabulary["slope"]), vocabulary["slope_sine"])
    assert unit("deg") != unit("1")
