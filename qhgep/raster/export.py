"""Back to the map: results of an account or a plan joined to the boundaries by county code, for QGIS or ArcGIS to draw.

No map is drawn here. Geometry is written as it was read, in its own CRS.
"""

from __future__ import annotations

import csv
import io
import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import shapely

from qhgep.data import MOST_TEXT, regular_file
from qhgep.envelope import opened
from qhgep.errors import InputError, Problem, Problems, problem
from qhgep.raster.boundaries import BoundariesAsked, read_shapes
from qhgep.workbook.core.write import write_whole

_DRIVERS = {".gpkg": "GPKG", ".geojson": "GeoJSON", ".parquet": "Parquet"}
_NO_CLOCK = "1970-01-01T00:00:00Z"
"""The time that a GeoPackage says it was changed: the same result gives the same bytes."""
ALL = "*"
Cell = float | str | None


@dataclass(frozen=True)
class Exported:
    """What was joined: rows and columns, and the codes that are on one side only."""

    rows: int
    columns: tuple[str, ...]
    warnings: tuple[Problem, ...]


def export(
    result: str | Path, boundaries: str | Path, output: str | Path, *, code: str, layer: str = "", period: str = ""
) -> Exported:
    """Write the county figures of a result (json of an account or a plan) with the polygons of its counties.

    Columns are named `quantity [unit]`; what is missing is empty, and what a partial figure lacks stands in a column of its own.
    `output` is .gpkg, .geojson, .csv (geometry as WKT) or, where GDAL has it, .parquet.
    Raises InputError for a file that is no result, a period that has to be chosen, and where no code joins.
    """
    problems, result, boundaries, output = Problems(), Path(result), Path(boundaries), Path(output)
    known = {".csv", *(end for end, driver in _DRIVERS.items() if driver in pyogrio.list_drivers())}
    if output.suffix.lower() not in known:
        problems.add("map_export_format", str(output), known="、".join(f"*{end}" for end in sorted(known)))
        raise InputError(problems.items)
    table = _figures(result, period)
    regular_file(boundaries)
    meta, shapes, codes = read_shapes(BoundariesAsked(boundaries, layer, code, "", "", ""))
    joined = [(name, shape) for name, shape in zip(codes, shapes, strict=True) if name in table]
    lone = [name for name in sorted(table) if name not in codes]
    others = [name for name in codes if name not in table]
    for names, where in ((lone, boundaries.name), (others, result.name)):
        if names:
            problems.warn("map_export_lone", where, codes="、".join(names))
    if not joined:
        problems.add("map_export_none", boundaries.name, code=code, file=result.name)
        raise InputError(problems.items)
    if not meta["crs"]:
        problems.add("map_crs_none", boundaries.name)
        raise InputError(problems.items)
    columns = sorted({column for cells in table.values() for column in cells})
    rows = [(name, shape, [table[name].get(column) for column in columns]) for name, shape in joined]
    data = _csv(columns, rows) if output.suffix.lower() == ".csv" else _file(output, meta["crs"], columns, rows)
    write_whole(output, data)
    return Exported(len(rows), tuple(columns), problems.warnings)


def _figures(path: Path, period: str) -> Mapping[str, Mapping[str, Cell]]:
    """County code -> column -> figure."""
    try:
        found = opened(regular_file(path, most=MOST_TEXT).read_bytes())
        rows = found["body"]["rows"]
        if found["kind"] == "allocation":
            return {row["county_code"]: _of_plan(row) for row in rows}
        if found["kind"] == "account":
            return _of_account(_of_period(rows, period))
    except OSError as error:
        raise InputError(problem("file_missing", path.name)) from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # no result, or one with other fields
        raise InputError(problem("map_export_result", path.name)) from error
    raise InputError(problem("map_export_result", path.name))


def _of_period(rows: Sequence[Mapping[str, Any]], period: str) -> list[Mapping[str, Any]]:
    """The rows of a period and those of none. Raises InputError where the period is not one of them, or open."""
    periods = sorted({str(row["period"]) for row in rows} - {""})
    if (not period and len(periods) > 1) or (period and period not in periods):
        raise InputError(problem("map_export_period", "--period", found=period or "-", known="、".join(periods)))
    return [row for row in rows if not period or str(row["period"]) in {"", period}]


def _of_plan(row: Mapping[str, Any]) -> dict[str, Cell]:
    steps = {f"{step['id']} [CNY]": float(step["yuan"]) for step in row["steps"]}
    return {**steps, "amount [CNY]": float(row["yuan"])}


def _of_account(rows: Sequence[Mapping[str, Any]]) -> Mapping[str, Mapping[str, Cell]]:
    found: dict[str, dict[str, Cell]] = {}
    for row in rows:
        if row["county_code"] in {"", ALL} or row["ecosystem"] or row["item"]:
            continue
        cells = found.setdefault(row["county_code"], {})
        cells[f"{row['quantity']} [{row['unit']}]"] = row["value"]
        if row.get("partial"):
            cells[f"{row['quantity']} lacks"] = "、".join(row["partial"]["missing"])
    return found


def _csv(columns: Sequence[str], rows: Sequence[tuple[str, Any, list[Cell]]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["county_code", *columns, "geometry"])
    for code, shape, cells in rows:
        writer.writerow(
            [code, *("" if cell is None else cell for cell in cells), shapely.to_wkt(shape, rounding_precision=-1)]
        )
    return out.getvalue().encode()


def _file(output: Path, crs: str, columns: Sequence[str], rows: Sequence[tuple[str, Any, list[Cell]]]) -> bytes:
    """The bytes of the file that GDAL writes, made beside and not yet in its place."""
    driver = _DRIVERS[output.suffix.lower()]
    fields = [np.array([code for code, _, _ in rows], dtype=object)]
    for place in range(len(columns)):
        cells = [row[2][place] for row in rows]
        texts = any(isinstance(cell, str) for cell in cells)
        fields.append(
            np.array(cells, dtype=object) if texts else np.array([math.nan if cell is None else cell for cell in cells])
        )
    shapes = shapely.to_wkb(np.array([shape for _, shape, _ in rows], dtype=object))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"results{output.suffix.lower()}"
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _NO_CLOCK})
        try:
            pyogrio.raw.write(
                path,
                shapes,
                fields,
                ["county_code", *columns],
                geometry_type="Unknown",
                crs=crs,
                driver=driver,
                layer="results",
            )
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        return path.read_bytes()
