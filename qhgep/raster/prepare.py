"""A description made ready: files opened and checked, the grid, the model, and the work that every tile shares."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path

import shapely

from qhgep.catalogue import Catalogue, shipped
from qhgep.catalogue.wind_weather import weather_factor, wind_sum
from qhgep.coefficient_store import Coefficients
from qhgep.errors import InputError, Problems
from qhgep.inputs.landcover.crosswalk import LandClass, classes
from qhgep.inputs.table import NUMBER
from qhgep.quantities import area, county_area
from qhgep.raster import boundaries as polygons
from qhgep.raster.description import SUFFIXES, Description, RasterFile, read_description
from qhgep.raster.grid import FINE, PixelGrid, datum_of, same_datum
from qhgep.raster.layers import Layer, LayerAsked, check_grid, grid_of, open_layer
from qhgep.raster.lookups import Lookups, read_lookups
from qhgep.raster.model import Builder, Model, check_axes, chosen
from qhgep.raster.numbers import Numbers, Scalar, shipped_store
from qhgep.raster.session import COVER, Session
from qhgep.raster.zoning import Method

_PERIOD = re.compile(r"(19|20)\d\d(-(19|20)\d\d)?", re.ASCII)
_OF_WIND = (wind_sum.name, weather_factor.name)


@lru_cache(maxsize=2)
def session_of(path: str, method: str) -> Session:
    """The session of a description, kept while a process counts its tiles."""
    return prepare(Path(path), method)


def prepare(path: Path, method: str = "") -> Session:
    """Read and check a description and all that it names. Raises InputError with every fault, before a pixel is counted.

    `method` is pixel_center or exact; by default the size of the pixels decides (FINE).
    """
    return _Preparation(read_description(path), shipped(), shipped_store()).session(method)


class _Preparation:
    """The checks of a description, one after the other; faults are collected as far as they do not hang on one another."""

    def __init__(self, description: Description, catalogue: Catalogue, store: Coefficients) -> None:
        self.description, self.maps, self.text = description, description.maps, description.text
        self.catalogue, self.store = catalogue, store
        self.problems = Problems()
        self.numbers = Numbers(description, catalogue, store, self.problems)

    def session(self, method: str) -> Session:
        self._words()
        known = self._classes()
        layers = dict(self._layers())
        lookups = self._lookups(known)
        scalars = dict(self.numbers.stated())
        joint, alone, model = self._model(lookups, scalars)
        boundaries = self._boundaries()
        self.problems.raise_if_any(InputError)
        grid = self._grid(layers)
        if boundaries is None:
            raise InputError(self.problems.items)
        self.problems.raise_if_any(InputError)
        self._covered(boundaries, grid)
        self.problems.raise_if_any(InputError)
        way: Method = (
            "exact" if (method or ("exact" if grid.pixel_metres > FINE else "")) == "exact" else "pixel_center"
        )
        scalars = {name: found for name, found in scalars.items() if name in model.leaves}
        return Session(
            self.description,
            boundaries,
            grid,
            way,
            layers,
            lookups,
            scalars,
            model,
            joint,
            alone,
            known,
            self.problems.warnings,
        )

    def _words(self) -> None:
        """The period, the outputs, what each name is."""
        if not _PERIOD.fullmatch(str(self.maps.period)):
            self.problems.add(
                "import_option", self.text.where("period"), found=self.maps.period, expected="2020 或 2001-2019"
            )
        for table, names in (("raster", self.maps.raster), ("value", self.maps.value), ("methods", self.maps.methods)):
            for name in names:
                if name not in self.catalogue.vocabulary:
                    self.problems.add("table_quantity", self.text.where(table, name), quantity=name)
        seen: set[str] = set()
        for number, output in enumerate(self.maps.output):
            where = self.text.where("output", number)
            if output.quantity not in self.catalogue.vocabulary:
                self.problems.add("table_quantity", where, quantity=output.quantity)
            if output.quantity in seen:
                self.problems.add("map_output_twice", where, quantity=output.quantity)
            if output.quantity == area.name and self.maps.land_cover is None:
                self.problems.add("map_no_cover", where, quantity=area.name)
            seen.add(output.quantity)
        if (
            self.maps.accept
            and self.maps.accept.coverage
            and not (NUMBER.fullmatch(self.maps.accept.coverage) and 0 < Fraction(self.maps.accept.coverage) <= 1)
        ):
            self.problems.add(
                "import_option",
                self.text.where("accept", "coverage"),
                found=self.maps.accept.coverage,
                expected="0 与 1 之间的数",
            )
        self.problems.raise_if_any(InputError)

    def _classes(self) -> Mapping[str, LandClass]:
        """The classes of the scheme by code, with the decisions of the description in the place of what is open."""
        cover = self.maps.land_cover
        if cover is None:
            return {}
        try:
            known = dict(classes(cover.scheme, cover.version, where=self.text.where("land_cover", "scheme")))
        except InputError as error:
            self.problems.take(error)
            return {}
        for number, decision in enumerate(cover.decision):
            where = self.text.where("land_cover", "decision", number)
            if decision.code not in known:
                facts = {
                    "scheme": cover.scheme,
                    "version": cover.version,
                    "code": decision.code,
                    "known": "、".join(known),
                }
                self.problems.add("landcover_class", where, **facts)
            elif decision.to not in self.store.ecosystems:
                self.problems.add("landcover_ecosystem", where, ecosystem=decision.to)
            else:
                known[decision.code] = replace(
                    known[decision.code], ecosystem=decision.to, match="decided", mapping_evidence="assumed"
                )
        return known

    def _layers(self) -> Iterator[tuple[str, Layer]]:
        if (cover := self.maps.land_cover) is not None and (path := self._file(cover.file, COVER, "file")) is not None:
            asked = LayerAsked(
                COVER, path, cover.band, "", None, "", cover.nodata, "", cover.resampling, cover.crs, self.text.where(COVER, "file"),
            )  # fmt: skip
            if cover.resampling not in {"", "nearest", "mode"}:
                facts = {"found": cover.resampling, "known": "nearest、mode"}
                self.problems.add("map_resampling", self.text.where(COVER, "resampling"), **facts)
            elif (layer := open_layer(asked, self.problems)) is not None:
                yield COVER, layer
        for name, raster in self.maps.raster.items():
            path = self._file(raster.file, "raster", name, "file")
            if path is not None and (layer := self._raster(name, raster, path)) is not None:
                yield name, layer

    def _raster(self, name: str, raster: RasterFile, path: Path) -> Layer | None:
        quantity, where = self.catalogue.vocabulary[name], self.text.where("raster", name)
        check_axes(quantity, where, name, self.problems)
        if name in _OF_WIND and raster.wind not in {"hourly", "daily"}:
            self.problems.add("map_wind", where, quantity=name, zh=quantity.zh, found=raster.wind or "-")
        asked = LayerAsked(
            name, path, raster.band, raster.unit, quantity.unit, quantity.zh, raster.nodata, raster.file_scale, raster.resampling, raster.crs,
            self.text.where("raster", name, "unit"),
        )  # fmt: skip
        return open_layer(asked, self.problems)

    def _file(self, name: str, *key: str) -> Path | None:
        try:
            return self.description.file(name, *key)
        except InputError as error:
            self.problems.take(error)
            return None

    def _lookups(self, known: Mapping[str, LandClass]) -> Lookups:
        paths = [self._file(name, "lookups") for name in self.maps.lookups]
        if self.maps.land_cover is None:
            if paths:
                self.problems.add("map_no_cover", self.text.where("lookups"), quantity="lookups")
            return {}
        scheme = f"{self.maps.land_cover.scheme}@{self.maps.land_cover.version}"
        return read_lookups([path for path in paths if path], scheme, self.catalogue.vocabulary, known, self.problems)

    def _model(self, lookups: Lookups, scalars: dict[str, Scalar]) -> tuple[tuple[str, ...], tuple[str, ...], Model]:
        """The outputs by ecosystem and by county, and the model towards the first."""
        given = {*self.maps.raster, *lookups, *scalars} - {COVER}
        scalars |= dict(self.numbers.constants(given))
        methods = chosen({output.quantity: output.method for output in self.maps.output}, self.maps.methods)
        builder = Builder(self.catalogue, frozenset({*given, *scalars}), methods, self.problems)
        joint, alone = [], []
        for number, output in enumerate(self.maps.output):
            where = self.text.where("output", number)
            quantity = self.catalogue.vocabulary[output.quantity]
            if quantity in {area, county_area}:
                continue
            if "ecosystem" not in quantity.axes and quantity.name in self.maps.raster:
                alone.append(quantity.name)
            elif "ecosystem" not in quantity.axes:
                self.problems.add("map_county_figure", where, quantity=quantity.name, zh=quantity.zh)
            elif self.maps.land_cover is None:
                self.problems.add("map_no_cover", where, quantity=quantity.name)
            else:
                builder.add(quantity, where)
                joint.append(quantity.name)
        self._rasters(joint)
        for name in sorted(set(self.maps.methods) - builder.used):
            self.problems.add("map_unused", self.text.where("methods", name), name=name)
        for table, names in (("raster", self.maps.raster), ("value", self.maps.value)):
            for name in sorted(set(names) - set(builder.leaves) - set(alone)):
                self.problems.warn("map_unused", self.text.where(table, name), name=name)
        self.numbers.check_wind(builder.leaves, scalars)
        return tuple(joint), tuple(alone), builder.model()

    def _rasters(self, joint: Collection[str]) -> None:
        """Note rasters that cannot be: of what is no model of pixels, of another kind of file, in the place of another file."""
        maps = self.maps
        inputs = [maps.boundaries.file, maps.table, *maps.lookups, *(item.file for item in maps.raster.values())]
        taken = {self.description.path, *(self.description.path.parent / name for name in inputs)}
        if maps.land_cover is not None:
            taken.add(self.description.path.parent / maps.land_cover.file)
        for number, output in enumerate(maps.output):
            if not output.raster:
                continue
            where = self.text.where("output", number, "raster")
            try:
                path = self.description.raster(number)
            except InputError as error:
                self.problems.take(error)
                continue
            if output.quantity not in joint:
                self.problems.add("map_cog_what", where, quantity=output.quantity)
            if path.suffix.lower() not in SUFFIXES or path in taken:
                self.problems.add("map_cog_name", where, file=output.raster)
            taken.add(path)

    def _boundaries(self) -> polygons.Boundaries | None:
        asked = self.maps.boundaries
        path = self._file(asked.file, "boundaries", "file")
        if path is None:
            return None
        where = self.text.where("boundaries", "datum")
        try:
            found = polygons.read_boundaries(
                polygons.BoundariesAsked(path, asked.layer, asked.code, asked.datum, asked.crs, where)
            )
        except InputError as error:
            self.problems.take(error)
            return None
        for code in sorted(set(asked.counties) - {zone.code for zone in found.zones}):
            self.problems.add("map_county_absent", self.text.where("boundaries", "counties"), code=code, file=path.name)
        if asked.datum == "GCJ-02":
            self.problems.warn("import_gcj", where)
        return polygons.of_codes(found, tuple(asked.counties))

    def _grid(self, layers: Mapping[str, Layer]) -> PixelGrid:
        """The grid of the land cover, else of the first raster; every other layer lies on it or says how it is brought there."""
        name = COVER if COVER in layers else next(iter(layers), "")
        if not name:
            self.problems.add("map_nothing", self.text.name)
            self.problems.raise_if_any(InputError)
        grid = grid_of(layers[name])
        for other, layer in layers.items():
            key = (COVER,) if other == COVER else ("raster", other)
            check_grid(layer, grid, self.text.where(*key), self.problems)
        return grid

    def _covered(self, boundaries: polygons.Boundaries, grid: PixelGrid) -> None:
        """Note the counties that the grid leaves out in part."""
        if not same_datum(boundaries.datum, datum_of(grid.crs)):
            facts = {"file": boundaries.file, "one": boundaries.datum, "other": datum_of(grid.crs)}
            self.problems.add("map_datum_rasters", self.text.where("boundaries"), **facts)
            return
        box = shapely.box(*grid.bounds)
        slack = min(grid.transform[1], grid.transform[3]) / 2
        for zone, polygon in zip(boundaries.zones, boundaries.on(grid.crs), strict=True):
            if not shapely.contains(box.buffer(slack, join_style="mitre"), polygon):
                outside = 1 - shapely.intersection(box, polygon).area / polygon.area
                self.problems.add(
                    "map_not_covered", self.text.where("boundaries", "file"), code=zone.code, share=f"{outside:.2%}"
                )
