"""The verb `back-payment`: from final workbooks and what corrects each to the plan of what is paid after and taken back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qhgep.cli.console import Inside, misuse, reporting_errors, say, settings

if TYPE_CHECKING:
    from qhgep.errors import Language
    from qhgep.workbook.correction.back_payment import BackPayment


def add_back_payment(app: typer.Typer) -> None:
    """Add the verb to the command line."""

    @app.command("back-payment")
    def back_payment(
        files: Annotated[
            list[Path],
            typer.Argument(
                help="原下达的定稿与更正后的方案，plan.toml、文件夹或工作簿，一期一对 (final and corrected plan, a pair for each period)."
            ),
        ],
        treasury: Annotated[str, typer.Option(help="承担余额的一方：代码，或 代码=名称 (who bears the rest).")],
        output: Annotated[Path, typer.Option("-o", "--output", help="写出的方案 .toml (plan to write, .toml).")],
        inside: Inside = None,
    ) -> None:
        """补发与追缴的方案 (paid after and taken back). 例: qhgep back-payment 定稿.xlsx plan.toml --treasury 632200 -o 补发.toml"""
        if len(files) % 2:
            raise misuse("files", "pairs")
        with reporting_errors():
            from qhgep.workbook.correction.back_payment import back_payment as compare
            from qhgep.workbook.correction.back_payment import write_back_payment
            from qhgep.workbook.output_paths import refuse_unwritable

            refuse_unwritable(output, folder=False)
            found = [compare(old, new, inside=inside) for old, new in zip(files[::2], files[1::2], strict=True)]
            write_back_payment(found, output, treasury=treasury, files=files)
            settings.written.append(str(output))
            typer.echo(back_text(found, settings.language))
            typer.echo(say("rules.back_written", file=output.name))


def back_text(found: Sequence[BackPayment], language: Language) -> str:
    """What was issued, is due and is owed by recipient: of each correction, then of all together."""
    from qhgep.errors import printable
    from qhgep.money import Fen, yuan
    from qhgep.phrases import heads
    from qhgep.text_tables import columns
    from qhgep.workbook.correction.back_payment import names_of

    lines = []
    for part in found:
        table = [heads("rules.back_heads", language)]
        for code, zh in part.names.items():
            table.append([code, zh, *map(yuan, (part.issued[code], part.due[code], part.owed[code]))])
        if len(found) > 1:
            lines.append(say("rules.back_period", period=part.new.plan.period, title=printable(part.new.plan.title)))
        lines.append(columns(table, right=(2, 3, 4)))
    if len(found) > 1:
        owed = {code: Fen(sum(part.owed.get(code, Fen(0)) for part in found)) for code in names_of(found)}
        table = [heads("rules.back_together", language)]
        table += [[code, zh, yuan(owed[code])] for code, zh in names_of(found).items()]
        lines.append(columns(table, right=(2,)))
    return "\n".join(lines)
