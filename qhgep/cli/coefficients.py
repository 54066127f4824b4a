"""The verb `coefficients`: list rows, check a pack, write one to be filled in, review the store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qhgep.cli.console import Json, KnownOn, Packs, misuse, own_file, reporting_errors, settings, tell, write_json
from qhgep.cli.old_spelling import taken, with_old_spelling

if TYPE_CHECKING:
    from qhgep.cli.coefficient_answers import VerbOutput


def _translated(words: Sequence[str]) -> list[str]:
    """`--check X`, `--template X` and `--review` were modes of one verb, and its own mode was to list."""
    for mode in ("check", "template"):
        value, rest = taken(words, f"--{mode}")
        if value is not None:
            return [mode, value, *rest]
    if "--review" in words:
        return ["review", *(word for word in words if word != "--review")]
    return ["list", *words]


coefficients = typer.Typer(
    cls=with_old_spelling(_translated), rich_markup_mode=None,
    help="系数：列出、核对系数包、写出待填的包、复核 (coefficients). 例: qhgep coefficients list runoff_coefficient",
)  # fmt: skip


def _tell(found: VerbOutput, json_file: Path | None) -> None:
    """The answer on stdout and as JSON, its problems on stderr; an error among them is exit code 1."""
    if json_file is not None:
        write_json(json_file, found.content)
    if str(json_file) != "-":
        typer.echo(found.text)
    tell(found.problems)
    if found.failed:
        raise typer.Exit(1)


@coefficients.command("list")
def list_(
    name: Annotated[str | None, typer.Argument(help="系数名或行号 (key or row id)")] = None,
    on: Annotated[str | None, typer.Option(help="只列当日有效的 (only those in force on DATE).")] = None,
    where_used: Annotated[bool, typer.Option("--where-used", help="哪些公式用到 (formulas that read it).")] = False,  # noqa: FBT002 - a flag
    folders: Annotated[
        list[Path] | None, typer.Option("--in", help="这些文件夹里哪些核算、方案、规则集、系数包用到 (files of folders that use it).")
    ] = None,
    as_known_on: KnownOn = None, packs: Packs = None, json_file: Json = None,
) -> None:  # fmt: skip
    """列出系数 (list coefficients). 例: qhgep coefficients list runoff_coefficient --on 2010-06-30"""
    with reporting_errors():
        from qhgep.cli.coefficient_answers import listed_rows
        from qhgep.workbook.output_paths import check_targets

        check_targets(tuple(packs or ()), None, json_file)
        if folders and (not name or not where_used):
            raise misuse("--in", "needs_all", options="NAME --where-used")
        _tell(
            listed_rows(
                name, on, packs or [], as_known_on, settings.language, where_used=where_used, folders=folders or ()
            ),
            json_file,
        )


@coefficients.command()
def check(
    pack: Annotated[Path, typer.Argument(help="系数包：文件夹或填好的 .xlsx (folder, or filled .xlsx).")], json_file: Json = None
) -> None:  # fmt: skip
    """核对系数包 (check a pack). 例: qhgep coefficients check 我的系数"""
    with reporting_errors():
        from qhgep.cli.coefficient_answers import checked
        from qhgep.workbook.output_paths import check_targets

        check_targets((pack,), None, json_file)
        _tell(checked(pack, settings.language), json_file)


@coefficients.command()
def template(
    target: Annotated[Path, typer.Argument(help="要写的文件夹或 .xlsx (folder or .xlsx to write).")],
    ruleset: Annotated[str, typer.Option(help="规则集名或其 toml (ruleset, or its toml).")] = "",
    account: Annotated[Path | None, typer.Option(help="只列这个核算所缺的 (only what this account lacks).")] = None,
    region: Annotated[str, typer.Option(help="区划代码 (region code).")] = "",
    year: Annotated[int | None, typer.Option(help="年份 (year).")] = None,
    ecosystem: Annotated[list[str] | None, typer.Option(help="生态系统编号 (ecosystem id).")] = None,
    packs: Packs = None, json_file: Json = None,
) -> None:  # fmt: skip
    """写出待填的系数包 (write a pack to fill in). 例: qhgep coefficients template 我的系数 --ruleset county-general"""
    with reporting_errors():
        from qhgep.cli.coefficient_answers import template_written
        from qhgep.packs.needs import Scope
        from qhgep.workbook.output_paths import check_targets

        if bool(ruleset) == (account is not None):
            raise misuse("template", "exactly_one", options="--ruleset、--account")
        if packs and account is None:
            raise misuse("--coefficients", "needs_all", options="--account")
        check_targets((account or own_file(ruleset), *(packs or ())), None, json_file)
        scope = Scope(region, year, tuple(ecosystem or ()))
        of = account or ruleset
        _tell(template_written(target, of, scope, settings.language, packs=packs or ()), json_file)


@coefficients.command()
def review(as_known_on: KnownOn = None, packs: Packs = None, json_file: Json = None) -> None:
    """供复核 (what to review). 例: qhgep coefficients review --json review.json"""
    with reporting_errors():
        from qhgep.cli.coefficient_answers import reviewed
        from qhgep.workbook.output_paths import check_targets

        check_targets(tuple(packs or ()), None, json_file)
        _tell(reviewed(packs or [], as_known_on, settings.language), json_file)


@coefficients.command()
def diff(
    first: Annotated[str, typer.Argument(help="shipped、日期或系数包 (shipped, a day, or a pack).")],
    second: Annotated[str, typer.Argument(help="同上 (the same).")], json_file: Json = None,
) -> None:  # fmt: skip
    """两套系数逐行比较 (compare two stores). 例: qhgep coefficients diff 2020-12-31 shipped"""
    with reporting_errors():
        from qhgep.cli.coefficient_answers import compared
        from qhgep.workbook.output_paths import check_targets

        check_targets(tuple(path for text in (first, second) if (path := own_file(text)) is not None), None, json_file)
        _tell(compared(first, second, settings.language), json_file)
