"""The verb `what-if`: inverse questions about a plan."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qhgep.cli.console import (
    Inside,
    Json,
    KnownOn,
    Output,
    Packs,
    Require,
    level_of,
    misuse,
    progress,
    reporting_errors,
    settings,
    write_json,
)

if TYPE_CHECKING:
    from qhgep.envelope import Envelope

plans = typer.Typer(rich_markup_mode=None)


@plans.command("what-if")
def what_if(  # noqa: PLR0913, PLR0917 - options of the command line
    file: Annotated[Path, typer.Argument(help="plan.toml")],
    previous: Annotated[Path | None, typer.Option(help="上年数：方案结果 JSON、plan.toml 或 csv (last year: JSON, plan.toml or csv).")] = None,
    more: Annotated[str | None, typer.Option(help="资金总额增减多少元 (change of the pool, CNY).")] = None,
    row: Annotated[
        list[str] | None, typer.Option(help="改一行系数，如 GZ-26=418、RC-高寒草甸=+10% (another value of a row).")
    ] = None,
    all_rows: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--all-rows", help="各系数提高 1% 的影响 (every row a percent higher).")
    ] = False,
    output: Output = None,
    json_file: Json = None, require: Require = None, coefficients: Packs = None, as_known_on: KnownOn = None,
    inside: Inside = None,
) -> None:  # fmt: skip
    """反过来问方案 (inverse questions). 例: qhgep what-if examples/pilot/plan.toml --more 10000000.00"""
    with reporting_errors():
        from qhgep.cli.tables import day
        from qhgep.compensation.what_if.answers import what_if as run
        from qhgep.compensation.what_if.report import answers_text
        from qhgep.workbook.output_paths import check_targets

        level = level_of(require)
        if sum((bool(row), all_rows, more is not None or previous is not None)) > 1:
            raise misuse("what-if", "at_most_one", options="--row、--all-rows、--more --previous")
        if output is not None and not all_rows:
            raise misuse("-o", "needs_all", options="--all-rows")
        check_targets((file, previous, *(coefficients or ())), output, json_file)
        progress("cli.trying", file=file.name)
        known_on = day(as_known_on, "--as-known-on")
        if row or all_rows:
            _rows(file, row or (), output, json_file, {
                "require": level, "coefficients": coefficients or [], "known_on": known_on, "inside": inside,
            })  # fmt: skip
            return
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
            typer.echo(answers_text(found, settings.language))
        if json_file is not None:
            from qhgep.result_files.what_if import what_if_file

            write_json(json_file, what_if_file(found, settings.language))


def _rows(
    file: Path, changes: Sequence[str], output: Path | None, json_file: Path | None, options: dict[str, Any]
) -> None:
    """Other values of the named rows, or every row a percent higher."""
    from qhgep.compensation.what_if.report import all_rows_text, row_effect_text
    from qhgep.compensation.what_if.rows import what_if_all_rows, what_if_rows
    from qhgep.result_files.what_if import all_rows_file, row_effect_file

    content: Envelope[Any]
    if changes:
        effect = what_if_rows(file, changes, **options)
        text, content = row_effect_text(effect, settings.language), row_effect_file(effect)
    else:
        found = what_if_all_rows(
            file, **options, progress=lambda done, whole: progress("cli.steps", done=done, whole=whole)
        )
        text, content = all_rows_text(found, settings.language), all_rows_file(found)
        if output is not None:
            from qhgep.workbook.reports.scenario import write_all_rows

            write_all_rows(found, output)
            settings.written.append(str(output))
    if str(json_file) != "-":
        typer.echo(text)
    if json_file is not None:
        write_json(json_file, content)
