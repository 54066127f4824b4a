"""What a run works with: the description made ready, the same in every process."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from qhgep._version import __version__
from qhgep.catalogue import shipped
from qhgep.data import regular_file
from qhgep.errors import Problem
from qhgep.inputs.landcover.crosswalk import LandClass
from qhgep.raster import boundaries as polygons
from qhgep.raster.counting import CLASSES, Work
from qhgep.raster.description import Description
from qhgep.raster.grid import PixelGrid
from qhgep.raster.layers import Layer, LayerReader, named, raster_hash
from qhgep.raster.lookups import ClassValue, Lookups
from qhgep.raster.model import Model
from qhgep.raster.numbers import Scalar
from qhgep.raster.pixel_area import Floats
from qhgep.raster.zoning import Method, Zoning

COVER = "land_cover"


@dataclass(frozen=True)
class Session:
    """What a run needs; made from the description alone, so that any process can make the same."""

    description: Description
    boundaries: polygons.Boundaries
    grid: PixelGrid
    method: Method
    layers: Mapping[str, Layer]
    lookups: Lookups
    scalars: Mapping[str, Scalar]
    model: Model
    joint: tuple[str, ...]
    alone: tuple[str, ...]
    classes: Mapping[str, LandClass]
    warnings: tuple[Problem, ...]

    @cached_property
    def work(self) -> Work:
        """What every tile shares."""
        readers = {name: LayerReader(layer, self.grid) for name, layer in self.layers.items()}
        quantities = shipped().vocabulary
        zoning = Zoning(self.grid, self.boundaries.on(self.grid.crs), self.method)
        by_class = {name: self._by_class(found) for name, found in self.lookups.items() if name in self.model.leaves}
        scalars = {name: float(found.exact) for name, found in self.scalars.items()}
        needed = {name for name in readers if name in self.model.leaves or name in self.alone}
        return Work(
            zoning, readers.get(COVER), {name: readers[name] for name in sorted(needed)}, quantities, scalars, by_class, self.model,
            self.joint, self.alone,
        )  # fmt: skip

    def _by_class(self, entries: Mapping[str, ClassValue]) -> Floats:
        found = np.full(CLASSES, np.nan)
        for code, entry in entries.items():
            found[int(code)] = float(entry.exact)
        return found

    @cached_property
    def crs_name(self) -> str:
        """The CRS of the grid as provenance names it."""
        return named(self.grid.crs)

    @cached_property
    def hashes(self) -> Mapping[str, str]:
        """The SHA-256 of each raster, by the name of its layer."""
        return {name: raster_hash(layer.path) for name, layer in self.layers.items()}

    @cached_property
    def identity(self) -> str:
        """What a tile that was finished before must agree in, to be taken over."""
        tables = [
            regular_file(self.description.file(name, "lookups")).read_bytes() for name in self.description.maps.lookups
        ]
        parts = [
            __version__.encode(),
            self.method.encode(),
            self.description.content,
            *tables,
            self.boundaries.sha256.encode(),
        ]
        parts += [digest.encode() for _, digest in sorted(self.hashes.items())]
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()

    @property
    def period(self) -> tuple[str, str]:
        """First and last year."""
        first, _, last = str(self.description.maps.period).partition("-")
        return first, last or first
