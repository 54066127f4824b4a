"""What every verb of the command line shares: language, progress, problems and exit codes, files that are written."""

from __future__ import annotations

import locale
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

if TYPE_CHECKING:
    from qhgep.catalogue import Catalogue
    from qhgep.envelope import Envelope
    from qhgep.errors import Language, Problem
    from qhgep.evidence import Evidence


@dataclass
class Settings:
    """The options before the verb, and what has been written so far."""

    language: Language = "zh"
    quiet: bool = False
    written: list[str] = field(default_factory=list)


settings = Settings()
Output = Annotated[Path | None, typer.Option("-o", "--output", help="写出的工作簿 (workbook to write).")]
Json = Annotated[Path | None, typer.Option("--json", help="写出的 JSON 文件，- 为标准输出 (JSON file, - for stdout).")]
Packs = Annotated[
    list[Path] | None,
    typer.Option("--coefficients", help="叠加的系数包：文件夹或填好的 .xlsx (pack laid over: folder or filled .xlsx)."),
]
Modules = Annotated[
    list[Path] | None,
    typer.Option("--catalogue", help="自己的指标模块 FILE.py，会被运行 (modules of one's own, which are run)."),
]
KnownOn = Annotated[
    str | None, typer.Option("--as-known-on", help="只用该日已知的系数 (only coefficients known on DATE).")
]
Inside = Annotated[
    Path | None,
    typer.Option(
        "--inside", help="文件里点到的文件须在此文件夹内，缺省为其所在文件夹 (folder that named files must lie in)."
    ),
]
Require = Annotated[str | None, typer.Option("--require", help="证据的最低等级 (weakest evidence accepted).")]


def own_file(ruleset: str | None) -> Path | None:
    """The file of a ruleset that is given by its path; None for one by name."""
    return Path(ruleset) if ruleset is not None and ruleset.endswith(".toml") else None


def from_locale() -> Language:
    """The language of the machine: English where it says so, else Chinese."""
    named = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), locale.getlocale()[0] or "")
    return "en" if named.lower().startswith("en") else "zh"


def say(key: str, /, **facts: object) -> str:
    """A text of `messages/phrases` in the language of this run."""
    from qhgep.phrases import phrase

    return phrase(key, settings.language, **facts)


def progress(key: str, /, **facts: object) -> None:
    """What is being done, on stderr, unless --quiet."""
    if not settings.quiet:
        typer.echo(say(key, **facts), err=True)


def misuse(option: str, key: str, /, **facts: object) -> typer.BadParameter:
    """What is wrong with options that do not go together, to be raised; `key` is a text of `messages/phrases/cli`."""
    return typer.BadParameter(say(f"cli.{key}", **facts), param_hint=option)


def level_of(text: str | None, option: str = "--require") -> Evidence | None:
    """A level of evidence as an option says it, by its name on pages or its code."""
    from qhgep.evidence import EVIDENCE

    code = None if text is None else {zh: level for level, zh in EVIDENCE.items()}.get(text, text)
    if code is not None and code not in EVIDENCE:
        raise misuse(option, "one_of", options="、".join(f"{zh}（{level}）" for level, zh in EVIDENCE.items()))
    return cast("Evidence | None", code)


_MOST_TOLD = 2000
"""Problems that are printed one by one: a file of 4 MB may have 200,000 unknown keys."""


def tell(problems: tuple[Problem, ...]) -> None:
    """Problems on stderr, one a line, each with its severity and all its places; of very many the first, and how many more."""
    from qhgep.errors import once_each

    for item in once_each(problems[:_MOST_TOLD]):
        typer.echo(f"{say(f'cli.{item.severity}')}  {item.text(settings.language)}", err=True)
    if len(problems) > _MOST_TOLD:
        typer.echo(say("cli.more_problems", count=len(problems) - _MOST_TOLD), err=True)


@contextmanager
def reporting_errors() -> Iterator[None]:
    """Problems go to stderr without a traceback, and the exit code is 1."""
    from qhgep.errors import QhgepError

    try:
        yield
    except QhgepError as error:
        tell(error.problems)
        count, written = len(error.problems), "、".join(settings.written)
        key = "cli.problems_written" if written else "cli.problems"
        typer.echo(say(key, count=count, written=written), err=True)
        raise typer.Exit(1) from error


@contextmanager
def with_extra(extra: str, libraries: frozenset[str]) -> Iterator[None]:
    """A library that is not installed is named with the extra that brings it."""
    from qhgep.errors import InputError, problem

    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in libraries:
            raise
        raise InputError(problem("extra_missing", "", library=error.name, extra=extra)) from error


def write_json(target: Path, content: Envelope[Any]) -> None:
    """A JSON file that appears only when it is complete; `-` is stdout."""
    text = content.text()
    if str(target) == "-":
        typer.echo(text, nl=False)
        return
    from qhgep.workbook.output_paths import refuse_unwritable

    refuse_unwritable(target, folder=False)
    from qhgep.workbook.core.write import write_whole

    write_whole(target, text.encode())
    settings.written.append(str(target))


class Lang(StrEnum):
    """The language of messages."""

    zh = "zh"
    en = "en"


class Form(StrEnum):
    """The form of a trace."""

    text = "text"
    json = "json"
    latex = "latex"


class Prices(StrEnum):
    """How printed prices are taken."""

    exact = "exact"
    rounded = "rounded"


def own_catalogue(modules: list[Path] | None) -> Catalogue | None:
    """The catalogue with the modules that the command line names; None without any."""
    if not modules:
        return None
    from qhgep.catalogue.own_modules import catalogue_with

    return catalogue_with(modules)
