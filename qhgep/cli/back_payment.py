"""The verb `back-payment`: from a final workbook and what corrects it to the plan of what is paid after and taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qhgep.cli.console import Inside, reporting_errors, say, settings


def add_back_payment(app: typer.Typer) -> None:
    """Add the verb to the command line."""

    @app.command("back-payment")
    def back_payment(
        old: Annotated[Path, typer.Argument(help="原下达的定稿工作簿")],
        new: Annotated[Path, typer.Argument(help="更正后的方案：plan.toml、文件夹或工作簿")],
        treasury: Annotated[str, typer.Option(help="承担余额的一方：代码，或 代码=名称 (who bears the rest).")],
        output: Annotated[Path, typer.Option("-o", "--output", help="写出的方案 .toml (plan to write).")],
        inside: Inside = None,
    ) -> None:
        """补发与追缴的方案 (paid after and taken back). 例: qhgep back-payment 定稿.xlsx plan.toml --treasury 632200 -o 补发.toml"""
        with reporting_errors():
            from qhgep.aligned_text import columns
            from qhgep.money import yuan
            from qhgep.phrases import heads
            from qhgep.workbook.correction.back_payment import back_payment as compare
            from qhgep.workbook.correction.back_payment import write_back_payment
            from qhgep.workbook.output_paths import refuse_unwritable

            refuse_unwritable(output, folder=False)
            found = compare(old, new, inside=inside)
            write_back_payment(found, output, treasury=treasury, files=(old, new))
            settings.written.append(str(output))
            table = [heads("rules.back_heads", settings.language)]
            for code, zh in found.names.items():
                amounts = (found.issued[code], found.due[code], found.owed[code])
                table.append([code, zh, *map(yuan, amounts)])
            typer.echo(columns(table, right=(2, 3, 4)))
            typer.echo(say("rules.back_written", file=output.name))
