"""Models of pixels as rasters: cloud-optimised GeoTIFF with unit, sources and formulas in their tags.

A raster is that of the whole grid, cut by no boundary: what a county is does not stand in it. A pixel that is not known, and
one that a formula leaves out, has no data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import rasterio
from rasterio.errors import RasterioError
from rasterio.shutil import copy
from rasterio.windows import Window

from qhgep._version import __version__
from qhgep.catalogue import shipped
from qhgep.errors import InputError, problem
from qhgep.raster.counting import Work, classes_of, known_of, leaves_at, pieces
from qhgep.raster.layers import gdal
from qhgep.raster.model import evaluate_steps
from qhgep.raster.pixel_area import Floats, PixelWindow
from qhgep.raster.session import COVER, Session
from qhgep.raster.zoning import Members
from qhgep.readings.text import text

_BLOCK = 512


def write_rasters(session: Session) -> list[Path]:
    """The rasters that a description asks for, beside its table; each appears only when it is complete.

    Raises InputError where a raster cannot be read or written.
    """
    asked = {
        output.quantity: session.description.raster(number)
        for number, output in enumerate(session.description.maps.output)
        if output.raster
    }
    if not asked:
        return []
    table = session.description.table
    with TemporaryDirectory(dir=table.parent, prefix=f".{table.stem}.rasters") as folder, gdal():
        try:
            for name, path in _drawn(session, sorted(asked), Path(folder)).items():
                path.replace(asked[name])
        except (RasterioError, OSError) as error:
            detail = str(error.__cause__ or error).splitlines()[0]
            raise InputError(problem("map_cog_write", table.name, detail=detail)) from error
    return [asked[name] for name in sorted(asked)]


def _drawn(session: Session, names: list[str], folder: Path) -> dict[str, Path]:
    """Each quantity as a raster in a folder."""
    plain = {name: folder / f"{name}.plain.tif" for name in names}
    files = {name: rasterio.open(path, "w", **_profile(session)) for name, path in plain.items()}
    try:
        for span in session.grid.tiles:
            for name, values in _values(session.work, span, names).items():
                files[name].write(values, 1, window=Window(span.column, span.row, span.width, span.height))
        for name, file in files.items():
            quantity = shipped().vocabulary[name]
            file.update_tags(**tags(session, name))
            file.set_band_description(1, f"{quantity.zh} {name}")
            file.units = (quantity.unit.printed,)
    finally:
        for file in files.values():
            file.close()
    found = {}
    for name, path in plain.items():
        found[name] = folder / f"{name}.tif"
        copy(
            path,
            found[name],
            driver="COG",
            compress="DEFLATE",
            predictor="YES",
            blocksize=_BLOCK,
            overview_resampling="NEAREST",
        )
        path.unlink()
    return found


def _profile(session: Session) -> dict[str, Any]:
    grid = session.grid
    return {
        "driver": "GTiff", "height": grid.height, "width": grid.width, "count": 1, "dtype": "float32", "nodata": float("nan"),
        "crs": grid.wkt, "transform": grid.affine(PixelWindow(0, 0, 1, 1)), "tiled": True, "blockxsize": _BLOCK, "blockysize": _BLOCK,
        "bigtiff": "IF_SAFER",
    }  # fmt: skip


def _values(work: Work, span: PixelWindow, names: list[str]) -> dict[str, Any]:
    """The quantities of all pixels of a tile, in their units; NaN where they are not known."""
    grid, size = work.zoning.grid, span.height * span.width
    area = grid.area(span)
    flat = area.ravel() if area.size == 1 else np.broadcast_to(area, (span.height, span.width)).ravel()
    members = Members(np.ones(size, dtype=np.intp), flat)
    classes = np.zeros(size, dtype=np.intp) if work.cover is None else classes_of(work.cover, span, members, {})
    layers: Mapping[str, Floats] = {name: members.take(reader.numbers(span)) for name, reader in work.rasters.items()}
    places = np.flatnonzero(known_of(work, layers, classes, members.zone > 0))
    found = {name: np.full(size, np.nan) for name in names}
    areas = members.areas()
    for piece in pieces(places.size):
        at = places[piece]
        made = evaluate_steps(work.model, leaves_at(work, layers, classes, areas, at))
        for name in names:
            values = np.broadcast_to(made.values[name], at.shape)
            gone = made.left_out.get(name)
            found[name][at] = values if gone is None else np.where(np.broadcast_to(gone, at.shape), np.nan, values)
    shape = (span.height, span.width)
    return {
        name: np.where(np.isfinite(values), values, np.nan).astype(np.float32).reshape(shape)
        for name, values in found.items()
    }


def tags(session: Session, name: str) -> dict[str, str]:
    """What a raster says of itself: what it is, in which unit, of which formulas, from which rasters, rows and numbers."""
    maps, quantity = session.description.maps, shipped().vocabulary[name]
    return {
        "TITLE": maps.title, "QUANTITY": name, "QUANTITY_ZH": quantity.zh, "UNIT": quantity.unit.printed, "PERIOD": str(maps.period),
        "FORMULAS": "\n".join(_formulas(session, name)), "SOURCES": "\n".join(_sources(session, name)),
        "SOFTWARE": f"qhgep {__version__}",
    }  # fmt: skip


def _formulas(session: Session, name: str) -> Iterator[str]:
    below = session.model.below(name)
    for formula in session.model.formulas:
        if formula.quantity.name in below:
            clause = " ".join(filter(None, (formula.source.source, formula.source.at)))
            yield f"{formula.quantity.name}/{formula.method}: {formula.quantity.zh} = {text(formula.equals)} [{clause}]"


def _sources(session: Session, name: str) -> Iterator[str]:
    """Every raster, lookup row and number that the quantity rests on, with its unit and where it is from."""
    maps, below = session.description.maps, session.model.below(name)
    cover = maps.land_cover
    if cover is not None:
        yield f"{COVER}: {cover.file} {cover.scheme}@{cover.version} SHA-256 {session.hashes[COVER]} [{cover.source}]"
    for leaf in sorted(below):
        if leaf in maps.raster:
            raster = maps.raster[leaf]
            yield f"{leaf}: {raster.file} {raster.unit} SHA-256 {session.hashes[leaf]} [{raster.source}]"
        elif leaf in session.lookups and leaf in session.model.leaves:
            for code, entry in sorted(session.lookups[leaf].items()):
                yield f"{leaf}: class {code} = {float(entry.exact):g} {entry.place} [{entry.source}]"
        elif leaf in session.scalars:
            yield f"{leaf}: {float(session.scalars[leaf].exact):g} [{session.scalars[leaf].source}]"


__all__ = ["tags", "write_rasters"]
