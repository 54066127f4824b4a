"""Groups of verbs whose help and faults of usage are in the language of the run.

Texts of verbs and options stand beside them as 中文 (English); of the two one is shown. What the command line's library
says itself is in `messages/phrases` too.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

import typer
from typer.core import TyperGroup

from qhgep.cli.console import from_locale, say, settings

_BOTH = re.compile(r"([^()]*[\u4e00-\u9fff][^()]*) \(([^()\u4e00-\u9fff]+)\)\.?", re.DOTALL)
_KEPT = {"zh": r"\1。", "en": r"\2."}
_EXAMPLE = re.compile(r"\s*例: ")
_LEFT_OVER = re.compile(r"Got unexpected extra argument\(s\) \((.*)\)", re.DOTALL)
_OWN = {
    "Arguments": "arguments", "Options": "options", "Commands": "commands", "Show this message and exit.": "help_option",
    "Missing command.": "missing_verb",
}  # fmt: skip
"""Words of the library -> phrases `cli.<name>`."""


def in_one_language(text: str) -> str:
    """A text with both languages in the one of this run; any other as it is."""
    if text in _OWN:
        return say(f"cli.{_OWN[text]}")
    text = text.replace("[required]", f"[{say('cli.required')}]").replace("[default: ", f"[{say('cli.default')}")
    one = _BOTH.sub(_KEPT[settings.language], text, count=1)
    return _EXAMPLE.sub(say("cli.example"), one, count=1)


class _Help(typer.Context.formatter_class):  # type: ignore[valid-type,misc] # the library keeps it to itself
    """Help as the library lays it out, in one language."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """The first line."""
        super().write_usage(prog, args, prefix or say("cli.usage"))

    def write_heading(self, heading: str) -> None:
        """The head of a section."""
        super().write_heading(in_one_language(heading))

    def write_text(self, text: str) -> None:
        """A paragraph."""
        super().write_text(in_one_language(text))

    def write_dl(self, rows: Iterable[tuple[str, str]], *args: Any, **options: Any) -> None:  # noqa: ANN401 - handed on
        """Options or verbs, each with what it is."""
        super().write_dl([(name, in_one_language(text)) for name, text in rows], *args, **options)


class _Context(typer.Context):
    """What a verb is called with."""

    formatter_class = _Help


def fault_text(fault: Any) -> str:  # noqa: ANN401 - an exception of the command line's own library
    """What is wrong with the words of a call, in the language of this run."""
    kind, param = type(fault).__name__, getattr(fault, "param", None)
    name = param.get_error_hint().strip("'") if param is not None else getattr(fault, "param_hint", "")
    facts: dict[str, Any] = {"name": name}
    if kind == "NoSuchOption":
        near = "、".join(sorted(fault.possibilities or ()))
        key, facts = "no_option_near" if near else "no_option", {"option": fault.option_name, "near": near}
    elif kind == "BadOptionUsage":
        key, facts = "option_value", {"option": fault.option_name}
    elif kind == "MissingParameter":
        key = "missing"
    elif kind == "BadParameter" and param is not None:
        key, facts["expected"] = "bad_value", param.display_type(fault.ctx)
    elif kind == "BadParameter":
        key, facts["detail"] = "bad_use", fault.message
    elif (words := _LEFT_OVER.fullmatch(fault.format_message())) is not None:
        key, facts["words"] = "left_over", words[1]
    else:
        return in_one_language(str(fault.format_message()))
    return say(f"cli.{key}", **facts)


class Verbs(TyperGroup):
    """A group of verbs: of typer, with help and faults in one language."""

    context_class = _Context

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401 - typer's own classes
        """A verb by its name."""
        command = super().get_command(ctx, cmd_name)
        if command is not None:
            command.context_class = _Context
        return command

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - typer's own classes
        """The verb that the words name. One that is none is told with those that are spelled nearly so."""
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            near = "、".join(get_close_matches(args[0], list(self.commands)))
            ctx.fail(
                say("cli.no_verb_near" if near else "cli.no_verb", verb=args[0], near=near, group=ctx.command_path)
            )
        return super().resolve_command(ctx, args)

    def main(self, args: Any = None, *words: Any, standalone_mode: bool = True, **extra: Any) -> Any:  # noqa: ANN401 - as typer has it
        """Run the words of a call; a fault of usage is told on stderr, with exit code 2."""
        settings.language = from_locale()
        extra["standalone_mode"] = False
        if not standalone_mode:
            return super().main(args, *words, **extra)
        try:
            code = super().main(args, *words, **extra)
        except typer.TyperException as fault:
            _tell(fault)
            sys.exit(fault.exit_code)
        except typer.Abort:
            typer.echo(say("cli.stopped"), err=True)
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)


def _tell(fault: Any) -> None:  # noqa: ANN401 - an exception of the command line's own library
    if type(fault).__name__ == "NoArgsIsHelpError":
        typer.echo(fault.format_message(), err=True)
        return
    if (context := getattr(fault, "ctx", None)) is not None:
        typer.echo(context.get_usage(), err=True)
        typer.echo(say("cli.try_help", command=f"{context.command_path} --help"), err=True)
    typer.echo(f"{say('cli.error')}  {fault_text(fault)}", err=True)
