"""The verbs that write what a person decided: choices into 决定.xlsx, the state of an account or a plan."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qhgep.cli.console import reporting_errors, say, settings

if TYPE_CHECKING:
    from qhgep.preparation.decide import Choice

_CHOICE = re.compile(r"(?P<row>[0-9]{1,6})=(?P<code>[^=]*)(?:=(?P<reason>.*))?", re.DOTALL)


def add_decide(app: typer.Typer) -> None:
    """Add the verbs to the command line."""

    @app.command()
    def decide(
        book: Annotated[Path, typer.Argument(help="决定.xlsx 或账户文件夹 (sheet of decisions, or account folder)")],
        choice: Annotated[list[str] | None, typer.Option("--set", help="行=选择=理由，可写几个；行=空 撤回 (ROW=CHOICE=REASON).")] = None,
        by: Annotated[str, typer.Option("--by", help="决定人 (who decided).")] = "",
        date: Annotated[str | None, typer.Option("--date", help="决定日期 (day of the decision).")] = None,
        *, list_: Annotated[bool, typer.Option("--list", help="再列出由此新出现的判断 (add the decisions that are open now).")] = False,
    ) -> None:  # fmt: skip
        """把判断写进 决定.xlsx (write decisions into the sheet). 例: qhgep decide 我的账户 --set "5=GZ-26=理由" --by 张三 --date 2026-11-28"""
        with reporting_errors():
            from qhgep.cli.tables import day
            from qhgep.preparation.decide import decide as run
            from qhgep.preparation.decide import list_decisions

            on = day(date, "--date")
            _refuse_half_said(choice, by, on, list_=list_)
            if choice and on is not None:
                written = run(book, dict(map(_choice, choice)), decided_by=by, on=on)
                settings.written.append(str(written))
                typer.echo(say("cli.written", written=written))
            if list_:
                typer.echo(say("cli.listed_anew", count=list_decisions(book)))

    @app.command()
    def state(
        file: Annotated[
            Path, typer.Argument(help="account.toml 或其文件夹、plan.toml (account.toml or its folder, or plan.toml)")
        ],
        to: Annotated[str, typer.Argument(help="draft 测算稿、review 送审稿 (draft or review)")],
    ) -> None:
        """改状态：测算稿、送审稿 (draft or review). 例: qhgep state 我的账户 review"""
        with reporting_errors():
            from qhgep.preparation.decide import set_state

            written = set_state(file, to)  # type: ignore[arg-type] # any text: what is no state is told
            settings.written.append(str(written))
            typer.echo(say("cli.written", written=written))


def _refuse_half_said(choice: list[str] | None, by: str, on: date | None, *, list_: bool) -> None:
    """Refuse words that say neither what is decided nor --list, or not by whom and when."""
    if not choice and not list_:
        raise typer.BadParameter(say("cli.decide_what"), param_hint="--set")
    if choice and not by:
        raise typer.BadParameter(say("cli.decide_by"), param_hint="--by")
    if choice and on is None:
        raise typer.BadParameter(say("cli.decide_by"), param_hint="--date")


def _choice(text: str) -> tuple[int, Choice]:
    """A row and its choice of `5=GZ-26=reason`."""
    from qhgep.errors import InputError, problem
    from qhgep.preparation.decide import Choice

    match = _CHOICE.fullmatch(text.strip())
    if match is None:
        raise InputError(problem("decide_text", "--set", found=text))
    return int(match["row"]), Choice(match["code"].strip(), (match["reason"] or "").strip())
