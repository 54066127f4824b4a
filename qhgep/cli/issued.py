"""The verb `issued`: which workbooks of some folders read a row, a document, or the figures of a county."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qhgep.cli.console import Json, reporting_errors, say, settings, write_json


def add_issued(app: typer.Typer) -> None:
    """Add the verb to the command line."""

    @app.command()
    def issued(
        folders: Annotated[list[Path], typer.Argument(help="放着工作簿的文件夹，可以多个")],
        row: Annotated[str, typer.Option(help="系数行或政策参数行的编号 (a coefficient row).")] = "",
        source: Annotated[str, typer.Option(help="来源编号或输入行写的来源 (a source).")] = "",
        county: Annotated[str, typer.Option(help="区划代码：读了这个县的数 (a county).")] = "",
        quantity: Annotated[str, typer.Option(help="量，如 area (a quantity).")] = "",
        json_file: Json = None,
    ) -> None:
        """哪些已写出的工作簿读了它 (workbooks that read a row or a figure). 例: qhgep issued 定稿/ --row GZ-26"""
        with reporting_errors():
            from qhgep.aligned_text import columns
            from qhgep.phrases import heads, listed
            from qhgep.result_files.lists import issued_file
            from qhgep.workbook.issued import issued_reading

            found = issued_reading(folders, row=row, source=source, county=county, quantity=quantity)
            if str(json_file) != "-":
                table = [heads("rests.issued_heads", settings.language)]
                for book in found:
                    parts = [listed(book.reads, settings.language, "pause")] if book.reads else []
                    parts += (
                        [say("rests.issued_through", files=listed(book.through, settings.language, "pause"))]
                        if book.through
                        else []
                    )
                    parts += (
                        [say("rests.issued_unseen", runs=listed(book.unseen, settings.language, "pause"))]
                        if book.unseen
                        else []
                    )
                    words = listed(parts, settings.language, "semicolon")
                    table.append([str(book.file), say(f"rests.issued_{book.kind}"), book.state, book.title, words])
                typer.echo(columns(table) if found else say("rests.issued_none"))
            if json_file is not None:
                write_json(json_file, issued_file(found))
