"""Soil carbon that is nothing but a multiple of the production above it: one ratio in every ecosystem was reckoned, not measured.

A file of its own because `limits` holds one value against its bounds, and this holds two quantities against each other.
"""

from __future__ import annotations

import numpy as np

from qhgep.catalogue.carbon import dry_matter_produced, soil_carbon_rate
from qhgep.engine.figures import Figures
from qhgep.errors import Problems
from qhgep.quantities import area, number_text

_FEWEST = 3
"""Two ecosystems may agree by chance."""
_ALIKE = 0.01
"""How far the ratios may be apart for what rounding alone brings about."""


def tell_fixed_multiples(figures: Figures, problems: Problems) -> None:
    """Note the counties whose soil carbon is in one ratio to the dry matter of each of their ecosystems."""
    read = (soil_carbon_rate, area, dry_matter_produced)
    if any(item.name not in figures.values for item in read):
        return
    rate, land, matter = (figures.values[item.name] for item in read)
    with np.errstate(all="ignore"):
        ratio = rate.value * land.value / matter.value
    place = figures.grid.axes["ecosystem"]
    ratio = np.where(rate.present & land.present & matter.present & (matter.value > 0), ratio, np.nan)
    for index in np.argwhere(np.isfinite(ratio).sum(axis=place, keepdims=True) >= _FEWEST):
        cells = tuple(slice(None) if axis == place else int(at) for axis, at in enumerate(index))
        found = ratio[cells][np.isfinite(ratio[cells])]
        if found.min() > 0 and found.max() - found.min() <= _ALIKE * found.max():
            names = [figures.grid.members[axis][int(index[figures.grid.axes[axis]])] for axis in ("county", "year")]
            facts = {"times": number_text(float(found.mean())), "count": found.size}
            problems.warn("soil_carbon_multiple", "，".join(names), **facts)
