"""The verbs of maps: `zonal` makes an input table of rasters and boundaries, `export` joins results to boundaries.

The extra is loaded when a verb is used.
"""

from __future__ import annotations

from contextlib import nullcontext
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qhgep.cli.console import progress, reporting_errors, say, settings, tell, with_extra

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

_EXTRA = frozenset({"exactextract", "pyogrio", "pyproj", "rasterio", "shapely"})
_CLUSTER = frozenset({"dask", "distributed"})
_MOST_WORKERS = 256


class How(StrEnum):
    """How pixels are given to counties."""

    auto = "auto"
    pixel_center = "pixel_center"
    exact = "exact"


def told(done: int, tiles: int, speed: float, left: float) -> None:
    """The progress of a run on stderr."""
    pace = f"{speed / 1e6:.1f} Mpx/s"
    progress("cli.tiles", done=done, tiles=tiles, pace=pace, left=left)


def _client(workers: int | None, scheduler: str | None) -> AbstractContextManager[Any]:
    """The cluster that was asked for; None in its place where none was."""
    from qhgep.errors import InputError, problem

    if workers is None and scheduler is None:
        return nullcontext()
    if (scheduler is not None and workers is not None) or (workers is not None and not 1 <= workers <= _MOST_WORKERS):
        raise InputError(problem("map_workers", "", found=workers, most=_MOST_WORKERS))
    with with_extra("cluster", _CLUSTER):
        from qhgep.raster.cluster import client_of, local_client

        return client_of(scheduler) if scheduler is not None else local_client(workers or 1)


def add_maps(app: typer.Typer) -> None:
    """Add the verbs to the command line."""

    @app.command()
    def zonal(
        file: Annotated[Path, typer.Argument(help="maps.toml")],
        *,
        method: Annotated[How, typer.Option(help="像元归属，缺省按像元大小 (pixels to counties).")] = How.auto,
        both: Annotated[
            bool, typer.Option("--both", help="两种归属都算，列出差别 (both ways, and how they differ).")
        ] = False,
        workers: Annotated[
            int | None, typer.Option(help="本机进程数，须附加组件 cluster (processes here; needs the extra cluster).")
        ] = None,
        scheduler: Annotated[
            str | None, typer.Option(help="dask 调度程序的地址 (address of a dask scheduler).")
        ] = None,
    ) -> None:
        """由栅格和边界做输入表 (maps into an input table). 例: qhgep zonal examples/maps/maps.toml"""
        with reporting_errors(), with_extra("raster", _EXTRA):
            from qhgep.importers.run import write_import
            from qhgep.raster.cog import write_rasters
            from qhgep.raster.run import both_ways
            from qhgep.raster.run import zonal as run
            from qhgep.raster.tiles import Walk, serial

            progress("cli.reading", file=file.name)
            with _client(workers, scheduler) as client:
                walk: Walk = serial
                if client is not None:
                    from qhgep.raster.cluster import walk_on

                    walk = walk_on(client)
                found = run(file, method="" if method is How.auto else method.value, walk=walk, progress=told)
            tell(found.warnings)
            if both:
                for line in both_ways(found, settings.language):
                    typer.echo(line)
            drawn = write_rasters(found.session)
            written = [*write_import(found.imported, found.session.description.table), *drawn]
            found.journal.unlink(missing_ok=True)
            names = "、".join(str(path) for path in written)
            typer.echo(say("cli.imported", rows=found.imported.rows, names=names))

    @app.command()
    def export(
        result: Annotated[
            Path, typer.Argument(help="account 或 allocate 写出的 JSON (JSON file of account or allocate).")
        ],
        *,
        boundaries: Annotated[Path, typer.Option(help="边界文件 (boundaries).")],
        output: Annotated[
            Path,
            typer.Option("-o", "--output", help="写出 .gpkg、.geojson、.csv (file to write: .gpkg, .geojson, .csv)."),
        ],
        code: Annotated[str, typer.Option(help="区划代码栏 (column of county codes).")] = "county_code",
        layer: Annotated[str, typer.Option(help="图层 (layer).")] = "",
        period: Annotated[
            str, typer.Option(help="期间，结果有几个期间时用 (period, where a result has several).")
        ] = "",
    ) -> None:
        """结果连到边界 (join results to boundaries). 例: qhgep export out/a.json --boundaries x.gpkg -o out/a.gpkg"""
        with reporting_errors(), with_extra("raster", _EXTRA):
            from qhgep.raster.export import export as run

            found = run(result, boundaries, output, code=code, layer=layer, period=period)
            settings.written.append(str(output))
            tell(found.warnings)
            typer.echo(say("cli.exported", rows=found.rows, columns=len(found.columns), output=output))
