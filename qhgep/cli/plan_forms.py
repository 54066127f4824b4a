"""The verbs `template`, `plan to-form` and `plan to-toml`: workbooks to fill in, for accounts and for plans."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from qhgep.cli.console import misuse, reporting_errors, say, settings, tell
from qhgep.cli.verbs import Verbs

plan_forms = typer.Typer(
    cls=Verbs,
    rich_markup_mode=None,
    help="方案填报表与 plan.toml 互换 (a plan as a form, and back). 例: qhgep plan to-form examples/pilot/plan.toml -o 方案.xlsx",
)


@plan_forms.command("to-form")
def to_form(
    file: Annotated[Path, typer.Argument(help="plan.toml")],
    output: Annotated[Path, typer.Option("-o", "--output", help="写出的填报表 (form to write).")],
) -> None:
    """由 plan.toml 写出填报表 (write a plan as a form). 例: qhgep plan to-form examples/pilot/plan.toml -o 方案.xlsx"""
    with reporting_errors():
        from qhgep.workbook.forms.plan.book import plan_to_form

        typer.echo(say("cli.plan_form", output=plan_to_form(file, output)))


@plan_forms.command("to-toml")
def to_toml(
    file: Annotated[Path, typer.Argument(help="方案填报表 (form of a plan)")],
    output: Annotated[Path, typer.Option("-o", "--output", help="写出的 plan.toml (plan to write).")],
) -> None:
    """由填报表写出 plan.toml (write the plan of a form). 例: qhgep plan to-toml 方案.xlsx -o plan.toml"""
    with reporting_errors():
        from qhgep.workbook.forms.plan.book import plan_to_toml

        typer.echo(say("cli.plan_toml", output=plan_to_toml(file, output)))


def check_plans(files: Sequence[Path], marked: Path | None, json_file: Path | None) -> bool:
    """Say of each plan, a form or plan.toml, whether it is filled in right; whether all of them are."""
    from qhgep.cli.tables import plan_checked
    from qhgep.compensation.allocate import plan_hints
    from qhgep.compensation.plan.read import read_plan
    from qhgep.errors import QhgepError
    from qhgep.workbook.annotate.marked_copy import marked_text

    if files and json_file is not None:
        raise typer.BadParameter(say("cli.plan_no_json", file=files[0].name), param_hint="--json")
    sound = True
    for file in files:
        try:
            plan = read_plan(file)
            typer.echo(plan_checked(plan, settings.language))
            tell(plan_hints(plan))
        except QhgepError as error:
            sound = False
            tell(error.problems)
            typer.echo(say("cli.plan_problems", file=file.name, count=len(error.problems)), err=True)
            if marked is not None:
                typer.echo(marked_text(file, marked, error.problems, language=settings.language), err=True)
    return sound


def add_template(app: typer.Typer) -> None:
    """Put the verb `template` into the application."""
    app.command()(template)


def template(  # noqa: PLR0913, PLR0917 - options of the command line
    output: Annotated[Path, typer.Option("-o", "--output", help="写出的工作簿，一县一表的写文件夹 (workbook or folder to write).")],
    region: Annotated[str | None, typer.Option(help="省或市州，名称或代码 (province or prefecture).")] = None,
    year: Annotated[int | None, typer.Option(help="年度 (year).")] = None,
    ruleset: Annotated[str | None, typer.Option(help="规则集名或其 toml (ruleset, or its toml).")] = None,
    plan: Annotated[str | None, typer.Option(help="补偿规则：写出方案填报表 (a rule: the form of its plan).")] = None,
    previous: Annotated[Path | None, typer.Option(help="方案的上年数：工作簿、结果 JSON 或 csv (last year: workbook, JSON or csv).")] = None,
    more: Annotated[list[str] | None, typer.Option("--with", help="方案在后面加的步骤，如 下限、上限 (steps after those of the rule).")] = None,
    counties: Annotated[list[str] | None, typer.Option(help="只要这些县；县表里没有的写 代码=名称 (only these; CODE=NAME declares).")] = None,
    ecosystems: Annotated[list[str] | None, typer.Option(help="生态系统编号，同上 (ecosystem ids).")] = None,
    survey: Annotated[str, typer.Option(help="面积按国土调查地类填，如 三调 (areas by the classes of a land survey).")] = "",
    one_per_county: Annotated[bool, typer.Option("--one-per-county", help="一县一份竖表，写进文件夹 (one upright form a county).")] = False,  # noqa: FBT002 - a flag
) -> None:  # fmt: skip
    """写出填报模板 (write a form). 例: qhgep template --region 青海 --year 2024 --ruleset water-balance-plateau -o 填报.xlsx"""
    if plan is not None:
        if ruleset is not None or ecosystems or survey or one_per_county:
            raise misuse("--plan", "goes_with", options="--region、--year、--counties、--previous、--with")
        with reporting_errors():
            from qhgep.workbook.forms.plan.book import write_plan_form

            write_plan_form(
                output,
                rule=plan,
                region=region or "",
                year=year,
                counties=counties or (),
                previous=previous,
                steps=more or (),
            )
            typer.echo(say("cli.plan_form", output=output))
        return
    if region is None or year is None or ruleset is None or previous is not None or more:
        raise misuse("template", "form_of", account="--region --year --ruleset", plan="--plan")
    with reporting_errors():
        from qhgep.workbook.forms import write_county_templates, write_template

        write = write_county_templates if one_per_county else write_template
        made = write(
            output, region=region, year=year, ruleset=ruleset, counties=counties, ecosystems=ecosystems, survey=survey
        )
        if isinstance(made, tuple):
            typer.echo(say("cli.forms", output=output, count=len(made)))
            return
        typer.echo(say("cli.form", output=output))
