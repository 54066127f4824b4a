"""Which unit an area was probably typed in, where it is off by what two units of area differ by."""

from __future__ import annotations

from qhgep.quantities import area
from qhgep.units import converted

_UNITS = ("公顷", "km²", "亩", "万亩", "万公顷", "m²")
"""The units in which offices state areas."""


def unit_typed(stated: str, times: float, *, within: float, most: float = 1.0) -> str:
    """The unit that is so many times the stated one, give or take a part `within`; empty where there is none.

    Where what was typed is known in part only, the unit may be up to `most` times smaller.

    >>> unit_typed("公顷", 98.0, within=0.05)
    'km²'
    """
    if not times > 0:
        return ""
    size = converted(stated, area.unit, quantity=area.zh)
    ratios = {text: float(converted(text, area.unit, quantity=area.zh) / size) for text in _UNITS}
    return next(
        (text for text, ratio in ratios.items() if ratio != 1 and 1 - within <= times / ratio <= most + within), ""
    )
