"""The verb `compensation`: the rules of ecological compensation, their parameters, and skeletons of plans."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from qhgep.cli.console import Json, Packs, reporting_errors, say, settings, write_json
from qhgep.cli.old_spelling import taken, with_old_spelling

Rule = Annotated[str, typer.Argument(help="规则编号 (rule id).")]


def _translated(words: Sequence[str]) -> list[str]:
    """A rule alone showed it, with -o its skeleton was written; `--rows` listed the parameters."""
    if "--rows" in words:
        return ["rows", *(word for word in words if word != "--rows")]
    if {"-o", "--output"} & set(words):
        value, rest = taken(words, "-o")
        value, rest = (value, rest) if value is not None else taken(words, "--output")
        return ["template", *rest, "-o", value or ""]
    return ["list" if words[0].startswith("-") else "show", *words]


compensation = typer.Typer(
    cls=with_old_spelling(_translated), rich_markup_mode=None,
    help="补偿规则：一览、看一条、政策参数、待填的方案 (compensation rules). 例: qhgep compensation show GRASS-QH-2",
)  # fmt: skip


@compensation.command("list")
def list_(coefficients: Packs = None, json_file: Json = None) -> None:
    """补偿规则一览 (list the rules). 例: qhgep compensation list"""
    with reporting_errors():
        from qhgep.cli.rules import rule_table
        from qhgep.result_files.lists import compensation_file
        from qhgep.workbook.output_paths import check_targets

        packs = tuple(coefficients or ())
        check_targets(packs, None, json_file)
        if json_file is not None:
            write_json(json_file, compensation_file(packs))
        if str(json_file) != "-":
            typer.echo(rule_table(packs, settings.language))


@compensation.command()
def show(rule: Rule, coefficients: Packs = None) -> None:
    """一条规则及其参数 (one rule with its parameters). 例: qhgep compensation show GRASS-QH-2"""
    with reporting_errors():
        from qhgep.cli.rules import rule_text

        typer.echo(rule_text(rule, tuple(coefficients or ()), settings.language))


@compensation.command()
def rows(coefficients: Packs = None) -> None:
    """政策参数的各行 (the rows of policy parameters). 例: qhgep compensation rows"""
    with reporting_errors():
        from qhgep.cli.rules import row_table

        typer.echo(row_table(tuple(coefficients or ()), settings.language))


@compensation.command()
def template(
    rule: Rule, output: Annotated[Path, typer.Option("-o", "--output", help="写出待填的方案 (skeleton of a plan to write).")]
) -> None:  # fmt: skip
    """写出待填的方案 (write the skeleton of a plan). 例: qhgep compensation template GRASS-QH-2 -o out/plan.toml"""
    with reporting_errors():
        from qhgep.cli.rules import write_skeleton
        from qhgep.workbook.output_paths import refuse_unwritable

        refuse_unwritable(output, folder=False)
        typer.echo(say("cli.skeleton", written=write_skeleton(rule, output)))
