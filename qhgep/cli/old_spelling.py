"""Verbs whose modes became verbs of their own: the old spelling still runs for one release, with a notice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import typer

from qhgep.cli.console import say
from qhgep.cli.verbs import Verbs

Translated = Callable[[Sequence[str]], list[str]]
"""The words of an old spelling, behind the verb -> those of the present one."""


def with_old_spelling(translated: Translated) -> type[Verbs]:
    """A group of verbs that takes what is no verb of it for the old spelling; without any word it is the first verb."""

    class Group(Verbs):
        """The verbs below a verb."""

        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - the context class of typer's own click
            """The words, those of an old spelling as they are written now."""
            first = next(iter(self.commands))
            if not args:
                args = [first]
            elif args[0] not in self.commands and "--help" not in args:
                args = translated(args)
                verb = f"{ctx.info_name} {args[0]}"
                typer.echo(say("cli.old_spelling", verb=verb, command=f"qhgep {verb}"), err=True)
            return super().parse_args(ctx, args)

    return Group


def taken(words: Sequence[str], option: str) -> tuple[str | None, list[str]]:
    """The value of an option among words (`--option X`, `--option=X`), and the other words; None where it is not there."""
    for place, text in enumerate(words):
        if text == option and place + 1 < len(words):
            return words[place + 1], [*words[:place], *words[place + 2 :]]
        if text.startswith(f"{option}="):
            return text.removeprefix(f"{option}="), [*words[:place], *words[place + 1 :]]
    return None, list(words)
