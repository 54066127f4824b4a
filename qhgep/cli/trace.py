"""The verbs that write everything a result follows from: as a graph, and as a page for auditors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qhgep.cli.console import (
    Inside,
    KnownOn,
    Modules,
    Packs,
    Require,
    level_of,
    own_catalogue,
    progress,
    reporting_errors,
    say,
    settings,
    with_extra,
)

_PAGE = frozenset({"jinja2", "markupsafe", "vl_convert"})


def add_trace(app: typer.Typer) -> None:
    """Add the verbs to the command line."""

    @app.command()
    def trace(
        file: Annotated[Path, typer.Argument(help="account.toml、plan.toml 或工作簿 (account.toml, plan.toml or a workbook)")],
        output: Annotated[Path, typer.Option("-o", "--output", help="写出的文件，一行一个节点 (JSON lines to write).")],
        tables: Annotated[bool, typer.Option("--csv", help="写成节点、依赖两张表 (two csv files: nodes, edges).")] = False,  # noqa: FBT002 - a flag
        coefficients: Packs = None, as_known_on: KnownOn = None, require: Require = None, inside: Inside = None,
        modules: Modules = None,
    ) -> None:  # fmt: skip
        """全部数的来历，一张图 (everything it follows from, as a graph). 例: qhgep trace examples/pilot/plan.toml -o out/trace.jsonl"""
        with reporting_errors():
            from qhgep import trace as run
            from qhgep.cli.tables import day
            from qhgep.provenance.trace import write_trace, written_by
            from qhgep.workbook.output_paths import check_targets

            for target in written_by(output, tables=tables):
                check_targets((file, *(coefficients or ())), None, target)
            progress("cli.reading_computing", file=file.name)
            level = level_of(require)
            known_on = day(as_known_on, "--as-known-on")
            graph = run(
                file, coefficients=coefficients or [], known_on=known_on, require=level, inside=inside,
                catalogue=own_catalogue(modules),
            )  # fmt: skip
            for path in write_trace(graph, output, tables=tables):
                settings.written.append(str(path))
                typer.echo(say("cli.written", written=path))

    @app.command()
    def page(
        file: Annotated[Path, typer.Argument(help="account.toml、plan.toml 或工作簿 (account.toml, plan.toml or a workbook)")],
        output: Annotated[Path, typer.Option("-o", "--output", help="写出的网页，.html (page to write, .html).")],
        coefficients: Packs = None, as_known_on: KnownOn = None, require: Require = None, inside: Inside = None,
        modules: Modules = None,
    ) -> None:  # fmt: skip
        """给审计看的网页，一个文件，不联网 (a page for auditors, one file). 例: qhgep page examples/pilot/plan.toml -o out/audit.html"""
        with reporting_errors(), with_extra("page", _PAGE):
            from qhgep import trace as run
            from qhgep import write_page
            from qhgep.cli.tables import day
            from qhgep.workbook.output_paths import check_targets

            check_targets((file, *(coefficients or ())), None, output)
            progress("cli.reading_computing", file=file.name)
            level = level_of(require)
            known_on = day(as_known_on, "--as-known-on")
            graph = run(
                file, coefficients=coefficients or [], known_on=known_on, require=level, inside=inside,
                catalogue=own_catalogue(modules),
            )  # fmt: skip
            progress("cli.page_moves")
            written = write_page(graph, output, language=settings.language)
            settings.written.append(str(written))
            typer.echo(say("cli.written", written=written))
