"""The verb `import`: a table of another tool into the long input table, with its provenance beside it."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from qhgep.cli.console import reporting_errors, say, tell


class TableKind(StrEnum):
    """The kinds of table that can be imported."""

    invest_water_yield = "invest-water-yield"
    invest_sdr = "invest-sdr"
    invest_carbon = "invest-carbon"
    gee = "gee"
    arcgis_zonal = "arcgis-zonal"
    arcgis_tabulate = "arcgis-tabulate"
    qgis_zonal = "qgis-zonal"
    qgis_histogram = "qgis-histogram"
    land_survey = "land-survey"


def add_import(app: typer.Typer) -> None:
    """Add the verb to the command line."""

    @app.command("import")
    def import_(  # noqa: PLR0913 - one option for each thing that a table does not say
        kind: Annotated[TableKind, typer.Argument(help="表的种类 (kind of table).")],
        file: Annotated[Path, typer.Argument(help="其他工具的表，csv 或 xlsx (table of another tool, csv or xlsx).")],
        *,
        output: Annotated[Path, typer.Option("-o", "--output", help="写出的长表 csv (long input table to write).")],
        map: Annotated[Path | None, typer.Option("--map", help="区域对照表 id,county_code[,area,area_unit] (zones to counties).")] = None,  # noqa: A002
        year: Annotated[str, typer.Option(help="年份，2020 或 2001-2019 (year, 2020 or 2001-2019).")] = "",
        year_column: Annotated[str, typer.Option(help="年份栏，一张表有几年的数据时用 (column of years).")] = "",
        from_year: Annotated[str, typer.Option(help="储量之差的前一年 (the earlier year of a change).")] = "",
        scheme: Annotated[str, typer.Option(help="地类体系，如 CLCD (land-cover scheme, as CLCD).")] = "",
        version: Annotated[str, typer.Option(help="其版本，如 annual-30m (its version, as annual-30m).")] = "",
        crs: Annotated[str, typer.Option(help="坐标系，如 EPSG:4525 (coordinate reference system, as EPSG:4525).")] = "",
        datum: Annotated[str, typer.Option(help="县界的坐标基准，如 CGCS2000 (datum of the boundary, as CGCS2000).")] = "",
        scale: Annotated[str, typer.Option(help="像元边长，米 (pixel size in metres).")] = "",
        boundary: Annotated[str, typer.Option(help="县界的来源与年份 (source and year of the boundary).")] = "",
        source: Annotated[str, typer.Option(help="来源编号 (source id).")] = "",
        evidence: Annotated[str, typer.Option(help="数据的证据等级 (evidence of the data).")] = "unconfirmed",
        quantity: Annotated[str, typer.Option(help="是什么量，如 precipitation (quantity, as precipitation).")] = "",
        unit: Annotated[str, typer.Option(help="其单位，如 mm/a (its unit, as mm/a).")] = "",
        statistic: Annotated[str, typer.Option(help="mean, sum, histogram, groups")] = "",
        id_column: Annotated[str, typer.Option(help="区域编号栏 (column of zone ids).")] = "",
        class_column: Annotated[str, typer.Option(help="地类编码栏 (column of class codes).")] = "",
        area_column: Annotated[str, typer.Option(help="面积栏，不含单位 (column of areas, without its unit).")] = "",
        prefix: Annotated[str, typer.Option(help="栏名前缀，如 HISTO_ (prefix of columns, as HISTO_).")] = "",
        ignore: Annotated[list[str] | None, typer.Option(help="不读的属性栏，可重复 (attribute columns).")] = None,
        open_: Annotated[list[str] | None, typer.Option("--open", help="留待判断的地类编码，可重复 (codes left to a decision).")] = None,
        confirmed_by: Annotated[str, typer.Option(help="确认地类对照的文件 (document that confirms the crosswalk).")] = "",
        accept_coverage: Annotated[str, typer.Option(help="仍采用的最低覆盖率，或 unstated (lowest coverage that is used, or unstated).")] = "",
        accept_zero: Annotated[bool, typer.Option("--accept-zero", help="没有像元的地类按零采用 (zero where no pixel is).")] = False,
        reason: Annotated[str, typer.Option(help="采用的理由 (why).")] = "",
        decided_by: Annotated[str, typer.Option(help="决定人 (who decided).")] = "",
    ) -> None:  # fmt: skip
        """导入其他工具的表 (import a table). 例: qhgep import qgis-histogram h.csv -o inputs.csv --map zones.csv --year 2020 …"""
        with reporting_errors():
            from qhgep.importers.declared import Declared
            from qhgep.importers.run import import_table, write_import

            declared = Declared(
                map=map, year=year, year_column=year_column, from_year=from_year, scheme=scheme, version=version, crs=crs, datum=datum, scale=scale,
                boundary=boundary, source=source, evidence=evidence, quantity=quantity, unit=unit, statistic=statistic,
                id_column=id_column, class_column=class_column, area_column=area_column, prefix=prefix,
                ignore=tuple(ignore or ()), open=tuple(open_ or ()), confirmed_by=confirmed_by,
                accept_coverage=accept_coverage, accept_zero=accept_zero, reason=reason, decided_by=decided_by,
            )  # fmt: skip
            found = import_table(kind.value, file, declared)
            written = write_import(found, output)
            tell(found.warnings)
            names = "、".join(str(path) for path in written)
            typer.echo(say("cli.imported", rows=found.rows, names=names))
