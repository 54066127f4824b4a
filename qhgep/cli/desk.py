"""The verb that opens the desk: a web page on this machine for people who never see a console again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qhgep.cli.console import reporting_errors, say, settings, with_extra

_LIBRARIES = frozenset({"fastapi", "uvicorn", "jinja2", "starlette", "multipart", "python_multipart"})


def add_desk(app: typer.Typer) -> None:
    """Add the verb to the command line."""

    @app.command()
    def desk(
        folder: Annotated[Path | None, typer.Argument(help="放核算文件夹的地方，缺省为文稿里的 qhgep核算 (folder of the working folders).")] = None,
        host: Annotated[str, typer.Option(help="只能是本机 (this machine only).")] = "127.0.0.1",
        port: Annotated[int, typer.Option(min=0, max=65535, help="端口，0 由系统选 (port; 0 takes a free one).")] = 0,
        browser: Annotated[bool, typer.Option("--browser/--no-browser", help="打开浏览器 (open the browser).")] = True,  # noqa: FBT002 - a flag
        memory: Annotated[int, typer.Option(min=512, help="一次计算的内存上限 MiB (memory of a run).")] = 4096,
        minutes: Annotated[int, typer.Option(min=1, help="一次计算的时间上限，分钟 (minutes of a run).")] = 30,
    ) -> None:  # fmt: skip
        """打开工作台：在网页里从填报表做到资金 (open the desk in a browser). 例: qhgep desk 我的核算"""
        with reporting_errors(), with_extra("desk", _LIBRARIES):
            from qhgep.desk.serve import default_root, serve

            root = folder or default_root()
            serve(
                root, host=host, port=port, memory=memory, seconds=minutes * 60, language=settings.language,
                told=lambda address: _opened(address, browser=browser),
            )  # fmt: skip

    def _opened(address: str, *, browser: bool) -> None:
        typer.echo(say("cli.desk_open", address=address))
        if browser:
            import webbrowser

            webbrowser.open(address)
