"""气象: what of the inputs of the services is weather, and what is land, price or something else, where a change is told apart.

Actual evapotranspiration is no weather: restoration raises it.
"""

from typing import Literal

from qhgep.catalogue.flood import storm_precipitation
from qhgep.catalogue.rain_erosivity import daily_rain, monthly_rain, rain_erosivity
from qhgep.catalogue.water_yield import reference_evapotranspiration
from qhgep.catalogue.wind_weather import air_temperature, snow_depth, wind_at_instrument
from qhgep.expr import Quantity
from qhgep.quantities import precipitation
from qhgep.units import dimension, is_money, unit

SERVICE = "气象"
Cause = Literal["area", "weather", "physical", "price"]
CAUSES: tuple[Cause, ...] = ("area", "weather", "physical", "price")
"""The groups of leaves, each leaf in one of them."""
_WEATHER = frozenset(
    item.name
    for item in (
        precipitation, storm_precipitation, daily_rain, monthly_rain, rain_erosivity, reference_evapotranspiration,
        air_temperature, wind_at_instrument, snow_depth,
    )
)  # fmt: skip


def cause_of(quantity: Quantity) -> Cause:
    """The group of a leaf: an area, weather (rain, wind, temperature, reference evapotranspiration), a price, or the rest."""
    if quantity.name in _WEATHER:
        return "weather"
    if is_money(quantity.unit):
        return "price"
    return "area" if dimension(quantity.unit) == dimension(unit("ha")) else "physical"
