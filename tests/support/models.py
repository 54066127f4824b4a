"""A trial account that binds the models of soil erosion, wind erosion and water yield, with the shipped coefficients.

No shipped indicator carries them here, so two trial indicators put a price on what is kept. One county has its rain day
by day and its slopes by ecosystem; the other states its rain erosivity.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import ModuleType

from qhgep.account.account import Account
from qhgep.account.read import read_account
from qhgep.catalogue import (
    Catalogue,
    Clause,
    catalogue_of,
    erosion,
    rain_erosivity,
    shipped,
    soil,
    water_yield,
    wind_erosion,
    wind_weather,
)
from qhgep.catalogue.calendar_items import calendar_days, months
from qhgep.catalogue.erosion import soil_retained
from qhgep.catalogue.formulas import formula, indicator, total_of
from qhgep.catalogue.wind_erosion import sand_fixed
from qhgep.engine import compute
from qhgep.engine.result import Result
from qhgep.expr import Total
from qhgep.quantities import quantity
from tests.support.accounts import Line, write_account

A, B = "632621", "632323"
GRASS, FOREST, CROP, ICE = "grassland", "forest", "cropland", "ice"
RAINS = {"d120": "15", "d180": "20", "d200": "30", "d210": "11.9"}
"""The days of the reference with rain, and one below the threshold."""

_price = quantity("trial_price", "CNY/t", axes="county year", zh="试算单价", tex="p_{t}")
_soil_total, _sand_total = total_of(soil_retained), total_of(sand_fixed)
_soil_value = quantity("trial_soil_value", "CNY/year", axes="county year", zh="试算保土价值", tex="V_{ts}")
_sand_value = quantity("trial_sand_value", "CNY/year", axes="county year", zh="试算固沙价值", tex="V_{tw}")


@cache
def catalogue() -> Catalogue:
    """The shipped catalogue with two trial indicators."""
    here = Clause("qhgep", at="测试")
    module = ModuleType("trial", "Physical quantities with a trial price.")
    vars(module)["SERVICE"] = "试算"
    parts = (
        _price, _soil_total, _sand_total, _soil_value, _sand_value,
        formula(_soil_total, method="trial", equals=Total("ecosystem", soil_retained), source=here),
        formula(_sand_total, method="trial", equals=Total("ecosystem", sand_fixed), source=here),
        formula(_soil_value, method="trial", equals=_soil_total * _price, source=here),
        formula(_sand_value, method="trial", equals=_sand_total * _price, source=here),
        indicator("trial_soil", zh="试算保土", quantity=_soil_total, value=_soil_value),
        indicator("trial_sand", zh="试算固沙", quantity=_sand_total, value=_sand_value),
    )  # fmt: skip
    for number, part in enumerate(parts):
        setattr(module, f"part{number}", part)
    own, base = catalogue_of([module]), shipped()
    return Catalogue(
        {**base.vocabulary, **own.vocabulary},
        base.lists,
        {**base.formulas, **own.formulas},
        {**base.indicators, **own.indicators},
        {**own.services, **base.services},
    )


RULES = """schema = 1
zh = "试算：侵蚀、风蚀与产水"
documents = ["he-dai-chen-2020", "peng-2017-inner-mongolia", "pyrweq"]
show = ["county_area", "potential_soil_loss", "actual_soil_loss", "water_yield_by_ecosystem"]
[bind]
rain_erosivity = "daily"
daily_erosivity = "zhang_wenbo"
daily_erosivity_exponent = "zhang_wenbo"
daily_erosivity_scale = "zhang_wenbo"
soil_organic_carbon = "from_organic_matter"
erodibility_in_us_units = "epic"
soil_erodibility = "epic"
slope_sine = "degrees"
slope_length_exponent = "slope_class"
slope_length_factor = "wischmeier"
slope_steepness_factor = "liu"
cover_management = "cover_logarithm"
potential_soil_loss = "rusle"
actual_soil_loss = "rusle"
soil_retained = "rusle"
soil_retained_total = "trial"
trial_soil_value = "trial"
air_density = "elevation"
snow_factor = "snow_days"
weather_factor = "rweq"
erodible_fraction = "texture"
soil_crust_factor = "texture"
surface_roughness = "slope"
wind_vegetation_factor = "cover"
wind_drive = "rweq"
sand_fixed = "rweq_closed_form"
sand_fixed_total = "trial"
trial_sand_value = "trial"
potential_evapotranspiration = "crop_coefficient"
available_water = "root_zone"
budyko_shape = "seasonality"
actual_evapotranspiration = "budyko_fu"
water_yield_by_ecosystem = "budyko_fu"
[[indicator]]
id = "trial_soil"
category = "regulating"
quantity = "soil_retained_total"
value = "trial_soil_value"
[[indicator]]
id = "trial_sand"
category = "regulating"
quantity = "sand_fixed_total"
value = "trial_sand_value"
[[not_covered]]
id = "water_conservation"
zh = "水源涵养"
category = "regulating"
reason = "试算不含"
"""
FIELD_LENGTH = {
    'sand_fixed = "rweq_closed_form"': """sand_fixed = "rweq_field_length"
vegetated_drive = "rweq"
bare_transport = "rweq"
vegetated_transport = "rweq"
bare_length = "rweq"
vegetated_length = "rweq"
bare_wind_loss = "rweq"
vegetated_wind_loss = "rweq\""""
}
"""The other form of the same model: what is changed in RULES."""

OTHER = {
    'rain_erosivity = "daily"': 'rain_erosivity = "monthly"',
    'daily_erosivity = "zhang_wenbo"': 'monthly_erosivity = "wischmeier"',
    'daily_erosivity_exponent = "zhang_wenbo"': 'wind_near_ground = "power_profile"',
    'daily_erosivity_scale = "zhang_wenbo"': 'wind_term = "threshold"',
    'air_density = "elevation"': 'air_density = "elevation"\nwind_sum = "daily"\nsnow_day = "threshold"\nsnow_days = "daily"',
    'soil_erodibility = "epic"': 'soil_erodibility = "epic_zhang"',
    'wind_vegetation_factor = "cover"': 'wind_vegetation_factor = "vegetation_index"',
}
"""Another method wherever there is one."""
MODULES = (erosion, rain_erosivity, soil, water_yield, wind_erosion, wind_weather)


def adopt(row: str) -> str:
    """The decision to use a row of a place and period of its own."""
    return f'[[adopt]]\nrow = "{row}"\nreason = "试算"\ndecided_by = "测试"\n'


DECISIONS = "".join(map(adopt, ("RU-P1", "RU-P2d", "RU-P3a", "RU-P3c", "IV-5")))

OTHER_DECISIONS = DECISIONS + adopt("RU-R7e")


def lines() -> list[Line]:
    """The input rows: what both counties share is the same in both."""
    found = [
        Line("area", "1000", "km2", A, GRASS), Line("area", "250", "km2", A, FOREST), Line("area", "30", "km2", A, CROP),
        Line("area", "40", "km2", A, ICE), Line("area", "800", "km2", B, GRASS),
        Line("county_area", "1320", "km2", A), Line("county_area", "800", "km2", B),
        Line("mean_erosive_daily_rain", "25", "mm", A), Line("mean_erosive_annual_rain", "300", "mm/a", A),
        Line("rain_erosivity", "450", "MJ·mm/(hm²·h·a)", B),
        Line("inflow_from_outside", county=A, presence="missing"), Line("inflow_from_outside", county=B, presence="missing"),
    ]  # fmt: skip
    for day in calendar_days.members:
        rain, presence = RAINS.get(day, ""), "value" if day in RAINS else "zero"
        if day == "d366":
            presence = "not_applicable"
        found.append(Line("daily_rain", rain, "mm" if rain else "", A, item=day, presence=presence))
    slopes = {(A, GRASS): "8", (A, FOREST): "21", (A, CROP): "2.5", (A, ICE): "12", (B, GRASS): "4"}
    cover = {(A, GRASS): "30", (A, FOREST): "85", (A, CROP): "10", (A, ICE): "0", (B, GRASS): "60"}
    for (county, kind), degrees in slopes.items():
        found += [
            Line("slope", degrees, "°", county, kind),
            Line("vegetation_cover", cover[county, kind], "%", county, kind),
            Line("slope_length", "60", "m", county, kind),
            Line("sand_content", "45", "%", county, kind),
            Line("silt_content", "35", "%", county, kind),
            Line("clay_content", "20", "%", county, kind),
            Line("soil_organic_matter", "3", "% 有机质", county, kind),
            Line("calcium_carbonate_content", "2", "%", county, kind),
            Line("crop_coefficient", "0.8", "1", county, kind),
            Line("vegetation_flag", "0" if kind == ICE else "1", "1", county, kind),
            Line("root_restricting_depth", "800", "mm", county, kind),
            Line("root_depth", "1", "m", county, kind),
            Line("available_water_content", "0.15", "1", county, kind),
        ]
    for county in (A, B):
        found += [
            Line("precipitation", "500", "mm/a", county),
            Line("reference_evapotranspiration", "900", "mm/a", county),
            Line("elevation", "4000", "m", county),
            Line("air_temperature", "271.15", "K", county),
            Line("wind_sum", "120000", "m3/s3", county),
            Line("wind_observations", "8760", "1", county),
            Line("soil_wetness_factor", "0.8", "1", county),
            Line("snow_days", "73", "d/a", county),
            Line("trial_price", "2", "CNY/t", county),
        ]
    return found


def other_lines() -> list[Line]:
    """The rows for OTHER: two months of rain, two days of wind, one day of snow, a vegetation index."""
    left_out = {
        "daily_rain",
        "mean_erosive_daily_rain",
        "mean_erosive_annual_rain",
        "wind_sum",
        "snow_days",
        "rain_erosivity",
    }
    found = [line for line in lines() if line.quantity not in left_out]
    rains = {"m06": "80", "m08": "120"}
    for county in (A, B):
        for month in months.members:
            rain = rains.get(month, "")
            presence = "value" if rain else "zero"
            found.append(Line("monthly_rain", rain, "mm" if rain else "", county, item=month, presence=presence))
        for day in calendar_days.members:
            found += [
                _on(day, "wind_at_instrument", {"d060": "12", "d061": "12", "d062": "5.9"}, "m/s", county),
                _on(day, "snow_depth", {"d010": "25.4", "d011": "26"}, "mm", county),
            ]
    places = ((A, GRASS), (A, FOREST), (A, CROP), (A, ICE), (B, GRASS))
    found += [Line("vegetation_index", "0.5", "1", county, kind) for county, kind in places]
    return found


def _on(day: str, quantity: str, values: Mapping[str, str], written: str, county: str) -> Line:
    """A line of a day: the value of that day, zero otherwise, not applicable on the day that the year does not have."""
    if day == "d366":
        return Line(quantity, county=county, item=day, presence="not_applicable")
    if day in values:
        return Line(quantity, values[day], written, county, item=day)
    return Line(quantity, county=county, item=day, presence="zero")


def account(folder: Path, *, rules: str = RULES, decisions: str = DECISIONS, rows: list[Line] | None = None) -> Account:
    """The trial account, read from files."""
    changes = {"counties": f'["{A}", "{B}"]'}
    rows = lines() if rows is None else rows
    left_out = sorted({line.quantity for line in rows if line.presence == "not_applicable"})
    decided = "".join(
        f'[[not_applicable]]\nquantity = "{name}"\nreason = "试算"\ndecided_by = "测试"\n' for name in left_out
    )
    path = write_account(folder, rows, changes=changes, tables=decisions + decided, rules=rules)
    return read_account(path, catalogue=catalogue())


def result(folder: Path, *, rules: str = RULES, decisions: str = DECISIONS, rows: list[Line] | None = None) -> Result:
    """What the trial account gives."""
    return compute(account(folder, rules=rules, decisions=decisions, rows=rows))


def changed(rules: str, changes: Mapping[str, str]) -> str:
    """Rules with some lines of [bind] replaced; each line must be there."""
    for old, new in changes.items():
        assert f"\n{old}\n" in rules, old
        rules = rules.replace(f"\n{old}\n", f"\n{new}\n")
    return rules
