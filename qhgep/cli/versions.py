"""The verbs over versions: what changed between two, print one, make one final."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qhgep.cli.console import (
    Inside,
    Json,
    KnownOn,
    Modules,
    Output,
    Packs,
    Require,
    level_of,
    misuse,
    own_catalogue,
    progress,
    reporting_errors,
    say,
    settings,
    write_json,
)

versions = typer.Typer(rich_markup_mode=None)


@versions.command()
def diff(  # noqa: PLR0913, PLR0917 - options of the command line
    a: Annotated[Path, typer.Argument(help="旧：account.toml、plan.toml、文件夹或工作簿 (old: account, plan, folder or workbook).")],
    b: Annotated[Path | None, typer.Argument(help="新：同类的文件；比较一份核算的两期时不写 (new: one of the same kind).")] = None,
    period: Annotated[
        tuple[str, str] | None, typer.Option(help="比较两个期间，并分解变动的原因：旧 新 (two periods, and what the change comes from).")
    ] = None,
    output: Output = None, json_file: Json = None, coefficients: Packs = None, as_known_on: KnownOn = None,
    require: Require = None, inside: Inside = None, modules: Modules = None,
) -> None:  # fmt: skip
    """比较两个版本，差异逐县分解 (what changed, and a bridge that closes). 例: qhgep diff old.xlsx account.toml -o diff.xlsx"""
    with reporting_errors():
        from qhgep.cli.tables import day
        from qhgep.difference.report import difference_text
        from qhgep.workbook.correction.compare import diff as run
        from qhgep.workbook.output_paths import check_targets
        from qhgep.workbook.reports.difference import write_difference

        check_targets((a, b, *(coefficients or ())), output, json_file)
        progress("cli.comparing", a=a.name, b=a.name if b is None else b.name)
        found = run(
            a,
            b,
            periods=period,
            coefficients=coefficients or [],
            known_on=day(as_known_on, "--as-known-on"),
            require=level_of(require),
            inside=inside,
            catalogue=own_catalogue(modules),
        )
        if str(json_file) != "-":
            typer.echo(difference_text(found, settings.language))
        if output is not None:
            settings.written.append(str(write_difference(found, output)))
            typer.echo(say("cli.workbook", path=output), err=str(json_file) == "-")
        if json_file is not None:
            from qhgep.result_files.difference import difference_file

            write_json(json_file, difference_file(found))


@versions.command()
def compare(  # noqa: PLR0913, PLR0917 - options of the command line
    account: Annotated[Path, typer.Argument(help="account.toml 或其文件夹 (account.toml or its folder).")],
    rulesets: Annotated[
        str, typer.Option(help="规则集名，用逗号隔开；差异桥从第一个起 (names, with commas between; bridges lead from the first).")
    ],
    output: Output = None, json_file: Json = None, coefficients: Packs = None, as_known_on: KnownOn = None,
    require: Require = None, inside: Inside = None, modules: Modules = None,
) -> None:  # fmt: skip
    """同一套输入下各规则集并列 (rulesets side by side).

    例: qhgep compare examples/pilot/account-general.toml --rulesets water-balance-plateau,county-general -o out/x.xlsx
    """
    with reporting_errors():
        from qhgep.cli.tables import day, refuse_the_other_kind
        from qhgep.difference.ruleset_comparison import compare_rulesets
        from qhgep.difference.ruleset_report import ruleset_comparison_text
        from qhgep.workbook.output_paths import check_targets
        from qhgep.workbook.reports.rulesets import write_ruleset_comparison

        check_targets((account, *(coefficients or ())), output, json_file)
        refuse_the_other_kind(account, plan=False)
        progress("cli.computing_each", account=account.name)
        found = compare_rulesets(
            account,
            [name.strip() for name in rulesets.split(",")],
            coefficients=coefficients or [],
            known_on=day(as_known_on, "--as-known-on"),
            require=level_of(require),
            inside=inside,
            catalogue=own_catalogue(modules),
        )
        if str(json_file) != "-":
            typer.echo(ruleset_comparison_text(found, settings.language))
        if output is not None:
            settings.written.append(str(write_ruleset_comparison(found, output)))
            typer.echo(say("cli.workbook", path=output), err=str(json_file) == "-")
        if json_file is not None:
            from qhgep.result_files.difference import ruleset_comparison_file

            write_json(json_file, ruleset_comparison_file(found, settings.language))


@versions.command()
def render(
    file: Annotated[Path, typer.Argument(help="工作簿 (workbook).")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="写出的 PDF (PDF to write).")] = None,
    png: Annotated[
        Path | None, typer.Option(help="逐页图片的文件夹，须有 pdftoppm (folder of pages as pictures; needs pdftoppm).")
    ] = None,
    timeout: Annotated[float, typer.Option(min=1, help="最多等多少秒 (seconds to wait at most).")] = 180,
    whole: Annotated[bool, typer.Option("--all", help="核查用的各表也印 (the auditor's sheets too).")] = False,  # noqa: FBT002 - a flag
) -> None:
    """用 LibreOffice 打印工作簿 (print a workbook by LibreOffice). 例: qhgep render out/pilot.xlsx -o out/pilot.pdf"""
    if output is None and png is None:
        raise misuse("render", "at_least_one", options="-o、--png")
    with reporting_errors():
        from qhgep.workbook.core.render import render as run
        from qhgep.workbook.verify.manifest import printed_sheets

        sheets = () if whole else printed_sheets(file)
        progress("cli.rendering", file=file.name)
        for written in run(file, output, png=png, seconds=timeout, sheets=sheets):
            typer.echo(say("cli.written", written=written))
        if sheets:
            names = "、".join(sheets)
            typer.echo(say("cli.main_sheets", names=names))


@versions.command()
def brief(
    file: Annotated[Path, typer.Argument(help="account.toml、其文件夹或核算的工作簿 (account.toml, its folder or a workbook).")],
    output: Annotated[Path, typer.Option("-o", "--output", help="写出的 .xlsx 或 .pdf (file to write, .xlsx or .pdf).")],
    last: Annotated[Path | None, typer.Option(help="上年的定稿 (final workbook of the year before).")] = None,
    period: Annotated[str | None, typer.Option(help="期间 (period).")] = None, coefficients: Packs = None,
    inside: Inside = None, modules: Modules = None,
) -> None:  # fmt: skip
    """写出三页的简报 (brief of three pages). 例: qhgep brief examples/pilot/account-general.toml -o out/简报.xlsx"""
    if output.suffix.lower() not in {".xlsx", ".pdf"}:
        raise misuse("-o", "endings", endings=".xlsx、.pdf")
    with reporting_errors():
        from qhgep.cli.tips import tell_books_beside
        from qhgep.workbook.brief import brief as run
        from qhgep.workbook.output_paths import check_targets

        check_targets((file, last, *(coefficients or ())), output if output.suffix.lower() == ".xlsx" else None, None)
        tell_books_beside(file, coefficients or [])
        progress("cli.writing_brief", output=output.name)
        written = run(
            file, output, period=period, last=last, coefficients=coefficients or [], inside=inside,
            catalogue=own_catalogue(modules),
        )  # fmt: skip
        typer.echo(say("cli.brief", written=written))


@versions.command()
def finalise(
    file: Annotated[Path, typer.Argument(help="已审阅的工作簿 (reviewed workbook).")], output: Output = None
) -> None:
    """把审阅过的工作簿写成定稿 (make the final workbook of a reviewed one). 例: qhgep finalise out/review.xlsx -o out/final.xlsx"""
    with reporting_errors():
        from qhgep.workbook.files import finalise as run
        from qhgep.workbook.output_paths import check_targets

        check_targets(file, output, None)
        progress("cli.finalising", file=file.name)
        written = run(file, output)
        typer.echo(say("cli.final", written=written))
