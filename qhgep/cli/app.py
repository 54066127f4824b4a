"""The command line: verbs are thin covers of the public names. Results on stdout, progress and problems on stderr.

Exit codes: 0 done, 1 bad input, 2 bad usage, 3 verified and it differs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qhgep._version import __version__
from qhgep.cli.assessments import add_assessments
from qhgep.cli.back_payment import add_back_payment
from qhgep.cli.coefficients import coefficients as coefficient_verbs
from qhgep.cli.compensation import compensation
from qhgep.cli.console import (
    Form,
    Inside,
    Json,
    KnownOn,
    Lang,
    Modules,
    Output,
    Packs,
    Prices,
    Require,
    level_of,
    misuse,
    own_catalogue,
    own_file,
    progress,
    reporting_errors,
    say,
    settings,
    tell,
    write_json,
)
from qhgep.cli.county_funds import add_county_funds
from qhgep.cli.decide import add_decide
from qhgep.cli.desk import add_desk
from qhgep.cli.formats import add_formats
from qhgep.cli.import_ import add_import
from qhgep.cli.issued import add_issued
from qhgep.cli.maps import add_maps
from qhgep.cli.plan_forms import add_template, check_plans, plan_forms
from qhgep.cli.rulesets import rulesets
from qhgep.cli.seals import SealFile, SignatureFile, Signer, seals
from qhgep.cli.trace import add_trace
from qhgep.cli.tracing import add_tracing
from qhgep.cli.uncertainty import add_uncertainty
from qhgep.cli.verbs import Verbs
from qhgep.cli.versions import versions
from qhgep.cli.what_if import plans

app = typer.Typer(
    cls=Verbs, rich_markup_mode=None, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="qhgep: 生态产品总值核算与生态补偿测算 (gross ecosystem product and ecological compensation).",
)  # fmt: skip


def _version(asked: bool) -> None:  # noqa: FBT001 - typer gives the value of the option
    """Answered before a verb is asked for."""
    if asked:
        typer.echo(f"qhgep {__version__}")
        raise typer.Exit


def _spoken(lang: Lang | None) -> None:
    """The language that is asked for, before help is given in it."""
    if lang is not None:
        settings.language = lang.value


@app.callback()
def _main(
    lang: Annotated[
        Lang | None, typer.Option(help="信息的语言 (language of messages).", is_eager=True, callback=_spoken)
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="不显示进度 (no progress).")] = False,  # noqa: FBT002 - a flag
    version: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--version", help="版本 (version).", is_eager=True, callback=_version)
    ] = False,
) -> None:
    del version, lang
    settings.quiet = quiet
    settings.written = []


@app.command()
def account(  # noqa: PLR0913, PLR0917 - options of the command line
    file: Annotated[Path, typer.Argument(help="account.toml")], output: Output = None, json_file: Json = None,
    coefficients: Packs = None, require: Require = None, as_known_on: KnownOn = None,
    period: Annotated[str | None, typer.Option(help="工作簿的期间 (period of the workbook).")] = None, inside: Inside = None,
    modules: Modules = None,
) -> None:  # fmt: skip
    """核算 (compute an account). 例: qhgep account examples/pilot/account.toml -o out/pilot.xlsx"""
    with reporting_errors():
        from qhgep import compute, read_account, write_workbook
        from qhgep.cli.tables import account_table, day, decision_table, refuse_the_other_kind
        from qhgep.cli.tips import tell_books_beside, tell_hints
        from qhgep.workbook.output_paths import check_targets, in_folder

        sources = (file, *(coefficients or ()))
        check_targets(sources, output, json_file)
        refuse_the_other_kind(file, plan=False)
        progress("cli.reading", file=file.name)
        known_on = day(as_known_on, "--as-known-on")
        read = read_account(
            file, coefficients=coefficients or [], require=level_of(require), known_on=known_on, inside=inside,
            catalogue=own_catalogue(modules),
        )  # fmt: skip
        progress("cli.computing")
        result = compute(read)
        tell_hints(result.checks)
        tell_books_beside(file, coefficients or [])
        if str(json_file) != "-":
            typer.echo(account_table(result, settings.language))
            for line in decision_table(result, settings.language):
                typer.echo(line)
        if output is not None:
            progress("cli.writing")
            written = write_workbook(result, in_folder(output, result, period, read=sources), period=period)
            settings.written.append(str(written))
            typer.echo(say("cli.workbook", path=written), err=str(json_file) == "-")
        if json_file is not None:
            from qhgep.result_files.account import account_file

            write_json(json_file, account_file(result, settings.language))


@app.command()
def explain(  # noqa: PLR0913, PLR0917 - options of the command line
    file: Annotated[Path, typer.Argument(help="account.toml、plan.toml 或工作簿 (account.toml, plan.toml or a workbook)")],
    county: Annotated[str, typer.Option(help="区划代码或名称 (county, code or name).")],
    quantity: Annotated[str | None, typer.Option(help="量的代码名，缺省为各指标价值量 (quantity; the value of each indicator).")] = None,
    ecosystem: Annotated[str, typer.Option(help="生态系统编号 (ecosystem id).")] = "", item: Annotated[str, typer.Option(help="项目 (item).")] = "",
    form: Annotated[Form, typer.Option("--format", help="text, json, latex")] = Form.text,
    period: Annotated[str | None, typer.Option(help="期间 (period).")] = None, coefficients: Packs = None,
    deep: Annotated[bool, typer.Option("--deep", help="一棵树，直到文件的名称和地址 (one tree, down to the documents).")] = False,  # noqa: FBT002 - a flag
    require: Require = None, inside: Inside = None, modules: Modules = None,
) -> None:  # fmt: skip
    """溯源一个值 (trace a value). 例: qhgep explain examples/pilot/account.toml --county 632222"""
    with reporting_errors():
        from qhgep.cli.tables import explained
        from qhgep.cli.tips import tell_books_beside

        tell_books_beside(file, coefficients or [])
        cell = {"county": county, "quantity": quantity, "ecosystem": ecosystem, "item": item, "period": period}
        level, packs, own = level_of(require), coefficients or [], own_catalogue(modules)
        if deep:
            from qhgep.cli.deep import deep_text

            if form is Form.latex:
                raise misuse("--deep", "goes_with", options="--format text、--format json")
            told = deep_text(
                file, form.value, cell, packs, level, inside=inside, language=settings.language, catalogue=own
            )
            typer.echo(told)
            return
        language = settings.language
        typer.echo(explained(file, form.value, cell, packs, level, inside=inside, language=language, catalogue=own))


@app.command()
def allocate(  # noqa: PLR0913, PLR0917 - options of the command line
    file: Annotated[Path, typer.Argument(help="plan.toml")], output: Output = None, json_file: Json = None,
    require: Require = None, coefficients: Packs = None, as_known_on: KnownOn = None,
    compare: Annotated[Path | None, typer.Option(help="与之比较的方案，逐县分解差额 (bridge from this plan).")] = None,
    inside: Inside = None, modules: Modules = None,
) -> None:  # fmt: skip
    """测算补偿资金 (run a plan). 例: qhgep allocate examples/pilot/plan.toml -o out/plan.xlsx"""
    with reporting_errors():
        from qhgep import allocate as run
        from qhgep import write_workbook
        from qhgep.cli.tables import allocation_table, day, refuse_the_other_kind
        from qhgep.difference.report import difference_text
        from qhgep.workbook.correction.compare import diff
        from qhgep.workbook.output_paths import check_targets, in_folder

        sources = (file, compare, *(coefficients or ()))
        check_targets(sources, output, json_file)
        refuse_the_other_kind(file, plan=True)
        progress("cli.reading_computing", file=file.name)
        level, known_on = level_of(require), day(as_known_on, "--as-known-on")
        options = {
            "coefficients": coefficients or [], "known_on": known_on, "inside": inside, "catalogue": own_catalogue(modules),
        }  # fmt: skip
        allocation = run(file, require=level, **options)  # type: ignore[arg-type] # each as allocate names it
        tell((*allocation.source.warnings, *allocation.warnings, *allocation.legal.warnings))
        if str(json_file) != "-":
            typer.echo(allocation_table(allocation, settings.language))
        beside = None if compare is None else diff(compare, allocation, **options)  # type: ignore[arg-type] # as diff names it
        if beside is not None and str(json_file) != "-":
            typer.echo(difference_text(beside, settings.language))
        if output is not None:
            progress("cli.writing")
            written = write_workbook(allocation, in_folder(output, allocation, read=sources))
            settings.written.append(str(written))
            typer.echo(say("cli.workbook", path=written), err=str(json_file) == "-")
        if json_file is not None:
            from qhgep.result_files.allocation import allocation_file

            write_json(json_file, allocation_file(allocation, beside))


@app.command()
def check(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="xlsx、csv、txt、方案或文件夹，可写几个 (returned tables: xlsx, csv, txt, plans or folders)"
        ),
    ],
    ruleset: Annotated[str | None, typer.Option(help="看它还缺什么 (what this ruleset still needs).")] = None,
    marked: Annotated[Path | None, typer.Option(help="写出标红的副本 (copy with the bad cells marked).")] = None,
    json_file: Json = None,
    period: Annotated[str, typer.Option(help="表里没写的年份 (year that the sheet does not name).")] = "",
    strict: Annotated[bool, typer.Option("--strict", help="隐藏的表、行、列算错误 (hidden parts are errors).")] = False,  # noqa: FBT002 - a flag
) -> None:
    """核对填报的表 (check a returned table). 例: qhgep check 玛沁县.xlsx --marked out/玛沁县_标注.xlsx"""
    with reporting_errors():
        from qhgep.compensation.plan.read import is_plan
        from qhgep.preparation.check_returned import Returned, check_file, files_in
        from qhgep.workbook.annotate.marked_copy import marked_text
        from qhgep.workbook.output_paths import check_targets

        files = files_in(files)
        check_targets((*files, own_file(ruleset)), marked, json_file)
        if marked is not None and len(files) > 1:
            raise typer.BadParameter(say("cli.one_file"), param_hint="--marked")
        plans = [file for file in files if is_plan(file)]
        plans_sound = check_plans(plans, marked, json_file)
        files = [file for file in files if file not in plans]
        intakes = []
        for file in files:
            progress("cli.reading", file=file.name)
            intakes.append(check_file(file, ruleset=ruleset, period=period, strict=strict))
        if not files:
            raise typer.Exit(0 if plans_sound else 1)
        found = intakes[0] if len(files) == 1 else Returned(tuple(intakes))
        if json_file is not None:
            from qhgep.result_files.verification import returned_file

            write_json(json_file, returned_file(found, settings.language))
        if str(json_file) != "-":
            typer.echo(found.text(settings.language))
        for intake in intakes:
            tell(intake.problems)
            typer.echo(intake.counted(settings.language), err=True)
        if marked is not None:
            typer.echo(marked_text(files[0], marked, intakes[0].problems, language=settings.language), err=True)
        if not (found.sound and plans_sound):
            raise typer.Exit(1)


@app.command()
def start(
    files: Annotated[list[Path], typer.Argument(help="填好的模板或数据表，或其文件夹 (returned forms or tables, or their folder)")],
    output: Annotated[Path | None, typer.Option("-o", "--output", help="要建的文件夹 (folder to make).")] = None,
    ruleset: Annotated[str | None, typer.Option(help="规则集；模板自带 (ruleset; a form says its own).")] = None,
    year: Annotated[int | None, typer.Option(help="没写年份的宽表的年度 (year of wide sheets without one).")] = None,
    title: Annotated[str, typer.Option(help="题名 (title).")] = "",
    date: Annotated[str | None, typer.Option(help="编制日期，缺省为今天 (date of the account; today).")] = None,
    county: Annotated[list[str] | None, typer.Option("--county", help="声明县表里没有的单位，代码=名称 (declare a unit: CODE=NAME).")] = None,
    *, sheet: Annotated[bool, typer.Option("--sheet", help="判断在 决定.xlsx 里填，不写 account.toml (decisions on a sheet).")] = False,
) -> None:  # fmt: skip
    """由填报表建账户 (make an account of returned tables). 例: qhgep start 填报.xlsx -o 我的账户"""
    with reporting_errors():
        from datetime import datetime

        from qhgep.cli.tables import day
        from qhgep.preparation.start import start as run

        if output is None:
            raise typer.BadParameter(say("cli.start_output", files=" ".join(map(str, files))), param_hint="-o")
        progress("cli.trying_all")
        on = day(date, "--date") or datetime.now().astimezone().date()
        made = run(files, output, on=on, ruleset=ruleset, year=year, title=title, sheet=sheet, declared=county or ())
        tell(tuple(item for item in made.result.checks if item.code == "decision_open"))
        typer.echo(made.text(settings.language))


@app.command()
def verify(
    file: Annotated[Path, typer.Argument(help="工作簿 (workbook)")], json_file: Json = None,
    account_file: Annotated[
        Path | None,
        typer.Option("--account", help="再与这份 account.toml、plan.toml 或 co-growth.toml 比对 (compare the record with these files)."),
    ] = None,
    seal_file: SealFile = None, signer: Signer = None, signature: SignatureFile = None, inside: Inside = None,
    modules: Modules = None,
) -> None:  # fmt: skip
    """核验工作簿 (verify a workbook). 例: qhgep verify out/pilot.xlsx"""
    if seal_file is None and (signer is not None or signature is not None):
        raise misuse("--signer、--signature", "needs_all", options="--seal")
    with reporting_errors():
        from qhgep import verify_seal, verify_workbook
        from qhgep.workbook.output_paths import check_targets
        from qhgep.workbook.verify.report import verification_text

        check_targets((file, account_file, seal_file, signer, signature), None, json_file)
        sealed = None
        if seal_file is not None:
            progress("cli.comparing_seal", seal_file=seal_file.name)
            sealed = verify_seal(seal_file, file=file, signer=signer, signature=signature)
        progress("cli.verifying", file=file.name)
        found = verify_workbook(file, account=account_file, inside=inside, catalogue=own_catalogue(modules))
        if json_file is not None:
            from qhgep.result_files.verification import verification_file

            write_json(json_file, verification_file(found, sealed, settings.language))
        if str(json_file) != "-":
            typer.echo(verification_text(found, settings.language))
            if sealed is not None:
                typer.echo(sealed.text(settings.language))
        if not found.same or found.files or not (sealed is None or sealed.holds):
            raise typer.Exit(3)


@app.command()
def audit(
    file: Annotated[Path, typer.Argument(help="印刷表，或 account.toml、plan.toml (printed table, account or plan)")],
    output: Output = None, json_file: Json = None, coefficients: Packs = None,
    prices: Annotated[Prices, typer.Option(help="价格按印刷值还是也有舍入 (prices as printed, or rounded too).")] = Prices.exact,
    inside: Inside = None,
) -> None:  # fmt: skip
    """审核印刷的表、核算或方案 (audit a published table, account or plan). 例: qhgep audit tests/audit/ganzi-2010-table3.csv"""
    with reporting_errors():
        from qhgep.cli.audits import audited
        from qhgep.workbook.output_paths import check_targets

        check_targets((file, *(coefficients or ())), output, json_file)
        found = audited(file, prices=prices.value, packs=coefficients or [], language=settings.language, inside=inside)
        tell(found.warnings)
        if str(json_file) != "-":
            typer.echo(found.text)
        if output is not None:
            written = found.write(output)
            typer.echo(say("cli.workbook", path=written), err=str(json_file) == "-")
        if json_file is not None:
            write_json(json_file, found.json)
        if found.nothing is not None:
            from qhgep.errors import InputError

            raise InputError(found.nothing)
        if not found.consistent:
            raise typer.Exit(3)


@app.command()
def units(
    text: Annotated[
        str | None, typer.Argument(help="一个单位；不写则列出认识的 (a unit; without it all that is known).")
    ] = None,
    json_file: Json = None,
) -> None:
    """单位读作什么 (what a unit is read as). 例: qhgep units 万亩/年"""
    with reporting_errors():
        from qhgep.units import known_units, read_unit
        from qhgep.workbook.output_paths import check_targets

        check_targets((), None, json_file)
        found = known_units() if text is None else read_unit(text)
        if json_file is not None:
            from qhgep.result_files.lists import units_file

            write_json(json_file, units_file(found))
        if str(json_file) != "-":
            typer.echo(found.report(settings.language))


add_template(app)
add_import(app)
add_maps(app)
add_uncertainty(app)
add_assessments(app)
add_back_payment(app)
add_county_funds(app)
add_issued(app)
add_formats(app)
add_tracing(app)
add_trace(app)
add_decide(app)
add_desk(app)
app.add_typer(versions)
app.add_typer(plans)
app.add_typer(plan_forms, name="plan")
app.add_typer(seals)
app.add_typer(coefficient_verbs, name="coefficients")
app.add_typer(rulesets, name="rulesets")
app.add_typer(compensation, name="compensation")
