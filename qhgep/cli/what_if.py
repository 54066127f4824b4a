"""The verb `what-if`: inverse questions about a plan."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from qhgep.cli.console import Inside, Json, KnownOn, Packs, Require, progress, reporting_errors, write_json

if TYPE_CHECKING:
    from qhgep.evidence import Evidence

plans = typer.Typer(rich_markup_mode=None)


@plans.command("what-if")
def what_if(
    file: Annotated[Path, typer.Argument(help="plan.toml")],
    previous: Annotated[Path | None, typer.Option(help="上年数：方案结果 JSON、plan.toml 或 csv (last year).")] = None,
    more: Annotated[str | None, typer.Option(help="资金总额增减多少元 (change of the pool, CNY).")] = None,
    json_file: Json = None, require: Require = None, coefficients: Packs = None, as_known_on: KnownOn = None,
    inside: Inside = None,
) -> None:  # fmt: skip
    """反过来问方案 (inverse questions). 例: qhgep what-if examples/pilot/plan.toml --more 10000000.00"""
    with reporting_errors():
        from qhgep.cli.tables import day
        from qhgep.compensation.what_if.answers import what_if as run
        from qhgep.compensation.what_if.report import answers_text
        from qhgep.evidence import EVIDENCE
        from qhgep.workbook.output_paths import check_targets

        if require is not None and require not in EVIDENCE:
            raise typer.BadParameter(", ".join(EVIDENCE), param_hint="--require")
        check_targets((file, previous, *(coefficients or ())), None, json_file)
        progress(f"试算 {file.name} …", f"trying {file.name} …")
        known_on, level = day(as_known_on, "--as-known-on"), cast("Evidence | None", require)
        found = run(
            file,
            previous=previous,
            more=more,
            require=level,
            coefficients=coefficients or [],
            known_on=known_on,
            inside=inside,
        )
        if str(json_file) != "-":
            typer.echo(answers_text(found))
        if json_file is not None:
            write_json(json_file, found.as_json())
