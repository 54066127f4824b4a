"""The verb `formats`: how the files that people write are written, and the schemas of results.

A file of its own, as each group of verbs has one; `app` puts them together.
"""

from __future__ import annotations

from typing import Annotated

import typer

from qhgep.cli.console import reporting_errors, say, settings


def add_formats(app: typer.Typer) -> None:
    """Add the verb to the command line."""

    @app.command()
    def formats(
        name: Annotated[str, typer.Argument(help="哪种文件；不写则列出 (which; all are listed without it).")] = "",
    ) -> None:
        """文件的写法 (formats of files). 例: qhgep formats account.toml"""
        with reporting_errors():
            from qhgep.format_descriptions import file_format, file_formats
            from qhgep.phrases import heads, listed
            from qhgep.text_tables import columns

            if name:
                typer.echo(file_format(name), nl=False)
                return
            names = file_formats()
            about = heads("formats.about", settings.language)
            lines = [heads("formats.heads", settings.language), *map(list, zip(names, about, strict=False))]
            typer.echo(columns(lines))
            typer.echo(say("formats.results", names=listed(names[len(about) :], settings.language, "pause")))
            typer.echo(say("formats.how"))
