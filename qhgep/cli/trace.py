"""The verb that writes everything a result follows from as a graph."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from qhgep.cli.console import Inside, KnownOn, Packs, Require, progress, reporting_errors, say, settings

if TYPE_CHECKING:
    from qhgep.evidence import Evidence


def add_trace(app: typer.Typer) -> None:
    """Add the verb to the command line."""

    @app.command()
    def trace(
        file: Annotated[Path, typer.Argument(help="account.toml、plan.toml 或工作簿 (or a workbook)")],
        output: Annotated[Path, typer.Option("-o", "--output", help="写出的文件，一行一个节点 (JSON lines to write).")],
        tables: Annotated[bool, typer.Option("--csv", help="写成节点、依赖两张表 (two csv files: nodes, edges).")] = False,  # noqa: FBT002 - a flag
        coefficients: Packs = None, as_known_on: KnownOn = None, require: Require = None, inside: Inside = None,
    ) -> None:  # fmt: skip
        """全部数的来历，一张图 (everything it follows from, as a graph). 例: qhgep trace examples/pilot/plan.toml -o out/trace.jsonl"""
        with reporting_errors():
            from qhgep import trace as run
            from qhgep.cli.tables import day
            from qhgep.tracing import write_trace, written_by
            from qhgep.workbook.output_paths import check_targets

            for target in written_by(output, tables=tables):
                check_targets((file, *(coefficients or ())), None, target)
            progress("cli.reading_computing", file=file.name)
            level = cast("Evidence | None", require)
            known_on = day(as_known_on, "--as-known-on")
            graph = run(file, coefficients=coefficients or [], known_on=known_on, require=level, inside=inside)
            for path in write_trace(graph, output, tables=tables):
                settings.written.append(str(path))
                typer.echo(say("cli.written", written=path))
