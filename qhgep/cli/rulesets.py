"""The verb `rulesets`: which there are, the formulas of one, and what differs between two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from qhgep.cli.console import reporting_errors, settings
from qhgep.cli.old_spelling import with_old_spelling


def _translated(words: Sequence[str]) -> list[str]:
    """`--diff A B` was an option, and a name alone showed one."""
    return ["diff", *(word for word in words if word != "--diff")] if "--diff" in words else ["show", *words]


rulesets = typer.Typer(
    cls=with_old_spelling(_translated), rich_markup_mode=None,
    help="规则集：列出、看一个、比较两个 (rulesets). 例: qhgep rulesets show water-balance-plateau",
)  # fmt: skip


@rulesets.command("list")
def list_() -> None:
    """列出规则集 (list rulesets). 例: qhgep rulesets list"""
    with reporting_errors():
        from qhgep.cli.tables import ruleset_list

        typer.echo(ruleset_list(settings.language))


@rulesets.command()
def show(name: Annotated[str, typer.Argument(help="规则集名 (ruleset).")]) -> None:
    """一个规则集的公式 (its formulas). 例: qhgep rulesets show water-balance-plateau"""
    with reporting_errors():
        from qhgep.cli.tables import ruleset_formulas

        typer.echo(ruleset_formulas(name, settings.language))


@rulesets.command()
def diff(
    a: Annotated[str, typer.Argument(help="规则集名 (ruleset).")], b: Annotated[str, typer.Argument(help="另一个 (another ruleset).")]
) -> None:  # fmt: skip
    """比较两个规则集 (what differs). 例: qhgep rulesets diff water-balance-plateau county-general"""
    with reporting_errors():
        from qhgep.cli.tables import ruleset_difference

        typer.echo(ruleset_difference(a, b, settings.language))
