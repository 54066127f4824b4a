"""The verb `compensation`: the rules of ecological compensation, their parameters, and skeletons of plans."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qhgep.cli.console import Json, Packs, reporting_errors, say, settings, write_json


def add_compensation(app: typer.Typer) -> None:
    """Add the verb to the command line."""

    @app.command()
    def compensation(
        rule: Annotated[str | None, typer.Argument(help="规则编号 (rule id).")] = None,
        rows: Annotated[bool, typer.Option("--rows", help="列出政策参数 (list the policy parameters).")] = False,  # noqa: FBT002 - a flag
        output: Annotated[Path | None, typer.Option("-o", "--output", help="写出待填的方案 (skeleton of a plan to write).")] = None,
        coefficients: Packs = None, json_file: Json = None,
    ) -> None:  # fmt: skip
        """补偿规则一览 (list compensation rules). 例: qhgep compensation GRASS-QH-2 -o out/plan.toml"""
        with reporting_errors():
            from qhgep.cli import rules as listing
            from qhgep.workbook.output_paths import check_targets, refuse_unwritable

            packs = tuple(coefficients or ())
            check_targets(packs, None, json_file)
            if output is not None:
                refuse_unwritable(output, folder=False)
            if output is not None and rule is None:
                raise typer.BadParameter(say("cli.needs_rule"), param_hint="-o")
            if json_file is not None:
                from qhgep.result_files.lists import compensation_file

                write_json(json_file, compensation_file(packs))
            if output is not None and rule is not None:
                written = listing.write_skeleton(rule, output)
                typer.echo(say("cli.skeleton", written=written))
            elif rows:
                typer.echo(listing.row_table(packs, settings.language))
            elif rule is not None:
                typer.echo(listing.rule_text(rule, packs, settings.language))
            elif str(json_file) != "-":
                typer.echo(listing.rule_table(packs, settings.language))
