"""What a sum should have: the members of an axis that are expected, and where one of them lacks.

A pair of county and ecosystem is expected unless its area is zero or does not apply; a pair that nobody stated is one
whose area is not known. Where the classes leave a part of the county unnamed, something is expected that nobody named.
Of items, parts and counties every one is expected. What does not apply (an admitted 不适用) is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from qhgep.engine.grid import NOT_APPLICABLE, VALUE, Grid, Values
from qhgep.quantities import AREA_TOLERANCE

Mask = NDArray[np.bool_]


def lacking(presence: NDArray[np.uint8]) -> Mask:
    """Where a cell neither has a value nor does not apply, however that came about: not stated, stated as missing, left out."""
    gone: Mask = (presence != VALUE) & (presence != NOT_APPLICABLE)
    return gone


class Expected:
    """What is expected in an account: by the areas of its pairs, and by the area of each county."""

    def __init__(self, values: Mapping[str, Values], grid: Grid) -> None:
        self.grid, self._area, self._whole = grid, values.get("area"), values.get("county_area")

    @cached_property
    def pairs(self) -> Mask | None:
        """The pairs of county and ecosystem in each period that are expected; None where no area is known of any."""
        if self._area is None or "ecosystem" not in self.grid.members:
            return None
        none = (self._area.present & (self._area.value == 0)) | (self._area.presence == NOT_APPLICABLE)
        found: Mask = ~none
        return found

    @cached_property
    def unnamed(self) -> Mask | None:
        """The counties whose classes leave out more of the county than the one tolerance; None where no area is known."""
        if self._area is None or self._whole is None or "ecosystem" not in self.grid.members:
            return None
        place = self.grid.axes["ecosystem"]
        known = np.where(self._area.present, self._area.value, 0.0).sum(axis=place, keepdims=True)
        with np.errstate(invalid="ignore"):
            found: Mask = known < self._whole.value * (1 - float(AREA_TOLERANCE))
        return found

    def short(self, of: Values, axis: str) -> Mask | None:
        """Where a sum over an axis lacks a member, or adds a member that is itself short; None where nowhere."""
        place = self.grid.axes[axis]
        found: Mask = of.short & of.present if of.short is not None else np.zeros((1,) * len(self.grid.members), bool)
        if axis != "ecosystem":
            found = found | lacking(of.presence)
        elif self.pairs is not None:
            found = found | (lacking(of.presence) & self.pairs)
        result: Mask = np.any(found, axis=place, keepdims=True)
        if axis == "ecosystem" and self.unnamed is not None:
            result = result | self.unnamed
        return result if result.any() else None
